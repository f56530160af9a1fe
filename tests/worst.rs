//! Files that are as slow to read as a file can be made: each is read or refused within bounds of time and memory.
//!
//! The bounds here are wide, since tests run unoptimised and beside one another; what is quadratic or has no limit breaks them
//! a hundred times over. With a release build the bounds of docs/performance.md are held to:
//!
//! `ATTCHECK_WORST=2 cargo test --release --test worst`
#![cfg(target_os = "linux")]
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop where it stands"
)]
#![allow(clippy::disallowed_methods, reason = "a test looks at the disk itself")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CASE: &str = "k7m4px";
/// Just below a megabyte.
const SIZE: usize = 950_000;
/// How much memory a program may ask for, in kilobytes. Threads ask for more than they use.
const MEMORY: &str = "1500000";

struct School {
    dir: tempfile::TempDir,
}

impl School {
    fn new() -> Self {
        let school = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(school.root().join("cases")).unwrap();
        school
    }

    fn root(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Opens the one case with the program itself.
    fn with_case(self) -> Self {
        let args = [
            "new",
            "--checklist",
            "lancashire",
            "--id",
            CASE,
            "--name",
            "Ada",
        ];
        assert!(self.command(&args).status().unwrap().success());
        self
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("ulimit -v {MEMORY}; exec \"$@\""), "sh"])
            .arg(env!("CARGO_BIN_EXE_attcheck"))
            .args(args)
            .current_dir(self.root())
            .env("ATTCHECK_NOW", "2026-11-20T16:40:10+00:00")
            .env("ATTCHECK_BY", "J Smith")
            .env("TZ", "Europe/London")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        support::without_own_settings(&mut command);
        command
    }

    /// Runs a command, which has to end by itself, in time, and not by a signal.
    #[track_caller]
    fn ends(&self, what: &str, args: &[&str]) {
        let seconds = std::env::var("ATTCHECK_WORST").map_or(60, |text| text.parse().unwrap());
        let begun = Instant::now();
        let mut running = self.command(args).spawn().unwrap();
        let ended = loop {
            if let Some(ended) = running.try_wait().unwrap() {
                break ended;
            }
            if begun.elapsed() > Duration::from_secs(seconds) {
                running.kill().unwrap();
                running.wait().unwrap();
                panic!("{what}: {args:?} was not done in {seconds} s");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        assert!(
            matches!(ended.code(), Some(0..=2)),
            "{what}: {args:?}: {ended}"
        );
    }
}

/// Lines until the size is reached.
fn filled(begin: &str, line: impl Fn(usize) -> String, end: &str) -> String {
    let mut text = begin.to_owned();
    for n in 0.. {
        if text.len() > SIZE {
            break;
        }
        text += &line(n);
    }
    text + end
}

const HEADER: &str = "attcheck: case/1\ncase: k7m4px\nsubject: pupil\nopened: \"2026-09-01\"\n";
const OPENED: &str = "log:\n- kind: opened\n  checklist: lancashire\n  edition: \"2026-12\"\n";
const PENALTY: &str =
    "log:\n- kind: opened\n  checklist: england-penalty-notice\n  edition: \"2026-12\"\n";

/// Case files, most of them with entries written by hand, which are read like all others.
fn cases() -> Vec<(&'static str, String)> {
    let head = format!("{HEADER}{OPENED}");
    let person = |n: usize| {
        format!(
            "- kind: person\n  person: p{n}\n  name: A B{n}\n  role: parent\n  responsibility: \"yes\"\n"
        )
    };
    let many: Vec<String> = (1..=300).map(person).collect();
    vec![
        (
            "fields of one entry",
            filled(
                &format!(
                    "{head}- kind: action\n  item: letters\n  date: \"2026-10-05\"\n  answer: done\n  fields:\n"
                ),
                |n| format!("    f{n}: x\n"),
                "",
            ),
        ),
        (
            "keys of the header",
            filled(HEADER, |n| format!("k{n}: x\n"), OPENED),
        ),
        (
            "persons",
            filled(&format!("{HEADER}{PENALTY}"), |n| person(n + 1), ""),
        ),
        (
            "as many parents as may be",
            format!("{HEADER}{PENALTY}{}", many.concat()),
        ),
        (
            "notes",
            filled(&head, |n| format!("- kind: note\n  text: n{n}\n"), ""),
        ),
        (
            "persons of one entry",
            filled(
                &format!("{head}- kind: action\n  item: letters\n  for:\n"),
                |n| format!("  - p{n}\n"),
                "",
            ),
        ),
        ("comments", filled(&head, |_| "#\n".to_owned(), "")),
        (
            "empty lists",
            filled(
                &format!("{head}- kind: note\n  text:\n"),
                |_| "  - []\n".to_owned(),
                "",
            ),
        ),
        (
            "unknown words",
            filled(&head, |n| format!("- kind: x{n}\n"), ""),
        ),
        (
            "one long line",
            format!("{head}- kind: note\n  text: {}\n", "a ".repeat(SIZE / 2)),
        ),
        (
            "quotes",
            format!("{head}- kind: note\n  text: '{}'\n", "''".repeat(SIZE / 2)),
        ),
        ("brackets", format!("{head}- {}\n", "[".repeat(SIZE))),
        ("blank lines", format!("{head}{}", "\n".repeat(SIZE))),
    ]
}

#[test]
fn no_case_is_slow_to_read() {
    for (what, text) in cases() {
        let school = School::new();
        school.put("cases/k7m4px.yaml", &text);
        for args in [
            &["verify"][..],
            &["gaps", CASE],
            &["list"],
            &["ready", "--all"],
            &["show", CASE, "--log"],
            &["due"],
            &["export", "--format", "jsonl"],
            &["doctor"],
            &["seal", CASE, "--dry-run", "--incomplete"],
        ] {
            school.ends(what, args);
        }
    }
}

#[test]
fn no_checklist_is_slow_to_read() {
    let head = "attcheck: checklist/1\nid: own\nedition: \"2026-09\"\ntitle: T\nauthority: A\n";
    let item = |n: usize| {
        format!(
            "      - id: i{n}\n        title: T\n        source: \"{n}\"\n        ask: A.\n        why: W.\n"
        )
    };
    let begin = format!("{head}sections:\n  - id: s\n    title: S\n    level: must\n    items:\n");
    for (what, text) in [
        ("items", filled(&begin, item, "")),
        ("items of one name", filled(&begin, |_| item(1), "")),
        (
            "facts",
            filled(
                &format!("{head}facts:\n"),
                |n| format!("  f{n}:\n    ask: A?\n    answers: [a, b]\n"),
                "",
            ),
        ),
        ("keys", filled(head, |n| format!("k{n}: x\n"), "")),
        (
            "conditions",
            filled(
                &format!("{begin}{}        when:\n          any:\n", item(0)),
                |n| format!("            - f{n}: a\n"),
                "",
            ),
        ),
    ] {
        let school = School::new();
        school.put("checklists/own.yaml", &text);
        for args in [
            &["checklist", "check"][..],
            &["checklist", "list"],
            &["checklist", "show", "own"],
            &["checklist", "diff", "own", "lancashire"],
            &["new", "--checklist", "own", "--id", CASE, "--name", "Ada"],
        ] {
            school.ends(what, args);
        }
    }
}

#[test]
fn no_table_and_no_register_is_slow_to_read() {
    let school = School::new().with_case();
    let marks = |pupils: &str| format!("<CTfile><CTFpupilData>{pupils}</CTFpupilData></CTfile>");
    let pupil = "<Pupil><UPN>V999201417003</UPN><Attendance><AttendSessions><AttendanceStartDate>2026-09-07</AttendanceStartDate><AttendanceMarks>/\\</AttendanceMarks></AttendSessions></Attendance>";
    let depth = SIZE / pupil.len();
    let attributes = filled("<CTfile", |n| format!(" a{n}=\"\""), "><a/></CTfile>");
    let namespaces = filled(
        "<CTfile>",
        |n| format!("<a xmlns:n{n}=\"u:{n}\"/>"),
        "</CTfile>",
    );
    let second = "<AttendanceMarks>/\\</AttendanceMarks>".repeat(SIZE / 40);
    for (what, name, text) in [
        (
            "columns of marks",
            "marks.csv",
            filled("upn", |n| format!(",c{n}"), "\nx\n"),
        ),
        (
            "rows of marks",
            "marks.csv",
            filled(
                "case,date,am,pm\n",
                |n| format!("k7m4px,2026-09-{:02},/,\\\n", n % 28 + 1),
                "",
            ),
        ),
        (
            "pupils in one another",
            "marks.xml",
            marks(&(pupil.repeat(depth) + &"</Pupil>".repeat(depth))),
        ),
        (
            "pupils",
            "marks.xml",
            marks(&format!("{pupil}</Pupil>").repeat(SIZE / 260)),
        ),
        (
            "second marks",
            "marks.xml",
            marks(&format!(
                "{}{second}</Pupil>",
                pupil.replace("</AttendSessions></Attendance>", "")
            )),
        ),
        ("attributes", "marks.xml", attributes.clone()),
        ("namespaces", "marks.xml", namespaces),
    ] {
        school.put(name, &text);
        school.ends(what, &["register", "import", name, "--dry-run"]);
        school.ends(
            what,
            &["register", "import", name, "--dry-run", "--partial"],
        );
    }
    let heading = "case,item,date,answer,outcome";
    for (what, text) in [
        (
            "columns",
            filled(
                heading,
                |n| format!(",f{n}"),
                "\nk7m4px,letters,2026-10-05,done,o\n",
            ),
        ),
        (
            "rows",
            filled(
                &format!("{heading}\n"),
                |n| format!("k7m4px,letters,2026-10-{:02},done,o {n}\n", n % 28 + 1),
                "",
            ),
        ),
        (
            "one row again and again",
            format!(
                "{heading}\n{}",
                "k7m4px,letters,2026-10-05,done,o\n".repeat(SIZE / 33)
            ),
        ),
    ] {
        school.put("table.csv", &text);
        school.ends(what, &["import", "table.csv", "--dry-run", "--incomplete"]);
        school.ends(
            what,
            &[
                "import",
                "--template",
                "letters",
                "--cases",
                "table.csv",
                "--output",
                "out.csv",
            ],
        );
    }
    school.put(
        "registers/k7m4px.csv",
        filled(
            "",
            |n| format!("2026-09-{:02},/,\\,2026-09-30\n", n % 28 + 1),
            "",
        ),
    );
    school.ends("a file of marks", &["gaps", CASE]);
}

#[test]
fn no_receipt_is_slow_to_compare() {
    let school = School::new().with_case();
    let receipt = {
        let mut command = school.command(&["receipt", CASE]);
        command.stdout(Stdio::piped());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    school.put("one.txt", receipt.repeat(2000));
    school.ends("one receipt", &["verify", CASE, "--receipt", "one.txt"]);
    let others: Vec<String> = (1..2000)
        .map(|n| receipt.replace("entries: 1", &format!("entries: {n}")))
        .collect();
    school.put("many.txt", others.concat());
    school.ends("many receipts", &["verify", CASE, "--receipt", "many.txt"]);
}

/// A pipe keeps whoever opens it waiting for good.
#[test]
fn no_pipe_is_waited_for() {
    for place in [
        "cases/m9xqc4.yaml",
        "checklists/own.yaml",
        "registers/k7m4px.csv",
        "erased.csv",
        "attcheck.toml",
        "cases/.lock-holder",
        "cases/.k7m4px.erasing",
        "evidence/k7m4px/x.pdf",
    ] {
        let school = School::new().with_case();
        fs::create_dir_all(school.root().join(place).parent().unwrap()).unwrap();
        let _ = fs::remove_file(school.root().join(place));
        let made = Command::new("mkfifo")
            .arg(school.root().join(place))
            .status()
            .unwrap();
        assert!(made.success());
        for args in [
            &["list"][..],
            &["verify"],
            &["ready", "--all"],
            &["due"],
            &["doctor"],
            &["checklist", "list"],
            &["checklist", "check"],
            &["gaps", CASE],
            &["export", "--format", "jsonl"],
            &["report", "--all", "--output", "report.html"],
            &["new", "--checklist", "lancashire", "--name", "Ben"],
            &["note", CASE, "x"],
            &["pack", "check", place],
            &["take-over", place],
        ] {
            school.ends(place, args);
        }
    }
}

/// A zip file of a few names, each of whose texts is one byte again and again.
fn bomb(school: &School, files: &[(&str, u8, usize)]) {
    use zip::write::SimpleFileOptions;
    let file = fs::File::create(school.root().join("bomb.zip")).unwrap();
    let mut zip = zip::ZipWriter::new(file);
    for (name, byte, size) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        let part = vec![*byte; 1 << 20];
        for _ in 0..size.div_ceil(1 << 20) {
            zip.write_all(&part).unwrap();
        }
    }
    zip.finish().unwrap();
    let size = fs::metadata(school.root().join("bomb.zip")).unwrap().len();
    assert!(size < 1_000_000, "{size}");
}

#[test]
fn no_small_file_unpacks_to_more_than_there_is_room_for() {
    const MB: usize = 1 << 20;
    let school = School::new().with_case();
    for (name, byte, size) in [
        ("b/data/evidence/k7m4px/x", 0, 500 * MB),
        ("b/data/cases/k7m4px.yaml", b'#', 100 * MB),
        ("b/data/cases/k7m4px.yaml", b'\n', 15 * MB),
        ("b/data/cases/k7m4px.yaml", b'-', 15 * MB),
        ("b/data/registers/k7m4px.csv", b',', 30 * MB),
        ("b/data/receipt.txt", b'x', 60 * MB),
        ("b/data/record/attcheck.toml", b'a', 60 * MB),
        ("b/manifest-sha256.txt", b'\n', 60 * MB),
    ] {
        let tag = ("b/bagit.txt", b'x', 1);
        bomb(&school, &[tag, (name, byte, size)]);
        school.ends(name, &["take-over", "bomb.zip", "--dry-run"]);
        school.ends(name, &["pack", "check", "bomb.zip"]);
    }
    // A form of the council's.
    for (name, byte) in [
        ("word/document.xml", b' '),
        ("word/settings.xml", b' '),
        ("word/header1.xml", b'a'),
    ] {
        bomb(
            &school,
            &[("[Content_Types].xml", b' ', 1), (name, byte, 60 * MB)],
        );
        fs::copy(
            school.root().join("bomb.zip"),
            school.root().join("form.docx"),
        )
        .unwrap();
        school.ends(
            name,
            &["form", CASE, "--into", "form.docx", "--output", "out.docx"],
        );
    }
}

/// A Word file with a main part, as far as `form --into` reads it.
fn word(main: &str) -> Vec<u8> {
    use zip::write::SimpleFileOptions;
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("[Content_Types].xml", types), ("word/document.xml", main)] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn no_word_file_is_slow_to_fill_in() {
    const BEGIN: &str = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>";
    const END: &str = "</w:body></w:document>";
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let row = format!("<w:tr>{}{}</w:tr>", cell("Letters"), cell(""));
    let attributes = {
        let mut text = format!("{BEGIN}<w:p");
        for n in 0..80_000 {
            write!(text, " w:a{n}=\"\"").unwrap();
        }
        format!("{text}/>{END}")
    };
    let school = School::new().with_case();
    for (what, main) in [
        (
            "rows",
            format!(
                "{BEGIN}<w:tbl>{}</w:tbl>{END}",
                row.repeat(SIZE / row.len())
            ),
        ),
        (
            "cells",
            format!(
                "{BEGIN}<w:tbl><w:tr>{}</w:tr></w:tbl>{END}",
                cell("x").repeat(SIZE / 60)
            ),
        ),
        (
            "tables",
            format!(
                "{BEGIN}{}{END}",
                format!("<w:tbl>{row}</w:tbl>").repeat(SIZE / 150)
            ),
        ),
        ("attributes", attributes),
        (
            "as many rows as may be",
            format!("{BEGIN}<w:tbl>{}</w:tbl>{END}", row.repeat(3_000)),
        ),
    ] {
        school.put("form.docx", word(&main));
        school.ends(
            what,
            &["form", CASE, "--into", "form.docx", "--output", "out.docx"],
        );
        let _ = fs::remove_file(school.root().join("out.docx"));
    }
}

/// One large document that many entries name is read once.
#[test]
fn a_document_is_read_once_however_often_it_is_named() {
    let school = School::new().with_case();
    school.put("scan.pdf", vec![b'x'; 20 << 20]);
    let record = [
        "record",
        CASE,
        "letters",
        "--on",
        "5/10/2026",
        "--outcome",
        "o",
        "--attach",
        "letter=scan.pdf",
    ];
    assert!(school.command(&record).status().unwrap().success());
    let file = school.root().join("cases/k7m4px.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let at = text.find("attach:").unwrap();
    let attach: String = text[at..].split("  after:").next().unwrap().to_owned();
    let mut by_hand = text.clone();
    for n in 0..200 {
        write!(
            by_hand,
            "- kind: action\n  item: letters\n  date: \"2026-10-05\"\n  answer: done\n  outcome: o{n}\n  {attach}"
        )
        .unwrap();
    }
    assert!(Path::new(&file).is_file());
    fs::write(&file, by_hand).unwrap();
    for args in [&["verify"][..], &["ready", CASE], &["show", CASE]] {
        school.ends("one document", args);
    }
}
