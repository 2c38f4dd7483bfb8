"""The numbers of a claim among its draws: which places a measure is of, what has to be kept for it, and its values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.claims.claim import Drawing, Measure, Part
from comity.claims.measuring import AMOUNT, SIGN, known_variables, places_on, weights
from comity.errors import ComityError
from comity.model.averages import WEIGHTS, averaged
from comity.uncertainty.ensemble.details import DETAILS, table_of
from comity.uncertainty.ensemble.program import MEASURES
from comity.uncertainty.ensemble.recording import Place, Record
from comity.world.world import World

Floats = NDArray[np.float64]


def record_of(measures: Iterable[Measure], worlds: Sequence[World], chart: Drawing | None = None) -> Record:
    """What has to be kept of each draw for some measures.

    Args:
        measures: of one scenario.
        worlds: of its variants.
        chart: what the claim's chart shows of the scenario, if anything.
    """
    kept: dict[str, dict[Place, None]] = {}
    parts = [part for measure in measures for part in (measure.part, measure.over) if part is not None]
    for part in (*parts, *([chart.part] if chart else [])):
        if (table := table_of(part.of)) is not None:
            for world in worlds:
                kept.setdefault(table, {}).update(dict.fromkeys(_places(part, world)))
    found: dict[str, Any] = {table: tuple(places) for table, places in kept.items()}
    return Record(**found)


def _places(part: Part, world: World) -> Iterator[Place]:
    """Codes of the places of a part; all of an axis that it does not name. None where a name means nothing here: that
    is an error of the measure in the single answers, and no number to be drawn."""
    codes: list[list[str]] = []
    for axis in axes_of(part):
        names = world.sectors if axis == "sector" else world.regions
        try:
            chosen = places_on(axis, part.at[axis], world) if axis in part.at else range(len(names))
        except ComityError:
            return
        codes.append([names[place] for place in chosen])
    yield from product(*codes)


@dataclass(frozen=True, eq=False)
class Values:
    """Draws of one variant.

    Attributes:
        world: baseline of the variant.
        record: what was kept.
        regional: ``[draw, measure, region]``, in the order of `MEASURES`.
        details: ``[draw, measure, place]`` by table.
        one_baseline: whether it is that of every draw: no year of the data and no rule for imbalances is drawn.
    """

    world: World
    record: Record
    regional: Floats
    details: Mapping[str, Floats]
    one_baseline: bool = True

    def cells(self, part: Part) -> tuple[list[Place], Floats, str] | None:
        """Places, values ``[draw, place]`` and unit of a part; None where it is of something that is not drawn."""
        unit = known_variables()[part.of].units if part.of in known_variables() else ""
        table = table_of(part.of)
        if (table is None and part.of not in MEASURES) or set(part.at) - set(axes_of(part)):
            return None
        places = list(_places(part, self.world))
        if not places:
            return None
        if table is None:
            at = [self.world.regions.index(place[0]) for place in places]
            return places, self.regional[:, MEASURES.index(part.of)][:, at], SIGN.get(unit, unit)
        known = {place: n for n, place in enumerate(self.record.places[table])}
        values = self.details[table][:, DETAILS[table].index(part.of)]
        return places, values[:, [known[place] for place in places]], SIGN.get(unit, unit)

    def number(self, part: Part) -> tuple[Floats, str] | None:
        """One number ``[draw]`` and its unit: amounts of several places are summed, rates averaged."""
        found = None if set(axes_of(part)) - set(part.at) else self.cells(part)
        if found is None:
            return None
        _, values, unit = found
        return None if (one := self._together(part, values, unit)) is None else (one, unit)

    def _together(self, part: Part, values: Floats, unit: str, chosen: Sequence[int] | None = None) -> Floats | None:
        """Some places of a part as one ``[draw]``: amounts summed, rates averaged where the baseline is the same in
        all draws and an average is defined.

        Args:
            part: the variable and its places.
            values: ``[draw, place]``.
            unit: of the values.
            chosen: which of the places; all if not said.
        """
        at = slice(None) if chosen is None else list(chosen)
        mine = values[:, at]
        if mine.shape[1] == 1 or unit == SIGN[AMOUNT]:
            return np.asarray(mine.sum(1))
        if part.of not in WEIGHTS or not self.one_baseline:
            return None
        return averaged(mine, weights(part, self.world).ravel()[at])

    def along(self, part: Part, axis: str) -> tuple[dict[str, Floats], str] | None:
        """Numbers ``[draw]`` by the name of their place on an axis, and their unit."""
        found = self.cells(part) if axis in axes_of(part) else None
        if found is None:
            return None
        places, values, unit = found
        codes, names = (
            (self.world.sectors, self.world.sector_names)
            if axis == "sector"
            else (self.world.regions, self.world.region_names)
        )
        words = dict(zip(codes, names, strict=True))
        by_name: dict[str, list[int]] = {}
        for k, place in enumerate(places):
            by_name.setdefault(words[place[axes_of(part).index(axis)]], []).append(k)
        numbers = {name: self._together(part, values, unit, chosen) for name, chosen in by_name.items()}
        complete = {name: one for name, one in numbers.items() if one is not None}
        return (complete, unit) if len(complete) == len(numbers) else None


def axes_of(part: Part) -> tuple[str, ...]:
    """The axes of what is measured; none of what goals find."""
    known = known_variables()
    return tuple(known[part.of].dims.split()) if part.of in known else ()
