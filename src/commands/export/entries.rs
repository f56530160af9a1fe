//! The rows of a case's log.

use super::rows::{Leave, date, ids};
use crate::case::council::CouncilResult;
use crate::case::entry::{Content, Deed, Entry};
use crate::case::seal::canonical;
use crate::case::state::{CaseState, Standing};
use crate::day;
use crate::render::data::Cell;

/// An entry; `n` is its place in the log, if it is sealed.
pub(super) fn row(
    state: &CaseState<'_>,
    entry: &Entry,
    n: Option<usize>,
    leave: Leave<'_>,
) -> Vec<Cell> {
    let event = n.and_then(|n| state.event_of(n));
    let standing = event.map_or("unsealed", |event| match &event.standing {
        Standing::Current { entry, .. } if Some(*entry) == n => "current",
        Standing::Current { .. } => "corrected",
        Standing::Contested(_) => "contested",
        Standing::Withdrawn(_) => "withdrawn",
        Standing::Struck => "struck",
    });
    let first = event.and_then(|event| state.entry(event.first).id.as_ref());
    let content = entry.content();
    let tells = content.map_or("", Content::kind);
    let why = match &entry.deed {
        Deed::Correct { why, .. } | Deed::Withdraw { why, .. } | Deed::Strike { why, .. } => {
            Some(why.clone())
        }
        Deed::Record(_) | Deed::Struck => None,
    };
    let mut row: Vec<Cell> = vec![
        state.case.id.as_str().into(),
        entry.id.as_ref().map(|id| id.0.clone()).into(),
        entry
            .after
            .iter()
            .map(|id| id.0.as_str())
            .collect::<Vec<_>>()
            .join(" ")
            .into(),
        entry.kind().into(),
        tells.into(),
        standing.into(),
        first.map(|id| id.0.clone()).into(),
        entry.at.map(|at| at.to_rfc3339()).into(),
        leave.typed(entry.by.clone()),
        date(content.and_then(Content::date)),
    ];
    row.extend(told(content, leave));
    row.push(leave.typed(why));
    row.push(leave.typed(Some(canonical(&entry.node, &[]))));
    row
}

/// What an entry tells, in the columns from `item` to `text`.
fn told(content: Option<&Content>, leave: Leave<'_>) -> Vec<Cell> {
    let mut cells = vec![Cell::Blank; 14];
    let [
        item,
        answer,
        reason,
        outcome,
        whom,
        points,
        documents,
        fact,
        value,
        since,
        next,
        due,
        owner,
        text,
    ] = cells.as_mut_slice()
    else {
        return cells;
    };
    match content {
        Some(Content::Action(action)) => {
            let field = |name: &str| leave.typed(action.fields.get(name).cloned());
            *item = leave.item(&action.item);
            *answer = action.answer.as_str().into();
            *reason = leave.typed(action.reason.clone());
            *outcome = field("outcome");
            *whom = ids(&action.persons);
            *points = leave.points(&action.item, &action.points);
            *documents = action.attach.len().into();
            *next = field("next");
            *due = date(action.fields.get("due").and_then(|due| day::stored(due)));
            *owner = field("owner");
        }
        Some(Content::Fact(told)) => {
            *fact = leave.word(&told.fact, |checklist| {
                checklist.facts.contains_key(&told.fact)
            });
            *value = leave.answer_to(&told.fact, &told.value);
            *since = date(told.since);
            *whom = ids(&told.persons);
        }
        Some(Content::Plan(plan)) => {
            *item = plan
                .item
                .as_deref()
                .map_or(Cell::Blank, |item| leave.item(item));
            *answer = plan.answer.map_or("", |answer| answer.as_str()).into();
            *reason = leave.typed(plan.reason.clone());
            *outcome = leave.typed(plan.outcome.clone());
            *next = leave.typed(plan.next.clone());
            *due = date(plan.due);
            *owner = leave.typed(plan.owner.clone());
            *text = leave.typed(plan.comments.clone());
        }
        Some(Content::Note { text: said, .. }) => *text = leave.typed(Some(said.clone())),
        Some(Content::Sign(sign)) => {
            *item = sign
                .item
                .as_deref()
                .map_or(Cell::Blank, |item| leave.item(item));
        }
        Some(Content::Close {
            reason: why,
            text: said,
            ..
        }) => {
            *answer = why.as_str().into();
            *text = leave.typed(said.clone());
        }
        Some(Content::Reopen { reason: why, .. }) => *reason = leave.typed(Some(why.clone())),
        Some(Content::Outcome {
            result,
            reason: why,
            items,
            ..
        }) => {
            let known = |item: &&String| leave.item(item) != Cell::Blank;
            let named: Vec<&str> = items.iter().filter(known).map(String::as_str).collect();
            *item = named.join(" ").into();
            let word = CouncilResult::from_word(result).is_some();
            *answer = if word {
                result.as_str().into()
            } else {
                leave.typed(Some(result.clone()))
            };
            *reason = leave.typed(why.clone());
        }
        Some(Content::Joined { text: said }) => *text = leave.typed(said.clone()),
        Some(
            Content::Opened { .. }
            | Content::Details(_)
            | Content::Person(_)
            | Content::Checklist { .. },
        )
        | None => {}
    }
    cells
}
