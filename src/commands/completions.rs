//! `attcheck completions`

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Context, Outcome};
use crate::cli::Cli;

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "attcheck", &mut script);
    cx.out().write_all(&script)?;
    Ok(Outcome::Success)
}
