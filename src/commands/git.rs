//! What is said to git: how it joins cases, and what it knows of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::refuse;
use crate::store::file;

/// Lines of `.gitattributes`. Line ends are the file's own, and two versions are joined entry by entry.
pub(super) const ATTRIBUTES: &[&str] = &[
    "# attcheck joins cases entry by entry in each clone in which `attcheck init --git` was run. In another clone git merges",
    "# line by line: two versions then often stand between conflict marks, and `attcheck join` joins them. Nothing is lost.",
    "/cases/*.yaml -text merge=attcheck",
    "/cases/*.yml -text merge=attcheck",
    "/erased.csv -text merge=union",
    "/registers/*.csv -text merge=attcheck",
    "/evidence/** -text -diff",
];
/// Lines of `.gitignore`: marks of somebody writing.
pub(super) const IGNORED: &[&str] = &[".lock", ".lock-holder", ".*.new", ".*.old-*", ".*.erasing"];

/// The setting that says how git joins.
const DRIVER: &str = "merge.attcheck.driver";

/// Settings of a repository that make git run a program of its choosing, turned off: the folder may be anybody's.
const NO_PROGRAMS: &[&str] = &[
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.pager=cat",
    "-c",
    "core.sshCommand=false",
    "-c",
    "core.askPass=",
];

/// A folder in the work tree of a repository.
pub(super) struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// The repository a folder lies in; `None` if it lies in none.
    pub(super) fn around(folder: &Path) -> Option<Self> {
        let folder = std::path::absolute(folder).ok()?;
        folder
            .ancestors()
            .any(|around| around.join(".git").exists())
            .then_some(Self { folder })
    }

    /// What git answers; `None` if it is not there or says no.
    fn ask(&self, args: &[&str]) -> Option<String> {
        let ended = Command::new("git")
            .args(NO_PROGRAMS)
            .args(args)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .current_dir(&self.folder)
            .output()
            .ok()?;
        ended
            .status
            .success()
            .then(|| String::from_utf8_lossy(&ended.stdout).trim().to_owned())
    }

    /// Refuses if git itself is not there.
    ///
    /// # Errors
    /// If it cannot be run.
    pub(super) fn has_git(&self) -> anyhow::Result<()> {
        self.ask(&["--version"]).map(|_| ()).ok_or_else(|| {
            refuse(
                "the program git was not found",
                "install git, then run `attcheck init --git` again",
            )
        })
    }

    /// Tells this clone how to join cases; the line that git will run.
    ///
    /// # Errors
    /// If git does not take the settings.
    pub(super) fn configure(&self) -> anyhow::Result<String> {
        let program = std::env::current_exe()?
            .display()
            .to_string()
            .replace('\\', "/");
        // Git hands it to a shell, on Windows too. A program that is not there any more, or cannot write, would leave ours in
        // the file as if it were the merge; then git's own merge puts both between marks, and it is a conflict all the same.
        let driver = format!(
            "'{}' merge %O %A %B --path %P || {{ grep -q '^<<<<<<<' %A || git merge-file -L ours -L base -L theirs %A %O %B; exit 1; }}",
            program.replace('\'', "'\\''")
        );
        for (key, value) in [
            (
                "merge.attcheck.name",
                "attcheck: joins cases, losing no entry",
            ),
            (DRIVER, &driver),
        ] {
            if self.ask(&["config", key, value]).is_none() {
                return Err(refuse(
                    "git did not take the setting",
                    format!("try it by hand: git config {key}"),
                ));
            }
        }
        Ok(driver)
    }

    /// Whether the program that git would run to join is where it was.
    pub(super) fn joins(&self) -> bool {
        let driver = self.ask(&["config", DRIVER]).unwrap_or_default();
        let program = driver
            .strip_prefix('\'')
            .and_then(|rest| rest.split("' merge").next())
            .unwrap_or_default();
        file::can_be_run(Path::new(&program.replace("'\\''", "'")))
    }

    /// Whether the attributes tell git to join cases with it.
    pub(super) fn is_told(&self) -> bool {
        self.ask(&["check-attr", "merge", "cases/k7m4px.yaml"])
            .unwrap_or_default()
            .ends_with(": attcheck")
    }

    /// Files of the record that git could not merge.
    pub(super) fn unmerged(&self) -> Vec<String> {
        let listed = self
            .ask(&["ls-files", "-u", "--", "cases", "registers"])
            .unwrap_or_default();
        let mut names: Vec<String> = listed
            .lines()
            .filter_map(|line| line.split('\t').nth(1))
            .map(str::to_owned)
            .collect();
        names.dedup();
        names
    }
}
