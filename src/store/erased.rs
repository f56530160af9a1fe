//! The ledger of cases that were erased: that it happened, and nothing about the child.

#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;

use super::belongings::{ERASING, files_of};
use super::beside::{EVIDENCE, REGISTERS};
use super::file::{self, listed};
use super::lock::FolderLock;
use super::{Store, case_lists};
use crate::case::CaseId;
use crate::day;

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
    let text =
        super::text::read_if_there_up_to(&path(store), super::limits::SMALL)?.unwrap_or_default();
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
    let mut text = super::text::read_if_there_up_to(&path(store), super::limits::SMALL)?
        .unwrap_or_else(|| format!("{HEADINGS}\n"));
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
    store.cases().join(format!(".{case}{ERASING}"))
}

/// Erasures that were broken off: the case's id and the reason.
pub fn broken_off(store: &Store) -> Vec<(String, String)> {
    let one = |path: &PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let id = name.strip_prefix('.')?.strip_suffix(ERASING)?.to_owned();
        let reason = super::read_if_there(path)
            .ok()??
            .lines()
            .next()
            .and_then(|line| line.split(',').nth(2))
            .unwrap_or("other")
            .to_owned();
        Some((id, reason))
    };
    listed(&store.cases())
        .unwrap_or_default()
        .iter()
        .filter_map(one)
        .collect()
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
    let Erased {
        on,
        case: id,
        reason,
        entries,
        files,
    } = line;
    let line = format!("{on},{id},{reason},{entries},{files}\n");
    let begun = super::read_if_there(&mark)?.filter(|text| is_line(text));
    let is_begun = begun.is_some();
    let line = begun.unwrap_or(line);
    let mut files = files_of(store, case)?;
    let count = files.len();
    if !is_begun && let Err(error) = file::write_whole(&mark, line.as_bytes()) {
        if !is_full(&error) {
            return Err(error);
        }
        // A full disk has no room for the mark: it takes the room of what goes. Until the case itself goes nothing speaks
        // of an erasure, and it can be begun again.
        let own = store.path_of(case);
        for path in files.iter().filter(|path| **path != own) {
            take_away(path)?;
        }
        mark_in_place_of(&own, &mark, &line)?;
        files.clear();
    }
    for path in &files {
        take_away(path)?;
    }
    file::remove_empty(&store.root().join(EVIDENCE).join(case.as_str()));
    file::remove_empty(&case_lists::folder(store, case));
    file::all_written(&mark);
    match note(store, &line) {
        Err(error) if is_full(&error) => note_in_place(store, &line, &mark)?,
        ended => ended?,
    }
    take_away(&mark)?;
    Ok(count)
}

/// Goes on with an erasure that was broken off; how many files went.
///
/// # Errors
/// As [`erase`].
pub fn resume(store: &Store, case: &CaseId, on: NaiveDate, holder: &str) -> anyhow::Result<usize> {
    // The mark holds the line that counts; this one is for a mark that could not be written.
    let line = Erased {
        on,
        case: case.to_string(),
        reason: "other",
        entries: 0,
        files: 0,
    };
    erase(store, case, &line, holder)
}

/// Whether a mark holds a line of the ledger. It may hold the case still: see [`mark_in_place_of`].
fn is_line(text: &str) -> bool {
    text.ends_with('\n') && text.lines().count() == 1 && text.split(',').count() == 5
}

/// Whether an error says that the disk is full.
fn is_full(error: &anyhow::Error) -> bool {
    let of_disk = |error: &io::Error| {
        matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        )
    };
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(of_disk)
}

/// Adds a line to the ledger in the room that there is: behind its last line, or, where there is no ledger, in the mark.
fn note_in_place(store: &Store, line: &str, mark: &Path) -> anyhow::Result<()> {
    let ledger = path(store);
    let cannot = || format!("`{}` cannot be written", ledger.display());
    if ledger.is_file() {
        return file::append(&ledger, line.as_bytes()).with_context(cannot);
    }
    let text = format!("{HEADINGS}\n{line}");
    file::overwrite(mark, text.as_bytes()).with_context(cannot)?;
    fs::rename(mark, &ledger).with_context(cannot)?;
    file::all_written(&ledger);
    Ok(())
}

/// Makes the case's file the mark, in the room that it has.
fn mark_in_place_of(own: &Path, mark: &Path, line: &str) -> anyhow::Result<()> {
    let cannot = || format!("`{}` cannot be taken away", own.display());
    if file::write_whole(mark, line.as_bytes()).is_ok() {
        return take_away(own);
    }
    match fs::rename(own, mark) {
        // An earlier try has come so far.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        ended => ended.with_context(cannot)?,
    }
    file::overwrite(mark, line.as_bytes()).with_context(cannot)
}

fn take_away(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        ended => ended.with_context(|| format!("`{}` cannot be taken away", path.display())),
    }
}
