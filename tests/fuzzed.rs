//! Every text that ever broke a reader is kept in `tests/problems/fuzzed`, in a folder for each law of `fuzz/src/lib.rs`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test looks at the disk itself, and may stop where it stands"
)]

#[path = "../fuzz/src/lib.rs"]
mod laws;

use std::fs;
use std::path::Path;

type Law = fn(&[u8]);

/// The laws by the names of their fuzz targets.
const LAWS: &[(&str, Law)] = &[
    ("case", |bytes| laws::case(text(bytes))),
    ("checklist", |bytes| laws::checklist(text(bytes))),
    ("form", |bytes| laws::form(text(bytes))),
    ("lines", |bytes| laws::lines(text(bytes))),
    ("marks", |bytes| laws::marks(text(bytes))),
    ("parcel", laws::parcel),
    ("receipt", |bytes| laws::receipt(text(bytes))),
    ("register", |bytes| laws::register(text(bytes))),
    ("samples", |bytes| laws::samples(text(bytes))),
    ("settings", |bytes| laws::settings(text(bytes))),
    ("spans", |bytes| laws::spans(text(bytes))),
    ("table", |bytes| laws::table(text(bytes))),
    ("word", |bytes| laws::word(text(bytes))),
];

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn what_once_broke_a_reader_breaks_none_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut told = 0;
    for folder in files(&root.join("tests/problems/fuzzed")) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let (_, law) = LAWS
            .iter()
            .find(|(law, _)| *law == name)
            .expect("each folder is called like its law");
        for file in files(&folder) {
            law(&fs::read(&file).unwrap());
            told += 1;
        }
    }
    assert!(told >= 2);
}

#[test]
fn every_law_has_a_fuzz_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut targets: Vec<String> = files(&root.join("fuzz/fuzz_targets"))
        .iter()
        .map(|file| file.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    targets.sort();
    assert_eq!(
        targets,
        LAWS.iter()
            .map(|(name, _)| (*name).to_owned())
            .collect::<Vec<_>>()
    );
}
