"""The exact change in real income split into channels, by integrating along a path of policies.

Along the path, at unchanged world factor income, with border prices p_b and quantities q (delivered for imports,
shipped for exports),

    C dlnW = (sum exports dln p_b - sum imports dln p_b)            terms of trade
           + sum (t imports + x exports at producer price) dln q    volume
           + sum pi X dln a / theta                                 variety
           - sum imports dln d                                      iceberg
           + sum K dln A + sum scale K dln Q + Y dln L              productivity, scale, factors
           + dT + (dB - dT)                                         transfers, imbalances
           - (dG - G dln P_G) - sum s K dln Q                       public absorption, subsidies

(an envelope result, as in Baqaee and Farhi 2024, written out for this model; the docs derive it). Gauss-Legendre nodes
along the path, exact derivatives at each. Divided by C and integrated the terms add up to ln W; each is then turned
from log points into a part of W - 1 by the region's own factor (W - 1) / ln W, the logarithmic mean of W and 1.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from comity.model.closures import Rules
from comity.model.economy import Economy, Policy
from comity.model.equilibrium import equilibrium
from comity.model.ledger import Ledger, ledger
from comity.model.welfare import abroad

NODES = 8
CHANNELS = (
    "terms of trade", "volume", "variety", "iceberg", "productivity", "scale", "factors", "transfers",
    "imbalances", "public absorption", "subsidies",
)  # fmt: skip


class Channels(NamedTuple):
    """Contributions to W - 1, fractions. ``trade[c, j, n, m]``: the first four channels by sector, region, partner;
    ``make[c, n, k]``: productivity, scale, subsidies; ``region[c, n]``: factors, transfers, imbalances, public
    absorption; ``error``: largest residual of the nodes' solutions."""

    trade: Array
    make: Array
    region: Array
    error: Array

    def by_region(self) -> tuple[Array, ...]:
        """Each channel ``[n]``, in the order of `CHANNELS`."""
        make = self.make.sum(2)
        return (*self.trade.sum((1, 3)), make[0], make[1], *self.region, make[2])

    def totals(self) -> dict[str, np.ndarray]:
        """Each channel ``[n]`` by name, in the order of `CHANNELS`."""
        return dict(zip(CHANNELS, map(np.asarray, self.by_region()), strict=True))

    def by_sector(self) -> Array:
        """What comes through trade in a sector's products and through making them ``[n, j]``."""
        return self.trade.sum((0, 3)).T + self.make.sum(0)

    def by_partner(self) -> Array:
        """What comes through trade with a partner ``[n, m]``."""
        return self.trade.sum((0, 1))


def along(e: Economy, q: Policy, at: Array) -> Policy:
    """The policy at a point of the path from no change (0) to `q` (1): straight in logs of 1+t, 1+x, d, A, L; linear in
    a, s, transfers and public absorption."""

    def rate(old: Array, new: Array) -> Array:
        return jnp.exp((1 - at) * jnp.log1p(old) + at * jnp.log1p(new)) - 1

    return Policy(
        t=rate(e.t, q.t), x=rate(e.x, q.x), d=q.d**at, a=1 + at * (q.a - 1), A=q.A**at, L=q.L**at,
        s=at * q.s, T=at * q.T, G=at * q.G, beta=q.beta, sources=q.sources,
    )  # fmt: skip


def _contributions(e: Economy, q: Policy, dq: Policy, a: Ledger, da: Ledger) -> Channels:
    """The terms of the envelope at one point, in shares of world factor income per unit of path."""
    M, dM, off = a.flow.sum(0), da.flow.sum(0), abroad(a)
    dp, dd = da.border / a.border, dq.d / q.d
    revalued = M * dp * off
    imports_volume = q.t * (dM - M * (dp + dd))
    exports_volume = q.x / (1 + q.x) * (dM - M * dp)
    variety = M * (1 + q.t) * jnp.where(q.a > 0, dq.a / jnp.where(q.a > 0, q.a, 1.0), 0.0) / e.theta[:, None, None]
    trade = jnp.stack(
        [jnp.swapaxes(revalued, 1, 2) - revalued, imports_volume + jnp.swapaxes(exports_volume, 1, 2), variety, -M * dd]
    )
    dQ = a.K * jnp.where(a.Q > 0, da.Q / jnp.where(a.Q > 0, a.Q, 1.0), 0.0)
    make = jnp.stack([a.K * dq.A / q.A, e.scale * dQ, -q.s * dQ])
    public = (da.public - a.public * da.public_price / a.public_price).sum(1)
    region = jnp.stack([a.Y * dq.L / q.L, dq.T, da.B - dq.T, -public])
    return Channels(trade, make, region, jnp.zeros(()))


@partial(jax.jit, static_argnames=("rules", "nodes"))
def decompose(e: Economy, q: Policy, rules: Rules, nodes: int = NODES) -> Channels:
    """Channels of the exact change in real income; they add up to W - 1 for every region.

    Args:
        e: baseline economy.
        q: policy.
        rules: equations in force.
        nodes: of the Gauss-Legendre rule.
    """
    points, weights = np.polynomial.legendre.leggauss(nodes)

    def at(point: Array) -> tuple[Ledger, Policy, Array]:
        here = along(e, q, point)
        found = equilibrium(e, here, rules)
        return ledger(e, here, rules, found.state), here, found.error

    def add(total: Channels, node: tuple[Array, Array]) -> tuple[Channels, None]:
        point, weight = node
        (a, here, error), (da, dhere, _) = jax.jvp(at, (point,), (jnp.ones_like(point),))
        terms = _contributions(e, here, dhere, a, da)
        size = weight / a.C
        return Channels(
            total.trade + terms.trade * size[None, None, :, None],
            total.make + terms.make * size[None, :, None],
            total.region + terms.region * size[None, :],
            jnp.maximum(total.error, error),
        ), None

    sectors, regions = e.t.shape[:2]
    zero = Channels(
        jnp.zeros((4, sectors, regions, regions)),
        jnp.zeros((3, regions, sectors)),
        jnp.zeros((4, regions)),
        jnp.zeros(()),
    )
    unit_interval = (jnp.asarray((points + 1) / 2), jnp.asarray(weights / 2))
    logs: Channels = lax.scan(add, zero, unit_interval)[0]
    total = logs.trade.sum((0, 1, 3)) + logs.make.sum((0, 2)) + logs.region.sum(0)
    part = jnp.where(total == 0, 1.0, jnp.expm1(total) / jnp.where(total == 0, 1.0, total))
    return Channels(
        logs.trade * part[None, None, :, None], logs.make * part[None, :, None], logs.region * part, logs.error
    )
