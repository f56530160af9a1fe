//! `attcheck calendar`

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Serialize;

use super::{Context, Outcome};
use crate::calendar::{Calendar, Closure, Term, academic_year, first_of_year};
use crate::cli::Plain;
use crate::day;
use crate::number::counted;

/// Show the school's year at a glance, as its term dates make it
///
/// Term dates stand in attcheck.toml; bank holidays in England come with the program. What is counted in school days, school
/// weeks or sessions goes by this calendar.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The year in which the academic year begins, 1 September; this academic year if left out
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(2000..2100))]
    year: Option<i32>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    School,
    Weekend,
    BankHoliday,
    Inset,
    Closed,
    Holiday,
    Unknown,
}

impl Kind {
    /// The letter in the table and the words that explain it.
    const SHOWN: &'static [(Self, char, &'static str, &'static str)] = &[
        (Self::School, 'o', "school-day", "school day"),
        (Self::Inset, 'i', "inset", "INSET day"),
        (Self::Closed, 'c', "closed", "closed"),
        (Self::BankHoliday, 'b', "bank-holiday", "bank holiday"),
        (Self::Holiday, '-', "holiday", "holiday"),
        (Self::Unknown, '?', "unknown", "not known: no term dates"),
        (Self::Weekend, ' ', "weekend", "weekend"),
    ];

    fn of(calendar: &Calendar, day: NaiveDate) -> Self {
        if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            return Self::Weekend;
        }
        if calendar.bank_holiday(day).is_some() {
            return Self::BankHoliday;
        }
        let closure = calendar
            .terms()
            .closures()
            .find(|(closed, _)| *closed == day)
            .map(|(_, why)| why);
        match (closure, calendar.is_school_day(day)) {
            (Some(Closure::Inset), _) => Self::Inset,
            (Some(Closure::Closed), _) => Self::Closed,
            (None, Some(true)) => Self::School,
            (None, Some(false)) => Self::Holiday,
            (None, None) => Self::Unknown,
        }
    }

    fn letter(self) -> char {
        Self::SHOWN
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or(' ', |(_, letter, ..)| *letter)
    }

    fn word(self) -> &'static str {
        Self::SHOWN
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("", |(_, _, word, _)| word)
    }
}

#[derive(Serialize)]
struct CalendarJson {
    schema: u32,
    from: String,
    to: String,
    school_days: usize,
    days: Vec<DayJson>,
}

#[derive(Serialize)]
struct DayJson {
    date: String,
    kind: &'static str,
    part: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let calendar = cx.calendar();
    let year = args.year.unwrap_or_else(|| academic_year(cx.today()));
    let (from, next) = (first_of_year(year), first_of_year(year + 1));
    let length = (next - from).num_days();
    let days: Vec<(NaiveDate, Kind)> = (0..length)
        .filter_map(|n| from.checked_add_days(Days::new(u64::try_from(n).ok()?)))
        .map(|day| (day, Kind::of(&calendar, day)))
        .collect();
    match args.format {
        Plain::Json => {
            let whole = CalendarJson {
                schema: crate::render::json::SCHEMA,
                from: from.to_string(),
                to: days
                    .last()
                    .map(|(day, _)| day.to_string())
                    .unwrap_or_default(),
                school_days: days
                    .iter()
                    .filter(|(_, kind)| *kind == Kind::School)
                    .count(),
                days: days
                    .iter()
                    .filter(|(_, kind)| *kind != Kind::Weekend)
                    .map(|(day, kind)| DayJson {
                        date: day.to_string(),
                        kind: kind.word(),
                        part: calendar.terms().part_of(*day).map(|part| part.name.clone()),
                    })
                    .collect(),
            };
            let text = crate::render::json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
        Plain::Table => for_people(&calendar, &days, cx)?,
    }
    Ok(Outcome::Success)
}

/// The lines of attcheck.toml for a term, with days to be put right.
fn term_lines(year: i32, term: Term) -> String {
    let next = year + 1;
    let (name, from, to, half_term) = match term {
        Term::Autumn => (
            "Autumn",
            format!("{year}-09-02"),
            format!("{year}-12-18"),
            [(year, "10-26"), (year, "10-30")],
        ),
        Term::Spring => (
            "Spring",
            format!("{next}-01-05"),
            format!("{next}-03-26"),
            [(next, "02-15"), (next, "02-19")],
        ),
        Term::Summer => (
            "Summer",
            format!("{next}-04-13"),
            format!("{next}-07-20"),
            [(next, "05-25"), (next, "05-29")],
        ),
    };
    let [first, last] = half_term.map(|(year, day)| format!("{year}-{day}"));
    format!(
        "[[term]]\nname = \"{name}\"\nfrom = {from}\nto = {to}\nhalf-term = {{ from = {first}, to = {last} }}\ninset = []\n"
    )
}

fn for_people(
    calendar: &Calendar,
    days: &[(NaiveDate, Kind)],
    cx: &mut Context,
) -> anyhow::Result<()> {
    let count = |wanted: Kind| days.iter().filter(|(_, kind)| *kind == wanted).count();
    let (first, last) = (days[0].0, days[days.len() - 1].0);
    writeln!(
        cx.out(),
        "Academic year {}/{}",
        first.year(),
        last.year() % 100
    )?;
    // Two columns a day are too narrow for every number.
    let number = |n: u32| {
        if n == 1 || n.is_multiple_of(5) {
            format!("{n:>2}")
        } else {
            "  ".to_owned()
        }
    };
    let numbers: String = (1..=31).map(number).collect();
    writeln!(cx.out(), "\n         {}", numbers.trim_end())?;
    for month in days.chunk_by(|a, b| a.0.month() == b.0.month()) {
        let letters: String = month
            .iter()
            .flat_map(|(_, kind)| [' ', kind.letter()])
            .collect();
        let school = month
            .iter()
            .filter(|(_, kind)| *kind == Kind::School)
            .count();
        writeln!(
            cx.out(),
            "{}  {letters:<62}{school:>4}",
            month[0].0.format("%b %y ")
        )?;
    }
    let told: Vec<String> = Kind::SHOWN
        .iter()
        .filter(|(kind, ..)| *kind != Kind::Weekend && count(*kind) > 0)
        .map(|(kind, letter, _, words)| format!("{letter} {words} ({})", count(*kind)))
        .collect();
    writeln!(cx.out(), "\n{}", told.join(", "))?;
    let school = count(Kind::School);
    if school > 0 {
        writeln!(
            cx.out(),
            "{}, {}",
            counted(school, "school day"),
            counted(school * 2, "session")
        )?;
    }
    let parts = calendar
        .terms()
        .parts()
        .iter()
        .filter(|part| part.to >= first && part.from <= last);
    for part in parts {
        let inside = days
            .iter()
            .filter(|(day, kind)| *kind == Kind::School && (part.from..=part.to).contains(day));
        writeln!(
            cx.out(),
            "  {}: {} to {}, {}",
            part.name,
            day::short(part.from),
            day::short(part.to),
            counted(inside.count(), "school day")
        )?;
    }
    writeln!(
        cx.out(),
        "bank holidays in England are known up to {}",
        calendar.last_year()
    )?;
    let missing = calendar.missing_terms(first, last);
    let lines: Vec<String> = missing
        .iter()
        .map(|(year, term)| term_lines(*year, *term))
        .collect();
    if calendar.terms().is_empty() {
        cx.say(&format!(
            "note: there are no term dates; add them to attcheck.toml, with the days of your school:\n\n{}",
            lines.join("\n")
        ));
    } else if !lines.is_empty() {
        cx.say(&format!(
            "note: a question mark is a weekday of which the term dates do not tell; add the terms that are missing to \
             attcheck.toml, with the days of your school:\n\n{}",
            lines.join("\n")
        ));
    }
    Ok(())
}
