#!/bin/sh
# Memory refused at any request after main began: exit 71 and one line, or the same bytes as ever; no crash, no hang.
# The one thing to know: refuse_memory.c is preloaded and refuses the N-th request, alone or with all after it; FATHOM_SLOW=1 tries every
# N, otherwise about fifty of each command. Exit 0 is right where the request was only for a look at /proc.
. tests/tap.sh
. tests/sweep.sh

library=$work/refuse_memory.so
if [ -n "${FATHOM_SANITIZER:-}" ] || ! "${CC:-cc}" -shared -fPIC -O1 -o "$library" tests/cli/refuse_memory.c -ldl 2>/dev/null ||
    ! LD_PRELOAD=$library REFUSE_COUNT=$work/count "$FATHOM" --version >/dev/null 2>&1 || [ ! -s "$work/count" ]; then
    skip "refused memory: no compiler, another libc, or a sanitizer's build"
    finish
    exit 0
fi

# refusing AT ALL WORDS...; timeout itself gets its memory.
refusing() {
    at=$1 all=$2
    shift 2
    timeout 20 env LD_PRELOAD="$library" REFUSE_AT="$at" ${all:+REFUSE_ALL=1} REFUSE_COUNT="$work/count" "$FATHOM" "$@" >"$work/out" 2>"$work/err"
}

# Everything that a command leaves behind, but for what is not repeatable.
left() { cat "$work/out"; find "$work/run" -type f ! -name host.json 2>/dev/null | sort | while read -r f; do sha256sum <"$f"; done; }

# survives NAME PREPARE WORDS...: PREPARE makes the start, the same every time.
survives() {
    name=$1 prepare=$2
    shift 2
    rm -rf "$work/run" && $prepare && refusing 0 '' "$@"
    requests=$(cat "$work/count") wanted=$(left)
    step=$((requests / 25 + 1)) wrong='' tried=0
    [ -n "${FATHOM_SLOW:-}" ] && step=1
    for after in '' 1; do
        i=1
        while [ "$i" -le "$requests" ]; do
            rm -rf "$work/run" && $prepare
            refusing "$i" "$after" "$@"
            code=$?
            if [ $code -eq 71 ]; then
                [ "$(wc -l <"$work/err")" -ge 1 ] || wrong="$wrong; $i: not a word"
            elif [ $code -ne 0 ]; then
                wrong="$wrong; $i: exit $code $(head -n 1 "$work/err")"
            elif [ "$(left)" != "$wanted" ]; then
                wrong="$wrong; $i: exit 0 and other bytes"
            fi
            i=$((i + step)) tried=$((tried + 1))
        done
    done
    if [ -z "$wrong" ]; then pass "$name: $tried refusals of $requests requests"; else fail "$name" "$wrong"; fi
}

printf 'a,b\n1,2\n3,5\n' | gzip >"$work/data.csv.gz"
small="-a relu,tanh -d 2 -w 12 -b 2 -s 2 -j 2 -q --input csv:$work/data.csv.gz"
# shellcheck disable=SC2086
"$FATHOM" sweep $small -o "$work/start" >/dev/null
half() {
    cp -r "$work/start" "$work/run"
    for f in layers networks summary; do head -n 4 "$work/start/$f.csv" >"$work/run/$f.csv"; done
}
# shellcheck disable=SC2086
survives "a run" true sweep $small -o "$work/run"
# shellcheck disable=SC2086
survives "a run that goes on" half sweep $small -o "$work/run"
survives "--from" true sweep -q -j 1 --from "$work/start/run.json" -o "$work/run" --force
survives "-o -" true sweep -q -j 1 -a gelu -d 2 -w 4 -b 2 -s 1 -o -
survives "--dump" true sweep -q -d 2 -w 4 -b 2 -s 1 --loss ce --dump "$work/run"
finish
