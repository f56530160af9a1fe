//! A copy that `attcheck redact` made, checked by itself.

use std::path::Path;

use super::{Beside, CaseJson, FoundJson};
use crate::case::redacted::check;
use crate::problem::Problems;
use crate::store::{read_long_text, yaml};

/// What is found of such a copy; `None` if the file is none.
pub(super) fn of(file: &Path) -> Option<CaseJson> {
    let text = read_long_text(file).ok()?;
    let mut problems = Problems::new(file, None);
    let checked = check(&yaml::read(&text, &mut problems)?)?;
    let mut found: Vec<FoundJson> =
        checked.faults.into_iter().map(|says| FoundJson::beside(Beside::RedactedChanged, says)).collect();
    if found.is_empty() {
        let says = format!(
            "a copy without {} of the record; each that is here says what it said when it was recorded",
            crate::number::counted(checked.left_out, "entry")
        );
        found.push(FoundJson::beside(Beside::Redacted, says));
    }
    Some(CaseJson { case: checked.case, entries: checked.kept, found })
}
