"""What the benchmarks run on, and what its memory can do."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np


def describe() -> str:
    """One line: processor, cores, Python and JAX."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    cpu = names[0] if names else platform.processor() or platform.machine()
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}, JAX {jax.__version__}, float64"


def best(action: Callable[[], object], repeats: int = 30) -> float:
    """Shortest wall time of `repeats` calls in seconds, after one to warm up."""
    jax.block_until_ready(action())
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        jax.block_until_ready(action())
        times.append(time.perf_counter() - begin)
    return min(times)


def shortest(actions: Sequence[Callable[[], object]], seconds: float) -> list[float]:
    """Shortest wall time of each action, run in turns for that long together, so that all meet the same machine."""
    found, until = [np.inf] * len(actions), time.perf_counter() + seconds
    while time.perf_counter() < until or np.isinf(found).any():
        for k, action in enumerate(actions):
            begin = time.perf_counter()
            jax.block_until_ready(action())
            found[k] = min(found[k], time.perf_counter() - begin)
    return found


def bandwidth(size: int) -> float:
    """Bytes a second at which `size` bytes are read over and over: of a matrix-vector product in NumPy and a compiled
    reduction, the faster. What fits in a cache is read from it, as the solver does."""
    data = np.arange(max(size // 8, 64), dtype=np.float64)[: max(size // 8 // 64, 1) * 64].reshape(-1, 64)
    vector, passes = np.ones(64), 20
    by_product = best(lambda: [data @ vector for _ in range(passes)], 20)
    array = jnp.asarray(data)
    read = jax.jit(lambda x: jax.lax.fori_loop(0, passes, lambda _i, s: s + jnp.sum(x * (1 + s * 1e-300)), 0.0))
    by_reduction = best(lambda: read(array), 20)
    return passes * data.nbytes / min(by_product, by_reduction)
