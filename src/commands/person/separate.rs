//! `attcheck person CASE separate`

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::Context as _;

use crate::case::entry::{Content, Deed, EntryId, PersonEntry, PersonId, Role};
use crate::case::shared_ids::UnderShared;
use crate::case::state::CaseState;
use crate::cli::Writing;
use crate::commands::{Context, Outcome, changed, input, writing};
use crate::day;
use crate::error::refuse;
use crate::number::counted;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The id they share, such as p1
    person: String,
    /// Whom an entry is about, where it does not tell by itself; several ids with commas between; may be given again
    #[arg(long, value_name = "ENTRY=ID")]
    to: Vec<String>,
    /// Why; it stays in the record
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    why: Option<String>,
    #[command(flatten)]
    pub(super) writing: Writing,
}

/// One of the people who share an id.
#[derive(Debug)]
struct Someone {
    /// The entry that first added them.
    first: usize,
    /// Their id from now on.
    id: PersonId,
    name: String,
    role: Role,
}

/// What it takes to tell the people of a shared id apart.
struct Plan<'c> {
    people: Vec<Someone>,
    /// Entries that tell whom they are about: by the first entry of that person.
    clear: Vec<(UnderShared<'c>, usize)>,
    /// Entries that do not.
    unclear: Vec<UnderShared<'c>>,
}

pub(super) fn run(args: &Args, called: &str, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(called, true)?;
    let state = CaseState::replay(&loaded.case, None);
    let shared = super::known(&state, &args.person)?;
    let why = match &args.why {
        Some(why) => input::text("--why", why)?,
        None => format!("Several people had been added under one id, {shared}."),
    };
    let plan = plan(&state, &shared)?;
    if let Some(last) = state.added_twice(&shared)
        && cx.ask.is_there()
        && !cx
            .ask
            .confirm("They have the same name. Are they different people?", true)?
    {
        let hint = format!(
            "withdraw one of the two entries that add them: attcheck withdraw {} {}",
            loaded.case.id,
            last.short()
        );
        return Err(refuse(format!("`{shared}` is one person"), hint));
    }
    let mut given = BTreeMap::new();
    for to in &args.to {
        let (entry, ids) = input::pair("--to", to)?;
        let n = writing::entry_called(&loaded, entry)?;
        let (first, ids) = (first_of(&state, n), targets(&plan, &state, &shared, ids)?);
        if !plan.unclear.iter().any(|one| Some(one.first) == first) {
            let message = format!("`{entry}` tells whom it is about, or does not go by {shared}");
            return Err(refuse(message, "leave that --to out"));
        }
        given.extend(first.map(|first| (first, ids)));
    }
    if cx.ask.is_there() {
        for one in &plan.unclear {
            if let Entry::Vacant(open) = given.entry(one.first) {
                open.insert(ask(cx, &state, &plan, one)?);
            }
        }
    }
    // Entries by id: others may have been written before the lock is held.
    let given: BTreeMap<EntryId, Vec<PersonId>> = given
        .into_iter()
        .filter_map(|(n, ids)| Some((state.entry(n).id.clone()?, ids)))
        .collect();
    let mut told = String::new();
    let written = writing::append(cx, &loaded, &args.writing, |loaded| {
        let state = CaseState::replay(&loaded.case, None);
        let plan = self::plan(&state, &shared)?;
        let deeds = deeds(&state, &shared, &plan, &given, &why)?;
        let ids: Vec<&str> = plan.people.iter().map(|one| one.id.0.as_str()).collect();
        let moved = counted(deeds.len(), "entry");
        told = format!("{} are told apart ({moved} corrected)", ids.join(" and "));
        Ok(deeds)
    })?;
    let Some(after) = written else {
        return Ok(Outcome::Success);
    };
    let checklist = cx.checklist_of(&state)?;
    writing::done(cx, &after, &told)?;
    if !cx.quiet {
        for one in &plan.people {
            let name = crate::render::markup::shown(&one.name);
            writeln!(cx.out(), "  {}  {name} ({})", one.id, one.role)?;
        }
    }
    changed::say_changes(cx, &loaded.case, &after.case, &checklist, None)?;
    Ok(Outcome::Success)
}

/// Who shares an id, and what was meant for whom.
fn plan<'c>(state: &CaseState<'c>, shared: &PersonId) -> anyhow::Result<Plan<'c>> {
    let Some((_, apart)) = state.people_sharing_ids().find(|(id, _)| *id == shared) else {
        return Err(refuse(
            format!("`{shared}` is one person"),
            format!("`attcheck show {}` tells who is named", state.case.id),
        ));
    };
    let mut people: Vec<Someone> = Vec::new();
    let mut kept = None;
    for first in apart {
        let Some((id, name, role)) = state.added_by(*first) else {
            return Err(two_versions(state, *first));
        };
        // Whoever was added first stays who they are, and whoever has an id of their own by now.
        let id = if id != shared {
            id.clone()
        } else if kept.is_none() {
            kept = Some(*first);
            id.clone()
        } else {
            free_id(state, *first, &people)?
        };
        people.push(Someone {
            first: *first,
            id,
            name: name.unwrap_or_default().to_owned(),
            role: role.unwrap_or(Role::Other),
        });
    }
    let (mut clear, mut unclear) = (Vec::new(), Vec::new());
    for one in state.under_shared(shared) {
        if one.content.is_none() && (one.meant.is_none() || one.meant != kept) {
            return Err(two_versions(state, one.first));
        }
        match one.meant {
            Some(meant) => clear.push((one, meant)),
            None => unclear.push(one),
        }
    }
    Ok(Plan {
        people,
        clear,
        unclear,
    })
}

/// An entry in two versions is settled first: whose version holds is not for this command to say.
fn two_versions(state: &CaseState<'_>, n: usize) -> anyhow::Error {
    let short = short(state, n);
    refuse(
        format!("entry {short} stands in two versions, and goes by that id"),
        format!(
            "settle it first: attcheck correct {} {short}",
            state.case.id
        ),
    )
}

/// The id of somebody who shares another's: worked out from the entry that adds them, so that two copies of the case in
/// which the same people are told apart agree.
fn free_id(state: &CaseState<'_>, first: usize, taken: &[Someone]) -> anyhow::Result<PersonId> {
    let hex = state
        .entry(first)
        .id
        .as_ref()
        .map(|id| id.0.as_str())
        .unwrap_or_default();
    let bytes: Vec<u8> = (1..hex.len())
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
        .collect();
    let is_free =
        |id: &PersonId| !state.is_taken(id) && taken.iter().all(|someone| someone.id != *id);
    (0..bytes.len())
        .filter_map(|skip| {
            let turned: Vec<u8> = bytes[skip..]
                .iter()
                .chain(&bytes[..skip])
                .copied()
                .collect();
            PersonId::made_from(&turned)
        })
        .find(is_free)
        .context("no free id could be made")
}

/// The first entry of the event that an entry belongs to.
fn first_of(state: &CaseState<'_>, n: usize) -> Option<usize> {
    state.event_of(n).map(|event| event.first)
}

fn short<'c>(state: &CaseState<'c>, n: usize) -> &'c str {
    state
        .entry(n)
        .id
        .as_ref()
        .map(EntryId::short)
        .unwrap_or_default()
}

/// The ids that `--to` names for an entry.
fn targets(
    plan: &Plan<'_>,
    state: &CaseState<'_>,
    shared: &PersonId,
    ids: &str,
) -> anyhow::Result<Vec<PersonId>> {
    ids.split(',')
        .map(|id| {
            let id = PersonId(id.trim().to_owned());
            if plan.people.iter().any(|one| one.id == id) {
                Ok(id)
            } else {
                let message = format!("--to names nobody of those who share {shared}");
                Err(refuse(message, who_is_who(state, plan)))
            }
        })
        .collect()
}

/// Which id each of them has from now on. Nobody's name stands in it.
fn who_is_who(state: &CaseState<'_>, plan: &Plan<'_>) -> String {
    let one = |one: &Someone| {
        let entry = state.entry(one.first);
        let by = entry.by.as_deref().unwrap_or("nobody known");
        let on = entry
            .at
            .map(|at| format!(" on {}", day::short(at.date_naive())))
            .unwrap_or_default();
        format!(
            "{} is the {} whom {by} added{on} (entry {})",
            one.id,
            one.role,
            short(state, one.first)
        )
    };
    let people: Vec<String> = plan.people.iter().map(one).collect();
    people.join("; ")
}

/// What an entry is, for whoever has to say whom it is about.
fn described(state: &CaseState<'_>, one: &UnderShared<'_>) -> String {
    let what = match one.content {
        Some(Content::Action(action)) => action.item.clone(),
        Some(Content::Fact(fact)) => format!("fact {}", fact.fact),
        Some(Content::Person(_)) => "change of a person".to_owned(),
        _ => "entry".to_owned(),
    };
    let entry = state.entry(one.first);
    let on = one
        .content
        .and_then(Content::date)
        .or(entry.at.map(|at| at.date_naive()))
        .map(|on| format!(", {}", day::short(on)))
        .unwrap_or_default();
    format!("{} ({what}{on})", short(state, one.first))
}

fn ask(
    cx: &Context,
    state: &CaseState<'_>,
    plan: &Plan<'_>,
    one: &UnderShared<'_>,
) -> anyhow::Result<Vec<PersonId>> {
    let mut answers: Vec<(String, Vec<PersonId>)> = plan
        .people
        .iter()
        .map(|one| (format!("{}  {}", one.id, one.name), vec![one.id.clone()]))
        .collect();
    if !matches!(one.content, Some(Content::Person(_))) {
        let all = plan.people.iter().map(|one| one.id.clone()).collect();
        answers.push(("All of them".to_owned(), all));
    }
    let words: Vec<String> = answers.iter().map(|(words, _)| words.clone()).collect();
    let question = format!("Who is meant in entry {}?", described(state, one));
    let chosen = cx.ask.choose(&question, &words)?;
    Ok(answers.swap_remove(chosen).1)
}

/// The corrections that give each entry to whom it is about.
fn deeds(
    state: &CaseState<'_>,
    shared: &PersonId,
    plan: &Plan<'_>,
    given: &BTreeMap<EntryId, Vec<PersonId>>,
    why: &str,
) -> anyhow::Result<Vec<Deed>> {
    let mut found = Vec::new();
    let mut asked = Vec::new();
    let clear = plan.clear.iter().map(|(one, meant)| {
        let who = plan.people.iter().find(|someone| someone.first == *meant);
        (one, who.map(|who| vec![who.id.clone()]))
    });
    let unclear = plan.unclear.iter().map(|one| {
        let id = state.entry(one.first).id.as_ref();
        (one, id.and_then(|id| given.get(id)).cloned())
    });
    for (one, ids) in clear.chain(unclear) {
        let Some(ids) = ids else {
            asked.push(one);
            continue;
        };
        if ids == [shared.clone()] {
            continue;
        }
        let (Some(content), Some(corrects)) = (one.content, state.entry(one.first).id.clone())
        else {
            continue;
        };
        found.push((
            one.first,
            Deed::Correct {
                corrects,
                why: why.to_owned(),
                content: Some(moved(content, shared, &ids)?),
            },
        ));
    }
    if !asked.is_empty() {
        let list: Vec<String> = asked.iter().map(|one| described(state, one)).collect();
        let says = if asked.len() == 1 {
            "1 entry does not tell whom it is about".to_owned()
        } else {
            format!("{} entries do not tell whom they are about", asked.len())
        };
        let to: Vec<String> = plan
            .people
            .iter()
            .map(|someone| format!("--to {}={}", short(state, asked[0].first), someone.id))
            .collect();
        let hint = format!(
            "say it for each, as in {}; {}; `attcheck show {}` gives their names",
            to.join(" or "),
            who_is_who(state, plan),
            state.case.id
        );
        return Err(refuse(format!("{says}: {}", list.join("; ")), hint));
    }
    // In the order in which they were first recorded.
    found.sort_by_key(|(first, _)| state.moment(*first));
    Ok(found.into_iter().map(|(_, deed)| deed).collect())
}

/// A content with other people in the place of the id that was shared.
fn moved(content: &Content, shared: &PersonId, ids: &[PersonId]) -> anyhow::Result<Content> {
    let others = |persons: &mut Vec<PersonId>| {
        let all = std::mem::take(persons);
        for one in all {
            let put = if one == *shared {
                ids.to_vec()
            } else {
                vec![one]
            };
            for id in put {
                if !persons.contains(&id) {
                    persons.push(id);
                }
            }
        }
    };
    let mut content = content.clone();
    match &mut content {
        Content::Action(action) => others(&mut action.persons),
        Content::Fact(fact) => others(&mut fact.persons),
        Content::Person(PersonEntry::Named { person, .. }) => {
            let [id] = ids else {
                return Err(refuse(
                    "an entry about who somebody is can be about one person only",
                    "name one id after its --to",
                ));
            };
            *person = id.clone();
        }
        _ => {}
    }
    Ok(content)
}
