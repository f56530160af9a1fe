//! `attcheck outcome`

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Context, Outcome, input, named, writing};
use crate::case::council::CouncilResult;
use crate::case::entry::{Content, Deed, Subject};
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Item};
use crate::cli::Writing;
use crate::day;
use crate::entry_rules::Fault;
use crate::error::refuse;

/// Record what the council answered to a referral
///
/// Accepted, or returned with the reason and the items it named: the next referral can then be checked for them, and
/// `attcheck list --returned` shows what comes back most often. No verdict changes by it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// What became of the referral
    result: Option<Answered>,
    /// What the council said
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: Option<String>,
    /// The same from a file; `-` is the standard input
    #[arg(long, value_name = "FILE")]
    reason_from: Option<PathBuf>,
    /// An item of the checklist that it named, or a row of the form such as M5; may be given again
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
    /// The day of the answer; today if left out
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Answered {
    /// The council took the referral up
    Accepted,
    /// It came back
    Returned,
}

impl From<Answered> for CouncilResult {
    fn from(answered: Answered) -> Self {
        match answered {
            Answered::Accepted => Self::Accepted,
            Answered::Returned => Self::Returned,
        }
    }
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    if loaded.case.subject == Subject::School {
        return Err(Fault::ReferredToNobody.into());
    }
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    let result = match args.result {
        Some(result) => result.into(),
        None if cx.ask.is_there() => {
            let words: Vec<String> = CouncilResult::WORDS
                .iter()
                .map(|word| (*word).to_owned())
                .collect();
            CouncilResult::ALL[cx.ask.choose("What did the council answer?", &words)?]
        }
        None => {
            let hint = format!("write `accepted` or `returned` after {}", loaded.case.id);
            return Err(refuse("it is not said what the council answered", hint));
        }
    };
    let items = items(args, result, &checklist)?;
    let reason = reason(args, result, cx)?;
    let waived = writing::waived(&args.writing, false);
    let rules = writing::rules(cx, &state, Some(&checklist), waived);
    let date = match &args.on {
        Some(text) => input::past_day(cx, "--on", text, &rules)?,
        None => cx.today(),
    };
    let content = Content::Outcome {
        result: result.to_string(),
        date: Some(date),
        reason,
        items: items.clone(),
    };
    let written = writing::append(cx, &loaded, &args.writing, |_| {
        Ok(vec![Deed::Record(content)])
    })?;
    if let Some(loaded) = written {
        writing::done(
            cx,
            &loaded,
            &format!("the council's answer of {}: {result}", day::words(date)),
        )?;
        for item in items.iter().filter_map(|item| checklist.item(item)) {
            cx.say(&format!(
                "  {}  {} ({})",
                item.source.join(", "),
                item.title,
                item.id
            ));
        }
    }
    Ok(Outcome::Success)
}

/// The items it named, each once, in the order of the form. The council speaks of rows, so a row stands for its items.
fn items(args: &Args, result: CouncilResult, checklist: &Checklist) -> anyhow::Result<Vec<String>> {
    if result == CouncilResult::Accepted && !args.items.is_empty() {
        return Err(Fault::AcceptedWithItems.into());
    }
    let mut named: Vec<&Item> = Vec::new();
    for id in &args.items {
        let of_row = |item: &&Item| item.source.iter().any(|row| row.eq_ignore_ascii_case(id));
        let before = named.len();
        named.extend(checklist.items.iter().filter(of_row));
        if named.len() == before {
            named.push(named::item(checklist, id, None)?);
        }
    }
    let told = |item: &&Item| named.iter().any(|one| one.id == item.id);
    Ok(checklist
        .items
        .iter()
        .filter(told)
        .map(|item| item.id.clone())
        .collect())
}

/// What the council said; a return says why.
fn reason(args: &Args, result: CouncilResult, cx: &Context) -> anyhow::Result<Option<String>> {
    let told = input::text_or_file(
        "--reason",
        args.reason.as_deref(),
        args.reason_from.as_deref(),
    )?;
    if told.is_some() || result == CouncilResult::Accepted {
        return Ok(told);
    }
    if !cx.ask.is_there() {
        return Err(Fault::ReturnedWithoutReason.into());
    }
    let reason = input::text("--reason", &cx.ask.text("What did the council say?", None)?)?;
    Ok(Some(reason))
}
