"""What is kept of every draw beside its regional measures: sectors of which regions, which partners, which trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product

from comity.errors import UnknownName
from comity.model.path import CHANNELS as EVERY_CHANNEL
from comity.model.welfare import SOURCES
from comity.policy.wording import nearest
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
)
from comity.world.world import World

Place = tuple[str, ...]
OWN_CODES: Mapping[str, tuple[str, ...]] = {"channel": EVERY_CHANNEL, "source": SOURCES}
"""Codes on the axes that no world has."""


@dataclass(frozen=True)
class Record:
    """Places by their codes, in the order in which they are shown.

    Attributes:
        sectors: region and sector.
        pairs: region and partner.
        trade: sector, importer and exporter.
        used: sector, region and partner: value added of the partner in the region's final use of the sector's products.
        made: region, partner and sector: value added of the partner's sector in the region's final use of anything.
        channels, incomes, by_sector, by_partner: region and channel, source, sector or partner: parts of real income.
        burdens: region, whose burden of transfers is split.
        commitments: names of purchase commitments; bearers: name and region.
        persons: region, sector and thousand persons, whose jobs are followed.

    >>> Record.of(["JPN", "USA"], ["C29"]).trade
    (('C29', 'JPN', 'USA'), ('C29', 'USA', 'JPN'))
    """

    sectors: tuple[Place, ...] = ()
    pairs: tuple[Place, ...] = ()
    trade: tuple[Place, ...] = ()
    used: tuple[Place, ...] = ()
    made: tuple[Place, ...] = ()
    channels: tuple[Place, ...] = ()
    incomes: tuple[Place, ...] = ()
    by_sector: tuple[Place, ...] = ()
    by_partner: tuple[Place, ...] = ()
    burdens: tuple[Place, ...] = ()
    commitments: tuple[Place, ...] = ()
    bearers: tuple[Place, ...] = ()
    persons: tuple[tuple[str, str, float], ...] = ()

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

    def joined(self, *others: Record) -> Record:
        """With the places of others that it has not, after its own."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        for other in others:
            found = {name: tuple(dict.fromkeys((*own, *getattr(other, name)))) for name, own in found.items()}
        return Record(**found)

    def explaining(self, regions: Sequence[str], worlds: Sequence[World], paying: Sequence[str] = ()) -> Record:
        """With where the real income of regions comes from, and with who bears the transfers that others pay or get.

        Args:
            regions: codes.
            worlds: of the variants.
            paying: codes of those whose burden is split.
        """
        sectors = tuple(dict.fromkeys(s for world in worlds for s in world.sectors))
        return replace(
            self,
            channels=tuple(product(regions, EVERY_CHANNEL)),
            incomes=tuple(product(regions, SOURCES)),
            by_sector=tuple(product(regions, sectors)),
            by_partner=tuple(product(regions, worlds[0].regions)),
            burdens=tuple((code,) for code in paying),
        )

    def employing(self, persons: Mapping[tuple[str, str], float]) -> Record:
        """With the jobs of so many thousand persons, by region and sector; the order of regions is kept."""
        order = list(dict.fromkeys(region for region, _ in persons))
        rows = sorted(persons.items(), key=lambda one: order.index(one[0][0]))
        return replace(self, persons=tuple((*place, float(many)) for place, many in rows if many > 0))

    @property
    def jobs(self) -> tuple[Place, ...]:
        """Region and sector of the persons, and after them all of a region."""
        regions = dict.fromkeys(region for region, _, _ in self.persons)
        own = {code: [(region, s) for region, s, _ in self.persons if region == code] for code in regions}
        return tuple(place for code, some in own.items() for place in (*some, (code, ALL)))

    @property
    def places(self) -> dict[str, tuple[Place, ...]]:
        """By table, those of which there are any."""
        every = {
            SECTORS: self.sectors, PAIRS: self.pairs, TRADE: self.trade, USED: self.used, MADE: self.made,
            CHANNELS: self.channels, INCOMES: self.incomes, BY_SECTOR: self.by_sector, BY_PARTNER: self.by_partner,
            BURDENS: self.burdens, COMMITMENTS: self.commitments, BEARERS: self.bearers, JOBS: self.jobs,
        }  # fmt: skip
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
        sectors = tuple(dict.fromkeys(s for w in worlds for s in w.sectors))
        known = {"sector": sectors, **OWN_CODES}
        for table, places in self.places.items():
            for place in places:
                for axis, code in zip(AXES[table], place, strict=True):
                    names = known.get(axis, worlds[0].regions)
                    if axis != "rule" and code not in names and (table, code) != (JOBS, ALL):
                        raise UnknownName(f"there is no {axis} {code!r} to keep{nearest(code, names)}")


NOTHING = Record()
