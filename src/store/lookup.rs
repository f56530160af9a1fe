//! From what somebody calls a case to its file.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::limits;
use super::own_path::is_same_name;
use super::unread::is_elsewhere;
use super::{Loaded, Store, load};
use crate::case::CaseId;
use crate::case::state::CaseState;
use crate::case::upn;
use crate::error::{BadFile, refuse};
use crate::fold::name_holds;
use crate::problem::{Code, Problem, nearest};

/// A case as it was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Its file.
    pub path: PathBuf,
    /// Whether the name was one that fits this case alone by its nature: the full id, a path or a UPN.
    pub exact: bool,
}

impl Store {
    /// Finds a case by its full id, a path or a UPN; if `loose`, also by the start of its id or part of a name, present
    /// or former.
    ///
    /// # Errors
    /// If none fits, or more than one does.
    pub fn locate(&self, called: &str, loose: bool) -> anyhow::Result<Hit> {
        if called.contains(['/', '\\']) || called.to_lowercase().ends_with(".yaml") {
            let path = PathBuf::from(called);
            if path.is_file() {
                return Ok(Hit { path, exact: true });
            }
            return Err(refuse(
                "there is no such file",
                "`attcheck list` shows the open cases",
            ));
        }
        if let Ok(id) = CaseId::new(called) {
            let path = self.path_of(&id);
            if path.is_file() || is_elsewhere(&path) {
                return Ok(Hit { path, exact: true });
            }
        }
        if upn::is_upn(called) {
            let mut found = self.of_upn(called)?;
            // Of several cases of one pupil the one that is open is meant.
            if found.len() > 1 {
                let is_open = |path: &PathBuf| {
                    load(path).is_ok_and(|l| {
                        CaseState::replay(&l.case, None)
                            .closed_on(NaiveDate::MAX)
                            .is_none()
                    })
                };
                let open: Vec<PathBuf> =
                    found.iter().filter(|path| is_open(path)).cloned().collect();
                found = if open.len() == 1 { open } else { found };
            }
            return one(found, "that UPN", true);
        }
        if loose {
            let wanted = called.to_lowercase();
            let starts: Vec<PathBuf> = self
                .case_files()?
                .into_iter()
                .filter(|path| wanted.len() >= 3 && stem(path).starts_with(&wanted))
                .collect();
            if !starts.is_empty() {
                return one(starts, "that start of an id", false);
            }
            let found = self.search(called, |state| {
                names(state).iter().any(|name| name_holds(name, called))
            })?;
            if !found.is_empty() {
                return one(found, "that name", false);
            }
        }
        // What was typed may be a name, so it is not repeated.
        let files = self.case_files()?;
        let stems: Vec<String> = files.iter().map(|path| stem(path)).collect();
        let hint = match nearest(called, stems.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if loose => "`attcheck list` shows the open cases".to_owned(),
            None => {
                "give the full id, a path or a UPN; `attcheck list` shows the open cases".to_owned()
            }
        };
        Err(refuse("there is no case of that id, path or UPN", hint))
    }

    /// The cases of a pupil, open or closed, by the UPN.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn of_upn(&self, upn: &str) -> anyhow::Result<Vec<PathBuf>> {
        self.search(upn, |state| {
            state
                .details()
                .upn
                .is_some_and(|known| known.eq_ignore_ascii_case(upn))
        })
    }

    /// Files whose case fits. Only those are parsed whose bytes hold the longest run of plain letters and digits of what
    /// is looked for, or letters with marks; if none of them fits, all are.
    fn search(
        &self,
        called: &str,
        fits: impl Fn(&CaseState<'_>) -> bool,
    ) -> anyhow::Result<Vec<PathBuf>> {
        let files = self.case_files()?;
        let run = called
            .split(|c: char| !c.is_ascii_alphanumeric())
            .max_by_key(|run| run.len())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let holds = |path: &Path| {
            // What is no case's file is not opened: a pipe would keep us waiting.
            let is_fit = matches!(limits::unfit(path, limits::CASE), Ok(None));
            let bytes = is_fit.then(|| fs::read(path).ok()).flatten();
            let bytes = bytes.unwrap_or_default();
            let plainly = bytes
                .windows(run.len().max(1))
                .any(|window| window.eq_ignore_ascii_case(run.as_bytes()));
            // Zoë fits beside Zoe.
            plainly || !upn::is_upn(called) && !bytes.is_ascii()
        };
        let fitting = |path: &PathBuf| {
            // A file that cannot be read is named by `list` and `verify`; here it just does not fit.
            load(path).is_ok_and(|loaded| {
                is_in_place(&loaded) && fits(&CaseState::replay(&loaded.case, None))
            })
        };
        let near: Vec<PathBuf> = files
            .iter()
            .filter(|path| holds(path))
            .filter(|p| fitting(p))
            .cloned()
            .collect();
        if !near.is_empty() || upn::is_upn(called) {
            return Ok(near);
        }
        Ok(files.into_iter().filter(fitting).collect())
    }
}

/// Every name a case's pupil has or had in the record.
fn names(state: &CaseState<'_>) -> Vec<String> {
    use crate::case::entry::Content;
    let every = state
        .case
        .entries
        .iter()
        .filter_map(|entry| match entry.content()? {
            Content::Opened { details, .. } | Content::Details(details) => details.name.clone(),
            _ => None,
        });
    every.collect()
}

fn one(mut found: Vec<PathBuf>, what: &str, exact: bool) -> anyhow::Result<Hit> {
    match found.len() {
        0 => Err(refuse(
            format!("there is no case of {what}"),
            "`attcheck list` shows the open cases",
        )),
        1 => Ok(Hit {
            path: found.remove(0),
            exact,
        }),
        n => {
            let ids: Vec<String> = found.iter().map(|path| stem(path)).collect();
            Err(refuse(
                format!("{n} cases fit {what}"),
                format!("give the full id of one: {}", ids.join(", ")),
            ))
        }
    }
}

/// A file's name without its ending.
pub fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// A copy left by a sync program, or renamed by hand: never read as a second case.
fn stray(loaded: &Loaded) -> BadFile {
    let Loaded {
        path: file, case, ..
    } = loaded;
    let own = format!("{}.yaml", case.id);
    let in_own_place = file.with_file_name(&own);
    // In other letters it may be the case itself, and there is nothing to join it with.
    let renamed = is_same_name(
        &file.file_name().unwrap_or_default().to_string_lossy(),
        &own,
    ) && (!in_own_place.exists() || is_same_file(file, &in_own_place));
    if renamed {
        return BadFile {
            problems: vec![Problem {
                code: Code::StrayCopy,
                file: file.clone(),
                place: None,
                excerpt: None,
                message: format!("this is case `{}` under a name in other letters", case.id),
                hint: Some(format!("rename it to `{own}`")),
            }],
        };
    }
    let problem = Problem {
        code: Code::StrayCopy,
        file: file.clone(),
        place: None,
        excerpt: None,
        message: format!("this is a copy of case `{}` under another name", case.id),
        hint: Some(format!(
            "join it with the case, then delete the copy: attcheck join \"{}\"",
            file.display()
        )),
    };
    BadFile {
        problems: vec![problem],
    }
}

/// Whether two paths lead to one file.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Whether a file holds the case its name says.
pub fn is_in_place(loaded: &Loaded) -> bool {
    loaded
        .path
        .file_name()
        .is_some_and(|name| name.to_string_lossy() == format!("{}.yaml", loaded.case.id))
}

/// A case that lies under its own name.
///
/// # Errors
/// If it is a stray copy.
pub fn in_place(loaded: Loaded) -> anyhow::Result<Loaded> {
    if is_in_place(&loaded) {
        Ok(loaded)
    } else {
        Err(stray(&loaded).into())
    }
}
