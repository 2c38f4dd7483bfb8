"""Reading single numbers and names out of outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from comity.model.outcome import Outcome
    from comity.world import World

Outcomes: TypeAlias = "Mapping[str, Outcome]"
PLACES = {"region": "regions", "partner": "regions", "importer": "regions", "exporter": "regions", "sector": "sectors"}


def world_of(outcomes: Outcomes) -> World:
    """The world that the variants share; where one has a sector in parts, that of the first."""
    return next(iter(outcomes.values())).world


def sectors_of(outcomes: Outcomes) -> dict[str, str]:
    """Name by code of every sector that a variant has: those of the first, then those that others have in parts."""
    found: dict[str, str] = {}
    for outcome in outcomes.values():
        world = outcome.world
        found = {**dict(zip(world.sectors, world.sector_names, strict=True)), **found}
    first = world_of(outcomes).sectors
    return {code: found[code] for code in (*first, *(code for code in found if code not in first))}


def value(outcome: Outcome, measure: str, *codes: str) -> float:
    """One number of an outcome.

    Args:
        outcome: where to look.
        measure: variable of `Outcome.data`.
        codes: one for each axis of the variable, in its order.
    """
    from comity.model.variables import axes

    place = tuple(getattr(outcome.world, PLACES[d]).index(c) for d, c in zip(axes(measure), codes, strict=True))
    return float(outcome.array(measure)[place])


def label(world: World, code: str) -> str:
    """Name of a region and its code."""
    return _both(world.region_names[world.regions.index(code)], code)


def sector_label(outcomes: Outcomes, code: str) -> str:
    """Name of a sector and its code."""
    return _both(sectors_of(outcomes)[code], code)


def _both(name: str, code: str) -> str:
    return name if name == code else f"{name} ({code})"
