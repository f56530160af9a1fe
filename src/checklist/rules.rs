//! Conditions and spans of a checklist, bound to its names.

use super::bind::{self, Binder, Stands};
use super::vocabulary::{FactDef, FieldDef, FieldKind, field_kind, kept, says_one_of};
use crate::case::entry::{Answer, Role};
use crate::condition::{Condition, Leaf};
use crate::percent;
use crate::problem::{Code, Problems, did_you_mean, nearest};
use crate::register::{self, Kind};
use crate::span::{self, Test};
use crate::tree::{Key, Node, Value};
use std::collections::BTreeMap;

/// Words that only conditions use.
pub const OPERATORS: &[&str] = &["all", "any", "not", "at-least-2-of", "at-least-3-of"];

/// Everything a condition or a span may name.
#[derive(Debug, Default)]
pub struct Names {
    /// Facts, shared and own.
    pub facts: BTreeMap<String, FactDef>,
    /// Fields, shared and own.
    pub fields: BTreeMap<String, FieldDef>,
    /// Items in the order of the form.
    pub items: Vec<String>,
    /// Sections in the order of the form.
    pub sections: Vec<String>,
    /// Gates.
    pub gates: Vec<String>,
}

impl Names {
    pub(super) fn has_item(&self, name: &str) -> bool {
        self.items.iter().any(|item| item == name)
    }

    fn conditions(&self) -> Vec<&str> {
        let own = self
            .facts
            .keys()
            .chain(&self.items)
            .chain(&self.sections)
            .map(String::as_str);
        own.chain(Kind::WORDS.iter().copied()).collect()
    }

    fn unknown(&self, name: &str) -> (Code, String, Option<String>) {
        let fact_like =
            name.contains('_') || nearest(name, self.facts.keys().map(String::as_str)).is_some();
        let item_like =
            name.contains('-') && nearest(name, self.items.iter().map(String::as_str)).is_some();
        if fact_like && !item_like {
            let hint = did_you_mean(name, self.facts.keys().map(String::as_str));
            let hint =
                hint.or_else(|| Some("`attcheck checklist facts` lists the shared facts".into()));
            return (Code::UnknownFact, format!("`{name}` is not a fact"), hint);
        }
        let hint = did_you_mean(name, self.conditions());
        (
            Code::UnknownName,
            format!("`{name}` is no fact, item or section of this checklist"),
            hint,
        )
    }
}

/// Reads a condition. `each` is the role its item goes by: facts by person can be named only there.
pub fn condition(
    node: &Node,
    names: &Names,
    each: Option<Role>,
    problems: &mut Problems<'_>,
) -> Option<Condition> {
    if problems.is_full() {
        return None;
    }
    match &node.value {
        Value::Text(name) => named(node, name, names, each, problems),
        Value::List(list) => listed(node, list, names, each, problems).map(Condition::All),
        Value::Map(pairs) => {
            let [(key, value)] = pairs.as_slice() else {
                let hint = "write `[a, b]` or `{all: [a, b]}`, or `{any: [a, b]}`".to_owned();
                let message = format!(
                    "a condition has exactly one key, and this one has {}",
                    pairs.len()
                );
                problems.node(node, Code::BadCondition, message, Some(hint));
                return None;
            };
            keyed(key, value, names, each, problems)
        }
    }
}

fn listed(
    node: &Node,
    list: &[Node],
    names: &Names,
    each: Option<Role>,
    problems: &mut Problems<'_>,
) -> Option<Vec<Condition>> {
    if list.is_empty() {
        problems.node(
            node,
            Code::EmptyValue,
            "the list of conditions is empty",
            None,
        );
        return None;
    }
    let read: Vec<_> = list
        .iter()
        .map(|one| condition(one, names, each, problems))
        .collect();
    read.into_iter().collect()
}

/// A condition that is a name alone.
fn named(
    node: &Node,
    name: &str,
    names: &Names,
    each: Option<Role>,
    problems: &mut Problems<'_>,
) -> Option<Condition> {
    if let Some(fact) = names.facts.get(name) {
        if fact.is_day {
            return day_in_condition(node, name, problems);
        }
        if !fact.answers.is_empty() {
            let hint = format!(
                "write {{{name}: [{}]}} with the answers that count",
                fact.answers.join(", ")
            );
            let message = format!("`{name}` has answers of its own, so it cannot stand alone");
            problems.node(node, Code::BadCondition, message, Some(hint));
            return None;
        }
        return fact_leaf(node, name, fact, vec!["yes".into()], each, problems);
    }
    if names.has_item(name) {
        return Some(Condition::Leaf(Leaf::Item(name.to_owned())));
    }
    if names.sections.iter().any(|section| section == name) {
        return Some(Condition::Leaf(Leaf::Section(name.to_owned())));
    }
    let (code, message, hint) = names.unknown(name);
    problems.node(node, code, message, hint);
    None
}

/// A day is shown on papers and decides nothing: what depends on days is measured from entries.
fn day_in_condition(node: &Node, name: &str, problems: &mut Problems<'_>) -> Option<Condition> {
    let hint = "ask for a fact with answers, or for an item".to_owned();
    let message = format!("`{name}` holds a day, and no condition can ask for it");
    problems.node(node, Code::BadCondition, message, Some(hint));
    None
}

fn fact_leaf(
    node: &Node,
    name: &str,
    fact: &FactDef,
    answers: Vec<String>,
    each: Option<Role>,
    problems: &mut Problems<'_>,
) -> Option<Condition> {
    if let Some(role) = fact.each.filter(|role| each != Some(*role)) {
        let message =
            format!("`{name}` is answered for each {role}, and this item does not go by {role}");
        problems.node(
            node,
            Code::Clash,
            message,
            Some(format!("give the item `each: {role}`")),
        );
        return None;
    }
    Some(Condition::Leaf(Leaf::Fact {
        fact: name.to_owned(),
        answers,
    }))
}

/// A condition that is a map with one key.
fn keyed(
    key: &Key,
    value: &Node,
    names: &Names,
    each: Option<Role>,
    problems: &mut Problems<'_>,
) -> Option<Condition> {
    let name = key.name.as_ref();
    let width = name.chars().count();
    let list_of = |problems: &mut Problems<'_>| match &value.value {
        Value::List(list) => listed(value, list, names, each, problems),
        _ => condition(value, names, each, problems).map(|one| vec![one]),
    };
    match name {
        "all" => return list_of(problems).map(Condition::All),
        "any" => return list_of(problems).map(Condition::Any),
        "not" if matches!(value.value, Value::List(_)) => {
            let hint = "write {not: {any: [a, b]}} or {not: {all: [a, b]}}".to_owned();
            problems.node(
                value,
                Code::BadCondition,
                "`not` takes one thing, never a list",
                Some(hint),
            );
            return None;
        }
        "not" => {
            return condition(value, names, each, problems)
                .map(|one| Condition::Not(Box::new(one)));
        }
        _ => {}
    }
    let number = name
        .strip_prefix("at-least-")
        .and_then(|rest| rest.strip_suffix("-of"));
    if let Some(wanted) = number.and_then(|n| n.parse::<usize>().ok()) {
        let list = list_of(problems)?;
        if wanted == 0 || wanted > list.len() {
            let message = format!("`{name}` cannot be asked of a list of {}", list.len());
            problems.at(key.place, width, Code::BadCondition, message, None);
            return None;
        }
        return Some(Condition::AtLeast(wanted, list));
    }
    if let Some(kind) = Kind::from_word(name) {
        return figure(kind, value, names, problems);
    }
    if let Some(fact) = names.facts.get(name) {
        if fact.is_day {
            return day_in_condition(&Node::text(name).at(key.place), name, problems);
        }
        let answers = crate::fields::texts_of(value, name, problems);
        if fact.answers.is_empty() {
            let hint = format!("write `{name}` alone for yes, and {{not: {name}}} for no");
            problems.node(
                value,
                Code::BadCondition,
                format!("`{name}` is answered yes or no"),
                Some(hint),
            );
            return None;
        }
        let nodes = value.as_list().unwrap_or(std::slice::from_ref(value));
        for (answer, node) in answers.iter().zip(nodes) {
            if !fact.answers.contains(answer) {
                let hint = did_you_mean(answer, fact.answers.iter().map(String::as_str));
                problems.node(
                    node,
                    Code::UnknownAnswer,
                    format!("`{answer}` is not an answer to `{name}`"),
                    hint,
                );
                return None;
            }
        }
        let key_node = Node::text(name).at(key.place);
        return fact_leaf(&key_node, name, fact, answers, each, problems);
    }
    match name.split_once('.') {
        Some((item, field)) if names.has_item(item) => {
            field_leaf(key, item, field, value, names, problems)
        }
        None if names.has_item(name) => answer_leaf(name, value, problems),
        _ => {
            let mut known = names.conditions();
            known.extend(OPERATORS);
            let near = nearest(name, known.iter().copied()).filter(|near| OPERATORS.contains(near));
            let (code, message, hint) = match near {
                Some(near) => (
                    Code::BadCondition,
                    format!("`{name}` is not a word of conditions"),
                    Some(format!("did you mean `{near}`?")),
                ),
                None => names.unknown(name),
            };
            problems.at(key.place, width, code, message, hint);
            None
        }
    }
}

/// A figure of the register.
fn figure(
    kind: Kind,
    value: &Node,
    names: &Names,
    problems: &mut Problems<'_>,
) -> Option<Condition> {
    let mut found = bind::span_of(value, kind.as_str(), span::figure, problems)?;
    let mut bad = |message: String, hint: String| {
        problems.node(value, Code::BadSpan, message, Some(hint));
    };
    match &mut found.test {
        Test::Sessions { least: Some(0), .. } => {
            bad(
                "`at least 0 sessions` is always so".into(),
                "write how many there must be, or `at most 0 sessions`".into(),
            );
            return None;
        }
        Test::Sessions { of, .. } => {
            for word in of.iter_mut() {
                let Some(code) = register::Code::from_word(word) else {
                    bad(
                        format!("`{word}` is no code of the register"),
                        "write it as in the register: N".into(),
                    );
                    return None;
                };
                if !kind.counts(code, &[]) {
                    let message = format!("no session with code `{code}` is counted by `{kind}`");
                    bad(
                        message,
                        "write it under `marks`, which counts sessions of any code".into(),
                    );
                    return None;
                }
                code.as_str().clone_into(word);
            }
            if kind == Kind::Marks && of.is_empty() {
                bad(
                    "`marks` does not say which".into(),
                    "write `at most 0 sessions of N`".into(),
                );
                return None;
            }
        }
        Test::Share(_) if kind == Kind::Marks => {
            bad(
                "`marks` counts sessions".into(),
                "write `at most 0 sessions of N`".into(),
            );
            return None;
        }
        Test::Share(share) if !share.says_something() => {
            bad(
                format!("`{}` is always so, or never", found.test),
                "write a share between 0% and 100%".into(),
            );
            return None;
        }
        Test::Share(_) => {}
    }
    let figure = Binder {
        names,
        node: value,
        stands: Stands::Window,
    }
    .figure(found, problems)?;
    Some(Condition::Leaf(Leaf::Figure { kind, figure }))
}

fn answer_leaf(item: &str, value: &Node, problems: &mut Problems<'_>) -> Option<Condition> {
    let words = crate::fields::texts_of(value, item, problems);
    let nodes = value.as_list().unwrap_or(std::slice::from_ref(value));
    let mut answers = Vec::new();
    for (word, node) in words.iter().zip(nodes) {
        match Answer::from_word(word) {
            Some(answer) => answers.push(answer),
            None => {
                let hint = did_you_mean(word, Answer::WORDS.iter().copied());
                problems.node(
                    node,
                    Code::UnknownAnswer,
                    format!("`{word}` is not an answer of an item"),
                    hint,
                );
                return None;
            }
        }
    }
    Some(Condition::Leaf(Leaf::Answered {
        item: item.to_owned(),
        answers,
    }))
}

fn field_leaf(
    key: &Key,
    item: &str,
    field: &str,
    value: &Node,
    names: &Names,
    problems: &mut Problems<'_>,
) -> Option<Condition> {
    let Some(def) = names.fields.get(field) else {
        let hint = did_you_mean(field, names.fields.keys().map(String::as_str));
        let width = key.name.chars().count();
        problems.at(
            key.place,
            width,
            Code::UnknownField,
            format!("`{field}` is not a field"),
            hint,
        );
        return None;
    };
    let values = crate::fields::texts_of(value, &key.name, problems);
    let values = kept_values(value, &values, field, def, problems)?;
    Some(Condition::Leaf(Leaf::Field {
        item: item.to_owned(),
        field: field.to_owned(),
        values,
    }))
}

/// The values asked of a field, as they are kept. Each must be one that the field can have.
pub fn kept_values(
    node: &Node,
    values: &[String],
    field: &str,
    def: &FieldDef,
    problems: &mut Problems<'_>,
) -> Option<Vec<String>> {
    let nodes = node.as_list().unwrap_or(std::slice::from_ref(node));
    let mut found = Vec::with_capacity(values.len());
    for (value, node) in values.iter().zip(nodes) {
        if field_kind(field) == FieldKind::Percent && percent::read(value).is_none() {
            no_percent(value, field, node, problems);
            return None;
        }
        if !def.answers.is_empty() && !says_one_of(field, value, &def.answers) {
            let hint = did_you_mean(value, def.answers.iter().map(String::as_str));
            problems.node(
                node,
                Code::UnknownAnswer,
                format!("`{value}` is not an answer of `{field}`"),
                hint,
            );
            return None;
        }
        found.push(kept(field, value));
    }
    (!found.is_empty()).then_some(found)
}

/// A value that is no figure in percent. More or less than one is asked of the register only.
fn no_percent(value: &str, field: &str, node: &Node, problems: &mut Problems<'_>) {
    let has_words =
        value.split_whitespace().nth(1).is_some() && value.contains(char::is_alphabetic);
    let compares = has_words || value.contains(['<', '>', '≤', '≥', '=', '+', '-', '–']);
    let (message, hint) = if compares {
        (
            format!(
                "`{value}` cannot be asked of `{field}`: a field is compared with single figures"
            ),
            "list the figures, such as [\"90%\"]; more or less than one can be asked of the register, in a condition such \
             as {attendance: at least 90%}",
        )
    } else {
        (
            format!("`{value}` is no figure in percent, as `{field}` has"),
            "write a figure from 0 to 100 with at most two decimals, such as 92% or 92.5%",
        )
    };
    problems.node(node, Code::WrongType, message, Some(hint.to_owned()));
}
