"""Time of one solve: the auto scenario, float64, warm, at 1e-10, pooled sourcing.

    python benchmarks/solver.py [--data FOLDER]

Prints, for each world: sweeps, milliseconds, the roofline ratio (measured time over the time that reading a sweep's
arrays once takes at the measured bandwidth), value and full tariff gradient in solves, and plain damped iteration in
NumPy on the same problem. With ``--data`` pointing at the source data the NAFTA economy of Caliendo and Parro (2015) is
timed too.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
from machine import bandwidth, describe, shortest
from plain import solve_plain
from rich.console import Console
from rich.table import Table

import comity
from comity.model import Problem, problem, rebase
from comity.model.equilibrium import solve_equilibrium
from comity.model.response import gradient, respond
from comity.policy.shock import Shock
from comity.world import World
from comity.world.calibration import calibrate

TARGETS = {
    "2022, 24 x 34": 2.5,
    "2022, 44 x 34": 7.0,
    "NAFTA, 31 x 40": 5.0,
    "2022, 81 x 50": 35.0,
    "one sector, 44 x 1": 1.0,
}


def auto_tariff(world: World) -> Shock:
    """25% by the US on Japanese motor vehicles, added to the baseline tariff."""
    sector = next((j for j, codes in enumerate(world.sector_members) if "C29" in codes), 0)
    t = world.tariff.copy()
    t[sector, world.regions.index("USA"), world.regions.index("JPN")] += 0.25
    return replace(Shock.none(world), tariff=t)


def worlds(data: Path | None) -> dict[str, Problem]:
    """The problems to be timed."""
    found = {
        "2022, 24 x 34": comity.load_world("2022", preset="us-japan"),
        "2022, 44 x 34": comity.load_world("2022", preset="oecd-44"),
        "2022, 81 x 50": comity.load_world("2022"),
    }
    one = found["2022, 44 x 34"]
    found["one sector, 44 x 1"] = one.aggregate(sectors={"ALL": list(one.sectors)})
    problems = {name: problem(world, auto_tariff(world)) for name, world in found.items()}
    if data is not None:
        problems["NAFTA, 31 x 40"] = nafta(data)
    return {name: problems[name] for name in TARGETS if name in problems}


def nafta(data: Path) -> Problem:
    """The tariff changes of NAFTA from a solved baseline without deficits."""
    from comity.replication.caliendo_parro_2015 import read

    found = read(data / "replication" / "caliendo_parro_2015" / "nafta_cp2015.npz")
    base = rebase(found.world, balanced=True)
    return problem(base, replace(Shock.none(base), tariff=found.tariff_2005))


def sweep_bytes(p: Problem) -> int:
    """The least that a sweep reads: three arrays of regions^2 x sectors and two of regions x sectors^2, in bytes."""
    sectors, regions, _ = p.world.tariff.shape
    return 8 * (3 * regions**2 * sectors + 2 * regions * sectors**2)


def plain_seconds(p: Problem) -> tuple[float, int, bool]:
    """Seconds, sweeps and convergence of plain damped iteration with the best of three dampings."""
    b, w = calibrate(p.world), p.world
    results = []
    for damping in (0.1, 0.3, 0.7):
        begin = time.perf_counter()
        with np.errstate(all="ignore"):
            found = solve_plain(
                b.pi[0], b.g, b.v, b.alpha, w.elasticities.theta, b.Y, b.B, b.t, p.shock.tariff,
                tol=1e-10, damping=damping, max_iter=5000,
            )  # fmt: skip
        results.append((not found.converged, time.perf_counter() - begin, found.iterations))
    failed, seconds, sweeps = min(results)
    return seconds, sweeps, not failed


def row(name: str, p: Problem) -> list[str]:
    """One line of the table."""
    e, q, rules = p.economy, p.policy, p.rules
    region = p.world.regions.index("JPN")
    sweeps = int(solve_equilibrium(e, q, rules).iterations)
    by_tariff = jax.jit(jax.value_and_grad(lambda t: respond(e, q._replace(t=t), rules).values["real_income"][region]))
    actions = (
        lambda: solve_equilibrium(e, q, rules),
        lambda: by_tariff(q.t),
        lambda: gradient(e, q, rules, "real_income", region),
    )
    shortest(actions, 0)
    seconds, slope, everything = shortest(actions, 2)
    speed = bandwidth(sweep_bytes(p))
    floor = sweeps * sweep_bytes(p) / speed
    plain, plain_sweeps, converged = plain_seconds(p)
    took = f"{1e3 * plain:.0f} ms, {plain_sweeps} sweeps, x {plain / seconds:.0f}"
    against = took if converged else "does not converge"
    return [
        name, str(sweeps), f"{1e3 * seconds:.2f}", f"{TARGETS[name]:g}",
        f"{seconds / floor:.1f} at {speed / 1e9:.0f} GB/s", f"{slope / seconds:.2f}",
        f"{everything / seconds:.2f}", against,
    ]  # fmt: skip


def main() -> None:
    """Time every world and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of source data, for the NAFTA economy")
    found = worlds(parser.parse_args().data)
    table = Table(title="One solve, best of many")
    for heading in (
        "world", "sweeps", "ms", "target ms", "time / roofline", "value + tariff gradient, solves",
        "value + every gradient, solves", "plain damped iteration",
    ):  # fmt: skip
        table.add_column(heading)
    for name, p in found.items():
        table.add_row(*row(name, p))
    console = Console(width=160)
    console.print(describe())
    console.print(table)


if __name__ == "__main__":
    main()
