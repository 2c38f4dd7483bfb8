"""A solved scenario with everything that is shown about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import __version__
from comity.cli import cache, console
from comity.cli.asked import Asked, load
from comity.report import burdens, coverages, document, focus, paths, tables
from comity.report import employment as employments
from comity.report import sectors as of_sectors

if TYPE_CHECKING:
    import numpy as np

    from comity.model.burden import Burden
    from comity.model.coverage import CoverageSensitivity
    from comity.model.explanation import Explanation
    from comity.model.outcome import Outcome
    from comity.world import World

ALL = "all"
LONG_RUN = (
    "Two equilibria are compared, everything else the same: no business cycle, unemployment or money; no forecast."
)
MOST_LISTED = 24


@dataclass(frozen=True)
class Answer:
    """Outcomes by variant, and what of them is shown.

    Attributes:
        case: scenario and world.
        outcomes: by name of the variant.
        listed: regions in the table of real income.
        regions_asked: whether the user named them.
        focus: regions in detail.
        sectors: for each region in focus the sectors shown.
        sectors_asked: whether the user named them.
        explanations: by variant, of one region; empty when not asked for.
        uniqueness: one sentence a variant; empty when not asked for.
        burdens: who bears the transfers, by variant that has some.
        coverages: what a tenth of each coverage does, by variant that has bans or controls.
        paths: for each path over horizons the names of its outcomes; empty without a list of horizons.
        persons: employment of the baseline by variant, thousand persons; empty when none was given.
    """

    case: Asked
    outcomes: dict[str, Outcome]
    listed: list[str]
    regions_asked: bool
    focus: list[str]
    sectors: dict[str, list[str]]
    sectors_asked: bool
    explanations: dict[str, Explanation]
    uniqueness: list[str]
    burdens: dict[str, tuple[Burden, ...]]
    coverages: dict[str, tuple[CoverageSensitivity, ...]]
    paths: Mapping[str, Sequence[str]]
    persons: Mapping[str, np.ndarray]

    @property
    def world(self) -> World:
        """The baseline of the outcomes: re-based under balanced trade."""
        return next(iter(self.outcomes.values())).world

    @property
    def question(self) -> str:
        """The question of the scenario, as its author put it."""
        return self.case.scenario.question

    @property
    def setting(self) -> str:
        """World and closures, in a line."""
        first, w = next(iter(self.outcomes.values())), self.world
        choices = document.closures_object(first.closures)
        if self.paths:
            along = (self.outcomes[name] for name in next(iter(self.paths.values())))
            choices["horizon"] = " and ".join(paths.horizon(outcome.closures.horizon) for outcome in along)
        closed = ", ".join(f"{name} {value}" for name, value in choices.items())
        size = f"{len(w.regions)} regions x {len(w.sectors)} sectors"
        year = "" if w.name == str(w.year) else f"{w.year}, "
        return f"World {w.name} ({year}{size}); elasticities {w.elasticities.name}; {closed}."

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Pairs of regions whose balances are shown; one region alone is set against those that matter most."""
        others = focus.in_focus(self.outcomes)
        return tables.pairs_of(self.focus if len(self.focus) > 1 else dict.fromkeys([*self.focus, *others]))

    @property
    def caveats(self) -> list[str]:
        """What applies to these numbers: of the scenario, of the data, of the solution; each once."""
        from comity.model.outcome import caveats_of

        return [*caveats_of(self.case.scenario, self.case.world, self.outcomes), LONG_RUN]

    def document(self) -> dict[str, Any]:
        """The answer as one object, in the shape of `comity schema --output`."""
        content = document.document(
            self.outcomes,
            version=__version__,
            scenario=self.case.to_dict(),
            caveats=self.caveats,
            regions=self.listed if self.regions_asked else self.world.regions,
            pairs=self.pairs,
            sectors=self.sectors,
        )
        if self.explanations:
            content["explanation"] = {name: document.finite(e.to_dict()) for name, e in self.explanations.items()}
        if self.uniqueness:
            content["uniqueness"] = self.uniqueness
        if self.burdens:
            rows = {name: [row._asdict() for row in some] for name, some in self.burdens.items()}
            content["burdens"] = document.finite(rows)
        if self.coverages:
            codes = self.listed if self.regions_asked else self.world.regions
            found = {name: coverages.coverage_objects(some, codes) for name, some in self.coverages.items()}
            content["coverages"] = document.finite(found)
        if burdens.buyers(self.outcomes):
            content["public_purchases"] = document.finite(burdens.purchases_object(self.outcomes))
        if self.paths:
            codes = self.listed if self.regions_asked else self.world.regions
            content["paths"] = document.finite(paths.path_object(self.outcomes, self.paths, codes))
        if self.persons:
            content["employment"] = document.finite(employments.employment_object(self.outcomes, self.persons))
        return content


def answer(
    source: str,
    *,
    world: str | None = None,
    aggregation: str | None = None,
    tariffs: Path | None = None,
    choices: Mapping[str, str] | None = None,
    explain: str | None = None,
    regions: Sequence[str] = (),
    sectors: Sequence[str] = (),
    employment: Path | None = None,
    starts: int = 0,
) -> Answer:
    """Read, solve, certify; names that are not known are refused before anything is solved."""
    cache.enable()
    case = load(source, world=world, aggregation=aggregation, tariffs=tariffs, choices=choices or {})
    everywhere = ALL in [name.lower() for name in regions]
    asked = [] if everywhere else resolve_regions(case, regions)
    explained = resolve_regions(case, [explain])[0] if explain else None
    wanted = resolve_sectors(case, sectors)
    persons = persons_of(case, employment) if employment else {}
    outcomes = solve(case)
    chosen = focus.in_focus(outcomes, asked)
    order = focus.by_size(outcomes)
    rest = [] if asked else [code for code in order if code not in chosen]
    listed = [*chosen, *rest][: None if everywhere or asked else MOST_LISTED]
    return Answer(
        case,
        outcomes,
        listed,
        bool(asked),
        chosen,
        {code: wanted or of_sectors.most_moved(outcomes, code) for code in chosen},
        bool(wanted),
        _explanations(outcomes, explained),
        _uniqueness(outcomes, starts),
        _burdens(outcomes),
        _coverages(outcomes),
        _paths(case),
        persons,
    )


def solve(case: Asked) -> dict[str, Outcome]:
    """Every variant, certified."""
    from comity.model import solve_all

    with console.working("Solving"):
        return solve_all(case.world, case.scenario)


def resolve_regions(case: Asked, names: Sequence[str]) -> list[str]:
    """Codes of regions as people write them; a grouping stands for its members."""
    from comity.policy import resolve_regions as resolve

    return list(dict.fromkeys(code for name in names for code in resolve(name, case.world)))


def resolve_sectors(case: Asked, names: Sequence[str]) -> list[str]:
    """Codes of sectors as people write them; a group stands for its members, and an industry for its products too."""
    from comity.errors import ScenarioError
    from comity.policy import resolve_sectors as resolve

    if not names:
        return []
    others = {s.world.hash: s.world for s in case.scenario.settings(case.world) if s.world is not case.world}
    found: list[str] = []
    for name in names:
        try:
            found += resolve(name, case.world)
        except ScenarioError:
            if not any(name in world.sectors for world in others.values()):
                raise
        for world in others.values():
            with suppress(ScenarioError):  # a label of this aggregation alone, which the world above has
                found += resolve(name, world)
    return list(dict.fromkeys(found))


def persons_of(case: Asked, table: Path) -> dict[str, np.ndarray]:
    """Employment of a table of the user's on the world of each variant, thousand persons ``[n, k]``."""
    from comity.world import read_employment

    return {setting.name: read_employment(table, setting.world) for setting in case.scenario.settings(case.world)}


def _paths(case: Asked) -> dict[str, list[str]]:
    from comity.policy.settings import paths as of_settings

    return of_settings(case.scenario.settings(case.world))


def _explanations(outcomes: dict[str, Outcome], region: str | None) -> dict[str, Explanation]:
    if region is None:
        return {}
    from comity.model.explanation import explain

    with console.working(f"Explaining {region}"):
        return {name: explain(outcome, region) for name, outcome in outcomes.items()}


def _burdens(outcomes: dict[str, Outcome]) -> dict[str, tuple[Burden, ...]]:
    """Compiled and computed only where there are transfers."""
    paying = {name: outcome for name, outcome in outcomes.items() if outcome.shock.transfer.any()}
    if not paying:
        return {}
    from comity.model.burden import burdens as of_outcome

    with console.working("Splitting the burden of transfers"):
        return {name: of_outcome(outcome) for name, outcome in paying.items()}


def _coverages(outcomes: dict[str, Outcome]) -> dict[str, tuple[CoverageSensitivity, ...]]:
    """Solved only where there are bans or controls."""
    from comity.model.coverage import coverage_sensitivities

    with console.working("Varying the coverage of bans and controls"):
        found = {name: coverage_sensitivities(outcome) for name, outcome in outcomes.items()}
    return {name: some for name, some in found.items() if some}


def _uniqueness(outcomes: dict[str, Outcome], starts: int) -> list[str]:
    if not starts:
        return []
    from comity.model import uniqueness

    with console.working(f"Solving again from {starts} starts"):
        return [f"{name}: {uniqueness(outcome, starts=starts)}" for name, outcome in outcomes.items()]
