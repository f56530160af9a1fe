//! Items and people as somebody called them. What fits nothing may be a child's name typed in the wrong place, so it is
//! said again only where it looks like an item or an id.

use crate::case::content::is_kebab;
use crate::case::entry::PersonId;
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Item};
use crate::error::refuse;
use crate::problem::did_you_mean;

/// The item of that id, or what to say of it: that it is none, and the nearest one if there is one.
pub(super) fn find_item<'c>(
    checklist: &'c Checklist,
    id: &str,
) -> Result<&'c Item, (String, Option<String>)> {
    checklist.item(id).ok_or_else(|| {
        let (shown, hint) = near(checklist, id);
        (
            format!("{shown} is not an item of {}", checklist.title),
            hint,
        )
    })
}

/// The item of that id.
///
/// # Errors
/// If there is none; the hint is the nearest one, or else the given one.
pub(super) fn item<'c>(
    checklist: &'c Checklist,
    id: &str,
    hint: Option<String>,
) -> anyhow::Result<&'c Item> {
    find_item(checklist, id).map_err(|(says, near)| {
        let listed = || format!("`attcheck checklist show {}` lists them", checklist.id);
        refuse(says, near.or(hint).unwrap_or_else(listed))
    })
}

/// How what is no item is repeated, and the nearest item.
pub(super) fn near(checklist: &Checklist, id: &str) -> (String, Option<String>) {
    let hint = did_you_mean(id, checklist.items.iter().map(|item| item.id.as_str()));
    let is_near = hint
        .as_ref()
        .is_some_and(|hint| hint.starts_with("did you mean"))
        && is_kebab(id);
    (
        if is_near {
            format!("`{id}`")
        } else {
            "that".to_owned()
        },
        hint,
    )
}

/// The people of those ids.
///
/// # Errors
/// If one of them was never named in the case, or is two people.
pub(super) fn people(state: &CaseState<'_>, ids: &[String]) -> anyhow::Result<Vec<PersonId>> {
    let ever = state.ever_named();
    ids.iter()
        .map(|id| {
            let id = PersonId(id.clone());
            if ever.contains(&id) {
                refuse_shared(state, &id)?;
                Ok(id)
            } else {
                Err(nobody(state, &id.0))
            }
        })
        .collect()
}

/// Refuses an id under which several people were added: nobody could tell who is meant.
///
/// # Errors
/// With the command that tells them apart.
pub(super) fn refuse_shared(state: &CaseState<'_>, id: &PersonId) -> anyhow::Result<()> {
    if !state.is_shared(id) {
        return Ok(());
    }
    let hint = format!("tell them apart first: {}", id.separate(&state.case.id));
    Err(refuse(
        format!("several people were added as `{id}`, so it is not clear who is meant"),
        hint,
    ))
}

/// The refusal of an id under which nobody is named.
pub(super) fn nobody(state: &CaseState<'_>, id: &str) -> anyhow::Error {
    let case = &state.case.id;
    let ever = state.ever_named();
    let ids: Vec<&str> = ever
        .iter()
        .map(|id| id.0.as_str())
        .filter(|id| *id != "pupil")
        .collect();
    let hint = match ids.as_slice() {
        [] => format!("nobody is named yet; add somebody with `attcheck person {case} add`"),
        ids => {
            format!(
                "give an id: {}; `attcheck show {case}` tells who they are",
                ids.join(", ")
            )
        }
    };
    refuse(says_nobody(id), hint)
}

/// What is said of an id under which nobody is named.
pub(super) fn says_nobody(id: &str) -> String {
    let is_id = id == "pupil" || PersonId::looks_like_one(id);
    if is_id {
        format!("there is no person `{id}` in the case")
    } else {
        "that is no id of a person in the case".to_owned()
    }
}
