//! `attcheck withdraw`

use super::{Context, Outcome, input, writing};
use crate::case::entry::{Content, Deed};
use crate::case::state::{CaseState, Standing};
use crate::cli::Retracted;
use crate::error::refuse;

/// Take an entry back by a further one that says why
///
/// The entry stays in the log and counts for nothing. A later `correct` brings it back.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    of: Retracted,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.of.case, true)?;
    let n = writing::entry_called(&loaded, &args.of.entry)?;
    let (first, _) = writing::event_called(&loaded, &args.of.entry)?;
    let state = CaseState::replay(&loaded.case, None);
    if loaded.case.entries[n].kind() == "opened" {
        return Err(refuse(
            "the opening cannot be withdrawn",
            format!("close the case with `attcheck close {}`", state.case.id),
        ));
    }
    if state
        .event_of(n)
        .is_some_and(|event| matches!(event.standing, Standing::Withdrawn(_)))
    {
        let hint = match loaded.case.entries[n].content() {
            Some(Content::Sign(_)) => format!(
                "there is nothing more to do; only if it was no mistake, let it be signed anew: `attcheck sign {}`",
                state.case.id
            ),
            _ => format!(
                "there is nothing more to do; only if it was no mistake, `attcheck correct {} {} --why \"was right\"` brings \
                 it back",
                state.case.id,
                first.short()
            ),
        };
        return Err(refuse("that entry is withdrawn already", hint));
    }
    let why = why(cx, args.of.why.as_deref())?;
    let written = writing::append(cx, &loaded, &args.of.writing, |_| {
        Ok(vec![Deed::Withdraw {
            withdraws: first.clone(),
            why,
        }])
    })?;
    if let Some(after) = written {
        writing::done(cx, &after, &format!("{} withdrawn", first.short()))?;
        super::changed::say_reopened(cx, &loaded.case, &after.case)?;
    }
    Ok(Outcome::Success)
}

/// Why something is taken back: given, or asked for.
pub(super) fn why(cx: &Context, given: Option<&str>) -> anyhow::Result<String> {
    match given {
        Some(why) => input::text("--why", why),
        None if cx.ask.is_there() => input::text("why", &cx.ask.text("Why?", None)?),
        None => Err(refuse(
            "--why is missing",
            "say why: it stays in the record",
        )),
    }
}
