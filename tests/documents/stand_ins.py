#!/usr/bin/env python3
"""Makes stand-ins for the blank forms that councils send out, each with one thing that makes a form hard to fill in.

    stand_ins.py OUTDIR

The wording is ours. The files are the same at each run, but for those that LibreOffice or encryption makes.

Exit status: 0 made, 2 wrong usage, 3 tools not installed.
Needs: pip install python-docx; also wanted: msoffcrypto-tool from pip, LibreOffice Writer from apt.
"""
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

# docx.py beside this file has the name of the python-docx package; without this line,
# `import docx` would find it instead.
sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != Path(__file__).resolve().parent]
try:
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Mm, Pt
except ImportError:
    print("not installed: python-docx")
    sys.exit(3)

THEN = datetime(2026, 1, 5, 9, 0, 0)
HEAD = ["Name of pupil", "Name of school", "Name of person(s) completing log", "Date commenced"]
COLUMNS = ["Step", "Completed Y/N", "Date", "Outcome"]
LABELS = [
    "Any letters posted to the family",
    "Any home visits made so far",
    "An early help assessment put to the family",
    "An attendance contract offered and its terms",
    "Advice asked of the virtual school",
]
HINTS = ["List letter types", "Say who visited", "Give the lead worker", "Agreed or declined", "Name the officer"]


def xml(text):
    """A piece of WordprocessingML."""
    end = min(text.index(c) for c in " />" if c in text)
    return parse_xml(text[:end] + " " + nsdecls("w") + text[end:])


def table(document, rows, columns):
    made = document.add_table(rows, columns)
    made.style = "Table Grid"
    return made


def fill(row, texts):
    for cell, text in zip(row.cells, texts):
        cell.text = text


def start():
    """A landscape A4 document in British English, with the head table."""
    document = docx.Document()
    # python-docx's template has a second copy of the styles that no longer matches the first.
    for key, relationship in list(document.part.rels.items()):
        if relationship.reltype.endswith("/stylesWithEffects"):
            del document.part.rels[key]
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = "Log of support", "A council", "A council"
    properties.comments = ""
    properties.created = properties.modified = THEN

    document.add_heading("Log of support", 1)
    head = table(document, 2, len(HEAD))
    fill(head.rows[0], HEAD)
    document.add_heading("What was tried", 2)
    return document


def plain(labels=LABELS):
    """The form that the others change: returns the document and its log table."""
    document = start()
    log = table(document, 1 + len(labels), len(COLUMNS))
    fill(log.rows[0], COLUMNS)
    for row, label in zip(log.rows[1:], labels):
        row.cells[0].text = label
    return document, log


def split_runs():
    document, log = plain()
    for row in log.rows[1:]:
        paragraph = row.cells[0].paragraphs[0]
        label = paragraph.text
        paragraph.clear()
        for place in range(0, len(label), 5):
            run = paragraph.add_run(label[place:place + 5])
            run.bold, run.italic = place % 2 == 0, place % 3 == 0
            run.font.size = Pt(10 + place % 3)
    return document


def merged():
    document = start()
    groups = [("Home", LABELS[:3]), ("Others", LABELS[3:])]
    log = table(document, 0, 1 + len(COLUMNS))
    fill(log.add_row(), ["Part", *COLUMNS])
    for name, labels in groups:
        title = log.add_row()
        title.cells[0].merge(title.cells[-1]).text = f"{name}: what was tried"
        first = len(log.rows)
        for label in labels:
            log.add_row().cells[1].text = label
        log.cell(first, 0).merge(log.cell(len(log.rows) - 1, 0)).text = name
    return document


def controls():
    document, log = plain()
    # The style that Word gives the text standing in for an answer.
    document.styles.element.append(xml(
        '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/><w:rPr><w:color w:val="666666"/></w:rPr></w:style>'))
    number = 1000
    for row in log.rows[1:]:
        kinds = [
            ("Completed", "Choose an item.", '<w:dropDownList><w:listItem w:displayText="Choose an item." w:value=""/><w:listItem w:displayText="Yes" w:value="Y"/><w:listItem w:displayText="No" w:value="N"/></w:dropDownList>'),
            ("Date", "Click to enter a date.", '<w:date><w:dateFormat w:val="dd/MM/yyyy"/><w:lid w:val="en-GB"/><w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'),
            ("Outcome", "Click to enter text.", ""),  # rich text is what a control is that says nothing else
        ]
        for cell, (name, hint, kind) in zip(row.cells[1:], kinds):
            number += 1
            control = xml(
                f'<w:sdt><w:sdtPr><w:alias w:val="{name}"/><w:tag w:val="{name.lower()}"/><w:id w:val="{number}"/><w:showingPlcHdr/>{kind}</w:sdtPr>'
                f'<w:sdtContent><w:p><w:r><w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr><w:t>{hint}</w:t></w:r></w:p></w:sdtContent></w:sdt>')
            paragraph = cell.paragraphs[0]._p
            if name == "Date":
                # Inside the paragraph here, around it in the other cells: both occur in real forms.
                content = control.find(qn("w:sdtContent"))
                inner = content[0]
                content.remove(inner)
                content.extend(list(inner))
                paragraph.append(control)
            else:
                paragraph.addprevious(control)
                # A cell must end in a paragraph, and one in a control counts.
                paragraph.getparent().remove(paragraph)
    return document


def cell_controls():
    """Controls around whole cells, as Word writes them where a control is all that a cell holds."""
    document, log = plain()
    for number, row in enumerate(log.rows[1:], 2000):
        for place, (cell, hint) in enumerate(zip(row.cells[1:], ("Y or N", "Date", "Outcome"))):
            cell = cell._tc
            control = xml(f'<w:sdt><w:sdtPr><w:id w:val="{number + 10 * place}"/><w:showingPlcHdr/><w:text/></w:sdtPr><w:sdtContent/></w:sdt>')
            cell.addprevious(control)
            control.find(qn("w:sdtContent")).append(cell)
            cell.find(qn("w:p")).append(xml(f"<w:r><w:t>{hint}</w:t></w:r>"))
    return document


def hints():
    document, log = plain()
    for row, hint in zip(log.rows[1:], HINTS):
        row.cells[3].text = hint
        row.cells[3].paragraphs[0].runs[0].italic = True
    return document


def fonts():
    document, log = plain()
    for cells in (document.tables[0].rows[1].cells, *(row.cells[1:] for row in log.rows[1:])):
        for cell in cells:
            # On the mark of the empty paragraph, where Word keeps the font of what will be typed.
            cell.paragraphs[0]._p.get_or_add_pPr().append(xml(
                '<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:color w:val="0000FF"/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>'))
    return document


def nested():
    document, log = plain()
    inner = log.rows[2].cells[3].add_table(2, 2)
    inner.style = "Table Grid"
    fill(inner.rows[0], ["First visit", "Second visit"])
    return document


def tracked():
    document, log = plain()
    by = 'w:author="A council" w:date="2026-01-05T09:00:00Z"'
    label = log.rows[1].cells[0].paragraphs[0]
    label.clear()
    for piece in (
        '<w:r><w:t xml:space="preserve">Any </w:t></w:r>',
        f'<w:del w:id="901" {by}><w:r><w:delText xml:space="preserve">emails </w:delText></w:r></w:del>',
        f'<w:ins w:id="902" {by}><w:r><w:t xml:space="preserve">letters </w:t></w:r></w:ins>',
        '<w:r><w:t>posted to the family</w:t></w:r>',
    ):
        label._p.append(xml(piece))
    cell = log.rows[2].cells[3].paragraphs[0]
    cell._p.append(xml(f'<w:ins w:id="903" {by}><w:r><w:t>Say who visited</w:t></w:r></w:ins>'))
    cell._p.append(xml(f'<w:del w:id="904" {by}><w:r><w:delText>Say when</w:delText></w:r></w:del>'))
    return document


def protected():
    document, _ = plain()
    settings = document.settings.element
    made = xml('<w:documentProtection w:edit="forms" w:enforcement="1"/>')
    # The schema fixes the order in settings: protection comes before the default tab stop.
    settings.find(qn("w:defaultTabStop")).addprevious(made)
    return document


def duplicate():
    return plain(LABELS[:2] + [LABELS[1]] + LABELS[2:])[0]


def edited():
    labels = list(LABELS)
    labels[0], labels[3] = "Anything posted to the family", "An agreement on attendance offered and its terms"
    return plain(labels)[0]


def questions():
    document = start()
    log = table(document, 1 + len(LABELS), 2)
    fill(log.rows[0], ["Question", "Notes"])
    for row, label in zip(log.rows[1:], LABELS):
        row.cells[0].text = f"{label}: what came of it?"
    return document


def save(document, path, change=lambda name, content: content):
    """Saves with a fixed time on each part, so that the file is the same each time."""
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, THEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, change(part.filename, old.read(part)))


def as_template(name, content):
    if name != "[Content_Types].xml":
        return content
    return content.replace(b"wordprocessingml.document.main+xml", b"wordprocessingml.template.main+xml")


def convert(source, kind, target):
    """Has LibreOffice save the file anew; True if it did."""
    if not shutil.which("soffice"):
        return False
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary, "out")
        subprocess.run(
            ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{temporary}/profile",
             "--convert-to", kind, "--outdir", str(out), str(source)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=180, check=False)
        made = out / f"{Path(source).stem}.{kind.split(':')[0]}"
        if not made.is_file():
            return False
        shutil.copyfile(made, target)
        return True


def encrypt(source, target):
    try:
        from msoffcrypto.format.ooxml import OOXMLFile
    except ImportError:
        # Enough for a reader that looks at the first bytes, as it must to say what is wrong.
        target.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2040))
        print("encrypted.docx is only the start of one: msoffcrypto-tool is not installed")
        return
    with open(source, "rb") as plain_file, open(target, "wb") as locked:
        OOXMLFile(plain_file).encrypt("stand-in", locked)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    save(plain()[0], out / "plain.docx")
    for make in (split_runs, merged, controls, cell_controls, hints, fonts, nested, tracked, protected, duplicate, edited, questions):
        save(make(), out / f"{make.__name__.replace('_', '-')}.docx")
    save(plain()[0], out / "template.dotx", as_template)
    encrypt(out / "plain.docx", out / "encrypted.docx")
    for kind, name in (("doc:MS Word 97", "legacy.doc"), ("docx:Office Open XML Text", "libreoffice.docx")):
        if not convert(out / "plain.docx", kind, out / name):
            print(f"passed over: {name}, for want of LibreOffice Writer")
    for path in sorted(out.iterdir()):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
