//! Who belongs to a case on a day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::entry::{Content, Deed, EntryId, PersonEntry, PersonId, Role, YesNo};
use super::state::CaseState;
use crate::truth::Truth;

/// Somebody named in a case, as they stood on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: Option<String>,
    /// What they are to the pupil.
    pub role: Role,
    /// Whether they have parental responsibility.
    pub responsibility: Option<YesNo>,
    /// From which day they belong to the case, if that was said.
    pub from: Option<NaiveDate>,
    /// The entries that give them twice, made apart and then joined.
    pub contested: Vec<EntryId>,
}

impl Person {
    /// Whether they count as one of their role.
    ///
    /// A parent counts unless parental responsibility is said to be `no`; said to be `unknown`, it is not known
    /// whether they count. Others always count.
    pub fn counts(&self) -> Truth {
        if !self.contested.is_empty() {
            return Truth::Unknown;
        }
        match (self.role, self.responsibility) {
            (Role::Parent, Some(YesNo::No)) => Truth::No,
            (Role::Parent, Some(YesNo::Unknown)) => Truth::Unknown,
            _ => Truth::Yes,
        }
    }
}

impl CaseState<'_> {
    /// Everybody who belongs to the case on a day, by id.
    ///
    /// Somebody belongs from the day they were added with. What is changed without a day holds as long as they belong;
    /// what is said of a day after their last one brings them back.
    pub fn people_on(&self, day: NaiveDate) -> Vec<Person> {
        let entries = self.in_time(|content| match content {
            Content::Person(PersonEntry::Named { from, .. }) => Some(*from),
            _ => None,
        });
        let mut said: BTreeMap<&PersonId, Vec<&PersonEntry>> = BTreeMap::new();
        for (_, content) in entries {
            if let Content::Person(entry @ PersonEntry::Named { person, .. }) = content {
                said.entry(person).or_default().push(entry);
            }
        }
        let adds = self.adds();
        let apart = |id| {
            adds.get(id)
                .map(|adds| self.apart(adds))
                .unwrap_or_default()
        };
        said.into_iter()
            .filter_map(|(id, entries)| person_on(id, &entries, apart(id), day))
            .collect()
    }

    /// Whether the case says, for a day, that there is nobody of a role.
    pub fn nobody_of(&self, role: Role, day: NaiveDate) -> bool {
        self.current().any(|(_, content)| match content {
            Content::Person(PersonEntry::None { role: none, from }) => {
                *none == role && from.is_none_or(|from| from <= day)
            }
            _ => false,
        })
    }

    /// The next free id for a person: one that no entry names, not even one whose person was struck since.
    pub fn next_person(&self) -> PersonId {
        let named = self
            .case
            .entries
            .iter()
            .filter_map(|entry| entry.content())
            .flat_map(|content| match content {
                Content::Person(PersonEntry::Named { person, .. }) => vec![person],
                Content::Action(action) => action.persons.iter().collect(),
                Content::Fact(fact) => fact.persons.iter().collect(),
                _ => Vec::new(),
            });
        let struck = self
            .case
            .entries
            .iter()
            .filter(|entry| matches!(entry.deed, Deed::Struck))
            .count();
        let highest = named.filter_map(PersonId::number).max().unwrap_or(0);
        // What was struck may have named somebody; an id left out costs nothing.
        PersonId(format!(
            "p{}",
            highest + 1 + u32::try_from(struck).unwrap_or_default()
        ))
    }

    /// Everybody who was ever named in the case.
    pub fn ever_named(&self) -> BTreeSet<PersonId> {
        let named = self.current().filter_map(|(_, content)| match content {
            Content::Person(PersonEntry::Named { person, .. }) => Some(person.clone()),
            _ => None,
        });
        named.chain([PersonId::pupil()]).collect()
    }

    /// The entries that add each person.
    fn adds(&self) -> BTreeMap<&PersonId, Vec<usize>> {
        let mut adds: BTreeMap<&PersonId, Vec<usize>> = BTreeMap::new();
        for (entry, content) in self.current() {
            if let Content::Person(PersonEntry::Named {
                person,
                name: Some(_),
                role: Some(_),
                ..
            }) = content
            {
                adds.entry(person).or_default().push(entry);
            }
        }
        adds
    }

    /// Of the entries that add one id, those that add two different persons, neither of which follows the other.
    fn apart(&self, adds: &[usize]) -> Vec<EntryId> {
        let newest = if adds.len() < 2 {
            Vec::new()
        } else {
            self.case.chain.newest(adds)
        };
        if newest.len() < 2 {
            return Vec::new();
        }
        newest
            .into_iter()
            .filter_map(|n| self.case.entries[n].id.clone())
            .collect()
    }
}

/// One person on a day, from what is said of them in the order in which it took effect.
fn person_on(
    id: &PersonId,
    entries: &[&PersonEntry],
    apart: Vec<EntryId>,
    day: NaiveDate,
) -> Option<Person> {
    let added = |entry: &&&PersonEntry| {
        matches!(
            entry,
            PersonEntry::Named {
                name: Some(_),
                role: Some(_),
                ..
            }
        )
    };
    let first = *entries.iter().find(added).or(entries.first())?;
    let PersonEntry::Named {
        name,
        role,
        responsibility,
        from: since,
        until,
        ..
    } = first
    else {
        return None;
    };
    if since.is_some_and(|since| since > day) {
        return None;
    }
    let mut person = Person {
        id: id.clone(),
        name: name.clone(),
        role: role.unwrap_or(Role::Other),
        responsibility: *responsibility,
        from: *since,
        contested: apart,
    };
    let mut end = *until;
    for entry in entries.iter().filter(|entry| !std::ptr::eq(**entry, first)) {
        let PersonEntry::Named {
            name,
            role,
            responsibility,
            from,
            until,
            ..
        } = entry
        else {
            continue;
        };
        if from.is_some_and(|from| from > day) {
            continue;
        }
        if let Some(name) = name {
            person.name = Some(name.clone());
        }
        person.role = role.unwrap_or(person.role);
        person.responsibility = responsibility.or(person.responsibility);
        if from.zip(end).is_some_and(|(from, end)| from > end) {
            end = None;
        }
        end = until.or(end);
    }
    end.is_none_or(|end| day <= end).then_some(person)
}
