//! What is kept beside a case: the marks of the register, and copies of documents.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::Store;
use super::file::{self, FolderLock};
use crate::case::CaseId;
use crate::case::entry::Attachment;
use crate::case::seal::hex;
use crate::error::refuse;
use crate::readiness::{Copies, Copy};
use crate::register::{self, Register};

/// The folder with a file of marks for each case.
pub const REGISTERS: &str = "registers";
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
}

impl KeptCopies {
    /// Where a copy lies; `None` if what the entry says leads out of the folder.
    pub fn path(&self, copy: &Attachment) -> Option<PathBuf> {
        let file = Path::new(&copy.file);
        let inside = file.components().all(|part| matches!(part, Component::Normal(_)));
        (inside && file.starts_with(EVIDENCE)).then(|| self.root.join(file))
    }
}

impl Copies for KeptCopies {
    fn state(&self, _: &CaseId, copy: &Attachment) -> Copy {
        let Some(wanted) = &copy.sha256 else { return Copy::Noted };
        match self.path(copy).map(|path| hash(&path)) {
            Some(Ok(found)) if found == *wanted => Copy::Good,
            Some(Ok(_)) => Copy::Changed,
            Some(Err(_)) | None => Copy::Gone,
        }
    }
}

/// The SHA-256 of a file, in hex.
///
/// # Errors
/// If it cannot be read.
pub fn hash(path: &Path) -> io::Result<String> {
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
        let Some(text) = super::read_if_there(&path)? else { return Ok(None) };
        register::read(&text).map(Some).map_err(|bad| {
            let message = format!("`{}`: row {}: {}", path.display(), bad.row, bad.says);
            refuse(message, "put that row right, or delete the file and import the register again")
        })
    }

    /// Changes the marks of cases one after the other, nobody else writing in between. `change` is given each case with
    /// its marks, and whether to write tells what it answers.
    ///
    /// # Errors
    /// If a file cannot be read or written. What was written before it stays.
    pub fn change_registers(
        &self,
        cases: &[CaseId],
        holder: &str,
        mut change: impl FnMut(&CaseId, &mut Register) -> bool,
    ) -> anyhow::Result<()> {
        let folder = self.root().join(REGISTERS);
        file::make_folder(&folder)?;
        let _held = FolderLock::acquire(&folder, holder)?;
        for case in cases {
            let mut register = self.register(case)?.unwrap_or_default();
            if change(case, &mut register) {
                let text = register::write(&register);
                file::write_whole(&self.register_path(case), text.as_bytes())
                    .with_context(|| format!("the register of case `{case}`"))?;
            }
        }
        Ok(())
    }

    /// The copies in this folder.
    pub fn copies(&self) -> KeptCopies {
        KeptCopies { root: self.root().to_owned() }
    }

    /// What is kept beside a case, its marks as they were known by a day.
    ///
    /// # Errors
    /// As [`Self::register`].
    pub fn beside(&self, case: &CaseId, known_by: Option<NaiveDate>) -> anyhow::Result<Beside> {
        let found = self.register(case).with_context(|| format!("the register of case `{case}`"))?;
        let register = match known_by {
            Some(day) => found.map(|register| register.known_by(day)),
            None => found,
        };
        Ok(Beside { register, copies: self.copies() })
    }
}
