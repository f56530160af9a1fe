//! `attcheck link`

use super::{Context, Outcome, writing};
use crate::case::CaseId;
use crate::case::entry::{Content, Deed, Fact, PersonEntry, PersonId, Role, Subject};
use crate::case::family::SIBLING_CASE;
use crate::case::state::CaseState;
use crate::cli::Writing;
use crate::error::refuse;
use crate::fold::fold_name;
use crate::store::Loaded;

/// Link the cases of a brother and a sister
///
/// Each case gets the other pupil as a person of role sibling, if they are not named in it yet, and a fact that says which
/// case is theirs. `attcheck list --family CASE` lists them together. With --end they are linked no longer.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// The brother's or sister's case
    other: String,
    /// They are linked no longer
    #[arg(long)]
    end: bool,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let one = cx.open(&args.case, true)?;
    if args.end
        && let Ok(gone) = CaseId::new(&args.other)
        && !cx.store.path_of(&gone).is_file()
    {
        // The other case was erased, or lies at another school.
        end(&one, &gone, args, cx)?;
        return Ok(Outcome::Success);
    }
    let other = cx.open(&args.other, true)?;
    if args.writing.expect.is_some() {
        return Err(refuse(
            "--expect is for one case, and two are written",
            "leave --expect out",
        ));
    }
    refuse_unfit(&one, &other)?;
    if args.end {
        end(&one, &other.case.id, args, cx)?;
        end(&other, &one.case.id, args, cx)?;
        return Ok(Outcome::Success);
    }
    link(&one, &other, args, cx)?;
    link(&other, &one, args, cx)?;
    Ok(Outcome::Success)
}

fn refuse_unfit(one: &Loaded, other: &Loaded) -> anyhow::Result<()> {
    if one.case.id == other.case.id {
        return Err(refuse(
            "both are the same case",
            "name the brother's or sister's case",
        ));
    }
    if one.case.subject == Subject::School || other.case.subject == Subject::School {
        return Err(refuse(
            "a school's record has no brothers or sisters",
            "name two pupils' cases",
        ));
    }
    let upn = |loaded: &Loaded| CaseState::replay(&loaded.case, None).details().upn;
    if upn(one).is_some() && upn(one) == upn(other) {
        return Err(refuse(
            "both are cases of one pupil",
            "name the brother's or sister's case",
        ));
    }
    Ok(())
}

/// Says in a case which is the sibling's.
fn link(of: &Loaded, to: &Loaded, args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let target = to.case.id.clone();
    let name = CaseState::replay(&to.case, None).details().name;
    let today = cx.today();
    let mut person = None;
    writing::append_any(
        cx,
        of,
        &args.writing,
        writing::by_command(&args.writing),
        |loaded| {
            let state = CaseState::replay(&loaded.case, None);
            if state
                .siblings_on(today)
                .iter()
                .any(|sibling| sibling.case == target)
            {
                return Ok(Vec::new());
            }
            let (who, mut deeds) = sibling(&state, name.as_deref(), today)?;
            let persons = vec![who.clone()];
            let since = state.has_answered(SIBLING_CASE, &persons).then_some(today);
            let fact = Fact {
                fact: SIBLING_CASE.to_owned(),
                value: target.to_string(),
                since,
                persons,
            };
            deeds.push(Deed::Record(Content::Fact(fact)));
            person = Some(who);
            Ok(deeds)
        },
    )?;
    if !args.writing.dry_run {
        let id = &of.case.id;
        let told = match person {
            Some(person) => format!("linked case {id}: {person} is the pupil of case {target}"),
            None => format!("case {id} is linked with {target} already"),
        };
        writeln!(cx.out(), "{told}")?;
    }
    Ok(())
}

/// The sibling of a name, or the entry that adds them.
fn sibling(
    state: &CaseState<'_>,
    name: Option<&str>,
    today: chrono::NaiveDate,
) -> anyhow::Result<(PersonId, Vec<Deed>)> {
    let same = |known: &Option<String>| match (known, name) {
        (Some(known), Some(name)) => fold_name(known) == fold_name(name),
        _ => false,
    };
    let linked: Vec<PersonId> = state
        .siblings_on(today)
        .into_iter()
        .map(|sibling| sibling.person)
        .collect();
    let known = state.people_on(today).into_iter().find(|person| {
        person.role == Role::Sibling
            && same(&person.name)
            && person.contested.is_empty()
            && !linked.contains(&person.id)
    });
    if let Some(known) = known {
        return Ok((known.id, Vec::new()));
    }
    let Some(name) = name else {
        let hint = "record it with `attcheck details` in that case first";
        return Err(refuse("the other case does not say the pupil's name", hint));
    };
    let person = super::person::new_id(state)?;
    let added = PersonEntry::Named {
        person: person.clone(),
        name: Some(name.to_owned()),
        role: Some(Role::Sibling),
        responsibility: None,
        from: None,
        until: None,
    };
    Ok((person, vec![Deed::Record(Content::Person(added))]))
}

/// Says in a case that it is linked no longer.
fn end(of: &Loaded, target: &CaseId, args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let today = cx.today();
    let mut ended = false;
    writing::append_any(
        cx,
        of,
        &args.writing,
        writing::by_command(&args.writing),
        |loaded| {
            let linked = CaseState::replay(&loaded.case, None).siblings_on(today);
            let deeds: Vec<Deed> = linked
                .into_iter()
                .filter(|sibling| sibling.case == *target)
                .map(|sibling| {
                    let (fact, value) = (SIBLING_CASE.to_owned(), "unknown".to_owned());
                    Deed::Record(Content::Fact(Fact {
                        fact,
                        value,
                        since: Some(today),
                        persons: vec![sibling.person],
                    }))
                })
                .collect();
            ended = !deeds.is_empty();
            Ok(deeds)
        },
    )?;
    if !args.writing.dry_run {
        let what = if ended {
            "is linked no longer with"
        } else {
            "was not linked with"
        };
        writeln!(cx.out(), "case {} {what} {target}", of.case.id)?;
    }
    Ok(())
}
