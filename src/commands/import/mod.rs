//! `attcheck import`

mod row;
mod rows;
mod table;
mod template;

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::Context as _;
use chrono::NaiveDate;

use super::{Context, Outcome, writing};
use crate::case::Case;
use crate::case::entry::{Action, Content, Deed};
use crate::cli::Writing;
use crate::entry_rules::{Source, Waived, same_action};
use crate::error::refuse;
use crate::number::counted;
use rows::Row;

/// Record many entries at once from a table (CSV), one row an entry
///
/// Columns: case or upn, item, date, answer, outcome, reason, for or parent, points, next, due, owner, and any other
/// field by its name. Everything is checked first; with one problem nothing is recorded. A row whose entry is there
/// already is left out, so a run that was stopped is simply run again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The table
    #[arg(value_name = "FILE.csv", required_unless_present = "template")]
    file: Option<PathBuf>,
    /// Write a table to fill in for this item, instead; needs --cases
    #[arg(long, value_name = "ITEM", requires = "cases", conflicts_with = "file")]
    template: Option<String>,
    /// The cases of that table: a file with an id or a UPN in each line, or a table with a column `case` or `upn`
    #[arg(long, value_name = "FILE", requires = "template")]
    cases: Option<PathBuf>,
    /// Show what would be recorded and write nothing
    #[arg(long, conflicts_with = "template")]
    dry_run: bool,
    /// Record what there is; blank fields are added later with `correct`
    #[arg(long)]
    incomplete: bool,
    /// Days given really lie more than three years back
    #[arg(long)]
    long_ago: bool,
}

impl Args {
    /// What is meant as it is. What is there already is left out before, and so never told.
    fn waived(&self) -> Waived {
        Waived {
            incomplete: self.incomplete,
            long_ago: self.long_ago,
            again: true,
        }
    }
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    if let (Some(item), Some(cases)) = (&args.template, &args.cases) {
        return template::write(item, cases, cx);
    }
    let Some(file) = &args.file else {
        return Err(refuse(
            "the table is missing",
            "give the path of a CSV file",
        ));
    };
    let table = table::read(file, cx)?;
    let (rows, problems) = rows::check(&table, args, cx)?;
    if !problems.is_empty() {
        return Err(rows::refusal(file, &problems));
    }
    if rows.is_empty() {
        return Err(refuse(
            format!("`{}` has no rows below its headings", file.display()),
            "one row is one entry; `attcheck import --template` writes a table to fill in",
        ));
    }
    if !args.dry_run && cx.ask.is_there() {
        let cases = groups(&rows).len();
        let question = format!(
            "Record up to {} on {}?",
            counted(rows.len(), "entry"),
            counted(cases, "case")
        );
        if !cx.ask.confirm(&question, true)? {
            return Err(refuse("nothing was recorded", "run the command again"));
        }
    }
    record(&rows, args, cx)
}

/// Rows of one case together, in the order of the table.
fn groups(rows: &[Row]) -> Vec<Vec<&Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        match groups
            .iter_mut()
            .find(|group| group[0].known.loaded.path == row.known.loaded.path)
        {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn record(rows: &[Row], args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let (mut recorded, mut there, mut cases) = (0, 0, 0);
    let writing = Writing {
        dry_run: args.dry_run,
        ..Writing::default()
    };
    let held = writing::Held {
        waived: args.waived(),
        source: Source::Table,
    };
    for group in groups(rows) {
        // What the table holds twice is recorded once.
        let mut told: Vec<String> = Vec::new();
        let (mut fresh, mut old) = (0, 0);
        let seen = &group[0].known.loaded;
        if args.dry_run {
            let loaded = crate::store::load(&seen.path)?;
            let mut held = HeldActions::of(&loaded.case);
            for row in &group {
                let word = if held.is_new(&row.action) {
                    fresh += 1;
                    ""
                } else {
                    old += 1;
                    "  [there already]"
                };
                told.push(format!(
                    "row {}: case {}, {}{word}",
                    row.number,
                    loaded.case.id,
                    super::record::summary(&row.action)
                ));
            }
        } else {
            // Whoever reads on after a stop knows how far it came.
            let context = || {
                format!(
                    "{} recorded so far; run the same command again, and they are left out",
                    counted(recorded, "entry")
                )
            };
            writing::append_any(cx, seen, &writing, held, |loaded| {
                let mut held = HeldActions::of(&loaded.case);
                let actions = group.iter().map(|row| &row.action);
                let new: Vec<Deed> = actions
                    .filter(|action| held.is_new(action))
                    .map(|action| Deed::Record(Content::Action(action.clone())))
                    .collect();
                fresh = new.len();
                old = group.len() - fresh;
                Ok(new)
            })
            .with_context(context)?;
        }
        recorded += fresh;
        there += old;
        cases += usize::from(fresh > 0);
        for line in told {
            writeln!(cx.out(), "{line}")?;
        }
    }
    let word = if args.dry_run {
        "would be recorded"
    } else {
        "recorded"
    };
    writeln!(
        cx.out(),
        "{} {word} on {}, {there} there already",
        counted(recorded, "entry"),
        counted(cases, "case")
    )?;
    if args.dry_run {
        cx.say("nothing was written (--dry-run)");
    }
    Ok(Outcome::Success)
}

/// The actions of a case, in any version: what was corrected or withdrawn since is not brought back. Those of one item, day and
/// outcome lie together, so that a long table is not compared with itself row by row.
struct HeldActions(HashMap<ActionKey, Vec<Action>>);

type ActionKey = (String, Option<NaiveDate>, Option<String>);

impl HeldActions {
    fn of(case: &Case) -> Self {
        let mut held = Self(HashMap::new());
        for entry in &case.entries {
            if let Some(Content::Action(action)) = entry.content() {
                let bare = Action {
                    attach: Vec::new(),
                    ..action.clone()
                };
                held.alike(&bare).push(bare);
            }
        }
        held
    }

    fn alike(&mut self, action: &Action) -> &mut Vec<Action> {
        let outcome = action.fields.get("outcome").cloned();
        let key = (action.item.clone(), action.date, outcome);
        self.0.entry(key).or_default()
    }

    /// Whether nothing of the case, and no row before, tells the same; the row is then held too.
    fn is_new(&mut self, action: &Action) -> bool {
        let alike = self.alike(action);
        let is_new = !alike.iter().any(|held| same_action(held, action));
        if is_new {
            alike.push(action.clone());
        }
        is_new
    }
}
