//! Writing one's own checklist: the starter, its situations, and what `checklist test` finds.

use std::fs;

use super::{School, project};

#[test]
fn the_starter_is_good_and_proves_itself() {
    let school = School::new();
    insta::assert_snapshot!(
        "checklist-new",
        school.told(&school.run(&["checklist", "new", "northshire"]))
    );
    let checked = school.ok(&["checklist", "check"]);
    assert!(
        checked.contains("6 items, no problems")
            && checked.contains("3 situations for `northshire`"),
        "{checked}"
    );
    insta::assert_snapshot!(
        "checklist-test",
        school.told(&school.run(&["checklist", "test", "northshire"]))
    );
    school.ok(&[
        "new",
        "--checklist",
        "northshire",
        "--id",
        "b2c3d4",
        "--name",
        "Ada",
    ]);
    school.ok(&["gaps", "b2c3d4"]);
    for (id, wanted) in [
        ("northshire", "is there already"),
        (
            "lancashire",
            "the program has a checklist `lancashire` already",
        ),
        ("North Shire", "cannot be the id of a checklist"),
        ("../evil", "cannot be the id of a checklist"),
    ] {
        let said = school.refused(&["checklist", "new", id]);
        assert!(said.contains(wanted), "{id}: {said}");
    }
}

#[test]
fn a_situation_that_comes_out_otherwise_is_told_as_a_test_runner_would() {
    let school = School::new();
    school.ok(&["checklist", "new", "northshire"]);
    let file = school.root().join("checklists/northshire.samples.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let wrong = text
        .replacen("early-help: blocks missing", "early-help: met", 1)
        .replacen("verdict: ready", "verdict: not-ready", 1)
        .replacen(
            "letter-home/p2: blocks missing",
            "letter-home/p3: blocks missing",
            1,
        );
    fs::write(&file, wrong).unwrap();
    let output = school.run(&["checklist", "test", "northshire"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("checklist-test-failed", school.told(&output));
    let junit = school.run(&["checklist", "test", "northshire", "--format", "junit"]);
    insta::assert_snapshot!("checklist-test-junit", school.told(&junit));
}

#[test]
fn a_situation_that_names_what_is_not_there_is_refused_with_its_place() {
    let school = School::new();
    school.ok(&["checklist", "new", "northshire"]);
    let file = school.root().join("checklists/northshire.samples.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let wrong = text
        .replacen("phone-call: blocks missing", "phone-cal: blocks missing", 1)
        .replacen("item: early-help", "item: early-hlp", 1)
        .replacen("interpreter_needed: \"no\"", "interpreter_neded: \"no\"", 1)
        .replacen("points: [next-steps]", "points: [next-step]", 1)
        .replacen(
            "translated: undecided fact-unknown",
            "translated: undecided fact-unknwn",
            1,
        )
        .replacen("verdict: ready", "verdict: fine", 1)
        .replacen("home-visit: undecided", "home-visit: undecide", 1);
    fs::write(&file, wrong).unwrap();
    insta::assert_snapshot!(
        "samples-bad",
        school.refused(&["checklist", "test", "northshire"])
    );
    fs::remove_file(&file).unwrap();
    let said = school.refused(&["checklist", "test", "northshire"]);
    assert!(said.contains("has no sample situations"), "{said}");
}

#[test]
fn every_shipped_checklist_proves_itself() {
    let school = School::new();
    let said = school.ok(&["checklist", "test", "--quiet"]);
    for id in [
        "england-penalty-notice",
        "herefordshire",
        "kent",
        "lancashire",
        "nottinghamshire",
        "southwark",
    ] {
        assert!(said.contains(&format!("{id}, edition 2026-12")), "{said}");
    }
    assert!(said.contains(" of 12 checklists, 0 failed"), "{said}");
    let westmere = project("examples/westmere");
    let said = school.ok(&[
        "--dir",
        westmere.to_str().unwrap(),
        "checklist",
        "test",
        "westmere",
    ]);
    assert!(
        said.contains("0 failed") && !said.contains("note:"),
        "{said}"
    );
}

#[test]
fn a_checklist_without_situations_is_never_called_good() {
    let school = School::new();
    for id in ["westwood", "eastwood"] {
        school.ok(&["checklist", "new", id]);
    }
    fs::remove_file(school.root().join("checklists/westwood.samples.yaml")).unwrap();
    let run = school.run(&["checklist", "test"]);
    let said = school.told(&run);
    assert_eq!(run.status.code(), Some(0), "{said}");
    assert!(
        said.contains("note: `westwood@") && said.contains("has no sample situations"),
        "{said}"
    );
    fs::remove_file(school.root().join("checklists/eastwood.samples.yaml")).unwrap();
    let said = school.refused(&["checklist", "test"]);
    assert!(
        said.contains("eastwood@") && said.contains("westwood@") && said.contains("hint: "),
        "{said}"
    );
}

#[test]
fn the_schemas_are_printed() {
    let school = School::new();
    for which in ["checklist", "case", "samples"] {
        let printed = school.ok(&["schema", which]);
        let shipped =
            fs::read_to_string(project(&format!("schemas/{which}-1.schema.json"))).unwrap();
        assert_eq!(printed, shipped.replace("\r\n", "\n"));
    }
}

/// The words for a need that does not hold belong beside a need.
#[test]
fn words_for_a_need_stand_beside_one() {
    let school = School::new();
    let list = std::fs::read_to_string(super::project("checklists/lancashire.yaml")).unwrap();
    let alone = list.replacen(
        "        practice: letter\n",
        "        practice: letter\n        otherwise: it is not so\n",
        1,
    );
    std::fs::write(school.root().join("own.yaml"), alone).unwrap();
    let output = school.run(&["checklist", "check", "own.yaml"]);
    let said = school.told(&output);
    assert!(
        said.contains(
            "error[clash]: `otherwise` is told where `needs` does not hold, and there is no `needs`"
        ),
        "{said}"
    );
}
