"""A table as a value: what a reader sees, before anyone decides how it is drawn."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass

Cell = str | float | int | bool | None


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: heading, without the unit.
        unit: of every number in it; "" for text, or where the rows have units of their own.
        digits: after the decimal point; None for text.
        group: columns of one group stay together when the table is too wide (a variant, for instance).
    """

    name: str
    unit: str = ""
    digits: int | None = None
    group: str = ""

    @property
    def heading(self) -> str:
        """Name and unit.

        >>> Column("real income", "%", 3).heading
        'real income, %'
        """
        return f"{self.name}, {self.unit}" if self.unit else self.name


@dataclass(frozen=True)
class Table:
    """Rows under columns, with a title and what must be said below.

    Attributes:
        title: one line.
        columns: as many as each row has cells.
        rows: cells; None is shown as a dash.
        notes: sentences printed under the table.
        breaks: numbers of the rows that begin a new block.
        row_digits: decimals by row, where the rows have units of their own.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    breaks: tuple[int, ...] = ()
    row_digits: tuple[int, ...] = ()

    def digits(self, row: int, column: int) -> int:
        """Decimals of a cell: those of its row where rows have units of their own, else those of its column."""
        return self.row_digits[row] if self.row_digits else self.columns[column].digits or 0


def number(value: float | None, digits: int) -> str:
    """A number as people read it: fixed decimals, thousands apart, no negative zero, a dash where there is none.

    >>> number(-0.0001, 2), number(-12345.678, 1), number(None, 2), number(float("nan"), 2)
    ('0.00', '-12,345.7', '-', '-')
    """
    if value is None or not math.isfinite(value):
        return "-"
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def csv_text(table: Table) -> str:
    """A table as CSV: every number with all its digits, units in the headings, nothing for what is not there.

    >>> csv_text(Table("T", (Column("a"), Column("b", "%", 1)), (("x", 1.25), ("y", None))))
    'a,"b, %"\\nx,1.25\\ny,\\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([" ".join(filter(None, (c.group, c.heading))) for c in table.columns])
    writer.writerows(["" if cell is None else cell for cell in row] for row in table.rows)
    return out.getvalue()


def text(cell: Cell, digits: int) -> str:
    """A cell as it is shown."""
    if isinstance(cell, bool):
        return "yes" if cell else "NO"
    if cell is None or isinstance(cell, str):
        return cell if cell is not None else "-"
    return number(cell, digits)
