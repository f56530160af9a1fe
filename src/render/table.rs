//! The verdict for people at a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use dialoguer::console;

use super::markup::shown;
use super::{CaseReport, Circumstances, LineReport};
use crate::day;
use crate::readiness::State;
use crate::readiness::gap::{Gap, GapCode};

/// The width used where there is no terminal.
const WIDTH_OFF_TERMINAL: u16 = 110;
/// How narrow the column may become that breaks its text over lines.
const LEAST_FREE: u16 = 24;

/// A plain table as wide as the terminal. Only the column that is named may break its text over lines; what people copy
/// stays whole.
pub fn table(headings: &[&str], free: &str, rows: impl IntoIterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    let term = console::Term::stdout();
    table.set_width(
        term.size_checked()
            .filter(|_| term.is_term())
            .map_or(WIDTH_OFF_TERMINAL, |(_, width)| width),
    );
    table.set_header(headings.iter().map(|heading| (*heading).to_owned()));
    let at = headings
        .iter()
        .position(|heading| *heading == free)
        .unwrap_or_default();
    let mut widest = free.len();
    for row in rows {
        widest = widest.max(row.get(at).map_or(0, |cell| cell.chars().count()));
        table.add_row(row.into_iter().map(|cell| shown(&cell)));
    }
    for (column, heading) in table.column_iter_mut().zip(headings) {
        column.set_constraint(if *heading == free {
            // Wide enough to be read on the narrowest terminal, even where the rest takes up all there is.
            let least =
                u16::try_from(widest + 2).map_or(LEAST_FREE, |widest| widest.min(LEAST_FREE));
            ColumnConstraint::LowerBoundary(Width::Fixed(least))
        } else {
            ColumnConstraint::ContentWidth
        });
    }
    table
}

/// Writes a table without blanks at line ends.
///
/// # Errors
/// If the output cannot be written.
pub fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A word in colour, if there is to be any.
pub fn paint(word: &str, good: bool, color: bool) -> String {
    if !color {
        return word.to_owned();
    }
    let style = console::Style::new().force_styling(true).bold();
    if good { style.green() } else { style.yellow() }
        .apply_to(word)
        .to_string()
}

/// The day, gate and so on that a check was made for.
pub fn circumstances(about: &Circumstances) -> String {
    let as_of = format!("as of {}", day::words(about.as_of));
    let known_by = about
        .known_by
        .map(|known_by| format!("as known by {}", day::words(known_by)));
    let route = about.route.as_ref().map(|route| format!("route {route}"));
    [Some(as_of), known_by, route]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

/// Writes what is left on one case: what is to do, what is to find out, what is advised, each with its command.
///
/// # Errors
/// If the output cannot be written.
pub fn gaps(
    report: &CaseReport,
    about: &Circumstances,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let CaseReport {
        case,
        checklist_title,
        edition,
        ..
    } = report;
    writeln!(out, "case {case}: {checklist_title}, edition {edition}")?;
    writeln!(out, "{}, {}", report.gate_words(), circumstances(about))?;
    let verdict = report.verdict_line();
    let (word, rest) = verdict.split_once(':').unwrap_or((&verdict, ""));
    writeln!(out, "{}:{rest}", paint(word, report.ready, color))?;
    if !report.faults.is_empty() {
        writeln!(out, "\nThe record itself")?;
        for fault in &report.faults {
            writeln!(
                out,
                "  {} (line {}): {}",
                fault.code, fault.line, fault.says
            )?;
        }
        writeln!(out, "      attcheck verify {case}")?;
    }
    if let Some(why) = report.closed {
        writeln!(out, "the case is closed: {why}")?;
    }
    ahead(report, out)?;
    let of = |state: State| report.lines.iter().filter(move |line| line.state == state);
    by_section(
        "To do",
        of(State::Blocks).filter(|line| !line.stands_so()),
        out,
    )?;
    by_section(
        "Not so as things stand",
        of(State::Blocks).filter(|line| line.stands_so() && !line.is_beyond_school()),
        out,
    )?;
    by_section(
        "Not so as things stand (there is nothing to do about it)",
        of(State::Blocks).filter(|line| line.is_beyond_school()),
        out,
    )?;
    to_find_out(
        "To find out",
        of(State::Undecided).filter(|line| line.holds_up),
        out,
    )?;
    by_section("Clears by itself", of(State::Derived), out)?;
    let waits = |line: &&LineReport| {
        line.gaps
            .iter()
            .any(|gap| gap.definite && gap.code == GapCode::Waiting)
    };
    by_section(
        "Advised, if it fits this pupil (never blocks)",
        of(State::Advisory).filter(|line| !waits(line)),
        out,
    )?;
    by_section(
        "Not before other rows are settled",
        of(State::Advisory).filter(waits),
        out,
    )?;
    let heading = "Worth finding out, if it fits this pupil (never blocks)";
    to_find_out(
        heading,
        of(State::Undecided).filter(|line| !line.holds_up),
        out,
    )
}

/// The look ahead, if one was asked for.
fn ahead(report: &CaseReport, out: &mut dyn Write) -> io::Result<()> {
    let (Some(found), Some(line)) = (&report.forecast, report.forecast_line()) else {
        return Ok(());
    };
    writeln!(out, "if nothing else changes: {line}")?;
    if let Some((on, lapses)) = &found.lapses {
        for lapse in lapses {
            let whom = lapse
                .person
                .as_ref()
                .map(|person| format!(" for {person}"))
                .unwrap_or_default();
            writeln!(
                out,
                "first to lapse, on {}: {}{whom}: {}",
                day::short(*on),
                lapse.item,
                shown(&lapse.says)
            )?;
        }
    }
    Ok(())
}

fn by_section<'r>(
    heading: &str,
    lines: impl Iterator<Item = &'r LineReport>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut section = "";
    for (n, line) in lines.enumerate() {
        if n == 0 {
            writeln!(out, "\n{heading}")?;
        }
        if line.section_title != section {
            section = &line.section_title;
            writeln!(out, "  {}", shown(section))?;
        }
        let whom = line
            .person
            .as_ref()
            .map(|person| format!(" for {person}"))
            .unwrap_or_default();
        writeln!(
            out,
            "    {}  {}{whom}",
            line.source.join(", "),
            shown(&line.title)
        )?;
        for gap in &line.gaps {
            write_gap(gap, out)?;
        }
    }
    Ok(())
}

fn write_gap(gap: &Gap, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "        {} ({})", shown(&gap.says), gap.code)?;
    if let Some(run) = &gap.run {
        writeln!(out, "            {}", run.argv.join(" "))?;
    }
    Ok(())
}

/// Questions first, each once with the items it decides; then lines that are undecided for another reason.
fn to_find_out<'r>(
    heading: &str,
    lines: impl Iterator<Item = &'r LineReport>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lines: Vec<&LineReport> = lines.collect();
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}")?;
    let mut asked: BTreeMap<usize, (&Gap, Vec<String>)> = BTreeMap::new();
    let mut order: Vec<&Gap> = Vec::new();
    let mut others: Vec<(&LineReport, &Gap)> = Vec::new();
    for line in &lines {
        for gap in line.gaps.iter().filter(|gap| !gap.definite) {
            // What several lines wait for is asked once: a fact, or who somebody is.
            let about_people = matches!(
                gap.code,
                GapCode::PersonUnknown | GapCode::NobodyNamed | GapCode::Contested
            );
            if gap.fact.is_none() && !about_people {
                others.push((line, gap));
                continue;
            }
            let n = order
                .iter()
                .position(|known| *known == gap)
                .unwrap_or_else(|| {
                    order.push(gap);
                    order.len() - 1
                });
            let decides = format!("{} ({})", line.item, line.source.join(", "));
            let entry = asked.entry(n).or_insert_with(|| (gap, Vec::new()));
            if !entry.1.contains(&decides) {
                entry.1.push(decides);
            }
        }
    }
    for (gap, decides) in asked.into_values() {
        let code = if gap.fact.is_some() {
            String::new()
        } else {
            format!(" ({})", gap.code)
        };
        writeln!(out, "    {}{code}", shown(&gap.says))?;
        writeln!(out, "        decides {}", decides.join(", "))?;
        if let Some(run) = &gap.run {
            writeln!(out, "            {}", run.argv.join(" "))?;
        }
    }
    for (line, gap) in others {
        let whom = line
            .person
            .as_ref()
            .map(|person| format!(" for {person}"))
            .unwrap_or_default();
        writeln!(
            out,
            "    {}  {}{whom}",
            line.source.join(", "),
            shown(&line.title)
        )?;
        write_gap(gap, out)?;
    }
    Ok(())
}
