//! Keeps the record of attendance support, and shows what a referral still lacks.
//!
//! A pupil is often absent. Before a council may be asked for legal intervention the school must show that every
//! suitable support was tried, declined, or considered with a reason, on the council's own checklist. This library
//! reads checklists and case files, and tells on any day what would send a referral back.
//!
//! What knows what, the left always what is on its right and never the other way round:
//! `cli` → `commands` → `store`, `prompt`, `render` → `samples` → `entry_rules`, `readiness` → `case`, `checklist`,
//! `condition`, `span`, `calendar`, `problem`. Everything from `entry_rules` and `readiness` on does no input or output and
//! knows no clock.

pub mod calendar;
pub mod case;
pub mod checklist;
pub mod cli;
pub mod commands;
pub mod condition;
pub mod conversation;
pub mod day;
pub mod entry_rules;
pub mod error;
pub mod fields;
pub mod fold;
pub mod form;
pub mod number;
pub mod percent;
pub mod problem;
pub mod prompt;
pub mod readiness;
pub mod register;
pub mod render;
pub mod samples;
pub mod schema;
pub mod school_age;
pub mod span;
pub mod store;
pub mod table;
pub mod tree;
pub mod truth;
pub mod xml;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use cli::Cli;
use commands::{Context, Outcome};

/// The exit status of what could not be done.
const COULD_NOT: u8 = 2;

/// Runs the program: does what was asked, writes the output, says what went wrong, gives the exit status.
///
/// The standard library panics where the system refuses what it hardly ever does, such as closing a folder or a random
/// number. Then there is a sentence and status 2, and no panic.
pub fn run(cli: &Cli) -> ExitCode {
    // The message of a panic may quote a record, so only the place is shown.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let says = format!(
            "error: this computer refused something that it should not ({place}); nothing was half written\n\
             hint: run the command again; if this stays, restart the computer and report this line\n"
        );
        // Ignore errors from writing to stderr.
        let _ = io::stderr().write_all(says.as_bytes());
    }));
    let guarded = std::panic::AssertUnwindSafe(|| run_guarded(cli));
    std::panic::catch_unwind(guarded).unwrap_or(ExitCode::from(COULD_NOT))
}

fn run_guarded(cli: &Cli) -> ExitCode {
    let ended = match (&cli.command, &cli.global.output) {
        // In the middle of git's merging nothing of the folder may be looked at.
        (cli::Command::Merge(args), _) => commands::merge::run(args),
        (_, Some(file)) => into_file(cli, file),
        (_, None) => run_with(cli, Box::new(io::BufWriter::new(io::stdout()))),
    };
    match ended {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(COULD_NOT),
        Err(error) => failed(&error),
    }
}

fn run_with(cli: &Cli, out: Box<dyn Write>) -> anyhow::Result<Outcome> {
    let mut cx = match cli.command {
        // Whoever asks what is wrong is not stopped by what is; a pack is checked wherever somebody stands.
        cli::Command::Doctor(_)
        | cli::Command::Pack(commands::pack::Args { what: Some(_), .. }) => {
            Context::whatever_the_settings(&cli.global, out)?
        }
        _ => Context::new(&cli.global, out)?,
    };
    let outcome = commands::run(&cli.command, &mut cx)?;
    cx.out().flush()?;
    Ok(outcome)
}

/// Keeps the output back until all of it is there, then writes the file whole.
fn into_file(cli: &Cli, file: &std::path::Path) -> anyhow::Result<Outcome> {
    refuse_own_files(file)?;
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let message = format!("there is no folder `{}` for the output", folder.display());
        return Err(error::refuse(
            message,
            "make it first, or give another place",
        ));
    }
    // A device would be replaced by a file of its name.
    if file.as_os_str() == "-"
        || std::fs::metadata(file).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
    {
        let hint = "leave --output out, and the output goes to the standard output where it can";
        return Err(error::refuse(
            format!("`{}` is no file", file.display()),
            hint,
        ));
    }
    if file.is_dir() {
        return Err(error::refuse(
            format!("`{}` is a folder", file.display()),
            "give the name of a file in it",
        ));
    }
    let ends_in_docx = file
        .extension()
        .is_some_and(|ext| ext.eq_ignore_ascii_case("docx"));
    if matches!(&cli.command, cli::Command::Form(_)) && !ends_in_docx {
        return Err(error::refuse(
            "a form is a Word document",
            "give a name that ends in .docx with --output",
        ));
    }
    if file.exists()
        && matches!(
            &cli.command,
            cli::Command::Import(_) | cli::Command::Form(_)
        )
    {
        let message = format!(
            "`{}` is there already, and may be filled in",
            file.display()
        );
        return Err(error::refuse(
            message,
            "give another name, or delete it first",
        ));
    }
    let kept = Kept::default();
    let outcome = run_with(cli, Box::new(kept.clone()))?;
    let bytes = kept.0.lock().map(|bytes| bytes.clone()).unwrap_or_default();
    store::file::write_whole(file, &bytes)?;
    Ok(outcome)
}

/// Output never takes the place of a case, a checklist, the settings, marks or a copy of a document.
fn refuse_own_files(file: &std::path::Path) -> anyhow::Result<()> {
    if store::own_path::is_own_file(file) {
        let message = format!(
            "`{}` is a file of attcheck, and the output would take its place",
            file.display()
        );
        return Err(error::refuse(
            message,
            "give another name, such as one ending in .json or .txt",
        ));
    }
    Ok(())
}

#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Ok(mut kept) = self.0.lock() {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(closed) {
        // Whoever was reading has seen enough.
        return ExitCode::SUCCESS;
    }
    // Nobody is left to tell if this fails.
    let _ = io::stderr().write_all(render::markup::shown(&error::describe(error)).as_bytes());
    let broken_off = error
        .chain()
        .any(|cause| cause.downcast_ref::<prompt::BrokenOff>().is_some());
    ExitCode::from(if broken_off {
        prompt::BROKEN_OFF
    } else {
        COULD_NOT
    })
}
