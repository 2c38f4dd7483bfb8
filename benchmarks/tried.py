"""What was tried to go faster, each idea on the same problems in the same run.

    python benchmarks/tried.py

Three tables: ways to solve (`ideas.py`), ways to write the passes over trade (`kernels.py`), settings of the compiler.
Two to three minutes, most of it compilation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from ideas import JACOBIAN, WAYS, Prepared, Way, cold, prepared
from jax import Array, lax
from kernels import KERNELS, Layouts, Passes, layouts
from machine import describe, shortest
from rich.console import Console
from rich.table import Table
from solver import auto_tariff

import comity
from comity.model import Problem, problem
from comity.model.anderson import Fixed
from comity.model.economy import Economy, Policy
from comity.model.equilibrium import TOLERANCE, prepare, solve_equilibrium

PASSES = 100
SETTINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("as shipped", {}),
    ("fast arithmetic", {"xla_cpu_enable_fast_math": True}),
    ("one thread", {"xla_cpu_multi_thread_eigen": False}),
    ("vectors of 512 bits", {"xla_cpu_prefer_vector_width": 512}),
    ("older fusion of loops", {"xla_cpu_use_fusion_emitters": False}),
    ("no fusion", {"xla_disable_hlo_passes": "fusion"}),
)


def compiled(way: Way, p: Problem) -> Callable[[Economy, Policy, Prepared], Fixed]:
    """An idea as one program."""
    return jax.jit(lambda e, q, made: way.run(e, q, made, p.rules))


def everywhere(p: Problem) -> Policy:
    """100 points on everything by everyone: a far start."""
    border = 1 - jnp.eye(len(p.world.regions))
    return p.policy._replace(t=p.policy.t + border)


def solvers(problems: dict[str, tuple[Problem, Policy]]) -> Table:
    """Sweeps, time and its ratio to the shipped solver's, of each idea on each problem."""
    table = Table("way", *problems, title="Ways to solve: sweeps, milliseconds, times the shipped solver")
    programs, made, columns = {}, {}, []
    for p, q in problems.values():
        e, size = p.economy, cold(p.economy).size
        if size not in made:
            made[size] = prepared(e, p.rules, JACOBIAN)
            programs[size] = [compiled(way, p) if size <= way.most else None for way in WAYS]
        ready, lines = made[size], []
        base = programs[size][0]
        for program in programs[size]:
            if program is None or base is None:
                lines.append("too large")
                continue
            found = program(e, q, ready)
            pair = [partial(each, e, q, ready) for each in (base, program)]
            lines.append(line(found, *shortest(pair, 0.4)))
        columns.append(lines)
    for way, *cells in zip(WAYS, *columns, strict=True):
        table.add_row(way.name, *cells)
    return table


def line(found: Fixed, shipped: float, seconds: float) -> str:
    """One cell: what an idea did on a problem."""
    if not float(found.error) <= TOLERANCE:
        size = f"stopped at {float(found.error):.0e}" if jnp.isfinite(found.error) else "diverged"
        return f"{int(found.iterations)}: {size}"
    return f"{int(found.iterations)}, {1e3 * seconds:.2f} ms, x {seconds / shipped:.2f}"


def passes(problems: list[Problem]) -> Table:
    """Microseconds of the three passes over trade, written in each way."""
    names = [f"{len(p.world.regions)} x {len(p.world.sectors)}" for p in problems]
    table = Table("way", *names, title="The passes over trade of one sweep, microseconds")
    columns = []
    for p in problems:
        weights = layouts(prepare(p.economy, p.policy)[0])
        ones = jnp.ones((len(p.world.sectors), len(p.world.regions)))
        programs = [repeated(kernel) for kernel in KERNELS.values()]
        actions = [partial(program, weights, ones) for program in programs]
        shortest(actions, 0)
        columns.append([f"{1e6 * seconds / PASSES:.1f}" for seconds in shortest(actions, 2)])
    for name, *cells in zip(KERNELS, *columns, strict=True):
        table.add_row(name, *cells)
    return table


def repeated(kernel: Callable[[Layouts, Array, Array], Passes]) -> Callable[[Layouts, Array], tuple[Array, Array]]:
    """A kernel `PASSES` times, each fed by the last so that none is left out."""

    def once(w: Layouts, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        index, receipts, border = kernel(w, *carry)
        return (1 + 1e-12 * receipts).astype(carry[0].dtype), (1 + 1e-12 * (border + index)).astype(carry[1].dtype)

    return jax.jit(lambda w, x: lax.fori_loop(0, PASSES, lambda _, carry: once(w, carry), (x, x)))


def compilers(problems: list[Problem]) -> Table:
    """Milliseconds of the shipped solver under settings of the compiler."""
    names = [f"{len(p.world.regions)} x {len(p.world.sectors)}" for p in problems]
    table = Table("setting", *names, title="Settings of the compiler, milliseconds")
    columns = []
    for p in problems:
        lowered = solve_equilibrium.lower(p.economy, p.policy, p.rules)
        programs = [lowered.compile(compiler_options=options) for _, options in SETTINGS]
        actions = [partial(program, p.economy, p.policy) for program in programs]
        shortest(actions, 0)
        columns.append([f"{1e3 * seconds:.2f}" for seconds in shortest(actions, 3)])
    for (name, _), *cells in zip(SETTINGS, *columns, strict=True):
        table.add_row(name, *cells)
    return table


def main() -> None:
    """Print the three tables."""
    worlds = [comity.load_world("2022", preset="us-japan"), comity.load_world("2022")]
    small, large = (problem(world, auto_tariff(world)) for world in worlds)
    console = Console(width=140)
    console.print(describe())
    console.print(
        solvers(
            {
                "24 x 34, 25% on cars": (small, small.policy),
                "24 x 34, 100 points everywhere": (small, everywhere(small)),
                "81 x 50, 25% on cars": (large, large.policy),
            }
        )
    )
    console.print(passes([small, large]))
    console.print(compilers([small, large]))


if __name__ == "__main__":
    main()
