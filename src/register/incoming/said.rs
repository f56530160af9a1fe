//! What headings say of days and sessions.

use chrono::{Days, NaiveDate, Weekday};

use super::columns::{Holds, plain};
use super::{cells, days};
use crate::calendar::monday_of;
use crate::day;

/// What a heading says of days and sessions.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    day: Option<Result<NaiveDate, String>>,
    /// The day is one with which a week begins.
    of_week: bool,
    weekday: Option<Weekday>,
    session: Option<usize>,
}

impl Said {
    /// What a heading says; nothing if it names neither a day nor a weekday nor a session.
    pub(super) fn of(heading: &str) -> Option<Self> {
        if let Some((weekday, session)) = weekday_and_session(&plain(heading)) {
            return Some(Self {
                weekday: Some(weekday),
                session: Some(session),
                ..Self::default()
            });
        }
        let words: Vec<&str> = heading.split_whitespace().collect();
        let (session, rest) = match words.as_slice() {
            [rest @ .., last] if cells::session(last).is_some() => (cells::session(last), rest),
            [first, rest @ ..] if cells::session(first).is_some() => (cells::session(first), rest),
            rest => (None, rest),
        };
        let mut said = Self {
            session,
            ..Self::default()
        };
        if let [one] = rest
            && let Some(weekday) = days::weekday(one)
        {
            said.weekday = Some(weekday);
            return Some(said);
        }
        if rest.is_empty() {
            return session.map(|_| said);
        }
        said.of_week = rest.iter().any(|word| days::is_of_week(word));
        match days::day(&rest.join(" ")) {
            Ok(day) => said.day = Some(Ok(day)),
            Err(says) if session.is_some() && heading.contains(|c: char| c.is_ascii_digit()) => {
                said.day = Some(Err(says));
            }
            Err(says) if is_meant_for_a_day(rest) => said.day = Some(Err(says)),
            Err(_) => return None,
        }
        Some(said)
    }

    /// What a heading says below another one. `merged` is that the one above stands over this column only because its
    /// cell was merged, in a row that holds nothing but headings.
    pub(super) fn below(&self, above: &Self, merged: bool) -> Self {
        let mut said = above.clone();
        said.session = self.session.or(above.session);
        if let (Some(one), Some(other)) = (self.weekday, above.weekday)
            && one != other
        {
            said.day = Some(Err("two weekdays stand above this column".to_owned()));
            return said;
        }
        said.weekday = self.weekday.or(above.weekday);
        match (&self.day, &above.day) {
            (Some(Ok(one)), Some(Ok(other)))
                if one != other && !(above.of_week && monday_of(*one) == *other) =>
            {
                said.day = Some(Err("two days stand above this column".to_owned()));
            }
            (Some(own), _) => (said.day, said.of_week) = (Some(own.clone()), self.of_week),
            (None, Some(Ok(day))) => {
                let begins_week = merged
                    && *day == monday_of(*day)
                    && said.weekday.is_some_and(|weekday| weekday != Weekday::Mon);
                said.of_week |= begins_week;
            }
            (None, _) => {}
        }
        said
    }

    pub(super) fn holds(self) -> Holds {
        let (day, session) = match (self.day, self.session) {
            (Some(Err(says)), _) => return Holds::BadDay(says),
            (Some(Ok(day)), session) => (day, session),
            (None, Some(session)) => {
                return self
                    .weekday
                    .map_or(Holds::Nothing, |weekday| Holds::OnWeekday(weekday, session));
            }
            (None, None) => return Holds::Nothing,
        };
        let day = match self.weekday {
            Some(_) if self.of_week && monday_of(day) != day => {
                return Holds::BadDay(no_monday(day));
            }
            Some(weekday) if self.of_week => on(day, weekday),
            Some(weekday) => match days::contradiction(weekday, day) {
                Some(says) => return Holds::BadDay(says),
                None => day,
            },
            None => day,
        };
        match session {
            Some(_) if self.of_week && self.weekday.is_none() => Holds::BadDay(
                "a week and a session stand here, and no weekday says which day".to_owned(),
            ),
            Some(session) => Holds::Session(day, session),
            None if self.weekday.is_some() && self.of_week => Holds::Nothing,
            None => Holds::Week(day),
        }
    }
}

/// Why a day cannot begin a week.
pub(super) fn no_monday(day: NaiveDate) -> String {
    format!("{} is no Monday, with which a week begins", day::words(day))
}

/// A weekday of the week that begins on a Monday.
pub(super) fn on(monday: NaiveDate, weekday: Weekday) -> NaiveDate {
    monday + Days::new(u64::from(weekday.num_days_from_monday()))
}

/// `MonAM`, `Monday - morning` or `PM Tue`, with letters only.
fn weekday_and_session(plain: &str) -> Option<(Weekday, usize)> {
    [("am", 0), ("morning", 0), ("pm", 1), ("afternoon", 1)]
        .into_iter()
        .find_map(|(word, session)| {
            let rest = plain
                .strip_suffix(word)
                .or_else(|| plain.strip_prefix(word))?;
            let weekday = days::weekday(rest).filter(|_| rest.len() > 2)?;
            Some((weekday, session))
        })
}

/// Whether words were meant for a day and for nothing else: `w/c 31/09/2026` or `Mon 14 Sep`, and not `Absent since
/// 01/09/2026`.
fn is_meant_for_a_day(words: &[&str]) -> bool {
    let is_number = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let is_month = |word: &str| day::month(&word.to_lowercase()).is_some();
    let has = |is: &dyn Fn(&str) -> bool| words.iter().any(|word| is(word));
    let has_day = has(&has_three_numbers) || has(&is_number) && has(&is_month);
    has_day
        && words.iter().all(|word| {
            has_three_numbers(word)
                || is_number(word)
                || is_month(word)
                || days::is_of_week(word)
                || days::weekday(word).is_some()
        })
}

/// Whether a word has the form of a day: `31/09/2026`.
pub(super) fn has_three_numbers(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['/', '.', '-']).collect();
    let is_number =
        |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}
