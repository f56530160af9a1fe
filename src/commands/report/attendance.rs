//! Attendance on the page of a case: figures, weeks with the target and the days that matter, every session.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate};

use crate::calendar::{academic_year, first_of_year};
use crate::case::entry::Content;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::commands::Context;
use crate::commands::verdict::Check;
use crate::day;
use crate::form;
use crate::number::counted;
use crate::percent::{self, Percent};
use crate::register::{Class, Code, DAY_NAMES, Extent, Register, Week, days_shown, summary, weeks};
use crate::render::page::{
    Attendance, FlagOfPage, MarkOfPage, SessionsOfPage, WeekOfPage, Weekly, chart,
};

/// Letters for days that are marked; what comes after them stands in the list without one.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// What the register says of the school year so far; none where no register is kept, or it has no marks in this year.
pub(super) fn attendance(
    state: &CaseState<'_>,
    checklist: &Checklist,
    check: &Check,
    cx: &Context,
) -> anyhow::Result<Option<Attendance>> {
    let as_of = check.about.as_of;
    let calendar = cx.calendar();
    let Some(register) = check
        .register(state)?
        .map(|register| register.of_school_days(&calendar))
    else {
        return Ok(None);
    };
    let from = first_of_year(academic_year(as_of));
    let by_week = weeks(&register, from, as_of);
    let Some(first) = by_week.first() else {
        return Ok(None);
    };
    let begin = register
        .days(from, as_of)
        .next()
        .map_or(first.monday, |(day, _)| day);
    let last = register.last_day().map_or(as_of, |last| last.min(as_of));
    let found = summary(&register, &calendar, begin, last, as_of);
    let total = &found.total;
    let mut figures = vec![
        (
            total.percent().unwrap_or_else(|| "not known".to_owned()),
            "attended this school year".to_owned(),
        ),
        (
            format!("{} of {}", total.attended, total.possible()),
            "possible sessions".to_owned(),
        ),
        (
            total.authorised.to_string(),
            "absent, authorised".to_owned(),
        ),
        (
            total.unauthorised.to_string(),
            "absent, unauthorised".to_owned(),
        ),
    ];
    let mut lines = vec![format!(
        "From {} to {}.",
        day::words(begin),
        day::words(last)
    )];
    lines.extend(
        Extent::of(total)
            .and_then(Extent::words)
            .map(|words| format!("This is {words}.")),
    );
    if let Some(run) = found.run.filter(|run| run.sessions > 1) {
        let run_of = counted(run.sessions, "session");
        lines.push(format!(
            "The longest run of absence: {run_of}, {} to {}.",
            day::short(run.from),
            day::short(run.to)
        ));
    }
    let target = state
        .target_on(as_of)
        .map(|target| target.with_register(Some(&register), as_of));
    let share = target
        .as_ref()
        .and_then(|target| percent::read(target.text));
    if let Some(target) = &target {
        figures.push((target.text.to_owned(), "target".to_owned()));
    }
    let shown = days_shown(&by_week);
    let flags = flags(state, checklist, as_of);
    let (key, weekly) = weekly(&by_week, share, &flags);
    let describes = describes(&by_week, share);
    let line = share.map(|share| (share.hundredths(), format!("target {share}")));
    Ok(Some(Attendance {
        figures,
        lines,
        chart: chart(&weekly, line, describes, key),
        flags: flags
            .into_iter()
            .filter(|(day, _)| *day >= first.monday)
            .zip(LETTERS.chars())
            .map(flag)
            .collect(),
        weeks: by_week.iter().map(in_figures).collect(),
        days: DAY_NAMES[..shown].to_vec(),
        sessions: by_week.iter().map(|week| sessions(week, shown)).collect(),
        codes: codes(&register, from, as_of),
    }))
}

fn flag(((on, words), letter): ((NaiveDate, String), char)) -> FlagOfPage {
    FlagOfPage {
        letter: letter.to_string(),
        day: day::words(on),
        words,
    }
}

/// Days that matter beside the figures: opening, targets, meetings with what was agreed, the council's answers.
fn flags(
    state: &CaseState<'_>,
    checklist: &Checklist,
    as_of: NaiveDate,
) -> Vec<(NaiveDate, String)> {
    let mut found: Vec<(NaiveDate, String)> = Vec::new();
    found.extend(day::stored(&state.case.opened).map(|day| (day, "case opened".to_owned())));
    for (n, content) in state.current() {
        match content {
            Content::Action(action) => {
                let Some(date) = action.date else { continue };
                let field = |name: &str| action.fields.get(name).and_then(|text| day::stored(text));
                if let Some(target) = action.fields.get("target") {
                    found.push((date, format!("target of {target} agreed")));
                    found.extend(
                        field("ends-on").map(|day| (day, "end of the target's period".to_owned())),
                    );
                }
                let items = state.items_of(n, action);
                let title = items
                    .iter()
                    .find_map(|id| checklist.item(id))
                    .map(|item| item.title.as_str());
                found.extend(
                    field("review-on")
                        .map(|day| (day, format!("review: {}", title.unwrap_or(&action.item)))),
                );
            }
            Content::Outcome {
                result,
                date: Some(date),
                ..
            } => {
                found.push((
                    *date,
                    format!("the council's answer: {}", form::plain(result)),
                ));
            }
            Content::Checklist { checklist, .. } => {
                let on = state.entry(n).at.map(|at| day::uk_day(&at));
                found.extend(on.map(|on| (on, format!("moved to the checklist {checklist}"))));
            }
            Content::Close {
                date: Some(date), ..
            } => found.push((*date, "case closed".to_owned())),
            _ => {}
        }
    }
    found.retain(|(day, _)| *day <= as_of);
    found.sort();
    found.dedup();
    found
}

/// The weeks to be drawn, and what their bars mean.
fn weekly(
    by_week: &[Week],
    target: Option<Percent>,
    flags: &[(NaiveDate, String)],
) -> (String, Vec<Weekly>) {
    let first = by_week.first().map(|week| week.monday);
    let lettered: Vec<(NaiveDate, char)> = flags
        .iter()
        .filter(|(day, _)| first.is_some_and(|first| *day >= first))
        .zip(LETTERS.chars())
        .map(|((day, _), letter)| (*day, letter))
        .collect();
    let share = |week: &Week| {
        let possible = week.counts.possible();
        (possible > 0).then(|| Percent::of(week.counts.attended, possible))
    };
    let low = |week: &Week| match (target, share(week)) {
        (Some(target), Some(share)) => share.up_to(target).is_some(),
        (None, Some(_)) => Extent::of(&week.counts).is_some_and(|extent| extent != Extent::Usual),
        (_, None) => false,
    };
    let key = match target {
        Some(target) => format!("Solid bars reach the target of {target}; striped bars are below it."),
        None => "Solid bars are weeks of usual attendance; striped bars are weeks of persistent or severe absence.".to_owned(),
    };
    // A day in the holidays stands at the last week before it.
    let week_of = |day: NaiveDate| by_week.iter().rposition(|week| week.monday <= day);
    let drawn = by_week.iter().enumerate().map(|(n, week)| Weekly {
        label: (
            week.monday.day().to_string(),
            week.monday.format("%b").to_string(),
        ),
        share: share(week).map(Percent::hundredths),
        low: low(week),
        flags: lettered
            .iter()
            .filter(|(day, _)| week_of(*day) == Some(n))
            .map(|(_, letter)| letter)
            .collect(),
    });
    (key, drawn.collect())
}

/// The chart in a sentence or two.
fn describes(by_week: &[Week], target: Option<Percent>) -> String {
    let shares: Vec<(Percent, &Week)> = by_week
        .iter()
        .filter(|week| week.counts.possible() > 0)
        .map(|week| {
            (
                Percent::of(week.counts.attended, week.counts.possible()),
                week,
            )
        })
        .collect();
    let mut said = format!("A bar for each of {}.", counted(shares.len(), "week"));
    let lowest = shares.iter().min_by_key(|(share, _)| share.hundredths());
    let highest = shares.iter().max_by_key(|(share, _)| share.hundredths());
    if let (Some((low, at)), Some((high, on))) = (lowest, highest) {
        // Writing to a String cannot fail.
        let _ = write!(
            said,
            " The lowest is {low} in the week of {}, the highest {high} in the week of {}.",
            day::short(at.monday),
            day::short(on.monday)
        );
    }
    if let Some(target) = target {
        let reached = shares
            .iter()
            .filter(|(share, _)| share.up_to(target).is_none())
            .count();
        let _ = write!(
            said,
            " The target of {target} was reached in {}.",
            counted(reached, "week")
        );
    }
    said
}

fn in_figures(week: &Week) -> WeekOfPage {
    let counts = &week.counts;
    WeekOfPage {
        monday: day::short(week.monday),
        attended: counts.attended,
        possible: counts.possible(),
        percent: counts
            .percent()
            .unwrap_or_else(|| "none possible".to_owned()),
        authorised: counts.authorised,
        unauthorised: counts.unauthorised,
    }
}

fn sessions(week: &Week, days: usize) -> SessionsOfPage {
    let mark = |code: Option<Code>| MarkOfPage {
        class: code.map(|code| class_of(code.class())),
        code: code.map_or("", Code::as_str),
    };
    let marks = week.days[..days]
        .iter()
        .flatten()
        .map(|code| mark(*code))
        .collect();
    SessionsOfPage {
        monday: day::short(week.monday),
        marks,
    }
}

fn class_of(class: Class) -> &'static str {
    match class {
        Class::Present => "present",
        Class::Educational => "educational",
        Class::Authorised => "authorised",
        Class::Unauthorised => "unauthorised",
        Class::NotPossible => "not-possible",
        Class::Administrative => "administrative",
    }
}

/// The codes that occur, with what they mean and how often they stand there.
fn codes(register: &Register, from: NaiveDate, to: NaiveDate) -> Vec<(String, String)> {
    let mut found: BTreeMap<Code, u32> = BTreeMap::new();
    for code in register
        .days(from, to)
        .flat_map(|(_, marks)| marks)
        .flatten()
    {
        *found.entry(code).or_default() += 1;
    }
    let words = |(code, count): (Code, u32)| {
        let class = form::plain(class_of(code.class()));
        (
            code.to_string(),
            format!(
                "{} ({class}), {}",
                code.meaning(),
                counted(count, "session")
            ),
        )
    };
    found.into_iter().map(words).collect()
}
