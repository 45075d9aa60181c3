#!/bin/sh
# Trainings, done again by PyTorch from the dumped parameters on the dumped batches: every optimiser with decay, clipping and schedules, every
# activation, heads and losses, float32, and dynamic loss scaling beside GradScaler.
# The one thing to know: FATHOM_PYTHON names a python that has torch; else python3's in PATH and /usr/bin are asked. One step in float64 agrees
# to 1e-12 of each array's largest entry, 200 steps to 1e-8; 200 steps in float32 to 1e-4 (measured: 1e-6).
# Paszke et al. 2019 (PyTorch); Micikevicius et al. 2018 (loss scaling).
. tests/tap.sh

cases=$work/cases
: >"$cases"

# trained TOLERANCE OPTIONS...: dump one training and list it.
trained() {
    tolerance=$1 to=$work/dump-$(wc -l <"$cases" | tr -d ' ')
    shift
    "$FATHOM" train -q -s 0:0 --dump "$to" "$@" 2>"$work/err" || fail "dump of $*" "$(cat "$work/err")"
    echo "$to $tolerance $*" >>"$cases"
}

for rule in sgd momentum momentum:0.385 adam rmsprop rmsprop:0.8; do
    set -- -a tanh -d 3 -w 11 -b 16 --data blobs --head softmax --loss ce --optimizer $rule --lr 0.0123
    trained 1e-12 "$@" --steps 1 --weight-decay 0.0385 --clip 0.07
    trained 1e-8 "$@" --steps 200 --weight-decay 0.01 --clip 0.5 --schedule cosine
    [ -n "${FATHOM_SLOW:-}" ] || continue
    trained 1e-12 "$@" --steps 1
    trained 1e-8 "$@" --steps 200 --clip 0.07
    trained 1e-8 "$@" --steps 200 --schedule warmup:30
done
trained 1e-8 -a tanh -d 3 -w 11 -b 16 --data blobs --head softmax --loss ce --optimizer adam --steps 200 --schedule warmup:30
steps=70 case=0
[ -n "${FATHOM_SLOW:-}" ] && steps=200
for act in linear sigmoid tanh relu leaky-relu:0.3 leaky-relu prelu prelu:-0.5 elu elu:1.7 selu softmax swish swish:0.6 gelu gelu-tanh softplus \
    softsign mish hardtanh erf sin arctan; do
    case=$(((case + 1) % 7))
    case $case in
    0) set -- -d 4 --data teacher --samples 500 --head linear --loss mse --optimizer adam -i lsuv ;;
    1) set -- -d 3 --data spirals --head sigmoid --loss bce --optimizer momentum ;;
    2) set -- -d 3 --data xor --head softmax --loss ce --optimizer rmsprop ;;
    3) set -- -d 3 --data multilabel --head sigmoid --loss bce --optimizer adam -i torch-default ;;
    4) set -- -d 2 --data blobs --head softmax --loss mse --optimizer sgd --lr 0.1 -i orthogonal --sigma-b 0.3 ;;
    5) set -- -d 2 --data blobs --head softmax --loss bce --optimizer adam ;;
    6) set -- -d 2 --data blobs --head sigmoid --loss mse --optimizer adam ;;
    esac
    trained 1e-8 -a $act -w 9 -b 12 --steps $steps "$@"
done
trained 1e-8 -a prelu -d 3 -w 9 -b 12 --data blobs --head linear --loss mse --optimizer adam --weight-decay 0.1 --steps 200
trained 1e-8 -a prelu -d 30 -w 20 -b 12 --data blobs --head softmax --loss ce --optimizer adam --clip 1 --steps $steps
trained 1e-8 -a tanh -d 1 -w 1 -b 1 --data xor --samples 10 --head sigmoid --loss bce --steps $steps
trained 1e-8 -a tanh -d 1 -w 7 -b 8 --data xor --samples 10 --head sigmoid --loss bce --steps $steps
trained 1e-8 -a selu -d 3 -w 70 -b 100 --data blobs:20 --head softmax --loss ce --steps $steps --lr 0.1
trained 1e-4 -a tanh -d 3 -w 70 -b 100 --data blobs:20 --head softmax --loss ce --steps 200 --lr 0.1 --dtype float32
trained 1e-4 -a prelu -d 3 -w 9 -b 12 --data blobs --head linear --loss mse --optimizer adam --weight-decay 0.1 --steps 200 --dtype float32
trained 1e-4 -a selu -d 3 -w 40 -b 12 --data multilabel --head sigmoid --loss bce --optimizer rmsprop --steps 200 --dtype float32 --schedule cosine
trained 1e-4 -a elu -d 3 -w 40 -b 1 --data teacher --head linear --loss mse --steps 200 --dtype float32 --clip 0.5
# Scaled gradients overflow at first, and the steps are skipped; later the scale doubles after 2000 good steps.
trained 1e-3 -a linear -i gaussian --sigma-w 4 -d 59 -w 8 -b 8 --data xor --head sigmoid --loss bce --lr 1e-37 --steps 100 --dtype float32 --loss-scale dynamic
trained 1e-4 -a tanh -d 2 -w 4 -b 8 --data xor --head sigmoid --loss bce --steps 2300 --dtype float32 --loss-scale dynamic

if python=${FATHOM_PYTHON:-$(python_with torch)} && "$python" -c 'import torch' 2>/dev/null; then
    "$python" tests/net/check_training.py <"$cases" >"$work/said" 2>"$work/err" || fail "check_training.py" "$(cat "$work/err")"
    while read -r word rest; do
        case $word in
        ok) pass "$rest" ;;
        *) fail "${rest#ok }" ;;
        esac
    done <"$work/said"
    same "every training was checked" "$(wc -l <"$work/said" | tr -d ' ')" "$(wc -l <"$cases" | tr -d ' ')"
    contains "some steps were skipped" "$(cat "$work/said")" "5 skipped"
else
    skip "no python3 with torch here (FATHOM_PYTHON names one)"
fi

# What cannot be dumped is refused, and nothing is created.
exits 2 "--dump writes one network: give one value an axis" "$FATHOM" train --dump "$work/never" -d 1,2 -s 1
exits 2 "--dump writes one network: give one value an axis" "$FATHOM" train --dump "$work/never" -s 2
exits 2 "leave out -o" "$FATHOM" train --dump "$work/never" -s 1 -o "$work/never"
exits 2 "leave out --shard" "$FATHOM" train --dump "$work/never" -s 1 --shard 1/2
exits 2 "leave out --dry-run" "$FATHOM" train --dump "$work/never" -s 1 --dry-run
exits 2 "--dump ''" "$FATHOM" train --dump '' -s 1
exits 71 "use fewer steps" "$FATHOM" train --dump "$work/never" -s 1 --steps 1e12
exits 71 "--dump keeps every batch" "$FATHOM" train --dump "$work/never" -s 1 -w 2e6 -d 3
if [ -e "$work/never" ]; then fail "nothing was created"; else pass "nothing was created"; fi

# A network that breaks: what was never computed is NaN, and the arrays have their shapes.
"$FATHOM" train -q -s 0:0 -a relu -i gaussian --sigma-w 9 -d 9 -w 9 --lr 1e6 --steps 30 --data blobs --dump "$work/broken" || fail "a broken network is dumped"
same "a broken network is dumped" "$(wc -c <"$work/broken/x.npy")" $((128 + 8 * 30 * 32 * 16))
finish
