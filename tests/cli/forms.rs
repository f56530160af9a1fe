//! The council's form as a Word document, and the council's own file filled in.

use std::fs;
use std::path::Path;

use super::support::word::{self, document, table, words};
use super::{CASE, School, has_tool, project};

/// Writes a form into a file of the folder and gives its bytes.
#[track_caller]
fn form(school: &School, more: &[&str]) -> Vec<u8> {
    let _ = fs::remove_file(school.root().join("form.docx"));
    school.ok(&[&["form", CASE, "--output", "form.docx"], more].concat());
    fs::read(school.root().join("form.docx")).unwrap()
}

/// The row whose first cell begins so.
#[track_caller]
fn row<'r>(rows: &'r [Vec<String>], begins: &str) -> &'r [String] {
    rows.iter()
        .find(|row| row[0].starts_with(begins))
        .unwrap_or_else(|| panic!("{begins}: {rows:?}"))
}

/// A Lancashire case with a bit of everything, worked out by hand in the tests.
fn worked() -> School {
    let school = School::with_case();
    let record = |item: &str, on: &str, more: &[&str]| {
        school.ok(&[&["record", CASE, item, "--on", on], more].concat());
    };
    school.ok(&[
        "person",
        CASE,
        "add",
        "Ngozi O'Kafor",
        "--id",
        "p1",
        "--role",
        "parent",
        "--parental-responsibility",
        "yes",
    ]);
    record(
        "letters",
        "18/9/2026",
        &["--outcome", "Second letter, reply slip came back."],
    );
    record(
        "letters",
        "4/9/2026",
        &["--outcome", "First letter <sent> & \"read\"."],
    );
    record(
        "contract",
        "15/9/2026",
        &["--answer", "declined", "--reason", "Mother wants to wait."],
    );
    school.ok(&["fact", CASE, "looked_after=never"]);
    record(
        "early-help",
        "16/9/2026",
        &[
            "--outcome",
            "Offered.",
            "--next",
            "Ring on Friday",
            "--due",
            "25/9/2026",
            "--owner",
            "J Smith",
        ],
    );
    school
}

#[test]
fn the_form_holds_the_case_in_the_columns_of_the_council() {
    let school = worked();
    let bytes = form(
        &school,
        &["--title", "Ada's form", "--author", "H Boyle & Co"],
    );
    let rows = word::rows(&bytes);
    let headings = [
        "Action",
        "Completed Y/N",
        "Date",
        "Outcome, evaluation of action, next steps",
    ];
    assert_eq!(
        rows[0],
        [
            "Name of pupil",
            "Name of school",
            "Name of person(s) completing log",
            "Date commenced"
        ]
    );
    assert_eq!(
        rows[1],
        [
            "Ada O'Kafor",
            "",
            "J Smith, pastoral lead",
            "Friday 4 September 2026"
        ],
        "support began with the first letter, and not when the case was opened"
    );
    assert_eq!(
        rows.iter().filter(|row| **row == headings).count(),
        4,
        "a table for each section"
    );
    // 8 + 12 + 10 + 1 rows of the council's document, the headings of four tables, and two rows above.
    assert_eq!(rows.len(), 31 + 4 + 2);
    // Two entries in the order of their days, each under its day.
    let letters = row(&rows, "Letters home");
    assert_eq!(letters[1..3], ["Y", "4 Sep 2026\n18 Sep 2026"]);
    let outcome = "4 Sep 2026\nFirst letter <sent> & \"read\".\n18 Sep 2026\nSecond letter, reply slip came back.";
    assert_eq!(letters[3], outcome);
    let contract = row(&rows, "Attendance contract");
    assert_eq!(
        contract[1..],
        [
            "N\ndeclined",
            "15 Sep 2026",
            "Declined: Mother wants to wait."
        ]
    );
    let help = row(&rows, "Early Help");
    assert_eq!(
        help[3],
        "Offered.\nNext: Ring on Friday, by Friday 25 September 2026, J Smith"
    );
    // What is not applicable says so and why; what is blank stays blank.
    let virtual_school = row(&rows, "Virtual School");
    let why = "Is the child looked after by a local authority, or were they before? Never";
    assert_eq!(virtual_school[1..], ["Not applicable", "", why]);
    assert_eq!(row(&rows, "Catch-up work")[1..], ["", "", ""]);
    // M7 is one row, and items that only look at its entry do not read as if they were so.
    let shared = row(&rows, "Concerns shared");
    assert!(
        !shared[0].contains("social worker was consulted"),
        "{shared:?}"
    );
    let core = word::part(&bytes, "docProps/core.xml");
    assert!(
        core.contains("<dc:title>Ada&#39;s form</dc:title>"),
        "{core}"
    );
    assert!(
        core.contains("<dc:creator>H Boyle &amp; Co</dc:creator>"),
        "{core}"
    );
    assert_eq!(
        form(
            &school,
            &["--title", "Ada's form", "--author", "H Boyle & Co"]
        ),
        bytes,
        "the same bytes"
    );
}

#[test]
fn a_form_is_as_of_a_day_and_says_who_wrote_it() {
    let school = worked();
    let before = word::rows(&form(&school, &["--as-of", "10/9/2026"]));
    assert_eq!(row(&before, "Letters home")[1..3], ["Y", "4 Sep 2026"]);
    assert_eq!(row(&before, "Attendance contract")[1..], ["", "", ""]);
    let core = word::part(&form(&school, &[]), "docProps/core.xml");
    assert!(
        core.contains("<dc:creator>J Smith, pastoral lead</dc:creator>"),
        "{core}"
    );
    let said = school.refused(&["form", CASE]);
    assert!(
        said.contains("has to go into a file") && said.contains("--output k7m4px-form.docx"),
        "{said}"
    );
    let said = school.refused(&["form", "k7m4pq", "--output", "x.docx"]);
    assert!(said.contains("did you mean `k7m4px`?"), "{said}");
    // A record that does not stand up is no record to send.
    let text = school.case_text().replace("Second letter", "Third letter");
    fs::write(school.case_file(), text).unwrap();
    let said = school.refused(&["form", CASE, "--output", "x.docx"]);
    assert!(said.contains("does not stand up"), "{said}");
}

#[test]
fn every_council_has_its_columns() {
    let columns: [(&str, &[&str]); 5] = [
        (
            "lancashire",
            &[
                "Action",
                "Completed Y/N",
                "Date",
                "Outcome, evaluation of action, next steps",
            ],
        ),
        (
            "herefordshire",
            &[
                "Strategy",
                "Completed Y/N",
                "Date",
                "Outcome/reason action not tried",
            ],
        ),
        (
            "kent",
            &[
                "No",
                "Checkpoint(s)",
                "Guidance reference(s)",
                "Supporting evidence (now, next, impact)",
            ],
        ),
        ("nottinghamshire", &["Question", "Notes"]),
        ("southwark", &["No", "What is asked", "Date", "Evidence"]),
    ];
    for (list, expected) in columns {
        let school = School::new();
        match list {
            "kent" => school.ok(&["new", "--school", "--checklist", list, "--id", CASE]),
            _ => school.ok(&[
                "new",
                "--checklist",
                list,
                "--id",
                CASE,
                "--name",
                "Ada O'Kafor",
            ]),
        };
        let rows = word::rows(&form(&school, &[]));
        assert!(rows.iter().any(|row| row == expected), "{list}: {rows:?}");
        if list == "kent" {
            let actions = [
                "No",
                "Action point",
                "Timescale / review date",
                "Responsible person(s)",
                "Comments",
            ];
            let at = rows.iter().position(|row| *row == actions).unwrap();
            let numbers: Vec<&str> = rows[at + 1..at + 7]
                .iter()
                .map(|row| row[0].as_str())
                .collect();
            assert_eq!(numbers, ["1", "2", "3", "4", "5", "6"]);
            assert_eq!(
                row(&rows, "25")[2],
                "WTTISA [49;50]\nShare your daily attendance data"
            );
        }
    }
}

#[test]
fn a_list_of_the_school_has_a_plain_form_or_its_own() {
    let school = School::new();
    school.ok(&["checklist", "new", "westwood"]);
    school.ok(&[
        "new",
        "--checklist",
        "westwood",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ]);
    assert!(
        word::rows(&form(&school, &[]))
            .iter()
            .any(|row| row[0] == "Row" && row[1] == "Action")
    );
    let beside = school.root().join("checklists/westwood.form.yaml");
    let own = "attcheck: form/1\r\nchecklist: westwood\r\ntitle: Our sheet\r\ncolumns:\r\n- {label: Thing, holds: title, width: 40}\r\n- {label: Said, holds: answer, width: 60}\r\n";
    fs::write(&beside, format!("\u{feff}{own}")).unwrap();
    assert!(
        word::rows(&form(&school, &[]))
            .iter()
            .any(|row| row == &["Thing", "Said"])
    );
    let said = school.ok(&["checklist", "check"]);
    assert!(
        said.contains("westwood.form.yaml: layout of the form for `westwood`"),
        "{said}"
    );
    assert!(
        school
            .ok(&["checklist", "list"])
            .matches("westwood")
            .count()
            < 3,
        "a layout is no checklist"
    );
    // What is wrong is told with its place, all of it, and nothing is written.
    fs::write(
        &beside,
        own.replace("holds: title", "holds: titel")
            .replace("width: 60", "width: 70"),
    )
    .unwrap();
    let said = school.refused(&["form", CASE, "--output", "other.docx"]);
    assert!(
        said.contains("westwood.form.yaml:5:") && said.contains("did you mean `title`"),
        "{said}"
    );
    let left_out = format!("{own}parts:\r\n- section: nowhere\r\n");
    fs::write(&beside, left_out).unwrap();
    let said = school.refused(&["form", CASE, "--output", "other.docx"]);
    assert!(
        said.contains("there is no section `nowhere`")
            && said.contains("stands nowhere on the form"),
        "{said}"
    );
}

/// Fills a file in and gives the result with what was said.
fn into(school: &School, blank: &[u8]) -> (Vec<u8>, String, i32) {
    fs::write(school.root().join("blank.docx"), blank).unwrap();
    let _ = fs::remove_file(school.root().join("filled.docx"));
    let output = school.run(&[
        "form",
        CASE,
        "--into",
        "blank.docx",
        "--output",
        "filled.docx",
    ]);
    let filled = fs::read(school.root().join("filled.docx")).unwrap_or_default();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    (filled, said, output.status.code().unwrap())
}

const HEADINGS: [&str; 4] = ["What", "Completed Y/N", "Date", "Outcome / next"];

/// A blank form with these rows below the headings.
fn blank(rows: &[[String; 4]]) -> Vec<u8> {
    let headings = HEADINGS.map(words);
    let mut all: Vec<Vec<&str>> = vec![headings.iter().map(String::as_str).collect()];
    all.extend(
        rows.iter()
            .map(|row| row.iter().map(String::as_str).collect()),
    );
    let rows: Vec<&[&str]> = all.iter().map(Vec::as_slice).collect();
    document(&table(&rows))
}

fn empty(label: &str) -> [String; 4] {
    [
        words(label),
        "<w:p/>".into(),
        "<w:p></w:p>".into(),
        "<w:p><w:pPr><w:rPr><w:i/><w:sz w:val=\"18\"/></w:rPr></w:pPr></w:p>".into(),
    ]
}

#[test]
fn the_councils_own_file_is_filled_in_and_nothing_else_changes() {
    let school = worked();
    let split = "<w:p><w:r><w:t>An attend</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ance contr</w:t></w:r><w:r><w:t>act, agreed</w:t></w:r></w:p>";
    let mut contract = empty("");
    contract[0] = split.into();
    let file = blank(&[
        empty("Our letters to parents or carers"),
        contract,
        empty("Something of the council's own"),
    ]);
    let (filled, said, status) = into(&school, &file);
    let rows = word::rows(&filled);
    assert_eq!(rows[1][1..3], ["Y", "4 Sep 2026\n18 Sep 2026"]);
    assert_eq!(
        rows[2][1..],
        [
            "N\ndeclined",
            "15 Sep 2026",
            "Declined: Mother wants to wait."
        ]
    );
    assert_eq!(rows[3][1..], ["", "", ""]);
    // In the font of the cell.
    let text = word::part(&filled, "word/document.xml");
    assert!(
        text.contains(
            "<w:r><w:rPr><w:i/><w:sz w:val=\"18\"/></w:rPr><w:t xml:space=\"preserve\">Declined:"
        ),
        "{text}"
    );
    // Without what was put in, it is the blank again, byte for byte.
    let mut bare = text.replace(
        "<w:p><w:r><w:t xml:space=\"preserve\">Y</w:t></w:r></w:p>",
        "<w:p/>",
    );
    bare = bare.replace("<w:p><w:r><w:t xml:space=\"preserve\">N</w:t><w:br/><w:t xml:space=\"preserve\">declined</w:t></w:r></w:p>", "<w:p/>");
    let begin = "<w:r><w:rPr><w:i/><w:sz w:val=\"18\"/></w:rPr>";
    for mark in [
        "<w:r><w:t xml:space=\"preserve\">4 Sep",
        "<w:r><w:t xml:space=\"preserve\">15 Sep",
        begin,
        begin,
    ] {
        let at = bare.find(mark).unwrap();
        let end = at + bare[at..].find("</w:r>").unwrap() + "</w:r>".len();
        bare.replace_range(at..end, "");
    }
    assert_eq!(bare, word::part(&file, "word/document.xml"));
    assert_eq!(word::parts(&filled), word::parts(&file));
    assert_eq!(word::part(&filled, "docProps/thumb.bin"), "as it is");
    // What found no place is listed, and the exit status says that there is some.
    assert!(
        said.contains("row M6: no row of the file has the words: early help assessment"),
        "{said}"
    );
    assert!(
        said.contains("\u{201c}Name of pupil\u{201d}: no cell of the file has this label"),
        "{said}"
    );
    assert_eq!(status, 1);
    assert!(!said.contains("Kafor"), "{said}");
}

#[test]
fn nothing_is_guessed() {
    let school = worked();
    let why = |rows: &[[String; 4]]| into(&school, &blank(rows)).1;
    let twice = [
        empty("Letters to parents"),
        empty("Letters to parents, again"),
        empty("Early Help Assessment"),
    ];
    assert!(why(&twice).contains("row M1: 2 rows of the file have the words"));
    let both = [
        empty("Letters to parents and the attendance contract"),
        empty("Early Help Assessment"),
    ];
    let said = why(&both);
    assert!(
        said.contains("row M1: the same row of the file would be row M5 too"),
        "{said}"
    );
    let mut full = empty("Letters to parents");
    full[3] = words("Somebody wrote here");
    let (filled, said, _) = into(&school, &blank(&[full]));
    assert!(
        said.contains(
            "row M1, Outcome, evaluation of action, next steps: its cell holds something already"
        ),
        "{said}"
    );
    assert_eq!(word::rows(&filled)[1][3], "Somebody wrote here");
    // A table within a cell, and a form field of an old kind, are left alone.
    // A mark, a line, a picture: no text, and something all the same.
    for thing in [
        "<w:p><w:r><w:t>\u{2713}</w:t></w:r></w:p>",
        "<w:p><w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FC\"/></w:r></w:p>",
        "<w:p><w:r><w:drawing/></w:r></w:p>",
    ] {
        let mut marked = empty("Letters to parents");
        marked[1] = thing.into();
        let (filled, said, _) = into(&school, &blank(&[marked]));
        assert!(
            said.contains("row M1, Completed Y/N: its cell holds something already"),
            "{said}"
        );
        assert!(word::part(&filled, "word/document.xml").contains(thing));
    }
    let mut dotted = empty("Letters to parents");
    dotted[1] = words("\u{2026}..__");
    assert!(
        !why(&[dotted]).contains("row M1, Completed"),
        "dots to write on are no answer"
    );
    let mut nested = empty("Letters to parents");
    nested[3] = format!("{}<w:p/>", table(&[&["<w:p/>"]]));
    assert!(why(&[nested]).contains("its cell holds a table of its own"));
    let mut field = empty("Letters to parents");
    field[1] = "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r></w:p>".into();
    assert!(why(&[field]).contains("a form field of an old kind"));
    // No heading, and not as many cells as the form has columns.
    let two = document(&table(&[
        &[&words("Letters to parents"), "<w:p/>"],
        &[
            &words("Early Help Assessment"),
            "<w:p/>",
            "<w:p/>",
            "<w:p/>",
        ],
    ]));
    let (filled, said, _) = into(&school, &two);
    assert!(
        said.contains("row M1: the columns of its table cannot be told"),
        "{said}"
    );
    assert_eq!(
        word::rows(&filled)[1][1..3],
        ["Y", "16 Sep 2026"],
        "three empty cells after the label are the three columns"
    );
    // Nothing fits at all: nothing is written.
    let other = blank(&[empty("Shopping list")]);
    let (filled, said, status) = into(&school, &other);
    assert!(
        filled.is_empty() && status == 2 && said.contains("has no row of the form"),
        "{said}"
    );
    // Filled in already: each row says so, and nothing is written.
    let mut full = empty("Letters to parents");
    full[1..].fill(words("there"));
    let (filled, said, status) = into(&school, &blank(&[full]));
    assert!(filled.is_empty() && status == 2, "{said}");
    assert!(
        said.contains("row M1, Completed Y/N: its cell holds something already")
            && said.contains("nothing could be filled in"),
        "{said}"
    );
}

#[test]
fn merged_cells_and_labels_beside_their_values() {
    let school = worked();
    let group =
        "<w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr><w:p><w:r><w:t>Parents</w:t></w:r></w:p>";
    let below = "<w:tcPr><w:vMerge/></w:tcPr><w:p/>";
    let wide = "<w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p/>";
    let headings = ["Group", "What", "Completed Y/N", "Date", "Outcome"].map(words);
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let (letters, contract) = (words("Letters to parents"), words("Attendance contract"));
    let grid = table(&[
        &headings,
        &[group, &letters, "<w:p/>", "<w:p/>", "<w:p/>"],
        // The date and the outcome are one cell here: the columns lie where the headings do.
        &[below, &contract, "<w:p/>", wide],
    ]);
    let beside = table(&[
        &[&words("Name of pupil"), "<w:p/>"],
        &[&words("Name of school"), "<w:p/>"],
    ]);
    let (filled, said, status) = into(&school, &document(&format!("{beside}<w:p/>{grid}")));
    assert_eq!(status, 1, "{said}");
    let rows = word::rows(&filled);
    assert_eq!(rows[0], ["Name of pupil", "Ada O'Kafor"]);
    assert_eq!(rows[3][2..4], ["Y", "4 Sep 2026\n18 Sep 2026"]);
    assert_eq!(rows[4][0], "", "what is merged stays empty");
    assert_eq!(rows[4][2..], ["N\ndeclined", "15 Sep 2026"]);
    assert!(said.contains("row M5, Outcome, evaluation of action, next steps: another value of the form goes into the same cell"), "{said}");
    assert!(!said.contains("\u{201c}Name of pupil\u{201d}"), "{said}");
    assert!(
        said.contains("  Name of pupil \u{2192} table 1, row 1, 'Name of pupil'\n"),
        "{said}"
    );
}

/// A table of texts, where an empty text is an empty cell.
fn texts(rows: &[&[&str]]) -> String {
    let cell = |text: &&str| {
        if text.is_empty() {
            "<w:p/>".to_owned()
        } else {
            words(text)
        }
    };
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(cell).collect())
        .collect();
    let rows: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    table(&rows)
}

const LETTERS: [&str; 3] = [
    "Y",
    "4 Sep 2026\n18 Sep 2026",
    "4 Sep 2026\nFirst letter <sent> & \"read\".\n18 Sep 2026\nSecond letter, reply slip came back.",
];

#[test]
fn a_heading_is_the_whole_heading() {
    let school = worked();
    let file = texts(&[
        &[
            "What",
            "Completed by",
            "Completed (Y/N)",
            "Target date",
            "Date",
            "Review date",
            "Outcome / next",
        ],
        &["Letters to parents", "", "", "", "", "", ""],
    ]);
    let (filled, said, _) = into(&school, &document(&file));
    let [done, days, outcome] = LETTERS;
    assert_eq!(
        word::rows(&filled)[1],
        ["Letters to parents", "", done, "", days, "", outcome],
        "{said}"
    );
    // Where the column is not there, its answer stands nowhere.
    for headings in [
        ["What", "Completed Y/N", "Target date", "Outcome"],
        ["What", "Completed Y/N", "Review date", "Outcome"],
        ["What", "Completed Y/N", "Date of birth", "Outcome"],
    ] {
        let file = texts(&[&headings, &["Letters to parents", "", "", ""]]);
        let (filled, said, status) = into(&school, &document(&file));
        assert_eq!(
            word::rows(&filled)[1],
            ["Letters to parents", done, "", outcome],
            "{said}"
        );
        assert!(
            said.contains("row M1, Date: no column of its table has this heading"),
            "{said}"
        );
        assert_eq!(status, 1);
    }
    let file = texts(&[
        &["What", "Completed by", "Date", "Outcome"],
        &["Letters to parents", "", "", ""],
    ]);
    let (filled, said, _) = into(&school, &document(&file));
    assert_eq!(word::rows(&filled)[1][1], "", "{said}");
    // Headings of something else over the cells: not even by their order.
    let file = texts(&[
        &["What", "Sent to", "Sent on", "Filed under"],
        &["Letters to parents", "", "", ""],
        &["Attendance contract", "", "", ""],
    ]);
    let (filled, said, status) = into(&school, &document(&file));
    assert!(filled.is_empty() && status == 2, "{said}");
    assert!(
        said.contains("row M1: the columns of its table cannot be told"),
        "{said}"
    );
    // A label is whole too: the pupil's name is not that of the school's officer.
    let file = texts(&[
        &["Name of pupil support officer", ""],
        &["Name of pupil", ""],
    ]);
    let log = texts(&[&HEADINGS, &["Letters to parents", "", "", ""]]);
    let (filled, said, _) = into(&school, &document(&format!("{file}<w:p/>{log}")));
    let rows = word::rows(&filled);
    assert_eq!(
        (rows[0][1].as_str(), rows[1][1].as_str()),
        ("", "Ada O'Kafor"),
        "{said}"
    );
}

#[test]
fn only_labels_of_the_log_are_rows() {
    let school = worked();
    // The council words the row otherwise, and lists what is to be sent with the form.
    let log = texts(&[
        &HEADINGS,
        &["Letters to parents", "", "", ""],
        &["Attendance agreement", "", "", ""],
    ]);
    for sent in [
        texts(&[
            &["Sent with this form", "Y/N", "Day", "Pages"],
            &["Copy of the attendance contract", "", "", ""],
        ]),
        texts(&[
            &["Copy of the attendance contract", "", "", ""],
            &["Copy of the register", "", "", ""],
        ]),
        texts(&[&["Copy of the attendance contract", ""]]),
    ] {
        let (filled, said, status) = into(&school, &document(&format!("{log}<w:p/>{sent}")));
        for row in &word::rows(&filled)[3..] {
            assert!(
                row[1..]
                    .iter()
                    .all(|cell| cell != "Y" && cell != "N\ndeclined"),
                "{row:?}"
            );
        }
        assert!(said.contains("row M5: ") && status == 1, "{said}");
        // In the log itself it is found, and only there.
        let log = log.replace("Attendance agreement", "Attendance contract");
        let (filled, said, _) = into(&school, &document(&format!("{log}<w:p/>{sent}")));
        let rows = word::rows(&filled);
        assert_eq!(rows[2][1..3], ["N\ndeclined", "15 Sep 2026"], "{said}");
        assert!(
            said.contains("  M5 \u{2192} table 1, row 3, 'Attendance contract'\n"),
            "{said}"
        );
    }
    // Words of a row in an answer, in a column of another kind, and in a box of guidance.
    let file = texts(&[&[
        "Give the letters to parents, the attendance contract and what came of the Early Help Assessment.",
    ]]) + "<w:p/>"
        + &texts(&[
            &["What", "Completed Y/N", "Date", "Outcome", "Who"],
            &[
                "Letters to parents",
                "",
                "",
                "With the attendance contract",
                "Early Help Assessment lead",
            ],
            &["Attendance contract", "", "", "", ""],
        ]);
    let (filled, said, _) = into(&school, &document(&file));
    let rows = word::rows(&filled);
    assert_eq!(rows[3][1..3], ["N\ndeclined", "15 Sep 2026"], "{said}");
    assert!(
        said.contains("row M6: no row of the file has the words: early help assessment"),
        "{said}"
    );
    assert_eq!(rows[0].len(), 1);
    assert!(
        said.contains(
            "row M1, Outcome, evaluation of action, next steps: its cell holds something already"
        ),
        "{said}"
    );
    // A box as wide as the table is no row either.
    let wide = "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"4\"/></w:tcPr><w:p><w:r><w:t>Always give the attendance contract</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let file = texts(&[&HEADINGS, &["Attendance contract", "", "", ""]]).replace("</w:tbl>", wide);
    let (filled, said, _) = into(&school, &document(&file));
    let rows = word::rows(&filled);
    assert_eq!(rows[1][1], "N\ndeclined", "{said}");
    assert_eq!(rows[2], ["Always give the attendance contract"]);
}

#[test]
fn a_form_that_names_somebody_else_is_refused() {
    let school = worked();
    let log = texts(&[&HEADINGS, &["Letters to parents", "", "", ""]]);
    let columns = |name: &str, other: &str| {
        texts(&[
            &["Name of pupil", "Name of school", "Date commenced"],
            &[name, other, ""],
        ])
    };
    for head in [
        columns("Ben Carter", ""),
        texts(&[&["Name of pupil", "Ben Carter"], &["Name of school", ""]]),
        texts(&[&["Pupil's name", "Ben O'Kafor"], &["Year group", "9"]]),
        texts(&[&["Name of child: Ben Carter", "Year: 9"]]),
        words("Name of pupil: Ben Carter"),
        texts(&[
            &["Child", "Class", "Tutor"],
            &["Ben Carter", "9B", "Mr Lund"],
        ]),
    ] {
        let (filled, said, status) = into(&school, &document(&format!("{head}<w:p/>{log}")));
        assert!(filled.is_empty() && status == 2, "{said}");
        assert!(
            said.contains("the form already names another pupil"),
            "{said}"
        );
        assert!(!said.contains("Ben") && !said.contains("Kafor"), "{said}");
    }
    // Below the label in its own cell, and at the head of the page.
    let own = words("Name of pupil") + &words("Ben Carter");
    let head = table(&[&[&own, &words("School")]]);
    let (filled, said, _) = into(&school, &document(&format!("{head}<w:p/>{log}")));
    assert!(
        filled.is_empty() && said.contains("names another pupil"),
        "{said}"
    );
    let blank = document(&log);
    let header = format!(
        "<w:hdr xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{}</w:hdr>",
        words("Pupil: Ben Carter")
    );
    let parts =
        ["[Content_Types].xml", "word/document.xml"].map(|name| (name, word::part(&blank, name)));
    let mut parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    parts.push(("word/header1.xml", &header));
    let (filled, said, _) = into(&school, &word::file(&parts));
    assert!(
        filled.is_empty() && said.contains("names another pupil"),
        "{said}"
    );
    school.ok(&[
        "details",
        CASE,
        "--born",
        "4/5/2012",
        "--upn",
        "H801200001001",
    ]);
    for (head, is_theirs) in [
        (texts(&[&["UPN", "H801200001001"]]), true),
        (texts(&[&["UPN", "B801200005001"]]), false),
        (texts(&[&["Date of birth", "4.5.2012"]]), true),
        (texts(&[&["Date of birth", "4 May 2012"]]), true),
        (texts(&[&["Date of birth", "5/5/2012"]]), false),
        (texts(&[&["Date of birth", "DD/MM/YYYY"]]), true),
        (columns("O'KAFOR, Ada", "Another school"), true),
        (columns("Ada Mary O\u{2019}Kafor", ""), true),
        (columns("", ""), true),
        (
            texts(&[&["Pupil", "Class", "Tutor"], &["", "9B", "Mr Lund"]]),
            true,
        ),
        (
            words("Name of pupil: ............ School: ............"),
            true,
        ),
        (
            texts(&[&["Pupil", "I like maths."], &["Parent", "She is tired."]]),
            true,
        ),
        (texts(&[&["Pupil", "Yes"]]), true),
    ] {
        let (filled, said, _) = into(&school, &document(&format!("{head}<w:p/>{log}")));
        assert_eq!(!filled.is_empty(), is_theirs, "{head}: {said}");
    }
}

#[test]
fn what_shows_how_to_answer_is_no_answer() {
    let school = worked();
    let log = |cells: [&str; 3]| {
        let [done, day, outcome] = cells;
        texts(&[&HEADINGS, &["Letters to parents", done, day, outcome]])
    };
    for cells in [
        ["Y / N", "DD/MM/YY", ".........."],
        ["Yes / No", "..../..../....", "\u{2026}\u{2026}"],
        ["\u{2610}", "dd/mm/yyyy", "______"],
        ["\u{2610} Yes \u{2610} No", "__/__/__", ""],
        ["Y/N/NA", "  /  /  ", "Click or tap here to enter text."],
        ["[ ]", "DD.MM.YYYY", "\u{25a1}"],
    ] {
        let (filled, said, _) = into(&school, &document(&log(cells)));
        assert_eq!(word::rows(&filled)[1][1..], LETTERS, "{cells:?}: {said}");
    }
    // What somebody answered stays.
    for done in [
        "\u{2611}",
        "\u{2612} Yes \u{2610} No",
        "Y",
        "Yes",
        "\u{2713}",
        "/",
        "-",
        "n/a",
        "Y / N see note",
    ] {
        let (filled, said, _) = into(&school, &document(&log([done, "", ""])));
        assert_eq!(word::rows(&filled)[1][1], done, "{said}");
        assert!(
            said.contains("row M1, Completed Y/N: its cell holds something already"),
            "{said}"
        );
    }
    // One of the two words struck out, or marked, is an answer.
    for mark in ["<w:strike/>", "<w:highlight w:val=\"yellow\"/>"] {
        let marked = format!(
            "<w:p><w:r><w:t xml:space=\"preserve\">Y / </w:t></w:r><w:r><w:rPr>{mark}</w:rPr><w:t>N</w:t></w:r></w:p>"
        );
        let mut row = empty("Letters to parents");
        row[1] = marked;
        let (filled, said, _) = into(&school, &blank(&[row]));
        assert_eq!(word::rows(&filled)[1][1], "Y / N", "{said}");
    }
    // In the font of the cell, and never in that of a box.
    let boxed = "<w:p><w:r><w:rPr><w:rFonts w:ascii=\"Wingdings\"/></w:rPr><w:sym w:font=\"Wingdings\" w:char=\"F0A8\"/></w:r></w:p>";
    let dated = "<w:p><w:pPr><w:rPr><w:sz w:val=\"18\"/></w:rPr></w:pPr><w:r><w:rPr><w:i/></w:rPr><w:t>DD/</w:t></w:r><w:r><w:t>MM/YY</w:t></w:r></w:p>";
    let mut row = empty("Letters to parents");
    (row[1], row[2]) = (boxed.into(), dated.into());
    let (filled, said, _) = into(&school, &blank(&[row]));
    let text = word::part(&filled, "word/document.xml");
    assert!(
        text.contains("<w:p><w:r><w:t xml:space=\"preserve\">Y</w:t></w:r></w:p>"),
        "{said} {text}"
    );
    assert!(
        text.contains(
            "<w:r><w:rPr><w:sz w:val=\"18\"/></w:rPr><w:t xml:space=\"preserve\">4 Sep 2026</w:t>"
        ) && !text.contains("MM/YY"),
        "{text}"
    );
}

#[test]
fn a_row_of_exact_height_may_grow_when_it_is_filled() {
    let school = worked();
    let height = "<w:trPr><w:trHeight w:val=\"400\" w:hRule=\"exact\"/></w:trPr>";
    let file = texts(&[
        &HEADINGS,
        &["Letters to parents", "", "", ""],
        &["Something of the council's own", "", "", ""],
    ])
    .replace("<w:tr>", &format!("<w:tr>{height}"));
    let (filled, said, _) = into(&school, &document(&file));
    let text = word::part(&filled, "word/document.xml");
    let rows: Vec<&str> = text.split("<w:tr>").skip(1).collect();
    let grows = "<w:trPr><w:trHeight w:val=\"400\" w:hRule=\"atLeast\"/></w:trPr>";
    assert!(rows[1].starts_with(grows), "{said} {text}");
    assert!(rows[0].starts_with(height) && rows[2].starts_with(height));
}

#[test]
fn where_each_row_went_is_told_and_drives_no_terminal() {
    let school = worked();
    let file = texts(&[
        &HEADINGS,
        &[
            "Letters to parents \u{202e}\u{9b}31m and a label that goes on and on, longer than anybody wants to read it",
            "",
            "",
            "",
        ],
        &["Attendance contract", "", "", ""],
    ]);
    let (_, said, _) = into(&school, &document(&file));
    assert!(
        said.contains("  M1 \u{2192} table 1, row 2, 'Letters to parents \\u{202e}\\u{9b}31m and a label that goes on and on, lo\u{2026}'\n"),
        "{said}"
    );
    assert!(
        said.contains("  M5 \u{2192} table 1, row 3, 'Attendance contract'\n"),
        "{said}"
    );
    assert!(!said.contains(['\u{202e}', '\u{9b}']), "{said}");
    // Kent's table of actions ends above the lines of who filled it in, and takes no line of them.
    let kent = School::new();
    kent.ok(&["new", "--checklist", "kent", "--id", CASE, "--school"]);
    let plans = [("1", "Ring the network"), ("2", "Ask for the policy")];
    for (_, next) in plans {
        kent.ok(&[
            "follow-up",
            CASE,
            "--next",
            next,
            "--due",
            "5/10/2026",
            "--owner",
            "J Smith",
        ]);
    }
    let file = texts(&[
        &[
            "No",
            "Action Point",
            "Timescale / review date",
            "Responsible person(s)",
            "Comments",
        ],
        &["1", "", "", "", ""],
        &["SCHOOL NAME", "", "", "", ""],
        &["COMMENTS", "", "", "", ""],
    ]);
    let (filled, said, _) = into(&kent, &document(&file));
    let rows = word::rows(&filled);
    assert_eq!(
        rows[1][1..4],
        ["Ring the network", "Monday 5 October 2026", "J Smith"],
        "{said}"
    );
    assert_eq!(rows[2][2..], ["", "", ""], "{said}");
    assert!(
        said.contains("follow-up 2: there is no empty row for it"),
        "{said}"
    );
    assert!(
        said.contains("  follow-up 1 \u{2192} table 1, row 2\n"),
        "{said}"
    );
}

#[test]
fn content_controls_are_filled_where_they_take_the_answer() {
    let school = worked();
    let control = |properties: &str, hint: &str| {
        format!(
            "<w:sdt><w:sdtPr>{properties}<w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:rPr><w:rStyle w:val=\"PlaceholderText\"/></w:rPr><w:t>{hint}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        )
    };
    let list = "<w:dropDownList><w:listItem w:displayText=\"Choose\" w:value=\"\"/><w:listItem w:displayText=\"Yes\" w:value=\"1\"/></w:dropDownList>";
    let letters = [
        words("Letters to parents"),
        control(list, "Choose an item."),
        control("<w:date/>", "Pick a day"),
        control("", "Type here"),
    ];
    let contract = [
        words("Attendance contract"),
        control(list, "Choose an item."),
        "<w:p/>".into(),
        control("<w:lock w:val=\"contentLocked\"/>", "Locked"),
    ];
    let (filled, said, _) = into(&school, &blank(&[letters, contract]));
    let rows = word::rows(&filled);
    assert_eq!(rows[1][1], "Yes");
    assert!(
        said.contains("row M1, Date: its content control takes one day, and there are several"),
        "{said}"
    );
    assert!(rows[1][3].starts_with("4 Sep 2026\nFirst letter"));
    assert!(
        said.contains("row M5, Completed Y/N: the list in its cell has no such answer"),
        "{said}"
    );
    assert!(
        said.contains(
            "row M5, Outcome, evaluation of action, next steps: its content control is locked"
        ),
        "{said}"
    );
    let text = word::part(&filled, "word/document.xml");
    assert_eq!(
        text.matches("showingPlcHdr").count(),
        3,
        "those that were filled show no hint any more"
    );
}

#[test]
fn hints_of_the_council_stay_above_what_is_filled_in() {
    let school = School::new();
    school.ok(&[
        "new",
        "--checklist",
        "herefordshire",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ]);
    school.ok(&[
        "record",
        CASE,
        "letter",
        "--on",
        "18/9/2026",
        "--field",
        "letter-types=First letter, then an invitation",
    ]);
    let mut row = empty("Letter to parent, with our expectations");
    row[3] = words("List letter types ");
    let headings = [
        "Strategy",
        "Completed Y/N",
        "Date",
        "Outcome/reason action not tried",
    ]
    .map(words);
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
    let (filled, said, _) = into(&school, &document(&table(&[&headings, &cells])));
    assert!(
        said.contains("filled in: 1 row") && !said.contains("Name of pupil"),
        "a table of ours is not looked for: {said}"
    );
    let rows = word::rows(&filled);
    assert_eq!(
        rows[1][3], "List letter types \nLetter types: First letter, then an invitation",
        "{said}"
    );
}

#[test]
fn files_that_cannot_be_filled_in_say_the_way_out() {
    let school = worked();
    let rows = table(&[&[&words("Letters to parents"), "<w:p/>", "<w:p/>", "<w:p/>"]]);
    let tracked = rows.replacen(
        "<w:p/>",
        "<w:p><w:ins w:id=\"1\"><w:r><w:t>x</w:t></w:r></w:ins></w:p>",
        1,
    );
    let template = "<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml\"/></Types>";
    let strict = "<w:document xmlns:w=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"/>";
    let good_types = word::part(&document(""), "[Content_Types].xml");
    let deep = format!(
        "{}{}",
        "<w:sdt><w:sdtContent>".repeat(30_000),
        "</w:sdtContent></w:sdt>".repeat(30_000)
    );
    let looks = rows.replacen(
        "<w:p/>",
        "<w:p><w:pPr><w:rPr><w:rPrChange w:id=\"1\"/></w:rPr></w:pPr></w:p>",
        1,
    );
    let cases: [(Vec<u8>, &str, &str); 11] = [
        (document(&deep), "too deep", "save it as a Word Document"),
        (
            document(&looks),
            "tracked changes",
            "accept or reject all changes",
        ),
        (
            document(&"<w:p/>".repeat(1_100_000)),
            "far too large",
            "save it",
        ),
        (
            vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1],
            "old Word file (.doc), or one behind a password",
            "save it as a Word Document",
        ),
        (
            b"just text".to_vec(),
            "not a Word file",
            "save it as a Word Document",
        ),
        (
            document(&tracked),
            "tracked changes",
            "accept or reject all changes",
        ),
        (
            word::with_settings(
                &rows,
                "<w:documentProtection w:edit=\"forms\" w:enforcement=\"1\"/>",
            ),
            "protected",
            "Stop Protection",
        ),
        (
            word::file(&[
                ("[Content_Types].xml", template),
                ("word/document.xml", "<x/>"),
            ]),
            "a template (.dotx)",
            "save it as a Word Document",
        ),
        (
            word::file(&[
                ("[Content_Types].xml", &good_types),
                ("word/document.xml", strict),
            ]),
            "strict form",
            "not as Strict",
        ),
        (
            word::file(&[
                ("[Content_Types].xml", &good_types),
                ("word/document.xml", "<w:document"),
            ]),
            "damaged",
            "save it as a Word Document",
        ),
        (
            word::file(&[
                ("[Content_Types].xml", &good_types),
                (
                    "word/document.xml",
                    &format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{strict}"),
                ),
            ]),
            "damaged",
            "save it",
        ),
    ];
    for (bytes, found, out) in cases {
        fs::write(school.root().join("blank.docx"), bytes).unwrap();
        let said = school.refused(&[
            "form",
            CASE,
            "--into",
            "blank.docx",
            "--output",
            "filled.docx",
        ]);
        assert!(said.contains(found) && said.contains(out), "{said}");
    }
    // A protection that is not in force keeps nobody out.
    let (_, said, status) = into(
        &school,
        &word::with_settings(
            &rows,
            "<w:documentProtection w:edit=\"forms\" w:enforcement=\"0\"/>",
        ),
    );
    assert_eq!(status, 1, "{said}");
    // The council's blank itself is never written over.
    let said = school.refused(&[
        "form",
        CASE,
        "--into",
        "blank.docx",
        "--output",
        "blank.docx",
    ]);
    assert!(
        said.contains("is there already, and may be filled in"),
        "{said}"
    );
    for (name, says) in [
        ("form.doc", "ends in .docx"),
        ("form.pdf", "ends in .docx"),
        ("cases/form.docx", "a file of attcheck"),
    ] {
        let said = school.refused(&["form", CASE, "--output", name]);
        assert!(said.contains(says), "{said}");
    }
}

/// A row that two items share says whose answer is whose, and Y only where all of it was done; so does one that goes by parent.
#[test]
fn a_row_is_completed_when_all_it_asks_for_was_done() {
    let school = worked();
    school.ok(&[
        "record",
        CASE,
        "improvement-judged",
        "--on",
        "18/9/2026",
        "--outcome",
        "No change yet",
        "--field",
        "improvement=not-improved",
    ]);
    let rows = word::rows(&form(&school, &[]));
    // L1 asks whether legal intervention was considered. It was not; that there is no improvement is another thing.
    assert_eq!(
        row(&rows, "Legal intervention considered")[1..],
        [
            "",
            "",
            "18 Sep 2026, Whether things have got better\nNo change yet\nImprovement: not improved"
        ]
    );
    let each = School::new();
    each.ok(&[
        "new",
        "--checklist",
        "nottinghamshire",
        "--id",
        CASE,
        "--name",
        "Bo Lund",
        "--parent",
        "One",
        "--parent",
        "Two",
    ]);
    each.ok(&[
        "record",
        CASE,
        "letter-of-concern",
        "--on",
        "18/9/2026",
        "--for",
        "p1",
        "--outcome",
        "Sent",
    ]);
    let rows = word::rows(&form(&each, &[]));
    assert!(
        row(&rows, "Letter of concern")[1].starts_with("In part (18 Sep 2026)"),
        "{rows:?}"
    );
    each.ok(&[
        "record",
        CASE,
        "letter-of-concern",
        "--on",
        "19/9/2026",
        "--for",
        "p2",
        "--outcome",
        "Sent",
    ]);
    let rows = word::rows(&form(&each, &[]));
    assert!(
        row(&rows, "Letter of concern")[1].starts_with("Yes (18 Sep 2026, 19 Sep 2026)"),
        "{rows:?}"
    );
}

/// What two people corrected apart stands in two versions: the form says so, and the chronology tells both.
#[test]
fn what_is_contested_is_told_and_not_left_out() {
    let school = School::with_case();
    let said = school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "18/9/2026",
        "--outcome",
        "Sent",
    ]);
    let entry = super::recorded(&said);
    let before = school.case_text();
    school.ok(&[
        "correct",
        CASE,
        &entry,
        "--why",
        "typo",
        "--outcome",
        "Sent on Friday",
    ]);
    let theirs = school.root().join("theirs.yaml");
    fs::rename(school.case_file(), &theirs).unwrap();
    fs::write(school.case_file(), before).unwrap();
    school.ok(&[
        "correct",
        CASE,
        &entry,
        "--why",
        "typo",
        "--outcome",
        "Sent by post",
    ]);
    school.ok(&["join", "cases/k7m4px.yaml", "theirs.yaml"]);
    let rows = word::rows(&form(&school, &[]));
    let letters = row(&rows, "Letters home");
    assert_eq!(letters[1..3], ["", ""]);
    assert!(letters[3].contains("stands in two versions"), "{letters:?}");
    school.ok(&["pack", CASE, "--anyway", "--folder", "pack"]);
    let bytes = fs::read(school.root().join("pack/data/3-chronology.docx")).unwrap();
    let told: Vec<String> = word::rows(&bytes)
        .into_iter()
        .map(|row| row[1].clone())
        .collect();
    for version in ["Sent on Friday", "Sent by post"] {
        let one = told
            .iter()
            .find(|text| text.contains(version))
            .unwrap_or_else(|| panic!("{version}: {told:?}"));
        assert!(one.contains("one of two versions, not settled"), "{one}");
    }
}

/// Only those who recorded what stands by the day of the form are on it.
#[test]
fn who_completed_the_log_is_who_recorded_what_stands() {
    let mut school = worked();
    let said = school.ok(&["note", CASE, "In the wrong case", "--by", "A Stranger"]);
    let entry = super::recorded(&said);
    school.ok(&["withdraw", CASE, &entry, "--why", "wrong case"]);
    school.at("2026-10-05T09:00:00+01:00");
    school.ok(&["note", CASE, "Later", "--by", "B Later"]);
    assert_eq!(
        word::rows(&form(&school, &[]))[1][2],
        "J Smith, pastoral lead; B Later"
    );
    assert_eq!(
        word::rows(&form(&school, &["--as-of", "30/9/2026"]))[1][2],
        "J Smith, pastoral lead"
    );
    school.ok(&["close", CASE, "--why", "improved"]);
    let text = word::part(&form(&school, &[]), "word/document.xml");
    assert!(
        text.contains("The case was closed on Monday 5 October 2026 (improved)."),
        "{text}"
    );
}

/// Every form of the examples by tools that know nothing of this program: a validator of the format, another reader of
/// Word files, and a word processor.
#[test]
fn other_programs_read_the_forms() {
    let name = if cfg!(windows) { "python" } else { "python3" };
    if !has_tool(name, &["-c", "import docx, openxml_audit, docx_integrity"]) {
        return;
    }
    let school = School::new();
    let cases = [
        ("northfield", "k7m4px"),
        ("northfield", "h2vt6m"),
        ("harbour", "autumn26"),
        ("harbour", "c5tk8w"),
        ("harbour", "n4rv7d"),
    ];
    let mut files = Vec::new();
    for (folder, case) in cases {
        let (dir, out) = (
            project(&format!("examples/{folder}")),
            school.root().join(format!("{case}.docx")),
        );
        school.ok(&[
            "--dir",
            dir.to_str().unwrap(),
            "form",
            case,
            "--as-of",
            "2026-11-20",
            "--output",
            out.to_str().unwrap(),
        ]);
        files.push(out);
    }
    judged(
        "docx.py",
        &files
            .iter()
            .map(|file| file.to_str().unwrap())
            .collect::<Vec<_>>(),
    );
    if has_tool("soffice", &["--version"]) && has_tool("pdftoppm", &["-v"]) {
        // Pages as a word processor lays them out: A4 on its side, its headings told as such to those who are read to.
        for file in &files {
            let out = file.with_extension("pages");
            let script = project("tests/documents/render.sh");
            let output = std::process::Command::new("bash")
                .arg(script)
                .arg(file)
                .arg(&out)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success() && said.contains("841.89 x 595"),
                "{}",
                school.told(&output)
            );
            assert!(
                said.contains("tagged: yes") && !said.contains(" 0 header cells"),
                "{said}"
            );
        }
    }
    // The stand-ins are made with another program, and what is filled in makes them no worse.
    let stand_ins = school.root().join("stand-ins");
    judged("stand_ins.py", &[stand_ins.to_str().unwrap()]);
    let dir = project("examples/northfield");
    let mut filled = 0;
    for name in [
        "plain",
        "split-runs",
        "merged",
        "controls",
        "cell-controls",
        "hints",
        "fonts",
        "nested",
        "duplicate",
        "edited",
    ] {
        let (blank, out) = (
            stand_ins.join(format!("{name}.docx")),
            school.root().join(format!("{name}.docx")),
        );
        let args = [
            "--dir",
            dir.to_str().unwrap(),
            "form",
            "k7m4px",
            "--as-of",
            "2026-11-20",
        ];
        let files = [
            "--into",
            blank.to_str().unwrap(),
            "--output",
            out.to_str().unwrap(),
        ];
        let output = school.run(&[&args[..], &files].concat());
        assert_eq!(
            output.status.code(),
            Some(1),
            "{name}: {}",
            school.told(&output)
        );
        judged(
            "docx.py",
            &[
                "--no-head-check",
                "--blank",
                blank.to_str().unwrap(),
                out.to_str().unwrap(),
            ],
        );
        filled += 1;
    }
    assert_eq!(filled, 10);
    for name in ["tracked.docx", "protected.docx", "template.dotx"] {
        let blank = stand_ins.join(name);
        let args = [
            "--dir",
            dir.to_str().unwrap(),
            "form",
            "k7m4px",
            "--into",
            blank.to_str().unwrap(),
            "--output",
            "no.docx",
        ];
        assert_eq!(school.run(&args).status.code(), Some(2), "{name}");
    }
}

/// Runs one of the scripts that judge documents.
#[track_caller]
pub fn judged(script: &str, args: &[&str]) {
    let script = project("tests/documents").join(script);
    let name = if cfg!(windows) { "python" } else { "python3" };
    let output = std::process::Command::new(name)
        .arg(&script)
        .args(args)
        .env("PYTHONUTF8", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}: {said}",
        Path::new(&script).display()
    );
}

/// A list with a row of every kind whose cell is easily wrong.
const EASTSHIRE: &str = r#"attcheck: checklist/1
id: eastshire
edition: "2026-10"
title: Support in Eastshire
authority: Eastshire Council (invented)
subject: pupil
source: {title: Form E1}
gates:
  referral: {title: Referral, sections: [steps]}
fields:
  medical-reasons: {ask: "Were medical reasons ruled out?", answers: [ruled-out, not-ruled-out]}
facts:
  prosecution_considered: {ask: "Is the same period being considered for prosecution?"}
  home_language: {ask: "Which language is spoken at home?", answers: [english, welsh, another]}
sections:
  - id: steps
    title: Steps
    level: must
    items:
      - {id: meeting, title: Meeting, source: "1", record: [outcome]}
      - {id: on-record, title: Concerns on record, source: "2", uses: [meeting], record: [outcome]}
      - {id: no-prosecution, title: No prosecution, source: "3", entries: none, needs: {not: prosecution_considered}}
      - {id: medical, title: Medical reasons, source: "4", record: [medical-reasons]}
      - {id: offer, title: Support offered, source: "5", accepts: [declined]}
      - {id: plan-a, title: Plan A, source: "6", level: may}
      - {id: plan-b, title: Plan B, source: "6", level: may}
      - {id: either-plan, title: One of the plans, source: "6", entries: none, needs: {any: [plan-a, plan-b]}}
      - {id: all-before, title: All before, source: "7", entries: none, needs: [meeting, offer]}
      - {id: anything-else, title: Anything else, source: "8", entries: every, count: at least 0}
      - {id: again, title: Meeting held again, source: "9", uses: [meeting], repeat: every 12 months}
"#;

/// A case of that list on which everything is settled.
fn eastshire(layout: Option<&str>) -> School {
    let school = School::new();
    let lists = school.root().join("checklists");
    fs::create_dir_all(&lists).unwrap();
    fs::write(lists.join("eastshire.yaml"), EASTSHIRE).unwrap();
    if let Some(layout) = layout {
        fs::write(lists.join("eastshire.form.yaml"), layout).unwrap();
    }
    school.ok(&[
        "new",
        "--checklist",
        "eastshire",
        "--id",
        CASE,
        "--name",
        "Bo Lund",
        "--fact",
        "prosecution_considered=no",
        "--fact",
        "home_language=welsh",
    ]);
    let record = |item: &str, on: &str, more: &[&str]| {
        school.ok(&[&["record", CASE, item, "--on", on], more].concat());
    };
    record("meeting", "11/9/2026", &["--outcome", "A plan"]);
    record(
        "medical",
        "14/9/2026",
        &["--field", "medical-reasons=not-ruled-out"],
    );
    record(
        "offer",
        "15/9/2026",
        &["--answer", "declined", "--reason", "Not now"],
    );
    record("plan-b", "16/9/2026", &[]);
    school.ok(&["ready", CASE]);
    school
}

/// Writes a form and gives its rows with what was said.
#[track_caller]
fn form_said(school: &School) -> (Vec<Vec<String>>, String) {
    let _ = fs::remove_file(school.root().join("form.docx"));
    let output = school.run(&["form", CASE, "--output", "form.docx"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    let bytes = fs::read(school.root().join("form.docx")).unwrap();
    (word::rows(&bytes), said)
}

#[test]
fn no_settled_row_is_blank_and_no_y_answers_another_question() {
    let (rows, said) = form_said(&eastshire(None));
    let answers = |row_of: &str| row(&rows, row_of)[2..].to_vec();
    assert_eq!(answers("1"), ["Y", "11 Sep 2026", "A plan"]);
    assert_eq!(
        answers("2"),
        ["Y", "11 Sep 2026", "See row 1 (11 Sep 2026)"]
    );
    let question = "Is the same period being considered for prosecution? No";
    assert_eq!(answers("3"), ["", "", question]);
    assert_eq!(
        answers("4"),
        ["", "14 Sep 2026", "Medical reasons: not ruled out"]
    );
    assert_eq!(
        answers("5"),
        ["N\ndeclined", "15 Sep 2026", "Declined: Not now"]
    );
    assert_eq!(answers("6")[..2], ["Y", "16 Sep 2026"]);
    assert_eq!(
        answers("7"),
        ["Y", "", "See row 1 (11 Sep 2026); row 5 (15 Sep 2026)"]
    );
    assert_eq!(answers("8"), ["", "", "None recorded; none is required."]);
    assert_eq!(
        answers("9"),
        ["Y", "11 Sep 2026", "See row 1 (11 Sep 2026)"]
    );
    // What is left to a person is told, by title and number.
    assert!(
        said.contains("left for you to fill in")
            && said.contains("  No prosecution (3), under Completed Y/N\n")
            && said.contains("  Medical reasons (4), under Completed Y/N\n")
            && said.matches(", under ").count() == 2,
        "{said}"
    );
}

const OWN_LAYOUT: &str = r#"attcheck: form/1
checklist: eastshire
head:
  cells:
    - {label: Date commenced, holds: began}
    - {label: Prosecution, holds: {fact: prosecution_considered}}
    - {label: Language, holds: {fact: home_language}}
    - {label: Plan, holds: {state: either-plan}}
    - {label: Medical, holds: {item: medical, field: medical-reasons}}
columns:
  - {label: Action, holds: title, width: 30}
  - {label: Done, holds: completed, width: 10}
  - {label: Offered, holds: {yes-if: [done, declined]}, width: 10}
  - {label: Medical, holds: {field: medical-reasons}, width: 10}
  - {label: Date, holds: date, width: 10}
  - {label: Outcome, holds: outcome, width: 20}
  - {label: Office use, holds: nothing, width: 10}
rows:
  "2":
    find: concerns
    holds: {completed: nothing}
  "3":
    holds: {Done: {fact: prosecution_considered}}
  "4":
    holds:
      completed: {field: medical-reasons, yes-if: [ruled-out]}
      Offered: nothing
  "6":
    holds: {completed: {state: either-plan}}
  "7":
    holds: {outcome: {fact: home_language}}
  "9":
    holds: {completed: {item: again}, date: {item: again}}
"#;

#[test]
fn a_layout_says_what_a_cell_shows() {
    let school = eastshire(Some(OWN_LAYOUT));
    let said = school.ok(&["checklist", "check"]);
    assert!(said.contains("eastshire.form.yaml"), "{said}");
    let (rows, said) = form_said(&school);
    let answers = |row_of: &str| row(&rows, row_of)[1..].to_vec();
    assert_eq!(answers("Date commenced"), ["Friday 11 September 2026"]);
    assert_eq!(answers("Prosecution"), ["No"]);
    assert_eq!(answers("Language"), ["Welsh"]);
    assert_eq!(answers("Plan"), ["Yes"]);
    assert_eq!(answers("Medical"), ["not ruled out"]);
    assert_eq!(answers("Concerns on record")[0], "");
    assert_eq!(answers("No prosecution")[0], "N");
    assert_eq!(
        answers("Medical reasons")[..3],
        ["N\nNot ruled out", "", "Not ruled out"]
    );
    assert_eq!(answers("Support offered")[..2], ["N\ndeclined", "Y"]);
    assert_eq!(answers("Plan A")[0], "Y");
    assert_eq!(answers("All before")[4], "Welsh");
    // Where no number is printed, the title leads to the row.
    assert_eq!(
        answers("Meeting held again"),
        [
            "",
            "Y",
            "",
            "",
            "See \u{201c}Meeting\u{201d} (11 Sep 2026)",
            ""
        ]
    );
    assert!(
        said.contains("  Concerns on record (2), under Done\n")
            && said.contains("  Medical reasons (4), under Offered\n"),
        "{said}"
    );
}

#[test]
fn a_layout_that_shows_what_is_not_there_is_refused_with_its_place() {
    let school = eastshire(None);
    let beside = school.root().join("checklists/eastshire.form.yaml");
    for (from, to, says) in [
        (
            "{Done: {fact: prosecution_considered}}",
            "{Dome: nothing}",
            "did you mean `Done`",
        ),
        (
            "{Done: {fact: prosecution_considered}}",
            "{owner: nothing}",
            "no column `owner`",
        ),
        (
            "{fact: home_language}}\n  \"9\"",
            "{fact: home_languag}}\n  \"9\"",
            "did you mean `home_language`",
        ),
        (
            "yes-if: [ruled-out]",
            "yes-if: [ruled]",
            "`ruled` is none of the answers",
        ),
        (
            "{state: either-plan}}\n  \"7\"",
            "{state: either}}\n  \"7\"",
            "there is no item `either`",
        ),
        (
            "{item: again}, date",
            "{item: again, fact: home_language}, date",
            "does not say what the cell shows",
        ),
        (
            "{completed: nothing}",
            "{completed: blank}",
            "does not say what the cell shows",
        ),
        (
            "{field: medical-reasons}, width",
            "{field: medical-reason}, width",
            "did you mean `medical-reasons`",
        ),
        (
            "{fact: home_language}}\n    - {label: Plan",
            "{item: offer}}\n    - {label: Plan",
            "outside the rows",
        ),
    ] {
        let broken = OWN_LAYOUT.replacen(from, to, 1);
        assert_ne!(broken, OWN_LAYOUT, "{from}");
        fs::write(&beside, broken).unwrap();
        let said = school.refused(&["form", CASE, "--output", "other.docx"]);
        assert!(
            said.contains("eastshire.form.yaml:") && said.contains(says),
            "{to}: {said}"
        );
    }
}

#[test]
fn the_day_support_began_is_a_fact_or_the_first_action_that_counts() {
    let school = School::new();
    let new = |more: &[&str]| {
        let base = [
            "new",
            "--checklist",
            "lancashire",
            "--name",
            "Ada O'Kafor",
            "--born",
            "3/4/2013",
        ];
        [&base[..], more]
            .concat()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let refused = |more: &[&str]| {
        let argv = new(more);
        school.refused(&argv.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let said = refused(&["--began", "14/9/2027"]);
    assert!(said.contains("in the future"), "{said}");
    let said = refused(&["--began", "14/9/2012", "--long-ago"]);
    assert!(said.contains("before the pupil's birth"), "{said}");
    let said = refused(&["--began", "14/9/2020"]);
    assert!(said.contains("--long-ago"), "{said}");
    let said = refused(&["--began", "7/9/2026", "--fact", "support_began=8/9/2026"]);
    assert!(said.contains("given twice"), "{said}");
    let argv = new(&["--id", CASE, "--began", "7/9/2026"]);
    school.ok(&argv.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(school.case_text().contains("2026-09-07"));
    let began = || row(&form_said(&school).0, "Ada O'Kafor")[3].clone();
    assert_eq!(began(), "Monday 7 September 2026");
    // Answered like any other fact, and kept as a day.
    let said = school.refused(&["fact", CASE, "support_began=soon"]);
    assert!(said.contains("soon"), "{said}");
    school.ok(&["fact", CASE, "support_began=1 Sept 2026"]);
    assert!(school.case_text().contains("2026-09-01"));
    assert_eq!(began(), "Tuesday 1 September 2026");
    // Not known: the first action that counts, and neither the opening nor an answer that settles nothing.
    school.ok(&["fact", CASE, "support_began=unknown"]);
    assert_eq!(began(), "");
    school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "15/9/2026",
        "--outcome",
        "Sent",
    ]);
    school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "3/9/2026",
        "--answer",
        "no-reply",
        "--reason",
        "Came back",
    ]);
    assert_eq!(began(), "Tuesday 15 September 2026");
    // Typed by hand it is held to the same.
    let by_hand = |value: &str| {
        let entry = format!("- kind: fact\n  fact: support_began\n  value: \"{value}\"\n");
        let before = school.case_text();
        fs::write(school.case_file(), format!("{before}{entry}")).unwrap();
        before
    };
    for (value, says) in [
        ("14/9/2026", "that is not an answer to `support_began`"),
        ("2026-02-30", "that is not an answer to `support_began`"),
        ("2027-09-14", "is in the future"),
    ] {
        let before = by_hand(value);
        let said = school.refused(&["seal", CASE]);
        assert!(said.contains(says), "{value}: {said}");
        fs::write(school.case_file(), before).unwrap();
    }
    by_hand("2026-09-02");
    school.ok(&["seal", CASE]);
    assert_eq!(began(), "Wednesday 2 September 2026");
    let listed = school.ok(&["checklist", "facts", "lancashire"]);
    assert!(listed.contains("support_began: a day"), "{listed}");
}

#[test]
fn no_condition_asks_for_a_fact_that_holds_a_day() {
    let school = School::new();
    let lists = school.root().join("checklists");
    fs::create_dir_all(&lists).unwrap();
    let item = "source: \"1\", record: [outcome]";
    for when in ["support_began", "{support_began: [2026-09-14]}"] {
        let list = EASTSHIRE.replacen(item, &format!("{item}, when: {when}"), 1);
        assert_ne!(list, EASTSHIRE);
        fs::write(lists.join("eastshire.yaml"), list).unwrap();
        let output = school.run(&["checklist", "check"]);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(said.contains("`support_began` holds a day"), "{said}");
    }
    let both = "{ask: \"When?\", holds: day, answers: [a]}";
    let list = EASTSHIRE.replacen(
        "{ask: \"Is the same period being considered for prosecution?\"}",
        both,
        1,
    );
    fs::write(lists.join("eastshire.yaml"), list).unwrap();
    let output = school.run(&["checklist", "check"]);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(said.contains("no answers to choose from"), "{said}");
}

/// What the layouts of the councils say of rows whose Y means something else than that it was done.
#[test]
fn the_councils_rows_show_what_they_ask_for() {
    let school = worked();
    school.ok(&[
        "record",
        CASE,
        "ehc-assessment",
        "--on",
        "17/9/2026",
        "--answer",
        "not-suitable",
        "--reason",
        "No need found",
    ]);
    school.ok(&[
        "record",
        CASE,
        "early-help",
        "--on",
        "17/9/2026",
        "--answer",
        "declined",
        "--reason",
        "Not now",
        "--outcome",
        "Offered again",
    ]);
    let (rows, said) = form_said(&school);
    assert_eq!(row(&rows, "Early Help")[1], "Y");
    assert_eq!(row(&rows, "EHC needs")[1], "Y", "{said}");

    let school = School::new();
    school.ok(&[
        "new",
        "--checklist",
        "herefordshire",
        "--id",
        CASE,
        "--name",
        "Bo Lund",
    ]);
    for fact in ["young_carer=no", "medical_needs=yes", "has_ehcp=yes"] {
        school.ok(&["fact", CASE, fact]);
    }
    let record = |item: &str, on: &str, more: &[&str]| {
        school.ok(&[&["record", CASE, item, "--on", on], more].concat());
    };
    record("healthcare-plan", "11/9/2026", &["--outcome", "Made"]);
    record(
        "meeting-offer",
        "14/9/2026",
        &[
            "--answer",
            "declined",
            "--reason",
            "No time",
            "--outcome",
            "Offered",
        ],
    );
    record("ehcp-review", "15/9/2026", &["--outcome", "Not needed yet"]);
    let (rows, said) = form_said(&school);
    assert_eq!(row(&rows, "Young carer")[1], "N");
    assert_eq!(
        row(&rows, "Review of the healthcare plan")[1..],
        [
            "",
            "",
            "See \u{201c}Individual healthcare plan\u{201d} (11 Sep 2026)"
        ]
    );
    assert_eq!(row(&rows, "Offer of a meeting")[1], "Y");
    assert_eq!(row(&rows, "Early review of the plan")[1], "");
    assert!(
        said.contains("  Early review of the plan (4.3), under Completed Y/N\n"),
        "{said}"
    );
    row(
        &rows,
        "Referral to the Children Missing in Education (CMIE) panel",
    );

    let school = School::new();
    school.ok(&[
        "new",
        "--checklist",
        "southwark",
        "--id",
        CASE,
        "--name",
        "Bo Lund",
    ]);
    let record = |item: &str, on: &str, more: &[&str]| {
        school.ok(&[&["record", CASE, item, "--on", on], more].concat());
    };
    record(
        "attendance-meeting",
        "11/9/2026",
        &[
            "--outcome",
            "A plan",
            "--field",
            "attendees=Mother",
            "--point",
            "concerns",
        ],
    );
    record(
        "leaflet",
        "14/9/2026",
        &[
            "--outcome",
            "Given",
            "--point",
            "council-duties",
            "--point",
            "consequences",
            "--field",
            "shared-how=By post",
        ],
    );
    record(
        "mapping-session",
        "15/9/2026",
        &["--outcome", "Mapped", "--field", "likely-reasons=Bus fare"],
    );
    let (rows, _) = form_said(&school);
    let numbered = |number: &str| {
        let found = rows.iter().find(|row| row[0] == number);
        found.unwrap_or_else(|| panic!("{number}: {rows:?}"))[2..].to_vec()
    };
    assert_eq!(numbered("2"), ["14 Sep 2026", "See row 3 (14 Sep 2026)"]);
    assert_eq!(numbered("P2"), ["11 Sep 2026", "See row 1 (11 Sep 2026)"]);
    assert_eq!(numbered("P3"), ["15 Sep 2026", "See row 7 (15 Sep 2026)"]);
    assert_eq!(numbered("P6"), ["14 Sep 2026", "See row 3 (14 Sep 2026)"]);
}
