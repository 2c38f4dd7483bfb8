"""Employment of a user's own, by region and sector: the world holds none."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from comity.errors import DataError
from comity.world.positions import Positions
from comity.world.user_table import label, read_table

if TYPE_CHECKING:
    import pandas as pd

    from comity.world.world import World

COLUMNS = ("region", "sector", "thousand_persons")


def read_employment(table: pd.DataFrame | str | Path, world: World) -> np.ndarray:
    """Employment ``[n, k]``, thousand persons; missing (NaN) where the table says nothing.

    Args:
        table: a CSV file or a DataFrame with the columns ``region``, ``sector`` (each one region and one sector of the
            world, by code or name) and ``thousand_persons``, zero or more. The order of rows has no meaning.
        world: the one that is solved.

    Raises:
        UnknownName: a region or sector that the world does not have; gives the nearest.
        DataError: a missing column, a name that stands for several regions or sectors, a number that is none, or two
            rows for one sector; names the line.

    Example:
        >>> import pandas as pd
        >>> from comity.world import load_world
        >>> rows = pd.DataFrame({"region": ["Japan"], "sector": ["motor vehicles"], "thousand_persons": [1100.0]})
        >>> found = read_employment(rows, load_world("2022", preset="us-japan"))
        >>> float(np.nansum(found)), int(np.isfinite(found).sum())
        (1100.0, 1)
    """
    found = np.full((len(world.regions), len(world.sectors)), np.nan)
    places = Positions(world)
    for where, (region, sector, persons) in read_table(table, COLUMNS, "employment"):
        n = _one(places.find("region", label(region, "region", where), where), region, where)
        k = _one(places.find("sector", label(sector, "sector", where), where), sector, where)
        if math.isfinite(found[n, k]):
            raise DataError(f"{where}: {region}, {sector} is in an earlier row already; keep one")
        found[n, k] = _persons(persons, where)
    return found


def _one(positions: list[int], name: object, where: str) -> int:
    if len(positions) != 1:
        raise DataError(f"{where}: {name!r} stands for {len(positions)} of this world: give each a row of its own")
    return positions[0]


def _persons(cell: object, where: str) -> float:
    try:
        value = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise DataError(f"{where}: thousand_persons is {cell!r}; it must be a number, zero or more")
    return value
