//! The way out to the terminal: what could drive it is shown, not sent.

use std::io::{self, Write};

use super::markup::shown;

/// A writer that shows control characters and those that turn the direction, whoever wrote them into a file. With colour it
/// lets through what sets a colour, and nothing else that begins with an escape.
#[derive(Debug)]
pub struct Tame<W> {
    out: W,
    color: bool,
}

impl<W: Write> Tame<W> {
    /// Tames what goes to `out`.
    pub fn new(out: W, color: bool) -> Self {
        Self { out, color }
    }

    /// The way out without taming, for a format that has rules of its own for such characters.
    pub fn raw(&mut self) -> &mut W {
        &mut self.out
    }
}

/// What the program itself sends to set a colour: plain, bold, red, green, yellow. Nothing that hides.
const COLORS: &[&str] = &[
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
];

/// How long the sequence is that a text begins with, if all it does is to set a colour.
fn color_at(text: &str) -> Option<usize> {
    COLORS
        .iter()
        .find(|color| text.starts_with(*color))
        .map(|color| color.len())
}

impl<W: Write> Write for Tame<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes
            .iter()
            .all(|byte| (b' '..0x7f).contains(byte) || *byte == b'\n')
        {
            self.out.write_all(bytes)?;
            return Ok(bytes.len());
        }
        let text = String::from_utf8_lossy(bytes);
        let mut rest: &str = &text;
        while let Some(at) = rest.find('\u{1b}').filter(|_| self.color) {
            self.out.write_all(shown(&rest[..at]).as_bytes())?;
            let length = color_at(&rest[at..]);
            let (escape, after) = rest[at..].split_at(length.unwrap_or('\u{1b}'.len_utf8()));
            let sent = if length.is_some() {
                escape.to_owned()
            } else {
                shown(escape)
            };
            self.out.write_all(sent.as_bytes())?;
            rest = after;
        }
        self.out.write_all(shown(rest).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tamed(text: &str, color: bool) -> String {
        let mut out = Tame::new(Vec::new(), color);
        out.write_all(text.as_bytes()).unwrap();
        String::from_utf8(out.out).unwrap()
    }

    #[test]
    fn only_colours_pass_and_only_where_there_are_to_be_any() {
        let text = "a\u{1b}[31mb\u{1b}[0m\u{1b}[8m \u{1b}]0;t\u{7}\u{1b}[2J\u{9b}1A é\n";
        assert_eq!(
            tamed(text, false),
            "a\\u{1b}[31mb\\u{1b}[0m\\u{1b}[8m \\u{1b}]0;t\\u{7}\\u{1b}[2J\\u{9b}1A é\n"
        );
        assert_eq!(
            tamed(text, true),
            "a\u{1b}[31mb\u{1b}[0m\\u{1b}[8m \\u{1b}]0;t\\u{7}\\u{1b}[2J\\u{9b}1A é\n"
        );
        assert_eq!(tamed("one\r\ntwo\u{1b}", true), "one\\u{d}\ntwo\\u{1b}");
    }
}
