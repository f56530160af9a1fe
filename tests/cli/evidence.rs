//! Copies of documents with an entry.

use std::fs;

use serde_json::Value;

use super::{School, project, recorded};

const CASE: &str = "k7m4px";

/// A school with Northshire's checklist, two parents and a meeting after which a warning may be sent.
fn school() -> School {
    let mut school = School::new();
    school.at("2026-12-01T09:00:00+00:00");
    fs::create_dir_all(school.root().join("checklists")).unwrap();
    let list = fs::read_to_string(project("tests/language/northshire.yaml")).unwrap();
    fs::write(school.root().join("checklists/northshire.yaml"), list).unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "northshire",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
        "--parent",
        "Grace Vale",
    ]);
    let meeting = [
        "record",
        CASE,
        "plan-meeting",
        "--on",
        "16/11/2026",
        "--field",
        "attendees=All",
        "--field",
        "target=95",
    ];
    school.ok(&[
        &meeting[..],
        &[
            "--point", "barriers", "--point", "actions", "--point", "review",
        ],
    ]
    .concat());
    fs::write(
        school.root().join("Ada letter.PDF"),
        b"%PDF-1.7 \xff\x00 a scan",
    )
    .unwrap();
    school
}

/// State and first gap of a line.
fn line(school: &School, item: &str) -> (String, String) {
    let output = school.run(&["ready", CASE, "--gate", "referral", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let items = json["cases"][0]["items"].as_array().unwrap();
    let found = items.iter().find(|one| one["item"] == item).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&found["state"]), text(&found["gaps"][0]["code"]))
}

fn copies(school: &School) -> Vec<String> {
    let Ok(files) = fs::read_dir(school.root().join("evidence").join(CASE)) else {
        return Vec::new();
    };
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_copy_is_missing_attached_or_broken() {
    let school = school();
    let record = |more: &[&str]| {
        let args = ["record", CASE, "warning", "--on", "24/11/2026"];
        recorded(&school.ok(&[&args[..], more].concat()))
    };
    let noted = record(&["--attach-ref", "letter=Filing cabinet 3"]);
    assert_eq!(
        line(&school, "warning"),
        ("blocks".into(), "copy-missing".into())
    );
    assert!(
        school
            .ok(&["gaps", CASE, "--gate", "referral"])
            .contains("only notes where it lies")
    );
    // The item asks for one document, so its name may be left out; the copy bears no name of a pupil.
    school.ok(&[
        "correct",
        CASE,
        &noted,
        "--attach",
        "Ada letter.PDF",
        "--why",
        "Scanned",
    ]);
    assert_eq!(line(&school, "warning").0, "met");
    let kept = copies(&school);
    assert!(
        kept.len() == 1 && kept[0].len() == 68 && kept[0].ends_with(".pdf"),
        "{kept:?}"
    );
    let case = school.case_text();
    assert!(
        case.contains("name: letter")
            && case.contains(&format!("file: evidence/{CASE}/{}", kept[0])),
        "{case}"
    );
    assert!(
        case.contains("size: \"18\"") && case.contains(&kept[0][..64]),
        "{case}"
    );
    school.ok(&["verify"]);
    let copy = school.root().join("evidence").join(CASE).join(&kept[0]);
    fs::write(&copy, "another scan").unwrap();
    assert_eq!(
        line(&school, "warning"),
        ("blocks".into(), "copy-broken".into())
    );
    let verify = school.run(&["verify"]);
    assert_eq!(verify.status.code(), Some(1));
    assert!(
        school.told(&verify).contains("copy-changed"),
        "{}",
        school.told(&verify)
    );
    fs::remove_file(&copy).unwrap();
    assert_eq!(
        line(&school, "warning"),
        ("blocks".into(), "copy-broken".into())
    );
    let gone = school.run(&["verify", "--format", "json"]);
    assert!(
        school.told(&gone).contains("copy-gone"),
        "{}",
        school.told(&gone)
    );
    // Attached again it lies where it lay.
    school.ok(&[
        "correct",
        CASE,
        &noted,
        "--attach",
        "letter=Ada letter.PDF",
        "--why",
        "Scanned again",
    ]);
    assert_eq!(
        (line(&school, "warning").0, copies(&school)),
        ("met".into(), kept)
    );
    let struck =
        school.told(&school.run(&["strike", CASE, &noted, "--why", "Another child's letter"]));
    assert!(
        !struck.contains("still lies in"),
        "the first version had no copy: {struck}"
    );
    assert!(struck.contains("another version still stands"), "{struck}");
}

#[test]
fn what_cannot_be_attached_leaves_nothing_behind() {
    let school = school();
    let refused = |args: &[&str], wanted: &str| {
        let args = [&["record", CASE, "warning", "--on", "24/11/2026"], args].concat();
        let said = school.refused(&args);
        assert!(said.contains(wanted) && !said.contains("Ada"), "{said}");
    };
    refused(&[], "`warning` asks for a copy of `letter`");
    refused(&["--attach", "Ada lettr.pdf"], "cannot be read");
    refused(&["--attach", "letter=."], "cannot be read");
    fs::write(school.root().join("empty.pdf"), "").unwrap();
    refused(&["--attach", "empty.pdf"], "the document is empty");
    refused(&["--attach", "Ada letter.PDF", "--expect", "e00000"], "");
    assert!(
        copies(&school).is_empty(),
        "the copy went with the entry that was not written"
    );
    let dry = [
        "record",
        CASE,
        "warning",
        "--on",
        "24/11/2026",
        "--attach",
        "Ada letter.PDF",
        "--dry-run",
    ];
    assert!(school.ok(&dry).contains("sha256:"));
    assert!(copies(&school).is_empty());
}

#[cfg(unix)]
#[test]
fn copies_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let school = school();
    school.ok(&[
        "record",
        CASE,
        "warning",
        "--on",
        "24/11/2026",
        "--attach",
        "Ada letter.PDF",
    ]);
    let folder = school.root().join("evidence").join(CASE);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&folder), mode(&folder.join(&copies(&school)[0]))),
        (0o700, 0o600)
    );
}

/// From inside a folder of marks or copies, a bare name is one of them.
#[test]
fn output_takes_the_place_of_no_marks_and_no_copy_wherever_one_stands() {
    let school = School::with_papers();
    let marks = school.root().join("registers/k7m4px.csv");
    let before = fs::read(&marks).unwrap();
    for (folder, name) in [("registers", "k7m4px.csv"), ("evidence/k7m4px", "")] {
        let inside = school.root().join(folder);
        let mut names = fs::read_dir(&inside)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let name = if name.is_empty() {
            names.next().unwrap()
        } else {
            name.into()
        };
        let mut list = school.command(&["list", "--output"]);
        let output = list.arg(&name).current_dir(&inside).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", school.told(&output));
        assert!(
            school.told(&output).contains("is a file of attcheck"),
            "{}",
            school.told(&output)
        );
    }
    assert_eq!(fs::read(&marks).unwrap(), before);
}
