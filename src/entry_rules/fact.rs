//! A fact: one the checklist has, with an answer it has, about the right person in the right record.

use super::{Fault, Rules, Source};
use crate::case::CaseId;
use crate::case::entry::{Fact, PersonId, Subject};
use crate::case::family::SIBLING_CASE;
use crate::checklist::Checklist;
use crate::checklist::vocabulary::FactDef;
use crate::day;

/// The fact that is worked out from the date of birth.
pub const SCHOOL_AGE: &str = "compulsory_school_age";

impl<'a> Rules<'a> {
    pub(super) fn of_fact(&self, fact: &Fact, was: Option<&Fact>) -> Vec<Fault> {
        let checklist = match self.list() {
            Ok(checklist) => checklist,
            Err(fault) => return vec![fault],
        };
        let unchanged = was.is_some_and(|was| was.value == fact.value);
        if fact.fact == SIBLING_CASE {
            // The program's own, of every list: a link between the cases of brothers and sisters.
            let is_case = fact.value == "unknown" || CaseId::new(&fact.value).is_ok();
            return (!is_case)
                .then_some(Fault::NotACase)
                .into_iter()
                .chain(self.nobody(&fact.persons))
                .collect();
        }
        let Some(def) = checklist.facts.get(&fact.fact) else {
            // An answer recorded under another list stays, and may be dated anew.
            return if unchanged {
                Vec::new()
            } else {
                vec![Fault::unknown_fact(checklist, &fact.fact)]
            };
        };
        let mut faults = Vec::new();
        if was.is_none() {
            faults.extend(self.wrong_record(checklist, def, &fact.fact));
        }
        if !unchanged {
            faults.extend(answer_fault(&fact.fact, def, &fact.value));
            if let Some(day) = day::stored(&fact.value).filter(|_| def.is_day) {
                faults.extend(self.past_day(day).err());
            }
        }
        if was.is_none_or(|was| was.persons != fact.persons) {
            faults.extend(self.fact_persons(&fact.fact, def, &fact.persons).err());
            faults.extend(self.nobody(&fact.persons));
        }
        if let Some(since) = fact.since
            && was.is_none_or(|was| was.since != Some(since))
        {
            faults.extend(self.past_day(since).err());
        }
        faults
    }

    /// Whether a fact is answered in another record, or nowhere.
    ///
    /// # Errors
    /// Where it is answered instead.
    pub fn fact(&self, name: &str) -> Result<&'a FactDef, Fault> {
        let checklist = self.list()?;
        let def = checklist
            .facts
            .get(name)
            .ok_or_else(|| Fault::unknown_fact(checklist, name))?;
        self.wrong_record(checklist, def, name).map_or(Ok(def), Err)
    }

    /// Whether a fact is answered for these persons, or for nobody in particular.
    ///
    /// # Errors
    /// If it goes by person and nobody is named, or the other way round.
    pub fn fact_persons(
        &self,
        name: &str,
        def: &FactDef,
        persons: &[PersonId],
    ) -> Result<(), Fault> {
        let fact = name.to_owned();
        match (def.each, persons.is_empty()) {
            (Some(role), true) if self.source != Source::Situation => {
                Err(Fault::FactByPerson { fact, role })
            }
            (None, false) => Err(Fault::FactOfNobody { fact }),
            _ => Ok(()),
        }
    }

    fn wrong_record(&self, checklist: &Checklist, def: &FactDef, name: &str) -> Option<Fault> {
        if self.source == Source::Situation {
            return None;
        }
        if name == SCHOOL_AGE {
            return Some(Fault::WorkedOut {
                case: self.case().to_string(),
            });
        }
        // What a list for schools asks by itself is about the school.
        let own = checklist.subject == Subject::School
            && checklist.own_facts.iter().any(|own| own == name);
        match self.state.case.subject {
            Subject::School if !def.about_school && !own => Some(Fault::AboutPupil {
                what: name.to_owned(),
            }),
            Subject::Pupil if def.about_school => {
                self.school_record.map(|record| Fault::AboutSchool {
                    what: name.to_owned(),
                    instead: format!("fact {record} {name}"),
                    there: true,
                })
            }
            Subject::School | Subject::Pupil => None,
        }
    }
}

/// What is wrong with an answer to a fact, if anything is; `unknown` is always one.
pub fn answer_fault(fact: &str, def: &FactDef, value: &str) -> Option<Fault> {
    if def.takes(value) {
        return None;
    }
    let allowed = def.allowed();
    Some(Fault::NotAnAnswerOfFact {
        fact: fact.to_owned(),
        near: allowed
            .iter()
            .any(|answer| strsim::levenshtein(answer, value) <= 2)
            .then(|| value.to_owned()),
        allowed: allowed
            .into_iter()
            .chain(def.is_day.then_some("a day"))
            .chain(["unknown"])
            .map(str::to_owned)
            .collect(),
    })
}
