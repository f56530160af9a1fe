//! Reads tables: CSV as spreadsheets write it, whatever they put between the columns.

use std::borrow::Cow;
use std::ops::Range;

/// A row with its number, as a spreadsheet shows it.
pub type Numbered = (usize, Vec<String>);

/// How many lines are looked at to tell what stands between the columns.
const FIRST_LINES: usize = 12;

/// How many columns a table may have: a mark for each session of three years are fewer.
const MAX_COLUMNS: usize = 1_500;

/// Why a text is no table.
#[derive(Debug, PartialEq, Eq)]
pub struct NotATable {
    /// The row, as a spreadsheet shows it.
    pub row: usize,
    /// What is wrong there.
    pub says: &'static str,
}

/// What stands between columns: what the first line with two of them or more holds most of, else the first with any. A
/// title above the headings holds few or none.
fn separator(text: &str) -> u8 {
    let most_of = |line: &str| {
        let count = |byte: u8| line.bytes().filter(|b| *b == byte).count();
        let most = [b',', b';', b'\t']
            .into_iter()
            .rev()
            .max_by_key(|byte| count(*byte))?;
        Some((count(most), most))
    };
    let lines = || text.lines().take(FIRST_LINES).filter_map(most_of);
    let first = |least: usize| {
        lines()
            .find(|(count, _)| *count >= least)
            .map(|(_, most)| most)
    };
    first(2).or_else(|| first(1)).unwrap_or(b',')
}

/// Where rows stand in a text, and what has to go from it before it can be read.
#[derive(Default)]
struct Layout {
    /// The row numbers of everything that is not an empty line.
    rows: Vec<usize>,
    /// Blanks between what stands before a cell and its opening quotation mark: with them the mark would be text.
    blanks: Vec<Range<usize>>,
}

/// The layout of a text, with the quotes checked: one left open would swallow the rows after it in silence.
fn layout(text: &str, separator: u8) -> Result<Layout, NotATable> {
    let (mut found, mut row) = (Layout::default(), 1);
    let (mut in_quotes, mut begun, mut closed, mut at_start, mut opened) =
        (false, false, false, true, 1);
    let mut cell = 0;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let next = bytes.peek().map(|(_, byte)| *byte);
        match byte {
            b'"' if in_quotes && next == Some(b'"') => {
                bytes.next();
            }
            b'"' if in_quotes => (in_quotes, closed) = (false, true),
            _ if in_quotes => {}
            b'"' if at_start => {
                (in_quotes, begun, at_start, opened) = (true, true, false, row);
                if cell < at {
                    found.blanks.push(cell..at);
                }
            }
            b'"' => {
                return Err(NotATable {
                    row,
                    says: "a quotation mark stands in the middle of a text that is not in quotation marks",
                });
            }
            b'\n' | b'\r' => {
                if byte == b'\r' && next == Some(b'\n') {
                    bytes.next();
                }
                if begun {
                    found.rows.push(row);
                }
                row += 1;
                (begun, closed, at_start) = (false, false, true);
                cell = bytes.peek().map_or(text.len(), |(next, _)| *next);
            }
            _ if byte == separator => {
                (begun, closed, at_start) = (true, false, true);
                cell = at + 1;
            }
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
        return Err(NotATable {
            row: opened,
            says: "a quotation mark is opened and never closed",
        });
    }
    if begun {
        found.rows.push(row);
    }
    Ok(found)
}

/// A text without some parts of it.
fn without<'t>(text: &'t str, parts: &[Range<usize>]) -> Cow<'t, str> {
    if parts.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut kept, mut from) = (String::with_capacity(text.len()), 0);
    for part in parts {
        kept.push_str(&text[from..part.start]);
        from = part.end;
    }
    kept.push_str(&text[from..]);
    Cow::Owned(kept)
}

/// Reads the text of a table: every row that is not blank, the headings too.
///
/// A first line such as `sep=;`, by which a spreadsheet is told what stands between the columns, is taken as such.
///
/// # Errors
/// Names the row in which the quotes are broken.
pub fn parse(text: &str) -> Result<Vec<Numbered>, NotATable> {
    let (told, skipped, text) = match text.split_once('\n') {
        Some((first, rest)) => match first.trim_end().strip_prefix("sep=").map(str::as_bytes) {
            Some([separator]) => (Some(*separator), 1, rest),
            _ => (None, 0, text),
        },
        None => (None, 0, text),
    };
    let separator = told.unwrap_or_else(|| separator(text));
    let layout = layout(text, separator)?;
    let text = without(text, &layout.blanks);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut found = Vec::new();
    for (n, record) in reader.records().enumerate() {
        let row = layout.rows.get(n).copied().unwrap_or(n + 1) + skipped;
        let record = record.map_err(|_| NotATable {
            row,
            says: "it is no row of a table",
        })?;
        if record.len() > MAX_COLUMNS {
            return Err(NotATable {
                row,
                says: "it has more than 1,500 columns",
            });
        }
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if !cells.iter().all(String::is_empty) {
            found.push((row, cells));
        }
    }
    Ok(found)
}

/// Whether a cell holds what a spreadsheet shows where it has no value: `#NAME?`, `#REF!`, `#DIV/0!`, `########`.
pub fn is_error_value(cell: &str) -> bool {
    let cell = cell.trim().trim_start_matches(['\'', '=']);
    // LibreOffice has numbers where it has no name: `Err:502`.
    let is_numbered = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
    if let Some(rest) = cell.strip_prefix("Err:") {
        return is_numbered(rest);
    }
    let Some(rest) = cell.strip_prefix('#') else {
        return false;
    };
    // A column that is too narrow for a number or a day. One hash by itself is a code of the register.
    let is_narrow = !rest.is_empty() && rest.bytes().all(|b| b == b'#');
    // All others end in a mark, and have other words in other languages.
    let is_word = |word: &str| {
        word.chars().any(char::is_uppercase)
            && word.chars().all(|c| {
                c.is_uppercase() || c.is_ascii_digit() || matches!(c, '/' | '_' | '¡' | '¿')
            })
    };
    is_narrow
        || matches!(rest, "N/A" | "GETTING_DATA")
        || rest.strip_suffix(['!', '?']).is_some_and(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_values_of_spreadsheets_are_known() {
        for cell in [
            "#NULL!",
            "#DIV/0!",
            "#VALUE!",
            "#REF!",
            "#NAME?",
            "#NUM!",
            "#N/A",
            "#GETTING_DATA",
            "#SPILL!",
            "#CALC!",
            "#FIELD!",
            "#BLOCKED!",
            "#CONNECT!",
            "#UNKNOWN!",
            "#BUSY!",
            "#EXTERNAL!",
            "#PYTHON!",
            "#ERROR!",
            " #REF! ",
            "'#REF!",
            "##",
            "########",
            "Err:502",
            "#¡REF!",
            "#BEZUG!",
        ] {
            assert!(is_error_value(cell), "{cell}");
        }
        for cell in [
            "",
            "#",
            "#1",
            "# 3 rang",
            "Rang about #REF! in the sheet",
            "N/A",
            "n/a",
            "#attendance",
            "#Sent!",
            "Err",
            "Err: no reply",
            "#!",
            "Sent!",
            "?",
        ] {
            assert!(!is_error_value(cell), "{cell}");
        }
    }

    #[test]
    fn tables_are_read_however_a_spreadsheet_wrote_them() {
        let wanted = ["k7m4px".to_owned(), "He said \"no\",\nthen left".to_owned()];
        for text in [
            "Case,Outcome\nk7m4px,\"He said \"\"no\"\",\nthen left\"\n",
            "Case;Outcome\r\nk7m4px;\"He said \"\"no\"\",\nthen left\"\r\n;\r\n",
            "Case,Outcome\nk7m4px, \"He said \"\"no\"\",\nthen left\"\n",
            "case\toutcome\n k7m4px \t\"He said \"\"no\"\",\nthen left\"",
        ] {
            let table = parse(text).unwrap();
            assert_eq!(
                (table.len(), table[1].0, table[1].1.as_slice()),
                (2, 2, wanted.as_slice()),
                "{text}"
            );
        }
        let row = |text| parse(text).unwrap_err().row;
        assert_eq!(row("case,outcome\na,\"b\nc,d\n"), 2);
        // Two that are opened and never closed make an even number.
        assert_eq!(row("case,outcome\na,\"b\nc,\"d\n"), 2);
        assert_eq!(row("case,outcome\na,b\nc,5\" tall\n"), 3);
        assert!(parse("").unwrap().is_empty());
        // Rows are numbered as a spreadsheet numbers them.
        let numbers = |text| {
            parse(text)
                .unwrap()
                .iter()
                .map(|(row, _)| *row)
                .collect::<Vec<_>>()
        };
        assert_eq!(numbers("case,item\n\n,\n\"a\nb\",c\r\n\r\nd,e"), [1, 4, 6]);
        let titled = parse("Raw marks, printed on Friday\n\nUPN;Date;AM\nA;2/9/2026;/\n").unwrap();
        assert_eq!(
            titled[1],
            (
                3,
                vec!["UPN".to_owned(), "Date".to_owned(), "AM".to_owned()]
            )
        );
        assert_eq!(
            parse("sep=;\r\na;b,c\r\n").unwrap(),
            [(2, vec!["a".to_owned(), "b,c".to_owned()])]
        );
    }
}
