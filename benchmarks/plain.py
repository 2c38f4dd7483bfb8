"""The same model by plain damped iteration in NumPy, as published replication codes solve it.

It shares no code with the engine and serves twice: as the comparator of the benchmarks and as an independent check
of the engine in the tests. Perfect competition, mobile factors, Cobb-Douglas, pooled sourcing; tariffs and iceberg
costs; net transfers fixed in the numeraire (world factor income), zero for balanced trade.

Axes as everywhere: trade ``[j, n, i]`` (sector, importer, exporter), inputs ``[n, j, k]``, countries ``[n, j]``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Plain:
    """A solution, relative to the equilibrium or data that the shares were calibrated to.

    Attributes:
        w: wages ``[n]``, ratio; world factor income is unchanged.
        P: price indices ``[n, j]``, ratio.
        c: unit costs ``[n, j]``, ratio.
        share: ``pi'[j, n, i]``.
        X: spending ``[n, j]`` at buyer's prices, in the unit of income.
        C: final spending ``[n]``.
        iterations: sweeps taken.
        converged: whether the last undamped step was below the tolerance.
    """

    w: Floats
    P: Floats
    c: Floats
    share: Floats
    X: Floats
    C: Floats
    iterations: int
    converged: bool


def solve_plain(
    pi: Floats,
    inputs: Floats,
    v: Floats,
    alpha: Floats,
    theta: Floats,
    income: Floats,
    transfers: Floats,
    tariff: Floats,
    tariff_prime: Floats,
    d_hat: Floats | None = None,
    *,
    tol: float = 1e-10,
    damping: float = 0.5,
    max_iter: int = 20_000,
) -> Plain:
    """Solve for the counterfactual by damped iteration on wages, prices and spending together.

    Args:
        pi: baseline expenditure shares ``[j, n, i]``, summing to one over i.
        inputs: ``g[n, j, k]``, share of input j in the cost of k; with `v` they sum to one over j.
        v: value-added shares ``[n, k]``.
        alpha: final expenditure shares ``[n, j]``.
        theta: trade elasticities ``[j]``, > 0.
        income: baseline factor income ``Y[n]``.
        transfers: net transfers received in the counterfactual ``B'[n]``, in the unit of income, summing to zero.
        tariff, tariff_prime: baseline and counterfactual ad valorem rates ``[j, n, i]``.
        d_hat: iceberg changes ``[j, n, i]``.
        tol: largest relative change of wages, prices and spending in one undamped sweep.
        damping: weight of the new wages in each sweep, in (0, 1].
        max_iter: sweeps after which to give up.
    """
    wedge = (1 + tariff_prime) / (1 + tariff) * (1.0 if d_hat is None else d_hat)
    weight = pi * wedge ** -theta[:, None, None]
    net = 1 / (1 + tariff_prime)
    duty = tariff_prime * net
    th = theta[None, :]
    bought = pi.sum(-1).T > 0
    w, P = np.ones(len(income)), np.ones_like(v)
    C, X = income.copy(), np.zeros_like(v)
    step = np.inf
    for sweep in range(1, max_iter + 1):
        c = np.exp(v * np.log(w)[:, None] + np.einsum("njk,nj->nk", inputs, np.log(P)))
        power = c**-th
        raw = np.einsum("jni,ij->nj", weight, power)
        raw = np.where(bought, raw, 1.0)
        P_new = raw ** (-1 / th)
        share = weight * power.T[:, None, :] / raw.T[:, :, None]
        sales = np.einsum("jni,jni,nj->ij", share, net, X)
        revenue = np.einsum("jni,jni,nj->n", share, duty, X)
        C = w * income + revenue + transfers
        X_new = np.einsum("njk,nk->nj", inputs, sales) + alpha * C[:, None]
        earned = (v * sales).sum(1) if sweep > 1 else income
        w_new = earned / income * (income.sum() / earned.sum())
        step = float(np.max([_change(w_new, w), _change(P_new, P), _change(X_new, X)]))
        w, P, X = w ** (1 - damping) * w_new**damping, P_new, X_new
        w *= income.sum() / (w @ income)
        if step < tol or not np.isfinite(step):
            break
    return Plain(w, P, c, share, X, C, sweep, bool(step < tol))


def _change(new: Floats, old: Floats) -> float:
    """Largest change relative to the new value; cells that are zero in both count as unchanged."""
    scale = np.where(new == 0, 1.0, np.abs(new))
    return float(np.max(np.abs(new - old) / scale))
