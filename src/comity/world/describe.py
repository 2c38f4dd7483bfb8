"""A world in words: dimensions, year, source, size, imbalances, tariffs, what is estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from comity.world.accounts import Accounts, Floats, Step, divide

_SHOWN = 5


def describe(
    accounts: Accounts,
    labels: Mapping[str, object],
    tariff_known: NDArray[np.bool_],
    estimated: Sequence[str],
    history: Sequence[Step],
) -> str:
    """Lines for `repr`; amounts in US$ trillion and billion."""
    regions = labels["regions"]
    assert isinstance(regions, tuple)
    income = accounts.factor_income.sum()
    gdp = income + accounts.tariff_revenue.sum() + accounts.export_tax_revenue.sum()
    sourcing = "flows pooled over uses" if accounts.pooled else "flows by use (intermediate, final)"
    lines = [
        f"World {labels['name']}: {len(regions)} regions x {accounts.final_use.shape[1]} sectors, "
        f"{labels['year'] or 'year not given'}, {sourcing}",
        f"  source: {labels['source']}",
        f"  factor income US$ {income / 1e6:,.2f} tn; GDP (with tariff and export-tax revenue) US$ {gdp / 1e6:,.2f} tn",
        f"  largest imbalances (imports less exports): {_imbalances(accounts.imbalance, regions)}",
        f"  tariffs: {_tariffs(accounts, tariff_known)}",
        f"  elasticities: {labels['elasticities']}",
        f"  estimated: {'; '.join(estimated) if estimated else 'nothing'}",
        f"  history: {len(history)} steps{''.join(f'{chr(10)}    {step.action}' for step in history)}",
    ]
    return "\n".join(lines)


def _imbalances(balance: Floats, regions: Sequence[str]) -> str:
    order = np.argsort(-np.abs(balance), kind="stable")[:_SHOWN]
    return ", ".join(f"{regions[n]} {balance[n] / 1e3:+,.1f} bn" for n in order)


def _tariffs(accounts: Accounts, known: NDArray[np.bool_]) -> str:
    foreign = accounts.total_flows * ~np.eye(len(accounts.imbalance), dtype=bool)
    trade = foreign.sum()
    if not trade:
        return "no international trade"
    average = (foreign * accounts.tariff).sum() / trade
    share = float(divide((foreign * known).sum(), np.asarray(trade)))
    return f"{average:.2%} of international trade on average; known for {share:.0%} of it, assumed elsewhere"
