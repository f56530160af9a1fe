//! The schema of a case file.

use serde_json::{Map, Value, json};

use super::{KEBAB, closed, day, described, entry_id, kebab, one_of, one_or_more, pattern, words};
use crate::case::FORMAT;
use crate::case::content::keys_of;
use crate::case::entry::{Answer, CloseReason, KINDS, Role, Subject, YesNo};
use crate::samples::read::TOLD;

/// Keys that every sealed entry has.
const CHAIN: &[&str] = &["kind", "at", "by", "after", "id"];

pub(super) fn schema() -> Value {
    let mut whole = closed(
        &["attcheck", "case", "subject", "opened", "log"],
        &json!({
            "attcheck": {"const": FORMAT},
            "case": kebab(),
            "subject": one_of(Subject::WORDS),
            "opened": day(),
            "log": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/entry"}},
        }),
    );
    whole["$defs"] = json!({"entry": entry()});
    whole
}

/// An entry of the log, by its kind.
fn entry() -> Value {
    let mut kinds: Vec<Value> = KINDS
        .iter()
        .filter(|kind| !keys_of(kind).is_empty())
        .map(|kind| json!({"if": {"properties": {"kind": {"const": kind}}}, "then": of_kind(kind, CHAIN)}))
        .collect();
    kinds.push(json!({"if": {"properties": {"kind": {"const": "correct"}}}, "then": correction()}));
    for (kind, key) in [("withdraw", "withdraws"), ("strike", "strikes")] {
        let mut properties = chain(CHAIN);
        properties.insert(key.to_owned(), entry_id());
        properties.insert("why".to_owned(), words());
        if kind == "strike" {
            properties.insert("followed".to_owned(), one_or_more(&entry_id()));
        }
        let then = closed(&[key, "why"], &Value::Object(properties));
        kinds.push(json!({"if": {"properties": {"kind": {"const": kind}}}, "then": then}));
    }
    let struck = closed(
        &["kind", "id"],
        &Value::Object(chain(&["kind", "after", "id"])),
    );
    kinds.push(json!({"if": {"properties": {"kind": {"const": "struck"}}}, "then": struck}));
    json!({
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": one_of(KINDS)},
        "allOf": kinds,
    })
}

/// A correction holds the keys of what it corrects, whose kind does not stand in it: a key is held to what all kinds
/// that have it ask of it.
fn correction() -> Value {
    let mut properties = chain(CHAIN);
    properties.extend([
        ("corrects".to_owned(), entry_id()),
        ("why".to_owned(), words()),
    ]);
    for key in KINDS.iter().flat_map(|kind| keys_of(kind)) {
        let mut values: Vec<Value> = KINDS
            .iter()
            .filter(|kind| keys_of(kind).contains(key))
            .map(|kind| value(kind, key))
            .collect();
        values.dedup();
        if let ([one], None) = (values.as_slice(), properties.get(*key)) {
            properties.insert((*key).to_owned(), one.clone());
        }
    }
    json!({
        "required": ["corrects", "why"],
        "propertyNames": {"pattern": KEBAB},
        "properties": properties,
        "patternProperties": {"-on$": day()},
    })
}

/// An entry as samples have it: without the chain, an action if its kind is left out.
pub(super) fn told() -> Value {
    let mut all: Vec<Value> = TOLD
        .iter()
        .map(|kind| {
            let mut known = json!({"properties": {"kind": {"const": kind}}});
            if *kind != "action" {
                known["required"] = json!(["kind"]);
            }
            let mut then = of_kind(kind, &["kind"]);
            if let Some(properties) = then["properties"].as_object_mut() {
                properties.insert(
                    "label".into(),
                    described("a name for the entry, for `signs` and `settles` below it"),
                );
                if let Some(attach) = properties.get_mut("attach") {
                    let copy = pattern(
                        "^[a-z0-9][a-z0-9-]*( (changed|gone|noted))?$",
                        "the name of a copy, and after it how it stands if it is not there as it was",
                    );
                    *attach = one_or_more(&copy);
                }
                for key in ["signs", "settles"].iter().filter(|key| keys_of(kind).contains(key)) {
                    properties.insert((*key).to_owned(), one_or_more(&words()));
                }
            }
            if *kind == "action" {
                then["required"] = json!(["item"]);
            }
            json!({"if": known, "then": then})
        })
        .collect();
    all.insert(0, json!({"properties": {"kind": one_of(TOLD)}}));
    json!({"type": "object", "allOf": all})
}

fn chain(keys: &[&str]) -> Map<String, Value> {
    let at = pattern(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$",
        "when it was recorded, with the offset",
    );
    let all = [
        ("kind", words()),
        ("at", at),
        ("by", described("who recorded it: name and role")),
        (
            "after",
            json!({"type": "array", "items": entry_id(), "minItems": 1}),
        ),
        ("id", entry_id()),
    ];
    all.into_iter()
        .filter(|(key, _)| keys.contains(key))
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// The keys that an entry of a kind must have.
pub(super) fn required(kind: &str) -> &'static [&'static str] {
    match kind {
        "opened" => &["checklist", "edition", "header"],
        "action" => &["item", "answer"],
        "fact" => &["fact", "value"],
        "details" => &["details"],
        "note" => &["text"],
        "sign" => &["role", "name"],
        "checklist" => &["checklist", "edition"],
        "close" | "reopen" => &["reason"],
        "outcome" => &["result"],
        _ => &[],
    }
}

fn of_kind(kind: &str, chain_keys: &[&str]) -> Value {
    let mut properties = chain(chain_keys);
    for key in keys_of(kind) {
        properties.insert((*key).to_owned(), value(kind, key));
    }
    let mut found = closed(required(kind), &Value::Object(properties));
    if matches!(kind, "action" | "sign") {
        // What is no key of its own is a field of the checklist.
        found["propertyNames"] = json!({"pattern": KEBAB});
        found["patternProperties"] = json!({"-on$": day()});
        found["additionalProperties"] = words();
        found["properties"]["due"] = day();
    }
    if kind == "person" {
        // Somebody, or the word that there is nobody of a role.
        let of_somebody = keys_of(kind)
            .iter()
            .filter(|key| !matches!(**key, "none" | "from"));
        let none: Map<String, Value> = of_somebody
            .map(|key| ((*key).to_owned(), json!(false)))
            .collect();
        found["oneOf"] = json!([
            {"required": ["person"], "properties": {"none": false}},
            {"required": ["none"], "properties": none},
        ]);
    }
    found
}

/// What a key of a kind holds.
fn value(kind: &str, key: &str) -> Value {
    match (kind, key) {
        (_, "date" | "since" | "from" | "until" | "due" | "born") => day(),
        (_, "answer") => one_of(Answer::WORDS),
        (_, "for" | "points" | "items") => one_or_more(&kebab()),
        (_, "item") | ("sign", "role") => kebab(),
        ("person", "role") | (_, "none") => one_of(Role::WORDS),
        (_, "parental-responsibility") => one_of(YesNo::WORDS),
        ("close", "reason") => one_of(CloseReason::WORDS),
        (_, "settles") => entry_id(),
        (_, "signs") => one_or_more(&entry_id()),
        (_, "header") => pattern("^h[0-9a-f]{64}$", "h and the SHA-256 of the header"),
        ("opened" | "details", "details") => {
            let keys = keys_of("details of a case");
            let inner: Map<String, Value> = keys
                .iter()
                .map(|key| ((*key).to_owned(), value("a detail", key)))
                .collect();
            closed(&[], &Value::Object(inner))
        }
        (_, "attach") => json!({"type": "array", "minItems": 1, "items": closed(
            &["name", "file"],
            &json!({"name": kebab(), "file": words(), "size": words(), "sha256": pattern("^[0-9a-f]+$", "SHA-256 in hex")}),
        )}),
        (_, "carried") => json!({"type": "array", "minItems": 1, "items": closed(
            &["from", "to"], &json!({"from": kebab(), "to": kebab()}),
        )}),
        _ => words(),
    }
}
