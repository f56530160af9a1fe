//! The first bolt: a lock on `.lock` in the folder, which is never deleted. The case file itself is never locked: the rename
//! would slip out of the lock.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::file::shown;
use super::{links, rights};
use crate::error::refuse;

/// How long to wait for one other program that is writing.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait for many that write one after the other: each is busy, none is stuck.
pub(super) const PATIENCE_WITH_MANY: Duration = Duration::from_secs(60);
pub(super) const LOCK: &str = ".lock";
const HOLDER: &str = ".lock-holder";

/// The first bolt: nobody else writes in the folder while it is held.
#[derive(Debug)]
pub(super) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Waits for the lock. `holder` says who asks for it; it is a courtesy to others and trusted for nothing.
    ///
    /// # Errors
    /// If the folder cannot be written, or somebody else holds the lock for too long.
    pub(super) fn acquire(folder: &Path, holder: &str) -> anyhow::Result<Self> {
        let path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        rights::private(&mut options);
        let file = links::open_own(&mut options, &path)
            .with_context(|| format!("cannot write in the folder `{}`", shown(folder)))?;
        rights::share(&file, folder);
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE_WITH_MANY => {
                    pause(begun.elapsed());
                }
                Err(TryLockError::WouldBlock) => {
                    let who = holder_of(folder);
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
                Err(TryLockError::Error(error)) if knows_no_locks(&error) => break,
                Err(TryLockError::Error(error)) => {
                    return Err(error).context("cannot lock the folder");
                }
            }
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        rights::private(&mut options);
        // A courtesy only: that it cannot be written harms nothing.
        let _ = links::open_own(&mut options, &folder.join(HOLDER)).and_then(|mut file| {
            rights::share(&file, folder);
            file.write_all(holder.as_bytes())
        });
        Ok(Self { _file: file })
    }
}

/// Who holds the lock, as they wrote it down.
fn holder_of(folder: &Path) -> String {
    let mut text = String::new();
    // Never more than a line: it is shown, and anybody may have written it.
    let read = links::open_own(OpenOptions::new().read(true), &folder.join(HOLDER))
        .and_then(|file| file.take(1000).read_to_string(&mut text));
    read.map(|_| text).unwrap_or_default()
}

/// Whether an error of locking says that the drive knows no locks, or has none left: the second bolt holds there alone.
pub(super) fn knows_no_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ENOLCK) {
        return true;
    }
    error.kind() == io::ErrorKind::Unsupported
}

/// Sleeps before the next try. Who has waited longer tries more often, so that of many writers none is left out; the
/// lengths differ by chance, so that they do not wake in step. Never so often that those who wait keep the one who
/// writes from the processor.
pub(super) fn pause(waited: Duration) {
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

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_lock_is_not_opened_through_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let other = dir.path().join("other");
        fs::write(&other, "somebody's own").unwrap();
        for name in [LOCK, HOLDER] {
            let link = dir.path().join(name);
            std::os::unix::fs::symlink(&other, &link).unwrap();
            let locked = FolderLock::acquire(dir.path(), "A. Writer");
            assert_eq!(locked.is_err(), name == LOCK, "{name}");
            if let Err(refused) = &locked {
                let says = format!("{refused:#}");
                let path = format!("`{}` is a link", link.display());
                assert!(says.contains(&path), "{says}");
            }
            assert_eq!(fs::read_to_string(&other).unwrap(), "somebody's own");
            drop(locked);
            fs::remove_file(link).unwrap();
        }
    }

    #[test]
    fn a_drive_without_locks_is_told_from_one_that_fails() {
        assert!(knows_no_locks(&io::Error::from_raw_os_error(libc::ENOLCK)));
        assert!(knows_no_locks(&io::ErrorKind::Unsupported.into()));
        assert!(!knows_no_locks(&io::Error::from_raw_os_error(libc::EIO)));
    }
}
