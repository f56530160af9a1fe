//! The real program at a pseudo-terminal: it asks for what is missing, and Ctrl-C leaves every file as it was.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use super::{CASE, School, people};

const CTRL_C: char = 'c';

pub(super) fn at_terminal(school: &School, args: &[&str]) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attcheck"));
    command
        .args(args)
        .current_dir(school.root())
        .env("TERM", "xterm");
    school.surround(&mut command);
    spawn_command(command, Some(20_000)).unwrap()
}

/// Presses a key. Keys sent before the program listens for single keys would be lost to the line discipline.
pub(super) fn press(session: &mut PtySession, key: &str) {
    std::thread::sleep(std::time::Duration::from_millis(150));
    session.send(key).unwrap();
    session.flush().unwrap();
}

pub(super) fn status(session: &mut PtySession) -> i32 {
    // What is left of the output has to be read, or the program may wait for its reader.
    let _ = session.exp_eof();
    match session.process().wait().unwrap() {
        rexpect::process::WaitStatus::Exited(_, code) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn record_asks_for_the_rest_and_shows_it_before_it_writes() {
    let school = School::with_case();
    let mut session = at_terminal(&school, &["record", CASE, "contract"]);
    session.exp_string("What came of it?").unwrap();
    press(&mut session, "\x1b[B");
    press(&mut session, "\r");
    session.exp_string("On what day?").unwrap();
    session.send_line("14/9/2026").unwrap();
    session
        .exp_string("that is Monday 14 September 2026")
        .unwrap();
    session.exp_string("Why declined?").unwrap();
    session.send_line("Prefers to ring").unwrap();
    session
        .exp_string("Record contract, declined, Monday 14 September 2026?")
        .unwrap();
    press(&mut session, "y");
    session.exp_string("recorded e").unwrap();
    assert_eq!(status(&mut session), 0);
    let text = school.case_text();
    assert!(
        text.contains("answer: declined") && text.contains("reason: Prefers to ring"),
        "{text}"
    );
}

#[test]
fn record_offers_the_items_that_are_open() {
    let school = School::with_case();
    let mut session = at_terminal(&school, &["record", CASE]);
    session.exp_string("Which item?").unwrap();
    session.exp_string("letters").unwrap();
    press(&mut session, "\r");
    session.exp_string("On what day?").unwrap();
    session.send_line("").unwrap();
    session
        .exp_string("What came of it, and what happens next?")
        .unwrap();
    session.send_line("First letter sent").unwrap();
    session.exp_string("Record letters, done").unwrap();
    press(&mut session, "y");
    assert_eq!(status(&mut session), 0);
    assert!(school.case_text().contains("outcome: First letter sent"));
}

#[test]
fn ctrl_c_leaves_every_file_as_it_was() {
    let school = School::with_case();
    let before = school.snapshot();
    let runs: &[(&[&str], &str)] = &[
        (&["record", CASE], "Which item?"),
        (&["record", CASE, "letters"], "On what day?"),
        (
            &["record", CASE, "letters", "--on", "today"],
            "What came of it",
        ),
        (&["fact", CASE, "looked_after"], "Is the child looked after"),
        (&["person", CASE, "add"], "Their name"),
        (&["note", CASE], "The note"),
        (&["close", CASE], "Why is the case closed?"),
        (&["new"], "Which council"),
        (&["new", "--checklist", "lancashire"], "The pupil's name"),
    ];
    for (args, question) in runs {
        let mut session = at_terminal(&school, args);
        session.exp_string(question).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(150));
        session.send_control(CTRL_C).unwrap();
        let code = status(&mut session);
        assert_eq!(code, 130, "{args:?}");
        assert_eq!(before, school.snapshot(), "{args:?}");
    }
}

#[test]
fn part_of_a_name_is_confirmed_before_anything_is_written() {
    let school = School::with_case();
    let before = school.snapshot();
    let mut session = at_terminal(&school, &["note", "kafor", "A remark"]);
    session.exp_string("Case k7m4px (A.O.)?").unwrap();
    press(&mut session, "n");
    assert_eq!(status(&mut session), 2);
    assert_eq!(before, school.snapshot());
    let mut session = at_terminal(&school, &["note", "k7m", "A remark"]);
    session.exp_string("Case k7m4px (A.O.)?").unwrap();
    press(&mut session, "y");
    assert_eq!(status(&mut session), 0);
    assert!(school.case_text().contains("text: A remark"));
}

#[test]
fn who_records_is_asked_once() {
    let school = School::with_case();
    let ask = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attcheck"));
        command
            .args(args)
            .current_dir(school.root())
            .env("TERM", "xterm");
        school.surround(&mut command);
        command.env_remove("ATTCHECK_BY");
        spawn_command(command, Some(20_000)).unwrap()
    };
    let mut session = ask(&["note", CASE, "One"]);
    session.exp_string("Who records?").unwrap();
    session.send_line("M Jones, SENCO").unwrap();
    assert_eq!(status(&mut session), 0);
    assert_eq!(status(&mut ask(&["note", CASE, "Two"])), 0);
    assert_eq!(school.case_text().matches("by: M Jones, SENCO").count(), 2);
}

fn notts(school: &School) {
    let new = [
        "new",
        "--checklist",
        "nottinghamshire",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
        "--parent",
        "Grace",
    ];
    school.ok(&new);
}

#[test]
fn a_follow_up_is_asked_for_and_one_that_is_open_can_be_chosen() {
    let school = School::new();
    notts(&school);
    let mut session = at_terminal(&school, &["follow-up", CASE]);
    session.exp_string("What is to be done?").unwrap();
    session.send_line("Ring the GP").unwrap();
    session.exp_string("By what day?").unwrap();
    session.send_line("31/2/2027").unwrap();
    session.exp_string("there is no such day").unwrap();
    session.exp_string("By what day?").unwrap();
    session.send_line("25/9/2026").unwrap();
    session.exp_string("Who sees to it?").unwrap();
    session.send_line("J Smith").unwrap();
    session
        .exp_string("Record follow-up, due Friday 25 September 2026?")
        .unwrap();
    press(&mut session, "y");
    session.exp_string("recorded e").unwrap();
    assert_eq!(status(&mut session), 0);

    let mut session = at_terminal(&school, &["follow-up", CASE]);
    session.exp_string("Which one?").unwrap();
    session.exp_string("Ring the GP").unwrap();
    press(&mut session, "\r");
    session.exp_string("What became of it?").unwrap();
    press(&mut session, "\r");
    session.exp_string("Record e").unwrap();
    press(&mut session, "y");
    assert_eq!(status(&mut session), 0);
    assert!(school.ok(&["due"]).contains("0 due"));
}

#[test]
fn a_move_is_shown_before_it_is_asked_for_and_no_leaves_everything() {
    let school = School::with_case();
    let before = school.snapshot();
    let mut session = at_terminal(&school, &["move", CASE, "--to", "herefordshire"]);
    session.exp_string("newly open:").unwrap();
    session.exp_string("Move the case?").unwrap();
    press(&mut session, "n");
    session.exp_string("the case was not moved").unwrap();
    assert_eq!(status(&mut session), 2);
    assert_eq!(before, school.snapshot());
    let mut session = at_terminal(&school, &["move", CASE, "--to", "herefordshire"]);
    session.exp_string("Move the case?").unwrap();
    press(&mut session, "y");
    session.exp_string("moved to herefordshire").unwrap();
    assert_eq!(status(&mut session), 0);
}

#[test]
fn a_conversation_is_recorded_with_its_points_and_follow_ups() {
    let school = School::new();
    notts(&school);
    let mut session = at_terminal(&school, &["conversation", CASE]);
    session.exp_string("How many days were missed?").unwrap();
    session.send_line("11").unwrap();
    session.exp_string("The school's name").unwrap();
    session.send_line("Northfield Academy").unwrap();
    session.exp_string("When do the registers close?").unwrap();
    session.send_line("").unwrap();
    session.exp_string("Hello Grace").unwrap();
    session.exp_string("[____ when the registers").unwrap();
    session
        .exp_string("Record the conversation now (structured-conversation)?")
        .unwrap();
    press(&mut session, "y");
    session.exp_string("What came of it?").unwrap();
    press(&mut session, "\r");
    session.exp_string("On what day?").unwrap();
    session.send_line("today").unwrap();
    session
        .exp_string("What came of it, and what happens next?")
        .unwrap();
    session.send_line("She will come in").unwrap();
    session.exp_string("Which points were covered?").unwrap();
    press(&mut session, " ");
    press(&mut session, "\r");
    session
        .exp_string("Record structured-conversation")
        .unwrap();
    press(&mut session, "y");
    session.exp_string("recorded e").unwrap();
    session.exp_string("What is still to be done?").unwrap();
    press(&mut session, " ");
    press(&mut session, "\r");
    session.exp_string("by what day?").unwrap();
    session.send_line("25/9/2026").unwrap();
    session.exp_string("Who sees to it?").unwrap();
    session.send_line("Office").unwrap();
    session
        .exp_string("follow-up, due Friday 25 September 2026")
        .unwrap();
    assert_eq!(status(&mut session), 0);
    let text = school.case_text();
    assert!(
        text.contains("points:\n  - purpose") && text.contains("item: attendance-certificate"),
        "{text}"
    );
}

#[test]
fn a_signature_asks_for_what_it_needs_and_ctrl_c_leaves_everything() {
    let school = School::new();
    school.ok(&["new", "--checklist", "kent", "--id", "review26"]);
    let before = school.snapshot();
    let mut session = at_terminal(&school, &["sign", "review26"]);
    session.exp_string("In what role?").unwrap();
    session.send_line("person-completing").unwrap();
    session.exp_string("The name of who signs").unwrap();
    session.send_line("M Reyes").unwrap();
    session.exp_string("Which post do they hold").unwrap();
    session.send_control(CTRL_C).unwrap();
    assert_eq!(status(&mut session), 130);
    assert_eq!(before, school.snapshot());
}

/// Two people under one id: whom an entry is about that does not tell is asked for, with their names.
#[test]
fn whom_an_entry_is_about_is_asked_for() {
    let school = people::school_with(people::EACH);
    people::mixed_up(&school);
    // An entry after the join that goes by the shared id: no command takes one, so a program of another kind has written it.
    let loaded = attcheck::store::load(&school.case_file()).unwrap();
    let action = attcheck::case::entry::Action {
        date: chrono::NaiveDate::from_ymd_opt(2026, 9, 21),
        item: "told".into(),
        answer: attcheck::case::entry::Answer::Done,
        reason: None,
        persons: vec![attcheck::case::entry::PersonId("p1".into())],
        points: Vec::new(),
        fields: [("outcome".to_owned(), "Rang".to_owned())].into(),
        attach: Vec::new(),
    };
    let case = &loaded.case;
    let heads: Vec<_> = case
        .chain
        .heads()
        .iter()
        .filter_map(|n| case.entries[*n].id.clone())
        .collect();
    let deed = attcheck::case::entry::Deed::Record(attcheck::case::entry::Content::Action(action));
    let at = chrono::DateTime::parse_from_rfc3339("2026-09-21T10:00:00+01:00").unwrap();
    let entry = attcheck::case::compose::entry(&deed, "Another program", at, &heads);
    let text = attcheck::store::appended(&loaded, &[entry]).unwrap();
    std::fs::write(school.case_file(), text).unwrap();
    let mut session = at_terminal(&school, &["person", CASE, "separate", "p1"]);
    session.exp_string("Who is meant in entry e").unwrap();
    session.exp_string("Mr B").unwrap();
    press(&mut session, "\x1b[B");
    press(&mut session, "\r");
    session
        .exp_string("are told apart (3 entries corrected)")
        .unwrap();
    assert_eq!(status(&mut session), 0);
    assert_eq!(people::people(&school).len(), 2);
    assert!(!school.ok(&["verify"]).contains("contested"));
}

/// What a parcel's checklist asks for is read before the question about it, and no leaves everything.
#[test]
fn a_parcel_s_list_is_shown_before_it_is_asked_about() {
    let former = School::new();
    former.ok(&["checklist", "new", "our-own"]);
    let pupil = ["--id", CASE, "--name", "Ada O'Kafor"];
    former.ok(&[&["new", "--checklist", "our-own"][..], &pupil].concat());
    former.ok(&["hand-over", CASE, "--output", "parcel.zip"]);
    let parcel = former.root().join("parcel.zip");
    let school = School::new();
    let before = school.snapshot();
    for answer in ["n", "y"] {
        let mut session = at_terminal(&school, &["take-over", parcel.to_str().unwrap()]);
        session.exp_string("Phone call home [must]").unwrap();
        session.exp_string("Keep this checklist").unwrap();
        session.send_line(answer).unwrap();
        if answer == "n" {
            session.exp_string("was not taken over").unwrap();
            assert_eq!(status(&mut session), 2);
            assert!(school.snapshot() == before);
        } else {
            session.exp_string("took over case").unwrap();
            assert_eq!(status(&mut session), 0);
        }
    }
}
