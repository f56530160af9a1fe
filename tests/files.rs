//! Files people may have: of a format that stays readable for ever, and with every mistake there is.
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

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use attcheck::case::state::{CaseState, FactValue};
use attcheck::case::verify::{Finding, verify};
use attcheck::case::{compose, seal};
use attcheck::error::{BadFile, problem_text};
use attcheck::problem::Code;
use attcheck::store::{self, builtin, checklists, lookup};
use chrono::NaiveDate;
use support::{at, id_of, parse, text_of};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// Compares with what is kept; `ATTCHECK_BLESS` keeps what came out, to be read before it is committed.
#[track_caller]
fn kept(file: &Path, found: &str) {
    if std::env::var_os("ATTCHECK_BLESS").is_some() {
        fs::write(file, found).unwrap();
    }
    let wanted = fs::read_to_string(file).unwrap_or_default();
    assert_eq!(found, wanted, "{}", file.display());
}

/// The problems of a file, places and all, its folder left out.
fn told(file: &Path) -> (Vec<Code>, String) {
    let is_checklist = file
        .file_name()
        .unwrap()
        .to_string_lossy()
        .starts_with("checklist");
    let error = if is_checklist {
        checklists::load(file).unwrap_err()
    } else {
        match store::load(file).and_then(lookup::in_place) {
            Err(error) => error,
            Ok(_) => panic!("{} can be used", file.display()),
        }
    };
    let bad = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<BadFile>())
        .unwrap();
    let text: String = bad.problems.iter().map(problem_text).collect();
    let name = file.file_name().unwrap().to_string_lossy();
    (
        bad.problems.iter().map(|problem| problem.code).collect(),
        text.replace(&file.display().to_string(), &name),
    )
}

#[test]
fn every_kind_of_mistake_has_a_file_and_a_message() {
    for code in Code::ALL {
        let dir = folder("problems").join(code.as_str());
        let (codes, text) = if *code == Code::TooLarge {
            // Too large to be kept: one entry more than a case may hold.
            let scratch = tempfile::tempdir().unwrap();
            let file = scratch.path().join("case.yaml");
            let header =
                "attcheck: case/1\ncase: k7m4px\nsubject: pupil\nopened: \"2026-09-14\"\nlog:\n";
            fs::write(
                &file,
                format!("{header}{}", "- kind: note\n".repeat(20_001)),
            )
            .unwrap();
            told(&file)
        } else {
            let files = fs::read_dir(&dir)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            let mut files = files;
            let file = files
                .find(|file| file.extension().is_some_and(|ext| ext == "yaml"))
                .unwrap();
            told(&file)
        };
        assert!(codes.contains(code), "{} gives {codes:?}", code.as_str());
        fs::create_dir_all(&dir).unwrap();
        kept(&dir.join("message.txt"), &text);
    }
}

#[test]
fn every_problem_of_a_checklist_is_told_in_one_run() {
    let (codes, text) = told(&folder("problems").join("checklist-with-many.yaml"));
    assert!(codes.len() >= 8, "{text}");
    kept(&folder("problems").join("checklist-with-many.txt"), &text);
}

/// What `case/1` means, told without any type of the program: ids, canonical forms, facts, people, findings.
fn reading(text: &str) -> String {
    let case = parse(text);
    let mut out = format!(
        "case {} {} {} {}\n",
        case.id, case.subject, case.opened, case.header_hash
    );
    for entry in &case.entries {
        let stated = entry.id.as_ref().map_or("-", |id| id.0.as_str());
        out += &format!("{} {stated} {}\n", entry.kind(), entry.computed);
        out += &format!("    {}\n", seal::canonical(&entry.node, &["id"]));
    }
    let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let state = CaseState::replay(&case, None);
    out += &format!(
        "checklist {:?}\nclosed {:?}\n",
        state.checklist(),
        state
            .closed_on(day)
            .map(attcheck::case::entry::CloseReason::as_str)
    );
    for fact in ["looked_after", "young_carer"] {
        let value = match state.fact_on(fact, None, day) {
            FactValue::Known { value, .. } => value.to_owned(),
            FactValue::Unknown => "unknown".to_owned(),
            FactValue::Conflict(entries) => format!("conflict of {}", entries.len()),
            FactValue::WhoIsMeant => "of several people".to_owned(),
        };
        out += &format!("fact {fact} {value}\n");
    }
    for person in state.people_on(day) {
        out += &format!(
            "person {} {} {:?} {:?}\n",
            person.id,
            person.role,
            person.name,
            person.counts()
        );
    }
    for found in verify(&case, text) {
        out += &format!("found {} line {}\n", found.finding, found.place.line);
    }
    out
}

#[test]
fn frozen_files_read_as_they_always_did() {
    let mut files: Vec<PathBuf> = fs::read_dir(folder("formats/case-1"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|ext| ext == "yaml"));
    files.sort();
    assert!(files.len() >= 4);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        kept(&file.with_extension("reading"), &reading(&text));
    }
}

/// What somebody holds of a record is read as it always was, too.
#[test]
fn frozen_receipts_copies_and_marks_read_as_they_always_did() {
    use attcheck::case::receipt::{Kept, Receipt, compare};
    let read = |name: &str| fs::read_to_string(folder("formats").join(name)).unwrap();
    let case = parse(&read("case-1/made-by-program.yaml"));
    let receipts = Receipt::read_all(&read("receipt-1/made-by-program.txt")).unwrap();
    assert_eq!(compare(&case, &receipts[0]), Kept::Whole { later: 0 });
    let copy = support::read(&read("redacted-1/made-by-program.yaml"));
    let checked = attcheck::case::redacted::check(&copy).unwrap();
    assert!(
        checked.faults.is_empty() && checked.left_out == 1,
        "{checked:?}"
    );
    assert_eq!(checked.kept + checked.left_out, case.entries.len());
    let marks = read("marks-1/n4rv7d.csv");
    let register = attcheck::register::read(&marks).unwrap();
    assert_eq!(attcheck::register::write(&register), marks);
}

/// The files of a format are never changed, nor what they are read as: only new ones are added.
#[test]
fn frozen_files_are_frozen() {
    let sums = fs::read_to_string(folder("formats/frozen.sha256")).unwrap();
    let mut found = Vec::new();
    for format in fs::read_dir(folder("formats"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if !format.is_dir() {
            continue;
        }
        for file in fs::read_dir(&format)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let name = file
                .strip_prefix(folder("formats"))
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            found.push(format!(
                "{}  {name}\n",
                seal::sha256_hex(&fs::read(&file).unwrap())
            ));
        }
    }
    found.sort_by(|a, b| a[64..].cmp(&b[64..]));
    assert_eq!(found.concat(), sums);
}

/// The day of `case/2`, tried out with a format made up for it: its header has a further line.
mod of_a_later_day {
    use super::*;
    use attcheck::store::migrate::{Migrated, Step, migrate};

    fn step(
        from: &'static str,
        to: &'static str,
        change: fn(&str) -> Result<String, String>,
    ) -> Step {
        Step { from, to, change }
    }

    fn tried() -> Step {
        step("case/1", "case/2", |text| {
            Ok(text.replacen(
                "attcheck: case/1\n",
                "attcheck: case/2\nfirst-format: case/1\n",
                1,
            ))
        })
    }

    #[test]
    fn a_case_is_taken_over_with_every_entry_and_byte() {
        for file in [
            "made-by-program",
            "joined-and-contested",
            "edited-in-notepad",
        ] {
            let text =
                fs::read_to_string(folder("formats/case-1").join(format!("{file}.yaml"))).unwrap();
            let change = |text: &str| {
                let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
                Ok(text.replacen("case/1", &format!("case/2{eol}first-format: case/1"), 1))
            };
            let found = migrate(&text, "case/2", &[step("case/1", "case/2", change)]).unwrap();
            let Migrated::To("case/2", new) = found else {
                panic!("{file}: {found:?}")
            };
            let log = |text: &str| text[text.find("log:").unwrap()..].to_owned();
            assert_eq!(log(&new), log(&text), "{file}");
            // There it is the newest, and stays as it is.
            assert_eq!(migrate(&new, "case/2", &[tried()]), Ok(Migrated::Newest));
        }
    }

    #[test]
    fn what_would_change_a_record_is_not_done() {
        let (_, text) = sound();
        let refused = |steps: &[Step], says: &str| {
            let found = migrate(&text, "case/2", steps).unwrap_err();
            assert!(found.contains(says), "{found}");
        };
        let to_two = |text: &str| text.replacen("case/1", "case/2", 1);
        let loses: fn(&str) -> Result<String, String> =
            |text| Ok(text[..text.rfind("- kind:").unwrap()].replacen("case/1", "case/2", 1));
        let changes: fn(&str) -> Result<String, String> =
            |text| Ok(text.replace("One", "Other").replacen("case/1", "case/2", 1));
        let renames: fn(&str) -> Result<String, String> = |text| {
            Ok(text
                .replace("case: k7m4px", "case: m9xqc4")
                .replacen("case/1", "case/2", 1))
        };
        let nothing: fn(&str) -> Result<String, String> = |text| Ok(text.to_owned());
        refused(
            &[step("case/1", "case/2", loses)],
            "would change what was recorded",
        );
        refused(
            &[step("case/1", "case/2", changes)],
            "would change what was recorded",
        );
        refused(
            &[step("case/1", "case/2", renames)],
            "would change what was recorded",
        );
        refused(
            &[step("case/1", "case/2", nothing)],
            "does not lead to case/2",
        );
        // A changed entry is not carried into a new format, where nobody could tell any more.
        let damaged = text.replace("text: One", "text: Other");
        assert!(
            migrate(&damaged, "case/2", &[tried()])
                .unwrap_err()
                .contains("does not carry the id")
        );
        // Newer than the program, or no case at all.
        assert!(
            migrate(&to_two(&text), "case/1", &[])
                .unwrap_err()
                .contains("knows no step")
        );
        assert!(migrate("attcheck: checklist/1\n", "case/1", &[]).is_err());
        assert_eq!(migrate(&text, "case/1", &[]), Ok(Migrated::Newest));
    }

    #[test]
    fn steps_follow_one_another() {
        let (_, text) = sound();
        let next: fn(&str) -> Result<String, String> =
            |text| Ok(text.replacen("case/2", "case/3", 1));
        let steps = [tried(), step("case/2", "case/3", next)];
        let Ok(Migrated::To("case/3", new)) = migrate(&text, "case/3", &steps) else {
            panic!()
        };
        assert!(
            new.starts_with("attcheck: case/3\nfirst-format: case/1\n"),
            "{new}"
        );
    }
}

/// A sound record of three entries and the text of its file.
fn sound() -> (Vec<attcheck::tree::Node>, String) {
    use attcheck::case::entry::{Content, Deed};
    let note = |text: &str, after: &[attcheck::case::entry::EntryId], time: &str| {
        compose::entry(
            &Deed::Record(Content::Note {
                text: text.into(),
                date: None,
            }),
            "A",
            at(time),
            after,
        )
    };
    let first = compose::entry(
        &support::opened("pupil"),
        "A",
        at("2026-09-01T09:00:00+01:00"),
        &[],
    );
    let second = note("One", &[id_of(&first)], "2026-09-02T09:00:00+01:00");
    let third = note("Two", &[id_of(&second)], "2026-09-03T09:00:00+01:00");
    let log = vec![first, second, third];
    let text = text_of("pupil", &log);
    (log, text)
}

#[track_caller]
fn finds(text: &str, wanted: &[Finding]) {
    let case = store::parse_case(text, Path::new("k7m4px.yaml")).unwrap();
    let mut found: Vec<Finding> = verify(&case, text)
        .into_iter()
        .map(|one| one.finding)
        .collect();
    found.dedup();
    assert_eq!(found, wanted, "{text}");
}

#[test]
fn verify_finds_exactly_what_it_promises() {
    use Finding::*;
    let (log, text) = sound();
    let third = text
        .find("- kind: note")
        .map(|at| at + text[at + 1..].find("- kind: note").unwrap() + 1)
        .unwrap();
    finds(&text, &[]);
    finds(&text.replace("text: One", "text: Other"), &[Changed]);
    finds(text.trim_end(), &[CutOff]);
    finds(
        &format!("{text}- kind: note\n  text: by hand\n"),
        &[Unsealed],
    );
    finds(
        &text_of("pupil", &[log[0].clone(), log[2].clone()]),
        &[Missing],
    );
    finds(
        &text_of("pupil", &[log[0].clone(), log[2].clone(), log[1].clone()]),
        &[OutOfOrder],
    );
    finds(&format!("{text}{}", &text[third..]), &[Repeated]);
    finds(
        &text.replace("2026-09-01\"\nlog", "2026-09-02\"\nlog"),
        &[HeaderChanged],
    );
    // A second entry that follows nothing, sealed as such.
    let alone = compose::entry(
        &attcheck::case::entry::Deed::Record(attcheck::case::entry::Content::Note {
            text: "Three".into(),
            date: None,
        }),
        "A",
        at("2026-09-04T09:00:00+01:00"),
        &[],
    );
    finds(
        &text_of(
            "pupil",
            &[log[0].clone(), log[1].clone(), log[2].clone(), alone],
        ),
        &[SecondStart],
    );
    finds(
        &text
            .replace("text: One\n", "text: One # more\n")
            .replace("text: One #", "text: One two #"),
        &[Changed, LostTail],
    );
    finds(
        &text
            .replace("text: \"Two\"", "text: no")
            .replace("text: Two", "text: no"),
        &[Changed, NeedsQuotes],
    );
}

/// What `verify` finds has a folder each, with a file in which it is found and what is said of it.
#[test]
fn every_finding_on_a_record_has_a_file_and_a_message() {
    for finding in Finding::ALL {
        let dir = folder("problems").join("record").join(finding.as_str());
        let file = dir.join("k7m4px.yaml");
        let text =
            fs::read_to_string(&file).unwrap_or_else(|_| panic!("{} is there", file.display()));
        let case = store::parse_case(&text, &file).unwrap();
        let found = verify(&case, &text);
        assert!(
            found.iter().any(|one| one.finding == *finding),
            "{finding} gives {found:?}"
        );
        let told: String = found
            .iter()
            .map(|one| {
                let kind = if one.finding.is_fault() {
                    "fault"
                } else {
                    "remark"
                };
                format!(
                    "{kind} {} (line {}): {}\n",
                    one.finding, one.place.line, one.says
                )
            })
            .collect();
        kept(&dir.join("message.txt"), &told);
    }
}

/// One page lists every code there is.
#[test]
fn the_page_of_problems_lists_every_code() {
    use attcheck::commands::verify::Beside;
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/problems.md")).unwrap();
    let rows: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let codes = Code::ALL.iter().map(|code| code.as_str());
    let findings = Finding::ALL.iter().map(|finding| finding.as_str());
    let beside = Beside::ALL.iter().map(|beside| beside.as_str());
    let gaps = attcheck::readiness::gap::GapCode::WORDS.iter().copied();
    for code in codes.chain(findings).chain(beside).chain(gaps) {
        assert!(
            rows.contains(&code),
            "docs/problems.md does not list `{code}`"
        );
    }
    // And nothing that is not there.
    let doctor = [
        "folder",
        "settings",
        "lock",
        "clock",
        "who",
        "git",
        "sync-copy",
        "name",
        "case",
        "record",
        "left-over",
        "checklist",
    ];
    for row in rows {
        let known = Code::ALL.iter().any(|code| code.as_str() == row)
            || Finding::from_word(row).is_some()
            || Beside::from_word(row).is_some()
            || attcheck::readiness::gap::GapCode::from_word(row).is_some()
            || doctor.contains(&row)
            || row == "broken-record";
        assert!(known, "`{row}` is no code");
    }
}

#[test]
fn verify_tells_what_is_no_fault() {
    use Finding::*;
    use attcheck::case::entry::{Content, Deed};
    let (mut log, _) = sound();
    let note = |text: &str, after: &[_], time: &str| {
        compose::entry(
            &Deed::Record(Content::Note {
                text: text.into(),
                date: None,
            }),
            "B",
            at(time),
            after,
        )
    };
    // Made apart after the first note, and joined within a day.
    let apart = note("Apart", &[id_of(&log[1])], "2026-09-03T10:00:00+01:00");
    log.push(apart.clone());
    finds(&text_of("pupil", &log), &[Forked]);
    let both = [id_of(&log[2]), id_of(&apart)];
    log.push(note("Both", &both, "2026-09-03T18:00:00+01:00"));
    finds(&text_of("pupil", &log), &[Forked]);
    *log.last_mut().unwrap() = note("Both, late", &both, "2026-09-06T18:00:00+01:00");
    finds(&text_of("pupil", &log), &[Forked, JoinedLate]);
    // One event corrected in two ways.
    let (mut log, _) = sound();
    for (by, text) in [("B", "One way"), ("C", "Another way")] {
        let content = Some(Content::Note {
            text: text.into(),
            date: None,
        });
        let deed = Deed::Correct {
            corrects: id_of(&log[1]),
            why: "put right".into(),
            content,
        };
        log.push(compose::entry(
            &deed,
            by,
            at("2026-09-03T12:00:00+01:00"),
            &[id_of(&log[2])],
        ));
    }
    finds(&text_of("pupil", &log), &[Contested, Forked]);
    // A struck entry with the entry that says so, and without.
    let (mut log, _) = sound();
    let struck = compose::struck(&[id_of(&log[0])], &id_of(&log[1]));
    log[1] = struck;
    finds(&text_of("pupil", &log), &[Changed, Struck]);
    let strike = |followed: Option<Vec<attcheck::case::entry::EntryId>>| Deed::Strike {
        strikes: id_of(&log[1]),
        followed,
        why: "another child's name".into(),
    };
    let with = |followed: Option<Vec<attcheck::case::entry::EntryId>>| {
        let mut all = log.clone();
        all.push(compose::entry(
            &strike(followed),
            "A",
            at("2026-09-05T09:00:00+01:00"),
            &[id_of(&log[2])],
        ));
        text_of("pupil", &all)
    };
    finds(&with(Some(vec![id_of(&log[0])])), &[Struck]);
    // What an older program wrote says nothing of what the entry followed.
    finds(&with(None), &[Struck]);
    finds(&with(Some(vec![id_of(&log[2])])), &[Changed, Struck]);
}

#[test]
fn the_vocabulary_and_the_explanations_can_be_read() {
    let vocabulary = builtin::vocabulary();
    assert!(
        vocabulary.facts.len() > 25
            && vocabulary.fields.len() > 25
            && vocabulary.practices.len() > 60
    );
    assert!(!builtin::explanations().is_empty());
}

/// Whatever is typed into a case where a word of the format stands may be a name: no message repeats it.
#[test]
fn no_message_about_a_case_repeats_what_somebody_typed() {
    const TYPED: &str = "Zebedee Quux";
    let mut wrong = 0;
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/northfield/cases");
    let files = fs::read_dir(cases).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    for file in files.filter(|path| path.extension().is_some_and(|ext| ext == "yaml")) {
        let text = fs::read_to_string(&file).unwrap();
        for (n, line) in text.lines().enumerate() {
            let Some((key, value)) = line.split_once(": ") else {
                continue;
            };
            let indent = &key[..key.len() - key.trim_start_matches([' ', '-']).len()];
            for changed in [
                format!("{key}: {TYPED}"),
                format!("{key}: [{TYPED}]"),
                format!("{indent}{TYPED}: {value}"),
                format!(
                    "{line}\n{}{TYPED}: a\n{}{TYPED}: b",
                    blank(indent),
                    blank(indent)
                ),
            ] {
                let mut lines: Vec<&str> = text.lines().collect();
                lines[n] = &changed;
                let whole = lines.join("\n") + "\n";
                for problem in attcheck::store::parse_case(&whole, &file)
                    .err()
                    .unwrap_or_default()
                {
                    wrong += 1;
                    let told = format!("{} {:?}", problem.message, problem.hint);
                    assert!(
                        !told.contains("Zebedee") && problem.excerpt.is_none(),
                        "{}:{}: {told}",
                        file.display(),
                        n + 1
                    );
                }
            }
        }
    }
    assert!(wrong > 1000, "{wrong}");
}

fn blank(indent: &str) -> String {
    indent.replace('-', " ")
}

/// The page on security names a test for each claim, and the tests are there.
#[test]
fn the_page_on_security_names_tests_that_there_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/security.md")).unwrap();
    let claims = page.split("\n## 9.").nth(1).unwrap();
    let mut named = 0;
    for name in claims.split('`').skip(1).step_by(2) {
        let Some((file, test)) = name.split_once("::") else {
            continue;
        };
        let text = [format!("tests/cli/{file}.rs"), format!("tests/{file}.rs")]
            .iter()
            .find_map(|path| fs::read_to_string(root.join(path)).ok())
            .unwrap_or_else(|| panic!("{name}"));
        assert!(text.contains(&format!("fn {test}()")), "{name}");
        named += 1;
    }
    assert!(named > 30, "{named}");
}
