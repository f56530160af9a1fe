//! Tables: a row for each session, for each day or for each week, or a column for each.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use super::cells::{self, NoMark, no_mark};
use super::columns::{Headings, Holds, Mapped};
use super::said::{no_monday, on};
use super::{Incoming, Mark, Problem, Pupil};
use super::{days, titles};
use crate::calendar::monday_of;
use crate::day;
use crate::table::{Numbered, is_error_value};

/// How many rows may stand above the headings, such as a title and when it was printed.
const ABOVE: usize = 10;

/// In how many rows headings may stand: a week, its days and their sessions.
const MOST_HEADING_ROWS: usize = 3;

/// What is said of a cell such as `#REF!`.
const SPOILT: &str =
    "an error value of the spreadsheet stands here; put it right in the spreadsheet";

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
        let dated = columns.iter().any(|one| {
            matches!(
                one,
                Holds::Session(..) | Holds::OnWeekday(..) | Holds::Week(_) | Holds::BadDay(_)
            )
        });
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
    let headed = (0..table.len().min(ABOVE)).find_map(|n| {
        let mut found = vec![Headings::of(&table[n].1, mapped)];
        for (_, below) in table.iter().skip(n + 1).take(MOST_HEADING_ROWS - 1) {
            // Headings that stand on their own need none of what is above them, such as a title with its day.
            if is_whole(&Headings::of(below, mapped)) {
                break;
            }
            let Some(more) = found.last().and_then(|found| found.with(below, mapped)) else {
                break;
            };
            found.push(more);
        }
        // The more rows are read as headings, the more is known of a column.
        found.into_iter().rev().find_map(|headings| {
            let shape = Shape::of(&headings.holds()).filter(|_| headings.name_pupils())?;
            Some((n, headings, shape))
        })
    });
    let Some((n, headings, shape)) = headed else {
        let (row, says) =
            lacking(table, mapped).unwrap_or_else(|| (1, "the file is empty".to_owned()));
        return Incoming {
            problems: vec![Problem::new(row, None, says)],
            ..Incoming::default()
        };
    };
    let shown = headings.shown(mapped);
    let mut reader = Reader {
        headings: &shown,
        columns: headings.holds(),
        week: None,
        found: Incoming {
            shape: shape.words(),
            ..Incoming::default()
        },
        pupils: HashMap::new(),
        days: HashMap::new(),
        current: None,
    };
    reader.check_headings(table[n].0);
    reader.find_week(table[n].0, &table[..n]);
    if !reader.found.problems.is_empty() {
        return reader.found;
    }
    for (row, cells) in &table[n + headings.rows..] {
        reader.row(*row, cells, shape);
    }
    reader.found
}

/// Whether headings say by themselves which column holds what.
fn is_whole(headings: &Headings) -> bool {
    let shape = Shape::of(&headings.holds());
    headings.name_pupils() && shape.is_some_and(|shape| shape != Shape::Columns)
}

/// What no row of headings has, and the row that comes nearest to it; nothing if there is no row.
fn lacking(table: &[Numbered], mapped: &[Mapped]) -> Option<(usize, String)> {
    let rows = || table.iter().take(ABOVE);
    let missing = mapped.iter().find(|one| {
        let plain = |text: &str| text.to_lowercase().replace(' ', "");
        !rows().any(|(_, cells)| cells.iter().any(|c| plain(c) == plain(&one.heading)))
    });
    // Of rows that are as much like headings the first is the row of headings, and one of many cells rather than a title.
    let (row, nearest) = rows()
        .map(|(row, cells)| (*row, Headings::of(cells, mapped), cells.len().min(2)))
        .reduce(|best, one| {
            let rank =
                |(_, headings, cells): &(usize, Headings, usize)| (headings.likely(), *cells);
            if rank(&one) > rank(&best) { one } else { best }
        })
        .map(|(row, headings, _)| (row, headings))?;
    let any_pupil = rows().any(|(_, cells)| Headings::of(cells, mapped).name_pupils());
    let says = if let Some(one) = missing {
        format!(
            "there is no column for {}, as --map says; give its heading as it stands in the file",
            one.role
        )
    } else if any_pupil {
        "there is no column with marks and their days; say which they are, as in --map date=\"Day\" \
         --map session=\"Half\" --map mark=\"Att\""
            .to_owned()
    } else {
        "there is no column with UPNs or names; say which it is, as in --map upn=\"Pupil number\""
            .to_owned()
    };
    Some((row, format!("{says}. Headings found: {}", nearest.listed())))
}

struct Reader<'t> {
    headings: &'t [String],
    columns: Vec<Holds>,
    /// The Monday of the week that a title names.
    week: Option<NaiveDate>,
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
                Holds::Nothing if heading.is_empty() => {}
                Holds::Nothing => self.found.unread.push(heading.to_owned()),
                Holds::BadDay(says) => self.problem(row, Some(heading), says.clone()),
                Holds::DayName => {}
                _ if self.columns[..n].contains(holds) => {
                    let says = "another column holds the same; name the one that is meant with --map, or take it out";
                    self.problem(row, Some(heading), says);
                }
                Holds::Role(role) => self.found.headings.push((*role, heading.to_owned())),
                Holds::Session(..) | Holds::OnWeekday(..) | Holds::Week(_) => {}
            }
        }
    }

    /// Columns that go by weekday need a week: in a column, or in a title above the headings.
    fn find_week(&mut self, row: usize, above: &[Numbered]) {
        let by_weekday = |one: &Holds| matches!(one, Holds::OnWeekday(..));
        if !self.columns.iter().any(by_weekday) {
            return;
        }
        match titles::week(above) {
            Ok(week) => self.week = week,
            Err(says) => return self.problem(row, None, says),
        }
        if self.week.is_none() && self.week_column().is_none() {
            let says = "the columns go by weekday, and nothing says which week it is; write `Week commencing 14/09/2026` \
                        with its Monday above the headings, or add a column `Week commencing`";
            self.problem(row, None, says);
        }
    }

    /// What the column with the week of a row is called here.
    fn week_column(&self) -> Option<&'static str> {
        ["week", "date"]
            .into_iter()
            .find(|role| self.columns.contains(&Holds::Role(role)))
    }

    /// The Monday of a row's week, where its columns go by weekday.
    fn monday(&mut self, row: usize, cells: &[String]) -> Option<NaiveDate> {
        let Some(role) = self.week_column() else {
            return self.week;
        };
        if self.cell(cells, role).is_none() && self.week.is_some() {
            return self.week;
        }
        let day = self.day(row, cells, role)?;
        if monday_of(day) != day {
            self.problem(row, self.heading(role), no_monday(day));
            return None;
        }
        Some(day)
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
                    self.no_mark(row, column, &cell, None, 0);
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
                            self.no_mark(row, column, &cell, None, session);
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
                let by_weekday = self
                    .columns
                    .iter()
                    .any(|one| matches!(one, Holds::OnWeekday(..)));
                let monday = if by_weekday {
                    self.monday(row, cells)
                } else {
                    None
                };
                for (n, holds) in self.columns.clone().into_iter().enumerate() {
                    let cell = cells.get(n).map_or("", String::as_str);
                    match holds {
                        Holds::Session(day, session) => {
                            self.mark(row, &headings[n], pupil, day, session, cell);
                        }
                        Holds::OnWeekday(weekday, session) => match monday {
                            Some(monday) => {
                                let day = on(monday, weekday);
                                self.mark(row, &headings[n], pupil, day, session, cell);
                            }
                            None if cells::mark(cell, session).is_err() => {
                                self.no_mark(row, &headings[n], cell, None, session);
                            }
                            None => {}
                        },
                        Holds::Week(day) => self.week(row, &headings[n], pupil, Some(day), cell),
                        Holds::Role(_) | Holds::DayName | Holds::BadDay(_) | Holds::Nothing => {}
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
        // Nobody has such a name, and the row would be passed over in silence. Beside a UPN no name is looked at.
        let by = match &pupil {
            Pupil { case: Some(_), .. } => &["case"][..],
            Pupil { upn: Some(_), .. } => &["upn"],
            _ => &["name", "surname", "forename"],
        };
        let is_spoilt = |role: &&'static str| self.cell(cells, role).is_some_and(is_error_value);
        if let Some(role) = by.iter().copied().find(is_spoilt) {
            self.problem(row, self.heading(role), SPOILT);
            return None;
        }
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
        let found = match self.days.get(cell) {
            Some(known) => Ok(*known),
            None if cell.is_empty() => Err("the day is missing".to_owned()),
            None if is_error_value(cell) => Err(SPOILT.to_owned()),
            None => days::day(cell),
        };
        let day = match found {
            Ok(day) => day,
            Err(says) => {
                self.problem(row, self.heading(role), says);
                return None;
            }
        };
        self.days.insert(cell.to_owned(), day);
        // A weekday in a column of its own.
        let named = self
            .columns
            .iter()
            .position(|holds| *holds == Holds::DayName);
        let told = named
            .and_then(|n| Some((n, days::weekday(cells::bare(cells.get(n)?))?)))
            .and_then(|(n, told)| Some((n, days::contradiction(told, day)?)));
        if let Some((n, says)) = told {
            let headings = self.headings;
            self.problem(row, Some(&headings[n]), says);
            return None;
        }
        Some(day)
    }

    fn no_mark(
        &mut self,
        row: usize,
        column: &str,
        cell: &str,
        day: Option<NaiveDate>,
        session: usize,
    ) {
        let shown = if is_error_value(cell) {
            "an error value of the spreadsheet".to_owned()
        } else {
            cells::shown(cells::bare(cell))
        };
        let says = no_mark(&shown, day, session);
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
            Err(()) => self.no_mark(row, column, cell, Some(day), session),
        }
    }

    /// The marks of a week: ten from Monday to Friday, or fourteen to Sunday.
    fn week(&mut self, row: usize, column: &str, pupil: usize, day: Option<NaiveDate>, text: &str) {
        if cells::bare(text).is_empty() {
            return;
        }
        let marks = match cells::string(text) {
            Ok(marks) => marks,
            Err(NoMark { at, shown }) => {
                let on = |monday: NaiveDate| {
                    monday + Days::new(u64::try_from(at / 2).unwrap_or_default())
                };
                let day = day.filter(|day| monday_of(*day) == *day).map(on);
                return self.problem(row, Some(column), no_mark(&shown, day, at % 2));
            }
        };
        if !matches!(marks.len(), 10 | 14) {
            let week = day
                .map(|day| format!(" for the week of {}", day::short(day)))
                .unwrap_or_default();
            let says = format!(
                "{} marks stand here{week}; a week has 10, or 14 with its weekend",
                marks.len()
            );
            return self.problem(row, Some(column), says);
        }
        let Some(day) = day else { return };
        if monday_of(day) != day {
            return self.problem(row, Some(column), no_monday(day));
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
