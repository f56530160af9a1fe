//! A first case from `new` to `show`, as somebody new would go about it.

use std::fs;

use super::{CASE, School, recorded};

#[test]
fn a_case_is_opened_recorded_on_and_shown() {
    let mut school = School::new();
    let new = school.run(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        CASE,
        "--name",
        "Ada O'Kafor",
        "--parent",
        "Ms Vale",
    ]);
    insta::assert_snapshot!("new", school.told(&new));
    insta::assert_snapshot!("new-file", school.case_text());
    let letter = school.run(&[
        "record",
        CASE,
        "letters",
        "--on",
        "18/9/2026",
        "--outcome",
        "First letter sent",
    ]);
    insta::assert_snapshot!("record", school.told(&letter));
    school.at("2026-09-22T09:00:00+01:00");
    let declined = [
        "record",
        CASE,
        "contract",
        "--on",
        "Monday",
        "--answer",
        "declined",
        "--reason",
        "Prefers to ring",
    ];
    insta::assert_snapshot!("record-declined", school.told(&school.run(&declined)));
    insta::assert_snapshot!(
        "fact",
        school.told(&school.run(&["fact", CASE, "looked_after=never", "child_seen=yes"]))
    );
    insta::assert_snapshot!("gaps", school.told(&school.run(&["gaps", CASE])));
    insta::assert_snapshot!("show", school.told(&school.run(&["show", CASE])));
    insta::assert_snapshot!(
        "show-log",
        school.told(&school.run(&["show", CASE, "--log"]))
    );
    insta::assert_snapshot!("ready", school.told(&school.run(&["ready", CASE])));
    insta::assert_snapshot!("list", school.told(&school.run(&["list"])));
    insta::assert_snapshot!("log", school.told(&school.run(&["log", "--since", "7d"])));
    insta::assert_snapshot!("verify", school.told(&school.run(&["verify"])));
    insta::assert_snapshot!("explain", school.told(&school.run(&["explain", "missing"])));
}

#[test]
fn every_writing_command_has_a_dry_run_that_writes_nothing() {
    let school = School::with_case();
    let id = recorded(&school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "today",
        "--outcome",
        "Sent",
    ]));
    let before = school.snapshot();
    let runs: &[&[&str]] = &[
        &[
            "new",
            "--checklist",
            "lancashire",
            "--name",
            "B",
            "--dry-run",
        ],
        &[
            "record",
            CASE,
            "letters",
            "--on",
            "today",
            "--outcome",
            "Sent once more",
            "--dry-run",
        ],
        &["fact", CASE, "looked_after=never", "--dry-run"],
        &[
            "person",
            CASE,
            "add",
            "Ms Vale",
            "--role",
            "parent",
            "--dry-run",
        ],
        &["details", CASE, "--year-group", "9", "--dry-run"],
        &[
            "correct",
            CASE,
            &id,
            "--outcome",
            "Posted",
            "--why",
            "Clearer",
            "--dry-run",
        ],
        &["withdraw", CASE, &id, "--why", "Wrong case", "--dry-run"],
        &["undo", CASE, "--dry-run"],
        &[
            "strike",
            CASE,
            &id,
            "--why",
            "Another child's name",
            "--dry-run",
        ],
        &["note", CASE, "A remark", "--dry-run"],
        &[
            "follow-up",
            CASE,
            "--next",
            "Ring",
            "--due",
            "30/9/2026",
            "--dry-run",
        ],
        &[
            "sign",
            CASE,
            &id,
            "--role",
            "headteacher",
            "--name",
            "A Head",
            "--dry-run",
        ],
        &["move", CASE, "--to", "herefordshire", "--dry-run"],
        &["close", CASE, "--why", "improved", "--dry-run"],
    ];
    for run in runs {
        school.ok(run);
        assert_eq!(before, school.snapshot(), "{run:?}");
    }
}

#[test]
fn corrections_withdrawals_and_undo_are_entries_of_their_own() {
    let school = School::with_case();
    let id = recorded(&school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "18/9/2026",
        "--outcome",
        "Sent",
    ]));
    let before = school.case_text();
    school.ok(&[
        "correct",
        CASE,
        &id,
        "--on",
        "17/9/2026",
        "--why",
        "Posted on Thursday",
    ]);
    assert!(
        school.case_text().starts_with(&before),
        "a correction is added at the end"
    );
    assert!(
        school
            .ok(&["show", CASE, "--log"])
            .contains("[corrected since]")
    );
    school.ok(&["withdraw", CASE, &id, "--why", "Wrong case"]);
    assert!(school.ok(&["gaps", CASE]).contains("record k7m4px letters"));
    school.ok(&[
        "correct",
        CASE,
        &id,
        "--outcome",
        "Sent by post",
        "--why",
        "It was the right case",
    ]);
    assert!(
        !school.ok(&["gaps", CASE]).contains("record k7m4px letters"),
        "a correction brings it back"
    );
    let undone = recorded(&school.ok(&["note", CASE, "Nothing much"]));
    assert!(school.ok(&["undo", CASE]).contains(&undone));
    let again = school.refused(&["undo", CASE]);
    assert!(again.contains("is itself an undo"), "{again}");
    let clear = [
        "correct",
        CASE,
        &id,
        "--clear",
        "outcome",
        "--why",
        "Not known after all",
    ];
    school.ok(&clear);
    assert!(school.ok(&["gaps", CASE]).contains("no-outcome"));
}

#[test]
fn a_struck_text_is_gone_and_the_record_stands_up() {
    let school = School::with_case();
    let id = recorded(&school.ok(&["note", CASE, "Lives at 4 Secret Lane"]));
    school.ok(&["note", CASE, "Another remark"]);
    school.ok(&["strike", CASE, &id, "--why", "A refuge's address"]);
    assert!(!school.case_text().contains("Secret Lane"));
    let verify = school.run(&["verify", CASE]);
    assert_eq!(verify.status.code(), Some(0));
    assert!(school.told(&verify).contains("struck"));
}

#[test]
fn a_writer_can_insist_on_what_it_has_seen() {
    let school = School::with_case();
    let id = recorded(&school.ok(&["note", CASE, "One"]));
    school.ok(&["note", CASE, "Two", "--expect", &id]);
    let said = school.refused(&["note", CASE, "Three", "--expect", &id]);
    assert!(
        said.contains("has moved on since you looked at it") && said.contains("3 entries"),
        "{said}"
    );
    school.ok(&["note", CASE, "Three", "--expect", "3"]);
}

#[test]
fn output_goes_into_a_file_whole_and_a_closed_pipe_is_no_error() {
    let school = School::with_case();
    let file = school.root().join("out.json");
    school.ok(&[
        "gaps",
        CASE,
        "--format",
        "json",
        "--output",
        file.to_str().unwrap(),
    ]);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok() && text.ends_with('\n'));
    let mut child = school.command(&["checklist", "show", "herefordshire"]);
    let mut child = child
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn texts_come_from_files_in_the_encodings_windows_writes() {
    let school = School::with_case();
    let note = |bytes: &[u8]| {
        std::fs::write(school.root().join("note.txt"), bytes).unwrap();
        school.run(&["note", CASE, "--from", "note.txt"])
    };
    assert!(note(b"Line one  \r\nline two\r\n").status.success());
    assert!(school.case_text().contains("Line one\n    line two\n"));
    assert!(note("\u{feff}Café".as_bytes()).status.success());
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain("Zoë".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert!(note(&wide).status.success());
    assert!(school.case_text().contains("text: Café") && school.case_text().contains("text: Zoë"));
    assert_eq!(note(b"Caf\xe9").status.code(), Some(2));
    assert_eq!(note(b"bell \x07").status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn files_are_readable_by_their_owner_only_and_keep_their_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let school = School::with_case();
    let mode = || {
        std::fs::metadata(school.case_file())
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(), 0o600);
    std::fs::set_permissions(school.case_file(), std::fs::Permissions::from_mode(0o640)).unwrap();
    school.ok(&["note", CASE, "A remark"]);
    assert_eq!(mode(), 0o640);
}

#[test]
fn who_records_is_never_guessed() {
    let school = School::with_case();
    let mut nobody = school.command(&["note", CASE, "A remark"]);
    let output = nobody.env_remove("ATTCHECK_BY").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(school.told(&output).contains("it is not known who records"));
    school.ok(&["whoami", "--set", "M Jones, SENCO"]);
    let mut set = school.command(&["note", CASE, "A remark"]);
    assert!(set.env_remove("ATTCHECK_BY").status().unwrap().success());
    assert!(school.case_text().contains("by: M Jones, SENCO"));
    school.ok(&["note", CASE, "Another", "--by", "A Deputy"]);
    assert!(school.case_text().contains("by: A Deputy"));
}

#[test]
fn an_undo_after_an_undo_does_not_bring_the_mistake_back() {
    let school = School::with_case();
    let first = recorded(&school.ok(&["note", CASE, "The office rang"]));
    let second = recorded(&school.ok(&["note", CASE, "They rang again"]));
    school.ok(&["undo", CASE]);
    let again = school.refused(&["undo", CASE]);
    let (_, hint) = again.split_once("hint:").unwrap();
    let (before, back) = hint.split_once("only if").unwrap();
    assert!(
        again.contains("is itself an undo") && !before.contains("correct"),
        "{again}"
    );
    // Each of the two commands does what is said of it.
    let command = |text: &str| -> Vec<String> {
        let command = text.split('`').nth(1).unwrap();
        let (words, why) = command.split_once(" --why ").unwrap();
        let words = words.split(' ').skip(1).map(str::to_owned);
        words
            .chain(["--why".to_owned(), why.trim_matches('"').to_owned()])
            .collect()
    };
    let run = |command: &[String]| {
        school.ok(&command.iter().map(String::as_str).collect::<Vec<_>>());
    };
    let notes = || {
        school
            .ok(&["show", CASE, "--log"])
            .matches("[withdrawn since]")
            .count()
    };
    let earlier = command(before);
    assert_eq!(earlier[..3], ["withdraw", CASE, &first]);
    run(&earlier);
    assert_eq!(notes(), 2);
    let once_more = school.refused(&["withdraw", CASE, &first, "--why", "Twice"]);
    assert!(
        once_more.contains("nothing more to do; only if"),
        "{once_more}"
    );
    let back = command(back);
    assert_eq!(back[..3], ["correct", CASE, &second]);
    run(&back);
    assert_eq!(notes(), 1);
}

#[test]
fn an_answer_that_still_holds_for_earlier_days_is_told_with_what_puts_it_right() {
    let school = School::with_case();
    let answer = |value: &str| -> String {
        let output = school.run(&["fact", CASE, &format!("looked_after={value}")]);
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let on = |day: &str| -> String {
        let text = school.ok(&["show", CASE, "--as-of", day]);
        let line = text.lines().find(|line| line.contains("looked_after"));
        line.unwrap().split_whitespace().nth(1).unwrap().to_owned()
    };
    assert!(!answer("never").contains("still holds"));
    assert!(!answer("never").contains("still holds"), "the same answer");
    let said = answer("formerly");
    assert!(
        said.contains(
            "or were they before? The earlier answer, \"never\", still holds up to Sunday 20 September 2026, and \
             \"formerly\" from Monday 21 September 2026."
        ),
        "{said}"
    );
    let commands: Vec<Vec<String>> = said
        .split('`')
        .filter_map(|part| part.strip_prefix("attcheck "))
        .map(|command| match command.split_once(" --why ") {
            Some((words, why)) => {
                let words = words.split(' ').map(str::to_owned);
                words
                    .chain(["--why".to_owned(), why.trim_matches('"').to_owned()])
                    .collect()
            }
            None => command.split(' ').map(str::to_owned).collect(),
        })
        .collect();
    let run = |command: &[String]| {
        school.ok(&command.iter().map(String::as_str).collect::<Vec<_>>());
    };
    assert_eq!(commands.len(), 2, "{said}");
    assert_eq!(
        (on("20/9/2026"), on("31/8/2026")),
        ("never".into(), "never".into())
    );
    run(&commands[0]);
    assert_eq!(
        (on("20/9/2026"), on("31/8/2026")),
        ("formerly".into(), "never".into())
    );
    run(&commands[1]);
    assert_eq!(on("31/8/2026"), "formerly");
    // Whoever gives a day means it.
    let output = school.run(&["fact", CASE, "looked_after=never", "--since", "21/9/2026"]);
    assert!(!school.told(&output).contains("still holds"));
}

/// Where the computer does not say what folder is the user's own, nothing is kept in the one the program was started in, and
/// what lies there is not believed.
#[test]
fn who_records_is_never_kept_in_the_schools_folder() {
    let school = School::with_case();
    let run = |args: &[&str], set: &[(&str, &str)]| {
        let mut command = school.command(args);
        for name in [
            "ATTCHECK_BY",
            "XDG_CONFIG_HOME",
            "APPDATA",
            "HOME",
            "USERPROFILE",
        ] {
            command.env_remove(name);
        }
        let output = command.envs(set.iter().copied()).output().unwrap();
        (output.status.code(), school.told(&output))
    };
    let root = school.root().to_str().unwrap().to_owned();
    let (home, config) = if cfg!(windows) {
        ("USERPROFILE", "APPDATA")
    } else {
        ("HOME", "XDG_CONFIG_HOME")
    };
    let inside = format!("{root}{0}cases{0}own", std::path::MAIN_SEPARATOR);
    let ways: [(&[(&str, &str)], &str); 8] = [
        (&[], "is not set"),
        (&[(home, "")], "is not set"),
        (&[(home, " ")], "is not set"),
        (&[(home, ".")], "is not set"),
        (&[(home, "home/me")], "is not set"),
        (&[(config, "config")], "is not set"),
        (&[(home, &root)], "would lie in the school's folder"),
        (&[(config, &inside)], "would lie in the school's folder"),
    ];
    // What a version before this one wrote, or a colleague put there.
    for file in [".config", "config", "home/me/.config", "cases/own"] {
        let folder = school.root().join(file).join("attcheck");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("user.toml"), "by = \"Somebody Else\"\n").unwrap();
    }
    let before = school.snapshot();
    for (set, why) in ways {
        let (status, said) = run(&["whoami", "--set", "M Jones, SENCO"], set);
        assert!(
            status == Some(2) && said.contains(why) && said.contains("ATTCHECK_BY"),
            "{set:?}: {said}"
        );
        let (status, said) = run(&["whoami"], set);
        assert!(
            status == Some(0) && said.contains("nobody is set") && said.contains("set ATTCHECK_BY"),
            "{set:?}: {said}"
        );
        let (status, said) = run(&["note", CASE, "A remark"], set);
        assert!(
            status == Some(2)
                && said.contains("it is not known who records")
                && !said.contains("whoami"),
            "{set:?}: {said}"
        );
        let (_, said) = run(&["doctor"], set);
        assert!(
            said.contains("it is not known who records here") && !said.contains("Somebody"),
            "{set:?}: {said}"
        );
        assert!(school.snapshot() == before, "{set:?}");
    }
    // A home of one's own beside it is as good as ever, also where a relative path would lead elsewhere.
    let own = school.root().parent().unwrap().join("me");
    let own = own.to_str().unwrap();
    let (status, said) = run(
        &["whoami", "--set", "M Jones, SENCO"],
        &[(config, "config"), (home, own)],
    );
    assert!(status == Some(0), "{said}");
    let (_, said) = run(&["whoami"], &[(home, own)]);
    assert!(said.contains("M Jones, SENCO"), "{said}");
}
