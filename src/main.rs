//! The `attcheck` program: parse, run, exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    attcheck::run(&attcheck::cli::Cli::read())
}
