//! `attcheck receipt`

use chrono::NaiveDate;

use super::verdict::{Check, without_checklist};
use super::{Context, Outcome, writing};
use crate::case::Case;
use crate::case::compose;
use crate::case::receipt::{self, Receipt};
use crate::case::state::CaseState;
use crate::cli::{Plain, When};
use crate::render::{CaseReport, VerdictSummary};

/// Print a receipt of a case, to lodge with a second person
///
/// A few lines without any name of a child: the number of entries, the newest of them, one hash over all of them, and the
/// verdict of the day. Send it to the council or to the head's mailbox. Whoever holds it can find later that entries were
/// taken away or that the record was made anew: `attcheck verify CASE --receipt FILE`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path, a UPN, the start of its id or part of a name
    case: String,
    /// What the verdict is for; the list's own, or its first, if left out
    #[arg(long, value_name = "GATE")]
    gate: Option<String>,
    /// The route, where the checklist has several
    #[arg(long, value_name = "ROUTE")]
    route: Option<String>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
}

#[derive(serde::Serialize)]
struct ReceiptJson {
    schema: u32,
    case: String,
    entries: usize,
    heads: Vec<String>,
    ids: String,
    sha256: String,
    told: serde_json::Map<String, serde_json::Value>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, false)?;
    let case = &loaded.case;
    writing::sound(case)?;
    let when = When {
        gate: args.gate.clone(),
        route: args.route.clone(),
        ..When::default()
    };
    let check = Check::new(&when, cx)?.at_any_gate();
    let state = CaseState::replay(case, None);
    let report = match state.checklist() {
        Some(_) => {
            let checklist = cx.checklist_of(&state)?;
            check.judge(case, &checklist)?
        }
        None => without_checklist(case),
    };
    let made = compose::instant(cx.now);
    let found = with_verdict(case, &report, check.about.as_of, made);
    match args.format {
        Plain::Table => write!(cx.out(), "{}", found.text())?,
        Plain::Json => {
            let told = found
                .told
                .into_iter()
                .map(|(what, value)| (what.to_owned(), value.into()))
                .collect();
            let whole = ReceiptJson {
                schema: crate::render::json::SCHEMA,
                case: found.case,
                entries: found.entries,
                heads: found.heads.into_iter().map(|id| id.0).collect(),
                ids: found.ids,
                sha256: found.sha256,
                told,
            };
            let text = crate::render::json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
    }
    Ok(Outcome::Success)
}

/// The receipt of a case with the verdict of a day; `made` is when.
pub(super) fn with_verdict(
    case: &Case,
    report: &CaseReport,
    as_of: NaiveDate,
    made: String,
) -> Receipt {
    let verdict = if report.ready { "ready" } else { "not ready" };
    let told = vec![
        ("made", made),
        (
            "checklist",
            format!("{}, edition {}", report.checklist, report.edition),
        ),
        ("gate", report.gate.clone()),
        ("verdict", format!("{verdict} on {as_of}")),
        ("left", VerdictSummary::of(report).left()),
    ];
    Receipt {
        told,
        ..receipt::receipt(case)
    }
}
