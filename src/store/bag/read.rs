//! Reading of a bag from outside, and checking of what it says against what it holds.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::Context as _;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{
    Bag, DECLARATION, MANIFEST, MOST_BYTES, MOST_FILES, OS_METADATA_FILES, Payload, TAG_MANIFEST,
    info_lines, oxum,
};
use crate::case::seal::sha256_hex;
use crate::error::refuse;
use crate::store::limits;

/// Why a file cannot be looked at as a bag.
struct Unreadable {
    says: String,
    hint: &'static str,
}

impl Unreadable {
    fn new(says: impl Into<String>, hint: &'static str) -> Self {
        Self {
            says: says.into(),
            hint,
        }
    }

    fn refuse(self, path: &Path) -> anyhow::Error {
        let message = format!(
            "`{}` cannot be read as a bag: {}",
            path.display(),
            self.says
        );
        refuse(message, self.hint)
    }
}

impl From<&str> for Unreadable {
    fn from(says: &str) -> Self {
        says.to_owned().into()
    }
}

impl From<String> for Unreadable {
    fn from(says: String) -> Self {
        Self::new(
            says,
            "ask for it to be sent again; nothing was changed here",
        )
    }
}

/// Reads a bag and checks it: every file is named by the manifest and is what it says.
///
/// # Errors
/// If it cannot be read, is no bag, holds more than a bag may, or does not hold what its manifest says.
pub fn open(path: &Path) -> anyhow::Result<Bag> {
    look_into(path)?.map_err(|says| {
        let hint = "ask for it to be sent again; nothing was changed here";
        refuse(format!("`{}` is not whole: {says}", path.display()), hint)
    })
}

/// Reads a bag in a zip file or a folder, and says what is wrong with it, if anything is.
///
/// # Errors
/// If it cannot be read, or holds more than a bag may.
pub fn look_into(path: &Path) -> anyhow::Result<Result<Bag, String>> {
    let is_other = std::fs::metadata(path).is_ok_and(|meta| !meta.is_dir() && !meta.is_file());
    if is_other {
        let message = format!("`{}` is no file", path.display());
        return Err(refuse(message, "save it as a file first"));
    }
    let found = if path.is_dir() {
        in_folder(path).map(Ok)
    } else {
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
        unzipped(opened)
    };
    let found = found.map_err(|why| why.refuse(path))?;
    Ok(found.and_then(checked))
}

type Files = BTreeMap<String, Vec<u8>>;

/// How much more may be read.
struct Left {
    bytes: u64,
    most: u64,
}

impl Left {
    /// Of a bag that may hold so much. The tag files come on top of what may be packed.
    fn of(most: u64) -> Self {
        Self {
            bytes: most + 16 * 1024 * 1024,
            most,
        }
    }

    /// Reads a file to its end. What it says of its size is not trusted: no more is read than such a file may hold, and than
    /// is left.
    fn read(&mut self, path: &str, from: impl Read) -> Result<Vec<u8>, Unreadable> {
        let own = limits::of_bag(path);
        let mut bytes = Vec::new();
        from.take(own.min(self.bytes) + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| "a file in it cannot be read")?;
        let length = bytes.len() as u64;
        let mb = |bytes: u64| bytes / 1024 / 1024;
        if length > self.bytes {
            return Err(format!("it holds more than {} MB", mb(self.most)).into());
        }
        if length > own {
            return Err(format!("`{path}` in it holds more than {} MB", mb(own)).into());
        }
        self.bytes -= length;
        Ok(bytes)
    }
}

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
fn in_folder(folder: &Path) -> Result<Files, Unreadable> {
    let (mut found, mut left) = (Files::new(), Left::of(MOST_BYTES));
    let mut open = vec![(bag_in(folder), String::new())];
    while let Some((at, path)) = open.pop() {
        let entries = std::fs::read_dir(&at).map_err(|_| "a folder in it cannot be read")?;
        for entry in entries {
            let entry = entry.map_err(|_| "a folder in it cannot be read")?;
            let kind = entry
                .file_type()
                .map_err(|_| "a file in it cannot be read")?;
            let name = entry
                .file_name()
                .into_string()
                .map_err(|_| "a file in it has no readable name")?;
            if OS_METADATA_FILES.contains(&name.as_str()) {
                continue;
            }
            let inner = if path.is_empty() {
                name
            } else {
                format!("{path}/{name}")
            };
            if kind.is_symlink() {
                return Err("it holds a link".into());
            }
            if kind.is_dir() {
                open.push((entry.path(), inner));
                continue;
            }
            // A pipe would keep whoever opens it waiting for good.
            if !kind.is_file() {
                return Err("it holds what is no file".into());
            }
            let opened = File::open(entry.path()).map_err(|_| "a file in it cannot be read")?;
            let bytes = left.read(&inner, opened)?;
            found.insert(inner, bytes);
            if found.len() > MOST_FILES {
                return Err(format!("it holds more than {MOST_FILES} files").into());
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
    let files = unzipped(from).map_err(|why| why.says)??;
    checked(files).map(|bag| bag.payload)
}

/// Every file of a zip by its path in the one folder that holds them; what is wrong with the zip, where programs could
/// read it in different ways.
fn unzipped(mut from: impl Read + Seek) -> Result<Result<Files, String>, Unreadable> {
    let size = from
        .seek(SeekFrom::End(0))
        .map_err(|_| "it cannot be read")?;
    let mut zip = ZipArchive::new(from).map_err(|error| match error {
        ZipError::UnsupportedArchive(_) => {
            Unreadable::from("it is a zip file of a kind that attcheck does not read")
        }
        _ => "it is no zip file, or not all of one".into(),
    })?;
    if zip.len() > MOST_FILES {
        return Err(format!("it holds more than {MOST_FILES} files").into());
    }
    refuse_protected(&mut zip)?;
    if zip.has_duplicate_names() {
        return Ok(Err(TWICE.to_owned()));
    }
    // What one program finds by the list at the end of a zip, another finds by reading on from its beginning.
    let hidden = zip.comment().windows(END.len()).any(|part| part == END);
    if hidden || zip.validate_header_consistency().is_err() {
        let says = "its list of files is not the list of what lies in it, so that programs may open different files";
        return Ok(Err(says.to_owned()));
    }
    let names = zip.file_names().collect::<Result<Vec<_>, _>>();
    let names = names.map_err(|_| "a file in it has no readable name")?;
    refuse_zipped_again(&names)?;
    let (mut files, mut left) = (Files::new(), Left::of(MOST_BYTES.min(limits::of_zip(size))));
    let mut folder: Option<String> = None;
    for n in 0..zip.len() {
        let entry = zip.by_index(n).map_err(|error| match error {
            ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
                Unreadable::from("a file in it is compressed in a way that attcheck does not read")
            }
            _ => "a file in it cannot be unpacked".into(),
        })?;
        let name = entry
            .name()
            .map_err(|_| "a file in it has no readable name")?
            .into_owned();
        if entry.is_dir() {
            continue;
        }
        if entry.is_symlink() {
            return Err("it holds a link".into());
        }
        let (outer, inner) = name
            .split_once('/')
            .ok_or("it is no bag: its files lie in no folder")?;
        let bytes = left.read(inner, entry)?;
        if folder.get_or_insert_with(|| outer.to_owned()) != outer {
            return Err("it holds files beside the bag".into());
        }
        if files.insert(inner.to_owned(), bytes).is_some() {
            return Ok(Err(TWICE.to_owned()));
        }
    }
    Ok(Ok(files))
}

/// The mark with which the list at the end of a zip is closed.
const END: &[u8] = b"PK\x05\x06";
const TWICE: &str = "a file in it is listed twice under one name, and programs differ in which of the two they open";

fn refuse_protected<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<(), Unreadable> {
    for n in 0..zip.len() {
        if zip.by_index_raw(n).is_ok_and(|entry| entry.encrypted()) {
            let hint =
                "unpack it with the password, and give the folder; or ask for the file without one";
            return Err(Unreadable::new("it is protected by a password", hint));
        }
    }
    Ok(())
}

/// A bag that somebody unpacked and zipped again has more in it than the program put there, or lies elsewhere in the zip.
fn refuse_zipped_again(names: &[Cow<'_, str>]) -> Result<(), Unreadable> {
    let hint = "ask for the file as attcheck wrote it; or unpack this one, and give the folder that holds `bagit.txt`";
    let again = |says: &str| {
        Err(Unreadable::new(
            format!("it was unpacked and zipped again{says}"),
            hint,
        ))
    };
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let of_a_mac = |name: &str| {
        let file = last(name);
        name.starts_with("__MACOSX/") || file == ".DS_Store" || file.starts_with("._")
    };
    if names.iter().any(|name| of_a_mac(name)) {
        return again(" on a Mac, which added files of its own (`__MACOSX`, `.DS_Store`)");
    }
    if let Some(left) = names
        .iter()
        .map(|name| last(name))
        .find(|file| OS_METADATA_FILES.contains(&file.as_str()))
    {
        return again(&format!(", and has `{left}` in it, which Windows added"));
    }
    let declared = names.iter().filter(|name| last(name) == "bagit.txt");
    match declared.map(|name| name.matches('/').count()).min() {
        None | Some(1) => Ok(()),
        Some(0) => again(" without the folder around it"),
        Some(_) => again(", with one more folder around it"),
    }
}

/// A list of hashes, by the paths it names.
fn listed<'t>(text: &'t str, list: &str) -> Result<Vec<(&'t str, &'t str)>, String> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (hash, path) = line
            .split_once(char::is_whitespace)
            .ok_or_else(|| format!("`{list}` cannot be read"))?;
        let path = path.trim_start().trim_start_matches("./");
        found.push((path, hash));
    }
    let mut seen = HashSet::new();
    match found.iter().find(|(path, _)| !seen.insert(*path)) {
        Some((path, _)) => Err(format!("`{list}` lists a file twice: {path}")),
        None => Ok(found),
    }
}

fn is(bytes: &[u8], hash: &str) -> bool {
    sha256_hex(bytes) == hash.to_lowercase()
}

/// The bag, if its payload and its own files are what its manifests say, and all of it.
fn checked(mut files: Files) -> Result<Bag, String> {
    let other_hash = files.keys().find(|path| {
        (path.starts_with("manifest-") || path.starts_with("tagmanifest-"))
            && ![MANIFEST, TAG_MANIFEST].contains(&path.as_str())
    });
    if let Some(other) = other_hash {
        return Err(format!(
            "its files are listed by another hash than SHA-256, in `{other}`, which attcheck neither writes nor reads"
        ));
    }
    let text = |bytes: Option<Vec<u8>>, what: &str| {
        let bytes = bytes.ok_or_else(|| format!("it is no bag: `{what}` is not in it"))?;
        String::from_utf8(bytes).map_err(|_| format!("`{what}` is not UTF-8"))
    };
    let declaration = text(files.remove("bagit.txt"), "bagit.txt")?;
    let mut declared = declaration.lines().map(str::trim_end);
    let version = declared
        .next()
        .and_then(|line| line.strip_prefix("BagIt-Version: "))
        .ok_or("it is no bag: `bagit.txt` does not say so")?;
    if version != "1.0" {
        return Err(format!(
            "it is a bag of BagIt {version}, and attcheck writes and reads BagIt 1.0"
        ));
    }
    if !declared.eq(DECLARATION.lines().skip(1)) {
        return Err("`bagit.txt` does not say what a bag of attcheck says".to_owned());
    }
    let manifest = text(files.remove(MANIFEST), MANIFEST)?;
    let mut payload = Payload::new();
    for (path, hash) in listed(&manifest, MANIFEST)? {
        let inner = path
            .strip_prefix("data/")
            .ok_or("its manifest names what lies outside of `data`")?;
        let gone = || format!("a file that its manifest names is not in it: {path}");
        let bytes = files.remove(path).ok_or_else(gone)?;
        if !is(&bytes, hash) {
            return Err(format!(
                "a file in it is not what its manifest says: {path}"
            ));
        }
        payload.insert(inner.to_owned(), bytes);
    }
    let info = text(files.remove("bag-info.txt"), "bag-info.txt")?;
    let tags = [
        ("bagit.txt", &declaration),
        ("bag-info.txt", &info),
        (MANIFEST, &manifest),
    ];
    let tag_manifest = text(files.remove(TAG_MANIFEST), TAG_MANIFEST)?;
    let hashes = listed(&tag_manifest, TAG_MANIFEST)?;
    for (name, text) in tags {
        let hash = hashes.iter().find(|(path, _)| *path == name);
        let (_, hash) =
            hash.ok_or_else(|| format!("`{name}` is not listed in `{TAG_MANIFEST}`"))?;
        if !is(text.as_bytes(), hash) {
            return Err(format!("`{name}` is not what `{TAG_MANIFEST}` says"));
        }
    }
    if let Some((name, _)) = hashes
        .iter()
        .find(|(path, _)| tags.iter().all(|(tag, _)| tag != path))
    {
        return Err(format!(
            "a file that `{TAG_MANIFEST}` names is not in it: {name}"
        ));
    }
    if !files.is_empty() {
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        return Err(format!(
            "it holds a file that its manifest does not name: {}",
            names.join(", ")
        ));
    }
    let info = info
        .lines()
        .map(|line| {
            let (label, value) = line.split_once(':')?;
            Some((label.to_owned(), value.trim().to_owned()))
        })
        .collect::<Option<Vec<_>>>()
        .ok_or("`bag-info.txt` has a line without a label")?;
    let (amount, info): (Vec<_>, Vec<_>) = info
        .into_iter()
        .partition(|(label, _)| label == "Payload-Oxum");
    if amount != info_lines(&[oxum(&payload)]) {
        return Err("it does not hold as much as `bag-info.txt` says".to_owned());
    }
    Ok(Bag { payload, info })
}
