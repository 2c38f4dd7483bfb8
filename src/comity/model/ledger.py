"""The economy at an equilibrium, in levels: what is traded, made, spent and levied, before anything is reported."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from comity.model import equations as eq
from comity.model.closures import Rules
from comity.model.economy import Economy, Numbers, Policy, no_change
from comity.model.equations import State
from comity.model.equilibrium import levels, prepare, start


class Ledger(NamedTuple):
    """The accounts of an equilibrium. Levels are shares of baseline world factor income, hats ratios to the baseline.

    Trade: ``share[u, j, n, i]`` at buyer's prices; ``flow[u, j, n, i]`` border value. Prices, all hats: ``p[i, j]``
    producer; ``border[j, n, i]``; ``price[u, j, n]`` buyer's index, and of it ``final_price[n, j]`` and
    ``public_price[n, j]``; ``P_C[n]`` consumer; ``factor[n, k]``; ``w[n]`` factor income per worker. Spending
    ``[n, j]``: ``final`` private, ``public`` added, ``inputs`` intermediate. Production ``[n, k]``: ``K`` cost value,
    ``Q`` output (hat). Budgets ``[n]``: ``Y`` factor income, ``C`` private and ``G`` added public spending, ``B`` net
    transfer, ``tariffs``, ``export_taxes``, ``subsidies``.
    """

    share: Numbers
    flow: Numbers
    p: Numbers
    border: Numbers
    final: Numbers
    public: Numbers
    inputs: Numbers
    price: Numbers
    final_price: Numbers
    public_price: Numbers
    P_C: Numbers
    K: Numbers
    Q: Numbers
    factor: Numbers
    w: Numbers
    Y: Numbers
    C: Numbers
    G: Numbers
    B: Numbers
    tariffs: Numbers
    export_taxes: Numbers
    subsidies: Numbers


def ledger(
    e: Economy, q: Policy, rules: Rules, z: State, prepared: tuple[eq.Weights, eq.Masks] | None = None
) -> Ledger:
    """The accounts at a state. At a fixed point they close; the certificate checks that they do.

    `prepared` is what `prepare` makes of the policy, where it is at hand.
    """
    weights, masks = prepare(e, q) if prepared is None else prepared
    now = levels(e, q, weights, masks, z, rules)
    _, sectors, regions, _ = e.pi.shape
    shape = (sectors, eq.uses_of(e, q), regions, regions)
    scaled = (now.power[:, None, :] / now.denominator[:, :, None]).reshape(shape)
    demand = now.X.reshape(shape[:-1])[..., None]
    flow = weights.border.reshape(shape) * scaled * demand
    K = jnp.where(masks.makes, jnp.exp(z.K), 0.0)
    C, G = jnp.exp(z.C), z.G * e.C
    p = jnp.exp(now.cost) * (1 - q.s)
    w = jnp.exp(z.w)
    price = eq.split_uses(e, now.price)
    return Ledger(
        share=jnp.swapaxes(weights.buyer.reshape(shape) * scaled, 0, 1),
        flow=jnp.swapaxes(flow, 0, 1),
        p=p,
        border=p.T[:, None, :] * (1 + q.x) / (1 + e.x),
        final=now.alpha * C[:, None],
        public=q.beta * G[:, None],
        inputs=jnp.einsum("njk,nk->nj", e.g, K),
        price=jnp.swapaxes(jnp.exp(now.price).reshape(shape[:-1]), 0, 1),
        final_price=jnp.exp(price.final.T),
        public_price=jnp.exp(price.public.T),
        P_C=jnp.exp(eq.log_consumer_price(e, price.final, ces=rules.ces)),
        K=K,
        Q=jnp.where(masks.makes, K / jnp.where(e.K > 0, e.K, 1.0) / jnp.exp(now.cost), 0.0),
        factor=jnp.exp(eq.log_factor_price(e, q, z)),
        w=w,
        Y=w * e.Y * q.L,
        C=C,
        G=G,
        B=now.B,
        tariffs=now.tariffs,
        export_taxes=now.export_taxes,
        subsidies=(q.s * K).sum(1),
    )


def baseline(e: Economy, q: Policy, rules: Rules) -> Ledger:
    """The accounts before any change, with the uses that a policy has."""
    return ledger(e, no_change(e, q.sources), rules, start(e))
