//! `attcheck init`

use std::path::{Path, PathBuf};
use std::process::Command;

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

/// Line ends are the file's own, and two versions are joined entry by entry.
const ATTRIBUTES: &[&str] = &[
    "/cases/*.yaml -text merge=attcheck",
    "/cases/*.yml -text merge=attcheck",
    "/erased.csv -text merge=union",
    "/registers/*.csv -text merge=attcheck",
    "/evidence/** -text -diff",
];
const IGNORED: &[&str] = &[".lock", ".lock-holder", ".*.new", ".*.old-*"];

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let root = cx.store.root().to_owned();
    let repository = if args.git { Some(repository(&root)?) } else { None };
    if args.git {
        has_git()?;
    }
    file::make_folder(&cx.store.cases())?;
    let settings = root.join(store::SETTINGS);
    if settings.is_file() {
        cx.say(&format!("{} is there already and stays as it is", store::SETTINGS));
    } else {
        file::write_whole(&settings, SETTINGS.as_bytes())?;
        writeln!(cx.out(), "wrote {}: put in the school's name and its term dates", store::SETTINGS)?;
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
        let driver = driver()?;
        configure(&repository, "merge.attcheck.name", "attcheck: joins cases, losing no entry")?;
        configure(&repository, "merge.attcheck.driver", &driver)?;
        writeln!(cx.out(), "git joins cases with: {driver}")?;
        cx.say("commit .gitattributes and .gitignore; run `attcheck init --git` once in every other clone");
    }
    writeln!(cx.out(), "next    attcheck new")?;
    Ok(Outcome::Success)
}

/// Nothing is written before it is known that git is there.
fn has_git() -> anyhow::Result<()> {
    match Command::new("git").arg("--version").output() {
        Ok(output) if output.status.success() => Ok(()),
        _ => {
            Err(refuse("the program git was not found", "install git, then run `attcheck init --git` again"))
        }
    }
}

/// The work tree a folder lies in.
fn repository(root: &Path) -> anyhow::Result<PathBuf> {
    let absolute = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let found = absolute.ancestors().find(|folder| folder.join(".git").exists());
    found.map(Path::to_owned).ok_or_else(|| {
        refuse("this folder is in no git repository", "make it one with `git init`, or leave --git out")
    })
}

/// How git calls this very program. Git hands it to a shell, on Windows too.
fn driver() -> anyhow::Result<String> {
    let program = std::env::current_exe()?;
    let program = program.display().to_string().replace('\\', "/");
    Ok(format!("'{}' merge %O %A %B --path %P", program.replace('\'', "'\\''")))
}

fn configure(repository: &Path, key: &str, value: &str) -> anyhow::Result<()> {
    let ended = Command::new("git").args(["config", key, value]).current_dir(repository).status();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(refuse("git did not take the setting", format!("try it by hand: git config {key}"))),
        Err(_) => {
            Err(refuse("the program git was not found", "install git, then run `attcheck init --git` again"))
        }
    }
}

/// Adds lines that a file does not hold yet, and touches no other; how many were added.
fn add_lines(path: &Path, lines: &[&str]) -> anyhow::Result<usize> {
    let mut text = read_if_there(path)?.unwrap_or_default();
    let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let missing: Vec<&str> =
        lines.iter().copied().filter(|line| !text.lines().any(|held| held.trim() == *line)).collect();
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
