//! The example school: made through the program, and still what its page says.

use std::collections::HashMap;
use std::fs;
use std::process::{Command, Stdio};

use super::pages::split;
use super::{School, project};

const EXAMPLE: &str = "examples/northfield";

/// Runs the script of the example into a folder of its own, and compares every case byte for byte.
#[test]
fn the_example_is_made_through_the_program() {
    let school = School::new();
    let root = school.root();
    fs::copy(project(EXAMPLE).join("attcheck.toml"), root.join("attcheck.toml")).unwrap();
    fs::create_dir(root.join("checklists")).unwrap();
    for entry in fs::read_dir(project(EXAMPLE).join("checklists")).unwrap() {
        let file = entry.unwrap().path();
        fs::copy(&file, root.join("checklists").join(file.file_name().unwrap())).unwrap();
    }
    let script = fs::read_to_string(project(EXAMPLE).join("how-it-was-made.txt")).unwrap();
    let mut labels: HashMap<String, String> = HashMap::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<&str> = line.splitn(3, '|').map(str::trim).collect();
        let [head, who, words] = parts.as_slice() else { panic!("{line}") };
        let (label, time) = match head.strip_prefix('@') {
            Some(rest) => {
                let (label, time) = rest.split_once(' ').unwrap();
                (Some(label), time.trim())
            }
            None => (None, *head),
        };
        let mut words = (*words).to_owned();
        for (label, id) in &labels {
            words = words.replace(&format!("{{{label}}}"), id);
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_attcheck"));
        command.args(split(&words)).current_dir(&root).stdin(Stdio::null());
        school.surround(&mut command);
        let output = command.env("ATTCHECK_NOW", time).env("ATTCHECK_BY", who).output().unwrap();
        assert!(output.status.success(), "{line}: {}", school.told(&output));
        if let Some(label) = label {
            labels.insert(label.to_owned(), super::recorded(&String::from_utf8(output.stdout).unwrap()));
        }
    }
    let made = |folder: &std::path::Path| -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|file| file.extension().is_some_and(|ext| ext == "yaml"))
            .map(|file| {
                (file.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(file).unwrap())
            })
            .collect();
        files.sort();
        files
    };
    if std::env::var_os("ATTCHECK_BLESS").is_some() {
        for (name, text) in made(&root.join("cases")) {
            fs::write(project(EXAMPLE).join("cases").join(name), text).unwrap();
        }
    }
    let (fresh, shipped) = (made(&root.join("cases")), made(&project(EXAMPLE).join("cases")));
    assert!(shipped.len() >= 9);
    assert_eq!(fresh, shipped);
}

#[test]
fn the_example_shows_its_telling_states() {
    let school = School::new();
    let dir = project(EXAMPLE);
    let dir = dir.to_str().unwrap();
    let told = |args: &[&str]| {
        let args: Vec<&str> = ["--dir", dir].iter().chain(args).copied().collect();
        school.told(&school.run(&args)).replace(dir, "EXAMPLE")
    };
    insta::assert_snapshot!("example-ready", told(&["ready", "--all", "--as-of", "2026-11-20"]));
    insta::assert_snapshot!("example-list", told(&["list", "--every", "--as-of", "2026-11-20"]));
    insta::assert_snapshot!("example-verify", told(&["verify"]));
}
