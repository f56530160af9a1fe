//! What stands in one cell: a mark, a session, or the marks of a week.

use chrono::NaiveDate;

use super::days;
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

/// A cell as a message repeats it: only what is as short as a mark, or looks like a day. Anything else may be a name that
/// slipped into the wrong column.
pub(super) fn shown(cell: &str) -> String {
    if cell.chars().count() <= 2 || is_like_a_day(cell) {
        format!("`{cell}`")
    } else {
        "that".to_owned()
    }
}

/// Whether a cell looks like a day, and so is no name.
pub(super) fn is_like_a_day(cell: &str) -> bool {
    const BESIDE: &[&str] = &["st", "nd", "rd", "th", "am", "pm", "wc", "of", "to"];
    let is_of_a_day = |word: &str| {
        let word = word.to_lowercase();
        word.len() <= 1
            || day::month(&word).is_some()
            || days::weekday(&word).is_some()
            || BESIDE.contains(&word.as_str())
    };
    // A longer run of digits may be of a pupil's number.
    let runs = || cell.split(|c: char| !c.is_ascii_digit());
    cell.chars().count() <= 20
        && runs().any(|run| !run.is_empty())
        && runs().all(|run| run.len() <= 4)
        && cell.split(|c: char| !c.is_alphabetic()).all(is_of_a_day)
}

/// A piece of a string of marks that is no mark.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoMark {
    /// How many marks stand before it.
    pub(super) at: usize,
    /// The piece, as a message repeats it.
    pub(super) shown: String,
}

/// What is said of a mark that is none: the mark as a message repeats it, and its session where the day is known.
pub(super) fn no_mark(shown: &str, day: Option<NaiveDate>, session: usize) -> String {
    match day {
        Some(day) => format!(
            "{shown} for the {} of {} is no code of the register",
            ["morning", "afternoon"][session.min(1)],
            day::short(day)
        ),
        None => format!("{shown} is no code of the register"),
    }
}

/// The marks in a string: apart by commas or blanks, or one after the other, a letter with a digit being one code.
/// `Err` is the first piece that is none.
pub(super) fn string(text: &str) -> Result<Vec<Option<Code>>, NoMark> {
    let text = bare(text);
    if text.contains(',') {
        return pieces(text.split(',').map(str::trim));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 1 && words.iter().all(|word| word.chars().count() <= 2) {
        let found = pieces(words.iter().copied());
        // A day in each word: `/\ /\`. A digit by itself belongs to no letter before the blank.
        let alone = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
        if found.is_ok() || words.iter().any(alone) {
            return found;
        }
    }
    // A long string may be broken into lines.
    let text = undoubled(&words.concat());
    let mut rest = text.as_str();
    let mut one_by_one = Vec::new();
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let two = first.is_ascii_alphabetic() && after.starts_with(|c: char| c.is_ascii_digit());
        let (word, after) = rest.split_at(first.len_utf8() + usize::from(two));
        one_by_one.push(word);
        rest = after;
    }
    pieces(one_by_one.into_iter())
}

fn pieces<'t>(words: impl Iterator<Item = &'t str>) -> Result<Vec<Option<Code>>, NoMark> {
    words
        .enumerate()
        .map(|(at, word)| {
            mark(word, at % 2).map_err(|()| NoMark {
                at,
                shown: shown(word),
            })
        })
        .collect()
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
    fn only_marks_and_days_are_repeated() {
        for cell in [
            "?",
            "Q9",
            "31/02/2026",
            "14 Sep",
            "Mon 14/9/2026",
            "w/c 7/9/2026",
        ] {
            assert_eq!(shown(cell), format!("`{cell}`"));
        }
        for cell in [
            "Ada",
            "Ada 14/9/2026",
            "Kafor",
            "H801200001001",
            "May",
            "present",
        ] {
            assert_eq!(shown(cell), "that", "{cell}");
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
        assert_eq!(codes("/\\ /\\ O\\"), "/ \\ / \\ O \\", "a day in each word");
        let no_mark = |text| string(text).map_err(|one| (one.at, one.shown)).unwrap_err();
        assert_eq!(no_mark("/\\?"), (2, "`?`".to_owned()));
        assert_eq!(no_mark("/Y9"), (1, "`Y9`".to_owned()));
        assert_eq!(no_mark("/ \\ Y 1"), (3, "`1`".to_owned()));
        assert_eq!(no_mark("Ada,/"), (0, "that".to_owned()));
    }
}
