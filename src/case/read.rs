//! From the tree of a file to a [`Case`], noting every problem on the way.

use std::collections::HashMap;

use chrono::DateTime;

use super::chain::Chain;
use super::content::content;
use super::entry::{Deed, Entry, EntryId, Subject};
use super::{Case, CaseId, FORMAT, MAX_PEOPLE, MOST_ENTRIES, seal};
use crate::fields::{Fields, text_of};
use crate::problem::{Code, Problems};
use crate::tree::{Node, Value};

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
    let number = found
        .and_then(|text| text.strip_prefix("case/"))
        .and_then(|n| n.parse::<u32>().ok());
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
    let id = header.need("case", problems).and_then(|text| {
        if let Some(fault) = CaseId::fault(&text) {
            let message = format!(
                "{} cannot be a case id: {fault}",
                problems.quoted(&text, "this")
            );
            let node = file.get("case").unwrap_or(&file);
            problems.node(node, Code::BadName, message, None);
        }
        CaseId::new(&text).ok()
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
        && let Some((
            _,
            Node {
                value: Value::List(log),
                ..
            },
        )) = top.iter_mut().find(|(key, _)| key.name == "log")
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
        problems.node(
            log,
            Code::EmptyValue,
            "the log is empty: not even the opening is there",
            None,
        );
    }
    if list.len() > MOST_ENTRIES {
        let message = format!(
            "the log holds {} entries, and a case may hold {MOST_ENTRIES}",
            list.len()
        );
        problems.node(log, Code::TooLarge, message, None);
        return Vec::new();
    }
    let people = list
        .iter()
        .filter(|node| node.text_at("kind") == Some("person"));
    if people.clone().count() > MAX_PEOPLE {
        let beyond = people.clone().next_back().unwrap_or(log);
        let message =
            format!("a case may hold {MAX_PEOPLE} entries about persons, and this one has more");
        problems.node(beyond, Code::TooLarge, message, None);
        return Vec::new();
    }
    // What a correction holds is read as what it corrects, so the kinds of all entries are needed first.
    let mut kinds = Kinds::new();
    if list.iter().any(|node| node.get("corrects").is_some()) {
        kinds.extend(list.iter().filter_map(|node| {
            Some((
                node.text_at("id")?,
                (node.text_at("kind")?, node.text_at("corrects")),
            ))
        }));
    }
    list.iter()
        .filter_map(|node| entry(node, &kinds, problems))
        .collect()
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
    TELLING
        .iter()
        .find(|(key, _)| node.get(key).is_some())
        .map(|(_, kind)| *kind)
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
            problems.node(
                at,
                Code::BadDay,
                "`at` is not a time with its offset",
                Some(hint),
            );
        }
        instant
    });
    let after = fields
        .texts("after", problems)
        .into_iter()
        .map(EntryId)
        .collect();
    let deed = deed(&kind, fields, kinds, problems)?;
    Some(Entry {
        id,
        computed: seal::entry_id(node),
        at,
        by,
        after,
        deed,
        node: Node {
            place: node.place,
            ..Node::default()
        },
    })
}

fn deed(
    kind: &str,
    mut fields: Fields<'_>,
    kinds: &Kinds<'_>,
    problems: &mut Problems<'_>,
) -> Option<Deed> {
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
            Some(Deed::Correct {
                corrects: EntryId(corrects?),
                why: why?,
                content,
            })
        }
        "withdraw" => {
            let withdraws = fields.need("withdraws", problems);
            let why = fields.need("why", problems);
            fields.finish(problems);
            Some(Deed::Withdraw {
                withdraws: EntryId(withdraws?),
                why: why?,
            })
        }
        "strike" => {
            let strikes = fields.need("strikes", problems);
            let told = fields.node().get("followed").is_some();
            let followed = fields.texts("followed", problems);
            let why = fields.need("why", problems);
            fields.finish(problems);
            Some(Deed::Strike {
                strikes: EntryId(strikes?),
                followed: told.then(|| followed.into_iter().map(EntryId).collect()),
                why: why?,
            })
        }
        "struck" => {
            fields.finish(problems);
            Some(Deed::Struck)
        }
        _ => content(kind, fields, problems).map(Deed::Record),
    }
}
