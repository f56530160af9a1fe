//! Adding entries to a case: shown, sealed, written behind both bolts.

use std::path::Path;

use anyhow::Context as _;

use super::Context;
use crate::case::compose;
use crate::case::entry::{Action, Content, Deed, EntryId};
use crate::case::state::{CaseState, Standing};
use crate::checklist::{Checklist, Item};
use crate::cli::Writing;
use crate::error::refuse;
use crate::store::{Changed, Loaded, appended, check_expected, yaml};
use crate::tree::Node;

/// Adds entries to a case. `make` is given the case as it is once nobody else can write to it.
///
/// # Errors
/// Whatever `make` refuses, a case that has moved on from what was expected, and whatever keeps the file from being
/// written. The file is then as it was.
pub(super) fn append(
    cx: &mut Context,
    path: &Path,
    writing: &Writing,
    make: impl FnOnce(&Loaded) -> anyhow::Result<Vec<Deed>>,
) -> anyhow::Result<Option<Loaded>> {
    let by = cx.who()?;
    let now = cx.now;
    let entries = |loaded: &Loaded| -> anyhow::Result<Vec<Node>> {
        check_expected(&loaded.case, writing.expect.as_deref())?;
        let mut after = heads(loaded);
        let mut nodes = Vec::new();
        for deed in make(loaded)? {
            let node = compose::entry(&deed, &by, now, &after);
            after = node
                .text_at("id")
                .map(|id| EntryId(id.to_owned()))
                .into_iter()
                .collect();
            nodes.push(node);
        }
        Ok(nodes)
    };
    if writing.dry_run {
        let loaded = crate::store::load(path)?;
        let nodes = entries(&loaded)?;
        appended(&loaded, &nodes)?;
        for node in &nodes {
            write!(cx.out(), "{}", yaml::write(node)).context("cannot write the output")?;
        }
        cx.say("nothing was written (--dry-run)");
        return Ok(None);
    }
    let holder = cx.holder(&by);
    let mut behind = false;
    let changed = cx.store.change(path, &holder, |loaded| {
        let nodes = entries(loaded)?;
        let newest = loaded
            .case
            .entries
            .iter()
            .filter_map(|entry| entry.at)
            .max();
        behind = newest.is_some_and(|newest| newest > now);
        appended(loaded, &nodes)
    });
    let id = crate::store::lookup::stem(path);
    let changed = changed.with_context(|| format!("nothing was recorded on `{id}`"))?;
    if behind {
        cx.say("note: this computer's clock is behind the newest entry; the entry was recorded all the same");
    }
    notice(cx, &changed);
    let case = &changed.loaded.case;
    if let Some(fault) = crate::case::verify::faults(case).first() {
        cx.say(&format!(
            "note: the record does not stand up ({}, line {}): `attcheck verify {}` says what to do",
            fault.finding, fault.place.line, case.id
        ));
    }
    if let Some(why) = CaseState::replay(case, None).closed_on(cx.today())
        && case
            .entries
            .last()
            .is_some_and(|entry| entry.kind() != "close")
    {
        cx.say(&format!(
            "note: the case is closed ({why}); `attcheck reopen {}` opens it again",
            case.id
        ));
    }
    Ok(Some(changed.loaded))
}

/// Adds entries to a case as [`append`] does; where `make` gives none the file stays as it is.
///
/// # Errors
/// As [`append`].
pub(super) fn append_any(
    cx: &mut Context,
    path: &Path,
    writing: &Writing,
    make: impl FnOnce(&Loaded) -> anyhow::Result<Vec<Deed>>,
) -> anyhow::Result<()> {
    let ended = append(cx, path, writing, |loaded| {
        let deeds = make(loaded)?;
        if deeds.is_empty() {
            Err(NothingNew.into())
        } else {
            Ok(deeds)
        }
    });
    match ended {
        Err(error) if error.chain().any(<dyn std::error::Error>::is::<NothingNew>) => Ok(()),
        ended => ended.map(|_| ()),
    }
}

/// Every entry is there already: a reason to leave the file alone, and no failure.
#[derive(Debug)]
struct NothingNew;

impl std::fmt::Display for NothingNew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("every entry is there already")
    }
}

impl std::error::Error for NothingNew {}

/// Refuses a record that does not stand up: nothing is made of it for others.
///
/// # Errors
/// Names the first fault.
pub(super) fn sound(case: &crate::case::Case) -> anyhow::Result<()> {
    match crate::case::verify::faults(case).first() {
        None => Ok(()),
        Some(fault) => {
            let message = format!(
                "the record does not stand up ({}, line {})",
                fault.finding, fault.place.line
            );
            Err(refuse(
                message,
                format!("`attcheck verify {}` says what to do first", case.id),
            ))
        }
    }
}

/// Refuses while copies of a case lie about under other names: what only they hold would be left out.
///
/// # Errors
/// Names the first, and the command that joins it.
pub(super) fn no_stray_copies(cx: &Context, case: &crate::case::CaseId) -> anyhow::Result<()> {
    match crate::store::erased::stray_copies(&cx.store, case)?.first() {
        None => Ok(()),
        Some(copy) => {
            let copy = super::context::from_here(copy);
            let hint = format!("join it with the case, then delete it: attcheck join \"{copy}\"");
            Err(refuse(
                format!("`{copy}` is a copy of the case, and may hold more"),
                hint,
            ))
        }
    }
}

/// Passes on what a write had to clear away first.
pub(super) fn notice(cx: &Context, changed: &Changed) {
    if let Some(notice) = &changed.notice {
        cx.say(&format!("note: {notice}"));
    }
}

/// The entries that no other follows, which a new one will follow.
pub(super) fn heads(loaded: &Loaded) -> Vec<EntryId> {
    let case = &loaded.case;
    let mut heads: Vec<EntryId> = case
        .chain
        .heads()
        .iter()
        .filter_map(|n| case.entries[*n].id.clone())
        .collect();
    heads.sort();
    heads
}

/// Finds an entry by its id or any unique start of it, six characters or more.
///
/// # Errors
/// If none fits, or more than one does.
pub(super) fn entry_called(loaded: &Loaded, called: &str) -> anyhow::Result<usize> {
    let hint = format!("`attcheck show {} --log` lists the entries", loaded.case.id);
    if called.len() < 6 {
        return Err(refuse(
            format!("`{called}` is too short for an entry: give 6 characters or more"),
            hint,
        ));
    }
    let fits = |n: &usize| {
        loaded.case.entries[*n]
            .id
            .as_ref()
            .is_some_and(|id| id.0.starts_with(called))
    };
    let found: Vec<usize> = (0..loaded.case.entries.len()).filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(refuse(
            format!("case `{}` has no entry `{called}`", loaded.case.id),
            hint,
        )),
        _ => Err(refuse(
            format!("more than one entry begins with `{called}`"),
            hint,
        )),
    }
}

/// The first version of what an entry tells, and its content as it stands now.
///
/// # Errors
/// If it cannot be corrected: it says who struck something, or its text is gone.
pub(super) fn event_called(
    loaded: &Loaded,
    called: &str,
) -> anyhow::Result<(EntryId, Option<Content>)> {
    let n = entry_called(loaded, called)?;
    let state = CaseState::replay(&loaded.case, None);
    let event = state
        .event_of(n)
        .with_context(|| format!("entry `{called}` takes no part in the record"))?;
    let first = &loaded.case.entries[event.first];
    if matches!(first.deed, Deed::Strike { .. }) {
        return Err(refuse(
            "an entry that says what was struck stays as it is",
            "record a note beside it",
        ));
    }
    let content = match &event.standing {
        Standing::Current { content, .. } => Some((*content).clone()),
        Standing::Contested(versions) => versions
            .iter()
            .rev()
            .find_map(|n| loaded.case.entries[*n].content())
            .cloned(),
        // What was withdrawn is brought back by a correction, from its latest content.
        Standing::Withdrawn(_) => event
            .versions
            .iter()
            .rev()
            .find_map(|n| loaded.case.entries[*n].content())
            .cloned(),
        Standing::Struck => None,
    };
    let id = first.id.clone().context("the entry is not sealed")?;
    Ok((id, content))
}

/// The items of a checklist that an action counts for, as it stands in a case; of a new one, the item it names.
pub(super) fn items_of<'c>(
    state: &CaseState<'_>,
    checklist: &'c Checklist,
    action: &Action,
) -> Vec<&'c Item> {
    let held = state
        .current()
        .find(|(_, content)| matches!(content, Content::Action(one) if one == action));
    let items = held.map_or_else(
        || vec![action.item.clone()],
        |(entry, _)| state.items_of(entry, action),
    );
    items.iter().filter_map(|id| checklist.item(id)).collect()
}

/// Says what was recorded: the newest entry's id, the case, and in a few words what.
pub(super) fn done(cx: &mut Context, loaded: &Loaded, what: &str) -> anyhow::Result<()> {
    let ids: Vec<String> = heads(loaded)
        .iter()
        .map(|id| id.short().to_owned())
        .collect();
    if !cx.quiet {
        let told = writeln!(
            cx.out(),
            "recorded {} on case {}: {what}",
            ids.join(" "),
            loaded.case.id
        );
        // It is written: whatever is asked next, this is said now.
        let told = told.and_then(|()| cx.out().flush());
        told.with_context(|| {
            format!(
                "recorded {} on case {}, but this cannot be said",
                ids.join(" "),
                loaded.case.id
            )
        })?;
    }
    Ok(())
}
