//! Every written file read by other YAML programs with the same values, and its ids found again by the checker of
//! docs/cases.md. Without Python or its packages the tests are passed over by name.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use super::{has_tool, project};

/// Prints every scalar of the files named as text, a line each, by the reader named first.
const SCALARS: &str = r#"
import sys
reader, files = sys.argv[1], sys.argv[2:]
if reader == "pyyaml":
    import yaml
    load = lambda text: yaml.safe_load(text)
else:
    from ruamel.yaml import YAML
    load = lambda text: YAML(typ="safe", pure=True).load(text)
def walk(value, path):
    if isinstance(value, dict):
        for key in value:
            assert isinstance(key, str), (path, key)
            walk(value[key], path + "/" + key)
    elif isinstance(value, list):
        for n, one in enumerate(value):
            walk(one, path + "/" + str(n))
    else:
        assert isinstance(value, str), (path, value, type(value))
        print(path + "=" + value.encode("unicode_escape").decode())
for file in files:
    walk(load(open(file, "rb").read().decode("utf-8-sig")), "")
"#;

fn python(args: &[&str]) -> Output {
    let name = if cfg!(windows) { "python" } else { "python3" };
    Command::new(name)
        .args(args)
        .env("PYTHONUTF8", "1")
        .output()
        .unwrap()
}

fn has_python(package: &str) -> bool {
    let name = if cfg!(windows) { "python" } else { "python3" };
    has_tool(name, &["-c", &format!("import {package}")])
}

/// Every case file the project ships: the example's, and the frozen ones made by the program.
fn case_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["examples/northfield/cases", "tests/formats/case-1"] {
        let entries = fs::read_dir(project(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path());
        files.extend(entries.filter(|file| file.extension().is_some_and(|ext| ext == "yaml")));
    }
    files.sort();
    assert!(files.len() > 10);
    files
}

/// The same lines as Python prints, by our own reader.
fn scalars(files: &[PathBuf]) -> Vec<String> {
    fn walk(node: &attcheck::tree::Node, path: &str, lines: &mut Vec<String>) {
        use attcheck::tree::Value;
        match &node.value {
            Value::Text(text) => lines.push(format!("{path}={text}")),
            Value::List(list) => {
                list.iter()
                    .enumerate()
                    .for_each(|(n, one)| walk(one, &format!("{path}/{n}"), lines));
            }
            Value::Map(pairs) => {
                pairs
                    .iter()
                    .for_each(|(key, one)| walk(one, &format!("{path}/{}", key.name), lines));
            }
        }
    }
    let mut lines = Vec::new();
    for file in files {
        walk(
            &attcheck::store::load(file).unwrap().case.file(),
            "",
            &mut lines,
        );
    }
    lines
}

fn reads_the_same(reader: &str) {
    let files = case_files();
    let mut args: Vec<String> = vec!["-c".into(), SCALARS.into(), reader.into()];
    args.extend(files.iter().map(|file| file.display().to_string()));
    let output = python(&args.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let theirs: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(unescape)
        .collect();
    assert_eq!(theirs, scalars(&files));
}

/// Takes Python's `unicode_escape` back.
fn unescape(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.trim_end_matches('\r').chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let width = match chars.next().unwrap() {
            'n' => {
                out.push('\n');
                continue;
            }
            't' => {
                out.push('\t');
                continue;
            }
            'x' => 2,
            'u' => 4,
            'U' => 8,
            other => {
                out.push(other);
                continue;
            }
        };
        let hex: String = chars.by_ref().take(width).collect();
        out.push(char::from_u32(u32::from_str_radix(&hex, 16).unwrap()).unwrap());
    }
    out
}

#[test]
fn pyyaml_reads_the_same_values() {
    if has_python("yaml") {
        reads_the_same("pyyaml");
    }
}

#[test]
fn ruamel_reads_the_same_values() {
    if has_python("ruamel.yaml") {
        reads_the_same("ruamel");
    }
}

#[test]
fn the_checker_of_the_documentation_finds_the_same_ids() {
    if !has_python("yaml") {
        return;
    }
    let page = fs::read_to_string(project("docs/cases.md")).unwrap();
    let code = page
        .split("```python\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let checker = scratch.path().join("check.py");
    fs::write(&checker, code).unwrap();
    let check = |files: &[PathBuf]| {
        let mut args = vec![checker.display().to_string()];
        args.extend(files.iter().map(|file| file.display().to_string()));
        python(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let output = check(&case_files());
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let changed = scratch.path().join("changed.yaml");
    let text = fs::read_to_string(project("tests/formats/case-1/made-by-program.yaml")).unwrap();
    fs::write(
        &changed,
        text.replace("Prefers to go on by phone", "Prefers to ring"),
    )
    .unwrap();
    assert_eq!(check(&[changed]).status.code(), Some(1));
}
