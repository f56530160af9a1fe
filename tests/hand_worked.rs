//! Situations worked out by hand from the councils' documents, each with the states they must come to.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may stop where it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use attcheck::calendar::Calendar;
use attcheck::error::problem_text;
use attcheck::problem::Problems;
use attcheck::readiness::State;
use attcheck::samples::{Sample, read, run};
use attcheck::store::builtin::{self, CHECKLISTS, Shipped};
use attcheck::store::yaml;

/// The rows of the five documents: 155, some of which are several items.
const ROWS: &[(&str, usize)] =
    &[("lancashire", 31), ("herefordshire", 63), ("nottinghamshire", 17), ("southwark", 17), ("kent", 27)];

fn of(shipped: &Shipped) -> (attcheck::checklist::Checklist, Vec<Sample>) {
    let checklist = builtin::parse_checklist(shipped.text, Path::new(shipped.id)).unwrap();
    let mut problems = Problems::new(Path::new(shipped.id), Some(shipped.samples));
    let found = yaml::read(shipped.samples, &mut problems)
        .and_then(|tree| read::samples(&tree, &checklist, &mut problems));
    let told = || problems.into_vec().iter().map(problem_text).collect::<String>();
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
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
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
        let mut rows: BTreeMap<&str, bool> = BTreeMap::new();
        for item in &checklist.items {
            let id = item.id.as_str();
            assert!(met.contains(id), "{}: {id} is met in no situation", shipped.id);
            assert!(not.contains(id), "{}: {id} is open in no situation", shipped.id);
            rows.extend(item.source.iter().map(|row| (row.as_str(), true)));
        }
        // What a council's later chapters ask has no row number.
        rows.retain(|row, _| !row.starts_with("stage"));
        let (_, count) = ROWS.iter().find(|(id, _)| *id == shipped.id).unwrap();
        assert_eq!(rows.len(), *count, "{}: {:?}", shipped.id, rows.keys());
    }
}
