"""Throughput of draws: the auto scenario under random trade elasticities, each solved cold to 1e-10.

    python benchmarks/ensemble.py [--draws N]

Sequential map (what Comity uses on a CPU) beside `jax.vmap`, and beside a loop of single solves.
"""

from __future__ import annotations

import argparse

import jax
import jax.numpy as jnp
import numpy as np
from machine import best, describe
from rich.console import Console
from rich.table import Table
from solver import auto_tariff

import comity
from comity.model import problem
from comity.model.equilibrium import TOLERANCE
from comity.model.response import respond, respond_to_elasticities


def main() -> None:
    """Time the three ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=1000)
    draws = parser.parse_args().draws
    world = comity.load_world("2022", preset="us-japan")
    p = problem(world, auto_tariff(world))
    spread = np.exp(np.random.default_rng(0).normal(0, 0.25, (draws, len(world.sectors))))
    thetas = p.economy.theta * jnp.asarray(spread)
    found = respond_to_elasticities(p.economy, p.policy, p.rules, thetas)
    failed = int((np.asarray(found.error) > TOLERANCE).sum())
    single = jax.jit(lambda theta: respond(p.economy._replace(theta=theta), p.policy, p.rules))
    batched = jax.jit(jax.vmap(lambda theta: respond(p.economy._replace(theta=theta), p.policy, p.rules)))
    few = min(draws, 100)
    ways = {
        "sequential map": best(lambda: respond_to_elasticities(p.economy, p.policy, p.rules, thetas), 3) / draws,
        "loop of single solves": best(lambda: [single(theta) for theta in thetas[:few]], 3) / few,
        f"vmap of {few}": best(lambda: batched(thetas[:few]), 2) / few,
    }
    table = Table(title=f"{draws} draws of the elasticities, 24 x 34; {failed} did not converge")
    for heading in ("way", "ms a draw", "s for 1,000", "target s"):
        table.add_column(heading)
    for name, seconds in ways.items():
        table.add_row(name, f"{1e3 * seconds:.2f}", f"{1e3 * seconds:.2f}", "2.5" if name == "sequential map" else "")
    console = Console(width=120)
    console.print(describe())
    console.print(table)


if __name__ == "__main__":
    main()
