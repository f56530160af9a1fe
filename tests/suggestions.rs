//! What a gap suggests is accepted by the program, and leads on.
//!
//! From an empty case of each shipped list, and of lists of the tests and examples, the first suggestion is followed, over
//! and over, with plausible answers. Every command is accepted, and the gap it came from changes; the case comes to ready,
//! or to a state in which each thing that is left is known not to be in the school's hands.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed"
)]

#[path = "support/alike.rs"]
mod alike;
#[path = "support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const CASE: &str = "k7m4px";
/// No list needs more steps; a circle of suggestions would.
const MOST_STEPS: usize = 260;

/// The school's year, for lists that count in school days.
const TERMS: &str = "\
[[term]]
from = 2025-09-03
to = 2025-12-19
half-term = { from = 2025-10-27, to = 2025-10-31 }
[[term]]
from = 2026-01-05
to = 2026-03-27
half-term = { from = 2026-02-16, to = 2026-02-20 }
[[term]]
from = 2026-04-13
to = 2026-07-21
half-term = { from = 2026-05-25, to = 2026-05-29 }
[[term]]
from = 2026-09-02
to = 2026-12-18
half-term = { from = 2026-10-26, to = 2026-10-30 }
[[term]]
from = 2027-01-04
to = 2027-03-25
half-term = { from = 2027-02-15, to = 2027-02-19 }
[[term]]
from = 2027-04-12
to = 2027-07-21
half-term = { from = 2027-05-31, to = 2027-06-04 }
";

struct School {
    folder: tempfile::TempDir,
    day: chrono::NaiveDate,
}

impl School {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("cases")).unwrap();
        std::fs::create_dir_all(folder.path().join("checklists")).unwrap();
        std::fs::write(folder.path().join("attcheck.toml"), TERMS).unwrap();
        let day = chrono::NaiveDate::from_ymd_opt(2026, 9, 7).unwrap();
        Self { folder, day }
    }

    fn run(&self, args: &[String]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_attcheck"))
            .args(args)
            .current_dir(self.folder.path())
            .env_remove("XDG_CONFIG_HOME")
            .env("HOME", self.folder.path().join("home"))
            .env("ATTCHECK_BY", "J Smith, pastoral lead")
            .env("ATTCHECK_NOW", format!("{}T16:00:00+00:00", self.day))
            .output()
            .unwrap()
    }

    /// Writes what the school's system might give out: the marks of a child who was away without leave all the year.
    fn keep_marks(&self) {
        let mut table = "case,date,am,pm\n".to_owned();
        for (from, to) in [
            ("2025-09-03", "2025-10-24"),
            ("2025-11-03", "2025-12-19"),
            ("2026-01-05", "2026-02-13"),
            ("2026-02-23", "2026-03-27"),
            ("2026-04-13", "2026-05-22"),
            ("2026-06-01", "2026-07-21"),
            ("2026-09-02", "2026-10-23"),
            ("2026-11-02", "2026-12-18"),
        ] {
            let (from, to): (chrono::NaiveDate, chrono::NaiveDate) =
                (from.parse().unwrap(), to.parse().unwrap());
            for day in from.iter_days().take_while(|day| *day <= to.min(self.day)) {
                let bank_holiday = "2026-05-04".parse::<chrono::NaiveDate>().unwrap();
                if chrono::Datelike::weekday(&day).number_from_monday() <= 5 && day != bank_holiday
                {
                    writeln!(table, "{CASE},{day},O,O").unwrap();
                }
            }
        }
        std::fs::write(self.folder.path().join("marks.csv"), table).unwrap();
    }

    /// Compares every output about a case.
    fn compare(&self, case: &str, gate: Option<&str>) {
        let run = |args: &[&str]| {
            let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
            self.run(&args)
        };
        let beside = tempfile::tempdir().unwrap();
        let (run, beside) = (&run, beside.path());
        alike::Asked {
            run,
            beside,
            case,
            gate,
        }
        .compare();
    }

    fn gaps(&self, gate: Option<&str>) -> Value {
        let mut args = vec![
            "gaps".to_owned(),
            CASE.into(),
            "--format".into(),
            "json".into(),
        ];
        args.extend(
            gate.into_iter()
                .flat_map(|gate| ["--gate".to_owned(), gate.to_owned()]),
        );
        let output = self.run(&args);
        assert!(output.status.success(), "{}", told(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// What a line still lacks and can be done something about: the item, the gap's sentence, and the command.
struct Step {
    item: String,
    says: String,
    argv: Vec<String>,
    needs: Vec<String>,
}

fn steps(gaps: &Value) -> Vec<Step> {
    let mut steps = Vec::new();
    for line in gaps["cases"][0]["items"].as_array().unwrap() {
        let state = line["state"].as_str().unwrap();
        let open = state == "blocks" || (state == "undecided" && line["level"] == "must");
        if !open {
            continue;
        }
        for gap in line["gaps"].as_array().unwrap() {
            let texts = |value: &Value| -> Vec<String> {
                let list = value.as_array().cloned().unwrap_or_default();
                list.iter()
                    .map(|one| one.as_str().unwrap().to_owned())
                    .collect()
            };
            if gap["run"].is_null() {
                continue;
            }
            steps.push(Step {
                item: line["item"].as_str().unwrap().to_owned(),
                says: gap["says"].as_str().unwrap().to_owned(),
                argv: texts(&gap["run"]["argv"]),
                needs: texts(&gap["run"]["needs"]),
            });
        }
    }
    steps
}

/// A value that somebody might give for a field, going by what the list says it must be.
fn value_of(
    list: &attcheck::checklist::Checklist,
    asks: &str,
    item: &str,
    field: &str,
    day: chrono::NaiveDate,
) -> String {
    use attcheck::checklist::Expect;
    // What the line that is to be settled expects comes before what others expect of the same entry.
    let own = list.items.iter().filter(|one| one.id == asks);
    let others = list
        .items
        .iter()
        .filter(|one| one.id == item || one.uses.iter().any(|used| used == item));
    let mut wanted = own.chain(others);
    let expected = wanted.find_map(|one| {
        one.expect.iter().find_map(|(name, expect)| match expect {
            Expect::OneOf(values) if name == field => values.first().cloned(),
            _ => None,
        })
    });
    if let Some(value) = expected {
        return value;
    }
    if let Some(answer) = list.fields.get(field).and_then(|def| def.answers.first()) {
        return answer.clone();
    }
    let on = |days: u64| (day + chrono::Days::new(days)).to_string();
    match field {
        "covers" => format!("2024-09-02 to {day}"),
        "starts-on" => on(0),
        "ends-on" => on(40),
        "due" => on(14),
        "target" => "92%".to_owned(),
        name if name.ends_with("-percent") => "92%".to_owned(),
        name if name.ends_with("-on") => on(21),
        _ => "As agreed".to_owned(),
    }
}

/// The command of a step with what it still needs, as a person would fill it in.
fn filled(
    step: &Step,
    list: &attcheck::checklist::Checklist,
    day: chrono::NaiveDate,
) -> Vec<String> {
    let mut argv: Vec<String> = step.argv[1..].to_vec();
    let item = argv.get(2).cloned().unwrap_or_default();
    let verb = argv[0].clone();
    if verb == "calendar" {
        // It prints the lines of term dates that a person types into the settings.
        return argv;
    }
    if verb == "register" {
        argv.push("marks.csv".to_owned());
        return argv;
    }
    for need in &step.needs {
        let mut add = |flag: &str, value: String| argv.extend([flag.to_owned(), value]);
        match need.as_str() {
            "date" => add("--on", day.to_string()),
            "value" if verb == "fact" => {
                let name = argv[2].clone();
                let def = &list.facts[&name];
                // What makes least of it: a child who is not looked after, a need that is not there.
                let answers = def.allowed();
                let plain = ["no", "none", "never", "neither", "school"];
                let value = plain
                    .iter()
                    .find(|word| answers.contains(word))
                    .copied()
                    .or(answers.last().copied())
                    .unwrap_or("2026-09-07")
                    .to_owned();
                argv[2] = format!("{name}={value}");
            }
            "points" => {
                if let Some(item) = list.item(&item) {
                    for (point, _) in list.points_of(item) {
                        add("--point", point.clone());
                    }
                }
            }
            "attach" => {
                if let Some(item) = list.item(&item) {
                    for name in list.documents_of(item) {
                        add("--attach", format!("{name}=paper.pdf"));
                    }
                }
            }
            "name" if verb == "person" => argv.insert(3, "Ms Vale".to_owned()),
            "name" => add("--name", "A Head".to_owned()),
            "why" => add("--why", "Left out".to_owned()),
            "reason" => add("--reason", "They did not want it".to_owned()),
            "born" => argv.push("14/3/2013".to_owned()),
            "for" => {}
            "parental-responsibility" => argv.push("yes".to_owned()),
            "outcome" | "next" | "owner" => {
                let value = if need == "owner" {
                    "D Marsh"
                } else {
                    "As agreed"
                };
                if verb == "sign" {
                    add("--field", format!("{need}={value}"));
                } else {
                    add(&format!("--{need}"), value.to_owned());
                }
            }
            "due" if verb == "record" => {
                add("--due", (day + chrono::Days::new(14)).to_string());
            }
            field => {
                let of = if verb == "record" {
                    item.clone()
                } else {
                    step.item.clone()
                };
                add(
                    "--field",
                    format!("{field}={}", value_of(list, &step.item, &of, field, day)),
                );
            }
        }
    }
    // What the item it is recorded on asks for besides.
    if verb == "record"
        && let Some(item) = list.item(&item)
    {
        for field in list.asked_for(item) {
            if step.needs.iter().any(|need| need == field) {
                continue;
            }
            let value = value_of(list, &step.item, &item.id, field, day);
            match field {
                "outcome" | "next" | "due" | "owner" => argv.extend([format!("--{field}"), value]),
                _ => argv.extend(["--field".to_owned(), format!("{field}={value}")]),
            }
        }
        if !step.needs.iter().any(|need| need == "attach") {
            for name in list.documents_of(item) {
                argv.extend(["--attach".to_owned(), format!("{name}=paper.pdf")]);
            }
        }
    }
    argv
}

/// Lists of the tests and of the examples, with their situations where they have some. Not among them is the one whose
/// demands contradict each other, since it is made to show where each of them ends.
fn lists_of_files() -> Vec<(String, Option<String>)> {
    let read =
        |path: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok();
    [
        "tests/language/northshire",
        "tests/language/fernshire",
        "tests/language/percent",
        "examples/westmere/checklists/westmere",
        "examples/northfield/checklists/northfield-first-steps",
    ]
    .map(|stem| {
        (
            read(&format!("{stem}.yaml")).unwrap(),
            read(&format!("{stem}.samples.yaml")),
        )
    })
    .to_vec()
}

fn follow(
    list: &attcheck::checklist::Checklist,
    text: Option<&str>,
    named: &str,
    gate: Option<&str>,
) {
    let mut school = School::new();
    if let Some(text) = text {
        let file = school.folder.path().join("checklists/own.yaml");
        std::fs::write(file, text).unwrap();
    }
    std::fs::write(school.folder.path().join("paper.pdf"), "A paper").unwrap();
    let new = [
        "new",
        "--checklist",
        named,
        "--id",
        CASE,
        "--name",
        "Ada Vale",
        "--born",
        "14/3/2013",
        "--year-group",
        "8",
    ];
    let mut new: Vec<String> = new.iter().map(|word| (*word).to_owned()).collect();
    if list.subject == attcheck::case::entry::Subject::School {
        new = ["new", "--checklist", named, "--id", CASE]
            .iter()
            .map(|word| (*word).to_owned())
            .collect();
    } else {
        new.extend(["--parent".to_owned(), "Ms Vale".to_owned()]);
    }
    let output = school.run(&new);
    assert!(output.status.success(), "{}", told(&output));
    // A command that has been followed for a gap that it did not change is not followed again: the gap must have changed.
    let mut tried: Vec<(String, String, Vec<String>)> = Vec::new();
    for step in 0..MOST_STEPS {
        // An empty case, one that is begun, and one that is further on.
        if [0, 5, 15].contains(&step) && list.subject != attcheck::case::entry::Subject::School {
            school.compare(CASE, gate);
        }
        let gaps = school.gaps(gate);
        if gaps["cases"][0]["verdict"] == "ready" {
            school.compare(CASE, gate);
            return;
        }
        let steps = steps(&gaps);
        let fresh = |step: &&Step| {
            !tried.iter().any(|(item, says, argv)| {
                *item == step.item && *says == step.says && *argv == step.argv
            })
        };
        let Some(step) = steps.iter().find(fresh) else {
            break;
        };
        let argv = filled(step, list, school.day);
        if argv[0] == "register" {
            school.keep_marks();
        }
        let mut output = school.run(&argv);
        if told(&output).contains("says the very same") {
            // The same thing on another day: a number of them, or a review that is held again.
            school.day = school.day + chrono::Days::new(1);
            output = school.run(&filled(step, list, school.day));
        }
        assert!(
            output.status.success(),
            "{}: {} ({}) suggests what is refused: {argv:?}\n{}",
            list.id,
            step.item,
            step.says,
            told(&output)
        );
        if let Some((_, line)) =
            told(&output).split_once("add this line to attcheck.toml, so that cases find it: ")
        {
            let settings = school.folder.path().join("attcheck.toml");
            std::fs::write(
                settings,
                format!("{}\n{TERMS}", line.lines().next().unwrap()),
            )
            .unwrap();
        }
        tried.push((step.item.clone(), step.says.clone(), step.argv.clone()));
        school.day = school.day + chrono::Days::new(1);
    }
    // Whatever is left is named, and is not in the school's hands today: a figure, a day still to come, or a fact as it is.
    let gaps = school.gaps(gate);
    let mut left = Vec::new();
    for line in gaps["cases"][0]["items"].as_array().unwrap() {
        let state = line["state"].as_str().unwrap();
        if state == "blocks" || (state == "undecided" && line["level"] == "must") {
            let codes = line["gaps"].as_array().unwrap();
            assert!(
                !codes.is_empty(),
                "{}: nothing is named for {line}",
                list.id
            );
            let outside = codes.iter().any(|gap| {
                // A figure, an answer that is as it is, another row of these, or a time that has passed without what was
                // due in it.
                matches!(
                    gap["code"].as_str().unwrap(),
                    "no-register" | "figure-not-met" | "not-so" | "waiting" | "interval-missed"
                )
            });
            if !outside {
                left.push(line.to_string());
            }
        }
    }
    assert!(
        left.is_empty(),
        "{}, before {gate:?}: {}",
        list.id,
        left.join("\n")
    );
}

#[test]
fn what_a_gap_suggests_is_accepted_and_leads_on() {
    for shipped in attcheck::store::builtin::CHECKLISTS {
        let list =
            attcheck::store::builtin::parse_checklist(shipped.text, Path::new(shipped.id)).unwrap();
        let named = format!("{}@{}", shipped.id, shipped.edition);
        before_every_gate(&list, None, &named);
    }
    for (text, _) in lists_of_files() {
        let list = attcheck::store::builtin::parse_checklist(&text, Path::new("own")).unwrap();
        before_every_gate(&list, Some(&text), &list.id);
    }
}

fn before_every_gate(list: &attcheck::checklist::Checklist, text: Option<&str>, named: &str) {
    if list.default_gate().is_some() {
        follow(list, text, named, None);
        return;
    }
    for gate in &list.gates {
        follow(list, text, named, Some(&gate.id));
    }
}

/// An either-or row whose two ways are both optional: nothing else asks for either, so the row itself is to be done.
#[test]
fn an_either_or_row_names_each_way() {
    let school = School::new();
    let list = r#"attcheck: checklist/1
id: ways
edition: "1"
title: Ways
authority: Nobody
subject: pupil
gates: {referral: {title: Referral, sections: [s]}}
sections:
  - id: s
    title: Section
    items:
      - {id: call, title: Call, source: "1", level: may, record: [outcome]}
      - {id: letter, title: Letter, source: "2", level: may, record: [outcome]}
      - {id: either, title: Call or letter, source: "3", level: must, entries: none, needs: {any: [call, letter]}}
"#;
    std::fs::write(school.folder.path().join("checklists/ways.yaml"), list).unwrap();
    let words = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
    assert!(
        school
            .run(&words("new --checklist ways --id k7m4px --name Ada"))
            .status
            .success()
    );
    let gaps = school.gaps(None);
    let line = gaps["cases"][0]["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["item"] == "either")
        .unwrap()
        .clone();
    assert_eq!(line["state"], "blocks", "{line}");
    let ways: Vec<(&str, String)> = line["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| {
            (
                gap["says"].as_str().unwrap(),
                gap["run"]["argv"][3].to_string(),
            )
        })
        .collect();
    assert_eq!(
        ways,
        [
            (
                "one of these is enough: Call (1): nothing is recorded",
                "\"call\"".to_owned()
            ),
            (
                "one of these is enough: Letter (2): nothing is recorded",
                "\"letter\"".to_owned()
            ),
        ]
    );
    // Every output says that something is to be done, and none that nothing stands against it.
    let ready = told(&school.run(&words("ready k7m4px")));
    assert!(ready.contains("not ready: 1 to do"), "{ready}");
    let listed: Value =
        serde_json::from_slice(&school.run(&words("list --format json")).stdout).unwrap();
    assert_eq!(
        (
            &listed["cases"][0]["verdict"],
            &listed["cases"][0]["blocks"]
        ),
        (&Value::from("not-ready"), &Value::from(1))
    );
    assert!(
        school
            .run(&words("report k7m4px --output page.html"))
            .status
            .success()
    );
    let page = std::fs::read_to_string(school.folder.path().join("page.html")).unwrap();
    assert!(page.contains("Call or letter") && !page.contains("Nothing: the record is complete"));
    let pack = school.run(&words("pack k7m4px --anyway --output pack.zip"));
    assert!(pack.status.success(), "{}", told(&pack));
    assert!(
        school
            .run(&words("record k7m4px call --on 7/9/2026 --outcome Rang"))
            .status
            .success()
    );
    assert_eq!(school.gaps(None)["cases"][0]["verdict"], "ready");
}

/// A row that an answer would settle, and an entry too: both are shown, the question first, and it is one question.
#[test]
fn a_question_and_another_way_are_both_shown() {
    let school = School::new();
    let list = "attcheck: checklist/1
id: own
edition: \"1\"
title: Own list
authority: A council
subject: pupil
source: {title: Form, seen: \"2026-09-01\"}
gates: {referral: {title: Referral, sections: [plans]}}
sections:
  - id: plans
    title: Plans
    items:
      - {id: plan-made, title: Plan made, source: \"1\", level: may, record: [outcome]}
      - {id: plan-there, title: A plan is there, source: \"2\", level: must, entries: none, needs: {any: [has_ehcp, plan-made]}}
";
    std::fs::write(school.folder.path().join("checklists/own.yaml"), list).unwrap();
    let new = [
        "new",
        "--checklist",
        "own",
        "--id",
        CASE,
        "--name",
        "Ada Vale",
        "--parent",
        "Ms Vale",
    ];
    let output = school.run(&new.map(str::to_owned));
    assert!(output.status.success(), "{}", told(&output));
    let gaps = school.gaps(None);
    let line = &gaps["cases"][0]["items"][1];
    assert_eq!(line["state"], "undecided");
    let codes: Vec<&str> = line["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| gap["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["fact-unknown", "needs-items"]);
    let shown = school.run(&["gaps", CASE].map(str::to_owned));
    let shown = told(&shown);
    assert!(shown.contains("not ready: 1 question ("), "{shown}");
    assert!(
        shown.contains(&format!("attcheck fact {CASE} has_ehcp")),
        "{shown}"
    );
    let to_find_out = shown.split("Advised").next().unwrap();
    assert!(
        to_find_out.contains(&format!("attcheck record {CASE} plan-made")),
        "{shown}"
    );
    school.compare(CASE, None);
}

/// A case whose opening is not in its file: every output tells the same of it.
#[test]
fn a_case_without_its_opening_is_damaged_everywhere() {
    let school = School::new();
    let words = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
    assert!(
        school
            .run(&words("new --checklist lancashire --id k7m4px --name Ada"))
            .status
            .success()
    );
    assert!(school.run(&words("note k7m4px Something")).status.success());
    let file = school.folder.path().join("cases/k7m4px.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let (from, to) = (
        text.find("- kind: opened").unwrap(),
        text.find("- kind: note").unwrap(),
    );
    std::fs::write(&file, format!("{}{}", &text[..from], &text[to..])).unwrap();
    for (command, pointer) in [
        ("ready k7m4px --format json", "/cases/0/verdict"),
        ("gaps k7m4px --format json", "/cases/0/verdict"),
        ("list --format json", "/cases/0/verdict"),
        ("show k7m4px --format json", "/state/verdict"),
    ] {
        let output = school.run(&words(command));
        let value: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{command}: {}", told(&output)));
        assert_eq!(value["schema"], 2, "{command}");
        assert_eq!(
            value.pointer(pointer).and_then(Value::as_str),
            Some("integrity-failed"),
            "{command}: {value}"
        );
    }
    assert!(school.run(&words("due")).status.success());
    assert!(
        school
            .run(&words("report k7m4px --output page.html"))
            .status
            .success()
    );
    let output = school.run(&words("export --format jsonl cases"));
    assert!(
        told(&output).contains("integrity-failed"),
        "{}",
        told(&output)
    );
}

/// Over every situation of the shipped lists and of those of the tests: where a case is not ready, some line is itself to be done or found out and says
/// what, and a line waits only where another of its gate does.
#[test]
fn where_a_case_is_not_ready_something_is_named() {
    use attcheck::case::state::CaseState;
    use attcheck::readiness::{Question, State, assess};
    let mut not_ready = 0;
    let mut lists: Vec<(String, String)> = attcheck::store::builtin::CHECKLISTS
        .iter()
        .map(|shipped| (shipped.text.to_owned(), shipped.samples.to_owned()))
        .collect();
    lists.extend(
        lists_of_files()
            .into_iter()
            .filter_map(|(text, samples)| Some((text, samples?))),
    );
    for (text, situations) in &lists {
        let list = attcheck::store::builtin::parse_checklist(text, Path::new("list")).unwrap();
        let mut problems = attcheck::problem::Problems::new(Path::new("samples"), Some(situations));
        let tree = attcheck::store::yaml::read(situations, &mut problems).unwrap();
        let samples = attcheck::samples::read::samples(&tree, &list, &mut problems).unwrap();
        for sample in &samples {
            let (state, school) = (
                CaseState::replay(&sample.case, None),
                CaseState::replay(&sample.school, None),
            );
            let calendar = attcheck::calendar::Calendar::england().with_terms(sample.terms.clone());
            let register = sample
                .register
                .clone()
                .map(|register| register.of_school_days(&calendar));
            let question = Question {
                checklist: &list,
                state: &state,
                school: Some(&school),
                as_of: sample.as_of,
                route: None,
                calendar: &calendar,
                register: register.as_ref(),
                read_to: sample.as_of,
                copies: &attcheck::readiness::NoCopies,
            };
            for gate in &list.gates {
                let readiness = assess(&question, gate);
                if readiness.is_ready() || !readiness.faults.is_empty() {
                    continue;
                }
                not_ready += 1;
                let open: Vec<_> = readiness
                    .lines
                    .iter()
                    .filter(|line| line.holds_up() && line.state != State::Derived)
                    .collect();
                assert!(
                    !open.is_empty(),
                    "{}: {} before {}",
                    list.id,
                    sample.name,
                    gate.id
                );
                for line in open {
                    assert!(
                        line.gaps.iter().any(|gap| !gap.says.is_empty()),
                        "{}: {}: {} names nothing",
                        list.id,
                        sample.name,
                        line.item.id
                    );
                }
            }
        }
    }
    assert!(not_ready > 1000, "{not_ready}");
}

/// Of each case of the example schools every output gives the same verdict and the same counts, and names what is open.
#[test]
fn every_output_tells_the_same_of_a_case() {
    let mut compared = 0;
    for example in ["northfield", "harbour", "westmere"] {
        let mut school = School::new();
        let from = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("examples")
            .join(example);
        support::copy_folder(&from, school.folder.path());
        school.day = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let ready = school.run(&["ready", "--all", "--format", "json"].map(str::to_owned));
        let ready: Value = serde_json::from_slice(&ready.stdout).unwrap();
        for case in ready["cases"].as_array().unwrap() {
            let gate = case["gate"].as_str().filter(|gate| *gate != "referral");
            school.compare(case["case"].as_str().unwrap(), gate);
            compared += 1;
        }
    }
    assert!(compared > 12, "{compared}");
}
