#!/bin/sh
# Stopping a sweep: signals, a reader that leaves, and going on where it was.
# The one thing to know: a sweep that never meets a signal is the reference; the resumed one must have its bytes.
. tests/tap.sh

sweep() { "$FATHOM" sweep -a tanh,relu -d 40 -w 64 -s 150 -j 2 "$@"; }
sums() { (cd "$1" && cksum layers.csv networks.csv summary.csv run.json); }

sweep -q -o "$work/whole" >"$work/out" || fail "the reference runs"
for signal in INT:130 TERM:143 HUP:129; do
    name=${signal%:*} to=$work/$name
    "$FATHOM" sweep -a tanh,relu -d 40 -w 64 -s 150 -j 2 -o "$to" >"$work/out" 2>"$work/err" &
    child=$!
    tries=0
    until [ "$(wc -l 2>/dev/null <"$to/networks.csv" || echo 0)" -gt 3 ] || [ $tries -gt 200 ] || ! kill -0 $child 2>/dev/null; do
        tries=$((tries + 1))
        sleep 0.02
    done
    kill -s "$name" $child 2>/dev/null
    wait $child
    code=$?
    if [ $code -eq 0 ]; then
        skip "SIG$name: the run was over before the signal"
    else
        same "SIG$name: exit code" $code "${signal#*:}"
        contains "SIG$name: the command that goes on is printed" "$(cat "$work/err")" "sweep"
    fi
    check "SIG$name: the same command goes on" sweep -q -o "$to"
    same "SIG$name: and gives the same bytes" "$(sums "$to")" "$(sums "$work/whole")"
done

{ sweep -q -o - 2>"$work/err"; echo $? >"$work/code"; } | head -n 2 >"$work/out"
same "a closed pipe: exit code" "$(cat "$work/code")" 141
same "a closed pipe: silent" "$(cat "$work/err")" ""
same "a closed pipe: the reader got its lines" "$(wc -l <"$work/out" | tr -d ' ')" 2
same "-o - gives layers.csv" "$(sweep -q -o - | cksum)" "$(cksum <"$work/whole/layers.csv")"
if [ -w /dev/full ]; then
    sweep -q -o - >/dev/full 2>"$work/err"
    same "a full disk: exit code" $? 74
    same "a full disk: one line" "$(wc -l <"$work/err" | tr -d ' ')" 1
fi
finish
