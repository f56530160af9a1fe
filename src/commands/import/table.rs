//! Reads the table of entries, its headings brought to one form.

use std::path::Path;

use super::row::COLUMNS;
use super::rows::RowProblem;
use crate::commands::Context;
use crate::error::refuse;
use crate::store::read_export;
use crate::table::{self, NotATable, is_error_value};

pub(super) use crate::table::Numbered;

/// A table with its headings.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// The headings, in small letters.
    pub(super) headings: Vec<String>,
    /// The rows; blank ones are left out.
    pub(super) rows: Vec<Numbered>,
}

impl Table {
    /// Cells in which the spreadsheet had no value. What stands there is nothing that anybody wrote.
    pub(super) fn error_values(&self) -> Vec<RowProblem> {
        let fields = &crate::store::builtin::vocabulary().fields;
        let told = |row: usize, n: usize, cell: &str| {
            // A heading that is no column and no field may be a name.
            let column = self.headings.get(n).filter(|heading| {
                COLUMNS.contains(&heading.as_str()) || fields.contains_key(*heading)
            });
            let place = match column {
                Some(_) => "here".to_owned(),
                None => format!("in cell {} of the row", n + 1),
            };
            RowProblem {
                row,
                column: column.cloned(),
                says: format!("an error value of the spreadsheet stands {place}: `{cell}`"),
                hint: Some("put it right in the spreadsheet, and save the table again".to_owned()),
            }
        };
        self.rows
            .iter()
            .flat_map(|(row, cells)| cells.iter().enumerate().map(move |cell| (*row, cell)))
            .filter(|(_, (_, cell))| is_error_value(cell))
            .map(|(row, (n, cell))| told(row, n, cell))
            .collect()
    }
}

/// Reads the text of a file that a spreadsheet may have written.
///
/// # Errors
/// If it cannot be read, or is a workbook.
pub(super) fn text(file: &Path, cx: &Context) -> anyhow::Result<String> {
    let (text, guessed) = read_export(file)?;
    if text.starts_with("PK\u{3}\u{4}") {
        let hint = "open it in a spreadsheet and save it as CSV (UTF-8)";
        return Err(refuse(
            format!("`{}` is a workbook, and no table in CSV", file.display()),
            hint,
        ));
    }
    if guessed {
        cx.say(
            "note: the file is not UTF-8; it was read as Windows-1252, as spreadsheets in England write it",
        );
    }
    Ok(text)
}

/// Reads a table.
///
/// # Errors
/// If it cannot be read, or its quotes are broken.
pub(super) fn read(file: &Path, cx: &Context) -> anyhow::Result<Table> {
    let text = text(file, cx)?;
    if text.trim().is_empty() {
        let hint =
            "the first row holds the names of the columns, such as case, item, date, outcome";
        return Err(refuse(format!("`{}` is empty", file.display()), hint));
    }
    parse(&text).map_err(|NotATable { row, says }| {
        let message = format!("`{}`: row {row} cannot be read: {says}", file.display());
        refuse(
            message,
            "open it in a spreadsheet, look at that row, and save it again as CSV (UTF-8)",
        )
    })
}

/// Reads the text of a table.
pub(super) fn parse(text: &str) -> Result<Table, NotATable> {
    let mut rows = table::parse(text)?.into_iter();
    let headings = rows.next().map(|(_, cells)| cells).unwrap_or_default();
    let headings = headings
        .iter()
        .map(|cell| cell.to_lowercase().replace(' ', "-"))
        .collect();
    Ok(Table {
        headings,
        rows: rows.collect(),
    })
}
