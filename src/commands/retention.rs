//! `attcheck retention`

use serde::Serialize;

use super::{Context, Outcome};
use crate::case::state::CaseState;
use crate::cli::Plain;
use crate::day;
use crate::error::{describe, refuse};
use crate::number::counted;
use crate::render::Failed;
use crate::render::table;
use crate::store::{lookup, quick};

/// List the closed cases that are past the school's own retention date
///
/// The periods stand in attcheck.toml under `retention`, from the school's own schedule; there is no default. They are
/// counted from the day a case was closed, or, closed as left or moved, from the day the pupil left. Nothing is deleted:
/// `attcheck erase` does that, one case at a time.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Closed cases that are still to be kept, too
    #[arg(long)]
    every: bool,
    /// The day it is asked for; today if left out
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
}

#[derive(Serialize)]
struct Row {
    case: String,
    closed: String,
    since: String,
    /// The last day on which it is kept; none where the settings give no period for it.
    keep_until: Option<String>,
    past: bool,
}

#[derive(Serialize)]
struct RetentionJson {
    schema: u32,
    as_of: String,
    cases: Vec<Row>,
    failed: Vec<Failed>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let retention = cx.store.settings().retention;
    if retention.is_empty() {
        let hint = "write it there from the school's retention schedule, such as:\n  [retention]\n  after-closing = \"6 years\"";
        return Err(refuse(
            "attcheck.toml does not say how long cases are kept",
            hint,
        ));
    }
    let as_of = args
        .as_of
        .as_deref()
        .map_or(Ok(cx.today()), |text| cx.day(text, "--as-of"))?;
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for file in cx.every_case()? {
        let loaded = match quick::load(&file).and_then(lookup::in_place) {
            Ok(loaded) => loaded,
            Err(error) => {
                cx.say(describe(&error).trim_end());
                failed.push(super::ready::failed(&file, &error));
                continue;
            }
        };
        let state = CaseState::replay(&loaded.case, None);
        let Some((reason, since)) = state.closing_on(as_of) else {
            continue;
        };
        let end = retention.period(reason).map(|period| period.end(since));
        let past = end.is_some_and(|end| end < as_of);
        if past || args.every || end.is_none() {
            rows.push(Row {
                case: loaded.case.id.to_string(),
                closed: reason.to_string(),
                since: since.to_string(),
                keep_until: end.map(|end| end.to_string()),
                past,
            });
        }
    }
    rows.sort_by(|a, b| (&a.keep_until, &a.case).cmp(&(&b.keep_until, &b.case)));
    let ended = if failed.is_empty() {
        Outcome::Success
    } else {
        Outcome::Failed
    };
    match args.format {
        Plain::Json => {
            let (schema, as_of) = (crate::render::json::SCHEMA, as_of.to_string());
            let text = crate::render::json::document(&RetentionJson {
                schema,
                as_of,
                cases: rows,
                failed,
            })?;
            writeln!(cx.out(), "{text}")?;
        }
        Plain::Table => for_people(cx, rows, as_of)?,
    }
    Ok(ended)
}

fn for_people(cx: &mut Context, rows: Vec<Row>, as_of: chrono::NaiveDate) -> anyhow::Result<()> {
    let retention = cx.store.settings().retention;
    let set = [
        ("after closing", retention.after_closing),
        ("after leaving", retention.after_leaving),
    ];
    let set: Vec<String> = set
        .iter()
        .filter_map(|(what, period)| Some(format!("{what} {}", (*period)?.words())))
        .collect();
    writeln!(
        cx.out(),
        "as of {}; kept {}",
        day::words(as_of),
        set.join(", ")
    )?;
    let past = rows.iter().filter(|row| row.past).count();
    let first = rows.iter().find(|row| row.past).map(|row| row.case.clone());
    let short = |text: &str| day::stored(text).map(day::short).unwrap_or_default();
    let cells = rows.into_iter().map(|row| {
        let until = match &row.keep_until {
            Some(until) if row.past => format!("{}, past", short(until)),
            Some(until) => short(until),
            None => "no period is set".to_owned(),
        };
        vec![row.case, row.closed, short(&row.since), until]
    });
    let shown = table::table(&["case", "closed", "since", "keep until"], "closed", cells);
    table::write_table(&shown, cx.out())?;
    writeln!(
        cx.out(),
        "{} past the retention date",
        counted(past, "case")
    )?;
    if let Some(case) = first {
        cx.say(&format!(
            "one is taken away with: attcheck erase {case} --why retention"
        ));
    }
    Ok(())
}
