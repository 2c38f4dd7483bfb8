"""A matrix with a region and a sector on every row and column, put into the axis order of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import DataError, UnbalancedError
from comity.world.accounts import Floats
from comity.world.classification import region_names, sector_names

Label = tuple[str, str]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Axis:
    """Producers of a table: every sector in every region, region by region.

    Attributes:
        regions, sectors: names in order.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]

    @classmethod
    def spanned(cls, labels: Sequence[Label], what: str) -> Axis:
        """Regions and sectors in order of first appearance; a `DataError` when a region lacks a sector."""
        axis = cls(tuple(dict.fromkeys(r for r, _ in labels)), tuple(dict.fromkeys(s for _, s in labels)))
        there = set(labels)
        absent = [f"{r} {s}" for r in axis.regions for s in axis.sectors if (r, s) not in there]
        if absent:
            raise DataError(
                f"{what}: no row for {absent[0]} ({len(absent)} absent in all): every region must have every sector"
            )
        return axis

    @property
    def labels(self) -> dict[str, Any]:
        """Codes and readable names, as arguments of `comity.world.from_table`; an unknown code is its own name."""
        regions, sectors = region_names(), sector_names()
        return {
            "regions": self.regions,
            "sectors": self.sectors,
            "region_names": tuple(regions.get(code, code) for code in self.regions),
            "sector_names": tuple(sectors.get(code, code) for code in self.sectors),
        }

    @property
    def size(self) -> tuple[int, int]:
        """Number of regions and of sectors."""
        return len(self.regions), len(self.sectors)

    def places(self, labels: Sequence[Label], what: str) -> Places:
        """Position ``region * sectors + sector`` of each label; a `DataError` for a label that is not on the axis."""
        region, sector = self._index(self.regions), self._index(self.sectors)
        for r, s in labels:
            if r not in region or s not in sector:
                raise DataError(f"{what}: {r} {s} has no counterpart among the rows of the table")
        return np.array([region[r] * len(sector) + sector[s] for r, s in labels], dtype=np.intp)

    def regional_places(self, regions: Sequence[str], what: str) -> Places:
        """Position of each region; a `DataError` for one that is not on the axis."""
        index = self._index(self.regions)
        for r in regions:
            if r not in index:
                raise DataError(f"{what}: region {r!r} of a final-use column has no rows")
        return np.array([index[r] for r in regions], dtype=np.intp)

    @staticmethod
    def _index(names: Sequence[str]) -> dict[str, int]:
        return {name: i for i, name in enumerate(names)}


def summed(values: Floats, places: Places, size: int, axis: int = 0) -> Floats:
    """Sum along `axis` the entries that share a place, in their order; places without an entry are zero."""
    if len(places) == size and (places == np.arange(size)).all():
        return values
    moved = np.moveaxis(values, axis, 0)
    result = np.zeros((size, *moved.shape[1:]))
    np.add.at(result, places, moved)
    return np.moveaxis(result, 0, axis)


def numbers(what: str, values: object, rows: Sequence[object], columns: Sequence[object]) -> Floats:
    """`values` as a float64 matrix; a `DataError` that names the first cell that is no finite number."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.vectorize(_number, otypes=[np.float64])(np.asarray(values, dtype=object))
    bad = ~np.isfinite(array)
    if bad.any():
        i, k = np.unravel_index(int(bad.argmax()), bad.shape)
        raise DataError(
            f"{what}: the cell at row {rows[int(i)]}, column {columns[int(k)]} is not a number "
            f"({int(bad.sum())} such cells)"
        )
    return np.asarray(array)


def _number(cell: object) -> float:
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("nan")


def compare_output(
    what: str, axis: Axis, inputs: Floats, final: Floats, printed: Floats, tolerance: float, rounding: float
) -> None:
    """Raise `UnbalancedError` when sales ``[producer]`` differ from the printed output by more than rounding."""
    sales = inputs.sum(1) + final.sum(1)
    cells = inputs.shape[1] + final.shape[1]
    excess = np.abs(sales - printed) - tolerance * np.maximum(np.abs(sales), np.abs(printed)) - rounding * cells
    if (excess > 0).any():
        at = int(excess.argmax())
        region, sector = divmod(at, len(axis.sectors))
        raise UnbalancedError(
            f"{what}: sales of {axis.regions[region]} {axis.sectors[sector]} sum to {sales[at]:,.6g}, the printed "
            f"output is {printed[at]:,.6g} (US$ million): the file is incomplete or not in the published layout"
        )
