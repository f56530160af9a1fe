//! Two copies of one case, and entries written by hand.

use std::fs;

use super::{CASE, School, recorded};

/// Works on a copy as somebody at another computer would, where it has the case's own name.
fn elsewhere(school: &School, copy: &std::path::Path, args: &[&str]) {
    let other = tempfile::tempdir().unwrap();
    fs::create_dir(other.path().join("cases")).unwrap();
    let file = other.path().join("cases").join(format!("{CASE}.yaml"));
    fs::copy(copy, &file).unwrap();
    let dir = other.path().to_str().unwrap();
    let args: Vec<&str> = ["--dir", dir].iter().chain(args).copied().collect();
    school.ok(&args);
    fs::copy(&file, copy).unwrap();
}

#[test]
fn a_copy_is_never_a_second_case_and_joins_without_loss() {
    let mut school = School::with_case();
    let letter = recorded(&school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "18/9/2026",
        "--outcome",
        "Sent",
    ]));
    let copy = school
        .root()
        .join("cases")
        .join(format!("{CASE}-DESKTOP-4F2.yaml"));
    fs::copy(school.case_file(), &copy).unwrap();
    school.ok(&["note", CASE, "Here"]);
    school.at("2026-09-21T17:00:00+01:00");
    let said = school.refused(&["note", copy.to_str().unwrap(), "x"]);
    assert!(
        said.contains("copy of case `k7m4px`"),
        "nothing is written into a copy: {said}"
    );
    elsewhere(
        &school,
        &copy,
        &[
            "correct",
            CASE,
            &letter,
            "--outcome",
            "Sent by post",
            "--why",
            "Clearer",
        ],
    );
    school.ok(&[
        "correct",
        CASE,
        &letter,
        "--outcome",
        "Sent by hand",
        "--why",
        "Clearer",
    ]);
    for command in ["ready --all", "list", "verify", "log"] {
        let output = school.run(&command.split(' ').collect::<Vec<_>>());
        let told = school.told(&output);
        assert_eq!(output.status.code(), Some(2), "{command}: {told}");
        assert!(
            told.contains("copy of case `k7m4px`") && told.contains("attcheck join"),
            "{command}: {told}"
        );
    }
    let told = school.ok(&["join", copy.to_str().unwrap()]);
    assert!(told.contains("joined case k7m4px: 5 entries"), "{told}");
    fs::remove_file(&copy).unwrap();
    let gaps = school.ok(&["gaps", CASE]);
    assert!(gaps.contains("(contested)"), "{gaps}");
    school.ok(&[
        "correct",
        CASE,
        &letter,
        "--outcome",
        "Sent by post",
        "--why",
        "The post book says so",
    ]);
    assert!(!school.ok(&["gaps", CASE]).contains("(contested)"));
    assert_eq!(school.run(&["verify"]).status.code(), Some(0));
    let log = school.ok(&["show", CASE, "--log"]);
    assert!(
        log.contains("Here") && log.contains("Sent by post") && log.contains("Sent by hand"),
        "{log}"
    );
}

#[test]
fn joining_keeps_comments_and_the_bytes_of_ours() {
    let school = School::with_case();
    let text = school.case_text().replace(
        "- kind: opened",
        "# the head wants to see this\n- kind: opened",
    );
    fs::write(school.case_file(), text.replace('\n', "\r\n")).unwrap();
    let copy = school.root().join("copy.yaml");
    fs::write(&copy, &text).unwrap();
    school.ok(&["note", CASE, "Ours"]);
    elsewhere(&school, &copy, &["note", CASE, "Theirs"]);
    let theirs = fs::read_to_string(&copy)
        .unwrap()
        .replace("- kind: note", "# ring back\n- kind: note");
    fs::write(&copy, theirs).unwrap();
    school.ok(&["join", "copy.yaml"]);
    let joined = school.case_text();
    assert_eq!(joined.matches("# the head wants to see this").count(), 1);
    assert_eq!(joined.matches("# ring back").count(), 1);
    assert_eq!(
        joined.matches('\n').count(),
        joined.matches("\r\n").count(),
        "line ends as in ours"
    );
    let again = joined.clone();
    school.ok(&["join", "copy.yaml"]);
    assert_eq!(again, school.case_text(), "joining again changes nothing");
    school.refused(&["join", "missing.yaml"]);
    fs::write(
        &copy,
        fs::read_to_string(&copy)
            .unwrap()
            .replace("Theirs", "Changed"),
    )
    .unwrap();
    let said = school.refused(&["join", "copy.yaml"]);
    assert!(said.contains("does not stand up: changed"), "{said}");
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "k7q2tw",
        "--name",
        "B",
    ]);
    let said = school.refused(&["join", "cases/k7m4px.yaml", "cases/k7q2tw.yaml"]);
    assert!(said.contains("not copies of one case"), "{said}");
}

#[test]
fn an_entry_written_by_hand_counts_for_nothing_until_sealed() {
    let school = School::with_case();
    let before = school.case_text();
    let by_hand = "# rang from the car park\n- kind: action\n  item: letters\n  answer: done\n  date: \"2026-09-18\"\n  outcome: Sent  # by post\n";
    fs::write(school.case_file(), format!("{before}{by_hand}")).unwrap();
    assert_eq!(school.run(&["verify", CASE]).status.code(), Some(1));
    assert_eq!(school.run(&["ready", CASE]).status.code(), Some(1));
    let gaps = school.ok(&["gaps", CASE]);
    assert!(
        gaps.contains("(unsealed)") && gaps.contains("attcheck seal k7m4px"),
        "{gaps}"
    );
    school.ok(&["seal", CASE]);
    let sealed = school.case_text();
    assert!(
        sealed.starts_with(&format!("{before}{by_hand}")),
        "no other line changes"
    );
    assert_eq!(
        school.run(&["verify", CASE]).status.code(),
        Some(0),
        "{}",
        school.ok(&["show", CASE, "--log"])
    );
    assert!(!school.ok(&["gaps", CASE]).contains("record k7m4px letters"));
    let careless = "- kind: note\n  text: no\n";
    fs::write(school.case_file(), format!("{sealed}{careless}")).unwrap();
    let said = school.refused(&["seal", CASE]);
    assert!(
        said.contains("put it in quotes") || said.contains("put the text in quotes"),
        "{said}"
    );
    let unknown = "- kind: action\n  item: lettrs\n  answer: done\n  date: \"2026-09-18\"\n";
    fs::write(school.case_file(), format!("{sealed}{unknown}")).unwrap();
    let said = school.refused(&["seal", CASE]);
    assert!(said.contains("`lettrs` is not an item"), "{said}");
}

#[test]
fn facts_and_people_stand_in_time() {
    let mut school = School::with_case();
    school.ok(&["fact", CASE, "looked_after=never"]);
    school.at("2026-10-12T09:00:00+01:00");
    school.ok(&[
        "fact",
        CASE,
        "looked_after=formerly",
        "--since",
        "1/10/2026",
    ]);
    let fact = |args: &[&str]| {
        let args: Vec<&str> = ["show", CASE].iter().chain(args).copied().collect();
        let shown = school.ok(&args);
        shown
            .lines()
            .find(|line| line.contains("looked_after:"))
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    assert!(fact(&["--as-of", "30/9/2026"]).starts_with("looked_after: never"));
    assert!(fact(&["--as-of", "1/10/2026"]).starts_with("looked_after: formerly"));
    assert!(
        fact(&["--as-of", "12/10/2026", "--known-by", "11/10/2026"])
            .starts_with("looked_after: never")
    );
    school.ok(&[
        "person", CASE, "add", "Ms Vale", "--role", "parent", "--id", "p1",
    ]);
    school.ok(&["person", CASE, "end", "p1", "--since", "5/10/2026"]);
    assert!(
        school
            .ok(&["show", CASE, "--as-of", "5/10/2026"])
            .contains("p1  Ms Vale")
    );
    assert!(
        !school
            .ok(&["show", CASE, "--as-of", "6/10/2026"])
            .contains("p1  Ms Vale")
    );
}

/// On a drive that takes both names as one, the case would be deleted as a copy of itself.
#[test]
fn a_case_in_other_letters_is_to_be_renamed_and_not_deleted() {
    let school = School::with_case();
    let upper = school.root().join("cases/K7M4PX.yaml");
    std::fs::rename(school.case_file(), &upper).unwrap();
    for args in [&["verify"][..], &["doctor"]] {
        let told = school.told(&school.run(args));
        assert!(
            told.contains("under a name in other letters")
                && told.contains("rename it to `k7m4px.yaml`")
                && !told.contains("delete"),
            "{told}"
        );
    }
    // Where both are there, one is a copy.
    std::fs::copy(&upper, school.case_file()).unwrap();
    let told = school.told(&school.run(&["verify"]));
    assert!(told.contains("then delete the copy"), "{told}");
}

/// Output by a name that another file system takes for one of the school's.
#[test]
fn output_takes_the_place_of_nothing_of_the_school_s() {
    let school = School::with_case();
    let before = school.snapshot();
    for target in [
        "Attcheck.toml",
        "ERASED.csv",
        "CASES/k7m4px.yaml.",
        "Cases/x.json",
        "registers/k7m4px.csv",
        "evidence/k7m4px/letter.pdf",
        "checklists/x.json",
    ] {
        let told = school.refused(&["list", "--output", target]);
        assert!(told.contains("is a file of attcheck"), "{target}: {told}");
    }
    for folder in [
        "registers",
        "evidence/k7m4px",
        "checklists",
        "Registers",
        "cases",
    ] {
        let told = school.refused(&["export", "--format", "csv", "--folder", folder]);
        assert!(
            told.contains("belongs to the school's folder"),
            "{folder}: {told}"
        );
    }
    assert!(school.snapshot() == before);
    school.ok(&["export", "--format", "csv", "--folder", "tables"]);
    school.ok(&["list", "--output", "list.txt"]);
}
