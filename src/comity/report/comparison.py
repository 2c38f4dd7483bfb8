"""Two results side by side: A, B and B less A."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.errors import DataError, UnknownName
from comity.report.measures import ALWAYS, MEASURES, PRICES_NOTE
from comity.report.table import Cell, Column, Table

if TYPE_CHECKING:
    import xarray as xr

SHOWN = 12
PROVENANCE = ("world", "year", "source", "elasticities")


def paired(left: dict[str, xr.Dataset], right: dict[str, xr.Dataset]) -> list[tuple[str, xr.Dataset, xr.Dataset]]:
    """Which variant of one is set against which of the other: the same name, or a single one against each.

    Returns:
        Title, left and right of each pair.

    Raises:
        DataError: several on both sides and no name in common.
    """
    if common := [name for name in left if name in right]:
        return [(name, left[name], right[name]) for name in common]
    if len(left) == 1 or len(right) == 1:
        return [(f"{a} / {b}", left[a], right[b]) for a in left for b in right]
    raise DataError(
        f"A has the variants {', '.join(map(repr, left))} and B {', '.join(map(repr, right))}: no name is in both, "
        "so there is nothing to set side by side; rename them"
    )


def shared_regions(left: xr.Dataset, right: xr.Dataset) -> list[str]:
    """Codes that both have, the one whose real income differs most first.

    Raises:
        DataError: none.
    """
    a, b = (dict(zip(_codes(d), d["real_income_pct"].values, strict=True)) for d in (left, right))
    both = [code for code in a if code in b]
    if not both:
        raise DataError("the two results have no region in common: run both on the same world and aggregation")
    return sorted(both, key=lambda code: -abs(float(np.nan_to_num(b[code] - a[code]))))


def _codes(data: xr.Dataset) -> list[str]:
    return [str(code) for code in data["region"].values]


def income(title: str, left: xr.Dataset, right: xr.Dataset, regions: Sequence[str] = ()) -> Table:
    """Real income of the regions asked for, else of those that differ most, in A, in B, and the difference."""
    codes = list(regions) or shared_regions(left, right)[:SHOWN]
    columns = [Column("region")]
    for name, unit, digits, points in (
        ("real income", "%", 3, "points"),
        ("equivalent variation", "US$ bn", 2, "US$ bn"),
    ):
        columns += [Column("A", unit, digits, name), Column("B", unit, digits, name)]
        columns.append(Column("B less A", points, digits, name))
    rows = []
    for code in codes:
        cells: list[Cell] = []
        for measure in ("real_income_pct", "equivalent_variation_usd_bn"):
            cells += _three(left, right, measure, code)
        rows.append((_name(left, code), *cells))
    return Table(f"Real income: {title}", tuple(columns), tuple(rows), tuple(_alone(left, right)))


def _alone(left: xr.Dataset, right: xr.Dataset) -> list[str]:
    """A sentence on the regions that only one of them has."""
    a, b = set(_codes(left)), set(_codes(right))
    only = [(name, sorted(codes)) for name, codes in (("A", a - b), ("B", b - a)) if codes]
    return [f"Only in {name}, not compared: {', '.join(codes)}." for name, codes in only]


def _three(left: xr.Dataset, right: xr.Dataset, measure: str, code: str) -> list[Cell]:
    a, b = (float(d[measure].values[_codes(d).index(code)]) for d in (left, right))
    return [a, b, b - a]


def _name(data: xr.Dataset, code: str) -> str:
    if "region_name" not in data.variables:
        return code
    name = str(data["region_name"].values[_codes(data).index(code)])
    return name if name == code else f"{name} ({code})"


def measures(title: str, left: xr.Dataset, right: xr.Dataset, regions: Sequence[str]) -> Table:
    """Every measure of some regions in A, in B, and the difference."""
    rows: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    digits: list[int] = []
    for code in regions:
        breaks.append(len(rows))
        for place, measure in enumerate(m for m in MEASURES if m.name in ALWAYS):
            name = _name(left, code) if not place else ""
            rows.append((name, measure.label, measure.unit, *_three(left, right, measure.name, code)))
            digits.append(measure.digits)
    columns = tuple(Column(c) for c in ("region", "change", "unit")) + tuple(
        Column(c, "", 3) for c in ("A", "B", "B less A")
    )
    return Table(f"In detail: {title}", columns, tuple(rows), (PRICES_NOTE,), tuple(breaks[1:]), tuple(digits))


def differences(left: xr.Dataset, right: xr.Dataset) -> list[str]:
    """In what A and B were computed differently: world, elasticities, closures; one sentence each."""
    names = [*PROVENANCE, *(key for key in left.attrs if key.startswith("closure_"))]
    return [
        f"{name.removeprefix('closure_').replace('_', ' ')}: {a} in A, {b} in B"
        for name in names
        if (a := _attribute(left, name)) != (b := _attribute(right, name))
    ]


def _attribute(data: xr.Dataset, name: str) -> Any:
    value = data.attrs.get(name, "unknown")
    return value.item() if isinstance(value, np.generic) else value


def comparison_object(pairs: Sequence[tuple[str, xr.Dataset, xr.Dataset]]) -> dict[str, Any]:
    """The comparison as one object: by variant and region, every measure in A, in B and the difference."""
    return {
        title: {
            "differs_in": differences(left, right),
            "regions": {
                code: {
                    m.name: dict(zip(("a", "b", "difference"), _three(left, right, m.name, code), strict=True))
                    for m in MEASURES
                }
                for code in shared_regions(left, right)
            },
        }
        for title, left, right in pairs
    }


def known(asked: Sequence[str], shared: Sequence[str]) -> list[str]:
    """The codes asked for.

    Raises:
        UnknownName: one that the two results do not share.
    """
    for code in asked:
        if code not in shared:
            raise UnknownName(f"region {code!r} is not in both results; they share {', '.join(sorted(shared))}")
    return list(asked)
