//! `attcheck follow-up`

use super::{Context, Outcome, input, writing};
use crate::case::entry::{Answer, Content, Deed, EntryId, Plan};
use crate::case::plans::FollowUp;
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Item};
use crate::cli::{Agreed, Writing};
use crate::day;
use crate::entry_rules::{Fault, Rules};
use crate::error::refuse;
use crate::readiness::pending;
use crate::store::Loaded;

/// Agree something to be done on a case, or say what became of it
///
/// With --next a new follow-up; with an entry that one is settled. Both at once settle one and agree the next. The day
/// or the person is changed with `attcheck correct`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// The follow-up or review to settle: the start of its entry's id
    entry: Option<String>,
    #[command(flatten)]
    agreed: Agreed,
    /// The item of the checklist it belongs to
    #[arg(long)]
    item: Option<String>,
    /// What became of it: done, declined, no-reply, not-suitable or not-available
    #[arg(long, value_name = "ANSWER")]
    answer: Option<String>,
    /// The day it was settled; today if left out
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// What came of it
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    outcome: Option<String>,
    /// Why it was not done
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    let waived = writing::waived(&args.writing, false);
    let rules = writing::rules(cx, &state, Some(&checklist), waived);
    let settles = settles(args, cx, &loaded, &state, &checklist)?;
    let mut plan = Plan {
        settles: settles.clone(),
        ..Plan::default()
    };
    if settles.is_some() {
        outcome(args, cx, &rules, &mut plan)?;
    } else {
        refuse_unmeant(args)?;
    }
    if args.agreed.next.is_some() || settles.is_none() {
        agree(args, cx, &rules, &checklist, &mut plan)?;
    }
    let what = summary(&plan);
    // What is done about an item is recorded on it: where it is still open, that is said.
    let settled = settles.as_ref().and_then(|id| {
        state
            .follow_ups_on(cx.today())
            .into_iter()
            .find(|one| one.id == id)
            .and_then(|one| one.item.map(str::to_owned))
    });
    let item = plan.item.clone().or(settled);
    if cx.ask.has_asked()
        && !args.writing.dry_run
        && !cx.ask.confirm(&format!("Record {what}?"), true)?
    {
        return Err(refuse("nothing was recorded", "run the command again"));
    }
    if state.closed_on(cx.today()).is_some() {
        cx.say("note: `attcheck due` lists open cases only, so this will not stand there");
    }
    let content = Content::Plan(plan);
    let writing = writing::ask_again(cx, &rules, &content, &args.writing)?;
    let deed = Deed::Record(content);
    let written = writing::append(cx, &loaded, &writing, |_| Ok(vec![deed]))?;
    if let Some(after) = written {
        writing::done(cx, &after, &what)?;
        super::changed::say_changes(cx, &loaded.case, &after.case, &checklist, item.as_deref())?;
    }
    Ok(Outcome::Success)
}

fn summary(plan: &Plan) -> String {
    let settled = plan.settles.as_ref().zip(plan.answer).map(|(id, answer)| {
        let when = plan
            .date
            .map(|date| format!(", {}", day::words(date)))
            .unwrap_or_default();
        format!("{} {answer}{when}", id.short())
    });
    let agreed = plan.next.as_ref().map(|_| {
        let due = plan
            .due
            .map(|due| format!(", due {}", day::words(due)))
            .unwrap_or_default();
        format!("follow-up{due}")
    });
    settled
        .into_iter()
        .chain(agreed)
        .collect::<Vec<_>>()
        .join("; ")
}

/// The follow-up that is settled: the one named, or on a terminal one chosen from those open.
fn settles(
    args: &Args,
    cx: &Context,
    loaded: &Loaded,
    state: &CaseState<'_>,
    checklist: &Checklist,
) -> anyhow::Result<Option<EntryId>> {
    let open = pending::on(state, checklist, cx.today());
    let id = &loaded.case.id;
    let Some(called) = &args.entry else {
        let says_what = args.answer.is_some() || args.outcome.is_some() || args.reason.is_some();
        let is_new = args.agreed.next.is_some()
            || args.item.is_some()
            || args.agreed.due.is_some()
            || args.agreed.owner.is_some();
        if is_new || !cx.ask.is_there() {
            if says_what && !is_new {
                let hint = format!(
                    "add the start of its id: `attcheck show {id}` lists what is to be done"
                );
                return Err(refuse("it is not said which follow-up is settled", hint));
            }
            return Ok(None);
        }
        let mut names: Vec<String> = open
            .iter()
            .map(|one| name_of(one, state, checklist))
            .collect();
        names.push("something new".to_owned());
        let chosen = if open.is_empty() {
            0
        } else {
            cx.ask.choose("Which one?", &names)?
        };
        return Ok(open.get(chosen).map(|one| one.id.clone()));
    };
    let n = writing::entry_called(loaded, called)?;
    let first = state
        .event_of(n)
        .and_then(|event| loaded.case.entries[event.first].id.clone());
    let all = state.follow_ups_on(cx.today());
    let theirs: Vec<&FollowUp<'_>> = all
        .iter()
        .filter(|one| Some(one.id) == first.as_ref())
        .collect();
    if theirs.is_empty() {
        let hint = format!("`attcheck show {id}` lists what is to be done, each with its entry");
        return Err(refuse(
            format!("entry `{called}` holds no follow-up and no review"),
            hint,
        ));
    }
    let moves_it = args.agreed.next.is_none()
        && args.answer.is_none()
        && (args.agreed.due.is_some() || args.agreed.owner.is_some());
    if moves_it {
        let hint = format!("`attcheck correct {id} {called}` with --due or --owner, and --why");
        return Err(refuse(
            "a day or a person is changed by a correction, which says why",
            hint,
        ));
    }
    Ok(first)
}

fn name_of(one: &FollowUp<'_>, state: &CaseState<'_>, checklist: &Checklist) -> String {
    let due = one
        .due
        .map(|due| format!("{}  ", day::short(due)))
        .unwrap_or_default();
    format!("{due}{}", pending::what(one, state, checklist))
}

/// What only goes with a follow-up that is settled.
fn refuse_unmeant(args: &Args) -> anyhow::Result<()> {
    let given = [
        ("--answer", args.answer.is_some()),
        ("--on", args.on.is_some()),
        ("--outcome", args.outcome.is_some()),
        ("--reason", args.reason.is_some()),
    ];
    match given.iter().find(|(_, there)| *there) {
        Some((flag, _)) => {
            let hint = "name the entry of the follow-up that is settled, or leave the flag out";
            Err(refuse(
                format!("{flag} says what became of a follow-up, and none is named"),
                hint,
            ))
        }
        None => Ok(()),
    }
}

fn outcome(args: &Args, cx: &Context, rules: &Rules<'_>, plan: &mut Plan) -> anyhow::Result<()> {
    let answer = match &args.answer {
        Some(word) => input::answer(word)?,
        None if args.reason.is_none() && !cx.ask.is_there() && args.outcome.is_none() => {
            return Err(Fault::AnswerMissing.into());
        }
        None if cx.ask.is_there() && args.outcome.is_none() && args.reason.is_none() => {
            let words: Vec<String> = Answer::WORDS
                .iter()
                .map(|word| (*word).to_owned())
                .collect();
            Answer::ALL[cx.ask.choose("What became of it?", &words)?]
        }
        None => Answer::Done,
    };
    plan.answer = Some(answer);
    plan.date = Some(match &args.on {
        Some(on) => input::past_day(cx, "--on", on, rules)?,
        None => cx.today(),
    });
    let text = |flag: &str, given: &Option<String>| {
        given.as_deref().map(|t| input::text(flag, t)).transpose()
    };
    plan.outcome = text("--outcome", &args.outcome)?;
    plan.reason = text("--reason", &args.reason)?;
    if answer != Answer::Done && plan.reason.is_none() && cx.ask.is_there() {
        let ask = || input::text("the reason", &cx.ask.text(&format!("Why {answer}?"), None)?);
        plan.reason = Some(input::again(cx, ask)?);
    }
    Ok(())
}

fn agree(
    args: &Args,
    cx: &Context,
    rules: &Rules<'_>,
    checklist: &Checklist,
    plan: &mut Plan,
) -> anyhow::Result<()> {
    let item = match &args.item {
        None => None,
        Some(id) => Some(rules.known_item(id)?),
    };
    let asked = |flag: &str,
                 question: &str,
                 given: &Option<String>,
                 must: bool|
     -> anyhow::Result<Option<String>> {
        match given {
            Some(text) => input::text(flag, text).map(Some),
            None if cx.ask.is_there() => input::again(cx, || {
                let answer = cx.ask.text(question, None)?;
                if answer.is_empty() && !must {
                    Ok(None)
                } else {
                    input::text("the answer", &answer).map(Some)
                }
            }),
            None => Ok(None),
        }
    };
    plan.next = asked("--next", "What is to be done?", &args.agreed.next, true)?;
    plan.due = match &args.agreed.due {
        Some(due) => Some(cx.day_ahead(due, "--due")?),
        None if cx.ask.is_there() => Some(input::again(cx, || {
            cx.day_ahead(&cx.ask.text("By what day? (14/9/2026)", None)?, "the day")
        })?),
        None => None,
    };
    if plan.due.is_some_and(|due| due < cx.today()) {
        cx.say("note: that day is past, so the follow-up is overdue at once");
    }
    plan.owner = asked(
        "--owner",
        "Who sees to it?",
        &args.agreed.owner,
        item.is_some_and(Item::wants_owner) || checklist.wants_owner(),
    )?;
    if plan.owner.is_none() {
        cx.say("note: nobody is named who sees to it; add --owner, or `attcheck correct` with --owner later");
    }
    plan.item = item.map(|item| item.id.clone());
    plan.comments = args
        .agreed
        .comments
        .as_deref()
        .map(|text| input::text("--comments", text))
        .transpose()?;
    Ok(())
}
