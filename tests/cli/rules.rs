//! What `record` refuses, every other way in refuses, with the same words.

use std::fs;

use super::{CASE, School, recorded};

const LIST: &str = r#"attcheck: checklist/1
id: ruled
edition: "1"
title: Ruled
authority: Nobody
gates: {referral: {title: Referral, sections: [s]}}
fields:
  how: {ask: "How?", answers: [post, phone]}
sections:
  - id: s
    title: Section
    items:
      - {id: call, title: Call, source: "1", level: must, record: [outcome], accepts: [no-reply]}
      - {id: letter, title: Letter, source: "2", level: must, each: parent, record: [outcome]}
      - {id: scan, title: Scan, source: "3", level: may, attach: [paper]}
      - {id: talk, title: Talk, source: "4", level: may, points: {child: "The child's view", parent: "The parent's view"}}
      - {id: either, title: Either, source: "5", level: may, entries: none, needs: {any: [call, letter]}}
      - {id: late-call, title: Late call, source: "6", level: may, looks-at: call, dated: after letter}
      - {id: ours, title: Ours, source: "7", level: may, about: school, record: [outcome]}
      - {id: signed, title: Signed, source: "8", level: may, signed-by: headteacher, dated: after last-change}
      - {id: free, title: Free, source: "9", level: may}
"#;

/// An entry as each way in can write it, and what all of them say of it.
struct Slip {
    item: &'static str,
    date: Option<&'static str>,
    answer: &'static str,
    /// Key and value, as the file writes them.
    keys: &'static [(&'static str, &'static str)],
    says: &'static str,
}

const DAY: Option<&str> = Some("2026-09-18");

const fn slip(
    item: &'static str,
    keys: &'static [(&'static str, &'static str)],
    says: &'static str,
) -> Slip {
    Slip {
        item,
        date: DAY,
        answer: "done",
        keys,
        says,
    }
}

const SLIPS: &[Slip] = &[
    slip("cal", &[("outcome", "x")], "`cal` is not an item of Ruled"),
    slip(
        "either",
        &[],
        "there is nothing to record on `either`: it follows from other items",
    ),
    slip(
        "late-call",
        &[],
        "`late-call` only looks at what is recorded on `call`",
    ),
    slip(
        "signed",
        &[],
        "`signed` is the sign-off of the whole record, and is signed",
    ),
    slip(
        "ours",
        &[("outcome", "x")],
        "`ours` is answered once, in the school's own record",
    ),
    Slip {
        date: None,
        ..slip(
            "call",
            &[("outcome", "x")],
            "the day it happened is missing",
        )
    },
    Slip {
        date: Some("2026-09-30"),
        ..slip(
            "call",
            &[("outcome", "x")],
            "Wednesday 30 September 2026 is in the future",
        )
    },
    Slip {
        date: Some("2012-03-13"),
        ..slip(
            "call",
            &[("outcome", "x")],
            "Tuesday 13 March 2012 is before the pupil's birth",
        )
    },
    Slip {
        date: Some("2016-09-14"),
        ..slip(
            "call",
            &[("outcome", "x")],
            "Wednesday 14 September 2016 is more than 3 years ago",
        )
    },
    Slip {
        answer: "no-reply",
        ..slip(
            "call",
            &[],
            "the reason is missing: `no-reply` settles something only with its reason",
        )
    },
    slip(
        "call",
        &[("outcome", "x"), ("reason", "y")],
        "a reason goes with an answer other than done",
    ),
    slip("call", &[], "`call` asks for `outcome`"),
    slip("scan", &[], "`scan` asks for a copy of `paper`"),
    slip(
        "letter",
        &[("outcome", "x")],
        "`letter` goes by parent, and 2 are named",
    ),
    slip(
        "free",
        &[("for", "p9")],
        "there is no person `p9` in the case",
    ),
    slip(
        "free",
        &[("hwo", "post")],
        "`hwo` is not a field of this checklist",
    ),
    slip(
        "free",
        &[("how", "pots")],
        "`pots` is not an answer of `how`",
    ),
    slip(
        "free",
        &[("due", "2026-09-30")],
        "`due` is given, and `next` does not say what is to be done",
    ),
    slip(
        "free",
        &[("name", "x")],
        "`free` does not ask for `name`, and a name does not belong into an entry",
    ),
    slip(
        "talk",
        &[("points", "chidl")],
        "`chidl` is not a point of `talk`",
    ),
];

fn school() -> School {
    let school = School::new();
    fs::create_dir_all(school.root().join("checklists")).unwrap();
    fs::write(school.root().join("checklists/ruled.yaml"), LIST).unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "ruled",
        "--id",
        CASE,
        "--name",
        "Ada Okafor",
        "--born",
        "14/3/2012",
        "--parent",
        "Ms Okafor",
        "--parent",
        "Mr Okafor",
    ]);
    school
}

/// The words of a command for an entry, from its keys.
fn flags(slip: &Slip, correcting: bool) -> Vec<String> {
    let mut flags = Vec::new();
    let mut add = |flag: &str, value: String| flags.extend([flag.to_owned(), value]);
    if let Some(date) = slip.date {
        add("--on", date.to_owned());
    }
    if slip.answer != "done" || correcting {
        add("--answer", slip.answer.to_owned());
    }
    for (key, value) in slip.keys {
        match *key {
            "outcome" | "reason" | "due" | "for" => add(&format!("--{key}"), (*value).to_owned()),
            "points" => add("--point", (*value).to_owned()),
            field => add("--field", format!("{field}={value}")),
        }
    }
    flags
}

#[test]
fn record_refuses_it() {
    let school = school();
    let before = school.case_text();
    for slip in SLIPS {
        let flags = flags(slip, false);
        let mut args = vec!["record", CASE, slip.item];
        args.extend(flags.iter().map(String::as_str));
        let said = school.refused(&args);
        assert!(said.contains(slip.says), "{args:?}: {said}");
    }
    assert_eq!(before, school.case_text());
}

#[test]
fn correct_refuses_it() {
    let school = school();
    let entry = recorded(&school.ok(&["record", CASE, "free", "--on", "17/9/2026"]));
    let before = school.case_text();
    // A correction carries over what it does not name: the day, and the item.
    for slip in SLIPS.iter().filter(|slip| slip.date.is_some()) {
        let flags = flags(slip, true);
        let mut args = vec!["correct", CASE, &entry, "--why", "x", "--item", slip.item];
        args.extend(flags.iter().map(String::as_str));
        let said = school.refused(&args);
        assert!(said.contains(slip.says), "{args:?}: {said}");
    }
    assert_eq!(before, school.case_text());
}

#[test]
fn a_table_refuses_it() {
    let school = school();
    let before = school.case_text();
    for slip in SLIPS {
        let mut headings = vec!["case", "item", "answer", "date"];
        let mut cells = vec![CASE, slip.item, slip.answer, slip.date.unwrap_or_default()];
        headings.extend(slip.keys.iter().map(|(key, _)| *key));
        cells.extend(slip.keys.iter().map(|(_, value)| *value));
        let table = format!("{}\n{}\n", headings.join(","), cells.join(","));
        fs::write(school.root().join("rows.csv"), table).unwrap();
        let said = school.refused(&["import", "rows.csv"]);
        // A heading may be a name, so a column that is no field is told by its number.
        let says = if slip.says.starts_with("`hwo`") {
            "heading 5 is no column and no field of this checklist"
        } else if slip.keys == [("for", "p9")] {
            "that is nobody named in the case"
        } else if slip.says.starts_with("`pots`") {
            "that cannot be taken here"
        } else {
            slip.says
        };
        assert!(said.contains(says), "{}: {said}", slip.says);
    }
    assert_eq!(before, school.case_text());
}

#[test]
fn an_entry_written_by_hand_is_not_sealed_with_it() {
    let school = school();
    let before = school.case_text();
    for slip in SLIPS {
        let mut entry = format!(
            "- kind: action\n  item: {}\n  answer: {}\n",
            slip.item, slip.answer
        );
        if let Some(date) = slip.date {
            entry += &format!("  date: \"{date}\"\n");
        }
        for (key, value) in slip.keys {
            entry += &match *key {
                "points" => format!("  points: [{value}]\n"),
                _ => format!("  {key}: \"{value}\"\n"),
            };
        }
        let text = format!("{before}{entry}");
        fs::write(school.case_file(), &text).unwrap();
        let said = school.refused(&["seal", CASE]);
        assert!(said.contains(slip.says), "{entry}: {said}");
        assert_eq!(school.case_text(), text);
    }
}

/// What follows from the checklist alone holds in a situation too; what is only incomplete is what situations are for.
#[test]
fn a_situation_refuses_what_its_checklist_cannot_take() {
    let school = school();
    for slip in SLIPS {
        let of_the_list = [
            "`cal`",
            "either",
            "late-call",
            "`pots`",
            "`hwo`",
            "`chidl`",
            "a reason goes",
            "`p9`",
            "`due`",
        ]
        .iter()
        .any(|word| slip.says.contains(word) || slip.item == *word);
        let keys: String = slip
            .keys
            .iter()
            .map(|(key, value)| format!(", {key}: \"{value}\""))
            .collect();
        let date = slip.date.unwrap_or("2026-09-18");
        let samples = format!(
            "attcheck: samples/1\nchecklist: ruled\nsamples:\n  - name: x\n    as-of: \"2026-09-21\"\n    people: {{p1: parent}}\n    entries:\n      - {{item: {}, answer: {}, date: \"{date}\"{keys}}}\n    expect: {{free: advisory}}\n",
            slip.item, slip.answer
        );
        fs::write(school.root().join("checklists/ruled.samples.yaml"), samples).unwrap();
        let output = school.run(&["checklist", "test", "ruled"]);
        let told = school.told(&output);
        assert_eq!(
            told.contains(slip.says),
            of_the_list,
            "{}: {told}",
            slip.says
        );
    }
}

#[test]
fn facts_people_and_follow_ups_by_hand_go_by_the_same_rules() {
    let school = school();
    school.ok(&["follow-up", CASE, "--next", "Ring", "--due", "30/9/2026"]);
    let before = school.case_text();
    for (entry, says) in [
        (
            "kind: fact\n  fact: looked_after\n  value: never\n  for: p1\n",
            "`looked_after` does not go by person",
        ),
        (
            "kind: fact\n  fact: looked_after\n  value: nevr\n",
            "`nevr` is not an answer to `looked_after`",
        ),
        (
            "kind: plan\n  next: Ring him\n",
            "the day by which it is to be done is missing",
        ),
        (
            "kind: plan\n  due: \"2026-09-30\"\n",
            "what is to be done is missing",
        ),
        (
            "kind: plan\n  next: Ring\n  due: \"2026-09-30\"\n",
            "says the very same",
        ),
        (
            "kind: person\n  person: p3\n  role: parent\n",
            "the name of somebody new is missing",
        ),
        ("kind: person\n  none: parent\n", "the case names a parent"),
        ("kind: reopen\n  reason: x\n", "the case is open"),
        (
            "kind: outcome\n  result: returned\n",
            "why the referral came back is missing",
        ),
        (
            "kind: details\n  details: {born: \"2027-01-01\"}\n",
            "is in the future",
        ),
        (
            "kind: details\n  details: {upn: A123456789013}\n",
            "the check letter does not fit",
        ),
        (
            "kind: correct\n  corrects: e00000000000000000000000000000000\n  why: x\n",
            "there is no entry",
        ),
    ] {
        fs::write(school.case_file(), format!("{before}- {entry}")).unwrap();
        let said = school.refused(&["seal", CASE]);
        assert!(said.contains(says), "{entry}: {said}");
    }
}

#[test]
fn the_same_is_recorded_twice_only_where_it_is_meant() {
    let school = school();
    for run in [
        &[
            "record",
            CASE,
            "call",
            "--on",
            "18/9/2026",
            "--outcome",
            "Rang",
        ][..],
        &["follow-up", CASE, "--next", "Ring", "--due", "30/9/2026"],
        &["note", CASE, "A remark"],
        &["person", CASE, "add", "Ms Vale", "--role", "agency"],
    ] {
        school.ok(run);
        let before = school.case_text();
        let said = school.refused(run);
        assert!(
            said.contains("says the very same") && said.contains("--again"),
            "{said}"
        );
        assert_eq!(before, school.case_text());
        school.ok(&[run, &["--again"]].concat());
        assert_ne!(before, school.case_text());
    }
    let again = [
        "new",
        "--checklist",
        "ruled",
        "--name",
        "ada  OKAFOR",
        "--born",
        "14/3/2012",
    ];
    let said = school.refused(&again);
    assert!(
        said.contains("of the same name and date of birth is open") && said.contains("--again"),
        "{said}"
    );
    school.ok(&[&again[..], &["--again"]].concat());
    school.ok(&[
        "new",
        "--checklist",
        "ruled",
        "--name",
        "Ada Okafor",
        "--born",
        "15/3/2012",
    ]);
}

/// With the national list, a review before the period is over: neither recorded nor corrected into the row that asks
/// whether the period has run out.
#[test]
fn no_correction_settles_what_only_looks_at_other_entries() {
    let school = School::new();
    school.ok(&[
        "new",
        "--checklist",
        "england-penalty-notice",
        "--id",
        CASE,
        "--name",
        "Ada Okafor",
        "--parent",
        "Ms Okafor",
    ]);
    let mut school = school;
    school.at("2026-11-03T09:00:00+00:00");
    school.ok(&[
        "record",
        CASE,
        "notice-to-improve",
        "--on",
        "1/10/2026",
        "--incomplete",
        "--field",
        "starts-on=1/10/2026",
        "--field",
        "ends-on=13/11/2026",
    ]);
    school.ok(&[
        "record",
        CASE,
        "improvement-reviewed",
        "--on",
        "2/11/2026",
        "--incomplete",
    ]);
    let refused = "`period-run-out` only looks at what is recorded on `improvement-reviewed`";
    let said = school.refused(&["record", CASE, "period-run-out", "--on", "2/11/2026"]);
    assert!(said.contains(refused), "{said}");
    let other = recorded(&school.ok(&[
        "record",
        CASE,
        "another-way",
        "--on",
        "2/11/2026",
        "--incomplete",
    ]));
    let said = school.refused(&[
        "correct",
        CASE,
        &other,
        "--item",
        "period-run-out",
        "--why",
        "x",
    ]);
    assert!(said.contains(refused), "{said}");
}

/// Somebody else moves the case to another list while a command waits for the lock: nothing is recorded that the new list
/// would take for something else, and nothing is said to be settled.
#[cfg(target_os = "linux")]
#[test]
fn a_case_that_was_moved_while_a_command_waited_is_not_written() {
    let school = school();
    school.ok(&["move", CASE, "--to", "lancashire"]);
    let moved = school.case_text();
    let before: String = {
        let at = moved.rfind("- kind: checklist").unwrap();
        moved[..at].to_owned()
    };
    fs::write(school.case_file(), before).unwrap();
    let lock = fs::File::create(school.root().join("cases/.lock")).unwrap();
    lock.lock().unwrap();
    let mut waiting = school
        .command(&["record", CASE, "free", "--on", "18/9/2026"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // It has read the case once it holds the file of the lock open.
    let fds = format!("/proc/{}/fd", waiting.id());
    let waits = || {
        fs::read_dir(&fds).is_ok_and(|open| {
            open.flatten()
                .any(|fd| fs::read_link(fd.path()).is_ok_and(|file| file.ends_with("cases/.lock")))
        })
    };
    for _ in 0..3000 {
        if waits() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(waits() && waiting.try_wait().unwrap().is_none());
    fs::write(school.case_file(), &moved).unwrap();
    lock.unlock().unwrap();
    let output = waiting.wait_with_output().unwrap();
    let told = school.told(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("meanwhile the case was moved to lancashire, edition 2026-12")
            && !told.contains("settled"),
        "{told}"
    );
    assert_eq!(school.case_text(), moved);
}

#[test]
fn what_was_to_be_done_is_settled_by_the_entry_that_does_it() {
    let school = school();
    let agreed = recorded(&school.ok(&[
        "record",
        CASE,
        "call",
        "--on",
        "17/9/2026",
        "--outcome",
        "Rang",
        "--next",
        "Ring again",
        "--due",
        "20/9/2026",
        "--owner",
        "D Marsh",
    ]));
    let record = [
        "record",
        CASE,
        "call",
        "--on",
        "20/9/2026",
        "--outcome",
        "Rang again",
    ];
    let output = school.run(&[&record[..], &["--dry-run"]].concat());
    assert!(output.status.success(), "{}", school.told(&output));
    // Of another row it settles nothing.
    let said = school.refused(&[
        "record",
        CASE,
        "free",
        "--on",
        "20/9/2026",
        "--settles",
        &agreed,
    ]);
    assert!(said.contains("is no open follow-up of that row"), "{said}");
    let told = school.told(&school.run(&record));
    let command = format!("attcheck follow-up {CASE} {agreed} --answer done");
    assert!(
        told.contains("Ring again") && told.contains(&command),
        "{told}"
    );
    assert!(school.ok(&["due"]).contains("Ring again"));
    school.ok(&[&record[..], &["--again", "--settles", &agreed]].concat());
    assert!(!school.ok(&["due"]).contains("Ring again"));
}
