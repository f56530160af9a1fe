//! Finds the rows and columns of a form in the tables of a Word file. What is not found once and only once is not filled.

use roxmltree::Document;

use super::grid::{Cell, Line, holds, lines_of, plain};
use super::headings::{
    self, Candidate, answers, candidates, has_named_words, is_whole, places_under,
};
use super::place::{Edits, Holder};
use super::{Placed, Unplaced};
use crate::form::{Column, Filled, From, Holds, Layout, Lie, Lines, Pair, Paragraph, Row};

/// What was placed, and what was not.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) placed: Vec<Placed>,
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
        let has = |phrases: &[String]| line.cells.iter().any(|cell| holds(&cell.text, phrases));
        layout.rows.iter().any(|(_, phrases)| has(phrases))
    };
    let is_row: Vec<bool> = lines.iter().map(is_row).collect();
    let parts = layout.parts.iter().map(|part| layout.columns_of(part));
    let candidates: Vec<Vec<Candidate>> = parts
        .map(|columns| candidates(&lines, &is_row, layout, columns))
        .collect();
    let is_label = labels(&lines, &is_row, layout, &candidates);
    let mut placer = Placer {
        lines: &lines,
        is_row,
        is_label,
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
    for ((part, table), candidates) in layout.parts.iter().zip(&form.tables).zip(&candidates) {
        let columns = layout.columns_of(part);
        if matches!(part.lines, Lines::FollowUps { .. }) {
            placer.follow_ups(columns, &table.rows);
        } else {
            table
                .rows
                .iter()
                .for_each(|row| placer.row(columns, candidates, row));
        }
    }
    placer.found
}

/// Which cells may be the label of a value: those that are no heading of a column, and no answer.
fn labels(
    lines: &[Line<'_>],
    is_row: &[bool],
    layout: &Layout,
    candidates: &[Vec<Candidate>],
) -> Vec<Vec<bool>> {
    let mut is_label: Vec<Vec<bool>> = lines
        .iter()
        .map(|line| line.cells.iter().map(|cell| !cell.continued).collect())
        .collect();
    for part in &layout.parts {
        let columns = layout.columns_of(part);
        let wanted = match part.lines {
            Lines::FollowUps { .. } => told(columns).map(|(_, column)| column).collect(),
            Lines::Rows | Lines::Items => answers(columns),
        };
        for (n, line) in lines.iter().enumerate() {
            if places_under(line, &wanted, is_row[n]).is_some_and(|places| places.len() > 1) {
                is_label[n].fill(false);
            }
        }
    }
    let rows = candidates.iter().flatten().filter(|one| {
        let known = |phrases: &[String]| one.label(lines, phrases).is_some();
        layout.rows.iter().any(|(_, phrases)| known(phrases))
    });
    for one in rows {
        for (cell, is_label) in is_label[one.line].iter_mut().enumerate() {
            *is_label &= !one.answers_in(cell);
        }
    }
    is_label
}

/// The columns of follow-ups that say something, with their places among all.
fn told(columns: &[Column]) -> impl Iterator<Item = (usize, &Column)> {
    columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.holds != Holds::Number)
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
    /// Which of their cells may be labels.
    is_label: Vec<Vec<bool>>,
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

    fn went(&mut self, what: &str, line: usize, label: &str) {
        let line = &self.lines[line];
        self.found.placed.push(Placed {
            what: what.to_owned(),
            table: line.table + 1,
            row: line.row + 1,
            label: label.to_owned(),
        });
    }

    /// One row of the form: found by its words, its columns by their headings.
    fn row(&mut self, columns: &[Column], candidates: &[Candidate], row: &Row) {
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
        let (found, label) = match self.line_of(source, candidates) {
            Ok(found) => found,
            Err(No::Absent(why)) => return self.absent(&what, why),
            Err(No::Unclear(why)) => return self.not(&what, why),
        };
        let (lines, mut any) = (self.lines, false);
        for ((column, text), at) in answers
            .iter()
            .zip(&found.places)
            .filter(|((_, text), _)| !text.is_empty())
        {
            let what = format!("{what}, {}", column.label);
            match at {
                None => self.not(&what, "no column of its table has this heading"),
                Some(at) => match lines[found.line].cell_at(*at) {
                    None => self.not(&what, "its cell is not there"),
                    Some(cell) => any |= self.put(cell, text, &what),
                },
            }
        }
        if any {
            self.went(source, found.line, &label);
        }
    }

    /// The line of the file that a row of the form is, with its label; or why it cannot be told.
    fn line_of<'c>(
        &self,
        source: &str,
        candidates: &'c [Candidate],
    ) -> Result<(&'c Candidate, String), No> {
        let Some((_, phrases)) = self.layout.rows.iter().find(|(known, _)| known == source) else {
            return Err(No::Unclear(
                "it is not known by what words the council's file has it".to_owned(),
            ));
        };
        let matching: Vec<(&Candidate, &Cell<'_>)> = candidates
            .iter()
            .filter_map(|one| Some((one, one.label(self.lines, phrases)?)))
            .collect();
        let words = phrases.join(", ");
        match matching.as_slice() {
            [] if self.stands_elsewhere(phrases) => Err(No::Unclear(
                "the columns of its table cannot be told".to_owned(),
            )),
            [] => Err(No::Absent(format!(
                "no row of the file has the words: {words}"
            ))),
            [(one, label)] => {
                let mut others = self.layout.rows.iter().filter(|(known, _)| known != source);
                match others.find(|(_, phrases)| one.label(self.lines, phrases).is_some()) {
                    Some((other, _)) => Err(No::Unclear(format!(
                        "the same row of the file would be row {other} too"
                    ))),
                    None => Ok((one, label.raw.clone())),
                }
            }
            several => Err(No::Unclear(format!(
                "{} rows of the file have the words: {words}",
                several.len()
            ))),
        }
    }

    /// Whether a cell with some words begins a row that is none of a table with the form's headings.
    fn stands_elsewhere(&self, phrases: &[String]) -> bool {
        let begins = |line: &Line<'_>| {
            let label = line.cells.iter().find(|cell| holds(&cell.text, phrases));
            label.is_some_and(|label| line.cells.iter().any(|cell| cell.at > label.at))
        };
        self.lines.iter().any(begins)
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
        let holder = match (hint, cell.raw.is_empty()) {
            (true, _) => Holder::BelowHint,
            (false, true) => Holder::Empty,
            (false, false) => Holder::Placeholder,
        };
        let placed = self.edits.put(cell.node, text, holder);
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
                    .filter(|(at, cell)| self.is_label[n][*at] && fits(&cell.text));
                fitting.map(|(cell, _)| (n, cell)).collect::<Vec<_>>()
            };
            self.lines.iter().enumerate().flat_map(of).collect()
        };
        let mut matching = cells(&|text| is_whole(text, &pair.label, &pair.find));
        if matching.is_empty() {
            matching = cells(&|text| has_named_words(text, &pair.label, &pair.find));
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
            Some(place) => {
                if self.put(place, value, &what) {
                    let label = line.cells[cell].raw.clone();
                    self.went(&pair.label, n, &label);
                }
            }
            None => self.not(&what, "there is no empty cell beside or below it"),
        }
    }

    /// Follow-ups go line by line into the table that has their columns.
    fn follow_ups(&mut self, columns: &[Column], rows: &[Row]) {
        let (kept, wanted): (Vec<usize>, Vec<&Column>) = told(columns).unzip();
        let lines = self.lines;
        let headings: Vec<(usize, headings::Places)> = lines
            .iter()
            .enumerate()
            .filter_map(|(n, line)| Some((n, places_under(line, &wanted, self.is_row[n])?)))
            .collect();
        let mut free: Vec<(usize, &headings::Places)> = Vec::new();
        if let [(n, places)] = headings.as_slice() {
            let after = (n + 1..lines.len()).take_while(|m| lines[*m].table == lines[*n].table);
            free.extend(
                after
                    .filter(|m| is_free(&lines[*m], places))
                    .map(|m| (m, places)),
            );
        }
        let mut free = free.into_iter();
        let filled = rows
            .iter()
            .filter(|row| kept.iter().any(|n| !said(&row.cells[*n]).is_empty()));
        for (n, row) in filled.enumerate() {
            let what = format!("follow-up {}", n + 1);
            let Some((line_number, places)) = free.next() else {
                self.not(&what, "there is no empty row for it");
                continue;
            };
            let (line, mut any) = (&lines[line_number], false);
            for (at, column) in places.iter().zip(&kept) {
                let text = said(&row.cells[*column]);
                if text.is_empty() {
                    continue;
                }
                match at.and_then(|at| line.cell_at(at)) {
                    Some(cell) => any |= self.put(cell, &text, &what),
                    None => {
                        let what = format!("{what}, {}", columns[*column].label);
                        self.not(&what, "no column of its table has this heading");
                    }
                }
            }
            if any {
                self.went(&what, line_number, "");
            }
        }
    }
}

/// Whether a line is one of a table of follow-ups that nobody has filled in: nothing but its number stands in it.
fn is_free(line: &Line<'_>, places: &headings::Places) -> bool {
    let mut at: Vec<*const Cell<'_>> = Vec::new();
    for place in places.iter().flatten() {
        match line.cell_at(*place) {
            Some(cell) if cell.is_empty => at.push(std::ptr::from_ref(cell)),
            _ => return false,
        }
    }
    let cells = at.len();
    at.sort_unstable();
    at.dedup();
    let number = |cell: &Cell<'_>| cell.text.chars().all(|c| c.is_ascii_digit() || c == ' ');
    at.len() == cells && line.cells.iter().all(|cell| cell.is_empty || number(cell))
}
