//! What a parcel from another school holds, looked through before anything is written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::case::entry::Content;
use crate::case::receipt::{self, Receipt, compare};
use crate::case::seal::sha256_hex;
use crate::case::{Case, CaseId, verify};
use crate::commands::hand_over::about_bag;
use crate::error::{BadFile, refuse};
use crate::register::{self, Register};
use crate::store::bag::{self, Bag};
use crate::store::beside::EVIDENCE;
use crate::store::{self, Loaded, forms, own_path};

/// What a parcel holds, looked through.
pub(super) struct Parcel {
    /// The record.
    pub(super) loaded: Loaded,
    /// The marks of the register.
    pub(super) marks: Option<Register>,
    /// Copies of documents, by their path in the folder.
    pub(super) documents: Vec<(String, Vec<u8>)>,
    /// The text of the former school's own checklist.
    pub(super) checklist: Option<String>,
    /// The text of the layout of its form.
    pub(super) form: Option<String>,
}

/// Everything in a parcel, checked: nothing in it may lie anywhere but where a case's own files lie.
///
/// # Errors
/// Says what does not fit; nothing was written.
pub(super) fn looked_through(bag: Bag) -> anyhow::Result<Parcel> {
    let Bag { mut payload, info } = bag;
    let foreign = |what: &str| {
        refuse(
            format!("the parcel {what}"),
            "ask the former school to pack it again",
        )
    };
    let name = payload
        .keys()
        .find(|path| path.starts_with("cases/"))
        .cloned();
    let name = name.ok_or_else(|| foreign("holds no case"))?;
    let id = name
        .strip_prefix("cases/")
        .and_then(|name| name.strip_suffix(".yaml"))
        .unwrap_or_default();
    let id = CaseId::new(id).map_err(|_| foreign("names its case in a way that cannot be"))?;
    let text = |bytes: Vec<u8>| {
        String::from_utf8(bytes).map_err(|_| foreign("holds a text that is not UTF-8"))
    };
    let text_of_case = text(payload.remove(&name).unwrap_or_default())?;
    let inside = PathBuf::from(format!("{id}.yaml"));
    let case =
        store::parse_case(&text_of_case, &inside).map_err(|problems| BadFile { problems })?;
    if case.id != id {
        return Err(foreign("holds a case under another id than its own"));
    }
    refuse_faults(&case)?;
    let bytes = payload
        .remove("receipt.txt")
        .ok_or_else(|| foreign("holds no receipt of its record"))?;
    let receipts = Receipt::read_all(&text(bytes)?)
        .map_err(|says| foreign(&format!("has a receipt, but {says}")))?;
    let kept = |one: &Receipt| compare(&case, one) == receipt::Kept::Whole { later: 0 };
    if !receipts.iter().all(kept) {
        return Err(foreign("holds a record that is not the one of its receipt"));
    }
    payload.remove("read-me.txt");
    let marks = payload
        .remove(&format!("registers/{id}.csv"))
        .map(text)
        .transpose()?;
    let marks = marks.map(|text| register::read(&text)).transpose();
    let marks = marks.map_err(|bad| {
        foreign(&format!(
            "holds marks that cannot be read: row {}: {}",
            bad.row, bad.says
        ))
    })?;
    let named: HashSet<(&str, &str)> = case
        .entries
        .iter()
        .filter_map(|entry| entry.content())
        .filter_map(|content| match content {
            Content::Action(action) => Some(&action.attach),
            _ => None,
        })
        .flatten()
        .filter_map(|copy| Some((copy.file.as_str(), copy.sha256.as_deref()?)))
        .collect();
    let (mut documents, mut checklist, mut form) = (Vec::new(), None, None);
    for (path, bytes) in payload {
        let flat = own_path::is_portable;
        let own = path
            .strip_prefix(&format!("{EVIDENCE}/{id}/"))
            .is_some_and(flat);
        if own && named.contains(&(path.as_str(), sha256_hex(&bytes).as_str())) {
            documents.push((path, bytes));
        } else if path.strip_prefix("checklists/").is_some_and(flat)
            && forms::is_form(Path::new(&path))
            && form.is_none()
        {
            form = Some(text(bytes)?);
        } else if path.strip_prefix("checklists/").is_some_and(flat) && checklist.is_none() {
            checklist = Some(text(bytes)?);
        } else {
            return Err(foreign("holds a file that no entry of its record names"));
        }
    }
    drop(named);
    refuse_other_label(&case, &info)?;
    let loaded = Loaded {
        path: inside,
        text: text_of_case,
        case,
    };
    Ok(Parcel {
        loaded,
        marks,
        documents,
        checklist,
        form,
    })
}

/// A bag that says of itself what its record does not: `bag-info.txt` is not in the receipt, and can be changed with its
/// manifests made anew.
fn refuse_other_label(case: &Case, info: &[(String, String)]) -> anyhow::Result<()> {
    let day = info
        .iter()
        .find(|(label, value)| label == "Bagging-Date" && crate::day::stored(value).is_some());
    let day = day.map(|(_, day)| day.as_str()).unwrap_or_default();
    let expected = bag::info_lines(&about_bag(case, day));
    if info == expected {
        return Ok(());
    }
    let line = |(label, value): &(String, String)| format!("`{label}: {value}`");
    let says = match info.iter().find(|one| !expected.contains(one)) {
        Some(other) => format!("says {} in `bag-info.txt`", line(other)),
        None => "has a line twice in `bag-info.txt`, or lacks one".to_owned(),
    };
    Err(refuse(
        format!("the parcel {says}, and its record does not"),
        "ask the former school to pack it again",
    ))
}

fn refuse_faults(case: &Case) -> anyhow::Result<()> {
    let Some(fault) = verify::faults(case).into_iter().next() else {
        return Ok(());
    };
    let message = format!(
        "the record in the parcel does not stand up: {} (line {}): {}",
        fault.finding, fault.place.line, fault.says
    );
    Err(refuse(
        message,
        "ask the former school to mend it with `attcheck verify` and pack it again",
    ))
}
