#!/bin/sh
# The README's commands, run as they stand there, in an empty folder with fathom in the PATH.
# The one thing to know: what is run is cut out of README.md, so the page cannot promise what does not work.
. tests/tap.sh

# section TITLE: the lines of its sh blocks.
section() {
    awk -v title="## $1" '/^## / { here = $0 == title } /^```/ { code = here && $0 == "```sh"; next } code' README.md
}

mkdir "$work/bin" "$work/here"
ln -s "$FATHOM" "$work/bin/fathom"
section "Eight commands to paste" >"$work/commands"
same "the README has eight commands and a gnuplot line" "$(grep -c '^fathom ' "$work/commands")" 8
while IFS= read -r line; do
    case $line in
    '' | '#'*) continue ;;
    gnuplot*) command -v gnuplot >/dev/null || { skip "gnuplot is not installed"; continue; } ;;
    "fathom plot"*) command -v gnuplot >/dev/null || { skip "gnuplot is not installed"; continue; } ;;
    esac
    if (cd "$work/here" && PATH="$work/bin:$PATH" FATHOM_DATA="${FATHOM_DATA:-$OLDPWD/scripts}" sh -c "$line") >"$work/out" 2>"$work/err" </dev/null; then
        if [ -s "$work/out" ]; then pass "$line"; else fail "$line" "it printed nothing" "$(cat "$work/err")"; fi
    else
        fail "$line" "exit $?" "$(tail -n 5 "$work/err")"
    fi
done <"$work/commands"
contains "the figures of its picture exist" "$(ls "$work/here/results/three/figures")" "grad-norm"

# The table of verdicts is that of the curated report.
verdicts() {
    sed -n 's/\\|/\&#124;/g; s/^| \[\(C[0-9]*\)\](#C[0-9]*) | \(.*\) |$/\1 | \2/p' results/why-deep-nets-are-hard/report.md |
        awk -F ' [|] ' -v report=results/why-deep-nets-are-hard/report.md '{ print "| [" $1 "](" report "#" $1 ") | " $2 " | " $NF " |" }'
}
verdicts >"$work/verdicts"
same "the README's verdicts are the report's" "$(grep '^| \[C[0-9]' README.md)" "$(cat "$work/verdicts")"
same "there is one for every claim" "$(wc -l <"$work/verdicts" | tr -d ' ')" "$("$FATHOM" list claims --names | wc -l | tr -d ' ')"

contains "CI runs the README's test command" "$(cat .ci/run)" "scripts/setup.sh check"
contains "the README names it" "$(cat README.md)" "scripts/setup.sh check"
finish
