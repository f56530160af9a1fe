//! What stands beside a situation's case: term dates, marks of the register, copies of documents.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::calendar::{Calendar, Closure, Part, Terms};
use crate::case::CaseId;
use crate::case::entry::Attachment;
use crate::day;
use crate::fields::{Fields, texts_of};
use crate::problem::{Code, Problems};
use crate::readiness::{Copies, Copy};
use crate::register::{self, Marks, Register};
use crate::tree::{Key, Node, Value};

/// How many days the marks of a situation may cover: all the years at school.
const MAX_COVERS: i64 = 12 * 366;

/// How a copy can be said to stand, besides being there.
const STANDS: &[(&str, Copy)] = &[
    ("changed", Copy::Changed),
    ("gone", Copy::Gone),
    ("noted", Copy::Noted),
    ("unreadable", Copy::Unreadable),
];

/// Copies that stand as the situation says.
#[derive(Debug)]
pub(super) struct AsTold;

/// The one there is.
pub(super) const TOLD: AsTold = AsTold;

impl Copies for AsTold {
    fn state(&self, _: &CaseId, copy: &Attachment) -> Copy {
        STANDS
            .iter()
            .find(|(word, _)| *word == copy.file)
            .map_or(Copy::Good, |(_, stands)| *stands)
    }
}

/// The copies with an entry: `letter`, or `letter gone`, as a case file has them.
pub(super) fn copies(node: &Node, problems: &mut Problems<'_>) -> Node {
    let told = texts_of(node, "attach", problems);
    let one = |text: &String| {
        let (name, stands) = text.split_once(' ').unwrap_or((text, "there"));
        Node::map([("name", Node::text(name)), ("file", Node::text(stands))]).at(node.place)
    };
    let known = |text: &&String| match text.split_once(' ') {
        Some((_, stands)) => STANDS.iter().any(|(word, _)| *word == stands),
        None => true,
    };
    if let Some(text) = told.iter().find(|text| !known(text)) {
        let hint =
            "write its name, and after it changed, gone, noted or unreadable if it is not there as it was"
                .to_owned();
        problems.node(
            node,
            Code::UnknownWord,
            format!("`{text}` does not say how a copy stands"),
            Some(hint),
        );
    }
    Node {
        value: Value::List(told.iter().map(one).collect()),
        ..node.clone()
    }
}

/// Term dates: `terms`, a list of periods, and `closed`, days within them.
pub(super) fn terms(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<Terms> {
    let closed_node = fields.take("closed");
    let closed: BTreeMap<NaiveDate, Closure> = match closed_node {
        Some(node) => {
            let days = texts_of(node, "closed", problems);
            days.iter()
                .filter_map(|text| Some((stored(text, node, problems)?, Closure::Closed)))
                .collect()
        }
        None => BTreeMap::new(),
    };
    let Some(node) = fields.take("terms") else {
        if let Some(node) = closed_node {
            let hint = "write the terms beside it; both may stand at the top of the file for all situations"
                .to_owned();
            problems.node(
                node,
                Code::Clash,
                "`closed` stands without `terms`, within which it closes",
                Some(hint),
            );
        }
        return None;
    };
    let mut parts = Vec::new();
    for text in texts_of(node, "terms", problems) {
        match period(&text, node, problems) {
            Some((from, to)) => parts.push(Part {
                name: text,
                from,
                to,
            }),
            None => return None,
        }
    }
    Some(Terms::new(parts, closed))
}

fn period(text: &str, node: &Node, problems: &mut Problems<'_>) -> Option<(NaiveDate, NaiveDate)> {
    let found = day::period(text);
    if found.is_none() {
        let hint = "write it as \"2026-09-02 to 2026-10-23\"".to_owned();
        problems.node(
            node,
            Code::WrongType,
            format!("`{text}` is not a period"),
            Some(hint),
        );
    }
    found
}

fn stored(text: &str, node: &Node, problems: &mut Problems<'_>) -> Option<NaiveDate> {
    let found = day::stored(text);
    if found.is_none() {
        let hint = "write it as \"2026-09-14\"".to_owned();
        problems.node(
            node,
            Code::WrongType,
            format!("`{text}` is not a day"),
            Some(hint),
        );
    }
    found
}

/// Marks: a period, over which the pupil was in school on every school day, and the days on which it was otherwise.
pub(super) fn register(
    node: &Node,
    terms: &Terms,
    problems: &mut Problems<'_>,
) -> Option<Register> {
    let mut fields = Fields::of(node, "a register", problems)?;
    let covers = fields.need("covers", problems)?;
    let marks = fields.take("marks");
    fields.finish(problems);
    let (from, to) = period(&covers, node, problems)?;
    if (to - from).num_days() > MAX_COVERS {
        let message = "`covers` may be twelve years at most";
        problems.node(node, Code::TooLarge, message, None);
        return None;
    }
    let calendar = Calendar::england().with_terms(terms.clone());
    let mut register = Register::default();
    let present: Marks = ["/", "\\"].map(register::Code::from_word);
    let mut at = from;
    while at <= to {
        if calendar.is_school_day(at) == Some(true) {
            register.take(at, present, to);
        }
        at = at.checked_add_days(Days::new(1))?;
    }
    for (key, value) in marks.and_then(Node::as_map).unwrap_or_default() {
        let Some(day) = stored(&key.name, &at_key(key), problems) else {
            continue;
        };
        let words: Vec<&str> = value
            .as_text()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let codes: Vec<Option<register::Code>> =
            words.iter().map(|w| register::Code::from_word(w)).collect();
        let ([am, pm], true) = (
            codes.as_slice(),
            codes
                .iter()
                .zip(&words)
                .all(|(c, w)| c.is_some() || *w == "-"),
        ) else {
            let hint = "write the mark of the morning and that of the afternoon, as in \"O O\"; - for none";
            problems.node(
                value,
                Code::UnknownWord,
                "these are not two marks",
                Some(hint.to_owned()),
            );
            continue;
        };
        register.put(day, [*am, *pm], to);
    }
    Some(register)
}

fn at_key(key: &Key) -> Node {
    Node::text(key.name.as_ref()).at(key.place)
}
