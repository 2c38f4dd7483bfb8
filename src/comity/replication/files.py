"""Finding the data of a replication in a folder, and the published numbers in the package."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from comity.errors import DataError
from comity.replication.record import Paper, Row


def find(paper: Paper, folder: Path, name: str) -> Path:
    """The file `name` of a paper: below `folder` as in `Paper.files`, or in it directly.

    Raises:
        DataError: the folder or the file is absent; says where the authors publish their data.
    """
    for path in (folder / name, folder / Path(name).name):
        if path.is_file():
            return path
    missing = "is not a folder" if not folder.is_dir() else f"holds neither {name} nor {Path(name).name}"
    raise DataError(
        f"the data of {paper.key} are not here: {folder} {missing}. Comity does not carry replication data. "
        f"{paper.data} Give the folder with --data DIR."
    )


@dataclass(frozen=True)
class Printed:
    """A number as printed, and how near counts as the same; fields as in `Row`."""

    source: str
    setting: str
    quantity: str
    place: str
    value: float
    unit: str
    tolerance: float
    required: bool
    note: str

    def beside(self, ours: float) -> Row:
        """The row that shows this number beside ours."""
        slack = self.tolerance * (1 + 1e-9)  # a printed number that ends in 5 is on the edge in binary
        return Row(
            self.quantity,
            self.place,
            self.setting,
            self.source,
            self.value,
            ours,
            self.unit,
            slack,
            self.required,
            self.note,
        )


def printed(key: str) -> tuple[Printed, ...]:
    """The published numbers of a paper, from the table that comes with the package."""
    name = key.replace("-", "_") + ".csv"
    text = (resources.files("comity.replication") / "published" / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(_number(row) for row in csv.DictReader(lines))


def _number(row: dict[str, str]) -> Printed:
    """One line of the table."""
    words = {name: row[name] for name in ("source", "setting", "quantity", "place", "unit", "note")}
    return Printed(
        value=float(row["value"]), tolerance=float(row["tolerance"]), required=row["required"] == "yes", **words
    )
