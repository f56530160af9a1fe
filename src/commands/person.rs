//! `attcheck person`

use clap::{Subcommand, ValueEnum};

use super::{Context, Outcome, changed, input, named, writing};
use crate::case::entry::{Content, Deed, PersonEntry, PersonId, Role, Subject, YesNo};
use crate::case::state::CaseState;
use crate::cli::Writing;
use crate::entry_rules::{Fault, Rules};
use crate::error::refuse;

/// Say who belongs to the case: parents, brothers and sisters, agencies
///
/// People get ids, p1 and on, by which all other commands know them.
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
        #[command(flatten)]
        about: About,
    },
    /// Put down something new about somebody
    Change {
        /// Their id, such as p1
        person: String,
        /// Their name from then on
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Somebody no longer belongs to the case
    End {
        /// Their id, such as p1
        person: String,
        /// The last day on which they did; today if left out
        #[arg(long, value_name = "DAY")]
        since: Option<String>,
        #[command(flatten)]
        writing: Writing,
    },
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
    let state = CaseState::replay(&loaded.case, None);
    let given = match &args.what {
        What::Add { about, .. } | What::Change { about, .. } => &about.writing,
        What::End { writing, .. } | What::None { writing, .. } => writing,
    };
    let rules = writing::rules(cx, &state, None, writing::waived(given, false));
    let add = matches!(args.what, What::Add { .. });
    let (entry, writing) = match &args.what {
        What::Add { name, about } => (added(cx, &rules, name.as_deref(), about)?, &about.writing),
        What::Change {
            person,
            name,
            about,
        } => (
            changed(cx, &rules, known(&state, person)?, name.as_deref(), about)?,
            &about.writing,
        ),
        What::End {
            person,
            since,
            writing,
        } => {
            let person = known(&state, person)?;
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
    let what = match &entry {
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
    };
    let writing = writing::ask_again(cx, &rules, &Content::Person(entry.clone()), writing)?;
    let written = writing::append(cx, &loaded, &writing, |loaded| {
        // Somebody else may have added a person since.
        let next = CaseState::replay(&loaded.case, None).next_person();
        let entry = match entry {
            PersonEntry::Named {
                name,
                role,
                responsibility,
                from,
                until,
                ..
            } if add => PersonEntry::Named {
                person: next,
                name,
                role,
                responsibility,
                from,
                until,
            },
            other => other,
        };
        Ok(vec![Deed::Record(Content::Person(entry))])
    })?;
    if let Some(after) = written {
        let checklist = cx.checklist_of(&state)?;
        writing::done(cx, &after, &what)?;
        changed::say_changes(cx, &loaded.case, &after.case, &checklist, None)?;
    }
    Ok(Outcome::Success)
}

/// A person named in the case, now or at any time.
fn known(state: &CaseState<'_>, id: &str) -> anyhow::Result<PersonId> {
    let named = state.current().filter_map(|(_, content)| match content {
        Content::Person(PersonEntry::Named { person, .. }) => Some(person.0.as_str()),
        _ => None,
    });
    let mut ids: Vec<&str> = named.collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.contains(&id) {
        return Ok(PersonId(id.to_owned()));
    }
    Err(named::nobody(state, id))
}

fn added(
    cx: &Context,
    rules: &Rules<'_>,
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
        person: rules.state.next_person(),
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
