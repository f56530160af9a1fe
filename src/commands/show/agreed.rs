//! What was agreed: the target and how the case stands against it, and what is to be done.

use std::io::Write;

use chrono::NaiveDate;

use crate::case::entry::{Action, Answer, Content};
use crate::case::plans::FollowUp;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::checklist::vocabulary::{FieldKind, field_kind};
use crate::day;
use crate::figure::{self, Percent};
use crate::number::counted;
use crate::readiness::pending;
use crate::render::markup::shown;

/// Writes the target and the open follow-ups, where there are any.
pub(super) fn write(
    state: &CaseState<'_>,
    checklist: &Checklist,
    as_of: NaiveDate,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if let Some(lines) = target(state, as_of) {
        writeln!(out, "\nTarget")?;
        for line in lines {
            writeln!(out, "  {}", shown(&line))?;
        }
    }
    let open = pending::on(state, checklist, as_of);
    if !open.is_empty() {
        writeln!(out, "\nTo be done")?;
        for one in open {
            writeln!(out, "  {}", shown(&follow_up(&one, state, checklist, as_of)))?;
        }
    }
    Ok(())
}

fn follow_up(one: &FollowUp<'_>, state: &CaseState<'_>, checklist: &Checklist, as_of: NaiveDate) -> String {
    let due = one.due.map_or("no day is set".to_owned(), |due| {
        let overdue = if due < as_of { ", overdue" } else { "" };
        format!("{}{overdue}", day::short(due))
    });
    let what = pending::what(one, state, checklist);
    let owner = one.owner.map(|owner| format!(" ({owner})")).unwrap_or_default();
    let apart = if one.contested { ", changed in two ways apart" } else { "" };
    format!("{due}{apart}: {what}{owner}  [{}]", one.id.short())
}

/// The days within which something was measured or agreed.
fn actions<'c>(state: &CaseState<'c>, as_of: NaiveDate) -> Vec<(NaiveDate, usize, &'c Action)> {
    let mut found: Vec<_> = state
        .current()
        .filter_map(|(entry, content)| match content {
            Content::Action(action) if action.answer == Answer::Done => {
                Some((action.date.filter(|day| *day <= as_of)?, entry, action))
            }
            _ => None,
        })
        .collect();
    found.sort_by(|a, b| (a.0, state.moment(a.1)).cmp(&(b.0, state.moment(b.1))));
    found
}

/// The latest target, and the latest figure measured since it began.
fn target(state: &CaseState<'_>, as_of: NaiveDate) -> Option<Vec<String>> {
    let actions = actions(state, as_of);
    let (agreed, _, action) =
        actions.iter().rev().find(|(_, _, action)| action.fields.contains_key("target"))?;
    let day_in = |field: &str| action.fields.get(field).and_then(|text| day::stored(text));
    let text = &action.fields["target"];
    let (from, to, review) = (day_in("starts-on"), day_in("ends-on"), day_in("review-on"));
    let period = match (from, to) {
        (Some(from), Some(to)) => format!(", from {} to {}", day::short(from), day::short(to)),
        (Some(from), None) => format!(", from {}", day::short(from)),
        (None, Some(to)) => format!(", to {}", day::short(to)),
        (None, None) => String::new(),
    };
    let review = review.map(|review| format!(", review on {}", day::short(review))).unwrap_or_default();
    let mut lines = vec![format!("{text}{period}{review} (agreed {})", day::short(*agreed))];
    let since = from.unwrap_or(*agreed);
    let measured = actions.iter().rev().filter(|(day, _, _)| *day >= since).find_map(|(day, _, action)| {
        let figure = action.fields.iter().find_map(|(name, value)| {
            let percent = field_kind(name) == FieldKind::Percent && name != "target";
            percent.then(|| figure::percent(value)).flatten()
        })?;
        Some((*day, figure))
    });
    lines.push(stands(figure::percent(text), measured));
    if let Some(to) = to {
        let left = (to - as_of).num_days();
        lines.push(match left {
            0 => "the period ends today".to_owned(),
            1.. => format!("the period runs for another {}", counted(left, "day")),
            _ => format!("the period ended on {}", day::words(to)),
        });
    }
    Some(lines)
}

/// How far the latest figure is from the target.
fn stands(target: Option<Percent>, measured: Option<(NaiveDate, Percent)>) -> String {
    match (target, measured) {
        (_, None) => {
            "no attendance figure is recorded since it began, so how the case stands is not known".to_owned()
        }
        (None, Some((day, figure))) => {
            format!(
                "{figure} on {}; the target is no figure in percent, so the two cannot be compared",
                day::short(day)
            )
        }
        (Some(target), Some((day, figure))) => match figure.up_to(target) {
            Some(points) => format!("{figure} on {}: {points} below the target", day::short(day)),
            None => format!("{figure} on {}: the target is reached", day::short(day)),
        },
    }
}
