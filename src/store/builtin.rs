//! What travels inside the program: the shared vocabulary and the checklists.

use std::path::Path;
use std::sync::OnceLock;

use super::yaml;
use crate::checklist::vocabulary::Vocabulary;
use crate::checklist::{Checklist, read};
use crate::problem::{Problem, Problems};

/// The checklists inside the program, by id.
pub const CHECKLISTS: &[(&str, &str)] = &[
    ("herefordshire", include_str!("../../checklists/herefordshire.yaml")),
    ("lancashire", include_str!("../../checklists/lancashire.yaml")),
];

const VOCABULARY: &[(&str, &str)] = &[
    ("data/vocabulary/facts.yaml", include_str!("../../data/vocabulary/facts.yaml")),
    ("data/vocabulary/fields.yaml", include_str!("../../data/vocabulary/fields.yaml")),
    ("data/vocabulary/practices.yaml", include_str!("../../data/vocabulary/practices.yaml")),
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

/// Reads a checklist from the text of a file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_checklist(text: &str, file: &Path) -> Result<Checklist, Vec<Problem>> {
    let mut problems = Problems::new(file, Some(text));
    let found =
        yaml::read(text, &mut problems).and_then(|node| read::checklist(&node, vocabulary(), &mut problems));
    found.ok_or_else(|| problems.into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_checklist_can_be_used_and_is_what_its_name_says() {
        for (id, text) in CHECKLISTS {
            let checklist = parse_checklist(text, Path::new(id)).unwrap_or_else(|problems| {
                panic!("{}", problems.iter().map(crate::error::problem_text).collect::<String>())
            });
            assert_eq!(checklist.id, *id);
            for item in &checklist.items {
                assert!(
                    item.practice.is_some() && item.ask.is_some() && item.why.is_some(),
                    "{id}: {}",
                    item.id
                );
            }
        }
    }
}
