#!/bin/sh
# Everything a machine can say about the source: lint.sh BUILD; exits 1 when anything was said.
# The one thing to know: gcc and clang build with -Werror; tools that are not installed are named and passed over.
# clang-tidy reads .clang-tidy.
set -u
build=$1 bad=0
has() { command -v "$1" >/dev/null 2>&1; }
step() {
    name=$1
    shift
    if "$@"; then echo "lint: $name: clean"; else echo "lint: $name: see above"; bad=1; fi
}
skip() { echo "lint: $1: not installed, passed over"; }

step layers sh scripts/check-layers.sh
step tree sh scripts/check-tree.sh
for cc in gcc clang; do
    if has $cc; then
        step "$cc -Werror" make --no-print-directory -s V=1 -j2 BUILD="$build/lint-$cc" CC=$cc CFLAGS=-O2 WERROR=1 programs
    else
        skip $cc
    fi
done
if has clang-tidy; then
    # shellcheck disable=SC2317
    tidy() {
        find src -name '*.c' -print0 | xargs -0 -P 2 -n 8 sh -c 'clang-tidy --quiet "$@" -- -std=c11 -D_GNU_SOURCE \
            -DFATHOM_VERSION=\"\" -DFATHOM_DATA=\"\" -Isrc 2>/dev/null' tidy
    }
    step clang-tidy tidy
else
    skip clang-tidy
fi
if has cppcheck; then
    step cppcheck cppcheck --quiet --std=c11 -j2 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingIncludeSystem --suppress=internalAstError --suppress=preprocessorErrorDirective --suppress=nullPointerRedundantCheck --suppress=invalidFunctionArg \
        -D_GNU_SOURCE -DFATHOM_VERSION='""' -DFATHOM_DATA='""' -D'json_object_foreach(a,b,c)=for(;;)' -D'json_array_foreach(a,b,c)=for(;;)' \
        -Isrc src
else
    skip cppcheck
fi
if has shellcheck; then
    # shellcheck disable=SC2046
    step shellcheck shellcheck -x $(find scripts tests .ci -name '*.sh' -o -path .ci/run)
else
    skip shellcheck
fi
exit $bad
