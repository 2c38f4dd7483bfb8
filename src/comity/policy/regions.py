"""Regions as people write them, found in one world: codes, names, groupings at a date, "all", exclusions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.errors import ScenarioError, UnknownName
from comity.policy.groupings import grouping, grouping_names, groupings
from comity.policy.remembered import remembered
from comity.policy.wording import nearest, split
from comity.world.classification import lookup_key, region_aliases, region_names
from comity.world.presets import presets
from comity.world.world import World

ALL = frozenset({"all", "world", "everyone", "everybody", "all countries", "all regions", "any"})
OTHERS = frozenset({"others", "all others", "everyone else", "other countries", "all other countries"})
_LISTED = 4


@dataclass(frozen=True)
class Missed:
    """Members of a grouping that a world does not show apart.

    Attributes:
        group: the grouping.
        inside: code of the region that holds them; empty when the world does not say where they are.
        members: ISO3 codes.
        size: members of the grouping in all.
    """

    group: str
    inside: str
    members: tuple[str, ...]
    size: int

    def sentence(self) -> str:
        """As a caveat."""
        shown = ", ".join(self.members[:_LISTED]) + (", ..." if len(self.members) > _LISTED else "")
        are = "is" if len(self.members) == 1 else "are"
        where = f"inside {self.inside}" if self.inside else "not apart in this world"
        return (
            f"{len(self.members)} of {self.size} members of {self.group} ({shown}) {are} {where} and not touched by "
            f"rules on {self.group}"
        )


@dataclass(frozen=True)
class Regions:
    """Positions of regions in a world, in its order, and what could not be reached."""

    index: tuple[int, ...]
    missed: tuple[Missed, ...] = ()


@remembered
def find_regions(words: tuple[str, ...], world: World, day: date | None = None, *, others: bool = True) -> Regions:
    """Regions that a list of names means.

    Args:
        words: names, groupings, "all", exclusions such as ``-CHN`` or "all except China".
        world: in which they are looked up.
        day: on which the membership of groupings is taken; None is the latest known.
        others: whether "others" has a meaning here (everyone but the other side of the rule).

    Raises:
        UnknownName: no such region or grouping.
        ScenarioError: a country that the world has only inside an aggregate; nothing left.
    """
    taken, left_out = split(words, lambda word: _known(word, world))
    if not taken:
        taken = ["all"]
    found: set[int] = set()
    missed: list[Missed] = []
    for word in taken:
        one = _find(word, world, day, others=others)
        found.update(one.index)
        missed += one.missed
    for word in left_out:
        one = _find(word, world, day, others=others)
        if not found & set(one.index):
            raise ScenarioError(f"{word!r} is left out of {', '.join(taken)}, but is no part of it")
        found.difference_update(one.index)
    if not found:
        raise ScenarioError(f"no region is left in {', '.join(words)!r}")
    return Regions(tuple(sorted(found)), tuple(dict.fromkeys(missed)))


def resolve_regions(name: str, world: World, day: date | None = None) -> tuple[str, ...]:
    """Codes of the regions that a name means in a world.

    Raises:
        UnknownName, ScenarioError: as in `find_regions`.
    """
    return tuple(world.regions[i] for i in find_regions((name,), world, day).index)


def _key(word: str) -> str:
    """The form in which names are compared, without the article."""
    return lookup_key(word).removeprefix("the ")


def _known(word: str, world: World) -> bool:
    key = _key(word)
    return (
        key in ALL | OTHERS
        or key in {lookup_key(name) for name in (*world.regions, *world.region_names)}
        or key in region_aliases()
        or key in grouping_names()
    )


def _find(word: str, world: World, day: date | None, *, others: bool) -> Regions:
    key = _key(word)
    for labels in (world.regions, world.region_names):
        for i, label in enumerate(labels):
            if lookup_key(label) == key:
                return Regions((i,))
    if key in OTHERS and not others:
        raise UnknownName(f"{word!r} means everyone but the other side of a rule, and there is no other side here")
    if key in ALL | OTHERS:
        return Regions(tuple(range(len(world.regions))))
    if key in region_aliases():
        return Regions((_country(word, region_aliases()[key], world),))
    if key in grouping_names():
        return _group(word, world, day)
    raise UnknownName(f"there is no region {word!r} in world {world.name}{nearest(word, _candidates(world))}")


def _country(word: str, codes: frozenset[str], world: World) -> int:
    for i, members in enumerate(world.region_members):
        if set(members) == codes:
            return i
    code = next(iter(codes))
    if code in world.regions:
        return world.regions.index(code)
    name = region_names().get(code, code)
    for i, members in enumerate(world.region_members):
        if code in members:
            raise ScenarioError(
                f"{word!r}: {name} is inside {world.regions[i]} ({world.region_names[i]}, {len(members)} members) in "
                f"this world; {_apart(code, world)}"
            )
    if "ROW" in world.regions:
        raise ScenarioError(
            f"{word!r}: {name} is not apart in world {world.name}: it is part of ROW "
            f"({world.region_names[world.regions.index('ROW')]})"
        )
    raise UnknownName(f"{word!r}: world {world.name} has no region {name}; it has {', '.join(world.regions[:12])}")


def _apart(code: str, world: World) -> str:
    """Which aggregations show a country apart."""
    base = world.name.split("_")[0].split(" ")[0]
    fitting = [
        p.name
        for p in presets()
        if base in p.worlds
        and (code in p.regions.alone if p.regions.alone != "rest" else not _grouped(code, p.regions.groups.values()))
    ]
    if not fitting:
        return "aggregate the world so that it stays apart"
    return f"write `aggregation: {fitting[0]}`" + (f" (or {', '.join(fitting[1:])})" if fitting[1:] else "")


def _grouped(code: str, groups: object) -> bool:
    return any(code in members for members in groups)  # type: ignore[attr-defined]


def _group(word: str, world: World, day: date | None) -> Regions:
    group = grouping(word)
    members = group.members(day)
    if not members:
        raise ScenarioError(f"{group.name} had no members on {day}")
    index = [i for i, inside in enumerate(world.region_members) if set(inside) <= members]
    reached = {m for i in index for m in world.region_members[i]}
    if not index:
        raise ScenarioError(f"{word!r}: no member of {group.name} is apart in world {world.name}")
    lost: dict[str, list[str]] = {}
    for code in sorted(members - reached):
        lost.setdefault(_holder(code, world), []).append(code)
    missed = tuple(Missed(group.name, where, tuple(codes), len(members)) for where, codes in lost.items())
    return Regions(tuple(index), missed)


def _holder(code: str, world: World) -> str:
    for region, members in zip(world.regions, world.region_members, strict=True):
        if code in members:
            return region
    return "ROW" if "ROW" in world.regions else ""


def _candidates(world: World) -> list[str]:
    groups = [name for g in groupings() for name in (g.name, *g.aliases)]
    return [*world.region_names, *world.regions, *groups, "all", *region_names().values()]
