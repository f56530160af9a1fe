//! The register: what school systems give, taken over and shown.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{CASE, School, project};

/// The school that the files of `tests/register` are about.
fn school() -> School {
    let mut school = School::new();
    school.at("2026-11-21T09:00:00+00:00");
    for (id, name, upn) in [
        ("aaaaaa", "Ada O'Kafor", Some("H801200001001")),
        ("bbbbbb", "Ben Reid", Some("B801200005001")),
        ("cccccc", "Zoë Zieliński", Some("R900400001001")),
        ("dddddd", "Sam Lee", Some("L801200015001")),
        ("eeeeee", "Sam Lee", None),
    ] {
        let mut args = vec![
            "new",
            "--checklist",
            "lancashire",
            "--id",
            id,
            "--name",
            name,
        ];
        args.extend(upn.iter().flat_map(|upn| ["--upn", *upn]));
        school.ok(&args);
    }
    school
}

/// What the school keeps, as the sidecars write it: the last reading of each day.
fn kept(school: &School) -> Vec<String> {
    let mut lines = BTreeMap::new();
    let Ok(files) = fs::read_dir(school.root().join("registers")) else {
        return Vec::new();
    };
    for file in files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "csv"))
    {
        let case = file.file_stem().unwrap().to_string_lossy().into_owned();
        for line in fs::read_to_string(&file).unwrap().lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let mark = |n: usize| if cells[n].is_empty() { "." } else { cells[n] };
            let told = format!("{case} {} {} {}", cells[0], mark(1), mark(2));
            lines.insert((case.clone(), cells[0].to_owned()), told);
        }
    }
    lines.into_values().collect()
}

/// Words as a shell takes them apart.
fn words(line: &str) -> Vec<String> {
    let (mut found, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => found.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    found.push(word);
    found.retain(|word| !word.is_empty());
    found
}

#[derive(Default)]
struct Wanted {
    args: Vec<String>,
    marks: Vec<String>,
    passed: usize,
    problems: Vec<(String, String)>,
    refused: bool,
}

fn wanted(file: &Path) -> Wanted {
    let mut found = Wanted::default();
    for line in fs::read_to_string(file)
        .unwrap()
        .lines()
        .filter(|line| !line.is_empty())
    {
        if let Some(args) = line.strip_prefix("args: ") {
            found.args = words(args);
        } else if let Some(count) = line.strip_prefix("passed over: ") {
            found.passed = count.parse().unwrap();
        } else if line == "refused" {
            found.refused = true;
        } else if line.starts_with("row ") || line.starts_with("file: ") {
            let (place, says) = line.split_once(": ").unwrap();
            found.problems.push((place.to_owned(), says.to_owned()));
        } else if line != "partial:" {
            found.marks.push(line.to_owned());
        }
    }
    found
}

#[test]
fn every_export_is_read_as_it_was_worked_out_by_hand() {
    let mut files: Vec<PathBuf> = fs::read_dir(project("tests/register"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|ending| ending == "csv" || ending == "xml")
        })
        .collect();
    files.sort();
    assert!(files.len() >= 40, "{}", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let wanted = wanted(&file.with_extension("expected"));
        let school = school();
        let mut args = vec!["register", "import", file.to_str().unwrap()];
        args.extend(wanted.args.iter().map(String::as_str));
        let output = school.run(&args);
        let said = school.told(&output);
        let mut check = |right: bool, what: &str| {
            if !right {
                wrong.push(format!("{name}: {what}\n{said}"));
            }
        };
        check(
            !said.to_lowercase().contains("kafor") && !said.contains("Reid"),
            "a name is told",
        );
        if wanted.refused {
            check(output.status.code() == Some(2), "not refused");
            check(kept(&school).is_empty(), "something was written");
            for (place, says) in &wanted.problems {
                let lines: Vec<&str> = said.lines().collect();
                let fits = |line: &&str| {
                    (place == "file"
                        || line.contains(&format!("{place}:"))
                        || line.contains(&format!("{place},")))
                        && line.to_lowercase().contains(&says.to_lowercase())
                };
                check(
                    lines.iter().any(fits),
                    &format!("no line says {place}: {says}"),
                );
            }
            let rows = wanted
                .problems
                .iter()
                .filter(|(place, _)| place.starts_with("row "))
                .count();
            let told = said
                .lines()
                .filter(|line| line.trim_start().starts_with("row "))
                .count();
            check(
                rows == 0 || told == rows,
                &format!("{told} rows are told, and {rows} are wrong"),
            );
            args.push("--partial");
            let partial = school.run(&args);
            let code = if wanted.marks.is_empty() {
                Some(2)
            } else {
                Some(1)
            };
            check(
                partial.status.code() == code,
                &format!("with --partial: {}", school.told(&partial)),
            );
        } else {
            check(output.status.code() == Some(0), "refused");
            let passed = match wanted.passed {
                0 => String::new(),
                1 => "passed over: 1 pupil without an open case".to_owned(),
                n => format!("passed over: {n} pupils without an open case"),
            };
            check(
                said.contains(&passed) && (wanted.passed > 0) == said.contains("passed over"),
                "passed over",
            );
        }
        let found = kept(&school);
        check(
            found == wanted.marks,
            &format!("kept {found:#?}, wanted {:#?}", wanted.marks),
        );
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn marks_are_taken_over_and_shown() {
    let mut school = school();
    fs::write(
        school.root().join("attcheck.toml"),
        "[[term]]\nname = \"Autumn\"\nfrom = 2026-09-02\nto = 2026-12-18\nhalf-term = { from = 2026-10-26, to = 2026-10-30 }\n",
    )
    .unwrap();
    let mut table = String::from("UPN,Date,AM,PM\n");
    let mut day = chrono::NaiveDate::from_ymd_opt(2026, 9, 7).unwrap();
    for n in 0..20 {
        let (am, pm) = match n {
            3 | 4 => ("I", "I"),
            9 => ("N", "\\"),
            12 => ("O", "O"),
            _ => ("/", "\\"),
        };
        let mut line = format!("H801200001001,{},{am},{pm}\n", day.format("%d/%m/%Y"));
        line.push_str(&format!(
            "J801200015017,{},{am},{pm}\n",
            day.format("%d/%m/%Y")
        ));
        table.push_str(&line);
        day = day + chrono::Days::new(if n % 5 == 4 { 3 } else { 1 });
    }
    fs::write(school.root().join("marks.csv"), &table).unwrap();
    let dry = school.told(&school.run(&["register", "import", "marks.csv", "--dry-run"]));
    insta::assert_snapshot!("register-import", dry);
    assert!(kept(&school).is_empty());
    school.ok(&["register", "import", "marks.csv"]);
    let again = school.ok(&["register", "import", "marks.csv"]);
    assert!(again.contains("0 sessions new, 0 changed"), "{again}");
    // A mark that was another one before is kept with it.
    school.at("2026-11-25T09:00:00+00:00");
    fs::write(
        school.root().join("later.csv"),
        "UPN,Date,AM,PM\nH801200001001,18/09/2026,O,\n",
    )
    .unwrap();
    let later = school.ok(&["register", "import", "later.csv"]);
    assert!(
        later.contains("case aaaaaa, morning of 18 Sep 2026: N is now O"),
        "{later}"
    );
    let file = fs::read_to_string(school.root().join("registers/aaaaaa.csv")).unwrap();
    assert!(
        file.contains("2026-09-18,N,\\,2026-11-21\n2026-09-18,O,\\,2026-11-25\n"),
        "{file}"
    );
    school.ok(&[
        "record",
        "aaaaaa",
        "letters",
        "--on",
        "18/9/2026",
        "--outcome",
        "Sent",
    ]);
    let show = school.told(&school.run(&["register", "show", "aaaaaa", "--after", "letters"]));
    insta::assert_snapshot!("register-show", show);
    // A mark of a day without school is kept and counts in no figure; rows of pupils who are passed over stop nothing.
    fs::write(
        school.root().join("odd.csv"),
        "UPN,Date,AM,PM\nH801200001001,27/10/2026,O,\nJ801200015017,18/09/2026,?,\n",
    )
    .unwrap();
    let odd = school.ok(&["register", "import", "odd.csv"]);
    assert!(
        odd.contains("on days without school by the calendar: 1 mark, the first on 27 Oct 2026"),
        "{odd}"
    );
    let show = school.told(&school.run(&["register", "show", "aaaaaa"]));
    assert!(
        show.contains("33 of 40") && show.contains("note: the marks of 1 day are left out"),
        "{show}"
    );
    // Two children of one name never end in one register.
    fs::write(
        school.root().join("twins.csv"),
        "UPN,Name,Date,AM\nJ801200015017,Alex Moor,7/9/2026,/\nG80120000101A,Alex Moor,8/9/2026,O\n",
    )
    .unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "ffffff",
        "--name",
        "Alex Moor",
    ]);
    let said = school.refused(&["register", "import", "twins.csv"]);
    assert!(
        said.contains("row 3, column UPN: two pupils with different UPNs would be case `ffffff`"),
        "{said}"
    );
    let partial = school.run(&["register", "import", "twins.csv", "--partial"]);
    assert!(
        !school.root().join("registers/ffffff.csv").exists(),
        "{}",
        school.told(&partial)
    );
    let slipped = "UPN,Name,Date,Session,Mark\nH801200001001,Kafor, Ada,03/09/2026,AM,/\n";
    fs::write(school.root().join("slipped.csv"), slipped).unwrap();
    let said = school.refused(&["register", "import", "slipped.csv"]);
    assert!(
        said.contains("row 2, column Date: that is not a day") && !said.contains("Ada"),
        "{said}"
    );
    let part = school.ok(&[
        "register",
        "show",
        "aaaaaa",
        "--from",
        "21/9/2026",
        "--as-of",
        "25/9/2026",
    ]);
    assert!(
        part.contains("attendance 80.0%: 8 of 10 possible sessions attended"),
        "{part}"
    );
    let said = school.refused(&["register", "show", "aaaaaa", "--from", "21/10/2026"]);
    assert!(
        said.contains("it goes from Monday 7 September 2026 to Friday 2 October 2026"),
        "{said}"
    );
    let args = [
        "register",
        "show",
        "aaaaaa",
        "--after",
        "letters",
        "--as-of",
        "10/9/2026",
    ];
    assert!(
        school
            .refused(&args)
            .contains("nothing is recorded on `letters`")
    );
    let plain = school.ok(&["register", "show", "aaaaaa", "--plain"]);
    assert!(plain.is_ascii(), "{plain}");
    let coloured = school.ok(&["--color", "always", "register", "show", "aaaaaa"]);
    assert!(
        coloured.contains("\u{1b}[33mI") && coloured.contains("\u{1b}[31mO"),
        "{coloured}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&school.ok(&["register", "show", "aaaaaa", "--format", "json"]))
            .unwrap();
    assert_eq!(
        (
            &json["total"]["possible"],
            &json["total"]["authorised"],
            &json["total"]["unauthorised"],
            &json["changed"]
        ),
        (&40.into(), &4.into(), &3.into(), &1.into())
    );
    assert_eq!(
        (&json["absence"], &json["longest_run"]),
        (&"persistent".into(), &4.into())
    );
}

#[test]
fn a_problem_names_the_mark_its_day_and_the_pupils_row() {
    let school = school();
    let said = |file: &str| {
        let file = project("tests/register").join(file);
        school.refused(&["register", "import", file.to_str().unwrap()])
    };
    let marks = said("bad-mark.csv");
    assert!(
        marks.contains(
            "row 3, column Mark: `?` for the afternoon of 2 Sep 2026 is no code of the register"
        ),
        "{marks}"
    );
    let ctf = said("bad-ctf-mark-and-upn.xml");
    assert!(
        ctf.contains("row 37: `Q9` for the morning of 8 Sep 2026 is no code of the register (the pupil stands in row 27)"),
        "{ctf}"
    );
    let twice = said("bad-twice-different.csv");
    assert!(
        twice.contains(
            "row 5, column Mark: the morning of 2 Sep 2026 is given twice: O here, and / in row 2"
        ),
        "{twice}"
    );
}

#[test]
fn headings_that_are_not_understood_are_listed_as_found() {
    let school = school();
    let write = |text: &str| fs::write(school.root().join("marks.csv"), text).unwrap();
    write("UPN,Date,AM,PM,Year group,Ben Reid\nH801200001001,7/9/2026,/,\\,7,\n");
    let said = school.ok(&["register", "import", "marks.csv"]);
    assert!(
        said.contains("columns not looked at: Year group, F\n"),
        "{said}"
    );
    write("Pupil No,When,Half,Att. entry\nH801200001001,8/9/2026,AM,/\n");
    let said = school.refused(&["register", "import", "marks.csv"]);
    assert!(
        said.contains("Headings found: A `Pupil No`, B `When`, C `Half`, D `Att. entry`"),
        "{said}"
    );
    // And so they are named by what was listed.
    let map = [
        "register",
        "import",
        "marks.csv",
        "--map",
        "upn=Pupil No",
        "--map",
        "date=When",
        "--map",
        "session=Half",
        "--map",
        "mark=Att. entry",
    ];
    assert!(school.ok(&map).contains("1 session new"));
}

#[test]
fn slips_with_the_register_say_what_to_do() {
    let school = school();
    fs::write(
        school.root().join("marks.csv"),
        "UPN,Date,AM\nH801200001001,7/9/2026,/\n",
    )
    .unwrap();
    for (args, wanted) in [
        (
            &["register", "show", "aaaaaa"][..],
            "attcheck register import FILE",
        ),
        (&["register", "import", "nowhere.csv"], "cannot read"),
        (
            &["register", "import", "marks.csv", "--map", "mrk=AM"],
            "did you mean `mark`?",
        ),
        (
            &["register", "import", "marks.csv", "--map", "mark"],
            "--map",
        ),
        (
            &["register", "import", "marks.csv", "--map", "date=Tag"],
            "there is no column for date",
        ),
    ] {
        let said = school.refused(args);
        assert!(said.contains(wanted), "{args:?}: {said}");
    }
    school.ok(&["register", "import", "marks.csv"]);
    // Output never takes the place of marks.
    let said = school.refused(&["list", "--output", "registers/aaaaaa.csv"]);
    assert!(said.contains("is a file of attcheck"), "{said}");
    let said = school.refused(&["register", "show", "aaaaaa", "--after", "lettres"]);
    assert!(said.contains("did you mean `letters`?"), "{said}");
    // A file that somebody edited is named with its row, and nothing is guessed.
    fs::write(
        school.root().join("registers/aaaaaa.csv"),
        "date,am,pm,read\n2026-09-07,?,,2026-11-21\n",
    )
    .unwrap();
    let said = school.refused(&["register", "show", "aaaaaa"]);
    assert!(
        said.contains("row 2: that is no code of the register"),
        "{said}"
    );
}

#[test]
fn the_year_is_shown_at_a_glance() {
    let mut school = School::new();
    school.at("2026-11-21T09:00:00+00:00");
    let bare = school.told(&school.run(&["calendar"]));
    assert!(
        bare.contains("[[term]]") && bare.contains("not known: no term dates (253)"),
        "{bare}"
    );
    fs::write(
        school.root().join("attcheck.toml"),
        "[[term]]\nname = \"Autumn\"\nfrom = 2026-09-01\nto = 2026-12-18\nhalf-term = { from = 2026-10-26, to = 2026-10-30 }\n\
         inset = [2026-09-01, 2026-11-27]\n\n[[term]]\nname = \"Spring\"\nfrom = 2027-01-04\nto = \"25/3/2027\"\n\
         half-term = { from = 2027-02-15, to = 2027-02-19 }\nclosed = [2027-01-12]\n\n\
         [[term]]\nname = \"Summer\"\nfrom = 2027-04-12\nto = 2027-07-20\nhalf-term = { from = 2027-05-31, to = 2027-06-04 }\n",
    )
    .unwrap();
    insta::assert_snapshot!("calendar", school.told(&school.run(&["calendar"])));
    let json: serde_json::Value =
        serde_json::from_str(&school.ok(&["calendar", "--format", "json"])).unwrap();
    // Counted month by month on a printed calendar: 21 + 17 and 20 + 14 in autumn, 19 + 10 and 5 + 19 in spring, 15 + 19 and
    // 18 + 14 in summer.
    assert_eq!(json["school_days"], 191);
    let day = |date: &str| {
        json["days"]
            .as_array()
            .unwrap()
            .iter()
            .find(|day| day["date"] == date)
            .unwrap()["kind"]
            .clone()
    };
    for (date, kind) in [
        ("2026-09-01", "inset"),
        ("2026-09-02", "school-day"),
        ("2026-10-26", "holiday"),
        ("2026-12-25", "bank-holiday"),
        ("2027-01-12", "closed"),
        ("2027-05-03", "bank-holiday"),
        ("2027-08-02", "holiday"),
    ] {
        assert_eq!(day(date), kind, "{date}");
    }
}

#[test]
fn term_dates_that_cannot_be_are_named_with_their_place() {
    let school = School::new();
    for (text, place, wanted) in [
        (
            "[[term]]\nfrom = 2026-12-18\nto = 2026-09-02\n",
            "attcheck.toml:3:6",
            "before it begins",
        ),
        (
            "[[term]]\nfrom = 2026-09-31\nto = 2026-12-18\n",
            "attcheck.toml:2",
            "",
        ),
        (
            "[[term]]\nfrom = \"soon\"\nto = 2026-12-18\n",
            "attcheck.toml:2:8",
            "this is not a day",
        ),
        (
            "[[term]]\nfrom = 2026-09-02\n",
            "attcheck.toml",
            "missing field `to`",
        ),
        (
            "[[term]]\nfrom = 2026-09-02\nto = 2026-12-18\nhalf-term = { from = 2027-02-15, to = 2027-02-19 }\n",
            "attcheck.toml:4:22",
            "does not lie within its term",
        ),
        (
            "[[term]]\nname = \"A\"\nfrom = 2026-09-02\nto = 2026-12-18\n[[term]]\nname = \"B\"\nfrom = 2026-12-18\nto = 2027-02-12\n",
            "attcheck.toml:7:8",
            "`B` begins before `A` has ended",
        ),
        (
            "[[term]]\nfrom = 2026-09-02\nto = 2062-12-18\n",
            "attcheck.toml:3:6",
            "is too long",
        ),
        (
            "[[term]]\nfrom = 2026-09-02\nto = 2026-12-18\ninset = [2025-09-04]\n",
            "attcheck.toml:4:10",
            "lies far from its term",
        ),
        (
            "[term]\nfrom = 2026-09-02\n",
            "attcheck.toml",
            "a term begins with [[term]]",
        ),
        (
            "[[term]]\nfrom = 02/09/2026\n",
            "attcheck.toml:2",
            "write a day as 2026-09-02",
        ),
        (
            "[[term]]\nfrom = 2026-09-02\nto = 2026-12-18\nhalfterm = 1\n",
            "attcheck.toml:4:1",
            "known keys",
        ),
    ] {
        fs::write(school.root().join("attcheck.toml"), text).unwrap();
        let said = school.refused(&["calendar"]);
        assert!(
            said.contains(place) && said.contains(wanted),
            "{text}: {said}"
        );
    }
}

/// Marks of a case that cannot be read are not called those of a pupil without one: what could not be done ends with 2.
#[test]
fn a_case_that_cannot_be_read_is_no_pupil_without_one() {
    let school = School::with_case();
    school.ok(&["details", CASE, "--upn", "V999201417003"]);
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "q7strk",
        "--name",
        "Bo Vale",
        "--upn",
        "T999201415017",
        "--born",
        "14/3/2013",
    ]);
    fs::write(school.root().join("cases/q7strk.yaml"), "attcheck: [\n").unwrap();
    fs::write(
        school.root().join("marks.csv"),
        "upn,date,am,pm\nV999201417003,2026-09-02,/,\\\nT999201415017,2026-09-02,O,O\n",
    )
    .unwrap();
    let output = school.run(&["register", "import", "marks.csv"]);
    let told = school.told(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("could not be read: 1 case, so marks that belong there were not taken over"),
        "{told}"
    );
    // The others are taken over all the same.
    assert!(
        school
            .root()
            .join(format!("registers/{CASE}.csv"))
            .is_file()
    );
}
