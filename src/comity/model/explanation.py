"""Where a number comes from: channels, the sectors and partners behind them, sensitivity, who pays the tariffs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import numpy as np

from comity.errors import NotConverged
from comity.model import welfare
from comity.model.economy import Numbers
from comity.model.equilibrium import TOLERANCE
from comity.model.outcome import Outcome
from comity.model.path import CHANNELS, Channels, decompose
from comity.model.response import gradient

ADDS_UP = 1e-8
"""Largest gap between the sum of channels and the exact change, as a fraction (1e-6 percentage points)."""
NODES = (8, 16, 32, 64, 128)


class Part(NamedTuple):
    """A named contribution, percentage points of real income."""

    name: str
    points: float


class Sensitivity(NamedTuple):
    """A parameter, its value, and the change in real income (percentage points) if it were 10% larger, by gradient."""

    parameter: str
    value: float
    points_per_tenth: float


class Incidence(NamedTuple):
    """Who bears a tariff change: what the border price (the seller's) and the buyer's price did, relative to world
    factor income, and the revenue that the importer collects."""

    importer: str
    exporter: str
    sector: str
    rate_before_pct: float
    rate_after_pct: float
    border_price_pct: float
    buyer_price_pct: float
    revenue_change_usd_bn: float


@dataclass(frozen=True)
class Explanation:
    """What drives the real income of one region.

    Attributes:
        region: code.
        real_income_pct: the number that is explained.
        channels: path decomposition, percentage points; they add up to it.
        by_sector, by_partner: terms of trade and volume, largest first.
        budget: real income by source of income, each deflated; they add up to it.
        sensitivity: parameters ranked by the size of their effect.
        incidence: tariff changes paid or levied by the region, largest revenue change first.
        gap: sum of channels less the exact change, percentage points.
    """

    region: str
    real_income_pct: float
    channels: tuple[Part, ...]
    by_sector: tuple[Part, ...]
    by_partner: tuple[Part, ...]
    budget: tuple[Part, ...]
    sensitivity: tuple[Sensitivity, ...]
    incidence: tuple[Incidence, ...]
    gap: float

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        lists = {
            name: [row._asdict() for row in getattr(self, name)]
            for name in ("channels", "by_sector", "by_partner", "budget", "sensitivity", "incidence")
        }
        return {"region": self.region, "real_income_pct": self.real_income_pct, **lists, "gap_pct_points": self.gap}


def channels(o: Outcome) -> Channels:
    """The path decomposition of an outcome, with as many nodes as it takes to add up.

    Raises:
        NotConverged: a node did not solve, or the parts do not add up: the equilibrium is not the one that the path
            from the baseline leads to.
    """
    exact = np.asarray(o.values["real_income"]) - 1
    gap = np.inf
    for nodes in NODES:
        found: Channels = jax.device_get(decompose(o.economy, o.policy, o.rules, nodes))
        if not float(found.error) <= TOLERANCE:
            raise NotConverged(
                f"the path decomposition has a point without solution (residual {float(found.error):.1e})"
            )
        gap = float(np.abs(sum(found.totals().values()) - exact).max())
        if gap <= ADDS_UP:
            return found
    raise NotConverged(
        f"the channels miss the exact change by {100 * gap:.1e} percentage points with {NODES[-1]} nodes: the path "
        "from the baseline leads to another equilibrium. Look at it with a check of uniqueness (several starts)"
    )


def explain(o: Outcome, region: str, *, top: int = 8) -> Explanation:
    """Where the real income of a region comes from.

    Args:
        o: the outcome.
        region: code of a region of its world.
        top: rows kept of each ranking.

    Raises:
        UnknownName: no such region.
        NotConverged: see `channels`.
    """
    n = o.region(region)
    found = channels(o)
    totals = {name: float(values[n]) for name, values in found.totals().items()}
    exact = float(o.values["real_income"][n] - 1)
    return Explanation(
        region=region,
        real_income_pct=100 * exact,
        channels=tuple(Part(name, 100 * totals[name]) for name in CHANNELS if totals[name] != 0),
        by_sector=_ranked(o.world.sector_names, found.by_sector()[n], top),
        by_partner=_ranked(o.world.regions, found.by_partner()[n], top),
        budget=budget(o, n),
        sensitivity=sensitivity(o, n, top),
        incidence=incidence(o, n, top),
        gap=100 * (sum(totals.values()) - exact),
    )


def _ranked(names: tuple[str, ...], values: Numbers, top: int) -> tuple[Part, ...]:
    order = np.argsort(-np.abs(values), kind="stable")[:top]
    return tuple(Part(names[i], 100 * float(values[i])) for i in order if values[i] != 0)


def budget(o: Outcome, n: int) -> tuple[Part, ...]:
    """Real income by source: each source deflated by consumer prices less its baseline, over baseline spending."""
    parts = {name: float(by[n]) for name, by in welfare.income_by_source(o.after, o.before).items()}
    return tuple(Part(name, 100 * value) for name, value in parts.items() if value != 0)


def sensitivity(o: Outcome, n: int, top: int) -> tuple[Sensitivity, ...]:
    """Parameters by the size of the change in real income if each were a tenth larger (derivative times 0.1 value)."""
    _, (by_e, by_q), error = jax.device_get(gradient(o.economy, o.policy, o.rules, "real_income", n))
    if not float(error) <= TOLERANCE:
        raise NotConverged(f"no gradient: the solve stopped at residual {float(error):.1e}")
    e, w = jax.device_get(o.economy), o.world
    rows = [(f"trade elasticity, {w.sector_names[j]}", e.theta[j], by_e.theta[j]) for j in range(len(w.sectors))]
    if e.scale.any():
        rows += [(f"scale elasticity, {w.sector_names[j]}", e.scale[j], by_e.scale[j]) for j in range(len(w.sectors))]
    rows += _changed_rates(o, by_q.t)
    ranked = sorted(rows, key=lambda row: -abs(row[1] * row[2]))[:top]
    return tuple(Sensitivity(name, float(value), 10 * float(value * slope)) for name, value, slope in ranked if slope)


def _changed_rates(o: Outcome, slopes: np.ndarray) -> list[tuple[str, float, float]]:
    """Tariff changes by importer, exporter and sector, as size and slope."""
    change = np.asarray(o.policy.t - o.economy.t)
    w = o.world
    return [
        (
            f"tariff change {w.regions[n]} on {w.regions[i]}, {w.sector_names[j]}",
            float(change[j, n, i]),
            float(slopes[j, n, i]),
        )
        for j, n, i in zip(*np.nonzero(change), strict=True)
    ]


def incidence(o: Outcome, n: int, top: int) -> tuple[Incidence, ...]:
    """Tariff changes that the region levies or faces: what became of the border price and of the buyer's price."""
    t0, t1 = np.asarray(o.economy.t), np.asarray(o.policy.t)
    old, new = (np.asarray(x.flow).sum(0) for x in (o.before, o.after))
    border = np.asarray(o.after.border)
    w, rows = o.world, []
    for j, m, i in zip(*np.nonzero(t1 - t0), strict=True):
        if n not in (m, i) or old[j, m, i] == 0:
            continue
        buyer = border[j, m, i] * (1 + t1[j, m, i]) / (1 + t0[j, m, i])
        change = (t1[j, m, i] * new[j, m, i] - t0[j, m, i] * old[j, m, i]) * o.unit / 1000
        names = (w.regions[m], w.regions[i], w.sector_names[j])
        percent = (100 * x for x in (t0[j, m, i], t1[j, m, i], border[j, m, i] - 1, buyer - 1))
        rows.append(Incidence._make((*names, *map(float, percent), float(change))))
    return tuple(sorted(rows, key=lambda row: -abs(row.revenue_change_usd_bn))[:top])
