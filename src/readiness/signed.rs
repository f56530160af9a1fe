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

    /// The roles that have not signed an entry.
    pub(super) fn unsigned(&self, item: &'a Item, entry: &Counted<'a>) -> Vec<Gap> {
        let Some(state) = self.record_of(item).filter(|_| !item.signed_by.is_empty()) else {
            return Vec::new();
        };
        let given = |sign: &&&Signature<'_>| sign.is_given_on(self.question.as_of);
        let signatures: Vec<&Signature<'_>> = state
            .signatures()
            .iter()
            .filter(|sign| given(&sign) && stands_under(state, item, entry, sign))
            .collect();
        let has_signed = |role: &String| signatures.iter().any(|sign| sign.sign.role == *role);
        let open: Vec<&String> = item.signed_by.iter().filter(|role| !has_signed(role)).collect();
        let Some(first) = open.first() else { return Vec::new() };
        let short = entry.id.map(EntryId::short).unwrap_or_default();
        let what = if entry.sign.is_some() { item.id.as_str() } else { short };
        let run = Some(self.sign(item, what, Some(*first)));
        let earlier = state.earlier_versions(entry.entry);
        let before = |role: &String| {
            let fixes = |sign: &Signature<'_>| earlier.iter().any(|id| sign.fixes(id));
            state.signatures().iter().any(|sign| sign.sign.role == *role && fixes(sign))
        };
        if entry.sign.is_none() && before(first) {
            let says =
                format!("the entry of {} was put right after the {first} signed it", day::short(entry.day));
            return vec![Gap { code: GapCode::SignOffStale, definite: true, says, fact: None, run }];
        }
        let missing: Vec<&str> = open.iter().map(|role| role.as_str()).collect();
        let signed: Vec<&str> = signatures.iter().map(|sign| sign.sign.role.as_str()).collect();
        let by =
            if signed.is_empty() { String::new() } else { format!("; signed by: {}", signed.join(", ")) };
        let says = format!("not signed by: {}{by}", missing.join(", "));
        vec![Gap { code: GapCode::Unsigned, definite: true, says, fact: None, run }]
    }
}

/// Whether a signature stands under an entry: it fixes it, or both are signatures of the item. Under a sign-off of
/// the whole record only one that has not gone stale itself does.
fn stands_under(state: &CaseState<'_>, item: &Item, entry: &Counted<'_>, sign: &Signature<'_>) -> bool {
    match entry.sign {
        Some(own) => {
            let together = sign.is_for(state, &item.id);
            own.entry == sign.entry
                || together && (!item.signs_record() || state.changed_since(sign.entry).is_none())
        }
        None => entry.id.is_some_and(|id| sign.fixes(id) && sign.sign.scope.as_deref() != Some("record")),
    }
}
