//! The headings of tables in a Word file: which columns of the form they stand over, and which cells below them are labels.

use super::grid::{Cell, Line, bare, holds, plain};
use crate::form::{Column, Holds, Layout};

/// Where the columns that are wanted lie; none for one that the table does not have.
pub(super) type Places = Vec<Option<usize>>;

/// Whether more words may stand in a heading or a label than its own: only where the layout names the words it is known by.
fn names_words(label: &str, find: &[String]) -> bool {
    !matches!(find, [one] if plain(one) == plain(label))
}

/// Whether a text is a label and no more.
pub(super) fn is_whole(text: &str, label: &str, find: &[String]) -> bool {
    let label = plain(label);
    !text.is_empty()
        && (text == label || bare(text) == bare(&label) || text == plain(&find.join(" ")))
}

/// Whether a text is known by the words that the layout names.
pub(super) fn has_named_words(text: &str, label: &str, find: &[String]) -> bool {
    names_words(label, find) && holds(text, find)
}

/// The one of some that fits.
fn only<'c, 'd>(cells: &'c [Cell<'d>], fits: impl Fn(&Cell<'d>) -> bool) -> Option<&'c Cell<'d>> {
    let mut found = cells.iter().filter(|cell| !cell.continued && fits(cell));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The cell that is the heading of a column, and whether it is so by the whole heading. What has more words in it begins
/// with the first that the layout names.
fn heading<'c, 'd>(line: &'c Line<'d>, column: &Column) -> Option<(&'c Cell<'d>, bool)> {
    let (label, find) = (&column.label, &column.find);
    if line
        .cells
        .iter()
        .any(|cell| is_whole(&cell.text, label, find))
    {
        return Some((
            only(&line.cells, |cell| is_whole(&cell.text, label, find))?,
            true,
        ));
    }
    let begins = |cell: &Cell<'_>| {
        let first = find.first().map(|first| plain(first)).unwrap_or_default();
        let rest = cell.text.strip_prefix(first.as_str());
        has_named_words(&cell.text, label, find)
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    Some((only(&line.cells, begins)?, false))
}

/// The places of columns under a line of headings: more than half of them are there, each once and in a cell of its own.
/// `is_row` tells that the line has the words of a row, where any word of a heading may stand in an answer.
pub(super) fn places_under(line: &Line<'_>, wanted: &[&Column], is_row: bool) -> Option<Places> {
    let found: Vec<Option<(&Cell<'_>, bool)>> =
        wanted.iter().map(|column| heading(line, column)).collect();
    let places: Places = found
        .iter()
        .map(|cell| cell.map(|(cell, _)| cell.at))
        .collect();
    let mut apart: Vec<usize> = places.iter().copied().flatten().collect();
    let count = apart.len();
    let whole = found.iter().flatten().filter(|(_, whole)| *whole).count();
    apart.sort_unstable();
    apart.dedup();
    let enough = 2 * count > wanted.len() && apart.len() == count;
    (enough && (!is_row || whole > 1)).then_some(places)
}

/// The columns of a form that are answers.
pub(super) fn answers(columns: &[Column]) -> Vec<&Column> {
    columns
        .iter()
        .filter(|column| column.holds.is_answer())
        .collect()
}

/// A row of the file that may be a row of the form.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Which line it is.
    pub(super) line: usize,
    /// Its labels, by their place among its cells.
    labels: Vec<usize>,
    /// Where its answers go.
    pub(super) places: Places,
}

impl Candidate {
    /// The label that has all of some words.
    pub(super) fn label<'l, 'd>(
        &self,
        lines: &'l [Line<'d>],
        phrases: &[String],
    ) -> Option<&'l Cell<'d>> {
        let cells = &lines[self.line].cells;
        self.labels
            .iter()
            .map(|n| &cells[*n])
            .find(|cell| holds(&cell.text, phrases))
    }

    /// Whether a cell of it is one for answers.
    pub(super) fn answers_in(&self, cell: usize) -> bool {
        !self.labels.contains(&cell)
    }
}

/// Every line of the file that may be a row of the form in some columns: one under headings of the form, or in a table
/// without any headings whose rows the form has.
pub(super) fn candidates(
    lines: &[Line<'_>],
    is_row: &[bool],
    layout: &Layout,
    columns: &[Column],
) -> Vec<Candidate> {
    let wanted = answers(columns);
    let mut found = Vec::new();
    let mut without: Vec<Candidate> = Vec::new();
    let mut above: Option<(usize, Places, Vec<usize>)> = None;
    for (n, line) in lines.iter().enumerate() {
        if let Some(places) = places_under(line, &wanted, is_row[n]) {
            let others = columns
                .iter()
                .filter(|column| column.holds == Holds::References);
            let others = others.filter_map(|column| Some(heading(line, column)?.0.at));
            above = Some((line.table, places, others.collect()));
            continue;
        }
        match &above {
            Some((table, places, references)) if *table == line.table => {
                found.extend(under(n, line, places, references));
            }
            _ => without.extend(in_order(n, lines, is_row, wanted.len())),
        }
    }
    found.extend(without_headings(&without, lines, layout, found.is_empty()));
    found
}

/// A line under headings as a row: its labels are left of its answers.
fn under(n: usize, line: &Line<'_>, places: &Places, references: &[usize]) -> Option<Candidate> {
    let at: Vec<usize> = places.iter().copied().flatten().collect();
    let first = at.iter().copied().min()?;
    let cells = &line.cells;
    let label = |n: &usize| {
        let cell: &Cell<'_> = &cells[*n];
        let covers = |columns: &[usize]| columns.iter().any(|column| cell.covers(*column));
        !cell.continued && !cell.text.is_empty() && !covers(&at) && !covers(references)
    };
    let all: Vec<usize> = (0..cells.len()).filter(label).collect();
    let left: Vec<usize> = all
        .iter()
        .copied()
        .filter(|n| cells[*n].at < first)
        .collect();
    // Answers may stand before what is asked.
    let labels = if cells.iter().any(|cell| cell.at < first) {
        left
    } else {
        all
    };
    let has_answers = at.iter().any(|at| line.cell_at(*at).is_some());
    (has_answers && !labels.is_empty()).then(|| Candidate {
        line: n,
        labels,
        places: places.clone(),
    })
}

/// A line without headings above it as a row: its answers are the last cells, in the order of the columns.
fn in_order(n: usize, lines: &[Line<'_>], is_row: &[bool], wanted: usize) -> Option<Candidate> {
    let cells = &lines[n].cells;
    let first = cells.len().checked_sub(wanted).filter(|first| *first > 0)?;
    let places: Vec<usize> = cells[first..]
        .iter()
        .filter(|cell| !cell.continued)
        .map(|cell| cell.at)
        .collect();
    let labels: Vec<usize> = (0..first)
        .filter(|n| !cells[*n].continued && !cells[*n].text.is_empty())
        .collect();
    if places.len() < wanted || labels.is_empty() {
        return None;
    }
    // What stands over the answers is the heading of something else.
    let above = (0..n)
        .rev()
        .take_while(|above| lines[*above].table == lines[n].table);
    let has_others = above.filter(|above| !is_row[*above]).any(|above| {
        let over = |cell: &Cell<'_>| {
            !cell.text.is_empty()
                && lines[above].cells.len() > 1
                && places.iter().any(|at| cell.covers(*at))
        };
        lines[above].cells.iter().any(over)
    });
    (!has_others).then(|| Candidate {
        line: n,
        labels,
        places: places.into_iter().map(Some).collect(),
    })
}

/// Tables without headings, as far as they are the form: two of its rows stand in them at least, and no table has twice as
/// many. A single row by itself may be a row of the form only if nothing else in the file is.
fn without_headings(
    all: &[Candidate],
    lines: &[Line<'_>],
    layout: &Layout,
    nothing_else: bool,
) -> Vec<Candidate> {
    let mut tables: Vec<(usize, Vec<&str>)> = Vec::new();
    for one in all {
        let table = lines[one.line].table;
        let rows = layout
            .rows
            .iter()
            .filter(|(_, phrases)| one.label(lines, phrases).is_some())
            .map(|(row, _)| row.as_str());
        let at = tables.iter().position(|(known, _)| *known == table);
        let at = at.unwrap_or_else(|| {
            tables.push((table, Vec::new()));
            tables.len() - 1
        });
        for row in rows {
            if !tables[at].1.contains(&row) {
                tables[at].1.push(row);
            }
        }
    }
    tables.retain(|(_, rows)| !rows.is_empty());
    let most = tables
        .iter()
        .map(|(_, rows)| rows.len())
        .max()
        .unwrap_or_default();
    let alone = nothing_else && tables.len() == 1;
    let is_form = |table: usize| {
        tables
            .iter()
            .find(|(known, _)| *known == table)
            .is_some_and(|(_, rows)| alone || rows.len() > 1 && 2 * rows.len() > most)
    };
    all.iter()
        .filter(|one| is_form(lines[one.line].table))
        .cloned()
        .collect()
}
