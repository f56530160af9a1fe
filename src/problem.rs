//! A mistake in somebody's file, as a value: collected with the others and shown together.

use std::path::{Path, PathBuf};

use crate::tree::{Node, Place};

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable kebab-case word for the kind of mistake.
    pub code: Code,
    /// The file it was found in.
    pub file: PathBuf,
    /// Where, if it has a place.
    pub place: Option<Place>,
    /// The line and the part of it that is meant. Never taken from a case file, where it could hold a name.
    pub excerpt: Option<Excerpt>,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The line of a file that a problem is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The whole line.
    pub line: String,
    /// How many characters are meant, from the problem's column on.
    pub width: usize,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident => $word:literal,)*) => {
        /// The kinds of mistake a file can hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every kind there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable word for it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

codes! {
    /// The bytes are not UTF-8.
    NotUtf8 => "not-utf-8",
    /// The file is empty.
    Empty => "empty-file",
    /// The file ends in the middle.
    CutOff => "cut-off",
    /// The file is larger, or holds more entries, than a record can be.
    TooLarge => "too-large",
    /// Git left its conflict marks.
    ConflictMarks => "conflict-marks",
    /// The file is not YAML.
    NotYaml => "not-yaml",
    /// A tab stands where only blanks may indent.
    Tab => "tab",
    /// Lists or maps lie too deep in one another.
    TooDeep => "too-deep",
    /// An anchor, an alias, a tag or a second document.
    NotPlain => "not-plain-data",
    /// A key stands twice in one map.
    DuplicateKey => "duplicate-key",
    /// A key that is not part of the format.
    UnknownKey => "unknown-key",
    /// A key that must be there is not.
    MissingKey => "missing-key",
    /// A value of the wrong kind.
    WrongType => "wrong-type",
    /// Nothing stands after a key.
    EmptyValue => "empty-value",
    /// A word that is not among those allowed.
    UnknownWord => "unknown-word",
    /// A day that cannot be read.
    BadDay => "bad-day",
    /// Not a file of this kind at all.
    WrongFormat => "wrong-format",
    /// Written by a newer attcheck.
    NewerFormat => "newer-format",
    /// The file's name and what it says it is differ.
    StrayCopy => "stray-copy",
    /// A bare yes, no, on or off in a checklist.
    BareYesNo => "bare-yes-no",
    /// A row number or edition without its quotes.
    NeedsQuotes => "needs-quotes",
    /// A name that breaks the rules for names.
    BadName => "bad-name",
    /// Two things share one name.
    DuplicateName => "duplicate-name",
    /// A condition names something that is not there.
    UnknownName => "unknown-name",
    /// A fact that is neither shared nor the checklist's own.
    UnknownFact => "unknown-fact",
    /// An answer a fact does not have.
    UnknownAnswer => "unknown-answer",
    /// A field that is neither shared nor the checklist's own.
    UnknownField => "unknown-field",
    /// A practice that is not in the shared vocabulary.
    UnknownPractice => "unknown-practice",
    /// A condition that is not built as conditions are.
    BadCondition => "bad-condition",
    /// A span of days that cannot be read.
    BadSpan => "bad-span",
    /// Keys that cannot stand together.
    Clash => "clash",
    /// Items that wait for each other.
    Circle => "circle",
}

/// How long a line may be, in bytes, that is shown with a problem.
const MAX_EXCERPT: usize = 1_000;

/// Problems as they are found, all about one text.
#[derive(Debug)]
pub struct Problems<'t> {
    file: &'t Path,
    /// The text, where excerpts may be shown.
    text: Option<&'t str>,
    found: Vec<Problem>,
    /// How many were found beyond [`MAX_FOUND`].
    beyond: usize,
}

/// How many problems of one text are kept.
const MAX_FOUND: usize = 200;

impl<'t> Problems<'t> {
    /// Starts with none. Without `text` no excerpt is shown.
    pub fn new(file: &'t Path, text: Option<&'t str>) -> Self {
        Self {
            file,
            text,
            found: Vec::new(),
            beyond: 0,
        }
    }

    /// A word of the file as a message repeats it, or `instead`: of a case nothing is repeated that somebody typed, since it
    /// may be a name.
    pub fn quoted(&self, word: &str, instead: &str) -> String {
        if self.may_quote() {
            format!("`{word}`")
        } else {
            instead.to_owned()
        }
    }

    /// Whether messages may repeat what the file says: not those of a case.
    pub fn may_quote(&self) -> bool {
        self.text.is_some()
    }

    /// Whether more problems were found than are kept: the rest of the text need not be checked.
    pub fn is_full(&self) -> bool {
        self.beyond > 0
    }

    /// Notes a problem at a place, `width` characters wide.
    pub fn at(
        &mut self,
        place: Place,
        width: usize,
        code: Code,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        if self.found.len() >= MAX_FOUND {
            self.beyond += 1;
            return;
        }
        let line = self
            .text
            .and_then(|text| text.lines().nth(place.line.saturating_sub(1)))
            .filter(|line| line.len() <= MAX_EXCERPT);
        let excerpt = line.map(|line| {
            let room = line
                .chars()
                .count()
                .saturating_sub(place.column.saturating_sub(1));
            Excerpt {
                line: line.to_owned(),
                width: width.clamp(1, room.max(1)),
            }
        });
        self.found.push(Problem {
            code,
            file: self.file.to_owned(),
            place: Some(place),
            excerpt,
            message: message.into(),
            hint,
        });
    }

    /// Notes a problem about a value.
    pub fn node(
        &mut self,
        node: &Node,
        code: Code,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        let width = node.as_text().map_or(1, |text| text.chars().count());
        self.at(node.place, width, code, message, hint);
    }

    /// Whether nothing has been found.
    pub fn is_clear(&self) -> bool {
        self.found.is_empty()
    }

    /// How many have been found.
    pub fn len(&self) -> usize {
        self.found.len() + self.beyond
    }

    /// Whether nothing has been found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found, in the order of the file.
    pub fn into_vec(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| problem.place);
        if self.beyond > 0
            && let Some(last) = self.found.last()
        {
            let more = Problem {
                excerpt: None,
                message: format!(
                    "{} more problems were found, and are not shown",
                    self.beyond
                ),
                hint: Some("put these right first".to_owned()),
                ..last.clone()
            };
            self.found.push(more);
        }
        self.found
    }
}

/// How long a word may be, in bytes, that another is looked for to.
const MAX_MEANT: usize = 64;

/// The nearest of some known words, if one is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > MAX_MEANT {
        return None;
    }
    let wanted = word.to_lowercase();
    let fold = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    known
        .into_iter()
        .map(|candidate| {
            let (a, b) = (fold(&wanted), fold(candidate));
            let near = strsim::jaro_winkler(&a, &b);
            let starts = a.len() >= 3 && (b.starts_with(&a) || a.starts_with(&b));
            (if starts { near.max(0.9) } else { near }, candidate)
        })
        .filter(|(near, _)| *near >= 0.82)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// A hint that names the nearest known word, or else all of them where they are few.
pub fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(near) = nearest(word, known.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let all: Vec<&str> = known.into_iter().collect();
    (!all.is_empty() && all.len() <= 12).then(|| format!("known here: {}", all.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        let known = ["looked_after", "has_ehcp", "child_seen"];
        assert_eq!(nearest("lookedafter", known), Some("looked_after"));
        assert_eq!(nearest("looked-after", known), Some("looked_after"));
        assert_eq!(nearest("banana", known), None);
        assert_eq!(
            did_you_mean("banana", known).as_deref(),
            Some("known here: looked_after, has_ehcp, child_seen")
        );
    }
}
