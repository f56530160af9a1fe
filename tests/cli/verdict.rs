//! `ready` and `gaps` as scripts see them: exit status, JSON, JUnit.

use serde_json::Value;

use super::{CASE, School};

/// A checklist small enough to settle.
const SMALL: &str = r#"attcheck: checklist/1
id: small
edition: "2026-09"
title: Small
authority: Northfield
subject: pupil
source: {title: A form}
facts:
  route: {ask: "What is asked?", answers: [irregular, leave]}
gates:
  plan: {title: Start of the plan, sections: [first]}
  referral: {title: Referral, sections: [first, second]}
sections:
  - id: first
    title: First
    level: must
    record: [outcome]
    items:
      - {id: call, title: Call, source: "1"}
      - {id: told, title: Parents told, source: "2", each: parent}
      - {id: carer, title: Young carer, source: "3", when: young_carer}
  - id: second
    title: Second
    level: must
    items:
      - {id: leave-form, title: Leave form, source: "4", when: {route: [leave]}, record: [outcome]}
      - {id: extra, title: Extra, source: "5", level: may}
      - {id: all-done, title: All done, source: "6", entries: none, needs: [first, leave-form]}
"#;

fn school() -> School {
    let school = School::new();
    std::fs::create_dir(school.root().join("checklists")).unwrap();
    std::fs::write(school.root().join("checklists/small.yaml"), SMALL).unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "small",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ]);
    school
}

fn json(school: &School, args: &[&str]) -> (i32, Value) {
    let output = school.run(args);
    let value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", school.told(&output)));
    (output.status.code().unwrap(), value)
}

/// item → state and codes.
fn states(value: &Value) -> Vec<String> {
    let items = value["cases"][0]["items"].as_array().unwrap();
    let line = |item: &Value| {
        let codes: Vec<&str> = item["gaps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|gap| gap["code"].as_str().unwrap())
            .collect();
        let whom = item["for"]
            .as_str()
            .map(|whom| format!("/{whom}"))
            .unwrap_or_default();
        format!(
            "{}{whom} {} {}",
            item["item"].as_str().unwrap(),
            item["state"].as_str().unwrap(),
            codes.join(" ")
        )
    };
    items
        .iter()
        .map(|item| line(item).trim_end().to_owned())
        .collect()
}

#[test]
fn a_case_becomes_ready_step_by_step() {
    let school = school();
    let ready = ["ready", CASE, "--format", "json"];
    let (status, value) = json(&school, &ready);
    assert_eq!(status, 1);
    assert_eq!(
        states(&value),
        [
            "call blocks missing",
            "told undecided nobody-named",
            "carer undecided fact-unknown missing",
            "leave-form undecided fact-unknown missing",
            "extra advisory missing",
            "all-done derived waiting"
        ]
    );
    school.ok(&[
        "record",
        CASE,
        "told",
        "--on",
        "today",
        "--outcome",
        "By letter",
    ]);
    school.ok(&[
        "person", CASE, "add", "Ms Vale", "--role", "parent", "--id", "p1",
    ]);
    school.ok(&[
        "person", CASE, "add", "Mr Reed", "--role", "parent", "--id", "p2",
    ]);
    school.ok(&[
        "person",
        CASE,
        "add",
        "Mr Hale",
        "--id",
        "p3",
        "--role",
        "parent",
        "--parental-responsibility",
        "unknown",
    ]);
    let (_, value) = json(&school, &ready);
    let told: Vec<String> = states(&value)
        .into_iter()
        .filter(|line| line.starts_with("told"))
        .collect();
    assert_eq!(
        told,
        [
            "told/p1 blocks for-whom",
            "told/p2 blocks for-whom",
            "told/p3 undecided person-unknown for-whom"
        ]
    );
    let entry = school.case_text();
    let id = entry
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("id: "))
        .unwrap()
        .to_owned();
    assert!(!id.is_empty());
    school.ok(&[
        "record",
        CASE,
        "told",
        "--on",
        "today",
        "--outcome",
        "By letter",
        "--for",
        "p1",
        "--for",
        "p2",
    ]);
    school.ok(&[
        "person",
        CASE,
        "change",
        "p3",
        "--parental-responsibility",
        "no",
    ]);
    school.ok(&[
        "record",
        CASE,
        "call",
        "--on",
        "today",
        "--outcome",
        "Will come in",
    ]);
    school.ok(&["fact", CASE, "young_carer=no", "route=irregular"]);
    let (status, value) = json(&school, &ready);
    assert_eq!(
        (status, value["cases"][0]["verdict"].as_str()),
        (0, Some("ready")),
        "{:#?}",
        states(&value)
    );
    let (status, value) = json(
        &school,
        &["ready", CASE, "--format", "json", "--route", "leave"],
    );
    assert_eq!(status, 1, "the route may be given for one check");
    assert_eq!(value["route"], "leave");
    assert_eq!(
        json(
            &school,
            &["ready", CASE, "--format", "json", "--gate", "plan"]
        )
        .0,
        0
    );
    assert_eq!(
        json(
            &school,
            &["ready", CASE, "--format", "json", "--as-of", "20/9/2026"]
        )
        .0,
        1,
        "not yet done then"
    );
    assert_eq!(
        json(
            &school,
            &["ready", CASE, "--format", "json", "--known-by", "20/9/2026"]
        )
        .0,
        1
    );
}

#[test]
fn the_json_has_the_promised_keys_in_their_order() {
    let school = school();
    let text = school
        .run(&["ready", CASE, "--format", "json", "--as-of", "2026-09-21"])
        .stdout;
    let text = String::from_utf8(text).unwrap();
    assert_eq!(text.matches('\n').count(), 2, "a case a line");
    insta::assert_snapshot!(
        "ready-json",
        text.replace(school.root().to_str().unwrap(), "SCHOOL")
    );
    let again = School::with_case();
    assert_eq!(
        again.run(&["ready", "--all", "--format", "json"]).stdout,
        again.run(&["ready", "--all", "--format", "json"]).stdout
    );
}

#[test]
fn the_junit_report_fails_gaps_and_unknowns_and_skips_the_rest() {
    let school = school();
    school.ok(&["fact", CASE, "young_carer=no"]);
    let output = school.run(&["ready", CASE, "--format", "junit"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("ready-junit", String::from_utf8(output.stdout).unwrap());
}

#[test]
fn the_command_of_a_gap_clears_it_word_for_word() {
    let school = school();
    let (_, value) = json(&school, &["gaps", CASE, "--format", "json"]);
    for item in value["cases"][0]["items"].as_array().unwrap() {
        for gap in item["gaps"].as_array().unwrap() {
            let Some(argv) = gap["run"]["argv"].as_array() else {
                continue;
            };
            let argv: Vec<&str> = argv.iter().map(|word| word.as_str().unwrap()).collect();
            assert_eq!(argv[0], "attcheck");
            let bare = argv.iter().all(|word| {
                word.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            });
            assert!(bare, "needs no quoting: {argv:?}");
            // Off a terminal it names what it still needs, and changes nothing.
            let said = school.refused(&argv[1..]);
            assert!(
                said.contains("error: ") && !said.contains("unexpected argument"),
                "{argv:?}: {said}"
            );
        }
    }
}

#[test]
fn what_the_school_answers_once_is_read_from_its_own_record() {
    let school = School::new();
    let settings = "school = \"Northfield\"\nurn = \"123456\"\nchecklist = \"herefordshire\"\nschool-record = \"northfield\"\n";
    std::fs::write(school.root().join("attcheck.toml"), settings).unwrap();
    school.ok(&["new", "--school", "--id", "northfield"]);
    school.ok(&["new", "--name", "Ada O'Kafor", "--id", CASE]);
    let west = |school: &School| {
        let (_, value) = json(school, &["ready", CASE, "--format", "json"]);
        states(&value)
            .into_iter()
            .find(|line| line.starts_with("emotional-support-team"))
            .unwrap()
    };
    assert_eq!(
        west(&school),
        "emotional-support-team undecided fact-unknown missing"
    );
    let said = school.refused(&["fact", CASE, "takes_part_in_west=no"]);
    assert!(
        said.contains("attcheck fact northfield takes_part_in_west"),
        "{said}"
    );
    school.ok(&["fact", "northfield", "takes_part_in_west=no"]);
    assert_eq!(west(&school), "emotional-support-team not-applicable");
    let all = json(&school, &["ready", "--all", "--format", "json"]).1;
    assert_eq!(
        all["cases"].as_array().unwrap().len(),
        1,
        "the school's own record is no pupil's case"
    );
}

#[test]
fn a_checklist_of_the_folder_takes_the_place_of_one_in_the_program() {
    let school = school();
    let own = SMALL
        .replace("id: small", "id: lancashire")
        .replace("2026-09", "2026-12");
    std::fs::write(school.root().join("checklists/lancashire.yaml"), own).unwrap();
    let list = school.ok(&["checklist", "list"]);
    assert!(list.contains("in place of the program's own"), "{list}");
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "k7q2tw",
        "--name",
        "B",
    ]);
    assert!(
        school
            .ok(&["gaps", "k7q2tw"])
            .contains("Small, edition 2026-12")
    );
    let broken = SMALL.replace("level: must", "level: mst");
    std::fs::write(school.root().join("checklists/small.yaml"), broken).unwrap();
    let said = school.refused(&["gaps", CASE]);
    assert!(
        said.contains("did you mean `must`?"),
        "the same check runs when a checklist is loaded: {said}"
    );
    let check = school.run(&["checklist", "check", "checklists/small.yaml"]);
    assert_eq!(check.status.code(), Some(1));
    insta::assert_snapshot!("checklist-check", school.told(&check));
}

#[test]
fn closed_cases_are_left_out_until_opened_again() {
    let mut school = school();
    school.ok(&["close", CASE, "--why", "improved"]);
    let (status, value) = json(&school, &["ready", "--all", "--format", "json"]);
    assert_eq!((status, value["cases"].as_array().unwrap().len()), (0, 0));
    assert!(school.ok(&["list"]).contains("0 cases"));
    assert!(
        school
            .ok(&["list", "--closed"])
            .contains("closed: improved")
    );
    school.at("2026-10-01T09:00:00+01:00");
    school.ok(&["reopen", CASE, "--why", "Absent again"]);
    assert!(school.ok(&["list"]).contains("1 case"));
}

/// Where attendance has got better the case is not ready, and what is told is that the support works: in every output, and
/// without a word that urges anything.
#[test]
fn where_things_have_got_better_the_support_is_said_to_work() {
    for list in ["lancashire", "herefordshire"] {
        let school = School::new();
        school.ok(&[
            "new",
            "--checklist",
            list,
            "--id",
            CASE,
            "--name",
            "Ada O'Kafor",
        ]);
        let judge = |said: &str| {
            let field = format!("improvement={said}");
            let judged = "improvement-judged";
            school.ok(&[
                "record",
                CASE,
                judged,
                "--on",
                "18/9/2026",
                "--outcome",
                "Looked at the register",
                "--field",
                &field,
            ])
        };
        judge("improved");
        let words = "got better, so the support is working; go on with it";
        let gaps = school.ok(&["gaps", CASE]);
        let told = gaps.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(words), "{list}: {gaps}");
        assert!(
            !told.contains("`improvement` of"),
            "{list}: no sentence made of names: {gaps}"
        );
        school.ok(&["pack", CASE, "--anyway", "--folder", "pack"]);
        let verdict = std::fs::read_to_string(school.root().join("pack/data/verdict.txt")).unwrap();
        let told = verdict.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(words), "{list}: {verdict}");
        // Things change, and the latest judgement counts.
        judge("not-improved");
        let gaps = school.ok(&["gaps", CASE]);
        assert!(!gaps.contains("the support is working"), "{list}: {gaps}");
    }
}
