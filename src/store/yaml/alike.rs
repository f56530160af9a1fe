//! What our parser takes and the readers of others refuse or read otherwise (`PyYAML`, ruamel.yaml): refused here, so that no
//! file is sealed of which somebody else makes something else.

use std::ops::Range;

use super::Refusal;
use crate::problem::Code;
use crate::tree::{Node, Place};

/// Where a text lies in the file.
pub(super) struct Scalar {
    /// Its bytes, with its quotes; of a block those after its first line.
    pub(super) span: Range<usize>,
    /// Without quotes, and no block.
    pub(super) plain: bool,
}

/// Line breaks of YAML 1.1 that YAML 1.2 no longer has, and the mark that may stand at the beginning of a file only.
const OTHERS: [char; 4] = ['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'];

/// Refuses a text that other readers do not read as ours does. `bom` is how many bytes of it are its byte order mark.
pub(super) fn refuse_others(
    text: &str,
    bom: usize,
    scalars: &[Scalar],
    root: &Node,
) -> Result<(), Refusal> {
    let body = &text[bom..];
    if let Some((at, other)) = body.char_indices().find(|(_, c)| OTHERS.contains(c)) {
        let message = format!(
            "a hidden character stands here (U+{:04X}) that programs read in different ways",
            u32::from(other)
        );
        let hint = "delete it, and put a blank or a line break in its place";
        return Err(refusal(text, bom, bom + at, Code::NotYaml, message, hint));
    }
    if body.contains('\t')
        && let Some(at) = tab(text.as_bytes(), bom, scalars)
    {
        return Err(refused_tab(text, bom, at));
    }
    let mut before = body.lines().take(root.place.line.saturating_sub(1));
    if let Some(line) = before.position(|line| line.starts_with("...")) {
        return Err(Refusal {
            place: Place {
                line: line + 1,
                column: 1,
            },
            code: Code::NotPlain,
            message: "a document ends here before it begins".to_owned(),
            hint: Some("take this line away".to_owned()),
        });
    }
    Ok(())
}

/// A tab among the blanks and dashes with which a line begins, at or before the place where the parser gave up.
pub(super) fn tab_at_line_start(
    text: &str,
    bom: usize,
    scalars: &[Scalar],
    gave_up: Place,
) -> Option<Refusal> {
    let at = tab(text.as_bytes(), bom, scalars)?;
    let begin = text[..at].rfind('\n').map_or(bom, |end| end + 1);
    let at_start = text[begin..at]
        .bytes()
        .all(|b| matches!(b, b' ' | b'\t' | b'-' | b'?' | b':'));
    let refusal = refused_tab(text, bom, at);
    (at_start && refusal.place.line <= gave_up.line).then_some(refusal)
}

fn refused_tab(text: &str, bom: usize, at: usize) -> Refusal {
    let message = "a tab stands where only blanks may".to_owned();
    let hint = "put a blank in its place; a tab inside a text is written in quotes";
    refusal(text, bom, at, Code::Tab, message, hint)
}

/// The first tab outside of quotes, blocks and comments.
fn tab(text: &[u8], bom: usize, scalars: &[Scalar]) -> Option<usize> {
    let mut at = bom;
    for scalar in scalars {
        let found = tab_between(text, at..scalar.span.start);
        if found.is_some() {
            return found;
        }
        let plain = text
            .get(scalar.span.clone())
            .filter(|_| scalar.plain)
            .and_then(|bytes| bytes.iter().position(|b| *b == b'\t'));
        if let Some(inside) = plain {
            return Some(scalar.span.start + inside);
        }
        at = at.max(scalar.span.end);
    }
    tab_between(text, at..text.len())
}

/// The first tab in what lies between texts: there a `#` begins a comment.
fn tab_between(text: &[u8], between: Range<usize>) -> Option<usize> {
    let mut in_comment = false;
    let start = between.start;
    for (n, byte) in text.get(between)?.iter().enumerate() {
        match byte {
            b'\n' | b'\r' => in_comment = false,
            b'#' => in_comment = true,
            b'\t' if !in_comment => return Some(start + n),
            _ => {}
        }
    }
    None
}

fn refusal(text: &str, bom: usize, at: usize, code: Code, message: String, hint: &str) -> Refusal {
    let before = &text[bom..at];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    Refusal {
        place: Place {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        },
        code,
        message,
        hint: Some(hint.to_owned()),
    }
}
