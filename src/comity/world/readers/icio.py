"""OECD Inter-Country Input-Output tables, 2023 and 2025 editions, as published: ``2022_SML.csv`` and extended tables.

Layout: the first column and the first row hold labels. Rows ``AUS_A01 ... ROW_T`` (region, industry), then ``TLS``
(taxes less subsidies on products), ``VA``, ``OUT``. Columns: the same producers as users, then ``AUS_HFCE``,
``_NPISH``, ``_GGFC``, ``_GFCF``, ``_INVNT``, ``_DPABR`` for each region, then ``OUT``. The extended tables split China
and Mexico by kind of firm (``CN1``, ``CN2``, ``MX1``, ``MX2``); these are summed into ``CHN`` and ``MEX``. US$ million,
basic prices.
Credit: OECD (year), OECD Inter-Country Input-Output Tables.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from comity.errors import DataError
from comity.world.accounts import Step, recorded
from comity.world.elasticities import DEFAULT_SET
from comity.world.readers.labelled import Axis, Label, compare_output, numbers, summed
from comity.world.table import from_table
from comity.world.world import World

FINAL_USES = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR")
SPLIT = {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"}
_BOTTOM = {"TLS": "TLS", "VA": "VA", "VALU": "VA", "OUT": "OUT", "OUTPUT": "OUT"}
_YEAR = re.compile(r"(?<!\d)(199[5-9]|20[0-4]\d)(?!\d)")


def read_icio(path: str | Path, *, year: int | None = None, **options: Any) -> World:
    """A world from a table of the OECD ICIO, as CSV or as the zip archive that the OECD publishes.

    Args:
        path: ``.csv``, or ``.zip`` of one or several years.
        year: of the table; taken from the file's name when it is there.
        options: ``tariff``, ``tariff_known``, ``elasticities`` (default: the default set), ``tolerance``, ``rounding``,
            ``single``, ``estimated``, as in `comity.world.from_table`.

    Raises:
        DataError: the file does not have the published layout; names the label or the cell.
        UnbalancedError: rows and columns do not agree, or not with the printed output.
    """
    path = Path(path)
    if year is None:
        years = _YEAR.findall(path.stem.removeprefix("ICIO2023").removeprefix("ICIO2025"))
        if not years:
            raise DataError(f"{path.name} does not say its year: give it as year= (on the command line: --year)")
        year = int(years[-1])
    with _opened(path, year) as file:
        try:
            frame = pd.read_csv(file, index_col=0, low_memory=False)
        except (ValueError, pd.errors.ParserError, UnicodeDecodeError) as error:
            raise DataError(f"{path.name} is not a CSV table: {error}") from None
    return from_icio_frame(frame, year=year, what=path.name, **options)


def from_icio_frame(frame: pd.DataFrame, *, year: int, what: str = "ICIO table", **options: Any) -> World:
    """A world from the published matrix as a frame with its labels as index and columns; see `read_icio`."""
    layout = _layout(what, [str(r) for r in frame.index], [str(c) for c in frame.columns])
    axis = Axis.spanned([(SPLIT.get(r, r), s) for r, s in layout.producers], what)
    size = axis.size
    made = size[0] * size[1]
    rows = [*layout.rows, *layout.bottom.values()]
    columns = [*layout.users, *layout.finals]
    values = numbers(what, frame.iloc[rows, columns].to_numpy(), list(frame.index[rows]), list(frame.columns[columns]))
    by_row = summed(values[: len(layout.rows)], axis.places(_joined(layout.producers), what), made)
    user_places = axis.places(_joined(layout.using), what)
    inputs = summed(by_row[:, : len(layout.users)], user_places, made, axis=1)
    countries = axis.regional_places([SPLIT.get(r, r) for r in layout.buying], what)
    final = summed(by_row[:, len(layout.users) :], countries, size[0], axis=1)
    bottom = dict(zip(layout.bottom, values[len(layout.rows) :], strict=True))
    below = {name: summed(row[: len(layout.users)], user_places, made) for name, row in bottom.items()}
    settings: dict[str, Any] = {"tolerance": 1e-5, "rounding": 1e-3, "elasticities": DEFAULT_SET} | options
    if "OUT" in below:
        compare_output(what, axis, inputs, final, below["OUT"], settings["tolerance"], settings["rounding"])
    return from_table(
        inputs=inputs.reshape(*size, *size),
        final=final.reshape(*size, size[0]),
        net_taxes=below["TLS"].reshape(size),
        value_added=below["VA"].reshape(size),
        **axis.labels,
        name=f"icio-{year}",
        year=year,
        source=f"OECD Inter-Country Input-Output Tables, reference year {year}, file {what}",
        history=_history(layout, values, bottom["TLS"][len(layout.users) :]),
        **settings,
    )


@dataclass(frozen=True)
class _Layout:
    """Positions of the blocks, and the labels of producers (rows), users and buyers (columns)."""

    rows: list[int]
    producers: list[Label]
    bottom: dict[str, int]
    users: list[int]
    using: list[Label]
    finals: list[int]
    buying: list[str]


def _layout(what: str, index: Sequence[str], columns: Sequence[str]) -> _Layout:
    bottom = {_BOTTOM[label]: i for i, label in enumerate(index) if label in _BOTTOM}
    for needed in ("TLS", "VA"):
        if needed not in bottom:
            raise DataError(f"{what} has no row {needed}: not a table of the OECD ICIO, 2023 or 2025 edition")
    rows = [i for i, label in enumerate(index) if label not in _BOTTOM]
    producers = [_split(what, index[i]) for i in rows]
    if not rows:
        raise DataError(f"{what} has no rows of producers such as AUS_A01")
    twice = next((index[i] for i, p in zip(rows, producers, strict=True) if producers.count(p) > 1), None)
    if twice:
        raise DataError(f"{what} has row {twice!r} more than once")
    kept = [(i, _split(what, label)) for i, label in enumerate(columns) if label not in _BOTTOM]
    users = [(i, label) for i, label in kept if label[1] not in FINAL_USES]
    finals = [(i, label) for i, label in kept if label[1] in FINAL_USES]
    return _Layout(
        rows, producers, bottom, [i for i, _ in users], [u for _, u in users], [i for i, _ in finals],
        [label[0] for _, label in finals],
    )  # fmt: skip


def _split(what: str, label: str) -> Label:
    region, _, sector = label.partition("_")
    if not region or not sector:
        raise DataError(f"{what}: {label!r} is no label of the OECD ICIO (such as AUS_A01, AUS_HFCE, TLS, VA, OUT)")
    return region, sector


def _joined(labels: Sequence[Label]) -> list[Label]:
    return [(SPLIT.get(region, region), sector) for region, sector in labels]


def _history(layout: _Layout, values: np.ndarray, final_taxes: np.ndarray) -> tuple[Step, ...]:
    parts = [i for i, (region, _) in enumerate(layout.producers) if region in SPLIT]
    read = Step("read", "intermediate and final flows, value added, net taxes on products; US$ million, basic prices")
    more = (
        Step(
            "split countries summed",
            "rows and columns of CN1, CN2, MX1, MX2 added to CHN and MEX; amount: sales of the parts",
            len(parts),
            float(np.abs(values[parts]).sum()),
        ),
        Step(
            "taxes on final use left out",
            "taxes less subsidies on products in final use are paid and received inside each country; final use stays "
            "at basic prices plus baseline tariffs",
            int(np.count_nonzero(final_taxes)),
            float(np.abs(final_taxes).sum()),
        ),
    )
    return (read, *recorded(more))


@contextmanager
def _opened(path: Path, year: int) -> Iterator[IO[bytes]]:
    """The CSV file, or the archive's member for `year`."""
    if not path.is_file():
        raise DataError(f"no file at {path}")
    if path.suffix.lower() != ".zip":
        with path.open("rb") as file:
            yield file
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            fitting = [name for name in names if str(year) in _YEAR.findall(Path(name).stem)]
            if len(fitting) != 1:
                raise DataError(f"{path.name} holds {', '.join(names) or 'no CSV file'}: not one table for {year}")
            with archive.open(fitting[0]) as file:
                yield file
    except zipfile.BadZipFile:
        raise DataError(f"{path.name} is not a zip archive, or is truncated") from None
