//! Which checklists there are: those inside the program, and those of the folder, which take their place.

use std::path::{Path, PathBuf};

use super::{Store, builtin, load_tree};
use crate::checklist::{Checklist, read};
use crate::error::{BadFile, refuse};
use crate::problem::{Problems, did_you_mean};

/// Where a checklist comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It travels inside the program.
    Program,
    /// A file of the folder.
    Folder {
        /// The file.
        file: PathBuf,
        /// Whether it takes the place of one inside the program.
        replaces: bool,
    },
}

/// A checklist that can be used, or what is wrong with its file.
#[derive(Debug)]
pub struct Offered {
    /// Its id; of a file that cannot be read, its name.
    pub id: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The checklist.
    pub checklist: anyhow::Result<Checklist>,
}

/// Reads a checklist file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(path: &Path) -> anyhow::Result<Checklist> {
    let (text, node) = load_tree(path)?;
    let mut problems = Problems::new(path, Some(&text));
    match read::checklist(&node, builtin::vocabulary(), &mut problems) {
        Some(checklist) => Ok(checklist),
        None => Err(BadFile { problems: problems.into_vec() }.into()),
    }
}

/// Every checklist there is, by id. A file of the folder takes the place of one inside the program.
///
/// # Errors
/// If the folder of checklists cannot be read.
pub fn every(store: &Store) -> anyhow::Result<Vec<Offered>> {
    let mut found: Vec<Offered> = Vec::new();
    for file in store.checklist_files()? {
        let checklist = load(&file);
        let id = match &checklist {
            Ok(checklist) => checklist.id.clone(),
            Err(_) => super::lookup::stem(&file),
        };
        let replaces = builtin::CHECKLISTS.iter().any(|(known, _)| *known == id);
        found.push(Offered { id, origin: Origin::Folder { file, replaces }, checklist });
    }
    for (id, text) in builtin::CHECKLISTS {
        if !found.iter().any(|offered| offered.id == *id) {
            let checklist =
                builtin::parse_checklist(text, Path::new(id)).map_err(|problems| BadFile { problems }.into());
            found.push(Offered { id: (*id).to_owned(), origin: Origin::Program, checklist });
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// The checklist of an id, for a new case.
///
/// # Errors
/// If there is none, its file is wrong, or two files of the folder have the id.
pub fn of_id(store: &Store, id: &str) -> anyhow::Result<Checklist> {
    if let Some(own) = of_folder(store, id)? {
        return Ok(own);
    }
    inside(id).unwrap_or_else(|| Err(unknown(store, id)))
}

/// The checklist a case was opened under.
///
/// # Errors
/// If there is none of that id and edition, its file is wrong, or two files of the folder have the id.
pub fn of_edition(store: &Store, id: &str, edition: &str) -> anyhow::Result<Checklist> {
    let own = of_folder(store, id)?;
    let found = match own {
        Some(own) if own.edition == edition => return Ok(own),
        // The folder's file may be of another edition than the case; the one inside the program may fit.
        own => inside(id).transpose()?.filter(|inside| inside.edition == edition || own.is_none()).or(own),
    };
    match found {
        Some(found) if found.edition == edition => Ok(found),
        Some(other) => {
            let message = format!(
                "the case is worked against edition {edition} of `{id}`, and only {} is here",
                other.edition
            );
            Err(refuse(message, format!("put the file of that edition into `{}`", super::CHECKLISTS)))
        }
        None => Err(unknown(store, id)),
    }
}

/// The folder's own checklist of an id. Its file is told by the id in it, not by its name.
fn of_folder(store: &Store, id: &str) -> anyhow::Result<Option<Checklist>> {
    let mut found: Option<(Checklist, PathBuf)> = None;
    for file in store.checklist_files()? {
        let named_so = super::lookup::stem(&file) == id;
        let checklist = match load(&file) {
            Ok(checklist) if checklist.id == id => checklist,
            Err(error) if named_so => return Err(error),
            // Another file that is wrong is `checklist list`'s to tell.
            Ok(_) | Err(_) => continue,
        };
        if let Some((_, first)) = &found {
            let message =
                format!("two files have the checklist `{id}`: {} and {}", first.display(), file.display());
            return Err(refuse(message, "keep one of them; a copy left by a sync program can be deleted"));
        }
        found = Some((checklist, file));
    }
    Ok(found.map(|(checklist, _)| checklist))
}

/// The program's own checklist of an id.
fn inside(id: &str) -> Option<anyhow::Result<Checklist>> {
    let (_, text) = builtin::CHECKLISTS.iter().find(|(known, _)| *known == id)?;
    Some(builtin::parse_checklist(text, Path::new(id)).map_err(|problems| BadFile { problems }.into()))
}

fn unknown(store: &Store, id: &str) -> anyhow::Error {
    let found = every(store).unwrap_or_default();
    let hint = did_you_mean(id, found.iter().map(|offered| offered.id.as_str()));
    refuse(
        format!("there is no checklist `{id}`"),
        hint.unwrap_or_else(|| "`attcheck checklist list` shows them".into()),
    )
}
