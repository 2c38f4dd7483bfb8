"""All claims of a case on all its worlds: each world loaded once, each scenario solved once, errors kept in place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from comity.claims.case import Case
from comity.claims.claim import Claim, Measure
from comity.claims.measuring import measured
from comity.claims.results import REST, Answer, CaseResult, Result, Row
from comity.errors import ComityError, UnknownName
from comity.model import solve_all
from comity.model.outcome import Outcome
from comity.policy.regions import find_regions
from comity.policy.scenario import Scenario
from comity.policy.wording import nearest
from comity.world.world import World

Outcomes = Mapping[str, Outcome]


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


Told = Callable[[str], None]
Seen = Callable[[Solved], None]


def _ignore(_: Any) -> None:
    return None


def run_case(
    case: Case,
    *,
    numbers: Sequence[int] = (),
    worlds: Sequence[str] = (),
    told: Told = _ignore,
    seen: Seen = _ignore,
) -> CaseResult:
    """Solve every scenario of some claims on every world. What fails is kept in its place, and the rest is run.

    Args:
        case: the claims.
        numbers: of the claims that are run; all of them if none is named.
        worlds: names or paths, instead of those of the case.
        told: called with a few words before each scenario.
        seen: called with each scenario that is done, before its outcomes are let go.

    Raises:
        UnknownName: there is no claim of a number.
    """
    claims = case.claims(numbers)
    tasks = list(_tasks(case, claims, tuple(worlds) or case.content.worlds))
    shelf = _Shelf()
    done: dict[tuple[int, str, str], tuple[tuple[Row, ...], tuple[Answer, ...], tuple[str, ...]]] = {}
    # Scenarios of one world and aggregation one after the other: a baseline that is prepared stays at hand.
    for task in sorted(tasks, key=lambda task: _world_key(task.scenario)):
        told(f"claim {task.claim.number}: {task.file}, world {task.world}")
        solved = _solve(task, shelf)
        seen(solved)
        rows = tuple(_rows(solved, case.content.columns))
        done[task.claim.number, task.file, task.world] = (rows, tuple(_answers(solved)), solved.caveats)
    names = tuple(dict.fromkeys(task.world for task in tasks))
    return CaseResult(case, names, tuple(_result(claim, tasks, done) for claim in claims))


def _tasks(case: Case, claims: Sequence[Claim], worlds: Sequence[str]) -> Iterator[Task]:
    for claim in claims:
        for file in claim.scenarios:
            try:
                scenario: Scenario | ComityError = case.scenario(file)
            except ComityError as error:
                scenario = error
            for world in worlds or ("" if isinstance(scenario, ComityError) else scenario.world,):
                asked = scenario if isinstance(scenario, ComityError) else replace(scenario, world=world)
                yield Task(claim, file, world, asked)


def _world_key(scenario: Scenario | ComityError) -> str:
    """Equal for scenarios that are asked of the same world."""
    if isinstance(scenario, ComityError):
        return ""
    parts = (scenario.world, scenario.aggregation, scenario.options.get("elasticities"), scenario.baseline_tariffs)
    return json.dumps([*parts, str(scenario.as_of)], sort_keys=True, default=str)


@dataclass(frozen=True)
class _Shelf:
    """The world that was loaded last: tasks come sorted, so that each is loaded once."""

    last: dict[str, World] = field(default_factory=dict)

    def world(self, scenario: Scenario) -> World:
        key = _world_key(scenario)
        if key not in self.last:
            loaded = scenario.load_world()
            self.last.clear()
            self.last[key] = loaded
        return self.last[key]


def _solve(task: Task, shelf: _Shelf) -> Solved:
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
    return Solved(task, scenario, world, outcomes, errors, _caveats(world, scenario, outcomes), tuple(found))


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
            found |= solve_all(world, _alone(scenario, name))
        except ComityError as error:
            found[name] = str(error)
    return found


def _alone(scenario: Scenario, variant: str) -> Scenario:
    """The scenario with one of its variants: what is wrong with another is no matter."""
    return replace(scenario, variants={variant: scenario.variants[variant]})


def _caveats(world: World, scenario: Scenario, outcomes: Outcomes) -> tuple[str, ...]:
    """Of the rules, where they have a meaning; of the outcomes; of the data."""
    try:
        rules = scenario.caveats(world)
    except ComityError:
        alone = (_alone(scenario, name) for name in outcomes if name in scenario.variants)
        rules = [note for variant in alone for note in variant.caveats(world)]
    notes = (note for outcome in outcomes.values() for note in outcome.notes)
    return tuple(dict.fromkeys((*rules, *notes, *world.estimated)))


def _rows(solved: Solved, columns: Mapping[str, Any]) -> Iterator[Row]:
    task = solved.task
    if "" in solved.errors:
        yield Row(task.file, "", task.world, {}, {}, None, solved.errors[""])
        return
    for name in solved.names:
        if name in solved.errors:
            yield Row(task.file, name, task.world, {}, {}, None, solved.errors[name])
            continue
        outcome = solved.outcomes[name]
        try:
            income, change = _by_column(outcome, columns)
        except ComityError as error:
            yield Row(task.file, name, task.world, {}, {}, None, str(error))
            continue
        yield Row(task.file, name, task.world, income, change, outcome.certificate)


def _by_column(outcome: Outcome, columns: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    """Equivalent variation in per cent of baseline final spending, and in US$ bn, by column; the rest last."""
    gained = outcome.data["equivalent_variation_usd_bn"].values
    spent = outcome.world.final_spending / 1000
    groups = {name: list(find_regions(tuple(words), outcome.world, None).index) for name, words in columns.items()}
    shown = {place for places in groups.values() for place in places}
    rest = [place for place in range(len(spent)) if place not in shown]
    if rest:
        groups[REST] = rest
    income = {name: float(100 * np.sum(gained[places]) / np.sum(spent[places])) for name, places in groups.items()}
    return income, {name: float(np.sum(gained[places])) for name, places in groups.items()}


def _answers(solved: Solved) -> Iterator[Answer]:
    task = solved.task
    for measure in task.claim.measures:
        if (measure.scenario or task.claim.scenarios[0]) != task.file or "" in solved.errors:
            continue
        every = [name for name in solved.names if name != measure.less]
        for variant in measure.variants or every:
            try:
                value, unit = _value(measure, variant, solved)
                yield Answer(measure, task.file, variant, task.world, value, unit)
            except ComityError as error:
                yield Answer(measure, task.file, variant, task.world, None, error=str(error))


def _value(measure: Measure, variant: str, solved: Solved) -> tuple[Any, str]:
    base = None if measure.less is None else _outcome(measure.less, solved)
    return measured(measure, _outcome(variant, solved), base)


def _outcome(variant: str, solved: Solved) -> Outcome:
    if variant in solved.outcomes:
        return solved.outcomes[variant]
    if variant in solved.errors:
        raise ComityError(f"variant {variant!r} has no certified outcome")
    known = list(solved.outcomes)
    raise UnknownName(f"{solved.task.file} has no variant {variant!r}{nearest(variant, known)}")


def _result(claim: Claim, tasks: Sequence[Task], done: Mapping[tuple[int, str, str], Any]) -> Result:
    mine = [done[task.claim.number, task.file, task.world] for task in tasks if task.claim is claim]
    rows, answers, caveats = (tuple(entry for part in parts for entry in part) for parts in zip(*mine, strict=True))
    return Result(claim, rows, answers, tuple(dict.fromkeys(caveats)))


__all__ = ["Solved", "Task", "run_case"]
