"""Scenarios of requests, and the worlds that they are asked of, kept for the next request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from comity.policy.scenario import Scenario
from comity.web.limits import Limits, check_scenario, without_files

if TYPE_CHECKING:
    from comity.model.outcome import Outcome
    from comity.world import World

KEPT = 6
"""Worlds that are kept, each with the arrays that its solutions share."""


@dataclass(frozen=True)
class Solved:
    """A scenario with its certified outcomes.

    Attributes:
        scenario: as it was read.
        world: that it was asked of.
        outcomes: by name of the setting.
    """

    scenario: Scenario
    world: World
    outcomes: Mapping[str, Outcome]

    @property
    def caveats(self) -> list[str]:
        """Of the rules, of the solutions, of the data; each once."""
        from comity.model.outcome import caveats_of

        return list(caveats_of(self.scenario, self.world, self.outcomes))


def read(data: Any, limits: Limits) -> Scenario:
    """The scenario of a request.

    Raises:
        ScenarioError: too large, wrong, or naming a file; every error with its place.
    """
    check_scenario(data, limits)
    return without_files(Scenario.from_dict(data))


def world_of(scenario: Scenario) -> World:
    """The world of a scenario, loaded once.

    Raises:
        UnknownName, ScenarioError, DataError: as in `Scenario.load_world`.
    """
    return _world(scenario.world, json.dumps(scenario.to_dict().get("aggregation")), *_named(scenario))


def solve(data: Any, limits: Limits) -> Solved:
    """Every setting of a scenario, certified.

    Raises:
        ScenarioError: it cannot be read; SolveError: a setting without a certified equilibrium.
    """
    from comity.model import solve_all

    scenario = read(data, limits)
    world = world_of(scenario)
    return Solved(scenario, world, solve_all(world, scenario))


def _named(scenario: Scenario) -> tuple[str | None, str | None]:
    elasticities = scenario.options.get("elasticities")
    day = scenario.as_of.isoformat() if scenario.as_of else None
    return None if elasticities is None else str(elasticities), day


@lru_cache(maxsize=KEPT)
def _world(name: str, aggregation: str, elasticities: str | None, day: str | None) -> World:
    data: dict[str, Any] = {"policies": [], "world": name}
    data |= {"aggregation": groups} if (groups := json.loads(aggregation)) else {}
    data |= {"as of": day} if day and isinstance(groups, dict) else {}
    data |= {"options": {"elasticities": elasticities}} if elasticities else {}
    return Scenario.from_dict(data).load_world()
