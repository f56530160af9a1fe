//! What must hold of every reader, whatever it is given: it ends, it does not panic, and what it takes it takes rightly.
//!
//! The fuzz targets call these with texts made up by the fuzzer; the tests call them with every text that ever broke one.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a law that does not hold stops where it stands"
)]

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::sync::OnceLock;

use attcheck::calendar::Calendar;
use attcheck::case::entry::{Content, Deed, EntryId};
use attcheck::case::receipt::{Kept, Receipt, compare, receipt as receipt_of};
use attcheck::case::state::CaseState;
use attcheck::case::{Case, compose, join, redacted, seal, verify};
use attcheck::error::problem_text;
use attcheck::form::{self, Layout};
use attcheck::problem::{Problem, Problems};
use attcheck::register::{self, incoming};
use attcheck::render::docx;
use attcheck::store::settings::Settings;
use attcheck::store::{bag, builtin, edit, forms, parse_case, quick, yaml};
use attcheck::tree::{Node, Value};
use attcheck::{checklist, day, samples, span, table};
use chrono::{DateTime, FixedOffset, NaiveDate};

fn file() -> &'static Path {
    Path::new("k7m4px.yaml")
}

/// Problems can be told.
fn can_be_told(problems: &[Problem]) {
    for problem in problems {
        let told = problem_text(problem);
        assert!(told.starts_with("error["));
        assert!(
            problem
                .place
                .is_none_or(|place| place.line > 0 && place.column > 0),
            "{told}"
        );
    }
}

fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-20T09:00:00+00:00").unwrap()
}

fn today() -> NaiveDate {
    now().date_naive()
}

/// The same values, wherever they stand.
fn same(a: &Node, b: &Node) -> bool {
    seal::canonical(a, &[]) == seal::canonical(b, &[])
}

/// A case file: whatever is read can be verified, replayed, added to and joined with itself.
pub fn case(text: &str) {
    let case = match parse_case(text, file()) {
        Ok(case) => case,
        Err(problems) => {
            assert!(!problems.is_empty());
            return can_be_told(&problems);
        }
    };
    let faults = verify::faults(&case);
    let _ = verify::verify(&case, text);
    for known_by in [None, Some(today())] {
        let state = CaseState::replay(&case, known_by);
        let _ = (
            state.checklist(),
            state.details(),
            state.people_on(today()),
            state.closed_on(today()),
        );
    }
    added_to(text, &case);
    if faults.is_empty() {
        joined_with_itself(text, &case);
        told_to_others(&case);
    }
}

/// A sound record holds its own receipt, and a copy of it without its last entry can be checked.
fn told_to_others(case: &Case) {
    let told = receipt_of(case);
    let read = Receipt::read_all(&told.text()).unwrap();
    assert_eq!(compare(case, &read[0]), Kept::Whole { later: 0 });
    let last = case.entries.len() - 1;
    let copy = redacted::redacted(
        case,
        if last > 0 {
            std::slice::from_ref(&last)
        } else {
            &[]
        },
    );
    let checked = redacted::check(&copy).unwrap();
    assert!(checked.faults.is_empty(), "{:?}", checked.faults);
}

/// An entry is added without a byte before it changing, or it is said why not.
fn added_to(text: &str, case: &Case) {
    let heads: Vec<EntryId> = case
        .chain
        .heads()
        .iter()
        .filter_map(|n| case.entries[*n].id.clone())
        .collect();
    let note = Deed::Record(Content::Note {
        text: "One: two # three\nfour".into(),
        date: None,
    });
    let note = compose::entry(&note, "A B", now(), &heads);
    let Ok(longer) = edit::append(text, case, std::slice::from_ref(&note)) else {
        return;
    };
    assert!(longer.starts_with(text));
    let again = parse_case(&longer, file()).unwrap();
    assert_eq!(again.entries.len(), case.entries.len() + 1);
    assert!(same(&again.entries.last().unwrap().node, &note));
    assert_eq!(again.header_hash, case.header_hash);
}

/// Joining a sound record with itself adds nothing and loses nothing.
fn joined_with_itself(text: &str, case: &Case) {
    let picks = join::join(&[case, case]).unwrap();
    assert_eq!(picks.len(), case.entries.len());
    let Ok(joined) = edit::joined(&[(text, case), (text, case)], &picks) else {
        return;
    };
    let again = parse_case(&joined, file()).unwrap();
    assert!(verify::faults(&again).is_empty());
    assert_eq!(again.entries.len(), case.entries.len());
}

/// The line reader: what it takes, the YAML reader takes as the very same values.
pub fn lines(text: &str) {
    let Some(fast) = quick::tree(text) else {
        return;
    };
    let mut problems = Problems::new(file(), None);
    let slow = yaml::read(text, &mut problems);
    let slow = slow
        .unwrap_or_else(|| panic!("only the line reader reads this: {:?}", problems.into_vec()));
    assert!(
        same(&fast, &slow),
        "{}\n{}",
        seal::canonical(&fast, &[]),
        seal::canonical(&slow, &[])
    );
    // What is written again says the same.
    let written = yaml::write(&slow);
    let mut problems = Problems::new(file(), None);
    let again = yaml::read(&written, &mut problems);
    let plain = |node: &Node| !has_empty(node);
    if plain(&slow) {
        assert!(
            again.is_some_and(|again| same(&again, &slow)),
            "{written:?}"
        );
    }
}

/// Empty lists and maps are no part of any format, and are written otherwise than they are read.
fn has_empty(node: &Node) -> bool {
    match &node.value {
        Value::Text(_) => false,
        Value::List(list) => list.is_empty() || list.iter().any(has_empty),
        Value::Map(pairs) => pairs.is_empty() || pairs.iter().any(|(_, node)| has_empty(node)),
    }
}

/// A checklist: it is read whole, or every problem in it can be told.
pub fn checklist(text: &str) {
    let mut problems = Problems::new(file(), Some(text));
    let found = yaml::read(text, &mut problems)
        .and_then(|node| checklist::read::checklist(&node, builtin::vocabulary(), &mut problems));
    let problems = problems.into_vec();
    can_be_told(&problems);
    assert!(found.is_some() || !problems.is_empty());
    if let Some(found) = found {
        assert!(
            !found.items.is_empty()
                && found
                    .items
                    .iter()
                    .all(|item| found.item(&item.id).is_some())
        );
    }
}

/// Situations beside a checklist.
pub fn samples(text: &str) {
    let shipped = builtin::shipped("lancashire", None).unwrap();
    let lancashire = builtin::parse_checklist(shipped.text, file()).unwrap();
    let mut problems = Problems::new(file(), Some(text));
    let found = yaml::read(text, &mut problems)
        .and_then(|node| samples::read::samples(&node, &lancashire, &mut problems));
    let problems = problems.into_vec();
    can_be_told(&problems);
    assert!(found.is_some() || !problems.is_empty());
}

/// Spans, figures and days as somebody writes them.
pub fn spans(text: &str) {
    let _ = (
        span::clauses(text),
        span::length(text),
        span::interval(text),
        span::tally(text),
    );
    let _ = (span::cover(text), span::figure(text), day::period(text));
    if let Ok(found) = day::typed(text, today()) {
        // What was understood is said back, and understood again as the same day.
        assert_eq!(day::stored(&found.to_string()), Some(found));
        let _ = (day::words(found), day::short(found));
    }
    if let Some(found) = day::stored(text) {
        assert_eq!(found.to_string(), text);
    }
}

/// A register as a school's system gives it.
pub fn register(text: &str) {
    for weekdays in [false, true] {
        let found = incoming::read(
            text,
            &incoming::How {
                weekdays,
                ..incoming::How::default()
            },
        );
        assert_eq!(found.pupils.len(), found.first_rows.len());
        let mut kept = register::Register::default();
        for mark in &found.marks {
            assert!(mark.pupil < found.pupils.len() && mark.session < 2 && mark.row > 0);
            let mut marks = [None; 2];
            marks[mark.session] = mark.code;
            kept.take(mark.day, marks, today());
        }
        // What is kept is read again as it was.
        assert_eq!(register::read(&register::write(&kept)).unwrap(), kept);
        let kept = kept.of_school_days(&Calendar::england());
        let _ = kept.known_by(today());
    }
}

/// The file of marks beside a case.
pub fn marks(text: &str) {
    let Ok(found) = register::read(text) else {
        return;
    };
    let again = register::read(&register::write(&found)).unwrap();
    assert_eq!(again, found);
}

/// A table of entries.
pub fn table(text: &str) {
    let Ok(found) = table::parse(text) else {
        return;
    };
    let mut last = 0;
    for (row, cells) in found {
        assert!(row > last, "row {row} after row {last}");
        assert!(cells.iter().any(|cell| !cell.is_empty()));
        last = row;
    }
}

/// The settings of a folder.
pub fn settings(text: &str) {
    if let Err(bad) = Settings::read(text, file()) {
        can_be_told(&bad.problems);
    }
}

/// A receipt, as it may come back in an e-mail.
pub fn receipt(text: &str) {
    for found in Receipt::read_all(text).unwrap_or_default() {
        assert_eq!(Receipt::read_all(&found.text()), Ok(vec![found]));
    }
}

/// A parcel from another school.
pub fn parcel(bytes: &[u8]) {
    let Ok(payload) = bag::unpack(std::io::Cursor::new(bytes)) else {
        return;
    };
    let packed = bag::pack("k7m4px", &payload, &[]).unwrap();
    assert_eq!(bag::unpack(std::io::Cursor::new(packed)), Ok(payload));
}

fn lancashire() -> &'static (checklist::Checklist, Layout) {
    static BOTH: OnceLock<(checklist::Checklist, Layout)> = OnceLock::new();
    BOTH.get_or_init(|| {
        let shipped = builtin::shipped("lancashire", None).unwrap();
        let list = builtin::parse_checklist(shipped.text, file()).unwrap();
        let (name, text) = builtin::form("lancashire", shipped.edition).unwrap();
        let layout = forms::parse(text, Path::new(name), &list).unwrap();
        (list, layout)
    })
}

/// The layout of a form: what is taken can be filled in and written, and what is written is XML.
pub fn form(text: &str) {
    let (list, _) = lancashire();
    let mut problems = Problems::new(Path::new("lancashire.form.yaml"), Some(text));
    let Some(node) = yaml::read(text, &mut problems) else {
        return can_be_told(&problems.into_vec());
    };
    let Some(layout) = form::read::layout(&node, list, &mut problems) else {
        return can_be_told(&problems.into_vec());
    };
    let filled = filled_in(&layout);
    let about = docx::About {
        title: layout.title.clone(),
        author: None,
        day: today(),
    };
    let written = docx::document(&filled, &about).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(&written)).unwrap();
    let mut part = String::new();
    zip.by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut part)
        .unwrap();
    roxmltree::Document::parse(&part).unwrap();
}

/// A form with something in every answer.
fn filled_in(layout: &Layout) -> form::Filled {
    let tables = layout.parts.iter().map(|part| {
        let columns = layout.columns_of(part);
        let row = |(source, _): &(String, Vec<String>)| form::Row {
            source: Some(source.clone()),
            cells: columns
                .iter()
                .map(|one| vec![form::Paragraph::plain(format!("<{}>", one.holds))])
                .collect(),
            idle: false,
        };
        form::Table {
            title: layout.title.clone(),
            about: part.about.clone(),
            columns: columns
                .iter()
                .map(|one| (one.holds, one.label.clone(), one.width))
                .collect(),
            rows: layout.rows.iter().map(row).collect(),
        }
    });
    let cells = |pairs: &form::Pairs| form::Cells {
        lie: pairs.lie,
        cells: pairs
            .cells
            .iter()
            .map(|pair| (pair.label.clone(), "<value>".to_owned()))
            .collect(),
    };
    form::Filled {
        title: layout.title.clone(),
        about: layout.about.clone(),
        page: layout.page,
        first: None,
        head: layout.head.as_ref().map(cells),
        tables: tables.collect(),
        foot: layout.foot.as_ref().map(cells),
        header: None,
        footer: String::new(),
    }
}

/// The main part of a council's own Word file: what is filled in is XML, and no text that stood there is gone.
pub fn word(text: &str) {
    const TYPES: &str = "<Types><Override PartName=\"/word/document.xml\" \
        ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in [("[Content_Types].xml", TYPES), ("word/document.xml", text)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    let blank = zip.finish().unwrap().into_inner();
    let (_, layout) = lancashire();
    let Ok(done) = docx::into::into(&blank, &filled_in(layout), layout, None) else {
        return;
    };
    let mut zip = zip::ZipArchive::new(Cursor::new(&done.bytes)).unwrap();
    let mut part = String::new();
    zip.by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut part)
        .unwrap();
    let after = roxmltree::Document::parse(&part).unwrap_or_else(|error| panic!("{error}: {part}"));
    let before = roxmltree::Document::parse(text).unwrap();
    let controls = before
        .descendants()
        .any(|node| node.tag_name().name() == "sdt");
    let after: Vec<&str> = after.descendants().filter_map(|node| node.text()).collect();
    let mut rest = after.as_slice();
    for node in before.descendants().filter(|node| node.is_text()) {
        let text = node.text().unwrap_or_default();
        if let Some(at) = rest.iter().position(|known| *known == text) {
            rest = &rest[at + 1..];
            continue;
        }
        // What a content control invites to type goes, and what shows how to answer in a cell, such as DD/MM/YY.
        let cell = node
            .ancestors()
            .find(|around| around.tag_name().name() == "tc");
        let is_short = cell.is_some_and(|cell| {
            let texts = cell.descendants().filter(|node| node.is_text());
            let letters = texts
                .filter_map(|node| node.text())
                .flat_map(str::chars)
                .filter(|c| c.is_alphanumeric());
            letters.count() <= 60
        });
        assert!(controls || is_short, "{text:?} is gone");
    }
}
