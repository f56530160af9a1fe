//! From the tree of a file of samples to situations, every name checked against the checklist.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone as _};

use super::beside;
use super::{Expected, FORMAT, Sample};
use crate::calendar::Terms;
use crate::case::entry::{Content, Deed, Details, EntryId, PersonEntry, PersonId, Role};
use crate::case::{Case, compose, content, read as case_read, seal};
use crate::checklist::{Checklist, vocabulary};
use crate::fields::{Fields, text_of};
use crate::problem::{Code, Problems, did_you_mean};
use crate::readiness::State;
use crate::readiness::gap::GapCode;
use crate::tree::{Key, Node, Place, Value};

/// The kinds of entry a situation can hold.
pub const TOLD: &[&str] = &[
    "action", "fact", "details", "person", "plan", "note", "sign", "close", "reopen", "outcome",
];
/// Reads every situation; `None` if the file cannot be used. Why is then among the problems, all of them.
pub fn samples(
    file: &Node,
    checklist: &Checklist,
    problems: &mut Problems<'_>,
) -> Option<Vec<Sample>> {
    let before = problems.len();
    let mut fields = Fields::of(file, "a file of samples", problems)?;
    if fields.need("attcheck", problems)? != FORMAT {
        let hint = format!("a file of samples begins with `attcheck: {FORMAT}`");
        let node = file.get("attcheck").unwrap_or(file);
        problems.node(
            node,
            Code::WrongFormat,
            "this is not a file of samples",
            Some(hint),
        );
        return None;
    }
    let named = fields.need("checklist", problems)?;
    if named != checklist.id {
        let node = file.get("checklist").unwrap_or(file);
        let message = format!(
            "the samples are for `{named}`, and the checklist is `{}`",
            checklist.id
        );
        problems.node(node, Code::UnknownName, message, None);
    }
    let terms = beside::terms(&mut fields, problems);
    let list = fields.take("samples");
    if list.is_none() {
        fields.missing("samples", problems);
    }
    fields.finish(problems);
    let list = list?;
    let Some(nodes) = list.as_list() else {
        problems.node(
            list,
            Code::WrongType,
            "`samples` must be a list of situations",
            None,
        );
        return None;
    };
    let reader = Reader { checklist, terms };
    let found: Vec<Sample> = nodes
        .iter()
        .filter_map(|node| reader.sample(node, problems))
        .collect();
    (problems.len() == before).then_some(found)
}

/// Reads situations, and checks them against a checklist.
pub(super) struct Reader<'c> {
    /// The checklist they are for.
    pub(super) checklist: &'c Checklist,
    /// The term dates of all situations that have none of their own.
    terms: Option<Terms>,
}

impl Reader<'_> {
    fn sample(&self, node: &Node, problems: &mut Problems<'_>) -> Option<Sample> {
        let mut fields = Fields::of(node, "a situation", problems)?;
        let name = fields.need("name", problems);
        let as_of = fields.day("as-of", problems);
        if node.get("as-of").is_none() {
            fields.missing("as-of", problems);
        }
        let gate = fields.text("gate", problems);
        if let Some(gate) = gate
            .as_ref()
            .filter(|gate| self.checklist.gate(gate).is_none())
        {
            let hint = did_you_mean(
                gate,
                self.checklist.gates.iter().map(|gate| gate.id.as_str()),
            );
            let node = node.get("gate").unwrap_or(node);
            problems.node(
                node,
                Code::UnknownName,
                format!("there is no gate `{gate}`"),
                hint,
            );
        }
        let verdict = |word: &str| match word {
            "ready" => Some(true),
            "not-ready" => Some(false),
            _ => None,
        };
        let ready = fields.word("verdict", &["ready", "not-ready"], verdict, problems);
        if ready.is_some() && gate.is_none() && self.checklist.default_gate().is_none() {
            let gates: Vec<&str> = self
                .checklist
                .gates
                .iter()
                .map(|gate| gate.id.as_str())
                .collect();
            let node = node.get("verdict").unwrap_or(node);
            let hint = Some(format!("add `gate:` and one of {}", gates.join(", ")));
            problems.node(
                node,
                Code::MissingKey,
                "the checklist has several gates, and none is named",
                hint,
            );
        }
        let mut contents = Self::facts(fields.take("facts"), problems);
        let mut school_contents = Self::facts(fields.take("school-facts"), problems);
        let people = people(fields.take("people"), problems);
        contents.extend(people.into_iter().map(|person| (person, node.clone())));
        let entries = fields.take("entries");
        let school_entries = fields.take("school-entries");
        let terms = beside::terms(&mut fields, problems)
            .or_else(|| self.terms.clone())
            .unwrap_or_default();
        let register = fields.take("register");
        let register = register.and_then(|node| beside::register(node, &terms, problems));
        let expect = self.expect(fields.take("expect"), problems);
        if node.get("expect").is_none() && ready.is_none() {
            fields.missing("expect", problems);
        }
        fields.finish(problems);
        let as_of = as_of?;
        let case = self.case("pupil", as_of, contents, entries, problems);
        let school = self.case(
            "school",
            as_of,
            std::mem::take(&mut school_contents),
            school_entries,
            problems,
        );
        let place = node.place;
        let (name, case, school) = (name?, case?, school?);
        Some(Sample {
            name,
            place,
            as_of,
            gate,
            ready,
            case,
            school,
            terms,
            register,
            expect,
        })
    }

    fn facts(node: Option<&Node>, problems: &mut Problems<'_>) -> Vec<(Content, Node)> {
        let mut found = Vec::new();
        for (key, value) in pairs(node, "a map from facts to answers", problems) {
            let Some(answer) = text_of(value, &key.name, problems) else {
                continue;
            };
            let told = Node::map([
                ("kind", Node::text("fact")),
                ("fact", Node::text(key.name.as_ref())),
                ("value", Node::text(answer)),
            ]);
            let told = told.at(key.place);
            if let Some(fact) = content::told(&told, problems) {
                let at = Node {
                    place: key.place,
                    ..value.clone()
                };
                found.push((fact, at));
            }
        }
        found
    }

    /// The case with what is known from the start, and then the entries in their order.
    fn case(
        &self,
        subject: &'static str,
        as_of: NaiveDate,
        known: Vec<(Content, Node)>,
        entries: Option<&Node>,
        problems: &mut Problems<'_>,
    ) -> Option<Case> {
        // A checklist for schools has no pupil: its case is the school's.
        let subject = if self.checklist.subject.as_str() == "school" {
            "school"
        } else {
            subject
        };
        let header = Node::map([
            ("attcheck", Node::text(crate::case::FORMAT)),
            ("case", Node::text("sample")),
            ("subject", Node::text(subject)),
            ("opened", Node::text(as_of.to_string())),
        ]);
        let opened = Content::Opened {
            checklist: self.checklist.id.clone(),
            edition: self.checklist.edition.clone(),
            details: Details::default(),
            header: seal::header_hash(&header),
        };
        let mut log = Log {
            entries: Vec::new(),
            at: morning_of(as_of),
            labels: BTreeMap::new(),
        };
        let mut told = Vec::new();
        let from = entries.map(|node| node.place).unwrap_or_default();
        log.add(opened, from);
        for (content, node) in known {
            log.add(content.clone(), from);
            told.push((content, node));
        }
        for node in entries.map(|node| list(node, problems)).unwrap_or_default() {
            let (node, label) = plain(node, &log.labels, problems);
            if let Some(kind) = node.text_at("kind").filter(|kind| !TOLD.contains(kind)) {
                let hint = did_you_mean(kind, TOLD.iter().copied());
                let node = node.get("kind").unwrap_or(&node);
                problems.node(
                    node,
                    Code::UnknownWord,
                    format!("`{kind}` is no kind of entry for a situation"),
                    hint,
                );
                continue;
            }
            let Some(content) = content::told(&node, problems) else {
                continue;
            };
            if content == Content::Details(Details::default()) {
                problems.node(
                    &node,
                    Code::EmptyValue,
                    "nothing stands under `details`",
                    None,
                );
                continue;
            }
            told.push((content.clone(), node.clone()));
            let id = log.add(content, node.place);
            if let Some(label) = label
                && log.labels.insert(label.clone(), id).is_some()
            {
                let message = format!("two entries have the label `{label}`");
                problems.node(&node, Code::DuplicateName, message, None);
            }
        }
        let Value::Map(mut top) = header.value else {
            return None;
        };
        let log = Node {
            value: Value::List(log.entries),
            ..Node::default()
        };
        top.push((
            Key {
                name: "log".into(),
                ..Key::default()
            },
            log,
        ));
        let file = Node {
            value: Value::Map(top),
            ..Node::default()
        };
        let case = case_read::case(file, true, problems)?;
        self.check(&case, as_of, &told, problems);
        Some(case)
    }

    fn expect(&self, node: Option<&Node>, problems: &mut Problems<'_>) -> Vec<Expected> {
        let mut found = Vec::new();
        for (key, value) in pairs(node, "a map from items to states", problems) {
            let (item, person) = match key.name.split_once('/') {
                Some((item, person)) => (item, Some(person.to_owned())),
                None => (key.name.as_ref(), None),
            };
            self.check_item(Some(item), &Node::text(item).at(key.place), problems);
            let text = value.as_text().unwrap_or_default();
            let mut words = text.split_whitespace();
            let state = words.next().unwrap_or_default();
            let Some(state) = State::from_word(state) else {
                let hint = did_you_mean(state, State::WORDS.iter().copied());
                let hint = hint.or_else(|| Some(format!("states: {}", State::WORDS.join(", "))));
                problems.node(
                    value,
                    Code::UnknownWord,
                    format!("`{state}` is not a state"),
                    hint,
                );
                continue;
            };
            let code = words.next().map(str::to_owned);
            if let Some(surplus) = words.next() {
                let hint = "write the state, and after it the first gap if you like".to_owned();
                problems.node(
                    value,
                    Code::UnknownWord,
                    format!("`{surplus}` is a word too many"),
                    Some(hint),
                );
            }
            if let Some(code) = code
                .as_ref()
                .filter(|code| GapCode::from_word(code).is_none())
            {
                let hint = did_you_mean(code, GapCode::WORDS.iter().copied());
                problems.node(
                    value,
                    Code::UnknownWord,
                    format!("`{code}` is not a kind of gap"),
                    hint,
                );
            }
            found.push(Expected {
                item: item.to_owned(),
                person,
                state,
                code,
                place: key.place,
            });
        }
        found
    }
}

/// Entries as they are added, each following the one before.
struct Log {
    entries: Vec<Node>,
    at: DateTime<FixedOffset>,
    labels: BTreeMap<String, EntryId>,
}

impl Log {
    fn add(&mut self, content: Content, place: Place) -> EntryId {
        let before = self.entries.last().and_then(|entry| entry.text_at("id"));
        let after: Vec<EntryId> = before
            .map(|id| EntryId(id.to_owned()))
            .into_iter()
            .collect();
        let entry = compose::entry(&Deed::Record(content), "A sample", self.at, &after).at(place);
        let id = EntryId(entry.text_at("id").unwrap_or_default().to_owned());
        self.entries.push(entry);
        id
    }
}

fn morning_of(day: NaiveDate) -> DateTime<FixedOffset> {
    chrono::Utc
        .from_utc_datetime(&day.and_time(NaiveTime::MIN))
        .fixed_offset()
}

/// An entry as a case file has it: its kind and answer said, labels gone, what it points at by id.
fn plain(
    node: &Node,
    labels: &BTreeMap<String, EntryId>,
    problems: &mut Problems<'_>,
) -> (Node, Option<String>) {
    let Value::Map(pairs) = &node.value else {
        return (node.clone(), None);
    };
    let mut label = None;
    let mut kept: Vec<(Key, Node)> = Vec::new();
    let mut put = |name: &'static str, text: &str| {
        kept.push((
            Key {
                name: name.into(),
                place: node.place,
                ..Key::default()
            },
            Node::text(text).at(node.place),
        ));
    };
    if node.get("kind").is_none() {
        put("kind", "action");
    }
    if node.text_at("kind").unwrap_or("action") == "action" && node.get("answer").is_none() {
        put("answer", "done");
    }
    for (key, value) in pairs {
        match key.name.as_ref() {
            "label" => label = value.as_text().map(str::to_owned),
            "attach" => kept.push((key.clone(), beside::copies(value, problems))),
            "signs" | "settles" => {
                let mut one = |node: &Node| {
                    let named = node.as_text().unwrap_or_default();
                    let id = labels.get(named);
                    if id.is_none() {
                        let hint = did_you_mean(named, labels.keys().map(String::as_str));
                        let message = format!("no entry before this one has the label `{named}`");
                        problems.node(node, Code::UnknownName, message, hint);
                    }
                    Node::text(id.map_or(named, |id| id.0.as_str())).at(node.place)
                };
                let value = match &value.value {
                    Value::List(list) => Node {
                        value: Value::List(list.iter().map(one).collect()),
                        ..value.clone()
                    },
                    _ => one(value),
                };
                kept.push((key.clone(), value));
            }
            name => {
                // As `record` keeps it, so that a situation may write a figure in any of its forms.
                let value = match &value.value {
                    Value::Text(text) => Node {
                        value: Value::Text(vocabulary::kept(name, text)),
                        ..value.clone()
                    },
                    _ => value.clone(),
                };
                kept.push((key.clone(), value));
            }
        }
    }
    (
        Node {
            value: Value::Map(kept),
            ..node.clone()
        },
        label,
    )
}

fn pairs<'n>(node: Option<&'n Node>, what: &str, problems: &mut Problems<'_>) -> &'n [(Key, Node)] {
    let Some(node) = node else { return &[] };
    node.as_map().unwrap_or_else(|| {
        problems.node(
            node,
            Code::WrongType,
            format!("this must be {what}, and is {}", node.kind()),
            None,
        );
        &[]
    })
}

fn list<'n>(node: &'n Node, problems: &mut Problems<'_>) -> &'n [Node] {
    node.as_list().unwrap_or_else(|| {
        problems.node(
            node,
            Code::WrongType,
            "this must be a list of entries",
            None,
        );
        &[]
    })
}

/// Persons named from the start, all of whom count.
fn people(node: Option<&Node>, problems: &mut Problems<'_>) -> Vec<Content> {
    let mut found = Vec::new();
    for (key, value) in pairs(node, "a map from persons to roles", problems) {
        let word = value.as_text().unwrap_or_default();
        let Some(role) = Role::from_word(word) else {
            let hint = did_you_mean(word, Role::WORDS.iter().copied());
            problems.node(
                value,
                Code::UnknownWord,
                format!("`{word}` is not a role"),
                hint,
            );
            continue;
        };
        found.push(Content::Person(PersonEntry::Named {
            person: PersonId(key.name.to_string()),
            name: Some(key.name.to_string()),
            role: Some(role),
            responsibility: None,
            from: None,
            until: None,
        }));
    }
    found
}
