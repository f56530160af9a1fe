//! `attcheck ready`

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::in_order::in_order;
use super::judging::{Looked, select_and_judge};
use super::verdict::Check;
use super::{Context, Outcome};
use crate::case::state::CaseState;
use crate::cli::{Format, When};
use crate::error::{BadFile, describe, refuse};
use crate::number::counted;
use crate::readiness::gap::GapCode;
use crate::render::{CaseReport, Circumstances, Failed, LineReport, json, junit, table};
use crate::store::checklists::KnownChecklists;
use crate::store::{Store, lookup, quick};

/// Check whether the record of a case is complete
///
/// Ready means only that the record is complete. Exit status: 0 if every case checked is ready, 1 if one is not, 2 if
/// one could not be read.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The cases: ids, paths or UPNs
    #[arg(conflicts_with = "all")]
    cases: Vec<String>,
    /// Every open case of the folder but the school's own record
    #[arg(long)]
    all: bool,
    /// For people, for programs, or as a test report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Say too from which day it would be ready if nothing else changed, until which day, and what lapses first
    #[arg(long)]
    forecast: bool,
    #[command(flatten)]
    when: When,
}

/// What became of one file.
enum Judged {
    /// Judged.
    Report(Box<CaseReport>),
    /// Judged and already turned into a line of JSON.
    Line { line: String, outcome: Outcome },
    /// Closed on the day of the check, or the school's own record: not asked for.
    Passed,
    /// Its checklist lacks the gate that was named.
    NoGate,
    /// It could not be read.
    Failed(Failed, String),
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    if args.cases.is_empty() && !args.all {
        return Err(refuse(
            "no case is named",
            "name one, as in `attcheck ready k7m4px`, or add --all for every open case",
        ));
    }
    let mut check = Check::new(&args.when, cx)?;
    if args.forecast {
        check = check.and_ahead();
    }
    if args.all {
        check.refuse_unknown_gate(cx)?;
    }
    if args.all || args.cases.len() > 1 {
        // A list with several gates is looked at before its first; every output names it.
        check = check.at_any_gate();
    }
    let files = if args.all {
        cx.every_case()?
    } else {
        let located = args
            .cases
            .iter()
            .map(|called| cx.store.locate(called, true).map(|hit| hit.path));
        located.collect::<anyhow::Result<Vec<PathBuf>>>()?
    };
    let mut outcome = Outcome::Success;
    let mut failed: Vec<Failed> = Vec::new();
    let mut reports: Vec<CaseReport> = Vec::new();
    let mut document = match args.format {
        Format::Json => Some(json::Document::begin(&about(&check, &files, cx), cx.out())?),
        Format::Table | Format::Junit => None,
    };
    let as_json = document.is_some();
    let store = cx.store.clone();
    let (mut broken, mut no_gate) = (None, 0);
    let all = args.all;
    let work =
        |file: &Path, known: &mut KnownChecklists| judge(&store, &check, file, all, as_json, known);
    in_order(&files, KnownChecklists::default, work, |judged| {
        match judged {
            Judged::Report(report) => {
                outcome = outcome.max(outcome_of(&report));
                reports.push(*report);
            }
            Judged::Line {
                line,
                outcome: of_line,
            } => {
                outcome = outcome.max(of_line);
                if let Some(document) = &mut document {
                    broken = broken.take().or(document.case(&line, cx.out()).err());
                }
            }
            Judged::Passed => {}
            Judged::NoGate => no_gate += 1,
            Judged::Failed(one, told) => {
                outcome = Outcome::Failed;
                cx.say(told.trim_end());
                failed.push(one);
            }
        }
        broken.is_none()
    });
    if let Some(error) = broken {
        return Err(error.into());
    }
    if let (Some(gate), 1..) = (&check.about.gate, no_gate) {
        let cases = counted(no_gate, "case");
        cx.say(&format!(
            "note: {cases} passed over, whose checklist has no gate `{gate}`"
        ));
    }
    match (args.format, document) {
        (_, Some(document)) => document.end(&failed, cx.out())?,
        (Format::Junit, None) => junit::write(&reports, &failed, &check.about, cx.out())?,
        (_, None) => for_people(cx, &check, &reports, &failed)?,
    }
    Ok(outcome)
}

/// What the whole document says it is about: where no gate is named, the one that the only case has.
fn about(check: &Check, files: &[PathBuf], cx: &mut Context) -> Circumstances {
    let mut about = check.about.clone();
    if let ([only], None) = (files, &about.gate)
        && let Ok(loaded) = quick::load(only)
        && let Ok(checklist) = cx.checklist_known(&CaseState::replay(&loaded.case, about.known_by))
    {
        about.gate = checklist.default_gate().map(|gate| gate.id.clone());
    }
    about
}

fn judge(
    store: &Store,
    check: &Check,
    file: &Path,
    all: bool,
    as_json: bool,
    checklists: &mut KnownChecklists,
) -> Judged {
    let judged = quick::load(file).and_then(|loaded| {
        let loaded = if all {
            lookup::in_place(loaded)?
        } else {
            loaded
        };
        select_and_judge(store, check, &loaded.case, all, checklists)
            .with_context(|| format!("case `{}`", loaded.case.id))
    });
    match judged {
        Ok(Looked::Passed) => Judged::Passed,
        Ok(Looked::NoGate) => Judged::NoGate,
        Ok(Looked::Report(report)) if as_json => {
            let outcome = outcome_of(&report);
            match json::case_line(&report) {
                Ok(line) => Judged::Line { line, outcome },
                Err(error) => failure(file, &error.into()),
            }
        }
        Ok(Looked::Report(report)) => Judged::Report(report),
        Err(error) => failure(file, &error),
    }
}

/// What a verdict comes to. What hangs on a document that could not be looked at is no verdict on the case.
fn outcome_of(report: &CaseReport) -> Outcome {
    let unread = |line: &LineReport| {
        let mut codes = line.gaps.iter().map(|gap| gap.code);
        line.holds_up && codes.any(|code| code == GapCode::CopyUnreadable)
    };
    if report.lines.iter().any(unread) {
        Outcome::Failed
    } else if report.ready {
        Outcome::Success
    } else {
        Outcome::Found
    }
}

fn failure(file: &Path, error: &anyhow::Error) -> Judged {
    Judged::Failed(failed(file, error), describe(error))
}

/// A file that could not be read or judged, as reports name it.
pub(super) fn failed(file: &Path, error: &anyhow::Error) -> Failed {
    let code = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<BadFile>())
        .and_then(|bad| bad.problems.first())
        .map_or("cannot-be-judged", |problem| problem.code.as_str());
    let says = error
        .chain()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ");
    Failed {
        file: file.display().to_string(),
        code: code.to_owned(),
        says,
    }
}

fn for_people(
    cx: &mut Context,
    check: &Check,
    reports: &[CaseReport],
    failed: &[Failed],
) -> anyhow::Result<()> {
    let color = cx.color;
    if let ([only], true) = (reports, failed.is_empty()) {
        table::gaps(only, &check.about, color, cx.out())?;
        return Ok(());
    }
    let gate = check
        .about
        .gate
        .as_ref()
        .map(|gate| format!("gate {gate}, "))
        .unwrap_or_default();
    writeln!(cx.out(), "{gate}{}", table::circumstances(&check.about))?;
    let row = |report: &CaseReport| {
        let word = report.verdict().words();
        let (to_do, to_find) = (
            report.counts.blocks.to_string(),
            report.to_find_out().to_string(),
        );
        let first = report.first_gap().unwrap_or_default();
        let ahead = report.forecast_line();
        let mut row = vec![
            report.case.clone(),
            report.checklist.clone(),
            report.gate.clone(),
            word.to_owned(),
            to_do,
            to_find,
            first,
        ];
        row.extend(ahead);
        row
    };
    let mut headings = vec![
        "case",
        "checklist",
        "gate",
        "verdict",
        "to do",
        "to find out",
        "first",
    ];
    headings.extend(
        reports
            .iter()
            .any(|report| report.forecast.is_some())
            .then_some("if nothing changes"),
    );
    let ready = reports.iter().filter(|report| report.ready).count();
    if !reports.is_empty() {
        table::write_table(
            &table::table(&headings, "first", reports.iter().map(row)),
            cx.out(),
        )?;
    }
    if !reports.is_empty() || failed.is_empty() {
        writeln!(cx.out(), "{ready} of {} ready", reports.len())?;
    }
    if !failed.is_empty() {
        writeln!(cx.out(), "could not be judged:")?;
        for one in failed {
            writeln!(cx.out(), "  {}", one.file)?;
        }
    }
    if let Some(report) = reports.iter().find(|report| !report.ready) {
        writeln!(
            cx.out(),
            "what is left on one: attcheck gaps {}",
            report.case
        )?;
    }
    Ok(())
}
