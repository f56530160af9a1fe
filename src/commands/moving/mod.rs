//! `attcheck move`

mod all;

use super::verdict::{self, Check};
use super::{Context, Outcome, writing};
use crate::case::entry::{Content, Deed};
use crate::case::state::CaseState;
use crate::case::{Case, compose};
use crate::checklist::{Checklist, by_edition, carry};
use crate::cli::{When, Writing};
use crate::error::{BadFile, refuse};
use crate::number::counted;
use crate::render::markup::shown;
use crate::store::{self, Loaded, checklists};

/// Carry a case to a newer edition, or to another council's checklist
///
/// Facts carry over whole. Entries carry over where both items name the same practice. What carries, what does not and
/// what is newly open is listed first; on a terminal it is then asked whether to go on. Nothing is taken out of the
/// record: back on the first checklist every entry counts there again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    case: Option<String>,
    /// Every open case that is worked against the checklist of --from, each with its verdict before and after
    #[arg(long, requires = "from")]
    all: bool,
    /// From where, with --all: ID@EDITION
    #[arg(long, value_name = "CHECKLIST", requires = "all")]
    from: Option<String>,
    /// Move them without being asked, with --all: for scripts
    #[arg(long, requires = "all")]
    yes: bool,
    /// Where to: a checklist's id for its newest edition, or ID@EDITION
    #[arg(long, value_name = "CHECKLIST")]
    to: String,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    if let Some(from) = &args.from {
        return all::run(args, from, cx);
    }
    let called = args.case.as_deref().unwrap_or_default();
    let loaded = cx.open(called, true)?;
    let state = CaseState::replay(&loaded.case, None);
    let old = cx.checklist_of(&state)?;
    let new = check_destination(&args.to, cx, &old)?;
    let content = entry_of(&old, &new);
    let after = with(cx, &loaded, &content)?;
    preview(cx, &loaded.case, &after, &old, &new)?;
    if cx.ask.is_there() && !args.writing.dry_run && !cx.ask.confirm("Move the case?", false)? {
        return Err(refuse("the case was not moved", "nothing was recorded"));
    }
    let written = writing::append(cx, &loaded, &args.writing, |now| {
        still_there(now, &old)?;
        Ok(vec![Deed::Record(content)])
    })?;
    if let Some(moved) = written {
        writing::done(
            cx,
            &moved,
            &format!("moved to {}, edition {}", new.id, new.edition),
        )?;
        cx.say(&format!(
            "next    attcheck gaps {}{}",
            moved.case.id,
            verdict::gate_flag(&new, None)
        ));
    }
    Ok(Outcome::Success)
}

/// What is recorded where a case moves from one list to another.
fn entry_of(old: &Checklist, new: &Checklist) -> Content {
    Content::Checklist {
        checklist: new.id.clone(),
        edition: new.edition.clone(),
        carried: carry::pairs(old, new),
    }
}

/// Refuses if a case is not worked against the list any more: the pairs are those of the list it had.
fn still_there(now: &Loaded, old: &Checklist) -> anyhow::Result<()> {
    let state = CaseState::replay(&now.case, None);
    if state.checklist() == Some((old.id.as_str(), old.edition.as_str())) {
        return Ok(());
    }
    let hint = format!(
        "look at it with `attcheck show {}`, and move it again",
        now.case.id
    );
    Err(refuse("somebody else has moved the case meanwhile", hint))
}

/// The checklist a case is to be moved to.
fn check_destination(to: &str, cx: &Context, old: &Checklist) -> anyhow::Result<Checklist> {
    if checklists::is_file(to) {
        let hint = format!("put it into `{}` and name it by its id", store::CHECKLISTS);
        return Err(refuse(
            "a case is moved to a checklist of the folder or the program, not to a file",
            hint,
        ));
    }
    let new = checklists::called(&cx.store, to)?;
    if new.id == old.id && new.edition == old.edition {
        let hint =
            "`attcheck checklist list` shows the others; write ID@EDITION for another edition";
        return Err(refuse(
            format!(
                "the case is worked against {}, edition {}, already",
                new.id, new.edition
            ),
            hint,
        ));
    }
    if new.subject != old.subject {
        let hint = "open a case of its own with `attcheck new`";
        return Err(refuse(
            format!(
                "`{}` is for a {}, and the case is about a {}",
                new.id, new.subject, old.subject
            ),
            hint,
        ));
    }
    if new.id == old.id && by_edition(&new.edition, &old.edition).is_lt() {
        cx.say(&format!(
            "note: edition {} is older than {}",
            new.edition, old.edition
        ));
    }
    Ok(new)
}

/// The case as it would be with one more entry.
fn with(cx: &Context, loaded: &Loaded, content: &Content) -> anyhow::Result<Case> {
    let by = cx.who()?;
    let entry = compose::entry(
        &Deed::Record(content.clone()),
        &by,
        cx.now,
        &writing::heads(loaded),
    );
    let text = store::appended(loaded, &[entry])?;
    store::parse_case(&text, &loaded.path).map_err(|problems| BadFile { problems }.into())
}

/// What entries were recorded on and what they count for, each with how many there are.
type Tally = Vec<(String, usize)>;

fn count(tally: &mut Tally, line: String) {
    match tally.iter_mut().find(|(known, _)| *known == line) {
        Some((_, count)) => *count += 1,
        None => tally.push((line, 1)),
    }
}

/// The entries that count for something in the new checklist, and those that do not.
fn entries(now: &CaseState<'_>, new: &Checklist) -> (Tally, Tally) {
    let (mut carried, mut left) = (Tally::new(), Tally::new());
    for (entry, content) in now.current() {
        let Content::Action(action) = content else {
            continue;
        };
        let to: Vec<String> = now
            .items_of(entry, action)
            .into_iter()
            .filter(|item| new.item(item).is_some())
            .collect();
        let from = action.item.clone();
        match to.as_slice() {
            [] => count(&mut left, from),
            [same] if *same == from => count(&mut carried, from),
            to => count(&mut carried, format!("{from} to {}", to.join(", "))),
        }
    }
    (carried, left)
}

/// Lists what carries over, what does not, and what is newly open.
fn preview(
    cx: &mut Context,
    before: &Case,
    after: &Case,
    old: &Checklist,
    new: &Checklist,
) -> anyhow::Result<()> {
    let (was, now) = (
        CaseState::replay(before, None),
        CaseState::replay(after, None),
    );
    let check = Check::new(&When::default(), cx)?;
    let open_before = verdict::open_lines(&check, &was, old)?;
    let was_open = |from: &String| open_before.iter().any(|line| line.item == *from);
    let known: Vec<String> = carry::pairs(old, new)
        .into_iter()
        .filter(|(from, _)| was_open(from))
        .map(|(_, to)| to)
        .collect();
    let mut newly = verdict::open_lines(&check, &now, new)?;
    newly.retain(|line| !known.contains(&line.item));
    let ((carried, left), facts) = (entries(&now, new), facts(&now, new));
    let out = cx.out();
    writeln!(
        out,
        "case {}: from {}, edition {}, to {}, edition {}",
        before.id, old.id, old.edition, new.id, new.edition
    )?;
    writeln!(out, "\ncarries over\n  all facts and people")?;
    for (what, count) in &carried {
        writeln!(out, "  {what}: {}", counted(*count, "entry"))?;
    }
    if !left.is_empty() || !facts.is_empty() {
        writeln!(out, "\ndoes not count there (it stays in the record)")?;
    }
    for (what, count) in &left {
        writeln!(out, "  {what}: {}", counted(*count, "entry"))?;
    }
    for fact in &facts {
        writeln!(out, "  {}", shown(fact))?;
    }
    writeln!(out, "\nnewly open: {}", newly.len())?;
    for line in &newly {
        let whom = line
            .person
            .as_ref()
            .map(|person| format!(" for {person}"))
            .unwrap_or_default();
        let gap = line
            .gaps
            .first()
            .map(|gap| gap.says.as_str())
            .unwrap_or_default();
        writeln!(
            out,
            "  {}  {}{whom}: {}",
            line.source.join(", "),
            line.item,
            shown(gap)
        )?;
    }
    Ok(out.flush()?)
}

/// Facts of the case that the new checklist does not know, or knows with other answers.
fn facts(state: &CaseState<'_>, new: &Checklist) -> Vec<String> {
    let mut found = Vec::new();
    for (_, content) in state.current() {
        let Content::Fact(fact) = content else {
            continue;
        };
        let line = match new.facts.get(&fact.fact) {
            None => format!("fact {}: not asked there", fact.fact),
            Some(def) if !def.takes(&fact.value) => {
                format!(
                    "fact {}: `{}` is no answer there ({})",
                    fact.fact,
                    fact.value,
                    def.answers_listed()
                )
            }
            Some(_) => continue,
        };
        if !found.contains(&line) {
            found.push(line);
        }
    }
    found
}
