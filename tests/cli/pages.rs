//! What the pages say is true: every checklist in them loads, every command of the README runs.

use std::fs;
use std::path::Path;

use attcheck::store::builtin;

use super::{CASE, School, project};

/// The fenced blocks of a page that carry a tag.
fn fences<'p>(page: &'p str, tag: &str) -> Vec<&'p str> {
    let open = format!("```{tag}\n");
    page.split(&open)
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap())
        .collect()
}

/// Items that examples may name, and an own fact and field, around the items of one example.
const AROUND: &str = r#"attcheck: checklist/1
id: page
edition: "2026-09"
title: Page
authority: Page
subject: pupil
source: {title: Page}
facts:
  route: {ask: "What is asked?", answers: [irregular, leave]}
  parent_invited: {ask: "Was this parent invited?", each: parent}
fields:
  invited-by: {ask: "Who invited?", answers: [tutor, head-of-year, office]}
gates:
  referral: {title: Referral, sections: [others, examples]}
sections:
  - id: others
    title: Others
    level: must
    items:
      - {id: letters, title: x, source: "1"}
      - {id: phone-call, title: x, source: "2"}
      - {id: home-visit, title: x, source: "3"}
      - {id: invitation, title: x, source: "4", each: parent}
      - {id: plan-meeting, title: x, source: "5"}
      - {id: plan-review, title: x, source: "6"}
      - {id: contract, title: x, source: "7"}
      - {id: early-help, title: x, source: "8"}
      - {id: notice-to-improve, title: x, source: "9"}
      - {id: breakfast-club, title: x, source: "10"}
      - {id: met-at-gate, title: x, source: "11"}
      - {id: healthcare-plan, title: x, source: "12"}
  - id: examples
    title: Examples
    items:
"#;

#[test]
fn every_checklist_and_item_in_the_pages_loads() {
    let pages =
        ["docs/checklists.md", "README.md"].map(|page| fs::read_to_string(project(page)).unwrap());
    let page = pages.join("\n");
    let found = fences(&page, "yaml");
    assert!(found.len() > 12);
    for fence in found {
        let text = if fence.starts_with("attcheck:") {
            format!("{fence}\n")
        } else {
            let items: String = fence
                .lines()
                .map(|line| format!("      {line}\n"))
                .collect();
            format!("{AROUND}{items}")
        };
        if let Err(problems) = builtin::parse_checklist(&text, Path::new("docs/checklists.md")) {
            let told: String = problems.iter().map(attcheck::error::problem_text).collect();
            panic!("{told}\nin\n{fence}");
        }
    }
}

#[test]
fn the_readme_tells_a_first_case_that_runs() {
    let readme = fs::read_to_string(project("README.md")).unwrap();
    let school = School::new();
    fs::write(school.root().join("cases.txt"), format!("{CASE}\n")).unwrap();
    let mut ran = 0;
    let blocks = fences(&readme, "console");
    for line in blocks
        .iter()
        .flat_map(|block| block.lines())
        .filter_map(|line| line.strip_prefix("$ attcheck "))
    {
        let words = split(line);
        let args: Vec<&str> = words.iter().map(String::as_str).collect();
        if args.contains(&"letters-filled.csv") {
            // What a spreadsheet would do between the two lines.
            let table = fs::read_to_string(school.root().join("letters.csv")).unwrap();
            let filled = table.replace(",letters,,", ",letters,17/9/2026,A third letter");
            fs::write(school.root().join("letters-filled.csv"), filled).unwrap();
        }
        let output = school.run(&args);
        let wanted: &[i32] = if args[0] == "ready" { &[0, 1] } else { &[0] };
        assert!(
            wanted.contains(&output.status.code().unwrap()),
            "{line}: {}",
            school.told(&output)
        );
        ran += 1;
    }
    assert!(ran >= 14, "{ran}");
    assert!(
        school.case_file().is_file(),
        "the first case is called {CASE}"
    );
}

#[test]
fn the_readme_s_main_command_runs_on_the_example() {
    let readme = fs::read_to_string(project("README.md")).unwrap();
    let line = "cargo run --release -- --dir examples/northfield ready --all --as-of 2026-11-20";
    assert!(readme.contains(line) && readme.contains("cargo test"));
    let args: Vec<&str> = line.split(" -- ").nth(1).unwrap().split(' ').collect();
    let school = School::new();
    let mut command = school.command(&args);
    let output = command.current_dir(project("")).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "not every case is ready: {}",
        school.told(&output)
    );
}

#[test]
fn every_command_the_pages_name_is_there() {
    let help = School::new().ok(&["--help"]);
    for page in [
        "README.md",
        "docs/cases.md",
        "docs/checklists.md",
        "docs/register.md",
        "docs/security.md",
        "docs/reliability.md",
        "docs/problems.md",
        "docs/protecting-the-folder.md",
        "docs/writing-a-checklist.md",
        "examples/northfield/README.md",
        "examples/harbour/README.md",
        "examples/scheduled/README.md",
    ] {
        let text = fs::read_to_string(project(page)).unwrap();
        for rest in text.split("`attcheck ").skip(1) {
            let word: String = rest
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                .collect();
            assert!(
                word.is_empty() || word == "toml" || help.contains(&format!("\n  {word} ")),
                "{page}: attcheck {word}"
            );
        }
    }
}

/// The page that goes from a form to a checklist shows nothing but what stands in the finished files, and the situations
/// in them are tried with the others.
#[test]
fn what_the_page_on_writing_shows_stands_in_the_example() {
    let page = fs::read_to_string(project("docs/writing-a-checklist.md")).unwrap();
    let folder = project("examples/westmere/checklists");
    let files = ["westmere.yaml", "westmere.samples.yaml"]
        .map(|name| fs::read_to_string(folder.join(name)).unwrap());
    let known: Vec<&str> = files
        .iter()
        .flat_map(|text| text.lines())
        .map(str::trim)
        .collect();
    let fences = fences(&page, "yaml");
    assert!(fences.len() > 8);
    for line in fences.iter().flat_map(|fence| fence.lines()).map(str::trim) {
        assert!(known.contains(&line) || line == "…", "{line}");
    }
}

/// Splits a command line at blanks; double quotes group.
pub fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quoted, mut any) = (String::new(), false, false);
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                any = true;
            }
            ' ' if !quoted => {
                if any {
                    words.push(std::mem::take(&mut word));
                    any = false;
                }
            }
            c => {
                word.push(c);
                any = true;
            }
        }
    }
    if any {
        words.push(word);
    }
    words
}
