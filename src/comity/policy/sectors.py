"""Sectors as people write them, found in one world: codes, names, groups of industries, "all", exclusions."""

from __future__ import annotations

from functools import cache

from comity.errors import ScenarioError, UnknownName
from comity.policy.remembered import remembered
from comity.policy.wording import nearest, split
from comity.world.classification import industry_cover, lookup_key, sector_aliases, sector_groups, sector_names
from comity.world.world import World

ALL = frozenset({"all", "everything", "all sectors", "all goods and services", "any"})


@remembered
def find_sectors(words: tuple[str, ...], world: World) -> tuple[int, ...]:
    """Positions of the sectors that a list of names means, in the order of the world.

    Args:
        words: codes or names of sectors, groups such as goods or strategic technology, "all", exclusions.
        world: in which they are looked up.

    Raises:
        UnknownName: no such sector or group.
        ScenarioError: a name that is only a part of an aggregate sector; nothing left.
    """
    taken, left_out = split(words, lambda word: _known(word, world))
    if not taken:
        taken = ["all"]
    found = {j for word in taken for j in _find(word, world)}
    for word in left_out:
        gone = set(_find(word, world))
        if not found & gone:
            raise ScenarioError(f"{word!r} is left out of {', '.join(taken)}, but is no part of it")
        found -= gone
    if not found:
        raise ScenarioError(f"no sector is left in {', '.join(words)!r}")
    return tuple(sorted(found))


def resolve_sectors(name: str, world: World) -> tuple[str, ...]:
    """Codes of the sectors that a name means in a world.

    Raises:
        UnknownName, ScenarioError: as in `find_sectors`.
    """
    return tuple(world.sectors[j] for j in find_sectors((name,), world))


def _known(word: str, world: World) -> bool:
    key = lookup_key(word)
    own = {lookup_key(name) for name in (*world.sectors, *world.sector_names)}
    return key in ALL or key in own or key in sector_aliases() or key in _foreign()


def _find(word: str, world: World) -> tuple[int, ...]:
    key = lookup_key(word)
    if key in ALL:
        return tuple(range(len(world.sectors)))
    for labels in (world.sectors, world.sector_names):
        for j, label in enumerate(labels):
            if lookup_key(label) == key:
                return (j,)
    codes = sector_aliases().get(key) or _foreign().get(key)
    if codes is None:
        hint = nearest(word, _candidates(world)) or " (`comity world` lists them)"
        raise UnknownName(f"there is no sector {word!r} in world {world.name}{hint}")
    return _within(word, codes, world)


@cache
def _foreign() -> dict[str, frozenset[str]]:
    """Codes of other editions of the ICIO and ISIC (``C24``), each with the codes that lie inside it.

    Codes in small letters (WIOD's ``c24`` is water transport) count only in a world that has them.
    """
    cover = industry_cover()
    return {
        lookup_key(code): frozenset(c for c in cover if cover[c] <= cover[code]) for code in cover if code[0].isupper()
    }


def _within(word: str, codes: frozenset[str], world: World) -> tuple[int, ...]:
    """Sectors that lie inside a set of industries; refuses a set that covers a sector only in part."""
    cover = industry_cover()
    wanted = {industry for code in codes for industry in cover.get(code, ())}
    inside, partly = [], []
    for j, members in enumerate(world.sector_members):
        industries = {industry for member in members for industry in cover.get(member, ())}
        if all(member in codes for member in members):
            inside.append(j)
        elif industries & wanted:
            partly.append(j)
    if partly:
        names = ", ".join(f"{world.sectors[j]} ({world.sector_names[j]})" for j in partly)
        name = world.sectors[partly[0]]
        rest = f", beside {', '.join(world.sectors[j] for j in inside)}" if inside else ""
        raise ScenarioError(
            f"{word!r} is only a part of {names} in world {world.name}: write `sectors: {name}` with a `coverage` (the "
            f"share of that sector's trade that is meant){rest}, or use an aggregation in which it is apart"
        )
    if not inside:
        raise ScenarioError(
            f"world {world.name} has no sector in {word!r}; its sectors: {', '.join(world.sectors[:12])}"
            + (", ..." if len(world.sectors) > 12 else "")
        )
    return tuple(inside)


def _candidates(world: World) -> list[str]:
    groups = [name for g in sector_groups() for name in (g.name, *g.aliases)]
    return [*world.sector_names, *world.sectors, *groups, *sector_names().values()]
