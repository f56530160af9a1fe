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
/// If there is none, or its file is wrong.
pub fn of_id(store: &Store, id: &str) -> anyhow::Result<Checklist> {
    let mut found = every(store)?;
    match found.iter().position(|offered| offered.id == id) {
        Some(n) => found.swap_remove(n).checklist,
        None => Err(unknown(id, &found)),
    }
}

/// The checklist a case was opened under.
///
/// # Errors
/// If there is none of that id and edition, or its file is wrong.
pub fn of_edition(store: &Store, id: &str, edition: &str) -> anyhow::Result<Checklist> {
    let mut found = every(store)?;
    let Some(n) = found.iter().position(|offered| offered.id == id) else { return Err(unknown(id, &found)) };
    let checklist = found.swap_remove(n).checklist?;
    if checklist.edition == edition {
        return Ok(checklist);
    }
    // The folder's file may be of another edition than the case; the one inside the program may fit.
    let inside = builtin::CHECKLISTS.iter().find(|(known, _)| *known == id);
    if let Some(Ok(inside)) = inside.map(|(_, text)| builtin::parse_checklist(text, Path::new(id)))
        && inside.edition == edition
    {
        return Ok(inside);
    }
    let message = format!(
        "the case is worked against edition {edition} of `{id}`, and only {} is here",
        checklist.edition
    );
    Err(refuse(message, format!("put the file of that edition into `{}`", super::CHECKLISTS)))
}

fn unknown(id: &str, found: &[Offered]) -> anyhow::Error {
    let hint = did_you_mean(id, found.iter().map(|offered| offered.id.as_str()));
    refuse(
        format!("there is no checklist `{id}`"),
        hint.unwrap_or_else(|| "`attcheck checklist list` shows them".into()),
    )
}
