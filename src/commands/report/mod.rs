//! `attcheck report`

mod attendance;
mod case;
mod caseload;

use chrono::NaiveDate;

use super::{Context, Outcome};
use crate::case::state::CaseState;
use crate::cli::When;
use crate::error::refuse;
use crate::form::entries;
use crate::readiness::pending::Due;

/// Write a page about a case, or about all open cases, to look at and to print
///
/// One HTML file that opens in any browser: no script, and nothing is fetched. Of a case it shows the verdict, what stands in
/// the way, what is to be done, attendance by week, the whole checklist and the chronology; with --all the verdicts of all
/// open cases, what is overdue and with whom, and which gaps are commonest.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    case: Option<String>,
    /// Every open case, on one page
    #[arg(long)]
    all: bool,
    /// Leave out all names and free texts; the cases go by their ids
    #[arg(long)]
    no_names: bool,
    #[command(flatten)]
    when: When,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    // Refused here, since a page of one case is about somebody.
    if args.no_names && !args.all {
        let hint = "leave --no-names out, or use `report --all --no-names`";
        return Err(refuse(
            "a page about one case has the pupil's name on it",
            hint,
        ));
    }
    cx.refuse_without_file(
        "the page",
        if args.all {
            "caseload.html"
        } else {
            "report.html"
        },
    )?;
    match &args.case {
        Some(called) => case::run(called, &args.when, cx),
        None => caseload::run(args, cx),
    }
}

/// What is due, with the name of the person it is for.
fn due_words(one: &Due, state: &CaseState<'_>, as_of: NaiveDate) -> String {
    match &one.person {
        Some(person) => {
            let name = entries::name_of(state, person, [Some(as_of), None]);
            format!("{} for {name}", one.what)
        }
        None => one.what.clone(),
    }
}
