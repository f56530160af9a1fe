//! Takes the keys of a map one by one and notes what is wrong with them.

use chrono::NaiveDate;

use crate::day;
use crate::problem::{Code, Problems, did_you_mean};
use crate::tree::{Key, MAX_TEXTS, Node, Style, Value};

/// A map being read: what is not taken by the end is unknown.
pub struct Fields<'n> {
    node: &'n Node,
    pairs: &'n [(Key, Node)],
    taken: Vec<&'static str>,
    what: &'static str,
}

impl<'n> Fields<'n> {
    /// Begins with a map; anything else is a problem. `what` names it in messages: `an entry`, `the header`.
    pub fn of(node: &'n Node, what: &'static str, problems: &mut Problems<'_>) -> Option<Self> {
        let Some(pairs) = node.as_map() else {
            problems.node(
                node,
                Code::WrongType,
                format!("{what} must be a map, and this is {}", node.kind()),
                None,
            );
            return None;
        };
        Some(Self {
            node,
            pairs,
            taken: Vec::with_capacity(16),
            what,
        })
    }

    /// The map itself.
    pub fn node(&self) -> &'n Node {
        self.node
    }

    /// The value under a key.
    pub fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.taken.push(key);
        self.pairs
            .iter()
            .find(|(k, _)| k.name == key)
            .map(|(_, node)| node)
    }

    /// A text that may be left out but not left blank.
    pub fn text(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<String> {
        let node = self.take(key)?;
        text_of(node, key, problems)
    }

    /// A text that must be there.
    pub fn need(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<String> {
        if self.pairs.iter().any(|(k, _)| k.name == key) {
            return self.text(key, problems);
        }
        self.taken.push(key);
        self.missing(key, problems);
        None
    }

    /// Notes that a key is missing.
    pub fn missing(&self, key: &str, problems: &mut Problems<'_>) {
        problems.at(
            self.node.place,
            1,
            Code::MissingKey,
            format!("{} has no `{key}`", self.what),
            Some(format!("add a line `{key}: …`")),
        );
    }

    /// A day as files keep it.
    pub fn day(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<NaiveDate> {
        let node = self.take(key)?;
        let text = text_of(node, key, problems)?;
        let found = day::stored(&text);
        if found.is_none() {
            let message = format!("`{key}` is not a day");
            problems.node(
                node,
                Code::BadDay,
                message,
                Some("write it as \"2026-09-14\", in quotes".into()),
            );
        }
        found
    }

    /// A list of texts; one text may stand without brackets.
    pub fn texts(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<String> {
        let Some(node) = self.take(key) else {
            return Vec::new();
        };
        texts_of(node, key, problems)
    }

    /// A word out of a fixed set.
    pub fn word<T>(
        &mut self,
        key: &'static str,
        words: &'static [&'static str],
        from: impl Fn(&str) -> Option<T>,
        problems: &mut Problems<'_>,
    ) -> Option<T> {
        let node = self.take(key)?;
        let text = text_of(node, key, problems)?;
        let found = from(&text);
        if found.is_none() {
            let message = format!(
                "{} is not a word for `{key}`",
                problems.quoted(&text, "this")
            );
            problems.node(
                node,
                Code::UnknownWord,
                message,
                did_you_mean(&text, words.iter().copied()),
            );
        }
        found
    }

    /// The pairs nobody has taken.
    pub fn rest(&self) -> impl Iterator<Item = &'n (Key, Node)> {
        self.pairs
            .iter()
            .filter(|(key, _)| !self.taken.contains(&key.name.as_ref()))
    }

    /// Notes every key that nobody has taken.
    pub fn finish(self, problems: &mut Problems<'_>) {
        for (key, _) in self.rest() {
            unknown_key(key, self.what, &self.taken, problems);
        }
    }
}

/// Notes that a key is not part of the format.
pub fn unknown_key(key: &Key, what: &str, known: &[&str], problems: &mut Problems<'_>) {
    let hint = did_you_mean(&key.name, known.iter().copied());
    let message = format!(
        "{} is not a key of {what}",
        problems.quoted(&key.name, "this")
    );
    problems.at(
        key.place,
        key.name.chars().count(),
        Code::UnknownKey,
        message,
        hint,
    );
}

/// A text that is not blank.
pub fn text_of(node: &Node, key: &str, problems: &mut Problems<'_>) -> Option<String> {
    match &node.value {
        Value::Text(text) if text.trim().is_empty() || is_null(node, text) => {
            let hint = format!("give it a value, or take the line `{key}:` away");
            problems.node(
                node,
                Code::EmptyValue,
                format!("nothing stands after `{key}`"),
                Some(hint),
            );
            None
        }
        Value::Text(text) => Some(text.clone()),
        _ => {
            let message = format!("`{key}` must be a text, and this is {}", node.kind());
            problems.node(node, Code::WrongType, message, None);
            None
        }
    }
}

/// Bare words by which YAML says that there is nothing.
fn is_null(node: &Node, text: &str) -> bool {
    node.style == Style::Plain && matches!(text, "~" | "null" | "Null" | "NULL")
}

/// Texts of a list, or the one text that stands without brackets.
pub fn texts_of(node: &Node, key: &str, problems: &mut Problems<'_>) -> Vec<String> {
    match &node.value {
        Value::Text(_) => text_of(node, key, problems).into_iter().collect(),
        Value::List(list) if list.is_empty() => {
            let hint = format!("put something into the list, or take the line `{key}:` away");
            problems.node(
                node,
                Code::EmptyValue,
                format!("the list of `{key}` is empty"),
                Some(hint),
            );
            Vec::new()
        }
        // An entry may follow as many as were made apart.
        Value::List(list) if list.len() > MAX_TEXTS && key != "after" => {
            let message = format!("the list of `{key}` may hold {MAX_TEXTS}, and holds more");
            problems.node(node, Code::TooLarge, message, None);
            Vec::new()
        }
        Value::List(list) => list
            .iter()
            .filter_map(|node| text_of(node, key, problems))
            .collect(),
        Value::Map(_) => {
            problems.node(
                node,
                Code::WrongType,
                format!("`{key}` must be a list, and this is a map"),
                None,
            );
            Vec::new()
        }
    }
}
