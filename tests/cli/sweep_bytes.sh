#!/bin/sh
# The bytes of a sweep depend on its specification alone: not on threads, shards, locale, kills, signals, pipes or descriptors.
# The one thing to know: everything is compared by sha256 with one run on one thread. FATHOM_SLOW=1 kills a thousand times.
# Random moments come from a fixed sequence; where a kill falls still depends on the machine, and must not matter.
# shellcheck disable=SC2086  # $quick and $long are words
. tests/tap.sh
. tests/sweep.sh

sweep() { "$FATHOM" sweep -q "$@" >/dev/null; }

sweep $quick -j 1 -o "$work/one"
wanted=$(sums "$work/one")
for j in 2 3 8; do
    sweep $quick -j $j -o "$work/threads"
    same "-j $j gives the bytes of -j 1" "$(sums "$work/threads")" "$wanted"
    check "-j $j: the same run.json" cmp "$work/one/run.json" "$work/threads/run.json"
    rm -rf "$work/threads"
done
layers=$(sum "$work/one/layers.csv")
same "-o - is layers.csv and nothing else" "$("$FATHOM" sweep $quick -j 2 -o - 2>/dev/null | sum)" "$layers"
sweep $quick --no-raw -o "$work/no-raw"
same "--no-raw: the same networks.csv and summary.csv, no layers.csv" "$(sums "$work/no-raw")" "$(echo "$wanted" | tail -n 2)"

# Order of the grid, and what a network is: the same rows wherever it stands.
same "first field slowest, seeds fastest, in the order given" "$("$FATHOM" sweep -a tanh,relu -d 2,1 -w 3 -b 2 -s 7,3 -o - | sed 1d | cut -d, -f1,5,11,12 | tr '\n' ' ')" \
    "tanh,2,7,0 tanh,2,7,1 tanh,2,7,2 tanh,2,3,0 tanh,2,3,1 tanh,2,3,2 tanh,1,7,0 tanh,1,7,1 tanh,1,3,0 tanh,1,3,1 relu,2,7,0 relu,2,7,1 relu,2,7,2 relu,2,3,0 relu,2,3,1 relu,2,3,2 relu,1,7,0 relu,1,7,1 relu,1,3,0 relu,1,3,1 "
same "a network alone is what it is in a grid" "$("$FATHOM" sweep -a tanh -d 6 -w 24 -b 4 -s 2:2 --loss ce -o - | sed 1d | sum)" \
    "$(grep '^tanh,glorot-normal,mlp,none,6,24,4,[^,]*,[^,]*,float64,2,.*,ce$' "$work/one/layers.csv" | sed 's/,ce$//' | sum)"
"$FATHOM" sweep -a tanh -d 6 -w 24 -b 4 -s 2:2 --loss ce --seed 1 -o - | sed 1d | sum >"$work/other"
if [ "$(cat "$work/other")" != "$(grep '^tanh,glorot-normal,mlp,none,6,24,4,[^,]*,[^,]*,float64,2,.*,ce$' "$work/one/layers.csv" | sed 's/,ce$//' | sum)" ]; then
    pass "another master seed, another network"
else
    fail "another master seed, another network"
fi

# A user's surroundings.
same "a German locale" "$(LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8 "$FATHOM" sweep $quick -o - | sum)" "$layers"
same "a Turkish locale" "$(LC_ALL=tr_TR.UTF-8 "$FATHOM" sweep $quick -o - | sum)" "$layers"
same "another time zone" "$(TZ=Asia/Kathmandu "$FATHOM" sweep $quick -o - | sum)" "$layers"
# OPENBLAS_* choose the kernels, and so stay.
bare() { env -i ${OPENBLAS_CORETYPE:+OPENBLAS_CORETYPE="$OPENBLAS_CORETYPE"} ${OPENBLAS_L2_SIZE:+OPENBLAS_L2_SIZE="$OPENBLAS_L2_SIZE"} "$@"; }
same "no environment at all" "$(bare "$FATHOM" sweep $quick -o - | sum)" "$layers"
same "GSL_RNG_TYPE and GSL_RNG_SEED are not listened to" "$(GSL_RNG_TYPE=mt19937 GSL_RNG_SEED=7 "$FATHOM" sweep $quick -o - | sum)" "$layers"
(cd "$work" && bare "$FATHOM" sweep -q $quick >"$work/said")
same "the default directory is named by the hash, and printed" "$(cat "$work/said")" "results/sweep-$(sed -n 's/.*"hash": "\(.\{8\}\).*/\1/p' "$work/one/run.json")"
same "it holds the run" "$(sums "$work/$(cat "$work/said")")" "$wanted"

# --from repeats, whatever the directory is called.
sweep --from "$work/one/run.json" -o "$work/it's a \"run\""
same "--from takes the directory" "$("$FATHOM" sweep --from "$work/one" -o - | sum)" "$("$FATHOM" sweep --from "$work/one/run.json" -o - | sum)"
same "--from repeats a run" "$(sums "$work/it's a \"run\"")" "$wanted"
check "--from: the same run.json" cmp "$work/one/run.json" "$work/it's a \"run\"/run.json"
sweep --from "$work/no-raw/run.json" -o "$work/no-raw-again"
same "--from repeats --no-raw" "$(sums "$work/no-raw-again")" "$(sums "$work/no-raw")"
sweep -d 3,3,5 -w 4,5,6 -b 1,2,3 --zip depth,width,batch --layers every:2 -s 4,9 --seed 77 --rng mt19937 --input sphere --input-corr 0.5 -o "$work/odd"
sweep --from "$work/odd/run.json" -o "$work/odd-again"
same "--from repeats zips, seeds, generator, input and thinning" "$(sums "$work/odd-again")" "$(sums "$work/odd")"

# Shards: every point once, and each share a part of the whole.
for n in 2 5 13; do
    parts=''
    for i in $(seq $n); do
        sweep $quick --shard "$i/$n" -o "$work/part-$i"
        parts="$parts $work/part-$i"
    done
    for f in layers networks summary; do
        for i in $(seq $n); do sed 1d "$work/part-$i/$f.csv"; done | sort | sum >"$work/shards"
        same "$n shards have all rows of $f.csv once" "$(cat "$work/shards")" "$(sed 1d "$work/one/$f.csv" | sort | sum)"
    done
    if "$FATHOM" merge --help >/dev/null 2>&1; then
        "$FATHOM" merge $parts -o "$work/merged" >/dev/null 2>"$work/err"
        same "$n shards merged are the whole" "$(sums "$work/merged")" "$wanted"
    fi
    rm -rf "$work/merged" $parts
done
sweep -d 3 -w 4 -s 2 --shard 3/5 -o "$work/empty"
same "a share without a point has headers alone" "$(cat "$work/empty"/*.csv | wc -l)" 3

# Histograms: layers.csv stays as it is; their bytes do not depend on threads, --from, shards or a cut.
sweep $quick --histograms -j 1 -o "$work/counted"
same "--histograms changes no other file" "$(sums "$work/counted" | head -n 3)" "$wanted"
same "123 lines a layer without the readout" "$(sed 1d "$work/counted/histograms.csv" | wc -l)" "$((123 * ($(sed 1d "$work/one/layers.csv" | wc -l) - $(sed 1d "$work/one/networks.csv" | grep -c ',ce$'))))"
same "every entry is counted: batch x units" "$(awk -F, '$1 == "relu" && $6 == 24 && $7 == 4 && $12 == 1 && $13 == "h" { n[$5 "," $11 "," $17] += $16 } END { for (k in n) print n[k] }' "$work/counted/histograms.csv" | sort -u)" 96
counted=$(sums "$work/counted")
sweep --from "$work/counted/run.json" -j 3 -o "$work/counted-again"
same "--from repeats --histograms on other threads" "$(sums "$work/counted-again")" "$counted"
for at in 1000 100000 500000; do
    head -c $at "$work/counted/histograms.csv" >"$work/counted-again/histograms.csv"
    sweep $quick --histograms -o "$work/counted-again"
    same "histograms.csv cut at $at bytes goes on" "$(sums "$work/counted-again")" "$counted"
done
sweep $quick --histograms --shard 1/2 -o "$work/part-1"
sweep $quick --histograms --shard 2/2 -o "$work/part-2"
"$FATHOM" merge "$work/part-1" "$work/part-2" -o "$work/merged" >/dev/null 2>&1
same "shards with histograms merged are the whole" "$(sums "$work/merged")" "$counted"

# A complete run says so and stays as it is.
"$FATHOM" sweep $quick -o "$work/one" >"$work/out" 2>"$work/err"
same "a complete run leaves with 0" $? 0
contains "it says that it is complete" "$(cat "$work/err")" "is complete"
same "it prints its directory" "$(cat "$work/out")" "$work/one"
same "its bytes stay" "$(sums "$work/one")" "$wanted"

# kill -9 at random moments, then the same command.
sweep $long -j 2 -o "$work/long"
wanted=$(sums "$work/long")
layers=$(sum "$work/long/layers.csv")
kills=20 dice=2385 killed=0
[ -n "${FATHOM_SLOW:-}" ] && kills=1000
while [ $killed -lt $kills ]; do
    rm -rf "$work/killed"
    for _ in 1 2 3; do   # up to three kills of one run
        dice=$(((dice * 1103515245 + 12345) % 2147483648))
        "$FATHOM" sweep -q $long -j $((dice / 65536 % 3 + 1)) -o "$work/killed" >/dev/null 2>&1 &
        pid=$!
        sleep "0.0$((dice / 256 % 90 + 10))"
        kill -9 $pid 2>/dev/null && killed=$((killed + 1))
        wait $pid 2>/dev/null
    done
    sweep $long -j 2 -o "$work/killed"
    if [ "$(sums "$work/killed")" != "$wanted" ]; then
        fail "killed $killed times: the same bytes" "$(sums "$work/killed")"
        break
    fi
done
same "killed $kills times and resumed: the same bytes" "$(sums "$work/killed")" "$wanted"

# INT, TERM and HUP finish what is in hand, keep it, and print the command that goes on.
for signal in INT:2 TERM:15 HUP:1; do
    number=${signal#*:} signal=${signal%:*}
    rm -rf "$work/it's stopped"
    "$FATHOM" sweep $long -j 2 -o "$work/it's stopped" >/dev/null 2>"$work/err" &
    pid=$!
    await_lines "$work/it's stopped/networks.csv" 3 $pid
    kill -s $signal $pid
    wait $pid
    code=$?
    same "SIG$signal leaves with 128 + $number" $code $((128 + number))
    rows=$(($(wc -l <"$work/it's stopped/layers.csv") - 1))
    kept=$(sed -n 's/^fathom: \([0-9]*\) of 128 networks are kept.*/\1/p' "$work/err")
    same "SIG$signal: it says how many networks are kept" "$(($(wc -l <"$work/it's stopped/networks.csv") - 1))" "$kept"
    same "SIG$signal: whole networks are kept" "$rows" "$(sed 1d "$work/long/networks.csv" | head -n "$kept" | awk -F, '{ n += $5 + 1 } END { print n }')"
    head -c "$(wc -c <"$work/it's stopped/layers.csv")" "$work/long/layers.csv" >"$work/beginning"
    check "SIG$signal: what is kept is the beginning of the whole" cmp "$work/beginning" "$work/it's stopped/layers.csv"
    command=$(sed -n 's/.*to go on: fathom //p' "$work/err")
    sh -c "\"\$0\" $command -q" "$FATHOM" >/dev/null
    same "SIG$signal: the command that was printed goes on" "$(sums "$work/it's stopped")" "$wanted"
done
"$FATHOM" sweep $long --shard 2/2 -j 1 -o "$work/share" >/dev/null 2>"$work/err" &
pid=$!
await_lines "$work/share/networks.csv" 1 $pid
kill -s INT $pid
wait $pid
sh -c "\"\$0\" $(sed -n 's/.*to go on: fathom //p' "$work/err") -q" "$FATHOM" >/dev/null
same "a share goes on as a share" $? 0
same "it has its networks" "$(sed 1d "$work/share/networks.csv" | wc -l)" 64

leaves_at_once "$work/huge" sweep -w 3000 -d 400 --engine dense

# A second writer is turned away, and the first is not disturbed.
"$FATHOM" sweep -q $long -j 1 -o "$work/held" >/dev/null &
pid=$!
await_lines "$work/held/networks.csv" 1 $pid
exits 75 "in use by another" "$FATHOM" sweep $long -j 1 -o "$work/held"
exits 75 "in use by another" "$FATHOM" sweep -d 2 -o "$work/held" --force
wait $pid
same "the first writer is not disturbed" "$(sums "$work/held")" "$wanted"

# Closed descriptors.
"$FATHOM" sweep $quick -o "$work/closed" >&- 2>&- <&-
same "closed descriptors: it leaves with 0" $? 0
same "closed descriptors: the same bytes" "$(sums "$work/closed")" "$(sums "$work/one")"
same "-o - with other descriptors closed" "$("$FATHOM" sweep $long -j 2 -o - 2>&- <&- | sum)" "$layers"

# A reader that leaves ends it silently.
status=$({ { "$FATHOM" sweep $long -o - 2>"$work/err"; echo $? >&3; } | head -n 2 >/dev/null; } 3>&1)
same "| head: 141" "$status" 141
same "| head: nothing is said" "$(cat "$work/err")" ""
status=$( (trap '' PIPE; { { "$FATHOM" sweep $long -o - 2>"$work/err"; echo $? >&3; } | head -n 2 >/dev/null; } 3>&1) )
same "| head where SIGPIPE is ignored: 141, silently" "$status $(cat "$work/err")" "141 "
finish
