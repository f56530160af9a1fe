//! What is due as a calendar file (iCalendar, RFC 5545) that Outlook and other calendars take.

use std::io::{self, Write};

use super::markup::shown;
use chrono::{DateTime, NaiveDate, Utc};
use icalendar::{Calendar, Component as _, Event as Entry, EventLike as _, Property};

/// One day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What tells it from all others, the same each time it is written: a calendar then replaces it.
    pub uid: String,
    /// The day.
    pub day: NaiveDate,
    /// When it was recorded.
    pub stamp: Option<DateTime<Utc>>,
    /// In a line.
    pub summary: String,
    /// In more words.
    pub description: String,
}

/// Writes the calendar: events of a whole day that leave the person's time free.
///
/// # Errors
/// If the output cannot be written.
pub fn write(events: &[Event], out: &mut dyn Write) -> io::Result<()> {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//attcheck//due//EN"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("METHOD", "PUBLISH"));
    for event in events {
        let stamp = event.stamp.map_or_else(
            || format!("{}T000000Z", event.day.format("%Y%m%d")),
            |stamp| stamp.format("%Y%m%dT%H%M%SZ").to_string(),
        );
        let entry = Entry::new()
            .uid(&format!("{}@attcheck", event.uid))
            .add_property("DTSTAMP", stamp)
            .starts(event.day)
            // The end is the first day that no longer belongs to it.
            .ends(event.day.succ_opt().unwrap_or(event.day))
            .summary(&shown(&event.summary))
            .description(&shown(&event.description))
            .add_property("TRANSP", "TRANSPARENT")
            .done();
        calendar.push(entry);
    }
    write!(out, "{calendar}")
}
