//! What stands otherwise in a case now that something was recorded or taken back.

use super::Context;
use super::verdict::Check;
use crate::case::Case;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::cli::When;
use crate::readiness::{Line, State, every_line};

/// Says which lines stand otherwise now that something was recorded, and how the item recorded on stands.
pub(super) fn say_changes(
    cx: &mut Context,
    before: &Case,
    after: &Case,
    checklist: &Checklist,
    recorded_on: Option<&str>,
) -> anyhow::Result<()> {
    let check = Check::new(&When::default(), cx)?;
    let school = check.school();
    let (old, new) = (
        CaseState::replay(before, None),
        CaseState::replay(after, None),
    );
    // What was recorded is recorded, whatever stands beside it: a fault there is told and fails nothing.
    let beside = match check.beside(&new) {
        Ok(beside) => beside,
        Err(error) => {
            cx.say(&format!(
                "note: how the case stands now cannot be told: {error:#}"
            ));
            return Ok(());
        }
    };
    let asked = |state| check.question(checklist, state, school.as_ref(), &beside);
    let (asked_old, asked_new) = (asked(&old), asked(&new));
    let earlier = every_line(&asked_old);
    for line in every_line(&asked_new) {
        let was = earlier
            .iter()
            .find(|was| was.item.id == line.item.id && was.person == line.person);
        let same = was.is_some_and(|was| was.state == line.state && was.gaps == line.gaps);
        let own = recorded_on == Some(line.item.id.as_str());
        if same && !(own && line.state != State::Met) {
            continue;
        }
        let open = |line: &Line<'_>| !matches!(line.state, State::Met | State::NotApplicable);
        let waits = line.waits();
        let waited = was.is_some_and(|was| was.waits().is_some());
        let untouched = was.is_some_and(&open) && open(&line);
        if !own && untouched && (line.item.is_last_resort() || waits.is_some() && waited) {
            // What still waits for others is none of the things to do, and a last resort is never the next one.
            continue;
        }
        let whom = line
            .person
            .as_ref()
            .map(|person| format!(" for {person}"))
            .unwrap_or_default();
        let gap = waits
            .or(line.gaps.first())
            .map(|gap| format!(": {}", gap.says))
            .unwrap_or_default();
        let still = if same { "still " } else { "" };
        let stands = match line.state {
            State::Met => "settled",
            _ if waits.is_some() => "waiting",
            State::Blocks => "to do",
            State::Undecided => "to find out",
            State::Advisory => "open, advised only",
            State::NotApplicable => "not applicable",
            State::Derived => "waiting",
        };
        cx.say(&format!(
            "{} {}{whom} is {still}{stands}{gap}",
            line.item.rows(),
            line.item.id
        ));
    }
    Ok(())
}

/// Says what is open again now that something was taken back. Where that was a move, the list itself is another one.
pub(super) fn say_reopened(cx: &mut Context, before: &Case, after: &Case) -> anyhow::Result<()> {
    let (old, new) = (
        CaseState::replay(before, None),
        CaseState::replay(after, None),
    );
    if old.checklist() != new.checklist() {
        if let Some((id, edition)) = new.checklist() {
            cx.say(&format!(
                "the case is worked against {id}, edition {edition}, again"
            ));
        }
        return Ok(());
    }
    let checklist = cx.checklist_of(&new)?;
    say_changes(cx, before, after, &checklist, None)
}
