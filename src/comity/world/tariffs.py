"""Baseline tariffs by importer, exporter and industry, from tables in ``datasets``.

Five importers have data: the United States (calculated duty over customs value by partner, 2024) and China, the EU,
India and Japan (statutory MFN duties of the table's year, as the law has them and not as they are collected). Duties
are zero inside customs unions, zero under agreements in force for a year (an assumption; exceptions are in
``preference_rules.csv``), zero and flagged for other importers. Services bear none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from comity.world.accounts import Floats, Step, divide
from comity.world.classification import REST, read_table

__all__ = [
    "US_DUTY_YEAR",
    "BaselineTariffs",
    "baseline_tariffs",
    "duty_schedule",
    "has_schedule",
    "is_good",
    "sum_tariffs",
]
US_DUTY_YEAR = 2024
EU, USA = "EU", "USA"
RETALIATION = {("CHN", USA)}  # duties beyond MFN that the source does not have
EXEMPTING = {"IND"}  # collects far less than its statutory duties: exemptions by notification, duty drawback
FARM = {"A01", "A03", "C10T12"}  # quotas, state trading and specific duties: statutory averages are far from collected
SERVICE_LIKE = {"B09"}  # a service within the goods sections


@dataclass(frozen=True, eq=False)
class BaselineTariffs:
    """Tariffs of one year.

    Attributes:
        rate: ``[j, n, i]``, ad valorem, a fraction.
        known: ``[j, n, i]``, False where the rate is an assumption.
        notes: sentences for `World.estimated`.
        history: what was done, with counts of cells.
    """

    rate: Floats
    known: NDArray[np.bool_]
    notes: tuple[str, ...]
    history: tuple[Step, ...]


def baseline_tariffs(year: int, regions: Sequence[str], industries: Sequence[str]) -> BaselineTariffs:
    """Tariffs in force at the end of `year` among single economies.

    Args:
        year: 2019, 2022 or 2024; United States duties are those of `US_DUTY_YEAR` in all.
        regions: ISO3 codes and ``ROW``.
        industries: OECD ICIO 2025 codes.

    Example:
        >>> tariffs = baseline_tariffs(2022, ["USA", "JPN", "DEU", "FRA"], ["C29", "K"])
        >>> tariffs.rate[0].round(4).tolist()  # rows are importers
        [[0.0, 0.025, 0.0247, 0.0247], [0.0, 0.0, 0.0, 0.0], [0.0832, 0.0416, 0.0, 0.0], [0.0832, 0.0416, 0.0, 0.0]]
    """
    size = (len(industries), len(regions), len(regions))
    rate, known = np.zeros(size), np.zeros(size, dtype=bool)
    goods = np.array([is_good(code) for code in industries])
    known[~goods] = True
    when = date(year, 12, 31)
    for n, importer in enumerate(regions):
        for i, exporter in enumerate(regions):
            for j in np.flatnonzero(goods):
                rate[j, n, i], known[j, n, i] = _duty(importer, exporter, industries[int(j)], when)
    return BaselineTariffs(rate, known, _notes(year), _steps(year, rate, known, goods))


def sum_tariffs(
    tariffs: BaselineTariffs, flows: Floats, regions: Sequence[Sequence[int]], industries: Sequence[Sequence[int]]
) -> BaselineTariffs:
    """Averages over groups of economies and industries, weighted by `flows` ``[j, n, i]`` between different economies.

    A cell is known when all of its trade is at known rates.
    """
    abroad = flows * (1 - np.eye(flows.shape[1]))

    def total(array: Floats) -> Floats:
        for axis, groups in ((0, industries), (1, regions), (2, regions)):
            array = np.stack([array.take(group, axis).sum(axis) for group in groups], axis)
        return array

    value = total(abroad)
    rate = divide(total(abroad * tariffs.rate), value)
    known = total(abroad * ~tariffs.known) == 0
    step = Step("tariffs averaged", "over industries and economies, weighted by the trade of the 2022 table", rate.size)
    np.einsum("jnn->jn", rate)[:] = 0  # what members of a group levy on each other is not a tariff of the group
    return BaselineTariffs(rate, known, tariffs.notes, (*tariffs.history, step))


def is_good(industry: str) -> bool:
    """Whether an industry (ISIC code) makes goods that cross a border and bear a duty.

    Example:
        >>> is_good("C29"), is_good("B09"), is_good("K")
        (True, False, False)
    """
    return industry[0] in "ABC" and industry not in SERVICE_LIKE


def duty_schedule(importer: str, exporter: str, industry: str, when: date) -> tuple[float, float] | None:
    """What an importer's schedule levies on goods from an exporter without an agreement, and under one.

    The first is the MFN duty, or what unilateral preferences leave of it; the second is what preferences under
    agreements leave of it (`preference_rules.csv`; nothing unless said). Members of the EU have its schedule, inside
    the union too. None for importers without data.

    Args:
        importer, exporter: ISO3 codes.
        industry: OECD ICIO 2025 code of an industry of goods.
        when: the day; the duties are those of the latest year in the data that is no later (the first, if none is).

    Example:
        >>> duty_schedule("JPN", "USA", "C29", date(2022, 12, 31)), duty_schedule("CAN", "USA", "C29", date.max)
        ((0.0, 0.0), None)
        >>> duty_schedule("DEU", "KOR", "C29", date(2022, 12, 31))
        (0.083177, 0.0)
    """
    return _scheduled(_trader(importer, when), _trader(exporter, when), industry, when)


def has_schedule(importer: str, when: date) -> bool:
    """Whether the data have an importer's MFN duties, under its own name or the EU's.

    Example:
        >>> has_schedule("DEU", date(2022, 12, 31)), has_schedule("CAN", date(2022, 12, 31))
        (True, False)
    """
    return _trader(importer, when) in _importers()


@cache
def _trader(code: str, when: date) -> str:
    """Under whose name an economy trades: the EU's for its members on that day."""
    return EU if EU in _union(code, when) else code


@cache
def _scheduled(schedule: str, seller: str, industry: str, when: date) -> tuple[float, float] | None:
    year = max((y for y in _mfn_years() if y <= when.year), default=min(_mfn_years()))
    if (mfn := _mfn().get((schedule, year, industry))) is None:
        return None
    without = _share_of_mfn(schedule, seller, industry, when, False, unilateral=True)
    under = _share_of_mfn(schedule, seller, industry, when, True)
    return mfn * (1.0 if without is None else without), mfn * (1.0 if under is None else under)


def _duty(importer: str, exporter: str, industry: str, when: date) -> tuple[float, bool]:
    """Rate and whether it is data."""
    if importer == exporter or _union(importer, when) & _union(exporter, when):
        return 0.0, importer == exporter != REST or importer != exporter
    schedule = EU if EU in _union(importer, when) else importer
    seller = EU if EU in _union(exporter, when) else exporter
    if schedule == USA:
        seller = EU if EU in _union(exporter, date(US_DUTY_YEAR, 12, 31)) else exporter
        if (seller, industry) in _us_duty():
            return _us_duty()[seller, industry], True
    if (mfn := _mfn().get((schedule, when.year, industry))) is None:
        return 0.0, False
    share = _share_of_mfn(schedule, seller, industry, when, _preferred(schedule, seller, when))
    if share is not None:
        return mfn * share, False
    far = schedule in EXEMPTING or industry in FARM or (schedule, seller) in RETALIATION
    return mfn, not far and schedule != USA and seller != REST


def _preferred(importer: str, exporter: str, when: date) -> bool:
    """Whether an agreement in goods has been in force for a year."""
    a_year_ago = date(when.year - 1, when.month, when.day)
    return any(start <= a_year_ago and when < end for start, end in _agreements().get((importer, exporter), ()))


def _share_of_mfn(
    importer: str, exporter: str, industry: str, when: date, agreement: bool, *, unilateral: bool = False
) -> float | None:
    """Share of the MFN duty that remains under a preference, with an agreement or without; None if there is none.

    With `unilateral`, only under what an importer gives of its own accord.
    """
    for rule in _rules():
        if unilateral and not rule.unilateral:
            continue
        named = exporter in rule.exporters or "all" in rule.exporters or ("*" in rule.exporters and agreement)
        if named and rule.importer == importer and rule.start <= when <= rule.end and industry in rule:
            return rule.share
    return 0.0 if agreement else None


@dataclass(frozen=True)
class _Rule:
    importer: str
    exporters: frozenset[str]
    industries: frozenset[str]
    start: date
    end: date
    share: float
    unilateral: bool

    def __contains__(self, industry: str) -> bool:
        return "*" in self.industries or industry in self.industries


def _date(text: str) -> date:
    return date.fromisoformat(text) if text else date.max


@cache
def _rules() -> tuple[_Rule, ...]:
    """Exceptions; those that name their exporters come first. ``*`` is any partner in an agreement, ``all`` any."""
    rules = [
        _Rule(
            importer=row["importer"],
            exporters=frozenset(row["exporter"].split("|")),
            industries=frozenset(row["industries"].split("|")),
            start=_date(row["start"]),
            end=_date(row["end"]),
            share=float(row["share_of_mfn"]),
            unilateral=row["unilateral"] == "yes",
        )
        for row in read_table("preference_rules.csv")
    ]
    return tuple(sorted(rules, key=lambda rule: bool(rule.exporters & {"*", "all"})))


@cache
def _agreements() -> Mapping[tuple[str, str], tuple[tuple[date, date], ...]]:
    """Dates between which agreements in goods are in force, the last one open, by importer and exporter."""
    table: dict[tuple[str, str], tuple[tuple[date, date], ...]] = {}
    for row in read_table("preferences.csv"):
        pair, dates = (row["importer"], row["exporter"]), (_date(row["start"]), _date(row["end"]))
        table[pair] = (*table.get(pair, ()), dates)
        if EU in pair:  # the list has the EU as exporter or importer; agreements bind both ways
            table[pair[::-1]] = (*table.get(pair[::-1], ()), dates)
    return MappingProxyType(table)


@cache
def _members() -> Mapping[str, tuple[tuple[str, date, date], ...]]:
    table: dict[str, tuple[tuple[str, date, date], ...]] = {}
    for row in read_table("customs_unions.csv"):
        table[row["member"]] = (*table.get(row["member"], ()), (row["union"], _date(row["start"]), _date(row["end"])))
    return MappingProxyType(table)


@cache
def _union(region: str, when: date) -> frozenset[str]:
    return frozenset(name for name, start, end in _members().get(region, ()) if start <= when <= end)


@cache
def _us_duty() -> Mapping[tuple[str, str], float]:
    rows = read_table("us_duty_2024.csv")
    return MappingProxyType({(row["partner"], row["industry"]): round(float(row["duty_pct"]) / 100, 8) for row in rows})


@cache
def _mfn() -> Mapping[tuple[str, int, str], float]:
    rows = read_table("mfn_duty.csv")
    return MappingProxyType(
        {(row["importer"], int(row["year"]), row["industry"]): round(float(row["duty_pct"]) / 100, 8) for row in rows}
    )


@cache
def _mfn_years() -> frozenset[int]:
    return frozenset(year for _, year, _ in _mfn())


@cache
def _importers() -> frozenset[str]:
    return frozenset(importer for importer, _, _ in _mfn())


def _notes(year: int) -> tuple[str, ...]:
    return (
        f"Baseline tariffs: the United States at calculated duties of {US_DUTY_YEAR} by partner and industry; China, "
        f"the EU, India and Japan at statutory MFN duties of {year}, zero under agreements in force for a year "
        "(assumed, with stated exceptions). Other importers' tariffs are not in the data and stand at zero.",
        "Statutory MFN duties are what the law sets, not what is collected. India's (exemptions by notification, duty "
        "drawback) and those on farm, fish and food products of China, the EU, India and Japan (quotas, state trading, "
        "specific duties) are far from collected ones: they stand, flagged as assumptions.",
        "China's retaliatory duties on US goods are not in the source: statutory MFN duties stand for them.",
    )


def _steps(year: int, rate: Floats, known: NDArray[np.bool_], goods: NDArray[np.bool_]) -> tuple[Step, ...]:
    cells = known[goods]
    return (
        Step(
            "baseline tariff date",
            f"United States: calendar year {US_DUTY_YEAR}; other importers with data: {year}-12-31",
            int((rate > 0).sum()),
        ),
        Step(
            "tariffs assumed",
            "goods cells whose tariff is no datum: zero for importers without data, preferences under agreements, "
            "statutory duties far from collected ones (India's; farm and food of China, the EU, India and Japan)",
            int((~cells).sum()),
        ),
    )
