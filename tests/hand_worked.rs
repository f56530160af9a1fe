//! Situations worked out by hand from the councils' documents, each with the states they must come to.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may stop where it stands"
)]

use std::collections::BTreeSet;
use std::path::Path;

use attcheck::calendar::Calendar;
use attcheck::case::state::CaseState;
use attcheck::error::problem_text;
use attcheck::form::{Fill, Lines, fill};
use attcheck::problem::Problems;
use attcheck::readiness::{NoCopies, Question, State, every_line};
use attcheck::samples::{Sample, read, run};
use attcheck::store::builtin::{self, CHECKLISTS, Shipped};
use attcheck::store::{forms, yaml};

/// The rows of the five documents, by the ids the documents or our reading of them give: 155, some of which are several
/// items; and what the list of the national framework is numbered by.
const ROWS: &[(&str, &str)] = &[
    (
        "lancashire",
        "M1 M2 M3 M4 M5 M6 M7 M8 C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 \
         L1",
    ),
    (
        "herefordshire",
        "1.1 1.2 1.3 1.4 1.5 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.13 2.14 3.1 3.2 3.3 \
         3.4 3.5 3.6 3.7 4.1 4.2 4.3 4.4 5.1 5.2 5.3 5.4 6.1 6.2 6.3 6.4 6.5 7.1 7.2 7.3 7.4 7.5 7.6 7.7 \
         7.8 7.9 8.1 8.2 8.3 8.4 8.5 8.6 8.7 8.8 8.9 8.10 9.1 9.2 9.3 9.4 10.1",
    ),
    (
        "nottinghamshire",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 S",
    ),
    ("southwark", "1 2 3 4 5 6 7 8 9 10 P1 P2 P3 P4 P5 P6 11"),
    (
        "kent",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 R S",
    ),
    (
        "england-penalty-notice",
        "PN1 PN2 PN3 PN4 PN5 PN6 PN7 PN8 PN9 PN10 PN11 PN12 PN13 PN14 PN15",
    ),
];

fn of(shipped: &Shipped) -> (attcheck::checklist::Checklist, Vec<Sample>) {
    let checklist = builtin::parse_checklist(shipped.text, Path::new(shipped.id)).unwrap();
    let mut problems = Problems::new(Path::new(shipped.id), Some(shipped.samples));
    let found = yaml::read(shipped.samples, &mut problems)
        .and_then(|tree| read::samples(&tree, &checklist, &mut problems));
    let told = || {
        problems
            .into_vec()
            .iter()
            .map(problem_text)
            .collect::<String>()
    };
    let samples = found.unwrap_or_else(|| panic!("{}", told()));
    (checklist, samples)
}

#[test]
fn every_situation_comes_to_what_was_worked_out_by_hand() {
    let calendar = Calendar::england();
    let mut wrong = Vec::new();
    for shipped in CHECKLISTS {
        let (checklist, samples) = of(shipped);
        assert!(samples.len() >= 25, "{}: {}", shipped.id, samples.len());
        for sample in &samples {
            for one in run(sample, &checklist, &calendar) {
                wrong.push(format!(
                    "{}:{}: {}\n    {}: expected {}, found {}",
                    shipped.id, one.at, sample.name, one.line, one.expected, one.found
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What a council reads in a row that the verdict counts as met must not be a row of empty cells.
#[test]
fn no_row_of_a_form_whose_items_are_all_met_is_blank() {
    let calendar = Calendar::england();
    let (mut wrong, mut looked_at) = (Vec::new(), 0);
    for shipped in CHECKLISTS {
        let (checklist, samples) = of(shipped);
        let (name, text) =
            builtin::form(shipped.id, shipped.edition).unwrap_or(builtin::PLAIN_FORM);
        let layout = forms::parse(text, Path::new(name), &checklist).unwrap();
        for sample in &samples {
            let (state, school) = (
                CaseState::replay(&sample.case, None),
                CaseState::replay(&sample.school, None),
            );
            let calendar = calendar.clone().with_terms(sample.terms.clone());
            let register = sample
                .register
                .clone()
                .map(|register| register.of_school_days(&calendar));
            let question = Question {
                checklist: &checklist,
                state: &state,
                school: Some(&school),
                as_of: sample.as_of,
                route: None,
                calendar: &calendar,
                register: register.as_ref(),
                read_to: sample.as_of,
                copies: &NoCopies,
            };
            let lines = every_line(&question);
            let filled = fill(&Fill {
                layout: &layout,
                question: &question,
                lines: &lines,
                exhibits: &[],
            });
            for (part, table) in layout.parts.iter().zip(&filled.tables) {
                let mut items = checklist.items_of(part.section);
                for row in table.rows.iter().filter(|row| row.source.is_some()) {
                    let own = match part.lines {
                        Lines::Items => items.next(),
                        _ => None,
                    };
                    let theirs: Vec<_> = lines
                        .iter()
                        .filter(|line| line.item.section == part.section)
                        .filter(|line| match own {
                            Some(item) => line.item.id == item.id,
                            None => line.item.source.first() == row.source.as_ref(),
                        })
                        .filter(|line| line.state != State::NotApplicable)
                        .collect();
                    if theirs.is_empty() || theirs.iter().any(|line| line.state != State::Met) {
                        continue;
                    }
                    looked_at += 1;
                    let columns = table.columns.iter().zip(&row.cells);
                    let blank = columns
                        .filter(|((holds, ..), _)| holds.is_answer())
                        .all(|(_, cell)| cell.iter().all(|one| one.text.trim().is_empty()));
                    if blank {
                        wrong.push(format!(
                            "{} {}: row {:?} of \"{}\"",
                            shipped.id, shipped.edition, row.source, sample.name
                        ));
                    }
                }
            }
        }
    }
    assert!(looked_at > 1000, "{looked_at}");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_row_of_every_document_is_an_item_that_is_met_somewhere_and_not_met_somewhere() {
    for shipped in CHECKLISTS {
        let (checklist, samples) = of(shipped);
        let (mut met, mut not) = (BTreeSet::new(), BTreeSet::new());
        for expected in samples.iter().flat_map(|sample| &sample.expect) {
            if expected.state == State::Met {
                met.insert(expected.item.as_str());
            } else if expected.state != State::NotApplicable {
                not.insert(expected.item.as_str());
            }
        }
        let mut rows: BTreeSet<&str> = BTreeSet::new();
        for item in &checklist.items {
            let id = item.id.as_str();
            assert!(
                met.contains(id),
                "{}: {id} is met in no situation",
                shipped.id
            );
            assert!(
                not.contains(id),
                "{}: {id} is open in no situation",
                shipped.id
            );
            rows.extend(item.source.iter().map(String::as_str));
        }
        // What a council's later chapters ask has no row number.
        rows.retain(|row| !row.starts_with("stage"));
        let (_, of_document) = ROWS.iter().find(|(id, _)| *id == shipped.id).unwrap();
        assert_eq!(
            rows,
            of_document.split_whitespace().collect(),
            "{}",
            shipped.id
        );
    }
    let councils = ROWS
        .iter()
        .filter(|(id, _)| *id != "england-penalty-notice");
    assert_eq!(
        councils
            .map(|(_, rows)| rows.split_whitespace().count())
            .sum::<usize>(),
        155
    );
}
