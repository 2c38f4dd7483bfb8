"""Every reported quantity of an outcome: one table names it, its axes, its unit and its definition."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np

from comity.model import places, welfare
from comity.model.economy import Numbers
from comity.model.goods import goods
from comity.model.ledger import Ledger
from comity.model.outcome import Outcome

Values = Callable[[Outcome], Any]


class Variable(NamedTuple):
    """A reported quantity: a row of ``variables.csv``."""

    name: str
    dims: str
    units: str
    long_name: str
    definition: str


@cache
def variables() -> tuple[Variable, ...]:
    """Every reported quantity with axes, unit and definition, in order of output."""
    table = resources.files("comity.model").joinpath("variables.csv").read_text(encoding="utf-8")
    return tuple(Variable(**row) for row in csv.DictReader(table.splitlines()))


def _percent(key: str) -> Values:
    return lambda o: 100 * (o.values[key] - 1)


def _billion(key: str) -> Values:
    return lambda o: o.values[key] * o.unit / 1000


def _level(pick: Callable[[Outcome], Any]) -> Values:
    return lambda o: np.asarray(pick(o)) * o.unit / 1000


def _balances(which: str, *, change: bool) -> Values:
    def values(o: Outcome) -> np.ndarray:
        sectors = goods(o.world) if which == "goods" else np.ones(len(o.world.sectors))
        after = np.asarray(welfare.balances(o.after, sectors))
        return (after - np.asarray(welfare.balances(o.before, sectors)) if change else after) * o.unit / 1000

    return values


def _where_made(pick: Callable[[Outcome], Any]) -> Values:
    """Percent change of a hat ``[n, k]``, missing where nothing is produced in the baseline."""
    return lambda o: np.where(o.before.K > 0, 100 * (pick(o) - 1), np.nan)


def _duties(a: Ledger, rate: Numbers) -> np.ndarray:
    return np.asarray(np.asarray(rate) * np.asarray(a.flow).sum(0))


def _where_traded(pick: Callable[[Outcome], Any]) -> Values:
    """Percent change of a hat ``[j, n, i]``, missing where nothing is traded in the baseline."""
    return lambda o: np.where(np.asarray(o.before.flow).sum(0) > 0, 100 * (np.asarray(pick(o)) - 1), np.nan)


def _public_purchases(o: Outcome) -> np.ndarray:
    """What added public absorption buys by source ``[n, i]``, border values; its use is the last one."""
    share, rate = np.asarray(o.after.share)[-1], 1 + np.asarray(o.policy.t)
    return np.asarray(np.einsum("jni,nj->ni", share / rate, np.asarray(o.after.public)))


VALUES: dict[str, Values] = {
    "real_income_pct": _percent("real_income"),
    "equivalent_variation_usd_bn": _billion("equivalent_variation"),
    "real_wage_pct": _percent("real_wage"),
    "real_gdp_pct": _percent("real_gdp"),
    "consumer_prices_pct": _percent("consumer_prices"),
    "consumer_prices_own_wage_pct": _percent("consumer_prices_in_wages"),
    "exports_pct": _percent("exports"),
    "imports_pct": _percent("imports"),
    "terms_of_trade_pct": _percent("terms_of_trade"),
    "tariff_revenue_usd_bn": _billion("tariffs"),
    "tariff_revenue_change_usd_bn": _level(lambda o: o.after.tariffs - o.before.tariffs),
    "export_tax_revenue_usd_bn": _billion("export_taxes"),
    "final_spending_usd_bn": _billion("spending"),
    "transfer_usd_bn": _level(lambda o: o.after.B),
    "public_absorption_usd_bn": _level(lambda o: o.after.public.sum(1)),
    "public_purchases_usd_bn": _level(_public_purchases),
    "subsidies_usd_bn": _level(lambda o: o.after.subsidies),
    "workforce_moved_pct": lambda o: 100 * places.moved(o),
    "balance_usd_bn": _billion("balance"),
    "balance_change_usd_bn": _level(lambda o: welfare.balance(o.after) - welfare.balance(o.before)),
    "bilateral_balance_usd_bn": _balances("all", change=False),
    "bilateral_balance_change_usd_bn": _balances("all", change=True),
    "goods_balance_usd_bn": _balances("goods", change=False),
    "goods_balance_change_usd_bn": _balances("goods", change=True),
    "output_pct": _where_made(lambda o: o.after.Q),
    "output_change_usd_bn": _level(lambda o: o.after.K - o.before.K),
    "factor_income_pct": _where_made(lambda o: o.after.K / np.where(o.before.K > 0, o.before.K, 1)),
    "value_added_change_usd_bn": places.value_added_change,
    "factor_use_pct": lambda o: 100 * (places.factor_use(o) - 1),
    "factor_use_points": lambda o: 100 * places.factor_points(o),
    "producer_price_pct": _where_made(lambda o: o.after.p),
    "trade_usd_bn": _level(lambda o: o.after.flow.sum(0)),
    "trade_change_usd_bn": _level(lambda o: o.after.flow.sum(0) - o.before.flow.sum(0)),
    "tariff_pct": lambda o: 100 * np.asarray(o.policy.t),
    "duties_usd_bn": _level(lambda o: _duties(o.after, o.policy.t)),
    "duties_change_usd_bn": _level(lambda o: _duties(o.after, o.policy.t) - _duties(o.before, o.economy.t)),
    "border_price_pct": _where_traded(lambda o: o.after.border),
    "buyer_price_pct": _where_traded(lambda o: o.after.border * (1 + o.policy.t) / (1 + o.economy.t)),
}


@cache
def axes(name: str) -> tuple[str, ...]:
    """The axes of a variable, in order.

    Raises:
        KeyError: there is none of that name.

    >>> axes("bilateral_balance_usd_bn")
    ('region', 'partner')
    """
    return {v.name: tuple(v.dims.split()) for v in variables()}[name]
