//! Slips that could cost a child a right or a school its record: each went wrong once.

use std::fs;

use super::{CASE, School, recorded};

/// A checklist with one line for each parent.
const EACH: &str = r#"attcheck: checklist/1
id: each
edition: "2026-09"
title: Each
authority: Northfield
subject: pupil
source: {title: A form}
gates:
  referral: {title: Referral, sections: [first]}
sections:
  - id: first
    title: First
    level: must
    items:
      - {id: told, title: Parents told, source: "1", each: parent, record: [outcome]}
"#;

fn each() -> School {
    let school = School::new();
    fs::create_dir(school.root().join("checklists")).unwrap();
    fs::write(school.root().join("checklists/each.yaml"), EACH).unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "each",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ]);
    school
}

#[test]
fn two_people_who_got_one_id_apart_are_never_settled_together() {
    let school = each();
    let other = tempfile::tempdir().unwrap();
    fs::create_dir_all(other.path().join("cases")).unwrap();
    fs::create_dir_all(other.path().join("checklists")).unwrap();
    fs::copy(
        school.case_file(),
        other.path().join("cases").join(format!("{CASE}.yaml")),
    )
    .unwrap();
    fs::write(other.path().join("checklists/each.yaml"), EACH).unwrap();
    // As attcheck gave ids before it made them at random.
    school.ok(&[
        "person", CASE, "add", "Mr A", "--role", "parent", "--id", "p1",
    ]);
    school.ok(&[
        "record",
        CASE,
        "told",
        "--on",
        "today",
        "--outcome",
        "By letter",
    ]);
    assert_eq!(school.run(&["ready", CASE]).status.code(), Some(0));
    let there = other.path().to_str().unwrap();
    school.ok(&[
        "--dir", there, "person", CASE, "add", "Ms B", "--role", "parent", "--id", "p1",
    ]);
    let copy = school.root().join("copy.yaml");
    fs::copy(
        other.path().join("cases").join(format!("{CASE}.yaml")),
        &copy,
    )
    .unwrap();
    school.ok(&["join", "copy.yaml"]);
    let ready = school.run(&["ready", CASE]);
    assert_eq!(ready.status.code(), Some(1), "{}", school.told(&ready));
    assert!(school.told(&ready).contains("(contested)"));
}

#[test]
fn the_id_of_somebody_whose_entry_was_struck_is_not_used_again() {
    let school = each();
    let person = recorded(&school.ok(&["person", CASE, "add", "Mr A", "--role", "parent"]));
    school.ok(&[
        "record",
        CASE,
        "told",
        "--on",
        "today",
        "--outcome",
        "By letter",
    ]);
    school.ok(&["strike", CASE, &person, "--why", "May not be named"]);
    school.ok(&["person", CASE, "add", "Ms B", "--role", "parent"]);
    assert_eq!(
        school.run(&["ready", CASE]).status.code(),
        Some(1),
        "what was told to him was not told to her"
    );
}

#[test]
fn a_slip_in_an_entry_written_by_hand_waives_nothing() {
    let school = School::with_case();
    let before = school.case_text();
    for slip in [
        "- kind: fact\n  fact: looked_after\n  value: maybe\n",
        "- kind: fact\n  fact: lookd_after\n  value: never\n",
        "- kind: fact\n  fact: looked_after\n  value: never\n  for: p9\n",
        "- kind: action\n  item: letters\n  answer: done\n  date: \"2027-01-01\"\n",
        "- kind: action\n  item: parent-contact\n  answer: done\n  date: \"2026-09-01\"\n  points: [child]\n",
        "- kind: withdraw\n  withdraws: e4812ccb\n  why: mistake\n",
        "- kind: strike\n  strikes: e4812ccb\n  why: mistake\n",
    ] {
        fs::write(school.case_file(), format!("{before}{slip}")).unwrap();
        let said = school.refused(&["seal", CASE]);
        assert!(
            said.contains("put it right, then seal again"),
            "{slip}: {said}"
        );
    }
    fs::write(
        school.case_file(),
        format!("{before}- kind: close\n  why: improved\n"),
    )
    .unwrap();
    assert!(
        school.refused(&["seal", CASE]).contains("has no `reason`"),
        "a case is not closed by half an entry"
    );
}

#[test]
fn sealing_below_a_newer_entry_keeps_the_record_sound() {
    let school = School::with_case();
    let by_hand = "- kind: note\n  text: Typed in the car park\n";
    fs::write(
        school.case_file(),
        format!("{}{by_hand}", school.case_text()),
    )
    .unwrap();
    school.ok(&["note", CASE, "Recorded meanwhile"]);
    school.ok(&["seal", CASE]);
    let verify = school.run(&["verify", CASE]);
    assert_eq!(verify.status.code(), Some(0), "{}", school.told(&verify));
}

#[test]
fn closing_and_opening_in_one_second_follow_each_other() {
    for _ in 0..8 {
        let school = School::with_case();
        school.ok(&["close", CASE, "--why", "improved"]);
        school.ok(&["reopen", CASE, "--why", "Absent again"]);
        school.ok(&["details", CASE, "--name", "A"]);
        school.ok(&["details", CASE, "--name", "B C"]);
        let list = school.ok(&["list"]);
        assert!(list.contains("B.C.") && list.contains("open"), "{list}");
        school.ok(&["close", CASE, "--why", "left", "--on", "yesterday"]);
        assert!(
            school.ok(&["list"]).contains("0 cases"),
            "what was said last holds"
        );
    }
}

#[test]
fn output_never_takes_the_place_of_a_case() {
    let school = School::with_case();
    let said = school.refused(&["list", "--output", "cases/k7m4px.yaml"]);
    assert!(said.contains("the output would take its place"), "{said}");
}

#[test]
fn a_case_never_grows_past_what_can_be_read() {
    let school = School::with_case();
    fs::write(
        school.root().join("long.txt"),
        "words and more words. ".repeat(900_000),
    )
    .unwrap();
    let said = school.refused(&["note", CASE, "--from", "long.txt"]);
    assert!(said.contains("would be larger than 16 MB"), "{said}");
}

#[test]
fn two_checklists_of_one_id_are_refused() {
    let school = each();
    fs::write(
        school.root().join("checklists/each (1).yaml"),
        EACH.replace("must", "may"),
    )
    .unwrap();
    let said = school.refused(&["ready", CASE]);
    assert!(
        said.contains("two files have edition 2026-09 of the checklist `each`"),
        "{said}"
    );
}

#[test]
fn one_pupil_has_one_open_case() {
    let school = School::new();
    let new = |id: &str| {
        [
            "new",
            "--checklist",
            "lancashire",
            "--name",
            "B",
            "--upn",
            "H801200001001",
            "--id",
            id,
        ]
        .map(str::to_owned)
    };
    let words = |id: &str| new(id).to_vec();
    let first = words("b2c3d4");
    school.ok(&first.iter().map(String::as_str).collect::<Vec<_>>());
    let second = words("b2c3d5");
    let second: Vec<&str> = second.iter().map(String::as_str).collect();
    let said = school.refused(&second);
    assert!(said.contains("case `b2c3d4` of that UPN is open"), "{said}");
    school.ok(&["close", "b2c3d4", "--why", "improved"]);
    school.ok(&second);
    assert!(
        school
            .ok(&["show", "H801200001001"])
            .contains("case b2c3d5"),
        "the open one is meant"
    );
}

#[test]
fn a_name_without_its_quotes_is_not_repeated() {
    let school = School::with_case();
    for args in [
        &["new", "--checklist", "lancashire", "--name", "Ada", "Kafor"][..],
        &["show", "Ada", "Kafor"],
        &["record", CASE, "Ada Kafor"],
    ] {
        school.refused(args);
    }
}

#[test]
fn a_name_given_for_an_id_is_not_repeated() {
    let school = School::with_case();
    school.ok(&[
        "person",
        CASE,
        "add",
        "Grace Vale",
        "--role",
        "parent",
        "--id",
        "p1",
    ]);
    let recorded = [
        "record",
        CASE,
        "letters",
        "--on",
        "today",
        "--outcome",
        "Sent",
        "--for",
        "p1",
    ];
    let entry = super::recorded(&school.ok(&[&recorded[..], &["--incomplete"]].concat()));
    let letters = ["--on", "today", "--outcome", "Sent"];
    for name in ["Ada O'Kafor", "okafor", "p-kafor"] {
        let table = [
            [&["record", CASE, "letters", "--for", name][..], &letters].concat(),
            [&["record", CASE, name][..], &letters].concat(),
            vec!["fact", CASE, "looked_after=never", "--for", name],
            vec!["conversation", CASE, "--for", name],
            vec!["person", CASE, "end", name],
            vec!["correct", CASE, &entry, "--for", name, "--why", "x"],
            vec!["correct", CASE, &entry, "--item", name, "--why", "x"],
            vec![
                "follow-up",
                CASE,
                "--next",
                "x",
                "--due",
                "30/12/2026",
                "--item",
                name,
            ],
            vec![
                "sign",
                CASE,
                name,
                "--role",
                "headteacher",
                "--name",
                "P Vale",
            ],
        ];
        for args in table {
            let said = school.refused(&args);
            assert!(
                !said.to_lowercase().contains("kafor") && said.contains("hint: "),
                "{args:?}: {said}"
            );
        }
    }
    // What looks like an id, or is near one, helps when it is repeated.
    let said =
        school.refused(&[&["record", CASE, "letters", "--for", "p7"][..], &letters].concat());
    assert!(
        said.contains("there is no person `p7` in the case") && said.contains("give an id: p1"),
        "{said}"
    );
}

#[test]
fn a_flag_is_not_taken_for_a_text() {
    let school = School::with_case();
    let said = school.refused(&[
        "record",
        CASE,
        "letters",
        "--on",
        "today",
        "--outcome",
        "--dry-run",
    ]);
    assert!(said.contains("is followed by the flag --dry-run"), "{said}");
    school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "today",
        "--outcome",
        "- sent by post",
    ]);
}

#[test]
fn a_line_that_waits_suggests_no_step() {
    let school = School::with_case();
    let gaps = school.ok(&["gaps", CASE]);
    assert!(!gaps.contains("legal-considered"), "support first: {gaps}");
}

#[test]
fn a_cut_off_file_is_called_so_and_nothing_is_to_be_made_up() {
    let school = School::with_case();
    let text = school.case_text();
    for cut in [text.len() / 3, text.len() / 2, text.len() - 20] {
        fs::write(school.case_file(), &text[..cut]).unwrap();
        let told = school.told(&school.run(&["verify"]));
        assert!(
            told.contains("cut-off") || told.contains("cut off"),
            "{told}"
        );
        assert!(!told.contains("add a line"), "{told}");
    }
}

/// Conditions on the answer of an event that was put right in two ways apart.
#[test]
fn what_was_answered_in_two_ways_decides_nothing_else() {
    let list = r#"attcheck: checklist/1
id: two
edition: "2026-09"
title: Two
authority: Northfield
subject: pupil
source: {title: A form}
gates:
  referral: {title: Referral, sections: [first]}
sections:
  - id: first
    title: First
    level: must
    items:
      - {id: offer, title: Offer, source: "1", level: should, accepts: [declined]}
      - {id: follow, title: Follow, source: "2", when: {offer: [declined]}}
      - {id: soft, title: Soft, source: "3", level: should, must-when: {offer: [declined]}}
      - {id: never, title: Never, source: "4", entries: none, needs: {not: {offer: [declined]}}}
      - {id: later, title: Later, source: "5", dated: on or after offer}
"#;
    let school = School::new();
    fs::create_dir(school.root().join("checklists")).unwrap();
    fs::write(school.root().join("checklists/two.yaml"), list).unwrap();
    school.ok(&["new", "--checklist", "two", "--id", CASE, "--name", "B"]);
    school.ok(&["record", CASE, "later", "--on", "10/9/2026"]);
    let offer = recorded(&school.ok(&["record", CASE, "offer", "--on", "10/9/2026"]));
    assert_eq!(school.run(&["ready", CASE]).status.code(), Some(0));
    let other = tempfile::tempdir().unwrap();
    for folder in ["cases", "checklists"] {
        fs::create_dir(other.path().join(folder)).unwrap();
    }
    fs::write(other.path().join("checklists/two.yaml"), list).unwrap();
    fs::copy(
        school.case_file(),
        other.path().join("cases").join(format!("{CASE}.yaml")),
    )
    .unwrap();
    let there = other.path().to_str().unwrap();
    school.ok(&[
        "--dir", there, "correct", CASE, &offer, "--answer", "declined", "--reason", "r", "--why",
        "a",
    ]);
    school.ok(&["correct", CASE, &offer, "--on", "11/9/2026", "--why", "b"]);
    fs::copy(
        other.path().join("cases").join(format!("{CASE}.yaml")),
        school.root().join("copy.yaml"),
    )
    .unwrap();
    school.ok(&["join", "copy.yaml"]);
    let shown = school.ok(&["show", CASE]);
    for title in ["Offer", "Follow", "Soft", "Never", "Later"] {
        let line = shown
            .lines()
            .find(|line| line.contains(&format!("  {title}")))
            .unwrap();
        assert!(line.trim_start().starts_with("undecided"), "{line}");
    }
    assert_eq!(school.run(&["ready", CASE]).status.code(), Some(1));
}

#[test]
fn a_day_from_which_something_holds_keeps_the_limits_of_days() {
    let school = School::with_case();
    for (day, wanted) in [
        ("1/1/2001", "before the pupil's birth"),
        ("1/1/2020", "more than 3 years ago"),
        ("1/1/2027", "in the future"),
    ] {
        let said = school.refused(&["fact", CASE, "looked_after=never", "--since", day]);
        assert!(said.contains(wanted), "{said}");
    }
    school.ok(&[
        "fact",
        CASE,
        "looked_after=never",
        "--since",
        "1/1/2020",
        "--long-ago",
    ]);
}

#[test]
fn a_newer_format_is_shown_to_people_and_its_ids_are_checked() {
    let school = School::with_case();
    fs::write(
        school.case_file(),
        school.case_text().replace("case/1", "case/2"),
    )
    .unwrap();
    let verify = school.run(&["verify"]);
    assert_eq!(verify.status.code(), Some(2));
    assert!(
        school
            .told(&verify)
            .contains("the ids of 1 of its 1 entries fit"),
        "{}",
        school.told(&verify)
    );
    school.refused(&["show", CASE, "--format", "json"]);
}

#[test]
fn what_is_signed_moved_or_settled_by_hand_is_not_sealed_blindly() {
    let school = School::with_case();
    for (entry, wanted) in [
        (
            "kind: sign\n  role: headteacher\n  name: A Head\n",
            "a signature is given with `attcheck sign`",
        ),
        (
            "kind: checklist\n  checklist: nolist\n  edition: \"1\"\n",
            "a case is moved with `attcheck move`",
        ),
        (
            "kind: plan\n  next: Ring\n  item: lettres\n",
            "`lettres` is not an item of",
        ),
        (
            "kind: plan\n  settles: e00000000000000000000000000000000\n  answer: done\n",
            "there is no entry",
        ),
        (
            "kind: action\n  date: \"2026-09-14\"\n  item: letters\n  answer: done\n  target: ninety\n",
            "`target` is not a figure in percent",
        ),
    ] {
        let before = school.case_text();
        fs::write(school.case_file(), format!("{before}- {entry}")).unwrap();
        let said = school.refused(&["seal", CASE]);
        assert!(said.contains(wanted), "{entry}: {said}");
        fs::write(school.case_file(), before).unwrap();
    }
}
