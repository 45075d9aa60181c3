#!/bin/sh
# The order of the tree: check-tree.sh [ROOT] prints each breach of the project's habits and exits 1 when there is one.
# The one thing to know: lines that begin with "note:" are advice and do not fail: a source file without a test of its name.
# Habits: files up to 500 lines, a head comment, no unfinished marks, no tabs in C, no paths of one machine.
set -u
cd "${1:-.}" || exit 2

# Sources that tests/ covers from elsewhere: through the program, or through the tests of what uses them.
exempt='main cmd/front cmd/manual cmd/version cmd/list cmd/cmd base/opt_man base/opt_complete'

listing() {
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard
    else
        find . -type f -not -path './build/*' -not -path './.git/*' | sed 's|^\./||'
    fi
}
all=$(listing)

# The files that match one of the patterns, or lie in one of the folders; a star matches slashes too.
files() {
    printf '%s\n' "$all" | while IFS= read -r f; do
        for pattern in "$@"; do
            # shellcheck disable=SC2254
            case $f in $pattern | $pattern/*) [ -f "$f" ] && printf '%s\n' "$f"; break ;; esac
        done
    done
}

breaches() {
    files 'src/*.c' 'src/*.h' 'src/*.def' 'src/*.inc' 'tests/*.c' 'tests/*.h' 'scripts/*.sh' 'tests/*.sh' Makefile | while IFS= read -r f; do
        lines=$(wc -l <"$f")
        [ "$lines" -le 500 ] || echo "$f: $lines lines; 500 are the limit"
        case $f in
        *.c | *.h | *.def | *.inc)
            awk -v f="$f" '
                NR == 1 && !/^\/\* / { print f ": begins without its head comment"; exit }
                { text = text $0; n++ }
                /\*\// { exit }
                END { if (n < 2 || n > 12) print f ": its head comment has " n " lines; say what it is, the one thing to know, the source" }' "$f"
            grep -n "$(printf '\t')" "$f" | sed "s|^\([0-9]*\):.*|$f:\1: a tab|"
            ;;
        *.sh)
            sed -n '2p' "$f" | grep -q '^# ' || echo "$f: begins without its head comment"
            ;;
        esac
    done
    marks='TO''DO|FIX''ME|XX''X|HA''CK'
    files src tests scripts bench Makefile .ci | grep -v '/corpus/' | tr '\n' '\0' | xargs -0 grep -nIE "\\b($marks)\\b" /dev/null | sed 's/$/   <- an unfinished mark/'
    here='/wor''k/|/ho''me/|/Us''ers/|/ro''ot/'
    files '*' | grep -vE '/corpus/|^results/|^LICENSE' | tr '\n' '\0' | xargs -0 grep -nIE "(^|[^A-Za-z0-9_.])($here)" /dev/null | sed 's/$/   <- a path of one machine/'
    files "*" | grep -v "/corpus/" | while IFS= read -r f; do
        case $f in results/*) most=4000000 ;; *) most=2000000 ;; esac   # a curated summary is the largest file
        [ "$(wc -c <"$f")" -le $most ] || echo "$f: over $((most / 1000000)) MB"
    done
}

files 'src/*.c' | sed 's|^src/||; s|\.c$||' | while IFS= read -r f; do
    case " $exempt " in *" $f "*) continue ;; esac
    [ -f "tests/$(dirname "$f")/test_$(basename "$f").c" ] || echo "note: src/$f.c has no tests/$(dirname "$f")/test_$(basename "$f").c"
done
said=$(breaches)
[ -z "$said" ] && exit 0
printf '%s\n' "$said"
exit 1
