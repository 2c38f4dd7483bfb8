"""Replications as tables: their numbers beside ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from comity.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from comity.replication import Paper, Replication, Row


def paper_table(papers: Iterable[Paper]) -> Table:
    """What can be re-run, and where its data come from."""
    columns = (Column("paper"), Column("citation"), Column("data"))
    return Table("Published studies that Comity re-runs", columns, tuple((p.key, p.citation, p.data) for p in papers))


def replication_tables(replication: Replication, *, every: bool = False) -> list[Table]:
    """One table a setting, number by number; numbers that nobody printed only when `every` is set."""
    settings = dict.fromkeys(row.setting for row in replication.rows)
    tables = []
    for setting in settings:
        rows = [row for row in replication.rows if row.setting == setting]
        shown = [row for row in rows if every or row.compared]
        if shown:
            tables.append(_setting(f"{replication.paper.key}: {setting}", shown, len(rows) - len(shown)))
    return tables


def _setting(title: str, rows: list[Row], left: int) -> Table:
    columns = [Column(name) for name in ("quantity", "place", "source")]
    columns += [Column("published", "", 2), Column("ours", "", 4), Column("difference", "", 4)]
    columns += [Column("unit"), Column("allowed"), Column("same")]
    notes = list(dict.fromkeys(row.note for row in rows if row.note))
    marks = {note: f"[{number}]" for number, note in enumerate(notes, 1)}
    said = tuple(f"{mark} {note}" for note, mark in marks.items())
    more = (f"{left} numbers that are not in print are shown by --all.",) if left else ()
    return Table(title, tuple(columns), tuple(_row(row, marks) for row in rows), said + more)


def _row(row: Row, marks: dict[str, str]) -> tuple[Cell, ...]:
    same: Cell = None if not row.compared else True if row.matches else "no, as expected" if not row.required else False
    quantity = " ".join(filter(None, (row.quantity, marks.get(row.note, ""))))
    return (
        quantity,
        row.place,
        row.source,
        None if row.published is None else f"{row.published:g}",
        _printed(row.ours),
        _printed(row.difference),
        row.unit,
        f"{row.tolerance:.1g}" if row.compared else None,
        same,
    )


def _printed(value: float | None) -> str | None:
    """Four decimals, more where the number is so small that they would say nothing."""
    if value is None:
        return None
    return f"{value:.4f}".replace("-0.0000", "0.0000") if abs(value) >= 5e-4 or value == 0 else f"{value:.1e}"


def verdict(replication: Replication) -> str:
    """How many of the numbers in print come out the same, in one sentence."""
    compared = [row for row in replication.rows if row.compared]
    same = sum(row.matches for row in compared)
    expected = sum(not row.matches and not row.required for row in compared)
    wrong = len(compared) - same - expected
    known = f"; {expected} differ for a stated reason" if expected else ""
    bad = f"; {wrong} DIFFER" if wrong else ""
    return f"{replication.paper.key}: {same} of {len(compared)} published numbers come out the same{known}{bad}."
