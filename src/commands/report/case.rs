//! The page of one case.

use askama::Template as _;

use crate::case::entry::{PersonId, Subject};
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::cli::When;
use crate::commands::verdict::Check;
use crate::commands::{Context, Outcome};
use crate::day;
use crate::form::{self, entries};
use crate::readiness::State;
use crate::readiness::pending::Due;
use crate::render::page::{CasePage, DueOfPage, LineOfPage, SectionOfPage, Told};
use crate::render::{CaseReport, LineReport};

pub(super) fn run(called: &str, when: &When, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(called, true)?;
    let check = Check::new(when, cx)?.at_any_gate();
    let state = CaseState::replay(&loaded.case, check.about.known_by);
    let checklist = cx.checklist_to_judge(&state)?;
    let page = page(&state, &checklist, &check, cx)?;
    let text = page.render()?;
    cx.raw_out().write_all(text.as_bytes())?;
    cx.say(&format!(
        "the page of case {} as of {}",
        loaded.case.id, page.as_of
    ));
    Ok(Outcome::Success)
}

/// All that the page of a case shows.
pub(in crate::commands) fn page(
    state: &CaseState<'_>,
    checklist: &Checklist,
    check: &Check,
    cx: &Context,
) -> anyhow::Result<CasePage> {
    let as_of = check.about.as_of;
    let report = check.judge_state(state, checklist, true)?;
    let names = Names {
        state,
        checklist,
        as_of,
    };
    let details = state.details();
    let told = crate::commands::show::told(&details)
        .into_iter()
        .filter(|(what, _)| *what != "name");
    let mut details_told: Vec<(String, String)> = told
        .filter_map(|(what, value)| Some((form::capital(what), value?)))
        .collect();
    details_told
        .extend(day::stored(&state.case.opened).map(|day| ("Case opened".into(), day::words(day))));
    for answer in state.council_answers_on(as_of) {
        details_told.push((
            "Council's answer".into(),
            crate::commands::show::agreed::council(&answer),
        ));
    }
    let exhibits = state.exhibits_on(as_of);
    Ok(CasePage {
        id: report.case.clone(),
        name: details
            .name
            .filter(|_| state.case.subject == Subject::Pupil),
        about: format!("{}, edition {}", report.checklist_title, report.edition),
        details: details_told,
        ready: report.ready,
        verdict: form::capital(&report.verdict_line()),
        gate: report.gate_words(),
        as_of: circumstances(check),
        closed: report.closed.map(form::plain),
        blocks: blocks(&report, &names),
        follow_ups: follow_ups(check.due(checklist, state)?, state, as_of),
        attendance: super::attendance::attendance(state, checklist, check, cx)?,
        sections: sections(&report, &names),
        chronology: form::chronology(state, checklist, as_of, &exhibits)
            .into_iter()
            .map(happened)
            .collect(),
        foot: foot(&report),
    })
}

/// The day of the check, and what else it was asked for.
fn circumstances(check: &Check) -> String {
    let known = check
        .about
        .known_by
        .map(|day| format!(", as it was known on {}", day::words(day)));
    let route = check
        .about
        .route
        .as_ref()
        .map(|route| format!(", route {route}"));
    format!(
        "{}{}{}",
        day::words(check.about.as_of),
        known.unwrap_or_default(),
        route.unwrap_or_default()
    )
}

fn foot(report: &CaseReport) -> String {
    let heads: Vec<&str> = report
        .heads
        .iter()
        .map(|id| id.get(..8).unwrap_or(id))
        .collect();
    format!(
        "Made from the record of case {}: {} entries, newest {}. Readiness means that the record is complete; it urges no \
         legal action. What to do about each gap: attcheck gaps {}",
        report.case,
        report.entries,
        heads.join(" "),
        report.case
    )
}

/// Names of people by their ids.
struct Names<'a, 'c> {
    state: &'a CaseState<'c>,
    checklist: &'a Checklist,
    as_of: chrono::NaiveDate,
}

impl Names<'_, '_> {
    fn of(&self, id: &str) -> String {
        entries::name_of(
            self.state,
            &PersonId(id.to_owned()),
            [Some(self.as_of), None],
        )
    }
}

/// A state in words, with what is known of a line that holds a case up.
fn word(line: &LineReport) -> &'static str {
    match line.state {
        State::Met => "met",
        State::Blocks if line.stands_so() => "not so",
        State::Blocks => "to do",
        State::Undecided => "to find out",
        State::Advisory => "advised",
        State::NotApplicable => "not applicable",
        State::Derived => "waiting",
    }
}

fn line(line: &LineReport, names: &Names<'_, '_>, all_gaps: bool) -> LineOfPage {
    let gaps = line.gaps.iter().map(|gap| gap.says.clone());
    let says: Vec<String> = if line.state == State::NotApplicable {
        vec![form::because(&line.reasons, names.checklist)]
    } else if all_gaps {
        gaps.collect()
    } else {
        gaps.take(1).collect()
    };
    LineOfPage {
        state: line.state.as_str(),
        word: word(line),
        title: line.title.clone(),
        whom: line.person.as_deref().map(|id| names.of(id)),
        // Of what has no numbered row, the source says where in the document it stands.
        rows: if line.source.iter().any(|row| row.contains(' ')) {
            line.source.join(", ")
        } else {
            format!("row {}", line.source.join(", "))
        },
        says,
    }
}

fn blocks(report: &CaseReport, names: &Names<'_, '_>) -> Vec<LineOfPage> {
    let faults = report.faults.iter().map(|fault| LineOfPage {
        state: State::Blocks.as_str(),
        word: "record",
        title: format!(
            "The record does not stand up ({}, line {})",
            fault.code, fault.line
        ),
        whom: None,
        rows: String::new(),
        says: vec![fault.says.clone()],
    });
    let open = report.lines.iter().filter(|line| line.is_open());
    faults
        .chain(open.map(|one| line(one, names, true)))
        .collect()
}

fn sections(report: &CaseReport, names: &Names<'_, '_>) -> Vec<SectionOfPage> {
    let mut found: Vec<SectionOfPage> = Vec::new();
    let beyond = report.beyond.iter().map(|line| {
        (
            line,
            format!("{} (not part of this check)", line.section_title),
        )
    });
    for (one, title) in report
        .lines
        .iter()
        .map(|line| (line, line.section_title.clone()))
        .chain(beyond)
    {
        if found.last().is_none_or(|section| section.title != title) {
            found.push(SectionOfPage {
                title,
                lines: Vec::new(),
            });
        }
        if let Some(section) = found.last_mut() {
            section.lines.push(line(one, names, false));
        }
    }
    found
}

fn follow_ups(
    mut due: Vec<Due>,
    state: &CaseState<'_>,
    as_of: chrono::NaiveDate,
) -> Vec<DueOfPage> {
    due.sort_by_key(|one| (one.day.is_none(), one.day));
    let one = |one: Due| DueOfPage {
        due: one.day.map_or("No day is set".to_owned(), day::words),
        overdue: one.day.is_some_and(|due| due < as_of),
        what: super::due_words(&one, state, as_of),
        owner: one.owner,
    };
    due.into_iter().map(one).collect()
}

fn happened(one: form::Happening) -> Told {
    Told {
        day: one.day.map_or("No day is given".to_owned(), day::words),
        title: one.title,
        says: one.said.into_iter().map(|said| said.text).collect(),
        by: one.by,
        recorded: one.recorded.map(day::short),
        entry: one.entry,
    }
}
