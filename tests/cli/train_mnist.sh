#!/bin/sh
# What depth does to learning, on MNIST: what trains, what stalls, what explodes and where; with FATHOM_SLOW=1 also what rescues, more seeds,
# and where 6 xi_c draws the line.
# The one thing to know: MNIST is looked for in $FATHOM_SHARED_DATA and ../shared/data, and everything is skipped where it is not. Seeds are
# fixed, so the answers are too, on one machine; bounds leave room for another.
# Glorot and Bengio 2010 (sigmoid); Klambauer et al. 2017 (selu); Schoenholz et al. 2017 (tanh, 6 xi_c); Pascanu et al. 2013 (clipping).
. tests/tap.sh

mnist=${FATHOM_SHARED_DATA:-../shared/data}/mnist
if [ ! -d "$mnist" ]; then
    skip "no mnist in \$FATHOM_SHARED_DATA or ../shared/data"
    finish
    exit
fi

# trained OPTIONS...: train into $run.
run=$work/run
trained() { rm -rf "$run" && "$FATHOM" train -q --data "mnist:$mnist" -b 128 --dtype float32 -s 1 --every 50 --snapshots 0 --layers ends -o "$run" "$@" >/dev/null; }

# The cell of the first network in the named column.
cell() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } NR == 2 { print $at }' "$run/networks.csv"; }
event() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "event") at = i } $at == name { print $(at + 1) "," $(at + 2) }' "$run/events.csv"; }

# is NAME CONDITION: of the numbers a (test accuracy) and l (test loss).
is() {
    said="test accuracy $(cell test_accuracy), test loss $(cell test_loss), $(cell status)"
    if awk -v a="$(cell test_accuracy)" -v l="$(cell test_loss)" "BEGIN { exit !($2) }"; then pass "$1 ($said)"; else fail "$1: $2" "$said"; fi
}

trained -a relu -d 2 -w 256 --epochs 5 --optimizer adam --schedule cosine
is "784-256-256-10 in five epochs" "a >= 0.975"
trained -a sigmoid -d 30 -w 64 --steps 300
is "sigmoid at depth 30 stays at chance" "a < 0.15 && l > 2.28"
same "sigmoid at depth 30 is stalled" "$(cell status)" stalled
trained -a selu -d 50 -w 64 --steps 250
is "selu at depth 50 trains" "a > 0.75"
trained -a tanh -i gaussian --sigma-w 1.327 --sigma-b 0.2236 -d 50 -w 64 --steps 250
is "tanh at depth 50 trains on the critical line" "a > 0.65"
trained -a tanh -i gaussian --sigma-w 0.9 --sigma-b 0.2236 -d 50 -w 64 --steps 100
is "tanh at depth 50 does not train well within the ordered phase" "a < 0.2"

# Gain 2 at depth 50. exploded FORMAT: the first infinity's and NaN's step and layer, as networks.csv and events.csv have them.
exploded() {
    bad=$(cell first_bad_step),$(cell first_bad_layer)
    same "$1: the first bad step is the first infinity's" "$bad" "$(event inf)"
    contains "$1: a NaN follows" "$(event nan)" ","
    case $(cell status) in nan | overflow) pass "$1: status $(cell status), first infinity at $bad, NaN at $(event nan)" ;; *) fail "$1: status $(cell status)" ;; esac
}
trained -a relu -i gaussian --sigma-w 2 -d 50 -w 64 --steps 20 --dtype float16
exploded float16
same "float16: it is the forward pass of the first step" "$(cell first_bad_step)" 1
trained -a relu -i gaussian --sigma-w 2 -d 50 -w 64 --steps 20
exploded float32
if awk -v step="$(cell first_bad_step)" 'BEGIN { exit !(step > 1) }'; then pass "float32: it takes an update"; else fail "float32: it takes an update"; fi

if [ -n "${FATHOM_SLOW:-}" ]; then
    for rule in 'adam --dtype float64' 'sgd --lr 0.1' 'sgd --lr 0.3 --schedule cosine' 'momentum --lr 0.05 --schedule cosine'; do
        # shellcheck disable=SC2086
        trained -a relu -d 2 -w 256 --epochs 5 --optimizer $rule
        is "784-256-256-10 in five epochs, $rule" "a >= 0.97"
    done
    trained -a sigmoid -d 30 -w 256 --steps 2000 --optimizer adam
    is "sigmoid at depth 30 stays at chance, with adam too" "a < 0.15"
    trained -a selu -d 50 -w 256 --steps 2000
    is "selu at depth 50 trains" "a > 0.93"
    trained -a tanh -i critical -d 50 -w 256 --steps 2000
    is "tanh at depth 50 trains from the critical initialiser" "a > 0.9"

    # What rescues an explosion: in float32 clipping, or a rate that is tiny indeed; in float16 neither, since the signal itself overflows.
    for extra in '--clip 1' '--clip 1e-3' '--lr 1e-12'; do
        # shellcheck disable=SC2086
        trained -a relu -i gaussian --sigma-w 2 -d 50 -w 64 --steps 100 $extra
        same "float32 with $extra stays finite" "$(cell first_bad_step)" ""
        # shellcheck disable=SC2086
        trained -a relu -i gaussian --sigma-w 2 -d 50 -w 64 --steps 100 --dtype float16 $extra
        same "float16 with $extra does not" "$(cell first_bad_step)" 1
    done
    for rate in 1e-4 1e-8; do
        trained -a relu -i gaussian --sigma-w 2 -d 50 -w 64 --steps 100 --lr $rate
        exploded "float32 with --lr $rate"
    done

    # 6 xi_c: at half that depth tanh learns in 300 steps, at twice that depth it does not.
    for sigma in 0.9 1 1.1 1.75 2.25 3; do
        edge=$("$FATHOM" critical -a tanh --sigma-w $sigma --sigma-b 0.2236 | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "depth_6xi") at = i } NR == 2 { print $at }')
        trained -a tanh -i gaussian --sigma-w $sigma --sigma-b 0.2236 -w 64 --steps 300 --lr 0.01 -d "$(awk "BEGIN { print int($edge / 2) }")"
        is "tanh, sigma_w $sigma, half of 6 xi_c = $edge" "a > 0.4"
        trained -a tanh -i gaussian --sigma-w $sigma --sigma-b 0.2236 -w 64 --steps 300 --lr 0.01 -d "$(awk "BEGIN { print int(2 * $edge + 1) }")"
        is "tanh, sigma_w $sigma, twice 6 xi_c = $edge" "a < 0.25"
    done
fi
finish
