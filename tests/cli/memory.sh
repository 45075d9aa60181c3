#!/bin/sh
# Peak memory of sweeps and trainings against what --dry-run says: within 10 % (and a third of a megabyte, for processes of a few).
# The one thing to know: peak is the kernel's own count, by GNU time; a shape is measured up to six times, and its largest peak
# counts, since two threads need not be at their largest at once in a run of few networks.
# shellcheck disable=SC3045  # dash and busybox have ulimit -v too
. tests/tap.sh

timer=
for t in /usr/bin/time time; do
    if "$t" -f %M true >/dev/null 2>&1; then timer=$t; break; fi
done
if [ -z "$timer" ] || [ -n "${FATHOM_SANITIZER:-}" ]; then
    skip "peak memory: no GNU time here, or a sanitizer's build"
    finish
    exit 0
fi

command=sweep

# Bytes that --dry-run promises.
promised() {
    "$FATHOM" $command --dry-run "$@" | awk '$1 == "memory" {
        unit["B"] = 1; unit["kB"] = 1e3; unit["MB"] = 1e6; unit["GB"] = 1e9
        print $2 * unit[$3] }'
}

# The peak of one run in bytes.
peak() {
    rm -rf "$work/run"
    "$timer" -f %M "$FATHOM" $command -q "$@" 2>"$work/peak" >/dev/null && awk 'END { print $1 * 1024 }' "$work/peak"
}

near() { awk -v p="$1" -v m="$2" 'BEGIN { d = p - m; exit !((d < 0 ? -d : d) <= 0.1 * m + 0.35e6) }'; }

# fits ARGUMENTS...: the promise holds.
fits() {
    wanted=$(promised "$@") most=0
    for _ in 1 2 3 4 5 6; do
        now=$(peak "$@") || { fail "peak memory of $*" "$(cat "$work/peak")"; return; }
        most=$(awk -v a="$most" -v b="$now" 'BEGIN { print (a > b ? a : b) }')
        near "$wanted" "$most" && break
    done
    if near "$wanted" "$most"; then
        pass "peak memory of $* is what was promised"
    else
        fail "peak memory of $* is what was promised" "promised $wanted, measured $most bytes"
    fi
}

# In a directory and to a pipe, one thread and two.
shape() {
    for j in 1 2; do
        fits "$@" -j $j -o "$work/run"
        fits "$@" -j $j -o -
    done
}

shape -w 1 -d 1 -b 1 -s 1
shape -w 64 -d 5 -b 8 -s 40
shape -w 64 -d 500 -b 32 -s 6
shape -w 256 -d 50 -b 32 -s 10
shape -w 512 -d 20 -b 32 -s 6 -i orthogonal
shape -w 16 -d 20 -b 4 -s 2000
shape -w 256 -d 20 -b 256 -s 6
shape -w 1024 -d 10 -b 32 -s 6 --engine dense
shape -w 256 -d 20 -b 32 -s 6 -i orthogonal --engine dense
shape -w 2048 -d 5 -b 1 -s 6
fits -w 64 -d 60 -b 16 -s 8 --histograms -j 1 -o "$work/run"
fits -w 64 -d 60 -b 16 -s 8 --histograms -j 2 -o "$work/run"
command=train
shape -w 256 -d 20 -s 4 --steps 3 --optimizer adam
shape -w 64 -d 2 -b 1 -s 6 --steps 6000 --every 1   # rows wait in memory until their network is done
if [ -n "${FATHOM_SLOW:-}" ]; then
    shape -w 8 -d 2 -s 2 --steps 3 --data teacher --samples 200000
    shape -w 128 -d 10 -b 64 -s 6 --steps 3 --dtype float32 -a prelu --optimizer momentum
    shape -w 128 -d 10 -b 64 -s 6 --steps 3 --dtype float16 --optimizer adam
    shape -w 32 -d 40 -b 8 -s 6 --steps 100 --snapshots 0,10,20,30,40,50,60,70,80
fi
command=sweep
if [ -n "${FATHOM_SLOW:-}" ]; then
    for w in 64 256 1024 2048; do
        for d in 5 50 500; do
            for b in 1 8 64 256; do
                [ $((w * d * b)) -le 30000000 ] && shape -w $w -d $d -b $b -s 4
                [ $((w * w * d)) -le 60000000 ] && [ $((w * d * b)) -le 30000000 ] && shape -w $w -d $d -b $b -s 4 --engine dense
            done
        done
    done
fi

# Weights that do not fit into half of what is free are redrawn, and the bytes are the same. Half of 0.9 GB, less the program and
# the threads' own space, does not hold eight matrices of 72 MB.
redrawn() { (ulimit -v "$1" && shift && "$FATHOM" sweep -w 3000 -d 8 -b 8 -s 2 --engine dense -j 1 "$@"); }
if (ulimit -v 900000) 2>/dev/null; then
    kept=$(redrawn 8000000 -o - | sha256sum) again=$(redrawn 900000 -o - | sha256sum)
    same "redrawn weights give the bytes of kept ones" "$again" "$kept"
    small=$(redrawn 900000 --dry-run | grep memory) large=$(redrawn 8000000 --dry-run | grep memory)
    if [ "$small" != "$large" ]; then pass "they were redrawn"; else fail "they were redrawn" "$small" "$large"; fi
    most=$( (ulimit -v 900000 && peak -w 3000 -d 8 -b 8 -s 2 --engine dense -j 1 -o "$work/run") )
    wanted=$( (ulimit -v 900000 && promised -w 3000 -d 8 -b 8 -s 2 --engine dense -j 1 -o "$work/run") )
    if near "$wanted" "$most"; then pass "redrawn weights take what was promised"; else fail "redrawn weights take what was promised" "$wanted $most"; fi
else
    skip "no limits on address space here"
fi
finish
