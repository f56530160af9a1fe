//! Figures: what is counted over a stretch of days, and what can be said of it where marks are missing.

use chrono::{Days, NaiveDate};

use super::{Class, Code, Register};
use crate::calendar::Calendar;
use crate::case::entry::words;
use crate::span::Test;
use crate::truth::Truth;

words! {
    /// What a figure counts.
    Kind {
        /// Sessions attended.
        Attendance => "attendance",
        /// Sessions absent, with leave or without.
        Absence => "absence",
        /// Sessions absent with leave.
        Authorised => "authorised",
        /// Sessions absent without: codes G, N, O and U.
        Unauthorised => "unauthorised",
        /// Sessions with the codes that are named.
        Marks => "marks",
    }
}

impl Kind {
    /// Whether a session with a code counts; `of` are the codes that are looked at, all of them if there are none.
    pub fn counts(self, code: Code, of: &[String]) -> bool {
        let class = code.class();
        let kind = match self {
            Self::Attendance => class.is_attended(),
            Self::Absence => class.is_absent(),
            Self::Authorised => class == Class::Authorised,
            Self::Unauthorised => class == Class::Unauthorised,
            Self::Marks => true,
        };
        kind && (of.is_empty() || of.iter().any(|named| named == code.as_str()))
    }
}

/// The days a figure looks at. Where term dates are missing its ends may not be known: then some days belong to it for
/// certain, and others perhaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The first day that belongs for certain.
    pub from: NaiveDate,
    /// The last day that belongs for certain.
    pub to: NaiveDate,
    /// The first day that may belong; none if no day is too early.
    pub perhaps_from: Option<NaiveDate>,
    /// The last day that may belong.
    pub perhaps_to: NaiveDate,
}

impl Stretch {
    /// From one day to another, both known.
    pub fn known(from: NaiveDate, to: NaiveDate) -> Self {
        Self {
            from,
            to,
            perhaps_from: Some(from),
            perhaps_to: to,
        }
    }

    /// Whether both its ends are known.
    pub fn is_known(&self) -> bool {
        self.perhaps_from == Some(self.from) && self.perhaps_to == self.to
    }
}

/// What is counted over a stretch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sessions attended.
    pub attended: u32,
    /// Absent with leave.
    pub authorised: u32,
    /// Absent without.
    pub unauthorised: u32,
    /// Sessions with a code that counts neither way.
    pub neither: u32,
}

impl Counts {
    /// The possible sessions, of which shares are taken.
    pub fn possible(&self) -> u32 {
        self.attended + self.authorised + self.unauthorised
    }

    /// Sessions absent.
    pub fn absent(&self) -> u32 {
        self.authorised + self.unauthorised
    }

    /// Takes a session in.
    pub fn add(&mut self, code: Code) {
        match code.class() {
            Class::Present | Class::Educational => self.attended += 1,
            Class::Authorised => self.authorised += 1,
            Class::Unauthorised => self.unauthorised += 1,
            Class::NotPossible | Class::Administrative => self.neither += 1,
        }
    }

    /// Attendance in percent of the possible sessions, for people: rounded down to one decimal, so that what is below a
    /// threshold never looks as if it were not. `None` out of no sessions.
    pub fn percent(&self) -> Option<String> {
        let tenths = (u64::from(self.attended) * 1000).checked_div(u64::from(self.possible()))?;
        Some(format!("{}.{}%", tenths / 10, tenths % 10))
    }
}

/// Counts a stretch of days.
pub fn counts(register: &Register, from: NaiveDate, to: NaiveDate) -> Counts {
    let mut found = Counts::default();
    for code in register
        .days(from, to)
        .flat_map(|(_, marks)| marks)
        .flatten()
    {
        found.add(code);
    }
    found
}

/// What a figure came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figured {
    /// Whether it is as it must be.
    pub truth: Truth,
    /// Sessions that count, over the days that belong for certain; the longest run, if one after the other is asked.
    pub part: u32,
    /// The possible sessions among them.
    pub all: u32,
    /// Sessions without a mark on days that have, or may have, sessions.
    pub missing: u32,
    /// Those among them on days of which it is not known whether they have sessions.
    pub unsure: u32,
}

/// A session of a stretch: its code, or that it is missing.
enum Session {
    Marked(Code),
    Missing,
}

/// Works a figure out. The register need reach only to the last school day before `today`.
pub fn figure(
    register: &Register,
    calendar: &Calendar,
    kind: Kind,
    test: &Test,
    span: &Stretch,
    today: NaiveDate,
) -> Figured {
    let first = register.first_day().unwrap_or(span.from);
    let look = |from, to| sessions(register, calendar, from, to, today);
    let (sure, unsure) = look(span.from, span.to);
    let missing = count(&sure, |one| matches!(one, Session::Missing));
    let all = count(
        &sure,
        |one| matches!(one, Session::Marked(code) if code.class().is_possible()),
    );
    let (perhaps, _) = look(
        span.perhaps_from.unwrap_or(first.min(span.from)),
        span.perhaps_to,
    );
    let endless = span.perhaps_from.is_none();
    let (truth, part) = match test {
        Test::Sessions {
            least,
            most,
            consecutive,
            of,
        } => {
            let ours = |code: Code| kind.counts(code, of);
            let tally = if *consecutive { longest } else { number };
            let (low, high) = (tally(&sure, &ours, false), tally(&perhaps, &ours, true));
            let high = if endless { u32::MAX } else { high };
            let at_least = |n: u32| {
                if low >= n {
                    Truth::Yes
                } else if high >= n {
                    Truth::Unknown
                } else {
                    Truth::No
                }
            };
            let enough = least.map_or(Truth::Yes, at_least);
            let few = most.map_or(Truth::Yes, |most| !at_least(most.saturating_add(1)));
            (enough.and(few), low)
        }
        Test::Share(share) => {
            let part = count(
                &sure,
                |one| matches!(one, Session::Marked(code) if kind.counts(*code, &[]) && code.class().is_possible()),
            );
            let truth = if all == 0 || !span.is_known() {
                Truth::Unknown
            } else {
                // Whatever the missing marks are, the share lies between these two.
                match (
                    share.holds(part, all + missing),
                    share.holds(part + missing, all + missing),
                ) {
                    (true, true) => Truth::Yes,
                    (false, false) if share.same_side(part, part + missing, all + missing) => {
                        Truth::No
                    }
                    _ => Truth::Unknown,
                }
            };
            (truth, part)
        }
    };
    Figured {
        truth,
        part,
        all,
        missing,
        unsure,
    }
}

/// The sessions of a stretch in their order, those that are missing too; and of how many of these only term dates would
/// tell that they are.
fn sessions(
    register: &Register,
    calendar: &Calendar,
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
) -> (Vec<Session>, u32) {
    let (mut found, mut unsure) = (Vec::new(), 0);
    let mut at = from;
    while at <= to {
        let marks = register.marks(at);
        let open = calendar.is_school_day(at);
        let owed = open != Some(false) && at < today;
        for mark in marks {
            match mark {
                Some(code) => found.push(Session::Marked(code)),
                None if owed => {
                    found.push(Session::Missing);
                    unsure += u32::from(open.is_none());
                }
                None => {}
            }
        }
        let Some(next) = at.checked_add_days(Days::new(1)) else {
            break;
        };
        at = next;
    }
    (found, unsure)
}

/// Sessions without a mark on days that have, or may have, sessions.
pub(super) fn missing(
    register: &Register,
    calendar: &Calendar,
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
) -> u32 {
    count(&sessions(register, calendar, from, to, today).0, |one| {
        matches!(one, Session::Missing)
    })
}

fn count(sessions: &[Session], wanted: impl Fn(&Session) -> bool) -> u32 {
    u32::try_from(sessions.iter().filter(|one| wanted(one)).count()).unwrap_or(u32::MAX)
}

/// How many count; with those that are missing, if they are to count too.
fn number(sessions: &[Session], ours: &dyn Fn(Code) -> bool, missing_too: bool) -> u32 {
    count(sessions, |one| match one {
        Session::Marked(code) => ours(*code),
        Session::Missing => missing_too,
    })
}

/// The longest run. A session that counts neither way, such as a closure, neither belongs to a run nor breaks it.
fn longest(sessions: &[Session], ours: &dyn Fn(Code) -> bool, missing_too: bool) -> u32 {
    let (mut run, mut most) = (0, 0);
    for one in sessions {
        match one {
            Session::Marked(code) if ours(*code) => run += 1,
            Session::Marked(code) if !code.class().is_possible() => {}
            Session::Missing if missing_too => run += 1,
            Session::Marked(_) | Session::Missing => run = 0,
        }
        most = most.max(run);
    }
    most
}
