#!/usr/bin/env bash
# Makes the seed corpora out of the project's own files: examples, shipped checklists, and every broken file of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

into() { # target, files: each under its own path
    mkdir -p "fuzz/seeds/$1"
    local file
    for file in "${@:2}"; do cp "$file" "fuzz/seeds/$1/${file//\//-}"; done
}

rm -rf fuzz/seeds
mapfile -t cases < <(find examples/*/cases tests/formats tests/problems -name '*.yaml' ! -name 'checklist*' -size -64k | sort)
mapfile -t lists < <(find checklists examples/*/checklists tests/language tests/problems -name '*.yaml' ! -name '*.samples.yaml' ! -name '*.form.yaml' | sort)
mapfile -t situations < <(find checklists examples/*/checklists tests/language -name '*.samples.yaml' | sort)
mapfile -t registers < <(find tests/register examples/*/tables -type f \( -name '*.csv' -o -name '*.xml' -o -name '*.txt' \) | sort)
mapfile -t marks < <(find examples/*/registers -name '*.csv' | sort)
mapfile -t tables < <(find examples/*/tables tests/register -name '*.csv' | sort)
into case "${cases[@]}"
into lines "${cases[@]}"
into checklist "${lists[@]}"
into samples "${situations[@]}"
into register "${registers[@]}"
into marks "${marks[@]}"
into table "${tables[@]}"
into form checklists/*.form.yaml data/form.yaml
into settings examples/*/attcheck.toml
mkdir -p fuzz/seeds/receipt fuzz/seeds/parcel
for file in examples/northfield/cases/*.yaml; do
    id="$(basename "$file" .yaml)"
    cargo run --quiet -- --dir examples/northfield receipt "$id" --output "fuzz/seeds/receipt/$id.txt" || true
    cargo run --quiet -- --dir examples/northfield --quiet hand-over "$id" --output "fuzz/seeds/parcel/$id.zip" || true
done
# The main parts of Word files, such as a council's may be.
mkdir -p fuzz/seeds/word
for id in k7m4px d8kr3n h2vt6m; do
    cargo run --quiet -- --dir examples/northfield --quiet form "$id" --output "fuzz/seeds/word/$id.docx" &&
        python3 -c 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("word/document.xml").decode()[:12000])' \
            "fuzz/seeds/word/$id.docx" > "fuzz/seeds/word/$id.xml"
    rm -f "fuzz/seeds/word/$id.docx"
done
cat > fuzz/seeds/word/small.xml <<'XML'
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:tbl><w:tr><w:tc><w:p><w:r><w:t>What</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Completed Y/N</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Date</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Outcome</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:trPr><w:gridBefore w:val="0"/></w:trPr><w:tc><w:p><w:r><w:t>Letters to parents</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc><w:tc><w:tcPr><w:gridSpan w:val="1"/><w:vMerge w:val="restart"/></w:tcPr><w:sdt><w:sdtPr><w:showingPlcHdr/><w:dropDownList><w:listItem w:value="Y"/></w:dropDownList></w:sdtPr><w:sdtContent><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>x</w:t></w:r></w:p></w:sdtContent></w:sdt></w:tc><w:tc><w:p><w:pPr><w:rPr><w:i/></w:rPr></w:pPr></w:p></w:tc></w:tr></w:tbl></w:body></w:document>
XML
# Every value of every checklist is a span, a day, or near one.
mkdir -p fuzz/seeds/spans
cat "${lists[@]}" | sed -nE 's/^[ -]*[a-z-]+: "?([^"]{4,80})"?$/\1/p' | sort -u | grep -E '[0-9]|before|after|within|on ' | {
    n=0
    while read -r value; do n=$((n + 1)); printf '%s' "$value" > "fuzz/seeds/spans/$n"; done
}
# The words of the formats, for the fuzzer to put together.
cat "${cases[@]}" "${lists[@]}" examples/*/attcheck.toml \
    | grep -aoE '[a-z]+(-[a-z]+)*:' | sort -u | sed 's/.*/"&"/' > fuzz/seeds/words.dict
cat "${lists[@]}" | sed -nE 's/.*(when|repeat|days|within|lasts|notice|attendance|unauthorised)[a-z-]*: "?([^"]*)"?$/\2/p' \
    | grep -aoE '[a-z]{2,}' | sort -u | sed 's/.*/"& "/' >> fuzz/seeds/words.dict
