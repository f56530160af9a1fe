//! Sample situations: what is recorded, on what day, and how the items of a checklist must stand. A checklist carries
//! them beside it and so proves itself.

mod beside;
mod check;
pub mod read;
mod run;

use chrono::NaiveDate;

use crate::calendar::Terms;
use crate::case::Case;
use crate::readiness::State;
use crate::register::Register;
use crate::tree::Place;

pub use run::{Mismatch, run};

/// The format of files of samples.
pub const FORMAT: &str = "samples/1";

/// One situation.
#[derive(Debug)]
pub struct Sample {
    /// The situation in a sentence.
    pub name: String,
    /// Where it begins in its file.
    pub place: Place,
    /// The day of the check.
    pub as_of: NaiveDate,
    /// The gate the verdict is for.
    pub gate: Option<String>,
    /// Whether the case must be ready there.
    pub ready: Option<bool>,
    /// What is recorded.
    pub case: Case,
    /// What is recorded in the school's own record.
    pub school: Case,
    /// The school's term dates.
    pub terms: Terms,
    /// The pupil's marks.
    pub register: Option<Register>,
    /// How lines must stand.
    pub expect: Vec<Expected>,
}

/// How a line must stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The item.
    pub item: String,
    /// The person, for a line of an item that goes by person.
    pub person: Option<String>,
    /// Its state.
    pub state: State,
    /// Its first gap, where that is said too.
    pub code: Option<String>,
    /// Where it stands in the file.
    pub place: Place,
}

impl Expected {
    /// The line as the file names it: `letter-of-concern/p1`.
    pub fn line(&self) -> String {
        match &self.person {
            Some(person) => format!("{}/{person}", self.item),
            None => self.item.clone(),
        }
    }
}
