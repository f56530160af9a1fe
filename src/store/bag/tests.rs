use std::borrow::Cow;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

fn payload() -> Payload {
    [
        ("cases/k7m4px.yaml", "one"),
        ("evidence/k7m4px/a.pdf", "two"),
    ]
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .into()
}

fn unpacked(files: &[(&str, &str)]) -> Result<Payload, String> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    unpack(zip.finish().unwrap())
}

#[test]
fn what_is_packed_is_unpacked_and_the_same_twice() {
    let about = [("Source-Organization", "Northfield".to_owned())];
    let bytes = pack("k7m4px", &payload(), &about).unwrap();
    assert_eq!(bytes, pack("k7m4px", &payload(), &about).unwrap());
    assert_eq!(unpack(Cursor::new(&bytes)), Ok(payload()));
    for cut in [0, 10, bytes.len() / 2, bytes.len() - 1] {
        assert!(unpack(Cursor::new(&bytes[..cut])).is_err(), "{cut}");
    }
}

/// The files of a bag with this payload, as they lie in its zip.
fn bag_of(payload: &Payload) -> Vec<(String, String)> {
    let text = |bytes: Cow<'_, [u8]>| String::from_utf8(bytes.into_owned()).unwrap();
    files(payload, &[("External-Identifier", "k7m4px".to_owned())])
        .unwrap()
        .into_iter()
        .map(|(path, bytes)| (format!("b/{path}"), text(bytes)))
        .collect()
}

/// The same with one file in other words; what lists it by its hash is made anew.
fn with(path: &str, text: &str) -> Vec<(String, String)> {
    let mut held = bag_of(&payload());
    let put = |held: &mut Vec<(String, String)>, path: &str, text: &str| {
        let at = held.iter().position(|(own, _)| own == path);
        match at {
            Some(at) => held[at].1 = text.to_owned(),
            None => held.push((path.to_owned(), text.to_owned())),
        }
    };
    put(&mut held, path, text);
    if path != "b/tagmanifest-sha256.txt" {
        let tags = held.iter().filter(|(path, _)| {
            ["b/bagit.txt", "b/bag-info.txt", "b/manifest-sha256.txt"].contains(&path.as_str())
        });
        let lines: Vec<String> = tags
            .map(|(path, text)| format!("{}  {}\n", sha256_hex(text.as_bytes()), &path[2..]))
            .collect();
        let lines = lines.concat();
        put(&mut held, "b/tagmanifest-sha256.txt", &lines);
    }
    held
}

fn says(held: &[(String, String)]) -> String {
    let held: Vec<(&str, &str)> = held
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    unpacked(&held).unwrap_err()
}

#[test]
fn what_does_not_fit_its_manifest_is_refused() {
    let good = bag_of(&payload());
    assert_eq!(
        unpacked(
            &good
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str()))
                .collect::<Vec<_>>()
        ),
        Ok(payload())
    );
    let more = |path: &str| {
        let mut held = good.clone();
        held.push((path.to_owned(), "x".to_owned()));
        says(&held)
    };
    let hash = sha256_hex(b"x");
    assert!(says(&good[..good.len() - 1]).contains("manifest names is not in it"));
    assert!(says(&good[1..]).contains("`bagit.txt` is not in it"));
    for (path, text, expected) in [
        (
            "b/data/cases/k7m4px.yaml",
            "two",
            "is not what its manifest says",
        ),
        (
            "b/manifest-sha256.txt",
            &*format!("{hash}  ../a\n"),
            "outside of `data`",
        ),
        (
            "b/manifest-sha256.txt",
            &format!("{hash}  data/a\n{hash}  ./data/a\n"),
            "lists a file twice: data/a",
        ),
        (
            "b/manifest-sha256.txt",
            "x\n",
            "`manifest-sha256.txt` cannot be read",
        ),
        (
            "b/bagit.txt",
            "BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n",
            "a bag of BagIt 2.0",
        ),
        (
            "b/bagit.txt",
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n",
            "does not say what",
        ),
        ("b/bagit.txt", "x", "it is no bag"),
        ("b/bag-info.txt", "x\n", "a line without a label"),
        ("b/bag-info.txt", "Payload-Oxum: 7.2\n", "not hold as much"),
        (
            "b/bag-info.txt",
            "External-Identifier: k7m4px\n",
            "not hold as much",
        ),
        (
            "b/tagmanifest-sha256.txt",
            "",
            "`bagit.txt` is not listed in `tagmanifest-sha256.txt`",
        ),
        (
            "b/manifest-sha512.txt",
            "x",
            "by another hash than SHA-256, in `manifest-sha512.txt`",
        ),
    ] {
        let found = says(&with(path, text));
        assert!(found.contains(expected), "{path}: {found}");
    }
    // Each of the bag's own files has to be there.
    for path in [
        "bag-info.txt",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
    ] {
        let mut held = good.clone();
        held.retain(|(own, _)| own[2..] != *path);
        assert!(
            says(&held).contains(&format!("`{path}` is not in it")),
            "{path}"
        );
    }
    // A tag manifest that names a file more, and one that passes over what was changed.
    let tags = &good
        .iter()
        .find(|(path, _)| path.contains("tagmanifest"))
        .unwrap()
        .1;
    let listed = format!("{tags}{hash}  fetch.txt\n");
    assert!(says(&with("b/tagmanifest-sha256.txt", &listed)).contains("is not in it: fetch.txt"));
    let without: Vec<String> = tags
        .lines()
        .filter(|line| !line.contains("bag-info"))
        .map(|line| format!("{line}\n"))
        .collect();
    let without = without.concat();
    assert!(
        says(&with("b/tagmanifest-sha256.txt", &without)).contains("`bag-info.txt` is not listed")
    );
    for path in ["b/data/c", "b/note.txt", "b/../a"] {
        assert!(more(path).contains("does not name"), "{path}");
    }
    assert!(more("x/y").contains("beside the bag"));
    assert!(
        unpack(Cursor::new(b"no zip"))
            .unwrap_err()
            .contains("no zip file")
    );
}

/// Whoever unpacks a bag and zips it again puts more into it than was there.
#[test]
fn a_bag_that_was_zipped_again_is_told_as_such() {
    let good = bag_of(&payload());
    let more = |path: &str| {
        let mut held = good.clone();
        held.push((path.to_owned(), "x".to_owned()));
        says(&held)
    };
    let mac = "unpacked and zipped again on a Mac";
    for path in [
        "__MACOSX/b/._bagit.txt",
        "b/.DS_Store",
        ".DS_Store",
        "b/data/._a",
    ] {
        assert!(more(path).contains(mac), "{path}");
    }
    assert!(more("b/data/Thumbs.db").contains("has `Thumbs.db` in it, which Windows added"));
    let moved = |change: &dyn Fn(&str) -> String| {
        let held: Vec<_> = good
            .iter()
            .map(|(path, text)| (change(path), text.clone()))
            .collect();
        says(&held)
    };
    assert!(moved(&|path| format!("around/{path}")).contains("one more folder around it"));
    assert!(moved(&|path| path[2..].to_owned()).contains("without the folder around it"));
}

/// Bytes of a zip in place of others of the same length.
fn patched(zip: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = zip.to_vec();
    let found: Vec<usize> = (0..bytes.len() - from.len())
        .filter(|at| bytes[*at..].starts_with(from))
        .collect();
    assert!(!found.is_empty());
    for at in found {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn a_zip_that_programs_read_in_different_ways_is_refused() {
    let zipped = |name: &str, text: &str| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (path, text) in bag_of(&payload()) {
            zip.start_file(path, stored).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.start_file(name, stored).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let told = |bytes: &[u8]| unpack(Cursor::new(bytes)).unwrap_err();
    // One name twice, the forged one first: the last is what this program would open.
    let name = "b/data/cases/k7m4px.yaml";
    let twice = patched(
        &zipped("b/data/cases/k7m4px.yamX", "forged"),
        b"k7m4px.yamX",
        b"k7m4px.yaml",
    );
    assert!(
        told(&twice).contains("listed twice under one name"),
        "{}",
        told(&twice)
    );
    // Another name where the file lies than in the list at the end.
    let sound = zipped("b/data/x", "x");
    let at = sound
        .windows(name.len())
        .position(|part| part == name.as_bytes())
        .unwrap();
    let mut other = sound.clone();
    other[at] = b'c';
    assert!(
        told(&other).contains("its list of files is not the list"),
        "{}",
        told(&other)
    );
    // Two zips in one file: who reads from the beginning opens the first, who reads from the end the second.
    let two = [zipped("b/data/x", "x"), pack("b", &payload(), &[]).unwrap()].concat();
    assert!(
        told(&two).contains("its list of files is not the list"),
        "{}",
        told(&two)
    );
    // A password.
    let mut locked = ZipWriter::new(Cursor::new(Vec::new()));
    locked
        .start_file(
            "b/bagit.txt",
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored),
        )
        .unwrap();
    locked.write_all(b"xxxxxxxxxxxxxxxx").unwrap();
    let mut locked = locked.finish().unwrap().into_inner();
    for mark in [&b"PK\x03\x04"[..], b"PK\x01\x02"] {
        let at = locked.windows(4).position(|part| part == mark).unwrap();
        locked[at + if mark[2] == 3 { 6 } else { 8 }] |= 1;
    }
    assert!(
        told(&locked).contains("protected by a password"),
        "{}",
        told(&locked)
    );
}

/// The zip library writes the system it runs on, unless it is told one: the same bytes on every computer.
#[test]
fn a_zip_tells_nothing_of_the_computer_it_was_made_on() {
    let bytes = pack("k7m4px", &payload(), &[]).unwrap();
    let listed: Vec<usize> = (0..bytes.len() - 4)
        .filter(|at| bytes[*at..].starts_with(b"PK\x01\x02"))
        .collect();
    assert_eq!(listed.len(), 6);
    for at in listed {
        assert_eq!(bytes[at + 5], 3, "the upper byte of `version made by`");
    }
}
