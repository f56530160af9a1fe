//! How the forms of checklists are laid out: files beside them, those inside the program, and one for all the others.

use std::path::{Path, PathBuf};

use super::{Store, builtin, checklists, yaml};
use crate::case::CaseId;
use crate::checklist::Checklist;
use crate::error::{BadFile, refuse};
use crate::form::{Layout, read};
use crate::problem::Problems;

/// What ends the name of a file of a layout.
pub const FORMS: &str = ".form.yaml";

/// Whether a file's name is that of a layout, in any case of letters.
pub fn is_form(file: &Path) -> bool {
    file.to_string_lossy().to_lowercase().ends_with(FORMS)
}

/// The layout of the form of a case's checklist, and its text. A checklist that is a file has the layout beside it; without
/// one there is a plain layout.
///
/// # Errors
/// If the folder cannot be read, or the file of the layout is wrong.
pub fn of(store: &Store, case: &CaseId, checklist: &Checklist) -> anyhow::Result<(Layout, String)> {
    let Checklist { id, edition, .. } = checklist;
    let Some(file) = checklists::file_for_case(store, case, id, edition)? else {
        let inside = builtin::form(&checklist.id, &checklist.edition);
        let (name, text) = inside.unwrap_or(builtin::PLAIN_FORM);
        return Ok((parse(text, Path::new(name), checklist)?, text.to_owned()));
    };
    let beside = beside(&file);
    if beside.is_file() {
        let text = super::read_checklist_text(&beside)?;
        return Ok((parse(&text, &beside, checklist)?, text));
    }
    let (name, text) = builtin::PLAIN_FORM;
    Ok((parse(text, Path::new(name), checklist)?, text.to_owned()))
}

/// Where the layout of a checklist lies: `lancashire.yaml` has `lancashire.form.yaml`.
pub fn beside(checklist: &Path) -> PathBuf {
    checklist.with_extension(FORMS.trim_start_matches('.'))
}

/// Reads the layout in a file, with the checklist beside it.
///
/// # Errors
/// If there is no checklist beside it, or either of the two is wrong.
pub fn load(form: &Path) -> anyhow::Result<(Layout, Checklist)> {
    let name = form
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let stem = &name[..name.len().saturating_sub(FORMS.len())];
    let beside = ["yaml", "yml"].map(|ext| form.with_file_name(format!("{stem}.{ext}")));
    let Some(file) = beside.iter().find(|file| file.is_file()) else {
        let hint = "its name is that of the checklist, with .form.yaml for .yaml";
        return Err(refuse(
            format!("there is no checklist beside `{}`", form.display()),
            hint,
        ));
    };
    let checklist = checklists::load(file)?;
    let text = super::read_checklist_text(form)?;
    Ok((parse(&text, form, &checklist)?, checklist))
}

/// Reads a layout from the text of a file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(text: &str, file: &Path, checklist: &Checklist) -> anyhow::Result<Layout> {
    let mut problems = Problems::new(file, Some(text));
    let found = yaml::read(text, &mut problems)
        .and_then(|node| read::layout(&node, checklist, &mut problems));
    found.ok_or_else(|| {
        BadFile {
            problems: problems.into_vec(),
        }
        .into()
    })
}
