"""Tariffs and export taxes: ad valorem rates at the border, with revenue to the side that levies them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from comity.errors import ScenarioError
from comity.policy.fields import (
    Add,
    By,
    Cap,
    Coverage,
    Name,
    Note,
    On,
    Sectors,
    Source,
    To,
    exactly_one,
    one_of,
    rule_class,
)
from comity.policy.quantities import MAX_RATE, Rate, show_rate
from comity.policy.scope import Mask, Scope
from comity.policy.shock import Shock
from comity.world.world import Floats


@rule_class()
class Duty:
    """What a tariff and an export tax are written with; a rule is one of these two."""

    by: By
    on: On
    sectors: Sectors = None
    to: To = None
    add: Add = None
    cap: Cap = None
    coverage: Coverage = Rate(1.0)
    name: Name = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """Exactly one way to set the rate."""
        one_of(self, "to", "add", "cap")


@rule_class(exactly_one("to", "add", "cap"))
class Tariff(Duty):
    """A tariff by importers on exporters, ad valorem on the border value; the revenue goes to the importer.

    Exactly one of `to`, `add`, `cap`. With coverage c the rate becomes t + c (target - t), where t is the rate that
    the rules before left and the target is `to`, t + `add`, or the smaller of t and `cap`.

    >>> Tariff(by="USA", on="JPN", sectors="motor vehicles", add="25%").add
    0.25
    """


@rule_class(exactly_one("to", "add", "cap"))
class ExportTax(Duty):
    """A tax by exporters on what they sell to importers, ad valorem on the producer's price; revenue to the exporter.

    `to`, `add`, `cap` and `coverage` as in `Tariff`; a negative rate is an export subsidy.

    >>> ExportTax(by="IDN", on="all", sectors="metal ores", to="10%").to
    0.1
    """


def tariff_cells(scope: Scope, rule: Tariff) -> Mask:
    """Cells ``[j, n, i]`` of a tariff."""
    return scope.flows(rule.by, rule.on, rule.sectors, by_imports=True)


def export_tax_cells(scope: Scope, rule: ExportTax) -> Mask:
    """Cells ``[j, n, i]`` of an export tax."""
    return scope.flows(rule.by, rule.on, rule.sectors, by_imports=False)


def apply_tariff(shock: Shock, scope: Scope, rule: Tariff) -> Shock:
    """The shock with the tariff in it.

    Raises:
        ScenarioError: a rate at or below -100% or beyond the largest that is taken for meant.
    """
    return replace(shock, tariff=new_rates(shock.tariff, tariff_cells(scope, rule), rule, "tariff"))


def apply_export_tax(shock: Shock, scope: Scope, rule: ExportTax) -> Shock:
    """The shock with the export tax in it; errors as in `apply_tariff`."""
    return replace(shock, export_tax=new_rates(shock.export_tax, export_tax_cells(scope, rule), rule, "export tax"))


def new_rates(rates: Floats, cells: Mask, rule: Duty, what: str) -> Floats:
    """Rates ``[j, n, i]`` after a rule: t + coverage (target - t) in its cells, unchanged elsewhere.

    Raises:
        ScenarioError: a rate at or below -100%, or beyond 1,000,000%.
    """
    now, coverage = rates[cells], float(rule.coverage)
    if rule.to is not None:
        step = float(rule.to) - now
    elif rule.add is not None:
        step = np.full_like(now, float(rule.add))
    else:
        step = np.minimum(now, float(rule.cap or 0.0)) - now
    # a full step lands exactly on the rate asked for, without the rounding of t + (rate - t)
    changed = np.full_like(now, float(rule.to)) if rule.to is not None and coverage == 1 else now + coverage * step
    if changed.min() <= -1:
        raise ScenarioError(
            f"the {what} would be {show_rate(round(float(changed.min()), 6))}: a rate must stay above -100%"
        )
    if changed.max() > MAX_RATE:
        raise ScenarioError(f"the {what} would be {100 * changed.max():,.0f}%: beyond {100 * MAX_RATE:,.0f}%")
    result = rates.copy()
    result[cells] = changed
    return result


def sets(rule: Duty) -> bool:
    """Whether the rule forgets the rates before it."""
    return rule.to is not None and rule.coverage == 1
