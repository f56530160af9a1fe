//! Which cases are asked about where all open ones are, and how each is judged: the same for every command.

use std::rc::Rc;

use crate::case::Case;
use crate::case::entry::Subject;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::render::CaseReport;
use crate::store::Store;
use crate::store::checklists::KnownChecklists;

use super::verdict::Check;

/// Whether a case is one of the open ones that are asked about.
pub(super) enum Asked {
    /// It is, and is judged by this checklist.
    Judge(Rc<Checklist>),
    /// It was closed on the day of the check.
    Closed,
    /// It is the school's own record, which is judged with the pupils' cases.
    OwnRecord,
    /// Its checklist does not have the gate that was named.
    NoGate,
}

/// Whether a case is one of the open ones that are asked about.
///
/// # Errors
/// If its checklist is not here, or its file is wrong.
pub(super) fn asked(
    store: &Store,
    check: &Check,
    state: &CaseState<'_>,
    known: &mut KnownChecklists,
) -> anyhow::Result<Asked> {
    let own_record = store.settings().school_record.as_deref() == Some(state.case.id.as_str());
    if state.closed_on(check.about.as_of).is_some() {
        return Ok(Asked::Closed);
    }
    if own_record {
        return Ok(Asked::OwnRecord);
    }
    let checklist = known.to_judge(store, state)?;
    if state.case.subject == Subject::School && checklist.subject == Subject::Pupil {
        return Ok(Asked::OwnRecord);
    }
    Ok(if check.has_gate(&checklist) {
        Asked::Judge(checklist)
    } else {
        Asked::NoGate
    })
}

/// What came of looking at a case.
pub(super) enum Looked {
    /// It was judged.
    Report(Box<CaseReport>),
    /// It is none of those that are asked about.
    Passed,
    /// Its checklist does not have the gate that was named.
    NoGate,
}

/// Judges a case that was named, or, where all open ones are asked about, one that is among them.
///
/// # Errors
/// If it cannot be judged.
pub(super) fn select_and_judge(
    store: &Store,
    check: &Check,
    case: &Case,
    all: bool,
    known: &mut KnownChecklists,
) -> anyhow::Result<Looked> {
    let state = CaseState::replay(case, check.about.known_by);
    let checklist = if all {
        match asked(store, check, &state, known)? {
            Asked::Judge(checklist) => checklist,
            Asked::Closed | Asked::OwnRecord => return Ok(Looked::Passed),
            Asked::NoGate => return Ok(Looked::NoGate),
        }
    } else {
        known.to_judge(store, &state)?
    };
    let report = check.judge_state(&state, &checklist, false)?;
    Ok(Looked::Report(Box::new(report)))
}
