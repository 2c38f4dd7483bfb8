"""A question under combinations of choices: each solved once, certified, or said to have no answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from comity.errors import ComityError, DataError
from comity.model import Closures, Outcome, problem, rebase, run
from comity.uncertainty.bases import Base, Question, Worlds, ask
from comity.uncertainty.choices import AGGREGATION, ELASTICITIES, MEASURES, VINTAGE, Choice
from comity.world import World

PROGRAM = (AGGREGATION, "sourcing", "demand", "competition")
"""Choices whose levels need compiled programs of their own; those of all others are numbers to the same program."""
AT_ONCE = 2
EV = "equivalent variation"
Levels = Mapping[str, str]
"""A level of every choice, by the name of the choice."""


@dataclass(frozen=True)
class Answer:
    """What one combination of choices says.

    Attributes:
        levels: of every choice but the measure.
        values: by measure, per cent; and ``"equivalent variation"``, US$ bn. Empty where there is no answer.
        problem: why there is none.
    """

    levels: Levels
    values: Mapping[str, float]
    problem: str = ""


@dataclass(frozen=True)
class Combinations:
    """Solves combinations of levels and keeps what it found.

    Attributes:
        question: what is asked.
        worlds: of every vintage and aggregation.
        asked: closures of the scenario.
        choices: all but the measure.
    """

    question: Question
    worlds: Worlds
    asked: Closures
    choices: tuple[Choice, ...]
    _answers: dict[tuple[str, ...], Answer] = field(default_factory=dict, repr=False)
    _bases: dict[tuple[str, str, str], Base] = field(default_factory=dict, repr=False)
    _balanced: dict[tuple[str, str, str, Closures], World] = field(default_factory=dict, repr=False)

    @property
    def own(self) -> Levels:
        """The combination that the scenario asks for."""
        return {choice.name: choice.own.name for choice in self.choices}

    def crossed(self) -> Iterator[Levels]:
        """Every combination of the levels that are crossed."""
        names = [choice.name for choice in self.choices]
        for levels in product(*([level.name for level in choice.crossed] for choice in self.choices)):
            yield dict(zip(names, levels, strict=True))

    def prepare(self, wanted: Iterable[Levels]) -> None:
        """Solve one combination for each compiled program that is wanted, two at a time: compiling takes longest."""
        first: dict[tuple[str, ...], Levels] = {}
        for levels in wanted:
            first.setdefault(tuple(levels[name] for name in PROGRAM), levels)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.answer, first.values()))

    def answer(self, levels: Levels) -> Answer:
        """The answer of a combination, or why there is none: no such data, no equilibrium, a refused closure."""
        key = tuple(levels.values())
        if key not in self._answers:
            try:
                self._answers[key] = self.must(levels)
            except ComityError as why:
                self._answers[key] = Answer(levels, {}, str(why))
        return self._answers[key]

    def must(self, levels: Levels) -> Answer:
        """The answer of a combination.

        Raises:
            ComityError: there is none.
        """
        base, closures = self.base(levels), self._closures(levels)
        start = self._start(levels, base, closures)
        solved = run(replace(problem(start, base.setting.shock, closures), scenario=self.question.scenario.hash))
        return Answer(levels, _values(solved, base.region))

    def base(self, levels: Levels) -> Base:
        """The world of a combination, and the question in it.

        Raises:
            ComityError: there is no such world, or the question cannot be asked of it.
        """
        place = levels[VINTAGE], levels[AGGREGATION], levels[ELASTICITIES]
        if place not in self._bases:
            world = self.worlds.found.get(place[:2], f"{place[1]} is tried on the scenario's own year only")
            if isinstance(world, str):
                raise DataError(world)
            if place[2] != self.own[ELASTICITIES]:
                world = world.with_elasticities(place[2])
            self._bases[place] = ask(self.question, world, self.worlds)
        return self._bases[place]

    def _closures(self, levels: Levels) -> Closures:
        settings: dict[str, Any] = {}
        for choice in self.choices:
            settings |= next(level for level in choice.levels if level.name == levels[choice.name]).closures
        return replace(self.asked, **settings)

    def _start(self, levels: Levels, base: Base, closures: Closures) -> World:
        """The world that changes are measured from; a balanced one is solved once for both uses of revenue."""
        if closures.imbalances != "balanced":
            return base.setting.world
        key = levels[VINTAGE], levels[AGGREGATION], levels[ELASTICITIES], replace(closures, revenue="rebated")
        if key not in self._balanced:
            self._balanced[key] = rebase(base.setting.world, balanced=True, closures=closures)
        return self._balanced[key]


def _values(solved: Outcome, region: str) -> dict[str, float]:
    n = solved.region(region)
    percent = {name: 100 * (float(solved.values[key][n]) - 1) for name, key in MEASURES.items()}
    return percent | {EV: float(solved.values["equivalent_variation"][n]) * solved.unit / 1000}
