#!/usr/bin/env python3
"""make bench: CPU microseconds per layer, fathom against two PyTorch programs, side by side in one run.
The one thing to know: each round measures every program once, alternating; medians are quoted with minimum and maximum.
CPU time of one thread; fathom's is the difference between a long and a short process, so that start-up does not count."""
import csv
import os
import resource
import subprocess
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
DEPTH, ROUNDS = 50, 5
SHAPES = [(128, 1), (128, 32), (128, 128), (512, 1), (512, 8), (512, 32), (512, 128), (1024, 32)]
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)


def fathom_seconds(binary, width, batch, networks):
    command = [binary, "sweep", "-a", "tanh", "-i", "gaussian", "--sigma-w", "1", "--sigma-b", "0.1", "-d", str(DEPTH), "-w", str(width),
               "-b", str(batch), "-s", str(networks), "-j", "1", "--layers", "ends", "-q", "-o", "-"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fathom(binary, width, batch):
    many = max(2, min(60, int(4e9 / (DEPTH * width * width * (batch + 30)))))
    return (fathom_seconds(binary, width, batch, many + 1) - fathom_seconds(binary, width, batch, 1)) / many / DEPTH * 1e6


def timed(work, *arguments):
    start = time.process_time()
    work(*arguments)
    return (time.process_time() - start) / DEPTH * 1e6


def peers(torch):
    import torch_idiomatic
    import torch_tight
    torch.set_num_threads(1)
    kept = {}

    def tight(dtype, width, batch, seed):
        key = (dtype, width, batch)
        if key not in kept:
            kept.clear()
            kept[key] = torch_tight.Tight(DEPTH, width, batch, dtype)
            kept[key].run("tanh", 1.0, 0)
        return timed(kept[key].run, "tanh", 1.0, seed)

    return {
        "idiomatic float32": lambda w, b, s: timed(torch_idiomatic.run, DEPTH, w, b, "tanh", 1.0, s),
        "tight float32": lambda w, b, s: tight(torch.float32, w, b, s),
        "tight float64": lambda w, b, s: tight(torch.float64, w, b, s),
    }


def spread(values):
    values = sorted(values)
    return values[len(values) // 2], values[0], values[-1]


def main():
    binary, out = sys.argv[1], sys.argv[2]
    try:
        import torch
        programs = peers(torch)
        print("peer: PyTorch", torch.__version__)
    except ImportError:
        programs = {}
        print("peer not installed: PyTorch (pip install torch); fathom alone is measured")
    programs["fathom float64"] = lambda w, b, s: fathom(binary, w, b)
    rows = []
    for width, batch in SHAPES:
        times = {name: [] for name in programs}
        for seed in range(ROUNDS + 1):
            for name, program in programs.items():
                value = program(width, batch, seed)
                if seed:
                    times[name].append(value)
        ours = spread(times["fathom float64"])[0]
        for name in programs:
            median, least, most = spread(times[name])
            rows.append([width, batch, name, f"{median:.4g}", f"{least:.4g}", f"{most:.4g}", f"{median / ours:.3g}"])
            print(f"width {width:5} batch {batch:4}  {name:18} {median:10.1f} us/layer ({least:.1f} ... {most:.1f})  {median / ours:6.2f} x fathom")
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "bench.csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["width", "batch", "program", "us_per_layer", "least", "most", "ratio_to_fathom"])
        writer.writerows(rows)
    print("written:", os.path.join(out, "bench.csv"))


main()
