"""Whole processes: a sweep of five activations, two cores, memory against its formula.
The one thing to know: start-up, files and statistics are part of it; the peers run as two one-thread processes on two cores."""
import os
import subprocess
import sys
import tempfile
import time

from measure import HERE, cpu_of, peak_of, spread

ACTIVATIONS, DEPTHS, WIDTHS = ["tanh", "relu", "selu", "sigmoid", "gelu"], [10, 50], [128, 512, 1024]


def sweep(binary, dtype, batches, threads):
    return [binary, "sweep", "-a", ",".join(ACTIVATIONS), "-i", "gaussian", "--sigma-b", "0.1", "-d", ",".join(map(str, DEPTHS)), "-w", ",".join(map(str, WIDTHS)),
            "-b", ",".join(map(str, batches)), "-s", "1", "--dtype", dtype, "--layers", "ends", "-q", "-o", "-", "-j", str(threads)]


def peer_seconds(kind, batches):
    """Two processes, each with every other network."""
    start = time.monotonic()
    half = [subprocess.Popen([sys.executable, os.path.join(HERE, "torch_sweep.py"), kind, str(i), ",".join(map(str, batches))], stdout=subprocess.DEVNULL) for i in (0, 1)]
    for process in half:
        if process.wait():
            raise SystemExit("a peer failed")
    return time.monotonic() - start


def sweeps(table, binary, torch):
    for batches, goals in (([1, 32, 128], {"idiomatic": 10, "tight": 5.5}), ([1, 32], {"idiomatic": 70, "tight": 25})):
        case = "batches " + ",".join(map(str, batches))
        ours = {dtype: spread([cpu_of(sweep(binary, dtype, batches, 2))[1] for _ in range(3)])[0] for dtype in ("float32", "float64")}
        for dtype, seconds in ours.items():
            table.add("sweep", case, f"fathom {dtype}, 2 threads", seconds, "s wall")
        for kind, goal in goals.items() if torch else ():
            theirs = peer_seconds(kind, batches)
            table.add("sweep", case, f"PyTorch {kind}, 2 processes", theirs, "s wall")
            table.add("sweep", case, f"{kind} / fathom float32", theirs / ours["float32"], "x", goal=goal)
            table.add("sweep", case, f"{kind} / fathom float64", theirs / ours["float64"], "x")


def cores(table, binary):
    command = [binary, "sweep", "-a", "tanh", "-d", "50", "-w", "512", "-b", "32", "-s", "200", "--layers", "ends", "-q", "-o", "-", "-j"]
    pairs = [(cpu_of(command + ["1"])[1], cpu_of(command + ["2"])[1]) for _ in range(3)]
    middle, least, most = spread([a / b for a, b in pairs])
    table.add("cores", "200 networks", "one thread / two threads", middle, "x", least, most, goal=1.9)


def memory(table, binary):
    def deep(depth, width, batch):
        return [binary, "sweep", "-a", "tanh", "-d", str(depth), "-w", str(width), "-b", str(batch), "-s", "1", "--layers", "ends", "-q", "-o", "-", "-j", "1"]

    for depth, width, batch in ((100000, 1024, 1), (10000, 256, 8), (2000, 1024, 16)):
        case, peak = f"depth {depth} width {width} batch {batch}", peak_of(deep(depth, width, batch))
        formula = 12e6 + depth * (4 * batch * (batch + 1) + 160) + 32 * batch * width
        table.add("memory", case, "peak / (12 MB + L(4B(B+1)+160) + 32BN)", peak / formula, "", goal=1, below=True)
        if depth == 100000:
            table.add("memory", case, "peak", peak / 1e6, "MB", goal=24, below=True)
            table.add("memory", case, "CPU time, float64", spread([cpu_of(deep(depth, width, batch))[0] for _ in range(3)])[0], "s", goal=2, below=True)


def measure(table, binary, torch):
    sweeps(table, binary, torch)
    cores(table, binary)
    memory(table, binary)
