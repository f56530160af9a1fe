//! Editions, and cases that move between checklists.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::{CASE, School, project};

fn lines(school: &School, args: &[&str]) -> BTreeMap<String, String> {
    let args: Vec<&str> = ["ready", CASE, "--format", "json"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    let output = school.run(&args);
    let value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", school.told(&output)));
    let items = value["cases"][0]["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|line| {
            let gaps: Vec<String> = line["gaps"]
                .as_array()
                .unwrap()
                .iter()
                .map(|gap| {
                    format!(
                        "{} {}",
                        gap["code"].as_str().unwrap(),
                        gap["says"].as_str().unwrap()
                    )
                })
                .collect();
            let name = format!(
                "{}/{}",
                line["item"].as_str().unwrap(),
                line["for"].as_str().unwrap_or("-")
            );
            (
                name,
                format!("{} {}", line["state"].as_str().unwrap(), gaps.join("; ")),
            )
        })
        .collect()
}

/// A case of the example school.
fn with_example(id: &str) -> School {
    let mut school = School::new();
    school.at("2026-11-20T09:00:00+00:00");
    fs::create_dir(school.root().join("cases")).unwrap();
    let text = fs::read_to_string(project("examples/northfield/cases").join(format!("{id}.yaml")))
        .unwrap();
    fs::write(school.root().join("cases").join(format!("{id}.yaml")), text).unwrap();
    school
}

/// A round trip keeps every entry, and the verdict is what it was.
#[test]
fn there_and_back_again_every_entry_counts_as_before() {
    for id in ["k7m4px", "b5nf2k", "j4ns8q"] {
        let school = with_example(id);
        let ready = |school: &School| {
            let output = school.run(&["ready", id, "--format", "json"]);
            let mut value: Value = serde_json::from_slice(&output.stdout).unwrap();
            let case = value["cases"][0].as_object_mut().unwrap();
            case.remove("version");
            serde_json::to_string(case).unwrap()
        };
        let checklist = ready(&school).contains("\"checklist\":\"herefordshire\"");
        // One of the cases has been moved to the newer edition already.
        let newer = ready(&school).contains("\"edition\":\"2026-12\"");
        let (there, back) = match (checklist, newer) {
            (true, _) => ("lancashire@2026-11", "herefordshire@2026-11"),
            (false, false) => ("herefordshire@2026-11", "lancashire@2026-11"),
            (false, true) => ("herefordshire@2026-12", "lancashire@2026-12"),
        };
        let before = ready(&school);
        let text = fs::read_to_string(school.root().join(format!("cases/{id}.yaml"))).unwrap();
        school.ok(&["move", id, "--to", there]);
        assert_ne!(ready(&school), before);
        school.ok(&["move", id, "--to", back]);
        assert_eq!(ready(&school), before, "{id}");
        let after = fs::read_to_string(school.root().join(format!("cases/{id}.yaml"))).unwrap();
        assert!(
            after.starts_with(&text),
            "{id}: what was there stays byte for byte"
        );
        assert!(school.run(&["verify"]).status.success());
    }
}

/// Under the other list the verdict is that of a case recorded afresh there with the same facts and the carried entries.
#[test]
fn the_verdict_after_a_move_is_that_of_a_case_recorded_afresh() {
    let facts = [
        "looked_after=formerly",
        "open_to_service=neither",
        "has_ehcp=no",
        "child_seen=yes",
        "young_carer=no",
    ];
    // Item there, item here, and what is recorded on it.
    let entries: &[(&str, &str, &[&str])] = &[
        (
            "letters",
            "letter",
            &[
                "--on",
                "14/9/2026",
                "--outcome",
                "First letter",
                "--field",
                "letter-types=first letter",
            ],
        ),
        (
            "letters",
            "letter",
            &["--on", "18/9/2026", "--outcome", "Second letter"],
        ),
        (
            "home-visits",
            "home-visit",
            &["--on", "15/9/2026", "--outcome", "Seen"],
        ),
        (
            "early-help",
            "early-help-assessment",
            &[
                "--on",
                "16/9/2026",
                "--answer",
                "declined",
                "--reason",
                "They have help",
            ],
        ),
        (
            "contract",
            "attendance-contract",
            &["--on", "17/9/2026", "--outcome", "Signed"],
        ),
        (
            "virtual-school",
            "virtual-school",
            &[
                "--on",
                "17/9/2026",
                "--outcome",
                "Rang",
                "--field",
                "led-by=designated-teacher",
            ],
        ),
        (
            "improvement-judged",
            "improvement-judged",
            &[
                "--on",
                "18/9/2026",
                "--outcome",
                "No better",
                "--field",
                "improvement=not-improved",
            ],
        ),
    ];
    let not_carried = ["champion-and-dsl", "parent-contact"];
    let open = |checklist: &str| {
        let mut school = School::new();
        school.ok(&[
            "new",
            "--checklist",
            checklist,
            "--id",
            CASE,
            "--name",
            "Ada",
            "--born",
            "14/3/2012",
            "--parent",
            "Grace",
        ]);
        school.at("2026-09-22T09:00:00+01:00");
        let args: Vec<&str> = ["fact", CASE].iter().chain(&facts).copied().collect();
        school.ok(&args);
        school
    };
    let moved = open("lancashire");
    for item in not_carried {
        moved.ok(&[
            "record",
            CASE,
            item,
            "--on",
            "14/9/2026",
            "--outcome",
            "Talked",
        ]);
    }
    for (item, _, rest) in entries {
        let args: Vec<&str> = ["record", CASE, item, "--incomplete"]
            .iter()
            .chain(*rest)
            .copied()
            .collect();
        moved.ok(&args);
    }
    let told = moved.run(&["move", CASE, "--to", "herefordshire"]);
    insta::assert_snapshot!("move", moved.told(&told));
    let fresh = open("herefordshire");
    for (_, item, rest) in entries {
        let args: Vec<&str> = ["record", CASE, item, "--incomplete"]
            .iter()
            .chain(*rest)
            .copied()
            .collect();
        fresh.ok(&args);
    }
    // The commands in the gaps hold the ids of entries, and these differ: states, codes and sentences must not.
    assert_eq!(lines(&moved, &[]), lines(&fresh, &[]));
    // What is recorded after the move is recorded under the new list.
    moved.ok(&[
        "record",
        CASE,
        "phone-call",
        "--on",
        "today",
        "--outcome",
        "Rang",
    ]);
    fresh.ok(&[
        "record",
        CASE,
        "phone-call",
        "--on",
        "today",
        "--outcome",
        "Rang",
    ]);
    assert_eq!(lines(&moved, &[]), lines(&fresh, &[]));
    // An entry of before the move is put right as before.
    let log = moved.ok(&["log", "--since", "7d", "--format", "json"]);
    let log: Value = serde_json::from_str(&log).unwrap();
    let letter = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["what"] == "letters: done")
        .unwrap();
    let letter = letter["entry"].as_str().unwrap();
    moved.ok(&[
        "correct",
        CASE,
        letter,
        "--outcome",
        "The first letter",
        "--why",
        "Clearer",
    ]);
    assert_eq!(lines(&moved, &[]), lines(&fresh, &[]));
    // Before the move was known, the case was judged by the list it had then.
    let known = lines(&moved, &["--known-by", "21/9/2026"]);
    assert!(known.contains_key("champion-and-dsl/-"), "{known:?}");
}

const FIRST: &str = r#"attcheck: checklist/1
id: small
edition: "2026-09"
title: Small
authority: Nobody (invented)
source: {title: A form}
facts:
  likes_school: {ask: Does the child like school?, answers: [very, little]}
gates:
  referral: {title: Referral, sections: [steps]}
sections:
  - id: steps
    title: Steps
    level: must
    items:
      - {id: call, title: A call, source: "1", practice: phone-call, record: [outcome]}
      - {id: visit, title: A visit, source: "2", practice: home-visit}
      - {id: talk, title: A talk, source: "3", level: should}
      - {id: liked, title: Liked, source: "4", when: {likes_school: [little]}}
"#;

fn second() -> String {
    FIRST
        .replace("2026-09", "2027-09")
        .replace("[very, little]", "[very, somewhat, not-at-all]")
        .replace("{likes_school: [little]}", "{likes_school: [not-at-all]}")
        .replace("record: [outcome]", "record: [outcome, place]")
        .replace(
            "id: visit, title: A visit",
            "id: home-visit, title: A visit at home",
        )
        .replace(
            "      - {id: talk, title: A talk, source: \"3\", level: should}\n",
            "",
        )
        .replace(
            "level: must\n    items:\n",
            "level: must\n    items:\n      - {id: hello, title: Hello, source: \"0\"}\n",
        )
}

fn two_editions() -> School {
    let mut school = School::new();
    let folder = school.root().join("checklists");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("small-2026.yaml"), FIRST).unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "small",
        "--id",
        CASE,
        "--name",
        "Ada",
        "--fact",
        "likes_school=little",
    ]);
    fs::write(folder.join("small-2027.yaml"), second()).unwrap();
    school.at("2026-09-22T09:00:00+01:00");
    school
}

#[test]
fn a_case_stays_with_its_edition_until_it_is_moved() {
    let school = two_editions();
    for (item, more) in [
        ("call", &["--outcome", "Rang"][..]),
        ("visit", &[]),
        ("talk", &[]),
    ] {
        let args: Vec<&str> = ["record", CASE, item, "--on", "today"]
            .iter()
            .chain(more)
            .copied()
            .collect();
        school.ok(&args);
    }
    let before = lines(&school, &[]);
    assert!(
        before.contains_key("visit/-") && before["call/-"].starts_with("met"),
        "{before:?}"
    );
    let shown = school.ok(&["show", CASE]);
    assert!(shown.contains("Small, edition 2026-09"), "{shown}");
    insta::assert_snapshot!(
        "diff",
        school.told(&school.run(&["checklist", "diff", "small@2026-09", "small", "--cases"]))
    );
    let json: Value = serde_json::from_str(&school.ok(&[
        "checklist",
        "diff",
        "small@2026-09",
        "small@2027-09",
        "--format",
        "json",
    ]))
    .unwrap();
    assert_eq!(
        (
            json["added"].as_array().unwrap().len(),
            json["removed"].as_array().unwrap().len()
        ),
        (2, 2)
    );
    let same = school.ok(&["checklist", "diff", "small", "small"]);
    assert!(same.contains("no difference"), "{same}");

    insta::assert_snapshot!(
        "move-edition",
        school.told(&school.run(&["move", CASE, "--to", "small"]))
    );
    let after = lines(&school, &[]);
    assert!(
        after["home-visit/-"].starts_with("met"),
        "the practice carries it, whatever it is called: {after:?}"
    );
    assert!(
        after["call/-"].starts_with("blocks field-missing"),
        "{after:?}"
    );
    assert!(
        after["liked/-"].starts_with("undecided fact-unknown"),
        "an answer that is none there is not known: {after:?}"
    );
    assert!(!after.contains_key("talk/-") && after.contains_key("hello/-"));
    // A new case takes the newest edition; an older one can be named.
    school.ok(&[
        "new",
        "--checklist",
        "small",
        "--id",
        "newer",
        "--name",
        "B",
    ]);
    school.ok(&[
        "new",
        "--checklist",
        "small@2026-09",
        "--id",
        "older",
        "--name",
        "C",
    ]);
    assert!(school.ok(&["show", "newer"]).contains("edition 2027-09"));
    assert!(school.ok(&["show", "older"]).contains("edition 2026-09"));
    school.ok(&["withdraw", CASE, &newest(&school), "--why", "Too early"]);
    assert_eq!(
        lines(&school, &[]),
        before,
        "without the move the case is what it was"
    );
}

fn newest(school: &School) -> String {
    let shown = school.ok(&["show", CASE]);
    shown
        .split("newest ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned()
}

#[test]
fn slips_with_moves_say_what_to_do() {
    let school = two_editions();
    for (to, wanted) in [
        (
            "small@2026-09",
            "is worked against small, edition 2026-09, already",
        ),
        (
            "small@2030",
            "edition 2030 of `small` is asked for, and only 2026-09, 2027-09 is here",
        ),
        ("lancashir", "did you mean `lancashire`?"),
        (
            "kent",
            "`kent` is for a school, and the case is about a pupil",
        ),
        ("checklists/small-2027.yaml", "not to a file"),
    ] {
        let said = school.refused(&["move", CASE, "--to", to]);
        assert!(said.contains(wanted), "{to}: {said}");
    }
    // A newest edition that cannot be read does not give way to an older one in silence.
    let newest = school.root().join("checklists/small-2028.yaml");
    fs::write(
        &newest,
        second()
            .replace("2027-09", "2028-09")
            .replace("level: must", "level: mst"),
    )
    .unwrap();
    let said = school.refused(&["new", "--checklist", "small", "--name", "B"]);
    assert!(said.contains("did you mean `must`?"), "{said}");
    fs::remove_file(&newest).unwrap();
    let before = school.snapshot();
    school.ok(&["move", CASE, "--to", "small", "--dry-run"]);
    assert_eq!(before, school.snapshot());
    let said = school.refused(&["checklist", "diff", "small", "nothing.yaml"]);
    assert!(said.contains("nothing.yaml"), "{said}");
}

/// A list of items, each with its practice.
fn list(id: &str, edition: &str, items: &[(&str, &str)]) -> String {
    let items: Vec<String> = items
        .iter()
        .map(|(item, practice)| {
            format!("      - {{id: {item}, title: T, source: \"1\", practice: {practice}}}\n")
        })
        .collect();
    format!(
        "attcheck: checklist/1\nid: {id}\nedition: \"{edition}\"\ntitle: T\nauthority: A\nsource: {{title: A}}\n\
         gates:\n  referral: {{title: R, sections: [s]}}\nsections:\n  - id: s\n    title: S\n    level: must\n    items:\n{}",
        items.concat()
    )
}

/// Lists that make a wrong turn show: two items of one practice, ids that change, and an id that means two things.
fn lists() -> School {
    let mut school = School::new();
    let folder = school.root().join("checklists");
    fs::create_dir(&folder).unwrap();
    for (file, text) in [
        (
            "aa1",
            list(
                "aa",
                "1",
                &[
                    ("x", "letter"),
                    ("x2", "letter"),
                    ("z", "phone-call"),
                    ("odd", "home-visit"),
                ],
            ),
        ),
        (
            "aa2",
            list("aa", "2", &[("yy", "letter"), ("zz", "phone-call")]),
        ),
        (
            "bb",
            list(
                "bb",
                "1",
                &[
                    ("b-letter", "letter"),
                    ("b-call", "phone-call"),
                    ("odd", "email"),
                ],
            ),
        ),
        ("cc", list("cc", "1", &[("c-letter", "letter")])),
    ] {
        fs::write(folder.join(format!("{file}.yaml")), text).unwrap();
    }
    school.ok(&["new", "--checklist", "aa@1", "--id", CASE, "--name", "Ada"]);
    school.at("2026-09-22T09:00:00+01:00");
    school
}

fn met(school: &School) -> Vec<String> {
    let met = lines(school, &[])
        .into_iter()
        .filter(|(_, state)| state.starts_with("met"));
    met.map(|(line, _)| line.trim_end_matches("/-").to_owned())
        .collect()
}

fn later(school: &mut School, minute: usize) {
    school.at(&format!("2026-09-22T10:{minute:02}:00+01:00"));
}

#[test]
fn back_on_an_edition_it_had_before_nothing_is_lost_and_nothing_is_added() {
    let school = lists();
    for item in ["x", "z"] {
        school.ok(&["record", CASE, item, "--on", "today"]);
    }
    assert_eq!(met(&school), ["x", "z"]);
    for (to, wanted) in [
        ("aa@2", vec!["yy", "zz"]),
        ("aa@1", vec!["x", "z"]),
        ("bb", vec!["b-call", "b-letter"]),
        ("aa@2", vec!["yy", "zz"]),
        ("cc", vec!["c-letter"]),
        ("aa@1", vec!["x", "z"]),
    ] {
        school.ok(&["move", CASE, "--to", to]);
        assert_eq!(met(&school), wanted, "{to}");
    }
}

#[test]
fn a_move_that_is_taken_back_leaves_what_was_recorded_after_it() {
    let mut school = lists();
    let moved = super::recorded(&school.ok(&["move", CASE, "--to", "bb"]));
    later(&mut school, 1);
    school.ok(&["record", CASE, "b-call", "--on", "today"]);
    // The same word is another thing in the other list.
    school.ok(&["record", CASE, "odd", "--on", "today"]);
    later(&mut school, 2);
    let said = school.run(&["withdraw", CASE, &moved, "--why", "Too early"]);
    assert!(
        school
            .told(&said)
            .contains("the case is worked against aa, edition 1, again"),
        "{}",
        school.told(&said)
    );
    assert_eq!(met(&school), ["z"]);
    later(&mut school, 3);
    school.ok(&["record", CASE, "odd", "--on", "today", "--again"]);
    assert_eq!(met(&school), ["odd", "z"]);
    school.ok(&["move", CASE, "--to", "bb"]);
    assert_eq!(met(&school), ["b-call", "odd"]);
}

#[test]
fn the_same_move_made_on_two_machines_is_one() {
    let mut school = lists();
    school.ok(&["record", CASE, "x", "--on", "today"]);
    let copy = school.root().join("copy.yaml");
    let before = school.case_text();
    later(&mut school, 1);
    school.ok(&["move", CASE, "--to", "bb"]);
    school.ok(&["record", CASE, "b-call", "--on", "today"]);
    fs::copy(school.case_file(), &copy).unwrap();
    fs::write(school.case_file(), &before).unwrap();
    later(&mut school, 2);
    school.ok(&["move", CASE, "--to", "bb"]);
    school.ok(&["record", CASE, "odd", "--on", "today"]);
    school.ok(&["join", copy.to_str().unwrap()]);
    assert_eq!(met(&school), ["b-call", "b-letter", "odd"]);
    // Moved to two places, it is worked against the one it was moved to last.
    fs::write(school.case_file(), &before).unwrap();
    later(&mut school, 3);
    school.ok(&["move", CASE, "--to", "cc"]);
    school.ok(&["join", copy.to_str().unwrap()]);
    assert_eq!(met(&school), ["c-letter"]);
}

#[test]
fn a_correction_keeps_the_list_its_item_is_of() {
    let mut school = lists();
    let entry = super::recorded(&school.ok(&["record", CASE, "z", "--on", "today"]));
    later(&mut school, 1);
    school.ok(&["move", CASE, "--to", "bb"]);
    school.ok(&[
        "correct",
        CASE,
        &entry,
        "--item",
        "b-letter",
        "--why",
        "It was a letter",
    ]);
    assert_eq!(met(&school), ["b-letter"]);
    later(&mut school, 2);
    school.ok(&["move", CASE, "--to", "aa@1"]);
    assert_eq!(met(&school), ["x", "x2"]);
    later(&mut school, 3);
    school.ok(&[
        "correct",
        CASE,
        &entry,
        "--on",
        "21/9/2026",
        "--why",
        "The day before",
    ]);
    assert_eq!(
        met(&school),
        ["x", "x2"],
        "the day is put right, and nothing else"
    );
}

/// Every open case of one edition: before and after for each, nothing moved unasked, each written by itself.
#[test]
fn the_cases_of_an_edition_are_moved_together_and_never_unasked() {
    let mut school = School::new();
    school.at("2026-11-20T09:00:00+00:00");
    super::support::copy_folder(&project("examples/northfield"), &school.root());
    let all = [
        "move",
        "--all",
        "--from",
        "lancashire@2026-11",
        "--to",
        "lancashire@2026-12",
    ];
    let before = school.snapshot();
    let dry = school.ok(&[&all[..], &["--dry-run"]].concat());
    assert_eq!(before, school.snapshot(), "a dry run writes nothing");
    let said = school.refused(&all);
    assert!(
        said.contains("nobody was asked") && said.contains("--yes"),
        "{said}"
    );
    assert!(
        dry.contains("from lancashire, edition 2026-11, to lancashire, edition 2026-12"),
        "{dry}"
    );
    // Ready by the old reading; by the new one somebody has to say first whether things have got better.
    let row = dry.lines().find(|line| line.contains("k7m4px")).unwrap();
    assert!(
        row.contains(" ready  ") && row.contains("not ready: "),
        "{row}"
    );
    let cases = |school: &School, edition: &str| -> Vec<(String, u64)> {
        let ready: Value =
            serde_json::from_str(&school.ok_or_found(&["ready", "--all", "--format", "json"]))
                .unwrap();
        let of = |case: &&Value| case["checklist"] == "lancashire" && case["edition"] == edition;
        let told = |case: &Value| {
            (
                case["case"].as_str().unwrap().to_owned(),
                case["counts"]["blocks"].as_u64().unwrap(),
            )
        };
        ready["cases"]
            .as_array()
            .unwrap()
            .iter()
            .filter(of)
            .map(told)
            .collect()
    };
    let of_old = cases(&school, "2026-11");
    assert!(of_old.len() > 5, "{of_old:?}");
    let moved_before = cases(&school, "2026-12");
    assert!(!moved_before.is_empty(), "one has been moved already");
    assert!(
        dry.contains(&format!("{} open cases", of_old.len())),
        "{dry}"
    );
    let done = school.ok(&[&all[..], &["--yes"]].concat());
    assert!(
        done.contains(&format!(
            "{} cases moved to lancashire, edition 2026-12",
            of_old.len()
        )),
        "{done}"
    );
    let mut of_new = cases(&school, "2026-12");
    assert!(cases(&school, "2026-11").is_empty());
    of_new.retain(|case| !moved_before.contains(case));
    assert_eq!(of_old.len(), of_new.len());
    for (case, blocks) in of_new {
        let row = dry.lines().find(|line| line.contains(&case)).unwrap();
        assert!(
            row.contains(&format!("not ready: {blocks} to do")),
            "what was said beforehand is what came: {row}, {blocks}"
        );
    }
    school.ok(&["verify"]);
    let again = school.ok(&[&all[..], &["--yes"]].concat());
    assert!(again.contains("0 open cases"), "{again}");
    // A judgement of the old edition is found by what the new one asks instead, and asks what it left out.
    let closed = fs::read_to_string(school.root().join("cases/p7cx5s.yaml")).unwrap();
    assert!(!closed.contains("2026-12"), "closed cases stay");
    for args in [
        &["move", "--all", "--to", "lancashire"][..],
        &["move", CASE, "--yes", "--to", "lancashire"],
    ] {
        assert_eq!(school.run(args).status.code(), Some(2), "{args:?}");
    }
}
