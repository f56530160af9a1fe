//! `attcheck person`

mod separate;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};

use super::{Context, Outcome, changed, input, named, writing};
use crate::case::entry::{Content, Deed, PersonEntry, PersonId, Role, Subject, YesNo};
use crate::case::state::CaseState;
use crate::cli::Writing;
use crate::entry_rules::{Fault, Rules};
use crate::error::refuse;

/// Say who belongs to the case: parents, brothers and sisters, agencies
///
/// People get ids by which all other commands know them: p1 and on for those named when the case was opened, such as pk3m7
/// for everybody added later.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add somebody
    Add {
        /// Their name; asked for on a terminal if left out
        name: Option<String>,
        /// Their id, instead of one that is made, such as pk3m7
        #[arg(long)]
        id: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Put down something new about somebody
    Change {
        /// Their id, such as p1 or pk3m7
        person: String,
        /// Their name from then on
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Somebody no longer belongs to the case
    End {
        /// Their id, such as p1 or pk3m7
        person: String,
        /// The last day on which they did; today if left out
        #[arg(long, value_name = "DAY")]
        since: Option<String>,
        #[command(flatten)]
        writing: Writing,
    },
    /// Tell apart people who were added under one id, in copies of the case that were joined since
    ///
    /// Whoever was added first keeps the id, and the others get ids of their own. Each entry goes to the person its author
    /// knew of; the log keeps what it said before. Where an entry does not tell, it is asked for, or given with --to.
    Separate(separate::Args),
    /// There is nobody of a role
    None {
        /// The role
        #[arg(long)]
        role: RoleArg,
        /// From which day
        #[arg(long, value_name = "DAY")]
        since: Option<String>,
        #[command(flatten)]
        writing: Writing,
    },
}

#[derive(Debug, clap::Args)]
struct About {
    /// What they are to the pupil
    #[arg(long)]
    role: Option<RoleArg>,
    /// Whether they have parental responsibility, and so count as a parent
    #[arg(long, value_name = "ANSWER", num_args = 0..=1, default_missing_value = "?")]
    parental_responsibility: Option<String>,
    /// From which day this holds
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

/// Roles on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleArg {
    Parent,
    Child,
    Sibling,
    Agency,
    Other,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Parent => Self::Parent,
            RoleArg::Child => Self::Child,
            RoleArg::Sibling => Self::Sibling,
            RoleArg::Agency => Self::Agency,
            RoleArg::Other => Self::Other,
        }
    }
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    if loaded.case.subject == Subject::School {
        let case = loaded.case.id.to_string();
        return Err(Fault::NoPeopleHere { case }.into());
    }
    if let What::Separate(separate) = &args.what {
        return separate::run(separate, &args.case, cx);
    }
    let state = CaseState::replay(&loaded.case, None);
    let given = match &args.what {
        What::Add { about, .. } | What::Change { about, .. } => about.writing.clone(),
        What::End { writing, .. } | What::None { writing, .. } => writing.clone(),
        What::Separate(_) => Writing::default(),
    };
    let rules = writing::rules(cx, &state, None, writing::waived(&given, false));
    let mut wanted = None;
    let (entry, writing) = match &args.what {
        What::Add { name, id, about } => {
            wanted = id.as_deref().map(|id| own_id(&state, id)).transpose()?;
            let id = match &wanted {
                Some(id) => id.clone(),
                None => new_id(&state)?,
            };
            (
                added(cx, &rules, id, name.as_deref(), about)?,
                &about.writing,
            )
        }
        What::Change {
            person,
            name,
            about,
        } => (
            changed(cx, &rules, one(&state, person)?, name.as_deref(), about)?,
            &about.writing,
        ),
        What::End {
            person,
            since,
            writing,
        } => {
            let person = one(&state, person)?;
            let until = Some(input::since(cx, since.as_deref(), &rules)?.unwrap_or(cx.today()));
            (
                PersonEntry::Named {
                    person,
                    name: None,
                    role: None,
                    responsibility: None,
                    from: None,
                    until,
                },
                writing,
            )
        }
        What::Separate(_) => return Ok(Outcome::Success),
        What::None {
            role,
            since,
            writing,
        } => {
            let role = Role::from(*role);
            (
                PersonEntry::None {
                    role,
                    from: input::since(cx, since.as_deref(), &rules)?,
                },
                writing,
            )
        }
    };
    let add = matches!(args.what, What::Add { .. });
    let mut what = String::new();
    let writing = writing::ask_again(cx, &rules, &Content::Person(entry.clone()), writing)?;
    let written = writing::append(cx, &loaded, &writing, |loaded| {
        let state = CaseState::replay(&loaded.case, None);
        let mut entry = entry;
        if let PersonEntry::Named { person, .. } = &mut entry {
            match (add, &wanted) {
                // Somebody else may have been added since.
                (true, Some(id)) => {
                    own_id(&state, &id.0)?;
                }
                (true, None) if state.is_taken(person) => *person = new_id(&state)?,
                (true, None) => {}
                (false, _) => named::refuse_shared(&state, person)?,
            }
        }
        what = in_short(&entry, add);
        Ok(vec![Deed::Record(Content::Person(entry))])
    })?;
    if let Some(after) = written {
        let checklist = cx.checklist_of(&state)?;
        writing::done(cx, &after, &what)?;
        changed::say_changes(cx, &loaded.case, &after.case, &checklist, None)?;
    }
    Ok(Outcome::Success)
}

/// What an entry about a person says, in a few words.
fn in_short(entry: &PersonEntry, add: bool) -> String {
    match entry {
        PersonEntry::Named { person, role, .. } if add => {
            format!("{person}, {}", role.map_or("other", Role::as_str))
        }
        PersonEntry::Named {
            person,
            until: Some(until),
            ..
        } => {
            format!("{person}, until {}", crate::day::words(*until))
        }
        PersonEntry::Named { person, .. } => format!("{person}, changed"),
        PersonEntry::None { role, .. } => format!("there is no {role}"),
    }
}

/// An id for somebody new, at random: what another copy of the case gives meanwhile will be another one.
///
/// # Errors
/// If this computer gives no random numbers.
pub(super) fn new_id(state: &CaseState<'_>) -> anyhow::Result<PersonId> {
    // Sixty-four bytes hold four fit ones all but always; taken ids are made again.
    for _ in 0..64 {
        let mut random = [0u8; 64];
        getrandom::fill(&mut random).context("this computer gives no random numbers")?;
        if let Some(id) = PersonId::made_from(&random).filter(|id| !state.is_taken(id)) {
            return Ok(id);
        }
    }
    Err(refuse("no free id could be made", "give one with --id"))
}

/// The id that somebody chose.
fn own_id(state: &CaseState<'_>, id: &str) -> anyhow::Result<PersonId> {
    let id = PersonId::new(id).map_err(|says| {
        // What fits no shape may be a name, and is not repeated.
        refuse(
            format!("--id is no id of a person: {says}"),
            "leave --id out, and one is made",
        )
    })?;
    if state.is_taken(&id) {
        return Err(refuse(
            format!("the case knows somebody as `{id}` already"),
            "choose another --id, or leave it out, and one is made",
        ));
    }
    Ok(id)
}

/// A person named in the case whose id nobody else has.
fn one(state: &CaseState<'_>, id: &str) -> anyhow::Result<PersonId> {
    let id = known(state, id)?;
    named::refuse_shared(state, &id)?;
    Ok(id)
}

/// A person named in the case, now or at any time.
fn known(state: &CaseState<'_>, id: &str) -> anyhow::Result<PersonId> {
    let wanted = PersonId(id.to_owned());
    if wanted != PersonId::pupil() && state.ever_named().contains(&wanted) {
        return Ok(wanted);
    }
    Err(named::nobody(state, id))
}

fn added(
    cx: &Context,
    rules: &Rules<'_>,
    person: PersonId,
    name: Option<&str>,
    about: &About,
) -> anyhow::Result<PersonEntry> {
    let name = match name {
        Some(name) => input::text("the name", name)?,
        None if cx.ask.is_there() => input::text("the name", &cx.ask.text("Their name", None)?)?,
        None => {
            return Err(refuse(
                "the name is missing",
                "write it after `add`, in quotes",
            ));
        }
    };
    Ok(PersonEntry::Named {
        person,
        name: Some(name),
        role: Some(role(cx, about)?),
        responsibility: responsibility(cx, about)?,
        from: input::since(cx, about.since.as_deref(), rules)?,
        until: None,
    })
}

fn changed(
    cx: &Context,
    rules: &Rules<'_>,
    person: PersonId,
    name: Option<&str>,
    about: &About,
) -> anyhow::Result<PersonEntry> {
    let name = name.map(|name| input::text("--name", name)).transpose()?;
    let responsibility = responsibility(cx, about)?;
    let from = input::since(cx, about.since.as_deref(), rules)?;
    if name.is_none() && responsibility.is_none() && about.role.is_none() && from.is_none() {
        return Err(refuse(
            "nothing is to change",
            "give --name, --role, --parental-responsibility or --since",
        ));
    }
    Ok(PersonEntry::Named {
        person,
        name,
        role: about.role.map(Role::from),
        responsibility,
        from,
        until: None,
    })
}

fn role(cx: &Context, about: &About) -> anyhow::Result<Role> {
    if let Some(role) = about.role {
        return Ok(role.into());
    }
    if !cx.ask.is_there() {
        return Err(refuse(
            "--role is missing",
            format!("roles: {}", Role::WORDS.join(", ")),
        ));
    }
    let words: Vec<String> = Role::WORDS.iter().map(|word| (*word).to_owned()).collect();
    Ok(Role::ALL[cx.ask.choose("What are they to the pupil?", &words)?])
}

fn responsibility(cx: &Context, about: &About) -> anyhow::Result<Option<YesNo>> {
    let Some(word) = about.parental_responsibility.as_deref() else {
        return Ok(None);
    };
    if word == "?" && cx.ask.is_there() {
        let words: Vec<String> = YesNo::WORDS.iter().map(|word| (*word).to_owned()).collect();
        let n = cx.ask.choose(
            "Have they parental responsibility, or daily care of the child?",
            &words,
        )?;
        return Ok(Some(YesNo::ALL[n]));
    }
    YesNo::from_word(word).map(Some).ok_or_else(|| {
        refuse(
            "--parental-responsibility has no answer",
            "answers: yes, no, unknown",
        )
    })
}
