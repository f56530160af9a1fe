//! Ids that several people share: each was added where nobody knew of the other, and then the copies were joined.

use std::collections::BTreeMap;

use super::entry::{Content, EntryId, PersonEntry, PersonId, Role};
use super::people::{added, event_contents, goes_by};
use super::state::{CaseState, Event, Standing};
use crate::fold::fold;

/// The ids that several people share, each with everybody who was ever added under it: by the first entry of each.
pub(super) type SharedIds = BTreeMap<PersonId, Vec<usize>>;

/// Several people under one id: each was added where nobody knew of the other, and then the copies were joined.
///
/// Told apart, one of them keeps the id. It is shared anew if a copy is joined later in which somebody went on recording
/// for one who has another id by now.
pub(super) fn shared_ids(state: &CaseState<'_>) -> SharedIds {
    let mut holders: BTreeMap<&PersonId, Vec<usize>> = BTreeMap::new();
    for event in state.events() {
        let ever = event.versions.iter();
        let mut ids = ever
            .filter_map(|n| state.entry(*n).content().and_then(added))
            .peekable();
        // Most events add nobody, and are not looked at any further.
        if ids.peek().is_none() || event_contents(state, event).next().is_none() {
            continue;
        }
        for id in ids {
            let known = holders.entry(id).or_default();
            if !known.contains(&event.first) {
                known.push(event.first);
            }
        }
    }
    let chain = &state.case.chain;
    let mut shared = SharedIds::new();
    for (id, holders) in holders {
        // One that knew of an earlier one says something new about the same person. A correction stays in the place of
        // what it corrects, so putting a name right does not make one person of two.
        let mut apart: Vec<usize> = holders
            .iter()
            .copied()
            .filter(|one| !holders.iter().any(|other| chain.descends(*one, *other)))
            .collect();
        if apart.len() < 2 {
            continue;
        }
        apart.sort_by_key(|one| state.moment(*one));
        let (with_id, moved): (Vec<usize>, Vec<usize>) = apart.iter().partition(|first| {
            state.event_of(**first).is_some_and(|event| {
                event_contents(state, event).any(|(_, content)| added(content) == Some(id))
            })
        });
        let left_behind = |event: &Event<'_>| {
            event_contents(state, event).any(|(_, content)| goes_by(content, id))
                && state
                    .meant_among(event, id, &apart)
                    .is_some_and(|meant| moved.contains(&meant))
        };
        if with_id.len() > 1 || !moved.is_empty() && state.events().iter().any(left_behind) {
            shared.insert(id.clone(), apart);
        }
    }
    shared
}

/// An event that goes by an id which several people share.
#[derive(Debug, Clone, Copy)]
pub struct UnderShared<'c> {
    /// The event's first entry.
    pub first: usize,
    /// What it tells now; `None` if two versions of it stand beside one another.
    pub content: Option<&'c Content>,
    /// Which of the people its author meant, by the first entry that adds them; `None` if that cannot be told.
    pub meant: Option<usize>,
}

impl<'c> CaseState<'c> {
    /// Whether several people were added under an id.
    pub fn is_shared(&self, id: &PersonId) -> bool {
        self.shared_ids().contains_key(id)
    }

    /// Every id that several people were added under, with the first entry that adds each, the earliest first.
    pub fn people_sharing_ids(&self) -> impl Iterator<Item = (&PersonId, &[usize])> {
        self.shared_ids()
            .iter()
            .map(|(id, apart)| (id, apart.as_slice()))
    }

    /// The names that stand under an id which several people share, the one added first at the front.
    pub fn names_sharing(&self, id: &PersonId) -> Vec<&'c str> {
        let mut names = Vec::new();
        for one in self.shared_ids().get(id).into_iter().flatten() {
            let Some(event) = self.event_of(*one) else {
                continue;
            };
            for (_, content) in event_contents(self, event) {
                if let Content::Person(PersonEntry::Named {
                    name: Some(name), ..
                }) = content
                    && !names.contains(&name.as_str())
                {
                    names.push(name.as_str());
                }
            }
        }
        names
    }

    /// Of people who share an id and have one name, the entry that added the last of them: they may be one person, added
    /// twice, and then one of the two entries is withdrawn.
    pub fn added_twice(&self, id: &PersonId) -> Option<&'c EntryId> {
        let mut names = self.names_sharing(id).into_iter().map(fold);
        let first = names.next()?;
        let last = self.shared_ids().get(id)?.last()?;
        names
            .all(|name| name == first)
            .then(|| self.entry(*last).id.as_ref())
            .flatten()
    }

    /// Every event that goes by an id which several people share, in the order of the chain.
    pub fn under_shared(&self, id: &PersonId) -> Vec<UnderShared<'c>> {
        let ours = self
            .events()
            .iter()
            .filter(|event| event_contents(self, event).any(|(_, content)| goes_by(content, id)));
        ours.map(|event| UnderShared {
            first: event.first,
            content: match event.standing {
                Standing::Current { content, .. } => Some(content),
                _ => None,
            },
            meant: self.meant(event, id),
        })
        .collect()
    }

    pub(super) fn meant(&self, event: &Event<'_>, id: &PersonId) -> Option<usize> {
        self.meant_among(event, id, self.shared_ids().get(id)?)
    }

    /// Which of the people who had an id the author of an event meant: the one they knew by it when they first put it
    /// down. It cannot be told where they knew of several, or of none.
    fn meant_among(&self, event: &Event<'_>, id: &PersonId, apart: &[usize]) -> Option<usize> {
        if apart.contains(&event.first) {
            return Some(event.first);
        }
        let mut since = None;
        for version in &event.versions {
            match self.entry(*version).content() {
                Some(content) if goes_by(content, id) => since = since.or(Some(*version)),
                Some(_) => since = None,
                // Withdrawn and brought back, it is by whom it was.
                None => {}
            }
        }
        let since = since?;
        let mut known = apart
            .iter()
            .filter(|one| self.was_known_as(**one, id, since));
        known.next().copied().filter(|_| known.next().is_none())
    }

    /// Whether the author of an entry knew somebody by an id.
    fn was_known_as(&self, first: usize, id: &PersonId, by: usize) -> bool {
        let chain = &self.case.chain;
        let Some(event) = self.event_of(first).filter(|_| chain.descends(by, first)) else {
            return false;
        };
        let known: Vec<usize> = event
            .versions
            .iter()
            .copied()
            .filter(|version| *version == by || chain.descends(by, *version))
            .collect();
        chain
            .newest(&known)
            .iter()
            .any(|n| self.entry(*n).content().and_then(added) == Some(id))
    }

    /// The id that somebody who shares one with others has by now, by the first entry that adds them, with their name and
    /// role; `None` if that entry stands in two versions.
    pub fn added_by(&self, first: usize) -> Option<(&'c PersonId, Option<&'c str>, Option<Role>)> {
        match self.event_of(first)?.standing {
            Standing::Current {
                content:
                    Content::Person(PersonEntry::Named {
                        person, name, role, ..
                    }),
                ..
            } => Some((person, name.as_deref(), *role)),
            _ => None,
        }
    }
}
