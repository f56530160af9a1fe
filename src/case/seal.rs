//! Canonical form and ids: what makes a file a sound record.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

use super::entry::EntryId;
use crate::tree::{Key, Node, Value};

/// How many hex digits of the hash an entry's id keeps. Eight were forged in four minutes.
const ID_DIGITS: usize = 32;

/// The canonical form of a map: its keys sorted, without those named, as JSON with no blanks and only the escapes
/// that JSON must have.
///
/// In Python: `json.dumps(e, sort_keys=True, ensure_ascii=False, separators=(",", ":"))`.
pub fn canonical(node: &Node, without: &[&str]) -> String {
    let mut out = String::with_capacity(512);
    match &node.value {
        Value::Map(pairs) => write_map(pairs, without, &mut out),
        _ => write_value(node, &mut out),
    }
    out
}

fn write_map(pairs: &[(Key, Node)], without: &[&str], out: &mut String) {
    let mut sorted: Vec<&(Key, Node)> = pairs
        .iter()
        .filter(|(key, _)| !without.contains(&key.name.as_ref()))
        .collect();
    sorted.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    out.push('{');
    for (n, (key, value)) in sorted.into_iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        write_text(&key.name, out);
        out.push(':');
        write_value(value, out);
    }
    out.push('}');
}

fn write_value(node: &Node, out: &mut String) {
    match &node.value {
        Value::Text(text) => write_text(text, out),
        Value::List(list) => {
            out.push('[');
            for (n, value) in list.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_value(value, out);
            }
            out.push(']');
        }
        Value::Map(pairs) => write_map(pairs, &[], out),
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    if !text.bytes().any(|b| b < b' ' || b == b'"' || b == b'\\') {
        // Nearly every text: nothing in it has to be escaped.
        out.push_str(text);
        out.push('"');
        return;
    }
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// SHA-256 in hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes), 64)
}

pub(crate) fn hex(bytes: &[u8], digits: usize) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(digits);
    for nibble in bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(digits)
    {
        out.push(char::from(DIGITS[usize::from(nibble)]));
    }
    out
}

/// The id of an entry: `e` and the first 32 hex digits of the hash of its canonical form without `id`.
pub fn entry_id(entry: &Node) -> EntryId {
    let digest = Sha256::digest(canonical(entry, &["id"]).as_bytes());
    EntryId(format!("e{}", hex(&digest, ID_DIGITS)))
}

/// The hash of the header: `h` and the SHA-256 over all top-level keys but `log`.
pub fn header_hash(file: &Node) -> String {
    format!("h{}", sha256_hex(canonical(file, &["log"]).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_is_what_python_writes() {
        let node = Node::map([
            ("b", Node::text("é \"x\" \\ \n\t\u{1}\u{7f}/")),
            ("id", Node::text("e1")),
            ("a", Node::list(["2", "1"])),
            (
                "c",
                Node::map([("z", Node::text("1")), ("id", Node::text("kept"))]),
            ),
        ]);
        // json.dumps({...}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        let python = "{\"a\":[\"2\",\"1\"],\"b\":\"é \\\"x\\\" \\\\ \\n\\t\\u0001\u{7f}/\",\"c\":{\"id\":\"kept\",\"z\":\"1\"}}";
        assert_eq!(canonical(&node, &["id"]), python);
    }

    #[test]
    fn an_id_is_e_and_half_a_hash() {
        // printf '{"kind":"note"}' | sha256sum
        let id = entry_id(&Node::map([("kind", Node::text("note"))]));
        assert_eq!(id.0.len(), 33);
        assert_eq!(
            id.0,
            format!("e{}", &sha256_hex(b"{\"kind\":\"note\"}")[..32])
        );
        assert_eq!(
            sha256_hex(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(id.short().len(), 8);
    }
}
