//! How a day must lie to another (section 3 of the language).

use chrono::NaiveDate;

use super::Assessor;
use super::count::Counted;
use super::days::{AnchorDay, Trouble, anchor_words};
use super::gap::GapCode;
use crate::calendar::{Edge, Term, Unit, Way, year_words};
use crate::case::entry::PersonId;
use crate::checklist::{Anchor, Item};
use crate::day;
use crate::span::{Clause, Reach};
use crate::truth::Truth;

impl<'a> Assessor<'a> {
    /// Judges a day by a clause.
    pub(super) fn clause(
        &self,
        clause: &'a Clause<Anchor>,
        on: NaiveDate,
        what: &str,
        from: &Item,
        who: Option<&PersonId>,
        own: &Counted<'_>,
    ) -> Option<Trouble> {
        let name = anchor_words(&clause.anchor);
        let x = match self.anchor_day(&clause.anchor, from, who, Some(own)) {
            AnchorDay::Day(x) => x,
            AnchorDay::Blank => {
                let says = format!(
                    "the day of {name} is not recorded or given in two ways, and {what} is measured from it"
                );
                return Some(Trouble::unknown(GapCode::FieldUnknown, says));
            }
            AnchorDay::NotYet(applies) => {
                return self.not_yet(clause.reach, applies, on, what, &name);
            }
        };
        self.against(
            clause.reach,
            x,
            on,
            what,
            &name,
            clause.anchor == Anchor::Today,
        )
    }

    /// A clause whose anchor has not happened (the table of section 3).
    fn not_yet(
        &self,
        reach: Reach,
        applies: Truth,
        on: NaiveDate,
        what: &str,
        name: &str,
    ) -> Option<Trouble> {
        if applies.is_no() {
            return None;
        }
        match reach {
            // It may still come, and then come right.
            Reach::Before { .. }
            | Reach::On
            | Reach::Apart {
                most: None,
                after: false,
                ..
            } => None,
            // Measured from the day of the check: it fails once it cannot hold any more.
            Reach::Apart {
                after: false,
                most: Some(most),
                unit,
                ..
            } => {
                let widest = Reach::Apart {
                    least: 0,
                    most: Some(most),
                    unit,
                    after: false,
                };
                self.against(widest, self.question.as_of, on, what, name, false)
            }
            Reach::After { .. } | Reach::Apart { after: true, .. } => {
                let says = format!("{what} must come after {name}, and nothing is recorded there");
                Some(match applies {
                    Truth::Yes => Trouble::no(GapCode::OutOfOrder, says),
                    _ => Trouble::unknown(
                        GapCode::Waiting,
                        format!("{says}; it is not known whether it applies"),
                    ),
                })
            }
        }
    }

    fn against(
        &self,
        reach: Reach,
        x: NaiveDate,
        on: NaiveDate,
        what: &str,
        name: &str,
        is_today: bool,
    ) -> Option<Trouble> {
        let (this, that) = (day::short(on), day::short(x));
        let of = if is_today {
            format!("{name} ({that})")
        } else {
            format!("{name} of {that}")
        };
        let order = |right: bool, word: &str| {
            (!right).then(|| {
                Trouble::no(
                    GapCode::OutOfOrder,
                    format!("{what} ({this}) must be {word} {of}"),
                )
            })
        };
        match reach {
            Reach::Before { or_on: false } => order(on < x, "before"),
            Reach::Before { or_on: true } => order(on <= x, "on or before"),
            Reach::After { or_on: false } => order(on > x, "after"),
            Reach::After { or_on: true } if is_today => (on < x).then(|| {
                Trouble::no(
                    GapCode::OutOfOrder,
                    format!("{what} ({this}) is past; it must be {that} or later"),
                )
            }),
            Reach::After { or_on: true } => order(on >= x, "on or after"),
            Reach::On => order(on == x, "on the day of"),
            Reach::Apart {
                least,
                most,
                unit,
                after,
            } => {
                if let Some(trouble) = order(
                    if after { on >= x } else { on <= x },
                    if after { "after" } else { "before" },
                ) {
                    return Some(trouble);
                }
                let way = if after { Way::On } else { Way::Back };
                let side = if after { "after" } else { "before" };
                let edge = |count| self.question.calendar.step(x, count, unit, way);
                let nearer = |edge: NaiveDate| if after { on < edge } else { on > edge };
                let mut unsure = false;
                if least > 0 {
                    let near = edge(least);
                    if nearer(near.nearest()) {
                        let says = format!(
                            "{what} ({this}) must be at least {} {side} {of}",
                            unit.words(least)
                        );
                        return Some(Trouble::no(GapCode::TooClose, says));
                    }
                    unsure = near.known().is_none();
                }
                let far = most.map(|most| (most, edge(most)));
                let beyond = |far: NaiveDate| on != far && !nearer(far);
                if let Some((_, Edge::NoNearer(far))) = far {
                    unsure |= beyond(far);
                }
                if unsure {
                    return Some(self.no_calendar(unit, x, on));
                }
                if let Some((most, Edge::On(far))) = far
                    && beyond(far)
                {
                    let code = match (after, is_today) {
                        (true, _) => GapCode::TooLate,
                        (false, true) => GapCode::Lapsed,
                        (false, false) => GapCode::TooOld,
                    };
                    let edge = day::short(far);
                    let says = format!(
                        "{what} ({this}) must be within {} {side} {of}; the edge is {edge}",
                        unit.words(most)
                    );
                    return Some(Trouble::no(code, says));
                }
                None
            }
        }
    }

    /// What is not known where term dates or bank holidays end too early for what is counted between two days.
    pub(super) fn no_calendar(&self, unit: Unit, a: NaiveDate, b: NaiveDate) -> Trouble {
        let calendar = self.question.calendar;
        let missing = if unit.is_of_school() {
            calendar.missing_terms(a.min(b), a.max(b))
        } else {
            Vec::new()
        };
        let says = if missing.is_empty() {
            format!(
                "bank holidays are known up to {}, and this needs later ones",
                calendar.last_year()
            )
        } else {
            format!(
                "this is counted in {}s, and attcheck.toml has no term dates of {}",
                unit.one(),
                term_words(&missing)
            )
        };
        Trouble {
            year: missing.first().map(|(year, _)| *year),
            ..Trouble::unknown(GapCode::NoTermDates, says)
        }
    }
}

/// Terms in words: `2025/26, and the autumn term 2026/27`.
fn term_words(missing: &[(i32, Term)]) -> String {
    let of_year = |year: &[(i32, Term)]| {
        let words: Vec<&str> = year.iter().map(|(_, term)| term.word()).collect();
        let name = year_words(year[0].0);
        match words.as_slice() {
            [_, _, _] => format!("the whole academic year {name}"),
            [one] => format!("the {one} term {name}"),
            many => format!("the {} terms {name}", many.join(" and ")),
        }
    };
    let years: Vec<String> = missing
        .chunk_by(|one, next| one.0 == next.0)
        .map(of_year)
        .collect();
    years.join(", and of ")
}
