//! Who belongs to a case on a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::entry::{Content, EntryId, PersonEntry, PersonId, Role, YesNo};
use super::state::{CaseState, Standing};
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
    pub fn people_on(&self, day: NaiveDate) -> Vec<Person> {
        let mut found: BTreeMap<PersonId, (Person, Option<NaiveDate>)> = BTreeMap::new();
        for (entry, content) in self.in_time(|content| match content {
            Content::Person(PersonEntry::Named { from, .. }) => Some(*from),
            _ => None,
        }) {
            let Content::Person(PersonEntry::Named { person, name, role, responsibility, from, until }) =
                content
            else {
                continue;
            };
            if from.is_some_and(|from| from > day) {
                continue;
            }
            let (known, end) = found.entry(person.clone()).or_insert_with(|| {
                let role = role.unwrap_or(Role::Other);
                let contested = self.named_apart(person);
                let responsibility = None;
                (
                    Person { id: person.clone(), name: None, role, responsibility, from: *from, contested },
                    None,
                )
            });
            if let Some(name) = name {
                known.name = Some(name.clone());
            }
            known.role = role.unwrap_or(known.role);
            known.responsibility = responsibility.or(known.responsibility);
            *end = until.or(*end);
            let _ = entry;
        }
        let there = |end: &Option<NaiveDate>| end.is_none_or(|end| day <= end);
        found.into_values().filter(|(_, end)| there(end)).map(|(person, _)| person).collect()
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

    /// The next free id for a person.
    pub fn next_person(&self) -> PersonId {
        let used = self.case.entries.iter().filter_map(|entry| match entry.content()? {
            Content::Person(PersonEntry::Named { person, .. }) => person.number(),
            _ => None,
        });
        PersonId(format!("p{}", used.max().unwrap_or(0) + 1))
    }

    /// Entries that add one id as two different persons, neither of which follows the other.
    fn named_apart(&self, id: &PersonId) -> Vec<EntryId> {
        let adds: Vec<usize> = self
            .events()
            .iter()
            .filter_map(|event| match event.standing {
                Standing::Current {
                    entry,
                    content: Content::Person(PersonEntry::Named { person, name: Some(_), role: Some(_), .. }),
                } if person == id => Some(entry),
                _ => None,
            })
            .collect();
        let newest = self.case.chain.newest(&adds);
        if newest.len() < 2 {
            return Vec::new();
        }
        newest.into_iter().filter_map(|n| self.case.entries[n].id.clone()).collect()
    }
}
