//! The verdict of a pack in words for whoever gets it: nothing of what only files and commands name.

use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::case::entry::PersonId;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::day;
use crate::form::{self, Note, entries};
use crate::number::counted;
use crate::readiness::State;
use crate::readiness::gap::GapCode;
use crate::render::markup::{shown, wrapped};
use crate::render::{CaseReport, LineReport};

/// How wide the text is.
const WIDTH: usize = 96;

/// Whether a line belongs to a part of the text.
type Belongs<'f> = &'f dyn Fn(&LineReport) -> bool;

/// A verdict, and what its words are taken from.
pub(super) struct Verdict<'a> {
    pub(super) report: &'a CaseReport,
    pub(super) state: &'a CaseState<'a>,
    pub(super) checklist: &'a Checklist,
    pub(super) as_of: NaiveDate,
}

impl Verdict<'_> {
    /// In a line: whether the record is complete, and how many rows are open.
    pub(super) fn line(&self) -> String {
        let report = self.report;
        let counts = report.counts;
        let optional = counts.advisory + counts.undecided - report.to_find_out();
        let rest = format!(
            "{} done, {optional} optional, {} that do not apply",
            counts.met, counts.not_applicable
        );
        if report.ready {
            return format!("Ready: the record is complete ({rest})");
        }
        let not_so = report.lines.iter().filter(|line| line.stands_so()).count();
        let mut parts = Vec::new();
        if !report.faults.is_empty() {
            parts.push("the record fails its integrity check".to_owned());
        }
        for (count, words) in [
            (counts.blocks - not_so, "still to do"),
            (not_so, "not so as things stand"),
            (report.to_find_out(), "where we need to know something"),
            (counts.derived, "waiting for these"),
        ] {
            if count > 0 {
                parts.push(format!("{} {words}", counted(count, "row")));
            }
        }
        format!("Not ready: {} ({rest})", parts.join(", "))
    }

    /// A row by its title, its number, and the person it is about.
    fn row(&self, line: &LineReport) -> String {
        let whom = line
            .person
            .as_ref()
            .map(|person| {
                let days = [Some(self.as_of), None];
                let name = entries::name_of(self.state, &PersonId(person.clone()), days);
                format!(", for {name}")
            })
            .unwrap_or_default();
        format!("{} ({}){whom}", line.title, line.source.join(", "))
    }

    /// What a row lacks, each thing once; of one that is undecided what is not known.
    fn lacks(&self, line: &LineReport) -> Vec<String> {
        let Some(item) = self.checklist.item(&line.item) else {
            return Vec::new();
        };
        let is_open = |id: &str| {
            let mut lines = self.report.lines.iter().chain(&self.report.beyond);
            lines.any(|line| {
                line.item == id && !matches!(line.state, State::Met | State::NotApplicable)
            })
        };
        let unknown = line.state == State::Undecided && line.gaps.iter().any(|gap| !gap.definite);
        let mut said: Vec<String> = Vec::new();
        for gap in line.gaps.iter().filter(|gap| !unknown || !gap.definite) {
            let words = form::lacks(gap, item, self.checklist, &is_open);
            if !said.contains(&words) {
                said.push(words);
            }
        }
        said
    }

    /// What a case that is not ready says before anything else.
    pub(super) fn note(&self) -> Option<Note> {
        if self.report.ready {
            return None;
        }
        let fault = (!self.report.faults.is_empty())
            .then(|| "The record fails its integrity check.".to_owned());
        let open = self.report.lines.iter().filter(|line| line.is_open());
        let open = open.map(|line| format!("{}: {}", self.row(line), self.lacks(line).join("; ")));
        Some(Note {
            title: "What is still open".to_owned(),
            says: format!("{}.", self.line()),
            list: fault.into_iter().chain(open).collect(),
        })
    }

    /// The whole of it as a text.
    pub(super) fn text(&self) -> String {
        let CaseReport {
            case,
            checklist_title,
            edition,
            gate_title,
            ..
        } = self.report;
        let mut out = format!(
            "{checklist_title}, edition {edition}\nCase {case}\n{gate_title}, as of {}\n\n{}\n",
            day::words(self.as_of),
            self.line()
        );
        if let Some(why) = self.report.closed {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "The case is closed: {}", entries::plain(why));
        }
        let waits = |line: &LineReport| {
            let waiting = |gap: &crate::readiness::gap::Gap| gap.code == GapCode::Waiting;
            line.gaps.iter().any(|gap| gap.definite && waiting(gap))
        };
        let state = |line: &LineReport| line.state;
        let parts: [(&str, Belongs<'_>); 7] = [
            ("Still to do", &|line| {
                state(line) == State::Blocks && !line.stands_so()
            }),
            ("To find out", &|line| {
                state(line) == State::Undecided && line.holds_up
            }),
            ("Waits for these", &|line| state(line) == State::Derived),
            ("Not so as things stand", &|line| line.stands_so()),
            ("Optional, if it fits this pupil", &|line| {
                state(line) == State::Advisory && !waits(line)
            }),
            ("Not before other rows are settled", &|line| {
                state(line) == State::Advisory && waits(line)
            }),
            ("Worth finding out, if it fits this pupil", &|line| {
                state(line) == State::Undecided && !line.holds_up
            }),
        ];
        for (heading, belongs) in parts {
            let mut lines = self
                .report
                .lines
                .iter()
                .filter(|line| belongs(line))
                .peekable();
            if lines.peek().is_some() {
                let _ = writeln!(out, "\n{heading}");
            }
            for line in lines {
                let says = format!("{}: {}", self.row(line), self.lacks(line).join("; "));
                for (n, part) in wrapped(&says, WIDTH).into_iter().enumerate() {
                    let _ = writeln!(out, "{}{part}", if n == 0 { "  " } else { "      " });
                }
            }
        }
        shown(&out)
    }
}
