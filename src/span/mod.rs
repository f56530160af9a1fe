//! The language of days: `after plan-meeting and within 3 months before referral`.
//!
//! Anchors are kept as a type of their own, so that a clause can first be read as words and then be bound to the
//! things of a checklist.

mod figure;
pub mod pattern;
mod read;

use crate::calendar::Unit;

pub use figure::{Figure, Share, Test, figure};
pub use read::{clauses, cover, interval, length, tally};

/// Why a span could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotASpan {
    /// What was expected.
    pub message: String,
    /// The word at which it went wrong, if there is one.
    pub word: Option<String>,
}

/// An anchor in words: `first plan-meeting.review-on`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorWords {
    /// Whether the earliest entry is meant and not the latest.
    pub first: bool,
    /// What stands first: `today`, `date`, a gate, a field or an item.
    pub name: String,
    /// The field of that item's entry.
    pub field: Option<String>,
}

/// Where a day must lie from an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Before it, or on it where `or_on`.
    Before {
        /// Whether the day itself belongs.
        or_on: bool,
    },
    /// After it, or on it where `or_on`.
    After {
        /// Whether the day itself belongs.
        or_on: bool,
    },
    /// On that very day.
    On,
    /// Between so many units and so many units away, both ends counted in; no far end means any distance.
    Apart {
        /// Least distance.
        least: u32,
        /// Greatest distance.
        most: Option<u32>,
        /// What is counted.
        unit: Unit,
        /// On which side of the anchor.
        after: bool,
    },
}

/// One condition on a day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clause<A> {
    /// Where the day must lie.
    pub reach: Reach,
    /// From what.
    pub anchor: A,
}

/// How long a period must be, both its days counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Length<A> {
    /// Least length.
    pub least: Option<u32>,
    /// Greatest length.
    pub most: Option<u32>,
    /// What is counted.
    pub unit: Unit,
    /// Where it begins, if not on the entry's own day.
    pub from: Option<A>,
    /// Where it ends, if not on the field `ends-on`.
    pub to: Option<A>,
}

/// How often something must happen again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval<A> {
    /// Greatest stretch without it.
    pub every: u32,
    /// What is counted.
    pub unit: Unit,
    /// From when on.
    pub from: Option<A>,
    /// Until when.
    pub to: Option<A>,
}

/// How far back a period must reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover<A> {
    /// So many units.
    pub count: u32,
    /// What is counted.
    pub unit: Unit,
    /// Back from here.
    pub anchor: A,
}

/// How many entries there must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// At least so many.
    pub least: usize,
    /// At most so many.
    pub most: Option<usize>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            least: 1,
            most: None,
        }
    }
}
