//! Which checklists the open cases are worked against, and whether each can be used.

use std::collections::BTreeMap;

use super::Finding;
use crate::case::CaseId;
use crate::checklist::by_edition;
use crate::commands::Context;
use crate::commands::checklist::{KEEP_ONE, twice};
use crate::commands::context::from_here;
use crate::number::counted;
use crate::store::checklists::{self, Origin};
use crate::store::{SETTINGS, case_lists};

/// A checklist that open cases are worked against.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InUse {
    pub(super) id: String,
    pub(super) edition: String,
    /// The case, where a checklist came with it from another school.
    pub(super) came_with: Option<CaseId>,
}

/// The checklists of the open cases: whether each is here, and whether a newer edition is.
pub(super) fn findings(cx: &Context, used: &BTreeMap<InUse, usize>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (list, count) in used {
        let InUse {
            id,
            edition,
            came_with,
        } = list;
        let says = format!("{id}, edition {edition}: {}", counted(*count, "open case"));
        let here = checklists::of_edition(&cx.store, id, edition);
        if let (Err(_), Some(case)) = (&here, came_with) {
            findings.push(list_of_one_case(cx, case, (id, edition), &says));
            continue;
        }
        let found = match here {
            Err(_) => Finding::ill(
                "checklist",
                format!("{says}, and it cannot be used"),
                format!(
                    "`attcheck checklist check` says why; put the file of {id}, edition {edition} into `checklists`"
                ),
            ),
            Ok(_) => match checklists::of_id(&cx.store, id) {
                Ok(newest) if by_edition(&newest.edition, edition).is_gt() => Finding::ill(
                    "checklist",
                    format!("{says}; edition {} is here", newest.edition),
                    format!(
                        "see what changed: attcheck checklist diff {id}@{edition} {id}@{} --cases",
                        newest.edition
                    ),
                ),
                _ => {
                    let own = checklists::file_of(&cx.store, id, edition);
                    let from = match own.ok().flatten() {
                        None => "in the program".to_owned(),
                        Some(file) => from_here(&file),
                    };
                    Finding::well("checklist", format!("{says} ({from})"))
                }
            },
        };
        findings.push(found);
    }
    let every = checklists::every(&cx.store).unwrap_or_default();
    for (says, _) in twice(&every) {
        findings.push(Finding::ill("checklist", says, KEEP_ONE));
    }
    for offered in every {
        if let (Err(_), Origin::Folder { file, .. }) = (&offered.checklist, &offered.origin) {
            let (says, file) = (
                format!("{} cannot be used", from_here(file)),
                from_here(file),
            );
            findings.push(Finding::ill(
                "checklist",
                says,
                format!("attcheck checklist check \"{file}\""),
            ));
        }
    }
    for offered in case_lists::every(&cx.store).unwrap_or_default() {
        if let (Err(error), Origin::OneCase { case, .. }) = (&offered.checklist, &offered.origin) {
            findings.push(Finding::ill(
                "checklist",
                format!("the checklist that came with case {case} cannot be used"),
                format!("{error:#}"),
            ));
        }
    }
    if let Some(id) = &cx.store.settings().checklist
        && checklists::of_id(&cx.store, id).is_err()
    {
        let says = format!("the checklist of a new case, `{id}` in {SETTINGS}, cannot be used");
        findings.push(Finding::ill(
            "checklist",
            says,
            "`attcheck checklist list` shows those there are",
        ));
    }
    findings
}

/// A checklist that came with a case from another school, and is nowhere else.
fn list_of_one_case(
    cx: &Context,
    case: &CaseId,
    (id, edition): (&str, &str),
    says: &str,
) -> Finding {
    match case_lists::find(&cx.store, case, id, edition) {
        Ok(Some(_)) => Finding::well(
            "checklist",
            format!("{says} (came with case {case}, and counts for it alone)"),
        ),
        Ok(None) | Err(_) => Finding::ill(
            "checklist",
            format!("{says}, and it cannot be used"),
            format!(
                "put the file of {id}, edition {edition} into `checklists`, or take case {case} over again"
            ),
        ),
    }
}
