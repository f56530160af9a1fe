//! The ledger of cases that were erased: that it happened, and nothing about the child.

#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;

use super::beside::{EVIDENCE, REGISTERS};
use super::file::{self, listed};
use super::lock::FolderLock;
use super::{CASES, Store, case_lists};
use crate::case::CaseId;
use crate::day;
use crate::error::is_of_bad_file;

/// The ledger, beside the settings.
pub const LEDGER: &str = "erased.csv";
const HEADINGS: &str = "erased,case,reason,entries,files";

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The day.
    pub on: NaiveDate,
    /// The case's id.
    pub case: String,
    /// Why, as one of a few words.
    pub reason: &'static str,
    /// How many entries it had.
    pub entries: usize,
    /// How many files were taken away with it.
    pub files: usize,
}

fn path(store: &Store) -> PathBuf {
    store.root().join(LEDGER)
}

/// Every erasure the ledger tells of: the day, and the case's id.
///
/// # Errors
/// If the ledger is there and cannot be read.
pub fn lines(store: &Store) -> anyhow::Result<Vec<(NaiveDate, String)>> {
    let text = super::read_if_there(&path(store))?.unwrap_or_default();
    let line = |line: &str| {
        let mut cells = line
            .trim_start_matches('\u{feff}')
            .split(',')
            .map(|cell| cell.trim().trim_matches('"'));
        Some((day::stored(cells.next()?)?, cells.next()?.to_owned()))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// Adds a line to the ledger, whole or not at all.
fn note(store: &Store, line: &str) -> anyhow::Result<()> {
    let mut text = super::read_if_there(&path(store))?.unwrap_or_else(|| format!("{HEADINGS}\n"));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    // An erasure that was broken off at the very end has its line already.
    if text.ends_with(line) {
        return Ok(());
    }
    text.push_str(line);
    file::write_whole(&path(store), text.as_bytes())
}

/// Says that an erasure is under way, and holds the ledger's line until it is done.
fn mark(store: &Store, case: &CaseId) -> PathBuf {
    store.cases().join(format!(".{case}.erasing"))
}

/// Erasures that were broken off: the case's id and the reason.
pub fn broken_off(store: &Store) -> Vec<(String, String)> {
    let one = |path: &PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let id = name.strip_prefix('.')?.strip_suffix(".erasing")?.to_owned();
        let reason = super::read_if_there(path)
            .ok()??
            .split(',')
            .nth(2)?
            .to_owned();
        Some((id, reason))
    };
    listed(&store.cases())
        .unwrap_or_default()
        .iter()
        .filter_map(one)
        .collect()
}

/// Every file that belongs to a case, the case itself last: copies of documents, a checklist kept for it alone, marks, copies
/// left by sync programs, and what interrupted writes left behind. Links are listed themselves, and not what they lead to.
///
/// # Errors
/// If a folder cannot be read.
pub fn files_of(store: &Store, case: &CaseId) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(&store.root().join(EVIDENCE).join(case.as_str()), &mut files)?;
    collect(&case_lists::folder(store, case), &mut files)?;
    let drafts = [format!(".{case}.yaml."), format!(".{case}.csv.")];
    for folder in [REGISTERS, CASES] {
        for path in listed(&store.root().join(folder))? {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let marks = folder == REGISTERS && name == format!("{case}.csv");
            if marks || drafts.iter().any(|draft| name.starts_with(draft)) {
                files.push(path);
            }
        }
    }
    files.extend(stray_copies(store, case)?);
    let own = store.path_of(case);
    files.extend(fs::symlink_metadata(&own).is_ok().then_some(own));
    Ok(files)
}

/// Copies of a case under other names, as sync programs leave them.
///
/// # Errors
/// If the folder of the cases, or a file in it, cannot be read.
pub fn stray_copies(store: &Store, case: &CaseId) -> anyhow::Result<Vec<PathBuf>> {
    let own = store.path_of(case);
    let mut found = Vec::new();
    for path in store.case_files()? {
        let is_file = fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file());
        if path != own && is_file && holds(&path, case)? {
            found.push(path);
        }
    }
    Ok(found)
}

/// Whether a file is a copy of a case under another name. One that cannot be read as a case is taken for one if it is called
/// like it in a way in which no case of its own can be called.
fn holds(path: &Path, case: &CaseId) -> anyhow::Result<bool> {
    match super::quick::load(path) {
        Ok(loaded) => Ok(loaded.case.id == *case),
        Err(error) if is_of_bad_file(&error) => {
            let stem = super::lookup::stem(path);
            let rest = stem.strip_prefix(case.as_str());
            let like_it = rest.is_some_and(|rest| rest.starts_with([' ', '-', '(', '.', '_']));
            Ok(like_it && CaseId::new(&stem).is_err())
        }
        Err(error) => Err(error),
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let linked = fs::symlink_metadata(folder).is_ok_and(|meta| meta.file_type().is_symlink());
    if linked {
        files.push(folder.to_owned());
        return Ok(());
    }
    for path in listed(folder)? {
        let deeper = fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_dir());
        if deeper {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Takes a case away with all that belongs to it, nobody else writing in between; how many files went. A mark is there from
/// before the first goes until the ledger has its line: an erasure that was broken off is seen, and run again.
///
/// # Errors
/// If a file cannot be taken away.
pub fn erase(store: &Store, case: &CaseId, line: &Erased, holder: &str) -> anyhow::Result<usize> {
    let _lock = FolderLock::acquire(&store.cases(), holder)?;
    let registers = store.root().join(REGISTERS);
    // Marks that are being taken over just now would come back.
    let _marks = registers
        .is_dir()
        .then(|| FolderLock::acquire(&registers, holder))
        .transpose()?;
    let mark = mark(store, case);
    let text = match super::read_if_there(&mark)? {
        Some(text) => text,
        None => {
            let Erased {
                on,
                case,
                reason,
                entries,
                files,
            } = line;
            let text = format!("{on},{case},{reason},{entries},{files}\n");
            file::write_whole(&mark, text.as_bytes())?;
            text
        }
    };
    let files = files_of(store, case)?;
    for path in &files {
        take_away(path)?;
    }
    file::remove_empty(&store.root().join(EVIDENCE).join(case.as_str()));
    file::remove_empty(&case_lists::folder(store, case));
    file::all_written(&mark);
    note(store, &text)?;
    take_away(&mark)?;
    Ok(files.len())
}

fn take_away(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        ended => ended.with_context(|| format!("`{}` cannot be taken away", path.display())),
    }
}
