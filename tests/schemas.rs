//! The schemas that are shipped are those the program prints, take every shipped file, and find what is broken: judged by
//! a validator and a YAML reader that know nothing of this program.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test may stop where it stands"
)]

use std::fs;
use std::path::{Path, PathBuf};

use attcheck::schema::{Which, text};
use serde_json::Value;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn validator(which: Which) -> jsonschema::Validator {
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(project("schemas").join(which.file())).unwrap())
            .unwrap();
    assert!(
        jsonschema::meta::is_valid(&schema),
        "{which:?} is no schema"
    );
    jsonschema::validator_for(&schema).unwrap()
}

/// A file as another YAML reader reads it.
fn read(text: &str) -> Result<Value, String> {
    serde_yaml::from_str::<Value>(text.trim_start_matches('\u{feff}'))
        .map_err(|error| error.to_string())
}

fn files(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .filter(|path| wanted(&path.file_name().unwrap().to_string_lossy()))
        .collect();
    found.sort();
    found
}

#[track_caller]
fn takes(validator: &jsonschema::Validator, path: &Path) {
    let value = read(&fs::read_to_string(path).unwrap()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "{}:\n{}",
        path.display(),
        errors.join("\n")
    );
}

#[test]
fn the_schemas_shipped_are_those_that_are_printed() {
    for which in Which::ALL {
        let file = project("schemas").join(which.file());
        if std::env::var_os("ATTCHECK_BLESS").is_some() {
            fs::write(&file, text(*which)).unwrap();
        }
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            text(*which),
            "{}",
            file.display()
        );
    }
}

/// Checks every checklist of a folder and the situations beside them; how many there are of each.
#[track_caller]
fn take_lists(folder: &Path) -> (usize, usize) {
    let is_samples = |name: &str| name.ends_with(".samples.yaml");
    let is_form = |name: &str| name.ends_with(".form.yaml");
    let (checklists, samples) = (validator(Which::Checklist), validator(Which::Samples));
    let forms = validator(Which::Form);
    files(folder, is_form)
        .iter()
        .for_each(|file| takes(&forms, file));
    let lists = files(folder, |name| {
        name.ends_with(".yaml") && !is_samples(name) && !is_form(name)
    });
    lists.iter().for_each(|file| takes(&checklists, file));
    let situations = files(folder, is_samples);
    situations.iter().for_each(|file| takes(&samples, file));
    (lists.len(), situations.len())
}

#[test]
fn every_shipped_file_is_taken() {
    assert_eq!(take_lists(&project("checklists")), (6, 6));
    assert_eq!(
        files(&project("checklists"), |name| name.ends_with(".form.yaml")).len(),
        5
    );
    takes(&validator(Which::Form), &project("data/form.yaml"));
    assert_eq!(
        take_lists(&project("examples/northfield/checklists")),
        (1, 0)
    );
    assert_eq!(take_lists(&project("examples/westmere/checklists")), (1, 1));
    let cases = validator(Which::Case);
    for (folder, count) in [
        ("examples/northfield/cases", 11),
        ("examples/harbour/cases", 3),
        ("tests/formats/case-1", 2),
    ] {
        let shipped = files(&project(folder), |name| name.ends_with(".yaml"));
        assert!(shipped.len() >= count, "{folder}");
        shipped.iter().for_each(|file| takes(&cases, file));
    }
}

#[test]
fn the_starter_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_attcheck"));
    let said = command
        .args([
            "--dir",
            folder.path().to_str().unwrap(),
            "checklist",
            "new",
            "westwood",
        ])
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    assert_eq!(take_lists(&folder.path().join("checklists")), (1, 1));
}

/// One change to a good file that makes it bad.
#[track_caller]
fn refuses(validator: &jsonschema::Validator, good: &str, from: &str, to: &str) {
    assert!(good.contains(from), "{from}");
    let bad = good.replacen(from, to, 1);
    // What another reader cannot read at all is refused before any schema.
    if let Ok(value) = read(&bad) {
        assert!(!validator.is_valid(&value), "{from} -> {to} is taken");
    }
}

#[test]
fn broken_layouts_are_found() {
    let validator = validator(Which::Form);
    let good = fs::read_to_string(project("checklists/kent.form.yaml")).unwrap();
    let changes = [
        ("attcheck: form/1", "attcheck: form/2"),
        ("page: landscape", "page: sideways"),
        ("as: rows", "as: circles"),
        ("holds: references", "holds: refs"),
        ("width: 40", "width: wide"),
        ("width: 40", "width: 101"),
        ("rows: follow-ups", "rows: plans"),
        ("at-least: 6", "at-least: 51"),
        ("columns:", "colums:"),
        ("trauma informed", "[]"),
    ];
    for (from, to) in changes {
        refuses(&validator, &good, from, to);
    }
    let good = fs::read_to_string(project("checklists/lancashire.form.yaml")).unwrap();
    let changes = [
        (
            "{completed: {yes-if: [done, declined, no-reply]}}",
            "{completed: blank}",
        ),
        (
            "{completed: {yes-if: [done, declined, no-reply]}}",
            "{completed: {}}",
        ),
        (
            "{completed: {yes-if: [done, declined, no-reply]}}",
            "completed",
        ),
        (
            "yes-if: [done, declined, no-reply]",
            "yes_if: [done, declined, no-reply]",
        ),
        (
            "find: early help assessment",
            "finds: early help assessment",
        ),
        ("holds: began", "holds: begun"),
    ];
    for (from, to) in changes {
        refuses(&validator, &good, from, to);
    }
}

#[test]
fn broken_checklists_are_found() {
    let validator = validator(Which::Checklist);
    let good = fs::read_to_string(project("checklists/lancashire.yaml")).unwrap();
    let changes = [
        ("attcheck: checklist/1", "attcheck: checklist/2"),
        ("edition: \"2026-12\"", "edition: 2026"),
        ("subject: pupil", "subject: child"),
        ("gates:", "gate:"),
        ("level: must", "level: mst"),
        ("source: \"M1\"", "source: 1"),
        ("title: Letters home", "titel: Letters home"),
        ("accepts: [declined, no-reply]", "accepts: [done]"),
        ("accepts: [declined, no-reply]", "accepts: []"),
        ("practice: letter", "practice: Letter home"),
        (
            "when: {looked_after: [currently, formerly]}",
            "when: {looked_after: [currently], child_seen: [x]}",
        ),
        (
            "when: {looked_after: [currently, formerly]}",
            "when: {not: [a, b]}",
        ),
        (
            "when: {looked_after: [currently, formerly]}",
            "when: yes please",
        ),
        (
            "when: {looked_after: [currently, formerly]}",
            "dated: after first-meeting, within 3 weeks",
        ),
        (
            "when: {looked_after: [currently, formerly]}",
            "dated: within six weeks before referral",
        ),
        (
            "when: {looked_after: [currently, formerly]}",
            "repeat: each 12 months",
        ),
        (
            "when: {looked_after: [currently, formerly]}",
            "dated: within 2 whole school weeks after letters",
        ),
        (
            "when: {looked_after: [currently, formerly]}",
            "when: {absence: at least 2 sessions while of age}",
        ),
        ("when: {looked_after: [currently, formerly]}", "count: two"),
        (
            "when: {looked_after: [currently, formerly]}",
            "lasts: 5 school weeks",
        ),
        ("when: {looked_after: [currently, formerly]}", "each: uncle"),
        (
            "when: {looked_after: [currently, formerly]}",
            "must-when: true",
        ),
        ("child-voice: what the child says about it", "child-voice:"),
    ];
    for (from, to) in changes {
        refuses(&validator, &good, from, to);
    }
}

#[test]
fn broken_cases_are_found() {
    let validator = validator(Which::Case);
    let good = fs::read_to_string(project("tests/formats/case-1/every-other-kind.yaml")).unwrap();
    let changes = [
        ("\"case/1\"", "\"case/2\""),
        ("subject: \"pupil\"", "subject: \"cat\""),
        ("\"kind\": \"plan\"", "\"kind\": \"plann\""),
        ("\"comments\": \"mornings\"", "\"points\": \"mornings\""),
        ("\"due\": \"2026-09-22\"", "\"due\": \"22/9/2026\""),
        ("\"review-on\": \"2026-12-01\"", "\"review-on\": \"soon\""),
        ("\"answer\": \"done\"", "\"answer\": \"maybe\""),
        (
            "\"item\": \"letters\", \"answer\"",
            "\"Item\": \"letters\", \"answer\"",
        ),
        ("\"settles\": \"e", "\"settles\": \"x"),
        ("\"header\": \"h", "\"header\": \"x"),
        ("\"name\": \"Zo", "\"colour\": \"Zo"),
        ("\"from\": \"letters\"", "\"frm\": \"letters\""),
    ];
    for (from, to) in changes {
        refuses(&validator, &good, from, to);
    }
    // What a correction holds is held to what it may correct.
    let good =
        fs::read_to_string(project("tests/formats/case-1/joined-and-contested.yaml")).unwrap();
    let start = "  why: She rang\n  date: \"2026-09-17\"\n  item: letters\n  answer: done\n  due: \"2026-09-25\"\n";
    for (from, to) in [
        ("date: \"2026-09-17\"", "date: soon"),
        ("item: letters", "item: Letters home"),
        ("answer: done", "answer: perhaps"),
        ("due: \"2026-09-25\"", "due: 25/9/2026"),
        ("why: She rang", "whyever: She rang"),
        ("why: She rang", "why: She rang\n  for: [P 1]"),
        ("why: She rang", "why: She rang\n  review-on: soon"),
        ("why: She rang", "why: She rang\n  Outcome: None"),
    ] {
        refuses(&validator, &good, start, &start.replace(from, to));
    }
    // Somebody, or that there is nobody of a role: never both and never neither.
    let good = fs::read_to_string(project("tests/formats/case-1/made-by-program.yaml")).unwrap();
    let (_, person) = good
        .split_once("- kind: person\n")
        .expect("the file names somebody");
    let line = person
        .lines()
        .find(|line| line.trim_start().starts_with("person:"))
        .unwrap();
    refuses(&validator, &good, line, "  until: \"2026-09-01\"");
    refuses(&validator, &good, line, &format!("{line}\n  none: sibling"));
    refuses(&validator, &good, line, "  none: sibling");
}

#[test]
fn broken_samples_are_found() {
    let validator = validator(Which::Samples);
    let good = fs::read_to_string(project("checklists/southwark.samples.yaml")).unwrap();
    let changes = [
        ("attcheck: samples/1", "attcheck: samples/3"),
        ("as-of:", "as_of:"),
        ("verdict: not-ready", "verdict: perhaps"),
        (": blocks missing", ": bloks missing"),
        (": blocks missing", ": blocks mising"),
        ("entries:", "entry:"),
    ];
    for (from, to) in changes {
        refuses(&validator, &good, from, to);
    }
}
