//! Whether what a situation names is there: items, facts, fields, points, roles and persons.

use super::read::Reader;
use crate::case::entry::{Action, Content, PersonId};
use crate::checklist::vocabulary::{FieldKind, field_kind};
use crate::day;
use crate::percent;
use crate::problem::{Code, Problems, did_you_mean};
use crate::tree::Node;

impl Reader<'_> {
    /// Checks what an entry names against the checklist.
    pub(super) fn check(&self, content: &Content, node: &Node, problems: &mut Problems<'_>) {
        match content {
            Content::Action(action) => self.check_action(action, node, problems),
            Content::Sign(sign) => {
                self.check_item(sign.item.as_deref(), node, problems);
                self.check_fields(sign.fields.iter(), node, problems);
                self.check_role(&sign.role, node, problems);
            }
            Content::Plan(plan) => self.check_item(plan.item.as_deref(), node, problems),
            Content::Fact(fact) => {
                let facts = &self.checklist.facts;
                let Some(def) = facts.get(&fact.fact) else {
                    let hint = did_you_mean(&fact.fact, facts.keys().map(String::as_str));
                    problems.node(
                        node,
                        Code::UnknownFact,
                        format!("`{}` is not a fact", fact.fact),
                        hint,
                    );
                    return;
                };
                if !def.takes(&fact.value) {
                    let hint = Some(format!("answers: {}", def.answers_listed()));
                    let message = format!("`{}` is not an answer to `{}`", fact.value, fact.fact);
                    problems.node(node, Code::UnknownAnswer, message, hint);
                }
            }
            _ => {}
        }
    }

    /// A role nobody is asked to sign in is allowed: who signs wrongly is a situation too. A slip of the pen is told.
    fn check_role(&self, role: &str, node: &Node, problems: &mut Problems<'_>) {
        let mut known = self.checklist.items.iter().flat_map(|item| &item.signed_by);
        let slip = |known: &&String| *known != role && strsim::levenshtein(known, role) <= 2;
        if !known.clone().any(|known| known == role)
            && let Some(near) = known.find(slip)
        {
            let node = node.get("role").unwrap_or(node);
            let message = format!("nobody is asked to sign as `{role}`");
            problems.node(
                node,
                Code::UnknownWord,
                message,
                Some(format!("did you mean `{near}`?")),
            );
        }
    }

    pub(super) fn check_item(&self, item: Option<&str>, node: &Node, problems: &mut Problems<'_>) {
        let Some(item) = item.filter(|item| self.checklist.item(item).is_none()) else {
            return;
        };
        let hint = did_you_mean(
            item,
            self.checklist.items.iter().map(|item| item.id.as_str()),
        );
        let node = node.get("item").unwrap_or(node);
        let message = format!("`{item}` is not an item of `{}`", self.checklist.id);
        problems.node(node, Code::UnknownName, message, hint);
    }

    fn check_action(&self, action: &Action, node: &Node, problems: &mut Problems<'_>) {
        self.check_item(Some(&action.item), node, problems);
        self.check_fields(action.fields.iter(), node, problems);
        let Some(item) = self.checklist.item(&action.item) else {
            return;
        };
        let known: Vec<&str> = self
            .checklist
            .points_of(item)
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        for point in action
            .points
            .iter()
            .filter(|point| !known.contains(&point.as_str()))
        {
            let hint = did_you_mean(point, known.iter().copied());
            let node = node.get("points").unwrap_or(node);
            let message = format!("`{point}` is not a point of `{}`", item.id);
            problems.node(node, Code::UnknownName, message, hint);
        }
    }

    fn check_fields<'f>(
        &self,
        fields: impl Iterator<Item = (&'f String, &'f String)>,
        node: &Node,
        problems: &mut Problems<'_>,
    ) {
        for (name, value) in fields {
            let at = node.get(name).unwrap_or(node);
            let Some(def) = self.checklist.fields.get(name) else {
                let hint = did_you_mean(name, self.checklist.fields.keys().map(String::as_str));
                problems.node(
                    at,
                    Code::UnknownField,
                    format!("`{name}` is not a field"),
                    hint,
                );
                continue;
            };
            if !def.answers.is_empty() && !def.answers.contains(value) {
                let hint = did_you_mean(value, def.answers.iter().map(String::as_str));
                problems.node(
                    at,
                    Code::UnknownAnswer,
                    format!("`{value}` is not an answer of `{name}`"),
                    hint,
                );
            }
            if field_kind(name) == FieldKind::Percent && percent::read(value).is_none() {
                let hint = Some("write a figure such as 92%".to_owned());
                problems.node(
                    at,
                    Code::WrongType,
                    format!("`{name}` is no figure in percent"),
                    hint,
                );
            }
            if field_kind(name) == FieldKind::Day && day::stored(value).is_none() {
                let hint = Some("write it as \"2026-09-14\", in quotes".to_owned());
                problems.node(at, Code::BadDay, format!("`{name}` is not a day"), hint);
            }
        }
    }
}

/// The persons an entry is for must be named.
pub(super) fn check_persons(
    content: &Content,
    named: &[PersonId],
    node: &Node,
    problems: &mut Problems<'_>,
) {
    let persons = match content {
        Content::Action(action) => &action.persons,
        Content::Fact(fact) => &fact.persons,
        _ => return,
    };
    for person in persons.iter().filter(|person| !named.contains(person)) {
        let hint = did_you_mean(&person.0, named.iter().map(|person| person.0.as_str()));
        let node = node.get("for").unwrap_or(node);
        problems.node(
            node,
            Code::UnknownName,
            format!("there is no person `{person}` in the situation"),
            hint,
        );
    }
}
