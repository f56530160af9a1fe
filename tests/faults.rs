//! Every open, write, sync, rename and lock of every writing command is made to fail, or the program is killed there.
//!
//! After each the files are as before or complete, the records verify, and what is left over is cleared by the next
//! writer. Needs `strace`; where there is none the test is passed over by name. The short form runs with the other tests;
//! in full, with more kinds of errors:
//!
//! ```text
//! ATTCHECK_FAULTS=full cargo test --test faults -- --nocapture
//! ```
#![cfg(target_os = "linux")]
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test looks at the disk itself, and may stop where it stands"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

const CASE: &str = "k7m4px";
const OTHER: &str = "m9xqc4";
/// What is made to fail: all that opens, writes, makes sure, gives a name, takes one away, or locks.
const CALLS: &str = "openat,write,fsync,rename,renameat,renameat2,flock,unlink,unlinkat,mkdir,mkdirat,fchmod,chmod,fchown,rmdir";
const SHORT: &[&str] = &["error=EIO", "signal=SIGKILL"];
const FULL: &[&str] = &[
    "error=EIO",
    "error=ENOSPC",
    "error=EACCES",
    "error=EINTR",
    "signal=SIGKILL",
];

/// Records an action with a letter attached, which the store keeps a copy of.
const WITH_A_LETTER: &[&str] = &[
    "record",
    CASE,
    "letters",
    "--on",
    "18/9/2026",
    "--outcome",
    "S",
    "--attach",
    "letter=letter.pdf",
];

/// A writing command. `@ENTRY` stands for an entry of the case.
struct Scenario {
    name: &'static str,
    /// What is done before, to get there.
    before: &'static [&'static [&'static str]],
    command: &'static [&'static str],
}

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "new",
        before: &[],
        command: &[
            "new",
            "--checklist",
            "lancashire",
            "--id",
            "p7cx5s",
            "--name",
            "Bo Vale",
            "--parent",
            "Al Vale",
        ],
    },
    Scenario {
        name: "record",
        before: &[],
        command: &[
            "record",
            CASE,
            "letters",
            "--on",
            "18/9/2026",
            "--outcome",
            "Sent again",
        ],
    },
    Scenario {
        name: "record --attach",
        before: &[],
        command: &[
            "record",
            CASE,
            "letters",
            "--on",
            "18/9/2026",
            "--outcome",
            "Sent",
            "--attach",
            "letter=letter.pdf",
        ],
    },
    Scenario {
        name: "fact",
        before: &[],
        command: &["fact", CASE, "young_carer=yes"],
    },
    Scenario {
        name: "person",
        before: &[],
        command: &[
            "person",
            CASE,
            "add",
            "Grace Vale",
            "--id",
            "pk3m7",
            "--role",
            "parent",
            "--parental-responsibility",
            "yes",
        ],
    },
    Scenario {
        name: "details",
        before: &[],
        command: &["details", CASE, "--year-group", "9"],
    },
    Scenario {
        name: "correct",
        before: &[],
        command: &[
            "correct",
            CASE,
            "@ENTRY",
            "--outcome",
            "Sent by hand",
            "--why",
            "Clearer",
        ],
    },
    Scenario {
        name: "withdraw",
        before: &[],
        command: &["withdraw", CASE, "@ENTRY", "--why", "Wrong child"],
    },
    Scenario {
        name: "undo",
        before: &[],
        command: &["undo", CASE],
    },
    Scenario {
        name: "strike",
        before: &[],
        command: &["strike", CASE, "@ENTRY", "--why", "Another child"],
    },
    Scenario {
        name: "note",
        before: &[],
        command: &["note", CASE, "A remark"],
    },
    Scenario {
        name: "follow-up",
        before: &[],
        command: &[
            "follow-up",
            CASE,
            "--next",
            "Ring",
            "--due",
            "1/10/2026",
            "--owner",
            "J Smith",
        ],
    },
    Scenario {
        name: "sign",
        before: &[],
        command: &[
            "sign",
            CASE,
            "--role",
            "headteacher",
            "--name",
            "B Lane",
            "--on",
            "20/9/2026",
        ],
    },
    Scenario {
        name: "move",
        before: &[],
        command: &["move", CASE, "--to", "herefordshire"],
    },
    Scenario {
        name: "close",
        before: &[],
        command: &["close", CASE, "--why", "improved"],
    },
    Scenario {
        name: "reopen",
        before: &[&["close", CASE, "--why", "improved"]],
        command: &["reopen", CASE, "--why", "Away again"],
    },
    Scenario {
        name: "import",
        before: &[],
        command: &["import", "entries.csv"],
    },
    Scenario {
        name: "register import",
        before: &[],
        command: &["register", "import", "marks.csv"],
    },
    Scenario {
        name: "register import, marks there already",
        before: &[&["register", "import", "marks.csv"]],
        command: &["register", "import", "changed.csv"],
    },
    Scenario {
        name: "seal",
        before: &[&["#by-hand"]],
        command: &["seal", CASE],
    },
    Scenario {
        name: "join",
        before: &[&["#theirs"], &["note", CASE, "Ours"]],
        command: &["join", "theirs.yaml"],
    },
    Scenario {
        name: "merge",
        before: &[&["#theirs"], &["#ours"]],
        command: &["merge", "base.yaml", "ours.yaml", "theirs.yaml"],
    },
    Scenario {
        name: "link",
        // An id that is made is another one each time.
        before: &[
            &[
                "person",
                CASE,
                "add",
                "Ben Okafor",
                "--role",
                "sibling",
                "--id",
                "pk3m7",
            ],
            &[
                "person",
                OTHER,
                "add",
                "Ada Okafor",
                "--role",
                "sibling",
                "--id",
                "pk3m7",
            ],
        ],
        command: &["link", CASE, OTHER],
    },
    Scenario {
        name: "erase",
        before: &[&["register", "import", "marks.csv"], WITH_A_LETTER],
        command: &["erase", CASE, "--why", "other", "--confirm", CASE],
    },
    Scenario {
        name: "hand-over",
        before: &[],
        command: &["hand-over", CASE, "--output", "parcel.zip"],
    },
    Scenario {
        name: "take-over",
        before: &[
            &["register", "import", "marks.csv"],
            WITH_A_LETTER,
            &["hand-over", CASE, "--output", "parcel.zip"],
            &["erase", CASE, "--why", "other", "--confirm", CASE],
            &["#no-ledger"],
        ],
        command: &["take-over", "parcel.zip"],
    },
    Scenario {
        name: "take-over, the case here already",
        before: &[
            WITH_A_LETTER,
            &["hand-over", CASE, "--output", "parcel.zip"],
            &["#without-letter"],
        ],
        command: &["take-over", "parcel.zip"],
    },
    Scenario {
        name: "redact",
        before: &[],
        command: &[
            "redact",
            CASE,
            "--leave-out",
            "@ENTRY",
            "--output",
            "copy.txt",
        ],
    },
    Scenario {
        name: "show --output",
        before: &[],
        command: &["show", CASE, "--format", "json", "--output", "out.json"],
    },
    Scenario {
        name: "form",
        before: &[],
        command: &["form", CASE, "--output", "form.docx"],
    },
    Scenario {
        name: "report",
        before: &[],
        command: &["report", CASE, "--output", "page.html"],
    },
    Scenario {
        name: "outcome",
        before: &[],
        command: &[
            "outcome", CASE, "returned", "--reason", "R", "--item", "letters",
        ],
    },
    Scenario {
        name: "pack, a folder",
        before: &[],
        command: &["pack", CASE, "--anyway", "--folder", "pack"],
    },
    Scenario {
        name: "init",
        before: &[&["#no-settings"]],
        command: &["init"],
    },
    Scenario {
        name: "whoami --set",
        before: &[],
        // Their own settings lie in the folder that is watched; as seen from `cases` it is not the school's.
        command: &["whoami", "--set", "A Reed, school office", "--dir", "cases"],
    },
    Scenario {
        name: "checklist new",
        before: &[],
        command: &["checklist", "new", "our-own"],
    },
];

/// A folder of its own, with everything a scenario begins from.
struct Place {
    dir: tempfile::TempDir,
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

impl Place {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("school")
    }

    fn surround(&self, command: &mut Command) {
        support::without_own_settings(command);
        command
            .env("ATTCHECK_NOW", "2026-09-21T16:40:10+01:00")
            .env("ATTCHECK_BY", "J Smith, pastoral lead")
            .env("XDG_CONFIG_HOME", self.root().join("config"))
            .env("TZ", "Europe/London")
            .current_dir(self.root())
            .stdin(Stdio::null());
    }

    fn run(&self, args: &[String]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attcheck"));
        self.surround(command.args(args));
        command.output().unwrap()
    }

    #[track_caller]
    fn ok(&self, args: &[&str]) -> String {
        let output = self.run(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>());
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same folder again.
    fn again(&self) -> Self {
        let other = Self::new();
        support::copy_folder(&self.root(), &other.root());
        other
    }

    /// Every file but locks and drafts.
    fn files(&self) -> Files {
        let mut files = Files::new();
        walk(&self.root(), &mut |path| {
            let name = path.file_name().unwrap().to_string_lossy();
            if !name.starts_with(".lock") && !is_left_over(&name) {
                files.insert(
                    path.strip_prefix(self.root()).unwrap().to_owned(),
                    fs::read(path).unwrap(),
                );
            }
        });
        files
    }

    fn left_over(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.root(), &mut |path| {
            if is_left_over(&path.file_name().unwrap().to_string_lossy()) {
                found.push(path.to_owned());
            }
        });
        found
    }
}

fn is_left_over(name: &str) -> bool {
    name.starts_with('.')
        && (name.ends_with(".new") || name.contains(".old-") || name.ends_with(".erasing"))
}

fn walk(folder: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // A folder that is only begun is a left-over as a whole.
        let begun = is_left_over(&path.file_name().unwrap().to_string_lossy());
        if path.is_dir() && !begun {
            walk(&path, each)
        } else {
            each(&path)
        }
    }
}

/// A school with two cases, documents, tables and settings; the entry that scenarios name.
fn school() -> (Place, String) {
    let place = Place::new();
    let root = place.root();
    fs::create_dir(&root).unwrap();
    let put = |name: &str, text: &str| fs::write(root.join(name), text).unwrap();
    put(
        "attcheck.toml",
        "school = \"Northfield Academy\"\nurn = \"123456\"\n",
    );
    put("letter.pdf", "a scanned letter");
    put(
        "entries.csv",
        "case,item,date,answer,outcome\nk7m4px,letters,18/9/2026,done,One\nm9xqc4,letters,18/9/2026,done,Two\n",
    );
    put(
        "marks.csv",
        "case,date,am,pm\nk7m4px,2026-09-02,/,\\\nk7m4px,2026-09-03,O,\\\nm9xqc4,2026-09-02,/,\\\n",
    );
    put(
        "changed.csv",
        "case,date,am,pm\nk7m4px,2026-09-02,L,\\\nk7m4px,2026-09-04,/,\\\n",
    );
    for (id, name) in [(CASE, "Ada Okafor"), (OTHER, "Ben Okafor")] {
        place.ok(&[
            "new",
            "--checklist",
            "lancashire",
            "--id",
            id,
            "--name",
            name,
            "--born",
            "14/3/2012",
        ]);
    }
    let told = place.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "15/9/2026",
        "--outcome",
        "Sent",
    ]);
    let entry = told
        .split("recorded ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_owned();
    (place, entry)
}

/// Does what comes before a scenario; what begins with `#` is done by hand.
fn prepare(place: &Place, before: &[&[&str]]) {
    let root = place.root();
    let case = root.join("cases").join(format!("{CASE}.yaml"));
    for step in before {
        match step[0] {
            "#by-hand" => {
                let text = fs::read_to_string(&case).unwrap();
                fs::write(&case, format!("{text}- kind: note\n  text: By hand\n")).unwrap();
            }
            "#theirs" => {
                let text = fs::read_to_string(&case).unwrap();
                fs::write(root.join("base.yaml"), &text).unwrap();
                place.ok(&["note", CASE, "Theirs"]);
                fs::rename(&case, root.join("theirs.yaml")).unwrap();
                fs::write(&case, &text).unwrap();
            }
            "#ours" => {
                place.ok(&["note", CASE, "Ours"]);
                fs::copy(&case, root.join("ours.yaml")).unwrap();
            }
            "#without-letter" => {
                // As before the last entry.
                let text = fs::read_to_string(&case).unwrap();
                fs::write(&case, &text[..text.rfind("- kind:").unwrap()]).unwrap();
            }
            "#no-ledger" => fs::remove_file(root.join("erased.csv")).unwrap(),
            "#no-settings" => fs::remove_file(root.join("attcheck.toml")).unwrap(),
            _ => drop(place.ok(step)),
        }
    }
}

fn strace(place: &Place, args: &[String], more: &[&str], log: &Path) -> Output {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-y", "-s", "4096", "-o"])
        .arg(log)
        .args(["-e", &format!("trace={CALLS}")]);
    command
        .args(more)
        .arg(env!("CARGO_BIN_EXE_attcheck"))
        .args(args);
    place.surround(&mut command);
    command.output().unwrap()
}

/// Which calls of a run touch the folder or tell the user something: their name, and their number among those of that name.
fn points(place: &Place, args: &[String]) -> Vec<(String, usize)> {
    let log = place.dir.path().join("trace");
    let output = strace(place, args, &[], &log);
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let root = place.root().display().to_string();
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut points = BTreeSet::new();
    for line in fs::read_to_string(&log).unwrap().lines() {
        let (pid, rest) = line.split_once(' ').unwrap();
        let Some((call, told)) = rest.trim_start().split_once('(') else {
            continue;
        };
        if !CALLS.split(',').any(|known| known == call) {
            continue;
        }
        let n = counts.entry((pid.to_owned(), call.to_owned())).or_default();
        *n += 1;
        // A path of its own, or a handle on a file: relative paths belong to the folder.
        let named = call != "write";
        let path = told.split('"').nth(1).filter(|_| named).unwrap_or_default();
        let ours = match path {
            // No path: a handle on a file, or on the output.
            "" => told.contains(&root) || told.starts_with("1<"),
            path if path.starts_with('/') => path.starts_with(&root),
            _ => true,
        };
        if ours {
            points.insert((call.to_owned(), *n));
        }
    }
    points.into_iter().collect()
}

/// What came of the runs with one kind of fault.
#[derive(Default, Clone, Copy)]
struct Tally {
    runs: usize,
    before: usize,
    complete: usize,
    between: usize,
    cleared: usize,
}

/// Whether a version that could not be merged stands whole in its file with a mark of git's, so that nobody commits it as if
/// it were the merge.
fn is_marked(now: Option<&Vec<u8>>, before: Option<&Vec<u8>>) -> bool {
    let (Some(now), Some(before)) = (now, before) else {
        return false;
    };
    let mark: &[u8] = b"<<<<<<< ours\n";
    let both = now.starts_with(mark) && now[mark.len()..].starts_with(before);
    let below = now.strip_prefix(&before[..]);
    both || below.is_some_and(|rest| rest.starts_with(b"\n<<<<<<<"))
}

/// Makes one call of one run fail, and looks at what is there afterwards.
fn fail_at(
    template: &Place,
    args: &[String],
    fault: &str,
    point: &(String, usize),
    after: &Files,
) -> Tally {
    let place = template.again();
    let before = place.files();
    let (call, n) = point;
    let inject = format!("inject={call}:{fault}:when={n}");
    let output = strace(&place, args, &["-e", &inject], Path::new("/dev/null"));
    let what = || {
        format!(
            "{args:?} with {inject}: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    };
    let now = place.files();
    let mut tally = Tally {
        runs: 1,
        ..Tally::default()
    };
    let names: BTreeSet<&PathBuf> = before
        .keys()
        .chain(after.keys())
        .chain(now.keys())
        .collect();
    for name in names {
        let one = now.get(name);
        assert!(
            one == before.get(name)
                || one == after.get(name)
                || args[0] == "merge" && is_marked(one, before.get(name)),
            "{}: {} is neither",
            what(),
            name.display()
        );
    }
    if now == before {
        tally.before = 1;
    } else if now == *after {
        tally.complete = 1;
    } else {
        // Several files, each of them whole: the last of them is not there yet.
        tally.between = 1;
    }
    if output.status.success() {
        assert!(now == *after, "{}: it said that it was done", what());
    }
    let erasing = args[0] == "erase";
    // Copies lie beside a case that does not name them yet, or the case is gone and its mark is left: no case, no fault.
    let by_hand = args[0] == "seal" && now == before;
    let verified = place.run(&["verify".to_owned()]);
    let told = String::from_utf8_lossy(&verified.stdout).into_owned();
    let fine = verified.status.success()
        || by_hand && told.contains("unsealed")
        || erasing && told.contains("copy-gone") && !told.contains("changed");
    assert!(fine, "{}: {told}", what());
    // A minute later the next writer clears what was left: the same command once more, then a note.
    let old = SystemTime::now() - Duration::from_secs(120);
    let left = place.left_over();
    for path in &left {
        File::open(path).unwrap().set_modified(old).unwrap();
    }
    let again = place.run(args);
    // Where nothing had been done it is done now; where all was done already the command may say so.
    assert!(
        now != before || again.status.success(),
        "{}: {again:?}",
        what()
    );
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(!said.contains("panicked"), "{}: {said}", what());
    for case in [CASE, OTHER] {
        if place
            .root()
            .join("cases")
            .join(format!("{case}.yaml"))
            .is_file()
        {
            let note = ["note", case, "The next writer"].map(str::to_owned);
            let noted = place.run(&note);
            assert!(
                noted.status.success(),
                "{}: {}",
                what(),
                String::from_utf8_lossy(&noted.stderr)
            );
        }
    }
    assert_eq!(
        place.left_over(),
        Vec::<PathBuf>::new(),
        "{}: is still there",
        what()
    );
    tally.cleared = usize::from(!left.is_empty());
    tally
}

#[test]
fn every_fault_leaves_the_record_as_before_or_complete() {
    let tried = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .status();
    if !tried.is_ok_and(|status| status.success()) {
        println!("passed over: this computer has no `strace` that can trace");
        return;
    }
    let full = std::env::var_os("ATTCHECK_FAULTS").is_some_and(|form| form == "full");
    let faults = if full { FULL } else { SHORT };
    let (base, entry) = school();
    let mut jobs = Vec::new();
    let mut templates = Vec::new();
    for scenario in SCENARIOS {
        let template = base.again();
        prepare(&template, scenario.before);
        let args: Vec<String> = scenario
            .command
            .iter()
            .map(|arg| arg.replace("@ENTRY", &entry))
            .collect();
        let traced = template.again();
        let points = points(&traced, &args);
        assert!(points.len() >= 4, "{}: {points:?}", scenario.name);
        let after = traced.files();
        assert!(
            after != template.files(),
            "{} writes something",
            scenario.name
        );
        for fault in faults {
            jobs.extend(
                points
                    .iter()
                    .map(|point| (templates.len(), *fault, point.clone())),
            );
        }
        templates.push((scenario.name, template, args, after));
    }
    let tallies: Mutex<BTreeMap<(&str, String, &str), Tally>> = Mutex::default();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((template, fault, point)) =
                    jobs.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let (name, place, args, after) = &templates[*template];
                    let found = fail_at(place, args, fault, point, after);
                    let key = if full {
                        (*fault, point.0.clone(), "")
                    } else {
                        (*fault, String::new(), *name)
                    };
                    let mut tallies = tallies.lock().unwrap();
                    let tally = tallies.entry(key).or_default();
                    tally.runs += found.runs;
                    tally.before += found.before;
                    tally.complete += found.complete;
                    tally.between += found.between;
                    tally.cleared += found.cleared;
                }
            });
        }
    });
    println!("| fault | runs | as before | complete | some files of several | left-over cleared |");
    for ((fault, call, name), one) in tallies.into_inner().unwrap() {
        let Tally {
            runs,
            before,
            complete,
            between,
            cleared,
        } = one;
        println!(
            "| {fault} {call}{name} | {runs} | {before} | {complete} | {between} | {cleared} |"
        );
    }
    println!("{} runs", jobs.len());
}

/// Who runs the tests may be allowed everything: then the program runs as somebody who is not.
fn as_nobody(command: &mut Command) {
    use std::os::unix::fs::MetadataExt as _;
    use std::os::unix::process::CommandExt as _;
    let me = fs::metadata("/proc/self").unwrap().uid();
    if me == 0 {
        command.uid(65534).gid(65534);
    }
}

#[test]
fn a_read_only_folder_is_read_and_never_changed() {
    use std::os::unix::fs::PermissionsExt as _;
    let (place, entry) = school();
    let program = place.dir.path().join("attcheck");
    fs::copy(env!("CARGO_BIN_EXE_attcheck"), &program).unwrap();
    let set =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set(place.dir.path(), 0o755);
    let mut folders = vec![place.root()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if path.is_dir() {
                folders.push(path)
            } else {
                set(&path, 0o444)
            }
        }
        set(&folder, 0o555);
    }
    let before = place.files();
    let run = |args: &[String]| {
        let mut command = Command::new(&program);
        place.surround(command.args(args));
        as_nobody(&mut command);
        command.output().unwrap()
    };
    for reading in [
        "show k7m4px",
        "gaps k7m4px",
        "verify",
        "list",
        "receipt k7m4px",
        "pupil-record k7m4px",
        "due",
    ] {
        let args: Vec<String> = reading.split(' ').map(str::to_owned).collect();
        let output = run(&args);
        assert!(
            output.status.success(),
            "{reading}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let doctor = run(&["doctor".to_owned()]);
    let told = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(told.contains("can be read and not written to"), "{told}");
    for scenario in SCENARIOS
        .iter()
        .filter(|scenario| scenario.before.is_empty())
    {
        let args: Vec<String> = scenario
            .command
            .iter()
            .map(|arg| arg.replace("@ENTRY", &entry))
            .collect();
        let output = run(&args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{}: {said}", scenario.name);
        assert!(
            said.contains("error: ") && !said.contains("panicked"),
            "{}: {said}",
            scenario.name
        );
        assert!(place.files() == before, "{}", scenario.name);
    }
    let mut folders = vec![place.root()];
    while let Some(folder) = folders.pop() {
        set(&folder, 0o755);
        folders.extend(
            fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.is_dir()),
        );
    }
}

/// The standard library panics where a folder cannot be closed, or where there is no chance to be had.
#[test]
fn what_the_system_never_refuses_is_told_when_it_does() {
    if Command::new("strace").arg("-V").output().is_err() {
        println!("passed over: no strace");
        return;
    }
    let (base, _) = school();
    let (mut refused, mut done) = (0, 0);
    for args in [
        &["list"][..],
        &["ready", "--all"],
        &["note", CASE, "x"],
        &["doctor"],
    ] {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        for fault in ["close:error=EIO", "getrandom:error=EIO"] {
            for n in (1..24).chain([40, 60]) {
                let place = base.again();
                let inject = format!("inject={fault}:when={n}");
                let calls = format!("trace={},close,getrandom", CALLS);
                let mut command = Command::new("strace");
                command
                    .args(["-f", "-o", "/dev/null", "-e", &calls, "-e", &inject])
                    .arg(env!("CARGO_BIN_EXE_attcheck"))
                    .args(&args);
                place.surround(&mut command);
                let output = command.output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr);
                let code = output.status.code();
                // What the loader of programs refuses never came to us.
                let by_loader = code == Some(127);
                assert!(
                    by_loader || matches!(code, Some(0..=2)) && !said.contains("panicked"),
                    "{args:?} {inject}: {code:?} {said}"
                );
                if code == Some(2) {
                    assert!(said.contains("error: "), "{args:?} {inject}: {said}");
                    refused += 1;
                } else {
                    done += 1;
                }
                place.ok(&["verify"]);
            }
        }
    }
    assert!(refused > 0 && done > 0, "{refused} {done}");
}

#[test]
fn a_full_disk_loses_nothing() {
    let (base, entry) = school();
    let place = Place::new();
    fs::create_dir(place.root()).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"])
        .arg(place.root())
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("passed over: this user may not mount a small disk");
        return;
    }
    let ended = std::panic::catch_unwind(|| {
        support::copy_folder(&base.root(), &place.root());
        // Locks are made while there is room, as on a disk that fills up.
        place.ok(&["note", OTHER, "There is room"]);
        prepare(&place, &[&["#theirs"], &["#ours"]]);
        let filler = place.root().join("filler");
        let mut size = 512 * 1024;
        let mut text = Vec::new();
        while size > 0 {
            text.resize(text.len() + size, b'x');
            if fs::write(&filler, &text).is_err() {
                text.truncate(text.len() - size);
                size /= 2;
            }
        }
        let _ = fs::write(&filler, &text);
        let before = place.files();
        let mut tried = 0;
        for scenario in SCENARIOS
            .iter()
            .filter(|scenario| scenario.before.is_empty())
        {
            let args: Vec<String> = scenario
                .command
                .iter()
                .map(|arg| arg.replace("@ENTRY", &entry))
                .collect();
            let output = place.run(&args);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{}: {said}", scenario.name);
            assert!(
                said.contains("error: ") && !said.contains("panicked"),
                "{}: {said}",
                scenario.name
            );
            assert!(place.files() == before, "{}: {said}", scenario.name);
            tried += 1;
        }
        assert!(tried > 15);
        // Both versions find no room, and a line below ours does: git's result cannot be committed by oversight.
        let merge = ["merge", "base.yaml", "ours.yaml", "theirs.yaml"].map(str::to_owned);
        let output = place.run(&merge);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("with git's marks below it"), "{said}");
        let ours = Path::new("ours.yaml");
        let after = place.files();
        assert!(is_marked(after.get(ours), before.get(ours)));
        assert!(
            before
                .iter()
                .all(|(name, bytes)| name == ours || after.get(name) == Some(bytes))
        );
        // Erasing makes the room that it needs.
        place.ok(&["erase", OTHER, "--why", "other", "--confirm", OTHER]);
        let erased = fs::read_to_string(place.root().join("erased.csv")).unwrap();
        let files = place.files();
        let of_other = files
            .keys()
            .filter(|name| name.to_string_lossy().contains(OTHER));
        assert_eq!(of_other.count(), 0);
        assert!(erased.contains(&format!(",{OTHER},other,")), "{erased}");
        fs::remove_file(&filler).unwrap();
        place.ok(&["note", CASE, "There is room again"]);
        place.ok(&["verify"]);
        assert_eq!(place.left_over(), Vec::<PathBuf>::new());
    });
    let unmounted = Command::new("umount").arg(place.root()).status().unwrap();
    assert!(unmounted.success());
    if let Err(cause) = ended {
        std::panic::resume_unwind(cause);
    }
}
