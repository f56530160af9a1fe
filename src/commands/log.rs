//! `attcheck log`

use chrono::{DateTime, Days, FixedOffset, NaiveDate};
use serde::Serialize;

use super::{Context, Outcome, input};
use crate::case::compose;
use crate::case::entry::{Content, Deed};
use crate::cli::Plain;
use crate::day;
use crate::error::{describe, refuse};
use crate::fold::name_holds;
use crate::number::counted;
use crate::render::Failed;
use crate::render::table;
use crate::store::{self, lookup};

/// Show what was recorded lately, across all cases
///
/// With --by only what somebody recorded whose name holds that.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How far back: 7d, a day, or an instant such as 2026-09-14T02:00:00Z
    #[arg(long, value_name = "SPAN", default_value = "7d")]
    since: String,
    /// Up to and with this day
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
}

#[derive(Serialize)]
struct Row {
    recorded: String,
    case: String,
    by: String,
    kind: &'static str,
    what: String,
    date: Option<String>,
    entry: String,
}

#[derive(Serialize)]
struct LogJson {
    schema: u32,
    since: String,
    until: String,
    entries: Vec<Row>,
    failed: Vec<Failed>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let until = args
        .until
        .as_deref()
        .map_or(Ok(cx.today()), |text| cx.day(text, "--until"))?;
    let since = Since::read(args, cx)?;
    let mut rows: Vec<(chrono::DateTime<chrono::Utc>, Row)> = Vec::new();
    let mut failed = Vec::new();
    let wanted = cx.by_flag();
    for file in cx.every_case()? {
        let loaded = store::load(&file).and_then(lookup::in_place);
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                cx.say(describe(&error).trim_end());
                failed.push(super::ready::failed(&file, &error));
                continue;
            }
        };
        for entry in &loaded.case.entries {
            let (Some(at), Some(id)) = (entry.at, &entry.id) else {
                continue;
            };
            let by = entry.by.clone().unwrap_or_default();
            let theirs = wanted.is_none_or(|wanted| name_holds(&by, wanted));
            if !theirs || !since.is_by(&at) || day::uk_day(&at) > until {
                continue;
            }
            let date = entry
                .content()
                .and_then(Content::date)
                .map(|day| day.to_string());
            let what = what(&entry.deed);
            let (recorded, case) = (
                day::uk_time(&at).format("%Y-%m-%d %H:%M").to_string(),
                loaded.case.id.to_string(),
            );
            let row = Row {
                recorded,
                case,
                by,
                kind: entry.kind(),
                what,
                date,
                entry: id.short().to_owned(),
            };
            rows.push((at.to_utc(), row));
        }
    }
    // Entries of one instant stay in the order of their file.
    rows.sort_by(|a, b| (a.0, &a.1.case).cmp(&(b.0, &b.1.case)));
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    let any_failed = !failed.is_empty();
    match args.format {
        Plain::Json => {
            let (since, until) = (since.to_string(), until.to_string());
            let whole = LogJson {
                schema: crate::render::json::SCHEMA,
                since,
                until,
                entries: rows,
                failed,
            };
            let text = crate::render::json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
        Plain::Table => {
            writeln!(
                cx.out(),
                "recorded from {} to {}",
                since.words(),
                day::words(until)
            )?;
            let count = rows.len();
            let cells = rows.into_iter().map(|row| {
                vec![
                    row.recorded,
                    row.case,
                    row.kind.into(),
                    row.what,
                    row.by,
                    row.entry,
                ]
            });
            let shown = table::table(
                &["recorded", "case", "kind", "what", "by", "entry"],
                "what",
                cells,
            );
            table::write_table(&shown, cx.out())?;
            writeln!(cx.out(), "{}", counted(count, "entry"))?;
        }
    }
    Ok(if any_failed {
        Outcome::Failed
    } else {
        Outcome::Success
    })
}

/// From when on the log is shown.
enum Since {
    Day(NaiveDate),
    Instant(DateTime<FixedOffset>),
}

impl Since {
    fn read(args: &Args, cx: &Context) -> anyhow::Result<Self> {
        let text = args.since.trim();
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::Instant(instant));
        }
        if text.ends_with(['d', 'D', 'w', 'W']) && text.starts_with(|c: char| c.is_ascii_digit()) {
            let days = input::days("--since", text)?;
            let first = cx.today().checked_sub_days(Days::new(days));
            return first
                .map(Self::Day)
                .ok_or_else(|| refuse("--since lies too far back", "write it as 7d"));
        }
        cx.day(&args.since, "--since").map(Self::Day)
    }

    /// Whether it had come when something was recorded.
    fn is_by(&self, recorded: &DateTime<FixedOffset>) -> bool {
        match self {
            Self::Day(day) => *day <= day::uk_day(recorded),
            Self::Instant(instant) => instant <= recorded,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Day(day) => day::words(*day),
            Self::Instant(instant) => {
                let time = day::uk_time(instant);
                format!(
                    "{}, {}",
                    day::words(time.date_naive()),
                    time.format("%H:%M")
                )
            }
        }
    }
}

impl std::fmt::Display for Since {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Instant(instant) => f.write_str(&compose::instant(day::uk_time(instant))),
        }
    }
}

/// What an entry did, in a few words without names or texts.
fn what(deed: &Deed) -> String {
    match deed {
        Deed::Record(content) => of_content(content),
        Deed::Correct {
            corrects, content, ..
        } => {
            let now = content.as_ref().map(of_content).unwrap_or_default();
            format!("{} is now {now}", corrects.short())
        }
        Deed::Withdraw { withdraws, .. } => format!("{} withdrawn", withdraws.short()),
        Deed::Strike { strikes, .. } => format!("{} struck", strikes.short()),
        Deed::Struck => "struck".to_owned(),
    }
}

fn of_content(content: &Content) -> String {
    match content {
        Content::Opened { checklist, .. } => format!("opened with the checklist {checklist}"),
        Content::Action(action) => format!("{}: {}", action.item, action.answer),
        Content::Fact(fact) => format!("{} is {}", fact.fact, fact.value),
        Content::Details(_) => "details".to_owned(),
        Content::Person(_) => "people".to_owned(),
        Content::Plan(_) => "follow-up".to_owned(),
        Content::Note { .. } => "note".to_owned(),
        Content::Sign(sign) => format!("signed by {}", sign.role),
        Content::Checklist {
            checklist, edition, ..
        } => format!("moved to {checklist}, edition {edition}"),
        Content::Close { reason, .. } => format!("closed: {reason}"),
        Content::Reopen { .. } => "opened again".to_owned(),
        Content::Outcome { result, .. } => format!("the council's answer: {result}"),
        Content::Joined { .. } => "copies joined".to_owned(),
    }
}
