//! `attcheck close`

use clap::ValueEnum;

use super::{Context, Outcome, input, writing};
use crate::case::entry::{CloseReason, Content, Deed, Subject};
use crate::case::state::CaseState;
use crate::cli::Writing;
use crate::entry_rules::Fault;
use crate::error::refuse;

/// Close a case
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// Why
    #[arg(long)]
    why: Option<Why>,
    /// In more words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<String>,
    /// The day it was closed; today if left out
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Why {
    /// Attendance improved
    Improved,
    /// The pupil left the school
    Left,
    /// The case went to the council
    Referred,
    /// The pupil moved away
    Moved,
    /// Something else
    Other,
}

impl From<Why> for CloseReason {
    fn from(why: Why) -> Self {
        match why {
            Why::Improved => Self::Improved,
            Why::Left => Self::Left,
            Why::Referred => Self::Referred,
            Why::Moved => Self::Moved,
            Why::Other => Self::Other,
        }
    }
}

/// The reasons for which a case can be closed: a school's record of itself is about no child.
fn fitting(subject: Subject) -> Vec<CloseReason> {
    let fits = |reason: &CloseReason| subject == Subject::Pupil || *reason == CloseReason::Other;
    CloseReason::ALL.iter().copied().filter(fits).collect()
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let state = CaseState::replay(&loaded.case, None);
    let rules = writing::rules(cx, &state, None, writing::waived(&args.writing, false));
    let date = match &args.on {
        Some(text) => input::past_day(cx, "--on", text, &rules)?,
        None => cx.today(),
    };
    if state.closed_on(date).is_some() || state.closed_on(cx.today()).is_some() {
        let case = state.case.id.to_string();
        return Err(Fault::ClosedAlready { case }.into());
    }
    let fitting = fitting(loaded.case.subject);
    let words: Vec<String> = fitting.iter().map(ToString::to_string).collect();
    let reason = match args.why {
        Some(why) => why.into(),
        None if cx.ask.is_there() => fitting[cx.ask.choose("Why is the case closed?", &words)?],
        None => {
            return Err(refuse(
                "--why is missing",
                format!("reasons: {}", words.join(", ")),
            ));
        }
    };
    let text = args
        .text
        .as_deref()
        .map(|text| input::text("--text", text))
        .transpose()?;
    let written = writing::append(cx, &loaded, &args.writing, |_| {
        Ok(vec![Deed::Record(Content::Close {
            reason,
            date: Some(date),
            text,
        })])
    })?;
    if let Some(loaded) = written {
        writing::done(cx, &loaded, &format!("closed, {reason}"))?;
    }
    Ok(Outcome::Success)
}
