//! Follow-ups: what was agreed to be done, by when and by whom, and what became of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::entry::{Action, Answer, Content, EntryId, Plan};
use super::state::{CaseState, Standing};
use crate::day;

/// Something that is to be done or looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp<'c> {
    /// The first version of the entry that tells it.
    pub id: &'c EntryId,
    /// The entry as it stands, by its place in the log.
    pub entry: usize,
    /// What kind it is.
    pub kind: Kind,
    /// What is to be done, where it is said.
    pub next: Option<&'c str>,
    /// By which day.
    pub due: Option<NaiveDate>,
    /// Who sees to it.
    pub owner: Option<&'c str>,
    /// The item it belongs to, as it was recorded.
    pub item: Option<&'c str>,
    /// Remarks.
    pub comments: Option<&'c str>,
    /// What became of it.
    pub settled: Option<Settled<'c>>,
    /// Whether it was changed in two ways apart: what is shown is the earlier day.
    pub contested: bool,
    /// Whether the entry sets a review on the same day, which is then one thing with it.
    pub reviews_too: bool,
}

/// The kinds of things that come due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Agreed, with an action or on its own.
    FollowUp,
    /// A day on which something is looked at again (`review-on`).
    Review,
}

impl Kind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FollowUp => "follow-up",
            Self::Review => "review",
        }
    }
}

/// What became of a follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled<'c> {
    /// Done, or why not.
    pub answer: Answer,
    /// On which day.
    pub date: Option<NaiveDate>,
    /// The entry that says so.
    pub entry: usize,
    /// What came of it, or why it was not done.
    pub says: Option<&'c str>,
}

/// Whether fields hold a follow-up: a `next` alone answers a question of the form and asks nobody to do anything.
fn is_agreed(action: &Action) -> bool {
    action.fields.contains_key("due") || action.fields.contains_key("owner")
}

impl<'c> CaseState<'c> {
    /// Every follow-up and review there was by a day, with what had become of it by then, by the day it is due.
    pub fn follow_ups_on(&self, on: NaiveDate) -> Vec<FollowUp<'c>> {
        let latest = self.latest_on(on);
        let mut found = Vec::new();
        for event in self.events() {
            let Some(id) = self.entry(event.first).id.as_ref() else {
                continue;
            };
            let (versions, contested) = match &event.standing {
                Standing::Current { entry, .. } => (vec![*entry], false),
                Standing::Contested(versions) => (versions.clone(), true),
                Standing::Withdrawn(_) | Standing::Struck => continue,
            };
            // Of two versions made apart the one that is due first is shown: a reminder is never lost.
            let first = |kind| {
                let told = versions.iter().filter(|n| self.told_by(**n, on));
                let things = told.filter_map(|n| match kind {
                    Kind::FollowUp => self.agreed(*n, id),
                    Kind::Review => self.review(*n, id, &latest),
                });
                let first = things.min_by_key(|one| (one.due.is_none(), one.due));
                first.map(|one| FollowUp { contested, ..one })
            };
            match (first(Kind::FollowUp), first(Kind::Review)) {
                (Some(agreed), Some(review)) if agreed.due == review.due => {
                    found.push(FollowUp {
                        reviews_too: true,
                        ..agreed
                    });
                }
                (agreed, review) => found.extend(agreed.into_iter().chain(review)),
            }
        }
        self.settle(&mut found, on);
        found.sort_by(|a, b| {
            (a.due.is_none(), a.due, a.id, a.kind).cmp(&(b.due.is_none(), b.due, b.id, b.kind))
        });
        found
    }

    /// The follow-ups that are open on a day.
    pub fn open_on(&self, day: NaiveDate) -> Vec<FollowUp<'c>> {
        let mut open = self.follow_ups_on(day);
        open.retain(|one| one.settled.is_none());
        open
    }

    /// Whether an entry tells of something that had happened by a day; what carries no day, by when it was recorded.
    fn told_by(&self, entry: usize, on: NaiveDate) -> bool {
        let recorded = || {
            // What is put right later was there before.
            let first = self.event_of(entry).map_or(entry, |event| event.first);
            self.entry(first).at.map(|at| day::uk_day(&at))
        };
        let day = self.entry(entry).content().and_then(Content::date);
        day.or_else(recorded).is_none_or(|day| day <= on)
    }

    /// The follow-up that an entry agrees.
    fn agreed(&self, entry: usize, id: &'c EntryId) -> Option<FollowUp<'c>> {
        let blank = FollowUp {
            id,
            entry,
            kind: Kind::FollowUp,
            next: None,
            due: None,
            owner: None,
            item: None,
            comments: None,
            settled: None,
            contested: false,
            reviews_too: false,
        };
        match self.entry(entry).content()? {
            Content::Action(action) if is_agreed(action) => {
                let field = |name: &str| action.fields.get(name).map(String::as_str);
                Some(FollowUp {
                    next: field("next"),
                    due: field("due").and_then(day::stored),
                    owner: field("owner"),
                    item: Some(&action.item),
                    comments: field("comments"),
                    ..blank
                })
            }
            Content::Plan(plan) if plan.next.is_some() || plan.settles.is_none() => {
                Some(FollowUp {
                    next: plan.next.as_deref(),
                    due: plan.due,
                    owner: plan.owner.as_deref(),
                    item: plan.item.as_deref(),
                    comments: plan.comments.as_deref(),
                    ..blank
                })
            }
            _ => None,
        }
    }

    /// The review that an entry sets, unless the same thing was recorded anew since: what is measured from a step moves
    /// with it.
    fn review(&self, entry: usize, id: &'c EntryId, latest: &Latest<'c>) -> Option<FollowUp<'c>> {
        let content = self.entry(entry).content()?;
        let (item, fields) = match content {
            Content::Action(action) => (Some(action.item.as_str()), &action.fields),
            Content::Sign(sign) => (sign.item.as_deref(), &sign.fields),
            _ => return None,
        };
        let due = day::stored(fields.get("review-on")?)?;
        let is_newer = |key: &Key<'_>| {
            latest.get(key).is_some_and(|(day, newer)| {
                *newer != entry
                    && (*day, self.moment(*newer)) > (content.date(), self.moment(entry))
            })
        };
        // Where it is for two persons, both must have had it anew; what is for all is for each.
        let anew = keys(content)
            .iter()
            .all(|key| is_newer(key) || is_newer(&(key.0, key.1, None)));
        (!anew).then_some(FollowUp {
            id,
            entry,
            kind: Kind::Review,
            next: None,
            due: Some(due),
            owner: fields.get("owner").map(String::as_str),
            item,
            comments: None,
            settled: None,
            contested: false,
            reviews_too: false,
        })
    }

    /// The latest that was done on each item by a day, for each person by themselves, and the latest signature.
    fn latest_on(&self, on: NaiveDate) -> Latest<'c> {
        let mut latest = Latest::new();
        for (entry, content) in self.current().filter(|(entry, _)| self.told_by(*entry, on)) {
            if matches!(content, Content::Action(action) if action.answer != Answer::Done) {
                continue;
            }
            for key in keys(content) {
                let found = (content.date(), entry);
                let held = latest.entry(key).or_insert(found);
                if (found.0, self.moment(entry)) > (held.0, self.moment(held.1)) {
                    *held = found;
                }
            }
        }
        latest
    }

    /// Puts down what had become of each by a day. What settles an entry settles what it holds in the order in which it
    /// is due: first the one, then the other.
    fn settle(&self, found: &mut [FollowUp<'c>], on: NaiveDate) {
        let mut said: BTreeMap<&EntryId, Vec<(usize, &'c Plan)>> = BTreeMap::new();
        for (entry, content) in self.current().filter(|(entry, _)| self.told_by(*entry, on)) {
            let Content::Plan(plan) = content else {
                continue;
            };
            let Some(named) = plan.settles.as_ref().filter(|_| plan.answer.is_some()) else {
                continue;
            };
            let event = self
                .case
                .chain
                .place_of(named)
                .and_then(|n| self.event_of(n));
            let first = event
                .and_then(|event| self.entry(event.first).id.as_ref())
                .unwrap_or(named);
            said.entry(first).or_default().push((entry, plan));
        }
        for (id, mut plans) in said {
            plans.sort_by(|a, b| self.moment(a.0).cmp(&self.moment(b.0)));
            let mut theirs: Vec<&mut FollowUp<'c>> =
                found.iter_mut().filter(|one| one.id == id).collect();
            theirs.sort_by_key(|one| (one.due.is_none(), one.due, one.kind));
            for (n, one) in theirs.into_iter().enumerate() {
                let Some((entry, plan)) = plans.get(n) else {
                    break;
                };
                let says = plan.outcome.as_deref().or(plan.reason.as_deref());
                let Some(answer) = plan.answer else { continue };
                one.settled = Some(Settled {
                    answer,
                    date: plan.date,
                    entry: *entry,
                    says,
                });
            }
        }
    }
}

/// What is the same step when it is recorded anew: an item, for a person or for all; or the signature of an item.
type Key<'c> = (bool, Option<&'c str>, Option<&'c str>);
type Latest<'c> = BTreeMap<Key<'c>, (Option<NaiveDate>, usize)>;

fn keys(content: &Content) -> Vec<Key<'_>> {
    match content {
        Content::Action(action) if action.persons.is_empty() => {
            vec![(false, Some(&action.item), None)]
        }
        Content::Action(action) => action
            .persons
            .iter()
            .map(|person| (false, Some(action.item.as_str()), Some(person.0.as_str())))
            .collect(),
        Content::Sign(sign) => vec![(true, sign.item.as_deref(), None)],
        _ => Vec::new(),
    }
}
