//! What leaves the school names nothing that only files and commands name: no item, fact, field, gap, entry or person by its
//! id. Tried on every situation of every shipped list.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop where it stands"
)]

use std::collections::BTreeSet;
use std::path::Path;

use attcheck::calendar::Calendar;
use attcheck::case::state::CaseState;
use attcheck::checklist::Checklist;
use attcheck::form::{self, Fill, Filled};
use attcheck::problem::Problems;
use attcheck::readiness::gap::GapCode;
use attcheck::readiness::{NoCopies, Question, State, every_line};
use attcheck::samples::{Sample, read};
use attcheck::store::{builtin, forms, yaml};

/// Every name of the files that has a hyphen or an underscore, and that the list's own prose does not use as a word.
fn names(checklist: &Checklist, prose: &str) -> BTreeSet<String> {
    let items = checklist.items.iter().map(|item| item.id.clone());
    let sections = checklist.sections.iter().map(|one| one.id.clone());
    let fields = checklist.fields.keys().cloned();
    let facts = checklist.facts.keys().cloned();
    let points = checklist.items.iter().flat_map(|item| &item.points);
    let points = points.map(|(name, _)| name.clone());
    let gaps = GapCode::WORDS.iter().map(|word| (*word).to_owned());
    let all = items.chain(sections).chain(fields).chain(facts);
    let all = all.chain(points).chain(gaps);
    all.filter(|name| name.contains(['-', '_']) && !words(prose).contains(name.as_str()))
        .collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')
        .collect()
}

/// What a list says to people.
fn prose(checklist: &Checklist) -> String {
    let mut all: Vec<&str> = Vec::new();
    for item in &checklist.items {
        all.push(&item.title);
        all.extend(item.ask.as_deref());
        all.extend(item.points.iter().map(|(_, words)| words.as_str()));
    }
    all.extend(checklist.sections.iter().map(|one| one.title.as_str()));
    all.extend(checklist.facts.values().map(|one| one.ask.as_str()));
    all.extend(checklist.fields.values().map(|one| one.ask.as_str()));
    all.join("\n")
}

/// In situations the name of a person is the id, so it is looked for only where no name is told.
#[track_caller]
fn names_nobody(text: &str, whose: &str) {
    for word in words(text) {
        let rest = word.get(1..).unwrap_or_default();
        let number = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
        assert!(
            !(word.starts_with('p') && number),
            "{whose}: {word}: {text}"
        );
    }
}

#[track_caller]
fn speaks_to_people(text: &str, names: &BTreeSet<String>, whose: &str) {
    assert!(!text.contains('`'), "{whose}: {text}");
    assert!(!text.contains("attcheck "), "{whose}: {text}");
    for word in words(text) {
        assert!(!names.contains(word), "{whose}: {word}: {text}");
        let rest = word.get(1..).unwrap_or_default();
        let hash = rest.len() > 7 && rest.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(!(word.starts_with('e') && hash), "{whose}: {word}: {text}");
    }
}

fn of_form(form: &Filled) -> String {
    let rows = form.tables.iter().flat_map(|table| &table.rows);
    let cells = rows.flat_map(|row| &row.cells).flatten();
    let texts: Vec<&str> = cells.map(|one| one.text.as_str()).collect();
    texts.join("\n")
}

fn situations(shipped: &builtin::Shipped, checklist: &Checklist) -> Vec<Sample> {
    let mut problems = Problems::new(Path::new(shipped.id), Some(shipped.samples));
    yaml::read(shipped.samples, &mut problems)
        .and_then(|tree| read::samples(&tree, checklist, &mut problems))
        .unwrap()
}

#[test]
fn what_leaves_the_school_names_nothing_by_its_id() {
    let (mut open, mut idle) = (0, 0);
    for id in [
        "lancashire",
        "herefordshire",
        "kent",
        "nottinghamshire",
        "southwark",
        "england-penalty-notice",
    ] {
        let shipped = builtin::shipped(id, None).unwrap();
        let checklist = builtin::parse_checklist(shipped.text, Path::new(id)).unwrap();
        let (name, text) = builtin::form(id, shipped.edition).unwrap_or(builtin::PLAIN_FORM);
        let layout = forms::parse(text, Path::new(name), &checklist).unwrap();
        let names = names(&checklist, &prose(&checklist));
        for sample in situations(shipped, &checklist) {
            let state = CaseState::replay(&sample.case, None);
            let school = CaseState::replay(&sample.school, None);
            let calendar = Calendar::england().with_terms(sample.terms.clone());
            let question = Question {
                checklist: &checklist,
                state: &state,
                school: Some(&school),
                as_of: sample.as_of,
                route: None,
                calendar: &calendar,
                register: sample.register.as_ref(),
                read_to: sample.as_of,
                copies: &NoCopies,
            };
            let lines = every_line(&question);
            let whose = format!("{id}, {}", sample.name);
            let is_open = |id: &str| {
                let theirs = |line: &&attcheck::readiness::Line<'_>| line.item.id == id;
                let settled = [State::Met, State::NotApplicable];
                lines
                    .iter()
                    .filter(theirs)
                    .any(|line| !settled.contains(&line.state))
            };
            for line in &lines {
                for gap in &line.gaps {
                    let says = form::lacks(gap, line.item, &checklist, &is_open);
                    speaks_to_people(&says, &names, &whose);
                    names_nobody(&says, &whose);
                    open += 1;
                }
                let why = form::because(&line.reasons, &checklist);
                speaks_to_people(&why, &names, &whose);
                names_nobody(&why, &whose);
                assert_eq!(
                    why.is_empty(),
                    line.state != State::NotApplicable,
                    "{whose}: {}",
                    line.item.id
                );
                idle += usize::from(!why.is_empty());
            }
            let filled = form::fill(&Fill {
                layout: &layout,
                question: &question,
                lines: &lines,
                exhibits: &[],
            });
            speaks_to_people(&of_form(&filled), &names, &whose);
            for one in form::chronology(&state, &checklist, sample.as_of, &[]) {
                let said: Vec<&str> = one.said.iter().map(|one| one.text.as_str()).collect();
                speaks_to_people(&one.title, &names, &whose);
                speaks_to_people(&said.join("\n"), &names, &whose);
            }
        }
    }
    assert!(open > 5_000 && idle > 1_000, "{open} gaps, {idle} reasons");
}
