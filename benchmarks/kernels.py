"""Ways to write the passes over trade of one sweep: index, receipts, border value from ``power[j, i]`` and ``X[j, m]``.

Each returns ``(index[j, m], receipts[j, i], border[j, m])`` and reads the weights of `Layouts`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from comity.model.equations import Weights

Passes = tuple[Array, Array, Array]


class Layouts(NamedTuple):
    """The weights in every order that is tried; ``_t`` is ``[j, i, m]``, ``both`` is buyer and then border."""

    buyer: Array
    border: Array
    producer: Array
    buyer_t: Array
    border_t: Array
    both: Array


def layouts(w: Weights) -> Layouts:
    """All orders of a set of weights."""
    buyer_t, border_t = (jnp.swapaxes(part, 1, 2).copy() for part in (w.buyer, w.border))
    return Layouts(w.buyer, w.border, w.producer, buyer_t, border_t, jnp.concatenate([w.buyer, w.border], axis=1))


def einsum(w: Layouts, power: Array, X: Array) -> Passes:
    """As shipped."""
    index = jnp.einsum("jmi,ji->jm", w.buyer, power)
    demand = X / index
    receipts = power * jnp.einsum("jmi,jm->ji", w.producer, demand)
    return index, receipts, demand * jnp.einsum("jmi,ji->jm", w.border, power)


def shared(w: Layouts, power: Array, X: Array) -> Passes:
    """One array for producer and border, which are equal without export taxes."""
    return einsum(w._replace(producer=w.border), power, X)


def stacked(w: Layouts, power: Array, X: Array) -> Passes:
    """Index and border value in one product."""
    both = jnp.einsum("jmi,ji->jm", w.both, power)
    index, border = both[:, : X.shape[1]], both[:, X.shape[1] :]
    demand = X / index
    return index, power * jnp.einsum("jmi,jm->ji", w.producer, demand), demand * border


def two_reads(w: Layouts, power: Array, X: Array) -> Passes:
    """Flows once, summed both ways: two arrays are read instead of three."""
    index = jnp.einsum("jmi,ji->jm", w.buyer, power)
    flow = w.border * (X / index)[:, :, None] * power[:, None, :]
    return index, flow.sum(1), flow.sum(2)


def no_tariffs(w: Layouts, power: Array, X: Array) -> Passes:
    """Without the third pass: a bound on what avoiding it could save (the result lacks tariff revenue)."""
    index = jnp.einsum("jmi,ji->jm", w.buyer, power)
    return index, power * jnp.einsum("jmi,jm->ji", w.producer, X / index), X


def transposed(w: Layouts, power: Array, X: Array) -> Passes:
    """Weights of index and border stored exporter by importer."""
    index = jnp.einsum("jim,ji->jm", w.buyer_t, power)
    demand = X / index
    receipts = power * jnp.einsum("jmi,jm->ji", w.producer, demand)
    return index, receipts, demand * jnp.einsum("jim,ji->jm", w.border_t, power)


def matmul(w: Layouts, power: Array, X: Array) -> Passes:
    """Batched ``@`` instead of einsum."""
    index = (w.buyer @ power[:, :, None])[:, :, 0]
    demand = X / index
    receipts = power * (demand[:, None, :] @ w.producer)[:, 0]
    return index, receipts, demand * (w.border @ power[:, :, None])[:, :, 0]


def products(w: Layouts, power: Array, X: Array) -> Passes:
    """Products and sums, left to the compiler to fuse."""
    index = (w.buyer * power[:, None, :]).sum(2)
    demand = X / index
    return index, power * (w.producer * demand[:, :, None]).sum(1), demand * (w.border * power[:, None, :]).sum(2)


def by_sector(w: Layouts, power: Array, X: Array) -> Passes:
    """Sector by sector, so that a sector's weights stay in the nearest cache."""

    def one(part: tuple[Array, ...]) -> Passes:
        buyer, border, producer, p, x = part
        index = buyer @ p
        demand = x / index
        return index, p * (demand @ producer), demand * (border @ p)

    found: Passes = lax.map(one, (w.buyer, w.border, w.producer, power, X))
    return found


def single(w: Layouts, power: Array, X: Array) -> Passes:
    """As shipped, in float32: what half the bytes would give."""
    low = Layouts(*(part.astype(jnp.float32) for part in w))
    return einsum(low, power.astype(jnp.float32), X.astype(jnp.float32))


KERNELS: dict[str, Callable[[Layouts, Array, Array], Passes]] = {
    "shipped: einsum": einsum,
    "one array for producer and border": shared,
    "index and border in one product": stacked,
    "flows once, summed both ways": two_reads,
    "weights stored by j, i, m": transposed,
    "batched matmul": matmul,
    "products and sums": products,
    "sector by sector": by_sector,
    "float32": single,
    "no third pass (bound)": no_tariffs,
}
"""Every way, the shipped one first."""
