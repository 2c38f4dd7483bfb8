"""A world in the detail of its source: what each economy levies on each with and without an agreement, and the sums.

Agreements are made by countries, and a world may have several of them in one region. So that joining and leaving are
each other's inverse at every aggregation, rates are compared country by country and industry by industry and only the
*change* is averaged, with the trade of the baseline as weights, as the baseline's own tariffs were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from comity.world.accounts import Floats, divide
from comity.world.aggregation import Grouping, sum_trade
from comity.world.classification import REST
from comity.world.loading import embedded_worlds, load_world
from comity.world.tariffs import US_DUTY_YEAR, baseline_tariffs, duty_schedule, has_schedule, is_good
from comity.world.world import World

FINEST = "2022"
"""The embedded world with single industries, whose trade weights worlds that have none of their own."""
USA = "USA"
BEYOND_MFN = {"C24A", "C24B"}  # section 232 duties on metals, which no agreement lifts
ADDED_ON = {"CHN"}  # section 301


@dataclass(frozen=True, eq=False)
class Detail:
    """Trade and tariffs by single economies and industries behind a world.

    Axes: j industry, n importer, i exporter of the detail; J, N, I those of the world.

    Attributes:
        regions: ISO3 codes, and ``ROW``; codes of the world's own where it has no others.
        industries: OECD ICIO codes; codes of the world's own sectors where it has no others.
        goods: ``[j]``, whether an industry makes goods.
        flows: ``[j, n, i]``, border values, US$ million, zero at home: the weights.
        rate: ``[j, n, i]``, baseline tariff.
        without: ``[j, n, i]``, tariff without an agreement: MFN, or a unilateral preference; never below `rate`.
        under: ``[j, n, i]``, tariff under an agreement; never above `rate`.
        known: ``[j, n, i]``, whether the importer's schedule is in the data; False means that no tariff moves.
        region_of, sector_of: groups of economies and of industries that the world's regions and sectors are.
    """

    regions: tuple[str, ...]
    industries: tuple[str, ...]
    goods: NDArray[np.bool_]
    flows: Floats
    rate: Floats
    without: Floats
    under: Floats
    known: NDArray[np.bool_]
    region_of: Grouping
    sector_of: Grouping

    def average(self, values: Floats, *, default: float) -> Floats:
        """Averages ``[J, N, I]`` of values ``[j, n, i]``, weighted by trade between different economies.

        `default` stands where nothing is traded, and at home. Equal values give exactly that value.
        """
        total = self._sum(self.flows)
        shift = divide(self._sum(self.flows * (values - default)), total)
        np.einsum("jnn->jn", shift)[:] = 0
        return np.asarray(default + shift)

    def _sum(self, values: Floats) -> Floats:
        return sum_trade(values, self.region_of, self.sector_of)

    def spread(self, by_sector: Floats) -> Floats:
        """Values ``[J]`` of the world's sectors for each industry ``[j]``."""
        return np.asarray(by_sector[self.sector_of.index])


class Trade:
    """A world as far as its detail depends on it: worlds that differ by elasticities only are equal."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __hash__(self) -> int:
        return hash((self.world.name, self.world.year, id(self.world.flows), id(self.world.tariff)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trade):
            return NotImplemented
        one, two = self.world, other.world
        same = one.flows is two.flows and one.tariff is two.tariff and (one.name, one.year) == (two.name, two.year)
        return same and (one.region_members, one.sector_members) == (two.region_members, two.sector_members)


def detail_of(world: World) -> Detail:
    """The detail behind a world.

    Its own, if it has single industries and economies; else that of the embedded world of its name; else the trade of
    the world `FINEST` with the tariffs of the year. A world with codes of its own has no detail and no schedules.

    Example:
        >>> detail = detail_of(load_world("2022", "us-japan"))
        >>> len(detail.regions), len(detail.region_of.labels)
        (81, 24)
    """
    return _detail(Trade(world))


@lru_cache(maxsize=4)
def _detail(trade: Trade) -> Detail:
    world = trade.world
    source = _source(world)
    if source is None:
        return _plain(world)
    regions, industries = _codes(source.region_members), _codes(source.sector_members)
    rate, without, under, known = _rates(source, world.year)
    places = [_place(code, world.region_members) for code in regions]
    sectors = [_sector(code, world.sector_members) for code in industries]
    return Detail(
        regions=regions,
        industries=industries,
        goods=np.array([is_good(code) for code in industries]),
        flows=_abroad(source.total_flows),
        rate=rate,
        without=without,
        under=under,
        known=known,
        region_of=Grouping(world.regions, np.array(places)),
        sector_of=Grouping(world.sectors, np.array(sectors)),
    )


@lru_cache(maxsize=2)
def _embedded(name: str) -> World:
    """An embedded world, the same one for every aggregation of it."""
    return load_world(name)


def _source(world: World) -> World | None:
    """The world in whose detail a world is looked at; None if there is none."""
    finest = _embedded(FINEST)
    if _single(world.region_members) and _codes(world.sector_members) == _codes(finest.sector_members):
        return world
    name = world.name.split(" ")[0]
    named = _embedded(name) if name in embedded_worlds() else finest
    source = named if len(named.sectors) == len(finest.sectors) else finest
    codes, industries = set(_codes(source.region_members)), _codes(source.sector_members)
    inside = all(code in codes for members in world.region_members for code in members)
    fits = inside and all(_sector(code, world.sector_members, strict=False) >= 0 for code in industries)
    return source if fits else None


def _plain(world: World) -> Detail:
    """A world with codes of its own: one economy a region, no schedules."""
    none = np.zeros(world.tariff.shape, dtype=bool)
    return Detail(
        regions=tuple(members[0] if len(members) == 1 else label
                      for label, members in zip(world.regions, world.region_members, strict=True)),
        industries=world.sectors,
        goods=np.array([all(is_good(code) for code in members) for members in world.sector_members]),
        flows=_abroad(world.total_flows),
        rate=world.tariff,
        without=world.tariff,
        under=world.tariff,
        known=none,
        region_of=Grouping(world.regions, np.arange(len(world.regions))),
        sector_of=Grouping(world.sectors, np.arange(len(world.sectors))),
    )  # fmt: skip


@lru_cache(maxsize=2)
def _rates(source: World, year: int) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Tariffs of a year in the detail of a world: in force, without and under an agreement, and where they are data."""
    regions, industries = _codes(source.region_members), _codes(source.sector_members)
    rate = source.tariff if source.year == year else baseline_tariffs(year, regions, industries).rate
    return rate, *_schedules(year, regions, industries, rate)


def _schedules(
    year: int, regions: Sequence[str], industries: Sequence[str], rate: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Tariffs without and under an agreement, and where they are data.

    United States duties are those collected from each partner, so what an agreement leaves of them is what lies beyond
    MFN by other laws: section 301 on China, section 232 on metals.
    """
    without, under, known = rate.copy(), rate.copy(), np.zeros(rate.shape, dtype=bool)
    goods = [j for j, code in enumerate(industries) if is_good(code)]
    for n, importer in enumerate(regions):
        when = date(US_DUTY_YEAR if importer == USA else year, 12, 31)
        if not has_schedule(importer, when):
            continue
        for i, exporter in enumerate(regions):
            for j in goods if i != n and importer != REST else ():
                duty = duty_schedule(importer, exporter, industries[j], when)
                if duty is None:
                    continue
                other_law = importer == USA and (exporter in ADDED_ON or industries[j] in BEYOND_MFN)
                beyond = max(rate[j, n, i] - duty[0], 0.0) if other_law else 0.0
                without[j, n, i] = max(rate[j, n, i], duty[0])
                under[j, n, i] = min(rate[j, n, i], duty[1] + beyond)
                known[j, n, i] = True
    return without, under, known


def _abroad(flows: Floats) -> Floats:
    return np.asarray(flows * (1 - np.eye(flows.shape[1])))


def _single(members: Sequence[Sequence[str]]) -> bool:
    return all(len(group) == 1 for group in members)


def _codes(members: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(group[0] for group in members)


def _place(code: str, members: Sequence[Sequence[str]]) -> int:
    """Region that holds an economy: one that names it, else the one with the rest of the world."""
    for word in (code, REST):
        for place, group in enumerate(members):
            if word in group:
                return place
    raise AssertionError(f"{code} is in no region, and no region has the rest of the world")


def _sector(code: str, members: Sequence[Sequence[str]], *, strict: bool = True) -> int:
    """Sector that holds an industry, by its code or its section; -1 if none and not `strict`."""
    for word in (code, code[0]):
        for place, group in enumerate(members):
            if word in group:
                return place
    assert not strict, f"{code} is in no sector"
    return -1
