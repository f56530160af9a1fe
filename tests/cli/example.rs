//! The example school: made through the program, and still what its page says.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::pages::split;
use super::{School, project};

/// The schools that are made by a script, with how many cases each has at least.
const EXAMPLES: &[(&str, usize)] = &[("examples/northfield", 9), ("examples/harbour", 4)];

fn copy_all(from: &Path, to: &Path) {
    if !from.is_dir() {
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let file = entry.unwrap().path();
        fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
    }
}

fn made(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|file| {
            file.extension()
                .is_some_and(|ext| ext == "yaml" || ext == "csv")
        })
        .map(|file| {
            (
                file.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read_to_string(file).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

/// Runs the script of each example into a folder of its own, and compares every case byte for byte.
#[test]
fn the_examples_are_made_through_the_program() {
    for (example, least) in EXAMPLES {
        let school = School::new();
        let (root, shipped) = (school.root(), project(example));
        fs::copy(shipped.join("attcheck.toml"), root.join("attcheck.toml")).unwrap();
        for folder in ["checklists", "tables"] {
            copy_all(&shipped.join(folder), &root.join(folder));
        }
        run_script(
            &school,
            &fs::read_to_string(shipped.join("how-it-was-made.txt")).unwrap(),
        );
        if std::env::var_os("ATTCHECK_BLESS").is_some() {
            for folder in ["cases", "registers"] {
                for (name, text) in made(&root.join(folder)) {
                    fs::create_dir_all(shipped.join(folder)).unwrap();
                    fs::write(shipped.join(folder).join(name), text).unwrap();
                }
            }
        }
        let (fresh, kept) = (made(&root.join("cases")), made(&shipped.join("cases")));
        assert!(kept.len() >= *least);
        assert_eq!(fresh, kept, "{example}");
        assert_eq!(
            made(&root.join("registers")),
            made(&shipped.join("registers")),
            "{example}"
        );
    }
}

fn run_script(school: &School, script: &str) {
    let mut labels: HashMap<String, String> = HashMap::new();
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let parts: Vec<&str> = line.splitn(3, '|').map(str::trim).collect();
        let [head, who, words] = parts.as_slice() else {
            panic!("{line}")
        };
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
        command
            .args(split(&words))
            .current_dir(school.root())
            .stdin(Stdio::null());
        school.surround(&mut command);
        let output = command
            .env("ATTCHECK_NOW", time)
            .env("ATTCHECK_BY", who)
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {}", school.told(&output));
        if let Some(label) = label {
            labels.insert(
                label.to_owned(),
                super::recorded(&String::from_utf8(output.stdout).unwrap()),
            );
        }
    }
}

#[test]
fn the_example_shows_its_telling_states() {
    let school = School::new();
    let dir = project("examples/northfield");
    let dir = dir.to_str().unwrap();
    let told = |args: &[&str]| {
        let args: Vec<&str> = ["--dir", dir].iter().chain(args).copied().collect();
        school.told(&school.run(&args)).replace(dir, "EXAMPLE")
    };
    insta::assert_snapshot!(
        "example-ready",
        told(&["ready", "--all", "--as-of", "2026-11-20"])
    );
    insta::assert_snapshot!(
        "example-list",
        told(&["list", "--every", "--as-of", "2026-11-20"])
    );
    insta::assert_snapshot!("example-verify", told(&["verify"]));
}

#[test]
fn the_other_example_shows_stages_a_review_and_a_move() {
    let school = School::new();
    let dir = project("examples/harbour");
    let dir = dir.to_str().unwrap();
    let told = |args: &[&str]| {
        let args: Vec<&str> = ["--dir", dir].iter().chain(args).copied().collect();
        school.told(&school.run(&args)).replace(dir, "EXAMPLE")
    };
    insta::assert_snapshot!(
        "harbour-list",
        told(&["list", "--every", "--as-of", "2026-11-20"])
    );
    insta::assert_snapshot!("harbour-due", told(&["due", "--as-of", "2026-11-20"]));
    insta::assert_snapshot!(
        "harbour-stage-three",
        told(&[
            "gaps",
            "n4rv7d",
            "--gate",
            "stage-three",
            "--as-of",
            "2026-11-20"
        ])
    );
    insta::assert_snapshot!("harbour-verify", told(&["verify"]));
    // Cases that have no such gate are counted and not silently left out; one case alone is told so, and no table of none.
    let all = told(&[
        "ready",
        "--all",
        "--gate",
        "stage-three",
        "--as-of",
        "2026-11-20",
    ]);
    assert!(
        all.contains("note: 3 cases passed over, whose checklist has no gate `stage-three`"),
        "{all}"
    );
    let wrong = told(&["ready", "n4rv7d", "--gate", "stage-tree"]);
    assert!(
        wrong.starts_with("exit 2") && wrong.contains("did you mean `stage-three`?"),
        "{wrong}"
    );
    assert!(
        !wrong.contains("verdict") && !wrong.contains("0 of 0"),
        "{wrong}"
    );
    let same = told(&["checklist", "diff", "kent", "kent", "--cases"]);
    assert!(
        same.contains("no difference") && !same.contains("attcheck move"),
        "{same}"
    );
    let target = told(&[
        "show",
        "n4rv7d",
        "--gate",
        "stage-two",
        "--as-of",
        "2026-11-20",
    ]);
    // Nine of the 54 sessions from 1 October to 13 November were missed.
    assert!(
        target.contains(
            "83.33% of 54 possible sessions by the register: 8.67 points below the target"
        ),
        "{target}"
    );
    insta::assert_snapshot!(
        "harbour-register",
        told(&["register", "show", "n4rv7d", "--as-of", "2026-11-20"])
    );
    let review = told(&["show", "autumn26", "--as-of", "2026-11-20"]);
    assert!(
        review.contains("signed by ") && review.contains(" as person-completing"),
        "{review}"
    );
}
