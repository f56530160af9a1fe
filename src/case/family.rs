//! Cases of brothers and sisters, linked with one another.
//!
//! A link is a fact about a person of role `sibling`: which case is theirs. So it is corrected, withdrawn, joined and dated
//! like any other, and the format needs nothing of its own for it.

use chrono::NaiveDate;

use super::CaseId;
use super::entry::{PersonId, Role};
use super::state::{CaseState, FactValue};

/// The fact that names a sibling's case.
pub const SIBLING_CASE: &str = "sibling_case";

/// A brother or sister of whom there is a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// Who, in this case.
    pub person: PersonId,
    /// Their own case. It need not lie in this folder.
    pub case: CaseId,
}

impl CaseState<'_> {
    /// The siblings' cases that are linked with this one on a day.
    pub fn siblings_on(&self, day: NaiveDate) -> Vec<Sibling> {
        let people = self
            .people_on(day)
            .into_iter()
            .filter(|person| person.role == Role::Sibling);
        people
            .filter_map(
                |person| match self.fact_on(SIBLING_CASE, Some(&person.id), day) {
                    FactValue::Known { value, .. } => Some(Sibling {
                        person: person.id,
                        case: CaseId::new(value).ok()?,
                    }),
                    FactValue::Unknown | FactValue::Conflict(_) | FactValue::WhoIsMeant => None,
                },
            )
            .collect()
    }
}
