//! Common Transfer Files: XML, with a string of marks for each pupil from a day on.
//!
//! Before CTF 24 the string has one character a session; from then on the codes stand between commas. Both are read. The
//! string goes by calendar days, weekends written as closed; some systems leave them out, which cannot be told from the
//! file with certainty and is therefore said by whoever reads it.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use roxmltree::{Document, Node};

use super::cells;
use super::{Incoming, Mark, Problem, Pupil};
use crate::day;
use crate::register::{Class, Code};

/// Reads such a file.
pub(super) fn read(text: &str, weekdays: bool) -> Incoming {
    let mut found = Incoming {
        shape: "a Common Transfer File",
        ..Incoming::default()
    };
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            // Of a file that breaks off the end is to blame.
            // A file that breaks off is broken at its end, of which the reader tells no place.
            let row = match usize::try_from(error.pos().row) {
                Ok(row) if row > 1 => row,
                _ => text.lines().count().max(1),
            };
            found.problems.push(Problem::new(
                row,
                None,
                "the XML of the file is broken here",
            ));
            return found;
        }
    };
    let line = |node: &Node<'_, '_>| {
        usize::try_from(document.text_pos_at(node.range().start).row).unwrap_or(1)
    };
    let pupils = document
        .descendants()
        .filter(|node| node.has_tag_name("Pupil"));
    let with_marks: Vec<Node<'_, '_>> = pupils
        .filter(|pupil| {
            pupil
                .descendants()
                .any(|node| node.has_tag_name("AttendanceMarks"))
        })
        .collect();
    if with_marks.is_empty() {
        let says = "the file holds no marks: it is no Common Transfer File (CTF), or one without attendance";
        found.problems.push(Problem::new(1, None, says));
    }
    for pupil in with_marks {
        let number = found.pupils.len();
        let name: Vec<&str> = ["Forename", "Surname"]
            .iter()
            .filter_map(|tag| text_of(&pupil, tag))
            .collect();
        found.pupils.push(Pupil {
            case: None,
            upn: text_of(&pupil, "UPN").map(str::to_uppercase),
            name: (!name.is_empty()).then(|| name.join(" ")),
        });
        let upn = pupil
            .children()
            .find(|child| child.has_tag_name("UPN"))
            .unwrap_or(pupil);
        found.first_rows.push(line(&upn));
        let stretches = pupil
            .descendants()
            .filter(|node| node.has_tag_name("AttendSessions"));
        for stretch in stretches {
            stretch_of(&stretch, number, weekdays, &line, &mut found);
        }
    }
    found
}

fn text_of<'d>(node: &Node<'d, '_>, tag: &str) -> Option<&'d str> {
    let child = node.children().find(|child| child.has_tag_name(tag))?;
    child.text().map(str::trim).filter(|text| !text.is_empty())
}

fn stretch_of(
    stretch: &Node<'_, '_>,
    pupil: usize,
    weekdays: bool,
    line: &dyn Fn(&Node<'_, '_>) -> usize,
    found: &mut Incoming,
) {
    let mut problem = |row, says: String| {
        found.problems.push(Problem {
            pupil: Some(pupil),
            ..Problem::new(row, None, says)
        });
    };
    let start = text_of(stretch, "AttendanceStartDate").unwrap_or_default();
    let Some(start) = day::stored(start) else {
        let says = format!("{} is not a day as 2026-09-02", cells::shown(start));
        return problem(line(stretch), says);
    };
    let Some(node) = stretch
        .children()
        .find(|child| child.has_tag_name("AttendanceMarks"))
    else {
        return;
    };
    let row = line(&node);
    let marks = match cells::string(node.text().unwrap_or_default()) {
        Ok(marks) => marks,
        Err(piece) => {
            return problem(row, format!("{piece} is no code of the register"));
        }
    };
    let mut at = start;
    for pair in marks.chunks(2) {
        while weekdays && is_weekend(at) {
            at = at + Days::new(1);
        }
        if is_weekend(at) && pair.iter().flatten().any(|code| is_of_a_school_day(*code)) {
            let says = format!(
                "a mark falls on {}; if the string leaves weekends out, add --weekdays",
                day::words(at)
            );
            return problem(row, says);
        }
        for (session, code) in pair.iter().enumerate() {
            found.marks.push(Mark {
                pupil,
                day: at,
                session,
                code: *code,
                row,
            });
        }
        at = at + Days::new(1);
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn is_of_a_school_day(code: Code) -> bool {
    code.class() != Class::Administrative
}
