"""The charts of a brief, drawn once for every format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from altair.utils.schemapi import debug_mode

from comity.report.brief.content import Figure
from comity.report.charts import drawing
from comity.report.charts.look import NARROW, WIDE
from comity.report.table import Cell, Table, csv_text

THREADS = 2
DIGITS = 6
"""Significant digits in the files under charts."""


@dataclass(frozen=True)
class Drawn:
    """A chart as SVG.

    Attributes:
        wide: for wide screens and paper; None for a chart that is only drawn small.
        narrow: for phones.
    """

    wide: str | None
    narrow: str

    @property
    def best(self) -> str:
        """The larger one."""
        return self.wide or self.narrow


def draw_all(figures: Sequence[Figure], told: Callable[[str], None]) -> Mapping[str, Drawn]:
    """Every chart by its key; the next one is described while the renderer, which lets go of Python, draws the last."""
    found = {}
    # What is drawn here is valid, which tests check; checking takes longer than drawing.
    with debug_mode(False), ThreadPoolExecutor(THREADS) as pool:
        for figure, drawn in zip(figures, pool.map(_drawn, figures), strict=True):
            told(f"Drawn {figure.key}")
            found[figure.key] = drawn
    return found


def _drawn(figure: Figure) -> Drawn:
    wide = drawing.svg(figure.draw(WIDE)) if figure.full else None
    return Drawn(wide, drawing.svg(figure.draw(NARROW)))


def csv_of(table: Table) -> str:
    """The numbers under a chart as CSV, to six significant digits: what is beyond depends on the machine.

    >>> from comity.report.table import Column
    >>> csv_of(Table("T", (Column("a", "%", 1),), ((1.23456789,),)))
    '"a, %"\\n1.23457\\n'
    """
    rows = tuple(tuple(_short(cell) for cell in row) for row in table.rows)
    return csv_text(replace(table, rows=rows))


def _short(cell: Cell) -> Cell:
    return float(f"{cell:.{DIGITS}g}") if isinstance(cell, float) else cell
