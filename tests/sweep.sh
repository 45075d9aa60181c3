#!/bin/sh
# For the sweep tests of tests/cli: sums of a run's files, and runs that are killed.
# The one thing to know: source tests/tap.sh first; `$run` is the grid that every comparison uses, small but with every kind of row.
# shellcheck disable=SC2034  # for those who source this
quick='-a relu,tanh,softmax -d 1,6 -w 3,24 -b 1,4 -s 3 --loss none,ce'
long='-a relu,tanh -d 30:60:10 -w 64 -b 8 -s 16'

# The sums of the files that must not depend on how they were made.
sums() {
    for f in layers.csv networks.csv summary.csv histograms.csv; do
        if [ -f "$1/$f" ]; then echo "$f $(sha256sum <"$1/$f")"; fi
    done
}

# The sum of one file, or of standard input.
sum() { sha256sum ${1:+"$1"} | cut -d' ' -f1; }

# Wait until a file holds more than N lines, or the process is gone.
await_lines() {
    while kill -0 "$3" 2>/dev/null; do
        if [ "$(wc -l 2>/dev/null <"$1" || echo 0)" -gt "$2" ]; then return 0; fi
        sleep 0.005
    done
}

# leaves_at_once DIR ARGUMENTS...: a second signal stops a run in the middle of a network that takes minutes.
leaves_at_once() {
    _dir=$1
    shift
    "$FATHOM" "$@" -q -s 1 -o "$_dir" >/dev/null 2>&1 &
    _pid=$!
    await_lines "$_dir/summary.csv" 0 $_pid
    sleep 0.1
    kill -s INT $_pid
    sleep 0.1
    _start=$(date +%s)
    kill -s INT $_pid
    wait $_pid
    same "a second signal leaves with 130" $? 130
    check "it leaves at once" [ $(($(date +%s) - _start)) -le 1 ]
}

# An ordinary user's identity for a command, where there is one to be had; empty for those who are ordinary already.
ordinary=
can_be_ordinary() {
    [ "$(id -u)" -ne 0 ] && return 0
    for how in 'setpriv --reuid=65534 --regid=65534 --clear-groups' 'runuser -u nobody --'; do
        if $how true 2>/dev/null && $how test -x "$FATHOM" 2>/dev/null; then
            ordinary=$how
            return 0
        fi
    done
    return 1
}
