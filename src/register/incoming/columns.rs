//! Which column holds what, by its headings or by what `--map` says. Headings may stand in several rows, one above the
//! other: the day above, merged over its sessions, and AM and PM below.

use chrono::{NaiveDate, Weekday};

use super::cells;
use super::heading_words::is_plain_heading;
use super::said::Said;

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

/// A heading in small letters, without anything but letters and digits.
pub(super) fn plain(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
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
            ("Sept 2026", Holds::Nothing),
            ("Sep", Holds::Nothing),
            ("Absent since 01/09/2026", Holds::Nothing),
        ] {
            assert_eq!(holds(heading, &[]), wanted, "{heading}");
        }
        // What was meant for a day is never passed over.
        for heading in [
            "w/c 31/09/2026",
            "31/09/2026",
            "14/09 AM",
            "Mon 14 Sep",
            "14th Sept",
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
    fn only_the_words_of_headings_are_repeated() {
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
