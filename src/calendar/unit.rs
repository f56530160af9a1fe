//! What spans are counted in.

use crate::number::counted;

/// A unit of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// Days with a session, by the school's term dates.
    SchoolDay,
    /// Weeks, Monday to Sunday, with at least one school day.
    SchoolWeek,
    /// The same, each counted whole, the week of the day itself first: only back from a day.
    WholeSchoolWeek,
    /// Half a school day.
    Session,
    /// 1 September to 31 August.
    AcademicYear,
}

impl Unit {
    /// Every unit, with its words for one of it.
    pub const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Day, "day"),
        (Self::Week, "week"),
        (Self::Month, "month"),
        (Self::Year, "year"),
        (Self::WorkingDay, "working day"),
        (Self::SchoolDay, "school day"),
        (Self::SchoolWeek, "school week"),
        (Self::WholeSchoolWeek, "whole school week"),
        (Self::Session, "session"),
        (Self::AcademicYear, "academic year"),
    ];

    /// The words for one of it.
    pub fn one(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(unit, _)| *unit == self)
            .map_or("", |(_, one)| one)
    }

    /// The unit in words, for a number of them.
    pub fn words(self, count: u32) -> String {
        counted(count, self.one())
    }

    /// Whether it is counted by the school's term dates.
    pub fn is_of_school(self) -> bool {
        matches!(
            self,
            Self::SchoolDay | Self::SchoolWeek | Self::WholeSchoolWeek | Self::Session
        )
    }
}
