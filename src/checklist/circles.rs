//! Items that wait for each other: refused when a checklist is loaded.

use std::collections::{HashMap, HashSet};

use super::{Anchor, Checklist, Item};
use crate::condition::{Condition, Leaf};
use crate::span::{Clause, Reach};

/// What can wait: whether an item applies, and whether it is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Knot {
    Applies(usize),
    Met(usize),
}

impl Knot {
    fn item(self) -> usize {
        match self {
            Self::Applies(item) | Self::Met(item) => item,
        }
    }
}

/// The first circle there is, as ids of items: each waits for the next, and the last for the first.
pub fn find(checklist: &Checklist) -> Option<Vec<String>> {
    let number: HashMap<&str, usize> = checklist
        .items
        .iter()
        .enumerate()
        .map(|(n, item)| (item.id.as_str(), n))
        .collect();
    let mut walk = Walk {
        checklist,
        number: &number,
        done: HashSet::new(),
        path: Vec::new(),
    };
    for n in 0..checklist.items.len() {
        if let Some(circle) = walk.from(Knot::Met(n)) {
            return Some(
                circle
                    .into_iter()
                    .map(|n| checklist.items[n].id.clone())
                    .collect(),
            );
        }
    }
    after_each_other(checklist, &number)
}

struct Walk<'a> {
    checklist: &'a Checklist,
    number: &'a HashMap<&'a str, usize>,
    done: HashSet<Knot>,
    path: Vec<Knot>,
}

impl Walk<'_> {
    fn from(&mut self, knot: Knot) -> Option<Vec<usize>> {
        if self.done.contains(&knot) {
            return None;
        }
        if let Some(start) = self.path.iter().position(|held| *held == knot) {
            let mut circle: Vec<usize> =
                self.path[start..].iter().map(|knot| knot.item()).collect();
            circle.dedup();
            return Some(circle);
        }
        self.path.push(knot);
        for next in self.waits_for(knot) {
            if let Some(circle) = self.from(next) {
                return Some(circle);
            }
        }
        self.path.pop();
        self.done.insert(knot);
        None
    }

    fn waits_for(&self, knot: Knot) -> Vec<Knot> {
        let item = &self.checklist.items[knot.item()];
        let mut next = Vec::new();
        match knot {
            Knot::Applies(_) => self.leaves(item.when.as_ref(), &mut next),
            Knot::Met(n) => {
                next.push(Knot::Applies(n));
                self.leaves(item.must_when.as_ref(), &mut next);
                self.leaves(item.needs.as_ref(), &mut next);
                // Whether a day can still come depends on whether its item applies.
                next.extend(
                    anchors(item)
                        .filter_map(|id| self.number.get(id))
                        .map(|n| Knot::Applies(*n)),
                );
            }
        }
        next
    }

    fn leaves(&self, condition: Option<&Condition>, next: &mut Vec<Knot>) {
        for leaf in condition.map(Condition::leaves).unwrap_or_default() {
            match leaf {
                Leaf::Fact { .. } => {}
                Leaf::Figure { figure, .. } => {
                    let named = figure
                        .window
                        .iter()
                        .filter_map(|clause| anchor_item(&clause.anchor));
                    next.extend(
                        named
                            .filter_map(|id| self.number.get(id))
                            .map(|n| Knot::Applies(*n)),
                    );
                }
                Leaf::Item(id) => next.extend(self.number.get(id.as_str()).map(|n| Knot::Met(*n))),
                Leaf::Answered { item, .. } | Leaf::Field { item, .. } => {
                    next.extend(self.number.get(item.as_str()).map(|n| Knot::Applies(*n)));
                }
                Leaf::Section(id) => {
                    let section = self
                        .checklist
                        .sections
                        .iter()
                        .position(|section| section.id == *id);
                    let inside = |(_, item): &(usize, &Item)| Some(item.section) == section;
                    next.extend(
                        self.checklist
                            .items
                            .iter()
                            .enumerate()
                            .filter(inside)
                            .map(|(n, _)| Knot::Met(n)),
                    );
                }
            }
        }
    }
}

/// The item whose day an anchor stands for.
pub(crate) fn anchor_item(anchor: &Anchor) -> Option<&str> {
    match anchor {
        Anchor::Item { item, .. } => Some(item),
        Anchor::Today | Anchor::LastChange | Anchor::OwnDay | Anchor::OwnField(_) => None,
    }
}

/// The items whose days an item looks at.
pub(crate) fn anchors(item: &Item) -> impl Iterator<Item = &str> {
    let expected = item.expect.iter().flat_map(|(_, expect)| match expect {
        super::Expect::Day(clauses) => clauses.iter().map(|clause| &clause.anchor).collect(),
        super::Expect::Covers(cover) => vec![&cover.anchor],
        super::Expect::OneOf(_) => Vec::new(),
    });
    let dated = item.dated.iter().map(|clause| &clause.anchor);
    let lasts = item
        .lasts
        .iter()
        .flat_map(|length| length.from.iter().chain(&length.to));
    let repeat = item
        .repeat
        .iter()
        .flat_map(|interval| interval.from.iter().chain(&interval.to));
    dated
        .chain(expected)
        .chain(lasts)
        .chain(repeat)
        .filter_map(anchor_item)
}

/// Two items each of which must come after the other.
fn after_each_other(checklist: &Checklist, number: &HashMap<&str, usize>) -> Option<Vec<String>> {
    let after = |clause: &Clause<Anchor>| {
        let later = matches!(
            clause.reach,
            Reach::After { .. } | Reach::Apart { after: true, .. }
        );
        anchor_item(&clause.anchor)
            .filter(|_| later)
            .map(str::to_owned)
    };
    let follows = |n: usize| {
        checklist.items[n]
            .dated
            .iter()
            .filter_map(after)
            .collect::<Vec<_>>()
    };
    for n in 0..checklist.items.len() {
        for other in follows(n) {
            let back = number
                .get(other.as_str())
                .map(|m| follows(*m))
                .unwrap_or_default();
            if other != checklist.items[n].id && back.contains(&checklist.items[n].id) {
                return Some(vec![checklist.items[n].id.clone(), other]);
            }
        }
    }
    None
}
