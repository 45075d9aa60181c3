#!/bin/sh
# For tests/cli/*.sh: TAP from shell. Source it, call the functions below, end with `finish`.
# The one thing to know: $FATHOM is the program, $work an empty folder of one's own, removed at the end; the folder one is in is the
# repository's root.
set -u
: "${FATHOM:=$PWD/build/fathom}"
count=0
work=$(mktemp -d "${TMPDIR:-/tmp}/fathom-cli-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

pass() { count=$((count + 1)); echo "ok $count - $1"; }
fail() { count=$((count + 1)); echo "not ok $count - $1"; shift; for line in "$@"; do printf '%s\n' "$line" | sed 's/^/# /'; done; }
skip() { count=$((count + 1)); echo "ok $count # SKIP $1"; }

# check NAME COMMAND...: the command succeeds; what it says is shown only when it does not.
check() {
    _name=$1
    shift
    if _said=$("$@" 2>&1); then pass "$_name"; else fail "$_name" "$* -> $?" "$_said"; fi
}

# exits CODE PART COMMAND...: it leaves with CODE, and with one line on standard error that contains PART.
exits() {
    _want=$1 _part=$2
    shift 2
    "$@" >"$work/.out" 2>"$work/.err" </dev/null
    _code=$?
    if [ $_code -eq "$_want" ] && [ "$(wc -l <"$work/.err")" -eq 1 ] && grep -qF -- "$_part" "$work/.err"; then
        pass "$* -> $_want: $_part"
    else
        fail "$* -> $_want: $_part" "exit $_code" "$(cat "$work/.err")"
    fi
}

# same NAME A B: two texts are equal.
same() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:    $2" "wanted: $3"; fi; }

# contains NAME TEXT PART
contains() { case $2 in *"$3"*) pass "$1" ;; *) fail "$1" "no '$3' in:" "$2" ;; esac; }

# python_with MODULE: prints a python3 that has it; apt's modules belong to /usr/bin's, which need not be the first in PATH.
python_with() {
    for python in python3 /usr/bin/python3; do
        if "$python" -c "import $1" 2>/dev/null; then echo "$python"; return; fi
    done
    return 1
}

# After a file of refusals: none has created $work/never, and none has taken long.
refused_cleanly() {
    if [ -e "$work/never" ]; then fail "nothing was created" "$(ls "$work/never")"; else pass "nothing was created"; fi
    times >"$work/times"
    _spent=$(awk 'NR == 2 { gsub(/m/, " "); gsub(/s/, ""); print int(1000 * (60 * $1 + $2 + 60 * $3 + $4)) }' "$work/times")
    if [ -n "${FATHOM_SANITIZER:-}" ]; then
        skip "time: a sanitizer's build"
    elif [ "$_spent" -lt $((50 * count)) ]; then
        pass "a refusal takes less than 50 ms of a processor: $count in $_spent ms, with what looks at them"
    else
        fail "a refusal takes less than 50 ms of a processor" "$count took $_spent ms"
    fi
}

finish() { echo "1..$count"; }
