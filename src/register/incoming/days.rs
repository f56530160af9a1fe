//! The day a cell names, with what may stand around it: a weekday, the words that begin a week, a time with its zone.

use chrono::{
    Datelike as _, FixedOffset, NaiveDate, NaiveTime, TimeZone as _, Timelike as _, Utc, Weekday,
};

use super::cells::{bare, shown};
use crate::day;

/// Words before the day with which a week begins.
const OF_WEEK: &[&str] = &[
    "w/c",
    "wc",
    "w/b",
    "w/commencing",
    "w/beginning",
    "week",
    "commencing",
    "beginning",
    "starting",
    "of",
];

/// A weekday with the words for it.
const WEEKDAYS: [(Weekday, &[&str]); 7] = [
    (Weekday::Mon, &["monday", "mon", "mo"]),
    (Weekday::Tue, &["tuesday", "tues", "tue", "tu"]),
    (Weekday::Wed, &["wednesday", "weds", "wed", "we"]),
    (Weekday::Thu, &["thursday", "thurs", "thur", "thu", "th"]),
    (Weekday::Fri, &["friday", "fri", "fr"]),
    (Weekday::Sat, &["saturday", "sat", "sa"]),
    (Weekday::Sun, &["sunday", "sun", "su"]),
];

/// The weekday a word names.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let word = word.trim_end_matches('.').to_lowercase();
    WEEKDAYS
        .iter()
        .find(|(_, words)| words.contains(&word.as_str()))
        .map(|(weekday, _)| *weekday)
}

/// The name of a weekday, as a message says it.
pub(super) fn name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// Why a weekday that stands beside a day is not that of the day; nothing if it is.
pub(super) fn contradiction(told: Weekday, day: NaiveDate) -> Option<String> {
    (told != day.weekday()).then(|| {
        format!(
            "{} is a {}, and {} stands beside it",
            day::short(day),
            name(day.weekday()),
            name(told)
        )
    })
}

/// Whether a word is one of those with which a week is named: `w/c`, `Week commencing`.
pub(super) fn is_of_week(word: &str) -> bool {
    let word = word.trim_end_matches(':').to_lowercase();
    OF_WEEK.contains(&word.as_str())
}

/// The day a cell names, in the United Kingdom. `Err` says why it names none: it is no day, its weekday is that of
/// another day, or its time leaves open which day is meant.
pub(super) fn day(cell: &str) -> Result<NaiveDate, String> {
    let text = bare(cell);
    let found = Parts::of(text)?;
    if !found.day.contains(|c: char| c.is_ascii_digit()) {
        return Err(format!("{} is not a day", shown(text)));
    }
    // What `typed` says repeats what it was given.
    let is_shown = shown(&found.day).starts_with('`');
    let day = day::typed(&found.day, NaiveDate::MIN).map_err(|not| {
        if is_shown {
            not.message
        } else {
            "that is not a day".to_owned()
        }
    })?;
    if let Some(says) = found.weekday.and_then(|told| contradiction(told, day)) {
        return Err(says);
    }
    found.in_the_kingdom(day)
}

/// The parts of a cell that names a day.
#[derive(Debug, Default)]
struct Parts {
    /// What is left of it when all the rest is taken away.
    day: String,
    weekday: Option<Weekday>,
    time: Option<NaiveTime>,
    zone: Option<FixedOffset>,
}

impl Parts {
    fn of(text: &str) -> Result<Self, String> {
        let mut found = Self::default();
        let mut words: Vec<&str> = Vec::new();
        for word in text
            .split(|c: char| c.is_whitespace() || c == ',')
            .flat_map(with_its_time)
        {
            let is_label = |label: &str| label.chars().all(|c| c.is_alphabetic() || c == '/');
            let word = match word.split_once(':') {
                // `Date:` and `w/c:` say what follows.
                Some((label, rest)) if !label.is_empty() && is_label(label) => rest,
                _ => word,
            };
            if word.is_empty() || is_of_week(word) {
                continue;
            }
            let lower = word.to_lowercase();
            let after_number = words
                .last()
                .is_some_and(|last| last.len() <= 2 && last.bytes().all(|b| b.is_ascii_digit()));
            if after_number && matches!(lower.as_str(), "st" | "nd" | "rd" | "th") {
                continue;
            }
            let after_day = words.last().is_some_and(|last| day::stored(last).is_some());
            if let Some(told) = weekday(word) {
                if found.weekday.is_some_and(|other| other != told) {
                    return Err("two weekdays stand beside the day".to_owned());
                }
                found.weekday = Some(told);
            } else if found.time.is_some() && matches!(lower.as_str(), "am" | "pm") {
                found.time = found.time.and_then(|time| halved(time, &lower));
            } else if let Some(zone) = (found.time.is_some() || after_day)
                .then(|| zone(&lower))
                .flatten()
            {
                found.zone = Some(zone);
            } else if word.contains(':') {
                let unread = || "the time beside the day cannot be read".to_owned();
                if found.time.is_some() {
                    return Err(unread());
                }
                found.read_time(&lower).ok_or_else(unread)?;
            } else {
                words.push(word);
            }
        }
        found.day = words.join(" ");
        Ok(found)
    }

    /// Reads `23:00:00.000z`, `08:55` or `12:00:00am`.
    fn read_time(&mut self, word: &str) -> Option<()> {
        let end = word
            .find(|c: char| !(c.is_ascii_digit() || ":.".contains(c)))
            .unwrap_or(word.len());
        let (clock, rest) = word.split_at(end);
        let parts: Vec<&str> = clock.split(':').collect();
        let number = |text: &str| {
            (1..=2)
                .contains(&text.len())
                .then(|| text.parse::<u32>().ok())?
        };
        let (hour, minute, second) = match parts.as_slice() {
            [hour, minute] => (number(hour)?, number(minute)?, 0),
            [hour, minute, second] => {
                let whole = second.split_once('.').map_or(*second, |(whole, _)| whole);
                (number(hour)?, number(minute)?, number(whole)?)
            }
            _ => return None,
        };
        let time = NaiveTime::from_hms_opt(hour, minute, second)?;
        match rest {
            "" => self.time = Some(time),
            "am" | "pm" => self.time = Some(halved(time, rest)?),
            rest => (self.time, self.zone) = (Some(time), Some(zone(rest)?)),
        }
        Some(())
    }

    /// The day it is in the United Kingdom at that time of a day.
    fn in_the_kingdom(&self, day: NaiveDate) -> Result<NaiveDate, String> {
        let Some(time) = self.time else {
            return Ok(day);
        };
        let at = day.and_time(time);
        if let Some(zone) = self.zone {
            let instant = zone.from_local_datetime(&at).single();
            let instant = instant.ok_or_else(|| "that is not a day".to_owned())?;
            return Ok(day::uk_day(&instant));
        }
        // Midnight in summer time that lost its `Z` on the way: the day may be this one or the next.
        let utc = Utc.from_utc_datetime(&at);
        let late = time.hour() == 23 && time.minute() == 0 && time.second() == 0;
        if late && day::uk_day(&utc) != day {
            let says = "that may be midnight of the next day in UTC; give the day without a time, or with its time zone";
            return Err(says.to_owned());
        }
        Ok(day)
    }
}

/// A word, and as another one what follows a day in it without a blank: `2026-09-02T00:00:00`, `2026-09-02+01:00`.
fn with_its_time(word: &str) -> Vec<&str> {
    match word.get(..10).filter(|date| day::stored(date).is_some()) {
        Some(date) => {
            let rest = &word[10..];
            vec![date, rest.strip_prefix(['T', 't']).unwrap_or(rest)]
        }
        None => vec![word],
    }
}

/// A time of the clock with twelve hours.
fn halved(time: NaiveTime, half: &str) -> Option<NaiveTime> {
    match (time.hour(), half) {
        (12, "am") => time.with_hour(0),
        (hour @ 1..12, "pm") => time.with_hour(hour + 12),
        _ => Some(time),
    }
}

/// How far a zone is ahead of UTC: `z`, `utc`, `gmt`, `bst`, `+01:00`, `+0100` or `+01`.
fn zone(word: &str) -> Option<FixedOffset> {
    let ahead = match word {
        "z" | "utc" | "gmt" => 0,
        "bst" => 3600,
        word => {
            let word = word
                .strip_prefix("utc")
                .or_else(|| word.strip_prefix("gmt"))
                .unwrap_or(word);
            let (sign, digits) = match word.as_bytes().first()? {
                b'+' => (1, &word[1..]),
                b'-' => (-1, &word[1..]),
                _ => return None,
            };
            let digits = digits.replacen(':', "", 1);
            if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let hours: i32 = digits[..2].parse().ok()?;
            let minutes: i32 = match &digits[2..] {
                "" => 0,
                minutes => minutes.parse().ok()?,
            };
            sign * (hours * 3600 + minutes * 60)
        }
    };
    FixedOffset::east_opt(ahead)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, month, day)
    }

    #[test]
    fn days_are_read_with_weekdays_and_times() {
        for text in [
            "02/09/2026",
            "2026-09-02",
            "Wed 02/09/2026",
            "Weds. 02/09/2026",
            "02/09/2026 Wed",
            "2 Sep 2026",
            "02-Sep-2026",
            "02/09/2026 00:00:00",
            "02/09/2026 12:00:00 AM",
            "2026-09-02T08:55:00",
            "2026-09-02T08:55:00.000",
            "2026-09-02+01:00",
            "Wednesday, 2 September 2026",
            "2 nd September 2026",
            "Week commencing: Wed 2/9/2026",
        ] {
            assert_eq!(day(text).ok(), ymd(2026, 9, 2), "{text}");
        }
        assert_eq!(day("14 th September 2026").ok(), ymd(2026, 9, 14));
        assert_eq!(day("Ada Kafor 2026").unwrap_err(), "that is not a day");
        assert_eq!(day("Ada").unwrap_err(), "that is not a day");
        assert!(day("31/02/2026").unwrap_err().contains("`31/02/2026`"));
        for text in ["31/02/2026", "02/09/26", "September", "", "today", "2026"] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_with_its_zone_is_the_day_it_is_in_the_kingdom() {
        for text in [
            "2026-09-13T23:00:00Z",
            "2026-09-13T23:00:00.000Z",
            "2026-09-13T23:00:00+00:00",
            "2026-09-13T23:00:00+0000",
            "2026-09-13 23:00:00 UTC",
            "2026-09-13T23:00Z",
            "13/09/2026 23:00:00 GMT",
            "13/09/2026 11:00:00 PM GMT",
            "Sun, 13 Sep 2026 23:00:00 GMT",
            "2026-09-14T00:00:00+01:00",
            "14/09/2026 00:00:00 BST",
            "2026-09-14T22:59:59Z",
            "2026-09-14T23:30:00+01:00",
        ] {
            assert_eq!(day(text).ok(), ymd(2026, 9, 14), "{text}");
        }
        // In winter both clocks tell the same, and on the day of the change they part at one.
        assert_eq!(day("2026-11-13T23:00:00Z").ok(), ymd(2026, 11, 13));
        assert_eq!(day("2026-11-13T23:00:00").ok(), ymd(2026, 11, 13));
        assert_eq!(day("2026-10-24T23:00:00Z").ok(), ymd(2026, 10, 25));
        assert_eq!(day("2026-10-25T23:00:00Z").ok(), ymd(2026, 10, 25));
        // Midnight in summer whose zone was lost may be either day.
        for text in ["2026-09-13T23:00:00", "13/09/2026 23:00"] {
            assert!(day(text).unwrap_err().contains("midnight"), "{text}");
        }
        for text in [
            "2026-09-13T25:00:00Z",
            "2026-09-13T23:00:00X",
            "13/09/2026 1:2:3:4",
        ] {
            assert!(day(text).unwrap_err().contains("the time"), "{text}");
        }
    }

    #[test]
    fn a_weekday_that_is_not_that_of_the_day_is_told() {
        for text in [
            "Tue 14/9/2026",
            "14/09/2026 Tuesday",
            "Tues, 14 September 2026",
        ] {
            assert_eq!(
                day(text).unwrap_err(),
                "14 Sep 2026 is a Monday, and Tuesday stands beside it",
                "{text}"
            );
        }
        assert_eq!(
            day("Mon Tue 14/9/2026").unwrap_err(),
            "two weekdays stand beside the day"
        );
        // The weekday goes with the day as it is written.
        assert_eq!(day("Sun 2026-09-13T23:00:00Z").ok(), ymd(2026, 9, 14));
    }
}
