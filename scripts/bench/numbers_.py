"""Numbers, one by one: normals and activations against PyTorch, GSL and libm; and what PyTorch's float32 norm cannot see.
The one thing to know: fathom's are CPU nanoseconds over vectors that stay in the cache (scripts/bench/speed.c)."""
import os
import subprocess
import time

from measure import spread

GOALS = {("normal", "float32"): 1.5, ("normal", "float64"): 2.9, ("tanh", "float32"): 0.5, ("erf", "float32"): 1.1, ("sigmoid", "float32"): 1.1}
SHOWN = ("normal", "uniform", "gsl ziggurat", "gsl gaussian", "libm tanh", "libm erf", "libm exp", "sigmoid", "tanh", "relu", "selu", "gelu", "swish", "softplus", "erf", "sin")


def per_number(work, n, times=200):
    work()
    best = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(times):
            work()
        best.append((time.process_time() - start) / times / n * 1e9)
    return spread(best)[0]


def measure(table, build, torch):
    lines = subprocess.run([os.path.join(build, "bench", "speed")], capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    for line in lines:
        name, wide, single = line.split(",")
        for dtype, value in (("float64", wide), ("float32", single)):
            if value and name in SHOWN:
                table.add("numbers", name, f"fathom {dtype}", float(value), "ns", goal=GOALS.get((name, dtype)), below=True)
    if not torch:
        return
    for dtype in (torch.float32, torch.float64):
        x, out = torch.randn(4096, dtype=dtype), torch.empty(4096, dtype=dtype)
        kind = str(dtype).split(".")[1]
        table.add("numbers", "normal", f"PyTorch {kind}", per_number(lambda: out.normal_(), 4096), "ns")
        aten = torch.ops.aten
        pairs = {"tanh": lambda: aten.tanh_backward(x, torch.tanh(x)), "sigmoid": lambda: aten.sigmoid_backward(x, torch.sigmoid(x)),
                 "gelu": lambda: (torch.nn.functional.gelu(x), aten.gelu_backward(x, x)), "erf": lambda: torch.erf(x)}
        for name, work in pairs.items():
            table.add("numbers", name, f"PyTorch {kind}", per_number(work, 4096), "ns")
    norms(table, torch)


def norms(table, torch):
    """Gradient norms of a sigmoid net of 100 layers: PyTorch's float32 .norm() against the exact one."""
    lost = 0
    g = torch.randn(256)
    for layer in range(100):
        if g.norm().item() == 0:
            lost += 1
        g = g * 0.236
    table.add("norms", "sigmoid, depth 100", "layers whose norm PyTorch's float32 gives as 0", lost, "layers")
