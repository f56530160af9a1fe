//! Periods whose days are the wrong way round: a slip that is caught where it is typed.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;

use super::{Anchor, Checklist, Item};
use crate::day;

/// The shared fields that hold a period wherever both are filled in, whatever an item asks.
const FIRST_DAY: &str = "starts-on";
const LAST_DAY: &str = "ends-on";

/// A period in one entry that ends before it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversed {
    /// Its first day.
    pub starts: NaiveDate,
    /// Its last day.
    pub ends: NaiveDate,
    /// The field that holds the first day; `None` where it is the day of the entry.
    pub start_field: Option<String>,
    /// The field that holds the last day; `None` where it is the day of the entry.
    pub end_field: Option<String>,
}

impl fmt::Display for Reversed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the period ends on {}, before it begins on {}",
            day::words(self.ends),
            day::words(self.starts)
        )
    }
}

impl Checklist {
    /// A period in an entry of an item that ends before it begins, going by what the item asks, by what the items ask that
    /// count its entries too, and by the shared fields `starts-on` and `ends-on`.
    pub fn reversed_period(
        &self,
        item: &Item,
        date: Option<NaiveDate>,
        fields: &BTreeMap<String, String>,
    ) -> Option<Reversed> {
        let in_field = |name: &str| fields.get(name).and_then(|text| day::stored(text));
        // `None` for a day that stands outside the entry or is not recorded.
        let own = |anchor: &Anchor| match anchor {
            Anchor::OwnDay => date.map(|day| (day, None)),
            Anchor::OwnField(name) => in_field(name).map(|day| (day, Some(name.clone()))),
            Anchor::Today | Anchor::LastChange | Anchor::Item { .. } => None,
        };
        let last_day = Anchor::OwnField(LAST_DAY.to_owned());
        let asked = std::iter::once(item)
            .chain(self.users_of(&item.id))
            .filter_map(|one| one.lasts.as_ref())
            .map(|length| {
                let from = length.from.clone().unwrap_or(Anchor::OwnDay);
                let to = length.to.clone().unwrap_or_else(|| last_day.clone());
                (from, to)
            });
        let shared = (Anchor::OwnField(FIRST_DAY.to_owned()), last_day.clone());
        asked.chain([shared]).find_map(|(from, to)| {
            let ((starts, start_field), (ends, end_field)) = (own(&from)?, own(&to)?);
            (ends < starts).then_some(Reversed {
                starts,
                ends,
                start_field,
                end_field,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::store::builtin;

    fn ymd(text: &str) -> NaiveDate {
        day::stored(text).unwrap()
    }

    fn list() -> Checklist {
        let text = "attcheck: checklist/1\nid: x\nedition: \"2026-12\"\ntitle: X\nauthority: X\nsubject: pupil\n\
            gates:\n  referral: {title: R, sections: s}\nsections:\n  - id: s\n    title: S\n    level: must\n    items:\n\
            \x20     - {id: plan, title: Plan, source: \"1\"}\n\
            \x20     - {id: short-plan, title: Short, source: \"2\", uses: plan, lasts: at most 6 weeks}\n\
            \x20     - {id: lived, title: Lived, source: \"3\", lasts: at least 2 weeks from starts-on to date}\n\
            \x20     - {id: after-plan, title: After, source: \"4\", lasts: at least 2 weeks from plan to date}\n\
            \x20     - {id: turned, title: Turned, source: \"5\", lasts: at most 2 weeks from ends-on to starts-on}\n";
        builtin::parse_checklist(text, Path::new("x")).unwrap()
    }

    fn reversed(item: &str, date: &str, fields: &[(&str, &str)]) -> Option<Reversed> {
        let list = list();
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        list.reversed_period(list.item(item).unwrap(), Some(ymd(date)), &fields)
    }

    #[test]
    fn a_period_may_be_one_day_and_never_ends_the_day_before() {
        for (item, fields, right) in [
            // What another item asks of the entry counts too.
            ("plan", [("ends-on", "2026-10-12")].as_slice(), true),
            ("plan", &[("ends-on", "2026-10-11")], false),
            ("lived", &[("starts-on", "2026-10-12")], true),
            ("lived", &[("starts-on", "2026-10-13")], false),
            // Whatever the item asks, or where it asks nothing of its own days.
            (
                "after-plan",
                &[("starts-on", "2026-11-02"), ("ends-on", "2026-11-02")],
                true,
            ),
            (
                "after-plan",
                &[("starts-on", "2026-11-02"), ("ends-on", "2026-11-01")],
                false,
            ),
            // The entry may well be written after the period is over, where nothing measures from its own day.
            ("after-plan", &[("ends-on", "2026-10-01")], true),
            (
                "turned",
                &[("starts-on", "2026-11-02"), ("ends-on", "2026-11-03")],
                false,
            ),
            ("plan", &[], true),
        ] {
            let found = reversed(item, "2026-10-12", fields);
            assert_eq!(found.is_none(), right, "{item} {fields:?}: {found:?}");
        }
    }

    #[test]
    fn it_says_both_days_and_where_they_stand() {
        let found = reversed("plan", "2026-10-12", &[("ends-on", "2026-10-11")]).unwrap();
        assert_eq!(
            found.to_string(),
            "the period ends on Sunday 11 October 2026, before it begins on Monday 12 October 2026"
        );
        assert_eq!(found.start_field, None);
        assert_eq!(found.end_field.as_deref(), Some("ends-on"));
    }
}
