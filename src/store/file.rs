//! Files and folders of the school: written whole or not at all, and readable by their owner only.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::draft::Draft;
use super::{links, rights};
use crate::error::refuse;

/// A folder as people call it: the one of a bare name is this one.
pub(super) fn shown(folder: &Path) -> std::path::Display<'_> {
    if folder.as_os_str().is_empty() {
        Path::new(".").display()
    } else {
        folder.display()
    }
}

/// Writes a file whole or not at all, for output the user asked for.
///
/// # Errors
/// If the folder cannot be written.
pub fn write_whole(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    Draft::alone(target)?.publish(bytes).map(|_| ())
}

/// Whether a file could be run as a program.
pub fn can_be_run(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && rights::can_be_run(&meta))
}

/// Puts a shorter text into the room that a file has. It is not whole or not at all: only for a file whose text is to go.
///
/// # Errors
/// If it is not there, or cannot be written.
pub(super) fn overwrite(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(target)?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Adds to the end of a file, in its place.
///
/// # Errors
/// If it is not there, or cannot be written.
pub fn append(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(target)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes one of many files into a folder, each whole or not at all; [`all_written`] comes after the last.
///
/// # Errors
/// As [`write_whole`].
pub fn write_one_of_many(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    Draft::one_of_many(target)?
        .publish_one_of_many(bytes)
        .map(|_| ())
}

/// Makes sure of the names of files written into a folder one after the other; `one` is any of them.
pub fn all_written(one: &Path) {
    sync_folder(one);
}

/// What lies in a folder, by name; nothing if there is no such folder.
///
/// # Errors
/// If the folder cannot be read.
pub(super) fn listed(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries,
    };
    let paths = entries.and_then(|entries| {
        entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect()
    });
    let mut paths: Vec<PathBuf> =
        paths.with_context(|| format!("cannot read the folder `{}`", folder.display()))?;
    paths.sort();
    Ok(paths)
}

/// Takes a folder away if nothing is in it.
pub fn remove_empty(folder: &Path) {
    let _ = fs::remove_dir(folder);
}

/// Takes a file away.
///
/// # Errors
/// If it cannot be taken away.
pub fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

#[cfg(unix)]
pub(super) fn sync_folder(target: &Path) {
    // The rename has happened; that the folder cannot be synced too is no reason to call it a failure.
    let _ = target
        .parent()
        .map(|folder| File::open(folder).and_then(|folder| folder.sync_all()));
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_: &Path) {}

/// Makes a folder of a case below one of the school's, such as `evidence/k7m4px`.
///
/// # Errors
/// If it cannot be made, or a link in its place leads elsewhere.
pub fn make_own_folder(path: &Path) -> anyhow::Result<()> {
    make_folder(path)?;
    match path.parent() {
        Some(around) if !links::leads_inside(path, around) => {
            let message = format!(
                "`{}` is a link that leads out of the folder, and is not written to",
                path.display()
            );
            Err(refuse(message, "put a folder in its place"))
        }
        _ => Ok(()),
    }
}

/// Makes a folder, with those around it that are not there. Its owner alone can read it, and where the folder around it is
/// shared with a group, that group.
///
/// # Errors
/// If it cannot be made.
pub fn make_folder(path: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot make the folder `{}`", path.display());
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.is_dir();
    let missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();
    for folder in missing.into_iter().rev() {
        let mut builder = fs::DirBuilder::new();
        rights::private_folder(&mut builder);
        match builder.create(folder) {
            Ok(()) => rights::share_folder(folder),
            // Somebody else has just made it.
            Err(_) if folder.is_dir() => {}
            Err(error) => return Err(error).with_context(cannot),
        }
    }
    Ok(())
}
