#!/bin/sh
# About 150 mistakes: each gives its exit code and one line on standard error that begins "fathom: ", nothing on standard output,
# creates nothing, and takes 50 ms at most.
# The one thing to know: `bad CODE PART WORDS...` runs `fathom sweep WORDS... -o "$work/never"`, which must not come to be.
# Exit codes: 2 usage, 65 bad data, 66 no input, 71 too large, 73 cannot create, 74 cannot write, 75 in use.
# shellcheck disable=SC3045,SC2016  # words for sh -c; dash and busybox have ulimit -v too
. tests/tap.sh
. tests/sweep.sh

# says CODE PART COMMAND...: as `exits`, and nothing on standard output, and the line begins with the program's name.
says() {
    code=$1 part=$2
    shift 2
    "$@" >"$work/.out" 2>"$work/.err" </dev/null
    got=$?
    if [ $got -eq "$code" ] && [ ! -s "$work/.out" ] && [ "$(wc -l <"$work/.err")" -eq 1 ] && grep -q '^fathom: ' "$work/.err" &&
        grep -qF -- "$part" "$work/.err"; then
        pass "$code: $part"
    else
        fail "$code: $part" "$*" "exit $got" "$(head -c 2000 "$work/.err")" "$(head -c 200 "$work/.out")"
    fi
}
bad() {
    wanted=$1 what=$2
    shift 2
    says "$wanted" "$what" "$FATHOM" sweep "$@" -o "$work/never"
}

# Names.
bad 2 "did you mean 'relu'?" -a rulu
bad 2 "did you mean 'selu'?" -a relu,sleu
bad 2 "there are: linear" -a zzzzzzzzzzzz
bad 2 "empty value" -a ''
bad 2 "empty value" -a relu,
bad 2 "empty value" -a ,relu
bad 2 "takes no number" -a relu:1
bad 2 "not a finite number" -a elu:
bad 2 "not a finite number" -a elu:nan
bad 2 "not a finite number" -a leaky-relu:1e999
bad 2 "from -1e+06 to 1e+06" -a elu:1e9
bad 2 "did you mean 'he-normal'?" -i he-norml
bad 2 "needs a number" -i constant
bad 2 "did you mean 'mlp'?" --arch mpl
bad 2 "normalisation 'bach'" --norm bach
bad 2 "number format 'float23'" --dtype float23
bad 2 "loss 'msee'; did you mean 'mse'?" --loss msee
bad 2 "--engine 'steam'" --engine steam
bad 2 "no generator 'dice'" --rng dice
bad 2 "--layers 'some'" --layers some
bad 2 "--layers 'every:0'" --layers every:0
bad 2 "--layers 'every:-2'" --layers every:-2
bad 2 "--progress 'perhaps'" --progress perhaps
bad 2 "--input 'noise'" --input noise
bad 2 "--input 'idx:'" --input idx:
bad 2 "$(printf 'r?[31mlu')" -a "$(printf 'r\033[31mlu')"

# Numbers and ranges.
bad 2 "from 1 to" -w 0
bad 2 "from 1 to" -w -5
bad 2 "from 1 to" -w 1e12
bad 2 "from 1 to" -w 99999999999999999999999999
bad 2 "not a finite number" -w nan
bad 2 "not a finite number" -w inf
bad 2 "not a finite number" -w 1e999
bad 2 "not a finite number" -w 12abc
bad 2 "not a finite number" -w ' 12'
bad 2 "not a finite number" -w 0x10
bad 2 "not a finite number" -w '१२'
bad 2 "not a whole number" -w 2.5
bad 2 "empty value" -w ''
bad 2 "empty value" -w 16,,64
bad 2 "from 1 to" -d 0
bad 2 "from 1 to" -d 1e10
bad 2 "reversed" -d 100:10
bad 2 "reversed" -d 100:10:10
bad 2 "step" -d 10:100:0
bad 2 "step" -d 10:100:-10
bad 2 "factor" -d 10:100:x1
bad 2 "factor" -d 10:100:x0.5
bad 2 "not a range" -d 10:
bad 2 "not a range" -d :10
bad 2 "not a range" -d :
bad 2 "not a range" -d 10:20:30:40
bad 2 "not a range" -d 10:nan
bad 2 "not a range" -d a:b
bad 2 "number of points" --sigma-w 0:1:n0
bad 2 "number of points" --sigma-w 0:1:n1.5
bad 2 "above 0" --sigma-w 0:1:l5
bad 2 "two ends" --sigma-w 0:1:n1
bad 2 "too many" -d 1:4e9
bad 2 "too many" --sigma-w 0:1:1e-300
bad 2 "from 0 to" --sigma-w -1
bad 2 "from 0 to" --sigma-w 1e101
bad 2 "from 0 to" --sigma-b -0.1
bad 2 "from 0 to 1" --input-corr 1.5
bad 2 "from 1 to" --input-width 0
bad 2 "from 1 to" -b 0
bad 2 "from 1 to" --loss mse --outputs 0
bad 2 "from 1 to" -s 0
bad 2 "--seeds" -s -1
bad 2 "--seeds" -s 2.5
bad 2 "--seeds" -s 1e10
bad 2 "--seeds" -s many
bad 2 "empty value" -s ''
bad 2 "reversed" -s 9:5
bad 2 "--seed '-1'" --seed -1
bad 2 "--seed '1.5'" --seed 1.5
bad 2 "--seed '1e300'" --seed 1e300
bad 2 "--threads '0'" -j 0
bad 2 "--threads '-1'" -j -1
bad 2 "--threads '1000'" -j 1000
bad 2 "--threads 'two'" -j two
bad 2 "--shard" --shard 0/3
bad 2 "--shard" --shard 4/3
bad 2 "--shard" --shard 1/0
bad 2 "--shard" --shard 1
bad 2 "--shard" --shard 1/2/3
bad 2 "--shard" --shard /
bad 2 "--shard" --shard ''
bad 2 "networks" -d 1:1e6 -w 1:1e6
bad 2 "networks" -s 1e7 -w 1:1000
bad 2 "overflows" -d 4e9 -w 2e9 -b 1e9
bad 2 "overflows" -w 2e9 -b 2e9
bad 2 "600 characters" -w "$(printf '%0600d' 1)"

# What does not go together.
bad 2 "--sigma-w does not go with --init he-normal" --sigma-w 1 -i he-normal
bad 2 "--sigma-w does not go with --init orthogonal" --sigma-w 1:2 -i gaussian,orthogonal
bad 2 "--sigma-b does not go with --init torch-default" --sigma-b 1 -i torch-default
bad 2 "--outputs needs a loss" --outputs 3
bad 2 "softmax over one output" --loss ce --outputs 1
bad 2 "two or more" --zip depth
bad 2 "not an axis" --zip depth,seeds
bad 2 "not an axis" --zip ''
bad 2 "not an axis" --zip depth,
bad 2 "twice" --zip depth,depth
bad 2 "depth has 2 values and width has 3" --zip depth,width -d 1,2 -w 1,2,3
bad 2 "--engine implicit" --engine implicit -i he-uniform
says 2 "--dump writes one network" "$FATHOM" sweep --dump "$work/never" -d 1,2 -s 1
says 2 "--dump writes one network" "$FATHOM" sweep --dump "$work/never" -s 2
says 2 "leave out -o" "$FATHOM" sweep --dump "$work/never" -s 1 -o "$work/never"
says 2 "leave out --dry-run" "$FATHOM" sweep --dump "$work/never" -s 1 --dry-run
says 2 "leave out --histograms" "$FATHOM" sweep --dump "$work/never" -s 1 --histograms
says 2 "--histograms with -o -" "$FATHOM" sweep -s 1 --histograms -o -
says 2 "--histograms with -o -" "$FATHOM" train -s 1 --histograms -o -
says 2 "--engine implicit" "$FATHOM" sweep --dump "$work/never" -s 1 --engine implicit
says 2 "--dump ''" "$FATHOM" sweep --dump '' -s 1
says 2 "--output ''" "$FATHOM" sweep -o ''

# Options.
bad 2 "did you mean '--depth'?" --dpth 3
bad 2 "did you mean '--sigma-w'?" --sigma_w 3
bad 2 "did you mean" --widht=3
bad 2 "no option '--zzzzzzzz'" --zzzzzzzz
bad 2 "no option '-z'" -z
bad 2 "no option '-z'" -qz
bad 2 "takes no value" --quiet=yes
bad 2 "one operand too many" results
bad 2 "one operand too many" -- -d
bad 2 "one operand too many" ''
says 2 "needs a value" "$FATHOM" sweep --depth
says 2 "needs a value" "$FATHOM" sweep -d
says 2 "needs a value" "$FATHOM" sweep -q -o
says 2 "no command 'swep'" "$FATHOM" swep

# Data that are not there, or are not what they should be.
# shellcheck disable=SC2059  # the formats hold the bytes
put() { printf "$2" >"$work/$1"; }
idx='\000\000\010\003\000\000\000\003\000\000\000\001\000\000\000\002'
put good.idx "$idx\001\002\003\004\005\006"
put short.idx "$idx\001\002\003\004\005"
put long.idx "$idx\001\002\003\004\005\006\007"
put lying.idx '\000\000\010\003\177\377\377\377\177\377\377\377\177\377\377\377\001\002'
put none.idx '\000\000\010\003\000\000\000\000\000\000\000\001\000\000\000\002'
put type.idx '\000\000\017\003\000\000\000\001\000\000\000\001\000\000\000\001\001'
put labels.idx '\000\000\010\001\000\000\000\003\001\002\003'
put head.idx '\000\000\010'
put empty ''
put text.gz 'this is not gzip\n'
gzip -c "$work/good.idx" >"$work/whole.gz"
head -c 20 "$work/whole.gz" >"$work/torn.gz"
put good.csv 'a,b,target\n1,2,0\n3,5,1\n4,4,1\n'
put ragged.csv 'a,b\n1,2\n3\n'
put words.csv 'a,b\n1,2\n3,x\n'
put nan.csv 'a,b\n1,2\n3,nan\n'
put inf.csv 'a,b\n1,2\n3,1e999\n'
put header.csv 'a,b\n'
put target.csv 'target\n1\n2\n'
put quote.csv 'a,b\n1,"2\n'
put nul.csv 'a,b\n1,\0002\n'
small='-b 2 -w 4 -d 2 -s 1'
for f in good.idx whole.gz; do
    # shellcheck disable=SC2086
    check "$f is read" "$FATHOM" sweep $small --input "idx:$work/$f" -o -
done
# shellcheck disable=SC2086
check "good.csv is read" "$FATHOM" sweep $small --input "csv:$work/good.csv" -o -
bad 66 "absent.idx" -b 2 --input "idx:$work/absent.idx"
bad 66 "absent.csv" -b 2 --input "csv:$work/absent.csv"
bad 66 "is a directory" -b 2 --input "idx:$work"
bad 66 "is a directory" -b 2 --input "csv:$work"
for f in short lying none type labels head long; do bad 65 "$f.idx" -b 2 --input "idx:$work/$f.idx"; done
for f in ragged words nan inf header target quote nul; do bad 65 "$f.csv" -b 2 --input "csv:$work/$f.csv"; done
bad 65 "empty" -b 2 --input "idx:$work/empty"
bad 65 "empty" -b 2 --input "csv:$work/empty"
bad 65 "text.gz" -b 2 --input "idx:$work/text.gz"
bad 65 "torn.gz" -b 2 --input "idx:$work/torn.gz"
bad 65 "good.idx" -b 2 --input "csv:$work/good.idx"
bad 65 "holds only 3" --input "idx:$work/good.idx"
bad 65 "holds only 3" -b 2,4 --input "csv:$work/good.csv"
bad 2 "--input-corr" -b 2 --input "csv:$work/good.csv" --input-corr 0.5
bad 2 "2 wide" -b 2 --input "csv:$work/good.csv" --input-width 3
bad 66 "absent.json" --from "$work/absent.json"
bad 66 "cannot read" --from "$work"
bad 65 "run.json" --from "$work/good.csv"
bad 65 "run.json" --from "$work/empty"
bad 65 "longer than" --from /dev/zero

# Larger than any machine: refused before anything is taken, also where little is allowed.
bad 71 "memory" -w 2e6 --engine dense
bad 71 "memory" -d 4e9
bad 71 "memory" -b 1e6
bad 71 "memory" --loss ce --outputs 1e9 -b 1e5
bad 71 "memory" -d 1e6 -w 1 -s 1e5
if [ -z "${FATHOM_SANITIZER:-}" ] && (ulimit -v 500000) 2>/dev/null; then
    limited() { (ulimit -v "$1" && shift && "$@"); }
    for v in 60000 100000 150000 200000 300000; do
        says 71 "address space" limited $v timeout -k 1 5 "$FATHOM" sweep -o "$work/never"
    done
    says 71 "memory" limited 1000000 timeout -k 1 5 "$FATHOM" sweep -w 20000 --engine dense -o "$work/never"
    check "half a gigabyte of address space is enough for a small run" limited 600000 timeout -k 1 20 "$FATHOM" sweep -q -j 1 -w 64 -d 5 -s 2 -o "$work/limited"
else
    skip "no limits on address space here"
fi

# Nothing of all this has created anything.
refused_cleanly

# Directories.
mkdir "$work/foreign" "$work/runs"
echo precious >"$work/foreign/summary.csv"
says 2 "holds 'summary.csv' and is not a run" "$FATHOM" sweep -d 2 -o "$work/foreign"
says 2 "holds 'summary.csv' and is not a run" "$FATHOM" sweep -d 2 -o "$work/foreign" --force
same "a foreign file stays" "$(cat "$work/foreign/summary.csv")" precious
"$FATHOM" sweep -q -d 2 -w 4 -s 2 -o "$work/runs/a" >/dev/null
says 2 "depth is \"2\" there and \"3\" here" "$FATHOM" sweep -d 3 -w 4 -s 2 -o "$work/runs/a"
says 2 "seeds is" "$FATHOM" sweep -d 2 -w 4 -s 3 -o "$work/runs/a"
says 2 "raw is" "$FATHOM" sweep -d 2 -w 4 -s 2 --no-raw -o "$work/runs/a"
says 2 "shard is" "$FATHOM" sweep -d 2 -w 4 -s 2 --shard 1/2 -o "$work/runs/a"
check "--force replaces another run" "$FATHOM" sweep -q -d 3 -w 4 -s 2 -o "$work/runs/a" --force
same "its rows are there" "$(wc -l <"$work/runs/a/layers.csv")" 9
says 73 "good.csv" "$FATHOM" sweep -d 2 -o "$work/good.csv"
says 73 "good.csv" "$FATHOM" sweep -d 2 -o "$work/good.csv/below"
says 73 "name" "$FATHOM" sweep -d 2 -o "$work/$(printf '%0300d' 1)"
says 65 "not a run.json" sh -c 'mkdir "$1" && echo "{}" >"$1/run.json" && exec "$2" sweep -d 2 -o "$1"' sh "$work/runs/json" "$FATHOM"
if can_be_ordinary; then
    mkdir "$work/closed" && chmod 555 "$work/closed" && chmod 755 "$work"
    # shellcheck disable=SC2086
    says 73 "Permission denied" $ordinary "$FATHOM" sweep -d 2 -o "$work/closed/run"
    # shellcheck disable=SC2086
    says 73 "Permission denied" $ordinary "$FATHOM" sweep -d 2 -o "$work/closed"
    # shellcheck disable=SC2086
    says 73 "Permission denied" $ordinary "$FATHOM" sweep -d 2 -s 1 --dump "$work/closed/dump"
    chmod 000 "$work/good.csv"
    # shellcheck disable=SC2086
    says 66 "Permission denied" $ordinary "$FATHOM" sweep -b 2 --input "csv:$work/good.csv" -o -
    chmod 644 "$work/good.csv"
else
    skip "no ordinary user to become"
fi

# Disks that are full, and pipes that are closed.
if [ -w /dev/full ]; then
    exits 74 "No space left" sh -c '"$1" sweep -d 2 -o - >/dev/full' sh "$FATHOM"
    exits 74 "No space left" sh -c '"$1" sweep -d 2 --dry-run >/dev/full' sh "$FATHOM"
    exits 74 "No space left" sh -c '"$1" sweep --help >/dev/full' sh "$FATHOM"
fi
exits 74 "standard output" sh -c '"$1" sweep -d 2 -o - >&-' sh "$FATHOM"
mkdir "$work/disk"
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=1m tmpfs "$work/disk" 2>/dev/null; then
    trap 'umount "$work/disk"; rm -rf "$work"' EXIT
    "$FATHOM" sweep -q -d 40 -w 16 -s 60 -j 2 -o "$work/whole" >/dev/null
    for spare in 0 4096 65536 200000 400000 700000; do
        rm -rf "$work/disk"/*
        head -c $((1048576 - spare)) /dev/zero >"$work/disk/filler" 2>/dev/null
        "$FATHOM" sweep -d 40 -w 16 -s 60 -j 2 -o "$work/disk/run" >"$work/.out" 2>"$work/.err"
        code=$?
        case $code in 73 | 74) pass "$spare bytes left: exit $code" ;; *) fail "$spare bytes left: exit 73 or 74" "exit $code" ;; esac
        contains "$spare bytes left: it says so" "$(head -n 1 "$work/.err")" "No space left"
        rm "$work/disk/filler"
        mount -o remount,size=8m "$work/disk"
        "$FATHOM" sweep -q -d 40 -w 16 -s 60 -j 1 -o "$work/disk/run" >/dev/null
        same "$spare bytes left: with room again, the same bytes" "$(sums "$work/disk/run")" "$(sums "$work/whole")"
        rm -rf "$work/disk/run"
        mount -o remount,size=1m "$work/disk"
    done
    head -c 500000 /dev/zero >"$work/disk/filler"
    "$FATHOM" sweep -d 40 -w 16 -s 60 -o "$work/disk/run" >/dev/null 2>"$work/.err"
    contains "a full disk: it says what is kept, and how to go on" "$(cat "$work/.err")" "networks are kept in '$work/disk/run'; to go on: fathom sweep --from"
    exits 74 "No space left" "$FATHOM" sweep -d 40 -w 64 -s 1 --dump "$work/disk/dump"
else
    skip "no small disk to be had"
fi
finish
