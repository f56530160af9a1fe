//! Signatures: what was signed, in which role, and whether the record has moved on since.

use chrono::NaiveDate;

use super::entry::{Action, Answer, Content, Deed, EntryId, Sign};
use super::state::CaseState;

/// A signature that stands.
#[derive(Debug)]
pub struct Signature<'c> {
    /// The entry that holds it, by its place in the log.
    pub entry: usize,
    /// What it says.
    pub sign: &'c Sign,
    /// The same as an entry of the item it names: its role and name are fields like the others.
    pub action: Action,
}

impl<'c> Signature<'c> {
    fn of(entry: usize, sign: &'c Sign) -> Self {
        let mut fields = sign.fields.clone();
        fields.insert("name".into(), sign.name.clone());
        fields.insert("role".into(), sign.role.clone());
        let action = Action {
            date: sign.date,
            item: sign.item.clone().unwrap_or_default(),
            answer: Answer::Done,
            reason: None,
            persons: Vec::new(),
            points: Vec::new(),
            fields,
            attach: Vec::new(),
        };
        Self {
            entry,
            sign,
            action,
        }
    }

    /// Whether it was given by a day.
    pub fn is_given_on(&self, day: NaiveDate) -> bool {
        self.sign.date.is_some_and(|given| given <= day)
    }

    /// Whether it names an item of today's checklist.
    pub fn is_for(&self, state: &CaseState<'_>, item: &str) -> bool {
        state.names(self.entry, self.sign.item.as_deref(), item)
    }

    /// Whether it fixes an entry.
    pub fn fixes(&self, id: &EntryId) -> bool {
        self.sign.signs.contains(id)
    }
}

/// Every signature that stands, in the order of the log's chain.
pub(super) fn standing<'c>(state: &CaseState<'c>) -> Vec<Signature<'c>> {
    state
        .current()
        .filter_map(|(entry, content)| match content {
            Content::Sign(sign) => Some(Signature::of(entry, sign)),
            _ => None,
        })
        .collect()
}

impl CaseState<'_> {
    /// The newest entry, signatures and notes left aside, that a sign-off of the whole record does not take in: it was
    /// recorded after it, or apart from it. `entry` is the sign-off. None if it takes in everything.
    pub fn changed_since(&self, entry: usize) -> Option<usize> {
        let chain = &self.case.chain;
        let signed: Vec<usize> = match self.entry(entry).content() {
            Some(Content::Sign(sign)) if !sign.signs.is_empty() => sign
                .signs
                .iter()
                .filter_map(|id| chain.place_of(id))
                .collect(),
            // What carries no list of its own takes in what it follows.
            _ => {
                let first = self.event_of(entry).map_or(entry, |event| event.first);
                chain.parents(first).to_vec()
            }
        };
        let taken_in = chain.with_ancestors(&signed);
        let own = self
            .event_of(entry)
            .map(|event| event.versions.as_slice())
            .unwrap_or_default();
        let is_change = |n: usize| !own.contains(&n) && self.is_known(n) && self.is_change(n);
        let missed = chain
            .order()
            .iter()
            .copied()
            .filter(|n| !taken_in[*n] && is_change(*n));
        missed.max_by_key(|n| self.moment(*n))
    }

    /// Whether an entry changes what is recorded: everything does but signatures and notes, the closing of the case, and
    /// what puts these right.
    fn is_change(&self, n: usize) -> bool {
        if matches!(self.entry(n).deed, Deed::Strike { .. } | Deed::Struck) {
            return true;
        }
        let first = self.event_of(n).map_or(n, |event| event.first);
        // Closing a case says nothing about what was signed.
        !matches!(
            self.entry(first).content(),
            Some(
                Content::Sign(_)
                    | Content::Note { .. }
                    | Content::Close { .. }
                    | Content::Reopen { .. }
            )
        )
    }

    /// The ids of earlier versions of what an entry tells.
    pub fn earlier_versions(&self, entry: usize) -> Vec<&EntryId> {
        let Some(event) = self.event_of(entry) else {
            return Vec::new();
        };
        event
            .versions
            .iter()
            .filter(|n| **n != entry)
            .filter_map(|n| self.entry(*n).id.as_ref())
            .collect()
    }
}
