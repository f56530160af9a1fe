//! What data protection asks of a record: seen whole, kept no longer than need be, and gone when it is to be gone.

use std::fs;

use serde_json::Value;

use super::{CASE, School, recorded};

const OTHER: &str = "m9xqc4";

/// Two cases, one with marks, a document and a stray copy.
fn school() -> School {
    let school = School::with_papers();
    school.ok(&["new", "--checklist", "lancashire", "--id", OTHER, "--name", "Ben Vale"]);
    fs::write(school.root().join("marks.csv"), "case,date,am,pm\nm9xqc4,2026-09-02,O,\\\n").unwrap();
    school.ok(&["register", "import", "marks.csv"]);
    school
}

#[test]
fn the_whole_record_of_a_pupil_names_everybody_else_in_it() {
    let mut school = school();
    school.ok(&["person", CASE, "add", "Grace Vale", "--role", "parent"]);
    school.ok(&["follow-up", CASE, "--next", "Ring", "--due", "1/10/2026", "--owner", "A Reed, office"]);
    let wrong = recorded(&school.ok(&["note", CASE, "Wrong text"]));
    school.ok(&["withdraw", CASE, &wrong, "--why", "wrong child"]);
    // An earlier case of the same pupil belongs to it.
    school.ok(&["close", CASE, "--why", "improved"]);
    school.at("2026-11-02T09:00:00+00:00");
    let new = [
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "b5nf2k",
        "--name",
        "Ada O'Kafor",
        "--upn",
        "V999201417003",
    ];
    school.ok(&new);
    let told = school.ok(&["pupil-record", "b5nf2k"]);
    for wanted in [
        "2. 2 cases",
        "case b5nf2k, opened 2026-11-02, open",
        "case k7m4px, opened 2026-09-21, closed on Monday 21 September 2026 (improved)",
        "Wrong text",
        "withdrawn since",
        "2026-09-02  /  \\  2026-09-21",
        "letter: evidence/k7m4px/",
        "Grace Vale\n      parent: ",
        "A Reed, office\n      owner: ",
        "J Smith, pastoral lead\n      recorded: ",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert!(!told.contains("Ben Vale"), "{told}");
    let others = told.split("5. Other people").nth(1).unwrap();
    assert!(!others.contains("Kafor"), "{others}");
    // A file that cannot be read might be about the same pupil, and is told.
    fs::write(school.root().join("cases/x7m4px.yaml"), "attcheck: case/1\n").unwrap();
    let output = school.run(&["pupil-record", CASE]);
    assert_eq!(output.status.code(), Some(2));
    assert!(school.told(&output).contains("x7m4px.yaml` could not be read"), "{}", school.told(&output));
    school.ok(&["new", "--school", "--checklist", "kent", "--id", "our-school"]);
    let said = school.refused(&["pupil-record", "our-school"]);
    assert!(said.contains("about the school"), "{said}");
}

#[test]
fn retention_counts_from_closing_or_leaving() {
    let mut school = School::with_case();
    let said = school.refused(&["retention"]);
    assert!(said.contains("does not say how long") && said.contains("after-closing"), "{said}");
    let settings = "[retention]\nafter-closing = \"18 months\"\nafter-leaving = \"6 years\"\n";
    fs::write(school.root().join("attcheck.toml"), settings).unwrap();
    school.ok(&["new", "--checklist", "lancashire", "--id", OTHER, "--name", "Ben Vale"]);
    school.ok(&["close", CASE, "--why", "improved", "--on", "14/9/2026"]);
    school.ok(&["close", OTHER, "--why", "left", "--on", "14/9/2026"]);
    let listed = |day: &str| {
        let json = school.ok(&["retention", "--as-of", day, "--format", "json"]);
        let json: Value = serde_json::from_str(&json).unwrap();
        let cases = json["cases"].as_array().unwrap().clone();
        cases.iter().map(|row| row["case"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // Closed on 14 September 2026: eighteen months end on 14 March 2028, six years on 14 September 2032.
    assert_eq!(listed("13/3/2028"), Vec::<String>::new());
    assert_eq!(listed("14/3/2028"), [CASE]);
    assert_eq!(listed("13/9/2032"), [CASE]);
    assert_eq!(listed("14/9/2032"), [CASE, OTHER]);
    let told = school.ok(&["retention", "--every"]);
    assert!(told.contains("14 Mar 2028") && told.contains("0 cases past"), "{told}");
    // Opened again, it is not past anything.
    school.at("2026-09-25T09:00:00+01:00");
    school.ok(&["reopen", CASE, "--why", "away again"]);
    let json = school.ok(&["retention", "--as-of", "14/3/2028", "--format", "json"]);
    assert!(!json.contains(CASE), "{json}");
    fs::write(school.root().join("attcheck.toml"), "[retention]\nafter-closing = \"long\"\n").unwrap();
    let said = school.refused(&["retention"]);
    assert!(said.contains("attcheck.toml:2:17") && said.contains("6 years"), "{said}");
}

#[test]
fn erasing_takes_all_of_a_case_and_nothing_of_another() {
    let school = school();
    let copy = school.root().join("cases/k7m4px-DESKTOP-4F2.yaml");
    fs::copy(school.case_file(), &copy).unwrap();
    for (args, says) in [
        (&["erase", CASE][..], "--why is missing"),
        (&["erase", CASE, "--why", "retention"], "--confirm is missing"),
        (&["erase", CASE, "--why", "retention", "--confirm", OTHER], "that is not the id"),
        (&["erase", "k7m", "--why", "retention", "--confirm", CASE], "there is no case"),
        (&["erase", copy.to_str().unwrap(), "--why", "other", "--confirm", CASE], "cannot be a case id"),
    ] {
        let said = school.refused(args);
        assert!(said.contains(says), "{args:?}: {said}");
    }
    let listed = school.ok(&["erase", CASE, "--dry-run"]);
    assert_eq!(listed.lines().count(), 4, "{listed}");
    let said = school.ok(&["erase", CASE, "--why", "request", "--confirm", CASE]);
    assert!(said.contains("erased case k7m4px: 4 files"), "{said}");
    let left: Vec<String> = school
        .snapshot()
        .into_iter()
        .filter(|(path, bytes)| {
            let name = path.display().to_string();
            let own =
                name.ends_with("marks.csv") || name.ends_with("letter.pdf") || name.ends_with("erased.csv");
            !own && (name.contains(CASE) || String::from_utf8_lossy(bytes).contains("Kafor"))
        })
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!school.root().join("evidence/k7m4px").exists());
    let ledger = fs::read_to_string(school.root().join("erased.csv")).unwrap();
    assert_eq!(ledger, "erased,case,reason,entries,files\n2026-09-21,k7m4px,request,3,4\n");
    school.ok(&["verify", OTHER]);
    assert!(school.root().join("registers/m9xqc4.csv").is_file());
    // One that was broken off is told, and can be run again.
    let new = ["new", "--checklist", "lancashire", "--id", CASE, "--name", "Ada O'Kafor"];
    school.ok(&new);
    let doctor = school.run(&["doctor"]);
    assert!(school.told(&doctor).contains("erasing case k7m4px was broken off"), "{}", school.told(&doctor));
    school.ok(&["erase", CASE, "--why", "request", "--confirm", CASE]);
    assert_eq!(fs::read_to_string(school.root().join("erased.csv")).unwrap(), ledger);
}

#[test]
fn a_damaged_case_can_be_erased_too() {
    let school = School::with_case();
    fs::write(school.case_file(), "attcheck: case/1\ncase: k7m4px\nlog:\n- ki").unwrap();
    school.ok(&["erase", CASE, "--why", "mistake", "--confirm", CASE]);
    assert!(!school.case_file().exists());
}
