//! The fast reader against the YAML reader: the same record, or it steps aside.

use std::fs;
use std::path::Path;

use attcheck::case::entry::{Action, Answer, Content, Deed, EntryId, PersonId};
use attcheck::case::{Case, compose, seal};
use attcheck::store::{parse_case, quick, yaml};
use attcheck::tree::Node;
use chrono::DateTime;

use super::project;

/// A small generator of numbers: the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

const WORDS: &[&str] = &[
    "First letter sent",
    "no",
    "0123",
    "2026-09-14",
    "said: yes",
    "room #3",
    "line one\nline two",
    "O'Hara",
    "\"quoted\"",
    "Zoë 李",
    "- dash",
    "  lead",
    "trail:",
    "(in brackets)",
    "[list]",
    "a, b",
    "*star",
    "100%",
    "emoji 🙂",
    "tab\there",
    "\u{feff}mark",
    "\u{2028}line",
    "~",
    "null",
    "x\u{e000}y",
    "back\\slash",
];

fn text(dice: &mut Dice) -> String {
    let count = 1 + dice.roll(3);
    (0..count)
        .map(|_| dice.pick(WORDS))
        .collect::<Vec<_>>()
        .join(" ")
}

fn generated(dice: &mut Dice) -> String {
    let header = Node::map([
        ("attcheck", Node::text("case/1")),
        ("case", Node::text("k7m4px")),
        ("subject", Node::text("pupil")),
        ("opened", Node::text("2026-09-01")),
    ]);
    let at = DateTime::parse_from_rfc3339("2026-09-01T09:00:00+01:00").unwrap();
    let opened = Content::Opened {
        checklist: "lancashire".into(),
        edition: "2026-11".into(),
        details: attcheck::case::entry::Details {
            name: Some(text(dice)),
            ..Default::default()
        },
        header: seal::header_hash(&header),
    };
    let mut log = vec![compose::entry(&Deed::Record(opened), "A", at, &[])];
    for _ in 0..dice.roll(5) {
        let after = vec![EntryId(
            log.last().unwrap().text_at("id").unwrap().to_owned(),
        )];
        let content = if dice.roll(2) == 0 {
            Content::Note {
                text: text(dice),
                date: None,
            }
        } else {
            Content::Action(Action {
                date: chrono::NaiveDate::from_ymd_opt(2026, 9, 18),
                item: "letters".into(),
                answer: Answer::Done,
                reason: None,
                persons: (0..dice.roll(3))
                    .map(|n| PersonId(format!("p{n}")))
                    .collect(),
                points: Vec::new(),
                fields: [("outcome".to_owned(), text(dice))].into(),
                attach: Vec::new(),
            })
        };
        log.push(compose::entry(
            &Deed::Record(content),
            &text(dice),
            at,
            &after,
        ));
    }
    let log = Node {
        value: attcheck::tree::Value::List(log),
        ..Node::default()
    };
    yaml::write(&header) + &yaml::write(&Node::map([("log", log)]))
}

/// Whether the fast reader took it; if so, it must have read the very same.
fn taken(text: &str) -> bool {
    let path = Path::new("k7m4px.yaml");
    let Some(fast) = quick::case(text, path) else {
        return false;
    };
    let slow: Case =
        parse_case(text, path).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    assert_eq!(fast.file(), slow.file(), "{text}");
    assert_eq!(fast.header_hash, slow.header_hash);
    assert_eq!(attcheck::case::verify::faults(&slow), vec![]);
    true
}

#[test]
fn ten_thousand_generated_cases_read_the_same_both_ways() {
    let mut dice = Dice(1);
    let fast = (0..10_000).filter(|_| taken(&generated(&mut dice))).count();
    assert!(fast > 500, "the fast reader takes plain cases: {fast}");
}

#[test]
fn ten_thousand_mutations_are_read_the_same_or_left_to_the_other() {
    let mut dice = Dice(2);
    let sound = fs::read_to_string(project("tests/formats/case-1/made-by-program.yaml")).unwrap();
    let pool: Vec<String> = (0..50)
        .map(|_| generated(&mut dice))
        .chain([sound])
        .collect();
    let mut fast = 0;
    for _ in 0..10_000 {
        let source = &pool[dice.roll(pool.len())];
        let mut bytes = source.clone().into_bytes();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(bytes.len());
            match dice.roll(4) {
                0 => bytes[at] = b" \n:-#\"'ae0"[dice.roll(10)],
                1 => {
                    bytes.remove(at);
                }
                2 => bytes.insert(at, b" \n:-#\"'ae0"[dice.roll(10)]),
                _ => {
                    let end = (at + dice.roll(40)).min(bytes.len());
                    let block: Vec<u8> = bytes[at..end].to_vec();
                    let to = dice.roll(bytes.len());
                    bytes.splice(to..to, block);
                }
            }
        }
        if let Ok(text) = String::from_utf8(bytes) {
            fast += usize::from(taken(&text));
        }
    }
    println!("{fast} of 10,000 mutations still were whole records");
}

#[test]
fn every_example_reads_the_same_both_ways() {
    let mut fast = 0;
    for entry in fs::read_dir(project("examples/northfield/cases")).unwrap() {
        fast += usize::from(taken(&fs::read_to_string(entry.unwrap().path()).unwrap()));
    }
    assert!(fast >= 6);
}
