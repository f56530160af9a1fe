//! What a cell may show, in the one language of columns, of single cells, and of the tables above and below.

use super::{Holds, PairValue};
use crate::case::entry::Answer;
use crate::checklist::Checklist;
use crate::fields::{Fields, texts_of};
use crate::problem::{Code, Problems, did_you_mean};
use crate::tree::{Node, Value};

/// What every entry has besides its fields.
const DAY: &str = "date";
/// The word for a cell that is left for a person.
pub const NOTHING: &str = "nothing";

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shows {
    /// Nothing: a person fills it in.
    Nothing,
    /// What the column holds, of one item alone and of nothing that only counts there.
    Item(String),
    /// Y where the latest entry has one of these answers.
    Answered {
        /// The item; those of the row if none is named.
        item: Option<String>,
        /// The answers that give Y.
        yes_if: Vec<Answer>,
    },
    /// What the latest entry says in a field.
    Field {
        /// The item; those of the row if none is named.
        item: Option<String>,
        /// The field, or `date`.
        field: String,
        /// What gives Y, and everything else N; none means the words themselves.
        yes_if: Vec<String>,
    },
    /// What is known about a fact.
    Fact {
        /// The fact.
        fact: String,
        /// What gives Y, and everything else N; none means the words themselves.
        yes_if: Vec<String>,
    },
    /// Y where an item is met, N where it applies and is not.
    State(String),
}

impl Shows {
    /// What a column holds by nature, where the layout only says what it shows.
    pub(super) fn nature(&self) -> Holds {
        match self {
            Self::Nothing => Holds::Outcome,
            Self::Field { yes_if, .. } if yes_if.is_empty() => Holds::Outcome,
            _ => Holds::Completed,
        }
    }
}

/// Reads what a cell shows: `nothing`, or a map such as `{fact: young_carer}`.
pub(super) fn read(
    node: &Node,
    checklist: &Checklist,
    problems: &mut Problems<'_>,
) -> Option<Shows> {
    if let Value::Text(word) = &node.value {
        if word == NOTHING {
            return Some(Shows::Nothing);
        }
        return cannot(node, problems);
    }
    let mut fields = Fields::of(node, "what a cell shows", problems)?;
    let item = fields.text("item", problems);
    let field = fields.text("field", problems);
    let fact = fields.text("fact", problems);
    let state = fields.text("state", problems);
    let yes_if = fields
        .take("yes-if")
        .map(|node| (node, texts_of(node, "yes-if", problems)));
    fields.finish(problems);
    for (name, key) in [(&item, "item"), (&state, "state")] {
        if let Some(name) = name {
            known_item(node.get(key).unwrap_or(node), name, checklist, problems)?;
        }
    }
    let yes = |known: &[&str], problems: &mut Problems<'_>| match &yes_if {
        Some((node, words)) => among(node, words, known, problems).map(|()| words.clone()),
        None => Some(Vec::new()),
    };
    match (item, field, fact, state) {
        (item, Some(field), None, None) => {
            known_field(
                node.get("field").unwrap_or(node),
                &field,
                checklist,
                problems,
            )?;
            let known: Vec<&str> = checklist
                .fields
                .get(&field)
                .map(|def| def.answers.iter().map(String::as_str).collect())
                .unwrap_or_default();
            let yes_if = yes(&known, problems)?;
            Some(Shows::Field {
                item,
                field,
                yes_if,
            })
        }
        (None, None, Some(fact), None) => {
            let Some(def) = checklist.facts.get(&fact) else {
                let hint = did_you_mean(&fact, checklist.facts.keys().map(String::as_str));
                let at = node.get("fact").unwrap_or(node);
                let message = format!("`{fact}` is not a fact");
                problems.node(at, Code::UnknownFact, message, hint);
                return None;
            };
            let yes_if = yes(&def.allowed(), problems)?;
            Some(Shows::Fact { fact, yes_if })
        }
        (None, None, None, Some(state)) if yes_if.is_none() => Some(Shows::State(state)),
        (item, None, None, None) => match (item, yes_if.is_some()) {
            (item, true) => {
                let answers = yes(Answer::WORDS, problems)?;
                let yes_if = answers
                    .iter()
                    .filter_map(|word| Answer::from_word(word))
                    .collect();
                Some(Shows::Answered { item, yes_if })
            }
            (Some(item), false) => Some(Shows::Item(item)),
            (None, false) => cannot(node, problems),
        },
        _ => cannot(node, problems),
    }
}

fn cannot(node: &Node, problems: &mut Problems<'_>) -> Option<Shows> {
    let hint =
        "write `nothing`, or one of {item: …}, {field: …}, {fact: …}, {state: …} and {yes-if: […]}"
            .to_owned();
    problems.node(
        node,
        Code::Clash,
        "this does not say what the cell shows",
        Some(hint),
    );
    None
}

fn among(node: &Node, words: &[String], known: &[&str], problems: &mut Problems<'_>) -> Option<()> {
    let nodes = node.as_list().unwrap_or(std::slice::from_ref(node));
    if known.is_empty() {
        let message = "`yes-if` needs a list of answers to choose from, and here there is none";
        problems.node(node, Code::Clash, message, Some("take it away".into()));
        return None;
    }
    for (word, node) in words.iter().zip(nodes) {
        if !known.contains(&word.as_str()) {
            let hint = did_you_mean(word, known.iter().copied());
            let message = format!("`{word}` is none of the answers");
            problems.node(node, Code::UnknownAnswer, message, hint);
            return None;
        }
    }
    (!words.is_empty()).then_some(())
}

/// Whether an item is one of the checklist; a problem if not.
pub(super) fn known_item(
    node: &Node,
    item: &str,
    checklist: &Checklist,
    problems: &mut Problems<'_>,
) -> Option<()> {
    if checklist.item(item).is_some() {
        return Some(());
    }
    let hint = did_you_mean(item, checklist.items.iter().map(|item| item.id.as_str()));
    let message = format!("there is no item `{item}`");
    problems.node(node, Code::UnknownName, message, hint);
    None
}

/// Whether a field is one of the checklist, or the day; a problem if not.
pub(super) fn known_field(
    node: &Node,
    field: &str,
    checklist: &Checklist,
    problems: &mut Problems<'_>,
) -> Option<()> {
    if field == DAY || checklist.fields.contains_key(field) {
        return Some(());
    }
    let hint = did_you_mean(field, checklist.fields.keys().map(String::as_str));
    let message = format!("`{field}` is not a field");
    problems.node(node, Code::UnknownField, message, hint);
    None
}

/// Reads what a cell of a head or a foot shows, where that is more than a word.
pub(super) fn of_pair(
    node: &Node,
    checklist: &Checklist,
    problems: &mut Problems<'_>,
) -> Option<PairValue> {
    match read(node, checklist, problems)? {
        Shows::Field {
            item: Some(item),
            field,
            yes_if,
        } if yes_if.is_empty() => Some(PairValue::Field { item, field }),
        Shows::Item(_) | Shows::Field { item: None, .. } | Shows::Answered { item: None, .. } => {
            let message =
                "a cell outside the rows shows a field of an item, a fact, or the state of an item";
            let hint = Some("name the item and the field".to_owned());
            problems.node(node, Code::Clash, message, hint);
            None
        }
        shows => Some(PairValue::Shows(shows)),
    }
}
