"""What a rule reaches in one world: the regions and sectors behind its names, as masks over the axes of `World`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from comity.errors import ScenarioError
from comity.policy.places import within
from comity.policy.regions import Missed, Regions, find_regions
from comity.policy.sectors import find_sectors
from comity.policy.wording import names
from comity.world.world import World

Mask = NDArray[np.bool_]
Words = str | Sequence[str]
GOODS = ("goods",)


@dataclass(frozen=True)
class Scope:
    """A world, the day on which groupings are taken (None: the latest membership known), and the rules before.

    Attributes:
        world: in which names are looked up.
        day: of memberships of groupings.
        past: the rules that were applied before, in order, for those whose meaning depends on them: who leaves an
            agreement must be in it, and two that join are linked with each other.
    """

    world: World
    day: date | None = None
    past: tuple[object, ...] = ()

    def after(self, rule: object) -> Scope:
        """The scope of the next rule."""
        return replace(self, past=(*self.past, rule))

    def regions(self, key: str, words: Words, *, others: bool = True) -> Regions:
        """Regions of the words under a key; errors carry the key."""
        with within(key):
            return find_regions(names(words), self.world, self.day, others=others)

    def sectors(self, words: Words | None, default: tuple[str, ...]) -> tuple[int, ...]:
        """Sectors of the words under ``sectors``, or of the default when there are none."""
        with within("sectors"):
            if words is not None:
                return find_sectors(names(words), self.world)
            try:
                return find_sectors(default, self.world)
            except ScenarioError as error:
                raise ScenarioError(
                    f"without `sectors` the rule means {', '.join(default)}, which this world cannot tell apart "
                    f"({error}): write `sectors: all`, or name them"
                ) from error

    def one_region(self, key: str, words: Words) -> int:
        """The single region of the words under a key.

        Raises:
            ScenarioError: they mean several.
        """
        found = self.regions(key, words, others=False)
        if len(found.index) != 1 or found.missed:
            with within(key):
                codes = ", ".join(self.world.regions[i] for i in found.index[:6])
                raise ScenarioError(
                    f"{', '.join(names(words))!r} means {len(found.index)} regions here ({codes}): name one, and "
                    "write a rule for each"
                )
        return found.index[0]

    def flows(
        self,
        by: Words,
        on: Words,
        sectors: Words | None,
        *,
        by_imports: bool,
        default: tuple[str, ...] = GOODS,
    ) -> Mask:
        """Cells ``[j, n, i]`` between `by` and `on`, home sales never among them.

        Args:
            by: who acts: the importer if `by_imports`, else the exporter.
            on: the other side.
            sectors: of the good; `default` if None.
            by_imports: on which side of the border `by` stands.
            default: sectors meant when none are named.

        Raises:
            ScenarioError: names that mean nothing here, or no border between the two sides.
        """
        actors = self.regions("by", by).index
        others = self.regions("on", on).index
        chosen = self.sectors(sectors, default)
        size = len(self.world.regions)
        pairs = np.zeros((size, size), dtype=bool)
        pairs[np.ix_(*((actors, others) if by_imports else (others, actors)))] = True
        np.fill_diagonal(pairs, False)
        if not pairs.any():
            with within("on"):
                raise ScenarioError(
                    f"there is no border between {', '.join(names(by))} and {', '.join(names(on))} in world "
                    f"{self.world.name}: both are the same region, and a region's sales at home are never touched"
                    + "".join(f"; {missed.sentence()}" for missed in self.missed(by, on))
                )
        mask = np.zeros((len(self.world.sectors), size, size), dtype=bool)
        mask[list(chosen)] = pairs
        return mask

    def missed(self, by: Words, on: Words) -> list[Missed]:
        """Members of groupings on either side that the world does not show apart."""
        return [*self.regions("by", by).missed, *self.regions("on", on).missed]
