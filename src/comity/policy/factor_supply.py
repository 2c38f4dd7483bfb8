"""Factor supply: more or fewer factors in a region; migration, ageing, disaster."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from pydantic import Field

from comity.policy.fields import Name, Note, Source, rule_class
from comity.policy.quantities import AnyRate
from comity.policy.ratios import possible
from comity.policy.scope import Scope
from comity.policy.shock import Shock
from comity.policy.wording import Names


@rule_class()
class FactorSupply:
    """The supply of factors in regions, relative to the baseline; several rules add up.

    A factor is the whole bundle that value added pays: labour with the capital that goes with it.

    >>> FactorSupply(of="DEU", add="1%").add
    0.01
    """

    of: Annotated[Names, Field(description="Regions.", examples=["DEU", "EU"])]
    add: Annotated[AnyRate, Field(description="Rise of factor supply (fall, if negative).", examples=["1%"])]
    name: Name = None
    source: Source = None
    note: Note = None


def apply_factor_supply(shock: Shock, scope: Scope, rule: FactorSupply) -> Shock:
    """The shock with the change in it.

    Raises:
        ScenarioError: nothing would be left, or supply would rise beyond 1,000,000%.
    """
    added = np.zeros(len(scope.world.regions))
    added[list(scope.regions("of", rule.of, others=False).index)] = float(rule.add)
    return replace(shock, factors=possible("factor supply", shock.factors + added))


def factor_notes(_scope: Scope, rule: FactorSupply) -> list[str]:
    """Whose income is meant."""
    return [
        f"factor supply of {', '.join(rule.of)}: real income is that of the region, newcomers included; per head it "
        "changes by the real wage, where revenue and transfers are small"
    ]
