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

/// What cannot be read just now is not called gone, and passes for nothing: status 2, and nothing is packed without it.
#[test]
fn a_copy_that_cannot_be_read_just_now_is_not_called_gone() {
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
    let copy = folder.join(&copies(&school)[0]);
    let told = |args: &[&str], status: i32| {
        let output = school.run(args);
        let said = school.told(&output);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {said}");
        assert!(
            !said.contains("not there any more")
                && !said.contains("copy-gone")
                && !said.contains("copy-broken"),
            "{args:?}: {said}"
        );
        said
    };
    let judged = |what: &str| {
        let said = told(&["verify"], 2);
        assert!(
            said.contains("copy-unreadable")
                && said.contains("cannot be read just now")
                && said.contains("no fault found, and not everything could be looked at")
                && said.contains("0 of 1 sound"),
            "{what}: {said}"
        );
        let json: Value =
            serde_json::from_slice(&school.run(&["verify", "--format", "json"]).stdout).unwrap();
        let found = &json["cases"][0]["found"][0];
        assert_eq!(
            (&found["code"], &found["fault"]),
            (&"copy-unreadable".into(), &false.into())
        );
        assert_eq!(
            line(&school, "warning"),
            ("undecided".into(), "copy-unreadable".into()),
            "{what}"
        );
        for format in ["table", "json", "junit"] {
            told(
                &["ready", CASE, "--gate", "referral", "--format", format],
                2,
            );
        }
        let said = told(&["pupil-record", CASE], 2);
        assert!(
            said.contains("[cannot be read just now]")
                && said.contains("1 document cannot be read just now"),
            "{what}: {said}"
        );
        let said = told(&["doctor"], 1);
        assert!(said.contains("cannot be read just now"), "{what}: {said}");
        for args in [
            &[
                "pack", CASE, "--gate", "referral", "--anyway", "--output", "pack.zip",
            ][..],
            &["hand-over", CASE, "--output", "parcel.zip"],
        ] {
            let said = told(args, 2);
            assert!(
                said.contains("the copy `letter` cannot be read just now"),
                "{what}: {said}"
            );
        }
        assert!(
            !school.root().join("pack.zip").exists() && !school.root().join("parcel.zip").exists()
        );
    };
    // A folder of its name: it can be opened, or not, and never read.
    let bytes = fs::read(&copy).unwrap();
    fs::remove_file(&copy).unwrap();
    fs::create_dir(&copy).unwrap();
    judged("a folder in its place");
    fs::remove_dir(&copy).unwrap();
    // What iCloud leaves in its place when it takes it off the computer. `doctor` does not call it left over.
    let name = copy.file_name().unwrap().to_str().unwrap();
    let placeholder = folder.join(format!(".{name}.icloud"));
    fs::write(&placeholder, "bplist00").unwrap();
    judged("a placeholder");
    let said = told(&["doctor"], 1);
    assert!(!said.contains("no entry names"), "{said}");
    fs::remove_file(&placeholder).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(&copy, &copy).unwrap();
        judged("a link to itself");
        fs::remove_file(&copy).unwrap();
        symlink(folder.join("not-mounted.pdf"), &copy).unwrap();
        judged("a link to what is not there just now");
        fs::remove_file(&copy).unwrap();
        fs::remove_dir(&folder).unwrap();
        fs::write(&folder, "no folder").unwrap();
        judged("a file in the folder's place");
        fs::remove_file(&folder).unwrap();
        symlink(school.root().join("not-mounted"), &folder).unwrap();
        judged("a folder that is elsewhere, and not there just now");
        fs::remove_file(&folder).unwrap();
    }
    // Nothing there at all is gone, and nothing else is.
    let output = school.run(&["verify"]);
    assert!(
        output.status.code() == Some(1) && school.told(&output).contains("copy-gone"),
        "{}",
        school.told(&output)
    );
    fs::create_dir_all(&folder).unwrap();
    fs::write(&copy, bytes).unwrap();
    school.ok(&["verify"]);
    // A situation can say so, too.
    fs::write(
        school.root().join("checklists/northshire.samples.yaml"),
        "attcheck: samples/1\nchecklist: northshire\nsamples:\n  - name: A scan on a share\n    as-of: \"2026-12-01\"\n    \
         people: {p1: parent}\n    entries:\n      - {item: plan-meeting, date: \"2026-11-16\", attendees: All, target: \"95\", \
         points: [barriers, actions, review]}\n      \
         - {item: warning, date: \"2026-11-24\", outcome: Sent, attach: letter unreadable}\n    \
         expect:\n      warning/p1: undecided copy-unreadable\n",
    )
    .unwrap();
    school.ok(&["checklist", "test", "northshire"]);
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
