"""Non-tariff costs: goods that melt on the way (iceberg), with revenue to no one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from comity.policy.fields import By, Coverage, Name, Note, On, Sectors, Source, rule_class
from comity.policy.quantities import AnyRate, Rate
from comity.policy.ratios import possible
from comity.policy.scope import Mask, Scope
from comity.policy.shock import Shock


@rule_class()
class NonTariffCost:
    """A cost of bringing goods across a border: standards, paperwork, delay. The baseline cost is the unit.

    In its cells the iceberg cost d_hat, relative to the baseline, rises by coverage x `add`; two rules of 5% make 10%.

    >>> NonTariffCost(by="USA", on="CHN", sectors="electronics", add="5%").add
    0.05
    """

    by: By
    on: On
    sectors: Sectors = None
    add: Annotated[
        AnyRate,
        Field(description="Rise of the cost, as a share of the baseline's delivered value.", examples=["5%", "-2%"]),
    ]
    coverage: Coverage = Rate(1.0)
    name: Name = None
    source: Source = None
    note: Note = None


def non_tariff_cells(scope: Scope, rule: NonTariffCost) -> Mask:
    """Cells ``[j, n, i]`` of a non-tariff cost."""
    return scope.flows(rule.by, rule.on, rule.sectors, by_imports=True)


def apply_non_tariff(shock: Shock, scope: Scope, rule: NonTariffCost) -> Shock:
    """The shock with the cost in it.

    Raises:
        ScenarioError: trade would cost nothing or less, or beyond 1,000,000% more.
    """
    cells = non_tariff_cells(scope, rule)
    added = cells * (float(rule.coverage) * float(rule.add))
    return replace(shock, iceberg=possible("trade costs", shock.iceberg + added))
