#!/bin/sh
# The front door: help, version, unknown words, lists, manual pages, completions, signals' and pipes' exit codes.
# The one thing to know: it walks the program's own lists, so a new command, table or option is tested without an edit.
. tests/tap.sh

help=$("$FATHOM" --help)
same "help, -h and --help are the same" "$("$FATHOM" help)$("$FATHOM" -h)" "$help$help"
contains "help begins with examples" "$(printf '%s' "$help" | sed -n 3p)" "Examples"
same "version" "$("$FATHOM" --version)" "$("$FATHOM" -V)"
verbose=$("$FATHOM" --version --verbose)
for word in GSL BLAS jansson zlib compiler CPU; do contains "verbose version has $word" "$verbose" "
$word "; done
same "verbose version in the other order" "$("$FATHOM" --verbose --version)" "$verbose"

for command in $("$FATHOM" list commands --names); do
    said=$("$FATHOM" "$command" --help)
    same "$command: help COMMAND is COMMAND --help" "$("$FATHOM" help "$command")" "$said"
    contains "$command: help begins with examples" "$(printf '%s\n' "$said" | sed -n 3,4p)" "Examples
  fathom "
    same "$command: no help line has trailing blanks" "$(printf '%s\n' "$said" | grep -c ' $')" 0
    contains "$command: stands in help" "$help" "
  $command "
    exits 2 "no option '--no-such-option'" "$FATHOM" "$command" --no-such-option
    page=$("$FATHOM" --man "$command")
    contains "$command: has a manual page" "$page" ".SH EXAMPLES"
    if command -v man >/dev/null && printf '%s\n' "$page" >"$work/page.1" && man -l "$work/page.1" >/dev/null 2>&1; then
        same "$command: its page has no roff warnings" "$(LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$work/page.1" 2>&1 >/dev/null)" ""
    else
        skip "$command: man is not installed"
    fi
    for option in $(printf '%s\n' "$said" | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p'); do
        [ "$option" = help ] && continue
        contains "$command: the page has --$option" "$page" "\\-\\-$(printf '%s' "$option" | sed 's/-/\\-/g')\\fR"
        for shell in bash zsh fish; do
            dashes=--; [ $shell = fish ] && dashes='-l '
            contains "$command: $shell completes --$option" "$("$FATHOM" --completions $shell)" "$dashes$option"
        done
    done
done
contains "fathom(1)" "$("$FATHOM" --man)" ".TH FATHOM 1"

exits 2 "did you mean 'list'" "$FATHOM" lsit
exits 2 "there are: " "$FATHOM" quadrature
exits 2 "did you mean 'list'" "$FATHOM" help lits
exits 2 "no option '--nonsense' before a command" "$FATHOM" --nonsense
exits 2 "no command ''" "$FATHOM" ""
exits 2 "there are: bash, zsh, fish" "$FATHOM" --completions tcsh
exits 2 "there are: bash, zsh, fish" "$FATHOM" --completions
exits 2 "no command 'nonsense'" "$FATHOM" --man nonsense
"$FATHOM" >"$work/out" 2>"$work/err"
same "no command is a usage error" $? 2
same "no command prints nothing on standard output" "$(cat "$work/out")" ""
contains "no command lists them on standard error" "$(cat "$work/err")" "  list "

for list in $("$FATHOM" list --names); do
    names=$("$FATHOM" list "$list" --names)
    first=$(printf '%s\n' "$names" | head -n 1)
    contains "list $list: has rows" "$("$FATHOM" list "$list")" "
$first"
    rows=$("$FATHOM" list "$list" --csv | wc -l)
    same "list $list: as many CSV rows as names" $((rows)) $(($(printf '%s\n' "$names" | wc -l) + 1))
    same "list $list: the same bytes under another locale" "$(LC_ALL=de_DE.UTF-8 "$FATHOM" list "$list" | cksum)" "$("$FATHOM" list "$list" | cksum)"
done
exits 2 "there are: activations" "$FATHOM" list nonsense
exits 2 "one operand too many" "$FATHOM" list inits losses
contains "list finds its examples' names" "$("$FATHOM" list activations --csv)" 'swish,silu,BETA,1,'

if [ -w /dev/full ]; then
    exits_full() { "$@" >/dev/full 2>"$work/err"; same "$* > /dev/full leaves with 74" $? 74; contains "... and says why" "$(cat "$work/err")" "No space left"; }
    exits_full "$FATHOM" --help
    exits_full "$FATHOM" list activations
else
    skip "/dev/full is not here"
fi
"$FATHOM" list activations >&- 2>"$work/err"
same "a closed standard output is no crash" "$?" 0
"$FATHOM" list activations <&- >/dev/null 2>&-
same "closed input and error are no crash" "$?" 0

if command -v bash >/dev/null; then
    "$FATHOM" --completions bash >"$work/complete.bash"
    # shellcheck disable=SC2016
    complete='PATH=$(dirname "$1"):$PATH; . "$2"; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fathom; echo "${COMPREPLY[*]}"'
    completes() { want=$1; shift; same "bash: $* <TAB>" "$(bash -c "$complete" bash "$FATHOM" "$work/complete.bash" "$@")" "$want"; }
    completes list fathom lis
    completes "help" fathom hel
    completes list fathom help li
    completes "--csv" fathom list --c
    completes activations fathom list act
    completes "relu,tanh" fathom sweep -a relu,tan
    completes "glorot-normal glorot-uniform" fathom sweep --init glo
else
    skip "bash is not installed"
fi
for shell in zsh fish; do
    if command -v $shell >/dev/null; then
        "$FATHOM" --completions $shell >"$work/complete.$shell"
        check "$shell: its completions parse" $shell -n "$work/complete.$shell"
    else
        skip "$shell is not installed"
    fi
done
finish
