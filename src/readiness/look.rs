//! Looks up what conditions name: facts, items, answers, fields and sections.

use super::count::Whose;
use super::{Assessor, Line, State};
use crate::case::entry::{EntryId, PersonId};
use crate::case::state::FactValue;
use crate::checklist::vocabulary::says_one_of;
use crate::checklist::{Item, Level};
use crate::condition::{Condition, Judged, Known, Leaf};
use crate::school_age;
use crate::truth::Truth;

/// The fact that is worked out from the date of birth.
pub(super) const SCHOOL_AGE: &str = "compulsory_school_age";
/// The fact that may be given for one check.
const ROUTE: &str = "route";

/// What a condition is for: it decides what becomes of items that do not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// `when` and `must-when`: what does not apply did not happen.
    When,
    /// `needs`: what does not apply is not owed.
    Needs,
}

/// The value of a fact, wherever it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Value(String),
    Unknown,
    Conflict(Vec<EntryId>),
}

impl<'a> Assessor<'a> {
    /// Works a condition out for an item's line.
    pub(super) fn judge(
        &self,
        condition: &Condition,
        item: &'a Item,
        who: Option<&PersonId>,
        purpose: Purpose,
    ) -> Judged {
        condition.judge(&mut |leaf| self.look(leaf, item, who, purpose))
    }

    /// What is known about one leaf.
    pub(super) fn look(
        &self,
        leaf: &Leaf,
        from: &'a Item,
        who: Option<&PersonId>,
        purpose: Purpose,
    ) -> Known {
        let absent = match purpose {
            Purpose::When => Known::Truth(Truth::No),
            Purpose::Needs => Known::NotOwed,
        };
        match leaf {
            Leaf::Fact { fact, answers } => Known::Truth(match self.fact(fact, who) {
                Said::Value(value) if !self.is_an_answer(fact, &value) => Truth::Unknown,
                Said::Value(value) => answers.contains(&value).into(),
                Said::Unknown | Said::Conflict(_) => Truth::Unknown,
            }),
            Leaf::Item(id) => {
                let Some(item) = self.question.checklist.item(id) else {
                    return absent;
                };
                let lines = self.lines(item);
                let theirs = lines.iter().filter(|line| is_theirs(line, item, from, who));
                let owed: Vec<&Line<'_>> = theirs
                    .filter(|line| line.state != State::NotApplicable)
                    .collect();
                if owed.is_empty() {
                    return absent;
                }
                Known::Truth(owed.iter().fold(Truth::Yes, |all, line| all.and(met(line))))
            }
            Leaf::Answered { item, answers } => {
                let Some((item, who)) = self.other(item, from, who) else {
                    return absent;
                };
                if self.applies_at_all(item, who).is_no() {
                    return absent;
                }
                if self.is_contested(item, who) {
                    return Known::Truth(Truth::Unknown);
                }
                let counted = self.counted_of(item, who);
                Known::Truth(
                    counted
                        .last()
                        .is_some_and(|entry| answers.contains(&entry.action.answer))
                        .into(),
                )
            }
            Leaf::Field {
                item,
                field,
                values,
            } => {
                let Some((item, who)) = self.other(item, from, who) else {
                    return absent;
                };
                if self.applies_at_all(item, who).is_no() {
                    return absent;
                }
                if self.is_contested(item, who) {
                    return Known::Truth(Truth::Unknown);
                }
                let counted = self.counted_of(item, who);
                let value = counted
                    .last()
                    .and_then(|entry| entry.action.fields.get(field));
                Known::Truth(value.map_or(Truth::Unknown, |value| {
                    says_one_of(field, value, values).into()
                }))
            }
            Leaf::Section(id) => Known::Truth(self.section(id)),
            Leaf::Figure { kind, figure } => {
                Known::Truth(self.figure(*kind, figure, from, who).truth)
            }
        }
    }

    /// Another item, and the person whose line is meant where both go by the same role.
    fn other<'w>(
        &self,
        id: &str,
        from: &Item,
        who: Option<&'w PersonId>,
    ) -> Option<(&'a Item, Option<&'w PersonId>)> {
        let item = self.question.checklist.item(id)?;
        Some((
            item,
            who.filter(|_| item.each.is_some() && item.each == from.each),
        ))
    }

    /// Whether each must-level line of a section is met or not applicable.
    fn section(&self, id: &str) -> Truth {
        let checklist = self.question.checklist;
        let Some(section) = checklist
            .sections
            .iter()
            .position(|section| section.id == id)
        else {
            return Truth::Unknown;
        };
        let mut all = Truth::Yes;
        for item in checklist.items_of(section) {
            for line in self
                .lines(item)
                .iter()
                .filter(|line| line.level == Level::Must)
            {
                all = all.and(if line.state == State::NotApplicable {
                    Truth::Yes
                } else {
                    met(line)
                });
            }
        }
        all
    }

    /// Whether an item applies, for a person or for anybody.
    pub(super) fn applies_at_all(&self, item: &'a Item, who: Option<&PersonId>) -> Truth {
        let mut any = Truth::No;
        for (whose, counts, _) in self.whose_of(item, who) {
            let person = match &whose {
                Whose::Person { id, .. } => Some(id),
                Whose::Everybody | Whose::Nobody => None,
            };
            let holds = self.applies(item, person).truth;
            any = any.or(holds.and(counts));
        }
        any
    }

    /// Whether an item's own condition holds, for a person or for everybody.
    pub(super) fn applies(&self, item: &'a Item, person: Option<&PersonId>) -> Judged {
        // An empty list of conditions asks nothing.
        let nothing = Condition::All(Vec::new());
        self.judge(
            item.when.as_ref().unwrap_or(&nothing),
            item,
            person,
            Purpose::When,
        )
    }

    /// Whether a value is one the fact has: a slip of the pen in a file answers nothing.
    pub(super) fn is_an_answer(&self, fact: &str, value: &str) -> bool {
        self.question
            .checklist
            .facts
            .get(fact)
            .is_none_or(|def| def.allowed().contains(&value))
    }

    /// What is said about a fact on the day of the check.
    pub(super) fn fact(&self, name: &str, who: Option<&PersonId>) -> Said {
        let question = self.question;
        if name == ROUTE
            && let Some(route) = question.route
        {
            return Said::Value(route.to_owned());
        }
        let def = question.checklist.facts.get(name);
        let who = who.filter(|_| def.is_some_and(|def| def.each.is_some()));
        let about_school = def.is_some_and(|def| def.about_school);
        let mut said = Said::Unknown;
        if let Some(school) = question.school.filter(|_| about_school) {
            said = of_value(&school.fact_on(name, None, question.as_of));
        }
        if said == Said::Unknown {
            said = of_value(&question.state.fact_on(name, who, question.as_of));
        }
        if said == Said::Unknown
            && name == SCHOOL_AGE
            && let Some(born) = question.state.details().born
        {
            let word = if school_age::holds(born, question.as_of) {
                "yes"
            } else {
                "no"
            };
            return Said::Value(word.to_owned());
        }
        said
    }
}

fn of_value(value: &FactValue<'_>) -> Said {
    match value {
        FactValue::Known { value, .. } => Said::Value((*value).to_owned()),
        FactValue::Unknown | FactValue::WhoIsMeant => Said::Unknown,
        FactValue::Conflict(entries) => Said::Conflict(entries.clone()),
    }
}

/// Whether a line is the person's own, or counts among all the lines together.
fn is_theirs(line: &Line<'_>, item: &Item, from: &Item, who: Option<&PersonId>) -> bool {
    match who {
        Some(who) if item.each.is_some() && item.each == from.each => {
            line.person.as_ref() == Some(who)
        }
        _ => true,
    }
}

fn met(line: &Line<'_>) -> Truth {
    match line.state {
        State::Met => Truth::Yes,
        State::Undecided => Truth::Unknown,
        State::Blocks | State::Advisory | State::Derived | State::NotApplicable => Truth::No,
    }
}
