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

/// Whether there are more rows or cells than in any form. What finds the places in them compares each with the others.
pub(super) fn is_too_wide(document: &Document<'_>) -> bool {
    const MAX_ROWS: usize = 3_000;
    const MAX_CELLS: usize = 8_000;
    let (mut rows, mut cells) = (0, 0);
    for node in document.descendants() {
        match node.tag_name().name() {
            "tr" => rows += 1,
            "tc" => cells += 1,
            _ => {}
        }
    }
    rows > MAX_ROWS || cells > MAX_CELLS
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
    /// What can be read in it.
    pub(super) raw: String,
    /// The same as it is compared.
    pub(super) text: String,
    /// Whether nobody has answered in it: nothing stands there, or what shows how to answer. A mark or a picture is no text,
    /// and is an answer all the same.
    pub(super) is_empty: bool,
    /// Whether it belongs to the cell above.
    pub(super) continued: bool,
}

impl Cell<'_> {
    pub(super) fn covers(&self, column: usize) -> bool {
        (self.at..self.at + self.span).contains(&column)
    }
}

/// A row of a table in the file.
pub(super) struct Line<'d> {
    pub(super) table: usize,
    /// Which row of the table it is.
    pub(super) row: usize,
    pub(super) cells: Vec<Cell<'d>>,
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

/// What can be read below a node, without tables inside it and without what invites to type.
pub(super) fn read(node: Node<'_, '_>) -> String {
    fn add(node: Node<'_, '_>, out: &mut String) {
        if is(node, "tbl") || is(node, "sdt") && super::place::shows_hint(node) {
            return;
        }
        if is(node, "t") {
            out.push_str(node.text().unwrap_or_default());
        } else if is(node, "br") || is(node, "tab") {
            out.push(' ');
        } else if is_box(node) {
            out.push('\u{2610}');
        }
        for child in node.children() {
            add(child, out);
        }
        if is(node, "p") {
            out.push(' ');
        }
    }
    let mut out = String::new();
    add(node, &mut out);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What can be read in a cell, and whether nobody has answered in it.
fn text_of(cell: Node<'_, '_>) -> (String, bool) {
    const THINGS: &[&str] = &[
        "sym",
        "drawing",
        "pict",
        "object",
        "altChunk",
        "oMath",
        "oMathPara",
    ];
    // By striking out, colouring or ringing one of two words somebody answers, too.
    const MARKS: &[&str] = &["strike", "dstrike", "highlight", "bdr"];
    let around = cell.ancestors().skip(1).take_while(|node| !is(*node, "tr"));
    if around
        .into_iter()
        .any(|node| is(node, "sdt") && super::place::shows_hint(node))
    {
        return (String::new(), true);
    }
    let text = read(cell);
    let is_thing = |node: Node<'_, '_>| {
        let name = node.tag_name().name();
        THINGS.contains(&name) && !is_box(node) || !text.is_empty() && MARKS.contains(&name)
    };
    let is_empty = is_placeholder(&text) && !cell.descendants().any(is_thing);
    (text, is_empty)
}

/// Whether a symbol is a box that nobody has ticked.
fn is_box(node: Node<'_, '_>) -> bool {
    const BOXES: &[(&str, &[&str])] = &[
        ("Wingdings", &["F06F", "F071", "F072", "F0A8"]),
        ("Wingdings 2", &["F030", "F0A3"]),
    ];
    let said = |name| node.attribute((W, name)).unwrap_or_default();
    is(node, "sym")
        && BOXES
            .iter()
            .any(|(font, chars)| *font == said("font") && chars.contains(&said("char")))
}

/// What shows how to answer, as it is compared.
const SHOWS_HOW: &[&str] = &[
    "choose an item",
    "click here to enter a date",
    "click here to enter text",
    "click or tap here to enter text",
    "click or tap to enter a date",
    "d m y",
    "d m yy",
    "day month year",
    "dd mm yy",
    "dd mm yyyy",
    "dd mmm yyyy",
    "ddmmyy",
    "ddmmyyyy",
    "y n",
    "y n n a",
    "y n na",
    "yes no",
    "yes no n a",
    "yes no na",
    "yes no not applicable",
];

/// Whether a text is no answer: dots and lines to write on, boxes to tick, or what shows how to answer.
pub(super) fn is_placeholder(text: &str) -> bool {
    const BOXES: &[char] = &['\u{2610}', '\u{25a1}', '\u{25fb}', '\u{25a2}', '\u{274f}'];
    let to_write_on = |c: char| matches!(c, '_' | '.' | '\u{2026}');
    let between = |c: char| {
        c.is_whitespace()
            || "/-\u{2013}|,:;()[]".contains(c)
            || to_write_on(c)
            || BOXES.contains(&c)
    };
    if text.chars().any(|c| !c.is_alphanumeric() && !between(c)) {
        return false;
    }
    let words = plain(text);
    let has_box = text.contains(BOXES);
    if words.is_empty() {
        // A stroke or a dash by itself may be how somebody answers.
        let strokes = text.matches('/').count();
        let bare = text.trim();
        return bare.is_empty()
            || has_box
            || text.contains(to_write_on)
            || strokes == 2
            || matches!(bare, "[ ]" | "[]" | "( )" | "()");
    }
    SHOWS_HOW.contains(&words.as_str())
        || has_box && matches!(words.as_str(), "yes" | "no" | "y" | "n" | "n a" | "na")
}

/// A heading or a label without what shows how to answer below it: "Completed (Y/N)" is "completed".
pub(super) fn bare(text: &str) -> &str {
    let hint = |text: &str| {
        SHOWS_HOW.iter().find_map(|hint| {
            let rest = text.strip_suffix(hint)?;
            (rest.ends_with(' ')).then(|| rest.trim_end().len())
        })
    };
    hint(text).map_or(text, |end| &text[..end])
}

/// Every row of every table, in the order of the file.
pub(super) fn lines_of<'d>(document: &'d Document<'d>) -> Vec<Line<'d>> {
    let mut lines = Vec::new();
    let tables = document.descendants().filter(|node| is(*node, "tbl"));
    for (n, table) in tables.enumerate() {
        for (row_number, row) in inside(table, "tr").into_iter().enumerate() {
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
                let (raw, is_empty) = text_of(node);
                cells.push(Cell {
                    node,
                    at,
                    span,
                    text: plain(&raw),
                    raw,
                    is_empty,
                    continued,
                });
                at = at.saturating_add(span);
            }
            lines.push(Line {
                table: n,
                row: row_number,
                cells,
            });
        }
    }
    lines
}
