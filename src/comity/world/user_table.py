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


def read_table(
    table: pd.DataFrame | str | Path, columns: Sequence[str], what: str, optional: Sequence[str] | None = None
) -> Iterator[Line]:
    """For each row where it is written, such as ``my.csv, line 3``, and its cells in the order of the columns.

    Args:
        table: a CSV file in UTF-8 or a DataFrame; empty lines are passed over.
        columns: those that it must have, in any order and any case.
        what: what messages call it, such as ``tariffs``.
        optional: those that it may have: after `columns`, None where the table has no such column. Others are then
            refused, because a slip in the name of an optional one would pass unseen; without `optional` they are not
            read.

    Raises:
        DataError: no such file, no CSV, no rows, a missing or unknown column, a row that is cut short.
    """
    name = table_name(table)
    lines = _file(Path(table), name, what) if isinstance(table, str | Path) else _frame(table)
    header = next(lines, None)
    if header is None:
        raise DataError(f"{name} is empty: it needs the columns {', '.join(columns)}")
    places = _columns(name, [str(cell) for cell in header[1]], columns, optional, what)
    none = True
    for where, cells in lines:
        none = False
        if len(cells) != len(header[1]):
            problem = "is the file cut short?" if len(cells) < len(header[1]) else "is there a comma too many?"
            raise DataError(f"{name}, {where}: {len(cells)} cells under {len(header[1])} columns: {problem}")
        yield f"{name}, {where}", [None if place is None else cells[place] for place in places]
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


def _columns(
    name: str, header: Sequence[str], wanted: Sequence[str], optional: Sequence[str] | None, what: str
) -> list[int | None]:
    plain = [cell.strip().lower() for cell in header]
    known = [*wanted, *(optional or ())]
    twice = [f"has twice the column {column!r}" for column in known if plain.count(column) > 1]
    lacking = [f"lacks the column {c!r}{_near(c, plain)}" for c in wanted if c not in plain]
    unknown = [f"has a column {c!r} that has no meaning{_near(c, known)}" for c in plain if c not in known]
    problems = twice + lacking + (unknown if optional is not None else [])
    if problems:
        may = f" and may have {', '.join(optional)}" if optional else ""
        raise DataError(
            f"{name}, line 1: the table of {what} {problems[0]}; it needs {', '.join(wanted)}{may}, "
            f"with commas between, and has {', '.join(header)[:120]}"
        )
    return [plain.index(column) if column in plain else None for column in known]


def _near(column: str, others: Sequence[str]) -> str:
    near = get_close_matches(column, others, n=1, cutoff=0.4)
    return f" (is it {near[0]!r}?)" if near else ""
