"""How long an update takes, and what plain iterative scaling (GRAS) does on the same problem.

    python benchmarks/update.py

The 2022 world is brought to the totals of the embedded 2024 world: incomes; exports and imports; US imports by partner
and industry. Newton's method is the package's; the sweeps multiply every cell of a condition by one factor (in balance
conditions by its square root on one side and the inverse on the other), as RAS and GRAS do. Half a minute.
"""

from __future__ import annotations

import time

import numpy as np
from machine import describe
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_array

from comity.world import Total, World, load_world
from comity.world.accounts import divide
from comity.world.scaling import Scaled, Scaling, scale
from comity.world.sums import place_sums
from comity.world.updating import grown

TOLERANCE, SWEEPS = 1e-10, 2000


def totals(world: World) -> dict[str, list[Total]]:
    """Totals of a world, from the fewest to all."""
    trade = world.total_flows * ~np.eye(len(world.regions), dtype=bool)
    america = world.regions.index("USA")
    whole = [Total("exports", r, usd_mn=float(trade[:, :, n].sum())) for n, r in enumerate(world.regions)]
    whole += [Total("imports", r, usd_mn=float(trade[:, n].sum())) for n, r in enumerate(world.regions)]
    cells = [
        Total("imports", "USA", r, s, usd_mn=float(trade[j, america, n]))
        for j, s in enumerate(world.sectors)
        for n, r in enumerate(world.regions)
        if s[0] in "ABC" and trade[j, america, n] > 0
    ]
    return {"incomes": [], "and exports, imports": whole, "and US imports by partner and industry": whole + cells}


def apart(matrix: csr_array) -> list[tuple[np.ndarray, csr_array]]:
    """Sums in groups that share no cell, so that a group is scaled at once."""
    groups, left = [], list(range(matrix.shape[0]))
    while left:
        used, chosen = np.zeros(matrix.shape[1], dtype=bool), []
        for row in list(left):
            cells = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
            if not used[cells].any():
                used[cells] = True
                chosen.append(row)
                left.remove(row)
        groups.append((np.array(chosen), matrix[chosen]))
    return groups


def sweeps(problem: Scaling) -> tuple[int, np.ndarray]:
    """Sweeps until every condition holds to the tolerance, and the flows."""
    a = problem.prior
    f, z, v = a.flows.copy(), a.input_use.copy(), a.value_added.copy()
    groups = apart(problem.sums)
    sweep, gap = 0, np.inf
    while gap >= TOLERANCE and sweep < SWEEPS:
        sweep += 1
        bought, used = np.einsum("jni,jni->nj", f[0], 1 + a.tariff), z.sum(2)
        factor = np.where(used > 0, np.sqrt(divide(bought, used)), 1.0)
        f[0], z = divide(f[0], factor.T[:, :, None]), z * factor[:, :, None]
        sold, cost = np.einsum("ujni->ij", f / (1 + a.export_tax)), z.sum(1) + v
        factor = np.where(sold > 0, np.sqrt(divide(cost, sold)), 1.0)
        f, z, v = f * factor.T[:, None, :], divide(z, factor[:, None, :]), divide(v, factor)
        v *= (problem.income / v.sum(1))[:, None]
        gap = float(np.abs(divide(bought - used, used)).max())
        for rows, sums in groups:
            factor = problem.wanted[rows] / (sums @ f.sum(0).ravel())
            gap = max(gap, float(np.abs(factor - 1).max()))
            f = f * np.exp(sums.T @ np.log(factor)).reshape(f.shape[1:])
    return sweep, f


def timed(run: object, *args: object) -> tuple[float, object]:
    """Seconds, and what came back."""
    start = time.perf_counter()
    found = run(*args)  # type: ignore[operator]
    return time.perf_counter() - start, found


def main() -> None:
    """Print one row for each set of totals."""
    console, old, new = Console(), load_world("2022"), load_world("2024")
    console.print(describe())
    heads = ("steps", "seconds", "sweeps", "seconds of sweeps", "flows that differ, share of all")
    table = Table("totals", *heads, title="2022 brought to totals of 2024, 81 x 50, to 1e-10")
    prior = grown(old.accounts, new.factor_income / old.factor_income)
    for name, asked in totals(new).items():
        sums = place_sums(old, asked)
        problem = Scaling(prior, new.factor_income, sums.matrix, sums.wanted, sums.weight)
        seconds, ours = timed(scale, problem, TOLERANCE)
        slow, (count, flows) = timed(sweeps, problem)  # type: ignore[misc]
        assert isinstance(ours, Scaled)
        assert ours.gap < TOLERANCE
        apart_ = float(np.abs(ours.accounts.flows - flows).sum() / flows.sum())
        table.add_row(name, str(ours.steps), f"{seconds:.1f}", str(count), f"{slow:.1f}", f"{apart_:.0e}")
    console.print(table)


if __name__ == "__main__":
    main()
