//! `attcheck erase`

use clap::ValueEnum;

use super::context::from_here;
use super::{Context, Outcome};
use crate::error::{BadFile, refuse};
use crate::number::counted;
use crate::store::erased::{self, Erased};

/// Take a case away for good, with its marks, its copies of documents and its stray copies
///
/// The case's id has to be given a second time: it is asked for, or stands after --confirm. A line without personal data
/// stays in erased.csv. Backups, git's history and what was sent to others still hold the case.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// Why
    #[arg(long, value_enum)]
    why: Option<Why>,
    /// The case's id once more, so that nothing is erased by a slip
    #[arg(long, value_name = "ID")]
    confirm: Option<String>,
    /// Show what would be taken away and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Why {
    /// Its retention date is past
    Retention,
    /// Somebody has asked for it, and may
    Request,
    /// It was opened by mistake
    Mistake,
    /// Something else
    Other,
}

impl Why {
    const ALL: [Self; 4] = [Self::Retention, Self::Request, Self::Mistake, Self::Other];

    fn word(self) -> &'static str {
        match self {
            Self::Retention => "retention",
            Self::Request => "request",
            Self::Mistake => "mistake",
            Self::Other => "other",
        }
    }
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let hit = cx.store.locate(&args.case, cx.ask.is_there())?;
    // A file that cannot be read can be erased too: its name says which case it is.
    let id = crate::case::CaseId::new(&crate::store::lookup::stem(&hit.path))
        .map_err(|bad| refuse(bad, "a stray copy goes with its case: name the case"))?;
    if hit.path.canonicalize().ok() != cx.store.path_of(&id).canonicalize().ok() {
        return Err(refuse(
            "only a case of the school's folder can be erased",
            "name a case of this folder by its id, or give its folder with --dir",
        ));
    }
    let files = erased::files_of(&cx.store, &id)?;
    if args.dry_run {
        for file in &files {
            writeln!(cx.out(), "{}", from_here(file))?;
        }
        cx.say("nothing was taken away (--dry-run)");
        return Ok(Outcome::Success);
    }
    let why = match args.why {
        Some(why) => why,
        None if cx.ask.is_there() => {
            let words: Vec<String> = Why::ALL.iter().map(|why| why.word().to_owned()).collect();
            Why::ALL[cx.ask.choose("Why is the case erased?", &words)?]
        }
        None => return Err(refuse("--why is missing", "reasons: retention, request, mistake, other")),
    };
    let confirmed = match &args.confirm {
        Some(confirm) => confirm.clone(),
        None if cx.ask.is_there() => {
            cx.say(&format!(
                "{} will be taken away, and nothing brings them back.",
                counted(files.len(), "file")
            ));
            cx.ask.text("The id of the case, to erase it", None)?
        }
        None => {
            return Err(refuse(
                "--confirm is missing",
                format!("add --confirm {id} if it is to be erased for good"),
            ));
        }
    };
    if confirmed.trim() != id.as_str() {
        return Err(refuse(
            "that is not the id of the case, and nothing was erased",
            format!("the id is `{id}`"),
        ));
    }
    let entries = match crate::store::load(&hit.path) {
        Ok(loaded) => loaded.case.entries.len(),
        // A damaged file can be erased; one that cannot be looked at may be on a disk that is failing.
        Err(error) if error.chain().any(<dyn std::error::Error>::is::<BadFile>) => 0,
        Err(error) => return Err(error),
    };
    let line =
        Erased { on: cx.today(), case: id.to_string(), reason: why.word(), entries, files: files.len() };
    // Nobody is named in the file of who writes: nothing of who erased is kept.
    let count = erased::erase(&cx.store, &id, &line, "an erasure")?;
    writeln!(cx.out(), "erased case {id}: {}", counted(count, "file"))?;
    cx.say("note: backups, git's history and what was sent to others still hold it");
    Ok(Outcome::Success)
}
