"""Sea lanes: whose trade passes through them, and how much of it, as dated data with a basis."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np

from comity.errors import ScenarioError, UnknownName
from comity.policy.groupings import grouping, grouping_names
from comity.policy.scope import Scope
from comity.policy.wording import nearest
from comity.world.classification import lookup_key
from comity.world.world import World

ASSUMPTION = "assumption"


@dataclass(frozen=True)
class Passage:
    """A row of ``sea_lanes.csv``: how much of the trade of some economies passes through a lane.

    Attributes:
        regions: ISO3 codes whose trade it is.
        flow: imports or exports of theirs.
        left_out: partners whose trade with them does not pass; the others are exposed. Used if `partners` is empty.
        partners: partners whose trade with them passes.
        share: that passes, 0 to 1.
        of: of the `total` of their goods trade, or of that with each `pair` of region and partner.
        year, basis, source: of the share.
    """

    regions: frozenset[str]
    flow: Literal["imports", "exports"]
    left_out: frozenset[str]
    partners: frozenset[str]
    share: float
    of: Literal["total", "pair"]
    year: int
    basis: str
    source: str


@dataclass(frozen=True)
class Lane:
    """A sea lane."""

    name: str
    aliases: tuple[str, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Exposed:
    """Trade of a world that passes through a lane.

    Attributes:
        importers, exporters: codes of regions.
        share: of the goods trade between them, 0 to 1.
        sentence: where the share comes from.
    """

    importers: tuple[str, ...]
    exporters: tuple[str, ...]
    share: float
    sentence: str


@cache
def lanes() -> tuple[Lane, ...]:
    """Every lane of the table.

    >>> [lane.name for lane in lanes()]
    ['Taiwan Strait', 'Red Sea']
    """
    text = files("comity.policy").joinpath("data", "sea_lanes.csv").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["lane"], []).append(row)
    return tuple(
        Lane(name, tuple(a for a in rows[0]["aliases"].split("|") if a), tuple(map(_passage, rows)))
        for name, rows in found.items()
    )


def lane(name: str) -> Lane:
    """The lane of a name or alias.

    Raises:
        UnknownName: there is none; gives the nearest.
    """
    key = lookup_key(name)
    for one in lanes():
        if key in {lookup_key(word) for word in (one.name, *one.aliases)}:
            return one
    words = [word for one in lanes() for word in (one.name, *one.aliases)]
    known = ", ".join(one.name for one in lanes())
    raise UnknownName(
        f"there is no sea lane {name!r}{nearest(name, words)} (lanes: {known}); for another write `between`, `and` and "
        "the `share` of the trade that is exposed"
    )


def exposed(scope: Scope, one: Lane) -> tuple[Exposed, ...]:
    """The trade that passes through a lane in a world, each flow once.

    A region of several economies counts if most of them do. Of a share of the total, the part that falls on each
    exposed partner is taken to be the same: total trade x share / trade with exposed partners, at most all of it.

    Raises:
        ScenarioError: none of it is apart in this world.
    """
    found = tuple(entry for passage in one.passages for entry in _exposed(scope, passage))
    if not found:
        raise ScenarioError(f"no region of world {scope.world.name} is known to trade through {one.name}")
    return found


def _exposed(scope: Scope, passage: Passage) -> Iterator[Exposed]:
    world = scope.world
    mine = [i for i in range(len(world.regions)) if set(world.region_members[i]) <= passage.regions]
    theirs = [i for i in range(len(world.regions)) if i not in mine and _counts(world, i, passage)]
    if not mine or not theirs:
        return
    goods = world.total_flows[list(scope.sectors(None, ("goods",)))].sum(0)
    for i in mine:
        flow = goods[i] if passage.flow == "imports" else goods[:, i]
        whole, part = float(flow.sum() - flow[i]), float(flow[theirs].sum())
        if part <= 0:
            continue
        share = min(1.0, passage.share * whole / part) if passage.of == "total" else passage.share
        me, them = (world.regions[i],), tuple(world.regions[k] for k in theirs)
        importers, exporters = (me, them) if passage.flow == "imports" else (them, me)
        yield Exposed(importers, exporters, share, _sentence(passage, me[0], share))


def _counts(world: World, i: int, passage: Passage) -> bool:
    members = world.region_members[i]
    inside = [m in passage.partners if passage.partners else m not in passage.left_out for m in members]
    return bool(np.mean(inside) > 0.5)


def _sentence(passage: Passage, code: str, share: float) -> str:
    basis = "an assumption" if passage.basis == ASSUMPTION else passage.basis
    if passage.of == "pair":
        return f"{100 * share:.3g}% of the goods trade between its two sides ({basis}: {passage.source})"
    return (
        f"{passage.flow} of {code}: {100 * passage.share:.3g}% of all goods ({passage.year}, {basis}: "
        f"{passage.source}), taken to be {100 * share:.0f}% of those with the partners whose way leads through it "
        "(which they are is an assumption)"
    )


def _passage(row: dict[str, str]) -> Passage:
    return Passage(
        _codes(row["regions"]),
        "imports" if row["flow"] == "imports" else "exports",
        _codes(row["except"]),
        _codes(row["partners"]),
        float(row["share"]),
        "total" if row["of"] == "total" else "pair",
        int(row["year"]),
        row["basis"],
        row["source"],
    )


def _codes(cell: str) -> frozenset[str]:
    """ISO3 codes; a grouping stands for its members."""
    words = [word for word in cell.split("|") if word]
    groups = [word for word in words if lookup_key(word) in grouping_names()]
    return frozenset({*words} - {*groups}).union(*(grouping(word).members() for word in groups))
