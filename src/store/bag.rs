//! A parcel of files with their hashes: a BagIt bag (RFC 8493), in a zip file or as a folder.
//!
//! Whoever gets one can check it with any BagIt program, or by hand with `sha256sum`. What is read is bounded, and nothing
//! is written anywhere while reading: a bag from outside is data until it has been looked through.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Cursor, Read, Seek, Write as _};
use std::path::Path;

use anyhow::Context as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::file;
use crate::case::seal::sha256_hex;
use crate::error::refuse;

/// The declaration every bag begins with.
const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// How much a bag may hold, unpacked, in bytes.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// How many files a bag may hold.
const MOST_FILES: usize = 5_000;

/// Files by their path in the bag's `data`, with `/` between its parts.
pub type Payload = BTreeMap<String, Vec<u8>>;

/// A bag that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bag {
    /// What it holds.
    pub payload: Payload,
    /// What it says of itself, by the labels of RFC 8493.
    pub info: BTreeMap<String, String>,
}

/// Packs a bag into a zip file. The same payload gives the same bytes.
///
/// # Errors
/// If there is too much for a bag, or a file is too large for a zip file.
pub fn pack(name: &str, payload: &Payload, about: &[(&str, String)]) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o600);
    for (path, bytes) in files(payload, about)? {
        zip.start_file(format!("{name}/{path}"), options)
            .context("the parcel cannot be packed")?;
        zip.write_all(&bytes)
            .context("the parcel cannot be packed")?;
    }
    Ok(zip
        .finish()
        .context("the parcel cannot be packed")?
        .into_inner())
}

/// Writes a bag as a folder, whole or not at all: it gets its name when everything is in it.
///
/// # Errors
/// If the folder is there already or cannot be written, or if there is too much for a bag.
pub fn write_folder(
    folder: &Path,
    payload: &Payload,
    about: &[(&str, String)],
) -> anyhow::Result<()> {
    let taken = || {
        refuse(
            format!("`{}` is there already", folder.display()),
            "give the name of a new folder",
        )
    };
    if std::fs::symlink_metadata(folder).is_ok() {
        return Err(taken());
    }
    let name = folder
        .file_name()
        .filter(|name| !name.to_string_lossy().contains(':'));
    let name = name.ok_or_else(|| refuse("that is no name of a folder", "give another"))?;
    let around = folder
        .parent()
        .filter(|around| !around.as_os_str().is_empty());
    if let Some(around) = around.filter(|around| !around.is_dir()) {
        let message = format!("there is no folder `{}`", around.display());
        return Err(refuse(message, "make it first, or give another place"));
    }
    let draft = folder.with_file_name(format!(".{}.new", name.to_string_lossy()));
    if std::fs::symlink_metadata(&draft).is_ok_and(|meta| meta.is_dir()) {
        if !file::is_left_over(&draft) {
            let hint = "wait until it is done; what a run that was broken off left is cleared after a minute";
            return Err(refuse(
                format!("somebody is writing `{}` just now", folder.display()),
                hint,
            ));
        }
        std::fs::remove_dir_all(&draft)
            .context("cannot clear what an interrupted run left behind")?;
    }
    let written = files(payload, about)?
        .into_iter()
        .try_for_each(|(path, bytes)| {
            let target = draft.join(path.split('/').collect::<std::path::PathBuf>());
            file::make_folder(target.parent().unwrap_or(&draft))?;
            file::write_whole(&target, &bytes)
        });
    let named = written.and_then(|()| {
        std::fs::rename(&draft, folder)
            .with_context(|| format!("cannot write `{}`", folder.display()))
    });
    match &named {
        Ok(()) => file::all_written(folder),
        // What was begun is of no use to anybody; if it cannot be taken away its name says that it is not whole.
        Err(_) => drop(std::fs::remove_dir_all(&draft)),
    }
    named
}

/// Every file of a bag by its path, the ones that declare it first.
fn files<'p>(
    payload: &'p Payload,
    about: &[(&str, String)],
) -> anyhow::Result<Vec<(String, Cow<'p, [u8]>)>> {
    let whole: u64 = payload.values().map(|bytes| bytes.len() as u64).sum();
    if whole > MOST_BYTES || payload.len() > MOST_FILES - 4 {
        let message = format!(
            "the parcel would hold {} MB in {} files, and may hold {} MB in {MOST_FILES}",
            whole / 1024 / 1024,
            payload.len(),
            MOST_BYTES / 1024 / 1024
        );
        return Err(refuse(
            message,
            "send the largest documents apart, and say so to the next school",
        ));
    }
    let mut manifest = String::new();
    let mut size = 0;
    for (path, bytes) in payload {
        size += bytes.len();
        // Writing to a String cannot fail.
        let _ = writeln!(manifest, "{}  data/{path}", sha256_hex(bytes));
    }
    let mut info = String::new();
    for (what, value) in about {
        // A line break in a value would make a line of its own.
        let _ = writeln!(
            info,
            "{what}: {}",
            value.split_whitespace().collect::<Vec<_>>().join(" ")
        );
    }
    let _ = writeln!(info, "Payload-Oxum: {size}.{}", payload.len());
    let tags = [
        ("bagit.txt", DECLARATION),
        ("bag-info.txt", &info),
        (MANIFEST, &manifest),
    ];
    let mut tag_manifest = String::new();
    for (path, text) in tags {
        let _ = writeln!(tag_manifest, "{}  {path}", sha256_hex(text.as_bytes()));
    }
    let tags = tags
        .into_iter()
        .chain([(TAG_MANIFEST, tag_manifest.as_str())]);
    let tags = tags.map(|(path, text)| (path.to_owned(), Cow::Owned(text.as_bytes().to_vec())));
    let held = payload
        .iter()
        .map(|(path, bytes)| (format!("data/{path}"), Cow::Borrowed(bytes.as_slice())));
    Ok(tags.chain(held).collect())
}

/// Reads a bag in a zip file and checks it: every file is named by the manifest and is what it says.
///
/// # Errors
/// If the file cannot be read, is no bag, holds more than a bag may, or does not hold what its manifest says.
pub fn open(file: &Path) -> anyhow::Result<Payload> {
    look_into(file)?
        .map(|bag| bag.payload)
        .map_err(|says| not_whole(file, &says))
}

fn not_whole(file: &Path, says: &str) -> anyhow::Error {
    let hint = "ask for it to be sent again; nothing was changed here";
    refuse(format!("`{}` is not whole: {says}", file.display()), hint)
}

/// Reads a bag in a zip file or a folder, and says what is wrong with it, if anything is.
///
/// # Errors
/// If it cannot be read, or holds more than a bag may.
pub fn look_into(path: &Path) -> anyhow::Result<Result<Bag, String>> {
    if path.is_dir() {
        return Ok(checked(
            in_folder(path).map_err(|says| not_whole(path, &says))?,
        ));
    }
    let opened = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let hint = "look at its path and name";
            return Err(refuse(
                format!("there is no file `{}`", path.display()),
                hint,
            ));
        }
        opened => opened.with_context(|| format!("cannot read `{}`", path.display()))?,
    };
    Ok(checked(
        unzipped(opened).map_err(|says| not_whole(path, &says))?,
    ))
}

type Files = BTreeMap<String, Vec<u8>>;

/// How much more may be read.
struct Left(u64);

impl Left {
    /// The tag files come on top of what may be packed.
    fn all() -> Self {
        Self(MOST_BYTES + 16 * 1024 * 1024)
    }

    /// Reads to the end. What a file says of its size is not trusted: no more than is left is read.
    fn read(&mut self, from: impl Read) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        from.take(self.0 + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| "a file in it cannot be read".to_owned())?;
        self.0 = self
            .0
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| format!("it holds more than {} MB", MOST_BYTES / 1024 / 1024))?;
        Ok(bytes)
    }
}

/// What systems put into folders that somebody looked at.
const DROPPINGS: [&str; 3] = ["Thumbs.db", "desktop.ini", ".DS_Store"];

/// The folder of a bag: this one, or the only one in it, as programs that unpack zip files make them.
fn bag_in(folder: &Path) -> std::path::PathBuf {
    let own = folder.join("bagit.txt").is_file();
    let inside: Vec<std::path::PathBuf> = match std::fs::read_dir(folder) {
        Ok(entries) if !own => entries.flatten().map(|entry| entry.path()).collect(),
        _ => Vec::new(),
    };
    let is_folder =
        |path: &std::path::PathBuf| std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir());
    let mut bags = inside
        .into_iter()
        .filter(is_folder)
        .filter(|path| path.join("bagit.txt").is_file());
    match (bags.next(), bags.next()) {
        (Some(only), None) => only,
        _ => folder.to_owned(),
    }
}

/// Every file of a folder, by its path with `/`. Links are not followed.
fn in_folder(folder: &Path) -> Result<Files, String> {
    let (mut found, mut left) = (Files::new(), Left::all());
    let mut open = vec![(bag_in(folder), String::new())];
    while let Some((at, path)) = open.pop() {
        let entries =
            std::fs::read_dir(&at).map_err(|_| "a folder in it cannot be read".to_owned())?;
        for entry in entries {
            let entry = entry.map_err(|_| "a folder in it cannot be read".to_owned())?;
            let kind = entry
                .file_type()
                .map_err(|_| "a file in it cannot be read".to_owned())?;
            let name = entry
                .file_name()
                .into_string()
                .map_err(|_| "a file in it has no readable name")?;
            if DROPPINGS.contains(&name.as_str()) {
                continue;
            }
            let inner = if path.is_empty() {
                name
            } else {
                format!("{path}/{name}")
            };
            if kind.is_symlink() {
                return Err("it holds a link".to_owned());
            }
            if kind.is_dir() {
                open.push((entry.path(), inner));
                continue;
            }
            // A pipe would keep whoever opens it waiting for good.
            if !kind.is_file() {
                return Err("it holds what is no file".to_owned());
            }
            let opened =
                File::open(entry.path()).map_err(|_| "a file in it cannot be read".to_owned())?;
            found.insert(inner, left.read(opened)?);
            if found.len() > MOST_FILES {
                return Err(format!("it holds more than {MOST_FILES} files"));
            }
        }
    }
    Ok(found)
}

/// Reads a bag from bytes, as [`open`] does from a file.
///
/// # Errors
/// Says what is wrong with it.
pub fn unpack(from: impl Read + Seek) -> Result<Payload, String> {
    checked(unzipped(from)?).map(|bag| bag.payload)
}

fn unzipped(from: impl Read + Seek) -> Result<Files, String> {
    let mut zip = ZipArchive::new(from).map_err(|_| "it is no zip file".to_owned())?;
    if zip.len() > MOST_FILES {
        return Err(format!("it holds more than {MOST_FILES} files"));
    }
    let (mut files, mut left) = (Files::new(), Left::all());
    let mut folder: Option<String> = None;
    for n in 0..zip.len() {
        let entry = zip
            .by_index(n)
            .map_err(|_| "a file in it cannot be unpacked".to_owned())?;
        let name = entry
            .name()
            .map_err(|_| "a file in it has no readable name".to_owned())?
            .into_owned();
        if entry.is_dir() {
            continue;
        }
        if entry.is_symlink() {
            return Err("it holds a link".to_owned());
        }
        let bytes = left.read(entry)?;
        let (outer, inner) = name
            .split_once('/')
            .ok_or("it is no bag: its files lie in no folder")?;
        if folder.get_or_insert_with(|| outer.to_owned()) != outer {
            return Err("it holds files beside the bag".to_owned());
        }
        if files.insert(inner.to_owned(), bytes).is_some() {
            return Err("a file in it stands twice".to_owned());
        }
    }
    Ok(files)
}

/// The bag, if its payload is what the manifest says, and all of it.
fn checked(mut files: Files) -> Result<Bag, String> {
    let text = |bytes: Option<Vec<u8>>, what: &str| {
        let bytes = bytes.ok_or_else(|| format!("it is no bag: `{what}` is not in it"))?;
        String::from_utf8(bytes).map_err(|_| format!("`{what}` is not UTF-8"))
    };
    let declaration = text(files.remove("bagit.txt"), "bagit.txt")?;
    if !declaration.starts_with("BagIt-Version: ") {
        return Err("it is no bag: `bagit.txt` does not say so".to_owned());
    }
    let manifest = text(files.remove(MANIFEST), MANIFEST)?;
    let mut payload = Payload::new();
    for line in manifest.lines().filter(|line| !line.trim().is_empty()) {
        let (hash, path) = line
            .split_once(char::is_whitespace)
            .ok_or("its manifest cannot be read")?;
        let path = path.trim_start().trim_start_matches("./");
        let inner = path
            .strip_prefix("data/")
            .ok_or("its manifest names what lies outside of `data`")?;
        let gone = || format!("a file that its manifest names is not in it: {path}");
        let bytes = files.remove(path).ok_or_else(gone)?;
        if sha256_hex(&bytes) != hash.to_lowercase() {
            return Err(format!(
                "a file in it is not what its manifest says: {path}"
            ));
        }
        payload.insert(inner.to_owned(), bytes);
    }
    let tags = [("bagit.txt", &declaration), (MANIFEST, &manifest)];
    let info = text(
        files.remove("bag-info.txt").or_else(|| Some(Vec::new())),
        "bag-info.txt",
    )?;
    if let Some(bytes) = files.remove(TAG_MANIFEST) {
        let listed = text(Some(bytes), TAG_MANIFEST)?;
        for line in listed.lines().filter(|line| !line.trim().is_empty()) {
            let (hash, name) = line
                .split_once(char::is_whitespace)
                .ok_or("its manifest cannot be read")?;
            let name = name.trim_start();
            let held = tags
                .iter()
                .find(|(tag, _)| *tag == name)
                .map(|(_, text)| *text);
            let held = held.or((name == "bag-info.txt").then_some(&info));
            if held.is_none_or(|text| sha256_hex(text.as_bytes()) != hash.to_lowercase()) {
                return Err(format!("`{name}` is not what `{TAG_MANIFEST}` says"));
            }
        }
    }
    if !files.is_empty() {
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        return Err(format!(
            "it holds a file that its manifest does not name: {}",
            names.join(", ")
        ));
    }
    let pairs = info.lines().filter_map(|line| line.split_once(": "));
    let info: BTreeMap<String, String> = pairs
        .map(|(what, value)| (what.to_owned(), value.trim().to_owned()))
        .collect();
    let size: usize = payload.values().map(Vec::len).sum();
    if info
        .get("Payload-Oxum")
        .is_some_and(|oxum| *oxum != format!("{size}.{}", payload.len()))
    {
        return Err("it does not hold as much as `bag-info.txt` says".to_owned());
    }
    Ok(Bag { payload, info })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload() -> Payload {
        [
            ("cases/k7m4px.yaml", "one"),
            ("evidence/k7m4px/a.pdf", "two"),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into()
    }

    fn unpacked(files: &[(&str, &str)]) -> Result<Payload, String> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, text) in files {
            zip.start_file(*path, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        unpack(zip.finish().unwrap())
    }

    #[test]
    fn what_is_packed_is_unpacked_and_the_same_twice() {
        let about = [("Source-Organization", "Northfield".to_owned())];
        let bytes = pack("k7m4px", &payload(), &about).unwrap();
        assert_eq!(bytes, pack("k7m4px", &payload(), &about).unwrap());
        assert_eq!(unpack(Cursor::new(&bytes)), Ok(payload()));
        for cut in [0, 10, bytes.len() / 2, bytes.len() - 1] {
            assert!(unpack(Cursor::new(&bytes[..cut])).is_err(), "{cut}");
        }
    }

    #[test]
    fn what_does_not_fit_its_manifest_is_refused() {
        let hash = sha256_hex(b"one");
        let manifest = format!("{hash}  data/a\n");
        let good = [
            ("b/bagit.txt", DECLARATION),
            ("b/manifest-sha256.txt", &manifest),
            ("b/data/a", "one"),
        ];
        assert!(unpacked(&good).is_ok());
        let says = |files: &[(&str, &str)]| unpacked(files).unwrap_err();
        assert!(says(&good[..2]).contains("not in it"));
        assert!(says(&good[1..]).contains("no bag"));
        assert!(
            says(&[good[0], good[1], ("b/data/a", "two")]).contains("not what its manifest says")
        );
        assert!(says(&[good[0], good[1], good[2], ("b/data/c", "x")]).contains("does not name"));
        let out = format!("{hash}  ../a\n");
        assert!(
            says(&[good[0], ("b/manifest-sha256.txt", &out), ("b/../a", "one")])
                .contains("outside")
        );
        assert!(says(&[good[0], good[1], good[2], ("b/note.txt", "x")]).contains("does not name"));
        assert!(says(&[good[0], good[1], good[2], ("__MACOSX/x", "x")]).contains("beside the bag"));
        assert!(
            unpack(Cursor::new(b"no zip"))
                .unwrap_err()
                .contains("no zip file")
        );
    }
}
