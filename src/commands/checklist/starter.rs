//! `attcheck checklist new`

use crate::case::CaseId;
use crate::commands::context::from_here;
use crate::commands::{Context, Outcome};
use crate::error::refuse;
use crate::store::checklists::SAMPLES;
use crate::store::{CHECKLISTS, builtin, file, read_if_there};
use crate::tree::needs_quotes;

/// The words of the starter that stand for what is not known yet.
const CHECKLIST: &str = include_str!("../../../data/starter.yaml");
const SITUATIONS: &str = include_str!("../../../data/starter.samples.yaml");

/// Writes a commented checklist to start from, with situations beside it.
pub(super) fn write(id: &str, cx: &mut Context) -> anyhow::Result<Outcome> {
    // The id is the name of a file, as a case's is.
    if CaseId::new(id).is_err() || needs_quotes(id) {
        let hint = "use 3 to 32 small letters, digits and hyphens, such as `northshire`";
        return Err(refuse(
            format!("`{id}` cannot be the id of a checklist"),
            hint,
        ));
    }
    if builtin::shipped(id, None).is_some() {
        let hint = format!("choose another id; `attcheck checklist show {id}` shows that one");
        return Err(refuse(
            format!("the program has a checklist `{id}` already"),
            hint,
        ));
    }
    let folder = cx.store.root().join(CHECKLISTS);
    let today = cx.today();
    let filled = |text: &str| {
        text.replace("{id}", id)
            .replace("{edition}", &today.format("%Y-%m").to_string())
            .replace("{today}", &today.to_string())
    };
    // The list comes last: where it is not there, neither counts, and the command can be run again.
    let list = folder.join(format!("{id}.yaml"));
    let files = [
        (folder.join(format!("{id}{SAMPLES}")), filled(SITUATIONS)),
        (list, filled(CHECKLIST)),
    ];
    for (path, text) in &files {
        let broken_off = path != &files[1].0 && read_if_there(path)?.as_ref() == Some(text);
        if path.exists() && !broken_off {
            let hint = "choose another id, or edit the file that is there";
            return Err(refuse(
                format!("`{}` is there already", from_here(path)),
                hint,
            ));
        }
    }
    file::make_own_folder(&folder)?;
    for (path, text) in &files {
        file::write_whole(path, text.as_bytes())?;
    }
    for (path, _) in files.iter().rev() {
        writeln!(cx.out(), "wrote {}", from_here(path))?;
    }
    if !cx.quiet {
        writeln!(
            cx.out(),
            "next  attcheck checklist check {}",
            from_here(&files[1].0)
        )?;
        writeln!(cx.out(), "      attcheck checklist test {id}")?;
    }
    Ok(Outcome::Success)
}
