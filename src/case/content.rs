//! Reads what an entry tells: the content of each kind, key by key.

use std::collections::BTreeMap;

use super::entry::{
    Action, Answer, Attachment, CloseReason, Content, Details, EntryId, Fact, KINDS, PersonEntry,
    PersonId, Plan, Role, Sign, YesNo,
};
use crate::fields::{Fields, text_of, unknown_key};
use crate::problem::{Code, Problems, did_you_mean};
use crate::tree::Node;

/// Keys of an action that are not fields. A checklist may not name a field so.
pub const ACTION_KEYS: &[&str] = &[
    "kind", "at", "by", "after", "id", "date", "item", "answer", "reason", "for", "points",
    "attach", "corrects", "why",
];
/// The keys of each kind of content, besides those of every entry; and those of the details of a case.
pub fn keys_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "opened" => &["checklist", "edition", "details", "header"],
        "action" => &[
            "date", "item", "answer", "reason", "for", "points", "attach",
        ],
        "fact" => &["fact", "value", "since", "for"],
        "details" => &["details"],
        "details of a case" => &["name", "upn", "born", "year-group", "school", "urn"],
        "person" => &[
            "person",
            "none",
            "name",
            "role",
            "parental-responsibility",
            "from",
            "until",
        ],
        "plan" => &[
            "next", "due", "owner", "item", "settles", "answer", "date", "outcome", "reason",
            "comments",
        ],
        "note" => &["text", "date"],
        "sign" => &["role", "name", "date", "item", "signs", "scope"],
        "checklist" => &["checklist", "edition", "carried"],
        "close" => &["reason", "date", "text"],
        "reopen" => &["reason", "date"],
        "outcome" => &["result", "date", "reason", "items"],
        "joined" => &["text"],
        _ => &[],
    }
}

const SIGN_KEYS: &[&str] = &[
    "kind", "at", "by", "after", "id", "role", "name", "date", "item", "signs", "scope",
    "corrects", "why",
];

/// Reads what an entry tells, without the keys of the chain: for entries that stand in no case file.
pub fn told(node: &Node, problems: &mut Problems<'_>) -> Option<Content> {
    let mut fields = Fields::of(node, "an entry", problems)?;
    let kind = fields.need("kind", problems)?;
    content(&kind, fields, problems)
}

pub(super) fn content(
    kind: &str,
    mut fields: Fields<'_>,
    problems: &mut Problems<'_>,
) -> Option<Content> {
    let found = match kind {
        "opened" => Some(Content::Opened {
            checklist: fields.need("checklist", problems)?,
            edition: fields.need("edition", problems)?,
            details: fields
                .take("details")
                .map(|node| details(node, problems))
                .unwrap_or_default(),
            header: fields.need("header", problems)?,
        }),
        "action" => return action(fields, problems).map(Content::Action),
        "fact" => Some(Content::Fact(Fact {
            fact: fields.need("fact", problems)?,
            value: fields.need("value", problems)?,
            since: fields.day("since", problems),
            persons: persons(&mut fields, problems),
        })),
        "details" => match fields.take("details") {
            Some(node) => Some(Content::Details(details(node, problems))),
            None => {
                fields.missing("details", problems);
                None
            }
        },
        "person" => person(&mut fields, problems).map(Content::Person),
        "plan" => Some(Content::Plan(plan(&mut fields, problems))),
        "note" => Some(Content::Note {
            text: fields.need("text", problems)?,
            date: fields.day("date", problems),
        }),
        "sign" => return sign(fields, problems).map(Content::Sign),
        "checklist" => Some(Content::Checklist {
            checklist: fields.need("checklist", problems)?,
            edition: fields.need("edition", problems)?,
            carried: fields
                .take("carried")
                .map(|node| carried(node, problems))
                .unwrap_or_default(),
        }),
        "close" if fields.node().get("reason").is_none() => {
            fields.missing("reason", problems);
            None
        }
        "close" => Some(Content::Close {
            reason: fields.word(
                "reason",
                CloseReason::WORDS,
                CloseReason::from_word,
                problems,
            )?,
            date: fields.day("date", problems),
            text: fields.text("text", problems),
        }),
        "reopen" => Some(Content::Reopen {
            reason: fields.need("reason", problems)?,
            date: fields.day("date", problems),
        }),
        "outcome" => Some(Content::Outcome {
            result: fields.need("result", problems)?,
            date: fields.day("date", problems),
            reason: fields.text("reason", problems),
            items: fields.texts("items", problems),
        }),
        "joined" => Some(Content::Joined {
            text: fields.text("text", problems),
        }),
        _ => {
            let node = fields.node().get("kind").unwrap_or(fields.node());
            let message = format!("{} is not a kind of entry", problems.quoted(kind, "this"));
            problems.node(
                node,
                Code::UnknownWord,
                message,
                did_you_mean(kind, KINDS.iter().copied()),
            );
            return None;
        }
    };
    take_correction(&mut fields);
    fields.finish(problems);
    found
}

/// A correction has its own two keys beside those of what it corrects.
fn take_correction(fields: &mut Fields<'_>) {
    if fields.node().text_at("kind") == Some("correct") {
        fields.take("corrects");
        fields.take("why");
    }
}

fn persons(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Vec<PersonId> {
    fields
        .texts("for", problems)
        .into_iter()
        .map(PersonId)
        .collect()
}

fn details(node: &Node, problems: &mut Problems<'_>) -> Details {
    let Some(mut fields) = Fields::of(node, "details", problems) else {
        return Details::default();
    };
    let details = Details {
        name: fields.text("name", problems),
        upn: fields.text("upn", problems),
        born: fields.day("born", problems),
        year_group: fields.text("year-group", problems),
        school: fields.text("school", problems),
        urn: fields.text("urn", problems),
    };
    fields.finish(problems);
    details
}

fn action(mut fields: Fields<'_>, problems: &mut Problems<'_>) -> Option<Action> {
    let item = fields.need("item", problems);
    let answer = fields.word("answer", Answer::WORDS, Answer::from_word, problems);
    if fields.node().get("answer").is_none() {
        fields.missing("answer", problems);
    }
    let date = fields.day("date", problems);
    let reason = fields.text("reason", problems);
    let persons = persons(&mut fields, problems);
    let points = fields.texts("points", problems);
    let attach = fields
        .take("attach")
        .map(|node| attachments(node, problems))
        .unwrap_or_default();
    take_correction(&mut fields);
    let values = named_fields(&fields, ACTION_KEYS, problems);
    Some(Action {
        date,
        item: item?,
        answer: answer?,
        reason,
        persons,
        points,
        fields: values,
        attach,
    })
}

/// What is not a key of its own is a field of the checklist, by its name.
fn named_fields(
    fields: &Fields<'_>,
    known: &[&str],
    problems: &mut Problems<'_>,
) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for (key, node) in fields.rest() {
        if !is_kebab(&key.name) {
            unknown_key(key, "an entry", known, problems);
        } else if let Some(text) = text_of(node, &key.name, problems) {
            values.insert(key.name.to_string(), text);
        }
    }
    values
}

/// Whether a word is in kebab-case: `review-on`.
pub fn is_kebab(word: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    word.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && !word.ends_with('-')
        && word.bytes().all(inner)
}

fn attachments(node: &Node, problems: &mut Problems<'_>) -> Vec<Attachment> {
    let Some(list) = node.as_list() else {
        problems.node(
            node,
            Code::WrongType,
            "`attach` must be a list of documents",
            None,
        );
        return Vec::new();
    };
    let one = |node: &Node, problems: &mut Problems<'_>| {
        let mut fields = Fields::of(node, "a document", problems)?;
        let name = fields.need("name", problems);
        let file = fields.need("file", problems);
        let (size, sha256) = (
            fields.text("size", problems),
            fields.text("sha256", problems),
        );
        fields.finish(problems);
        Some(Attachment {
            name: name?,
            file: file?,
            size,
            sha256,
        })
    };
    list.iter().filter_map(|node| one(node, problems)).collect()
}

fn person(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<PersonEntry> {
    let from = fields.day("from", problems);
    if fields.node().get("none").is_some() {
        let role = fields.word("none", Role::WORDS, Role::from_word, problems)?;
        return Some(PersonEntry::None { role, from });
    }
    let person = fields.need("person", problems);
    Some(PersonEntry::Named {
        name: fields.text("name", problems),
        role: fields.word("role", Role::WORDS, Role::from_word, problems),
        responsibility: fields.word(
            "parental-responsibility",
            YesNo::WORDS,
            YesNo::from_word,
            problems,
        ),
        from,
        until: fields.day("until", problems),
        person: PersonId(person?),
    })
}

fn plan(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Plan {
    Plan {
        next: fields.text("next", problems),
        due: fields.day("due", problems),
        owner: fields.text("owner", problems),
        item: fields.text("item", problems),
        settles: fields.text("settles", problems).map(EntryId),
        answer: fields.word("answer", Answer::WORDS, Answer::from_word, problems),
        date: fields.day("date", problems),
        outcome: fields.text("outcome", problems),
        reason: fields.text("reason", problems),
        comments: fields.text("comments", problems),
    }
}

fn sign(mut fields: Fields<'_>, problems: &mut Problems<'_>) -> Option<Sign> {
    let role = fields.need("role", problems);
    let name = fields.need("name", problems);
    let date = fields.day("date", problems);
    let item = fields.text("item", problems);
    let signs = fields
        .texts("signs", problems)
        .into_iter()
        .map(EntryId)
        .collect();
    let scope = fields.text("scope", problems);
    take_correction(&mut fields);
    let values = named_fields(&fields, SIGN_KEYS, problems);
    Some(Sign {
        role: role?,
        name: name?,
        date,
        item,
        signs,
        scope,
        fields: values,
    })
}

fn carried(node: &Node, problems: &mut Problems<'_>) -> Vec<(String, String)> {
    let Some(list) = node.as_list() else {
        problems.node(
            node,
            Code::WrongType,
            "`carried` must be a list of pairs",
            None,
        );
        return Vec::new();
    };
    let one = |node: &Node, problems: &mut Problems<'_>| {
        let mut fields = Fields::of(node, "a pair of items", problems)?;
        let pair = (fields.need("from", problems), fields.need("to", problems));
        fields.finish(problems);
        pair.0.zip(pair.1)
    };
    list.iter().filter_map(|node| one(node, problems)).collect()
}
