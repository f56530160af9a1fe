//! The codes of the register, as `data/register-codes.tsv` gives them with their source.

use std::fmt;
use std::sync::OnceLock;

/// What a session with a code counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// In school.
    Present,
    /// At an approved educational activity elsewhere, which counts as attended.
    Educational,
    /// Absent with leave.
    Authorised,
    /// Absent without.
    Unauthorised,
    /// Not a possible session: it counts neither way.
    NotPossible,
    /// School closed, or not on roll: it counts neither way.
    Administrative,
}

impl Class {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("present", Self::Present),
        ("educational", Self::Educational),
        ("authorised", Self::Authorised),
        ("unauthorised", Self::Unauthorised),
        ("not-possible", Self::NotPossible),
        ("administrative", Self::Administrative),
    ];

    /// Whether it counts as attended.
    pub fn is_attended(self) -> bool {
        matches!(self, Self::Present | Self::Educational)
    }

    /// Whether it counts as absent.
    pub fn is_absent(self) -> bool {
        matches!(self, Self::Authorised | Self::Unauthorised)
    }

    /// Whether it is a possible session, of which shares are taken.
    pub fn is_possible(self) -> bool {
        self.is_attended() || self.is_absent()
    }
}

#[derive(Debug)]
struct Row {
    code: &'static str,
    meaning: &'static str,
    class: Class,
    old: bool,
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        // `#` is a code too, so only lines that begin with `# ` are remarks.
        let lines = include_str!("../../data/register-codes.tsv")
            .lines()
            .filter(|line| !line.starts_with("# "));
        lines
            .filter_map(|line| {
                let mut cells = line.split('\t');
                let (code, meaning, class) = (cells.next()?, cells.next()?, cells.next()?);
                let (_, class) = Class::WORDS.iter().find(|(word, _)| *word == class)?;
                Some(Row {
                    code,
                    meaning,
                    class: *class,
                    old: cells.next() == Some("old"),
                })
            })
            .collect()
    })
}

/// A code of the register.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u8);

impl Code {
    /// The code written so, in capitals or small letters.
    pub fn from_word(word: &str) -> Option<Self> {
        let n = rows()
            .iter()
            .position(|row| row.code.eq_ignore_ascii_case(word))?;
        u8::try_from(n).ok().map(Self)
    }

    /// Every code, in the order of the rules.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..rows().len()).filter_map(|n| u8::try_from(n).ok().map(Self))
    }

    fn row(self) -> &'static Row {
        &rows()[usize::from(self.0)]
    }

    /// As it stands in the register.
    pub fn as_str(self) -> &'static str {
        self.row().code
    }

    /// What it means, in our words.
    pub fn meaning(self) -> &'static str {
        self.row().meaning
    }

    /// What it counts as.
    pub fn class(self) -> Class {
        self.row().class
    }

    /// Whether it was withdrawn: only older registers hold it.
    pub fn is_old(self) -> bool {
        self.row().old
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the fact sheet: 3, 5, 10, 4, 10 and 2 codes.
    #[test]
    fn every_code_has_its_class() {
        let count = |class| {
            Code::all()
                .filter(|code| !code.is_old() && code.class() == class)
                .count()
        };
        let classes = [
            Class::Present,
            Class::Educational,
            Class::Authorised,
            Class::Unauthorised,
            Class::NotPossible,
            Class::Administrative,
        ];
        assert_eq!(classes.map(count), [3, 5, 10, 4, 10, 2]);
        let of = |class| -> String {
            Code::all()
                .filter(|c| c.class() == class)
                .map(Code::as_str)
                .collect()
        };
        assert_eq!(of(Class::Unauthorised), "GNOU");
        assert_eq!(of(Class::Present), "/\\L");
        assert_eq!(of(Class::Administrative), "Z#");
        assert_eq!(Code::from_word("y7").map(Code::as_str), Some("Y7"));
        assert_eq!(Code::from_word("-"), None);
    }
}
