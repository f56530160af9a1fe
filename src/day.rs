//! Days as people write them, as files keep them, and as messages say them.

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, Offset as _, TimeDelta, TimeZone,
    Utc, Weekday,
};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// A period as files keep it: `2026-09-02 to 2026-11-20`, its last day no earlier than its first.
pub fn period(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (from, to) = text.split_once(" to ")?;
    let found = (stored(from.trim())?, stored(to.trim())?);
    (found.0 <= found.1).then_some(found)
}

/// Reads a day as files keep it: `2026-09-14` and nothing else.
pub fn stored(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(n, b)| {
            if n == 4 || n == 7 {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    shape
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
}

/// Says a day in words with its weekday: `Monday 14 September 2026`.
pub fn words(day: NaiveDate) -> String {
    day.format("%A %-d %B %Y").to_string()
}

/// Says a day shortly: `14 Sep 2026`.
pub fn short(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// Why a typed day was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotADay {
    /// What was found.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

/// Reads a day as people type it, the day always before the month.
///
/// Takes `2026-09-14`, `14/9/2026`, `14.9.2026`, `14-9-2026`, `14 Sept 2026`, `1st October 2026`, `today`,
/// `yesterday`, and a weekday's name for the last one before today.
///
/// # Errors
/// Says what is wrong: a year with two digits or none, a day that does not exist, or words that are no day.
pub fn typed(text: &str, today: NaiveDate) -> Result<NaiveDate, NotADay> {
    let refuse = |message: String| {
        Err(NotADay {
            message,
            hint: "write a day as 14/9/2026, 2026-09-14, `14 September 2026`, today, yesterday or a weekday"
                .into(),
        })
    };
    let lower = text.trim().to_lowercase();
    match lower.as_str() {
        "today" => return Ok(today),
        "yesterday" => return Ok(today - Days::new(1)),
        _ => {}
    }
    if let Some(n) = named(&lower, &WEEKDAYS) {
        let back = (today.weekday().num_days_from_monday() + 7 - n) % 7;
        return Ok(today - Days::new(u64::from(if back == 0 { 7 } else { back })));
    }
    let parts: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || "/.-,".contains(c))
        .filter(|part| !part.is_empty())
        .collect();
    let year_first = parts
        .first()
        .is_some_and(|part| part.len() == 4 && number(part).is_some());
    let (day, month, year) = match parts.as_slice() {
        [year, month, day] if year_first => (*day, *month, *year),
        [day, month, year] => (*day, *month, *year),
        [_, _] => return refuse(format!("`{text}` has no year")),
        _ => return refuse(format!("`{text}` is not a day")),
    };
    let day = day
        .trim_end_matches("st")
        .trim_end_matches("nd")
        .trim_end_matches("rd")
        .trim_end_matches("th");
    let month = number(month).or_else(|| self::month(month));
    let (Some(day), Some(month), Some(number_of_year)) = (number(day), month, number(year)) else {
        return refuse(format!("`{text}` is not a day"));
    };
    if year.len() != 4 {
        return refuse(format!("the year of `{text}` does not have four digits"));
    }
    let found = i32::try_from(number_of_year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    match found {
        Some(day) => Ok(day),
        None => refuse(format!(
            "there is no such day as `{text}` (the day comes before the month)"
        )),
    }
}

fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

/// The month a word names, whole or shortened to three letters or more, in small letters; January is 1.
pub fn month(word: &str) -> Option<u32> {
    named(word, &MONTHS).map(|n| n + 1)
}

/// The place of a name, whole or shortened to three letters or more.
fn named(text: &str, names: &[&str]) -> Option<u32> {
    let hit = |name: &&str| text.len() >= 3 && name.starts_with(text);
    names
        .iter()
        .position(hit)
        .and_then(|n| u32::try_from(n).ok())
}

/// How far the clocks of the United Kingdom are ahead of UTC at an instant: an hour in summer time.
///
/// Summer time runs from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday of October
/// (Summer Time Act 1972 as amended by the Summer Time Order 2002).
pub fn uk_offset(instant: DateTime<Utc>) -> TimeDelta {
    let change = |month| {
        let last = NaiveDate::from_ymd_opt(instant.year(), month, 31).unwrap_or_default();
        let sunday = last - Days::new(u64::from(last.weekday().num_days_from_sunday()));
        sunday.and_time(NaiveTime::MIN) + TimeDelta::hours(1)
    };
    let naive = instant.naive_utc();
    let summer = naive >= change(3) && naive < change(10);
    TimeDelta::hours(i64::from(summer))
}

/// An instant as clocks in the United Kingdom show it, whatever clock it was written by.
pub fn uk_time<Z: TimeZone>(instant: &DateTime<Z>) -> DateTime<FixedOffset> {
    let instant = instant.to_utc();
    let ahead = i32::try_from(uk_offset(instant).num_seconds()).unwrap_or_default();
    instant.with_timezone(&FixedOffset::east_opt(ahead).unwrap_or(Utc.fix()))
}

/// The day it is in the United Kingdom at an instant.
pub fn uk_day<Z: TimeZone>(instant: &DateTime<Z>) -> NaiveDate {
    uk_time(instant).date_naive()
}

/// The weekday's name, for tables.
pub fn weekday(day: NaiveDate) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "Mon",
        Weekday::Tue => "Tue",
        Weekday::Wed => "Wed",
        Weekday::Thu => "Thu",
        Weekday::Fri => "Fri",
        Weekday::Sat => "Sat",
        Weekday::Sun => "Sun",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    /// Friday 18 September 2026.
    fn today() -> NaiveDate {
        ymd(2026, 9, 18)
    }

    #[test]
    fn every_promised_way_to_write_a_day() {
        for text in [
            "2026-09-14",
            "14/9/2026",
            "14.9.2026",
            "14-9-2026",
            "14 Sep 2026",
            "14 Sept 2026",
            "14 September 2026",
            "14th September 2026",
            "Monday",
            "mon",
        ] {
            assert_eq!(typed(text, today()), Ok(ymd(2026, 9, 14)), "{text}");
        }
        assert_eq!(typed("1st October 2026", today()), Ok(ymd(2026, 10, 1)));
        assert_eq!(typed("3rd Aug 2026", today()), Ok(ymd(2026, 8, 3)));
        assert_eq!(typed("today", today()), Ok(today()));
        assert_eq!(typed("yesterday", today()), Ok(ymd(2026, 9, 17)));
        assert_eq!(
            typed("friday", today()),
            Ok(ymd(2026, 9, 11)),
            "the last one, not today"
        );
        assert_eq!(
            typed("3/4/2026", today()),
            Ok(ymd(2026, 4, 3)),
            "day before month"
        );
    }

    #[test]
    fn what_is_no_day_says_why() {
        let why = |text| typed(text, today()).unwrap_err().message;
        assert_eq!(
            why("14/9/26"),
            "the year of `14/9/26` does not have four digits"
        );
        assert_eq!(why("14/9"), "`14/9` has no year");
        assert_eq!(why("14 Sept"), "`14 Sept` has no year");
        assert_eq!(
            why("31/2/2026"),
            "there is no such day as `31/2/2026` (the day comes before the month)"
        );
        assert_eq!(
            why("9/14/2026"),
            "there is no such day as `9/14/2026` (the day comes before the month)"
        );
        assert_eq!(why("soon"), "`soon` is not a day");
        assert_eq!(why(""), "`` is not a day");
    }

    #[test]
    fn stored_days_have_one_shape() {
        assert_eq!(stored("2026-09-14"), Some(ymd(2026, 9, 14)));
        for text in [
            "2026-9-14",
            "14/9/2026",
            "2026-02-30",
            "+026-09-14",
            "2026-09-14 ",
        ] {
            assert_eq!(stored(text), None, "{text}");
        }
    }

    #[test]
    fn the_united_kingdom_changes_its_clocks_on_the_last_sundays() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(uk_day(&at("2026-03-28T23:30:00Z")), ymd(2026, 3, 28));
        assert_eq!(uk_day(&at("2026-03-29T23:30:00Z")), ymd(2026, 3, 30));
        assert_eq!(uk_day(&at("2026-10-24T23:30:00Z")), ymd(2026, 10, 25));
        assert_eq!(uk_day(&at("2026-10-25T23:30:00Z")), ymd(2026, 10, 25));
        assert_eq!(
            uk_time(&at("2026-07-01T23:30:00Z")).to_rfc3339(),
            "2026-07-02T00:30:00+01:00"
        );
    }
}
