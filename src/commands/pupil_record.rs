//! `attcheck pupil-record`

use std::collections::BTreeMap;

use super::show::history;
use super::{Context, Outcome};
use crate::case::Case;
use crate::case::entry::{Content, Deed, EntryId, PersonEntry, PersonId, Role, Subject};
use crate::case::state::CaseState;
use crate::day;
use crate::error::refuse;
use crate::number::counted;
use crate::render::markup::shown;
use crate::store::{self, Loaded, lookup};

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
const NAMING: &[&str] =
    &["attendees", "consulted", "name", "owner", "agency", "agencies", "service", "information-shared"];

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let first = cx.open(&args.case, false)?;
    if first.case.subject == Subject::School {
        return Err(refuse("this case is about the school, and no pupil's record", "name a pupil's case"));
    }
    let (cases, unread) = of_pupil(first, cx)?;
    let state = CaseState::replay(&cases[0].case, None);
    let details = state.details();
    let told = [
        ("name", details.name.clone()),
        ("UPN", details.upn.clone()),
        ("born", details.born.map(day::words)),
        ("year group", details.year_group.clone()),
        ("school", details.school.clone()),
        ("URN", details.urn.clone()),
    ];
    let today = cx.today();
    let out = cx.out();
    writeln!(out, "Record of one pupil: all that attcheck keeps, on {}", day::words(today))?;
    writeln!(out, "\n1. The pupil, as last put down")?;
    for (what, value) in told {
        writeln!(out, "  {what:<11}{}", value.as_deref().map_or("-".to_owned(), shown))?;
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
    for loaded in &cases {
        documents(&loaded.case, cx)?;
    }
    others(&cases, details.name.as_deref(), cx)?;
    writeln!(cx.out(), "\n6. What is not in this record")?;
    writeln!(
        cx.out(),
        "  Names in free texts are not listed above: read the entries. Backups, git's history, e-mails and paper are not \
         looked at.\n  The school's own record about itself is about no pupil."
    )?;
    for file in &unread {
        cx.say(&format!(
            "note: `{}` could not be read; whether it is about this pupil is not known",
            file.display()
        ));
    }
    Ok(if unread.is_empty() { Outcome::Success } else { Outcome::Failed })
}

/// Every case of the pupil, the one that was named first, and the files that cannot be read.
fn of_pupil(first: Loaded, cx: &Context) -> anyhow::Result<(Vec<Loaded>, Vec<std::path::PathBuf>)> {
    let upn = CaseState::replay(&first.case, None).details().upn;
    let (mut cases, mut unread) = (vec![first], Vec::new());
    for file in cx.store.case_files()? {
        match store::load(&file) {
            Ok(loaded) => {
                let same = upn.is_some() && had_upn(&loaded.case, upn.as_deref());
                if same
                    && cases.iter().all(|known| known.path != loaded.path && known.case.id != loaded.case.id)
                {
                    cases.push(loaded);
                }
            }
            // A case of this very pupil that is cut off must not be left out in silence.
            Err(_) => unread.push(file),
        }
    }
    let own = lookup::stem(&cases[0].path);
    cases[1..].sort_by(|a, b| a.path.cmp(&b.path));
    debug_assert_eq!(lookup::stem(&cases[0].path), own);
    Ok((cases, unread))
}

/// Whether a UPN ever stood in a case: one that was put right since is still about the pupil.
fn had_upn(case: &Case, upn: Option<&str>) -> bool {
    let upns = case.entries.iter().filter_map(|entry| match entry.content()? {
        Content::Opened { details, .. } | Content::Details(details) => details.upn.as_deref(),
        _ => None,
    });
    upns.into_iter().any(|known| upn.is_some_and(|upn| known.eq_ignore_ascii_case(upn)))
}

fn whole_case(loaded: &Loaded, cx: &mut Context) -> anyhow::Result<()> {
    let case = &loaded.case;
    let state = CaseState::replay(case, None);
    let (list, edition) = state.checklist().unwrap_or(("unknown", "unknown"));
    let stands = state
        .closing_on(cx.today())
        .map_or("open".to_owned(), |(why, since)| format!("closed on {} ({why})", day::words(since)));
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
    writeln!(cx.out(), "  case {}: day, morning, afternoon, read into attcheck on", case.id)?;
    for (day, readings) in register.readings() {
        for one in readings {
            let mark = |n: usize| one.marks[n].map_or("-", crate::register::Code::as_str);
            writeln!(cx.out(), "    {day}  {}  {}  {}", mark(0), mark(1), one.read)?;
        }
    }
    Ok(())
}

fn documents(case: &Case, cx: &mut Context) -> anyhow::Result<()> {
    let mut any = false;
    for entry in &case.entries {
        let Some(Content::Action(action)) = entry.content() else { continue };
        for copy in &action.attach {
            any = true;
            let id = entry.id.as_ref().map(|id| id.short().to_owned()).unwrap_or_default();
            writeln!(cx.out(), "  {id}  {}: {}", shown(&copy.name), shown(&copy.file))?;
        }
    }
    if !any {
        writeln!(cx.out(), "  case {}: none", case.id)?;
    }
    Ok(())
}

/// Who else is named, as what, and in which entries.
fn others(cases: &[Loaded], pupil: Option<&str>, cx: &mut Context) -> anyhow::Result<()> {
    let mut named: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for Loaded { case, .. } in cases {
        for entry in &case.entries {
            let id = entry.id.as_ref().map_or("not sealed", EntryId::short).to_owned();
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
            let content = entry.content();
            match content {
                Some(Content::Person(PersonEntry::Named { person, name: Some(name), role, .. }))
                    if *person != PersonId::pupil() =>
                {
                    add(name, role.map_or("person of the case", Role::as_str));
                }
                Some(Content::Sign(sign)) => {
                    add(&sign.name, &format!("signed as {}", sign.role));
                    sign.fields.iter().filter(|(key, _)| names(key)).for_each(|(key, value)| add(value, key));
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
            debug_assert!(content.is_some() || !matches!(entry.deed, Deed::Record(_)));
        }
    }
    writeln!(cx.out(), "\n5. Other people named in it: look at each before the record is given away")?;
    if named.is_empty() {
        writeln!(cx.out(), "  nobody")?;
    }
    for (name, roles) in named {
        writeln!(cx.out(), "  {}", shown(&name).replace('\n', " "))?;
        for (role, ids) in roles {
            let first: Vec<&str> = ids.iter().take(6).map(String::as_str).collect();
            let more = if ids.len() > 6 { format!(" and {} more", ids.len() - 6) } else { String::new() };
            writeln!(cx.out(), "      {}: {}{more}", shown(&role), first.join(" "))?;
        }
    }
    Ok(())
}

fn names(field: &str) -> bool {
    NAMING.contains(&field)
}
