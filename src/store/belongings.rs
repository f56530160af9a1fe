//! Which files belong to a case: its copies of documents, its marks, and what sync programs, editors and interrupted writes
//! left of it.

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
    let mut files = Vec::new();
    collect(&store.root().join(EVIDENCE).join(case.as_str()), &mut files)?;
    collect(&case_lists::folder(store, case), &mut files)?;
    for folder in [REGISTERS, CASES] {
        let own_name = format!("{case}.yaml");
        for path in listed(&store.root().join(folder))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_case = folder == CASES && name == own_name;
            // A file that could be another case is told by what it holds, below.
            let by_name =
                !is_case && !could_be_a_case(folder, &path) && is_called_like(&name, case);
            if by_name && there(&path)?.is_some_and(|meta| !meta.is_dir()) {
                files.push(path);
            }
        }
    }
    files.extend(stray_copies(store, case)?);
    let own = store.path_of(case);
    if there(&own)?.is_some() {
        files.push(own);
    }
    Ok(files)
}

/// Backups and other versions of cases that other programs keep under names of their own, such as `k7m4px.yaml~`,
/// `k7m4px.yaml.bak` or `#k7m4px.yaml#`, each with the case it is called after. Drafts of ours are not among them.
///
/// # Errors
/// If a folder cannot be read.
pub fn backups(store: &Store) -> anyhow::Result<Vec<(PathBuf, CaseId)>> {
    let mut found = Vec::new();
    for folder in [CASES, REGISTERS] {
        for path in listed(&store.root().join(folder))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let own = folder == REGISTERS && name.ends_with(".csv") && !name.starts_with('.');
            let ours = own || super::draft::is_draft(&name) || name.ends_with(ERASING);
            if ours || could_be_a_case(folder, &path) || path.is_dir() {
                continue;
            }
            if let Some(case) = called_after(&name) {
                found.push((path, case));
            }
        }
    }
    Ok(found)
}

/// What ends the name of the mark of an erasure.
pub(super) const ERASING: &str = ".erasing";

fn could_be_a_case(folder: &str, path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'));
    folder == CASES && super::is_yaml(path) && !hidden
}

/// Whether a file is called after a case: its id, then something that no id goes on with. The mark of its erasure is not one.
fn is_called_like(name: &str, case: &CaseId) -> bool {
    called_after(name).as_ref() == Some(case) && !name.ends_with(ERASING)
}

/// The case that a file is called after, whatever an editor put before or behind it.
fn called_after(name: &str) -> Option<CaseId> {
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
    let own = store.path_of(case);
    let mut found = Vec::new();
    for path in store.case_files()? {
        let is_file = path != own
            && !is_same_file(&path, &own)
            && there(&path)?.is_some_and(|meta| meta.is_file());
        if is_file && holds(&path, case)? {
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
            assert!(is_called_like(name, &case), "{name}");
        }
        for name in [
            "k7m4px-2.yaml~",
            "k7m4pxx.bak",
            "k7m4px",
            ".lock",
            ".k7m4px.erasing",
            "notes.txt~",
        ] {
            assert!(!is_called_like(name, &case), "{name}");
        }
    }
}
