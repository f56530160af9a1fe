//! A case that moved to another checklist or edition: which items its entries count for now.
//!
//! An entry names an item of the checklist that was in force when it was recorded. From there it is carried along: down
//! each later move by the pairs of items that the move holds, and up again, by the same pairs turned round, where a move
//! was taken back or was made on another machine. Back on a checklist and edition it had before, an entry counts again for
//! what it counted for there: a round trip loses nothing and adds nothing.

use std::collections::BTreeMap;

use super::entry::{Action, Content};
use super::state::{CaseState, Event};

/// A checklist and its edition.
type List<'c> = (&'c str, &'c str);

/// A stretch of the record under one checklist: what the opening began, or a move.
#[derive(Debug)]
struct Stretch<'c> {
    list: List<'c>,
    /// The stretch that was in force when the move was made; none for the opening.
    before: Option<usize>,
    /// Pairs of items, from that one to this.
    carried: &'c [(String, String)],
}

/// The items that entries recorded before a move count for, by place in the log. Without a move there is nothing in it.
pub(super) type Carried = BTreeMap<usize, Vec<String>>;

/// Works out what every entry that names an item counts for after all the moves there were.
pub(super) fn carried(state: &CaseState<'_>) -> Carried {
    let mut carried = Carried::new();
    let Some(stretches) = Stretches::of(state) else {
        return carried;
    };
    for event in state.events() {
        for &entry in &event.versions {
            let Some(item) = item_of(state.entry(entry).content()) else {
                continue;
            };
            let from = stretches.at[told_in(state, event, entry, item)];
            if from != stretches.now {
                carried.insert(entry, stretches.carry(from, item));
            }
        }
    }
    carried
}

fn item_of(content: Option<&Content>) -> Option<&str> {
    match content? {
        Content::Action(action) => Some(&action.item),
        Content::Sign(sign) => sign.item.as_deref(),
        Content::Plan(plan) => plan.item.as_deref(),
        _ => None,
    }
}

/// The entry whose checklist an item's name is of: a correction that leaves the item as it was does not rename it.
fn told_in(state: &CaseState<'_>, event: &Event<'_>, entry: usize, item: &str) -> usize {
    let till = event
        .versions
        .iter()
        .position(|n| *n == entry)
        .unwrap_or_default();
    let told = event.versions[..=till]
        .iter()
        .rev()
        .filter(|n| state.entry(**n).content().is_some());
    told.take_while(|n| item_of(state.entry(**n).content()) == Some(item))
        .last()
        .copied()
        .unwrap_or(entry)
}

/// All stretches, and which one was in force where.
struct Stretches<'c> {
    all: Vec<Stretch<'c>>,
    /// The stretch in force at each entry, by place in the log.
    at: Vec<usize>,
    /// The one in force now.
    now: usize,
}

impl<'c> Stretches<'c> {
    /// None if the case was never moved.
    fn of(state: &CaseState<'c>) -> Option<Self> {
        let moves: Vec<&Event<'c>> = state
            .events()
            .iter()
            .filter(|event| content_of(state, event).is_some())
            .collect();
        if moves.is_empty() {
            return None;
        }
        let opening = state.current().find_map(|(_, content)| match content {
            Content::Opened {
                checklist, edition, ..
            } => Some((checklist.as_str(), edition.as_str())),
            _ => None,
        })?;
        let chain = &state.case.chain;
        let mut all = vec![Stretch {
            list: opening,
            before: None,
            carried: &[],
        }];
        // Which stretch each move began, by its number among the moves.
        let mut begun: Vec<Option<usize>> = vec![None; moves.len()];
        let mut at = vec![0; state.case.entries.len()];
        for &n in chain.order().iter().filter(|n| state.is_known(**n)) {
            let parents = chain.parents(n);
            let before = match parents {
                [] => 0,
                [only] => at[*only],
                several => in_force(state, &moves, &begun, several),
            };
            at[n] = before;
            let Some(number) = moves.iter().position(|event| event.versions.contains(&n)) else {
                continue;
            };
            if let (true, Some((list, carried))) =
                (moves[number].first == n, content_of(state, moves[number]))
            {
                begun[number] = Some(all.len());
                all.push(Stretch {
                    list,
                    before: Some(before),
                    carried,
                });
            }
            at[n] = in_force(state, &moves, &begun, &[n]);
        }
        let now = in_force(state, &moves, &begun, chain.heads());
        Some(Self { all, at, now })
    }

    /// Follows an item from one stretch to the one in force now.
    fn carry(&self, from: usize, item: &str) -> Vec<String> {
        // What it counted for under each list on the way, the last one last.
        let mut held: Vec<(List<'c>, Vec<String>)> =
            vec![(self.all[from].list, vec![item.to_owned()])];
        let (up, down) = self.way(from);
        for stretch in up {
            let Some(before) = stretch.before else {
                continue;
            };
            let list = self.all[before].list;
            let items =
                held_under(&held, list).unwrap_or_else(|| turned(stretch.carried, last(&held)));
            held.push((list, items));
        }
        for stretch in down {
            let items =
                held_under(&held, stretch.list).unwrap_or_else(|| self.enter(stretch, &held));
            held.push((stretch.list, items));
        }
        last(&held).to_vec()
    }

    /// What counts on entering a list that it was not under before.
    fn enter(&self, stretch: &Stretch<'c>, held: &[(List<'c>, Vec<String>)]) -> Vec<String> {
        let carried = along(stretch.carried, last(held));
        let is_edition = |list: List<'c>| list.0 == stretch.list.0;
        if stretch
            .before
            .is_some_and(|before| is_edition(self.all[before].list))
        {
            return carried;
        }
        // Another edition of a list it had: an item of the same id is the same item, if it is still there.
        let Some((_, own)) = held.iter().rev().find(|(list, _)| is_edition(*list)) else {
            return carried;
        };
        let is_there = own
            .iter()
            .any(|item| stretch.carried.iter().any(|(_, to)| to == item));
        if is_there {
            own.clone()
        } else {
            collect(own.iter().chain(&carried))
        }
    }

    /// The stretches to leave on the way up to where both have in common, and those to enter on the way down.
    fn way(&self, from: usize) -> (Vec<&Stretch<'c>>, Vec<&Stretch<'c>>) {
        let line = |mut at: usize| {
            let mut line = vec![at];
            while let Some(before) = self.all[at].before {
                line.push(before);
                at = before;
            }
            line
        };
        let (mut ours, mut theirs) = (line(from), line(self.now));
        while let (Some(a), Some(b)) = (ours.last(), theirs.last()) {
            if a != b {
                break;
            }
            ours.pop();
            theirs.pop();
        }
        let stretch = |n: &usize| &self.all[*n];
        (
            ours.iter().map(stretch).collect(),
            theirs.iter().rev().map(stretch).collect(),
        )
    }
}

/// The list a move leads to, and its pairs; of a move that was taken back, what it led to before.
fn content_of<'c>(
    state: &CaseState<'c>,
    event: &Event<'c>,
) -> Option<(List<'c>, &'c [(String, String)])> {
    match state.entry(event.first).content() {
        Some(Content::Checklist {
            checklist,
            edition,
            carried,
        }) => Some(((checklist, edition), carried)),
        _ => None,
    }
}

/// The stretch in force after some entries: of the moves that stood then, the one made last.
fn in_force(
    state: &CaseState<'_>,
    moves: &[&Event<'_>],
    begun: &[Option<usize>],
    after: &[usize],
) -> usize {
    let chain = &state.case.chain;
    let known = chain.with_ancestors(after);
    let stands = |event: &Event<'_>| {
        let versions: Vec<usize> = event
            .versions
            .iter()
            .copied()
            .filter(|n| known[*n])
            .collect();
        matches!(chain.newest(&versions).as_slice(), [one] if state.entry(*one).content().is_some())
    };
    let standing = moves
        .iter()
        .zip(begun)
        .filter(|(event, _)| known[event.first] && stands(event));
    let last = standing.max_by_key(|(event, _)| state.moment(event.first));
    last.and_then(|(_, begun)| *begun).unwrap_or(0)
}

/// What counted under a list and edition, if it was there before.
fn held_under<'c>(held: &[(List<'c>, Vec<String>)], list: List<'c>) -> Option<Vec<String>> {
    held.iter()
        .rev()
        .find(|(one, _)| *one == list)
        .map(|(_, items)| items.clone())
}

fn last<'h>(held: &'h [(List<'_>, Vec<String>)]) -> &'h [String] {
    held.last().map_or(&[], |(_, items)| items.as_slice())
}

fn along(pairs: &[(String, String)], items: &[String]) -> Vec<String> {
    collect(
        pairs
            .iter()
            .filter(|(from, _)| items.contains(from))
            .map(|(_, to)| to),
    )
}

fn turned(pairs: &[(String, String)], items: &[String]) -> Vec<String> {
    collect(
        pairs
            .iter()
            .filter(|(_, to)| items.contains(to))
            .map(|(from, _)| from),
    )
}

fn collect<'p>(items: impl Iterator<Item = &'p String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for item in items {
        if !found.contains(item) {
            found.push(item.clone());
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
        self.items_named(entry, &action.item)
    }

    /// The same for anything that names an item.
    pub fn items_named(&self, entry: usize, named: &str) -> Vec<String> {
        self.carried()
            .get(&entry)
            .cloned()
            .unwrap_or_else(|| vec![named.to_owned()])
    }
}
