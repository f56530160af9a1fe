//! Files and folders of the school: written whole or not at all, and readable by their owner only.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::draft::Draft;
use super::links;
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
pub(super) fn private(options: &mut OpenOptions, folder: &Path) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(own_mode(folder));
}

/// Readable by the owner only; in a folder that hands its group on, by the group too.
#[cfg(unix)]
fn own_mode(folder: &Path) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    const SETGID: u32 = 0o2000;
    let shared = fs::metadata(folder).is_ok_and(|meta| meta.mode() & SETGID != 0);
    if shared { 0o660 } else { 0o600 }
}

#[cfg(not(unix))]
pub(super) fn private(_: &mut OpenOptions, _: &Path) {
    // On Windows a new file takes the rights of its folder.
}

/// Gives the draft the mode and group of the file it will replace.
#[cfg(unix)]
pub(super) fn keep_owner(draft: &File, target: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let Ok(old) = fs::metadata(target) else {
        // A new file: what the user's mask took from its mode is given back.
        let mode = own_mode(target.parent().unwrap_or(Path::new(".")));
        return draft
            .set_permissions(fs::Permissions::from_mode(mode))
            .context("cannot set who may read the case");
    };
    let new = draft.metadata().context("cannot read the draft")?;
    if new.gid() != old.gid() && std::os::unix::fs::fchown(draft, None, Some(old.gid())).is_err() {
        let hint = "ask whoever owns the file to record, or to put you into its group";
        return Err(refuse(
            "the file belongs to a group you are not in, and would lose it",
            hint,
        ));
    }
    draft
        .set_permissions(fs::Permissions::from_mode(old.mode() & 0o777))
        .context("cannot give the draft the rights of the case")
}

#[cfg(not(unix))]
pub(super) fn keep_owner(_: &File, _: &Path) -> anyhow::Result<()> {
    Ok(())
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

/// Makes a folder that only its owner can read.
///
/// # Errors
/// If it cannot be made.
pub fn make_folder(path: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .with_context(|| format!("cannot make the folder `{}`", path.display()))
}
