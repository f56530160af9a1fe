//! The words every checklist shares: facts, fields and practices.

use std::collections::BTreeMap;

use crate::case::entry::Role;
use crate::day;
use crate::fields::Fields;
use crate::percent;
use crate::problem::{Code, Problems};
use crate::tree::Node;

/// The shared fact that says on what day support began.
pub const SUPPORT_BEGAN: &str = "support_began";

/// A circumstance that decides which items apply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactDef {
    /// The question.
    pub ask: String,
    /// The answers it has; none means yes or no, unless it is a day.
    pub answers: Vec<String>,
    /// Whether its answer is a day. No condition can ask for it.
    pub is_day: bool,
    /// What helps to answer it.
    pub help: Option<String>,
    /// Answered once for the school, not for the pupil.
    pub about_school: bool,
    /// Answered once for each person of a role.
    pub each: Option<Role>,
}

impl FactDef {
    /// The answers that may be recorded, without `unknown`; none are listed for a day.
    pub fn allowed(&self) -> Vec<&str> {
        if self.is_day {
            Vec::new()
        } else if self.answers.is_empty() {
            vec!["yes", "no"]
        } else {
            self.answers.iter().map(String::as_str).collect()
        }
    }

    /// Whether a file may hold this as its answer.
    pub fn takes(&self, value: &str) -> bool {
        value == "unknown"
            || self.allowed().contains(&value)
            || self.is_day && day::stored(value).is_some()
    }

    /// Its answers as a message lists them, without `unknown`.
    pub fn answers_listed(&self) -> String {
        if self.is_day {
            "a day".to_owned()
        } else {
            self.allowed().join(", ")
        }
    }
}

/// Something an entry can hold besides its day, answer and reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldDef {
    /// The question.
    pub ask: String,
    /// The values it has; none means words.
    pub answers: Vec<String>,
}

/// What a field holds: told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Words, or one of its answers.
    Words,
    /// A day.
    Day,
    /// A period of two days.
    Period,
    /// A share of sessions attended, in percent.
    Percent,
}

/// What the name of a field says it holds.
pub fn field_kind(name: &str) -> FieldKind {
    if name == "covers" {
        FieldKind::Period
    } else if name == "due" || name.ends_with("-on") {
        FieldKind::Day
    } else if name == "target" || name.ends_with("-percent") {
        FieldKind::Percent
    } else {
        FieldKind::Words
    }
}

/// A value of a field as it is kept: a figure in percent in its one form, `90%` for `90` and `90.0%`. Anything else, and
/// what is no figure, stays as it is.
pub fn kept(name: &str, value: &str) -> String {
    match (field_kind(name), percent::read(value)) {
        (FieldKind::Percent, Some(share)) => share.to_string(),
        _ => value.to_owned(),
    }
}

/// Whether a field says one of the values that are asked for; figures in percent are compared as figures.
pub fn says_one_of(name: &str, value: &str, wanted: &[String]) -> bool {
    let value = kept(name, value);
    wanted.iter().any(|one| kept(name, one) == value)
}

/// The words every checklist shares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Facts by name.
    pub facts: BTreeMap<String, FactDef>,
    /// Fields by name.
    pub fields: BTreeMap<String, FieldDef>,
    /// Practices by name, with what they are.
    pub practices: BTreeMap<String, String>,
}

impl Vocabulary {
    /// Takes in what a file of the vocabulary holds: `facts`, `fields` or `practices`.
    pub fn add(&mut self, file: &Node, problems: &mut Problems<'_>) {
        let Some(mut fields) = Fields::of(file, "the vocabulary", problems) else {
            return;
        };
        fields.take("attcheck");
        if let Some(node) = fields.take("facts") {
            self.facts.extend(facts(node, problems));
        }
        if let Some(node) = fields.take("fields") {
            self.fields.extend(field_defs(node, problems));
        }
        if let Some(node) = fields.take("practices") {
            for (key, node) in node.as_map().unwrap_or_default() {
                self.practices.insert(
                    key.name.to_string(),
                    node.as_text().unwrap_or_default().to_owned(),
                );
            }
        }
        fields.finish(problems);
    }
}

/// Whether a word is in `snake_case`.
pub fn is_snake(word: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && !word.ends_with('_')
        && word.bytes().all(inner)
}

/// Facts as a checklist or the vocabulary defines them.
pub fn facts(node: &Node, problems: &mut Problems<'_>) -> BTreeMap<String, FactDef> {
    let mut found = BTreeMap::new();
    let Some(pairs) = node.as_map() else {
        problems.node(
            node,
            Code::WrongType,
            "`facts` must be a map from names to questions",
            None,
        );
        return found;
    };
    for (key, node) in pairs {
        if !is_snake(&key.name) {
            let hint = "a fact is named in small letters with underscores, such as `looked_after`";
            let message = format!("`{}` cannot be the name of a fact", key.name);
            problems.at(
                key.place,
                key.name.len(),
                Code::BadName,
                message,
                Some(hint.into()),
            );
        }
        let Some(mut fields) = Fields::of(node, "a fact", problems) else {
            continue;
        };
        let ask = fields.need("ask", problems).unwrap_or_default();
        let answers = fields.texts("answers", problems);
        let is_day = fields
            .word(
                "holds",
                &["day"],
                |word| (word == "day").then_some(()),
                problems,
            )
            .is_some();
        if let (true, Some(node)) = (is_day, node.get("answers")) {
            let hint = "take `answers` or `holds` away".to_owned();
            problems.node(
                node,
                Code::Clash,
                "a fact that holds a day has no answers to choose from",
                Some(hint),
            );
        }
        let help = fields.text("help", problems);
        let about_school = fields
            .word(
                "about",
                &["school"],
                |word| (word == "school").then_some(()),
                problems,
            )
            .is_some();
        let each = fields.word("each", super::EACH, each, problems);
        fields.finish(problems);
        found.insert(
            key.name.to_string(),
            FactDef {
                ask,
                answers,
                is_day,
                help,
                about_school,
                each,
            },
        );
    }
    found
}

/// A role that items and facts can go by.
pub(super) fn each(word: &str) -> Option<Role> {
    super::EACH
        .contains(&word)
        .then(|| Role::from_word(word))
        .flatten()
}

/// Fields as a checklist or the vocabulary defines them.
pub fn field_defs(node: &Node, problems: &mut Problems<'_>) -> BTreeMap<String, FieldDef> {
    let mut found = BTreeMap::new();
    let Some(pairs) = node.as_map() else {
        problems.node(
            node,
            Code::WrongType,
            "`fields` must be a map from names to questions",
            None,
        );
        return found;
    };
    for (key, node) in pairs {
        let reserved = crate::case::content::ACTION_KEYS.contains(&key.name.as_ref());
        if reserved
            || !crate::case::content::is_kebab(&key.name)
            || crate::tree::needs_quotes(&key.name)
        {
            let hint =
                "a field is named in small letters with hyphens, and not as a key of every entry";
            let message = format!("`{}` cannot be the name of a field", key.name);
            problems.at(
                key.place,
                key.name.len(),
                Code::BadName,
                message,
                Some(hint.into()),
            );
        }
        let Some(mut fields) = Fields::of(node, "a field", problems) else {
            continue;
        };
        let ask = fields.need("ask", problems).unwrap_or_default();
        let answers = fields.texts("answers", problems);
        fields.finish(problems);
        found.insert(key.name.to_string(), FieldDef { ask, answers });
    }
    found
}
