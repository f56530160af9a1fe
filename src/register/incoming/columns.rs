//! Which column holds what, by its heading or by what `--map` says.

use chrono::NaiveDate;

use super::cells;

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
    /// The mark of a session.
    Session(NaiveDate, usize),
    /// The marks of a week that begins on this day.
    Week(NaiveDate),
    /// The mark of a session on a day that cannot be; why.
    BadDay(String),
    /// Nothing that is looked at.
    Nothing,
}

fn plain(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// What each column of a row of headings holds.
pub(super) fn of(headings: &[String], mapped: &[Mapped]) -> Vec<Holds> {
    headings
        .iter()
        .map(|heading| holds(heading, mapped))
        .collect()
}

fn holds(heading: &str, mapped: &[Mapped]) -> Holds {
    let role = |word: &str| {
        ROLES
            .iter()
            .find(|(role, _)| *role == word)
            .map(|(role, _)| *role)
    };
    let told = plain(heading);
    if let Some(one) = mapped.iter().find(|one| plain(&one.heading) == told) {
        return role(&one.role).map_or(Holds::Nothing, Holds::Role);
    }
    let known = ROLES
        .iter()
        .find(|(_, words)| words.contains(&told.as_str()));
    if let Some((role, _)) = known {
        // A column that was named by hand takes the place of one that only looks like it.
        let taken = mapped.iter().any(|one| one.role == *role);
        return if taken {
            Holds::Nothing
        } else {
            Holds::Role(role)
        };
    }
    dated(heading)
}

/// A heading with a day in it: of a session if it names one, else of a week.
fn dated(heading: &str) -> Holds {
    let words: Vec<&str> = heading.split_whitespace().collect();
    let (session, rest) = match words.as_slice() {
        [rest @ .., last] if cells::session(last).is_some() => (cells::session(last), rest),
        [first, rest @ ..] if cells::session(first).is_some() => (cells::session(first), rest),
        rest => (None, rest),
    };
    match (cells::day(&rest.join(" ")), session) {
        (Ok(day), Some(session)) => Holds::Session(day, session),
        (Ok(day), None) => Holds::Week(day),
        (Err(says), Some(_)) if heading.contains(|c: char| c.is_ascii_digit()) => {
            Holds::BadDay(says)
        }
        (Err(_), _) => Holds::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_however_they_are_written() {
        let ymd = |d| NaiveDate::from_ymd_opt(2026, 9, d).unwrap();
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
            ("Minutes late", Holds::Nothing),
        ] {
            assert_eq!(holds(heading, &[]), wanted, "{heading}");
        }
        let mapped = [Mapped {
            role: "mark".into(),
            heading: "Att. Mk".into(),
        }];
        assert_eq!(holds("att mk", &mapped), Holds::Role("mark"));
        assert_eq!(holds("Mark", &mapped), Holds::Nothing);
    }
}
