//! What the council answered: whether a referral was accepted, or came back, and what it named.

use chrono::NaiveDate;

use super::entry::{Content, words};
use super::state::CaseState;

words! {
    /// What became of a referral.
    CouncilResult {
        /// The council took it up.
        Accepted => "accepted",
        /// It came back.
        Returned => "returned",
    }
}

/// An answer of the council that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouncilAnswer<'c> {
    /// The entry that holds it, by its place in the log.
    pub entry: usize,
    /// What became of the referral, as it was recorded.
    pub result: &'c str,
    /// The day of the answer.
    pub date: Option<NaiveDate>,
    /// What the council said.
    pub reason: Option<&'c str>,
    /// The items it named.
    pub items: &'c [String],
    /// The checklist that was in force then, whose items they are.
    pub checklist: &'c str,
}

impl CouncilAnswer<'_> {
    /// Whether the referral came back.
    pub fn is_return(&self) -> bool {
        CouncilResult::from_word(self.result) == Some(CouncilResult::Returned)
    }
}

impl<'c> CaseState<'c> {
    /// Every answer of the council by a day, the earliest first.
    pub fn council_answers_on(&self, day: NaiveDate) -> Vec<CouncilAnswer<'c>> {
        let entries = self.in_time(|content| match content {
            Content::Outcome { date, .. } if date.is_none_or(|date| date <= day) => Some(*date),
            _ => None,
        });
        // The list before and each it was moved to, with when.
        let lists: Vec<_> = self
            .current()
            .filter_map(|(entry, content)| match content {
                Content::Opened { checklist, .. } | Content::Checklist { checklist, .. } => {
                    Some((self.moment(entry), checklist.as_str()))
                }
                _ => None,
            })
            .collect();
        let in_force = |entry: usize| {
            let before = lists
                .iter()
                .filter(|(moment, _)| *moment <= self.moment(entry));
            before
                .max_by(|a, b| a.0.cmp(&b.0))
                .map_or("", |(_, list)| *list)
        };
        let answer = |(entry, content): (usize, &'c Content)| match content {
            Content::Outcome {
                result,
                date,
                reason,
                items,
            } => {
                let checklist = in_force(entry);
                Some(CouncilAnswer {
                    entry,
                    result,
                    date: *date,
                    reason: reason.as_deref(),
                    items,
                    checklist,
                })
            }
            _ => None,
        };
        entries.into_iter().filter_map(answer).collect()
    }
}
