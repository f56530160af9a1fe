//! A parcel of files with their hashes: a BagIt bag (RFC 8493) in a zip file.
//!
//! Whoever gets one can check it with any BagIt program, or by hand with `sha256sum`. What is read is bounded, and nothing
//! is written anywhere while reading: a bag from outside is data until it has been looked through.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Cursor, Read, Seek, Write as _};
use std::path::Path;

use anyhow::Context as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::case::seal::sha256_hex;
use crate::error::refuse;

/// The declaration every bag begins with.
const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const MANIFEST: &str = "manifest-sha256.txt";
/// How much a bag may hold, unpacked, in bytes.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// How many files a bag may hold.
const MOST_FILES: usize = 5_000;

/// Files by their path in the bag's `data`, with `/` between its parts.
pub type Payload = BTreeMap<String, Vec<u8>>;

/// Packs a bag. The same payload gives the same bytes.
///
/// # Errors
/// If a file is too large for a zip file.
pub fn pack(name: &str, payload: &Payload, about: &[(&str, String)]) -> anyhow::Result<Vec<u8>> {
    let whole: u64 = payload.values().map(|bytes| bytes.len() as u64).sum();
    if whole > MOST_BYTES || payload.len() > MOST_FILES - 4 {
        let message = format!(
            "the parcel would hold {} MB in {} files, and may hold {} MB in {MOST_FILES}",
            whole / 1024 / 1024,
            payload.len(),
            MOST_BYTES / 1024 / 1024
        );
        return Err(refuse(message, "send the largest documents apart, and say so to the next school"));
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
        let _ = writeln!(info, "{what}: {}", value.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let _ = writeln!(info, "Payload-Oxum: {size}.{}", payload.len());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o600);
    let mut put = |path: String, bytes: &[u8]| -> anyhow::Result<()> {
        zip.start_file(path, options).context("the parcel cannot be packed")?;
        zip.write_all(bytes).context("the parcel cannot be packed")
    };
    let tags = [("bagit.txt", DECLARATION), ("bag-info.txt", &info), (MANIFEST, &manifest)];
    for (path, text) in tags {
        put(format!("{name}/{path}"), text.as_bytes())?;
    }
    let mut tag_manifest = String::new();
    for (path, text) in tags {
        let _ = writeln!(tag_manifest, "{}  {path}", sha256_hex(text.as_bytes()));
    }
    put(format!("{name}/tagmanifest-sha256.txt"), tag_manifest.as_bytes())?;
    for (path, bytes) in payload {
        put(format!("{name}/data/{path}"), bytes)?;
    }
    Ok(zip.finish().context("the parcel cannot be packed")?.into_inner())
}

/// Reads a bag and checks it: every file is named by the manifest and is what it says.
///
/// # Errors
/// If the file cannot be read, is no bag, holds more than a bag may, or does not hold what its manifest says.
pub fn open(file: &Path) -> anyhow::Result<Payload> {
    let opened = match File::open(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let hint = "look at its path and name";
            return Err(refuse(format!("there is no file `{}`", file.display()), hint));
        }
        opened => opened.with_context(|| format!("cannot read `{}`", file.display()))?,
    };
    unpack(opened).map_err(|says| {
        let hint = "ask for it to be sent again; nothing was changed here";
        refuse(format!("`{}` is not whole: {says}", file.display()), hint)
    })
}

/// Reads a bag from bytes, as [`open`] does from a file.
///
/// # Errors
/// Says what is wrong with it.
pub fn unpack(from: impl Read + Seek) -> Result<Payload, String> {
    let mut zip = ZipArchive::new(from).map_err(|_| "it is no zip file".to_owned())?;
    if zip.len() > MOST_FILES {
        return Err(format!("it holds more than {MOST_FILES} files"));
    }
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    // The tag files come on top of what may be packed.
    let mut left = MOST_BYTES + 16 * 1024 * 1024;
    let mut folder: Option<String> = None;
    for n in 0..zip.len() {
        let entry = zip.by_index(n).map_err(|_| "a file in it cannot be unpacked".to_owned())?;
        let name = entry.name().map_err(|_| "a file in it has no readable name".to_owned())?.into_owned();
        if entry.is_dir() {
            continue;
        }
        if entry.is_symlink() {
            return Err("it holds a link".to_owned());
        }
        // What the zip file says of a size is not trusted: no more than is left is read.
        let mut bytes = Vec::new();
        entry
            .take(left + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| "a file in it cannot be unpacked".to_owned())?;
        left = left
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| format!("it holds more than {} MB", MOST_BYTES / 1024 / 1024))?;
        let (outer, inner) = name.split_once('/').ok_or("it is no bag: its files lie in no folder")?;
        if folder.get_or_insert_with(|| outer.to_owned()) != outer {
            return Err("it holds files beside the bag".to_owned());
        }
        if files.insert(inner.to_owned(), bytes).is_some() {
            return Err("a file in it stands twice".to_owned());
        }
    }
    checked(files)
}

/// The payload, if it is what the manifest says, and all of it.
fn checked(mut files: BTreeMap<String, Vec<u8>>) -> Result<Payload, String> {
    let text = |bytes: Option<Vec<u8>>, what: &str| {
        let bytes = bytes.ok_or_else(|| format!("it is no bag: `{what}` is not in it"))?;
        String::from_utf8(bytes).map_err(|_| format!("`{what}` is not UTF-8"))
    };
    if !text(files.remove("bagit.txt"), "bagit.txt")?.starts_with("BagIt-Version: ") {
        return Err("it is no bag: `bagit.txt` does not say so".to_owned());
    }
    let manifest = text(files.remove(MANIFEST), MANIFEST)?;
    let mut payload = Payload::new();
    for line in manifest.lines().filter(|line| !line.trim().is_empty()) {
        let (hash, path) = line.split_once(char::is_whitespace).ok_or("its manifest cannot be read")?;
        let path = path.trim_start().trim_start_matches("./");
        let inner = path.strip_prefix("data/").ok_or("its manifest names what lies outside of `data`")?;
        let bytes = files.remove(path).ok_or("a file that its manifest names is not in it")?;
        if sha256_hex(&bytes) != hash.to_lowercase() {
            return Err("a file in it is not what its manifest says".to_owned());
        }
        payload.insert(inner.to_owned(), bytes);
    }
    for tag in ["bag-info.txt", "tagmanifest-sha256.txt"] {
        files.remove(tag);
    }
    if files.is_empty() {
        Ok(payload)
    } else {
        Err("it holds a file that its manifest does not name".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload() -> Payload {
        [("cases/k7m4px.yaml", "one"), ("evidence/k7m4px/a.pdf", "two")]
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
        let good = [("b/bagit.txt", DECLARATION), ("b/manifest-sha256.txt", &manifest), ("b/data/a", "one")];
        assert!(unpacked(&good).is_ok());
        let says = |files: &[(&str, &str)]| unpacked(files).unwrap_err();
        assert!(says(&good[..2]).contains("not in it"));
        assert!(says(&good[1..]).contains("no bag"));
        assert!(says(&[good[0], good[1], ("b/data/a", "two")]).contains("not what its manifest says"));
        assert!(says(&[good[0], good[1], good[2], ("b/data/c", "x")]).contains("does not name"));
        let out = format!("{hash}  ../a\n");
        assert!(says(&[good[0], ("b/manifest-sha256.txt", &out), ("b/../a", "one")]).contains("outside"));
        assert!(says(&[good[0], good[1], good[2], ("b/note.txt", "x")]).contains("does not name"));
        assert!(says(&[good[0], good[1], good[2], ("__MACOSX/x", "x")]).contains("beside the bag"));
        assert!(unpack(Cursor::new(b"no zip")).unwrap_err().contains("no zip file"));
    }
}
