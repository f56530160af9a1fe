//! A council's own Word file filled in: rows matched by their text, values put into empty cells, all else left as it is.
//!
//! The file is never taken apart and put together again. Where a value goes is found in the text of its main part, and only
//! those places change; every other part is copied as it lies.

mod grid;
mod headings;
mod place;
mod tables;
mod whose;

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use zip::{ZipArchive, ZipWriter};

use crate::case::entry::Details;
use crate::form::{Filled, Layout};
use crate::xml;
use place::Edits;

/// How large one part of a file may be, unpacked, in bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// How many parts a file may have.
const MOST_PARTS: usize = 2_000;
/// How large each of the other parts may be, unpacked, in bytes, and all heads and feet of pages together.
const MOST_OTHER_BYTES: u64 = 4 * 1024 * 1024;
const MOST_EDGES_BYTES: usize = 16 * 1024 * 1024;
/// What every old Word file, and every one behind a password, begins with.
const OLD_WORD: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];
/// The namespace of Word's elements, and that of the strict form of the standard.
const W: &str = super::W;
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";

/// Why a file cannot be filled in, and the way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotFill {
    /// What was found.
    pub says: &'static str,
    /// What to do.
    pub hint: &'static str,
}

/// A file that was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledIn {
    /// The file.
    pub bytes: Vec<u8>,
    /// The rows and labels of the form that a value was put beside.
    pub placed: Vec<Placed>,
    /// What found no place, and why.
    pub unplaced: Vec<Unplaced>,
}

/// Where something of the form went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The row, or the label.
    pub what: String,
    /// Which table of the file it is, counted from one.
    pub table: usize,
    /// Which row of that table, counted from one.
    pub row: usize,
    /// What the file has as the label of that row; empty where it has none.
    pub label: String,
}

/// Something of the form that found no place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// The row, or the label.
    pub what: String,
    /// Why.
    pub why: String,
    /// Whether the file has nothing like it at all, as one that is another form.
    pub absent: bool,
}

const fn cannot<T>(says: &'static str, hint: &'static str) -> Result<T, CannotFill> {
    Err(CannotFill { says, hint })
}

const AS_DOCX: &str =
    "open it in Word, save it as a Word Document (.docx) without a password, and give that file";

/// Fills a form into a Word file. `pupil` is whose form it is, if it is one pupil's.
///
/// # Errors
/// If the file is not one that can be filled in, or names another pupil; it says what to do about it.
pub fn into(
    blank: &[u8],
    form: &Filled,
    layout: &Layout,
    pupil: Option<&Details>,
) -> Result<FilledIn, CannotFill> {
    if blank.starts_with(OLD_WORD) {
        return cannot(
            "this is an old Word file (.doc), or one behind a password",
            AS_DOCX,
        );
    }
    let mut zip = match ZipArchive::new(Cursor::new(blank)) {
        Ok(zip) if zip.len() <= MOST_PARTS => zip,
        _ => return cannot("this is not a Word file", AS_DOCX),
    };
    let main = main_part(&mut zip)?;
    refuse_protected(&mut zip)?;
    let Some(text) = part_up_to(&mut zip, &main, MOST_BYTES)? else {
        return cannot("the file is damaged: its main part is not in it", AS_DOCX);
    };
    let Ok(document) = xml::parse(&text) else {
        return cannot(
            "the file is damaged, or far too large: its main part cannot be read",
            AS_DOCX,
        );
    };
    if grid::is_too_deep(&document) {
        return cannot(
            "the file is built in a way that no form is: its parts lie too deep in one another",
            AS_DOCX,
        );
    }
    if grid::is_too_wide(&document) {
        return cannot("the file has more rows or cells than any form", AS_DOCX);
    }
    match document.root_element().tag_name().namespace() {
        Some(W) if document.root_element().lookup_prefix(W) == Some("w") => {}
        Some(STRICT) => {
            let hint = "in Word, save it as Word Document (.docx), not as Strict Open XML Document";
            return cannot("this file is in the strict form of the format", hint);
        }
        _ => return cannot("this is not a Word file", AS_DOCX),
    }
    if grid::has_tracked_changes(&document) {
        let hint =
            "in Word, under Review, accept or reject all changes, save the file, and try again";
        return cannot("the file has tracked changes in its tables", hint);
    }
    if let Some(pupil) = pupil {
        whose::refuse_others(&document, layout, pupil)?;
        for text in edges(&mut zip)? {
            if let Ok(edge) = xml::parse(&text) {
                whose::refuse_others(&edge, layout, pupil)?;
            }
        }
    }
    let mut edits = Edits::new(&text);
    let found = tables::place(&document, form, layout, &mut edits);
    let bytes = repack(&mut zip, &main, &edits.done());
    let Ok(bytes) = bytes else {
        return cannot(
            "the file is damaged: a part of it cannot be copied",
            AS_DOCX,
        );
    };
    Ok(FilledIn {
        bytes,
        placed: found.placed,
        unplaced: found.unplaced,
    })
}

type Zip<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// The text of a part; none if there is no such part.
fn part(zip: &mut Zip<'_>, name: &str) -> Result<Option<String>, CannotFill> {
    part_up_to(zip, name, MOST_OTHER_BYTES)
}

fn part_up_to(zip: &mut Zip<'_>, name: &str, most: u64) -> Result<Option<String>, CannotFill> {
    let Ok(entry) = zip.by_name(name) else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    let read = entry.take(most + 1).read_to_end(&mut bytes);
    if read.is_err() || bytes.len() as u64 > most {
        return cannot("a part of the file is damaged, or far too large", AS_DOCX);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(_) => cannot("a part of the file is not in UTF-8", AS_DOCX),
    }
}

/// What stands at the head and the foot of pages.
fn edges(zip: &mut Zip<'_>) -> Result<Vec<String>, CannotFill> {
    let is_edge = |name: &str| {
        let name = name.strip_prefix("word/").unwrap_or_default();
        (name.starts_with("header") || name.starts_with("footer"))
            && Path::new(name)
                .extension()
                .is_some_and(|ending| ending == "xml")
    };
    let names: Vec<String> = zip
        .file_names()
        .flatten()
        .filter(|name| is_edge(name))
        .map(Into::into)
        .collect();
    let mut texts = Vec::new();
    let mut bytes = 0;
    for name in names {
        let text = part(zip, &name)?.unwrap_or_default();
        bytes += text.len();
        if bytes > MOST_EDGES_BYTES {
            return cannot("a part of the file is damaged, or far too large", AS_DOCX);
        }
        texts.push(text);
    }
    Ok(texts)
}

/// The name of the part that holds the text.
fn main_part(zip: &mut Zip<'_>) -> Result<String, CannotFill> {
    const MAIN: &str =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    const MACROS: &str = "application/vnd.ms-word.document.macroEnabled.main+xml";
    let types = part(zip, "[Content_Types].xml")?.unwrap_or_default();
    let Ok(types) = xml::parse(&types) else {
        return cannot("this is not a Word file", AS_DOCX);
    };
    let overrides = types
        .descendants()
        .filter(|node| node.tag_name().name() == "Override");
    for (kind, name) in overrides.filter_map(|node| {
        node.attribute("ContentType")
            .zip(node.attribute("PartName"))
    }) {
        if kind == MAIN {
            return Ok(name.trim_start_matches('/').to_owned());
        }
        if kind == MACROS {
            return cannot("this file holds macros", AS_DOCX);
        }
        if kind.contains("template") && kind.ends_with("main+xml") {
            return cannot("this is a template (.dotx), and no document", AS_DOCX);
        }
    }
    cannot("this is not a Word file", AS_DOCX)
}

fn refuse_protected(zip: &mut Zip<'_>) -> Result<(), CannotFill> {
    if zip
        .file_names()
        .flatten()
        .any(|name| name.starts_with("_xmlsignatures/"))
    {
        let hint = "ask the council for a copy without the signature, which any change would break";
        return cannot("the file is signed", hint);
    }
    let settings = part(zip, "word/settings.xml")?.unwrap_or_default();
    let Ok(settings) = xml::parse(&settings) else {
        return Ok(());
    };
    let on = |node: roxmltree::Node<'_, '_>| {
        let enforced = node.attribute((W, "enforcement")).unwrap_or("0");
        !matches!(enforced, "0" | "false" | "off")
    };
    let protected = settings
        .descendants()
        .any(|node| node.tag_name().name() == "documentProtection" && on(node));
    if protected {
        let hint = "in Word, under Review, Restrict Editing, choose Stop Protection, save the file, and try again";
        return cannot("the file is protected against changes", hint);
    }
    Ok(())
}

/// The same file with one part in other words; every other part is copied as it lies.
fn repack(zip: &mut Zip<'_>, main: &str, text: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..zip.len() {
        let entry = zip.by_index_raw(n)?;
        if entry.name()? == main {
            out.start_file(main, super::options())?;
            out.write_all(text.as_bytes())?;
        } else {
            out.raw_copy_file(entry)?;
        }
    }
    Ok(out.finish()?.into_inner())
}
