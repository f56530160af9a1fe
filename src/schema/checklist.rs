//! The schema of a checklist.

use serde_json::{Value, json};

use super::{KEBAB, SNAKE, closed, described, kebab, one_of, one_or_more, pattern, words};
use crate::case::entry::{Answer, Subject};
use crate::checklist::rules::OPERATORS;
use crate::checklist::{EACH, Entries, FORMAT, Level};
use crate::register::Kind;
use crate::span;

pub(super) fn schema() -> Value {
    let gate = closed(
        &["title", "sections"],
        &json!({"title": words(), "sections": one_or_more(&json!({"$ref": "#/$defs/name"}))}),
    );
    let source = closed(
        &["title"],
        &json!({
            "title": described("the title of the council's document"),
            "url": described("where it was published"),
            "seen": described("the day it was read"),
        }),
    );
    let mut whole = closed(
        &[
            "attcheck",
            "id",
            "edition",
            "title",
            "authority",
            "gates",
            "sections",
        ],
        &json!({
            "attcheck": {"const": FORMAT},
            "id": kebab(),
            "edition": described("which version of the form this is, in quotes"),
            "title": words(),
            "authority": described("whose list it is"),
            "subject": one_of(Subject::WORDS),
            "source": source,
            "gates": {
                "type": "object", "minProperties": 1,
                "propertyNames": {"$ref": "#/$defs/name"}, "additionalProperties": gate,
            },
            "facts": {"type": "object", "propertyNames": {"pattern": SNAKE}, "additionalProperties": {"$ref": "#/$defs/fact"}},
            "fields": {"type": "object", "propertyNames": {"pattern": KEBAB}, "additionalProperties": {"$ref": "#/$defs/field"}},
            "sections": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/section"}},
        }),
    );
    whole["$defs"] = json!({
        "name": kebab(),
        "fact": closed(&["ask"], &json!({
            "ask": described("the question"),
            "answers": one_or_more(&words()),
            "holds": {"const": "day"},
            "help": described("what helps to answer it"),
            "about": {"const": "school"},
            "each": one_of(EACH),
        })),
        "field": closed(&["ask"], &json!({"ask": described("the question"), "answers": one_or_more(&words())})),
        "section": closed(&["id", "title", "items"], &json!({
            "id": kebab(),
            "title": words(),
            "level": one_of(Level::WORDS),
            "accepts": one_or_more(&one_of(&Answer::WORDS[1..])),
            "entries": one_of(Entries::WORDS),
            "when": {"$ref": "#/$defs/condition"},
            "record": one_or_more(&kebab()),
            "items": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/item"}},
        })),
        "item": item(),
        "condition": condition(),
    });
    whole
}

fn item() -> Value {
    let clauses = pattern(
        &span::pattern::clauses(),
        "clauses about a day, such as: after plan-meeting and within 3 months before referral",
    );
    let expect = json!({
        "type": "object", "minProperties": 1, "propertyNames": {"pattern": KEBAB},
        "properties": {"covers": pattern(&span::pattern::cover(), "such as: 11 school weeks before referral"), "due": clauses},
        "patternProperties": {"-on$": clauses},
        "additionalProperties": one_or_more(&words()),
    });
    closed(
        &["id", "title", "source"],
        &json!({
            "id": kebab(),
            "title": words(),
            "ask": described("what to do"),
            "why": described("why it matters"),
            "otherwise": described("what is told where `needs` does not hold"),
            "source": one_or_more(&described("the row of the form, in quotes")),
            "see": one_or_more(&words()),
            "practice": kebab(),
            "level": one_of(Level::WORDS),
            "each": one_of(EACH),
            "about": {"const": "school"},
            "entries": one_of(Entries::WORDS),
            "accepts": one_or_more(&one_of(&Answer::WORDS[1..])),
            "uses": one_or_more(&kebab()),
            "looks-at": one_or_more(&kebab()),
            "count": pattern(&span::pattern::tally(), "such as: at least 2"),
            "record": one_or_more(&kebab()),
            "when": {"$ref": "#/$defs/condition"},
            "must-when": {"$ref": "#/$defs/condition"},
            "needs": {"$ref": "#/$defs/condition"},
            "expect": expect,
            "points": {
                "type": "object", "minProperties": 1,
                "propertyNames": {"pattern": KEBAB}, "additionalProperties": words(),
            },
            "dated": clauses,
            "lasts": pattern(&span::pattern::length(), "such as: at least 5 school weeks from plan-meeting to date"),
            "repeat": pattern(&span::pattern::interval(), "such as: every 12 months"),
            "attach": one_or_more(&kebab()),
            "signed-by": one_or_more(&kebab()),
        }),
    )
}

/// A condition: a name, a list, or a map with exactly one key.
fn condition() -> Value {
    let it = json!({"$ref": "#/$defs/condition"});
    let many = json!({"anyOf": [it, {"type": "array", "items": it, "minItems": 1}]});
    let mut properties = serde_json::Map::new();
    for word in OPERATORS {
        // `not` takes one thing and never a list.
        let inner = if *word == "not" {
            json!({"type": ["string", "object"], "$ref": "#/$defs/condition"})
        } else {
            many.clone()
        };
        properties.insert((*word).to_owned(), inner);
    }
    let figure = pattern(
        &span::pattern::figure(),
        "such as: at least 12 sessions within 9 school weeks before referral",
    );
    for kind in Kind::WORDS {
        properties.insert((*kind).to_owned(), figure.clone());
    }
    json!({"anyOf": [
        {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        {"type": "array", "items": it, "minItems": 1},
        {
            "type": "object", "minProperties": 1, "maxProperties": 1, "properties": properties,
            "patternProperties": {"^at-least-[0-9]+-of$": many},
            "additionalProperties": one_or_more(&words()),
        },
    ]})
}
