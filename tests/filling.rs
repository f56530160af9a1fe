//! Laws of filling in a council's Word file: whatever its tables are built of, what comes out is well-formed, nothing that
//! stood there is gone, and a value stands in its own row or nowhere.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop where it stands"
)]

mod support;

use std::path::Path;

use attcheck::form::{Filled, Holds, Layout, Lines, Page, Paragraph, Row, Table};
use attcheck::render::docx::into::into;
use attcheck::store::{builtin, forms};
use proptest::prelude::*;
use support::word::{self, document};

/// The rows of the form that files are built from, with the words each is known by.
const ROWS: [(&str, &str); 5] = [
    ("M1", "Letters to parents"),
    ("M3", "Home visits"),
    ("M5", "Attendance contract"),
    ("M6", "Early Help Assessment"),
    ("C3", "Child with existing EHCP"),
];

fn layout() -> Layout {
    let list = builtin::shipped("lancashire", None).unwrap();
    let checklist = builtin::parse_checklist(list.text, Path::new("lancashire")).unwrap();
    let (name, text) = builtin::form("lancashire", list.edition).unwrap();
    forms::parse(text, Path::new(name), &checklist).unwrap()
}

/// A form in which every answer says which row and column it is of.
fn form(layout: &Layout) -> Filled {
    let columns: Vec<(Holds, String, u32)> = layout
        .columns
        .iter()
        .map(|column| (column.holds, column.label.clone(), column.width))
        .collect();
    let row = |(source, _): &(&str, &str)| {
        let cell = |holds: Holds| vec![Paragraph::plain(format!("<{source} {holds}> &"))];
        Row {
            source: Some((*source).to_owned()),
            cells: columns.iter().map(|(holds, ..)| cell(*holds)).collect(),
            idle: false,
        }
    };
    let tables = layout.parts.iter().enumerate().map(|(n, part)| {
        assert_eq!(part.lines, Lines::Rows);
        let rows = if n == 0 {
            ROWS.iter().map(row).collect()
        } else {
            Vec::new()
        };
        Table {
            title: String::new(),
            about: None,
            columns: columns.clone(),
            rows,
        }
    });
    Filled {
        title: String::new(),
        about: None,
        page: Page::Landscape,
        first: None,
        head: None,
        tables: tables.collect(),
        foot: None,
        header: None,
        footer: String::new(),
    }
}

/// What an answer cell can be built of. No text of its own but hints and what somebody wrote.
fn empty_cell() -> impl Strategy<Value = String> {
    let hint = |inside: &str| {
        format!(
            "<w:sdt><w:sdtPr>{inside}<w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Type here</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        )
    };
    let plain = "<w:p/>".to_owned();
    let mut cells = vec![plain.clone(), plain.clone(), plain.clone(), plain];
    cells.extend([
        "<w:p></w:p>".to_owned(),
        "<w:p w:rsidR=\"00AA\" ><w:pPr><w:jc w:val=\"left\"/><w:rPr><w:b/></w:rPr></w:pPr></w:p>".to_owned(),
        "<w:p><w:bookmarkStart w:id=\"0\" w:name=\"x\"/><w:bookmarkEnd w:id=\"0\"/></w:p>".to_owned(),
        "<w:p><w:r><w:rPr><w:i/></w:rPr></w:r></w:p><w:p/>".to_owned(),
        "<!-- a remark --><w:p><!-- </w:p> --></w:p>".to_owned(),
        "<w:p><w:r><w:t></w:t></w:r><w:r><w:t xml:space=\"preserve\"> </w:t></w:r></w:p>".to_owned(),
        "<w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p/>".to_owned(),
        "<w:tcPr><w:vMerge/></w:tcPr><w:p/>".to_owned(),
        "<w:tcPr><w:gridSpan w:val=\"4294967295\"/></w:tcPr><w:p/>".to_owned(),
        "<w:p><w:r><w:t>written by hand</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:r><w:t><![CDATA[ ]]></w:t></w:r></w:p>".to_owned(),
        "<w:p><w:customXml><w:r/></w:customXml></w:p>".to_owned(),
        "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/>".to_owned(),
        String::new(),
        hint(""),
        hint("<w:date/>"),
        hint("<w:dropDownList><w:listItem w:value=\"Y\"/></w:dropDownList>"),
        format!("<w:p>{}</w:p>", "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Pick</w:t></w:r></w:sdtContent></w:sdt>"),
        format!("{}{}", hint(""), hint("")),
    ]);
    prop::sample::select(cells)
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0..ROWS.len()).prop_map(|n| word::words(ROWS[n].1)),
        1 => Just(word::words("Something else of the council's")),
        1 => Just("<w:p><w:r><w:t>Early </w:t></w:r><w:r><w:t>Help Assess</w:t></w:r><w:r><w:t>ment</w:t></w:r></w:p>".to_owned()),
        1 => Just("<w:p/>".to_owned()),
    ]
}

fn line() -> impl Strategy<Value = String> {
    let headings = ["What", "Completed Y/N", "Date", "Outcome"]
        .map(|text| format!("<w:tc>{}</w:tc>", word::words(text)));
    let cells = (
        label(),
        prop::collection::vec(empty_cell(), 0..5),
        any::<bool>(),
    );
    let row = cells.prop_map(|(label, cells, wrapped)| {
        let cells: String = cells.iter().map(|inside| format!("<w:tc>{inside}</w:tc>")).collect();
        let row =
            format!("<w:tr><w:trPr><w:gridBefore w:val=\"18446744073709551615\"/></w:trPr><w:tc>{label}</w:tc>{cells}</w:tr>");
        let row = row
            .replace("<w:trPr><w:gridBefore w:val=\"18446744073709551615\"/></w:trPr>", if wrapped { "<w:trPr/>" } else { "" });
        if wrapped { format!("<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt>") } else { row }
    });
    prop_oneof![5 => row, 1 => Just(format!("<w:tr>{}</w:tr>", headings.concat()))]
}

fn tables() -> impl Strategy<Value = String> {
    let table = prop::collection::vec(line(), 1..7)
        .prop_map(|lines| format!("<w:tbl>{}</w:tbl>", lines.concat()));
    prop::collection::vec(table, 1..3).prop_map(|tables| tables.join("<w:p/>"))
}

/// Every text of a document in its order.
fn texts(bytes: &[u8]) -> Vec<String> {
    let text = word::part(bytes, "word/document.xml");
    let parsed =
        roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    parsed
        .descendants()
        .filter(|node| node.is_text())
        .map(|node| node.text().unwrap().to_owned())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_no_value_stands_in_another_row(body in tables()) {
        let (layout, blank) = (layout(), document(&body));
        let filled = into(&blank, &form(&layout), &layout, None).unwrap();
        let (before, after) = (texts(&blank), texts(&filled.bytes));
        // What stood there stands there in its order, but for hints that invite to type.
        let mut rest = after.iter();
        for text in before.iter().filter(|text| !matches!(text.as_str(), "Type here" | "Pick")) {
            prop_assert!(rest.any(|known| known == text), "{text:?} is gone: {body}");
        }
        // Every value at most once, and in a row that has the words of its own.
        let rows = word::rows(&filled.bytes);
        for (source, words) in ROWS {
            for holds in ["completed", "date", "outcome"] {
                let value = format!("<{source} {holds}> &");
                let count = after.iter().filter(|text| **text == value).count();
                prop_assert!(count <= 1, "{value} stands {count} times: {body}");
                let ok = rows.iter().filter(|row| row.iter().any(|cell| cell.contains(&value)));
                for row in ok {
                    prop_assert!(row.iter().any(|cell| cell.contains(words)), "{value} in {row:?}");
                }
            }
        }
        // A row is either placed or told.
        for (source, _) in ROWS {
            let placed = after.iter().any(|text| text.starts_with(&format!("<{source} ")));
            let told = filled.unplaced.iter().any(|one| one.what.starts_with(&format!("row {source}")));
            prop_assert!(placed || told, "row {source} is neither placed nor told: {body}");
        }
        prop_assert_eq!(word::part(&filled.bytes, "docProps/thumb.bin"), "as it is");
        // Filled in once more it stays as it is, but for what is still empty.
        let again = into(&filled.bytes, &form(&layout), &layout, None).unwrap();
        for text in after.iter().filter(|text| !matches!(text.as_str(), "Type here" | "Pick")) {
            prop_assert!(texts(&again.bytes).contains(text));
        }
    }
}
