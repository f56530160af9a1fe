//! Common Transfer Files: XML, with a string of marks for each pupil from a day on.
//!
//! Before CTF 24 the string has one character a session; from then on the codes stand between commas. Both are read. The
//! string goes by calendar days, weekends written as closed; some systems leave them out, which cannot be told from the
//! file with certainty and is therefore said by whoever reads it.

use chrono::{Datelike as _, NaiveDate, Weekday};
use roxmltree::{Document, Node};

use super::cells::{self, NoMark, no_mark};
use super::days;
use super::{Incoming, Mark, Problem, Pupil};
use crate::day;
use crate::register::Class;
use crate::xml::{self, Unreadable};

/// Reads such a file.
pub(super) fn read(text: &str, weekdays: bool) -> Incoming {
    let mut found = Incoming {
        shape: "a Common Transfer File",
        ..Incoming::default()
    };
    let document = match xml::parse(text) {
        Ok(document) => document,
        Err(Unreadable::Unusual) => {
            let says = "the XML of the file is built as no school system builds it";
            found.problems.push(Problem::new(1, None, says));
            return found;
        }
        Err(Unreadable::Broken(error)) => {
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
    let starts: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |node: &Node<'_, '_>| starts.partition_point(|at| *at < node.range().start) + 1;
    let with_marks = with_marks(&document);
    if with_marks.is_empty() {
        let says = "the file holds no marks: it is no Common Transfer File (CTF), or one without attendance";
        found.problems.push(Problem::new(1, None, says));
    }
    for pupil in with_marks {
        let number = found.pupils.len();
        let name: Vec<String> = ["Forename", "Surname"]
            .iter()
            .filter_map(|tag| text_of(&pupil, tag))
            .collect();
        found.pupils.push(Pupil {
            case: None,
            upn: text_of(&pupil, "UPN").map(|upn| upn.to_uppercase()),
            name: (!name.is_empty()).then(|| name.join(" ")),
        });
        let upn = pupil
            .children()
            .find(|child| child.has_tag_name("UPN"))
            .unwrap_or(pupil);
        let stands_in = line(&upn);
        found.first_rows.push(stands_in);
        let marks: Vec<Node<'_, '_>> = pupil
            .descendants()
            .filter(|node| node.has_tag_name("AttendanceMarks"))
            .collect();
        for (n, node) in marks.iter().enumerate() {
            let row = line(node);
            let read = if n > 0 && node.parent() == marks[n - 1].parent() {
                Err("these are the second marks for one start date; give each its own AttendSessions".to_owned())
            } else {
                stretch(node, number, row, weekdays)
            };
            match read {
                Ok(read) => found.marks.extend(read),
                Err(says) => found.problems.push(Problem {
                    pupil: Some(number),
                    ..Problem::new(
                        row,
                        None,
                        format!("{says} (the pupil stands in row {stands_in})"),
                    )
                }),
            }
        }
    }
    found
}

/// The `Pupil` elements that have marks. One inside another is not a pupil of its own.
fn with_marks<'a, 'i>(document: &'a Document<'i>) -> Vec<Node<'a, 'i>> {
    let mut pupils: Vec<(Node<'_, '_>, bool)> = Vec::new();
    for node in document.descendants() {
        let within = pupils
            .last()
            .filter(|(pupil, _)| node.range().end <= pupil.range().end);
        if within.is_none() && node.has_tag_name("Pupil") {
            pupils.push((node, false));
        } else if within.is_some()
            && node.has_tag_name("AttendanceMarks")
            && let Some((_, has_marks)) = pupils.last_mut()
        {
            *has_marks = true;
        }
    }
    let with_marks = pupils.into_iter().filter(|(_, has_marks)| *has_marks);
    with_marks.map(|(pupil, _)| pupil).collect()
}

/// The text of a child element, whatever splits it: a comment, or an element within.
fn text_of(node: &Node<'_, '_>, tag: &str) -> Option<String> {
    let child = node.children().find(|child| child.has_tag_name(tag))?;
    let text = whole_text(&child);
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn whole_text(node: &Node<'_, '_>) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|text| text.text())
        .collect()
}

/// The marks of an element, each with its day and session. `Err` says what is wrong with them.
fn stretch(
    node: &Node<'_, '_>,
    pupil: usize,
    row: usize,
    weekdays: bool,
) -> Result<Vec<Mark>, String> {
    let start = node
        .parent()
        .and_then(|parent| text_of(&parent, "AttendanceStartDate"))
        .ok_or("the day from which these marks go is missing (AttendanceStartDate)")?;
    let start = days::day(&start)?;
    // Words of an element within would be taken for marks letter by letter: `ill` for I, L and L.
    let within = node
        .children()
        .filter(Node::is_element)
        .map(|child| whole_text(&child));
    if within
        .into_iter()
        .any(|text| text.contains(|c: char| c.is_lowercase()))
    {
        return Err("an element with words in it stands within the marks".to_owned());
    }
    let marks = cells::string(&whole_text(node)).map_err(|NoMark { at, shown }| {
        let day = days_from(start, weekdays).nth(at / 2).unwrap_or(start);
        no_mark(&shown, Some(day), at % 2)
    })?;
    let mut found = Vec::with_capacity(marks.len());
    for (pair, day) in marks.chunks(2).zip(days_from(start, weekdays)) {
        let of_a_school_day = pair
            .iter()
            .flatten()
            .find(|code| code.class() != Class::Administrative);
        if let (Some(code), true) = (of_a_school_day, is_weekend(day)) {
            return Err(format!(
                "the mark `{code}` falls on {}; if the string leaves weekends out, add --weekdays",
                day::words(day)
            ));
        }
        for (session, code) in pair.iter().enumerate() {
            found.push(Mark {
                pupil,
                day,
                session,
                code: *code,
                row,
            });
        }
    }
    Ok(found)
}

/// The days a string goes by, from its first.
fn days_from(start: NaiveDate, weekdays: bool) -> impl Iterator<Item = NaiveDate> {
    start
        .iter_days()
        .filter(move |day| !(weekdays && is_weekend(*day)))
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
