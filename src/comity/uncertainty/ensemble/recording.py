"""What is kept of every draw beside its regional measures: sectors of which regions, which partners, which trade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from comity.errors import UnknownName
from comity.model.goods import goods
from comity.policy.wording import nearest
from comity.uncertainty.ensemble.details import AXES, DETAILS, MADE, PAIRS, SECTORS, TRADE, USED, Details, Wanted
from comity.world.world import Floats, World

Place = tuple[str, ...]
FEWEST = 32
"""Flows that a program is made for at least; more are a power of two times as many: programs are compiled by size."""
NOT_HERE = -1


@dataclass(frozen=True)
class Record:
    """Places by their codes, in the order in which they are shown.

    Attributes:
        sectors: region and sector.
        pairs: region and partner.
        trade: sector, importer and exporter.
        used: sector, region and partner: value added of the partner in the region's final use of the sector's products.
        made: region, partner and sector: value added of the partner's sector in the region's final use of anything.

    >>> Record.of(["JPN", "USA"], ["C29"]).trade
    (('C29', 'JPN', 'USA'), ('C29', 'USA', 'JPN'))
    """

    sectors: tuple[Place, ...] = ()
    pairs: tuple[Place, ...] = ()
    trade: tuple[Place, ...] = ()
    used: tuple[Place, ...] = ()
    made: tuple[Place, ...] = ()

    @classmethod
    def of(
        cls,
        regions: Sequence[str],
        sectors: Sequence[str] | Mapping[str, Sequence[str]] = (),
        partners: Sequence[str] = (),
    ) -> Record:
        """Sectors of some regions, their balances, and the trade of each pair in the sectors of either.

        Args:
            regions: codes.
            sectors: codes for all of them, or by region.
            partners: codes of those with whom balances are kept; each other, if there are none.
        """
        own = sectors if isinstance(sectors, Mapping) else dict.fromkeys(regions, sectors)
        once: dict[frozenset[str], Place] = {}
        for region, partner in product(regions, partners or regions):
            if region != partner:
                once.setdefault(frozenset((region, partner)), (region, partner))
        pairs = tuple(once.values())
        trade = (
            (sector, importer, exporter)
            for one, other in pairs
            for sector in dict.fromkeys((*own.get(one, ()), *own.get(other, ())))
            for importer, exporter in ((one, other), (other, one))
        )
        return cls(tuple((code, s) for code in regions for s in own.get(code, ())), pairs, tuple(trade))

    @property
    def places(self) -> dict[str, tuple[Place, ...]]:
        """By table, those of which there are any."""
        every = {SECTORS: self.sectors, PAIRS: self.pairs, TRADE: self.trade, USED: self.used, MADE: self.made}
        return {table: places for table, places in every.items() if places}

    @property
    def size(self) -> int:
        """Numbers that are kept of a draw of one variant."""
        return sum(len(DETAILS[table]) * len(places) for table, places in self.places.items())

    def require(self, worlds: Sequence[World]) -> None:
        """Refuse places that no variant has.

        Raises:
            UnknownName: a code of no region or sector; gives the nearest.
        """
        known = {"region": worlds[0].regions, "sector": tuple(dict.fromkeys(s for w in worlds for s in w.sectors))}
        for table, places in self.places.items():
            for place in places:
                for axis, code in zip(AXES[table], place, strict=True):
                    names = known["sector" if axis == "sector" else "region"]
                    if code not in names:
                        raise UnknownName(f"there is no {axis} {code!r} to keep{nearest(code, names)}")


NOTHING = Record()


@dataclass(frozen=True, eq=False)
class Located:
    """The places of a record in the world of one variant.

    Attributes:
        wanted: what its program has to be told.
        index: by table, the places ``[place]`` on each axis of what the program gives; `NOT_HERE` on all of them where
            this world lacks one, as a sector that it has in parts.
    """

    wanted: Wanted
    index: Mapping[str, tuple[NDArray[np.intp], ...]]

    def read(self, found: Details, billion: float) -> dict[str, Floats]:
        """By table ``[draw, measure, place]``, per cent and US$ billion; nan at places that are not here.

        Args:
            found: of some draws, each array with a leading axis.
            billion: US$ billion in one unit of the accounts.
        """
        sectors, pairs, trade, chains = map(np.asarray, found)
        every = {SECTORS: sectors, PAIRS: pairs, TRADE: trade, USED: chains.sum(3)[:, None], MADE: chains[:, None]}
        return {table: self._read(table, every[table], billion) for table in self.index}

    def _read(self, table: str, values: NDArray[Any], billion: float) -> Floats:
        index: tuple[Any, ...] = self.index[table]
        unit = np.array([billion if name.endswith("_usd_bn") else 1.0 for name in DETAILS[table]])
        chosen = values[:, :, *index] * unit[:, None]
        return np.where(index[0] == NOT_HERE, np.nan, chosen)


def located(record: Record, world: World) -> Located:
    """Where the places of a record are in a world."""
    codes = {"sector": list(world.sectors), "region": list(world.regions)}
    index = {table: _index(table, places, codes) for table, places in record.places.items()}
    flows = index.get(TRADE, (np.zeros(0, np.intp),) * 3)
    more = np.zeros(_size(len(flows[0])) - len(flows[0]), np.intp)
    sector, importer, exporter = (jnp.asarray(np.concatenate([np.maximum(one, 0), more])) for one in flows)
    if TRADE in index:
        index[TRADE] = (np.where(flows[0] == NOT_HERE, NOT_HERE, np.arange(len(flows[0]))),)
    users, products = _uses(index, len(world.sectors))
    wanted = Wanted(jnp.asarray(goods(world)), sector, importer, exporter, jnp.asarray(users), jnp.asarray(products))
    return Located(wanted, index)


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
            names = [codes["sector" if axis == "sector" else "region"] for axis in AXES[table]]
            here = all(code in known for code, known in zip(place, names, strict=True))
            yield [known.index(c) if here else NOT_HERE for c, known in zip(place, names, strict=True)]

    return tuple(np.array(list(rows()), dtype=np.intp).T)


def _size(count: int) -> int:
    """How many flows the program for so many is made for.

    >>> [_size(count) for count in (0, 1, 32, 33, 200)]
    [0, 32, 32, 64, 256]
    """
    return 0 if count == 0 else FEWEST << (-(-count // FEWEST) - 1).bit_length()
