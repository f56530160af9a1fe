//! Days that must lie in a stretch, or must not (section 3 of the language).

use chrono::NaiveDate;

use super::Assessor;
use super::count::{Counted, Whose};
use super::gap::GapCode;
use crate::calendar::{Unit, Way};
use crate::case::entry::PersonId;
use crate::checklist::{Anchor, Item};
use crate::day;
use crate::span::{Clause, Interval, Length, Reach};
use crate::truth::Truth;

/// The day an anchor stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnchorDay {
    /// It happened, or is today.
    Day(NaiveDate),
    /// Its item has no counted entry; whether it applies.
    NotYet(Truth),
    /// The field that should hold it is blank.
    Blank,
}

/// What a demand on days came to, where it did not come out well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) code: GapCode,
    pub(super) definite: bool,
    pub(super) says: String,
}

impl Trouble {
    pub(super) fn no(code: GapCode, says: String) -> Self {
        Self { code, definite: true, says }
    }

    fn unknown(code: GapCode, says: String) -> Self {
        Self { code, definite: false, says }
    }
}

impl<'a> Assessor<'a> {
    /// The day an anchor stands for, seen from an entry.
    pub(super) fn anchor_day(
        &self,
        anchor: &'a Anchor,
        from: &Item,
        who: Option<&PersonId>,
        own: &Counted<'_>,
    ) -> AnchorDay {
        let field_day = |text: Option<&String>| {
            text.and_then(|text| day::stored(text)).map_or(AnchorDay::Blank, AnchorDay::Day)
        };
        match anchor {
            // `last-change` goes by the chain and not by days: see `signed`.
            Anchor::Today | Anchor::LastChange => AnchorDay::Day(self.question.as_of),
            Anchor::OwnDay => AnchorDay::Day(own.day),
            Anchor::OwnField(field) => field_day(own.action.fields.get(field)),
            Anchor::Item { item, first, field } => {
                let Some(other) = self.question.checklist.item(item) else { return AnchorDay::Blank };
                let who = who.filter(|_| other.each.is_some() && other.each == from.each);
                if self.is_contested(other, who) {
                    return AnchorDay::Blank;
                }
                let counted = self.counted_of(other, who);
                let found = if *first { counted.first() } else { counted.last() };
                match (found, field) {
                    (Some(entry), None) => AnchorDay::Day(entry.day),
                    (Some(entry), Some(field)) => field_day(entry.action.fields.get(field)),
                    (None, _) => AnchorDay::NotYet(self.applies_at_all(other, who)),
                }
            }
        }
    }

    /// Whether an event of an item has two versions that may be its latest: then neither its answer, nor its fields, nor
    /// its day can be read.
    pub(super) fn is_contested(&self, item: &'a Item, who: Option<&PersonId>) -> bool {
        let latest = self.counted_of(item, who).last().map(|entry| entry.day);
        let may_be_latest =
            |day: Option<NaiveDate>| latest.is_none_or(|latest| day.is_none_or(|day| day >= latest));
        self.whose(item).iter().any(|(whose, _, _)| {
            let fits = match (whose, who) {
                (Whose::Person { id, .. }, Some(who)) => id == who,
                _ => true,
            };
            fits && self.tally(item, whose).contested.iter().any(|one| may_be_latest(one.day))
        })
    }

    /// Counted entries of an item for one person, or for everybody together, in order.
    pub(super) fn counted_of(&self, item: &'a Item, who: Option<&PersonId>) -> Vec<Counted<'a>> {
        let mut all: Vec<Counted<'a>> = Vec::new();
        for (whose, _, _) in self.whose(item) {
            let fits = match (&whose, who) {
                (Whose::Person { id, .. }, Some(who)) => id == who,
                _ => true,
            };
            if fits {
                all.extend(self.tally(item, &whose).counted);
            }
        }
        all.sort_by(|a, b| a.rank().cmp(&b.rank()));
        all.dedup_by(|a, b| a.id == b.id);
        all
    }

    /// Judges a day by a clause.
    pub(super) fn clause(
        &self,
        clause: &'a Clause<Unit, Anchor>,
        on: NaiveDate,
        what: &str,
        from: &Item,
        who: Option<&PersonId>,
        own: &Counted<'_>,
    ) -> Option<Trouble> {
        let name = anchor_words(&clause.anchor);
        let x = match self.anchor_day(&clause.anchor, from, who, own) {
            AnchorDay::Day(x) => x,
            AnchorDay::Blank => {
                let says = format!(
                    "the day of {name} is not recorded or given in two ways, and {what} is measured from it"
                );
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
            AnchorDay::NotYet(applies) => return self.not_yet(clause.reach, applies, on, what, &name),
        };
        self.against(clause.reach, x, on, what, &name, clause.anchor == Anchor::Today)
    }

    /// A clause whose anchor has not happened (the table of section 3).
    fn not_yet(
        &self,
        reach: Reach<Unit>,
        applies: Truth,
        on: NaiveDate,
        what: &str,
        name: &str,
    ) -> Option<Trouble> {
        if applies.is_no() {
            return None;
        }
        match reach {
            // It may still come, and then come right.
            Reach::Before { .. } | Reach::On | Reach::Apart { most: None, after: false, .. } => None,
            // Measured from the day of the check: it fails once it cannot hold any more.
            Reach::Apart { after: false, most: Some(most), unit, .. } => {
                let widest = Reach::Apart { least: 0, most: Some(most), unit, after: false };
                self.against(widest, self.question.as_of, on, what, name, false)
            }
            Reach::After { .. } | Reach::Apart { after: true, .. } => {
                let says = format!("{what} must come after {name}, and nothing is recorded there");
                Some(match applies {
                    Truth::Yes => Trouble::no(GapCode::OutOfOrder, says),
                    _ => Trouble::unknown(
                        GapCode::Waiting,
                        format!("{says}; it is not known whether it applies"),
                    ),
                })
            }
        }
    }

    fn against(
        &self,
        reach: Reach<Unit>,
        x: NaiveDate,
        on: NaiveDate,
        what: &str,
        name: &str,
        is_today: bool,
    ) -> Option<Trouble> {
        let (this, that) = (day::short(on), day::short(x));
        let of = if is_today { format!("{name} ({that})") } else { format!("{name} of {that}") };
        let order = |right: bool, word: &str| {
            (!right).then(|| Trouble::no(GapCode::OutOfOrder, format!("{what} ({this}) must be {word} {of}")))
        };
        match reach {
            Reach::Before { or_on: false } => order(on < x, "before"),
            Reach::Before { or_on: true } => order(on <= x, "on or before"),
            Reach::After { or_on: false } => order(on > x, "after"),
            Reach::After { or_on: true } if is_today => (on < x).then(|| {
                Trouble::no(
                    GapCode::OutOfOrder,
                    format!("{what} ({this}) is past; it must be {that} or later"),
                )
            }),
            Reach::After { or_on: true } => order(on >= x, "on or after"),
            Reach::On => order(on == x, "on the day of"),
            Reach::Apart { least, most, unit, after } => {
                if let Some(trouble) =
                    order(if after { on >= x } else { on <= x }, if after { "after" } else { "before" })
                {
                    return Some(trouble);
                }
                let way = if after { Way::On } else { Way::Back };
                let side = if after { "after" } else { "before" };
                let Some(near) = self.question.calendar.step(x, least, unit, way) else {
                    return Some(self.no_calendar());
                };
                if if after { on < near } else { on > near } {
                    let says = format!("{what} ({this}) must be at least {} {side} {of}", unit.words(least));
                    return Some(Trouble::no(GapCode::TooClose, says));
                }
                let most = most?;
                let Some(far) = self.question.calendar.step(x, most, unit, way) else {
                    return Some(self.no_calendar());
                };
                if if after { on > far } else { on < far } {
                    let code = match (after, is_today) {
                        (true, _) => GapCode::TooLate,
                        (false, true) => GapCode::Lapsed,
                        (false, false) => GapCode::TooOld,
                    };
                    let edge = day::short(far);
                    let says = format!(
                        "{what} ({this}) must be within {} {side} {of}; the edge is {edge}",
                        unit.words(most)
                    );
                    return Some(Trouble::no(code, says));
                }
                None
            }
        }
    }

    pub(super) fn no_calendar(&self) -> Trouble {
        let says = format!(
            "bank holidays are known up to {}, and this needs later ones",
            self.question.calendar.last_year()
        );
        Trouble::unknown(GapCode::NoTermDates, says)
    }

    /// Judges the length of an entry's period: it holds N units when the next day is N units after its first.
    pub(super) fn length(
        &self,
        length: &'a Length<Unit, Anchor>,
        from: &Item,
        who: Option<&PersonId>,
        own: &Counted<'_>,
    ) -> Option<Trouble> {
        let start = match &length.from {
            None => AnchorDay::Day(own.day),
            Some(anchor) => self.anchor_day(anchor, from, who, own),
        };
        let end = match &length.to {
            None => {
                let text = own.action.fields.get("ends-on").and_then(|text| day::stored(text));
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
            Some(anchor) => self.anchor_day(anchor, from, who, own),
        };
        let name = |anchor: &Option<Anchor>| anchor.as_ref().map_or("the entry".to_owned(), anchor_words);
        let start = match start {
            AnchorDay::Day(day) => day,
            AnchorDay::NotYet(Truth::No) => return None,
            AnchorDay::NotYet(Truth::Yes) => {
                let says =
                    format!("the period begins with {}, and nothing is recorded there", name(&length.from));
                return Some(Trouble::no(GapCode::OutOfOrder, says));
            }
            AnchorDay::NotYet(Truth::Unknown) | AnchorDay::Blank => {
                let says =
                    format!("the day of {}, with which the period begins, is not known", name(&length.from));
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
        };
        let (end, over) = match end {
            AnchorDay::Day(day) => (day, true),
            AnchorDay::NotYet(Truth::No) => return None,
            // It still runs: measured up to the day of the check.
            AnchorDay::NotYet(_) => (self.question.as_of, false),
            AnchorDay::Blank => {
                let says =
                    format!("the day of {}, with which the period ends, is not known", name(&length.to));
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
        };
        self.long_enough(length, start, end, over)
    }

    fn long_enough(
        &self,
        length: &Length<Unit, Anchor>,
        start: NaiveDate,
        end: NaiveDate,
        over: bool,
    ) -> Option<Trouble> {
        let step = |n| self.question.calendar.step(start, n, length.unit, Way::On);
        let next = end.succ_opt().unwrap_or(end);
        let period = format!("the period from {} to {}", day::short(start), day::short(end));
        if let Some(least) = length.least {
            let Some(until) = step(least) else { return Some(self.no_calendar()) };
            if next < until {
                let so_far = if over { "" } else { " so far" };
                let says = format!("{period} is shorter than {}{so_far}", length.unit.words(least));
                return Some(Trouble::no(GapCode::TooShort, says));
            }
        }
        if let Some(most) = length.most {
            let Some(until) = step(most) else { return Some(self.no_calendar()) };
            if end >= until {
                return Some(Trouble::no(
                    GapCode::TooLong,
                    format!("{period} is longer than {}", length.unit.words(most)),
                ));
            }
        }
        None
    }

    /// Judges whether something was done again often enough, given the days on which it was done.
    pub(super) fn interval(
        &self,
        interval: &'a Interval<Unit, Anchor>,
        item: &'a Item,
        who: Option<&PersonId>,
        done: &[Counted<'a>],
    ) -> Option<Trouble> {
        let last = done.last()?;
        let today = self.question.as_of;
        let edge = |anchor: &'a Option<Anchor>| {
            anchor.as_ref().map(|anchor| self.anchor_day(anchor, item, who, last))
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
            Some(AnchorDay::Day(day)) => (day, true),
            Some(AnchorDay::Blank) => {
                let says = "the day up to which it is counted is not recorded".to_owned();
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
            Some(AnchorDay::NotYet(_)) | None => (today, false),
        };
        let bounded = interval.from.is_some() || interval.to.is_some();
        let inside =
            done.iter().map(|entry| entry.day).filter(|day| start.is_none_or(|s| *day >= s) && *day <= end);
        let mut stops: Vec<NaiveDate> = start.into_iter().chain(inside).collect();
        if !bounded {
            // Only what has passed since the latest one is asked.
            stops = vec![last.day];
        }
        stops.push(end);
        for pair in stops.windows(2) {
            let Some(until) = self.question.calendar.step(pair[0], interval.every, interval.unit, Way::On)
            else {
                return Some(self.no_calendar());
            };
            if pair[1] > until {
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
        None
    }
}

/// An anchor as a sentence names it.
pub fn anchor_words(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Today => "the day of the check".to_owned(),
        Anchor::LastChange => "the last change of the record".to_owned(),
        Anchor::OwnDay => "the entry's own day".to_owned(),
        Anchor::OwnField(field) => format!("`{field}`"),
        Anchor::Item { item, field: Some(field), .. } => format!("`{field}` of `{item}`"),
        Anchor::Item { item, first: true, .. } => format!("the first `{item}`"),
        Anchor::Item { item, .. } => format!("`{item}`"),
    }
}
