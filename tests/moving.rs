//! Laws of cases that move between checklists: a round trip changes nothing, and a sign-off takes in what came before it.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    unreachable_pub,
    missing_docs,
    reason = "a test may stop where it stands"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use attcheck::calendar::Calendar;
use attcheck::case::Case;
use attcheck::case::entry::{Action, Answer, Content, PersonEntry, PersonId, Role, Sign};
use attcheck::case::state::CaseState;
use attcheck::checklist::{Checklist, carry};
use attcheck::readiness::{NoCopies, Question, every_line};
use attcheck::store::builtin;
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

fn lists() -> &'static [Checklist] {
    static LISTS: OnceLock<Vec<Checklist>> = OnceLock::new();
    LISTS.get_or_init(|| {
        [
            "lancashire",
            "herefordshire",
            "nottinghamshire",
            "southwark",
        ]
        .map(|id| {
            builtin::parse_checklist(builtin::shipped(id, None).unwrap().text, Path::new(id))
                .unwrap()
        })
        .into()
    })
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn action(list: &Checklist, item: usize, day: u64, answer: usize) -> Content {
    let item = &list.items[item % list.items.len()];
    let answer = Answer::ALL[answer % Answer::ALL.len()];
    let fields: BTreeMap<String, String> = list
        .asked_for(item)
        .iter()
        .map(|name| ((*name).to_owned(), "2026-10-01".to_owned()))
        .collect();
    Content::Action(Action {
        date: Some(today() - Days::new(day)),
        item: item.id.clone(),
        answer,
        reason: (answer != Answer::Done).then(|| "because".to_owned()),
        persons: Vec::new(),
        points: list
            .points_of(item)
            .iter()
            .map(|(name, _)| name.clone())
            .collect(),
        fields,
        attach: Vec::new(),
    })
}

fn to(from: &Checklist, to: &Checklist) -> Content {
    Content::Checklist {
        checklist: to.id.clone(),
        edition: to.edition.clone(),
        carried: carry::pairs(from, to),
    }
}

/// Every line of a case under a list, without the commands: these hold the ids of entries.
fn lines(case: &Case, list: &Checklist) -> Vec<String> {
    let (state, calendar) = (CaseState::replay(case, None), Calendar::england());
    let question = Question {
        checklist: list,
        state: &state,
        school: None,
        as_of: today(),
        route: None,
        calendar: &calendar,
        register: None,
        read_to: today(),
        copies: &NoCopies,
    };
    every_line(&question)
        .iter()
        .map(|line| {
            let gaps: Vec<String> = line
                .gaps
                .iter()
                .map(|gap| format!("{} {}", gap.code, gap.says))
                .collect();
            format!(
                "{} {:?} {} {}",
                line.item.id,
                line.person,
                line.state,
                gaps.join("; ")
            )
        })
        .collect()
}

fn parent() -> Content {
    Content::Person(PersonEntry::Named {
        person: PersonId("p1".into()),
        name: Some("A Parent".into()),
        role: Some(Role::Parent),
        responsibility: None,
        from: None,
        until: None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever lists a case goes through, back on its own it is judged as if it had never left.
    #[test]
    fn a_round_trip_changes_nothing(
        entries in prop::collection::vec((any::<usize>(), 0u64..60, any::<usize>()), 0..12),
        more in prop::collection::vec((any::<usize>(), 0u64..60, any::<usize>()), 0..6),
        stops in prop::collection::vec(1usize..4, 1..4),
    ) {
        let home = &lists()[0];
        let first = entries.iter().map(|(item, day, answer)| action(home, *item, *day, *answer));
        let last = more.iter().map(|(item, day, answer)| action(home, *item, *day, *answer));
        let stayed: Vec<Content> = std::iter::once(parent()).chain(first.clone()).chain(last.clone()).collect();
        let mut travelled: Vec<Content> = std::iter::once(parent()).chain(first).collect();
        let mut at = home;
        for stop in stops.iter().map(|stop| &lists()[*stop]).filter(|stop| stop.id != home.id) {
            if stop.id != at.id {
                travelled.push(to(at, stop));
                at = stop;
            }
        }
        travelled.push(to(at, home));
        travelled.extend(last);
        prop_assert_eq!(lines(&support::case(travelled, "pupil"), home), lines(&support::case(stayed, "pupil"), home));
    }

    /// Under another list a case is judged as one recorded there afresh: each entry once for each item it carries to.
    #[test]
    fn under_another_list_it_is_as_one_recorded_there(
        entries in prop::collection::vec((any::<usize>(), 0u64..60, any::<usize>()), 0..12),
        stop in 1usize..4,
    ) {
        let (home, there) = (&lists()[0], &lists()[stop]);
        let pairs = carry::pairs(home, there);
        let mut moved = vec![parent()];
        let mut fresh = vec![parent()];
        for (item, day, answer) in &entries {
            let content = action(home, *item, *day, *answer);
            let Content::Action(action) = &content else { unreachable!() };
            let targets: Vec<&String> = pairs.iter().filter(|(from, _)| *from == action.item).map(|(_, to)| to).collect();
            // An entry that carries to several items is one entry there, which items that count both see once.
            if targets.len() > 1 {
                continue;
            }
            fresh.extend(targets.iter().map(|to| Content::Action(Action { item: (*to).clone(), ..action.clone() })));
            moved.push(content);
        }
        moved.push(to(home, there));
        let opened = to(home, there);
        fresh.insert(0, match opened {
            Content::Checklist { checklist, edition, .. } => Content::Checklist { checklist, edition, carried: Vec::new() },
            _ => unreachable!(),
        });
        prop_assert_eq!(lines(&support::case(moved, "pupil"), there), lines(&support::case(fresh, "pupil"), there));
    }

    /// A sign-off takes in exactly what was recorded before it; notes and signatures after it change nothing.
    #[test]
    fn a_sign_off_is_stale_exactly_if_something_else_follows_it(
        before in prop::collection::vec(any::<usize>(), 0..6),
        after in prop::collection::vec(0usize..4, 0..6),
    ) {
        let home = &lists()[0];
        let sign = |name: &str| Content::Sign(Sign {
            role: "headteacher".into(),
            name: name.into(),
            date: Some(today()),
            item: None,
            signs: Vec::new(),
            scope: Some("record".into()),
            fields: BTreeMap::new(),
        });
        let mut contents: Vec<Content> = before.iter().map(|item| action(home, *item, 3, 0)).collect();
        contents.push(sign("The one that is asked about"));
        let mut changed = false;
        for kind in &after {
            contents.push(match kind {
                0 => Content::Note { text: "A remark".into(), date: None },
                1 => sign("Another"),
                2 => action(home, *kind, 2, 0),
                _ => parent(),
            });
            changed |= *kind > 1;
        }
        let case = support::case(contents, "pupil");
        let state = CaseState::replay(&case, None);
        let first = state.signatures().iter().find(|one| one.sign.name.starts_with("The one")).unwrap();
        prop_assert_eq!(state.changed_since(first.entry).is_some(), changed);
    }
}
