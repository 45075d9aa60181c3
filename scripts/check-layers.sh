#!/bin/sh
# Rooms of the house: check-layers.sh [ROOT] rejects an include that points up or sideways, and a circle of headers.
# The one thing to know: a folder of src/ is a layer; theory and net stand beside each other and never meet.
# Circles: tsort(1) exits 1 on one.
set -u
cd "${1:-.}" || exit 2

edges() {
    find src \( -name '*.c' -o -name '*.h' -o -name '*.def' -o -name '*.inc' \) -exec grep -Hn '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' {} + |
        sed 's/^\([^:]*\):\([0-9]*\):[^"]*"\([^"]*\)".*/\1 \2 \3/'
}

said=$(edges | awk '
    BEGIN {
        n = split("base 1 num 2 model 3 theory 4 net 4 lab 5 show 6 claim 7 cmd 8 main.c 9", word, " ")
        for (i = 1; i < n; i += 2) rank[word[i]] = word[i + 1]
    }
    {
        split($1, from, "/"); split($3, to, "/")
        where = $1 ":" $2 ": "
        if (!(from[2] in rank)) { print where "src/" from[2] " is not a room of the house"; next }
        if ($3 ~ /\.\./ || !(to[1] in rank)) { print where "include \"" $3 "\" by its room, as \"base/err.h\""; next }
        if (rank[to[1]] > rank[from[2]]) print where from[2] " includes " $3 ", which lies above it"
        if (rank[to[1]] == rank[from[2]] && to[1] != from[2]) print where from[2] " and " to[1] " never include each other"
    }')
if ! circle=$(edges | awk '{ sub(/^src\//, "", $1); print $1, $3 }' | tsort 2>&1 >/dev/null); then
    said="$said
src: headers include each other in a circle:
$circle"
fi
said=$(printf '%s\n' "$said" | sed '/^$/d')
[ -z "$said" ] && exit 0
printf '%s\n' "$said"
exit 1
