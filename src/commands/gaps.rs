//! `attcheck gaps`

use super::verdict::Check;
use super::{Context, Outcome};
use crate::case::state::CaseState;
use crate::cli::{Plain, When};
use crate::render::{Circumstances, json, table};

/// Show what is left on a case, each with the command that clears it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path, a UPN, the start of its id or part of a name
    case: String,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
    #[command(flatten)]
    when: When,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, false)?;
    let check = Check::new(&args.when, cx)?;
    let state = CaseState::replay(&loaded.case, check.about.known_by);
    let checklist = cx.checklist_to_judge(&state)?;
    let report = check.judge(&loaded.case, &checklist)?;
    let color = cx.color;
    match args.format {
        Plain::Table => table::gaps(&report, &check.about, color, cx.out())?,
        Plain::Json => {
            let line = json::case_line(&report)?;
            let about = Circumstances {
                gate: Some(report.gate.clone()),
                ..check.about.clone()
            };
            let mut document = json::Document::begin(&about, cx.out())?;
            document.case(&line, cx.out())?;
            document.end(&[], cx.out())?;
        }
    }
    Ok(Outcome::Success)
}
