"""Trade agreements as dated data: members, depth, what each does to tariffs, and its estimated effect on trade."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from comity.errors import UnknownName
from comity.policy.groupings import grouping
from comity.policy.wording import nearest
from comity.world.classification import lookup_key

EU = "EU"
PARTIAL, STAGED = "partial", "staged"


@dataclass(frozen=True)
class Effect:
    """A partial effect of membership on log trade, all else equal.

    Attributes:
        depth: class of depth that it belongs to.
        estimate: log points of trade between members.
        se: its standard error, log points; it says how exactly one study measures it, not how far studies differ.
        basis: ``"estimate"`` or ``"assumption"``.
        short: citation in a few words.
        source: study and equation.
        verified: where the number was read.
    """

    depth: str
    estimate: float
    se: float
    basis: str
    short: str
    source: str
    verified: str


@dataclass(frozen=True)
class Member:
    """One member's time in an agreement.

    Attributes:
        code: ISO3, or ``"EU"`` for its members of the day.
        side: members on one side of an agreement between blocs are not linked by it.
        since: first day.
        until: last day, or None.
        basis: where the row comes from.
    """

    code: str
    side: str
    since: date
    until: date | None
    basis: str

    def on(self, day: date) -> bool:
        """Whether it is a member on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class TariffPart:
    """How much of an importer's duties an agreement of partial coverage concerns.

    Attributes:
        importer: ISO3 code.
        industries: OECD ICIO 2025 codes.
        coverage: share of the duty that the agreement decides, in [0, 1].
        basis: where it comes from.
    """

    importer: str
    industries: frozenset[str]
    coverage: float
    basis: str


@dataclass(frozen=True)
class TradeAgreement:
    """One agreement.

    Attributes:
        name, aliases: as written.
        kind: as the WTO has it, e.g. ``"FTA & EIA"``.
        signed, in_force, ended: dates; None where unknown, not yet or not.
        goods, services: what it covers.
        tariffs: ``"yes"``, ``"no"``, ``"partial"`` (see `tariff_parts`) or ``"staged"`` (none of its cuts is in the
            baselines, and none is made).
        depth: ``"shallow"``, ``"medium"``, ``"deep"`` or ``"tariffs only"``.
        depth_basis: how it came into that class.
        desta_depth: DESTA's count of provisions, 0 to 7; None where it is not coded.
        wto_id, desta: identifiers; empty where there is none.
        members: everyone who is or was in it.
        tariff_parts: coverage of duties, for ``"partial"``.
        source, note: where it comes from; what else to know.
    """

    name: str
    aliases: tuple[str, ...]
    kind: str
    signed: date | None
    in_force: date | None
    ended: date | None
    goods: bool
    services: bool
    tariffs: str
    depth: str
    depth_basis: str
    desta_depth: int | None
    wto_id: str
    desta: str
    members: tuple[Member, ...]
    tariff_parts: tuple[TariffPart, ...]
    source: str
    note: str

    @property
    def effect(self) -> Effect:
        """The effect on trade of agreements of its depth, with its standard error.

        >>> agreement("CPTPP").effect.estimate, agreement("CPTPP").effect.se
        (0.2345285, 0.0557704)
        """
        return effects()[self.depth]

    @property
    def enacted(self) -> bool:
        """Whether it has ever been in force."""
        return self.in_force is not None

    def sides(self, day: date | None) -> dict[str, str]:
        """Members on a day by ISO3 code, with the side on which each stands; signatories if the day is None.

        >>> sorted(agreement("USMCA").sides(date(2022, 12, 31))), agreement("USMCA").sides(date(2019, 12, 31))
        (['CAN', 'MEX', 'USA'], {})
        >>> agreement("EU-Japan").sides(date(2022, 12, 31))["DEU"]
        'EU'
        """
        found: dict[str, str] = {}
        for member in self.members:
            if day is None or (self.enacted and member.on(day)):
                codes = grouping(EU).members(day) if member.code == EU else (member.code,)
                found |= dict.fromkeys(codes, member.side)
        return found


@cache
def effects() -> Mapping[str, Effect]:
    """Effects on trade by class of depth.

    >>> [round(effects()[depth].estimate, 2) for depth in ("shallow", "medium", "deep")]
    [0.05, 0.23, 0.47]
    """
    return MappingProxyType(
        {
            row["class"]: Effect(
                depth=row["class"],
                estimate=float(row["effect"]),
                se=float(row["se"]),
                basis=row["basis"],
                short=row["short"],
                source=row["source"],
                verified=row["verified"],
            )
            for row in _read("agreement_effects.csv")
        }
    )


@cache
def agreements() -> tuple[TradeAgreement, ...]:
    """All agreements, in the order of their names."""
    members: dict[str, list[Member]] = {}
    for row in _read("agreement_members.csv"):
        since, until = date.fromisoformat(row["from"]), _day(row["to"])
        members.setdefault(row["agreement"], []).append(Member(row["member"], row["side"], since, until, row["basis"]))
    parts: dict[str, list[TariffPart]] = {}
    for row in _read("agreement_tariffs.csv"):
        part = TariffPart(
            row["importer"], frozenset(row["industries"].split("|")), float(row["coverage"]), row["basis"]
        )
        parts.setdefault(row["agreement"], []).append(part)
    return tuple(
        _agreement(row, tuple(members[row["agreement"]]), tuple(parts.get(row["agreement"], ())))
        for row in _read("agreements.csv")
    )


@cache
def _names() -> Mapping[str, TradeAgreement]:
    """From each way to write an agreement (as `lookup_key`); those in force come before those that ended."""
    found: dict[str, TradeAgreement] = {}
    for entry in sorted(agreements(), key=lambda a: a.ended is not None):
        for word in (entry.name, *entry.aliases):
            found.setdefault(lookup_key(word), entry)
    return MappingProxyType(found | {lookup_key(a.name): a for a in agreements() if a.ended is None})


def agreement(name: str) -> TradeAgreement:
    """The agreement of that name or alias.

    Raises:
        UnknownName: there is none; gives the nearest.

    >>> agreement("Japan-EU EPA").name, agreement("united kingdom - japan").name
    ('EU-Japan', 'Japan-UK')
    """
    found = _names().get(lookup_key(name).removeprefix("the "))
    if found is None:
        words = [word for a in agreements() for word in (a.name, *a.aliases)]
        raise UnknownName(
            f"there is no trade agreement {name!r}{nearest(name, words)} (all of them: `comity agreements`)"
        )
    return found


def _agreement(row: dict[str, str], members: tuple[Member, ...], parts: tuple[TariffPart, ...]) -> TradeAgreement:
    return TradeAgreement(
        name=row["agreement"],
        aliases=tuple(a for a in row["aliases"].split("|") if a),
        kind=row["type"],
        signed=_day(row["signed"]),
        in_force=_day(row["in_force"]),
        ended=_day(row["ended"]),
        goods=row["goods"] == "yes",
        services=row["services"] == "yes",
        tariffs=row["tariffs"],
        depth=row["class"],
        depth_basis=row["class_basis"],
        desta_depth=int(row["desta_depth"]) if row["desta_depth"] else None,
        wto_id=row["wto_id"],
        desta=row["desta"],
        members=members,
        tariff_parts=parts,
        source=row["source"],
        note=row["note"],
    )


def _read(name: str) -> list[dict[str, str]]:
    text = files("comity.policy").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
