//! The rows of one case, in every table. Columns are documented in `docs/data.md`; new ones go at the end.

use std::collections::BTreeSet;
use std::path::Path;

use super::entries;

use crate::case::Case;
use crate::case::entry::{Content, Entry, EntryId, Fact, PersonId, Subject};
use crate::case::state::{CaseState, FactValue};
use crate::checklist::Checklist;
use crate::commands::verdict::{Check, without_checklist};
use crate::day;
use crate::readiness::pending;
use crate::render::Verdict;
use crate::render::data::{Cell, Shape};
use crate::render::{CaseReport, LineReport};
use crate::store::checklists::KnownChecklists;
use crate::store::{Store, lookup, quick};

pub(super) const CASES: Shape = Shape {
    name: "cases",
    columns: &[
        "case",
        "subject",
        "name",
        "upn",
        "born",
        "year_group",
        "school",
        "urn",
        "checklist",
        "edition",
        "opened",
        "closed",
        "closed_why",
        "entries",
        "heads",
        "as_of",
        "gate",
        "verdict",
        "met",
        "blocks",
        "undecided",
        "advisory",
        "not_applicable",
        "derived",
        "to_find_out",
        "next_review",
        "overdue",
        "returned",
        "accepted",
    ],
};
pub(super) const ENTRIES: Shape = Shape {
    name: "entries",
    columns: &[
        "case",
        "entry",
        "after",
        "kind",
        "tells",
        "standing",
        "event",
        "recorded",
        "by",
        "date",
        "item",
        "answer",
        "reason",
        "outcome",
        "for",
        "points",
        "documents",
        "fact",
        "value",
        "since",
        "next",
        "due",
        "owner",
        "text",
        "why",
        "whole",
    ],
};
pub(super) const ITEMS: Shape = Shape {
    name: "items",
    columns: &[
        "case",
        "checklist",
        "edition",
        "gate",
        "in_gate",
        "section",
        "rows",
        "item",
        "title",
        "level",
        "for",
        "state",
        "holds_up",
        "gap",
        "gaps",
        "says",
        "because",
        "answer",
        "date",
    ],
};
pub(super) const FACTS: Shape = Shape {
    name: "facts",
    columns: &[
        "case", "fact", "for", "value", "since", "entry", "by", "recorded",
    ],
};

/// The rows of one case.
pub(super) struct Rows {
    pub(super) cases: Vec<Vec<Cell>>,
    pub(super) entries: Vec<Vec<Cell>>,
    pub(super) items: Vec<Vec<Cell>>,
    pub(super) facts: Vec<Vec<Cell>>,
}

/// What is left out where there are to be no names.
#[derive(Clone, Copy)]
pub(super) struct Leave<'a> {
    pub(super) names: bool,
    checklist: Option<&'a Checklist>,
    /// Every item of the lists the case was ever worked against.
    items: &'a BTreeSet<String>,
}

impl Leave<'_> {
    /// A name, or a text that somebody typed.
    pub(super) fn typed(self, text: Option<impl Into<String>>) -> Cell {
        text.filter(|_| self.names).map(Into::into).into()
    }

    /// A word that is one of the checklist's own, or else a text that somebody typed.
    pub(super) fn word(self, word: &str, known: impl Fn(&Checklist) -> bool) -> Cell {
        if self.names || self.checklist.is_some_and(known) {
            word.into()
        } else {
            Cell::Blank
        }
    }

    /// An item, by what the checklists of the case call it.
    pub(super) fn item(self, item: &str) -> Cell {
        if self.names || self.items.contains(item) {
            item.into()
        } else {
            Cell::Blank
        }
    }

    pub(super) fn answer_to(self, fact: &str, value: &str) -> Cell {
        self.word(value, |checklist| {
            checklist
                .facts
                .get(fact)
                .is_some_and(|def| def.takes(value))
        })
    }

    pub(super) fn points(self, item: &str, points: &[String]) -> Cell {
        let known = |point: &&String| {
            self.names
                || self.checklist.is_some_and(|checklist| {
                    checklist.item(item).is_some_and(|item| {
                        checklist
                            .points_of(item)
                            .iter()
                            .any(|(name, _)| name == *point)
                    })
                })
        };
        points
            .iter()
            .filter(known)
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
            .into()
    }
}

pub(super) fn ids(persons: &[PersonId]) -> Cell {
    persons
        .iter()
        .map(|person| person.0.as_str())
        .collect::<Vec<_>>()
        .join(" ")
        .into()
}

pub(super) fn date(date: Option<chrono::NaiveDate>) -> Cell {
    date.map(|date| date.to_string()).into()
}

pub(super) fn of_case(
    store: &Store,
    check: &Check,
    file: &Path,
    names: bool,
    known: &mut KnownChecklists,
) -> anyhow::Result<Rows> {
    let loaded = lookup::in_place(quick::load(file)?)?;
    let case = &loaded.case;
    let state = CaseState::replay(case, check.about.known_by);
    let items = items_of_lists(case, store, known);
    let checklist = known.to_judge(store, &state)?;
    // Every case has its row, also one whose list does not have the gate.
    let report = if check.has_gate(&checklist) {
        check.judge_state(&state, &checklist, true)?
    } else {
        without_checklist(case)
    };
    let checklist = (!checklist.id.is_empty()).then_some(&*checklist);
    let leave = Leave {
        names,
        checklist,
        items: &items,
    };
    let order: Vec<usize> = case
        .chain
        .order()
        .iter()
        .copied()
        .filter(|n| state.is_known(*n))
        .collect();
    let unsealed = case.entries.iter().filter(|entry| entry.id.is_none());
    let mut entries: Vec<Vec<Cell>> = order
        .iter()
        .map(|n| entries::row(&state, &case.entries[*n], Some(*n), leave))
        .collect();
    entries.extend(unsealed.map(|one| entries::row(&state, one, None, leave)));
    let items = report
        .lines
        .iter()
        .map(|line| (line, true))
        .chain(report.beyond.iter().map(|line| (line, false)))
        .map(|(line, in_gate)| item(&state, &report, line, in_gate, check, leave));
    Ok(Rows {
        cases: vec![case_row(&state, &report, check, leave)],
        items: items.collect(),
        facts: facts(&state, check, leave),
        entries,
    })
}

/// Every item of the lists a case was ever worked against, as far as they are here.
fn items_of_lists(case: &Case, store: &Store, known: &mut KnownChecklists) -> BTreeSet<String> {
    let lists = case
        .entries
        .iter()
        .filter_map(|entry| match entry.content()? {
            Content::Opened {
                checklist, edition, ..
            }
            | Content::Checklist {
                checklist, edition, ..
            } => Some((checklist, edition)),
            _ => None,
        });
    let mut items = BTreeSet::new();
    for (id, edition) in lists {
        if let Ok(list) = known.of_case(store, &case.id, id, edition) {
            items.extend(list.items.iter().map(|item| item.id.clone()));
        }
    }
    items
}

fn case_row(
    state: &CaseState<'_>,
    report: &CaseReport,
    check: &Check,
    leave: Leave<'_>,
) -> Vec<Cell> {
    let as_of = check.about.as_of;
    let details = state.details();
    let (list, edition) = state.checklist().unwrap_or_default();
    let closing = state.closing_on(as_of);
    let pending = leave
        .checklist
        .map(|checklist| pending::on(state, checklist, as_of))
        .unwrap_or_default();
    let answers = state.council_answers_on(as_of);
    let returned = answers.iter().filter(|answer| answer.is_return()).count();
    let year = if leave.names {
        details.year_group.as_deref()
    } else {
        details.year_word()
    };
    let subject = match state.case.subject {
        Subject::Pupil => "pupil",
        Subject::School => "school",
    };
    // A school's own record of a pupils' list is judged with the pupils' cases, and has no verdict of its own.
    let no_verdict = report.checklist.is_empty()
        || state.case.subject == Subject::School
            && leave
                .checklist
                .is_some_and(|checklist| checklist.subject == Subject::Pupil);
    let verdict = match report.verdict() {
        Verdict::Ready | Verdict::NotReady if no_verdict => "",
        verdict => verdict.as_str(),
    };
    let counts = &report.counts;
    vec![
        state.case.id.as_str().into(),
        subject.into(),
        leave.typed(details.name.clone()),
        leave.typed(details.upn.clone()),
        leave.typed(details.born.map(|born| born.to_string())),
        year.unwrap_or_default().into(),
        leave.typed(details.school.clone()),
        // The number of the school names nobody.
        details
            .urn
            .clone()
            .filter(|urn| leave.names || urn.bytes().all(|b| b.is_ascii_digit()))
            .into(),
        list.into(),
        edition.into(),
        day::stored(&state.case.opened)
            .map(|day| day.to_string())
            .into(),
        date(closing.map(|(_, day)| day)),
        closing.map_or("", |(why, _)| why.as_str()).into(),
        state.case.entries.len().into(),
        report.heads.join(" ").into(),
        as_of.to_string().into(),
        report.gate.as_str().into(),
        verdict.into(),
        counts.met.into(),
        counts.blocks.into(),
        counts.undecided.into(),
        counts.advisory.into(),
        counts.not_applicable.into(),
        counts.derived.into(),
        report.to_find_out().into(),
        date(pending.iter().filter_map(|one| one.due).min()),
        pending
            .iter()
            .filter(|one| one.due.is_some_and(|due| due < as_of))
            .count()
            .into(),
        returned.into(),
        (answers.len() - returned).into(),
    ]
}

fn item(
    state: &CaseState<'_>,
    report: &CaseReport,
    line: &LineReport,
    in_gate: bool,
    check: &Check,
    leave: Leave<'_>,
) -> Vec<Cell> {
    // What is answered once for the school stands in its own record.
    let about_school = leave
        .checklist
        .and_then(|list| list.item(&line.item))
        .is_some_and(|item| item.about_school);
    let school = check.school_case().filter(|_| about_school);
    let school = school.map(|school| CaseState::replay(school, check.about.known_by));
    let latest =
        crate::commands::show::latest(school.as_ref().unwrap_or(state), line, check.about.as_of);
    let codes: Vec<&str> = line.gaps.iter().map(|gap| gap.code.as_str()).collect();
    let says: Vec<&str> = line.gaps.iter().map(|gap| gap.says.as_str()).collect();
    vec![
        state.case.id.as_str().into(),
        report.checklist.as_str().into(),
        report.edition.as_str().into(),
        report.gate.as_str().into(),
        in_gate.into(),
        line.section.as_str().into(),
        line.source.join(" ").into(),
        line.item.as_str().into(),
        line.title.as_str().into(),
        line.level.into(),
        line.person.clone().into(),
        line.state.as_str().into(),
        (in_gate && line.holds_up).into(),
        codes.first().copied().unwrap_or_default().into(),
        codes.join(" ").into(),
        // A sentence may repeat what somebody typed.
        leave.typed(Some(says.join("; "))),
        leave.typed(line.because.clone()),
        latest.map_or("", |action| action.answer.as_str()).into(),
        date(latest.and_then(|action| action.date)),
    ]
}

/// Every fact that was ever answered, as it stands on the day of the check.
fn facts(state: &CaseState<'_>, check: &Check, leave: Leave<'_>) -> Vec<Vec<Cell>> {
    let about = |fact: &Fact| -> Vec<(String, Option<PersonId>)> {
        if fact.persons.is_empty() {
            return vec![(fact.fact.clone(), None)];
        }
        fact.persons
            .iter()
            .map(|person| (fact.fact.clone(), Some(person.clone())))
            .collect()
    };
    let mut named: Vec<(String, Option<PersonId>)> = state
        .current()
        .filter_map(|(_, content)| {
            if let Content::Fact(fact) = content {
                Some(about(fact))
            } else {
                None
            }
        })
        .flatten()
        .collect();
    named.sort();
    named.dedup();
    let row = |(name, person): (String, Option<PersonId>)| {
        let (value, n) = match state.fact_on(&name, person.as_ref(), check.about.as_of) {
            FactValue::Known { value, entry } => (value, Some(entry)),
            FactValue::Unknown | FactValue::Conflict(_) | FactValue::WhoIsMeant => {
                ("unknown", None)
            }
        };
        let entry = n.map(|n| state.entry(n));
        let since = entry
            .and_then(Entry::content)
            .and_then(|content| match content {
                Content::Fact(fact) => fact.since,
                _ => None,
            });
        vec![
            state.case.id.as_str().into(),
            leave.word(&name, |checklist| checklist.facts.contains_key(&name)),
            person.map(|person| person.0).into(),
            leave.answer_to(&name, value),
            date(since),
            entry
                .and_then(|entry| entry.id.as_ref())
                .map(|id: &EntryId| id.0.clone())
                .into(),
            leave.typed(entry.and_then(|entry| entry.by.clone())),
            entry
                .and_then(|entry| entry.at)
                .map(|at| at.to_rfc3339())
                .into(),
        ]
    };
    named.into_iter().map(row).collect()
}
