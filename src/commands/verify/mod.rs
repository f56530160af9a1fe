//! `attcheck verify`

mod against;
mod beside;
mod receipts;
mod redacted;

use std::path::{Path, PathBuf};

use against::Backup;
pub use beside::Beside;
use serde::Serialize;

use super::context::from_here;
use super::{Context, Outcome};
use crate::case::entry::Content;
use crate::case::receipt::Receipt;
use crate::case::state::CaseState;
use crate::case::verify::{self, Finding};
use crate::case::{Case, CaseId};
use crate::cli::Plain;
use crate::day;
use crate::error::{describe, refuse};
use crate::number::counted;
use crate::readiness::{Copies as _, Copy};
use crate::render::Failed;
use crate::store::health;
use crate::store::unread::is_elsewhere;
use crate::store::{self, lookup};

/// Check that records stand up: nothing changed, missing or cut off
///
/// Exit status: 0 if nothing was found, 1 if a fault was, 2 if a file could not be read. What is told without being a
/// fault does not count. From the file alone it cannot be found that the newest entries were taken away, that everything
/// after a change was sealed anew, or that a branch was invented: a receipt that somebody else holds, or a backup, can
/// show it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The cases; all of the folder if none is named
    cases: Vec<String>,
    /// A receipt that `attcheck receipt` printed: whether the record still holds it; may be given again
    #[arg(long, value_name = "FILE")]
    receipt: Vec<PathBuf>,
    /// A backup of the folder to compare with
    #[arg(long, value_name = "FOLDER")]
    against: Option<PathBuf>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
}

#[derive(Serialize)]
struct VerifyJson {
    schema: u32,
    cases: Vec<CaseJson>,
    failed: Vec<Failed>,
}

#[derive(Serialize)]
struct CaseJson {
    case: String,
    entries: usize,
    found: Vec<FoundJson>,
}

/// One thing found of a case.
#[derive(Serialize)]
pub(super) struct FoundJson {
    pub(super) code: &'static str,
    fault: bool,
    /// What it is about could not be looked at.
    #[serde(skip)]
    pub(super) unread: bool,
    entry: Option<String>,
    line: usize,
    pub(super) says: String,
}

impl FoundJson {
    fn beside(what: Beside, says: String) -> Self {
        Self {
            code: what.as_str(),
            fault: what.is_fault(),
            unread: what.is_unread(),
            entry: None,
            line: 1,
            says,
        }
    }
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let read = args
        .receipt
        .iter()
        .map(|file| receipts::read(file))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let receipts: Vec<Receipt> = read.into_iter().flatten().collect();
    let backup = args
        .against
        .as_deref()
        .map(|folder| Backup::open(folder, &cx.store))
        .transpose()?;
    // Who gives a receipt means its case.
    let mut named = if args.cases.is_empty() && backup.is_none() {
        receipts.iter().map(|one| one.case.clone()).collect()
    } else {
        args.cases.clone()
    };
    named.sort();
    named.dedup();
    let all = named.is_empty();
    let mut outcome = Outcome::Success;
    let mut whole = VerifyJson {
        schema: crate::render::json::SCHEMA,
        cases: Vec::new(),
        failed: Vec::new(),
    };
    let files = if all && backup.is_none() {
        cx.every_case()?
    } else if all {
        cx.store.case_files()?
    } else {
        let (located, away) = meant(&named, &receipts, backup.as_ref(), cx)?;
        if !away.is_empty() {
            outcome = Outcome::Found;
        }
        whole.cases = away;
        located
    };
    if all {
        for (on, case) in health::returned(&cx.store)? {
            cx.say(&format!(
                "note: case {case} was erased on {}, and is here again; `attcheck doctor` says what to do",
                day::words(on)
            ));
        }
    }
    for file in files {
        if let Some(copy) = if all {
            None
        } else {
            redacted::of(&file, &receipts)
        } {
            if copy.found.iter().any(|one| one.fault) {
                outcome = outcome.max(Outcome::Found);
            }
            whole.cases.push(copy);
            continue;
        }
        let loaded = store::load(&file).and_then(|loaded| {
            if all {
                lookup::in_place(loaded)
            } else {
                Ok(loaded)
            }
        });
        match loaded {
            Ok(loaded) => {
                let mut found: Vec<FoundJson> = verify::verify(&loaded.case, &loaded.text)
                    .into_iter()
                    .map(|one| FoundJson {
                        code: one.finding.as_str(),
                        fault: one.finding.is_fault(),
                        unread: false,
                        entry: one.entry.map(|id| id.short().to_owned()),
                        line: one.place.line,
                        says: one.says,
                    })
                    .collect();
                found.extend(copies(&loaded.case, cx));
                let marks = cx.store.register(&loaded.case.id);
                found.extend(marks.as_ref().err().map(broken_marks));
                found.extend(receipts::of(&loaded.case, &receipts));
                if let Some(backup) = &backup {
                    let marks = marks.as_ref().ok().and_then(Option::as_ref);
                    found.extend(backup.compared(&loaded.case, marks));
                }
                if found.iter().any(|one| one.fault) {
                    outcome = outcome.max(Outcome::Found);
                }
                if found.iter().any(|one| one.unread) {
                    outcome = Outcome::Failed;
                }
                let (case, entries) = (loaded.case.id.to_string(), loaded.case.entries.len());
                whole.cases.push(CaseJson {
                    case,
                    entries,
                    found,
                });
            }
            Err(error) => {
                outcome = Outcome::Failed;
                let mut says = describe(&error).trim_end().to_owned();
                if let Some((sound, entries)) = store::ids_that_fit(&file) {
                    says = format!(
                        "{says}\nnote: the ids of {sound} of its {entries} entries fit what they say"
                    );
                }
                cx.say(&says);
                whole.failed.push(Failed {
                    says,
                    ..super::ready::failed(&file, &error)
                });
            }
        }
    }
    let unread = if all {
        cx.store.unread_cases()?
    } else {
        Vec::new()
    };
    for one in &unread {
        if one.may_be_the_only_one() {
            outcome = outcome.max(Outcome::Found);
        }
        let name = from_here(&one.path);
        cx.warn(&format!("{name} {}; {}", one.says(), one.remedy()));
    }
    refuse_unread_receipts(&receipts, &whole)?;
    if let (Some(backup), true) = (&backup, all) {
        for file in backup.lost(&cx.store)? {
            outcome = outcome.max(Outcome::Found);
            let found = FoundJson::beside(Beside::CaseLost, LOST.to_owned());
            whole.cases.push(CaseJson {
                case: lookup::stem(&file),
                entries: 0,
                found: vec![found],
            });
        }
    }
    match args.format {
        Plain::Json => {
            let text = crate::render::json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
        Plain::Table => for_people(cx, &whole)?,
    }
    Ok(outcome)
}

/// Copies that entries name and that are gone or changed. Only what stands is looked at: a document attached in the place
/// of one that was lost mends it.
pub(super) fn copies(case: &Case, cx: &Context) -> Vec<FoundJson> {
    let kept = cx.store.copies();
    let mut found = Vec::new();
    let state = CaseState::replay(case, None);
    for (n, content) in state.current() {
        let (entry, Content::Action(action)) = (state.entry(n), content) else {
            continue;
        };
        for copy in &action.attach {
            if let Some((code, what)) = fault(kept.state(&case.id, copy)) {
                let says = format!("the copy `{}` {what} ({})", copy.name, copy.file);
                found.push(FoundJson {
                    entry: entry.id.as_ref().map(|id| id.short().to_owned()),
                    line: entry.place().line,
                    ..FoundJson::beside(code, says)
                });
            }
        }
    }
    found
}

/// What became of copies that entries name, as somebody looking for faults is told.
fn fault(stands: Copy) -> Option<(Beside, &'static str)> {
    match stands {
        Copy::Good | Copy::Noted => None,
        Copy::Changed => Some((Beside::CopyChanged, "is not what was attached any more")),
        Copy::Gone => Some((Beside::CopyGone, "is not there any more")),
        Copy::Unreadable => Some((
            Beside::CopyUnreadable,
            "cannot be read just now, so that nothing is known of it",
        )),
    }
}

/// A file of marks beside the case that cannot be read.
fn broken_marks(error: &anyhow::Error) -> FoundJson {
    // Where the system itself said no, the file may be as good as ever.
    let unread = error
        .chain()
        .any(|cause| cause.downcast_ref::<std::io::Error>().is_some());
    let code = if unread {
        Beside::RegisterUnreadable
    } else {
        Beside::RegisterBroken
    };
    FoundJson::beside(code, error.to_string())
}

/// The files that are meant, and the cases that are not in the folder, though somebody still holds something of them.
fn meant(
    named: &[String],
    receipts: &[Receipt],
    backup: Option<&Backup>,
    cx: &Context,
) -> anyhow::Result<(Vec<PathBuf>, Vec<CaseJson>)> {
    let (mut located, mut away) = (Vec::new(), Vec::new());
    for called in named {
        let id = CaseId::new(called).ok();
        let gone = id.as_ref().filter(|id| {
            let path = cx.store.path_of(id);
            !path.is_file() && !is_elsewhere(&path)
        });
        if let Some(lost) = gone.and_then(|id| lost(id, receipts, backup)) {
            away.push(lost);
        } else if id.is_none() && Path::new(called).is_file() {
            located.push(PathBuf::from(called));
        } else {
            located.push(cx.store.locate(called, true)?.path);
        }
    }
    Ok((located, away))
}

/// A case that is not in the folder, though a receipt or the backup tells of it.
fn lost(id: &CaseId, receipts: &[Receipt], backup: Option<&Backup>) -> Option<CaseJson> {
    let mut found = Vec::new();
    if receipts.iter().any(|receipt| receipt.case == id.as_str()) {
        let says = "the case of the receipt is not in the folder".to_owned();
        found.push(FoundJson::beside(Beside::ReceiptBroken, says));
    }
    if backup.is_some_and(|backup| backup.holds(id)) {
        found.push(FoundJson::beside(Beside::CaseLost, LOST.to_owned()));
    }
    (!found.is_empty()).then(|| CaseJson {
        case: id.to_string(),
        entries: 0,
        found,
    })
}

/// What is said of a case that only the backup has.
const LOST: &str = "the backup holds this case, and the folder does not";

/// A receipt of a case that was not looked at proves nothing, so it is not passed over in silence.
fn refuse_unread_receipts(receipts: &[Receipt], whole: &VerifyJson) -> anyhow::Result<()> {
    let looked_at = |receipt: &&Receipt| whole.cases.iter().all(|case| case.case != receipt.case);
    match receipts.iter().find(looked_at) {
        Some(receipt) if whole.failed.is_empty() => {
            let message = format!(
                "a receipt is of case `{}`, which is not among those looked at",
                receipt.case
            );
            Err(refuse(
                message,
                format!("name that case too: {}", receipt.case),
            ))
        }
        _ => Ok(()),
    }
}

fn for_people(cx: &mut Context, whole: &VerifyJson) -> anyhow::Result<()> {
    let quiet = cx.quiet;
    let mut sound = 0;
    for case in &whole.cases {
        let faults = case.found.iter().filter(|one| one.fault).count();
        sound += usize::from(faults == 0 && case.found.iter().all(|one| !one.unread));
        if case.found.is_empty() {
            if !quiet {
                writeln!(
                    cx.out(),
                    "{}  sound, {}",
                    case.case,
                    counted(case.entries, "entry")
                )?;
            }
            continue;
        }
        let word = if faults == 0 && case.found.iter().any(|one| one.unread) {
            "no fault found, and not everything could be looked at"
        } else if faults == 0 {
            "sound, with remarks"
        } else {
            "does not stand up"
        };
        if case.entries == 0 {
            writeln!(cx.out(), "{}  is not here", case.case)?;
        } else {
            writeln!(
                cx.out(),
                "{}  {word}, {}",
                case.case,
                counted(case.entries, "entry")
            )?;
        }
        for one in &case.found {
            let entry = one
                .entry
                .as_ref()
                .map(|id| format!(" {id}"))
                .unwrap_or_default();
            writeln!(
                cx.out(),
                "    {}{entry} (line {}): {}",
                one.code,
                one.line,
                one.says
            )?;
        }
        if let Some(way_out) = case
            .found
            .iter()
            .find_map(|one| way_out(one.code, &case.case))
        {
            writeln!(cx.out(), "    {way_out}")?;
        }
    }
    writeln!(
        cx.out(),
        "{sound} of {} sound",
        whole.cases.len() + whole.failed.len()
    )?;
    Ok(())
}

/// What to do about a fault.
fn way_out(code: &str, case: &str) -> Option<String> {
    if code == "register-broken" {
        return Some(format!(
            "put the row right, or delete registers/{case}.csv and import the register again"
        ));
    }
    if code.ends_with("-unreadable") {
        return Some(
            "look whether the drive or share is there, and whether you may read the file; then run it again"
                .to_owned(),
        );
    }
    if code.starts_with("copy-") {
        return Some(
            "put the copy back from a backup, or attach the document again with `attcheck correct`"
                .to_owned(),
        );
    }
    match code {
        "receipt-broken" => {
            return Some(
                "keep the file as it is, get the copy of the day of the receipt from a backup, and compare the two"
                    .to_owned(),
            );
        }
        "case-lost" => return Some("copy the file back from the backup".to_owned()),
        _ => {}
    }
    let faults: &[(Finding, &str)] = &[
        (Finding::Unsealed, "seal"),
        (Finding::Changed, "backup"),
        (Finding::CutOff, "backup"),
        (Finding::Missing, "backup"),
        (Finding::HeaderChanged, "backup"),
        (Finding::SecondStart, "backup"),
        (Finding::OutOfOrder, "order"),
        (Finding::Repeated, "repeated"),
    ];
    let (_, what) = faults
        .iter()
        .find(|(finding, _)| finding.as_str() == code)?;
    Some(match *what {
        "seal" => format!("look at it and take responsibility for it: attcheck seal {case}"),
        "order" => "move the entry below the one it follows; nothing else need change".to_owned(),
        "repeated" => "delete one of the two; nothing else need change".to_owned(),
        _ => format!(
            "put a sound copy (a backup, a colleague's) in the place of {case}.yaml; sealing mends no changed entry"
        ),
    })
}
