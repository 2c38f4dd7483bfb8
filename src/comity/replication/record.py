"""What a replication is: a paper, the files it needs, and our numbers beside the published ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Paper:
    """A paper whose numbers Comity reproduces.

    Attributes:
        key: name on the command line, e.g. ``"caliendo-parro-2015"``.
        title: of the paper.
        citation: authors, year, journal, DOI.
        data: where the authors publish their data, in words.
        files: the files that the replication reads, as paths below the data folder; the part after the last slash is
            enough when the folder holds them directly.
    """

    key: str
    title: str
    citation: str
    data: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One number: theirs and ours.

    Attributes:
        quantity: what it is, e.g. ``"real wage"``.
        place: region code, or ``"MEX from USA"``.
        setting: the run it belongs to, e.g. ``"zero deficits"``.
        source: where the number that ours is compared with stands, e.g. ``"table 2"`` in print, or ``"reference
            results"``, an independent solution that nobody printed; empty when there is none.
        published: the number that ours is compared with, None when ours stands alone.
        ours: our number.
        unit: of both.
        tolerance: largest difference that counts as the same: half of the last printed digit, or as stated in `note`.
        required: False where a difference is expected for the reason that `note` gives.
        note: what a reader must know to compare the two.
    """

    quantity: str
    place: str
    setting: str
    source: str
    published: float | None
    ours: float
    unit: str
    tolerance: float
    required: bool = True
    note: str = ""

    @property
    def difference(self) -> float | None:
        """Ours less theirs, in the unit of the row; None without a published number."""
        return None if self.published is None else self.ours - self.published

    @property
    def compared(self) -> bool:
        """Whether there is a published number to compare with."""
        return self.published is not None

    @property
    def matches(self) -> bool:
        """Whether there is a published number and ours is within the tolerance of it (a NaN never is)."""
        gap = self.difference
        return gap is not None and math.isfinite(gap) and abs(gap) <= self.tolerance

    def to_dict(self) -> dict[str, Any]:
        """The row as plain values, for JSON."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return named | {"difference": self.difference, "matches": self.matches}


@dataclass(frozen=True)
class Replication:
    """The result of re-running a paper.

    Attributes:
        paper: which one.
        rows: number by number, in the order in which to print them.
        notes: sentences that belong under the table.
    """

    paper: Paper
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every required number matches."""
        return all(row.matches for row in self.rows if row.compared and row.required)

    @property
    def mismatches(self) -> tuple[Row, ...]:
        """Compared rows that do not match, required or not."""
        return tuple(row for row in self.rows if row.compared and not row.matches)

    def to_dict(self) -> dict[str, Any]:
        """The replication as plain values, for JSON."""
        paper = {name: getattr(self.paper, name) for name in ("key", "title", "citation", "data")}
        rows = [row.to_dict() for row in self.rows]
        return {"paper": paper, "passed": self.passed, "rows": rows, "notes": list(self.notes)}
