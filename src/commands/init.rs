//! `attcheck init`

use std::path::Path;

use super::git::{ATTRIBUTES, IGNORED, Repository};
use super::{Context, Outcome};
use crate::error::refuse;
use crate::store::{self, file, read_if_there};

/// Make this folder a school's folder; with --git let git join cases
///
/// Writes `attcheck.toml` with every setting as a comment, and makes the folder of the cases. What is there already stays
/// as it is. With --git it adds the lines by which git lets attcheck join cases to `.gitattributes` and `.gitignore`, and
/// tells this clone's configuration about the program. Run it once in each clone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Let git join cases with `attcheck merge`
    #[arg(long)]
    git: bool,
}

const SETTINGS: &str = include_str!("../../data/starter.toml");

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let root = cx.store.root().to_owned();
    let repository = if args.git {
        Some(repository(cx)?)
    } else {
        None
    };
    file::make_folder(&cx.store.cases())?;
    let settings = root.join(store::SETTINGS);
    if settings.is_file() {
        cx.say(&format!(
            "{} is there already and stays as it is",
            store::SETTINGS
        ));
    } else {
        file::write_whole(&settings, SETTINGS.as_bytes())?;
        writeln!(
            cx.out(),
            "wrote {}: put in the school's name and its term dates",
            store::SETTINGS
        )?;
    }
    if let Some(repository) = repository {
        for (name, lines) in [(".gitattributes", ATTRIBUTES), (".gitignore", IGNORED)] {
            let added = add_lines(&root.join(name), lines)?;
            let what = if added == 0 {
                "has all its lines already".to_owned()
            } else {
                format!("{added} lines added")
            };
            writeln!(cx.out(), "{name}: {what}")?;
        }
        let driver = repository.configure()?;
        writeln!(cx.out(), "git joins cases with: {driver}")?;
        cx.say("commit .gitattributes and .gitignore; run `attcheck init --git` once in every other clone");
    }
    writeln!(cx.out(), "next    attcheck new")?;
    Ok(Outcome::Success)
}

/// The repository around the folder. Nothing is written before it is known that git is there.
fn repository(cx: &Context) -> anyhow::Result<Repository> {
    let found = Repository::around(cx.store.root()).ok_or_else(|| {
        refuse(
            "this folder is in no git repository",
            "make it one with `git init`, or leave --git out",
        )
    })?;
    found.has_git()?;
    Ok(found)
}

/// Adds lines that a file does not hold yet, and touches no other; how many were added.
fn add_lines(path: &Path, lines: &[&str]) -> anyhow::Result<usize> {
    let mut text = read_if_there(path)?.unwrap_or_default();
    let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let missing: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| !text.lines().any(|held| held.trim() == *line))
        .collect();
    if missing.is_empty() {
        return Ok(0);
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(eol);
    }
    for line in &missing {
        text.push_str(line);
        text.push_str(eol);
    }
    file::write_whole(path, text.as_bytes())?;
    Ok(missing.len())
}
