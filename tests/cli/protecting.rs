//! What data protection asks of a record: seen whole, kept no longer than need be, and gone when it is to be gone.

use std::fs;

use serde_json::Value;

use super::{CASE, School, recorded};

const OTHER: &str = "m9xqc4";

/// Two cases, one with marks, a document and a stray copy.
fn school() -> School {
    let school = School::with_papers();
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        OTHER,
        "--name",
        "Ben Vale",
    ]);
    fs::write(
        school.root().join("marks.csv"),
        "case,date,am,pm\nm9xqc4,2026-09-02,O,\\\n",
    )
    .unwrap();
    school.ok(&["register", "import", "marks.csv"]);
    school
}

#[test]
fn the_whole_record_of_a_pupil_names_everybody_else_in_it() {
    let mut school = school();
    school.ok(&["person", CASE, "add", "Grace Vale", "--role", "parent"]);
    school.ok(&[
        "follow-up",
        CASE,
        "--next",
        "Ring",
        "--due",
        "1/10/2026",
        "--owner",
        "A Reed, office",
    ]);
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
    fs::write(
        school.root().join("cases/x7m4px.yaml"),
        "attcheck: case/1\n",
    )
    .unwrap();
    let output = school.run(&["pupil-record", CASE]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        school
            .told(&output)
            .contains("x7m4px.yaml` could not be read"),
        "{}",
        school.told(&output)
    );
    school.ok(&[
        "new",
        "--school",
        "--checklist",
        "kent",
        "--id",
        "our-school",
    ]);
    let said = school.refused(&["pupil-record", "our-school"]);
    assert!(said.contains("about the school"), "{said}");
}

#[test]
fn retention_counts_from_closing_or_leaving() {
    let mut school = School::with_case();
    let said = school.refused(&["retention"]);
    assert!(
        said.contains("does not say how long") && said.contains("after-closing"),
        "{said}"
    );
    let settings = "[retention]\nafter-closing = \"18 months\"\nafter-leaving = \"6 years\"\n";
    fs::write(school.root().join("attcheck.toml"), settings).unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        OTHER,
        "--name",
        "Ben Vale",
    ]);
    school.ok(&["close", CASE, "--why", "improved", "--on", "14/9/2026"]);
    school.ok(&["close", OTHER, "--why", "left", "--on", "14/9/2026"]);
    let listed = |day: &str| {
        let json = school.ok(&["retention", "--as-of", day, "--format", "json"]);
        let json: Value = serde_json::from_str(&json).unwrap();
        let cases = json["cases"].as_array().unwrap().clone();
        cases
            .iter()
            .map(|row| row["case"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // Closed on 14 September 2026: eighteen months end on 14 March 2028, six years on 14 September 2032.
    assert_eq!(listed("14/3/2028"), Vec::<String>::new());
    assert_eq!(listed("15/3/2028"), [CASE]);
    assert_eq!(listed("14/9/2032"), [CASE]);
    assert_eq!(listed("15/9/2032"), [CASE, OTHER]);
    let said = school.refused(&["erase", CASE, "--why", "retention", "--confirm", CASE]);
    assert!(
        said.contains("is to be kept until Tuesday 14 March 2028"),
        "{said}"
    );
    let told = school.ok(&["retention", "--every"]);
    assert!(
        told.contains("14 Mar 2028") && told.contains("0 cases past"),
        "{told}"
    );
    // Opened again, it is not past anything.
    school.at("2026-09-25T09:00:00+01:00");
    school.ok(&["reopen", CASE, "--why", "away again"]);
    let json = school.ok(&["retention", "--as-of", "14/3/2028", "--format", "json"]);
    assert!(!json.contains(CASE), "{json}");
    fs::write(
        school.root().join("attcheck.toml"),
        "[retention]\nafter-closing = \"long\"\n",
    )
    .unwrap();
    let said = school.refused(&["retention"]);
    assert!(
        said.contains("attcheck.toml:2:17") && said.contains("6 years"),
        "{said}"
    );
}

#[test]
fn erasing_takes_all_of_a_case_and_nothing_of_another() {
    let school = school();
    let copy = school.root().join("cases/k7m4px-DESKTOP-4F2.yaml");
    fs::copy(school.case_file(), &copy).unwrap();
    for (args, says) in [
        (&["erase", CASE][..], "--why is missing"),
        (&["erase", CASE, "--why", "other"], "--confirm is missing"),
        (&["erase", CASE, "--why", "retention"], "is open"),
        (
            &["erase", CASE, "--why", "other", "--confirm", OTHER],
            "that is not the id",
        ),
        (
            &["erase", CASE, "--why", "retention", "--confirm", CASE],
            "is open",
        ),
        (
            &["erase", "k7m", "--why", "retention", "--confirm", CASE],
            "there is no case",
        ),
        (
            &[
                "erase",
                copy.to_str().unwrap(),
                "--why",
                "other",
                "--confirm",
                CASE,
            ],
            "cannot be a case id",
        ),
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
            let own = name.ends_with("marks.csv")
                || name.ends_with("letter.pdf")
                || name.ends_with("erased.csv");
            !own && (name.contains(CASE) || String::from_utf8_lossy(bytes).contains("Kafor"))
        })
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!school.root().join("evidence/k7m4px").exists());
    let ledger = fs::read_to_string(school.root().join("erased.csv")).unwrap();
    assert_eq!(
        ledger,
        "erased,case,reason,entries,files\n2026-09-21,k7m4px,request,3,4\n"
    );
    school.ok(&["verify", OTHER]);
    assert!(school.root().join("registers/m9xqc4.csv").is_file());
    // A case that comes back is none that was not wholly erased, and each erasure has its line.
    let new = [
        "new",
        "--checklist",
        "lancashire",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ];
    school.ok(&new);
    assert!(!school.told(&school.run(&["doctor"])).contains("broken off"));
    school.ok(&["erase", CASE, "--why", "mistake", "--confirm", CASE]);
    let ledger = fs::read_to_string(school.root().join("erased.csv")).unwrap();
    assert_eq!(ledger.lines().count(), 3, "{ledger}");
    // One that was broken off is told, and is finished, even where the case itself is gone.
    fs::write(
        school.root().join("cases/.k7m4px.erasing"),
        "2026-09-21,k7m4px,request,9,2\n",
    )
    .unwrap();
    fs::create_dir_all(school.root().join("evidence/k7m4px")).unwrap();
    fs::write(school.root().join("evidence/k7m4px/left.pdf"), "x").unwrap();
    let told = school.told(&school.run(&["doctor"]));
    assert!(
        told.contains("run it again: attcheck erase k7m4px --why request"),
        "{told}"
    );
    school.ok(&["erase", CASE, "--why", "request"]);
    assert!(
        !school.root().join("evidence/k7m4px").exists()
            && !school.told(&school.run(&["doctor"])).contains("broken off")
    );
    assert!(
        fs::read_to_string(school.root().join("erased.csv"))
            .unwrap()
            .ends_with("2026-09-21,k7m4px,request,9,2\n")
    );
    // Output never takes the ledger's place.
    school.refused(&["list", "--output", "erased.csv"]);
    school.refused(&["list", "--output", "cases/x.yaml"]);
}

/// An id can be the beginning of another, and what cannot be read is not taken for a copy.
#[test]
fn erasing_one_case_leaves_another_child_s_that_is_called_alike() {
    let school = School::new();
    for (id, name) in [("abc", "Ada O'Kafor"), ("abc-two", "Ben Vale")] {
        school.ok(&[
            "new",
            "--checklist",
            "lancashire",
            "--id",
            id,
            "--name",
            name,
        ]);
    }
    let two = school.root().join("cases/abc-two.yaml");
    let text = fs::read_to_string(&two)
        .unwrap()
        .replace("case/1", "case/2");
    fs::write(&two, &text).unwrap();
    fs::create_dir(school.root().join("cases/old")).unwrap();
    school.ok(&["erase", "abc", "--why", "mistake", "--confirm", "abc"]);
    assert_eq!(fs::read_to_string(&two).unwrap(), text);
}

/// A UPN that was put right belongs to another child: that child's case is no part of this one's record.
#[test]
fn a_upn_given_by_a_slip_gives_nobody_else_s_record_away() {
    let school = School::with_papers();
    let new = [
        "new",
        "--checklist",
        "lancashire",
        "--id",
        OTHER,
        "--name",
        "Ben Vale",
    ];
    school.ok(&new);
    let text = fs::read_to_string(school.root().join("cases/m9xqc4.yaml")).unwrap();
    fs::remove_file(school.case_file()).unwrap();
    school.ok(&["details", OTHER, "--upn", "V999201417003"]);
    school.ok(&["details", OTHER, "--upn", "H801200001001"]);
    school.ok(&["note", OTHER, "Ben lives at the refuge"]);
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "b5nf2k",
        "--name",
        "Ada",
        "--upn",
        "V999201417003",
    ]);
    let output = school.run(&["pupil-record", "b5nf2k"]);
    let told = school.told(&output);
    assert!(
        told.contains("2. 1 case") && !told.contains("refuge"),
        "{told}"
    );
    assert!(told.contains("case m9xqc4 had this UPN once"), "{told}");
    assert!(!text.is_empty());
}

#[test]
fn a_damaged_case_can_be_erased_too() {
    let school = School::with_case();
    fs::write(
        school.case_file(),
        "attcheck: case/1\ncase: k7m4px\nlog:\n- ki",
    )
    .unwrap();
    school.ok(&["erase", CASE, "--why", "mistake", "--confirm", CASE]);
    assert!(!school.case_file().exists());
}
