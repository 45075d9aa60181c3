"""What every part of the benchmark uses: fathom's time of a layer, PyTorch's two peers, medians, and the table of rows.
The one thing to know: programs take turns within a round, and a ratio is the median of the rounds' ratios: the machine's speed drifts.
CPU time of one thread, unless a row says wall."""
import os
import resource
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
DEPTH = 50


def torch_or_none():
    try:
        import torch
        torch.set_num_threads(1)
        return torch
    except ImportError:
        return None


class Layers:
    """fathom's layer server (scripts/bench/layer.c): microseconds per layer."""

    def __init__(self, build):
        self.process = subprocess.Popen([os.path.join(build, "bench", "layer")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def time(self, engine, dtype, width, batch, init="gaussian", depth=DEPTH, networks=None):
        work = depth * (width * width * (batch / 4 + 30) if engine == "dense" else batch * width * (batch + 60))
        networks = networks or max(1, min(200, int(6e8 / work)))
        self.process.stdin.write(f"{engine} {dtype} {init} {depth} {width} {batch} {networks}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


class Peers:
    """PyTorch: what a good user writes, and what an expert writes."""

    def __init__(self, torch):
        import torch_idiomatic
        import torch_tight
        self.torch, self.plain, self.expert, self.kept = torch, torch_idiomatic, torch_tight, {}

    def timed(self, work, *arguments):
        start = time.process_time()
        work(*arguments)
        return (time.process_time() - start) / DEPTH * 1e6

    def idiomatic(self, width, batch, seed):
        return self.timed(self.plain.run, DEPTH, width, batch, "tanh", 1.0, seed)

    def tight(self, dtype, width, batch, seed):
        key = (dtype, width, batch)
        if key not in self.kept:
            self.kept = {k: v for k, v in self.kept.items() if k[1:] == key[1:]}   # one shape at a time
            self.kept[key] = self.expert.Tight(DEPTH, width, batch, getattr(self.torch, dtype))
            self.kept[key].run("tanh", 1.0, 0)
        return self.timed(self.kept[key].run, "tanh", 1.0, seed)


def spread(values):
    values = sorted(values)
    return values[len(values) // 2], values[0], values[-1]


def rounds(programs, n):
    """{name: callable(seed)} to {name: [n values]}; the first round is not counted."""
    times = {name: [] for name in programs}
    for seed in range(n + 1):
        for name, program in programs.items():
            value = program(seed)
            if seed:
                times[name].append(value)
    return times


def ratio(times, of, to):
    return spread([a / b for a, b in zip(times[of], times[to])])


def cpu_of(command, **more):
    """CPU and wall seconds, and the peak memory in bytes, of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, **more)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def peak_of(command):
    """VmHWM of one process, in bytes, looked at while it runs: what wait4 reports holds the parent's too, from before exec."""
    process, peak = subprocess.Popen(command, stdout=subprocess.DEVNULL), 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as status:
                peak = max([peak] + [int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")])
        except OSError:
            pass
        time.sleep(0.001)
    if process.returncode:
        raise SystemExit(f"{command}: status {process.returncode}")
    return peak


class Table:
    """Rows: part, case, quantity, value (median), least, most, unit, goal, met."""
    HEADER = ["part", "case", "quantity", "value", "least", "most", "unit", "goal", "met"]

    def __init__(self):
        self.rows = []

    def add(self, part, case, quantity, value, unit, least=None, most=None, goal=None, below=False):
        met = "" if goal is None else "yes" if (value <= goal if below else value >= goal) else "no"
        number = lambda x: "" if x is None else f"{x:.4g}"
        self.rows.append([part, case, quantity, number(value), number(least), number(most), unit,
                          "" if goal is None else ("<= " if below else ">= ") + f"{goal:g}", met])
        bounds = "" if least is None else f"  ({least:.4g} ... {most:.4g})"
        aim = "" if goal is None else f"  goal {'<=' if below else '>='} {goal:g}: {'met' if met == 'yes' else 'NOT MET'}"
        print(f"{part:12} {case:28} {quantity:44} {value:10.4g} {unit}{bounds}{aim}", flush=True)
