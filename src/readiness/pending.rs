//! What is still to be done on a case, seen with its checklist: which reviews were held, and what things are called.

use chrono::NaiveDate;

use super::{Question, renewals};
use crate::case::entry::{Answer, Content, EntryId, PersonId};
use crate::case::plans::{FollowUp, Kind};
use crate::case::state::CaseState;
use crate::checklist::Checklist;

/// Something that is due, with a day or without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// `follow-up`, `review` or `again`.
    pub kind: &'static str,
    /// What is to be done, in words.
    pub what: String,
    /// The item, under the checklist of today where it has it.
    pub item: Option<String>,
    /// The person, for what is due again and goes by person.
    pub person: Option<PersonId>,
    /// By which day.
    pub day: Option<NaiveDate>,
    /// Who sees to it.
    pub owner: Option<String>,
    /// The first version of the entry it comes from.
    pub entry: Option<EntryId>,
    /// The version that says so, by its place in the log.
    pub version: Option<usize>,
    /// Whether it was changed in two ways apart: what is shown is the earlier day.
    pub contested: bool,
}

/// Everything that is due on a case: follow-ups, reviews, and what has to be done again, each as it came to be known.
pub fn due(question: &Question<'_>) -> Vec<Due> {
    let (state, checklist) = (question.state, question.checklist);
    let open = on(state, checklist, question.as_of);
    let agreed = open.iter().map(|one| Due {
        kind: one.kind.as_str(),
        what: what(one, state, checklist),
        item: one.item.map(|named| {
            let items = state.items_named(one.entry, named);
            items
                .into_iter()
                .find(|item| checklist.item(item).is_some())
                .unwrap_or_else(|| named.to_owned())
        }),
        person: None,
        day: one.due,
        owner: one.owner.map(str::to_owned),
        entry: Some(one.id.clone()),
        version: Some(one.entry),
        contested: one.contested,
    });
    let again = renewals(question).into_iter().map(|again| Due {
        kind: "again",
        what: format!("again: {}", again.title),
        item: Some(again.item),
        person: again.person,
        day: Some(again.due),
        owner: None,
        version: again
            .entry
            .as_ref()
            .and_then(|id| state.case.chain.place_of(id)),
        entry: again.entry,
        contested: false,
    });
    agreed.chain(again).collect()
}

/// The follow-ups that are open on a day, without the reviews that were held: something was done since on an item that
/// looks back on the one that set it.
pub fn on<'c>(state: &CaseState<'c>, checklist: &Checklist, day: NaiveDate) -> Vec<FollowUp<'c>> {
    let mut open = state.open_on(day);
    for one in open.iter_mut().filter(|one| one.reviews_too) {
        one.reviews_too = !was_held(one, state, checklist, day);
    }
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
    let title = || item_title(one, state, checklist);
    match (one.kind, one.next) {
        (Kind::FollowUp, Some(next)) if one.reviews_too => {
            format!("{next}; {}: {}", Kind::Review.as_str(), title())
        }
        (Kind::FollowUp, Some(next)) => next.to_owned(),
        (Kind::FollowUp, None) if one.reviews_too => {
            format!(
                "{} and {}: {}",
                one.kind.as_str(),
                Kind::Review.as_str(),
                title()
            )
        }
        (kind, _) => format!("{}: {}", kind.as_str(), title()),
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
