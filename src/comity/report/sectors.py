"""Who inside a region gains and loses: its sectors by value added, output and factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from comity.report.table import Cell, Column, Table
from comity.report.values import Outcomes, label, sector_label, sectors_of, value, world_of

if TYPE_CHECKING:
    from comity.model.outcome import Outcome

SHOWN = ("output_pct", "value_added_change_usd_bn", "factor_use_pct")

NOTES = (
    "Output is volume. Value added is what workers and capital in a sector are paid, at baseline consumer prices.",
    "Factors: workers with their capital in the sector (the data have no employment); they do not move between sectors "
    "where mobility is specific.",
)


def sectors_moved(outcomes: Outcomes, chosen: Mapping[str, Sequence[str]], *, asked: bool = False) -> Table:
    """Some sectors by region, three columns a variant.

    Args:
        outcomes: by name of the variant.
        chosen: codes of the sectors of each region, for instance from `most_moved`.
        asked: whether a user named them; else they are those that move most.
    """
    world = world_of(outcomes)
    columns = [Column("region"), Column("sector")]
    for name in outcomes:
        columns += [
            Column("output", "%", 2, name),
            Column("value added", "US$ bn", 2, name),
            Column("factors", "%", 2, name),
        ]
    rows: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    for code, sectors in chosen.items():
        breaks.append(len(rows))
        for place, sector in enumerate(sectors):
            cells = (_cell(o, measure, code, sector) for o in outcomes.values() for measure in SHOWN)
            rows.append((label(world, code) if not place else "", sector_label(outcomes, sector), *cells))
    title = "Sectors asked for" if asked else "Who gains and loses inside: sectors whose value added moves most"
    return Table(title, tuple(columns), tuple(rows), NOTES, tuple(breaks[1:]))


def most_moved(outcomes: Outcomes, code: str, most: int = 6) -> list[str]:
    """Codes of the sectors whose value added moves most in a region, US$ in any variant; winners first.

    Args:
        outcomes: by name of the variant; the order is that of the first.
        code: of the region.
        most: how many.
    """
    sectors = [*sectors_of(outcomes)]
    found = [[_cell(o, "value_added_change_usd_bn", code, s) or 0.0 for s in sectors] for o in outcomes.values()]
    changes = np.array(found)
    moved = np.argsort(-abs(changes).max(0), kind="stable")[:most]
    return [sectors[j] for j in sorted(moved, key=lambda j: -changes[0, j])]


def _cell(outcome: Outcome, measure: str, code: str, sector: str) -> float | None:
    """A number of a sector.

    None where nothing is made, and of a sector that the outcome has only in parts, or only as a whole.
    """
    if sector not in outcome.world.sectors:
        return None
    found = value(outcome, measure, code, sector)
    return found if np.isfinite(found) else None
