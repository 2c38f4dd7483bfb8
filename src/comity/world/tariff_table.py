"""Read a user's table of baseline tariffs: four columns, every row with the place where it is written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import DataError
from comity.world.user_table import label, read_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("importer", "exporter", "sector", "rate_pct")
HIGHEST = 1e6
"""Per cent; beyond it a rate is taken for a slip of the pen."""


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        where: how messages speak of it, e.g. ``my_tariffs.csv, line 3``.
        importer, exporter, sector: as written.
        rate: ad valorem on the border value, a fraction > -1.
    """

    where: str
    importer: str
    exporter: str
    sector: str
    rate: float


def read_rows(table: pd.DataFrame | str | Path) -> list[Row]:
    """The rows of a CSV file or a DataFrame; further columns are not read.

    Raises:
        DataError: no such file, no CSV, no rows, a missing column, a row that is cut short, a rate that is no number.
    """
    return [_row(where, cells) for where, cells in read_table(table, COLUMNS, "tariffs")]


def _row(where: str, cells: Sequence[object]) -> Row:
    importer, exporter, sector = (label(cell, name, where) for name, cell in zip(COLUMNS, cells[:3], strict=False))
    return Row(where, importer, exporter, sector, _rate(cells[3], where))


def _rate(cell: object, where: str) -> float:
    try:
        value = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise DataError(f"{where}: rate_pct is {cell!r}; it must be a number in per cent, such as 2.5")
    if not -100 < value <= HIGHEST:
        raise DataError(f"{where}: rate_pct is {cell}; it must lie above -100 and not beyond {HIGHEST:,.0f}")
    return value / 100
