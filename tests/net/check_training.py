#!/usr/bin/env python3
"""Train again with PyTorch what `fathom train --dump` trained: from the same parameters, on the same batches, with its own autograd,
optimisers, schedules, clipping and GradScaler.

The one thing to know: parameters after the last step must agree to a tolerance times each array's largest entry, and so must every step's
loss and gradient norm; accuracies must be equal.
Usage: check_training.py, with "DIRECTORY TOLERANCE OPTIONS OF FATHOM TRAIN..." lines on standard input; prints "ok ..." or "not ok ...".
"""
import argparse
import csv
import os
import sys
import warnings

import numpy as np
import torch
from check_dump import SCALAR, torch_activation

RATE = {"sgd": 0.01, "momentum": 0.01, "adam": 0.001, "rmsprop": 0.001}
NUMBER = {"float64": torch.float64, "float32": torch.float32}


def options(words):
    p = argparse.ArgumentParser()
    p.add_argument("-a", default="relu")
    p.add_argument("-b", type=int, default=32)
    p.add_argument("--head")
    p.add_argument("--loss")
    p.add_argument("--optimizer", default="sgd")
    p.add_argument("--lr", type=float)
    p.add_argument("--schedule", default="constant")
    p.add_argument("--clip", type=float)
    p.add_argument("--weight-decay", type=float, default=0)
    p.add_argument("--loss-scale", default="none")
    p.add_argument("--dtype", default="float64")
    return p.parse_known_args(words)[0]


class Dump:
    """The arrays of one directory, all of which must be asked for."""

    def __init__(self, directory):
        self.directory = directory
        with open(directory + "/scale.csv", newline="") as f:
            self.left = {row["array"] for row in csv.DictReader(f) if int(row["exponent"]) == 0}

    def __contains__(self, name):
        return os.path.exists(f"{self.directory}/{name}.npy")

    def __call__(self, name):
        self.left.discard(name)
        array = np.load(f"{self.directory}/{name}.npy", allow_pickle=False)
        if array.dtype != np.float64:
            raise ValueError(f"{name} is {array.dtype}")
        return array


def near(name, got, wanted, tolerance):
    got, wanted = np.atleast_1d(got), np.atleast_1d(wanted)
    if got.shape != wanted.shape:
        raise ValueError(f"{name} has shape {got.shape}, PyTorch's {wanted.shape}")
    finite = np.isfinite(wanted)
    if (finite != np.isfinite(got)).any():
        raise ValueError(f"{name} is not finite where PyTorch's is, or the other way round")
    scale = abs(wanted[finite]).max(initial=0)
    off = abs(got - wanted)[finite].max(initial=0)
    if not off <= tolerance * scale:
        raise ValueError(f"{name} is off by {off:.3g} of {scale:.3g}")
    return off / scale if scale else 0


def loss_of(o, y, t):
    f = torch.nn.functional
    if o.loss == "ce":
        return f.cross_entropy(y, t.argmax(dim=1))
    if o.head == "sigmoid" and o.loss == "bce":
        return f.binary_cross_entropy_with_logits(y, t)
    p = y if o.head == "linear" else y.sigmoid() if o.head == "sigmoid" else y.softmax(dim=1)
    return f.mse_loss(p, t) if o.loss == "mse" else f.binary_cross_entropy(p, t)


def rule_of(o, parameters, steps):
    name, _, word = o.optimizer.partition(":")
    number, rate = float(word) if word else None, RATE[name] if o.lr is None else o.lr
    if name == "adam":
        rule = torch.optim.Adam(parameters, lr=rate, weight_decay=o.weight_decay)
    elif name == "rmsprop":
        rule = torch.optim.RMSprop(parameters, lr=rate, alpha=0.99 if number is None else number, weight_decay=o.weight_decay)
    else:
        momentum = 0 if name == "sgd" else 0.9 if number is None else number
        rule = torch.optim.SGD(parameters, lr=rate, momentum=momentum, weight_decay=o.weight_decay)
    schedule, _, word = o.schedule.partition(":")
    if schedule == "cosine":
        change = torch.optim.lr_scheduler.CosineAnnealingLR(rule, steps)
    elif schedule == "warmup":
        n = float(word) if word else 100.0
        change = torch.optim.lr_scheduler.LambdaLR(rule, lambda step: min(1, (step + 1) / n))
    else:
        change = torch.optim.lr_scheduler.LambdaLR(rule, lambda step: 1)
    return rule, change


class Network:
    def __init__(self, d, o):
        name, _, word = o.a.partition(":")
        self.number, self.name = NUMBER[o.dtype], name
        self.depth = sum(f"W{i}" in d for i in range(1, 1 + len(d.left)))
        self.names = [f"{kind}{i}" for i in [*range(1, self.depth + 1), "_out"] for kind in "Wb"] + (["slope"] if name == "prelu" else [])
        self.value = {key: torch.tensor(d(key), dtype=self.number, requires_grad=True) for key in self.names}
        if name == "prelu":
            self.activation = lambda z, layer: torch.nn.functional.prelu(z, self.value["slope"][layer : layer + 1])
        else:
            f = torch_activation(torch, name, float(word) if word else SCALAR.get(name, (None,))[0])
            self.activation = lambda z, layer: f(z)

    def __call__(self, x):
        for i in range(self.depth):
            x = self.activation(x @ self.value[f"W{i + 1}"].T + self.value[f"b{i + 1}"], i)
        return x @ self.value["W_out"].T + self.value["b_out"]


def accuracy(o, y, t):
    if o.head == "softmax" or (o.head, o.loss) == ("linear", "mse") and t.shape[1] > 1:
        return (y.argmax(dim=1) == t.argmax(dim=1)).double().mean().item()
    return None


def check(d, o, tolerance):
    network = Network(d, o)
    x, target = (torch.tensor(d(name), dtype=network.number).split(o.b) for name in ("x", "target"))
    seen = {name: d(name) for name in ("loss", "grad_norm", "update_ratio", "accuracy", "largest_weight")}
    parameters = list(network.value.values())
    rule, change = rule_of(o, parameters, len(x))
    scaler = torch.amp.GradScaler("cpu", enabled=o.loss_scale != "none")
    worst, losses, norms, moved = 0, [], [], []
    for step, (inputs, targets) in enumerate(zip(x, target)):
        y = network(inputs)
        loss = loss_of(o, y, targets)
        rule.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(rule)
        norm = torch.linalg.vector_norm(torch.cat([p.grad.flatten() for p in parameters]).double()).item()
        if o.clip is not None:
            torch.nn.utils.clip_grad_norm_(parameters, o.clip)
        before = torch.cat([p.detach().flatten() for p in parameters]).double()
        scaler.step(rule)
        scaler.update()
        change.step()
        after = torch.cat([p.detach().flatten() for p in parameters]).double()
        losses.append(loss.item())
        norms.append(norm)
        moved.append((torch.linalg.vector_norm(after - before) / torch.linalg.vector_norm(after)).item())
        right = accuracy(o, y, targets)
        if right is not None and abs(right - seen["accuracy"][step]) > (1e-12 if tolerance < 1e-6 else 1.5 / o.b):
            raise ValueError(f"accuracy of step {step + 1} is {seen['accuracy'][step]}, PyTorch's {right}")
    for name in network.names:
        worst = max(worst, near(name + "_end", d(name + "_end"), network.value[name].detach().double().numpy(), tolerance))
    near("loss", seen["loss"], np.array(losses), tolerance)
    near("grad_norm", seen["grad_norm"], np.array(norms), tolerance)
    if ((seen["update_ratio"] == 0) != (np.array(moved) == 0)).any():
        raise ValueError("other steps are skipped")
    near("update_ratio", seen["update_ratio"], np.array(moved), max(1e-7, 10 * tolerance))
    near("largest_weight", seen["largest_weight"][-1], max(p.detach().abs().max().item() for p in parameters), tolerance)
    if d.left:
        raise ValueError(f"never checked: {sorted(d.left)}")
    skipped = sum(m == 0 for m in moved)
    return f"{len(x)} steps{f', {skipped} skipped' if skipped else ''}, off by {worst:.1g}"


def main():
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", "Detected call of `lr_scheduler.step")   # a first step that GradScaler skips
    for line in sys.stdin:
        directory, tolerance, *words = line.split()
        try:
            said = check(Dump(directory), options(words), float(tolerance))
            print(f"ok {' '.join(words)}: {said}", flush=True)
        except (ValueError, KeyError, OSError, RuntimeError) as e:
            print(f"not ok {' '.join(words)}: {e}", flush=True)


if __name__ == "__main__":
    main()
