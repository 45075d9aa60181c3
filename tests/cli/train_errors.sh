#!/bin/sh
# About 120 mistakes with fathom train: each gives its exit code and one line, creates nothing, and takes 50 ms at most; and what looks odd
# but is allowed.
# The one thing to know: `bad CODE PART WORDS...` runs `fathom train WORDS... -o "$work/never"`, which must not come to be.
# shellcheck disable=SC3045  # dash and busybox have ulimit -v too
. tests/tap.sh

bad() {
    wanted=$1 what=$2
    shift 2
    exits "$wanted" "$what" "$FATHOM" train -s 1 "$@" -o "$work/never"
    if [ -s "$work/.out" ]; then fail "nothing on standard output" "$(head -c 200 "$work/.out")"; fi
}

# Numbers that are none, and numbers out of range.
for o in lr clip weight-decay epochs steps batch depth loss-scale schedule optimizer head loss; do bad 2 "--$o '': an empty value" --$o ''; done
for o in lr clip weight-decay epochs steps; do
    bad 2 "--$o 'nan': not a finite number" --$o nan
    bad 2 "--$o '1e400': not a finite number" --$o 1e400
    bad 2 "--$o '-1': must be from" --$o -1
    bad 2 "--$o '1,,2': an empty value" --$o 1,,2
done
bad 2 "must be from 0 to 1000000" --lr 1e12
bad 2 "must be from 0 to 1000000" --weight-decay 1e12
bad 2 "must be from 1e-300" --clip 0
bad 2 "must be from 1e-06" --epochs 0
bad 2 "must be from 1 to" --steps 0
bad 2 "not a whole number" --steps 2.5
bad 2 "must be from 1 to 1e+12" --steps 1e13
for word in '' 0 -1 2.5 nan 1e400 1,2 ten; do bad 2 "--every '$word': not a whole number of at least 1" --every "$word"; done
for word in '' 0 1 -5 2.5 nan 1e400; do bad 2 "--samples '$word': not a whole number of at least 2" --samples "$word"; done
for word in '' 0 1 -0.1 1.5 nan half; do bad 2 "--test-fraction '$word': not a number between 0 and 1" --test-fraction "$word"; done
for word in '' nan 1e400 most 0.5,0.6; do bad 2 "--target '$word': not a finite number" --target "$word"; done
bad 2 "an accuracy lies between 0 and 1" --target 97
bad 2 "an accuracy lies between 0 and 1" --target -0.1
bad 2 "a loss is never less than 0" --target -1 --data teacher
for word in '' -1 2.5 nan END '1,' ',1' ' 1' 0:10; do bad 2 "neither a whole number of steps nor 'end'" --snapshots "$word"; done
bad 2 "no network is trained for so long (40 steps at most)" --snapshots 41,1e12 --steps 3,40
for word in -1 0 1e31 1e-31; do bad 2 "NUMBER must be from" --loss-scale $word; done
bad 2 "no loss scale 'dynamically'" --loss-scale dynamically
bad 2 "did you mean 'none'" --loss-scale nan
bad 2 "BETA must be from 0" --optimizer momentum:1
bad 2 "adam takes no number" --optimizer adam:0.9
bad 2 "not a finite number" --optimizer rmsprop:nan
bad 2 "no optimizer 'adamw'; did you mean 'adam'?" --optimizer adamw
bad 2 "STEPS must be from 0" --schedule warmup:-1
bad 2 "cosine takes no number" --schedule cosine:3
bad 2 "no schedule 'step'" --schedule step
bad 2 "no head 'tanh'" --head tanh
bad 2 "no task 'ranking'" --task ranking
bad 2 "empty task name" --task ''
bad 2 "did you mean 'float64'" --dtype float8

# What does not go together.
bad 2 "--steps 3 and --epochs 1 say the same thing twice" --steps 3 --epochs 1
bad 2 "a linear output is not a probability" --head linear --loss bce
bad 2 "ce needs probabilities that sum to 1" --head sigmoid --loss ce
bad 2 "a softmax over one output is 1" --head softmax --data teacher
bad 2 "a softmax over one output is 1" --head linear,softmax --data teacher
bad 2 "a multilabel task has any number" --head softmax --loss ce --data multilabel
bad 2 "--task multilabel does not go with --data xor" --task multilabel --data xor
bad 2 "write blobs:2" --task binary --data blobs
bad 2 "the data and the head make it 1" --outputs 2
bad 2 "--samples goes with made data" --samples 10 --data "csv:$work/good.csv" --task binary
bad 2 "no option '--input'" --input gaussian
bad 2 "no option '--engine'" --engine dense
bad 2 "no option '--input-corr'" --input-corr 0.5
bad 2 "lr has 3 values and steps has 2" --zip steps,lr --steps 1,2 --lr 1,2,3

# Data.
for word in '' cifar 0 -1 'spir als'; do bad 2 "data set" --data "$word"; done
bad 2 "write csv:FILE" --data csv
bad 2 "write csv:FILE" --data csv:
bad 2 "write idx:IMAGES,LABELS" --data "idx:$work/images"
bad 2 "write idx:IMAGES,LABELS" --data "idx:$work/images,"
bad 2 "write mnist:DIR" --data mnist
bad 2 "TURNS" --data spirals:nan
bad 2 "TURNS must be from" --data spirals:1e9
bad 2 "CLASSES must be a whole number" --data blobs:2.5
bad 2 "CLASSES must be from 2" --data blobs:1
bad 2 "xor takes no number" --data xor:3
bad 2 "needs --task" --data "csv:$work/good.csv"
printf 'a,target\n1,0\n3,1\n5,0\n2,1\n7,0\n8,1\n' >"$work/good.csv"
printf 'a,b\n1,2\n3,4\n' >"$work/untargeted.csv"
printf 'a,target\n1,0\n3,nan\n5,0\n' >"$work/nan.csv"
printf 'a,target\n1,0\n3,2\n5,0\n' >"$work/two.csv"
printf 'a,target\n1,0\n3,0.5\n5,0\n' >"$work/half.csv"
printf 'a,target\n1,1\n3,1\n5,1\n7,1\n' >"$work/same.csv"
printf '\000\000\010\001\000\000\000\002\000\001' >"$work/labels"
printf '\000\000\010\003\000\000\000\003\000\000\000\001\000\000\000\002\001\002\003\004\005\006' >"$work/images"
mkdir "$work/empty"
bad 66 "absent.csv" --data "csv:$work/absent.csv" --task binary
bad 66 "is a directory" --data "csv:$work" --task binary
bad 66 "cannot read" --data "idx:$work/absent,$work/labels"
bad 66 "cannot read" --data "idx:$work/images,$work/absent"
bad 66 "no MNIST in" --data "mnist:$work/empty"
bad 66 "no MNIST in" --data "mnist:$work/absent"
bad 66 "no MNIST in" --data "mnist:$work/good.csv"
bad 65 "holds 2 labels" --data "idx:$work/images,$work/labels" -b 1
bad 65 "has one dimension" --data "idx:$work/labels,$work/labels" -b 1
bad 65 "IDX" --data "idx:$work/good.csv,$work/labels" -b 1
bad 65 "no column 'target'" --data "csv:$work/untargeted.csv" --task binary
bad 65 "line 3, column 'target': 'nan'" --data "csv:$work/nan.csv" --task regression
bad 65 "line 3, column 'target': 2 is neither 0 nor 1" --data "csv:$work/two.csv" --task binary
bad 65 "0.5 is not a class" --data "csv:$work/half.csv" --task multiclass
bad 65 "with one class there is nothing to learn" --data "csv:$work/same.csv" --task binary
bad 65 "there is nothing to learn" --data "csv:$work/same.csv" --task regression
bad 65 "'target_1'" --data "csv:$work/good.csv" --task multilabel
bad 65 "holds only 5 samples" --data "csv:$work/good.csv" --task binary
bad 65 "holds only 1600 samples" -b 1601
bad 65 "holds only 1600 samples" -b 16,1e9
bad 65 "holds only 8 samples" -b 9 --samples 10
bad 65 "leaves none to test on" --samples 2 -b 1
bad 65 "leaves none to learn from" --samples 2 -b 1 --test-fraction 0.9

# Larger than any machine.
bad 71 "they do not fit" --samples 1e12
bad 71 "make width, depth or batch smaller" -w 2e6
bad 71 "make width, depth or batch smaller" -d 4e9
bad 71 "make --every larger" --steps 1e12
bad 71 "make --every larger" --steps 1e10 --every 1
bad 2 "overflows" -w 1e9 -d 1e9
if [ -z "${FATHOM_SANITIZER:-}" ] && (ulimit -v 500000) 2>/dev/null; then
    # shellcheck disable=SC2016   # $1 is the inner shell's
    exits 71 "memory" sh -c 'ulimit -v 600000; exec "$1" train -s 1 -w 3000 -d 9 -o "$2"' sh "$FATHOM" "$work/never"
else
    skip "no limits on address space here"
fi
refused_cleanly

# What cannot happen is said before it would, also where it would take for ever.
check "a trillion steps can be asked about" "$FATHOM" train -s 1 --steps 1e12 --every 1e9 --dry-run
same "nothing is sampled by --dry-run" "$("$FATHOM" train -s 3 --steps 1e12 --every 1e9 --dry-run | sed -n 's/^networks *//p')" 3

# Odd, but allowed: it runs, and every row has a status.
fine() {
    rm -rf "$work/odd"
    if "$FATHOM" train -q -s 1 --steps 3 -d 2 -w 4 "$@" -o "$work/odd" >"$work/.out" 2>"$work/.err"; then pass "$*"; else fail "$*" "$(cat "$work/.err")"; fi
}
fine --lr 0
fine --lr -0
fine --clip 1e-300
fine --clip 1e300 --lr 1e6 --weight-decay 1e6
fine --schedule warmup:0
fine --schedule warmup:0.5
fine --every 1e12
fine --snapshots end,2,0,2
fine --samples 3 -b 1
fine --data blobs:1000 --samples 100 -b 80
fine --data "csv:$work/good.csv" --task multiclass -b 5 -d 1 -w 1
fine --data blobs --head softmax,sigmoid,linear --loss none,mse --loss-scale 8,8,none
same "a repeated value counts once" "$(sed 1d "$work/odd/networks.csv" | wc -l | tr -d ' ')" 10
fine --dtype float16,bfloat16,float32,float64 --loss-scale dynamic -a linear -i constant:1e4
same "whatever is not finite says so" "$(awk -F, 'NR > 1 && /,nan|,inf/ && $0 !~ /overflow|nan,/' "$work/odd/layers.csv" | wc -l | tr -d ' ')" 0
printf 'a,target\n1e300,0\n-1e300,1\n1e300,0\n1,1\n1,0\n1,1\n' >"$work/huge.csv"
fine --data "csv:$work/huge.csv" --task binary -b 2
fine -a prelu:-1e6 --dtype float16 -i zeros
finish
