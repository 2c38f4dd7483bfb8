"""What a scenario changes, as rates before and after: the check that a file says what its author meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.policy.asking import varied
from comity.policy.commitments import PurchaseCommitment
from comity.policy.goals import described
from comity.policy.levers import commitments, goals
from comity.policy.scope import Scope
from comity.policy.setting import Setting
from comity.policy.shock import Shock
from comity.policy.stack import written_out
from comity.policy.writing import rule_data
from comity.report.table import Cell, Column, Table
from comity.report.values import label

if TYPE_CHECKING:
    from comity.world import World

SAME = 1e-12
EACH_PARTNER = 6
"""Up to so many partners of a region are listed one by one."""
EACH_SECTOR = 3

Row = tuple[Cell, ...]
BILATERAL: tuple[tuple[str, str, Callable[[np.ndarray], np.ndarray]], ...] = (
    ("tariff", "tariff on the border value", lambda rate: 100 * rate),
    ("export_tax", "export tax on the producer's price", lambda rate: 100 * rate),
    ("iceberg", "trade cost added", lambda ratio: 100 * (ratio - 1)),
    ("available", "varieties that end", lambda share: 100 * (1 - share)),
)
AT_HOME: tuple[tuple[str, str, str, Callable[[np.ndarray], np.ndarray]], ...] = (
    ("productivity", "productivity", "%", lambda ratio: 100 * (ratio - 1)),
    ("subsidy", "production subsidy", "%", lambda rate: 100 * rate),
    ("factors", "factor supply", "%", lambda ratio: 100 * (ratio - 1)),
    ("transfer", "transfer received", "US$ bn", lambda million: million / 1000),
    ("public", "added public absorption", "US$ bn", lambda million: million / 1000),
)


def change_table(title: str, world: World, shock: Shock, unknown: tuple[str, ...] = ()) -> Table:
    """Every change of a shock: who, towards whom, in how many sectors, from what to what, in how many cells.

    Rates of several cells are averages weighted by baseline trade. `unknown` says what solving finds, see `unknowns`.
    """
    none = Shock.none(world)
    rows = [*_bilateral(world, shock, none), *_home(world, shock, none)]
    columns = ("instrument", "by", "towards", "sectors")
    more = (Column("before", "", 2), Column("after", "", 2), Column("unit"), Column("cells", "", 0))
    notes = unknown if rows or unknown else ("Nothing changes: this is the baseline.",)
    return Table(title, (*map(Column, columns), *more), tuple(rows), notes)


def cells(world: World, shock: Shock) -> int:
    """Number of cells of all arrays of a shock that differ from the baseline."""
    none = Shock.none(world)
    names = [name for name, _, _ in BILATERAL] + [name for name, _, _, _ in AT_HOME]
    return int(sum((abs(getattr(shock, n) - getattr(none, n)) > SAME).sum() for n in names))


def unknowns(setting: Setting) -> tuple[str, ...]:
    """What solving finds, and no table of changes shows: amounts that goals vary, subsidies of purchase commitments."""
    found = varied(setting.rules)
    amounts = [
        f"{setting.rules[position].label}: its amount is found by solving, for the goal on "
        f"{described(goal)}; what is shown is the first guess."
        for at, goal in goals(setting)
        if not isinstance(setting.rules[position := found[at]].rule, PurchaseCommitment)
    ]
    subsidies = [
        f"{setting.rules[position].label}: the import subsidy under which the purchases are made is found by solving; "
        "none is shown."
        for position, _ in commitments(setting)
    ]
    return (*amounts, *subsidies)


def stands_for(setting: Setting, day: date | None) -> dict[str, list[dict[str, Any]]]:
    """The rules of a setting that stand for several, by title, each with these as a file writes them.

    Args:
        setting: with its world.
        day: of memberships, as in the scenario.
    """
    scope = Scope(setting.world, day)
    written = {placed.title: written_out(scope, [placed]) for placed in setting.rules}
    return {
        title: [rule_data(part.rule) for part in parts]
        for title, parts in written.items()
        if any(p.part for p in parts)
    }


def _bilateral(world: World, shock: Shock, none: Shock) -> Iterator[Row]:
    for name, words, show in BILATERAL:
        before, after = getattr(none, name), getattr(shock, name)
        changed = abs(after - before) > SAME
        by_seller = name == "export_tax"
        axis = 2 if by_seller else 1
        for one in np.flatnonzero(changed.any(tuple({0, 1, 2} - {axis}))):
            mine = np.zeros_like(changed)
            place = (slice(None), slice(None), one) if by_seller else (slice(None), one, slice(None))
            mine[place] = changed[place]
            for partners, chosen in _by_partner(world, mine, 1 if by_seller else 2):
                rates = (_mean(world, show(rate), chosen) for rate in (before, after))
                sectors = _sectors(world, np.flatnonzero(chosen.any((1, 2))))
                who = label(world, world.regions[one])
                yield words, who, partners, sectors, *rates, "%", int(chosen.sum())


def _by_partner(world: World, changed: np.ndarray, axis: int) -> Iterator[tuple[str, np.ndarray]]:
    """The changed cells of one region partner by partner, or all at once when there are many."""
    partners = np.flatnonzero(changed.any(tuple({0, 1, 2} - {axis})))
    if len(partners) > EACH_PARTNER:
        yield f"{len(partners)} regions", changed
        return
    for partner in partners:
        chosen = np.zeros_like(changed)
        place = (slice(None), partner, slice(None)) if axis == 1 else (slice(None), slice(None), partner)
        chosen[place] = changed[place]
        yield label(world, world.regions[partner]), chosen


def _mean(world: World, rate: np.ndarray, chosen: np.ndarray) -> float:
    weight = world.total_flows[chosen]
    return float(np.average(rate[chosen], weights=weight if weight.sum() > 0 else None))


def _sectors(world: World, places: np.ndarray) -> str:
    names = [world.sectors[j] for j in places]
    return ", ".join(names) if len(names) <= EACH_SECTOR else f"{len(names)} of {len(world.sectors)}"


def _home(world: World, shock: Shock, none: Shock) -> Iterator[Row]:
    for name, words, unit, show in AT_HOME:
        before, after = show(getattr(none, name)), show(getattr(shock, name))
        changed = abs(after - before) > SAME
        for n in np.flatnonzero(changed if changed.ndim == 1 else changed.any(1)):
            mine = changed[n]
            sectors = _sectors(world, np.flatnonzero(mine)) if changed.ndim == 2 else ""
            rates = (float(np.mean(rate[n][mine])) for rate in (before, after))
            yield words, label(world, world.regions[n]), "", sectors, *rates, unit, int(np.sum(mine))
