"""Results over time: what one variant gives after one year, after three, in the long run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comity.report.table import Cell, Column, Table
from comity.report.values import Outcomes, label, value

Paths = Mapping[str, Sequence[str]]
"""For each path the names of its outcomes, in the order of the horizons."""

SHOWN = (("real income", "%", 3, "real_income_pct"), ("real income", "US$ bn", 2, "equivalent_variation_usd_bn"))
NOTE = (
    "Each horizon is an equilibrium of its own, compared with the same baseline: trade elasticities and factor "
    "mobility are those of that year, and so are amounts on a schedule. Nothing is saved or invested on the way."
)


def horizon(years: float | None) -> str:
    """A horizon in words.

    >>> horizon(1.0), horizon(2.5), horizon(None)
    ('1 year', '2.5 years', 'long run')
    """
    return "long run" if years is None else f"{years:g} year{'' if years == 1 else 's'}"


def path_tables(outcomes: Outcomes, paths: Paths, regions: Sequence[str]) -> list[Table]:
    """For each path real income of some regions after each horizon, in per cent and in US$."""
    return [_path(title, [outcomes[name] for name in names], regions) for title, names in paths.items()]


def _path(title: str, along: Sequence[Any], regions: Sequence[str]) -> Table:
    times = [horizon(o.closures.horizon) for o in along]
    columns = [Column("region")]
    columns += [Column(time, unit, digits, f"{words}, {unit}") for words, unit, digits, _ in SHOWN for time in times]
    rows: list[tuple[Cell, ...]] = [
        (label(along[0].world, code), *(value(o, measure, code) for _, _, _, measure in SHOWN for o in along))
        for code in regions
    ]
    return Table(f"Path of real income: {title}", tuple(columns), tuple(rows), (NOTE,))


def path_object(outcomes: Outcomes, paths: Paths, regions: Sequence[str]) -> dict[str, Any]:
    """The same for JSON: by path the horizons (null is the long run), their variants, and each measure by region."""
    return {
        title: {
            "horizons": [outcomes[name].closures.horizon for name in names],
            "variants": list(names),
            "regions": {
                code: {measure: [value(outcomes[name], measure, code) for name in names] for *_, measure in SHOWN}
                for code in regions
            },
        }
        for title, names in paths.items()
    }
