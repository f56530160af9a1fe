//! XML of other systems, looked over before it is parsed: the parser is quadratic in the attributes of one element and in the
//! namespaces that are declared.

use std::collections::HashSet;

use roxmltree::{Document, ParsingOptions};

/// How many attributes an element may have. Word writes some forty on the first.
const MAX_ATTRIBUTES: usize = 250;
/// How many different namespaces may be declared. Word declares some fifty.
const MAX_NAMESPACES: usize = 150;
/// How many elements, texts and comments a document may hold.
pub const MAX_NODES: u32 = 1_000_000;

/// Why a text cannot be read as XML.
#[derive(Debug)]
pub enum Unreadable {
    /// It is built as no document is.
    Unusual,
    /// It is broken; where.
    Broken(roxmltree::Error),
}

/// Parses XML. No entity is declared in it, since a few can fill the memory.
///
/// # Errors
/// If it is broken, or has more attributes, namespaces or nodes than any document.
pub fn parse(text: &str) -> Result<Document<'_>, Unreadable> {
    if is_unusual(text) {
        return Err(Unreadable::Unusual);
    }
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(Unreadable::Broken)
}

/// Whether an element has too many attributes, or too many namespaces are declared.
fn is_unusual(text: &str) -> bool {
    let mut namespaces: HashSet<&str> = HashSet::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let skipped = [
            ("<!--", "-->"),
            ("<![CDATA[", "]]>"),
            ("<?", "?>"),
            ("<!", ">"),
        ]
        .iter()
        .find(|(begin, _)| rest.starts_with(begin));
        if let Some((_, end)) = skipped {
            let Some(at) = rest.find(end) else {
                return false;
            };
            rest = &rest[at + end.len()..];
            continue;
        }
        let mut attributes = 0;
        let (mut quote, mut begun, mut end) = (None, 0, rest.len());
        let mut name_from = 1;
        for (n, byte) in rest.bytes().enumerate().skip(1) {
            match (quote, byte) {
                (Some(open), _) if open == byte => {
                    quote = None;
                    let declared = &rest[begun..n];
                    let is_new = declared.starts_with("xmlns") && namespaces.insert(declared);
                    if is_new && namespaces.len() > MAX_NAMESPACES {
                        return true;
                    }
                }
                (None, b'"' | b'\'') => {
                    quote = Some(byte);
                    begun = name_from;
                    attributes += 1;
                    if attributes > MAX_ATTRIBUTES {
                        return true;
                    }
                }
                (None, b'>') => {
                    end = n;
                    break;
                }
                (None, byte) if byte.is_ascii_whitespace() => name_from = n + 1,
                _ => {}
            }
        }
        rest = &rest[end..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(count: usize) -> String {
        let many: Vec<String> = (0..count).map(|n| format!(" a{n}=\"{n}\"")).collect();
        let many = many.concat();
        format!("<?xml version=\"1.0\"?><!-- <a b=\"\"> --><r{many}><b/></r>")
    }

    #[test]
    fn what_the_parser_is_slow_with_is_refused_before_it_is_parsed() {
        assert!(parse(&attributes(MAX_ATTRIBUTES)).is_ok());
        assert!(matches!(
            parse(&attributes(MAX_ATTRIBUTES + 1)),
            Err(Unreadable::Unusual)
        ));
        let nested = |count: usize| -> String {
            let open: Vec<String> = (0..count)
                .map(|n| format!("<a xmlns:n{n}='u:{n}'>"))
                .collect();
            open.concat() + &"</a>".repeat(count)
        };
        assert!(parse(&nested(MAX_NAMESPACES)).is_ok());
        assert!(matches!(
            parse(&nested(MAX_NAMESPACES + 1)),
            Err(Unreadable::Unusual)
        ));
        // One that is declared again and again is one.
        assert!(parse(&format!("<r>{}</r>", "<a xmlns:n='u'/>".repeat(1000))).is_ok());
        assert!(matches!(parse("<a>"), Err(Unreadable::Broken(_))));
    }
}
