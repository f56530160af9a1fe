//! How much of each kind of file is read, wherever it comes from: the folder, a parcel, a pack or an e-mail. What is larger is
//! refused before it is read.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;

use crate::error::refuse;

const MB: u64 = 1024 * 1024;

/// A case.
pub const CASE: u64 = crate::case::MOST_BYTES;
/// A checklist, its situations or the layout of its form.
pub const CHECKLIST: u64 = 2 * MB;
/// The marks of one pupil: twelve years of three hundred days, each read often, are far less.
pub const REGISTER: u64 = 4 * MB;
/// The settings of a folder, the ledger, and other small files of the program.
pub const SMALL: u64 = 2 * MB;
/// Receipts, as they stand in e-mails, which may carry more.
pub const RECEIPTS: u64 = 4 * MB;
/// A council's Word file.
pub const FORM: u64 = 64 * MB;
/// A copy of a document: a scan of some hundred pages is far smaller.
pub const DOCUMENT: u64 = 100 * MB;
/// A paper of a pack: a form, a page or a table.
const PAPER: u64 = 16 * MB;
/// What another system exports: the marks of a whole school for a year, or a table of entries.
pub const EXPORT: u64 = 256 * MB;

/// The limit of a file in a bag, by its path there.
pub fn of_bag(path: &str) -> u64 {
    let inner = path.strip_prefix("data/").unwrap_or(path);
    let inner = inner.strip_prefix("record/").unwrap_or(inner);
    let folder = inner.split_once('/').map_or("", |(folder, _)| folder);
    let last = inner.rsplit('/').next().unwrap_or_default();
    match folder {
        "cases" => CASE,
        "registers" => REGISTER,
        "checklists" => CHECKLIST,
        "evidence" | "exhibits" => DOCUMENT,
        _ if last == "receipt.txt" => RECEIPTS,
        // Settings and lists, and the bag's own files.
        _ if folder.is_empty() && (inner == path || is_yaml_or_toml(last)) => SMALL,
        _ => PAPER,
    }
}

fn is_yaml_or_toml(name: &str) -> bool {
    let ending = Path::new(name).extension();
    ending.is_some_and(|ending| ending == "yaml" || ending == "toml")
}

/// How much a zip file of a size may unpack to. Letters and scans hardly shrink, and the text of a record to a tenth or so.
pub fn of_zip(size: u64) -> u64 {
    (64 * MB).saturating_add(size.saturating_mul(50))
}

/// Why a path is not read.
pub(super) enum Unfit {
    /// It is a folder, or a pipe, which would keep whoever opens it waiting.
    NoFile,
    /// It has so many bytes.
    TooLarge(u64),
}

/// Whether a path is not to be read, and why.
///
/// # Errors
/// If it is not there, or the system cannot tell.
pub(super) fn unfit(path: &Path, most: u64) -> io::Result<Option<Unfit>> {
    let meta = fs::metadata(path)?;
    Ok(if !meta.is_file() {
        Some(Unfit::NoFile)
    } else if meta.len() > most {
        Some(Unfit::TooLarge(meta.len()))
    } else {
        None
    })
}

/// Refuses what is no file, and a file that is too large.
///
/// # Errors
/// If it is either. One that is not there is no error here.
pub fn refuse_other(path: &Path, most: u64) -> anyhow::Result<()> {
    match unfit(path, most) {
        Ok(Some(Unfit::NoFile)) => {
            let error = io::Error::other("it is no file, but a folder or a pipe");
            Err(error).with_context(|| format!("cannot read `{}`", path.display()))
        }
        Ok(Some(Unfit::TooLarge(size))) => Err(refuse(
            format!(
                "`{}` is {} MB large, and may be {} MB",
                path.display(),
                size / MB,
                most / MB
            ),
            "it is not a file that attcheck wrote",
        )),
        Ok(None) | Err(_) => Ok(()),
    }
}
