#!/bin/sh
# From a training to its figures: histograms.csv and critical.csv come from the specification alone, and every figure of training is drawn.
# The one thing to know: the bytes are compared with a run on one thread; without gnuplot the pictures are skipped, not the numbers.
. tests/tap.sh

small='-a tanh,relu -i gaussian --sigma-w 1,1.5 --sigma-b 0.1 -d 2,3 -w 6 -b 4 -s 2 --steps 12 --snapshots 0,4,end --every 3 --lr 0.1,1 --data blobs --samples 60 --histograms'
# shellcheck disable=SC2086  # $small is words
train() { "$FATHOM" train -q $small "$@" >/dev/null; }
sums() { (cd "$1" && sha256sum histograms.csv critical.csv summary.csv steps.csv networks.csv); }

train -j 1 -o "$work/one"
wanted=$(sums "$work/one")
# Two activations, two sigmas, two rates, two seeds, three snapshots; layers 0 … depth: 3 and 4.
same "123 lines a layer and snapshot" "$(sed 1d "$work/one/histograms.csv" | wc -l)" $((123 * 2 * 2 * 2 * 2 * 3 * (3 + 4)))
same "every activation is counted: batch x units" "$(awk -F, '$12 > 0 && $13 == "h" { n[$1 "," $5 "," $8 "," $11 "," $12 "," $17 "," $18] += $16 } END { for (k in n) print n[k] }' "$work/one/histograms.csv" | sort -u)" 24
same "and every gradient" "$(awk -F, '$12 > 0 && $13 == "grad_h" { n[$1 "," $5 "," $8 "," $11 "," $12 "," $17 "," $18] += $16 } END { for (k in n) print n[k] }' "$work/one/histograms.csv" | sort -u)" 24
same "critical.csv has the fixed points of fathom critical" "$(cat "$work/one/critical.csv")" "$("$FATHOM" critical -a tanh,relu --sigma-w 1,1.5 --sigma-b 0.1)"
train -j 2 -o "$work/two"
same "two threads give the same bytes" "$(sums "$work/two")" "$wanted"
"$FATHOM" train -q --from "$work/one/run.json" -o "$work/again" >/dev/null
same "--from repeats" "$(sums "$work/again")" "$wanted"
head -c 200000 "$work/one/histograms.csv" >"$work/two/histograms.csv"
rm "$work/two/critical.csv"
train -o "$work/two"
same "what was cut goes on, what was removed comes again" "$(sums "$work/two")" "$wanted"
train --shard 1/2 -o "$work/part-1"
train --shard 2/2 -o "$work/part-2"
"$FATHOM" merge "$work/part-1" "$work/part-2" -o "$work/merged" >/dev/null 2>&1
same "shards merged are the whole" "$(sums "$work/merged")" "$wanted"
"$FATHOM" train -q -a relu -d 2 -w 4 -s 1 --steps 2 -o "$work/plain" >/dev/null
check "no histograms unless asked for" [ ! -e "$work/plain/histograms.csv" ]

if command -v gnuplot >/dev/null 2>&1; then
    "$FATHOM" plot "$work/one" >"$work/made" 2>"$work/said"
    same "fathom plot of a training leaves with 0" $? 0
    for f in training-curves grad-by-step trainability trainability-activation lr-depth histograms dead-units grad-norm grad-heatmap; do
        check "figure $f" test -s "$work/one/figures/$f.png"
        contains "$f is printed" "$(cat "$work/made")" "figures/$f.png"
    done
    "$FATHOM" plot "$work/plain" >/dev/null 2>"$work/said"
    contains "what is skipped is named with its reason" "$(cat "$work/said")" "figure histograms skipped: the run has no histograms.csv"
else
    skip "no gnuplot here"
fi
finish
