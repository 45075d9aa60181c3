#!/bin/sh
# scripts/setup.sh on machines that it is not on: nothing installed, no apt, no root, no sudo, no MNIST.
# The one thing to know: a private PATH holds stubs that write down how they were called; nothing is installed or built here.
. tests/tap.sh

setup=$PWD/scripts/setup.sh
real() { for tool in sh cat tr dirname getconf sed paste printf env rm mktemp; do ln -s "$(command -v $tool)" "$work/bin/$tool" 2>/dev/null; done; }
stub() { printf '#!/bin/sh\n%s\n' "$2" >"$work/bin/$1"; chmod +x "$work/bin/$1"; }
fresh() { rm -rf "${work:?}/bin" "${work:?}/log"; mkdir "$work/bin"; : >"$work/log"; real; stub id 'echo 0'; stub make "echo make \"\$@\" >>$work/log"; stub python3 'exit 0'; }
bare() { PATH="$work/bin" CC=cc "$work/bin/sh" "$setup" "$@" >"$work/out" 2>"$work/err" </dev/null; code=$?; }
log="echo \"\$(basename \$0) \$*\" >>$work/log"

fresh; bare check
same "without apt: exit 69" $code 69
for manager in "dnf install" "pacman -S" "apk add" "brew install"; do contains "without apt: $manager" "$(cat "$work/err")" "  $manager "; done
same "without apt: nothing is built" "$(cat "$work/log")" ""

fresh; ln -s "$(command -v basename)" "$work/bin/basename"; stub apt-get "$log"; bare check
contains "as root: the line is printed first" "$(cat "$work/out")" "+ apt-get install -y --no-install-recommends gcc"
contains "as root: apt updates, then installs" "$(cat "$work/log")" "apt-get update
apt-get install -y --no-install-recommends gcc libc6-dev libgsl-dev libopenblas-dev libjansson-dev zlib1g-dev gnuplot-nox fonts-dejavu-core libcmocka-dev"
same "as root: what is still missing then is an error" $code 69
contains "as root: and is named" "$(cat "$work/err")" "still missing after the installation: gcc"

fresh; ln -s "$(command -v basename)" "$work/bin/basename"; stub id 'echo 1000'; stub apt-get "$log"; stub sudo "$log"; bare reproduce
contains "as a user: with sudo" "$(cat "$work/log")" "sudo apt-get update
sudo apt-get install -y --no-install-recommends gcc"
same "reproduce installs no test library" "$(grep -c cmocka "$work/log")" 0

fresh; stub id 'echo 1000'; stub apt-get 'exit 0'; bare check
same "neither root nor sudo: exit 69" $code 69
contains "neither root nor sudo: what to ask for" "$(cat "$work/err")" "ask for: apt-get install gcc"

fresh; stub apt-get 'exit 100'; bare check
same "apt fails: exit 69" $code 69

fresh; stub cc 'exit 0'; stub gnuplot 'exit 0'; stub apt-get "$log"; bare check
same "all there: no apt, only make" "$(sed 's/-j[0-9]*/-j/' "$work/log")" "make -j programs
make check"
same "all there: make's exit code" $code 0

fresh; bare reproduce --data "$work/nowhere"; same "no such folder: exit 66" $code 66
mkdir "$work/empty"; bare reproduce --data "$work/empty"
same "no images in the folder: exit 66" $code 66
contains "no images in the folder: says what is wanted" "$(cat "$work/err")" "train-images-idx3-ubyte"
for words in "" "repeat" "check --data x" "reproduce --data" "reproduce now"; do
    # shellcheck disable=SC2086
    bare $words
    same "usage: setup.sh $words" $code 2
done

# The sweep's own command line, by a stub of the program.
mkdir -p "$work/data/MNIST/raw"; : >"$work/data/MNIST/raw/train-images-idx3-ubyte"
cat >"$work/fathom" <<END
#!/bin/sh
case \$1 in list) printf 'relu\ntanh\n' ;; *) echo "\$@" >>$work/ran ;; esac
END
chmod +x "$work/fathom"
check "reproduce with MNIST" env FATHOM="$work/fathom" sh scripts/setup.sh run-reproduce --data "$work/data"
same "... sweeps every activation over it, plots, and reports" "$(cat "$work/ran")" \
    "sweep -a relu,tanh -d 10:100:10 -w 256 -s 20 --layers every:5 --input idx:$work/data/MNIST/raw/train-images-idx3-ubyte -o results/mnist-depth
plot results/mnist-depth
reproduce --quick --data $work/data"
: >"$work/ran"
check "reproduce without data" env FATHOM="$work/fathom" sh scripts/setup.sh run-reproduce
same "... sweeps Gaussian input, and reports" "$(cat "$work/ran")" "sweep -a relu,tanh -d 10:100:10 -w 256 -s 20 --layers every:5 -o results/gaussian-depth
plot results/gaussian-depth
reproduce --quick"
finish
