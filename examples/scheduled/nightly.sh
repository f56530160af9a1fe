#!/bin/sh
# The nightly round of a school: do the records stand up, what is each case still short of, what is due, and what was
# recorded since the last round?
#
#   sh nightly.sh SCHOOL-FOLDER OUTPUT-FOLDER [LAST-ROUND-FILE]
#
# The program is `attcheck`, or what the environment variable ATTCHECK says. The round reads only; it never changes a
# case. Into the output folder it writes
#
#   verify.txt   do the records stand up?
#   ready.txt    the cases with their first gap, for people
#   ready.xml    the same as a test report (JUnit)
#   ready.json   the same for other programs
#   due.txt      what is overdue, and what is due within a fortnight
#   log.txt      what was recorded since the last round: on Monday night also what was recorded on Friday
#
# When the last round began stands in last-round.txt in the output folder, or in the file that is named. It moves on when
# the log was written whole, so that a round that was not made, or failed, leaves nothing out of the next. Without it the
# log goes back a week.
#
# Exit status: 0 the round was made, whether or not every case is ready; 1 a record does not stand up and somebody must
# look at it; 2 something could not be done or read. If both happened, 2.

set -u
umask 077

if [ "$#" -lt 2 ] || [ "$#" -gt 3 ]; then
    echo "usage: sh nightly.sh SCHOOL-FOLDER OUTPUT-FOLDER [LAST-ROUND-FILE]" >&2
    exit 2
fi
school=$1
out=$2
last_round=${3:-$out/last-round.txt}
# Before anything is looked at, so that what is recorded meanwhile is in the next log. ATTCHECK_NOW is the clock of tests.
began=${ATTCHECK_NOW:-$(date -u +%Y-%m-%dT%H:%M:%SZ)}
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
if ! (cd "$out" && rm -f verify.txt ready.txt ready.xml ready.json due.txt log.txt); then
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

# 3. What is due.
run due --within 14d --output "$out/due.txt"
[ "$code" -eq 0 ] || failed "not everything that is due could be looked up"

# 4. What was recorded since the last round.
since=7d
if [ -f "$last_round" ]; then
    since=$(head -n 1 "$last_round")
    case $since in
        [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*) ;;
        *)
            echo "nightly: $last_round does not say when the last round began; the log goes back a week" >&2
            since=7d
            ;;
    esac
fi
run log --since "$since" --output "$out/log.txt"
if [ "$code" -ne 0 ]; then
    failed "the log since the last round is not complete"
elif ! { printf '%s\n' "$began" >"$last_round.new" && mv -f "$last_round.new" "$last_round"; }; then
    echo "nightly: cannot write $last_round; the next log goes back as far as this one" >&2
    status=2
fi

# The summary.
last() {
    if [ -f "$1" ]; then grep -E "$2" "$1" | tail -n 1; else echo "not written"; fi
}
echo "records:   $(last "$out/verify.txt" '^[0-9]+ of [0-9]+ sound$')"
echo "cases:     $(last "$out/ready.txt" '^[0-9]+ of [0-9]+ ready$')"
echo "due:       $(last "$out/due.txt" '^[0-9]+ due, [0-9]+ overdue$')"
echo "recorded:  $(last "$out/log.txt" '^[0-9]+ entr(y|ies)$')"
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
