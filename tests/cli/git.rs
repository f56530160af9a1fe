//! Cases kept in git: clones with clocks that differ, a person's comments, merges and rebases by real git.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use attcheck::case::entry::{Content, PersonEntry};
use attcheck::case::state::{CaseState, Standing};
use chrono::NaiveDate;

use super::{CASE, School, has_tool, recorded};

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

struct Clone<'s> {
    school: &'s School,
    root: PathBuf,
    /// How far this computer's clock is off, in minutes.
    skew: i64,
}

impl Clone<'_> {
    fn git_any(&self, args: &[&str]) -> Output {
        let mut git = Command::new("git");
        self.school.surround(&mut git);
        git.args([
            "-c",
            "user.name=T",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ]);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_EDITOR", "true");
        git.args(args).current_dir(&self.root).output().unwrap()
    }

    #[track_caller]
    fn git(&self, args: &[&str]) -> String {
        let output = self.git_any(args);
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            self.school.told(&output)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn attcheck(&self, minute: i64, args: &[&str]) -> Output {
        let mut command = self.school.command(args);
        let start = chrono::DateTime::parse_from_rfc3339("2026-09-21T09:00:00+01:00").unwrap();
        let now = start + chrono::TimeDelta::minutes(minute + self.skew);
        command
            .env("ATTCHECK_NOW", now.to_rfc3339())
            .current_dir(&self.root)
            .output()
            .unwrap()
    }

    fn case(&self) -> PathBuf {
        self.root.join("cases").join(format!("{CASE}.yaml"))
    }

    fn text(&self) -> String {
        fs::read_to_string(self.case()).unwrap()
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "work"]);
    }
}

/// A repository in the middle, and three clones of it that know how to join.
fn clones(school: &School) -> Vec<Clone<'_>> {
    let middle = school.root().join("middle.git");
    let here = |root: PathBuf, skew| Clone { school, root, skew };
    let start = here(school.root(), 0);
    start.git(&["init", "-q", "--bare", "-b", "main", "middle.git"]);
    let mut found = Vec::new();
    for (name, skew) in [("one", 0), ("two", -47), ("three", 190)] {
        start.git(&["clone", "-q", middle.to_str().unwrap(), name]);
        let clone = here(school.root().join(name), skew);
        let mut init = school.command(&["init", "--git"]);
        let output = init.current_dir(&clone.root).output().unwrap();
        assert!(output.status.success(), "{}", school.told(&output));
        if found.is_empty() {
            let new = [
                "new",
                "--checklist",
                "lancashire",
                "--id",
                CASE,
                "--name",
                "Ada Okafor",
                "--born",
                "14/3/2012",
            ];
            assert!(clone.attcheck(0, &new).status.success());
            clone.git(&["checkout", "-q", "-b", "main"]);
            clone.commit();
            clone.git(&["push", "-q", "-u", "origin", "main"]);
        }
        found.push(clone);
    }
    for clone in &found[1..] {
        // Begun before anything was in the middle: what `init` wrote is the same there.
        clone.git(&["fetch", "-q"]);
        clone.git(&["checkout", "-q", "-f", "-B", "main", "origin/main"]);
    }
    found
}

/// Somebody whom a clone knows: their id, their name, and whether others have that id too.
fn known(text: &str) -> Vec<(String, String, bool)> {
    let case = attcheck::store::parse_case(text, Path::new("case.yaml")).unwrap();
    let state = CaseState::replay(&case, None);
    state
        .people_on(NaiveDate::MAX)
        .into_iter()
        .map(|one| {
            let shared = state.is_shared(&one.id);
            (one.id.0, one.name.unwrap_or_default(), shared)
        })
        .collect()
}

/// The id that attcheck gave before it made ids at random: the next number.
fn old_id(text: &str) -> String {
    let highest = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(|word| word.strip_prefix('p')?.parse::<u32>().ok())
        .max();
    format!("p{}", highest.unwrap_or_default() + 1)
}

/// How copies come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Git,
    Join,
}

impl Clone<'_> {
    #[track_caller]
    fn done(&self, minute: i64, args: &[&str]) -> String {
        let output = self.attcheck(minute, args);
        assert!(
            output.status.success(),
            "{args:?}: {}",
            self.school.told(&output)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Takes in what another clone has, and gives it what this one has. Whatever id two people have then is told.
    #[track_caller]
    fn take_in(&self, other: &Self, way: Way, minute: i64) {
        let output = match way {
            Way::Git => {
                let output =
                    self.git_any(&["pull", "-q", "--no-edit", "--no-rebase", "origin", "main"]);
                self.git(&["push", "-q", "origin", "main"]);
                output
            }
            Way::Join => self.attcheck(minute, &["join", other.case().to_str().unwrap()]),
        };
        let told = self.school.told(&output);
        assert!(output.status.success(), "{told}");
        let found = self.attcheck(minute, &["verify", CASE]);
        let found = self.school.told(&found);
        assert!(found.starts_with("exit 0"), "{found}");
        for (id, _, shared) in known(&self.text()) {
            let separate = format!("attcheck person {CASE} separate {id}");
            assert_eq!(shared, found.contains(&separate), "{id}: {found}");
            if shared && way == Way::Join {
                assert!(told.contains(&separate), "{told}");
            }
        }
    }

    /// Follows what `verify` suggests, until it suggests nothing.
    fn tell_apart(&self, minute: i64) {
        for _ in 0..12 {
            let found = self.done(minute, &["verify", CASE]);
            let Some(suggested) = found.split("`: attcheck ").nth(1) else {
                return;
            };
            let command = suggested.lines().next().unwrap();
            self.done(minute, &command.split(' ').collect::<Vec<_>>());
        }
        panic!("{}", self.done(minute, &["verify", CASE]));
    }
}

/// Random work on people in three clones; gives how often an id was two people's.
fn people_of_three_clones(way: Way, seed: u64, steps: i64) -> usize {
    let school = School::new();
    let clones: Vec<Clone<'_>> = match way {
        Way::Git => clones(&school),
        Way::Join => {
            let first = school.root().join("one");
            fs::create_dir_all(first.join("cases")).unwrap();
            let names = [("one", 0), ("two", -47), ("three", 190)];
            let clones = names.map(|(name, skew)| Clone {
                school: &school,
                root: school.root().join(name),
                skew,
            });
            let new = ["new", "--checklist", "lancashire", "--id", CASE];
            clones[0].done(0, &[&new[..], &["--name", "Ada Okafor"]].concat());
            for clone in &clones[1..] {
                super::support::copy_folder(&first, &clone.root);
            }
            clones.into()
        }
    };
    let mut dice = Dice(seed);
    let mut meant: Vec<(String, String)> = Vec::new();
    let mut met = 0;
    for step in 1..=steps {
        let n = usize::try_from(dice.roll(3)).unwrap();
        let (clone, other) = (&clones[n], &clones[(n + 1) % 3]);
        let people = known(&clone.text());
        let one = match people.len() {
            0 => None,
            len => people.get(usize::try_from(dice.roll(len as u64)).unwrap()),
        };
        match (dice.roll(9), one) {
            (0 | 1, _) => {
                let (name, id) = (format!("Person {step}"), old_id(&clone.text()));
                let add = ["person", CASE, "add", &name, "--role", "parent"];
                // As it was, and as it is.
                let said = match dice.roll(3) {
                    0 => clone.done(step, &add),
                    _ => clone.done(step, &[&add[..], &["--id", &id]].concat()),
                };
                meant.push((recorded(&said), name));
            }
            (2..=5, Some((id, name, shared))) => {
                let text = format!("About {name}, step {step}");
                let record = [
                    "record",
                    CASE,
                    "letters",
                    "--on",
                    "today",
                    "--outcome",
                    &text,
                    "--for",
                    id,
                ];
                let change = [
                    "person",
                    CASE,
                    "change",
                    id,
                    "--parental-responsibility",
                    "yes",
                ];
                let args = if dice.roll(4) == 0 {
                    &change[..]
                } else {
                    &record
                };
                if *shared {
                    let output = clone.attcheck(step, args);
                    let told = school.told(&output);
                    assert!(
                        told.starts_with("exit 2") && told.contains(&format!("separate {id}")),
                        "{told}"
                    );
                    if dice.roll(2) == 0 {
                        clone.tell_apart(step);
                    }
                } else {
                    meant.push((recorded(&clone.done(step, args)), name.clone()));
                }
            }
            _ => {
                clone.take_in(other, way, step);
                met += usize::from(known(&clone.text()).iter().any(|one| one.2));
            }
        }
        if way == Way::Git {
            clone.commit();
        }
    }
    for _ in 0..2 {
        for n in 0..3 {
            clones[n].take_in(&clones[(n + 1) % 3], way, steps + 1);
        }
    }
    let clone = &clones[0];
    clone.tell_apart(steps + 2);
    let text = clone.text();
    let case = attcheck::store::parse_case(&text, Path::new("case.yaml")).unwrap();
    let state = CaseState::replay(&case, None);
    let people = known(&text);
    assert!(people.iter().all(|one| !one.2), "{people:?}");
    let ids: BTreeSet<&str> = people.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(ids.len(), people.len(), "{people:?}");
    for (entry, name) in &meant {
        let n = case
            .entries
            .iter()
            .position(|one| one.id.as_ref().is_some_and(|id| id.0.starts_with(entry)));
        let n = n.unwrap_or_else(|| panic!("seed {seed}: {entry} is lost"));
        let standing = &state.event_of(n).unwrap().standing;
        let Standing::Current { content, .. } = standing else {
            panic!("seed {seed}: {entry}: {standing:?}");
        };
        let by = match content {
            Content::Action(action) => action.persons.clone(),
            Content::Person(PersonEntry::Named { person, .. }) => vec![person.clone()],
            other => panic!("{other:?}"),
        };
        let [by] = by.as_slice() else {
            panic!("{entry}: {by:?}")
        };
        let found = people.iter().find(|one| one.0 == by.0);
        assert_eq!(
            found.map(|one| &one.1),
            Some(name),
            "seed {seed}: {entry} goes by {by}"
        );
    }
    met
}

/// Two people who got one id apart are told, and told apart each entry goes by the one its author meant.
#[test]
fn people_added_apart_are_never_taken_for_one_another() {
    let mut met = 0;
    for seed in 1..=4 {
        met += people_of_three_clones(Way::Join, seed, 32);
    }
    if has_git() {
        met += people_of_three_clones(Way::Git, 1, 32);
    }
    assert!(met > 5, "{met}");
}

fn has_git() -> bool {
    has_tool("git", &["--version"])
}

#[test]
fn nothing_recorded_in_any_clone_is_ever_missing() {
    if !has_git() {
        return;
    }
    let school = School::new();
    let clones = clones(&school);
    let mut dice = Dice(20_261_122);
    let (mut ids, mut comments, mut struck) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut merges, mut rebases) = (0, 0);
    for step in 0..840 {
        let n = usize::try_from(dice.roll(3)).unwrap();
        let clone = &clones[n];
        match dice.roll(10) {
            0..=3 => {
                let text = format!("note {step} of clone {n}: she said \"no\"");
                let output = clone.attcheck(step, &["note", CASE, &text]);
                assert!(output.status.success(), "{}", school.told(&output));
                ids.insert((recorded(&String::from_utf8(output.stdout).unwrap()), text));
                clone.commit();
            }
            4 => {
                // A person writes a comment above some entry.
                let text = clone.text();
                let places: Vec<usize> = text
                    .match_indices("\n- kind:")
                    .map(|(at, _)| at + 1)
                    .collect();
                let at = places[usize::try_from(dice.roll(places.len() as u64)).unwrap()];
                let comment = format!("# remark {step}: ring again\n");
                fs::write(
                    clone.case(),
                    format!("{}{comment}{}", &text[..at], &text[at..]),
                )
                .unwrap();
                comments.insert(comment);
                clone.commit();
            }
            5 if step % 7 == 0 => {
                // A text that may not be kept.
                let text = clone.text();
                let own = ids.iter().find(|(id, said)| {
                    text.contains(&format!("id: {id}")) && !struck.contains(said)
                });
                if let Some((id, said)) = own.cloned() {
                    let args = ["strike", CASE, &id, "--why", "another child is named"];
                    let output = clone.attcheck(step, &args);
                    assert!(output.status.success(), "{}", school.told(&output));
                    clone.commit();
                    struck.insert(said);
                }
            }
            _ => {
                let way = if dice.roll(2) == 0 {
                    "--rebase"
                } else {
                    "--no-rebase"
                };
                let before = clone.git(&["rev-parse", "HEAD"]);
                clone.git(&["pull", "-q", "--no-edit", way, "origin", "main"]);
                if clone.git(&["rev-parse", "HEAD"]) != before {
                    if way == "--rebase" {
                        rebases += 1
                    } else {
                        merges += 1
                    }
                }
                clone.git(&["push", "-q", "origin", "main"]);
            }
        }
    }
    for _ in 0..2 {
        for clone in &clones {
            clone.git(&["pull", "-q", "--no-edit", "--no-rebase", "origin", "main"]);
            clone.git(&["push", "-q", "origin", "main"]);
        }
    }
    assert!(
        merges + rebases >= 200
            && merges.min(rebases) > 50
            && ids.len() > 100
            && comments.len() > 20,
        "{merges} {rebases}"
    );
    assert!(!struck.is_empty());
    let text = clones[0].text();
    for clone in &clones {
        assert_eq!(clone.text(), text);
        let output = clone.attcheck(500, &["verify", CASE]);
        assert!(output.status.success(), "{}", school.told(&output));
    }
    for (id, said) in &ids {
        assert!(text.contains(&format!("id: {id}")), "{id} is missing");
        let said = said.replace('"', "\\\"");
        assert_eq!(
            text.contains(&said) || text.contains(&said.replace("\\\"", "\"")),
            !struck.iter().any(|s| s.replace('"', "\\\"") == said),
            "{id}"
        );
    }
    for comment in &comments {
        assert_eq!(text.matches(comment.as_str()).count(), 1, "{comment}");
    }
}

#[test]
fn a_damaged_side_stops_the_merge_loudly() {
    if !has_git() {
        return;
    }
    let school = School::new();
    let clones = clones(&school);
    let (one, two) = (&clones[0], &clones[1]);
    assert!(one.attcheck(1, &["note", CASE, "first"]).status.success());
    one.commit();
    one.git(&["push", "-q", "origin", "main"]);
    two.git(&["pull", "-q", "--ff-only", "origin", "main"]);
    fs::write(two.case(), two.text().replace("text: first", "text: other")).unwrap();
    two.commit();
    two.git(&["push", "-q", "origin", "main"]);
    assert!(one.attcheck(2, &["note", CASE, "second"]).status.success());
    one.commit();
    let before = one.text();
    let output = one.git_any(&["pull", "-q", "--no-edit", "--no-rebase", "origin", "main"]);
    let told = school.told(&output);
    assert!(!output.status.success(), "{told}");
    assert!(
        told.contains("cases/k7m4px.yaml (the other version)` does not stand up: changed"),
        "{told}"
    );
    assert!(told.contains("CONFLICT"), "{told}");
    // Both versions are in the file, and nothing takes it for a record until they are joined.
    let both = one.text();
    assert!(
        both.contains(&before) && both.contains("text: other"),
        "{both}"
    );
    let verify = one.attcheck(3, &["verify"]);
    assert_eq!(verify.status.code(), Some(2), "{}", school.told(&verify));
    let doctor = one.attcheck(3, &["doctor"]);
    assert!(
        school
            .told(&doctor)
            .contains("git could not merge cases/k7m4px.yaml"),
        "{}",
        school.told(&doctor)
    );
}

/// Called by hand with names that are not there it makes no file of its own.
#[test]
fn what_is_not_there_is_not_merged() {
    let school = School::with_case();
    let said = school.refused(&["merge", "a", "b", "c"]);
    assert!(
        said.contains("there is no file `b`") && said.contains("attcheck join"),
        "{said}"
    );
}

#[test]
fn marks_of_the_register_are_joined_too() {
    if !has_git() {
        return;
    }
    let school = School::new();
    let clones = clones(&school);
    let rows = ["2026-09-02,/,\\,2026-09-04", "2026-09-03,N,\\,2026-09-04"];
    let file = |clone: &Clone<'_>| clone.root.join("registers").join(format!("{CASE}.csv"));
    let write = |clone: &Clone<'_>, rows: &[&str]| {
        fs::create_dir_all(file(clone).parent().unwrap()).unwrap();
        fs::write(
            file(clone),
            format!("date,am,pm,read\n{}\n", rows.join("\n")),
        )
        .unwrap();
        clone.commit();
    };
    write(&clones[0], &rows);
    clones[0].git(&["push", "-q", "origin", "main"]);
    clones[1].git(&["pull", "-q", "--ff-only", "origin", "main"]);
    write(
        &clones[0],
        &[rows[0], rows[1], "2026-09-03,O,\\,2026-09-18"],
    );
    clones[0].git(&["push", "-q", "origin", "main"]);
    write(
        &clones[1],
        &[rows[0], rows[1], "2026-09-04,/,\\,2026-09-11"],
    );
    clones[1].git(&["pull", "-q", "--no-edit", "--no-rebase", "origin", "main"]);
    let wanted = [
        rows[0],
        rows[1],
        "2026-09-03,O,\\,2026-09-18",
        "2026-09-04,/,\\,2026-09-11",
    ];
    let found = fs::read_to_string(file(&clones[1])).unwrap();
    assert_eq!(found, format!("date,am,pm,read\n{}\n", wanted.join("\n")));
}

#[test]
fn init_adds_what_is_missing_and_touches_nothing_else() {
    let school = School::new();
    let told = school.refused(&["init", "--git"]);
    assert!(told.contains("in no git repository"), "{told}");
    school.ok(&["init"]);
    let settings = fs::read_to_string(school.root().join("attcheck.toml")).unwrap();
    assert!(settings.contains("# [[term]]"));
    // The settings can be read as they are, and with every mark of a comment taken away.
    school.ok(&["list"]);
    let filled: String = settings
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.contains(" = ") || rest.starts_with('['))
                .unwrap_or(line)
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    fs::write(school.root().join("attcheck.toml"), &filled).unwrap();
    school.ok(&["calendar"]);
    if !has_git() {
        return;
    }
    let clone = Clone {
        school: &school,
        root: school.root(),
        skew: 0,
    };
    clone.git(&["init", "-q"]);
    fs::write(school.root().join(".gitattributes"), "*.png binary").unwrap();
    school.ok(&["init", "--git"]);
    assert_eq!(
        fs::read_to_string(school.root().join("attcheck.toml")).unwrap(),
        filled
    );
    let attributes = fs::read_to_string(school.root().join(".gitattributes")).unwrap();
    assert!(
        attributes.starts_with("*.png binary\n# attcheck joins cases")
            && attributes.contains("\n/cases/*.yaml -text merge=attcheck\n"),
        "{attributes}"
    );
    school.ok(&["init", "--git"]);
    assert_eq!(
        fs::read_to_string(school.root().join(".gitattributes")).unwrap(),
        attributes
    );
    assert!(
        Path::new(
            &clone
                .git(&["config", "merge.attcheck.driver"])
                .split('\'')
                .nth(1)
                .unwrap()
        )
        .is_file()
    );
}

/// A program that git cannot run any more leaves a conflict with both versions in the file, and not ours alone.
#[test]
fn a_driver_that_cannot_run_leaves_both_versions_between_marks() {
    if !has_git() {
        return;
    }
    let school = School::new();
    let clones = clones(&school);
    let (one, two) = (&clones[0], &clones[1]);
    let driver = one.git(&["config", "merge.attcheck.driver"]);
    let gone = driver
        .trim()
        .replace(env!("CARGO_BIN_EXE_attcheck"), "/nowhere/attcheck");
    assert_ne!(gone, driver.trim());
    two.git(&["config", "merge.attcheck.driver", &gone]);
    for (clone, text) in [(one, "Of the first"), (two, "Of the second")] {
        assert!(clone.attcheck(5, &["note", CASE, text]).status.success());
        clone.git(&["commit", "-qam", text]);
    }
    let branch = two.git(&["rev-parse", "--abbrev-ref", "HEAD"]);
    let other = one.root.to_str().unwrap();
    two.git(&["fetch", "-q", other, branch.trim()]);
    let merge = two.git_any(&["merge", "-q", "FETCH_HEAD"]);
    assert!(!merge.status.success(), "it is a conflict");
    let text = two.text();
    assert!(
        text.contains("<<<<<<<") && text.contains("Of the first") && text.contains("Of the second"),
        "{text}"
    );
    let told = school.told(&two.attcheck(6, &["verify"]));
    assert!(told.contains("conflict-marks"), "{told}");
    assert!(
        school.told(&two.attcheck(6, &["doctor"])).contains("git"),
        "doctor sees it"
    );
}

/// A folder that comes from somebody else names programs in its settings of git. None of them is run.
#[cfg(unix)]
#[test]
fn no_program_of_a_folders_choosing_is_run() {
    use std::os::unix::fs::PermissionsExt as _;
    if !has_git() {
        return;
    }
    let school = School::with_case();
    let here = Clone {
        school: &school,
        root: school.root(),
        skew: 0,
    };
    here.git(&["init", "-q"]);
    here.git(&["add", "."]);
    here.git(&["commit", "-qm", "all"]);
    let (trap, sprung) = (school.root().join("trap.sh"), school.root().join("sprung"));
    fs::write(
        &trap,
        format!("#!/bin/sh\necho x >> '{}'\n", sprung.display()),
    )
    .unwrap();
    fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
    let path = trap.to_str().unwrap();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.external",
        "filter.x.clean",
    ] {
        here.git(&["config", key, path]);
    }
    // The trap works.
    here.git_any(&["-c", "user.name=T", "status"]);
    assert!(sprung.is_file(), "git runs it by itself");
    fs::remove_file(&sprung).unwrap();
    school.run(&["doctor"]);
    school.run(&["init", "--git"]);
    assert!(!sprung.exists());
}
