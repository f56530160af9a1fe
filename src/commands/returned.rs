//! `attcheck list --returned`: what came back from the council, and what comes back most often.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use super::judging::{Looked, select_and_judge};
use super::verdict::Check;
use super::{Context, Outcome};
use crate::case::council::CouncilAnswer;
use crate::case::state::CaseState;
use crate::cli::{Plain, When};
use crate::day;
use crate::error::describe;
use crate::number::counted;
use crate::render::markup::shown;
use crate::render::{Failed, VerdictSummary, json, table};
use crate::store::checklists::KnownChecklists;
use crate::store::{lookup, quick};

/// How much of a long reason the table shows, in characters.
const MOST_SHOWN: usize = 200;

/// A referral that came back.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Return {
    case: String,
    initials: String,
    pub(super) checklist: String,
    on: Option<String>,
    reason: Option<String>,
    pub(super) items: Vec<String>,
    /// How the case stands today; nothing where it is closed, or could not be judged.
    now: Option<VerdictSummary>,
}

/// How often something was a cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Often {
    /// What: an item with its checklist, or a reason.
    pub(super) what: String,
    /// How often.
    pub(super) count: usize,
}

#[derive(Serialize)]
struct ReturnedJson<'a> {
    schema: u32,
    as_of: String,
    known_by: Option<String>,
    returned: &'a [Return],
    items: Vec<Often>,
    reasons: Vec<Often>,
    failed: Vec<Failed>,
}

/// The returns of a case by a day.
pub(super) fn of_case(state: &CaseState<'_>, as_of: NaiveDate) -> Vec<Return> {
    let initials = state
        .details()
        .name
        .as_deref()
        .map(super::context::initials)
        .unwrap_or_default();
    let answers = state
        .council_answers_on(as_of)
        .into_iter()
        .filter(CouncilAnswer::is_return);
    let one = |answer: CouncilAnswer<'_>| Return {
        case: state.case.id.to_string(),
        initials: initials.clone(),
        checklist: answer.checklist.to_owned(),
        on: answer.date.map(|date| date.to_string()),
        reason: answer.reason.map(str::to_owned),
        items: answer.items.to_vec(),
        now: None,
    };
    answers.map(one).collect()
}

/// The items that came back, the commonest first.
pub(super) fn items(returned: &[Return]) -> Vec<Often> {
    let named = returned.iter().flat_map(|one| {
        one.items
            .iter()
            .map(|item| format!("{item} ({})", one.checklist))
    });
    often(named)
}

/// The reasons that were given, the commonest first. Those that differ in nothing but capitals and blanks are one.
pub(super) fn reasons(returned: &[Return]) -> Vec<Often> {
    often(returned.iter().filter_map(|one| one.reason.clone()))
}

/// What occurs, the commonest first; what is alike but for capitals and blanks is counted together, as it was first said.
fn often(all: impl Iterator<Item = String>) -> Vec<Often> {
    let mut counts: BTreeMap<String, Often> = BTreeMap::new();
    for what in all {
        let alike = what
            .to_lowercase()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        counts
            .entry(alike)
            .or_insert(Often { what, count: 0 })
            .count += 1;
    }
    let mut found: Vec<Often> = counts.into_values().collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.count));
    found
}

pub(super) fn run(format: Plain, when: &When, cx: &mut Context) -> anyhow::Result<Outcome> {
    let check = Check::new(when, cx)?.at_any_gate();
    let (as_of, known_by) = (check.about.as_of, check.about.known_by);
    let mut known = KnownChecklists::default();
    let (mut returned, mut failed) = (Vec::new(), Vec::new());
    for file in cx.every_case()? {
        let judged = of_file(&file, &check, &mut returned, cx, &mut known);
        if let Err(error) = judged {
            cx.say(describe(&error).trim_end());
            failed.push(super::ready::failed(&file, &error));
        }
    }
    returned.sort_by(|a, b| (&a.on, &a.case).cmp(&(&b.on, &b.case)));
    let any_failed = !failed.is_empty();
    match format {
        Plain::Json => {
            let whole = ReturnedJson {
                schema: json::SCHEMA,
                as_of: as_of.to_string(),
                known_by: known_by.map(|day| day.to_string()),
                returned: &returned,
                items: items(&returned),
                reasons: reasons(&returned),
                failed,
            };
            let text = json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
        Plain::Table => for_people(&returned, &failed, cx)?,
    }
    Ok(if any_failed {
        Outcome::Failed
    } else {
        Outcome::Success
    })
}

/// Adds what came back of a case. One that came back and cannot be judged is added all the same.
fn of_file(
    file: &Path,
    check: &Check,
    returned: &mut Vec<Return>,
    cx: &Context,
    known: &mut KnownChecklists,
) -> anyhow::Result<()> {
    let loaded = lookup::in_place(quick::load(file)?)?;
    let state = CaseState::replay(&loaded.case, check.about.known_by);
    let from = returned.len();
    returned.extend(of_case(&state, check.about.as_of));
    if returned.len() == from {
        return Ok(());
    }
    if let Looked::Report(report) = select_and_judge(&cx.store, check, &loaded.case, true, known)? {
        for one in &mut returned[from..] {
            one.now = Some(VerdictSummary::of(&report));
        }
    }
    Ok(())
}

fn for_people(returned: &[Return], failed: &[Failed], cx: &mut Context) -> anyhow::Result<()> {
    if !returned.is_empty() {
        let rows = returned.iter().map(|one| {
            let on = one
                .on
                .as_deref()
                .and_then(day::stored)
                .map(day::short)
                .unwrap_or_default();
            let reason: String = one
                .reason
                .iter()
                .flat_map(|reason| reason.chars())
                .take(MOST_SHOWN)
                .collect();
            let cut = one
                .reason
                .as_ref()
                .is_some_and(|whole| whole.len() > reason.len());
            let reason = if cut { format!("{reason} …") } else { reason };
            vec![
                one.case.clone(),
                one.initials.clone(),
                one.checklist.clone(),
                on,
                one.items.join(", "),
                reason,
                one.now
                    .as_ref()
                    .map(VerdictSummary::words)
                    .unwrap_or_default(),
            ]
        });
        let headings = [
            "case",
            "pupil",
            "checklist",
            "returned",
            "items",
            "reason",
            "now",
        ];
        table::write_table(&table::table(&headings, "reason", rows), cx.out())?;
    }
    writeln!(cx.out(), "{}", counted(returned.len(), "return"))?;
    for (title, all) in [
        ("named most often", items(returned)),
        ("said most often", reasons(returned)),
    ] {
        let more: Vec<&Often> = all.iter().filter(|one| one.count > 1).take(10).collect();
        if !more.is_empty() {
            writeln!(cx.out(), "\n{title}")?;
            for one in more {
                writeln!(cx.out(), "  {:>3}  {}", one.count, shown(&one.what))?;
            }
        }
    }
    for Failed { file, .. } in failed {
        writeln!(cx.out(), "could not be read: {file}")?;
    }
    Ok(())
}
