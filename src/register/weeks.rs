//! One pupil's marks by week.

use chrono::{Datelike as _, Days, NaiveDate};

use super::{Counts, Marks, Register};
use crate::calendar::monday_of;

/// A week with anything entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// Its sessions, counted.
    pub counts: Counts,
    /// The marks of Monday to Sunday, morning and afternoon.
    pub days: [Marks; 7],
}

impl Week {
    /// Its last day.
    pub fn sunday(&self) -> NaiveDate {
        self.monday + Days::new(6)
    }
}

/// Monday to Sunday, as headings.
pub const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// How many days of a week have to be shown: five, and the weekend only where there are marks on it.
pub fn days_shown(weeks: &[Week]) -> usize {
    let last = |week: &Week| {
        week.days
            .iter()
            .rposition(|marks| marks.iter().any(Option::is_some))
    };
    weeks
        .iter()
        .filter_map(last)
        .max()
        .map_or(5, |last| (last + 1).max(5))
}

/// Every week of a stretch of days in which something is entered, in order.
pub fn weeks(register: &Register, from: NaiveDate, to: NaiveDate) -> Vec<Week> {
    let mut found: Vec<Week> = Vec::new();
    for (day, marks) in register.days(from, to) {
        let monday = monday_of(day);
        if found.last().is_none_or(|week| week.monday != monday) {
            found.push(Week {
                monday,
                counts: Counts::default(),
                days: [[None; 2]; 7],
            });
        }
        if let Some(week) = found.last_mut() {
            week.days[day.weekday().num_days_from_monday() as usize] = marks;
            for code in marks.into_iter().flatten() {
                week.counts.add(code);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{Code, read};

    #[test]
    fn weeks_are_counted_by_hand() {
        let text = "date,am,pm,read\n2026-09-17,O,\\,2026-09-28\n2026-09-18,/,\\,2026-09-28\n2026-09-21,I,I,2026-09-28\n";
        let ymd = |d| NaiveDate::from_ymd_opt(2026, 9, d).unwrap();
        let found = weeks(&read(text).unwrap(), ymd(1), ymd(30));
        assert_eq!(
            found.iter().map(|week| week.monday).collect::<Vec<_>>(),
            [ymd(14), ymd(21)]
        );
        assert_eq!(
            (found[0].counts.attended, found[0].counts.unauthorised),
            (3, 1)
        );
        assert_eq!(
            (found[1].counts.attended, found[1].counts.authorised),
            (0, 2)
        );
        assert!(found[0].days[0].iter().all(Option::is_none));
        assert_eq!(found[0].days[3][0].map(Code::as_str), Some("O"));
        assert!(weeks(&read(text).unwrap(), ymd(22), ymd(30)).is_empty());
        assert_eq!(days_shown(&found), 5);
        let saturday = format!("{text}2026-09-26,/,,2026-09-28\n");
        assert_eq!(
            days_shown(&weeks(&read(&saturday).unwrap(), ymd(1), ymd(30))),
            6
        );
    }
}
