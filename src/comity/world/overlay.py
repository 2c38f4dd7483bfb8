"""Lay a user's table of tariffs over a world's baseline."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.errors import DataError, UnknownName
from comity.world.classification import lookup_key, region_aliases, sector_aliases

if TYPE_CHECKING:
    import pandas as pd

    from comity.world.world import World

COLUMNS = ("importer", "exporter", "sector", "rate_pct")
ANY = "*"


def overlay_tariffs(world: World, table: pd.DataFrame | str | Path) -> World:
    """The same purchases under the baseline tariffs of a table; cells that it does not name stay as they are.

    Producers' receipts and border values do not change. Input and final use follow the rates and value added is what is
    left, so the accounts close as before; the history says how many cells and how much revenue moved.

    Args:
        world: any world; a row for a group of regions or sectors sets the rate of the group.
        table: a CSV file or a DataFrame with the columns ``importer``, ``exporter``, ``sector`` (codes or names of the
            world; ``*`` for all) and ``rate_pct``, percent ad valorem on the border value, above -100.

    Raises:
        UnknownName: a region or sector that the world does not have.
        DataError: a missing column, a rate that is no number, a domestic pair, two rates for one cell; names the row.

    Example:
        >>> overlay_tariffs(world, "my_tariffs.csv")  # doctest: +SKIP
    """
    rate, known = world.tariff.copy(), world.tariff_known.copy()
    source = np.full(rate.shape, -1)
    for number, row in enumerate(_rows(table), start=2):
        value = _rate(row, number)
        importers, exporters = (_regions(world, row[key], number) for key in ("importer", "exporter"))
        cells = np.ix_(_sectors(world, row["sector"], number), importers, exporters)
        inside = np.array(importers)[:, None] == np.array(exporters)
        if inside.any() and ANY not in (row["importer"], row["exporter"]):
            raise DataError(f"row {number}: {row['importer']} cannot levy a tariff on itself")
        clash = (source[cells] >= 0) & (rate[cells] != value) & ~inside
        if clash.any():
            raise DataError(
                f"row {number}: row {int(source[cells][clash].max())} gives another rate for the same trade"
            )
        rate[cells] = np.where(inside, rate[cells], value)
        known[cells], source[cells] = True, np.where(inside, source[cells], number)
    name = Path(table).name if isinstance(table, (str, Path)) else "a table in memory"
    return world.with_tariffs(rate, known=known, detail=f"tariffs of {name} laid over {int((source >= 0).sum())} cells")


def _rows(table: pd.DataFrame | str | Path) -> Iterable[Mapping[str, Any]]:
    if isinstance(table, (str, Path)):
        try:
            with Path(table).open(encoding="utf-8-sig", newline="") as file:
                rows: list[dict[Any, Any]] = list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"cannot read {table}: {error}") from None
    else:
        rows = table.to_dict("records")
    if not rows:
        raise DataError("the table of tariffs has no rows")
    if missing := [name for name in COLUMNS if name not in rows[0]]:
        raise DataError(f"the table of tariffs lacks the column {missing[0]!r}; it needs {', '.join(COLUMNS)}")
    return [{key: row[key].strip() if isinstance(row[key], str) else row[key] for key in COLUMNS} for row in rows]


def _rate(row: Mapping[str, Any], number: int) -> float:
    try:
        value = float(row["rate_pct"])
    except (TypeError, ValueError):
        value = math.nan
    if not (math.isfinite(value) and value > -100):
        raise DataError(f"row {number}: rate_pct is {row['rate_pct']!r}; it must be a number above -100, in percent")
    return value / 100


def _regions(world: World, text: object, number: int) -> list[int]:
    codes = region_aliases().get(lookup_key(str(text)), frozenset())
    return _find(text, number, "region", world.regions, world.region_names, world.region_members, codes)


def _sectors(world: World, text: object, number: int) -> list[int]:
    codes = sector_aliases().get(lookup_key(str(text)), frozenset())
    return _find(text, number, "sector", world.sectors, world.sector_names, world.sector_members, codes)


def _find(
    text: object,
    number: int,
    kind: str,
    codes: Sequence[str],
    names: Sequence[str],
    members: Sequence[Sequence[str]],
    meant: frozenset[str],
) -> list[int]:
    """Positions by code, then name, then by what the words mean in the source's own codes."""
    word = str(text)
    if word == ANY:
        return list(range(len(codes)))
    for labels in (codes, names):
        if word in labels:
            return [labels.index(word)]
    if found := [place for place, group in enumerate(members) if set(group) <= meant]:
        return found
    near = get_close_matches(word, [*codes, *names], n=1, cutoff=0.5)
    hint = f"; nearest is {near[0]!r}" if near else ""
    raise UnknownName(f"row {number}: {word!r} is not a {kind} of this world{hint}. It has {', '.join(codes)}")
