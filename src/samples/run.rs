//! Runs a situation: judges it, and compares.

use super::beside::TOLD;
use super::{Expected, Sample};
use crate::calendar::Calendar;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::readiness::{Line, Question, assess, every_line};

/// Something that came out otherwise than expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The line, or `verdict`.
    pub line: String,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub found: String,
    /// The line of the file in which it was expected.
    pub at: usize,
}

/// Judges a situation, and gives everything that came out otherwise than expected.
pub fn run(sample: &Sample, checklist: &Checklist, calendar: &Calendar) -> Vec<Mismatch> {
    let (state, school) = (
        CaseState::replay(&sample.case, None),
        CaseState::replay(&sample.school, None),
    );
    let calendar = &calendar.clone().with_terms(sample.terms.clone());
    let register = sample
        .register
        .clone()
        .map(|register| register.of_school_days(calendar));
    let question = Question {
        checklist,
        state: &state,
        school: Some(&school),
        as_of: sample.as_of,
        route: None,
        calendar,
        register: register.as_ref(),
        read_to: sample.as_of,
        copies: &TOLD,
    };
    let lines = every_line(&question);
    let mut wrong: Vec<Mismatch> = sample
        .expect
        .iter()
        .filter_map(|expected| compare(expected, &lines))
        .collect();
    let gate = match &sample.gate {
        Some(gate) => checklist.gate(gate),
        None => checklist.default_gate(),
    };
    if let (Some(ready), Some(gate)) = (sample.ready, gate) {
        let readiness = assess(&question, gate);
        if readiness.is_ready() != ready {
            let word = |ready| if ready { "ready" } else { "not-ready" };
            let first = readiness.lines.iter().find(|line| line.holds_up());
            let why = first
                .map(|line| format!(" ({}: {})", line.item.id, told(line)))
                .unwrap_or_default();
            wrong.push(Mismatch {
                line: format!("verdict at {}", gate.id),
                expected: word(ready).to_owned(),
                found: format!("{}{why}", word(!ready)),
                at: sample.place.line,
            });
        }
    }
    wrong
}

fn compare(expected: &Expected, lines: &[Line<'_>]) -> Option<Mismatch> {
    let theirs = |line: &&Line<'_>| {
        line.item.id == expected.item
            && line.person.as_ref().map(|person| person.0.as_str()) == expected.person.as_deref()
    };
    let wanted = match &expected.code {
        Some(code) => format!("{} {code}", expected.state),
        None => expected.state.to_string(),
    };
    let mismatch = |found| {
        Some(Mismatch {
            line: expected.line(),
            expected: wanted,
            found,
            at: expected.place.line,
        })
    };
    let Some(line) = lines.iter().find(theirs) else {
        let there: Vec<String> = lines
            .iter()
            .filter(|line| line.item.id == expected.item)
            .map(|line| match &line.person {
                Some(person) => format!("{}/{person}", line.item.id),
                None => line.item.id.clone(),
            })
            .collect();
        return mismatch(format!("no such line; there is {}", there.join(", ")));
    };
    let code = line.gaps.first().map(|gap| gap.code.as_str());
    let right = line.state == expected.state
        && expected
            .code
            .as_deref()
            .is_none_or(|wanted| code == Some(wanted));
    if right { None } else { mismatch(told(line)) }
}

/// A line as it came out, with its first gap or why it does not apply.
fn told(line: &Line<'_>) -> String {
    match (line.gaps.first(), &line.because) {
        (Some(gap), _) => format!("{} {}: {}", line.state, gap.code, gap.says),
        (None, Some(because)) => format!("{}: {because}", line.state),
        (None, None) => line.state.to_string(),
    }
}
