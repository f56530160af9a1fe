//! A case that moved to another checklist or edition: which items its entries count for now.
//!
//! An entry counts for the item it was recorded on. When the case moves, it counts for the items that the move carries
//! that one to. Back on a list it had before, it counts again for what it counted for there: a round trip loses nothing.

use std::collections::BTreeMap;

use super::entry::{Action, Content};
use super::state::{CaseState, Event};

/// A stretch of the log under one checklist.
#[derive(Debug, Clone, Copy)]
struct Stretch<'c> {
    /// The entry that began it; none for the opening.
    begun: Option<usize>,
    checklist: &'c str,
    carried: &'c [(String, String)],
}

/// The items that entries recorded before a move count for, by place in the log. Without a move there is nothing in it.
pub(super) type Carried = BTreeMap<usize, Vec<String>>;

/// Works out what every action and signature counts for after all the moves there were.
pub(super) fn carried(state: &CaseState<'_>) -> Carried {
    let mut carried = Carried::new();
    let stretches = stretches(state);
    if stretches.len() < 2 {
        return carried;
    }
    for event in state.events() {
        for &entry in &event.versions {
            let Some(item) = item_of(state.entry(entry).content()) else { continue };
            let from = stretch_of(state, &stretches, told_in(state, event, entry, item));
            carried.insert(entry, along(&stretches[from..], item));
        }
    }
    carried
}

fn item_of(content: Option<&Content>) -> Option<&str> {
    match content? {
        Content::Action(action) => Some(&action.item),
        Content::Sign(sign) => sign.item.as_deref(),
        _ => None,
    }
}

/// The entry whose checklist an item's name is of: a correction that leaves the item as it was does not rename it.
fn told_in(state: &CaseState<'_>, event: &Event<'_>, entry: usize, item: &str) -> usize {
    let kept = item_of(state.entry(event.first).content()) == Some(item);
    if kept { event.first } else { entry }
}

fn stretches<'c>(state: &CaseState<'c>) -> Vec<Stretch<'c>> {
    let opening = state.current().find_map(|(_, content)| match content {
        Content::Opened { checklist, .. } => Some(Stretch { begun: None, checklist, carried: &[] }),
        _ => None,
    });
    let moves = state.in_time(|content| matches!(content, Content::Checklist { .. }).then_some(None));
    let moves = moves.into_iter().filter_map(|(entry, content)| match content {
        Content::Checklist { checklist, carried, .. } => {
            Some(Stretch { begun: Some(entry), checklist, carried })
        }
        _ => None,
    });
    opening.into_iter().chain(moves).collect()
}

/// The stretch an entry was recorded in: the last whose beginning it follows.
fn stretch_of(state: &CaseState<'_>, stretches: &[Stretch<'_>], entry: usize) -> usize {
    let follows = |stretch: &Stretch<'_>| {
        stretch.begun.is_none_or(|begun| {
            let first = state.event_of(begun).map_or(begun, |event| event.first);
            state.case.chain.descends(entry, first)
        })
    };
    stretches.iter().rposition(follows).unwrap_or(0)
}

/// Follows an item through the moves after the first stretch.
fn along(stretches: &[Stretch<'_>], item: &str) -> Vec<String> {
    let mut items = vec![item.to_owned()];
    let mut before: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for pair in stretches.windows(2) {
        let (old, new) = (pair[0], pair[1]);
        before.insert(old.checklist, items.clone());
        let known = before.get(new.checklist).filter(|_| new.checklist != old.checklist);
        items = match known {
            Some(own) => own.clone(),
            None => carried_by(new.carried, &items),
        };
    }
    items
}

fn carried_by(pairs: &[(String, String)], items: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (_, to) in pairs.iter().filter(|(from, _)| items.contains(from)) {
        if !found.contains(to) {
            found.push(to.clone());
        }
    }
    found
}

impl CaseState<'_> {
    /// Whether an action counts for an item of the checklist the case is worked against now. `entry` holds it.
    pub fn is_for(&self, entry: usize, action: &Action, item: &str) -> bool {
        self.names(entry, Some(&action.item), item)
    }

    /// The same for anything that may name an item.
    pub fn names(&self, entry: usize, named: Option<&str>, item: &str) -> bool {
        match self.carried().get(&entry) {
            Some(items) => items.iter().any(|one| one == item),
            None => named == Some(item),
        }
    }

    /// The items of today's checklist that an action counts for.
    pub fn items_of(&self, entry: usize, action: &Action) -> Vec<String> {
        self.carried().get(&entry).cloned().unwrap_or_else(|| vec![action.item.clone()])
    }
}
