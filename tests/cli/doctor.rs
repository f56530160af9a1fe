//! `doctor` and `migrate`.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{CASE, School};

#[test]
fn a_healthy_folder_is_told_as_such_and_nothing_is_changed() {
    let school = School::with_case();
    let terms = "school = \"Northfield Academy\"\nurn = \"123456\"\n[[term]]\nname = \"Autumn\"\nfrom = 2026-09-02\nto = 2026-12-18\n";
    fs::write(school.root().join("attcheck.toml"), terms).unwrap();
    let before = school.snapshot();
    insta::assert_snapshot!("doctor", school.told(&school.run(&["doctor"])));
    assert!(school.snapshot() == before);
}

#[test]
fn everything_that_is_wrong_has_its_remedy() {
    let mut school = School::with_case();
    let root = school.root();
    fs::write(
        root.join("attcheck.toml"),
        "school = \"Northfield Academy\"\n",
    )
    .unwrap();
    fs::copy(school.case_file(), root.join("cases/k7m4px (1).yaml")).unwrap();
    fs::write(root.join("cases/m9xqc4.yaml"), "attcheck: case/1\n").unwrap();
    let draft = root.join("cases/.k7m4px.yaml.new");
    fs::write(&draft, "half").unwrap();
    File::options()
        .write(true)
        .open(&draft)
        .unwrap()
        .set_modified(SystemTime::now() - Duration::from_secs(120))
        .unwrap();
    fs::create_dir_all(root.join("evidence/k7m4px")).unwrap();
    fs::write(root.join("evidence/k7m4px/stray.pdf"), "x").unwrap();
    fs::create_dir_all(root.join("registers")).unwrap();
    fs::write(root.join("registers/p7cx5s.csv"), "date,am,pm,read\n").unwrap();
    // The clock of the computer has gone back to before the opening.
    school.at("2026-09-01T09:00:00+01:00");
    let json: Value =
        serde_json::from_slice(&school.run(&["doctor", "--format", "json"]).stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    for (code, says, remedy) in [
        (
            "settings",
            "does not tell its URN, term dates",
            "attcheck calendar",
        ),
        ("clock", "the newest entry was recorded", "clocks is wrong"),
        (
            "sync-copy",
            "copy of a case under another name",
            "attcheck join",
        ),
        ("case", "m9xqc4.yaml cannot be read", "attcheck verify"),
        ("left-over", ".k7m4px.yaml.new", "clears it"),
        ("left-over", "stray.pdf", "no entry names"),
        ("left-over", "p7cx5s.csv", "delete the file"),
    ] {
        let found = findings.iter().find(|one| {
            let text = format!("{}{}", one["says"], one["remedy"]);
            one["code"] == code
                && one["well"] == false
                && text.contains(says)
                && text.contains(remedy)
        });
        assert!(found.is_some(), "{code} {says}: {json:#}");
    }
    assert_eq!(school.run(&["doctor"]).status.code(), Some(1));
    // The next writer clears the draft.
    fs::remove_file(root.join("cases/k7m4px (1).yaml")).unwrap();
    let output = school.run(&["note", CASE, "x"]);
    assert!(
        school
            .told(&output)
            .contains("cleared what an interrupted write had left"),
        "{}",
        school.told(&output)
    );
    assert!(!draft.exists());
    // Settings that cannot be read stop no looking, and copies and marks are looked at too.
    fs::write(root.join("attcheck.toml"), "school = \n").unwrap();
    fs::write(root.join("registers/k7m4px.csv"), "x\n").unwrap();
    let told = school.told(&school.run(&["doctor"]));
    assert!(
        told.contains("attcheck.toml cannot be read") && told.contains("marks of case k7m4px"),
        "{told}"
    );
    assert_eq!(school.run(&["doctor"]).status.code(), Some(1));
    fs::remove_file(root.join("attcheck.toml")).unwrap();
    // Nobody said who records; no case anywhere.
    let empty = School::new();
    let mut command = empty.command(&["doctor"]);
    let output = command.env_remove("ATTCHECK_BY").output().unwrap();
    let told = empty.told(&output);
    assert!(
        told.contains("holds no cases") && told.contains("attcheck whoami --set"),
        "{told}"
    );
    assert!(
        !told.contains("  lock "),
        "without cases there is nothing to lock: {told}"
    );
}

#[test]
fn there_is_nothing_to_migrate_yet_and_a_newer_format_is_never_written() {
    let school = School::with_case();
    let before = school.snapshot();
    let said = school.ok(&["migrate"]);
    assert!(
        said.contains("1 case in case/1, the newest format of this program; 0 changed"),
        "{said}"
    );
    assert!(school.snapshot() == before);
    fs::write(
        school.case_file(),
        school.case_text().replace("case/1", "case/2"),
    )
    .unwrap();
    let said = school.refused(&["migrate"]);
    assert!(
        said.contains("from which this program knows no step"),
        "{said}"
    );
    for writing in [
        "note k7m4px x",
        "record k7m4px letters --on 18/9/2026 --outcome x",
        "close k7m4px --why other",
        "seal k7m4px",
        "hand-over k7m4px --output p.zip",
        "redact k7m4px --leave-out e00000 --output p.txt",
    ] {
        let said = school.refused(&writing.split(' ').collect::<Vec<_>>());
        assert!(said.contains("newer attcheck"), "{writing}: {said}");
    }
}
