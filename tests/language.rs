//! The language of checklists, by checklists and situations worked out by hand.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test may stop where it stands"
)]

use std::fs;
use std::path::Path;

use attcheck::calendar::Calendar;
use attcheck::error::problem_text;
use attcheck::problem::Problems;
use attcheck::samples::{read, run};
use attcheck::store::{builtin, yaml};

/// Runs the situations beside a checklist; what came out otherwise than expected.
fn wrong(name: &str) -> (usize, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language");
    let text = |ending: &str| fs::read_to_string(folder.join(format!("{name}{ending}"))).unwrap();
    let told =
        |problems: &[attcheck::problem::Problem]| problems.iter().map(problem_text).collect::<String>();
    let checklist = builtin::parse_checklist(&text(".yaml"), Path::new(name))
        .unwrap_or_else(|problems| panic!("{}", told(&problems)));
    let text = text(".samples.yaml");
    let mut problems = Problems::new(Path::new("samples"), Some(&text));
    let found =
        yaml::read(&text, &mut problems).and_then(|tree| read::samples(&tree, &checklist, &mut problems));
    let samples = found.unwrap_or_else(|| panic!("{}", told(&problems.into_vec())));
    let calendar = Calendar::england();
    let mismatches = samples.iter().flat_map(|sample| {
        let told = run(sample, &checklist, &calendar).into_iter();
        told.map(|one| {
            format!(
                "{}: {}\n    {}: expected {}, found {}",
                one.at, sample.name, one.line, one.expected, one.found
            )
        })
    });
    (samples.len(), mismatches.collect())
}

#[test]
fn northshire_stands_on_both_its_days_line_by_line() {
    let (samples, wrong) = wrong("northshire");
    assert_eq!(samples, 2);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
