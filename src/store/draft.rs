//! The second bolt, and the draft that takes the place of a file: writing that either happened or did not.
//!
//! Under the lock of the folder a file beside the case is made with `create_new`, which is the second bolt. Only then is the
//! case read. The text is written to a draft with a name of its own, and the bolt is known again before the draft takes the
//! place of the case: whoever slept so long that another took the bolt for a left-over writes nothing.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;

use super::file::{listed, shown, sync_folder};
use super::lock::{PATIENCE, PATIENCE_WITH_MANY, pause};
use super::{links, rights};
use crate::error::refuse;

/// A draft not touched for so long was left by a crash.
const LEFT_OVER: Duration = Duration::from_secs(60);
/// How long Windows may keep a file open that it has just indexed or scanned.
const RENAME_PATIENCE: Duration = Duration::from_secs(2);

/// What is told once a left-over was cleared.
pub(super) const CLEARED: &str =
    "cleared what an interrupted write had left behind; nothing was lost";

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
        let (mut made, notice) = match shut(&bolt, &new_file()) {
            Ok(found) => found,
            Err(Stopped::Refused(refused)) => return Err(refused),
            Err(Stopped::Cannot(error)) => return Err(error).with_context(cannot),
        };
        let draft = made
            .write_all(token.as_bytes())
            .with_context(cannot)
            .and_then(|()| Self::named(target, &token));
        match draft {
            Ok(mut draft) => {
                draft.bolt = Some(bolt);
                // Those of other cases too: under the lock nobody writes one, and it may hold what a child's record says.
                draft.notice = draft.clear_others(|_| true).or(notice);
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
        let draft = Self::one_of_many(target)?;
        // Those of other output too: a folder for output is written to now and then, and a draft may hold a pupil's data.
        draft.clear_others(has_token);
        Ok(draft)
    }

    /// As [`Self::alone`], without looking through the folder for what others left behind.
    pub(super) fn one_of_many(target: &Path) -> anyhow::Result<Self> {
        Self::named(target, &token())
    }

    fn named(target: &Path, token: &str) -> anyhow::Result<Self> {
        let (folder, name) = placed(target);
        let path = target.with_file_name(format!(".{name}.{token}.new"));
        let file = new_file()
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

    /// Clears the left-overs of the folder whose names are meant, all but its own and the bolt. Says so if there were any.
    fn clear_others(&self, meant: impl Fn(&str) -> bool) -> Option<String> {
        let (folder, name) = placed(&self.target);
        let bolt = format!(".{name}.new");
        let own = self.path.file_name().unwrap_or_default().to_string_lossy();
        let others = |name: &str| meant(name) && name != own && name != bolt;
        (clear_drafts(folder, others) > 0).then(|| CLEARED.to_owned())
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
    pub(super) fn publish_one_of_many(mut self, text: &[u8]) -> anyhow::Result<Option<String>> {
        self.file
            .write_all(text)
            .context("the disk did not take the text")?;
        rights::keep(&self.file, &self.target)?;
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
        // Dropping the draft takes the bolt away.
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
fn new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    rights::private(&mut options);
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

/// Whether a file's name is that of a draft of ours, and of no other program: it holds a token.
fn has_token(name: &str) -> bool {
    let mut parts = name.rsplit('.');
    let (ending, token) = (parts.next(), parts.next().unwrap_or_default());
    let made = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    ending == Some("new") && token.len() == 16 && token.chars().all(made)
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
}
