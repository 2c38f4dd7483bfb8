"""A world economy as tables and as an object: how large it is, where it comes from, what was repaired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.report.document import finite, world_object
from comity.report.table import Cell, Column, Table
from comity.report.values import label
from comity.world.updating import UPDATED

if TYPE_CHECKING:
    from comity.world import Check, World

SHOWN = 12
BILLION = 1e3
"""US$ million in US$ billion."""


def world_tables(world: World, checks: Sequence[Check] = ()) -> list[Table]:
    """Its summary, its largest regions, what was done to the data, and the checks where they were made."""
    tables = [summary(world), regions(world)]
    if world.history:
        tables.append(history(world))
    return [*tables, check_table(checks)] if checks else tables


def summary(world: World) -> Table:
    """One line a property."""
    trade = world.total_flows.sum() - np.einsum("jnn->", world.total_flows)
    known = world.tariff_known | np.eye(len(world.regions), dtype=bool)
    rows: list[tuple[Cell, ...]] = [
        ("name", world.name),
        ("year", str(world.year)),
        *([("kind", "an UPDATE: an estimate, not a published table")] if is_update(world) else []),
        ("source", world.source),
        ("size", f"{len(world.regions)} regions x {len(world.sectors)} sectors"),
        ("uses", "trade kept apart by use" if len(world.flows) == 2 else "trade pooled over uses"),
        ("world factor income", _money(world.factor_income.sum())),
        ("trade between regions", _money(trade)),
        ("tariff revenue", _money(world.tariff_revenue.sum())),
        ("baseline tariffs known for", f"{100 * _share(world, known):.1f} % of trade between regions, else assumed"),
        ("trade elasticities", world.elasticities.name),
        ("hash", world.hash[:16]),
    ]
    return Table("World economy", (Column("property"), Column("value")), tuple(rows))


def is_update(world: World) -> bool:
    """Whether the world is an update of a table to later totals."""
    return any(step.action == UPDATED for step in world.history)


def _money(million: float) -> str:
    return f"US$ {million / BILLION:,.1f} bn"


def _share(world: World, chosen: np.ndarray) -> float:
    """Share of the trade between regions that lies in the cells chosen ``[j, n, i]``."""
    between = world.total_flows * ~np.eye(len(world.regions), dtype=bool)
    return float((between * chosen).sum() / between.sum())


def regions(world: World) -> Table:
    """Income, spending, trade and imbalance of the largest regions."""
    trade = world.total_flows.sum(0)
    home = np.diag(trade)
    columns = ("factor income", "final spending", "exports", "imports", "balance", "tariff revenue")
    values = np.stack(
        [world.factor_income, world.final_spending, trade.sum(0) - home, trade.sum(1) - home, -world.imbalance,
         world.tariff_revenue], axis=1
    )  # fmt: skip
    order = np.argsort(-world.factor_income, kind="stable")[:SHOWN]
    rows = tuple((label(world, world.regions[n]), *(values[n] / BILLION).tolist()) for n in order)
    left = len(world.regions) - len(order)
    notes = (f"The {len(order)} largest; {left} more in --json.",) if left else ()
    return Table("Regions", (Column("region"), *(Column(c, "US$ bn", 1) for c in columns)), rows, notes)


def history(world: World) -> Table:
    """What was done to the data, in order."""
    rows = tuple((s.action, s.detail, s.count, s.amount) for s in world.history)
    columns = (Column("step"), Column("what and why"), Column("cells", "", 0), Column("amount", "US$ m", 3))
    return Table("What was done to the data", columns, rows)


def check_table(checks: Sequence[Check]) -> Table:
    """Each identity with its largest violation and where."""
    columns = tuple(map(Column, ("identity", "holds", "largest violation", "unit", "where")))
    rows = tuple((c.name, bool(c.passed), f"{c.largest:.1e}", c.unit, c.where) for c in checks)
    return Table("Accounting identities", columns, rows)


def world_document(world: World, checks: Sequence[Check] = ()) -> dict[str, Any]:
    """The world as one object: what identifies it, its regions, its history, and the checks where they were made."""
    table = {c.name: c for c in checks}
    return world_object(world) | {
        "update": is_update(world),
        "world_factor_income_usd_bn": float(world.factor_income.sum() / BILLION),
        "by_region": {
            code: {
                "factor_income_usd_bn": float(world.factor_income[n] / BILLION),
                "final_spending_usd_bn": float(world.final_spending[n] / BILLION),
                "balance_usd_bn": finite(float(-world.imbalance[n] / BILLION)),
                "tariff_revenue_usd_bn": float(world.tariff_revenue[n] / BILLION),
            }
            for n, code in enumerate(world.regions)
        },
        "history": [
            {"action": s.action, "detail": s.detail, "count": s.count, "amount_usd_m": float(s.amount)}
            for s in world.history
        ],
        "checks": {
            name: {"passed": bool(c.passed), "largest": finite(float(c.largest)), "unit": c.unit, "where": c.where}
            for name, c in table.items()
        },
    }
