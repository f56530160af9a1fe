//! One case, asked about through every output: the verdict, the counts and what is named are the same in all of them.

use std::process::Output;

use serde_json::Value;

/// A school's folder whose program can be run, and what is compared of it.
pub(crate) struct Asked<'a> {
    /// Runs the program in the folder, on the day of the check.
    pub(crate) run: &'a dyn Fn(&[&str]) -> Output,
    /// Where files may be written.
    pub(crate) beside: &'a std::path::Path,
    pub(crate) case: &'a str,
    /// What is named where the checklist has no gate of its own that is meant.
    pub(crate) gate: Option<&'a str>,
}

/// What `ready` tells of a case.
struct Told {
    verdict: String,
    blocks: u64,
    to_find_out: u64,
    /// Titles of the lines that hold the case up.
    open: Vec<String>,
}

impl Asked<'_> {
    fn output(&self, args: &[&str]) -> Output {
        let gate: Vec<&str> = self.gate.iter().flat_map(|gate| ["--gate", gate]).collect();
        (self.run)(&[args, &gate[..]].concat())
    }

    fn document(&self, args: &[&str]) -> Value {
        let output = self.output(args);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            panic!("{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        })
    }

    /// A table of the export, one value a row.
    fn table(&self, which: &str) -> Vec<Value> {
        let output = self.output(&["export", "--format", "jsonl", which]);
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn told(&self, case: &Value) -> Told {
        let holds_up = |line: &&Value| {
            line["state"] == "blocks"
                || (line["level"] == "must"
                    && (line["state"] == "undecided" || line["state"] == "derived"))
        };
        let lines = case["items"].as_array().unwrap();
        let undecided = |line: &&Value| line["state"] == "undecided" && line["level"] == "must";
        let open: Vec<&Value> = lines.iter().filter(holds_up).collect();
        // The export of items, which has the titles that the pages show.
        let held = |row: &&Value| {
            row["case"] == self.case && row["in_gate"] == true && row["holds_up"] == true
        };
        let rows = self.table("items");
        let rows: Vec<&Value> = rows.iter().filter(held).collect();
        let keys = |rows: &[&Value]| -> Vec<(Value, Value)> {
            rows.iter()
                .map(|row| (row["item"].clone(), row["for"].clone()))
                .collect()
        };
        assert_eq!(keys(&rows), keys(&open), "{}: export of items", self.case);
        Told {
            verdict: case["verdict"].as_str().unwrap().to_owned(),
            blocks: case["counts"]["blocks"].as_u64().unwrap(),
            to_find_out: lines.iter().filter(undecided).count() as u64,
            open: rows
                .iter()
                .map(|row| row["title"].as_str().unwrap().to_owned())
                .collect(),
        }
    }

    /// Compares every output with what `ready` tells.
    ///
    /// # Panics
    /// If one of them tells something else, or names nothing where the case is not ready.
    pub(crate) fn compare(&self) {
        let id = self.case;
        let ready = self.document(&["ready", id, "--format", "json"]);
        let told = self.told(&ready["cases"][0]);
        let is_ready = told.verdict == "ready";
        assert_eq!(
            is_ready,
            told.open.is_empty(),
            "{id}: ready and what is open"
        );

        let gaps = self.document(&["gaps", id, "--format", "json"]);
        assert_eq!(
            gaps["cases"][0]["items"], ready["cases"][0]["items"],
            "{id}: gaps"
        );

        let named = |rows: &Value| -> Option<Value> {
            rows.as_array()
                .unwrap()
                .iter()
                .find(|row| row["case"] == id)
                .cloned()
        };
        let show = self.document(&["show", id, "--format", "json"]);
        assert_eq!(
            show["state"]["verdict"],
            told.verdict.as_str(),
            "{id}: show"
        );
        let listed = self.document(&["list", "--format", "json"]);
        let listed = named(&listed["cases"]).unwrap();
        self.same_counts("list", &listed, &told, "undecided");
        let exported = named(&Value::Array(self.table("cases"))).unwrap();
        self.same_counts("export", &exported, &told, "to_find_out");

        // What is due goes by no gate that is named, as a list of the cases does where none is.
        let plain =
            |args: &[&str]| -> Value { serde_json::from_slice(&(self.run)(args).stdout).unwrap() };
        let due = plain(&["due", "--format", "json"]);
        let listed = named(&plain(&["list", "--format", "json"])["cases"]).unwrap();
        let undated = named(&due["without_a_day"]);
        assert!(
            listed["verdict"] == "ready" || named(&due["due"]).is_some() || undated.is_some(),
            "{id}, before {:?}: due names nothing: {due}",
            self.gate
        );
        if let Some(undated) = undated {
            for key in ["verdict", "gate", "blocks", "undecided"] {
                assert_eq!(undated[key], listed[key], "{id}: {key} of due");
            }
        }
        self.pages(&told);
        self.pack(&told);
    }

    fn same_counts(&self, output: &str, row: &Value, told: &Told, to_find_out: &str) {
        let id = self.case;
        assert_eq!(row["verdict"], told.verdict.as_str(), "{id}: {output}");
        assert_eq!(row["blocks"], told.blocks, "{id}: {output}");
        assert_eq!(row[to_find_out], told.to_find_out, "{id}: {output}");
    }

    fn pages(&self, told: &Told) {
        let id = self.case;
        let words = told.verdict.replace('-', " ");
        let page = self.page(&["report", id]);
        assert!(
            page.to_lowercase().contains(&words),
            "{id}: report: {words}"
        );
        let complete = "complete for this gate";
        assert_eq!(
            told.open.is_empty(),
            page.contains(complete),
            "{id}: report"
        );
        for title in &told.open {
            assert!(page.contains(title), "{id}: report does not name {title}");
        }
        let all = self.page(&["report", "--all"]);
        let row = all
            .lines()
            .find(|line| line.contains(&format!(">{id}<")) && line.contains("<tr>"));
        let row = row.unwrap_or_else(|| panic!("{id}: report --all"));
        assert!(row.contains(&words), "{id}: report --all: {row}");
        for count in [told.blocks, told.to_find_out] {
            assert!(
                row.contains(&format!(">{count}<")),
                "{id}: report --all: {count} in {row}"
            );
        }
    }

    fn page(&self, args: &[&str]) -> String {
        let file = self.beside.join("page.html");
        let output = self.output(&[args, &["--output", file.to_str().unwrap()]].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let text = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{args:?}: {said}"));
        std::fs::remove_file(file).unwrap();
        text.replace("&#39;", "'")
            .replace("&amp;", "&")
            .replace("&quot;", "\"")
    }

    fn pack(&self, told: &Told) {
        let id = self.case;
        let folder = self.beside.join("pack");
        let to = folder.to_str().unwrap().to_owned();
        let plain = self.output(&["pack", id, "--folder", &to]);
        let said = String::from_utf8_lossy(&plain.stderr).into_owned();
        assert_eq!(
            plain.status.success(),
            told.open.is_empty(),
            "{id}: pack: {said}"
        );
        if !told.open.is_empty() {
            let anyway = self.output(&["pack", id, "--folder", &to, "--anyway"]);
            let said = String::from_utf8_lossy(&anyway.stderr).into_owned();
            assert!(anyway.status.success(), "{id}: pack: {said}");
        }
        let text = std::fs::read_to_string(folder.join("data/verdict.txt")).unwrap();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for title in &told.open {
            assert!(
                text.contains(title),
                "{id}: verdict.txt does not name {title}"
            );
        }
        let json = std::fs::read_to_string(folder.join("data/verdict.json")).unwrap();
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            json["cases"][0]["verdict"],
            told.verdict.as_str(),
            "{id}: pack"
        );
        std::fs::remove_dir_all(folder).unwrap();
    }
}
