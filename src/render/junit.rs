//! The verdict as a JUnit report: an item is a test case. A gap fails, an unknown fails and says so, what is not
//! applicable is skipped. What is only advised passes, with the advice beside it.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::markup::escape;
use super::{CaseReport, Circumstances, Failed, LineReport};
use crate::readiness::State;

/// Writes the report over all cases.
///
/// # Errors
/// If the output cannot be written.
pub fn write(
    reports: &[CaseReport],
    failed: &[Failed],
    about: &Circumstances,
    out: &mut dyn Write,
) -> io::Result<()> {
    let tests: usize = reports
        .iter()
        .map(|report| report.lines.len() + 1)
        .sum::<usize>()
        + failed.len();
    let failures: usize = reports.iter().map(failures).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let errors = failed.len();
    writeln!(
        out,
        "<testsuites name=\"attcheck ready\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">"
    )?;
    for report in reports {
        suite(report, about, out)?;
    }
    if !failed.is_empty() {
        writeln!(
            out,
            "  <testsuite name=\"files\" tests=\"{errors}\" failures=\"0\" errors=\"{errors}\" skipped=\"0\">"
        )?;
        for one in failed {
            writeln!(
                out,
                "    <testcase classname=\"files\" name=\"{}\">",
                escape(&one.file)
            )?;
            writeln!(
                out,
                "      <error type=\"{}\" message=\"{}\"/>",
                escape(&one.code),
                escape(&one.says)
            )?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn failures(report: &CaseReport) -> usize {
    report.lines.iter().filter(|line| line.holds_up).count()
        + usize::from(!report.faults.is_empty())
}

fn suite(report: &CaseReport, about: &Circumstances, out: &mut dyn Write) -> io::Result<()> {
    let skipped = report
        .lines
        .iter()
        .filter(|line| line.state == State::NotApplicable)
        .count();
    writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{skipped}\">",
        escape(&report.case),
        report.lines.len() + 1,
        failures(report),
    )?;
    let known_by = about
        .known_by
        .map(|day| day.to_string())
        .unwrap_or_default();
    let properties = [
        ("as_of", about.as_of.to_string()),
        ("known_by", known_by),
        ("gate", report.gate.clone()),
        ("route", about.route.clone().unwrap_or_default()),
        ("checklist", report.checklist.clone()),
        ("edition", report.edition.clone()),
    ];
    writeln!(out, "    <properties>")?;
    for (name, value) in properties {
        writeln!(
            out,
            "      <property name=\"{name}\" value=\"{}\"/>",
            escape(&value)
        )?;
    }
    writeln!(out, "    </properties>")?;
    record(report, out)?;
    for line in &report.lines {
        test_case(&report.case, line, out)?;
    }
    writeln!(out, "  </testsuite>")
}

fn record(report: &CaseReport, out: &mut dyn Write) -> io::Result<()> {
    let case = escape(&report.case);
    if report.faults.is_empty() {
        return writeln!(
            out,
            "    <testcase classname=\"{case}.record\" name=\"the record stands up\"/>"
        );
    }
    writeln!(
        out,
        "    <testcase classname=\"{case}.record\" name=\"the record stands up\">"
    )?;
    let first = report
        .faults
        .first()
        .map(|fault| fault.says.as_str())
        .unwrap_or_default();
    let all: String = report.faults.iter().fold(String::new(), |mut all, fault| {
        // Writing to a String cannot fail.
        let _ = writeln!(all, "{} (line {}): {}", fault.code, fault.line, fault.says);
        all
    });
    writeln!(
        out,
        "      <failure type=\"broken-record\" message=\"{}\">{}</failure>",
        escape(first),
        escape(&all)
    )?;
    writeln!(out, "    </testcase>")
}

fn test_case(case: &str, line: &LineReport, out: &mut dyn Write) -> io::Result<()> {
    let whom = line
        .person
        .as_ref()
        .map(|person| format!(" for {person}"))
        .unwrap_or_default();
    let name = format!("{} {}{whom}", line.source.join(", "), line.item);
    let open = format!(
        "classname=\"{}.{}\" name=\"{}\"",
        escape(case),
        escape(&line.section),
        escape(&name)
    );
    let told = told(line);
    match line.state {
        State::Met => writeln!(out, "    <testcase {open}/>"),
        State::NotApplicable => {
            let because = line.because.as_deref().unwrap_or_default();
            writeln!(
                out,
                "    <testcase {open}><skipped message=\"{}\"/></testcase>",
                escape(because)
            )
        }
        _ if !line.holds_up => {
            writeln!(
                out,
                "    <testcase {open}><system-out>{}</system-out></testcase>",
                escape(&told)
            )
        }
        State::Blocks | State::Advisory | State::Undecided | State::Derived => {
            let code = line.gaps.first().map_or("unknown", |gap| gap.code.as_str());
            let says = line.gaps.first().map_or("", |gap| gap.says.as_str());
            let prefix = if line.state == State::Undecided {
                "unknown: "
            } else {
                ""
            };
            let message = escape(&format!("{prefix}{says}"));
            writeln!(out, "    <testcase {open}>")?;
            writeln!(
                out,
                "      <failure type=\"{code}\" message=\"{message}\">{}</failure>",
                escape(&told)
            )?;
            writeln!(out, "    </testcase>")
        }
    }
}

fn told(line: &LineReport) -> String {
    let mut told = format!("{} ({}): {}\n", line.title, line.level, line.state);
    for gap in &line.gaps {
        // Writing to a String cannot fail.
        let _ = writeln!(told, "{}: {}", gap.code, gap.says);
        if let Some(run) = &gap.run {
            let _ = writeln!(told, "    {}", run.argv.join(" "));
        }
    }
    told
}
