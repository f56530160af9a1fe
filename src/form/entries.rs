//! What was recorded on a row of the form, in words.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::pieces::Paragraph;
use crate::case::entry::{Action, Answer, Attachment, Content, PersonId};
use crate::case::exhibits::Exhibit;
use crate::case::state::{CaseState, Standing};
use crate::checklist::vocabulary::{FieldKind, field_kind};
use crate::checklist::{Checklist, Item};
use crate::day;
use crate::percent;

/// An entry that a row shows: an action, or a signature.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    /// The record it stands in: the case's own, or the school's.
    pub(super) state: &'a CaseState<'a>,
    /// Its place in that record's log.
    pub(super) entry: usize,
    /// What it says.
    pub(super) action: &'a Action,
    /// The item of the row that it is for.
    pub(super) item: &'a Item,
    /// Whether it is a signature.
    pub(super) signed: bool,
}

/// Everything that stands on some items up to a day, in the order of the days; and whether there is something of which two
/// versions stand beside each other.
pub(super) fn shown<'a>(
    items: &[&'a Item],
    record: impl Fn(&Item) -> Option<&'a CaseState<'a>>,
    as_of: NaiveDate,
) -> (Vec<Shown<'a>>, bool) {
    let mut found: Vec<Shown<'a>> = Vec::new();
    let mut contested = false;
    // Of the case, and of the school's own record.
    let mut known: HashSet<(*const CaseState<'a>, usize)> = HashSet::new();
    for &item in items {
        let Some(state) = record(item) else { continue };
        for event in state.events_on(std::iter::once(item.id.as_str())) {
            match &event.standing {
                Standing::Current {
                    entry,
                    content: Content::Action(action),
                } => {
                    let theirs = state.is_for(*entry, action, &item.id);
                    if theirs
                        && action.date.is_none_or(|date| date <= as_of)
                        && known.insert((std::ptr::from_ref(state), *entry))
                    {
                        found.push(Shown {
                            state,
                            entry: *entry,
                            action,
                            item,
                            signed: false,
                        });
                    }
                }
                Standing::Contested(versions) => {
                    contested |= versions.iter().any(|n| match state.entry(*n).content() {
                        Some(Content::Action(action)) => state.is_for(*n, action, &item.id),
                        _ => false,
                    });
                }
                _ => {}
            }
        }
        for signature in state
            .signatures()
            .iter()
            .filter(|one| one.is_for(state, &item.id))
        {
            if signature.is_given_on(as_of)
                && known.insert((std::ptr::from_ref(state), signature.entry))
            {
                let (entry, action) = (signature.entry, &signature.action);
                found.push(Shown {
                    state,
                    entry,
                    action,
                    item,
                    signed: true,
                });
            }
        }
    }
    found.sort_by(|a, b| {
        (a.action.date, a.state.moment(a.entry)).cmp(&(b.action.date, b.state.moment(b.entry)))
    });
    (found, contested)
}

/// A word of the files as people read it: `no-reply` becomes `no reply`.
pub fn plain(word: &str) -> String {
    word.replace('-', " ")
}

/// The same at the beginning of a sentence.
pub fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// An answer in words; nothing for what was done.
pub fn answer_words(answer: Answer) -> Option<&'static str> {
    match answer {
        Answer::Done => None,
        Answer::Declined => Some("declined"),
        Answer::NoReply => Some("no reply"),
        Answer::NotSuitable => Some("not suitable"),
        Answer::NotAvailable => Some("not available"),
    }
}

/// The name of a person of a case, or that it is not recorded. Of an id that several people share, all their names.
pub fn name_of(state: &CaseState<'_>, person: &PersonId, days: [Option<NaiveDate>; 2]) -> String {
    if let Some(names) = names_sharing(state, person, " or ") {
        return format!("{names} (not known which)");
    }
    // Whose own entry stands in two versions may have two names.
    let on = |day| {
        let mut names: Vec<String> = Vec::new();
        for one in state.people_on(day) {
            let theirs = one.name.filter(|_| one.id == *person);
            names.extend(theirs.filter(|name| !names.contains(name)));
        }
        (!names.is_empty()).then(|| names.join(" or "))
    };
    days.into_iter()
        .flatten()
        .find_map(on)
        .unwrap_or_else(|| "name not recorded".to_owned())
}

/// The names of those who share an id; nothing where it is one person's.
pub fn names_sharing(state: &CaseState<'_>, person: &PersonId, between: &str) -> Option<String> {
    state
        .is_shared(person)
        .then(|| state.names_sharing(person).join(between))
}

/// What a field says, in words.
pub fn value_words(name: &str, value: &str, checklist: &Checklist) -> String {
    match field_kind(name) {
        FieldKind::Day => day::stored(value).map(day::words),
        FieldKind::Period => day::period(value)
            .map(|(from, to)| format!("{} to {}", day::words(from), day::words(to))),
        FieldKind::Percent => percent::read(value).map(|percent| percent.to_string()),
        FieldKind::Words => {
            let answers = checklist
                .fields
                .get(name)
                .map_or(&[][..], |def| &def.answers);
            answers
                .iter()
                .any(|answer| answer == value)
                .then(|| plain(value))
        }
    }
    .unwrap_or_else(|| value.to_owned())
}

/// What a fact says, in words.
pub fn fact_words(name: &str, value: &str, checklist: &Checklist) -> String {
    let is_day = checklist.facts.get(name).is_some_and(|def| def.is_day);
    match day::stored(value).filter(|_| is_day) {
        Some(day) => day::words(day),
        None => capital(&plain(value)),
    }
}

/// How an entry is told.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The checklist, for the words of fields and points.
    pub checklist: &'a Checklist,
    /// The day of the form.
    pub as_of: NaiveDate,
    /// The numbers of documents, where they go with it.
    pub exhibits: &'a [Exhibit<'a>],
}

impl Telling<'_> {
    /// A document by its number, where it has one, and its short name.
    fn document(&self, entry: usize, copy: &Attachment) -> String {
        match self.exhibits.iter().find(|one| one.is(entry, copy)) {
            Some(exhibit) => format!("{} (exhibit {})", plain(&copy.name), exhibit.number),
            None => plain(&copy.name),
        }
    }
}

/// What an action says, each thing in a paragraph of its own: what came of it first.
pub fn told(
    state: &CaseState<'_>,
    entry: usize,
    action: &Action,
    item: Option<&Item>,
    how: &Telling<'_>,
) -> Vec<Paragraph> {
    let agreed = action.fields.contains_key("due") || action.fields.contains_key("owner");
    // Said in a place of their own. A `next` alone answers a question of the form.
    let apart =
        |name: &str| matches!(name, "outcome" | "due" | "owner") || name == "next" && agreed;
    let mut said = Vec::new();
    let answer = answer_words(action.answer).map(capital);
    let first: Vec<&str> = [answer.as_deref(), action.reason.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    if !first.is_empty() {
        said.push(Paragraph::plain(first.join(": ")));
    }
    if let Some(outcome) = action.fields.get("outcome") {
        said.push(Paragraph::plain(outcome.as_str()));
    }
    let labelled = |label: &str, text: String| Paragraph::plain(format!("{label}: {text}"));
    if !action.points.is_empty() {
        let points = item
            .map(|item| how.checklist.points_of(item))
            .unwrap_or_default();
        let words = |name: &String| {
            points
                .iter()
                .find(|(known, _)| known == name)
                .map_or_else(|| plain(name), |(_, words)| words.clone())
        };
        let covered: Vec<String> = action.points.iter().map(words).collect();
        said.push(labelled("Covered", covered.join("; ")));
    }
    // In the order in which the checklist asks for them.
    let asked = item
        .map(|item| how.checklist.asked_for(item))
        .unwrap_or_default();
    let mut fields: Vec<(&String, &String)> = action
        .fields
        .iter()
        .filter(|(name, _)| !apart(name))
        .collect();
    fields.sort_by_key(|(name, _)| {
        asked
            .iter()
            .position(|one| one == name)
            .unwrap_or(asked.len())
    });
    for (name, value) in fields {
        said.push(labelled(
            &capital(&plain(name)),
            value_words(name, value, how.checklist),
        ));
    }
    let field = |name: &str| action.fields.get(name).map(String::as_str);
    let due = field("due").map(|due| format!("by {}", value_words("due", due, how.checklist)));
    let next: Vec<&str> = [field("next"), due.as_deref(), field("owner")]
        .into_iter()
        .flatten()
        .collect();
    if agreed {
        said.push(labelled("Next", next.join(", ")));
    }
    if !action.persons.is_empty() {
        let name = |person| name_of(state, person, [action.date, Some(how.as_of)]);
        let names: Vec<String> = action.persons.iter().map(name).collect();
        let label = if names.len() == 1 {
            "Person concerned"
        } else {
            "Persons concerned"
        };
        said.push(labelled(label, names.join(", ")));
    }
    if !action.attach.is_empty() {
        let documents: Vec<String> = action
            .attach
            .iter()
            .map(|copy| how.document(entry, copy))
            .collect();
        said.push(labelled("Document", documents.join(", ")));
    }
    said
}
