//! Whether a record still holds what somebody was told that it held.

use std::path::Path;

use super::{Beside, FoundJson};
use crate::case::Case;
use crate::case::entry::EntryId;
use crate::case::receipt::{Kept, Receipt, compare};
use crate::error::refuse;
use crate::number::counted;
use crate::store::{limits, read_long_text_up_to};

/// Reads the receipts somebody holds: a mail may quote several.
///
/// # Errors
/// If the file cannot be read or holds no receipt.
pub(super) fn read(file: &Path) -> anyhow::Result<Vec<Receipt>> {
    Receipt::read_all(&read_long_text_up_to(file, limits::RECEIPTS)?).map_err(|says| {
        let hint = "give the lines that `attcheck receipt` printed, all of them, as a text file";
        refuse(format!("`{}` is no receipt: {says}", file.display()), hint)
    })
}

/// What is found of a case's receipts.
pub(super) fn of(case: &Case, receipts: &[Receipt]) -> Vec<FoundJson> {
    receipts
        .iter()
        .filter(|receipt| receipt.case == case.id.as_str())
        .map(|one| found(case, one))
        .collect()
}

fn found(case: &Case, receipt: &Receipt) -> FoundJson {
    let short = |ids: &[EntryId]| ids.iter().map(EntryId::short).collect::<Vec<_>>().join(" ");
    let all = counted(receipt.entries, "entry");
    let (what, says) = match compare(case, receipt) {
        Kept::Whole { later } => (
            Beside::ReceiptKept,
            format!("it holds all {all} of the receipt, unchanged, and {later} more"),
        ),
        Kept::Struck { later, struck } => (
            Beside::ReceiptKept,
            format!(
                "it holds all {all} of the receipt and {later} more; the text of {} was taken out since, as a later entry says",
                short(&struck)
            ),
        ),
        Kept::Gone(ids) => (
            Beside::ReceiptBroken,
            format!(
                "{} of the receipt is not in the record: newest entries were taken away, or it was made anew",
                short(&ids)
            ),
        ),
        Kept::Changed | Kept::OtherCase => (
            Beside::ReceiptBroken,
            "what the receipt tells of is not what the record holds".to_owned(),
        ),
    };
    FoundJson::beside(what, says)
}
