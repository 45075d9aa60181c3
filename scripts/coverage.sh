#!/bin/sh
# Coverage of src/ after `make cover`: coverage.sh BUILD prints lines and branches of each file, the least covered first.
# The one thing to know: a branch counts when it was taken at least once; headers count in no file.
# gcov(1) comes with gcc; GCOV names another one (llvm-cov gcov).
set -eu
build=$1
for notes in "$build"/*.gcno "$build"/[a-z]*/*.gcno; do
    case $notes in "$build"/tests/*) continue ;; esac
    source=${notes#"$build"/}
    [ -f "src/${source%.gcno}.c" ] || continue   # of a file that is gone
    ${GCOV:-gcov} -n -b -o "$(dirname "$notes")" "$notes" 2>/dev/null || true
done | awk '
    /^File / { file = $2; gsub(/\047/, "", file); wanted = file ~ /^src\/.*\.c$/ }
    wanted && /^Lines executed:/ { split($2, p, /[:%]/); lines[file] = $NF; hit[file] = int(p[2] * $NF / 100 + 0.5) }
    wanted && /^Taken at least once:/ { split($0, p, /[:%]/); branches[file] = $NF; taken[file] = int(p[2] * $NF / 100 + 0.5) }
    END {
        for (f in lines) {
            L += lines[f]; H += hit[f]; B += branches[f]; T += taken[f]
            printf "%-28s %6.1f %% of %4d lines   %6.1f %% of %4d branches\n", f, 100 * hit[f] / lines[f], lines[f],
                   branches[f] ? 100 * taken[f] / branches[f] : 100, branches[f] | "sort -k2,2n"
        }
        close("sort -k2,2n")
        if (L) printf "%-28s %6.1f %% of %4d lines   %6.1f %% of %4d branches\n", "src/", 100 * H / L, L, B ? 100 * T / B : 100, B
    }'
