//! A pupil's register for people: figures, and a picture with a column for each week and a row for each session.

use std::io::{self, Write};

use chrono::{Datelike, Days, NaiveDate};

use super::table;
use crate::calendar::monday_of;
use crate::day;
use crate::number::counted;
use crate::register::{Class, Code, Counts, Extent, Register, Summary, counts};

/// How many weeks stand side by side: with the labels before them they fit a terminal of 80 columns.
const WEEKS_ABREAST: usize = 22;
/// From empty to full, for the line of the trend.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// How the picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Absence in colour.
    pub color: bool,
    /// With characters only that every terminal and printer has.
    pub plain: bool,
}

/// Before and after an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened, in words.
    pub what: String,
    /// Its day, which belongs to neither side.
    pub on: NaiveDate,
    /// Up to the day before.
    pub before: Counts,
    /// From the day after.
    pub after: Counts,
}

/// Writes the figures.
///
/// # Errors
/// If the output cannot be written.
pub fn figures(found: &Summary, change: Option<&Change>, out: &mut dyn Write) -> io::Result<()> {
    let total = &found.total;
    writeln!(
        out,
        "from {} to {}",
        day::words(found.from),
        day::words(found.to)
    )?;
    let percent = total.percent().unwrap_or_else(|| "not known".to_owned());
    writeln!(
        out,
        "attendance {percent}: {} of {} attended",
        total.attended,
        counted(total.possible(), "possible session")
    )?;
    writeln!(
        out,
        "absent {}: {} authorised, {} unauthorised",
        counted(total.absent(), "session"),
        total.authorised,
        total.unauthorised
    )?;
    if let Some(words) = Extent::of(total).and_then(Extent::words) {
        writeln!(out, "{words}")?;
    }
    if let Some(run) = found.run.filter(|run| run.sessions > 1) {
        let days = format!("{} to {}", day::short(run.from), day::short(run.to));
        writeln!(
            out,
            "longest run of absence: {}, {days}",
            counted(run.sessions, "session")
        )?;
    }
    let codes: Vec<String> = found
        .codes
        .iter()
        .filter(|(code, _)| !matches!(code.class(), Class::Present | Class::Administrative))
        .map(|(code, count)| format!("{code} {count}"))
        .collect();
    if !codes.is_empty() {
        writeln!(out, "codes other than present: {}", codes.join(", "))?;
    }
    let (open, late) = found.unresolved;
    if open > 0 {
        let limit = counted(found.unresolved_for, "school day");
        let late = if late > 0 {
            format!(", {late} for more than {limit}")
        } else {
            String::new()
        };
        writeln!(
            out,
            "no reason known yet (N): {}{late}",
            counted(open, "session")
        )?;
    }
    if found.missing > 0 {
        writeln!(
            out,
            "no mark entered: {}",
            counted(found.missing, "session")
        )?;
    }
    if found.changed > 0 {
        writeln!(out, "marks that were changed later: {}", found.changed)?;
    }
    if let Some(change) = change {
        let told = |counts: &Counts| {
            let percent = counts.percent().unwrap_or_else(|| "not known".to_owned());
            format!("{percent} of {}", counted(counts.possible(), "session"))
        };
        let on = day::short(change.on);
        writeln!(
            out,
            "before {} of {on}: attendance {}",
            change.what,
            told(&change.before)
        )?;
        writeln!(out, "after it: attendance {}", told(&change.after))?;
    }
    writeln!(out)?;
    let row = |name: &str, counts: &Counts| {
        vec![
            name.to_owned(),
            counts.possible().to_string(),
            counts.percent().unwrap_or_else(|| "–".to_owned()),
            counts.authorised.to_string(),
            counts.unauthorised.to_string(),
        ]
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    let seen = |counts: &Counts| counts.possible() > 0;
    rows.extend(
        DAYS.iter()
            .zip(&found.weekdays)
            .filter(|(_, c)| seen(c))
            .map(|(name, c)| row(name, c)),
    );
    let halves = ["mornings", "afternoons"];
    rows.extend(
        halves
            .iter()
            .zip(&found.halves)
            .filter(|(_, c)| seen(c))
            .map(|(name, c)| row(name, c)),
    );
    rows.extend(
        found
            .parts
            .iter()
            .filter(|(_, c)| seen(c))
            .map(|(name, c)| row(name, c)),
    );
    if !rows.is_empty() {
        let headings = ["", "possible", "attendance", "authorised", "unauthorised"];
        table::write_table(&table::table(&headings, "", rows), out)?;
    }
    Ok(())
}

/// Writes the picture: marks in place, closures blank, and a line for the trend.
///
/// # Errors
/// If the output cannot be written.
pub fn picture(
    register: &Register,
    from: NaiveDate,
    to: NaiveDate,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut weeks: Vec<NaiveDate> = Vec::new();
    let mut monday = monday_of(from);
    while monday <= to {
        let sunday = monday + Days::new(6);
        if register
            .days(monday.max(from), sunday.min(to))
            .any(|(_, marks)| marks.iter().any(Option::is_some))
        {
            weeks.push(monday);
        }
        monday = monday + Days::new(7);
    }
    for block in weeks.chunks(WEEKS_ABREAST) {
        writeln!(out)?;
        heading(block, out)?;
        for weekday in 0..7 {
            let marks: Vec<_> = block
                .iter()
                .map(|monday| register.marks(*monday + Days::new(weekday)))
                .collect();
            if weekday > 4 && marks.iter().flatten().all(Option::is_none) {
                continue;
            }
            for half in 0..2 {
                let label = DAYS[usize::try_from(weekday).unwrap_or(0)];
                let label = if half == 0 {
                    format!("{label} am ")
                } else {
                    "    pm ".to_owned()
                };
                let cells = block.iter().zip(&marks).map(|(monday, marks)| {
                    let day = *monday + Days::new(weekday);
                    let code = marks[half].filter(|_| (from..=to).contains(&day));
                    cell(code, look.color)
                });
                line(&label, cells, out)?;
            }
        }
        let trend = block.iter().map(|monday| {
            let (first, last) = ((*monday).max(from), (*monday + Days::new(6)).min(to));
            level(&counts(register, first, last), look.plain)
        });
        line("trend  ", trend, out)?;
    }
    if look.plain {
        writeln!(
            out,
            "trend: attendance of the week in tens of percent, * for all of it"
        )?;
    }
    Ok(())
}

fn line(label: &str, cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    let cells: String = cells.collect();
    writeln!(out, "{}", format!("{label}  {cells}").trim_end())
}

/// The days of the Mondays, and their months above them where one begins.
fn heading(block: &[NaiveDate], out: &mut dyn Write) -> io::Result<()> {
    let mut months = String::new();
    let begins = |n: usize| n == 0 || block[n - 1].month() != block[n].month();
    for (n, monday) in block.iter().enumerate() {
        let written = months.chars().count();
        // Of two that would run into each other the second is named.
        let followed = n + 1 < block.len() && begins(n + 1);
        if begins(n) && !followed {
            months.push_str(&" ".repeat(n * 3 - written));
            months.push_str(&monday.format("%b").to_string());
        }
    }
    writeln!(out, "{}", format!("         {months}").trim_end())?;
    line(
        "week of",
        block.iter().map(|monday| format!("{:<3}", monday.day())),
        out,
    )
}

/// A mark in three columns. Closures are left blank, so that absence stands out.
fn cell(code: Option<Code>, color: bool) -> String {
    let Some(code) = code.filter(|code| code.class() != Class::Administrative) else {
        return "   ".to_owned();
    };
    let text = format!("{:<3}", code.as_str());
    match (color, code.class()) {
        (true, Class::Unauthorised) => format!("\u{1b}[31m{text}\u{1b}[0m"),
        (true, Class::Authorised) => format!("\u{1b}[33m{text}\u{1b}[0m"),
        _ => text,
    }
}

/// The attendance of a week as a bar, or as a digit of tens of percent.
fn level(counts: &Counts, plain: bool) -> String {
    let (attended, possible) = (counts.attended, counts.possible());
    if possible == 0 {
        return "   ".to_owned();
    }
    if plain {
        let tens = attended * 10 / possible;
        return if tens == 10 {
            "*  ".to_owned()
        } else {
            format!("{tens:<3}")
        };
    }
    let eighths = (attended * 7).checked_div(possible).unwrap_or_default();
    format!("{}  ", LEVELS[usize::try_from(eighths).unwrap_or(0).min(7)])
}
