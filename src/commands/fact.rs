//! `attcheck fact`

use super::{Context, Outcome, changed, input, named, writing};
use crate::case::entry::{Content, Deed, Fact, PersonId, Subject};
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::cli::Writing;
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

/// A case about the school answers nothing about a pupil.
pub(super) fn refuse_about_pupils(
    subject: Subject,
    checklist: &Checklist,
    name: &str,
) -> anyhow::Result<()> {
    // What a list for schools asks by itself is about the school.
    let own =
        checklist.subject == Subject::School && checklist.own_facts.iter().any(|own| own == name);
    let about_pupil = !own
        && checklist
            .facts
            .get(name)
            .is_some_and(|def| !def.about_school);
    if subject == Subject::School && about_pupil {
        let hint = "record it in a pupil's case; `attcheck list` shows the open ones";
        return Err(refuse(
            format!("`{name}` is about a pupil, and this case is about the school"),
            hint,
        ));
    }
    Ok(())
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    for given in &args.facts {
        refuse_about_pupils(
            loaded.case.subject,
            &checklist,
            given.split('=').next().unwrap_or_default(),
        )?;
    }
    let persons = named::people(&state, &args.persons)?;
    let since = input::since(cx, args.since.as_deref(), &state, &args.writing)?;
    let mut facts: Vec<(String, String)> = Vec::new();
    for given in &args.facts {
        let (name, value) = fact(
            cx,
            &checklist,
            &state,
            given,
            &persons,
            args.writing.long_ago,
        )?;
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
    let written = writing::append(cx, &loaded.path, &args.writing, |loaded| {
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
        changed::say_changes(cx, &loaded.case, &after.case, &checklist, None)?;
    }
    Ok(Outcome::Success)
}

fn fact(
    cx: &Context,
    checklist: &Checklist,
    state: &CaseState<'_>,
    given: &str,
    persons: &[PersonId],
    long_ago: bool,
) -> anyhow::Result<(String, String)> {
    let (name, value) = match given.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (given.trim(), None),
    };
    let def = input::fact(checklist, name)?;
    if name == "compulsory_school_age" {
        let hint = format!("`attcheck details {} --born DAY` records it", state.case.id)
            .replace("DAY", "14/9/2012");
        return Err(refuse(
            "compulsory_school_age is worked out from the date of birth",
            hint,
        ));
    }
    match (def.each, persons.is_empty()) {
        (Some(role), true) => {
            return Err(refuse(
                format!("`{name}` is answered for each {role}"),
                "add --for and the person, such as --for p1",
            ));
        }
        (None, false) => {
            return Err(refuse(
                format!("`{name}` does not go by person"),
                "leave --for out",
            ));
        }
        _ => {}
    }
    if !def.about_school
        && state.case.subject == Subject::School
        && checklist.subject == Subject::Pupil
    {
        let hint = "record it in the pupil's case; `attcheck list` shows the open ones";
        return Err(refuse(
            format!("`{name}` is about a pupil, and this is the school's own record"),
            hint,
        ));
    }
    if def.about_school
        && state.case.subject == Subject::Pupil
        && let Some(record) = &cx.store.settings().school_record
    {
        let hint = format!("record it there: `attcheck fact {record} {given}`");
        return Err(refuse(
            format!("`{name}` is answered once, in the school's own record"),
            hint,
        ));
    }
    let value = match value {
        Some(value) => input::fact_value(cx, name, def, value, state.details().born, long_ago)?,
        None if cx.ask.is_there() => {
            if let Some(help) = &def.help {
                cx.say(help);
            }
            if def.is_day {
                let day = input::again(cx, || {
                    let typed = cx.ask.text(&format!("{} (14/9/2026)", def.ask), None)?;
                    input::fact_value(cx, name, def, &typed, state.details().born, long_ago)
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
