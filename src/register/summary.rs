//! One pupil's marks, summed up: the whole, and by weekday, half of the day and part of the year.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};

use super::{Class, Code, Counts, Register, figures};
use crate::calendar::{Calendar, Edge, Unit, Way};

/// The numbers of `data/absence.tsv`.
#[derive(Debug, Clone, Copy, Default)]
struct Thresholds {
    persistent: u32,
    severe: u32,
    unresolved: u32,
}

fn thresholds() -> &'static Thresholds {
    static THRESHOLDS: OnceLock<Thresholds> = OnceLock::new();
    THRESHOLDS.get_or_init(|| {
        let mut found = Thresholds::default();
        let lines = include_str!("../../data/absence.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'));
        for line in lines {
            let mut cells = line.split('\t');
            let (what, number) = (
                cells.next(),
                cells
                    .next()
                    .and_then(|n| n.parse().ok())
                    .unwrap_or_default(),
            );
            match what {
                Some("persistent") => found.persistent = number,
                Some("severe") => found.severe = number,
                Some("unresolved") => found.unresolved = number,
                _ => {}
            }
        }
        found
    })
}

/// How much of school is missed, by the Department for Education's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Less than a tenth.
    Usual,
    /// Persistent absence: a tenth or more.
    Persistent,
    /// Severe absence: half or more.
    Severe,
}

impl Extent {
    /// By exact counts: no rounding makes it more or less. `None` out of no sessions.
    pub fn of(counts: &Counts) -> Option<Self> {
        let (absent, possible) = (u64::from(counts.absent()), u64::from(counts.possible()));
        let reached = |percent: u32| absent * 100 >= possible * u64::from(percent);
        (possible > 0).then(|| {
            if reached(thresholds().severe) {
                Self::Severe
            } else if reached(thresholds().persistent) {
                Self::Persistent
            } else {
                Self::Usual
            }
        })
    }

    /// In words, where it has a name; with the threshold it goes by.
    pub fn words(self) -> Option<String> {
        let (name, percent) = match self {
            Self::Usual => return None,
            Self::Persistent => ("persistent absence", thresholds().persistent),
            Self::Severe => ("severe absence", thresholds().severe),
        };
        Some(format!(
            "{name}: at least {percent}% of the possible sessions"
        ))
    }

    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Persistent => "persistent",
            Self::Severe => "severe",
        }
    }
}

/// Sessions missed one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// How many.
    pub sessions: u32,
    /// The day of the first.
    pub from: NaiveDate,
    /// The day of the last.
    pub to: NaiveDate,
}

/// Marks summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The first day looked at.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
    /// All of it.
    pub total: Counts,
    /// Monday to Sunday.
    pub weekdays: [Counts; 7],
    /// Mornings and afternoons.
    pub halves: [Counts; 2],
    /// Halves of terms with anything in them, by name.
    pub parts: Vec<(String, Counts)>,
    /// How often each code stands there, in the order of the rules.
    pub codes: Vec<(Code, u32)>,
    /// The longest run of absence.
    pub run: Option<Run>,
    /// Sessions whose reason is not known yet (code N), and how many of them for longer than it may take.
    pub unresolved: (u32, u32),
    /// How long it may take, in school days.
    pub unresolved_for: u32,
    /// Sessions without a mark on days that have, or may have, sessions.
    pub missing: u32,
    /// Sessions whose mark was another one before.
    pub changed: u32,
}

/// Sums the marks of a stretch of days up.
pub fn summary(
    register: &Register,
    calendar: &Calendar,
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
) -> Summary {
    let mut found = Summary {
        from,
        to,
        total: Counts::default(),
        weekdays: [Counts::default(); 7],
        halves: [Counts::default(); 2],
        parts: Vec::new(),
        codes: Vec::new(),
        run: None,
        unresolved: (0, 0),
        unresolved_for: thresholds().unresolved,
        missing: figures::missing(register, calendar, from, to, today),
        changed: 0,
    };
    let mut codes: BTreeMap<Code, u32> = BTreeMap::new();
    let mut run: Option<Run> = None;
    for (day, marks) in register.days(from, to) {
        let weekday = day.weekday().num_days_from_monday() as usize;
        for (half, code) in marks.into_iter().enumerate() {
            let Some(code) = code else { continue };
            found.total.add(code);
            found.weekdays[weekday].add(code);
            found.halves[half].add(code);
            *codes.entry(code).or_default() += 1;
            if let Some(part) = calendar.terms().part_of(day) {
                match found
                    .parts
                    .last_mut()
                    .filter(|(name, _)| *name == part.name)
                {
                    Some((_, counts)) => counts.add(code),
                    None => {
                        let mut counts = Counts::default();
                        counts.add(code);
                        found.parts.push((part.name.clone(), counts));
                    }
                }
            }
            if code.class().is_absent() {
                let now = match run {
                    Some(run) => Run {
                        sessions: run.sessions + 1,
                        to: day,
                        ..run
                    },
                    None => Run {
                        sessions: 1,
                        from: day,
                        to: day,
                    },
                };
                run = Some(now);
                if found
                    .run
                    .is_none_or(|longest| longest.sessions < now.sessions)
                {
                    found.run = Some(now);
                }
            } else if code.class().is_attended() {
                run = None;
            }
            if code.class() == Class::Unauthorised && code.as_str() == "N" {
                found.unresolved.0 += 1;
                let limit = calendar.step(day, thresholds().unresolved, Unit::SchoolDay, Way::On);
                found.unresolved.1 += u32::from(matches!(limit, Edge::On(limit) if limit < today));
            }
        }
    }
    found.codes = codes.into_iter().collect();
    found.changed = changed(register, from, to);
    found
}

/// Sessions whose mark was another one before.
fn changed(register: &Register, from: NaiveDate, to: NaiveDate) -> u32 {
    let mut count = 0;
    for (day, readings) in register
        .readings()
        .filter(|(day, _)| (from..=to).contains(day))
    {
        let now = register.marks(day);
        for (half, now) in now.iter().enumerate() {
            let was = |one: &super::Reading| one.marks[half].is_some() && one.marks[half] != *now;
            count += u32::from(readings.iter().any(was));
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::read;

    fn counts(attended: u32, authorised: u32, unauthorised: u32) -> Counts {
        Counts {
            attended,
            authorised,
            unauthorised,
            neither: 0,
        }
    }

    #[test]
    fn a_tenth_is_persistent_and_a_session_less_is_not() {
        assert_eq!(
            Extent::of(&counts(342, 20, 18)),
            Some(Extent::Persistent),
            "38 of 380"
        );
        assert_eq!(
            Extent::of(&counts(343, 20, 17)),
            Some(Extent::Usual),
            "37 of 380"
        );
        assert_eq!(Extent::of(&counts(190, 190, 0)), Some(Extent::Severe));
        assert_eq!(Extent::of(&counts(191, 189, 0)), Some(Extent::Persistent));
        assert_eq!(Extent::of(&counts(0, 0, 0)), None);
    }

    #[test]
    fn marks_are_summed_up_by_hand() {
        // Monday 14 to Friday 18 September 2026, worked out by hand.
        let text = "date,am,pm,read\n2026-09-14,/,\\,2026-09-21\n2026-09-15,I,I,2026-09-21\n2026-09-16,I,#,2026-09-21\n\
                    2026-09-17,O,\\,2026-09-21\n2026-09-18,N,\\,2026-09-21\n2026-09-18,N,L,2026-09-22\n";
        let register = read(text).unwrap();
        let ymd = |d| NaiveDate::from_ymd_opt(2026, 9, d).unwrap();
        let found = summary(&register, &Calendar::england(), ymd(14), ymd(18), ymd(21));
        assert_eq!(
            (
                found.total.attended,
                found.total.authorised,
                found.total.unauthorised
            ),
            (4, 3, 2)
        );
        assert_eq!(
            (found.total.neither, found.missing, found.changed),
            (1, 0, 1)
        );
        // The closure on Wednesday afternoon does not break the run, Thursday afternoon does.
        assert_eq!(
            found.run,
            Some(Run {
                sessions: 4,
                from: ymd(15),
                to: ymd(17)
            })
        );
        assert_eq!(found.halves[0].absent(), 4);
        assert_eq!(found.weekdays[1].absent(), 2);
        assert_eq!(found.unresolved, (1, 0));
        assert_eq!(found.total.percent().as_deref(), Some("44.4%"));
    }
}
