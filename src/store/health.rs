//! What can be seen to be wrong with a folder itself: its lock, what was left behind, what sync programs left.

use std::collections::HashSet;
use std::fs::{OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::beside::{EVIDENCE, REGISTERS};
use super::draft;
use super::file::{self, listed};
use super::links;
use super::lock::{LOCK, knows_no_locks};
use super::unread::placed_for;
use super::{CASES, CHECKLISTS, Store, lookup};
use crate::case::entry::Content;

/// How the lock of a folder works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    /// A second handle was refused, as it must be.
    Holds,
    /// A second handle was let in: on this disk or share locks do nothing.
    LetsIn,
    /// There are no locks here at all.
    Unsupported,
    /// Somebody is writing just now.
    Held,
    /// The folder cannot be written to.
    ReadOnly,
    /// Something else; what the system said.
    Failed(String),
}

/// Tries the lock of the cases with two handles.
pub fn lock(store: &Store) -> Lock {
    let own = store.cases().join(LOCK);
    // Where nobody has written yet, another file is tried and taken away again.
    let tried = store
        .cases()
        .join(format!(".doctor-{}.new", std::process::id()));
    let path = if own.is_file() { own } else { tried.clone() };
    let found = lock_of(&path);
    if path == tried {
        let _ = file::remove(&tried);
    }
    found
}

fn lock_of(path: &Path) -> Lock {
    let open = || {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        links::open_own(&mut options, path)
    };
    let (first, second) = match (open(), open()) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(error), _) | (_, Err(error)) if error.kind() == io::ErrorKind::PermissionDenied => {
            return Lock::ReadOnly;
        }
        (Err(error), _) | (_, Err(error)) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => {
            return Lock::ReadOnly;
        }
        (Err(error), _) | (_, Err(error)) => return Lock::Failed(error.to_string()),
    };
    match first.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Lock::Held,
        Err(TryLockError::Error(error)) if knows_no_locks(&error) => {
            return Lock::Unsupported;
        }
        Err(TryLockError::Error(error)) => return Lock::Failed(error.to_string()),
    }
    match second.try_lock() {
        Ok(()) => Lock::LetsIn,
        Err(TryLockError::WouldBlock) => Lock::Holds,
        Err(TryLockError::Error(error)) => Lock::Failed(error.to_string()),
    }
}

/// What lies in the folder and belongs to no whole write, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// Drafts of writes that were broken off.
    pub drafts: Vec<PathBuf>,
    /// Copies of documents that no entry names.
    pub copies: Vec<PathBuf>,
    /// Marks without a case.
    pub marks: Vec<PathBuf>,
    /// Erasures that were broken off: the case's id and the reason.
    pub half_erased: Vec<(String, String)>,
}

/// Looks for what was left behind.
///
/// # Errors
/// If a folder or the ledger cannot be read.
pub fn left_behind(store: &Store) -> anyhow::Result<Left> {
    let mut left = Left::default();
    let stems: HashSet<String> = store
        .case_files()?
        .iter()
        .map(|path| lookup::stem(path))
        .collect();
    for folder in ["", CHECKLISTS, CASES, REGISTERS] {
        for path in files(&store.root().join(folder))? {
            if is_draft(&path) {
                // One made a moment ago is somebody's write that is under way.
                left.drafts
                    .extend(draft::is_left_over(&path).then_some(path));
            } else if folder == REGISTERS && path.extension().is_some_and(|ext| ext == "csv") {
                let orphan = !stems.contains(&lookup::stem(&path));
                left.marks.extend(orphan.then_some(path));
            }
        }
    }
    for folder in listed(&store.root().join(EVIDENCE))?
        .iter()
        .filter(|path| path.is_dir())
    {
        let named = named_copies(store, folder);
        for path in files(folder)? {
            if is_draft(&path) {
                left.drafts
                    .extend(draft::is_left_over(&path).then_some(path));
            } else if !named.contains(&named_by(&path)) {
                left.copies.push(path);
            }
        }
    }
    left.half_erased = super::erased::broken_off(store);
    Ok(left)
}

/// The hash in the name of a copy, or of what iCloud leaves in its place.
fn named_by(copy: &Path) -> String {
    let placed = placed_for(copy);
    lookup::stem(placed.as_deref().unwrap_or(copy))
}

/// The hashes of the copies that any entry of a case names. Of a case that cannot be read nothing is told.
fn named_copies(store: &Store, folder: &Path) -> HashSet<String> {
    let name = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let path = store.cases().join(format!("{name}.yaml"));
    let Ok(loaded) = super::load(&path) else {
        // Where the system cannot tell, the case may well be there.
        let is_there = path.try_exists().unwrap_or(true);
        return if is_there {
            files(folder)
                .unwrap_or_default()
                .iter()
                .map(|file| named_by(file))
                .collect()
        } else {
            HashSet::new()
        };
    };
    let mut hashes = HashSet::new();
    for entry in &loaded.case.entries {
        if let Some(Content::Action(action)) = entry.content() {
            hashes.extend(action.attach.iter().filter_map(|copy| copy.sha256.clone()));
        }
    }
    hashes
}

/// Whether a file is what a write that was broken off leaves.
fn is_draft(path: &Path) -> bool {
    draft::is_draft(&path.file_name().unwrap_or_default().to_string_lossy())
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    Ok(listed(folder)?
        .into_iter()
        .filter(|path| path.is_file())
        .collect())
}
