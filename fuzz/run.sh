#!/usr/bin/env bash
# Fuzzes every target, one after the other: `fuzz/run.sh 60` gives each of them a minute.
# The toolchain is the stable one; RUSTC_BOOTSTRAP=1 lets it instrument for coverage. The code holds no `unsafe`, so no
# sanitizer is needed; overflows and debug assertions stop a run, as do 10 seconds or 1 GB for one input.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:?how many seconds for each target}"
shift
export RUSTC_BOOTSTRAP=1
fuzz/seeds.sh
targets=("$@")
[ "${#targets[@]}" -gt 0 ] || mapfile -t targets < <(cargo fuzz list)
cargo fuzz build -s none
for target in "${targets[@]}"; do
    mkdir -p "fuzz/corpus/$target"
    cargo fuzz run -s none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -dict=fuzz/seeds/words.dict -timeout=10 -rss_limit_mb=1024 -max_len=16384 -len_control=20 \
        -max_total_time="$seconds" -print_final_stats=1
done
