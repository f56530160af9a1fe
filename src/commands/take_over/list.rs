//! The checklist that a parcel brings: shown, asked about, and kept for its one case.
//!
//! It may call itself anything, also a newer edition of a council's list that asks for nothing. So it never stands among the
//! checklists that `new` and `move` offer.

use std::path::{Path, PathBuf};

use super::parcel::Parcel;
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Level};
use crate::commands::Context;
use crate::error::refuse;
use crate::number::counted;
use crate::render::diff::tell;
use crate::render::markup::shown;
use crate::store::{self, case_lists, checklists, forms};

/// The checklist of the parcel and the file it goes into, if the case's edition is not here.
///
/// # Errors
/// If it is not the case's, is wrong, or nobody agreed to keep it.
pub(super) fn to_keep(
    parcel: &Parcel,
    state: &CaseState<'_>,
    agreed: bool,
    cx: &mut Context,
) -> anyhow::Result<Option<(PathBuf, String)>> {
    let (Some((id, edition)), Some(text)) = (state.checklist(), &parcel.checklist) else {
        return Ok(None);
    };
    let case = &state.case.id;
    if checklists::of_case(&cx.store, case, id, edition).is_ok() {
        let own = checklists::file_for_case(&cx.store, case, id, edition)?;
        let same = own
            .is_some_and(|file| store::read_if_there(&file).ok().flatten().as_ref() == Some(text));
        if !same {
            cx.say(&format!(
                "note: a checklist {id}, edition {edition}, is here, and is not the former school's file; the one here counts"
            ));
        }
        return Ok(None);
    }
    let found = checklists::parse(text, Path::new("the checklist in the parcel"))?;
    if (found.id.as_str(), found.edition.as_str()) != (id, edition) {
        let hint = "ask the former school to pack it again";
        return Err(refuse(
            "the checklist in the parcel is not the one its record is worked against",
            hint,
        ));
    }
    if let Some(form) = &parcel.form {
        forms::parse(form, Path::new("the layout in the parcel"), &found)?;
    }
    show(&found, state, cx)?;
    let hint = format!(
        "add --keep-checklist to keep it for this case alone, or put {}'s own file of that edition into `{}` first",
        shown(&found.authority),
        store::CHECKLISTS
    );
    if !agreed {
        if !cx.ask.is_there() {
            let message =
                format!("the parcel brings a checklist that is not here: {id}, edition {edition}");
            return Err(refuse(message, hint));
        }
        let question = format!("Keep this checklist, and use it for case {case} alone?");
        if !cx.ask.confirm(&question, false)? {
            return Err(refuse("the case was not taken over", hint));
        }
    }
    let file = case_lists::path_for(&cx.store, case, text);
    Ok(Some((file, text.clone())))
}

/// Shows what the checklist asks for, and how it differs from the newest of that id here.
fn show(list: &Checklist, state: &CaseState<'_>, cx: &mut Context) -> anyhow::Result<()> {
    let newest = checklists::of_id(&cx.store, &list.id).ok();
    let must = list.items.iter().filter(|item| item.level == Level::Must);
    let must = must.count();
    let out = cx.out();
    writeln!(
        out,
        "The parcel brings a checklist that is not here: {}, edition {}",
        list.id,
        shown(&list.edition)
    )?;
    writeln!(out, "  {}: {}", shown(&list.authority), shown(&list.title))?;
    writeln!(
        out,
        "  {}, {must} of them must",
        counted(list.items.len(), "line")
    )?;
    for item in &list.items {
        writeln!(
            out,
            "    {}  {} [{}]",
            item.source.join(", "),
            shown(&item.title),
            item.level
        )?;
    }
    if let Some(newest) = newest {
        let differs = tell(&newest, list);
        writeln!(
            out,
            "  compared with edition {} here: {} added, {} removed, {} changed",
            newest.edition,
            differs.added.len(),
            differs.removed.len(),
            differs.changed.len()
        )?;
    }
    writeln!(
        out,
        "It is kept for case {} alone, and used for no other.",
        state.case.id
    )?;
    // It is read before the question is answered.
    out.flush()?;
    Ok(())
}
