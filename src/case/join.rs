//! Two copies of one case made one: which entries, and in which order.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use chrono::{DateTime, Utc};

use super::Case;
use super::entry::{Deed, EntryId};
use super::verify;

/// Why copies cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CannotJoin {
    /// The headers differ: these are not copies of one case.
    DifferentCases,
    /// One of them does not stand up.
    Damaged {
        /// Which one, counted from 0.
        side: usize,
        /// The first fault.
        fault: verify::Found,
    },
}

/// An entry of the joined record: from which side, and which of its entries.
pub type Pick = (usize, usize);

/// The joined record: every entry that any side holds, each once, in an order in which each stands after all that it
/// follows; among those free the earliest `at` as an instant, then the id.
///
/// Where one side has struck an entry the struck one is taken, since its text may not be kept. Otherwise the first
/// side that holds it is taken.
///
/// # Errors
/// Refuses sides with different headers, sides that `verify` faults, and sides in which an entry whose text was taken out
/// does not follow what it follows in another.
pub fn join(sides: &[&Case]) -> Result<Vec<Pick>, CannotJoin> {
    if sides
        .windows(2)
        .any(|pair| pair[0].header_hash != pair[1].header_hash)
    {
        return Err(CannotJoin::DifferentCases);
    }
    for (side, case) in sides.iter().enumerate() {
        if let Some(fault) = verify::faults(case).into_iter().next() {
            return Err(CannotJoin::Damaged { side, fault });
        }
    }
    if let Some((side, n)) = out_of_place(sides) {
        let entry = &sides[side].entries[n];
        let fault = verify::Found {
            finding: verify::Finding::Changed,
            entry: entry.id.clone(),
            place: entry.place(),
            says: "its text was taken out, and it does not follow what it follows in another copy"
                .to_owned(),
        };
        return Err(CannotJoin::Damaged { side, fault });
    }
    let mut picks: HashMap<&EntryId, Pick> = HashMap::new();
    for (side, case) in sides.iter().enumerate() {
        for (n, entry) in case.entries.iter().enumerate() {
            let Some(id) = &entry.id else { continue };
            let struck = matches!(entry.deed, Deed::Struck);
            let held = picks
                .get(id)
                .map(|(s, n)| matches!(sides[*s].entries[*n].deed, Deed::Struck));
            if held.is_none_or(|held| struck && !held) {
                picks.insert(id, (side, n));
            }
        }
    }
    Ok(ordered(sides, &picks))
}

/// A struck entry that follows something else than the entry of its id does on another side. Its own id does not cover what
/// it follows, so nothing in that one file need show it.
fn out_of_place(sides: &[&Case]) -> Option<Pick> {
    let mut known: HashMap<&EntryId, Pick> = HashMap::new();
    for (side, case) in sides.iter().enumerate() {
        for (n, entry) in case.entries.iter().enumerate() {
            let Some(id) = &entry.id else { continue };
            let &mut (s, m) = known.entry(id).or_insert((side, n));
            let other = &sides[s].entries[m];
            if !verify::is_same(&other.after, &entry.after) {
                let struck_here = matches!(entry.deed, Deed::Struck);
                return Some(if struck_here { (side, n) } else { (s, m) });
            }
        }
    }
    None
}

/// What is free to come next: the earliest first.
type Free<'c> = Reverse<(Option<DateTime<Utc>>, &'c EntryId)>;

fn ordered(sides: &[&Case], picks: &HashMap<&EntryId, Pick>) -> Vec<Pick> {
    let entry = |pick: Pick| &sides[pick.0].entries[pick.1];
    let mut waiting: HashMap<&EntryId, usize> = HashMap::new();
    let mut followers: HashMap<&EntryId, Vec<&EntryId>> = HashMap::new();
    for (&id, &pick) in picks {
        let known = entry(pick)
            .after
            .iter()
            .filter(|earlier| picks.contains_key(earlier));
        let mut count = 0;
        for earlier in known {
            followers.entry(earlier).or_default().push(id);
            count += 1;
        }
        waiting.insert(id, count);
    }
    let free = |id| Reverse((entry(picks[id]).at.map(|at| at.to_utc()), id));
    let mut open: BinaryHeap<Free<'_>> = waiting
        .iter()
        .filter(|(_, n)| **n == 0)
        .map(|(id, _)| free(*id))
        .collect();
    let mut order = Vec::with_capacity(picks.len());
    while let Some(Reverse((_, id))) = open.pop() {
        order.push(picks[id]);
        for &next in followers.get(id).into_iter().flatten() {
            let left = waiting.entry(next).or_default();
            *left -= 1;
            if *left == 0 {
                open.push(free(next));
            }
        }
    }
    order
}
