"""Where the places that are kept of a draw are in a world, and how they are read out of what its program gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from comity.model.goods import goods
from comity.uncertainty.ensemble.details import (
    ALL,
    AXES,
    BEARERS,
    BURDENS,
    BY_PARTNER,
    BY_SECTOR,
    CHANNELS,
    COMMITMENTS,
    DETAILS,
    INCOMES,
    JOBS,
    MADE,
    PAIRS,
    SECTORS,
    TRADE,
    USED,
    Details,
    Wanted,
)
from comity.uncertainty.ensemble.recording import OWN_CODES, Place, Record
from comity.world.world import Floats, World

FEWEST = 32
"""Flows that a program is made for at least; more are a power of two times as many: programs are compiled by size."""
NOT_HERE = -1
BY_THEMSELVES = (JOBS, COMMITMENTS, BEARERS)
"""Tables whose places are not all in a world."""
FROM_PATH = (CHANNELS, BY_SECTOR, BY_PARTNER, BURDENS)
"""Tables that the decomposition along the path fills."""


@dataclass(frozen=True, eq=False)
class Located:
    """The places of a record in the world of one variant.

    Attributes:
        wanted: what its program has to be told.
        index: by table, the places ``[place]`` on each axis of what the program gives; `NOT_HERE` on all of them where
            this world lacks one, as a sector that it has in parts.
        persons: ``[place, p]`` of jobs, thousand persons where the program is told that they work.
        record: the places.
    """

    wanted: Wanted
    index: Mapping[str, tuple[NDArray[np.intp], ...]]
    persons: Floats
    record: Record

    @property
    def explained(self) -> bool:
        """Whether the decomposition along the path is asked for."""
        return any(table in self.index for table in FROM_PATH)

    def read(self, found: Details, billion: float) -> dict[str, Floats]:
        """By table ``[draw, measure, place]``, per cent and US$ billion; nan at places that are not here.

        Args:
            found: of some draws, each array with a leading axis.
            billion: US$ billion in one unit of the accounts.
        """
        sectors, pairs, trade, chains, incomes, work = map(np.asarray, found)
        every = {
            SECTORS: sectors, PAIRS: pairs, TRADE: trade, USED: chains.sum(3)[:, None], MADE: chains[:, None],
            INCOMES: np.swapaxes(incomes, 1, 2)[:, None],
        }  # fmt: skip
        kept = {table: self._read(table, every[table], billion) for table in self.index if table in every}
        return kept | ({JOBS: self._jobs(work)} if len(self.persons) else {})

    def explanation(self, totals: Floats, sectors: Floats, partners: Floats, spending: Floats) -> dict[str, Floats]:
        """Parts of real income by table ``[draw, measure, place]``, percentage points and US$ billion.

        Args:
            totals: ``[draw, channel, n]``, fractions.
            sectors, partners: ``[draw, n, j]`` and ``[draw, n, m]``, fractions.
            spending: ``[n]`` in the baseline, US$ billion.
        """
        points = {CHANNELS: np.swapaxes(totals, 1, 2), BY_SECTOR: sectors, BY_PARTNER: partners}
        every = {table: 100 * values[:, None] for table, values in points.items()}
        every[BURDENS] = burden_parts(totals, spending)
        return {table: self._read(table, every[table], 1.0) for table in FROM_PATH if table in self.index}

    def _jobs(self, work: Floats) -> Floats:
        """Change of jobs and real pay ``[draw, measure, place]`` from factor input and pay ``[draw, hat, p]``."""
        every = self.persons.sum(1)
        with np.errstate(invalid="ignore"):  # nobody works at a place that is not here
            pay = 100 * (work[:, 1] - 1) @ self.persons.T / every
        change = np.where(every > 0, (work[:, 0] - 1) @ self.persons.T, np.nan)
        return np.stack([change, pay], axis=1)

    def _read(self, table: str, values: NDArray[Any], billion: float) -> Floats:
        index: tuple[Any, ...] = self.index[table]
        unit = np.array([billion if name.endswith("_usd_bn") else 1.0 for name in DETAILS[table]])
        chosen = values[:, :, *index] * unit[:, None]
        return np.where(index[0] == NOT_HERE, np.nan, chosen)


def burden_parts(totals: Floats, spending: Floats) -> Floats:
    """Who bears a transfer ``[draw, measure, n]``, as `comity.model.burden` has it of an outcome.

    Args:
        totals: ``[draw, channel, n]``, fractions.
        spending: ``[n]`` in the baseline, US$ billion.
    """
    of = {name: totals[:, place] * spending for place, name in enumerate(OWN_CODES["channel"])}
    main = [of[name] for name in ("transfers", "terms of trade", "public absorption")]
    rest = sum(of.values()) - sum(main)
    paid = main[0]
    share = np.where(paid != 0, 100 * main[1] / np.where(paid != 0, paid, 1.0), np.nan)
    return np.stack([*main, rest, share], axis=1)


def located(record: Record, world: World) -> Located:
    """Where the places of a record are in a world."""
    codes = {axis: list(own) for axis, own in OWN_CODES.items()}
    codes |= {"sector": list(world.sectors), "region": list(world.regions)}
    index = {t: _index(t, places, codes) for t, places in record.places.items() if t not in BY_THEMSELVES}
    flows = index.get(TRADE, (np.zeros(0, np.intp),) * 3)
    more = np.zeros(_size(len(flows[0])) - len(flows[0]), np.intp)
    sector, importer, exporter = (jnp.asarray(np.concatenate([np.maximum(one, 0), more])) for one in flows)
    if TRADE in index:
        index[TRADE] = (np.where(flows[0] == NOT_HERE, NOT_HERE, np.arange(len(flows[0]))),)
    users, products = _uses(index, len(world.sectors))
    here = [(r, s, many) for r, s, many in record.persons if r in world.regions and s in world.sectors]
    region_of = np.array([codes["region"].index(r) for r, _, _ in here], np.intp)
    sector_of = np.array([codes["sector"].index(s) for _, s, _ in here], np.intp)
    arrays = map(jnp.asarray, (users, products, region_of, sector_of))
    wanted = Wanted(jnp.asarray(goods(world)), sector, importer, exporter, *arrays)
    return Located(wanted, index, _persons(record, here), record)


def _persons(record: Record, here: Sequence[tuple[str, str, float]]) -> Floats:
    """Thousand persons ``[place, p]``: those of a sector, or all that are given of a region."""
    held = [[many if (r, s) == place or place == (r, ALL) else 0.0 for r, s, many in here] for place in record.jobs]
    return np.array(held, dtype=float).reshape(len(record.jobs), len(here))


def _uses(index: dict[str, tuple[NDArray[np.intp], ...]], sectors: int) -> tuple[NDArray[np.intp], Floats]:
    """The final uses that chains of supply are followed for: their regions ``[u]`` and products ``[u, j]``. What is
    asked of them is placed among them in `index`."""
    everything = np.ones(sectors)
    uses: dict[tuple[int, int], tuple[int, Floats, int]] = {}

    def number(user: int, product: int) -> int:
        if user == NOT_HERE:
            return NOT_HERE
        own = everything if product == NOT_HERE else np.eye(sectors)[product]
        return uses.setdefault((user, product), (user, own, len(uses)))[2]

    if USED in index:
        product, user, partner = index[USED]
        at = [number(int(n), int(j)) for j, n in zip(product, user, strict=True)]
        index[USED] = (np.array(at, dtype=np.intp), partner)
    if MADE in index:
        user, partner, sector = index[MADE]
        index[MADE] = (np.array([number(int(n), NOT_HERE) for n in user], dtype=np.intp), partner, sector)
    rows = list(uses.values())
    return np.array([u for u, _, _ in rows], dtype=np.intp), np.array([p for _, p, _ in rows]).reshape(-1, sectors)


def _index(table: str, places: Sequence[Place], codes: Mapping[str, list[str]]) -> tuple[NDArray[np.intp], ...]:
    def rows() -> Iterator[list[int]]:
        for place in places:
            names = [codes.get(axis, codes["region"]) for axis in AXES[table]]
            here = all(code in known for code, known in zip(place, names, strict=True))
            yield [known.index(c) if here else NOT_HERE for c, known in zip(place, names, strict=True)]

    return tuple(np.array(list(rows()), dtype=np.intp).T)


def _size(count: int) -> int:
    """How many flows the program for so many is made for.

    >>> [_size(count) for count in (0, 1, 32, 33, 200)]
    [0, 32, 32, 64, 256]
    """
    return 0 if count == 0 else FEWEST << (-(-count // FEWEST) - 1).bit_length()
