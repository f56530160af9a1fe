//! `attcheck take-over`

mod list;
mod parcel;

use std::path::{Path, PathBuf};

use parcel::{Parcel, looked_through};

use super::attaching::Kept;
use super::joining::{joined, say_doubtful_people};
use super::{Context, Outcome, writing};
use crate::case::entry::{Content, Deed};
use crate::case::seal::sha256_hex;
use crate::case::state::CaseState;
use crate::case::{Case, CaseId, compose};
use crate::entry_rules::Waived;
use crate::error::{BadFile, refuse};
use crate::number::counted;
use crate::register::Register;
use crate::store::bag;
use crate::store::beside;
use crate::store::{self, Loaded, appended, checklists, file, forms};

/// Go on with a case that a former school has handed over
///
/// Opens the file that `attcheck hand-over` made: everything in it is checked first, and nothing is written if anything does
/// not fit. Your school's name goes into the case as an entry of its own, and yours follow after it. Where the case is here
/// already, from an earlier time at this school, both are joined. A checklist that comes with it and is not here is shown,
/// and kept for that one case if you agree.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file that was handed over
    file: PathBuf,
    /// Keep the checklist that comes with the case, for this case alone
    #[arg(long)]
    keep_checklist: bool,
    /// Check it and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let parcel = looked_through(bag::open(&args.file)?)?;
    let id = parcel.loaded.case.id.clone();
    let path = cx.store.path_of(&id);
    let here = if path.is_file() {
        Some(store::load(&path)?)
    } else {
        None
    };
    if let Some(here) = &here
        && here.case.header_hash != parcel.loaded.case.header_hash
    {
        let hint = "take it over into a folder of its own with --dir, and tell the former school";
        return Err(refuse(
            format!("this folder has another case under the id `{id}`"),
            hint,
        ));
    }
    let state = CaseState::replay(&parcel.loaded.case, None);
    if here.is_none() {
        if cx.store.is_taken(&id)? {
            let hint = "rename that file first; on some computers the two would be one";
            return Err(refuse(
                format!("there is a file called like `{id}` in other letters"),
                hint,
            ));
        }
        super::new::say_closed(
            &super::new::second_case(cx, &state.details(), Some(&id), false)?,
            cx,
        );
    }
    let list = list::to_keep(&parcel, &state, args.keep_checklist || args.dry_run, cx)?;
    let by = if args.dry_run {
        cx.known_who()?.unwrap_or_else(|| "-".to_owned())
    } else {
        cx.who()?
    };
    // The whole text is worked out before anything is written: what cannot be joined or is too large is refused here.
    let text_of = |ours: Option<&Loaded>| -> anyhow::Result<String> {
        let text = match ours {
            Some(ours) => joined(&[ours, &parcel.loaded])?,
            None => parcel.loaded.text.clone(),
        };
        with_school(&text, &path, cx, &by)
    };
    let text = text_of(here.as_ref())?;
    store::fit(&text, &path)?;
    let what = format!(
        "{} and {} of the former school",
        counted(parcel.loaded.case.entries.len(), "entry"),
        counted(parcel.documents.len(), "document")
    );
    if args.dry_run {
        writeln!(cx.out(), "case {id}: {what}; it can be taken over")?;
        cx.say("nothing was written (--dry-run)");
        return Ok(Outcome::Success);
    }
    let holder = cx.holder(&by);
    let made = put_beside(&parcel, list.as_ref(), &id, &holder, cx)?;
    if here.as_ref().is_some_and(|here| here.text == text) {
        made.stay();
        writeln!(
            cx.out(),
            "case {id} is here already, with all that the parcel holds"
        )?;
        return Ok(Outcome::Success);
    }
    // The record comes last: until then nothing in the folder speaks of the case.
    let changed = match here {
        Some(_) => cx
            .store
            .change(&path, &holder, |ours| text_of(Some(ours)))?,
        None => cx.store.create(&id, &holder, &text, || {
            let state = CaseState::replay(&parcel.loaded.case, None);
            super::new::second_case(cx, &state.details(), Some(&id), false).map(|_| ())
        })?,
    };
    made.stay();
    writing::notice(cx, &changed);
    writeln!(cx.out(), "took over case {id}: {what}")?;
    say_doubtful_people(&changed.loaded.case, |line| cx.warn(line));
    told_after(&changed.loaded.case, &id, cx)
}

/// Puts what goes beside the record in its place.
fn put_beside(
    parcel: &Parcel,
    list: Option<&(PathBuf, String)>,
    id: &CaseId,
    holder: &str,
    cx: &Context,
) -> anyhow::Result<Kept> {
    let mut made = Kept::default();
    if let Some((file, text)) = list {
        file::make_own_folder(file.parent().unwrap_or(Path::new(".")))?;
        file::write_whole(file, text.as_bytes())?;
        made.add(file.clone());
        let beside = forms::beside(file);
        if let Some(form) = parcel.form.as_ref().filter(|_| !beside.exists()) {
            file::write_whole(&beside, form.as_bytes())?;
            made.add(beside);
        }
    }
    for (name, bytes) in &parcel.documents {
        let target = cx.store.root().join(name.split('/').collect::<PathBuf>());
        let there = target.is_file();
        if there && beside::hash(&target).is_ok_and(|hash| hash == sha256_hex(bytes)) {
            continue;
        }
        file::make_own_folder(target.parent().unwrap_or(Path::new(".")))?;
        file::write_whole(&target, bytes)?;
        // A damaged copy that was there is mended, and nothing to be taken away again.
        if !there {
            made.add(target);
        }
    }
    if let Some(marks) = &parcel.marks {
        let marks_path = cx.store.register_path(id);
        let new = !marks_path.is_file();
        let take = |_: &CaseId, held: &mut Register| {
            let both = held.joined(marks);
            let changed = both != *held;
            *held = both;
            changed
        };
        cx.store
            .change_registers(std::slice::from_ref(id), holder, take, || {}, |_| true)?;
        if new {
            made.add(marks_path);
        }
    }
    Ok(made)
}

/// What is next, and what is not as it should be.
fn told_after(case: &Case, id: &CaseId, cx: &mut Context) -> anyhow::Result<Outcome> {
    let state = CaseState::replay(case, None);
    if state.closed_on(cx.today()).is_some() {
        writeln!(
            cx.out(),
            "next    attcheck reopen {id} --why \"came to us\""
        )?;
    } else {
        writeln!(cx.out(), "next    attcheck gaps {id}")?;
    }
    if cx.store.settings().school.is_none() {
        cx.say(&format!(
            "note: the school's name is not in attcheck.toml; `attcheck details {id}` puts it into the case"
        ));
    }
    if let Some((list, edition)) = state.checklist()
        && checklists::of_case(&cx.store, id, list, edition).is_err()
    {
        cx.say(&format!("note: the checklist {list}, edition {edition}, is not here and was not in the parcel; put its file into `{}`", store::CHECKLISTS));
    }
    for lacking in super::verify::copies(case, cx) {
        cx.say(&format!(
            "note: {}; ask the former school for it",
            lacking.says
        ));
    }
    if store::erased::lines(&cx.store)?
        .iter()
        .any(|(_, erased)| erased == id.as_str())
    {
        cx.say(&format!(
            "note: case {id} was erased here once; {} tells when",
            store::erased::LEDGER
        ));
    }
    Ok(Outcome::Success)
}

/// The text with an entry that says which school has the case now, if the settings tell it.
fn with_school(text: &str, path: &Path, cx: &Context, by: &str) -> anyhow::Result<String> {
    let case = store::parse_case(text, path).map_err(|problems| BadFile { problems })?;
    let details = super::new::school_details(cx);
    let now = CaseState::replay(&case, None).details();
    let mut then = now.clone();
    then.update(&details);
    if then == now {
        return Ok(text.to_owned());
    }
    let loaded = Loaded {
        path: path.to_owned(),
        text: text.to_owned(),
        case,
    };
    let deed = Deed::Record(Content::Details(details));
    let state = CaseState::replay(&loaded.case, None);
    writing::rules(cx, &state, None, Waived::default()).check(&deed)?;
    let entry = compose::entry(&deed, by, cx.now, &writing::heads(&loaded));
    appended(&loaded, &[entry])
}
