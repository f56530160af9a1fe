//! Records that somebody changed by hand and made fit again: what the file, a receipt, a backup and a join each see of it.

use std::fs;

use attcheck::case::seal::{canonical, entry_id};
use attcheck::case::{Case, verify};
use attcheck::store::{parse_case, yaml};
use attcheck::tree::Node;

use super::{CASE, School, project, recorded};

/// A case with three notes, of which the second was struck; the ids of all five entries, and a receipt of before the strike.
fn struck() -> (School, Vec<String>) {
    let mut school = School::with_case();
    let mut ids = Vec::new();
    for (n, text) in ["One", "Two", "Three"].iter().enumerate() {
        school.at(&format!("2026-09-2{}T16:40:10+01:00", n + 2));
        ids.push(recorded(&school.ok(&["note", CASE, text])));
    }
    fs::write(
        school.root().join("before.txt"),
        school.ok(&["receipt", CASE]),
    )
    .unwrap();
    super::support::copy_folder(
        &school.root().join("cases"),
        &school.root().join("backup/cases"),
    );
    school.at("2026-09-25T09:00:00+01:00");
    school.ok(&["strike", CASE, &ids[1], "--why", "another child's name"]);
    (school, ids)
}

pub fn case_of(text: &str) -> Case {
    parse_case(text, std::path::Path::new("k7m4px.yaml")).unwrap()
}

/// Lays a case out again with other entries; the header stays as it stands in the file.
pub fn laid_out(text: &str, log: &[Node]) -> String {
    let head = &text[..text.find("log:").unwrap()];
    let mut out = format!("{head}log:\n");
    for entry in log {
        for (n, line) in yaml::write(entry).lines().enumerate() {
            out.push_str(if n == 0 { "- " } else { "  " });
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The entries of a case, without where they stood.
pub fn log_of(case: &Case) -> Vec<Node> {
    case.entries
        .iter()
        .map(|entry| entry.node.clone())
        .collect()
}

/// An entry with one key changed, sealed anew.
pub fn with(entry: &Node, key: &str, value: Node) -> Node {
    let pairs = entry.as_map().unwrap().iter().cloned();
    let mut pairs: Vec<_> = pairs.filter(|(name, _)| name.name != "id").collect();
    for (name, old) in &mut pairs {
        if name.name == key {
            *old = value.clone();
        }
    }
    let bare = Node {
        value: attcheck::tree::Value::Map(pairs),
        ..Node::default()
    };
    let id = entry_id(&bare);
    with_id(&bare, &id.0)
}

fn with_id(bare: &Node, id: &str) -> Node {
    let mut pairs: Vec<_> = bare.as_map().unwrap().to_vec();
    pairs.retain(|(name, _)| name.name != "id");
    pairs.push((
        attcheck::tree::Key {
            name: "id".into(),
            ..Default::default()
        },
        Node::text(id),
    ));
    Node {
        value: attcheck::tree::Value::Map(pairs),
        ..Node::default()
    }
}

/// The struck entry made to follow what it did not, with the entry between taken away.
fn rewired(text: &str) -> String {
    let case = case_of(text);
    let mut log = log_of(&case);
    let at = log
        .iter()
        .position(|entry| entry.text_at("kind") == Some("struck"))
        .unwrap();
    let after = log[at - 1].get("after").unwrap().clone();
    let id = log[at].text_at("id").unwrap().to_owned();
    let bare = with(&log[at], "after", after);
    log[at] = with_id(&bare, &id);
    log.remove(at - 1);
    laid_out(text, &log)
}

/// What a struck entry follows is no hole in the chain: the entry that took its text out vouches for it.
#[test]
fn nothing_is_slipped_out_before_a_struck_entry() {
    let (school, _) = struck();
    school.ok(&["verify", CASE]);
    let text = school.case_text();
    assert!(text.contains("followed:"), "{text}");
    fs::write(school.case_file(), rewired(&text)).unwrap();
    let output = school.run(&["verify", CASE]);
    assert_eq!(output.status.code(), Some(1));
    let told = school.told(&output);
    assert!(
        told.contains("changed")
            && told.contains("does not follow what its strike says it followed"),
        "{told}"
    );
    let ready = school.run(&["ready", CASE, "--format", "json"]);
    assert!(school.told(&ready).contains("integrity-failed"));
    // The receipt of before the strike and the backup see it too.
    let told = school.told(&school.run(&["verify", CASE, "--receipt", "before.txt"]));
    assert!(told.contains("receipt-broken"), "{told}");
    let told = school.told(&school.run(&["verify", CASE, "--against", "backup"]));
    assert!(told.contains("backup-has-more"), "{told}");
}

/// A strike of an older program says nothing of it. The file alone does not show the forgery, and says that it would not;
/// a receipt, a backup and a join do.
#[test]
fn a_strike_of_an_older_program_is_told_as_the_weaker_one() {
    let (school, _) = struck();
    let case = case_of(&school.case_text());
    let mut log = log_of(&case);
    let last = log.len() - 1;
    let mut pairs = log[last].as_map().unwrap().to_vec();
    pairs.retain(|(key, _)| key.name != "followed");
    let old = Node {
        value: attcheck::tree::Value::Map(pairs),
        ..Node::default()
    };
    log[last] = with(&old, "why", Node::text("another child's name"));
    let honest = laid_out(&school.case_text(), &log);
    fs::write(school.case_file(), &honest).unwrap();
    let told = school.ok(&["verify", CASE]);
    assert!(told.contains("but not what it followed"), "{told}");
    school.ok(&["verify", CASE, "--receipt", "before.txt"]);
    school.ok(&["verify", CASE, "--against", "backup"]);
    // The forger moves the struck entry and leaves the note before it where it is.
    let case = case_of(&honest);
    let mut log = log_of(&case);
    let at = log
        .iter()
        .position(|entry| entry.text_at("kind") == Some("struck"))
        .unwrap();
    let (id, after) = (
        log[at].text_at("id").unwrap().to_owned(),
        log[at - 1].get("after").unwrap().clone(),
    );
    log[at] = with_id(&with(&log[at], "after", after), &id);
    fs::write(school.case_file(), laid_out(&honest, &log)).unwrap();
    assert_eq!(school.run(&["verify", CASE]).status.code(), Some(0));
    let told = school.told(&school.run(&["verify", CASE, "--against", "backup"]));
    assert!(
        told.contains("backup-differs") && told.contains("not what they follow in the backup"),
        "{told}"
    );
    let said = school.refused(&["join", "cases/k7m4px.yaml", "backup/cases/k7m4px.yaml"]);
    assert!(
        said.contains("does not follow what it follows in another copy"),
        "{said}"
    );
}

/// A record stays honest however often something has to be struck after a receipt was made.
#[test]
fn a_second_strike_after_a_receipt_leaves_the_receipt_standing() {
    let (mut school, ids) = struck();
    school.ok(&["verify", CASE, "--receipt", "before.txt"]);
    fs::write(
        school.root().join("between.txt"),
        school.ok(&["receipt", CASE]),
    )
    .unwrap();
    school.at("2026-09-26T09:00:00+01:00");
    school.ok(&["strike", CASE, &ids[0], "--why", "an address"]);
    for receipt in ["before.txt", "between.txt"] {
        let told = school.ok(&["verify", CASE, "--receipt", receipt]);
        assert!(
            told.contains("receipt-kept") || told.contains("struck"),
            "{told}"
        );
    }
}

/// A redacted copy is held against a genuine receipt by the ids of all its entries, and not by what it says of itself.
#[test]
fn a_redacted_copy_forged_past_a_genuine_receipt_is_found() {
    let mut school = School::with_case();
    let mut ids = Vec::new();
    for (n, text) in ["One", "Two", "Three"].iter().enumerate() {
        school.at(&format!("2026-09-2{}T16:40:10+01:00", n + 2));
        ids.push(recorded(&school.ok(&["note", CASE, text])));
    }
    fs::write(school.root().join("r.txt"), school.ok(&["receipt", CASE])).unwrap();
    school.ok(&[
        "redact",
        CASE,
        "--leave-out",
        &ids[1],
        "--output",
        "copy.yaml",
    ]);
    let honest = fs::read_to_string(school.root().join("copy.yaml")).unwrap();
    school.ok(&["verify", "copy.yaml", "--receipt", "r.txt"]);
    let tree = |text: &str| {
        let mut problems =
            attcheck::problem::Problems::new(std::path::Path::new("copy.yaml"), None);
        yaml::read(text, &mut problems).unwrap()
    };
    let copy = tree(&honest);
    let log = copy.get("log").and_then(Node::as_list).unwrap();
    let newest = log.last().unwrap();
    let old = newest.text_at("id").unwrap();
    let forged = with(newest, "text", Node::text("Nothing of the kind"));
    let new = forged.text_at("id").unwrap().to_owned();
    // The kept entry says something else and is sealed anew. Its new id is named as left out, and the old one followed.
    let kept = honest
        .replace("text: Three", "text: Nothing of the kind")
        .replacen(&format!("id: {old}"), &format!("id: {new}"), 2);
    let listed = |text: &str, id: &str| {
        text.replacen(
            "left-out:\n",
            &format!("left-out:\n- id: {id}\n  kind: note\n  after:\n  - {new}\n"),
            1,
        )
    };
    for text in [kept.clone(), listed(&kept, old), kept.replace(old, &new)] {
        fs::write(school.root().join("forged.yaml"), &text).unwrap();
        let told = school.told(&school.run(&["verify", "forged.yaml", "--receipt", "r.txt"]));
        assert!(told.contains("receipt-broken"), "{told}\n{text}");
    }
    let other = honest.replacen(
        "left-out:\n",
        "left-out:\n- id: e0\n  kind: nothing\n  text: x\n",
        1,
    );
    fs::write(school.root().join("forged.yaml"), other).unwrap();
    let told = school.told(&school.run(&["verify", "forged.yaml"]));
    assert!(
        told.contains("of no kind that entries have")
            && told.contains("a key that does not belong"),
        "{told}"
    );
}

/// What a record says: header and entries, in whatever order the entries stand.
fn meaning(case: &Case) -> (String, Vec<String>) {
    let mut entries: Vec<String> = case
        .entries
        .iter()
        .map(|entry| canonical(&entry.node, &[]))
        .collect();
    entries.sort();
    (case.header_hash.clone(), entries)
}

/// Whether nothing but newest entries is gone: what is left is all that it follows.
fn lost_its_newest_alone(left: &(String, Vec<String>), whole: &(String, Vec<String>)) -> bool {
    left.0 == whole.0
        && left.1.len() < whole.1.len()
        && left.1.iter().all(|entry| whole.1.contains(entry))
}

/// The single edits of a line.
fn edits(lines: &[&str], n: usize) -> Vec<Vec<String>> {
    let all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let mut found = Vec::new();
    let mut without = all.clone();
    without.remove(n);
    found.push(without);
    let mut twice = all.clone();
    twice.insert(n, all[n].clone());
    found.push(twice);
    if n + 1 < all.len() {
        let mut swapped = all.clone();
        swapped.swap(n, n + 1);
        found.push(swapped);
    }
    if let Some(at) = all[n].rfind(|c: char| c.is_ascii_alphanumeric()) {
        let other = if all[n][at..].starts_with('a') {
            "b"
        } else {
            "a"
        };
        let mut changed = all;
        changed[n].replace_range(at..=at, other);
        found.push(changed);
    }
    found
}

/// Every single edit that changes what a record says is found, but for newest entries taken away. All lines of all examples
/// with `ATTCHECK_TRIALS=full`, otherwise a share of them.
#[test]
fn a_single_edit_that_changes_the_meaning_is_found() {
    let step = if std::env::var_os("ATTCHECK_TRIALS").is_some_and(|said| said == "full") {
        1
    } else {
        23
    };
    let (school, _) = struck();
    let mut texts = vec![school.case_text()];
    for example in ["northfield", "harbour"] {
        for file in fs::read_dir(project("examples").join(example).join("cases")).unwrap() {
            texts.push(fs::read_to_string(file.unwrap().path()).unwrap());
        }
    }
    let (mut tried, mut found) = (0, 0);
    for text in &texts {
        let whole = meaning(&case_of(text));
        let lines: Vec<&str> = text.lines().collect();
        for n in (0..lines.len()).filter(|n| n % step == 0 || text == &texts[0]) {
            for edited in edits(&lines, n) {
                let edited = format!("{}\n", edited.join("\n"));
                tried += 1;
                let Ok(case) = parse_case(&edited, std::path::Path::new("k7m4px.yaml")) else {
                    found += 1;
                    continue;
                };
                if !verify::faults(&case).is_empty() {
                    found += 1;
                    continue;
                }
                let now = meaning(&case);
                assert!(
                    now == whole || lost_its_newest_alone(&now, &whole),
                    "line {}: {}",
                    n + 1,
                    lines[n]
                );
            }
        }
    }
    assert!(tried > 800 && found * 10 > tried * 8, "{found} of {tried}");
}
