//! Copies of documents with an entry: made before the entry is written, and taken away again if it is not.

use std::path::{Path, PathBuf};

use super::Context;
use crate::case::CaseId;
use crate::case::content::is_kebab;
use crate::case::entry::Attachment;
use crate::error::refuse;
use crate::store::beside::NewCopy;

/// Documents, by `record` and again by `correct`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Attach {
    /// A document of which a copy is kept, as in `letter=scan.pdf`; may be given again
    ///
    /// The name may be left out where the item asks for one document only.
    #[arg(long, value_name = "NAME=FILE")]
    attach: Vec<String>,
    /// Where a document lies of which no copy is kept, as in `letter=Filing cabinet 3`; may be given again
    #[arg(long, value_name = "NAME=PLACE", allow_hyphen_values = true)]
    attach_ref: Vec<String>,
}

impl Attach {
    /// Whether nothing is attached.
    pub(super) fn is_empty(&self) -> bool {
        self.attach.is_empty() && self.attach_ref.is_empty()
    }
}

/// Documents as the entry will name them, and the copies that are made for it.
#[derive(Debug, Default)]
pub(super) struct Attached {
    /// What stands in the entry.
    pub(super) documents: Vec<Attachment>,
    copies: Vec<NewCopy>,
}

impl Attached {
    /// Reads the files, so that what cannot be read is refused before anything is written. `asked` are the documents the
    /// item asks for.
    pub(super) fn read(
        given: &Attach,
        asked: &[&str],
        case: &CaseId,
        cx: &Context,
    ) -> anyhow::Result<Self> {
        let mut found = Self::default();
        for text in &given.attach {
            let (name, file) = named(text, asked)?;
            let copy = cx.store.new_copy(case, Path::new(file))?;
            found.documents.push(copy.attachment(&name));
            found.copies.push(copy);
        }
        for text in &given.attach_ref {
            let (name, place) = named(text, asked)?;
            let file = super::input::text("--attach-ref", place)?;
            found.documents.push(Attachment {
                name,
                file,
                size: None,
                sha256: None,
            });
        }
        Ok(found)
    }

    /// On a terminal asks for documents that the item asks for and that are not given yet; nothing typed leaves one for
    /// later.
    pub(super) fn ask_for_rest(
        &mut self,
        asked: &[&str],
        case: &CaseId,
        cx: &Context,
    ) -> anyhow::Result<()> {
        if !cx.ask.is_there() {
            return Ok(());
        }
        let given = |name: &str| self.documents.iter().any(|document| document.name == name);
        let missing: Vec<&str> = asked.iter().copied().filter(|name| !given(name)).collect();
        for name in missing {
            let copy = super::input::again(cx, || {
                let file = cx.ask.text(
                    &format!("The file of the `{name}`, of which a copy is kept (none for later)"),
                    None,
                )?;
                let file = file.trim().trim_matches('"');
                if file.is_empty() {
                    Ok(None)
                } else {
                    cx.store.new_copy(case, Path::new(file)).map(Some)
                }
            })?;
            if let Some(copy) = copy {
                self.documents.push(copy.attachment(name));
                self.copies.push(copy);
            }
        }
        Ok(())
    }

    /// Makes the copies.
    pub(super) fn keep(&self) -> anyhow::Result<Kept> {
        let mut kept = Kept::default();
        for copy in &self.copies {
            if copy.write()? {
                kept.made.push(copy.path.clone());
            }
        }
        Ok(kept)
    }
}

/// Copies that were made: they go again unless the entry that names them was written.
#[derive(Debug, Default)]
pub(super) struct Kept {
    made: Vec<PathBuf>,
}

impl Kept {
    /// Takes care of one more file that was made.
    pub(super) fn add(&mut self, path: PathBuf) {
        self.made.push(path);
    }

    /// The entry was written, so they stay.
    pub(super) fn stay(mut self) {
        self.made.clear();
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        for path in &self.made {
            // A copy that no entry names harms nothing; the entry is what failed, and is told.
            let _ = crate::store::file::remove(path);
            if let Some(folder) = path.parent() {
                // Only if nothing else is in it.
                crate::store::file::remove_empty(folder);
            }
        }
    }
}

/// The name of a document and the rest: `letter=scan.pdf`, or the rest alone where one document is asked for.
fn named<'t>(text: &'t str, asked: &[&str]) -> anyhow::Result<(String, &'t str)> {
    if let Some((name, rest)) = text.split_once('=')
        && is_kebab(name)
    {
        return Ok((name.to_owned(), rest));
    }
    match asked {
        [only] => Ok(((*only).to_owned(), text)),
        [] => Ok(("document".to_owned(), text)),
        several => {
            let hint = format!(
                "write its name before it, as in --attach {}=FILE; asked for: {}",
                several[0],
                several.join(", ")
            );
            Err(refuse(
                "--attach: it is not said which document that is",
                hint,
            ))
        }
    }
}
