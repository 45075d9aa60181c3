#!/bin/sh
# The bytes of a training run depend on its specification alone: not on threads, shards, kills, signals, pipes or the reader of its output.
# The one thing to know: everything but timing.csv and host.json, which are not repeatable, is compared by sha256 with one run on one thread.
# FATHOM_SLOW=1 kills three hundred times. Random moments come from a fixed sequence; where a kill falls depends on the machine, and must not matter.
# shellcheck disable=SC2086  # $quick and $long are words
. tests/tap.sh
. tests/sweep.sh

quick='-a relu,prelu -d 1,5 -w 6 -b 5 --lr 0.1,1e5 --dtype float64,float16 --steps 13 --data blobs --samples 60 -s 2 --snapshots 0,7,end --every 4'
long='-a relu,tanh -d 3,9 -w 24 -b 8 -s 12 --steps 250 --data spirals --samples 200'

train() { "$FATHOM" train -q "$@" >/dev/null; }

# The sums of the files that must not depend on how they were made; a line of timing.csv for each network.
all() {
    for f in layers steps events networks summary; do
        if [ -f "$1/$f.csv" ]; then echo "$f $(sha256sum <"$1/$f.csv")"; fi
    done
    wc -l <"$1/timing.csv"
}

train $quick -j 1 -o "$work/one"
wanted=$(all "$work/one")
same "every kind of file is there" "$(cd "$work/one" && echo *) " "critical.csv events.csv host.json layers.csv networks.csv run.json steps.csv summary.csv timing.csv "
same "networks: 16 points, 2 seeds" "$(sed 1d "$work/one/networks.csv" | wc -l | tr -d ' ')" 32
same "steps 1, 4, 8, 12, 13 of each" "$(sed 1d "$work/one/steps.csv" | wc -l | tr -d ' ')" $((32 * 5))
same "four events of each" "$(sed 1d "$work/one/events.csv" | wc -l | tr -d ' ')" $((32 * 4))
same "layers 0 to depth and the readout, at three snapshots" "$(sed 1d "$work/one/layers.csv" | wc -l | tr -d ' ')" $((16 * 3 * (3 + 7)))
for j in 2 7; do
    train $quick -j $j -o "$work/threads"
    same "-j $j gives the bytes of -j 1" "$(all "$work/threads")" "$wanted"
    check "-j $j: the same run.json" cmp "$work/one/run.json" "$work/threads/run.json"
    rm -rf "$work/threads"
done
same "-o - is steps.csv and nothing else" "$("$FATHOM" train $quick -j 2 -o - 2>/dev/null | sum)" "$(sum "$work/one/steps.csv")"
same "-o - in a German locale with nothing else set" "$(env -i LC_ALL=de_DE.UTF-8 "$FATHOM" train $quick -o - | sum)" "$(sum "$work/one/steps.csv")"

# What is written less of is otherwise the same.
train $quick --no-raw -o "$work/no-raw"
same "--no-raw: the same files without layers.csv" "$(all "$work/no-raw")" "$(echo "$wanted" | sed 1d)"
train $quick --layers ends -o "$work/ends"
same "--layers ends: the rows of the input, the last layer and the readout" "$(sum "$work/ends/layers.csv")" "$(awk -F, 'NR == 1 || $12 == 0 || $12 >= $5' "$work/one/layers.csv" | sum)"
same "--layers ends: the same networks" "$(sum "$work/ends/networks.csv")" "$(sum "$work/one/networks.csv")"
train $quick --every 13 --snapshots 7 -o "$work/seldom"
same "--every 13: steps 1 and 13" "$(sum "$work/seldom/steps.csv")" "$(awk -F, 'NR == 1 || $12 == 1 || $12 == 13' "$work/one/steps.csv" | sum)"
same "--snapshots 7: the rows of step 7" "$(sum "$work/seldom/layers.csv")" "$(awk -F, 'NR == 1 || $NF == 7' "$work/one/layers.csv" | sum)"
same "what is written changes no network" "$(sum "$work/seldom/networks.csv")" "$(sum "$work/one/networks.csv")"
train $quick --snapshots none -o "$work/none"
same "--snapshots none: layers.csv and summary.csv are headers" "$(cat "$work/none/layers.csv" "$work/none/summary.csv" | wc -l | tr -d ' ')" 2
same "--snapshots none: the same networks" "$(sum "$work/none/networks.csv")" "$(sum "$work/one/networks.csv")"
train --from "$work/none/run.json" -o "$work/none-again"
same "--from repeats it" "$(all "$work/none-again")" "$(all "$work/none")"
exits 2 "'none' alone" "$FATHOM" train $quick --snapshots 3,none -o "$work/never"

# A network is what it is wherever it stands; --from repeats.
same "a network alone is what it is in a grid" "$("$FATHOM" train -a prelu -d 5 -w 6 -b 5 --lr 0.1 --dtype float16 --steps 13 --data blobs --samples 60 -s 1:1 --every 4 -o - | sed 1d | sum)" \
    "$(grep '^prelu,he-normal,mlp,none,5,6,5,[^,]*,0,float16,1,.*,0.1$' "$work/one/steps.csv" | sed 's/,0.1$//' | sum)"
train --from "$work/one/run.json" -o "$work/again"
same "--from repeats a run" "$(all "$work/again")" "$wanted"
check "--from: the same run.json" cmp "$work/one/run.json" "$work/again/run.json"
train --from "$work/seldom/run.json" --no-raw -o "$work/seldom-again"
same "--from with another option" "$(sum "$work/seldom-again/steps.csv")" "$(sum "$work/seldom/steps.csv")"
train -d 2 -w 4 -b 8 --epochs 3 --data xor --samples 40 --test-fraction 0.3 --target 0.7 --optimizer momentum:0.8 --schedule warmup:4 --clip 1 \
    --weight-decay 0.01 --loss-scale 8,dynamic --head linear --seed 5 --rng mt19937 -s 3,1 -o "$work/odd"
train --from "$work/odd/run.json" -o "$work/odd-again"
same "--from repeats epochs, targets, tasks and generators" "$(all "$work/odd-again")" "$(all "$work/odd")"

train --from "$work/odd/run.json" --steps 7 -o "$work/steps"
same "--from: --steps takes the place of epochs" "$(grep -c '"epochs"' "$work/steps/run.json") $(cut -d, -f12 "$work/steps/steps.csv" | sort -u | tr '\n' ' ')" "0 1 7 step "
exits 2 "say the same thing twice" "$FATHOM" train --from "$work/odd/run.json" --steps 7 --epochs 1 -o "$work/never"
exits 2 "that is a run of fathom train" "$FATHOM" sweep --from "$work/odd/run.json" -o "$work/never"
"$FATHOM" sweep -q -d 2 -w 2 -s 1 -o "$work/sweep" >/dev/null
exits 2 "that is a run of fathom sweep" "$FATHOM" train --from "$work/sweep/run.json" -o "$work/never"

# Data are known by what they hold, not by where they lie.
awk -v OFS=, 'BEGIN { print "a,b,target"; for (i = 0; i < 40; i++) print i % 7, i * i % 11, i % 3 }' >"$work/table.csv"
train -d 2 -w 4 -b 8 --steps 10 -s 1 --data "csv:$work/table.csv" --task multiclass -o "$work/table"
mv "$work/table.csv" "$work/moved.csv"
exits 66 "table.csv" "$FATHOM" train --from "$work/table/run.json" -o "$work/never"
train --from "$work/table/run.json" --data "csv:$work/moved.csv" -o "$work/moved"
same "data that moved: the same bytes" "$(all "$work/moved")" "$(all "$work/table")"
train -d 2 -w 4 -b 8 --steps 10 -s 1 --data "csv:$work/moved.csv" --task multiclass -o "$work/table"
same "data that moved: the run is complete" $? 0
sed 2d "$work/moved.csv" >"$work/table.csv"
exits 65 "is not the file that the run of" "$FATHOM" train --from "$work/table/run.json" -o "$work/never"
exits 2 "input is" "$FATHOM" train -d 2 -w 4 -b 8 --steps 10 -s 1 --data "csv:$work/table.csv" --task multiclass -o "$work/table"
check "nothing of all this was created" [ ! -e "$work/never" ]

# Shards.
for n in 2 5; do
    parts=''
    for i in $(seq $n); do
        train $quick --shard "$i/$n" -j 2 -o "$work/part-$i"
        parts="$parts $work/part-$i"
    done
    "$FATHOM" merge $parts -o "$work/merged" >/dev/null 2>"$work/err"
    same "$n shards merged are the whole" "$(all "$work/merged")" "$wanted"
    check "$n shards: the same run.json" cmp "$work/one/run.json" "$work/merged/run.json"
    cp -r "$work/part-1" "$work/torn"
    head -c -7 "$work/part-1/steps.csv" >"$work/torn/steps.csv"
    # shellcheck disable=SC2046   # directories, one a word
    exits 75 "is not finished" "$FATHOM" merge $(echo $parts | sed "s|$work/part-1|$work/torn|") -o "$work/torn-merged"
    rm -rf "$work/merged" "$work/torn" "$work/torn-merged" $parts
done
train $quick --no-raw --shard 1/2 -o "$work/part-1"
train $quick --no-raw --shard 2/2 -o "$work/part-2"
"$FATHOM" merge "$work/part-2" "$work/part-1" -o "$work/merged" >/dev/null 2>&1
same "shards without layers.csv" "$(all "$work/merged")" "$(all "$work/no-raw")"

# A complete run says so and stays as it is.
cp "$work/one/timing.csv" "$work/timing"
"$FATHOM" train $quick -o "$work/one" >"$work/out" 2>"$work/err"
same "a complete run leaves with 0" $? 0
contains "it says that it is complete" "$(cat "$work/err")" "is complete"
check "not even its timings change" cmp "$work/one/timing.csv" "$work/timing"

# kill -9 at random moments, then the same command.
train $long -j 2 -o "$work/long"
wanted=$(all "$work/long")
kills=9 dice=2385 killed=0 rounds=0
[ -n "${FATHOM_SLOW:-}" ] && kills=300
while [ $killed -lt $kills ] && [ $rounds -lt $((2 * kills)) ]; do
    rounds=$((rounds + 1))
    rm -rf "$work/killed"
    for _ in 1 2 3; do   # up to three kills of one run
        dice=$(((dice * 1103515245 + 12345) % 2147483648))
        "$FATHOM" train -q $long -j $((dice / 65536 % 3 + 1)) -o "$work/killed" >/dev/null 2>&1 &
        pid=$!
        sleep "0.$((dice / 256 % 25 + 10))"
        kill -9 $pid 2>/dev/null && killed=$((killed + 1))
        wait $pid 2>/dev/null
    done
    train $long -j 2 -o "$work/killed"
    if [ "$(all "$work/killed")" != "$wanted" ]; then
        fail "killed $killed times: the same bytes" "$(all "$work/killed")"
        break
    fi
done
check "it was killed" [ $killed -gt 0 ]
same "killed at random and resumed: the same bytes" "$(all "$work/killed")" "$wanted"

# INT and TERM finish what is in hand, keep it, and print the command that goes on; a second signal stops at once.
for signal in INT:2 TERM:15; do
    number=${signal#*:} signal=${signal%:*}
    rm -rf "$work/it's stopped"
    "$FATHOM" train $long -j 2 -o "$work/it's stopped" >/dev/null 2>"$work/err" &
    pid=$!
    await_lines "$work/it's stopped/networks.csv" 3 $pid
    kill -s $signal $pid
    wait $pid
    same "SIG$signal leaves with 128 + $number" $? $((128 + number))
    kept=$(sed -n 's/^fathom: \([0-9]*\) of 48 networks are kept.*/\1/p' "$work/err")
    same "SIG$signal: it says how many networks are kept" "$(($(wc -l <"$work/it's stopped/networks.csv") - 1))" "$kept"
    same "SIG$signal: whole networks are kept" "$(($(wc -l <"$work/it's stopped/steps.csv") - 1))" $((26 * kept))
    command=$(sed -n 's/.*to go on: fathom //p' "$work/err")
    contains "SIG$signal: the command that goes on is printed" "$command" "train --from"
    sh -c "\"\$0\" $command -q" "$FATHOM" >/dev/null
    same "SIG$signal: that command goes on" "$(all "$work/it's stopped")" "$wanted"
done
leaves_at_once "$work/huge" train -w 2000 -d 30 --steps 1e5

# A second writer is turned away, and the first is not disturbed.
"$FATHOM" train -q $long -j 1 -o "$work/held" >/dev/null &
pid=$!
await_lines "$work/held/networks.csv" 1 $pid
exits 75 "in use by another" "$FATHOM" train $long -j 1 -o "$work/held"
exits 75 "in use by another" "$FATHOM" train -d 2 -o "$work/held" --force
exits 75 "in use by another" "$FATHOM" sweep -d 2 -o "$work/held" --force
wait $pid
same "the first writer is not disturbed" "$(all "$work/held")" "$wanted"

# Another run in the directory: refused, or replaced with all its files.
exits 2 "lr is" "$FATHOM" train $quick --lr 0.3 -o "$work/one"
exits 2 "steps is" "$FATHOM" train --from "$work/one/run.json" --steps 12 -o "$work/one"
exits 2 "command is" "$FATHOM" sweep -d 2 -o "$work/one"
check "--force: a sweep in a training's place" "$FATHOM" sweep -q -d 2 -w 4 -s 1 -o "$work/one" --force
same "--force: nothing of the training is left" "$(cd "$work/one" && echo *) " "host.json layers.csv networks.csv run.json summary.csv "
check "--force: a training in a sweep's place" "$FATHOM" train -q $long -o "$work/one" --force
same "--force: it is the whole training" "$(all "$work/one")" "$wanted"

# A reader that leaves ends it silently; a full disk with 74, and what is kept goes on.
status=$({ { "$FATHOM" train $long -o - 2>"$work/err"; echo $? >&3; } | head -n 2 >/dev/null; } 3>&1)
same "| head: 141, and nothing is said" "$status $(cat "$work/err")" "141 "
# shellcheck disable=SC2016   # $1 is the inner shell's
[ -w /dev/full ] && exits 74 "No space left" sh -c '"$1" train -d 2 --steps 5 -o - >/dev/full' sh "$FATHOM"
mkdir "$work/disk"
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=1m tmpfs "$work/disk" 2>/dev/null; then
    trap 'umount "$work/disk"; rm -rf "$work"' EXIT
    for spare in 0 20000 60000 90000; do
        head -c $((1048576 - spare)) /dev/zero >"$work/disk/filler" 2>/dev/null
        "$FATHOM" train $long -j 2 -o "$work/disk/run" >"$work/.out" 2>"$work/.err"
        code=$?
        case $code in 73 | 74) pass "$spare bytes left: exit $code" ;; *) fail "$spare bytes left: exit 73 or 74" "exit $code" ;; esac
        contains "$spare bytes left: it says so" "$(head -n 1 "$work/.err")" "No space left"
        rm "$work/disk/filler"
        mount -o remount,size=8m "$work/disk"
        train $long -j 1 -o "$work/disk/run"
        same "$spare bytes left: with room again, the same bytes" "$(all "$work/disk/run")" "$wanted"
        rm -rf "$work/disk/run"
        mount -o remount,size=1m "$work/disk"
    done
    head -c 1000000 /dev/zero >"$work/disk/filler"
    exits 74 "No space left" "$FATHOM" train -d 3 -w 64 -s 1 --steps 100 --dump "$work/disk/dump"
    check "a torn dump has no scale.csv" [ ! -e "$work/disk/dump/scale.csv" ]
else
    skip "no small disk to be had"
fi
finish
