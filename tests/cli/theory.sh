#!/bin/sh
# fathom critical and fathom audit from outside: columns, points, outcomes, refusals.
# The one thing to know: what does not exist is a row with a status and exit code 0; only unusable words are errors.
. tests/tap.sh

point() { "$FATHOM" critical "$@" | sed 1d; }
columns=activation,point,sigma_w,sigma_b,q_star,q_stable,chi_1,chi_par,c_star,chi_c,xi_q,xi_c,xi_grad,depth_6xi,status

same "columns" "$("$FATHOM" critical -a tanh | head -n 1)" "$columns"
same "three points" "$(point -a relu | cut -d, -f2 | paste -sd, -)" customary,critical,double
same "He's family" "$(point -a relu | sed -n 2p)" "relu,critical,1.41421356237,0,,marginal,1,1,1,1,inf,inf,inf,inf,ok"
same "gelu's doubly critical point" "$(point -a gelu | sed -n 3p)" \
    "gelu,double,1.40821101311,0.415839380959,3.56155281281,marginal,1,1,1,1,inf,inf,inf,inf,ok"
same "given sigmas" "$(point -a tanh --sigma-w 1.5811388300841898 --sigma-b 0.22360679774997896 | cut -d, -f1-10)" \
    "tanh,given,1.5811388300841898,0.22360679774997896,1.06395837742,stable,1.1335156987,0.428463850946,0.446804232344,0.918716774914"
same "sigma_b alone" "$(point -a tanh --sigma-b 0.2 | cut -d, -f1-6)" "tanh,critical,1.30414584006,0.2,0.512078504234,stable"
same "an unstable one says so" "$(point -a gelu --sigma-b 0.2 | sed 's/.*,//')" unstable
same "no critical sigma_w" "$(point -a relu --sigma-b 0.2)" "relu,critical,,0.2,,,,,,,,,,,none"
same "no fixed point" "$(point -a relu --sigma-w 1.5 --sigma-b 0.1)" "relu,given,1.5,0.1,,,,,,,,,,,no-fixed-point"
same "no mean-field limit" "$(point -a softmax --sigma-b 0.1)" "softmax,critical,,0.1,,,,,,,,,,,no-prediction"
same "a line" "$(point -a erf,sin --sigma-b 0:1:n11 | wc -l | tr -d ' ')" 22
same "a plane, some of it without fixed points" "$(point -a elu --sigma-w 0.1:4:n40 --sigma-b 0:1:n25 | sed 's/.*,//' | sort -u | paste -sd, -)" \
    "no-fixed-point,ok,unstable"
same "SELU" "$("$FATHOM" critical -a selu --fixed-point 0,1 2>/dev/null)" \
    "mean,var,alpha,lambda,spectral_norm,chi_1,status
0,1,1.67326324235,1.05070098736,0.787673360466,1.07157499246,ok"
contains "its Jacobian" "$("$FATHOM" critical -a selu --fixed-point 0,1 2>&1 >/dev/null)" "[0, 0.08883475511], [0, 0.7826478832]"
same "another target" "$("$FATHOM" critical -a selu --fixed-point=-0.1,2 2>/dev/null | sed 1d | cut -d, -f1-4)" "-0.1,2,1.97690219542,1.07385123962"
same "self-normalised tanh" "$("$FATHOM" critical -a tanh --self-normalise | sed 1d)" "tanh,1.59253741972,0,0.461070830478,1.1778072323,ok"
same "self-normalised softmax" "$("$FATHOM" critical -a softmax --self-normalise | sed 1d)" "softmax,,,,,none"
same "q* given" "$(point -a erf --q-star 2.385 | cut -d, -f5-7)" 2.385,stable,1
check "a file" "$FATHOM" critical -a tanh -o "$work/t.csv"
same "holds what is printed" "$(cat "$work/t.csv")" "$("$FATHOM" critical -a tanh)"

# Thousands of points, many without a fixed point: finished, with statuses.
point -a gelu,selu --sigma-w 0.5:4:n41 --sigma-b 0:2:n41 >"$work/grid.csv"
same "every point has a row" "$(cut -d, -f1,3,4 "$work/grid.csv" | sort -u | wc -l | tr -d ' ')" 3362
same "their statuses" "$(cut -d, -f15 "$work/grid.csv" | sort -u | paste -sd, -)" no-fixed-point,ok,unstable
check "the same through theory" "$FATHOM" theory -a gelu -i gaussian -b 1 -d 5 --sigma-w 0.5:4:n41 --sigma-b 0:2:n41 --layers ends -o "$work/grid"
same "a row for each end" "$(sed 1d "$work/grid/theory.csv" | wc -l | tr -d ' ')" 3362
same "any width" "$("$FATHOM" theory -a tanh -w 100000000 -b 2 -d 2 --layers ends | sed -n 3p | cut -d, -f5-7)" 2,100000000,2

exits 2 "did you mean 'selu'" "$FATHOM" critical -a sleu
exits 2 "must be from 0" "$FATHOM" critical --sigma-w=-1
exits 2 "not a finite number" "$FATHOM" critical --sigma-b nan
exits 2 "give -a selu" "$FATHOM" critical -a relu --fixed-point 0,1
exits 2 "MEAN,VAR" "$FATHOM" critical -a selu --fixed-point 0
exits 2 "above 0" "$FATHOM" critical -a selu --fixed-point 0,0
exits 2 "different questions" "$FATHOM" critical -a selu --fixed-point 0,1 --sigma-w 1
exits 2 "above 0" "$FATHOM" critical --q-star 0
exits 2 "one operand too many" "$FATHOM" critical tanh

same "audit's columns" "$("$FATHOM" audit | head -n 1)" "claim,source,activation,quantity,claimed,true,relative_error,consequence,factor_50,factor_100"
same "audit's depths" "$("$FATHOM" audit --depth 7,10:20:10 | head -n 1 | sed 's/.*consequence,//')" factor_7,factor_10,factor_20
contains "nn.Linear with relu" "$("$FATHOM" audit --depth 1 | grep torch-linear-relu)" ",1,0.166666666667,5,mean squared gradient norm,0.166666666667"
contains "beyond a double" "$("$FATHOM" audit --depth 1000 | grep keras-dense-sigmoid)" "e-1255"
exits 2 "--depth" "$FATHOM" audit --depth 0
"$FATHOM" theory -a relu -i gaussian --sigma-w 0.5:2:41 -d 2 >"$work/out" 2>"$work/err"
contains "a number of points without its n is told" "$(cat "$work/err")" "is one value, 0.5: its step is longer than the range; 41 points are 0.5:2:n41"
"$FATHOM" train -q -w 8 -d 2 -s 1 --steps 3 -o "$work/training"
exits 65 "is a training" "$FATHOM" compare "$work/training"
"$FATHOM" sweep -q -a sigmoid --dtype float16 -w 16 -d 30 -s 3 -o "$work/half"
"$FATHOM" compare "$work/half" >"$work/out" 2>"$work/err"
contains "what cannot be compared is counted" "$(cat "$work/err")" "more cells cannot be compared"
finish
