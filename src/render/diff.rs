//! How two checklists differ, in words.

use super::checklist::demands;
use crate::checklist::carry::{Differences, differences};
use crate::checklist::vocabulary::FieldDef;
use crate::checklist::{Checklist, Item};

/// How two checklists differ, each thing in a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What changed besides the items: gates and facts.
    pub around: Vec<String>,
    /// Items that only the new one has.
    pub added: Vec<String>,
    /// Items that only the old one has.
    pub removed: Vec<String>,
    /// Items that are not the same, with what is not.
    pub changed: Vec<(String, Vec<String>)>,
}

impl Told {
    /// Whether there is no difference.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Tells how two checklists differ.
pub fn tell(old: &Checklist, new: &Checklist) -> Told {
    let Differences {
        added,
        removed,
        changed,
    } = differences(old, new);
    let section = |list: &Checklist, item: &Item| list.sections[item.section].id.clone();
    let id = |item: &&Item| item.id.clone();
    Told {
        around: around(old, new),
        added: added.iter().map(id).collect(),
        removed: removed.iter().map(id).collect(),
        changed: changed
            .into_iter()
            .map(|(was, now)| {
                let mut lines = of_item(was, now);
                let (before, after) = (section(old, was), section(new, now));
                if before != after {
                    lines.push(format!("section: was {before}, is now {after}"));
                }
                (was.id.clone(), lines)
            })
            .collect(),
    }
}

fn around(old: &Checklist, new: &Checklist) -> Vec<String> {
    let mut lines = Vec::new();
    if old.title != new.title {
        lines.push(format!("title: was {}, is now {}", old.title, new.title));
    }
    for section in &new.sections {
        let was = old.sections.iter().find(|one| one.id == section.id);
        if let Some(was) = was.filter(|was| was.title != section.title) {
            lines.push(format!(
                "section {}: was {}, is now {}",
                section.id, was.title, section.title
            ));
        }
    }
    lines.extend(fields(old, new));
    for gate in old.gates.iter().filter(|gate| new.gate(&gate.id).is_none()) {
        lines.push(format!("gate {} is gone", gate.id));
    }
    for gate in &new.gates {
        let names = |list: &Checklist, sections: &[usize]| {
            sections
                .iter()
                .map(|n| list.sections[*n].id.clone())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let now = names(new, &gate.sections);
        match old.gate(&gate.id).map(|was| names(old, &was.sections)) {
            None => lines.push(format!("gate {} is new and looks at {now}", gate.id)),
            Some(was) if was != now => {
                lines.push(format!(
                    "gate {} looked at {was}, and now at {now}",
                    gate.id
                ));
            }
            Some(_) => {}
        }
    }
    for (name, def) in &new.facts {
        match old.facts.get(name) {
            None => lines.push(format!("fact {name} is new: {}", def.ask)),
            Some(was) if was != def => {
                let (before, after) = (was.answers_listed(), def.answers_listed());
                lines.push(if before == after {
                    format!("fact {name} is asked in other words: {}", def.ask)
                } else {
                    format!("fact {name}: answers were {before}, are now {after}")
                });
            }
            Some(_) => {}
        }
    }
    lines.extend(
        old.facts
            .keys()
            .filter(|name| !new.facts.contains_key(*name))
            .map(|name| format!("fact {name} is gone")),
    );
    lines
}

fn fields(old: &Checklist, new: &Checklist) -> Vec<String> {
    let words = |def: &FieldDef| match def.answers.as_slice() {
        [] => def.ask.clone(),
        answers => format!("{} ({})", def.ask, answers.join(", ")),
    };
    let told = new
        .fields
        .iter()
        .filter_map(|(name, def)| match old.fields.get(name) {
            None => Some(format!("field {name} is new: {}", words(def))),
            Some(was) if was != def => Some(format!(
                "field {name}: was {}, is now {}",
                words(was),
                words(def)
            )),
            Some(_) => None,
        });
    let gone = old
        .fields
        .keys()
        .filter(|name| !new.fields.contains_key(*name));
    told.chain(gone.map(|name| format!("field {name} is gone")))
        .collect()
}

/// What is not the same in an item.
fn of_item(was: &Item, now: &Item) -> Vec<String> {
    let mut lines = Vec::new();
    let mut compare = |what: &str, before: &str, after: &str| {
        if before != after {
            lines.push(match (before.is_empty(), after.is_empty()) {
                (true, _) => format!("{what}: {after} (new)"),
                (_, true) => format!("{what}: no longer (was {before})"),
                _ => format!("{what}: was {before}, is now {after}"),
            });
        }
    };
    compare("title", &was.title, &now.title);
    compare("level", was.level.as_str(), now.level.as_str());
    compare("row", &was.source.join(", "), &now.source.join(", "));
    compare(
        "practice",
        was.practice.as_deref().unwrap_or_default(),
        now.practice.as_deref().unwrap_or_default(),
    );
    compare("references", &was.see.join(", "), &now.see.join(", "));
    let (before, after) = (demands(was), demands(now));
    // Several lines may be of one kind, such as points: they are compared as a whole.
    let mut kinds: Vec<&str> = Vec::new();
    for (kind, _) in before.iter().chain(&after) {
        if !kinds.contains(kind) {
            kinds.push(kind);
        }
    }
    for kind in kinds {
        let all = |list: &[(&str, String)]| {
            list.iter()
                .filter(|(k, _)| *k == kind)
                .map(|(_, words)| words.clone())
                .collect::<Vec<_>>()
                .join("; ")
        };
        compare(kind, &all(&before), &all(&after));
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    if was.ask != now.ask {
        lines.push(format!("asks in other words: {}", text(&now.ask)));
    }
    if was.why != now.why {
        lines.push(format!("says why in other words: {}", text(&now.why)));
    }
    if was.otherwise != now.otherwise {
        lines.push(format!(
            "says in other words what is so where its needs do not hold: {}",
            text(&now.otherwise)
        ));
    }
    lines
}
