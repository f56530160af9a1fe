//! Term dates as `attcheck.toml` gives them.
//!
//! ```toml
//! [[term]]
//! name = "Autumn 2026"
//! from = 2026-09-02
//! to = 2026-12-18
//! half-term = { from = 2026-10-26, to = 2026-10-30 }
//! inset = [2026-09-02]
//! closed = []
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use chrono::{Datelike as _, NaiveDate, TimeDelta, Weekday};
use serde::Deserialize;
use toml::Spanned;

use crate::calendar::{Closure, Part, Terms};
use crate::day;

/// A term as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawTerm {
    name: Option<String>,
    from: RawDay,
    to: RawDay,
    half_term: Option<RawPeriod>,
    #[serde(default)]
    inset: Vec<RawDay>,
    #[serde(default)]
    closed: Vec<RawDay>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPeriod {
    from: RawDay,
    to: RawDay,
}

/// A day, as TOML writes days or in quotes.
type RawDay = Spanned<toml::Value>;

/// What is wrong with a term, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadTerm {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) hint: String,
}

fn bad(at: &RawDay, message: impl Into<String>, hint: &str) -> BadTerm {
    BadTerm {
        at: at.span(),
        message: message.into(),
        hint: hint.to_owned(),
    }
}

fn read_day(raw: &RawDay) -> Result<NaiveDate, BadTerm> {
    let text = match raw.get_ref() {
        toml::Value::Datetime(date) => date
            .date
            .filter(|_| date.time.is_none())
            .map(|date| date.to_string()),
        // Whoever writes 2/9/2026 in quotes is understood too; "today" is no date of a term.
        toml::Value::String(text) if text.contains(|c: char| c.is_ascii_digit()) => {
            day::typed(text, NaiveDate::MIN)
                .ok()
                .map(|day| day.to_string())
        }
        _ => None,
    };
    text.and_then(|text| day::stored(&text)).ok_or_else(|| {
        bad(
            raw,
            "this is not a day",
            "write it as 2026-09-02, without quotes",
        )
    })
}

fn stretch(from: &RawDay, to: &RawDay, what: &str) -> Result<(NaiveDate, NaiveDate), BadTerm> {
    let (first, last) = (read_day(from)?, read_day(to)?);
    if last < first {
        let message = format!("the {what} ends on {}, before it begins", day::words(last));
        return Err(bad(to, message, "put `from` or `to` right"));
    }
    Ok((first, last))
}

/// The day itself, or the next weekday that way.
fn beside_weekend(day: NaiveDate, step: i64) -> NaiveDate {
    let mut at = day;
    while matches!(at.weekday(), Weekday::Sat | Weekday::Sun) {
        at = at.checked_add_signed(TimeDelta::days(step)).unwrap_or(at);
    }
    at
}

/// What cannot be a term, a half-term, or a day beside a term: then a figure of a date was mistyped.
const LONGEST_TERM: i64 = 150;
const LONGEST_HALF_TERM: i64 = 23;
const NEAR_A_TERM: i64 = 14;

fn no_longer_than(
    most: i64,
    from: NaiveDate,
    to: NaiveDate,
    at: &RawDay,
    what: &str,
) -> Result<(), BadTerm> {
    let days = (to - from).num_days() + 1;
    if days <= most {
        return Ok(());
    }
    Err(bad(
        at,
        format!("a {what} of {days} days is too long"),
        "put `from` or `to` right",
    ))
}

/// Term dates as a file of settings writes them, each part as a term of its own.
pub(super) fn write(terms: &Terms) -> String {
    let mut days: Vec<(usize, NaiveDate, Closure)> = Vec::new();
    for (day, why) in terms.closures() {
        let apart = |part: &Part| {
            if day < part.from {
                part.from - day
            } else {
                (day - part.to).max(TimeDelta::zero())
            }
        };
        let nearest = (0..terms.parts().len()).min_by_key(|n| apart(&terms.parts()[*n]));
        days.extend(nearest.map(|n| (n, day, why)));
    }
    let mut out = String::new();
    for (n, part) in terms.parts().iter().enumerate() {
        let of = |wanted: Closure| {
            let days = days
                .iter()
                .filter(|(at, _, why)| *at == n && *why == wanted);
            days.map(|(_, day, _)| day.to_string())
                .collect::<Vec<_>>()
                .join(", ")
        };
        // Text is quoted in TOML as it is in JSON, but for characters that no name has.
        let name =
            serde_json::to_string(&part.name.replace(char::is_control, " ")).unwrap_or_default();
        let (inset, closed) = (of(Closure::Inset), of(Closure::Closed));
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "[[term]]\nname = {name}\nfrom = {}\nto = {}\ninset = [{inset}]\nclosed = [{closed}]\n\n",
            part.from, part.to
        );
    }
    out
}

/// Puts terms together, checking that they are possible.
pub(super) fn terms(raw: &[RawTerm]) -> Result<Terms, BadTerm> {
    let (mut parts, mut closed): (Vec<(Part, &RawDay)>, _) = (Vec::new(), BTreeMap::new());
    for term in raw {
        let (from, to) = stretch(&term.from, &term.to, "term")?;
        no_longer_than(LONGEST_TERM, from, to, &term.to, "term")?;
        let name = term
            .name
            .clone()
            .unwrap_or_else(|| format!("Term from {}", day::short(from)));
        match &term.half_term {
            None => parts.push((Part { name, from, to }, &term.from)),
            Some(holiday) => {
                let (first, last) = stretch(&holiday.from, &holiday.to, "half-term")?;
                no_longer_than(LONGEST_HALF_TERM, first, last, &holiday.to, "half-term")?;
                let (Some(before), Some(after)) = (first.pred_opt(), last.succ_opt()) else {
                    return Err(bad(
                        &holiday.from,
                        "this is not a day",
                        "write it as 2026-10-26",
                    ));
                };
                if first <= from || last >= to {
                    let message = "the half-term does not lie within its term";
                    return Err(bad(
                        &holiday.from,
                        message,
                        "put the days of the half-term or of the term right",
                    ));
                }
                // A half ends on the Friday, whatever weekend lies before the holiday.
                let (before, after) = (beside_weekend(before, -1), beside_weekend(after, 1));
                // A half of nothing but a weekend has no day with sessions.
                let halves = [("first", from, before), ("second", after, to)];
                for (half, from, to) in halves.into_iter().filter(|(_, from, to)| from <= to) {
                    parts.push((
                        Part {
                            name: format!("{name}, {half} half"),
                            from,
                            to,
                        },
                        &term.from,
                    ));
                }
            }
        }
        for (days, why) in [
            (&term.inset, Closure::Inset),
            (&term.closed, Closure::Closed),
        ] {
            for raw in days {
                let day = read_day(raw)?;
                let near = from - TimeDelta::days(NEAR_A_TERM)..=to + TimeDelta::days(NEAR_A_TERM);
                if !near.contains(&day) {
                    let message = format!("{} lies far from its term", day::words(day));
                    return Err(bad(
                        raw,
                        message,
                        "put the day right, or move it to the term it belongs to",
                    ));
                }
                closed.insert(day, why);
            }
        }
    }
    parts.sort_by_key(|(part, _)| part.from);
    for pair in parts.windows(2) {
        if pair[1].0.from <= pair[0].0.to {
            let message = format!(
                "`{}` begins before `{}` has ended",
                pair[1].0.name, pair[0].0.name
            );
            return Err(bad(pair[1].1, message, "each day can lie in one term only"));
        }
    }
    Ok(Terms::new(
        parts.into_iter().map(|(part, _)| part).collect(),
        closed,
    ))
}
