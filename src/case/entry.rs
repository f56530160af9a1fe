//! What can stand in the log of a case.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};

pub use super::id::{EntryId, PersonId};
pub(crate) use super::words::words;
pub use super::words::{Answer, CloseReason, Role, Subject, YesNo};
use crate::tree::{Node, Place};

/// Name and number of the pupil and the school, as far as they are given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// The pupil's name.
    pub name: Option<String>,
    /// The unique pupil number.
    pub upn: Option<String>,
    /// Day of birth.
    pub born: Option<NaiveDate>,
    /// Year group, as the school writes it.
    pub year_group: Option<String>,
    /// The school's name.
    pub school: Option<String>,
    /// The school's unique reference number.
    pub urn: Option<String>,
}

impl Details {
    /// The year group, where it is a short word such as `9` or `N2` and nothing that could be a name.
    pub fn year_word(&self) -> Option<&str> {
        let short = |year: &&str| {
            year.len() <= 3 && year.contains(|c: char| c.is_ascii_digit()) || *year == "R"
        };
        self.year_group.as_deref().filter(short)
    }

    /// Takes over what another one gives.
    pub fn update(&mut self, newer: &Self) {
        fn take<T: Clone>(old: &mut Option<T>, new: Option<&T>) {
            if let Some(value) = new {
                *old = Some(value.clone());
            }
        }
        take(&mut self.name, newer.name.as_ref());
        take(&mut self.upn, newer.upn.as_ref());
        take(&mut self.born, newer.born.as_ref());
        take(&mut self.year_group, newer.year_group.as_ref());
        take(&mut self.school, newer.school.as_ref());
        take(&mut self.urn, newer.urn.as_ref());
    }
}

/// Something done, or not done for a reason, about an item of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The day it happened.
    pub date: Option<NaiveDate>,
    /// The item of the checklist.
    pub item: String,
    /// What came of it.
    pub answer: Answer,
    /// Why it was not done.
    pub reason: Option<String>,
    /// The persons it concerns, where it concerns some and not all.
    pub persons: Vec<PersonId>,
    /// Points of the item that were covered.
    pub points: Vec<String>,
    /// Fields by name: outcome, attendees, next, due, owner and so on.
    pub fields: BTreeMap<String, String>,
    /// Documents, by short name.
    pub attach: Vec<Attachment>,
}

/// A document kept with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Short name, such as `letter`.
    pub name: String,
    /// Where it lies.
    pub file: String,
    /// Size in bytes, as written.
    pub size: Option<String>,
    /// SHA-256 in hex.
    pub sha256: Option<String>,
}

/// An answer to a question about the pupil's circumstances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The fact's name.
    pub fact: String,
    /// The answer; `unknown` says that it is not known.
    pub value: String,
    /// From which day it holds; without one, for all earlier days too.
    pub since: Option<NaiveDate>,
    /// The persons it is about, where it goes by person.
    pub persons: Vec<PersonId>,
}

/// Who belongs to the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonEntry {
    /// Somebody named, or something new about them.
    Named {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: Option<String>,
        /// What they are to the pupil.
        role: Option<Role>,
        /// Whether they have parental responsibility, and so count as a parent.
        responsibility: Option<YesNo>,
        /// From which day this holds.
        from: Option<NaiveDate>,
        /// The last day on which they belonged to the case.
        until: Option<NaiveDate>,
    },
    /// There is nobody of a role.
    None {
        /// The role.
        role: Role,
        /// From which day this holds.
        from: Option<NaiveDate>,
    },
}

/// A follow-up on its own, or what became of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is to be done.
    pub next: Option<String>,
    /// By which day.
    pub due: Option<NaiveDate>,
    /// Who sees to it.
    pub owner: Option<String>,
    /// The item it belongs to.
    pub item: Option<String>,
    /// The follow-up this settles.
    pub settles: Option<EntryId>,
    /// What became of it: done, or why not.
    pub answer: Option<Answer>,
    /// The day it was settled.
    pub date: Option<NaiveDate>,
    /// What came of it.
    pub outcome: Option<String>,
    /// Why it was not done.
    pub reason: Option<String>,
    /// Remarks.
    pub comments: Option<String>,
}

/// A signature by role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// In what role.
    pub role: String,
    /// Whose name.
    pub name: String,
    /// On which day.
    pub date: Option<NaiveDate>,
    /// The item it is given for.
    pub item: Option<String>,
    /// The entries it fixes: one entry, or the heads of the whole record.
    pub signs: Vec<EntryId>,
    /// Whether the whole record was signed: `entry` or `record`.
    pub scope: Option<String>,
    /// Further fields, such as the day of the next review.
    pub fields: BTreeMap<String, String>,
}

/// What an entry tells: the kinds of content a log can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The case was opened.
    Opened {
        /// The checklist it is worked against.
        checklist: String,
        /// That checklist's edition.
        edition: String,
        /// Who it is about.
        details: Details,
        /// `h` and the SHA-256 of the header.
        header: String,
    },
    /// Something done, or not done for a reason.
    Action(Action),
    /// A circumstance.
    Fact(Fact),
    /// Name, number and so on, put right.
    Details(Details),
    /// Who belongs to the case.
    Person(PersonEntry),
    /// A follow-up on its own, or what became of one.
    Plan(Plan),
    /// A remark.
    Note {
        /// The remark.
        text: String,
        /// The day it is about.
        date: Option<NaiveDate>,
    },
    /// A signature.
    Sign(Sign),
    /// The case moved to another checklist or edition.
    Checklist {
        /// The checklist from now on.
        checklist: String,
        /// Its edition.
        edition: String,
        /// Pairs of items whose entries count on: from, to.
        carried: Vec<(String, String)>,
    },
    /// The case was closed.
    Close {
        /// Why.
        reason: CloseReason,
        /// On which day.
        date: Option<NaiveDate>,
        /// In more words.
        text: Option<String>,
    },
    /// The case was opened again.
    Reopen {
        /// Why.
        reason: String,
        /// On which day.
        date: Option<NaiveDate>,
    },
    /// What the council answered.
    Outcome {
        /// `accepted` or `returned`.
        result: String,
        /// On which day.
        date: Option<NaiveDate>,
        /// What it said.
        reason: Option<String>,
        /// The items it named.
        items: Vec<String>,
    },
    /// Two copies were joined.
    Joined {
        /// In more words.
        text: Option<String>,
    },
}

impl Content {
    /// The `kind` of an entry that holds this.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Action(_) => "action",
            Self::Fact(_) => "fact",
            Self::Details(_) => "details",
            Self::Person(_) => "person",
            Self::Plan(_) => "plan",
            Self::Note { .. } => "note",
            Self::Sign(_) => "sign",
            Self::Checklist { .. } => "checklist",
            Self::Close { .. } => "close",
            Self::Reopen { .. } => "reopen",
            Self::Outcome { .. } => "outcome",
            Self::Joined { .. } => "joined",
        }
    }

    /// The day the thing happened, where it has one.
    pub fn date(&self) -> Option<NaiveDate> {
        match self {
            Self::Action(action) => action.date,
            Self::Plan(plan) => plan.date,
            Self::Sign(sign) => sign.date,
            Self::Note { date, .. }
            | Self::Close { date, .. }
            | Self::Reopen { date, .. }
            | Self::Outcome { date, .. } => *date,
            Self::Opened { .. }
            | Self::Fact(_)
            | Self::Details(_)
            | Self::Person(_)
            | Self::Checklist { .. }
            | Self::Joined { .. } => None,
        }
    }
}

/// What an entry does to the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Adds something new.
    Record(Content),
    /// Gives an earlier event new content.
    Correct {
        /// The first version of the event.
        corrects: EntryId,
        /// Why it was put right.
        why: String,
        /// The whole new content; `None` if what it corrects is not in the file.
        content: Option<Content>,
    },
    /// Takes an earlier event back.
    Withdraw {
        /// The first version of the event.
        withdraws: EntryId,
        /// Why.
        why: String,
    },
    /// Says that the text of an earlier entry was taken out.
    Strike {
        /// The entry whose text is gone.
        strikes: EntryId,
        /// What that entry follows. No id of its own covers it once its text is gone, so the one of this entry does.
        /// `None` in strikes that an older program wrote.
        followed: Option<Vec<EntryId>>,
        /// Why.
        why: String,
    },
    /// What is left of an entry whose text was taken out.
    Struck,
}

/// One entry of the log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The id it carries; none if it was written by hand and not sealed yet.
    pub id: Option<EntryId>,
    /// The id that what it says amounts to.
    pub computed: EntryId,
    /// When it was recorded.
    pub at: Option<DateTime<FixedOffset>>,
    /// Who recorded it.
    pub by: Option<String>,
    /// The entries that no other followed when it was written.
    pub after: Vec<EntryId>,
    /// What it does.
    pub deed: Deed,
    /// The entry as it stands in the file.
    pub node: Node,
}

impl Entry {
    /// What it tells, if it tells something new or puts something right.
    pub fn content(&self) -> Option<&Content> {
        match &self.deed {
            Deed::Record(content) => Some(content),
            Deed::Correct { content, .. } => content.as_ref(),
            Deed::Withdraw { .. } | Deed::Strike { .. } | Deed::Struck => None,
        }
    }

    /// Its `kind` as the file writes it.
    pub fn kind(&self) -> &'static str {
        match &self.deed {
            Deed::Record(content) => content.kind(),
            Deed::Correct { .. } => "correct",
            Deed::Withdraw { .. } => "withdraw",
            Deed::Strike { .. } => "strike",
            Deed::Struck => "struck",
        }
    }

    /// Where it begins in the file.
    pub fn place(&self) -> Place {
        self.node.place
    }
}

/// Every kind an entry can be of.
pub const KINDS: &[&str] = &[
    "opened",
    "action",
    "fact",
    "details",
    "person",
    "plan",
    "note",
    "sign",
    "checklist",
    "close",
    "reopen",
    "outcome",
    "joined",
    "correct",
    "withdraw",
    "strike",
    "struck",
];
