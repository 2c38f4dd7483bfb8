"""The scenarios of a case under many draws of what is uncertain: elasticities, effects of agreements, what files say.

Each scenario is an ensemble (`comity.uncertainty.ensemble`): its variants share their draws, so that what is uncertain
about two of them does not blur their difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.claims.claim import Measure, Part
from comity.claims.intervals import INCOME, Beats, CaseDraws, Count, Driver, Interval, headline
from comity.claims.measuring import FOUND, SIGN
from comity.claims.results import REST, CaseResult, Result
from comity.claims.solving import Shelf, Task, tasks_of, world_key
from comity.errors import ComityError
from comity.model.dataset import variables
from comity.policy.regions import find_regions
from comity.policy.scenario import Scenario
from comity.uncertainty.draws import SEED
from comity.uncertainty.ensemble.goals import Amounts
from comity.uncertainty.ensemble.parameters import THETA
from comity.uncertainty.ensemble.plan import Plan, plan
from comity.uncertainty.ensemble.program import MEASURES
from comity.uncertainty.ensemble.solving import Chunk, Engine
from comity.uncertainty.ensemble.summary import MOST_FAILED, beats, summarise
from comity.world.world import World

Floats = NDArray[np.float64]
Told = Callable[[str], None]
EFFECTS = "agreement effects"
WELFARE = ("equivalent_variation_usd_bn", "real_income_pct")
"""Measures of which a number below zero is a loss."""
SHOWN = 3
CHANCE = 3.84
"""A squared correlation of n draws reaches this over n by chance in one case of twenty."""
CHUNK = 64
EV = MEASURES.index("equivalent_variation_usd_bn")


def _ignore(_: Any) -> None:
    return None


@dataclass(frozen=True, eq=False)
class Drawn:
    """A scenario whose draws are there.

    Attributes:
        task: which.
        world: that it is asked of.
        parameters: what was drawn ``[draw]``, by name.
        values: ``[draw, measure, region]`` by variant, in the order of `MEASURES`; nan where a draw failed.
        amounts: ``[draw]`` by variant, what goals and purchase commitments took, by what it is and its rule.
        count: how the draws went.
        units: of what goals found, by measure and variant.
    """

    task: Task
    world: World
    parameters: Mapping[str, Floats]
    values: Mapping[str, Floats]
    amounts: Mapping[str, Amounts]
    count: Count
    units: Mapping[tuple[str, str], str] = field(default_factory=dict)


def draw_case(found: CaseResult, draws: int, *, seed: int = SEED, workers: int = 2, told: Told = _ignore) -> CaseResult:
    """The results of a case with the intervals of its numbers, on the first of its worlds.

    Args:
        found: the case, run.
        draws: of each scenario.
        seed: of the Sobol points.
        workers: how many batches of draws are solved at once; results do not depend on it.
        told: called with a few words before each scenario.
    """
    claims, world = [result.claim for result in found.results], found.worlds[:1]
    tasks = sorted(tasks_of(found.case, claims, world), key=lambda task: world_key(task.scenario))
    ready: list[Drawn] = []
    counts: dict[tuple[int, str], Count] = {}
    notes: dict[str, None] = {}
    with ThreadPoolExecutor(workers) as pool:
        waiting = []
        shelf = Shelf()
        for task in tasks:
            told(f"claim {task.claim.number}: {task.file}, {draws} draws")
            try:
                waiting.append(_begun(task, shelf, draws, seed, pool))
                notes |= dict.fromkeys(waiting[-1][2].notes)
            except ComityError as error:
                counts[task.claim.number, task.file] = _none(task, draws, str(error))
        for task, asked, planned, chunks in waiting:
            told(f"claim {task.claim.number}: {task.file}, solving {draws} draws")
            try:
                drawn = _together(task, asked, planned, [chunk.result() for chunk in chunks])
            except ComityError as error:
                counts[task.claim.number, task.file] = _none(task, draws, str(error))
                continue
            counts[task.claim.number, task.file] = drawn.count
            ready.append(replace(drawn, units=_units(found.find(task.claim.number), task)))
    order = {result.claim.number: place for place, result in enumerate(found.results)}
    ready.sort(key=lambda d: (order[d.task.claim.number], d.task.claim.scenarios.index(d.task.file)))
    sound = [drawn for drawn in ready if not drawn.count.error]
    every = CaseDraws(
        draws=draws,
        seed=seed,
        world=found.worlds[0],
        intervals=tuple(one for drawn in sound for one in _intervals(drawn, found.case.content.columns)),
        beats=tuple(one for drawn in sound for one in _beats(drawn)),
        counts=tuple(counts[number, file] for number, file in sorted(counts)),
        notes=tuple(notes),
    )
    return replace(found, drawn=every, results=tuple(_with_errors(result, every) for result in found.results))


def _with_errors(result: Result, drawn: CaseDraws) -> Result:
    errors = [f"draws of {c.scenario}: {c.error}" for c in drawn.counts if c.claim == result.claim.number and c.error]
    return replace(result, undrawn=tuple(errors))


def _none(task: Task, draws: int, error: str) -> Count:
    return Count(task.claim.number, task.file, task.world, draws, error=error)


Waiting = tuple[Task, World, Plan, list["Future[Chunk]"]]


def _begun(task: Task, shelf: Shelf, draws: int, seed: int, pool: ThreadPoolExecutor) -> Waiting:
    """A scenario whose draws are being solved."""
    if isinstance(task.scenario, ComityError):
        raise task.scenario
    world = shelf.world(task.scenario)
    planned = plan(with_effects(task.scenario), world, draws=draws, seed=seed)
    engine = Engine(planned)
    bounds = [(first, min(first + CHUNK, draws)) for first in range(0, draws, CHUNK)]
    return task, world, planned, [pool.submit(engine.solve, *ends) for ends in bounds]


def with_effects(scenario: Scenario) -> Scenario:
    """The scenario with the effects of agreements drawn by their standard errors, unless it says otherwise."""
    return replace(scenario, uncertainty={EFFECTS: "published", **scenario.uncertainty})


def _together(task: Task, world: World, planned: Plan, chunks: Sequence[Chunk]) -> Drawn:
    names = list(chunks[0].variants)
    failed: set[int] = set()
    reasons: Counter[str] = Counter()
    certified = 0
    for chunk in chunks:
        for found in chunk.variants.values():
            failed |= {int(chunk.rows[place]) for place in found.reasons}
            reasons.update(found.reasons.values())
            certified += int(np.isfinite(found.certified).sum())
    error = ""
    if len(failed) > MOST_FAILED * planned.rows:
        shown = "; ".join(f"{count} x {why}" for why, count in reasons.most_common(SHOWN))
        error = f"{len(failed)} of {planned.rows} draws have no answer, more than {MOST_FAILED:.0%}: {shown}"
    count = Count(task.claim.number, task.file, task.world, planned.rows, len(failed), certified, dict(reasons), error)
    parameters = {name: np.concatenate([chunk.parameters[name] for chunk in chunks]) for name in chunks[0].parameters}
    values = {name: np.concatenate([chunk.variants[name].values for chunk in chunks]) for name in names}
    amounts = {
        name: {
            key: np.concatenate([chunk.variants[name].amounts[key] for chunk in chunks])
            for key in chunks[0].variants[name].amounts
        }
        for name in names
    }
    return Drawn(task, world, parameters, values, amounts, count)


def _units(result: Result, task: Task) -> dict[tuple[str, str], str]:
    """Units of what was found, from the answers that the case has."""
    return {
        (answer.measure.of, answer.variant): answer.unit for answer in result.answers if answer.scenario == task.file
    }


def _intervals(drawn: Drawn, columns: Mapping[str, Any]) -> Iterator[Interval]:
    for variant, values in drawn.values.items():
        for name, income in _by_column(values, drawn.world, columns):
            yield _interval(drawn, variant, INCOME, name, "%", name, income)
    claim = drawn.task.claim
    first, quoted = headline(claim)
    for measure in _measures(drawn):
        for variant in measure.variants or [name for name in drawn.values if name != measure.less]:
            column = _column(drawn, measure, variant)
            if column is not None:
                who = _whose(measure)
                one = _interval(drawn, variant, measure.key, measure.label, column[1], who, column[0])
                leads = measure.key == first and variant == (quoted or variant)
                yield replace(one, headline=True, drivers=_drivers(drawn, column[0])) if leads else one


def _measures(drawn: Drawn) -> Iterator[Measure]:
    """The measures of a scenario."""
    claim = drawn.task.claim
    yield from (m for m in claim.measures if (m.scenario or claim.scenarios[0]) == drawn.task.file)


def _whose(measure: Measure) -> str:
    plain = measure.of in WELFARE and measure.less is None and measure.over is None
    return " and ".join(map(str, measure.at.get("region", ()))) if plain else ""


def _interval(
    drawn: Drawn, variant: str, key: str, label: str, unit: str, who: str, values: Floats
) -> Interval:  # fmt: skip
    task = drawn.task
    return Interval(task.claim.number, task.file, variant, task.world, key, label, unit, who, False, summarise(values))


def _by_column(values: Floats, world: World, columns: Mapping[str, Any]) -> Iterator[tuple[str, Floats]]:
    """Equivalent variation in per cent of baseline final spending ``[draw]``, by column of the case; the rest last."""
    spent = world.final_spending / 1000
    groups = {name: list(find_regions(tuple(words), world, None).index) for name, words in columns.items()}
    shown = {place for places in groups.values() for place in places}
    if rest := [place for place in range(len(spent)) if place not in shown]:
        groups[REST] = rest
    for name, places in groups.items():
        yield name, 100 * values[:, EV][:, places].sum(1) / spent[places].sum()


def _column(drawn: Drawn, measure: Measure, variant: str) -> tuple[Floats, str] | None:
    """A measure under every draw, with its unit; None where it is not drawn: sectors, partners, and whatever fails."""
    names = [variant] if measure.less is None else [variant, measure.less]
    if measure.leaders or not set(names) <= set(drawn.values):
        return None
    parts = [_part(drawn, measure.part, name) for name in names]
    if any(part is None for part in parts):
        return None
    values, unit = [part[0] for part in parts if part], parts[0][1] if parts[0] else ""
    value = values[0] if len(values) == 1 else values[0] - values[1]
    if measure.over is None:
        return value, unit
    whole = _part(drawn, measure.over, names[-1])
    return None if whole is None else (100 * value / whole[0], "%")


def _part(drawn: Drawn, part: Part, variant: str) -> tuple[Floats, str] | None:
    if part.of in FOUND:
        return _found(drawn, part, variant)
    if part.of not in MEASURES or set(part.at) != {"region"}:
        return None
    unit = next(v.units for v in variables() if v.name == part.of)
    places = list(find_regions(tuple(part.at["region"]), drawn.world, None).index)
    if len(places) > 1 and unit == "percent":
        return None
    return drawn.values[variant][:, MEASURES.index(part.of)][:, places].sum(1), SIGN.get(unit, unit)


def _found(drawn: Drawn, part: Part, variant: str) -> tuple[Floats, str] | None:
    """What a goal or a commitment took in each draw."""
    rules = [str(name) for name in part.at.get("rule", ())]
    entries = {rule: values for (what, rule), values in drawn.amounts[variant].items() if what == part.of}
    chosen = [rule for rule in entries if not rules or rule in rules]
    if len(chosen) != 1:
        return None
    return entries[chosen[0]], _unit(drawn, part.of, variant)


def _unit(drawn: Drawn, of: str, variant: str) -> str:
    """The unit of what was found, as the answers of the case have it."""
    return FOUND[of][2] or drawn.units.get((of, variant), "")


def _drivers(drawn: Drawn, values: Floats) -> tuple[Driver, ...]:
    """The parameters that a number goes with most, by squared rank correlation; those that chance may explain are left
    out (5%, each by itself)."""
    sound = np.isfinite(values)
    if sound.sum() < 3 or np.ptp(values[sound]) == 0:
        return ()
    ranks = _ranks(values[sound])
    found = []
    for name, given in drawn.parameters.items():
        if given.dtype.kind == "f" and np.isfinite(given).all() and np.ptp(given) > 0:
            r = float(np.corrcoef(ranks, _ranks(given[sound]))[0, 1])
            found.append(Driver(_named(name, drawn.world), r * abs(r)))
    beyond = [one for one in found if abs(one.share) > CHANCE / sound.sum()]
    return tuple(sorted(beyond, key=lambda one: -abs(one.share))[:SHOWN])


def _ranks(values: Floats) -> Floats:
    return np.argsort(np.argsort(values)).astype(float)


def _named(parameter: str, world: World) -> str:
    """A parameter in words."""
    kind, _, key = parameter.partition(" ")
    if kind == THETA and key in world.sectors:
        return f"trade elasticity of {world.sector_names[world.sectors.index(key)]}"
    return f"effect of {key} agreements" if kind == "effect" else parameter


def _beats(drawn: Drawn) -> Iterator[Beats]:
    """Every pair of variants, by the first measure of the scenario that is somebody's real income."""
    measure = next((m for m in _measures(drawn) if _whose(m) and _column(drawn, m, next(iter(drawn.values)))), None)
    if measure is None:
        return
    columns = {name: _column(drawn, measure, name) for name in drawn.values}
    names = [name for name, column in columns.items() if column is not None]
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            first, second = columns[one][0], columns[other][0]  # type: ignore[index]
            share, error = beats(first, second)
            claim, file = drawn.task.claim.number, drawn.task.file
            yield Beats(claim, file, measure.key, one, other, share, error, summarise(first - second))
