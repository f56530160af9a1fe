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
