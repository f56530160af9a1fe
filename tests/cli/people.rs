//! Who is named in a case: ids that cannot meet, and two people who got one id all the same.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::support::word;
use super::{CASE, School, recorded};

/// A list in which a row goes by parent, and others look at it in every way there is.
pub(super) const EACH: &str = r#"attcheck: checklist/1
id: each
edition: "2026-09"
title: Each
authority: Northfield
subject: pupil
source: {title: A form}
gates:
  referral: {title: Referral, sections: [first]}
  parents: {title: Parents, sections: [talks]}
facts:
  invited: {ask: Was this parent invited?, each: parent}
sections:
  - id: talks
    title: Talks
    level: must
    items:
      - {id: told, title: Parents told, source: "1", each: parent, record: [outcome]}
  - id: first
    title: First
    level: must
    items:
      - {id: asked, title: Parents asked, source: "2", each: parent, when: invited, entries: any}
      - {id: agreed, title: Agreed, source: "3", level: should, when: {told: [declined]}}
      - {id: visit, title: Visit, source: "4", dated: on or after told}
      - {id: summary, title: Summary, source: "5", needs: told}
      - {id: letter, title: Letter, source: "6", entries: latest}
"#;

/// A list in which nothing that goes by parent must be.
const MAY: &str = r#"attcheck: checklist/1
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
      - {id: letter, title: Letter, source: "1"}
      - {id: told, title: Parents told, source: "2", level: may, each: parent, accepts: [declined], record: [outcome]}
"#;

pub(super) fn school_with(list: &str) -> School {
    let school = School::new();
    fs::create_dir(school.root().join("checklists")).unwrap();
    fs::write(school.root().join("checklists/each.yaml"), list).unwrap();
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

/// Work on a copy of the case, of which the case in the folder knows nothing.
struct Copy<'s> {
    school: &'s School,
    root: PathBuf,
}

impl<'s> Copy<'s> {
    fn of(school: &'s School, name: &str) -> Self {
        let root = school.root().parent().unwrap().join(name);
        super::support::copy_folder(&school.root(), &root);
        Self { school, root }
    }

    #[track_caller]
    fn ok(&self, args: &[&str]) -> String {
        let dir = self.root.to_str().unwrap();
        let mut command = self.school.command(&[&["--dir", dir], args].concat());
        // Some minutes after what is recorded in the folder.
        let output = command
            .env("ATTCHECK_NOW", "2026-09-21T16:45:10+01:00")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{args:?}: {}",
            self.school.told(&output)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn join_into(&self, school: &School) -> String {
        let output = school.run(&[
            "join",
            self.root
                .join(format!("cases/{CASE}.yaml"))
                .to_str()
                .unwrap(),
        ]);
        assert!(output.status.success(), "{}", school.told(&output));
        school.told(&output)
    }
}

/// Ms A was told; apart from that Mr B was added under the same id, as attcheck gave ids before it made them at random, and
/// declined.
pub(super) fn mixed_up(school: &School) -> String {
    let copy = Copy::of(school, "copy");
    school.ok(&[
        "person", CASE, "add", "Ms A", "--role", "parent", "--id", "p1",
    ]);
    let told = ["record", CASE, "told", "--on", "today", "--for", "p1"];
    school.ok(&[&told[..], &["--outcome", "By letter"]].concat());
    copy.ok(&[
        "person", CASE, "add", "Mr B", "--role", "parent", "--id", "p1",
    ]);
    let declined = ["--answer", "declined", "--reason", "Would not hear of it"];
    copy.ok(&[&told[..], &declined, &["--incomplete"]].concat());
    copy.join_into(school)
}

const SEPARATE: &str = "attcheck person k7m4px separate p1";

fn gaps(school: &School, gate: &str) -> Value {
    let args = ["gaps", CASE, "--gate", gate, "--format", "json"];
    serde_json::from_str(&school.ok_or_found(&args)).unwrap()
}

/// State and first gap of each line, and what that gap suggests.
fn lines(school: &School, gate: &str) -> Vec<(String, String, String, String)> {
    let args = ["ready", CASE, "--gate", gate, "--format", "json"];
    let value: Value = serde_json::from_str(&school.ok_or_found(&args)).unwrap();
    let items = value["cases"][0]["items"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    items
        .iter()
        .map(|line| {
            let gap = &line["gaps"][0];
            let argv: Vec<&str> = gap["run"]["argv"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            (
                text(&line["item"]),
                text(&line["state"]),
                text(&gap["code"]),
                argv.join(" "),
            )
        })
        .collect()
}

pub(super) fn people(school: &School) -> Vec<String> {
    let shown = school.ok(&["show", CASE]);
    let from = shown.split("\nPeople\n").nth(1).unwrap_or_default();
    from.lines()
        .take_while(|line| line.starts_with("  "))
        .map(|line| line.trim().to_owned())
        .collect()
}

#[test]
fn ids_made_apart_do_not_meet() {
    let school = School::new();
    let new = ["new", "--checklist", "lancashire", "--id", CASE];
    let parents = ["--parent", "Grace Vale", "--parent", "Jo Reed"];
    school.ok(&[&new[..], &["--name", "Ada O'Kafor"], &parents].concat());
    assert_eq!(
        people(&school),
        ["p1  Grace Vale (parent)", "p2  Jo Reed (parent)"]
    );
    let copy = Copy::of(&school, "copy");
    let id = |said: &str| {
        let id = said.split(": ").nth(1).unwrap().split(',').next().unwrap();
        let rest = id.strip_prefix('p').unwrap();
        assert!(
            rest.len() == 4
                && rest.starts_with(|c: char| "bcdfghjkmnpqrstvwxz".contains(c))
                && rest
                    .chars()
                    .all(|c| "bcdfghjkmnpqrstvwxz23456789".contains(c)),
            "{said}"
        );
        id.to_owned()
    };
    let add = |name: &'static str| ["person", CASE, "add", name, "--role", "parent"];
    let one = id(&school.ok(&add("Ms A")));
    let two = id(&copy.ok(&add("Mr B")));
    assert_ne!(one, two);
    let said = copy.join_into(&school);
    assert!(!said.contains("note:"), "{said}");
    assert_eq!(people(&school).len(), 4);
    assert!(!school.ok(&["verify"]).contains("contested"));
    // By that id they are known to every command.
    let entry = [
        "record",
        CASE,
        "letters",
        "--on",
        "today",
        "--outcome",
        "Sent",
        "--for",
        &two,
    ];
    school.ok(&entry);
    school.ok(&[
        "person",
        CASE,
        "change",
        &one,
        "--parental-responsibility",
        "no",
    ]);
    let said = school.refused(&["person", CASE, "end", "pzzzz"]);
    assert!(
        said.contains("there is no person `pzzzz` in the case"),
        "{said}"
    );
}

#[test]
fn an_id_may_be_chosen_where_it_says_nothing() {
    let school = School::with_case();
    let add = |id: &'static str| {
        [
            "person", CASE, "add", "Ms Vale", "--role", "parent", "--id", id,
        ]
    };
    let said = school.ok(&add("pk3m7"));
    assert!(said.contains("pk3m7, parent"), "{said}");
    let said = school.refused(&add("pk3m7"));
    assert!(said.contains("knows somebody as `pk3m7` already"), "{said}");
    for bad in ["vale", "pvale", "pupil", "p3km7", "pk3m", "PK3M7", "p0"] {
        let said = school.refused(&add(bad));
        assert!(
            said.contains("--id is no id of a person") && !said.contains(&format!("`{bad}`")),
            "{said}"
        );
    }
    // Nor is an id given again whose person was withdrawn.
    let person = recorded(&school.ok(&[&add("p7")[..], &["--again"]].concat()));
    school.ok(&["withdraw", CASE, &person, "--why", "slip"]);
    let said = school.refused(&add("p7"));
    assert!(said.contains("`p7` already"), "{said}");
}

#[test]
fn nothing_is_settled_by_an_id_that_two_people_share() {
    let school = school_with(EACH);
    let said = mixed_up(&school);
    assert!(
        said.contains("2 people of case k7m4px have the id p1"),
        "{said}"
    );
    assert!(said.contains(SEPARATE), "{said}");
    school.ok(&[
        "record",
        CASE,
        "visit",
        "--on",
        "today",
        "--outcome",
        "At home",
    ]);
    school.ok(&[
        "record",
        CASE,
        "letter",
        "--on",
        "today",
        "--outcome",
        "Sent",
    ]);
    school.ok(&[
        "record",
        CASE,
        "summary",
        "--on",
        "today",
        "--outcome",
        "Said",
    ]);
    let line = |item: &str, state: &str, code: &str, run: &str| {
        (
            item.to_owned(),
            state.to_owned(),
            code.to_owned(),
            run.to_owned(),
        )
    };
    assert_eq!(
        lines(&school, "parents"),
        [line("told", "undecided", "contested", SEPARATE)]
    );
    // A fact of theirs, an answer, a day and a line: whatever looks at it is not known either, and says why.
    assert_eq!(
        lines(&school, "referral"),
        [
            line("asked", "undecided", "contested", SEPARATE),
            line("agreed", "undecided", "contested", SEPARATE),
            line("visit", "undecided", "contested", SEPARATE),
            line("summary", "undecided", "contested", SEPARATE),
            line("letter", "met", "", ""),
        ]
    );
    let says = gaps(&school, "parents").to_string();
    assert!(
        says.contains("2 people were added as `p1` in copies that were joined since, so it is not known who is meant"),
        "{says}"
    );
    // Nothing new goes by it.
    let today = ["--on", "today", "--outcome", "By letter"];
    for args in [
        [&["record", CASE, "told", "--for", "p1"][..], &today].concat(),
        [&["record", CASE, "told"][..], &today].concat(),
        vec!["fact", CASE, "invited=yes", "--for", "p1"],
        vec!["person", CASE, "end", "p1"],
        vec!["person", CASE, "change", "p1", "--name", "Mx C"],
        vec!["conversation", CASE, "--for", "p1"],
        vec!["conversation", CASE],
    ] {
        let said = school.refused(&args);
        assert!(
            said.contains("several people were added as `p1`") && said.contains(SEPARATE),
            "{args:?}: {said}"
        );
    }
    let table = format!("case,item,date,answer,outcome,for\n{CASE},told,21/9/2026,done,Rang,p1\n");
    fs::write(school.root().join("entries.csv"), table).unwrap();
    let output = school.run(&["import", "entries.csv"]);
    assert!(
        school.told(&output).contains(SEPARATE),
        "{}",
        school.told(&output)
    );
    let found = school.ok_or_found(&["verify"]);
    assert!(
        found.contains(&format!("2 people were added apart as `p1`: {SEPARATE}")),
        "{found}"
    );
    assert_eq!(
        people(&school)[..2],
        ["p1  Ms A (parent)", "p1  Mr B (parent)"]
    );
}

#[test]
fn one_command_tells_them_apart() {
    let school = school_with(EACH);
    mixed_up(&school);
    let before = school.snapshot();
    let shown = school.ok(&["person", CASE, "separate", "p1", "--dry-run"]);
    assert!(
        shown.contains("name: Mr B") && before == school.snapshot(),
        "{shown}"
    );
    let words: Vec<&str> = SEPARATE.split(' ').skip(1).collect();
    let said = school.ok(&words);
    let theirs = people(&school);
    let other = theirs[1].split(' ').next().unwrap().to_owned();
    assert!(
        said.contains(&format!(
            "p1 and {other} are told apart (2 entries corrected)"
        )),
        "{said}"
    );
    assert_eq!(
        theirs,
        [
            "p1  Ms A (parent)".to_owned(),
            format!("{other}  Mr B (parent)")
        ]
    );
    assert!(!school.ok(&["verify"]).contains("contested"));
    let text = school.case_text();
    assert_eq!(
        text.matches("why: Several people had been added under one id, p1.")
            .count(),
        2
    );
    // Each by what was recorded for them: she was told, he declined, which does not settle it.
    let states: Vec<String> = lines(&school, "parents")
        .into_iter()
        .map(|(_, state, code, _)| format!("{state} {code}"))
        .collect();
    assert_eq!(states, ["met ", "blocks answer-not-accepted"]);
    school.ok(&["form", CASE, "--output", "form.docx"]);
    let row = told_row(&fs::read(school.root().join("form.docx")).unwrap());
    assert!(
        row.contains("Would not hear of it\nPerson concerned: Mr B")
            && row.contains("Person concerned: Ms A"),
        "{row}"
    );
    let said = school.refused(&words);
    assert!(said.contains("`p1` is one person"), "{said}");
}

/// The row of the form about what the parents were told, its cells below one another.
fn told_row(form: &[u8]) -> String {
    let rows = word::rows(form);
    let row = rows
        .iter()
        .find(|row| row.concat().contains("Parents told"));
    row.unwrap().join("\n")
}

#[test]
fn papers_name_both_and_a_pack_is_refused() {
    let school = school_with(MAY);
    mixed_up(&school);
    school.ok(&[
        "record",
        CASE,
        "letter",
        "--on",
        "today",
        "--outcome",
        "Sent",
    ]);
    assert_eq!(school.run(&["ready", CASE]).status.code(), Some(0));
    school.ok(&["form", CASE, "--output", "form.docx"]);
    let row = told_row(&fs::read(school.root().join("form.docx")).unwrap());
    assert!(
        row.contains("In part")
            && row
                .matches("Person concerned: Ms A or Mr B (not known which)")
                .count()
                == 2
            && row.contains("Ms A and Mr B were entered as if they were one person")
            && !row.contains("p1"),
        "{row}"
    );
    school.ok(&["report", CASE, "--output", "report.html"]);
    let page = fs::read_to_string(school.root().join("report.html")).unwrap();
    assert!(page.contains("Ms A or Mr B (not known which)"), "{page}");
    let said = school.refused(&["pack", CASE, "--folder", "pack"]);
    assert!(said.contains(SEPARATE), "{said}");
    school.ok(&["pack", CASE, "--folder", "pack", "--anyway"]);
    let bytes = fs::read(school.root().join("pack/data/3-chronology.docx")).unwrap();
    let told = word::rows(&bytes).concat().join("\n");
    assert_eq!(
        told.matches("Person concerned: Ms A or Mr B (not known which)")
            .count(),
        2,
        "{told}"
    );
    let checked = school.ok_or_found(&["pack", "check", "pack"]);
    assert!(checked.contains("no fault was found"), "{checked}");
    school.ok(&["person", CASE, "separate", "p1"]);
    school.ok(&["pack", CASE, "--folder", "whole"]);
}

/// Entries written by hand after the copies were joined go by an id of which nobody can tell whose it is.
#[test]
fn what_does_not_tell_whom_it_is_about_is_asked_for() {
    let school = school_with(EACH);
    mixed_up(&school);
    let by_hand = "- kind: action\n  item: told\n  date: \"2026-09-21\"\n  answer: done\n  for: [p1]\n  outcome: Rang\n\
                   - kind: fact\n  fact: invited\n  value: \"yes\"\n  for: [p1]\n\
                   - kind: person\n  person: p1\n  parental-responsibility: \"yes\"\n";
    fs::write(school.case_file(), school.case_text() + by_hand).unwrap();
    school.ok(&["seal", CASE]);
    let said = school.refused(&["person", CASE, "separate", "p1"]);
    assert!(
        said.contains("3 entries do not tell whom they are about")
            && said.contains("(told, 21 Sep 2026)")
            && said.contains("(fact invited")
            && !said.contains("Ms A"),
        "{said}"
    );
    let ids: Vec<&str> = said
        .split("about: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .split("; ")
        .map(|one| one.split(' ').next().unwrap())
        .collect();
    let other = said
        .split(" or --to ")
        .nth(1)
        .and_then(|rest| rest.split(['=', ';']).nth(1))
        .unwrap();
    let to = |n: usize, whom: &str| format!("--to={}={whom}", ids[n]);
    let separate = ["person", CASE, "separate", "p1"];
    for (bad, wanted) in [
        (to(0, "p9"), "names nobody of those who share p1"),
        (format!("--to=e0000000={other}"), "has no entry"),
    ] {
        let said = school.refused(&[&separate[..], &[&bad]].concat());
        assert!(said.contains(wanted), "{said}");
    }
    let both = format!("p1,{other}");
    let all = [to(0, &both), to(1, other), to(2, &both)];
    let args: Vec<&str> = separate
        .into_iter()
        .chain(all.iter().map(String::as_str))
        .collect();
    let said = school.refused(&args);
    assert!(said.contains("about one person only"), "{said}");
    let all = [to(0, &both), to(1, other), to(2, other)];
    let args: Vec<&str> = separate
        .into_iter()
        .chain(all.iter().map(String::as_str))
        .collect();
    school.ok(&args);
    assert_eq!(
        people(&school),
        [
            "p1  Ms A (parent)".to_owned(),
            format!("{other}  Mr B (parent, parental responsibility yes)")
        ]
    );
    let shown = school.ok(&["show", CASE]);
    assert!(
        shown.contains(&format!("invited of {other}: yes")),
        "{shown}"
    );
    let states: Vec<String> = lines(&school, "parents")
        .into_iter()
        .map(|line| line.1)
        .collect();
    assert_eq!(states, ["met", "met"]);
}

/// Somebody went on recording for Mr B as p1 in a copy that did not know yet that he has an id of his own.
#[test]
fn a_copy_that_comes_late_is_told_apart_too() {
    let school = school_with(EACH);
    let copy = Copy::of(&school, "copy");
    school.ok(&[
        "person", CASE, "add", "Ms A", "--role", "parent", "--id", "p1",
    ]);
    copy.ok(&[
        "person", CASE, "add", "Mr B", "--role", "parent", "--id", "p1",
    ]);
    copy.join_into(&school);
    school.ok(&["person", CASE, "separate", "p1"]);
    let told = [
        "record",
        CASE,
        "told",
        "--on",
        "today",
        "--for",
        "p1",
        "--outcome",
        "Rang him",
    ];
    copy.ok(&told);
    copy.ok(&["person", CASE, "end", "p1", "--since", "18/9/2026"]);
    let said = copy.join_into(&school);
    assert!(said.contains(SEPARATE), "{said}");
    let states: Vec<String> = lines(&school, "parents")
        .into_iter()
        .map(|line| line.1)
        .collect();
    assert_eq!(states, ["undecided", "blocks"]);
    assert!(people(&school).iter().any(|one| one == "p1  Ms A (parent)"));
    school.ok(&["person", CASE, "separate", "p1"]);
    // He was told and has left since; she was never told.
    let states: Vec<String> = lines(&school, "parents")
        .into_iter()
        .map(|line| line.1)
        .collect();
    assert_eq!(states, ["blocks"]);
    assert_eq!(people(&school), ["p1  Ms A (parent)"]);
    assert!(!school.ok(&["verify"]).contains("contested"));
}

#[test]
fn told_apart_twice_in_two_copies_comes_to_the_same() {
    let school = school_with(EACH);
    mixed_up(&school);
    let root = school.root().parent().unwrap().join("copy-2");
    super::support::copy_folder(&school.root(), &root);
    school.ok(&["person", CASE, "separate", "p1"]);
    let copy = Copy {
        school: &school,
        root,
    };
    copy.ok(&["person", CASE, "separate", "p1", "--why", "Two parents"]);
    copy.join_into(&school);
    assert_eq!(people(&school).len(), 2);
    assert!(!school.ok(&["verify"]).contains("contested"));
    let states: Vec<String> = lines(&school, "parents")
        .into_iter()
        .map(|line| line.1)
        .collect();
    assert_eq!(states, ["met", "blocks"]);
}

/// One parent, whom two people added: the entry of one of them is withdrawn, and everything goes by the other.
#[test]
fn one_person_added_twice_is_one_person() {
    let school = school_with(EACH);
    let copy = Copy::of(&school, "copy");
    let add = [
        "person", CASE, "add", "Ms A", "--role", "parent", "--id", "p1",
    ];
    school.ok(&add);
    copy.ok(&[&add[..], &["--parental-responsibility", "yes"]].concat());
    let told = [
        "record",
        CASE,
        "told",
        "--on",
        "today",
        "--for",
        "p1",
        "--outcome",
        "Rang",
    ];
    copy.ok(&told);
    copy.join_into(&school);
    let found = school.ok_or_found(&["verify"]);
    let withdraw = found
        .split("if they are one person: attcheck ")
        .nth(1)
        .unwrap();
    let withdraw: Vec<&str> = withdraw.split(')').next().unwrap().split(' ').collect();
    school.ok(&[&withdraw[..], &["--why", "added twice"]].concat());
    let states: Vec<String> = lines(&school, "parents")
        .into_iter()
        .map(|line| line.1)
        .collect();
    assert_eq!(states, ["met"]);
}

/// Two colleagues who add the same person get two ids: a join says that they may be one.
#[test]
fn two_ids_with_one_name_are_told() {
    let school = school_with(EACH);
    let copy = Copy::of(&school, "copy");
    let add = |name: &'static str| ["person", CASE, "add", name, "--role", "parent"];
    school.ok(&add("Ms A"));
    school.ok(&add("Ms C"));
    copy.ok(&add("ms a"));
    let said = copy.join_into(&school);
    assert!(
        said.contains("have the same name; if they are one person") && !said.contains("Ms A"),
        "{said}"
    );
    assert_eq!(said.matches("note:").count(), 1, "{said}");
}

/// A typing mistake in a name that was put right does not make one person of two.
#[test]
fn a_name_put_right_settles_nothing() {
    let school = school_with(EACH);
    mixed_up(&school);
    let text = school.case_text();
    let add = text.find("name: Mr B").unwrap();
    let id = text[add..].split("id: ").nth(1).unwrap();
    school.ok(&[
        "correct",
        CASE,
        &id[..8],
        "--name",
        "Mr Bee",
        "--why",
        "typo",
    ]);
    assert_eq!(lines(&school, "parents")[0].3, SEPARATE);
    // Corrected in two ways apart, he is still there, and his line waits.
    school.ok(&["person", CASE, "separate", "p1"]);
    let copy = Copy::of(&school, "copy-2");
    school.ok(&[
        "correct",
        CASE,
        &id[..8],
        "--name",
        "Mr Be",
        "--why",
        "typo",
    ]);
    copy.ok(&[
        "correct",
        CASE,
        &id[..8],
        "--name",
        "Mr Bea",
        "--why",
        "typo",
    ]);
    copy.join_into(&school);
    let found = lines(&school, "parents");
    assert_eq!(found.len(), 2, "{found:?}");
    let (_, _, _, run) = found
        .iter()
        .find(|line| line.1 == "undecided" && line.2 == "contested")
        .unwrap_or_else(|| panic!("{found:?}"));
    let run: Vec<&str> = run.split(' ').skip(1).collect();
    assert_eq!(run[..2], ["correct", CASE]);
    school.ok(&[&run[..], &["--name", "Mr B", "--why", "agreed"]].concat());
    assert!(
        lines(&school, "parents")
            .iter()
            .all(|line| line.2 != "contested")
    );
}
