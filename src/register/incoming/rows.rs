//! Tables: a row for each session, for each day or for each week, or a column for each.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use super::cells;
use super::columns::{self, Holds, Mapped};
use super::{Incoming, Mark, Problem, Pupil};
use crate::calendar::monday_of;
use crate::table::Numbered;

/// How many rows may stand above the headings, such as a title and when it was printed.
const ABOVE: usize = 10;

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Sessions,
    Days,
    Weeks,
    Columns,
}

impl Shape {
    fn of(columns: &[Holds]) -> Option<Self> {
        let has = |role| columns.contains(&Holds::Role(role));
        let dated = columns
            .iter()
            .any(|one| matches!(one, Holds::Session(..) | Holds::Week(_) | Holds::BadDay(_)));
        if has("date") && has("session") && has("mark") {
            Some(Self::Sessions)
        } else if has("date") && (has("am") || has("pm")) {
            Some(Self::Days)
        } else if has("week") && has("marks") {
            Some(Self::Weeks)
        } else {
            dated.then_some(Self::Columns)
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Sessions => "a table with a row for each session",
            Self::Days => "a table with a row for each day",
            Self::Weeks => "a table with a row for each week",
            Self::Columns => "a table with a column for each session or week",
        }
    }
}

/// Reads a table.
pub(super) fn read(table: &[Numbered], mapped: &[Mapped]) -> Incoming {
    let names_pupils = |columns: &[Holds]| {
        let pupil = ["case", "upn", "name", "surname"];
        pupil
            .iter()
            .any(|role| columns.contains(&Holds::Role(role)))
    };
    let headed = table
        .iter()
        .take(ABOVE)
        .enumerate()
        .find_map(|(n, (_, cells))| {
            let columns = columns::of(cells, mapped);
            let shape = Shape::of(&columns).filter(|_| names_pupils(&columns))?;
            Some((n, columns, shape))
        });
    let Some((n, columns, shape)) = headed else {
        let says = match table.first() {
            None => "the file is empty".to_owned(),
            Some(_) => lacking(table, mapped, &names_pupils),
        };
        let row = table.first().map_or(1, |(row, _)| *row);
        return Incoming {
            problems: vec![Problem::new(row, None, says)],
            ..Incoming::default()
        };
    };
    let mut reader = Reader {
        headings: &table[n].1,
        columns,
        found: Incoming {
            shape: shape.words(),
            ..Incoming::default()
        },
        pupils: HashMap::new(),
        days: HashMap::new(),
        current: None,
    };
    reader.check_headings(table[n].0);
    if !reader.found.problems.is_empty() {
        return reader.found;
    }
    for (row, cells) in &table[n + 1..] {
        reader.row(*row, cells, shape);
    }
    reader.found
}

/// What no row of headings has.
fn lacking(
    table: &[Numbered],
    mapped: &[Mapped],
    names_pupils: &dyn Fn(&[Holds]) -> bool,
) -> String {
    let rows: Vec<Vec<Holds>> = table
        .iter()
        .take(ABOVE)
        .map(|(_, cells)| columns::of(cells, mapped))
        .collect();
    let missing = mapped.iter().find(|one| {
        let plain = |text: &str| text.to_lowercase().replace(' ', "");
        !table
            .iter()
            .take(ABOVE)
            .any(|(_, cells)| cells.iter().any(|c| plain(c) == plain(&one.heading)))
    });
    if let Some(one) = missing {
        return format!(
            "there is no column for {}, as --map says; give its heading as it stands in the file",
            one.role
        );
    }
    if !rows.iter().any(|columns| names_pupils(columns)) {
        return "there is no column with UPNs or names; say which it is, as in --map upn=\"Pupil number\""
            .to_owned();
    }
    "there is no column with marks and their days; say which they are, as in --map date=\"Day\" --map session=\"Half\" \
     --map mark=\"Att\""
        .to_owned()
}

struct Reader<'t> {
    headings: &'t [String],
    columns: Vec<Holds>,
    found: Incoming,
    pupils: HashMap<Pupil, usize>,
    /// Whose row is being read.
    current: Option<usize>,
    /// Days as they were read before: a register says each of them for every pupil.
    days: HashMap<String, NaiveDate>,
}

impl<'t> Reader<'t> {
    /// Notes headings that name a day there is not, and columns that hold the same as another.
    fn check_headings(&mut self, row: usize) {
        for (n, holds) in self.columns.clone().iter().enumerate() {
            let heading = self.headings[n].as_str();
            match holds {
                Holds::Nothing => {}
                Holds::BadDay(says) => self.problem(row, Some(heading), says.clone()),
                _ if self.columns[..n].contains(holds) => {
                    let says = "another column holds the same; name the one that is meant with --map, or take it out";
                    self.problem(row, Some(heading), says);
                }
                Holds::Role(role) => self.found.headings.push((*role, heading.to_owned())),
                Holds::Session(..) | Holds::Week(_) => {}
            }
        }
    }

    fn cell<'c>(&self, cells: &'c [String], role: &'static str) -> Option<&'c str> {
        let n = self
            .columns
            .iter()
            .position(|holds| *holds == Holds::Role(role))?;
        cells
            .get(n)
            .map(|cell| cells::bare(cell))
            .filter(|cell| !cell.is_empty())
    }

    fn heading(&self, role: &'static str) -> Option<&'t str> {
        let n = self
            .columns
            .iter()
            .position(|holds| *holds == Holds::Role(role))?;
        Some(self.headings[n].as_str())
    }

    fn problem(&mut self, row: usize, column: Option<&str>, says: impl Into<String>) {
        self.found.problems.push(Problem {
            pupil: self.current,
            ..Problem::new(row, column, says)
        });
    }

    fn row(&mut self, row: usize, cells: &[String], shape: Shape) {
        self.current = None;
        let Some(pupil) = self.pupil(row, cells) else {
            return;
        };
        self.current = Some(pupil);
        match shape {
            Shape::Sessions => {
                let day = self.day(row, cells, "date");
                let named = self.cell(cells, "session").unwrap_or_default();
                let session = cells::session(named);
                if session.is_none() {
                    let says = match named {
                        "" => "the session is missing, AM or PM".to_owned(),
                        named => format!("{} is neither AM nor PM", cells::shown(named)),
                    };
                    self.problem(row, self.heading("session"), says);
                }
                let column = self.heading("mark").unwrap_or_default();
                let cell = self.cell(cells, "mark").unwrap_or_default().to_owned();
                if let (Some(day), Some(session)) = (day, session) {
                    self.mark(row, column, pupil, day, session, &cell);
                } else if cells::mark(&cell, 0).is_err() {
                    self.no_mark(row, column, &cell);
                }
            }
            Shape::Days => {
                let day = self.day(row, cells, "date");
                for (session, role) in ["am", "pm"].into_iter().enumerate() {
                    let Some(column) = self.heading(role) else {
                        continue;
                    };
                    let cell = self.cell(cells, role).unwrap_or_default().to_owned();
                    match day {
                        Some(day) => self.mark(row, column, pupil, day, session, &cell),
                        None if cells::mark(&cell, session).is_err() => {
                            self.no_mark(row, column, &cell)
                        }
                        None => {}
                    }
                }
            }
            Shape::Weeks => {
                let week = self.day(row, cells, "week");
                let column = self.heading("marks").unwrap_or_default();
                let text = self.cell(cells, "marks").unwrap_or_default().to_owned();
                self.week(row, column, pupil, week, &text);
            }
            Shape::Columns => {
                let headings = self.headings;
                for (n, holds) in self.columns.clone().into_iter().enumerate() {
                    let cell = cells.get(n).map_or("", String::as_str);
                    match holds {
                        Holds::Session(day, session) => {
                            self.mark(row, &headings[n], pupil, day, session, cell);
                        }
                        Holds::Week(day) => self.week(row, &headings[n], pupil, Some(day), cell),
                        Holds::Role(_) | Holds::BadDay(_) | Holds::Nothing => {}
                    }
                }
            }
        }
    }

    fn pupil(&mut self, row: usize, cells: &[String]) -> Option<usize> {
        let name = match (self.cell(cells, "forename"), self.cell(cells, "surname")) {
            (Some(forename), Some(surname)) => Some(format!("{forename} {surname}")),
            (None, Some(surname)) => Some(surname.to_owned()),
            _ => self.cell(cells, "name").map(turned),
        };
        let pupil = Pupil {
            case: self.cell(cells, "case").map(str::to_owned),
            upn: self.cell(cells, "upn").map(str::to_uppercase),
            name,
        };
        if pupil == Pupil::default() {
            self.problem(row, None, "the row does not say whose it is");
            return None;
        }
        if let Some(known) = self.pupils.get(&pupil) {
            return Some(*known);
        }
        let number = self.found.pupils.len();
        self.found.pupils.push(pupil.clone());
        self.found.first_rows.push(row);
        self.pupils.insert(pupil, number);
        Some(number)
    }

    fn day(&mut self, row: usize, cells: &[String], role: &'static str) -> Option<NaiveDate> {
        let cell = self.cell(cells, role).unwrap_or_default();
        if let Some(known) = self.days.get(cell) {
            return Some(*known);
        }
        match cells::day(cell) {
            Ok(day) => {
                self.days.insert(cell.to_owned(), day);
                Some(day)
            }
            Err(says) => {
                let says = if cell.is_empty() {
                    "the day is missing".to_owned()
                } else {
                    says
                };
                self.problem(row, self.heading(role), says);
                None
            }
        }
    }

    fn no_mark(&mut self, row: usize, column: &str, cell: &str) {
        let says = format!(
            "{} is no code of the register",
            cells::shown(cells::bare(cell))
        );
        self.problem(row, Some(column), says);
    }

    fn mark(
        &mut self,
        row: usize,
        column: &str,
        pupil: usize,
        day: NaiveDate,
        session: usize,
        cell: &str,
    ) {
        match cells::mark(cell, session) {
            Ok(code) => self.found.marks.push(Mark {
                pupil,
                day,
                session,
                code,
                row,
            }),
            Err(()) => self.no_mark(row, column, cell),
        }
    }

    /// The marks of a week: ten from Monday to Friday, or fourteen to Sunday.
    fn week(&mut self, row: usize, column: &str, pupil: usize, day: Option<NaiveDate>, text: &str) {
        if cells::bare(text).is_empty() {
            return;
        }
        let marks = match cells::string(text) {
            Ok(marks) => marks,
            Err(piece) => {
                return self.problem(
                    row,
                    Some(column),
                    format!("{piece} is no code of the register"),
                );
            }
        };
        if !matches!(marks.len(), 10 | 14) {
            let says = format!(
                "{} marks stand here; a week has 10, or 14 with its weekend",
                marks.len()
            );
            return self.problem(row, Some(column), says);
        }
        let Some(day) = day else { return };
        if monday_of(day) != day {
            let says = format!(
                "{} is no Monday, with which a week begins",
                crate::day::words(day)
            );
            return self.problem(row, Some(column), says);
        }
        for (n, code) in marks.into_iter().enumerate() {
            let day = day + Days::new(u64::try_from(n / 2).unwrap_or_default());
            self.found.marks.push(Mark {
                pupil,
                day,
                session: n % 2,
                code,
                row,
            });
        }
    }
}

/// A name as a case has it: `Reid, Ben` is Ben Reid.
fn turned(name: &str) -> String {
    match name.split_once(',') {
        Some((surname, forename)) => format!("{} {}", forename.trim(), surname.trim()),
        None => name.to_owned(),
    }
}
