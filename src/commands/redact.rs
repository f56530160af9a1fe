//! `attcheck redact`

use super::{Context, Outcome, writing};
use crate::case::entry::EntryId;
use crate::case::redacted::redacted;
use crate::case::state::CaseState;
use crate::error::refuse;
use crate::number::counted;
use crate::store::yaml;

/// Make a copy of a case without some of its entries, to be given to somebody who may not see them
///
/// The copy names each entry left out by its id, so that nothing is left out unseen, and carries the hash of the whole
/// record. `attcheck verify FILE` checks what is left. The case itself stays as it is. Copies of documents are not part of
/// it. Read it through before it leaves the school: other entries may speak of the same thing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// An entry to leave out: the start of its id, six characters or more; may be given again
    #[arg(long, value_name = "ENTRY", required = true)]
    leave_out: Vec<String>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let case = &loaded.case;
    cx.refuse_without_file("the copy", &format!("{}-redacted.yaml", case.id))?;
    writing::sound(case)?;
    let mut without = Vec::new();
    for called in &args.leave_out {
        let n = writing::entry_called(&loaded, called)?;
        if case.entries[n].kind() == "opened" {
            let hint = "a copy is of a case, and the opening says of which; give a note of your own in its place";
            return Err(refuse(
                "the entry that opened the case cannot be left out",
                hint,
            ));
        }
        if !without.contains(&n) {
            without.push(n);
        }
    }
    without.sort_unstable();
    refuse_other_versions(&loaded, &without)?;
    let text = yaml::write(&redacted(case, &without));
    // Byte for byte: what a terminal would have to be kept from is part of the record.
    cx.raw_out().write_all(text.as_bytes())?;
    let kept = case.entries.len() - without.len();
    cx.say(&format!(
        "{} of case {} kept, and left out:",
        counted(kept, "entry"),
        case.id
    ));
    for n in without {
        let entry = &case.entries[n];
        let id = entry
            .id
            .as_ref()
            .map(|id| id.short().to_owned())
            .unwrap_or_default();
        let at = entry
            .at
            .map(|at| {
                crate::day::uk_time(&at)
                    .format(", recorded %-d %b %Y")
                    .to_string()
            })
            .unwrap_or_default();
        cx.say(&format!("  {id}  {}{at}", entry.kind()));
    }
    cx.say("read the copy through before it leaves the school: other entries may speak of the same thing");
    Ok(Outcome::Success)
}

/// A correction holds the whole content again, so leaving out one version alone would leave the text in.
fn refuse_other_versions(loaded: &crate::store::Loaded, without: &[usize]) -> anyhow::Result<()> {
    let state = CaseState::replay(&loaded.case, None);
    let mut forgotten: Vec<&str> = Vec::new();
    for n in without {
        let versions = state
            .event_of(*n)
            .map(|event| event.versions.as_slice())
            .unwrap_or_default();
        for version in versions.iter().filter(|version| !without.contains(version)) {
            let entry = &loaded.case.entries[*version];
            let holds = entry.content().is_some();
            forgotten.extend(entry.id.as_ref().filter(|_| holds).map(EntryId::short));
        }
    }
    forgotten.sort_unstable();
    forgotten.dedup();
    if forgotten.is_empty() {
        return Ok(());
    }
    let flags: Vec<String> = forgotten
        .iter()
        .map(|id| format!("--leave-out {id}"))
        .collect();
    Err(refuse(
        "another version of an entry that is left out tells the same, and would stay in",
        format!("leave it out too: add {}", flags.join(" ")),
    ))
}
