//! Changes to the text of a case file that leave everything else as it was, each read again before it counts.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use super::yaml;
use crate::case::{Case, join::Pick, read};
use crate::problem::Problems;
use crate::tree::{Node, Value};

/// Why a text cannot be changed safely; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotEdit {
    /// What stands in the way.
    pub message: String,
    /// What to do first.
    pub hint: String,
}

fn cannot(message: &str, hint: &str) -> CannotEdit {
    CannotEdit {
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}

/// How the log lies in a text: which bytes belong to which entry, and what stands between them.
struct Layout<'t> {
    text: &'t str,
    /// Line ending of the file.
    eol: &'static str,
    /// Column of the dashes, from 0.
    indent: usize,
    /// Whole lines of each entry, from its dash to the end of its last value.
    bodies: Vec<Range<usize>>,
}

impl<'t> Layout<'t> {
    fn of(text: &'t str, case: &Case) -> Result<Self, CannotEdit> {
        let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
        if !case.ends_whole {
            let hint = "compare it with a backup; if nothing is missing, add a new line at its end";
            return Err(cannot(
                "the file does not end in a new line, so it may have been cut off",
                hint,
            ));
        }
        let top = case.frame.as_map().unwrap_or_default();
        let Some((_, log)) = top.last().filter(|(key, _)| key.name == "log") else {
            return Err(cannot(
                "`log:` is not the last part of the file",
                "move `log:` and all below it to the end",
            ));
        };
        let block = |node: &Node| !text[node.span.start..].starts_with(['[', '{']);
        if !block(log) {
            return Err(cannot(
                "the log is written in brackets",
                "write each entry on lines of its own, with a dash",
            ));
        }
        let mut bodies = Vec::with_capacity(case.entries.len());
        let mut indent = 0;
        for entry in &case.entries {
            let before = &text[..entry.node.span.start];
            let dash = before
                .rfind(|c: char| !c.is_whitespace())
                .filter(|at| before[*at..].starts_with('-'));
            let Some(dash) = dash else {
                return Err(cannot(
                    "an entry does not begin with a dash",
                    "write each entry on lines of its own",
                ));
            };
            let start = line_start(text, dash);
            indent = dash - start;
            bodies.push(start..body_end(text, &entry.node));
        }
        Ok(Self {
            text,
            eol,
            indent,
            bodies,
        })
    }

    /// What stands above an entry and belongs to it: comments and blank lines.
    fn above(&self, n: usize) -> &'t str {
        let from = if n == 0 {
            self.bodies[0].start
        } else {
            self.bodies[n - 1].end
        };
        &self.text[from..self.bodies[n].start]
    }

    fn tail(&self) -> &'t str {
        &self.text[self.bodies.last().map_or(0, |body| body.end)..]
    }

    /// An entry as lines of this file.
    fn lines(&self, entry: &Node) -> String {
        let mut lines = String::new();
        for (n, line) in yaml::write(entry).lines().enumerate() {
            if !line.is_empty() {
                lines.push_str(&" ".repeat(self.indent));
                lines.push_str(if n == 0 { "- " } else { "  " });
                lines.push_str(line);
            }
            lines.push_str(self.eol);
        }
        lines
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

/// The end of the last line that a value takes up, comments after it not counted.
fn body_end(text: &str, node: &Node) -> usize {
    let last = last_byte(text, node);
    if last > 0 && text[..last].ends_with('\n') {
        last
    } else {
        line_end(text, last)
    }
}

fn last_byte(text: &str, node: &Node) -> usize {
    let flow = text[node.span.start..].starts_with(['[', '{']);
    let inner = match &node.value {
        Value::List(list) if !flow => list.last(),
        Value::Map(pairs) if !flow => pairs.last().map(|(_, node)| node),
        _ => None,
    };
    match inner {
        Some(inner) => last_byte(text, inner),
        None => node.span.end,
    }
}

/// The text with entries added to its end, in its own indentation and line endings. Every byte before them stays.
///
/// # Errors
/// Says what to move first if the log cannot be added to.
pub fn append(text: &str, case: &Case, entries: &[Node]) -> Result<String, CannotEdit> {
    let layout = Layout::of(text, case)?;
    let mut new = text.to_owned();
    for entry in entries {
        new.push_str(&layout.lines(entry));
    }
    let mut expected = case
        .entries
        .iter()
        .map(|entry| &entry.node)
        .collect::<Vec<_>>();
    expected.extend(entries);
    checked(new, case, &expected)
}

/// The text with the body of one entry replaced.
///
/// # Errors
/// As [`append`].
pub fn replace(text: &str, case: &Case, n: usize, entry: &Node) -> Result<String, CannotEdit> {
    let layout = Layout::of(text, case)?;
    let body = &layout.bodies[n];
    let new = format!(
        "{}{}{}",
        &text[..body.start],
        layout.lines(entry),
        &text[body.end..]
    );
    let mut expected: Vec<&Node> = case.entries.iter().map(|entry| &entry.node).collect();
    expected[n] = entry;
    checked(new, case, &expected)
}

/// The text with entries that were written by hand given their last keys: of each, by its number in the order of the file,
/// `drop` are taken away and its own put at its end. No other line changes.
///
/// # Errors
/// As [`append`].
pub fn complete(
    text: &str,
    case: &Case,
    drop: &[&str],
    adds: &[(usize, Node)],
) -> Result<String, CannotEdit> {
    let layout = Layout::of(text, case)?;
    let (mut new, mut from) = (String::with_capacity(text.len()), 0);
    let mut whole: Vec<(usize, Node)> = Vec::with_capacity(adds.len());
    for (n, add) in adds {
        let body = layout.bodies[*n].clone();
        new.push_str(&text[from..body.start]);
        new.push_str(&completed(text, case, &layout, *n, drop, add)?);
        from = body.end;
        let pairs = case.entries[*n].node.as_map().unwrap_or_default();
        let kept = pairs
            .iter()
            .filter(|(key, _)| !drop.contains(&key.name.as_ref()));
        let pairs = kept.chain(add.as_map().unwrap_or_default()).cloned();
        let node = Node {
            value: Value::Map(pairs.collect()),
            ..Node::default()
        };
        whole.push((*n, node));
    }
    new.push_str(&text[from..]);
    let mut expected: Vec<&Node> = case.entries.iter().map(|entry| &entry.node).collect();
    for (n, node) in &whole {
        expected[*n] = node;
    }
    checked(new, case, &expected)
}

/// The lines of an entry without some of its keys, and with others at its end.
fn completed(
    text: &str,
    case: &Case,
    layout: &Layout<'_>,
    n: usize,
    drop: &[&str],
    add: &Node,
) -> Result<String, CannotEdit> {
    let node = &case.entries[n].node;
    let pairs = node.as_map().unwrap_or_default();
    if text[node.span.start..].starts_with('{') {
        return Err(cannot(
            "the entry is written in braces",
            "write it as lines of its own, one key a line",
        ));
    }
    let column = pairs
        .first()
        .map_or(0, |(key, _)| key.start - line_start(text, key.start));
    let body = layout.bodies[n].clone();
    let mut kept = String::new();
    let mut from = body.start;
    for (key, value) in pairs
        .iter()
        .filter(|(key, _)| drop.contains(&key.name.as_ref()))
    {
        if line_start(text, key.start) == body.start {
            let hint = "let the entry begin with `kind:`";
            return Err(cannot(
                "the first line of the entry would have to change",
                hint,
            ));
        }
        kept.push_str(&text[from..line_start(text, key.start)]);
        from = body_end(text, value);
    }
    kept.push_str(&text[from..body.end]);
    for line in yaml::write(add).lines() {
        kept.push_str(&" ".repeat(column));
        kept.push_str(line);
        kept.push_str(layout.eol);
    }
    Ok(kept)
}

/// One text out of several copies of a case: entries as picked, each taken whole with the comments above it.
///
/// # Errors
/// As [`append`], for any of the copies.
pub fn joined(sides: &[(&str, &Case)], picks: &[Pick]) -> Result<String, CannotEdit> {
    let layouts = sides
        .iter()
        .map(|(text, case)| Layout::of(text, case))
        .collect::<Result<Vec<_>, _>>()?;
    let ours = &layouts[0];
    let mut new = ours.text[..ours.bodies[0].start].to_owned();
    for &(side, n) in picks {
        let id = &sides[side].1.entries[n].id;
        let above = sides
            .iter()
            .zip(&layouts)
            .filter_map(|((_, case), layout)| {
                let n = case.chain.place_of(id.as_ref()?)?;
                // What stands before the first entry belongs to the header.
                (n > 0).then(|| layout.above(n))
            });
        new.push_str(&united(above, ours.eol));
        new.push_str(&shifted(&layouts[side], n, ours));
    }
    new.push_str(&united(layouts.iter().map(Layout::tail), ours.eol));
    let expected: Vec<&Node> = picks
        .iter()
        .map(|&(side, n)| &sides[side].1.entries[n].node)
        .collect();
    checked(new, sides[0].1, &expected)
}

/// Lines of several copies: each as often as in the copy that has it oftenest.
fn united<'t>(copies: impl Iterator<Item = &'t str>, eol: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for copy in copies {
        let mut left: HashMap<&str, usize> = HashMap::new();
        for line in &lines {
            *left.entry(line).or_default() += 1;
        }
        for line in copy.lines() {
            match left.get_mut(line).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => lines.push(line),
            }
        }
    }
    lines.iter().flat_map(|line| [*line, eol]).collect()
}

/// An entry's own lines, moved to the indentation and line endings of another file.
fn shifted(from: &Layout<'_>, n: usize, to: &Layout<'_>) -> String {
    let body = &from.text[from.bodies[n].clone()];
    let mut lines = String::new();
    for line in body.lines() {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if line.len() > blanks {
            lines.push_str(&" ".repeat((blanks + to.indent).saturating_sub(from.indent)));
            lines.push_str(line.trim_start_matches(' '));
        }
        lines.push_str(to.eol);
    }
    lines
}

/// Reads the new text again: it must be the same header with exactly these entries.
fn checked(new: String, case: &Case, expected: &[&Node]) -> Result<String, CannotEdit> {
    let mut problems = Problems::new(Path::new(""), None);
    let again =
        yaml::read(&new, &mut problems).and_then(|node| read::case(node, true, &mut problems));
    let same = again.is_some_and(|again| {
        again.header_hash == case.header_hash
            && again.entries.len() == expected.len()
            && again
                .entries
                .iter()
                .zip(expected)
                .all(|(entry, node)| entry.node == **node)
    });
    if same {
        return Ok(new);
    }
    let hint = "let the file end with the last entry of `log:`, each entry on lines of its own";
    Err(cannot(
        "the file is laid out so that an entry cannot be added safely",
        hint,
    ))
}
