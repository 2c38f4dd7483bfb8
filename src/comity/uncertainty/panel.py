"""One question under every choice that the engine has: why answers differ, and which choice moves this one by how much.

`docs/decisions/disagreement.md` says how the combinations are chosen and how the spread is divided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from comity.errors import ScenarioError, UnknownName
from comity.model import Closures
from comity.policy import Scenario
from comity.policy.wording import nearest
from comity.uncertainty import shares
from comity.uncertainty.bases import Base, Question, Worlds, setting_of, worlds
from comity.uncertainty.choices import (
    AGGREGATION,
    ELASTICITIES,
    MEASURED,
    MEASURES,
    VINTAGE,
    Choice,
    Level,
    closure_choices,
)
from comity.uncertainty.combinations import Answer, Combinations, Levels
from comity.uncertainty.published import Published, published
from comity.world import World

REAL_INCOME, EVERY = "real income", "every measure"
WORLD = (VINTAGE, AGGREGATION, ELASTICITIES)


@dataclass(frozen=True)
class Step:
    """One choice changed by itself.

    Attributes:
        choice, level: what is changed, and to what.
        beside: other choices that had to be changed with it; empty for most.
        answer: with the change.
        without: the same without it: the scenario's own answer unless `beside` says otherwise.
        how: how the rules came into this world; empty where they are as written.
    """

    choice: str
    level: str
    beside: Levels
    answer: Answer
    without: Answer
    how: str = ""

    def effect(self, measure: str) -> float | None:
        """What the change does to a measure, in its unit; None where one of the two has no answer."""
        if not self.answer.values or not self.without.values:
            return None
        return self.answer.values[measure] - self.without.values[measure]


@dataclass(frozen=True)
class Ranked:
    """A choice in the order of what it accounts for.

    Attributes:
        choice: its name.
        levels: how many were crossed.
        low, high: mean answer over all combinations at its lowest and at its highest level, per cent.
        lowest, highest: those levels.
        alone: share of the variance that it explains by itself.
        share: of the variance, interactions divided; the shares of all choices add up to one.
    """

    choice: str
    levels: int
    low: float
    lowest: str
    high: float
    highest: str
    alone: float
    share: float


@dataclass(frozen=True)
class Spread:
    """Answers of one measure, or of all of them, over every combination, and what they differ by.

    Attributes:
        measure: its name, or ``"every measure"``.
        values: ``[combination]`` (times measures), per cent.
        ranked: choices by their share, the largest first; those that nothing was varied in are left out.
        pair: the two choices with the largest interaction, and the share of the variance that it explains.
    """

    measure: str
    values: tuple[float, ...]
    ranked: tuple[Ranked, ...]
    pair: tuple[str, str, float] | None

    @property
    def together(self) -> float:
        """Share of the variance that no choice explains by itself: interactions of all orders."""
        return 1 - sum(one.alone for one in self.ranked)

    def share(self, choice: str) -> float | None:
        """The share of a choice; None where it was not varied."""
        return next((one.share for one in self.ranked if one.choice == choice), None)


@dataclass(frozen=True)
class Panel:
    """One question under every choice.

    Attributes:
        question: variant and region, as asked.
        region: code and name of the region in the scenario's own world.
        choices: with all levels, the scenario's own first; the measure last.
        own: the scenario's own answer.
        steps: each choice changed by itself, in the order of `choices`.
        crossed: the answer of every combination of the crossed levels.
        spreads: by measure, ``"every measure"`` last; the first is the one that is asked for.
        published: what others said of this region and of tariffs by the same economies.
        notes: caveats of the scenario in its own world.
    """

    question: Question
    region: tuple[str, str]
    choices: tuple[Choice, ...]
    own: Answer
    steps: tuple[Step, ...]
    crossed: tuple[Answer, ...]
    spreads: Mapping[str, Spread]
    published: tuple[Published, ...]
    notes: tuple[str, ...]

    @property
    def measure(self) -> str:
        """The measure that is asked for."""
        return next(iter(self.spreads))

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Combinations with an answer."""
        return tuple(answer for answer in self.crossed if answer.values)

    @property
    def refused(self) -> Mapping[str, int]:
        """Why combinations have no answer, and how many; the same for changes of one choice is in `steps`."""
        return Counter(answer.problem for answer in self.crossed if not answer.values)

    def moved(self, choice: str, measure: str) -> tuple[float, float]:
        """Lowest and highest effect of a choice changed by itself, the scenario's own level counting as zero."""
        effects = [step.effect(measure) for step in self.steps if step.choice == choice]
        known = [0.0, *(effect for effect in effects if effect is not None)]
        return min(known), max(known)


def disagreement(
    scenario: Scenario,
    region: str = "Japan",
    *,
    variant: str | None = None,
    measure: str = REAL_INCOME,
    only: Sequence[str] = (),
) -> Panel:
    """A scenario under every closure, elasticity set, horizon, data vintage and aggregation that the engine has.

    Args:
        scenario: the question; its own options and world are the point of departure.
        region: whose answer is looked at.
        variant: of the scenario; may be left out if it has one.
        measure: ``real income``, ``real GDP`` or ``real wage``: what choices are ranked by. The spread of the others,
            and of all measures together, is there as well.
        only: names of the choices that are looked at; all of them if empty.

    Raises:
        UnknownName: no such variant, region, measure or choice.
        ScenarioError, SolveError: the scenario has no answer on its own terms.

    >>> from comity.policy import Tariff
    >>> cars = Scenario(policies=[Tariff(by="USA", on="JPN", add=0.1)], aggregation="small")
    >>> panel = disagreement(cars, only=["elasticities", "imbalances"])
    >>> len(panel.crossed), round(sum(one.share for one in panel.spreads["real income"].ranked), 9)
    (12, 1.0)
    """
    if measure not in MEASURES:
        raise UnknownName(f"there is no measure {measure!r} here; choose from {', '.join(MEASURES)}")
    everything = worlds(scenario)
    question = Question(scenario, _variant(scenario, variant, everything.own), region)
    asked = Closures(**setting_of(question, everything.own).closures)
    closures = closure_choices(asked, everything.own.elasticities.name)
    choices = _only((*closures, everything.vintage, everything.aggregation, MEASURED), only)
    combinations = Combinations(question, everything, asked, choices[:-1])
    own = combinations.must(combinations.own)
    changes = list(_changes(choices[:-1], combinations.own, everything))
    crossed = list(combinations.crossed())
    combinations.prepare([*(levels for _, _, _, levels in changes), *crossed])
    for levels in sorted(crossed, key=lambda levels: [levels[name] for name in WORLD]):
        combinations.answer(levels)  # world by world: what is made of a world serves all that is asked of it
    steps = tuple(_step(combinations, *change) for change in changes)
    answers = tuple(map(combinations.answer, crossed))
    spreads = {name: _spread(choices, answers, [name]) for name in dict.fromkeys([measure, *MEASURES])}
    spreads[EVERY] = _spread(choices, answers, list(MEASURES))
    base = combinations.base(combinations.own)
    others, notes = _published(base), tuple(scenario.caveats(everything.own))
    return Panel(question, _named(base), choices, own, steps, answers, spreads, others, notes)


def _named(base: Base) -> tuple[str, str]:
    world = base.setting.world
    return base.region, world.region_names[world.regions.index(base.region)]


def _published(base: Base) -> tuple[Published, ...]:
    """What others said of the region, on tariffs by economies that raise some in the scenario."""
    world, shock = base.setting.world, base.setting.shock
    raised = np.flatnonzero((shock.tariff > world.tariff).any((0, 2)))
    members = world.region_members
    levied_by = {code for n in raised for code in members[n]}
    return tuple(one for code in members[world.regions.index(base.region)] for one in published(code, levied_by))


def _variant(scenario: Scenario, variant: str | None, world: World) -> str:
    if variant is not None:
        return variant
    names = [setting.name for setting in scenario.settings(world)]
    if len(names) > 1:
        raise ScenarioError(f"the scenario has the variants {', '.join(map(repr, names))}: name one")
    return names[0]


def _only(choices: tuple[Choice, ...], names: Sequence[str]) -> tuple[Choice, ...]:
    """The choices, those that are not named held at the scenario's own level (the measure at all that it has)."""
    known = [choice.name for choice in choices]
    for name in names:
        if name not in known:
            raise UnknownName(f"there is no choice {name!r}{nearest(name, known)} (choices: {', '.join(known)})")
    kept = [c if not names or c.name in names else Choice(c.name, (c.own,)) for c in choices[:-1]]
    return (*kept, choices[-1])


def _changes(
    choices: tuple[Choice, ...], own: Levels, everything: Worlds
) -> Iterator[tuple[Choice, Level, Levels, Levels]]:
    """Each level but the scenario's own: choice, level, what differs beside it, and the whole combination."""
    for choice in choices:
        for level in choice.levels[1:]:
            beside = _beside(choice, level, own, everything)
            yield choice, level, beside, {**own, **beside, choice.name: level.name}


def _step(combinations: Combinations, choice: Choice, level: Level, beside: Levels, levels: Levels) -> Step:
    without = combinations.answer({**combinations.own, **beside})
    answer = combinations.answer(levels)
    how = combinations.base(levels).how if answer.values else ""
    return Step(choice.name, level.name, beside, answer, without, how)


def _beside(choice: Choice, level: Level, own: Levels, everything: Worlds) -> Levels:
    """What else has to differ from the scenario's own choices for a level to exist."""
    beside = {name: needed for name, needed in level.needs.items() if own[name] != needed}
    if choice.name == VINTAGE and isinstance(everything.found[level.name, own[AGGREGATION]], str):
        years = (level.name, own[VINTAGE])
        for size in everything.aggregation.crossed:
            if not any(isinstance(everything.found[year, size.name], str) for year in years):
                return beside | {AGGREGATION: size.name}
    return beside


def _spread(choices: tuple[Choice, ...], answers: Sequence[Answer], measures: Sequence[str]) -> Spread:
    """Choices by what they account for, over all combinations with an answer."""
    rows = [
        (*(_place(choice, answer.levels[choice.name]) for choice in choices[:-1]), number, answer.values[name])
        for answer in answers
        if answer.values
        for number, name in enumerate(measures)
    ]
    table = np.array([row[:-1] for row in rows], dtype=np.intp)
    values = np.array([row[-1] for row in rows])
    varied = [c for c in range(len(choices)) if len(np.unique(table[:, c])) > 1]
    table = table[:, varied]
    parts, first = shares.shapley(table, values), shares.alone(table, values)
    found = [_one(choices[c], table[:, i], values, first[i], parts[i]) for i, c in enumerate(varied)]
    pairs = shares.interactions(table, values)
    pair = None
    if pairs:
        a, b = max(pairs, key=lambda key: pairs[key])
        pair = choices[varied[a]].name, choices[varied[b]].name, pairs[a, b]
    ranked = tuple(sorted(found, key=lambda one: -one.share))
    return Spread(measures[0] if len(measures) == 1 else EVERY, tuple(values.tolist()), ranked, pair)


def _place(choice: Choice, level: str) -> int:
    return [one.name for one in choice.levels].index(level)


def _one(choice: Choice, column: np.ndarray, values: np.ndarray, first: float, share: float) -> Ranked:
    numbers = np.unique(column)
    means = [float(values[column == number].mean()) for number in numbers]
    low, high = int(np.argmin(means)), int(np.argmax(means))
    names = [choice.levels[number].name for number in numbers]
    return Ranked(choice.name, len(names), means[low], names[low], means[high], names[high], float(first), float(share))
