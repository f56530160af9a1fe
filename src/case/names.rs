//! The names that stand in a case, and texts without them.

use std::collections::HashSet;

use super::entry::{Content, PersonEntry};
use super::state::CaseState;
use crate::fold::fold;

/// Words of names, in small letters without accents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(HashSet<String>);

impl Names {
    /// Adds every word of a name; single letters and titles are left out.
    pub fn add(&mut self, name: &str) {
        for part in name.split_whitespace() {
            let part = fold(part);
            // O'Rourke is typed as ORourke too.
            let joined: String = part.chars().filter(|c| is_of_a_word(*c)).collect();
            let pieces = part.split(|c: char| !is_of_a_word(c)).map(str::to_owned);
            let counts =
                |word: &String| word.chars().count() > 1 && !TITLES.contains(&word.as_str());
            self.0.extend(pieces.chain([joined]).filter(counts));
        }
    }

    /// Adds the words of others.
    pub fn add_all(&mut self, others: &Self) {
        self.0.extend(others.0.iter().cloned());
    }

    /// Whether a word is one of them, however its letters are written.
    pub fn hold(&self, word: &str) -> bool {
        self.0.contains(&fold(word))
    }
}

impl CaseState<'_> {
    /// The names that were ever given in the case: the pupil's alone, and everybody's.
    pub fn names_given(&self) -> (Names, Names) {
        let (mut pupil, mut people) = (Names::default(), Names::default());
        for entry in &self.case.entries {
            match entry.content() {
                Some(Content::Opened { details, .. } | Content::Details(details)) => {
                    pupil.add(details.name.as_deref().unwrap_or_default());
                }
                Some(Content::Person(PersonEntry::Named { name, .. })) => {
                    people.add(name.as_deref().unwrap_or_default());
                }
                _ => {}
            }
        }
        people.add_all(&pupil);
        (pupil, people)
    }
}

/// What stands before a name and is none.
const TITLES: &[&str] = &["mr", "mrs", "ms", "miss", "mx", "dr", "the", "and"];

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// A text in which each word that is hidden is cut to its first letter.
pub fn cut(text: &str, hidden: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let len = rest.find(|c| !is_of_a_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(len);
        match word.chars().next() {
            Some(first) if hidden(word) => out.extend([first, '.']),
            _ => out.push_str(word),
        }
        let next = after.find(is_of_a_word).unwrap_or(after.len());
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

/// Whether a word is written as names are: not in small letters.
pub fn looks_like_a_name(word: &str) -> bool {
    word.chars()
        .next()
        .is_some_and(|first| !first.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_first_letters_wherever_they_stand() {
        let mut names = Names::default();
        names.add("Mrs Ada Okafor");
        let cut = |text| cut(text, |word| names.hold(word));
        assert_eq!(
            cut("Ring Ada's mother, Mrs OKAFOR."),
            "Ring A.'s mother, Mrs O.."
        );
        assert_eq!(cut("ada"), "a.");
        assert_eq!(
            cut("adapt the plan, (Ada) – Ada-Lovelace"),
            "adapt the plan, (A.) – A.-Lovelace"
        );
        assert_eq!(cut("Ring ÁDA and Okáfor"), "Ring Á. and O.");
        assert_eq!(cut(""), "");
        assert_eq!(cut("  "), "  ");
    }

    #[test]
    fn a_word_in_small_letters_is_a_name_only_to_its_own_case() {
        let mut others = Names::default();
        others.add("Will O'Rourke");
        let cut = |text| cut(text, |word| looks_like_a_name(word) && others.hold(word));
        assert_eq!(
            cut("He will ring Will ORourke and O'Rourke's aunt"),
            "He will ring W. O. and O'R.'s aunt"
        );
    }
}
