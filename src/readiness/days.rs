//! Days that must lie in a stretch, or must not (section 3 of the language).

use chrono::NaiveDate;

use super::Assessor;
use super::count::{Counted, Whose};
use super::gap::{Gap, GapCode};
use crate::case::entry::PersonId;
use crate::checklist::{Anchor, Item};
use crate::day;
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
    /// The first academic year of which term dates are missing.
    pub(super) year: Option<i32>,
}

impl Trouble {
    pub(super) fn no(code: GapCode, says: String) -> Self {
        Self {
            code,
            definite: true,
            says,
            year: None,
        }
    }

    pub(super) fn unknown(code: GapCode, says: String) -> Self {
        Self {
            code,
            definite: false,
            says,
            year: None,
        }
    }
}

impl<'a> Assessor<'a> {
    /// The day an anchor stands for, seen from an entry if there is one.
    pub(super) fn anchor_day(
        &self,
        anchor: &Anchor,
        from: &Item,
        who: Option<&PersonId>,
        own: Option<&Counted<'_>>,
    ) -> AnchorDay {
        let field_day = |text: Option<&String>| {
            text.and_then(|text| day::stored(text))
                .map_or(AnchorDay::Blank, AnchorDay::Day)
        };
        match anchor {
            // `last-change` goes by the chain and not by days: see `signed`.
            Anchor::Today | Anchor::LastChange => AnchorDay::Day(self.question.as_of),
            Anchor::OwnDay => own.map_or(AnchorDay::Blank, |own| AnchorDay::Day(own.day)),
            Anchor::OwnField(field) => field_day(own.and_then(|own| own.action.fields.get(field))),
            Anchor::Item { item, first, field } => {
                let Some(other) = self.question.checklist.item(item) else {
                    return AnchorDay::Blank;
                };
                let who = theirs(other, from, who);
                if self.is_contested(other, who) {
                    return AnchorDay::Blank;
                }
                let counted = self.counted_of(other, who);
                let found = if *first {
                    counted.first()
                } else {
                    counted.last()
                };
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
        let may_be_latest = |day: Option<NaiveDate>| {
            latest.is_none_or(|latest| day.is_none_or(|day| day >= latest))
        };
        self.whose_of(item, who).iter().any(|(whose, _, apart)| {
            // Of several people who share an id it is not known whose entry is whose.
            !apart.is_empty()
                || self
                    .tally(item, whose)
                    .contested
                    .iter()
                    .any(|one| may_be_latest(one.day))
        })
    }

    /// That people of whom an item has a line share an id, if any do: nothing of it can be read before they are told apart.
    pub(super) fn who_is_meant(&self, item: &'a Item, who: Option<&PersonId>) -> Option<Gap> {
        self.whose_of(item, who)
            .iter()
            .find_map(|(whose, _, apart)| {
                let Whose::Person { id, .. } = whose else {
                    return None;
                };
                (!apart.is_empty()).then(|| self.person_unknown(id, apart))
            })
    }

    /// Counted entries of an item for one person, or for everybody together, in order.
    pub(super) fn counted_of(&self, item: &'a Item, who: Option<&PersonId>) -> Vec<Counted<'a>> {
        let mut all: Vec<Counted<'a>> = Vec::new();
        for (whose, _, _) in self.whose_of(item, who) {
            all.extend(self.tally(item, &whose).counted);
        }
        all.sort_by(|a, b| a.rank().cmp(&b.rank()));
        all.dedup_by(|a, b| a.id == b.id);
        all
    }
}

/// The person whose entries of another item are looked at: one's own, where both go by the same role; otherwise anybody's.
pub(super) fn theirs<'w>(
    other: &Item,
    from: &Item,
    who: Option<&'w PersonId>,
) -> Option<&'w PersonId> {
    who.filter(|_| other.each.is_some() && other.each == from.each)
}

/// An anchor as a sentence names it.
pub fn anchor_words(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Today => "the day of the check".to_owned(),
        Anchor::LastChange => "the last change of the record".to_owned(),
        Anchor::OwnDay => "the entry's own day".to_owned(),
        Anchor::OwnField(field) => format!("`{field}`"),
        Anchor::Item {
            item,
            field: Some(field),
            ..
        } => format!("`{field}` of `{item}`"),
        Anchor::Item {
            item, first: true, ..
        } => format!("the first `{item}`"),
        Anchor::Item { item, .. } => format!("`{item}`"),
    }
}
