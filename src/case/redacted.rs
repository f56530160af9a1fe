//! A copy of a record without some of its entries, to be given to somebody who may not see them.
//!
//! What is left can still be checked entry by entry, since an id needs nothing but the entry. What was left out is named by
//! its id, with what it follows, so that nothing can be left out unseen; and the copy carries the hash of the whole.

use std::collections::HashSet;

use super::entry::KINDS;
use super::receipt::{Receipt, hash_lines, receipt};
use super::seal::{entry_id, header_hash};
use super::{Case, FORMAT};
use crate::tree::{Node, Value};

/// The format of such a copy.
pub const REDACTED: &str = "redacted/1";
/// What a copy tells of an entry that was left out.
const KEYS_LEFT_OUT: [&str; 4] = ["id", "kind", "at", "after"];

/// The copy without the entries at these places of the log.
pub fn redacted(case: &Case, without: &[usize]) -> Node {
    let whole = receipt(case);
    let list = |nodes: Vec<Node>| Node {
        value: Value::List(nodes),
        ..Node::default()
    };
    let left_out = without.iter().map(|n| {
        let entry = &case.entries[*n];
        let mut pairs = vec![(
            "id",
            Node::text(entry.id.as_ref().map_or("", |id| id.0.as_str())),
        )];
        pairs.push(("kind", Node::text(entry.kind())));
        if let Some(at) = entry.node.text_at("at") {
            pairs.push(("at", Node::text(at)));
        }
        pairs.push((
            "after",
            Node::list(entry.after.iter().map(|id| id.0.as_str())),
        ));
        Node::map(pairs)
    });
    let kept = (0..case.entries.len()).filter(|n| !without.contains(n));
    Node::map([
        ("attcheck", Node::text(REDACTED)),
        ("case", Node::text(case.id.as_str())),
        ("subject", Node::text(case.subject.as_str())),
        ("opened", Node::text(&case.opened)),
        (
            "whole",
            Node::map([
                ("entries", Node::text(whole.entries.to_string())),
                (
                    "heads",
                    Node::list(whole.heads.iter().map(|id| id.0.as_str())),
                ),
                ("sha256", Node::text(whole.sha256)),
            ]),
        ),
        ("left-out", list(left_out.collect())),
        (
            "log",
            list(kept.map(|n| case.entries[n].node.clone()).collect()),
        ),
    ])
}

/// What a copy was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The case it is of.
    pub case: String,
    /// How many entries it holds.
    pub kept: usize,
    /// How many it says were left out.
    pub left_out: usize,
    /// What does not fit, in words without any text of the record.
    pub faults: Vec<String>,
}

/// Checks a copy by itself; `None` if the tree is none.
pub fn check(copy: &Node) -> Option<Checked> {
    if copy.text_at("attcheck") != Some(REDACTED) {
        return None;
    }
    let (log, left_out) = (entries(copy, "log"), entries(copy, "left-out"));
    let mut faults = Vec::new();
    let mut ids: HashSet<&str> = HashSet::new();
    for id in every(copy).filter_map(|entry| entry.text_at("id")) {
        if !ids.insert(id) {
            faults.push(format!("{} stands here twice", short(id)));
        }
    }
    for entry in log {
        faults.extend(faults_of_kept(entry, log, left_out));
        if entry.text_at("kind") == Some("opened") && entry.text_at("header") != Some(&header(copy))
        {
            faults.push("what stands before `log:` is not the header of the case".to_owned());
        }
    }
    faults.extend(left_out.iter().flat_map(faults_of_left_out));
    faults.extend(faults_of_order(log));
    let mut followed: HashSet<&str> = HashSet::new();
    for entry in every(copy) {
        for earlier in texts(entry, "after") {
            followed.insert(earlier);
            if !ids.contains(earlier) {
                let id = short(entry.text_at("id").unwrap_or_default());
                faults.push(format!(
                    "{id} follows {}, which is neither here nor named as left out",
                    short(earlier)
                ));
            }
        }
    }
    if !log
        .iter()
        .any(|entry| entry.text_at("kind") == Some("opened"))
    {
        faults.push("the entry that opened the case is not here".to_owned());
    }
    let whole = copy.get("whole");
    let count = whole
        .and_then(|whole| whole.text_at("entries"))
        .and_then(|n| n.parse().ok());
    if count != Some(log.len() + left_out.len()) {
        faults.push("the number of entries is not that of the whole record".to_owned());
    }
    let heads: HashSet<&str> = whole
        .map(|whole| texts(whole, "heads").collect())
        .unwrap_or_default();
    if heads != ids.difference(&followed).copied().collect() {
        faults.push("the newest entries are not those of the whole record".to_owned());
    }
    let case = copy.text_at("case").unwrap_or_default().to_owned();
    Some(Checked {
        case,
        kept: log.len(),
        left_out: left_out.len(),
        faults,
    })
}

/// What does not fit of an entry that a copy holds: what it says, or, where its text was taken out before, what the entry
/// says that did so.
fn faults_of_kept(entry: &Node, log: &[Node], left_out: &[Node]) -> Vec<String> {
    let id = entry.text_at("id").unwrap_or_default();
    let (name, line) = (short(id), entry.place.line);
    if entry.text_at("kind") != Some("struck") {
        let fits = entry_id(entry).0 == id;
        let says = || format!("{name} (line {line}) no longer says what it said");
        return (!fits).then(says).into_iter().collect();
    }
    let says_so = |strike: &&Node| {
        strike.text_at("kind") == Some("strike")
            && strike.text_at("strikes") == Some(id)
            && strike.text_at("id") == Some(&entry_id(strike).0)
    };
    let after = sorted(texts(entry, "after"));
    let elsewhere = |strike: &Node| {
        strike.get("followed").is_some() && sorted(texts(strike, "followed")) != after
    };
    let mut faults = Vec::new();
    if log.iter().filter(says_so).any(elsewhere) {
        faults.push(format!(
            "{name} (line {line}) does not follow what its strike says it followed"
        ));
    }
    let left = left_out
        .iter()
        .any(|one| one.text_at("kind") == Some("strike"));
    if !log.iter().any(|one| says_so(&one)) && !left {
        faults.push(format!(
            "the text of {name} (line {line}) is gone, and no entry says who took it out"
        ));
    }
    faults
}

/// What does not fit of what a copy tells of an entry that was left out.
fn faults_of_left_out(entry: &Node) -> Vec<String> {
    let id = short(entry.text_at("id").unwrap_or_default());
    let mut faults = Vec::new();
    let mut pairs = entry.as_map().unwrap_or_default().iter();
    if let Some((key, _)) = pairs.find(|(key, _)| !KEYS_LEFT_OUT.contains(&key.name.as_ref())) {
        faults.push(format!(
            "what is told of {id}, which was left out, has a key that does not belong there (line {})",
            key.place.line
        ));
    }
    let kind = entry.text_at("kind");
    if !kind.is_some_and(|kind| KINDS.contains(&kind)) {
        faults.push(format!(
            "{id}, which was left out, is of no kind that entries have"
        ));
    }
    faults
}

/// Which entries of a log stand before one that they follow.
fn faults_of_order(log: &[Node]) -> Vec<String> {
    let kept: HashSet<&str> = log.iter().filter_map(|entry| entry.text_at("id")).collect();
    let mut above: HashSet<&str> = HashSet::new();
    let mut faults = Vec::new();
    for entry in log {
        let id = entry.text_at("id").unwrap_or_default();
        for earlier in texts(entry, "after") {
            if kept.contains(earlier) && !above.contains(earlier) {
                faults.push(format!(
                    "{} stands before {}, which it follows",
                    short(id),
                    short(earlier)
                ));
            }
        }
        above.insert(id);
    }
    faults
}

fn entries<'n>(copy: &'n Node, key: &str) -> &'n [Node] {
    copy.get(key).and_then(Node::as_list).unwrap_or_default()
}

/// The entries of a copy, then what it tells of those that were left out.
fn every(copy: &Node) -> impl Iterator<Item = &Node> {
    entries(copy, "log").iter().chain(entries(copy, "left-out"))
}

fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

fn sorted<'n>(ids: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids
}

fn texts<'n>(node: &'n Node, key: &str) -> impl Iterator<Item = &'n str> + use<'n> {
    let list = node.get(key).and_then(Node::as_list).unwrap_or_default();
    list.iter().filter_map(Node::as_text)
}

/// Whether a copy was made of the very record a receipt tells of: by the ids of all its entries, those that were left out
/// among them, and not by what the copy says of itself alone. What an entry says that was left out, nobody can tell.
pub fn is_of(copy: &Node, receipt: &Receipt) -> bool {
    let Some(whole) = copy.get("whole") else {
        return false;
    };
    let ids = sorted(every(copy).filter_map(|entry| entry.text_at("id")));
    let followed: HashSet<&str> = every(copy)
        .flat_map(|entry| texts(entry, "after"))
        .collect();
    let newest: Vec<&str> = ids
        .iter()
        .copied()
        .filter(|id| !followed.contains(id))
        .collect();
    let heads = sorted(receipt.heads.iter().map(|id| id.0.as_str()));
    ids.len() == receipt.entries
        && every(copy).count() == receipt.entries
        && hash_lines(ids.iter().copied()) == receipt.ids
        && newest == heads
        && whole.text_at("sha256") == Some(&receipt.sha256)
        && whole.text_at("entries") == Some(&receipt.entries.to_string())
        && sorted(texts(whole, "heads")) == heads
}

/// The hash of the header that the copy's case had.
fn header(copy: &Node) -> String {
    let text = |key: &str| Node::text(copy.text_at(key).unwrap_or_default());
    header_hash(&Node::map([
        ("attcheck", Node::text(FORMAT)),
        ("case", text("case")),
        ("subject", text("subject")),
        ("opened", text("opened")),
    ]))
}
