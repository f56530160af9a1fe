//! The school's term dates: on which days there are sessions, as far as they tell.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};

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

/// The terms of an academic year. Schools cut their years differently, so a day is put down to a term by its month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// September to December.
    Autumn,
    /// January to March.
    Spring,
    /// April to August.
    Summer,
}

impl Term {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Autumn, Self::Spring, Self::Summer];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Autumn => "autumn",
            Self::Spring => "spring",
            Self::Summer => "summer",
        }
    }

    /// The first and the last day of its months, in the academic year that begins in a year.
    fn months(self, year: i32) -> (NaiveDate, NaiveDate) {
        let first = first_of_year(year);
        let after = |months| {
            first
                .checked_add_months(Months::new(months))
                .unwrap_or(first)
        };
        let (opens, next) = match self {
            Self::Autumn => (first, after(4)),
            Self::Spring => (after(4), after(7)),
            Self::Summer => (after(7), after(12)),
        };
        (opens, next.pred_opt().unwrap_or(next))
    }

    /// The term a day is put down to.
    pub fn of(day: NaiveDate) -> Self {
        match day.month() {
            1..=3 => Self::Spring,
            4..=8 => Self::Summer,
            _ => Self::Autumn,
        }
    }
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

    /// The term whose dates would tell of a day of which these do not, with the year in which its academic year began. A
    /// day beside a term that is told to its end belongs to the neighbour.
    pub(super) fn term_of_untold(&self, day: NaiveDate) -> (i32, Term) {
        let (year, term) = (academic_year(day), Term::of(day));
        let mut told = self
            .parts
            .iter()
            .filter(|part| academic_year(part.from) == year && Term::of(part.from) == term);
        let Some(first) = told.next() else {
            return (year, term);
        };
        let last = told.next_back().unwrap_or(first);
        let (opens, closes) = term.months(year);
        if day > last.to && days_from(last.to, closes) <= LONGEST_HOLIDAY {
            return match term {
                Term::Autumn => (year, Term::Spring),
                Term::Spring => (year, Term::Summer),
                Term::Summer => (year + 1, Term::Autumn),
            };
        }
        if day < first.from && days_from(opens, first.from) <= LONGEST_HOLIDAY {
            return match term {
                Term::Autumn => (year - 1, Term::Summer),
                Term::Spring => (year, Term::Autumn),
                Term::Summer => (year, Term::Spring),
            };
        }
        (year, term)
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

/// An academic year in words: `2026/27`.
pub fn year_words(year: i32) -> String {
    format!("{year}/{:02}", (year + 1).rem_euclid(100))
}

/// The days of an academic year between which every school in England has school days, whatever its terms: all of it but
/// August.
pub fn core_of_year(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    let last = NaiveDate::from_ymd_opt(year.checked_add(1)?, 7, 31)?;
    Some((first_of_year(year), last))
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
