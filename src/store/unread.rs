//! Files that are not read because of their names: a case with `.txt` or `.bak` after its name, and files that iCloud took
//! off this computer. None of them is passed over in silence.

use std::fs;
use std::path::{Path, PathBuf};

use super::bag::OS_METADATA_FILES;
use super::draft::is_draft;
use super::file::listed;
use super::{CASES, CHECKLISTS, Store, is_yaml};
use crate::error::refuse;

/// How the placeholder of a file ends that iCloud took off this computer.
const ICLOUD: &str = ".icloud";

/// What iCloud leaves in the place of a file that it took off this computer: `.NAME.icloud`.
fn placeholder(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    Some(path.with_file_name(format!(".{name}{ICLOUD}")))
}

/// The file in whose place a placeholder lies.
pub(super) fn placed_for(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let name = name.strip_prefix('.')?.strip_suffix(ICLOUD)?;
    Some(path.with_file_name(name))
}

/// Whether only the placeholder of a file is here: iCloud has the file itself.
pub fn is_elsewhere(path: &Path) -> bool {
    let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
    !is_there(path) && placeholder(path).is_some_and(|placeholder| is_there(&placeholder))
}

/// Refuses a file of which only the placeholder is here, so that it is not taken for one that was never there.
///
/// # Errors
/// For such a file.
pub(super) fn refuse_elsewhere(path: &Path) -> anyhow::Result<()> {
    if !is_elsewhere(path) {
        return Ok(());
    }
    let message = format!(
        "`{}` is not on this computer: iCloud has taken it off, to save space",
        path.display()
    );
    Err(refuse(message, DOWNLOAD))
}

/// What to do about a file that iCloud has.
pub const DOWNLOAD: &str = "open the folder in the Finder, choose Download Now for this file (better Keep Downloaded for the whole folder), \
     and run the command again";

/// A file that is not read because of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file or folder.
    pub path: PathBuf,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// With this name it would be read, and nothing has that name: it may well be the only copy.
    Only(String),
    /// With this name it would be read; the file of that name is here.
    Copy(String),
    Folder,
    Other,
}

impl Unread {
    /// Whether it may be a case or a checklist of which there is nothing else.
    pub fn may_be_the_only_one(&self) -> bool {
        matches!(self.kind, Kind::Only(_))
    }

    /// What it is, after its name.
    pub fn says(&self) -> &'static str {
        match self.kind {
            Kind::Folder => "is a folder, and nothing in it is read",
            _ => "is not read, since its name does not end in .yaml",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match &self.kind {
            Kind::Only(name) => format!("if it is what its name says, rename it to {name}"),
            Kind::Copy(name) => format!(
                "compare it with {name}, and move it to another place, or delete it if it holds nothing more"
            ),
            Kind::Folder | Kind::Other => "move it to another place".to_owned(),
        }
    }
}

impl Store {
    /// What lies in the folder of cases and is no case by its name.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn unread_cases(&self) -> anyhow::Result<Vec<Unread>> {
        unread(&self.root().join(CASES))
    }

    /// What lies in the folder of checklists and would be read with the end of its name taken away. Other documents, such
    /// as a council's form, may lie there.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn unread_checklists(&self) -> anyhow::Result<Vec<Unread>> {
        let mut found = unread(&self.root().join(CHECKLISTS))?;
        found.retain(|one| matches!(one.kind, Kind::Only(_) | Kind::Copy(_)));
        Ok(found)
    }
}

fn unread(folder: &Path) -> anyhow::Result<Vec<Unread>> {
    let mut found = Vec::new();
    for path in listed(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let of_a_system = name.starts_with('.')
            || name == "Icon\r"
            || OS_METADATA_FILES.contains(&&*name)
            || is_draft(&name);
        if of_a_system || (is_yaml(&path) && !path.is_dir()) {
            continue;
        }
        let kind = match meant(&name) {
            _ if path.is_dir() => Kind::Folder,
            Some(meant) if fs::symlink_metadata(path.with_file_name(&meant)).is_ok() => {
                Kind::Copy(meant)
            }
            Some(meant) => Kind::Only(meant),
            None => Kind::Other,
        };
        found.push(Unread { path, kind });
    }
    Ok(found)
}

/// The name a file would be read under, if its own is that and something after it: `k7m4px.yaml.txt`.
fn meant(name: &str) -> Option<String> {
    let small = name.to_ascii_lowercase();
    let end = [".yaml", ".yml"]
        .iter()
        .filter_map(|ending| Some(small.find(ending)? + ending.len()))
        .min()?;
    (end < name.len()).then(|| name[..end].to_owned())
}
