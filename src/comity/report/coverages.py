"""How an answer depends on the coverages of its bans and controls, as a table and as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from comity.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from comity.model.coverage import CoverageSensitivity

    Sensitivities = Mapping[str, Sequence[CoverageSensitivity]]

NOTE = (
    "Change of real income if one rule's coverage is a tenth smaller or larger (in every cell, at most 100%): solved "
    "anew, all else the same, amounts that were found too. With a product of its own the coverage is of the product. A "
    "dash: the coverage is 100% already, or there is no equilibrium."
)


def coverage_table(found: Sensitivities, regions: Sequence[str]) -> Table:
    """What a tenth less and a tenth more coverage of each ban does to the real income of some regions.

    Args:
        found: by name of the variant.
        regions: codes, in the order to be shown.
    """
    several = len(found) > 1
    columns = [Column("variant")] if several else []
    columns += [Column("ban or control"), Column("coverage", "%", 1)]
    columns += [Column(side, "% points", 4, code) for code in regions for side in ("-10%", "+10%")]
    rows: list[tuple[Cell, ...]] = []
    for variant, some in found.items():
        for entry in some:
            sides = (side for code in regions for side in entry.points(code))
            rows.append((*((variant,) if several else ()), entry.rule, entry.coverage_pct, *sides))
    return Table("How much rests on the coverage of bans and controls", tuple(columns), tuple(rows), (NOTE,))


def coverage_objects(found: Sequence[CoverageSensitivity], regions: Sequence[str]) -> list[dict[str, object]]:
    """The same of one variant as plain values for JSON."""
    return [entry.to_dict(regions) for entry in found]
