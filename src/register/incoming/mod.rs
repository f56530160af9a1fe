//! What school systems give: long and wide tables, and Common Transfer Files.
//!
//! Readers know no cases and no folder. They give every mark with the pupil it is said of, and every problem with its row.

mod cells;
mod columns;
mod ctf;
mod days;
mod heading_words;
mod rows;
mod said;
mod titles;

use std::borrow::Cow;

use chrono::NaiveDate;

use super::Code;
use crate::table::NotATable;

pub use columns::{Mapped, ROLES};

/// A pupil as the file names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Pupil {
    /// The id of a case.
    pub case: Option<String>,
    /// The unique pupil number, in capitals.
    pub upn: Option<String>,
    /// The name: `Forename Surname`, as far as it is given.
    pub name: Option<String>,
}

/// One session's mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Whose: the number among the pupils.
    pub pupil: usize,
    /// The day.
    pub day: NaiveDate,
    /// Morning 0, afternoon 1.
    pub session: usize,
    /// The code; none if none is entered.
    pub code: Option<Code>,
    /// The row of the table, or the line of the file.
    pub row: usize,
}

/// Something that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The row of the table, or the line of the file.
    pub row: usize,
    /// The column, by its heading.
    pub column: Option<String>,
    /// What is wrong. It holds no name of a pupil.
    pub says: String,
    /// Whose row it is, where that is known.
    pub pupil: Option<usize>,
}

impl Problem {
    fn new(row: usize, column: Option<&str>, says: impl Into<String>) -> Self {
        Self {
            row,
            column: column.map(str::to_owned),
            says: says.into(),
            pupil: None,
        }
    }
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Incoming {
    /// In words, such as `a table with a row for each session`.
    pub shape: &'static str,
    /// Every pupil.
    pub pupils: Vec<Pupil>,
    /// The row in which each was first named.
    pub first_rows: Vec<usize>,
    /// Every mark, blank ones too.
    pub marks: Vec<Mark>,
    /// Everything that cannot be read.
    pub problems: Vec<Problem>,
    /// The heading of the column that holds a thing, such as `upn`.
    pub headings: Vec<(&'static str, String)>,
    /// Headings of columns that are not looked at, as they were found. One that may be a name is told by its letter.
    pub unread: Vec<String>,
}

impl Incoming {
    /// The heading of the column that holds a thing; none in a file that has no columns.
    pub fn heading(&self, role: &str) -> Option<&str> {
        self.headings
            .iter()
            .find(|(known, _)| *known == role)
            .map(|(_, heading)| heading.as_str())
    }
}

/// What the file is taken for.
#[derive(Debug, Clone, Default)]
pub struct How {
    /// Headings of columns that nobody could guess.
    pub mapped: Vec<Mapped>,
    /// The marks of a Common Transfer File leave weekends out.
    pub weekdays: bool,
}

/// A table without the equals signs by which an exporter keeps a spreadsheet from reckoning with marks: `="/"`.
fn unprotected(text: &str) -> Cow<'_, str> {
    if !text.contains("=\"") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut before = '\n';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let starts = matches!(before, '\n' | '\r' | ',' | ';' | '\t');
        if !(c == '=' && starts && chars.peek() == Some(&'"')) {
            out.push(c);
        }
        before = c;
    }
    Cow::Owned(out)
}

/// Reads the text of a file, whatever its shape.
pub fn read(text: &str, how: &How) -> Incoming {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('<') {
        return ctf::read(text, how.weekdays);
    }
    match crate::table::parse(&unprotected(text)) {
        Ok(table) => rows::read(&table, &how.mapped),
        Err(NotATable { row, says }) => Incoming {
            problems: vec![Problem::new(row, None, says)],
            ..Incoming::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What may stand in a cell of a table, in the right place or in a wrong one.
    const CELLS: &[&str] = &[
        "",
        "UPN",
        "Name",
        "Date",
        "Day",
        "Session",
        "Mark",
        "AM",
        "PM",
        "Week commencing",
        "Marks",
        "Mon AM",
        "Tue PM",
        "Mon",
        "Fri",
        "Kafor",
        "Kafor, Ada",
        "Kafor 14/09/2026",
        "Kafor: 14/09/2026 AM",
        "PM Kafor 2026",
        "H801200001001",
        "14/09/2026",
        "15/09/2026 AM",
        "Mon 15/09/2026",
        "w/c 14/09/2026",
        "w/c 31/09/2026",
        "2026-09-13T23:00:00Z",
        "/",
        "\\",
        "O",
        "P",
        "?",
        "#REF!",
        "/\\/\\/\\/\\/\\",
        "/ \\ Y 1",
        "Printed 14/09/2026",
    ];

    proptest! {
        /// Whatever a table holds and wherever, no message names a pupil, and every mark and problem has its row.
        #[test]
        fn no_message_names_a_pupil(
            rows in prop::collection::vec(prop::collection::vec(0..CELLS.len(), 0..7), 0..7),
        ) {
            let line = |row: &Vec<usize>| row.iter().map(|n| CELLS[*n].replace(',', ";")).collect::<Vec<_>>().join("\t");
            let text: String = rows.iter().map(|row| line(row) + "\n").collect();
            let found = read(&text, &How::default());
            for problem in &found.problems {
                let told = format!("{} {:?}", problem.says, problem.column);
                prop_assert!(!told.contains("Kafor"), "{text}{told}");
                prop_assert!(problem.row > 0);
            }
            prop_assert!(!found.unread.iter().any(|heading| heading.contains("Kafor")), "{text}");
            prop_assert!(found.marks.iter().all(|mark| mark.row > 0 && mark.pupil < found.pupils.len()));
        }
    }
}
