//! How failures and problems are said on the error stream.

use std::fmt::Write as _;

use crate::problem::Problem;

/// The program could not do what was asked; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What was found, in lower case and without a full stop. Never holds a pupil's name.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

/// A refusal with the next step.
pub fn refuse(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Refused {
        message: message.into(),
        hint: Some(hint.into()),
    }
    .into()
}

/// A file that cannot be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFile {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl std::fmt::Display for BadFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.problems.first() {
            Some(problem) => write!(f, "{}: {}", problem.file.display(), problem.message),
            None => f.write_str("the file cannot be used"),
        }
    }
}

impl std::error::Error for BadFile {}

/// Whether a failure is that of a file that could be read and cannot be used, and not that of a disk or of rights.
pub fn is_of_bad_file(failure: &anyhow::Error) -> bool {
    failure.chain().any(<dyn std::error::Error>::is::<BadFile>)
}

/// A failure in full: each problem of a file, or the chain of what went wrong with its hint.
pub fn describe(failure: &anyhow::Error) -> String {
    let mut out = String::new();
    if let Some(bad) = failure
        .chain()
        .find_map(|cause| cause.downcast_ref::<BadFile>())
    {
        for problem in &bad.problems {
            out.push_str(&problem_text(problem));
        }
        return out;
    }
    let mut causes: Vec<String> = failure.chain().map(ToString::to_string).collect();
    causes.dedup();
    let _ = writeln!(out, "error: {}", causes.join(": "));
    let hint = failure
        .chain()
        .find_map(|cause| cause.downcast_ref::<Refused>()?.hint.clone());
    if let Some(hint) = hint {
        let _ = writeln!(out, "hint: {hint}");
    }
    out
}

/// One problem with its place, its line and its hint.
pub fn problem_text(problem: &Problem) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "error[{}]: {}", problem.code.as_str(), problem.message);
    let file = problem.file.display();
    let gutter = problem
        .place
        .map_or(0, |place| place.line.to_string().len());
    let pad = " ".repeat(gutter);
    match problem.place {
        Some(place) => {
            let _ = writeln!(out, "{pad}--> {file}:{place}");
        }
        None => {
            let _ = writeln!(out, "--> {file}");
        }
    }
    if let (Some(place), Some(excerpt)) = (problem.place, &problem.excerpt) {
        let before: String = excerpt
            .line
            .chars()
            .take(place.column.saturating_sub(1))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let _ = writeln!(out, "{pad} |");
        let _ = writeln!(out, "{} | {}", place.line, excerpt.line);
        let _ = writeln!(out, "{pad} | {before}{}", "^".repeat(excerpt.width));
    }
    if let Some(hint) = &problem.hint {
        let _ = writeln!(out, "{pad} = hint: {hint}");
    }
    out
}
