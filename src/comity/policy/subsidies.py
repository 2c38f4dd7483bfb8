"""Production subsidies: a region's households pay a part of what its producers' output costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from pydantic import Field

from comity.errors import ScenarioError
from comity.policy.fields import Name, Note, Source, exactly_one, one_of, rule_class
from comity.policy.quantities import MAX_RATE, AnyRate, about_money, show_rate
from comity.policy.scope import Mask, Scope
from comity.policy.shock import Shock
from comity.policy.wording import Names


@rule_class(exactly_one("rate", "add"))
class ProductionSubsidy:
    """A subsidy on production, as a share of the cost of output, paid by the region's households.

    Producers sell at cost less the subsidy, at home and abroad. Exactly one of `rate` and `add`; a negative rate is a
    tax on production.

    >>> ProductionSubsidy(of="JPN", sectors="electronics", rate="10%").rate
    0.1
    """

    of: Annotated[Names, Field(description="Regions that subsidise their producers.", examples=["JPN", "EU"])]
    sectors: Annotated[Names, Field(description="Producing sectors.", examples=["electronics"])]
    rate: Annotated[AnyRate | None, Field(description="The rate becomes this.", examples=["10%"])] = None
    add: Annotated[
        AnyRate | None, Field(description="The rate rises by this (falls, if negative).", examples=["5%"])
    ] = None
    name: Name = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """Exactly one way to set the rate."""
        one_of(self, "rate", "add")


def subsidy_cells(scope: Scope, rule: ProductionSubsidy) -> Mask:
    """Cells ``[n, k]`` of a subsidy."""
    mask = np.zeros((len(scope.world.regions), len(scope.world.sectors)), dtype=bool)
    regions = scope.regions("of", rule.of, others=False).index
    mask[np.ix_(regions, scope.sectors(rule.sectors, ()))] = True
    return mask


def sets(rule: ProductionSubsidy) -> bool:
    """Whether the rule forgets the rates before it."""
    return rule.rate is not None


def apply_subsidy(shock: Shock, scope: Scope, rule: ProductionSubsidy) -> Shock:
    """The shock with the subsidy in it.

    Raises:
        ScenarioError: the whole of cost or more, or a tax beyond the largest that is taken for meant.
    """
    cells, rates = subsidy_cells(scope, rule), shock.subsidy.copy()
    rates[cells] = float(rule.rate) if rule.rate is not None else rates[cells] + float(rule.add or 0.0)
    highest, lowest = float(rates[cells].max()), float(rates[cells].min())
    if highest >= 1:
        raise ScenarioError(
            f"the subsidy would be {show_rate(round(highest, 6))} of cost: it must stay below 100%, or producers are "
            "paid to give their output away"
        )
    if lowest < -MAX_RATE:
        raise ScenarioError(f"the tax on production would be {-100 * lowest:,.0f}%: beyond {100 * MAX_RATE:,.0f}%")
    return replace(shock, subsidy=rates)


def subsidy_notes(scope: Scope, rule: ProductionSubsidy) -> list[str]:
    """What the subsidised output is worth in the baseline, by region."""
    cells, w = subsidy_cells(scope, rule), scope.world
    amounts = {w.regions[n]: w.gross_output[n][cells[n]].sum() for n in np.flatnonzero(cells.any(1))}
    shown = ", ".join(f"{code} ({about_money(amount)} in the baseline)" for code, amount in list(amounts.items())[:6])
    return [
        f"production subsidy on output of {shown}, paid by the region's households whoever buys the output; what it "
        "costs is in the results"
    ]
