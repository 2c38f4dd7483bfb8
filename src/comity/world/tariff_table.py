"""Read a user's table of baseline tariffs: four columns, every row with the place where it is written."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import DataError

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


def table_name(table: pd.DataFrame | str | Path) -> str:
    """What messages and the history call a table: the file without its folder."""
    return Path(table).name if isinstance(table, str | Path) else "a table in memory"


def read_rows(table: pd.DataFrame | str | Path) -> list[Row]:
    """The rows of a CSV file or a DataFrame; further columns are not read.

    Raises:
        DataError: no such file, no CSV, no rows, a missing column, a row that is cut short, a rate that is no number.
    """
    name = table_name(table)
    lines = _file(Path(table), name) if isinstance(table, str | Path) else _frame(table)
    header, rows = next(lines, None), lines
    if header is None:
        raise DataError(f"{name} is empty: it needs the columns {', '.join(COLUMNS)}")
    places = _columns(name, [str(cell) for cell in header[1]])
    found = [_row(f"{name}, {where}", places, len(header[1]), cells) for where, cells in rows]
    if not found:
        raise DataError(f"{name} has no rows below its header")
    return found


Line = tuple[str, Sequence[object]]


def _file(path: Path, name: str) -> Iterator[Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield f"line {reader.line_num}", [cell.strip() for cell in cells]
    except OSError as error:
        raise DataError(f"cannot read the table of tariffs {path}: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name} is not a CSV table in UTF-8: {error}") from None


def _frame(frame: pd.DataFrame) -> Iterator[Line]:
    yield "header", list(frame.columns)
    body: Iterable[Sequence[object]] = frame.itertuples(index=False, name=None)
    yield from ((f"row {number}", cells) for number, cells in enumerate(body, start=1))


def _columns(name: str, header: Sequence[str]) -> list[int]:
    plain = [cell.strip().lower() for cell in header]
    for column in COLUMNS:
        if plain.count(column) != 1:
            problem = "has twice" if column in plain else "lacks"
            near = get_close_matches(column, plain, n=1, cutoff=0.4)
            hint = f" (is it {near[0]!r}?)" if near and column not in plain else ""
            raise DataError(
                f"{name}, line 1: the table of tariffs {problem} the column {column!r}{hint}; it needs "
                f"{', '.join(COLUMNS)}, with commas between, and has {', '.join(header)[:120]}"
            )
    return [plain.index(column) for column in COLUMNS]


def _row(where: str, places: Sequence[int], width: int, cells: Sequence[object]) -> Row:
    if len(cells) != width:
        what = "is the file cut short?" if len(cells) < width else "is there a comma too many?"
        raise DataError(f"{where}: {len(cells)} cells under {width} columns: {what}")
    importer, exporter, sector, rate = (cells[place] for place in places)
    for column, cell in zip(COLUMNS, (importer, exporter, sector), strict=False):
        if not isinstance(cell, str) or not cell.strip():
            raise DataError(f"{where}: {column} is {cell!r}; it must be a code or a name, or * for all")
    return Row(where, str(importer).strip(), str(exporter).strip(), str(sector).strip(), _rate(rate, where))


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
