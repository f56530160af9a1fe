//! How long cases are kept, by the school's own retention schedule in `attcheck.toml`.
//!
//! ```toml
//! [retention]
//! after-closing = "6 years"
//! after-leaving = "6 years"
//! ```
//!
//! There is no default: no statutory period for attendance case files was found. Registers are another matter: every entry
//! must be kept for six years from the day it was made (School Attendance (Pupil Registration) (England) Regulations 2024,
//! regulations 5 and 7; Working together to improve school attendance, paragraph 36).

use std::ops::Range;

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::Deserialize;
use toml::Spanned;

use crate::calendar::Unit;
use crate::case::entry::CloseReason;

/// So long after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    count: u32,
    /// Days, weeks, months or years.
    unit: Unit,
}

impl Period {
    /// Reads `6 years`, `18 months`, `90 days`.
    fn read(text: &str) -> Option<Self> {
        let (count, unit) = text.trim().split_once(' ')?;
        let one = unit.trim().trim_end_matches('s');
        let fits = |unit: &Unit| unit.one() == one;
        let unit = [Unit::Day, Unit::Week, Unit::Month, Unit::Year]
            .into_iter()
            .find(fits)?;
        let count = count
            .parse()
            .ok()
            .filter(|count| (1..=1_000).contains(count))?;
        Some(Self { count, unit })
    }

    /// The last day on which something that happened on `from` is to be kept: the same day of the month so much later. Where
    /// that month has no such day it is the first of the next, so that nothing goes early.
    pub fn end(self, from: NaiveDate) -> NaiveDate {
        let months = |count: u32| {
            let end = from.checked_add_months(Months::new(count))?;
            if end.day() == from.day() {
                Some(end)
            } else {
                end.succ_opt()
            }
        };
        let end = match self.unit {
            Unit::Day => from.checked_add_days(Days::new(u64::from(self.count))),
            Unit::Week => from.checked_add_days(Days::new(u64::from(self.count) * 7)),
            Unit::Month => months(self.count),
            _ => months(self.count * 12),
        };
        end.unwrap_or(NaiveDate::MAX)
    }

    /// In words: `6 years`.
    pub fn words(self) -> String {
        self.unit.words(self.count)
    }
}

/// The school's own periods, as far as they are set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Counted from the day the case was closed.
    pub after_closing: Option<Period>,
    /// Counted from the day the pupil left: the day of a case closed as `left` or `moved`.
    pub after_leaving: Option<Period>,
}

impl Retention {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The period that counts for a case closed for a reason; `None` if the settings do not tell it.
    pub fn period(&self, reason: CloseReason) -> Option<Period> {
        let left = matches!(reason, CloseReason::Left | CloseReason::Moved);
        if left {
            self.after_leaving.or(self.after_closing)
        } else {
            self.after_closing
        }
    }
}

/// The part of the file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRetention {
    after_closing: Option<Spanned<String>>,
    after_leaving: Option<Spanned<String>>,
}

/// Reads the part of the settings; the place of what is no period.
pub(super) fn retention(raw: &RawRetention) -> Result<Retention, Range<usize>> {
    let period = |raw: &Option<Spanned<String>>| match raw {
        None => Ok(None),
        Some(text) => Period::read(text.get_ref())
            .map(Some)
            .ok_or_else(|| text.span()),
    };
    Ok(Retention {
        after_closing: period(&raw.after_closing)?,
        after_leaving: period(&raw.after_leaving)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_on_the_day_of_the_calendar() {
        let ymd = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let end = |text: &str, from| Period::read(text).unwrap().end(from);
        assert_eq!(end("6 years", ymd(2026, 9, 14)), ymd(2032, 9, 14));
        assert_eq!(end("1 year", ymd(2028, 2, 29)), ymd(2029, 3, 1));
        assert_eq!(end("6 months", ymd(2026, 8, 31)), ymd(2027, 3, 1));
        assert_eq!(end("18 months", ymd(2026, 9, 14)), ymd(2028, 3, 14));
        assert_eq!(end("2 weeks", ymd(2026, 9, 14)), ymd(2026, 9, 28));
        assert_eq!(end("90 days", ymd(2026, 9, 14)), ymd(2026, 12, 13));
        assert_eq!(Period::read("6 years").unwrap().words(), "6 years");
        for bad in [
            "6",
            "six years",
            "0 years",
            "-1 years",
            "6 school weeks",
            "1001 years",
            "",
        ] {
            assert_eq!(Period::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn leaving_counts_where_the_pupil_left() {
        let period = |text| Period::read(text);
        let both = Retention {
            after_closing: period("1 year"),
            after_leaving: period("6 years"),
        };
        assert_eq!(both.period(CloseReason::Left), period("6 years"));
        assert_eq!(both.period(CloseReason::Improved), period("1 year"));
        let closing = Retention {
            after_leaving: None,
            ..both
        };
        assert_eq!(closing.period(CloseReason::Moved), period("1 year"));
        let leaving = Retention {
            after_closing: None,
            ..both
        };
        assert_eq!(leaving.period(CloseReason::Referred), None);
    }
}
