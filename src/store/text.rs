//! The text of files, as schools' computers write it.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;

use super::limits::{self, Unfit};
use crate::error::{BadFile, refuse};
use crate::problem::{Code, Problem};
use crate::tree::Place;

/// Reads a file's text, or nothing if it is not there.
///
/// # Errors
/// If it is there and cannot be read.
pub fn read_if_there(path: &Path) -> anyhow::Result<Option<String>> {
    read_if_there_up_to(path, limits::CASE)
}

/// As [`read_if_there`], for a kind of file that has a limit of its own.
///
/// # Errors
/// If it is there and cannot be read, or is too large.
pub(super) fn read_if_there_up_to(path: &Path, most: u64) -> anyhow::Result<Option<String>> {
    limits::refuse_other(path, most)?;
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            super::unread::refuse_elsewhere(path)?;
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// Reads a file as text of limited size.
pub(super) fn read_text(path: &Path, most: u64) -> anyhow::Result<String> {
    let problem = |code, place, message: String, hint: Option<String>| {
        let file = path.to_owned();
        anyhow::Error::from(BadFile {
            problems: vec![Problem {
                code,
                file,
                place,
                excerpt: None,
                message,
                hint,
            }],
        })
    };
    super::unread::refuse_elsewhere(path)?;
    let unfit =
        limits::unfit(path, most).with_context(|| format!("cannot read `{}`", path.display()))?;
    match unfit {
        None => {}
        Some(Unfit::NoFile) => {
            let says = "this is no file, but a folder or a pipe".to_owned();
            let hint = "take it out of the folder, and put the file itself there";
            return Err(problem(Code::WrongFormat, None, says, Some(hint.into())));
        }
        Some(Unfit::TooLarge(size)) => {
            let message = format!(
                "the file is {} MB large, and may be {} MB",
                size / 1024 / 1024,
                most / 1024 / 1024
            );
            let hint = "it is not a file that attcheck wrote";
            return Err(problem(Code::TooLarge, None, message, Some(hint.into())));
        }
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let good = String::from_utf8_lossy(good);
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let hint = "save it again as UTF-8 (in Notepad: Save as, Encoding: UTF-8)";
        let place = Some(Place { line, column });
        problem(
            Code::NotUtf8,
            place,
            "the file is not UTF-8 text".into(),
            Some(hint.into()),
        )
    })
}

/// Reads long text for a flag: UTF-8 with or without byte order mark, UTF-16 with one.
///
/// # Errors
/// If it cannot be read or is in another encoding.
pub fn read_long_text(path: &Path) -> anyhow::Result<String> {
    decode(&read_bytes(path)?).ok_or_else(|| {
        let hint = "save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8)";
        refuse(
            format!("`{}` is neither UTF-8 nor UTF-16 text", path.display()),
            hint,
        )
    })
}

/// The same for a kind of file that has a limit of its own.
///
/// # Errors
/// As [`read_long_text`]; if it is too large.
pub fn read_long_text_up_to(path: &Path, most: u64) -> anyhow::Result<String> {
    if path.is_file() {
        limits::refuse_other(path, most)?;
    }
    read_long_text(path)
}

/// Reads what another system wrote: as [`read_long_text`], and where that cannot be, as Windows-1252, in which
/// spreadsheets in England write tables. Whether it came to that.
///
/// # Errors
/// If it cannot be read, or begins with a byte order mark and does not go on as that says.
pub fn read_export(path: &Path) -> anyhow::Result<(String, bool)> {
    let bytes = read_bytes(path)?;
    if let Some(text) = decode(&bytes) {
        return Ok((text, false));
    }
    let is_marked = [&[0xFF, 0xFE][..], &[0xFE, 0xFF], &[0xEF, 0xBB, 0xBF]]
        .iter()
        .any(|mark| bytes.starts_with(mark));
    if is_marked {
        let hint = "open it in a spreadsheet and save it again as CSV (UTF-8)";
        return Err(refuse(
            format!(
                "`{}` begins as UTF-8 or UTF-16 text and does not go on so",
                path.display()
            ),
            hint,
        ));
    }
    let text = encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(&bytes)
        .0;
    Ok((text.into_owned(), true))
}

fn read_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path != Path::new("-") {
        // A pipe that somebody names is read: a shell makes one of `<(…)`.
        if path.is_file() {
            limits::refuse_other(path, limits::EXPORT)?;
        }
        return match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(refuse(
                format!("cannot read `{}`: there is no such file", path.display()),
                "look at its path and name",
            )),
            read => read.with_context(|| format!("cannot read `{}`", path.display())),
        };
    }
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::stdin(), &mut bytes)
        .context("cannot read the standard input")?;
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Option<String> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect::<Vec<_>>();
        rest.len()
            .is_multiple_of(2)
            .then(|| String::from_utf16(&units).ok())?
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}
