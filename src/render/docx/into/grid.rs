//! The tables of a Word file: rows, cells, and what can be read in them.

use roxmltree::{Document, Node};

use super::W;

/// Whether a node is one of Word's own elements of a name.
pub(super) fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == Some(W)
}

/// How deep elements may lie in one another: Word's own files need some thirty.
const DEEPEST: usize = 200;

/// Whether elements lie deeper in one another than in any form. What is not walks through the rest without running out of room.
pub(super) fn is_too_deep(document: &Document<'_>) -> bool {
    let mut open = vec![(document.root(), 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > DEEPEST {
            return true;
        }
        open.extend(
            node.children()
                .filter(Node::is_element)
                .map(|child| (child, depth + 1)),
        );
    }
    false
}

/// Whether somebody's changes in a table wait to be accepted, changes of its looks too.
pub(super) fn has_tracked_changes(document: &Document<'_>) -> bool {
    const CHANGES: &[&str] = &[
        "ins",
        "del",
        "moveFrom",
        "moveTo",
        "cellIns",
        "cellDel",
        "cellMerge",
        "rPrChange",
        "pPrChange",
        "tcPrChange",
        "trPrChange",
        "tblPrChange",
        "tblPrExChange",
        "tblGridChange",
    ];
    let changed = |node: &Node<'_, '_>| CHANGES.iter().any(|name| is(*node, name));
    let in_table = |node: Node<'_, '_>| node.ancestors().any(|around| is(around, "tbl"));
    document.descendants().filter(changed).any(in_table)
}

/// A text as rows and labels are compared: small letters and digits, with one blank between words.
pub(super) fn plain(text: &str) -> String {
    let kept: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether all phrases stand in a text, as whole words.
pub(super) fn holds(text: &str, phrases: &[String]) -> bool {
    let text = format!(" {text} ");
    !phrases.is_empty()
        && phrases
            .iter()
            .all(|phrase| text.contains(&format!(" {} ", plain(phrase))))
}

/// A cell of a table in the file.
pub(super) struct Cell<'d> {
    pub(super) node: Node<'d, 'd>,
    /// The first column of the table's grid it covers, and how many.
    pub(super) at: usize,
    span: usize,
    /// What can be read in it, as it is compared.
    pub(super) text: String,
    /// Whether somebody put anything into it: a mark or a picture is no text, and is something all the same.
    pub(super) is_empty: bool,
    /// Whether it belongs to the cell above.
    pub(super) continued: bool,
}

impl Cell<'_> {
    fn covers(&self, column: usize) -> bool {
        (self.at..self.at + self.span).contains(&column)
    }
}

/// A row of a table in the file.
pub(super) struct Line<'d> {
    pub(super) table: usize,
    pub(super) cells: Vec<Cell<'d>>,
    /// What can be read in all of it.
    pub(super) text: String,
}

impl<'d> Line<'d> {
    pub(super) fn cell_at(&self, column: usize) -> Option<&Cell<'d>> {
        self.cells
            .iter()
            .find(|cell| cell.covers(column) && !cell.continued)
    }
}

/// Children of a kind, also inside content controls.
fn inside<'d>(node: Node<'d, 'd>, name: &str) -> Vec<Node<'d, 'd>> {
    let mut found = Vec::new();
    for child in node.children() {
        if is(child, name) {
            found.push(child);
        } else if ["sdt", "sdtContent", "customXml"]
            .iter()
            .any(|around| is(child, around))
        {
            found.extend(inside(child, name));
        }
    }
    found
}

fn value(node: Node<'_, '_>, properties: &str, name: &str) -> Option<String> {
    let properties = node.children().find(|child| is(*child, properties))?;
    let found = properties.children().find(|child| is(*child, name))?;
    Some(found.attribute((W, "val")).unwrap_or_default().to_owned())
}

/// What can be read in a cell, without tables inside it and without what invites to type; and whether nothing is in it.
fn text_of(cell: Node<'_, '_>) -> (String, bool) {
    const THINGS: &[&str] = &["sym", "drawing", "pict", "object", "altChunk"];
    fn add(node: Node<'_, '_>, out: &mut String) {
        if is(node, "tbl") || is(node, "sdt") && super::place::shows_hint(node) {
            return;
        }
        if is(node, "t") {
            out.push_str(node.text().unwrap_or_default());
        } else if is(node, "br") || is(node, "tab") {
            out.push(' ');
        }
        for child in node.children() {
            add(child, out);
        }
        if is(node, "p") {
            out.push(' ');
        }
    }
    let around = cell.ancestors().skip(1).take_while(|node| !is(*node, "tr"));
    if around
        .into_iter()
        .any(|node| is(node, "sdt") && super::place::shows_hint(node))
    {
        return (String::new(), true);
    }
    let mut out = String::new();
    add(cell, &mut out);
    let is_thing = |node: Node<'_, '_>| {
        THINGS.contains(&node.tag_name().name())
            || matches!(node.tag_name().name(), "oMath" | "oMathPara")
    };
    // Dots and lines to write on are no answer.
    let blank = out
        .chars()
        .all(|c| c.is_whitespace() || matches!(c, '_' | '.' | '\u{2026}'));
    (plain(&out), blank && !cell.descendants().any(is_thing))
}

/// Every row of every table, in the order of the file.
pub(super) fn lines_of<'d>(document: &'d Document<'d>) -> Vec<Line<'d>> {
    let mut lines = Vec::new();
    let tables = document.descendants().filter(|node| is(*node, "tbl"));
    for (n, table) in tables.enumerate() {
        for row in inside(table, "tr") {
            let before = value(row, "trPr", "gridBefore").and_then(|n| n.parse::<usize>().ok());
            let mut at = before.unwrap_or_default().min(1_000);
            let mut cells = Vec::new();
            for node in inside(row, "tc") {
                let span = value(node, "tcPr", "gridSpan")
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(1_usize);
                let span = span.clamp(1, 1_000);
                let merged = value(node, "tcPr", "vMerge");
                let continued = merged.is_some_and(|how| how != "restart");
                let (text, is_empty) = text_of(node);
                cells.push(Cell {
                    node,
                    at,
                    span,
                    text,
                    is_empty,
                    continued,
                });
                at = at.saturating_add(span);
            }
            let texts: Vec<&str> = cells
                .iter()
                .map(|cell: &Cell<'_>| cell.text.as_str())
                .filter(|text| !text.is_empty())
                .collect();
            let text = texts.join(" ");
            lines.push(Line {
                table: n,
                cells,
                text,
            });
        }
    }
    lines
}
