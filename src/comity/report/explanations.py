"""Where a region's number comes from, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from comity.report.table import Cell, Column, Table
from comity.report.values import label

if TYPE_CHECKING:
    from comity.model.explanation import Explanation, Part
    from comity.world import World

POINTS = "% points"
CHANNEL_NOTE = (
    "Contributions along the path from the baseline to the outcome; they add up to the exact change "
    "(largest gap {gap:.0e} points)."
)


def explanation_tables(world: World, explanations: Mapping[str, Explanation]) -> list[Table]:
    """What drives the real income of a region under each variant: channels, then what is behind them.

    Args:
        world: of the outcomes.
        explanations: of one region, by name of the variant.
    """
    region = label(world, next(iter(explanations.values())).region)
    tables = [channels(region, explanations), budget(region, explanations)]
    for name, explanation in explanations.items():
        tables += [behind(name, explanation), sensitivity(name, explanation)]
        if explanation.incidence:
            tables.append(incidence(name, explanation))
    return tables


def channels(region: str, explanations: Mapping[str, Explanation]) -> Table:
    """The path decomposition, one column a variant."""
    parts = {name: e.channels for name, e in explanations.items()}
    gap = max(abs(e.gap) for e in explanations.values())
    return _parts(f"Why {region}: channels of real income", parts, explanations, (CHANNEL_NOTE.format(gap=gap),))


def budget(region: str, explanations: Mapping[str, Explanation]) -> Table:
    """Real income by source of income, one column a variant."""
    parts = {name: e.budget for name, e in explanations.items()}
    note = "Each source at consumer prices, less its baseline, over baseline spending; they add up to the exact change."
    return _parts(f"Why {region}: sources of income", parts, explanations, (note,))


def _parts(
    title: str, parts: Mapping[str, Sequence[Part]], explanations: Mapping[str, Explanation], notes: tuple[str, ...]
) -> Table:
    names = list(dict.fromkeys(part.name for some in parts.values() for part in some))
    table = {name: {part.name: part.points for part in some} for name, some in parts.items()}
    rows: list[tuple[Cell, ...]] = [(n, *(table[variant].get(n, 0.0) for variant in parts)) for n in names]
    rows.append(("real income", *(explanations[variant].real_income_pct for variant in parts)))
    columns = (Column("part"), *(Column("real income", POINTS, 4, variant) for variant in parts))
    return Table(title, columns, tuple(rows), notes, (len(names),))


def behind(variant: str, explanation: Explanation) -> Table:
    """The sectors and the partners that contribute most, side by side."""
    length = max(len(explanation.by_sector), len(explanation.by_partner))
    rows = tuple(_at(explanation.by_sector, i) + _at(explanation.by_partner, i) for i in range(length))
    columns = (Column("sector"), Column("real income", POINTS, 4), Column("partner"), Column("real income", POINTS, 4))
    return Table(f"Sectors and partners behind it ({variant})", columns, rows)


def _at(parts: Sequence[Part], place: int) -> tuple[Cell, ...]:
    return (parts[place].name, parts[place].points) if place < len(parts) else ("", None)


def sensitivity(variant: str, explanation: Explanation) -> Table:
    """The parameters that matter most, by gradient."""
    columns = (Column("parameter"), Column("value", "", 3), Column("if a tenth larger", POINTS, 5))
    note = "First-order: derivative of real income through the equilibrium, times a tenth of the parameter."
    return Table(f"Most sensitive to ({variant})", columns, tuple(tuple(s) for s in explanation.sensitivity), (note,))


def incidence(variant: str, explanation: Explanation) -> Table:
    """Who bears each tariff change: the seller through the border price, or the buyer."""
    columns = (
        Column("importer"),
        Column("exporter"),
        Column("sector"),
        Column("tariff before", "%", 2),
        Column("tariff after", "%", 2),
        Column("border price", "%", 3),
        Column("buyer's price", "%", 3),
        Column("revenue", "US$ bn", 2),
    )
    note = (
        "Prices relative to world factor income. A border price that falls is borne by the exporter, the rest of the "
        "tariff by the buyer; revenue is the change in what the importer collects. What the exporter loses shows in "
        "the fall of all its prices (terms of trade), not only in this border price."
    )
    return Table(f"Who bears the tariffs ({variant})", columns, tuple(tuple(i) for i in explanation.incidence), (note,))
