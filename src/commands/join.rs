//! `attcheck join`

use std::path::PathBuf;

use super::joining::{joined, say_doubtful_people};
use super::{Context, Outcome};
use crate::store::{self, Loaded};

/// Make one of several copies of a case, so that no entry is lost
///
/// For copies left by a sync program, or two people's work on two machines. The result takes the place of the case in
/// the folder; the copies stay, to be deleted by you.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The copies; the case in the folder is always one of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show what would be joined and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    if let Some(none) = args.files.iter().find(|file| !file.is_file()) {
        let message = format!("there is no file `{}`", none.display());
        return Err(crate::error::refuse(
            message,
            "give the paths of the copies, as `attcheck verify` names them",
        ));
    }
    let copies = args
        .files
        .iter()
        .map(|file| store::load(file))
        .collect::<anyhow::Result<Vec<Loaded>>>()?;
    let id = copies[0].case.id.clone();
    let path = cx.store.path_of(&id);
    let by = cx.who()?;
    let holder = cx.holder(&by);
    let text_of = |ours: Option<&Loaded>| -> anyhow::Result<String> {
        let others = copies
            .iter()
            .filter(|copy| ours.is_none_or(|ours| copy.path != ours.path));
        let sides: Vec<&Loaded> = ours.into_iter().chain(others).collect();
        joined(&sides)
    };
    let entries = |loaded: &Loaded| loaded.case.entries.len();
    let counts: Vec<String> = copies
        .iter()
        .map(|copy| format!("{} in {}", entries(copy), copy.path.display()))
        .collect();
    if args.dry_run {
        let ours = if path.is_file() {
            Some(store::load(&path)?)
        } else {
            None
        };
        let text = text_of(ours.as_ref())?;
        let joined = store::parse_case(&text, &path)
            .map_err(|problems| crate::error::BadFile { problems })?;
        writeln!(
            cx.out(),
            "case {id}: {} entries of {}",
            joined.entries.len(),
            counts.join(", ")
        )?;
        say_doubtful_people(&joined, |line| cx.warn(line));
        cx.say("nothing was written (--dry-run)");
        return Ok(Outcome::Success);
    }
    let changed = if path.is_file() {
        cx.store
            .change(&path, &holder, |ours| text_of(Some(ours)))?
    } else {
        let text = text_of(None)?;
        cx.store.create(&id, &holder, &text, || Ok(()))?
    };
    super::writing::notice(cx, &changed);
    writeln!(
        cx.out(),
        "joined case {id}: {} entries, from {}",
        entries(&changed.loaded),
        counts.join(", ")
    )?;
    say_doubtful_people(&changed.loaded.case, |line| cx.warn(line));
    // Only what lies among the cases is in the way; a backup or a colleague's file is none of ours to delete.
    let beside = |copy: &&Loaded| {
        copy.path
            .parent()
            .is_some_and(|folder| is_same(folder, &cx.store.cases()))
    };
    for copy in copies
        .iter()
        .filter(beside)
        .filter(|copy| copy.path != path && !is_same(&copy.path, &path))
    {
        cx.say(&format!(
            "the copy is no longer needed and can be deleted: {}",
            copy.path.display()
        ));
    }
    Ok(Outcome::Success)
}

/// Whether two paths lead to one file.
fn is_same(a: &std::path::Path, b: &std::path::Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
