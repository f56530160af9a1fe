//! Which entries count for a line (section 4 of the language).

use std::rc::Rc;

use chrono::NaiveDate;

use super::gap::GapCode;
use super::{Assessor, Persons};
use crate::case::entry::{Action, Answer, Content, EntryId, PersonId, Role, Subject};
use crate::case::signs::Signature;
use crate::case::state::{CaseState, Moment, Standing};
use crate::checklist::Item;
use crate::truth::Truth;

/// An entry that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted<'a> {
    /// What it says.
    pub(super) action: &'a Action,
    /// Its day.
    pub(super) day: NaiveDate,
    /// The entry.
    pub(super) id: Option<&'a EntryId>,
    /// The signature, where it is one.
    pub(super) sign: Option<&'a Signature<'a>>,
    /// Its place in the log.
    pub(super) entry: usize,
    moment: Moment<'a>,
}

impl Counted<'_> {
    /// Whether something was done, and not declined or the like.
    pub(super) fn is_done(&self) -> bool {
        self.action.answer == Answer::Done
    }

    pub(super) fn rank(&self) -> (NaiveDate, Moment<'_>) {
        (self.day, self.moment)
    }
}

/// An entry that was recorded for the line and does not count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missed<'a> {
    /// Why not.
    pub(super) code: GapCode,
    /// What it says.
    pub(super) action: &'a Action,
    /// The entry.
    pub(super) id: Option<&'a EntryId>,
}

/// An event with two versions, either of which might count.
#[derive(Debug, Clone)]
pub(super) struct Contested<'a> {
    /// The latest day of its versions.
    pub(super) day: Option<NaiveDate>,
    /// Points its versions would cover.
    pub(super) points: Vec<&'a str>,
    /// Its first entry.
    pub(super) id: Option<&'a EntryId>,
}

/// Everything recorded for a line.
#[derive(Debug, Default)]
pub(super) struct Tallied<'a> {
    /// Entries that count, by day, then when recorded, then id.
    pub(super) counted: Vec<Counted<'a>>,
    /// Entries that do not, in the same order.
    pub(super) missed: Vec<Missed<'a>>,
    /// Events of which it is not known.
    pub(super) contested: Vec<Contested<'a>>,
    /// Lines of the file in which an entry without id begins.
    pub(super) unsealed: Vec<usize>,
}

impl<'a> Tallied<'a> {
    /// The entries that are looked at: all that were done, and a refusal only if it is the latest that counts.
    pub(super) fn looked_at(&self) -> Vec<Counted<'a>> {
        let last = self.counted.len().saturating_sub(1);
        let looked = self
            .counted
            .iter()
            .enumerate()
            .filter(|(n, one)| one.is_done() || *n == last);
        looked.map(|(_, one)| *one).collect()
    }
}

/// Whose line it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    /// Nobody's in particular.
    Everybody,
    /// One person's. `alone` if nobody else of the role is named, so that an entry need not say for whom it is.
    Person {
        /// Who.
        id: PersonId,
        /// Whether nobody else of the role is named.
        alone: bool,
    },
    /// It goes by person, and nobody is named.
    Nobody,
}

impl<'a> Assessor<'a> {
    /// The record an item is answered in.
    pub(super) fn record_of(&self, item: &Item) -> Option<&'a CaseState<'a>> {
        let own = self.question.state.case.subject == Subject::School;
        if item.about_school && !own {
            self.question.school
        } else {
            Some(self.question.state)
        }
    }

    /// Sorts out what was recorded for an item's line up to the day of the check.
    pub(super) fn tally(&self, item: &'a Item, whose: &Whose) -> Tallied<'a> {
        let mut tallied = Tallied::default();
        let Some(state) = self.record_of(item) else {
            return tallied;
        };
        let named = |entry: usize, action: &Action| {
            item.counted_items()
                .any(|one| state.is_for(entry, action, one))
        };
        let mut missed: Vec<(Option<NaiveDate>, _, Missed<'a>)> = Vec::new();
        for event in state.events_on(item.counted_items()) {
            match &event.standing {
                Standing::Current {
                    entry,
                    content: Content::Action(action),
                } if named(*entry, action) => {
                    let id = state.entry(*entry).id.as_ref();
                    match self.fate(item, whose, action) {
                        Fate::Counts(day) => {
                            let moment = state.moment(*entry);
                            tallied.counted.push(Counted {
                                action,
                                day,
                                id,
                                sign: None,
                                entry: *entry,
                                moment,
                            });
                        }
                        Fate::Misses(code) => {
                            missed.push((
                                action.date,
                                state.moment(*entry),
                                Missed { code, action, id },
                            ));
                        }
                        Fate::NotOurs => {}
                    }
                }
                Standing::Contested(versions) => {
                    let signs_it = |n: &usize| match state.entry(*n).content() {
                        Some(Content::Sign(sign)) => {
                            !item.signed_by.is_empty()
                                && state.names(*n, sign.item.as_deref(), &item.id)
                        }
                        _ => false,
                    };
                    if versions.iter().any(signs_it) {
                        let id = state.entry(event.first).id.as_ref();
                        tallied.contested.push(Contested {
                            day: None,
                            points: Vec::new(),
                            id,
                        });
                    }
                    let actions = versions
                        .iter()
                        .filter_map(|n| match state.entry(*n).content() {
                            Some(Content::Action(action)) if named(*n, action) => Some(action),
                            _ => None,
                        });
                    let ours: Vec<&Action> = actions
                        .filter(|action| !matches!(self.fate(item, whose, action), Fate::NotOurs))
                        .collect();
                    if !ours.is_empty() {
                        tallied.contested.push(Contested {
                            day: ours.iter().filter_map(|action| action.date).max(),
                            points: ours
                                .iter()
                                .flat_map(|action| action.points.iter().map(String::as_str))
                                .collect(),
                            id: state.entry(event.first).id.as_ref(),
                        });
                    }
                }
                _ => {}
            }
        }
        if !item.signed_by.is_empty() && !item.looks_only {
            self.add_signatures(item, whose, state, &mut tallied);
        }
        for entry in state.unsealed() {
            let ours = |action: &Action| item.counted_items().any(|one| one == action.item);
            let is_ours = match entry.content() {
                Some(Content::Action(action)) => ours(action),
                Some(Content::Sign(sign)) => {
                    !item.signed_by.is_empty() && sign.item.as_ref() == Some(&item.id)
                }
                _ => false,
            };
            if is_ours {
                tallied.unsealed.push(entry.place().line);
            }
        }
        tallied.counted.sort_by(|a, b| a.rank().cmp(&b.rank()));
        missed.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        tallied
            .missed
            .extend(missed.into_iter().map(|(_, _, missed)| missed));
        tallied
    }

    /// A signature that names an item counts there, where the item asks for one.
    fn add_signatures(
        &self,
        item: &'a Item,
        whose: &Whose,
        state: &'a CaseState<'a>,
        tallied: &mut Tallied<'a>,
    ) {
        for sign in state
            .signatures()
            .iter()
            .filter(|sign| sign.is_for(state, &item.id))
        {
            let (id, entry) = (state.entry(sign.entry).id.as_ref(), sign.entry);
            match self.fate(item, whose, &sign.action) {
                Fate::Counts(day) => {
                    let moment = state.moment(entry);
                    let action = &sign.action;
                    tallied.counted.push(Counted {
                        action,
                        day,
                        id,
                        sign: Some(sign),
                        entry,
                        moment,
                    });
                }
                Fate::Misses(code) => tallied.missed.push(Missed {
                    code,
                    action: &sign.action,
                    id,
                }),
                Fate::NotOurs => {}
            }
        }
    }

    fn fate(&self, item: &Item, whose: &Whose, action: &Action) -> Fate {
        match whose {
            Whose::Everybody => {}
            Whose::Nobody => return Fate::NotOurs,
            Whose::Person { id, alone } => {
                if !action.persons.is_empty() && !action.persons.contains(id) {
                    return Fate::NotOurs;
                }
                if action.persons.is_empty()
                    && !alone
                    && action.date.is_none_or(|day| day <= self.question.as_of)
                {
                    return Fate::Misses(GapCode::ForWhom);
                }
            }
        }
        let Some(day) = action.date else {
            return Fate::Misses(GapCode::NoDate);
        };
        if day > self.question.as_of {
            // What is planned is not done.
            return Fate::NotOurs;
        }
        if !item.takes(action.answer) {
            return Fate::Misses(GapCode::AnswerNotAccepted);
        }
        if action.answer != Answer::Done && action.reason.is_none() {
            return Fate::Misses(GapCode::ReasonMissing);
        }
        Fate::Counts(day)
    }

    /// The persons of a role on the day of the check, and whether each counts.
    pub(super) fn persons(&self, role: Role) -> Rc<Persons> {
        let mut known = self.persons.borrow_mut();
        if let Some((_, persons)) = known.iter().find(|(of, _)| *of == role) {
            return Rc::clone(persons);
        }
        let persons = Rc::new(self.persons_of(role));
        known.push((role, Rc::clone(&persons)));
        persons
    }

    fn persons_of(&self, role: Role) -> Persons {
        let mut persons: Vec<(PersonId, Truth, Vec<EntryId>)> = Vec::new();
        if role == Role::Child {
            persons.push((PersonId::pupil(), Truth::Yes, Vec::new()));
        }
        for person in self.question.state.people_on(self.question.as_of) {
            let counts = person.counts();
            // Several people who share an id have one line, which is undecided.
            let is_there = persons.last().is_some_and(|(id, _, _)| *id == person.id);
            if person.role == role && !counts.is_no() && !is_there {
                persons.push((person.id, counts, person.contested));
            }
        }
        persons
    }

    /// Whose lines an item has, and whether each person counts.
    pub(super) fn whose(&self, item: &Item) -> Vec<(Whose, Truth, Vec<EntryId>)> {
        self.whose_of(item, None)
    }

    /// The same for one person, if one is given.
    pub(super) fn whose_of(
        &self,
        item: &Item,
        who: Option<&PersonId>,
    ) -> Vec<(Whose, Truth, Vec<EntryId>)> {
        let Some(role) = item.each else {
            return vec![(Whose::Everybody, Truth::Yes, Vec::new())];
        };
        let persons = self.persons(role);
        if persons.is_empty() {
            return vec![(Whose::Nobody, Truth::Unknown, Vec::new())];
        }
        let alone = matches!(persons.as_slice(), [(_, _, apart)] if apart.is_empty());
        persons
            .iter()
            .filter(|(id, _, _)| who.is_none_or(|who| who == id))
            .map(|(id, counts, apart)| {
                let id = id.clone();
                (Whose::Person { id, alone }, *counts, apart.clone())
            })
            .collect()
    }
}

enum Fate {
    Counts(NaiveDate),
    Misses(GapCode),
    NotOurs,
}
