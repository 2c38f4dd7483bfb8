"""What is solved: a variant of a scenario on the world that it is asked of."""

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
        name: of the variant, as shown.
        world: the baseline.
        rules: in the order in which they are applied, each with where it is written.
        shock: what the rules do to the world.
        closures: arguments of `comity.model.Closures` that the options set.
    """

    name: str
    world: World
    rules: tuple[Placed, ...]
    shock: Shock
    closures: Mapping[str, Any]
