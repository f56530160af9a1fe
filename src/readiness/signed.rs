//! Who must have signed, and whether the record has moved on since.

use super::Assessor;
use super::count::Counted;
use super::days::Trouble;
use super::gap::{Gap, GapCode};
use crate::case::entry::EntryId;
use crate::case::signs::Signature;
use crate::case::state::CaseState;
use crate::checklist::Item;
use crate::day;

impl<'a> Assessor<'a> {
    /// What was recorded after a sign-off of the whole record, if anything but signatures and notes was.
    pub(super) fn moved_on(&self, item: &Item, entry: &Counted<'a>) -> Option<Trouble> {
        let state = self.record_of(item)?;
        let change = state.entry(state.changed_since(entry.entry)?);
        let id = change.id.as_ref().map(EntryId::short).unwrap_or_default();
        let says = format!(
            "something was recorded after the sign-off of {} (entry {id}, kind {}), so it is to be signed again",
            day::short(entry.day),
            change.kind()
        );
        Some(Trouble::no(GapCode::SignOffStale, says))
    }

    /// The roles that have not signed an entry, and those that signed before it, or the record, was changed.
    pub(super) fn unsigned(&self, item: &'a Item, entry: &Counted<'a>) -> Vec<Gap> {
        let Some(state) = self.record_of(item).filter(|_| !item.signed_by.is_empty()) else {
            return Vec::new();
        };
        let given = state
            .signatures()
            .iter()
            .filter(|sign| sign.is_given_on(self.question.as_of));
        let under: Vec<(&Signature<'_>, Stands)> = given
            .filter_map(|sign| Some((sign, stands_under(state, item, entry, sign)?)))
            .collect();
        let has_signed = |role: &String, how: Stands| {
            under
                .iter()
                .any(|(sign, stands)| sign.sign.role == *role && *stands == how)
        };
        let open = item
            .signed_by
            .iter()
            .filter(|role| !has_signed(role, Stands::Now));
        let (outdated, missing): (Vec<&String>, Vec<&String>) =
            open.partition(|role| has_signed(role, Stands::Before));
        let short = entry.id.map(EntryId::short).unwrap_or_default();
        let what = if entry.sign.is_some() {
            item.id.as_str()
        } else {
            short
        };
        let gap = |code, says, role| {
            let run = Some(self.sign(item, what, Some(role)));
            Gap {
                code,
                definite: true,
                says,
                fact: None,
                run,
            }
        };
        let words = |roles: &[&String]| {
            roles
                .iter()
                .map(|role| role.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let mut gaps = Vec::new();
        if let Some(first) = missing.first() {
            let signed: Vec<&String> = under.iter().map(|(sign, _)| &sign.sign.role).collect();
            let by = if signed.is_empty() {
                String::new()
            } else {
                format!("; signed by: {}", words(&signed))
            };
            gaps.push(gap(
                GapCode::Unsigned,
                format!("not signed by: {}{by}", words(&missing)),
                first,
            ));
        }
        // A sign-off that is stale itself is told by `dated`.
        if let Some(first) = outdated
            .first()
            .filter(|_| !(item.signs_record() && self.moved_on(item, entry).is_some()))
        {
            let says = match entry.sign {
                None => format!(
                    "the entry of {} was put right after it was signed by: {}",
                    day::short(entry.day),
                    words(&outdated)
                ),
                Some(_) => format!(
                    "something was recorded after it was signed by: {}",
                    words(&outdated)
                ),
            };
            gaps.push(gap(GapCode::SignOffStale, says, first));
        }
        gaps
    }
}

/// Whether a signature fixes what it stands under as it is now, or as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Now,
    Before,
}

/// How a signature stands under an entry: it fixes the entry, or both are signatures of one item.
fn stands_under(
    state: &CaseState<'_>,
    item: &Item,
    entry: &Counted<'_>,
    sign: &Signature<'_>,
) -> Option<Stands> {
    if entry.sign.is_some() {
        let fresh = !item.signs_record() || state.changed_since(sign.entry).is_none();
        return sign.is_for(state, &item.id).then_some(if fresh {
            Stands::Now
        } else {
            Stands::Before
        });
    }
    if sign.sign.scope.as_deref() == Some("record") {
        return None;
    }
    if entry.id.is_some_and(|id| sign.fixes(id)) {
        return Some(Stands::Now);
    }
    state
        .earlier_versions(entry.entry)
        .iter()
        .any(|id| sign.fixes(id))
        .then_some(Stands::Before)
}
