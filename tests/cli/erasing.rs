//! What is erased is gone: backups of editors, marks of an import under way, and what comes back.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use attcheck::case::CaseId;
use attcheck::register;
use attcheck::store::Store;

use super::{CASE, School};

const ERASE: [&str; 6] = ["erase", CASE, "--why", "request", "--confirm", CASE];

/// What editors and people leave beside a case.
const LEFT: [&str; 8] = [
    "cases/k7m4px.yaml.bak",
    "cases/k7m4px.yaml~",
    "cases/k7m4px.txt",
    "cases/k7m4px.yaml.orig",
    "cases/.k7m4px.yaml.swp",
    "cases/#k7m4px.yaml#",
    "registers/k7m4px.csv.bak",
    "cases/.k7m4px.yaml.0123456789abcdef.new",
];

fn leave(school: &School) {
    for name in LEFT {
        let text = fs::read(school.case_file()).unwrap_or_else(|_| b"name: Ada".to_vec());
        let path = school.root().join(name);
        fs::write(&path, text).unwrap();
        age(&path);
    }
    fs::write(
        school.root().join("cases/k7m4px-2.yaml.bak"),
        "another case's",
    )
    .unwrap();
}

/// As if it had been written two minutes ago.
fn age(path: &Path) {
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(120);
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(old).unwrap();
}

/// The files called after a case, wherever they lie.
fn called_after(school: &School, case: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = school
        .snapshot()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    files.retain(|path| {
        let text = path.to_string_lossy();
        text.contains(case) && !text.contains("k7m4px-2")
    });
    files
}

#[test]
fn backups_of_other_programs_are_told_and_go_with_the_case() {
    let school = School::with_papers();
    leave(&school);
    let told = school.ok_or_found(&["doctor"]);
    for name in &LEFT[..7] {
        // Beside the case itself they are named as what is not read.
        let seen = name.contains("/k7m4px.") && name.starts_with("cases") || name.contains('#');
        let says = if seen {
            "is not read, since its name does not end in .yaml"
        } else {
            "is a backup that another program keeps"
        };
        assert!(told.contains(&format!("{name} {says}")), "{name}: {told}");
        assert_eq!(
            told.matches(name).count(),
            1,
            "{name} is named once: {told}"
        );
    }
    school.ok(&ERASE);
    assert_eq!(called_after(&school, CASE), Vec::<PathBuf>::new());
    assert!(school.root().join("cases/k7m4px-2.yaml.bak").is_file());
}

#[test]
fn what_comes_back_of_an_erased_case_is_told_and_cleared() {
    let mut school = School::with_papers();
    let text = school.case_text();
    school.ok(&ERASE);
    leave(&school);
    fs::create_dir_all(school.root().join("evidence/k7m4px")).unwrap();
    fs::write(school.root().join("evidence/k7m4px/letter.pdf"), "x").unwrap();
    fs::write(school.root().join("registers/k7m4px.csv"), "x").unwrap();
    for name in ["evidence/k7m4px/letter.pdf", "registers/k7m4px.csv"] {
        age(&school.root().join(name));
    }
    let told = school.ok_or_found(&["doctor"]);
    assert_eq!(
        told.matches("is of a case that was erased").count(),
        LEFT.len() + 2,
        "{told}"
    );
    let told = school.told(&school.run(&["doctor", "--clear"]));
    assert!(told.contains("cleared 10 files"), "{told}");
    assert_eq!(called_after(&school, CASE), Vec::<PathBuf>::new());
    assert!(!school.root().join("evidence/k7m4px").exists());
    assert!(school.root().join("cases/k7m4px-2.yaml.bak").is_file());

    // The case itself, as a merge or a backup brings it back.
    fs::write(school.case_file(), text).unwrap();
    school.at("2026-09-28T09:00:00+01:00");
    let told = school.ok_or_found(&["doctor", "--clear"]);
    assert!(
        told.contains("case k7m4px was erased on Monday 21 September 2026, and is here again"),
        "{told}"
    );
    assert!(school.case_file().is_file(), "that is for people to decide");
    let told = school.told(&school.run(&["verify"]));
    assert!(
        told.contains("was erased on Monday 21 September 2026"),
        "{told}"
    );
    // Whoever records in it has it here on purpose.
    school.ok(&["note", CASE, "Came back to us"]);
    let told = school.ok_or_found(&["doctor"]);
    assert!(!told.contains("was erased on"), "{told}");
}

/// The import has read the case, and the case is erased before the marks are written, or while they are.
#[test]
fn an_import_under_way_brings_no_marks_back() {
    for gone_from in [0, 1] {
        let school = School::with_papers();
        let store = Store::at(school.root());
        let case = CaseId::new(CASE).unwrap();
        let marks = fs::read_to_string(store.register_path(&case)).unwrap();
        let marks = register::read(&marks).unwrap();
        school.ok(&ERASE);
        let asked = AtomicUsize::new(0);
        let change = |_: &CaseId, held: &mut register::Register| {
            *held = marks.clone();
            true
        };
        store
            .change_registers(
                std::slice::from_ref(&case),
                "a test",
                change,
                || {},
                |_| asked.fetch_add(1, Ordering::Relaxed) < gone_from,
            )
            .unwrap();
        assert!(asked.load(Ordering::Relaxed) > gone_from);
        assert!(!store.register_path(&case).exists(), "{gone_from}");
    }
}

/// A drive that does not answer is not taken for a file that is not there.
#[cfg(target_os = "linux")]
#[test]
fn a_case_that_cannot_be_looked_at_is_not_called_erased() {
    if !super::has_tool("strace", &["-f", "-o", "/dev/null", "true"]) {
        return;
    }
    let mut refused = 0;
    for n in 1..=16 {
        let school = School::with_papers();
        let mut command = std::process::Command::new("strace");
        command
            .args(["-f", "-o", "/dev/null", "-P"])
            .arg(school.case_file())
            .args(["-e", &format!("inject=statx:error=EIO:when={n}")])
            .arg(env!("CARGO_BIN_EXE_attcheck"))
            .args(ERASE)
            .current_dir(school.root());
        school.surround(&mut command);
        let output = command.output().unwrap();
        let told = school.told(&output);
        if output.status.success() {
            assert_eq!(called_after(&school, CASE), Vec::<PathBuf>::new(), "{told}");
        } else {
            refused += 1;
            // Run again, it is erased.
            let again = school.run(&ERASE);
            assert!(again.status.success(), "{n}: {told}{}", school.told(&again));
            assert_eq!(called_after(&school, CASE), Vec::<PathBuf>::new());
        }
    }
    assert!(refused > 0);
}

/// A program that was killed while it wrote output leaves a hidden draft, and the next output into that folder clears it.
#[test]
fn what_a_killed_output_left_is_cleared_by_the_next() {
    let school = School::with_papers();
    let desk = school.dir.path().join("desk");
    fs::create_dir(&desk).unwrap();
    let draft = desk.join(".record.txt.0123456789abcdef.new");
    let others = desk.join(".mine.new");
    for path in [&draft, &others] {
        fs::write(path, "Ada O'Kafor").unwrap();
        age(path);
    }
    let list = desk.join("list.txt");
    school.ok(&["list", "--output", list.to_str().unwrap()]);
    assert!(Path::new(&list).is_file() && !draft.exists() && others.exists());
}
