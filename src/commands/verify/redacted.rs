//! A copy that `attcheck redact` made, checked by itself.

use std::path::Path;

use super::{Beside, CaseJson, FoundJson};
use crate::case::receipt::Receipt;
use crate::case::redacted::{check, is_of};
use crate::problem::Problems;
use crate::store::{limits, read_long_text_up_to, yaml};

/// What is found of such a copy; `None` if the file is none.
pub(super) fn of(file: &Path, receipts: &[Receipt]) -> Option<CaseJson> {
    let text = read_long_text_up_to(file, limits::CASE).ok()?;
    let mut problems = Problems::new(file, None);
    let copy = yaml::read(&text, &mut problems)?;
    let checked = check(&copy)?;
    let mut found: Vec<FoundJson> = checked
        .faults
        .into_iter()
        .map(|says| FoundJson::beside(Beside::RedactedChanged, says))
        .collect();
    if found.is_empty() {
        let says = format!(
            "a copy without {} of the record; each that is here says what it said when it was recorded",
            crate::number::counted(checked.left_out, "entry")
        );
        found.push(FoundJson::beside(Beside::Redacted, says));
    }
    for receipt in receipts
        .iter()
        .filter(|receipt| receipt.case == checked.case)
    {
        found.push(if is_of(&copy, receipt) {
            FoundJson::beside(
                Beside::ReceiptKept,
                "it is a copy of the very record of the receipt".to_owned(),
            )
        } else {
            let says =
                "it is a copy of another record than the receipt's, or of another day".to_owned();
            FoundJson::beside(Beside::ReceiptBroken, says)
        });
    }
    Some(CaseJson {
        case: checked.case,
        entries: checked.kept,
        found,
    })
}
