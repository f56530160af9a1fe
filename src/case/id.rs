//! Ids: of cases, of entries and of persons. What a file is called never says anything about the child.

use std::fmt;

/// The id of a case, which is also the name of its file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(String);

/// First letter of a made id.
const LETTERS: &[u8] = b"bcdfghjkmnpqrstvwxz";
/// The rest of a made id: no vowels, so that it spells nothing, and nothing to misread.
const REST: &[u8] = b"bcdfghjkmnpqrstvwxz23456789";
const MADE_LENGTH: usize = 6;

impl CaseId {
    /// Takes an id as somebody chose it.
    ///
    /// # Errors
    /// Says which rule it breaks: 3 to 32 of `a-z 0-9 -`, a letter or digit at both ends, and no device name of Windows.
    pub fn new(text: &str) -> Result<Self, String> {
        match Self::fault(text) {
            None => Ok(Self(text.to_owned())),
            Some(fault) => Err(format!("`{text}` cannot be a case id: {fault}")),
        }
    }

    /// Which rule of [`Self::new`] a text breaks.
    pub fn fault(text: &str) -> Option<&'static str> {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !(3..=32).contains(&text.len()) || !text.bytes().all(inner) {
            Some("use 3 to 32 of a-z, 0-9 and -")
        } else if text.starts_with('-') || text.ends_with('-') {
            Some("it must begin and end with a letter or a digit")
        } else if is_windows_device(text) {
            Some("Windows keeps that name for itself")
        } else {
            None
        }
    }

    /// Makes an id from random bytes; `None` if there were too few fit ones.
    pub fn made_from(random: &[u8]) -> Option<Self> {
        made(random, MADE_LENGTH).map(Self)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether Windows keeps a name, in small letters and without an ending, for one of its devices.
pub fn is_windows_device(name: &str) -> bool {
    matches!(name, "con" | "prn" | "aux" | "nul")
        || name.len() == 4
            && (name.starts_with("com") || name.starts_with("lpt"))
            && name.ends_with(|c: char| c.is_ascii_digit())
}

/// A letter and more of the alphabet of made ids; `None` if there were too few fit bytes.
fn made(random: &[u8], length: usize) -> Option<String> {
    let mut text = String::with_capacity(length);
    for byte in random.iter().map(|byte| usize::from(*byte)) {
        let alphabet = if text.is_empty() { LETTERS } else { REST };
        // A byte past the last whole turn of the alphabet would make some letters likelier.
        if byte < 256 / alphabet.len() * alphabet.len() {
            text.push(char::from(alphabet[byte % alphabet.len()]));
        }
        if text.len() == length {
            return Some(text);
        }
    }
    None
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of an entry: `e` and the first 32 hex digits of the SHA-256 of what it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub String);

impl EntryId {
    /// How screens show it: the first 8 characters.
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of a person named in a case, or `pupil`.
///
/// Those named when the case was opened are `p1`, `p2` and so on. Everybody added later gets `p` and four characters at
/// random (`pk3m7`), so that two people who add somebody at the same time on two computers do not give one id twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub String);

/// Characters of a made id after its `p`.
const PERSON_LENGTH: usize = 4;

impl PersonId {
    /// The pupil the case is about, who need not be named as a person.
    pub fn pupil() -> Self {
        Self("pupil".to_owned())
    }

    /// Takes an id as somebody chose it. Neither shape can hold a name.
    ///
    /// # Errors
    /// Says what an id looks like.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        if Self::looks_like_one(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(
                "an id of a person is `p` and four characters such as pk3m7 (a letter first; no vowels, no y, l, 0 or 1), \
                 or `p` and a number, such as p1",
            )
        }
    }

    /// Whether a text has the shape of a person's id.
    pub fn looks_like_one(text: &str) -> bool {
        let Some(rest) = text.strip_prefix('p') else {
            return false;
        };
        let number = (1..=4).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_digit())
            && !rest.starts_with('0');
        let made = rest.len() == PERSON_LENGTH
            && LETTERS.contains(&rest.as_bytes()[0])
            && rest.bytes().all(|b| REST.contains(&b));
        number || made
    }

    /// The command that tells apart the people who share this id.
    pub fn separate(&self, case: &CaseId) -> String {
        format!("attcheck person {case} separate {self}")
    }

    /// Makes an id from random bytes; `None` if there were too few fit ones.
    pub fn made_from(random: &[u8]) -> Option<Self> {
        made(random, PERSON_LENGTH).map(|made| Self(format!("p{made}")))
    }
}

/// Whether a word is written as the id of a person is, so that it is no name: `pupil`, `p3` or `pk3m7`.
pub fn is_person_id(word: &str) -> bool {
    let made = |rest: &str| {
        rest.len() == 4
            && rest.bytes().all(|b| REST.contains(&b))
            && rest.bytes().next().is_some_and(|b| LETTERS.contains(&b))
    };
    word == "pupil"
        || word
            .strip_prefix('p')
            .is_some_and(|rest| rest.parse::<u32>().is_ok() || made(rest))
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_are_taken_and_ids_that_are_not() {
        for good in ["k7m4px", "abc", "2026-014", "com", "lpt10", "a-b-c"] {
            assert!(CaseId::new(good).is_ok(), "{good}");
        }
        for bad in [
            "ab",
            "",
            "K7m4px",
            "-abc",
            "abc-",
            "nul",
            "com1",
            "lpt0",
            "a/b",
            "../x",
            "ä7m",
            &"a".repeat(33),
        ] {
            assert!(CaseId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn made_ids_hold_no_vowel_and_nothing_to_misread() {
        let random: Vec<u8> = (0..=255).collect();
        for start in 0..230 {
            let id = CaseId::made_from(&random[start..]).unwrap();
            assert!(CaseId::new(id.as_str()).is_ok());
            assert!(
                !id.as_str()
                    .contains(['a', 'e', 'i', 'o', 'u', 'y', 'l', '0', '1']),
                "{id}"
            );
            assert!(id.as_str().starts_with(|c: char| c.is_ascii_lowercase()));
        }
        assert_eq!(CaseId::made_from(&[255; 64]), None);
    }

    #[test]
    fn ids_of_people_say_nothing_about_them() {
        let random: Vec<u8> = (0..=255).collect();
        for start in 0..230 {
            let id = PersonId::made_from(&random[start..]).unwrap();
            assert!(
                id.0.len() == 5 && PersonId::new(&id.0) == Ok(id.clone()),
                "{id}"
            );
            assert!(
                id.0[1..].starts_with(|c: char| c.is_ascii_lowercase()),
                "{id}"
            );
        }
        assert_eq!(PersonId::made_from(&[255; 64]), None);
        for good in ["p1", "p12", "pk3m7", "pbbbb"] {
            assert!(PersonId::new(good).is_ok(), "{good}");
        }
        for bad in [
            "", "p", "p0", "p01", "p12345", "pupil", "peter", "p3km7", "pk3m", "pk3m77", "pK3m7",
            "pk3m1", "q1", "pé3m7",
        ] {
            assert!(PersonId::new(bad).is_err(), "{bad}");
        }
    }
}
