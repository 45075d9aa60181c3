#!/bin/sh
# fathom choose from outside: what it says without being asked anything, its CSV, its sentence about the output layer, training the best,
# and what a user gets wrong.
# The one thing to know: trainings are of a few steps and narrow, so only the order within one table means anything.
. tests/tap.sh
. tests/sweep.sh

choose() { "$FATHOM" choose -q "$@"; }
# Cells of the CSV, its reasons left off: the numbers have no commas.
cells() { sed 's/,"[^"]*"$//' | cut -d, -f"$1"; }
header=rank,activation,init,sigma_w,sigma_b,log10_gradient,log10_gradient_sd,log10_signal,depth_6xi,trouble,test_accuracy,test_accuracy_min,test_accuracy_max,lr,why

# Help, and the answer without options.
help=$("$FATHOM" choose --help)
for part in '--depth N  ' '[50]' '[256]' '[mlp]' '[8]' '[0.003,0.01,0.03,0.1]' '[500]' '[32]' '[3]' '[results/choose]'; do contains "help: $part" "$help" "$part"; done
choose >"$work/usual"
same "the usual options are the printed ones, and the same bytes on two threads" \
    "$(choose -d 50 -w 256 --arch mlp --task multiclass --top 8 -b 32 --steps 500 -s 3 --lr 0.003,0.01,0.03,0.1 -j 2)" "$(cat "$work/usual")"
same "eight of them, each an activation" "$(sed -n '2,/^$/p' "$work/usual" | grep -c .) $(sed -n '2,/^$/p' "$work/usual" | awk 'NF { print $2 }' | sort -u | wc -l | tr -d ' ')" "8 8"
same "ranks" "$(awk '$1 ~ /^[0-9]+$/ { print $1 }' "$work/usual" | paste -sd, -)" 1,2,3,4,5,6,7,8
choose --top 1000 >"$work/every"
same "--top 8 is the beginning of --top 1000" "$(sed -n '2,9s/  */ /gp' "$work/every")" "$(sed -n '2,9s/  */ /gp' "$work/usual")"
same "which is every activation" "$(awk '$1 ~ /^[0-9]+$/ { print $2 }' "$work/every" | sort)" "$("$FATHOM" list activations | awk 'NR > 1 { print $1 }' | sort)"
"$FATHOM" choose --top 2 >"$work/out" 2>"$work/err"
contains "theory alone is said to be that" "$(cat "$work/err")" "ranked by theory alone"
same "--top 2: header, two lines, the output layer" "$(grep -c . "$work/out")" 4
same "-q says nothing" "$(choose 2>&1 >/dev/null)" ""
# shellcheck disable=SC2016   # $1 is the inner shell's
exits 74 "" sh -c '"$1" choose -q --top 1 >/dev/full' sh "$FATHOM"

# Numbers for a program.
choose --csv -d 60 >"$work/csv"
same "header" "$(head -n 1 "$work/csv")" "$header"
same "every pair once" "$(sed 1d "$work/csv" | cut -d, -f2,3 | sort | uniq -d)" ""
same "in the order of trouble" "$(sed 1d "$work/csv" | cells 10 | awk '$1 != "inf" && $1 < last - 1e-6 { print } { last = $1 }')" ""
same "no number is nan" "$(sed 1d "$work/csv" | cells 4-14 | grep -c nan)" 0
same "nothing was measured" "$(sed 1d "$work/csv" | cells 11-14 | sort -u)" ",,,"
same "depth_6xi is that of fathom critical" "$(awk -F, '$2 == "tanh" && $3 == "he-normal" { print $9 }' "$work/csv")" \
    "$("$FATHOM" critical -a tanh --sigma-w 1.4142135623730951 --sigma-b 0 | awk -F, '$6 == "stable" { print $14 }')"
same "the gradient is that of fathom theory" "$(awk -F, '$2 == "sigmoid" && $3 == "glorot-normal" { printf "%.6g", $6 }' "$work/csv")" \
    "$("$FATHOM" theory -a sigmoid -i glorot-normal -d 60 -b 1 --layers ends 2>/dev/null | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "log10_grad_h_norm") c = i } NR == 2 { first = $c } END { printf "%.6g", first - $c }')"
if python=$(python_with csv); then
    same "python's csv reads it" "$("$python" -c 'import csv, sys; r = list(csv.DictReader(open(sys.argv[1]))); print(len(r), {len(x) for x in r}, all(float(x["trouble"]) >= 0 for x in r))' "$work/csv")" \
        "$(sed 1d "$work/csv" | wc -l | tr -d ' ') {15} True"
else
    skip "no python3"
fi

# The output layer is the task's.
sentence() { choose --top 1 "$@" | tail -n 1; }
same "regression" "$(sentence --task regression)" "Output layer for a regression task: a linear head with the loss mse (the readout's outputs as they are: for regression)."
same "binary" "$(sentence --task binary)" "Output layer for a binary task: a sigmoid head with the loss bce (each output a probability of its own: for binary and multilabel tasks)."
same "multiclass" "$(tail -n 1 "$work/usual")" "Output layer for a multiclass task: a softmax head with the loss ce (probabilities that sum to 1: for multiclass tasks)."
same "multilabel" "$(sentence --task multilabel)" "Output layer for a multilabel task: a sigmoid head with the loss bce (each output a probability of its own: for binary and multilabel tasks)."
contains "the data's own task" "$(sentence --data xor)" "a binary task"
contains "a network 1 deep and 1 wide" "$(choose -d 1 -w 1)" "networks differ by a factor of"
choose -d 1000 -w 16 --top 30 >"$work/deep"
contains "1000 layers" "$(cat "$work/deep")" "the gradient falls to 1e-"
same "factors are written without a computer's exponent" "$(sed 's/^[^t]* the /the /' "$work/deep" | grep -c 'e+')" 0

# Trained.
few='-d 3 -w 6 --data blobs --train --steps 15 -s 2 --top 3'
# shellcheck disable=SC2086  # $few is words
train() { choose $few "$@"; }
train -o "$work/one" -j 1 >"$work/trained"
kept=$(echo "$work"/one/train-*)
same "best accuracy first" "$(sed -n '2,4s/.*  \([0-9.]*\) (.*/\1/p' "$work/trained" | sort -rg | paste -sd, -)" "$(sed -n '2,4s/.*  \([0-9.]*\) (.*/\1/p' "$work/trained" | paste -sd, -)"
same "three are measured" "$(grep -c ' at lr ' "$work/trained")" 3
before=$(cat "$kept/networks.csv" "$kept/timing.csv" | sum)
same "again, from what is kept" "$(train -o "$work/one" -j 1)" "$(cat "$work/trained")"
same "which stays as it is" "$(cat "$kept/networks.csv" "$kept/timing.csv" | sum)" "$before"
same "elsewhere, on two threads" "$(train -o "$work/two" -j 2)" "$(cat "$work/trained")"
same "with the same networks" "$(sum "$work"/two/train-*/networks.csv)" "$(sum "$kept/networks.csv")"
head -c -300 "$kept/networks.csv" >"$work/torn" && cat "$work/torn" >"$kept/networks.csv"
same "resumed where it was torn" "$(train -o "$work/one" -j 1)" "$(cat "$work/trained")"
train --csv -o "$work/one" -j 1 >"$work/trained.csv"
same "--csv: the same networks, no others trained" "$(echo "$work"/one/train-*)" "$kept"
same "--csv: the same order" "$(sed 1d "$work/trained.csv" | cut -d, -f2,3)" "$(sed -n '2,4p' "$work/trained" | awk '{ print $2 "," $3 }')"
# The twin: of each pair the rate with the least mean training loss, then the mean test accuracy, from networks.csv.
same "the accuracies are those of networks.csv" "$(sed 1d "$work/trained.csv" | cells 2,11,14)" "$(awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { k = $1 "," $at["lr"]; loss[k] += $at["train_loss"]; right[k] += $at["test_accuracy"] / 2; name[k] = $1; rate[k] = $at["lr"] }
    END { for (k in loss) if (!(name[k] in least) || loss[k] < least[name[k]]) { least[name[k]] = loss[k]; best[name[k]] = k }
          for (a in best) print a "," right[best[a]] "," rate[best[a]] }' "$kept/networks.csv" | sort -t, -k2,2gr)"

one() { train --csv -o "$work/rates" -j 1 --top 2 "$@" | sed 1d | cells 2,14; }
same "one rate, said twice" "$(one --lr 0.1,0.1 | cut -d, -f2 | sort -u)" 0.1
same "a range of rates" "$(one --lr 0.01:0.1:l3)" "$(one --lr 0.01,0.0316227766016838,0.1)"
same "what broke has no numbers, and theory's order" "$(choose -d 2 -w 5 --data teacher --task regression --train --steps 40 -s 2 --top 2 --lr 1e6 --csv -o "$work/rates" -j 1 | sed 1d | cells 1,11-14)" "1,,,,
2,,,,"
same "a regression goes by its loss, the least first" "$(choose -d 2 -w 5 --data teacher --task regression --train --steps 9 -s 2 --top 3 --lr 0.03,0.1 --csv -o "$work/loss" -j 1 | cells 11 | tee "$work/losses" | sed 1d | sort -g)" \
    "$(sed 1d "$work/losses")"
same "and says so" "$(head -n 1 "$work/losses")" test_loss
awk -v OFS=, 'BEGIN { print "a,target"; for (i = 0; i < 10; i++) print i * i % 7, i % 2 }' >"$work/it's ten.csv"
contains "few samples, in a file with an odd name" "$(choose -d 2 -w 3 --data "csv:$work/it's ten.csv" --task binary --train -b 4 --steps 5 -s 2 --top 1 --lr 0.1 -j 1 -o "$work/an odd name")" " at lr 0.1"

# Stopped: nothing is ranked, and the same command goes on.
"$FATHOM" choose -d 20 -w 32 --data spirals --train --steps 2000 -s 2 --top 2 -j 1 -o "$work/stopped" >"$work/out" 2>"$work/err" &
pid=$!
for _ in $(seq 2400); do if [ -s "$(echo "$work"/stopped/train-*/timing.csv)" ]; then break; fi; sleep 0.05; done
kill -TERM $pid
wait $pid
same "stopped by a signal: exit code" $? 143
same "stopped: no table" "$(cat "$work/out")" ""
contains "stopped: said" "$(cat "$work/err")" "the same command goes on where it stopped"

# What a user gets wrong.
bad() {
    wanted=$1 part=$2
    shift 2
    exits "$wanted" "$part" "$FATHOM" choose "$@"
    if [ -s "$work/.out" ]; then fail "nothing on standard output" "$(head -c 200 "$work/.out")"; fi
}
for o in depth width top steps seeds batch threads; do
    for word in 0 -1 2.5 nan ten ''; do bad 2 "--$o '$word'" --$o "$word"; done
done
bad 2 "from 2 to 1000" --seeds 1
bad 2 "from 1 to 1000000" --depth 1e7
bad 2 "no task 'ranking'; there are: regression" --task ranking
bad 2 "empty task name" --task ''
bad 2 "no architecture 'cnn'; there are: mlp" --arch cnn
bad 2 "no data set 'cifar'; there are: mnist" --data cifar
bad 2 "empty data set name" --data ''
bad 2 "no option '--activation'" --activation relu
bad 2 "'relu' is one operand too many" relu
bad 2 "--train needs something to learn: --data DATA" --train
for words in '--steps 9' '--lr 0.1' '--seeds 2' '--batch 8' "--output $work/never"; do
    # shellcheck disable=SC2086  # an option and its value
    bad 2 "${words%% *} goes with --train" --data xor $words
done
bad 2 "--task multilabel does not go with --data xor" --data xor --task multilabel
bad 2 "write blobs:2" --data blobs --task binary
bad 2 "needs --task" --data "csv:$work/it's ten.csv"
bad 2 "write mnist:DIR" --data mnist
bad 66 "no MNIST in '$work/absent'" --data "mnist:$work/absent"
bad 66 "absent.csv" --data "csv:$work/absent.csv" --task binary
bad 65 "no column 'target'" --data "csv:$work/trained.csv" --task binary
for rate in '' 0.1,,0.2 '0.1 -o x'; do bad 2 "--lr '" -d 2 -w 3 --data xor --train --lr "$rate" -o "$work/never"; done
for name in '' -; do bad 2 "--output '$name'" --data xor --train -o "$name"; done
bad 65 "holds only 8 samples" -d 2 -w 3 --data "csv:$work/it's ten.csv" --task binary --train -o "$work/never"
bad 73 "cannot create directory" -d 2 -w 3 --data xor --train -o "$work/csv"
bad 73 "/proc/none" -d 2 -w 3 --data xor --train -o /proc/none
if [ -e "$work/never" ]; then fail "nothing was created" "$(ls "$work/never")"; else pass "nothing was created"; fi
finish
