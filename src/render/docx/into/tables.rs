//! Finds the rows and columns of a form in the tables of a Word file. What is not found once and only once is not filled.

use roxmltree::Document;

use super::Unplaced;
use super::grid::{Cell, Line, holds, lines_of, plain};
use super::place::{Edits, Holder};
use crate::form::{Column, Filled, From, Holds, Layout, Lie, Lines, Pair, Paragraph, Row};

/// What was placed, and what was not.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) placed: usize,
    pub(super) unplaced: Vec<Unplaced>,
}

/// Puts the values of a form into the empty cells of a document.
pub(super) fn place(
    document: &Document<'_>,
    form: &Filled,
    layout: &Layout,
    edits: &mut Edits<'_>,
) -> Found {
    let lines = lines_of(document);
    let is_row = |line: &Line<'_>| {
        layout
            .rows
            .iter()
            .any(|(_, phrases)| holds(&line.text, phrases))
    };
    let is_row = lines.iter().map(is_row).collect();
    let mut placer = Placer {
        lines: &lines,
        is_row,
        layout,
        edits,
        found: Found::default(),
    };
    let pairs = [(&layout.head, &form.head), (&layout.foot, &form.foot)];
    for (labels, values) in pairs
        .into_iter()
        .filter_map(|(labels, values)| labels.as_ref().zip(values.as_ref()))
    {
        for (pair, (_, value)) in labels.cells.iter().zip(&values.cells) {
            if !value.is_empty() && labels.from == From::Council {
                placer.beside_label(pair, labels.lie, value);
            }
        }
    }
    for (part, table) in layout.parts.iter().zip(&form.tables) {
        let columns = layout.columns_of(part);
        if matches!(part.lines, Lines::FollowUps { .. }) {
            placer.follow_ups(columns, &table.rows);
        } else {
            table.rows.iter().for_each(|row| placer.row(columns, row));
        }
    }
    placer.found
}

/// Where the columns of the form lie in the table of a line: by the nearest headings above it, or where there are none, by
/// their order in the cells that are left.
fn columns_at(
    lines: &[Line<'_>],
    line: usize,
    columns: &[Column],
    is_row: &[bool],
) -> Option<Vec<usize>> {
    let wanted: Vec<&Column> = columns
        .iter()
        .filter(|column| column.holds.is_answer())
        .collect();
    // What stands in a row of the form may hold any word, those of the headings too.
    let above = (0..line)
        .rev()
        .take_while(|n| lines[*n].table == lines[line].table);
    for n in above.filter(|n| !is_row[*n]) {
        if let Some(found) = by_headings(&lines[n], &wanted) {
            return Some(found);
        }
    }
    let own = &lines[line].cells;
    let last_label = own.iter().rposition(|cell| !cell.text.is_empty())?;
    let left: Vec<usize> = own[last_label + 1..]
        .iter()
        .filter(|cell| !cell.continued)
        .map(|cell| cell.at)
        .collect();
    (left.len() == wanted.len()).then_some(left)
}

/// The places of columns by their headings, each found once and in a cell of its own.
fn by_headings(headings: &Line<'_>, wanted: &[&Column]) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    for column in wanted {
        let mut cells = headings
            .cells
            .iter()
            .filter(|cell| holds(&cell.text, &column.find));
        let (cell, None) = (cells.next()?, cells.next()) else {
            return None;
        };
        found.push(cell.at);
    }
    let mut apart = found.clone();
    apart.sort_unstable();
    apart.dedup();
    (apart.len() == found.len() && !found.is_empty()).then_some(found)
}

/// What a cell of a row says, as one text.
fn said(paragraphs: &[Paragraph]) -> String {
    paragraphs
        .iter()
        .map(|one| one.text.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Why a row of the form is no line of the file.
enum No {
    /// The file has no such line.
    Absent(String),
    /// Which line it is cannot be told.
    Unclear(String),
}

/// Finds places in a document and notes what has none.
struct Placer<'a, 'd, 't> {
    lines: &'a [Line<'d>],
    /// Which of them have the words of a row of the form.
    is_row: Vec<bool>,
    layout: &'a Layout,
    edits: &'a mut Edits<'t>,
    found: Found,
}

impl Placer<'_, '_, '_> {
    fn not(&mut self, what: &str, why: impl Into<String>) {
        self.found.unplaced.push(Unplaced {
            what: what.to_owned(),
            why: why.into(),
            absent: false,
        });
    }

    fn absent(&mut self, what: &str, why: String) {
        self.found.unplaced.push(Unplaced {
            what: what.to_owned(),
            why,
            absent: true,
        });
    }

    /// One row of the form: found by its words, its columns by their headings.
    fn row(&mut self, columns: &[Column], row: &Row) {
        let answers: Vec<(&Column, String)> = columns
            .iter()
            .zip(&row.cells)
            .filter(|(column, _)| column.holds.is_answer())
            .map(|(column, cell)| (column, said(cell)))
            .collect();
        if answers.iter().all(|(_, text)| text.is_empty()) {
            return;
        }
        let source = row.source.as_deref().unwrap_or_default();
        let what = format!("row {source}");
        let n = match self.line_of(source) {
            Ok(n) => n,
            Err(No::Absent(why)) => return self.absent(&what, why),
            Err(No::Unclear(why)) => return self.not(&what, why),
        };
        let (lines, mut any) = (self.lines, false);
        let Some(places) = columns_at(lines, n, columns, &self.is_row) else {
            return self.not(&what, "the columns of its table cannot be told");
        };
        for ((column, text), at) in answers
            .iter()
            .zip(places)
            .filter(|((_, text), _)| !text.is_empty())
        {
            let what = format!("{what}, {}", column.label);
            match lines[n].cell_at(at) {
                None => self.not(&what, "its cell is not there"),
                Some(cell) => any |= self.put(cell, text, &what),
            }
        }
        self.found.placed += usize::from(any);
    }

    /// The line of the file that a row of the form is; or why it cannot be told.
    fn line_of(&self, source: &str) -> Result<usize, No> {
        let Some((_, phrases)) = self.layout.rows.iter().find(|(known, _)| known == source) else {
            return Err(No::Unclear(
                "it is not known by what words the council's file has it".to_owned(),
            ));
        };
        let fits = |(n, line): (usize, &Line<'_>)| holds(&line.text, phrases).then_some(n);
        let matching: Vec<usize> = self.lines.iter().enumerate().filter_map(fits).collect();
        let words = phrases.join(", ");
        match matching.as_slice() {
            [] => Err(No::Absent(format!(
                "no row of the file has the words: {words}"
            ))),
            &[n] => {
                let text = &self.lines[n].text;
                let mut others = self.layout.rows.iter().filter(|(known, _)| known != source);
                match others.find(|(_, phrases)| holds(text, phrases)) {
                    Some((other, _)) => Err(No::Unclear(format!(
                        "the same row of the file would be row {other} too"
                    ))),
                    None => Ok(n),
                }
            }
            several => Err(No::Unclear(format!(
                "{} rows of the file have the words: {words}",
                several.len()
            ))),
        }
    }

    /// Puts a text into a cell, if it is empty; whether it was.
    fn put(&mut self, cell: &Cell<'_>, text: &str, what: &str) -> bool {
        let hint = self
            .layout
            .hints
            .iter()
            .any(|hint| plain(hint) == cell.text);
        if !cell.is_empty && !hint {
            self.not(what, "its cell holds something already");
            return false;
        }
        let placed = self.edits.put(
            cell.node,
            text,
            if hint {
                Holder::BelowHint
            } else {
                Holder::Empty
            },
        );
        match placed {
            Ok(()) => true,
            Err(why) => {
                self.not(what, why);
                false
            }
        }
    }

    /// A value beside or below its label, which is looked for as it is written, and then by its words.
    fn beside_label(&mut self, pair: &Pair, way: Lie, value: &str) {
        let what = format!("\u{201c}{}\u{201d}", pair.label);
        let cells = |fits: &dyn Fn(&str) -> bool| -> Vec<(usize, usize)> {
            let of = |(n, line): (usize, &Line<'_>)| {
                let fitting = line
                    .cells
                    .iter()
                    .enumerate()
                    .filter(|(_, cell)| fits(&cell.text));
                fitting.map(|(cell, _)| (n, cell)).collect::<Vec<_>>()
            };
            self.lines.iter().enumerate().flat_map(of).collect()
        };
        let same = plain(&pair.label);
        let mut matching = cells(&|text| text == same);
        if matching.is_empty() {
            matching = cells(&|text| holds(text, &pair.find));
        }
        let (n, cell) = match matching.as_slice() {
            &[found] => found,
            [] => return self.absent(&what, "no cell of the file has this label".to_owned()),
            several => {
                let why = format!("{} cells of the file have this label", several.len());
                return self.not(&what, why);
            }
        };
        let (lines, line) = (self.lines, &self.lines[n]);
        let next = lines.get(n + 1).filter(|next| next.table == line.table);
        let below = next.and_then(|next| next.cell_at(line.cells[cell].at));
        let beside = line.cells.get(cell + 1);
        let places = match way {
            Lie::Columns => [below, beside],
            Lie::Rows => [beside, below],
        };
        match places
            .into_iter()
            .flatten()
            .find(|place| place.is_empty && !place.continued)
        {
            Some(place) => self.found.placed += usize::from(self.put(place, value, &what)),
            None => self.not(&what, "there is no empty cell beside or below it"),
        }
    }

    /// Follow-ups go line by line into the table that has their columns.
    fn follow_ups(&mut self, columns: &[Column], rows: &[Row]) {
        let kept: Vec<usize> = (0..columns.len())
            .filter(|n| columns[*n].holds != Holds::Number)
            .collect();
        let wanted: Vec<&Column> = kept.iter().map(|n| &columns[*n]).collect();
        let lines = self.lines;
        let headings: Vec<(usize, Vec<usize>)> = lines
            .iter()
            .enumerate()
            .filter_map(|(n, line)| Some((n, by_headings(line, &wanted)?)))
            .collect();
        let mut free: Vec<(&Line<'_>, &Vec<usize>)> = Vec::new();
        if let [(n, places)] = headings.as_slice() {
            let after = lines[n + 1..]
                .iter()
                .take_while(|line| line.table == lines[*n].table);
            let empty = |line: &&Line<'_>| {
                places
                    .iter()
                    .all(|at| line.cell_at(*at).is_some_and(|cell| cell.is_empty))
            };
            free.extend(after.filter(empty).map(|line| (line, places)));
        }
        let mut free = free.into_iter();
        let filled = rows
            .iter()
            .filter(|row| kept.iter().any(|n| !said(&row.cells[*n]).is_empty()));
        for (n, row) in filled.enumerate() {
            let what = format!("follow-up {}", n + 1);
            let Some((line, places)) = free.next() else {
                self.not(&what, "there is no empty row for it");
                continue;
            };
            let mut any = false;
            for (at, column) in places.iter().zip(&kept) {
                let text = said(&row.cells[*column]);
                if let Some(cell) = line.cell_at(*at).filter(|_| !text.is_empty()) {
                    any |= self.put(cell, &text, &what);
                }
            }
            self.found.placed += usize::from(any);
        }
    }
}
