//! A checklist: one authority's published list, valid by construction.

pub mod bind;
pub mod carry;
pub mod circles;
mod item;
mod periods;
pub mod read;
mod remarks;
pub mod rules;
pub mod vocabulary;

use std::collections::BTreeMap;

use crate::case::entry::{Answer, Role, Subject, words};
use crate::condition::{Condition, Leaf};
use crate::span::{Clause, Cover, Interval, Length, Reach, Tally};
pub use periods::Reversed;
pub use remarks::Remark;
use vocabulary::{FactDef, FieldDef, Vocabulary};

/// The format of checklists.
pub const FORMAT: &str = "checklist/1";
/// The roles an item or a fact can go by.
pub const EACH: &[&str] = &["parent", "child", "sibling", "agency"];

words! {
    /// How strong an item is.
    Level {
        /// Not met, it blocks.
        Must => "must",
        /// Not met, it advises.
        Should => "should",
        /// Not met, it advises.
        May => "may",
    }
}

words! {
    /// Which of the counted entries must be good.
    Entries {
        /// As many as are counted for; more never harm.
        Any => "any",
        /// The latest.
        Latest => "latest",
        /// Every one.
        Every => "every",
        /// There is nothing to record.
        None => "none",
    }
}

/// Where an anchor stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// The day of the check: `today`, or the name of a gate.
    Today,
    /// The newest entry of the record that is neither a signature nor a note.
    LastChange,
    /// The entry's own day.
    OwnDay,
    /// A field of the entry itself.
    OwnField(String),
    /// The day, or a field, of an item's entry.
    Item {
        /// The item.
        item: String,
        /// The earliest counted entry, not the latest.
        first: bool,
        /// Its field, if not its day.
        field: Option<String>,
    },
}

/// Which of two editions is the later one: their numbers are compared as numbers, so that 2026-9 comes before 2026-11.
pub fn by_edition(a: &str, b: &str) -> std::cmp::Ordering {
    let parts = |text: &str| -> Vec<(u64, String)> {
        let pieces = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|piece| !piece.is_empty());
        pieces
            .map(|piece| (piece.parse().unwrap_or(u64::MAX), piece.to_owned()))
            .collect()
    };
    parts(a).cmp(&parts(b)).then_with(|| a.cmp(b))
}

/// Clauses bound to a checklist.
pub type Clauses = Vec<Clause<Anchor>>;

/// What a field must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// One of these.
    OneOf(Vec<String>),
    /// A day that lies so.
    Day(Clauses),
    /// A period that reaches back so far.
    Covers(Cover<Anchor>),
}

/// One line of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Stable kebab-case id.
    pub id: String,
    /// In a few words.
    pub title: String,
    /// What to do.
    pub ask: Option<String>,
    /// Why it matters.
    pub why: Option<String>,
    /// What is told where `needs` does not hold by what was answered or recorded.
    pub otherwise: Option<String>,
    /// The rows of the document it stands for.
    pub source: Vec<String>,
    /// References of the document.
    pub see: Vec<String>,
    /// The shared word by which entries move to another council's list.
    pub practice: Option<String>,
    /// The section it stands in, by number.
    pub section: usize,
    /// How strong it is.
    pub level: Level,
    /// When it applies; its section's condition is part of it.
    pub when: Option<Condition>,
    /// What raises it to must.
    pub must_when: Option<Condition>,
    /// A line for each person of this role.
    pub each: Option<Role>,
    /// Answered once, in the school's own record.
    pub about_school: bool,
    /// Answers besides `done` that settle it.
    pub accepts: Vec<Answer>,
    /// Which entries must be good.
    pub entries: Entries,
    /// Items whose entries count here too.
    pub uses: Vec<String>,
    /// Whether only their entries count (`looks-at`), and none can be recorded on the item itself.
    pub looks_only: bool,
    /// How many good entries.
    pub count: Tally,
    /// Fields that may not be blank.
    pub record: Vec<String>,
    /// What fields must say.
    pub expect: Vec<(String, Expect)>,
    /// Points to cover, with their words.
    pub points: Vec<(String, String)>,
    /// Documents that must be with the entry, by their short names.
    pub attach: Vec<String>,
    /// Roles that must all have signed the entry.
    pub signed_by: Vec<String>,
    /// Where the entry's own day must lie.
    pub dated: Clauses,
    /// How long a period must be.
    pub lasts: Option<Length<Anchor>>,
    /// How often it must happen again.
    pub repeat: Option<Interval<Anchor>>,
    /// What else must be so.
    pub needs: Option<Condition>,
}

impl Item {
    /// The rows it stands for, as a message names them: `row M5`.
    pub fn rows(&self) -> String {
        let plural = if self.source.len() == 1 {
            "row"
        } else {
            "rows"
        };
        format!("{plural} {}", self.source.join(", "))
    }

    /// Whether it is a sign-off of the whole record, which goes stale when something is recorded after it.
    pub fn signs_record(&self) -> bool {
        !self.signed_by.is_empty()
            && self
                .dated
                .iter()
                .any(|clause| clause.anchor == Anchor::LastChange)
    }

    /// The items whose entries count, its own first where some can be recorded on it.
    pub fn counted_items(&self) -> impl Iterator<Item = &str> {
        let own = (!self.looks_only).then_some(&self.id);
        own.into_iter().chain(&self.uses).map(String::as_str)
    }

    /// The items at whose entries it only looks: those of `looks-at`, or the one it `uses` where it asks for nothing but
    /// how that one's entries are placed in time. What would be recorded on it would count as one of them, and could hide
    /// what is wrong with them, so nothing is. Empty where entries of its own count.
    pub fn only_looks_at(&self) -> &[String] {
        if self.looks_only {
            return &self.uses;
        }
        let [_] = self.uses.as_slice() else {
            return &[];
        };
        let asks = !self.record.is_empty()
            || !self.points.is_empty()
            || !self.attach.is_empty()
            || !self.expect.is_empty()
            || !self.signed_by.is_empty()
            || self.repeat.is_some();
        if !asks && (self.lasts.is_some() || !self.dated.is_empty()) {
            &self.uses
        } else {
            &[]
        }
    }

    /// Whether it is a last step that nothing waits for: it is not a must, and may only be looked at once whole sections are
    /// settled, such as legal intervention. It is never suggested as the next thing to do.
    pub fn is_last_resort(&self) -> bool {
        let whole_section = |needs: &Condition| {
            needs
                .leaves()
                .iter()
                .any(|leaf| matches!(leaf, Leaf::Section(_)))
        };
        self.level != Level::Must && self.needs.as_ref().is_some_and(whole_section)
    }

    /// Whether its entries must say who sees to what is agreed.
    pub fn wants_owner(&self) -> bool {
        self.record.iter().any(|name| name == "owner")
    }

    /// Whether an answer settles it, given its reason.
    pub fn takes(&self, answer: Answer) -> bool {
        answer == Answer::Done || self.accepts.contains(&answer)
    }
}

/// A part of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// What a check stands in front of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The sections it looks at, by number.
    pub sections: Vec<usize>,
}

/// Where a checklist comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Title of the document.
    pub title: String,
    /// Where it was published.
    pub url: Option<String>,
    /// The day it was read.
    pub seen: Option<String>,
}

/// One authority's published list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// Its id.
    pub id: String,
    /// Its edition.
    pub edition: String,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub authority: String,
    /// Whom its cases are about.
    pub subject: Subject,
    /// The document it was written from.
    pub source: Source,
    /// What a check can stand in front of.
    pub gates: Vec<Gate>,
    /// The parts of the form.
    pub sections: Vec<Section>,
    /// Every line of the form, in its order.
    pub items: Vec<Item>,
    /// Facts, shared and its own.
    pub facts: BTreeMap<String, FactDef>,
    /// Fields, shared and its own.
    pub fields: BTreeMap<String, FieldDef>,
    /// Facts that are its own.
    pub own_facts: Vec<String>,
}

impl Checklist {
    /// What stands in for the checklist of a case whose opening is not in its file: it asks nothing, so that all that is
    /// judged is the record itself, which is damaged.
    pub fn unknown(subject: Subject) -> Self {
        Self {
            id: String::new(),
            edition: String::new(),
            title: "no checklist is known, since the opening is not in the file".to_owned(),
            authority: String::new(),
            subject,
            source: Source::default(),
            gates: vec![Gate {
                id: String::new(),
                title: "Nothing can be judged".to_owned(),
                sections: Vec::new(),
            }],
            sections: Vec::new(),
            items: Vec::new(),
            facts: BTreeMap::new(),
            fields: BTreeMap::new(),
            own_facts: Vec::new(),
        }
    }

    /// An item by its id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The gate a check stands in front of if none is named: `referral`, or the only one.
    pub fn default_gate(&self) -> Option<&Gate> {
        self.gate("referral")
            .or(if let [only] = self.gates.as_slice() {
                Some(only)
            } else {
                None
            })
    }

    /// A gate by its id.
    pub fn gate(&self, id: &str) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.id == id)
    }

    /// The items of a section, by its number.
    pub fn items_of(&self, section: usize) -> impl Iterator<Item = &Item> {
        self.items
            .iter()
            .filter(move |item| item.section == section)
    }

    /// Fields that an entry of an item is asked for, with those of the items that count its entries too.
    pub fn asked_for<'a>(&'a self, item: &'a Item) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for one in std::iter::once(item).chain(self.users_of(&item.id)) {
            let wanted = one
                .record
                .iter()
                .chain(one.expect.iter().map(|(field, _)| field));
            let ends = one
                .lasts
                .as_ref()
                .filter(|length| length.to.is_none())
                .map(|_| "ends-on");
            for name in wanted.map(String::as_str).chain(ends) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// Documents that must be with an entry of an item, with those of the items that count its entries too.
    pub fn documents_of<'a>(&'a self, item: &'a Item) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for name in std::iter::once(item)
            .chain(self.users_of(&item.id))
            .flat_map(|one| &one.attach)
        {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Points that an entry of an item may cover: its own, and those of the items that count its entries too.
    pub fn points_of<'a>(&'a self, item: &'a Item) -> Vec<&'a (String, String)> {
        let mut points: Vec<&(String, String)> = Vec::new();
        for one in std::iter::once(item).chain(self.users_of(&item.id)) {
            for point in &one.points {
                if !points.iter().any(|(name, _)| *name == point.0) {
                    points.push(point);
                }
            }
        }
        points
    }

    /// Whether every follow-up must say who sees to it: in a school's review of itself each one is a recommendation, on
    /// whichever item it is agreed.
    pub fn wants_owner(&self) -> bool {
        self.subject == Subject::School && self.items.iter().any(Item::wants_owner)
    }

    /// Items whose entries look back on another one, such as a review of a target: they are dated after it.
    pub fn looking_back_on<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Item> {
        let back = move |clause: &Clause<Anchor>| {
            let after = matches!(
                clause.reach,
                Reach::After { .. } | Reach::Apart { after: true, .. }
            );
            after && matches!(&clause.anchor, Anchor::Item { item, .. } if item == id)
        };
        self.items
            .iter()
            .filter(move |item| item.dated.iter().any(back))
    }

    /// Items that count the entries of another one too.
    pub fn users_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Item> {
        self.items
            .iter()
            .filter(move |item| item.uses.iter().any(|used| used == id))
    }

    /// Takes the shared words over, its own standing before them.
    fn with_vocabulary(&mut self, vocabulary: &Vocabulary) {
        for (name, fact) in &vocabulary.facts {
            self.facts
                .entry(name.clone())
                .or_insert_with(|| fact.clone());
        }
        for (name, field) in &vocabulary.fields {
            self.fields
                .entry(name.clone())
                .or_insert_with(|| field.clone());
        }
    }
}
