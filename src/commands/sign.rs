//! `attcheck sign`

use std::collections::BTreeMap;

use super::{Context, Outcome, changed, input, named, verdict, writing};
use crate::case::content::is_kebab;
use crate::case::entry::{Action, Content, Deed, EntryId, Sign};
use crate::case::state::{CaseState, Standing};
use crate::case::verify;
use crate::checklist::{Checklist, Item};
use crate::cli::{When, Writing};
use crate::day;
use crate::entry_rules::Fault;
use crate::error::refuse;
use crate::problem::did_you_mean;
use crate::store::Loaded;

/// Sign an entry, what is recorded on an item, or the whole record as it stands
///
/// The signature fixes what was signed: one entry in the version it has now, or everything recorded so far. It is a
/// statement of who signed in which role, not a proof. A sign-off of the whole record goes stale when something is
/// recorded after it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// An item, or the start of an entry's id; the whole record if left out
    #[arg(value_name = "ITEM|ENTRY")]
    what: Option<String>,
    /// In what role: headteacher, person-completing, …
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// The name of who signs
    #[arg(long)]
    name: Option<String>,
    /// The day of the signature; today if left out
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// Another field the signature carries, such as review-on; may be given again
    #[arg(long, value_name = "NAME=VALUE")]
    field: Vec<String>,
    #[command(flatten)]
    writing: Writing,
}

/// What is signed.
struct Signed<'c> {
    /// The item the signature names.
    item: Option<&'c Item>,
    /// The entry it fixes; none means the whole record.
    entry: Option<EntryId>,
    /// The item whose roles and fields are asked for.
    about: Option<&'c Item>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    refuse_broken(&loaded)?;
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state)?;
    let signed = signed(args, &loaded, &state, &checklist)?;
    let role = role(args, cx, &checklist, signed.about)?;
    let name = match &args.name {
        Some(name) => input::text("--name", name)?,
        None if cx.ask.is_there() => input::again(cx, || {
            input::text("the name", &cx.ask.text("The name of who signs", None)?)
        })?,
        None => return Err(refuse("--name is missing", "give the name of who signs")),
    };
    let waived = writing::waived(&args.writing, false);
    let rules = writing::rules(cx, &state, Some(&checklist), waived);
    let date = match &args.on {
        Some(on) => input::past_day(cx, "--on", on, &rules)?,
        None => cx.today(),
    };
    // Who countersigns does not fill the form in again.
    let asked = signed.item.filter(|item| item.signed_by.contains(&role));
    let fields = fields(args, cx, &checklist, asked)?;
    let what = summary(&signed, &role, date);
    if cx.ask.has_asked()
        && !args.writing.dry_run
        && !cx.ask.confirm(&format!("Record {what}?"), true)?
    {
        return Err(refuse("nothing was recorded", "run the command again"));
    }
    let seen = writing::heads(&loaded);
    let item = signed.item.map(|item| item.id.clone());
    let (scope, entry) = (
        if signed.entry.is_some() {
            "entry"
        } else {
            "record"
        },
        signed.entry.clone(),
    );
    let written = writing::append(cx, &loaded, &args.writing, |loaded| {
        // Looked at again under the lock: a signature must never fix what nobody saw.
        if writing::heads(loaded) != seen {
            let hint = format!(
                "look at it with `attcheck show {} --log`, and sign again",
                loaded.case.id
            );
            return Err(refuse(
                "something was recorded meanwhile, and has not been seen by who signs",
                hint,
            ));
        }
        let signs = entry.map_or(seen, |entry| vec![entry]);
        let scope = Some(scope.to_owned());
        let sign = Sign {
            role,
            name,
            date: Some(date),
            item: item.clone(),
            signs,
            scope,
            fields,
        };
        Ok(vec![Deed::Record(Content::Sign(sign))])
    })?;
    if let Some(after) = written {
        writing::done(cx, &after, &what)?;
        let own = signed.about.map(|item| item.id.clone());
        changed::say_changes(cx, &loaded.case, &after.case, &checklist, own.as_deref())?;
        if signed.item.is_some_and(Item::signs_record) {
            say_what_is_open(cx, &after, &checklist)?;
        }
    }
    Ok(Outcome::Success)
}

/// Whoever signs the whole record should know what it still lacks.
fn say_what_is_open(cx: &Context, after: &Loaded, checklist: &Checklist) -> anyhow::Result<()> {
    let check = verdict::Check::new(&When::default(), cx)?;
    let open = verdict::open_lines(&check, &CaseState::replay(&after.case, None), checklist)?.len();
    if open > 0 {
        let lines = if open == 1 {
            "1 line is"
        } else {
            &format!("{open} lines are")
        };
        cx.say(&format!(
            "note: {lines} still open; what is recorded later makes this sign-off stale"
        ));
    }
    Ok(())
}

fn summary(signed: &Signed<'_>, role: &str, date: chrono::NaiveDate) -> String {
    let what = match (&signed.entry, signed.item) {
        (Some(entry), _) => format!("entry {} signed", entry.short()),
        (None, Some(item)) => format!("{}, the record signed", item.id),
        (None, None) => "the record signed".to_owned(),
    };
    format!("{what} as {role}, {}", day::words(date))
}

/// Nobody signs a record that is damaged.
fn refuse_broken(loaded: &Loaded) -> anyhow::Result<()> {
    match verify::faults(&loaded.case).first() {
        None => Ok(()),
        Some(found) => Err(Fault::BrokenRecord {
            finding: found.finding.as_str(),
            line: found.place.line,
            case: loaded.case.id.to_string(),
        }
        .into()),
    }
}

fn signed<'c>(
    args: &Args,
    loaded: &Loaded,
    state: &CaseState<'_>,
    checklist: &'c Checklist,
) -> anyhow::Result<Signed<'c>> {
    let Some(called) = &args.what else {
        return Ok(whole(args, checklist));
    };
    if let Some(item) = checklist.item(called) {
        return on_item(item, state);
    }
    let is_id = called.starts_with('e')
        && called.len() >= 6
        && called[1..].bytes().all(|b| b.is_ascii_hexdigit());
    if !is_id {
        let (shown, hint) = named::near(checklist, called);
        let hint = hint.unwrap_or_else(|| {
            format!("`attcheck show {} --log` lists the entries", loaded.case.id)
        });
        return Err(refuse(
            format!(
                "{shown} is neither an item of {} nor an entry",
                checklist.title
            ),
            hint,
        ));
    }
    let n = writing::entry_called(loaded, called)?;
    let hint = format!("`attcheck show {} --log` lists the entries", loaded.case.id);
    let event = state.event_of(n).map(|event| &event.standing);
    let Some(Standing::Current { entry, content }) = event else {
        return Err(refuse(
            "that entry does not stand any more, so it cannot be signed",
            hint,
        ));
    };
    match content {
        // A signature under the version that stands, whichever version was named.
        Content::Action(action) => {
            let about = checklist
                .items
                .iter()
                .find(|item| state.is_for(*entry, action, &item.id));
            Ok(Signed {
                item: None,
                entry: state.entry(*entry).id.clone(),
                about,
            })
        }
        Content::Plan(_) | Content::Note { .. } | Content::Outcome { .. } => Ok(Signed {
            item: None,
            entry: state.entry(*entry).id.clone(),
            about: None,
        }),
        _ => Err(refuse(
            format!(
                "an entry of kind `{}` is not signed by itself",
                content.kind()
            ),
            hint,
        )),
    }
}

/// The whole record: for the item that takes its sign-off, if the checklist has just one for the role.
fn whole<'c>(args: &Args, checklist: &'c Checklist) -> Signed<'c> {
    let fits = |item: &&Item| {
        item.signs_record()
            && args
                .role
                .as_ref()
                .is_none_or(|role| item.signed_by.contains(role))
    };
    let mut taking = checklist.items.iter().filter(fits);
    let item = taking.next().filter(|_| taking.next().is_none());
    Signed {
        item,
        entry: None,
        about: item,
    }
}

/// The latest that was done on an item, or the item itself where the signature is all it asks for.
fn on_item<'c>(item: &'c Item, state: &CaseState<'_>) -> anyhow::Result<Signed<'c>> {
    if item.signs_record() {
        return Ok(Signed {
            item: Some(item),
            entry: None,
            about: Some(item),
        });
    }
    let counts = |entry: usize, action: &Action| {
        item.counted_items()
            .any(|one| state.is_for(entry, action, one))
    };
    let recorded: Vec<_> = state
        .current()
        .filter_map(|(entry, content)| match content {
            Content::Action(action) if counts(entry, action) => {
                Some((action.date, state.moment(entry), entry))
            }
            _ => None,
        })
        .collect();
    if let (Some(role), true) = (item.each, recorded.len() > 1) {
        let hint = format!("`attcheck show {} --log` lists them", state.case.id);
        return Err(refuse(
            format!(
                "`{}` goes by {role}: name the entry that is signed",
                item.id
            ),
            hint,
        ));
    }
    let latest = recorded
        .into_iter()
        .max_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    match latest.and_then(|(_, _, entry)| state.entry(entry).id.clone()) {
        Some(entry) => Ok(Signed {
            item: None,
            entry: Some(entry),
            about: Some(item),
        }),
        None if !item.signed_by.is_empty()
            && item.record.is_empty()
            && item.points.is_empty()
            && item.each.is_none() =>
        {
            Ok(Signed {
                item: Some(item),
                entry: None,
                about: Some(item),
            })
        }
        None => {
            let hint = format!(
                "record it first: `attcheck record {} {}`",
                state.case.id, item.id
            );
            Err(refuse(
                format!("nothing is recorded on `{}` that could be signed", item.id),
                hint,
            ))
        }
    }
}

fn role(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    about: Option<&Item>,
) -> anyhow::Result<String> {
    let asked: Vec<&String> = about
        .map(|item| item.signed_by.iter().collect())
        .unwrap_or_default();
    let known: Vec<&String> = checklist
        .items
        .iter()
        .flat_map(|item| &item.signed_by)
        .collect();
    let role = match &args.role {
        Some(role) => role.clone(),
        None if cx.ask.is_there() && asked.len() > 1 => {
            let names: Vec<String> = asked.iter().map(|role| (*role).clone()).collect();
            names[cx.ask.choose("In what role?", &names)?].clone()
        }
        None if cx.ask.is_there() => {
            let default = asked.first().map(|role| role.as_str());
            input::again(cx, || {
                let role = cx
                    .ask
                    .text("In what role? (headteacher, person-completing, …)", default)?;
                if is_kebab(&role) {
                    return Ok(role);
                }
                let hint = "write it in small letters with hyphens, such as chair-of-governors";
                Err(refuse("that is not written as a role", hint))
            })?
        }
        None => {
            let wanted: Vec<&str> = asked.iter().map(|role| role.as_str()).collect();
            let hint = if wanted.is_empty() {
                "such as headteacher".to_owned()
            } else {
                wanted.join(", ")
            };
            return Err(refuse(
                "--role is missing",
                format!("give the role of who signs: {hint}"),
            ));
        }
    };
    if !is_kebab(&role) {
        let wanted: Vec<&str> = asked.iter().map(|role| role.as_str()).collect();
        let such = if wanted.is_empty() {
            "such as chair-of-governors".to_owned()
        } else {
            wanted.join(", ")
        };
        let hint = format!("write it in small letters with hyphens: {such}");
        return Err(refuse("--role is not written as a role", hint));
    }
    if !asked.is_empty() && !asked.contains(&&role) {
        let near = did_you_mean(&role, asked.iter().map(|role| role.as_str())).unwrap_or_default();
        let near = if near.is_empty() {
            String::new()
        } else {
            format!("; {near}")
        };
        let item = about.map(|item| item.id.as_str()).unwrap_or_default();
        cx.say(&format!(
            "note: `{item}` asks for another role than `{role}`{near}"
        ));
    } else if asked.is_empty() && !known.is_empty() && !known.contains(&&role) {
        cx.say(&format!(
            "note: no item of this checklist asks for the role `{role}`"
        ));
    }
    Ok(role)
}

/// The fields a signature under an item carries: its name and role are its own.
fn fields(
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    item: Option<&Item>,
) -> anyhow::Result<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for field in &args.field {
        let (name, value) = input::pair("--field", field)?;
        if matches!(name, "name" | "role") {
            return Err(refuse(
                format!("`{name}` is not a field of a signature"),
                format!("use --{name}"),
            ));
        }
        let value = input::field_value(cx, checklist, name, value)?;
        if fields.insert(name.to_owned(), value).is_some() {
            return Err(refuse(format!("`{name}` is given twice"), "give it once"));
        }
    }
    let wanted = item
        .map(|item| checklist.asked_for(item))
        .unwrap_or_default();
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|name| !matches!(*name, "name" | "role") && !fields.contains_key(*name))
        .collect();
    if cx.ask.is_there() {
        for name in missing {
            let value = input::again(cx, || {
                input::ask_field(cx, checklist, name)?.ok_or_else(|| {
                    refuse(
                        format!("the signature asks for `{name}`"),
                        "Ctrl-C breaks off",
                    )
                })
            })?;
            fields.insert(name.to_owned(), value);
        }
    } else if !missing.is_empty() {
        let flags: Vec<String> = missing
            .iter()
            .map(|name| format!("--field {name}=…"))
            .collect();
        let asks: Vec<&str> = missing
            .iter()
            .filter_map(|name| Some(checklist.fields.get(*name)?.ask.as_str()))
            .collect();
        return Err(refuse(
            format!("the signature asks for {}", flags.join(", ")),
            asks.join(" "),
        ));
    }
    Ok(fields)
}
