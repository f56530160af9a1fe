#!/usr/bin/env bash
# Which lines the tests reach, the program's own runs counted in. Needs llvm-cov and llvm-profdata of the toolchain's LLVM
# (`rustc -vV` names it), such as Debian's package llvm-22. Prints lines reached and lines there, by folder of `src`.
set -euo pipefail
cd "$(dirname "$0")/.."
version="$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export RUSTFLAGS="-C instrument-coverage" LLVM_PROFILE_FILE="$work/%8m.profraw"
cargo test --target-dir target/coverage -- --skip sixteen --skip every_fault >"$work/log" || { tail -40 "$work/log"; exit 1; }
"llvm-profdata-$version" merge -sparse "$work"/*.profraw -o "$work/all.profdata"
objects=()
for binary in target/coverage/debug/deps/*; do
    [ -x "$binary" ] && [ -f "$binary" ] && [[ "$binary" != *.so ]] && objects+=(-object "$binary")
done
"llvm-cov-$version" export -format=lcov -instr-profile="$work/all.profdata" target/coverage/debug/attcheck "${objects[@]}" \
    >"$work/all.lcov" 2>/dev/null
awk -F'[:,]' -v root="$PWD/src/" '
    /^SF:/ { file = substr($0, 4); ours = index(file, root) == 1; sub(root, "", file) }
    /^DA:/ && ours { key = file ":" $2; seen[key] = file; if ($3 > 0) hit[key] = 1 }
    END {
        for (key in seen) {
            folder = seen[key]; if (!sub("/.*", "", folder)) folder = "(top)"
            all[folder]++; if (key in hit) reached[folder]++
        }
        for (folder in all) printf "%-12s %6d of %6d  %.1f%%\n", folder, reached[folder], all[folder], 100 * reached[folder] / all[folder]
    }' "$work/all.lcov" | sort
