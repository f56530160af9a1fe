//! The language of checklists, by checklists and situations worked out by hand.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test may stop where it stands"
)]

use std::fs;
use std::path::Path;

use attcheck::calendar::Calendar;
use attcheck::error::problem_text;
use attcheck::problem::Problems;
use attcheck::samples::{read, run};
use attcheck::store::{builtin, yaml};

/// Runs the situations beside a checklist; what came out otherwise than expected.
fn wrong(name: &str) -> (usize, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language");
    let text = |ending: &str| fs::read_to_string(folder.join(format!("{name}{ending}"))).unwrap();
    let told = |problems: &[attcheck::problem::Problem]| {
        problems.iter().map(problem_text).collect::<String>()
    };
    let checklist = builtin::parse_checklist(&text(".yaml"), Path::new(name))
        .unwrap_or_else(|problems| panic!("{}", told(&problems)));
    let text = text(".samples.yaml");
    let mut problems = Problems::new(Path::new("samples"), Some(&text));
    let found = yaml::read(&text, &mut problems)
        .and_then(|tree| read::samples(&tree, &checklist, &mut problems));
    let samples = found.unwrap_or_else(|| panic!("{}", told(&problems.into_vec())));
    let calendar = Calendar::england();
    let mismatches = samples.iter().flat_map(|sample| {
        let told = run(sample, &checklist, &calendar).into_iter();
        told.map(|one| {
            format!(
                "{}: {}\n    {}: expected {}, found {}",
                one.at, sample.name, one.line, one.expected, one.found
            )
        })
    });
    (samples.len(), mismatches.collect())
}

#[test]
fn northshire_stands_on_both_its_days_line_by_line() {
    let (samples, wrong) = wrong("northshire");
    assert_eq!(samples, 2);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_figure_in_percent_is_one_however_it_is_written() {
    let (samples, wrong) = wrong("percent");
    assert_eq!(samples, 6);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// More or less than a figure is no part of the language of fields, and is refused where it stands.
#[test]
fn a_field_in_percent_is_compared_with_single_figures() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/percent.yaml");
    let text = fs::read_to_string(file).unwrap();
    let told = |text: &str| -> String {
        let found = builtin::parse_checklist(text, Path::new("percent.yaml"));
        found.unwrap_err().iter().map(problem_text).collect()
    };
    let place = |text: &str, value: &str| {
        let (n, line) = text
            .lines()
            .enumerate()
            .find(|(_, line)| line.contains(value))
            .unwrap();
        format!("percent.yaml:{}:{}\n", n + 1, line.find(value).unwrap() + 1)
    };
    let asked = [
        (r#"expect: {target: ["90"]}"#, "expect: {target: [VALUE]}"),
        (
            r#"when: {signed-up.attendance-percent: "100 %"}"#,
            "when: {signed-up.attendance-percent: VALUE}",
        ),
        (
            r#"needs: {signed-up.attendance-percent: ["100.0%", "95"]}"#,
            "needs: {signed-up.attendance-percent: VALUE}",
        ),
    ];
    for (was, now) in asked {
        for value in [
            "at least 90%",
            "below 90%",
            "85% to 89%",
            "'>= 90%'",
            "90%+",
            "85-89%",
        ] {
            let text = text.replace(was, &now.replace("VALUE", value));
            let said = told(&text);
            let shown = value.trim_matches('\'');
            assert!(
                said.contains(&format!("error[wrong-type]: `{shown}` cannot be asked of"))
                    && said.contains(&place(&text, value))
                    && said.contains("more or less than one can be asked of the register"),
                "{said}"
            );
        }
        for value in ["'92,5 %'", "ninety", "'101'", "'90.123'", "90%%"] {
            let text = text.replace(was, &now.replace("VALUE", value));
            let said = told(&text);
            assert!(
                said.contains("is no figure in percent") && said.contains(&place(&text, value)),
                "{value}: {said}"
            );
        }
    }
}

#[test]
fn every_kind_of_demand_stands_on_both_sides_of_its_edges() {
    let (samples, wrong) = wrong("demands");
    assert!(samples >= 180, "{samples}");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn an_invented_council_can_say_what_councils_say() {
    let (samples, wrong) = wrong("fernshire");
    assert!(samples >= 15, "{samples}");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Each row of the table names a demand of an item, and a situation in which that item must stand as the row says.
#[test]
fn the_table_of_the_page_is_what_the_situations_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let (list, samples) = (
        read("tests/language/demands.yaml"),
        read("tests/language/demands.samples.yaml"),
    );
    let page = read("docs/checklists.md");
    let items: serde_json::Value = serde_yaml::from_str(&list).unwrap();
    let samples: serde_json::Value = serde_yaml::from_str(&samples).unwrap();
    let items: Vec<&serde_json::Value> = items["sections"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["items"].as_array().unwrap())
        .collect();
    let (_, table) = page
        .split_once("| Demand | Days | Answer | Why | Situation |")
        .expect("the table is there");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 30, "{}", rows.len());
    for row in rows {
        let [demand, _, answer, _, name] = row.as_slice() else {
            panic!("{row:?}")
        };
        let (demand, answer) = (demand.trim_matches('`'), answer.trim_matches('`'));
        let situation = samples["samples"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["name"] == *name);
        let expected =
            situation.unwrap_or_else(|| panic!("there is no situation: {name}"))["expect"]
                .as_object()
                .unwrap();
        let of_demand = items
            .iter()
            .filter(|item| item.to_string().contains(&format!("\"{demand}\"")));
        let stands: Vec<&str> = of_demand
            .filter_map(|item| {
                let id = item["id"].as_str().unwrap();
                expected
                    .iter()
                    .find(|(line, _)| line.split('/').next() == Some(id))?
                    .1
                    .as_str()
            })
            .collect();
        assert!(
            stands.contains(&answer),
            "{demand}: {answer}, but in `{name}` it stands as {stands:?}"
        );
    }
}
