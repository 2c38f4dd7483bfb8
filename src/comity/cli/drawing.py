"""What commands that draw share: how many draws, where they are solved and kept, how far they are."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.errors import ScenarioError

if TYPE_CHECKING:
    from comity.uncertainty.ensemble import Progress, Solver

LINES = 20
"""Lines of progress where standard error is no terminal."""

Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, help="Chunks at once in this process; one a core if left out."),
]
LocalCluster = Annotated[
    int | None,
    typer.Option("--local-cluster", metavar="N", min=1, help="Start N worker processes (Dask); same results."),
]
Draws = Annotated[
    int | None,
    typer.Option("--draws", metavar="N", min=1, help="How many; 1024 if neither this nor the file says it."),
]
Kept = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Keep every draw as it comes, as Parquet; stopped at any moment, the same command goes on.",
    ),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Solve on the Dask cluster of a scheduler; same results."),
]


def one_of(given: Mapping[str, object]) -> None:
    """Refuse two answers to where draws are solved."""
    if len(asked := [name for name, value in given.items() if value is not None]) > 1:
        raise ScenarioError(f"{' and '.join(asked)} exclude each other: draws are solved in one place")


@contextmanager
def solver_of(workers: int | None, local: int | None, address: str | None) -> Iterator[Solver]:
    """What solves the chunks: threads, worker processes on this machine, or a cluster."""
    from comity.uncertainty.ensemble import Cluster, Threads, local_cluster

    if local is not None:
        with local_cluster(local) as started:
            yield started
    else:
        yield Cluster(address) if address is not None else Threads(workers or os.cpu_count() or 1)


@contextmanager
def telling() -> Iterator[Callable[[Progress], None]]:
    """Progress on standard error: a line that changes on a terminal, some lines where it is none."""
    if sys.stderr.isatty():
        from comity.cli import console

        with console.telling("Solving the first draws") as say:
            yield lambda progress: say(line(progress))
        return
    told: list[int] = []

    def tell(progress: Progress) -> None:
        step = progress.done * LINES // progress.rows
        if step not in told:
            told.append(step)
            typer.echo(line(progress), err=True)

    yield tell


def line(progress: Progress) -> str:
    """How far it is.

    >>> from comity.uncertainty.ensemble import Progress
    >>> line(Progress(512, 1024, 500.0, 1.02, 256, 1))
    '512 of 1,024 draws, 500 a second, 1 s left; 256 were there before; 1 failed'
    """
    if progress.done == progress.before:
        next_ = "going on from them" if progress.done < progress.rows else "nothing is left to solve"
        return f"{progress.done:,} of {progress.rows:,} draws were there before: {next_}"
    before = f"; {progress.before:,} were there before" if progress.before else ""
    failed = f"; {progress.failed} failed" if progress.failed else ""
    left = f"{progress.left / 60:.0f} min" if progress.left > 90 else f"{progress.left:.0f} s"
    return f"{progress.done:,} of {progress.rows:,} draws, {progress.rate:,.3g} a second, {left} left{before}{failed}"
