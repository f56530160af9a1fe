//! What is due, without names: in the table, in JSON and in the calendar.

use serde_json::Value;

use super::School;

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
