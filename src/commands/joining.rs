//! Several copies of a case made one text: for `join`, `merge` and `take-over` alike.

use crate::case::join::{CannotJoin, join};
use chrono::NaiveDate;

use crate::case::people::Person;
use crate::case::state::CaseState;
use crate::case::{Case, verify};
use crate::error::{BadFile, refuse};
use crate::fold::fold;
use crate::store::{Loaded, edit, parse_case};

/// Tells of each id that several people have now, and how to tell them apart; and of people who may be one person, whom two
/// colleagues added.
pub(super) fn say_doubtful_people(case: &Case, say: impl Fn(&str)) {
    let state = CaseState::replay(case, None);
    for (id, apart) in state.people_sharing_ids() {
        say(&format!(
            "note: {} people of case {} have the id {id}, and nothing that goes by it counts until they are told apart: {}",
            apart.len(),
            case.id,
            id.separate(&case.id)
        ));
    }
    let people = state.people_on(NaiveDate::MAX);
    for (n, one) in people.iter().enumerate() {
        let same = |other: &&Person| {
            let name = |person: &Person| person.name.as_deref().map(fold);
            other.id != one.id && other.role == one.role && name(other) == name(one)
        };
        if let Some(other) = people[n + 1..].iter().find(same) {
            say(&format!(
                "note: {} and {} of case {} have the same name; if they are one person, keep one: `attcheck correct` with \
                 --for moves entries, and `attcheck person {} end {}` ends the other",
                one.id, other.id, case.id, case.id, other.id
            ));
        }
    }
}

/// The text of the joined case; the first side's layout and line ends are kept.
///
/// # Errors
/// If the sides are not copies of one case, one of them does not stand up, or one is laid out so that it cannot be joined.
pub(super) fn joined(sides: &[&Loaded]) -> anyhow::Result<String> {
    let cases: Vec<&Case> = sides.iter().map(|side| &side.case).collect();
    let picks = join(&cases).map_err(|cannot| match cannot {
        CannotJoin::DifferentCases => refuse(
            "the files are not copies of one case: what stands before `log:` differs",
            "give copies of one case",
        ),
        CannotJoin::Damaged { side, fault } => {
            let file = sides[side].path.display();
            let message = format!(
                "`{file}` does not stand up: {} (line {}): {}",
                fault.finding, fault.place.line, fault.says
            );
            refuse(message, "mend that copy first, or join without it")
        }
    })?;
    let texts: Vec<(&str, &Case)> = sides
        .iter()
        .map(|side| (side.text.as_str(), &side.case))
        .collect();
    let text =
        edit::joined(&texts, &picks).map_err(|cannot| refuse(cannot.message, cannot.hint))?;
    let case = parse_case(&text, &sides[0].path).map_err(|problems| BadFile { problems })?;
    match verify::faults(&case).first() {
        // Two openings: two children got the same id on the same day.
        Some(fault) if fault.finding == verify::Finding::SecondStart => Err(refuse(
            "the files are two cases under one id, and no copies of one case: each was opened by an entry of its own",
            "keep them in two folders",
        )),
        Some(fault) => {
            let message = format!(
                "joined, the record would not stand up: {} ({})",
                fault.finding, fault.says
            );
            Err(refuse(
                message,
                "mend the copies first; `attcheck verify` tells what is wrong",
            ))
        }
        None => Ok(text),
    }
}
