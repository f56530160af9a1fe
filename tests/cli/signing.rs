//! Signatures: of an entry, of the whole record, and what goes stale.

use std::fs;

use super::{CASE, School, recorded};

/// A list with a judgement that the head signs, and a sign-off of the whole.
const SIGNED: &str = r#"attcheck: checklist/1
id: signed
edition: "2026-09"
title: Signed
authority: Nobody (invented)
source: {title: A form}
gates:
  referral: {title: Referral, sections: [all-of-it]}
sections:
  - id: all-of-it
    title: All of it
    level: must
    items:
      - {id: judgement, title: A judgement, source: "1", record: [outcome], signed-by: headteacher}
      - {id: two-sign, title: Two sign, source: "2", level: should, record: [outcome], signed-by: [headteacher, dsl]}
      - {id: whole, title: The whole, source: "3", entries: latest, signed-by: headteacher, dated: after last-change}
"#;

fn school() -> School {
    let mut school = School::new();
    fs::create_dir(school.root().join("checklists")).unwrap();
    fs::write(school.root().join("checklists/signed.yaml"), SIGNED).unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "signed",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ]);
    school.at("2026-09-22T09:00:00+01:00");
    school
}

fn line(school: &School, item: &str) -> String {
    let output = school.run(&["ready", CASE, "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let items = value["cases"][0]["items"].as_array().unwrap().clone();
    let line = items.iter().find(|line| line["item"] == item).unwrap();
    let gap = line["gaps"].get(0).map(|gap| {
        format!(
            " {}: {}",
            gap["code"].as_str().unwrap(),
            gap["says"].as_str().unwrap()
        )
    });
    format!(
        "{}{}",
        line["state"].as_str().unwrap(),
        gap.unwrap_or_default()
    )
}

#[test]
fn a_signature_fixes_the_version_it_stands_under() {
    let school = school();
    let entry = recorded(&school.ok(&[
        "record",
        CASE,
        "judgement",
        "--on",
        "today",
        "--outcome",
        "No better",
    ]));
    assert_eq!(
        line(&school, "judgement"),
        "blocks unsigned: not signed by: headteacher"
    );
    let gaps = school.ok(&["gaps", CASE]);
    assert!(
        gaps.contains(&format!("attcheck sign {CASE} {entry} --role headteacher")),
        "{gaps}"
    );
    school.ok(&[
        "sign",
        CASE,
        &entry,
        "--role",
        "deputy-head",
        "--name",
        "M Reyes",
    ]);
    assert_eq!(
        line(&school, "judgement"),
        "blocks unsigned: not signed by: headteacher; signed by: deputy-head"
    );
    let signed = school.run(&[
        "sign",
        CASE,
        "judgement",
        "--role",
        "headteacher",
        "--name",
        "A Head",
        "--on",
        "21/9/2026",
    ]);
    insta::assert_snapshot!("sign-entry", school.told(&signed).replace(&entry, "ENTRY"));
    assert_eq!(line(&school, "judgement"), "met");
    school.ok(&["note", CASE, "A remark"]);
    school.ok(&[
        "record",
        CASE,
        "two-sign",
        "--on",
        "today",
        "--outcome",
        "x",
    ]);
    assert_eq!(
        line(&school, "judgement"),
        "met",
        "a signature on an entry does not go stale by other entries"
    );
    school.ok(&[
        "correct",
        CASE,
        &entry,
        "--outcome",
        "Worse",
        "--why",
        "A slip",
    ]);
    assert_eq!(
        line(&school, "judgement"),
        "blocks sign-off-stale: the entry of 22 Sep 2026 was put right after it was signed by: headteacher"
    );
    school.ok(&[
        "sign",
        CASE,
        &entry,
        "--role",
        "headteacher",
        "--name",
        "A Head",
    ]);
    assert_eq!(line(&school, "judgement"), "met");
    // A signature that is withdrawn is none.
    school.ok(&["undo", CASE]);
    assert!(line(&school, "judgement").starts_with("blocks sign-off-stale"));
    assert!(school.run(&["verify"]).status.success());
}

#[test]
fn every_role_that_is_asked_for_must_sign() {
    let school = school();
    let entry = recorded(&school.ok(&[
        "record",
        CASE,
        "two-sign",
        "--on",
        "today",
        "--outcome",
        "x",
    ]));
    school.ok(&["sign", CASE, &entry, "--role", "dsl", "--name", "M Carter"]);
    assert_eq!(
        line(&school, "two-sign"),
        "advisory unsigned: not signed by: headteacher; signed by: dsl"
    );
    school.ok(&[
        "sign",
        CASE,
        &entry,
        "--role",
        "headteacher",
        "--name",
        "A Head",
    ]);
    assert_eq!(line(&school, "two-sign"), "met");
}

#[test]
fn a_sign_off_of_the_whole_goes_stale_when_something_is_recorded_after_it() {
    let school = school();
    assert_eq!(
        line(&school, "whole"),
        "blocks missing: nobody has signed the record off"
    );
    let gaps = school.ok(&["gaps", CASE]);
    assert!(
        gaps.contains(&format!("attcheck sign {CASE} whole --role headteacher")),
        "{gaps}"
    );
    // Without an item: the checklist has one sign-off of the whole for the role.
    school.ok(&["sign", CASE, "--role", "headteacher", "--name", "A Head"]);
    assert_eq!(line(&school, "whole"), "met");
    school.ok(&["note", CASE, "A remark"]);
    school.ok(&[
        "sign",
        CASE,
        "whole",
        "--role",
        "chair-of-governors",
        "--name",
        "B Chair",
    ]);
    assert_eq!(
        line(&school, "whole"),
        "met",
        "notes and signatures change nothing"
    );
    let fact = recorded(&school.ok(&["fact", CASE, "looked_after=never"]));
    let stale = line(&school, "whole");
    assert!(
        stale.starts_with(
            "blocks sign-off-stale: something was recorded after the sign-off of 22 Sep 2026"
        ),
        "{stale}"
    );
    assert!(
        stale.contains(&fact) && stale.contains("kind fact"),
        "{stale}"
    );
    school.ok(&[
        "sign",
        CASE,
        "whole",
        "--role",
        "headteacher",
        "--name",
        "A Head",
    ]);
    assert_eq!(line(&school, "whole"), "met");
    let known = school.ok(&["show", CASE, "--known-by", "21/9/2026", "--format", "json"]);
    assert!(
        known.contains("\"missing\""),
        "before it was signed nobody had signed: {known}"
    );
    school.ok(&["withdraw", CASE, &fact, "--why", "Not asked yet"]);
    assert!(
        line(&school, "whole").contains("kind withdraw"),
        "taking something back is a change too"
    );
}

#[test]
fn two_copies_joined_after_a_sign_off_are_a_change() {
    let school = school();
    let copy = school.root().join("copy.yaml");
    fs::copy(school.case_file(), &copy).unwrap();
    let other = school.case_text();
    school.ok(&[
        "sign",
        CASE,
        "whole",
        "--role",
        "headteacher",
        "--name",
        "A Head",
    ]);
    let signed = school.case_text();
    // Somebody recorded on another machine, without having seen the sign-off.
    fs::write(school.case_file(), &other).unwrap();
    school.ok(&["fact", CASE, "looked_after=never"]);
    fs::rename(school.case_file(), &copy).unwrap();
    fs::write(school.case_file(), &signed).unwrap();
    assert_eq!(line(&school, "whole"), "met");
    school.ok(&["join", copy.to_str().unwrap()]);
    assert!(
        line(&school, "whole").starts_with("blocks sign-off-stale"),
        "{}",
        line(&school, "whole")
    );
}

#[test]
fn slips_with_signatures_say_what_to_do() {
    let school = school();
    let refused = |args: &[&str], wanted: &str| {
        let said = school.refused(args);
        assert!(said.contains(wanted), "{args:?}: {said}");
    };
    refused(&["sign", CASE, "--name", "A Head"], "--role is missing");
    refused(
        &["sign", CASE, "--role", "headteacher"],
        "--name is missing",
    );
    refused(
        &[
            "sign",
            CASE,
            "judgement",
            "--role",
            "headteacher",
            "--name",
            "A",
        ],
        &format!("`attcheck record {CASE} judgement`"),
    );
    refused(
        &[
            "sign",
            CASE,
            "judgment",
            "--role",
            "headteacher",
            "--name",
            "A",
        ],
        "did you mean `judgement`?",
    );
    refused(
        &[
            "sign",
            CASE,
            "Ada Kafor",
            "--role",
            "headteacher",
            "--name",
            "A",
        ],
        "that is neither an item of Signed nor an entry",
    );
    refused(
        &[
            "sign",
            CASE,
            "eabcdef0",
            "--role",
            "headteacher",
            "--name",
            "A",
        ],
        "has no entry",
    );
    refused(
        &[
            "sign",
            CASE,
            "whole",
            "--role",
            "Head Teacher",
            "--name",
            "A",
        ],
        "small letters with hyphens",
    );
    refused(
        &[
            "sign",
            CASE,
            "whole",
            "--role",
            "headteacher",
            "--name",
            "A",
            "--on",
            "1/1/2027",
        ],
        "is in the future",
    );
    refused(
        &["record", CASE, "whole", "--on", "today"],
        &format!("attcheck sign {CASE} whole --role headteacher"),
    );
    let wrong = school.run(&[
        "sign",
        CASE,
        "whole",
        "--role",
        "headteachers",
        "--name",
        "A",
    ]);
    let said = school.told(&wrong);
    assert!(
        wrong.status.success()
            && said
                .contains("asks for another role than `headteachers`; did you mean `headteacher`?"),
        "{said}"
    );
    let dry = school.snapshot();
    school.ok(&[
        "sign",
        CASE,
        "whole",
        "--role",
        "headteacher",
        "--name",
        "A",
        "--dry-run",
    ]);
    assert_eq!(dry, school.snapshot());
    // A broken chain: nobody signs what does not stand up.
    fs::write(
        school.case_file(),
        school
            .case_text()
            .replace("edition: 2026-09", "edition: 2026-08"),
    )
    .unwrap();
    refused(
        &[
            "sign",
            CASE,
            "whole",
            "--role",
            "headteacher",
            "--name",
            "A",
        ],
        "the record does not stand up",
    );
}
