//! Who follows whom: the order that `after` gives, whatever the order of the file.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::entry::{Entry, EntryId};

/// The sealed entries of a log as a graph. Numbers are places in the log.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    by_id: BTreeMap<EntryId, usize>,
    parents: Vec<Vec<usize>>,
    /// Longest way from an entry without parents; an ancestor always has a lower one.
    depth: Vec<u32>,
    recorded: Vec<Option<DateTime<Utc>>>,
    order: Vec<usize>,
    heads: Vec<usize>,
}

impl Chain {
    /// Builds the graph. An entry without id takes no part; an id that stands twice counts once.
    pub fn of(entries: &[Entry]) -> Self {
        let mut by_id = BTreeMap::new();
        for (n, entry) in entries.iter().enumerate() {
            if let Some(id) = &entry.id {
                by_id.entry(id.clone()).or_insert(n);
            }
        }
        let is_node = |n: usize| entries[n].id.as_ref().is_some_and(|id| by_id[id] == n);
        let mut parents = vec![Vec::new(); entries.len()];
        let mut children = vec![Vec::new(); entries.len()];
        for n in (0..entries.len()).filter(|n| is_node(*n)) {
            for id in &entries[n].after {
                if let Some(&parent) = by_id.get(id) {
                    parents[n].push(parent);
                    children[parent].push(n);
                }
            }
        }
        let mut waiting: Vec<usize> = parents.iter().map(Vec::len).collect();
        let mut order: Vec<usize> = (0..entries.len())
            .filter(|n| is_node(*n) && waiting[*n] == 0)
            .collect();
        let mut depth = vec![0; entries.len()];
        let mut recorded: Vec<Option<DateTime<Utc>>> = vec![None; entries.len()];
        let mut next = 0;
        while next < order.len() {
            let n = order[next];
            next += 1;
            let own = entries[n].at.map(|at| at.to_utc());
            recorded[n] = parents[n]
                .iter()
                .filter_map(|p| recorded[*p])
                .chain(own)
                .max();
            for &child in &children[n] {
                depth[child] = depth[child].max(depth[n] + 1);
                waiting[child] -= 1;
                if waiting[child] == 0 {
                    order.push(child);
                }
            }
        }
        let heads = (0..entries.len())
            .filter(|n| is_node(*n) && children[*n].is_empty())
            .collect();
        Self {
            by_id,
            parents,
            depth,
            recorded,
            order,
            heads,
        }
    }

    /// The place in the log of an id.
    pub fn place_of(&self, id: &EntryId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Whether an entry takes part: it carries an id, and is the first to carry it.
    pub fn holds(&self, n: usize, entry: &Entry) -> bool {
        entry.id.as_ref().and_then(|id| self.place_of(id)) == Some(n)
    }

    /// Entries in an order in which each stands after all that it follows.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The entries that no other follows.
    pub fn heads(&self) -> &[usize] {
        &self.heads
    }

    /// The entries that one follows directly.
    pub fn parents(&self, n: usize) -> &[usize] {
        &self.parents[n]
    }

    /// When an entry was recorded: the later of its own `at` and that of all it follows, so that a slow clock never
    /// puts it before its cause.
    pub fn recorded(&self, n: usize) -> Option<DateTime<Utc>> {
        self.recorded[n]
    }

    /// How many entries lead to this one at the longest: more than to any it follows.
    pub fn depth(&self, n: usize) -> u32 {
        self.depth[n]
    }

    /// Whether `later` follows `earlier`, directly or through others.
    pub fn descends(&self, later: usize, earlier: usize) -> bool {
        let mut open = vec![later];
        let mut seen = std::collections::HashSet::new();
        while let Some(n) = open.pop() {
            for &parent in &self.parents[n] {
                if parent == earlier {
                    return true;
                }
                if self.depth[parent] > self.depth[earlier] && seen.insert(parent) {
                    open.push(parent);
                }
            }
        }
        false
    }

    /// Which entries are among some or lead to one of them, by place in the log.
    pub fn with_ancestors(&self, of: &[usize]) -> Vec<bool> {
        let mut held = vec![false; self.parents.len()];
        let mut open = of.to_vec();
        while let Some(n) = open.pop() {
            if !std::mem::replace(&mut held[n], true) {
                open.extend(&self.parents[n]);
            }
        }
        held
    }

    /// Those of some entries that none of the others descends from.
    pub fn newest(&self, among: &[usize]) -> Vec<usize> {
        // What any of them follows, looked at once for all, and no further back than the first of them.
        let floor = among
            .iter()
            .map(|n| self.depth[*n])
            .min()
            .unwrap_or_default();
        let mut open: Vec<usize> = among
            .iter()
            .flat_map(|n| &self.parents[*n])
            .copied()
            .collect();
        let mut followed = std::collections::HashSet::new();
        while let Some(n) = open.pop() {
            if self.depth[n] >= floor && followed.insert(n) {
                open.extend(&self.parents[n]);
            }
        }
        among
            .iter()
            .copied()
            .filter(|n| !followed.contains(n))
            .collect()
    }
}
