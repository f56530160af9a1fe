//! From a case to its verdict, as `gaps`, `ready`, `show` and `list` give it.

use chrono::NaiveDate;

use super::Context;
use crate::calendar::Calendar;
use crate::case::Case;
use crate::case::entry::CloseReason;
use crate::case::state::CaseState;
use crate::case::verify;
use crate::checklist::{Checklist, Gate, Item};
use crate::cli::When;
use crate::error::refuse;
use crate::problem::did_you_mean;
use crate::readiness::pending::{self, Due};
use crate::readiness::{Line, Question, Readiness, State, assess, every_line, forecast};
use crate::register::Register;
use crate::render::{CaseReport, Circumstances, Fault, LineReport};
use crate::store::beside::Beside;
use crate::store::{Store, checklists};

/// Everything a check needs that is the same for all cases.
#[derive(Debug)]
pub(super) struct Check {
    /// Day, gate and so on.
    pub(super) about: Circumstances,
    school: Option<Case>,
    calendar: Calendar,
    any_gate: bool,
    ahead: bool,
    store: Store,
}

impl Check {
    /// Reads what was asked for.
    pub(super) fn new(when: &When, cx: &Context) -> anyhow::Result<Self> {
        let day = |text: &Option<String>, flag| {
            text.as_deref().map(|text| cx.day(text, flag)).transpose()
        };
        let about = Circumstances {
            as_of: day(&when.as_of, "--as-of")?.unwrap_or(cx.today()),
            known_by: day(&when.known_by, "--known-by")?,
            gate: when.gate.clone(),
            route: when.route.clone(),
        };
        let calendar = cx.calendar();
        Ok(Self {
            about,
            school: cx.school_record()?,
            calendar,
            any_gate: false,
            ahead: false,
            store: cx.store.clone(),
        })
    }

    /// Refuses a gate that no checklist has: over all cases it would pass them all over, and nothing would be found.
    pub(super) fn refuse_unknown_gate(&self, cx: &Context) -> anyhow::Result<()> {
        let Some(gate) = &self.about.gate else {
            return Ok(());
        };
        let offered = checklists::every(&cx.store)?;
        let mut known: Vec<String> = offered
            .iter()
            .filter_map(|one| one.checklist.as_ref().ok())
            .flat_map(|checklist| checklist.gates.iter().map(|gate| gate.id.clone()))
            .collect();
        if known.contains(gate) {
            return Ok(());
        }
        known.sort_unstable();
        known.dedup();
        let hint = did_you_mean(gate, known.iter().map(String::as_str)).unwrap_or_default();
        Err(refuse(format!("no checklist has a gate `{gate}`"), hint))
    }

    /// Looks at the first gate where none is named and the checklist has several: for what shows and does not decide.
    pub(super) fn at_any_gate(mut self) -> Self {
        self.any_gate = true;
        self
    }

    /// Looks ahead too.
    pub(super) fn and_ahead(mut self) -> Self {
        self.ahead = true;
        self
    }

    /// Judges one case for the gate.
    pub(super) fn judge(&self, case: &Case, checklist: &Checklist) -> anyhow::Result<CaseReport> {
        self.judged(case, checklist, false)
    }

    /// Judges one case, with the lines that the gate does not look at.
    pub(super) fn judge_whole(
        &self,
        case: &Case,
        checklist: &Checklist,
    ) -> anyhow::Result<CaseReport> {
        self.judged(case, checklist, true)
    }

    fn judged(
        &self,
        case: &Case,
        checklist: &Checklist,
        beyond_too: bool,
    ) -> anyhow::Result<CaseReport> {
        self.judge_state(
            &CaseState::replay(case, self.about.known_by),
            checklist,
            beyond_too,
        )
    }

    /// Judges a case that was replayed already, for what was known by the day of the check.
    pub(super) fn judge_state(
        &self,
        state: &CaseState<'_>,
        checklist: &Checklist,
        beyond_too: bool,
    ) -> anyhow::Result<CaseReport> {
        let school = self.school();
        self.check_route(checklist)?;
        let beside = self.beside(state)?;
        let question = self.question(checklist, state, school.as_ref(), &beside);
        let gate = self.gate(checklist)?;
        let readiness = assess(&question, gate);
        let closed = state.closed_on(self.about.as_of).map(CloseReason::as_str);
        let mut beyond = Vec::new();
        if beyond_too {
            let outside = |line: &&Line<'_>| !gate.sections.contains(&line.item.section);
            beyond = every_line(&question)
                .iter()
                .filter(outside)
                .map(|line| line_report(line, checklist))
                .collect();
        }
        let forecast = self.ahead.then(|| forecast(&question, gate));
        Ok(CaseReport {
            closed,
            beyond,
            forecast,
            ..report(state.case, checklist, gate, &readiness)
        })
    }

    /// Hands the whole question about a case to whoever makes something of it, with every line of its checklist judged.
    pub(super) fn asked<T>(
        &self,
        state: &CaseState<'_>,
        checklist: &Checklist,
        make: impl FnOnce(&Question<'_>, &[Line<'_>]) -> T,
    ) -> anyhow::Result<T> {
        self.check_route(checklist)?;
        let (school, beside) = (self.school(), self.beside(state)?);
        let question = self.question(checklist, state, school.as_ref(), &beside);
        Ok(make(&question, &every_line(&question)))
    }

    /// Everything that is due on a case, with a day or without.
    pub(super) fn due(
        &self,
        checklist: &Checklist,
        state: &CaseState<'_>,
    ) -> anyhow::Result<Vec<Due>> {
        let (school, beside) = (self.school(), self.beside(state)?);
        Ok(pending::due(&self.question(
            checklist,
            state,
            school.as_ref(),
            &beside,
        )))
    }

    /// The marks of a case's pupil, as they were known by the day of the check.
    pub(super) fn register(&self, state: &CaseState<'_>) -> anyhow::Result<Option<Register>> {
        Ok(self.beside(state)?.register)
    }

    /// What is kept beside a case, as it was known by the day of the check.
    pub(super) fn beside(&self, state: &CaseState<'_>) -> anyhow::Result<Beside> {
        self.store
            .beside(&state.case.id, self.about.known_by, &self.calendar)
    }

    /// The school's own record, whole.
    pub(super) fn school_case(&self) -> Option<&Case> {
        self.school.as_ref()
    }

    /// The school's own record as it was known by the day of the check.
    pub(super) fn school(&self) -> Option<CaseState<'_>> {
        self.school
            .as_ref()
            .map(|school| CaseState::replay(school, self.about.known_by))
    }

    pub(super) fn question<'a>(
        &'a self,
        checklist: &'a Checklist,
        state: &'a CaseState<'a>,
        school: Option<&'a CaseState<'a>>,
        beside: &'a Beside,
    ) -> Question<'a> {
        let about = &self.about;
        Question {
            checklist,
            state,
            school,
            as_of: about.as_of,
            route: about.route.as_deref(),
            calendar: &self.calendar,
            register: beside.register.as_ref(),
            read_to: about.as_of,
            copies: beside.copies(),
        }
    }

    /// Whether a checklist has the gate that was named, if one was.
    pub(super) fn has_gate(&self, checklist: &Checklist) -> bool {
        checklist.id.is_empty()
            || self
                .about
                .gate
                .as_ref()
                .is_none_or(|gate| checklist.gate(gate).is_some())
    }

    fn gate<'c>(&self, checklist: &'c Checklist) -> anyhow::Result<&'c Gate> {
        if let ([only], true) = (checklist.gates.as_slice(), checklist.id.is_empty()) {
            // The stand-in for a checklist that is not known has no gates of its own.
            return Ok(only);
        }
        let ids = || checklist.gates.iter().map(|gate| gate.id.as_str());
        match &self.about.gate {
            Some(id) => checklist.gate(id).ok_or_else(|| {
                let hint = did_you_mean(id, ids().collect::<Vec<_>>()).unwrap_or_default();
                refuse(format!("`{}` has no gate `{id}`", checklist.id), hint)
            }),
            // Looking needs a gate too; the first is where a case begins.
            None if self.any_gate => checklist
                .default_gate()
                .or(checklist.gates.first())
                .ok_or_else(|| {
                    refuse(
                        format!("`{}` has no gate", checklist.id),
                        "check it with `attcheck checklist check`",
                    )
                }),
            None => checklist.default_gate().ok_or_else(|| {
                let gates = ids().collect::<Vec<_>>().join(", ");
                refuse(
                    format!("`{}` has several gates, and none is named", checklist.id),
                    format!("add --gate and one of: {gates}"),
                )
            }),
        }
    }

    fn check_route(&self, checklist: &Checklist) -> anyhow::Result<()> {
        let Some(route) = self
            .about
            .route
            .as_ref()
            .filter(|_| !checklist.id.is_empty())
        else {
            return Ok(());
        };
        let known = checklist
            .facts
            .get("route")
            .filter(|def| !def.answers.is_empty());
        match known {
            None => Err(refuse(
                format!("`{}` has no routes", checklist.id),
                "leave --route out",
            )),
            Some(def) if def.answers.contains(route) => Ok(()),
            Some(def) => Err(refuse(
                format!("`{route}` is not a route of `{}`", checklist.id),
                format!("routes: {}", def.answers.join(", ")),
            )),
        }
    }
}

/// The report on a case by a question that was put together elsewhere.
pub(super) fn report_on(question: &Question<'_>, gate: &Gate) -> CaseReport {
    let readiness = assess(question, gate);
    let closed = question
        .state
        .closed_on(question.as_of)
        .map(CloseReason::as_str);
    CaseReport {
        closed,
        ..report(question.state.case, question.checklist, gate, &readiness)
    }
}

/// The report on a case whose opening is not in its file: nothing can be judged but the record itself.
pub(super) fn without_checklist(case: &Case) -> CaseReport {
    let unknown = Checklist::unknown(case.subject);
    let damaged = Readiness {
        lines: Vec::new(),
        faults: verify::faults(case),
    };
    report(case, &unknown, &unknown.gates[0], &damaged)
}

fn heads_of(case: &Case) -> Vec<String> {
    let mut heads: Vec<String> = case
        .chain
        .heads()
        .iter()
        .filter_map(|n| Some(case.entries[*n].id.as_ref()?.0.clone()))
        .collect();
    heads.sort();
    heads
}

fn fault(found: &verify::Found) -> Fault {
    Fault {
        code: found.finding.as_str(),
        line: found.place.line,
        says: found.says.clone(),
    }
}

fn report(
    case: &Case,
    checklist: &Checklist,
    gate: &Gate,
    readiness: &Readiness<'_>,
) -> CaseReport {
    CaseReport {
        case: case.id.to_string(),
        checklist: checklist.id.clone(),
        checklist_title: checklist.title.clone(),
        edition: checklist.edition.clone(),
        gate: gate.id.clone(),
        gate_title: gate.title.clone(),
        entries: case.entries.len(),
        heads: heads_of(case),
        ready: readiness.is_ready(),
        counts: readiness.counts(),
        lines: readiness
            .lines
            .iter()
            .map(|line| line_report(line, checklist))
            .collect(),
        faults: readiness.faults.iter().map(fault).collect(),
        closed: None,
        beyond: Vec::new(),
        forecast: None,
    }
}

fn line_report(line: &Line<'_>, checklist: &Checklist) -> LineReport {
    let section = &checklist.sections[line.item.section];
    LineReport {
        item: line.item.id.clone(),
        title: line.item.title.clone(),
        section: section.id.clone(),
        section_title: section.title.clone(),
        source: line.item.source.clone(),
        level: line.level.as_str(),
        state: line.state,
        holds_up: line.holds_up(),
        person: line.person.as_ref().map(ToString::to_string),
        gaps: line.gaps.clone(),
        because: line.because.clone(),
        reasons: line.reasons.clone(),
    }
}

/// The items of a case on which something is left to record, today: none that waits for others, and no last resort.
pub(super) fn open_items<'c>(
    cx: &Context,
    case: &Case,
    checklist: &'c Checklist,
) -> anyhow::Result<Vec<&'c Item>> {
    let check = Check::new(&When::default(), cx)?;
    let school = check.school();
    let own = CaseState::replay(case, None);
    let beside = check.beside(&own)?;
    let question = check.question(checklist, &own, school.as_ref(), &beside);
    let mut open: Vec<&'c Item> = Vec::new();
    for line in every_line(&question) {
        let settled = matches!(
            line.state,
            State::Met | State::NotApplicable | State::Derived
        ) || line.waits().is_some()
            || line.item.is_last_resort();
        if let (false, Some(item)) = (settled, checklist.item(&line.item.id))
            && !open.contains(&item)
        {
            open.push(item);
        }
    }
    Ok(open)
}

/// The lines of a case that something is left to do on, whatever the gates: what blocks, and what must be found out.
pub(super) fn open_lines(
    check: &Check,
    state: &CaseState<'_>,
    checklist: &Checklist,
) -> anyhow::Result<Vec<LineReport>> {
    let (school, beside) = (check.school(), check.beside(state)?);
    let question = check.question(checklist, state, school.as_ref(), &beside);
    let lines = every_line(&question);
    let open = lines
        .iter()
        .filter(|line| line.holds_up() && line.state != State::Derived);
    Ok(open.map(|line| line_report(line, checklist)).collect())
}

/// What a command has to add for a checklist with several gates: the one named, or the first.
pub(super) fn gate_flag(checklist: &Checklist, named: Option<&str>) -> String {
    let first = checklist.gates.first().map(|gate| gate.id.as_str());
    let gate = if checklist.default_gate().is_some() {
        None
    } else {
        named.or(first)
    };
    gate.map(|gate| format!(" --gate {gate}"))
        .unwrap_or_default()
}

/// The day of the check, for outputs that need no verdict.
pub(super) fn day_of(when: &When, cx: &Context) -> anyhow::Result<NaiveDate> {
    when.as_of
        .as_deref()
        .map_or(Ok(cx.today()), |text| cx.day(text, "--as-of"))
}
