//! Marks of the register: one pupil's sessions, and the figures drawn from them.

mod codes;
mod figures;
mod file;
pub mod incoming;
mod summary;
mod weeks;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::calendar::Calendar;

pub use codes::{Class, Code};
pub use figures::{Counts, Figured, Kind, Stretch, counts, figure};
pub use file::{BadRow, HEADINGS, read, write};
pub use summary::{Extent, Run, Summary, summary};
pub use weeks::{DAY_NAMES, Week, days_shown, weeks};

/// The marks of a day: morning and afternoon; none where nothing is entered.
pub type Marks = [Option<Code>; 2];

/// Marks as they stood when the school's register was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The marks of the day.
    pub marks: Marks,
    /// The day on which they were taken over.
    pub read: NaiveDate,
}

/// One pupil's marks. Earlier ones are kept: a mark that was changed can be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    days: BTreeMap<NaiveDate, Vec<Reading>>,
}

impl Register {
    /// The marks of a day, as they were last read.
    pub fn marks(&self, day: NaiveDate) -> Marks {
        self.days
            .get(&day)
            .and_then(|readings| readings.last())
            .map_or([None; 2], |last| last.marks)
    }

    /// Every day of a stretch with anything entered, in order.
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = (NaiveDate, Marks)> {
        let range = (from <= to).then(|| self.days.range(from..=to));
        range
            .into_iter()
            .flatten()
            .filter_map(|(day, readings)| Some((*day, readings.last()?.marks)))
    }

    /// Every day with each of its readings, oldest first.
    pub fn readings(&self) -> impl Iterator<Item = (NaiveDate, &[Reading])> {
        self.days
            .iter()
            .map(|(day, readings)| (*day, readings.as_slice()))
    }

    /// The first day with a mark.
    pub fn first_day(&self) -> Option<NaiveDate> {
        self.days.first_key_value().map(|(day, _)| *day)
    }

    /// The last day with a mark.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.days.last_key_value().map(|(day, _)| *day)
    }

    /// Whether nothing is entered at all.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Takes over what a day's register says now. A session left blank leaves what was entered before. Whether anything
    /// is new, and whether that changes an earlier mark.
    pub fn take(&mut self, day: NaiveDate, marks: Marks, read: NaiveDate) -> Taken {
        let before = self.marks(day);
        let now: Marks = std::array::from_fn(|n| marks[n].or(before[n]));
        if now == before {
            return Taken::default();
        }
        let new = (0..2)
            .filter(|n| before[*n].is_none() && now[*n].is_some())
            .count();
        let changed = (0..2)
            .filter(|n| before[*n].is_some() && before[*n] != now[*n])
            .count();
        let readings = self.days.entry(day).or_default();
        // A clock set back must not put a reading before those it follows.
        let read = readings.last().map_or(read, |last| last.read.max(read));
        // What is only added to on the same day is one reading; what is changed is kept.
        if changed == 0 && readings.last().is_some_and(|last| last.read == read) {
            readings.pop();
        }
        readings.push(Reading { marks: now, read });
        Taken { new, changed }
    }

    /// Puts marks in the place of whatever was entered for a day: blank ones too.
    pub fn put(&mut self, day: NaiveDate, marks: Marks, read: NaiveDate) {
        self.days.insert(day, vec![Reading { marks, read }]);
    }

    /// Without the marks of days on which there is no school by the calendar: weekends, bank holidays, and by the term
    /// dates holidays and closures. A session is half a school day, so they are none, and count in no figure. Marks of a
    /// closure itself stay.
    #[must_use]
    pub fn of_school_days(mut self, calendar: &Calendar) -> Self {
        let of_closure = |readings: &[Reading]| {
            let mut codes = readings.iter().flat_map(|one| one.marks).flatten();
            codes.all(|code| code.class() == Class::Administrative)
        };
        self.days.retain(|day, readings| {
            calendar.is_school_day(*day) != Some(false) || of_closure(readings)
        });
        self
    }

    /// The readings of two copies, each once, in an order that keeps that of both. Where neither tells, the earlier reading
    /// comes first, then the smaller code, so that it does not matter which copy is which.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        let mut days = self.days.clone();
        for (day, theirs) in &other.days {
            let ours = days.entry(*day).or_default();
            *ours = merged(ours, theirs);
        }
        Self { days }
    }

    /// As it was known by the end of a day.
    #[must_use]
    pub fn known_by(mut self, day: NaiveDate) -> Self {
        for readings in self.days.values_mut() {
            readings.retain(|one| one.read <= day);
        }
        self.days.retain(|_, readings| !readings.is_empty());
        self
    }
}

/// Two lists of readings made one.
fn merged(ours: &[Reading], theirs: &[Reading]) -> Vec<Reading> {
    let order = |one: &Reading| {
        (
            one.read,
            one.marks.map(|code| code.map_or("", Code::as_str)),
        )
    };
    let (mut ours, mut theirs) = (ours.to_vec(), theirs.to_vec());
    let mut both = Vec::new();
    while let (Some(a), Some(b)) = (ours.first().copied(), theirs.first().copied()) {
        let (a_waits, b_waits) = (theirs.contains(&a), ours.contains(&b));
        let a_first = match (a_waits, b_waits) {
            // What the other list has further down comes after all that stands above it there.
            (true, false) if a != b => false,
            (false, true) => true,
            _ => order(&a) <= order(&b),
        };
        let next = if a_first { a } else { b };
        for side in [&mut ours, &mut theirs] {
            if side.first() == Some(&next) {
                side.remove(0);
            }
        }
        both.push(next);
    }
    both.extend(ours);
    both.extend(theirs);
    // A clock set back must not put a reading before those it follows; the sort keeps the order of one day.
    both.sort_by_key(|one| one.read);
    both
}

/// What taking marks over came to, in sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Sessions that had no mark before.
    pub new: usize,
    /// Sessions whose mark is another one now.
    pub changed: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_marks_keep_the_order_of_both_copies() {
        let of = |rows: &[&str]| file::read(&format!("{HEADINGS}\n{}\n", rows.join("\n"))).unwrap();
        let ours = of(&["2026-09-03,O,O,2026-09-04", "2026-09-03,/,\\,2026-09-04"]);
        let theirs = of(&["2026-09-03,N,N,2026-09-04"]);
        let both = ours.joined(&theirs);
        assert_eq!(both, theirs.joined(&ours));
        assert_eq!(both.joined(&ours), both);
        // What was corrected on the same day stays corrected.
        let last = |register: &Register| write(register).lines().last().unwrap().to_owned();
        assert_eq!(last(&both), "2026-09-03,/,\\,2026-09-04");
        let longer = of(&[
            "2026-09-03,O,O,2026-09-04",
            "2026-09-03,/,\\,2026-09-04",
            "2026-09-03,L,\\,2026-09-09",
        ]);
        assert_eq!(ours.joined(&longer), longer);
        assert_eq!(longer.joined(&ours), longer);
    }
}
