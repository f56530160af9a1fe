//! A case: a small header that never changes, and a log to which entries are only ever added.

pub mod chain;
pub mod compose;
pub mod content;
pub mod council;
pub mod entry;
pub mod exhibits;
pub mod family;
pub mod id;
pub mod join;
pub mod moves;
pub mod names;
pub mod people;
pub mod plans;
pub mod read;
pub mod receipt;
pub mod redacted;
pub mod seal;
pub mod shared_ids;
pub mod signs;
pub mod state;
pub mod target;
pub mod upn;
pub mod verify;
pub mod words;

use crate::tree::{Node, Value};
use chain::Chain;
use entry::{Content, Deed, Entry, Subject};
pub use id::CaseId;

/// The format this program reads and writes.
pub const FORMAT: &str = "case/1";
/// How many entries a case may hold.
pub const MOST_ENTRIES: usize = 20_000;
/// How many entries of a case may name a person. Each item that goes by parent is judged for each of them.
pub const MAX_PEOPLE: usize = 300;
/// How large a case file may be, in bytes.
pub const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// One case as its file tells it.
#[derive(Debug, Clone)]
pub struct Case {
    /// The id it says it has.
    pub id: CaseId,
    /// Whom it is about.
    pub subject: Subject,
    /// The day it was opened, as the header writes it.
    pub opened: String,
    /// The log, in the order of the file.
    pub entries: Vec<Entry>,
    /// Who follows whom.
    pub chain: Chain,
    /// The header's hash as it comes out now.
    pub header_hash: String,
    /// The file around the entries: its header, and its log without them.
    pub frame: Node,
    /// Whether the file ends in a newline, as a whole one does.
    pub ends_whole: bool,
}

impl Case {
    /// The whole file, put together again.
    pub fn file(&self) -> Node {
        let mut file = self.frame.clone();
        if let Value::Map(top) = &mut file.value
            && let Some((_, log)) = top.iter_mut().find(|(key, _)| key.name == "log")
        {
            log.value = Value::List(
                self.entries
                    .iter()
                    .map(|entry| entry.node.clone())
                    .collect(),
            );
        }
        file
    }

    /// The entry that opened the case, if it is there.
    pub fn opening(&self) -> Option<(&Entry, &Content)> {
        self.entries.iter().find_map(|entry| match &entry.deed {
            Deed::Record(content @ Content::Opened { .. }) => Some((entry, content)),
            _ => None,
        })
    }
}
