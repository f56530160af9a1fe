//! The `attcheck` program: parse, run, exit status.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    attcheck::run(&attcheck::cli::Cli::parse())
}
