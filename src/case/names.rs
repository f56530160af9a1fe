//! The names that stand in a case, and texts without them.

use super::entry::{Content, PersonEntry};
use super::state::CaseState;
use crate::fold::fold;

impl CaseState<'_> {
    /// Every word of a name that was ever given in the case, the pupil's and other people's, in small letters
    /// without accents. Single letters are left out.
    pub fn words_of_names(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for entry in &self.case.entries {
            let name = match entry.content() {
                Some(Content::Opened { details, .. } | Content::Details(details)) => details.name.as_deref(),
                Some(Content::Person(PersonEntry::Named { name, .. })) => name.as_deref(),
                _ => None,
            };
            for part in name.unwrap_or_default().split_whitespace() {
                let part = fold(part);
                // O'Rourke is typed as ORourke too.
                let joined: String = part.chars().filter(|c| is_of_a_word(*c)).collect();
                let pieces = part.split(|c: char| !is_of_a_word(c)).map(str::to_owned);
                for word in pieces.chain([joined]) {
                    let counts = word.chars().count() > 1 && !TITLES.contains(&word.as_str());
                    if counts && !words.contains(&word) {
                        words.push(word);
                    }
                }
            }
        }
        words
    }
}

/// What stands before a name and is none.
const TITLES: &[&str] = &["mr", "mrs", "ms", "miss", "mx", "dr", "the", "and"];

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// A text in which each word of a name is cut to its first letter.
pub fn without_names(text: &str, words: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let len = rest.find(|c| !is_of_a_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(len);
        match word.chars().next() {
            Some(first) if words.contains(&fold(word)) => out.extend([first, '.']),
            _ => out.push_str(word),
        }
        let next = after.find(is_of_a_word).unwrap_or(after.len());
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_first_letters_wherever_they_stand() {
        let words = ["ada", "okafor"].map(str::to_owned);
        let cut = |text| without_names(text, &words);
        assert_eq!(cut("Ring Ada's mother, Mrs OKAFOR."), "Ring A.'s mother, Mrs O..");
        assert_eq!(cut("ada"), "a.");
        assert_eq!(cut("adapt the plan, (Ada) – Ada-Lovelace"), "adapt the plan, (A.) – A.-Lovelace");
        assert_eq!(cut("Ring ÁDA and Okáfor"), "Ring Á. and O.");
        assert_eq!(cut(""), "");
        assert_eq!(cut("  "), "  ");
    }
}
