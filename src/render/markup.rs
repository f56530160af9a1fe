//! The one place that escapes text for markup.

use crate::fold::turns_direction;

/// Text for an element or an attribute of XML. Characters that XML cannot hold become the replacement character.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Text for a document that is read on a page: as [`escape`], and what would turn the direction of the text after it is
/// shown as a character that cannot be. Letters that run from right to left stay what they are.
pub fn paper(text: &str) -> String {
    escape(text).replace(turns_direction, "\u{fffd}")
}

/// The same for templates.
#[derive(Debug, Clone, Copy)]
pub struct Paper;

impl askama::filters::Escaper for Paper {
    fn write_escaped_str<W: std::fmt::Write>(&self, mut dest: W, string: &str) -> std::fmt::Result {
        dest.write_str(&paper(string))
    }
}

/// Text for a terminal: control characters are shown, not sent.
pub fn shown(text: &str) -> String {
    let show = |c: char| match c {
        '\n' | '\t' => c.to_string(),
        c if drives_terminal(c) => format!("\\u{{{:x}}}", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(show).collect()
}

/// JSON for a terminal as well as for a program: characters that could drive one are escaped. They stand in texts only, so
/// the document stays what it was.
pub fn tamed(json: String) -> String {
    let drives = |c: char| c != '\n' && drives_terminal(c);
    if !json.contains(drives) {
        return json;
    }
    let tame = |c: char| {
        if drives(c) {
            format!("\\u{:04x}", u32::from(c))
        } else {
            c.to_string()
        }
    };
    json.chars().map(tame).collect()
}

/// A text for a cell of a table that a spreadsheet may open: it is never taken for a formula. An apostrophe is put before
/// what could be one, also where apostrophes stand before it already, so that nothing is lost: taking one away gives the text
/// again.
pub fn cell(text: &str) -> String {
    const BEGINS: [char; 11] = [
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ];
    let formula = text.trim_start_matches('\'').starts_with(BEGINS);
    if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Characters that are not sent to a terminal: control characters, all that turn the direction or mark it (a mark moves what
/// stands beside it), and the line breaks of Unicode.
fn drives_terminal(c: char) -> bool {
    let marks = matches!(
        c,
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}' | '\u{2029}'
    );
    c.is_control() || turns_direction(c) || marks
}

/// A text in lines of at most so many characters, broken between words; a longer word stands by itself.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_control_characters_come_out_as_text() {
        assert_eq!(
            escape("<b a='1'>&\u{1b}"),
            "&lt;b a=&#39;1&#39;&gt;&amp;\u{fffd}"
        );
        assert_eq!(
            tamed("{\"a\": \"\u{9b}31m\u{202e}\u{7f}\"}\n".into()),
            "{\"a\": \"\\u009b31m\\u202e\\u007f\"}\n"
        );
        assert_eq!(
            (cell("=1+1").as_str(), cell("A.O.").as_str()),
            ("'=1+1", "A.O.")
        );
        assert_eq!(
            shown("a\u{1b}[31mb\u{202e}c\n"),
            "a\\u{1b}[31mb\\u{202e}c\n"
        );
    }
}
