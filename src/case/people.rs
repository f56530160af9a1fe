//! Who belongs to a case on a day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::entry::{Content, EntryId, PersonEntry, PersonId, Role, YesNo};
use super::state::{CaseState, Event, Standing};
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
    /// The entries that give them twice, made apart and then joined: they add several people under one id, or are two
    /// versions of what adds this one.
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

/// What an event tells now: one content, or each version of it where several stand beside one another.
pub(super) fn event_contents<'s, 'c>(
    state: &'s CaseState<'c>,
    event: &'s Event<'c>,
) -> impl Iterator<Item = (usize, &'c Content)> + 's {
    let (one, several) = match &event.standing {
        Standing::Current { entry, content } => (Some((*entry, *content)), &[][..]),
        Standing::Contested(versions) => (None, versions.as_slice()),
        Standing::Withdrawn(_) | Standing::Struck => (None, &[][..]),
    };
    let several = several
        .iter()
        .filter_map(|n| Some((*n, state.entry(*n).content()?)));
    one.into_iter().chain(several)
}

/// Whether an entry adds somebody: it gives both a name and a role.
fn adds(entry: &PersonEntry) -> bool {
    matches!(
        entry,
        PersonEntry::Named {
            name: Some(_),
            role: Some(_),
            ..
        }
    )
}

/// The id under which an entry adds somebody.
pub(super) fn added(content: &Content) -> Option<&PersonId> {
    match content {
        Content::Person(entry @ PersonEntry::Named { person, .. }) if adds(entry) => Some(person),
        _ => None,
    }
}

/// Whether an entry is by or about a person.
pub(super) fn goes_by(content: &Content, id: &PersonId) -> bool {
    match content {
        Content::Action(action) => action.persons.contains(id),
        Content::Fact(fact) => fact.persons.contains(id),
        Content::Person(PersonEntry::Named { person, .. }) => person == id,
        _ => false,
    }
}

impl CaseState<'_> {
    /// Everybody who belongs to the case on a day, by id.
    ///
    /// Somebody belongs from the day they were added with. What is changed without a day holds as long as they belong;
    /// what is said of a day after their last one brings them back. Where several people share an id, each of them is
    /// given, as far as what is said of them can be told apart.
    pub fn people_on(&self, day: NaiveDate) -> Vec<Person> {
        let entries = self.in_time(|content| match content {
            Content::Person(PersonEntry::Named { from, .. }) => Some(*from),
            _ => None,
        });
        let mut said: BTreeMap<&PersonId, Vec<(usize, &PersonEntry)>> = BTreeMap::new();
        for (n, content) in entries {
            if let Content::Person(entry @ PersonEntry::Named { person, .. }) = content {
                said.entry(person).or_default().push((n, entry));
            }
        }
        let mut people = Vec::new();
        for (id, said) in said {
            let all = || said.iter().map(|(_, entry)| *entry).collect::<Vec<_>>();
            let Some(apart) = self.shared_ids().get(id) else {
                people.extend(person_on(id, &all(), Vec::new(), day));
                continue;
            };
            let contested = self.entry_ids(apart);
            for one in apart {
                let theirs: Vec<&PersonEntry> = said
                    .iter()
                    .filter(|(n, _)| {
                        self.event_of(*n)
                            .is_some_and(|event| self.meant(event, id) == Some(*one))
                    })
                    .map(|(_, entry)| *entry)
                    .collect();
                // Somebody with another id by now stands under that one.
                if theirs.iter().any(|entry| adds(entry)) {
                    people.extend(person_on(id, &theirs, contested.clone(), day));
                }
            }
        }
        people.extend(self.in_two_versions(day));
        people.sort_by(|a, b| a.id.cmp(&b.id));
        people
    }

    /// People whose own entry stands in two versions, as each version gives them: which holds is not known, and leaving
    /// them out would settle the lines of the others.
    fn in_two_versions(&self, day: NaiveDate) -> Vec<Person> {
        let mut found = Vec::new();
        for event in self.events() {
            let Standing::Contested(versions) = &event.standing else {
                continue;
            };
            let contested = self.entry_ids(versions);
            for (_, content) in event_contents(self, event) {
                let Some(id) = added(content) else { continue };
                let Content::Person(entry) = content else {
                    continue;
                };
                found.extend(person_on(id, &[entry], contested.clone(), day));
            }
        }
        found
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

    /// Whether any entry names an id, even one that was corrected or withdrawn since: it is never given again.
    pub fn is_taken(&self, id: &PersonId) -> bool {
        self.case
            .entries
            .iter()
            .filter_map(|entry| entry.content())
            .any(|content| goes_by(content, id))
    }

    /// Everybody who was ever named in the case.
    pub fn ever_named(&self) -> BTreeSet<PersonId> {
        let contents = self
            .events()
            .iter()
            .flat_map(|event| event_contents(self, event));
        let named = contents.filter_map(|(_, content)| match content {
            Content::Person(PersonEntry::Named { person, .. }) => Some(person.clone()),
            _ => None,
        });
        named.chain([PersonId::pupil()]).collect()
    }

    fn entry_ids(&self, entries: &[usize]) -> Vec<EntryId> {
        entries
            .iter()
            .filter_map(|n| self.entry(*n).id.clone())
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
    let first = *entries
        .iter()
        .find(|entry| adds(entry))
        .or(entries.first())?;
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
