//! The nightly round, run as a school would.

#[cfg(unix)]
#[test]
fn the_nightly_round_uses_exit_codes_rightly() {
    use std::fs;
    use std::process::Command;

    use super::{CASE, School, project};

    let school = School::with_case();
    let out = school.root().join("out");
    let round = || {
        let mut command = Command::new("sh");
        command
            .arg(project("examples/scheduled/nightly.sh"))
            .arg(school.root())
            .arg(&out);
        school.surround(&mut command);
        command
            .env("ATTCHECK", env!("CARGO_BIN_EXE_attcheck"))
            .output()
            .unwrap()
    };
    let output = round();
    assert_eq!(
        output.status.code(),
        Some(0),
        "a case that is not ready is no failure: {}",
        school.told(&output)
    );
    let files: Vec<String> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        files.iter().any(|name| name.ends_with(".xml"))
            && files.iter().any(|name| name.ends_with(".json")),
        "{files:?}"
    );
    for file in fs::read_dir(&out).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains("Kafor"), "no name leaves the folder");
    }
    let sound = school.case_text();
    fs::write(school.case_file(), sound.replace("J Smith", "A Nother")).unwrap();
    assert_ne!(
        round().status.code(),
        Some(0),
        "a record that does not stand up is seen"
    );
    fs::write(school.root().join(format!("cases/{CASE}.yaml")), "nothing").unwrap();
    assert_eq!(
        round().status.code(),
        Some(2),
        "a file that cannot be read fails the round"
    );
}

#[cfg(unix)]
#[test]
fn the_round_tells_of_all_that_was_recorded_since_the_last_and_of_what_is_due() {
    use std::fs;
    use std::process::{Command, Output};

    use super::{CASE, School, project, recorded};

    let round = |school: &School, more: &[&str]| -> Output {
        let mut command = Command::new("sh");
        command
            .arg(project("examples/scheduled/nightly.sh"))
            .arg(school.root())
            .arg(school.root().join("out"))
            .args(more)
            .current_dir(school.root());
        school.surround(&mut command);
        command
            .env("ATTCHECK", env!("CARGO_BIN_EXE_attcheck"))
            .output()
            .unwrap()
    };
    let made = |school: &School, more: &[&str]| -> String {
        let output = round(school, more);
        assert_eq!(output.status.code(), Some(0), "{}", school.told(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let file = |school: &School, name: &str| {
        fs::read_to_string(school.root().join("out").join(name)).unwrap()
    };

    let mut school = School::with_case();
    // Friday at two in the night, Friday in school, Monday at two.
    school.at("2026-09-25T02:00:00+01:00");
    let said = made(&school, &[]);
    assert!(
        said.contains("recorded:  1 entry"),
        "the first round goes back a week: {said}"
    );
    school.at("2026-09-25T15:10:00+01:00");
    let next = ["follow-up", CASE, "--next", "Ring", "--due", "26/9/2026"];
    let on_friday = recorded(&school.ok(&next));
    school.at("2026-09-28T02:00:00+01:00");
    let said = made(&school, &[]);
    assert!(
        said.contains("recorded:  1 entry") && said.contains("due:       1 due, 1 overdue"),
        "{said}"
    );
    let log = file(&school, "log.txt");
    assert!(log.contains(&on_friday), "{log}");
    assert!(
        log.contains("recorded from Friday 25 September 2026, 02:00 to"),
        "{log}"
    );
    assert!(file(&school, "due.txt").contains("overdue by 2 days"));
    school.at("2026-09-29T02:00:00+01:00");
    assert!(made(&school, &[]).contains("recorded:  0 entries"));

    // What a round could not read is in the next.
    school.at("2026-09-29T11:00:00+01:00");
    let on_tuesday = recorded(&school.ok(&["note", CASE, "The office rang"]));
    fs::write(school.root().join("cases/b5nf2k.yaml"), "nothing").unwrap();
    school.at("2026-09-30T02:00:00+01:00");
    assert_eq!(round(&school, &[]).status.code(), Some(2));
    fs::remove_file(school.root().join("cases/b5nf2k.yaml")).unwrap();
    school.at("2026-10-01T02:00:00+01:00");
    made(&school, &[]);
    assert!(file(&school, "log.txt").contains(&on_tuesday));

    // One file for rounds that have a folder each, and one that says nothing.
    fs::write(school.root().join("last.txt"), "2026-09-29T10:00:00Z\n").unwrap();
    made(&school, &["last.txt"]);
    assert!(file(&school, "log.txt").contains(&on_tuesday));
    assert_eq!(
        fs::read_to_string(school.root().join("last.txt")).unwrap(),
        "2026-10-01T02:00:00+01:00\n"
    );
    fs::write(school.root().join("last.txt"), "Monday\n").unwrap();
    let output = round(&school, &["last.txt"]);
    let said = school.told(&output);
    assert!(
        output.status.success() && said.contains("does not say when the last round began"),
        "{said}"
    );
}

#[test]
fn the_log_goes_back_to_an_instant() {
    use super::{CASE, School, recorded};

    let mut school = School::with_case();
    school.at("2026-09-22T09:00:00+01:00");
    let first = recorded(&school.ok(&["note", CASE, "The office rang"]));
    school.at("2026-09-22T09:00:01+01:00");
    let second = recorded(&school.ok(&["note", CASE, "They rang again"]));
    for (since, shown) in [
        ("2026-09-22T08:00:00Z", [true, true]),
        ("2026-09-22T09:00:01+01:00", [false, true]),
        ("2026-09-22T04:00:02-04:00", [false, false]),
    ] {
        let log = school.ok(&["log", "--since", since, "--format", "json"]);
        assert_eq!(
            [log.contains(&first), log.contains(&second)],
            shown,
            "{since}: {log}"
        );
    }
    assert!(
        school
            .ok(&["log", "--since", "2026-09-22T08:00:00Z", "--format", "json"])
            .contains(r#""since": "2026-09-22T09:00:00+01:00""#)
    );
    let said = school.refused(&["log", "--since", "2026-09-22T25:00:00Z"]);
    assert!(said.contains("--since"), "{said}");
}
