//! A document in Word's format (`WordprocessingML`), written out of the pieces of a form.
//!
//! The parts that never change lie beside this file as XML. What changes is written here: the order of the elements inside
//! each other is fixed by the schema (ISO/IEC 29500), so each kind has one function.

pub mod into;

use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};

use chrono::NaiveDate;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, System, ZipArchive, ZipWriter};

use crate::form::{Cells, Filled, Lie, Note, Page, Paragraph, Row, Table};
use crate::render::markup::paper;

/// The namespace of Word's own elements.
const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// The sides of A4 paper, in twentieths of a point.
const A4: (u32, u32) = (11_906, 16_838);
/// The margin on every side, in twentieths of a point.
const MARGIN: u32 = 720;
/// Behind headings of tables, and behind rows that do not apply.
const HEADING_FILL: &str = "DCE4EE";
const IDLE_FILL: &str = "F1F1F1";

/// What the document says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its title.
    pub title: String,
    /// Who wrote it, as the user typed it; none where nobody was named.
    pub author: Option<String>,
    /// The day it was made. With a day and no hour the same record gives the same bytes all day.
    pub day: NaiveDate,
}

/// Writes a form as a document. The same form gives the same bytes.
///
/// # Errors
/// If it is too large for a zip file.
pub fn document(form: &Filled, about: &About) -> zip::result::ZipResult<Vec<u8>> {
    let has_header = form.header.is_some();
    let mut parts: Vec<(&str, String)> = vec![
        (
            "[Content_Types].xml",
            with_header(
                include_str!("parts/content-types.xml"),
                has_header,
                HEADER_TYPE,
            ),
        ),
        ("_rels/.rels", include_str!("parts/package.rels").to_owned()),
        ("docProps/app.xml", include_str!("parts/app.xml").to_owned()),
        ("docProps/core.xml", core(about)),
        (
            "word/_rels/document.xml.rels",
            with_header(
                include_str!("parts/document.rels"),
                has_header,
                HEADER_RELATION,
            ),
        ),
        ("word/document.xml", body(form)),
        (
            "word/fontTable.xml",
            include_str!("parts/font-table.xml").to_owned(),
        ),
        ("word/footer1.xml", footer(form)),
        (
            "word/settings.xml",
            include_str!("parts/settings.xml").to_owned(),
        ),
        (
            "word/styles.xml",
            include_str!("parts/styles.xml").to_owned(),
        ),
    ];
    parts.push((
        "word/theme/theme1.xml",
        include_str!("parts/theme.xml").to_owned(),
    ));
    parts.extend(form.header.as_deref().map(|text| (HEADER, header(text))));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in &parts {
        zip.start_file(*name, options())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The part that stands at the head of every page, and what says that there is one.
const HEADER: &str = "word/header1.xml";
const HEADER_TYPE: (&str, &str) = (
    "</Types>",
    "<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>",
);
const HEADER_RELATION: (&str, &str) = (
    "</Relationships>",
    "<Relationship Id=\"rId6\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header1.xml\"/>",
);

/// A part that never changes, with a line more before its end where there is a header.
fn with_header(part: &str, has_header: bool, (end, line): (&str, &str)) -> String {
    if has_header {
        part.replacen(end, &format!("{line}{end}"), 1)
    } else {
        part.to_owned()
    }
}

fn header(text: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:hdr xmlns:w=\"{W}\"><w:p><w:pPr>\
         <w:pStyle w:val=\"Header\"/></w:pPr>{}</w:p></w:hdr>",
        run(text, false)
    )
}

/// No time of day and no computer stand in the file. The system is set, or the zip library would write the one it runs on,
/// and the same form made on Windows and on Linux would differ.
pub(super) fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .system(System::Unix)
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
}

/// Who wrote a document, by what it says of itself.
pub fn author(document: &[u8]) -> Option<String> {
    /// What a document says of itself is a few lines.
    const MOST: u64 = 64 * 1024;
    let mut zip = ZipArchive::new(Cursor::new(document)).ok()?;
    let mut text = String::new();
    zip.by_name("docProps/core.xml")
        .ok()?
        .take(MOST)
        .read_to_string(&mut text)
        .ok()?;
    let core = crate::xml::parse(&text).ok()?;
    let creator = core
        .descendants()
        .find(|node| node.tag_name().name() == "creator");
    creator.and_then(|node| node.text()).map(str::to_owned)
}

fn core(about: &About) -> String {
    let author = about
        .author
        .as_deref()
        .map(|author| format!("<dc:creator>{}</dc:creator>", paper(author)));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title>{}<dc:language>en-GB</dc:language>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{}T00:00:00Z</dcterms:created></cp:coreProperties>",
        paper(&about.title),
        author.unwrap_or_default(),
        about.day
    )
}

fn footer(form: &Filled) -> String {
    let field = |code: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {code} </w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:ftr xmlns:w=\"{W}\"><w:p><w:pPr>\
         <w:pStyle w:val=\"Footer\"/><w:tabs><w:tab w:val=\"right\" w:pos=\"{}\"/></w:tabs></w:pPr>{}<w:r><w:tab/></w:r>{}{}{}{}</w:p></w:ftr>",
        inner(form.page),
        run(&form.footer, false),
        run("Page ", false),
        field("PAGE"),
        run(" of ", false),
        field("NUMPAGES")
    )
}

/// How wide the text is, in twentieths of a point.
fn inner(page: Page) -> u32 {
    let (short, long) = A4;
    match page {
        Page::Landscape => long - 2 * MARGIN,
        Page::Portrait => short - 2 * MARGIN,
    }
}

fn body(form: &Filled) -> String {
    let width = inner(form.page);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"{W}\"><w:body>"
    );
    out += &heading(1, &form.title);
    if let Some(about) = &form.about {
        out += &paragraph("", &Paragraph::plain(about));
    }
    if let Some(head) = &form.head {
        out += &cells(head, "About the pupil and the school", width);
        // Two tables that touch would be one.
        out += "<w:p/>";
    }
    if let Some(note) = &form.first {
        out += &first_page(note);
    }
    for one in &form.tables {
        out += &heading(2, &one.title);
        if let Some(about) = &one.about {
            out += &paragraph("<w:keepNext/>", &Paragraph::plain(about));
        }
        out += &table(one, width);
    }
    if let Some(foot) = &form.foot {
        out += "<w:p/>";
        out += &cells(foot, "Completed by", width);
    }
    // A document ends with a paragraph, and this one takes no room.
    out +=
        "<w:p><w:pPr><w:spacing w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:p>";
    let (short, long) = A4;
    let size = match form.page {
        Page::Landscape => format!("w:w=\"{long}\" w:h=\"{short}\" w:orient=\"landscape\""),
        Page::Portrait => format!("w:w=\"{short}\" w:h=\"{long}\""),
    };
    let header = form.header.as_ref().map_or(
        "",
        |_| "<w:headerReference w:type=\"default\" r:id=\"rId6\"/>",
    );
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<w:sectPr xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">{header}<w:footerReference \
         w:type=\"default\" r:id=\"rId5\"/><w:pgSz {size}/><w:pgMar w:top=\"{MARGIN}\" w:right=\"{MARGIN}\" w:bottom=\"{MARGIN}\" \
         w:left=\"{MARGIN}\" w:header=\"360\" w:footer=\"360\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    );
    out
}

/// What has to be read first has a page to itself.
fn first_page(note: &Note) -> String {
    let mut out = heading(2, &note.title) + &paragraph("", &Paragraph::plain(&note.says));
    for line in &note.list {
        out += &paragraph(
            "<w:pStyle w:val=\"ListParagraph\"/>",
            &Paragraph::plain(format!("• {line}")),
        );
    }
    out + "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>"
}

fn heading(level: u8, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"Heading{level}\"/></w:pPr>{}</w:p>",
        run(text, false)
    )
}

/// A paragraph with what its properties hold before their end.
fn paragraph(properties: &str, one: &Paragraph) -> String {
    let properties = if properties.is_empty() {
        String::new()
    } else {
        format!("<w:pPr>{properties}</w:pPr>")
    };
    format!("<w:p>{properties}{}</w:p>", run(&one.text, one.strong))
}

/// A run of text; line breaks stay breaks.
fn run(text: &str, strong: bool) -> String {
    let properties = if strong {
        "<w:rPr><w:b/><w:bCs/></w:rPr>"
    } else {
        ""
    };
    format!("<w:r>{properties}{}</w:r>", lines(text))
}

/// The text of a run, its line breaks as elements.
pub(super) fn lines(text: &str) -> String {
    let line = |line: &str| {
        if line.is_empty() {
            return String::new();
        }
        format!(
            "<w:t xml:space=\"preserve\">{}</w:t>",
            paper(&line.replace('\t', " "))
        )
    };
    text.lines().map(line).collect::<Vec<_>>().join("<w:br/>")
}

/// What every table begins with. `title` is told by programs that read the page aloud, and where its headings lie.
fn table_start(title: &str, widths: &[u32], lie: Lie) -> String {
    let (first_row, first_column) = match lie {
        Lie::Columns => (1, 0),
        Lie::Rows => (0, 1),
    };
    let look = 0x20 * first_row + 0x80 * first_column + 0x600;
    let grid: Vec<String> = widths
        .iter()
        .map(|width| format!("<w:gridCol w:w=\"{width}\"/>"))
        .collect();
    format!(
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>\
         <w:tblLook w:val=\"{look:04X}\" w:firstRow=\"{first_row}\" w:lastRow=\"0\" w:firstColumn=\"{first_column}\" w:lastColumn=\"0\" \
         w:noHBand=\"1\" w:noVBand=\"1\"/>\
         <w:tblCaption w:val=\"{}\"/></w:tblPr><w:tblGrid>{}</w:tblGrid>",
        widths.iter().sum::<u32>(),
        paper(title),
        grid.concat()
    )
}

/// A row that is never split over two pages; one of headings stands again on every page.
fn row(cells: &str, headings: bool) -> String {
    let again = if headings { "<w:tblHeader/>" } else { "" };
    format!("<w:tr><w:trPr><w:cantSplit/>{again}</w:trPr>{cells}</w:tr>")
}

fn cell(width: u32, fill: Option<&str>, inside: &[Paragraph]) -> String {
    let fill =
        fill.map(|fill| format!("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{fill}\"/>"));
    let inside: String = inside.iter().map(|one| paragraph("", one)).collect();
    // A cell holds at least a paragraph.
    let inside = if inside.is_empty() {
        "<w:p/>".to_owned()
    } else {
        inside
    };
    let fill = fill.unwrap_or_default();
    format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{fill}</w:tcPr>{inside}</w:tc>")
}

fn heading_cell(width: u32, label: &str) -> String {
    cell(width, Some(HEADING_FILL), &[Paragraph::strong(label)])
}

/// Shares of a width that add up to it.
fn shares(width: u32, percents: &[u32]) -> Vec<u32> {
    let mut widths: Vec<u32> = percents
        .iter()
        .map(|percent| width * percent / 100)
        .collect();
    if let Some(last) = widths.last_mut() {
        *last += width
            - percents
                .iter()
                .map(|percent| width * percent / 100)
                .sum::<u32>();
    }
    widths
}

fn table(one: &Table, width: u32) -> String {
    let percents: Vec<u32> = one.columns.iter().map(|(_, _, percent)| *percent).collect();
    let widths = shares(width, &percents);
    let headings: String = one
        .columns
        .iter()
        .zip(&widths)
        .map(|((_, label, _), width)| heading_cell(*width, label))
        .collect();
    let mut out = table_start(&one.title, &widths, Lie::Columns) + &row(&headings, true);
    for Row { cells, idle, .. } in &one.rows {
        let fill = idle.then_some(IDLE_FILL);
        let cells: String = cells
            .iter()
            .zip(&widths)
            .map(|(inside, width)| cell(*width, fill, inside))
            .collect();
        out += &row(&cells, false);
    }
    out + "</w:tbl>"
}

fn cells(all: &Cells, title: &str, width: u32) -> String {
    let value = |width: u32, text: &str| cell(width, None, &[Paragraph::plain(text)]);
    match all.lie {
        Lie::Columns => {
            let count = u32::try_from(all.cells.len()).unwrap_or(1).max(1);
            let widths = shares(width, &vec![100 / count; all.cells.len()]);
            let side = |build: &dyn Fn(u32, &(String, String)) -> String| -> String {
                all.cells
                    .iter()
                    .zip(&widths)
                    .map(|(pair, width)| build(*width, pair))
                    .collect()
            };
            let labels = side(&|width, (label, _)| heading_cell(width, label));
            let values = side(&|width, (_, text)| value(width, text));
            table_start(title, &widths, all.lie)
                + &row(&labels, true)
                + &row(&values, false)
                + "</w:tbl>"
        }
        Lie::Rows => {
            let widths = shares(width, &[28, 72]);
            let rows: String = all
                .cells
                .iter()
                .map(|(label, text)| {
                    row(
                        &(heading_cell(widths[0], label) + &value(widths[1], text)),
                        false,
                    )
                })
                .collect();
            table_start(title, &widths, all.lie) + &rows + "</w:tbl>"
        }
    }
}
