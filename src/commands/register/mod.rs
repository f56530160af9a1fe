//! `attcheck register`

mod import;
mod pupils;
mod show;

use std::path::PathBuf;

use clap::Subcommand;

use super::{Context, Outcome};
use crate::cli::Plain;

/// The attendance register: take marks over from the school's system, and look at them
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take over the marks of pupils who have a case, from a table (CSV) or a Common Transfer File
    ///
    /// A table can have a row for each session, day or week, or a column for each. Whatever stands in the school's system
    /// under other headings is named with --map. Marks are kept in registers/, a file for each case; a mark that was
    /// another one before is kept with it. Pupils without a case are passed over, and nothing of them is kept. With one
    /// row that cannot be read nothing is taken over, unless --partial is given.
    Import(ImportArgs),
    /// Show a pupil's register: figures since the year began, and a picture of it
    ///
    /// Weeks go across and sessions down; marks stand in their place, closures are left blank, and the line below tells
    /// how attendance went.
    Show(ShowArgs),
}

/// What `register show` is given.
#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// The case: its id, a path, a UPN, the start of its id or part of a name
    case: String,
    /// Compare attendance before and after this entry, or the latest on this item
    #[arg(long, value_name = "ENTRY|ITEM")]
    after: Option<String>,
    /// From which day on; the beginning of the academic year if left out
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The day up to which it is looked at; today if left out
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Without colour, and with characters that every printer has
    #[arg(long)]
    plain: bool,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Plain,
}

/// What `register import` is given.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// The file
    file: PathBuf,
    /// What a column holds, as in `mark="Att. mark"`; may be given again
    ///
    /// One of case, upn, name, surname, forename, date, session, mark, am, pm, week, marks; then the heading.
    #[arg(long, value_name = "WHAT=HEADING")]
    map: Vec<String>,
    /// The marks of a Common Transfer File leave weekends out
    #[arg(long)]
    weekdays: bool,
    /// Take over what can be read, and tell what cannot
    #[arg(long)]
    partial: bool,
    /// Show what would be taken over and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Import(args) => import::run(args, cx),
        Command::Show(args) => show::run(args, cx),
    }
}
