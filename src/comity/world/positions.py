"""Where the words of a user's table point in a world: codes, names, groups of its presets, names of industries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from comity.errors import UnknownName
from comity.world.classification import industry_cover, lookup_key, region_aliases, sector_aliases
from comity.world.presets import REST, Grouping, presets

if TYPE_CHECKING:
    from comity.world.world import World

Axis = Literal["region", "sector"]
ANY = "*"
_LISTED = 12
_NONE: frozenset[str] = frozenset()


class Positions:
    """Finds regions and sectors of one world; remembers what it found."""

    def __init__(self, world: World) -> None:
        fitting = [preset for preset in presets() if preset.fits(world.name)]
        self._world = world.name
        self._labels: dict[Axis, _Labels] = {
            "region": _Labels(
                (world.regions, world.region_names),
                world.region_members,
                {**region_aliases(), **_groups([preset.regions for preset in fitting])},
            ),
            "sector": _Labels(
                (world.sectors, world.sector_names),
                world.sector_members,
                {**_industries(), **_groups([preset.sectors for preset in fitting])},
            ),
        }
        self._found: dict[tuple[Axis, str], list[int]] = {}

    def find(self, axis: Axis, word: str, where: str) -> list[int]:
        """Positions of a word on an axis; `where` is the place to name in messages.

        Raises:
            UnknownName: the word means nothing in this world; gives the nearest that does.
        """
        if (axis, word) not in self._found:
            labels = self._labels[axis]
            if not (found := labels.find(word)):
                raise UnknownName(f"{where}: {word!r} is not a {axis} of world {self._world}{labels.hint(word)}")
            self._found[axis, word] = found
        return self._found[axis, word]


@dataclass(frozen=True)
class _Labels:
    """One axis: its codes and its names, the source codes behind each, and which source codes other words mean."""

    own: tuple[Sequence[str], Sequence[str]]
    members: Sequence[Sequence[str]]
    meanings: Mapping[str, frozenset[str]]

    def find(self, word: str) -> list[int]:
        """By code, then name, then by what the word means in the source's own codes."""
        if word == ANY:
            return list(range(len(self.members)))
        key = lookup_key(word)
        for labels in self.own:
            for place, label in enumerate(labels):
                if lookup_key(label) == key:
                    return [place]
        return self._inside(self.meanings.get(key, _NONE))

    def _inside(self, meant: frozenset[str]) -> list[int]:
        return [place for place, group in enumerate(self.members) if set(group) <= meant]

    def hint(self, word: str) -> str:
        """The nearest word that has a meaning here, and the first codes."""
        codes, key = self.own[0], lookup_key(word)
        shown = {other: _shown(other) for other, meant in self.meanings.items() if self._inside(meant)}
        shown |= {lookup_key(label): label for label in (*self.own[1], *codes)}
        near = [other for other in shown if len(key) > 1 and other.startswith(key)]
        near = sorted(near, key=len) or get_close_matches(key, shown, 1, 0.5)
        listed = ", ".join(codes[:_LISTED]) + (", ..." if len(codes) > _LISTED else "")
        return (f"; nearest is {shown[near[0]]!r}" if near else "") + f" (it has {listed})"


def _shown(key: str) -> str:
    """A word that is kept as a key, as people write it: codes such as EU27 in capitals."""
    return key.upper() if key.isalnum() and any(c.isdigit() for c in key) else key


def _industries() -> dict[str, frozenset[str]]:
    """What names of sectors, and codes of ISIC and the ICIO, cover in codes of all classifications.

    Codes in small letters (WIOD's ``c24`` is water transport) count only in a world that has them.
    """
    cover = industry_cover()
    capital = {code: whole for code, whole in cover.items() if code[0].isupper()}
    inside = {lookup_key(c): frozenset(o for o in cover if cover[o] <= whole) for c, whole in capital.items()}
    return {**inside, **sector_aliases()}


def _groups(groupings: Sequence[Grouping]) -> dict[str, frozenset[str]]:
    """Groups that presets sum, by code and by name, but for the rest and for those that presets sum differently."""
    found: dict[str, set[frozenset[str]]] = {}
    for grouping in groupings:
        for code, members in grouping.groups.items():
            for label in (code, grouping.names[code]):
                found.setdefault(lookup_key(label), set()).add(_NONE if members == REST else frozenset(members))
    return {label: next(iter(sums)) for label, sums in found.items() if len(sums) == 1 and all(sums)}
