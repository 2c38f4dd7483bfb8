"""Replications as tables: the numbers that they are compared with, beside ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from comity.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from comity.replication import Paper, Replication, Row


KINDS = {
    "paper": "in print",
    "table 4.1": "in print",
    "slides": "in print",
    "reference": "of independent solutions",
    "reference results": "of independent solutions",
    "2013 release": "of independent solutions",
    "our exact welfare": "of Comity's own sums",
}
"""What a number is compared with, by `Row.source`. Only the first of the three reproduces a publication."""


def paper_table(papers: Iterable[Paper]) -> Table:
    """What can be re-run, and where its data come from."""
    columns = (Column("paper"), Column("citation"), Column("data"))
    return Table("Published studies that Comity re-runs", columns, tuple((p.key, p.citation, p.data) for p in papers))


def replication_tables(replication: Replication, *, every: bool = False) -> list[Table]:
    """One table a setting, number by number; numbers without one to compare with only when `every` is set."""
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
    columns += [Column("compared with", "", 2), Column("ours", "", 4), Column("difference", "", 4)]
    columns += [Column("unit"), Column("allowed"), Column("agrees")]
    notes = list(dict.fromkeys(row.note for row in rows if row.note))
    marks = {note: f"[{number}]" for number, note in enumerate(notes, 1)}
    said = tuple(f"{mark} {note}" for note, mark in marks.items())
    more = (f"{left} more of our numbers, with nothing to compare them with, are shown by --all.",) if left else ()
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
    """How many numbers agree, by what they are compared with, in one sentence."""
    compared = [row for row in replication.rows if row.compared]
    found = set(map(_kind, compared))
    kinds = [kind for kind in dict.fromkeys([*KINDS.values(), *sorted(found)]) if kind in found]
    agree = ", ".join(_share(kind, [row for row in compared if _kind(row) == kind]) for kind in kinds)
    expected = sum(not row.matches and not row.required for row in compared)
    wrong = sum(not row.matches and row.required for row in compared)
    known = f"; {expected} differ for a stated reason" if expected else ""
    bad = f"; {wrong} DIFFER" if wrong else ""
    return f"{replication.paper.key}: within the difference allowed are {agree}{known}{bad}."


def _kind(row: Row) -> str:
    """What the row is compared with; a source that is not known here is called by its own name."""
    return KINDS.get(row.source, f"of {row.source}")


def _share(kind: str, rows: list[Row]) -> str:
    return f"{sum(row.matches for row in rows)} of {len(rows)} numbers {kind}"
