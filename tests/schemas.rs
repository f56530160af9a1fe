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
        serde_json::from_str(&fs::read_to_string(project("schemas").join(which.file())).unwrap()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema), "{which:?} is no schema");
    jsonschema::validator_for(&schema).unwrap()
}

/// A file as another YAML reader reads it.
fn read(text: &str) -> Result<Value, String> {
    serde_yaml::from_str::<Value>(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())
}

fn files(folder: &str, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(project(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| wanted(&path.file_name().unwrap().to_string_lossy())).collect();
    found.sort();
    found
}

#[track_caller]
fn takes(validator: &jsonschema::Validator, path: &Path) {
    let value = read(&fs::read_to_string(path).unwrap()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}:\n{}", path.display(), errors.join("\n"));
}

#[test]
fn the_schemas_shipped_are_those_that_are_printed() {
    for which in Which::ALL {
        let file = project("schemas").join(which.file());
        if std::env::var_os("ATTCHECK_BLESS").is_some() {
            fs::write(&file, text(*which)).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), text(*which), "{}", file.display());
    }
}

#[test]
fn every_shipped_file_is_taken() {
    let is_samples = |name: &str| name.ends_with(".samples.yaml");
    let checklists = validator(Which::Checklist);
    let shipped = files("checklists", |name| name.ends_with(".yaml") && !is_samples(name));
    assert_eq!(shipped.len(), 5);
    shipped.iter().for_each(|file| takes(&checklists, file));
    let samples = validator(Which::Samples);
    let shipped = files("checklists", is_samples);
    assert_eq!(shipped.len(), 5);
    shipped.iter().for_each(|file| takes(&samples, file));
    let cases = validator(Which::Case);
    let mut shipped = files("examples/northfield/cases", |name| name.ends_with(".yaml"));
    shipped.extend(files("tests/formats/case-1", |name| name.ends_with(".yaml")));
    assert!(shipped.len() > 12);
    shipped.iter().for_each(|file| takes(&cases, file));
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
fn broken_checklists_are_found() {
    let validator = validator(Which::Checklist);
    let good = fs::read_to_string(project("checklists/lancashire.yaml")).unwrap();
    let changes = [
        ("attcheck: checklist/1", "attcheck: checklist/2"),
        ("edition: \"2026-11\"", "edition: 2026"),
        ("subject: pupil", "subject: child"),
        ("gates:", "gate:"),
        ("level: must", "level: mst"),
        ("source: \"M1\"", "source: 1"),
        ("title: Letters home", "titel: Letters home"),
        ("accepts: [declined]", "accepts: [done]"),
        ("accepts: [declined]", "accepts: []"),
        ("practice: letter", "practice: Letter home"),
        ("when: {looked_after: [currently, formerly]}", "when: {looked_after: [currently], child_seen: [x]}"),
        ("when: {looked_after: [currently, formerly]}", "when: {not: [a, b]}"),
        ("when: {looked_after: [currently, formerly]}", "when: yes please"),
        ("when: {looked_after: [currently, formerly]}", "dated: after first-meeting, within 3 weeks"),
        ("when: {looked_after: [currently, formerly]}", "dated: within six weeks before referral"),
        ("when: {looked_after: [currently, formerly]}", "repeat: each 12 months"),
        ("when: {looked_after: [currently, formerly]}", "count: two"),
        ("when: {looked_after: [currently, formerly]}", "lasts: 5 school weeks"),
        ("when: {looked_after: [currently, formerly]}", "each: uncle"),
        ("when: {looked_after: [currently, formerly]}", "must-when: true"),
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
        ("\"item\": \"letters\", \"answer\"", "\"Item\": \"letters\", \"answer\""),
        ("\"settles\": \"e", "\"settles\": \"x"),
        ("\"header\": \"h", "\"header\": \"x"),
        ("\"name\": \"Zo", "\"colour\": \"Zo"),
        ("\"from\": \"letters\"", "\"frm\": \"letters\""),
    ];
    for (from, to) in changes {
        refuses(&validator, &good, from, to);
    }
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
