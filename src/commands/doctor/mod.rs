//! `attcheck doctor`

mod lists;
mod rights;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::context::from_here;
use super::git::Repository;
use super::{Context, Outcome};
use crate::case::Case;
use crate::case::state::CaseState;
use crate::cli::Plain;
use crate::day;
use crate::error::BadFile;
use crate::number::counted;
use crate::problem::Code;
use crate::render::markup::shown;
use crate::store::case_lists;
use crate::store::health::{self, Lock};
use crate::store::unread::{DOWNLOAD, is_elsewhere};
use crate::store::{SETTINGS, lookup};

/// Look whether everything around the cases is in order, and say what to do where it is not
///
/// The folder, its settings, the lock, the clock, who you are, copies left by sync programs, what interrupted writes left
/// behind, and the checklists in use. Changes nothing without --clear. Exit status: 0 if all is well, 1 if something needs
/// doing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Take away what is left of erased cases and of writes that were broken off, then look
    #[arg(long)]
    clear: bool,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    code: &'static str,
    well: bool,
    says: String,
    /// What to do.
    remedy: Option<String>,
}

#[derive(Serialize)]
struct DoctorJson {
    schema: u32,
    findings: Vec<Finding>,
}

impl Finding {
    fn well(code: &'static str, says: impl Into<String>) -> Self {
        Self {
            code,
            well: true,
            says: says.into(),
            remedy: None,
        }
    }

    fn ill(code: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            code,
            well: false,
            says: says.into(),
            remedy: Some(remedy.into()),
        }
    }
}

/// What reading every case brought to light.
#[derive(Default)]
struct Seen {
    cases: usize,
    open: usize,
    newest: Option<DateTime<FixedOffset>>,
    /// Open cases by checklist.
    lists: BTreeMap<lists::InUse, usize>,
    stray: Vec<Finding>,
    unread: Vec<Finding>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    if args.clear {
        clear(cx)?;
    }
    let seen = look(cx)?;
    let mut findings = vec![folder(cx, &seen), settings(cx)];
    // Without a folder of cases there is nothing to lock.
    findings.extend(cx.store.cases().is_dir().then(|| lock(cx)));
    findings.extend(rights::finding(cx));
    findings.extend([clock(cx, &seen), who(cx)]);
    findings.extend(git(cx));
    findings.extend(seen.stray);
    findings.extend(seen.unread);
    findings.extend(left_behind(cx));
    findings.extend(lists::findings(cx, &seen.lists));
    let ill = findings.iter().filter(|one| !one.well).count();
    match args.format {
        Plain::Json => {
            let whole = DoctorJson {
                schema: crate::render::json::SCHEMA,
                findings,
            };
            let text = crate::render::json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
        Plain::Table => {
            for one in &findings {
                let word = if one.well { "ok  " } else { "look" };
                writeln!(cx.out(), "{word}  {:<12} {}", one.code, shown(&one.says))?;
                if let Some(remedy) = &one.remedy {
                    writeln!(cx.out(), "                   {}", shown(remedy))?;
                }
            }
            let all = if ill == 0 {
                "all is well".to_owned()
            } else {
                format!("{} to look at", counted(ill, "thing"))
            };
            writeln!(cx.out(), "{all}")?;
        }
    }
    Ok(if ill == 0 {
        Outcome::Success
    } else {
        Outcome::Found
    })
}

fn look(cx: &Context) -> anyhow::Result<Seen> {
    let mut seen = Seen::default();
    for file in cx.store.case_files()? {
        let name = from_here(&file);
        let found = crate::store::load(&file).and_then(lookup::in_place);
        let loaded = match found {
            Ok(loaded) => loaded,
            Err(error) => {
                let codes = error
                    .chain()
                    .find_map(|cause| cause.downcast_ref::<BadFile>());
                let stray = codes
                    .and_then(|bad| bad.problems.first())
                    .filter(|problem| problem.code == Code::StrayCopy);
                if is_elsewhere(&file) {
                    seen.unread.push(Finding::ill(
                        "case",
                        format!("{name} is not on this computer: iCloud has taken it off"),
                        DOWNLOAD,
                    ));
                    continue;
                }
                let remedy =
                    format!("`attcheck verify \"{name}\"` says what is wrong and what to do");
                match stray {
                    Some(problem) => seen.stray.push(Finding::ill(
                        "sync-copy",
                        format!("{name}: {}", problem.message),
                        problem.hint.clone().unwrap_or_default(),
                    )),
                    None => seen.unread.push(Finding::ill(
                        "case",
                        format!("{name} cannot be read as a case"),
                        remedy,
                    )),
                }
                continue;
            }
        };
        seen.cases += 1;
        let state = CaseState::replay(&loaded.case, None);
        let newest = loaded
            .case
            .entries
            .iter()
            .filter_map(|entry| entry.at)
            .max();
        seen.newest = seen.newest.max(newest);
        if state.closed_on(cx.today()).is_none() {
            seen.open += 1;
            if let Some((id, edition)) = state.checklist() {
                let case = &loaded.case.id;
                let came_with = case_lists::folder(&cx.store, case).is_dir();
                let list = lists::InUse {
                    id: id.to_owned(),
                    edition: edition.to_owned(),
                    came_with: came_with.then(|| case.clone()),
                };
                *seen.lists.entry(list).or_default() += 1;
            }
        }
        seen.unread.extend(records(&loaded.case, cx));
    }
    Ok(seen)
}

/// What is wrong with a record or beside it.
fn records(case: &Case, cx: &Context) -> Vec<Finding> {
    let id = &case.id;
    let mut says: Vec<String> = super::verify::copies(case, cx)
        .into_iter()
        .map(|one| format!("case {id}: {}", one.says))
        .collect();
    if cx.store.register(id).is_err() {
        says.push(format!("the marks of case {id} cannot be read"));
    }
    if !crate::case::verify::faults(case).is_empty() {
        says.push(format!("the record of case {id} does not stand up"));
    }
    let remedy = || format!("`attcheck verify {id}` says what to do");
    says.into_iter()
        .map(|says| Finding::ill("record", says, remedy()))
        .collect()
}

fn folder(cx: &Context, seen: &Seen) -> Finding {
    let root = cx.store.root().display();
    if cx.store.cases().is_dir() {
        let (cases, open) = (counted(seen.cases, "case"), seen.open);
        return Finding::well("folder", format!("{root}: {cases}, {open} open"));
    }
    let remedy =
        "go to the school's folder, or give it with --dir; a new one is made by `attcheck init`";
    Finding::ill(
        "folder",
        format!("{root} holds no cases, and no folder above it does"),
        remedy,
    )
}

/// Whether the settings can be read, and tell what other commands need.
fn settings(cx: &Context) -> Finding {
    let settings = cx.store.settings();
    if let Some(error) = &cx.unread_settings {
        let says = format!("{SETTINGS} cannot be read: {error}");
        return Finding::ill(
            "settings",
            says,
            "any other command, such as `attcheck list`, tells the line and what to do",
        );
    }
    if !cx.store.root().join(SETTINGS).is_file() {
        return Finding::ill(
            "settings",
            format!("there is no {SETTINGS}"),
            "`attcheck init` writes one to fill in",
        );
    }
    let lacking: Vec<&str> = [
        (settings.school.is_none(), "the school's name"),
        (settings.urn.is_none(), "its URN"),
        (settings.terms.is_empty(), "term dates"),
    ]
    .iter()
    .filter_map(|(lacks, what)| lacks.then_some(*what))
    .collect();
    let last = settings.terms.last_day();
    match last {
        _ if !lacking.is_empty() => {
            let says = format!("{SETTINGS} does not tell {}", lacking.join(", "));
            Finding::ill(
                "settings",
                says,
                format!("put it into {SETTINGS}; `attcheck calendar` shows the term dates"),
            )
        }
        Some(last) if last < cx.today() => {
            let says = format!("the last term in {SETTINGS} ended on {}", day::words(last));
            Finding::ill("settings", says, "add the terms of the new year")
        }
        _ => Finding::well("settings", format!("{SETTINGS} is read")),
    }
}

fn lock(cx: &Context) -> Finding {
    let second =
        "copies on one computer are still kept apart by the second bolt, the draft beside the case";
    match health::lock(&cx.store) {
        Lock::Holds => Finding::well("lock", "a second handle is refused, as it must be"),
        Lock::Held => Finding::well("lock", "somebody is writing just now"),
        Lock::LetsIn | Lock::Unsupported => Finding::ill(
            "lock",
            "locks do nothing on this disk or share",
            format!("keep the folder on a disk or share that knows locks; {second}"),
        ),
        Lock::ReadOnly => Finding::ill(
            "lock",
            "the folder of the cases can be read and not written to",
            "ask whoever looks after the share for the right to change files in it",
        ),
        Lock::Failed(says) => Finding::ill(
            "lock",
            format!("the lock could not be tried: {says}"),
            "try again; if it stays so, show this line to whoever looks after the computer",
        ),
    }
}

fn clock(cx: &Context, seen: &Seen) -> Finding {
    let now = cx.now;
    let words = now.format("%-d %B %Y, %H:%M, UTC%:z").to_string();
    let last_year = cx.calendar().last_year();
    match seen.newest {
        Some(newest) if newest > now + chrono::TimeDelta::minutes(5) => Finding::ill(
            "clock",
            format!(
                "it is {words}, and the newest entry was recorded on {}",
                day::uk_time(&newest).format("%-d %B %Y, %H:%M")
            ),
            "one of the two clocks is wrong: put this computer's right, or ask who recorded that entry",
        ),
        _ if chrono::Datelike::year(&now.date_naive()) > last_year => Finding::ill(
            "clock",
            format!("it is {words}, and the bank holidays in the program end with {last_year}"),
            "use a newer attcheck",
        ),
        _ => Finding::well("clock", words),
    }
}

fn who(cx: &Context) -> Finding {
    let remedy = cx.to_say_who();
    match cx.known_who() {
        Ok(Some(who)) => Finding::well("who", who),
        Err(error) => Finding::ill("who", error.to_string(), remedy),
        Ok(None) => Finding::ill("who", "it is not known who records here", remedy),
    }
}

/// Whether git, where the folder is kept in it, knows how to join cases, and has joined them.
fn git(cx: &Context) -> Option<Finding> {
    let repository = Repository::around(cx.store.root())?;
    let unmerged = repository.unmerged();
    let (says, remedy) = match (
        unmerged.as_slice(),
        repository.joins(),
        repository.is_told(),
    ) {
        ([], true, true) => return Some(Finding::well("git", "git joins cases with attcheck")),
        ([], false, _) => (
            "git does not know in this clone how to join cases, or the program is not where it was"
                .to_owned(),
            "attcheck init --git",
        ),
        ([], true, false) => (
            "the lines by which git joins cases are not in .gitattributes".to_owned(),
            "attcheck init --git",
        ),
        (names, ..) => (
            format!("git could not merge {}", names.join(", ")),
            "get both versions back as docs/cases.md says, mend the damaged one, join them, then `git add` the file",
        ),
    };
    Some(Finding::ill("git", says, remedy))
}

/// Takes away what may go without asking, and says how much it was.
fn clear(cx: &Context) -> anyhow::Result<()> {
    let left = health::left_behind(&cx.store)?;
    let count = health::clear(&cx.store, &left, cx.today(), &cx.holder("doctor"))?;
    cx.say(&match count {
        0 => "there was nothing to clear".to_owned(),
        _ => format!("cleared {}", counted(count, "file")),
    });
    Ok(())
}

/// What takes away what may go without asking.
const CLEAR: &str = "attcheck doctor --clear";

fn left_behind(cx: &Context) -> Vec<Finding> {
    let left = match health::left_behind(&cx.store) {
        Ok(left) => left,
        // What cannot be looked at is not passed over.
        Err(error) => {
            let remedy = "ask whoever looks after the share for the right to read it";
            return vec![Finding::ill("left-over", format!("{error:#}"), remedy)];
        }
    };
    let mut findings = Vec::new();
    for unread in [cx.store.unread_cases(), cx.store.unread_checklists()] {
        for one in unread.unwrap_or_default() {
            let says = format!("{} {}", from_here(&one.path), one.says());
            findings.push(Finding::ill("name", says, one.remedy()));
        }
    }
    for (files, says, remedy) in [
        (
            &left.drafts,
            "was left by a write that was broken off; nothing of it counts",
            CLEAR,
        ),
        (
            &left.copies,
            "is a document that no entry names",
            "attach it with `attcheck record` or `attcheck correct`, or delete it if it may not be kept",
        ),
        (
            &left.marks,
            "holds marks of a case that is not here",
            "put the case back from a backup, or delete the file",
        ),
        (&left.of_erased, "is of a case that was erased", CLEAR),
        (
            &left.backups,
            "is a backup that another program keeps, and holds a pupil's record",
            "delete it once nothing in it is needed; `attcheck erase` takes it away with its case",
        ),
    ] {
        findings.extend(
            files.iter().map(|file| {
                Finding::ill("left-over", format!("{} {says}", from_here(file)), remedy)
            }),
        );
    }
    for (on, case) in &left.returned {
        findings.push(Finding::ill(
            "erased",
            format!(
                "case {case} was erased on {}, and is here again: a merge or a backup may have brought it back",
                day::words(*on)
            ),
            format!("erase it again: attcheck erase {case} --why other; or record in it if it is here on purpose"),
        ));
    }
    for (id, why) in &left.half_erased {
        findings.push(Finding::ill(
            "left-over",
            format!("erasing case {id} was broken off"),
            format!("run it again: attcheck erase {id} --why {why}"),
        ));
    }
    findings
}
