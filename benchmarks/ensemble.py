"""Throughput of draws: the auto scenario under random trade elasticities, each solved cold to 1e-10.

    python benchmarks/ensemble.py [--draws N] [--large N] [--skip-commands]

First in this process: the program of ensembles beside a loop of single solves, a sequential map and `jax.vmap`. Then
from the shell, with compiled programs in the cache: `comity ensemble` with a thread a core and with one and two
processes of a local cluster: its time and memory, and how many draws it makes while the loop of single solves of the
same run makes one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from machine import describe, shortest
from rich.console import Console
from rich.table import Table
from solver import auto_tariff

import comity
from comity.cli.cache import VARIABLE
from comity.model import problem
from comity.model.closures import Rules
from comity.model.counterfactual import Problem
from comity.model.economy import Economy, Policy
from comity.model.equilibrium import TOLERANCE
from comity.model.path import decompose
from comity.model.response import Response, respond, respond_to_elasticities
from comity.uncertainty.ensemble.explaining import explain_levers
from comity.uncertainty.ensemble.locating import located
from comity.uncertainty.ensemble.program import BATCH, solve_levers
from comity.uncertainty.ensemble.recording import NOTHING

SCENARIO = """\
question: What would a 25% US tariff on Japanese cars cost?
policies:
  - tariff: {by: USA, on: JPN, sectors: motor vehicles, add: 25%}
"""
FEW, FEW_LARGE = 64, 16
SECONDS = 20.0


class Run(NamedTuple):
    """A command: seconds from start to end, seconds of processors, largest memory of a process in MB."""

    wall: float
    processor: float
    memory: float


@partial(jax.jit, static_argnames=("rules",))
def single(e: Economy, q: Policy, theta: jax.Array, rules: Rules) -> Response:
    """One solve; economy and policy are arguments, as in every call of the library."""
    return respond(e._replace(theta=theta), q, rules)


def ways(p: Problem, thetas: jax.Array) -> dict[str, Callable[[], object]]:
    """The same draws, four ways."""
    q = p.policy
    scales = jnp.tile(p.economy.scale, (BATCH, 1))
    none, no_slopes = jnp.zeros((BATCH, 0)), jax.tree.map(lambda part: jnp.zeros((0, *part.shape)), q)
    wanted = located(NOTHING, p.world).wanted
    batches = [thetas[k : k + BATCH] for k in range(0, len(thetas), BATCH)]
    batched = jax.jit(jax.vmap(lambda theta: respond(p.economy._replace(theta=theta), q, p.rules)))
    return {
        "loop of single solves": lambda: [single(p.economy, q, theta, p.rules) for theta in thetas],
        "the program of ensembles": lambda: [
            solve_levers(p.economy, q, no_slopes, wanted, some, scales, none, rules=p.rules, steps=1)
            for some in batches
        ],
        "sequential map": lambda: respond_to_elasticities(p.economy, q, p.rules, thetas),
        f"vmap of {len(thetas)}": lambda: batched(thetas),
    }


def inside(preset: str | None, few: int) -> tuple[Table, float]:
    """Milliseconds a draw of each way in one thread of Python, and of the loop of single solves."""
    world = comity.load_world("2022", preset=preset)
    p = problem(world, auto_tariff(world))
    spread = np.exp(np.random.default_rng(0).normal(0, 0.25, (few, len(world.sectors))))
    thetas = p.economy.theta * jnp.asarray(spread)
    found = respond_to_elasticities(p.economy, p.policy, p.rules, thetas)
    failed = int((np.asarray(found.error) > TOLERANCE).sum())
    named = ways(p, thetas)
    for way in named.values():
        jax.block_until_ready(way())
    times = dict(zip(named, shortest(list(named.values()), SECONDS), strict=True))
    size = f"{len(world.regions)} x {len(world.sectors)}"
    table = Table("way", "ms a draw", "times the loop", title=f"{size}, {few} draws; {failed} did not converge")
    loop = times["loop of single solves"]
    for name, seconds in times.items():
        table.add_row(name, f"{1e3 * seconds / few:.2f}", f"{seconds / loop:.2f}")
    return table, 1e3 * loop / few


def explained() -> Table:
    """What the decomposition of a draw takes, beside that of a single answer and a solve."""
    world = comity.load_world("2022", preset="us-japan")
    p = problem(world, auto_tariff(world))
    spread = np.exp(np.random.default_rng(0).normal(0, 0.25, (BATCH, len(world.sectors))))
    thetas = p.economy.theta * jnp.asarray(spread)
    scales = jnp.tile(p.economy.scale, (BATCH, 1))
    none, no_slopes = jnp.zeros((BATCH, 0)), jax.tree.map(lambda part: jnp.zeros((0, *part.shape)), p.policy)
    named: dict[str, Callable[[], object]] = {
        "loop of single solves": lambda: [single(p.economy, p.policy, theta, p.rules) for theta in thetas],
        "loop of single decompositions": lambda: [
            decompose(p.economy._replace(theta=theta), p.policy, p.rules) for theta in thetas
        ],
        "the program of ensembles with --explain": lambda: explain_levers(
            p.economy, p.policy, no_slopes, thetas, scales, none, rules=p.rules
        ),
    }
    for way in named.values():
        jax.block_until_ready(way())
    times = dict(zip(named, shortest(list(named.values()), SECONDS), strict=True))
    table = Table("way", "ms a draw", "solves", title=f"Where real income comes from, 24 x 34, {BATCH} draws")
    for name, seconds in times.items():
        table.add_row(name, f"{1e3 * seconds / BATCH:.2f}", f"{seconds / times['loop of single solves']:.1f}")
    return table


def command(cache: str, *arguments: str) -> Run:
    """One command from the shell, from an empty to an ended process."""
    begin = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, "-m", "comity", *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, VARIABLE: cache},
    )  # fmt: skip
    _, status, used = os.wait4(running.pid, 0)
    if status:
        raise SystemExit(f"comity {' '.join(arguments)} failed")
    return Run(time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def shell(draws: int, large: int, loops: tuple[float, float]) -> Table:
    """`comity ensemble` end to end."""
    table = Table(
        "command", "draws", "solves", "s", "s of processors", "MB", "target", "draws in the time of one of the loop",
        title="comity ensemble, warm: time and memory, start and report included (MB: of the largest process)",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "auto.yaml"
        asked.write_text(SCENARIO, encoding="utf-8")
        here, cache = Path(folder), str(Path(folder) / "cache")
        small, whole = (str(asked), "--aggregation", "us-japan"), (str(asked), "--aggregation", "full")
        rows = [
            ("24 x 34", small, draws, 1, "30 s, 2,000 MB", loops[0], ()),
            ("24 x 34, one thread", small, draws, 1, "", loops[0], ("--workers", "1")),
            ("24 x 34, kept on disk", small, draws, 1, "", loops[0], ("--out", str(here / "draws"))),
            ("24 x 34, --local-cluster 1", small, draws, 1, "", loops[0], ("--local-cluster", "1")),
            ("24 x 34, --local-cluster 2", small, draws, 1, "", loops[0], ("--local-cluster", "2")),
            ("24 x 34, the example cars", ("cars",), draws, 2, "", loops[0], ()),
            ("81 x 50", whole, large, 1, "45 s", loops[1], ()),
        ]
        for name, words, count, variants, target, loop, more in rows:
            # two chunks, so that every thread and process has met its program
            command(
                cache, "ensemble", *words, "--draws", "512", *[w for w in more if "draws" not in w and w != "--out"]
            )
            run = command(cache, "ensemble", *words, "--draws", str(count), *more)
            ratio = loop * count * variants / 1e3 / run.wall
            table.add_row(
                name, f"{count:,}", f"{count * variants:,}", f"{run.wall:.1f}", f"{run.processor:.1f}",
                f"{run.memory:,.0f}", target, f"{ratio:.2f}",
            )  # fmt: skip
    return table


def main() -> None:
    """Time the ways and the commands, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=10_000, help="at 24 x 34")
    parser.add_argument("--large", type=int, default=1000, help="at 81 x 50")
    parser.add_argument("--skip-commands", action="store_true", help="only what is timed in this process")
    asked = parser.parse_args()
    console = Console(width=150)
    console.print(f"{describe()}; load {os.getloadavg()[0]:.1f}")
    tables, loops = zip(inside("us-japan", FEW), inside(None, FEW_LARGE), strict=True)
    for table in tables:
        console.print(table)
    console.print(explained())
    if not asked.skip_commands:
        console.print(shell(asked.draws, asked.large, loops))


if __name__ == "__main__":
    main()
