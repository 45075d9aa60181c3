#!/usr/bin/env python3
"""Compute again with PyTorch what tests/net/test_learning.c wrote: optimisers, losses, loss scaling.

The one thing to know: everything in float64, to 1e-12 of each array's largest entry; the program exits 1 at the first difference.
Usage: check_learning.py FILE.json
"""
import json
import sys

import torch

TOLERANCE = 1e-12
torch.set_default_dtype(torch.float64)


def near(name, got, wanted):
    got, wanted = torch.as_tensor(got), torch.as_tensor(wanted).reshape(torch.as_tensor(got).shape)
    off = (got - wanted).abs().max().item()
    if not off <= TOLERANCE * wanted.abs().max().item():
        sys.exit(f"{name}: off by {off:.3g}: {got.tolist()}, PyTorch has {wanted.tolist()}")


def optimizer(run, parameters):
    kind, decay, rate = run["kind"], run["decay"], 0.0123
    if kind == "adam":
        return torch.optim.Adam(parameters, lr=rate, weight_decay=decay)
    if kind == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, alpha=run["parameter"], weight_decay=decay)
    return torch.optim.SGD(parameters, lr=rate, momentum=run["parameter"] if kind == "momentum" else 0, weight_decay=decay)


def check_optimizer(run):
    w = torch.nn.Parameter(torch.tensor(run["start"]))
    rule = optimizer(run, [w])
    steps = len(run["gradients"]) // w.numel()
    if run["schedule"] == "cosine":
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(rule, steps)
    else:
        schedule = torch.optim.lr_scheduler.LinearLR(rule, start_factor=1 / 30, total_iters=29)
    for step, gradient in enumerate(torch.tensor(run["gradients"]).reshape(steps, -1)):
        w.grad = gradient.double().clone()
        if run["clip"]:
            torch.nn.utils.clip_grad_norm_([w], run["clip"])
        rule.step()
        schedule.step()
        if step == 0:
            near(f"{run['kind']} after one step", run["first"], w.detach())
    near(f"{run['kind']} after {steps} steps", run["last"], w.detach())


def loss_of(head, loss, y, t):
    f = torch.nn.functional
    if head == "softmax" and loss == "ce":
        return f.cross_entropy(y, t.argmax(dim=1))
    if head == "sigmoid" and loss == "bce":
        return f.binary_cross_entropy_with_logits(y, t)
    p = y if head == "linear" else y.sigmoid() if head == "sigmoid" else y.softmax(dim=1)
    return f.mse_loss(p, t) if loss == "mse" else f.binary_cross_entropy(p, t)


def check_loss(run):
    y = torch.tensor(run["outputs"]).reshape(-1, run["columns"]).requires_grad_()
    value = loss_of(run["head"], run["loss"], y, torch.tensor(run["targets"]).double().reshape(y.shape))
    value.backward()
    near(f"value of {run['head']}, {run['loss']}", run["value"], value.detach())
    near(f"gradient of {run['head']}, {run['loss']}", run["gradient"], y.grad.flatten())


def check_scales(run):
    scale, good = torch.full((), 65536.0, dtype=torch.float32), torch.zeros((), dtype=torch.int32)
    for step, bad in enumerate(run["bad"]):
        torch._amp_update_scale_(scale, good, torch.tensor(float(bad), dtype=torch.float32), 2.0, 0.5, 2000)
        if scale.item() != run["scale"][step]:
            sys.exit(f"loss scale after step {step}: {run['scale'][step]}, PyTorch has {scale.item()}")


with open(sys.argv[1]) as f:
    data = json.load(f)
for one in data["optimizers"]:
    check_optimizer(one)
for one in data["losses"]:
    check_loss(one)
check_scales(data["scales"])
if len(data["optimizers"]) != 24 or len(data["losses"]) != 6:
    sys.exit("some were not there to check")
