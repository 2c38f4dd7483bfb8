"""Productivity: more or less output from the same inputs; growth, know-how lost or gained, disaster."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from pydantic import Field

from comity.errors import ScenarioError
from comity.policy.fields import Name, Note, Source, rule_class
from comity.policy.quantities import MAX_RATE, AnyRate
from comity.policy.scope import Mask, Scope
from comity.policy.shock import Shock
from comity.policy.wording import Names

EVERYTHING = ("all",)


@rule_class()
class Productivity:
    """Total factor productivity of sectors in regions, relative to the baseline; several rules add up.

    >>> Productivity(of="JPN", sectors="electronics", add="5%").add
    0.05
    """

    of: Annotated[Names, Field(description="Regions.", examples=["JPN", "ASEAN"])]
    sectors: Annotated[Names | None, Field(description="Producing sectors; all if left out.")] = None
    add: Annotated[
        AnyRate, Field(description="Rise of productivity (fall, if negative), e.g. 900% for tenfold.", examples=["5%"])
    ]
    name: Name = None
    source: Source = None
    note: Note = None


def productivity_cells(scope: Scope, rule: Productivity) -> Mask:
    """Cells ``[n, k]`` of a change of productivity."""
    regions = scope.regions("of", rule.of, others=False).index
    mask = np.zeros((len(scope.world.regions), len(scope.world.sectors)), dtype=bool)
    mask[np.ix_(regions, scope.sectors(rule.sectors, EVERYTHING))] = True
    return mask


def apply_productivity(shock: Shock, scope: Scope, rule: Productivity) -> Shock:
    """The shock with the change in it.

    Raises:
        ScenarioError: nothing would be produced, or productivity would rise beyond 1,000,000%.
    """
    productivity = shock.productivity + productivity_cells(scope, rule) * float(rule.add)
    if productivity.min() <= 0:
        raise ScenarioError(
            f"productivity would fall by {100 * (1 - productivity.min()):.6g}%: less than 100% is possible"
        )
    if productivity.max() > MAX_RATE:
        raise ScenarioError(f"productivity would rise {productivity.max():,.0f}-fold: beyond {MAX_RATE:,.0f}-fold")
    return replace(shock, productivity=productivity)
