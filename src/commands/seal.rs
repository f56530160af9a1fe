//! `attcheck seal`

use super::{Context, Outcome, named, writing};
use chrono::NaiveDate;

use crate::case::entry::{Content, Deed, Entry, EntryId, PersonId};
use crate::case::state::CaseState;
use crate::case::verify::{Finding, warnings};
use crate::case::{Case, compose, seal};
use crate::checklist::Checklist;
use crate::checklist::vocabulary::{FieldKind, field_kind};
use crate::cli::Writing;
use crate::day;
use crate::error::{BadFile, refuse};
use crate::percent;
use crate::render::markup::shown;
use crate::store::{Loaded, edit, parse_case, yaml};
use crate::tree::{Key, Node, Value};

/// Take responsibility for entries written by hand
///
/// Each is shown. Sealing sets the time to now (the day it happened is its `date`) and adds what the chain needs; no
/// other line changes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
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
    let checklist = {
        let state = CaseState::replay(&loaded.case, None);
        cx.checklist_of(&state)?
    };
    let now = compose::instant(cx.now);
    let today = crate::day::latest_today(cx.now);
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
        for entry in loaded
            .case
            .entries
            .iter()
            .filter(|entry| entry.id.is_none())
        {
            sound_by_hand(entry, &loaded.case, &checklist, today).map_err(|wrong| {
                refuse(
                    format!("line {}: {wrong}", entry.place().line),
                    "put it right, then seal again",
                )
            })?;
        }
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

/// Whether what was typed could name a copy that the program made: `evidence/CASE/` and the hash.
fn is_a_copy(copy: &crate::case::entry::Attachment, case: &Case) -> bool {
    let hash = copy.sha256.as_deref().unwrap_or_default();
    let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash
        && copy
            .file
            .starts_with(&format!("evidence/{}/{hash}", case.id))
}

/// Checks of an entry written by hand what the commands check of what they are given.
fn sound_by_hand(
    entry: &Entry,
    case: &Case,
    checklist: &Checklist,
    today: NaiveDate,
) -> Result<(), String> {
    let state = CaseState::replay(case, None);
    let people = state.ever_named();
    let person = |persons: &[PersonId]| match persons.iter().find(|id| !people.contains(id)) {
        Some(id) => Err(named::says_nobody(&id.0)),
        None => Ok(()),
    };
    match &entry.deed {
        Deed::Record(_) => {}
        Deed::Correct { corrects: id, .. } | Deed::Withdraw { withdraws: id, .. } => {
            if case.chain.place_of(id).is_none() {
                return Err(format!("there is no entry `{id}`: give its whole id"));
            }
        }
        Deed::Strike { .. } | Deed::Struck => {
            return Err("a text is taken out with `attcheck strike`".into());
        }
    }
    let Some(content) = entry.content() else {
        return Ok(());
    };
    if let Some(day) = content.date() {
        if day > today {
            return Err(format!("{} is in the future", crate::day::words(day)));
        }
        if state.details().born.is_some_and(|born| day < born) {
            return Err(format!(
                "{} lies before the pupil's birth",
                crate::day::words(day)
            ));
        }
    }
    match content {
        Content::Opened { .. } => Err("a case is opened with `attcheck new`".into()),
        Content::Action(action) => {
            let item = named::find_item(checklist, &action.item).map_err(|(says, _)| says)?;
            if let Some(other) = item.only_looks_at() {
                return Err(format!(
                    "`{}` only looks at what is recorded on `{other}`: name that item",
                    item.id
                ));
            }
            let kept = |copy: &&crate::case::entry::Attachment| copy.sha256.is_some();
            if let Some(copy) = action
                .attach
                .iter()
                .filter(kept)
                .find(|copy| !is_a_copy(copy, case))
            {
                return Err(format!(
                    "`{}` names no copy of this case: attach it with `attcheck correct`",
                    copy.name
                ));
            }
            if let Some(name) = action
                .fields
                .keys()
                .find(|name| !checklist.fields.contains_key(*name))
            {
                return Err(format!("`{name}` is not a field of {}", checklist.title));
            }
            let unfit = action
                .fields
                .iter()
                .find(|(name, value)| match field_kind(name) {
                    FieldKind::Percent => percent::read(value).is_none(),
                    FieldKind::Day => crate::day::stored(value).is_none(),
                    FieldKind::Period => crate::day::period(value).is_none(),
                    FieldKind::Words => false,
                });
            if let Some((name, _)) = unfit {
                return Err(format!("`{name}` holds no day and no figure as it should"));
            }
            let points = checklist
                .item(&action.item)
                .map(|item| checklist.points_of(item))
                .unwrap_or_default();
            let points: Vec<&str> = points.iter().map(|(name, _)| name.as_str()).collect();
            if let Some(point) = action
                .points
                .iter()
                .find(|point| !points.contains(&point.as_str()))
            {
                return Err(format!("`{point}` is not a point of `{}`", action.item));
            }
            person(&action.persons)
        }
        Content::Fact(fact) => {
            let Some(def) = checklist.facts.get(&fact.fact) else {
                return Err(format!("`{}` is not a fact", fact.fact));
            };
            if !def.takes(&fact.value) {
                return Err(format!(
                    "`{}` is answered with {}, unknown",
                    fact.fact,
                    def.answers_listed()
                ));
            }
            if def.is_day && day::stored(&fact.value).is_some_and(|day| day > today) {
                return Err(format!("`{}` is a day in the future", fact.fact));
            }
            person(&fact.persons)
        }
        Content::Sign(_) => {
            Err("a signature is given with `attcheck sign`, which fixes what was signed".into())
        }
        Content::Checklist { .. } => Err("a case is moved with `attcheck move`".into()),
        Content::Plan(plan) => {
            if let Some(item) = &plan.item {
                named::find_item(checklist, item).map_err(|(says, _)| says)?;
            }
            match plan
                .settles
                .as_ref()
                .filter(|id| case.chain.place_of(id).is_none())
            {
                Some(id) => Err(format!("there is no entry `{id}`: give its whole id")),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// The text with every entry that was written by hand sealed, one after the other.
fn sealed_text(loaded: &Loaded, by: &str, now: &str) -> anyhow::Result<String> {
    let mut text = loaded.text.clone();
    let mut case = loaded.case.clone();
    while let Some(n) = case.entries.iter().position(|entry| entry.id.is_none()) {
        // It follows what stands above it, so that the order of the file stays one that keeps `after`.
        let above = &case.entries[..n];
        let followed = |id: &EntryId| above.iter().any(|entry| entry.after.contains(id));
        let mut heads: Vec<EntryId> = above
            .iter()
            .filter_map(|entry| entry.id.clone())
            .filter(|id| !followed(id))
            .collect();
        heads.sort();
        let mut add = vec![
            ("at", Node::text(now)),
            ("by", Node::text(by)),
            ("after", Node::list(heads.iter().map(|id| id.0.as_str()))),
        ];
        let kept = case.entries[n].node.as_map().unwrap_or_default().iter();
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
        add.push(("id", Node::text(id.0)));
        text = edit::complete(&text, &case, n, SET, &Node::map(add))
            .map_err(|cannot| refuse(cannot.message, cannot.hint))?;
        case = parse_case(&text, &loaded.path).map_err(|problems| BadFile { problems })?;
    }
    Ok(text)
}
