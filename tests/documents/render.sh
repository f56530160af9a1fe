#!/usr/bin/env bash
# Shows how a Word document looks in another program: LibreOffice makes a PDF of it, Poppler pictures of the pages.
#
#     render.sh FILE.docx OUTDIR
#
# Exit status: 0 rendered, 1 not rendered, 2 wrong usage, 3 tools not installed.
# Needs: apt-get install libreoffice-writer-nogui poppler-utils fonts-liberation fonts-dejavu
set -euo pipefail

[ $# = 2 ] || { echo "usage: render.sh FILE.docx OUTDIR" >&2; exit 2; }
missing=
for tool in soffice pdftoppm pdfinfo; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
done
[ -z "$missing" ] || { echo "not installed:$missing"; exit 3; }

file=$1 out=$2
[ -f "$file" ] || { echo "$file: no such file"; exit 1; }
mkdir -p "$out"
name=$(basename "$file"); name=${name%.*}
pdf=$out/$name.pdf
rm -f "$pdf" "$out/$name"-*.png # or an old rendering could pass for this one

# A profile of its own: LibreOffice refuses a second run in a profile in use, and hands the file to the first.
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
# With the reader named, since LibreOffice would show a broken document as if it were plain text.
reader=()
case $file in *.docx) reader=("--infilter=MS Word 2007 XML") ;; esac
# Tagged, so that the structure can be looked at; the filter's options are JSON from LibreOffice 7.4 on.
timeout 180 soffice --headless --norestore "-env:UserInstallation=file://$profile" \
    ${reader[@]+"${reader[@]}"} \
    --convert-to 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}' \
    --outdir "$out" "$file" >"$profile/log" 2>&1 || true
# Its exit status says little: 0 also when it could not read the file.
[ -s "$pdf" ] || { cat "$profile/log"; echo "$file: not rendered"; exit 1; }

pdftoppm -r 60 -png "$pdf" "$out/$name"
pages=$(pdfinfo "$pdf" | sed -n 's/^Pages: *//p')
size=$(pdfinfo "$pdf" | sed -n 's/^Page size: *//p')
tagged=$(pdfinfo "$pdf" | sed -n 's/^Tagged: *//p')
structure=$(pdfinfo -struct "$pdf" 2>"$profile/log")
count() { grep -cE "^ *$1( |:|\$)" <<<"$structure" || true; }
echo "$file: $pages pages of $size; tagged: $tagged; $(count Table) tables, $(count TH) header cells (TH), $(count TD) cells (TD), $(count 'H[1-6]') headings"
[ "$pages" -gt 0 ]
