//! `attcheck checklist new`

use crate::case::CaseId;
use crate::commands::context::from_here;
use crate::commands::{Context, Outcome};
use crate::error::refuse;
use crate::store::checklists::SAMPLES;
use crate::store::{CHECKLISTS, builtin, file};
use crate::tree::needs_quotes;

/// The words of the starter that stand for what is not known yet.
const CHECKLIST: &str = include_str!("../../../data/starter.yaml");
const SITUATIONS: &str = include_str!("../../../data/starter.samples.yaml");

/// Writes a commented checklist to start from, with situations beside it.
pub(super) fn write(id: &str, cx: &mut Context) -> anyhow::Result<Outcome> {
    // The id is the name of a file, as a case's is.
    if CaseId::new(id).is_err() || needs_quotes(id) {
        let hint = "use 3 to 32 small letters, digits and hyphens, such as `northshire`";
        return Err(refuse(format!("`{id}` cannot be the id of a checklist"), hint));
    }
    if builtin::shipped(id, None).is_some() {
        let hint = format!("choose another id; `attcheck checklist show {id}` shows that one");
        return Err(refuse(format!("the program has a checklist `{id}` already"), hint));
    }
    let folder = cx.store.root().join(CHECKLISTS);
    let files =
        [(folder.join(format!("{id}.yaml")), CHECKLIST), (folder.join(format!("{id}{SAMPLES}")), SITUATIONS)];
    if let Some((there, _)) = files.iter().find(|(path, _)| path.exists()) {
        let hint = "choose another id, or edit the file that is there";
        return Err(refuse(format!("`{}` is there already", from_here(there)), hint));
    }
    file::make_folder(&folder)?;
    let today = cx.today();
    for (path, text) in &files {
        let text = text
            .replace("{id}", id)
            .replace("{edition}", &today.format("%Y-%m").to_string())
            .replace("{today}", &today.to_string());
        file::write_whole(path, text.as_bytes())?;
        writeln!(cx.out(), "wrote {}", from_here(path))?;
    }
    if !cx.quiet {
        writeln!(cx.out(), "next  attcheck checklist check {}", from_here(&files[0].0))?;
        writeln!(cx.out(), "      attcheck checklist test {id}")?;
    }
    Ok(Outcome::Success)
}
