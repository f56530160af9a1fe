//! Everything else that is told: people, notes, signatures, closing, and the council's answer.

use super::{Fault, Rules, Source};
use crate::case::content::is_kebab;
use crate::case::council::CouncilResult;
use crate::case::entry::{
    Action, CloseReason, Content, Details, PersonEntry, PersonId, Plan, Sign, Subject,
};
use crate::case::{upn, verify};
use crate::day;

impl Rules<'_> {
    pub(super) fn of_other(&self, content: &Content, was: Option<&Content>) -> Vec<Fault> {
        match content {
            Content::Opened { .. } if was.is_none() => {
                self.only_by("a case is opened", "new".to_owned())
            }
            Content::Checklist { .. } if self.source == Source::Hand => {
                self.only_by("a case is moved", format!("move {}", self.case()))
            }
            Content::Joined { .. } if self.source == Source::Hand => {
                self.only_by("copies are joined", "join".to_owned())
            }
            Content::Sign(_) if self.source == Source::Hand => {
                self.only_by("a signature is given", format!("sign {}", self.case()))
            }
            Content::Sign(sign) => self.of_sign(sign),
            Content::Person(person) => self.of_person(person, was),
            Content::Close { reason, .. } => self.of_close(*reason, was),
            Content::Reopen { .. } if was.is_none() => {
                let open = self.state.closed_on(self.today).is_none();
                (open && self.source != Source::Situation)
                    .then_some(Fault::NotClosed)
                    .into_iter()
                    .collect()
            }
            Content::Outcome {
                result,
                date,
                reason,
                items,
            } => {
                let known = was.and_then(|was| match was {
                    Content::Outcome { items, .. } => Some(items.as_slice()),
                    _ => None,
                });
                let mut faults = self.of_outcome(result, reason.as_deref(), items, known);
                if was.is_none_or(|was| was.date() != *date) {
                    faults.extend(date.and_then(|date| self.before_opening(date)));
                }
                faults
            }
            Content::Opened { details, .. } | Content::Details(details) => {
                let before = match was {
                    Some(Content::Opened { details, .. } | Content::Details(details)) => {
                        Some(details)
                    }
                    _ => None,
                };
                self.of_details(details, before)
            }
            Content::Checklist { .. }
            | Content::Joined { .. }
            | Content::Note { .. }
            | Content::Reopen { .. }
            // Each of these three has a file of its own.
            | Content::Action(_)
            | Content::Fact(_)
            | Content::Plan(_) => Vec::new(),
        }
    }

    /// A school has no birthday, and nobody is born tomorrow.
    fn of_details(&self, details: &Details, was: Option<&Details>) -> Vec<Fault> {
        if self.source == Source::Situation {
            return Vec::new();
        }
        let mut faults = Vec::new();
        let new = |one: Option<&String>, before: Option<&String>| one.is_some() && one != before;
        let of_pupil = details.name.is_some()
            || details.upn.is_some()
            || details.born.is_some()
            || details.year_group.is_some();
        if self.state.case.subject == Subject::School && of_pupil && was != Some(details) {
            faults.push(Fault::NoPupilHere {
                case: self.case().to_string(),
            });
        }
        if new(details.upn.as_ref(), was.and_then(|was| was.upn.as_ref()))
            && let Some(what) = details.upn.as_deref().and_then(upn::fault)
        {
            faults.push(Fault::NotAUpn { what });
        }
        if let Some(born) = details.born.filter(|born| *born > self.today)
            && was.is_none_or(|was| was.born != Some(born))
        {
            faults.push(Fault::BornInFuture { day: born });
        }
        faults
    }

    fn only_by(&self, what: &'static str, command: String) -> Vec<Fault> {
        if self.source == Source::Situation {
            Vec::new()
        } else {
            vec![Fault::ByCommand { what, command }]
        }
    }

    /// A signature must never fix a record that is damaged, and names a role and an item as they are written.
    fn of_sign(&self, sign: &Sign) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.source != Source::Situation
            && let Some(found) = verify::faults(self.state.case).first()
        {
            faults.push(Fault::BrokenRecord {
                finding: found.finding.as_str(),
                line: found.place.line,
                case: self.case().to_string(),
            });
        }
        if !is_kebab(&sign.role) {
            faults.push(Fault::NotARole);
        }
        if let Some(item) = &sign.item {
            faults.extend(self.known_item(item).err());
        }
        if let Some(list) = self.checklist {
            for (name, value) in &sign.fields {
                faults.extend(super::field_fault(list, name, value));
            }
        }
        faults
    }

    fn of_person(&self, person: &PersonEntry, was: Option<&Content>) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.source == Source::Situation {
            return faults;
        }
        if self.state.case.subject == Subject::School {
            return vec![Fault::NoPeopleHere {
                case: self.case().to_string(),
            }];
        }
        let days = match person {
            PersonEntry::Named {
                person,
                name,
                role,
                from,
                until,
                ..
            } => {
                if was.is_none() && !self.is_named(person) {
                    // Whoever is new says who they are: an end, or a change, of nobody is a slip.
                    match (name, role) {
                        (Some(_), Some(_)) => {}
                        (None, None) => faults.push(Fault::nobody(self.state, &person.0)),
                        (None, Some(_)) => faults.push(Fault::NameMissing),
                        (Some(_), None) => faults.push(Fault::RoleMissing),
                    }
                }
                [*from, *until]
            }
            PersonEntry::None { role, from } => {
                let named: Vec<String> = self
                    .state
                    .people_on(self.today)
                    .into_iter()
                    .filter(|person| person.role == *role)
                    .map(|person| person.id.0)
                    .collect();
                if was.is_none() && !named.is_empty() {
                    faults.push(Fault::RoleIsNamed {
                        role: *role,
                        ids: named,
                        case: self.case().to_string(),
                    });
                }
                [*from, None]
            }
        };
        let before = match was {
            Some(Content::Person(PersonEntry::Named { from, until, .. })) => [*from, *until],
            Some(Content::Person(PersonEntry::None { from, .. })) => [*from, None],
            _ => [None, None],
        };
        for day in days.into_iter().flatten() {
            if !before.contains(&Some(day)) {
                faults.extend(self.past_day(day).err());
            }
        }
        faults
    }

    fn is_named(&self, person: &PersonId) -> bool {
        self.state.current().any(|(_, content)| {
            matches!(content, Content::Person(PersonEntry::Named { person: known, .. }) if known == person)
        })
    }

    fn of_close(&self, reason: CloseReason, was: Option<&Content>) -> Vec<Fault> {
        if self.source == Source::Situation {
            return Vec::new();
        }
        let mut faults = Vec::new();
        let same = matches!(was, Some(Content::Close { reason: before, .. }) if *before == reason);
        if !same && self.state.case.subject == Subject::School && reason != CloseReason::Other {
            faults.push(Fault::ClosedAsPupil { reason });
        }
        if was.is_none() && self.state.closed_on(self.today).is_some() {
            faults.push(Fault::ClosedAlready {
                case: self.case().to_string(),
            });
        }
        faults
    }

    fn of_outcome(
        &self,
        result: &str,
        reason: Option<&str>,
        items: &[String],
        known: Option<&[String]>,
    ) -> Vec<Fault> {
        if self.source == Source::Situation {
            return Vec::new();
        }
        if self.state.case.subject == Subject::School {
            return vec![Fault::ReferredToNobody];
        }
        let mut faults = Vec::new();
        let result = CouncilResult::from_word(result);
        if result.is_none() {
            faults.push(Fault::NotAResult);
        }
        if result == Some(CouncilResult::Accepted) && !items.is_empty() {
            faults.push(Fault::AcceptedWithItems);
        }
        if result == Some(CouncilResult::Returned) && reason.is_none() {
            faults.push(Fault::ReturnedWithoutReason);
        }
        if known != Some(items) {
            faults.extend(items.iter().find_map(|item| self.known_item(item).err()));
        }
        faults
    }

    fn before_opening(&self, date: chrono::NaiveDate) -> Option<Fault> {
        let opened = day::stored(&self.state.case.opened)?;
        (date < opened && self.source != Source::Situation)
            .then_some(Fault::BeforeOpening { day: date, opened })
    }
}

/// Whether two entries tell the very same thing, in whatever order its lists are written.
pub fn tells_the_same(held: &Content, new: &Content) -> bool {
    match (held, new) {
        (Content::Action(a), Content::Action(b)) => same_action(a, b),
        (Content::Plan(a), Content::Plan(b)) => same_plan(a, b),
        (
            Content::Person(PersonEntry::Named {
                name: Some(a),
                role: Some(of_a),
                ..
            }),
            Content::Person(PersonEntry::Named {
                name: Some(b),
                role: Some(of_b),
                ..
            }),
        ) => a == b && of_a == of_b,
        (Content::Note { text: a, date: x }, Content::Note { text: b, date: y }) => {
            a == b && x == y
        }
        (Content::Outcome { .. }, Content::Outcome { .. }) => held == new,
        _ => false,
    }
}

/// The same item, day, answer, texts, people and documents.
pub fn same_action(a: &Action, b: &Action) -> bool {
    fn sorted<T: Ord>(list: &[T]) -> Vec<&T> {
        let mut list: Vec<&T> = list.iter().collect();
        list.sort();
        list
    }
    let documents = |action: &Action| {
        let mut names: Vec<_> = action
            .attach
            .iter()
            .map(|one| (one.name.clone(), one.sha256.clone(), one.file.clone()))
            .collect();
        names.sort();
        names
    };
    a.item == b.item
        && a.date == b.date
        && a.answer == b.answer
        && a.reason == b.reason
        && a.fields == b.fields
        && sorted(&a.persons) == sorted(&b.persons)
        && sorted(&a.points) == sorted(&b.points)
        && documents(a) == documents(b)
}

/// The same thing to be done by the same day: who sees to it and remarks may differ.
fn same_plan(a: &Plan, b: &Plan) -> bool {
    a.settles.is_none()
        && b.settles.is_none()
        && a.next == b.next
        && a.due == b.due
        && a.item == b.item
        && a.owner == b.owner
}
