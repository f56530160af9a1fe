//! The ledger of cases that were erased: that it happened, and nothing about the child.

#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;

use super::beside::{EVIDENCE, REGISTERS};
use super::file::{self, FolderLock};
use super::{CASES, Store};
use crate::case::CaseId;
use crate::error::BadFile;

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

/// The ids of the cases that were erased.
///
/// # Errors
/// If the ledger is there and cannot be read.
pub fn ids(store: &Store) -> anyhow::Result<Vec<String>> {
    let text = super::read_if_there(&path(store))?.unwrap_or_default();
    let id = |line: &str| line.split(',').nth(1).map(|id| id.trim_matches('"').to_owned());
    Ok(text.lines().skip(1).filter_map(id).collect())
}

/// Adds a line to the ledger, whole or not at all. A case that stands in it already is not written again, so that an
/// erasure that was broken off can be run again.
///
/// # Errors
/// If the ledger cannot be read or written.
pub fn note(store: &Store, one: &Erased) -> anyhow::Result<()> {
    if ids(store)?.contains(&one.case) {
        return Ok(());
    }
    let mut text = super::read_if_there(&path(store))?.unwrap_or_else(|| format!("{HEADINGS}\n"));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let Erased { on, case, reason, entries, files } = one;
    let line = format!("{on},{case},{reason},{entries},{files}\n");
    text.push_str(&line);
    file::write_whole(&path(store), text.as_bytes())
}

/// Every file that belongs to a case, the case itself last: copies of documents, marks, copies left by sync programs, and
/// what interrupted writes left behind. Links are listed themselves, and not what they lead to.
///
/// # Errors
/// If a folder cannot be read.
pub fn files_of(store: &Store, case: &CaseId) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(&store.root().join(EVIDENCE).join(case.as_str()), &mut files)?;
    let own = store.path_of(case);
    let drafts = [format!(".{case}.yaml."), format!(".{case}.csv.")];
    for folder in [REGISTERS, CASES] {
        for path in listed(&store.root().join(folder))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let draft = drafts.iter().any(|draft| name.starts_with(draft));
            let marks = folder == REGISTERS && name == format!("{case}.csv");
            let copy = folder == CASES && path != own && !name.starts_with('.') && holds(&path, case)?;
            if draft || marks || copy {
                files.push(path);
            }
        }
    }
    files.push(own);
    Ok(files)
}

/// Whether a file is a copy of a case under another name. One that cannot be read is taken for one if it is called like it.
fn holds(path: &Path, case: &CaseId) -> anyhow::Result<bool> {
    match super::load(path) {
        Ok(loaded) => Ok(loaded.case.id == *case),
        Err(error) if error.chain().any(<dyn std::error::Error>::is::<BadFile>) => {
            let stem = super::lookup::stem(path).to_lowercase();
            let rest = stem.strip_prefix(case.as_str());
            Ok(rest.is_some_and(|rest| rest.starts_with([' ', '-', '(', '.', '_'])))
        }
        Err(error) => Err(error),
    }
}

fn listed(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot read the folder `{}`", folder.display()))?,
    };
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let linked = fs::symlink_metadata(folder).is_ok_and(|meta| meta.file_type().is_symlink());
    if linked {
        files.push(folder.to_owned());
        return Ok(());
    }
    for path in listed(folder)? {
        let deeper = fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_dir());
        if deeper { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// Takes a case away with all that belongs to it, nobody else writing in between. The ledger's line comes before the case
/// itself goes, so that an erasure that was broken off can be seen and run again.
///
/// # Errors
/// If a file cannot be taken away. The case itself is then still there.
pub fn erase(store: &Store, case: &CaseId, line: &Erased, holder: &str) -> anyhow::Result<usize> {
    let _lock = FolderLock::acquire(&store.cases(), holder)?;
    let files = files_of(store, case)?;
    let own = store.path_of(case);
    for path in files.iter().filter(|path| **path != own) {
        take_away(path)?;
    }
    file::remove_empty(&store.root().join(EVIDENCE).join(case.as_str()));
    note(store, line)?;
    take_away(&own)?;
    file::all_written(&own);
    Ok(files.len())
}

fn take_away(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        ended => ended.with_context(|| format!("`{}` cannot be taken away", path.display())),
    }
}
