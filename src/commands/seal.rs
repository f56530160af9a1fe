//! `attcheck seal`

use std::collections::{BTreeSet, HashSet};

use super::{Context, Outcome, writing};
use crate::case::verify::{Finding, warnings};
use crate::case::{compose, seal};
use crate::cli::Writing;
use crate::entry_rules::Source;
use crate::error::refuse;
use crate::render::markup::shown;
use crate::store::{Loaded, edit, yaml};
use crate::tree::{Key, Node, Value};

/// Take responsibility for entries written by hand
///
/// Each is shown. Sealing sets the time to now (the day it happened is its `date`) and adds what the chain needs; no
/// other line changes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// Seal what there is; what an item asks for besides is added later with `correct`
    #[arg(long)]
    incomplete: bool,
    #[command(flatten)]
    writing: Writing,
}

/// Keys that sealing sets.
const SET: &[&str] = &["at", "by", "after", "id"];

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let unsealed: Vec<Node> = loaded
        .case
        .entries
        .iter()
        .filter(|entry| entry.id.is_none())
        .map(|entry| entry.node.clone())
        .collect();
    if unsealed.is_empty() {
        writeln!(cx.out(), "every entry of case {} is sealed", loaded.case.id)?;
        return Ok(Outcome::Success);
    }
    for node in &unsealed {
        let text = yaml::write(node);
        writeln!(
            cx.out(),
            "line {}:\n{}",
            node.place.line,
            shown(text.trim_end())
        )?;
    }
    cx.out().flush()?;
    let by = cx.who()?;
    if cx.ask.is_there() && !args.writing.dry_run {
        let count = unsealed.len();
        let question = format!(
            "Do you, {by}, answer for {}?",
            if count == 1 { "it" } else { "all of them" }
        );
        if !cx.ask.confirm(&question, false)? {
            return Err(refuse(
                "nothing was sealed",
                "put the entries right in the file, then seal again",
            ));
        }
    }
    let held = writing::Held {
        waived: writing::waived(&args.writing, args.incomplete),
        source: Source::Hand,
    };
    let gate = writing::Gate::new(cx, &loaded, held);
    let now = compose::instant(cx.now);
    let expect = args.writing.expect.clone();
    let text_of = |loaded: &Loaded| -> anyhow::Result<String> {
        crate::store::check_expected(&loaded.case, expect.as_deref())?;
        let found = warnings(&loaded.case.file(), &loaded.text);
        if let Some(one) = found
            .iter()
            .find(|one| one.finding == Finding::NeedsQuotes || one.finding == Finding::LostTail)
        {
            return Err(refuse(
                format!("line {}: {}", one.place.line, one.says),
                "put the text in quotes, then seal again",
            ));
        }
        gate.check_unsealed(loaded)?;
        sealed_text(loaded, &by, &now)
    };
    if args.writing.dry_run {
        text_of(&loaded)?;
        cx.say("nothing was written (--dry-run)");
        return Ok(Outcome::Success);
    }
    let changed = cx.store.change(&loaded.path, &cx.holder(&by), text_of)?;
    writing::notice(cx, &changed);
    writing::done(cx, &changed.loaded, &format!("{} sealed", unsealed.len()))?;
    Ok(Outcome::Success)
}

/// The text with every entry that was written by hand sealed, one after the other.
fn sealed_text(loaded: &Loaded, by: &str, now: &str) -> anyhow::Result<String> {
    // An entry follows what stands above it, so that the order of the file stays one that keeps `after`.
    let (mut heads, mut followed) = (BTreeSet::new(), HashSet::new());
    let mut adds = Vec::new();
    for (n, entry) in loaded.case.entries.iter().enumerate() {
        if let Some(id) = &entry.id {
            for earlier in &entry.after {
                heads.remove(earlier);
                followed.insert(earlier.clone());
            }
            if !followed.contains(id) {
                heads.insert(id.clone());
            }
            continue;
        }
        let mut add = vec![
            ("at", Node::text(now)),
            ("by", Node::text(by)),
            ("after", Node::list(heads.iter().map(|id| id.0.as_str()))),
        ];
        let kept = entry.node.as_map().unwrap_or_default().iter();
        let mut whole: Vec<(Key, Node)> = kept
            .filter(|(key, _)| !SET.contains(&key.name.as_ref()))
            .cloned()
            .collect();
        whole.extend(add.iter().map(|(key, node)| {
            (
                Key {
                    name: (*key).into(),
                    ..Key::default()
                },
                node.clone(),
            )
        }));
        let id = seal::entry_id(&Node {
            value: Value::Map(whole),
            ..Node::default()
        });
        add.push(("id", Node::text(id.0.clone())));
        adds.push((n, Node::map(add)));
        followed.extend(std::mem::take(&mut heads));
        heads.insert(id);
    }
    edit::complete(&loaded.text, &loaded.case, SET, &adds)
        .map_err(|cannot| refuse(cannot.message, cannot.hint))
}
