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
mapfile -t lists < <(find checklists examples/*/checklists tests/language tests/problems -name '*.yaml' ! -name '*.samples.yaml' | sort)
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
into settings examples/*/attcheck.toml
mkdir -p fuzz/seeds/receipt fuzz/seeds/parcel
for file in examples/northfield/cases/*.yaml; do
    id="$(basename "$file" .yaml)"
    cargo run --quiet -- --dir examples/northfield receipt "$id" --output "fuzz/seeds/receipt/$id.txt" || true
    cargo run --quiet -- --dir examples/northfield --quiet hand-over "$id" --output "fuzz/seeds/parcel/$id.zip" || true
done
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
