//! One line of the verdict: does it apply, what is demanded, how does it stand (section 1 of the language).

use super::because::{self, Because};
use super::count::Whose;
use super::gap::{Gap, GapCode, ordered};
use super::look::Purpose;
use super::{Assessor, Line, State};
use crate::case::entry::{EntryId, PersonId};
use crate::checklist::{Entries, Item, Level};
use crate::truth::Truth;

impl<'a> Assessor<'a> {
    /// Works out every line of an item.
    pub(super) fn work_out(&self, item: &'a Item) -> Vec<Line<'a>> {
        let whose = self.whose(item);
        whose
            .into_iter()
            .map(|(whose, counts, apart)| self.line(item, &whose, counts, &apart))
            .collect()
    }

    fn line(&self, item: &'a Item, whose: &Whose, counts: Truth, apart: &[EntryId]) -> Line<'a> {
        let person = match whose {
            Whose::Person { id, .. } => Some(id.clone()),
            Whose::Everybody | Whose::Nobody => None,
        };
        let applies = self.applies(item, person.as_ref());
        if applies.truth.is_no() {
            let reasons = self.because(&applies, item, person.as_ref());
            return not_applicable(item, person, reasons);
        }
        if let (Whose::Nobody, Some(role)) = (whose, item.each) {
            if self.question.state.nobody_of(role, self.question.as_of) {
                return not_applicable(item, person, vec![Because::Nobody(role)]);
            }
            // Who is to be named may have been missed, so nothing recorded can settle it.
            let unknown = match applies.truth {
                Truth::Unknown => self.unknowns(&applies, item, None),
                Truth::Yes | Truth::No => Vec::new(),
            };
            let gaps = ordered_first(unknown, vec![self.nobody_named(role)]);
            return Line {
                item,
                person,
                state: State::Undecided,
                level: item.level,
                gaps,
                because: None,
                reasons: Vec::new(),
            };
        }
        let mut unknown = Vec::new();
        if applies.truth == Truth::Unknown {
            unknown.extend(self.unknowns(&applies, item, person.as_ref()));
        }
        if let (Some(who), false) = (&person, apart.is_empty()) {
            // What was recorded may be about somebody else, and so may what would be recorded now.
            let gaps = vec![self.person_unknown(who, apart)];
            let (open, known) = (Truth::Unknown, Vec::new());
            let line = self.settle(item, person, open, gaps.clone(), open, known, false);
            return Line { gaps, ..line };
        }
        if let (Truth::Unknown, Some(who)) = (counts, &person) {
            unknown.push(self.person_unknown(who, apart));
        }
        let (demands, gaps, only_waiting) = self.all_demands(item, whose, person.as_ref());
        let applies = applies.truth.and(counts);
        self.settle(item, person, applies, unknown, demands, gaps, only_waiting)
    }

    /// The demands on entries and what else must be so, and whether nothing but other items is awaited.
    fn all_demands(
        &self,
        item: &'a Item,
        whose: &Whose,
        person: Option<&PersonId>,
    ) -> (Truth, Vec<Gap>, bool) {
        let (mut truth, mut gaps) = self.demands(item, whose);
        let mut only_waiting = false;
        if let Some(needs) = &item.needs {
            let judged = self.judge(needs, item, person, Purpose::Needs);
            match judged.truth {
                Truth::Yes => {}
                Truth::No => {
                    let (found, waiting) = self.not_so(&judged, item, person);
                    gaps.extend(found);
                    only_waiting = waiting;
                }
                Truth::Unknown => {
                    gaps.extend(self.unknowns(&judged, item, person));
                    gaps.extend(self.other_ways(item, person));
                }
            }
            truth = truth.and(judged.truth);
        }
        (truth, gaps, only_waiting)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the table of section 1 has this many columns"
    )]
    fn settle(
        &self,
        item: &'a Item,
        person: Option<PersonId>,
        applies: Truth,
        mut unknown: Vec<Gap>,
        demands: Truth,
        gaps: Vec<Gap>,
        only_waiting: bool,
    ) -> Line<'a> {
        let line = |state, level, gaps, person| Line {
            item,
            person,
            state,
            level,
            gaps,
            because: None,
            reasons: Vec::new(),
        };
        let raised = item
            .must_when
            .as_ref()
            .map(|condition| self.judge(condition, item, person.as_ref(), Purpose::When));
        let level = match raised.as_ref().map(|judged| judged.truth) {
            Some(Truth::Yes) => Level::Must,
            // Not met, it is counted as must until it is known.
            Some(Truth::Unknown) if !demands.is_yes() => Level::Must,
            _ => item.level,
        };
        let apart = unknown.iter().any(|gap| gap.code == GapCode::Contested);
        if demands.is_yes() && !apart {
            // Even where it is not known whether it applies: the answer would change nothing.
            return line(State::Met, level, Vec::new(), person);
        }
        if let Some(judged) =
            raised.filter(|judged| judged.truth == Truth::Unknown && item.level != Level::Must)
        {
            unknown.extend(self.unknowns(&judged, item, person.as_ref()));
        }
        let state = if applies == Truth::Unknown || demands == Truth::Unknown || !unknown.is_empty()
        {
            State::Undecided
        } else if only_waiting && item.entries == Entries::None {
            State::Derived
        } else if level == Level::Must {
            State::Blocks
        } else {
            State::Advisory
        };
        let mut gaps = ordered_first(unknown, gaps);
        if gaps
            .iter()
            .any(|gap| gap.code == GapCode::Waiting && gap.definite)
        {
            // Nothing is to be done about it before the others are settled, so nothing is suggested.
            for gap in &mut gaps {
                gap.run = None;
            }
        }
        line(state, level, gaps, person)
    }
}

/// What is not known about whether a line applies comes first of all; then the rest in order.
fn ordered_first(unknown: Vec<Gap>, gaps: Vec<Gap>) -> Vec<Gap> {
    let mut all = ordered(unknown);
    for gap in ordered(gaps) {
        if !all.contains(&gap) {
            all.push(gap);
        }
    }
    all
}

fn not_applicable(item: &Item, person: Option<PersonId>, reasons: Vec<Because>) -> Line<'_> {
    Line {
        item,
        person,
        state: State::NotApplicable,
        level: item.level,
        gaps: Vec::new(),
        because: Some(because::says(&reasons)),
        reasons,
    }
}
