//! The page of a case and the page of all open cases.

use std::fs;

use super::{CASE, School, has_tool, project};

/// Writes a page and gives its text.
#[track_caller]
fn page(school: &School, args: &[&str]) -> String {
    school.ok(&[&["report"], args, &["--output", "page.html"]].concat());
    fs::read_to_string(school.root().join("page.html")).unwrap()
}

/// The examples, told to stand on a day.
#[track_caller]
fn of_example(folder: &str, args: &[&str]) -> String {
    let (school, dir) = (School::new(), project(&format!("examples/{folder}")));
    page(
        &school,
        &[
            &["--dir", dir.to_str().unwrap(), "--as-of", "2026-11-20"],
            args,
        ]
        .concat(),
    )
}

#[test]
fn the_page_of_a_case_shows_all_that_matters() {
    let text = of_example("harbour", &["n4rv7d"]);
    // Counted by hand from the marks in the example: 80 of 104 sessions since 2 September, 4 ill and 20 unexplained.
    for part in [
        "<h1><bdi>Jonah Reid</bdi></h1>",
        "Ready: the record is complete",
        "Formal attendance action (gate stage-two), as of Friday 20 November 2026",
        "<strong>76.9%</strong> attended this school year",
        "<strong>80 of 104</strong> possible sessions",
        "This is persistent absence",
        "<strong>92%</strong> target",
        "<strong>B</strong> Wednesday 30 September 2026: target of 92% agreed",
        "Ring Mrs Reid with three times",
        "<h3>Stage two: formal attendance action (from the opening part of an older chapter; the rest was not to hand) (not part of this check)</h3>",
        "<span class=\"says\" dir=\"auto\">Is English an additional language for the child or the parents? No</span>",
    ] {
        assert!(text.contains(part), "{part}");
    }
    // A row for each week with marks, a bar for each, and every session with its code.
    assert_eq!(
        text.matches("fill=\"#1f3a5f\" stroke").count()
            + text.matches("fill=\"url(#low)\"").count(),
        12
    );
    assert_eq!(
        text.matches("<td class=\"unauthorised\">O</td>").count(),
        20
    );
    assert_eq!(text.matches("<td class=\"authorised\">I</td>").count(), 4);
    // Nothing runs, nothing is fetched, and the name is in no title.
    for never in [
        "<script",
        "http://",
        "https://",
        "src=",
        "@import",
        "url(http",
        "<title>Jonah",
    ] {
        assert!(!text.contains(never), "{never}");
    }
    assert!(text.contains("default-src 'none'"));
    assert_eq!(text, of_example("harbour", &["n4rv7d"]), "the same bytes");
}

#[test]
fn what_stands_in_the_way_comes_first() {
    let school = School::with_case();
    school.ok(&[
        "outcome",
        CASE,
        "returned",
        "--reason",
        "A letter was missing",
        "--item",
        "letters",
    ]);
    let text = page(&school, &[CASE]);
    let (way, glance) = (
        text.find("What stands in the way").unwrap(),
        text.find("at a glance").unwrap(),
    );
    let blocked = &text[way..glance];
    assert!(
        blocked.contains(
            "<span class=\"state blocks\">to do</span> Letters home <span class=\"row\">row M1</span>"
        ),
        "{blocked}"
    );
    assert!(
        blocked.contains("<span class=\"says\" dir=\"auto\">nothing is recorded</span>"),
        "{blocked}"
    );
    assert!(text.contains("<dt>Council&#39;s answer</dt><dd><bdi>21 Sep 2026: returned, for letters: A letter was missing</bdi></dd>"));
    assert!(
        !text.contains("id=\"attendance\""),
        "without a register there is no chart"
    );
    let said = school.refused(&["report", CASE]);
    assert!(said.contains("add --output report.html"), "{said}");
    let output = school.run(&["report"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_caseload_shows_what_is_oldest_overdue_and_commonest() {
    let text = of_example("northfield", &["--all"]);
    for part in [
        "<li><strong>9</strong> open cases</li>",
        "<li><strong>1</strong> ready</li>",
        "<h3><bdi>J Smith, pastoral lead</bdi>: 2</h3>",
        "<span class=\"when\">25 Sep 2026</span>, case k7m4px: <bdi>Ring after four and arrange a meeting</bdi>",
        "<td><bdi>Ada Okafor</bdi></td>",
        "<td class=\"number\">3</td><td>lancashire</td><td>M6</td><th scope=\"row\">Early Help Assessment</th>",
    ] {
        assert!(text.contains(part), "{part}");
    }
    // The oldest gap first: h2vt6m's letter of 8 September.
    let first = text.find("<tbody>\n<tr><th scope=\"row\">h2vt6m</th>");
    assert!(
        first.is_some_and(|at| text[at..].contains("nothing recorded since 8 Sep 2026 (73 days)")),
        "{text}"
    );
    let bare = of_example("northfield", &["--all", "--no-names"]);
    for name in ["Okafor", "Smith", "Northfield", "Ring after four", "<bdi>J"] {
        assert!(text.contains(name) && !bare.contains(name), "{name}");
    }
    assert!(bare.contains("k7m4px"));
}

#[test]
fn a_file_that_cannot_be_read_is_named_on_the_page() {
    let school = School::with_case();
    fs::write(
        school.root().join("cases/broken.yaml"),
        "attcheck: case/1\n",
    )
    .unwrap();
    let output = school.run(&["report", "--all", "--output", "page.html"]);
    assert_eq!(output.status.code(), Some(2), "{}", school.told(&output));
    let text = fs::read_to_string(school.root().join("page.html")).unwrap();
    assert!(
        text.contains("Could not be read, and is not on this page: broken.yaml"),
        "{text}"
    );
    let output = school.run(&["report", "--all", "--no-names", "--output", "page.html"]);
    assert_eq!(output.status.code(), Some(2));
    let bare = fs::read_to_string(school.root().join("page.html")).unwrap();
    assert!(
        bare.contains("is not on this page: a file") && !bare.contains("broken"),
        "{bare}"
    );
    let said = school.refused(&["report", CASE, "--no-names", "--output", "page.html"]);
    assert!(said.contains("has the pupil's name on it"), "{said}");
    let said = school.refused(&["report", CASE, "--output", "-"]);
    assert!(said.contains("is no file"), "{said}");
    assert!(text.contains(CASE));
}

#[test]
fn returns_are_counted() {
    let mut school = School::with_case();
    school.ok(&[
        "new",
        "--checklist",
        "lancashire",
        "--id",
        "b5nf2k",
        "--name",
        "Bo Lund",
    ]);
    let back = |case: &str, reason: &str, more: &[&str]| {
        school.ok(&[&["outcome", case, "returned", "--reason", reason], more].concat());
    };
    back(
        CASE,
        "A letter was missing",
        &["--item", "letters", "--item", "contract"],
    );
    back("b5nf2k", "a  letter was MISSING", &["--item", "letters"]);
    let said = school.refused(&[
        "outcome",
        CASE,
        "returned",
        "--reason",
        "A letter was missing",
        "--item",
        "contract",
        "--item",
        "letters",
    ]);
    assert!(said.contains("says the very same"), "{said}");
    school.at("2026-10-05T09:00:00+01:00");
    school.ok(&["outcome", CASE, "accepted"]);
    let said = school.ok(&["list", "--returned"]);
    assert!(
        said.contains("2 returns") && said.contains("A.O."),
        "{said}"
    );
    assert!(
        said.contains("2  letters (lancashire)") && said.contains("2  a  letter was MISSING"),
        "{said}"
    );
    assert!(
        !said.contains("contract (lancashire)"),
        "what came once is not what comes often: {said}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&school.ok(&["list", "--returned", "--format", "json"])).unwrap();
    assert_eq!(json["items"][0]["what"], "letters (lancashire)");
    assert_eq!(json["items"][0]["count"], 2);
    assert_eq!(json["returned"][0]["on"], "2026-09-21");
    // How the case stands today is what `ready` tells of it.
    let ready: serde_json::Value =
        serde_json::from_str(&school.ok_or_found(&["ready", CASE, "--format", "json"])).unwrap();
    let now = json["returned"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["case"] == CASE)
        .unwrap();
    assert_eq!(now["now"]["verdict"], ready["cases"][0]["verdict"]);
    assert_eq!(now["now"]["blocks"], ready["cases"][0]["counts"]["blocks"]);
    assert!(said.contains("to find out"), "{said}");
    let text = page(&school, &["--all"]);
    assert!(
        text.contains("<li><strong>2</strong> named letters (lancashire)</li>"),
        "{text}"
    );
    assert!(
        text.contains("<li><strong>2</strong> <bdi>a  letter was MISSING</bdi></li>"),
        "{text}"
    );
    let said = school.ok(&["show", CASE]);
    assert!(
        said.contains("The council's answers") && said.contains("5 Oct 2026: accepted"),
        "{said}"
    );
    // As it was before the second answer.
    assert!(
        !school
            .ok(&["show", CASE, "--as-of", "1/10/2026"])
            .contains("accepted")
    );
}

#[test]
fn an_answer_of_the_council_is_told_whole() {
    let school = School::with_case();
    let said = school.refused(&["outcome", CASE, "returned"]);
    assert!(
        said.contains("why the referral came back is missing") && said.contains("--reason"),
        "{said}"
    );
    let said = school.refused(&[
        "outcome", CASE, "returned", "--reason", "x", "--item", "leters",
    ]);
    assert!(said.contains("did you mean `letters`?"), "{said}");
    let said = school.refused(&["outcome", CASE]);
    assert!(said.contains("`accepted` or `returned`"), "{said}");
    let said = school.refused(&["outcome", CASE, "accepted", "--on", "1/10/2026"]);
    assert!(said.contains("future"), "{said}");
    let said = school.refused(&["outcome", CASE, "accepted", "--item", "letters"]);
    assert!(said.contains("names no items"), "{said}");
    let said = school.refused(&["outcome", CASE, "accepted", "--on", "18/9/2026"]);
    assert!(said.contains("before the case was opened"), "{said}");
    // The council speaks of rows: M7 stands for four items.
    let dry = school.ok(&[
        "outcome",
        CASE,
        "returned",
        "--reason",
        "x",
        "--item",
        "m7",
        "--dry-run",
    ]);
    assert_eq!(
        dry.matches("consulted").count() + dry.matches("concerns-shared").count(),
        4,
        "{dry}"
    );
    let dry = school.ok(&[
        "outcome",
        CASE,
        "accepted",
        "--on",
        "21/9/2026",
        "--dry-run",
    ]);
    assert!(
        dry.contains("kind: outcome") && dry.contains("result: accepted"),
        "{dry}"
    );
    let said = school.ok(&[
        "outcome",
        CASE,
        "returned",
        "--reason",
        "The date was blank",
        "--item",
        "contract",
    ]);
    let entry = super::recorded(&said);
    school.ok(&[
        "correct",
        CASE,
        &entry,
        "--why",
        "misread",
        "--reason",
        "The outcome was blank",
    ]);
    assert!(
        school
            .ok(&["list", "--returned"])
            .contains("The outcome was blank")
    );
    school.ok(&["withdraw", CASE, &entry, "--why", "it was another pupil's"]);
    assert!(school.ok(&["list", "--returned"]).contains("0 returns"));
    school.ok(&["verify"]);
    // The school's own record was referred to nobody.
    let kent = School::new();
    kent.ok(&["new", "--school", "--checklist", "kent", "--id", CASE]);
    let said = kent.refused(&["outcome", CASE, "accepted"]);
    assert!(said.contains("referred to nobody"), "{said}");
}

/// The pages of the examples judged in a real browser, where one is installed.
#[test]
fn a_browser_finds_nothing_wrong_with_the_pages() {
    let modules = std::env::var("ATTCHECK_NODE").unwrap_or_default();
    let there = std::path::Path::new(&modules)
        .join("node_modules/axe-core")
        .is_dir();
    if !there || !has_tool("node", &["--version"]) || !has_tool("chromium", &["--version"]) {
        println!("passed over: no browser with axe-core; docs/reliability.md says how to have one");
        return;
    }
    let school = School::new();
    let mut files = Vec::new();
    for (folder, args, file) in [
        ("harbour", &["n4rv7d"][..], "case.html"),
        ("northfield", &["d8kr3n"], "open.html"),
        ("northfield", &["--all"], "all.html"),
    ] {
        let (dir, out) = (
            project(&format!("examples/{folder}")),
            school.root().join(file),
        );
        let common = [
            "report",
            "--dir",
            dir.to_str().unwrap(),
            "--as-of",
            "2026-11-20",
            "--output",
            out.to_str().unwrap(),
        ];
        school.ok(&[&common[..], args].concat());
        files.push(out);
    }
    let script = project("tests/documents/page.mjs");
    let output = std::process::Command::new("node")
        .arg(script)
        .args(&files)
        .env("ATTCHECK_NODE", modules)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}
