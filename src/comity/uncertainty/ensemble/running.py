"""Running an ensemble: chunks solved side by side, kept as they come, taken up again where they stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from comity.uncertainty.ensemble.manifest import manifest
from comity.uncertainty.ensemble.plan import Plan
from comity.uncertainty.ensemble.results import InMemory, OnDisk, Results, failures
from comity.uncertainty.ensemble.solving import Chunk, Engine
from comity.uncertainty.ensemble.store import Store, open_store
from comity.uncertainty.ensemble.summary import MOST_FAILED, require_few_failures

CHUNK = 256
Bounds = tuple[int, int]
Solver = Callable[[Plan, Sequence[tuple[int, Bounds]]], Iterator[tuple[int, Chunk]]]
"""Solves numbered chunks of a plan and gives them in whatever order they come."""


class Progress(NamedTuple):
    """How far an ensemble is: draws there, draws wanted, draws a second since it began, seconds left, draws that were
    there before, draws that failed."""

    done: int
    rows: int
    rate: float
    left: float
    before: int
    failed: int


Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class Threads:
    """Chunks side by side in this process: compiled programs run outside Python's lock.

    Attributes:
        workers: how many at once.
    """

    workers: int = 1

    def __call__(self, plan: Plan, chunks: Sequence[tuple[int, Bounds]]) -> Iterator[tuple[int, Chunk]]:
        """Chunks as they come."""
        engine = Engine(plan)
        if self.workers == 1:
            yield from ((number, engine.solve(*bounds)) for number, bounds in chunks)
            return
        pool = ThreadPoolExecutor(self.workers)
        waiting: dict[Future[Chunk], int] = {}
        ahead = iter(chunks)
        try:
            for number, bounds in ahead:
                waiting[pool.submit(engine.solve, *bounds)] = number
                if len(waiting) >= self.workers:
                    yield from _ready(waiting)
            while waiting:
                yield from _ready(waiting)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _ready(waiting: dict[Future[Chunk], int]) -> Iterator[tuple[int, Chunk]]:
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        yield waiting.pop(future), future.result()


def run_ensemble(
    plan: Plan,
    *,
    folder: Path | None = None,
    chunk: int = CHUNK,
    solver: Solver | None = None,
    tell: Tell | None = None,
) -> Results:
    """Every draw of a plan.

    Args:
        plan: what is drawn.
        folder: where draws are kept as they come; draws of the same plan that are there are not solved again. None
            keeps them in memory.
        chunk: how many draws are solved and kept together; results do not depend on it.
        solver: what solves chunks: `Threads`, or workers of a cluster.
        tell: told of progress after each chunk.

    Raises:
        DataError: the folder holds other draws, or damaged ones. ComityError: it cannot be written.
        NotConverged: more than one draw in a hundred has no certified answer; those that have are kept.
        ComityError: the models cannot be made.
    """
    described = manifest(plan, chunk)
    store = Store(Path(), described) if folder is None else open_store(folder, described)
    there = set(store.whole()) if folder is not None else set()
    missing = [(number, bounds) for number, bounds in enumerate(store.bounds) if number not in there]
    kept: dict[int, Chunk] = {}
    told = _Teller(plan.rows, sum(last - first for n, (first, last) in enumerate(store.bounds) if n in there), tell)
    for number, found in (solver or Threads())(plan, missing) if missing else ():
        if folder is None:
            kept[number] = found
        else:
            store.write(number, found)
        told(found)
        if told.failed > MOST_FAILED * plan.rows:
            break
    if folder is None:
        results: Results = InMemory(described, [kept[number] for number in sorted(kept)])
    else:
        results = OnDisk(store, tuple(store.whole()))
    failed, reasons = failures(results)
    require_few_failures(failed, plan.rows, reasons)
    return results


class _Teller:
    """Counts draws and tells how far they are."""

    def __init__(self, rows: int, before: int, tell: Tell | None) -> None:
        self.rows, self.before, self.done, self.failed, self.tell = rows, before, before, 0, tell
        self.begun = time.perf_counter()

    def __call__(self, chunk: Chunk) -> None:
        self.done += len(chunk.rows)
        self.failed += chunk.failed
        rate = (self.done - self.before) / max(time.perf_counter() - self.begun, 1e-9)
        if self.tell:
            left = (self.rows - self.done) / rate
            self.tell(Progress(self.done, self.rows, rate, left, self.before, self.failed))
