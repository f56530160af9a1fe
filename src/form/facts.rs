//! What a form tells of facts, and the day on which support began.

use chrono::NaiveDate;

use super::entries::{name_of, shown};
use super::fill::Fill;
use crate::case::entry::{PersonId, Role, Subject};
use crate::case::state::{CaseState, FactValue};
use crate::checklist::Item;
use crate::checklist::vocabulary::SUPPORT_BEGAN;
use crate::day;
use crate::school_age;

impl Fill<'_> {
    /// What is known about a fact on the day of the form, for each person by name where it goes by person.
    pub(super) fn fact(&self, name: &str) -> Vec<(Option<String>, String)> {
        let question = self.question;
        if let Some(route) = question.route.filter(|_| name == "route") {
            return vec![(None, route.to_owned())];
        }
        let def = question.checklist.facts.get(name);
        let known = |state: &CaseState<'_>, who: Option<&PersonId>| match state.fact_on(
            name,
            who,
            question.as_of,
        ) {
            FactValue::Known { value, .. } => Some(value.to_owned()),
            FactValue::Unknown | FactValue::Conflict(_) | FactValue::WhoIsMeant => None,
        };
        if let Some(role) = def.and_then(|def| def.each) {
            let mut people: Vec<PersonId> = question
                .state
                .people_on(question.as_of)
                .into_iter()
                .filter(|person| person.role == role && !person.counts().is_no())
                .map(|person| person.id)
                .collect();
            if role == Role::Child {
                people.insert(0, PersonId::pupil());
            }
            return people
                .iter()
                .filter_map(|who| {
                    let value = known(question.state, Some(who))?;
                    let name = if *who == PersonId::pupil() {
                        question.state.details().name.unwrap_or_default()
                    } else {
                        name_of(question.state, who, [Some(question.as_of), None])
                    };
                    Some((Some(name), value))
                })
                .collect();
        }
        let at_school = question
            .school
            .filter(|_| def.is_some_and(|def| def.about_school))
            .and_then(|school| known(school, None));
        let age = || {
            let born = question.state.details().born?;
            let holds = school_age::holds(born, question.as_of);
            (name == "compulsory_school_age").then(|| if holds { "yes" } else { "no" }.to_owned())
        };
        at_school
            .or_else(|| known(question.state, None))
            .or_else(age)
            .map(|value| (None, value))
            .into_iter()
            .collect()
    }

    /// The day support began: the one that was recorded, or that of the first action that counts.
    pub(super) fn began(&self) -> Option<NaiveDate> {
        let recorded = self.fact(SUPPORT_BEGAN);
        if let Some(day) = recorded.first().and_then(|(_, day)| day::stored(day)) {
            return Some(day);
        }
        let own = self.state().case.subject == Subject::School;
        let items = &self.question.checklist.items;
        let items: Vec<&Item> = items
            .iter()
            .filter(|item| own || !item.about_school)
            .collect();
        let (entries, _) = shown(&items, |item| self.record(item), self.question.as_of);
        entries
            .iter()
            .filter(|one| !one.signed && one.item.takes(one.action.answer))
            .filter_map(|one| one.action.date)
            .min()
    }
}
