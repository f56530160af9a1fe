//! Text that wants to be more than text: it drives no terminal, becomes no formula and no markup. And paths that want to
//! lead out of the folder.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop where it stands"
)]
#![allow(clippy::disallowed_methods, reason = "a test looks at the disk itself")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use attcheck::case::entry::{
    Action, Answer, Attachment, CloseReason, Content, Deed, Details, EntryId, Fact, PersonEntry,
    PersonId, Plan, Role, Sign,
};
use attcheck::case::{CaseId, compose, seal};
use attcheck::store::yaml;
use attcheck::tree::{Node, Value};

/// Markup, escape sequences of both kinds, a line break of its own, a bell, a turned direction, a formula.
const HOSTILE: &str = "=cmd|' /C calc'!A0 <b onload=\"x\">&amp;]]> \u{1b}[31m\u{9b}31m\u{1b}[8mhidden \u{1b}]0;title\u{7} \u{202e}txet\u{2066} a\u{200f}b\u{61c}\u{200e} \r\nBEGIN:VALARM \u{feff}🙂 Ω";

const CASE: &str = "k7m4px";

struct School {
    dir: tempfile::TempDir,
}

impl School {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("school/cases")).unwrap();
        Self { dir }
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("school")
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attcheck"));
        support::without_own_settings(&mut command);
        command
            .args(args)
            .env("ATTCHECK_NOW", "2026-11-20T16:40:10+00:00")
            .env(
                "ATTCHECK_BY",
                HOSTILE.replace(['\r', '\n', '\u{1b}', '\u{9b}', '\u{7}'], " "),
            )
            .env("XDG_CONFIG_HOME", self.dir.path().join("config"))
            .env("TZ", "Europe/London")
            .current_dir(self.root())
            .output()
            .unwrap()
    }
}

/// Contents of every kind with the text wherever one can stand.
fn contents() -> Vec<Content> {
    let text = || HOSTILE.to_owned();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 9, 18);
    let fields = BTreeMap::from([
        ("outcome".to_owned(), text()),
        ("attendees".to_owned(), text()),
    ]);
    let action = Action {
        date: day,
        item: "letters".to_owned(),
        answer: Answer::Done,
        reason: Some(text()),
        persons: Vec::new(),
        points: Vec::new(),
        fields,
        attach: vec![Attachment {
            name: "letter".to_owned(),
            file: format!("evidence/../../{HOSTILE}"),
            size: Some("1".to_owned()),
            sha256: Some("0".repeat(64)),
        }],
    };
    let plan = Plan {
        next: Some(text()),
        due: day,
        owner: Some(text()),
        comments: Some(text()),
        ..Plan::default()
    };
    vec![
        Content::Person(PersonEntry::Named {
            person: PersonId("p1".to_owned()),
            name: Some(text()),
            role: Some(Role::Parent),
            responsibility: None,
            from: None,
            until: None,
        }),
        Content::Action(action),
        Content::Fact(Fact {
            fact: "young_carer".to_owned(),
            value: text(),
            since: None,
            persons: Vec::new(),
        }),
        Content::Plan(plan),
        Content::Note {
            text: text(),
            date: None,
        },
        Content::Sign(Sign {
            role: "headteacher".to_owned(),
            name: text(),
            date: day,
            item: None,
            signs: Vec::new(),
            scope: None,
            fields: BTreeMap::new(),
        }),
        Content::Outcome {
            result: "returned".to_owned(),
            date: day,
            reason: Some(text()),
            items: Vec::new(),
        },
        Content::Joined { text: Some(text()) },
    ]
}

/// A case with the text in every place, sealed as if the program had written it.
fn hostile_case(checklist: &str, edition: &str) -> String {
    let header = support::header("pupil");
    let opened = Content::Opened {
        checklist: checklist.to_owned(),
        edition: edition.to_owned(),
        details: Details {
            name: Some(HOSTILE.to_owned()),
            year_group: Some(HOSTILE.to_owned()),
            school: Some(HOSTILE.to_owned()),
            urn: Some(HOSTILE.to_owned()),
            ..Details::default()
        },
        header: seal::header_hash(&header),
    };
    let mut after: Vec<EntryId> = Vec::new();
    let mut log = Vec::new();
    for content in std::iter::once(opened).chain(contents()) {
        let at = support::at("2026-09-19T09:00:00+01:00");
        let entry = compose::entry(&Deed::Record(content), HOSTILE, at, &after);
        after = vec![support::id_of(&entry)];
        log.push(entry);
    }
    let log = Node::map([(
        "log",
        Node {
            value: Value::List(log),
            ..Node::default()
        },
    )]);
    yaml::write(&header) + &yaml::write(&log)
}

/// Nothing in an output drives a terminal. `bidi` says whether characters that turn the direction may stand in it: in
/// markup they are text.
#[track_caller]
fn tame(what: &str, output: &Output, bidi: bool) -> String {
    let all = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8(all).unwrap();
    let drives = |c: char| {
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let marks = matches!(
            c,
            '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}' | '\u{2029}'
        );
        c.is_control() && !matches!(c, '\n' | '\t') || (turns || marks) && !bidi
    };
    let found = text.chars().find(|c| drives(*c));
    assert_eq!(found, None, "{what}: {text:?}");
    assert!(!text.contains("panicked"), "{what}: {text}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn no_text_of_a_file_drives_the_terminal() {
    let school = School::new();
    let case = hostile_case("lancashire", "2026-11");
    fs::write(school.root().join(format!("cases/{CASE}.yaml")), &case).unwrap();
    fs::write(
        school.root().join("attcheck.toml"),
        "[retention]\nafter-closing = \"1 day\"\n",
    )
    .unwrap();
    for line in [
        "show k7m4px",
        "show k7m4px --log",
        "show k7m4px --format json",
        "gaps k7m4px",
        "ready k7m4px",
        "ready k7m4px --format json",
        "ready --all",
        "ready --all --forecast",
        "list",
        "list --format json",
        "list --family k7m4px",
        "due",
        "due --names",
        "due --format json",
        "log --since 90d",
        "log --since 90d --format json",
        "verify",
        "verify --format json",
        "receipt k7m4px",
        "receipt k7m4px --format json",
        "pupil-record k7m4px",
        "conversation k7m4px",
        "conversation k7m4px --format markdown",
        "retention --every",
        "doctor",
        "doctor --format json",
        "list --returned",
        "list --returned --format json",
        "export --format jsonl",
        "outcome k7m4px accepted --dry-run",
        "note k7m4px --dry-run word",
        "erase k7m4px --dry-run",
        "follow-up k7m4px --dry-run --next word --due 1/12/2026 --owner word",
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let output = school.run(&args);
        let out = tame(line, &output, false);
        // With colour nothing but colours is let through.
        let colored = school.run(&[&["--color", "always"], &args[..]].concat());
        let plain = String::from_utf8(colored.stdout).unwrap();
        for escape in plain.split('\u{1b}').skip(1) {
            assert!(
                ["[0m", "[1m", "[31m", "[32m", "[33m"]
                    .iter()
                    .any(|known| escape.starts_with(known)),
                "{line}: {plain:?}"
            );
        }
        if line.ends_with("json") {
            let _: serde_json::Value =
                serde_json::from_str(&out).unwrap_or_else(|e| panic!("{line}: {e}: {out}"));
        }
    }
    let output = school.run(&["ready", "--all", "--format", "junit"]);
    let xml = tame("junit", &output, true);
    roxmltree::Document::parse(&xml).unwrap();
    // Calendar files end their lines with CR LF, and no text begins a line of its own.
    let output = school.run(&["due", "--format", "ics", "--names"]);
    let ics = String::from_utf8(output.stdout).unwrap();
    assert!(
        !ics.contains('\u{1b}') && !ics.contains('\u{9b}') && !ics.contains('\u{7}'),
        "{ics:?}"
    );
    assert!(
        !ics.split("\r\n")
            .any(|line| line.starts_with("BEGIN:VALARM")),
        "{ics}"
    );
    assert!(
        ics.split("\r\n").all(|line| !line.contains(['\r', '\n'])),
        "{ics:?}"
    );
    // A table that is to be filled in holds no formula.
    fs::write(school.root().join("cases.txt"), format!("{CASE}\n")).unwrap();
    let output = school.run(&["import", "--template", "letters", "--cases", "cases.txt"]);
    let csv = tame("template", &output, false);
    let cells: Vec<&str> = csv
        .trim_start_matches('\u{feff}')
        .lines()
        .flat_map(|line| line.split(','))
        .collect();
    assert!(cells.contains(&"case"), "{csv}");
    assert!(
        cells
            .iter()
            .all(|cell| !cell.trim_matches('"').starts_with(['=', '+', '-', '@'])),
        "{csv}"
    );
}

/// Whether a document or a page holds anything but text: no control character, none that turns the direction.
#[track_caller]
fn only_text(what: &str, text: &str) {
    nothing_drives(what, text);
    assert!(
        !text.contains("<b onload") && !text.contains("<script"),
        "{what}"
    );
}

/// Whether a text holds a control character, or one that turns the direction.
#[track_caller]
fn nothing_drives(what: &str, text: &str) {
    let drives = |c: char| {
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        c.is_control() && !matches!(c, '\n' | '\t' | '\r') || turns
    };
    assert_eq!(text.chars().find(|c| drives(*c)), None, "{what}");
}

/// Every part of a Word file is XML, and holds nothing but text; how often the hostile text stands in it.
#[track_caller]
fn document_of_text(what: &str, bytes: &[u8]) -> usize {
    let mut found = 0;
    for name in support::word::parts(bytes) {
        let text = support::word::part(bytes, &name);
        only_text(&format!("{what}: {name}"), &text);
        let parsed = roxmltree::Document::parse(&text)
            .unwrap_or_else(|error| panic!("{what}, {name}: {error}"));
        let texts = parsed.descendants().filter_map(|node| node.text());
        found += texts
            .filter(|text| {
                text.contains("=cmd|' /C calc'!A0 <b onload=\"x\">&amp;]]> \u{fffd}[31m")
            })
            .count();
    }
    found
}

#[test]
fn no_text_of_a_file_becomes_more_in_a_document() {
    let school = School::new();
    fs::write(
        school.root().join(format!("cases/{CASE}.yaml")),
        hostile_case("lancashire", "2026-11"),
    )
    .unwrap();
    let made = |args: &str, file: &str| {
        let all: Vec<&str> = args.split(' ').chain(["--output", file]).collect();
        let output = school.run(&all);
        assert!(output.status.success(), "{args}: {output:?}");
        tame(args, &output, false);
        fs::read(school.root().join(file)).unwrap()
    };
    let form = made("form k7m4px --as-of 2026-11-20", "form.docx");
    assert!(document_of_text("form", &form) > 6);
    let named = school.run(&[
        "form",
        CASE,
        "--title",
        HOSTILE,
        "--author",
        HOSTILE,
        "--output",
        "named.docx",
    ]);
    assert!(named.status.success(), "{named:?}");
    assert!(
        document_of_text(
            "named",
            &fs::read(school.root().join("named.docx")).unwrap()
        ) > 8
    );
    for (args, least) in [("report k7m4px", 12), ("report --all", 2)] {
        let page = String::from_utf8(made(args, "page.html")).unwrap();
        only_text(args, &page);
        assert!(
            page.matches(
                "=cmd|&#39; /C calc&#39;!A0 &lt;b onload=&quot;x&quot;&gt;&amp;amp;]]&gt;"
            )
            .count()
                >= least,
            "{args}"
        );
        assert!(page.contains("🙂 Ω"), "{args}");
    }
    let page = String::from_utf8(made("report --all --no-names", "page.html")).unwrap();
    assert!(!page.contains("calc") && !page.contains("🙂"), "{page}");
    let output = school.run(&["pack", CASE, "--anyway", "--folder", "pack"]);
    assert!(output.status.success(), "{output:?}");
    let data = school.root().join("pack/data");
    for name in ["1-first-page.docx", "2-form.docx", "3-chronology.docx"] {
        assert!(
            document_of_text(name, &fs::read(data.join(name)).unwrap()) > 0,
            "{name}"
        );
    }
    let mut lines = fs::read_to_string(school.root().join("pack/bag-info.txt")).unwrap();
    lines.retain(|c| c != '\u{feff}');
    assert!(
        lines.lines().all(|line| line.contains(": ")),
        "no text begins a line of its own: {lines}"
    );
    nothing_drives("bag-info.txt", &lines);
    let exhibits = fs::read_to_string(data.join("exhibits.csv")).unwrap();
    assert!(exhibits.contains("'=cmd"), "{exhibits}");
    nothing_drives("exhibits.csv", &exhibits);
    let checked = school.run(&["pack", "check", "pack"]);
    tame("pack check", &checked, false);
    assert!(checked.status.success(), "{checked:?}");
    // Tables: no cell is a formula, and taking the apostrophe away gives what the JSON says.
    for table in ["cases", "entries", "items", "facts"] {
        let csv = made(&format!("export {table} --format csv"), "table.csv");
        let lines = made(&format!("export {table} --format jsonl"), "table.jsonl");
        let mut reader = csv::Reader::from_reader(&csv[3..]);
        assert_eq!(&csv[..3], "\u{feff}".as_bytes());
        let headings = reader.headers().unwrap().clone();
        let objects: Vec<serde_json::Value> = String::from_utf8(lines)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert!(!rows.is_empty() || table == "facts");
        assert_eq!(rows.len(), objects.len(), "{table}");
        for (row, object) in rows.iter().zip(&objects) {
            for (name, cell) in headings.iter().zip(row) {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']),
                    "{table}, {name}: {cell}"
                );
                let told = match &object[name] {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let bare = cell
                    .strip_prefix('\'')
                    .filter(|rest| rest.starts_with(['=', '\'']))
                    .unwrap_or(cell);
                assert_eq!(bare, told, "{table}, {name}");
            }
        }
    }
}

#[test]
fn no_text_of_a_checklist_drives_the_terminal() {
    let school = School::new();
    fs::create_dir(school.root().join("checklists")).unwrap();
    let plain = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("checklists/lancashire.yaml"),
    )
    .unwrap();
    let quoted = "\"=cmd|' /C calc'!A0 <b>&amp; \\e[31m\\x9b31m\\a \\u202etxet\\r\\nBEGIN:VALARM\"";
    let list: String = plain
        .lines()
        .map(|line| {
            let (key, value) = line.split_once(": ").unwrap_or((line, ""));
            let text =
                ["title", "ask", "why", "authority"].contains(&key.trim_start_matches([' ', '-']));
            if text && !value.is_empty() {
                format!("{key}: {quoted}\n")
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    fs::write(school.root().join("checklists/lancashire.yaml"), list).unwrap();
    let case = hostile_case("lancashire", "2026-11");
    fs::write(school.root().join(format!("cases/{CASE}.yaml")), &case).unwrap();
    for line in [
        "checklist list",
        "checklist show lancashire",
        "checklist show lancashire --format json",
        "checklist check checklists/lancashire.yaml",
        "checklist diff lancashire herefordshire",
        "checklist test lancashire",
        "gaps k7m4px",
        "ready k7m4px",
        "ready k7m4px --format json",
        "show k7m4px",
        "list",
        "due",
        "record k7m4px letters",
        "record k7m4px no-such-item",
        "move k7m4px --to herefordshire --dry-run",
        "new --dry-run --name Bo --checklist lancashire",
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        tame(line, &school.run(&args), false);
    }
    let xml = tame(
        "junit",
        &school.run(&["ready", "--all", "--format", "junit"]),
        true,
    );
    roxmltree::Document::parse(&xml).unwrap();
}

#[test]
fn broken_files_are_told_without_driving_the_terminal() {
    let school = School::new();
    let escape = "\u{1b}[31m\u{9b}31m";
    fs::write(
        school.root().join("cases/a b\u{1b}[31m.yaml"),
        format!("attcheck: {escape}\n"),
    )
    .unwrap();
    fs::write(
        school.root().join("cases/bad.yaml"),
        format!("{escape}: : x\n"),
    )
    .unwrap();
    fs::create_dir(school.root().join("checklists")).unwrap();
    fs::write(
        school.root().join("checklists/x.yaml"),
        format!("attcheck: checklist/1\n{escape}key: {escape}\n"),
    )
    .unwrap();
    fs::write(
        school.root().join("table.csv"),
        format!("case,item,{escape}\nk7m4px,letters,x\n"),
    )
    .unwrap();
    for line in [
        "list",
        "verify",
        "verify --format json",
        "doctor",
        "ready --all",
        "checklist list",
        "checklist check checklists/x.yaml",
        "import table.csv",
        "register import table.csv",
        "verify --receipt table.csv",
        "take-over table.csv",
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        tame(line, &school.run(&args), false);
    }
    fs::write(
        school.root().join("attcheck.toml"),
        format!("school = \"{escape}\n"),
    )
    .unwrap();
    tame("settings", &school.run(&["list"]), false);
}

#[test]
fn no_id_and_no_path_leads_out_of_the_folder() {
    for bad in [
        "..", "../x", "a/b", "a\\b", "c:x", "con", "a\u{0}b", "-rf", "a.yaml",
    ] {
        assert!(CaseId::new(bad).is_err(), "{bad:?}");
    }
    let school = School::new();
    let secret = school.dir.path().join("secret.pdf");
    fs::write(&secret, "not the school's").unwrap();
    let hash = seal::sha256_hex(b"not the school's");
    let told = |file: &str| {
        let copies = attcheck::store::Store::at(school.root()).copies();
        let copy = Attachment {
            name: "letter".to_owned(),
            file: file.to_owned(),
            size: None,
            sha256: Some(hash.clone()),
        };
        let id = CaseId::new(CASE).unwrap();
        attcheck::readiness::Copies::state(&copies, &id, &copy)
    };
    let own = school.root().join("evidence").join(CASE);
    fs::create_dir_all(&own).unwrap();
    fs::create_dir_all(school.root().join("evidence/m9xqc4")).unwrap();
    fs::write(own.join("a.pdf"), "not the school's").unwrap();
    fs::write(
        school.root().join("evidence/m9xqc4/b.pdf"),
        "not the school's",
    )
    .unwrap();
    assert_eq!(
        told("evidence/k7m4px/a.pdf"),
        attcheck::readiness::Copy::Good
    );
    for out in [
        "../secret.pdf",
        "evidence/../../secret.pdf",
        "evidence/k7m4px/../../../secret.pdf",
        "evidence/m9xqc4/b.pdf",
        secret.to_str().unwrap(),
    ] {
        assert_eq!(told(out), attcheck::readiness::Copy::Gone, "{out}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, own.join("link.pdf")).unwrap();
        assert_eq!(
            told("evidence/k7m4px/link.pdf"),
            attcheck::readiness::Copy::Unreadable
        );
        std::os::unix::fs::symlink(own.join("a.pdf"), own.join("inside.pdf")).unwrap();
        assert_eq!(
            told("evidence/k7m4px/inside.pdf"),
            attcheck::readiness::Copy::Good
        );
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_not_followed() {
    use std::os::unix::fs::symlink;
    let school = School::new();
    let outside = school.dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    let new = [
        "new",
        "--checklist",
        "lancashire",
        "--id",
        CASE,
        "--name",
        "Ada Okafor",
    ];
    assert!(school.run(&new).status.success());
    let case = school.root().join(format!("cases/{CASE}.yaml"));
    fs::rename(&case, outside.join("k7m4px.yaml")).unwrap();
    symlink(outside.join("k7m4px.yaml"), &case).unwrap();
    for line in [
        "show k7m4px",
        "ready k7m4px",
        "verify k7m4px",
        "note k7m4px word",
        "ready --all",
        "list",
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let output = school.run(&args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        assert!(
            said.contains("leads out of the folder") || said.contains("is a link"),
            "{line}: {said}"
        );
    }
    fs::remove_file(&case).unwrap();
    fs::rename(outside.join("k7m4px.yaml"), &case).unwrap();
    // A folder of copies that is a link is not written through, and erasing takes the link and not what it leads to.
    fs::create_dir(school.root().join("evidence")).unwrap();
    symlink(&outside, school.root().join("evidence").join(CASE)).unwrap();
    fs::write(outside.join("precious.txt"), "kept").unwrap();
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
        "letter=letter.pdf",
    ];
    let output = school.run(&record);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("leads out of the folder"), "{said}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    let erase = ["erase", CASE, "--why", "mistake", "--confirm", CASE];
    assert!(school.run(&erase).status.success());
    assert_eq!(
        fs::read_to_string(outside.join("precious.txt")).unwrap(),
        "kept"
    );
    assert!(!school.root().join("evidence").join(CASE).exists());
}

#[test]
fn a_closed_case_with_hostile_text_is_still_listed() {
    let school = School::new();
    let case = hostile_case("lancashire", "2026-11");
    let path = school.root().join(format!("cases/{CASE}.yaml"));
    fs::write(&path, &case).unwrap();
    let read = attcheck::store::load(&path).unwrap();
    let close = Content::Close {
        reason: CloseReason::Other,
        date: None,
        text: Some(HOSTILE.to_owned()),
    };
    let heads: Vec<EntryId> = read
        .case
        .chain
        .heads()
        .iter()
        .filter_map(|n| read.case.entries[*n].id.clone())
        .collect();
    let entry = compose::entry(
        &Deed::Record(close),
        HOSTILE,
        support::at("2026-10-01T09:00:00+01:00"),
        &heads,
    );
    fs::write(&path, attcheck::store::appended(&read, &[entry]).unwrap()).unwrap();
    for line in ["list --closed", "show k7m4px --log", "pupil-record k7m4px"] {
        let args: Vec<&str> = line.split(' ').collect();
        let out = tame(line, &school.run(&args), false);
        assert!(out.contains(CASE), "{out}");
    }
}
