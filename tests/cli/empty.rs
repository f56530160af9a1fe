//! A folder that is no school's, and one without cases: every command that looks at all cases says the same.

use std::fs;

use super::School;

const ALL: [&[&str]; 7] = [
    &["list"],
    &["due"],
    &["log"],
    &["ready", "--all"],
    &["verify"],
    &["list", "--returned"],
    &["report", "--all", "--output", "page.html"],
];

#[test]
fn a_folder_without_cases_is_no_schools_folder() {
    let school = School::new();
    let _ = fs::remove_dir_all(school.root().join("cases"));
    for args in ALL {
        let said = school.refused(args);
        assert!(
            said.contains("this is no school's folder") && said.contains("attcheck init"),
            "{args:?}: {said}"
        );
    }
    let said = school.refused(&["export", "--format", "jsonl"]);
    assert!(said.contains("this is no school's folder"), "{said}");
}

#[test]
fn a_school_without_cases_yet_is_in_order() {
    let school = School::new();
    fs::create_dir_all(school.root().join("cases")).unwrap();
    for args in ALL {
        let output = school.run(args);
        let told = school.told(&output);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {told}");
        assert!(told.contains("no cases yet"), "{args:?}: {told}");
    }
}
