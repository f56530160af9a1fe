//! `attcheck undo`

use super::{Context, Outcome, writing};
use crate::case::Case;
use crate::case::entry::{Content, Deed, Entry, EntryId};
use crate::case::state::{CaseState, Event, Standing};
use crate::cli::Writing;
use crate::day;
use crate::error::refuse;

/// Withdraw the newest entry, if you recorded it today and nothing follows it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let (by, today) = (cx.who()?, cx.today());
    let mut undone = String::new();
    let written = writing::append(cx, &loaded, &args.writing, |loaded| {
        let case = &loaded.case;
        let [newest] = case.chain.heads() else {
            let hint = format!("name the entry: `attcheck withdraw {}` and its id", case.id);
            return Err(refuse(
                "the record has two newest entries, made apart",
                hint,
            ));
        };
        let entry = &case.entries[*newest];
        let short = entry
            .id
            .as_ref()
            .map(|id| id.short().to_owned())
            .unwrap_or_default();
        let kind = entry.kind();
        let state = CaseState::replay(case, None);
        if let Deed::Withdraw { withdraws, .. } = &entry.deed {
            return Err(refuse(
                format!(
                    "the newest entry ({short}) is itself an undo: {} stays withdrawn",
                    withdraws.short()
                ),
                after_an_undo(&state, withdraws),
            ));
        }
        let told = state
            .event_of(*newest)
            .and_then(|event| case.entries[event.first].content());
        let hint = match told {
            Some(Content::Sign(_)) => format!("let it be signed anew: `attcheck sign {}`", case.id),
            _ => format!("put it right with `attcheck correct {} {short}`", case.id),
        };
        if !matches!(entry.deed, Deed::Record(_)) || kind == "opened" {
            return Err(refuse(
                format!("the newest entry ({short}) is of kind `{kind}` and cannot be undone"),
                hint,
            ));
        }
        if entry.by.as_deref() != Some(by.as_str()) {
            return Err(refuse(
                format!("the newest entry ({short}) was recorded by somebody else"),
                hint,
            ));
        }
        if entry.at.is_none_or(|at| day::uk_day(&at) != today) {
            return Err(refuse(
                format!("the newest entry ({short}) was not recorded today"),
                hint,
            ));
        }
        let first = state
            .event_of(*newest)
            .and_then(|event| case.entries[event.first].id.clone());
        let Some(withdraws) = first else {
            return Err(refuse("the newest entry is not sealed", hint));
        };
        undone = short;
        Ok(vec![Deed::Withdraw {
            withdraws,
            why: "undone on the same day".into(),
        }])
    })?;
    let together = also_recorded(&loaded.case);
    if let Some(after) = written {
        writing::done(cx, &after, &format!("{undone} withdrawn"))?;
        super::changed::say_reopened(cx, &loaded.case, &after.case)?;
        for id in together {
            cx.say(&format!(
                "note: the same command recorded {id} too; `attcheck withdraw {} {id}` takes it back",
                after.case.id
            ));
        }
    }
    Ok(Outcome::Success)
}

/// What to do where the newest entry has taken one back already: mostly the one before is meant as well.
fn after_an_undo(state: &CaseState<'_>, withdrawn: &EntryId) -> String {
    let case = &state.case.id;
    let standing = |event: &&Event<'_>| {
        matches!(
            event.standing,
            Standing::Current { .. } | Standing::Contested(_)
        ) && state.entry(event.first).kind() != "opened"
    };
    let newest = state
        .events()
        .iter()
        .filter(standing)
        .max_by_key(|event| state.moment(event.first));
    let before = newest.and_then(|event| {
        let entry = state.entry(event.first);
        let id = entry.id.as_ref()?.short();
        Some(format!(
            "to take back the one before it too ({}): `attcheck withdraw {case} {id} --why \"recorded by mistake\"`; ",
            entry.kind()
        ))
    });
    let first = state
        .case
        .chain
        .place_of(withdrawn)
        .and_then(|n| state.event_of(n))
        .map(|event| state.entry(event.first));
    let id = withdrawn.short();
    let back = match first.and_then(Entry::content) {
        Some(Content::Sign(_)) => {
            format!(
                "only if {id} was no mistake: let it be signed anew with `attcheck sign {case}`"
            )
        }
        _ => format!(
            "only if {id} was no mistake: `attcheck correct {case} {id} --why \"was right\"` brings it back"
        ),
    };
    format!("{}{back}", before.unwrap_or_default())
}

/// What the same command recorded beside the newest entry: a fact after a fact, of one instant and one person.
fn also_recorded(case: &Case) -> Vec<String> {
    let Some(newest) = case.entries.last() else {
        return Vec::new();
    };
    let earlier = case.entries.iter().rev().skip(1);
    let together = earlier.take_while(|one| {
        one.at == newest.at && one.by == newest.by && one.kind() == newest.kind()
    });
    together
        .filter_map(|one| one.id.as_ref().map(|id| id.short().to_owned()))
        .collect()
}
