//! `doctor` and `migrate`.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{CASE, School};

#[test]
fn a_healthy_folder_is_told_as_such_and_nothing_is_changed() {
    let school = School::with_case();
    let terms = "school = \"Northfield Academy\"\nurn = \"123456\"\n[[term]]\nname = \"Autumn\"\nfrom = 2026-09-02\nto = 2026-12-18\n";
    fs::write(school.root().join("attcheck.toml"), terms).unwrap();
    let before = school.snapshot();
    insta::assert_snapshot!("doctor", school.told(&school.run(&["doctor"])));
    assert!(school.snapshot() == before);
}

#[test]
fn everything_that_is_wrong_has_its_remedy() {
    let mut school = School::with_case();
    let root = school.root();
    fs::write(
        root.join("attcheck.toml"),
        "school = \"Northfield Academy\"\n",
    )
    .unwrap();
    fs::copy(school.case_file(), root.join("cases/k7m4px (1).yaml")).unwrap();
    fs::write(root.join("cases/m9xqc4.yaml"), "attcheck: case/1\n").unwrap();
    let draft = root.join("cases/.k7m4px.yaml.new");
    fs::write(&draft, "half").unwrap();
    File::options()
        .write(true)
        .open(&draft)
        .unwrap()
        .set_modified(SystemTime::now() - Duration::from_secs(120))
        .unwrap();
    fs::create_dir_all(root.join("evidence/k7m4px")).unwrap();
    fs::write(root.join("evidence/k7m4px/stray.pdf"), "x").unwrap();
    fs::create_dir_all(root.join("registers")).unwrap();
    fs::write(root.join("registers/p7cx5s.csv"), "date,am,pm,read\n").unwrap();
    // The clock of the computer has gone back to before the opening.
    school.at("2026-09-01T09:00:00+01:00");
    let json: Value =
        serde_json::from_slice(&school.run(&["doctor", "--format", "json"]).stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    for (code, says, remedy) in [
        (
            "settings",
            "does not tell its URN, term dates",
            "attcheck calendar",
        ),
        ("clock", "the newest entry was recorded", "clocks is wrong"),
        (
            "sync-copy",
            "copy of case `k7m4px` under another name",
            "attcheck join",
        ),
        ("case", "m9xqc4.yaml cannot be read", "attcheck verify"),
        ("left-over", ".k7m4px.yaml.new", "attcheck doctor --clear"),
        ("left-over", "stray.pdf", "no entry names"),
        ("left-over", "p7cx5s.csv", "delete the file"),
    ] {
        let found = findings.iter().find(|one| {
            let text = format!("{}{}", one["says"], one["remedy"]);
            one["code"] == code
                && one["well"] == false
                && text.contains(says)
                && text.contains(remedy)
        });
        assert!(found.is_some(), "{code} {says}: {json:#}");
    }
    assert_eq!(school.run(&["doctor"]).status.code(), Some(1));
    // The next writer clears the draft.
    fs::remove_file(root.join("cases/k7m4px (1).yaml")).unwrap();
    let output = school.run(&["note", CASE, "x"]);
    assert!(
        school
            .told(&output)
            .contains("cleared what an interrupted write had left"),
        "{}",
        school.told(&output)
    );
    assert!(!draft.exists());
    // Settings that cannot be read stop no looking, and copies and marks are looked at too.
    fs::write(root.join("attcheck.toml"), "school = \n").unwrap();
    fs::write(root.join("registers/k7m4px.csv"), "x\n").unwrap();
    let told = school.told(&school.run(&["doctor"]));
    assert!(
        told.contains("attcheck.toml cannot be read") && told.contains("marks of case k7m4px"),
        "{told}"
    );
    assert_eq!(school.run(&["doctor"]).status.code(), Some(1));
    fs::remove_file(root.join("attcheck.toml")).unwrap();
    // Nobody said who records; no case anywhere.
    let empty = School::new();
    let mut command = empty.command(&["doctor"]);
    let output = command.env_remove("ATTCHECK_BY").output().unwrap();
    let told = empty.told(&output);
    assert!(
        told.contains("holds no cases") && told.contains("attcheck whoami --set"),
        "{told}"
    );
    assert!(
        !told.contains("  lock "),
        "without cases there is nothing to lock: {told}"
    );
}

#[test]
fn there_is_nothing_to_migrate_yet_and_a_newer_format_is_never_written() {
    let school = School::with_case();
    let before = school.snapshot();
    let said = school.ok(&["migrate"]);
    assert!(
        said.contains("1 case in case/1, the newest format of this program; 0 changed"),
        "{said}"
    );
    assert!(school.snapshot() == before);
    fs::write(
        school.case_file(),
        school.case_text().replace("case/1", "case/2"),
    )
    .unwrap();
    let said = school.refused(&["migrate"]);
    assert!(
        said.contains("from which this program knows no step"),
        "{said}"
    );
    for writing in [
        "note k7m4px x",
        "record k7m4px letters --on 18/9/2026 --outcome x",
        "close k7m4px --why other",
        "seal k7m4px",
        "hand-over k7m4px --output p.zip",
        "redact k7m4px --leave-out e00000 --output p.txt",
    ] {
        let said = school.refused(&writing.split(' ').collect::<Vec<_>>());
        assert!(said.contains("newer attcheck"), "{writing}: {said}");
    }
}

/// A case under a name that is not read is gone from every list: it is named, with what to do.
#[test]
fn files_among_the_cases_that_are_no_cases_are_named() {
    let school = School::with_case();
    let cases = school.root().join("cases");
    let put = |name: &str| {
        let file = cases.join(name);
        std::fs::write(&file, school.case_text()).unwrap();
        file
    };
    let told = |args: &[&str], status: i32| {
        let output = school.run(args);
        let said = school.told(&output).replace('\\', "/");
        assert_eq!(output.status.code(), Some(status), "{args:?}: {said}");
        said
    };
    // What the computer itself puts there, and what is ours, is nobody's to look at.
    for name in [
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        ".hidden",
        "._k7m4px.yaml",
    ] {
        put(name);
    }
    for args in [&["list"][..], &["verify"]] {
        let said = told(args, 0);
        assert!(!said.contains("is not read"), "{said}");
    }
    // Beside the case itself: named, and no fault.
    for (name, remedy) in [
        ("k7m4px.yaml.txt", "compare it with k7m4px.yaml"),
        ("k7m4px.yaml.bak", "compare it with k7m4px.yaml"),
        ("k7m4px.yaml~", "compare it with k7m4px.yaml"),
        ("Minutes.docx", "move it to another place"),
    ] {
        let file = put(name);
        for (args, status) in [(&["list"][..], 0), (&["verify"], 0), (&["doctor"], 1)] {
            let said = told(args, status);
            let named = format!("cases/{name} is not read, since its name does not end in .yaml");
            assert!(
                said.contains(&named) && said.contains(remedy),
                "{args:?}: {said}"
            );
        }
        std::fs::remove_file(file).unwrap();
    }
    std::fs::create_dir(cases.join("2025")).unwrap();
    for (args, status) in [(&["list"][..], 0), (&["verify"], 0), (&["doctor"], 1)] {
        let said = told(args, status);
        assert!(
            said.contains("cases/2025 is a folder, and nothing in it is read"),
            "{args:?}: {said}"
        );
    }
    std::fs::remove_dir(cases.join("2025")).unwrap();
    // In the place of a case that is not here.
    for name in ["m9xqc4.yaml.txt", "m9xqc4.YAML.bak", "m9xqc4.yml.txt"] {
        let file = put(name);
        for (args, status) in [(&["list"][..], 0), (&["verify"], 1), (&["doctor"], 1)] {
            let said = told(args, status);
            assert!(
                said.contains(&format!("cases/{name} is not read"))
                    && said.contains("if it is what its name says, rename it to m9xqc4."),
                "{args:?}: {said}"
            );
        }
        // It is said with --quiet too, where the status hangs on it; a note is not.
        assert!(told(&["verify", "--quiet"], 1).contains(name));
        std::fs::remove_file(file).unwrap();
    }
}

/// iCloud takes files off a Mac that is short of space, and leaves a placeholder with a name that begins with a dot.
#[test]
fn what_icloud_took_off_the_computer_is_not_taken_for_gone() {
    let school = School::with_papers();
    school.ok(&["checklist", "new", "our-own"]);
    let moved = |path: &str| {
        let file = school.root().join(path);
        let name = file.file_name().unwrap().to_str().unwrap();
        let placeholder = file.with_file_name(format!(".{name}.icloud"));
        std::fs::rename(&file, &placeholder).unwrap();
        (placeholder, file)
    };
    let told = |args: &[&str], status: i32, wanted: &str| {
        let output = school.run(args);
        let said = school.told(&output).replace('\\', "/");
        assert!(
            output.status.code() == Some(status) && said.contains(wanted),
            "{args:?}: {said}"
        );
    };
    let elsewhere = "is not on this computer: iCloud has taken it off";
    let (placeholder, file) = moved("cases/k7m4px.yaml");
    for args in [
        &["list"][..],
        &["verify"],
        &["verify", CASE],
        &["ready", "--all"],
        &["ready", CASE],
        &["show", CASE],
        &["due"],
        &["note", CASE, "A remark"],
    ] {
        told(args, 2, elsewhere);
    }
    told(&["doctor"], 1, elsewhere);
    // No second case comes into its place.
    let said = school.refused(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        CASE,
        "--name",
        "Bo Lund",
    ]);
    assert!(!said.contains("opened"), "{said}");
    std::fs::rename(placeholder, file).unwrap();
    // Marks and settings that are elsewhere are not taken for none.
    let (placeholder, file) = moved("registers/k7m4px.csv");
    told(&["ready", CASE], 2, elsewhere);
    std::fs::rename(placeholder, file).unwrap();
    std::fs::write(
        school.root().join("attcheck.toml"),
        "school = \"Northfield Academy\"\n",
    )
    .unwrap();
    let (placeholder, file) = moved("attcheck.toml");
    told(&["ready", CASE], 2, elsewhere);
    std::fs::rename(placeholder, file).unwrap();
    let (placeholder, file) = moved("checklists/our-own.yaml");
    told(&["checklist", "list"], 2, elsewhere);
    told(&["checklist", "check"], 2, elsewhere);
    std::fs::rename(placeholder, file).unwrap();
    school.ok(&["verify"]);
}

/// Two files of one list and edition: neither can be used, and not only the case worked against it says so.
#[test]
fn checklists_under_other_names_and_twice_are_named() {
    let school = School::with_case();
    school.ok(&["checklist", "new", "our-own"]);
    let lists = school.root().join("checklists");
    let own = lists.join("our-own.yaml");
    let told = |args: &[&str], status: i32| {
        let output = school.run(args);
        let said = school.told(&output).replace('\\', "/");
        assert_eq!(output.status.code(), Some(status), "{args:?}: {said}");
        said
    };
    // Documents of other kinds may lie there.
    std::fs::write(lists.join("The council's form.docx"), "x").unwrap();
    assert!(!told(&["checklist", "list"], 0).contains("docx"));
    std::fs::copy(&own, lists.join("our-own.yaml.txt")).unwrap();
    for (args, status) in [
        (&["checklist", "list"][..], 0),
        (&["checklist", "check"], 0),
        (&["doctor"], 1),
    ] {
        let said = told(args, status);
        assert!(
            said.contains("checklists/our-own.yaml.txt")
                && said.contains("compare it with our-own.yaml"),
            "{args:?}: {said}"
        );
        assert!(!said.contains("docx"), "{said}");
    }
    std::fs::rename(&own, lists.join("base.yaml.txt")).unwrap();
    std::fs::remove_file(lists.join("our-own.yaml.txt")).unwrap();
    for (args, status) in [
        (&["checklist", "list"][..], 0),
        (&["checklist", "check"], 1),
        (&["doctor"], 1),
    ] {
        let said = told(args, status);
        assert!(
            said.contains("checklists/base.yaml.txt") && said.contains("rename it to base.yaml"),
            "{args:?}: {said}"
        );
    }
    std::fs::rename(lists.join("base.yaml.txt"), &own).unwrap();
    std::fs::copy(&own, lists.join("our-own (1).yaml")).unwrap();
    for (args, status) in [
        (&["checklist", "list"][..], 2),
        (&["checklist", "check"], 1),
        (&["checklist", "check", "checklists/our-own.yaml"], 1),
        (&["doctor"], 1),
    ] {
        let said = told(args, status);
        assert!(
            said.contains("edition 2026-09 of the checklist `our-own` is in 2 files")
                && said.contains("our-own (1).yaml")
                && said.contains("keep one of them"),
            "{args:?}: {said}"
        );
    }
}
