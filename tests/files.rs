//! Files people may have: of a format that stays readable for ever, and with every mistake there is.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop where it stands"
)]
#![allow(
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test looks at the disk itself"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use attcheck::case::state::{CaseState, FactValue};
use attcheck::case::verify::{Finding, verify};
use attcheck::case::{compose, seal};
use attcheck::error::{BadFile, problem_text};
use attcheck::problem::Code;
use attcheck::store::{self, builtin, checklists, lookup};
use chrono::NaiveDate;
use support::{at, id_of, parse, text_of};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Compares with what is kept; `ATTCHECK_BLESS` keeps what came out, to be read before it is committed.
#[track_caller]
fn kept(file: &Path, found: &str) {
    if std::env::var_os("ATTCHECK_BLESS").is_some() {
        fs::write(file, found).unwrap();
    }
    let wanted = fs::read_to_string(file).unwrap_or_default();
    assert_eq!(found, wanted, "{}", file.display());
}

/// The problems of a file, places and all, its folder left out.
fn told(file: &Path) -> (Vec<Code>, String) {
    let is_checklist = file.file_name().unwrap().to_string_lossy().starts_with("checklist");
    let error = if is_checklist {
        checklists::load(file).unwrap_err()
    } else {
        match store::load(file).and_then(lookup::in_place) {
            Err(error) => error,
            Ok(_) => panic!("{} can be used", file.display()),
        }
    };
    let bad = error.chain().find_map(|cause| cause.downcast_ref::<BadFile>()).unwrap();
    let text: String = bad.problems.iter().map(problem_text).collect();
    let name = file.file_name().unwrap().to_string_lossy();
    (
        bad.problems.iter().map(|problem| problem.code).collect(),
        text.replace(&file.display().to_string(), &name),
    )
}

#[test]
fn every_kind_of_mistake_has_a_file_and_a_message() {
    for code in Code::ALL {
        let dir = folder("problems").join(code.as_str());
        let (codes, text) = if *code == Code::TooLarge {
            // Too large to be kept: one entry more than a case may hold.
            let scratch = tempfile::tempdir().unwrap();
            let file = scratch.path().join("case.yaml");
            let header = "attcheck: case/1\ncase: k7m4px\nsubject: pupil\nopened: \"2026-09-14\"\nlog:\n";
            fs::write(&file, format!("{header}{}", "- kind: note\n".repeat(20_001))).unwrap();
            told(&file)
        } else {
            let files = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
            let mut files = files;
            let file = files.find(|file| file.extension().is_some_and(|ext| ext == "yaml")).unwrap();
            told(&file)
        };
        assert!(codes.contains(code), "{} gives {codes:?}", code.as_str());
        fs::create_dir_all(&dir).unwrap();
        kept(&dir.join("message.txt"), &text);
    }
}

#[test]
fn every_problem_of_a_checklist_is_told_in_one_run() {
    let (codes, text) = told(&folder("problems").join("checklist-with-many.yaml"));
    assert!(codes.len() >= 8, "{text}");
    kept(&folder("problems").join("checklist-with-many.txt"), &text);
}

/// What `case/1` means, told without any type of the program: ids, canonical forms, facts, people, findings.
fn reading(text: &str) -> String {
    let case = parse(text);
    let mut out = format!("case {} {} {} {}\n", case.id, case.subject, case.opened, case.header_hash);
    for entry in &case.entries {
        let stated = entry.id.as_ref().map_or("-", |id| id.0.as_str());
        out += &format!("{} {stated} {}\n", entry.kind(), entry.computed);
        out += &format!("    {}\n", seal::canonical(&entry.node, &["id"]));
    }
    let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let state = CaseState::replay(&case, None);
    out += &format!(
        "checklist {:?}\nclosed {:?}\n",
        state.checklist(),
        state.closed_on(day).map(attcheck::case::entry::CloseReason::as_str)
    );
    for fact in ["looked_after", "young_carer"] {
        let value = match state.fact_on(fact, None, day) {
            FactValue::Known { value, .. } => value.to_owned(),
            FactValue::Unknown => "unknown".to_owned(),
            FactValue::Conflict(entries) => format!("conflict of {}", entries.len()),
        };
        out += &format!("fact {fact} {value}\n");
    }
    for person in state.people_on(day) {
        out += &format!("person {} {} {:?} {:?}\n", person.id, person.role, person.name, person.counts());
    }
    for found in verify(&case, text) {
        out += &format!("found {} line {}\n", found.finding, found.place.line);
    }
    out
}

#[test]
fn frozen_files_read_as_they_always_did() {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder("formats/case-1")).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ext| ext == "yaml"));
    files.sort();
    assert!(files.len() >= 4);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        kept(&file.with_extension("reading"), &reading(&text));
    }
}

/// A sound record of three entries and the text of its file.
fn sound() -> (Vec<attcheck::tree::Node>, String) {
    use attcheck::case::entry::{Content, Deed};
    let note = |text: &str, after: &[attcheck::case::entry::EntryId], time: &str| {
        compose::entry(&Deed::Record(Content::Note { text: text.into(), date: None }), "A", at(time), after)
    };
    let first = compose::entry(&support::opened("pupil"), "A", at("2026-09-01T09:00:00+01:00"), &[]);
    let second = note("One", &[id_of(&first)], "2026-09-02T09:00:00+01:00");
    let third = note("Two", &[id_of(&second)], "2026-09-03T09:00:00+01:00");
    let log = vec![first, second, third];
    let text = text_of("pupil", &log);
    (log, text)
}

#[track_caller]
fn finds(text: &str, wanted: &[Finding]) {
    let case = store::parse_case(text, Path::new("k7m4px.yaml")).unwrap();
    let mut found: Vec<Finding> = verify(&case, text).into_iter().map(|one| one.finding).collect();
    found.dedup();
    assert_eq!(found, wanted, "{text}");
}

#[test]
fn verify_finds_exactly_what_it_promises() {
    use Finding::*;
    let (log, text) = sound();
    let third =
        text.find("- kind: note").map(|at| at + text[at + 1..].find("- kind: note").unwrap() + 1).unwrap();
    finds(&text, &[]);
    finds(&text.replace("text: One", "text: Other"), &[Changed]);
    finds(text.trim_end(), &[CutOff]);
    finds(&format!("{text}- kind: note\n  text: by hand\n"), &[Unsealed]);
    finds(&text_of("pupil", &[log[0].clone(), log[2].clone()]), &[Missing]);
    finds(&text_of("pupil", &[log[0].clone(), log[2].clone(), log[1].clone()]), &[OutOfOrder]);
    finds(&format!("{text}{}", &text[third..]), &[Repeated]);
    finds(&text.replace("2026-09-01\"\nlog", "2026-09-02\"\nlog"), &[HeaderChanged]);
    // A second entry that follows nothing, sealed as such.
    let alone = compose::entry(
        &attcheck::case::entry::Deed::Record(attcheck::case::entry::Content::Note {
            text: "Three".into(),
            date: None,
        }),
        "A",
        at("2026-09-04T09:00:00+01:00"),
        &[],
    );
    finds(&text_of("pupil", &[log[0].clone(), log[1].clone(), log[2].clone(), alone]), &[SecondStart]);
    finds(
        &text.replace("text: One\n", "text: One # more\n").replace("text: One #", "text: One two #"),
        &[Changed, LostTail],
    );
    finds(
        &text.replace("text: \"Two\"", "text: no").replace("text: Two", "text: no"),
        &[Changed, NeedsQuotes],
    );
}

#[test]
fn verify_tells_what_is_no_fault() {
    use Finding::*;
    use attcheck::case::entry::{Content, Deed};
    let (mut log, _) = sound();
    let note = |text: &str, after: &[_], time: &str| {
        compose::entry(&Deed::Record(Content::Note { text: text.into(), date: None }), "B", at(time), after)
    };
    // Made apart after the first note, and joined within a day.
    let apart = note("Apart", &[id_of(&log[1])], "2026-09-03T10:00:00+01:00");
    log.push(apart.clone());
    finds(&text_of("pupil", &log), &[Forked]);
    let both = [id_of(&log[2]), id_of(&apart)];
    log.push(note("Both", &both, "2026-09-03T18:00:00+01:00"));
    finds(&text_of("pupil", &log), &[Forked]);
    *log.last_mut().unwrap() = note("Both, late", &both, "2026-09-06T18:00:00+01:00");
    finds(&text_of("pupil", &log), &[Forked, JoinedLate]);
    // One event corrected in two ways.
    let (mut log, _) = sound();
    for (by, text) in [("B", "One way"), ("C", "Another way")] {
        let content = Some(Content::Note { text: text.into(), date: None });
        let deed = Deed::Correct { corrects: id_of(&log[1]), why: "put right".into(), content };
        log.push(compose::entry(&deed, by, at("2026-09-03T12:00:00+01:00"), &[id_of(&log[2])]));
    }
    finds(&text_of("pupil", &log), &[Contested, Forked]);
    // A struck entry with the entry that says so, and without.
    let (mut log, _) = sound();
    let struck = compose::struck(&[id_of(&log[0])], &id_of(&log[1]));
    log[1] = struck;
    finds(&text_of("pupil", &log), &[Changed, Struck]);
    let strike = Deed::Strike { strikes: id_of(&log[1]), why: "another child's name".into() };
    log.push(compose::entry(&strike, "A", at("2026-09-05T09:00:00+01:00"), &[id_of(&log[2])]));
    finds(&text_of("pupil", &log), &[Struck]);
}

#[test]
fn the_vocabulary_and_the_explanations_can_be_read() {
    let vocabulary = builtin::vocabulary();
    assert!(vocabulary.facts.len() > 25 && vocabulary.fields.len() > 25 && vocabulary.practices.len() > 60);
    assert!(!builtin::explanations().is_empty());
}
