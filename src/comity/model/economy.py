"""The arrays that the equations read: a baseline economy and a policy, in shares of world factor income."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from comity.model.closures import Closures
from comity.policy.shock import Shock
from comity.world.calibration import Calibration, calibrate
from comity.world.world import World

Numbers: TypeAlias = Any
"""A JAX array inside compiled code, a NumPy array at the edges."""


class Economy(NamedTuple):
    """Baseline parameters. Axes as in the notation page; values are shares of baseline world factor income.

    ``pi[u, j, n, i]``, ``g[n, j, k]``, ``v[n, k]``, ``alpha[n, j]``, ``Y[n]``, ``C[n]``, ``B[n]``, ``K[n, k]``,
    ``t[j, n, i]``, ``x[j, n, i]``, ``R[n]`` (tariff and export-tax revenue), ``theta[j]``, ``scale[j]``,
    ``rho`` (1/kappa: 0 = mobile, 1 = specific), ``sigma`` (between sectors in final demand). Closures as numbers, so
    that one compiled program serves them all: ``by_output``, ``by_spending`` (1 where transfers follow it, else 0),
    ``public`` (share of the change in revenue that is spent on public goods: 0 or 1).
    """

    pi: Numbers
    g: Numbers
    v: Numbers
    alpha: Numbers
    Y: Numbers
    C: Numbers
    B: Numbers
    K: Numbers
    t: Numbers
    x: Numbers
    R: Numbers
    theta: Numbers
    scale: Numbers
    rho: Numbers
    sigma: Numbers
    by_output: Numbers
    by_spending: Numbers
    public: Numbers


class Policy(NamedTuple):
    """Counterfactual policy and technology; amounts are shares of baseline world factor income.

    ``t[j, n, i]``, ``x[j, n, i]`` rates; ``d[j, n, i]`` iceberg ratio; ``a[j, n, i]`` share of varieties that remain;
    ``A[n, k]`` productivity ratio; ``L[n]`` factor ratio; ``s[n, k]`` subsidy; ``T[n]`` added transfer;
    ``G[n]`` added public absorption and ``beta[n, j]`` its composition; ``sources[j, n, i]`` where it is bought, or
    None: as final demand buys. With sources of its own it is a use beside those of the economy, the last one; without,
    programs are compiled as if there were none.
    """

    t: Numbers
    x: Numbers
    d: Numbers
    a: Numbers
    A: Numbers
    L: Numbers
    s: Numbers
    T: Numbers
    G: Numbers
    beta: Numbers
    sources: Numbers | None = None


@lru_cache(maxsize=8)
def economy(world: World, closures: Closures) -> Economy:
    """The baseline economy under a choice of closures, as float64 device arrays, made once: neither can change."""
    theta, kappa = closures.at_horizon(world.elasticities.theta)
    scale = world.elasticities.scale if closures.competition == "scale" else np.zeros_like(theta)
    parameters = {"theta": theta, "scale": scale, "rho": 1 / kappa, "sigma": closures.demand_elasticity}
    rules = {
        "by_output": closures.imbalances == "output",
        "by_spending": closures.imbalances == "spending",
        "public": closures.revenue == "public",
    }
    shared = _calibrated(world, by_use=closures.sourcing == "by-use")
    return Economy(**shared, **_on_device(parameters | rules))


@lru_cache(maxsize=4)
def _calibrated(world: World, *, by_use: bool) -> dict[str, Array]:
    """What every closure shares; worlds are read-only, so that it is made once for all that is asked of one."""
    base = calibrate(world, by_use=by_use)
    world_income = base.Y.sum()
    arrays = {name: getattr(base, name) for name in ("pi", "g", "v", "alpha", "t", "x")}
    money = {name: getattr(base, name) / world_income for name in ("Y", "C", "B", "K")}
    return _on_device(arrays | money | {"R": baseline_revenue(base) / world_income})


def _on_device(values: Mapping[str, Any]) -> dict[str, Array]:
    """Numbers and arrays as float64 device arrays, put there together: one by one takes longer."""
    plain = [np.asarray(value, np.float64) for value in values.values()]
    return dict(zip(values, jax.device_put(plain), strict=True))


def baseline_revenue(base: Calibration) -> np.ndarray:
    """Tariff and export-tax revenue ``[n]`` at the calibrated shares, US$ million."""
    final = base.alpha * base.C[:, None]
    inputs = np.einsum("njk,nk->nj", base.g, base.K)
    spending = np.stack([inputs, final]) if base.pi.shape[0] == 2 else (inputs + final)[None]
    border = np.einsum("ujni,unj->jni", base.pi, spending) / (1 + base.t)
    return np.asarray((border * base.t).sum((0, 2)) + (border * base.x / (1 + base.x)).sum((0, 1)))


def policy(shock: Shock, world_income: float) -> Policy:
    """A shock as device arrays; amounts divided by baseline world factor income (US$ million)."""
    values = (
        shock.tariff, shock.export_tax, shock.iceberg, shock.available, shock.productivity, shock.factors,
        shock.subsidy, shock.transfer / world_income, shock.public / world_income, shock.public_mix,
    )  # fmt: skip
    own = {} if shock.public_sources is None else {"sources": shock.public_sources}
    return Policy(**_on_device(dict(zip(Policy._fields, values, strict=False)) | own))


def no_change(e: Economy, sources: Numbers | None = None) -> Policy:
    """The policy that changes nothing; with `sources`, one that has public use apart and buys nothing for it."""
    trade, make, region = jnp.ones_like(e.t), jnp.ones_like(e.K), jnp.ones_like(e.Y)
    return Policy(e.t, e.x, trade, trade, make, region, 0 * make, 0 * region, 0 * region, e.alpha, sources)
