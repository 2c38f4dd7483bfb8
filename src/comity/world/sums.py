"""Where totals point in a world: the flows that each sums, what they are now, and what to aim at when they conflict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from comity.errors import DataError
from comity.world.accounts import Floats, Step
from comity.world.positions import Positions
from comity.world.totals import ALL, Total

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from comity.world.positions import Axis
    from comity.world.world import World

Cells = np.ndarray


@dataclass(frozen=True, eq=False)
class Sums:
    """Totals of trade placed in a world.

    Attributes:
        totals: as given.
        matrix: ``[c, j n i]``, one where a flow is part of total c.
        before: ``[c]``, the totals now, US$ million.
        asked: ``[c]``, as given, growth turned into US$ million.
        wanted: ``[c]``, what is aimed at after `harmonised`.
        weight: ``[c]``.
    """

    totals: tuple[Total, ...]
    matrix: csr_array
    before: Floats
    asked: Floats
    wanted: Floats
    weight: Floats


def incomes(world: World, totals: Sequence[Total]) -> Floats:
    """Factor income to reach ``[n]``; regions without a total keep theirs, members of a group grow alike.

    Raises:
        DataError: two totals for one region.
        UnknownName: a region that the world does not have.
    """
    seen: dict[int, Total] = {}
    wanted, places = world.factor_income.copy(), Positions(world)
    for total in totals:
        members = _find(places, "region", total.region, total)
        present = float(world.factor_income[members].sum())
        growth = 1 + total.growth if total.growth is not None else (total.usd_mn or 0.0) / present
        for n in members:
            if n in seen:
                raise DataError(
                    f"{total.place}: {world.regions[n]} has its income in {seen[n].place} already; keep one"
                )
            seen[n] = total
        wanted[members] *= growth
    return wanted


def place_sums(world: World, totals: Sequence[Total]) -> Sums:
    """Totals of trade as sums of flows.

    Raises:
        DataError: a total above zero of trade that the world does not have; the same trade in two exact totals.
        UnknownName: a region or sector that the world does not have.
    """
    from scipy.sparse import csr_array  # a world that is not updated need not wait for its import

    places, size = Positions(world), world.tariff.size
    rows = [_cells(world, places, total) for total in totals]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.concatenate(rows) if rows else np.zeros(0, dtype=int)
    matrix = csr_array((np.ones(len(columns)), columns, starts), shape=(len(rows), size))
    before = matrix @ world.total_flows.ravel()
    asked = np.array([t.usd_mn if t.usd_mn is not None else (1 + (t.growth or 0.0)) * b
                      for t, b in zip(totals, before, strict=True)], dtype=float)  # fmt: skip
    _refuse_empty(world, totals, before, asked)
    _refuse_twice(totals, rows)
    weight = np.array([total.weight for total in totals], dtype=float)
    return Sums(tuple(totals), matrix, before, asked, asked.copy(), weight)


def harmonised(world: World, sums: Sums) -> tuple[Sums, Step | None]:
    """World exports are world imports: where both are given for every region, both are brought to their geometric mean.

    Within exports and within imports the proportions stay; a step says by how much each side moved.
    """
    whole = [t.partner == ALL and t.sector == ALL for t in sums.totals]
    every = world.total_flows.sum() - np.einsum("jnn->", world.total_flows)
    sides = {
        kind: np.array([w and t.kind == kind for w, t in zip(whole, sums.totals, strict=True)], dtype=bool)
        for kind in ("exports", "imports")
    }
    for side in sides.values():
        covered = np.asarray(sums.matrix[np.flatnonzero(side)].sum(0)).ravel() if side.any() else np.zeros(1)
        if not np.isclose(sums.before[side].sum(), every, rtol=1e-9) or covered.max() > 1:
            return sums, None
    exports, imports = (float(sums.asked[side].sum()) for side in sides.values())
    both = float(np.sqrt(exports * imports))
    wanted = np.where(sides["exports"], sums.asked * both / exports, sums.asked)
    wanted = np.where(sides["imports"], sums.asked * both / imports, wanted)
    moved = float(np.abs(wanted - sums.asked).sum())
    if moved <= 1e-12 * both:
        return sums, None
    text = (
        f"exports asked for add up to US$ {exports:,.0f} million and imports to {imports:,.0f}: every region's exports "
        f"x {both / exports:.5f}, imports x {both / imports:.5f}, so that the world's are equal"
    )
    count = int(sum(side.sum() for side in sides.values()))
    return replace(sums, wanted=wanted), Step("exports and imports harmonised", text, count, moved)


def _find(places: Positions, axis: Axis, words: str, total: Total) -> list[int]:
    where = total.place
    found = [at for word in words.split("|") for at in places.find(axis, word.strip(), where)]
    return list(dict.fromkeys(found))


def _cells(world: World, places: Positions, total: Total) -> Cells:
    """Positions ``j n i`` of the flows of a total; never sales at home."""
    own = _find(places, "region", total.region, total)
    other = [n for n in range(len(world.regions)) if n not in own]
    if total.partner != ALL:
        other = _find(places, "region", total.partner, total)
    sectors = _find(places, "sector", total.sector, total)
    importers, exporters = (other, own) if total.kind == "exports" else (own, other)
    chosen = np.zeros(world.tariff.shape, dtype=bool)
    chosen[np.ix_(sectors, importers, exporters)] = True
    chosen &= ~np.eye(len(world.regions), dtype=bool)
    return np.flatnonzero(chosen)


def _refuse_empty(world: World, totals: Sequence[Total], before: Floats, asked: Floats) -> None:
    for total, now, then in zip(totals, before, asked, strict=True):
        if now == 0 and then > 0:
            raise DataError(
                f"{total.place}: US$ {then:,.6g} million are asked for, but world {world.name} has no such trade, and "
                "an update keeps what is empty empty; ask for it in a wider sum, or leave it out"
            )


def _refuse_twice(totals: Sequence[Total], rows: Sequence[Cells]) -> None:
    seen: dict[bytes, Total] = {}
    for total, row in zip(totals, rows, strict=True):
        if np.isinf(total.weight) and (first := seen.setdefault(row.tobytes(), total)) is not total:
            raise DataError(
                f"{total.place}: {first.place} is a total of the same trade; keep one, or give one a weight"
            )
