//! Cases, entries, items and facts as tables.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::{CASE, School, forms, has_tool, project};

fn rows(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn example() -> School {
    let school = School::new();
    super::support::copy_folder(&project("examples/northfield"), &school.root());
    school
}

#[test]
fn every_table_says_what_the_files_say() {
    let school = example();
    let table = |name: &str| {
        rows(&school.ok(&["export", name, "--format", "jsonl", "--as-of", "2026-11-20"]))
    };
    let cases = table("cases");
    assert_eq!(cases.len(), 11, "open and closed, and the school's own");
    let ada = cases.iter().find(|row| row["case"] == "k7m4px").unwrap();
    assert_eq!(
        (&ada["name"], &ada["verdict"], &ada["blocks"]),
        (&"Ada Okafor".into(), &"ready".into(), &0.into())
    );
    assert_eq!(
        (&ada["next_review"], &ada["overdue"]),
        (&"2026-09-25".into(), &2.into())
    );
    // As many rows as the files have entries, and each whole entry is its canonical form.
    let entries = table("entries");
    let count = |text: &str| {
        text.lines()
            .filter(|line| {
                line.trim_start_matches("- ").starts_with("kind: ") && line.starts_with("- ")
            })
            .count()
    };
    let in_files: usize = fs::read_dir(school.root().join("cases"))
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap_or_default())
        .map(|text| count(&text))
        .sum();
    assert_eq!(entries.len(), in_files);
    let whole: Value = serde_json::from_str(entries[0]["whole"].as_str().unwrap()).unwrap();
    assert_eq!(whole["id"], entries[0]["entry"]);
    // The states are those of `ready`.
    let ready: Value = serde_json::from_str(&school.ok_or_found(&[
        "ready",
        "d8kr3n",
        "--format",
        "json",
        "--as-of",
        "2026-11-20",
    ]))
    .unwrap();
    let expected: Vec<(&Value, &Value)> = ready["cases"][0]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["item"], &item["state"]))
        .collect();
    let items = table("items");
    let found: Vec<(&Value, &Value)> = items
        .iter()
        .filter(|row| row["case"] == "d8kr3n" && row["in_gate"] == true)
        .map(|row| (&row["item"], &row["state"]))
        .collect();
    assert_eq!(found, expected);
    let facts = table("facts");
    assert!(
        facts.iter().any(|row| row["case"] == "k7m4px"
            && row["fact"] == "looked_after"
            && row["value"] == "never"),
        "{:?}",
        facts[0]
    );
    // All four in one stream, each line saying which it is of.
    let all = rows(&school.ok(&["export", "--format", "jsonl", "--as-of", "2026-11-20"]));
    assert_eq!(
        all.len(),
        cases.len() + entries.len() + items.len() + facts.len()
    );
    let kinds: BTreeSet<&str> = all
        .iter()
        .map(|row| row["table"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        BTreeSet::from(["cases", "entries", "facts", "items"])
    );
}

#[test]
fn the_columns_are_the_documented_ones() {
    let page = fs::read_to_string(project("docs/data.md")).unwrap();
    let school = School::with_case();
    school.ok(&["fact", CASE, "looked_after=never"]);
    for table in ["cases", "entries", "items", "facts"] {
        let csv = school.ok(&["export", table, "--format", "csv"]);
        let heading = csv.lines().next().unwrap().trim_start_matches('\u{feff}');
        let section = page
            .split(&format!("## `{table}`"))
            .nth(1)
            .unwrap_or_else(|| panic!("{table}"));
        let section = section.split("\n## ").next().unwrap();
        let documented: Vec<&str> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        assert_eq!(documented.join(","), heading, "{table}");
    }
}

#[test]
fn without_names_there_are_none() {
    let school = example();
    // A name where a word of the checklist should be is left out too.
    let file = school.root().join("cases/d8kr3n.yaml");
    let by_hand = "- kind: action\n  item: ben-smith\n  answer: done\n  points: [ada-hit-ben]\n\
                   - kind: fact\n  fact: ben_is_rude\n  value: Ben Smith\n\
                   - kind: outcome\n  result: Ben Smith\n  items: [ben-smith, letters]\n";
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("Priya Nair"));
    fs::write(&file, text + by_hand).unwrap();
    school.ok(&["export", "--format", "csv", "--folder", "out", "--no-names"]);
    school.ok(&["export", "--format", "csv", "--folder", "named"]);
    let read = |folder: &str| -> String {
        let files = ["cases", "entries", "items", "facts"]
            .map(|name| school.root().join(folder).join(format!("{name}.csv")));
        files
            .iter()
            .map(|file| fs::read_to_string(file).unwrap())
            .collect()
    };
    let (bare, named) = (read("out"), read("named"));
    for word in [
        "Priya",
        "Okafor",
        "J Smith",
        "pastoral lead",
        "Northfield Academy",
        "H801200001001",
        "2012-",
    ] {
        assert!(!bare.contains(word), "{word}");
    }
    assert!(
        named.contains("ada-hit-ben")
            && named.contains("ben_is_rude")
            && named.contains("ben-smith letters")
    );
    assert!(named.contains("Priya Nair") && named.contains("J Smith, pastoral lead"));
    // The columns stay, and so do words that name nobody.
    let first = |text: &str| text.lines().next().unwrap().to_owned();
    assert_eq!(first(&bare), first(&named));
    assert!(bare.contains("home-visits") && bare.contains("looked_after"));
    let cells = |text: &str| {
        csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
            .records()
            .next()
            .unwrap()
            .unwrap()
    };
    let cases = fs::read_to_string(school.root().join("out/cases.csv")).unwrap();
    assert_eq!(&cells(&cases)[2], "");
}

#[test]
fn one_table_to_a_file_and_what_goes_wrong() {
    let school = School::with_case();
    let said = school.refused(&["export", "--format", "csv"]);
    assert!(
        said.contains("a CSV file holds one table") && said.contains("--folder"),
        "{said}"
    );
    let said = school.refused(&[
        "export", "--format", "csv", "--folder", "a", "--output", "b",
    ]);
    assert!(said.contains("give one of the two"), "{said}");
    for folder in ["registers", "cases", "evidence/k7m4px"] {
        let said = school.refused(&["export", "--format", "csv", "--folder", folder]);
        assert!(said.contains("belongs to the school's folder"), "{said}");
    }
    let output = school.run(&["export", "case", "--format", "csv"]);
    assert!(
        school.told(&output).contains("cases"),
        "{}",
        school.told(&output)
    );
    school.ok(&[
        "export",
        "cases",
        "--format",
        "csv",
        "--output",
        "cases.csv",
    ]);
    let bytes = fs::read(school.root().join("cases.csv")).unwrap();
    assert!(bytes.starts_with(b"\xef\xbb\xbfcase,subject,name,") && bytes.ends_with(b"\r\n"));
    // A broken file is told, the others are there, and the exit status is 2.
    fs::write(
        school.root().join("cases/broken.yaml"),
        "attcheck: case/1\n",
    )
    .unwrap();
    let output = school.run(&["export", "cases", "--format", "jsonl", "--quiet"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(rows(&String::from_utf8(output.stdout).unwrap()).len(), 1);
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("broken.yaml")
    );
    // An entry that nobody sealed is there, and says so.
    fs::remove_file(school.root().join("cases/broken.yaml")).unwrap();
    let text = school.case_text() + "- kind: note\n  text: by hand\n";
    fs::write(school.case_file(), text).unwrap();
    let entries = rows(&school.ok(&["export", "entries", "--format", "jsonl"]));
    let last = entries.last().unwrap();
    assert_eq!(
        (&last["standing"], &last["text"], &last["entry"]),
        (&"unsealed".into(), &"by hand".into(), &Value::Null)
    );
}

#[test]
fn databases_read_the_same_from_both_forms() {
    let name = if cfg!(windows) { "python" } else { "python3" };
    if !has_tool(name, &["-c", "import duckdb, pandas"]) {
        return;
    }
    let school = example();
    school.ok(&[
        "note",
        "k7m4px",
        "=1+1 \"quoted\", Ω 🙂 and more\nsecond line",
    ]);
    school.ok(&["note", "k7m4px", "'=2 - an apostrophe before it"]);
    for format in ["csv", "jsonl"] {
        school.ok(&["export", "--format", format, "--folder", "out"]);
        school.ok(&[
            "export",
            "--format",
            format,
            "--folder",
            "bare",
            "--no-names",
        ]);
    }
    forms::judged("data.py", &[school.root().join("out").to_str().unwrap()]);
    forms::judged("data.py", &[school.root().join("bare").to_str().unwrap()]);
}
