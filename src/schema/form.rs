//! The schema of the layout of a form.

use serde_json::{Value, json};

use super::{closed, described, kebab, one_of, one_or_more, words};
use crate::form::shows::NOTHING;
use crate::form::{FORMAT, Fixed, From, Holds, Lie, Page};

pub(super) fn schema() -> Value {
    let find = one_or_more(&described(
        "words that have to be in it, small letters and digits",
    ));
    let mut shown = closed(
        &[],
        &json!({
            "item": kebab(),
            "field": kebab(),
            "fact": words(),
            "state": kebab(),
            "yes-if": one_or_more(&described("an answer that gives Y; every other gives N")),
        }),
    );
    shown["minProperties"] = json!(1);
    let word_or_shown = |words: &[&str]| json!({"anyOf": [one_of(words), shown]});
    let cell = closed(
        &["label"],
        &json!({
            "label": words(),
            "holds": word_or_shown(Fixed::WORDS),
            "item": kebab(),
            "field": kebab(),
            "find": find,
        }),
    );
    let pairs = closed(
        &["cells"],
        &json!({"as": one_of(Lie::WORDS), "from": one_of(From::WORDS), "cells": {"type": "array", "items": cell, "minItems": 1}}),
    );
    // Numbers stand bare in these files, and every reader of ours takes them as text.
    let number = |least: u32, most: u32| {
        let pattern = "^[0-9]{1,3}$";
        json!({"anyOf": [
            {"type": "integer", "minimum": least, "maximum": most},
            {"type": "string", "pattern": pattern},
        ]})
    };
    let column = closed(
        &["label", "holds", "width"],
        &json!({"label": words(), "holds": word_or_shown(&[Holds::WORDS, &[NOTHING]].concat()), "width": number(1, 100), "find": find}),
    );
    let columns = json!({"type": "array", "items": column, "minItems": 1});
    let part = closed(
        &["section"],
        &json!({
            "section": kebab(),
            "about": words(),
            "rows": one_of(&["rows", "items", "follow-ups"]),
            "at-least": number(0, 50),
            "columns": columns,
        }),
    );
    let row = closed(
        &[],
        &json!({
            "find": find,
            "holds": {"type": "object", "additionalProperties": word_or_shown(&[NOTHING])},
        }),
    );
    closed(
        &["attcheck", "columns"],
        &json!({
            "attcheck": {"const": FORMAT},
            "checklist": kebab(),
            "title": words(),
            "about": words(),
            "page": one_of(Page::WORDS),
            "head": pairs,
            "columns": columns,
            "parts": {"type": "array", "items": part, "minItems": 1},
            "foot": pairs,
            "rows": {"type": "object", "additionalProperties": {"anyOf": [find, row]}},
            "hints": one_or_more(&described("what stands in an answer cell before anybody has answered")),
        }),
    )
}
