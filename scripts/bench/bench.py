#!/usr/bin/env python3
"""make bench: every figure of speed and memory that fathom claims, against PyTorch where it is installed, in one run.
bench.py BUILD OUT [PART ...]: parts are layers, numbers, whole, training, phase; all of them by default. Writes OUT/bench.csv.
The one thing to know: everything is a ratio within one run; goals stand beside what was reached, met or not."""
import csv
import os
import platform
import shutil
import subprocess
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import measure


def machine(torch):
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    lines = [f"CPU: {model}, {os.cpu_count()} cores", f"system: {platform.system()} {platform.machine()}",
             f"peer: PyTorch {torch.__version__}" if torch else "peer not installed: PyTorch (pip install torch); fathom alone is measured"]
    return lines


def figure(table, out):
    """Time of a layer against width, with what drawing its normals alone takes, from the rows of this run."""
    rows = [(row[1].split(), row[2], row[3]) for row in table.rows if row[0] == "layer"]
    normal = [float(row[3]) for row in table.rows if row[0] == "numbers" and row[1] == "normal" and row[2] == "fathom float32"]
    if not rows:
        return
    with open(os.path.join(out, "layer.csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["batch", "width", "program", "us"])
        for case, program, us in rows:
            writer.writerow([case[3], case[1], program, us])
        for batch in (1, 32) if normal else ():
            for width in (128, 512, 1024, 2048, 4096):
                writer.writerow([batch, width, "limit dense", f"{normal[0] * width * width / 1000:.4g}"])
                writer.writerow([batch, width, "limit implicit", f"{normal[0] * 2 * batch * width / 1000:.4g}"])
    if shutil.which("gnuplot"):
        subprocess.run(["gnuplot", "-d", "-c", os.path.join(measure.HERE, "bench.gp"), os.path.join(out, "layer.csv"), os.path.join(out, "layer-time.png")], check=True)


def main():
    build, out, parts = sys.argv[1], sys.argv[2], sys.argv[3:] or ["layers", "numbers", "whole", "training", "phase"]
    binary, count = os.path.join(build, "fathom"), 5
    torch = measure.torch_or_none()
    table, lines = measure.Table(), machine(torch)
    version = subprocess.run([binary, "--version", "--verbose"], capture_output=True, text=True).stdout.strip().splitlines()
    print("\n".join(lines + version))
    if "layers" in parts:
        import layers
        layers.measure(table, measure.Layers(build), measure.Peers(torch) if torch else None, torch, count)
    if "numbers" in parts:
        import numbers_ as numbers
        numbers.measure(table, build, torch)
    if "whole" in parts:
        import whole
        whole.measure(table, binary, torch)
    if "training" in parts:
        import training
        training.measure(table, binary, torch, 3)
    os.makedirs(out, exist_ok=True)
    if "phase" in parts:   # last: it keeps the process on one CPU
        import phase
        phase.main(os.path.join(build, "bench", "phase"), out)
    with open(os.path.join(out, "bench.csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(measure.Table.HEADER)
        writer.writerows(table.rows)
    with open(os.path.join(out, "machine.txt"), "w") as file:
        file.write("\n".join(lines + version) + "\n")
    figure(table, out)
    missed = [row for row in table.rows if row[-1] == "no"]
    reached = [row for row in table.rows if row[-1] == "yes"]
    print(f"{len(reached)} goals met, {len(missed)} not; written: {os.path.join(out, 'bench.csv')}")


main()
