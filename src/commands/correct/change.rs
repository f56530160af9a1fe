//! The new content of what is corrected: what is given takes the place of what was there.

use super::Args;
use crate::case::entry::{
    Action, Answer, CloseReason, Content, Details, PersonEntry, PersonId, Plan, Role, YesNo,
};
use crate::checklist::Checklist;
use crate::commands::{Context, input};
use crate::entry_rules::{Fault, Rules};
use crate::error::refuse;
use crate::problem::did_you_mean;

pub(super) fn change(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    rules: &Rules<'_>,
    content: &mut Content,
    used: &mut Vec<&'static str>,
) -> anyhow::Result<()> {
    let past = |text: &Option<String>| -> anyhow::Result<Option<chrono::NaiveDate>> {
        text.as_deref()
            .map(|text| input::past_day(cx, "--on", text, rules))
            .transpose()
    };
    let reason = input::reason(&args.told)?;
    match content {
        Content::Action(action) => {
            used.extend([
                "on", "item", "answer", "reason", "outcome", "field", "point", "for", "clear",
            ]);
            used.extend(["attach", "next", "due", "owner", "comments"]);
            change_action(args, cx, checklist, action)?;
            action.date = past(&args.on)?.or(action.date);
        }
        Content::Fact(fact) => {
            used.extend(["value", "since", "for", "clear"]);
            if let Some(value) = &args.value {
                fact.value = input::fact_value(
                    cx,
                    &fact.fact,
                    input::fact(checklist, &fact.fact)?,
                    value,
                    rules.state.details().born,
                    args.writing.long_ago,
                )?;
            }
            fact.since = input::since(cx, args.since.as_deref(), rules)?.or(fact.since);
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
            change_details(args, cx, details)?;
        }
        Content::Person(PersonEntry::Named {
            name,
            role,
            responsibility,
            from,
            ..
        }) => {
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
            *from = input::since(cx, args.since.as_deref(), rules)?.or(*from);
        }
        Content::Person(PersonEntry::None { from, .. }) => {
            used.push("since");
            *from = input::since(cx, args.since.as_deref(), rules)?.or(*from);
        }
        Content::Note { text, date } => {
            used.extend(["text", "on"]);
            if let Some(new) = &args.text {
                *text = input::text("--text", new)?;
            }
            *date = past(&args.on)?.or(*date);
        }
        Content::Close {
            reason: why, date, ..
        } => {
            used.extend(["reason", "on"]);
            *why = word(
                reason.as_deref(),
                "reason",
                CloseReason::WORDS,
                CloseReason::from_word,
            )?
            .unwrap_or(*why);
            *date = past(&args.on)?.or(*date);
        }
        Content::Reopen { reason: why, date } => {
            used.extend(["reason", "on"]);
            *why = reason.unwrap_or_else(|| why.clone());
            *date = past(&args.on)?.or(*date);
        }
        Content::Plan(plan) => {
            used.extend([
                "next", "due", "owner", "comments", "item", "answer", "on", "outcome", "reason",
                "clear",
            ]);
            change_plan(args, cx, checklist, plan)?;
            plan.date = past(&args.on)?.or(plan.date);
        }
        Content::Outcome {
            reason: said, date, ..
        } => {
            used.extend(["reason", "on"]);
            *said = reason.or_else(|| said.clone());
            *date = past(&args.on)?.or(*date);
        }
        Content::Sign(_) | Content::Checklist { .. } | Content::Joined { .. } => {
            let hint = match content {
                Content::Sign(_) => "withdraw it, and let it be signed again",
                Content::Checklist { .. } => {
                    "withdraw it: the case is then worked against the checklist before"
                }
                _ => "withdraw it, and record it anew",
            };
            let message = format!("an entry of kind `{}` is not corrected", content.kind());
            return Err(refuse(message, hint));
        }
    }
    Ok(())
}

fn change_plan(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    plan: &mut Plan,
) -> anyhow::Result<()> {
    for (name, value) in input::agreed(cx, &args.agreed)? {
        match name {
            "next" => plan.next = Some(value),
            "owner" => plan.owner = Some(value),
            "comments" => plan.comments = Some(value),
            _ => plan.due = crate::day::stored(&value),
        }
    }
    if let Some(item) = &args.item {
        plan.item = Some(item.clone());
    }
    let settles_nothing = plan.settles.is_none() && (args.answer.is_some() || args.on.is_some());
    if settles_nothing {
        let hint = "settle it: `attcheck follow-up` with the case and this entry";
        return Err(refuse("a correction does not settle a follow-up", hint));
    }
    plan.answer = word(
        args.answer.as_deref(),
        "answer",
        Answer::WORDS,
        Answer::from_word,
    )?
    .or(plan.answer);
    if plan.settles.is_none()
        && (input::outcome(&args.told)?.is_some() || input::reason(&args.told)?.is_some())
    {
        let hint = "settle it: `attcheck follow-up` with the case and this entry";
        return Err(refuse(
            "what came of a follow-up is said when it is settled",
            hint,
        ));
    }
    plan.outcome = input::outcome(&args.told)?.or(plan.outcome.take());
    plan.reason = input::reason(&args.told)?.or(plan.reason.take());
    for name in &args.clear {
        let cleared = match name.as_str() {
            "due" | "next" => {
                let hint = format!("give another with --{name}, or withdraw it");
                return Err(refuse(format!("a follow-up keeps its `{name}`"), hint));
            }
            "owner" if checklist.wants_owner() => {
                let list = checklist.id.clone();
                return Err(Fault::NoOwner { list }.into());
            }
            "owner" => plan.owner.take().is_some(),
            "item" => plan.item.take().is_some(),
            "comments" => plan.comments.take().is_some(),
            "outcome" => plan.outcome.take().is_some(),
            "reason" => plan.reason.take().is_some(),
            _ => false,
        };
        if !cleared {
            return Err(cannot_clear(name));
        }
    }
    Ok(())
}

fn change_details(args: &Args, cx: &Context, details: &mut Details) -> anyhow::Result<()> {
    let name = args
        .name
        .as_deref()
        .map(|text| input::text("--name", text))
        .transpose()?;
    let year_group = args
        .year_group
        .as_deref()
        .map(|text| input::text("--year-group", text))
        .transpose()?;
    let upn = args.upn.as_deref().map(input::upn).transpose()?;
    let born = args
        .born
        .as_deref()
        .map(|text| cx.day(text, "--born"))
        .transpose()?;
    details.update(&Details {
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
    Ok(())
}

fn change_action(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    action: &mut Action,
) -> anyhow::Result<()> {
    if let Some(item) = &args.item {
        action.item.clone_from(item);
    }
    action.answer = word(
        args.answer.as_deref(),
        "answer",
        Answer::WORDS,
        Answer::from_word,
    )?
    .unwrap_or(action.answer);
    if let Some(reason) = input::reason(&args.told)? {
        action.reason = Some(reason);
    }
    if let Some(outcome) = input::outcome(&args.told)? {
        action.fields.insert("outcome".into(), outcome);
    }
    for (name, value) in input::agreed(cx, &args.agreed)? {
        action.fields.insert(name.to_owned(), value);
    }
    for field in &args.told.field {
        let (name, value) = input::pair("--field", field)?;
        action.fields.insert(
            name.to_owned(),
            input::field_value(cx, checklist, name, value)?,
        );
    }
    if !args.point.is_empty() {
        let before = action.points.clone();
        action.points.extend(
            args.point
                .iter()
                .filter(|point| !before.contains(point))
                .cloned(),
        );
    }
    set_persons(&mut action.persons, &args.persons);
    for name in &args.clear {
        let given = match name.as_str() {
            "reason" => args.told.reason.is_some() || args.told.reason_from.is_some(),
            "outcome" => args.told.outcome.is_some() || args.told.outcome_from.is_some(),
            "for" => !args.persons.is_empty(),
            field => args
                .told
                .field
                .iter()
                .any(|pair| pair.split('=').next().map(str::trim) == Some(field)),
        };
        if given {
            return Err(refuse(
                format!("`{name}` is given and cleared at once"),
                "leave one of the two out",
            ));
        }
        match name.as_str() {
            "reason" => action.reason = None,
            "for" => action.persons.clear(),
            "points" => action.points.clone_from(&args.point),
            "attach" if !action.attach.is_empty() => action.attach.clear(),
            field if action.fields.remove(field).is_some() => {}
            _ => return Err(cannot_clear(name)),
        }
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
