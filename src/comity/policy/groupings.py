"""Groupings of countries (EU, CPTPP, Quad, G20...) as dated data with a basis: who belonged to what on which day."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from comity.errors import UnknownName
from comity.policy.wording import nearest
from comity.world.classification import lookup_key


@dataclass(frozen=True)
class Membership:
    """One country's time in a grouping.

    Attributes:
        iso3: the country.
        status: ``"member"``, or how it is counted.
        since: first day; a year alone is its first day.
        until: last day, or None.
        basis: where the row comes from.
        verified: what it was checked against; ``"recalled"`` if nothing.
    """

    iso3: str
    status: str
    since: date
    until: date | None
    basis: str
    verified: str


@dataclass(frozen=True)
class Grouping:
    """A named set of countries over time."""

    name: str
    aliases: tuple[str, ...]
    about: str
    memberships: tuple[Membership, ...]

    def members(self, day: date | None = None) -> frozenset[str]:
        """ISO3 codes of the members on a day; on the latest date known if None.

        >>> sorted(grouping("AUKUS").members()), "GBR" in grouping("EU").members(date(2019, 6, 1))
        (['AUS', 'GBR', 'USA'], True)
        """
        return frozenset(
            m.iso3
            for m in self.memberships
            if (day is None and m.until is None)
            or (day is not None and m.since <= day and (m.until is None or day <= m.until))
        )


@cache
def groupings() -> tuple[Grouping, ...]:
    """All groupings, in the order of their names."""
    rows = _read("groupings.csv")
    found = []
    for entry in _read("grouping_names.csv"):
        memberships = tuple(_membership(row) for row in rows if row["group"] == entry["group"])
        aliases = tuple(a for a in entry["aliases"].split("|") if a)
        found.append(Grouping(entry["group"], aliases, entry["about"], memberships))
    return tuple(found)


@cache
def grouping_names() -> Mapping[str, str]:
    """From each way to write a grouping (as `lookup_key`) to its name."""
    return MappingProxyType({lookup_key(word): g.name for g in groupings() for word in (g.name, *g.aliases)})


def grouping(name: str) -> Grouping:
    """The grouping of that name or alias.

    Raises:
        UnknownName: there is none; gives the nearest.
    """
    known = grouping_names().get(lookup_key(name))
    for found in groupings():
        if found.name == known:
            return found
    raise UnknownName(f"there is no grouping {name!r}{nearest(name, [g.name for g in groupings()])}")


def _read(name: str) -> list[dict[str, str]]:
    text = files("comity.policy").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _membership(row: dict[str, str]) -> Membership:
    until = _day(row["to"]) if row["to"] else None
    return Membership(row["iso3"], row["status"], _day(row["from"]), until, row["basis"], row["verified"])


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) > 4 else f"{text}-01-01")
