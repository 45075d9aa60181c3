"""The idiomatic peer: one forward and one backward pass with hooks, as a good PyTorch user writes it.
The one thing to know: it is kept fair: the same work (Gaussian weights, sigma_b = 0.1), one thread, float32 as PyTorch defaults to.
Records per layer: norms of dW, db, dz, dh, and mean and variance of h."""
import torch
import torch.nn as nn

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "selu": nn.SELU, "sigmoid": nn.Sigmoid, "gelu": nn.GELU}


def build(depth, width, activation, sigma_w):
    modules = []
    for _ in range(depth):
        linear = nn.Linear(width, width)
        nn.init.normal_(linear.weight, 0.0, sigma_w / width**0.5)
        nn.init.normal_(linear.bias, 0.0, 0.1)
        modules += [linear, ACTIVATIONS[activation]()]
    return nn.Sequential(*modules)


def run(depth, width, batch, activation, sigma_w, seed):
    torch.manual_seed(seed)
    net = build(depth, width, activation, sigma_w)
    zs, hs = [], []

    def keep(into):
        def hook(module, inputs, output):
            output.retain_grad()
            into.append(output)
        return hook

    for module in net:
        module.register_forward_hook(keep(zs if isinstance(module, nn.Linear) else hs))
    output = net(torch.randn(batch, width))
    ((output - torch.randn(batch, width)) ** 2).sum().mul(0.5).backward()
    rows = []
    with torch.no_grad():
        for linear, z, h in zip([m for m in net if isinstance(m, nn.Linear)], zs, hs):
            variance, mean = torch.var_mean(h, unbiased=False)
            rows.append((linear.weight.grad.norm().item(), linear.bias.grad.norm().item(), z.grad.norm().item(),
                         h.grad.norm().item(), mean.item(), variance.item()))
    return rows
