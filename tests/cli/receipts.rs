//! Receipts, backups, and copies for others to read.

use std::fs;

use serde_json::Value;

use super::support::copy_folder;
use super::{CASE, School, recorded};

fn replace(school: &School, with: impl Fn(&str) -> String) {
    fs::write(school.case_file(), with(&school.case_text())).unwrap();
}

/// The text of a case without its last entry.
fn without_last(text: &str) -> String {
    text[..text.rfind("\n- kind:").unwrap() + 1].to_owned()
}

#[test]
fn a_receipt_finds_what_the_file_alone_cannot_show() {
    let mut school = School::with_case();
    school.ok(&["note", CASE, "First"]);
    let told = school.ok(&["receipt", CASE]);
    insta::assert_snapshot!("receipt", told);
    assert!(!told.contains("Kafor"), "{told}");
    fs::write(
        school.root().join("receipt.txt"),
        told.replace('\n', "\r\n"),
    )
    .unwrap();
    let whole = school.case_text();
    // Newer entries do no harm.
    school.at("2026-09-22T09:00:00+01:00");
    let second = recorded(&school.ok(&["note", CASE, "Second"]));
    let said = school.ok(&["verify", "--receipt", "receipt.txt"]);
    assert!(
        said.contains("it holds all 2 entries of the receipt, unchanged, and 1 more"),
        "{said}"
    );
    // The newest entry of the receipt is taken away: the file verifies, the receipt shows it.
    replace(&school, |_| without_last(&whole));
    school.ok(&["verify", CASE]);
    let output = school.run(&["verify", CASE, "--receipt", "receipt.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        school.told(&output).contains("receipt-broken"),
        "{}",
        school.told(&output)
    );
    // The record is sealed anew with another text.
    school.ok(&["note", CASE, "Something else"]);
    school.ok(&["verify", CASE]);
    let output = school.run(&["verify", CASE, "--receipt", "receipt.txt"]);
    assert_eq!(output.status.code(), Some(1), "{}", school.told(&output));
    // A text taken out since is told, and is no breach.
    replace(&school, |_| whole.clone());
    let first = whole.rsplit("id: ").next().unwrap().trim().to_owned();
    school.ok(&["strike", CASE, &first, "--why", "another child is named"]);
    let said = school.ok(&["verify", CASE, "--receipt", "receipt.txt"]);
    assert!(
        said.contains("was taken out since, as a later entry says"),
        "{said}"
    );
    let json: Value = serde_json::from_str(&school.ok(&[
        "verify",
        "--receipt",
        "receipt.txt",
        "--format",
        "json",
    ]))
    .unwrap();
    let found = json["cases"][0]["found"].as_array().unwrap();
    assert!(
        found
            .iter()
            .any(|one| one["code"] == "receipt-kept" && one["fault"] == false),
        "{json}"
    );
    assert_ne!(second, first);
}

#[test]
fn a_receipt_that_proves_nothing_is_refused() {
    let school = School::with_case();
    fs::write(school.root().join("no.txt"), "Dear all\n").unwrap();
    let said = school.refused(&["verify", "--receipt", "no.txt"]);
    assert!(
        said.contains("is no receipt") && said.contains("attcheck receipt/1"),
        "{said}"
    );
    let receipt = school.ok(&["receipt", CASE]);
    fs::write(
        school.root().join("r.txt"),
        receipt.replace("case: k7m4px", "case: m9xqc4"),
    )
    .unwrap();
    let output = school.run(&["verify", "--receipt", "r.txt"]);
    assert_eq!(output.status.code(), Some(1), "{}", school.told(&output));
    let said = school.refused(&["verify", CASE, "--receipt", "r.txt"]);
    assert!(said.contains("a receipt is of case `m9xqc4`"), "{said}");
    // A damaged record gets none.
    replace(&school, |text| text.replace("Ada", "Eva"));
    let said = school.refused(&["receipt", CASE]);
    assert!(said.contains("does not stand up (changed"), "{said}");
    let json = School::with_case().ok(&["receipt", CASE, "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (json["schema"].as_u64(), json["entries"].as_u64()),
        (Some(2), Some(1))
    );
    assert_eq!(json["told"]["gate"], "referral");
}

/// The hash of a receipt, worked out by another program from the page's own words: ids sorted, a line for each.
#[test]
fn python_reckons_the_same_receipt() {
    if !super::has_tool("python3", &["-c", "import yaml"]) {
        return;
    }
    let school = School::with_case();
    school.ok(&["note", CASE, "She said \"no\" – twice"]);
    let script = "import hashlib, json, sys, yaml\n\
        log = yaml.load(open(sys.argv[1], encoding='utf-8-sig'), yaml.BaseLoader)['log']\n\
        line = lambda e: json.dumps({k: v for k, v in e.items() if k != 'id'}, sort_keys=True, ensure_ascii=False, separators=(',', ':'))\n\
        text = ''.join(line(e) + '\\n' for e in sorted(log, key=lambda e: e['id']))\n\
        print(hashlib.sha256(text.encode()).hexdigest())\n";
    let page = fs::read_to_string(super::project("docs/security.md")).unwrap();
    for line in script.lines().map(str::trim) {
        assert!(page.contains(line), "the page holds the checker: {line}");
    }
    let mut python = std::process::Command::new("python3");
    let output = python
        .args(["-c", script])
        .arg(school.case_file())
        .output()
        .unwrap();
    let hash = String::from_utf8(output.stdout).unwrap();
    assert!(
        school
            .ok(&["receipt", CASE])
            .contains(&format!("sha256: {hash}")),
        "{hash}"
    );
}

#[test]
fn a_backup_shows_what_was_lost_since() {
    let school = School::with_case();
    school.ok(&["note", CASE, "Kept"]);
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "m9xqc4",
        "--name",
        "Ben Vale",
    ]);
    fs::write(
        school.root().join("marks.csv"),
        "case,date,am,pm\nk7m4px,2026-09-02,/,\\\nk7m4px,2026-09-03,O,\\\n",
    )
    .unwrap();
    school.ok(&["register", "import", "marks.csv"]);
    let backup = tempfile::tempdir().unwrap();
    copy_folder(&school.root(), backup.path());
    let against = |more: &[&str]| {
        let dir = backup.path().to_str().unwrap();
        let output = school.run(&[&["verify", "--against", dir], more].concat());
        (output.status.code(), school.told(&output))
    };
    let (code, told) = against(&[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("it holds all of the backup and 0 more"),
        "{told}"
    );
    school.ok(&["note", CASE, "Newer"]);
    let (code, told) = against(&[]);
    assert!(code == Some(0) && told.contains("and 1 more"), "{told}");
    // An entry gone, marks gone, a case gone.
    replace(&school, |text| without_last(&without_last(text)));
    let (code, told) = against(&[CASE]);
    assert!(
        code == Some(1) && told.contains("the backup holds 1 entry that the record lacks"),
        "{told}"
    );
    let join = told
        .split("attcheck join \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    school.ok(&["join", join]);
    assert_eq!(against(&[CASE]).0, Some(0));
    fs::remove_file(school.root().join("registers/k7m4px.csv")).unwrap();
    let (code, told) = against(&[CASE]);
    assert!(
        code == Some(1) && told.contains("the marks of 2 days that are not here"),
        "{told}"
    );
    fs::remove_file(school.root().join("cases/m9xqc4.yaml")).unwrap();
    let (code, told) = against(&[]);
    assert!(
        code == Some(1) && told.contains("the backup holds this case, and the folder does not"),
        "{told}"
    );
    // What was erased on purpose is not called lost.
    fs::copy(
        backup.path().join("cases/m9xqc4.yaml"),
        school.root().join("cases/m9xqc4.yaml"),
    )
    .unwrap();
    school.ok(&["erase", "m9xqc4", "--why", "mistake", "--confirm", "m9xqc4"]);
    let (_, told) = against(&[]);
    assert!(!told.contains("m9xqc4"), "{told}");
    let said = school.refused(&[
        "verify",
        "--against",
        school.root().join("registers").to_str().unwrap(),
    ]);
    assert!(said.contains("there are no cases in"), "{said}");
}

/// A strike lets one text go, and nothing else: the rest of the record is still that of the receipt.
#[test]
fn a_strike_is_no_cover_for_changing_older_entries() {
    let school = School::with_case();
    for text in ["One", "Two", "Three"] {
        school.ok(&["note", CASE, text]);
    }
    fs::write(school.root().join("r.txt"), school.ok(&["receipt", CASE])).unwrap();
    let three = school
        .case_text()
        .rsplit("id: ")
        .next()
        .unwrap()
        .trim()
        .to_owned();
    school.ok(&["strike", CASE, &three, "--why", "another child"]);
    school.ok(&["verify", "--receipt", "r.txt"]);
    let honest = school.case_text();
    // Notes one and two are made anew, and what is left of the third is hung on them.
    let forger = School::with_case();
    let opening = honest.split("\n- kind: note").next().unwrap().to_owned() + "\n";
    fs::write(forger.case_file(), &opening).unwrap();
    let ids: Vec<String> = ["Eins", "Zwei"]
        .iter()
        .map(|text| {
            forger.ok(&["note", CASE, text]);
            forger
                .case_text()
                .rsplit("id: ")
                .next()
                .unwrap()
                .trim()
                .to_owned()
        })
        .collect();
    let struck = honest.find("- kind: struck").unwrap();
    let old_two = honest[struck..]
        .split("  - ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    let forged = forger.case_text() + &honest[struck..].replacen(&old_two, &ids[1], 1);
    replace(&school, |_| forged.clone());
    let output = school.run(&["verify", CASE]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "the strike says what it followed"
    );
    // Who makes the strike anew as well, since it is the newest entry, is found by the receipt alone.
    let whole = forged.replace(&old_two, &ids[1]);
    let case = super::forged::case_of(&whole);
    let mut log = super::forged::log_of(&case);
    let last = log.pop().unwrap();
    let why = attcheck::tree::Node::text("another child");
    log.push(super::forged::with(&last, "why", why));
    let whole = super::forged::laid_out(&whole, &log);
    replace(&school, |_| whole.clone());
    school.ok(&["verify", CASE]);
    let output = school.run(&["verify", "--receipt", "r.txt"]);
    assert_eq!(output.status.code(), Some(1), "{}", school.told(&output));
}

#[test]
fn several_receipts_of_one_case_are_looked_at_together() {
    let school = School::with_case();
    let first = school.ok(&["receipt", CASE]);
    school.ok(&["note", CASE, "More"]);
    let second = school.ok(&["receipt", CASE]);
    fs::write(
        school.root().join("mail.txt"),
        format!("{second}\nearlier:\n> {}", first.replace('\n', "\n> ")),
    )
    .unwrap();
    fs::write(school.root().join("first.txt"), &first).unwrap();
    let said = school.ok(&["verify", "--receipt", "mail.txt", "--receipt", "first.txt"]);
    assert_eq!(said.matches("receipt-kept").count(), 3, "{said}");
    assert!(said.contains("1 of 1 sound"), "{said}");
    fs::remove_file(school.case_file()).unwrap();
    let output = school.run(&["verify", "--receipt", "first.txt"]);
    assert_eq!(output.status.code(), Some(1), "{}", school.told(&output));
    assert!(
        school
            .told(&output)
            .contains("the case of the receipt is not in the folder"),
        "{}",
        school.told(&output)
    );
}

#[test]
fn a_redacted_copy_can_be_checked_and_says_what_is_not_in_it() {
    let school = School::with_case();
    let about_other = recorded(&school.ok(&["note", CASE, "Ben Vale hit her"]));
    school.ok(&["note", CASE, "She was away"]);
    let said = school.refused(&["redact", CASE, "--leave-out", &about_other]);
    assert!(said.contains("--output k7m4px-redacted.yaml"), "{said}");
    let output = school.run(&[
        "redact",
        CASE,
        "--leave-out",
        &about_other,
        "--output",
        "copy.yaml",
    ]);
    assert!(output.status.success(), "{}", school.told(&output));
    assert!(
        school
            .told(&output)
            .contains(&format!("{about_other}  note")),
        "{}",
        school.told(&output)
    );
    let copy = fs::read_to_string(school.root().join("copy.yaml")).unwrap();
    assert!(
        !copy.contains("Ben Vale") && copy.contains("She was away") && copy.contains(&about_other),
        "{copy}"
    );
    let receipt = school.ok(&["receipt", CASE]);
    let hash = receipt
        .lines()
        .find_map(|line| line.strip_prefix("sha256: "))
        .unwrap();
    assert!(copy.contains(hash), "it carries the hash of the whole");
    let said = school.ok(&["verify", "copy.yaml"]);
    assert!(
        said.contains("a copy without 1 entry of the record"),
        "{said}"
    );
    for (what, changed) in [
        ("an entry", copy.replace("She was away", "She was here")),
        (
            "the header",
            copy.replace("opened: \"2026-09-21\"", "opened: \"2026-09-20\""),
        ),
        (
            "the list",
            copy.replacen(&format!("id: {about_other}"), "id: e0000000", 1),
        ),
        ("the newest", copy.replacen("  - e", "  - e0", 1)),
        (
            "what is struck",
            copy.replace("- kind: note", "- kind: struck"),
        ),
    ] {
        assert_ne!(changed, copy, "{what}");
        fs::write(school.root().join("changed.yaml"), changed).unwrap();
        let output = school.run(&["verify", "changed.yaml"]);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{what}: {}",
            school.told(&output)
        );
    }
    // With the receipt of its day it is told to be of that record, and with another it is not.
    fs::write(school.root().join("copy.txt"), &copy).unwrap();
    fs::write(school.root().join("r.txt"), &receipt).unwrap();
    school.ok(&["verify", "copy.txt", "--receipt", "r.txt"]);
    fs::write(
        school.root().join("r.txt"),
        receipt.replace("entries: 3", "entries: 99"),
    )
    .unwrap();
    assert_eq!(
        school
            .run(&["verify", "copy.txt", "--receipt", "r.txt"])
            .status
            .code(),
        Some(1)
    );
    // It is no case, and nothing is written into it.
    school.refused(&["note", "copy.yaml", "x"]);
    let opening = receipt_free_id(&school);
    let said = school.refused(&[
        "redact",
        CASE,
        "--leave-out",
        &opening,
        "--output",
        "b.yaml",
    ]);
    assert!(said.contains("cannot be left out"), "{said}");
    // A corrected entry goes with all its versions.
    let letter = recorded(&school.ok(&[
        "record",
        CASE,
        "letters",
        "--on",
        "18/9/2026",
        "--outcome",
        "To Ben Vale",
    ]));
    let second = recorded(&school.ok(&[
        "correct",
        CASE,
        &letter,
        "--outcome",
        "To B Vale",
        "--why",
        "Shorter",
    ]));
    let said = school.refused(&["redact", CASE, "--leave-out", &letter, "--output", "b.yaml"]);
    assert!(said.contains(&format!("--leave-out {second}")), "{said}");
    school.ok(&[
        "redact",
        CASE,
        "--leave-out",
        &letter,
        "--leave-out",
        &second,
        "--output",
        "b.yaml",
    ]);
}

/// The id of the entry that opened the case.
fn receipt_free_id(school: &School) -> String {
    let text = school.case_text();
    text.split("  id: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned()
}

/// What is said of each finding beside a record, as it is kept in `tests/problems/beside`.
#[test]
fn every_finding_beside_a_record_has_its_message() {
    use attcheck::commands::verify::Beside;
    use std::collections::BTreeMap;
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    let mut note = |school: &School, args: &[&str]| {
        let output = school.run(&[&["verify"], args, &["--format", "json"]].concat());
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        for case in json["cases"].as_array().unwrap() {
            for one in case["found"].as_array().unwrap() {
                let kind = if one["fault"] == true {
                    "fault"
                } else {
                    "remark"
                };
                let code = one["code"].as_str().unwrap();
                let says = school.bare(one["says"].as_str().unwrap());
                told.entry(code.to_owned())
                    .or_insert_with(|| format!("{kind} {code}: {says}\n"));
            }
        }
    };
    let school = School::with_papers();
    let text = school.case_text();
    let letter = text.rsplit("id: ").next().unwrap().trim().to_owned();
    fs::write(school.root().join("r.txt"), school.ok(&["receipt", CASE])).unwrap();
    school.ok(&[
        "redact",
        CASE,
        "--leave-out",
        &letter,
        "--output",
        "copy.yaml",
    ]);
    // The backup lies in the folder, so that its path can be told.
    let backup = school.root().join("backup");
    copy_folder(&school.root().join("cases"), &backup.join("cases"));
    copy_folder(&school.root().join("registers"), &backup.join("registers"));
    let whole = school.case_text();
    note(
        &school,
        &[CASE, "--receipt", "r.txt", "--against", "backup"],
    );
    note(&school, &["copy.yaml"]);
    let changed = fs::read_to_string(school.root().join("copy.yaml"))
        .unwrap()
        .replace("Ada", "Eva");
    fs::write(school.root().join("copy.yaml"), changed).unwrap();
    note(&school, &["copy.yaml"]);
    let document = fs::read_dir(school.root().join("evidence/k7m4px"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::write(&document, "another letter").unwrap();
    note(&school, &[CASE]);
    fs::remove_file(&document).unwrap();
    note(&school, &[CASE]);
    fs::create_dir(&document).unwrap();
    let register = school.root().join("registers/k7m4px.csv");
    fs::remove_file(&register).unwrap();
    fs::create_dir(&register).unwrap();
    note(&school, &[CASE]);
    fs::remove_dir(&register).unwrap();
    replace(&school, without_last);
    note(
        &school,
        &[CASE, "--receipt", "r.txt", "--against", "backup"],
    );
    fs::write(school.root().join("registers/k7m4px.csv"), "marks\n").unwrap();
    note(&school, &[CASE]);
    fs::remove_file(school.case_file()).unwrap();
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "m9xqc4",
        "--name",
        "Ben Vale",
    ]);
    note(&school, &["--against", "backup"]);
    fs::write(school.case_file(), &whole).unwrap();
    fs::write(backup.join("cases/k7m4px.yaml"), "attcheck: case/1\n").unwrap();
    note(&school, &[CASE, "--against", "backup"]);
    let other = whole.replace("opened: \"2026-09-21\"", "opened: \"2026-09-20\"");
    fs::write(backup.join("cases/k7m4px.yaml"), other).unwrap();
    note(&school, &[CASE, "--against", "backup"]);
    for code in Beside::ALL {
        let file = super::project("tests/problems/beside")
            .join(code.as_str())
            .join("message.txt");
        let found = told
            .get(code.as_str())
            .unwrap_or_else(|| panic!("{code} was not found"));
        let found = found.replace(document.file_name().unwrap().to_str().unwrap(), "HASH.pdf");
        if std::env::var_os("ATTCHECK_BLESS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &found).unwrap();
        }
        assert_eq!(
            found,
            fs::read_to_string(&file).unwrap_or_default(),
            "{code}"
        );
    }
}
