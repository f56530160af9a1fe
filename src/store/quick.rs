//! Reading many cases fast: a strict line reader for exactly the shape our writer emits.
//!
//! What it reads counts only if the header's hash and every id come out right, so it cannot read anything into a file
//! that was not sealed there; everything else goes to the YAML reader. `record`, `verify` and `show` always do.

use std::borrow::Cow;
use std::path::Path;

use super::{Loaded, parse_case, read_text};
use crate::case::entry::{Content, Deed};
use crate::case::{Case, read};
use crate::error::BadFile;
use crate::problem::Problems;
use crate::tree::{Key, MAX_KEYS, Node, Place, Style, Value, needs_quotes};

/// Reads a case file, fast where it is just as our writer left it.
///
/// # Errors
/// As [`super::load`].
pub fn load(path: &Path) -> anyhow::Result<Loaded> {
    super::refuse_way_out(path)?;
    let text = read_text(path, super::limits::CASE)?;
    let case = match case(&text, path) {
        Some(case) => case,
        None => parse_case(&text, path).map_err(|problems| BadFile { problems })?,
    };
    Ok(Loaded {
        path: path.to_owned(),
        text,
        case,
    })
}

/// The case in a text, if it is of our writer's shape and everything in it is sealed and unchanged.
pub fn case(text: &str, path: &Path) -> Option<Case> {
    let node = tree(text)?;
    let mut problems = Problems::new(path, None);
    let case = read::case(node, true, &mut problems)?;
    let sealed = case
        .entries
        .iter()
        .all(|entry| entry.id.as_ref() == Some(&entry.computed));
    let header = case.entries.iter().any(|entry| match &entry.deed {
        Deed::Record(Content::Opened { header, .. }) => *header == case.header_hash,
        _ => false,
    });
    (sealed && header).then_some(case)
}

/// The tree of a text of our writer's shape. It counts for nothing until its hashes come out right.
pub fn tree(text: &str) -> Option<Node> {
    Lines::of(text)?.file()
}

struct Lines<'t> {
    lines: Vec<&'t str>,
    at: usize,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Option<Self> {
        // Line ends, tabs and marks of other kinds are the YAML reader's business.
        let ours = text.ends_with('\n')
            && !text.contains(['\r', '\t', '\u{feff}', '\u{85}', '\u{2028}', '\u{2029}']);
        ours.then(|| Self {
            lines: text.lines().collect(),
            at: 0,
        })
    }

    fn peek(&self) -> Option<&'t str> {
        self.lines.get(self.at).copied()
    }

    fn place(&self, column: usize) -> Place {
        Place {
            line: self.at + 1,
            column,
        }
    }

    /// The whole file: header lines, `log:`, entries.
    fn file(mut self) -> Option<Node> {
        let place = self.place(1);
        let mut pairs = Vec::new();
        while self.peek()? != "log:" {
            let pair = self.pair(0)?;
            push(&mut pairs, pair)?;
        }
        let key = Key {
            name: "log".into(),
            place: self.place(1),
            start: 0,
            style: Style::Plain,
        };
        self.at += 1;
        let log_place = self.place(1);
        let mut entries = Vec::new();
        while self.peek().is_some() {
            entries.push(self.entry()?);
        }
        if entries.is_empty() {
            return None;
        }
        push(&mut pairs, (key, made(Value::List(entries), log_place)))?;
        Some(made(Value::Map(pairs), place))
    }

    /// One entry: a dash, then lines two deep.
    fn entry(&mut self) -> Option<Node> {
        let place = self.place(3);
        let first = self.peek()?.strip_prefix("- ")?;
        // The opening and an action have about so many.
        let mut pairs = Vec::with_capacity(12);
        let pair = self.pair_of(first, 2)?;
        push(&mut pairs, pair)?;
        while self
            .peek()
            .is_some_and(|line| line.starts_with("  ") && !line.starts_with("   "))
        {
            let pair = self.pair(2)?;
            push(&mut pairs, pair)?;
        }
        Some(made(Value::Map(pairs), place))
    }

    fn pair(&mut self, indent: usize) -> Option<(Key, Node)> {
        let line = self.peek()?;
        let body = line.get(indent..)?;
        if !line.as_bytes()[..indent].iter().all(|b| *b == b' ') {
            return None;
        }
        self.pair_of(body, indent)
    }

    /// `key: value` on one line, or `key:` with a list or a map of texts below it.
    fn pair_of(&mut self, body: &'t str, indent: usize) -> Option<(Key, Node)> {
        let (name, rest) = body.split_once(':')?;
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if name.is_empty() || !plain || name.starts_with('-') || needs_quotes(name) {
            return None;
        }
        let key = Key {
            name: known(name),
            place: self.place(indent + 1),
            start: 0,
            style: Style::Plain,
        };
        if let Some(value) = rest.strip_prefix(' ') {
            let node = scalar(value, self.place(indent + name.len() + 3))?;
            self.at += 1;
            return Some((key, node));
        }
        if !rest.is_empty() {
            return None;
        }
        self.at += 1;
        let place = self.place(indent + 1);
        let below = self.peek()?.get(indent..)?;
        if below.starts_with("- ") {
            let mut list = Vec::new();
            while let Some(item) = self
                .peek()
                .and_then(|line| line.get(indent..))
                .and_then(|line| line.strip_prefix("- "))
            {
                if !self.peek()?.as_bytes()[..indent].iter().all(|b| *b == b' ')
                    || item.contains(": ")
                    || item.ends_with(':')
                {
                    return None;
                }
                list.push(scalar(item, self.place(indent + 3))?);
                self.at += 1;
            }
            return Some((key, made(Value::List(list), place)));
        }
        let mut pairs = Vec::new();
        let deeper = " ".repeat(indent + 2);
        while self
            .peek()
            .is_some_and(|line| line.starts_with(&deeper) && !line[deeper.len()..].starts_with(' '))
        {
            let pair = self.pair(indent + 2)?;
            push(&mut pairs, pair)?;
        }
        (!pairs.is_empty()).then(|| (key, made(Value::Map(pairs), place)))
    }
}

/// Keys that nearly every entry has need no memory of their own.
fn known(name: &str) -> Cow<'static, str> {
    const KEYS: &[&str] = &[
        "kind", "at", "by", "date", "item", "answer", "outcome", "after", "id", "fact", "value",
        "since", "person", "name", "role", "for", "reason", "points", "text",
    ];
    KEYS.iter()
        .find(|key| **key == name)
        .map_or_else(|| Cow::Owned(name.to_owned()), |key| Cow::Borrowed(*key))
}

fn made(value: Value, place: Place) -> Node {
    Node {
        value,
        place,
        ..Node::default()
    }
}

/// Adds a pair to a map in which its key does not stand yet.
fn push(pairs: &mut Vec<(Key, Node)>, pair: (Key, Node)) -> Option<()> {
    let fresh = pairs.len() < MAX_KEYS && pairs.iter().all(|(key, _)| key.name != pair.0.name);
    fresh.then(|| pairs.push(pair))
}

/// A text in double quotes without escapes, or bare words that no reader could take for anything else.
fn scalar(text: &str, place: Place) -> Option<Node> {
    let value = match text.strip_prefix('"') {
        Some(rest) => rest
            .strip_suffix('"')
            .filter(|inner| !inner.contains(['"', '\\']))?,
        None => bare(text).then_some(text)?,
    };
    let ascii = value.bytes().all(|b| (b' '..0x7f).contains(&b));
    let printable = ascii
        || value
            .chars()
            .all(|c| !c.is_control() && !('\u{fff0}'..='\u{ffff}').contains(&c));
    printable.then(|| made(Value::Text(value.to_owned()), place))
}

/// Whether every reader takes bare words as this very text.
fn bare(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts_plain = text.starts_with(|c: char| c.is_alphanumeric() || c == '(');
    // A colon before a blank would make a map of it, a hash after one a comment.
    let trap = bytes.windows(2).any(|pair| pair == b": " || pair == b" #");
    starts_plain && !trap && !text.ends_with([' ', ':']) && !needs_quotes(text)
}
