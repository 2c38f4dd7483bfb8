"""Running an ensemble: chunks solved side by side, kept as they come, taken up again where they stopped."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from comity.errors import ComityError
from comity.uncertainty.ensemble.extras import need
from comity.uncertainty.ensemble.manifest import manifest
from comity.uncertainty.ensemble.plan import Plan
from comity.uncertainty.ensemble.program import MEASURES
from comity.uncertainty.ensemble.results import InMemory, OnDisk, Results, failures
from comity.uncertainty.ensemble.solving import Chunk, Engine
from comity.uncertainty.ensemble.store import Store, open_store, require_ours
from comity.uncertainty.ensemble.summary import MOST_FAILED, require_few_failures
from comity.uncertainty.ensemble.writing import only_writer

CHUNK = 256
ON_DISK = ("pyarrow", "duckdb")
"""Packages without which nothing is solved that could not be kept, or read again."""
MOST_IN_MEMORY = 2**30
"""Bytes of outcomes; more are kept on disk only."""
Bounds = tuple[int, int]
Solver = Callable[[Plan, Sequence[tuple[int, Bounds]]], Iterator[tuple[int, Chunk]]]
"""Solves numbered chunks of a plan and gives them in whatever order they come."""


class Progress(NamedTuple):
    """How far an ensemble is: draws there, draws wanted, draws a second since it began, seconds left (nan before the
    first), draws that were there before, draws that failed."""

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
        solver: what solves chunks: `Threads`, or a `Cluster`.
        tell: told of progress after each chunk.

    Raises:
        DataError: the folder holds other draws, or damaged ones. ComityError: it cannot be written, or another process
            writes there; without a folder, too many draws to be held in memory.
        NotConverged: more than one draw in a hundred has no certified answer; those that have are kept.
        ComityError: the models cannot be made.
    """
    if plan.design.split:
        need("SALib", "splitting the variance")
    described = manifest(plan, chunk)
    if folder is None:
        _require_memory(plan)
        store = Store(Path(), described)
        results: Results = InMemory(described, _solved(plan, store, (), solver or Threads(), tell, keep=None))
    else:
        for module in ON_DISK:
            need(module, "keeping draws on disk")
        require_ours(folder)
        with only_writer(folder):
            store = open_store(folder, described)
            _solved(plan, store, set(store.whole()), solver or Threads(), tell, keep=store.write)
            results = OnDisk(store, tuple(store.whole()))
    failed, reasons = failures(results)
    require_few_failures(failed, plan.rows, reasons)
    return results


def _solved(
    plan: Plan,
    store: Store,
    there: Collection[int],
    solver: Solver,
    tell: Tell | None,
    keep: Callable[[int, Chunk], None] | None,
) -> list[Chunk]:
    """Solve the chunks that are not there, and hand each to `keep` as it comes; without, all of them in order."""
    missing = [(number, bounds) for number, bounds in enumerate(store.bounds) if number not in there]
    kept: dict[int, Chunk] = {}
    told = _Teller(plan.rows, sum(last - first for n, (first, last) in enumerate(store.bounds) if n in there), tell)
    for number, found in solver(plan, missing) if missing else ():
        if keep is None:
            kept[number] = found
        else:
            keep(number, found)
        told(found)
        if told.failed > MOST_FAILED * plan.rows:
            break
    return [kept[number] for number in sorted(kept)]


def _require_memory(plan: Plan) -> None:
    """Refuse an ensemble that is too large to be held in memory."""
    each = len(MEASURES) * len(plan.world.regions) + plan.record.size
    size = 8 * plan.rows * len(plan.scenario.settings(plan.world)) * each
    if size > MOST_IN_MEMORY:
        raise ComityError(
            f"{plan.draws:,} draws would take {size / 1e9:.3g} GB of memory: keep them on disk with  --out DIR  "
            "(folder=... in Python), which holds one chunk at a time"
        )


class _Teller:
    """Counts draws and tells how far they are."""

    def __init__(self, rows: int, before: int, tell: Tell | None) -> None:
        self.rows, self.before, self.done, self.failed, self.tell = rows, before, before, 0, tell
        self.begun = time.perf_counter()
        if before and tell:
            tell(Progress(before, rows, 0.0, math.nan, before, 0))

    def __call__(self, chunk: Chunk) -> None:
        self.done += len(chunk.rows)
        self.failed += chunk.failed
        rate = (self.done - self.before) / max(time.perf_counter() - self.begun, 1e-9)
        if self.tell:
            left = (self.rows - self.done) / rate
            self.tell(Progress(self.done, self.rows, rate, left, self.before, self.failed))
