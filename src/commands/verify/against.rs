//! The folder against a backup of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Beside, FoundJson};
use crate::case::entry::{Deed, Entry, EntryId};
use crate::case::{Case, CaseId, verify};
use crate::day;
use crate::error::refuse;
use crate::number::counted;
use crate::register::Register;
use crate::store::unread::is_elsewhere;
use crate::store::{self, Store, erased, lookup};

/// A backup: another folder of the same school.
pub(super) struct Backup {
    store: Store,
}

impl Backup {
    /// Opens a backup: the school's folder in it, or its folder of cases.
    ///
    /// # Errors
    /// If there are no cases in it.
    pub(super) fn open(folder: &Path, here: &Store) -> anyhow::Result<Self> {
        let holds = |root: &Path| root.join(store::CASES).is_dir();
        let root = match folder {
            folder if holds(folder) => folder.to_owned(),
            folder if folder.ends_with(store::CASES) && folder.is_dir() => {
                folder.parent().map(Path::to_owned).unwrap_or_default()
            }
            _ => {
                let message = format!("there are no cases in `{}`", folder.display());
                return Err(refuse(
                    message,
                    "give the folder that holds the backup's `cases`",
                ));
            }
        };
        if matches!((root.canonicalize(), here.root().canonicalize()), (Ok(a), Ok(b)) if a == b) {
            let hint = "give the folder of the backup";
            return Err(refuse(
                "the backup and the folder are the same, so nothing would be compared",
                hint,
            ));
        }
        Ok(Self {
            store: Store::at(root),
        })
    }

    /// Whether the backup has a case of an id.
    pub(super) fn holds(&self, id: &CaseId) -> bool {
        self.store.path_of(id).is_file()
    }

    /// What the backup holds of a case and the record does not, and the other way round.
    pub(super) fn compared(&self, case: &Case, marks: Option<&Register>) -> Vec<FoundJson> {
        let told = FoundJson::beside;
        let path = self.store.path_of(&case.id);
        if !path.is_file() {
            return vec![told(
                Beside::NotInBackup,
                "the backup does not hold this case".to_owned(),
            )];
        }
        let old = match store::load(&path) {
            Ok(old) => old.case,
            Err(_) => {
                let says = "the backup's copy of this case cannot be read as a case".to_owned();
                return vec![told(Beside::BackupBroken, says)];
            }
        };
        if old.header_hash != case.header_hash {
            let says = "the backup holds another case under this id".to_owned();
            return vec![told(Beside::BackupDiffers, says)];
        }
        let (mine, theirs) = (ids(case), ids(&old));
        let lost: Vec<&str> = theirs.difference(&mine).map(EntryId::short).collect();
        let mut found = Vec::new();
        if !lost.is_empty() {
            let what = counted(lost.len(), "entry");
            let (ids, path) = (lost.join(" "), path.display());
            // A record that does not stand up cannot be joined with anything.
            let says = if verify::faults(case).is_empty() {
                format!(
                    "the backup holds {what} that the record lacks: {ids}; nothing is lost with: attcheck join \"{path}\""
                )
            } else {
                format!(
                    "the backup holds {what} that the record lacks, or that were changed in it: {ids}; see {path}"
                )
            };
            found.push(told(Beside::BackupHasMore, says));
        }
        let moved = moved(case, &old);
        if !moved.is_empty() {
            let says = format!(
                "of {} the text was taken out, and what they follow is not what they follow in the backup: {}",
                counted(moved.len(), "entry"),
                moved.join(" ")
            );
            found.push(told(Beside::BackupDiffers, says));
        }
        let newer = mine.difference(&theirs).count();
        if lost.is_empty() && moved.is_empty() {
            found.push(told(
                Beside::BackupKept,
                format!("it holds all of the backup and {newer} more"),
            ));
        }
        let old = self.store.register(&case.id).unwrap_or_else(|_| {
            let says = "the backup's marks of this case cannot be read".to_owned();
            found.push(told(Beside::BackupBroken, says));
            None
        });
        if let Some(old) = old {
            let gone = marks_gone(&old, marks);
            if gone > 0 {
                let says = format!(
                    "the backup holds the marks of {} that are not here",
                    counted(gone, "day")
                );
                found.push(told(Beside::MarksLost, says));
            }
        }
        found
    }

    /// The cases of the backup that are not in the folder and were not erased.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub(super) fn lost(&self, here: &Store) -> anyhow::Result<Vec<PathBuf>> {
        let erased = erased::lines(here)?;
        let mut lost = self.store.case_files()?;
        lost.retain(|file| {
            let stem = lookup::stem(file);
            let path = here.cases().join(format!("{stem}.yaml"));
            let is_here = path.is_file() || is_elsewhere(&path);
            // What was recorded after a case was erased is another record, and is missed.
            let newest = store::load(file).ok().and_then(|old| {
                old.case
                    .entries
                    .iter()
                    .filter_map(|entry| entry.at)
                    .map(|at| day::uk_day(&at))
                    .max()
            });
            let was_erased =
                |(on, id): &(_, String)| *id == stem && newest.is_none_or(|newest| newest <= *on);
            CaseId::new(&stem).is_ok() && !is_here && !erased.iter().any(was_erased)
        });
        Ok(lost)
    }
}

/// Entries of both whose text was taken out of one of them and that do not follow the same: no id of theirs covers it.
fn moved<'c>(case: &'c Case, old: &Case) -> Vec<&'c str> {
    let differs = |entry: &&Entry| {
        let theirs = entry
            .id
            .as_ref()
            .and_then(|id| old.chain.place_of(id))
            .map(|n| &old.entries[n]);
        theirs.is_some_and(|theirs| !verify::is_same(&entry.after, &theirs.after))
    };
    let moved = case.entries.iter().filter(differs);
    moved
        .filter_map(|entry| Some(entry.id.as_ref()?.short()))
        .collect()
}

/// The entries that are there and say what they said.
fn ids(case: &Case) -> BTreeSet<EntryId> {
    let stands = |entry: &&Entry| {
        matches!(entry.deed, Deed::Struck) || entry.id.as_ref() == Some(&entry.computed)
    };
    case.entries
        .iter()
        .filter(stands)
        .filter_map(|entry| entry.id.clone())
        .collect()
}

/// Days of which the backup has a mark and the folder has none.
fn marks_gone(old: &Register, now: Option<&Register>) -> usize {
    let here = |day| now.is_some_and(|now| now.marks(day) != [None; 2]);
    old.readings()
        .filter(|(day, _)| old.marks(*day) != [None; 2] && !here(*day))
        .count()
}
