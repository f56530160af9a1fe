//! `attcheck note`

use std::path::PathBuf;

use super::{Context, Outcome, input, writing};
use crate::case::entry::{Content, Deed};
use crate::case::state::CaseState;
use crate::cli::Writing;
use crate::error::refuse;

/// Add a remark to a case
///
/// A note settles no item; what was done is recorded with `attcheck record`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// The remark; asked for on a terminal if left out
    #[arg(allow_hyphen_values = true)]
    text: Option<String>,
    /// The remark from a file; `-` is the standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The day it is about
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let state = CaseState::replay(&loaded.case, None);
    let text = match (&args.text, &args.from) {
        (Some(_), Some(_)) => {
            return Err(refuse(
                "the note is given twice",
                "give the text or --from, not both",
            ));
        }
        (Some(text), None) => input::text("the note", text)?,
        (None, Some(file)) => input::text("--from", &crate::store::read_long_text(file)?)?,
        (None, None) if cx.ask.is_there() => {
            input::text("the note", &cx.ask.text("The note", None)?)?
        }
        (None, None) => {
            return Err(refuse(
                "the note is missing",
                "write it after the case in quotes, or give --from",
            ));
        }
    };
    let rules = writing::rules(cx, &state, None, writing::waived(&args.writing, false));
    let date = args
        .on
        .as_deref()
        .map(|on| input::past_day(cx, "--on", on, &rules))
        .transpose()?;
    let content = Content::Note { text, date };
    let writing = writing::ask_again(cx, &rules, &content, &args.writing)?;
    let written = writing::append(cx, &loaded, &writing, |_| Ok(vec![Deed::Record(content)]))?;
    if let Some(loaded) = written {
        writing::done(cx, &loaded, "note")?;
    }
    Ok(Outcome::Success)
}
