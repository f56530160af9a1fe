//! `attcheck merge`

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::Outcome;
use super::joining::joined;
use crate::case::entry::EntryId;
use crate::error::refuse;
use crate::register::{self, Register};
use crate::store::{self, Loaded, file, read_if_there};

/// Join two versions of a case, or of a pupil's marks, for git
///
/// Git calls this by itself once `attcheck init --git` was run in a clone. It is the same joining as `attcheck join`: no
/// entry of any side is ever lost, and a damaged side stops the merge. The result is written in the place of OURS.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What both sides began from
    base: PathBuf,
    /// Our version; the result takes its place
    ours: PathBuf,
    /// The other version
    theirs: PathBuf,
    /// The file's path in the folder, as git knows it
    #[arg(long, value_name = "PATH")]
    path: Option<PathBuf>,
}

/// Git calls it in the middle of a merge, so it looks at nothing but the versions: no folder, no settings.
///
/// # Errors
/// If a side is damaged, or the result cannot be written; our version is then as it was.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let name = args.path.as_deref().unwrap_or(&args.ours);
    let of_marks = name.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("csv"));
    let text = if of_marks { marks(args) } else { case(args) };
    let text = text.with_context(|| format!("`{}` was not merged", name.display()))?;
    file::write_whole(&args.ours, text.as_bytes())?;
    Ok(Outcome::Success)
}

/// A version of a file with a name by which people know it.
fn side(path: &Path, called: &str) -> anyhow::Result<Loaded> {
    let loaded = store::load(path).with_context(|| format!("{called} cannot be read as a case"))?;
    Ok(Loaded { path: PathBuf::from(called), ..loaded })
}

fn case(args: &Args) -> anyhow::Result<String> {
    let ours = side(&args.ours, "our version")?;
    let theirs = side(&args.theirs, "the other version")?;
    let held: HashSet<&EntryId> = [&ours, &theirs]
        .iter()
        .flat_map(|side| &side.case.entries)
        .filter_map(|entry| entry.id.as_ref())
        .collect();
    // What both began from adds nothing as a rule, and its comments may have been taken out since. Where an entry of it is
    // in neither, somebody took it away, and it comes back.
    let base = store::load(&args.base).ok().filter(|base| {
        let ids = base.case.entries.iter().filter_map(|entry| entry.id.as_ref());
        base.case.header_hash == ours.case.header_hash && ids.into_iter().any(|id| !held.contains(id))
    });
    let base = base.map(|base| Loaded { path: PathBuf::from("the version both began from"), ..base });
    let sides: Vec<&Loaded> = [&ours, &theirs].into_iter().chain(base.as_ref()).collect();
    joined(&sides)
}

/// The marks of a pupil as either side read them.
fn marks(args: &Args) -> anyhow::Result<String> {
    let read = |path: &Path, called: &str| -> anyhow::Result<Register> {
        let text = read_if_there(path)?.unwrap_or_default();
        register::read(&text).map_err(|bad| {
            refuse(
                format!("{called} is no file of marks: row {}: {}", bad.row, bad.says),
                "keep the version that is whole, and import the register again",
            )
        })
    };
    let (ours, theirs) = (read(&args.ours, "our version")?, read(&args.theirs, "the other version")?);
    Ok(register::write(&ours.joined(&theirs)))
}
