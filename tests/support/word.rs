//! Word files for tests: blank ones put together by hand, and what a filled one says.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// A file of these parts.
pub fn file(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A document with this in its body, and another part beside it.
pub fn document(body: &str) -> Vec<u8> {
    let text = format!(
        "<?xml version=\"1.0\"?>\n<w:document {W}><w:body>{body}<w:p/></w:body></w:document>"
    );
    file(&[
        ("[Content_Types].xml", TYPES),
        ("word/document.xml", &text),
        ("docProps/thumb.bin", "as it is"),
    ])
}

/// The same with settings.
pub fn with_settings(body: &str, settings: &str) -> Vec<u8> {
    let text = format!("<w:document {W}><w:body>{body}</w:body></w:document>");
    let settings = format!("<w:settings {W}>{settings}</w:settings>");
    file(&[
        ("[Content_Types].xml", TYPES),
        ("word/document.xml", &text),
        ("word/settings.xml", &settings),
    ])
}

/// A table of rows, each of cells given as XML.
pub fn table(rows: &[&[&str]]) -> String {
    let cell = |inside: &&str| format!("<w:tc>{inside}</w:tc>");
    let row = |cells: &&[&str]| {
        format!(
            "<w:tr>{}</w:tr>",
            cells.iter().map(cell).collect::<String>()
        )
    };
    format!(
        "<w:tbl>{}</w:tbl>",
        rows.iter().map(row).collect::<String>()
    )
}

/// A paragraph of text.
pub fn words(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A part of a file.
pub fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(bytes))
        .unwrap()
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// The names of the parts of a file, in their order.
pub fn parts(bytes: &[u8]) -> Vec<String> {
    let zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    zip.file_names()
        .map(|name| name.unwrap().into_owned())
        .collect()
}

/// Every row of every table as the texts of its cells; breaks are line feeds, paragraphs too.
pub fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = part(bytes, "word/document.xml");
    let document = roxmltree::Document::parse(&text).unwrap();
    let named = |node: &roxmltree::Node<'_, '_>, name: &str| node.tag_name().name() == name;
    let rows = document.descendants().filter(|node| named(node, "tr"));
    rows.map(|row| {
        let cells = row.descendants().filter(|node| named(node, "tc"));
        cells
            .map(|cell| {
                let paragraphs = cell.descendants().filter(|node| named(node, "p"));
                let text = paragraphs.map(|paragraph| {
                    paragraph
                        .descendants()
                        .map(|node| match node.tag_name().name() {
                            "t" => node.text().unwrap_or_default(),
                            "br" => "\n",
                            _ => "",
                        })
                        .collect::<String>()
                });
                text.collect::<Vec<_>>().join("\n")
            })
            .collect()
    })
    .collect()
}
