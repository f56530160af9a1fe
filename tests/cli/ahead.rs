//! Looking ahead, and commands that go by person.

use serde_json::Value;

use super::{School, project};

const CASE: &str = "c-two";

fn json(school: &School, args: &[&str]) -> Value {
    let output = school.run(args);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", school.told(&output)))
}

#[test]
fn a_blank_field_is_put_right_in_the_persons_own_entry() {
    let mut school = School::new();
    school.at("2026-12-01T09:00:00+00:00");
    let new = [
        "new",
        "--checklist",
        "england-penalty-notice",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ];
    // Nobody is named yet: what is asked of each parent begins with naming one.
    school.ok(&new);
    let lines = json(&school, &["ready", CASE, "--format", "json"]);
    let items = lines["cases"][0]["items"].as_array().unwrap().clone();
    let of = |items: &[Value], id: &str, person: Option<&str>| {
        let fits = |one: &&Value| one["item"] == id && one["for"].as_str() == person;
        items
            .iter()
            .find(fits)
            .unwrap_or_else(|| panic!("{id}"))
            .clone()
    };
    let run = |line: &Value| {
        let argv = line["gaps"][0]["run"]["argv"].as_array().unwrap().clone();
        argv.iter()
            .map(|word| word.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let notices = of(&items, "fewer-than-two", None);
    assert_eq!(
        run(&notices),
        format!("attcheck person {CASE} add --role parent")
    );
    assert_eq!(
        of(&items, "parent-status", None)["gaps"][0]["code"],
        "nobody-named"
    );
    for (name, id) in [("Grace Vale", "p1"), ("Jo Reed", "p2")] {
        school.ok(&["person", CASE, "add", name, "--role", "parent", "--id", id]);
    }
    // A review of a notice that may never have been sent is not suggested: the question comes first.
    let gaps = school.ok(&["gaps", CASE]);
    assert!(
        !gaps.contains(&format!("attcheck record {CASE} improvement-reviewed")),
        "{gaps}"
    );
    assert!(
        gaps.contains(&format!(
            "attcheck fact {CASE} notice_to_improve_used --for p1"
        )),
        "{gaps}"
    );
    for person in ["p1", "p2"] {
        school.ok(&["fact", CASE, "notice_to_improve_used=yes", "--for", person]);
    }
    let review = [
        "record",
        CASE,
        "improvement-reviewed",
        "--on",
        "27/11/2026",
        "--outcome",
        "Seen",
        "--incomplete",
    ];
    school.ok(&[
        &review[..],
        &[
            "--for",
            "p1",
            "--field",
            "improvement=enough",
            "--field",
            "notice-ended=period-over",
        ],
    ]
    .concat());
    let theirs = super::recorded(&school.ok(&[&review[..], &["--for", "p2"]].concat()));
    let lines = json(&school, &["ready", CASE, "--format", "json"]);
    let items = lines["cases"][0]["items"].as_array().unwrap().clone();
    let blank = of(&items, "period-run-out", Some("p2"));
    assert_eq!(
        run(&blank),
        format!("attcheck correct {CASE} {theirs}"),
        "not the entry of the other parent"
    );
}

/// The record of a case that waits five school weeks and then lapses after three months.
fn waiting() -> School {
    let mut school = School::new();
    school.at("2026-11-16T09:00:00+00:00");
    std::fs::create_dir_all(school.root().join("checklists")).unwrap();
    let list = std::fs::read_to_string(project("tests/language/waits.yaml")).unwrap();
    std::fs::write(school.root().join("checklists/waits.yaml"), list).unwrap();
    std::fs::write(
        school.root().join("attcheck.toml"),
        "[[term]]\nfrom = 2026-11-02\nto = 2026-12-18\n\n[[term]]\nfrom = 2027-01-04\nto = 2027-02-12\n\n\
         [[term]]\nfrom = 2027-02-22\nto = 2027-03-25\n",
    )
    .unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "waits",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ]);
    school.ok(&["record", CASE, "letter", "--on", "16/11/2026"]);
    school
}

#[test]
fn the_look_ahead_says_from_when_until_when_and_what_lapses_first() {
    let school = waiting();
    // Worked out by hand, looking back as the rule does: the weeks before that of Monday 21 December are those of 14 and 7
    // December, 30, 23 and 16 November, all school weeks, so five of them go back to Monday 16 November; from the Sunday
    // before they go back to Sunday 15 November only. Three months back from 16 February is 16 November, the last day on
    // which the letter still stands.
    let found = json(&school, &["ready", CASE, "--forecast", "--format", "json"]);
    let ahead = &found["cases"][0]["forecast"];
    assert_eq!(
        (
            &ahead["ready_from"],
            &ahead["ready_until"],
            &ahead["lapses_on"],
            &ahead["lapses"][0]["item"]
        ),
        (
            &"2026-12-21".into(),
            &"2027-02-16".into(),
            &"2027-02-17".into(),
            &"letter".into()
        )
    );
    let told = school.told(&school.run(&["ready", CASE, "--forecast"]));
    assert!(
        told.contains("if nothing else changes: ready from 21 Dec 2026 to 16 Feb 2027"),
        "{told}"
    );
    assert!(
        told.contains("first to lapse, on 17 Feb 2027: letter: "),
        "{told}"
    );
    // What is said of each day is what that day itself says.
    for (day, code) in [
        ("20/12/2026", 1),
        ("21/12/2026", 0),
        ("16/2/2027", 0),
        ("17/2/2027", 1),
    ] {
        assert_eq!(
            school.run(&["ready", CASE, "--as-of", day]).status.code(),
            Some(code),
            "{day}"
        );
    }
    let never = json(
        &school,
        &[
            "ready",
            CASE,
            "--forecast",
            "--as-of",
            "17/2/2027",
            "--format",
            "json",
        ],
    );
    assert!(
        never["cases"][0]["forecast"]["ready_from"].is_null(),
        "{never}"
    );
    let plain = json(&school, &["ready", CASE, "--format", "json"]);
    assert!(
        plain["cases"][0].get("forecast").is_none(),
        "only where it is asked for"
    );
}

#[test]
fn what_only_looks_at_another_item_sends_there() {
    let mut school = School::new();
    school.at("2026-12-01T09:00:00+00:00");
    let new = [
        "new",
        "--checklist",
        "england-penalty-notice",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ];
    school.ok(&[&new[..], &["--parent", "Grace Vale"]].concat());
    school.ok(&["fact", CASE, "notice_to_improve_used=yes", "--for", "p1"]);
    let notice = [
        "record",
        CASE,
        "notice-to-improve",
        "--on",
        "2/10/2026",
        "--incomplete",
    ];
    school.ok(&[
        &notice[..],
        &[
            "--field",
            "starts-on=2/10/2026",
            "--field",
            "ends-on=30/11/2026",
        ],
    ]
    .concat());
    let review = [
        "record",
        CASE,
        "improvement-reviewed",
        "--on",
        "16/11/2026",
        "--outcome",
        "Seen",
    ];
    school.ok(&[
        &review[..],
        &[
            "--field",
            "improvement=not-enough",
            "--field",
            "notice-ended=period-over",
        ],
    ]
    .concat());
    // A period is put right on the notice, and a review held too early by a later review: never by an entry beside them.
    let gaps = school.ok(&["gaps", CASE]);
    assert!(gaps.contains("must be after"), "{gaps}");
    for looks in ["period-run-out", "notice-six-weeks"] {
        assert!(
            !gaps.contains(&format!("attcheck record {CASE} {looks}")),
            "{gaps}"
        );
    }
    assert!(
        gaps.contains(&format!("attcheck record {CASE} improvement-reviewed")),
        "{gaps}"
    );
    let said = school.refused(&["record", CASE, "period-run-out", "--on", "1/12/2026"]);
    assert!(
        said.contains("only looks at what is recorded on `improvement-reviewed`"),
        "{said}"
    );
    std::fs::write(
        school.root().join("rows.csv"),
        format!("case,item,date,for\n{CASE},notice-six-weeks,1/12/2026,p1\n"),
    )
    .unwrap();
    let said = school.refused(&["import", "rows.csv"]);
    assert!(
        said.contains("only looks at what is recorded on `notice-to-improve`"),
        "{said}"
    );
}
