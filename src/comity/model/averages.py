"""Rates of several places as one: averages, weighted by what the rate is of in the baseline.

Weights are of the baseline alone, so that they are the same in every draw. With them the average of real income is the
sum of equivalent variations over the sum of final spending, that of exports and of output the growth of a quantity at
baseline prices (Laspeyres), and that of tariffs the usual trade-weighted one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from comity.world.world import Floats, World


def _abroad(world: World, of: int) -> Floats:
    """Trade with others at border values ``[n]``, summed over sectors and partners."""
    trade = world.total_flows * ~np.eye(len(world.regions), dtype=bool)
    return np.asarray(trade.sum(axis=(0, of)))


def _imports(world: World) -> Floats:
    return _abroad(world, 2)


def _exports(world: World) -> Floats:
    return _abroad(world, 1)


def _gdp(world: World) -> Floats:
    return np.asarray(world.final_spending + _exports(world) - _imports(world))


def _spending(world: World) -> Floats:
    return world.final_spending


def _income(world: World) -> Floats:
    return world.factor_income


def _output(world: World) -> Floats:
    return world.gross_output


def _value_added(world: World) -> Floats:
    return world.value_added


def _trade(world: World) -> Floats:
    return world.total_flows


WEIGHTS: Mapping[str, tuple[str, Callable[[World], Floats]]] = {
    "real_income_pct": ("final spending", _spending),
    "consumer_prices_pct": ("final spending", _spending),
    "consumer_prices_own_wage_pct": ("final spending", _spending),
    "real_wage_pct": ("factor income", _income),
    "workforce_moved_pct": ("factor income", _income),
    "real_gdp_pct": ("GDP", _gdp),
    "exports_pct": ("exports", _exports),
    "imports_pct": ("imports", _imports),
    "output_pct": ("output", _output),
    "producer_price_pct": ("output", _output),
    "factor_income_pct": ("value added", _value_added),
    "factor_use_pct": ("value added", _value_added),
    "tariff_pct": ("trade at border values", _trade),
    "border_price_pct": ("trade at border values", _trade),
    "buyer_price_pct": ("trade at border values", _trade),
}
"""By rate, in words and as a function of the baseline, with the axes of the rate."""


def averaged(rates: Floats, weights: Floats, axis: int | tuple[int, ...] | None = None) -> Floats:
    """Averages of rates over some axes; places of no weight, whose rate may be missing, do not count.

    Args:
        rates: of places; axes in front that `weights` lacks are kept.
        weights: of the same places, zero or more.
        axis: that are averaged over, all of the weights' if none is named.

    >>> float(averaged(np.array([1.0, np.nan, 4.0]), np.array([2.0, 0.0, 1.0])))
    2.0
    """
    own = tuple(range(rates.ndim - weights.ndim, rates.ndim)) if axis is None else axis
    whole = np.broadcast_to(weights, rates.shape)
    total = np.where(whole > 0, whole * rates, 0.0).sum(own)
    size = whole.sum(own)
    return np.asarray(np.where(size > 0, total / np.where(size > 0, size, 1.0), np.nan))
