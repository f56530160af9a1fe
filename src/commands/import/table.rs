//! Reads a table: CSV as spreadsheets write it, whatever they put between the columns.

use std::path::Path;

use crate::error::refuse;
use crate::store::read_long_text;

/// A table with its headings.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// The headings, in small letters.
    pub(super) headings: Vec<String>,
    /// The rows with their numbers as a spreadsheet shows them; blank ones are left out.
    pub(super) rows: Vec<(usize, Vec<String>)>,
}

/// Reads a table.
///
/// # Errors
/// If it cannot be read, is not UTF-8 or UTF-16, or its quotes are broken.
pub(super) fn read(file: &Path) -> anyhow::Result<Table> {
    let text = read_long_text(file)?;
    parse(&text).map_err(|row| {
        let message = format!(
            "`{}`: row {row} cannot be read: a quotation mark is opened and never closed",
            file.display()
        );
        refuse(message, "open it in a spreadsheet, look at that row, and save it again as CSV (UTF-8)")
    })
}

/// What stands between columns: what the first line holds most of.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |byte: u8| first.bytes().filter(|b| *b == byte).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

/// Reads the text of a table; the number of the row that cannot be read if one cannot.
pub(super) fn parse(text: &str) -> Result<Table, usize> {
    // A quote left open would swallow the rest of the table in silence.
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut last = 0;
    for (n, record) in reader.records().enumerate() {
        let record = record.map_err(|_| n + 1)?;
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        last = n + 1;
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if table.headings.is_empty() {
            table.headings = cells.iter().map(|cell| cell.to_lowercase().replace(' ', "-")).collect();
        } else {
            table.rows.push((n + 1, cells));
        }
    }
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
        return Err(last);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_however_a_spreadsheet_wrote_them() {
        let wanted = vec![(2, vec!["k7m4px".to_owned(), "He said \"no\",\nthen left".to_owned()])];
        for text in [
            "Case,Outcome\nk7m4px,\"He said \"\"no\"\",\nthen left\"\n",
            "Case;Outcome\r\nk7m4px;\"He said \"\"no\"\",\nthen left\"\r\n;\r\n",
            "case\toutcome\n k7m4px \t\"He said \"\"no\"\",\nthen left\"",
        ] {
            let table = parse(text).unwrap();
            assert_eq!(
                (table.headings, table.rows),
                (vec!["case".to_owned(), "outcome".to_owned()], wanted.clone()),
                "{text}"
            );
        }
        assert_eq!(parse("case,outcome\na,\"b\nc,d\n").unwrap_err(), 2);
        assert!(parse("").unwrap().headings.is_empty());
    }
}
