//! What travels inside the program: the shared vocabulary and the checklists.

use std::path::Path;
use std::sync::OnceLock;

use super::yaml;
use crate::checklist::vocabulary::Vocabulary;
use crate::checklist::{Checklist, read};
use crate::conversation::Script;
use crate::fields::Fields;
use crate::problem::{Problem, Problems};

/// A checklist inside the program.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    /// Its id.
    pub id: &'static str,
    /// Its edition.
    pub edition: &'static str,
    /// Its file.
    pub text: &'static str,
    /// The situations that prove it.
    pub samples: &'static str,
}

macro_rules! shipped {
    ($($id:literal $edition:literal $file:literal,)*) => {
        &[$(Shipped {
            id: $id,
            edition: $edition,
            text: include_str!(concat!("../../checklists/", $file, ".yaml")),
            samples: include_str!(concat!("../../checklists/", $file, ".samples.yaml")),
        },)*]
    };
}

/// The checklists inside the program, by id, the editions of one id from the earliest on. An edition stays for good: cases
/// were opened under it. The newest has the plain name; each earlier one is in a folder of its edition.
pub const CHECKLISTS: &[Shipped] = shipped![
    "england-penalty-notice" "2026-11" "2026-11/england-penalty-notice",
    "england-penalty-notice" "2026-12" "england-penalty-notice",
    "herefordshire" "2026-11" "2026-11/herefordshire",
    "herefordshire" "2026-12" "herefordshire",
    "kent" "2026-11" "2026-11/kent",
    "kent" "2026-12" "kent",
    "lancashire" "2026-11" "2026-11/lancashire",
    "lancashire" "2026-12" "lancashire",
    "nottinghamshire" "2026-11" "2026-11/nottinghamshire",
    "nottinghamshire" "2026-12" "nottinghamshire",
    "southwark" "2026-11" "2026-11/southwark",
    "southwark" "2026-12" "southwark",
];

/// The program's own checklist of an id: of an edition, or the newest.
pub fn shipped(id: &str, edition: Option<&str>) -> Option<&'static Shipped> {
    let fits =
        |one: &&Shipped| one.id == id && edition.is_none_or(|edition| one.edition == edition);
    CHECKLISTS.iter().rfind(fits)
}

/// The layouts of the forms of shipped checklists: id, edition, the file's name and its text.
type ShippedForm = (&'static str, &'static str, (&'static str, &'static str));

macro_rules! forms {
    ($($id:literal $edition:literal $file:literal,)*) => {
        &[$((
            $id,
            $edition,
            ($file, include_str!(concat!("../../checklists/", $file))),
        ),)*]
    };
}

const FORMS: &[ShippedForm] = forms![
    "herefordshire" "2026-11" "2026-11/herefordshire.form.yaml",
    "herefordshire" "2026-12" "herefordshire.form.yaml",
    "kent" "2026-11" "2026-11/kent.form.yaml",
    "kent" "2026-12" "kent.form.yaml",
    "lancashire" "2026-11" "2026-11/lancashire.form.yaml",
    "lancashire" "2026-12" "lancashire.form.yaml",
    "nottinghamshire" "2026-11" "2026-11/nottinghamshire.form.yaml",
    "nottinghamshire" "2026-12" "nottinghamshire.form.yaml",
    "southwark" "2026-11" "2026-11/southwark.form.yaml",
    "southwark" "2026-12" "southwark.form.yaml",
];

/// The layout of a checklist that has none of its own: the file's name and its text.
pub const PLAIN_FORM: (&str, &str) = ("form.yaml", include_str!("../../data/form.yaml"));

/// The layout of the form of one of the program's own checklists: the file's name and its text.
pub fn form(id: &str, edition: &str) -> Option<(&'static str, &'static str)> {
    FORMS
        .iter()
        .find(|one| one.0 == id && one.1 == edition)
        .map(|one| one.2)
}

const VOCABULARY: &[(&str, &str)] = &[
    (
        "data/vocabulary/facts.yaml",
        include_str!("../../data/vocabulary/facts.yaml"),
    ),
    (
        "data/vocabulary/fields.yaml",
        include_str!("../../data/vocabulary/fields.yaml"),
    ),
    (
        "data/vocabulary/practices.yaml",
        include_str!("../../data/vocabulary/practices.yaml"),
    ),
];

/// The words every checklist shares.
///
/// # Panics
/// If a file of the vocabulary is wrong, which a test rules out.
pub fn vocabulary() -> &'static Vocabulary {
    static SHARED: OnceLock<Vocabulary> = OnceLock::new();
    SHARED.get_or_init(|| {
        let mut vocabulary = Vocabulary::default();
        for (file, text) in VOCABULARY {
            let mut problems = Problems::new(Path::new(file), Some(text));
            if let Some(node) = yaml::read(text, &mut problems) {
                vocabulary.add(&node, &mut problems);
            }
            assert!(problems.is_clear(), "{:?}", problems.into_vec());
        }
        vocabulary
    })
}

/// The script of a structured conversation.
///
/// # Panics
/// If its file is wrong, which a test rules out.
pub fn conversation() -> &'static Script {
    static SCRIPT: OnceLock<Script> = OnceLock::new();
    SCRIPT.get_or_init(|| {
        let text = include_str!("../../data/conversation.yaml");
        let mut problems = Problems::new(Path::new("data/conversation.yaml"), Some(text));
        let script =
            yaml::read(text, &mut problems).and_then(|file| Script::read(&file, &mut problems));
        assert!(problems.is_clear(), "{:?}", problems.into_vec());
        script.unwrap_or_else(|| unreachable!("a file without problems is a script"))
    })
}

/// What a gap means, why it matters, and how to clear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What was found.
    pub means: String,
    /// Why it matters.
    pub why: String,
    /// How to clear it.
    pub clear: String,
}

/// Every gap explained, by its code, in the order of the file.
///
/// # Panics
/// If the file of explanations is wrong, which a test rules out.
pub fn explanations() -> &'static [(String, Explanation)] {
    static EXPLAINED: OnceLock<Vec<(String, Explanation)>> = OnceLock::new();
    EXPLAINED.get_or_init(|| {
        let text = include_str!("../../data/gaps.yaml");
        let mut problems = Problems::new(Path::new("data/gaps.yaml"), Some(text));
        let file = yaml::read(text, &mut problems).unwrap_or_default();
        let pairs = file
            .get("gaps")
            .and_then(crate::tree::Node::as_map)
            .unwrap_or_default();
        let explained = pairs.iter().filter_map(|(key, node)| {
            let mut fields = Fields::of(node, "an explanation", &mut problems)?;
            let means = fields.need("means", &mut problems)?;
            let (why, clear) = (
                fields.need("why", &mut problems)?,
                fields.need("clear", &mut problems)?,
            );
            fields.finish(&mut problems);
            Some((key.name.to_string(), Explanation { means, why, clear }))
        });
        let explained: Vec<_> = explained.collect();
        assert!(
            problems.is_clear() && !explained.is_empty(),
            "{:?}",
            problems.into_vec()
        );
        explained
    })
}

/// Reads a checklist from the text of a file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_checklist(text: &str, file: &Path) -> Result<Checklist, Vec<Problem>> {
    let mut problems = Problems::new(file, Some(text));
    let found = yaml::read(text, &mut problems)
        .and_then(|node| read::checklist(&node, vocabulary(), &mut problems));
    found.ok_or_else(|| problems.into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gap_is_explained() {
        let codes = crate::readiness::gap::GapCode::WORDS
            .iter()
            .chain(&["broken-record"]);
        for code in codes {
            assert!(
                explanations().iter().any(|(known, _)| known == code),
                "{code}"
            );
        }
        assert_eq!(
            explanations().len(),
            crate::readiness::gap::GapCode::WORDS.len() + 1
        );
    }

    #[test]
    fn every_shipped_checklist_can_be_used_and_is_what_its_name_says() {
        let order = |one: &Shipped| (one.id, one.edition);
        assert!(CHECKLISTS.is_sorted_by_key(order), "by id, then edition");
        for Shipped {
            id, edition, text, ..
        } in CHECKLISTS
        {
            let checklist = parse_checklist(text, Path::new(id)).unwrap_or_else(|problems| {
                panic!(
                    "{}",
                    problems
                        .iter()
                        .map(crate::error::problem_text)
                        .collect::<String>()
                )
            });
            assert_eq!(
                (checklist.id.as_str(), checklist.edition.as_str()),
                (*id, *edition)
            );
            for item in &checklist.items {
                // The national framework asks for what no council's form does, so few of its items share a practice.
                let practice = item.practice.is_some() || *id == "england-penalty-notice";
                assert!(
                    practice && item.ask.is_some() && item.why.is_some(),
                    "{id}: {}",
                    item.id
                );
            }
        }
    }
}
