//! The only file that names the YAML crates: text to tree and back.
//!
//! Read with the event parser under serde-saphyr, because ids are hashes of the parser's own scalars and problems
//! need places; written with serde-saphyr, whose quoting other readers agree with.

mod alike;

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span};

use crate::problem::{Code, Problems};
use crate::tree::{Key, MAX_KEYS, MAX_NODES, Node, Place, Style, Value};

/// How deep lists and maps may lie in one another. The formats need six.
const DEEPEST: usize = 16;

/// Reads one YAML document into a tree. A byte order mark is passed over; places count from after it.
///
/// `None` if the text is not plain YAML data; why is then among the problems.
pub fn read(text: &str, problems: &mut Problems<'_>) -> Option<Node> {
    let (bom, body) = text
        .strip_prefix('\u{feff}')
        .map_or((0, text), |rest| ('\u{feff}'.len_utf8(), rest));
    if body.trim().is_empty() {
        problems.at(
            Place { line: 1, column: 1 },
            1,
            Code::Empty,
            "the file is empty",
            None,
        );
        return None;
    }
    if let Some(place) = conflict_mark(body) {
        problems.at(
            place,
            7,
            Code::ConflictMarks,
            "git left its conflict marks here: two versions of this file were not joined",
            Some("get both versions back with git, and join them with `attcheck join`".to_owned()),
        );
        return None;
    }
    let mut options = Options::default();
    options.block_nesting_limit = DEEPEST;
    options.flow_nesting_limit = DEEPEST;
    options.set_emit_comments(false);
    let mut builder = Builder {
        events: Parser::new_from_str_with_options(body, options),
        bom,
        quotes: problems.may_quote(),
        nodes: 0,
        scalars: Vec::new(),
    };
    let read = builder.document().map_err(|mut refusal| {
        if refusal.code == Code::Tab {
            refusal.place = tab_from(body, refusal.place);
        }
        // A tab after a dash moves what follows, so that the lines under it seem to stand wrong.
        let moved = (refusal.code == Code::NotYaml)
            .then(|| alike::tab_at_line_start(text, bom, &builder.scalars, refusal.place));
        moved.flatten().unwrap_or(refusal)
    });
    let read = read
        .and_then(|node| alike::refuse_others(text, bom, &builder.scalars, &node).map(|()| node));
    match read {
        Ok(node) => Some(node),
        Err(Refusal {
            place,
            code,
            message,
            hint,
        }) => {
            problems.at(place, 1, code, message, hint);
            None
        }
    }
}

/// Writes a tree as YAML text, ending in a newline. Texts of several lines become blocks that a person can read, unless
/// other readers would stumble over one.
///
/// # Panics
/// Never for the texts, lists and maps a [`Node`] can hold.
pub fn write(node: &Node) -> String {
    let options = serde_saphyr::ser_options! {
        indent_step: 2,
        compact_list_indent: true,
        prefer_block_scalars: reads_well_as_block(node),
        min_fold_chars: usize::MAX,
        folded_wrap_chars: usize::MAX,
    };
    serde_saphyr::to_string_with_options(node, options)
        .expect("texts, lists and maps can always be written")
}

/// Readers disagree about tabs and blanks at the beginning of a block's lines.
fn reads_well_as_block(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => {
            !text.starts_with(char::is_whitespace)
                && text.lines().all(|line| {
                    !line.starts_with('\t') && !line.contains(['\u{85}', '\u{2028}', '\u{2029}'])
                })
        }
        Value::List(list) => list.iter().all(reads_well_as_block),
        Value::Map(pairs) => pairs.iter().all(|(_, node)| reads_well_as_block(node)),
    }
}

fn conflict_mark(text: &str) -> Option<Place> {
    let is_mark = |line: &str| {
        ["<<<<<<<", ">>>>>>>"]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    let line = text.lines().position(is_mark)?;
    Some(Place {
        line: line + 1,
        column: 1,
    })
}

/// The reader stops where the text before the tab began; the tab itself is the place to look at.
fn tab_from(text: &str, from: Place) -> Place {
    let indent = |line: &str| {
        line.find(|c: char| !c.is_whitespace())
            .map_or(line.len(), |end| end)
    };
    text.lines()
        .enumerate()
        .skip(from.line.saturating_sub(1))
        .find_map(|(n, line)| {
            Some(Place {
                line: n + 1,
                column: line[..indent(line)].find('\t')? + 1,
            })
        })
        .unwrap_or(from)
}

struct Refusal {
    place: Place,
    code: Code,
    message: String,
    hint: Option<String>,
}

impl Refusal {
    fn new(span: &Span, code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            place: place(span),
            code,
            message: message.into(),
            hint: Some(hint.into()),
        }
    }
}

impl From<ScanError> for Refusal {
    fn from(error: ScanError) -> Self {
        let place = Place {
            line: error.marker().line(),
            column: error.marker().col() + 1,
        };
        let info = error.info();
        let (code, message, hint) = if info.contains("tab") {
            (
                Code::Tab,
                "a tab stands where only blanks may".to_owned(),
                "indent with blanks",
            )
        } else if info.contains("nesting") || info.contains("recursion") || info.contains("depth") {
            (
                Code::TooDeep,
                "lists or maps lie too deep in one another".to_owned(),
                "no file of attcheck needs this",
            )
        } else if info.contains("unknown anchor") {
            (
                Code::NotPlain,
                "an alias (`*name`) stands here".to_owned(),
                "write the text out, or put it in quotes",
            )
        } else {
            let hint = "look at this line and the one above: a text with `: ` or ` #` in it needs quotes, and what \
                        belongs together stands under one another";
            (Code::NotYaml, format!("this is not YAML: {info}"), hint)
        };
        Self {
            place,
            code,
            message,
            hint: Some(hint.to_owned()),
        }
    }
}

fn place(span: &Span) -> Place {
    Place {
        line: span.start.line(),
        column: span.start.col() + 1,
    }
}

struct Builder<'t> {
    events: Parser<'t, serde_saphyr::granit_parser::StrInput<'t>>,
    bom: usize,
    /// Whether messages may repeat what the file says.
    quotes: bool,
    /// How many nodes were read.
    nodes: usize,
    /// Where the texts lie, in their order.
    scalars: Vec<alike::Scalar>,
}

impl<'t> Builder<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Refusal> {
        match self.events.next() {
            Some(event) => Ok(event?),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn document(&mut self) -> Result<Node, Refusal> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_none() => {
                    let (event, span) = self.next()?;
                    root = Some(self.node(event, span)?);
                }
                _ => {
                    return Err(Refusal::new(
                        &span,
                        Code::NotPlain,
                        "a second document begins here",
                        "keep one document a file: take away the line `---` or `...` and what follows it",
                    ));
                }
            }
        }
        root.ok_or_else(|| Refusal {
            place: Place { line: 1, column: 1 },
            code: Code::Empty,
            message: "the file holds nothing but comments".to_owned(),
            hint: None,
        })
    }

    fn node(&mut self, event: Event<'t>, span: Span) -> Result<Node, Refusal> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let says = "the file holds more texts, lists and maps than any file of attcheck";
            let hint = "it is not a file that attcheck wrote";
            return Err(Refusal::new(&span, Code::TooLarge, says, hint));
        }
        let begin = self.offset(&span, true);
        let here = place(&span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                Self::refuse_extras(&span, anchor, tag.is_some())?;
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let style = if style == ScalarStyle::Plain {
                    Style::Plain
                } else {
                    Style::Quoted
                };
                let span = begin..self.offset(&span, false);
                // Of a block in which nothing stands the span is that of its first line.
                if !text.is_empty() || !is_block {
                    self.scalars.push(alike::Scalar {
                        span: span.clone(),
                        plain: style == Style::Plain,
                    });
                }
                // The parser delivers `~` where nothing stands.
                let text = if span.is_empty() {
                    String::new()
                } else {
                    text.into_owned()
                };
                Ok(Node {
                    value: Value::Text(text),
                    place: here,
                    span,
                    style,
                })
            }
            Event::SequenceStart(_, anchor, tag) => {
                Self::refuse_extras(&span, anchor, tag.is_some())?;
                let mut list = Vec::new();
                loop {
                    let (event, span) = self.next()?;
                    if matches!(event, Event::SequenceEnd) {
                        let span = begin..self.offset(&span, false);
                        return Ok(Node {
                            value: Value::List(list),
                            place: here,
                            span,
                            style: Style::Quoted,
                        });
                    }
                    list.push(self.node(event, span)?);
                }
            }
            Event::MappingStart(_, anchor, tag) => {
                Self::refuse_extras(&span, anchor, tag.is_some())?;
                self.map(begin, here)
            }
            Event::Alias(_) => Err(Refusal::new(
                &span,
                Code::NotPlain,
                "an alias (`*name`) stands here",
                "write the text out, or put it in quotes",
            )),
            _ => Err(Refusal::new(
                &span,
                Code::NotYaml,
                "nothing stands where a value is needed",
                "give it a value",
            )),
        }
    }

    fn map(&mut self, begin: usize, here: Place) -> Result<Node, Refusal> {
        let mut pairs: Vec<(Key, Node)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                let span = begin..self.offset(&span, false);
                return Ok(Node {
                    value: Value::Map(pairs),
                    place: here,
                    span,
                    style: Style::Quoted,
                });
            }
            let key = self.node(event, span)?;
            let name = match key.value {
                Value::Text(name) if !key.span.is_empty() => name,
                _ => {
                    let what = if key.span.is_empty() {
                        "nothing"
                    } else {
                        key.kind()
                    };
                    return Err(Refusal {
                        place: key.place,
                        code: Code::NotPlain,
                        message: format!("a key must be a word, and this is {what}"),
                        hint: None,
                    });
                }
            };
            if pairs.len() >= MAX_KEYS {
                return Err(Refusal {
                    place: key.place,
                    code: Code::TooLarge,
                    message: format!("a map may have {MAX_KEYS} keys, and this one has more"),
                    hint: Some("no file of attcheck needs this".to_owned()),
                });
            }
            if !seen.insert(name.clone()) {
                return Err(Refusal {
                    place: key.place,
                    code: Code::DuplicateKey,
                    message: if self.quotes {
                        format!("`{name}` stands here a second time")
                    } else {
                        "a key stands here a second time".to_owned()
                    },
                    hint: Some("keep one of the two".to_owned()),
                });
            }
            let key = Key {
                name: name.into(),
                place: key.place,
                start: key.span.start,
                style: key.style,
            };
            let (event, span) = self.next()?;
            pairs.push((key, self.node(event, span)?));
        }
    }

    fn refuse_extras(span: &Span, anchor: usize, tag: bool) -> Result<(), Refusal> {
        if anchor != 0 {
            let hint = "take the `&` and the word after it away, or put the text in quotes";
            return Err(Refusal::new(
                span,
                Code::NotPlain,
                "an anchor (`&name`) stands here",
                hint,
            ));
        }
        if tag {
            let hint = "take the `!` and the word after it away, or put the text in quotes";
            return Err(Refusal::new(
                span,
                Code::NotPlain,
                "a tag (`!name`) stands here",
                hint,
            ));
        }
        Ok(())
    }

    /// The byte in the file where a span begins or ends, the byte order mark counted in.
    fn offset(&self, span: &Span, start: bool) -> usize {
        let marker = if start { &span.start } else { &span.end };
        self.bom + marker.byte_offset().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn read_ok(text: &str) -> Node {
        let mut problems = Problems::new(Path::new("t.yaml"), Some(text));
        let node = read(text, &mut problems);
        assert!(problems.is_clear(), "{:?}", problems.into_vec());
        node.unwrap()
    }

    #[track_caller]
    fn refused(text: &str, code: Code, line: usize) {
        let mut problems = Problems::new(Path::new("t.yaml"), Some(text));
        assert!(read(text, &mut problems).is_none(), "accepted: {text:?}");
        let problem = problems.into_vec().remove(0);
        assert_eq!(
            (problem.code, problem.place.unwrap().line),
            (code, line),
            "{problem:?}"
        );
    }

    #[test]
    fn scalars_are_texts_exactly_as_written() {
        let node =
            read_ok("\u{feff}a: 0123\r\nb: no\r\nc: \"2026-09-14\"\r\nd: |\r\n  one\r\n  two\r\n");
        assert_eq!(node.text_at("a"), Some("0123"));
        assert_eq!(node.text_at("b"), Some("no"));
        assert_eq!(node.text_at("d"), Some("one\ntwo\n"));
        assert_eq!(node.get("a").unwrap().style, Style::Plain);
        assert_eq!(node.get("c").unwrap().style, Style::Quoted);
        assert_eq!(node.get("b").unwrap().place, Place { line: 2, column: 4 });
    }

    #[test]
    fn spans_are_bytes_of_the_file() {
        let text = "\u{feff}é: ü\nb: [x, 'yy']\n";
        let node = read_ok(text);
        assert_eq!(&text[node.get("é").unwrap().span.clone()], "ü");
        assert_eq!(
            &text[node.get("b").unwrap().as_list().unwrap()[1].span.clone()],
            "'yy'"
        );
    }

    #[track_caller]
    fn tab(text: &str, line: usize, column: usize) {
        let mut problems = Problems::new(Path::new("t.yaml"), Some(text));
        assert!(read(text, &mut problems).is_none(), "accepted: {text:?}");
        let problem = problems.into_vec().remove(0);
        let place = Some(Place { line, column });
        assert_eq!(
            (problem.code, problem.place),
            (Code::Tab, place),
            "{text:?}"
        );
    }

    /// Our parser takes a tab wherever a blank may stand; `PyYAML` and ruamel.yaml take none of these.
    #[test]
    fn a_tab_is_refused_where_other_readers_refuse_it() {
        tab("log:\n-\tkind: note\n  text: x\n", 2, 2);
        tab("log:\n- \tkind: note\n  text: x\n", 2, 3);
        tab("log:\n-\t- a\n", 2, 2);
        tab("\u{feff}-\ta\n", 1, 2);
        tab("-\t'a'\n", 1, 2);
        tab("-\t\n  a: b\n", 1, 2);
        tab("a:\tb\n", 1, 3);
        tab("é: \tb\n", 1, 4);
        tab("a\t: b\n", 1, 2);
        tab("'a'\t: b\n", 1, 4);
        tab("a:\t\n  b: c\n", 1, 3);
        tab("a:\n \t- b\n", 2, 2);
        tab("a:\n  \tb: c\n", 2, 3);
        tab("\ta: b\n", 1, 1);
        tab("a: b\t\n", 1, 5);
        tab("a: b\t# c\n", 1, 5);
        tab("a: 'b'\t# c\n", 1, 7);
        tab("a: b\n\t# c\nc: d\n", 2, 1);
        tab("a: b\n\t\nc: d\n", 2, 1);
        tab("a: b\r\n \t\r\nc: d\r\n", 2, 2);
        tab("a: b\tc\n", 1, 5);
        tab("a: b\n  \tc\n", 2, 3);
        tab("a: |\t\n  x\n", 1, 5);
        tab("a: >\t\nb: c\n", 1, 5);
        tab("a: [b,\tc]\n", 1, 7);
        tab("a: [b,\n\tc]\n", 2, 1);
        tab("a: {b:\tc}\n", 1, 7);
        tab("?\ta\n: b\n", 1, 2);
        tab("---\ta: b\n", 1, 4);
        tab("a: b\n\t", 2, 1);
        // In quotes, in a block and in a comment it is a character like others.
        for text in [
            "a: 'b\tc'\n",
            "a: \"b\tc\"\n",
            "a: 'b\n  \tc'\n",
            "a: |\n  x\ty\n  z\t\n",
            "a: |\n  \tx\n",
            "a: b #\tc\n",
            "#\ta\nb: c\n",
            "a: |  # b\tc\n  x\n",
            "a: 'it''s' # \t\n",
        ] {
            read_ok(text);
        }
    }

    /// `PyYAML` takes these for line breaks, also in a comment, where a line after one would be read by it and not by us.
    #[test]
    fn what_readers_read_in_different_ways_is_refused() {
        for text in [
            "a: b\u{85}c\n",
            "a: 'b\u{85}c'\n",
            "a: b\u{2028}c\n",
            "a: |\n  b\u{2029}c\n",
            "# x\u{2028}b: c\na: b\n",
            "a: b # x\u{85}c: d\n",
            "\u{feff}\u{feff}a: b\n",
        ] {
            refused(
                text,
                Code::NotYaml,
                1 + usize::from(text.starts_with("a: |")),
            );
        }
        refused("a: b\n\u{feff}c: d\n", Code::NotYaml, 2);
        refused("...\na: b\n", Code::NotPlain, 1);
        refused("a: b\n: c\n", Code::NotPlain, 2);
        refused("- : c\n", Code::NotPlain, 1);
        // Written out they are in no reader's way.
        assert_eq!(
            read_ok("a: \"b\\Lc\\uFEFF\"\n").text_at("a"),
            Some("b\u{2028}c\u{feff}")
        );
        read_ok("---\na: ...\n...\n");
    }

    /// Whatever stands in a text, what we write is read again.
    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "\ta",
            "a\tb",
            "a\t",
            "a\tb\nc\n",
            "a\n\tb\n",
            "a\n  \tb",
            "\t",
            "\n\t\n",
            "a\u{85}b",
            "a\nb\u{2028}c\n",
            "\u{feff}a",
            "a\n\u{feff}b\n",
            "# a\tb",
            "a #\tb",
            "...",
            "---\ta",
            "- \ta",
            "a:\tb",
            "|\t",
        ] {
            let written = write(&Node::map([("k", Node::text(text))]));
            assert_eq!(read_ok(&written).text_at("k"), Some(text), "{written:?}");
        }
    }

    #[test]
    fn what_is_not_plain_data_is_refused_with_its_place() {
        refused("", Code::Empty, 1);
        refused("# nothing\n", Code::Empty, 1);
        refused("a: 1\n\tb: 2\n", Code::Tab, 2);
        refused("a: 1\na: 2\n", Code::DuplicateKey, 2);
        refused("a: &x 1\n", Code::NotPlain, 1);
        refused("a: !x 1\n", Code::NotPlain, 1);
        refused("a: *x\n", Code::NotPlain, 1);
        refused("a: 1\n---\nb: 2\n", Code::NotPlain, 2);
        refused("? [a]\n: 1\n", Code::NotPlain, 1);
        refused("a: 1\n<<<<<<< ours\nb: 2\n", Code::ConflictMarks, 2);
        refused(&"[".repeat(10_000), Code::TooDeep, 1);
        refused(&"- ".repeat(10_000), Code::TooDeep, 1);
        refused(&"? ".repeat(10_000), Code::TooDeep, 1);
        refused("a: 'open\n", Code::NotYaml, 2);
        refused("text: mum said: no\n", Code::NotYaml, 1);
    }
}
