"""What a draw says by sector, by partner and by flow of trade: from its accounts, inside the compiled program.

Sectors and pairs are computed everywhere, which costs next to nothing beside a solve and keeps one program for all that
may be recorded; flows of trade are as many as the solve itself moves, and only those that are asked for leave it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from comity.model import welfare
from comity.model.economy import Economy, Policy
from comity.model.ledger import Ledger
from comity.uncertainty.ensemble.chains import chains

SECTORS, PAIRS, TRADE, USED, MADE = "sectors", "pairs", "trade", "used", "made"
CHANNELS, INCOMES, BY_SECTOR, BY_PARTNER, BURDENS = "channels", "incomes", "by_sector", "by_partner", "burdens"
"""Where real income comes from; computed where it is asked for, by `comity.uncertainty.ensemble.explaining`."""
COMMITMENTS, BEARERS = "commitments", "bearers"
"""What purchase commitments took; where it is asked for, by `comity.uncertainty.ensemble.bearing`."""
JOBS = "jobs"
ALL = "all"
"""In the place of a sector: all of a region's persons."""
AXES: Mapping[str, tuple[str, ...]] = {
    SECTORS: ("region", "sector"),
    PAIRS: ("region", "partner"),
    TRADE: ("sector", "importer", "exporter"),
    USED: ("sector", "region", "partner"),
    MADE: ("region", "partner", "sector"),
    CHANNELS: ("region", "channel"),
    INCOMES: ("region", "source"),
    BY_SECTOR: ("region", "sector"),
    BY_PARTNER: ("region", "partner"),
    BURDENS: ("region",),
    COMMITMENTS: ("rule",),
    BEARERS: ("rule", "region"),
    JOBS: ("region", "sector"),
}
"""Axes of what each table is by, as in `comity.model.variables` and `comity.exposure.variables`; channels are those of
`comity.model.path`, sources those of `comity.model.welfare`."""
DETAILS: Mapping[str, tuple[str, ...]] = {
    SECTORS: (
        "output_pct",
        "output_change_usd_bn",
        "factor_income_pct",
        "value_added_change_usd_bn",
        "factor_use_pct",
        "factor_use_points",
        "producer_price_pct",
    ),
    PAIRS: (
        "goods_balance_usd_bn",
        "goods_balance_change_usd_bn",
        "bilateral_balance_usd_bn",
        "bilateral_balance_change_usd_bn",
        "public_purchases_usd_bn",
    ),
    TRADE: (
        "trade_usd_bn",
        "trade_change_usd_bn",
        "tariff_pct",
        "duties_usd_bn",
        "duties_change_usd_bn",
        "border_price_pct",
        "buyer_price_pct",
    ),
    USED: ("value_added_in_use_usd_bn",),
    MADE: ("value_added_by_maker_usd_bn",),
    CHANNELS: ("channel_points",),
    INCOMES: ("source_points",),
    BY_SECTOR: ("sector_points",),
    BY_PARTNER: ("partner_points",),
    BURDENS: (
        "burden_payment_usd_bn",
        "burden_terms_of_trade_usd_bn",
        "burden_public_absorption_usd_bn",
        "burden_rest_usd_bn",
        "burden_terms_of_trade_pct",
    ),
    COMMITMENTS: (
        "commitment_without_usd_bn",
        "commitment_binds_pct",
        "commitment_border_price_pct",
        "commitment_buyer_price_pct",
    ),
    BEARERS: ("commitment_lost_usd_bn", "commitment_sales_usd_bn"),
    JOBS: ("jobs_change_thousand", "real_pay_pct"),
}
"""Measures by table, in the order of its columns; names as in the tables of variables."""


_WITHOUT = "rules without any commitment"
_CHAIN = "along the whole chain of supply"
_POINTS, _BILLION, _PATH = "percentage points", "US$ billion", "along the path from the baseline"
OTHERS: Mapping[str, tuple[str, str]] = {
    "value_added_in_use_usd_bn": (
        _BILLION,
        "value added of the partner that stands in the region's final use of the sector's products, "
        f"{_CHAIN}; tariffs and taxes on products are not in it",
    ),
    "value_added_by_maker_usd_bn": (
        _BILLION,
        f"value added of the partner's sector that stands in the region's final use of anything, {_CHAIN}",
    ),
    "channel_points": (_POINTS, f"part of the change in real income, {_PATH}; channels add up to it"),
    "source_points": (
        _POINTS,
        "a source of income at consumer prices, less its baseline, over baseline spending; they add up to real income",
    ),
    "sector_points": (_POINTS, f"part of the change in real income through trade and making of a sector, {_PATH}"),
    "partner_points": (_POINTS, f"part of the change in real income through trade with a partner, {_PATH}"),
    "burden_payment_usd_bn": (_BILLION, "channel of transfers in the change of real income"),
    "burden_terms_of_trade_usd_bn": (_BILLION, "channel of the terms of trade in the change of real income"),
    "burden_public_absorption_usd_bn": (_BILLION, "channel of public absorption in the change of real income"),
    "burden_rest_usd_bn": (_BILLION, "all other channels of the change in real income"),
    "burden_terms_of_trade_pct": ("percent", "channel of the terms of trade over that of transfers"),
    "commitment_without_usd_bn": (_BILLION, f"what is bought {_WITHOUT}, border value"),
    "commitment_binds_pct": ("percent", "100 where more is bought than would be anyway, else 0: the mean is a share"),
    "commitment_border_price_pct": ("percent", f"the seller's price at the border, against the same {_WITHOUT}"),
    "commitment_buyer_price_pct": ("percent", f"the buyer's price, against the same {_WITHOUT}"),
    "commitment_lost_usd_bn": (
        _BILLION,
        f"real income lost (equivalent variation) by all commitments together, against the same {_WITHOUT}",
    ),
    "commitment_sales_usd_bn": (
        _BILLION,
        f"change of what the buyer buys of these goods from the region, border value, against the same {_WITHOUT}",
    ),
    "jobs_change_thousand": (
        "thousand persons",
        "persons of the user's own table times the change of their sector's factor input",
    ),
    "real_pay_pct": (
        "percent",
        "what a unit of the factor earns in consumer prices; of all sectors the mean weighted by persons",
    ),
}
"""Units and definitions of the measures that are not of `comity.model.variables`."""


def table_of(measure: str) -> str | None:
    """The table that a measure is in; None for one that is regional, or none.

    >>> table_of("output_pct"), table_of("real_gdp_pct")
    ('sectors', None)
    """
    return next((table for table, names in DETAILS.items() if measure in names), None)


class Wanted(NamedTuple):
    """What a program has to be told of a world: ``good[j]``, one for goods (nan: it cannot tell), and the flows of
    trade that are asked for, as indices ``sector[c], importer[c], exporter[c]``; and the final uses whose chain of
    supply is followed: ``users[u]`` and the ``products[u, j]`` that are counted; and where people work whose jobs are
    asked for, ``work_region[p], work_sector[p]``."""

    good: Array
    sector: Array
    importer: Array
    exporter: Array
    users: Array
    products: Array
    work_region: Array
    work_sector: Array


class Details(NamedTuple):
    """Measures of a draw in the order of `DETAILS`: ``sectors[measure, n, k]``, ``pairs[measure, n, m]`` and
    ``trade[measure, c]``; ``chains[u, i, k]``, value added of industry k in region i; ``incomes[source, n]``, parts of
    real income, and ``work[hat, p]``, factor input and real pay (hats). Per cent, or shares of baseline world factor
    income. Missing (NaN) where nothing is made."""

    sectors: Array
    pairs: Array
    trade: Array
    chains: Array
    incomes: Array
    work: Array


def details(e: Economy, q: Policy, after: Ledger, before: Ledger, wanted: Wanted) -> Details:
    """Everything by sector and pair, and the trade and the chains that are wanted."""
    asked = wanted.users.shape[0] > 0
    return Details(
        _sectors(e, after, before),
        _pairs(q, after, before, wanted.good),
        _trade(e, q, after, before, wanted),
        chains(e, q, after, wanted.users, wanted.products) if asked else jnp.zeros((0, *after.K.shape)),
        100 * jnp.stack([*welfare.income_by_source(after, before).values()]),
        _work(after, before, wanted),
    )


def _sectors(e: Economy, a: Ledger, b: Ledger) -> Array:
    """As `comity.model.places` and `comity.model.variables` define them, ``[measure, n, k]``."""
    made = b.K > 0
    growth = a.K / jnp.where(made, b.K, 1.0)
    use = growth / a.factor
    share = e.v * b.K / b.Y[:, None]

    def per_cent(hat: Array) -> Array:
        return jnp.where(made, 100 * (hat - 1), jnp.nan)

    found = {
        "output_pct": per_cent(a.Q),
        "output_change_usd_bn": a.K - b.K,
        "factor_income_pct": per_cent(growth),
        "value_added_change_usd_bn": e.v * (a.K / a.P_C[:, None] - b.K),
        "factor_use_pct": per_cent(use),
        "factor_use_points": 100 * jnp.where(made, share * (use - 1), 0.0),
        "producer_price_pct": per_cent(a.p),
    }
    return jnp.stack([found[name] for name in DETAILS[SECTORS]])


def _pairs(q: Policy, a: Ledger, b: Ledger, good: Array) -> Array:
    every = jnp.ones_like(good)
    of: Callable[[Ledger, Array], Array] = welfare.balances
    found = {
        "goods_balance_usd_bn": of(a, good),
        "goods_balance_change_usd_bn": of(a, good) - of(b, good),
        "bilateral_balance_usd_bn": of(a, every),
        "bilateral_balance_change_usd_bn": of(a, every) - of(b, every),
        "public_purchases_usd_bn": jnp.einsum("jni,nj->ni", a.share[-1] / (1 + q.t), a.public),
    }
    return jnp.stack([found[name] for name in DETAILS[PAIRS]])


def _trade(e: Economy, q: Policy, a: Ledger, b: Ledger, wanted: Wanted) -> Array:
    place = (wanted.sector, wanted.importer, wanted.exporter)
    after, before = (one.flow.sum(0)[place] for one in (a, b))
    new, old, border = q.t[place], e.t[place], a.border[place]

    def per_cent(hat: Array) -> Array:
        return jnp.where(before > 0, 100 * (hat - 1), jnp.nan)

    found = {
        "trade_usd_bn": after,
        "trade_change_usd_bn": after - before,
        "tariff_pct": 100 * new,
        "duties_usd_bn": new * after,
        "duties_change_usd_bn": new * after - old * before,
        "border_price_pct": per_cent(border),
        "buyer_price_pct": per_cent(border * (1 + new) / (1 + old)),
    }
    return jnp.stack([found[name] for name in DETAILS[TRADE]])


def _work(a: Ledger, b: Ledger, wanted: Wanted) -> Array:
    """Factor input and real pay (hats) where people work ``[hat, p]``, see `comity.model.places`."""
    n, k = wanted.work_region, wanted.work_sector
    factor = a.factor[n, k]
    return jnp.stack([a.K[n, k] / b.K[n, k] / factor, factor / a.P_C[n]])
