//! `attcheck pack`

mod check;
mod contents;
mod held;
mod papers;
mod words;

use std::path::PathBuf;

use held::{About, Held};

use super::verdict::Check;
use super::{Context, Outcome, writing};
use crate::case::compose;
use crate::case::entry::Subject;
use crate::case::state::CaseState;
use crate::cli::When;
use crate::error::refuse;
use crate::number::counted;
use crate::store::bag;

/// Make the pack for the council: the form, the chronology, the register, the exhibits, and all it takes to check them
///
/// A zip file with --output, or a folder with --folder: a BagIt bag, whose hashes any BagIt program checks. A case that is
/// not ready is not packed unless --anyway says so; its open gaps then stand on the first page. Whoever gets a pack checks
/// it with `attcheck pack check PACK`. It is not encrypted: send it by the secure way your council names.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    /// What to do with packs, if not to make one.
    #[command(subcommand)]
    pub what: Option<What>,
    /// The case: its id, a path or a UPN
    #[arg(required = true)]
    case: Option<String>,
    /// Make a folder of this name instead of a zip file
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Pack it even if it is not ready: the open gaps stand on the first page
    #[arg(long)]
    anyway: bool,
    /// Who made it, as its documents will say; whoever records if left out
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// What it is packed for; the list's own if left out
    #[arg(long, value_name = "GATE")]
    gate: Option<String>,
    /// The route, where the checklist has several
    #[arg(long, value_name = "ROUTE")]
    route: Option<String>,
}

/// What to do with packs.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Check a pack that somebody sent: is it whole, and is what it says so
    ///
    /// Nothing of a school's folder is needed. Exit status: 0 if everything in it fits, 1 if something does not, 2 if it
    /// cannot be read.
    Check {
        /// The zip file or folder
        pack: PathBuf,
    },
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    if let Some(What::Check { pack }) = &args.what {
        return check::run(pack, cx);
    }
    let loaded = cx.open(args.case.as_deref().unwrap_or_default(), true)?;
    let (case, id) = (&loaded.case, &loaded.case.id);
    if cx.into_file == args.folder.is_some() {
        let hint = format!("add --output {id}-pack.zip, or --folder {id}-pack");
        return Err(refuse(
            "the pack has to go into a zip file or a folder, one of the two",
            hint,
        ));
    }
    if let Some(folder) = &args.folder {
        cx.refuse_own_folder(folder)?;
    }
    writing::sound(case)?;
    writing::no_stray_copies(cx, id)?;
    let when = When {
        gate: args.gate.clone(),
        route: args.route.clone(),
        ..When::default()
    };
    let check = Check::new(&when, cx)?;
    let state = CaseState::replay(case, None);
    let checklist = cx.checklist_of(&state)?;
    if case.subject == Subject::School && checklist.subject == Subject::Pupil {
        let hint = "it goes into the pack of every pupil's case that it has a part in";
        return Err(refuse(
            "this is the school's own record, and is packed for nobody by itself",
            hint,
        ));
    }
    let report = check.judge_state(&state, &checklist, false)?;
    if !report.ready && !args.anyway {
        let message = format!("case {id} is {}", report.verdict_line());
        let gate = super::verdict::gate_flag(&checklist, args.gate.as_deref());
        let hint = format!(
            "`attcheck gaps {id}{gate}` shows what is left; --anyway packs it with its gaps on the first page"
        );
        return Err(refuse(message, hint));
    }
    if let Some((shared, _)) = state.people_sharing_ids().next()
        && !args.anyway
    {
        super::named::refuse_shared(&state, shared)?;
    }
    let author = cx.author(args.author.as_deref())?;
    // As it stands in the bag's own lines: who checks the pack reads it there.
    let author = author.map(|author| author.split_whitespace().collect::<Vec<_>>().join(" "));
    let (mut payload, lacking) = contents::gathered(&loaded, &state, &checklist, &check, cx)?;
    let about = About {
        case: id.clone(),
        as_of: check.about.as_of,
        gate: report.gate.clone(),
        route: args.route.clone(),
    };
    let held = Held::of(&payload, about)?;
    let gate = held.gate().ok_or_else(|| {
        refuse(
            "the gate is not in the checklist",
            "name another with --gate",
        )
    })?;
    let when = compose::instant(cx.now);
    let (papers, packed) = contents::made(&held, gate, author.as_deref(), &when)?;
    // What is packed is judged by what is packed: who gets it must come to the same.
    if packed.ready != report.ready {
        let hint = format!(
            "`attcheck verify {id}` tells whether a copy is gone or changed; then pack it again"
        );
        return Err(refuse(
            "the case is ready here, and would not be by what can be packed",
            hint,
        ));
    }
    let exhibits = state.exhibits_on(check.about.as_of).len() - lacking.len();
    payload.extend(papers);
    let about = contents::about_bag(case, &when, &contents::agent(), author.as_deref());
    match &args.folder {
        Some(folder) => bag::write_folder(folder, &payload, &about)?,
        None => {
            let bytes = bag::pack(&format!("{id}-pack"), &payload, &about)?;
            cx.raw_out().write_all(&bytes)?;
        }
    }
    let verdict = if report.ready {
        "ready"
    } else {
        "not ready: its gaps stand on the first page"
    };
    let (files, exhibits) = (counted(payload.len(), "file"), counted(exhibits, "exhibit"));
    cx.say(&format!("packed case {id}: {files}, {exhibits}; {verdict}"));
    for lacking in &lacking {
        cx.warn(&format!(
            "note: exhibit {lacking} is not in it, since its copy is gone, changed or was never made"
        ));
    }
    tell_what_does_not_stand(&state, cx);
    cx.say("it is not encrypted: send it by the secure way your council names");
    cx.say("whoever gets it checks it with: attcheck pack check PACK");
    Ok(Outcome::Success)
}

/// Earlier versions go with the record: without them nobody could check it.
fn tell_what_does_not_stand(state: &CaseState<'_>, cx: &Context) {
    let not_standing = state
        .events()
        .iter()
        .map(|event| event.versions.len() - 1)
        .sum::<usize>();
    if not_standing > 0 {
        let versions = counted(not_standing, "earlier version");
        cx.say(&format!("note: the record keeps {versions} of entries that were corrected or withdrawn, and goes with the pack; `attcheck strike` takes out a text that may not go out"));
    }
}
