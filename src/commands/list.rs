//! `attcheck list`

use std::path::PathBuf;

use serde::Serialize;

use super::verdict::{Check, day_of};
use super::{Context, Outcome};
use crate::case::entry::Subject;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::cli::{Plain, When};
use crate::day;
use crate::error::describe;
use crate::number::counted;
use crate::readiness::pending;
use crate::render::table;
use crate::render::{Failed, Verdict};
use crate::store::{lookup, quick};

/// List the cases: verdict, counts, next review
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The closed cases
    #[arg(long)]
    closed: bool,
    /// Every case, open or closed
    #[arg(long, conflicts_with = "closed")]
    every: bool,
    /// Referrals that the council returned, of cases open or closed, with what comes back most often
    #[arg(long, conflicts_with_all = ["closed", "every", "family"])]
    returned: bool,
    /// The cases linked with this one as those of brothers and sisters, open or closed
    #[arg(long, value_name = "CASE", conflicts_with_all = ["closed", "every"])]
    family: Option<String>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
    #[command(flatten)]
    when: When,
}

#[derive(Serialize)]
struct Row {
    case: String,
    initials: String,
    year_group: Option<String>,
    checklist: String,
    state: String,
    verdict: Option<&'static str>,
    blocks: usize,
    undecided: usize,
    /// The gate the verdict is for.
    gate: String,
    /// The earliest day a follow-up or a review that is open falls on, past or to come.
    next_review: Option<String>,
}

#[derive(Serialize)]
struct ListJson {
    schema: u32,
    as_of: String,
    known_by: Option<String>,
    gate: Option<String>,
    route: Option<String>,
    cases: Vec<Row>,
    failed: Vec<Failed>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    if args.returned {
        return super::returned::run(args.format, &args.when, cx);
    }
    let check = Check::new(&args.when, cx)?.at_any_gate();
    check.refuse_unknown_gate(cx)?;
    let as_of = day_of(&args.when, cx)?;
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    let files = match &args.family {
        Some(called) => family(cx, called, as_of)?,
        None => cx.every_case()?,
    };
    for file in files {
        match row(cx, &check, &file, args) {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => {}
            Err(error) => {
                cx.say(describe(&error).trim_end());
                failed.push(super::ready::failed(&file, &error));
            }
        }
    }
    if args.family.is_none() {
        for one in cx.store.unread_cases()? {
            let name = super::context::from_here(&one.path);
            cx.say(&format!("note: {name} {}; {}", one.says(), one.remedy()));
        }
    }
    let any_failed = !failed.is_empty();
    match args.format {
        Plain::Json => {
            let about = &check.about;
            let whole = ListJson {
                schema: crate::render::json::SCHEMA,
                as_of: as_of.to_string(),
                known_by: about.known_by.map(|day| day.to_string()),
                gate: about.gate.clone(),
                route: about.route.clone(),
                cases: rows,
                failed,
            };
            let text = crate::render::json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
        Plain::Table => for_people(cx, &check, rows, &failed)?,
    }
    Ok(if any_failed {
        Outcome::Failed
    } else {
        Outcome::Success
    })
}

/// The files of a case and of all that are linked with it, directly or through others. One that is not in this folder is
/// named and passed over: it may lie at another school.
fn family(cx: &Context, called: &str, as_of: chrono::NaiveDate) -> anyhow::Result<Vec<PathBuf>> {
    let first = cx.open(called, false)?;
    let mut found = vec![cx.store.path_of(&first.case.id)];
    let mut open = vec![first];
    while let Some(loaded) = open.pop() {
        for sibling in CaseState::replay(&loaded.case, None).siblings_on(as_of) {
            let path = cx.store.path_of(&sibling.case);
            if found.contains(&path) {
                continue;
            }
            if !path.is_file() {
                let (own, theirs) = (&loaded.case.id, &sibling.case);
                cx.say(&format!(
                    "note: case {own} is linked with {theirs}, which is not in this folder"
                ));
                continue;
            }
            found.push(path.clone());
            // One that cannot be read is told with the others.
            open.extend(quick::load(&path).ok());
        }
    }
    found.sort();
    Ok(found)
}

fn row(
    cx: &mut Context,
    check: &Check,
    file: &std::path::Path,
    args: &Args,
) -> anyhow::Result<Option<Row>> {
    let loaded = lookup::in_place(quick::load(file)?)?;
    let state = CaseState::replay(&loaded.case, check.about.known_by);
    let closed = state.closed_on(check.about.as_of);
    if !args.every && args.family.is_none() && closed.is_some() != args.closed {
        return Ok(None);
    }
    let own_record = loaded.case.subject == Subject::School;
    let checklist = cx.checklist_to_judge(&state)?;
    if !check.has_gate(&checklist) {
        return Ok(None);
    }
    let report = check.judge(&loaded.case, &checklist)?;
    let details = state.details();
    let initials = details.name.as_deref().map(super::context::initials);
    // A school's own record of a pupils' list is judged with the pupils' cases, and has no verdict of its own.
    let verdict = match report.verdict() {
        Verdict::Ready | Verdict::NotReady if own_record && checklist.subject == Subject::Pupil => {
            None
        }
        verdict => Some(verdict.as_str()),
    };
    let undecided = report.to_find_out();
    Ok(Some(Row {
        case: report.case,
        initials: initials.unwrap_or_default(),
        year_group: details.year_group,
        checklist: report.checklist,
        state: closed.map_or("open".to_owned(), |why| format!("closed: {why}")),
        verdict,
        blocks: report.counts.blocks,
        undecided,
        gate: report.gate,
        next_review: next_review(&state, &checklist, check.about.as_of),
    }))
}

/// The earliest day an open review or follow-up falls on: what is overdue is not passed over.
fn next_review(
    state: &CaseState<'_>,
    checklist: &Checklist,
    as_of: chrono::NaiveDate,
) -> Option<String> {
    let open = pending::on(state, checklist, as_of);
    open.iter()
        .filter_map(|one| one.due)
        .min()
        .map(|day| day.to_string())
}

fn for_people(
    cx: &mut Context,
    check: &Check,
    rows: Vec<Row>,
    failed: &[Failed],
) -> anyhow::Result<()> {
    let gate = check
        .about
        .gate
        .as_ref()
        .map(|gate| format!("gate {gate}, "))
        .unwrap_or_default();
    writeln!(cx.out(), "{gate}{}", table::circumstances(&check.about))?;
    let count = rows.len();
    let as_of = check.about.as_of;
    let cells = rows.into_iter().map(|row| {
        let review = row.next_review.as_deref().and_then(day::stored).map(|day| {
            let overdue = if day < as_of { ", overdue" } else { "" };
            format!("{}{overdue}", day::short(day))
        });
        let review = review.unwrap_or_default();
        let year = row.year_group.unwrap_or_default();
        // Named where it is not the usual one, so that nobody takes a first stage for the last.
        let gate = if row.gate == "referral" {
            String::new()
        } else {
            format!(" ({})", row.gate)
        };
        let verdict = match row.verdict.and_then(Verdict::from_word) {
            Some(verdict) => format!("{}{gate}", verdict.words()),
            None => "school's own record".to_owned(),
        };
        let (to_do, to_find) = (row.blocks.to_string(), row.undecided.to_string());
        vec![
            row.case,
            row.initials,
            year,
            row.checklist,
            row.state,
            verdict,
            to_do,
            to_find,
            review,
        ]
    });
    let headings = [
        "case",
        "pupil",
        "year",
        "checklist",
        "state",
        "verdict",
        "to do",
        "to find out",
        "next review",
    ];
    let shown = table::table(&headings, "checklist", cells);
    table::write_table(&shown, cx.out())?;
    writeln!(cx.out(), "{}", counted(count, "case"))?;
    for one in failed {
        writeln!(cx.out(), "could not be read: {}", one.file)?;
    }
    Ok(())
}
