//! `attcheck checklist diff`

use crate::case::entry::Content;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::cli::Plain;
use crate::commands::{Context, Outcome};
use crate::error::describe;
use crate::number::counted;
use crate::render::diff::{Told, tell};
use crate::render::markup::shown;
use crate::store::checklists;
use crate::store::{self, lookup};

/// An open case that is worked against the earlier of the two.
struct Touched {
    case: String,
    /// How many entries stand on items that are gone or changed.
    entries: usize,
}

pub(super) fn diff(
    a: &str,
    b: &str,
    cases: bool,
    format: Plain,
    cx: &mut Context,
) -> anyhow::Result<Outcome> {
    let (old, new) = (
        checklists::called(&cx.store, a)?,
        checklists::called(&cx.store, b)?,
    );
    let told = tell(&old, &new);
    let (touched, any_failed) = if cases {
        touched(&old, &told, cx)?
    } else {
        (Vec::new(), false)
    };
    match format {
        Plain::Table => for_people(&old, &new, &told, cases.then_some(touched.as_slice()), cx)?,
        Plain::Json => {
            let list =
                |list: &Checklist| serde_json::json!({"id": list.id, "edition": list.edition});
            let changed: Vec<_> = told
                .changed
                .iter()
                .map(|(item, changes)| serde_json::json!({"item": item, "changes": changes}))
                .collect();
            let touched: Vec<_> = touched
                .iter()
                .map(|one| serde_json::json!({"case": one.case, "entries": one.entries}))
                .collect();
            let whole = serde_json::json!({
                "schema": crate::render::json::SCHEMA, "from": list(&old), "to": list(&new),
                "around": told.around, "added": told.added, "removed": told.removed, "changed": changed,
                "cases": cases.then_some(touched),
            });
            let text = crate::render::json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
    }
    Ok(if any_failed {
        Outcome::Failed
    } else {
        Outcome::Success
    })
}

/// The open cases under the first checklist, with what they hold on items that are gone or changed.
fn touched(old: &Checklist, told: &Told, cx: &mut Context) -> anyhow::Result<(Vec<Touched>, bool)> {
    let (mut found, mut failed) = (Vec::new(), false);
    let other: Vec<&str> = told
        .removed
        .iter()
        .chain(told.changed.iter().map(|(item, _)| item))
        .map(String::as_str)
        .collect();
    for file in cx.store.case_files()? {
        let loaded = match store::load(&file).and_then(lookup::in_place) {
            Ok(loaded) => loaded,
            Err(error) => {
                cx.say(describe(&error).trim_end());
                failed = true;
                continue;
            }
        };
        let state = CaseState::replay(&loaded.case, None);
        let under = state.checklist() == Some((old.id.as_str(), old.edition.as_str()));
        if !under || state.closed_on(cx.today()).is_some() {
            continue;
        }
        let on_other = state.current().filter(|(entry, content)| match content {
            Content::Action(action) => other.iter().any(|item| state.is_for(*entry, action, item)),
            _ => false,
        });
        let entries = on_other.count();
        found.push(Touched {
            case: loaded.case.id.to_string(),
            entries,
        });
    }
    Ok((found, failed))
}

fn for_people(
    old: &Checklist,
    new: &Checklist,
    told: &Told,
    cases: Option<&[Touched]>,
    cx: &mut Context,
) -> anyhow::Result<()> {
    let out = cx.out();
    writeln!(
        out,
        "from {}, edition {}, to {}, edition {}",
        old.id, old.edition, new.id, new.edition
    )?;
    for line in &told.around {
        writeln!(out, "  {}", shown(line))?;
    }
    for (what, ids, list) in [("added", &told.added, new), ("removed", &told.removed, old)] {
        if !ids.is_empty() {
            writeln!(out, "\n{what}: {}", ids.len())?;
        }
        for item in ids.iter().filter_map(|id| list.item(id)) {
            writeln!(
                out,
                "  {}  {}: {} [{}]",
                item.source.join(", "),
                item.id,
                shown(&item.title),
                item.level
            )?;
        }
    }
    if !told.changed.is_empty() {
        writeln!(out, "\nchanged: {}", told.changed.len())?;
    }
    for (item, changes) in &told.changed {
        let named = new
            .item(item)
            .map(|item| (item.source.join(", "), item.title.as_str()));
        let (row, title) = named.unwrap_or_default();
        writeln!(out, "  {row}  {item}: {}", shown(title))?;
        for change in changes {
            writeln!(out, "      {}", shown(change))?;
        }
    }
    if told.is_none() {
        writeln!(out, "no difference")?;
    }
    let Some(cases) = cases else { return Ok(()) };
    writeln!(
        out,
        "\nopen cases under {}, edition {}: {}",
        old.id,
        old.edition,
        cases.len()
    )?;
    for one in cases {
        let entries = counted(one.entries, "entry");
        write!(
            out,
            "  {}  {entries} on items that are gone or changed",
            one.case
        )?;
        if (&old.id, &old.edition) == (&new.id, &new.edition) {
            writeln!(out)?;
        } else {
            writeln!(
                out,
                "; attcheck move {} --to {}@{}",
                one.case, new.id, new.edition
            )?;
        }
    }
    Ok(())
}
