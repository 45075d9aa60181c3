"""make bench: a 41 x 41 phase diagram (q*, chi_1, chi_par over sigma_w x sigma_b) on one thread, fathom beside its peers in one run.
The one thing to know: each round measures every program once, alternating; medians are quoted with minimum and maximum, in CPU time of one
thread. Against erf's closed form in C, direct quadrature at every step, and neural-tangents where it can be imported. Writes phase.csv."""
import csv
import os
import subprocess
import sys
import time

ROUNDS = 7
HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = [("fathom, tables", "tables", "erf"), ("closed form in C", "closed", "erf"), ("quadrature at every step", "quadrature", "erf"),
            ("fathom, tables", "tables", "tanh"), ("quadrature at every step", "quadrature", "tanh"), ("fathom, tables", "tables", "selu"),
            ("fathom, tables", "tables", "gelu-tanh")]


def in_c(binary, route, activation):
    row = subprocess.run([binary, route, activation], stdout=subprocess.PIPE, check=True, text=True).stdout.split(",")
    return float(row[0]), [float(x) for x in row[1:]]


def neural_tangents():
    """Its timer and its name, or None and why not."""
    sys.path.insert(0, HERE)
    try:
        import phase_peer
    except Exception as trouble:   # an old neural-tangents beside a new JAX fails in many ways
        missing = isinstance(trouble, ModuleNotFoundError) and trouble.name in ("jax", "neural_tangents")
        return None, "peer not installed: neural-tangents (pip install neural-tangents 'jax<0.6')" if missing else \
            f"peer not usable: neural-tangents: {trouble} (neural-tangents 0.6.5 needs jax below 0.6)"
    phase_peer.diagram()   # compile

    def timed():
        start = time.process_time()
        sums = phase_peer.diagram()
        return 1e3 * (time.process_time() - start), list(sums)
    return timed, phase_peer.NAME


def main(binary, out):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    programs = {(name, activation): lambda r=route, a=activation: in_c(binary, r, a) for name, route, activation in PROGRAMS}
    peer, about = neural_tangents()
    print("peer: " + about if peer else about)
    if peer:
        programs[(about, "erf")] = peer
    times, sums = {key: [] for key in programs}, {}
    for turn in range(ROUNDS + 1):
        for key, program in programs.items():
            milliseconds, sums[key] = program()
            if turn:
                times[key].append(milliseconds)
    closed = sorted(times[("closed form in C", "erf")])[ROUNDS // 2]
    rows = []
    for (name, activation), values in times.items():
        values.sort()
        median = values[ROUNDS // 2]
        ours = sorted(times[("fathom, tables", activation)])[ROUNDS // 2]
        reference = sums[("fathom, tables", activation)]
        if any(abs(a - b) > 1e-7 * abs(b) for a, b in zip(sums[(name, activation)], reference)):
            sys.exit(f"phase: {name}, {activation} disagrees with fathom: {sums[(name, activation)]} against {reference}")
        rows.append([activation, name, f"{median:.4g}", f"{values[0]:.4g}", f"{values[-1]:.4g}", f"{median / ours:.3g}", f"{median / closed:.3g}"])
        print(f"phase diagram {activation:9}  {name:40} {median:9.3f} ms ({values[0]:.3f} ... {values[-1]:.3f})  {median / ours:7.2f} x fathom"
              f"  {median / closed:7.1f} x erf's closed form")
    os.makedirs(out, exist_ok=True)
    path = os.path.join(out, "phase.csv")
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["activation", "program", "ms", "least", "most", "ratio_to_fathom", "ratio_to_closed_form"])
        writer.writerows(rows)
    print("written:", path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
