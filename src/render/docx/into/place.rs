//! Puts a text into a cell of a Word file, in the cell's own font, by changing the text of the file in that place alone.

use std::ops::Range;

use roxmltree::{Node, NodeId};

use super::W;
use super::grid::is;
use crate::render::docx::lines;

/// What is in a cell before a text goes into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// Nothing.
    Empty,
    /// What shows how to answer, and goes.
    Placeholder,
    /// A hint of the council, which stays above the text.
    BelowHint,
}

/// Changes to a text, each in a place of its own.
pub(super) struct Edits<'t> {
    text: &'t str,
    changes: Vec<(Range<usize>, String)>,
    /// Cells and content controls that hold a value already: a second one would have to go into the same place.
    taken: Vec<NodeId>,
    /// Rows that were let grow.
    grown: Vec<NodeId>,
}

/// Whether a content control shows what invites to type, and nothing typed.
pub(super) fn shows_hint(control: Node<'_, '_>) -> bool {
    property(control, "showingPlcHdr")
        .is_some_and(|node| !matches!(node.attribute((W, "val")), Some("0" | "false" | "off")))
}

fn child<'d>(node: Node<'d, 'd>, name: &str) -> Option<Node<'d, 'd>> {
    node.children().find(|child| is(*child, name))
}

fn property<'d>(control: Node<'d, 'd>, name: &str) -> Option<Node<'d, 'd>> {
    child(control, "sdtPr").and_then(|properties| child(properties, name))
}

impl<'t> Edits<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            changes: Vec::new(),
            taken: Vec::new(),
            grown: Vec::new(),
        }
    }

    /// The text with all changes made.
    pub(super) fn done(mut self) -> String {
        self.changes.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(self.text.len() + 4096);
        let mut at = 0;
        for (range, new) in &self.changes {
            out.push_str(&self.text[at..range.start]);
            out.push_str(new);
            at = range.end;
        }
        out.push_str(&self.text[at..]);
        out
    }

    /// Puts a text into a cell.
    ///
    /// # Errors
    /// Says why it cannot go there. Nothing is changed then.
    pub(super) fn put(
        &mut self,
        cell: Node<'_, '_>,
        text: &str,
        holder: Holder,
    ) -> Result<(), String> {
        if cell.descendants().any(|node| is(node, "tbl")) {
            return Err("its cell holds a table of its own".to_owned());
        }
        if cell
            .descendants()
            .any(|node| is(node, "ffData") || is(node, "fldChar") || is(node, "fldSimple"))
        {
            return Err("its cell holds a form field of an old kind".to_owned());
        }
        let controls: Vec<Node<'_, '_>> = cell
            .descendants()
            .filter(|node| is(*node, "sdt"))
            .chain(
                cell.ancestors()
                    .skip(1)
                    .take_while(|node| !is(*node, "tr"))
                    .filter(|node| is(*node, "sdt")),
            )
            .collect();
        let places: Vec<NodeId> = std::iter::once(cell)
            .chain(controls.iter().copied())
            .map(|node| node.id())
            .collect();
        if places.iter().any(|place| self.taken.contains(place)) {
            return Err("another value of the form goes into the same cell".to_owned());
        }
        self.taken.extend(places);
        match controls.as_slice() {
            [] => self.put_in_cell(cell, text, holder),
            [control] => self.put_in_control(cell, *control, text),
            _ => Err("its cell holds several content controls".to_owned()),
        }?;
        self.let_grow(cell);
        Ok(())
    }

    /// A row of exact height would cut off in print what is longer: from now on it is as high as that at least.
    fn let_grow(&mut self, cell: Node<'_, '_>) {
        let Some(row) = cell.ancestors().find(|node| is(*node, "tr")) else {
            return;
        };
        if self.grown.contains(&row.id()) {
            return;
        }
        self.grown.push(row.id());
        let rule = child(row, "trPr")
            .and_then(|properties| child(properties, "trHeight"))
            .and_then(|height| height.attribute_node((W, "hRule")));
        if let Some(rule) = rule.filter(|rule| rule.value() == "exact") {
            self.changes
                .push((rule.range_value(), "atLeast".to_owned()));
        }
    }

    fn put_in_cell(
        &mut self,
        cell: Node<'_, '_>,
        text: &str,
        holder: Holder,
    ) -> Result<(), String> {
        let mut paragraphs = cell.children().filter(|node| is(*node, "p"));
        let there = match holder {
            Holder::Placeholder => return self.in_place_of(cell, text),
            Holder::Empty => paragraphs.next(),
            Holder::BelowHint => paragraphs.next_back(),
        };
        let Some(there) = there else {
            return Err("its cell holds no paragraph".to_owned());
        };
        let run = self.run(there, text);
        let empty = there
            .descendants()
            .filter(|node| is(*node, "t"))
            .all(|node| node.text().is_none_or(str::is_empty));
        if holder == Holder::BelowHint && !empty {
            let properties = child(there, "pPr").map(|node| self.text[node.range()].to_owned());
            let end = there.range().end;
            self.insert(
                end,
                format!("<w:p>{}{run}</w:p>", properties.unwrap_or_default()),
            );
        } else {
            self.at_end(there, run);
        }
        Ok(())
    }

    /// Puts a text in the place of what shows how to answer.
    fn in_place_of(&mut self, cell: Node<'_, '_>, text: &str) -> Result<(), String> {
        let written = |run: &Node<'_, '_>| {
            run.descendants()
                .any(|node| is(node, "t") || is(node, "sym"))
        };
        let mut runs = cell
            .descendants()
            .filter(|node| is(*node, "r"))
            .filter(written);
        let Some(first) = runs.next() else {
            return Err("its cell holds no paragraph".to_owned());
        };
        let home = first.ancestors().find(|node| is(*node, "p"));
        let mark = home
            .and_then(|home| child(home, "pPr"))
            .and_then(|properties| child(properties, "rPr"));
        // The font of a box has other pictures where letters are.
        let own = child(first, "rPr").filter(|_| {
            !first.descendants().any(|node| is(node, "sym"))
                && super::grid::read(first)
                    .chars()
                    .all(|c| c.is_ascii() || c == '\u{2026}')
        });
        let properties = mark
            .or(own)
            .map(|node| self.text[node.range()].to_owned())
            .unwrap_or_default();
        self.changes
            .push((first.range(), run_of(&properties, text)));
        for run in runs {
            self.changes.push((run.range(), String::new()));
        }
        Ok(())
    }

    fn put_in_control(
        &mut self,
        cell: Node<'_, '_>,
        control: Node<'_, '_>,
        text: &str,
    ) -> Result<(), String> {
        let locked = property(control, "lock").and_then(|lock| lock.attribute((W, "val")));
        if locked.is_some_and(|how| how.ends_with("ontentLocked")) {
            return Err("its content control is locked".to_owned());
        }
        if property(control, "dataBinding").is_some() {
            return Err("its content control is bound to other data".to_owned());
        }
        let other = |node: Node<'_, '_>| matches!(node.tag_name().name(), "checkbox" | "picture");
        if child(control, "sdtPr").is_some_and(|properties| properties.children().any(other)) {
            return Err("its content control takes no text".to_owned());
        }
        let several = text.contains('\n');
        if several && property(control, "date").is_some() {
            return Err("its content control takes one day, and there are several".to_owned());
        }
        let one_line = property(control, "text")
            .filter(|how| !matches!(how.attribute((W, "multiLine")), Some("1" | "true" | "on")));
        let text = if one_line.is_some() {
            &text.replace('\n', "; ")
        } else {
            text
        };
        let list = property(control, "dropDownList").or_else(|| property(control, "comboBox"));
        let text = match list {
            Some(list) => choice(list, text)?,
            None => text.to_owned(),
        };
        let content = child(control, "sdtContent").ok_or("its content control is empty")?;
        let mut paragraphs = content.descendants().filter(|node| is(*node, "p"));
        let paragraph = paragraphs.next();
        // What else stands in a hint, such as the ends of a bookmark, belongs to something outside of it.
        let plain = |node: Node<'_, '_>| {
            ["p", "pPr", "r", "proofErr", "tc", "tcPr"]
                .iter()
                .any(|name| is(node, name))
        };
        let around = paragraph.unwrap_or(content);
        let odd = around
            .children()
            .filter(Node::is_element)
            .any(|node| !plain(node));
        if paragraphs.next().is_some() || odd {
            return Err("its content control holds more than a line".to_owned());
        }
        let home = paragraph.or_else(|| {
            cell.descendants()
                .find(|node| is(*node, "p") && inside(content, *node))
        });
        let run = match property(control, "rPr") {
            Some(properties) => {
                format!(
                    "<w:r>{}{}</w:r>",
                    &self.text[properties.range()],
                    lines(&text)
                )
            }
            None => home.map_or_else(|| run_of("", &text), |home| self.run(home, &text)),
        };
        // The hint goes, with what says that it is one.
        if let Some(hint) = property(control, "showingPlcHdr") {
            self.changes.push((hint.range(), String::new()));
        }
        match paragraph {
            Some(paragraph) => self.in_place_of_runs(paragraph, run),
            None => self.within(content, run),
        }
        Ok(())
    }

    /// A run in the font of a paragraph: that of its mark, or of an empty run in it.
    fn run(&self, paragraph: Node<'_, '_>, text: &str) -> String {
        let mark = child(paragraph, "pPr").and_then(|properties| child(properties, "rPr"));
        let empty_run = paragraph
            .descendants()
            .find(|node| is(*node, "r") && !inside_hint(*node))
            .and_then(|run| child(run, "rPr"));
        let properties = mark
            .or(empty_run)
            .map(|node| &self.text[node.range()])
            .unwrap_or_default();
        run_of(properties, text)
    }

    fn insert(&mut self, at: usize, new: String) {
        self.changes.push((at..at, new));
    }

    /// Adds to the end of an element, which may have been written without one.
    fn at_end(&mut self, node: Node<'_, '_>, new: String) {
        let whole = node.range();
        let source = &self.text[whole.clone()];
        if let Some(end) = source.rfind("</") {
            self.insert(whole.start + end, new);
        } else {
            let open = source
                .trim_end_matches('>')
                .trim_end_matches('/')
                .trim_end();
            let name = open[1..]
                .split(|c: char| c.is_whitespace())
                .next()
                .unwrap_or_default();
            self.changes.push((whole, format!("{open}>{new}</{name}>")));
        }
    }

    /// Puts something in the place of all runs of a paragraph; its properties stay.
    fn in_place_of_runs(&mut self, paragraph: Node<'_, '_>, new: String) {
        let kept = paragraph.children().filter(Node::is_element);
        let gone: Vec<Range<usize>> = kept
            .filter(|node| !is(*node, "pPr"))
            .map(|node| node.range())
            .collect();
        match (gone.first(), gone.last()) {
            (Some(first), Some(last)) => self.changes.push((first.start..last.end, new)),
            _ => self.at_end(paragraph, new),
        }
    }

    /// Puts something in the place of all that is inside an element.
    fn within(&mut self, node: Node<'_, '_>, new: String) {
        let inner: Vec<Range<usize>> = node
            .children()
            .filter(Node::is_element)
            .map(|node| node.range())
            .collect();
        match (inner.first(), inner.last()) {
            (Some(first), Some(last)) => self.changes.push((first.start..last.end, new)),
            _ => self.at_end(node, new),
        }
    }
}

/// The way an answer stands in a list of a content control.
fn choice(list: Node<'_, '_>, text: &str) -> Result<String, String> {
    let short = |word: &str| word.trim().to_lowercase();
    let mut lines = text.lines();
    let first = lines.next().map(short).unwrap_or_default();
    // A list takes one answer: of several lines only the word beside a No may be left to the outcome.
    if lines.next().is_some() && first != "n" {
        return Err("the list in its cell takes one answer, and there are several".to_owned());
    }
    let wanted = match first.as_str() {
        "y" => vec!["y".to_owned(), "yes".to_owned()],
        "n" => vec!["n".to_owned(), "no".to_owned()],
        "not applicable" => vec![first, "n/a".to_owned(), "na".to_owned()],
        _ => vec![first],
    };
    let offered = list.children().filter(|node| is(*node, "listItem"));
    let shown = |node: Node<'_, '_>| {
        node.attribute((W, "displayText"))
            .or(node.attribute((W, "value")))
            .map(str::to_owned)
    };
    let fits = |words: &String| wanted.contains(&short(words));
    offered
        .filter_map(shown)
        .find(fits)
        .ok_or_else(|| "the list in its cell has no such answer".to_owned())
}

fn inside(outer: Node<'_, '_>, node: Node<'_, '_>) -> bool {
    node.ancestors().any(|around| around == outer)
}

fn inside_hint(node: Node<'_, '_>) -> bool {
    node.ancestors()
        .any(|around| is(around, "sdt") && shows_hint(around))
}

fn run_of(properties: &str, text: &str) -> String {
    format!("<w:r>{properties}{}</w:r>", lines(text))
}
