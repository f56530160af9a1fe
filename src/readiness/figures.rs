//! Figures of the register in conditions: which days they look at, what they came to, and what is said of it.

use chrono::NaiveDate;

use super::Assessor;
use super::count::Whose;
use super::days::AnchorDay;
use super::gap::{Gap, GapCode, Run};
use super::look::SCHOOL_AGE;
use super::says::words;
use crate::calendar::{Edge, Unit, Way, academic_year, first_of_year};
use crate::case::entry::PersonId;
use crate::checklist::{Anchor, Item};
use crate::day;
use crate::register::{self, Figured, Kind, Stretch};
use crate::school_age;
use crate::span::{Clause, Figure, Reach, Test};
use crate::truth::Truth;

/// What a figure came to, with the days it looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Looked {
    pub(super) truth: Truth,
    /// What it came to; `None` if the days it looks at are not known, or there are none.
    found: Option<(Stretch, Figured)>,
    /// A day that is needed and not recorded.
    blank: Option<String>,
    /// Only days of school age are looked at, and the pupil's date of birth is not recorded.
    age_unknown: bool,
    /// Spans in this unit go beyond the term dates.
    unit: Option<Unit>,
}

/// The days of a window, as clauses narrow them.
struct Narrowed {
    from: (NaiveDate, Option<NaiveDate>),
    to: (NaiveDate, NaiveDate),
    unit: Option<Unit>,
}

impl Narrowed {
    fn begin(&mut self, edge: Edge, unit: Unit, way: Way) {
        match (edge, way) {
            (Edge::On(day), _) => self.begin_on(day),
            // Back from the anchor it lies there or earlier, on from it there or later.
            (Edge::NoNearer(day), Way::Back) => self.from = (self.from.0.max(day), self.from.1),
            (Edge::NoNearer(day), Way::On) => {
                self.from = (NaiveDate::MAX, self.from.1.map(|from| from.max(day)));
            }
        }
        self.note(edge, unit);
    }

    fn begin_on(&mut self, day: NaiveDate) {
        self.from = (self.from.0.max(day), self.from.1.map(|from| from.max(day)));
    }

    fn end(&mut self, edge: Edge, unit: Unit, way: Way) {
        match (edge, way) {
            (Edge::On(day), _) => self.end_on(day),
            (Edge::NoNearer(day), Way::Back) => self.to = (NaiveDate::MIN, self.to.1.min(day)),
            (Edge::NoNearer(day), Way::On) => self.to = (self.to.0.min(day), self.to.1),
        }
        self.note(edge, unit);
    }

    fn end_on(&mut self, day: NaiveDate) {
        self.to = (self.to.0.min(day), self.to.1.min(day));
    }

    fn note(&mut self, edge: Edge, unit: Unit) {
        if edge.known().is_none() {
            self.unit = Some(unit);
        }
    }
}

impl<'a> Assessor<'a> {
    /// Works a figure out for an item's line.
    pub(super) fn figure(
        &self,
        kind: Kind,
        figure: &Figure<Anchor>,
        from: &'a Item,
        who: Option<&PersonId>,
    ) -> Looked {
        let question = self.question;
        let unknown = |blank| Looked {
            truth: Truth::Unknown,
            found: None,
            blank,
            age_unknown: false,
            unit: None,
        };
        let school_age = question.state.details().born.and_then(school_age::span);
        if figure.of_school_age && school_age.is_none() {
            return Looked {
                age_unknown: true,
                ..unknown(None)
            };
        }
        let only = school_age.filter(|_| figure.of_school_age);
        let narrowed = match self.window(&figure.window, only, from, who) {
            Ok(Some(narrowed)) => narrowed,
            // Nothing has happened yet from which it could be counted: there are no sessions.
            Ok(None) => {
                let truth = match figure.test {
                    Test::Sessions { least, .. } => least.is_none_or(|least| least == 0).into(),
                    Test::Share(_) => Truth::Unknown,
                };
                return Looked {
                    truth,
                    found: None,
                    blank: None,
                    age_unknown: false,
                    unit: None,
                };
            }
            Err(blank) => return unknown(Some(blank)),
        };
        let Narrowed { from, to, unit } = narrowed;
        let span = Stretch {
            from: from.0,
            to: to.0,
            perhaps_from: from.1,
            perhaps_to: to.1,
        };
        let none = register::Register::default();
        let kept = question.register.unwrap_or(&none);
        let found = register::figure(
            kept,
            question.calendar,
            kind,
            &figure.test,
            &span,
            question.read_to,
        );
        Looked {
            truth: found.truth,
            found: Some((span, found)),
            blank: None,
            age_unknown: false,
            unit,
        }
    }

    /// The days of a window, and of them those between the two days of `only`. `None` if there are none, since what it is counted from has not happened; an error names a
    /// day that is not recorded.
    fn window(
        &self,
        clauses: &[Clause<Anchor>],
        only: Option<(NaiveDate, NaiveDate)>,
        from: &'a Item,
        who: Option<&PersonId>,
    ) -> Result<Option<Narrowed>, String> {
        let today = self.question.as_of;
        let earliest = NaiveDate::MIN;
        let mut window = Narrowed {
            from: (earliest, Some(earliest)),
            to: (today, today),
            unit: None,
        };
        let mut begun = false;
        for clause in clauses {
            let day = self.anchor_day(&clause.anchor, from, who, None);
            let x = match (day, clause.reach) {
                (AnchorDay::Day(x), _) => x,
                (AnchorDay::Blank, _) => return Err(super::days::anchor_words(&clause.anchor)),
                // Open to the day of the check, from which a distance is measured.
                (AnchorDay::NotYet(_), Reach::Before { .. }) => continue,
                (AnchorDay::NotYet(_), Reach::Apart { after: false, .. }) => today,
                (AnchorDay::NotYet(_), _) => return Ok(None),
            };
            let next = x.succ_opt().unwrap_or(x);
            match clause.reach {
                Reach::Before { or_on: true } => window.end_on(x),
                Reach::Before { or_on: false } => window.end_on(x.pred_opt().unwrap_or(x)),
                Reach::After { or_on } => window.begin_on(if or_on { x } else { next }),
                Reach::On => {
                    window.begin_on(x);
                    window.end_on(x);
                }
                Reach::Apart {
                    least,
                    most,
                    unit,
                    after,
                } => {
                    let way = if after { Way::On } else { Way::Back };
                    let edge = |count| self.question.calendar.step(x, count, unit, way);
                    let (near, far) = (edge(least), most.map(edge));
                    if after {
                        window.begin(near, unit, way);
                        if let Some(far) = far {
                            window.end(far, unit, way);
                        }
                    } else {
                        window.end(near, unit, way);
                        if let Some(far) = far {
                            window.begin(far, unit, way);
                        }
                    }
                }
            }
            begun |= !matches!(
                clause.reach,
                Reach::Before { .. }
                    | Reach::Apart {
                        after: false,
                        most: None,
                        ..
                    }
            );
        }
        if !begun {
            // A window without a beginning begins with the academic year.
            window.begin_on(first_of_year(academic_year(today)));
        }
        if let Some((first, last)) = only {
            window.begin_on(first);
            window.end_on(last);
        }
        if window.from.1 == Some(earliest) {
            window.from.1 = None;
        }
        Ok(Some(window))
    }

    /// The command that moves the days a figure looks at: where they end with an item's entry, or begin with one that is
    /// not there yet, recording that item (again) does. Days that end with the day of the check move by themselves alone.
    pub(super) fn moves_window(
        &self,
        figure: &Figure<Anchor>,
        from: &'a Item,
        who: Option<&PersonId>,
    ) -> Option<Run> {
        figure.window.iter().find_map(|clause| {
            let Anchor::Item { item, first, .. } = &clause.anchor else {
                return None;
            };
            let day = self.anchor_day(&clause.anchor, from, who, None);
            let moves = match (day, clause.reach) {
                (AnchorDay::NotYet(Truth::No), _) => false,
                // What is still to come neither ends a window nor begins one.
                (AnchorDay::NotYet(_), reach) => !matches!(
                    reach,
                    Reach::Before { .. } | Reach::Apart { after: false, .. }
                ),
                // The first entry stays the first, however often it is recorded again.
                _ if *first => false,
                (_, Reach::Before { .. } | Reach::On) => true,
                (_, Reach::After { .. }) => false,
                (_, Reach::Apart { after, most, .. }) => !after || most.is_some(),
            };
            let other = self.question.checklist.item(item).filter(|_| moves)?;
            let theirs = who.filter(|_| other.each.is_some() && other.each == from.each);
            let whose = match theirs {
                Some(id) => Whose::Person {
                    id: id.clone(),
                    alone: other.each.is_none_or(|role| self.persons(role).len() < 2),
                },
                None => Whose::Everybody,
            };
            Some(self.record(other, &whose))
        })
    }

    /// Why a figure cannot be told, as gaps.
    pub(super) fn figure_unknown(
        &self,
        kind: Kind,
        figure: &Figure<Anchor>,
        looked: &Looked,
        from: &'a Item,
    ) -> Vec<Gap> {
        let gap = |code, says| Gap {
            code,
            definite: false,
            says,
            fact: None,
            run: None,
        };
        let import = Run {
            argv: words(["attcheck", "register", "import"]),
            needs: vec!["file".to_owned()],
        };
        if looked.age_unknown {
            return vec![self.fact_unknown(SCHOOL_AGE, from, None)];
        }
        if let Some(blank) = &looked.blank {
            let says = format!("the day of {blank} is not recorded, and {kind} is counted from it");
            return vec![gap(GapCode::FieldUnknown, says)];
        }
        let Some((span, found)) = &looked.found else {
            let says =
                format!("{kind} cannot be told before that has happened from which it is counted");
            return vec![gap(GapCode::NoRegister, says)];
        };
        let days = days(span);
        let mut gaps = Vec::new();
        if self
            .question
            .register
            .is_none_or(register::Register::is_empty)
        {
            let says = format!(
                "no register is kept for this case, and {kind} must be {}{days}",
                figure.must()
            );
            gaps.push(Gap {
                run: Some(import),
                ..gap(GapCode::NoRegister, says)
            });
        } else if found.all == 0 && found.missing == 0 && looked.unit.is_none() {
            let says = format!("there are no possible sessions{days}, so {kind} cannot be told");
            gaps.push(gap(GapCode::NoRegister, says));
        } else if found.missing > found.unsure {
            let sessions = crate::number::counted(found.missing - found.unsure, "session");
            let says = format!(
                "{sessions}{days} have no mark, and {kind} must be {}",
                figure.must()
            );
            gaps.push(Gap {
                run: Some(import),
                ..gap(GapCode::NoRegister, says)
            });
        }
        if let Some(unit) = looked.unit {
            // How far it reaches hangs on days between these and the day of the check.
            let days = [
                Some(span.from),
                Some(span.to),
                span.perhaps_from,
                Some(span.perhaps_to),
            ];
            let known = days
                .into_iter()
                .flatten()
                .filter(|day| *day != NaiveDate::MIN && *day != NaiveDate::MAX);
            let first = known.min().unwrap_or(self.question.as_of);
            gaps.push(self.trouble(
                from,
                &Whose::Everybody,
                None,
                self.no_calendar(unit, first, self.question.as_of),
            ));
        } else if found.unsure > 0 {
            // The marks that are missing may be those of holidays.
            let trouble = self.no_calendar(Unit::SchoolDay, span.from, span.to);
            gaps.push(self.trouble(from, &Whose::Everybody, None, trouble));
        }
        gaps
    }
}

/// What a figure came to, in words: `unauthorised is 8 sessions from 20 Nov 2026 to 22 Jan 2027; it must be …`.
pub(super) fn figure_words(kind: Kind, figure: &Figure<Anchor>, looked: &Looked) -> String {
    let Some((span, found)) = &looked.found else {
        return format!(
            "{kind} counts no sessions yet, and must be {}",
            figure.must()
        );
    };
    let is = match &figure.test {
        Test::Share(_) => {
            let of = crate::number::counted(found.all, "possible session");
            format!("{} of {of}", found.part)
        }
        Test::Sessions {
            consecutive: true, ..
        } => {
            format!(
                "{} one after the other",
                crate::number::counted(found.part, "session")
            )
        }
        Test::Sessions { .. } => crate::number::counted(found.part, "session"),
    };
    format!("{kind} is {is}{}, and must be {}", days(span), figure.test)
}

/// The days of a stretch, with a blank before them; nothing where none of them is known for certain.
fn days(span: &Stretch) -> String {
    if span.from > span.to {
        return String::new();
    }
    if span.from == span.to {
        return format!(" on {}", day::short(span.from));
    }
    format!(" from {} to {}", day::short(span.from), day::short(span.to))
}
