"""Half of the whole-process sweep, as a PyTorch user runs it: torch_sweep.py idiomatic|tight WHICH BATCHES.
The one thing to know: one thread; every other network of the grid, so that two processes do all of it."""
import sys

import torch

import torch_idiomatic
import torch_tight
from whole import ACTIVATIONS, DEPTHS, WIDTHS

torch.set_num_threads(1)
kind, which, batches = sys.argv[1], int(sys.argv[2]), [int(b) for b in sys.argv[3].split(",")]
grid = [(a, d, w, b) for a in ACTIVATIONS for d in DEPTHS for w in WIDTHS for b in batches]
for activation, depth, width, batch in grid[which::2]:
    if kind == "idiomatic":
        torch_idiomatic.run(depth, width, batch, activation, 1.0, 0)
    else:
        torch_tight.Tight(depth, width, batch).run(activation, 1.0, 0)
