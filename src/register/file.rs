//! The file in which a pupil's marks are kept: plain CSV, a row for each day and each time it was found changed.
//!
//! ```text
//! date,am,pm,read
//! 2026-09-02,/,\,2026-09-04
//! 2026-09-03,N,\,2026-09-04
//! 2026-09-03,O,\,2026-09-18
//! ```

use std::fmt::Write as _;

use super::{Code, Marks, Register};
use crate::day;

/// The first line of the file.
pub const HEADINGS: &str = "date,am,pm,read";

/// A row that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The row, as a spreadsheet counts it.
    pub row: usize,
    /// What is wrong with it.
    pub says: String,
}

/// Reads the text of such a file.
///
/// # Errors
/// Names the first row that is not as the program writes it.
pub fn read(text: &str) -> Result<Register, BadRow> {
    let bad = |row, says: &str| BadRow {
        row,
        says: says.to_owned(),
    };
    let mut register = Register::default();
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    if lines.next().map(|(_, line)| line.trim_end()) != Some(HEADINGS) {
        return Err(bad(1, &format!("it must begin with `{HEADINGS}`")));
    }
    for (n, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let row = n + 1;
        let cells: Vec<&str> = line.trim_end().split(',').collect();
        let [date, am, pm, read] = cells.as_slice() else {
            return Err(bad(row, "it must have four cells"));
        };
        let (Some(date), Some(read)) = (day::stored(date), day::stored(read)) else {
            return Err(bad(row, "a day must be written as 2026-09-14"));
        };
        let mark = |text: &str| match text {
            "" => Ok(None),
            text => Code::from_word(text)
                .map(Some)
                .ok_or_else(|| bad(row, "that is no code of the register")),
        };
        let marks: Marks = [mark(am)?, mark(pm)?];
        let readings = register.days.entry(date).or_default();
        if readings
            .last()
            .is_some_and(|last: &super::Reading| last.read > read)
        {
            return Err(bad(row, "the readings of a day must stand in their order"));
        }
        readings.push(super::Reading { marks, read });
    }
    Ok(register)
}

/// The text of such a file.
pub fn write(register: &Register) -> String {
    let mut out = format!("{HEADINGS}\n");
    for (day, readings) in register.readings() {
        for one in readings {
            let mark = |n: usize| one.marks[n].map_or("", Code::as_str);
            let _ = writeln!(out, "{day},{},{},{}", mark(0), mark(1), one.read);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn ymd(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, d).unwrap()
    }

    #[test]
    fn what_is_written_is_read_and_earlier_marks_are_kept() {
        let text = "date,am,pm,read\n2026-09-02,/,\\,2026-09-04\n2026-09-03,N,,2026-09-04\n2026-09-03,O,\\,2026-09-18\n";
        let register = read(text).unwrap();
        assert_eq!(write(&register), text);
        let code = |word| Code::from_word(word);
        assert_eq!(register.marks(ymd(3)), [code("O"), code("\\")]);
        assert_eq!(
            register.clone().known_by(ymd(4)).marks(ymd(3)),
            [code("N"), None]
        );
        assert_eq!(
            read(&format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap(),
            register
        );
    }

    #[test]
    fn taking_over_tells_new_from_changed() {
        let code = |word| Code::from_word(word);
        let mut register = Register::default();
        let first = register.take(ymd(2), [code("/"), None], ymd(4));
        assert_eq!((first.new, first.changed), (1, 0));
        assert_eq!(
            register.take(ymd(2), [code("/"), None], ymd(5)),
            super::super::Taken::default()
        );
        let then = register.take(ymd(2), [code("N"), code("\\")], ymd(5));
        assert_eq!((then.new, then.changed), (1, 1));
        // A blank never takes a mark away.
        assert_eq!(
            register.take(ymd(2), [None, None], ymd(6)),
            super::super::Taken::default()
        );
        assert_eq!(register.readings().next().unwrap().1.len(), 2);
        // The afternoon comes in on the day on which the morning was changed: the change is still to be seen.
        let mut register = Register::default();
        register.take(ymd(2), [code("/"), None], ymd(5));
        register.take(ymd(2), [code("O"), None], ymd(5));
        register.take(ymd(2), [code("O"), code("\\")], ymd(5));
        let text = "date,am,pm,read\n2026-09-02,/,,2026-09-05\n2026-09-02,O,\\,2026-09-05\n";
        assert_eq!(write(&register), text);
    }

    #[test]
    fn a_row_that_is_not_ours_is_named() {
        let row = |text: &str| read(text).unwrap_err().row;
        assert_eq!(row("day,am,pm,read\n"), 1);
        assert_eq!(row("date,am,pm,read\n2/9/2026,/,/,2026-09-04\n"), 2);
        assert_eq!(
            row("date,am,pm,read\n2026-09-02,/,\\,2026-09-04\n2026-09-02,?,\\,2026-09-04\n"),
            3
        );
        assert_eq!(row("date,am,pm,read\n2026-09-02,/,\\\n"), 2);
        assert_eq!(
            row("date,am,pm,read\n2026-09-02,/,\\,2026-09-04\n2026-09-02,O,\\,2026-09-03\n"),
            3
        );
    }
}
