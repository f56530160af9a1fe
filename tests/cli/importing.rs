//! Many entries at once from a table.

use std::fs;

use super::{CASE, School};

fn school() -> School {
    let mut school = School::new();
    for n in 1..=3 {
        school.ok(&[
            "new",
            "--checklist",
            "lancashire",
            "--id",
            &format!("case-{n}"),
            "--name",
            &format!("Pupil Kafor {n}"),
        ]);
    }
    let upn = "H801200001001";
    let new = [
        "new",
        "--checklist",
        "nottinghamshire",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
        "--upn",
        upn,
    ];
    school.ok(&[
        &new[..],
        &["--parent", "Grace O'Kafor", "--parent", "Tom Kafor"],
    ]
    .concat());
    school.at("2026-09-22T09:00:00+01:00");
    school
}

fn write(school: &School, name: &str, text: impl AsRef<[u8]>) {
    fs::write(school.root().join(name), text).unwrap();
}

const TABLE: &str = "\u{feff}Case;Item;Date;Answer;Outcome;Reason\r\n\
    case-1;letters;18/9/2026;;\"First letter; no reply\";\r\n\
    case-2;letters;18.9.2026;done;Sent;\r\n\
    ;;;;;\r\n\
    case-3;early-help;1/9/2026;Declined;;They have help\r\n\
    case-1;letters;18/9/2026;;\"First letter; no reply\";\r\n";

#[test]
fn a_table_is_recorded_once_however_often_it_is_run() {
    let school = school();
    write(&school, "letters.csv", TABLE);
    let before = school.snapshot();
    insta::assert_snapshot!(
        "import-dry-run",
        school.told(&school.run(&["import", "letters.csv", "--dry-run"]))
    );
    assert_eq!(before, school.snapshot());
    let first = school.ok(&["import", "letters.csv"]);
    assert_eq!(first, "3 entries recorded on 3 cases, 1 there already\n");
    let shown = school.ok(&["show", "case-1", "--log"]);
    assert!(shown.contains("First letter; no reply"), "{shown}");
    let after = school.snapshot();
    assert_eq!(
        school.ok(&["import", "letters.csv"]),
        "0 entries recorded on 0 cases, 4 there already\n"
    );
    assert_eq!(after, school.snapshot(), "nothing is written twice");
    // As after a run that was stopped: one of the cases lacks its entry, and gets it.
    let path = school.root().join("cases/case-2.yaml");
    let without = before.iter().find(|(file, _)| *file == path).unwrap();
    fs::write(&path, &without.1).unwrap();
    assert_eq!(
        school.ok(&["import", "letters.csv"]),
        "1 entry recorded on 1 case, 3 there already\n"
    );
    // What was put right or taken back since is not brought back.
    school.ok(&["undo", "case-2"]);
    assert_eq!(
        school.ok(&["import", "letters.csv"]),
        "0 entries recorded on 0 cases, 4 there already\n"
    );
    assert!(school.run(&["verify"]).status.success());
}

#[test]
fn with_one_bad_row_nothing_is_recorded_and_every_problem_is_told() {
    let school = school();
    let rows = [
        "case-9,letters,18/9/2026,,x,,,",
        "case-1,lettres,18/9/2026,,x,,,",
        "case-1,Ada O'Kafor,18/9/2026,,x,,,",
        "case-1,letters,31/2/2026,maybe,x,,,",
        "case-1,letters,18/9/2027,,,,,",
        "case-1,early-help,18/9/2026,declined,,,,",
        "case-1,letters,18/9/2026,,x,because,,",
        "case-2,letters,18/9/2026,,x,,,,,,too many",
        "Ada O'Kafor,letters,18/9/2026,,x,,,",
        "k7m4px,letter-of-concern,18/9/2026,,x,,Mr O'Kafor,",
        "k7m4px,letter-of-concern,18/9/2026,,x,,,",
        "k7m4px,first-day-contact,18/9/2026,,x,,,reason-asked advice",
        ",letters,18/9/2026,,x,,,",
        "case-1,,18/9/2026,,x,,,",
        "case-1,letters,,,x,,,",
        "case-1,letters,18/9/1999,,x,,,",
        // What is wrong beside the case or the item is told as well.
        "case-9,letters,32/9/2026,mybe,,,,",
        "case-1,lettres,18/9/2027,mybe,,,,",
        "case-9,,18/9/1999,,,,,",
    ];
    let table = format!(
        "case,item,date,answer,outcome,reason,parent,points\ncase-1,letters,18/9/2026,,good,,,\n{}\n",
        rows.join("\n")
    );
    write(&school, "bad.csv", table);
    let said = school.refused(&["import", "bad.csv"]);
    insta::assert_snapshot!("import-bad", said);
    write(
        &school,
        "headings.csv",
        "pupil,item,dat,item,Ada O'Kafor\ncase-1,letters,today,,\n",
    );
    insta::assert_snapshot!(
        "import-headings",
        school.refused(&["import", "headings.csv"])
    );
    for (name, bytes, wanted) in [
        (
            "open.csv",
            &b"case,item,date\ncase-1,\"letters,18/9/2026\n"[..],
            "a quotation mark is opened and never closed",
        ),
        (
            "empty.csv",
            b"case,item,date\n",
            "has no rows below its headings",
        ),
        (
            "marked.csv",
            b"\xef\xbb\xbfcase,item,date,outcome\ncase-1,letters,today,caf\xe9\n",
            "begins as UTF-8 or UTF-16 text and does not go on so",
        ),
    ] {
        write(&school, name, bytes);
        let said = school.refused(&["import", name]);
        assert!(said.contains(wanted), "{name}: {said}");
    }
}

#[test]
fn what_is_agreed_is_told_whole_as_on_the_command_line() {
    let school = school();
    for (headings, cells, wanted) in [
        (
            "due",
            "1/12/2026",
            "row 2, column next: `due` is given, and `next` does not say what is to be done",
        ),
        (
            "owner",
            "J Smith",
            "row 2, column next: `owner` is given, and `next` does not say what is to be done",
        ),
    ] {
        write(
            &school,
            "agreed.csv",
            format!("case,item,date,outcome,{headings}\ncase-1,letters,today,x,{cells}\n"),
        );
        let said = school.refused(&["import", "agreed.csv"]);
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn people_fields_and_points_come_in_too() {
    let school = school();
    write(
        &school,
        "more.csv",
        "upn,item,date,parent,outcome,points,next,due,owner,reasons-match\n\
         h801200001001,letter-of-concern,18/9/2026,grace o'kafor,Sent,,Ring,25/9/2026,Office,\n\
         H801200001001,first-day-contact,17/9/2026,,Rang,reason-asked; advice-offered,,,,\n\
         H801200001001,reasons-asked,18/9/2026,,They came,,,,,Same\n",
    );
    let said = school.refused(&["import", "more.csv"]);
    assert!(
        said.contains(
            "row 4, column reasons-match: that cannot be taken here\n      did you mean `same`?"
        ),
        "{said}"
    );
    let text = fs::read_to_string(school.root().join("more.csv"))
        .unwrap()
        .replace("Same", "same");
    write(&school, "more.csv", text);
    assert_eq!(
        school.ok(&["import", "more.csv"]),
        "3 entries recorded on 1 case, 0 there already\n"
    );
    let case = school.case_text();
    for wanted in [
        "for:\n  - p1",
        "due: \"2026-09-25\"",
        "points:\n  - reason-asked\n  - advice-offered",
        "reasons-match: same",
    ] {
        assert!(case.contains(wanted), "{wanted}: {case}");
    }
    assert!(school.ok(&["due"]).contains("overdue") || school.ok(&["due"]).contains("in 3 days"));
}

#[test]
fn a_template_is_filled_in_and_comes_back() {
    let school = school();
    write(&school, "list.txt", "case-1\r\n\r\ncase-3\r\n");
    let template = school.ok(&["import", "--template", "early-help", "--cases", "list.txt"]);
    assert_eq!(
        template,
        "\u{feff}case,initials,item,date,answer,outcome,reason\ncase-1,P.K.1.,early-help,,,,\ncase-3,P.K.3.,early-help,,,,\n"
    );
    write(
        &school,
        "filled.csv",
        template.replace(
            "early-help,,,,",
            "early-help,17/9/2026,declined,,They have help",
        ),
    );
    assert_eq!(
        school.ok(&["import", "filled.csv"]),
        "2 entries recorded on 2 cases, 0 there already\n"
    );
    write(&school, "one.csv", "upn\nH801200001001\n");
    let each = school.ok(&[
        "import",
        "--template",
        "letter-of-concern",
        "--cases",
        "one.csv",
    ]);
    assert!(
        each.contains("k7m4px,A.O.,letter-of-concern,,p1")
            && each.contains("letter-of-concern,,p2"),
        "{each}"
    );
    for (args, wanted) in [
        (
            &["import", "--template", "early-hlp", "--cases", "list.txt"][..],
            "did you mean `early-help`?",
        ),
        (
            &["import", "--template", "letters", "--cases", "one.csv"],
            "is not an item to record on in",
        ),
        (
            &["import", "--template", "letters", "--cases", "none.txt"],
            "none.txt",
        ),
        (&["import", "--template", "letters"], "--cases"),
    ] {
        let said = school.refused(args);
        assert!(said.contains(wanted), "{args:?}: {said}");
    }
}

#[test]
fn error_values_of_a_spreadsheet_are_no_entry() {
    let school = school();
    let values = [
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#N/A",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#ERROR!",
        "########",
        "Err:502",
    ];
    let before = school.snapshot();
    for value in values {
        write(
            &school,
            "spoilt.csv",
            format!(
                "case,item,date,outcome\ncase-1,letters,18/9/2026,{value}\ncase-2,letters,18/9/2026,Sent\n"
            ),
        );
        let said = school.refused(&["import", "spoilt.csv"]);
        let wanted = format!(
            "1 problem, and nothing was recorded\n  row 2, column outcome: an error value of the spreadsheet stands here: `{value}`"
        );
        assert!(said.contains(&wanted), "{value}: {said}");
    }
    // In any cell, and each cell is told once.
    write(
        &school,
        "cells.csv",
        "case,item,date,answer,reason,parent,points,outcome,grace\n\
         #REF!,letters,18/9/2026,,,,,Sent,\n\
         case-1,#N/A,18/9/2026,,,,,Sent,\n\
         case-1,letters,########,,,,,Sent,\n\
         case-1,letters,18/9/2026,#NAME?,,,,,\n\
         case-1,early-help,18/9/2026,declined,#VALUE!,,,,\n\
         case-1,letters,18/9/2026,,,#N/A,,Sent,\n\
         case-1,letters,18/9/2026,,,,#NUM!,Sent,\n\
         case-1,letters,18/9/2026,,,,,Sent,#REF!\n",
    );
    let said = school.refused(&["import", "cells.csv"]);
    for (row, column) in [
        (2, "case"),
        (3, "item"),
        (4, "date"),
        (5, "answer"),
        (6, "reason"),
        (7, "parent"),
        (8, "points"),
    ] {
        let wanted = format!("row {row}, column {column}: an error value");
        assert_eq!(said.matches(&wanted).count(), 1, "{wanted}: {said}");
        let told = said
            .matches(&format!("row {row}, column {column}:"))
            .count();
        assert_eq!(told, 1, "{said}");
    }
    assert!(
        said.contains(
            "row 9: an error value of the spreadsheet stands in cell 9 of the row: `#REF!`"
        ) && !said.contains("grace"),
        "{said}"
    );
    assert_eq!(
        before.len() + 2,
        school.snapshot().len(),
        "nothing but the tables is new"
    );
    // Text that speaks of one is text.
    write(
        &school,
        "text.csv",
        "case,item,date,outcome\ncase-1,letters,18/9/2026,Sent; the sheet shows #REF! for her\n",
    );
    assert!(
        school
            .ok(&["import", "text.csv"])
            .contains("1 entry recorded")
    );
}

#[test]
fn a_table_may_be_in_any_encoding_of_a_spreadsheet() {
    let school = school();
    let table = "case,item,date,outcome\ncase-1,letters,18/9/2026,Café – she said “no”\n";
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(table);
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(
            table
                .replace(',', "\t")
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    for (name, bytes, recorded) in [
        (
            "latin.csv",
            latin.as_ref(),
            "1 entry recorded on 1 case, 0 there already",
        ),
        (
            "utf-8.csv",
            table.as_bytes(),
            "0 entries recorded on 0 cases, 1 there already",
        ),
        (
            "bom.csv",
            format!("\u{feff}{table}").as_bytes(),
            "0 entries recorded on 0 cases, 1 there already",
        ),
        (
            "utf-16.csv",
            &wide,
            "0 entries recorded on 0 cases, 1 there already",
        ),
    ] {
        write(&school, name, bytes);
        let output = school.run(&["import", name]);
        let said = school.told(&output);
        assert!(said.contains(recorded), "{name}: {said}");
        assert_eq!(
            said.contains("it was read as Windows-1252"),
            name == "latin.csv",
            "{name}: {said}"
        );
    }
    let shown = school.ok(&["show", "case-1", "--log"]);
    assert!(shown.contains("Café – she said “no”"), "{shown}");
    // The list of cases for a template too, and what a spreadsheet made of the template.
    write(&school, "list.csv", b"case,pupil\ncase-1,Zo\xeb\n");
    let args = ["import", "--template", "early-help", "--cases", "list.csv"];
    let template = school.ok(&args);
    assert!(
        template.starts_with("\u{feff}case,initials,"),
        "{template:?}"
    );
    let filled = template.replace(
        "early-help,,,,",
        "early-help,17/9/2026,declined,,Sie sagt „später“",
    );
    let filled = filled.trim_start_matches('\u{feff}');
    write(
        &school,
        "filled.csv",
        encoding_rs::WINDOWS_1252.encode(filled).0,
    );
    assert!(
        school
            .told(&school.run(&["import", "filled.csv"]))
            .contains("1 entry recorded")
    );
    write(&school, "book.xlsx", b"PK\x03\x04\xe9\xff");
    let args = ["import", "--template", "early-help", "--cases", "book.xlsx"];
    assert!(school.refused(&args).contains("is a workbook"));
}

#[test]
fn what_cannot_be_written_is_told_before_anything_is() {
    let school = school();
    let table =
        "case,item,date,outcome\ncase-1,letters,18/9/2026,Sent\ncase-2,letters,18/9/2026,Sent\n";
    write(&school, "letters.csv", table);
    fs::hard_link(
        school.root().join("cases/case-2.yaml"),
        school.root().join("cases/second.txt"),
    )
    .unwrap();
    for dry in [&[][..], &["--dry-run"]] {
        let args: Vec<&str> = ["import", "letters.csv"]
            .iter()
            .chain(dry)
            .copied()
            .collect();
        let said = school.refused(&args);
        assert!(
            said.contains("row 3: case `case-2` cannot be written"),
            "{said}"
        );
    }
}

#[test]
fn a_name_has_no_place_in_an_entry_and_initials_must_fit() {
    let school = school();
    write(
        &school,
        "a.csv",
        "case,initials,item,date,outcome,name\ncase-1,P.K.1.,letters,18/9/2026,Sent,Pupil Kafor 1\n",
    );
    let said = school.refused(&["import", "a.csv"]);
    assert!(
        said.contains("row 2, column name: `letters` does not ask for `name`"),
        "{said}"
    );
    write(
        &school,
        "b.csv",
        "case,initials,item,date,outcome\ncase-1,PK2,letters,18/9/2026,Sent\ncase-1,pk1,letters,17/9/2026,Sent\n",
    );
    let said = school.refused(&["import", "b.csv"]);
    assert!(
        said.contains("row 2, column initials: these are not the initials")
            && !said.contains("row 3"),
        "{said}"
    );
    // A shifted column may hold a name anywhere, and no cell is repeated.
    write(
        &school,
        "c.csv",
        "case,item,date,outcome,points,due\ncase-1,letters,Ada O'Kafor,Ada O'Kafor,Kafor,Kafor\n",
    );
    school.refused(&["import", "c.csv"]);
    write(&school, "d.csv", "PK\u{3}\u{4}zip");
    assert!(
        school
            .refused(&["import", "d.csv"])
            .contains("is a workbook")
    );
    write(&school, "e.csv", "\n");
    assert!(school.refused(&["import", "e.csv"]).contains("is empty"));
    write(&school, "list.txt", "case-1\n");
    write(&school, "filled.csv", "filled in");
    let args = [
        "import",
        "--template",
        "letters",
        "--cases",
        "list.txt",
        "--output",
        "filled.csv",
    ];
    assert!(school.refused(&args).contains("may be filled in"));
}
