//! Settings of the folder, and the settings of the person at the computer.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::retention::{self, RawRetention, Retention};
use super::terms::{self, RawTerm};
use crate::calendar::Terms;
use crate::error::{BadFile, refuse};
use crate::problem::{Code, Excerpt, Problem};
use crate::tree::Place;

/// `attcheck.toml`: all of it may be left out.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The school's name.
    pub school: Option<String>,
    /// The school's unique reference number, six digits.
    pub urn: Option<String>,
    /// The checklist of a new case, if none is named.
    pub checklist: Option<String>,
    /// When the registers close, in words.
    pub registers_close: Option<String>,
    /// The case that is the school's own record.
    pub school_record: Option<String>,
    /// Term dates.
    pub terms: Terms,
    /// How long cases are kept.
    pub retention: Retention,
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    school: Option<String>,
    urn: Option<String>,
    checklist: Option<String>,
    registers_close: Option<String>,
    school_record: Option<String>,
    #[serde(default)]
    term: Vec<RawTerm>,
    #[serde(default)]
    retention: RawRetention,
}

/// Keys as a hint.
const KNOWN: &str = "known keys: school, urn, checklist, registers-close, school-record, and [[term]] with name, from, to, half-term, inset, closed, and [retention] with after-closing, after-leaving";

impl Settings {
    /// What a verdict depends on, and whose it is, as a file of settings: for a check elsewhere.
    pub fn for_a_check(&self) -> String {
        let mut out = String::new();
        let texts = [
            ("school", &self.school),
            ("urn", &self.urn),
            ("school-record", &self.school_record),
        ];
        for (key, value) in texts {
            if let Some(value) = value {
                // Text without control characters is quoted in TOML as in JSON; writing to a String cannot fail.
                let value = value.replace(char::is_control, " ");
                let _ = writeln!(
                    out,
                    "{key} = {}",
                    serde_json::to_string(&value).unwrap_or_default()
                );
            }
        }
        format!("{out}\n{}", terms::write(&self.terms))
    }

    /// Reads the text of `attcheck.toml`.
    ///
    /// # Errors
    /// Names line and column of what cannot be understood.
    pub fn read(text: &str, file: &Path) -> Result<Self, BadFile> {
        let text = text.trim_start_matches('\u{feff}');
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let message = error.message().replace('\n', " ");
            let code = if message.contains("unknown field") {
                Code::UnknownKey
            } else {
                Code::WrongType
            };
            let message = message.replace("unknown field", "unknown key");
            let hint = if message.contains("expected a sequence") {
                "a term begins with [[term]], in two brackets; then name, from, to"
            } else if message.contains("string values must be quoted")
                || message.contains("datetime")
            {
                "write a day as 2026-09-02, without quotes, and a text in quotes"
            } else {
                KNOWN
            };
            problem(text, file, error.span(), code, message, hint)
        })?;
        let terms = terms::terms(&raw.term).map_err(|bad| {
            problem(
                text,
                file,
                Some(bad.at),
                Code::WrongType,
                bad.message,
                &bad.hint,
            )
        })?;
        let retention = retention::retention(&raw.retention).map_err(|at| {
            let hint = "write it as \"6 years\", \"18 months\" or \"90 days\"";
            problem(
                text,
                file,
                Some(at),
                Code::WrongType,
                "this is no period".to_owned(),
                hint,
            )
        })?;
        let Raw {
            school,
            urn,
            checklist,
            registers_close,
            school_record,
            ..
        } = raw;
        Ok(Self {
            school,
            urn,
            checklist,
            registers_close,
            school_record,
            terms,
            retention,
        })
    }
}

/// A problem of the file with its place.
fn problem(
    text: &str,
    file: &Path,
    span: Option<Range<usize>>,
    code: Code,
    message: String,
    hint: &str,
) -> BadFile {
    let start = span.as_ref().map_or(0, |span| span.start.min(text.len()));
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    let width = span.map_or(1, |span| span.len().max(1));
    let excerpt = text.lines().nth(line - 1).map(|line| Excerpt {
        line: line.to_owned(),
        width,
    });
    let place = Some(Place { line, column });
    let hint = Some(hint.to_owned());
    BadFile {
        problems: vec![Problem {
            code,
            file: file.to_owned(),
            place,
            excerpt,
            message,
            hint,
        }],
    }
}

/// Where a person keeps who they are, outside any school's folder.
#[derive(Debug, Clone)]
pub struct UserSettings {
    /// The file, or why there is no place for one.
    file: Result<PathBuf, &'static str>,
}

#[derive(Debug, Default, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
struct User {
    by: Option<String>,
}

impl UserSettings {
    /// Settings in a folder of the user's own. One in the school's folder is nobody's own: whoever works in that folder
    /// would be taken for the one who wrote them, so they are neither written there nor believed from there.
    pub fn in_folder(config: &Path, school: &Path) -> Self {
        let file = config.join("attcheck").join("user.toml");
        let is_school =
            school.join(super::SETTINGS).is_file() || school.join(super::CASES).is_dir();
        if is_school && whole(&file).starts_with(whole(school)) {
            return Self {
                file: Err(
                    "your own settings would lie in the school's folder, where everybody has them",
                ),
            };
        }
        Self { file: Ok(file) }
    }

    /// Where the computer does not say what folder is the user's own.
    pub fn nowhere() -> Self {
        let why = if cfg!(windows) {
            "this computer does not say where your own settings lie (APPDATA is not set)"
        } else {
            "this computer does not say where your own settings lie (HOME is not set)"
        };
        Self { file: Err(why) }
    }

    /// Whether who records can be kept.
    pub fn can_keep(&self) -> bool {
        self.file.is_ok()
    }

    /// Who records, as set once with `whoami --set`.
    ///
    /// # Errors
    /// If the file is there and cannot be understood.
    pub fn who(&self) -> anyhow::Result<Option<String>> {
        let Ok(file) = &self.file else {
            return Ok(None);
        };
        let Some(text) = super::text::read_if_there_up_to(file, super::limits::SMALL)? else {
            return Ok(None);
        };
        let user: User = toml::from_str(&text).map_err(|_| {
            refuse(
                format!("`{}` cannot be understood", file.display()),
                "set it anew with `attcheck whoami --set`",
            )
        })?;
        Ok(user.by.filter(|by| !by.trim().is_empty()))
    }

    /// Keeps who records.
    ///
    /// # Errors
    /// If there is no place for it, or the file cannot be written.
    pub fn set_who(&self, who: &str) -> anyhow::Result<()> {
        let file = self.file.as_ref().map_err(|why| {
            refuse(
                *why,
                "say who records with --by, or set ATTCHECK_BY for this computer",
            )
        })?;
        super::file::make_folder(file.parent().unwrap_or(Path::new(".")))?;
        let quoted = serde_json::to_string(who)?;
        super::file::write_whole(file, format!("by = {quoted}\n").as_bytes())
    }
}

/// A path from the root of the disk, links in what is there of it followed.
fn whole(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path
        .ancestors()
        .find_map(|part| Some((part, part.canonicalize().ok()?)));
    match there {
        Some((part, real)) => match path.strip_prefix(part) {
            Ok(rest) if rest.as_os_str().is_empty() => real,
            Ok(rest) => real.join(rest),
            Err(_) => path,
        },
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Settings {
        Settings::read(text, Path::new("attcheck.toml"))
            .unwrap_or_else(|bad| panic!("{:?}", bad.problems))
    }

    #[test]
    fn what_a_check_needs_is_written_and_read_again() {
        let own = read(
            "school = \"St \\\"Anne's\\\" \\u00d6\"\nurn = \"123456\"\nchecklist = \"kent\"\nschool-record = \"st-annes\"\n\
             [[term]]\nname = \"Autumn \\\"26\\\"\"\nfrom = 2026-09-02\nto = 2026-12-18\n\
             half-term = { from = 2026-10-24, to = 2026-11-01 }\ninset = [2026-09-01, 2026-10-28, 2026-11-02]\nclosed = [2026-12-21]\n\
             [[term]]\nfrom = 2027-01-05\nto = 2027-03-25\nclosed = [2027-02-09]\n\
             [retention]\nafter-leaving = \"6 years\"\n",
        );
        let again = read(&own.for_a_check());
        assert_eq!(again.terms, own.terms);
        assert_eq!(own.terms.parts().len(), 3);
        assert_eq!(own.terms.closures().count(), 5);
        assert_eq!(
            (again.school, again.urn, again.school_record),
            (own.school, own.urn, own.school_record)
        );
        assert!(again.checklist.is_none(), "a verdict does not depend on it");
        assert_eq!(
            read(&Settings::default().for_a_check()).terms,
            Terms::default()
        );
    }
}
