//! `attcheck reopen`

use super::{Context, Outcome, withdraw, writing};
use crate::case::entry::{Content, Deed};
use crate::case::state::CaseState;
use crate::cli::Writing;
use crate::entry_rules::Fault;

/// Open a closed case again
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// Why
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    why: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let state = CaseState::replay(&loaded.case, None);
    if state.closed_on(cx.today()).is_none() {
        return Err(Fault::NotClosed.into());
    }
    let reason = withdraw::why(cx, args.why.as_deref())?;
    let date = Some(cx.today());
    let written = writing::append(cx, &loaded, &args.writing, |_| {
        Ok(vec![Deed::Record(Content::Reopen { reason, date })])
    })?;
    if let Some(loaded) = written {
        writing::done(cx, &loaded, "open again")?;
    }
    Ok(Outcome::Success)
}
