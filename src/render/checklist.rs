//! A checklist for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::markup::shown;
use crate::checklist::{Anchor, Checklist, Entries, Expect, Item};
use crate::condition::{Condition, Leaf};
use crate::readiness::words_of_anchor as anchor_words;
use crate::span::{Clause, Reach};

/// A condition in words.
fn condition(found: &Condition) -> String {
    let list = |list: &[Condition], between: &str| {
        let parts: Vec<String> = list.iter().map(condition).collect();
        if parts.len() == 1 {
            parts.concat()
        } else {
            format!("({})", parts.join(between))
        }
    };
    match found {
        Condition::Leaf(found) => leaf(found),
        Condition::All(all) => list(all, " and "),
        Condition::Any(any) => list(any, " or "),
        Condition::Not(inner) => format!("not {}", condition(inner)),
        Condition::AtLeast(wanted, of) => format!("at least {wanted} of {}", list(of, ", ")),
    }
}

fn leaf(leaf: &Leaf) -> String {
    match leaf {
        Leaf::Fact { fact, answers } => format!("{fact} is {}", answers.join(" or ")),
        Leaf::Item(item) => format!("{item} is met"),
        Leaf::Answered { item, answers } => {
            format!(
                "{item} is {}",
                answers
                    .iter()
                    .map(|answer| answer.as_str())
                    .collect::<Vec<_>>()
                    .join(" or ")
            )
        }
        Leaf::Field {
            item,
            field,
            values,
        } => format!("{item}.{field} is {}", values.join(" or ")),
        Leaf::Section(section) => format!("{section} is complete"),
        Leaf::Figure { kind, figure } => {
            let days = clauses(&figure.window);
            format!(
                "{kind} is {}{}{days}",
                figure.must(),
                if days.is_empty() { "" } else { " " }
            )
        }
    }
}

fn clauses(found: &[Clause<Anchor>]) -> String {
    let clause = |clause: &Clause<Anchor>| {
        let name = anchor_words(&clause.anchor);
        match clause.reach {
            Reach::Before { or_on } => {
                format!("{}before {name}", if or_on { "on or " } else { "" })
            }
            Reach::After { or_on } => format!("{}after {name}", if or_on { "on or " } else { "" }),
            Reach::On => format!("on {name}"),
            Reach::Apart {
                least,
                most,
                unit,
                after,
            } => {
                let side = if after { "after" } else { "before" };
                match (least, most) {
                    (0, Some(most)) => format!("within {} {side} {name}", unit.words(most)),
                    (least, None) => format!("at least {} {side} {name}", unit.words(least)),
                    (least, Some(most)) => format!("{least} to {} {side} {name}", unit.words(most)),
                }
            }
        }
    };
    found.iter().map(clause).collect::<Vec<_>>().join(" and ")
}

/// What an item demands beyond an entry, in words.
pub(super) fn demands(item: &Item) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut add = |what, words: String| {
        if !words.is_empty() {
            found.push((what, words));
        }
    };
    add(
        "applies when",
        item.when.as_ref().map(condition).unwrap_or_default(),
    );
    add(
        "a must when",
        item.must_when.as_ref().map(condition).unwrap_or_default(),
    );
    add(
        "for each",
        item.each.map(|role| role.to_string()).unwrap_or_default(),
    );
    add(
        "answered",
        if item.about_school {
            "once, in the school's own record".into()
        } else {
            String::new()
        },
    );
    let accepts: Vec<&str> = item.accepts.iter().map(|answer| answer.as_str()).collect();
    add(
        "also accepts",
        if accepts.is_empty() {
            String::new()
        } else {
            format!("{}, with the reason", accepts.join(", "))
        },
    );
    let entries = match item.entries {
        Entries::Any => String::new(),
        Entries::Latest => "the latest must be good".to_owned(),
        Entries::Every => "every one must be good".to_owned(),
        Entries::None => "none: it follows from other items".to_owned(),
    };
    add("entries", entries);
    let counts = if item.only_looks_at().is_empty() {
        "counts entries of"
    } else {
        "only looks at"
    };
    add(counts, item.uses.join(", "));
    let tally = match (item.count.least, item.count.most) {
        (1, None) => String::new(),
        (least, None) => format!("at least {least}"),
        (least, Some(most)) => format!("{least} to {most}"),
    };
    add("how many", tally);
    add("records", item.record.join(", "));
    for (field, expect) in &item.expect {
        let says = match expect {
            Expect::OneOf(values) => values.join(" or "),
            Expect::Day(found) => clauses(found),
            Expect::Covers(cover) => {
                format!(
                    "{} before {}",
                    cover.unit.words(cover.count),
                    anchor_words(&cover.anchor)
                )
            }
        };
        add("expects", format!("{field}: {says}"));
    }
    for (name, words) in &item.points {
        add("point", format!("{name}: {words}"));
    }
    add("with a copy of", item.attach.join(", "));
    add("signed by", item.signed_by.join(", "));
    add("dated", clauses(&item.dated));
    let length = item
        .lasts
        .as_ref()
        .map(|length| match (length.least, length.most) {
            (Some(least), Some(most)) => format!("{least} to {}", length.unit.words(most)),
            (Some(least), None) => format!("at least {}", length.unit.words(least)),
            (None, most) => format!("at most {}", length.unit.words(most.unwrap_or(0))),
        });
    let ends = |from: &Option<Anchor>, to: &Option<Anchor>| {
        let end = |word: &str, anchor: &Option<Anchor>| {
            anchor
                .as_ref()
                .map(|anchor| format!(" {word} {}", anchor_words(anchor)))
                .unwrap_or_default()
        };
        end("from", from) + &end("to", to)
    };
    let lasts = length
        .zip(item.lasts.as_ref())
        .map(|(words, length)| words + &ends(&length.from, &length.to));
    add("lasts", lasts.unwrap_or_default());
    let again = item.repeat.as_ref();
    let again = again.map(|again| again.unit.words(again.every) + &ends(&again.from, &again.to));
    add("again every", again.unwrap_or_default());
    add(
        "needs",
        item.needs.as_ref().map(condition).unwrap_or_default(),
    );
    found
}

/// Writes a checklist for people.
///
/// # Errors
/// If the output cannot be written.
pub fn table(checklist: &Checklist, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{} ({}), edition {}",
        shown(&checklist.title),
        checklist.id,
        checklist.edition
    )?;
    writeln!(out, "{}", shown(&checklist.authority))?;
    let url = checklist
        .source
        .url
        .as_ref()
        .map(|url| format!(", {url}"))
        .unwrap_or_default();
    let seen = checklist
        .source
        .seen
        .as_ref()
        .map(|seen| format!(", read on {seen}"))
        .unwrap_or_default();
    writeln!(
        out,
        "written from: {}{url}{seen}",
        shown(&checklist.source.title)
    )?;
    for gate in &checklist.gates {
        let sections: Vec<&str> = gate
            .sections
            .iter()
            .map(|n| checklist.sections[*n].id.as_str())
            .collect();
        writeln!(
            out,
            "gate {}: {} ({})",
            gate.id,
            shown(&gate.title),
            sections.join(", ")
        )?;
    }
    for (n, section) in checklist.sections.iter().enumerate() {
        writeln!(out, "\n{} ({})", shown(&section.title), section.id)?;
        for item in checklist.items_of(n) {
            writeln!(
                out,
                "\n  {}  {}  {} [{}]",
                item.source.join(", "),
                item.id,
                shown(&item.title),
                item.level
            )?;
            for text in [&item.ask, &item.why].into_iter().flatten() {
                writeln!(out, "      {}", shown(text))?;
            }
            if !item.see.is_empty() {
                writeln!(out, "      see: {}", shown(&item.see.join("; ")))?;
            }
            for (what, words) in demands(item) {
                writeln!(out, "      {what}: {}", shown(&words))?;
            }
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct ChecklistJson<'a> {
    schema: u32,
    id: &'a str,
    edition: &'a str,
    subject: &'static str,
    title: &'a str,
    authority: &'a str,
    source: SourceJson<'a>,
    gates: Vec<GateJson<'a>>,
    sections: Vec<SectionJson<'a>>,
}

#[derive(Serialize)]
struct SourceJson<'a> {
    title: &'a str,
    url: Option<&'a str>,
    seen: Option<&'a str>,
}

#[derive(Serialize)]
struct GateJson<'a> {
    id: &'a str,
    title: &'a str,
    sections: Vec<&'a str>,
}

#[derive(Serialize)]
struct SectionJson<'a> {
    id: &'a str,
    title: &'a str,
    items: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    id: &'a str,
    title: &'a str,
    source: &'a [String],
    level: &'static str,
    accepts: Vec<&'static str>,
    when: Option<String>,
    record: &'a [String],
    points: Vec<PointJson<'a>>,
    ask: Option<&'a str>,
    why: Option<&'a str>,
    otherwise: Option<&'a str>,
    practice: Option<&'a str>,
    each: Option<&'static str>,
    demands: Vec<String>,
    see: &'a [String],
}

#[derive(Serialize)]
struct PointJson<'a> {
    id: &'a str,
    words: &'a str,
}

fn item_json(item: &Item) -> ItemJson<'_> {
    ItemJson {
        id: &item.id,
        title: &item.title,
        source: &item.source,
        level: item.level.as_str(),
        accepts: item.accepts.iter().map(|answer| answer.as_str()).collect(),
        when: item.when.as_ref().map(condition),
        record: &item.record,
        points: item
            .points
            .iter()
            .map(|(id, words)| PointJson { id, words })
            .collect(),
        ask: item.ask.as_deref(),
        why: item.why.as_deref(),
        otherwise: item.otherwise.as_deref(),
        practice: item.practice.as_deref(),
        each: item.each.map(crate::case::entry::Role::as_str),
        demands: demands(item)
            .into_iter()
            .map(|(what, words)| format!("{what}: {words}"))
            .collect(),
        see: &item.see,
    }
}

/// Writes a checklist as JSON.
///
/// # Errors
/// If the output cannot be written.
pub fn json(checklist: &Checklist, out: &mut dyn Write) -> io::Result<()> {
    let whole = ChecklistJson {
        schema: super::json::SCHEMA,
        id: &checklist.id,
        edition: &checklist.edition,
        subject: checklist.subject.as_str(),
        title: &checklist.title,
        authority: &checklist.authority,
        source: SourceJson {
            title: &checklist.source.title,
            url: checklist.source.url.as_deref(),
            seen: checklist.source.seen.as_deref(),
        },
        gates: checklist
            .gates
            .iter()
            .map(|gate| GateJson {
                id: &gate.id,
                title: &gate.title,
                sections: gate
                    .sections
                    .iter()
                    .map(|n| checklist.sections[*n].id.as_str())
                    .collect(),
            })
            .collect(),
        sections: checklist
            .sections
            .iter()
            .enumerate()
            .map(|(n, section)| SectionJson {
                id: &section.id,
                title: &section.title,
                items: checklist.items_of(n).map(item_json).collect(),
            })
            .collect(),
    };
    let text = crate::render::json::document(&whole)?;
    writeln!(out, "{text}")
}
