//! Writing that either happened or did not: two bolts, a draft, a rename.
//!
//! First a lock on `.lock` in the folder, never deleted; then a file beside the case made with `create_new`, which is the
//! second bolt. Only then is the case read. The text is written to a draft with a name of its own, and the bolt is known
//! again before the draft takes the place of the case: whoever slept so long that another took the bolt for a left-over
//! writes nothing. The case file itself is never locked: the rename would slip out of the lock.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write};
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
        let file = links::open_own(&mut options, &path)
            .with_context(|| format!("cannot write in the folder `{}`", shown(folder)))?;
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
        private(&mut options, folder);
        // A courtesy only: that it cannot be written harms nothing.
        let _ = links::open_own(&mut options, &folder.join(HOLDER))
            .and_then(|mut file| file.write_all(holder.as_bytes()));
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
    /// The text, under a name that no other program uses.
    path: PathBuf,
    /// Beside a case, made by one program at a time. A file of another kind needs none: it is whole whoever writes it.
    bolt: Option<PathBuf>,
    /// What this program wrote into the bolt.
    token: String,
    target: PathBuf,
    published: bool,
    /// Said to the user once all is done.
    pub notice: Option<String>,
}

impl Draft {
    /// Makes the draft of a case, behind the bolt beside it, waiting for another program's bolt to go away.
    ///
    /// # Errors
    /// If another program keeps writing, or the folder cannot be written.
    pub fn create(target: &Path) -> anyhow::Result<Self> {
        let (folder, name) = placed(target);
        let cannot = || format!("cannot write in the folder `{}`", shown(folder));
        let token = token();
        let bolt = target.with_file_name(format!(".{name}.new"));
        let (mut made, notice) = match shut(&bolt, &new_file(folder)) {
            Ok(found) => found,
            Err(Stopped::Refused(refused)) => return Err(refused),
            Err(Stopped::Cannot(error)) => return Err(error).with_context(cannot),
        };
        let draft = made
            .write_all(token.as_bytes())
            .with_context(cannot)
            .and_then(|()| Self::one_of_many(target, &token));
        match draft {
            Ok(mut draft) => {
                draft.bolt = Some(bolt);
                draft.notice = draft.clear_others().or(notice);
                Ok(draft)
            }
            Err(error) => {
                // Nobody else has it yet.
                let _ = fs::remove_file(&bolt);
                Err(error)
            }
        }
    }

    /// Makes the draft of a file that is no case, such as output: whoever writes it last wins, and it is whole.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn alone(target: &Path) -> anyhow::Result<Self> {
        let draft = Self::one_of_many(target, &token())?;
        draft.clear_others();
        Ok(draft)
    }

    /// As [`Self::alone`], without looking through the folder for what others left behind.
    fn one_of_many(target: &Path, token: &str) -> anyhow::Result<Self> {
        let (folder, name) = placed(target);
        let path = target.with_file_name(format!(".{name}.{token}.new"));
        let file = new_file(folder)
            .open(&path)
            .with_context(|| format!("cannot write in the folder `{}`", shown(folder)))?;
        Ok(Self {
            file,
            path,
            bolt: None,
            token: token.to_owned(),
            target: target.to_owned(),
            published: false,
            notice: None,
        })
    }

    /// Clears what others left behind that wrote the same file. Says so if there was something.
    fn clear_others(&self) -> Option<String> {
        let (folder, name) = placed(&self.target);
        let stem = format!(".{name}.");
        let own = self.path.file_name().unwrap_or_default().to_string_lossy();
        let bolt = format!("{stem}new");
        let meant = |name: &str| name.starts_with(&stem) && name != own && name != bolt;
        (clear_drafts(folder, meant) > 0).then(|| CLEARED.to_owned())
    }

    /// Whether the bolt is the one this program made. Where it is not, another took it for a left-over, and may have written.
    fn holds(&self) -> bool {
        let Some(bolt) = &self.bolt else { return true };
        let mut found = String::new();
        let read = links::open_own(OpenOptions::new().read(true), bolt)
            .and_then(|bolt| bolt.take(64).read_to_string(&mut found));
        read.is_ok() && found == self.token
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
        if !self.holds() {
            let hint = "this computer slept, or the drive stood still, for more than a minute; look at what was recorded \
                        meanwhile, then run the command again";
            return Err(refuse(
                "another program has written the file meanwhile, and nothing was written over it",
                hint,
            ));
        }
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
        // It is dropped with the draft; a left-over of it harms nothing.
        Ok(self.notice.take())
    }
}

/// The folder a file lies in, and its name.
fn placed(target: &Path) -> (&Path, std::borrow::Cow<'_, str>) {
    let around = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    (around.unwrap_or(Path::new(".")), name)
}

/// A file that must not be there yet.
fn new_file(folder: &Path) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options, folder);
    options
}

/// Why no bolt could be made.
enum Stopped {
    Refused(anyhow::Error),
    Cannot(io::Error),
}

/// Makes the bolt, waiting for another program's to go away. Says so if one had to be cleared.
fn shut(bolt: &Path, options: &OpenOptions) -> Result<(File, Option<String>), Stopped> {
    let begun = Instant::now();
    let mut standing = (made_at(bolt), begun);
    let mut notice = None;
    loop {
        match options.open(bolt) {
            Ok(file) => return Ok((file, notice)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // Another bolt than the last one looked at: somebody has finished, and the next one is writing.
                let made = made_at(bolt);
                if made != standing.0 {
                    standing = (made, Instant::now());
                }
                // One that lies ahead is that of a clock that was put right since, and no age of it tells anything. Whoever
                // writes is done within that time, so it is watched for so long.
                let is_ahead = made.is_some_and(|made| made > SystemTime::now() + LEFT_OVER);
                let watched = is_ahead && standing.1.elapsed() > LEFT_OVER;
                let (one, many) = if is_ahead {
                    (LEFT_OVER + PATIENCE, PATIENCE_WITH_MANY + LEFT_OVER)
                } else {
                    (PATIENCE, PATIENCE_WITH_MANY)
                };
                if is_left_over(bolt) || watched {
                    clear(bolt).map_err(Stopped::Refused)?;
                    notice = Some(CLEARED.to_owned());
                } else if standing.1.elapsed() > one || begun.elapsed() > many {
                    let hint = format!(
                        "try again in a minute; `{}` is then taken for a left-over",
                        bolt.display()
                    );
                    let says = "another program is writing the same file";
                    return Err(Stopped::Refused(refuse(says, hint)));
                } else {
                    pause(begun.elapsed());
                }
            }
            // Windows says so while another program's bolt is being taken away.
            Err(error)
                if cfg!(windows)
                    && error.raw_os_error() == Some(5)
                    && begun.elapsed() < PATIENCE =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(Stopped::Cannot(error)),
        }
    }
}

/// A few letters by chance, so that no two programs make one name.
fn token() -> String {
    let mut chance = [0u8; 8];
    if getrandom::fill(&mut chance).is_err() {
        // Without chance: no two programs that run have one number, and none makes two drafts in one instant.
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos());
        return format!("{}-{now}", std::process::id());
    }
    crate::case::seal::hex(&chance, 16)
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
        // The next writer clears what cannot be taken away here.
        if !self.published {
            let _ = fs::remove_file(&self.path);
        }
        // Looked at just before the rename already, where there was one. Tried twice: what is left keeps the next writer
        // waiting for a minute.
        if let Some(bolt) = &self.bolt
            && (self.published || self.holds())
            && fs::remove_file(bolt).is_err()
        {
            let _ = fs::remove_file(bolt);
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
    made_at(path).is_some_and(|at| {
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
    Draft::alone(target)?.publish(bytes).map(|_| ())
}

/// Writes one of many files into a folder, each whole or not at all; [`all_written`] comes after the last.
///
/// # Errors
/// As [`write_whole`].
pub fn write_one_of_many(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    Draft::one_of_many(target, &token())?
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

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("k7m4px.yaml");
        fs::write(&target, "as it was").unwrap();
        (dir, target)
    }

    fn touch(path: &Path, at: SystemTime) {
        let file = OpenOptions::new().write(true).open(path).unwrap();
        file.set_modified(at).unwrap();
    }

    fn drafts(dir: &Path) -> Vec<PathBuf> {
        let mut found = listed(dir).unwrap();
        found.retain(|path| is_draft(&path.file_name().unwrap().to_string_lossy()));
        found
    }

    /// A laptop's lid was shut between the draft and the rename, on a drive whose locks do nothing.
    #[test]
    fn a_draft_that_was_taken_over_writes_nothing() {
        let (dir, target) = folder();
        let mut slept = Draft::create(&target).unwrap();
        slept.write_all(b"half of").unwrap();
        touch(
            slept.bolt.as_ref().unwrap(),
            SystemTime::now() - 2 * LEFT_OVER,
        );
        let other = Draft::create(&target).unwrap();
        assert_eq!(other.notice.as_deref(), Some(CLEARED));
        assert_eq!(fs::read_to_string(&target).unwrap(), "as it was");
        let refused = slept.publish(b" a text").unwrap_err();
        assert!(refused.to_string().contains("meanwhile"), "{refused}");
        assert_eq!(fs::read_to_string(&target).unwrap(), "as it was");
        other.publish(b"of the other").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "of the other");
        assert!(drafts(dir.path()).is_empty(), "{:?}", drafts(dir.path()));
    }

    /// The same, and the other has long finished.
    #[test]
    fn a_draft_of_before_another_write_does_not_go_over_it() {
        let (dir, target) = folder();
        let slept = Draft::create(&target).unwrap();
        touch(
            slept.bolt.as_ref().unwrap(),
            SystemTime::now() - 2 * LEFT_OVER,
        );
        Draft::create(&target).unwrap().publish(b"newer").unwrap();
        assert!(slept.publish(b"older").is_err());
        assert_eq!(fs::read_to_string(&target).unwrap(), "newer");
        assert!(drafts(dir.path()).is_empty(), "{:?}", drafts(dir.path()));
    }

    /// What a killed program left, its draft with a text in it too, is cleared by the next one that writes the same file.
    #[test]
    fn what_was_left_behind_is_cleared_by_the_next_writer() {
        let (dir, target) = folder();
        let mut killed = Draft::create(&target).unwrap();
        killed.write_all(b"a child's name").unwrap();
        let old = SystemTime::now() - 2 * LEFT_OVER;
        touch(killed.bolt.as_ref().unwrap(), old);
        touch(&killed.path, old);
        std::mem::forget(killed);
        assert_eq!(drafts(dir.path()).len(), 2);
        let next = Draft::create(&target).unwrap();
        next.publish(b"next").unwrap();
        assert!(drafts(dir.path()).is_empty(), "{:?}", drafts(dir.path()));
    }

    #[cfg(unix)]
    #[test]
    fn the_lock_is_not_opened_through_a_link() {
        let (dir, _) = folder();
        let other = dir.path().join("other");
        fs::write(&other, "somebody's own").unwrap();
        for name in [LOCK, HOLDER] {
            let link = dir.path().join(name);
            std::os::unix::fs::symlink(&other, &link).unwrap();
            let locked = FolderLock::acquire(dir.path(), "A. Writer");
            assert_eq!(locked.is_err(), name == LOCK, "{name}");
            assert_eq!(fs::read_to_string(&other).unwrap(), "somebody's own");
            drop(locked);
            fs::remove_file(link).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_drive_without_locks_is_told_from_one_that_fails() {
        assert!(knows_no_locks(&io::Error::from_raw_os_error(libc::ENOLCK)));
        assert!(knows_no_locks(&io::ErrorKind::Unsupported.into()));
        assert!(!knows_no_locks(&io::Error::from_raw_os_error(libc::EIO)));
    }
}
