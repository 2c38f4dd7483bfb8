"""What is solved: a variant of a scenario, at one horizon, on the world that it is asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from comity.policy.commitments import subsidised
from comity.policy.places import Origin
from comity.policy.scope import Scope
from comity.policy.shock import Shock
from comity.policy.stack import Placed, shock_of
from comity.world import World


@dataclass(frozen=True)
class Setting:
    """One thing to solve.

    Attributes:
        name: as shown: the variant, and what else tells it from its other settings.
        world: the baseline.
        rules: in the order in which they are applied, each with where it is written; of schedules the amounts in force.
        shock: what the rules do to the world.
        closures: arguments of `comity.model.Closures` that the options set.
        variant: name of the variant.
        reading: of its `nest`, if it has one (see `comity.policy.nesting`).
        path: what settings have in common that differ by horizon only; empty without a list of horizons.
        notes: what was chosen or left out on the way to these rules, for the reader.
        day: on which memberships of groupings are taken; None is the latest known.
        origin: the text that the rules were read from, for messages.
        subsidies: of purchase commitments, by the position of their rules; fractions of the border value.
    """

    name: str
    world: World
    rules: tuple[Placed, ...]
    shock: Shock
    closures: Mapping[str, Any]
    variant: str = ""
    reading: str = ""
    path: str = ""
    notes: tuple[str, ...] = ()
    day: date | None = None
    origin: Origin = field(default_factory=Origin, compare=False, repr=False)
    subsidies: Mapping[int, float] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """The world and the day on which names are looked up."""
        return Scope(self.world, self.day)

    def restacked(self) -> Setting:
        """The same with the shock that its rules and subsidies make.

        The import subsidies of purchase commitments come off the tariffs that all rules leave, wherever they stand.

        Raises:
            ScenarioError: as in `shock_of`.
        """
        shock = shock_of(self.scope, self.rules, self.origin)
        for position, subsidy in self.subsidies.items():
            if subsidy:
                shock = subsidised(shock, self.scope, self.rules[position].rule, subsidy)
        return replace(self, shock=shock.check(self.world))
