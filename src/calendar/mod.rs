//! Days that count and days that do not, and how far one day lies from another.

mod terms;
mod unit;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::day;

pub use terms::{
    Closure, Part, Term, Terms, academic_year, core_of_year, first_of_year, year_words,
};
pub use unit::Unit;

/// England's bank holidays, as far as they are known, and the school's term dates.
#[derive(Debug, Clone)]
pub struct Calendar {
    holidays: BTreeMap<NaiveDate, String>,
    first_year: i32,
    last_year: i32,
    terms: Terms,
}

/// How many days are looked through for missing terms; no list looks back farther.
const MOST_DAYS: usize = 10 * 366;

/// Which way to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards earlier days.
    Back,
    /// Towards later days.
    On,
}

/// The end of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// This day.
    On(NaiveDate),
    /// Not known, since term dates or bank holidays are missing; it lies no nearer than this day.
    NoNearer(NaiveDate),
}

impl Edge {
    /// The day, where it is known.
    pub fn known(self) -> Option<NaiveDate> {
        match self {
            Self::On(day) => Some(day),
            Self::NoNearer(_) => None,
        }
    }

    /// The day it is, or no nearer than which it is.
    pub fn nearest(self) -> NaiveDate {
        match self {
            Self::On(day) | Self::NoNearer(day) => day,
        }
    }
}

impl Way {
    /// The next day this way; the last day there is stands for all beyond it.
    fn next(self, day: NaiveDate) -> NaiveDate {
        self.days(day, 1)
    }

    fn days(self, from: NaiveDate, count: u64) -> NaiveDate {
        match self {
            Self::Back => from
                .checked_sub_days(Days::new(count))
                .unwrap_or(NaiveDate::MIN),
            Self::On => from
                .checked_add_days(Days::new(count))
                .unwrap_or(NaiveDate::MAX),
        }
    }

    fn months(self, from: NaiveDate, count: u32) -> NaiveDate {
        match self {
            Self::Back => from
                .checked_sub_months(Months::new(count))
                .unwrap_or(NaiveDate::MIN),
            Self::On => from
                .checked_add_months(Months::new(count))
                .unwrap_or(NaiveDate::MAX),
        }
    }
}

impl Calendar {
    /// The bank holidays that travel with the program, and no term dates.
    pub fn england() -> Self {
        let lines = include_str!("../../data/bank-holidays.tsv").lines();
        let days = lines.filter_map(|line| {
            let (date, name) = line.split_once('\t')?;
            Some((day::stored(date)?, name.split('\t').next()?.to_owned()))
        });
        Self::of(days.collect())
    }

    /// With other bank holidays, known from the first year in which there is one to the last; and no term dates.
    pub fn of(holidays: BTreeMap<NaiveDate, String>) -> Self {
        let year = |day: Option<(&NaiveDate, &String)>| day.map_or(0, |(day, _)| day.year());
        let (first_year, last_year) = (
            year(holidays.first_key_value()),
            year(holidays.last_key_value()),
        );
        Self {
            holidays,
            first_year,
            last_year,
            terms: Terms::default(),
        }
    }

    /// The bank holidays.
    pub fn bank_holidays(&self) -> &BTreeMap<NaiveDate, String> {
        &self.holidays
    }

    /// With the term dates of a school.
    #[must_use]
    pub fn with_terms(self, terms: Terms) -> Self {
        Self { terms, ..self }
    }

    /// The school's term dates.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The last year whose bank holidays are known.
    pub fn last_year(&self) -> i32 {
        self.last_year
    }

    /// The bank holiday a day is.
    pub fn bank_holiday(&self, day: NaiveDate) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }

    /// The day `count` units from another. Days of which it is not known whether they count make its end unknown: it is
    /// then no nearer than if every one of them did.
    pub fn step(&self, from: NaiveDate, count: u32, unit: Unit, way: Way) -> Edge {
        match unit {
            Unit::Day => Edge::On(way.days(from, u64::from(count))),
            Unit::Week => Edge::On(way.days(from, u64::from(count) * 7)),
            Unit::Month => Edge::On(way.months(from, count)),
            Unit::Year => Edge::On(way.months(from, count.saturating_mul(12))),
            Unit::WorkingDay => count_days(from, count, way, |day| self.is_working_day(day)),
            Unit::SchoolDay => count_days(from, count, way, |day| self.is_school_day(day)),
            // Two sessions make a day; the second of them ends on the day on which the first does.
            Unit::Session => {
                count_days(from, count.div_ceil(2), way, |day| self.is_school_day(day))
            }
            Unit::SchoolWeek => self.school_weeks(from, count, way),
            Unit::WholeSchoolWeek => self.whole_school_weeks(from, count, way),
            Unit::AcademicYear => Edge::On(academic_years(from, count, way)),
        }
    }

    /// Whether a day is a working day: Monday to Friday, no bank holiday. `None` where the bank holidays are not known.
    pub fn is_working_day(&self, day: NaiveDate) -> Option<bool> {
        if is_weekend(day) {
            return Some(false);
        }
        let known = (self.first_year..=self.last_year).contains(&day.year());
        known.then(|| !self.holidays.contains_key(&day))
    }

    /// Whether a day has sessions. `None` where neither the weekday, the bank holidays nor the term dates tell.
    pub fn is_school_day(&self, day: NaiveDate) -> Option<bool> {
        match self.is_working_day(day) {
            Some(false) => Some(false),
            Some(true) => self.terms.is_open(day),
            None => self.terms.is_open(day).filter(|open| !open),
        }
    }

    /// The terms, each with the year in which its academic year began, of which the term dates do not tell between two
    /// days, both counted.
    pub fn missing_terms(&self, from: NaiveDate, to: NaiveDate) -> Vec<(i32, Term)> {
        let mut missing: Vec<(i32, Term)> = from
            .iter_days()
            .take_while(|day| *day <= to)
            .take(MOST_DAYS)
            .filter(|day| {
                self.is_working_day(*day) != Some(false) && self.terms.is_open(*day).is_none()
            })
            .map(|day| self.terms.term_of_untold(day))
            .collect();
        missing.sort();
        missing.dedup();
        missing
    }

    /// The next day with sessions after a day.
    pub fn next_school_day(&self, day: NaiveDate) -> Edge {
        self.step(day, 1, Unit::SchoolDay, Way::On)
    }

    /// Whether a week, told by its Monday, has a school day.
    fn is_school_week(&self, monday: NaiveDate) -> Option<bool> {
        let mut days = (0..5).map(|n| self.is_school_day(Way::On.days(monday, n)));
        if days.clone().any(|day| day == Some(true)) {
            return Some(true);
        }
        days.all(|day| day == Some(false)).then_some(false)
    }

    /// The same weekday in the Nth school week before or after the week of a day, which is not counted itself.
    fn school_weeks(&self, from: NaiveDate, count: u32, way: Way) -> Edge {
        let monday = monday_of(from);
        let weeks = count_by(
            monday,
            count,
            |at| way.days(at, 7),
            |at| self.is_school_week(at),
        );
        let weekday = u64::from(from.weekday().num_days_from_monday());
        match weeks {
            Edge::On(monday) => Edge::On(Way::On.days(monday, weekday)),
            Edge::NoNearer(monday) => Edge::NoNearer(Way::On.days(monday, weekday)),
        }
    }

    /// The first day of the Nth school week back, or the last day of the Nth on; the week of the day itself is the first,
    /// if it is one.
    fn whole_school_weeks(&self, from: NaiveDate, count: u32, way: Way) -> Edge {
        let monday = monday_of(from);
        let other_way = match way {
            Way::Back => Way::On,
            Way::On => Way::Back,
        };
        let weeks = count_by(
            other_way.days(monday, 7),
            count,
            |at| way.days(at, 7),
            |at| self.is_school_week(at),
        );
        let end = |monday| match way {
            Way::Back => monday,
            Way::On => Way::On.days(monday, 6),
        };
        match weeks {
            Edge::On(monday) => Edge::On(end(monday)),
            Edge::NoNearer(monday) => Edge::NoNearer(end(monday)),
        }
    }
}

/// The Nth day that counts after or before a day, which is not counted itself.
fn count_days(
    from: NaiveDate,
    count: u32,
    way: Way,
    counts: impl Fn(NaiveDate) -> Option<bool>,
) -> Edge {
    count_by(from, count, |at| way.next(at), counts)
}

/// Goes on step by step until enough of what was passed counted. What is not known counts, and makes the end unknown.
fn count_by(
    from: NaiveDate,
    count: u32,
    next: impl Fn(NaiveDate) -> NaiveDate,
    counts: impl Fn(NaiveDate) -> Option<bool>,
) -> Edge {
    let (mut at, mut left, mut sure) = (from, count, true);
    while left > 0 {
        let reached = next(at);
        if reached == at {
            return Edge::NoNearer(at);
        }
        at = reached;
        match counts(at) {
            Some(false) => continue,
            Some(true) => {}
            None => sure = false,
        }
        left -= 1;
    }
    if sure {
        Edge::On(at)
    } else {
        Edge::NoNearer(at)
    }
}

/// The first or last day of the Nth academic year back or on; the one that holds the day is the first.
fn academic_years(from: NaiveDate, count: u32, way: Way) -> NaiveDate {
    let Some(others) = count.checked_sub(1) else {
        return from;
    };
    let others = i32::try_from(others).unwrap_or(i32::MAX);
    let year = academic_year(from);
    match way {
        Way::Back => first_of_year(year.saturating_sub(others)),
        Way::On => Way::Back.next(first_of_year(year.saturating_add(others).saturating_add(1))),
    }
}

/// The Monday of a day's week.
pub fn monday_of(day: NaiveDate) -> NaiveDate {
    Way::Back.days(day, u64::from(day.weekday().num_days_from_monday()))
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn months_keep_the_number_or_take_the_last_day() {
        let england = Calendar::england();
        let back = |y, m, d, n| {
            england
                .step(ymd(y, m, d), n, Unit::Month, Way::Back)
                .known()
                .unwrap()
        };
        assert_eq!(back(2026, 8, 31, 6), ymd(2026, 2, 28));
        assert_eq!(back(2028, 8, 31, 6), ymd(2028, 2, 29));
        assert_eq!(
            england.step(ymd(2028, 2, 29), 1, Unit::Year, Way::On),
            Edge::On(ymd(2029, 2, 28))
        );
    }

    #[test]
    fn working_days_pass_over_weekends_and_bank_holidays() {
        let england = Calendar::england();
        // Christmas 2026 is a Friday; Boxing Day falls on Saturday and is kept on Monday 28th.
        assert_eq!(
            england.step(ymd(2026, 12, 24), 1, Unit::WorkingDay, Way::On),
            Edge::On(ymd(2026, 12, 29))
        );
        assert_eq!(
            england.step(ymd(2026, 12, 29), 1, Unit::WorkingDay, Way::Back),
            Edge::On(ymd(2026, 12, 24))
        );
        assert_eq!(
            england.step(ymd(2026, 11, 20), 5, Unit::WorkingDay, Way::On),
            Edge::On(ymd(2026, 11, 27))
        );
        assert_eq!(
            england
                .step(
                    ymd(england.last_year(), 12, 30),
                    5,
                    Unit::WorkingDay,
                    Way::On
                )
                .known(),
            None
        );
    }

    /// Published days, checked one by one: Easter and the substitutes are where mistakes hide.
    #[test]
    fn known_bank_holidays_are_there() {
        let england = Calendar::england();
        for day in [
            ymd(2020, 5, 8),
            ymd(2021, 12, 28),
            ymd(2022, 1, 3),
            ymd(2022, 6, 3),
            ymd(2022, 9, 19),
            ymd(2023, 5, 8),
            ymd(2024, 3, 29),
            ymd(2025, 4, 21),
            ymd(2026, 4, 3),
            ymd(2026, 12, 28),
            ymd(2027, 3, 26),
            ymd(2027, 12, 27),
        ] {
            assert!(england.bank_holiday(day).is_some(), "{day}");
        }
        assert_eq!(england.holidays.len(), 8 * 10 + 3);
    }

    /// Autumn 2026 with its half-term, spring 2027, and nothing else.
    fn school() -> Calendar {
        let part = |from, to| Part {
            name: String::new(),
            from,
            to,
        };
        let parts = vec![
            part(ymd(2026, 9, 2), ymd(2026, 10, 23)),
            part(ymd(2026, 11, 2), ymd(2026, 12, 18)),
            part(ymd(2027, 1, 4), ymd(2027, 2, 12)),
            part(ymd(2027, 2, 22), ymd(2027, 3, 25)),
        ];
        let inset = BTreeMap::from([(ymd(2026, 11, 27), Closure::Inset)]);
        Calendar::england().with_terms(Terms::new(parts, inset))
    }

    #[test]
    fn school_weeks_skip_those_wholly_of_holiday() {
        let x = ymd(2026, 11, 19);
        let back = |calendar: &Calendar, n| calendar.step(x, n, Unit::SchoolWeek, Way::Back);
        for (n, day) in [
            (0, x),
            (1, ymd(2026, 11, 12)),
            (2, ymd(2026, 11, 5)),
            (3, ymd(2026, 10, 22)),
            (4, ymd(2026, 10, 15)),
        ] {
            assert_eq!(back(&school(), n), Edge::On(day), "{n}");
        }
        let on = school().step(ymd(2026, 11, 16), 5, Unit::SchoolWeek, Way::On);
        assert_eq!(on, Edge::On(ymd(2027, 1, 4)), "over Christmas");
        assert_eq!(
            back(&Calendar::england(), 3),
            Edge::NoNearer(ymd(2026, 10, 29)),
            "no term dates"
        );
        assert_eq!(
            back(&school(), 12),
            Edge::NoNearer(ymd(2026, 8, 20)),
            "they begin in September"
        );
        // A week with a single school day counts, and so does one in the middle of a holiday never.
        assert_eq!(
            school().step(ymd(2026, 10, 28), 1, Unit::SchoolWeek, Way::Back),
            Edge::On(ymd(2026, 10, 21))
        );
    }

    /// Counted on the calendar of that autumn: half-term is the week of 26 October.
    #[test]
    fn whole_school_weeks_begin_with_the_week_of_the_day_and_are_counted_whole() {
        let back = |from, n| school().step(from, n, Unit::WholeSchoolWeek, Way::Back);
        let thursday = ymd(2026, 11, 19);
        assert_eq!(back(thursday, 1), Edge::On(ymd(2026, 11, 16)));
        assert_eq!(back(thursday, 3), Edge::On(ymd(2026, 11, 2)));
        assert_eq!(back(thursday, 4), Edge::On(ymd(2026, 10, 19)));
        // From any day of one week the same.
        assert_eq!(back(ymd(2026, 11, 16), 4), Edge::On(ymd(2026, 10, 19)));
        assert_eq!(back(ymd(2026, 11, 22), 4), Edge::On(ymd(2026, 10, 19)));
        // In the holidays the last week with a session is the first.
        assert_eq!(back(ymd(2026, 10, 28), 1), Edge::On(ymd(2026, 10, 19)));
        assert_eq!(
            Calendar::england().step(thursday, 3, Unit::WholeSchoolWeek, Way::Back),
            Edge::NoNearer(ymd(2026, 11, 2)),
            "no term dates"
        );
    }

    #[test]
    fn school_days_leave_out_holidays_training_days_and_weekends() {
        let on = |from, n| school().step(from, n, Unit::SchoolDay, Way::On);
        assert_eq!(on(ymd(2026, 11, 9), 5), Edge::On(ymd(2026, 11, 16)));
        assert_eq!(
            on(ymd(2026, 11, 26), 1),
            Edge::On(ymd(2026, 11, 30)),
            "a training day on the Friday"
        );
        assert_eq!(on(ymd(2026, 12, 18), 1), Edge::On(ymd(2027, 1, 4)));
        assert_eq!(
            on(ymd(2027, 3, 25), 1),
            Edge::NoNearer(ymd(2027, 3, 30)),
            "Good Friday and Easter Monday are known"
        );
        assert_eq!(
            school().step(ymd(2026, 11, 9), 3, Unit::Session, Way::On),
            Edge::On(ymd(2026, 11, 11))
        );
        assert_eq!(
            school().is_school_day(ymd(2027, 3, 26)),
            Some(false),
            "Good Friday"
        );
        assert_eq!(
            school().is_school_day(ymd(2027, 4, 1)),
            None,
            "after the last term that is known"
        );
        assert_eq!(
            school().is_school_day(ymd(2026, 12, 24)),
            Some(false),
            "in the holidays between two terms"
        );
    }

    #[test]
    fn academic_years_need_no_term_dates() {
        let step = |n, way| Calendar::england().step(ymd(2027, 3, 10), n, Unit::AcademicYear, way);
        assert_eq!(step(1, Way::Back), Edge::On(ymd(2026, 9, 1)));
        assert_eq!(step(2, Way::Back), Edge::On(ymd(2025, 9, 1)));
        assert_eq!(step(1, Way::On), Edge::On(ymd(2027, 8, 31)));
        assert_eq!(academic_year(ymd(2026, 8, 31)), 2025);
    }

    #[test]
    fn the_terms_that_are_missing_are_named() {
        use Term::{Autumn, Spring, Summer};
        let missing = |calendar: &Calendar, from, to| calendar.missing_terms(from, to);
        let (from, to) = (ymd(2026, 7, 20), ymd(2027, 5, 3));
        assert_eq!(
            missing(&Calendar::england(), from, to),
            [
                (2025, Summer),
                (2026, Autumn),
                (2026, Spring),
                (2026, Summer)
            ],
            "none are there"
        );
        assert_eq!(
            missing(&school(), ymd(2026, 9, 1), ymd(2027, 3, 29)),
            [],
            "nothing is untold up to Easter Monday"
        );
        // The spring term ends on Thu 25 Mar, so what is lacking is the next one.
        assert_eq!(
            missing(&school(), ymd(2026, 9, 1), ymd(2027, 3, 30)),
            [(2026, Summer)]
        );
        assert_eq!(
            missing(&school(), ymd(2026, 7, 20), ymd(2026, 9, 30)),
            [(2025, Summer)]
        );
        let summer_alone = Calendar::england().with_terms(Terms::new(
            vec![Part {
                name: String::new(),
                from: ymd(2027, 4, 12),
                to: ymd(2027, 7, 20),
            }],
            BTreeMap::new(),
        ));
        assert_eq!(
            missing(&summer_alone, ymd(2027, 4, 6), ymd(2027, 4, 30)),
            [(2026, Spring)],
            "before the summer term is what is left of the spring"
        );
        assert_eq!(year_words(1999), "1999/00");
        assert_eq!(year_words(2026), "2026/27");
    }

    #[test]
    fn a_term_that_was_left_out_is_no_holiday() {
        let part = |from, to| Part {
            name: String::new(),
            from,
            to,
        };
        let parts = vec![
            part(ymd(2026, 9, 2), ymd(2026, 12, 18)),
            part(ymd(2027, 4, 12), ymd(2027, 7, 20)),
            part(ymd(2027, 9, 1), ymd(2027, 12, 17)),
        ];
        let gap = Calendar::england().with_terms(Terms::new(parts, BTreeMap::new()));
        assert_eq!(
            gap.is_school_day(ymd(2027, 2, 3)),
            None,
            "spring is missing"
        );
        assert_eq!(
            gap.is_school_day(ymd(2027, 8, 3)),
            Some(false),
            "the summer holiday"
        );
    }
}
