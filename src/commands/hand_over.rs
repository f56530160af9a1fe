//! `attcheck hand-over`

use super::{Context, Outcome, writing};
use crate::case::Case;
use crate::case::entry::{Attachment, Content, Subject};
use crate::case::receipt::receipt;
use crate::case::state::CaseState;
use crate::error::refuse;
use crate::number::counted;
use crate::store::bag::{self, Payload};
use crate::store::{builtin, checklists, forms};

/// Pack one case, with its documents and marks, for the pupil's next school
///
/// A zip file (a BagIt bag) that the next school opens with `attcheck take-over FILE`. It is not encrypted: send it by the
/// secure way your council names. The case itself stays here; close it with `attcheck close`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let case = &loaded.case;
    if case.subject == Subject::School {
        return Err(refuse(
            "this case is the school's own, and goes to no other",
            "name a pupil's case",
        ));
    }
    let id = &case.id;
    cx.refuse_without_file("the parcel", &format!("{id}-hand-over.zip"))?;
    writing::sound(case)?;
    writing::no_stray_copies(cx, id)?;
    let mut payload =
        Payload::from([(format!("cases/{id}.yaml"), loaded.text.clone().into_bytes())]);
    let register = cx.store.register(id)?;
    if let Some(register) = &register {
        payload.insert(
            format!("registers/{id}.csv"),
            crate::register::write(register).into_bytes(),
        );
    }
    let (documents, lacking) = documents(case, cx, &mut payload)?;
    let state = CaseState::replay(case, None);
    own_checklist(&state, cx, &mut payload)?;
    payload.insert("receipt.txt".to_owned(), receipt(case).text().into_bytes());
    payload.insert("read-me.txt".to_owned(), READ_ME.as_bytes().to_vec());
    let about = about_bag(case, &cx.today().to_string());
    let bytes = bag::pack(id.as_str(), &payload, &about)?;
    cx.raw_out().write_all(&bytes)?;
    let marks = if register.is_some() {
        ", its marks"
    } else {
        ""
    };
    cx.say(&format!(
        "case {id}: {}{marks}, {}",
        counted(case.entries.len(), "entry"),
        counted(documents, "document")
    ));
    for copy in lacking {
        cx.say(&format!(
            "note: the copy `{}` is not in it, since it is gone or changed ({})",
            copy.name, copy.file
        ));
    }
    cx.say("it is not encrypted: send it by the secure way your council names, and take the file away afterwards");
    if state.closed_on(cx.today()).is_none() {
        cx.say(&format!(
            "note: the case is still open here: attcheck close {id} --why left"
        ));
    }
    Ok(Outcome::Success)
}

/// What the bag of a parcel says of itself. All of it but the day follows from the record.
pub(super) fn about_bag(case: &Case, day: &str) -> [(&'static str, String); 3] {
    let school = CaseState::replay(case, None).details().school;
    [
        (
            "Source-Organization",
            school.unwrap_or_else(|| "a school".to_owned()),
        ),
        ("Bagging-Date", day.to_owned()),
        ("External-Identifier", case.id.to_string()),
    ]
}

const READ_ME: &str = "\
This is the record of one pupil's attendance support, handed over by their former school.
To go on with it, in your own folder of cases:  attcheck take-over FILE
It is plain text: data/cases holds the record, data/registers the marks, data/evidence the documents.
manifest-sha256.txt lists every file with its hash (BagIt, RFC 8493).
";

/// Every copy that any version of an entry names; how many are packed, and which cannot be.
fn documents(
    case: &Case,
    cx: &Context,
    payload: &mut Payload,
) -> anyhow::Result<(usize, Vec<Attachment>)> {
    let kept = cx.store.copies();
    let (mut count, mut lacking) = (0, Vec::new());
    for entry in &case.entries {
        let Some(Content::Action(action)) = entry.content() else {
            continue;
        };
        for copy in action.attach.iter().filter(|copy| copy.sha256.is_some()) {
            if payload.contains_key(&copy.file) {
                continue;
            }
            match kept.good(&case.id, copy)? {
                Some(path) => {
                    payload.insert(copy.file.clone(), crate::store::read_document(&path)?);
                    count += 1;
                }
                None => lacking.push(copy.clone()),
            }
        }
    }
    Ok((count, lacking))
}

/// The school's or council's own checklist goes with the case: the next school need not have it.
fn own_checklist(state: &CaseState<'_>, cx: &Context, payload: &mut Payload) -> anyhow::Result<()> {
    let Some((id, edition)) = state.checklist() else {
        return Ok(());
    };
    if builtin::shipped(id, Some(edition)).is_some() {
        return Ok(());
    }
    if let Some(path) = checklists::file_for_case(&cx.store, &state.case.id, id, edition)? {
        let text = crate::store::read_if_there(&path)?.unwrap_or_default();
        payload.insert(format!("checklists/{id}.yaml"), text.into_bytes());
        // The layout of its form lies beside it, if there is one.
        if let Some(text) = crate::store::read_if_there(&forms::beside(&path))? {
            payload.insert(
                format!("checklists/{id}{}", forms::FORMS),
                text.into_bytes(),
            );
        }
    }
    Ok(())
}
