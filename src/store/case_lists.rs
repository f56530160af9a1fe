//! Checklists that came with a case from another school: each is kept for that one case, under the hash of its text, and is
//! never offered for another.

use std::path::{Path, PathBuf};

use super::checklists::{self, Offered, Origin};
use super::file::listed;
use super::{CHECKLISTS, Store, lookup};
use crate::case::CaseId;
use crate::case::seal::sha256_hex;
use crate::checklist::Checklist;
use crate::error::refuse;

/// The folder below `checklists`. A checklist file of the school lies in `checklists` itself, so the two are never mixed up.
pub const FOLDER: &str = "for-one-case";

/// How much of the hash names a file, in hexadecimal digits: 128 bits, as ids of entries have.
const DIGITS: usize = 32;

/// Where a checklist is kept for a case: `checklists/for-one-case/k7m4px/HASH.yaml`.
pub fn path_for(store: &Store, case: &CaseId, text: &str) -> PathBuf {
    folder(store, case).join(format!("{}.yaml", hash(text)))
}

/// The hash of a checklist's text, whatever its line ends are: git may write them anew.
fn hash(text: &str) -> String {
    let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut hash = sha256_hex(plain.as_bytes());
    hash.truncate(DIGITS);
    hash
}

/// The folder of the checklists kept for a case.
pub fn folder(store: &Store, case: &CaseId) -> PathBuf {
    store
        .root()
        .join(CHECKLISTS)
        .join(FOLDER)
        .join(case.as_str())
}

/// The checklist of an id and edition that is kept for a case, with its file.
///
/// # Errors
/// If a folder cannot be read, or a file of that case is not what came with it.
pub fn find(
    store: &Store,
    case: &CaseId,
    id: &str,
    edition: &str,
) -> anyhow::Result<Option<(Checklist, PathBuf)>> {
    for file in files_of(store, case)? {
        let checklist = load(&file)?;
        if checklist.id == id && checklist.edition == edition {
            return Ok(Some((checklist, file)));
        }
    }
    Ok(None)
}

/// Every checklist that is kept for one case, by case and file.
///
/// # Errors
/// If a folder cannot be read.
pub fn every(store: &Store) -> anyhow::Result<Vec<Offered>> {
    let mut found = Vec::new();
    for folder in listed(&store.root().join(CHECKLISTS).join(FOLDER))? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let Ok(case) = CaseId::new(&name) else {
            continue;
        };
        for file in files_of(store, &case)? {
            let checklist = load(&file);
            found.push(Offered {
                id: checklist
                    .as_ref()
                    .map_or_else(|_| lookup::stem(&file), |list| list.id.clone()),
                origin: Origin::OneCase {
                    case: case.clone(),
                    file,
                },
                checklist,
            });
        }
    }
    Ok(found)
}

fn files_of(store: &Store, case: &CaseId) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = super::yaml_files(&folder(store, case))?;
    files.retain(|file| !super::forms::is_form(file));
    Ok(files)
}

/// Reads a file of this folder. Its name is the hash of what came with the case, so an edit does not go unnoticed.
fn load(file: &Path) -> anyhow::Result<Checklist> {
    let text = super::read_checklist_text(file)?;
    if hash(&text) != lookup::stem(file) {
        return Err(refuse(
            format!(
                "`{}` is not the checklist that came with the case: it was changed or renamed",
                file.display()
            ),
            "put it back from a backup, or take the case over again",
        ));
    }
    checklists::parse(&text, file)
}
