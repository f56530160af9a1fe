//! Kent: a school's review of itself, from opening to sign-off.

use std::fmt::Write as _;

use attcheck::store::builtin;

use super::School;

const REVIEW: &str = "review26";

fn kent() -> School {
    let mut school = School::new();
    std::fs::write(
        school.root().join("attcheck.toml"),
        "school = \"Northfield Academy\"\nurn = \"123456\"\n",
    )
    .unwrap();
    school.ok(&["new", "--checklist", "kent", "--id", REVIEW]);
    school.at("2026-09-22T09:00:00+01:00");
    school
}

/// All 25 checkpoints answered, through a table.
fn answered() -> School {
    let school = kent();
    let shipped = builtin::shipped("kent", None).unwrap();
    let checklist = builtin::parse_checklist(shipped.text, std::path::Path::new("kent")).unwrap();
    let mut table = String::from("case,item,date,now,next,impact\n");
    for item in checklist.items_of(0) {
        writeln!(
            table,
            "{REVIEW},{},21/9/2026,We do this,\"Go on, and look again\",Fewer days lost",
            item.id
        )
        .unwrap();
    }
    std::fs::write(school.root().join("answers.csv"), table).unwrap();
    let said = school.ok(&["import", "answers.csv"]);
    assert!(
        said.contains("25 entries recorded on 1 case, 0 there already"),
        "{said}"
    );
    school
}

#[test]
fn a_review_gets_the_schools_name_where_the_settings_lack_it() {
    let school = School::new();
    let new = school.run(&["new", "--checklist", "kent", "--id", REVIEW]);
    assert!(
        school
            .told(&new)
            .contains(&format!("attcheck details {REVIEW} --school NAME")),
        "{}",
        school.told(&new)
    );
    for (args, wanted) in [
        (
            &["details", REVIEW, "--year-group", "9"][..],
            "is about the school",
        ),
        (&["details", REVIEW, "--urn", "12345"], "six digits"),
        (&["details", REVIEW], "give --school or --urn"),
    ] {
        let said = school.refused(args);
        assert!(said.contains(wanted), "{said}");
    }
    school.ok(&[
        "details",
        REVIEW,
        "--school",
        "Northfield Academy",
        "--urn",
        "123456",
    ]);
    let show = school.ok(&["show", REVIEW]);
    assert!(
        show.contains("Northfield Academy") && show.contains("123456"),
        "{show}"
    );
}

#[test]
fn a_whole_review_is_ready_when_it_is_answered_and_signed() {
    let school = answered();
    let all: Vec<String> = [
        &["gaps", REVIEW][..],
        &["ready", REVIEW],
        &["ready", REVIEW, "--format", "junit"],
        &["list"],
        &["show", REVIEW],
        &["due"],
    ]
    .iter()
    .map(|args| school.told(&school.run(args)))
    .collect();
    insta::assert_snapshot!("kent-gaps", all[0]);
    let sign = [
        "sign",
        REVIEW,
        "--role",
        "person-completing",
        "--name",
        "M Reyes",
        "--field",
        "post=Deputy headteacher",
        "--field",
        "review-on=15/1/2027",
    ];
    let signed = school.told(&school.run(&sign));
    insta::assert_snapshot!("kent-sign", signed);
    let ready = school.run(&["ready", REVIEW]);
    assert_eq!(ready.status.code(), Some(0));
    let late = school.run(&["ready", REVIEW, "--as-of", "16/1/2027"]);
    assert_eq!(late.status.code(), Some(1), "the review is overdue");
    assert!(
        school
            .told(&late)
            .contains("`review-on` (15 Jan 2027) is past; it must be 16 Jan 2027 or later")
    );
    let due = school.ok(&["due", "--as-of", "16/1/2027"]);
    assert!(
        due.contains("overdue by 1 day") && due.contains("review: Review signed off"),
        "{due}"
    );
    let told = [
        all.concat(),
        signed,
        school.told(&ready),
        school.told(&late),
        due,
    ]
    .concat()
    .to_lowercase();
    assert!(
        !told.contains("referr") && !told.contains("pupil's"),
        "{told}"
    );
    // A recommendation without its owner holds it up, and the sign-off is stale.
    let action = [
        "record",
        REVIEW,
        "recommendations",
        "--on",
        "today",
        "--next",
        "Train staff",
        "--due",
        "1/12/2026",
    ];
    let said = school.refused(&action);
    assert!(
        said.contains("`recommendations` asks for `owner`"),
        "{said}"
    );
    let args: Vec<&str> = action.iter().chain(&["--incomplete"]).copied().collect();
    school.ok(&args);
    let stale = school.ok(&["gaps", REVIEW]);
    assert!(
        stale.contains("Who sees to it? (owner)") && stale.contains("sign-off-stale"),
        "{stale}"
    );
}

#[test]
fn a_recommendation_has_its_owner_wherever_it_is_agreed() {
    let school = kent();
    let refused = |args: &[&str], wanted: &str| {
        let said = school.refused(args);
        assert!(said.contains(wanted), "{args:?}: {said}");
    };
    let beside = [
        "follow-up",
        REVIEW,
        "--next",
        "Ask the board",
        "--due",
        "4/12/2026",
    ];
    refused(&beside, "asks who will do each follow-up");
    let said = school.ok(&[&beside[..], &["--owner", "M Reyes"]].concat());
    let id = said.split_whitespace().nth(1).unwrap();
    refused(
        &[
            "correct", REVIEW, id, "--clear", "owner", "--why", "She left",
        ],
        "asks who will do each follow-up",
    );
    let on_another = [
        "record",
        REVIEW,
        "guidance-read",
        "--on",
        "today",
        "--field",
        "now=We do",
        "--next",
        "Do it",
        "--field",
        "impact=Fewer days lost",
    ];
    let agreed = [&on_another[..], &["--due", "5/12/2026"]].concat();
    refused(&agreed, "asks who will do each follow-up");
    let table = format!(
        "case,item,date,now,next,impact,due\n{REVIEW},guidance-read,today,x,y,z,5/12/2026\n"
    );
    std::fs::write(school.root().join("agreed.csv"), table).unwrap();
    refused(&["import", "agreed.csv"], "asks who will do each follow-up");
    let said = school.ok(&[&agreed[..], &["--owner", "M Reyes"]].concat());
    let id = said.split_whitespace().nth(1).unwrap();
    refused(
        &[
            "correct", REVIEW, id, "--clear", "owner", "--why", "She left",
        ],
        "asks who will do each follow-up",
    );
    // What happens next is an answer of a checkpoint, and by itself no follow-up.
    let said = school.told(&school.run(&on_another));
    assert!(
        said.contains("recorded") && !said.contains("has no day"),
        "{said}"
    );
}

#[test]
fn a_review_is_not_closed_as_a_pupils_case_is() {
    let school = kent();
    for why in ["referred", "improved", "left", "moved"] {
        let said = school.refused(&["close", REVIEW, "--why", why]);
        assert!(said.contains("this case is about the school"), "{said}");
    }
    assert_eq!(
        school.refused(&["close", REVIEW]),
        "error: --why is missing\nhint: reasons: other\n"
    );
    let id = school.ok(&["close", REVIEW, "--why", "other"]);
    let id = id.split_whitespace().nth(1).unwrap();
    let said = school.refused(&["correct", REVIEW, id, "--reason", "referred", "--why", "x"]);
    assert!(said.contains("this case is about the school"), "{said}");
}

#[test]
fn the_subject_is_the_school_and_no_pupil() {
    let school = kent();
    for (args, wanted) in [
        (
            &["person", REVIEW, "add", "Grace O'Kafor", "--role", "parent"][..],
            "names no parents and no children",
        ),
        (
            &["person", REVIEW, "none", "--role", "parent"],
            "names no parents and no children",
        ),
        (
            &["details", REVIEW, "--name", "Grace O'Kafor"],
            "is about the school",
        ),
        (
            &["new", "--checklist", "kent", "--parent", "Grace O'Kafor"],
            "there is no --parent",
        ),
        (
            &["new", "--checklist", "kent", "--name", "Ada O'Kafor"],
            "there is no --name",
        ),
        (&["conversation", REVIEW], "has no parent to call"),
        (
            &["move", REVIEW, "--to", "lancashire"],
            "is for a pupil, and the case is about a school",
        ),
        (
            &["ready", REVIEW, "--gate", "referral"],
            "`kent` has no gate `referral`",
        ),
        (
            &["ready", REVIEW, "--gate", "self-reviw"],
            "did you mean `self-review`?",
        ),
    ] {
        let said = school.refused(args);
        assert!(said.contains(wanted), "{args:?}: {said}");
    }
}
