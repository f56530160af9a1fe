//! Periods: how long one lasts, how often something is done again, how far back a copy reaches (sections 2 and 3 of the
//! language).

use chrono::NaiveDate;

use super::Assessor;
use super::count::Counted;
use super::days::{AnchorDay, Trouble, anchor_words};
use super::gap::GapCode;
use crate::calendar::{Edge, Unit, Way, academic_year, core_of_year, year_words};
use crate::case::entry::PersonId;
use crate::checklist::{Anchor, Item};
use crate::day;
use crate::span::{Cover, Interval, Length};
use crate::truth::Truth;

impl<'a> Assessor<'a> {
    /// Judges the length of an entry's period: it holds N units when the next day is N units after its first.
    pub(super) fn length(
        &self,
        length: &'a Length<Anchor>,
        from: &Item,
        who: Option<&PersonId>,
        own: &Counted<'_>,
    ) -> Option<Trouble> {
        let start = match &length.from {
            None => AnchorDay::Day(own.day),
            Some(anchor) => self.anchor_day(anchor, from, who, Some(own)),
        };
        let end = match &length.to {
            None => {
                let text = own
                    .action
                    .fields
                    .get("ends-on")
                    .and_then(|text| day::stored(text));
                match text {
                    Some(day) => AnchorDay::Day(day),
                    None => {
                        return Some(Trouble::no(
                            GapCode::FieldMissing,
                            "the last day (ends-on) is not recorded".into(),
                        ));
                    }
                }
            }
            Some(anchor) => self.anchor_day(anchor, from, who, Some(own)),
        };
        let name =
            |anchor: &Option<Anchor>| anchor.as_ref().map_or("the entry".to_owned(), anchor_words);
        let start = match start {
            AnchorDay::Day(day) => day,
            AnchorDay::NotYet(Truth::No) => return None,
            AnchorDay::NotYet(Truth::Yes) => {
                let says = format!(
                    "the period begins with {}, and nothing is recorded there",
                    name(&length.from)
                );
                return Some(Trouble::no(GapCode::OutOfOrder, says));
            }
            AnchorDay::NotYet(Truth::Unknown) | AnchorDay::Blank => {
                let says = format!(
                    "the day of {}, with which the period begins, is not known",
                    name(&length.from)
                );
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
        };
        let (end, over) = match end {
            AnchorDay::Day(day) => (day, true),
            AnchorDay::NotYet(Truth::No) => return None,
            // It still runs: measured up to the day of the check.
            AnchorDay::NotYet(_) => (self.question.as_of, false),
            AnchorDay::Blank => {
                let says = format!(
                    "the day of {}, with which the period ends, is not known",
                    name(&length.to)
                );
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
        };
        if over && end < start {
            return Some(backwards(start, end));
        }
        self.long_enough(length, start, end, over)
    }

    fn long_enough(
        &self,
        length: &Length<Anchor>,
        start: NaiveDate,
        end: NaiveDate,
        over: bool,
    ) -> Option<Trouble> {
        let calendar = self.question.calendar;
        let step = |n| calendar.step(start, n, length.unit, Way::On);
        // The next day that the unit counts: a holiday after the last day adds nothing to a period in school weeks.
        let next = match length.unit {
            Unit::SchoolDay | Unit::SchoolWeek | Unit::WholeSchoolWeek | Unit::Session => {
                calendar.next_school_day(end)
            }
            Unit::WorkingDay => calendar.step(end, 1, Unit::WorkingDay, Way::On),
            _ => calendar.step(end, 1, Unit::Day, Way::On),
        };
        let mut unsure = None;
        let period = format!(
            "the period from {} to {}",
            day::short(start),
            day::short(end)
        );
        if let Some(least) = length.least {
            let until = step(least);
            let sure = match (until, next) {
                (Edge::On(until), Edge::NoNearer(next)) => next >= until,
                (Edge::NoNearer(until), Edge::On(next)) => next < until,
                (until, next) => until.known().is_some() && next.known().is_some(),
            };
            if !sure {
                unsure = Some(self.no_calendar(length.unit, start, next.nearest()));
            } else if next.nearest() < until.nearest() {
                let so_far = if over { "" } else { " so far" };
                let says = format!(
                    "{period} is shorter than {}{so_far}",
                    length.unit.words(least)
                );
                return Some(Trouble::no(GapCode::TooShort, says));
            }
        }
        if let Some(most) = length.most {
            let until = step(most);
            if end >= until.nearest() {
                if until.known().is_none() {
                    return Some(self.no_calendar(length.unit, start, end));
                }
                return Some(Trouble::no(
                    GapCode::TooLong,
                    format!("{period} is longer than {}", length.unit.words(most)),
                ));
            }
        }
        unsure
    }

    /// Judges whether something was done again often enough, given the days on which it was done.
    pub(super) fn interval(
        &self,
        interval: &'a Interval<Anchor>,
        item: &'a Item,
        who: Option<&PersonId>,
        done: &[Counted<'a>],
    ) -> Option<Trouble> {
        let last = done.last()?;
        let today = self.question.as_of;
        let edge = |anchor: &'a Option<Anchor>| {
            anchor
                .as_ref()
                .map(|anchor| self.anchor_day(anchor, item, who, Some(last)))
        };
        let start = match edge(&interval.from) {
            Some(AnchorDay::Day(day)) => Some(day),
            Some(AnchorDay::Blank) => {
                let says = "the day from which it is counted is not recorded".to_owned();
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
            Some(AnchorDay::NotYet(_)) | None => None,
        };
        let (end, over) = match edge(&interval.to) {
            // A day still to come has missed nothing yet.
            Some(AnchorDay::Day(day)) if day > today => (today, false),
            Some(AnchorDay::Day(day)) => (day, true),
            Some(AnchorDay::Blank) => {
                let says = "the day up to which it is counted is not recorded".to_owned();
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
            Some(AnchorDay::NotYet(_)) | None => (today, false),
        };
        if let Some(start) = start.filter(|start| over && end < *start) {
            return Some(backwards(start, end));
        }
        let bounded = interval.from.is_some() || interval.to.is_some();
        let inside = done
            .iter()
            .map(|entry| entry.day)
            .filter(|day| start.is_none_or(|s| *day >= s) && *day <= end);
        let mut stops: Vec<NaiveDate> = start.into_iter().chain(inside).collect();
        if !bounded {
            // Only what has passed since the latest one is asked.
            stops = vec![last.day];
        }
        stops.push(end);
        let mut unsure = None;
        for pair in stops.windows(2) {
            let until =
                self.question
                    .calendar
                    .step(pair[0], interval.every, interval.unit, Way::On);
            if let (Edge::NoNearer(until), None) = (until, &unsure)
                && pair[1] > until
            {
                unsure = Some(self.no_calendar(interval.unit, pair[0], pair[1]));
            }
            if let Edge::On(until) = until
                && pair[1] > until
            {
                let every = interval.unit.words(interval.every);
                if pair[1] == end && !over {
                    let says = format!(
                        "last done on {}; it was due again by {}",
                        day::short(pair[0]),
                        day::short(until)
                    );
                    return Some(Trouble::no(GapCode::OverdueReview, says));
                }
                let says = format!(
                    "more than {every} lie between {} and {}",
                    day::short(pair[0]),
                    day::short(pair[1])
                );
                return Some(Trouble::no(GapCode::IntervalMissed, says));
            }
        }
        unsure
    }

    /// Judges how far back a period reaches: every school day from the far edge up to the last one before the anchor must
    /// lie in it.
    pub(super) fn covers(
        &self,
        cover: &'a Cover<Anchor>,
        period: (NaiveDate, NaiveDate),
        from: &Item,
        who: Option<&PersonId>,
        own: &Counted<'_>,
    ) -> Option<Trouble> {
        let name = anchor_words(&cover.anchor);
        let x = match self.anchor_day(&cover.anchor, from, who, Some(own)) {
            AnchorDay::Day(x) => x,
            // Measured from the day of the check, as long as it has not happened.
            AnchorDay::NotYet(Truth::No) => return None,
            AnchorDay::NotYet(_) => self.question.as_of,
            AnchorDay::Blank => {
                let says = format!(
                    "the day of {name} is not recorded, and the copy must reach back from it"
                );
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
        };
        let calendar = self.question.calendar;
        let edge = calendar.step(x, cover.count, cover.unit, Way::Back);
        if let Some(year) = year_left_out(edge.nearest(), x, period) {
            let says = format!(
                "the copy covers {} to {}; it must reach over every school day from {} up to {name}, and the whole \
                 academic year {} is not in it",
                day::short(period.0),
                day::short(period.1),
                day::short(edge.nearest()),
                year_words(year)
            );
            return Some(Trouble::no(GapCode::NotCovered, says));
        }
        let mut unsure = edge.known().is_none();
        let mut at = edge.nearest();
        while at < x {
            if !(period.0..=period.1).contains(&at) {
                match calendar.is_school_day(at) {
                    Some(true) => {
                        let says = format!(
                            "the copy covers {} to {}; it must reach over every school day from {} up to {name}, and {} is \
                             not in it",
                            day::short(period.0),
                            day::short(period.1),
                            day::short(edge.nearest()),
                            day::short(at)
                        );
                        return Some(Trouble::no(GapCode::NotCovered, says));
                    }
                    Some(false) => {}
                    None => unsure = true,
                }
            }
            at = at.succ_opt()?;
        }
        unsure.then(|| {
            let unit = if cover.unit.is_of_school() {
                cover.unit
            } else {
                Unit::SchoolDay
            };
            let before = x.pred_opt().unwrap_or(x);
            self.no_calendar(unit, edge.nearest(), before)
        })
    }
}

/// The first academic year of which every day a copy must reach over is not in it. It has school days whatever its terms
/// were, so nobody's term dates are needed to tell.
fn year_left_out(edge: NaiveDate, x: NaiveDate, period: (NaiveDate, NaiveDate)) -> Option<i32> {
    (academic_year(edge)..=academic_year(x)).find(|year| {
        core_of_year(*year).is_some_and(|(first, last)| {
            edge <= first && last < x && (period.1 < first || last < period.0)
        })
    })
}

/// A period whose last day lies before its first has no length that could be right.
fn backwards(start: NaiveDate, end: NaiveDate) -> Trouble {
    let says = format!(
        "the period ends on {}, before it begins on {}",
        day::short(end),
        day::short(start)
    );
    Trouble::no(GapCode::EndsBeforeStart, says)
}
