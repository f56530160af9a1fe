//! `attcheck record`

use super::attaching::{Attach, Attached, Kept};
use super::{Context, Outcome, changed, input, named, verdict, writing};
use crate::case::Case;
use crate::case::entry::{Action, Answer, Content, Deed, PersonId, Subject};
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Entries, Item};
use crate::cli::{Agreed, Told, Writing};
use crate::day;
use crate::error::refuse;
use crate::problem::did_you_mean;
use std::collections::BTreeMap;

/// Record something done on a case, or declined, or considered with a reason
///
/// The entry is added to the end of the log. Nothing recorded before is changed. What is missing is asked for on a
/// terminal; in a script the missing flag is named.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// The item of the checklist
    item: Option<String>,
    /// The day it happened
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// What came of it: done, declined, no-reply, not-suitable or not-available
    #[arg(long, value_name = "ANSWER")]
    answer: Option<String>,
    #[command(flatten)]
    told: Told,
    /// A point that was covered; may be given again
    #[arg(long, value_name = "POINT")]
    point: Vec<String>,
    /// The person it concerns, such as p1; may be given again
    #[arg(long = "for", value_name = "PERSON")]
    persons: Vec<String>,
    #[command(flatten)]
    agreed: Agreed,
    #[command(flatten)]
    documents: Attach,
    /// Record what there is; the rest is added later with `correct`
    #[arg(long)]
    incomplete: bool,
    #[command(flatten)]
    writing: Writing,
}

impl Args {
    /// What is asked on a terminal for an item, for a person where one is meant.
    pub(super) fn of(case: &str, item: &str, person: Option<&PersonId>) -> Self {
        Self {
            case: case.to_owned(),
            item: Some(item.to_owned()),
            on: None,
            answer: None,
            told: Told::default(),
            point: Vec::new(),
            persons: person.map(|person| person.0.clone()).into_iter().collect(),
            agreed: Agreed::default(),
            documents: Attach::default(),
            incomplete: false,
            writing: Writing::default(),
        }
    }
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    let item = item(args, cx, &checklist, &loaded.case)?;
    let mut action = action(args, cx, &checklist, item, &state)?;
    let asked = checklist.documents_of(item);
    let mut attached = Attached::read(&args.documents, &asked, &loaded.case.id, cx)?;
    if action.answer == Answer::Done {
        attached.ask_for_rest(&asked, &item.id, args.incomplete, &loaded.case.id, cx)?;
    }
    action.attach.clone_from(&attached.documents);
    let what = summary(&action);
    if cx.ask.has_asked()
        && !args.writing.dry_run
        && !cx.ask.confirm(&format!("Record {what}?"), true)?
    {
        return Err(refuse("nothing was recorded", "run the command again"));
    }
    let id = item.id.clone();
    let undated = is_undated(&action, item);
    let kept = if args.writing.dry_run {
        Kept::default()
    } else {
        attached.keep()?
    };
    let written = writing::append(cx, &loaded.path, &args.writing, |_| {
        Ok(vec![Deed::Record(Content::Action(action))])
    })?;
    kept.stay();
    if let Some(after) = written {
        writing::done(cx, &after, &what)?;
        if undated {
            cx.say("note: what is to be done next has no day, so `attcheck due` does not list it; `attcheck correct` adds one with --due");
        }
        changed::say_changes(cx, &loaded.case, &after.case, &checklist, Some(&id))?;
    }
    Ok(Outcome::Success)
}

/// Whether something is agreed without its day, on an item that does not ask what happens next by itself.
pub(super) fn is_undated(action: &Action, item: &Item) -> bool {
    action.fields.contains_key("next")
        && !action.fields.contains_key("due")
        && !item.record.iter().any(|name| name == "next")
}

/// What will be recorded, in a few words without names.
pub(super) fn summary(action: &Action) -> String {
    let when = action
        .date
        .map(|date| format!(", {}", day::words(date)))
        .unwrap_or_default();
    let whom: Vec<&str> = action
        .persons
        .iter()
        .map(|person| person.0.as_str())
        .collect();
    let whom = if whom.is_empty() {
        String::new()
    } else {
        format!(" for {}", whom.join(" and "))
    };
    format!("{}{whom}, {}{when}", action.item, action.answer)
}

/// Whether an item is answered in this case: what is about the school in the school's own record, the rest in a pupil's.
pub(super) fn belongs(item: &Item, case: &Case, checklist: &Checklist) -> bool {
    checklist.subject == Subject::School || item.about_school == (case.subject == Subject::School)
}

fn item<'c>(
    args: &Args,
    cx: &Context,
    checklist: &'c Checklist,
    case: &Case,
) -> anyhow::Result<&'c Item> {
    let gaps = format!("`attcheck gaps {}` shows what is left", case.id);
    let Some(id) = &args.item else {
        if !cx.ask.is_there() {
            return Err(refuse("the item is missing", gaps));
        }
        let takes = |item: &Item| {
            item.entries != Entries::None
                && !item.signs_record()
                && item.only_looks_at().is_none()
                && belongs(item, case, checklist)
        };
        let mut open = verdict::open_items(cx, case, checklist)?;
        open.retain(|item| takes(item));
        if open.is_empty() {
            open = checklist.items.iter().filter(|item| takes(item)).collect();
        }
        let names: Vec<String> = open
            .iter()
            .map(|item| format!("{}  {} ({})", item.source.join(", "), item.title, item.id))
            .collect();
        return Ok(open[cx.ask.choose("Which item?", &names)?]);
    };
    let item = named::item(checklist, id, Some(gaps.clone()))?;
    if item.entries == Entries::None {
        return Err(refuse(
            format!("there is nothing to record on `{id}`: it follows from other items"),
            gaps,
        ));
    }
    if let Some(other) = item.only_looks_at() {
        let hint = format!("record it there: `attcheck record {} {other}`", case.id);
        return Err(refuse(
            format!("`{id}` only looks at what is recorded on `{other}`"),
            hint,
        ));
    }
    if item.signs_record() {
        let role = item
            .signed_by
            .first()
            .map(|role| format!(" --role {role}"))
            .unwrap_or_default();
        let hint = format!("`attcheck sign {} {id}{role}`", case.id);
        return Err(refuse(
            format!("`{id}` is the sign-off of the whole record, and is signed"),
            hint,
        ));
    }
    if belongs(item, case, checklist) {
        return Ok(item);
    }
    if case.subject == Subject::School {
        let hint = "record it in the pupil's case; `attcheck list` shows the open ones";
        return Err(refuse(
            format!("`{id}` is about a pupil, and this is the school's own record"),
            hint,
        ));
    }
    let hint = match &cx.store.settings().school_record {
        Some(record) => format!("record it there: `attcheck record {record} {id}`"),
        None => format!(
            "open it with `attcheck new --school --checklist {}`",
            checklist.id
        ),
    };
    Err(refuse(
        format!("`{id}` is answered once, in the school's own record"),
        hint,
    ))
}

fn action(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    item: &Item,
    state: &CaseState<'_>,
) -> anyhow::Result<Action> {
    let persons = persons(args, cx, item, state)?;
    let answer = answer(args, cx, item)?;
    let date = match &args.on {
        Some(text) => input::past_day(cx, "--on", text, state, args.writing.long_ago)?,
        None if cx.ask.is_there() => {
            let date = input::again(cx, || {
                let text = cx
                    .ask
                    .text("On what day? (14/9/2026, yesterday, Monday)", Some("today"))?;
                input::past_day(cx, "the day", &text, state, args.writing.long_ago)
            })?;
            cx.say(&format!("that is {}", day::words(date)));
            date
        }
        None => {
            // All that is missing in one go, so that a script is put right once.
            let outcome = answer == Answer::Done
                && !args.incomplete
                && args.told.outcome.is_none()
                && args.told.outcome_from.is_none()
                && checklist.asked_for(item).contains(&"outcome");
            let missing = if outcome {
                "--on and --outcome are missing"
            } else {
                "--on is missing"
            };
            return Err(refuse(
                missing,
                "give the day it happened, as in --on 14/9/2026",
            ));
        }
    };
    let reason = reason(args, cx, answer)?;
    let fields = fields(args, cx, checklist, item, answer)?;
    input::check_owner(checklist, item, &fields)?;
    let points = points(args, cx, checklist, item, answer)?;
    Ok(Action {
        date: Some(date),
        item: item.id.clone(),
        answer,
        reason,
        persons,
        points,
        fields,
        attach: Vec::new(),
    })
}

fn answer(args: &Args, cx: &Context, item: &Item) -> anyhow::Result<Answer> {
    if let Some(word) = &args.answer {
        return input::answer(word);
    }
    if args.told.reason.is_some() || args.told.reason_from.is_some() {
        let accepts: Vec<&str> = item.accepts.iter().map(|answer| answer.as_str()).collect();
        let hint = if accepts.is_empty() {
            format!(
                "`{}` is settled by `done` alone, which has an outcome: use --outcome",
                item.id
            )
        } else {
            format!("`{}` accepts: {}", item.id, accepts.join(", "))
        };
        return Err(refuse(
            "--reason goes with an --answer other than done",
            hint,
        ));
    }
    if cx.ask.is_there() && !item.accepts.is_empty() {
        let choices: Vec<Answer> = std::iter::once(Answer::Done)
            .chain(item.accepts.iter().copied())
            .collect();
        let words: Vec<String> = choices.iter().map(ToString::to_string).collect();
        return Ok(choices[cx.ask.choose("What came of it?", &words)?]);
    }
    Ok(Answer::Done)
}

fn reason(args: &Args, cx: &Context, answer: Answer) -> anyhow::Result<Option<String>> {
    let given = input::reason(&args.told)?;
    match (given, answer) {
        (Some(_), Answer::Done) => Err(refuse(
            "--reason goes with an --answer other than done",
            "what was done has an --outcome",
        )),
        (None, Answer::Done) => Ok(None),
        (Some(reason), _) => Ok(Some(reason)),
        (None, answer) if cx.ask.is_there() => input::again(cx, || {
            input::text("the reason", &cx.ask.text(&format!("Why {answer}?"), None)?)
        })
        .map(Some),
        (None, answer) if args.incomplete => {
            cx.say(&format!(
                "note: `{answer}` settles nothing until its reason is added with `attcheck correct`"
            ));
            Ok(None)
        }
        (None, answer) => Err(refuse(
            format!("--reason is missing: `{answer}` settles an item only with its reason"),
            "add --reason and say why, or --incomplete to add it later",
        )),
    }
}

fn fields(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    item: &Item,
    answer: Answer,
) -> anyhow::Result<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, value: String| match fields.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(refuse(format!("`{name}` is given twice"), "give it once")),
    };
    if let Some(outcome) = input::outcome(&args.told)? {
        put("outcome", outcome)?;
    }
    let by_itself = args.agreed.next.is_none()
        && !args
            .told
            .field
            .iter()
            .any(|field| field.starts_with("next="));
    if by_itself && (args.agreed.due.is_some() || args.agreed.owner.is_some()) {
        return Err(refuse(
            "--due and --owner go with --next",
            "say what is to be done next, as in --next \"Ring again\"",
        ));
    }
    for (name, value) in input::agreed(cx, &args.agreed)? {
        put(name, value)?;
    }
    for field in &args.told.field {
        let (name, value) = input::pair("--field", field)?;
        put(name, input::field_value(cx, checklist, name, value)?)?;
    }
    if answer != Answer::Done {
        return Ok(fields);
    }
    let missing: Vec<&str> = checklist
        .asked_for(item)
        .into_iter()
        .filter(|name| !fields.contains_key(*name))
        .collect();
    if cx.ask.is_there() {
        for name in missing {
            if let Some(value) = input::ask_field(cx, checklist, name)? {
                fields.insert(name.to_owned(), value);
            }
        }
    } else if !missing.is_empty() && !args.incomplete {
        let flag = |name: &&str| match *name {
            "outcome" | "next" | "due" | "owner" | "comments" => format!("--{name}"),
            _ => format!("--field {name}=…"),
        };
        let flags: Vec<String> = missing.iter().map(flag).collect();
        let asks = missing
            .iter()
            .filter_map(|name| Some(format!("{name}: {}", checklist.fields.get(*name)?.ask)));
        let hint = format!(
            "{}; or --incomplete to add it later with `attcheck correct`",
            asks.collect::<Vec<_>>().join("; ")
        );
        return Err(refuse(
            format!("`{}` asks for {}", item.id, flags.join(", ")),
            hint,
        ));
    }
    Ok(fields)
}

fn points(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    item: &Item,
    answer: Answer,
) -> anyhow::Result<Vec<String>> {
    let known = checklist.points_of(item);
    for point in &args.point {
        if !known.iter().any(|(name, _)| name == point) {
            let hint = did_you_mean(point, known.iter().map(|(name, _)| name.as_str()));
            let hint = hint.unwrap_or_else(|| format!("`{}` has no points to cover", item.id));
            return Err(refuse(
                format!("`{point}` is not a point of `{}`", item.id),
                hint,
            ));
        }
    }
    if !args.point.is_empty() || known.is_empty() || answer != Answer::Done || !cx.ask.is_there() {
        return Ok(args.point.clone());
    }
    let words: Vec<String> = known.iter().map(|(_, words)| words.clone()).collect();
    let chosen = cx.ask.choose_any("Which points were covered?", &words)?;
    Ok(chosen.into_iter().map(|n| known[n].0.clone()).collect())
}

fn persons(
    args: &Args,
    cx: &Context,
    item: &Item,
    state: &CaseState<'_>,
) -> anyhow::Result<Vec<PersonId>> {
    let given = named::people(state, &args.persons)?;
    let Some(role) = item.each.filter(|_| given.is_empty()) else {
        return Ok(given);
    };
    let theirs = input::persons_of(state, role, cx.today());
    for (id, _) in &theirs {
        named::refuse_shared(state, id)?;
    }
    if theirs.len() < 2 {
        // Said at once, so that it stays clear when a second one is named.
        return Ok(theirs.into_iter().map(|(id, _)| id).collect());
    }
    if cx.ask.is_there() {
        let names: Vec<String> = theirs
            .iter()
            .map(|(id, initials)| format!("{id} ({initials})"))
            .collect();
        let chosen = cx.ask.choose_any(&format!("For which {role}?"), &names)?;
        if !chosen.is_empty() {
            return Ok(chosen.into_iter().map(|n| theirs[n].0.clone()).collect());
        }
    }
    let ids: Vec<&str> = theirs.iter().map(|(id, _)| id.0.as_str()).collect();
    let hint = format!(
        "add --for and one of {}, and again for another",
        ids.join(", ")
    );
    Err(refuse(
        format!(
            "`{}` goes by {role}, and {} are named",
            item.id,
            theirs.len()
        ),
        hint,
    ))
}
