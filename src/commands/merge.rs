//! `attcheck merge`

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::Outcome;
use super::joining::{joined, say_doubtful_people};
use crate::case::entry::EntryId;
use crate::error::{BadFile, refuse};
use crate::register::{self, Register};
use crate::store::{self, Loaded, file, read_if_there};

/// Join two versions of a case, or of a pupil's marks, for git
///
/// Git calls this by itself once `attcheck init --git` was run in a clone. It is the same joining as `attcheck join`: no
/// entry of any side is ever lost. The result is written in the place of OURS. A damaged side stops the merge, and both
/// versions then stand in the file between git's marks.
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
/// If a side is damaged, or the result cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    for file in [&args.ours, &args.theirs] {
        if !file.is_file() {
            let hint = "git calls this by itself after `attcheck init --git`; by hand, use `attcheck join`";
            return Err(refuse(
                format!("there is no file `{}`", file.display()),
                hint,
            ));
        }
    }
    let name = args.path.as_deref().unwrap_or(&args.ours);
    let of_marks = name
        .extension()
        .is_some_and(|ext| ext.eq_ignore_ascii_case("csv"));
    let text = if of_marks {
        marks(args)
    } else {
        case(args, name)
    };
    let written = text.and_then(|text| {
        file::write_whole(&args.ours, text.as_bytes())?;
        Ok(text)
    });
    let text = match written {
        Ok(text) => text,
        Err(error) => {
            let left = leave_marks(args);
            return Err(error)
                .with_context(|| format!("`{}` was not merged{left}", name.display()));
        }
    };
    // Git shows what is said here. Ignore errors from writing to it: the merge is done.
    if let Some(case) = (!of_marks)
        .then(|| store::parse_case(&text, name).ok())
        .flatten()
    {
        say_doubtful_people(&case, |line| {
            let _ = writeln!(std::io::stderr(), "{line}");
        });
    }
    Ok(Outcome::Success)
}

/// Leaves the file in a state that nobody can commit as if it were the merge, and says which.
fn leave_marks(args: &Args) -> &'static str {
    // On a full disk there is no room for both; a line at the end may still find some.
    if is_marked(&args.ours) || both_in_marks(args).is_ok() {
        ", and holds both versions between git's marks now"
    } else if file::append(&args.ours, ONE_MARK.as_bytes()).is_ok() {
        ", and holds our version with git's marks below it"
    } else {
        ", and holds our version alone: get the other back with git before you commit it"
    }
}

/// What stands below our version where the other could not be written.
const ONE_MARK: &str = "\n<<<<<<< ours\n=======\n>>>>>>> theirs, not written\n";

/// Whether an earlier try has left its marks.
fn is_marked(ours: &Path) -> bool {
    let text = read_if_there(ours).ok().flatten().unwrap_or_default();
    text.lines().any(|line| line.starts_with("<<<<<<<"))
}

/// Puts both versions between the marks that git uses: neither can be committed by oversight, and neither is lost. Whatever
/// reads the file says what to do.
fn both_in_marks(args: &Args) -> anyhow::Result<()> {
    let read = |path: &Path| -> anyhow::Result<String> {
        let mut text = read_if_there(path)?.unwrap_or_default();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(text)
    };
    let (ours, theirs) = (read(&args.ours)?, read(&args.theirs)?);
    let text = format!("<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n");
    file::write_whole(&args.ours, text.as_bytes())
}

/// A version of a file with a name by which people know it.
fn side(path: &Path, name: &Path, called: &str) -> anyhow::Result<Loaded> {
    let known = PathBuf::from(format!("{} ({called})", name.display()));
    let text = read_if_there(path)?.unwrap_or_default();
    let case = store::parse_case(&text, &known).map_err(|problems| BadFile { problems })?;
    Ok(Loaded {
        path: known,
        text,
        case,
    })
}

fn case(args: &Args, name: &Path) -> anyhow::Result<String> {
    let ours = side(&args.ours, name, "our version")?;
    let theirs = side(&args.theirs, name, "the other version")?;
    let held: HashSet<&EntryId> = [&ours, &theirs]
        .iter()
        .flat_map(|side| &side.case.entries)
        .filter_map(|entry| entry.id.as_ref())
        .collect();
    // What both began from adds nothing as a rule, and its comments may have been taken out since. Where an entry of it is
    // in neither, somebody took it away, and it comes back.
    let base = store::load(&args.base).ok().filter(|base| {
        let ids = base
            .case
            .entries
            .iter()
            .filter_map(|entry| entry.id.as_ref());
        base.case.header_hash == ours.case.header_hash
            && ids.into_iter().any(|id| !held.contains(id))
    });
    let base = base.map(|base| Loaded {
        path: PathBuf::from("the version both began from"),
        ..base
    });
    let sides: Vec<&Loaded> = [&ours, &theirs].into_iter().chain(base.as_ref()).collect();
    joined(&sides)
}

/// The marks of a pupil as either side read them.
fn marks(args: &Args) -> anyhow::Result<String> {
    let read = |path: &Path, called: &str| -> anyhow::Result<Register> {
        let text = read_if_there(path)?.unwrap_or_default();
        register::read(&text).map_err(|bad| {
            refuse(
                format!(
                    "{called} is no file of marks: row {}: {}",
                    bad.row, bad.says
                ),
                "keep the version that is whole, and import the register again",
            )
        })
    };
    let (ours, theirs) = (
        read(&args.ours, "our version")?,
        read(&args.theirs, "the other version")?,
    );
    Ok(register::write(&ours.joined(&theirs)))
}
