//! Reads the table of entries, its headings brought to one form.

use std::path::Path;

use crate::error::refuse;
use crate::store::read_long_text;
use crate::table::{self, NotATable};

pub(super) use crate::table::Numbered;

/// A table with its headings.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// The headings, in small letters.
    pub(super) headings: Vec<String>,
    /// The rows; blank ones are left out.
    pub(super) rows: Vec<Numbered>,
}

/// Reads a table.
///
/// # Errors
/// If it cannot be read, is not UTF-8 or UTF-16, or its quotes are broken.
pub(super) fn read(file: &Path) -> anyhow::Result<Table> {
    let text = read_long_text(file)?;
    if text.starts_with("PK\u{3}\u{4}") {
        let hint = "open it in a spreadsheet and save it as CSV (UTF-8)";
        return Err(refuse(
            format!("`{}` is a workbook, and no table in CSV", file.display()),
            hint,
        ));
    }
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
