//! Follow-ups, what is due, and the calendar.

use serde_json::Value;

use super::{CASE, School, recorded};

/// A Southwark case with a target, an action and a follow-up of its own.
fn southwark() -> School {
    let mut school = School::new();
    school.at("2026-10-01T09:00:00+01:00");
    let new = [
        "new",
        "--checklist",
        "southwark",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
        "--parent",
        "Grace O'Kafor",
    ];
    school.ok(&new);
    school.ok(&[
        "record",
        CASE,
        "improvement-target",
        "--on",
        "1/10/2026",
        "--field",
        "target=92",
        "--field",
        "starts-on=1/10/2026",
        "--field",
        "ends-on=18/12/2026",
        "--field",
        "review-on=13/11/2026",
    ]);
    school.ok(&[
        "record",
        CASE,
        "agreed-actions",
        "--on",
        "1/10/2026",
        "--next",
        "Ring Ada's GP with KAFOR senior",
        "--due",
        "30/10/2026",
        "--owner",
        "Grace Kafor",
    ]);
    school.ok(&[
        "follow-up",
        CASE,
        "--next",
        "Look at the timetable",
        "--due",
        "27/11/2026",
        "--owner",
        "D Marsh",
    ]);
    school.at("2026-11-20T09:00:00+00:00");
    school
}

fn due(school: &School, args: &[&str]) -> (i32, Value) {
    let args: Vec<&str> = ["due", "--format", "json"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    let output = school.run(&args);
    (
        output.status.code().unwrap(),
        serde_json::from_slice(&output.stdout).unwrap(),
    )
}

fn days(value: &Value) -> Vec<(String, i64)> {
    let list = value["due"].as_array().unwrap().iter();
    list.map(|row| {
        (
            row["kind"].as_str().unwrap().to_owned(),
            row["days"].as_i64().unwrap(),
        )
    })
    .collect()
}

#[test]
fn what_is_due_is_listed_across_cases_until_it_is_settled() {
    let school = southwark();
    insta::assert_snapshot!("due", school.told(&school.run(&["due"])));
    insta::assert_snapshot!("due-show", school.told(&school.run(&["show", CASE])));
    let (status, value) = due(&school, &["--fail-overdue"]);
    let wanted = [("follow-up", -21), ("review", -7), ("follow-up", 7)]
        .map(|(kind, days)| (kind.to_owned(), days));
    assert_eq!((status, days(&value)), (1, wanted.to_vec()));
    assert_eq!(
        (value["overdue"].as_u64(), value["due"][0]["pupil"].as_str()),
        (Some(2), Some("A.O."))
    );
    assert_eq!(days(&due(&school, &["--within", "3d"]).1), wanted[..2]);
    assert_eq!(days(&due(&school, &["--owner", "marsh"]).1), wanted[2..]);
    assert_eq!(
        due(&school, &["--owner", "marsh", "--fail-overdue"]).0,
        0,
        "nothing of hers is overdue"
    );
    assert_eq!(days(&due(&school, &["--as-of", "1/10/2026"]).1).len(), 3);
    let ring = recorded(&school.ok(&["follow-up", CASE, "--next", "Ring", "--due", "tomorrow"]));
    assert!(days(&due(&school, &[]).1).contains(&("follow-up".to_owned(), 1)));
    school.ok(&["withdraw", CASE, &ring, "--why", "Done"]);
    let names = due(&school, &["--names"]).1;
    assert_eq!(names["due"][0]["pupil"], "Ada O'Kafor");

    let ring = value["due"][0]["entry"].as_str().unwrap();
    school.ok(&[
        "follow-up",
        CASE,
        ring,
        "--outcome",
        "The GP will write",
        "--on",
        "19/11/2026",
    ]);
    let target = value["due"][1]["entry"].as_str().unwrap();
    school.ok(&[
        "follow-up",
        CASE,
        target,
        "--answer",
        "not-suitable",
        "--reason",
        "Put off by a week",
    ]);
    assert_eq!(days(&due(&school, &[]).1), wanted[2..]);
    let settled = school.refused(&["follow-up", CASE, ring, "--answer", "done"]);
    assert!(
        settled.contains("is settled already, by entry e"),
        "{settled}"
    );
    // Before it was settled it was still open.
    assert_eq!(days(&due(&school, &["--as-of", "18/11/2026"]).1).len(), 3);
    school.ok(&["close", CASE, "--why", "improved"]);
    assert_eq!(due(&school, &[]).1["due"].as_array().unwrap().len(), 0);
}

#[test]
fn a_review_is_over_when_it_was_held_or_agreed_anew() {
    let school = southwark();
    let review = |school: &School| {
        days(&due(school, &[]).1)
            .iter()
            .filter(|(kind, _)| kind == "review")
            .count()
    };
    assert_eq!(review(&school), 1);
    let held = |day: &str| {
        vec![
            "record",
            CASE,
            "target-review",
            "--on",
            day,
            "--outcome",
            "Better",
            "--field",
            "attendance-percent=88.5",
            "--field",
            "target-met=improving",
        ]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>()
    };
    let early = held("6/11/2026");
    school.ok(&early.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(review(&school), 0, "it was held, if early");
    assert_eq!(
        days(&due(&school, &["--as-of", "5/11/2026"]).1)[1],
        ("review".to_owned(), 8),
        "on that day it was to come"
    );
    let show = school.ok(&["show", CASE]);
    assert!(
        show.contains("88.5% on 6 Nov 2026: 3.5 points below the target"),
        "{show}"
    );
    let json: Value =
        serde_json::from_str(&school.ok(&["show", CASE, "--format", "json"])).unwrap();
    let target = &json["state"]["target"];
    assert_eq!(
        serde_json::to_string(target).unwrap(),
        concat!(
            r#"{"target":"92%","agreed":"2026-10-01","from":"2026-10-01","to":"2026-12-18","review":"2026-11-13","#,
            r#""measured":{"on":"2026-11-06","percent":88.5},"register":null,"stands":"below","below":3.5}"#
        )
    );
    // By the register, where one is kept: 18 of 20 sessions since 1 October.
    let mut marks = String::from("date,am,pm,read\n2026-09-30,O,O,2026-11-19\n");
    for n in [2, 3, 4, 5, 6, 9, 10, 11, 12, 13] {
        let am = if n < 4 { "O" } else { "/" };
        marks.push_str(&format!("2026-11-{n:02},{am},\\,2026-11-19\n"));
    }
    std::fs::create_dir_all(school.root().join("registers")).unwrap();
    let file = school.root().join("registers").join(format!("{CASE}.csv"));
    std::fs::write(&file, marks).unwrap();
    let show = school.ok(&["show", CASE]);
    assert!(
        show.contains("90% of 20 possible sessions by the register: 2 points below the target"),
        "{show}"
    );
    std::fs::remove_file(&file).unwrap();
    let on_time = held("13/11/2026");
    school.ok(&on_time.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(review(&school), 0);
    school.ok(&[
        "record",
        CASE,
        "improvement-target",
        "--on",
        "16/11/2026",
        "--field",
        "target=94",
        "--field",
        "starts-on=16/11/2026",
        "--field",
        "ends-on=18/12/2026",
        "--field",
        "review-on=18/12/2026",
    ]);
    assert_eq!(
        days(&due(&school, &[]).1).last().unwrap(),
        &("review".to_owned(), 28)
    );
    let show = school.ok(&["show", CASE]);
    assert!(
        show.contains("no attendance figure is recorded since it began"),
        "{show}"
    );
}

#[test]
fn what_is_to_be_done_again_by_a_day_is_due_too() {
    let mut school = School::new();
    school.at("2026-09-21T09:00:00+01:00");
    school.ok(&[
        "new",
        "--checklist",
        "herefordshire",
        "--id",
        CASE,
        "--name",
        "Ada",
        "--fact",
        "medical_needs=yes",
    ]);
    school.ok(&[
        "record",
        CASE,
        "healthcare-plan",
        "--on",
        "1/9/2026",
        "--outcome",
        "In place",
        "--incomplete",
    ]);
    let (_, value) = due(&school, &[]);
    let again = value["due"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["kind"] == "again")
        .unwrap();
    assert_eq!(
        (again["item"].as_str(), again["due"].as_str()),
        (Some("healthcare-plan-review"), Some("2027-09-01"))
    );
}

#[test]
fn the_calendar_holds_no_pupils_name_unless_asked() {
    let school = southwark();
    // Another pupil's name in Ada's case, known from that pupil's own case, which is closed.
    let ben = [
        "new",
        "--checklist",
        "southwark",
        "--id",
        "bbbbbb",
        "--name",
        "Will Reidy",
        "--parent",
        "Jo Vale",
    ];
    school.ok(&ben);
    school.ok(&[
        "close",
        "bbbbbb",
        "--why",
        "other",
        "--text",
        "Opened by mistake",
    ]);
    let told = [
        "--next",
        "Will REIDY's mother agrees, he will sit with Vale",
        "--due",
        "4/12/2026",
        "--owner",
        "R Reidy",
    ];
    school.ok(&[&["follow-up", CASE], &told[..]].concat());
    let plain = school.run(&["due", "--format", "ics"]);
    insta::assert_snapshot!("due-ics", school.told(&plain).replace('\r', ""));
    let text = String::from_utf8(plain.stdout.clone()).unwrap();
    assert!(
        !text.to_lowercase().contains("kafor") && !text.contains("Ada"),
        "{text}"
    );
    assert!(text.contains("A.O.") && text.contains("D Marsh"), "{text}");
    assert!(
        text.contains("W. R.'s mother agrees\\, he will sit with Vale") && text.contains("R Reidy"),
        "{text}"
    );
    // RFC 5545: lines end in CRLF and are at most 75 octets long.
    assert!(
        text.lines().count() > 20
            && text
                .split("\r\n")
                .all(|line| line.len() <= 75 && !line.contains('\n')),
        "{text}"
    );
    assert_eq!(
        plain.stdout,
        school.run(&["due", "--format", "ics"]).stdout,
        "the same bytes on two runs"
    );
    let named = school.ok(&["due", "--format", "ics", "--names"]);
    assert!(named.contains("Ada O'Kafor"), "{named}");
    school.ok(&["due", "--format", "ics", "--output", "due.ics"]);
    assert_eq!(
        std::fs::read(school.root().join("due.ics")).unwrap(),
        plain.stdout
    );
}

#[test]
fn slips_with_follow_ups_say_what_to_do() {
    let school = southwark();
    let refused = |args: &[&str], wanted: &str| {
        let said = school.refused(args);
        assert!(said.contains(wanted), "{args:?}: {said}");
    };
    refused(&["follow-up", CASE], "what is to be done is missing");
    refused(
        &["follow-up", CASE, "--next", "Ring"],
        "the day by which it is to be done is missing",
    );
    refused(
        &["follow-up", CASE, "--next", "Ring", "--due", "Monday"],
        "whether the last or the next is meant",
    );
    refused(
        &["follow-up", CASE, "--next", "Ring", "--due", "31/11/2026"],
        "there is no such day",
    );
    refused(
        &["follow-up", CASE, "--outcome", "Rang"],
        "which follow-up is settled",
    );
    refused(
        &[
            "follow-up",
            CASE,
            "--next",
            "Ring",
            "--due",
            "30/11/2026",
            "--on",
            "today",
        ],
        "--on says what became of",
    );
    refused(
        &["follow-up", CASE, "eeeeeeee", "--answer", "done"],
        "has no entry",
    );
    let target = &due(&school, &[]).1["due"][1]["entry"]
        .as_str()
        .unwrap()
        .to_owned();
    refused(
        &["follow-up", CASE, target, "--due", "30/11/2026"],
        &format!("attcheck correct {CASE} {target}"),
    );
    refused(
        &["follow-up", CASE, target, "--answer", "declined"],
        "the reason is missing",
    );
    refused(
        &["follow-up", CASE, target, "--reason", "No"],
        "a reason goes with an answer other than done",
    );
    refused(
        &[
            "follow-up",
            CASE,
            "--item",
            "leaflets",
            "--next",
            "x",
            "--due",
            "30/11/2026",
        ],
        "did you mean `leaflet`?",
    );
    // What is agreed without its day is kept, and does not come up by itself.
    let said = school.told(&school.run(&[
        "record",
        CASE,
        "reasons-explored",
        "--incomplete",
        "--on",
        "today",
        "--outcome",
        "x",
        "--next",
        "Ring",
    ]));
    assert!(
        said.contains("note: what is to be done next has no day"),
        "{said}"
    );
    // Where an owner is demanded, a follow-up without one is refused, and one beside the item settles nothing.
    let record = [
        "record",
        CASE,
        "agreed-actions",
        "--on",
        "today",
        "--next",
        "Ring",
        "--due",
        "30/11/2026",
    ];
    refused(&record, "`agreed-actions` asks for `owner`");
    let beside = [
        "follow-up",
        CASE,
        "--item",
        "agreed-actions",
        "--next",
        "Ring",
        "--due",
        "30/11/2026",
    ];
    refused(&beside, &format!("`attcheck record {CASE} agreed-actions`"));
    refused(
        &["due", "--within", "soon"],
        "--within is not a number of days",
    );
    refused(&["due", "--as-of", "31/2/2026"], "there is no such day");
    let note = recorded(&school.ok(&["note", CASE, "A remark"]));
    refused(
        &["follow-up", CASE, &note, "--answer", "done"],
        "holds no follow-up and no review",
    );
}

#[test]
fn a_follow_up_is_put_right_withdrawn_and_undone() {
    let school = southwark();
    let id = recorded(&school.ok(&["follow-up", CASE, "--next", "Ring", "--due", "30/11/2026"]));
    school.ok(&[
        "correct",
        CASE,
        &id,
        "--due",
        "4/12/2026",
        "--owner",
        "J Smith",
        "--why",
        "Agreed on the phone",
    ]);
    let row = |school: &School| {
        let value = due(school, &[]).1;
        let found = value["due"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["entry"] == id.as_str())
            .cloned();
        found.map(|row| format!("{} {}", row["due"], row["owner"]))
    };
    assert_eq!(row(&school).as_deref(), Some("\"2026-12-04\" \"J Smith\""));
    school.ok(&[
        "correct", CASE, &id, "--clear", "owner", "--why", "She left",
    ]);
    assert_eq!(row(&school).as_deref(), Some("\"2026-12-04\" null"));
    let done = recorded(&school.ok(&[
        "follow-up",
        CASE,
        &id,
        "--outcome",
        "Rang",
        "--next",
        "Ring again",
        "--due",
        "11/12/2026",
    ]));
    assert_eq!(row(&school), None);
    school.ok(&["withdraw", CASE, &done, "--why", "That was another child"]);
    assert_eq!(
        row(&school).as_deref(),
        Some("\"2026-12-04\" null"),
        "what settled it is gone, so it is open again"
    );
    school.ok(&["follow-up", CASE, &id, "--answer", "done"]);
    school.ok(&["undo", CASE]);
    assert!(row(&school).is_some());
    let said = school.refused(&["correct", CASE, &id, "--answer", "done", "--why", "x"]);
    assert!(said.contains("does not settle a follow-up"), "{said}");
    assert!(school.run(&["verify"]).status.success());
}

#[test]
fn a_case_that_cannot_be_read_is_named_and_the_rest_is_listed() {
    let school = southwark();
    std::fs::write(school.root().join("cases/bad.yaml"), "attcheck: case/1\n").unwrap();
    let (status, value) = due(&school, &[]);
    assert_eq!((status, value["due"].as_array().unwrap().len()), (2, 3));
    assert_eq!(value["failed"][0]["code"], "missing-key");
}

#[test]
fn a_follow_up_changed_in_two_ways_apart_is_never_lost() {
    let school = southwark();
    let id = due(&school, &[]).1["due"][0]["entry"]
        .as_str()
        .unwrap()
        .to_owned();
    let copy = school.root().join("copy.yaml");
    let before = school.case_text();
    school.ok(&[
        "correct",
        CASE,
        &id,
        "--due",
        "23/11/2026",
        "--why",
        "Later",
    ]);
    std::fs::copy(school.case_file(), &copy).unwrap();
    std::fs::write(school.case_file(), &before).unwrap();
    school.ok(&[
        "correct",
        CASE,
        &id,
        "--due",
        "24/11/2026",
        "--why",
        "Later still",
    ]);
    school.ok(&["join", copy.to_str().unwrap()]);
    let value = due(&school, &[]).1;
    let row = value["due"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["entry"] == id.as_str())
        .unwrap()
        .clone();
    assert_eq!(
        (row["due"].as_str(), row["contested"].as_bool()),
        (Some("2026-11-23"), Some(true))
    );
    school.ok(&[
        "correct",
        CASE,
        &id,
        "--due",
        "25/11/2026",
        "--why",
        "Agreed",
    ]);
    let value = due(&school, &[]).1;
    let row = value["due"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["entry"] == id.as_str())
        .unwrap()
        .clone();
    assert_eq!(
        (row["due"].as_str(), row["contested"].as_bool()),
        (Some("2026-11-25"), Some(false))
    );
}

#[test]
fn a_past_day_is_told_as_it_was() {
    let mut school = southwark();
    // Agreed on the 20th, it was not there before.
    school.ok(&["follow-up", CASE, "--next", "Ring", "--due", "30/11/2026"]);
    let count = |school: &School, day: &str| {
        due(school, &["--as-of", day]).1["due"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(
        (count(&school, "19/11/2026"), count(&school, "20/11/2026")),
        (3, 4)
    );
    school.at("2026-12-10T09:00:00+00:00");
    school.ok(&[
        "record",
        CASE,
        "improvement-target",
        "--on",
        "10/12/2026",
        "--field",
        "target=94",
        "--field",
        "starts-on=10/12/2026",
        "--field",
        "ends-on=18/12/2026",
        "--field",
        "review-on=18/12/2026",
    ]);
    let kinds = days(&due(&school, &["--as-of", "22/11/2026"]).1);
    assert!(
        kinds.contains(&("review".to_owned(), -9)),
        "the review was overdue then: {kinds:?}"
    );
}

#[test]
fn a_settlement_settles_one_thing_and_the_next_the_other() {
    let school = southwark();
    school.ok(&[
        "record",
        CASE,
        "sewo-consulted",
        "--on",
        "19/11/2026",
        "--outcome",
        "x",
        "--field",
        "information-shared=y",
        "--next",
        "Ring",
        "--due",
        "23/11/2026",
        "--owner",
        "D Marsh",
        "--field",
        "review-on=30/11/2026",
    ]);
    let of = |school: &School| {
        let value = due(school, &["--within", "20d"]).1;
        let rows = value["due"].as_array().unwrap().clone();
        let theirs = rows.iter().filter(|row| row["item"] == "sewo-consulted");
        theirs
            .map(|row| {
                (
                    row["kind"].as_str().unwrap().to_owned(),
                    row["entry"].as_str().unwrap().to_owned(),
                )
            })
            .collect::<Vec<_>>()
    };
    let open = of(&school);
    assert_eq!(
        open.iter()
            .map(|(kind, _)| kind.as_str())
            .collect::<Vec<_>>(),
        ["follow-up", "review"]
    );
    let entry = open[0].1.clone();
    school.ok(&["follow-up", CASE, &entry, "--answer", "done"]);
    assert_eq!(
        of(&school)
            .iter()
            .map(|(kind, _)| kind.as_str())
            .collect::<Vec<_>>(),
        ["review"]
    );
    school.ok(&["follow-up", CASE, &entry, "--outcome", "Reviewed early"]);
    assert!(of(&school).is_empty());
    let said = school.refused(&["follow-up", CASE, &entry, "--answer", "done"]);
    assert!(said.contains("is settled already"), "{said}");
    let said = school.refused(&[
        "follow-up",
        CASE,
        &recorded(&school.ok(&["follow-up", CASE, "--next", "x", "--due", "1/12/2026"])),
    ]);
    assert!(
        said.contains("what became of the follow-up is missing"),
        "{said}"
    );
}

#[test]
fn a_gate_that_no_list_has_is_refused_over_all_cases_too() {
    let school = southwark();
    for command in [
        &["ready", "--all"][..],
        &["list"],
        &["ready", CASE],
        &["gaps", CASE],
    ] {
        let args: Vec<&str> = command
            .iter()
            .chain(&["--gate", "stage-tow"])
            .copied()
            .collect();
        let said = school.refused(&args);
        assert!(
            said.contains("did you mean `stage-two`?"),
            "{args:?}: {said}"
        );
    }
    let said = school.refused(&["ready", CASE]);
    assert!(
        said.contains("add --gate and one of: stage-two, stage-three"),
        "{said}"
    );
    // Over all cases the first gate is taken, and named.
    let all = school.run(&["ready", "--all"]);
    assert_eq!(all.status.code(), Some(1));
    assert!(
        school.told(&all).contains("stage-two"),
        "{}",
        school.told(&all)
    );
    assert!(school.ok(&["list"]).contains("not ready (stage-two)"));
}
