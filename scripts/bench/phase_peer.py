"""The peer of the phase-diagram benchmark: erf's diagram by neural-tangents, as its own phase-diagram notebook goes about it.
The one thing to know: one layer of stax is the map of q (and, with two inputs, of c); Newton's steps and slopes come from JAX's gradients,
the grid from vmap, all compiled once; double precision. Lengths start at w^2 + b^2, above every fixed point, where Newton converges."""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax  # noqa: E402
import jax.numpy as np  # noqa: E402
import neural_tangents  # noqa: E402
from neural_tangents import stax  # noqa: E402
from neural_tangents._src.utils.kernel import Kernel  # noqa: E402

jax.config.update("jax_enable_x64", True)
NAME = f"neural-tangents {neural_tangents.__version__}, JAX {jax.__version__}"


def covariance(k):
    return Kernel(nngp=k, ntk=None, cov1=np.diag(k), cov2=None, x1_is_x2=True, is_gaussian=True, is_reversed=False, is_input=False,
                  diagonal_batch=True, diagonal_spatial=False, shape1=(k.shape[0], 1024), shape2=(k.shape[1], 1024), batch_axis=0,
                  channel_axis=1, mask1=None, mask2=None)


def point(w, b):
    layer = stax.serial(stax.Erf(), stax.Dense(1024, w, b))[2]

    def length(q):
        return layer(covariance(q[None, None])).nngp[0, 0]

    def newton(state):
        q, _ = state
        return q - (length(q) - q) / (jax.grad(length)(q) - 1), q

    q, _ = jax.lax.while_loop(lambda s: np.abs(s[0] - s[1]) > 1e-13 * s[0], newton, (w * w + b * b, 0.0))

    def correlation(c):
        return layer(covariance(q * np.array([[1.0, 0.0], [0.0, 1.0]]) + q * c * np.array([[0.0, 1.0], [1.0, 0.0]]))).nngp[0, 1] / q

    return q, jax.grad(correlation)(1.0), jax.grad(length)(q)


grid = jax.jit(jax.vmap(jax.vmap(point, (None, 0)), (0, None)))


def diagram(side=41):
    """Sums of ln q*, chi_1 and chi_par over the grid of phase.c."""
    i = np.arange(side)
    q, chi_1, chi_par = jax.block_until_ready(grid(0.5 + 3.5 * i / (side - 1), 0.05 + 1.95 * i / (side - 1)))
    return float(np.log(q).sum()), float(chi_1.sum()), float(chi_par.sum())
