//! Links: a file that is only one of several names, and paths that lead out of the folder.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Component, Path};

use anyhow::Context as _;

use crate::error::refuse;

/// Opens a file of ours, such as the lock, and never through a link: whoever can put one there could have any file of the
/// user's written over. Nor is a pipe waited for.
///
/// # Errors
/// If it is a link, or cannot be opened.
pub(super) fn open_own(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    // FILE_FLAG_OPEN_REPARSE_POINT: the link itself is opened, and told below.
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::custom_flags(options, 0x0020_0000);
    let is_link = || {
        io::Error::other(format!(
            "`{}` is a link, and nothing is read or written through one; delete it",
            path.display()
        ))
    };
    let file = match options.open(path) {
        #[cfg(unix)]
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => return Err(is_link()),
        opened => opened?,
    };
    let kind = file.metadata()?.file_type();
    if kind.is_symlink() {
        return Err(is_link());
    }
    if !kind.is_file() {
        let says = format!("`{}` is no file; delete it", path.display());
        return Err(io::Error::other(says));
    }
    Ok(file)
}

/// Refuses a file that is only one of several names of the same bytes: a rename would part them.
///
/// # Errors
/// For a symbolic link, and for a file with more than one hard link.
pub fn refuse_links(path: &Path) -> anyhow::Result<()> {
    let meta =
        fs::symlink_metadata(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    if meta.file_type().is_symlink() {
        return Err(refuse(
            format!("`{}` is a link and is only read", path.display()),
            "record in the file it leads to",
        ));
    }
    if links(&meta) > 1 {
        let hint = "make a copy of its own in its place";
        return Err(refuse(
            format!("`{}` has a second name and is only read", path.display()),
            hint,
        ));
    }
    Ok(())
}

/// Refuses a link that leads out of a folder: what lies elsewhere is not the school's record.
///
/// # Errors
/// For such a link, and for one that leads nowhere.
pub fn refuse_way_out(path: &Path, folder: &Path) -> anyhow::Result<()> {
    if !fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_symlink()) {
        return Ok(());
    }
    if leads_inside(path, folder) {
        return Ok(());
    }
    let message = format!(
        "`{}` is a link that leads out of the folder, and is not followed",
        path.display()
    );
    Err(refuse(
        message,
        "put the file itself in its place, or give its own path",
    ))
}

/// Whether a path, all links in it followed, lies in a folder. Where no part of it below the folder is a link, its words
/// tell: some drives and shares cannot say where a path really leads.
pub fn leads_inside(path: &Path, folder: &Path) -> bool {
    let is_link =
        |part: &Path| fs::symlink_metadata(part).is_ok_and(|meta| meta.file_type().is_symlink());
    let plain = path
        .components()
        .all(|part| !matches!(part, Component::ParentDir));
    if plain
        && path.starts_with(folder)
        && !path
            .ancestors()
            .take_while(|part| *part != folder)
            .any(is_link)
    {
        return true;
    }
    matches!((path.canonicalize(), folder.canonicalize()), (Ok(path), Ok(folder)) if path.starts_with(&folder))
}

#[cfg(unix)]
fn links(meta: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(meta)
}

#[cfg(not(unix))]
fn links(_: &fs::Metadata) -> u64 {
    1
}
