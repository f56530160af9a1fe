//! The documents of a case, numbered in the order in which they came to be.

use chrono::NaiveDate;

use super::entry::{Attachment, Content};
use super::state::CaseState;

/// A document that an entry as it stands names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhibit<'c> {
    /// Its number, from one.
    pub number: usize,
    /// The first entry that names it, by its place in the log.
    pub entry: usize,
    /// What it is and where it lies.
    pub copy: &'c Attachment,
    /// The day of that entry.
    pub date: Option<NaiveDate>,
}

impl Exhibit<'_> {
    /// Whether a document that an entry names is this one.
    pub fn is(&self, entry: usize, copy: &Attachment) -> bool {
        match &copy.sha256 {
            Some(_) => self.copy.sha256 == copy.sha256,
            None => self.entry == entry && self.copy == copy,
        }
    }
}

impl CaseState<'_> {
    /// Every document by a day, each once, by the day of its entry, then when that was recorded, then as the entry lists it.
    pub fn exhibits_on(&self, day: NaiveDate) -> Vec<Exhibit<'_>> {
        let mut named: Vec<_> = self
            .current()
            .filter_map(|(entry, content)| match content {
                Content::Action(action) if action.date.is_none_or(|date| date <= day) => {
                    Some((action.date, self.moment(entry), entry, &action.attach))
                }
                _ => None,
            })
            .collect();
        named.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let mut found: Vec<Exhibit<'_>> = Vec::new();
        for (date, _, entry, copies) in named {
            for copy in copies {
                // Two papers may be noted to lie in one place; one copy is one document.
                let known = |known: &Exhibit<'_>| {
                    known.copy.sha256.is_some() && known.copy.sha256 == copy.sha256
                };
                if !found.iter().any(known) {
                    found.push(Exhibit {
                        number: found.len() + 1,
                        entry,
                        copy,
                        date,
                    });
                }
            }
        }
        found
    }
}
