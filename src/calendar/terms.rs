//! The school's term dates: on which days there are sessions, as far as they tell.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

/// A stretch of days with sessions, without a holiday in it: half a term, or a term that has no half-term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is called: `Autumn term, first half`.
    pub name: String,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
}

/// Why a day within a term has no sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closure {
    /// A training day of the staff.
    Inset,
    /// Any other day on which the school is closed.
    Closed,
}

/// Term dates. With none it is not known of any weekday whether it has sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    parts: Vec<Part>,
    closed: BTreeMap<NaiveDate, Closure>,
}

/// The longest time between two parts, in days, that is taken for a holiday: Christmas and Easter last some two weeks. A
/// longer one means that a term was left out of the settings, and then nothing is known of the days between.
const LONGEST_HOLIDAY: i64 = 30;
/// The same for the summer, which lasts some six weeks, in some schools eight.
const LONGEST_SUMMER: i64 = 70;
/// How many days a first term may begin after 1 September without a term being missing before it.
const LATEST_START: i64 = 14;
/// How many days before 31 August a last term may end without a term being missing after it.
const EARLIEST_END: i64 = 60;

impl Terms {
    /// Term dates out of their parts, in any order, and the days on which the school is closed.
    pub fn new(mut parts: Vec<Part>, closed: BTreeMap<NaiveDate, Closure>) -> Self {
        parts.sort_by_key(|part| part.from);
        Self { parts, closed }
    }

    /// The parts in their order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The days without sessions within terms.
    pub fn closures(&self) -> impl Iterator<Item = (NaiveDate, Closure)> {
        self.closed.iter().map(|(day, why)| (*day, *why))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The last day of which something is known.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.parts.last().map(|part| part.to)
    }

    /// The part a day lies in.
    pub fn part_of(&self, day: NaiveDate) -> Option<&Part> {
        let after = self.parts.partition_point(|part| part.from <= day);
        self.parts[..after].last().filter(|part| day <= part.to)
    }

    /// Whether a weekday that is no bank holiday has sessions; `None` where the dates do not tell.
    pub(super) fn is_open(&self, day: NaiveDate) -> Option<bool> {
        if self.closed.contains_key(&day) {
            return Some(false);
        }
        let after = self.parts.partition_point(|part| part.from <= day);
        let (before, next) = (self.parts[..after].last(), self.parts.get(after));
        if before.is_some_and(|before| day <= before.to) {
            return Some(true);
        }
        let is_holiday = match (before, next) {
            (Some(before), Some(next)) => {
                let summer = academic_year(before.to) != academic_year(next.from);
                let longest = if summer {
                    LONGEST_SUMMER
                } else {
                    LONGEST_HOLIDAY
                };
                (next.from - before.to).num_days() <= longest
            }
            _ => false,
        };
        // The summer holiday reaches at least to the turn of the year, whichever of its two terms is known.
        let year = academic_year(day);
        let before_the_first = next.is_some_and(|next| {
            academic_year(next.from) == year
                && days_from(first_of_year(year), next.from) <= LATEST_START
        });
        let after_the_last = before.is_some_and(|before| {
            academic_year(before.to) == year
                && days_from(before.to, first_of_year(year + 1)) <= EARLIEST_END
        });
        (is_holiday || before_the_first || after_the_last).then_some(false)
    }
}

/// The first day of the academic year that begins in a year.
pub fn first_of_year(year: i32) -> NaiveDate {
    let beyond = if year < 0 {
        NaiveDate::MIN
    } else {
        NaiveDate::MAX
    };
    NaiveDate::from_ymd_opt(year, 9, 1).unwrap_or(beyond)
}

fn days_from(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// The year in which a day's academic year, 1 September to 31 August, began.
pub fn academic_year(day: NaiveDate) -> i32 {
    if day.month() >= 9 {
        day.year()
    } else {
        day.year() - 1
    }
}
