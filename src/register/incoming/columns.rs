//! Which column holds what, by its headings or by what `--map` says. Headings may stand in several rows, one above the
//! other: the day above, merged over its sessions, and AM and PM below.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

use super::{cells, days};
use crate::calendar::monday_of;
use crate::day;

/// What a column can hold, with the headings by which it is known, letters and digits only.
pub const ROLES: &[(&str, &[&str])] = &[
    ("case", &["case", "caseid"]),
    (
        "upn",
        &["upn", "uniquepupilnumber", "pupilupn", "studentupn"],
    ),
    (
        "name",
        &[
            "name",
            "pupilname",
            "studentname",
            "pupil",
            "student",
            "fullname",
            "legalname",
        ],
    ),
    (
        "surname",
        &[
            "surname",
            "lastname",
            "familyname",
            "legalsurname",
            "preferredsurname",
        ],
    ),
    (
        "forename",
        &[
            "forename",
            "firstname",
            "givenname",
            "legalforename",
            "preferredforename",
        ],
    ),
    (
        "date",
        &[
            "date",
            "markdate",
            "attendancedate",
            "sessiondate",
            "registerdate",
        ],
    ),
    (
        "session",
        &["session", "sessionname", "ampm", "sessiontype"],
    ),
    (
        "mark",
        &[
            "mark",
            "code",
            "attendancemark",
            "attendancecode",
            "markcode",
            "registermark",
            "registrationcode",
        ],
    ),
    ("am", &["am", "ammark", "amcode", "morning"]),
    ("pm", &["pm", "pmmark", "pmcode", "afternoon"]),
    (
        "week",
        &[
            "week",
            "weekcommencing",
            "weekbeginning",
            "weekstarting",
            "wc",
        ],
    ),
    (
        "marks",
        &["marks", "attendancemarks", "weekmarks", "weeksmarks"],
    ),
];

/// A heading somebody named: `--map mark="Att. mark"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// What the column holds: a word of [`ROLES`].
    pub role: String,
    /// Its heading.
    pub heading: String,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holds {
    /// One of [`ROLES`].
    Role(&'static str),
    /// The name of the weekday, which must be that of the day.
    DayName,
    /// The mark of a session.
    Session(NaiveDate, usize),
    /// The mark of a session on a weekday of the row's week.
    OnWeekday(Weekday, usize),
    /// The marks of a week that begins on this day.
    Week(NaiveDate),
    /// The mark of a session on a day that cannot be; why.
    BadDay(String),
    /// Nothing that is looked at.
    Nothing,
}

/// Headings of a column with the name of the weekday beside the day.
const DAY_NAMES: &[&str] = &["day", "dayname", "dayofweek", "dayoftheweek", "weekday"];

fn plain(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// What a heading says of days and sessions.
#[derive(Debug, Clone, Default)]
struct Said {
    day: Option<Result<NaiveDate, String>>,
    /// The day is one with which a week begins.
    of_week: bool,
    weekday: Option<Weekday>,
    session: Option<usize>,
}

impl Said {
    /// What a heading says; nothing if it names neither a day nor a weekday nor a session.
    fn of(heading: &str) -> Option<Self> {
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
    fn below(&self, above: &Self, merged: bool) -> Self {
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

    fn holds(self) -> Holds {
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

/// Whether words were meant for a day and for nothing else: `w/c 31/09/2026`, and not `Absent since 01/09/2026`.
fn is_meant_for_a_day(words: &[&str]) -> bool {
    words.iter().any(|word| has_three_numbers(word))
        && words.iter().all(|word| {
            has_three_numbers(word) || days::is_of_week(word) || days::weekday(word).is_some()
        })
}

/// Whether a word has the form of a day: `31/09/2026`.
fn has_three_numbers(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['/', '.', '-']).collect();
    let is_number =
        |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

/// A heading with what is known of it.
#[derive(Debug, Clone, Default)]
struct Heading {
    text: String,
    /// By its own words, or by what `--map` says.
    known: Option<Holds>,
    said: Option<Said>,
}

impl Heading {
    fn of(text: &str, mapped: &[Mapped]) -> Self {
        Self {
            text: text.to_owned(),
            known: known(text, mapped),
            said: Said::of(text),
        }
    }

    fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    fn is_pupil(&self) -> bool {
        matches!(&self.known, Some(Holds::Role(role)) if OF_PUPIL.contains(role))
    }

    /// What it says of the columns below it. `AM` by itself is known, and says the session all the same.
    fn above(&self) -> Option<&Said> {
        let says = match &self.known {
            None => true,
            Some(Holds::Role(role)) => matches!(*role, "am" | "pm"),
            Some(_) => false,
        };
        self.said.as_ref().filter(|_| says)
    }

    fn holds(&self) -> Holds {
        let said = || self.said.clone().map_or(Holds::Nothing, Said::holds);
        self.known.clone().unwrap_or_else(said)
    }
}

/// What says whose a row is.
const OF_PUPIL: [&str; 4] = ["case", "upn", "name", "surname"];

fn known(heading: &str, mapped: &[Mapped]) -> Option<Holds> {
    let role = |word: &str| {
        ROLES
            .iter()
            .find(|(role, _)| *role == word)
            .map(|(role, _)| *role)
    };
    let told = plain(heading);
    if let Some(one) = mapped.iter().find(|one| plain(&one.heading) == told) {
        return Some(role(&one.role).map_or(Holds::Nothing, Holds::Role));
    }
    if DAY_NAMES.contains(&told.as_str()) {
        return Some(Holds::DayName);
    }
    let (role, _) = ROLES
        .iter()
        .find(|(_, words)| words.contains(&told.as_str()))?;
    // A column that was named by hand takes the place of one that only looks like it.
    let taken = mapped.iter().any(|one| one.role == *role);
    Some(if taken {
        Holds::Nothing
    } else {
        Holds::Role(role)
    })
}

/// Headings of a table, in one row or in several that are read as one.
#[derive(Debug)]
pub(super) struct Headings {
    /// In how many rows they stand.
    pub(super) rows: usize,
    found: Vec<Heading>,
}

impl Headings {
    /// A row of headings.
    pub(super) fn of(cells: &[String], mapped: &[Mapped]) -> Self {
        Self {
            rows: 1,
            found: cells.iter().map(|cell| Heading::of(cell, mapped)).collect(),
        }
    }

    /// These headings with the row below them; nothing if that row does not go on with them.
    pub(super) fn with(&self, below: &[String], mapped: &[Mapped]) -> Option<Self> {
        let below = Self::of(below, mapped).found;
        let goes_on = |one: &Heading| one.is_blank() || one.known.is_some() || one.said.is_some();
        // A pupil's row says whose it is. One that does not may be of headings still, and so may one that holds nothing else.
        let is_of_nobody = self.name_pupils()
            && self
                .found
                .iter()
                .enumerate()
                .all(|(n, one)| !one.is_pupil() || below.get(n).is_none_or(Heading::is_blank));
        if !is_of_nobody && !below.iter().any(Heading::is_pupil) && !below.iter().all(goes_on) {
            return None;
        }
        let only_headings = self.found.iter().all(goes_on);
        let blank = Heading::default();
        let (mut found, mut pairs) = (Vec::new(), 0);
        // A merged cell leaves blanks to its right, and its heading stands for them too.
        let mut merged: Option<&Heading> = None;
        for n in 0..self.found.len().max(below.len()) {
            let own = self.found.get(n).unwrap_or(&blank);
            let under = below.get(n).unwrap_or(&blank);
            let starts = own.above().is_some() && under.said.is_some();
            if !own.is_blank() {
                merged = starts.then_some(own);
            }
            let over = if own.is_blank() { merged } else { Some(own) };
            let is_merged = own.is_blank() && only_headings;
            let both = over.and_then(|over| {
                Some((over, under.said.as_ref()?.below(over.above()?, is_merged)))
            });
            found.push(match both {
                Some((over, said)) => {
                    pairs += 1;
                    Heading {
                        text: format!("{} {}", over.text, under.text),
                        known: None,
                        said: Some(said),
                    }
                }
                None if under.is_blank() => own.clone(),
                None if own.is_blank() || under.known.is_some() => under.clone(),
                None if own.known.is_some() => own.clone(),
                None => Heading {
                    text: format!("{} {}", own.text, under.text),
                    known: None,
                    said: under.said.clone().filter(|_| own.said.is_none()),
                },
            });
        }
        (pairs > 0).then_some(Self {
            rows: self.rows + 1,
            found,
        })
    }

    /// What each column holds.
    pub(super) fn holds(&self) -> Vec<Holds> {
        self.found.iter().map(Heading::holds).collect()
    }

    /// Whether a column says whose a row is.
    pub(super) fn name_pupils(&self) -> bool {
        self.found.iter().any(Heading::is_pupil)
    }

    /// How many of them are like headings.
    pub(super) fn likely(&self) -> usize {
        self.found
            .iter()
            .filter(|one| one.known.is_some() || is_plain_heading(&one.text))
            .count()
    }

    /// Each heading as a message repeats it.
    pub(super) fn shown(&self, mapped: &[Mapped]) -> Vec<String> {
        let as_found = |(n, one): (usize, &Heading)| {
            let is_mapped = mapped
                .iter()
                .any(|mapped| plain(&mapped.heading) == plain(&one.text));
            if is_mapped || is_plain_heading(&one.text) || cells::is_like_a_day(&one.text) {
                one.text.clone()
            } else {
                letter(n)
            }
        };
        self.found.iter().enumerate().map(as_found).collect()
    }

    /// The headings as they were found, for a message that says what is not understood. A heading may be a name, where
    /// a table has no headings: one that is none of the usual words is told by the letter of its column.
    pub(super) fn listed(&self) -> String {
        let told = |(n, one): (usize, &Heading)| {
            if one.is_blank() {
                None
            } else if is_plain_heading(&one.text) {
                Some(format!("{} `{}`", letter(n), one.text))
            } else {
                Some(format!("{} not shown (it may be a name)", letter(n)))
            }
        };
        let told: Vec<String> = self.found.iter().enumerate().filter_map(told).collect();
        told.join(", ")
    }
}

/// A column as a spreadsheet names it: A, B, … Z, AA.
fn letter(n: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = n + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(
            b'A' + u8::try_from(rest % 26).unwrap_or_default(),
        ));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Words that stand in headings, singular. None of them is a name that a child may have, but those of [`ROLES`].
#[rustfmt::skip]
const HEADING_WORDS: &[&str] = &[
    "absence", "absent", "academic", "address", "admission", "adno", "afternoon", "age", "all", "am", "and", "arrival",
    "arrived", "att", "attendance", "attended", "authorised", "band", "birth", "by", "category", "class", "code",
    "column", "comment", "count", "course", "data", "date", "day", "description", "dob", "eal", "email", "end", "enrolment",
    "entered", "entry", "ethnicity", "event", "father", "fee", "first", "flag", "form", "forename", "from", "fsm",
    "full", "gender", "group", "grp", "guardian", "half", "home", "hour", "house", "id", "identifier", "in", "initial",
    "is", "issue", "last", "late", "lateness", "lac", "legal", "lesson", "letter", "level", "list", "mark", "middle",
    "minute", "min", "mins", "missed", "mk", "mobile", "month", "morning", "mother", "na", "name", "nc", "ncy", "no",
    "note", "num", "number", "of", "on", "order", "out", "parent", "percent", "percentage", "period", "phase", "phone",
    "pm", "possible", "postcode", "pp", "preferred", "premium", "present", "provision", "pupil", "reason", "recorded",
    "ref", "reference", "reg", "register", "registration", "relationship", "remark", "report", "roll", "room", "school",
    "sen", "send", "session", "sex", "slot", "source", "staff", "start", "state", "status", "student", "subject", "sum",
    "surname", "tag", "taken", "taker", "teacher", "tel", "telephone", "term", "text", "the", "time", "title", "to",
    "total", "tutor", "type", "unauthorised", "unique", "upn", "uln", "url", "user", "value", "week", "weekday",
    "weekly", "when", "year", "yr", "yeargroup", "given", "family", "learner", "child", "wk", "commencing", "beginning",
    "starting", "wc", "ampm", "entitlement", "free", "meal", "looked", "after", "leaver", "joined", "leaving", "joining",
];

/// Whether a heading consists of words that stand in headings, so that it is no pupil's name.
fn is_plain_heading(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let mut words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .peekable();
    let is_number = |word: &str| word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    let is_known = |word: &str| {
        let one = word.strip_suffix('s').unwrap_or(word);
        HEADING_WORDS.contains(&word)
            || HEADING_WORDS.contains(&one)
            || days::weekday(word).is_some()
            || ROLES.iter().any(|(_, known)| known.contains(&word))
    };
    let some = words.clone().any(is_known);
    some && words.all(|word| is_known(word) || is_number(word))
}

/// The week that titles above the headings name: `Week commencing 14/09/2026`, or from Monday to Friday. `Err` says why
/// it cannot be told.
pub(super) fn titled_week(titles: &[(usize, Vec<String>)]) -> Result<Option<NaiveDate>, String> {
    let mut weeks: Vec<NaiveDate> = Vec::new();
    for (_, cells) in titles {
        let text = cells.join(" ");
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || "()[],;–—".contains(c))
            .map(|word| word.trim_end_matches(['.', ':']))
            .filter(|word| !word.is_empty())
            .collect();
        for at in 0..words.len() {
            let after = &words[at + 1..];
            if days::is_of_week(words[at])
                && !after.first().is_some_and(|next| days::is_of_week(next))
            {
                let strong = !words[at].eq_ignore_ascii_case("of");
                match first_day(after) {
                    Ok(Some((day, _))) if monday_of(day) != day && strong => {
                        return Err(no_monday(day));
                    }
                    Ok(Some((day, _))) if monday_of(day) == day => weeks.push(day),
                    Err(says) if strong => return Err(says),
                    _ => {}
                }
            }
            if let Ok(Some((from, len))) = first_day(&words[at..]) {
                let after = &words[at + len..];
                let after = after
                    .strip_prefix(&["to"])
                    .or_else(|| after.strip_prefix(&["-"]))
                    .unwrap_or(after);
                if let Ok(Some((to, _))) = first_day(after)
                    && (4..=6).contains(&(to - from).num_days())
                    && from.weekday() == Weekday::Mon
                {
                    weeks.push(from);
                }
            }
        }
    }
    weeks.sort_unstable();
    weeks.dedup();
    match weeks.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err("the titles above the headings name more than one week".to_owned()),
    }
}

/// The day with which words begin, and how many of them it takes. `Err` if they begin with a day that cannot be.
fn first_day(words: &[&str]) -> Result<Option<(NaiveDate, usize)>, String> {
    let most = words.len().min(4);
    let found = (1..=most)
        .rev()
        .find_map(|len| Some((days::day(&words[..len].join(" ")).ok()?, len)));
    let meant = words
        .iter()
        .take(2)
        .position(|word| has_three_numbers(word))
        .filter(|at| *at == 0 || days::weekday(words[0]).is_some());
    match (found, meant) {
        (None, Some(at)) => Err(days::day(&words[..=at].join(" ")).err().unwrap_or_default()),
        (found, _) => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, d).unwrap()
    }

    fn row(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    fn holds(heading: &str, mapped: &[Mapped]) -> Holds {
        Heading::of(heading, mapped).holds()
    }

    #[test]
    fn headings_are_known_however_they_are_written() {
        for (heading, wanted) in [
            ("UPN", Holds::Role("upn")),
            ("Unique Pupil Number", Holds::Role("upn")),
            ("AM/PM", Holds::Role("session")),
            ("Mark date", Holds::Role("date")),
            ("02/09/2026 AM", Holds::Session(ymd(2), 0)),
            ("Wed 02/09/2026 PM", Holds::Session(ymd(2), 1)),
            ("PM 2026-09-02", Holds::Session(ymd(2), 1)),
            ("w/c 07/09/2026", Holds::Week(ymd(7))),
            ("Week commencing 7 September 2026", Holds::Week(ymd(7))),
            ("07/09/2026", Holds::Week(ymd(7))),
            ("Mon AM", Holds::OnWeekday(Weekday::Mon, 0)),
            ("Friday afternoon", Holds::OnWeekday(Weekday::Fri, 1)),
            ("TuePM", Holds::OnWeekday(Weekday::Tue, 1)),
            ("Weds (am)", Holds::OnWeekday(Weekday::Wed, 0)),
            ("PM-Thurs", Holds::OnWeekday(Weekday::Thu, 1)),
            ("Day", Holds::DayName),
            ("Mon", Holds::Nothing),
            ("Mona", Holds::Nothing),
            ("Minutes late", Holds::Nothing),
            ("2025/26 %", Holds::Nothing),
            ("Absent since 01/09/2026", Holds::Nothing),
        ] {
            assert_eq!(holds(heading, &[]), wanted, "{heading}");
        }
        // What was meant for a day is never passed over.
        for heading in [
            "w/c 31/09/2026",
            "31/09/2026",
            "14/09 AM",
            "Tue 14/09/2026 AM",
            "w/c 14/09/2026 AM",
        ] {
            let found = holds(heading, &[]);
            assert!(matches!(found, Holds::BadDay(_)), "{heading}: {found:?}");
        }
        let mapped = [Mapped {
            role: "mark".into(),
            heading: "Att. Mk".into(),
        }];
        assert_eq!(holds("att mk", &mapped), Holds::Role("mark"));
        assert_eq!(holds("Mark", &mapped), Holds::Nothing);
    }

    #[test]
    fn headings_in_two_rows_are_read_as_one() {
        let (upn, name) = (Holds::Role("upn"), Holds::Role("name"));
        let day = |d| [Holds::Session(ymd(d), 0), Holds::Session(ymd(d), 1)];
        let read = |rows: &[&str]| {
            let mut found = Headings::of(&row(rows[0]), &[]);
            for below in &rows[1..] {
                found = found.with(&row(below), &[])?;
            }
            Some(found.holds())
        };
        let two = [
            vec![upn.clone(), name.clone()],
            day(14).to_vec(),
            day(15).to_vec(),
        ]
        .concat();
        for rows in [
            // Merged, and so blank to the right.
            &["UPN,Name,14/09/2026,,15/09/2026,", ",,AM,PM,AM,PM"][..],
            &[",,Mon 14/09/2026,,Tue 15/09/2026", "UPN,Name,AM,PM,AM,PM"],
            // Not merged.
            &[
                "UPN,Name,14/09/2026,14/09/2026,15/09/2026,15/09/2026",
                ",,AM,PM,AM,PM",
            ],
            // Over one another.
            &[
                ",,AM,PM,AM,PM",
                "UPN,Name,14/09/2026,14/09/2026,15/09/2026,15/09/2026",
            ],
            &[
                "UPN,Name,Monday,,Tuesday,",
                ",,14/09/2026,,15/09/2026,",
                ",,AM,PM,AM,PM",
            ],
            &[",,w/c 14/09/2026,,,", "UPN,Name,Mon,,Tue,", ",,AM,PM,AM,PM"],
            &["UPN,Name,14/09/2026,,,", ",,Mon AM,Mon PM,Tue AM,Tue PM"],
            &["UPN,Name,14/9/2026,,15/9/2026,", ",,AM,PM,AM,PM"],
        ] {
            assert_eq!(read(rows).as_ref(), Some(&two), "{rows:?}");
        }
        let weekly = [
            upn.clone(),
            Holds::OnWeekday(Weekday::Mon, 0),
            Holds::OnWeekday(Weekday::Mon, 1),
        ];
        assert_eq!(read(&["UPN,Mon,", ",AM,PM"]).unwrap(), weekly);
        // A pupil's row does not go on with the headings.
        for rows in [
            ["UPN,Name,14/09/2026,15/09/2026", "H801200001001,Ada,/,P"],
            [
                "UPN,Name,14/09/2026 AM,14/09/2026 PM",
                "H801200001001,Ada,P,P",
            ],
            ["UPN,Date,Session,Mark", "H801200001001,14/09/2026,AM,/"],
        ] {
            assert_eq!(read(&rows), None, "{rows:?}");
        }
        let with_total = read(&["UPN,14/09/2026,,%", ",AM,PM,so far"]).unwrap();
        assert_eq!(with_total[1..], [&day(14)[..], &[Holds::Nothing]].concat());
        // A merged cell ends where the next heading stands.
        let late = read(&["UPN,14/09/2026,,Late", ",AM,PM,AM"]).unwrap();
        assert_eq!(late[1..3], day(14));
        assert!(!matches!(late[3], Holds::Session(..)), "{late:?}");
        let wrong = read(&["UPN,Mon,,Tue,", ",14/09/2026,,14/09/2026,", ",AM,PM,AM,PM"]).unwrap();
        assert!(matches!(wrong[3], Holds::BadDay(_)), "{wrong:?}");
        // A day among other words may be the one on which the table was printed, and begins no week.
        let printed = read(&["Marks,Printed,14/09/2026,", "UPN,Name,Mon AM,Tue AM"]).unwrap();
        assert!(matches!(printed[3], Holds::BadDay(_)), "{printed:?}");
    }

    #[test]
    fn a_title_names_the_week() {
        let week = |title: &str| titled_week(&[(1, row(title))]);
        for title in [
            "Week commencing 14/09/2026",
            "Register for 7B; week beginning Monday 14 September 2026 (printed 21/09/2026)",
            "w/c: 14/09/2026",
            "Week commencing,14/09/2026",
            "Marks 14/09/2026 to 18/09/2026",
            "14 Sep 2026 - 20 Sep 2026",
            "Week of 14/9/2026",
            "Week commencing 14/09/2026 to 18/09/2026",
        ] {
            assert_eq!(week(title), Ok(Some(ymd(14))), "{title}");
        }
        for title in [
            "Printed 14/09/2026",
            "14/09/2026",
            "Week 3",
            "Marks",
            "1 to 5 September",
        ] {
            assert_eq!(week(title), Ok(None), "{title}");
        }
        for (title, says) in [
            ("w/c Tue 14/09/2026", "Tuesday stands beside it"),
            ("w/c 15/09/2026", "is no Monday"),
            ("w/c 31/09/2026", "no such day"),
            ("w/c 14/09/2026 and w/c 21/09/2026", "more than one week"),
        ] {
            assert!(week(title).unwrap_err().contains(says), "{title}");
        }
    }

    #[test]
    fn only_the_words_of_headings_are_repeated() {
        for heading in [
            "Pupil ref",
            "Att. Mk",
            "Year group",
            "Reg Grp 7",
            "Mon AM",
            "Session name",
            "UPN",
        ] {
            assert!(is_plain_heading(heading), "{heading}");
        }
        for heading in [
            "Ada",
            "Ada O'Kafor",
            "H801200001001",
            "Grace",
            "Late Grace",
            "",
            "1234",
            "01/02/2012",
        ] {
            assert!(!is_plain_heading(heading), "{heading}");
        }
        let found = Headings::of(&row("Ada Kafor,When,,Att"), &[]);
        assert_eq!(
            found.listed(),
            "A not shown (it may be a name), B `When`, D `Att`"
        );
        assert_eq!(
            (letter(0), letter(25), letter(26), letter(52)),
            ("A".into(), "Z".into(), "AA".into(), "BA".into())
        );
    }
}
