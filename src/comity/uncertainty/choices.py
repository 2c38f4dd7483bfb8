"""The choices that an answer rests on, each with its levels: what the engine has, set side by side.

A level says what it sets; the first level of a choice is what the scenario asks for itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.model import Closures
from comity.policy.options import OPTIONS
from comity.world import elasticity_sets
from comity.world.elasticities import UNIFORM, UNIFORM_THETA, industry_elasticities

ELASTICITIES, TIME, VINTAGE, AGGREGATION, MEASURE = (
    "elasticities",
    "horizon and mobility",
    "data vintage",
    "aggregation",
    "measure",
)
_TIMES: Mapping[str, Mapping[str, Any]] = {
    "long run, mobile factors": {"horizon": None, "kappa": math.inf},
    "long run, specific factors": {"horizon": None, "kappa": 1.0},
    "3 years": {"horizon": 3.0, "kappa": math.inf},
    "1 year": {"horizon": 1.0, "kappa": math.inf},
}
BETWEEN = ("3 years", "spending")
"""Levels that lie between others, or close to one (`output`): tried by themselves, not crossed, unless they are the
scenario's own."""
DEMANDS = (0.5, 2.0)
MEASURES: Mapping[str, str] = {"real income": "real_income", "real GDP": "real_gdp", "real wage": "real_wage"}
"""What may be reported, all in per cent: the name of each in `Outcome.values`."""


@dataclass(frozen=True)
class Level:
    """One level of a choice.

    Attributes:
        name: as shown.
        closures: arguments of `comity.model.Closures` that it sets.
        needs: levels of other choices that it only exists with, by the name of the choice.
        crossed: whether it is crossed with every other choice; else it is tried by itself only.
    """

    name: str
    closures: Mapping[str, Any] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    crossed: bool = True


@dataclass(frozen=True)
class Choice:
    """A choice and its levels, the scenario's own first.

    Attributes:
        name: as shown.
        levels: at least one.
    """

    name: str
    levels: tuple[Level, ...]

    @property
    def own(self) -> Level:
        """What the scenario asks for."""
        return self.levels[0]

    @property
    def crossed(self) -> tuple[Level, ...]:
        """The levels that are crossed with other choices, the scenario's own among them."""
        return tuple(level for level in self.levels if level.crossed or level is self.own)


MEASURED = Choice(MEASURE, tuple(map(Level, MEASURES)))
"""The choice of what is reported."""


def closure_choices(asked: Closures, elasticities: str) -> tuple[Choice, ...]:
    """The choices that do not change the world: elasticities and closures.

    Those of `sourcing`, `demand` and `competition` are not crossed: each needs compiled programs of its own, or exists
    with one set of elasticities only.

    Args:
        asked: closures of the scenario.
        elasticities: the set that the scenario uses.

    >>> [choice.name for choice in closure_choices(Closures(), "uniform:5")][:3]
    ['elasticities', 'horizon and mobility', 'imbalances']
    """
    return (
        Choice(ELASTICITIES, tuple(map(Level, _first(elasticities, _sets())))),
        Choice(TIME, _times(asked)),
        _words("imbalances", asked, crossed=True),
        _words("revenue", asked, crossed=True),
        _words("sourcing", asked, crossed=False),
        _demand(asked),
        _competition(asked, elasticities),
    )


def _sets() -> list[str]:
    return [f"{UNIFORM}:{UNIFORM_THETA:g}" if name == UNIFORM else name for name in elasticity_sets()]


def _first(own: str, others: Sequence[str]) -> list[str]:
    return [own, *(name for name in others if name != own)]


def _times(asked: Closures) -> tuple[Level, ...]:
    own = {"horizon": asked.horizon, "kappa": asked.kappa}
    named = {name: values for name, values in _TIMES.items() if values == own}
    if not named:
        words = f"{asked.horizon:g} years" if asked.horizon is not None else f"long run, mobility {asked.kappa:g}"
        named = {words: own}
    return tuple(Level(name, values, crossed=name not in BETWEEN) for name, values in {**named, **_TIMES}.items())


def _words(key: str, asked: Closures, *, crossed: bool) -> Choice:
    option = OPTIONS[key]
    own = getattr(asked, option.closure)
    words = _first(own, list(option.words))
    return Choice(key, tuple(Level(w, {option.closure: w}, crossed=crossed and w not in BETWEEN) for w in words))


def _demand(asked: Closures) -> Choice:
    own = asked.demand_elasticity
    values = [own, *(value for value in (1.0, *DEMANDS) if value != own)]
    names = {1.0: "cobb-douglas"}
    levels = [Level(names.get(value, f"{value:g}"), {"demand_elasticity": value}, crossed=False) for value in values]
    return Choice("demand", tuple(levels))


def _competition(asked: Closures, elasticities: str) -> Choice:
    """Scale economies, beside the first set that has scale elasticities where the scenario's own has none."""
    own, other = ("perfect", "scale") if asked.competition == "perfect" else ("scale", "perfect")
    scaled = [name for name in _first(elasticities, _sets()) if _has_scale(name)]
    needs = {ELASTICITIES: scaled[0]} if other == "scale" and scaled and scaled[0] != elasticities else {}
    levels = Level(own, {"competition": own}), Level(other, {"competition": other}, needs, crossed=False)
    return Choice("competition", levels)


def _has_scale(name: str) -> bool:
    if name not in elasticity_sets() or name == UNIFORM:
        return False
    return any(row.scale > 0 for row in industry_elasticities(name).values())
