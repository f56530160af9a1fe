//! What was done, declined or considered: its item, its day, and what the item asks for.

use super::{Fault, Rules, Source};
use crate::case::entry::{Action, Answer, Attachment, PersonId, Role};
use crate::checklist::vocabulary::{FieldKind, field_kind};
use crate::checklist::{Checklist, Item};
use crate::{day, percent};

impl Rules<'_> {
    /// Faults of an action; of a corrected one only those of what is new, with the entry it corrects by its place.
    pub(super) fn of_action(&self, action: &Action, was: Option<(usize, &Action)>) -> Vec<Fault> {
        let checklist = match self.list() {
            Ok(checklist) => checklist,
            Err(fault) => return vec![fault],
        };
        let before = was.map(|(_, before)| before);
        let kept = was.filter(|(_, before)| before.item == action.item);
        let (items, moved): (Vec<&Item>, bool) = match kept {
            // Under another list than it was recorded on, an entry counts for what a move carried it to.
            Some((entry, before)) => {
                let ids = self.state.items_of(entry, before);
                (
                    ids.iter().filter_map(|id| checklist.item(id)).collect(),
                    false,
                )
            }
            None => match self.item(&action.item) {
                Ok(item) => (vec![item], true),
                Err(fault) => return vec![fault],
            },
        };
        let mut faults = Vec::new();
        if action.date.is_none()
            && before.is_none_or(|before| before.date.is_some())
            && self.source != Source::Situation
        {
            faults.push(Fault::NoDay);
        }
        let changed = |same: bool| before.is_none() || !same;
        if changed(before.is_some_and(|b| b.answer == action.answer && b.reason == action.reason)) {
            faults.extend(self.of_reason(action, &items));
        }
        if changed(before.is_some_and(|b| b.persons == action.persons)) {
            faults.extend(self.nobody(&action.persons));
        }
        if moved || changed(before.is_some_and(|b| b.persons == action.persons)) {
            faults.extend(items.iter().find_map(|item| self.for_whom(item, action)));
        }
        for (name, value) in &action.fields {
            if before.is_some_and(|before| before.fields.get(name) == Some(value)) {
                continue;
            }
            faults.extend(field_fault(checklist, name, value));
        }
        if let Some(item) = items.first() {
            faults.extend(self.of_names(checklist, item, action, before));
            if moved || changed(before.is_some_and(|b| b.fields == action.fields)) {
                faults.extend(agreed(checklist, item, action));
            }
        }
        if changed(before.is_some_and(|b| b.fields == action.fields && b.date == action.date)) {
            faults.extend(
                items
                    .first()
                    .and_then(|item| self.reversed(checklist, item, action)),
            );
        }
        for point in &action.points {
            if before.is_some_and(|before| before.points.contains(point)) && !moved {
                continue;
            }
            let known: Vec<&str> = items
                .iter()
                .flat_map(|item| checklist.points_of(item))
                .map(|(name, _)| name.as_str())
                .collect();
            if !known.contains(&point.as_str()) {
                faults.push(Fault::unknown_point(&action.item, point, &known));
            }
        }
        let answered_anew = moved || before.is_some_and(|b| b.answer != action.answer);
        if before.is_none() || answered_anew {
            faults.extend(
                items
                    .first()
                    .and_then(|item| self.blank(checklist, item, action)),
            );
        }
        if before.is_none() || answered_anew {
            faults.extend(
                items
                    .first()
                    .and_then(|item| self.undocumented(checklist, item, action)),
            );
        }
        faults.extend(self.not_a_copy(action, before));
        faults
    }

    fn of_reason(&self, action: &Action, items: &[&Item]) -> Option<Fault> {
        let given = action
            .reason
            .as_ref()
            .is_some_and(|reason| !reason.trim().is_empty());
        match action.answer {
            Answer::Done if given => Some(Fault::ReasonWithDone {
                accepts: items
                    .first()
                    .map(|item| item.accepts.clone())
                    .unwrap_or_default(),
            }),
            Answer::Done => None,
            answer if !given && !self.may_be_incomplete() => Some(Fault::ReasonMissing { answer }),
            _ => None,
        }
    }

    /// What an item asks for may be added later where somebody said so, and in a situation.
    fn may_be_incomplete(&self) -> bool {
        self.waived.incomplete || self.source == Source::Situation
    }

    /// An item that goes by person says for whom, unless only one is named.
    fn for_whom(&self, item: &Item, action: &Action) -> Option<Fault> {
        let role = item.each.filter(|_| action.persons.is_empty())?;
        if self.source == Source::Situation {
            return None;
        }
        let ids: Vec<String> = self
            .persons_of(role)
            .into_iter()
            .map(|person| person.0)
            .collect();
        (ids.len() > 1).then(|| Fault::ForWhom {
            item: item.id.clone(),
            role,
            ids,
        })
    }

    /// The persons of a role who count today; the pupil first, where children are meant.
    pub fn persons_of(&self, role: Role) -> Vec<PersonId> {
        let pupil = (role == Role::Child).then(PersonId::pupil);
        let named = self
            .state
            .people_on(self.today)
            .into_iter()
            .filter(|person| person.role == role && !person.counts().is_no())
            .map(|person| person.id);
        pupil.into_iter().chain(named).collect()
    }

    /// A name does not belong into an entry, but for the sign-off that asks for it.
    fn of_names(
        &self,
        checklist: &Checklist,
        item: &Item,
        action: &Action,
        before: Option<&Action>,
    ) -> Option<Fault> {
        if self.source == Source::Situation {
            return None;
        }
        let asked = checklist.asked_for(item);
        let field = ["name", "role"].into_iter().find(|name| {
            let held = action.fields.get(*name);
            held.is_some()
                && !asked.contains(name)
                && before.is_none_or(|before| before.fields.get(*name) != held)
        })?;
        Some(Fault::NameInEntry {
            item: item.id.clone(),
            field,
        })
    }

    /// What the item asks for and the entry leaves blank.
    fn blank(&self, checklist: &Checklist, item: &Item, action: &Action) -> Option<Fault> {
        if action.answer != Answer::Done || self.may_be_incomplete() {
            return None;
        }
        let is_blank = |name: &&str| {
            action
                .fields
                .get(*name)
                .is_none_or(|value| value.trim().is_empty())
        };
        let missing: Vec<&str> = checklist
            .asked_for(item)
            .into_iter()
            .filter(is_blank)
            .collect();
        if missing.is_empty() {
            return None;
        }
        let asks = missing
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), checklist.fields.get(*name)?.ask.clone())))
            .collect();
        Some(Fault::Blank {
            item: item.id.clone(),
            names: missing.into_iter().map(str::to_owned).collect(),
            asks,
        })
    }

    /// A period that ends before it begins. A situation may hold one, to show what the checklist makes of it.
    fn reversed(&self, checklist: &Checklist, item: &Item, action: &Action) -> Option<Fault> {
        if action.answer != Answer::Done || self.source == Source::Situation {
            return None;
        }
        checklist
            .reversed_period(item, action.date, &action.fields)
            .map(Fault::Reversed)
    }

    /// Documents that the item asks for and that are not with the entry.
    fn undocumented(&self, checklist: &Checklist, item: &Item, action: &Action) -> Option<Fault> {
        if action.answer != Answer::Done || self.may_be_incomplete() {
            return None;
        }
        let has = |name: &str| action.attach.iter().any(|document| document.name == name);
        let names: Vec<String> = checklist
            .documents_of(item)
            .into_iter()
            .filter(|name| !has(name))
            .map(str::to_owned)
            .collect();
        (!names.is_empty()).then(|| Fault::Undocumented {
            item: item.id.clone(),
            names,
        })
    }

    /// A copy that an entry names is one of this case, called by its hash.
    fn not_a_copy(&self, action: &Action, before: Option<&Action>) -> Option<Fault> {
        let folder = format!("evidence/{}/", self.case());
        let is_ours = |copy: &Attachment, hash: &str| {
            hash.len() == 64
                && hash.bytes().all(|b| b.is_ascii_hexdigit())
                && copy.file.starts_with(&format!("{folder}{hash}"))
        };
        let new = action
            .attach
            .iter()
            .filter(|copy| before.is_none_or(|before| !before.attach.contains(copy)));
        let wrong = new
            .filter_map(|copy| Some((copy, copy.sha256.as_deref()?)))
            .find(|(copy, hash)| !is_ours(copy, hash) && self.source != Source::Situation)?;
        Some(Fault::NotACopy {
            name: wrong.0.name.clone(),
        })
    }
}

/// A follow-up is told whole: what is to be done, and by whom where the checklist demands it.
fn agreed(checklist: &Checklist, item: &Item, action: &Action) -> Option<Fault> {
    let has = |name: &str| action.fields.contains_key(name);
    let asked = checklist.asked_for(item);
    let alone = ["due", "owner"]
        .into_iter()
        .find(|name| has(name) && !asked.contains(name));
    if let Some(field) = alone.filter(|_| !has("next") && !asked.contains(&"next")) {
        return Some(Fault::WithoutNext { field });
    }
    let unowned = has("due") && !has("owner");
    (unowned && checklist.wants_owner() && !item.wants_owner()).then(|| Fault::NoOwner {
        list: checklist.id.clone(),
    })
}

/// What is wrong with a field's value as it is kept, if anything is.
pub fn field_fault(checklist: &Checklist, name: &str, value: &str) -> Option<Fault> {
    let Some(def) = checklist.fields.get(name) else {
        return Some(Fault::unknown_field(checklist, name));
    };
    let field = name.to_owned();
    match field_kind(name) {
        FieldKind::Day if day::stored(value).is_none() => Some(Fault::NotADay { field }),
        FieldKind::Period if day::period(value).is_none() => Some(Fault::NotAPeriod { field }),
        FieldKind::Percent if percent::read(value).is_none() => Some(Fault::NotAPercent { field }),
        FieldKind::Words if !def.answers.is_empty() && !def.answers.iter().any(|a| a == value) => {
            Some(Fault::not_an_answer(&field, value, &def.answers))
        }
        FieldKind::Day | FieldKind::Period | FieldKind::Percent | FieldKind::Words => None,
    }
}
