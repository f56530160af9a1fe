//! What was agreed: the target and how the case stands against it, and what is to be done.

use std::io::Write;

use chrono::NaiveDate;

use crate::case::council::CouncilAnswer;
use crate::case::plans::FollowUp;
use crate::case::state::CaseState;
use crate::case::target::{Stands, Target};
use crate::checklist::Checklist;
use crate::day;
use crate::number::counted;
use crate::percent::Percent;
use crate::readiness::pending;
use crate::register::Register;
use crate::render::markup::shown;

/// Writes the target and the open follow-ups, where there are any.
pub(super) fn write(
    state: &CaseState<'_>,
    register: Option<&Register>,
    checklist: &Checklist,
    as_of: NaiveDate,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if let Some(agreed) = state
        .target_on(as_of)
        .map(|target| target.with_register(register, as_of))
    {
        writeln!(out, "\nTarget")?;
        for line in target(&agreed, as_of) {
            writeln!(out, "  {}", shown(&line))?;
        }
    }
    let answers = state.council_answers_on(as_of);
    if !answers.is_empty() {
        writeln!(out, "\nThe council's answers")?;
        for answer in answers {
            writeln!(out, "  {}", shown(&council(&answer)))?;
        }
    }
    let open = pending::on(state, checklist, as_of);
    if !open.is_empty() {
        writeln!(out, "\nTo be done")?;
        for one in open {
            writeln!(
                out,
                "  {}",
                shown(&follow_up(&one, state, checklist, as_of))
            )?;
        }
    }
    Ok(())
}

/// What the council answered, in words.
pub(in crate::commands) fn council(answer: &CouncilAnswer<'_>) -> String {
    let date = answer
        .date
        .map(|date| format!("{}: ", day::short(date)))
        .unwrap_or_default();
    let items = if answer.items.is_empty() {
        String::new()
    } else {
        format!(", for {}", answer.items.join(", "))
    };
    let reason = answer
        .reason
        .map(|reason| format!(": {reason}"))
        .unwrap_or_default();
    format!("{date}{}{items}{reason}", answer.result)
}

fn follow_up(
    one: &FollowUp<'_>,
    state: &CaseState<'_>,
    checklist: &Checklist,
    as_of: NaiveDate,
) -> String {
    let due = one.due.map_or("no day is set".to_owned(), |due| {
        let overdue = if due < as_of { ", overdue" } else { "" };
        format!("{}{overdue}", day::short(due))
    });
    let what = pending::what(one, state, checklist);
    let owner = one
        .owner
        .map(|owner| format!(" ({owner})"))
        .unwrap_or_default();
    let apart = if one.contested {
        ", changed in two ways apart"
    } else {
        ""
    };
    format!("{due}{apart}: {what}{owner}  [{}]", one.id.short())
}

/// The target in words: what was agreed, how the case stands, how long it runs.
fn target(target: &Target<'_>, as_of: NaiveDate) -> Vec<String> {
    let period = match (target.from, target.to) {
        (Some(from), Some(to)) => format!(", from {} to {}", day::short(from), day::short(to)),
        (Some(from), None) => format!(", from {}", day::short(from)),
        (None, Some(to)) => format!(", to {}", day::short(to)),
        (None, None) => String::new(),
    };
    let review = target
        .review
        .map(|review| format!(", review on {}", day::short(review)))
        .unwrap_or_default();
    let agreed = day::short(target.agreed);
    let mut lines = vec![
        format!("{}{period}{review} (agreed {agreed})", target.text),
        stands(target),
    ];
    if let Some(to) = target.to {
        let left = (to - as_of).num_days();
        lines.push(match left {
            0 => "the period ends today".to_owned(),
            1.. => format!("the period runs for another {}", counted(left, "day")),
            _ => format!("the period ended on {}", day::words(to)),
        });
    }
    lines
}

/// How far the latest figure is from the target.
fn stands(target: &Target<'_>) -> String {
    let figure = match (&target.register, target.measured) {
        (Some(counts), _) => {
            let sessions = counted(counts.possible(), "possible session");
            format!(
                "{} of {sessions} by the register",
                Percent::of(counts.attended, counts.possible())
            )
        }
        (None, Some((day, figure))) => format!("{figure} on {}", day::short(day)),
        (None, None) => String::new(),
    };
    match target.stands() {
        Stands::NotMeasured => {
            "no attendance figure is recorded since it began, so how the case stands is not known"
                .to_owned()
        }
        Stands::NotComparable => {
            format!("{figure}; the target is no figure in percent, so the two cannot be compared")
        }
        Stands::Below(apart) => format!("{figure}: {} below the target", apart.points()),
        Stands::Reached => format!("{figure}: the target is reached"),
    }
}
