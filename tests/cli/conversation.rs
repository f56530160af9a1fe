//! The script of the structured conversation.

use super::{CASE, School};

fn school() -> School {
    let school = School::new();
    std::fs::write(
        school.root().join("attcheck.toml"),
        "school = \"Northfield Academy\"\nregisters-close = \"at 9:30\"\n",
    )
    .unwrap();
    let new = [
        "new",
        "--checklist",
        "nottinghamshire",
        "--id",
        CASE,
        "--name",
        "Ada *O'Kafor*",
        "--parent",
        "Grace <b>O'Kafor",
    ];
    school.ok(&new);
    school
}

#[test]
fn the_script_is_filled_from_the_case() {
    let school = school();
    let text = school.run(&["conversation", CASE, "--days-missed", "10.5"]);
    insta::assert_snapshot!("conversation", school.told(&text));
    let markdown = school.ok(&[
        "conversation",
        CASE,
        "--days-missed",
        "1",
        "--caller",
        "D Marsh",
        "--format",
        "markdown",
    ]);
    assert!(
        markdown.starts_with("# Structured conversation with a parent\n\n## Saying hello"),
        "{markdown}"
    );
    for wanted in [
        "Hello Grace \\<b\\>O'Kafor, it's D Marsh here, from Northfield Academy",
        "for Ada \\*O'Kafor\\* to do well",
        "Ada has missed one day of",
        "close at 9:30",
    ] {
        assert!(markdown.contains(wanted), "{wanted}: {markdown}");
    }
}

#[test]
fn what_is_not_known_stays_a_blank_that_can_be_seen() {
    let school = school();
    school.ok(&[
        "person", CASE, "add", "Tom", "--role", "parent", "--id", "p2",
    ]);
    let output = school.run(&[
        "conversation",
        CASE,
        "--registers-close",
        "30 minutes after the start of each session",
    ]);
    let said = school.told(&output);
    assert!(
        said.contains("Hello [____ the parent's name]")
            && said.contains("has missed [____ how many days] of"),
        "{said}"
    );
    assert!(
        said.contains("--for says who is called") && said.contains("30 minutes after the start"),
        "{said}"
    );
    let p2 = school.ok(&["conversation", CASE, "--for", "p2"]);
    assert!(p2.contains("Hello Tom"), "{p2}");
    for (args, wanted) in [
        (&["--for", "p7"][..], "there is no person `p7`"),
        (
            &["--days-missed", "many"],
            "--days-missed is not a number of days",
        ),
        (&["--days-missed=-3"], "--days-missed"),
        (&["--caller", " "], "--caller is blank"),
    ] {
        let args: Vec<&str> = ["conversation", CASE].iter().chain(args).copied().collect();
        let said = school.refused(&args);
        assert!(said.contains(wanted), "{args:?}: {said}");
    }
}

/// The step of the script for each point of the item, so that what was talked about can be recorded.
#[test]
fn every_point_of_the_item_is_a_step_of_the_script() {
    use attcheck::store::builtin;
    let shipped = builtin::shipped("nottinghamshire", None).unwrap();
    let checklist = builtin::parse_checklist(shipped.text, std::path::Path::new("n")).unwrap();
    let item = checklist.item("structured-conversation").unwrap();
    let points: Vec<&str> = item.points.iter().map(|(name, _)| name.as_str()).collect();
    let script = builtin::conversation();
    let steps: Vec<&str> = script
        .steps
        .iter()
        .filter_map(|step| step.point.as_deref())
        .collect();
    assert_eq!(points, steps);
    for (item, _) in &script.afterwards {
        assert!(checklist.item(item).is_some(), "{item}");
    }
}
