//! How the sample situations of checklists came out: in the manner of a test runner, or as a JUnit report.

use std::io::{self, Write};

use super::markup::{escape, shown};
use crate::number::counted;
use crate::samples::Mismatch;

/// A checklist with how each of its situations came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// The checklist.
    pub checklist: String,
    /// Its edition.
    pub edition: String,
    /// The file of the situations.
    pub file: String,
    /// The situations.
    pub tried: Vec<Tried>,
    /// Items that no situation expects to be met.
    pub never_met: Vec<String>,
    /// Items that no situation expects to be anything but met.
    pub never_open: Vec<String>,
}

/// One situation as it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The situation in a sentence.
    pub name: String,
    /// The line of the file in which it begins.
    pub line: usize,
    /// What came out otherwise than expected.
    pub wrong: Vec<Mismatch>,
}

impl Suite {
    /// How many situations came out otherwise than expected.
    pub fn failures(&self) -> usize {
        self.tried
            .iter()
            .filter(|tried| !tried.wrong.is_empty())
            .count()
    }
}

/// Writes the report for people. `unusable` lists could not be tried; `quiet` leaves out what came out as expected.
///
/// # Errors
/// If the output cannot be written.
pub fn table(
    suites: &[Suite],
    unusable: usize,
    quiet: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for suite in suites {
        writeln!(
            out,
            "{}, edition {} ({})",
            suite.checklist, suite.edition, suite.file
        )?;
        for tried in &suite.tried {
            if tried.wrong.is_empty() {
                if !quiet {
                    writeln!(out, "  ok    {}", shown(&tried.name))?;
                }
                continue;
            }
            writeln!(out, "  FAIL  {} (line {})", shown(&tried.name), tried.line)?;
            for wrong in &tried.wrong {
                let (expected, found) = (shown(&wrong.expected), shown(&wrong.found));
                writeln!(
                    out,
                    "          {}: expected {expected}, found {found} (line {})",
                    wrong.line, wrong.at
                )?;
            }
        }
        for (items, what) in [
            (&suite.never_met, "met"),
            (&suite.never_open, "anything but met"),
        ] {
            if !items.is_empty() {
                writeln!(
                    out,
                    "  note: no situation expects {what} of {}",
                    items.join(", ")
                )?;
            }
        }
        let failures = suite.failures();
        writeln!(
            out,
            "  {}, {failures} failed\n",
            counted(suite.tried.len(), "situation")
        )?;
    }
    let tried: usize = suites.iter().map(|suite| suite.tried.len()).sum();
    let failures: usize = suites.iter().map(Suite::failures).sum();
    let word = if failures + unusable == 0 {
        "ok"
    } else {
        "FAILED"
    };
    let (tried, lists) = (
        counted(tried, "situation"),
        counted(suites.len(), "checklist"),
    );
    let unusable = if unusable == 0 {
        String::new()
    } else {
        format!(", {unusable} not to be used")
    };
    writeln!(
        out,
        "{word}: {tried} of {lists}, {failures} failed{unusable}"
    )
}

/// Writes a JUnit report: a checklist is a suite, a situation a test case.
///
/// # Errors
/// If the output cannot be written.
pub fn junit(suites: &[Suite], out: &mut dyn Write) -> io::Result<()> {
    let tried: usize = suites.iter().map(|suite| suite.tried.len()).sum();
    let failures: usize = suites.iter().map(Suite::failures).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"attcheck checklist test\" tests=\"{tried}\" failures=\"{failures}\" errors=\"0\">"
    )?;
    for suite in suites {
        let id = escape(&suite.checklist);
        writeln!(
            out,
            "  <testsuite name=\"{id}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">",
            suite.tried.len(),
            suite.failures()
        )?;
        writeln!(out, "    <properties>")?;
        for (name, value) in [("edition", &suite.edition), ("file", &suite.file)] {
            writeln!(
                out,
                "      <property name=\"{name}\" value=\"{}\"/>",
                escape(value)
            )?;
        }
        writeln!(out, "    </properties>")?;
        for tried in &suite.tried {
            let open = format!(
                "<testcase classname=\"{id}\" name=\"{}\"",
                escape(&tried.name)
            );
            if tried.wrong.is_empty() {
                writeln!(out, "    {open}/>")?;
                continue;
            }
            writeln!(out, "    {open}>")?;
            for wrong in &tried.wrong {
                let message = format!(
                    "{}: expected {}, found {}",
                    wrong.line, wrong.expected, wrong.found
                );
                writeln!(
                    out,
                    "      <failure type=\"not-as-expected\" message=\"{}\">line {}</failure>",
                    escape(&message),
                    wrong.at
                )?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}
