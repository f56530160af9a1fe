//! The checklist that a parcel brings counts for its one case, and for no other.

use std::fs;
use std::path::PathBuf;

use attcheck::case::compose;
use attcheck::case::entry::{Content, Deed};
use attcheck::case::receipt::receipt;
use attcheck::store::bag::{Payload, pack};

use super::handing::next_school;
use super::{CASE, School, support};

/// A school whose case is worked against a list of its own, and the parcel of the case.
fn with_own_list() -> (School, PathBuf) {
    let school = School::new();
    school.ok(&["checklist", "new", "our-own"]);
    let pupil = ["--id", CASE, "--name", "Ada O'Kafor"];
    school.ok(&[&["new", "--checklist", "our-own"][..], &pupil].concat());
    school.ok(&["hand-over", CASE, "--output", "parcel.zip"]);
    let parcel = school.root().join("parcel.zip");
    (school, parcel)
}

/// A sound case worked against a list of any id and edition.
fn worked_against(checklist: &str, edition: &str) -> String {
    let Deed::Record(Content::Opened {
        details, header, ..
    }) = support::opened("pupil")
    else {
        unreachable!()
    };
    let opened = Deed::Record(Content::Opened {
        checklist: checklist.to_owned(),
        edition: edition.to_owned(),
        details,
        header,
    });
    let entry = compose::entry(&opened, "A", support::at("2026-09-01T09:00:00+01:00"), &[]);
    support::text_of("pupil", &[entry])
}

/// A parcel made by hand: a sound case, its receipt, and a list.
fn parcel(case: &str, list: &str) -> Vec<u8> {
    let read = attcheck::store::parse_case(case, "k.yaml".as_ref()).unwrap();
    let payload: Payload = [
        ("cases/k7m4px.yaml", case.as_bytes()),
        ("receipt.txt", receipt(&read).text().as_bytes()),
        ("checklists/list.yaml", list.as_bytes()),
    ]
    .map(|(path, bytes)| (path.to_owned(), bytes.to_vec()))
    .into();
    let about = [
        ("Source-Organization", "a school".to_owned()),
        ("Bagging-Date", "2026-09-21".to_owned()),
        ("External-Identifier", CASE.to_owned()),
    ];
    pack(CASE, &payload, &about).unwrap()
}

/// The files below a folder's `checklists`.
fn lists(school: &School) -> Vec<PathBuf> {
    let files = school.snapshot().into_iter().map(|(path, _)| path);
    files
        .filter(|path| path.to_string_lossy().contains("checklists"))
        .collect()
}

#[test]
fn a_parcel_s_list_is_shown_and_kept_only_where_somebody_agrees() {
    let (_former, parcel) = with_own_list();
    let parcel = parcel.to_str().unwrap();
    let next = next_school();
    let before = next.snapshot();
    let said = next.refused(&["take-over", parcel]);
    assert!(
        said.contains("brings a checklist that is not here: our-own, edition 2026-09")
            && said.contains("--keep-checklist"),
        "{said}"
    );
    let said = next.ok(&["take-over", parcel, "--dry-run"]);
    assert!(
        said.contains("of them must") && said.contains("for case k7m4px alone"),
        "{said}"
    );
    assert_eq!(next.snapshot(), before);

    next.ok(&["take-over", parcel, "--keep-checklist"]);
    next.ok(&["gaps", CASE]);
    next.ok(&["form", CASE, "--output", "form.docx"]);
    let kept = lists(&next);
    let of_case = kept
        .iter()
        .filter(|path| {
            path.parent()
                .is_some_and(|folder| folder.ends_with("checklists/for-one-case/k7m4px"))
        })
        .count();
    assert!(of_case == kept.len() && of_case > 0, "{kept:?}");
    // It goes on to a third school as it came to the second.
    next.ok(&["hand-over", CASE, "--output", "on.zip"]);
    let third = next_school();
    let on = next.root().join("on.zip");
    third.ok(&["take-over", on.to_str().unwrap(), "--keep-checklist"]);
    assert_eq!(
        fs::read(
            third
                .root()
                .join(kept[0].strip_prefix(next.root()).unwrap_or(&kept[0]))
        )
        .unwrap(),
        fs::read(next.root().join(&kept[0])).unwrap()
    );
    // A second parcel of the same case asks nothing more.
    next.ok(&["take-over", parcel]);
}

#[test]
fn a_parcel_s_list_is_offered_to_no_other_case() {
    let (_former, parcel) = with_own_list();
    let next = next_school();
    next.ok(&["take-over", parcel.to_str().unwrap(), "--keep-checklist"]);
    let other = ["--id", "b2c3d4", "--name", "Ben Li"];
    next.refused(&[&["new", "--checklist", "our-own"][..], &other].concat());
    next.ok(&[&["new", "--checklist", "lancashire"][..], &other].concat());
    next.refused(&["move", "b2c3d4", "--to", "our-own@2026-09"]);
    next.refused(&["checklist", "show", "our-own"]);
    let said = next.ok(&["checklist", "list", "--format", "json"]);
    assert!(
        said.contains("came with case k7m4px, and counts for it alone"),
        "{said}"
    );
    let said = next.ok_or_found(&["doctor"]);
    assert!(
        said.contains("our-own, edition 2026-09: 1 open case")
            && said.contains("came with case k7m4px, and counts for it alone")
            && said.contains("lancashire, edition 2026-12: 1 open case (in the program)"),
        "{said}"
    );
}

/// A list that calls itself a later edition of a council's, and asks for nothing.
#[test]
fn a_parcel_cannot_bring_a_newer_edition_of_a_council_s_list() {
    let school = School::new();
    school.ok(&["checklist", "new", "our-own"]);
    let forged = fs::read_to_string(school.root().join("checklists/our-own.yaml"))
        .unwrap()
        .replacen("id: our-own", "id: lancashire", 1)
        .replacen("edition: \"2026-09\"", "edition: \"2027-01\"", 1)
        .replace("level: must", "level: may");
    let next = next_school();
    fs::write(
        next.root().join("p.zip"),
        parcel(&worked_against("lancashire", "2027-01"), &forged),
    )
    .unwrap();
    let said = next.ok(&["take-over", "p.zip", "--keep-checklist"]);
    assert!(
        said.contains("0 of them must") && said.contains("compared with edition 2026-12 here"),
        "{said}"
    );
    let other = ["--id", "b2c3d4", "--name", "Ben Li"];
    next.ok(&[&["new", "--checklist", "lancashire"][..], &other].concat());
    let said = next.ok(&["show", "b2c3d4", "--format", "json"]);
    assert!(
        said.contains("2026-12") && !said.contains("2027-01"),
        "{said}"
    );
    // Both in one run: each is judged by its own.
    let said = next.ok_or_found(&["ready", "--all", "--format", "json"]);
    let ready = |id: &str| {
        let whole: serde_json::Value = serde_json::from_str(&said).unwrap();
        let cases = whole["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["case"] == id).unwrap();
        (case["verdict"].clone(), case["edition"].clone())
    };
    assert_eq!(ready("b2c3d4").0, "not-ready");
    assert_ne!(ready("b2c3d4").1, ready(CASE).1);

    // A pack of it does not fit together.
    next.ok_or_found(&["pack", CASE, "--anyway", "--output", "pack.zip"]);
    let output = next.run(&["pack", "check", "pack.zip"]);
    let said = next.told(&output);
    assert!(
        output.status.code() == Some(1)
            && said.contains(
                "NOT KNOWN: lancashire, edition 2027-01 is not among those in this attcheck"
            )
            && !said.contains("everything in the pack fits together"),
        "{said}"
    );
}

#[test]
fn a_list_that_was_changed_since_is_not_gone_by() {
    let (_former, parcel) = with_own_list();
    let next = next_school();
    next.ok(&["take-over", parcel.to_str().unwrap(), "--keep-checklist"]);
    let file = next.root().join(&lists(&next)[0]);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("level: must", "level: may")).unwrap();
    let said = next.refused(&["gaps", CASE]);
    assert!(
        said.contains("is not the checklist that came with the case"),
        "{said}"
    );
    let said = next.ok_or_found(&["doctor"]);
    assert!(
        said.contains("the checklist that came with case k7m4px cannot be used"),
        "{said}"
    );
    // Line ends may be written anew, by git for one.
    fs::write(&file, text.replace('\n', "\r\n")).unwrap();
    next.ok(&["gaps", CASE]);
}

#[test]
fn erasing_a_case_takes_its_list_too() {
    let (_former, parcel) = with_own_list();
    let next = next_school();
    next.ok(&["take-over", parcel.to_str().unwrap(), "--keep-checklist"]);
    next.ok(&["erase", CASE, "--why", "mistake", "--confirm", CASE]);
    assert_eq!(lists(&next), Vec::<PathBuf>::new());
    assert!(!next.root().join("checklists/for-one-case/k7m4px").exists());
}

/// Whatever the list calls itself, its file lies where the lists of cases lie.
#[test]
fn a_checklist_of_a_parcel_is_written_nowhere_but_for_its_case() {
    let school = School::new();
    school.ok(&["checklist", "new", "our-own"]);
    let plain = fs::read_to_string(school.root().join("checklists/our-own.yaml")).unwrap();
    for (id, edition, taken) in [
        ("../evil", "2026-09", false),
        ("our-own", "../../evil", true),
        ("our-own", "..", true),
    ] {
        let list = plain
            .replacen("id: our-own", &format!("id: \"{id}\""), 1)
            .replacen(
                "edition: \"2026-09\"",
                &format!("edition: \"{edition}\""),
                1,
            );
        assert_ne!(list, plain);
        let next = next_school();
        fs::write(
            next.root().join("p.zip"),
            parcel(&worked_against(id, edition), &list),
        )
        .unwrap();
        let took = next.run(&["take-over", "p.zip", "--keep-checklist"]);
        assert_eq!(took.status.success(), taken, "{}", next.told(&took));
        for path in lists(&next) {
            assert!(
                path.to_string_lossy().contains("for-one-case"),
                "{}",
                path.display()
            );
        }
        assert!(!next.dir.path().join("evil.yaml").exists());
    }
}
