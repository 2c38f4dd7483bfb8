"""Comity: an open policy laboratory for trade and alliances.

    world = comity.load_world("2022", preset="us-japan")
    scenario = comity.Scenario.load("cars.yaml")
    outcome = comity.solve(world, scenario)

The names below are imported when they are first used, so that `import comity` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from comity.errors import ComityError

if TYPE_CHECKING:
    from comity.model import Closures, Outcome, explain, rebase, solve, solve_all
    from comity.policy import Scenario, Shock
    from comity.uncertainty.panel import disagreement
    from comity.world import World, load_world

__version__ = "0.1.0"
__all__ = [
    "Closures",
    "ComityError",
    "Outcome",
    "Scenario",
    "Shock",
    "World",
    "__version__",
    "disagreement",
    "explain",
    "load_world",
    "rebase",
    "solve",
    "solve_all",
]

_HOMES = {
    "Closures": "comity.model",
    "Outcome": "comity.model",
    "Scenario": "comity.policy",
    "Shock": "comity.policy",
    "World": "comity.world",
    "disagreement": "comity.uncertainty.panel",
    "explain": "comity.model",
    "load_world": "comity.world",
    "rebase": "comity.model",
    "solve": "comity.model",
    "solve_all": "comity.model",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'comity' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
