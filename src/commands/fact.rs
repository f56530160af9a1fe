//! `attcheck fact`

use super::{Context, Outcome, changed, input, named, writing};
use crate::case::entry::{Content, Deed, Fact, PersonId};
use crate::case::state::CaseState;
use crate::cli::Writing;
use crate::entry_rules::Rules;
use crate::error::refuse;

/// Answer a question about the pupil's circumstances
///
/// As in `attcheck fact k7m4px looked_after=formerly`. A fact named without a value is asked for on a terminal.
/// `FACT=unknown` says that it is not known. `attcheck checklist facts` lists the facts and their answers.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// The fact and its answer; several may be given
    #[arg(value_name = "FACT=VALUE", required = true)]
    facts: Vec<String>,
    /// From which day it holds
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// The person it is about, such as p1, where a fact goes by person
    #[arg(long = "for", value_name = "PERSON")]
    persons: Vec<String>,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    let waived = writing::waived(&args.writing, false);
    let rules = writing::rules(cx, &state, Some(&checklist), waived);
    let persons = named::people(&state, &args.persons)?;
    let since = input::since(cx, args.since.as_deref(), &rules)?;
    let mut facts: Vec<(String, String)> = Vec::new();
    for given in &args.facts {
        let (name, value) = fact(cx, &rules, given, &persons)?;
        if facts.iter().any(|(known, _)| *known == name) {
            return Err(refuse(format!("`{name}` is given twice"), "give it once"));
        }
        facts.push((name, value));
    }
    let what: Vec<String> = facts
        .iter()
        .map(|(name, value)| format!("{name} is {value}"))
        .collect();
    let today = cx.today();
    let written = writing::append(cx, &loaded, &args.writing, |loaded| {
        let state = CaseState::replay(&loaded.case, None);
        let deed = |(fact, value): (String, String)| {
            // The first answer holds for all earlier days too; a later one from today, unless a day was given.
            let since = since.or_else(|| state.has_answered(&fact, &persons).then_some(today));
            Deed::Record(Content::Fact(Fact {
                fact,
                value,
                since,
                persons: persons.clone(),
            }))
        };
        Ok(facts.into_iter().map(deed).collect())
    })?;
    if let Some(after) = written {
        writing::done(cx, &after, &what.join(", "))?;
        changed::say_changes(cx, &loaded.case, &after.case, &checklist, None)?;
    }
    Ok(Outcome::Success)
}

fn fact(
    cx: &Context,
    rules: &Rules<'_>,
    given: &str,
    persons: &[PersonId],
) -> anyhow::Result<(String, String)> {
    let (name, value) = match given.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (given.trim(), None),
    };
    let def = rules.fact(name)?;
    rules.fact_persons(name, def, persons)?;
    let value = match value {
        Some(value) => input::fact_value(name, def, value)?,
        None if cx.ask.is_there() => {
            if let Some(help) = &def.help {
                cx.say(help);
            }
            let mut answers: Vec<String> = def.allowed().into_iter().map(str::to_owned).collect();
            answers.push("unknown".into());
            let n = cx.ask.choose(&def.ask, &answers)?;
            answers.swap_remove(n)
        }
        None => {
            let answers = def.allowed().join("|");
            let hint = format!("write it as {name}={answers}, with one of the answers");
            return Err(refuse(format!("`{name}` has no answer: {}", def.ask), hint));
        }
    };
    Ok((name.to_owned(), value))
}
