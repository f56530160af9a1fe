//! Writing that either happened or did not: two bolts, a draft, a rename.
//!
//! First a lock on `.lock` in the folder, never deleted; then a draft made with `create_new`, which is the second
//! bolt and the temporary file in one. Only then is the case read. The case file itself is never locked: the rename
//! would slip out of the lock.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;

use super::links;
use crate::error::refuse;

/// How long to wait for one other program that is writing.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait for many that write one after the other: each is busy, none is stuck.
const PATIENCE_WITH_MANY: Duration = Duration::from_secs(60);
/// A draft not touched for so long was left by a crash.
const LEFT_OVER: Duration = Duration::from_secs(60);
/// How long Windows may keep a file open that it has just indexed or scanned.
const RENAME_PATIENCE: Duration = Duration::from_secs(2);
pub(super) const LOCK: &str = ".lock";
const HOLDER: &str = ".lock-holder";

/// What is told once a left-over was cleared.
pub(super) const CLEARED: &str =
    "cleared what an interrupted write had left behind; nothing was lost";

/// The first bolt: nobody else writes in the folder while it is held.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Waits for the lock. `holder` says who asks for it; it is a courtesy to others and trusted for nothing.
    ///
    /// # Errors
    /// If the folder cannot be written, or somebody else holds the lock for too long.
    pub fn acquire(folder: &Path, holder: &str) -> anyhow::Result<Self> {
        let path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        private(&mut options, folder);
        let file = options
            .open(&path)
            .with_context(|| format!("cannot write in the folder `{}`", shown(folder)))?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE_WITH_MANY => {
                    pause(begun.elapsed());
                }
                Err(TryLockError::WouldBlock) => {
                    let who = fs::read_to_string(folder.join(HOLDER)).unwrap_or_default();
                    let who = who
                        .lines()
                        .next()
                        .filter(|line| !line.is_empty())
                        .unwrap_or("another program");
                    return Err(refuse(
                        format!("the folder is being written to by {who}"),
                        "try again in a moment",
                    ));
                }
                // Some network shares know no locks; the draft is a bolt there too.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    break;
                }
                Err(TryLockError::Error(error)) => {
                    return Err(error).context("cannot lock the folder");
                }
            }
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        private(&mut options, folder);
        // A courtesy only: that it cannot be written harms nothing.
        let _ = options
            .open(folder.join(HOLDER))
            .and_then(|mut file| file.write_all(holder.as_bytes()));
        Ok(Self { _file: file })
    }
}

/// Sleeps before the next try. Who has waited longer tries more often, so that of many writers none is left out; the
/// lengths differ by chance, so that they do not wake in step. Never so often that those who wait keep the one who
/// writes from the processor.
fn pause(waited: Duration) {
    const LONGEST: u64 = 24;
    let seconds = waited.as_secs();
    let mut chance = [0u8; 1];
    // Without chance the lengths are merely even.
    let _ = getrandom::fill(&mut chance);
    let span = LONGEST.saturating_sub(seconds * 8).max(1);
    std::thread::sleep(Duration::from_micros(
        4000 + u64::from(chance[0]) * span * 8,
    ));
}

/// The second bolt, and the file that will take the place of the case.
#[derive(Debug)]
pub struct Draft {
    file: File,
    path: PathBuf,
    target: PathBuf,
    published: bool,
    /// Said to the user once all is done.
    pub notice: Option<String>,
}

impl Draft {
    /// Makes the draft beside the file it is for, waiting for another program's draft to go away.
    ///
    /// # Errors
    /// If another program keeps writing, or the folder cannot be written.
    pub fn create(target: &Path) -> anyhow::Result<Self> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.new"));
        let folder = target.parent().unwrap_or(Path::new("."));
        let begun = Instant::now();
        let mut standing = (made_at(&path), begun);
        let mut notice = None;
        loop {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            private(&mut options, folder);
            match options.open(&path) {
                Ok(file) => {
                    return Ok(Self {
                        file,
                        path,
                        target: target.to_owned(),
                        published: false,
                        notice,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    // Another draft than the last one looked at: somebody has finished, and the next one is writing.
                    let made = made_at(&path);
                    if made != standing.0 {
                        standing = (made, Instant::now());
                    }
                    if is_left_over(&path) {
                        clear(&path)?;
                        notice = Some(CLEARED.to_owned());
                    } else if standing.1.elapsed() > PATIENCE
                        || begun.elapsed() > PATIENCE_WITH_MANY
                    {
                        let hint = format!(
                            "try again in a minute; `{}` is then taken for a left-over",
                            path.display()
                        );
                        return Err(refuse("another program is writing the same file", hint));
                    } else {
                        pause(begun.elapsed());
                    }
                }
                // Windows says so while another program's draft is being renamed away.
                Err(error)
                    if cfg!(windows)
                        && error.raw_os_error() == Some(5)
                        && begun.elapsed() < PATIENCE =>
                {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => {
                    return Err(error).with_context(|| {
                        format!("cannot write in the folder `{}`", shown(folder))
                    });
                }
            }
        }
    }

    /// Puts a text in the place of the file: write, sync, rename, sync the folder. The file is then as before or
    /// complete, and nothing between.
    ///
    /// # Errors
    /// If the disk is full, the file is open elsewhere, or its group cannot be kept. The file is then as it was.
    pub fn publish(self, text: &[u8]) -> anyhow::Result<Option<String>> {
        let target = self.target.clone();
        let notice = self.publish_one_of_many(text)?;
        sync_folder(&target);
        Ok(notice)
    }

    /// As [`Self::publish`], but for the folder: whoever writes many files into it syncs it once, after the last.
    fn publish_one_of_many(mut self, text: &[u8]) -> anyhow::Result<Option<String>> {
        self.file
            .write_all(text)
            .context("the disk did not take the text")?;
        keep_owner(&self.file, &self.target)?;
        self.file
            .sync_all()
            .context("the disk did not take the text")?;
        let begun = Instant::now();
        loop {
            match fs::rename(&self.path, &self.target) {
                Ok(()) => break,
                Err(error) if cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32)) => {
                    if begun.elapsed() > RENAME_PATIENCE {
                        return Err(refuse(
                            "the case is open in another program",
                            "close it and record again",
                        ));
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(error) => {
                    return Err(error).context("the new text could not take the place of the old");
                }
            }
        }
        self.published = true;
        Ok(self.notice.take())
    }
}

/// A text that is too long to be kept in memory is written piece by piece; [`Draft::publish`] gives it its name.
impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published {
            // The next writer clears it if this fails.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// When a draft was made, or last written to: what tells it from the next one of its name.
fn made_at(path: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(path)
        .and_then(|meta| meta.modified())
        .ok()
}

pub(super) fn is_left_over(path: &Path) -> bool {
    let modified = fs::symlink_metadata(path).and_then(|meta| meta.modified());
    modified.is_ok_and(|at| {
        SystemTime::now()
            .duration_since(at)
            .is_ok_and(|age| age > LEFT_OVER)
    })
}

/// Whether a file's name is that of a draft, or of one that was being cleared.
pub(super) fn is_draft(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    name.starts_with('.') && (ending == "new" || ending.starts_with("old-"))
}

/// Takes away the drafts of a folder that a crash left behind and whose names are meant; how many. One that cannot be taken
/// away is left to the next writer.
pub(super) fn clear_drafts(folder: &Path, meant: impl Fn(&str) -> bool) -> usize {
    let cleared = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        is_draft(&name) && meant(&name) && is_left_over(path) && clear(path).is_ok()
    };
    listed(folder)
        .unwrap_or_default()
        .iter()
        .filter(cleared)
        .count()
}

/// Takes a left-over out of the way. It is moved first, so that of two programs only one can have it.
fn clear(path: &Path) -> anyhow::Result<()> {
    let aside = path.with_extension(format!("old-{}", std::process::id()));
    match fs::rename(path, &aside) {
        Ok(()) => {
            fs::remove_file(&aside).context("cannot clear what an interrupted write left behind")
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).context("cannot clear what an interrupted write left behind"),
    }
}

/// A folder as people call it: the one of a bare name is this one.
fn shown(folder: &Path) -> std::path::Display<'_> {
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
    Draft::create(target)?.publish(bytes).map(|_| ())
}

/// Writes one of many files into a folder, each whole or not at all; [`all_written`] comes after the last.
///
/// # Errors
/// As [`write_whole`].
pub fn write_one_of_many(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    Draft::create(target)?
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
fn private(options: &mut OpenOptions, folder: &Path) {
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
fn private(_: &mut OpenOptions, _: &Path) {
    // On Windows a new file takes the rights of its folder.
}

/// Gives the draft the mode and group of the file it will replace.
#[cfg(unix)]
fn keep_owner(draft: &File, target: &Path) -> anyhow::Result<()> {
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
fn keep_owner(_: &File, _: &Path) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn sync_folder(target: &Path) {
    // The rename has happened; that the folder cannot be synced too is no reason to call it a failure.
    let _ = target
        .parent()
        .map(|folder| File::open(folder).and_then(|folder| folder.sync_all()));
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) {}

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
