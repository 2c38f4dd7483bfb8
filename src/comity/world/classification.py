"""Names of regions and sectors: codes, names as people write them, and which industries each name means.

The tables are data: ``datasets/regions.csv`` (ISO 3166-1), ``datasets/industries.csv`` (the OECD's industries and what
the codes of other classifications cover) and ``datasets/sector_groups.csv`` (names and groups of industries, each with
its date and basis). Everything here is a lookup; resolving a user's words against one world is done in `comity.policy`.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from comity.errors import DataError

REST = "ROW"

MOST_KEYS = 20_000
"""Names whose key is kept: the same few hundred are asked for again and again."""


@dataclass(frozen=True)
class Group:
    """A name for a set of industries.

    Attributes:
        name: as shown.
        aliases: other ways to write it.
        members: OECD ICIO 2025 industry codes.
        date: of the definition (year, or day where the list has one).
        basis: where the definition comes from, and what else the industries hold.
    """

    name: str
    aliases: tuple[str, ...]
    members: frozenset[str]
    date: str
    basis: str


@lru_cache(maxsize=MOST_KEYS)
def lookup_key(text: str) -> str:
    """The form in which names are compared: no case, accents or punctuation, single spaces.

    >>> lookup_key(" Türkiye "), lookup_key("U.S."), lookup_key("Côte d'Ivoire"), lookup_key("arts & media")
    ('turkiye', 'us', 'cote divoire', 'arts and media')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    plain = plain.replace("&", " and ").replace(".", "").replace("'", "").replace("’", "")
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file in ``comity/world/datasets``, as text."""
    text = files("comity.world").joinpath("datasets", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


@cache
def region_names() -> Mapping[str, str]:
    """Name of each ISO3 code (and ``ROW``), also of economies that every embedded world holds inside ``ROW``.

    >>> region_names()["TWN"], region_names()["ROW"]
    ('Taiwan', 'Rest of the world')
    """
    return MappingProxyType({row["code"]: row["name"] for row in read_table("regions.csv")})


@cache
def region_aliases() -> Mapping[str, frozenset[str]]:
    """From each way to write an economy (as `lookup_key`) to its ISO3 code, as a set of one.

    >>> region_aliases()[lookup_key("South Korea")], region_aliases()["uk"]
    (frozenset({'KOR'}), frozenset({'GBR'}))
    """
    table: dict[str, frozenset[str]] = {}
    for row in read_table("regions.csv"):
        for word in (row["code"], row["iso2"], row["name"], *_split(row["aliases"])):
            _add(table, word, frozenset({row["code"]}))
    return MappingProxyType(table)


@cache
def sector_names() -> Mapping[str, str]:
    """Short name of each industry code of every classification in ``industries.csv``.

    >>> sector_names()["C29"], sector_names()["c15"]
    ('Motor vehicles', 'Transport equipment')
    """
    return MappingProxyType({row["code"]: row["name"] for row in read_table("industries.csv")})


@cache
def industry_cover() -> Mapping[str, frozenset[str]]:
    """The OECD ICIO 2025 industries that each code covers, or is a part of; it maps any known classification to one.

    >>> sorted(industry_cover()["C30"]), sorted(industry_cover()["c9"])
    (['C301', 'C302T309'], ['C20', 'C21'])
    """
    return MappingProxyType({row["code"]: frozenset(_split(row["covers"])) for row in read_table("industries.csv")})


@cache
def icio_industries() -> tuple[str, ...]:
    """The 50 industries of the OECD ICIO tables, 2025 edition, in the order of publication."""
    return tuple(row["code"] for row in read_table("industries.csv") if row["classification"] == "icio2025")


@cache
def sector_groups() -> tuple[Group, ...]:
    """All named groups of industries, single industries under their everyday names included."""
    return tuple(
        Group(row["name"], _split(row["aliases"]), frozenset(_split(row["members"])), row["date"], row["basis"])
        for row in read_table("sector_groups.csv")
    )


@cache
def sector_aliases() -> Mapping[str, frozenset[str]]:
    """From each name of a sector or group (as `lookup_key`) to source industry codes of all known classifications.

    A code belongs to a name when everything that it covers does. So ``goods`` holds the section ``C`` and WIOD's
    ``c15``, but ``motor vehicles`` holds neither: a world whose finest sector is manufacturing cannot be asked about
    cars. To apply a name to a world, take the sectors whose `World.sector_members` all lie in the set.

    >>> "C" in sector_aliases()["goods"], sorted(sector_aliases()["cars"])
    (True, ['C29'])
    """
    table: dict[str, frozenset[str]] = {}
    for row in read_table("industries.csv"):
        if row["classification"] == "icio2025":
            for word in (row["code"], row["name"], row["long_name"]):
                _add(table, word, _codes_within(frozenset({row["code"]})))
    for group in sector_groups():
        for word in (group.name, *group.aliases):
            _add(table, word, _codes_within(group.members))
    return MappingProxyType(table)


def is_goods(code: str) -> bool:
    """Whether a source industry code is a good: everything it covers lies in ISIC sections A, B and C.

    Raises:
        DataError: the code is in no known classification.
    """
    if code not in industry_cover():
        raise DataError(
            f"industry code {code!r} is in no known classification: goods and services cannot be told apart"
        )
    return all(industry[0] in "ABC" for industry in industry_cover()[code])


def _codes_within(members: frozenset[str]) -> frozenset[str]:
    return frozenset(code for code, cover in industry_cover().items() if cover <= members)


def _add(table: dict[str, frozenset[str]], word: str, codes: frozenset[str]) -> None:
    if not (key := lookup_key(word)):
        return
    if table.setdefault(key, codes) != codes:
        raise DataError(
            f"the name {word!r} means both {sorted(table[key])} and {sorted(codes)}: mend the tables in datasets/"
        )
