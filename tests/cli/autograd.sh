#!/bin/sh
# Dumped networks, computed again elsewhere: every activation with every loss, in numpy, and by PyTorch's autograd where it is there; and
# every activation in every narrower format.
# The one thing to know: FATHOM_PYTHON names a python that has them; else python3's in PATH and /usr/bin are asked.
# Paszke et al. 2019 (PyTorch); 1e-10 of each array's largest entry in float64, 1e-4 in float32 after all layers.
. tests/tap.sh

asked() { "$FATHOM_PYTHON" -c "import $1" 2>/dev/null && echo "$FATHOM_PYTHON"; }
module() { if [ -n "${FATHOM_PYTHON:-}" ]; then asked "$1"; else python_with "$1"; fi; }

cases=$work/cases
activations='linear sigmoid tanh relu leaky-relu:0.3 leaky-relu prelu prelu:-0.5 elu elu:1.7 selu softmax swish swish:0.6 gelu gelu-tanh
    softplus softsign mish hardtanh erf sin arctan'

# network ACTIVATION LOSS OPTIONS...: dump one and list it, in the format $dtype.
dtype=float64
network() {
    act=$1 loss=$2 to=$work/dump-$(wc -l <"$cases" | tr -d ' ')
    shift 2
    "$FATHOM" sweep -q -a "$act" --loss "$loss" -s 0:0 --dtype $dtype --dump "$to" "$@" 2>"$work/err" || fail "dump of $act, $loss" "$(cat "$work/err")"
    echo "$to $act $loss $dtype" >>"$cases"
}

: >"$cases"
for act in $activations; do
    network "$act" none -i gaussian --sigma-w 1.3 --sigma-b 0.4 -d 4 -w 7 -b 5
    network "$act" mse -i lsuv -d 3 -w 6 --input-width 9 -b 4 --outputs 3
    network "$act" bce -i torch-default -d 3 -w 8 -b 3
    network "$act" ce -i orthogonal --sigma-b 0.2 -d 3 -w 9 -b 12 --input-width 4
done
network tanh none -i glorot-uniform -d 1 -w 1 -b 1
network relu ce -i he-normal -d 12 -w 70 -b 66 --input-width 80 --outputs 90
network gelu mse -i truncated-normal --sigma-w 1.5 -d 5 -w 33 -b 1
dtype=float32
for act in $activations; do
    network "$act" none -i gaussian --sigma-w 1.3 --sigma-b 0.4 -d 4 -w 7 -b 5
    network "$act" ce -i orthogonal --sigma-b 0.2 -d 3 -w 9 -b 12 --input-width 4
done
network relu bce -i he-normal -d 9 -w 70 -b 66 --input-width 80 --outputs 9
network tanh mse -i truncated-normal --sigma-w 1.5 -d 5 -w 33 -b 1
near=$(wc -l <"$cases" | tr -d ' ')
for dtype in bfloat16 float16; do
    for act in $activations; do
        network "$act" none -i gaussian --sigma-w 1.3 --sigma-b 0.4 -d 4 -w 7 -b 5
        network "$act" mse -i torch-default -d 3 -w 8 -b 3
    done
    network relu ce -i he-uniform -d 9 -w 70 -b 66 --input-width 80 --outputs 9
done
dtype=float64
network sigmoid none -d 900 -w 5 -b 3
network leaky-relu none -i gaussian --sigma-w 4 -d 300 -w 5 -b 2
network relu none -i gaussian --sigma-w 0.001 -d 60 -w 5 -b 6
network tanh mse -i gaussian --sigma-w 0.01 -d 200 -w 4 -b 3

# run MODULE COUNT: the first COUNT networks, a case each.
run() {
    if python=$(module "$1"); then
        head -n "$2" "$cases" | "$python" tests/net/check_dump.py "$1" >"$work/said" 2>"$work/err" || fail "check_dump.py $1" "$(cat "$work/err")"
        while read -r word rest; do
            case $word in
            ok) pass "$1: $rest" ;;
            *) fail "$1: ${rest#ok }" ;;
            esac
        done <"$work/said"
        same "$1: every network was checked" "$(wc -l <"$work/said" | tr -d ' ')" "$2"
    else
        skip "no python3 with $1 here (FATHOM_PYTHON names one)"
    fi
}

run numpy "$(wc -l <"$cases" | tr -d ' ')"
run torch "$near"
finish
