//! The command line: what can be said, the help, and what is said of a command line that is wrong.

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands;

/// Keeps the record of attendance support, and shows what a referral still lacks
///
/// A pupil is often absent. attcheck keeps what the school has done in one plain file a pupil, against the council's own
/// checklist, and tells on any day what would send a referral back and what to do next. It never urges legal action.
#[derive(Debug, Parser)]
#[command(
    name = "attcheck",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
}

impl Cli {
    /// Reads the command line. What is wrong with it is said without repeating words that may be a name.
    pub fn read() -> Self {
        Self::try_parse().unwrap_or_else(|error| {
            let stray = match error.get(ContextKind::InvalidArg) {
                Some(ContextValue::String(word)) => !word.starts_with('-'),
                _ => false,
            };
            if error.kind() == ErrorKind::UnknownArgument && stray {
                let message = "there is a word too many on the command line";
                let hint = "put a text of several words in quotes, such as --name \"Ada Okafor\"";
                let told = crate::error::describe(&crate::error::refuse(message, hint));
                // Nobody is left to tell if this fails.
                let _ = std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes());
                std::process::exit(error.exit_code());
            }
            error.exit()
        })
    }
}

/// Options that every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// The school's folder, if it is not this one or one above it
    #[arg(
        long,
        global = true,
        value_name = "FOLDER",
        help_heading = "Everywhere"
    )]
    pub dir: Option<PathBuf>,
    /// Who records: name and role
    #[arg(long, global = true, value_name = "WHO", help_heading = "Everywhere")]
    pub by: Option<String>,
    /// Write the output into a file, whole or not at all
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    pub output: Option<PathBuf>,
    /// Say nothing but what was asked for and what went wrong
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub quiet: bool,
    /// Colour in the output
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Everywhere"
    )]
    pub color: Color,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The forms of a verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Table,
    /// For programs: one document
    Json,
    /// For test reports: an item is a test case
    Junit,
}

/// The forms of everything else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Plain {
    /// For people
    #[default]
    Table,
    /// For programs: one document
    Json,
}

/// What a verdict depends on besides the files.
#[derive(Debug, Clone, Default, Args)]
pub struct When {
    /// The day of the check; today if left out
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<String>,
    /// Only what had been recorded by the end of this day
    #[arg(long, value_name = "DAY")]
    pub known_by: Option<String>,
    /// What the check stands in front of; the list's own if left out
    #[arg(long, value_name = "GATE")]
    pub gate: Option<String>,
    /// The route, where the checklist has several
    #[arg(long, value_name = "ROUTE")]
    pub route: Option<String>,
}

/// Options of every command that writes.
#[derive(Debug, Clone, Default, Args)]
pub struct Writing {
    /// Show the entry and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Refuse if the case has moved on: the newest entry's id, or the number of entries, as `show` prints them
    #[arg(long, value_name = "ID")]
    pub expect: Option<String>,
    /// A day given really lies more than three years back
    #[arg(long)]
    pub long_ago: bool,
    /// Record it although the very same is recorded already
    #[arg(long)]
    pub again: bool,
}

/// What is told of an action, by `record` and again by `correct`.
#[derive(Debug, Clone, Default, Args)]
pub struct Told {
    /// Why it was not done
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,
    /// Why it was not done, from a file; `-` is the standard input
    #[arg(long, value_name = "FILE")]
    pub reason_from: Option<PathBuf>,
    /// What came of it and what happens next
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub outcome: Option<String>,
    /// The same from a file; `-` is the standard input
    #[arg(long, value_name = "FILE")]
    pub outcome_from: Option<PathBuf>,
    /// Another field; may be given again
    #[arg(long, value_name = "NAME=VALUE")]
    pub field: Vec<String>,
}

/// What is agreed to be done, by `follow-up` and again by `correct`.
#[derive(Debug, Clone, Default, Args)]
pub struct Agreed {
    /// What is to be done
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub next: Option<String>,
    /// By which day
    #[arg(long, value_name = "DAY")]
    pub due: Option<String>,
    /// Who sees to it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// Remarks
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub comments: Option<String>,
}

/// An entry that is taken back or taken out, and why.
#[derive(Debug, Clone, Args)]
pub struct Retracted {
    /// The case: its id, a path or a UPN
    pub case: String,
    /// The entry: the start of its id, six characters or more
    pub entry: String,
    /// Why: it stays in the record
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub why: Option<String>,
    /// Options of every command that writes.
    #[command(flatten)]
    pub writing: Writing,
}

/// The commands. Each is documented where its arguments are: that text is its help.
#[expect(
    missing_docs,
    reason = "a comment here would take the place of the help text"
)]
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(commands::init::Args),
    New(commands::new::Args),
    Record(Box<commands::record::Args>),
    Import(commands::import::Args),
    Register(commands::register::Args),
    Calendar(commands::calendar::Args),
    Fact(commands::fact::Args),
    Person(commands::person::Args),
    Link(commands::link::Args),
    Details(commands::details::Args),
    Correct(Box<commands::correct::Args>),
    Withdraw(commands::withdraw::Args),
    Undo(commands::undo::Args),
    Strike(commands::strike::Args),
    Note(commands::note::Args),
    Conversation(commands::conversation::Args),
    FollowUp(commands::follow_up::Args),
    Sign(commands::sign::Args),
    Move(commands::moving::Args),
    Outcome(commands::outcome::Args),
    Close(commands::close::Args),
    Reopen(commands::reopen::Args),
    Gaps(commands::gaps::Args),
    Ready(commands::ready::Args),
    Report(commands::report::Args),
    Form(commands::form::Args),
    Pack(commands::pack::Args),
    Export(commands::export::Args),
    Show(commands::show::Args),
    List(commands::list::Args),
    Due(commands::due::Args),
    Log(commands::log::Args),
    Verify(commands::verify::Args),
    Receipt(commands::receipt::Args),
    HandOver(commands::hand_over::Args),
    TakeOver(commands::take_over::Args),
    PupilRecord(commands::pupil_record::Args),
    Redact(commands::redact::Args),
    Retention(commands::retention::Args),
    Erase(commands::erase::Args),
    Seal(commands::seal::Args),
    Join(commands::join::Args),
    Merge(commands::merge::Args),
    Checklist(commands::checklist::Args),
    Schema(commands::schema::Args),
    Explain(commands::explain::Args),
    Doctor(commands::doctor::Args),
    Migrate(commands::migrate::Args),
    Whoami(commands::whoami::Args),
    Completions(commands::completions::Args),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_whole_tree_holds_together() {
        super::Cli::command().debug_assert();
    }
}
