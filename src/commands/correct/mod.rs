//! `attcheck correct`

mod change;

use super::attaching::{Attach, Attached, Kept};
use super::{Context, Outcome, changed, input, writing};
use crate::case::entry::{Action, Answer, Content, Deed, PersonId};
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::cli::{Agreed, Told, Writing};
use crate::entry_rules::Source;
use crate::error::refuse;

/// Put an entry right by a further one that names it and says why
///
/// What is not given is carried over; `--clear FIELD` takes something away. The earlier version stays in the log. A
/// correction of something withdrawn brings it back.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// The entry: the start of its id, six characters or more
    entry: String,
    /// Why it is put right
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    why: Option<String>,
    /// What to take away: reason, outcome, for, points, attach, since, owner or another field
    #[arg(long, value_name = "FIELD")]
    clear: Vec<String>,
    /// The day it happened
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// The item it belongs to
    #[arg(long)]
    item: Option<String>,
    /// What came of it
    #[arg(long)]
    answer: Option<String>,
    #[command(flatten)]
    told: Told,
    /// A point that was covered too; `--clear points` takes those before away
    #[arg(long, value_name = "POINT")]
    point: Vec<String>,
    /// The persons it concerns, in place of those before
    #[arg(long = "for", value_name = "PERSON")]
    persons: Vec<String>,
    #[command(flatten)]
    agreed: Agreed,
    #[command(flatten)]
    documents: Attach,
    /// The answer to a fact
    #[arg(long)]
    value: Option<String>,
    /// From which day a fact holds, or somebody belongs to the case
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// The text of a note
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<String>,
    /// A name
    #[arg(long)]
    name: Option<String>,
    /// The role of a person
    #[arg(long)]
    role: Option<String>,
    /// Whether a person has parental responsibility
    #[arg(long, value_name = "ANSWER")]
    parental_responsibility: Option<String>,
    /// The unique pupil number
    #[arg(long)]
    upn: Option<String>,
    /// Date of birth
    #[arg(long, value_name = "DAY")]
    born: Option<String>,
    /// Year group
    #[arg(long, value_name = "N")]
    year_group: Option<String>,
    /// Correct it although the new item asks for more; the rest is added later
    #[arg(long)]
    incomplete: bool,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let (first, content) = writing::event_called(&loaded, &args.entry)?;
    let Some(before) = content else {
        return Err(refuse(
            "the text of that entry was taken out",
            "record anew what may be kept",
        ));
    };
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    let waived = writing::waived(&args.writing, args.incomplete);
    let rules = writing::rules(cx, &state, Some(&checklist), waived);
    let mut used = vec!["why", "long-ago"];
    let mut content = before.clone();
    change::change(args, cx, &checklist, &rules, &mut content, &mut used)?;
    refuse_unused(args, &content, &used)?;
    let attached = match &mut content {
        Content::Action(action) => attach(args, cx, &checklist, &state, action, &before)?,
        _ => Attached::default(),
    };
    if content == before && cx.ask.is_there() {
        ask_for_blanks(cx, &checklist, &state, &mut content)?;
    }
    if content == before && !attached.documents.is_empty() {
        // The same document as before: its copy may have been lost, and lies there again.
        attached.keep()?.stay();
        cx.say(
            "the copy lies where the entry says; nothing else was changed, so nothing was recorded",
        );
        return Ok(Outcome::Success);
    }
    // An event with two versions may be settled by saying again what one of them says.
    if content == before && state.current().any(|(_, current)| *current == before) {
        let lacks = lacking(&checklist, &state, &content);
        let hint = if lacks.is_empty() {
            format!(
                "`attcheck show {} --log` shows what it holds; `attcheck correct --help` lists the flags",
                state.case.id
            )
        } else {
            format!("it lacks {}: add that, and --why", lacks.join(", "))
        };
        return Err(refuse("nothing is to change", hint));
    }
    // Told before anything is asked or copied; what counts is the same look once nobody else can write.
    let deed = |why: String| Deed::Correct {
        corrects: first.clone(),
        why,
        content: Some(content.clone()),
    };
    rules.check(&deed(String::new()))?;
    let why = match &args.why {
        Some(why) => input::text("--why", why)?,
        None if cx.ask.is_there() => {
            input::text("why", &cx.ask.text("Why is it put right?", None)?)?
        }
        None => {
            return Err(refuse(
                "--why is missing",
                "say why it is put right: it stays in the record",
            ));
        }
    };
    let kept = if args.writing.dry_run {
        Kept::default()
    } else {
        attached.keep()?
    };
    let deed = deed(why);
    let held = writing::Held {
        waived,
        source: Source::Command,
    };
    let written = writing::append_as(cx, &loaded, &args.writing, held, |_| Ok(vec![deed]))?;
    kept.stay();
    if let Some(after) = written {
        writing::done(cx, &after, &format!("{} corrected", first.short()))?;
        changed::say_changes(cx, &loaded.case, &after.case, &checklist, None)?;
    }
    Ok(Outcome::Success)
}

/// Puts documents to an action. On a terminal, where nothing else was given, those that it lacks are asked for.
fn attach(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    state: &CaseState<'_>,
    action: &mut Action,
    before: &Content,
) -> anyhow::Result<Attached> {
    let item = writing::items_of(state, checklist, action)
        .into_iter()
        .next();
    let asked = item
        .map(|item| checklist.documents_of(item))
        .unwrap_or_default();
    let mut attached = Attached::read(&args.documents, &asked, &state.case.id, cx)?;
    let nothing_given =
        args.documents.is_empty() && matches!(before, Content::Action(was) if was == action);
    if nothing_given && action.answer == Answer::Done && cx.ask.is_there() {
        let has = |name: &str| action.attach.iter().any(|document| document.name == name);
        let lacking: Vec<&str> = asked.iter().copied().filter(|name| !has(name)).collect();
        attached.ask_for_rest(&lacking, &state.case.id, cx)?;
    }
    // A document of a name takes the place of those that had it.
    action
        .attach
        .retain(|one| !attached.documents.iter().any(|new| new.name == one.name));
    action.attach.extend(attached.documents.iter().cloned());
    Ok(attached)
}

/// Refuses flags that say nothing about what is corrected.
fn refuse_unused(args: &Args, content: &Content, used: &[&str]) -> anyhow::Result<()> {
    let given = [
        ("on", args.on.is_some()),
        ("item", args.item.is_some()),
        ("answer", args.answer.is_some()),
        (
            "reason",
            args.told.reason.is_some() || args.told.reason_from.is_some(),
        ),
        (
            "outcome",
            args.told.outcome.is_some() || args.told.outcome_from.is_some(),
        ),
        ("field", !args.told.field.is_empty()),
        ("point", !args.point.is_empty()),
        ("for", !args.persons.is_empty()),
        ("attach", !args.documents.is_empty()),
        ("next", args.agreed.next.is_some()),
        ("due", args.agreed.due.is_some()),
        ("owner", args.agreed.owner.is_some()),
        ("comments", args.agreed.comments.is_some()),
        ("value", args.value.is_some()),
        ("since", args.since.is_some()),
        ("text", args.text.is_some()),
        ("name", args.name.is_some()),
        ("role", args.role.is_some()),
        (
            "parental-responsibility",
            args.parental_responsibility.is_some(),
        ),
        ("upn", args.upn.is_some()),
        ("born", args.born.is_some()),
        ("year-group", args.year_group.is_some()),
        ("clear", !args.clear.is_empty()),
    ];
    match given
        .iter()
        .find(|(flag, there)| *there && !used.contains(flag))
    {
        Some((flag, _)) => {
            let hint = format!("the entry is of kind `{}`", content.kind());
            Err(refuse(
                format!("--{flag} says nothing about this entry"),
                hint,
            ))
        }
        None => Ok(()),
    }
}

/// The flags that would give what an entry lacks.
fn lacking(checklist: &Checklist, state: &CaseState<'_>, content: &Content) -> Vec<String> {
    let Content::Action(action) = content else {
        return Vec::new();
    };
    let Some(item) = writing::items_of(state, checklist, action)
        .into_iter()
        .next()
    else {
        return Vec::new();
    };
    let mut flags = Vec::new();
    if action.date.is_none() {
        flags.push("--on".to_owned());
    }
    if action.persons.is_empty() && item.each.is_some() {
        let ids: Vec<String> = state
            .ever_named()
            .iter()
            .filter(|id| id.0 != "pupil")
            .map(ToString::to_string)
            .collect();
        flags.push(format!("--for ({})", ids.join(", ")));
    }
    if action.answer != Answer::Done {
        flags.extend(action.reason.is_none().then(|| "--reason".to_owned()));
        return flags;
    }
    for name in item
        .record
        .iter()
        .filter(|name| !action.fields.contains_key(*name))
    {
        flags.push(if name == "outcome" {
            "--outcome".to_owned()
        } else {
            format!("--field {name}=")
        });
    }
    flags
}

/// On a terminal, with nothing given: asks for what the entry lacks.
fn ask_for_blanks(
    cx: &Context,
    checklist: &Checklist,
    state: &CaseState<'_>,
    content: &mut Content,
) -> anyhow::Result<()> {
    let Content::Action(action) = content else {
        return Ok(());
    };
    let Some(item) = writing::items_of(state, checklist, action)
        .into_iter()
        .next()
    else {
        return Ok(());
    };
    if let (true, Some(role)) = (action.persons.is_empty(), item.each) {
        let people: Vec<PersonId> = state
            .people_on(cx.today())
            .into_iter()
            .filter(|p| p.role == role)
            .map(|p| p.id)
            .collect();
        let names: Vec<String> = people.iter().map(ToString::to_string).collect();
        let chosen = cx.ask.choose_any(&format!("For which {role}?"), &names)?;
        action.persons = chosen.into_iter().map(|n| people[n].clone()).collect();
    }
    if action.answer != Answer::Done {
        if action.reason.is_none() {
            let reason = cx.ask.text(&format!("Why {}?", action.answer), None)?;
            action.reason = Some(reason).filter(|reason| !reason.is_empty());
        }
        return Ok(());
    }
    for name in &item.record {
        if !action.fields.contains_key(name) {
            let ask = checklist
                .fields
                .get(name)
                .map_or(name.as_str(), |def| def.ask.as_str());
            let text = cx.ask.text(ask, None)?;
            if !text.is_empty() {
                action.fields.insert(
                    name.clone(),
                    input::field_value(cx, checklist, name, &text)?,
                );
            }
        }
    }
    Ok(())
}
