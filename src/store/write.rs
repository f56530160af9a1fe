//! Writing a case: behind both bolts, within the limits, from what it is once nobody else can write.

use std::path::{Path, PathBuf};

use super::draft::{self, Draft};
use super::file;
use super::lock::FolderLock;
use super::text::read_text;
use super::{Loaded, Store, beside, edit, links, load, lookup, parse_case};
use crate::case::entry::EntryId;
use crate::case::{Case, CaseId, MOST_BYTES, MOST_ENTRIES};
use crate::error::{BadFile, refuse};
use crate::problem::Code;
use crate::tree::Node;

/// What a change of a case came to.
#[derive(Debug)]
pub struct Changed {
    /// The case as it is now.
    pub loaded: Loaded,
    /// Something to tell the user.
    pub notice: Option<String>,
}

impl Store {
    /// Changes a case behind both bolts: it is read, `make` turns it into its new text, and that takes its place.
    ///
    /// # Errors
    /// Whatever `make` refuses, and whatever keeps the file from being written. The file is then as it was.
    pub fn change(
        &self,
        path: &Path,
        holder: &str,
        make: impl FnOnce(&Loaded) -> anyhow::Result<String>,
    ) -> anyhow::Result<Changed> {
        links::refuse_links(path)?;
        let _lock = FolderLock::acquire(path.parent().unwrap_or(Path::new(".")), holder)?;
        let cleared = self.clear_left_overs(path);
        let draft = Draft::create(path)?;
        // Read only now: what was read before both bolts held may have moved on.
        let current = load(path)?;
        let text = make(&current)?;
        let case = fit(&text, path)?;
        let notice = draft.publish(text.as_bytes())?.or(cleared);
        Ok(Changed {
            loaded: Loaded {
                path: path.to_owned(),
                text,
                case,
            },
            notice,
        })
    }

    /// Clears what interrupted writes left of a case in its other places: beside its marks and its copies of documents.
    fn clear_left_overs(&self, path: &Path) -> Option<String> {
        let stem = lookup::stem(path);
        let own = |name: &str| name.starts_with(&format!(".{stem}."));
        let cleared = [
            draft::clear_drafts(&self.root.join(beside::REGISTERS), own),
            draft::clear_drafts(&self.root.join(beside::EVIDENCE).join(&stem), |_| true),
        ];
        (cleared.iter().sum::<usize>() > 0).then(|| draft::CLEARED.to_owned())
    }

    /// Changes the text of a case file without reading it as a case: for one of another format.
    ///
    /// # Errors
    /// Whatever `make` refuses, if the case is a link, or its folder cannot be written. The file is then as it was.
    pub fn rewrite(
        &self,
        path: &Path,
        holder: &str,
        make: impl FnOnce(&str) -> anyhow::Result<String>,
    ) -> anyhow::Result<()> {
        links::refuse_links(path)?;
        let _lock = FolderLock::acquire(path.parent().unwrap_or(Path::new(".")), holder)?;
        let draft = Draft::create(path)?;
        let text = make(&read_text(path, super::limits::CASE)?)?;
        draft.publish(text.as_bytes()).map(|_| ())
    }

    /// Writes a new case. `check` looks at the other cases once nobody else can write.
    ///
    /// # Errors
    /// If a file of that name exists, in any case of letters, `check` refuses, or the folder cannot be written.
    pub fn create(
        &self,
        id: &CaseId,
        holder: &str,
        text: &str,
        check: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<Changed> {
        let path = self.path_of(id);
        file::make_folder(&self.cases())?;
        let _lock = FolderLock::acquire(&self.cases(), holder)?;
        let draft = Draft::create(&path)?;
        if self.is_taken(id)? {
            return Err(refuse(
                format!("there is a case `{id}` already"),
                format!("look at it with `attcheck show {id}`, or choose another --id"),
            ));
        }
        check()?;
        let case = fit(text, &path)?;
        let notice = draft.publish(text.as_bytes())?;
        Ok(Changed {
            loaded: Loaded {
                path,
                text: text.to_owned(),
                case,
            },
            notice,
        })
    }

    /// Whether a file of that name exists in any case of letters: on another computer it may be the same file.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn is_taken(&self, id: &CaseId) -> anyhow::Result<bool> {
        let same = |file: &PathBuf| {
            file.file_stem()
                .is_some_and(|stem| stem.eq_ignore_ascii_case(id.as_str()))
        };
        Ok(self.case_files()?.iter().any(same))
    }
}

/// The case in a text that is to be written: within the limits that reading has.
///
/// # Errors
/// If it is too large, or cannot be read as a case.
pub fn fit(text: &str, path: &Path) -> anyhow::Result<Case> {
    let hint =
        "keep long documents beside the case and name them in it; close this case and open another";
    if text.len() as u64 > MOST_BYTES {
        return Err(refuse(
            format!(
                "the case would be larger than {} MB",
                MOST_BYTES / 1024 / 1024
            ),
            hint,
        ));
    }
    let case = parse_case(text, path).map_err(|problems| {
        let full = problems
            .iter()
            .any(|problem| problem.code == Code::TooLarge);
        if full {
            refuse(
                format!("the case holds {MOST_ENTRIES} entries, and can hold no more"),
                hint,
            )
        } else {
            BadFile { problems }.into()
        }
    })?;
    Ok(case)
}

/// Adds entries to a case's text: the text, and the case with them.
///
/// # Errors
/// If the file is laid out so that nothing can be added safely.
pub fn appended(loaded: &Loaded, entries: &[Node]) -> anyhow::Result<String> {
    if loaded.case.entries.len() + entries.len() > MOST_ENTRIES {
        let hint = "close this case and open another";
        return Err(refuse(
            format!(
                "the case holds {} entries, and may hold {MOST_ENTRIES}",
                loaded.case.entries.len()
            ),
            hint,
        ));
    }
    edit::append(&loaded.text, &loaded.case, entries)
        .map_err(|cannot| refuse(cannot.message, cannot.hint))
}

/// Refuses if a case has moved on since somebody last looked at it. `expect` is the start of a head's id, or the
/// number of entries.
///
/// # Errors
/// Says how many entries there are now.
pub fn check_expected(case: &Case, expect: Option<&str>) -> anyhow::Result<()> {
    let Some(expect) = expect else { return Ok(()) };
    let heads: Vec<&EntryId> = case
        .chain
        .heads()
        .iter()
        .filter_map(|n| case.entries[*n].id.as_ref())
        .collect();
    let is_head = expect.len() >= 6 && heads.len() == 1 && heads[0].0.starts_with(expect);
    let is_count = expect
        .parse::<usize>()
        .is_ok_and(|count| count == case.entries.len());
    if is_head || is_count {
        return Ok(());
    }
    let version = format!(
        "{} entries, newest {}",
        case.entries.len(),
        heads
            .iter()
            .map(|id| id.short())
            .collect::<Vec<_>>()
            .join(" ")
    );
    Err(refuse(
        format!(
            "case `{}` has moved on since you looked at it (now: {version})",
            case.id
        ),
        format!(
            "look at it again with `attcheck show {}`, then record again",
            case.id
        ),
    ))
}
