//! `attcheck pupil-record`

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::show::{self, history};
use super::{Context, Outcome};
use crate::case::entry::{Content, EntryId, PersonEntry, PersonId, Role, Subject};
use crate::case::state::CaseState;
use crate::case::{Case, CaseId, verify};
use crate::day;
use crate::error::refuse;
use crate::number::counted;
use crate::readiness::{Copies as _, Copy};
use crate::render::markup::shown;
use crate::store::{self, Loaded, belongings, lookup};

/// Give one pupil's whole record in readable form, for a subject access request
///
/// Every case of the pupil (told by the UPN), every entry with its earlier versions, the marks, the documents, and a list
/// of the other people named in it, to be looked at before it is given away. Keep it with --output FILE.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A case of the pupil: its id, a path or a UPN
    case: String,
}

/// Fields of an entry in which people are named as a rule.
const NAMING: &[&str] = &[
    "attendees",
    "consulted",
    "name",
    "owner",
    "agency",
    "agencies",
    "service",
    "information-shared",
];

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let first = cx.open(&args.case, true)?;
    if first.case.subject == Subject::School {
        return Err(refuse(
            "this case is about the school, and no pupil's record",
            "name a pupil's case",
        ));
    }
    let Found {
        cases,
        unread,
        once,
    } = of_pupil(first, cx)?;
    let state = CaseState::replay(&cases[0].case, None);
    let details = state.details();
    let today = cx.today();
    let out = cx.out();
    writeln!(
        out,
        "Record of one pupil: all that attcheck keeps, on {}",
        day::words(today)
    )?;
    writeln!(out, "\n1. The pupil, as last put down")?;
    for (what, value) in show::told(&details) {
        writeln!(
            out,
            "  {what:<11}{}",
            value.as_deref().map_or("-".to_owned(), shown)
        )?;
    }
    writeln!(out, "\n2. {}", counted(cases.len(), "case"))?;
    for loaded in &cases {
        whole_case(loaded, cx)?;
    }
    writeln!(cx.out(), "\n3. Marks of the register")?;
    for loaded in &cases {
        marks(&loaded.case, cx)?;
    }
    writeln!(cx.out(), "\n4. Documents")?;
    let mut unread_copies = 0;
    for loaded in &cases {
        unread_copies += documents(&loaded.case, cx)?;
    }
    others(&cases, details.name.as_deref(), cx)?;
    writeln!(cx.out(), "\n6. What is not in this record")?;
    writeln!(
        cx.out(),
        "  Names in free texts are not listed above: read the entries. Backups, git's history, e-mails and paper are not \
         looked at.\n  The school's own record about itself is about no pupil."
    )?;
    if details.upn.is_none() {
        writeln!(
            cx.out(),
            "  No UPN is recorded, so other cases of this pupil could not be looked for."
        )?;
    }
    for id in once {
        cx.say(&format!("note: case {id} had this UPN once, and has another now: it is not in this record; look whose it is"));
    }
    for loaded in &cases {
        let id = &loaded.case.id;
        if !verify::faults(&loaded.case).is_empty() {
            let says = format!(
                "note: the record of case {id} does not stand up; `attcheck verify {id}` says why"
            );
            writeln!(cx.out(), "  {says}")?;
            cx.say(&says);
        }
        for copy in belongings::stray_copies(&cx.store, id)? {
            let copy = super::context::from_here(&copy);
            let says = format!(
                "note: `{copy}` is a copy of case {id} and may hold more: attcheck join \"{copy}\""
            );
            writeln!(cx.out(), "  {says}")?;
            cx.say(&says);
        }
        for sibling in CaseState::replay(&loaded.case, None).siblings_on(today) {
            writeln!(
                cx.out(),
                "  Case {} of a brother or sister names this pupil too.",
                sibling.case
            )?;
        }
    }
    for file in &unread {
        cx.say(&format!(
            "note: `{}` could not be read; whether it is about this pupil is not known",
            file.display()
        ));
    }
    if unread_copies > 0 {
        cx.say(&format!(
            "note: {} cannot be read just now; look whether the drive or share is there, then run it again",
            counted(unread_copies, "document")
        ));
    }
    Ok(if unread.is_empty() && unread_copies == 0 {
        Outcome::Success
    } else {
        Outcome::Failed
    })
}

/// What belongs to a pupil.
struct Found {
    /// Their cases, the one that was named first.
    cases: Vec<Loaded>,
    /// Files that cannot be read.
    unread: Vec<PathBuf>,
    /// Cases that had the UPN once and have another now: it was put right, so they are about somebody else.
    once: Vec<CaseId>,
}

fn of_pupil(first: Loaded, cx: &Context) -> anyhow::Result<Found> {
    let upn = CaseState::replay(&first.case, None).details().upn;
    let mut found = Found {
        cases: vec![first],
        unread: Vec::new(),
        once: Vec::new(),
    };
    for file in cx.store.case_files()? {
        // A case of this very pupil that is cut off must not be left out in silence.
        let Ok(loaded) = store::load(&file) else {
            found.unread.push(file);
            continue;
        };
        let known = found
            .cases
            .iter()
            .any(|known| known.case.id == loaded.case.id);
        let Some(upn) = upn
            .as_deref()
            .filter(|_| !known && lookup::is_in_place(&loaded))
        else {
            continue;
        };
        let same = |other: &str| other.eq_ignore_ascii_case(upn);
        if CaseState::replay(&loaded.case, None)
            .details()
            .upn
            .as_deref()
            .is_some_and(same)
        {
            found.cases.push(loaded);
        } else if had_upn(&loaded.case, upn) {
            found.once.push(loaded.case.id);
        }
    }
    found.cases[1..].sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Whether a UPN ever stood in a case.
fn had_upn(case: &Case, upn: &str) -> bool {
    let mut upns = case
        .entries
        .iter()
        .filter_map(|entry| match entry.content()? {
            Content::Opened { details, .. } | Content::Details(details) => details.upn.as_deref(),
            _ => None,
        });
    upns.any(|known| known.eq_ignore_ascii_case(upn))
}

fn whole_case(loaded: &Loaded, cx: &mut Context) -> anyhow::Result<()> {
    let case = &loaded.case;
    let state = CaseState::replay(case, None);
    let (list, edition) = state.checklist().unwrap_or(("unknown", "unknown"));
    let stands = state
        .closing_on(cx.today())
        .map_or("open".to_owned(), |(why, since)| {
            format!("closed on {} ({why})", day::words(since))
        });
    writeln!(
        cx.out(),
        "\n  case {}, opened {}, {stands}; checklist {list}, edition {edition}; {}",
        case.id,
        case.opened,
        counted(case.entries.len(), "entry")
    )?;
    let order: Vec<usize> = case.chain.order().to_vec();
    history::entries(cx, case, &state, order)
}

fn marks(case: &Case, cx: &mut Context) -> anyhow::Result<()> {
    let Some(register) = cx.store.register(&case.id)? else {
        writeln!(cx.out(), "  case {}: none", case.id)?;
        return Ok(());
    };
    writeln!(
        cx.out(),
        "  case {}: day, morning, afternoon, read into attcheck on",
        case.id
    )?;
    for (day, readings) in register.readings() {
        for one in readings {
            let mark = |n: usize| one.marks[n].map_or("-", crate::register::Code::as_str);
            writeln!(
                cx.out(),
                "    {day}  {}  {}  {}",
                mark(0),
                mark(1),
                one.read
            )?;
        }
    }
    Ok(())
}

/// Lists the documents of a case; how many of them cannot be read just now.
fn documents(case: &Case, cx: &mut Context) -> anyhow::Result<usize> {
    let (mut any, mut unread) = (false, 0);
    let kept = cx.store.copies();
    for entry in &case.entries {
        let Some(Content::Action(action)) = entry.content() else {
            continue;
        };
        for copy in &action.attach {
            any = true;
            let id = entry
                .id
                .as_ref()
                .map(|id| id.short().to_owned())
                .unwrap_or_default();
            let stands = match kept.state(&case.id, copy) {
                Copy::Good | Copy::Noted => "",
                Copy::Changed => "  [not what was attached any more]",
                Copy::Gone => "  [not there any more]",
                Copy::Unreadable => {
                    unread += 1;
                    "  [cannot be read just now]"
                }
            };
            writeln!(
                cx.out(),
                "  {id}  {}: {}{stands}",
                shown(&copy.name),
                shown(&copy.file)
            )?;
        }
    }
    if !any {
        writeln!(cx.out(), "  case {}: none", case.id)?;
    }
    Ok(unread)
}

/// Who else is named, as what, and in which entries.
fn others(cases: &[Loaded], pupil: Option<&str>, cx: &mut Context) -> anyhow::Result<()> {
    let mut named: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for Loaded { case, .. } in cases {
        for entry in &case.entries {
            let id = entry
                .id
                .as_ref()
                .map_or("not sealed", EntryId::short)
                .to_owned();
            let mut add = |name: &str, role: &str| {
                if pupil != Some(name) && !name.trim().is_empty() {
                    named
                        .entry(name.to_owned())
                        .or_default()
                        .entry(role.to_owned())
                        .or_default()
                        .push(id.clone());
                }
            };
            if let Some(by) = &entry.by {
                add(by, "recorded");
            }
            match entry.content() {
                Some(Content::Person(PersonEntry::Named {
                    person,
                    name: Some(name),
                    role,
                    ..
                })) if *person != PersonId::pupil() => {
                    add(name, role.map_or("person of the case", Role::as_str));
                }
                Some(Content::Sign(sign)) => {
                    add(&sign.name, &format!("signed as {}", sign.role));
                    sign.fields
                        .iter()
                        .filter(|(key, _)| names(key))
                        .for_each(|(key, value)| add(value, key));
                }
                Some(Content::Action(action)) => {
                    action
                        .fields
                        .iter()
                        .filter(|(key, _)| names(key))
                        .for_each(|(key, value)| add(value, key));
                }
                Some(Content::Plan(plan)) => {
                    if let Some(owner) = &plan.owner {
                        add(owner, "owner");
                    }
                }
                _ => {}
            }
        }
    }
    writeln!(
        cx.out(),
        "\n5. Other people named in it: look at each before the record is given away"
    )?;
    if named.is_empty() {
        writeln!(cx.out(), "  nobody")?;
    }
    for (name, roles) in named {
        writeln!(cx.out(), "  {}", shown(&name).replace('\n', " "))?;
        for (role, ids) in roles {
            writeln!(cx.out(), "      {}: {}", shown(&role), ids.join(" "))?;
        }
    }
    Ok(())
}

fn names(field: &str) -> bool {
    NAMING.contains(&field)
}
