"""Ready-made aggregations of the embedded worlds, kept as data in ``datasets/presets.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from comity.errors import DataError, UnknownName

REST = "rest"
Groups = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Grouping:
    """How codes are summed: `alone` stay as they are, `groups` are sums, `rest` is every code not named elsewhere.

    Attributes:
        alone: codes kept, or ``"rest"``.
        groups: code of each sum to its member codes, or to ``"rest"``.
        names: readable name of each sum.
    """

    alone: tuple[str, ...] | str
    groups: Mapping[str, tuple[str, ...] | str]
    names: Mapping[str, str]

    def apply(self, codes: Sequence[str]) -> Groups:
        """The partition of `codes`, in the order in which the codes first appear, ``ROW`` last.

        Raises:
            DataError: a code named here is not among `codes`, or some of `codes` would be left out or counted twice.
        """
        named = [c for members in (self.alone, *self.groups.values()) if members != REST for c in members]
        if absent := sorted(set(named) - set(codes)):
            raise DataError(f"the aggregation names {', '.join(absent)}, which this table does not have")
        if len(set(named)) < len(named):
            raise DataError(f"the aggregation counts {sorted({c for c in named if named.count(c) > 1})} twice")
        rest = tuple(c for c in codes if c not in set(named))
        groups: Groups = {c: (c,) for c in (rest if self.alone == REST else self.alone)}
        for code, members in self.groups.items():
            groups[code] = rest if members == REST else tuple(members)
        if lost := set(codes) - {c for members in groups.values() for c in members}:
            raise DataError(f"the aggregation leaves out {', '.join(sorted(lost))}: put them into a group")
        place = {c: i for i, c in enumerate(codes)}
        ordered = sorted(
            groups, key=lambda c: (c == "ROW", place.get(c, min((place[m] for m in groups[c]), default=0)))
        )
        return {c: groups[c] for c in ordered if groups[c]}


@dataclass(frozen=True)
class Preset:
    """A named aggregation of regions and sectors.

    Attributes:
        name: as in ``comity.load_world("2022", preset=name)``.
        title: one line that says what it is for.
        worlds: names of the embedded worlds that it fits.
        regions: grouping of region codes.
        sectors: grouping of sector codes.
    """

    name: str
    title: str
    worlds: tuple[str, ...]
    regions: Grouping
    sectors: Grouping

    def fits(self, world: str) -> bool:
        """Whether it sums the world of that name, or an update of one: its first word is the name of the table."""
        return world in self.worlds or world.split(" ")[0] in self.worlds

    @property
    def names(self) -> dict[str, str]:
        """Readable names of all sums, regions and sectors."""
        return {**self.regions.names, **self.sectors.names}


@cache
def presets() -> tuple[Preset, ...]:
    """All presets, in the order of the file."""
    data = yaml.safe_load(files("comity.world").joinpath("datasets", "presets.yaml").read_text(encoding="utf-8"))
    sectors = {name: _grouping(entry) for name, entry in data["sector_groupings"].items()}
    return tuple(
        Preset(p["name"], p["title"], tuple(p["worlds"]), _grouping(p["regions"]), sectors[p["sectors"]])
        for p in data["presets"]
    )


def preset_names(world: str) -> tuple[str, ...]:
    """Names of the presets of an embedded world.

    >>> preset_names("2019")
    ('full', 'us-japan', 'small')
    """
    return tuple(p.name for p in presets() if p.fits(world))


def find_preset(name: str, world: str) -> Preset:
    """The preset of that name for an embedded world.

    Raises:
        UnknownName: there is none; the message lists those there are.

    >>> find_preset("us-japan", "2022").sectors.names["C30"]
    'Ships, aircraft and other transport equipment'
    """
    for preset in presets():
        if preset.name == name and preset.fits(world):
            return preset
    known = ", ".join(preset_names(world)) or "none"
    raise UnknownName(f"world {world!r} has no preset {name!r}; presets it has: {known}")


def _grouping(entry: dict[str, Any]) -> Grouping:
    groups = entry.get("groups", {})
    return Grouping(
        alone=_codes(entry.get("alone", [])),
        groups={code: _codes(group["members"]) for code, group in groups.items()},
        names={code: group["name"] for code, group in groups.items()},
    )


def _codes(value: list[str] | str) -> tuple[str, ...] | str:
    return value if isinstance(value, str) else tuple(value)
