//! `attcheck due`

use std::path::Path;
use std::rc::Rc;

use chrono::NaiveDate;
use clap::ValueEnum;
use serde::Serialize;

use super::judging::{Asked, asked};
use super::verdict::Check;
use super::{Context, Outcome, input};
use crate::case::names::{self, Names};
use crate::case::state::CaseState;
use crate::cli::When;
use crate::day;
use crate::error::describe;
use crate::fold::name_holds;
use crate::number::counted;
use crate::readiness::pending::Due;
use crate::render::calendar::{self, Event};
use crate::render::{Failed, Verdict, VerdictSummary, table};
use crate::store::checklists::KnownChecklists;
use crate::store::{lookup, quick};

/// List what is overdue or coming, across all open cases
///
/// Follow-ups, reviews, and what has to be done again by a day; and which cases have something left without any day for
/// it. As a calendar file it can be opened in Outlook; it holds no pupil's name unless --names says so.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How far ahead: 14d, 2w; everything if left out
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// Only what somebody sees to whose name holds this
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// The day it is asked for; today if left out
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Names of pupils instead of initials
    #[arg(long)]
    names: bool,
    /// For people, for programs, or as a calendar file
    #[arg(long, value_enum, default_value_t)]
    format: DueFormat,
    /// Exit with 1 if anything is overdue: for scheduled jobs
    #[arg(long)]
    fail_overdue: bool,
}

/// How much of a long text the table shows, in characters.
const MOST_SHOWN: usize = 200;

/// The forms of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum DueFormat {
    /// For people
    #[default]
    Table,
    /// For programs: one document
    Json,
    /// A calendar file (iCalendar), a day for each
    Ics,
}

/// One thing that is due.
#[derive(Debug, Serialize)]
struct Row {
    case: String,
    /// Initials, or the name if that was asked for.
    pupil: String,
    kind: &'static str,
    what: String,
    item: Option<String>,
    #[serde(rename = "for")]
    person: Option<String>,
    due: String,
    /// Days until then; below nought it is overdue.
    days: i64,
    /// Changed in two ways apart: the earlier day stands here.
    contested: bool,
    owner: Option<String>,
    entry: Option<String>,
    #[serde(skip)]
    day: NaiveDate,
    /// When the entry was recorded.
    #[serde(skip)]
    stamp: Option<chrono::DateTime<chrono::Utc>>,
    /// The whole id of the entry.
    #[serde(skip)]
    id: String,
    /// Names of the case, which may not stand in a calendar.
    #[serde(skip)]
    hidden: Rc<Names>,
}

/// A case that is not ready, and where nothing that is left has a day.
#[derive(Debug, Serialize)]
struct WithoutDay {
    case: String,
    pupil: String,
    #[serde(flatten)]
    summary: VerdictSummary,
}

/// What is due in one case.
enum OfCase {
    /// Nothing: it is closed, ready, or not judged by itself.
    Nothing,
    Rows(Vec<Row>),
    WithoutDay(WithoutDay),
}

#[derive(Serialize)]
struct DueJson {
    schema: u32,
    as_of: String,
    within: Option<u64>,
    owner: Option<String>,
    overdue: usize,
    due: Vec<Row>,
    without_a_day: Vec<WithoutDay>,
    failed: Vec<Failed>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let when = When {
        as_of: args.as_of.clone(),
        ..When::default()
    };
    let check = Check::new(&when, cx)?.at_any_gate();
    if let Some(owner) = &args.owner {
        input::text("--owner", owner)?;
    }
    let within = args
        .within
        .as_deref()
        .map(|text| input::days("--within", text))
        .transpose()?;
    let (mut rows, mut failed, mut pupils) = (Vec::new(), Vec::new(), Names::default());
    let (mut without_a_day, mut known) = (Vec::new(), KnownChecklists::default());
    for file in cx.every_case()? {
        match of_case(cx, &check, &file, args.names, &mut pupils, &mut known) {
            Ok(OfCase::Nothing) => {}
            Ok(OfCase::Rows(found)) => rows.extend(found),
            // Nobody is named for what nobody has set a day for.
            Ok(OfCase::WithoutDay(_)) if args.owner.is_some() => {}
            Ok(OfCase::WithoutDay(one)) => without_a_day.push(one),
            Err(error) => {
                cx.say(describe(&error).trim_end());
                failed.push(super::ready::failed(&file, &error));
            }
        }
    }
    let theirs = |row: &Row| {
        args.owner.as_ref().is_none_or(|wanted| {
            row.owner
                .as_ref()
                .is_some_and(|owner| name_holds(owner, wanted))
        })
    };
    let soon = |row: &Row| {
        within.is_none_or(|within| row.days <= i64::try_from(within).unwrap_or(i64::MAX))
    };
    rows.retain(|row| theirs(row) && soon(row));
    if !args.names {
        for row in &mut rows {
            // Pupils of other cases are named too, such as a brother. Who sees to it is staff, and may share a name with
            // any pupil.
            row.what = names::cut(&row.what, &row.hidden, &pupils);
            let of_nobody_else = Names::default();
            row.owner = row
                .owner
                .as_ref()
                .map(|owner| names::cut(owner, &row.hidden, &of_nobody_else));
        }
    }
    rows.sort_by(|a, b| (a.day, &a.case, &a.id, a.kind).cmp(&(b.day, &b.case, &b.id, b.kind)));
    let overdue = rows.iter().filter(|row| row.days < 0).count();
    let any_failed = !failed.is_empty();
    match args.format {
        DueFormat::Table => for_people(cx, check.about.as_of, rows, &without_a_day, &failed)?,
        DueFormat::Json => {
            let whole = DueJson {
                schema: crate::render::json::SCHEMA,
                as_of: check.about.as_of.to_string(),
                within,
                owner: args.owner.clone(),
                overdue,
                due: rows,
                without_a_day,
                failed,
            };
            let text = crate::render::json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
        DueFormat::Ics => {
            let events: Vec<Event> = rows.iter().map(event).collect();
            calendar::write(&events, cx.raw_out())?;
        }
    }
    Ok(match (any_failed, args.fail_overdue && overdue > 0) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Found,
        (false, false) => Outcome::Success,
    })
}

/// What is due in one case. Its pupil's name is added to `pupils`, also where the case is closed.
fn of_case(
    cx: &Context,
    check: &Check,
    file: &Path,
    names: bool,
    pupils: &mut Names,
    known: &mut KnownChecklists,
) -> anyhow::Result<OfCase> {
    let as_of = check.about.as_of;
    let loaded = lookup::in_place(quick::load(file)?)?;
    let state = CaseState::replay(&loaded.case, None);
    let (own, hidden) = state.names_given();
    pupils.add_all(&own);
    let hidden = Rc::new(hidden);
    if state.closed_on(as_of).is_some() {
        return Ok(OfCase::Nothing);
    }
    let name = state.details().name.unwrap_or_default();
    let pupil = if names {
        name
    } else {
        super::context::initials(&name)
    };
    let row = |one: Due| {
        let day = one.day?;
        let marked = if one.contested {
            " [changed in two ways apart]"
        } else {
            ""
        };
        Some(Row {
            case: loaded.case.id.to_string(),
            pupil: pupil.clone(),
            kind: one.kind,
            what: format!("{}{marked}", one.what),
            item: one.item,
            person: one.person.map(|person| person.0),
            due: day.to_string(),
            days: (day - as_of).num_days(),
            contested: one.contested,
            owner: one.owner,
            entry: one.entry.as_ref().map(|id| id.short().to_owned()),
            day,
            stamp: one
                .version
                .and_then(|n| state.entry(n).at)
                .map(|at| at.to_utc()),
            id: one.entry.map(|id| id.0).unwrap_or_default(),
            hidden: Rc::clone(&hidden),
        })
    };
    let due = check.due(&*known.to_judge(&cx.store, &state)?, &state)?;
    let rows: Vec<Row> = due.into_iter().filter_map(row).collect();
    if !rows.is_empty() {
        return Ok(OfCase::Rows(rows));
    }
    let Asked::Judge(checklist) = asked(&cx.store, check, &state, known)? else {
        return Ok(OfCase::Nothing);
    };
    let summary = VerdictSummary::of(&check.judge_state(&state, &checklist, false)?);
    Ok(match summary.verdict {
        Verdict::Ready => OfCase::Nothing,
        Verdict::NotReady | Verdict::IntegrityFailed => OfCase::WithoutDay(WithoutDay {
            case: loaded.case.id.to_string(),
            pupil,
            summary,
        }),
    })
}

fn for_people(
    cx: &mut Context,
    as_of: NaiveDate,
    rows: Vec<Row>,
    without_a_day: &[WithoutDay],
    failed: &[Failed],
) -> anyhow::Result<()> {
    writeln!(cx.out(), "as of {}", day::words(as_of))?;
    let (count, overdue) = (rows.len(), rows.iter().filter(|row| row.days < 0).count());
    // Looking back, what is listed may be settled since.
    let now = cx.today();
    let settles = rows.iter().find(|row| row.kind != "again" && as_of == now);
    let settles = settles.and_then(|row| {
        Some(format!(
            "attcheck follow-up {} {} --answer done",
            row.case,
            row.entry.as_ref()?
        ))
    });
    let cells = rows.into_iter().map(|row| {
        let (owner, entry) = (row.owner.unwrap_or_default(), row.entry.unwrap_or_default());
        let whom = row
            .person
            .map(|person| format!(" for {person}"))
            .unwrap_or_default();
        let mut what = format!("{}{whom}", row.what);
        if what.chars().count() > MOST_SHOWN {
            what = format!("{}…", what.chars().take(MOST_SHOWN).collect::<String>());
        }
        vec![
            day::short(row.day),
            far(row.days),
            row.case,
            row.pupil,
            what,
            owner,
            entry,
        ]
    });
    let headings = ["due", "when", "case", "pupil", "what", "who", "entry"];
    let shown = table::table(&headings, "what", cells);
    if count > 0 {
        table::write_table(&shown, cx.out())?;
    }
    writeln!(cx.out(), "{count} due, {overdue} overdue")?;
    for one in without_a_day {
        let pupil = if one.pupil.is_empty() {
            String::new()
        } else {
            format!(" ({})", one.pupil)
        };
        let left = match one.summary.verdict {
            Verdict::IntegrityFailed => "the record does not stand up".to_owned(),
            Verdict::Ready | Verdict::NotReady => one.summary.left(),
        };
        writeln!(cx.out(), "no day is set in {}{pupil}: {left}", one.case)?;
    }
    for one in failed {
        writeln!(cx.out(), "could not be looked at: {}", one.file)?;
    }
    if let Some(command) = settles {
        cx.say(&format!("settle the first with: {command}"));
    }
    Ok(())
}

fn far(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1.. => format!("in {}", counted(days, "day")),
        _ => format!("overdue by {}", counted(-days, "day")),
    }
}

fn event(row: &Row) -> Event {
    let pupil = if row.pupil.is_empty() {
        String::new()
    } else {
        format!(" ({})", row.pupil)
    };
    let whom = row
        .person
        .as_ref()
        .map(|person| format!(" for {person}"))
        .unwrap_or_default();
    let owner = row
        .owner
        .as_ref()
        .map(|owner| format!("Who: {owner}\n"))
        .unwrap_or_default();
    let entry = row
        .entry
        .as_ref()
        .map(|entry| format!("Entry: {entry}"))
        .unwrap_or_default();
    Event {
        uid: format!(
            "{}-{}-{}{}",
            row.case,
            row.id,
            row.kind,
            row.person.as_deref().unwrap_or_default()
        ),
        day: row.day,
        stamp: row.stamp,
        summary: format!("{}{pupil}: {}{whom}", row.case, row.what),
        description: format!("{owner}Case: {}\n{entry}", row.case),
    }
}
