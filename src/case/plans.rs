//! Follow-ups: what was agreed to be done, by when and by whom, and what became of it.

use chrono::NaiveDate;

use super::entry::{Action, Answer, Content, EntryId, Plan};
use super::state::CaseState;
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
    /// Every follow-up that stands as far as it was known, settled ones too, by the day it is due.
    pub fn follow_ups(&self) -> Vec<FollowUp<'c>> {
        let mut found = Vec::new();
        for (entry, content) in self.current() {
            let Some(first) = self.event_of(entry).and_then(|event| self.entry(event.first).id.as_ref())
            else {
                continue;
            };
            match content {
                Content::Action(action) if is_agreed(action) => {
                    let field = |name: &str| action.fields.get(name).map(String::as_str);
                    found.push(FollowUp {
                        id: first,
                        entry,
                        kind: Kind::FollowUp,
                        next: field("next"),
                        due: field("due").and_then(day::stored),
                        owner: field("owner"),
                        item: Some(&action.item),
                        comments: field("comments"),
                        settled: None,
                    });
                }
                Content::Plan(plan) if plan.next.is_some() || plan.settles.is_none() => {
                    found.push(FollowUp {
                        id: first,
                        entry,
                        kind: Kind::FollowUp,
                        next: plan.next.as_deref(),
                        due: plan.due,
                        owner: plan.owner.as_deref(),
                        item: plan.item.as_deref(),
                        comments: plan.comments.as_deref(),
                        settled: None,
                    });
                }
                _ => {}
            }
            found.extend(self.review(entry, first, content));
        }
        for one in &mut found {
            one.settled = self.settled(one);
        }
        found.sort_by(|a, b| {
            (a.due.is_none(), a.due, a.id, a.kind).cmp(&(b.due.is_none(), b.due, b.id, b.kind))
        });
        found
    }

    /// The review that an entry sets, unless the same thing was recorded anew since: what is measured from a step moves
    /// with it.
    fn review(&self, entry: usize, first: &'c EntryId, content: &'c Content) -> Option<FollowUp<'c>> {
        let (item, fields) = match content {
            Content::Action(action) => (Some(action.item.as_str()), &action.fields),
            Content::Sign(sign) => (sign.item.as_deref(), &sign.fields),
            _ => return None,
        };
        let due = day::stored(fields.get("review-on")?)?;
        let own = (content.date(), self.moment(entry));
        let anew = self.current().any(|(other, newer)| {
            let same = match (newer, content) {
                (Content::Action(newer), Content::Action(older)) => {
                    newer.item == older.item
                        && (newer.persons == older.persons || newer.persons.is_empty())
                        && newer.answer == Answer::Done
                }
                (Content::Sign(newer), Content::Sign(_)) => newer.item.as_deref() == item,
                _ => false,
            };
            same && other != entry && (newer.date(), self.moment(other)) > own
        });
        let owner = fields.get("owner").map(String::as_str);
        (!anew).then_some(FollowUp {
            id: first,
            entry,
            kind: Kind::Review,
            next: None,
            due: Some(due),
            owner,
            item,
            comments: None,
            settled: None,
        })
    }

    /// What became of a follow-up: what was said of it last. A review is settled by what is said on or after its day.
    fn settled(&self, of: &FollowUp<'c>) -> Option<Settled<'c>> {
        let said = self.current().filter_map(|(entry, content)| match content {
            Content::Plan(plan) if self.settles(plan, of.id) => Some((entry, plan)),
            _ => None,
        });
        let said = said.filter(|(_, plan)| of.kind == Kind::FollowUp || plan.date >= of.due);
        let (entry, plan) = said.max_by_key(|(entry, _)| self.moment(*entry))?;
        let says = plan.outcome.as_deref().or(plan.reason.as_deref());
        Some(Settled { answer: plan.answer?, date: plan.date, entry, says })
    }

    /// Whether a plan settles a follow-up, by whichever of its versions it names.
    fn settles(&self, plan: &Plan, id: &EntryId) -> bool {
        plan.settles.as_ref().is_some_and(|named| {
            named == id
                || self
                    .case
                    .chain
                    .place_of(named)
                    .and_then(|n| self.event_of(n))
                    .is_some_and(|event| self.entry(event.first).id.as_ref() == Some(id))
        })
    }

    /// The follow-ups that are open on a day.
    pub fn open_on(&self, day: NaiveDate) -> Vec<FollowUp<'c>> {
        let mut open = self.follow_ups();
        open.retain(|one| {
            one.settled.as_ref().is_none_or(|settled| settled.date.is_some_and(|date| date > day))
                && self.content_day(one.entry).is_none_or(|told| told <= day)
        });
        open
    }

    fn content_day(&self, entry: usize) -> Option<NaiveDate> {
        self.entry(entry).content().and_then(Content::date)
    }
}
