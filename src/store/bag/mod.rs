//! A parcel of files with their hashes: a BagIt bag (RFC 8493), in a zip file or as a folder.
//!
//! Whoever gets one can check it with any BagIt program, or by hand with `sha256sum`. What is read is bounded, and nothing
//! is written anywhere while reading: a bag from outside is data until it has been looked through.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

mod read;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use anyhow::Context as _;
pub use read::{look_into, open, unpack};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, System, ZipWriter};

use super::{draft, file};
use crate::case::seal::sha256_hex;
use crate::error::refuse;
use crate::fold::turns_direction;

/// The declaration every bag begins with.
const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// How much a bag may hold, unpacked, in bytes.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// How many files a bag may hold.
const MOST_FILES: usize = 5_000;

/// What systems put into folders that somebody looked at.
pub(super) const OS_METADATA_FILES: [&str; 3] = ["Thumbs.db", "desktop.ini", ".DS_Store"];

/// Files by their path in the bag's `data`, with `/` between its parts.
pub type Payload = BTreeMap<String, Vec<u8>>;

/// A bag that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bag {
    /// What it holds.
    pub payload: Payload,
    /// What it says of itself, each line by its label of RFC 8493, in their order; without how much it holds, which was
    /// found to be so.
    pub info: Vec<(String, String)>,
}

impl Bag {
    /// What the bag says of itself under a label.
    pub fn info(&self, label: &str) -> Option<&str> {
        let mut lines = self.info.iter();
        lines
            .find(|(own, _)| own == label)
            .map(|(_, value)| value.as_str())
    }
}

/// The lines of `bag-info.txt`, as they are written.
pub fn info_lines(about: &[(&str, String)]) -> Vec<(String, String)> {
    let lines = about.iter().map(|(label, value)| {
        // A line break in a value would make a line of its own, and the file is read in terminals too.
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let drives = |c: char| c.is_control() || turns_direction(c);
        ((*label).to_owned(), value.replace(drives, "\u{fffd}"))
    });
    lines.collect()
}

/// The line of `bag-info.txt` that says how much there is.
fn oxum(payload: &Payload) -> (&'static str, String) {
    let size: usize = payload.values().map(Vec::len).sum();
    ("Payload-Oxum", format!("{size}.{}", payload.len()))
}

/// Packs a bag into a zip file. The same payload gives the same bytes.
///
/// # Errors
/// If there is too much for a bag, or a file is too large for a zip file.
pub fn pack(name: &str, payload: &Payload, about: &[(&str, String)]) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // Set, or the zip library would write the system it runs on.
    let options = SimpleFileOptions::default()
        .system(System::Unix)
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o600);
    for (path, bytes) in files(payload, about)? {
        zip.start_file(format!("{name}/{path}"), options)
            .context("the parcel cannot be packed")?;
        zip.write_all(&bytes)
            .context("the parcel cannot be packed")?;
    }
    Ok(zip
        .finish()
        .context("the parcel cannot be packed")?
        .into_inner())
}

/// Writes a bag as a folder, whole or not at all: it gets its name when everything is in it.
///
/// # Errors
/// If the folder is there already or cannot be written, or if there is too much for a bag.
pub fn write_folder(
    folder: &Path,
    payload: &Payload,
    about: &[(&str, String)],
) -> anyhow::Result<()> {
    let taken = || {
        refuse(
            format!("`{}` is there already", folder.display()),
            "give the name of a new folder",
        )
    };
    if std::fs::symlink_metadata(folder).is_ok() {
        return Err(taken());
    }
    let name = folder
        .file_name()
        .filter(|name| !name.to_string_lossy().contains(':'));
    let name = name.ok_or_else(|| refuse("that is no name of a folder", "give another"))?;
    let around = folder
        .parent()
        .filter(|around| !around.as_os_str().is_empty());
    if let Some(around) = around.filter(|around| !around.is_dir()) {
        let message = format!("there is no folder `{}`", around.display());
        return Err(refuse(message, "make it first, or give another place"));
    }
    let draft = folder.with_file_name(format!(".{}.new", name.to_string_lossy()));
    if std::fs::symlink_metadata(&draft).is_ok_and(|meta| meta.is_dir()) {
        if !draft::is_left_over(&draft) {
            let hint = "wait until it is done; what a run that was broken off left is cleared after a minute";
            return Err(refuse(
                format!("somebody is writing `{}` just now", folder.display()),
                hint,
            ));
        }
        std::fs::remove_dir_all(&draft)
            .context("cannot clear what an interrupted run left behind")?;
    }
    let written = files(payload, about)?
        .into_iter()
        .try_for_each(|(path, bytes)| {
            let target = draft.join(path.split('/').collect::<std::path::PathBuf>());
            file::make_folder(target.parent().unwrap_or(&draft))?;
            file::write_whole(&target, &bytes)
        });
    let named = written.and_then(|()| {
        std::fs::rename(&draft, folder)
            .with_context(|| format!("cannot write `{}`", folder.display()))
    });
    match &named {
        Ok(()) => file::all_written(folder),
        // What was begun is of no use to anybody; if it cannot be taken away its name says that it is not whole.
        Err(_) => drop(std::fs::remove_dir_all(&draft)),
    }
    named
}

/// Every file of a bag by its path, the ones that declare it first.
fn files<'p>(
    payload: &'p Payload,
    about: &[(&str, String)],
) -> anyhow::Result<Vec<(String, Cow<'p, [u8]>)>> {
    let whole: u64 = payload.values().map(|bytes| bytes.len() as u64).sum();
    if whole > MOST_BYTES || payload.len() > MOST_FILES - 4 {
        let message = format!(
            "the parcel would hold {} MB in {} files, and may hold {} MB in {MOST_FILES}",
            whole / 1024 / 1024,
            payload.len(),
            MOST_BYTES / 1024 / 1024
        );
        return Err(refuse(
            message,
            "send the largest documents apart, and say so to the next school",
        ));
    }
    let mut manifest = String::new();
    for (path, bytes) in payload {
        // Writing to a String cannot fail.
        let _ = writeln!(manifest, "{}  data/{path}", sha256_hex(bytes));
    }
    let mut info = String::new();
    for (label, value) in info_lines(about)
        .into_iter()
        .chain(info_lines(&[oxum(payload)]))
    {
        let _ = writeln!(info, "{label}: {value}");
    }
    let tags = [
        ("bagit.txt", DECLARATION),
        ("bag-info.txt", &info),
        (MANIFEST, &manifest),
    ];
    let mut tag_manifest = String::new();
    for (path, text) in tags {
        let _ = writeln!(tag_manifest, "{}  {path}", sha256_hex(text.as_bytes()));
    }
    let tags = tags
        .into_iter()
        .chain([(TAG_MANIFEST, tag_manifest.as_str())]);
    let tags = tags.map(|(path, text)| (path.to_owned(), Cow::Owned(text.as_bytes().to_vec())));
    let held = payload
        .iter()
        .map(|(path, bytes)| (format!("data/{path}"), Cow::Borrowed(bytes.as_slice())));
    Ok(tags.chain(held).collect())
}
