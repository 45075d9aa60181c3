#!/usr/bin/env python3
"""Check networks that `fathom sweep --dump` wrote: forward and backward again, in numpy, and in PyTorch where it is asked for.

The one thing to know: numpy checks every step from the dumped arrays alone, whatever their exponents, and that every number is one of its
format's; PyTorch differentiates the whole network by itself, which needs all of it within its format.
Usage: check_dump.py numpy|torch, with "DIRECTORY ACTIVATION LOSS [DTYPE]" lines on standard input; prints "ok ..." or "not ok ...".
"""
import csv
import math
import os
import sys

import numpy as np

# Of an array's largest entry, or of the terms that cancel in it: a step's, and PyTorch's, whose steps add up.
STEP = {"float64": 1e-10, "float32": 2e-6, "bfloat16": 2e-2, "float16": 3e-3}
NETWORK = {"float64": 1e-10, "float32": 1e-4}
LAMBDA, ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
erf, erfc = np.vectorize(math.erf, otypes=[float]), np.vectorize(math.erfc, otypes=[float])


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def phi(x):
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def elu(x, a):
    return np.where(x > 0, x, a * np.expm1(np.minimum(x, 0)))


def elu_slope(x, a):
    return np.where(x > 0, 1, a * np.exp(np.minimum(x, 0)))


def mish_slope(x, _):
    t = np.tanh(np.logaddexp(0, x))
    return t + x * sigmoid(x) * (1 - t * t)


def gelu_tanh_inner(x):
    return 2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)


def gelu_tanh_slope(x, _):
    s = sigmoid(gelu_tanh_inner(x))
    return s + x * s * (1 - s) * 2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)


# name: (default parameter, value, slope)
SCALAR = {
    "linear": (None, lambda x, a: x, lambda x, a: np.ones_like(x)),
    "sigmoid": (None, lambda x, a: sigmoid(x), lambda x, a: sigmoid(x) * sigmoid(-x)),
    "tanh": (None, lambda x, a: np.tanh(x), lambda x, a: np.cosh(x) ** -2),
    "relu": (None, lambda x, a: np.maximum(x, 0), lambda x, a: (x > 0).astype(float)),
    "leaky-relu": (0.01, lambda x, a: np.where(x > 0, x, a * x), lambda x, a: np.where(x > 0, 1, a)),
    "prelu": (0.25, lambda x, a: np.where(x > 0, x, a * x), lambda x, a: np.where(x > 0, 1, a)),
    "elu": (1, elu, elu_slope),
    "selu": (None, lambda x, a: LAMBDA * elu(x, ALPHA), lambda x, a: LAMBDA * elu_slope(x, ALPHA)),
    "swish": (1, lambda x, a: x * sigmoid(a * x), lambda x, a: sigmoid(a * x) * (1 + a * x * sigmoid(-a * x))),
    "gelu": (None, lambda x, a: x * erfc(-x / math.sqrt(2)) / 2, lambda x, a: erfc(-x / math.sqrt(2)) / 2 + x * phi(x)),
    "gelu-tanh": (None, lambda x, a: x * sigmoid(gelu_tanh_inner(x)), gelu_tanh_slope),
    "softplus": (None, lambda x, a: np.logaddexp(0, x), lambda x, a: sigmoid(x)),
    "softsign": (None, lambda x, a: x / (1 + abs(x)), lambda x, a: (1 + abs(x)) ** -2),
    "mish": (None, lambda x, a: x * np.tanh(np.logaddexp(0, x)), mish_slope),
    "hardtanh": (None, lambda x, a: np.clip(x, -1, 1), lambda x, a: (abs(x) < 1).astype(float)),
    "erf": (None, lambda x, a: erf(x), lambda x, a: 2 / math.sqrt(math.pi) * np.exp(-x * x)),
    "sin": (None, lambda x, a: np.sin(x), lambda x, a: np.cos(x)),
    "arctan": (None, lambda x, a: np.arctan(x), lambda x, a: 1 / (1 + x * x)),
}


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Dump:
    """The arrays of one directory; shapes are checked as they are read."""

    def __init__(self, directory, dtype):
        self.directory, self.dtype, self.tolerance = directory, dtype, STEP[dtype]
        with open(directory + "/scale.csv", newline="") as f:
            self.exponent = {row["array"]: int(row["exponent"]) for row in csv.DictReader(f)}
        self.depth = max(int(name[1:]) for name in self.exponent if name[0] == "W" and name[1:].isdigit())
        self.readout = "W_out" in self.exponent
        self.read = set()

    def stored(self, name):
        self.read.add(name)
        array = np.load(f"{self.directory}/{name}.npy", allow_pickle=False)
        if array.dtype != np.float64 or not array.flags.c_contiguous or not np.isfinite(array).all():
            raise ValueError(f"{name} is {array.dtype} or not finite")
        if name != "target" and name[:2] not in ("dW", "db") and not self.is_of_format(array):
            raise ValueError(f"{name} holds numbers that {self.dtype} does not have")
        return array

    def is_of_format(self, array):
        """Whatever passes by is rounded; gradients of weights are the dump's own, in double."""
        if self.dtype == "float64":
            return True
        if self.dtype == "float16":
            return (array.astype(np.float16) == array).all()
        single = array.astype(np.float32)
        return (single == array).all() and (self.dtype == "float32" or not (single.view(np.uint32) & 0xFFFF).any())

    def __call__(self, name):
        """The true value, which must fit into a double."""
        array = np.ldexp(self.stored(name), np.clip(self.exponent[name], -3000, 3000))
        if not np.isfinite(array).all():
            raise ValueError(f"{name} does not fit into a double")
        return array

    def in_unit(self, name, unit):
        return np.ldexp(self.stored(name), int(np.clip(self.exponent[name] - unit, -3000, 3000)))

    def layers(self):
        names = [str(i) for i in range(1, self.depth + 1)]
        return names + ["_out"] if self.readout else names


def near(d, name, got, wanted, size=None):
    """Entries agree to the tolerance times the array's largest; `size`, where terms cancel, is how large the terms are."""
    if got.shape != wanted.shape:
        raise ValueError(f"{name} has shape {got.shape}, wanted {wanted.shape}")
    scale = max(abs(wanted).max(), size or 0)
    off = abs(got - wanted).max()
    if not off <= d.tolerance * scale:
        raise ValueError(f"{name} is off by {off:.3g} of {scale:.3g}")


def loss_gradient(loss, output, target):
    if loss == "mse":
        return 2 * (output - target) / output.size
    if loss == "bce":
        return np.where(target == 1, -sigmoid(-output), sigmoid(output)) / output.size
    return (softmax(output) - target) / len(output)


def check_linear(d, names, below_name, layer, z_name, dz_name, dh_name):
    """z = h Wᵀ + b, ∂h = ∂z W, ∂W = ∂zᵀ h, ∂b = Σ ∂z, each in a unit that suits it."""
    w, b = d("W" + layer), d("b" + layer)
    unit = d.exponent[z_name]
    h = d.in_unit(below_name, unit)
    near(d, z_name, d.stored(z_name), h @ w.T + np.ldexp(b, -unit), abs(h).max() * abs(w).max())
    unit, h_unit = d.exponent[dz_name] if dz_name else 0, d.exponent[below_name]
    dz, h = names["dz"], d.stored(below_name)
    near(d, dh_name, d.in_unit(dh_name, unit), dz @ w, abs(dz).max() * abs(w).max())
    near(d, "dW" + layer, d.in_unit("dW" + layer, unit + h_unit), dz.T @ h, abs(dz).max() * abs(h).max())
    near(d, "db" + layer, d.in_unit("db" + layer, unit), dz.sum(axis=0), abs(dz).max())


def check_numpy(d, activation, loss):
    name, _, parameter = activation.partition(":")
    default, value, slope = SCALAR.get(name, (None, None, None))
    a = float(parameter) if parameter else default
    depth = d.depth
    if d.readout:
        dz = loss_gradient(loss, d("output"), d("target"))
        check_linear(d, {"dz": dz}, f"h{depth}", "_out", "output", None, f"dh{depth}")
    else:
        near(d, "cotangent", d("cotangent"), d(f"dh{depth}"))
    for i in range(depth, 0, -1):
        z, g, unit = d(f"z{i}"), d.stored(f"dh{i}"), d.exponent[f"dh{i}"]
        near(d, f"h{i}", d(f"h{i}"), softmax(z) if name == "softmax" else value(z, a))
        if name == "softmax":
            p = d(f"h{i}")
            wanted, size = p * (g - (g * p).sum(axis=1, keepdims=True)), abs(g).max() * p.max()
        else:
            wanted, size = g * slope(z, a), None
        near(d, f"dz{i}", d.in_unit(f"dz{i}", unit), wanted, size)
        check_linear(d, {"dz": d.stored(f"dz{i}")}, f"h{i - 1}" if i > 1 else "x", str(i), f"z{i}", f"dz{i}", f"dh{i - 1}")
    left = set(d.exponent) - d.read
    if left:
        raise ValueError(f"never checked: {sorted(left)}")


def torch_activation(torch, name, a):
    f = torch.nn.functional
    return {
        "linear": lambda x: x * 1,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": f.relu,
        "leaky-relu": lambda x: f.leaky_relu(x, a),
        "prelu": lambda x: f.prelu(x, torch.tensor([a], dtype=x.dtype)),
        "elu": lambda x: f.elu(x, a),
        "selu": f.selu,
        "softmax": lambda x: torch.softmax(x, dim=1),
        "swish": lambda x: f.silu(x) if a == 1 else x * torch.sigmoid(a * x),
        "gelu": f.gelu,
        "gelu-tanh": lambda x: f.gelu(x, approximate="tanh"),
        "softplus": lambda x: f.softplus(x, threshold=1000),   # PyTorch's default is linear above 20
        "softsign": f.softsign,
        "mish": f.mish,
        "hardtanh": f.hardtanh,
        "erf": torch.erf,
        "sin": torch.sin,
        "arctan": torch.arctan,
    }[name]


def torch_loss(torch, d, loss, h, output):
    f = torch.nn.functional
    if loss == "none":
        return (h * torch.from_numpy(d("cotangent")).to(h.dtype)).sum()
    target = torch.from_numpy(d("target")).to(h.dtype)
    if loss == "mse":
        return f.mse_loss(output, target)
    if loss == "bce":
        return f.binary_cross_entropy_with_logits(output, target)
    return f.cross_entropy(output, target.argmax(dim=1))


def check_torch(d, activation, loss):
    import torch

    name, _, parameter = activation.partition(":")
    act = torch_activation(torch, name, float(parameter) if parameter else SCALAR.get(name, (None,))[0])
    number, d.tolerance = getattr(torch, d.dtype), NETWORK[d.dtype]
    leaf, seen = {}, {}

    def tensor(key):
        leaf[key] = torch.from_numpy(d(key)).to(number).requires_grad_()
        return leaf[key]

    def look(key, x):
        x.retain_grad()
        seen[key] = x
        return x

    h, output = tensor("x"), None
    for layer in d.layers():
        z = h @ tensor("W" + layer).T + tensor("b" + layer)
        if layer == "_out":
            output = look("output", z)
        else:
            h = look("h" + layer, act(look("z" + layer, z)))
    torch_loss(torch, d, loss, h, output).backward()
    for key, x in seen.items():
        near(d, key, d(key), x.detach().numpy())
        if key != "output":
            near(d, "d" + key, d("d" + key), x.grad.numpy())
    for key, x in leaf.items():
        near(d, "gradient of " + key, d("dh0" if key == "x" else "d" + key), x.grad.numpy())


def main():
    check = {"numpy": check_numpy, "torch": check_torch}[sys.argv[1]]
    for line in sys.stdin:
        directory, activation, loss, dtype = (line.split() + ["float64"])[:4]
        name = f"{activation}, {loss}, {dtype}, {os.path.basename(directory)}"
        try:
            check(Dump(directory, dtype), activation, loss)
            print(f"ok {name}")
        except (ValueError, KeyError, OSError) as e:
            print(f"not ok {name}: {e}")


if __name__ == "__main__":
    main()
