//! The pack for the council, and what the council finds when it checks one.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use attcheck::store::bag::{Payload, look_into, pack};

use super::support::word;
use super::{CASE, School, forms, has_tool, project};

/// A ready case with two documents, in a folder of its own.
fn ready_case() -> School {
    let mut school = School::new();
    let example = project("examples/northfield");
    super::support::copy_folder(&example, &school.root());
    school.at("2026-11-20T09:00:00+00:00");
    fs::write(school.root().join("letter.pdf"), "a letter").unwrap();
    fs::write(school.root().join("Ada Okafor.docx"), "notes").unwrap();
    school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "18/11/2026",
        "--outcome",
        "Sent",
        "--attach",
        "letter=letter.pdf",
    ]);
    school.ok(&[
        "record",
        CASE,
        "parent-contact",
        "--on",
        "19/11/2026",
        "--outcome",
        "Rang",
        "--point",
        "child-voice",
        "--point",
        "parent-voice",
        "--attach",
        "ada=Ada Okafor.docx",
    ]);
    school
}

fn payload(file: &Path) -> Payload {
    look_into(file).unwrap().unwrap().payload
}

fn text<'p>(payload: &'p Payload, path: &str) -> &'p str {
    std::str::from_utf8(&payload[path]).unwrap()
}

/// What the bag of the ready case says of itself.
fn label() -> Vec<(&'static str, String)> {
    vec![
        ("Source-Organization", "Northfield Academy".to_owned()),
        ("External-Identifier", CASE.to_owned()),
        ("Bagging-Date", "2026-11-20".to_owned()),
        ("Bag-Software-Agent", agent()),
        ("Contact-Name", "J Smith, pastoral lead".to_owned()),
    ]
}

fn agent() -> String {
    format!("attcheck {}", env!("CARGO_PKG_VERSION"))
}

/// A pack with something else in it, its manifest made anew.
fn tampered(school: &School, change: impl Fn(&mut Payload)) -> String {
    let mut held = payload(&school.root().join("pack.zip"));
    change(&mut held);
    packed_anew(school, &held, &label())
}

/// A pack of other files or with another label, its manifests made anew.
fn packed_anew(school: &School, held: &Payload, about: &[(&str, String)]) -> String {
    fs::write(
        school.root().join("other.zip"),
        pack("p", held, about).unwrap(),
    )
    .unwrap();
    let output = school.run(&["pack", "check", "other.zip"]);
    assert_ne!(output.status.code(), Some(0), "{}", school.told(&output));
    school.told(&output)
}

#[test]
fn a_pack_holds_what_the_council_needs_and_can_be_checked_anywhere() {
    let school = ready_case();
    let before = school.snapshot().len();
    let output = school.run(&["pack", CASE, "--output", "pack.zip"]);
    let said = school.told(&output);
    assert!(
        output.status.success() && said.contains("2 exhibits; ready"),
        "{said}"
    );
    assert_eq!(school.snapshot().len(), before + 1);
    let held = payload(&school.root().join("pack.zip"));
    let paths: Vec<&str> = held.keys().map(String::as_str).collect();
    let expected = [
        "1-first-page.docx",
        "2-form.docx",
        "3-chronology.docx",
        "exhibits.csv",
        // What somebody called it may be a name, and stands in no name of a file.
        "exhibits/exhibit-01-document.pdf",
        "exhibits/exhibit-02-document.docx",
        "read-me.txt",
        "receipt.txt",
        "record/attcheck.toml",
        "record/cases/k7m4px.yaml",
        "record/checklists/checklist.form.yaml",
        "record/checklists/checklist.yaml",
        "verdict.json",
        "verdict.txt",
    ];
    assert_eq!(paths, expected);
    assert_eq!(text(&held, "exhibits/exhibit-01-document.pdf"), "a letter");
    assert_eq!(text(&held, "record/cases/k7m4px.yaml"), school.case_text());
    let list = text(&held, "exhibits.csv");
    assert!(
        list.contains(
            "1,letter,M1,exhibits/exhibit-01-document.pdf,2026-11-18,\"J Smith, pastoral lead\",e"
        ),
        "{list}"
    );
    let first = word::rows(&held["1-first-page.docx"]);
    assert!(
        first.iter().any(
            |row| row[0] == "The record" && row[1].starts_with("Ready: the record is complete")
        ),
        "{first:?}"
    );
    assert!(
        first.iter().any(|row| row.starts_with(
            &["2", "ada", "M2", "19 Nov 2026", "J Smith, pastoral lead"].map(str::to_owned)
        )),
        "{first:?}"
    );
    let form = word::rows(&held["2-form.docx"]);
    assert!(
        form.iter().any(|row| row
            .last()
            .is_some_and(|cell| cell.contains("Document: letter (exhibit 1)"))),
        "{form:?}"
    );
    let chronology = word::rows(&held["3-chronology.docx"]);
    let dates: Vec<&str> = chronology[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(dates.last(), Some(&"19 Nov 2026"));
    let verdict: serde_json::Value = serde_json::from_str(text(&held, "verdict.json")).unwrap();
    assert_eq!(
        (&verdict["as_of"], &verdict["cases"][0]["verdict"]),
        (&"2026-11-20".into(), &"ready".into())
    );
    // The council has the program and nothing of the school's; broken settings where it stands do not matter.
    let council = School::new();
    fs::write(council.root().join("attcheck.toml"), "nonsense").unwrap();
    let file = school.root().join("pack.zip");
    let said = council.ok(&["pack", "check", file.to_str().unwrap()]);
    for line in [
        "whole     14 files, all as the manifest says",
        "record    case k7m4px, 52 entries: it stands up, and is the one of its receipt",
        "exhibits  2 of 2 are in it, as the record names them",
        "verdict   ready on 20 Nov 2026 for referral, worked out again from the record",
        "checklist lancashire, edition 2026-11, as attcheck ships it",
        "papers    8 papers, each what the record gives, to the byte",
        "everything in the pack fits together",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(council.snapshot().len(), 1, "nothing was written");
    // The same as a folder, readable by its owner only.
    school.ok(&["pack", CASE, "--folder", "pack"]);
    assert_eq!(payload(&school.root().join("pack")), held);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| {
            fs::metadata(school.root().join(path))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!(
            (mode("pack"), mode("pack/data/2-form.docx")),
            (0o700, 0o600)
        );
    }
    let said = school.refused(&["pack", CASE, "--folder", "pack"]);
    assert!(said.contains("is there already"), "{said}");
    for args in [
        &["pack", CASE][..],
        &["pack", CASE, "--folder", "x", "--output", "y.zip"],
    ] {
        assert!(
            school
                .refused(args)
                .contains("a zip file or a folder, one of the two")
        );
    }
}

#[test]
fn a_case_that_is_not_ready_is_not_called_so() {
    let school = School::with_case();
    let said = school.refused(&["pack", CASE, "--output", "pack.zip"]);
    assert!(
        said.contains("is not ready: 14 to do, 11 questions (12 rows)")
            && said.contains("--anyway"),
        "{said}"
    );
    school.ok(&["pack", CASE, "--anyway", "--output", "pack.zip"]);
    let held = payload(&school.root().join("pack.zip"));
    for name in ["1-first-page.docx", "2-form.docx"] {
        let text = word::part(&held[name], "word/document.xml");
        let (gaps, page) = (
            text.find("Not ready").unwrap(),
            text.find("<w:br w:type=\"page\"/>").unwrap(),
        );
        assert!(
            gaps < page && text[gaps..page].contains("Letters home (M1): nothing recorded yet"),
            "{name}"
        );
    }
    let said = school.ok(&["pack", "check", "pack.zip"]);
    assert!(
        said.contains("not ready on 21 Sep 2026 for referral"),
        "{said}"
    );
    // A list with several gates wants one named.
    let several = School::new();
    several.ok(&[
        "new",
        "--checklist",
        "southwark",
        "--id",
        CASE,
        "--name",
        "Bo Lund",
    ]);
    let said = several.refused(&["pack", CASE, "--anyway", "--output", "pack.zip"]);
    assert!(said.contains("--gate"), "{said}");
    let said = several.refused(&["pack", CASE, "--gate", "stage-two", "--output", "pack.zip"]);
    assert!(
        said.contains("attcheck gaps k7m4px --gate stage-two"),
        "{said}"
    );
}

#[test]
fn whatever_was_changed_is_found() {
    let school = ready_case();
    school.ok(&["pack", CASE, "--output", "pack.zip"]);
    let put = |path: &'static str, from: &'static str, to: &'static str| {
        move |held: &mut Payload| {
            let text = text(held, path).replacen(from, to, 1);
            assert!(text != self::text(held, path), "{path}");
            held.insert(path.to_owned(), text.into_bytes());
        }
    };
    // The record with a word changed, and with its last entry taken away.
    let said = tampered(
        &school,
        put("record/cases/k7m4px.yaml", "outcome: Sent", "outcome: Kept"),
    );
    assert!(
        said.contains("record    NOT SO: it does not stand up: changed"),
        "{said}"
    );
    let said = tampered(&school, |held| {
        let text = text(held, "record/cases/k7m4px.yaml");
        let cut = text[..text.rfind("- kind: action").unwrap()].to_owned();
        held.insert("record/cases/k7m4px.yaml".to_owned(), cut.into_bytes());
    });
    assert!(
        said.contains("record    NOT SO: it is not the one of its receipt"),
        "{said}"
    );
    // A verdict that the record does not give: the case of 1 October was not ready.
    let said = tampered(
        &school,
        put(
            "verdict.json",
            "\"as_of\":\"2026-11-20\"",
            "\"as_of\":\"2026-10-01\"",
        ),
    );
    assert!(
        said.contains(
            "verdict   NOT SO: the pack says ready on 1 Oct 2026, and its own record says not ready"
        ),
        "{said}"
    );
    let said = tampered(
        &school,
        put(
            "verdict.txt",
            "Ready: the record is complete",
            "Ready: all is well",
        ),
    );
    assert!(
        said.contains("papers    NOT SO: not what the record gives: verdict.txt"),
        "{said}"
    );
    // A list that asks for less, under the name of one that is known.
    let said = tampered(
        &school,
        put(
            "record/checklists/checklist.yaml",
            "level: must",
            "level: may",
        ),
    );
    assert!(
        said.contains("checklist NOT SO: it says that it is lancashire, edition 2026-11, and is not the list that attcheck ships"),
        "{said}"
    );
    // A form in other words, an exhibit exchanged, one that nobody names.
    let said = tampered(&school, |held| {
        let other = school.root().join("other.docx");
        school.ok(&[
            "form",
            CASE,
            "--as-of",
            "1/10/2026",
            "--output",
            "other.docx",
        ]);
        held.insert("2-form.docx".to_owned(), fs::read(other).unwrap());
    });
    assert!(
        said.contains("papers    NOT SO: not what the record gives: 2-form.docx"),
        "{said}"
    );
    for paper in [
        "1-first-page.docx",
        "3-chronology.docx",
        "exhibits.csv",
        "read-me.txt",
        "receipt.txt",
    ] {
        let said = tampered(&school, |held| held.get_mut(paper).unwrap().push(b' '));
        assert!(
            said.contains(&format!(
                "papers    NOT SO: not what the record gives: {paper}"
            )),
            "{said}"
        );
    }
    for paper in ["2-form.docx", "exhibits.csv"] {
        let said = tampered(&school, |held| drop(held.remove(paper)));
        assert!(
            said.contains(&format!("papers    NOT SO: not in the pack: {paper}")),
            "{said}"
        );
    }
    let first = "exhibits/exhibit-01-document.pdf".to_owned();
    let said = tampered(&school, |held| {
        drop(held.insert(first.clone(), b"another letter".to_vec()))
    });
    assert!(
        said.contains("exhibits  NOT SO: exhibit 1 is not the document that its entry names"),
        "{said}"
    );
    let said = tampered(&school, |held| {
        let second = held
            .insert(
                "exhibits/exhibit-02-document.docx".to_owned(),
                b"a letter".to_vec(),
            )
            .unwrap();
        held.insert(first.clone(), second);
    });
    assert!(
        said.contains("exhibits  NOT SO: exhibit 1 is not the document"),
        "two changed about: {said}"
    );
    // One taken out: the first page and the list still show it.
    let said = tampered(&school, |held| drop(held.remove(&first)));
    assert!(
        said.contains(
            "papers    NOT SO: not what the record gives: 1-first-page.docx, exhibits.csv"
        ),
        "{said}"
    );
    let said = tampered(&school, |held| {
        drop(held.insert("5-certificate.docx".to_owned(), b"x".to_vec()))
    });
    assert!(
        said.contains(
            "more      NOT SO: files that no pack has, beside the papers: 5-certificate.docx"
        ),
        "{said}"
    );
    // Another program's pack is not called sound.
    let mut held = payload(&school.root().join("pack.zip"));
    held.get_mut("2-form.docx").unwrap().push(b' ');
    let mut by_another = label();
    by_another[3].1 = "attcheck 9.9.9".to_owned();
    fs::write(
        school.root().join("later.zip"),
        pack("p", &held, &by_another).unwrap(),
    )
    .unwrap();
    let output = school.run(&["pack", "check", "later.zip"]);
    let said = school.told(&output);
    assert!(
        output.status.code() == Some(1)
            && said.contains("papers    NOT KNOWN: written by attcheck 9.9.9"),
        "{said}"
    );
    assert!(
        said.contains("no fault was found, and not everything could be looked at"),
        "{said}"
    );
    // Not a pack at all.
    let said = tampered(&school, |held| {
        held.retain(|path, _| path != "verdict.json")
    });
    assert!(
        said.contains("is no pack: `verdict.json` is not in it"),
        "{said}"
    );
}

/// `bag-info.txt` is in no receipt: all of it that follows from the pack is worked out again.
#[test]
fn what_a_pack_says_of_itself_is_not_believed() {
    let school = ready_case();
    school.ok(&["pack", CASE, "--output", "pack.zip"]);
    let held = payload(&school.root().join("pack.zip"));
    let bag = look_into(&school.root().join("pack.zip")).unwrap().unwrap();
    let own: Vec<(&str, String)> = bag
        .info
        .iter()
        .map(|(label, value)| (label.as_str(), value.clone()))
        .collect();
    assert_eq!(own, label());
    let with = |n: usize, value: &str| {
        let mut about = label();
        about[n].1 = value.to_owned();
        packed_anew(&school, &held, &about)
    };
    for (n, name, own, other) in [
        (
            0,
            "Source-Organization",
            "Northfield Academy",
            "Southfield School",
        ),
        (1, "External-Identifier", CASE, "m9xqc4"),
        (2, "Bagging-Date", "2026-11-20", "2026-11-10"),
        (
            4,
            "Contact-Name",
            "J Smith, pastoral lead",
            "Dr B Grey, headteacher",
        ),
    ] {
        let said = with(n, other);
        let expected = format!(
            "label     NOT SO: `bag-info.txt` says {name}: {other}, and what is in the pack gives {name}: {own}"
        );
        assert!(said.contains(&expected), "{said}");
        assert!(
            said.contains("papers    8 papers, each what the record gives"),
            "{said}"
        );
    }
    let mut about = label();
    about.push((
        "Internal-Sender-Description",
        "agreed by the council".to_owned(),
    ));
    let said = packed_anew(&school, &held, &about);
    assert!(
        said.contains("label     NOT SO: `bag-info.txt` says what no pack says: Internal-Sender-Description: agreed by the council"),
        "{said}"
    );
    // One label twice: the first would be shown by one program, the last by another.
    about = label();
    about.insert(0, ("External-Identifier", "m9xqc4".to_owned()));
    let said = packed_anew(&school, &held, &about);
    assert!(
        said.contains("says what no pack says: External-Identifier: m9xqc4"),
        "{said}"
    );
    about = label();
    about.push(about[1].clone());
    let said = packed_anew(&school, &held, &about);
    assert!(said.contains("has a line twice"), "{said}");
    for n in [0, 1, 2, 4] {
        about = label();
        let (name, value) = about.remove(n);
        let said = packed_anew(&school, &held, &about);
        assert!(
            said.contains(&format!(
                "label     NOT SO: `bag-info.txt` lacks {name}: {value}"
            )),
            "{said}"
        );
    }
    // Another version may say more, but not that it is another case.
    about = label();
    about[3].1 = "attcheck 9.9.9".to_owned();
    about.push(("Bag-Count", "1 of 1".to_owned()));
    let said = packed_anew(&school, &held, &about);
    assert!(said.contains("label     NOT KNOWN: "), "{said}");
    about[1].1 = "m9xqc4".to_owned();
    let said = packed_anew(&school, &held, &about);
    assert!(said.contains("label     NOT SO: "), "{said}");
}

/// Every file of a zip, in its order.
fn entries_of(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    (0..zip.len())
        .map(|n| {
            let mut entry = zip.by_index(n).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// A zip of files, uncompressed so that a test can change a byte of it.
fn zip_of(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (path, bytes) in entries {
        zip.start_file(path, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The same file twice in a zip under one name, first with other bytes in it.
fn twice(zip: &[u8], path: &str, forged: &[u8]) -> Vec<u8> {
    let mut entries = entries_of(zip);
    let other = format!("{}~", &path[..path.len() - 1]);
    entries.insert(0, (other.clone(), forged.to_vec()));
    let mut bytes = zip_of(&entries);
    for at in 0..bytes.len() - path.len() {
        if bytes[at..].starts_with(other.as_bytes()) {
            bytes[at..at + path.len()].copy_from_slice(path.as_bytes());
        }
    }
    bytes
}

/// What a zip is told to be by those who check and take over, and with which status.
#[test]
fn a_zip_that_is_not_as_it_was_written_is_told_as_what_it_is() {
    let school = ready_case();
    school.ok(&["pack", CASE, "--output", "pack.zip"]);
    school.ok(&["hand-over", CASE, "--output", "parcel.zip"]);
    let next = School::new();
    let bytes = |name: &str| fs::read(school.root().join(name)).unwrap();
    let (packed, parcel) = (bytes("pack.zip"), bytes("parcel.zip"));
    let (folder, case) = ("k7m4px-pack", "k7m4px");
    let judged =
        |what: &str, status: i32, change: &dyn Fn(&[u8], &str) -> Vec<u8>, expected: &str| {
            fs::write(next.root().join("p.zip"), change(&packed, folder)).unwrap();
            let output = next.run(&["pack", "check", "p.zip"]);
            let said = next.told(&output);
            assert!(
                output.status.code() == Some(status) && said.contains(expected),
                "{what}: {said}"
            );
            fs::write(next.root().join("p.zip"), change(&parcel, case)).unwrap();
            let said = next.refused(&["take-over", "p.zip"]);
            assert!(said.contains(expected), "{what}: {said}");
            assert!(!next.root().join("cases").exists(), "{what}");
        };
    judged(
        "two of one name, the forged one first",
        1,
        &|zip, folder| twice(zip, &format!("{folder}/data/read-me.txt"), b"All is well."),
        "a file in it is listed twice under one name",
    );
    let without = |zip: &[u8], file: String| {
        let mut entries = entries_of(zip);
        entries.retain(|(path, _)| *path != file);
        zip_of(&entries)
    };
    judged(
        "no tag manifest",
        1,
        &|zip, folder| without(zip, format!("{folder}/tagmanifest-sha256.txt")),
        "`tagmanifest-sha256.txt` is not in it",
    );
    let put = |zip: &[u8], file: String, text: &str| {
        let mut entries = entries_of(zip);
        for (path, bytes) in &mut entries {
            if *path == file {
                text.as_bytes().clone_into(bytes);
            }
        }
        zip_of(&entries)
    };
    judged(
        "BagIt 2.0",
        1,
        &|zip, folder| {
            put(
                zip,
                format!("{folder}/bagit.txt"),
                "BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n",
            )
        },
        "it is a bag of BagIt 2.0, and attcheck writes and reads BagIt 1.0",
    );
    judged(
        "another algorithm",
        1,
        &|zip, folder| {
            let mut entries = entries_of(zip);
            for (path, _) in &mut entries {
                *path = path.replace(
                    &format!("{folder}/manifest-sha256"),
                    &format!("{folder}/manifest-md5"),
                );
            }
            zip_of(&entries)
        },
        "listed by another hash than SHA-256, in `manifest-md5.txt`",
    );
    judged(
        "a password",
        2,
        &|zip, _| {
            let mut bytes = zip.to_vec();
            for at in 0..bytes.len() - 4 {
                match &bytes[at..at + 4] {
                    b"PK\x03\x04" => bytes[at + 6] |= 1,
                    b"PK\x01\x02" => bytes[at + 8] |= 1,
                    _ => {}
                }
            }
            bytes
        },
        "it is protected by a password",
    );
    let more = |zip: &[u8], path: String| {
        let mut entries = entries_of(zip);
        entries.push((path, b"x".to_vec()));
        zip_of(&entries)
    };
    judged(
        "on a Mac",
        2,
        &|zip, folder| more(zip, format!("__MACOSX/{folder}/._bagit.txt")),
        "it was unpacked and zipped again on a Mac",
    );
    judged(
        "the Finder's file",
        2,
        &|zip, folder| more(zip, format!("{folder}/.DS_Store")),
        "it was unpacked and zipped again on a Mac",
    );
    judged(
        "one folder more",
        2,
        &|zip, _| {
            let entries: Vec<_> = entries_of(zip)
                .into_iter()
                .map(|(path, bytes)| (format!("Documents/{path}"), bytes))
                .collect();
            zip_of(&entries)
        },
        "it was unpacked and zipped again, with one more folder around it",
    );
    // What a Mac unpacks it into again can be looked at as it is.
    let unpacked = next.root().join("unpacked");
    for (path, bytes) in entries_of(&packed) {
        let file = unpacked.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    fs::write(unpacked.join("k7m4px-pack/.DS_Store"), "x").unwrap();
    next.ok(&["pack", "check", "unpacked"]);
}

/// The label of a parcel is looked at as that of a pack is.
#[test]
fn a_parcel_says_of_itself_what_its_record_says() {
    let school = ready_case();
    school.ok(&["hand-over", CASE, "--output", "parcel.zip"]);
    let next = School::new();
    let bag = look_into(&school.root().join("parcel.zip"))
        .unwrap()
        .unwrap();
    let own: Vec<(&str, String)> = bag
        .info
        .iter()
        .map(|(label, value)| (label.as_str(), value.clone()))
        .collect();
    let said = |about: &[(&str, String)]| {
        fs::write(
            next.root().join("p.zip"),
            pack("p", &bag.payload, about).unwrap(),
        )
        .unwrap();
        next.refused(&["take-over", "p.zip"])
    };
    for (n, other) in [(0, "Southfield School"), (1, "soon"), (2, "m9xqc4")] {
        let mut about = own.clone();
        about[n].1 = other.to_owned();
        let expected = format!(
            "the parcel says `{}: {other}` in `bag-info.txt`, and its record does not",
            own[n].0
        );
        let said = said(&about);
        assert!(said.contains(&expected), "{said}");
    }
    assert!(said(&own[..2]).contains("has a line twice in `bag-info.txt`, or lacks one"));
    fs::write(
        next.root().join("p.zip"),
        pack("p", &bag.payload, &own).unwrap(),
    )
    .unwrap();
    next.ok(&["take-over", "p.zip"]);
}

/// One form and one pack, to the byte: whatever computer made them, the council works out the same. Where a text of the form
/// or a paper changed, `ATTCHECK_BLESS=1` keeps the new hashes.
#[test]
fn a_form_and_a_pack_are_the_same_on_every_computer() {
    let school = ready_case();
    school.ok(&["form", CASE, "--output", "form.docx"]);
    school.ok(&["pack", CASE, "--output", "pack.zip"]);
    let found: String = ["form.docx", "pack.zip"]
        .map(|name| {
            let bytes = fs::read(school.root().join(name)).unwrap();
            // The upper byte of `version made by` in the list at the end: the system. Nothing in it is the computer's own.
            let listed = (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02"));
            assert!(
                listed.clone().count() > 5 && listed.clone().all(|at| bytes[at + 5] == 3),
                "{name}"
            );
            format!("{}  {name}\n", attcheck::case::seal::sha256_hex(&bytes))
        })
        .concat();
    let kept = project("tests/documents/golden.sha256");
    if std::env::var_os("ATTCHECK_BLESS").is_some() {
        fs::write(&kept, &found).unwrap();
    }
    assert_eq!(fs::read_to_string(&kept).unwrap_or_default(), found);
}

#[test]
fn a_damaged_pack_is_found_before_anything_is_believed() {
    let school = ready_case();
    school.ok(&["pack", CASE, "--folder", "pack"]);
    let told = |status: i32| {
        let output = school.run(&["pack", "check", "pack"]);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{}",
            school.told(&output)
        );
        school.told(&output)
    };
    let letter = school
        .root()
        .join("pack/data/exhibits/exhibit-01-document.pdf");
    fs::write(&letter, "another letter").unwrap();
    assert!(told(1).contains(
        "whole     NOT SO: a file in it is not what its manifest says: data/exhibits/exhibit-01-document.pdf"
    ));
    fs::remove_file(&letter).unwrap();
    assert!(told(1).contains("a file that its manifest names is not in it"));
    fs::write(&letter, "a letter").unwrap();
    told(0);
    fs::write(school.root().join("pack/data/extra.txt"), "x").unwrap();
    assert!(told(1).contains("holds a file that its manifest does not name"));
    fs::remove_file(school.root().join("pack/data/extra.txt")).unwrap();
    // What a system leaves behind in a folder that was looked at, and a folder around it, as zip programs make it.
    fs::write(school.root().join("pack/data/Thumbs.db"), "x").unwrap();
    told(0);
    let info = school.root().join("pack/bag-info.txt");
    let text = fs::read_to_string(&info).unwrap();
    fs::write(&info, text.replace("Northfield", "Southfield")).unwrap();
    assert!(told(1).contains("`bag-info.txt` is not what `tagmanifest-sha256.txt` says"));
    fs::write(&info, text).unwrap();
    fs::create_dir(school.root().join("around")).unwrap();
    fs::rename(
        school.root().join("pack"),
        school.root().join("around/pack"),
    )
    .unwrap();
    school.ok(&["pack", "check", "around"]);
    fs::rename(
        school.root().join("around/pack"),
        school.root().join("pack"),
    )
    .unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/hostname", school.root().join("pack/data/link")).unwrap();
        assert!(told(2).contains("it holds a link"));
        fs::remove_file(school.root().join("pack/data/link")).unwrap();
        assert!(
            std::process::Command::new("mkfifo")
                .arg(school.root().join("pack/data/pipe"))
                .status()
                .unwrap()
                .success()
        );
        assert!(told(2).contains("it holds what is no file"));
    }
    for (bytes, says) in [
        (&b"no zip"[..], "it is no zip file"),
        (&zipped("a/b.txt")[..], "it is no bag"),
    ] {
        fs::write(school.root().join("bad.zip"), bytes).unwrap();
        let output = school.run(&["pack", "check", "bad.zip"]);
        assert!(
            school.told(&output).contains(says),
            "{}",
            school.told(&output)
        );
    }
    let output = school.run(&["pack", "check", "nowhere.zip"]);
    assert_eq!(output.status.code(), Some(2));
}

fn zipped(path: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(path, zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"x").unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn terms_the_register_and_the_schools_own_record_go_along_where_they_decide() {
    let mut school = School::new();
    super::support::copy_folder(&project("examples/harbour"), &school.root());
    school.at("2026-11-20T09:00:00+00:00");
    school.ok(&[
        "pack",
        "n4rv7d",
        "--gate",
        "stage-two",
        "--output",
        "pack.zip",
    ]);
    let held = payload(&school.root().join("pack.zip"));
    let settings = text(&held, "record/attcheck.toml");
    let read = |text: &str| {
        attcheck::store::settings::Settings::read(text, Path::new("attcheck.toml")).unwrap()
    };
    let own = read(&fs::read_to_string(school.root().join("attcheck.toml")).unwrap());
    assert!(!own.terms.is_empty());
    assert_eq!(read(settings).terms, own.terms, "{settings}");
    let weeks = word::rows(&held["4-register.docx"]);
    let first = [
        "31 Aug 2026",
        "– –",
        "– –",
        "/ \\",
        "O \\",
        "O \\",
        "4",
        "6",
        "66.6%",
        "0",
        "2",
    ];
    assert!(weeks.iter().any(|row| row == &first), "{weeks:?}");
    // Counted by hand from the marks: 80 of 104 sessions since 2 September, 4 ill and 20 unexplained.
    let total = ["Total", "", "", "", "", "", "80", "104", "76.9%", "4", "20"];
    assert!(weeks.iter().any(|row| row == &total), "{weeks:?}");
    // Whose paper it is, and of which days, on every page.
    let header = |name: &str| text_of_part(&held[name], "word/header1.xml");
    assert_eq!(
        header("4-register.docx"),
        "Jonah Reid \u{b7} Harbour Road School \u{b7} 1 Sep 2026 to 20 Nov 2026"
    );
    assert!(
        header("3-chronology.docx").starts_with("Jonah Reid \u{b7} Harbour Road School \u{b7} ")
            && header("3-chronology.docx").ends_with(" to 20 Nov 2026"),
        "{}",
        header("3-chronology.docx")
    );
    assert_eq!(
        header("2-form.docx"),
        "Jonah Reid \u{b7} Harbour Road School \u{b7} as of 20 Nov 2026"
    );
    let page = word::rows(&held["1-first-page.docx"]);
    let beside = |label: &str| {
        let row = page.iter().find(|row| row[0] == label);
        row.unwrap_or_else(|| panic!("{label}: {page:?}"))[1].clone()
    };
    assert_eq!(
        beside("Attendance"),
        "76.9%, 1 Sep 2026 to 20 Nov 2026: 80 of 104 possible sessions attended, 4 of authorised absence, 20 of unauthorised absence"
    );
    assert_eq!(beside("Put together for"), "Formal attendance action");
    assert!(
        school
            .ok(&["pack", "check", "pack.zip"])
            .contains("everything in the pack fits together")
    );
    // Herefordshire asks something of the school.
    let mut north = School::new();
    super::support::copy_folder(&project("examples/northfield"), &north.root());
    north.at("2026-11-20T09:00:00+00:00");
    north.ok(&["pack", "h2vt6m", "--anyway", "--output", "pack.zip"]);
    let held = payload(&north.root().join("pack.zip"));
    assert!(
        held.contains_key("record/cases/northfield.yaml"),
        "{:?}",
        held.keys()
    );
    assert!(
        north
            .ok(&["pack", "check", "pack.zip"])
            .contains("everything in the pack fits together")
    );
}

/// The text of a part of a Word file.
fn text_of_part(bytes: &[u8], part: &str) -> String {
    let text = word::part(bytes, part);
    let document = roxmltree::Document::parse(&text).unwrap();
    let texts = document
        .descendants()
        .filter(|node| node.tag_name().name() == "t");
    texts
        .filter_map(|node| node.text())
        .collect::<Vec<_>>()
        .join("\n")
}

/// No paper of any council's pack has a command, an id or a code in it; `tests/outside.rs` tries the words of every gap.
#[test]
fn the_papers_for_the_council_speak_to_people() {
    let lists: [(&str, &str, &[&str]); 5] = [
        ("lancashire", "letters", &[]),
        ("herefordshire", "letter", &[]),
        ("kent", "guidance-read", &[]),
        ("nottinghamshire", "first-day-contact", &[]),
        ("southwark", "attendance-meeting", &["--gate", "stage-two"]),
    ];
    for (list, item, gate) in lists {
        let school = School::new();
        fs::write(
            school.root().join("attcheck.toml"),
            "school = \"Northfield School\"\n",
        )
        .unwrap();
        let of_school = list == "kent";
        let whose: &[&str] = if of_school {
            &["--school"]
        } else {
            &["--name", "Ada O'Kafor"]
        };
        school.ok(&[&["new", "--checklist", list, "--id", CASE][..], whose].concat());
        if !of_school {
            for (name, more) in [("Ngozi O'Kafor", "yes"), ("Emeka O'Kafor", "unknown")] {
                school.ok(&[
                    "person",
                    CASE,
                    "add",
                    name,
                    "--role",
                    "parent",
                    "--parental-responsibility",
                    more,
                ]);
            }
        }
        if list == "lancashire" {
            school.ok(&["fact", CASE, "looked_after=never"]);
        }
        fs::write(school.root().join("letter.pdf"), "a letter").unwrap();
        school.ok(&[
            "record",
            CASE,
            item,
            "--on",
            "18/9/2026",
            "--outcome",
            "Sent",
            "--incomplete",
            "--attach",
            "letter=letter.pdf",
        ]);
        school.ok(&[&["pack", CASE, "--anyway", "--output", "pack.zip"], gate].concat());
        let said = school.ok(&["pack", "check", "pack.zip"]);
        assert!(
            said.contains("everything in the pack fits together"),
            "{said}"
        );
        let held = payload(&school.root().join("pack.zip"));
        let mut papers = vec![
            ("verdict.txt", text(&held, "verdict.txt").to_owned()),
            ("read-me.txt", text(&held, "read-me.txt").to_owned()),
        ];
        for name in ["1-first-page.docx", "2-form.docx", "3-chronology.docx"] {
            for part in ["word/document.xml", "word/header1.xml", "word/footer1.xml"] {
                papers.push((name, text_of_part(&held[name], part)));
            }
        }
        let ids = ids_of(list);
        for (name, paper) in &papers {
            assert!(
                !paper.contains('`') && !paper.contains("attcheck "),
                "{list}, {name}: {paper}"
            );
            for word in paper.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_') {
                assert!(
                    !ids.contains(&word.to_owned()),
                    "{list}, {name}: {word}: {paper}"
                );
                let rest = word.get(1..).unwrap_or_default();
                let number = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
                // Kent's references name pages: "STORSA p4".
                let person = word.starts_with('p') && number && !of_school;
                assert!(!person, "{list}, {name}: {word}: {paper}");
                let hash = rest.len() > 7 && rest.bytes().all(|b| b.is_ascii_hexdigit());
                assert!(
                    !(word.starts_with('e') && hash),
                    "{list}, {name}: {word}: {paper}"
                );
            }
        }
        let first = &papers[2].1;
        for wanted in [
            "Whom to ring",
            "J Smith, pastoral lead, Northfield School",
            "Telephone: ___",
        ] {
            assert!(first.contains(wanted), "{list}: {wanted}: {first}");
        }
        assert_eq!(
            first.contains("Ngozi O'Kafor (parental responsibility: yes)"),
            !of_school,
            "{list}: {first}"
        );
        // The two lists and the verdict say how many rows are open, and name each by its title.
        let verdict = &papers[0].1;
        assert!(
            verdict.contains("\nNot ready: ") && verdict.contains("\nStill to do\n"),
            "{list}: {verdict}"
        );
    }
}

/// The names that a list gives to items, facts and fields, and those of gaps, as far as no prose has them.
fn ids_of(list: &str) -> Vec<String> {
    let shipped = attcheck::store::builtin::shipped(list, None).unwrap();
    let checklist =
        attcheck::store::builtin::parse_checklist(shipped.text, Path::new(list)).unwrap();
    let items = checklist.items.iter().map(|item| item.id.as_str());
    let names = checklist.facts.keys().chain(checklist.fields.keys());
    let gaps = attcheck::readiness::gap::GapCode::WORDS.iter().copied();
    let all = items.chain(names.map(String::as_str)).chain(gaps);
    let prose = |name: &str| {
        checklist.items.iter().any(|item| {
            item.title.contains(name) || item.ask.as_ref().is_some_and(|ask| ask.contains(name))
        })
    };
    all.filter(|name| name.contains(['-', '_']) && !prose(name))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_copy_that_is_gone_is_told() {
    let school = ready_case();
    let folder = school.root().join("evidence/k7m4px");
    let copies: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let pdf = copies
        .iter()
        .find(|path| path.extension().is_some_and(|ext| ext == "pdf"))
        .unwrap();
    fs::remove_file(pdf).unwrap();
    let output = school.run(&["pack", CASE, "--anyway", "--output", "pack.zip"]);
    let said = school.told(&output);
    assert!(
        output.status.success() && said.contains("note: exhibit 1 is not in it"),
        "{said}"
    );
    let held = payload(&school.root().join("pack.zip"));
    assert!(text(&held, "exhibits.csv").contains("1,letter,M1,not in the pack,"));
    let said = school.ok(&["pack", "check", "pack.zip"]);
    assert!(
        said.contains("1 of 2 are in it") && said.contains("not in the pack, and listed so: 1"),
        "{said}"
    );
}

#[test]
fn a_paper_that_was_only_noted_is_listed_with_its_place() {
    let school = School::with_case();
    for (item, reference) in [
        ("letters", "letter=Filing cabinet 3"),
        ("contract", "note=Filing cabinet 3"),
    ] {
        school.ok(&[
            "record",
            CASE,
            item,
            "--on",
            "18/9/2026",
            "--outcome",
            "x",
            "--attach-ref",
            reference,
        ]);
    }
    school.ok(&["pack", CASE, "--anyway", "--output", "pack.zip"]);
    let held = payload(&school.root().join("pack.zip"));
    let list = text(&held, "exhibits.csv");
    assert!(
        list.contains("1,letter,M1,not in the pack: Filing cabinet 3,2026-09-18"),
        "{list}"
    );
    assert!(
        list.contains("2,note,M5,not in the pack: Filing cabinet 3,2026-09-18"),
        "two papers in one place: {list}"
    );
    assert!(
        school
            .ok(&["pack", "check", "pack.zip"])
            .contains("everything in the pack fits together")
    );
}

/// What is changed since it was attached is judged alike by who sends and who gets the pack.
#[test]
fn a_copy_that_was_changed_does_not_make_an_honest_pack_a_wrong_one() {
    let school = School::with_papers();
    let folder = school.root().join("evidence/k7m4px");
    let copy = fs::read_dir(&folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::write(&copy, "changed").unwrap();
    school.ok(&["pack", CASE, "--anyway", "--output", "pack.zip"]);
    let said = school.ok(&["pack", "check", "pack.zip"]);
    assert!(
        said.contains("exhibits  0 of 1 are in it")
            && said.contains("everything in the pack fits together"),
        "{said}"
    );
    // A pupils' list is answered in the school's own record too, which is packed for nobody by itself.
    let own = School::new();
    own.ok(&[
        "new",
        "--school",
        "--checklist",
        "herefordshire",
        "--id",
        "our-school",
    ]);
    let said = own.refused(&["pack", "our-school", "--anyway", "--output", "pack.zip"]);
    assert!(said.contains("this is the school's own record"), "{said}");
}

#[test]
fn another_program_finds_the_bag_whole() {
    let name = if cfg!(windows) { "python" } else { "python3" };
    if !has_tool(name, &["-c", "import bagit"]) {
        return;
    }
    let school = ready_case();
    school.ok(&["pack", CASE, "--output", "pack.zip"]);
    school.ok(&["pack", CASE, "--folder", "pack"]);
    let path = |name: &str| school.root().join(name).to_str().unwrap().to_owned();
    forms::judged("bag.py", &[&path("pack.zip"), &path("pack")]);
}
