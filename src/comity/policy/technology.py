"""Productivity: more or less output from the same inputs; growth, know-how lost or gained, disaster."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from pydantic import Field

from comity.policy.fields import Name, Note, Source, rule_class
from comity.policy.quantities import AnyRate
from comity.policy.ratios import possible
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
    sectors: Annotated[
        Names | None, Field(description="Producing sectors; all if left out.", examples=["electronics"])
    ] = None
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
    added = productivity_cells(scope, rule) * float(rule.add)
    return replace(shock, productivity=possible("productivity", shock.productivity + added))
