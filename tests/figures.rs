//! Laws of days and figures: what lies outside a window never matters, everything may be shifted, and a plain reckoning
//! comes to the same.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may stop where it stands"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use attcheck::calendar::{Calendar, Part, Terms, Unit, Way};
use attcheck::case::entry::{Action, Answer, Content, PersonEntry, PersonId, Role};
use attcheck::case::state::CaseState;
use attcheck::checklist::Checklist;
use attcheck::readiness::{NoCopies, Question, every_line};
use attcheck::register::{Class, Code, Kind, Register, Stretch, counts, figure};
use attcheck::span;
use attcheck::store::builtin;
use attcheck::truth::Truth;
use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;

fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn terms() -> Vec<Part> {
    let part = |from, to| Part {
        name: String::new(),
        from,
        to,
    };
    vec![
        part(ymd(2026, 9, 2), ymd(2026, 10, 23)),
        part(ymd(2026, 11, 2), ymd(2026, 12, 18)),
        part(ymd(2027, 1, 4), ymd(2027, 2, 12)),
        part(ymd(2027, 2, 22), ymd(2027, 3, 25)),
        part(ymd(2027, 4, 12), ymd(2027, 5, 28)),
    ]
}

fn calendar() -> Calendar {
    Calendar::england().with_terms(Terms::new(terms(), BTreeMap::new()))
}

/// The Nth day after the first of September.
fn day(n: u64) -> NaiveDate {
    ymd(2026, 9, 1) + Days::new(n)
}

fn codes() -> Vec<Code> {
    Code::all().collect()
}

/// A register with a mark, or none, for each session of each school day up to a day.
fn register(marks: &[Option<usize>], to: NaiveDate) -> Register {
    let (codes, calendar, mut register) = (codes(), calendar(), Register::default());
    let mut marks = marks.iter().cycle();
    let mut at = day(0);
    while at <= to {
        if calendar.is_school_day(at) == Some(true) {
            let mut mark = || marks.next().unwrap().map(|n| codes[n % codes.len()]);
            let both = [mark(), mark()];
            register.put(at, both, to);
        }
        at = at + Days::new(1);
    }
    register
}

/// What a kind counts, said once more in other words.
fn plainly(kind: Kind, code: Code) -> bool {
    let attended = ["/", "\\", "L", "K", "V", "P", "W", "B", "J"];
    let unauthorised = ["G", "N", "O", "U"];
    let neither = [
        "D", "Q", "X", "Y", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z", "#",
    ];
    let word = code.as_str();
    match kind {
        Kind::Attendance => attended.contains(&word),
        Kind::Unauthorised => unauthorised.contains(&word),
        Kind::Absence => !attended.contains(&word) && !neither.contains(&word),
        Kind::Authorised => {
            !attended.contains(&word) && !neither.contains(&word) && !unauthorised.contains(&word)
        }
        Kind::Marks => word == "N",
    }
}

fn test_of(text: &str) -> span::Test {
    span::figure(text).unwrap().test
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Counting session by session, without the program's classes, comes to the same.
    #[test]
    fn figures_equal_a_plain_reckoning(
        marks in prop::collection::vec(prop::option::weighted(0.97, 0usize..60), 8..40),
        from in 0u64..120, length in 0u64..120, least in 0u32..30, kind in 0usize..5, share in 0u32..=100,
    ) {
        let (today, kind) = (day(240), Kind::ALL[kind]);
        let register = register(&marks, today);
        let (first, last) = (day(from), day(from + length));
        let words = if kind == Kind::Marks { format!("at least {least} sessions of N") } else { format!("at least {least} sessions") };
        let found = figure(&register, &calendar(), kind, &test_of(&words), &Stretch::known(first, last), today);
        let (mut number, mut possible, mut missing) = (0u32, 0u32, 0u32);
        let mut at = first;
        while at <= last {
            if calendar().is_school_day(at) == Some(true) {
                for mark in register.marks(at) {
                    match mark {
                        Some(code) => {
                            number += u32::from(plainly(kind, code));
                            possible += u32::from(plainly(Kind::Attendance, code) || plainly(Kind::Absence, code));
                        }
                        None => missing += 1,
                    }
                }
            }
            at = at + Days::new(1);
        }
        prop_assert_eq!((found.part, found.all, found.missing), (number, possible, missing));
        let wanted = if number >= least { Truth::Yes } else if number + missing >= least { Truth::Unknown } else { Truth::No };
        prop_assert_eq!(found.truth, wanted);
        let total = counts(&register, first, last);
        prop_assert_eq!(total.possible(), possible);
        if kind != Kind::Marks {
            // Every way in which the missing marks may turn out is tried: the answer is what they all come to, or unknown.
            let found = figure(&register, &calendar(), kind, &test_of(&format!("below {share}%")), &Stretch::known(first, last), today);
            if missing <= 6 && possible > 0 {
                let mut answers = Vec::new();
                for ours in 0..=missing {
                    for others in 0..=(missing - ours) {
                        answers.push((number + ours) * 100 < share * (possible + ours + others));
                    }
                }
                let all = answers.iter().all(|answer| *answer == answers[0]);
                let wanted = if all { Truth::from(answers[0]) } else { Truth::Unknown };
                prop_assert_eq!(found.truth, wanted);
            }
        }
    }

    /// Marks before and after a window, and marks of days that are no school days, change nothing in it.
    #[test]
    fn what_lies_outside_a_window_never_matters(
        marks in prop::collection::vec(prop::option::weighted(0.9, 0usize..40), 8..40),
        outside in prop::collection::vec((0u64..240, 0usize..40), 0..12),
        from in 40u64..120, length in 0u64..60, n in 0u32..20, run in any::<bool>(),
    ) {
        let today = day(200);
        let (first, last) = (day(from), day(from + length));
        let word = if run { "consecutive " } else { "" };
        let test = test_of(&format!("at least {n} {word}sessions"));
        let mut register = register(&marks, today);
        let look = |register: &Register| figure(register, &calendar(), Kind::Unauthorised, &test, &Stretch::known(first, last), today);
        let before = look(&register);
        for (at, code) in outside {
            if !(first..=last).contains(&day(at)) {
                register.put(day(at), [Some(codes()[code % codes().len()]); 2], today);
            }
        }
        prop_assert_eq!(look(&register), before);
    }

    /// The nearest a span can end is never beyond where it ends once the term dates are known.
    #[test]
    fn term_dates_never_bring_an_edge_nearer(from in 60u64..200, count in 0u32..12, unit in 0usize..3, back in any::<bool>(), known in 0usize..5) {
        let unit = [Unit::SchoolDay, Unit::SchoolWeek, Unit::Session][unit];
        let way = if back { Way::Back } else { Way::On };
        let some: Vec<Part> = terms().into_iter().take(known).collect();
        let part = Calendar::england().with_terms(Terms::new(some, BTreeMap::new()));
        let (bound, edge) = (part.step(day(from), count, unit, way), calendar().step(day(from), count, unit, way));
        if let (Some(bound), Some(edge)) = (bound.known(), edge.known()) {
            prop_assert_eq!(bound, edge);
        }
        match way {
            Way::Back => prop_assert!(edge.nearest() <= bound.nearest()),
            Way::On => prop_assert!(edge.nearest() >= bound.nearest()),
        }
    }
}

fn demands() -> &'static Checklist {
    static LIST: OnceLock<Checklist> = OnceLock::new();
    LIST.get_or_init(|| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/demands.yaml");
        #[allow(clippy::disallowed_methods)]
        let text = std::fs::read_to_string(&file).unwrap();
        builtin::parse_checklist(&text, &file).unwrap()
    })
}

/// Eleven years on the calendar has the same shape: 2037 begins on a Thursday as 2026 does, 2038 on a Friday as 2027.
fn later(day: NaiveDate) -> NaiveDate {
    let found = day.with_year(day.year() + 11).unwrap();
    assert_eq!(found.weekday(), day.weekday());
    found
}

/// State and gaps of every line, without the days in their words.
fn stands(
    contents: &[Content],
    register: &Register,
    calendar: &Calendar,
    as_of: NaiveDate,
) -> Vec<String> {
    let case = support::case(contents.to_vec(), "pupil");
    let state = CaseState::replay(&case, None);
    let question = Question {
        checklist: demands(),
        state: &state,
        school: None,
        as_of,
        route: None,
        calendar,
        register: Some(register),
        read_to: as_of,
        copies: &NoCopies,
    };
    every_line(&question)
        .iter()
        .map(|line| {
            let gaps: Vec<&str> = line.gaps.iter().map(|gap| gap.code.as_str()).collect();
            format!("{} {:?} {} {gaps:?}", line.item.id, line.person, line.state)
        })
        .collect()
}

fn action(item: usize, on: NaiveDate, length: u64) -> Content {
    let items = &demands().items;
    let item = &items[item % items.len()];
    let end = on + Days::new(length);
    let fields = item
        .record
        .iter()
        .chain(item.expect.iter().map(|(field, _)| field));
    let value = |field: &str| match field {
        "covers" => format!("{on} to {end}"),
        _ => end.to_string(),
    };
    let mut fields: BTreeMap<String, String> =
        fields.map(|field| (field.clone(), value(field))).collect();
    fields.insert("ends-on".into(), end.to_string());
    Content::Action(Action {
        date: Some(on),
        item: item.id.clone(),
        answer: Answer::Done,
        reason: None,
        persons: if item.each.is_some() {
            vec![PersonId("p1".into())]
        } else {
            Vec::new()
        },
        points: item.points.iter().map(|(name, _)| name.clone()).collect(),
        fields,
        attach: Vec::new(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Shifting entries, marks, term dates and bank holidays by years of equal shape shifts the verdict with them.
    #[test]
    fn everything_shifted_comes_to_the_same(
        entries in prop::collection::vec((any::<usize>(), 20u64..200, 0u64..60), 0..25),
        marks in prop::collection::vec(prop::option::weighted(0.98, 0usize..40), 8..40),
        as_of in 100u64..240,
    ) {
        let parent = Content::Person(PersonEntry::Named {
            person: PersonId("p1".into()), name: Some("P".into()), role: Some(Role::Parent), responsibility: None, from: None, until: None,
        });
        let told = |shift: fn(NaiveDate) -> NaiveDate| -> Vec<Content> {
            let actions = entries.iter().map(|(item, at, length)| {
                // The end of a period is shifted as its beginning is: both stay within the two years.
                let on = day(*at);
                let length = u64::try_from((shift(on + Days::new(*length)) - shift(on)).num_days()).unwrap();
                action(*item, shift(on), length)
            });
            std::iter::once(parent.clone()).chain(actions).collect()
        };
        let now = register(&marks, day(as_of));
        let mut then = Register::default();
        for (at, readings) in now.readings() {
            then.put(later(at), readings[0].marks, later(day(as_of)));
        }
        let holidays = calendar().bank_holidays().iter()
            .filter(|(day, _)| (2026..=2027).contains(&day.year()))
            .map(|(day, name)| (later(*day), name.clone())).collect();
        let parts = terms().into_iter().map(|part| Part { from: later(part.from), to: later(part.to), ..part }).collect();
        let shifted = Calendar::of(holidays).with_terms(Terms::new(parts, BTreeMap::new()));
        let here: BTreeMap<NaiveDate, String> = calendar().bank_holidays().iter()
            .filter(|(day, _)| (2026..=2027).contains(&day.year()))
            .map(|(day, name)| (*day, name.clone())).collect();
        let here = Calendar::of(here).with_terms(Terms::new(terms(), BTreeMap::new()));
        prop_assert_eq!(
            stands(&told(|day| day), &now, &here, day(as_of)),
            stands(&told(later), &then, &shifted, later(day(as_of)))
        );
    }

    /// An entry on one item leaves the lines of items that have nothing to do with it as they were; one that is older than
    /// the window in which it is asked for changes no answer but its own count.
    #[test]
    fn an_irrelevant_entry_changes_nothing(
        entries in prop::collection::vec((any::<usize>(), 20u64..200, 0u64..60), 0..15),
        note_on in 0u64..200, as_of in 100u64..240,
    ) {
        let calendar = calendar();
        let now = register(&[Some(0), Some(1)], day(as_of));
        let contents: Vec<Content> = entries.iter().map(|(item, at, length)| action(*item, day(*at), *length)).collect();
        let before = stands(&contents, &now, &calendar, day(as_of));
        let mut more = contents.clone();
        more.push(Content::Note { text: "A remark".into(), date: Some(day(note_on)) });
        prop_assert_eq!(&stands(&more, &now, &calendar, day(as_of)), &before);
        // What is planned is not done: an entry of a day to come counts for nothing.
        more.extend(entries.iter().map(|(item, _, length)| action(*item, day(as_of) + Days::new(1), *length)));
        prop_assert_eq!(&stands(&more, &now, &calendar, day(as_of)), &before);
    }
}

#[test]
fn the_classes_are_those_of_the_plain_words() {
    for code in codes() {
        assert_eq!(
            plainly(Kind::Attendance, code),
            code.class().is_attended(),
            "{code}"
        );
        assert_eq!(
            plainly(Kind::Unauthorised, code),
            code.class() == Class::Unauthorised,
            "{code}"
        );
        assert_eq!(
            plainly(Kind::Absence, code),
            code.class().is_absent(),
            "{code}"
        );
    }
}
