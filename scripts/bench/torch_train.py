"""Training as a PyTorch user writes it: torch_train.py DEPTH WIDTH BATCH OPTIMIZER STEPS prints seconds a step.
The one thing to know: one thread; data in memory as float32, batches by an index permutation; 20 steps are not counted."""
import sys
import time

import torch

torch.set_num_threads(1)
depth, width, batch, name, steps = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
modules, fan_in = [], 784
for _ in range(depth):
    modules += [torch.nn.Linear(fan_in, width), torch.nn.ReLU()]
    torch.nn.init.kaiming_normal_(modules[-2].weight)
    torch.nn.init.zeros_(modules[-2].bias)
    fan_in = width
net = torch.nn.Sequential(*modules, torch.nn.Linear(fan_in, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.01) if name == "sgd" else torch.optim.Adam(net.parameters())
images, labels, loss = torch.randn(20000, 784), torch.randint(0, 10, (20000,)), torch.nn.CrossEntropyLoss()
order, each = torch.randperm(20000), 20000 // batch
for step in range(20 + steps):
    if step == 20:
        start = time.perf_counter()
    rows = order[step % each * batch:(step % each + 1) * batch]
    optimizer.zero_grad(set_to_none=True)
    loss(net(images[rows]), labels[rows]).backward()
    optimizer.step()
print((time.perf_counter() - start) / steps)
