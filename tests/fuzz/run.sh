#!/bin/sh
# Fuzz one reader: tests/fuzz/run.sh csv|idx [SECONDS], from the repository's root. Needs clang with libFuzzer.
# The one thing to know: findings land in build/fuzz/, and what is new and small enough belongs in tests/fuzz/corpus/.
# Memory is limited: one allocation to 128 MB, all to 512 MB, which hostile headers must not reach.
set -eu
target=$1
seconds=${2:-300}
build=${BUILD:-build}/fuzz
mkdir -p "$build/found-$target"
${CC:-clang} -std=c11 -D_GNU_SOURCE -O1 -g -ffp-contract=off -pthread -fsanitize=fuzzer,address,undefined \
    -fno-sanitize-recover=undefined -Isrc -Itests -o "$build/fuzz_$target" "tests/fuzz/fuzz_$target.c" \
    src/base/csv.c src/base/err.c src/base/gzfile.c src/base/machine.c src/base/mem.c src/base/text.c \
    src/net/dataset.c src/net/idx.c src/net/labels.c src/net/scale.c src/net/table.c -lgsl -lopenblas -lz -lm
exec "$build/fuzz_$target" -max_total_time="$seconds" -max_len=8192 -malloc_limit_mb=128 -rss_limit_mb=512 -timeout=10 \
    -close_fd_mask=2 -print_final_stats=1 -artifact_prefix="$build/" "$build/found-$target" "tests/fuzz/corpus/$target"
