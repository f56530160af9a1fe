//! What is still to be done on a case, seen with its checklist: which reviews were held, and what things are called.

use chrono::NaiveDate;

use crate::case::entry::{Answer, Content};
use crate::case::plans::{FollowUp, Kind};
use crate::case::state::CaseState;
use crate::checklist::Checklist;

/// The follow-ups that are open on a day, without the reviews that were held: something was done since on an item that
/// looks back on the one that set it.
pub fn on<'c>(state: &CaseState<'c>, checklist: &Checklist, day: NaiveDate) -> Vec<FollowUp<'c>> {
    let mut open = state.open_on(day);
    open.retain(|one| one.kind != Kind::Review || !was_held(one, state, checklist, day));
    open
}

fn was_held(
    one: &FollowUp<'_>,
    state: &CaseState<'_>,
    checklist: &Checklist,
    by: NaiveDate,
) -> bool {
    let Some(named) = one.item else { return false };
    let set = state.entry(one.entry).content().and_then(Content::date);
    let of = state.items_named(one.entry, named);
    of.iter()
        .flat_map(|item| checklist.looking_back_on(item))
        .any(|item| {
            state.current().any(|(entry, content)| match content {
                Content::Action(action) => {
                    state.is_for(entry, action, &item.id)
                        && action.answer == Answer::Done
                        && action.date > set
                        && action.date.is_some_and(|day| day <= by)
                }
                _ => false,
            })
        })
}

/// What is to be done, in words: as it was agreed, or by the item it belongs to.
pub fn what(one: &FollowUp<'_>, state: &CaseState<'_>, checklist: &Checklist) -> String {
    match (one.kind, one.next) {
        (Kind::FollowUp, Some(next)) => next.to_owned(),
        (kind, _) => format!("{}: {}", kind.as_str(), item_title(one, state, checklist)),
    }
}

/// The title of the item a follow-up belongs to, under the checklist of today.
fn item_title(one: &FollowUp<'_>, state: &CaseState<'_>, checklist: &Checklist) -> String {
    let Some(named) = one.item else {
        return "the case".to_owned();
    };
    let found = checklist
        .items
        .iter()
        .find(|item| state.names(one.entry, Some(named), &item.id));
    found.map_or_else(|| format!("`{named}`"), |item| item.title.clone())
}
