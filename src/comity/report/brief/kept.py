"""What is kept of a case while it runs: for each claim its headline outcome, and the worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comity.claims.intervals import headline
from comity.errors import ComityError
from comity.policy.regions import find_regions
from comity.policy.wording import nearest
from comity.report.brief.plain import readable
from comity.report.brief.series import Series, series
from comity.report.brief.views import View, view

if TYPE_CHECKING:
    from comity.claims import Case
    from comity.claims.claim import Claim, Measure
    from comity.claims.solving import Solved
    from comity.world import World


def headline_of(claim: Claim) -> tuple[Measure | None, str, str | None]:
    """The measure that a claim is summed up by, its file and its variant.

    The first measure that is a number, in the variant where the answer quotes it first, else in the first one that it
    has; None where any will do.
    """
    key, variant = headline(claim)
    measure = next((measure for measure in claim.measures if measure.key == key), None)
    if measure is None:
        return None, claim.scenarios[0], None
    return measure, measure.scenario or claim.scenarios[0], variant or next(iter(measure.variants or ()), None)


def first_world(case: Case, worlds: Sequence[str] = ()) -> str:
    """The name of the world whose numbers a brief shows; empty where each scenario names its own."""
    return next(iter(worlds or case.content.worlds), "")


@dataclass
class Kept:
    """Filled by `keep`, which is called with every scenario that is solved.

    Attributes:
        case: the claims.
        world: the name of the world whose outcomes are kept; empty keeps those of any.
        views: the headline outcome by number of the claim.
        worlds: by name, the baselines.
        series: what the chart of a claim shows, by its number; a sentence where there is no chart to be had.
        maps: what its map shows, likewise.
        caveats: of each scenario, by number of the claim, file and world.
    """

    case: Case
    world: str
    views: dict[int, View] = field(default_factory=dict)
    worlds: dict[str, World] = field(default_factory=dict)
    series: dict[int, Series | str] = field(default_factory=dict)
    maps: dict[int, View | str] = field(default_factory=dict)
    caveats: dict[tuple[int, str, str], tuple[str, ...]] = field(default_factory=dict)

    def keep(self, solved: Solved) -> None:
        """Keep what a brief shows of a scenario."""
        self.caveats[solved.task.claim.number, solved.task.file, solved.task.world] = readable(
            solved.caveats, solved.outcomes.values()
        )
        if solved.world is None or not solved.outcomes:
            return
        self.worlds.setdefault(solved.task.world, solved.world)
        claim = solved.task.claim
        self._draw(solved)
        self._map(solved)
        measure, file, variant = headline_of(claim)
        if solved.task.file != file or (self.world and solved.task.world != self.world):
            return
        named = [v for v in solved.outcomes if v not in ({measure.less} if measure else set())]
        chosen = variant if variant in solved.outcomes else next(iter(named), None)
        if (variant is not None and chosen != variant) or chosen is None:
            return
        outcome = solved.outcomes[chosen]
        self.views[claim.number] = view(chosen, outcome, self._focus(measure, outcome.world), explained=True)

    def _draw(self, solved: Solved) -> None:
        """Keep what the chart of the claim shows, if it is of this scenario."""
        claim, asked = solved.task.claim, solved.task.claim.chart
        if asked is None or (asked.scenario or claim.scenarios[0]) != solved.task.file:
            return
        if claim.number in self.series or (self.world and solved.task.world != self.world):
            return
        try:
            self.series[claim.number] = series(asked, solved)
        except ComityError as error:
            self.series[claim.number] = str(error)

    def _map(self, solved: Solved) -> None:
        """Keep what the map of the claim shows, if it is of this scenario."""
        claim, asked = solved.task.claim, solved.task.claim.map
        if asked is None or (asked.scenario or claim.scenarios[0]) != solved.task.file:
            return
        if claim.number in self.maps or (self.world and solved.task.world != self.world):
            return
        name = asked.variant
        if name in solved.outcomes:
            outcome = solved.outcomes[name]
            self.maps[claim.number] = view(name, outcome, self._focus(None, outcome.world), explained=False)
        elif name in solved.errors:
            self.maps[claim.number] = f"map: variant {name!r} has no certified outcome"
        else:
            self.maps[claim.number] = f"map: no variant {name!r}{nearest(name, list(solved.outcomes))}"

    def mapped(self) -> Mapping[int, View]:
        """What is drawn on maps, by claim: what is asked for; if nothing is, the headline that moves most."""
        if any(claim.map for claim in self.case.content.claims):
            return {number: one for number, one in self.maps.items() if isinstance(one, View)}
        if not self.views:
            return {}
        most = max(self.views, key=lambda number: sum(map(abs, self.views[number].worth.values())))
        return {most: self.views[most]}

    def _focus(self, measure: Measure | None, world: World) -> str:
        """The region of the headline measure where it has one, else the first region of the first column."""
        words = next(iter(self.case.content.columns.values()))
        for axis in ("region", "importer", "exporter"):
            if measure is not None and axis in measure.at:
                named = tuple(measure.at[axis])
                if len(_places(named, world)) == 1:
                    return world.regions[_places(named, world)[0]]
        return world.regions[(_places(tuple(words), world) or [0])[0]]


def _places(words: tuple[str, ...], world: World) -> list[int]:
    try:
        return [int(place) for place in find_regions(words, world, None).index]
    except ComityError:
        return []
