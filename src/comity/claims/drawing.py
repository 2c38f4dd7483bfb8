"""The scenarios of a case under many draws of what is uncertain: elasticities, effects of agreements, what files say.

Each scenario is an ensemble (`comity.uncertainty.ensemble`): its variants share their draws, so that what is uncertain
about two of them does not blur their difference.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from comity.claims.drawn import Drawn, beats_of, chart_of, charted_of, intervals_of, measures_of
from comity.claims.intervals import Beats, CaseDraws, Count, Interval
from comity.claims.places import Values, record_of
from comity.claims.results import CaseResult, Result
from comity.claims.solving import Shelf, Task, tasks_of, world_key
from comity.errors import ComityError
from comity.model import Closures, problem
from comity.policy.scenario import Scenario
from comity.policy.setting import Setting
from comity.uncertainty.draws import SEED
from comity.uncertainty.ensemble.drawn import together
from comity.uncertainty.ensemble.plan import Plan, plan
from comity.uncertainty.ensemble.solving import Chunk, Engine
from comity.uncertainty.ensemble.summary import MOST_FAILED
from comity.world.world import World

Told = Callable[[str], None]
EFFECTS = "agreement effects"
CHUNK = 64
REASONS = 3


def _ignore(_: Any) -> None:
    return None


@dataclass(frozen=True)
class _Part:
    """What the draws of one scenario say."""

    task: Task
    count: Count
    intervals: tuple[Interval, ...] = ()
    beats: tuple[Beats, ...] = ()
    notes: tuple[str, ...] = ()
    charted: tuple[Interval, ...] = ()


def draw_case(found: CaseResult, draws: int, *, seed: int = SEED, workers: int = 2, told: Told = _ignore) -> CaseResult:
    """The results of a case with the intervals of its numbers, on the first of its worlds.

    Args:
        found: the case, run.
        draws: of each scenario.
        seed: of the Sobol points.
        workers: how many batches of draws are solved at once; results do not depend on it.
        told: called with a few words before each scenario.
    """
    claims = [result.claim for result in found.results]
    tasks = list(tasks_of(found.case, claims, found.worlds[:1]))
    pool = ThreadPoolExecutor(workers)
    try:
        parts = {id(part.task): part for part in _parts(found, tasks, draws, seed, pool, told)}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C does not wait for what was not begun
    ordered = [parts[id(task)] for task in tasks]
    every = CaseDraws(
        draws=draws,
        seed=seed,
        world=found.worlds[0],
        intervals=tuple(one for part in ordered for one in part.intervals),
        beats=tuple(one for part in ordered for one in part.beats),
        counts=tuple(part.count for part in ordered),
        notes=tuple(dict.fromkeys(note for part in ordered for note in part.notes)),
        charted=tuple(one for part in ordered for one in part.charted),
    )
    return replace(found, drawn=every, results=tuple(_with_errors(result, every) for result in found.results))


def _parts(
    found: CaseResult, tasks: Sequence[Task], draws: int, seed: int, pool: ThreadPoolExecutor, told: Told
) -> Iterator[_Part]:
    """What each scenario comes to; all are begun first, so that no worker waits, and arrays are let go one by one."""
    waiting: deque[Waiting] = deque()
    shelf = Shelf()
    for task in sorted(tasks, key=lambda task: world_key(task.scenario)):
        told(f"claim {task.claim.number}: {task.file}")
        try:
            waiting.append(_begun(task, shelf, draws, seed, pool))
        except ComityError as error:
            yield _Part(task, _none(task, draws, str(error)))
    while waiting:
        task, world, planned, chunks = waiting.popleft()
        told(f"claim {task.claim.number}: {task.file}, {draws} draws")
        try:
            drawn = _together(task, world, planned, [chunk.result() for chunk in chunks])
        except ComityError as error:
            yield _Part(task, _none(task, draws, str(error)))
            continue
        result = found.find(task.claim.number)
        drawn = replace(drawn, units=_units(result, task), leaders=_leaders(result, task))
        yield _part(drawn, found, planned)


def _part(drawn: Drawn, found: CaseResult, planned: Plan) -> _Part:
    if drawn.count.error:
        return _Part(drawn.task, drawn.count)
    intervals, beats = tuple(intervals_of(drawn, found.case.content.columns)), tuple(beats_of(drawn))
    return _Part(drawn.task, drawn.count, intervals, beats, tuple(planned.notes), tuple(charted_of(drawn)))


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
    scenario = with_effects(task.scenario)
    worlds = [setting.world for setting in scenario.settings(world)]
    planned = plan(scenario, world, draws=draws, seed=seed, record=record_of(measures_of(task), worlds, chart_of(task)))
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
        shown = "; ".join(f"{count} x {why}" for why, count in reasons.most_common(REASONS))
        error = f"{len(failed)} of {planned.rows} draws have no answer, more than {MOST_FAILED:.0%}: {shown}"
    count = Count(task.claim.number, task.file, task.world, planned.rows, len(failed), certified, dict(reasons), error)
    parameters = {name: np.concatenate([chunk.parameters[name] for chunk in chunks]) for name in chunks[0].parameters}
    worlds = {setting.name: baseline_of(setting) for setting in planned.scenario.settings(world)}
    one_baseline = not {"world", "imbalances"} & set(planned.choices)
    values = {}
    for name in names:
        parts = [(chunk.variants[name].values, dict(chunk.variants[name].details)) for chunk in chunks]
        values[name] = Values(worlds[name], planned.record, *together(parts), one_baseline)
    amounts = {
        name: {
            key: np.concatenate([chunk.variants[name].amounts[key] for chunk in chunks])
            for key in chunks[0].variants[name].amounts
        }
        for name in names
    }
    return Drawn(task, world, parameters, values, amounts, count)


def baseline_of(setting: Setting) -> World:
    """The baseline that a setting is measured from: its world, under balanced trade re-based."""
    return problem(setting.world, setting.shock, Closures(**setting.closures)).world


def _leaders(result: Result, task: Task) -> dict[tuple[str, str], tuple[str, ...]]:
    """Who leads in the single answers, by measure and variant."""
    return {
        (answer.measure.key, answer.variant): tuple(name for name, _ in answer.value)
        for answer in result.answers
        if (answer.scenario, answer.world) == (task.file, task.world) and isinstance(answer.value, tuple)
    }


def _units(result: Result, task: Task) -> dict[tuple[str, str], str]:
    """Units of what was found, from the answers that the case has."""
    return {
        (answer.measure.of, answer.variant): answer.unit for answer in result.answers if answer.scenario == task.file
    }
