"""Lay a user's table of tariffs over a world's baseline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from comity.errors import DataError
from comity.world.positions import Axis, Positions
from comity.world.tariff_table import Row, read_rows
from comity.world.user_table import table_name

if TYPE_CHECKING:
    import pandas as pd

    from comity.world.world import World

USER_TARIFFS = "user's baseline tariffs"
"""Name of the step in `World.history` that says what a table changed."""


def overlay_tariffs(world: World, table: pd.DataFrame | str | Path) -> World:
    """The same purchases under the baseline tariffs of a table; cells that it does not name stay as they are.

    Producers' receipts and border values do not change. Input and final use follow the rates and value added is what is
    left, so the accounts close as before; the history says how many cells and how much revenue moved.

    Args:
        world: any world; a row for a group of regions or sectors sets the rate of each member. Sales at home bear none.
        table: a CSV file or a DataFrame with the columns ``importer``, ``exporter``, ``sector`` (codes or names of the
            world, groups of its presets such as ``EU27``; ``*`` for all) and ``rate_pct``, per cent ad valorem on the
            border value, above -100 and at most 1,000,000. The order of rows has no meaning.

    Raises:
        UnknownName: a region or sector that the world does not have; gives the nearest.
        DataError: a missing column, a row cut short, a rate that is no number, a region on itself, the same trade in
            two rows; names the line.

    Example:
        >>> overlay_tariffs(world, "my_tariffs.csv")  # doctest: +SKIP
    """
    rate, known = world.tariff.copy(), world.tariff_known.copy()
    places, home = Positions(world), np.eye(len(world.regions), dtype=bool)
    rows = read_rows(table)
    by_row = np.full(rate.shape, -1)
    for number, row in enumerate(rows):
        cells = np.ix_(*(places.find(*word, row.where) for word in _words(row)))
        abroad = ~home[cells[1:]]
        if not abroad.any():
            raise DataError(f"{row.where}: {row.importer} cannot levy a tariff on itself")
        if (by_row[cells] >= 0).any():
            _refuse_twice(world, rows, number, by_row, cells)
        by_row[cells] = np.where(abroad, number, -1)
        rate[cells] = np.where(abroad, row.rate, rate[cells])
    laid = by_row >= 0
    detail = (
        f"the table {table_name(table)} stands for the tariffs of {int(laid.sum()):,} cells; cells: rates that it "
        "changes; amount: how far it moves tariff revenue; taken out of value added, trade unchanged"
    )
    return world.with_tariffs(rate, known=known | laid, action=USER_TARIFFS, detail=detail)


def user_tariff_notes(world: World) -> list[str]:
    """A sentence for each table that was laid over a world: how many cells, how much revenue, what it made necessary.

    Example:
        >>> from comity.world import load_world
        >>> user_tariff_notes(load_world("2019"))
        []
    """
    notes = []
    for place, step in enumerate(world.history):
        if step.action == USER_TARIFFS:
            repaired = [s for s in world.history[place + 1 :] if s.action.startswith("negative") and s.amount]
            made = f"; then {repaired[0]}" if repaired else ""
            notes.append(
                f"a user's table of baseline tariffs was laid over: {step.detail.partition(';')[0]}, changes "
                f"{step.count:,} of them, and moves tariff revenue by US$ {step.amount:,.1f} million{made}"
            )
    return notes


Cells = tuple[np.ndarray, ...]


def _words(row: Row) -> tuple[tuple[Axis, str], ...]:
    """What a row names on each axis of a tariff array."""
    return ("sector", row.sector), ("region", row.importer), ("region", row.exporter)


def _refuse_twice(world: World, rows: Sequence[Row], number: int, by_row: np.ndarray, cells: Cells) -> None:
    """The error for a row whose trade an earlier one has named."""
    axes = [np.ravel(axis) for axis in cells]
    j, n, i = (int(axis[at]) for axis, at in zip(axes, np.argwhere(by_row[cells] >= 0)[0], strict=True))
    place = f"{world.regions[n]} from {world.regions[i]}, {world.sectors[j]}"
    earlier = rows[int(by_row[j, n, i])].where.rpartition(", ")[2]
    raise DataError(f"{rows[number].where}: a rate for the same trade ({place}) is in {earlier} already; keep one")
