//! The edges of the language as a user meets them: periods the wrong way round, figures that hang on an entry, missing term
//! dates, counts that silence meets, and the last resort.

use std::fs;
use std::process::Output;

use super::{CASE, School, project};

const LIST: &str = r#"attcheck: checklist/1
id: small
edition: "2026-12"
title: A small list
authority: Nobody (invented)
subject: pupil
gates:
  referral: {title: Referral, sections: [steps, looked-at, last]}
sections:
  - id: steps
    title: Steps
    level: must
    items:
      - {id: letter, title: Letter, source: "1"}
      - {id: plan, title: Plan, source: "2", record: [starts-on, ends-on]}
  - id: looked-at
    title: Looked at
    level: must
    items:
      - {id: short-plan, title: A short plan, source: "3", uses: plan, lasts: at most 6 weeks from starts-on}
      - {id: fair-time, title: Time to work, source: "4", uses: letter, lasts: at least 2 school weeks from letter to date}
      - {id: after-letter, title: In the week after the letter, source: "5", entries: none, needs: {unauthorised: at least 1 session within 1 week after letter}}
      - {id: up-to-today, title: Lately, source: "6", entries: none, needs: {unauthorised: at least 1 session within 2 weeks before referral}}
      - {id: since-letter, title: Since the letter, source: "10", entries: none, needs: {unauthorised: at least 1 session after letter}}
      - {id: few-letters, title: Few letters, source: "7", uses: letter, count: at most 1}
      - {id: extra, title: Extra help, source: "9", level: may}
  - id: last
    title: Last resort
    level: should
    items:
      - {id: legal, title: Legal intervention considered, source: "8", needs: [steps]}
"#;

fn school() -> School {
    let school = School::new();
    fs::create_dir_all(school.root().join("checklists")).unwrap();
    fs::write(school.root().join("checklists/small.yaml"), LIST).unwrap();
    let new = [
        "new",
        "--checklist",
        "small",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
    ];
    school.ok(&new);
    school
}

fn messages(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn plan<'a>(starts: &'a str, ends: &'a str) -> Vec<&'a str> {
    let mut args = vec!["record", CASE, "plan", "--on", "14/9/2026"];
    args.extend(["--field", starts, "--field", ends]);
    args
}

#[test]
fn a_period_that_ends_before_it_begins_is_refused_at_once() {
    let school = school();
    let said = school.refused(&plan("starts-on=14/9/2026", "ends-on=13/9/2026"));
    assert!(
        said.contains(
            "the period ends on Sunday 13 September 2026, before it begins on Monday 14 September 2026"
        ) && said.contains("--field starts-on=… or --field ends-on=…"),
        "{said}"
    );
    // A single day is a period.
    school.ok(&plan("starts-on=14/9/2026", "ends-on=14/9/2026"));
    let gaps = school.ok(&["gaps", CASE]);
    assert!(!gaps.contains("ends-before-start"), "{gaps}");
}

#[test]
fn what_the_items_ask_that_look_at_an_entry_is_seen_when_it_is_recorded() {
    let school = School::new();
    fs::create_dir_all(school.root().join("checklists")).unwrap();
    let list = LIST
        .replace("record: [starts-on, ends-on]", "record: [ends-on]")
        .replace(
            "lasts: at most 6 weeks from starts-on",
            "lasts: at most 6 weeks",
        );
    fs::write(school.root().join("checklists/small.yaml"), list).unwrap();
    school.ok(&["new", "--checklist", "small", "--id", CASE, "--name", "Ada"]);
    let record = |ends| {
        let ends: &'static str = ends;
        ["record", CASE, "plan", "--on", "14/9/2026", "--field", ends]
    };
    let said = school.refused(&record("ends-on=13/9/2026"));
    assert!(
        said.contains("before it begins on Monday 14 September 2026")
            && said.contains("--on or --field ends-on=…"),
        "{said}"
    );
    school.ok(&record("ends-on=14/9/2026"));
}

#[test]
#[cfg(unix)]
fn at_a_terminal_the_last_day_is_asked_for_again() {
    use super::prompts::{at_terminal, press, status};

    let school = school();
    let mut session = at_terminal(&school, &["record", CASE, "plan"]);
    session.exp_string("On what day?").unwrap();
    session.send_line("14/9/2026").unwrap();
    for (day, then) in [
        ("14/9/2026", "(14/9/2026)"),
        ("13/9/2026", "before it begins on Monday 14 September 2026"),
        ("25/9/2026", "Record plan"),
    ] {
        session.exp_string("(14/9/2026)").unwrap();
        session.send_line(day).unwrap();
        if then != "(14/9/2026)" {
            session.exp_string(then).unwrap();
        }
    }
    press(&mut session, "y");
    assert_eq!(status(&mut session), 0);
    let text = school.case_text();
    assert!(text.contains("2026-09-25"), "{text}");
    assert!(!text.contains("2026-09-13"), "{text}");
}

#[test]
#[cfg(unix)]
fn the_last_resort_is_not_among_the_items_that_are_offered() {
    use super::prompts::{at_terminal, press, status};

    let school = school();
    let dated = |item| ["record", CASE, item, "--on", "14/9/2026"];
    school.ok(&dated("letter"));
    school.ok(&plan("starts-on=14/9/2026", "ends-on=25/9/2026"));
    // Both steps are settled, so it waits for nothing and stands in the list of gaps; it is still not offered.
    let gaps = school.ok(&["gaps", CASE]);
    assert!(
        part(&gaps, "Advised, if it fits this pupil (never blocks)")
            .contains("Legal intervention considered"),
        "{gaps}"
    );
    let mut session = at_terminal(&school, &["record", CASE]);
    let before = session.exp_string("9  Extra help (extra)").unwrap();
    assert!(!before.contains("Legal"), "{before}");
    press(&mut session, "\r");
    let rest = session.exp_string("On what day?").unwrap();
    assert!(!rest.contains("Legal"), "{rest}");
    session.send_control('c').unwrap();
    assert_eq!(status(&mut session), 130);
}

/// A part of what `gaps` prints: from a heading to the next blank line.
fn part<'t>(gaps: &'t str, heading: &str) -> &'t str {
    let Some((_, rest)) = gaps.split_once(&format!("\n{heading}\n")) else {
        return "";
    };
    rest.split("\n\n").next().unwrap()
}

#[test]
fn a_figure_is_beyond_the_school_only_where_its_days_end_with_the_check() {
    let mut school = school();
    school.at("2026-11-20T16:00:00+00:00");
    fs::write(
        school.root().join("attcheck.toml"),
        "[[term]]\nfrom = 2026-09-02\nto = 2026-12-18\nhalf-term = { from = 2026-10-26, to = 2026-10-30 }\n",
    )
    .unwrap();
    // In school all along.
    let days = (1..=19).map(|day| format!("k7m4px,2026-11-{day:02},/,\\\n"));
    let marks: String = days.collect();
    fs::write(
        school.root().join("marks.csv"),
        format!("case,date,am,pm\n{marks}"),
    )
    .unwrap();
    school.ok(&["register", "import", "marks.csv"]);
    // No letter has been sent: sending it begins the days that are looked at.
    let to_do = |school: &School| part(&school.ok(&["gaps", CASE]), "To do").to_owned();
    for title in ["In the week after the letter", "Since the letter"] {
        assert!(to_do(&school).contains(title), "{title}");
    }
    school.ok(&["record", CASE, "letter", "--on", "4/11/2026"]);
    let gaps = school.ok(&["gaps", CASE]);
    let beyond = part(
        &gaps,
        "Not so as things stand (there is nothing to do about it)",
    );
    assert!(
        beyond.contains("Lately")
            && beyond.contains("Since the letter")
            && !beyond.contains("In the week after the letter"),
        "{gaps}"
    );
    let to_do = to_do(&school);
    let (_, row) = to_do.split_once("In the week after the letter").unwrap();
    assert!(
        row.contains("(figure-not-met)") && row.contains(&format!("attcheck record {CASE} letter")),
        "{gaps}"
    );
    assert!(gaps.contains("2 not so as things stand"), "{gaps}");
}

#[test]
fn missing_term_dates_are_named_and_the_command_shows_their_lines() {
    let school = school();
    school.ok(&["record", CASE, "letter", "--on", "14/9/2026"]);
    school.ok(&["record", CASE, "letter", "--on", "16/9/2026"]);
    let output = school.run(&["gaps", CASE, "--as-of", "21/9/2026"]);
    let gaps = String::from_utf8(output.stdout).unwrap();
    let says = "this is counted in school days, and attcheck.toml has no term dates of the autumn term 2026/27";
    assert!(gaps.contains(says), "{gaps}");
    assert!(gaps.contains("attcheck calendar --year 2026"), "{gaps}");
    let told = messages(&school.run(&["calendar", "--year", "2026"]));
    for line in [
        "name = \"Autumn\"\nfrom = 2026-09-02",
        "name = \"Spring\"\nfrom = 2027-01-05",
        "name = \"Summer\"\nfrom = 2027-04-13",
    ] {
        assert!(told.contains(line), "{told}");
    }
    // The lines are such as the settings take.
    let (_, lines) = told.split_once("[[term]]").unwrap();
    fs::write(
        school.root().join("attcheck.toml"),
        format!("[[term]]{lines}"),
    )
    .unwrap();
    let told = messages(&school.run(&["calendar", "--year", "2026"]));
    assert_eq!(told, "");
    // Of a year with one term the others are named.
    let text = fs::read_to_string(school.root().join("attcheck.toml")).unwrap();
    let autumn = text.split("[[term]]").nth(1).unwrap();
    fs::write(
        school.root().join("attcheck.toml"),
        format!("[[term]]{autumn}"),
    )
    .unwrap();
    let told = messages(&school.run(&["calendar", "--year", "2026"]));
    assert!(
        !told.contains("Autumn") && told.contains("Spring") && told.contains("Summer"),
        "{told}"
    );
}

#[test]
fn a_count_that_silence_meets_is_remarked_on_and_no_shipped_list_has_one() {
    let school = school();
    let told = school.ok(&["checklist", "check", "checklists/small.yaml"]);
    assert!(
        told.contains("no problems\n  note: `few-letters` (row 7): a count of at most 1 is met where nothing is recorded"),
        "{told}"
    );
    let list = LIST.replace("count: at most 1", "count: at most 1, needs: short-plan");
    fs::write(school.root().join("checklists/small.yaml"), list).unwrap();
    let told = school.ok(&["checklist", "check", "checklists/small.yaml"]);
    assert!(!told.contains("note:"), "{told}");
    for folder in ["checklists", "checklists/2026-11"] {
        for file in fs::read_dir(project(folder)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|e| e == "yaml") {
                let told = school.ok(&["checklist", "check", path.to_str().unwrap()]);
                assert!(!told.contains("note:"), "{told}");
            }
        }
    }
}

#[test]
fn the_last_resort_is_never_announced_as_the_next_thing_to_do() {
    let school = school();
    let record = |item: &str, rest: &[&str]| {
        let output = school.run(&[&["record", CASE, item, "--on", "14/9/2026"][..], rest].concat());
        assert!(output.status.success(), "{}", school.told(&output));
        messages(&output)
    };
    // While it waits, and when it waits no more.
    let said = record("letter", &[]);
    assert!(
        said.contains("letter is settled") && !said.contains("legal"),
        "{said}"
    );
    let gaps = school.ok(&["gaps", CASE]);
    assert!(
        part(&gaps, "Not before other rows are settled").contains("Legal intervention considered"),
        "{gaps}"
    );
    // What is recorded on it too early is told as waiting.
    let said = record("legal", &[]);
    assert!(
        said.contains("row 8 legal is waiting: waits for steps"),
        "{said}"
    );
    let fields = [
        "--field",
        "starts-on=14/9/2026",
        "--field",
        "ends-on=20/9/2026",
    ];
    let said = record("plan", &fields);
    assert!(said.contains("row 8 legal is settled"), "{said}");
}

#[test]
fn nor_is_it_announced_once_nothing_stands_before_it() {
    let school = school();
    school.ok(&["record", CASE, "letter", "--on", "14/9/2026"]);
    let output = school.run(&plan("starts-on=14/9/2026", "ends-on=25/9/2026"));
    let said = messages(&output);
    assert!(
        said.contains("plan is settled") && !said.contains("legal"),
        "{said}"
    );
    let gaps = school.ok(&["gaps", CASE]);
    assert!(
        part(&gaps, "Advised, if it fits this pupil (never blocks)")
            .contains("Legal intervention considered"),
        "{gaps}"
    );
}

#[test]
fn lancashire_names_its_last_resort_in_the_list_of_gaps_alone() {
    let school = School::with_case();
    let outcome = ["--outcome", "Talked it over."];
    for item in ["letters", "champion-and-dsl", "contract"] {
        let record = [&["record", CASE, item, "--on", "14/9/2026"][..], &outcome].concat();
        let output = school.run(&record);
        assert!(output.status.success(), "{}", school.told(&output));
        let said = messages(&output);
        assert!(!said.contains("legal-considered"), "{item}: {said}");
    }
    let gaps = school.ok(&["gaps", CASE]);
    assert!(
        part(&gaps, "Not before other rows are settled").contains("L1"),
        "{gaps}"
    );
}

#[test]
fn the_first_gap_of_a_case_is_one_that_something_can_be_done_about() {
    let school = School::new();
    fs::create_dir_all(school.root().join("checklists")).unwrap();
    // The first row of the form waits for the two after it.
    let list = LIST.replace(
        "      - {id: letter,",
        "      - {id: complete, title: All steps, source: \"0\", entries: none, needs: [letter, plan]}\n      - {id: letter,",
    );
    fs::write(school.root().join("checklists/small.yaml"), list).unwrap();
    for (id, name) in [(CASE, "Ada"), ("b2c3d4", "Ben")] {
        school.ok(&["new", "--checklist", "small", "--id", id, "--name", name]);
    }
    let told = school.ok_or_found(&["ready", "--all"]);
    assert!(
        told.contains("letter: nothing is recorded") && !told.contains("waits for"),
        "{told}"
    );
}
