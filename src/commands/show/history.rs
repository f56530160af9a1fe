//! The history of a case, entry by entry.

use std::path::Path;

use chrono::NaiveDate;

use super::super::verdict::Check;
use super::super::{Context, Outcome};
use crate::case::Case;
use crate::case::entry::{Content, Deed, EntryId};
use crate::case::state::{CaseState, Standing};
use crate::day;
use crate::problem::Problems;
use crate::render::markup::shown;
use crate::render::table;
use crate::store::{self, Loaded};
use crate::tree::Node;

/// Every entry that was known, by day, with what became of it.
pub(super) fn history(
    cx: &mut Context,
    loaded: &Loaded,
    state: &CaseState<'_>,
    check: &Check,
) -> anyhow::Result<()> {
    let case = &loaded.case;
    let mut order: Vec<usize> = case
        .chain
        .order()
        .iter()
        .copied()
        .filter(|n| state.is_known(*n))
        .collect();
    order.retain(|n| day_of(case, *n).is_none_or(|day| day <= check.about.as_of));
    writeln!(
        cx.out(),
        "case {}  history, {}",
        case.id,
        table::circumstances(&check.about)
    )?;
    entries(cx, case, state, order)
}

/// The day an entry is about, or was recorded on.
fn day_of(case: &Case, n: usize) -> Option<NaiveDate> {
    let entry = &case.entries[n];
    entry
        .content()
        .and_then(Content::date)
        .or(entry.at.map(|at| day::uk_day(&at)))
}

/// These entries in the order of their days, with all they hold and what became of them; then what is not sealed.
pub(in crate::commands) fn entries(
    cx: &mut Context,
    case: &Case,
    state: &CaseState<'_>,
    mut order: Vec<usize>,
) -> anyhow::Result<()> {
    order.sort_by(|a, b| {
        (day_of(case, *a), state.moment(*a)).cmp(&(day_of(case, *b), state.moment(*b)))
    });
    for n in order {
        let entry = &case.entries[n];
        let id = entry.id.as_ref().map(EntryId::short).unwrap_or_default();
        let date = day_of(case, n).map(day::short).unwrap_or_default();
        let standing = state.event_of(n).map_or("", |event| match &event.standing {
            Standing::Current { entry, .. } if *entry == n => "",
            Standing::Current { .. } if matches!(case.entries[n].deed, Deed::Withdraw { .. }) => "",
            Standing::Current { .. } => "  [corrected since]",
            Standing::Withdrawn(by) if *by == n => "",
            Standing::Withdrawn(_) => "  [withdrawn since]",
            Standing::Contested(_) => "  [contested]",
            Standing::Struck => "  [struck]",
        });
        writeln!(cx.out(), "\n{date}  {}  {id}{standing}", entry.kind())?;
        let recorded = entry
            .at
            .map(|at| day::uk_time(&at).format("%-d %b %Y, %H:%M").to_string())
            .unwrap_or_default();
        writeln!(
            cx.out(),
            "    recorded {recorded} by {}",
            shown(entry.by.as_deref().unwrap_or("nobody known"))
        )?;
        write_texts(cx, &entry.node)?;
    }
    for entry in state.unsealed() {
        writeln!(
            cx.out(),
            "\nline {}  {}  [not sealed: counts for nothing]",
            entry.place().line,
            entry.kind()
        )?;
        write_texts(cx, &entry.node)?;
    }
    Ok(())
}

fn write_texts(cx: &mut Context, node: &Node) -> anyhow::Result<()> {
    const OWN: &[&str] = &["kind", "at", "by", "after", "id", "header"];
    for (key, value) in node.as_map().unwrap_or_default() {
        if !OWN.contains(&key.name.as_ref()) {
            let text = match value.as_text() {
                Some(text) => text.to_owned(),
                None => store::yaml::write(value).trim_end().to_owned(),
            };
            let text = shown(&text).replace('\n', "\n        ");
            writeln!(cx.out(), "    {}: {text}", key.name)?;
        }
    }
    Ok(())
}

/// A case of a later format: header, kinds and texts from the plain tree, not judged.
pub(super) fn newer_format(cx: &mut Context, path: &Path) -> anyhow::Result<Outcome> {
    let text = store::read_if_there(path)?.unwrap_or_default();
    let mut problems = Problems::new(path, None);
    let Some(node) = store::yaml::read(&text, &mut problems) else {
        return Err(crate::error::BadFile {
            problems: problems.into_vec(),
        }
        .into());
    };
    writeln!(cx.out(), "written by a newer attcheck; not judged")?;
    for (key, value) in node
        .as_map()
        .unwrap_or_default()
        .iter()
        .filter(|(key, _)| key.name != "log")
    {
        writeln!(
            cx.out(),
            "  {}: {}",
            key.name,
            shown(value.as_text().unwrap_or_default())
        )?;
    }
    for entry in node.get("log").and_then(Node::as_list).unwrap_or_default() {
        let at = entry
            .text_at("at")
            .or(entry.text_at("date"))
            .unwrap_or_default();
        let sealed = entry
            .text_at("id")
            .is_some_and(|id| id == crate::case::seal::entry_id(entry).0);
        let sealed = if sealed {
            ""
        } else {
            "  [its id does not fit]"
        };
        writeln!(
            cx.out(),
            "\n{}  {}{sealed}",
            shown(at),
            shown(entry.text_at("kind").unwrap_or("?"))
        )?;
        write_texts(cx, entry)?;
    }
    Ok(Outcome::Success)
}
