//! `attcheck migrate`

use super::{Context, Outcome};
use crate::case::FORMAT;
use crate::error::refuse;
use crate::number::counted;
use crate::store::migrate::{Migrated, STEPS, migrate};
use crate::store::{lookup, read_if_there};

/// Bring cases into the newest format of this program
///
/// For the day there is a later format than `case/1`; until then nothing is changed. A case is checked before and after, its
/// entries stay as they are, and one of a format newer than this program's is never written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The cases; all of the folder if none is named
    cases: Vec<String>,
    /// Show what would be changed and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let files = if args.cases.is_empty() {
        cx.store.case_files()?
    } else {
        let located = args
            .cases
            .iter()
            .map(|called| cx.store.locate(called, false).map(|hit| hit.path));
        located.collect::<anyhow::Result<Vec<_>>>()?
    };
    let (mut newest, mut changed, mut failed) = (0, 0, 0);
    for file in &files {
        let text = read_if_there(file)?.unwrap_or_default();
        match migrate(&text, FORMAT, STEPS) {
            Ok(Migrated::Newest) => newest += 1,
            Ok(Migrated::To(format, _)) => {
                changed += 1;
                if !args.dry_run {
                    let by = cx.who()?;
                    // Once more, now that nobody else writes.
                    cx.store.rewrite(file, &cx.holder(&by), |text| {
                        match migrate(text, FORMAT, STEPS) {
                            Ok(Migrated::To(_, text)) => Ok(text),
                            Ok(Migrated::Newest) => Ok(text.to_owned()),
                            Err(says) => Err(refuse(says, "run the command again")),
                        }
                    })?;
                }
                writeln!(cx.out(), "{}  now {format}", lookup::stem(file))?;
            }
            Err(says) => {
                failed += 1;
                cx.say(&crate::error::describe(&refuse(
                    format!("`{}` stays as it is: {says}", file.display()),
                    "a case written by a newer attcheck needs that one; `attcheck verify` tells what is wrong with others",
                )));
            }
        }
    }
    let what = if args.dry_run {
        "would be changed"
    } else {
        "changed"
    };
    writeln!(
        cx.out(),
        "{} in {FORMAT}, the newest format of this program; {changed} {what}",
        counted(newest, "case")
    )?;
    Ok(if failed == 0 {
        Outcome::Success
    } else {
        Outcome::Failed
    })
}
