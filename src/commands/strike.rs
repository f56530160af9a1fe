//! `attcheck strike`

use super::{Context, Outcome, withdraw, writing};
use crate::case::compose;
use crate::case::entry::{Content, Deed, EntryId};
use crate::case::state::CaseState;
use crate::cli::Retracted;
use crate::error::refuse;
use crate::store::edit;

/// Take the text of an entry out of the file for good, because it may not be kept
///
/// For another child's name or a refuge's address. This is the one change ever made inside a log: the entry stays as an
/// empty place, and a further entry says who took its text out, when and why. Backups, git's history and what was sent
/// to others still hold the text.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    of: Retracted,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.of.case, true)?;
    let n = writing::entry_called(&loaded, &args.of.entry)?;
    let kind = loaded.case.entries[n].kind();
    let struck_id = loaded.case.entries[n]
        .id
        .clone()
        .ok_or_else(|| refuse("the entry is not sealed", "seal it first"))?;
    let documents = match loaded.case.entries[n].content() {
        Some(Content::Action(action)) => action
            .attach
            .iter()
            .filter(|copy| copy.sha256.is_some())
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    if matches!(kind, "opened" | "struck" | "strike") {
        let hint = format!(
            "a name is put right with `attcheck details {}`",
            loaded.case.id
        );
        return Err(refuse(
            format!("an entry of kind `{kind}` cannot be struck"),
            hint,
        ));
    }
    let why = withdraw::why(cx, args.of.why.as_deref())?;
    let (by, now) = (cx.who()?, cx.now);
    let expect = args.of.writing.expect.clone();
    let text_of = |loaded: &crate::store::Loaded| -> anyhow::Result<String> {
        crate::store::check_expected(&loaded.case, expect.as_deref())?;
        let n = writing::entry_called(loaded, &args.of.entry)?;
        let entry = &loaded.case.entries[n];
        let id: EntryId = entry
            .id
            .clone()
            .ok_or_else(|| refuse("the entry is not sealed", "seal it first"))?;
        let cannot = |cannot: edit::CannotEdit| refuse(cannot.message, cannot.hint);
        let struck = compose::struck(&entry.after, &id);
        let text = edit::replace(&loaded.text, &loaded.case, n, &struck).map_err(cannot)?;
        let case = crate::store::parse_case(&text, &loaded.path)
            .map_err(|problems| crate::error::BadFile { problems })?;
        let strike = Deed::Strike {
            strikes: id,
            followed: Some(entry.after.clone()),
            why: why.clone(),
        };
        let node = compose::entry(&strike, &by, now, &writing::heads(loaded));
        edit::append(&text, &case, &[node]).map_err(cannot)
    };
    if args.of.writing.dry_run {
        let text = text_of(&loaded)?;
        let case = crate::store::parse_case(&text, &loaded.path)
            .map_err(|problems| crate::error::BadFile { problems })?;
        for entry in [&case.entries[n], &case.entries[case.entries.len() - 1]] {
            write!(cx.out(), "{}", crate::store::yaml::write(&entry.node))?;
        }
        cx.say("nothing was written (--dry-run)");
        return Ok(Outcome::Success);
    }
    if cx.ask.is_there() {
        let text = crate::store::yaml::write(&loaded.case.entries[n].node);
        writeln!(
            cx.out(),
            "{}",
            crate::render::markup::shown(text.trim_end())
        )?;
        cx.out().flush()?;
    }
    if cx.ask.is_there()
        && !cx.ask.confirm(
            "Take this text out for good? It cannot be brought back",
            false,
        )?
    {
        return Err(refuse("nothing was struck", "run the command again"));
    }
    let holder = cx.holder(&by);
    let changed = cx
        .store
        .change(&loaded.path, &holder, |loaded| text_of(loaded))?;
    writing::notice(cx, &changed);
    writing::done(cx, &changed.loaded, &format!("{} struck", args.of.entry))?;
    let state = CaseState::replay(&changed.loaded.case, None);
    let others = loaded
        .case
        .chain
        .place_of(&struck_id)
        .and_then(|n| state.event_of(n))
        .into_iter()
        .flat_map(|event| &event.versions);
    for n in others {
        let entry = &changed.loaded.case.entries[*n];
        if let (Some(id), true) = (&entry.id, entry.content().is_some()) {
            cx.say(&format!(
                "note: another version still stands; if it holds the text too: attcheck strike {} {}",
                changed.loaded.case.id,
                id.short()
            ));
        }
    }
    for copy in documents {
        cx.say(&format!(
            "note: the copy `{}` still lies in {}; delete it if it may not be kept either",
            copy.name, copy.file
        ));
    }
    cx.say("note: backups, git's history and packs already sent still hold the text");
    Ok(Outcome::Success)
}
