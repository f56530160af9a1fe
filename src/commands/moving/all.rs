//! `attcheck move --all`: the open cases of one edition, each with its verdict before and after.

use std::path::Path;

use super::super::judging::{Asked, asked};
use super::super::verdict::Check;
use super::super::{Context, Outcome, context, ready, writing};
use super::{Args, check_destination, entry_of, still_there, with};
use crate::case::entry::Deed;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::cli::When;
use crate::error::{describe, refuse};
use crate::number::counted;
use crate::render::{Failed, VerdictSummary, table};
use crate::store::checklists::KnownChecklists;
use crate::store::{self, Loaded, checklists, lookup};

/// A case that is to be moved.
struct Moving {
    loaded: Loaded,
    initials: String,
    /// How it stands before and after; nothing for the school's own record, which has no verdict of its own.
    summaries: Option<(VerdictSummary, VerdictSummary)>,
}

/// Moves every open case that is worked against one checklist and edition.
///
/// # Errors
/// If either checklist is not known or its file is wrong, or nobody has said that the cases are to be moved.
pub(super) fn run(args: &Args, from: &str, cx: &mut Context) -> anyhow::Result<Outcome> {
    if args.writing.expect.is_some() {
        return Err(refuse(
            "--expect names the newest entry of one case",
            "leave it out with --all, or move one case",
        ));
    }
    let old = checklists::called(&cx.store, from)?;
    let new = check_destination(&args.to, cx, &old)?;
    let (cases, failed) = looked_at(cx, &old, &new)?;
    show(cx, &cases, &failed, &old, &new)?;
    let done = |failed: &[Failed]| match failed {
        [] => Outcome::Success,
        _ => Outcome::Failed,
    };
    if args.writing.dry_run {
        cx.say("nothing was written (--dry-run)");
        return Ok(done(&failed));
    }
    if cases.is_empty() {
        return Ok(done(&failed));
    }
    if !args.yes {
        if !cx.ask.is_there() {
            let hint =
                "look at what changes, then add --yes; or move one case: attcheck move CASE --to …";
            return Err(refuse("nothing was moved: nobody was asked", hint));
        }
        let question = format!("Move {}?", counted(cases.len(), "case"));
        if !cx.ask.confirm(&question, false)? {
            return Err(refuse("no case was moved", "nothing was recorded"));
        }
    }
    moved(args, cx, &cases, failed, &old, &new)
}

/// The open cases that are worked against the old list, and the files that could not be looked at.
fn looked_at(
    cx: &mut Context,
    old: &Checklist,
    new: &Checklist,
) -> anyhow::Result<(Vec<Moving>, Vec<Failed>)> {
    let check = Check::new(&When::default(), cx)?.at_any_gate();
    let mut known = KnownChecklists::default();
    let (mut cases, mut failed) = (Vec::new(), Vec::new());
    for file in cx.every_case()? {
        match of_file(cx, &check, &file, old, new, &mut known) {
            Ok(found) => cases.extend(found),
            Err(error) => {
                cx.say(describe(&error).trim_end());
                failed.push(ready::failed(&file, &error));
            }
        }
    }
    Ok((cases, failed))
}

fn of_file(
    cx: &Context,
    check: &Check,
    file: &Path,
    old: &Checklist,
    new: &Checklist,
    known: &mut KnownChecklists,
) -> anyhow::Result<Option<Moving>> {
    let loaded = lookup::in_place(store::load(file)?)?;
    let state = CaseState::replay(&loaded.case, None);
    let theirs = state.checklist() == Some((old.id.as_str(), old.edition.as_str()));
    if !theirs {
        return Ok(None);
    }
    let summaries = match asked(&cx.store, check, &state, known)? {
        Asked::Closed | Asked::NoGate => return Ok(None),
        Asked::OwnRecord => None,
        Asked::Judge(old) => {
            let before = check.judge_state(&state, &old, false)?;
            let after = with(cx, &loaded, &entry_of(&old, new))?;
            let after = check.judge(&after, new)?;
            Some((VerdictSummary::of(&before), VerdictSummary::of(&after)))
        }
    };
    let initials = state.details().name.as_deref().map(context::initials);
    Ok(Some(Moving {
        initials: initials.unwrap_or_default(),
        summaries,
        loaded,
    }))
}

fn show(
    cx: &mut Context,
    cases: &[Moving],
    failed: &[Failed],
    old: &Checklist,
    new: &Checklist,
) -> anyhow::Result<()> {
    writeln!(
        cx.out(),
        "from {}, edition {}, to {}, edition {}",
        old.id,
        old.edition,
        new.id,
        new.edition
    )?;
    let own = || "school's own record".to_owned();
    let rows = cases.iter().map(|one| {
        let (before, after) = match &one.summaries {
            Some((before, after)) => (before.words(), after.words()),
            None => (own(), own()),
        };
        vec![
            one.loaded.case.id.to_string(),
            one.initials.clone(),
            before,
            after,
        ]
    });
    if !cases.is_empty() {
        let headings = ["case", "pupil", "before", "after"];
        table::write_table(&table::table(&headings, "after", rows), cx.out())?;
    }
    let changed = |one: &&Moving| {
        let verdicts = one.summaries.as_ref();
        verdicts.is_some_and(|(before, after)| before.verdict != after.verdict)
    };
    writeln!(
        cx.out(),
        "{}, {} with another verdict",
        counted(cases.len(), "open case"),
        cases.iter().filter(changed).count()
    )?;
    for one in failed {
        writeln!(cx.out(), "could not be looked at: {}", one.file)?;
    }
    Ok(cx.out().flush()?)
}

/// Moves the cases one after the other. One that cannot be moved does not keep the others from it.
fn moved(
    args: &Args,
    cx: &mut Context,
    cases: &[Moving],
    mut failed: Vec<Failed>,
    old: &Checklist,
    new: &Checklist,
) -> anyhow::Result<Outcome> {
    let mut count = 0;
    for one in cases {
        let written = writing::append(cx, &one.loaded, &args.writing, |now| {
            still_there(now, old)?;
            Ok(vec![Deed::Record(entry_of(old, new))])
        });
        match written {
            Ok(_) => count += 1,
            Err(error) => {
                cx.say(describe(&error).trim_end());
                failed.push(ready::failed(&one.loaded.path, &error));
            }
        }
    }
    writeln!(
        cx.out(),
        "{} moved to {}, edition {}",
        counted(count, "case"),
        new.id,
        new.edition
    )?;
    cx.say("next    attcheck ready --all");
    Ok(if failed.is_empty() {
        Outcome::Success
    } else {
        Outcome::Failed
    })
}
