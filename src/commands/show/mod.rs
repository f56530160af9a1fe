//! `attcheck show`

pub(super) mod agreed;
pub(super) mod history;
mod json;

use std::io::Write;

use super::verdict::{Check, gate_flag};
use super::{Context, Outcome};
use crate::case::entry::{Action, Content, Details, EntryId};
use crate::case::state::{CaseState, FactValue};
use crate::checklist::Checklist;
use crate::cli::{Plain, When};
use crate::day;
use crate::number::counted;
use crate::problem::Code;
use crate::readiness::State;
use crate::render::markup::shown;
use crate::render::{CaseReport, LineReport, table};
use crate::store::{self, Loaded};

/// Show a case as it stands; with --log the history
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path, a UPN, the start of its id or part of a name
    case: String,
    /// Every entry, corrected and withdrawn ones too
    #[arg(long)]
    log: bool,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
    #[command(flatten)]
    when: When,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let hit = cx.store.locate(&args.case, true)?;
    let loaded = match store::load(&hit.path) {
        Ok(loaded) => loaded,
        Err(error) => {
            let newer = error
                .chain()
                .find_map(|cause| cause.downcast_ref::<crate::error::BadFile>());
            if newer.is_some_and(|bad| {
                bad.problems
                    .iter()
                    .any(|problem| problem.code == Code::NewerFormat)
            }) {
                return match args.format {
                    Plain::Table => history::newer_format(cx, &hit.path),
                    // What is not judged is not handed to a program as if it were.
                    Plain::Json => Err(error),
                };
            }
            return Err(error);
        }
    };
    let check = Check::new(&args.when, cx)?.at_any_gate();
    let state = CaseState::replay(&loaded.case, check.about.known_by);
    let checklist = cx.checklist_to_judge(&state)?;
    let report = check.judge_whole(&loaded.case, &checklist)?;
    match args.format {
        Plain::Json => json::as_json(cx, &loaded, &state, &report, &check)?,
        Plain::Table if args.log => history::history(cx, &loaded, &state, &check)?,
        Plain::Table => as_it_stands(cx, &loaded, &state, &checklist, &report, &check)?,
    }
    Ok(Outcome::Success)
}

/// What is known of the pupil and the school, in words.
pub(in crate::commands) fn told(details: &Details) -> [(&'static str, Option<String>); 6] {
    [
        ("name", details.name.clone()),
        ("UPN", details.upn.clone()),
        ("born", details.born.map(day::words)),
        ("year group", details.year_group.clone()),
        ("school", details.school.clone()),
        ("URN", details.urn.clone()),
    ]
}

fn heads(report: &CaseReport) -> String {
    let shorts: Vec<&str> = report
        .heads
        .iter()
        .map(|id| id.get(..8).unwrap_or(id))
        .collect();
    shorts.join(" ")
}

fn as_it_stands(
    cx: &mut Context,
    loaded: &Loaded,
    state: &CaseState<'_>,
    checklist: &Checklist,
    report: &CaseReport,
    check: &Check,
) -> anyhow::Result<()> {
    let as_of = check.about.as_of;
    let register = check.register(state)?;
    let details = state.details();
    let color = cx.color;
    let out = cx.out();
    writeln!(out, "case {}  opened {}", report.case, loaded.case.opened)?;
    for (what, value) in told(&details) {
        if let Some(value) = value {
            writeln!(out, "  {what:<11}{}", shown(&value))?;
        }
    }
    writeln!(
        out,
        "  {:<11}{}, edition {}",
        "checklist", report.checklist_title, report.edition
    )?;
    writeln!(
        out,
        "  {:<11}case/1, {}, newest {}",
        "version",
        counted(report.entries, "entry"),
        heads(report)
    )?;
    if let Some(why) = state.closed_on(as_of) {
        writeln!(out, "  {:<11}closed: {why}", "state")?;
    }
    let people = state.people_on(as_of);
    if !people.is_empty() {
        writeln!(out, "\nPeople")?;
        for person in people {
            let name = person.name.as_deref().map(shown).unwrap_or_default();
            let counts = person
                .responsibility
                .map(|said| format!(", parental responsibility {said}"))
                .unwrap_or_default();
            writeln!(out, "  {}  {name} ({}{counts})", person.id, person.role)?;
        }
    }
    for (id, apart) in state.people_sharing_ids() {
        writeln!(
            out,
            "  {id} is {} people, so nothing that goes by {id} counts; tell them apart: {}",
            apart.len(),
            id.separate(&state.case.id)
        )?;
    }
    let facts = facts(state, as_of);
    if !facts.is_empty() {
        writeln!(out, "\nFacts")?;
        for (fact, person, value, who) in facts {
            let person = person
                .map(|person| format!(" of {person}"))
                .unwrap_or_default();
            writeln!(
                out,
                "  {fact}{person}: {}  ({})",
                shown(&value),
                shown(&who)
            )?;
        }
    }
    agreed::write(state, register.as_ref(), checklist, as_of, out)?;
    writeln!(
        out,
        "\n{}, {}",
        report.gate_words(),
        table::circumstances(&check.about)
    )?;
    let verdict = report.verdict_line();
    let (word, rest) = verdict.split_once(':').unwrap_or((&verdict, ""));
    writeln!(out, "{}:{rest}", table::paint(word, report.ready, color))?;
    write_lines(state, &report.lines, as_of, out)?;
    if !report.beyond.is_empty() {
        writeln!(out, "\nNot looked at by this gate")?;
        write_lines(state, &report.beyond, as_of, out)?;
    }
    let gate = gate_flag(checklist, Some(&report.gate));
    writeln!(
        out,
        "\nhistory: attcheck show {} --log    what is left: attcheck gaps {}{gate}",
        report.case, report.case
    )?;
    Ok(())
}

fn write_lines(
    state: &CaseState<'_>,
    lines: &[LineReport],
    as_of: chrono::NaiveDate,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut section = "";
    for line in lines {
        if line.section_title != section {
            section = &line.section_title;
            writeln!(out, "\n  {}", shown(section))?;
        }
        let whom = line
            .person
            .as_ref()
            .map(|person| format!(" for {person}"))
            .unwrap_or_default();
        let recorded = |action: &Action| {
            let date = action
                .date
                .map(|day| format!(", {}", day::short(day)))
                .unwrap_or_default();
            format!("{}{date}", action.answer)
        };
        let why = match line.state {
            State::NotApplicable => line.because.clone(),
            State::Met => latest(state, line, as_of)
                .map(recorded)
                .or_else(|| signed(state, line, as_of)),
            _ => line.gaps.first().map(|gap| gap.says.clone()),
        };
        let why = why
            .map(|why| format!(": {}", shown(&why)))
            .unwrap_or_default();
        let (state, rows) = (line.state.as_str(), line.source.join(", "));
        writeln!(
            out,
            "    {state:<15}{rows}  {}{whom}{why}",
            shown(&line.title)
        )?;
    }
    Ok(())
}

/// Who signed last for a line, as what and when.
fn signed(state: &CaseState<'_>, line: &LineReport, as_of: chrono::NaiveDate) -> Option<String> {
    let given = state
        .signatures()
        .iter()
        .filter(|one| one.is_for(state, &line.item) && one.is_given_on(as_of));
    let last = given.max_by(|a, b| {
        (a.sign.date, state.moment(a.entry)).cmp(&(b.sign.date, state.moment(b.entry)))
    })?;
    let day = last
        .sign
        .date
        .map(|day| format!(", {}", day::short(day)))
        .unwrap_or_default();
    Some(format!(
        "signed by {} as {}{day}",
        last.sign.name, last.sign.role
    ))
}

type FactLine = (String, Option<String>, String, String);

/// Every fact that was ever answered, as it stands on a day, with who said so and when.
fn facts(state: &CaseState<'_>, on: chrono::NaiveDate) -> Vec<FactLine> {
    let mut names: Vec<(String, Option<crate::case::entry::PersonId>)> = Vec::new();
    for (_, content) in state.current() {
        if let Content::Fact(fact) = content {
            let persons: Vec<_> = if fact.persons.is_empty() {
                vec![None]
            } else {
                fact.persons.iter().cloned().map(Some).collect()
            };
            for person in persons {
                let key = (fact.fact.clone(), person);
                if !names.contains(&key) {
                    names.push(key);
                }
            }
        }
    }
    names.sort();
    let line = |(name, person): (String, Option<crate::case::entry::PersonId>)| {
        let (value, who) = match state.fact_on(&name, person.as_ref(), on) {
            FactValue::Known { value, entry } => {
                let entry = state.entry(entry);
                let at = entry
                    .at
                    .map(|at| day::short(day::uk_day(&at)))
                    .unwrap_or_default();
                (
                    value.to_owned(),
                    format!("{}, {at}", entry.by.as_deref().unwrap_or_default()),
                )
            }
            FactValue::Unknown => (
                "unknown".to_owned(),
                said_unknown(state, &name, person.as_ref()),
            ),
            FactValue::Conflict(entries) => {
                let ids: Vec<&str> = entries.iter().map(EntryId::short).collect();
                (
                    "unknown".to_owned(),
                    format!("{} say different things", ids.join(" and ")),
                )
            }
            FactValue::WhoIsMeant => (
                "unknown".to_owned(),
                "several people share that id".to_owned(),
            ),
        };
        (name, person.map(|person| person.0), value, who)
    };
    names.into_iter().map(line).collect()
}

/// Who last said that a fact is not known, or that nobody answered it for this day.
fn said_unknown(
    state: &CaseState<'_>,
    name: &str,
    person: Option<&crate::case::entry::PersonId>,
) -> String {
    let said = state
        .current()
        .filter_map(|(entry, content)| match content {
            Content::Fact(fact) if fact.fact == name && fact.value == "unknown" => person
                .is_none_or(|person| fact.persons.contains(person))
                .then_some(entry),
            _ => None,
        });
    let Some(entry) = said
        .max_by_key(|entry| state.moment(*entry))
        .map(|n| state.entry(n))
    else {
        return "not answered for this day".to_owned();
    };
    let at = entry
        .at
        .map(|at| day::short(day::uk_day(&at)))
        .unwrap_or_default();
    format!("{}, {at}", entry.by.as_deref().unwrap_or_default())
}

/// The latest that was recorded for a line up to a day.
pub(in crate::commands) fn latest<'c>(
    state: &CaseState<'c>,
    line: &LineReport,
    as_of: chrono::NaiveDate,
) -> Option<&'c Action> {
    let actions = state
        .current()
        .filter_map(|(entry, content)| match content {
            Content::Action(action)
                if state.is_for(entry, action, &line.item)
                    && action.date.is_some_and(|day| day <= as_of) =>
            {
                let whom = line.person.as_ref();
                let theirs = whom.is_none_or(|p| {
                    action.persons.is_empty() || action.persons.iter().any(|id| id.0 == *p)
                });
                theirs.then_some((action.date, state.moment(entry), action))
            }
            _ => None,
        });
    actions
        .max_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)))
        .map(|(_, _, action)| action)
}
