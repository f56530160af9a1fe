//! What can be seen to be wrong with a folder itself: its lock, what was left behind, what sync programs left.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;

use super::belongings;
use super::beside::{EVIDENCE, REGISTERS};
use super::draft;
use super::file::{self, listed};
use super::links;
use super::lock::{LOCK, knows_no_locks};
use super::unread::placed_for;
use super::{CASES, CHECKLISTS, Store, lookup};
use crate::case::CaseId;
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
    /// Files of cases that were erased, such as a backup that an editor kept.
    pub of_erased: Vec<PathBuf>,
    /// Backups that other programs keep of cases that are here.
    pub backups: Vec<PathBuf>,
    /// Cases that were erased and are here again, with the day, and nothing recorded in them since: a merge or a backup may
    /// have brought them back.
    pub returned: Vec<(NaiveDate, CaseId)>,
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
    left.returned = returned(store)?;
    let half = |id: &str| left.half_erased.iter().any(|(half, _)| half == id);
    let erased: BTreeSet<CaseId> = super::erased::lines(store)?
        .into_iter()
        .filter(|(_, id)| !half(id) && !stems.contains(id))
        .filter_map(|(_, id)| CaseId::new(&id).ok())
        .collect();
    let erased: Vec<CaseId> = erased.into_iter().collect();
    left.of_erased = belongings::files_of_all(store, &erased)?;
    // What was written a moment ago may be that of somebody who takes the case over.
    left.of_erased.retain(|path| draft::is_left_over(path));
    left.backups = belongings::backups(store)?;
    let is_of_erased: HashSet<&PathBuf> = left.of_erased.iter().collect();
    for others in [
        &mut left.backups,
        &mut left.copies,
        &mut left.marks,
        &mut left.drafts,
    ] {
        others.retain(|path| !is_of_erased.contains(path));
    }
    Ok(left)
}

/// Cases that the ledger says were erased and that are here again, each with the last day it was erased on.
///
/// # Errors
/// If the ledger cannot be read.
pub fn returned(store: &Store) -> anyhow::Result<Vec<(NaiveDate, CaseId)>> {
    let mut last: BTreeMap<CaseId, NaiveDate> = BTreeMap::new();
    for (on, id) in super::erased::lines(store)? {
        if let Ok(case) = CaseId::new(&id) {
            let day = last.entry(case).or_insert(on);
            *day = on.max(*day);
        }
    }
    let here = |(case, on): &(CaseId, NaiveDate)| {
        store.path_of(case).exists() && is_untouched_since(store, case, *on)
    };
    let found = last.into_iter().filter(here);
    Ok(found.map(|(case, on)| (on, case)).collect())
}

/// Whether nothing was recorded in a case since the day it was erased: whoever takes a case over, or goes on with it, records.
fn is_untouched_since(store: &Store, case: &CaseId, erased: NaiveDate) -> bool {
    let Ok(loaded) = store.load(case) else {
        return true;
    };
    let mut times = loaded.case.entries.iter().filter_map(|entry| entry.at);
    !times.any(|at| crate::day::uk_day(&at) > erased)
}

/// Takes away what may go without asking: drafts of writes that were broken off, and files of cases that were erased. Goes on
/// with erasures that were broken off. How many files went.
///
/// # Errors
/// If a folder cannot be read, or a file cannot be taken away.
pub fn clear(store: &Store, left: &Left, today: NaiveDate, holder: &str) -> anyhow::Result<usize> {
    let mut count = 0;
    for path in left.drafts.iter().chain(&left.of_erased) {
        file::remove(path).with_context(|| format!("`{}` cannot be taken away", path.display()))?;
        count += 1;
    }
    for path in &left.of_erased {
        // Ignore errors: a folder in which something else lies stays.
        path.parent()
            .filter(|folder| **folder != store.cases() && **folder != store.root().join(REGISTERS))
            .map(file::remove_empty);
    }
    for (id, _) in &left.half_erased {
        // A mark beside a case that is there is asked about by `erase`: anybody could have put it there.
        if let Ok(case) = CaseId::new(id)
            && !store.path_of(&case).exists()
        {
            count += super::erased::resume(store, &case, today, holder)?;
        }
    }
    Ok(count)
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
