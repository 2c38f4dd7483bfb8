"""Anderson acceleration of a fixed-point iteration: one algorithm for equilibrium, derivative and adjoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

WINDOW = 6


class Fixed(NamedTuple):
    """Where the iteration stopped: the point, the size of its last step, how many steps it took."""

    point: Array
    error: Array
    iterations: Array


class _Memory(NamedTuple):
    point: Array
    error: Array
    taken: Array
    steps: Array
    images: Array
    gram: Array
    last_step: Array
    last_image: Array


def fixed_point(
    function: Callable[[Array], Array],
    start: Array,
    tolerance: Array | float,
    limit: int,
    *,
    scale: Array | float = 1.0,
    cap: float = jnp.inf,
) -> Fixed:
    """Find ``x = function(x)``.

    Each step fits the last `WINDOW` residual differences by least squares and extrapolates (Anderson 1965, type II;
    Walker and Ni 2011). Stops when the largest absolute component of ``scale * (function(x) - x)`` is at most
    `tolerance`, after `limit` steps, or at the first value that is not finite; returns the x where it was measured.

    Args:
        function: the map, ``[z] -> [z]``.
        start: ``[z]``.
        tolerance: on the largest component of a scaled step.
        limit: most steps.
        scale: ``[z]``, turns steps of an eased map back into residuals.
        cap: most that a component of the point may move in one step; keeps far starts from leaping.

    >>> import jax.numpy as jnp
    >>> round(float(fixed_point(jnp.cos, jnp.ones(1), 1e-12, 50).point[0]), 10)
    0.7390851332
    """
    size = start.shape[0]

    def unfinished(m: _Memory) -> Array:
        return (m.error > tolerance) & (m.taken < limit) & jnp.isfinite(m.error) | (m.taken == 0)

    def advance(m: _Memory) -> _Memory:
        image = function(m.point)
        step = image - m.point
        slot = (m.taken - 1) % WINDOW
        change = jnp.where(m.taken > 0, step - m.last_step, 0.0)
        steps = m.steps.at[slot].set(change)
        images = m.images.at[slot].set(jnp.where(m.taken > 0, image - m.last_image, 0.0))
        products = steps @ change
        gram = m.gram.at[slot].set(products).at[:, slot].set(products)
        move = step - _least_squares(gram, steps @ step) @ images
        move = move * jnp.minimum(1.0, cap / jnp.maximum(_largest(move), 1e-300))
        return _Memory(m.point + move, _largest(scale * step), m.taken + 1, steps, images, gram, step, image)

    empty, square = (jnp.zeros((WINDOW, columns), start.dtype) for columns in (size, WINDOW))
    zero = jnp.zeros(size, start.dtype)
    begin = _Memory(start, jnp.asarray(jnp.inf, start.dtype), jnp.asarray(0), empty, empty, square, zero, zero)
    end = lax.while_loop(unfinished, advance, begin)
    return Fixed(end.last_image - end.last_step, end.error, end.taken)


def _least_squares(gram: Array, right: Array) -> Array:
    """Solution of the normal equations, with a relative ridge that keeps them solvable, by elimination.

    Written out: batched calls of LAPACK can block each other for ever on few cores, and cost a little more.
    """
    ridge = 1e-14 * jnp.trace(gram) + 1e-300
    table = jnp.concatenate([gram + ridge * jnp.eye(WINDOW, dtype=gram.dtype), right[:, None]], axis=1)
    for k in range(WINDOW):
        pivot = table[k] / table[k, k]
        table = (table - table[:, k, None] * pivot).at[k].set(pivot)
    return table[:, -1]


def _largest(vector: Array) -> Array:
    """Largest absolute component, by halving: compilers make parallel what goes element by element, but no maximum."""
    values = jnp.abs(vector)
    while values.size > WINDOW:
        half = (values.size + 1) // 2
        values = jnp.maximum(values[:half], values[-half:])
    return values.max()
