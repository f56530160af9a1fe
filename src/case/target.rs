//! The target agreed in a case, and the latest figure since it began.

use chrono::NaiveDate;

use super::entry::{Action, Answer, Content};
use super::state::CaseState;
use crate::checklist::vocabulary::{FieldKind, field_kind};
use crate::day;
use crate::percent::{self, Percent};
use crate::register::{Counts, Register, counts};

/// The latest target, and how the case stands against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target<'c> {
    /// As it was agreed: `92%`.
    pub text: &'c str,
    /// The day it was agreed.
    pub agreed: NaiveDate,
    /// The first day of its period.
    pub from: Option<NaiveDate>,
    /// The last day of its period.
    pub to: Option<NaiveDate>,
    /// The day it is looked at again.
    pub review: Option<NaiveDate>,
    /// The latest figure in percent recorded since the target began, with its day.
    pub measured: Option<(NaiveDate, Percent)>,
    /// What the register says of the days since the target began, where one is kept; it goes before what was typed.
    pub register: Option<Counts>,
}

/// How a figure lies to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// The figure is as high as the target, or higher.
    Reached,
    /// This far below it.
    Below(Percent),
    /// There is no figure since the target began.
    NotMeasured,
    /// The target is no figure in percent.
    NotComparable,
}

impl Stands {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Below(_) => "below",
            Self::NotMeasured => "not-measured",
            Self::NotComparable => "not-comparable",
        }
    }
}

impl Target<'_> {
    /// With what the register says, from the first day of the target's period up to its last or the day of the check.
    #[must_use]
    pub fn with_register(mut self, register: Option<&Register>, as_of: NaiveDate) -> Self {
        let from = self.from.unwrap_or(self.agreed);
        let to = self.to.map_or(as_of, |to| to.min(as_of));
        let found = register.map(|register| counts(register, from, to));
        self.register = found.filter(|counts| counts.possible() > 0);
        self
    }

    /// How the figure of the register, or else the latest that was recorded, lies to the target.
    pub fn stands(&self) -> Stands {
        if let (Some(counts), Some(target)) = (&self.register, percent::read(self.text)) {
            // Rounded down, so that what is below the target stays below it.
            let figure = Percent::of(counts.attended, counts.possible());
            return figure.up_to(target).map_or(Stands::Reached, Stands::Below);
        }
        let Some((_, figure)) = self.measured else {
            return Stands::NotMeasured;
        };
        let Some(target) = percent::read(self.text) else {
            return Stands::NotComparable;
        };
        figure.up_to(target).map_or(Stands::Reached, Stands::Below)
    }
}

impl<'c> CaseState<'c> {
    /// The latest target that had been agreed by a day.
    pub fn target_on(&self, as_of: NaiveDate) -> Option<Target<'c>> {
        let actions = self.done_by(as_of);
        let (agreed, action) = *actions
            .iter()
            .rev()
            .find(|(_, action)| action.fields.contains_key("target"))?;
        let day_in = |field: &str| action.fields.get(field).and_then(|text| day::stored(text));
        let from = day_in("starts-on");
        let since = from.unwrap_or(agreed);
        let figure = |action: &Action| {
            action.fields.iter().find_map(|(name, value)| {
                let is_share = field_kind(name) == FieldKind::Percent && name != "target";
                is_share.then(|| percent::read(value)).flatten()
            })
        };
        let later = actions.iter().rev().filter(|(day, _)| *day >= since);
        Some(Target {
            text: &action.fields["target"],
            agreed,
            from,
            to: day_in("ends-on"),
            review: day_in("review-on"),
            register: None,
            measured: later
                .into_iter()
                .find_map(|(day, action)| Some((*day, figure(action)?))),
        })
    }

    /// What was done by a day, in its order.
    fn done_by(&self, as_of: NaiveDate) -> Vec<(NaiveDate, &'c Action)> {
        let mut found: Vec<_> = self
            .current()
            .filter_map(|(entry, content)| match content {
                Content::Action(action) if action.answer == Answer::Done => Some((
                    action.date.filter(|day| *day <= as_of)?,
                    self.moment(entry),
                    action,
                )),
                _ => None,
            })
            .collect();
        found.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        found
            .into_iter()
            .map(|(day, _, action)| (day, action))
            .collect()
    }
}
