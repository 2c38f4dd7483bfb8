"""What is solved: a variant of a scenario, at one horizon, on the world that it is asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.policy.shock import Shock
from comity.policy.stack import Placed
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
        path: what settings have in common that differ by horizon only; empty without a list of horizons.
        notes: what was chosen or left out on the way to these rules, for the reader.
    """

    name: str
    world: World
    rules: tuple[Placed, ...]
    shock: Shock
    closures: Mapping[str, Any]
    variant: str = ""
    path: str = ""
    notes: tuple[str, ...] = ()
