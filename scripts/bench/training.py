"""Training: whole runs of fathom train against the equivalent PyTorch script, one and two threads.
The one thing to know: time of 1,000 steps is the difference of two runs, so that start-up and reading the data do not count; wall time.
Random images of MNIST's shape serve both; the losses are of the same kind."""
import gzip
import os
import struct
import subprocess
import sys
import tempfile
import time

from measure import HERE, ratio, spread

DEPTH, STEPS = 5, 400
SHAPES = [(64, 32), (64, 128), (256, 32), (256, 128), (1024, 32), (1024, 128)]


def make_data(directory, rows=20000):
    generator = __import__("random").Random(1)
    for name, n in (("train", rows), ("t10k", 200)):
        with gzip.open(os.path.join(directory, f"{name}-images-idx3-ubyte.gz"), "wb", 1) as f:
            f.write(struct.pack(">IIII", 2051, n, 28, 28) + generator.randbytes(n * 784))
        with gzip.open(os.path.join(directory, f"{name}-labels-idx1-ubyte.gz"), "wb", 1) as f:
            f.write(struct.pack(">II", 2049, n) + bytes(generator.randrange(10) for _ in range(n)))


def fathom(binary, data, width, batch, optimizer, steps, seeds, threads):
    command = [binary, "train", "-a", "relu", "-d", str(DEPTH), "-w", str(width), "-b", str(batch), "-s", str(seeds), "--data", "mnist:" + data, "--dtype", "float32",
               "--optimizer", optimizer, "--steps", str(steps), "--every", str(steps), "--snapshots", "0", "--layers", "ends", "--no-raw", "-q", "-j", str(threads),
               "-o", os.path.join(data, f"run-{time.monotonic_ns()}")]
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - start


def peer(width, batch, optimizer, steps):
    out = subprocess.run([sys.executable, os.path.join(HERE, "torch_train.py"), str(DEPTH), str(width), str(batch), optimizer, str(steps)], capture_output=True, text=True, check=True)
    return float(out.stdout)


def steps_for(width, batch):
    return max(20, int(STEPS * min(1, (256 * 256 * 128) / (width * width * batch))))


def measure(table, binary, torch, count):
    with tempfile.TemporaryDirectory() as data:
        make_data(data)
        for optimizer in ("sgd", "adam"):
            for width, batch in SHAPES:
                n = steps_for(width, batch)
                ours, theirs = [], []
                for _ in range(count):
                    long = fathom(binary, data, width, batch, optimizer, 3 * n, 1, 1)
                    ours.append((long - fathom(binary, data, width, batch, optimizer, n, 1, 1)) / (2 * n) * 1e6)
                    if torch:
                        theirs.append(peer(width, batch, optimizer, n) * 1e6)
                case = f"{optimizer} width {width} batch {batch}"
                table.add("train", case, "fathom float32", spread(ours)[0], "us/step", *spread(ours)[1:])
                if torch:
                    table.add("train", case, "PyTorch float32", spread(theirs)[0], "us/step", *spread(theirs)[1:])
                    middle, least, most = ratio({"a": theirs, "b": ours}, "a", "b")
                    table.add("train", case, "PyTorch / fathom", middle, "x", least, most, goal=1.0 if width >= 1024 else 1.5)
        one = spread([fathom(binary, data, 128, 64, "sgd", 400, 4, 1) for _ in range(count)])[0]
        two = spread([fathom(binary, data, 128, 64, "sgd", 400, 4, 2) for _ in range(count)])[0]
        table.add("train", "4 networks, width 128", "one thread / two threads", one / two, "x")
