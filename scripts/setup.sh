#!/bin/sh
# The two commands of the README: setup.sh check, and setup.sh reproduce [--data DIR]. They install, build and run.
# The one thing to know: what is there is not installed again; packages come from apt, and elsewhere they are only named (exit 69).
# `make reproduce` calls run-reproduce, the part after the build.
set -eu

# The curated sweep, in one place: every activation with its customary initialiser at ten depths. After it comes the report, quickly.
sweep() {
    "$fathom" sweep -a "$("$fathom" list activations --names | paste -sd , -)" -d 10:100:10 -w 256 -s 20 --layers every:5 "$@"
}

usage() {
    echo "usage: scripts/setup.sh check | reproduce [--data DIR]   (DIR holds MNIST: train-images-idx3-ubyte, plain or .gz)" >&2
    exit 2
}

fail() {
    code=$1
    shift
    echo "setup.sh: $*" >&2
    exit "$code"
}

# --- what must be there: a probe each -------------------------------------------------------------------------------------

# links LIBRARY HEADER: the compiler finds both. Never -o /dev/null: where a link fails, root's compiler removes it.
links() {
    found=no
    probe=$(mktemp) || return 1
    printf '#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <setjmp.h>\n%s\nint main(void) { return 0; }\n' \
        "${2:+#include <$2>}" | ${CC:-cc} -x c - -o "$probe" "-l$1" >/dev/null 2>&1 && found=yes
    rm -f "$probe"
    [ "$found" = yes ]
}

# The Debian packages that are missing for "$1": check needs more than reproduce.
missing() {
    command -v "${CC:-cc}" >/dev/null || echo gcc
    links m math.h || echo libc6-dev
    command -v make >/dev/null || echo make
    links gsl gsl/gsl_rng.h || echo libgsl-dev
    links openblas || echo libopenblas-dev
    links jansson jansson.h || echo libjansson-dev
    links z zlib.h || echo zlib1g-dev
    command -v gnuplot >/dev/null || echo gnuplot-nox fonts-dejavu-core
    if [ "$1" = check ]; then
        links cmocka cmocka.h || echo libcmocka-dev
        python3 -c 'import numpy' 2>/dev/null || /usr/bin/python3 -c 'import numpy' 2>/dev/null || echo python3-numpy
    fi
}

elsewhere() {
    cat >&2 <<'END'
setup.sh: this is neither Debian nor Ubuntu; install these, then run the same command again:
  dnf install gcc make gsl-devel openblas-devel jansson-devel zlib-devel libcmocka-devel gnuplot python3-numpy dejavu-sans-fonts
  pacman -S gcc make gsl openblas jansson zlib cmocka gnuplot python-numpy ttf-dejavu
  apk add gcc make musl-dev gsl-dev openblas-dev jansson-dev zlib-dev cmocka-dev gnuplot py3-numpy font-dejavu coreutils
  brew install gsl openblas jansson zlib cmocka gnuplot numpy coreutils
END
    exit 69
}

say_and_run() {
    echo "+ $*"
    "$@"
}

install_missing() {
    packages=$(missing "$1" | tr '\n' ' ')
    packages=${packages% }
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null || elsewhere
    sudo=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail 69 "neither root nor sudo here; ask for: apt-get install $packages"
        sudo=sudo
    fi
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    {
        say_and_run $sudo apt-get update || fail 69 "apt-get update failed"
        say_and_run $sudo apt-get install -y --no-install-recommends $packages || fail 69 "apt-get install failed"
    }
    packages=$(missing "$1" | tr '\n' ' ')
    [ -z "$packages" ] || fail 69 "still missing after the installation: $packages"
}

# --- what is run ----------------------------------------------------------------------------------------------------------

# The MNIST images under $1, where they are usually put and however they are spelled.
images() {
    for directory in "$1" "$1/mnist" "$1/MNIST/raw"; do
        for name in train-images-idx3-ubyte.gz train-images-idx3-ubyte train-images.idx3-ubyte.gz train-images.idx3-ubyte; do
            if [ -f "$directory/$name" ]; then
                printf '%s\n' "$directory/$name"
                return
            fi
        done
    done
    fail 66 "--data '$1': no train-images-idx3-ubyte(.gz) there, in mnist/ or in MNIST/raw/"
}

reproduce() {
    if [ -n "$data" ]; then
        file=$(images "$data")
        results=results/mnist-depth
        sweep --input "idx:$file" -o $results
    else
        results=results/gaussian-depth
        sweep -o $results
    fi
    "$fathom" plot $results
    echo "figures: $PWD/$results/figures/"
    "$fathom" reproduce --quick ${data:+--data "$data"}
}

jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
[ $# -ge 1 ] || usage
command=$1 data=
shift
while [ $# -gt 0 ]; do
    case $command,$1 in
    *reproduce,--data=*) data=${1#--data=} ;;
    *reproduce,--data) [ $# -ge 2 ] || usage; data=$2; shift ;;
    *) usage ;;
    esac
    shift
done
if [ -n "$data" ]; then
    data=$(cd "$data" 2>/dev/null && pwd) || fail 66 "--data: no such directory"
fi
cd "$(dirname "$0")/.."
fathom=${FATHOM:-build/fathom}

case $command in
check)
    install_missing check
    make -j"$jobs" programs
    exec make check
    ;;
reproduce)
    [ -z "$data" ] || images "$data" >/dev/null
    install_missing reproduce
    make -j"$jobs" all
    reproduce
    ;;
run-reproduce) reproduce ;;
*) usage ;;
esac
