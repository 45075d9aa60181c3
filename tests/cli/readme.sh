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
section "Six commands to paste" >"$work/commands"
same "the README has six commands and a gnuplot line" "$(grep -c '^fathom ' "$work/commands")" 6
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

contains "CI runs the README's test command" "$(cat .ci/run)" "scripts/setup.sh check"
contains "the README names it" "$(cat README.md)" "scripts/setup.sh check"
finish
