//! A file as it stands: texts, lists and maps, each with its place.
//!
//! Case files and checklists are read into this tree first and into their own types from it, so that every
//! finding can name line and column, and so that ids are hashes of what the file says, never of what we made of it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// How many keys a map of a file may have: no format needs so many.
pub const MAX_KEYS: usize = 1_000;
/// How many texts, lists and maps a file may hold: a case of the most entries has half as many.
pub const MAX_NODES: usize = 1_000_000;
/// How many texts a list in an entry or an item may hold.
pub const MAX_TEXTS: usize = 1_000;

/// A place in a text: line and column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// How a text was written: it decides whether another reader may take it for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Bare words, without quotes.
    Plain,
    /// In single or double quotes, or a block of lines.
    #[default]
    Quoted,
}

/// One value of a file.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The text, list or map itself.
    pub value: Value,
    /// Where it begins.
    pub place: Place,
    /// The bytes it takes up in the text it was read from; empty for a value made by the program.
    pub span: Range<usize>,
    /// How a text was written.
    pub style: Style,
}

/// What a [`Node`] is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text, exactly as the YAML reader delivers it.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file; no key stands twice.
    Map(Vec<(Key, Node)>),
}

impl Default for Value {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// Values are equal if they say the same, wherever and however they are written. The order of a map's keys is part
/// of how it is written.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .all(|(key, node)| b.iter().any(|(k, n)| k.name == key.name && n == node))
            }
            (a, b) => a == b,
        }
    }
}

/// A key of a map with its place.
#[derive(Debug, Clone, Default)]
pub struct Key {
    /// The key.
    pub name: Cow<'static, str>,
    /// Where it stands.
    pub place: Place,
    /// Its first byte in the text.
    pub start: usize,
    /// How it was written.
    pub style: Style,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Node {
    /// A text made by the program.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            value: Value::Text(text.into()),
            ..Self::default()
        }
    }

    /// A list of texts made by the program.
    pub fn list<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self {
            value: Value::List(texts.into_iter().map(Self::text).collect()),
            ..Self::default()
        }
    }

    /// A map made by the program.
    pub fn map<K: Into<Cow<'static, str>>>(pairs: impl IntoIterator<Item = (K, Self)>) -> Self {
        let pairs = pairs
            .into_iter()
            .map(|(k, v)| {
                (
                    Key {
                        name: k.into(),
                        ..Key::default()
                    },
                    v,
                )
            })
            .collect();
        Self {
            value: Value::Map(pairs),
            ..Self::default()
        }
    }

    /// Stands, with all that is in it and was made by the program, at a place of a file, so that a problem in it has one.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.put_at(place);
        self
    }

    fn put_at(&mut self, place: Place) {
        if self.place == Place::default() {
            self.place = place;
        }
        match &mut self.value {
            Value::Text(_) => {}
            Value::List(list) => list.iter_mut().for_each(|node| node.put_at(place)),
            Value::Map(pairs) => {
                for (key, node) in pairs {
                    if key.place == Place::default() {
                        key.place = place;
                    }
                    node.put_at(place);
                }
            }
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The pairs of a map, if it is one.
    pub fn as_map(&self) -> Option<&[(Key, Self)]> {
        match &self.value {
            Value::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The value under a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?
            .iter()
            .find(|(k, _)| k.name == key)
            .map(|(_, node)| node)
    }

    /// The text under a key of a map.
    pub fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    /// What the value is, in words for a message.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    /// Takes places and spans away, so that two trees can be compared as data.
    #[must_use]
    pub fn bare(&self) -> Self {
        let value = match &self.value {
            Value::Text(text) => Value::Text(text.clone()),
            Value::List(list) => Value::List(list.iter().map(Self::bare).collect()),
            Value::Map(pairs) => Value::Map(
                pairs
                    .iter()
                    .map(|(k, v)| {
                        (
                            Key {
                                name: k.name.clone(),
                                ..Key::default()
                            },
                            v.bare(),
                        )
                    })
                    .collect(),
            ),
        };
        Self {
            value,
            ..Self::default()
        }
    }
}

impl serde::Serialize for Node {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(list) => serializer.collect_seq(list),
            Value::Map(pairs) => serializer.collect_map(pairs.iter().map(|(k, v)| (&k.name, v))),
        }
    }
}

/// Whether some other YAML reader would take this bare text for a number, a date, a yes or no, or nothing.
///
/// Takes in what readers of YAML 1.1 and 1.2 resolve (PyYAML, ruamel): `no`, `0123`, `12:30`, `2026-09-14`, `1_000`,
/// `.5`, `1e3`, `0x1F`, `~`, `=`. Not `2026-11`, which all of them read as text.
pub fn needs_quotes(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "", "=", "<<", ".nan",
    ];
    // Most texts begin with a letter and are no such word: nothing need be looked at closely.
    let Some(first) = text.chars().next() else {
        return true;
    };
    if first.is_alphabetic() {
        return WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    }
    let lower = text.to_ascii_lowercase();
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    WORDS.contains(&lower.as_str()) || unsigned == ".inf" || is_number(unsigned) || is_date(&lower)
}

/// Whole numbers to any base, decimal ones with or without an exponent, and numbers to the base of sixty.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    if let Some(rest) = text.strip_prefix("0x") {
        return rest.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_');
    }
    if let Some(rest) = text.strip_prefix("0o").or(text.strip_prefix("0b")) {
        return digits(rest);
    }
    let (base, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, part) = base.split_once('.').unwrap_or((base, ""));
    let sixties = !whole.is_empty()
        && whole
            .split(':')
            .all(|group| !group.is_empty() && digits(group));
    base.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && base.contains(|c: char| c.is_ascii_digit())
        && (whole.is_empty() || sixties)
        && digits(part)
        && !exponent.is_empty()
        && digits(exponent)
}

/// A day, alone or with a time of day after it.
fn is_date(text: &str) -> bool {
    let (day, rest) = text.split_at(text.find([' ', '\t', 't']).unwrap_or(text.len()));
    // A time begins with a figure: `2026-09-02 to 2026-11-20` is a text to every reader.
    let rest = rest.trim_start_matches([' ', '\t', 't']);
    if !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let parts: Vec<&str> = day.split('-').collect();
    let number = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    match parts.as_slice() {
        [year, month, day] => {
            year.len() == 4 && number(year, 4) && number(month, 2) && number(day, 2)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_words_another_reader_takes_for_something_else() {
        for text in [
            "no",
            "Yes",
            "OFF",
            "0123",
            "12:30",
            "2026-09-14",
            "1_000",
            ".5",
            "~",
            "1e3",
            "0x1F",
            "+447",
            "-1",
        ] {
            assert!(needs_quotes(text), "{text}");
        }
        for text in [
            "done",
            "2026-09-02 to 2026-11-20",
            "no reply",
            "p1",
            "e0c1f",
            "Ada",
            "stage-one",
            "9a h",
            "decade",
            "-",
            ".",
            "2026-11",
            "14/9/2026",
            "e5",
            "1.2.3",
            "07700 900123",
            "12:",
            "year 9",
            "1e",
            "h8e2",
        ] {
            assert!(!needs_quotes(text), "{text}");
        }
    }
}
