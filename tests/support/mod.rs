//! What several tests need: cases made without the program's commands.
#![allow(unreachable_pub, missing_docs, reason = "shared by the tests")]
#![allow(dead_code, reason = "every test binary uses its own part of this")]

pub mod word;

use std::path::Path;

use attcheck::case::entry::{Content, Deed, Details, EntryId};
use attcheck::case::{Case, compose, seal};
use attcheck::problem::Problems;
use attcheck::store::{parse_case, yaml};
use attcheck::tree::{Key, Node, Value};
use chrono::{DateTime, FixedOffset};

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// Takes out of a command's surroundings what somebody may have set for the program.
pub fn without_own_settings(command: &mut std::process::Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ATTCHECK_") {
            command.env_remove(name);
        }
    }
}

pub fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

pub fn read(text: &str) -> Node {
    let mut problems = Problems::new(Path::new("file.yaml"), Some(text));
    let node = yaml::read(text, &mut problems);
    node.unwrap_or_else(|| panic!("{:?}", problems.into_vec()))
}

pub fn header(subject: &str) -> Node {
    Node::map([
        ("attcheck", Node::text("case/1")),
        ("case", Node::text("k7m4px")),
        ("subject", Node::text(subject)),
        ("opened", Node::text("2026-09-01")),
    ])
}

pub fn opened(subject: &str) -> Deed {
    Deed::Record(Content::Opened {
        checklist: "lancashire".into(),
        edition: "2026-11".into(),
        details: Details::default(),
        header: seal::header_hash(&header(subject)),
    })
}

pub fn id_of(entry: &Node) -> EntryId {
    EntryId(entry.text_at("id").unwrap().to_owned())
}

/// The text of a file that holds these entries in this order.
pub fn text_of(subject: &str, log: &[Node]) -> String {
    let mut file = header(subject);
    let Value::Map(top) = &mut file.value else {
        unreachable!()
    };
    let log = Node {
        value: Value::List(log.to_vec()),
        ..Node::default()
    };
    top.push((
        Key {
            name: "log".into(),
            ..Key::default()
        },
        log,
    ));
    yaml::write(&file)
}

pub fn parse(text: &str) -> Case {
    parse_case(text, Path::new("k7m4px.yaml")).unwrap()
}

/// A case in which each entry follows the one before.
pub fn case(contents: impl IntoIterator<Item = Content>, subject: &str) -> Case {
    let moment = at("2026-09-01T09:00:00+01:00");
    let mut log = vec![compose::entry(&opened(subject), "A Tester", moment, &[])];
    for content in contents {
        let after = [id_of(log.last().unwrap())];
        log.push(compose::entry(
            &Deed::Record(content),
            "A Tester",
            moment,
            &after,
        ));
    }
    parse(&text_of(subject, &log))
}
