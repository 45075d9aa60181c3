#!/bin/sh
# make install and uninstall into a folder of their own: everything arrives, works there, and goes away again.
# The one thing to know: make gets this build's own settings through MAKEFLAGS, so nothing is compiled again.
. tests/tap.sh

build=${BUILD:-build}
if [ ! -x "$build/fathom" ]; then skip "no build in $build"; finish; exit 0; fi
to=$work/image
mkdir -p "$to"
into() { make --no-print-directory BUILD="$build" DESTDIR="$to" "$@" 2>&1; }
files() { (cd "$to" && find . -type f | sort); }

check "make install" into install
program=$(find "$to" -name fathom -type f -perm -100)
same "the installed program runs" "$("$program" --version)" "$("$FATHOM" --version)"
for command in "" $("$FATHOM" list commands --names | sed 's/^/-/'); do
    contains "the page fathom$command(1)" "$(files)" "/share/man/man1/fathom$command.1"
done
for f in scripts/figures/*.gp; do contains "${f#scripts/}" "$(files)" "/share/fathom/${f#scripts/}"; done
for f in bash-completion/completions/fathom zsh/site-functions/_fathom fish/vendor_completions.d/fathom.fish; do
    contains "$f" "$(files)" "/share/$f"
done
first=$(files)
check "make install again" into install
same "... installs the same files" "$(files)" "$first"
: >"$(dirname "$program")/mine"
mkdir -p "$(dirname "$program")/../share/fathom/figures"
: >"$(dirname "$program")/../share/fathom/figures/mine.gp"
check "make uninstall" into uninstall
same "... leaves only what others put there" "$(files | sed 's|.*/||')" "mine
mine.gp"
rm -rf "$to"
check "uninstall where nothing is" into uninstall
finish
