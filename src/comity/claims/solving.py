"""The scenarios of a case as tasks: each asked of a world that is loaded once, its variants solved, its errors kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from comity.claims.case import Case
from comity.claims.claim import Claim
from comity.errors import ComityError
from comity.model import solve_all
from comity.model.outcome import Outcome, caveats_of
from comity.policy.scenario import Scenario
from comity.world.world import World

Outcomes = Mapping[str, Outcome]
KEPT = 2
"""Worlds at hand: two scenarios are in work at once, and the second may be the first on the next world."""


@dataclass(frozen=True)
class Task:
    """A scenario of a claim on a world; `scenario` is the error where the file cannot be read.

    Attributes:
        claim, file: which.
        world: name of the world that is asked.
        scenario: with that world in the place of its own.
    """

    claim: Claim
    file: str
    world: str
    scenario: Scenario | ComityError


@dataclass(frozen=True)
class Solved:
    """A task that is done.

    Attributes:
        task: what was to be done.
        scenario: as read; None where it could not be.
        world: the baseline; None where it could not be loaded.
        outcomes: by variant (and horizon, where the scenario lists several), those that exist.
        errors: by variant, why there is none; the key is empty where the scenario fails as a whole.
        names: of both, in order.
        caveats: of the scenario and its outcomes.
    """

    task: Task
    scenario: Scenario | None
    world: World | None
    outcomes: Outcomes
    errors: Mapping[str, str]
    caveats: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def tasks_of(case: Case, claims: Sequence[Claim], worlds: Sequence[str]) -> Iterator[Task]:
    """Every scenario of some claims on every world; on the one that it names itself where there are none."""
    for claim in claims:
        for file in claim.scenarios:
            try:
                scenario: Scenario | ComityError = case.scenario(file)
            except ComityError as error:
                scenario = error
            for world in worlds or ("" if isinstance(scenario, ComityError) else scenario.world,):
                asked = scenario if isinstance(scenario, ComityError) else replace(scenario, world=world)
                yield Task(claim, file, world, asked)


def world_key(scenario: Scenario | ComityError) -> str:
    """Equal for scenarios that are asked of the same world."""
    if isinstance(scenario, ComityError):
        return ""
    parts = (scenario.world, scenario.aggregation, scenario.options.get("elasticities"), scenario.baseline_tariffs)
    return json.dumps([*parts, str(scenario.as_of)], sort_keys=True, default=str)


@dataclass(frozen=True)
class Shelf:
    """The worlds that were loaded last: tasks come sorted, so that each is loaded once. For several threads.

    Attributes:
        last: those worlds, by their keys.
        loading: held by who loads one, so that the others wait for it.
    """

    last: dict[str, World] = field(default_factory=dict)
    loading: Lock = field(default_factory=Lock)

    def world(self, scenario: Scenario) -> World:
        """The world of a scenario.

        Raises:
            ComityError: it cannot be loaded.
        """
        key = world_key(scenario)
        with self.loading:
            if key not in self.last:
                loaded = scenario.load_world()
                for oldest in [*self.last][: len(self.last) + 1 - KEPT]:
                    del self.last[oldest]
                self.last[key] = loaded
            return self.last[key]


def solve_task(task: Task, shelf: Shelf) -> Solved:
    """Solve what can be solved of a task; whatever fails is in its errors."""
    scenario = task.scenario
    if isinstance(scenario, ComityError):
        return Solved(task, None, None, {}, {"": str(scenario)})
    try:
        world = shelf.world(scenario)
    except ComityError as error:
        return Solved(task, scenario, None, {}, {"": str(error)})
    found = _variants(world, scenario)
    outcomes = {name: outcome for name, outcome in found.items() if isinstance(outcome, Outcome)}
    errors = {name: outcome for name, outcome in found.items() if isinstance(outcome, str)}
    if not outcomes and len(set(errors.values())) == 1:  # what all variants share is wrong with the scenario
        return Solved(task, scenario, world, {}, {"": next(iter(errors.values()))})
    return Solved(task, scenario, world, outcomes, errors, caveats_of(scenario, world, outcomes), tuple(found))


def _variants(world: World, scenario: Scenario) -> dict[str, Outcome | str]:
    """Every variant, and for one that fails its error."""
    try:
        return dict(solve_all(world, scenario))
    except ComityError as error:
        if len(scenario.variant_names) == 1:
            return {scenario.variant_names[0]: str(error)}
    found: dict[str, Outcome | str] = {}
    for name in scenario.variant_names:
        try:
            found |= solve_all(world, _alone(scenario, name), only=name)
        except ComityError as error:
            found[name] = str(error)
    return found


def _alone(scenario: Scenario, variant: str) -> Scenario:
    """The scenario with one of its variants, and those that its goals compare with: what is wrong with others is no
    matter."""
    wanted, ahead = set[str](), [variant]
    while ahead:
        name = ahead.pop()
        if name not in wanted:
            wanted.add(name)
            ahead += [placed.rule.same_as for placed in scenario.rules(name) if getattr(placed.rule, "same_as", None)]
    return replace(scenario, variants={name: body for name, body in scenario.variants.items() if name in wanted})
