"""Value added along the chain of supply in a draw, for some final uses: as `comity.exposure` has it for an outcome.

Output follows from final use, ``K = f + A K``; here by rounds of supply until nothing is left, for the few final uses
that are asked for, where `comity.exposure.dependence` solves for all of them at once.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from comity.model.economy import Economy, Policy
from comity.model.ledger import Ledger

LEFT = 1e-14
"""Of the largest output asked for: when so little is added by a round, no more are counted."""
MOST = 2000


def chains(e: Economy, q: Policy, a: Ledger, users: Array, products: Array) -> Array:
    """Value added of each region's industries ``[u, i, k]`` that stands in some final uses, shares of world factor
    income.

    Args:
        e: economy.
        q: policy.
        a: accounts of an equilibrium.
        users: ``[u]``, whose final use.
        products: ``[u, j]``, one for the products that are counted.
    """
    paid = (1 + q.t) * (1 + q.x) * (1 - q.s).T[:, None, :]
    private = a.share[1] if e.pi.shape[0] == 2 else a.share[0]
    public = private if q.sources is None else a.share[-1]
    bought = (private * a.final.T[:, :, None] + public * a.public.T[:, :, None]) / paid
    sourcing = a.share[0] / paid
    asked = jnp.einsum("uj,jui->uij", products, bought[:, users])
    enough = LEFT * jnp.abs(asked).max(initial=0.0)

    def going(now: tuple[Array, Array, Array]) -> Array:
        more, _, rounds = now
        return (jnp.abs(more).max(initial=0.0) > enough) & (rounds < MOST)

    def supply(now: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        more, made, rounds = now
        inputs = jnp.einsum("njk,unk->unj", e.g, more)
        next_ = jnp.einsum("jni,unj->uij", sourcing, inputs)
        return next_, made + next_, rounds + 1

    found: tuple[Array, Array, Array] = lax.while_loop(going, supply, (asked, asked, jnp.asarray(0)))
    left, made, _ = found
    return jnp.where(jnp.abs(left).max(initial=0.0) > enough, jnp.nan, made * e.v)
