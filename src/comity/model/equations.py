"""The equilibrium conditions in changes, one function a condition, named and ordered as on the model page of the docs.

Axes: ``j`` sector, ``n`` importer or user, ``i`` exporter or producer, ``k`` using sector, ``m`` buyer: the pair of use
and importer (with pooled sourcing buyers are importers). Money is in shares of baseline world factor income.
Sources: Dekle, Eaton and Kortum (2008); Caliendo and Parro (2015), eqs. 10-14; Galle, Rodriguez-Clare and Yi (2023) for
the supply of factors; Lashkaripour and Lugovskyy (2023) for scale.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from comity.model.economy import Economy, Numbers, Policy


class State(NamedTuple):
    """The unknowns. In logs: ``w[n]`` factor income per worker (hat; written Phi on the model page), ``P[n, j]`` price
    of inputs (hat), ``K[n, k]`` cost value of output, ``C[n]`` final spending. In levels, as a share of baseline final
    spending: ``G[n]`` added public absorption. Structural zeros hold 0."""

    w: Array
    P: Array
    K: Array
    C: Array
    G: Array


class Weights(NamedTuple):
    """What a policy makes of the trade shares, computed once for a solve, each ``[j, m, i]``.

    ``buyer`` = pi a (relative trade cost)^-theta; ``border`` = buyer / (1+t'); ``producer`` = border / (1+x').
    """

    buyer: Array
    border: Array
    producer: Array


class Masks(NamedTuple):
    """Structural zeros under a policy: ``makes[n, k]`` produces and can sell, ``buys[j, m]`` has a source."""

    makes: Array
    buys: Array


def by_buyer(array: Array, uses: int) -> Numbers:
    """A trade array ``[j, n, i]`` repeated for each use: ``[j, m, i]``."""
    return array if uses == 1 else jnp.concatenate([array] * uses, axis=1)


def shares(e: Economy, q: Policy) -> Numbers:
    """Baseline sourcing of every use ``pi[u, j, n, i]``; added public absorption is the last one if it has its own."""
    return e.pi if q.sources is None else jnp.concatenate([e.pi, q.sources[None]])


def uses_of(e: Economy, q: Policy) -> int:
    """How many uses choose sources of their own: inputs and final demand, pooled or apart, and public absorption."""
    return int(e.pi.shape[0]) + (q.sources is not None)


def trade_weights(e: Economy, q: Policy) -> Weights:
    """Weights of the share and sales equations: everything in them that does not move within a solve."""
    pi = shares(e, q)
    uses, sectors, regions, _ = pi.shape
    cost = jnp.log(q.d * (1 + q.t) * (1 + q.x) / ((1 + e.t) * (1 + e.x)))
    factor = q.a * jnp.exp(-e.theta[:, None, None] * cost)
    buyer = jnp.swapaxes(pi, 0, 1).reshape(sectors, uses * regions, regions) * by_buyer(factor, uses)
    border = buyer / by_buyer(1 + q.t, uses)
    return Weights(buyer, border, border / by_buyer(1 + q.x, uses))


def structural(e: Economy, weights: Weights) -> Masks:
    """Which cells are alive: output that some buyer still takes, spending that still has a source."""
    return Masks(makes=(e.K > 0) & (weights.buyer.sum(1).T > 0), buys=weights.buyer.sum(2) > 0)


def log_factor_price(e: Economy, q: Policy, z: State) -> Numbers:
    """Factor price ``ln w[n, k]``: the factors condition solved for the price (Roy-Frechet supply, 1/kappa = rho)."""
    growth = z.K - jnp.log(jnp.where(e.K > 0, e.K, 1.0)) - jnp.log(q.L)[:, None]
    return (1 - e.rho) * z.w[:, None] + e.rho * jnp.where(e.K > 0, growth, 0.0)


def log_cost(e: Economy, q: Policy, z: State) -> Numbers:
    """Unit cost ``ln c[i, j]``; with scale economies Q_hat = K_hat / c_hat is solved out."""
    bundle = e.v * log_factor_price(e, q, z) + jnp.einsum("nkj,nk->nj", e.g, z.P) - jnp.log(q.A)
    growth = jnp.where(e.K > 0, z.K - jnp.log(jnp.where(e.K > 0, e.K, 1.0)), 0.0)
    return (bundle - e.scale * growth) / (1 - e.scale)


def competitiveness(e: Economy, q: Policy, cost: Array, makes: Array) -> Numbers:
    """Producer price to the power -theta, ``p^-theta[j, i]``; 0 where nothing is made."""
    power = jnp.exp(-e.theta * (cost + jnp.log1p(-q.s)))
    return jnp.where(makes, power, 0.0).T


def log_price_index(e: Economy, weights: Weights, power: Array, buys: Array) -> tuple[Array, Array]:
    """Price index: ``P^-theta[j, m]`` and ``ln P[j, m]`` (0 where nothing is bought)."""
    total = jnp.einsum("jmi,ji->jm", weights.buyer, power)
    safe = jnp.where(buys, total, 1.0)
    return safe, -jnp.log(safe) / e.theta[:, None]


def final_shares(e: Economy, log_price: Array) -> Numbers:
    """Composition of final demand ``alpha'[n, j]`` at final prices ``ln P[j, n]`` (CES between sectors)."""
    value = e.alpha * jnp.exp((1 - e.sigma) * log_price.T)
    return value / value.sum(1, keepdims=True)


def log_consumer_price(e: Economy, log_price: Array, *, ces: bool) -> Numbers:
    """Exact index of final demand ``ln P_C[n]`` from final prices ``ln P[j, n]``."""
    if not ces:
        return jnp.einsum("nj,jn->n", e.alpha, log_price)
    return jnp.log((e.alpha * jnp.exp((1 - e.sigma) * log_price.T)).sum(1)) / (1 - e.sigma)


class ByUse(NamedTuple):
    """One array ``[j, n]`` for each purpose; those that share their sources hold the same."""

    inputs: Array
    final: Array
    public: Array


def split_uses(e: Economy, array: Array) -> ByUse:
    """``[j, m]`` by purpose."""
    regions, own = e.pi.shape[2], e.pi.shape[0]
    return ByUse(array[:, :regions], array[:, (own - 1) * regions : own * regions], array[:, -regions:])


def spending(e: Economy, q: Policy, alpha: Array, K: Array, C: Array, G: Array) -> Numbers:
    """Spending ``X[j, m]``: inputs, private and added public final demand."""
    inputs = jnp.einsum("njk,nk->jn", e.g, K)
    if q.sources is None:
        final, public = (alpha * C[:, None] + q.beta * G[:, None]).T, []
    else:
        final, public = (alpha * C[:, None]).T, [(q.beta * G[:, None]).T]
    parts = [inputs + final, *public] if e.pi.shape[0] == 1 else [inputs, final, *public]
    return parts[0] if len(parts) == 1 else jnp.concatenate(parts, axis=1)


class Sales(NamedTuple):
    """Receipts of producers ``producer[i, j]``, and revenue of tariffs and of export taxes ``[n]``."""

    producer: Array
    tariffs: Array
    export_taxes: Array


def sales(e: Economy, weights: Weights, power: Array, index: Array, X: Array, *, export_taxes: bool) -> Sales:
    """Sales and the government revenue that lies between buyers and producers."""
    regions = e.pi.shape[2]
    demand = X / index
    receipts = power * jnp.einsum("jmi,jm->ji", weights.producer, demand)
    border = demand * jnp.einsum("jmi,ji->jm", weights.border, power)
    tariffs = (X - border).sum(0).reshape(-1, regions).sum(0)
    if not export_taxes:
        return Sales(receipts.T, tariffs, jnp.zeros_like(tariffs))
    at_border = power * jnp.einsum("jmi,jm->ji", weights.border, demand)
    return Sales(receipts.T, tariffs, (at_border - receipts).sum(0))


def transfers(e: Economy, q: Policy, K: Array, C: Array) -> Numbers:
    """Net transfers ``B'[n]``: ``fixed``, or in proportion to output or to spending (`Economy.by_output` and
    `Economy.by_spending` are 1 then, else 0)."""
    fixed = (1 - e.by_output - e.by_spending) * e.B
    by_output = e.by_output * proportional(e.B, e.K.sum(1), K.sum(1))
    return fixed + by_output + e.by_spending * proportional(e.B, e.C, C) + q.T


def proportional(B: Array, base: Array, now: Array) -> Numbers:
    """Transfers ``[n]`` that keep each region's baseline ratio to `base`; what then fails to sum to zero is spread over
    the world in proportion to the same base."""
    rate = B / base
    return (rate - (rate * now).sum() / now.sum()) * now


def public_absorption(e: Economy, q: Policy, revenue: Array) -> Numbers:
    """Added public absorption ``G'[n]``; `Economy.public` is the share of the change in revenue that is spent on it."""
    return q.G + e.public * (revenue - e.R)


def income(e: Economy, q: Policy, w: Array, K: Array, revenue: Array, B: Array, G: Array) -> Numbers:
    """Final spending ``C'[n]`` that the budget leaves; ``w`` is the hat of factor income per worker, in levels."""
    return w * e.Y * q.L + revenue + B - G - (q.s * K).sum(1)


def factor_demand(e: Economy, K: Array) -> Numbers:
    """Payments to factors ``sum_k v K'[n]``."""
    return (e.v * K).sum(1)
