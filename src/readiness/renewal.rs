//! What has to be done again by a day: the items with a `repeat` that has no end yet.

use chrono::NaiveDate;

use super::count::Whose;
use super::{Assessor, Question, concerns};
use crate::calendar::Way;
use crate::case::entry::{EntryId, PersonId, Subject};

/// Something that is due again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// The item.
    pub item: String,
    /// Its title.
    pub title: String,
    /// The person, where it goes by person.
    pub person: Option<PersonId>,
    /// The last day on which it is still in time.
    pub due: NaiveDate,
    /// The entry it is counted from.
    pub entry: Option<EntryId>,
}

/// Everything that is due again, counted from the latest good entry of each item. What was never done is not among it:
/// that is a gap. Nor is what has an end of its own (`to`).
pub fn renewals(question: &Question<'_>) -> Vec<Renewal> {
    let assessor = Assessor::new(question);
    let mut found = Vec::new();
    for item in question
        .checklist
        .items
        .iter()
        .filter(|item| concerns(question, item))
    {
        let Some(interval) = item
            .repeat
            .as_ref()
            .filter(|interval| interval.to.is_none())
        else {
            continue;
        };
        // What is answered once for the school is due in the school's own record alone.
        if item.about_school && question.state.case.subject != Subject::School {
            continue;
        }
        for (whose, counts, apart) in assessor.whose(item) {
            let person = match &whose {
                Whose::Person { id, .. } => Some(id.clone()),
                Whose::Everybody | Whose::Nobody => None,
            };
            // Of people who share an id it is not known when it was last done for whom: that is a gap.
            if counts.is_no()
                || !apart.is_empty()
                || assessor.applies(item, person.as_ref()).truth.is_no()
            {
                continue;
            }
            let good = assessor.good_entries(item, &whose);
            let Some(last) = good.last() else { continue };
            let due = question
                .calendar
                .step(last.day, interval.every, interval.unit, Way::On)
                .known();
            let (item, title, entry) = (item.id.clone(), item.title.clone(), last.id.cloned());
            found.extend(due.map(|due| Renewal {
                item,
                title,
                person,
                due,
                entry,
            }));
        }
    }
    found
}
