//! Reads one item of a checklist.

use super::bind::{self, Binder, Stands};
use super::rules::{self, Names};
use super::vocabulary::{FieldKind, Vocabulary, each, field_kind};
use super::{Anchor, EACH, Entries, Expect, Item, Level};
use crate::case::content::is_kebab;
use crate::case::entry::{Answer, Role};
use crate::condition::Condition;
use crate::fields::{Fields, text_of, texts_of};
use crate::problem::{Code, Problems, did_you_mean};
use crate::span;
use crate::tree::{Key, Node};

/// What a section says for all its items: what it chooses an item may choose otherwise, what it demands is added to
/// the item's own.
#[derive(Default)]
pub(super) struct Defaults<'n> {
    level: Option<Level>,
    accepts: Option<Vec<Answer>>,
    entries: Option<Entries>,
    when: Option<&'n Node>,
    record: Vec<String>,
}

impl<'n> Defaults<'n> {
    /// Takes a section's part of it.
    pub(super) fn of(fields: &mut Fields<'n>, names: &Names, problems: &mut Problems<'_>) -> Self {
        Self {
            level: fields.word("level", Level::WORDS, Level::from_word, problems),
            accepts: accepts(fields, problems),
            entries: fields.word("entries", Entries::WORDS, Entries::from_word, problems),
            when: fields.take("when"),
            record: record(fields, names, problems),
        }
    }
}

fn accepts(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<Vec<Answer>> {
    let node = fields.take("accepts")?;
    let words = texts_of(node, "accepts", problems);
    let nodes = node.as_list().unwrap_or(std::slice::from_ref(node));
    let mut answers = Vec::new();
    for (word, node) in words.iter().zip(nodes) {
        match Answer::from_word(word) {
            Some(Answer::Done) => {
                let hint = "`accepts` lists the answers besides `done`; take it away".to_owned();
                problems.node(
                    node,
                    Code::UnknownAnswer,
                    "`done` settles every item already",
                    Some(hint),
                );
            }
            Some(answer) => answers.push(answer),
            None => {
                let hint = did_you_mean(word, Answer::WORDS[1..].iter().copied());
                problems.node(
                    node,
                    Code::UnknownAnswer,
                    format!("`{word}` is not an answer"),
                    hint,
                );
            }
        }
    }
    Some(answers)
}

fn record(fields: &mut Fields<'_>, names: &Names, problems: &mut Problems<'_>) -> Vec<String> {
    let Some(node) = fields.take("record") else {
        return Vec::new();
    };
    let found = texts_of(node, "record", problems);
    let nodes = node.as_list().unwrap_or(std::slice::from_ref(node));
    for (name, node) in found.iter().zip(nodes) {
        known_field(node, name, names, problems);
    }
    found
}

fn known_field(node: &Node, name: &str, names: &Names, problems: &mut Problems<'_>) {
    if !names.fields.contains_key(name) {
        let hint = did_you_mean(name, names.fields.keys().map(String::as_str));
        let hint = hint.or_else(|| Some("define it under `fields:` of the checklist".into()));
        problems.node(
            node,
            Code::UnknownField,
            format!("`{name}` is not a field"),
            hint,
        );
    }
}

/// Reads one item; `None` if it has no id.
pub(super) fn item(
    section: usize,
    node: &Node,
    defaults: &Defaults<'_>,
    names: &Names,
    vocabulary: &Vocabulary,
    problems: &mut Problems<'_>,
) -> Option<Item> {
    let mut fields = Fields::of(node, "an item", problems)?;
    let id = fields.need("id", problems)?;
    let title = fields.need("title", problems).unwrap_or_default();
    let (ask, why) = (fields.text("ask", problems), fields.text("why", problems));
    let otherwise = fields.text("otherwise", problems);
    if node.get("source").is_none() {
        fields.missing("source", problems);
    }
    let source = fields.texts("source", problems);
    let see = fields.texts("see", problems);
    let practice = practice(&mut fields, vocabulary, problems);
    let level = fields
        .word("level", Level::WORDS, Level::from_word, problems)
        .or(defaults.level);
    if level.is_none() && node.get("level").is_none() {
        fields.missing("level", problems);
    }
    let each_role = fields.word("each", EACH, each, problems);
    let about_school = fields
        .word(
            "about",
            &["school"],
            |word| (word == "school").then_some(()),
            problems,
        )
        .is_some();
    let entries_chosen = fields.word("entries", Entries::WORDS, Entries::from_word, problems);
    let entries = entries_chosen.or(defaults.entries).unwrap_or(Entries::Any);
    let accepts = accepts(&mut fields, problems)
        .or_else(|| defaults.accepts.clone())
        .unwrap_or_default();
    let mut uses = items_named("uses", &mut fields, &id, names, problems);
    let looked_at = items_named("looks-at", &mut fields, &id, names, problems);
    let looks_only = !looked_at.is_empty();
    uses.extend(looked_at);
    let count_node = fields.take("count");
    let count = count_node.and_then(|node| bind::span_of(node, "count", span::tally, problems));
    let mut required = if entries == Entries::None {
        Vec::new()
    } else {
        defaults.record.clone()
    };
    let own_record = record(&mut fields, names, problems);
    required.extend(
        own_record
            .into_iter()
            .filter(|name| !defaults.record.contains(name)),
    );

    let condition = |key, fields: &mut Fields<'_>, problems: &mut Problems<'_>| {
        fields
            .take(key)
            .and_then(|node| rules::condition(node, names, each_role, problems))
    };
    let own_when = condition("when", &mut fields, problems);
    let must_when = condition("must-when", &mut fields, problems);
    let needs = condition("needs", &mut fields, problems);
    let section_when = defaults
        .when
        .and_then(|node| rules::condition(node, names, each_role, problems));
    let when = Condition::both(section_when, own_when);

    let expect = expect(&mut fields, names, problems);
    let points = points(&mut fields, names, problems);
    let dated = fields.take("dated").and_then(|node| {
        let found = bind::span_of(node, "dated", span::clauses, problems)?;
        Binder {
            names,
            node,
            stands: Stands::Dated,
        }
        .clauses(found, problems)
    });
    let lasts = fields.take("lasts").and_then(|node| {
        let found = bind::span_of(node, "lasts", span::length, problems)?;
        Binder {
            names,
            node,
            stands: Stands::Entry,
        }
        .length(found, problems)
    });
    let repeat = fields.take("repeat").and_then(|node| {
        let found = bind::span_of(node, "repeat", span::interval, problems)?;
        Binder {
            names,
            node,
            stands: Stands::Entry,
        }
        .interval(found, problems)
    });
    let signed_by = words_of(
        "signed-by",
        "a role",
        "chair-of-governors",
        &mut fields,
        problems,
    );
    let attach = words_of(
        "attach",
        "a document",
        "register-copy",
        &mut fields,
        problems,
    );
    fields.finish(problems);
    let item = Item {
        id,
        title,
        ask,
        why,
        otherwise,
        source,
        see,
        practice,
        section,
        level: level.unwrap_or(Level::Must),
        when,
        must_when,
        each: each_role,
        about_school,
        accepts,
        entries,
        uses,
        looks_only,
        count: count.unwrap_or_default(),
        record: required,
        expect,
        points,
        attach,
        signed_by,
        dated: dated.unwrap_or_default(),
        lasts,
        repeat,
        needs,
    };
    clashes(node, &item, each_role, count_node, problems);
    Some(item)
}

fn practice(
    fields: &mut Fields<'_>,
    vocabulary: &Vocabulary,
    problems: &mut Problems<'_>,
) -> Option<String> {
    let node = fields.take("practice")?;
    let word = text_of(node, "practice", problems)?;
    if !vocabulary.practices.contains_key(&word) {
        let hint = did_you_mean(&word, vocabulary.practices.keys().map(String::as_str));
        let hint =
            hint.or_else(|| Some("`attcheck checklist facts --practices` lists them".into()));
        problems.node(
            node,
            Code::UnknownPractice,
            format!("`{word}` is not a practice"),
            hint,
        );
    }
    Some(word)
}

/// The items whose entries count here: each is there, and is not the item itself.
fn items_named(
    key: &'static str,
    fields: &mut Fields<'_>,
    id: &str,
    names: &Names,
    problems: &mut Problems<'_>,
) -> Vec<String> {
    let Some(node) = fields.take(key) else {
        return Vec::new();
    };
    let used = texts_of(node, key, problems);
    let nodes = node.as_list().unwrap_or(std::slice::from_ref(node));
    for (name, node) in used.iter().zip(nodes) {
        if name == id {
            let says = if key == "uses" {
                "an item counts its own entries already"
            } else {
                "nothing is recorded on an item with `looks-at`, so it cannot look at itself"
            };
            problems.node(node, Code::Clash, says, Some("take it away".into()));
        } else if !names.items.contains(name) {
            let hint = did_you_mean(name, names.items.iter().map(String::as_str));
            problems.node(
                node,
                Code::UnknownName,
                format!("there is no item `{name}`"),
                hint,
            );
        }
    }
    used
}

/// Words of the checklist's own in a list: roles that must have signed, documents that must be there.
fn words_of(
    key: &'static str,
    what: &str,
    example: &str,
    fields: &mut Fields<'_>,
    problems: &mut Problems<'_>,
) -> Vec<String> {
    let Some(node) = fields.take(key) else {
        return Vec::new();
    };
    let found = texts_of(node, key, problems);
    let nodes = node.as_list().unwrap_or(std::slice::from_ref(node));
    for (word, node) in found.iter().zip(nodes).filter(|(word, _)| !is_kebab(word)) {
        let hint = format!("use small letters, digits and hyphens, such as `{example}`");
        problems.node(
            node,
            Code::BadName,
            format!("`{word}` cannot be the name of {what}"),
            Some(hint),
        );
    }
    found
}

fn expect(
    fields: &mut Fields<'_>,
    names: &Names,
    problems: &mut Problems<'_>,
) -> Vec<(String, Expect)> {
    let Some(node) = fields.take("expect") else {
        return Vec::new();
    };
    let Some(pairs) = node.as_map() else {
        let hint = "write `expect: {led-by: [designated-teacher]}`".to_owned();
        problems.node(
            node,
            Code::WrongType,
            "`expect` must be a map from fields to what they say",
            Some(hint),
        );
        return Vec::new();
    };
    pairs
        .iter()
        .filter_map(|(key, node)| {
            Some((key.name.to_string(), expected(key, node, names, problems)?))
        })
        .collect()
}

fn expected(key: &Key, node: &Node, names: &Names, problems: &mut Problems<'_>) -> Option<Expect> {
    let Some(def) = names.fields.get(key.name.as_ref()) else {
        let key_node = Node::text(key.name.as_ref()).at(key.place);
        known_field(&key_node, &key.name, names, problems);
        return None;
    };
    match field_kind(&key.name) {
        FieldKind::Period => {
            let found = bind::span_of(node, &key.name, span::cover, problems)?;
            Binder {
                names,
                node,
                stands: Stands::Entry,
            }
            .cover(found, problems)
            .map(Expect::Covers)
        }
        FieldKind::Day => {
            let found = bind::span_of(node, &key.name, span::clauses, problems)?;
            Binder {
                names,
                node,
                stands: Stands::Entry,
            }
            .clauses(found, problems)
            .map(Expect::Day)
        }
        FieldKind::Words | FieldKind::Percent => {
            let values = texts_of(node, &key.name, problems);
            rules::kept_values(node, &values, &key.name, def, problems).map(Expect::OneOf)
        }
    }
}

fn points(
    fields: &mut Fields<'_>,
    names: &Names,
    problems: &mut Problems<'_>,
) -> Vec<(String, String)> {
    let Some(node) = fields.take("points") else {
        return Vec::new();
    };
    let Some(pairs) = node.as_map() else {
        let hint = "write a short name and the words of each point".to_owned();
        problems.node(
            node,
            Code::WrongType,
            "`points` must be a map from short names to words",
            Some(hint),
        );
        return Vec::new();
    };
    let mut points = Vec::new();
    for (key, node) in pairs {
        let width = key.name.chars().count();
        if !is_kebab(&key.name) {
            let hint = "use small letters, digits and hyphens".to_owned();
            let message = format!("`{}` cannot be the name of a point", key.name);
            problems.at(key.place, width, Code::BadName, message, Some(hint));
        }
        let taken = names
            .items
            .iter()
            .chain(&names.sections)
            .any(|name| *name == key.name);
        if taken || names.fields.contains_key(key.name.as_ref()) {
            let message = format!(
                "`{}` is the name of something else in this checklist",
                key.name
            );
            problems.at(
                key.place,
                width,
                Code::DuplicateName,
                message,
                Some("give the point a name of its own".into()),
            );
        }
        if let Some(words) = text_of(node, &key.name, problems) {
            points.push((key.name.to_string(), words));
        }
    }
    points
}

/// Keys that cannot stand together.
fn clashes(
    node: &Node,
    item: &Item,
    each: Option<Role>,
    count: Option<&Node>,
    problems: &mut Problems<'_>,
) {
    let mut clash = |at: &str, message: &str, hint: &str| {
        let place = node.get(at).map_or(node.place, |node| node.place);
        problems.at(place, 1, Code::Clash, message, Some(hint.to_owned()));
    };
    if item.entries == Entries::None {
        let demands = [
            "record",
            "expect",
            "points",
            "attach",
            "signed-by",
            "dated",
            "lasts",
            "repeat",
            "count",
            "uses",
            "looks-at",
            "accepts",
        ];
        if let Some(key) = demands.into_iter().find(|key| node.get(key).is_some()) {
            let message =
                format!("`entries: none` leaves nothing to record, so `{key}` cannot be asked");
            clash(key, &message, "take one of the two away");
        }
        if node.get("needs").is_none() {
            clash(
                "entries",
                "`entries: none` needs a `needs`, which then decides alone",
                "add what must be so",
            );
        }
    }
    if item.otherwise.is_some() && node.get("needs").is_none() {
        clash(
            "otherwise",
            "`otherwise` is told where `needs` does not hold, and there is no `needs`",
            "add what must be so, or take it away",
        );
    }
    if item.looks_only && node.get("uses").is_some() {
        clash(
            "looks-at",
            "`looks-at` and `uses` say different things about the item's own entries",
            "keep `uses` if something can be recorded on the item itself, or else `looks-at`",
        );
    }
    if item.entries == Entries::Latest && count.is_some() {
        clash(
            "count",
            "`count` cannot stand beside `entries: latest`, of which there is one",
            "take one of them away",
        );
    }
    let stale = item
        .dated
        .iter()
        .any(|clause| clause.anchor == Anchor::LastChange);
    if stale && item.signed_by.is_empty() {
        clash(
            "dated",
            "`last-change` is for a sign-off, and nobody has to sign here",
            "add `signed-by` with the role that signs",
        );
    }
    if item.about_school && each.is_some() {
        clash(
            "each",
            "what is about the school is answered once, not for each person",
            "take one of the two away",
        );
    }
}
