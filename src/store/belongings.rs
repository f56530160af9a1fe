//! Which files belong to a case: its copies of documents, its marks, and what sync programs, editors and interrupted writes
//! left of it.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::beside::{EVIDENCE, REGISTERS};
use super::file::listed;
use super::lookup::is_same_file;
use super::{CASES, Store, case_lists};
use crate::case::CaseId;
use crate::error::is_of_bad_file;

/// Every file that belongs to a case, the case itself last. Links are listed themselves, and not what they lead to.
///
/// # Errors
/// If a folder cannot be read, or it cannot be told whether a file is there.
pub fn files_of(store: &Store, case: &CaseId) -> anyhow::Result<Vec<PathBuf>> {
    files_of_all(store, std::slice::from_ref(case))
}

/// The same of several cases, each folder looked through once.
///
/// # Errors
/// As [`files_of`].
pub fn files_of_all(store: &Store, cases: &[CaseId]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for case in cases {
        collect(&store.root().join(EVIDENCE).join(case.as_str()), &mut files)?;
        collect(&case_lists::folder(store, case), &mut files)?;
    }
    let meant: HashSet<&CaseId> = cases.iter().collect();
    for (path, case) in called_after_cases(store)? {
        if meant.contains(&case) && there(&path)?.is_some_and(|meta| !meta.is_dir()) {
            files.push(path);
        }
    }
    files.extend(stray_copies_of(store, cases)?);
    for case in cases {
        let own = store.path_of(case);
        if there(&own)?.is_some() {
            files.push(own);
        }
    }
    Ok(files)
}

/// Backups and other versions that programs keep of cases that are here, and of their marks, such as `.k7m4px.yaml.swp` or
/// `k7m4px.csv~`: what [`Store::unread_cases`] does not name. Drafts of ours are not among them.
///
/// # Errors
/// If a folder cannot be read.
pub fn backups(store: &Store) -> anyhow::Result<Vec<PathBuf>> {
    let registers = store.root().join(REGISTERS);
    let named = store.unread_cases()?;
    let is_backup = |(path, case): &(PathBuf, CaseId)| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_marks =
            path.parent() == Some(&registers) && name.ends_with(".csv") && !name.starts_with('.');
        let is_other = is_marks || super::draft::is_draft(&name) || path.is_dir();
        let is_named = named.iter().any(|one| one.path == *path);
        !is_other && !is_named && store.path_of(case).exists()
    };
    let called = called_after_cases(store)?.into_iter();
    Ok(called.filter(is_backup).map(|(path, _)| path).collect())
}

/// What in the folders of cases and marks is called after a case, with that case: marks, drafts, and what other programs
/// keep. What could be a case itself, and marks of erasures, are not among it.
fn called_after_cases(store: &Store) -> anyhow::Result<Vec<(PathBuf, CaseId)>> {
    let mut found = Vec::new();
    for folder in [REGISTERS, CASES] {
        for path in listed(&store.root().join(folder))? {
            // A file that could be a case is told by what it holds.
            if folder == CASES && super::is_read_as_yaml(&path) {
                continue;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if let Some(case) = called_after(&name) {
                found.push((path, case));
            }
        }
    }
    Ok(found)
}

/// What ends the name of the mark of an erasure.
pub(super) const ERASING: &str = ".erasing";

/// The case that a file is called after, whatever an editor put before or behind it: its id, then something that no id goes
/// on with. The mark of an erasure is called after none.
fn called_after(name: &str) -> Option<CaseId> {
    if name.ends_with(ERASING) {
        return None;
    }
    let bare = name.trim_start_matches(['.', '#', '~', '$']);
    let in_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let end = bare.find(|c| !in_id(c)).unwrap_or(bare.len());
    // A name without an ending says too little.
    let (id, rest) = bare.split_at(end);
    if rest.is_empty() {
        return None;
    }
    CaseId::new(id).ok()
}

/// Copies of a case under other names, as sync programs leave them.
///
/// # Errors
/// If the folder of the cases, or a file in it, cannot be read.
pub fn stray_copies(store: &Store, case: &CaseId) -> anyhow::Result<Vec<PathBuf>> {
    stray_copies_of(store, std::slice::from_ref(case))
}

fn stray_copies_of(store: &Store, cases: &[CaseId]) -> anyhow::Result<Vec<PathBuf>> {
    let own: Vec<PathBuf> = cases.iter().map(|case| store.path_of(case)).collect();
    let mut found = Vec::new();
    for path in store.case_files()? {
        // On some drives a name in other letters is the case's own.
        let is_own = own.iter().any(|own| {
            let alike = own.as_os_str().eq_ignore_ascii_case(path.as_os_str());
            path == *own || alike && is_same_file(&path, own)
        });
        let is_file = !is_own && there(&path)?.is_some_and(|meta| meta.is_file());
        if is_file && holds(&path, cases)? {
            found.push(path);
        }
    }
    Ok(found)
}

/// Whether a file is a copy of one of some cases under another name. One that cannot be read as a case is taken for one if it is called
/// like it in a way in which no case of its own can be called.
fn holds(path: &Path, cases: &[CaseId]) -> anyhow::Result<bool> {
    match super::quick::load(path) {
        Ok(loaded) => Ok(cases.contains(&loaded.case.id)),
        Err(error) if is_of_bad_file(&error) => {
            let stem = super::lookup::stem(path);
            let is_like = |case: &CaseId| {
                let rest = stem.strip_prefix(case.as_str());
                rest.is_some_and(|rest| rest.starts_with([' ', '-', '(', '.', '_']))
            };
            Ok(cases.iter().any(is_like) && CaseId::new(&stem).is_err())
        }
        Err(error) => Err(error),
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    match there(folder)? {
        None => return Ok(()),
        Some(meta) if meta.file_type().is_symlink() => {
            files.push(folder.to_owned());
            return Ok(());
        }
        Some(_) => {}
    }
    for path in listed(folder)? {
        if there(&path)?.is_some_and(|meta| meta.is_dir()) {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// What lies at a path, a link itself; `None` only where the system says that nothing does. A drive that does not answer must
/// not be taken for that.
fn there(path: &Path) -> anyhow::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(meta) => Ok(Some(meta)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error)
            .with_context(|| format!("it cannot be told whether `{}` is there", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_told_by_its_name_and_another_case_is_not() {
        let case = CaseId::new("k7m4px").unwrap();
        for name in [
            "k7m4px.yaml~",
            "k7m4px.yaml.bak",
            "k7m4px.txt",
            "k7m4px.yaml.orig",
            "#k7m4px.yaml#",
            ".k7m4px.yaml.swp",
            ".k7m4px.yaml.0123456789abcdef.new",
            "~$k7m4px.txt",
            "k7m4px.csv",
            "k7m4px_old.txt",
        ] {
            assert_eq!(called_after(name).as_ref(), Some(&case), "{name}");
        }
        for name in [
            "k7m4px-2.yaml~",
            "k7m4pxx.bak",
            "k7m4px",
            ".lock",
            ".k7m4px.erasing",
            "notes.txt~",
        ] {
            assert_ne!(called_after(name).as_ref(), Some(&case), "{name}");
        }
    }
}
