//! What stands in one cell: a mark, a day, a session, or the marks of a week.

use chrono::NaiveDate;

use crate::day;
use crate::register::Code;

/// Words some systems write where no mark is entered.
const NONE: &[&str] = &["", "-", "no mark", "none", "n/a"];

/// A cell without what a spreadsheet or an exporter put around it: `="/"`, a leading apostrophe.
pub(super) fn bare(cell: &str) -> &str {
    let cell = cell.trim();
    let cell = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(cell);
    cell.strip_prefix('\'').unwrap_or(cell).trim()
}

/// The mark in a cell; `Err` if it is none.
pub(super) fn mark(cell: &str, session: usize) -> Result<Option<Code>, ()> {
    let text = bare(cell);
    if NONE.contains(&text.to_lowercase().as_str()) {
        return Ok(None);
    }
    // A tick stands for present, and `\` may have been doubled on its way through a program.
    let word = match text {
        "✓" | "✔" => ["/", "\\"][session.min(1)],
        "\\\\" => "\\",
        word => word,
    };
    Code::from_word(word).map(Some).ok_or(())
}

/// The session a cell names: morning 0, afternoon 1.
pub(super) fn session(cell: &str) -> Option<usize> {
    let letters: String = bare(cell)
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect();
    match letters.as_str() {
        "am" | "a" | "morning" | "amreg" | "amregistration" | "amsession" => Some(0),
        "pm" | "p" | "afternoon" | "pmreg" | "pmregistration" | "pmsession" => Some(1),
        _ => None,
    }
}

/// The day a cell names, with a weekday before it or a time after it; `Err` says why it is none.
pub(super) fn day(cell: &str) -> Result<NaiveDate, String> {
    let text = bare(cell);
    // `2026-09-02T00:00:00` and `02/09/2026 00:00:00`.
    let text = text
        .split_once('T')
        .filter(|(date, _)| day::stored(date).is_some())
        .map_or(text, |(d, _)| d);
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| {
            !word.is_empty() && !word.contains(':') && !is_weekday(word) && !is_of_week(word)
        })
        .collect();
    let plain = words.join(" ");
    if !plain.contains(|c: char| c.is_ascii_digit()) {
        return Err(format!("{} is not a day", shown(text)));
    }
    // What `typed` says repeats what it was given.
    let is_shown = shown(&plain).starts_with('`');
    day::typed(&plain, NaiveDate::MIN).map_err(|not| {
        if is_shown {
            not.message
        } else {
            "that is not a day".to_owned()
        }
    })
}

/// Words before the day with which a week begins.
fn is_of_week(word: &str) -> bool {
    ["w/c", "wc", "week", "commencing", "beginning", "starting"]
        .contains(&word.to_lowercase().as_str())
}

fn is_weekday(word: &str) -> bool {
    let word = word.trim_end_matches('.').to_lowercase();
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    word.len() >= 2 && days.iter().any(|day| day.starts_with(&word))
}

/// A cell as a message repeats it: only what is as short as a mark, or looks like a day. Anything else may be a name that
/// slipped into the wrong column.
pub(super) fn shown(cell: &str) -> String {
    let like_a_day = cell.chars().count() <= 20
        && cell.chars().filter(char::is_ascii_digit).count() >= 4
        && cell
            .split(|c: char| !c.is_alphabetic())
            .all(|word| word.chars().count() <= 3);
    if cell.chars().count() <= 2 || like_a_day {
        format!("`{cell}`")
    } else {
        "that".to_owned()
    }
}

/// The marks in a string: apart by commas or spaces, or one after the other, a letter with a digit being one code.
/// `Err` is the piece that is none.
pub(super) fn string(text: &str) -> Result<Vec<Option<Code>>, String> {
    let text = bare(text);
    if text.contains(',') {
        return text.split(',').map(|one| piece(one.trim())).collect();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 1 && words.iter().all(|word| word.chars().count() <= 2) {
        return words.into_iter().map(piece).collect();
    }
    // A long string may be broken into lines.
    let text = undoubled(&words.concat());
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        let two =
            chars[at].is_ascii_alphabetic() && chars.get(at + 1).is_some_and(char::is_ascii_digit);
        let len = if two { 2 } else { 1 };
        found.push(piece(&chars[at..at + len].iter().collect::<String>())?);
        at += len;
    }
    Ok(found)
}

fn piece(word: &str) -> Result<Option<Code>, String> {
    mark(word, 0).map_err(|()| shown(word))
}

/// A string whose backslashes were all doubled on their way through a program, as they were before. A lone pair may be
/// two marks; where every run is of even length they are not, since two afternoons never follow each other.
fn undoubled(text: &str) -> String {
    let runs: Vec<usize> = text
        .split(|c| c != '\\')
        .map(str::len)
        .filter(|len| *len > 0)
        .collect();
    if !runs.is_empty() && runs.iter().all(|len| len % 2 == 0) {
        text.replace("\\\\", "\\")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> String {
        string(text)
            .unwrap()
            .iter()
            .map(|code| code.map_or(".", Code::as_str))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn marks_are_read_through_what_programs_put_around_them() {
        for cell in ["/", " / ", "=\"/\"", "'/"] {
            assert_eq!(mark(cell, 0), Ok(Code::from_word("/")), "{cell}");
        }
        for (cell, session, word) in [
            ("\\", 1, "\\"),
            ("\\\\", 1, "\\"),
            ("✓", 1, "\\"),
            ("✓", 0, "/"),
            ("y1", 0, "Y1"),
            ("#", 0, "#"),
        ] {
            assert_eq!(mark(cell, session), Ok(Code::from_word(word)), "{cell}");
        }
        for cell in ["", " ", "-", "No Mark", "'-"] {
            assert_eq!(mark(cell, 0), Ok(None), "{cell}");
        }
        for cell in ["?", "Q9", "//", "present"] {
            assert_eq!(mark(cell, 0), Err(()), "{cell}");
        }
    }

    #[test]
    fn strings_of_marks_are_taken_apart() {
        assert_eq!(codes("/\\/\\"), "/ \\ / \\");
        assert_eq!(codes("/\\\\/\\\\"), "/ \\ / \\", "doubled");
        assert_eq!(codes("/Y1C2\\##--"), "/ Y1 C2 \\ # # . .");
        assert_eq!(codes("/,\\,,Y7, L ,-"), "/ \\ . Y7 L .");
        assert_eq!(codes("/ \\ O O"), "/ \\ O O");
        assert_eq!(
            codes("/\\/\\\n  O O/\\"),
            "/ \\ / \\ O O / \\",
            "over two lines"
        );
        assert_eq!(string("/\\?").unwrap_err(), "`?`");
        assert_eq!(string("/Y9").unwrap_err(), "`Y9`");
        assert_eq!(string("Ada,/").unwrap_err(), "that");
    }

    #[test]
    fn days_are_read_with_weekdays_and_times() {
        let ymd = |d| NaiveDate::from_ymd_opt(2026, 9, d);
        for text in [
            "02/09/2026",
            "2026-09-02",
            "Wed 02/09/2026",
            "2 Sep 2026",
            "02-Sep-2026",
            "02/09/2026 00:00:00",
            "2026-09-02T08:55:00",
            "Wednesday, 2 September 2026",
        ] {
            assert_eq!(day(text).ok(), ymd(2), "{text}");
        }
        assert_eq!(day("Ada Kafor 2026").unwrap_err(), "that is not a day");
        assert_eq!(day("Ada").unwrap_err(), "that is not a day");
        assert!(day("31/02/2026").unwrap_err().contains("`31/02/2026`"));
        for text in ["31/02/2026", "02/09/26", "September", "", "today", "2026"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
