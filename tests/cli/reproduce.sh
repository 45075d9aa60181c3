#!/bin/sh
# fathom reproduce from the shell: one claim, its report, refusals, and what becomes of it without gnuplot, room or patience.
# The one thing to know: C16 is measured, because it takes half a second; what the other claims say is tested claim by claim.
. tests/tap.sh

reproduce() { "$FATHOM" reproduce --claim C16 "$@"; }
# Everything a study leaves but for what is not repeatable.
all() { (cd "$1" && find . -type f ! -name host.json ! -name timing.csv ! -name '*.pdf' | sort | xargs cksum); }
page() {
    if python=$(python_with html.parser); then check "$1" "$python" tests/claim/check_report.py "$2" 200000; else skip "$1: no python3"; fi
}
drawing=no
command -v gnuplot >/dev/null && drawing=yes

# Refused, and nothing is created.
exits 2 "say opposite things" "$FATHOM" reproduce --quick --full -o "$work/never"
exits 2 "no claim 'C99'" "$FATHOM" reproduce --claim C99 -o "$work/never"
exits 2 "there are svg and tex" "$FATHOM" reproduce --format pdf -o "$work/never"
exits 2 "--output ''" "$FATHOM" reproduce -o ''
exits 2 "--progress 'perhaps'" "$FATHOM" reproduce --progress perhaps -o "$work/never"
exits 66 "no MNIST in '$work/nowhere'" "$FATHOM" reproduce --data "$work/nowhere" -o "$work/never"
if [ -e "$work/never" ]; then fail "nothing was created"; else pass "nothing was created"; fi
mkdir "$work/thesis"
echo precious >"$work/thesis/chapter.tex"
exits 2 "holds 'chapter.tex' and is not a study" reproduce -o "$work/thesis"
exits 73 "chapter.tex" reproduce -o "$work/thesis/chapter.tex/below"

if [ $drawing = no ]; then
    skip "gnuplot is not installed"
else
    # A study, and the same again.
    to="$work/a study's"
    reproduce -o "$to" >"$work/out" 2>"$work/err"
    same "a study: exit code" $? 0
    same "a study: prints where the report is" "$(cat "$work/out")" "$to/report.html"
    contains "a study: says what came of the claim" "$(cat "$work/err")" "fathom: C16 (1 of 1): does not hold; 200 networks, "
    for file in report.html report.md claims.csv claims.tex C16/facts.csv C16/growth/figures/grad-norm.svg; do
        if [ -s "$to/$file" ]; then pass "a study: $file"; else fail "a study: $file"; fi
    done
    page "a study: its page is in order" "$to/report.html"
    contains "a study: its commands are quoted" "$(cat "$to/claims.csv")" "-o '$work/a study'\\''s/C16/growth'"
    all "$to" >"$work/first"
    reproduce -o "$to" -j 1 -q >"$work/out" 2>"$work/err"
    same "the same again: silent with -q" "$(cat "$work/err")" ""
    same "the same again: the same bytes" "$(all "$to")" "$(cat "$work/first")"
    command=$(sed -n 's/.*,"\(fathom sweep .*\)"$/\1/p' "$to/claims.csv")
    contains "the command of a run can be typed" "$(cd "$work" && PATH="$(dirname "$FATHOM"):$PATH" sh -c "$command" 2>&1)" "is complete: all 200 networks are there"
    exits 2 "holds a --quick study" reproduce --full -o "$to"

    # Measured again from its complete runs, two of which share a directory, a claim says the same.
    "$FATHOM" reproduce --claim C24 -q -o "$work/plane" >/dev/null 2>"$work/err"
    all "$work/plane" >"$work/first"
    rm "$work/plane/C24/facts.csv" "$work/plane/C24/verdict.json"
    "$FATHOM" reproduce --claim C24 -q -o "$work/plane" >/dev/null 2>>"$work/err"
    same "measured again: the same bytes" "$(all "$work/plane")" "$(cat "$work/first")"

    # Killed anywhere, the same command makes the same bytes.
    for after in 0.05 0.15 0.3 0.5; do
        mkdir -p "$work/killed"
        (cd "$work/killed" && exec "$FATHOM" reproduce --claim C16 -q -o "$to-$after") >/dev/null 2>&1 &
        child=$!
        sleep $after
        kill -9 $child 2>/dev/null
        wait $child 2>/dev/null
        reproduce -q -o "$to-$after" >/dev/null 2>"$work/err"
        same "killed after $after s: the same bytes but for the name" "$(cd "$to-$after" && cat C16/facts.csv C16/verdict.json C16/growth/*.csv C16/growth/figures/* | cksum)" \
            "$(cd "$to" && cat C16/facts.csv C16/verdict.json C16/growth/*.csv C16/growth/figures/* | cksum)"
    done

    # LaTeX.
    reproduce -q --format tex -o "$to" >/dev/null 2>"$work/err"
    same "--format tex: exit code" $? 0
    if command -v pdflatex >/dev/null; then
        typeset() { (cd "$to" && pdflatex -interaction=nonstopmode -halt-on-error report.tex); }
        check "--format tex: report.tex compiles" typeset
    else
        skip "pdflatex is not installed"
    fi

    # A signal.
    "$FATHOM" reproduce --claim C16 --full -j 1 -o "$work/stopped" >"$work/out" 2>"$work/err" &
    child=$!
    tries=0
    until [ "$(wc -l 2>/dev/null <"$work/stopped/C16/growth/networks.csv" || echo 0)" -gt 3 ] || [ $tries -gt 300 ] || ! kill -0 $child 2>/dev/null; do
        tries=$((tries + 1))
        sleep 0.02
    done
    exits 75 "in use by another fathom" reproduce --full -o "$work/stopped"
    kill -s INT $child 2>/dev/null
    wait $child
    code=$?
    if [ $code -eq 0 ]; then
        skip "the study was over before the signal"
    else
        same "interrupted: exit code" $code 130
        contains "interrupted: how to go on" "$(tail -n 1 "$work/err")" "to go on: fathom reproduce --full --claim C16 -o $work/stopped"
        contains "interrupted: the report says so" "$(cat "$work/stopped/report.html")" "interrupted; the same command goes on where it stopped"
        page "interrupted: its page is in order" "$work/stopped/report.html"
    fi
fi

# Without gnuplot: what was measured is in the report.
FATHOM_GNUPLOT=/nonexistent "$FATHOM" reproduce --claim C16 -o "$work/blind" >"$work/out" 2>"$work/err"
same "no gnuplot: exit code" $? 69
same "no gnuplot: the report is there" "$(cat "$work/out")" "$work/blind/report.html"
contains "no gnuplot: the claim is measured" "$(cat "$work/blind/claims.csv")" ",does not hold,"
contains "no gnuplot: the page says which picture" "$(cat "$work/blind/report.html")" "pictures are missing (grad-norm of C16)"
contains "no gnuplot: how to get it" "$(cat "$work/blind/report.html")" "apt-get install gnuplot-nox"
contains "no gnuplot: the last line says how to go on" "$(tail -n 1 "$work/err")" "1 picture is missing; what was measured is in '$work/blind/report.html'; to go on: fathom reproduce --quick --claim C16 -o $work/blind"
page "no gnuplot: its page is in order" "$work/blind/report.html"
if [ $drawing = yes ]; then
    reproduce -q -o "$work/blind" >/dev/null
    same "no gnuplot: with it again, the picture is there" "$(cksum <"$work/blind/C16/growth/figures/grad-norm.svg")" \
        "$(cksum <"$to/C16/growth/figures/grad-norm.svg")"
fi

# A disk that is full at any point: a failure is told, what is kept goes on.
mkdir "$work/disk"
if [ $drawing = yes ] && [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=2m tmpfs "$work/disk" 2>/dev/null; then
    trap 'umount "$work/disk"; rm -rf "$work"' EXIT
    for spare in 0 8192 40000 100000 190000 220000 260000; do
        rm -rf "$work/disk"/*
        head -c $((2097152 - spare)) /dev/zero >"$work/disk/filler" 2>/dev/null
        reproduce -o "$work/disk/study" >"$work/out" 2>"$work/err"
        code=$?
        case $code in 73 | 74) pass "$spare bytes left: exit $code" ;; *) fail "$spare bytes left: exit 73 or 74" "exit $code" "$(cat "$work/err")" ;; esac
        contains "$spare bytes left: it says so" "$(cat "$work/err")" "No space left"
        rm "$work/disk/filler"
        reproduce -q -o "$work/disk/study" >/dev/null 2>"$work/err"
        same "$spare bytes left: with room again, all is there" "$?$(cat "$work/err")" 0
        same "$spare bytes left: and the same" "$(cd "$work/disk/study" && cat C16/facts.csv C16/growth/*.csv C16/growth/figures/* | cksum)" \
            "$(cd "$to" && cat C16/facts.csv C16/growth/*.csv C16/growth/figures/*.csv C16/growth/figures/*.svg | cksum)"
    done
else
    skip "no small disk to be had"
fi
finish
