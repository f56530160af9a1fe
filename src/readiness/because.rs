//! Why a line does not apply, as data: whoever tells it chooses the words.

use crate::case::entry::{Answer, Role};

/// One thing that makes a line not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// What a fact says; nothing if it is not known.
    Fact {
        /// The fact.
        fact: String,
        /// Its answer.
        value: Option<String>,
    },
    /// How an item stands.
    Item {
        /// The item.
        item: String,
        /// Whether it is settled.
        settled: bool,
    },
    /// How a section stands.
    Section {
        /// The section.
        section: String,
        /// Whether it is complete.
        complete: bool,
    },
    /// What an item is recorded as.
    Answered {
        /// The item.
        item: String,
        /// The answers.
        answers: Vec<Answer>,
        /// Whether it is one of them.
        is_so: bool,
    },
    /// What a field of an item's entry says.
    Field {
        /// The item.
        item: String,
        /// The field.
        field: String,
        /// The values.
        values: Vec<String>,
        /// Whether it is one of them.
        is_so: bool,
    },
    /// What the register says, which names neither items nor facts.
    Figure(String),
    /// The case says that there is nobody of a role.
    Nobody(Role),
}

impl Because {
    /// In the words of the files, for the terminal and for programs.
    fn says(&self) -> String {
        match self {
            Self::Fact { fact, value } => match value {
                Some(value) => format!("{fact} is {value}"),
                None => format!("{fact} is not known"),
            },
            Self::Item { item, settled } => {
                format!(
                    "`{item}` is {}",
                    if *settled { "settled" } else { "not met" }
                )
            }
            Self::Section { section, complete } => {
                let word = if *complete {
                    "complete"
                } else {
                    "not complete"
                };
                format!("`{section}` is {word}")
            }
            Self::Answered {
                item,
                answers,
                is_so,
            } => {
                let answers: Vec<&str> = answers.iter().map(|answer| answer.as_str()).collect();
                let word = if *is_so { "is" } else { "is not" };
                format!("`{item}` {word} recorded as {}", answers.join(" or "))
            }
            Self::Field {
                item,
                field,
                values,
                is_so,
            } => {
                let word = if *is_so { "says" } else { "does not say" };
                format!("`{field}` of `{item}` {word} {}", values.join(" or "))
            }
            Self::Figure(says) => says.clone(),
            Self::Nobody(role) => format!("the case says that there is no {role}"),
        }
    }
}

/// Several of them in one sentence, in the words of the files.
pub(super) fn says(all: &[Because]) -> String {
    let said: Vec<String> = all.iter().map(Because::says).collect();
    said.join(", ")
}
