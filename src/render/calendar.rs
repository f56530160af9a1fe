//! What is due as a calendar file (iCalendar, RFC 5545) that Outlook and other calendars take.

use std::io::{self, Write};

use super::markup::shown;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use icalendar::{Calendar, Class, Component as _, Event as Entry, EventLike as _, Property};

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

/// A calendar has at least one component (RFC 5545, 3.6), and one that is published at least one event (RFC 5546, 3.2.1). So
/// one without events holds the time zone of the United Kingdom and names no method.
const WITHOUT_EVENTS: &str = "\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//attcheck//due//EN\r
CALSCALE:GREGORIAN\r
BEGIN:VTIMEZONE\r
TZID:Europe/London\r
BEGIN:DAYLIGHT\r
DTSTART:19960331T010000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
TZNAME:BST\r
TZOFFSETFROM:+0000\r
TZOFFSETTO:+0100\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
DTSTART:19961027T020000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
TZNAME:GMT\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0000\r
END:STANDARD\r
END:VTIMEZONE\r
END:VCALENDAR\r
";

/// The last year that a calendar file can write.
const LAST_YEAR: i32 = 9999;

/// Writes the calendar: events of a whole day that leave the person's time free, and are nobody else's business.
///
/// # Errors
/// If the output cannot be written.
pub fn write(events: &[Event], out: &mut dyn Write) -> io::Result<()> {
    if events.is_empty() {
        return out.write_all(WITHOUT_EVENTS.as_bytes());
    }
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
        let mut entry = Entry::new();
        entry
            .uid(&format!("{}@attcheck", event.uid))
            .add_property("DTSTAMP", stamp)
            .starts(event.day)
            .summary(&shown(&event.summary))
            .description(&shown(&event.description))
            .add_property("TRANSP", "TRANSPARENT")
            .class(Class::Confidential);
        // The end is the first day that no longer belongs to it. Without one the event lasts its day.
        if let Some(next) = event.day.succ_opt().filter(|day| day.year() <= LAST_YEAR) {
            entry.ends(next);
        }
        calendar.push(entry.done());
    }
    write!(out, "{calendar}")
}
