//! The state of a case: a fold of its log, for what was known by a day.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::Case;
use super::entry::{CloseReason, Content, Deed, Details, Entry, EntryId, Fact, PersonId};
use super::moves::{self, Carried};
use super::shared_ids::{self, SharedIds};
use super::signs::{self, Signature};
use crate::day;

/// What a case amounts to. It depends on the entries and their `after` alone, never on their order in the file.
#[derive(Debug)]
pub struct CaseState<'c> {
    /// The case it was folded from.
    pub case: &'c Case,
    events: Vec<Event<'c>>,
    /// The event each entry belongs to, by place in the log.
    event_by_entry: Vec<Option<usize>>,
    carried: Carried,
    signatures: Vec<Signature<'c>>,
    shared_ids: SharedIds,
    known_before: Option<DateTime<Utc>>,
    /// Worked out when it is first asked for: a case is judged item by item, and for a year of days.
    by_item: OnceCell<ByItem>,
}

/// Something that happened, in all its versions.
#[derive(Debug)]
pub struct Event<'c> {
    /// The entry that first told it.
    pub first: usize,
    /// Every entry that told, corrected or withdrew it, the first one first.
    pub versions: Vec<usize>,
    /// How it stands.
    pub standing: Standing<'c>,
}

/// When an entry was recorded: the instant, how many lead to it, its id.
pub type Moment<'c> = (Option<DateTime<Utc>>, u32, Option<&'c EntryId>);

/// How an event stands.
#[derive(Debug)]
pub enum Standing<'c> {
    /// One version that no other descends from.
    Current {
        /// The entry that holds it.
        entry: usize,
        /// What it tells.
        content: &'c Content,
    },
    /// Two versions made apart, then joined: it settles nothing until one more correction follows both.
    Contested(Vec<usize>),
    /// Taken back.
    Withdrawn(usize),
    /// Its text was taken out.
    Struck,
}

/// The value of a fact on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactValue<'c> {
    /// Answered.
    Known {
        /// The answer.
        value: &'c str,
        /// The entry that gives it.
        entry: usize,
    },
    /// Never answered, or answered with `unknown`.
    Unknown,
    /// Entries that give different answers for the same day, neither of which follows the other.
    Conflict(Vec<EntryId>),
    /// Answered for an id that two people share, so nobody can tell about whom.
    WhoIsMeant,
}

/// Which events are about which item of today's checklist, by their numbers.
#[derive(Debug, Clone, Default)]
struct ByItem {
    on: HashMap<String, Vec<usize>>,
    contested: Vec<usize>,
}

impl<'c> CaseState<'c> {
    /// Replays the log: everything in it, or what had been recorded by the end of a day in the United Kingdom.
    pub fn replay(case: &'c Case, known_by: Option<NaiveDate>) -> Self {
        let known_before = known_by.map(end_of_day);
        let mut state = Self {
            case,
            events: Vec::new(),
            event_by_entry: vec![None; case.entries.len()],
            carried: Carried::new(),
            signatures: Vec::new(),
            shared_ids: SharedIds::new(),
            known_before,
            by_item: OnceCell::new(),
        };
        let mut roots: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &n in case.chain.order() {
            if state.is_known(n) {
                let root = state.first_version(n);
                roots.entry(root).or_default().push(n);
            }
        }
        state.events = roots
            .into_iter()
            .map(|(first, versions)| {
                let standing = state.standing(&versions);
                Event {
                    first,
                    versions,
                    standing,
                }
            })
            .collect();
        for (n, event) in state.events.iter().enumerate() {
            for &version in &event.versions {
                state.event_by_entry[version] = Some(n);
            }
        }
        state.carried = moves::carried(&state);
        state.signatures = signs::standing(&state);
        state.shared_ids = shared_ids::shared_ids(&state);
        state
    }

    /// Whether an entry had been recorded in time.
    pub fn is_known(&self, n: usize) -> bool {
        self.known_before
            .is_none_or(|limit| self.case.chain.recorded(n).is_some_and(|at| at < limit))
    }

    /// Every event, withdrawn and contested ones too.
    pub fn events(&self) -> &[Event<'c>] {
        &self.events
    }

    /// The events that may be about any of some items of today's checklist: actions on them, and every event of which several
    /// versions stand. In the order of [`Self::events`].
    pub fn events_on<'s>(
        &'s self,
        items: impl Iterator<Item = &'s str>,
    ) -> impl Iterator<Item = &'s Event<'c>> {
        let by_item = self.by_item.get_or_init(|| self.sorted_by_item());
        let on = items.filter_map(|item| by_item.on.get(item)).flatten();
        let mut numbers: Vec<usize> = on.chain(&by_item.contested).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|n| &self.events[n])
    }

    fn sorted_by_item(&self) -> ByItem {
        let mut found = ByItem::default();
        for (n, event) in self.events.iter().enumerate() {
            match &event.standing {
                Standing::Current {
                    entry,
                    content: Content::Action(action),
                } => {
                    for item in self.items_of(*entry, action) {
                        found.on.entry(item).or_default().push(n);
                    }
                }
                Standing::Contested(_) => found.contested.push(n),
                _ => {}
            }
        }
        found
    }

    pub(super) fn carried(&self) -> &Carried {
        &self.carried
    }

    pub(super) fn shared_ids(&self) -> &SharedIds {
        &self.shared_ids
    }

    /// Every signature that stands.
    pub fn signatures(&self) -> &[Signature<'c>] {
        &self.signatures
    }

    /// The event that an entry tells, corrects or withdraws.
    pub fn event_of(&self, entry: usize) -> Option<&Event<'c>> {
        self.events.get((*self.event_by_entry.get(entry)?)?)
    }

    /// What stands now: the current version of each event with the entry that holds it.
    pub fn current(&self) -> impl Iterator<Item = (usize, &'c Content)> + '_ {
        self.events.iter().filter_map(|event| match event.standing {
            Standing::Current { entry, content } => Some((entry, content)),
            _ => None,
        })
    }

    /// Current contents of one kind in the order in which they took effect: the day given, then when the event was
    /// first recorded. A correction stays in the place of what it corrects.
    pub(super) fn in_time(
        &self,
        since: impl Fn(&Content) -> Option<Option<NaiveDate>>,
    ) -> Vec<(usize, &'c Content)> {
        let mut found: Vec<_> = self
            .events
            .iter()
            .filter_map(|event| match event.standing {
                Standing::Current { entry, content } => {
                    Some((since(content)?, self.moment(event.first), entry, content))
                }
                _ => None,
            })
            .collect();
        found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        found
            .into_iter()
            .map(|(_, _, entry, content)| (entry, content))
            .collect()
    }

    /// When an entry was recorded. Of entries of one instant those that others lead to come later; then the id decides.
    pub fn moment(&self, n: usize) -> Moment<'c> {
        (
            self.case.chain.recorded(n),
            self.case.chain.depth(n),
            self.entry(n).id.as_ref(),
        )
    }

    /// An entry by its place in the log.
    pub fn entry(&self, n: usize) -> &'c Entry {
        &self.case.entries[n]
    }

    /// Entries written by hand that nobody has sealed: they count for nothing.
    pub fn unsealed(&self) -> impl Iterator<Item = &'c Entry> + '_ {
        self.case.entries.iter().filter(|entry| entry.id.is_none())
    }

    /// The value of a fact on a day, for a person where the fact goes by person.
    pub fn fact_on(&self, name: &str, person: Option<&PersonId>, on: NaiveDate) -> FactValue<'c> {
        let about = |fact: &Fact| {
            fact.fact == name
                && person.map_or(fact.persons.is_empty(), |p| fact.persons.contains(p))
        };
        let mut latest: Vec<(usize, &'c Fact)> = Vec::new();
        for event in &self.events {
            let fact = match &event.standing {
                Standing::Current {
                    entry,
                    content: Content::Fact(fact),
                } => (*entry, fact),
                Standing::Contested(versions) => {
                    let touched = versions.iter().any(
                        |n| matches!(self.entry(*n).content(), Some(Content::Fact(fact)) if about(fact)),
                    );
                    if touched {
                        return FactValue::Conflict(self.ids(versions));
                    }
                    continue;
                }
                _ => continue,
            };
            if !about(fact.1) || fact.1.since.is_some_and(|since| since > on) {
                continue;
            }
            match latest
                .first()
                .map(|(_, held)| held.since.cmp(&fact.1.since))
            {
                Some(std::cmp::Ordering::Greater) => {}
                Some(std::cmp::Ordering::Equal) => latest.push(fact),
                Some(std::cmp::Ordering::Less) | None => latest = vec![fact],
            }
        }
        let among: Vec<usize> = latest.iter().map(|(entry, _)| *entry).collect();
        let newest = self.case.chain.newest(&among);
        let mut said = latest.iter().filter(|(entry, _)| newest.contains(entry));
        let Some((entry, fact)) = said.next() else {
            return FactValue::Unknown;
        };
        if person.is_some_and(|person| self.is_shared(person)) {
            return FactValue::WhoIsMeant;
        }
        if said.any(|(_, other)| other.value != fact.value) {
            return FactValue::Conflict(self.ids(&newest));
        }
        if fact.value == "unknown" {
            return FactValue::Unknown;
        }
        FactValue::Known {
            value: &fact.value,
            entry: *entry,
        }
    }

    /// Whether a fact was ever answered, for a person where it goes by person.
    pub fn has_answered(&self, name: &str, persons: &[PersonId]) -> bool {
        self.current().any(|(_, content)| {
            matches!(content, Content::Fact(fact) if fact.fact == name
                && (persons.is_empty() && fact.persons.is_empty() || persons.iter().any(|p| fact.persons.contains(p))))
        })
    }

    /// Names and numbers as last put right.
    pub fn details(&self) -> Details {
        let mut details = Details::default();
        for (_, content) in self.in_time(|content| match content {
            Content::Opened { .. } => Some(None),
            // Anything later than "always": details have no day of their own.
            Content::Details(_) => Some(Some(NaiveDate::MIN)),
            _ => None,
        }) {
            match content {
                Content::Opened {
                    details: opened, ..
                } => details.update(opened),
                Content::Details(newer) => details.update(newer),
                _ => {}
            }
        }
        details
    }

    /// The checklist and edition the case is worked against.
    pub fn checklist(&self) -> Option<(&'c str, &'c str)> {
        let opening = self.current().find_map(|(_, content)| match content {
            Content::Opened {
                checklist, edition, ..
            } => Some((checklist.as_str(), edition.as_str())),
            _ => None,
        });
        let moved =
            self.in_time(|content| matches!(content, Content::Checklist { .. }).then_some(None));
        let last = moved.last().and_then(|(_, content)| match content {
            Content::Checklist {
                checklist, edition, ..
            } => Some((checklist.as_str(), edition.as_str())),
            _ => None,
        });
        last.or(opening)
    }

    /// Why the case is closed on a day; `None` if it is open.
    pub fn closed_on(&self, on: NaiveDate) -> Option<CloseReason> {
        self.closing_on(on).map(|(reason, _)| reason)
    }

    /// Why the case is closed on a day, and since which day; `None` if it is open.
    pub fn closing_on(&self, on: NaiveDate) -> Option<(CloseReason, NaiveDate)> {
        let turns = self.in_time(|content| match content {
            // By what was said last, whatever day it gives.
            Content::Close { .. } | Content::Reopen { .. } => Some(None),
            _ => None,
        });
        let past = |content: &Content| content.date().is_none_or(|date| date <= on);
        match turns.iter().rev().find(|(_, content)| past(content))? {
            (n, Content::Close { reason, date, .. }) => {
                let recorded = self.entry(*n).at.map(|at| day::uk_day(&at));
                Some((*reason, date.or(recorded).unwrap_or(on)))
            }
            _ => None,
        }
    }

    fn ids(&self, entries: &[usize]) -> Vec<EntryId> {
        let mut ids: Vec<EntryId> = entries
            .iter()
            .filter_map(|n| self.entry(*n).id.clone())
            .collect();
        ids.sort();
        ids
    }

    /// The entry that first told what this one tells, corrects or withdraws.
    fn first_version(&self, n: usize) -> usize {
        let mut at = n;
        // Never longer than the log, whatever the file says.
        for _ in 0..self.case.entries.len() {
            let earlier = match &self.entry(at).deed {
                Deed::Correct { corrects, .. } => corrects,
                Deed::Withdraw { withdraws, .. } => withdraws,
                Deed::Record(_) | Deed::Strike { .. } | Deed::Struck => return at,
            };
            match self.case.chain.place_of(earlier) {
                Some(place) if place != at => at = place,
                _ => return at,
            }
        }
        at
    }

    /// Of corrections made apart that say the same, one: there is nothing to settle between them.
    fn agreeing<'n>(&self, newest: &'n [usize]) -> Option<&'n usize> {
        let told = |n: &usize| match &self.entry(*n).deed {
            Deed::Correct { content, .. } => content.as_ref(),
            _ => None,
        };
        let first = told(newest.first()?)?;
        newest
            .iter()
            .all(|n| told(n) == Some(first))
            .then(|| newest.iter().min_by_key(|n| self.moment(**n)))
            .flatten()
    }

    fn standing(&self, versions: &[usize]) -> Standing<'c> {
        let newest = if versions.len() == 1 {
            versions.to_vec()
        } else {
            self.case.chain.newest(versions)
        };
        let one = match newest.as_slice() {
            [one] => one,
            _ => match self.agreeing(&newest) {
                Some(one) => one,
                None => return Standing::Contested(newest),
            },
        };
        let entry = self.entry(*one);
        match (&entry.deed, entry.content()) {
            (_, Some(content)) => Standing::Current {
                entry: *one,
                content,
            },
            (Deed::Struck, None) => Standing::Struck,
            _ => Standing::Withdrawn(*one),
        }
    }
}

/// The first instant after a day in the United Kingdom.
fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    let midnight = (day + Days::new(1)).and_time(NaiveTime::MIN).and_utc();
    midnight - day::uk_offset(midnight)
}
