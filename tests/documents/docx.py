#!/usr/bin/env python3
"""Judges Word documents with software that had no part in writing them.

    docx.py [--text FILE.txt] FILE.docx...
    docx.py --no-head-check [--blank BLANK.docx] [--text FILE.txt] FILE.docx...

Exit status: 0 good, 1 findings, 2 wrong usage, 3 tools not installed.
Needs: pip install openxml-audit docx-integrity python-docx
"""
import argparse
import sys
from collections import Counter
from pathlib import Path

# This file has the name of the python-docx package; without this line,
# `import docx` would find the file instead.
sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != Path(__file__).resolve().parent]

missing = []
try:
    from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity
except ImportError:
    missing.append("openxml-audit")
try:
    from docx_integrity.finding import ERROR
    from docx_integrity.inspector import Inspector
except ImportError:
    missing.append("docx-integrity")
try:
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Mm
except ImportError:
    missing.append("python-docx")
if missing:
    print("not installed: " + ", ".join(missing))
    sys.exit(3)

# The oldest Word still met in schools, a recent one, and the one that updates itself.
OFFICES = ["office2010", "office2021", "microsoft365"]


def faults(path):
    """What the validators find, counted, so that two files can be compared."""
    found = Counter()
    for office in OFFICES:
        # 0: no limit, or a comparison with a blank that has many faults would be wrong.
        try:
            result = OpenXmlValidator(file_format=FileFormat(office), max_errors=0).validate(path)
        except Exception as error:  # it raises whatever its XML reader does on a badly broken file
            found[f"{office}: not read: {error!r}"] += 1
            continue
        for error in result.errors:
            if error.severity == ValidationSeverity.ERROR:
                # No XPath: it moves whenever a paragraph is put in before it.
                found[f"{office}: {error.part_uri}: {error.description}"] += 1
        if not result.is_valid and not result.errors:
            found[f"{office}: not valid, and no reason given"] += 1
    for finding in Inspector(path).run():
        if finding.severity == ERROR:
            found[f"docx-integrity: {finding.code} {finding.part}: {finding.message}"] += 1
    return found


def on(element, name):
    """Is the on/off property there and not switched off?"""
    child = None if element is None else element.find(qn(name))
    return child is not None and child.get(qn("w:val"), "1") not in ("0", "false", "off")


def text_of(paragraph):
    """All that shows in a paragraph; python-docx's own `text` passes over content controls."""
    shows = {qn("w:t"): None, qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    parts = []
    for node in paragraph.iter(*shows):
        # A `w:tab` inside `w:tabs` is a tab stop, not a character.
        if node.getparent().tag == qn("w:r"):
            parts.append(node.text or "" if node.tag == qn("w:t") else shows[node.tag])
    return "".join(parts)


def layout(document):
    """What the forms that attcheck lays out itself promise."""
    found = []
    for number, section in enumerate(document.sections, 1):
        across, down = section.page_width or 0, section.page_height or 0
        if section.orientation != WD_ORIENT.LANDSCAPE or abs(across - Mm(297)) > Mm(1) or abs(down - Mm(210)) > Mm(1):
            found.append(f"section {number} is not A4 landscape: {across / Mm(1):.0f} by {down / Mm(1):.0f} mm")

    default = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    language = None if default is None else default.get(qn("w:val"))
    if language != "en-GB":
        found.append(f"the language in the styles is {language}, not en-GB")

    for name in ("title", "author"):
        if not getattr(document.core_properties, name).strip():
            found.append(f"no {name} in the core properties")

    tables = list(document.element.body.iter(qn("w:tbl")))
    if not tables:
        found.append("no table")
    for number, table in enumerate(tables, 1):
        rows = table.findall(qn("w:tr"))
        # A table whose labels lie in the first column says so, and has no row of headings to repeat.
        look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")
        by_row = look is not None and look.get(qn("w:firstColumn")) == "1"
        if not rows or not by_row and not on(rows[0].find(qn("w:trPr")), "w:tblHeader"):
            found.append(f"table {number}: the first row is not a repeated header")
        for place, row in enumerate(rows, 1):
            if not on(row.find(qn("w:trPr")), "w:cantSplit"):
                found.append(f"table {number}, row {place}: may be split over two pages")

    styles = Counter(p.style.name for p in document.paragraphs if p.text.strip())
    for name in ("Heading 1", "Heading 2"):
        if not styles[name]:
            found.append(f"no paragraph in the style {name}")

    # Read from all footer parts, so that it does not matter which pages a footer is for.
    fields = ""
    for part in document.part.package.iter_parts():
        if "footer" in part.content_type:
            root = docx.oxml.parse_xml(part.blob)
            fields += " ".join(root.xpath("//w:instrText/text() | //w:fldSimple/@w:instr")) + " "
    for field in ("PAGE", "NUMPAGES"):
        if field not in fields.split():
            found.append(f"no {field} field in a footer")
    return found


def judge(path, options):
    found = []
    new = faults(path)
    if options.blank:
        new -= faults(options.blank)  # what the blank already had is not ours
    found += [f"{fault} ({times} times)" if times > 1 else fault for fault, times in sorted(new.items())]
    try:
        document = docx.Document(path)
        if options.head_check:
            found += layout(document)
    except Exception as error:  # python-docx lets the errors of several libraries through
        return found + [f"python-docx does not read it: {error!r}"]
    if options.text:
        paragraphs = [text_of(p) for p in document.element.body.iter(qn("w:p"))]
        for line in Path(options.text).read_text(encoding="utf-8-sig").splitlines():
            if line.strip() and not any(line.strip() in text for text in paragraphs):
                found.append(f"not in the document: {line.strip()}")
    return found


def main():
    parser = argparse.ArgumentParser(description="Judges Word documents with independent software.")
    parser.add_argument("files", nargs="+", metavar="FILE.docx")
    parser.add_argument("--text", metavar="FILE.txt", help="every line of it must occur in the document")
    parser.add_argument("--no-head-check", dest="head_check", action="store_false", help="for documents whose layout is not attcheck's")
    parser.add_argument("--blank", metavar="BLANK.docx", help="faults that this file has too are not counted")
    options = parser.parse_args()
    bad = False
    for path in options.files:
        if Path(path).is_file():
            found = judge(path, options)
        else:
            found = ["no such file"]
        for finding in found:
            print(f"{path}: {finding}")
        print(f"{path}: {len(found)} findings" if found else f"{path}: good")
        bad = bad or bool(found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
