//! How much of each kind of file is read, wherever it comes from: the folder, a parcel, a pack or an e-mail. What is larger is
//! refused before it is read.

use std::fs::{self, Metadata};
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

/// Refuses what is no file, such as a pipe, which would keep whoever opens it waiting, and a file that is too large.
///
/// # Errors
/// If it is either. One that is not there is no error here.
pub fn refuse_other(path: &Path, most: u64) -> anyhow::Result<()> {
    match fs::metadata(path) {
        Ok(meta) => refuse_meta(path, &meta, most),
        Err(_) => Ok(()),
    }
}

fn refuse_meta(path: &Path, meta: &Metadata, most: u64) -> anyhow::Result<()> {
    if !meta.is_file() {
        let error = io::Error::other("it is no file, but a folder or a pipe");
        return Err(error).with_context(|| format!("cannot read `{}`", path.display()));
    }
    if meta.len() > most {
        return Err(refuse(
            format!(
                "`{}` is {} MB large, and may be {} MB",
                path.display(),
                meta.len() / MB,
                most / MB
            ),
            "it is not a file that attcheck wrote",
        ));
    }
    Ok(())
}

/// The same for those who tell what went wrong themselves.
pub(super) fn is_fit(path: &Path, most: u64) -> io::Result<()> {
    let meta = fs::metadata(path)?;
    if meta.is_file() && meta.len() <= most {
        return Ok(());
    }
    Err(io::Error::other("it is no file, or far too large"))
}
