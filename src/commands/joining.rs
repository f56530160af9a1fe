//! Several copies of a case made one text: for `join`, `merge` and `take-over` alike.

use crate::case::Case;
use crate::case::join::{CannotJoin, join};
use crate::error::refuse;
use crate::store::{Loaded, edit};

/// The text of the joined case; the first side's layout and line ends are kept.
///
/// # Errors
/// If the sides are not copies of one case, one of them does not stand up, or one is laid out so that it cannot be joined.
pub(super) fn joined(sides: &[&Loaded]) -> anyhow::Result<String> {
    let cases: Vec<&Case> = sides.iter().map(|side| &side.case).collect();
    let picks = join(&cases).map_err(|cannot| match cannot {
        CannotJoin::DifferentCases => refuse(
            "the files are not copies of one case: what stands before `log:` differs",
            "give copies of one case",
        ),
        CannotJoin::Damaged { side, fault } => {
            let file = sides[side].path.display();
            let message = format!(
                "`{file}` does not stand up: {} (line {}): {}",
                fault.finding, fault.place.line, fault.says
            );
            refuse(message, "mend that copy first, or join without it")
        }
    })?;
    let texts: Vec<(&str, &Case)> = sides.iter().map(|side| (side.text.as_str(), &side.case)).collect();
    edit::joined(&texts, &picks).map_err(|cannot| refuse(cannot.message, cannot.hint))
}
