//! Situations worked out by hand from the councils' documents, each with the states they must come to.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop where it stands"
)]
#![allow(
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test looks at the disk itself"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use attcheck::calendar::Calendar;
use attcheck::case::entry::{Action, Answer, Content, Fact, PersonEntry, PersonId, Role};
use attcheck::case::state::CaseState;
use attcheck::checklist::Checklist;
use attcheck::day;
use attcheck::readiness::{Question, State, every_line};
use attcheck::store::builtin;
use attcheck::tree::{Node, Value};

const TABLES: &[(&str, &str)] = &[
    ("lancashire", include_str!("hand-worked/lancashire.yaml")),
    ("herefordshire", include_str!("hand-worked/herefordshire.yaml")),
];

fn checklist(id: &str) -> Checklist {
    let (_, text) = builtin::CHECKLISTS.iter().find(|(known, _)| *known == id).unwrap();
    builtin::parse_checklist(text, Path::new(id)).unwrap()
}

fn pairs<'n>(node: &'n Node, key: &str) -> Vec<(&'n str, &'n str)> {
    let pairs = node.get(key).and_then(Node::as_map).unwrap_or_default();
    pairs.iter().map(|(key, value)| (key.name.as_ref(), value.as_text().unwrap())).collect()
}

fn texts(node: &Node, key: &str) -> Vec<String> {
    match node.get(key).map(|node| &node.value) {
        Some(Value::List(list)) => list.iter().map(|one| one.as_text().unwrap().to_owned()).collect(),
        Some(Value::Text(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}

fn fact((fact, value): (&str, &str)) -> Content {
    Content::Fact(Fact { fact: fact.into(), value: value.into(), since: None, persons: Vec::new() })
}

fn action(node: &Node) -> Content {
    const OWN: &[&str] = &["item", "date", "answer", "reason", "for", "points"];
    let fields: BTreeMap<String, String> = node
        .as_map()
        .unwrap()
        .iter()
        .filter(|(key, _)| !OWN.contains(&key.name.as_ref()))
        .map(|(key, value)| (key.name.to_string(), value.as_text().unwrap().to_owned()))
        .collect();
    Content::Action(Action {
        date: node.text_at("date").map(|text| day::stored(text).unwrap()),
        item: node.text_at("item").unwrap().to_owned(),
        answer: node.text_at("answer").map_or(Answer::Done, |word| Answer::from_word(word).unwrap()),
        reason: node.text_at("reason").map(str::to_owned),
        persons: texts(node, "for").into_iter().map(PersonId).collect(),
        points: texts(node, "points"),
        fields,
        attach: Vec::new(),
    })
}

fn person((id, role): (&str, &str)) -> Content {
    Content::Person(PersonEntry::Named {
        person: PersonId(id.into()),
        name: Some(format!("Person {id}")),
        role: Some(Role::from_word(role).unwrap()),
        responsibility: None,
        from: None,
        until: None,
    })
}

/// The lines of a situation: item or `item/person`, with state and first gap.
fn lines(checklist: &Checklist, sample: &Node) -> BTreeMap<String, (State, Option<&'static str>)> {
    let mut contents: Vec<Content> = pairs(sample, "facts").into_iter().map(fact).collect();
    contents.extend(pairs(sample, "people").into_iter().map(person));
    let entries = sample.get("entries").and_then(Node::as_list).unwrap_or_default();
    contents.extend(entries.iter().map(action));
    let case = support::case(contents, "pupil");
    let school = support::case(pairs(sample, "school-facts").into_iter().map(fact), "school");
    let (state, school) = (CaseState::replay(&case, None), CaseState::replay(&school, None));
    let calendar = Calendar::england();
    let question = Question {
        checklist,
        state: &state,
        school: Some(&school),
        as_of: day::stored(sample.text_at("as-of").unwrap()).unwrap(),
        route: None,
        calendar: &calendar,
    };
    every_line(&question)
        .into_iter()
        .map(|line| {
            let name = match &line.person {
                Some(person) => format!("{}/{person}", line.item.id),
                None => line.item.id.clone(),
            };
            (name, (line.state, line.gaps.first().map(|gap| gap.code.as_str())))
        })
        .collect()
}

#[test]
fn every_situation_comes_to_what_was_worked_out_by_hand() {
    let mut wrong = Vec::new();
    for (id, table) in TABLES {
        let checklist = checklist(id);
        let table = support::read(table);
        let samples = table.get("samples").and_then(Node::as_list).unwrap();
        assert!(samples.len() >= 25);
        for sample in samples {
            let name = sample.text_at("name").unwrap();
            let found = lines(&checklist, sample);
            for (line, expected) in pairs(sample, "expect") {
                let (state, code) = found.get(line).unwrap_or_else(|| panic!("{id}: {name}: no line {line}"));
                let mut words = expected.split(' ');
                let right = words.next() == Some(state.as_str())
                    && words.next().is_none_or(|wanted| code.is_some_and(|code| code == wanted));
                if !right {
                    wrong.push(format!(
                        "{id}: {name}\n    {line}: expected {expected}, found {state} {code:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_item_is_met_somewhere_and_not_met_somewhere() {
    for (id, table) in TABLES {
        let checklist = checklist(id);
        let (mut met, mut not) = (BTreeSet::new(), BTreeSet::new());
        let table = support::read(table);
        for sample in table.get("samples").and_then(Node::as_list).unwrap() {
            for (line, expected) in pairs(sample, "expect") {
                let item = line.split('/').next().unwrap().to_owned();
                if expected.starts_with("met") {
                    met.insert(item)
                } else {
                    not.insert(item)
                };
            }
        }
        for item in &checklist.items {
            assert!(met.contains(&item.id), "{id}: {} is met in no situation", item.id);
            assert!(not.contains(&item.id), "{id}: {} is not met in no situation", item.id);
        }
    }
}
