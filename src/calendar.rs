//! Days that count and days that do not, and how far one day lies from another.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::day;
use crate::number::counted;

/// What a span is counted in, without the units that need the school's term dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Calendar days.
    Day,
    /// Seven days.
    Week,
    /// To the same number in another month, else that month's last day.
    Month,
    /// Twelve months.
    Year,
    /// Monday to Friday, without bank holidays in England.
    WorkingDay,
}

/// England's bank holidays, as far as they are known.
#[derive(Debug, Clone)]
pub struct Calendar {
    holidays: BTreeSet<NaiveDate>,
    first_year: i32,
    last_year: i32,
}

/// Which way to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards earlier days.
    Back,
    /// Towards later days.
    On,
}

impl Calendar {
    /// The bank holidays that travel with the program.
    pub fn england() -> Self {
        let text = include_str!("../data/bank-holidays.tsv");
        let days = text.lines().filter_map(|line| day::stored(line.split('\t').next()?));
        let holidays: BTreeSet<NaiveDate> = days.collect();
        let year = |day: Option<&NaiveDate>| day.map_or(0, Datelike::year);
        let (first_year, last_year) = (year(holidays.first()), year(holidays.last()));
        Self { holidays, first_year, last_year }
    }

    /// The last year whose bank holidays are known.
    pub fn last_year(&self) -> i32 {
        self.last_year
    }

    /// The day `count` units from another; `None` where the bank holidays are not known so far, or no calendar reaches.
    pub fn step(&self, from: NaiveDate, count: u32, unit: Unit, way: Way) -> Option<NaiveDate> {
        let days = |n: u64| match way {
            Way::Back => from.checked_sub_days(Days::new(n)),
            Way::On => from.checked_add_days(Days::new(n)),
        };
        let months = |n: u32| match way {
            Way::Back => from.checked_sub_months(Months::new(n)),
            Way::On => from.checked_add_months(Months::new(n)),
        };
        match unit {
            Unit::Day => days(u64::from(count)),
            Unit::Week => days(u64::from(count) * 7),
            Unit::Month => months(count),
            Unit::Year => months(count.checked_mul(12)?),
            Unit::WorkingDay => self.working_days(from, count, way),
        }
    }

    /// The Nth working day after or before a day, which is itself not counted.
    fn working_days(&self, from: NaiveDate, count: u32, way: Way) -> Option<NaiveDate> {
        let mut at = from;
        let mut left = count;
        while left > 0 {
            at = match way {
                Way::Back => at.pred_opt()?,
                Way::On => at.succ_opt()?,
            };
            if !(self.first_year..=self.last_year).contains(&at.year()) {
                return None;
            }
            if !matches!(at.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains(&at) {
                left -= 1;
            }
        }
        Some(at)
    }
}

impl Unit {
    /// The unit in words, for a number of them.
    pub fn words(self, count: u32) -> String {
        let one = match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
            Self::WorkingDay => "working day",
        };
        counted(count, one)
    }
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
        let back = |y, m, d, n| england.step(ymd(y, m, d), n, Unit::Month, Way::Back).unwrap();
        assert_eq!(back(2026, 8, 31, 6), ymd(2026, 2, 28));
        assert_eq!(back(2028, 8, 31, 6), ymd(2028, 2, 29));
        assert_eq!(england.step(ymd(2028, 2, 29), 1, Unit::Year, Way::On), Some(ymd(2029, 2, 28)));
    }

    #[test]
    fn working_days_pass_over_weekends_and_bank_holidays() {
        let england = Calendar::england();
        // Christmas 2026 is a Friday; Boxing Day falls on Saturday and is kept on Monday 28th.
        assert_eq!(england.step(ymd(2026, 12, 24), 1, Unit::WorkingDay, Way::On), Some(ymd(2026, 12, 29)));
        assert_eq!(england.step(ymd(2026, 12, 29), 1, Unit::WorkingDay, Way::Back), Some(ymd(2026, 12, 24)));
        assert_eq!(england.step(ymd(2026, 11, 20), 5, Unit::WorkingDay, Way::On), Some(ymd(2026, 11, 27)));
        assert_eq!(england.step(ymd(england.last_year(), 12, 30), 5, Unit::WorkingDay, Way::On), None);
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
            assert!(england.holidays.contains(&day), "{day}");
        }
        assert_eq!(england.holidays.len(), 8 * 10 + 3);
    }
}
