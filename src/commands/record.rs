//! `attcheck record`

use super::attaching::{Attach, Attached, Kept};
use super::{Context, Outcome, changed, input, named, verdict, writing};
use crate::case::entry::{Action, Answer, Content, Deed, EntryId, PersonId, Plan};
use crate::case::plans::FollowUp;
use crate::case::state::CaseState;
use crate::case::{Case, CaseId};
use crate::checklist::{Checklist, Item};
use crate::cli::{Agreed, Told, Writing};
use crate::day;
use crate::entry_rules::{Rules, Source, Waived};
use crate::error::refuse;
use crate::readiness::pending;
use crate::store::Loaded;
use std::collections::BTreeMap;

use chrono::NaiveDate;

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
    /// A follow-up of the same row that is done with this: the start of its entry's id; may be given again
    #[arg(long, value_name = "ENTRY")]
    settles: Vec<String>,
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
            settles: Vec::new(),
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
    // On a terminal what is missing was asked for, and may be left for later.
    let waived = writing::waived(&args.writing, args.incomplete || cx.ask.is_there());
    let rules = writing::rules(cx, &state, Some(&checklist), waived);
    let item = item(args, cx, &rules, &checklist, &loaded.case)?;
    let mut action = action(args, cx, &rules, &checklist, item)?;
    let asked = checklist.documents_of(item);
    let mut attached = Attached::read(&args.documents, &asked, &loaded.case.id, cx)?;
    if action.answer == Answer::Done {
        attached.ask_for_rest(&asked, &loaded.case.id, cx)?;
    }
    action.attach.clone_from(&attached.documents);
    let content = Content::Action(action.clone());
    let writing = writing::ask_again(cx, &rules, &content, &args.writing)?;
    let deed = Deed::Record(content);
    // Told before a copy of any document is made; what counts is the same look once nobody else can write.
    let waived = Waived {
        again: writing.again,
        ..waived
    };
    Rules { waived, ..rules }.check(&deed)?;
    let open = open_on(&state, &checklist, item, cx.today());
    let settles = settled(args, cx, &loaded, &open)?;
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
    let held = writing::Held {
        waived,
        source: Source::Command,
    };
    let left: Vec<String> = open
        .iter()
        .filter(|one| !settles.contains(&one.id))
        .map(|one| one.command(&loaded.case.id))
        .collect();
    let day = action.date.unwrap_or_else(|| cx.today());
    let also = settles.into_iter().map(|entry| {
        Deed::Record(Content::Plan(Plan {
            settles: Some(entry),
            answer: Some(Answer::Done),
            date: Some(day),
            ..Plan::default()
        }))
    });
    let deeds: Vec<Deed> = std::iter::once(deed).chain(also).collect();
    let written = writing::append_as(cx, &loaded, &writing, held, |_| Ok(deeds))?;
    kept.stay();
    if let Some(after) = written {
        writing::done(cx, &after, &what)?;
        if undated {
            cx.say("note: what is to be done next has no day, so `attcheck due` does not list it; `attcheck correct` adds one with --due");
        }
        changed::say_changes(cx, &loaded.case, &after.case, &checklist, Some(&id))?;
        for one in left {
            cx.say(&one);
        }
    }
    Ok(Outcome::Success)
}

/// A follow-up or review of a row that is open.
struct Open {
    /// The first version of its entry.
    id: EntryId,
    /// What is to be done and by when, in words.
    words: String,
}

impl Open {
    /// Names it, with the command that settles it.
    fn command(&self, case: &CaseId) -> String {
        format!(
            "still to do on this row: {}; if it is done, `attcheck follow-up {case} {} --answer done`",
            self.words,
            self.id.short()
        )
    }
}

/// What was agreed on a row and is open today: most often the entry that is made now is what was to be done.
fn open_on(
    state: &CaseState<'_>,
    checklist: &Checklist,
    item: &Item,
    today: NaiveDate,
) -> Vec<Open> {
    let of_row = |one: &FollowUp<'_>| {
        one.item
            .is_some_and(|named| state.names(one.entry, Some(named), &item.id))
    };
    pending::on(state, checklist, today)
        .into_iter()
        .filter(of_row)
        .map(|one| {
            let due = one
                .due
                .map(|due| format!(", due {}", day::words(due)))
                .unwrap_or_default();
            Open {
                id: one.id.clone(),
                words: format!("{}{due}", pending::what(&one, state, checklist)),
            }
        })
        .collect()
}

/// The follow-ups that are settled in the same act: those named, or on a terminal those chosen.
fn settled(
    args: &Args,
    cx: &Context,
    loaded: &Loaded,
    open: &[Open],
) -> anyhow::Result<Vec<EntryId>> {
    if args.settles.is_empty() {
        if open.is_empty() || !cx.ask.has_asked() {
            return Ok(Vec::new());
        }
        let words: Vec<String> = open.iter().map(|one| one.words.clone()).collect();
        let chosen = cx
            .ask
            .choose_any("Which of these are done with this?", &words)?;
        return Ok(chosen.into_iter().map(|n| open[n].id.clone()).collect());
    }
    let state = CaseState::replay(&loaded.case, None);
    let mut found = Vec::new();
    for called in &args.settles {
        let n = writing::entry_called(loaded, called)?;
        let first = state
            .event_of(n)
            .and_then(|event| loaded.case.entries[event.first].id.clone());
        match first.filter(|id| open.iter().any(|one| one.id == *id)) {
            Some(id) => found.push(id),
            None => {
                let hint = match open.first() {
                    Some(one) => format!("open there: {} ({})", one.words, one.id.short()),
                    None => "nothing is open there; leave --settles out".to_owned(),
                };
                return Err(refuse(
                    format!("entry `{called}` is no open follow-up of that row"),
                    hint,
                ));
            }
        }
    }
    Ok(found)
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

fn item<'c>(
    args: &Args,
    cx: &Context,
    rules: &Rules<'c>,
    checklist: &'c Checklist,
    case: &Case,
) -> anyhow::Result<&'c Item> {
    if let Some(id) = &args.item {
        return Ok(rules.item(id)?);
    }
    if !cx.ask.is_there() {
        let hint = format!("`attcheck gaps {}` shows what is left", case.id);
        return Err(refuse("the item is missing", hint));
    }
    let takes = |item: &Item| rules.item(&item.id).is_ok();
    let mut open = verdict::open_items(cx, case, checklist)?;
    open.retain(|item| takes(item));
    if open.is_empty() {
        open = checklist.items.iter().filter(|item| takes(item)).collect();
    }
    let names: Vec<String> = open
        .iter()
        .map(|item| format!("{}  {} ({})", item.source.join(", "), item.title, item.id))
        .collect();
    Ok(open[cx.ask.choose("Which item?", &names)?])
}

fn action(
    args: &Args,
    cx: &Context,
    rules: &Rules<'_>,
    checklist: &Checklist,
    item: &Item,
) -> anyhow::Result<Action> {
    let persons = persons(args, cx, rules, item)?;
    let answer = answer(args, cx, item)?;
    let date = match &args.on {
        Some(text) => Some(input::past_day(cx, "--on", text, rules)?),
        None if cx.ask.is_there() => {
            let date = input::again(cx, || {
                let text = cx
                    .ask
                    .text("On what day? (14/9/2026, yesterday, Monday)", Some("today"))?;
                input::past_day(cx, "the day", &text, rules)
            })?;
            cx.say(&format!("that is {}", day::words(date)));
            Some(date)
        }
        None => None,
    };
    let reason = reason(args, cx, answer)?;
    let mut fields = fields(args, cx, checklist, item, answer)?;
    if answer == Answer::Done {
        ask_for_last_day(cx, checklist, item, date, &mut fields)?;
    }
    let points = points(args, cx, checklist, item, answer)?;
    Ok(Action {
        date,
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
    let reason_given = args.told.reason.is_some() || args.told.reason_from.is_some();
    if cx.ask.is_there() && !reason_given && !item.accepts.is_empty() {
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
    if given.is_some() || answer == Answer::Done {
        return Ok(given);
    }
    if cx.ask.is_there() {
        return input::again(cx, || {
            input::text("the reason", &cx.ask.text(&format!("Why {answer}?"), None)?)
        })
        .map(Some);
    }
    if args.incomplete {
        cx.say(&format!(
            "note: `{answer}` settles nothing until its reason is added with `attcheck correct`"
        ));
    }
    Ok(None)
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
    }
    Ok(fields)
}

/// On a terminal the last day of a period that ends before it begins is asked for again.
fn ask_for_last_day(
    cx: &Context,
    checklist: &Checklist,
    item: &Item,
    date: Option<NaiveDate>,
    fields: &mut BTreeMap<String, String>,
) -> anyhow::Result<()> {
    while cx.ask.is_there()
        && let Some(reversed) = checklist.reversed_period(item, date, fields)
        && let Some(name) = &reversed.end_field
    {
        cx.say(&reversed.to_string());
        fields.remove(name);
        if let Some(value) = input::ask_field(cx, checklist, name)? {
            fields.insert(name.clone(), value);
        }
    }
    Ok(())
}

fn points(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    item: &Item,
    answer: Answer,
) -> anyhow::Result<Vec<String>> {
    let known = checklist.points_of(item);
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
    rules: &Rules<'_>,
    item: &Item,
) -> anyhow::Result<Vec<PersonId>> {
    let given: Vec<PersonId> = args.persons.iter().cloned().map(PersonId).collect();
    let Some(role) = item.each.filter(|_| given.is_empty()) else {
        return Ok(given);
    };
    let theirs = input::persons_of(rules.state, role, cx.today());
    for (id, _) in &theirs {
        named::refuse_shared(rules.state, id)?;
    }
    if theirs.len() < 2 {
        // Said at once, so that it stays clear when a second one is named.
        return Ok(theirs.into_iter().map(|(id, _)| id).collect());
    }
    if !cx.ask.is_there() {
        return Ok(given);
    }
    let names: Vec<String> = theirs
        .iter()
        .map(|(id, initials)| format!("{id} ({initials})"))
        .collect();
    let chosen = cx.ask.choose_any(&format!("For which {role}?"), &names)?;
    Ok(chosen.into_iter().map(|n| theirs[n].0.clone()).collect())
}
