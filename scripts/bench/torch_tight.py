"""The tight peer: what an expert writes in PyTorch for the same work.
The one thing to know: preallocated buffers, inference mode, aten's fused backward kernels, norms of dW by the Gram trick.
One instance a shape; run() samples, passes forward and backward, and returns the statistics tensor."""
import torch
import torch.nn.functional as F

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def forward(activation, z, h):
    if activation == "tanh":
        torch.tanh(z, out=h)
    elif activation == "relu":
        torch.clamp_min(z, 0, out=h)
    elif activation == "sigmoid":
        torch.sigmoid(z, out=h)
    elif activation == "selu":
        h.copy_(F.selu(z))
    else:
        h.copy_(F.gelu(z))


def backward(activation, g, z, h):
    aten = torch.ops.aten
    if activation == "tanh":
        return aten.tanh_backward(g, h)
    if activation == "relu":
        return aten.threshold_backward(g, h, 0)
    if activation == "sigmoid":
        return aten.sigmoid_backward(g, h)
    if activation == "selu":
        return aten.elu_backward(g, SELU_ALPHA, SELU_SCALE, 1.0, True, h)
    return aten.gelu_backward(g, z)


class Tight:
    def __init__(self, depth, width, batch, dtype=torch.float32):
        self.shape, self.dtype = (depth, width, batch), dtype
        new = lambda *size: torch.empty(*size, dtype=dtype)
        self.w, self.b = new(depth, width, width), new(depth, width)
        self.z, self.h, self.g = new(depth, batch, width), new(depth + 1, batch, width), new(batch, width)
        self.gram = batch < width // 2
        self.k, self.k2, self.dw = new(batch, batch), new(batch, batch), new(width, width)

    @torch.inference_mode()
    def run(self, activation, sigma_w, seed):
        depth, width, batch = self.shape
        torch.manual_seed(seed)
        self.w.normal_(0, sigma_w / width**0.5)
        self.b.normal_(0, 0.1)
        self.h[0].normal_()
        target = torch.randn(batch, width, dtype=self.dtype)
        for l in range(depth):
            torch.addmm(self.b[l], self.h[l], self.w[l].t(), out=self.z[l])
            forward(activation, self.z[l], self.h[l + 1])
        stats = torch.empty(depth, 6, dtype=self.dtype)
        g = self.h[depth] - target
        for l in range(depth - 1, -1, -1):
            d = backward(activation, g, self.z[l], self.h[l + 1])
            stats[l, 3] = torch.dot(g.view(-1), g.view(-1))
            stats[l, 2] = torch.dot(d.view(-1), d.view(-1))
            if self.gram:
                torch.mm(d, d.t(), out=self.k)
                torch.mm(self.h[l], self.h[l].t(), out=self.k2)
                stats[l, 0] = torch.dot(self.k.view(-1), self.k2.view(-1))
            else:
                torch.mm(d.t(), self.h[l], out=self.dw)
                stats[l, 0] = torch.dot(self.dw.view(-1), self.dw.view(-1))
            db = d.sum(0)
            stats[l, 1] = torch.dot(db, db)
            torch.mm(d, self.w[l], out=self.g)
            g = self.g
        after = self.h[1:].reshape(depth, -1)
        mean = after.mean(1)
        stats[:, 4] = mean
        stats[:, 5] = torch.linalg.vector_norm(after, dim=1) ** 2 / after.shape[1] - mean * mean
        stats[:, :4].sqrt_()
        return stats
