//! `attcheck erase`

use clap::ValueEnum;

use super::context::from_here;
use super::{Context, Outcome};
use crate::case::state::CaseState;
use crate::case::{Case, CaseId};
use crate::error::{is_of_bad_file, refuse};
use crate::number::counted;
use crate::store::belongings;
use crate::store::erased::{self, Erased};

/// Take a case away for good, with its marks, its copies of documents and its stray copies
///
/// For the reason `retention` only a closed case goes whose time is past. The case's id has to be given a second time: it is asked for, or stands after --confirm. A line without personal data
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
    if let Some((id, files)) = resumed(args, cx)? {
        writeln!(
            cx.out(),
            "erased case {id}: {} more",
            counted(files, "file")
        )?;
        return Ok(Outcome::Success);
    }
    let hit = cx.store.locate(&args.case, cx.ask.is_there())?;
    // A file that cannot be read can be erased too: its name says which case it is.
    let id = CaseId::new(&crate::store::lookup::stem(&hit.path))
        .map_err(|bad| refuse(bad, "a stray copy goes with its case: name the case"))?;
    if hit.path.canonicalize().ok() != cx.store.path_of(&id).canonicalize().ok() {
        return Err(refuse(
            "only a case of the school's folder can be erased",
            "name a case of this folder by its id, or give its folder with --dir",
        ));
    }
    let files = belongings::files_of(&cx.store, &id)?;
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
        None => {
            return Err(refuse(
                "--why is missing",
                "reasons: retention, request, mistake, other",
            ));
        }
    };
    let case = match crate::store::load(&hit.path) {
        Ok(loaded) => Some(loaded.case),
        // A damaged file can be erased; one that cannot be looked at may be on a disk that is failing.
        Err(error) if is_of_bad_file(&error) => None,
        Err(error) => return Err(error),
    };
    if let (Why::Retention, Some(case)) = (why, &case) {
        refuse_early(case, cx)?;
    }
    let confirmed = match &args.confirm {
        Some(confirm) => confirm.clone(),
        None if cx.ask.is_there() => {
            cx.say(&format!(
                "{} will be taken away for good.",
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
    let linked = linked_with(&id, cx)?;
    let entries = case.map_or(0, |case| case.entries.len());
    let line = Erased {
        on: cx.today(),
        case: id.to_string(),
        reason: why.word(),
        entries,
        files: files.len(),
    };
    // Nobody is named in the file of who writes: nothing of who erased is kept.
    let count = erased::erase(&cx.store, &id, &line, "an erasure")?;
    writeln!(cx.out(), "erased case {id}: {}", counted(count, "file"))?;
    cx.say("note: backups, git's history and what was sent to others still hold it");
    for case in linked {
        cx.say(&format!("note: case {case} names this pupil as a brother or sister: attcheck link {case} {id} --end; attcheck strike takes a name out for good"));
    }
    Ok(Outcome::Success)
}

/// Goes on with an erasure that was broken off after the case itself was gone.
fn resumed(args: &Args, cx: &mut Context) -> anyhow::Result<Option<(CaseId, usize)>> {
    let Ok(id) = CaseId::new(&args.case) else {
        return Ok(None);
    };
    let begun = erased::broken_off(&cx.store)
        .into_iter()
        .find(|(case, _)| case == id.as_str());
    if begun.is_none() || cx.store.path_of(&id).is_file() {
        return Ok(None);
    }
    if args.dry_run {
        cx.say("nothing was taken away (--dry-run)");
        return Ok(Some((id, 0)));
    }
    erased::resume(&cx.store, &id, cx.today(), "an erasure").map(|files| Some((id, files)))
}

/// For the reason that its time is past, a case goes only when it is.
fn refuse_early(case: &Case, cx: &Context) -> anyhow::Result<()> {
    let id = &case.id;
    let hint =
        format!("give another reason if it is to go all the same: attcheck erase {id} --why other");
    let Some((reason, since)) = CaseState::replay(case, None).closing_on(cx.today()) else {
        return Err(refuse(
            format!("case `{id}` is open, so its retention date is not past"),
            hint,
        ));
    };
    let end = cx
        .store
        .settings()
        .retention
        .period(reason)
        .map(|period| period.end(since));
    match end {
        Some(end) if end >= cx.today() => Err(refuse(
            format!("case `{id}` is to be kept until {}", crate::day::words(end)),
            hint,
        )),
        _ => Ok(()),
    }
}

/// The cases that name this one as that of a brother or sister.
fn linked_with(id: &CaseId, cx: &Context) -> anyhow::Result<Vec<CaseId>> {
    let mut linked = Vec::new();
    for file in cx.store.case_files()? {
        // One that cannot be read is told by `verify`, and stops no erasure.
        let Ok(loaded) = crate::store::quick::load(&file) else {
            continue;
        };
        let siblings = CaseState::replay(&loaded.case, None).siblings_on(cx.today());
        if siblings.iter().any(|sibling| sibling.case == *id) {
            linked.push(loaded.case.id);
        }
    }
    Ok(linked)
}
