//! What people give on the command line, checked before it becomes part of a record.

use std::path::Path;

use chrono::NaiveDate;

use super::Context;
use crate::case::entry::{Answer, PersonId, Role};
use crate::case::state::CaseState;
use crate::case::{compose, upn};
use crate::checklist::Checklist;
use crate::checklist::vocabulary::{FactDef, FieldKind, field_kind};
use crate::cli::{Agreed, Told};
use crate::day;
use crate::entry_rules::{self, Fault, Rules, Waived};
use crate::error::{Refused, describe, refuse};
use crate::problem::did_you_mean;

/// Flags that are most likely meant as flags where a text is wanted.
const OWN_FLAGS: &[&str] = &[
    "--dry-run",
    "--help",
    "--quiet",
    "--incomplete",
    "--long-ago",
    "--why",
    "--outcome",
    "--reason",
    "--on",
    "--by",
    "--dir",
    "--next",
    "--due",
    "--owner",
    "--field",
    "--point",
    "--for",
    "--answer",
    "--expect",
    "--output",
    "--from",
    "--text",
];

/// A text as it will be kept; a blank one is refused.
pub(super) fn text(flag: &str, text: &str) -> anyhow::Result<String> {
    let clean = compose::clean(text)
        .map_err(|bad| refuse(format!("{flag}: {bad}"), "type the text again"))?;
    if OWN_FLAGS.contains(&clean.as_str()) {
        let hint = format!(
            "write the text after {flag} in quotes; if it is really meant as a text, add a full stop"
        );
        return Err(refuse(
            format!("{flag} is followed by the flag {clean}, and no text"),
            hint,
        ));
    }
    if clean.trim().is_empty() {
        return Err(refuse(
            format!("{flag} is blank"),
            format!("say it in words, or leave {flag} out"),
        ));
    }
    Ok(clean)
}

/// The persons of a role who count on a day, with their initials; the pupil first, where children are meant.
pub(super) fn persons_of(
    state: &CaseState<'_>,
    role: Role,
    on: NaiveDate,
) -> Vec<(PersonId, String)> {
    let pupil = (role == Role::Child).then(|| (PersonId::pupil(), "the pupil".to_owned()));
    let named = state
        .people_on(on)
        .into_iter()
        .filter(|person| person.role == role && !person.counts().is_no());
    let named = named.map(|person| {
        let initials = person
            .name
            .as_deref()
            .map(super::context::initials)
            .unwrap_or_default();
        (person.id, initials)
    });
    let mut all: Vec<(PersonId, String)> = pupil.into_iter().chain(named).collect();
    // Each id once, also where it was given to several people.
    all.dedup_by(|later, earlier| later.0 == earlier.0);
    all
}

/// Asks until the answer can be taken: one slip must not end the whole conversation.
pub(super) fn again<T>(cx: &Context, ask: impl Fn() -> anyhow::Result<T>) -> anyhow::Result<T> {
    loop {
        match ask() {
            Err(error) if error.downcast_ref::<Refused>().is_some() && cx.ask.is_there() => {
                cx.say(describe(&error).trim_end());
            }
            other => return other,
        }
    }
}

/// A text given on the command line or in a file; both at once are refused.
pub(super) fn text_or_file(
    flag: &str,
    given: Option<&str>,
    file: Option<&Path>,
) -> anyhow::Result<Option<String>> {
    match (given, file) {
        (Some(_), Some(_)) => Err(refuse(
            format!("{flag} is given twice"),
            format!("give {flag} or {flag}-from, not both"),
        )),
        (Some(given), None) => text(flag, given).map(Some),
        (None, Some(file)) => text(
            &format!("{flag}-from"),
            &crate::store::read_long_text(file)?,
        )
        .map(Some),
        (None, None) => Ok(None),
    }
}

/// An answer by its word.
pub(super) fn answer(word: &str) -> anyhow::Result<Answer> {
    Answer::from_word(word).ok_or_else(|| {
        let hint = did_you_mean(word, Answer::WORDS.iter().copied()).unwrap_or_default();
        refuse(format!("`{word}` is not an answer"), hint)
    })
}

/// The reason that is told, if one is.
pub(super) fn reason(told: &Told) -> anyhow::Result<Option<String>> {
    text_or_file(
        "--reason",
        told.reason.as_deref(),
        told.reason_from.as_deref(),
    )
}

/// The outcome that is told, if one is.
pub(super) fn outcome(told: &Told) -> anyhow::Result<Option<String>> {
    text_or_file(
        "--outcome",
        told.outcome.as_deref(),
        told.outcome_from.as_deref(),
    )
}

/// A day on which something happened, within the limits of the rules.
pub(super) fn past_day(
    cx: &Context,
    flag: &str,
    text: &str,
    rules: &Rules<'_>,
) -> anyhow::Result<NaiveDate> {
    let found = cx.day(text, flag)?;
    match rules.past_day(found) {
        Ok(()) => Ok(found),
        Err(fault) => {
            let message = format!("{flag}: {}", fault.message());
            Err(Refused {
                message,
                hint: fault.hint(rules.source),
            }
            .into())
        }
    }
}

/// A number of days: `14d`, `2w` or `14`.
pub(super) fn days(flag: &str, text: &str) -> anyhow::Result<u64> {
    let lower = text.trim().to_lowercase();
    let (number, each) = match lower.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (lower.strip_suffix('d').unwrap_or(&lower), 1),
    };
    let count = number
        .trim()
        .parse::<u64>()
        .ok()
        .and_then(|count| count.checked_mul(each));
    count.filter(|days| *days <= 36_500).ok_or_else(|| {
        refuse(
            format!("{flag} is not a number of days"),
            format!("write it as {flag} 14d, or {flag} 2w"),
        )
    })
}

/// A day from which something holds, within the same limits.
pub(super) fn since(
    cx: &Context,
    text: Option<&str>,
    rules: &Rules<'_>,
) -> anyhow::Result<Option<NaiveDate>> {
    text.map(|text| past_day(cx, "--since", text, rules))
        .transpose()
}

/// A field's value as it will be kept: a day as `2026-09-14`, a word out of those it has, or a text.
pub(super) fn field_value(
    cx: &Context,
    checklist: &Checklist,
    name: &str,
    value: &str,
) -> anyhow::Result<String> {
    let flag = format!("--field {name}");
    if !checklist.fields.contains_key(name) {
        return Err(Fault::unknown_field(checklist, name).into());
    }
    match field_kind(name) {
        FieldKind::Day => Ok(cx.day_ahead(value, &flag)?.to_string()),
        FieldKind::Period => {
            let not = || Fault::NotAPeriod {
                field: name.to_owned(),
            };
            let (from, to) = value.split_once(" to ").ok_or_else(not)?;
            let (from, to) = (cx.day(from, &flag)?, cx.day(to, &flag)?);
            if to < from {
                return Err(not().into());
            }
            Ok(format!("{from} to {to}"))
        }
        FieldKind::Percent => match crate::percent::read(value) {
            Some(share) => Ok(share.to_string()),
            None => Err(Fault::NotAPercent {
                field: name.to_owned(),
            }
            .into()),
        },
        FieldKind::Words => {
            let value = text(&flag, value)?;
            match entry_rules::field_fault(checklist, name, &value) {
                None => Ok(value),
                Some(fault) => Err(fault.into()),
            }
        }
    }
}

/// Asks for one field; nothing typed leaves it blank.
pub(super) fn ask_field(
    cx: &Context,
    checklist: &Checklist,
    name: &str,
) -> anyhow::Result<Option<String>> {
    let Some(def) = checklist.fields.get(name) else {
        return Ok(None);
    };
    if !def.answers.is_empty() {
        let n = cx.ask.choose(&def.ask, &def.answers)?;
        return Ok(Some(def.answers[n].clone()));
    }
    let hint = match field_kind(name) {
        FieldKind::Day => " (14/9/2026)",
        FieldKind::Percent => " (such as 92%)",
        FieldKind::Period | FieldKind::Words => "",
    };
    again(cx, || {
        let text = cx.ask.text(&format!("{}{hint}", def.ask), None)?;
        if text.is_empty() {
            cx.say(&format!(
                "note: `{name}` stays blank; add it later with `attcheck correct`"
            ));
            return Ok(None);
        }
        field_value(cx, checklist, name, &text).map(Some)
    })
}

/// What follow-ups give by flags of their own.
pub(super) fn agreed(cx: &Context, agreed: &Agreed) -> anyhow::Result<Vec<(&'static str, String)>> {
    let mut found = Vec::new();
    for (flag, name, given) in [
        ("--next", "next", &agreed.next),
        ("--owner", "owner", &agreed.owner),
        ("--comments", "comments", &agreed.comments),
    ] {
        if let Some(given) = given {
            found.push((name, text(flag, given)?));
        }
    }
    if let Some(due) = &agreed.due {
        found.push(("due", cx.day_ahead(due, "--due")?.to_string()));
    }
    Ok(found)
}

/// A pair given as NAME=VALUE.
pub(super) fn pair<'t>(flag: &str, text: &'t str) -> anyhow::Result<(&'t str, &'t str)> {
    text.split_once('=')
        .map(|(name, value)| (name.trim(), value.trim()))
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| {
            refuse(
                format!("{flag} {text} is not NAME=VALUE"),
                "write it as in `looked_after=never`",
            )
        })
}

/// A fact of the checklist by its name.
pub(super) fn fact<'c>(checklist: &'c Checklist, name: &str) -> anyhow::Result<&'c FactDef> {
    checklist
        .facts
        .get(name)
        .ok_or_else(|| Fault::unknown_fact(checklist, name).into())
}

/// An answer to a fact, `unknown` among them.
pub(super) fn fact_value(
    cx: &Context,
    name: &str,
    def: &FactDef,
    value: &str,
    born: Option<NaiveDate>,
    long_ago: bool,
) -> anyhow::Result<String> {
    let value = value.to_lowercase();
    if def.is_day && value != "unknown" {
        let found = cx.day(&value, name)?;
        if let Some(born) = born.filter(|born| found < *born) {
            let message = format!(
                "{name}: {} is before the pupil's birth on {}",
                day::words(found),
                day::words(born)
            );
            return Err(refuse(message, "correct this day, or the date of birth"));
        }
        let waived = Waived {
            long_ago,
            ..Waived::default()
        };
        entry_rules::past_day(found, cx.today(), waived)?;
        return Ok(found.to_string());
    }
    match entry_rules::answer_fault(name, def, &value) {
        None => Ok(value),
        Some(fault) => Err(fault.into()),
    }
}

/// A school's unique reference number: six digits.
pub(super) fn urn(text: &str) -> anyhow::Result<String> {
    let clean = text.trim();
    if clean.len() == 6 && clean.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(clean.to_owned());
    }
    Err(refuse(
        "--urn: that is no unique reference number",
        "it has six digits, such as 123456",
    ))
}

/// Checks a UPN's shape and check letter; the letter catches a mistyped digit.
///
/// UK Government Data Standards Catalogue, Unique Pupil Number 2.0: each character after the first times its place
/// (2 to 13), summed; the remainder by 23 is the letter's place in an alphabet without I, O and S.
pub(super) fn upn(given: &str) -> anyhow::Result<String> {
    let upn = given.trim().to_uppercase();
    match upn::fault(&upn) {
        None => Ok(upn),
        Some(what) => {
            let hint = "copy it from the school's system: a letter and 12 characters";
            Err(refuse(format!("--upn: {what}"), hint))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the standard, and three more recomputed by hand.
    #[test]
    fn the_check_letter_catches_a_mistyped_digit() {
        for good in [
            "H801200001001",
            "B801200005001",
            "R900400001001",
            "G80120000101A",
            "h801200001001",
        ] {
            assert!(upn(good).is_ok(), "{good}");
        }
        for bad in [
            "H801200001002",
            "A801200001001",
            "H80120000100",
            "H8012000010O1",
            "8801200001001",
        ] {
            assert!(upn(bad).is_err(), "{bad}");
        }
    }
}
