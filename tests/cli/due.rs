//! What is due, without names: in the table, in JSON and in the calendar.

use serde_json::Value;

use super::{CASE, School};

/// A school with a case of each pupil, each of whom has something due that says what was given.
fn school(pupils: &[(&str, &str)]) -> School {
    let school = School::new();
    for (n, (name, next)) in pupils.iter().enumerate() {
        let id = format!("k7m4p{}", n + 2);
        school.ok(&[
            "new",
            "--checklist",
            "lancashire",
            "--id",
            &id,
            "--name",
            name,
        ]);
        school.ok(&["follow-up", &id, "--next", next, "--due", "30/9/2026"]);
    }
    school
}

/// The lines of a calendar file, put together where they were folded.
fn unfolded(calendar: &str) -> String {
    calendar.replace("\r\n ", "")
}

#[test]
fn no_name_of_any_writing_is_left_in_what_is_due() {
    let pupils = [
        // As macOS writes it, where the case was typed on Windows.
        (
            "Ọlábísí Ẹniọlá",
            "Ring O\u{323}la\u{301}bi\u{301}si\u{301}'s aunt",
        ),
        ("Zoe\u{308} Brown", "Ring Zoë and ZOE"),
        ("प्रिया शर्मा", "Ring प्रिया and शर्मा जी"),
        ("Ada Okafor", "Ring Oka\u{ad}for, A\u{200b}da"),
        (
            "Ben Whitcombe",
            "Write to ben.whitcombe@x.org, BenWhitcombe, Whitcombe's, WhitcombeB",
        ),
        // A pupil of another case, and a word that is no name in small letters.
        (
            "Cora Lee",
            "He will ring Will, AdaOkafor and ada.okafor@x.org",
        ),
    ];
    let school = school(&pupils);
    let will = [
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "k7m4px",
        "--name",
        "Will Achebe",
    ];
    school.ok(&will);

    let without = [
        "Ring O\u{323}.'s aunt",
        "Ring Z. and Z.",
        "Ring प्रि. and श. जी",
        "Ring O., A.",
        "Write to b..w.@x.org, B.W., W.'s, W.B",
        "He will ring W., A.O. and a..o.@x.org",
    ];
    let json: Value = serde_json::from_str(&school.ok(&["due", "--format", "json"])).unwrap();
    let said: Vec<&str> = json["due"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["what"].as_str().unwrap())
        .collect();
    assert_eq!(said, without);
    let pupils: Vec<&str> = json["due"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["pupil"].as_str().unwrap())
        .collect();
    assert_eq!(pupils, ["Ọ.Ẹ.", "Z.B.", "प्रि.श.", "A.O.", "B.W.", "C.L."]);
    let table = school.ok(&["due"]);
    let calendar = unfolded(&school.ok(&["due", "--format", "ics"]));
    for text in without {
        let in_calendar = text.replace(',', "\\,");
        assert!(table.contains(text), "{text}: {table}");
        assert!(calendar.contains(&in_calendar), "{text}: {calendar}");
    }
}

#[test]
fn a_calendar_is_valid_whatever_is_due_and_confidential() {
    let mut school = School::with_case();
    let calendar = |school: &School| unfolded(&school.ok(&["due", "--format", "ics"]));
    let empty = calendar(&school);
    assert!(
        empty.contains("BEGIN:VTIMEZONE") && !empty.contains("METHOD") && !empty.contains("VEVENT"),
        "a calendar has at least one component, and one that is published an event: {empty}"
    );
    for line in empty.split_terminator("\r\n") {
        assert!(!line.contains(['\r', '\n']), "{line}");
    }
    school.ok(&["follow-up", CASE, "--next", "Never", "--due", "9999-12-31"]);
    school.ok(&[
        "follow-up",
        CASE,
        "--next",
        "Last year",
        "--due",
        "1/1/0001",
    ]);
    let text = calendar(&school);
    assert!(
        text.contains("DTSTART;VALUE=DATE:99991231\r\n")
            && !text.contains("+1")
            && !text.contains("10000"),
        "the day after has no four digits, and without an end the day is whole: {text}"
    );
    assert!(text.contains("DTEND;VALUE=DATE:00010102\r\n"), "{text}");
    let (events, confidential) = (
        text.matches("BEGIN:VEVENT").count(),
        text.matches("CLASS:CONFIDENTIAL\r\n").count(),
    );
    assert_eq!((events, confidential), (2, 2));
    // Days at both ends are told everywhere, and end no command.
    for args in [
        &["due"][..],
        &["due", "--format", "json"],
        &["list"],
        &["show", CASE],
        &["gaps", CASE],
        &["export", "--kind", "follow-ups"],
    ] {
        for as_of in ["9999-12-31", "0001-01-01"] {
            let output = school.run(&[args, &["--as-of", as_of]].concat());
            let told = school.told(&output);
            assert!(!told.contains("panicked"), "{args:?}: {told}");
        }
    }
    school.at("9999-12-31T23:30:00Z");
    for args in [
        &["due"][..],
        &["list"],
        &["ready", CASE],
        &["log"],
        &["gaps", CASE, "--ahead"],
    ] {
        let told = school.told(&school.run(args));
        assert!(!told.contains("panicked"), "{args:?}: {told}");
    }
}

#[test]
fn today_is_the_day_in_the_united_kingdom_whatever_zone_the_computer_keeps() {
    let mut school = School::with_case();
    for (now, today) in [
        ("2026-09-20T23:30:00Z", "2026-09-21"),
        ("2026-09-20T22:30:00Z", "2026-09-20"),
        ("2026-09-20T19:30:00-04:00", "2026-09-21"),
        ("2026-09-22T01:00:00+09:00", "2026-09-21"),
        ("2026-12-20T23:30:00Z", "2026-12-20"),
        ("2026-12-21T00:30:00+01:00", "2026-12-20"),
    ] {
        school.at(now);
        let json: Value = serde_json::from_str(&school.ok(&["due", "--format", "json"])).unwrap();
        assert_eq!(json["as_of"], today, "{now}");
    }
    school.at("2026-09-21T23:30:00Z");
    let noted = super::recorded(&school.ok(&["note", CASE, "The office rang"]));
    let tomorrow = school.refused(&[
        "record",
        CASE,
        "letters",
        "--on",
        "23/9/2026",
        "--outcome",
        "Sent",
    ]);
    assert!(tomorrow.contains("in the future"), "{tomorrow}");
    let log = school.ok(&["log", "--since", "22/9/2026", "--until", "22/9/2026"]);
    assert!(
        log.contains(&noted) && log.contains("2026-09-22 00:30"),
        "{log}"
    );
    school.at("2026-09-22T09:00:00+01:00");
    assert!(
        school.ok(&["undo", CASE]).contains(&noted),
        "recorded on the same day"
    );
}

#[test]
fn one_entry_with_a_follow_up_and_a_review_on_one_day_is_one_thing() {
    let school = School::with_case();
    let record = [
        "record",
        CASE,
        "letters",
        "--on",
        "18/9/2026",
        "--outcome",
        "Sent",
        "--next",
        "Ring the office",
        "--due",
        "30/9/2026",
        "--owner",
        "D Marsh",
        "--field",
        "review-on=30/9/2026",
    ];
    let id = super::recorded(&school.ok(&record));
    let due = |school: &School| -> Vec<Value> {
        let json: Value = serde_json::from_str(&school.ok(&["due", "--format", "json"])).unwrap();
        json["due"].as_array().unwrap().clone()
    };
    let rows = due(&school);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (rows[0]["kind"].as_str(), rows[0]["owner"].as_str()),
        (Some("follow-up"), Some("D Marsh"))
    );
    let what = rows[0]["what"].as_str().unwrap();
    assert!(what.starts_with("Ring the office; review: "), "{what}");
    let calendar = school.ok(&["due", "--format", "ics"]);
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1, "{calendar}");
    school.ok(&["report", CASE, "--output", "page.html"]);
    let page = std::fs::read_to_string(school.root().join("page.html")).unwrap();
    assert_eq!(
        page.matches("class=\"when\">Wednesday 30 September 2026</span>")
            .count(),
        1,
        "{page}"
    );
    // On another day the review is a thing of its own.
    school.ok(&[
        "correct",
        CASE,
        &id,
        "--field",
        "review-on=1/10/2026",
        "--why",
        "A day later",
    ]);
    assert_eq!(due(&school).len(), 2);
    school.ok(&[
        "correct",
        CASE,
        &id,
        "--field",
        "review-on=30/9/2026",
        "--why",
        "The same day",
    ]);
    // It is settled once.
    school.ok(&["follow-up", CASE, &id, "--outcome", "They will write"]);
    assert_eq!(due(&school).len(), 0);
}

#[test]
fn the_reports_show_what_has_to_be_done_again_as_due_does() {
    let mut school = School::new();
    let new = [
        "new",
        "--checklist",
        "herefordshire",
        "--id",
        CASE,
        "--name",
        "Ada Okafor",
        "--fact",
        "medical_needs=yes",
    ];
    school.ok(&new);
    let plan = [
        "record",
        CASE,
        "healthcare-plan",
        "--on",
        "1/9/2026",
        "--outcome",
        "In place",
        "--incomplete",
    ];
    school.ok(&plan);
    let page = |school: &School, of: &str| {
        school.ok(&["report", of, "--output", "page.html"]);
        std::fs::read_to_string(school.root().join("page.html")).unwrap()
    };
    let again = "again: Review of the healthcare plan";
    assert!(school.ok(&["due"]).contains(again));
    let text = page(&school, CASE);
    assert!(
        text.contains("Wednesday 1 September 2027") && text.contains(again),
        "{text}"
    );
    school.at("2027-09-06T09:00:00+01:00");
    assert!(school.ok(&["due"]).contains("1 due, 1 overdue"));
    let text = page(&school, "--all");
    assert!(
        text.contains("<strong>1</strong> overdue") && text.contains(again),
        "{text}"
    );
}
