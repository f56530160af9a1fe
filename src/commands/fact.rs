//! `attcheck fact`

use chrono::NaiveDate;

use super::{Context, Outcome, changed, input, named, writing};
use crate::calendar::{academic_year, first_of_year};
use crate::case::entry::{Content, Deed, Fact, PersonId};
use crate::case::state::{CaseState, FactValue};
use crate::checklist::Checklist;
use crate::cli::Writing;
use crate::day;
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
        let (name, value) = fact(cx, &rules, given, &persons, args.writing.long_ago)?;
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
    let answered: Vec<String> = facts.iter().map(|(name, _)| name.clone()).collect();
    let written = writing::append(cx, &loaded, &args.writing, |loaded| {
        let state = CaseState::replay(&loaded.case, None);
        let deed = |(fact, value): (String, String)| {
            // The first answer holds for all earlier days too; a later one from today, unless a day was given.
            // A day that is put right was never another one.
            let is_day = checklist.facts.get(&fact).is_some_and(|def| def.is_day);
            let changed = !is_day && state.has_answered(&fact, &persons);
            let since = since.or_else(|| changed.then_some(today));
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
        if since.is_none() {
            let state = CaseState::replay(&after.case, None);
            for note in still_answered_before(&state, &checklist, &answered, &persons, today) {
                cx.say(&note);
            }
        }
        changed::say_changes(cx, &loaded.case, &after.case, &checklist, None)?;
    }
    Ok(Outcome::Success)
}

/// A second answer holds from its day. Where the one before says something else, and goes on holding for the days before,
/// hardly anybody means that a minute after the first: so it is said, with what puts it right.
fn still_answered_before(
    state: &CaseState<'_>,
    checklist: &Checklist,
    names: &[String],
    persons: &[PersonId],
    from: NaiveDate,
) -> Vec<String> {
    let Some(before) = from.pred_opt() else {
        return Vec::new();
    };
    let each: Vec<Option<&PersonId>> = if persons.is_empty() {
        vec![None]
    } else {
        persons.iter().map(Some).collect()
    };
    let mut notes = Vec::new();
    for (name, person) in names
        .iter()
        .flat_map(|name| each.iter().map(move |person| (name, *person)))
    {
        let value_on = |day| match state.fact_on(name, person, day) {
            FactValue::Known { value, entry } => Some((value, entry)),
            FactValue::Unknown | FactValue::Conflict(_) | FactValue::WhoIsMeant => None,
        };
        let (Some((earlier, entry)), Some((now, _))) = (value_on(before), value_on(from)) else {
            continue;
        };
        if earlier == now {
            continue;
        }
        let case = &state.case.id;
        let ask = checklist
            .facts
            .get(name)
            .map_or(name.as_str(), |def| &def.ask);
        let whom = person.map(|id| format!(" ({id})")).unwrap_or_default();
        let for_whom = person.map(|id| format!(" --for {id}")).unwrap_or_default();
        let year = first_of_year(academic_year(from));
        let example = year.min(before).format("%-d/%-m/%Y");
        notes.push(format!(
            "note: {ask}{whom} The earlier answer, \"{earlier}\", still holds up to {}, and \"{now}\" from {}.",
            day::words(before),
            day::words(from)
        ));
        notes.push(format!(
            "  If \"{now}\" was so earlier, give the day since when: `attcheck fact {case} {name}={now}{for_whom} --since {example}`"
        ));
        let id = state
            .event_of(entry)
            .and_then(|event| state.entry(event.first).id.as_ref());
        let alone = matches!(state.entry(entry).content(), Some(Content::Fact(fact)) if fact.persons.len() < 2);
        if let Some(id) = id.filter(|_| alone) {
            notes.push(format!(
                "  If \"{earlier}\" was never right: `attcheck correct {case} {} --value {now} --why \"answered wrongly\"`",
                id.short()
            ));
        }
    }
    notes
}

fn fact(
    cx: &Context,
    rules: &Rules<'_>,
    given: &str,
    persons: &[PersonId],
    long_ago: bool,
) -> anyhow::Result<(String, String)> {
    let (name, value) = match given.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (given.trim(), None),
    };
    let def = rules.fact(name)?;
    rules.fact_persons(name, def, persons)?;
    let value = match value {
        Some(value) => {
            input::fact_value(cx, name, def, value, rules.state.details().born, long_ago)?
        }
        None if cx.ask.is_there() => {
            if let Some(help) = &def.help {
                cx.say(help);
            }
            if def.is_day {
                let day = input::again(cx, || {
                    let typed = cx.ask.text(&format!("{} (14/9/2026)", def.ask), None)?;
                    input::fact_value(cx, name, def, &typed, rules.state.details().born, long_ago)
                })?;
                return Ok((name.to_owned(), day));
            }
            let mut answers: Vec<String> = def.allowed().into_iter().map(str::to_owned).collect();
            answers.push("unknown".into());
            let n = cx.ask.choose(&def.ask, &answers)?;
            answers.swap_remove(n)
        }
        None => {
            let hint = if def.is_day {
                format!("write it with its day, as in {name}=14/9/2026")
            } else {
                let answers = def.allowed().join("|");
                format!("write it as {name}={answers}, with one of the answers")
            };
            return Err(refuse(format!("`{name}` has no answer: {}", def.ask), hint));
        }
    };
    Ok((name.to_owned(), value))
}
