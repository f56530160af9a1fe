//! Which paths are the school's own: output never takes the place of a case, a checklist, the settings, marks or a copy of a
//! document, nor is it put among them.
//!
//! Names are compared as a file system may: without regard to case, and without dots and blanks at the end, which Windows
//! drops. A path is looked at as it is written and as it leads, links followed, as far as there is a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::beside::{EVIDENCE, REGISTERS};
use super::erased::LEDGER;
use super::{CASES, CHECKLISTS, SETTINGS};
use crate::case::id::is_windows_device;

/// Whether two names may be one file's.
pub fn is_same_name(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// A name as it is compared. What stands after a colon names a part of a file on Windows.
fn plain(name: &str) -> String {
    let name = name.split(':').next().unwrap_or_default();
    name.trim_end_matches(['.', ' ']).to_lowercase()
}

/// Whether a name can be a file's on every system: plain letters, no dot at the end, and no device of Windows.
pub fn is_portable(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    !name.is_empty()
        && name.len() <= 255
        && name.bytes().all(plain)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !is_windows_device(&stem)
}

/// Whether a file for output would take the place of one of a school's, or lie among them.
pub fn is_own_file(file: &Path) -> bool {
    whole_paths(file).iter().any(|path| {
        let name = name_of(path);
        let yaml = [".yaml", ".yml"]
            .iter()
            .any(|ending| plain(&name).ends_with(ending));
        let named = [SETTINGS, LEDGER]
            .iter()
            .any(|own| is_same_name(&name, own))
            || plain(&name).starts_with(".lock");
        let around = |levels: usize| {
            path.ancestors()
                .nth(levels)
                .map(name_of)
                .unwrap_or_default()
        };
        // Cases and lists are told by lying there, wherever that is.
        let among = [CASES, CHECKLISTS]
            .iter()
            .any(|own| is_same_name(&around(1), own));
        named
            || among
            || yaml && is_there(path)
            || lies_in_own_folder(path)
            || replaces_a_copy(path)
    })
}

/// Whether a folder for output is one of a school's, or lies in one.
pub fn is_own_folder(folder: &Path) -> bool {
    whole_paths(folder)
        .iter()
        .any(|path| lies_in_own_folder(&path.join("file")))
}

/// Whether a path lies in a folder of cases, lists, marks or copies of a school's, which may not be there yet.
fn lies_in_own_folder(path: &Path) -> bool {
    path.ancestors().skip(1).any(|folder| {
        let name = name_of(folder);
        let own = [CASES, CHECKLISTS, REGISTERS, EVIDENCE]
            .iter()
            .any(|own| is_same_name(&name, own));
        own && folder.parent().is_some_and(is_a_school)
    })
}

/// Whether a file that is there is one of a folder that is called as those of marks and copies are.
fn replaces_a_copy(path: &Path) -> bool {
    let called = |levels: usize, own: &str| {
        let name = path.ancestors().nth(levels).map(name_of);
        name.is_some_and(|name| is_same_name(&name, own))
    };
    (called(1, REGISTERS) || called(1, EVIDENCE) || called(2, EVIDENCE)) && is_there(path)
}

/// Whether a folder is a school's: it has settings or cases.
fn is_a_school(folder: &Path) -> bool {
    folder.join(SETTINGS).is_file() || folder.join(CASES).is_dir()
}

/// Whether a file is there, under this name or one that may be the same.
fn is_there(path: &Path) -> bool {
    let name = name_of(path);
    let around = path.parent().unwrap_or(Path::new("."));
    let mut entries = fs::read_dir(around).into_iter().flatten().flatten();
    path.exists() || entries.any(|entry| is_same_name(&entry.file_name().to_string_lossy(), &name))
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A path as it is written, from the root on, and as it leads: the nearest folder that is there with all links followed, and
/// the rest behind it.
fn whole_paths(path: &Path) -> [PathBuf; 2] {
    let written = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut leads = written.clone();
    for there in written.ancestors() {
        if let Ok(real) = there.canonicalize() {
            let rest = written.strip_prefix(there).unwrap_or(Path::new(""));
            leads = if rest.as_os_str().is_empty() {
                real
            } else {
                real.join(rest)
            };
            break;
        }
    }
    [written, leads]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_a_file_system_may() {
        for other in [
            "attcheck.toml",
            "Attcheck.TOML",
            "attcheck.toml.",
            "attcheck.toml . ",
            "attcheck.toml::$DATA",
        ] {
            assert!(is_same_name("attcheck.toml", other), "{other}");
        }
        assert!(!is_same_name("attcheck.toml", "attcheck.tom"));
    }

    #[test]
    fn a_name_that_another_system_cannot_have_is_not_portable() {
        for name in ["0a.pdf", "0a", "A-b_c.DOCX"] {
            assert!(is_portable(name), "{name}");
        }
        for name in [
            "con", "CON.txt", "nul.pdf", "com1", "LPT9.a.b", "a|b", "x.", "x ", "", ".x", "a/b",
            "a:b", "ä",
        ] {
            assert!(!is_portable(name), "{name}");
        }
    }

    #[test]
    fn the_school_s_own_files_are_known_by_every_name() {
        let dir = tempfile::tempdir().unwrap();
        let school = dir.path().join("school");
        fs::create_dir_all(school.join("cases")).unwrap();
        fs::write(school.join("cases/k7m4px.yaml"), "x").unwrap();
        for own in [
            "attcheck.toml",
            "Attcheck.toml",
            "erased.csv.",
            "CASES/k7m4px.yaml.",
            "Cases/new.json",
            "registers/k7m4px.csv",
            "Evidence/k7m4px/x.pdf",
            "checklists/x.html",
            ".LOCK",
        ] {
            assert!(is_own_file(&school.join(own)), "{own}");
        }
        for own in [
            "registers",
            "Registers.",
            "evidence/k7m4px",
            "checklists/sub",
            "cases",
        ] {
            assert!(is_own_folder(&school.join(own)), "{own}");
        }
        for other in ["list.json", "report.html", "out/registers.csv"] {
            assert!(!is_own_file(&school.join(other)), "{other}");
        }
        assert!(!is_own_folder(&school.join("out")));
        assert!(!is_own_folder(&dir.path().join("evidence")));
        #[cfg(unix)]
        {
            let link = dir.path().join("link");
            std::os::unix::fs::symlink(&school, &link).unwrap();
            let deep = dir.path().join("deep");
            std::os::unix::fs::symlink(school.join("cases"), &deep).unwrap();
            assert!(is_own_folder(&link.join("registers")) && is_own_folder(&deep));
            assert!(is_own_file(&deep.join("x.json")));
        }
    }
}
