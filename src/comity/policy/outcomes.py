"""The outcomes that a goal may name, in one table that the reader, the schema, the model and the documentation read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from comity.policy.wording import nearest
from comity.world.classification import lookup_key


@dataclass(frozen=True)
class Asked:
    """One outcome.

    Attributes:
        key: as written.
        unit: ``%`` for a change that is measured in per cent of the baseline, ``US$`` for an amount.
        about: its definition, in words.
        partner: whether it is between the regions `of` and those under `with`.
        sectors: whether it may be limited to some sectors.
        variable: the variable of an outcome's data that says the same of single regions, partners, sectors.
    """

    key: str
    unit: Literal["%", "US$"]
    about: str
    variable: str
    partner: bool = False
    sectors: bool = False


_TABLE = (
    Asked("real income", "%", "welfare: final spending at the exact index of its prices", "real_income_pct"),
    Asked(
        "equivalent variation",
        "US$",
        "the income that would have meant as much as the policy does, at baseline prices",
        "equivalent_variation_usd_bn",
    ),
    Asked("real wage", "%", "factor income per worker over consumer prices", "real_wage_pct"),
    Asked("real gdp", "%", "Fisher quantity index of GDP by expenditure", "real_gdp_pct"),
    Asked("consumer prices", "%", "relative to world factor income; not inflation", "consumer_prices_pct"),
    Asked("consumer prices in own wages", "%", "relative to factor income per worker", "consumer_prices_own_wage_pct"),
    Asked("terms of trade", "%", "Fisher price index of exports over that of imports", "terms_of_trade_pct"),
    Asked("exports", "%", "quantities shipped, at baseline border prices", "exports_pct"),
    Asked("imports", "%", "quantities shipped, at baseline border prices", "imports_pct"),
    Asked("tariff revenue", "US$", "what importers `of` collect", "tariff_revenue_usd_bn"),
    Asked("export-tax revenue", "US$", "what exporters `of` collect", "export_tax_revenue_usd_bn"),
    Asked("final spending", "US$", "consumption, investment and government", "final_spending_usd_bn"),
    Asked("trade balance", "US$", "exports less imports with everyone, at border values", "balance_usd_bn"),
    Asked(
        "bilateral balance",
        "US$",
        "exports of `of` to `with` less its imports from there, all goods and services",
        "bilateral_balance_usd_bn",
        partner=True,
    ),
    Asked("goods balance", "US$", "the same in goods alone", "goods_balance_usd_bn", partner=True),
    Asked(
        "trade",
        "US$",
        "border value of what exporters `of` sell to importers `with`, in `sectors`",
        "trade_usd_bn",
        partner=True,
        sectors=True,
    ),
    Asked("output", "%", "quantity made, several sectors at baseline prices", "output_pct", sectors=True),
    Asked("value added", "%", "income of factors in `sectors`", "factor_income_pct", sectors=True),
)

OUTCOMES: Mapping[str, Asked] = MappingProxyType({entry.key: entry for entry in _TABLE})
"""Every outcome by the key under which a goal names it."""

_BY_KEY = {lookup_key(entry.key): entry.key for entry in _TABLE}


def outcome_named(key: object) -> str:
    """The key of an outcome, however its words are joined.

    Raises:
        ValueError: there is none; gives the nearest and the list.

    >>> outcome_named("Real GDP"), outcome_named("goods_balance")
    ('real gdp', 'goods balance')
    """
    found = _BY_KEY.get(lookup_key(str(key)))
    if found is None:
        raise ValueError(f"there is no outcome {key!r}{nearest(str(key), OUTCOMES)} (outcomes: {', '.join(OUTCOMES)})")
    return found
