//! `attcheck conversation`

use clap::ValueEnum;

use super::{Context, Outcome, input, named, record, writing};
use crate::case::entry::{Content, Deed, PersonId, Plan, Role, Subject};
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Item};
use crate::cli::Writing;
use crate::conversation::{PRACTICES, Script, filled};
use crate::error::refuse;
use crate::prompt::BrokenOff;
use crate::render::markup::{shown, wrapped};
use crate::store::{Loaded, builtin};

/// The script of a structured conversation with a parent, filled in from the case
///
/// What is not known is asked for on a terminal, and otherwise left as a blank that can be seen. Afterwards, on a
/// terminal, what was talked about can be recorded at once, with the follow-ups that belong to it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// The parent who is called, such as p1
    #[arg(long = "for", value_name = "PERSON")]
    person: Option<String>,
    /// Who calls; who records if left out
    #[arg(long, value_name = "NAME")]
    caller: Option<String>,
    /// How many days were missed, such as 11 or 10.5
    #[arg(long, value_name = "N")]
    days_missed: Option<String>,
    /// When the registers close, in words; also `registers-close` in attcheck.toml
    #[arg(long, value_name = "WORDS")]
    registers_close: Option<String>,
    /// Plain text, or Markdown to paste elsewhere
    #[arg(long, value_enum, default_value_t)]
    format: ScriptFormat,
}

/// The forms of the script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ScriptFormat {
    /// Plain text
    #[default]
    Text,
    /// Markdown
    Markdown,
}

/// What fills the blanks.
struct Known {
    parent: Option<String>,
    caller: Option<String>,
    school: Option<String>,
    child: Option<String>,
    days_missed: Option<String>,
    registers_close: Option<String>,
}

impl Known {
    fn of(&self, blank: &str) -> Option<String> {
        match blank {
            "parent" => self.parent.clone(),
            "caller" => self.caller.clone(),
            "school" => self.school.clone(),
            "child" => self.child.clone(),
            "days-missed" => self.days_missed.clone(),
            "registers-close" => self.registers_close.clone(),
            _ => None,
        }
    }
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    // Read as a writing command would be: what is said is recorded on the same case.
    let loaded = cx.open(&args.case, cx.ask.is_there())?;
    let id = loaded.case.id.clone();
    if loaded.case.subject == Subject::School {
        let hint = "name a pupil's case; `attcheck list` shows the open ones";
        return Err(refuse(
            format!("`{id}` is the school's own record, and has no parent to call"),
            hint,
        ));
    }
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    let parent = parent(args, cx, &state)?;
    let known = known(args, cx, &state, parent.as_ref())?;
    let script = builtin::conversation();
    match args.format {
        ScriptFormat::Text => text(script, &known, cx)?,
        ScriptFormat::Markdown => markdown(script, &known, cx)?,
    }
    cx.out().flush()?;
    let item = item_for(&checklist);
    if cx.ask.is_there() {
        let parent = parent.as_ref().map(|(id, _)| id);
        match afterwards(cx, &loaded, &id.to_string(), &checklist, item, parent) {
            // The script is there, and what was recorded stays: nothing failed.
            Err(error) if error.downcast_ref::<BrokenOff>().is_some() => {
                cx.say(
                    "broken off; what is said above to be recorded is recorded, and nothing more",
                );
            }
            ended => ended?,
        }
    } else {
        let whom = parent
            .map(|(id, _)| format!(" --for {id}"))
            .unwrap_or_default();
        if let Some(item) = item {
            cx.say(&format!(
                "record it with: attcheck record {id} {}{whom}",
                item.id
            ));
        }
        for (item, _) in script
            .afterwards
            .iter()
            .filter(|(item, _)| checklist.item(item).is_some())
        {
            cx.say(&format!(
                "afterwards: attcheck follow-up {id} --item {item}"
            ));
        }
    }
    Ok(Outcome::Success)
}

/// The item that takes such a conversation.
fn item_for(checklist: &Checklist) -> Option<&Item> {
    PRACTICES.iter().find_map(|practice| {
        checklist
            .items
            .iter()
            .find(|item| item.practice.as_deref() == Some(practice) && item.uses.is_empty())
    })
}

/// The parent who is called: the one named, the only one, or one chosen on a terminal.
fn parent(
    args: &Args,
    cx: &Context,
    state: &CaseState<'_>,
) -> anyhow::Result<Option<(PersonId, Option<String>)>> {
    let people = state.people_on(cx.today());
    if let Some(id) = &args.person {
        let found = people.iter().find(|person| person.id.0 == *id);
        let person = found.ok_or_else(|| named::nobody(state, id))?;
        named::refuse_shared(state, &person.id)?;
        return Ok(Some((person.id.clone(), person.name.clone())));
    }
    let mut parents: Vec<(PersonId, Option<String>)> = people
        .into_iter()
        .filter(|person| person.role == Role::Parent)
        .map(|person| (person.id, person.name))
        .collect();
    for (id, _) in &parents {
        named::refuse_shared(state, id)?;
    }
    if parents.len() < 2 {
        return Ok(parents.pop());
    }
    if !cx.ask.is_there() {
        cx.say("note: several parents are named; --for says who is called");
        return Ok(None);
    }
    let names: Vec<String> = parents
        .iter()
        .map(|(id, name)| format!("{id}  {}", name.as_deref().unwrap_or_default()))
        .collect();
    let chosen = cx.ask.choose("Who is called?", &names)?;
    Ok(Some(parents.swap_remove(chosen)))
}

fn known(
    args: &Args,
    cx: &Context,
    state: &CaseState<'_>,
    parent: Option<&(PersonId, Option<String>)>,
) -> anyhow::Result<Known> {
    let details = state.details();
    let ask = |question: &str| -> anyhow::Result<Option<String>> {
        if !cx.ask.is_there() {
            return Ok(None);
        }
        Ok(Some(cx.ask.text(question, None)?).filter(|text| !text.is_empty()))
    };
    let or_ask = |known: Option<String>, question: &str| match known {
        Some(known) => Ok(Some(known)),
        None => ask(question),
    };
    let flag = |name: &str, given: &Option<String>| {
        given
            .as_deref()
            .map(|text| input::text(name, text))
            .transpose()
    };
    // Who records is kept as "name, role"; on the telephone the name is enough.
    let who = cx
        .known_who()?
        .map(|who| who.split(',').next().unwrap_or_default().trim().to_owned());
    let settings = cx.store.settings();
    let days = or_ask(
        flag("--days-missed", &args.days_missed)?,
        "How many days were missed?",
    )?;
    Ok(Known {
        parent: or_ask(
            parent.and_then(|(_, name)| name.clone()),
            "The parent's name",
        )?,
        caller: or_ask(flag("--caller", &args.caller)?.or(who), "Who calls?")?,
        school: or_ask(
            details.school.or(settings.school.clone()),
            "The school's name",
        )?,
        child: or_ask(details.name, "The child's name")?,
        days_missed: days.map(|text| days_missed(&text)).transpose()?,
        registers_close: or_ask(
            flag("--registers-close", &args.registers_close)?.or(settings.registers_close.clone()),
            "When do the registers close? (such as: 30 minutes after the start of each session)",
        )?,
    })
}

/// A number of days in words: `one day`, `10.5 days`.
fn days_missed(text: &str) -> anyhow::Result<String> {
    let number = text
        .trim()
        .trim_end_matches("days")
        .trim_end_matches("day")
        .trim();
    let whole = number.split_once('.').map_or(number, |(whole, _)| whole);
    // A register has half days and no smaller ones.
    let part = number.strip_prefix(whole).unwrap_or_default();
    let right = number
        .parse::<f64>()
        .is_ok_and(|days| days > 0.0 && days <= 366.0)
        && whole.bytes().all(|b| b.is_ascii_digit())
        && !whole.is_empty()
        && matches!(part, "" | ".0" | ".5");
    if !right {
        return Err(refuse(
            "--days-missed is not a number of days in a year",
            "write it as 11, or 10.5 for half a day",
        ));
    }
    let number = number.trim_end_matches(".0");
    Ok(if number == "1" {
        "one day".to_owned()
    } else {
        format!("{number} days")
    })
}

/// How wide the plain text is set.
const WIDTH: usize = 78;

/// What fills the blanks, step by step: the child is called by the whole name once, and by the first name from then on.
struct Speaker<'k> {
    known: &'k Known,
    named: std::cell::Cell<bool>,
}

impl Speaker<'_> {
    fn says(&self, blank: &str) -> Option<String> {
        let text = self.known.of(blank)?;
        if blank != "child" || !self.named.replace(true) {
            return Some(text);
        }
        text.split_whitespace().next().map(str::to_owned)
    }
}

fn text(script: &Script, known: &Known, cx: &mut Context) -> anyhow::Result<()> {
    let speaker = Speaker {
        known,
        named: std::cell::Cell::new(false),
    };
    let out = cx.out();
    writeln!(out, "{}", script.title)?;
    for (n, step) in script.steps.iter().enumerate() {
        writeln!(out, "\n{}. {}", n + 1, step.heading)?;
        let said = shown(&filled(&step.say, |blank| speaker.says(blank)));
        for line in wrapped(&format!("\u{201c}{said}\u{201d}"), WIDTH - 3) {
            writeln!(out, "   {line}")?;
        }
        for (n, line) in wrapped(step.listen.as_deref().unwrap_or_default(), WIDTH - 5)
            .iter()
            .enumerate()
        {
            writeln!(out, "   {} {line}", if n == 0 { ">" } else { " " })?;
        }
    }
    writeln!(out, "\nThe steps: {}", script.source)?;
    Ok(())
}

fn markdown(script: &Script, known: &Known, cx: &mut Context) -> anyhow::Result<()> {
    let speaker = Speaker {
        known,
        named: std::cell::Cell::new(false),
    };
    let out = cx.out();
    writeln!(out, "# {}", script.title)?;
    for step in &script.steps {
        let said = filled(&step.say, |blank| {
            speaker.says(blank).map(|text| in_markdown(&shown(&text)))
        });
        writeln!(out, "\n## {}\n\n{said}", step.heading)?;
        if let Some(listen) = &step.listen {
            writeln!(out, "\n> {listen}")?;
        }
    }
    writeln!(out, "\n*The steps: {}*", script.source)?;
    Ok(())
}

/// A text that stays text in Markdown, whatever it holds.
fn in_markdown(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' => out.push(' '),
            _ if c.is_ascii_punctuation() && !"-.,'!?:;/%&\"()".contains(c) => {
                out.extend(['\\', c]);
            }
            '&' => out.push_str("&amp;"),
            _ => out.push(c),
        }
    }
    out
}

/// Offers to record the conversation with the points talked about, and what belongs to it as follow-ups.
fn afterwards(
    cx: &mut Context,
    loaded: &Loaded,
    id: &str,
    checklist: &Checklist,
    item: Option<&Item>,
    parent: Option<&PersonId>,
) -> anyhow::Result<()> {
    if let Some(item) = item
        && cx
            .ask
            .confirm(&format!("Record the conversation now ({})?", item.id), true)?
    {
        record::run(&record::Args::of(id, &item.id, parent), cx)?;
    }
    let script = builtin::conversation();
    let offered: Vec<String> = script
        .afterwards
        .iter()
        .map(|(_, next)| next.clone())
        .collect();
    for n in cx.ask.choose_any("What is still to be done?", &offered)? {
        let (of, next) = &script.afterwards[n];
        let due = input::again(cx, || {
            let text = cx.ask.text(
                &format!("{next}: by what day? (14/9/2026; nothing leaves it out)"),
                None,
            )?;
            if text.is_empty() {
                Ok(None)
            } else {
                cx.day_ahead(&text, "the day").map(Some)
            }
        })?;
        let Some(due) = due else { continue };
        let owner = cx.ask.text("Who sees to it?", None)?;
        let owner = Some(owner).filter(|owner| !owner.is_empty());
        let owner = owner
            .map(|owner| input::text("the name", &owner))
            .transpose()?;
        let plan = Plan {
            next: Some(next.clone()),
            due: Some(due),
            owner,
            item: checklist.item(of).map(|item| item.id.clone()),
            ..Plan::default()
        };
        let written = writing::append(cx, loaded, &Writing::default(), |_| {
            Ok(vec![Deed::Record(Content::Plan(plan))])
        })?;
        if let Some(loaded) = written {
            writing::done(
                cx,
                &loaded,
                &format!("follow-up, due {}", crate::day::words(due)),
            )?;
        }
    }
    Ok(())
}
