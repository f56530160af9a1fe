//! What a reader is told, and the forms it is told in. Nothing is decided here.

pub mod calendar;
pub mod checklist;
pub mod data;
pub mod diff;
pub mod docx;
pub mod json;
pub mod junit;
pub mod markup;
pub mod page;
pub mod register;
pub mod samples;
pub mod table;
pub mod tame;

use chrono::NaiveDate;
use serde::Serialize;

use crate::case::entry::words;
use crate::day;
use crate::number::counted;
use crate::readiness::gap::{Gap, GapCode};
use crate::readiness::{Because, Counts, Forecast, State};

/// The circumstances of a check, named in every output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circumstances {
    /// The day of the check.
    pub as_of: NaiveDate,
    /// Only what had been recorded by the end of this day.
    pub known_by: Option<NaiveDate>,
    /// The gate, if one was named.
    pub gate: Option<String>,
    /// The route, if one was named.
    pub route: Option<String>,
}

/// One line of a verdict, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineReport {
    /// The item.
    pub item: String,
    /// Its title.
    pub title: String,
    /// Its section's id.
    pub section: String,
    /// Its section's title.
    pub section_title: String,
    /// The rows it stands for.
    pub source: Vec<String>,
    /// How strong it is here and now.
    pub level: &'static str,
    /// How it stands.
    pub state: State,
    /// Whether it keeps the case from being ready.
    pub holds_up: bool,
    /// The person, where it goes by person.
    pub person: Option<String>,
    /// What it lacks.
    pub gaps: Vec<Gap>,
    /// Why it is not applicable.
    pub because: Option<String>,
    /// The same as data.
    pub reasons: Vec<Because>,
}

impl LineReport {
    /// Whether something is to be done or found out about it, and the case waits for that.
    pub fn is_open(&self) -> bool {
        self.holds_up && self.state != State::Derived
    }

    /// Whether nothing the school does would settle it: only figures of the register over days that end with the day of the
    /// check stand against it.
    pub fn is_beyond_school(&self) -> bool {
        self.state == State::Blocks
            && !self.gaps.is_empty()
            && self.gaps.iter().all(Gap::is_beyond_school)
    }

    /// Whether facts, answers or the register say that it is not so, and no record to be made would change that.
    pub fn stands_so(&self) -> bool {
        let so = |gap: &Gap| {
            matches!(gap.code, GapCode::FigureNotMet | GapCode::NotSo) && gap.run.is_none()
        };
        self.state == State::Blocks && !self.gaps.is_empty() && self.gaps.iter().all(so)
    }
}

/// The verdict on one case, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseReport {
    /// The case.
    pub case: String,
    /// Its checklist.
    pub checklist: String,
    /// That checklist's title.
    pub checklist_title: String,
    /// Its edition.
    pub edition: String,
    /// The gate.
    pub gate: String,
    /// The gate's title.
    pub gate_title: String,
    /// How many entries it has.
    pub entries: usize,
    /// The entries that no other follows.
    pub heads: Vec<String>,
    /// Whether it is ready.
    pub ready: bool,
    /// How many lines stand how.
    pub counts: Counts,
    /// Every line.
    pub lines: Vec<LineReport>,
    /// Faults of the record itself.
    pub faults: Vec<Fault>,
    /// Why the case is closed, if it is.
    pub closed: Option<&'static str>,
    /// Lines of sections that the gate does not look at.
    pub beyond: Vec<LineReport>,
    /// How it would stand later if nothing else changed, if that was asked.
    pub forecast: Option<Forecast>,
}

/// A fault of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its code.
    pub code: &'static str,
    /// The line of the file.
    pub line: usize,
    /// In words.
    pub says: String,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// The file.
    pub file: String,
    /// The code of its first problem.
    pub code: String,
    /// In words.
    pub says: String,
}

words! {
    /// The verdict on a case, as every output for programs writes it.
    Verdict {
        /// The record is complete.
        Ready => "ready",
        /// Something is to be done or found out.
        NotReady => "not-ready",
        /// The record itself is damaged, so that nothing in it can be believed.
        IntegrityFailed => "integrity-failed",
    }
}

impl Verdict {
    /// The verdict as people say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady => "not ready",
            Self::IntegrityFailed => "record damaged",
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// How a case stands, where many are told of: its verdict at a gate, and how much is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictSummary {
    /// The gate.
    pub gate: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How many lines are to do.
    pub blocks: usize,
    /// How many lines are to find out.
    pub undecided: usize,
}

impl VerdictSummary {
    /// How a case stands by its report.
    pub fn of(report: &CaseReport) -> Self {
        Self {
            gate: report.gate.clone(),
            verdict: report.verdict(),
            blocks: report.counts.blocks,
            undecided: report.to_find_out(),
        }
    }

    /// The verdict, and what is left where there is something left.
    pub fn words(&self) -> String {
        let verdict = self.verdict.words();
        match self.verdict {
            Verdict::NotReady => format!("{verdict}: {}", self.left()),
            Verdict::Ready | Verdict::IntegrityFailed => verdict.to_owned(),
        }
    }

    /// How much is left.
    pub fn left(&self) -> String {
        format!("{} to do, {} to find out", self.blocks, self.undecided)
    }
}

impl CaseReport {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        match (self.faults.is_empty(), self.ready) {
            (false, _) => Verdict::IntegrityFailed,
            (true, true) => Verdict::Ready,
            (true, false) => Verdict::NotReady,
        }
    }

    /// How many lines keep the case from being ready because something is not known.
    pub fn to_find_out(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| line.holds_up && line.state == State::Undecided)
            .count()
    }

    /// How many questions these lines come to: one that several lines depend on is asked once.
    pub fn questions(&self) -> usize {
        let mut asked: Vec<&Gap> = Vec::new();
        for line in self
            .lines
            .iter()
            .filter(|line| line.holds_up && line.state == State::Undecided)
        {
            // Another way to settle a line is no question.
            let questions = line
                .gaps
                .iter()
                .filter(|gap| !gap.definite && gap.code != GapCode::NeedsItems);
            for gap in questions {
                let known = asked.iter().any(|known| {
                    // A line of its own for each person, and one question about that person.
                    known.code == gap.code && known.run.is_some() && known.run == gap.run
                        || *known == gap
                });
                if !known {
                    asked.push(gap);
                }
            }
        }
        asked.len()
    }

    /// What is to be found out: how many questions, and how many lines depend on them where that is another number.
    fn to_find_out_words(&self) -> Option<String> {
        let (lines, questions) = (self.to_find_out(), self.questions());
        match (lines, questions) {
            (0, _) => None,
            (lines, 0) => Some(format!("{} to find out", counted(lines, "row"))),
            (lines, questions) if lines == questions => Some(counted(questions, "question")),
            (lines, questions) => Some(format!(
                "{} ({})",
                counted(questions, "question"),
                counted(lines, "row")
            )),
        }
    }

    /// The gate by its title, and by its id where it is not the usual one.
    pub fn gate_words(&self) -> String {
        match self.gate.as_str() {
            "referral" | "" => self.gate_title.clone(),
            gate => format!("{} (gate {gate})", self.gate_title),
        }
    }

    /// The verdict in one line: ready, or what stands in the way.
    pub fn verdict_line(&self) -> String {
        let Counts {
            met,
            blocks,
            advisory,
            not_applicable,
            derived,
            undecided,
        } = self.counts;
        let advised = advisory + undecided - self.to_find_out();
        let rest = format!("{met} met, {advised} advisory, {not_applicable} not applicable");
        if self.ready {
            return format!("ready: the record is complete ({rest})");
        }
        let mut parts = Vec::new();
        if !self.faults.is_empty() {
            parts.push("the record does not stand up".to_owned());
        }
        let not_so = self.lines.iter().filter(|line| line.stands_so()).count();
        let count = |n: usize, words: &str| (n > 0).then(|| format!("{n} {words}"));
        parts.extend(count(blocks - not_so, "to do"));
        parts.extend(count(not_so, "not so as things stand"));
        parts.extend(self.to_find_out_words());
        parts.extend(count(derived, "waiting for these"));
        format!("not ready: {} ({rest})", parts.join(", "))
    }

    /// The look ahead in a few words.
    pub fn forecast_line(&self) -> Option<String> {
        let found = self.forecast.as_ref()?;
        Some(match (found.ready_from, found.ready_until) {
            (None, _) => format!("not ready by itself up to {}", day::short(found.looked_to)),
            (Some(from), Some(until)) => {
                format!("ready from {} to {}", day::short(from), day::short(until))
            }
            (Some(from), None) => format!("ready from {} on", day::short(from)),
        })
    }

    /// The first thing that stands in the way, in words.
    pub fn first_gap(&self) -> Option<String> {
        if let Some(fault) = self.faults.first() {
            return Some(fault.says.clone());
        }
        // What something can be done about comes before what waits for others, and that before what nobody can change.
        let rank = |line: &&LineReport| {
            let waits = line
                .gaps
                .iter()
                .any(|gap| gap.definite && gap.code == GapCode::Waiting);
            (line.stands_so(), !line.is_open() || waits)
        };
        let line = self
            .lines
            .iter()
            .filter(|line| line.holds_up)
            .min_by_key(rank)?;
        let says = line.gaps.first().map_or("", |gap| gap.says.as_str());
        Some(format!("{}: {says}", line.item))
    }
}
