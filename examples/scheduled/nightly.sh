#!/bin/sh
# The nightly round of a school: do the records stand up, what is each case still short of, and what was recorded
# yesterday?
#
#   sh nightly.sh SCHOOL-FOLDER OUTPUT-FOLDER
#
# The program is `attcheck`, or what the environment variable ATTCHECK says. The round reads only; it never changes a
# case. Into the output folder it writes
#
#   verify.txt   do the records stand up?
#   ready.txt    the cases with their first gap, for people
#   ready.xml    the same as a test report (JUnit)
#   ready.json   the same for other programs
#   log.txt      what was recorded yesterday
#
# Exit status: 0 the round was made, whether or not every case is ready; 1 a record does not stand up and somebody must
# look at it; 2 something could not be done or read. If both happened, 2.

set -u
umask 077

if [ "$#" -ne 2 ]; then
    echo "usage: sh nightly.sh SCHOOL-FOLDER OUTPUT-FOLDER" >&2
    exit 2
fi
school=$1
out=$2
attcheck=${ATTCHECK:-attcheck}
status=0

if ! command -v "$attcheck" >/dev/null 2>&1; then
    echo "nightly: there is no program $attcheck; set ATTCHECK to where it is" >&2
    exit 2
fi
if ! mkdir -p "$out"; then
    echo "nightly: cannot make the folder $out" >&2
    exit 2
fi

# Last night's files must not be taken for tonight's.
if ! (cd "$out" && rm -f verify.txt ready.txt ready.xml ready.json log.txt); then
    echo "nightly: cannot clear the folder $out" >&2
    exit 2
fi

# Runs attcheck and keeps its exit status in `code`. What it says goes where the messages of this script go, but the same
# message is not repeated step after step. (All its output goes into files, so messages are all that is caught here.)
shown=
run() {
    code=0
    messages=$("$attcheck" --dir "$school" --color never "$@" </dev/null 2>&1) || code=$?
    if [ -n "$messages" ] && [ "$messages" != "$shown" ]; then
        printf '%s\n' "$messages" >&2
        shown=$messages
    fi
}

failed() {
    echo "nightly: $1 (exit status $code)" >&2
    status=2
}

# 1. The records themselves. Exit status 1 is a fault that somebody has to look at.
run verify --output "$out/verify.txt"
case $code in
    0) ;;
    1) [ "$status" -eq 2 ] || status=1 ;;
    *) failed "not every record could be verified" ;;
esac

# 2. What is left on each case. Exit status 1 says that a case is not ready, which is how most cases are.
run ready --all --output "$out/ready.txt"
[ "$code" -le 1 ] || failed "not every case could be checked"
run ready --all --format junit --output "$out/ready.xml"
[ "$code" -le 1 ] || failed "the test report is not complete"
run ready --all --format json --output "$out/ready.json"
[ "$code" -le 1 ] || failed "the JSON is not complete"

# 3. What was recorded yesterday.
run log --since yesterday --until yesterday --output "$out/log.txt"
[ "$code" -eq 0 ] || failed "the log of yesterday is not complete"

# The summary.
last() {
    if [ -f "$1" ]; then grep -E "$2" "$1" | tail -n 1; else echo "not written"; fi
}
echo "records:   $(last "$out/verify.txt" '^[0-9]+ of [0-9]+ sound$')"
echo "cases:     $(last "$out/ready.txt" '^[0-9]+ of [0-9]+ ready$')"
echo "yesterday: $(last "$out/log.txt" '^[0-9]+ entr(y|ies)$')"
if [ -f "$out/verify.txt" ]; then
    faults=$(awk '/^[^ ]/ { fault = /  does not stand up/ } fault' "$out/verify.txt")
    if [ -n "$faults" ]; then
        printf '\nThese do not stand up:\n%s\n\n' "$faults"
    fi
fi
case $status in
    0) echo "The round was made." ;;
    1) echo "The round was made, and a record does not stand up: please look at it today." ;;
    *) echo "The round could not be made in full: see the messages." ;;
esac
exit "$status"
