//! The verdict as JSON: its own shape with its own number, apart from the types of the program.

use std::io::{self, Write};

use serde::Serialize;

use super::markup::tamed;
use super::{CaseReport, Circumstances, Failed, LineReport};
use crate::readiness::Forecast;
use crate::readiness::gap::Gap;

/// The number of the shape. New keys may be added; none is renamed or removed without a new number.
pub const SCHEMA: u32 = 2;

/// A document of JSON, laid out for people too.
///
/// # Errors
/// If the value cannot be written as JSON.
pub fn document(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(value).map(tamed)
}

#[derive(Serialize)]
struct CaseJson<'a> {
    case: &'a str,
    checklist: &'a str,
    edition: &'a str,
    version: Version<'a>,
    verdict: &'static str,
    counts: CountsJson,
    items: Vec<ItemJson<'a>>,
    gate: &'a str,
    record: Vec<FaultJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<ForecastJson<'a>>,
}

/// How the case would stand later if nothing else changed.
#[derive(Serialize)]
struct ForecastJson<'a> {
    ready_from: Option<String>,
    ready_until: Option<String>,
    lapses_on: Option<String>,
    lapses: Vec<LapseJson<'a>>,
    looked_to: String,
}

#[derive(Serialize)]
struct LapseJson<'a> {
    item: &'a str,
    #[serde(rename = "for")]
    person: Option<&'a str>,
    says: &'a str,
}

fn ahead(found: &Forecast) -> ForecastJson<'_> {
    let text = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
    let lapses = found.lapses.as_ref();
    ForecastJson {
        ready_from: text(found.ready_from),
        ready_until: text(found.ready_until),
        lapses_on: text(lapses.map(|(day, _)| *day)),
        lapses: lapses
            .into_iter()
            .flat_map(|(_, lapses)| lapses)
            .map(|lapse| LapseJson {
                item: &lapse.item,
                person: lapse.person.as_deref(),
                says: &lapse.says,
            })
            .collect(),
        looked_to: found.looked_to.to_string(),
    }
}

#[derive(Serialize)]
struct Version<'a> {
    entries: usize,
    heads: &'a [String],
}

#[derive(Serialize)]
struct CountsJson {
    met: usize,
    blocks: usize,
    undecided: usize,
    advisory: usize,
    #[serde(rename = "not-applicable")]
    not_applicable: usize,
    derived: usize,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    item: &'a str,
    section: &'a str,
    source: &'a [String],
    level: &'a str,
    state: &'static str,
    #[serde(rename = "for")]
    person: Option<&'a str>,
    gaps: Vec<GapJson<'a>>,
    because: Option<&'a str>,
}

#[derive(Serialize)]
struct GapJson<'a> {
    code: &'static str,
    says: &'a str,
    fact: Option<&'a str>,
    run: Option<RunJson<'a>>,
}

#[derive(Serialize)]
struct RunJson<'a> {
    argv: &'a [String],
    needs: &'a [String],
}

#[derive(Serialize)]
struct FaultJson<'a> {
    code: &'a str,
    line: usize,
    says: &'a str,
}

fn gap(gap: &Gap) -> GapJson<'_> {
    let run = gap.run.as_ref().map(|run| RunJson {
        argv: &run.argv,
        needs: &run.needs,
    });
    GapJson {
        code: gap.code.as_str(),
        says: &gap.says,
        fact: gap.fact.as_deref(),
        run,
    }
}

fn item(line: &LineReport) -> ItemJson<'_> {
    ItemJson {
        item: &line.item,
        section: &line.section,
        source: &line.source,
        level: line.level,
        state: line.state.as_str(),
        person: line.person.as_deref(),
        gaps: line.gaps.iter().map(gap).collect(),
        because: line.because.as_deref(),
    }
}

fn case(report: &CaseReport) -> CaseJson<'_> {
    let counts = report.counts;
    CaseJson {
        case: &report.case,
        checklist: &report.checklist,
        edition: &report.edition,
        version: Version {
            entries: report.entries,
            heads: &report.heads,
        },
        verdict: report.verdict().as_str(),
        counts: CountsJson {
            met: counts.met,
            blocks: counts.blocks,
            undecided: counts.undecided,
            advisory: counts.advisory,
            not_applicable: counts.not_applicable,
            derived: counts.derived,
        },
        items: report.lines.iter().map(item).collect(),
        gate: &report.gate,
        record: report
            .faults
            .iter()
            .map(|fault| FaultJson {
                code: fault.code,
                line: fault.line,
                says: &fault.says,
            })
            .collect(),
        forecast: report.forecast.as_ref().map(ahead),
    }
}

/// One case as one line of JSON, so that cases can be written as they are judged.
///
/// # Errors
/// Never for the texts and numbers a report holds.
pub fn case_line(report: &CaseReport) -> serde_json::Result<String> {
    serde_json::to_string(&case(report)).map(tamed)
}

/// The whole document of some cases that were all read.
///
/// # Errors
/// As [`case_line`].
pub fn whole(reports: &[CaseReport], about: &Circumstances) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut document = Document::begin(about, &mut out)?;
    for report in reports {
        document.case(&case_line(report)?, &mut out)?;
    }
    document.end(&[], &mut out)?;
    Ok(out)
}

/// Writes the document around cases that come one by one, so that memory does not grow with their number.
#[derive(Debug, Default)]
pub struct Document {
    cases: usize,
}

impl Document {
    /// Writes the beginning.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn begin(about: &Circumstances, out: &mut dyn Write) -> io::Result<Self> {
        let text =
            |value: Option<String>| serde_json::to_string(&value).unwrap_or_else(|_| "null".into());
        write!(
            out,
            "{{\"schema\":{SCHEMA},\"as_of\":\"{}\",\"known_by\":{},\"gate\":{},\"route\":{},\"cases\":[",
            about.as_of,
            text(about.known_by.map(|day| day.to_string())),
            text(about.gate.clone()),
            text(about.route.clone()),
        )?;
        Ok(Self::default())
    }

    /// Writes one case.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn case(&mut self, line: &str, out: &mut dyn Write) -> io::Result<()> {
        let comma = if self.cases > 0 { "," } else { "" };
        self.cases += 1;
        write!(out, "{comma}\n{line}")
    }

    /// Writes the end, with the files that could not be read.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn end(self, failed: &[Failed], out: &mut dyn Write) -> io::Result<()> {
        let failed = tamed(serde_json::to_string(failed)?);
        writeln!(out, "],\"failed\":{failed}}}")
    }
}
