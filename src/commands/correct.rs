//! `attcheck correct`

use std::path::PathBuf;

use super::{Context, Outcome, input, verdict, writing};
use crate::case::entry::{Action, Answer, CloseReason, Content, Deed, PersonEntry, PersonId, Role, YesNo};
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::cli::Writing;
use crate::error::refuse;
use crate::problem::did_you_mean;

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
    /// What to take away: reason, outcome, for, points, since or another field
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
    /// Why it was not done, or why the case was closed
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: Option<String>,
    /// The same from a file
    #[arg(long, value_name = "FILE")]
    reason_from: Option<PathBuf>,
    /// What came of it and what happens next
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    outcome: Option<String>,
    /// The same from a file
    #[arg(long, value_name = "FILE")]
    outcome_from: Option<PathBuf>,
    /// Another field; may be given again
    #[arg(long, value_name = "NAME=VALUE")]
    field: Vec<String>,
    /// A point that was covered too; `--clear points` takes those before away
    #[arg(long, value_name = "POINT")]
    point: Vec<String>,
    /// The persons it concerns, in place of those before
    #[arg(long = "for", value_name = "PERSON")]
    persons: Vec<String>,
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
    /// The day really lies more than three years back
    #[arg(long)]
    long_ago: bool,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let (first, content) = writing::event_called(&loaded, &args.entry)?;
    let Some(before) = content else {
        return Err(refuse("the text of that entry was taken out", "record anew what may be kept"));
    };
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    let people = state.ever_named();
    if let Some(id) = args.persons.iter().find(|id| !people.contains(&PersonId((*id).clone()))) {
        let hint = format!("`attcheck show {}` lists the people of the case", state.case.id);
        return Err(refuse(format!("there is no person `{id}` in the case"), hint));
    }
    let mut used = vec!["why", "long-ago"];
    let mut content = before.clone();
    change(args, cx, &checklist, &state, &mut content, &mut used)?;
    refuse_unused(args, &content, &used)?;
    if content == before && cx.ask.is_there() {
        ask_for_blanks(cx, &checklist, &state, &mut content)?;
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
    let why = match &args.why {
        Some(why) => input::text("--why", why)?,
        None if cx.ask.is_there() => input::text("why", &cx.ask.text("Why is it put right?", None)?)?,
        None => return Err(refuse("--why is missing", "say why it is put right: it stays in the record")),
    };
    let written = writing::append(cx, &loaded.path, &args.writing, |_| {
        Ok(vec![Deed::Correct { corrects: first.clone(), why, content: Some(content) }])
    })?;
    if let Some(after) = written {
        writing::done(cx, &after, &format!("{} corrected", first.short()))?;
        verdict::say_changes(cx, &loaded.case, &after.case, &checklist, None)?;
    }
    Ok(Outcome::Success)
}

/// Refuses flags that say nothing about what is corrected.
fn refuse_unused(args: &Args, content: &Content, used: &[&str]) -> anyhow::Result<()> {
    let given = [
        ("on", args.on.is_some()),
        ("item", args.item.is_some()),
        ("answer", args.answer.is_some()),
        ("reason", args.reason.is_some() || args.reason_from.is_some()),
        ("outcome", args.outcome.is_some() || args.outcome_from.is_some()),
        ("field", !args.field.is_empty()),
        ("point", !args.point.is_empty()),
        ("for", !args.persons.is_empty()),
        ("value", args.value.is_some()),
        ("since", args.since.is_some()),
        ("text", args.text.is_some()),
        ("name", args.name.is_some()),
        ("role", args.role.is_some()),
        ("parental-responsibility", args.parental_responsibility.is_some()),
        ("upn", args.upn.is_some()),
        ("born", args.born.is_some()),
        ("year-group", args.year_group.is_some()),
        ("clear", !args.clear.is_empty()),
    ];
    match given.iter().find(|(flag, there)| *there && !used.contains(flag)) {
        Some((flag, _)) => {
            let hint = format!("the entry is of kind `{}`", content.kind());
            Err(refuse(format!("--{flag} says nothing about this entry"), hint))
        }
        None => Ok(()),
    }
}

fn change(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    state: &CaseState<'_>,
    content: &mut Content,
    used: &mut Vec<&'static str>,
) -> anyhow::Result<()> {
    let past = |text: &Option<String>| -> anyhow::Result<Option<chrono::NaiveDate>> {
        text.as_deref().map(|text| input::past_day(cx, "--on", text, state, args.long_ago)).transpose()
    };
    let day = |text: &Option<String>, flag: &str| text.as_deref().map(|text| cx.day(text, flag)).transpose();
    let reason = input::text_or_file("--reason", args.reason.as_deref(), args.reason_from.as_deref())?;
    match content {
        Content::Action(action) => {
            used.extend(["on", "item", "answer", "reason", "outcome", "field", "point", "for", "clear"]);
            change_action(args, cx, checklist, action)?;
            action.date = past(&args.on)?.or(action.date);
        }
        Content::Fact(fact) => {
            used.extend(["value", "since", "for", "clear"]);
            if let Some(value) = &args.value {
                fact.value = input::fact_value(&fact.fact, input::fact(checklist, &fact.fact)?, value)?;
            }
            fact.since = day(&args.since, "--since")?.or(fact.since);
            set_persons(&mut fact.persons, &args.persons);
            for name in &args.clear {
                match name.as_str() {
                    "since" => fact.since = None,
                    "for" => fact.persons.clear(),
                    _ => return Err(cannot_clear(name)),
                }
            }
        }
        Content::Details(details) | Content::Opened { details, .. } => {
            used.extend(["name", "upn", "born", "year-group", "clear"]);
            let name = args.name.as_deref().map(|text| input::text("--name", text)).transpose()?;
            let year_group =
                args.year_group.as_deref().map(|text| input::text("--year-group", text)).transpose()?;
            let upn = args.upn.as_deref().map(input::upn).transpose()?;
            let born = day(&args.born, "--born")?;
            details.update(&crate::case::entry::Details {
                name,
                upn,
                born,
                year_group,
                ..Default::default()
            });
            for name in &args.clear {
                match name.as_str() {
                    "upn" => details.upn = None,
                    "born" => details.born = None,
                    "year-group" => details.year_group = None,
                    _ => return Err(cannot_clear(name)),
                }
            }
        }
        Content::Person(PersonEntry::Named { name, role, responsibility, from, .. }) => {
            used.extend(["name", "role", "parental-responsibility", "since"]);
            if let Some(new) = &args.name {
                *name = Some(input::text("--name", new)?);
            }
            *role = word(args.role.as_deref(), "role", Role::WORDS, Role::from_word)?.or(*role);
            let new = word(
                args.parental_responsibility.as_deref(),
                "parental-responsibility",
                YesNo::WORDS,
                YesNo::from_word,
            )?;
            *responsibility = new.or(*responsibility);
            *from = day(&args.since, "--since")?.or(*from);
        }
        Content::Person(PersonEntry::None { from, .. }) => {
            used.push("since");
            *from = day(&args.since, "--since")?.or(*from);
        }
        Content::Note { text, date } => {
            used.extend(["text", "on"]);
            if let Some(new) = &args.text {
                *text = input::text("--text", new)?;
            }
            *date = past(&args.on)?.or(*date);
        }
        Content::Close { reason: why, date, .. } => {
            used.extend(["reason", "on"]);
            *why = word(reason.as_deref(), "reason", CloseReason::WORDS, CloseReason::from_word)?
                .unwrap_or(*why);
            *date = past(&args.on)?.or(*date);
        }
        Content::Reopen { reason: why, date } => {
            used.extend(["reason", "on"]);
            *why = reason.unwrap_or_else(|| why.clone());
            *date = past(&args.on)?.or(*date);
        }
        Content::Plan(_)
        | Content::Sign(_)
        | Content::Checklist { .. }
        | Content::Outcome { .. }
        | Content::Joined { .. } => {
            let hint = "withdraw it, and record it anew";
            return Err(refuse(
                format!("an entry of kind `{}` cannot be corrected yet", content.kind()),
                hint,
            ));
        }
    }
    Ok(())
}

fn change_action(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    action: &mut Action,
) -> anyhow::Result<()> {
    if let Some(item) = &args.item {
        if checklist.item(item).is_none() {
            let hint =
                did_you_mean(item, checklist.items.iter().map(|item| item.id.as_str())).unwrap_or_default();
            return Err(refuse(format!("`{item}` is not an item of {}", checklist.title), hint));
        }
        action.item.clone_from(item);
    }
    action.answer =
        word(args.answer.as_deref(), "answer", Answer::WORDS, Answer::from_word)?.unwrap_or(action.answer);
    if let Some(reason) =
        input::text_or_file("--reason", args.reason.as_deref(), args.reason_from.as_deref())?
    {
        action.reason = Some(reason);
    }
    if let Some(outcome) =
        input::text_or_file("--outcome", args.outcome.as_deref(), args.outcome_from.as_deref())?
    {
        action.fields.insert("outcome".into(), outcome);
    }
    for field in &args.field {
        let (name, value) = input::pair("--field", field)?;
        action.fields.insert(name.to_owned(), input::field_value(cx, checklist, name, value)?);
    }
    if !args.point.is_empty() {
        let before = action.points.clone();
        let known: Vec<&str> = checklist
            .item(&action.item)
            .into_iter()
            .chain(checklist.users_of(&action.item))
            .flat_map(|item| item.points.iter().map(|(name, _)| name.as_str()))
            .collect();
        if let Some(point) = args.point.iter().find(|point| !known.contains(&point.as_str())) {
            let hint = did_you_mean(point, known.iter().copied()).unwrap_or_default();
            return Err(refuse(format!("`{point}` is not a point of `{}`", action.item), hint));
        }
        action.points.extend(args.point.iter().filter(|point| !before.contains(point)).cloned());
    }
    set_persons(&mut action.persons, &args.persons);
    for name in &args.clear {
        let given = match name.as_str() {
            "reason" => args.reason.is_some() || args.reason_from.is_some(),
            "outcome" => args.outcome.is_some() || args.outcome_from.is_some(),
            "for" => !args.persons.is_empty(),
            field => args.field.iter().any(|pair| pair.split('=').next().map(str::trim) == Some(field)),
        };
        if given {
            return Err(refuse(format!("`{name}` is given and cleared at once"), "leave one of the two out"));
        }
        match name.as_str() {
            "reason" => action.reason = None,
            "for" => action.persons.clear(),
            "points" => action.points.clone_from(&args.point),
            field if action.fields.remove(field).is_some() => {}
            _ => return Err(cannot_clear(name)),
        }
    }
    if action.answer != Answer::Done && action.reason.is_none() && args.answer.is_some() {
        return Err(refuse(
            format!("--reason is missing: `{}` settles an item only with its reason", action.answer),
            "add --reason",
        ));
    }
    Ok(())
}

fn set_persons(persons: &mut Vec<PersonId>, given: &[String]) {
    if !given.is_empty() {
        *persons = given.iter().map(|id| PersonId(id.clone())).collect();
    }
}

fn cannot_clear(name: &str) -> anyhow::Error {
    refuse(
        format!("there is no `{name}` to clear in this entry"),
        "`attcheck show` with --log shows what it holds",
    )
}

fn word<T>(
    given: Option<&str>,
    flag: &str,
    words: &[&str],
    from: impl Fn(&str) -> Option<T>,
) -> anyhow::Result<Option<T>> {
    let Some(given) = given else { return Ok(None) };
    from(given).map(Some).ok_or_else(|| {
        let hint = did_you_mean(given, words.iter().copied()).unwrap_or_default();
        refuse(format!("`{given}` is not a word for --{flag}"), hint)
    })
}

/// The flags that would give what an entry lacks.
fn lacking(checklist: &Checklist, state: &CaseState<'_>, content: &Content) -> Vec<String> {
    let Content::Action(action) = content else { return Vec::new() };
    let Some(item) = checklist.item(&action.item) else { return Vec::new() };
    let mut flags = Vec::new();
    if action.date.is_none() {
        flags.push("--on".to_owned());
    }
    if action.persons.is_empty() && item.each.is_some() {
        let ids: Vec<String> =
            state.ever_named().iter().filter(|id| id.0 != "pupil").map(ToString::to_string).collect();
        flags.push(format!("--for ({})", ids.join(", ")));
    }
    if action.answer != Answer::Done {
        flags.extend(action.reason.is_none().then(|| "--reason".to_owned()));
        return flags;
    }
    for name in item.record.iter().filter(|name| !action.fields.contains_key(*name)) {
        flags.push(if name == "outcome" { "--outcome".to_owned() } else { format!("--field {name}=") });
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
    let Content::Action(action) = content else { return Ok(()) };
    let Some(item) = checklist.item(&action.item) else { return Ok(()) };
    if let (true, Some(role)) = (action.persons.is_empty(), item.each) {
        let people: Vec<PersonId> =
            state.people_on(cx.today()).into_iter().filter(|p| p.role == role).map(|p| p.id).collect();
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
            let ask = checklist.fields.get(name).map_or(name.as_str(), |def| def.ask.as_str());
            let text = cx.ask.text(ask, None)?;
            if !text.is_empty() {
                action.fields.insert(name.clone(), input::field_value(cx, checklist, name, &text)?);
            }
        }
    }
    Ok(())
}
