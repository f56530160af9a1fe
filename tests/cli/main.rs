//! Runs the real program: output, messages and exit status together.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop where it stands"
)]
#![allow(
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test looks at the disk itself"
)]

#[path = "../support/mod.rs"]
mod support;

mod agreed;
mod ahead;
mod authoring;
mod bad_input;
mod conversation;
mod copies;
mod doctor;
mod due;
mod edges;
mod empty;
mod erasing;
mod evidence;
mod example;
mod exporting;
mod first_case;
mod forged;
mod forms;
mod git;
mod handing;
mod handing_lists;
mod importing;
mod kent;
mod moving;
mod packs;
mod pages;
mod people;
#[cfg(unix)]
mod prompts;
mod protecting;
mod python;
mod quick;
mod receipts;
mod register;
mod reports;
mod rules;
mod scheduled;
mod shared;
mod signing;
mod slips;
mod verdict;
mod writers;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A school's folder of its own for one test, with the program set up so that nothing of this computer shows.
pub struct School {
    dir: tempfile::TempDir,
    now: String,
}

/// The case most tests use.
pub const CASE: &str = "k7m4px";

impl Default for School {
    fn default() -> Self {
        Self::new()
    }
}

impl School {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("school")).unwrap();
        Self {
            dir,
            now: "2026-09-21T16:40:10+01:00".into(),
        }
    }

    /// A folder with one Lancashire case in it.
    pub fn with_case() -> Self {
        let school = Self::new();
        let new = [
            "new",
            "--checklist",
            "lancashire",
            "--id",
            CASE,
            "--name",
            "Ada O'Kafor",
            "--born",
            "14/3/2012",
        ];
        school.ok(&new);
        school
    }

    /// The same with marks of one day and a letter of which a copy is kept: three entries.
    pub fn with_papers() -> Self {
        let school = Self::with_case();
        school.ok(&["details", CASE, "--upn", "V999201417003"]);
        fs::write(
            school.root().join("marks.csv"),
            "case,date,am,pm\nk7m4px,2026-09-02,/,\\\n",
        )
        .unwrap();
        school.ok(&["register", "import", "marks.csv"]);
        fs::write(school.root().join("letter.pdf"), "a letter").unwrap();
        let record = [
            "record",
            CASE,
            "letters",
            "--on",
            "18/9/2026",
            "--outcome",
            "Sent",
            "--attach",
        ];
        school.ok(&[&record[..], &["letter=letter.pdf"]].concat());
        school
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().join("school")
    }

    pub fn case_file(&self) -> PathBuf {
        self.root().join("cases").join(format!("{CASE}.yaml"))
    }

    pub fn case_text(&self) -> String {
        fs::read_to_string(self.case_file()).unwrap()
    }

    /// Sets the clock.
    pub fn at(&mut self, now: &str) -> &mut Self {
        now.clone_into(&mut self.now);
        self
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attcheck"));
        command.args(args).current_dir(self.root());
        self.surround(&mut command);
        command.stdin(Stdio::null());
        command
    }

    /// Gives a command the surroundings of the tests.
    pub fn surround(&self, command: &mut Command) {
        support::without_own_settings(command);
        command
            .env("ATTCHECK_NOW", &self.now)
            .env("ATTCHECK_BY", "J Smith, pastoral lead")
            .env("NO_COLOR", "1")
            .env("XDG_CONFIG_HOME", self.dir.path().join("config"))
            .env("APPDATA", self.dir.path().join("config"))
            .env("TZ", "Europe/London");
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs what must succeed, and gives its output.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", self.told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The output of what may find something.
    #[track_caller]
    pub fn ok_or_found(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{args:?}: {}",
            self.told(&output)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs what must be refused: exit status 2, every file as it was. Gives what was said.
    #[track_caller]
    pub fn refused(&self, args: &[&str]) -> String {
        let before = self.snapshot();
        let output = self.run(args);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{args:?}: {}",
            self.told(&output)
        );
        assert_eq!(before, self.snapshot(), "{args:?} changed a file");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !said.contains("Kafor") && !said.contains("panicked"),
            "{said}"
        );
        self.bare(&said)
    }

    /// Output, messages and exit status together, the test's own folder left out.
    pub fn told(&self, output: &Output) -> String {
        let status = output
            .status
            .code()
            .map_or("none".into(), |code| code.to_string());
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        self.bare(&format!(
            "exit {status}\n--- output\n{out}--- messages\n{err}"
        ))
    }

    pub fn bare(&self, text: &str) -> String {
        let root = self.root();
        let real = root.canonicalize().unwrap();
        text.replace(&real.display().to_string(), "SCHOOL")
            .replace(&root.display().to_string(), "SCHOOL")
            .replace('\\', "/")
    }

    /// Every file of the folder but the locks, with its bytes.
    pub fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(&self.root(), &mut files);
        files.sort();
        files
    }
}

fn collect(dir: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, files);
        } else if !name.starts_with(".lock") {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
}

/// The id in "recorded e77ab21c on case …".
pub fn recorded(output: &str) -> String {
    let rest = output
        .split("recorded ")
        .nth(1)
        .unwrap_or_else(|| panic!("{output}"));
    rest.split(' ').next().unwrap().to_owned()
}

/// A file of the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Whether a tool of this computer is there; a test that needs one names what it misses.
pub fn has_tool(name: &str, args: &[&str]) -> bool {
    let found = Command::new(name)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let there = found.is_ok_and(|status| status.success());
    if !there {
        println!(
            "passed over: this computer has no `{name} {}`",
            args.join(" ")
        );
    }
    there
}
