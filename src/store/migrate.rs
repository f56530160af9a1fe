//! From one format of the case file to the next, for the day there is one.
//!
//! A step changes what stands before `log:` and may add entries; it never touches one that is there. So every id stays
//! what it was, and the record can be checked across the step. `case/1` is the first format: there is no step yet.

use std::path::Path;

use super::yaml;
use crate::case::read::format_of;
use crate::case::seal::{canonical, entry_id};
use crate::problem::Problems;
use crate::tree::Node;

/// A step between two formats.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The format it begins from, such as `case/1`.
    pub from: &'static str,
    /// The format it leads to.
    pub to: &'static str,
    /// The new text of a file. What is not the format's concern stays byte for byte.
    pub change: fn(&str) -> Result<String, String>,
}

/// Every step there is, in their order.
pub const STEPS: &[Step] = &[];

/// What migrating a text came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Migrated {
    /// It is of the newest format that the steps lead to.
    Newest,
    /// The new text, with the format it is of.
    To(&'static str, String),
}

/// Takes a file's text through every step that begins from its format.
///
/// # Errors
/// If it is of a format that no step knows (a newer one is never written), an entry does not carry its id, or a step would
/// change, lose or reorder an entry. Nothing is then to be written.
pub fn migrate(text: &str, newest: &str, steps: &[Step]) -> Result<Migrated, String> {
    let mut now = text.to_owned();
    let mut reached = None;
    loop {
        let file = tree(&now)?;
        let format = file.text_at("attcheck").unwrap_or_default().to_owned();
        if let Some(step) = steps.iter().find(|step| step.from == format) {
            sealed(&file)?;
            let next = (step.change)(&now)?;
            same_entries(&file, &tree(&next)?, step)?;
            (now, reached) = (next, Some(step.to));
            continue;
        }
        return match reached {
            Some(to) if to == newest => Ok(Migrated::To(to, now)),
            None if format == newest => Ok(Migrated::Newest),
            _ => Err(format!(
                "the file is of the format `{format}`, from which this program knows no step"
            )),
        };
    }
}

fn tree(text: &str) -> Result<Node, String> {
    let mut problems = Problems::new(Path::new(""), None);
    let file = yaml::read(text, &mut problems).filter(|file| {
        // A format of the future is read as a plain tree.
        file.text_at("attcheck")
            .is_some_and(|format| format.starts_with("case/"))
            || format_of(file, &mut problems).is_some()
    });
    file.ok_or_else(|| {
        let first = problems.into_vec().into_iter().next();
        first.map_or("it is no case file".to_owned(), |problem| problem.message)
    })
}

fn log(file: &Node) -> &[Node] {
    file.get("log").and_then(Node::as_list).unwrap_or_default()
}

fn sealed(file: &Node) -> Result<(), String> {
    let fits = |entry: &Node| {
        entry.text_at("kind") == Some("struck") || entry.text_at("id") == Some(&entry_id(entry).0)
    };
    match log(file).iter().find(|entry| !fits(entry)) {
        Some(entry) => Err(format!(
            "the entry in line {} does not carry the id it amounts to",
            entry.place.line
        )),
        None => Ok(()),
    }
}

/// Every entry of before is there after, the same and in the same order.
fn same_entries(before: &Node, after: &Node, step: &Step) -> Result<(), String> {
    if after.text_at("attcheck") != Some(step.to) {
        return Err(format!(
            "the step from {} does not lead to {}",
            step.from, step.to
        ));
    }
    let old: Vec<String> = log(before)
        .iter()
        .map(|entry| canonical(entry, &[]))
        .collect();
    let new: Vec<String> = log(after)
        .iter()
        .map(|entry| canonical(entry, &[]))
        .collect();
    let header = |file: &Node, key: &str| file.text_at(key).map(str::to_owned);
    if !new.starts_with(&old)
        || ["case", "subject", "opened"]
            .iter()
            .any(|key| header(before, key) != header(after, key))
    {
        return Err(format!(
            "the step from {} to {} would change what was recorded",
            step.from, step.to
        ));
    }
    Ok(())
}
