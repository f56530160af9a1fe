//! From the tree of a file to a [`Checklist`], noting every problem on the way.

use std::collections::HashMap;

use super::item::{self, Defaults};
use super::rules::Names;
use super::vocabulary::{self, Vocabulary};
use super::{Checklist, FORMAT, Gate, Section, Source, circles};
use crate::case::content::is_kebab;
use crate::case::entry::Subject;
use crate::fields::Fields;
use crate::problem::{Code, Problems, did_you_mean};
use crate::register::Kind;
use crate::tree::{Node, Place, Style, Value, needs_quotes};

/// How many items a checklist may have: the longest council's has some sixty.
const MAX_ITEMS: usize = 500;

/// Names that spans and conditions use for themselves.
const RESERVED: &[&str] = &["today", "date", "last-change", "all", "any", "not"];

/// Reads a checklist from the tree of its file.
///
/// `None` if it cannot be used; why is then among the problems, all of them.
pub fn checklist(
    file: &Node,
    vocabulary: &Vocabulary,
    problems: &mut Problems<'_>,
) -> Option<Checklist> {
    let before = problems.len();
    let mut fields = Fields::of(file, "a checklist", problems)?;
    match file.text_at("attcheck") {
        Some(FORMAT) => {}
        found => {
            let newer = found
                .and_then(|text| text.strip_prefix("checklist/"))
                .is_some_and(|n| n != "1");
            let place = file.get("attcheck").map_or(file.place, |node| node.place);
            let (code, message) = if newer {
                (
                    Code::NewerFormat,
                    "this checklist was written for a newer attcheck",
                )
            } else {
                (Code::WrongFormat, "this is not a checklist")
            };
            problems.at(
                place,
                1,
                code,
                message,
                Some(format!("a checklist begins with `attcheck: {FORMAT}`")),
            );
            return None;
        }
    }
    fields.take("attcheck");
    traps(file, problems);
    let id = fields.need("id", problems).unwrap_or_default();
    if let Some(node) = file.get("id").filter(|_| !id.is_empty() && !is_kebab(&id)) {
        let hint = "use small letters, digits and hyphens, such as `northshire`";
        let message = format!("`{id}` cannot be the id of a checklist");
        problems.node(node, Code::BadName, message, Some(hint.into()));
    }
    let edition = fields.need("edition", problems).unwrap_or_default();
    let title = fields.need("title", problems).unwrap_or_default();
    let authority = fields.need("authority", problems).unwrap_or_default();
    let subject = fields
        .word("subject", Subject::WORDS, Subject::from_word, problems)
        .unwrap_or(Subject::Pupil);
    let source = fields
        .take("source")
        .map(|node| source(node, problems))
        .unwrap_or_default();
    let own_facts = fields.take("facts").filter(|node| !is_empty_map(node));
    let own_facts = own_facts
        .map(|node| vocabulary::facts(node, problems))
        .unwrap_or_default();
    let own_fields = fields.take("fields").filter(|node| !is_empty_map(node));
    let own_fields = own_fields
        .map(|node| vocabulary::field_defs(node, problems))
        .unwrap_or_default();
    let gates_node = fields.take("gates");
    if gates_node.is_none() {
        fields.missing("gates", problems);
    }
    let sections_node = fields.take("sections");
    if sections_node.is_none() {
        fields.missing("sections", problems);
    }
    fields.finish(problems);
    let section_nodes = sections_node
        .map(|node| list(node, "sections", problems))
        .unwrap_or_default();

    let items = section_nodes
        .iter()
        .filter_map(|node| node.get("items")?.as_list());
    let count: usize = items.map(<[Node]>::len).sum();
    if count.max(section_nodes.len()) > MAX_ITEMS {
        let message = format!("a checklist may hold {MAX_ITEMS} items, and this one has more");
        let place = sections_node.map_or(file.place, |node| node.place);
        problems.at(place, 1, Code::TooLarge, message, None);
        return None;
    }

    let mut found = Checklist {
        id,
        edition,
        title,
        authority,
        subject,
        source,
        gates: Vec::new(),
        sections: Vec::new(),
        items: Vec::new(),
        own_facts: own_facts.keys().cloned().collect(),
        facts: own_facts,
        fields: own_fields,
    };
    found.with_vocabulary(vocabulary);
    let names = names(&found, section_nodes, gates_node, problems);
    for (n, node) in section_nodes.iter().enumerate() {
        section(n, node, &names, vocabulary, &mut found, problems);
    }
    if let Some(node) = gates_node {
        found.gates = gates(node, &names, problems);
    }
    if problems.len() > before {
        return None;
    }
    if let Some(circle) = circles::find(&found) {
        let place = place_of(section_nodes, &circle[0]).unwrap_or(file.place);
        let round = circle
            .iter()
            .chain(&circle[..1])
            .map(|id| format!("`{id}`"))
            .collect::<Vec<_>>()
            .join(" waits for ");
        let hint = "take one of these conditions away; an order between two items is `dated: after …` on one of them";
        problems.at(place, 1, Code::Circle, round, Some(hint.into()));
        return None;
    }
    Some(found)
}

fn is_empty_map(node: &Node) -> bool {
    matches!(&node.value, Value::Map(pairs) if pairs.is_empty())
}

fn list<'n>(node: &'n Node, key: &str, problems: &mut Problems<'_>) -> &'n [Node] {
    match node.as_list() {
        Some(list) if !list.is_empty() => list,
        Some(_) => {
            problems.node(
                node,
                Code::EmptyValue,
                format!("the list of `{key}` is empty"),
                None,
            );
            &[]
        }
        None => {
            let message = format!("`{key}` must be a list, and this is {}", node.kind());
            problems.node(node, Code::WrongType, message, None);
            &[]
        }
    }
}

/// Bare words and numbers that other YAML readers take for something else.
fn traps(node: &Node, problems: &mut Problems<'_>) {
    match &node.value {
        Value::Text(text) if node.style == Style::Plain => trap(text, node.place, problems),
        Value::Text(_) => {}
        Value::List(list) => list.iter().for_each(|one| traps(one, problems)),
        Value::Map(pairs) => {
            for (key, value) in pairs {
                if key.style == Style::Plain {
                    trap(&key.name, key.place, problems);
                }
                traps(value, problems);
            }
        }
    }
}

fn trap(text: &str, place: Place, problems: &mut Problems<'_>) {
    let width = text.chars().count();
    if ["yes", "no", "on", "off", "y", "n", "true", "false"]
        .contains(&text.to_ascii_lowercase().as_str())
    {
        let hint = "a fact named alone means yes, and {not: fact} means no; if it is meant as a word, put it in quotes";
        problems.at(
            place,
            width,
            Code::BareYesNo,
            format!("a bare `{text}` is never written in a checklist"),
            Some(hint.into()),
        );
    } else if !text.is_empty() && needs_quotes(text) {
        let message = format!(
            "`{text}` without quotes would be read as a number or a date by other programs"
        );
        problems.at(
            place,
            width,
            Code::NeedsQuotes,
            message,
            Some(format!("write \"{text}\"")),
        );
    }
}

fn source(node: &Node, problems: &mut Problems<'_>) -> Source {
    let Some(mut fields) = Fields::of(node, "source", problems) else {
        return Source::default();
    };
    let source = Source {
        title: fields.need("title", problems).unwrap_or_default(),
        url: fields.text("url", problems),
        seen: fields.text("seen", problems),
    };
    fields.finish(problems);
    source
}

/// Collects every name there is, noting those that break the rules or stand for two things.
fn names(
    found: &Checklist,
    sections: &[Node],
    gates: Option<&Node>,
    problems: &mut Problems<'_>,
) -> Names {
    let mut names = Names {
        facts: found.facts.clone(),
        fields: found.fields.clone(),
        ..Names::default()
    };
    let mut taken: HashMap<String, &'static str> = HashMap::new();
    taken.extend(names.facts.keys().map(|name| (name.clone(), "a fact")));
    taken.extend(names.fields.keys().map(|name| (name.clone(), "a field")));
    let mut add = |node: Option<&Node>,
                   what: &'static str,
                   problems: &mut Problems<'_>|
     -> Option<String> {
        let node = node?;
        let name = node.as_text()?.to_owned();
        if !is_kebab(&name) || RESERVED.contains(&name.as_str()) || Kind::from_word(&name).is_some()
        {
            let hint = "use small letters, digits and hyphens, and no word that conditions or spans use themselves";
            problems.node(
                node,
                Code::BadName,
                format!("`{name}` cannot be the name of {what}"),
                Some(hint.into()),
            );
        }
        if let Some(other) = taken.insert(name.clone(), what) {
            let message = format!("`{name}` is the name of {other} already");
            problems.node(
                node,
                Code::DuplicateName,
                message,
                Some("no two things of a checklist share a name".into()),
            );
        }
        Some(name)
    };
    for section in sections {
        names
            .sections
            .extend(add(section.get("id"), "a section", problems));
        for item in section
            .get("items")
            .and_then(Node::as_list)
            .unwrap_or_default()
        {
            names.items.extend(add(item.get("id"), "an item", problems));
        }
    }
    for (key, _) in gates.and_then(Node::as_map).unwrap_or_default() {
        let node = Node::text(key.name.as_ref()).at(key.place);
        names.gates.extend(add(Some(&node), "a gate", problems));
    }
    names
}

fn section(
    n: usize,
    node: &Node,
    names: &Names,
    vocabulary: &Vocabulary,
    found: &mut Checklist,
    problems: &mut Problems<'_>,
) {
    let Some(mut fields) = Fields::of(node, "a section", problems) else {
        return;
    };
    let id = fields.need("id", problems).unwrap_or_default();
    let title = fields.need("title", problems).unwrap_or_default();
    let items = fields.take("items");
    if items.is_none() {
        fields.missing("items", problems);
    }
    let defaults = Defaults::of(&mut fields, names, problems);
    fields.finish(problems);
    found.sections.push(Section { id, title });
    for node in items
        .map(|node| list(node, "items", problems))
        .unwrap_or_default()
    {
        if problems.is_full() {
            return;
        }
        found
            .items
            .extend(item::item(n, node, &defaults, names, vocabulary, problems));
    }
}

fn gates(node: &Node, names: &Names, problems: &mut Problems<'_>) -> Vec<Gate> {
    let mut gates = Vec::new();
    let Some(pairs) = node.as_map().filter(|pairs| !pairs.is_empty()) else {
        let hint = "write `gates:` and below it `referral: {title: …, sections: […]}`";
        problems.node(
            node,
            Code::WrongType,
            "`gates` must be a map of at least one gate",
            Some(hint.into()),
        );
        return gates;
    };
    for (key, node) in pairs {
        let Some(mut fields) = Fields::of(node, "a gate", problems) else {
            continue;
        };
        let title = fields.need("title", problems).unwrap_or_default();
        let sections_node = fields.take("sections");
        if sections_node.is_none() {
            fields.missing("sections", problems);
        }
        let listed = sections_node
            .map(|node| crate::fields::texts_of(node, "sections", problems))
            .unwrap_or_default();
        fields.finish(problems);
        let mut sections = Vec::new();
        for name in &listed {
            match names.sections.iter().position(|section| section == name) {
                Some(section) => sections.push(section),
                None => {
                    let hint = did_you_mean(name, names.sections.iter().map(String::as_str));
                    let node = sections_node.unwrap_or(node);
                    problems.node(
                        node,
                        Code::UnknownName,
                        format!("there is no section `{name}`"),
                        hint,
                    );
                }
            }
        }
        gates.push(Gate {
            id: key.name.to_string(),
            title,
            sections,
        });
    }
    gates
}

fn place_of(sections: &[Node], item: &str) -> Option<Place> {
    let items = sections.iter().flat_map(|section| {
        section
            .get("items")
            .and_then(Node::as_list)
            .unwrap_or_default()
    });
    items
        .filter_map(|node| node.get("id"))
        .find(|id| id.as_text() == Some(item))
        .map(|id| id.place)
}
