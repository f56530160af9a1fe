//! One verb, one file. The only place that sees all sides.

mod attaching;
pub mod calendar;
mod changed;
pub mod checklist;
pub mod close;
pub mod completions;
pub mod context;
pub mod conversation;
pub mod correct;
pub mod details;
pub mod doctor;
pub mod due;
pub mod erase;
pub mod explain;
pub mod export;
pub mod fact;
pub mod follow_up;
pub mod form;
pub mod gaps;
mod git;
pub mod hand_over;
pub mod import;
mod in_order;
pub mod init;
mod input;
pub mod join;
mod joining;
mod judging;
pub mod link;
pub mod list;
pub mod log;
pub mod merge;
pub mod migrate;
pub mod moving;
mod named;
pub mod new;
pub mod note;
pub mod outcome;
pub mod pack;
pub mod person;
pub mod pupil_record;
pub mod ready;
pub mod receipt;
pub mod record;
pub mod redact;
pub mod register;
pub mod reopen;
pub mod report;
pub mod retention;
mod returned;
pub mod schema;
pub mod seal;
pub mod show;
pub mod sign;
pub mod strike;
pub mod take_over;
pub mod undo;
mod verdict;
pub mod verify;
pub mod whoami;
pub mod withdraw;
mod writing;

use crate::cli::Command;
pub use context::Context;

/// How a command ended, when it could be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Done, ready, or nothing found.
    Success,
    /// Something was found: gaps, or faults.
    Found,
    /// Something could not be read; it was named on the error stream.
    Failed,
}

/// Runs a command.
///
/// # Errors
/// If it could not be done; nothing was then changed.
pub fn run(command: &Command, cx: &mut Context) -> anyhow::Result<Outcome> {
    match command {
        Command::Init(args) => init::run(args, cx),
        Command::Merge(args) => merge::run(args),
        Command::New(args) => new::run(args, cx),
        Command::Link(args) => link::run(args, cx),
        Command::HandOver(args) => hand_over::run(args, cx),
        Command::TakeOver(args) => take_over::run(args, cx),
        Command::PupilRecord(args) => pupil_record::run(args, cx),
        Command::Doctor(args) => doctor::run(args, cx),
        Command::Migrate(args) => migrate::run(args, cx),
        Command::Redact(args) => redact::run(args, cx),
        Command::Retention(args) => retention::run(args, cx),
        Command::Erase(args) => erase::run(args, cx),
        Command::Receipt(args) => receipt::run(args, cx),
        Command::Record(args) => record::run(args, cx),
        Command::Fact(args) => fact::run(args, cx),
        Command::Person(args) => person::run(args, cx),
        Command::Details(args) => details::run(args, cx),
        Command::Correct(args) => correct::run(args, cx),
        Command::Withdraw(args) => withdraw::run(args, cx),
        Command::Undo(args) => undo::run(args, cx),
        Command::Strike(args) => strike::run(args, cx),
        Command::Note(args) => note::run(args, cx),
        Command::FollowUp(args) => follow_up::run(args, cx),
        Command::Conversation(args) => conversation::run(args, cx),
        Command::Due(args) => due::run(args, cx),
        Command::Sign(args) => sign::run(args, cx),
        Command::Import(args) => import::run(args, cx),
        Command::Calendar(args) => calendar::run(args, cx),
        Command::Register(args) => register::run(args, cx),
        Command::Move(args) => moving::run(args, cx),
        Command::Outcome(args) => outcome::run(args, cx),
        Command::Close(args) => close::run(args, cx),
        Command::Reopen(args) => reopen::run(args, cx),
        Command::Form(args) => form::run(args, cx),
        Command::Pack(args) => pack::run(args, cx),
        Command::Gaps(args) => gaps::run(args, cx),
        Command::Report(args) => report::run(args, cx),
        Command::Ready(args) => ready::run(args, cx),
        Command::Show(args) => show::run(args, cx),
        Command::List(args) => list::run(args, cx),
        Command::Log(args) => log::run(args, cx),
        Command::Verify(args) => verify::run(args, cx),
        Command::Seal(args) => seal::run(args, cx),
        Command::Join(args) => join::run(args, cx),
        Command::Checklist(args) => checklist::run(args, cx),
        Command::Schema(args) => schema::run(args, cx),
        Command::Export(args) => export::run(args, cx),
        Command::Explain(args) => explain::run(args, cx),
        Command::Whoami(args) => whoami::run(args, cx),
        Command::Completions(args) => completions::run(args, cx),
    }
}
