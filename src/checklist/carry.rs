//! How entries carry over when a case moves to another checklist or edition, and how two checklists differ.

use super::{Checklist, Entries, Item};

/// Pairs of items, from an old checklist to a new one, whose entries count on: both name the same practice. Of two
/// editions of one checklist an item of the same id is the same item, whatever it is called now, as long as something can
/// be recorded on it.
pub fn pairs(old: &Checklist, new: &Checklist) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for from in old.items.iter().filter(|item| takes_entries(item)) {
        let same = new
            .item(&from.id)
            .filter(|same| old.id == new.id && takes_entries(same));
        let to: Vec<&Item> = match same {
            Some(same) => vec![same],
            None => new
                .items
                .iter()
                .filter(|to| is_counterpart(from, to, old, new))
                .collect(),
        };
        let to = to
            .into_iter()
            .filter(|to| takes_entries(to) && to.about_school == from.about_school);
        found.extend(to.map(|to| (from.id.clone(), to.id.clone())));
    }
    found
}

fn is_counterpart(from: &Item, to: &Item, old: &Checklist, new: &Checklist) -> bool {
    // Of one checklist, what stood there before has its own entries already.
    let is_new = old.id != new.id || old.item(&to.id).is_none();
    is_new && from.practice.is_some() && from.practice == to.practice
}

fn takes_entries(item: &Item) -> bool {
    item.entries != Entries::None && !item.looks_only
}

/// How one checklist differs from another, item by item.
#[derive(Debug, Default)]
pub struct Differences<'c> {
    /// Items that only the new one has.
    pub added: Vec<&'c Item>,
    /// Items that only the old one has.
    pub removed: Vec<&'c Item>,
    /// Items of both that are not the same, the old one first.
    pub changed: Vec<(&'c Item, &'c Item)>,
}

/// Compares two checklists: items of one id are the same item. Where an item stands among the others is no difference.
pub fn differences<'c>(old: &'c Checklist, new: &'c Checklist) -> Differences<'c> {
    let mut found = Differences::default();
    for item in &old.items {
        match new.item(&item.id) {
            None => found.removed.push(item),
            Some(now) => {
                let section =
                    |list: &Checklist, item: &Item| list.sections[item.section].id.clone();
                let moved = section(old, item) != section(new, now);
                if moved
                    || *item
                        != (Item {
                            section: item.section,
                            ..now.clone()
                        })
                {
                    found.changed.push((item, now));
                }
            }
        }
    }
    found.added = new
        .items
        .iter()
        .filter(|item| old.item(&item.id).is_none())
        .collect();
    found
}
