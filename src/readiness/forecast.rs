//! From which day a case would be ready if nothing else changed, and until which day it stays so.
//!
//! Waiting periods run out by themselves, and what was good lapses. Nothing is reckoned ahead by formula: every day is
//! judged as it would be judged when it comes, with the record and the register as they are now.

use chrono::{Days, NaiveDate};

use super::{Line, Question, State, lines_of};
use crate::case::verify;
use crate::checklist::Gate;

/// How far ahead is looked, in days: past a year nothing stays as it is.
const HORIZON: u64 = 366;

/// Something that is met on one day and no more on the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapse {
    /// The item.
    pub item: String,
    /// The person, where it goes by person.
    pub person: Option<String>,
    /// What it lacks then, in words.
    pub says: String,
}

/// A look ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The first day on which it is ready; none as far as is looked.
    pub ready_from: Option<NaiveDate>,
    /// The last day on which it still is; none if it stays ready as far as is looked.
    pub ready_until: Option<NaiveDate>,
    /// The first day on which something that is met by then is not any more, with what that is.
    pub lapses: Option<(NaiveDate, Vec<Lapse>)>,
    /// How far was looked.
    pub looked_to: NaiveDate,
}

/// Looks ahead from the day of the check.
pub fn forecast(question: &Question<'_>, gate: &Gate) -> Forecast {
    let start = question.as_of;
    let looked_to = start.checked_add_days(Days::new(HORIZON)).unwrap_or(start);
    let mut found = Forecast {
        ready_from: None,
        ready_until: None,
        lapses: None,
        looked_to,
    };
    let mut met: Vec<(String, Option<String>)> = Vec::new();
    // The record itself is the same on every day.
    let sound = verify::faults(question.state.case).is_empty();
    let mut day = start;
    while day <= looked_to {
        let that_day = Question {
            as_of: day,
            ..question.clone()
        };
        let lines = lines_of(&that_day, gate);
        let key = |line: &Line<'_>| {
            (
                line.item.id.clone(),
                line.person.as_ref().map(ToString::to_string),
            )
        };
        let is_met = |line: &&Line<'_>| line.state == State::Met;
        if found.lapses.is_none() {
            let lapsed: Vec<Lapse> = lines
                .iter()
                .filter(|line| line.holds_up() && met.contains(&key(line)))
                .map(|line| {
                    let (item, person) = key(line);
                    let says = line
                        .gaps
                        .first()
                        .map(|gap| gap.says.clone())
                        .unwrap_or_default();
                    Lapse { item, person, says }
                })
                .collect();
            if !lapsed.is_empty() {
                found.lapses = Some((day, lapsed));
            }
            met = lines.iter().filter(is_met).map(key).collect();
        }
        let is_ready = sound && !lines.iter().any(Line::holds_up);
        match (is_ready, found.ready_from) {
            (true, None) => found.ready_from = Some(day),
            (false, Some(_)) => {
                found.ready_until = day.pred_opt();
                break;
            }
            _ => {}
        }
        let Some(next) = day.succ_opt() else { break };
        day = next;
    }
    found
}
