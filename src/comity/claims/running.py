"""All claims of a case on all its worlds: rows and measures of what was solved, errors in their place."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any

import numpy as np

from comity.claims.case import Case
from comity.claims.claim import Claim, Measure
from comity.claims.measuring import measured
from comity.claims.results import REST, Answer, CaseResult, Result, Row
from comity.claims.solving import Shelf, Solved, Task, solve_task, tasks_of, world_key
from comity.errors import ComityError, UnknownName
from comity.model.outcome import Outcome
from comity.model.variables import VALUES
from comity.policy.regions import find_regions
from comity.policy.wording import nearest

Told = Callable[[str], None]
Seen = Callable[[Solved], None]
AT_ONCE = 2
"""Scenarios in work: Python runs one thread at a time, so that more bring nothing."""


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
    tasks = list(tasks_of(case, claims, tuple(worlds) or case.content.worlds))
    done: dict[tuple[int, str, str], tuple[tuple[Row, ...], tuple[Answer, ...], tuple[str, ...]]] = {}
    # Scenarios of one world and aggregation one after the other: a baseline that is prepared stays at hand.
    with closing(_in_turn(sorted(tasks, key=lambda task: world_key(task.scenario)), told)) as every:
        for solved in every:
            seen(solved)
            task, rows = solved.task, tuple(_rows(solved, case.content.columns))
            done[task.claim.number, task.file, task.world] = (rows, tuple(_answers(solved)), solved.caveats)
    names = tuple(dict.fromkeys(task.world for task in tasks))
    return CaseResult(case, names, tuple(_result(claim, tasks, done) for claim in claims))


def _in_turn(tasks: Sequence[Task], told: Told) -> Generator[Solved, None, None]:
    """Tasks solved, in their order. While XLA computes one, Python prepares another: a sixth less time."""
    shelf, waiting = Shelf(), deque[Future[Solved]]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for task in tasks:
                told(f"claim {task.claim.number}: {task.file}, world {task.world}")
                waiting.append(pool.submit(solve_task, task, shelf))
                if len(waiting) > AT_ONCE:  # not all at once: what is solved is let go before much more is
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


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
    gained = np.asarray(VALUES["equivalent_variation_usd_bn"](outcome))
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
