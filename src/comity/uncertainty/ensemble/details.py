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
AXES: Mapping[str, tuple[str, ...]] = {
    SECTORS: ("region", "sector"),
    PAIRS: ("region", "partner"),
    TRADE: ("sector", "importer", "exporter"),
    USED: ("sector", "region", "partner"),
    MADE: ("region", "partner", "sector"),
}
"""Axes of what each table is by, as in `comity.model.variables` and `comity.exposure.variables`."""
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
    TRADE: ("trade_usd_bn", "trade_change_usd_bn"),
    USED: ("value_added_in_use_usd_bn",),
    MADE: ("value_added_by_maker_usd_bn",),
}
"""Measures by table, in the order of its columns; names as in the tables of variables."""


ALONG_CHAINS: Mapping[str, str] = {
    "value_added_in_use_usd_bn": "value added of the partner that stands in the region's final use of the sector's "
    "products, along the whole chain of supply; tariffs and taxes on products are not in it",
    "value_added_by_maker_usd_bn": "value added of the partner's sector that stands in the region's final use of "
    "anything, along the whole chain of supply",
}
"""Definitions of the measures that are not of `comity.model.variables`."""


def table_of(measure: str) -> str | None:
    """The table that a measure is in; None for one that is regional, or none.

    >>> table_of("output_pct"), table_of("real_gdp_pct")
    ('sectors', None)
    """
    return next((table for table, names in DETAILS.items() if measure in names), None)


class Wanted(NamedTuple):
    """What a program has to be told of a world: ``good[j]``, one for goods (nan: it cannot tell), and the flows of
    trade that are asked for, as indices ``sector[c], importer[c], exporter[c]``; and the final uses whose chain of
    supply is followed: ``users[u]`` and the ``products[u, j]`` that are counted."""

    good: Array
    sector: Array
    importer: Array
    exporter: Array
    users: Array
    products: Array


class Details(NamedTuple):
    """Measures of a draw in the order of `DETAILS`: ``sectors[measure, n, k]``, ``pairs[measure, n, m]`` and
    ``trade[measure, c]``; ``chains[u, i, k]``, value added of industry k in region i. Per cent, or shares of baseline
    world factor income. Missing (NaN) where nothing is made."""

    sectors: Array
    pairs: Array
    trade: Array
    chains: Array


def details(e: Economy, q: Policy, after: Ledger, before: Ledger, wanted: Wanted) -> Details:
    """Everything by sector and pair, and the trade and the chains that are wanted."""
    asked = wanted.users.shape[0] > 0
    return Details(
        _sectors(e, after, before),
        _pairs(q, after, before, wanted.good),
        _trade(after, before, wanted),
        chains(e, q, after, wanted.users, wanted.products) if asked else jnp.zeros((0, *after.K.shape)),
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


def _trade(a: Ledger, b: Ledger, wanted: Wanted) -> Array:
    place = (wanted.sector, wanted.importer, wanted.exporter)
    after, before = (one.flow.sum(0)[place] for one in (a, b))
    found = {"trade_usd_bn": after, "trade_change_usd_bn": after - before}
    return jnp.stack([found[name] for name in DETAILS[TRADE]])
