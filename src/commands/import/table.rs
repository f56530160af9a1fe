//! Reads a table: CSV as spreadsheets write it, whatever they put between the columns.

use std::path::Path;

use crate::error::refuse;
use crate::store::read_long_text;

/// A row with its number, as a spreadsheet shows it.
pub(super) type Numbered = (usize, Vec<String>);

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
        return Err(refuse(format!("`{}` is a workbook, and no table in CSV", file.display()), hint));
    }
    if text.trim().is_empty() {
        let hint = "the first row holds the names of the columns, such as case, item, date, outcome";
        return Err(refuse(format!("`{}` is empty", file.display()), hint));
    }
    parse(&text).map_err(|NotATable { row, says }| {
        let message = format!("`{}`: row {row} cannot be read: {says}", file.display());
        refuse(message, "open it in a spreadsheet, look at that row, and save it again as CSV (UTF-8)")
    })
}

/// Why a text is no table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotATable {
    /// The row, as a spreadsheet shows it.
    row: usize,
    says: &'static str,
}

/// What stands between columns: what the first line holds most of.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |byte: u8| first.bytes().filter(|b| *b == byte).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

/// The row numbers of everything that is not an empty line, with the quotes checked: one left open would swallow the rows
/// after it in silence.
fn rows(text: &str, separator: u8) -> Result<Vec<usize>, NotATable> {
    let (mut rows, mut row) = (Vec::new(), 1);
    let (mut in_quotes, mut begun, mut closed, mut at_start, mut opened) = (false, false, false, true, 1);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if in_quotes && bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            b'"' if in_quotes => (in_quotes, closed) = (false, true),
            _ if in_quotes => {}
            b'"' if at_start => (in_quotes, begun, at_start, opened) = (true, true, false, row),
            b'"' => {
                return Err(NotATable {
                    row,
                    says: "a quotation mark stands in the middle of a text that is not in quotation marks",
                });
            }
            b'\n' | b'\r' => {
                if byte == b'\r' && bytes.peek() == Some(&b'\n') {
                    bytes.next();
                }
                if begun {
                    rows.push(row);
                }
                row += 1;
                (begun, closed, at_start) = (false, false, true);
            }
            _ if byte == separator => (begun, closed, at_start) = (true, false, true),
            b' ' if at_start || closed => begun = true,
            _ if closed => {
                return Err(NotATable {
                    row,
                    says: "text follows after a closing quotation mark, so one before it was opened and never closed",
                });
            }
            _ => (begun, at_start) = (true, false),
        }
    }
    if in_quotes {
        return Err(NotATable { row: opened, says: "a quotation mark is opened and never closed" });
    }
    if begun {
        rows.push(row);
    }
    Ok(rows)
}

/// Reads the text of a table.
pub(super) fn parse(text: &str) -> Result<Table, NotATable> {
    let separator = separator(text);
    let numbers = rows(text, separator)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    for (n, record) in reader.records().enumerate() {
        let row = numbers.get(n).copied().unwrap_or(n + 1);
        let record = record.map_err(|_| NotATable { row, says: "it is no row of a table" })?;
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if table.headings.is_empty() {
            table.headings = cells.iter().map(|cell| cell.to_lowercase().replace(' ', "-")).collect();
        } else {
            table.rows.push((row, cells));
        }
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
        let row = |text| parse(text).unwrap_err().row;
        assert_eq!(row("case,outcome\na,\"b\nc,d\n"), 2);
        // Two that are opened and never closed make an even number.
        assert_eq!(row("case,outcome\na,\"b\nc,\"d\n"), 2);
        assert_eq!(row("case,outcome\na,b\nc,5\" tall\n"), 3);
        assert!(parse("").unwrap().headings.is_empty());
        // Rows are numbered as a spreadsheet numbers them.
        let numbers = |text| parse(text).unwrap().rows.iter().map(|(row, _)| *row).collect::<Vec<_>>();
        assert_eq!(numbers("case,item\n\n,\n\"a\nb\",c\r\n\r\nd,e"), [4, 6]);
    }
}
