#!/usr/bin/env bash
# Measures what docs/performance.md tells. Needs hyperfine; hledger too, for the comparison.
#
#   benches/speed.sh [FOLDER]     FOLDER keeps the data between runs; without it a new one is made
#
# All cases are made through the program: a case edited by hand would measure how faults are found, not how cases are read.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --locked --quiet
attcheck=$PWD/target/release/attcheck
data=${1:-$(mktemp -d)}
export ATTCHECK_BY="A Bench" XDG_CONFIG_HOME="$data/config"
items=(letters parent-contact champion-and-dsl contract early-help concerns-shared pastoral-meeting learning-discussion
    catch-up-work school-led-support family-issues attendance-team part-time-timetable poverty-help lehss-advice
    youth-justice-service external-agencies national-toolkit letters parent-contact)

# One case of 40 entries: the opening, two parents, 17 facts, 20 actions.
make_case() {
    local dir=$1 id=$2 item
    "$attcheck" --dir "$dir" --quiet new --checklist lancashire --id "$id" --name "Pupil of case" --parent "One" --parent "Two" \
        --fact looked_after=never --fact open_to_service=neither --fact safeguarding_concerns=no --fact child_seen=yes \
        --fact family_engaging=yes --fact meeting_held=yes --fact sen_needs=none --fact has_ehcp=no \
        --fact barrier_identified=no --fact medical_absence=no --fact medical_needs=no --fact mental_health_need=no \
        --fact emotionally_based_avoidance=no --fact young_carer=no --fact regularly_late=no \
        --fact criminal_or_antisocial_behaviour=no --fact english_additional_language=no
    for item in "${items[@]}"; do
        "$attcheck" --dir "$dir" --quiet record "$id" "$item" --on 2026-09-18 --incomplete \
            --outcome "Spoke at some length; what was agreed is looked at again in two weeks, and the form tutor knows of it."
    done
} >/dev/null 2>&1

ids() { awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "b%05d\n", i }'; }

if [ ! -d "$data/thousand/cases" ]; then
    echo "making 1,000 cases of 40 entries through the program (some minutes) ..."
    export -f make_case
    export attcheck
    mkdir -p "$data/thousand/cases"
    export items_text="${items[*]}"
    ids 1000 | xargs -P "$(nproc)" -I{} bash -c 'read -ra items <<<"$items_text"; make_case "$0" "$1"' "$data/thousand" {}
fi
cases=$(find "$data/thousand/cases" -name 'b*.yaml' | wc -l)
entries=$(cat "$data"/thousand/cases/b*.yaml | grep -c '^- kind:')
echo "$cases cases, $entries entries, $(du -sb "$data/thousand/cases" | cut -f1) bytes"
"$attcheck" --dir "$data/thousand" verify --quiet | tail -1

echo
echo "== one case of 40 entries, from a cold start of the program"
hyperfine -N --warmup 5 --ignore-failure "$attcheck --dir $data/thousand ready b00001 --as-of 2026-11-20"

echo "== record by id in a folder of 10 and of 100,000 cases"
for count in 10 100000; do
    dir=$data/folder-$count
    if [ ! -d "$dir" ]; then
        mkdir -p "$dir/cases"
        make_case "$dir" k7m4px
        # What stands beside it is never opened by a command that names another id.
        ids "$count" | xargs -I{} -P 2 cp "$data/thousand/cases/b00001.yaml" "$dir/cases/{}.yaml"
    fi
    cp "$dir/cases/k7m4px.yaml" "$dir/sound"
    hyperfine -N --warmup 3 --runs 100 --prepare "cp $dir/sound $dir/cases/k7m4px.yaml" \
        "$attcheck --dir $dir --quiet record k7m4px letters --on 2026-09-18 --outcome x"
    cp "$dir/sound" "$dir/cases/k7m4px.yaml"
done

echo "== 1,000 cases of 40 entries as JSON, and hledger check over 40,000 transactions"
if command -v hledger >/dev/null; then
    [ -f "$data/book.journal" ] || awk 'BEGIN { for (i = 0; i < 40000; i++) printf "2026-%02d-%02d * letter number %d\n    assets:time:case%d   1 h\n    income:support  -1 h\n\n", 1 + i % 12, 1 + i % 28, i, i % 1000 }' >"$data/book.journal"
    hyperfine --warmup 1 --ignore-failure "hledger check -f $data/book.journal" "$attcheck --dir $data/thousand ready --all --format json --as-of 2026-11-20"
else
    hyperfine --warmup 1 --ignore-failure "$attcheck --dir $data/thousand ready --all --format json --as-of 2026-11-20"
fi

echo "== due and list over the same cases, and the situations of the checklists"
hyperfine -N --warmup 2 --ignore-failure "$attcheck --dir $data/thousand due --format json" \
    "$attcheck --dir $data/thousand list --as-of 2026-11-20" "$attcheck --dir $data checklist test"

echo "== what leaves the school: a form, the same into a council's file, a page, a pack; the page and the tables of 1,000 cases"
out=$data/out
mkdir -p "$out"
dir=$data/thousand
# A form that is there already is not written over.
hyperfine -N --warmup 3 --prepare "rm -f $out/form.docx" \
    "$attcheck --dir $dir --quiet form b00001 --as-of 2026-11-20 --output $out/form.docx"
hyperfine -N --warmup 3 "$attcheck --dir $dir --quiet report b00001 --as-of 2026-11-20 --output $out/page.html" \
    "$attcheck --dir $dir --quiet pack b00001 --anyway --output $out/pack.zip"
"$attcheck" --dir "$dir" --quiet pack b00001 --anyway --output "$out/pack.zip"
hyperfine -N --warmup 3 "$attcheck pack check $out/pack.zip"
if python3 -c 'import docx' 2>/dev/null; then
    python3 tests/documents/stand_ins.py "$out/stand-ins" >/dev/null
    hyperfine -N --warmup 3 --ignore-failure --prepare "rm -f $out/filled.docx" "$attcheck --dir $dir --quiet form b00001 --as-of 2026-11-20 --into $out/stand-ins/plain.docx --output $out/filled.docx"
fi
hyperfine -N --warmup 2 "$attcheck --dir $dir --quiet report --all --as-of 2026-11-20 --output $out/all.html" \
    "$attcheck --dir $dir --quiet export --format csv --folder $out/tables --as-of 2026-11-20" \
    "$attcheck --dir $dir --quiet export --format jsonl --folder $out/tables --as-of 2026-11-20"

echo "== a year's register of 1,500 pupils, all of whom have a case: 570,000 marks, a row for each"
school=$data/register
if [ ! -d "$school/cases" ]; then
    mkdir -p "$school"
    # Numbers with their check letter, and marks by a fixed rule: a tenth of the sessions is missed.
    awk 'BEGIN {
        letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
        for (n = 0; n < 1500; n++) {
            digits = sprintf("8012%03d026%02d", n / 100, n % 100); sum = 0
            for (i = 1; i <= 12; i++) sum += substr(digits, i, 1) * (i + 1)
            print substr(letters, sum % 23 + 1, 1) digits
        }
    }' >"$school/upns"
    while read -r upn; do
        "$attcheck" --dir "$school" --quiet new --checklist lancashire --name "Pupil of case" --upn "$upn" >/dev/null
    done <"$school/upns"
    awk 'BEGIN { print "UPN,Date,Session,Mark"; split("/ / / / I / / / / O", am, " ") } { upn[NR] = $1 } END {
        for (n = 1; n <= NR; n++) for (d = 0; d < 190; d++) {
            day = mktime("2025 09 01 12 00 00") + (int(d / 5) * 7 + d % 5) * 86400
            date = strftime("%d/%m/%Y", day); mark = am[(n + d) % 10 + 1]
            print upn[n] "," date ",AM," mark; print upn[n] "," date ",PM," (mark == "/" ? "\\" : mark)
        }
    }' "$school/upns" >"$school/year.csv"
fi
echo "$(($(wc -l <"$school/year.csv") - 1)) marks, $(find "$school/cases" -name '*.yaml' | wc -l) cases"
hyperfine --warmup 1 --runs 10 --prepare "rm -rf $school/registers" \
    "$attcheck --dir $school --quiet register import $school/year.csv"

echo "== memory of ready --all --format json over 100 and over 1,000 cases (most at any moment, in KB)"
if [ ! -d "$data/hundred" ]; then
    mkdir -p "$data/hundred/cases"
    ids 100 | xargs -I{} cp "$data/thousand/cases/{}.yaml" "$data/hundred/cases/"
fi
for dir in hundred thousand; do
    # GNU time is not everywhere; the kernel tells the same.
    python3 - "$attcheck" "$data/$dir" <<'PY' 2>/dev/null || echo "$dir: needs Python"
import resource, subprocess, sys
subprocess.run([sys.argv[1], "--dir", sys.argv[2], "ready", "--all", "--format", "json", "--as-of", "2026-11-20"], stdout=subprocess.DEVNULL)
print(sys.argv[2].rsplit("/", 1)[1], resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
done
