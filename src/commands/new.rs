//! `attcheck new`

use anyhow::Context as _;

use super::{Context, Outcome, input, writing};
use crate::case::entry::{
    CloseReason, Content, Deed, Details, EntryId, Fact, PersonEntry, PersonId, Role, Subject,
};
use crate::case::state::CaseState;
use crate::case::{CaseId, FORMAT, compose, seal};
use crate::checklist::Checklist;
use crate::checklist::vocabulary::SUPPORT_BEGAN;
use crate::entry_rules::Waived;
use crate::error::{BadFile, Refused, refuse};
use crate::fold::fold_name;
use crate::store::{checklists, yaml};
use crate::tree::{Node, Value};

/// Open a case
///
/// The case gets an id that says nothing about the child, and one file, `cases/ID.yaml`. A name can be left off the
/// command line and is asked for, so that it stays out of the shell's history.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Args {
    /// The council's checklist; see `attcheck checklist list`
    #[arg(long, value_name = "ID")]
    checklist: Option<String>,
    /// The pupil's name
    #[arg(long)]
    name: Option<String>,
    /// The unique pupil number
    #[arg(long)]
    upn: Option<String>,
    /// Date of birth
    #[arg(long, value_name = "DAY")]
    born: Option<String>,
    /// Year group
    #[arg(long, value_name = "N")]
    year_group: Option<String>,
    /// A parent or carer; may be given again
    #[arg(long, value_name = "NAME")]
    parent: Vec<String>,
    /// A fact, as in `looked_after=never`; may be given again
    #[arg(long, value_name = "FACT=VALUE")]
    fact: Vec<String>,
    /// The day support began, if it was before the first entry: any past day
    #[arg(long, value_name = "DAY")]
    began: Option<String>,
    /// The day lies more than three years back, and that is right
    #[arg(long)]
    long_ago: bool,
    /// The id of the case, instead of one that is made
    #[arg(long)]
    id: Option<String>,
    /// Open the school's own record instead of a pupil's
    #[arg(long, conflicts_with_all = ["name", "upn", "born", "year_group", "parent", "began"])]
    school: bool,
    /// Open it although there is an open case of the same name and date of birth
    #[arg(long)]
    again: bool,
    /// Show the case and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let checklist = checklist(args, cx)?;
    let subject = if args.school {
        Subject::School
    } else {
        checklist.subject
    };
    if subject == Subject::School {
        refuse_pupils(args, &checklist)?;
    }
    let details = if subject == Subject::School {
        own_details(cx)?
    } else {
        details(args, cx)?
    };
    let nameless = subject == Subject::School && details.school.is_none();
    let mut contents = Vec::new();
    for (n, name) in args.parent.iter().enumerate() {
        contents.push(Content::Person(PersonEntry::Named {
            person: PersonId(format!("p{}", n + 1)),
            name: Some(input::text("--parent", name)?),
            role: Some(Role::Parent),
            responsibility: None,
            from: None,
            until: None,
        }));
    }
    for fact in &args.fact {
        let (name, value) = input::pair("--fact", fact)?;
        let def = input::fact(&checklist, name)?;
        if def.each.is_some() {
            return Err(refuse(
                format!("`{name}` is answered for each person"),
                "open the case, then use `attcheck fact` with --for",
            ));
        }
        let value = input::fact_value(cx, name, def, value, details.born, args.long_ago)?;
        contents.push(Content::Fact(Fact {
            fact: name.to_owned(),
            value,
            since: None,
            persons: Vec::new(),
        }));
    }
    if let Some(day) = &args.began {
        contents.push(began(day, args, cx, &checklist, &details)?);
    }
    let closed = match second_case(cx, &details, None, args.again) {
        Err(error) if error.is::<SameName>() && cx.ask.is_there() && !args.dry_run => {
            let question = format!("{error}. Is this another child?");
            if !cx.ask.confirm(&question, false)? {
                return Err(error);
            }
            second_case(cx, &details, None, true)?
        }
        found => found?,
    };
    let again = args.again || cx.ask.is_there();
    say_closed(&closed, cx);
    let about = details.clone();
    let by = cx.who()?;
    let id = id(args, cx, &details)?;
    let text = first_text(&id, subject, &checklist, details, &contents, &by, cx);
    check_contents(&text, &contents, &checklist, cx)?;
    if args.dry_run {
        write!(cx.out(), "{text}")?;
        cx.say("nothing was written (--dry-run)");
        return Ok(Outcome::Success);
    }
    let holder = cx.holder(&by);
    // Two who open a case for one child at the same moment must not both succeed.
    let changed = cx.store.create(&id, &holder, &text, || {
        second_case(cx, &about, None, again).map(|_| ())
    })?;
    super::writing::notice(cx, &changed);
    let loaded = changed.loaded;
    writeln!(
        cx.out(),
        "opened case {id} ({}, edition {})",
        checklist.title,
        checklist.edition
    )?;
    if !cx.quiet {
        writeln!(
            cx.out(),
            "file    {}",
            super::context::from_here(&loaded.path)
        )?;
        let gate = super::verdict::gate_flag(&checklist, None);
        writeln!(cx.out(), "next    attcheck gaps {id}{gate}")?;
    }
    if nameless {
        cx.say(&format!("note: the school's name is not in attcheck.toml; `attcheck details {id} --school NAME` puts it into the case"));
    }
    if args.school && cx.store.settings().school_record.is_none() {
        cx.say(&format!(
            "add this line to attcheck.toml, so that cases find it: school-record = \"{id}\""
        ));
    }
    Ok(Outcome::Success)
}

/// The fact that says on what day support began.
fn began(
    day: &str,
    args: &Args,
    cx: &Context,
    checklist: &Checklist,
    details: &Details,
) -> anyhow::Result<Content> {
    if args
        .fact
        .iter()
        .any(|fact| fact.split('=').next().map(str::trim) == Some(SUPPORT_BEGAN))
    {
        let hint = format!("leave one of --began and --fact {SUPPORT_BEGAN} out");
        return Err(refuse("the day support began is given twice", hint));
    }
    let def = input::fact(checklist, SUPPORT_BEGAN)?;
    let value = input::fact_value(cx, "--began", def, day, details.born, args.long_ago)?;
    Ok(Content::Fact(Fact {
        fact: SUPPORT_BEGAN.to_owned(),
        value,
        since: None,
        persons: Vec::new(),
    }))
}

/// What only a pupil has cannot be said of a school.
fn refuse_pupils(args: &Args, checklist: &Checklist) -> anyhow::Result<()> {
    let given = [
        ("--name", args.name.is_some()),
        ("--upn", args.upn.is_some()),
        ("--born", args.born.is_some()),
        ("--year-group", args.year_group.is_some()),
        ("--parent", !args.parent.is_empty()),
        ("--began", args.began.is_some()),
    ];
    match given.iter().find(|(_, there)| *there) {
        Some((flag, _)) => {
            let message = format!(
                "`{}` is answered by the school about itself, so there is no {flag}",
                checklist.id
            );
            Err(refuse(
                message,
                format!("leave {flag} out; the school's name stands in attcheck.toml"),
            ))
        }
        None => Ok(()),
    }
}

fn checklist(args: &Args, cx: &Context) -> anyhow::Result<Checklist> {
    if let Some(id) = args
        .checklist
        .as_ref()
        .or(cx.store.settings().checklist.as_ref())
    {
        return checklists::called(&cx.store, id);
    }
    let mut offered: Vec<Checklist> = checklists::every(&cx.store)?
        .into_iter()
        .filter_map(|offered| offered.checklist.ok())
        .collect();
    // Of several editions a new case takes the newest.
    offered.dedup_by(|later, earlier| later.id == earlier.id);
    if cx.ask.is_there() {
        let names: Vec<String> = offered
            .iter()
            .map(|one| format!("{}: {}", one.id, one.authority))
            .collect();
        let n = cx.ask.choose("Which council's checklist?", &names)?;
        return checklists::of_id(&cx.store, &offered[n].id);
    }
    let ids: Vec<&str> = offered.iter().map(|one| one.id.as_str()).collect();
    Err(refuse(
        "--checklist is missing",
        format!("checklists: {}", ids.join(", ")),
    ))
}

/// What the settings tell of the school.
pub(super) fn school_details(cx: &Context) -> Details {
    let settings = cx.store.settings();
    Details {
        school: settings.school.clone(),
        urn: settings.urn.clone(),
        ..Details::default()
    }
}

/// The details of a record of the school's own: its name is asked for where the settings do not tell it.
fn own_details(cx: &Context) -> anyhow::Result<Details> {
    let mut details = school_details(cx);
    if details.school.is_none() && cx.ask.is_there() {
        details.school = Some(input::text(
            "the name",
            &cx.ask.text("The school's name", None)?,
        )?);
    }
    Ok(details)
}

fn details(args: &Args, cx: &Context) -> anyhow::Result<Details> {
    let name = match &args.name {
        Some(name) => input::text("--name", name)?,
        None if cx.ask.is_there() => {
            input::text("the name", &cx.ask.text("The pupil's name", None)?)?
        }
        None => {
            return Err(refuse(
                "--name is missing",
                "add --name, or run this on a terminal to be asked for it",
            ));
        }
    };
    let born = args
        .born
        .as_deref()
        .map(|text| cx.day(text, "--born"))
        .transpose()?;
    if let Some(born) = born.filter(|born| *born > cx.today()) {
        return Err(refuse(
            format!("--born: {} is in the future", crate::day::words(born)),
            "put the day right",
        ));
    }
    Ok(Details {
        name: Some(name),
        upn: args.upn.as_deref().map(input::upn).transpose()?,
        born,
        year_group: args
            .year_group
            .as_deref()
            .map(|text| input::text("--year-group", text))
            .transpose()?,
        ..school_details(cx)
    })
}

/// Holds what is known from the start against the rules, as if it were recorded a moment later.
fn check_contents(
    text: &str,
    contents: &[Content],
    checklist: &Checklist,
    cx: &Context,
) -> anyhow::Result<()> {
    let case = crate::store::parse_case(text, std::path::Path::new("the new case"))
        .map_err(|problems| BadFile { problems })?;
    let state = CaseState::replay(&case, None);
    let waived = Waived {
        again: true,
        ..Waived::default()
    };
    let rules = writing::rules(cx, &state, Some(checklist), waived);
    for content in contents {
        rules.check(&Deed::Record(content.clone()))?;
    }
    Ok(())
}

/// A closed case of the same pupil, and why it was closed.
pub(super) type Closed = (CaseId, CloseReason);

/// Refuses a second open case for one pupil besides the one that is meant: two half records help nobody. The closed ones
/// that there are.
///
/// # Errors
/// If an open case has the same UPN, or, unless it is meant so, the same name and date of birth.
pub(super) fn second_case(
    cx: &Context,
    details: &Details,
    but: Option<&CaseId>,
    again: bool,
) -> anyhow::Result<Vec<Closed>> {
    let mut closed = Vec::new();
    let named = |details: &Details| {
        Some((
            fold_name(details.name.as_deref()?)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            details.born?,
        ))
    };
    let (upn, name) = (details.upn.as_ref(), named(details));
    if upn.is_none() && name.is_none() {
        return Ok(closed);
    }
    for path in cx.store.case_files()? {
        // What cannot be read is told by `verify`; it must not keep a child without a case.
        let Ok(loaded) = crate::store::quick::load(&path) else {
            continue;
        };
        let id = &loaded.case.id;
        if Some(id) == but {
            continue;
        }
        let state = CaseState::replay(&loaded.case, None);
        let theirs = state.details();
        let same_upn = upn.is_some_and(|upn| {
            theirs
                .upn
                .as_ref()
                .is_some_and(|theirs| theirs.eq_ignore_ascii_case(upn))
        });
        let same_name = name.is_some() && named(&theirs) == name;
        let other_upn = upn.is_some() && theirs.upn.is_some() && !same_upn;
        match state.closed_on(cx.today()) {
            None if same_upn => {
                let hint = format!(
                    "go on with it: `attcheck show {id}`; or close it first: `attcheck close {id}`"
                );
                return Err(refuse(format!("case `{id}` of that UPN is open"), hint));
            }
            // Two children of one name and birthday have two UPNs.
            None if same_name && !again && !other_upn => {
                return Err(SameName { case: id.clone() }.refused());
            }
            Some(why) if same_upn => closed.push((id.clone(), why)),
            _ => {}
        }
    }
    Ok(closed)
}

/// An open case has the same name and date of birth: most likely it is the same child.
#[derive(Debug)]
struct SameName {
    case: CaseId,
}

impl SameName {
    fn refused(self) -> anyhow::Error {
        let id = &self.case;
        let hint =
            format!("go on with it: `attcheck show {id}`; or add --again if this is another child");
        let refused = Refused {
            message: self.to_string(),
            hint: Some(hint),
        };
        anyhow::Error::new(refused).context(self)
    }
}

impl std::fmt::Display for SameName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "case `{}` of the same name and date of birth is open",
            self.case
        )
    }
}

impl std::error::Error for SameName {}

/// Tells of closed cases of the same pupil.
pub(super) fn say_closed(closed: &[Closed], cx: &Context) {
    for (id, why) in closed {
        cx.say(&format!(
            "note: case {id} of that UPN is closed ({why}); `attcheck reopen {id}` opens it again"
        ));
    }
}

fn id(args: &Args, cx: &Context, details: &Details) -> anyhow::Result<CaseId> {
    if let Some(id) = &args.id {
        let hint = "leave --id out, and one is made";
        let id = CaseId::new(id).map_err(|bad| refuse(bad, hint))?;
        // An id has no accents, so the name is looked at without them, and with its parts run together.
        let name = fold_name(details.name.as_deref().unwrap_or_default());
        let joined = name.replace(['\'', '-'], "");
        let name = format!("{name} {joined}");
        let words = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() > 1);
        if words.into_iter().any(|word| {
            id.as_str().split('-').any(|part| part == word)
                || word.len() > 2 && id.as_str().contains(word)
        }) {
            return Err(refuse("the id holds a word of the pupil's name", hint));
        }
        let flat = id.as_str().replace('-', "");
        if details
            .upn
            .as_ref()
            .is_some_and(|upn| flat.eq_ignore_ascii_case(upn))
            || crate::case::upn::is_upn(&flat)
        {
            return Err(refuse("the id is a UPN", hint));
        }
        if cx.store.is_taken(&id)? {
            let hint = format!("look at it with `attcheck show {id}`, or choose another --id");
            return Err(refuse(format!("there is a case `{id}` already"), hint));
        }
        return Ok(id);
    }
    // Sixty-four bytes hold six fit ones all but always; taken ids are made again.
    for _ in 0..64 {
        let mut random = [0u8; 64];
        getrandom::fill(&mut random).context("this computer gives no random numbers")?;
        if let Some(id) = CaseId::made_from(&random)
            && !cx.store.is_taken(&id)?
        {
            return Ok(id);
        }
    }
    Err(refuse("no free id could be made", "give one with --id"))
}

/// The text of a new case: the header, the opening, and what is known from the start.
fn first_text(
    id: &CaseId,
    subject: Subject,
    checklist: &Checklist,
    details: Details,
    contents: &[Content],
    by: &str,
    cx: &Context,
) -> String {
    let header = Node::map([
        ("attcheck", Node::text(FORMAT)),
        ("case", Node::text(id.as_str())),
        ("subject", Node::text(subject.as_str())),
        ("opened", Node::text(cx.today().to_string())),
    ]);
    let opened = Content::Opened {
        checklist: checklist.id.clone(),
        edition: checklist.edition.clone(),
        details,
        header: seal::header_hash(&header),
    };
    let mut after: Vec<EntryId> = Vec::new();
    let mut log = Vec::new();
    for content in std::iter::once(opened).chain(contents.iter().cloned()) {
        let entry = compose::entry(&Deed::Record(content), by, cx.now, &after);
        after = entry
            .text_at("id")
            .map(|id| EntryId(id.to_owned()))
            .into_iter()
            .collect();
        log.push(entry);
    }
    let log = Node::map([(
        "log",
        Node {
            value: Value::List(log),
            ..Node::default()
        },
    )]);
    yaml::write(&header) + &yaml::write(&log)
}
