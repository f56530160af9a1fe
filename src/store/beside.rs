//! What is kept beside a case: the marks of the register, and copies of documents.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::Store;
use super::draft::clear_drafts;
use super::file;
use super::limits;
use super::links;
use super::lock::FolderLock;
use super::unread::is_elsewhere;
use crate::calendar::Calendar;
use crate::case::CaseId;
use crate::case::entry::Attachment;
use crate::case::seal::{hex, sha256_hex};
use crate::error::refuse;
use crate::readiness::{Copies, Copy};
use crate::register::{self, Register};

/// The folder with a file of marks for each case.
pub const REGISTERS: &str = "registers";
/// How many files are written at once.
const WRITERS: usize = 6;
/// The folder with the copies of each case.
pub const EVIDENCE: &str = "evidence";

/// What stands beside a case and its verdict needs.
#[derive(Debug)]
pub struct Beside {
    /// The marks, if any were taken over.
    pub register: Option<Register>,
    copies: KeptCopies,
}

impl Beside {
    /// Looks at the copies.
    pub fn copies(&self) -> &KeptCopies {
        &self.copies
    }
}

/// The copies in a school's folder.
#[derive(Debug, Clone)]
pub struct KeptCopies {
    root: PathBuf,
    /// Hashes that were made: many entries may name one document.
    hashes: Arc<Mutex<HashMap<PathBuf, Option<String>>>>,
}

impl KeptCopies {
    /// Where a copy lies; `None` if what the entry says leads out of the case's own folder, by its words or by a link.
    pub fn path(&self, case: &CaseId, copy: &Attachment) -> Option<PathBuf> {
        let path = self.named(case, copy)?;
        let own = self.root.join(EVIDENCE).join(case.as_str());
        let is_there = fs::symlink_metadata(&path).is_ok();
        (!is_there || links::leads_inside(&path, &own)).then_some(path)
    }

    /// Where a copy lies that is there and as it was attached; `None` if it is gone, changed, or was never made.
    ///
    /// # Errors
    /// If it could not be looked at: it must not be left out as if it were gone.
    pub fn good(&self, case: &CaseId, copy: &Attachment) -> anyhow::Result<Option<PathBuf>> {
        match self.state(case, copy) {
            Copy::Good => Ok(self.path(case, copy)),
            Copy::Changed | Copy::Gone | Copy::Noted => Ok(None),
            Copy::Unreadable => {
                let message = format!(
                    "the copy `{}` cannot be read just now ({})",
                    copy.name, copy.file
                );
                let hint = "look whether the drive or share is there, and whether you may read the file; then try again";
                Err(refuse(message, hint))
            }
        }
    }

    /// The hash of a file, made once; nothing if it cannot be read.
    fn hash(&self, path: PathBuf) -> Option<String> {
        let mut hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        let made = hashes.entry(path);
        made.or_insert_with_key(|path| hash(path).ok()).clone()
    }

    /// The path that an entry names, if it is one in the case's own folder.
    fn named(&self, case: &CaseId, copy: &Attachment) -> Option<PathBuf> {
        let file = Path::new(&copy.file);
        let plain = file
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let own = Path::new(EVIDENCE).join(case.as_str());
        (plain && file.starts_with(&own)).then(|| self.root.join(file))
    }
}

impl Copies for KeptCopies {
    fn state(&self, case: &CaseId, copy: &Attachment) -> Copy {
        let Some(wanted) = &copy.sha256 else {
            return Copy::Noted;
        };
        let Some(path) = self.named(case, copy) else {
            return Copy::Gone;
        };
        match self.path(case, copy).and_then(|path| self.hash(path)) {
            Some(found) if found == *wanted => Copy::Good,
            Some(_) => Copy::Changed,
            None if is_gone(&path) => Copy::Gone,
            None => Copy::Unreadable,
        }
    }
}

/// Whether nothing lies at a path, as far as the system can tell. Only that is gone: a drive that does not answer, a folder
/// that may not be read, or a link that leads nowhere just now say nothing of the file.
fn is_gone(path: &Path) -> bool {
    let nothing = |path: &Path| {
        fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    // The folder it would lie in may itself be a link to a drive that is not there just now.
    let around = path
        .ancestors()
        .skip(1)
        .find(|part| fs::symlink_metadata(part).is_ok());
    let in_folder = around.is_none_or(Path::is_dir);
    in_folder && nothing(path) && !is_elsewhere(path)
}

/// A document of which a copy is to be kept.
#[derive(Debug)]
pub struct NewCopy {
    /// Where the copy will lie.
    pub path: PathBuf,
    /// The same as entries write it: from the school's folder, with `/`.
    file: String,
    sha256: String,
    bytes: Vec<u8>,
}

impl NewCopy {
    /// How an entry names it.
    pub fn attachment(&self, name: &str) -> Attachment {
        Attachment {
            name: name.to_owned(),
            file: self.file.clone(),
            size: Some(self.bytes.len().to_string()),
            sha256: Some(self.sha256.clone()),
        }
    }

    /// Writes the copy, whole or not at all; `false` if it lies there already.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn write(&self) -> anyhow::Result<bool> {
        if hash(&self.path).is_ok_and(|found| found == self.sha256) {
            return Ok(false);
        }
        if let Some(folder) = self.path.parent() {
            file::make_own_folder(folder)?;
        }
        file::write_whole(&self.path, &self.bytes).map(|()| true)
    }
}

/// The SHA-256 of a file, in hex.
///
/// # Errors
/// If it cannot be read.
pub fn hash(path: &Path) -> io::Result<String> {
    if limits::unfit(path, limits::DOCUMENT)?.is_some() {
        return Err(io::Error::other("it is no file, or far too large"));
    }
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    let mut part = [0u8; 8 * 1024];
    loop {
        match file.read(&mut part)? {
            0 => break,
            n => hasher.update(&part[..n]),
        }
    }
    Ok(hex(&hasher.finalize(), 64))
}

/// Of a document that cannot be read. Its name is not told, since it may hold a child's.
fn cannot_read() -> anyhow::Error {
    refuse(
        "the document that is to be attached cannot be read",
        "look at the path after --attach",
    )
}

impl Store {
    /// Where the marks of a case are kept.
    pub fn register_path(&self, case: &CaseId) -> PathBuf {
        self.root().join(REGISTERS).join(format!("{case}.csv"))
    }

    /// The marks of a case; `None` if none were taken over.
    ///
    /// # Errors
    /// If the file is there and is not as the program writes it.
    pub fn register(&self, case: &CaseId) -> anyhow::Result<Option<Register>> {
        let path = self.register_path(case);
        links::refuse_way_out(&path, &self.root().join(REGISTERS))?;
        let Some(text) = super::text::read_if_there_up_to(&path, limits::REGISTER)? else {
            return Ok(None);
        };
        register::read(&text).map(Some).map_err(|bad| {
            let message = format!("`{}`: row {}: {}", path.display(), bad.row, bad.says);
            refuse(
                message,
                "put that row right, or delete the file and import the register again",
            )
        })
    }

    /// Changes the marks of cases, nobody else writing in between. `change` is given each case with its marks, and whether
    /// to write is what it answers; `written` is called for each that was. `is_there` tells whether a case still is: one that
    /// is erased meanwhile must not get its marks back.
    ///
    /// # Errors
    /// If a file cannot be read: nothing was written then. If one cannot be written: others may have been, each of them
    /// whole.
    pub fn change_registers(
        &self,
        cases: &[CaseId],
        holder: &str,
        mut change: impl FnMut(&CaseId, &mut Register) -> bool,
        written: impl Fn() + Sync,
        is_there: impl Fn(&CaseId) -> bool,
    ) -> anyhow::Result<()> {
        let folder = self.root().join(REGISTERS);
        file::make_folder(&folder)?;
        let _held = FolderLock::acquire(&folder, holder)?;
        clear_drafts(&folder, |_| true);
        let mut texts: Vec<(&CaseId, String)> = Vec::new();
        for case in cases.iter().filter(|case| is_there(case)) {
            let mut register = self.register(case)?.unwrap_or_default();
            if change(case, &mut register) {
                texts.push((case, register::write(&register)));
            }
        }
        let write = |(case, text): &(&CaseId, String)| {
            file::write_one_of_many(&self.register_path(case), text.as_bytes())
                .with_context(|| format!("the register of case `{case}`"))
        };
        // The disk is waited for after each file, so several are under way at once.
        let next = AtomicUsize::new(0);
        let ended: Vec<anyhow::Result<()>> = std::thread::scope(|scope| {
            let writer = || {
                while let Some(one) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    write(one)?;
                    written();
                }
                Ok(())
            };
            let threads: Vec<_> = (0..WRITERS.min(texts.len()))
                .map(|_| scope.spawn(writer))
                .collect();
            let broken = || {
                Err(refuse(
                    "a register could not be written",
                    "run the command again",
                ))
            };
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| broken()))
                .collect()
        });
        // An erasure that found no folder of marks to lock may have been quicker.
        for (case, _) in texts.iter().filter(|(case, _)| !is_there(case)) {
            file::remove(&self.register_path(case))
                .with_context(|| format!("the marks of case `{case}`, which was erased"))?;
        }
        if let Some((case, _)) = texts.last() {
            file::all_written(&self.register_path(case));
        }
        ended.into_iter().collect()
    }

    /// The copies in this folder.
    pub fn copies(&self) -> KeptCopies {
        KeptCopies {
            root: self.root().to_owned(),
            hashes: Arc::default(),
        }
    }

    /// Reads a document of which a copy is to be kept for a case. The copy is named by its hash, since a file's own name
    /// may hold a child's.
    ///
    /// # Errors
    /// If it cannot be read, is empty, or is too large.
    pub fn new_copy(&self, case: &CaseId, from: &Path) -> anyhow::Result<NewCopy> {
        let meta = fs::metadata(from).map_err(|_| cannot_read())?;
        if !meta.is_file() {
            return Err(cannot_read());
        }
        if meta.len() == 0 || meta.len() > limits::DOCUMENT {
            let message = if meta.len() == 0 {
                "the document is empty"
            } else {
                "the document is larger than 100 MB"
            };
            return Err(refuse(
                message,
                "attach a smaller scan, or note where it lies with --attach-ref",
            ));
        }
        let bytes = fs::read(from).map_err(|_| cannot_read())?;
        let sha256 = sha256_hex(&bytes);
        let ending = from
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        let usual =
            (1..=8).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
        let name = if usual {
            format!("{sha256}.{ending}")
        } else {
            sha256.clone()
        };
        let path = self.root().join(EVIDENCE).join(case.as_str()).join(&name);
        Ok(NewCopy {
            path,
            file: format!("{EVIDENCE}/{case}/{name}"),
            sha256,
            bytes,
        })
    }

    /// What is kept beside a case, its marks of school days as they were known by a day.
    ///
    /// # Errors
    /// As [`Self::register`].
    pub fn beside(
        &self,
        case: &CaseId,
        known_by: Option<NaiveDate>,
        calendar: &Calendar,
    ) -> anyhow::Result<Beside> {
        let found = self
            .register(case)
            .with_context(|| format!("the register of case `{case}`"))?;
        let register = match known_by {
            Some(day) => found.map(|register| register.known_by(day)),
            None => found,
        };
        let register = register.map(|register| register.of_school_days(calendar));
        Ok(Beside {
            register,
            copies: self.copies(),
        })
    }
}
