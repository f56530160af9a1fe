//! Whatever is wrong is named with its place and the way out, and every file stays as it was.

use super::{CASE, School};

#[test]
fn words_that_are_not_known_are_told_with_the_nearest() {
    let school = School::with_case();
    let day = ["--on", "18/9/2026", "--outcome", "x"];
    let with =
        |args: &[&'static str]| -> Vec<&'static str> { args.iter().chain(&day).copied().collect() };
    let table: &[(Vec<&str>, &str)] = &[
        (with(&["record", CASE, "leters"]), "did you mean `letters`?"),
        (
            vec!["fact", CASE, "lookedafter=never"],
            "did you mean `looked_after`?",
        ),
        (
            vec!["fact", CASE, "looked_after=sometimes"],
            "answers: currently, formerly, never, unknown",
        ),
        (
            vec!["new", "--checklist", "lancaster", "--name", "B"],
            "did you mean `lancashire`?",
        ),
        (
            vec![
                "record",
                CASE,
                "contract",
                "--on",
                "18/9/2026",
                "--answer",
                "refused",
            ],
            "known here",
        ),
        (
            vec![
                "record",
                CASE,
                "parent-contact",
                "--on",
                "18/9/2026",
                "--outcome",
                "x",
                "--point",
                "child",
            ],
            "did you mean `child-voice`?",
        ),
        (
            vec![
                "record",
                CASE,
                "letters",
                "--on",
                "18/9/2026",
                "--outcome",
                "x",
                "--field",
                "agency_=y",
            ],
            "did you mean `agency`?",
        ),
        (vec!["explain", "misssing"], "did you mean `missing`?"),
        (
            vec!["ready", CASE, "--gate", "referal"],
            "did you mean `referral`?",
        ),
        (
            vec![
                "record",
                "k7m4pq",
                "letters",
                "--on",
                "18/9/2026",
                "--outcome",
                "x",
            ],
            "did you mean `k7m4px`?",
        ),
        (
            vec!["checklist", "show", "hereford"],
            "did you mean `herefordshire`?",
        ),
        (
            vec![
                "record",
                CASE,
                "letters",
                "--on",
                "18/9/2026",
                "--outcome",
                "x",
                "--for",
                "p1",
            ],
            "nobody is named yet; add somebody with",
        ),
        (
            vec!["correct", CASE, "e00000", "--why", "x"],
            "--log` lists the entries",
        ),
    ];
    for (args, hint) in table {
        let said = school.refused(args);
        assert!(
            said.contains("hint: ") && said.contains(hint),
            "{args:?}: {said}"
        );
    }
}

#[test]
fn days_that_cannot_be_are_refused_in_words() {
    let school = School::with_case();
    let table = [
        ("31/2/2026", "there is no such day"),
        ("14/9/26", "does not have four digits"),
        ("14/9", "has no year"),
        ("soon", "is not a day"),
        ("23/9/2026", "Wednesday 23 September 2026 is in the future"),
        ("13/3/2012", "is before the pupil's birth"),
        ("20/9/2023", "is more than 3 years ago"),
    ];
    for (day, wanted) in table {
        let said = school.refused(&["record", CASE, "letters", "--on", day, "--outcome", "x"]);
        assert!(
            said.contains(wanted) && said.contains("hint: "),
            "{day}: {said}"
        );
    }
    school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "20/9/2023",
        "--outcome",
        "x",
        "--long-ago",
    ]);
}

#[test]
fn what_is_missing_is_named_off_a_terminal() {
    let school = School::with_case();
    let table: &[(&[&str], &str)] = &[
        (&["record", CASE], "the item is missing"),
        (
            &["record", CASE, "letters", "--outcome", "x"],
            "the day it happened is missing",
        ),
        (
            &["record", CASE, "letters", "--on", "today"],
            "`letters` asks for `outcome`",
        ),
        (
            &["record", CASE, "letters", "--on", "today", "--outcome", ""],
            "--outcome is blank",
        ),
        (
            &[
                "record",
                CASE,
                "letters",
                "--on",
                "today",
                "--outcome",
                "  ",
            ],
            "--outcome is blank",
        ),
        (
            &[
                "record", CASE, "contract", "--on", "today", "--answer", "declined",
            ],
            "the reason is missing",
        ),
        (
            &["record", CASE, "contract", "--on", "today", "--reason", "x"],
            "a reason goes with an answer other than done",
        ),
        (
            &["fact", CASE, "looked_after"],
            "looked_after=currently|formerly|never",
        ),
        (
            &["person", CASE, "add", "--role", "parent"],
            "the name is missing",
        ),
        (&["person", CASE, "add", "Ms Vale"], "--role is missing"),
        (&["note", CASE], "the note is missing"),
        (&["new", "--checklist", "lancashire"], "--name is missing"),
        (&["new", "--name", "B"], "--checklist is missing"),
        (&["close", CASE], "--why is missing"),
        (&["withdraw", CASE, "e00000"], "has no entry"),
    ];
    for (args, wanted) in table {
        let said = school.refused(args);
        assert!(said.contains(wanted), "{args:?}: {said}");
    }
}

#[test]
fn ids_that_tell_about_the_child_or_exist_already_are_refused() {
    let school = School::with_case();
    for (id, wanted) in [
        (CASE, "there is a case `k7m4px` already"),
        ("K7M4PX", "cannot be a case id"),
        ("bolt-case", "holds a word of the pupil's name"),
        ("h801200001001", "the id is a UPN"),
        ("con", "Windows keeps that name"),
        ("../x", "cannot be a case id"),
    ] {
        let said = school.refused(&[
            "new",
            "--checklist",
            "lancashire",
            "--name",
            "Ben Bolt",
            "--id",
            id,
        ]);
        assert!(said.contains(wanted), "{id}: {said}");
    }
    let said = school.refused(&[
        "new",
        "--checklist",
        "lancashire",
        "--name",
        "B",
        "--upn",
        "H801200001002",
    ]);
    assert!(said.contains("the check letter does not fit"), "{said}");
}

#[test]
fn a_name_that_fits_two_cases_is_never_guessed_and_a_script_needs_the_id() {
    let school = School::with_case();
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "k7q2tw",
        "--name",
        "Ada Vale",
    ]);
    let said = school.refused(&["show", "ada"]);
    assert!(
        said.contains("2 cases fit that name") && said.contains("k7m4px, k7q2tw"),
        "{said}"
    );
    assert!(
        school.ok(&["show", "vale"]).contains("k7q2tw"),
        "reading takes part of a name"
    );
    assert!(
        school.ok(&["show", "k7q"]).contains("k7q2tw"),
        "reading takes the start of an id"
    );
    for called in ["vale", "k7q"] {
        let said = school.refused(&["note", called, "x"]);
        assert!(
            said.contains("there is no case of that id, path or UPN") && !said.contains("vale"),
            "{said}"
        );
    }
}

/// Every damaged file is named and left alone; the sound one beside it is still judged.
#[test]
fn damaged_case_files_are_named_and_left_alone() {
    let school = School::with_case();
    let text = school.case_text();
    let damaged: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "truncated",
            text.as_bytes()[..text.len() - 30].to_vec(),
            "cut-off",
        ),
        (
            "tab",
            text.replace("  by:", "\tby:").into_bytes(),
            "error[tab]",
        ),
        (
            "duplicate key",
            text.replace("  by:", "  by: X\n  by:").into_bytes(),
            "error[duplicate-key]",
        ),
        (
            "unknown key",
            text.replace("subject:", "colour: red\nsubject:")
                .into_bytes(),
            "error[unknown-key]",
        ),
        (
            "wrong type",
            text.replace("by: J Smith, pastoral lead", "by: [J Smith]")
                .into_bytes(),
            "error[wrong-type]",
        ),
        (
            "not UTF-8",
            [text.as_bytes(), b"# \xff\n"].concat(),
            "error[not-utf-8]",
        ),
        ("empty", Vec::new(), "error[empty-file]"),
        (
            "newer format",
            text.replace("case/1", "case/2").into_bytes(),
            "error[newer-format]",
        ),
        ("50 MB", vec![b'#'; 50 * 1024 * 1024], "error[too-large]"),
        (
            "nested",
            format!("{text}x: {}{}\n", "[".repeat(10_000), "]".repeat(10_000)).into_bytes(),
            "error[too-deep]",
        ),
        (
            "alias bomb",
            format!("a: &a [x]\nb: [*a, *a]\n{text}").into_bytes(),
            "error[not-plain-data]",
        ),
        (
            "conflict marks",
            format!("{text}<<<<<<< ours\n=======\n>>>>>>> theirs\n").into_bytes(),
            "error[conflict-marks]",
        ),
    ];
    for (what, bytes, wanted) in damaged {
        std::fs::write(school.case_file(), &bytes).unwrap();
        let record = school.run(&["record", CASE, "letters", "--on", "today", "--outcome", "x"]);
        assert_eq!(
            record.status.code(),
            Some(2),
            "{what}: {}",
            school.told(&record)
        );
        assert_eq!(std::fs::read(school.case_file()).unwrap(), bytes, "{what}");
        let said = school.told(&record);
        assert!(!said.contains("Kafor"), "{what}: {said}");
        let verify = school.told(&school.run(&["verify"]));
        assert!(verify.contains(wanted), "{what}: {verify}");
        let ready = school.run(&["ready", "--all", "--format", "json"]);
        let broken = what == "truncated";
        assert_eq!(
            ready.status.code(),
            Some(if broken { 1 } else { 2 }),
            "{what}"
        );
        let json: serde_json::Value = serde_json::from_slice(&ready.stdout).unwrap();
        assert_eq!(
            json["failed"].as_array().unwrap().len(),
            usize::from(!broken),
            "{what}"
        );
    }
    std::fs::write(school.case_file(), text.replace("case/1", "case/2")).unwrap();
    let shown = school.ok(&["show", CASE]);
    assert!(
        shown.contains("written by a newer attcheck; not judged"),
        "{shown}"
    );
}

#[test]
fn layouts_that_cannot_be_added_to_are_named_with_what_to_move() {
    let school = School::with_case();
    let text = school.case_text();
    let (header, log) = text.split_once("log:\n").unwrap();
    for (what, layout) in [
        ("log not last", format!("log:\n{log}{header}")),
        ("document end", format!("{text}...\n")),
    ] {
        std::fs::write(school.case_file(), &layout).unwrap();
        let said = school.refused(&["note", CASE, "x"]);
        assert!(said.contains("hint: "), "{what}: {said}");
    }
}

#[test]
fn settings_that_cannot_be_understood_are_named_with_their_place() {
    let school = School::with_case();
    std::fs::write(
        school.root().join("attcheck.toml"),
        "school = \"Northfield\"\nchecklst = \"lancashire\"\n",
    )
    .unwrap();
    let said = school.refused(&["list"]);
    assert!(
        said.contains("attcheck.toml:2:1") && said.contains("known keys"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn links_are_read_and_not_written() {
    let school = School::with_case();
    let other = school.root().join("elsewhere.yaml");
    std::fs::hard_link(school.case_file(), &other).unwrap();
    let said = school.refused(&["note", CASE, "x"]);
    assert!(
        said.contains("has a second name and is only read"),
        "{said}"
    );
    std::fs::remove_file(school.case_file()).unwrap();
    std::os::unix::fs::symlink(&other, school.case_file()).unwrap();
    let said = school.refused(&["note", CASE, "x"]);
    assert!(said.contains("is a link and is only read"), "{said}");
    school.ok(&["show", CASE]);
}

/// A full disk, a sync that fails, a rename that fails: the case is as before, and the next writer goes on.
#[cfg(target_os = "linux")]
#[test]
fn a_write_that_fails_leaves_the_case_as_it_was() {
    if !super::has_tool("strace", &["-V"]) {
        return;
    }
    let school = School::with_case();
    let bin = env!("CARGO_BIN_EXE_attcheck");
    let draft = school.root().join(format!("cases/.{CASE}.yaml.new"));
    // A folder that cannot be written shows when the lock is opened.
    let lock = school.root().join("cases/.lock");
    for (fault, file) in [
        ("write:error=ENOSPC", &draft),
        ("fsync:error=EIO", &draft),
        ("rename:error=EACCES", &draft),
        ("openat:error=EROFS", &draft),
        ("openat:error=EROFS", &lock),
    ] {
        let before = school.snapshot();
        let mut command = std::process::Command::new("strace");
        let path = file.display().to_string();
        command
            .args(["-f", "-o", "/dev/null", "-P", &path, "-e"])
            .arg(format!("inject={fault}"));
        command
            .args([bin, "note", CASE, "A remark"])
            .current_dir(school.root());
        school.surround(&mut command);
        let output = command.output().unwrap();
        if output.status.code() != Some(2)
            && String::from_utf8_lossy(&output.stderr).contains("ptrace")
        {
            println!("passed over: this computer does not let strace watch a program");
            return;
        }
        assert_eq!(
            output.status.code(),
            Some(2),
            "{fault}: {}",
            school.told(&output)
        );
        assert_eq!(before, school.snapshot(), "{fault}");
        school.ok(&["note", CASE, "--again", "A remark"]);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let school = School::with_case();
    let cases = school.root().join("cases");
    std::fs::set_permissions(&cases, std::fs::Permissions::from_mode(0o555)).unwrap();
    let probe = cases.join("probe");
    let is_root = std::fs::write(&probe, "").is_ok();
    if is_root {
        std::fs::remove_file(&probe).unwrap();
        println!("passed over: this user writes anywhere");
    } else {
        let said = school.refused(&["note", CASE, "x"]);
        assert!(said.contains("cannot write in the folder"), "{said}");
        school.ok(&["show", CASE]);
        school.ok(&["verify"]);
    }
    std::fs::set_permissions(&cases, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What other readers of YAML refuse is not sealed, whatever our parser would make of it; checklists and layouts too.
#[test]
fn a_tab_after_a_dash_is_refused_wherever_yaml_is_read() {
    let school = School::with_case();
    let sound = school.case_text();
    for (entry, place) in [
        ("-\tkind: note\n  text: By hand\n", ":2"),
        ("- \tkind: note\n  text: By hand\n", ":3"),
        ("- kind: note\n  text:\tBy hand\n", ":8"),
        ("- kind: note\n  text: By\thand\n", ":11"),
        ("- kind: note\n  text: By hand\t\n", ":16"),
    ] {
        std::fs::write(school.case_file(), format!("{sound}{entry}")).unwrap();
        for args in [
            &["seal", CASE][..],
            &["seal", CASE, "--dry-run"],
            &["verify", CASE],
            &["ready", CASE],
            &["note", CASE, "A remark"],
            &["list"],
        ] {
            let said = school.refused(args);
            assert!(
                said.contains("error[tab]: a tab stands where only blanks may")
                    && said.contains(place),
                "{entry:?}, {args:?}: {said}"
            );
        }
    }
    // Hidden characters that some programs take for a line break: a comment would be an entry to them.
    let hidden = format!("{sound}# seen by us\u{2028}- kind: note\n");
    std::fs::write(school.case_file(), hidden).unwrap();
    let said = school.refused(&["verify", CASE]);
    assert!(
        said.contains("a hidden character stands here (U+2028)"),
        "{said}"
    );
    std::fs::write(school.case_file(), &sound).unwrap();
    // In quotes it is a character of the text, and sealed as such.
    std::fs::write(
        school.case_file(),
        format!("{sound}- kind: note\n  text: \"By\thand\"\n"),
    )
    .unwrap();
    school.ok(&["seal", CASE]);
    school.ok(&["checklist", "new", "our-own"]);
    let list = school.root().join("checklists/our-own.yaml");
    let text = std::fs::read_to_string(&list).unwrap();
    let other = text.replacen("- id: ", "-\tid: ", 1);
    assert_ne!(other, text);
    std::fs::write(&list, other).unwrap();
    let output = school.run(&["checklist", "check", "checklists/our-own.yaml"]);
    let said = school.told(&output);
    assert!(
        output.status.code() != Some(0) && said.contains("error[tab]"),
        "{said}"
    );
}
