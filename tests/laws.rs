//! Laws that hold for every record, whatever is in it.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop where it stands"
)]
#![allow(
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test looks at the disk itself"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use attcheck::calendar::Calendar;
use attcheck::case::entry::{Action, Answer, Content, Deed, EntryId, Fact};
use attcheck::case::join::join;
use attcheck::case::state::CaseState;
use attcheck::case::verify::faults;
use attcheck::case::{Case, compose};
use attcheck::checklist::Checklist;
use attcheck::readiness::{NoCopies, Question, every_line};
use attcheck::store::{builtin, edit, yaml};
use attcheck::tree::Node;
use chrono::{Days, NaiveDate, TimeDelta};
use proptest::prelude::*;
use support::{at, id_of, parse, text_of};

fn lancashire() -> &'static Checklist {
    static CHECKLIST: std::sync::OnceLock<Checklist> = std::sync::OnceLock::new();
    CHECKLIST.get_or_init(|| {
        let text = builtin::shipped("lancashire", None).unwrap().text;
        builtin::parse_checklist(text, Path::new("lancashire")).unwrap()
    })
}

/// What one step of a random record does; numbers are taken by the size of what there is to choose from.
#[derive(Debug, Clone)]
enum Step {
    Act {
        item: usize,
        answer: usize,
        day: u64,
        outcome: bool,
        reason: bool,
        point: usize,
    },
    Know {
        fact: usize,
        value: usize,
        since: Option<u64>,
    },
    Correct {
        which: usize,
        day: u64,
    },
    Withdraw {
        which: usize,
    },
    Note,
}

/// A step, how many heads it follows, and how far the clock is off.
type Move = (Step, usize, i64);

fn step() -> impl Strategy<Value = Move> {
    let step = prop_oneof![
        4 => (any::<usize>(), any::<usize>(), 0u64..90, any::<bool>(), any::<bool>(), any::<usize>())
            .prop_map(|(item, answer, day, outcome, reason, point)| Step::Act { item, answer, day, outcome, reason, point }),
        3 => (any::<usize>(), any::<usize>(), prop::option::of(0u64..90))
            .prop_map(|(fact, value, since)| Step::Know { fact, value, since }),
        1 => (any::<usize>(), 0u64..90).prop_map(|(which, day)| Step::Correct { which, day }),
        1 => any::<usize>().prop_map(|which| Step::Withdraw { which }),
        1 => Just(Step::Note),
    ];
    (step, 0usize..4, -100_000i64..100_000)
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, 1).unwrap()
}

fn content(step: &Step) -> Option<Content> {
    let checklist = lancashire();
    match step {
        Step::Act {
            item,
            answer,
            day,
            outcome,
            reason,
            point,
        } => {
            let item = &checklist.items[item % checklist.items.len()];
            let mut fields = BTreeMap::new();
            for name in &item.record {
                let value = if name.ends_with("-on") {
                    "2026-10-01"
                } else {
                    "said"
                };
                fields.insert(name.clone(), value.to_owned());
            }
            if !outcome {
                fields.remove("outcome");
            }
            Some(Content::Action(Action {
                date: Some(first_day() + Days::new(*day)),
                item: item.id.clone(),
                answer: Answer::ALL[answer % Answer::ALL.len()],
                reason: reason.then(|| "because".to_owned()),
                persons: Vec::new(),
                points: item
                    .points
                    .iter()
                    .take(point % 3)
                    .map(|(name, _)| name.clone())
                    .collect(),
                fields,
                attach: Vec::new(),
            }))
        }
        Step::Know { fact, value, since } => {
            let (name, def) = checklist
                .facts
                .iter()
                .nth(fact % checklist.facts.len())
                .unwrap();
            let allowed = def.allowed();
            Some(Content::Fact(Fact {
                fact: name.clone(),
                // A fact that holds a day has no words to choose from.
                value: allowed
                    .get(value % allowed.len().max(1))
                    .map_or("2026-10-01", |word| *word)
                    .to_owned(),
                since: since.map(|day| first_day() + Days::new(day)),
                persons: Vec::new(),
            }))
        }
        Step::Note => Some(Content::Note {
            text: "A remark".into(),
            date: None,
        }),
        Step::Correct { .. } | Step::Withdraw { .. } => None,
    }
}

/// Entries of a record with branches: each follows some of the entries that no other followed yet, or an earlier one.
fn log(moves: &[Move]) -> Vec<Node> {
    let start = at("2026-09-01T09:00:00+01:00");
    let mut log = vec![compose::entry(&support::opened("pupil"), "A", start, &[])];
    let mut heads: Vec<EntryId> = vec![id_of(&log[0])];
    let mut events: Vec<(EntryId, Content)> = Vec::new();
    for (n, (step, follow, skew)) in moves.iter().enumerate() {
        let deed = match step {
            Step::Correct { which, .. } | Step::Withdraw { which } if events.is_empty() => {
                let _ = which;
                continue;
            }
            Step::Correct { which, day } => {
                let (id, held) = &events[which % events.len()];
                let mut content = held.clone();
                if let Content::Action(action) = &mut content {
                    action.date = Some(first_day() + Days::new(*day));
                }
                Deed::Correct {
                    corrects: id.clone(),
                    why: "put right".into(),
                    content: Some(content),
                }
            }
            Step::Withdraw { which } => Deed::Withdraw {
                withdraws: events[which % events.len()].0.clone(),
                why: "by mistake".into(),
            },
            other => Deed::Record(content(other).unwrap()),
        };
        // None of the heads means apart from them: it follows the first entry alone, as somebody else's work would.
        let mut after: Vec<EntryId> = match follow {
            0 if n % 3 == 0 => vec![id_of(&log[0])],
            follow => heads.iter().take((*follow).max(1)).cloned().collect(),
        };
        if let Deed::Correct { corrects: id, .. } | Deed::Withdraw { withdraws: id, .. } = &deed
            && !after.contains(id)
        {
            after.push(id.clone());
        }
        after.sort();
        let moment = start + TimeDelta::seconds(i64::try_from(n).unwrap() * 3600 + skew);
        let node = compose::entry(&deed, &format!("Person {}", n % 3), moment, &after);
        let id = id_of(&node);
        heads.retain(|head| !after.contains(head));
        heads.push(id.clone());
        if let Deed::Record(content) = deed {
            events.push((id, content));
        }
        log.push(node);
    }
    log
}

/// Another order of the same entries in which each still stands after all that it follows.
fn shuffled(log: &[Node], picks: &[usize]) -> Vec<Node> {
    let mut left: Vec<&Node> = log.iter().collect();
    let mut order: Vec<Node> = Vec::new();
    let mut picks = picks.iter().cycle();
    while !left.is_empty() {
        let done: Vec<EntryId> = order.iter().map(id_of).collect();
        let afters = |node: &Node| -> Vec<EntryId> {
            let list = node
                .get("after")
                .and_then(Node::as_list)
                .unwrap_or_default();
            list.iter()
                .map(|id| EntryId(id.as_text().unwrap().to_owned()))
                .collect()
        };
        let free: Vec<usize> = (0..left.len())
            .filter(|n| afters(left[*n]).iter().all(|id| done.contains(id)))
            .collect();
        let pick = free[picks.next().unwrap() % free.len()];
        order.push(left.remove(pick).clone());
    }
    order
}

/// The verdict in full: every line with state and gaps.
fn verdict(case: &Case, as_of: NaiveDate) -> Vec<String> {
    let state = CaseState::replay(case, None);
    let calendar = Calendar::england();
    let question = Question {
        checklist: lancashire(),
        state: &state,
        school: None,
        as_of,
        route: None,
        calendar: &calendar,
        register: None,
        read_to: as_of,
        copies: &NoCopies,
    };
    every_line(&question)
        .iter()
        .map(|line| format!("{} {} {:?}", line.item.id, line.state, line.gaps))
        .collect()
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    prop::collection::vec(step(), 1..40)
}

fn check_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

/// Any text without control characters other than tab and line feed.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z ]{1,12}",
        "[-:#?,&*!|>'\"%@`{}\\[\\]~=<.0-9]{1,6}",
        Just("no".to_owned()),
        Just("0123".to_owned()),
        Just("2026-09-14".to_owned()),
        Just(" # ".to_owned()),
        Just(": ".to_owned()),
        Just("\n".to_owned()),
        Just("\n\n  - ".to_owned()),
        Just("\t".to_owned()),
        any::<char>()
            .prop_filter("no control characters", |c| !c.is_control())
            .prop_map(String::from),
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Nothing in the verdict depends on the order of entries in the file.
    #[test]
    fn any_order_that_keeps_after_gives_the_same_verdict(
        moves in moves(),
        picks in prop::collection::vec(any::<usize>(), 1..20),
    ) {
        let log = log(&moves);
        let one = parse(&text_of("pupil", &log));
        let other = parse(&text_of("pupil", &shuffled(&log, &picks)));
        prop_assert_eq!(faults(&one), vec![]);
        prop_assert_eq!(faults(&other), vec![]);
        prop_assert_eq!(verdict(&one, check_day()), verdict(&other, check_day()));
    }

    /// The newest of some entries are those that none of the others follows, directly or through others.
    #[test]
    fn the_newest_are_those_that_none_of_the_others_follows(
        moves in moves(),
        among in prop::collection::btree_set(any::<prop::sample::Index>().prop_map(|one| one.index(40)), 1..12),
    ) {
        let case = parse(&text_of("pupil", &log(&moves)));
        let among: Vec<usize> = among.into_iter().filter(|n| *n < case.entries.len()).collect();
        let followed = |n: usize| among.iter().any(|other| *other != n && case.chain.descends(*other, n));
        let plainly: Vec<usize> = among.iter().copied().filter(|n| !followed(*n)).collect();
        prop_assert_eq!(case.chain.newest(&among), plainly);
    }

    /// Joining is commutative, associative and idempotent in entries and order, and what comes out verifies.
    #[test]
    fn joining_keeps_its_laws(moves in moves(), cut in any::<[prop::sample::Index; 3]>()) {
        let log = log(&moves);
        // Three people hold the record up to different points, each with all that these entries follow.
        let sides: Vec<Case> = cut.iter().map(|cut| {
            let wanted = cut.index(log.len()) + 1;
            parse(&text_of("pupil", &log[..wanted]))
        }).collect();
        let texts: Vec<String> = sides.iter().map(|side| yaml::write(&side.file())).collect();
        let joined = |who: &[usize]| -> Case {
            let cases: Vec<&Case> = who.iter().map(|n| &sides[*n]).collect();
            let picks = join(&cases).unwrap();
            let pairs: Vec<(&str, &Case)> = who.iter().map(|n| (texts[*n].as_str(), &sides[*n])).collect();
            parse(&edit::joined(&pairs, &picks).unwrap())
        };
        let ids = |case: &Case| -> Vec<EntryId> { case.entries.iter().map(|e| e.id.clone().unwrap()).collect() };
        let all = joined(&[0, 1, 2]);
        prop_assert_eq!(faults(&all), vec![]);
        prop_assert_eq!(ids(&all), ids(&joined(&[2, 0, 1])));
        prop_assert_eq!(ids(&joined(&[0, 1])), ids(&joined(&[1, 0])));
        prop_assert_eq!(ids(&joined(&[0, 0])), ids(&joined(&[0])));
        let pair = joined(&[0, 1]);
        let pair_text = yaml::write(&pair.file());
        let picks = join(&[&pair, &sides[2]]).unwrap();
        let late = parse(&edit::joined(&[(&pair_text, &pair), (&texts[2], &sides[2])], &picks).unwrap());
        prop_assert_eq!(ids(&late), ids(&all));
    }

    /// Appending never changes a byte before the entry, and what is read again is the old record plus the entry.
    #[test]
    fn appending_keeps_every_byte(
        moves in moves(), outcome in text(), crlf in any::<bool>(), bom in any::<bool>(), comment in any::<bool>(),
    ) {
        let mut file = text_of("pupil", &log(&moves));
        if comment {
            file = file.replacen("- kind", "# a person's own remark\n- kind", 3);
        }
        if crlf {
            file = file.replace('\n', "\r\n");
        }
        if bom {
            file = format!("\u{feff}{file}");
        }
        let case = parse(&file);
        let Ok(outcome) = compose::clean(&outcome) else { return Ok(()) };
        prop_assume!(!outcome.trim().is_empty());
        let note = Deed::Record(Content::Note { text: outcome.clone(), date: None });
        let heads: Vec<EntryId> = case.chain.heads().iter().map(|n| case.entries[*n].id.clone().unwrap()).collect();
        let entry = compose::entry(&note, "A Tester", at("2026-11-20T10:00:00+00:00"), &heads);
        let new = edit::append(&file, &case, std::slice::from_ref(&entry)).unwrap();
        prop_assert!(new.starts_with(&file));
        let again = parse(&new);
        prop_assert_eq!(faults(&again), vec![]);
        let kept = matches!(again.entries.last().unwrap().content(), Some(Content::Note { text, .. }) if *text == outcome);
        prop_assert!(kept);
    }

    /// What is written reads the same here and with another YAML library.
    #[test]
    fn what_is_written_reads_the_same(texts in prop::collection::vec(text(), 1..5)) {
        let texts: Vec<String> = texts.iter().filter_map(|text| compose::clean(text).ok()).filter(|t| !t.is_empty()).collect();
        let node = Node::map(texts.iter().enumerate().map(|(n, text)| (format!("key-{n}"), Node::text(text))));
        let written = yaml::write(&Node::map([("list", Node::list(texts.clone())), ("map", node.clone())]));
        let again = support::read(&written);
        prop_assert_eq!(again.get("map").unwrap(), &node);
        let other: BTreeMap<String, serde_yaml::Value> = serde_yaml::from_str(&written).unwrap();
        let list: Vec<String> = serde_yaml::from_value(other["list"].clone()).unwrap();
        prop_assert_eq!(list, texts);
    }

    /// A note concerns no item, and a record on one item changes no item that neither uses nor awaits it.
    #[test]
    fn an_entry_changes_no_line_it_does_not_concern(moves in moves(), item in any::<usize>(), answer in any::<usize>()) {
        let mut log = log(&moves);
        let before = parse(&text_of("pupil", &log));
        let act = Step::Act { item, answer, day: 5, outcome: true, reason: true, point: 2 };
        let content = content(&act).unwrap();
        let Content::Action(Action { item: id, .. }) = &content else { unreachable!() };
        let concerned: Vec<String> = touched(id);
        let heads: Vec<EntryId> = before.chain.heads().iter().map(|n| before.entries[*n].id.clone().unwrap()).collect();
        log.push(compose::entry(&Deed::Record(content.clone()), "A", at("2026-11-20T10:00:00+00:00"), &heads));
        let after = parse(&text_of("pupil", &log));
        for (old, new) in verdict(&before, check_day()).into_iter().zip(verdict(&after, check_day())) {
            let line = old.split(' ').next().unwrap().to_owned();
            if !concerned.contains(&line) {
                prop_assert_eq!(old, new);
            }
        }
    }
}

/// Items whose line may depend on the entries of one: itself, those that use it, and whatever awaits these.
fn touched(id: &str) -> Vec<String> {
    let checklist = lancashire();
    let mut touched: Vec<String> = vec![id.to_owned()];
    loop {
        let more: Vec<String> = checklist
            .items
            .iter()
            .filter(|item| !touched.contains(&item.id))
            .filter(|item| {
                let conditions = [&item.when, &item.must_when, &item.needs];
                let named = conditions
                    .into_iter()
                    .flatten()
                    .any(|c| format!("{c:?}").contains(&format!("\"{id}\"")));
                let awaits_section = item.needs.is_some();
                item.uses.iter().any(|used| touched.contains(used)) || named || awaits_section
            })
            .map(|item| item.id.clone())
            .collect();
        if more.is_empty() {
            return touched;
        }
        touched.extend(more);
    }
}
