#!/bin/sh
# The order of the tree, and that its checks see what they are for.
# The one thing to know: each fault is planted in a small tree of its own, in which everything else is right.
. tests/tap.sh

check "includes point down" sh scripts/check-layers.sh
check "the tree is in order" sh scripts/check-tree.sh

plain() { printf '/* A file: for a test.\n * The one thing to know: nothing. */\n%s\n' "$1"; }
plant() {
    rm -rf "$work/tree"
    for room in base num model theory net lab show cmd; do
        mkdir -p "$work/tree/src/$room"
        plain "#define ONE 1" >"$work/tree/src/$room/one.h"
    done
    plain '#include "model/one.h"' >"$work/tree/src/net/two.c"
    plain '#include "cmd/one.h"' >"$work/tree/src/main.c"
    mkdir -p "$work/tree/tests" "$work/tree/scripts"
}
sees() {
    if said=$(sh "scripts/check-$1.sh" "$work/tree" 2>&1); then
        fail "seen: $2" "nothing was said"
    else
        contains "seen: $2" "$said" "$2"
    fi
}

plant
check "a tree without faults passes: layers" sh scripts/check-layers.sh "$work/tree"
check "a tree without faults passes: tree" sh scripts/check-tree.sh "$work/tree"

plant; plain '#include "lab/one.h"' >"$work/tree/src/num/two.c"; sees layers "num includes lab/one.h, which lies above it"
plant; plain '#include "theory/one.h"' >"$work/tree/src/net/two.c"; sees layers "net and theory never include each other"
plant; plain '#  include "net/one.h"' >"$work/tree/src/theory/two.c"; sees layers "theory and net never include each other"
plant; plain '#include "../lab/one.h"' >"$work/tree/src/lab/two.c"; sees layers "by its room"
plant; mkdir "$work/tree/src/attic"; plain '#include "base/one.h"' >"$work/tree/src/attic/two.c"; sees layers "not a room"
plant; plain '#include "num/b.h"' >"$work/tree/src/num/a.h"; plain '#include "num/a.h"' >"$work/tree/src/num/b.h"; sees layers "circle"

plant; echo 'int x;' >"$work/tree/src/num/two.c"; sees tree "without its head comment"
plant; echo '/* Too short. */' >"$work/tree/src/num/two.c"; sees tree "its head comment has 1 lines"
plant; { plain ''; yes 'int x;' | head -n 499; } >"$work/tree/src/num/two.c"; sees tree "500 are the limit"
plant; plain "$(printf '\tint x;')" >"$work/tree/src/num/two.c"; sees tree "a tab"
plant; plain "/* TO""DO */" >"$work/tree/src/num/two.c"; sees tree "an unfinished mark"
plant; printf '#!/bin/sh\n# A script.\ncd /ho''me/me\n' >"$work/tree/scripts/two.sh"; sees tree "a path of one machine"
plant; printf '#!/bin/sh\nexit 0\n' >"$work/tree/scripts/two.sh"; sees tree "without its head comment"
finish
