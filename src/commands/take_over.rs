//! `attcheck take-over`

use std::path::{Path, PathBuf};

use super::joining::joined;
use super::{Context, Outcome, writing};
use crate::case::entry::{Content, Deed, Details};
use crate::case::receipt::{Kept, Receipt, compare};
use crate::case::state::CaseState;
use crate::case::{CaseId, compose, verify};
use crate::error::{BadFile, refuse};
use crate::number::counted;
use crate::register::{self, Register};
use crate::store::bag::{self, Payload};
use crate::store::beside::EVIDENCE;
use crate::store::{self, Loaded, appended, checklists, file};

/// Go on with a case that a former school has handed over
///
/// Opens the file that `attcheck hand-over` made: everything in it is checked first, and nothing is written if anything does
/// not fit. Your school's name goes into the case as an entry of its own, and yours follow after it. Where the case is here
/// already, from an earlier time at this school, both are joined.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file that was handed over
    file: PathBuf,
    /// Check it and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What a parcel holds, looked through.
struct Parcel {
    loaded: Loaded,
    marks: Option<Register>,
    /// Copies of documents, by their path in the folder.
    documents: Vec<(String, Vec<u8>)>,
    /// The text of the former school's own checklist.
    checklist: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let parcel = looked_through(bag::open(&args.file)?)?;
    let id = parcel.loaded.case.id.clone();
    let path = cx.store.path_of(&id);
    let here = if path.is_file() { Some(store::load(&path)?) } else { None };
    if let Some(here) = &here
        && here.case.header_hash != parcel.loaded.case.header_hash
    {
        let hint = "take it over into a folder of its own with --dir, and tell the former school";
        return Err(refuse(format!("this folder has another case under the id `{id}`"), hint));
    }
    let state = CaseState::replay(&parcel.loaded.case, None);
    if here.is_none()
        && let Some(upn) = state.details().upn
    {
        super::new::same_pupil(cx, &upn, Some(&id))?;
    }
    let list = own_checklist(&parcel, &state, cx)?;
    let entries = parcel.loaded.case.entries.len();
    if args.dry_run {
        writeln!(
            cx.out(),
            "case {id}: {}, {}; it can be taken over",
            counted(entries, "entry"),
            counted(parcel.documents.len(), "document")
        )?;
        cx.say("nothing was written (--dry-run)");
        return Ok(Outcome::Success);
    }
    let by = cx.who()?;
    let holder = cx.holder(&by);
    let mut made = Made::default();
    if let Some((file, text)) = &list {
        file::make_folder(file.parent().unwrap_or(Path::new(".")))?;
        made.write(file, text.as_bytes())?;
    }
    for (name, bytes) in &parcel.documents {
        let target = cx.store.root().join(name.split('/').collect::<PathBuf>());
        file::make_own_folder(target.parent().unwrap_or(Path::new(".")))?;
        if !target.is_file() {
            made.write(&target, bytes)?;
        }
    }
    if let Some(marks) = &parcel.marks {
        made.new_marks = !cx.store.register_path(&id).is_file();
        made.marks = Some(cx.store.register_path(&id));
        let take = |_: &CaseId, held: &mut Register| {
            let both = held.joined(marks);
            let changed = both != *held;
            *held = both;
            changed
        };
        cx.store.change_registers(std::slice::from_ref(&id), &holder, take, || {})?;
    }
    // The record comes last: until then nothing in the folder speaks of the case.
    let written = match here {
        Some(_) => cx.store.change(&path, &holder, |ours| {
            let text = joined(&[ours, &parcel.loaded])?;
            with_school(&text, &path, cx, &by)
        }),
        None => {
            let text = with_school(&parcel.loaded.text, &path, cx, &by)?;
            cx.store.create(&id, &holder, &text)
        }
    };
    let changed = written?;
    made.stay();
    writing::notice(cx, &changed);
    writeln!(
        cx.out(),
        "took over case {id}: {} and {} of the former school",
        counted(entries, "entry"),
        counted(parcel.documents.len(), "document")
    )?;
    let case = &changed.loaded.case;
    if CaseState::replay(case, None).closed_on(cx.today()).is_some() {
        writeln!(cx.out(), "next    attcheck reopen {id} --why \"came to us\"")?;
    } else {
        writeln!(cx.out(), "next    attcheck gaps {id}")?;
    }
    if cx.store.settings().school.is_none() {
        cx.say(&format!(
            "note: the school's name is not in attcheck.toml; `attcheck details {id}` puts it into the case"
        ));
    }
    Ok(Outcome::Success)
}

/// Everything in a parcel, checked: nothing in it may lie anywhere but where a case's own files lie.
fn looked_through(mut payload: Payload) -> anyhow::Result<Parcel> {
    let foreign = |what: &str| refuse(format!("the parcel {what}"), "ask the former school to pack it again");
    let name = payload.keys().find(|path| path.starts_with("cases/")).cloned();
    let name = name.ok_or_else(|| foreign("holds no case"))?;
    let id = name.strip_prefix("cases/").and_then(|name| name.strip_suffix(".yaml")).unwrap_or_default();
    let id = CaseId::new(id).map_err(|_| foreign("names its case in a way that cannot be"))?;
    let text =
        |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| foreign("holds a text that is not UTF-8"));
    let text_of_case = text(payload.remove(&name).unwrap_or_default())?;
    let inside = PathBuf::from(format!("{id}.yaml"));
    let case = store::parse_case(&text_of_case, &inside).map_err(|problems| BadFile { problems })?;
    if case.id != id {
        return Err(foreign("holds a case under another id than its own"));
    }
    if let Some(fault) = verify::faults(&case).first() {
        let message = format!(
            "the record in the parcel does not stand up: {} (line {}): {}",
            fault.finding, fault.place.line, fault.says
        );
        return Err(refuse(
            message,
            "ask the former school to mend it with `attcheck verify` and pack it again",
        ));
    }
    if let Some(bytes) = payload.remove("receipt.txt") {
        let receipt =
            Receipt::read(&text(bytes)?).map_err(|says| foreign(&format!("has a receipt, but {says}")))?;
        if !matches!(compare(&case, &receipt), Kept::Whole { .. }) {
            return Err(foreign("holds a record that is not the one of its receipt"));
        }
    }
    payload.remove("read-me.txt");
    let marks = payload.remove(&format!("registers/{id}.csv")).map(text).transpose()?;
    let marks = marks.map(|text| register::read(&text)).transpose();
    let marks = marks
        .map_err(|bad| foreign(&format!("holds marks that cannot be read: row {}: {}", bad.row, bad.says)))?;
    let (mut documents, mut checklist) = (Vec::new(), None);
    for (path, bytes) in payload {
        let named = case.entries.iter().filter_map(|entry| entry.content()).any(|content| match content {
            Content::Action(action) => action.attach.iter().any(|copy| {
                let fits = copy.sha256.as_deref() == Some(&crate::case::seal::sha256_hex(&bytes));
                copy.file == path && fits
            }),
            _ => false,
        });
        let flat = |rest: &str| !rest.contains(['/', '\\', ':']) && !rest.starts_with('.');
        let rest = path.strip_prefix(&format!("{EVIDENCE}/{id}/"));
        if named && rest.is_some_and(flat) {
            documents.push((path, bytes));
        } else if path.strip_prefix("checklists/").is_some_and(flat) && checklist.is_none() {
            checklist = Some(text(bytes)?);
        } else {
            return Err(foreign("holds a file that no entry of its record names"));
        }
    }
    let loaded = Loaded { path: inside, text: text_of_case, case };
    Ok(Parcel { loaded, marks, documents, checklist })
}

/// The former school's checklist, and the file it goes into, if no such edition is here.
fn own_checklist(
    parcel: &Parcel,
    state: &CaseState<'_>,
    cx: &Context,
) -> anyhow::Result<Option<(PathBuf, String)>> {
    let (Some((id, edition)), Some(text)) = (state.checklist(), &parcel.checklist) else { return Ok(None) };
    if checklists::of_edition(&cx.store, id, edition).is_ok() {
        return Ok(None);
    }
    let found = checklists::parse(text, Path::new("the checklist in the parcel"))?;
    if (found.id.as_str(), found.edition.as_str()) != (id, edition) {
        let hint = "ask the former school to pack it again";
        return Err(refuse("the checklist in the parcel is not the one its record is worked against", hint));
    }
    let folder = cx.store.root().join(store::CHECKLISTS);
    let file = folder.join(format!("{id}.yaml"));
    let file = if file.is_file() { folder.join(format!("{id}-{edition}.yaml")) } else { file };
    if file.is_file() {
        let hint = "look at it with `attcheck checklist check`, and move it out of the way";
        return Err(refuse(
            format!("`{}` is in the way of the checklist in the parcel", file.display()),
            hint,
        ));
    }
    Ok(Some((file, text.clone())))
}

/// The text with an entry that says which school has the case now, if the settings tell it.
fn with_school(text: &str, path: &Path, cx: &Context, by: &str) -> anyhow::Result<String> {
    let case = store::parse_case(text, path).map_err(|problems| BadFile { problems })?;
    let settings = cx.store.settings();
    let now = CaseState::replay(&case, None).details();
    let details =
        Details { school: settings.school.clone(), urn: settings.urn.clone(), ..Details::default() };
    let known = (details.school.is_none() || details.school == now.school)
        && (details.urn.is_none() || details.urn == now.urn);
    if known {
        return Ok(text.to_owned());
    }
    let loaded = Loaded { path: path.to_owned(), text: text.to_owned(), case };
    let entry =
        compose::entry(&Deed::Record(Content::Details(details)), by, cx.now, &writing::heads(&loaded));
    appended(&loaded, &[entry])
}

/// Files that were made for the case: they go again unless the record was written.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    marks: Option<PathBuf>,
    new_marks: bool,
    stays: bool,
}

impl Made {
    fn write(&mut self, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
        file::write_whole(path, bytes)?;
        self.files.push(path.to_owned());
        Ok(())
    }

    fn stay(&mut self) {
        self.stays = true;
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if self.stays {
            return;
        }
        // What the record failed to name harms nothing, so a failure here is not told on top of the first.
        for path in self.files.iter().chain(self.marks.iter().filter(|_| self.new_marks)) {
            let _ = file::remove(path);
            if let Some(folder) = path.parent() {
                file::remove_empty(folder);
            }
        }
    }
}
