//! What people give on the command line, checked before it becomes part of a record.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Months, NaiveDate};

use super::Context;
use crate::case::compose;
use crate::case::entry::{Answer, PersonId, Role};
use crate::case::state::CaseState;
use crate::checklist::vocabulary::{FactDef, FieldKind, field_kind};
use crate::checklist::{Checklist, Item};
use crate::cli::{Agreed, Told, Writing};
use crate::day;
use crate::error::{Refused, describe, refuse};
use crate::problem::did_you_mean;

/// How far back a day may lie without `--long-ago`, in years: an older one is most often a slip of the key.
const YEARS_BACK: u32 = 3;

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
    pupil.into_iter().chain(named).collect()
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

/// A day on which something happened: not in the future, not before the pupil was born, not too long ago.
pub(super) fn past_day(
    cx: &Context,
    flag: &str,
    text: &str,
    state: &CaseState<'_>,
    long_ago: bool,
) -> anyhow::Result<NaiveDate> {
    let found = cx.day(text, flag)?;
    not_ahead(cx, flag, found)?;
    // Told before "years back": a day before the birth is never right, however long ago it may be.
    if state.details().born.is_some_and(|born| found < born) {
        let hint = format!(
            "put the day right, or the date of birth with `attcheck details {} --born`",
            state.case.id
        );
        let words = day::words(found);
        return Err(refuse(
            format!("{flag}: {words} lies before the pupil's birth"),
            hint,
        ));
    }
    not_long_ago(cx, flag, found, long_ago)?;
    Ok(found)
}

/// A day on which something happened, where it is not known to whom: not in the future and not too long ago.
pub(super) fn any_past_day(
    cx: &Context,
    flag: &str,
    text: &str,
    long_ago: bool,
) -> anyhow::Result<NaiveDate> {
    let found = cx.day(text, flag)?;
    not_ahead(cx, flag, found)?;
    not_long_ago(cx, flag, found, long_ago)?;
    Ok(found)
}

fn not_ahead(cx: &Context, flag: &str, found: NaiveDate) -> anyhow::Result<()> {
    if found <= day::latest_today(cx.now) {
        return Ok(());
    }
    let hint = "record what has happened; what is planned is a follow-up with its due day";
    Err(refuse(
        format!("{flag}: {} is in the future", day::words(found)),
        hint,
    ))
}

fn not_long_ago(cx: &Context, flag: &str, found: NaiveDate, long_ago: bool) -> anyhow::Result<()> {
    let limit = cx
        .today()
        .checked_sub_months(Months::new(12 * YEARS_BACK))
        .unwrap_or(NaiveDate::MIN);
    if found >= limit || long_ago {
        return Ok(());
    }
    let message = format!(
        "{flag}: {} lies more than {YEARS_BACK} years back",
        day::words(found)
    );
    Err(refuse(message, "add --long-ago if that is right"))
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
    state: &CaseState<'_>,
    writing: &Writing,
) -> anyhow::Result<Option<NaiveDate>> {
    text.map(|text| past_day(cx, "--since", text, state, writing.long_ago))
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
    let Some(def) = checklist.fields.get(name) else {
        let hint = did_you_mean(name, checklist.fields.keys().map(String::as_str));
        let hint = hint.unwrap_or_else(|| "`attcheck checklist facts --fields` lists them".into());
        return Err(refuse(
            format!("`{name}` is not a field of this checklist"),
            hint,
        ));
    };
    match field_kind(name) {
        FieldKind::Day => Ok(cx.day_ahead(value, &flag)?.to_string()),
        FieldKind::Period => {
            let (from, to) = value.split_once(" to ").ok_or_else(|| {
                refuse(
                    format!("{flag} is a period of two days"),
                    "write it as `2/9/2026 to 20/11/2026`",
                )
            })?;
            let (from, to) = (cx.day(from, &flag)?, cx.day(to, &flag)?);
            if to < from {
                let message = format!(
                    "{flag}: {} comes after {}",
                    day::words(from),
                    day::words(to)
                );
                return Err(refuse(
                    message,
                    "write the first day first, as in `2/9/2026 to 20/11/2026`",
                ));
            }
            Ok(format!("{from} to {to}"))
        }
        FieldKind::Percent => percent(&flag, value),
        FieldKind::Words => {
            let value = text(&flag, value)?;
            if !def.answers.is_empty() && !def.answers.contains(&value) {
                let hint = did_you_mean(&value, def.answers.iter().map(String::as_str));
                return Err(refuse(
                    format!("`{value}` is not an answer of `{name}`"),
                    hint.unwrap_or_default(),
                ));
            }
            Ok(value)
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

/// A share in percent as it will be kept: `92%` or `92.5%`.
fn percent(flag: &str, value: &str) -> anyhow::Result<String> {
    crate::percent::read(value)
        .map(|share| share.to_string())
        .ok_or_else(|| {
            let hint = "write a figure from 0 to 100, such as 92% or 92.5%";
            refuse(format!("{flag} is not a figure in percent"), hint)
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

/// Refuses a follow-up without anybody who sees to it, where the checklist demands one and the item would not tell.
pub(super) fn check_owner(
    checklist: &Checklist,
    item: &Item,
    fields: &BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let agreed = fields.contains_key("due") && !fields.contains_key("owner");
    if agreed && checklist.wants_owner() && !item.wants_owner() {
        let message = format!(
            "--owner is missing: `{}` asks who sees to each follow-up",
            checklist.id
        );
        return Err(refuse(message, "say who sees to it"));
    }
    Ok(())
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
    checklist.facts.get(name).ok_or_else(|| {
        let hint = did_you_mean(name, checklist.facts.keys().map(String::as_str));
        let hint = hint.unwrap_or_else(|| "`attcheck checklist facts` lists them".into());
        refuse(format!("`{name}` is not a fact"), hint)
    })
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
        let found = any_past_day(cx, name, &value, long_ago)?;
        if born.is_some_and(|born| found < born) {
            let words = day::words(found);
            return Err(refuse(
                format!("{name}: {words} lies before the pupil's birth"),
                "correct this day, or the date of birth",
            ));
        }
        return Ok(found.to_string());
    }
    let mut allowed = def.allowed();
    allowed.push("unknown");
    if allowed.contains(&value.as_str()) {
        return Ok(value);
    }
    let hint = format!("answers: {}", allowed.join(", "));
    Err(refuse(
        format!("`{value}` is not an answer to `{name}`"),
        hint,
    ))
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
    match upn_fault(&upn) {
        None => Ok(upn),
        Some(what) => {
            let hint = "copy it from the school's system: a letter and 12 characters";
            Err(refuse(format!("--upn: {what}"), hint))
        }
    }
}

/// What is wrong with a UPN in capitals, if anything is. Source: UK Government Data Standards Catalogue, Unique Pupil
/// Number, version 2.0.
pub(super) fn upn_fault(upn: &str) -> Option<&'static str> {
    const ALPHABET: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    if !crate::store::lookup::is_upn(upn) {
        return Some("a UPN is a letter, eleven digits, and a digit or letter");
    }
    let value = |byte: u8| {
        let letter = || ALPHABET.iter().position(|letter| *letter == byte);
        if byte.is_ascii_digit() {
            Some(usize::from(byte - b'0'))
        } else {
            letter()
        }
    };
    let sum: Option<usize> = upn
        .bytes()
        .enumerate()
        .skip(1)
        .map(|(n, byte)| Some(value(byte)? * (n + 1)))
        .sum();
    let letter = sum.map(|sum| ALPHABET[sum % ALPHABET.len()]);
    (letter != upn.bytes().next())
        .then_some("the check letter does not fit, so a character is mistyped")
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
