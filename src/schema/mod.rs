//! JSON Schemas of the files, made from the words and keys that the readers themselves go by: an editor that knows JSON
//! Schema completes and checks the YAML with them.
//!
//! A schema sees one value at a time. What needs two, such as whether an item that is named is there, `checklist check`
//! and `verify` find.

mod case;
mod checklist;
mod form;
mod samples;

use serde_json::{Map, Value, json};

/// The dialect the schemas are written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// `checklists/*.yaml`
    Checklist,
    /// `cases/*.yaml`
    Case,
    /// `checklists/*.samples.yaml`
    Samples,
    /// `checklists/*.form.yaml`
    Form,
}

impl Which {
    /// Every kind of file.
    pub const ALL: &[Self] = &[Self::Checklist, Self::Case, Self::Samples, Self::Form];

    /// The name of the file the schema is kept in.
    pub fn file(self) -> &'static str {
        match self {
            Self::Checklist => "checklist-1.schema.json",
            Self::Case => "case-1.schema.json",
            Self::Samples => "samples-1.schema.json",
            Self::Form => "form-1.schema.json",
        }
    }
}

/// The schema of a kind of file, as it is printed and shipped.
pub fn text(which: Which) -> String {
    let (title, found) = match which {
        Which::Checklist => ("A checklist of attcheck", checklist::schema()),
        Which::Case => ("A case of attcheck", case::schema()),
        Which::Samples => (
            "Sample situations for a checklist of attcheck",
            samples::schema(),
        ),
        Which::Form => (
            "The layout of the form of a checklist of attcheck",
            form::schema(),
        ),
    };
    let mut whole = Map::new();
    whole.insert("$schema".into(), json!(DIALECT));
    whole.insert("title".into(), json!(title));
    if let Value::Object(found) = found {
        whole.extend(found);
    }
    let text = serde_json::to_string_pretty(&Value::Object(whole)).unwrap_or_default();
    text + "\n"
}

/// A map with these keys and no others.
fn closed(required: &[&str], properties: &Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
}

/// A text that is not blank.
fn words() -> Value {
    json!({"type": "string", "minLength": 1})
}

/// A text with a remark for whoever writes it.
fn described(description: &str) -> Value {
    json!({"type": "string", "minLength": 1, "description": description})
}

fn pattern(pattern: &str, description: &str) -> Value {
    json!({"type": "string", "pattern": pattern, "description": description})
}

fn one_of(words: &[&str]) -> Value {
    json!({"enum": words})
}

/// One thing, or a list of at least one.
fn one_or_more(inner: &Value) -> Value {
    json!({"anyOf": [inner, {"type": "array", "items": inner, "minItems": 1}]})
}

/// A day as files keep it.
fn day() -> Value {
    pattern(
        "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        "a day in quotes, as in \"2026-09-14\"",
    )
}

fn kebab() -> Value {
    pattern(KEBAB, "small letters, digits and hyphens")
}

const KEBAB: &str = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$";
const SNAKE: &str = "^[a-z]([a-z0-9_]*[a-z0-9])?$";

/// The id of an entry.
fn entry_id() -> Value {
    pattern("^e[0-9a-f]{32}$", "the id of an entry")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::case::content::{keys_of, told};
    use crate::case::entry::KINDS;
    use crate::problem::{Code, Problems};
    use crate::store::builtin;
    use crate::tree::Node;

    /// Every word that might be a key: those of the schema, and every one the pages name.
    fn candidates() -> BTreeSet<String> {
        let pages = [
            include_str!("../../docs/checklists.md"),
            include_str!("../../docs/cases.md"),
        ];
        let mut words: BTreeSet<String> = pages
            .iter()
            .flat_map(|page| {
                page.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
            })
            .filter(|word| {
                word.len() > 1 && word.len() < 24 && !word.starts_with('-') && !word.ends_with('-')
            })
            .map(str::to_owned)
            .collect();
        words.extend(
            KINDS
                .iter()
                .flat_map(|kind| keys_of(kind))
                .map(|key| (*key).to_owned()),
        );
        assert!(words.len() > 400);
        words
    }

    fn keys(schema: &Value, at: &str) -> BTreeSet<String> {
        let properties = schema
            .pointer(at)
            .and_then(Value::as_object)
            .unwrap_or_else(|| panic!("{at}"));
        properties.keys().cloned().collect()
    }

    /// A checklist with one more key in one place.
    fn with_key(place: &str, key: &str) -> String {
        let mut text = String::from(
            "attcheck: checklist/1\nid: a\nedition: \"1\"\ntitle: A\nauthority: A\nsource:\n  title: A\nSOURCE\
             facts:\n  own_fact:\n    ask: A\nFACT\
             fields:\n  own-field:\n    ask: A\nFIELD\
             gates:\n  referral:\n    title: A\n    sections: [s]\nGATE\
             sections:\n- id: s\n  title: A\nSECTION\
             \x20 items:\n  - id: i\n    title: A\n    source: \"1\"\n    level: must\nITEM\
             TOP",
        );
        for (name, indent) in [
            ("SOURCE", 2),
            ("FACT", 4),
            ("FIELD", 4),
            ("GATE", 4),
            ("SECTION", 2),
            ("ITEM", 4),
            ("TOP", 0),
        ] {
            let line = if name == place {
                format!("{}{key}: word\n", " ".repeat(indent))
            } else {
                String::new()
            };
            text = text.replacen(name, &line, 1);
        }
        text
    }

    #[test]
    fn the_readers_and_the_schemas_know_the_same_keys_of_a_checklist() {
        let schema: Value = serde_json::from_str(&text(Which::Checklist)).unwrap();
        let places = [
            ("TOP", "/properties"),
            ("SOURCE", "/properties/source/properties"),
            ("FACT", "/$defs/fact/properties"),
            ("FIELD", "/$defs/field/properties"),
            ("GATE", "/properties/gates/additionalProperties/properties"),
            ("SECTION", "/$defs/section/properties"),
            ("ITEM", "/$defs/item/properties"),
        ];
        for (place, at) in places {
            let known = keys(&schema, at);
            for key in candidates().iter().chain(&known) {
                let found = builtin::parse_checklist(&with_key(place, key), Path::new("a.yaml"));
                let problems = found.err().unwrap_or_default();
                let twice = problems
                    .iter()
                    .any(|problem| problem.code == Code::DuplicateKey);
                let unknown = problems
                    .iter()
                    .any(|problem| problem.code == Code::UnknownKey);
                assert_eq!(twice || !unknown, known.contains(key), "{place} {key}");
            }
        }
    }

    #[test]
    fn the_readers_and_the_schemas_know_the_same_keys_of_an_entry() {
        for kind in KINDS
            .iter()
            .filter(|kind| !keys_of(kind).is_empty() && !matches!(**kind, "action" | "sign"))
        {
            for key in candidates() {
                // `none` and `person` are two shapes of one kind.
                if *kind == "person" && !matches!(key.as_str(), "item" | "text" | "since" | "for") {
                    continue;
                }
                let needed = case::required(kind).iter().filter(|needed| **needed != key);
                let needed = needed.map(|needed| {
                    let word = if *needed == "reason" {
                        "improved"
                    } else {
                        "word"
                    };
                    let node = if *needed == "details" {
                        Node::map([("name", Node::text("A"))])
                    } else {
                        Node::text(word)
                    };
                    ((*needed).to_owned(), node)
                });
                let own = [
                    ("kind".to_owned(), Node::text(*kind)),
                    (key.clone(), Node::text("word")),
                ];
                let entry = Node::map(own.into_iter().chain(needed));
                if key == "kind" || case::required(kind).contains(&key.as_str()) {
                    continue;
                }
                let mut problems = Problems::new(Path::new("a.yaml"), None);
                told(&entry, &mut problems);
                let unknown = problems
                    .into_vec()
                    .iter()
                    .any(|problem| problem.code == Code::UnknownKey);
                assert_eq!(
                    !unknown,
                    keys_of(kind).contains(&key.as_str()),
                    "{kind} {key}"
                );
            }
        }
        // What is no key of an action or a signature is a field, whatever its name.
        let schema: Value = serde_json::from_str(&text(Which::Case)).unwrap();
        let kinds = schema
            .pointer("/$defs/entry/allOf")
            .and_then(Value::as_array)
            .unwrap();
        let with_fields = kinds
            .iter()
            .filter(|kind| kind["then"]["additionalProperties"].is_object());
        assert_eq!(with_fields.count(), 2);
    }

    #[test]
    fn the_readers_and_the_schemas_ask_for_the_same_keys_of_an_entry() {
        for kind in KINDS.iter().filter(|kind| !keys_of(kind).is_empty()) {
            // Somebody, or nobody of a role: one of the two, which the schema says by itself.
            let shapes: &[&[&str]] = if *kind == "person" {
                &[&["person"], &["none"]]
            } else {
                &[case::required(kind)]
            };
            for needed in shapes {
                let entry = |left_out: Option<&str>| {
                    let node = |key: &str| match key {
                        "details" => Node::map([("name", Node::text("A"))]),
                        "answer" => Node::text("done"),
                        "reason" => Node::text("improved"),
                        "none" => Node::text("sibling"),
                        _ => Node::text("word"),
                    };
                    let told = needed
                        .iter()
                        .filter(|key| Some(**key) != left_out)
                        .map(|key| (*key, node(key)));
                    Node::map(std::iter::once(("kind", Node::text(*kind))).chain(told))
                };
                let found = |entry: &Node| {
                    let mut problems = Problems::new(Path::new("a.yaml"), None);
                    told(entry, &mut problems);
                    problems
                        .into_vec()
                        .iter()
                        .map(|problem| problem.code)
                        .collect::<Vec<Code>>()
                };
                assert_eq!(found(&entry(None)), [], "{kind}");
                for key in *needed {
                    assert_eq!(
                        found(&entry(Some(key))),
                        [Code::MissingKey],
                        "{kind} without {key}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_printed_can_be_read_as_json() {
        for which in Which::ALL {
            let found: Value = serde_json::from_str(&text(*which)).unwrap();
            assert_eq!(found["$schema"], DIALECT);
        }
    }
}
