//! `attcheck register show`

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::ShowArgs;
use crate::calendar::{academic_year, first_of_year};
use crate::case::entry::Content;
use crate::case::state::CaseState;
use crate::cli::Plain;
use crate::commands::{Context, Outcome, named, writing};
use crate::day;
use crate::error::refuse;
use crate::number::counted;
use crate::register::{Code, Counts, Extent, Register, Summary, counts, summary};
use crate::render::register::{self as render, Change, Look};
use crate::store::Loaded;

pub(super) fn run(args: &ShowArgs, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, false)?;
    let case = &loaded.case.id;
    let Some(register) = cx
        .store
        .register(case)?
        .filter(|register| !register.is_empty())
    else {
        let hint = "take it over from the school's system: attcheck register import FILE";
        return Err(refuse(
            format!("no register is kept for case `{case}`"),
            hint,
        ));
    };
    let calendar = cx.calendar();
    let all = register.readings().count();
    let register = register.of_school_days(&calendar);
    let odd = all - register.readings().count();
    if odd > 0 {
        let days = counted(odd, "day");
        cx.say(&format!("note: the marks of {days} are left out: there is no school then, by the calendar (`attcheck calendar`)"));
    }
    let as_of = args
        .as_of
        .as_deref()
        .map(|text| cx.day(text, "--as-of"))
        .transpose()?
        .unwrap_or(cx.today());
    let change = match &args.after {
        Some(called) => Some(event(called, &loaded, as_of, cx)?),
        None => None,
    };
    if let Some((_, on)) = change.as_ref().filter(|(_, on)| *on > as_of) {
        let message = format!(
            "--after: that was on {}, after the day of --as-of",
            day::words(*on)
        );
        return Err(refuse(
            message,
            "name something earlier, or give a later --as-of",
        ));
    }
    let to = register.last_day().map_or(as_of, |last| last.min(as_of));
    let from = match &args.from {
        Some(text) => cx.day(text, "--from")?,
        None => beginning(&register, as_of),
    };
    if register.days(from, to).next().is_none() {
        let first = register.first_day().map(day::words).unwrap_or_default();
        let last = register.last_day().map(day::words).unwrap_or_default();
        let message = format!(
            "the register has no marks from {} to {}",
            day::words(from),
            day::words(as_of)
        );
        return Err(refuse(message, format!("it goes from {first} to {last}")));
    }
    let found = summary(&register, &calendar, from, to, as_of);
    let change = change.map(|(what, on)| Change {
        what,
        on,
        before: counts(&register, from, on - Days::new(1)),
        after: counts(&register, on + Days::new(1), to),
    });
    match args.format {
        Plain::Json => {
            let text =
                crate::render::json::document(&json(&register, &found, change.as_ref(), &loaded))?;
            writeln!(cx.out(), "{text}")?;
        }
        Plain::Table => {
            writeln!(cx.out(), "case {case}")?;
            render::figures(&found, change.as_ref(), cx.out())?;
            let look = Look {
                color: cx.color && !args.plain,
                plain: args.plain,
            };
            render::picture(&register, from, to, look, cx.out())?;
            let old: Vec<&str> = found
                .codes
                .iter()
                .filter(|(code, _)| code.is_old())
                .map(|(c, _)| c.as_str())
                .collect();
            if !old.is_empty() {
                cx.say(&format!(
                    "note: {} was withdrawn in 2013 or 2024",
                    old.join(", ")
                ));
            }
        }
    }
    Ok(Outcome::Success)
}

/// The first day of the academic year, or the first with a mark in it.
fn beginning(register: &Register, as_of: NaiveDate) -> NaiveDate {
    let year = first_of_year(academic_year(as_of));
    register
        .days(year, as_of)
        .next()
        .map_or(year, |(day, _)| day)
}

/// What happened and on what day: an entry, or the latest on an item.
fn event(
    called: &str,
    loaded: &Loaded,
    as_of: NaiveDate,
    cx: &mut Context,
) -> anyhow::Result<(String, NaiveDate)> {
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    let is_entry = called.starts_with('e')
        && called.len() >= 6
        && called[1..].bytes().all(|b| b.is_ascii_hexdigit());
    if is_entry {
        let n = writing::entry_called(loaded, called)?;
        let content = state
            .current()
            .find(|(entry, _)| *entry == n)
            .map(|(_, content)| content);
        let date = content.and_then(Content::date);
        let date = date.ok_or_else(|| {
            refuse(
                format!("entry `{called}` has no day, or does not stand any more"),
                "name another entry or an item",
            )
        })?;
        let what = match content {
            Some(Content::Action(action)) => format!("`{}`", action.item),
            _ => "the entry".to_owned(),
        };
        return Ok((what, date));
    }
    let item = named::item(
        &checklist,
        called,
        Some("give an item, or the start of an entry's id".into()),
    )?;
    let days = state
        .current()
        .filter_map(|(entry, content)| match content {
            Content::Action(action) if state.is_for(entry, action, &item.id) => {
                action.date.filter(|day| *day <= as_of)
            }
            _ => None,
        });
    let on = days.max().ok_or_else(|| {
        refuse(
            format!("nothing is recorded on `{}`", item.id),
            "name an item on which something is recorded",
        )
    })?;
    Ok((format!("`{}`", item.id), on))
}

#[derive(Serialize)]
struct CountsJson {
    possible: u32,
    attended: u32,
    authorised: u32,
    unauthorised: u32,
    /// Rounded down to one decimal.
    attendance: Option<String>,
}

impl From<&Counts> for CountsJson {
    fn from(counts: &Counts) -> Self {
        Self {
            possible: counts.possible(),
            attended: counts.attended,
            authorised: counts.authorised,
            unauthorised: counts.unauthorised,
            attendance: counts.percent(),
        }
    }
}

#[derive(Serialize)]
struct NamedJson {
    name: String,
    #[serde(flatten)]
    counts: CountsJson,
}

#[derive(Serialize)]
struct ChangeJson {
    on: String,
    before: CountsJson,
    after: CountsJson,
}

#[derive(Serialize)]
struct DayJson {
    date: String,
    am: Option<&'static str>,
    pm: Option<&'static str>,
}

#[derive(Serialize)]
struct RegisterJson {
    schema: u32,
    case: String,
    from: String,
    to: String,
    total: CountsJson,
    absence: Option<&'static str>,
    longest_run: u32,
    longest_run_from: Option<String>,
    longest_run_to: Option<String>,
    unresolved: u32,
    /// For longer than it may take to find the reason.
    unresolved_late: u32,
    no_mark: u32,
    changed: u32,
    weekdays: Vec<NamedJson>,
    halves: Vec<NamedJson>,
    parts: Vec<NamedJson>,
    codes: Vec<(&'static str, u32)>,
    change: Option<ChangeJson>,
    marks: Vec<DayJson>,
}

fn json(
    register: &Register,
    found: &Summary,
    change: Option<&Change>,
    loaded: &Loaded,
) -> RegisterJson {
    let named = |name: &str, counts: &Counts| NamedJson {
        name: name.to_owned(),
        counts: counts.into(),
    };
    let weekdays = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    RegisterJson {
        schema: crate::render::json::SCHEMA,
        case: loaded.case.id.to_string(),
        from: found.from.to_string(),
        to: found.to.to_string(),
        total: (&found.total).into(),
        absence: Extent::of(&found.total).map(Extent::as_str),
        longest_run: found.run.map_or(0, |run| run.sessions),
        longest_run_from: found.run.map(|run| run.from.to_string()),
        longest_run_to: found.run.map(|run| run.to.to_string()),
        unresolved: found.unresolved.0,
        unresolved_late: found.unresolved.1,
        no_mark: found.missing,
        changed: found.changed,
        weekdays: weekdays
            .iter()
            .zip(&found.weekdays)
            .map(|(name, counts)| named(name, counts))
            .collect(),
        halves: ["morning", "afternoon"]
            .iter()
            .zip(&found.halves)
            .map(|(name, c)| named(name, c))
            .collect(),
        parts: found
            .parts
            .iter()
            .map(|(name, counts)| named(name, counts))
            .collect(),
        codes: found
            .codes
            .iter()
            .map(|(code, count)| (code.as_str(), *count))
            .collect(),
        change: change.map(|change| ChangeJson {
            on: change.on.to_string(),
            before: (&change.before).into(),
            after: (&change.after).into(),
        }),
        marks: register
            .days(found.from, found.to)
            .map(|(day, [am, pm])| DayJson {
                date: day.to_string(),
                am: am.map(Code::as_str),
                pm: pm.map(Code::as_str),
            })
            .collect(),
    }
}
