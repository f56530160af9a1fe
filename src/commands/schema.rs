//! `attcheck schema`

use clap::ValueEnum;

use super::{Context, Outcome};
use crate::schema::{self, Which};

/// Print the JSON Schema of a kind of file, for editors that complete and check YAML
///
/// What a schema cannot see, such as whether an item that is named is there, `checklist check` and `verify` find.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of which file
    #[arg(value_enum)]
    of: Of,
}

/// The kinds of file on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// A checklist
    Checklist,
    /// A case
    Case,
    /// Sample situations beside a checklist
    Samples,
    /// The layout of a form beside a checklist
    Form,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let which = match args.of {
        Of::Checklist => Which::Checklist,
        Of::Case => Which::Case,
        Of::Samples => Which::Samples,
        Of::Form => Which::Form,
    };
    cx.out().write_all(schema::text(which).as_bytes())?;
    Ok(Outcome::Success)
}
