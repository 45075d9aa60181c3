#!/bin/sh
# Run test suites that print TAP and sum their cases: run-tests.sh LOGS SUITE..., a suite being a program or a .sh file.
# The one thing to know: a crash, a time-out, an empty suite and a case that was planned but never ran count as failures.
# TAP: testanything.org; cmocka prints it too. TEST_LIMIT [300] seconds a suite, TEST_JOBS [the CPUs] suites at a time.
set -u

# One suite: its result line, what went wrong, and "passed failed skipped" into LOGS/NAME.count.
one() {
    logs=$1 suite=$2 began=$(date +%s)
    case $suite in
    *.sh) name=${suite#tests/} run="sh $suite" ;;
    *) name=$(echo "$suite" | sed 's|.*/tests/||') run=$suite ;;
    esac
    log=$logs/$(echo "$name" | tr / -)
    limit=${TEST_LIMIT:-300}
    if command -v timeout >/dev/null; then run="timeout -k 5 $limit $run"; fi
    # shellcheck disable=SC2086
    CMOCKA_MESSAGE_OUTPUT=TAP $run >"$log.tap" 2>"$log.err" </dev/null
    code=$?
    awk -v code=$code -v limit="$limit" '
        /^1\.\.[0-9]+/ { plan += substr($1, 4); planned = 1; if (/# *SKIP/) { skipped++; whole = 1 } next }
        /^(not )?ok[ 0-9]*# *SKIP/ || /^ok .*# *SKIP/ { skipped++; seen++; next }
        /^ok( |$)/ { passed++; seen++; next }
        /^not ok( |$)/ { failed++; seen++; next }
        /^Bail out!/ { failed++; bailed = 1 }
        END {
            why = ""
            if (code == 124 || code == 137) why = "ended after the limit of " limit " s"
            else if (code >= 128) why = "killed by signal " (code - 128)
            else if (!planned && !bailed) why = "no plan: not a TAP suite, or it crashed"
            else if (seen < plan) why = (plan - seen) " planned cases never ran"
            else if (seen > plan && !whole) why = "more cases than planned"
            else if (seen + whole == 0) why = "no cases"
            else if (code && !failed) why = "exit code " code
            if (why != "") failed += (plan > seen ? plan - seen : 1)
            print passed + 0, failed + 0, skipped + 0, why
        }' "$log.tap" >"$log.count"
    read -r passed failed skipped why <"$log.count"
    line=$(printf '%-32s %4d passed' "$name" "$passed")
    [ "$failed" -eq 0 ] || line="$line, $failed FAILED"
    [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
    line="$line  ($(($(date +%s) - began)) s)"
    if [ "$failed" -eq 0 ]; then echo "$line"; return; fi
    {
        echo "$line${why:+: $why}"
        awk '/^(not )?ok[ 0-9]*# *SKIP/ { bad = 0; next } /^not ok/ { bad = 1 } /^ok/ { bad = 0 } bad { print "    " $0 }' "$log.tap" | head -n 40
        tail -n 20 "$log.err" | sed 's/^/    | /'
    } >"$log.said"
    cat "$log.said"
}

if [ "$1" = --one ]; then
    one "$2" "$3"
    exit 0
fi

logs=$1
shift
rm -rf "$logs"
mkdir -p "$logs"
jobs=${TEST_JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)}
printf '%s\n' "$@" | xargs -P "$jobs" -n 1 sh "$0" --one "$logs"
cat "$logs"/*.count | awk -v suites=$# '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        if (NR < suites) failed += suites - NR    # a suite whose runner itself was killed
        if (suites == 0) failed = 1
        printf "%d passed, %d failed", passed, failed
        if (skipped) printf ", %d skipped", skipped
        print ""
        exit failed > 0
    }'
