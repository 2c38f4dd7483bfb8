"""A table of a user's, from a CSV file or a DataFrame: its lines with the place where each is written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

Line = tuple[str, Sequence[object]]


def table_name(table: pd.DataFrame | str | Path) -> str:
    """What messages and the history call a table: the file without its folder."""
    return Path(table).name if isinstance(table, str | Path) else "a table in memory"


def read_table(table: pd.DataFrame | str | Path, columns: Sequence[str], what: str) -> Iterator[Line]:
    """For each row where it is written, such as ``my.csv, line 3``, and its cells in the order of `columns`.

    Args:
        table: a CSV file in UTF-8 or a DataFrame; further columns are not read, empty lines are passed over.
        columns: those that it must have, in any order and any case.
        what: what messages call it, such as ``tariffs``.

    Raises:
        DataError: no such file, no CSV, no rows, a missing column, a row that is cut short.
    """
    name = table_name(table)
    lines = _file(Path(table), name, what) if isinstance(table, str | Path) else _frame(table)
    header = next(lines, None)
    if header is None:
        raise DataError(f"{name} is empty: it needs the columns {', '.join(columns)}")
    places = _columns(name, [str(cell) for cell in header[1]], columns, what)
    none = True
    for where, cells in lines:
        none = False
        if len(cells) != len(header[1]):
            problem = "is the file cut short?" if len(cells) < len(header[1]) else "is there a comma too many?"
            raise DataError(f"{name}, {where}: {len(cells)} cells under {len(header[1])} columns: {problem}")
        yield f"{name}, {where}", [cells[place] for place in places]
    if none:
        raise DataError(f"{name} has no rows below its header")


def label(cell: object, column: str, where: str) -> str:
    """A cell that holds a code or a name.

    Raises:
        DataError: it is empty, or no text.
    """
    if not isinstance(cell, str) or not cell.strip():
        raise DataError(f"{where}: {column} is {cell!r}; it must be a code or a name, or * for all")
    return cell.strip()


def _file(path: Path, name: str, what: str) -> Iterator[Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield f"line {reader.line_num}", [cell.strip() for cell in cells]
    except OSError as error:
        raise DataError(f"cannot read the table of {what} {path}: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name} is not a CSV table in UTF-8: {error}") from None


def _frame(frame: pd.DataFrame) -> Iterator[Line]:
    yield "header", list(frame.columns)
    body: Iterable[Sequence[object]] = frame.itertuples(index=False, name=None)
    yield from ((f"row {number}", cells) for number, cells in enumerate(body, start=1))


def _columns(name: str, header: Sequence[str], wanted: Sequence[str], what: str) -> list[int]:
    plain = [cell.strip().lower() for cell in header]
    for column in wanted:
        if plain.count(column) != 1:
            problem = "has twice" if column in plain else "lacks"
            near = get_close_matches(column, plain, n=1, cutoff=0.4)
            hint = f" (is it {near[0]!r}?)" if near and column not in plain else ""
            raise DataError(
                f"{name}, line 1: the table of {what} {problem} the column {column!r}{hint}; it needs "
                f"{', '.join(wanted)}, with commas between, and has {', '.join(header)[:120]}"
            )
    return [plain.index(column) for column in wanted]
