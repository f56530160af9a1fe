//! From one school to the next, and between brothers and sisters.

use std::fs;
use std::path::PathBuf;

use super::{CASE, School};

/// A school with a case that has marks and a document, and the parcel made of it.
fn handed_over() -> (School, PathBuf) {
    let school = School::with_papers();
    school.ok(&["close", CASE, "--why", "moved"]);
    school.ok(&["hand-over", CASE, "--output", "parcel.zip"]);
    let parcel = school.root().join("parcel.zip");
    (school, parcel)
}

pub fn next_school() -> School {
    let mut next = School::new();
    fs::write(
        next.root().join("attcheck.toml"),
        "school = \"Southfield School\"\nurn = \"654321\"\n",
    )
    .unwrap();
    next.at("2026-10-05T09:00:00+01:00");
    next
}

#[test]
fn the_next_school_goes_on_with_its_own_entries_after() {
    let (school, parcel) = handed_over();
    let next = next_school();
    let parcel = parcel.to_str().unwrap();
    let said = next.ok(&["take-over", parcel, "--dry-run"]);
    assert!(
        said.contains(
            "case k7m4px: 4 entries and 1 document of the former school; it can be taken over"
        ),
        "{said}"
    );
    assert!(!next.root().join("cases").exists());
    let said = next.ok(&["take-over", parcel]);
    assert!(said.contains("next    attcheck reopen k7m4px"), "{said}");
    let text = next.case_text();
    assert!(
        text.starts_with(&school.case_text()),
        "every byte of the former school stays"
    );
    assert!(text.contains("school: Southfield School"), "{text}");
    next.ok(&["verify"]);
    next.ok(&["reopen", CASE, "--why", "came to us"]);
    next.ok(&["note", CASE, "First day here"]);
    next.ok(&["verify"]);
    assert!(next.ok(&["register", "show", CASE]).contains('/'));
    // The pupil comes back: what the next school recorded is joined with what is still here.
    next.ok(&["hand-over", CASE, "--output", "back.zip"]);
    let back = next.root().join("back.zip");
    let said = school.ok(&["take-over", back.to_str().unwrap()]);
    assert!(said.contains("took over case k7m4px: 7 entries"), "{said}");
    assert!(school.case_text().contains("First day here"));
    school.ok(&["verify"]);
    // Once more changes nothing, but for a copy that was damaged.
    let before = school.snapshot();
    let copy = fs::read_dir(school.root().join("evidence/k7m4px"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::write(&copy, "damaged").unwrap();
    let said = school.ok(&["take-over", back.to_str().unwrap()]);
    assert!(said.contains("is here already"), "{said}");
    assert!(school.snapshot() == before);
    // With a damaged case here nothing is taken over, not even the marks.
    fs::write(
        school.case_file(),
        school.case_text().replace("outcome: Sent", "outcome: Lost"),
    )
    .unwrap();
    fs::remove_file(school.root().join("registers/k7m4px.csv")).unwrap();
    school.refused(&["take-over", back.to_str().unwrap(), "--dry-run"]);
    school.refused(&["take-over", back.to_str().unwrap()]);
}

#[test]
fn a_parcel_that_does_not_fit_is_refused_whole() {
    let (school, parcel) = handed_over();
    let bytes = fs::read(&parcel).unwrap();
    let next = next_school();
    let put = |bytes: &[u8]| {
        let file = next.root().join("p.zip");
        fs::write(&file, bytes).unwrap();
        next.refused(&["take-over", "p.zip"])
    };
    assert!(put(&bytes[..bytes.len() / 2]).contains("it is no zip file, or not all of one"));
    assert!(put(b"no parcel").contains("no zip file"));
    // Another case under the same id is not touched.
    for day in ["2026-09-21T10:00:00+01:00", "2026-09-22T10:00:00+01:00"] {
        let mut other = School::new();
        other.at(day).ok(&[
            "new",
            "--checklist",
            "lancashire",
            "--id",
            CASE,
            "--name",
            "Ben Vale",
        ]);
        let said = other.refused(&["take-over", parcel.to_str().unwrap()]);
        assert!(
            said.contains("another case under the id") || said.contains("two cases under one id"),
            "{said}"
        );
    }
    // A damaged record is not handed over.
    fs::write(
        school.case_file(),
        school.case_text().replace("outcome: Sent", "outcome: Lost"),
    )
    .unwrap();
    let said = school.refused(&["hand-over", CASE, "--output", "b.zip"]);
    assert!(said.contains("does not stand up (changed"), "{said}");
    let said = school.refused(&["hand-over", CASE, "--output", "nowhere/b.zip"]);
    assert!(said.contains("there is no folder"), "{said}");
    school.ok(&[
        "new",
        "--school",
        "--checklist",
        "kent",
        "--id",
        "our-school",
    ]);
    let said = school.refused(&["hand-over", "our-school", "--output", "b.zip"]);
    assert!(said.contains("the school's own"), "{said}");
    let said = school.refused(&["hand-over", CASE]);
    assert!(said.contains("--output k7m4px-hand-over.zip"), "{said}");
}

/// A sound record may name a copy in a way that another system cannot: a device, a pipe, a dot at the end.
#[test]
fn a_parcel_brings_no_copy_under_a_name_that_windows_cannot_have() {
    use attcheck::case::seal::entry_id;
    use attcheck::store::bag::{Payload, pack};
    let school = School::with_papers();
    let case = school.case_text();
    let start = case.find("evidence/k7m4px/").unwrap();
    let good = case[start..]
        .lines()
        .next()
        .unwrap()
        .trim_matches(['"', '\''])
        .to_owned();
    for name in ["con", "nul.pdf", "a|b", "x.", "com1.txt", "x:y"] {
        let forged = case.replace(&good, &format!("evidence/k7m4px/{name}"));
        let read = attcheck::store::parse_case(&forged, "k.yaml".as_ref()).unwrap();
        let last = read.entries.last().unwrap();
        let old = last.id.as_ref().unwrap().0.clone();
        let forged = forged.replace(&old, &entry_id(&last.node).0);
        let read = attcheck::store::parse_case(&forged, "k.yaml".as_ref()).unwrap();
        let receipt = attcheck::case::receipt::receipt(&read).text();
        let path = format!("evidence/k7m4px/{name}");
        let payload: Payload = [
            ("cases/k7m4px.yaml", forged.as_bytes()),
            ("receipt.txt", receipt.as_bytes()),
            (path.as_str(), b"a letter"),
        ]
        .map(|(path, bytes)| (path.to_owned(), bytes.to_vec()))
        .into();
        let next = next_school();
        let about = [
            ("Source-Organization", "a school".to_owned()),
            ("Bagging-Date", "2026-09-21".to_owned()),
            ("External-Identifier", CASE.to_owned()),
        ];
        fs::write(
            next.root().join("p.zip"),
            pack(CASE, &payload, &about).unwrap(),
        )
        .unwrap();
        let before = next.snapshot();
        let said = next.refused(&["take-over", "p.zip"]);
        assert!(
            said.contains("holds a file that no entry of its record names")
                || said.contains("cannot be"),
            "{name}: {said}"
        );
        assert!(next.snapshot() == before, "{name}");
    }
}

/// Parcels made by somebody who wants to write where they should not, or to bring in what no entry names.
#[test]
fn a_parcel_can_write_nothing_but_the_case() {
    use attcheck::store::bag::{Payload, pack};
    let school = School::with_case();
    let case = school.case_text().into_bytes();
    let next = next_school();
    let refused = |files: &[(&str, &[u8])]| {
        let payload: Payload = files
            .iter()
            .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()))
            .collect();
        fs::write(
            next.root().join("p.zip"),
            pack("k7m4px", &payload, &[]).unwrap(),
        )
        .unwrap();
        next.refused(&["take-over", "p.zip"])
    };
    let own = ("cases/k7m4px.yaml", &case[..]);
    for path in [
        "../evil.yaml",
        "cases/../../evil.yaml",
        "evidence/k7m4px/../../../evil.pdf",
        "evidence/k7m4px/letter.pdf",
        "attcheck.toml",
        "checklists/../evil.yaml",
        "cases/m9xqc4.yaml",
    ] {
        let said = refused(&[own, (path, b"x")]);
        assert!(said.contains("error: "), "{path}: {said}");
    }
    assert!(refused(&[("registers/k7m4px.csv", b"x")]).contains("holds no case"));
    assert!(refused(&[own]).contains("no receipt"));
    let receipt = school.ok(&["receipt", CASE]);
    let lodged = ("receipt.txt", receipt.as_bytes());
    assert!(
        refused(&[own, lodged, ("registers/k7m4px.csv", b"x")])
            .contains("marks that cannot be read")
    );
    assert!(
        refused(&[own, lodged, ("evidence/k7m4px/a.pdf", b"x")])
            .contains("no entry of its record names")
    );
    assert!(refused(&[("cases/../x.yaml", b"x")]).contains("names its case"));
    assert!(refused(&[("cases/m9xqc4.yaml", &case[..])]).contains("another id"));
    let changed = school.case_text().replace("Ada", "Eva").into_bytes();
    assert!(refused(&[("cases/k7m4px.yaml", &changed[..])]).contains("does not stand up"));
    school.ok(&["note", CASE, "More"]);
    let longer = school.case_text().into_bytes();
    let forged = receipt.replace("entries: 1", "entries: 2");
    assert!(
        refused(&[
            ("cases/k7m4px.yaml", &longer[..]),
            ("receipt.txt", forged.as_bytes())
        ])
        .contains("receipt")
    );
    assert!(!next.root().join("cases").exists() && !next.dir.path().join("evil.yaml").exists());
}

#[test]
fn a_bag_can_be_checked_by_hand() {
    if !super::has_tool("python3", &["--version"]) {
        return;
    }
    let (school, _) = handed_over();
    let script = "import hashlib, sys, zipfile\n\
        z = zipfile.ZipFile(sys.argv[1])\n\
        lines = z.read('k7m4px/manifest-sha256.txt').decode().splitlines()\n\
        good = [hashlib.sha256(z.read('k7m4px/' + p)).hexdigest() == h for h, p in (l.split(None, 1) for l in lines)]\n\
        data = [n for n in z.namelist() if '/data/' in n]\n\
        print(all(good) and len(data) == len(lines) == 5 and z.testzip() is None)\n";
    let mut python = std::process::Command::new("python3");
    let output = python
        .args(["-c", script])
        .arg(school.root().join("parcel.zip"))
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "True",
        "{}",
        school.told(&output)
    );
}

#[test]
fn brothers_and_sisters_are_linked_and_listed_together() {
    let mut school = School::with_case();
    for (id, name) in [
        ("m9xqc4", "Ben O'Kafor"),
        ("b5nf2k", "Cy O'Kafor"),
        ("d8kr3n", "Not Related"),
    ] {
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
    school.ok(&[
        "person",
        CASE,
        "add",
        "Ben O’Kafor",
        "--role",
        "sibling",
        "--id",
        "p1",
    ]);
    let said = school.ok(&["link", CASE, "m9xqc4"]);
    assert!(
        said.contains("linked case k7m4px: p1 is the pupil of case m9xqc4"),
        "{said}"
    );
    assert!(
        said.contains("linked case m9xqc4: p") && said.contains(" is the pupil of case k7m4px"),
        "{said}"
    );
    school.ok(&["link", "b5nf2k", "m9xqc4"]);
    let family = |of: &str| {
        let told = school.ok(&["list", "--family", of]);
        ["k7m4px", "m9xqc4", "b5nf2k", "d8kr3n"].map(|id| told.contains(id))
    };
    for of in ["k7m4px", "m9xqc4", "b5nf2k"] {
        assert_eq!(family(of), [true, true, true, false], "{of}");
    }
    let before = school.snapshot();
    let said = school.ok(&["link", "m9xqc4", CASE]);
    assert!(said.contains("linked with k7m4px already"), "{said}");
    assert!(school.snapshot() == before);
    let said = school.refused(&["link", CASE, CASE]);
    assert!(said.contains("same case"), "{said}");
    assert!(
        school
            .ok(&["show", CASE])
            .contains("sibling_case of p1: m9xqc4")
    );
    school.at("2026-09-22T09:00:00+01:00");
    school.ok(&["link", CASE, "m9xqc4", "--end"]);
    let told = school.ok(&["list", "--family", CASE]);
    assert!(told.contains("1 case"), "{told}");
    assert!(
        school
            .ok(&["list", "--family", "m9xqc4"])
            .contains("2 cases")
    );
    school.ok(&["verify"]);
    assert!(
        school
            .ok(&["list", "--family", "cases/m9xqc4.yaml"])
            .contains("2 cases")
    );
    // A sibling's case that is gone is named and stops nothing.
    let output = school.run(&["erase", "b5nf2k", "--why", "mistake", "--confirm", "b5nf2k"]);
    assert!(
        school
            .told(&output)
            .contains("attcheck link m9xqc4 b5nf2k --end"),
        "{}",
        school.told(&output)
    );
    let output = school.run(&["list", "--family", "m9xqc4"]);
    assert!(
        school
            .told(&output)
            .contains("b5nf2k, which is not in this folder"),
        "{}",
        school.told(&output)
    );
    school.ok(&["link", "m9xqc4", "b5nf2k", "--end"]);
    let output = school.run(&["list", "--family", "m9xqc4"]);
    assert!(
        !school.told(&output).contains("b5nf2k"),
        "{}",
        school.told(&output)
    );
}
