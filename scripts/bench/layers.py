"""Time of a layer: both engines in both formats against PyTorch's peers, growth, batch 1, orthogonal weights.
The one thing to know: the work is the same for all: sample Gaussian weights (sigma_b 0.1), one pass forward and back, norms and moments."""
import math

from measure import DEPTH, ratio, rounds, spread

SHAPES = [(128, 1), (128, 8), (128, 32), (128, 128), (512, 1), (512, 8), (512, 32), (512, 64), (512, 128),
          (1024, 1), (1024, 8), (1024, 32), (1024, 64), (1024, 128), (2048, 1), (4096, 1), (4096, 64)]
LONG = 4e9   # a tight network of more weights than this many bytes is left out
# (of, to) -> {(width, batch): at least}
GOALS = {
    ("tight float32", "dense float32"): {(128, 1): 8, (128, 32): 2.7, (128, 128): 1.7, (512, 1): 5, (1024, 1): 5, (512, 32): 2.2, (1024, 32): 2.2,
                                         (512, 128): 1.6, (1024, 128): 1.6},
    ("idiomatic", "dense float32"): {(n, b): g for n in (512, 1024) for b, g in ((1, 12), (32, 5.5), (128, 3.7))},
    ("tight float64", "dense float64"): {(n, b): g for n in (512, 1024) for b, g in ((1, 8), (32, 4), (128, 2))},
    ("tight float32", "implicit float64"): {(128, 1): 150, (512, 1): 400, (1024, 1): 900, (2048, 1): 2000, (4096, 1): 3500},
    ("tight float32", "implicit float32"): {(128, 1): 350, (512, 1): 900, (1024, 1): 2000, (2048, 1): 5000, (4096, 1): 9000, (128, 8): 35, (512, 8): 70,
                                            (1024, 8): 130, (512, 32): 9, (1024, 32): 18, (512, 64): 5, (1024, 64): 9, (4096, 64): 30, (1024, 128): 4},
}


def programs_for(width, batch, layers, peers):
    all_of_them = {f"{engine} {dtype}": (lambda seed, e=engine, d=dtype: layers.time(e, d, width, batch))
                   for engine in ("dense", "implicit") for dtype in ("float32", "float64")}
    if width >= 4096:
        all_of_them.pop("dense float64")
    if peers and width <= 1024:
        all_of_them["idiomatic"] = lambda seed: peers.idiomatic(width, batch, seed)
    if peers and 4 * DEPTH * width * width < LONG:
        all_of_them["tight float32"] = lambda seed: peers.tight("float32", width, batch, seed)
        if 8 * DEPTH * width * width < LONG and width <= 1024:
            all_of_them["tight float64"] = lambda seed: peers.tight("float64", width, batch, seed)
    return all_of_them


def shapes(table, layers, peers, count):
    for width, batch in SHAPES:
        case = f"width {width} batch {batch}"
        times = rounds(programs_for(width, batch, layers, peers), count if width < 2048 else 2)
        for name, values in times.items():
            table.add("layer", case, name, spread(values)[0], "us", *spread(values)[1:])
        for (of, to), goals in GOALS.items():
            if of in times and to in times:
                middle, least, most = ratio(times, of, to)
                table.add("ratio", case, f"{of} / {to}", middle, "x", least, most, goals.get((width, batch)))


def exponent(xs, ys):
    """Least squares of log y on log x."""
    lx, ly = [math.log(x) for x in xs], [math.log(y) for y in ys]
    mx, my = sum(lx) / len(lx), sum(ly) / len(ly)
    return sum((a - mx) * (b - my) for a, b in zip(lx, ly)) / sum((a - mx) ** 2 for a in lx)


def growth(table, layers, count):
    def median(*arguments, **more):
        return spread([layers.time(*arguments, **more) for _ in range(count)])[0]
    widths = [512, 1024, 2048]
    table.add("growth", "dense float64 batch 8", "exponent of width", exponent(widths, [median("dense", "float64", w, 8, depth=10) for w in widths]), "", goal=2.1, below=True)
    widths = [1024, 2048, 4096, 8192]
    table.add("growth", "implicit float64 batch 8", "exponent of width", exponent(widths, [median("implicit", "float64", w, 8, depth=20) for w in widths]), "", goal=1.05, below=True)
    batches = [16, 32, 64, 128]
    table.add("growth", "implicit float64 width 2048", "exponent of batch", exponent(batches, [median("implicit", "float64", 2048, b, depth=10) for b in batches]), "", goal=2, below=True)
    depths = [1000, 10000, 100000]
    whole = [d * median("implicit", "float64", 256, 1, depth=d, networks=max(1, 30000 // d)) for d in depths]
    table.add("growth", "implicit float64 width 256", "exponent of depth", exponent(depths, whole), "", goal=1.02, below=True)


def single(table, layers, count):
    """A layer at batch 1 costs overhead + ns per unit: from two widths."""
    for dtype, goal in (("float32", 3.5), ("float64", None)):
        small, large = (spread([layers.time("implicit", dtype, w, 1, depth=200) for _ in range(2 * count)])[0] * 1000 for w in (64, 4096))
        slope = (large - small) / (4096 - 64)
        table.add("batch 1", f"implicit {dtype}", "ns per unit of a layer", slope, "ns", goal=goal, below=True)
        table.add("batch 1", f"implicit {dtype}", "overhead of a layer", small - 64 * slope, "ns", goal=200 if goal else None, below=True)


def orthogonal(table, layers, torch, count):
    ours = spread([layers.time("implicit", "float32", 1024, 16, init="orthogonal") for _ in range(count)])[0]
    table.add("orthogonal", "width 1024 batch 16", "implicit float32", ours, "us")
    if torch:
        import time
        w, cost = torch.empty(1024, 1024), []
        for _ in range(3):
            start = time.process_time()
            torch.nn.init.orthogonal_(w)
            cost.append((time.process_time() - start) * 1e6)
        table.add("orthogonal", "width 1024 batch 16", "torch.nn.init.orthogonal_ alone / implicit", spread(cost)[0] / ours, "x", goal=300)


def measure(table, layers, peers, torch, count):
    shapes(table, layers, peers, count)
    growth(table, layers, count)
    single(table, layers, count)
    orthogonal(table, layers, torch, count)
