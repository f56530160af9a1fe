//! From the tree of a file to a [`Case`], noting every problem on the way.

use std::collections::{BTreeMap, HashMap};

use chrono::DateTime;

use super::chain::Chain;
use super::entry::{
    Action, Answer, Attachment, CloseReason, Content, Deed, Details, Entry, EntryId, Fact, KINDS,
    PersonEntry, PersonId, Plan, Role, Sign, Subject, YesNo,
};
use super::{Case, CaseId, FORMAT, MOST_ENTRIES, seal};
use crate::fields::{Fields, text_of, unknown_key};
use crate::problem::{Code, Problems, did_you_mean};
use crate::tree::{Node, Value};

/// Keys of an entry of any kind.
const COMMON: [&str; 5] = ["kind", "at", "by", "after", "id"];
/// Keys of an action that are not fields. A checklist may not name a field so.
pub const ACTION_KEYS: &[&str] = &[
    "kind", "at", "by", "after", "id", "date", "item", "answer", "reason", "for", "points", "attach",
    "corrects", "why",
];
const SIGN_KEYS: &[&str] =
    &["kind", "at", "by", "after", "id", "role", "name", "date", "item", "signs", "scope", "corrects", "why"];

/// What a file says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A case of the format this program writes.
    Ours,
    /// A case of a later format.
    Newer,
}

/// Tells what format a file is in, or notes that it is no case.
pub fn format_of(file: &Node, problems: &mut Problems<'_>) -> Option<Format> {
    let found = file.text_at("attcheck");
    let number = found.and_then(|text| text.strip_prefix("case/")).and_then(|n| n.parse::<u32>().ok());
    match (found, number) {
        (Some(FORMAT), _) => Some(Format::Ours),
        (_, Some(number)) if number > 1 => Some(Format::Newer),
        _ => {
            let place = file.get("attcheck").map_or(file.place, |node| node.place);
            let hint = Some(format!("a case file begins with `attcheck: {FORMAT}`"));
            problems.at(place, 1, Code::WrongFormat, "this is not a case file", hint);
            None
        }
    }
}

/// Reads a case from the tree of its file. `ends_whole` tells whether the text ended in a newline.
///
/// `None` if it cannot be read as a case; why is then among the problems.
pub fn case(mut file: Node, ends_whole: bool, problems: &mut Problems<'_>) -> Option<Case> {
    let before = problems.len();
    let mut header = Fields::of(&file, "a case file", problems)?;
    if format_of(&file, problems)? == Format::Newer {
        let place = file.get("attcheck").map_or(file.place, |node| node.place);
        let hint = "use a newer attcheck; `attcheck show` shows what it can";
        problems.at(
            place,
            1,
            Code::NewerFormat,
            "this case was written by a newer attcheck",
            Some(hint.into()),
        );
        return None;
    }
    header.take("attcheck");
    let id = header.need("case", problems).and_then(|text| match CaseId::new(&text) {
        Ok(id) => Some(id),
        Err(message) => {
            problems.node(file.get("case").unwrap_or(&file), Code::BadName, message, None);
            None
        }
    });
    let subject = header.word("subject", Subject::WORDS, Subject::from_word, problems);
    if file.get("subject").is_none() {
        header.missing("subject", problems);
    }
    if file.get("opened").is_none() {
        header.missing("opened", problems);
    }
    let opened = header.day("opened", problems);
    let log = header.take("log");
    if log.is_none() {
        header.missing("log", problems);
    }
    header.finish(problems);
    let mut entries = entries(log?, problems);
    if problems.len() > before {
        return None;
    }
    // Each entry keeps its own part of the file; the frame around them stays, its log empty.
    if let Value::Map(top) = &mut file.value
        && let Some((_, Node { value: Value::List(log), .. })) =
            top.iter_mut().find(|(key, _)| key.name == "log")
    {
        for (entry, node) in entries.iter_mut().zip(std::mem::take(log)) {
            entry.node = node;
        }
    }
    let chain = Chain::of(&entries);
    Some(Case {
        id: id?,
        subject: subject?,
        opened: opened?.to_string(),
        header_hash: seal::header_hash(&file),
        entries,
        chain,
        frame: file,
        ends_whole,
    })
}

fn entries(log: &Node, problems: &mut Problems<'_>) -> Vec<Entry> {
    let Some(list) = log.as_list() else {
        problems.node(
            log,
            Code::WrongType,
            format!("`log` must be a list, and this is {}", log.kind()),
            None,
        );
        return Vec::new();
    };
    if list.is_empty() {
        problems.node(log, Code::EmptyValue, "the log is empty: not even the opening is there", None);
    }
    if list.len() > MOST_ENTRIES {
        let message = format!("the log holds {} entries, and a case may hold {MOST_ENTRIES}", list.len());
        problems.node(log, Code::TooLarge, message, None);
        return Vec::new();
    }
    // What a correction holds is read as what it corrects, so the kinds of all entries are needed first.
    let mut kinds = Kinds::new();
    if list.iter().any(|node| node.get("corrects").is_some()) {
        kinds.extend(list.iter().filter_map(|node| {
            Some((node.text_at("id")?, (node.text_at("kind")?, node.text_at("corrects"))))
        }));
    }
    list.iter().filter_map(|node| entry(node, &kinds, problems)).collect()
}

type Kinds<'n> = HashMap<&'n str, (&'n str, Option<&'n str>)>;

/// The kind of content a correction gives: that of the first version.
fn corrected_kind<'n>(corrects: &str, kinds: &Kinds<'n>) -> Option<&'n str> {
    let (mut kind, mut next) = *kinds.get(corrects)?;
    // Never longer than the log; a ring of corrections has no first version.
    for _ in 0..kinds.len() {
        match (kind, next) {
            ("correct", Some(earlier)) => (kind, next) = *kinds.get(earlier)?,
            ("correct", None) => return None,
            _ => return Some(kind),
        }
    }
    None
}

/// What a correction must hold whose first version was struck: its own keys tell.
fn kind_from_keys(node: &Node) -> Option<&'static str> {
    const TELLING: &[(&str, &str)] = &[
        ("item", "action"),
        ("fact", "fact"),
        ("details", "details"),
        ("person", "person"),
        ("none", "person"),
        ("text", "note"),
        ("settles", "plan"),
        ("next", "plan"),
        ("role", "sign"),
    ];
    TELLING.iter().find(|(key, _)| node.get(key).is_some()).map(|(_, kind)| *kind)
}

fn entry(node: &Node, kinds: &Kinds<'_>, problems: &mut Problems<'_>) -> Option<Entry> {
    let mut fields = Fields::of(node, "an entry", problems)?;
    let kind = fields.need("kind", problems)?;
    let id = fields.text("id", problems).map(EntryId);
    let sealed = id.is_some() && kind != "struck";
    let at_node = fields.take("at");
    let by = fields.text("by", problems);
    for (key, there) in [("at", at_node.is_some()), ("by", by.is_some())] {
        if sealed && !there && node.get(key).is_none() {
            fields.missing(key, problems);
        }
    }
    let at = at_node.and_then(|at| {
        let text = text_of(at, "at", problems)?;
        let instant = DateTime::parse_from_rfc3339(&text).ok();
        if instant.is_none() {
            let hint = "write it as \"2026-09-14T09:12:04+01:00\", in quotes".to_owned();
            problems.node(at, Code::BadDay, "`at` is not a time with its offset", Some(hint));
        }
        instant
    });
    let after = fields.texts("after", problems).into_iter().map(EntryId).collect();
    let deed = deed(&kind, fields, kinds, problems)?;
    Some(Entry {
        id,
        computed: seal::entry_id(node),
        at,
        by,
        after,
        deed,
        node: Node { place: node.place, ..Node::default() },
    })
}

fn deed(kind: &str, mut fields: Fields<'_>, kinds: &Kinds<'_>, problems: &mut Problems<'_>) -> Option<Deed> {
    match kind {
        "correct" => {
            let corrects = fields.need("corrects", problems);
            let why = fields.need("why", problems);
            let content = match corrects.as_deref().and_then(|id| corrected_kind(id, kinds)) {
                Some("struck") => match kind_from_keys(fields.node()) {
                    Some(kind) => Some(content(kind, fields, problems)?),
                    None => None,
                },
                Some(kind) => Some(content(kind, fields, problems)?),
                None => None,
            };
            Some(Deed::Correct { corrects: EntryId(corrects?), why: why?, content })
        }
        "withdraw" => {
            let withdraws = fields.need("withdraws", problems);
            let why = fields.need("why", problems);
            fields.finish(problems);
            Some(Deed::Withdraw { withdraws: EntryId(withdraws?), why: why? })
        }
        "strike" => {
            let strikes = fields.need("strikes", problems);
            let why = fields.need("why", problems);
            fields.finish(problems);
            Some(Deed::Strike { strikes: EntryId(strikes?), why: why? })
        }
        "struck" => {
            fields.finish(problems);
            Some(Deed::Struck)
        }
        _ => content(kind, fields, problems).map(Deed::Record),
    }
}

fn content(kind: &str, mut fields: Fields<'_>, problems: &mut Problems<'_>) -> Option<Content> {
    let found = match kind {
        "opened" => Some(Content::Opened {
            checklist: fields.need("checklist", problems)?,
            edition: fields.need("edition", problems)?,
            details: fields.take("details").map(|node| details(node, problems)).unwrap_or_default(),
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
        "note" => {
            Some(Content::Note { text: fields.need("text", problems)?, date: fields.day("date", problems) })
        }
        "sign" => return sign(fields, problems).map(Content::Sign),
        "checklist" => Some(Content::Checklist {
            checklist: fields.need("checklist", problems)?,
            edition: fields.need("edition", problems)?,
            carried: fields.take("carried").map(|node| carried(node, problems)).unwrap_or_default(),
        }),
        "close" if fields.node().get("reason").is_none() => {
            fields.missing("reason", problems);
            None
        }
        "close" => Some(Content::Close {
            reason: fields.word("reason", CloseReason::WORDS, CloseReason::from_word, problems)?,
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
        "joined" => Some(Content::Joined { text: fields.text("text", problems) }),
        _ => {
            let node = fields.node().get("kind").unwrap_or(fields.node());
            let message = format!("`{kind}` is not a kind of entry");
            problems.node(node, Code::UnknownWord, message, did_you_mean(kind, KINDS.iter().copied()));
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
    fields.texts("for", problems).into_iter().map(PersonId).collect()
}

fn details(node: &Node, problems: &mut Problems<'_>) -> Details {
    let Some(mut fields) = Fields::of(node, "details", problems) else { return Details::default() };
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
    let attach = fields.take("attach").map(|node| attachments(node, problems)).unwrap_or_default();
    take_correction(&mut fields);
    let values = named_fields(&fields, ACTION_KEYS, problems);
    Some(Action { date, item: item?, answer: answer?, reason, persons, points, fields: values, attach })
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
        problems.node(node, Code::WrongType, "`attach` must be a list of documents", None);
        return Vec::new();
    };
    let one = |node: &Node, problems: &mut Problems<'_>| {
        let mut fields = Fields::of(node, "a document", problems)?;
        let name = fields.need("name", problems);
        let file = fields.need("file", problems);
        let (size, sha256) = (fields.text("size", problems), fields.text("sha256", problems));
        fields.finish(problems);
        Some(Attachment { name: name?, file: file?, size, sha256 })
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
        responsibility: fields.word("parental-responsibility", YesNo::WORDS, YesNo::from_word, problems),
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
    let signs = fields.texts("signs", problems).into_iter().map(EntryId).collect();
    let scope = fields.text("scope", problems);
    take_correction(&mut fields);
    let values = named_fields(&fields, SIGN_KEYS, problems);
    Some(Sign { role: role?, name: name?, date, item, signs, scope, fields: values })
}

fn carried(node: &Node, problems: &mut Problems<'_>) -> Vec<(String, String)> {
    let Some(list) = node.as_list() else {
        problems.node(node, Code::WrongType, "`carried` must be a list of pairs", None);
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

/// Whether a key may stand in an entry of any kind.
pub fn is_common(key: &str) -> bool {
    COMMON.contains(&key)
}
