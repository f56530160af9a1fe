//! Rows for other programs: CSV as spreadsheets and databases read it, and JSON, one object a line.

use std::io::{self, Write};

use super::markup::{cell, tamed};

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known, or it was left out.
    Blank,
    /// A text.
    Text(String),
    /// A number.
    Number(usize),
    /// Yes or no.
    Yes(bool),
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        text.filter(|text| !text.is_empty())
            .map_or(Self::Blank, Self::Text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Some(text.to_owned()).into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Some(text).into()
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Self::Yes(yes)
    }
}

/// A table: what it is called, and its columns in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
}

/// Writes the line of headings of a CSV file, after the mark by which spreadsheets know that it is UTF-8.
///
/// # Errors
/// If the output cannot be written.
pub fn csv_head(shape: Shape, out: &mut dyn Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    csv_line(shape.columns.iter().copied(), out)
}

/// Writes a row as a line of CSV. No text is taken for a formula: one that could be gets an apostrophe before it.
///
/// # Errors
/// If the output cannot be written.
pub fn csv_row(row: &[Cell], out: &mut dyn Write) -> io::Result<()> {
    let texts: Vec<String> = row
        .iter()
        .map(|one| match one {
            Cell::Blank => String::new(),
            Cell::Text(text) => cell(text),
            Cell::Number(number) => number.to_string(),
            Cell::Yes(yes) => yes.to_string(),
        })
        .collect();
    csv_line(texts.iter().map(String::as_str), out)
}

fn csv_line<'t>(texts: impl Iterator<Item = &'t str>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::with_capacity(256));
    writer.write_record(texts)?;
    out.write_all(
        &writer
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)?,
    )
}

/// Writes a row as an object on a line of its own. With `named` it says first which table it is of.
///
/// # Errors
/// If the output cannot be written.
pub fn json_row(shape: Shape, row: &[Cell], named: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut object = serde_json::Map::with_capacity(row.len() + 1);
    if named {
        object.insert("table".to_owned(), shape.name.into());
    }
    for (name, one) in shape.columns.iter().zip(row) {
        let value = match one {
            Cell::Blank => serde_json::Value::Null,
            Cell::Text(text) => text.as_str().into(),
            Cell::Number(number) => (*number).into(),
            Cell::Yes(yes) => (*yes).into(),
        };
        object.insert((*name).to_owned(), value);
    }
    writeln!(out, "{}", tamed(serde_json::to_string(&object)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        name: "cases",
        columns: &["case", "name", "entries", "ready"],
    };

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_are_the_same_in_both_forms() {
        let row = [
            "k7m4px".into(),
            "=1+1, \"x\"\n".into(),
            3_usize.into(),
            true.into(),
        ];
        assert_eq!(
            text(|out| csv_head(SHAPE, out).unwrap()),
            "\u{feff}case,name,entries,ready\r\n"
        );
        assert_eq!(
            text(|out| csv_row(&row, out).unwrap()),
            "k7m4px,\"'=1+1, \"\"x\"\"\n\",3,true\r\n"
        );
        let json = "{\"table\":\"cases\",\"case\":\"k7m4px\",\"name\":\"=1+1, \\\"x\\\"\\n\",\"entries\":3,\"ready\":true}\n";
        assert_eq!(text(|out| json_row(SHAPE, &row, true, out).unwrap()), json);
        let blank = ["k7m4px".into(), "".into(), Cell::Blank, false.into()];
        assert_eq!(
            text(|out| csv_row(&blank, out).unwrap()),
            "k7m4px,,,false\r\n"
        );
    }
}
