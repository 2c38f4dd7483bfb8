"""Draws of one scenario of a case as intervals of its measures, pairs of variants, and what they go with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.claims.claim import Drawing, Measure, Part
from comity.claims.intervals import CHART, INCOME, Beats, Count, Driver, Interval, headline
from comity.claims.measuring import FOUND
from comity.claims.places import Values
from comity.claims.results import REST
from comity.claims.solving import Task
from comity.policy.regions import find_regions
from comity.uncertainty.ensemble.drawn import SPENDING, spending_before
from comity.uncertainty.ensemble.goals import Amounts
from comity.uncertainty.ensemble.parameters import THETA
from comity.uncertainty.ensemble.program import MEASURES
from comity.uncertainty.ensemble.summary import beats, summarise
from comity.world.world import World

Floats = NDArray[np.float64]
WELFARE = ("equivalent_variation_usd_bn", "real_income_pct")
"""Measures of which a number below zero is a loss."""
MOST_DRIVERS = 3
CHANCE = 3.84
"""A squared correlation of n draws reaches this over n by chance in one case of twenty."""
EV = MEASURES.index("equivalent_variation_usd_bn")


@dataclass(frozen=True, eq=False)
class Drawn:
    """A scenario whose draws are there.

    Attributes:
        task: which.
        world: that it is asked of.
        parameters: what was drawn ``[draw]``, by name.
        values: by variant; nan where a draw failed.
        amounts: ``[draw]`` by variant, what goals and purchase commitments took, by what it is and its rule.
        count: how the draws went.
        units: of what goals found, by measure and variant.
        leaders: names at the central values, by key of a measure of leaders and variant.
    """

    task: Task
    world: World
    parameters: Mapping[str, Floats]
    values: Mapping[str, Values]
    amounts: Mapping[str, Amounts]
    count: Count
    units: Mapping[tuple[str, str], str] = field(default_factory=dict)
    leaders: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def intervals_of(drawn: Drawn, columns: Mapping[str, Any]) -> Iterator[Interval]:
    """Every number that is drawn: real income by column of the case, then the measures of the claim."""
    for variant, values in drawn.values.items():
        for name, income in _by_column(values.regional, drawn.world, columns):
            yield _interval(drawn, variant, INCOME, name, "%", name, income)
    claim = drawn.task.claim
    first, quoted = headline(claim)
    for measure in measures_of(drawn.task):
        variants = list(measure.variants or [name for name in drawn.values if name != measure.less])
        for variant in variants:
            for name, led, unit in _leaders(drawn, measure, variant):
                label = f"{measure.label}: {name}"
                yield replace(_interval(drawn, variant, measure.key, label, unit, "", led), place=name)
            column = _column(drawn, measure, variant)
            if column is not None:
                who = _whose(measure)
                one = _interval(drawn, variant, measure.key, measure.label, column[1], who, column[0])
                leads = measure.key == first and variant == (quoted or variants[0])
                yield replace(one, headline=True, drivers=_drivers(drawn, column[0])) if leads else one


def charted_of(drawn: Drawn) -> Iterator[Interval]:
    """Every number of the claim's chart that is drawn."""
    asked = chart_of(drawn.task)
    if asked is None:
        return
    for variant in asked.variants:
        found = drawn.values[variant].along(asked.part, asked.along) if variant in drawn.values else None
        for name, values in found[0].items() if found else ():
            label, unit = f"{asked.label}: {name}", found[1] if found else ""
            yield replace(_interval(drawn, variant, CHART, label, unit, "", values), place=name)


def chart_of(task: Task) -> Drawing | None:
    """What the claim's chart shows of a scenario; None where it is of another, or there is none."""
    asked = task.claim.chart
    return asked if asked and (asked.scenario or task.claim.scenarios[0]) == task.file else None


def measures_of(task: Task) -> list[Measure]:
    """The measures of a scenario."""
    claim = task.claim
    return [m for m in claim.measures if (m.scenario or claim.scenarios[0]) == task.file]


def _whose(measure: Measure) -> str:
    plain = measure.of in WELFARE and measure.less is None and measure.over is None
    return " and ".join(map(str, measure.at.get("region", ()))) if plain else ""


def _interval(
    drawn: Drawn, variant: str, key: str, label: str, unit: str, who: str, values: Floats
) -> Interval:  # fmt: skip
    task = drawn.task
    return Interval(task.claim.number, task.file, variant, task.world, key, label, unit, who, False, summarise(values))


def _by_column(values: Floats, world: World, columns: Mapping[str, Any]) -> Iterator[tuple[str, Floats]]:
    """Equivalent variation in per cent of baseline final spending ``[draw]``, by column of the case; the rest last."""
    spent = spending_before(*(values[:, MEASURES.index(name)] for name in SPENDING))
    groups = {name: list(find_regions(tuple(words), world, None).index) for name, words in columns.items()}
    shown = {place for places in groups.values() for place in places}
    if rest := [place for place in range(len(world.regions)) if place not in shown]:
        groups[REST] = rest
    for name, places in groups.items():
        yield name, 100 * values[:, EV][:, places].sum(1) / spent[:, places].sum(1)


def _column(drawn: Drawn, measure: Measure, variant: str) -> tuple[Floats, str] | None:
    """A measure under every draw, with its unit; None where it is not drawn: duties, chains of supply, what fails."""
    names = _variants(drawn, measure, variant)
    if measure.leaders or not names:
        return None
    parts = [_part(drawn, measure.part, name) for name in names]
    if any(part is None for part in parts):
        return None
    values, unit = [part[0] for part in parts if part], parts[0][1] if parts[0] else ""
    value = values[0] if len(values) == 1 else values[0] - values[1]
    return _divided(drawn, measure, names[-1], value, unit)


def _leaders(drawn: Drawn, measure: Measure, variant: str) -> Iterator[tuple[str, Floats, str]]:
    """Name, values ``[draw]`` and unit of each that leads at the central values."""
    names = _variants(drawn, measure, variant)
    leading = drawn.leaders.get((measure.key, variant), ())
    if not measure.leaders or not leading or not names:
        return
    parts = [drawn.values[name].along(measure.part, str(measure.along)) for name in names]
    for name in leading:
        values = [part[0][name] for part in parts if part is not None and name in part[0]]
        if len(values) == len(parts) and parts[0] is not None:
            value = values[0] if len(values) == 1 else values[0] - values[1]
            found = _divided(drawn, measure, names[-1], value, parts[0][1])
            if found is not None:
                yield name, *found


def _variants(drawn: Drawn, measure: Measure, variant: str) -> list[str]:
    """The variants that a measure needs; none where one is missing."""
    names = [variant] if measure.less is None else [variant, measure.less]
    return names if set(names) <= set(drawn.values) else []


def _divided(
    drawn: Drawn, measure: Measure, variant: str, value: Floats, unit: str
) -> tuple[Floats, str] | None:  # fmt: skip
    """A value over what it is divided by, if by anything."""
    if measure.over is None:
        return value, unit
    whole = _part(drawn, measure.over, variant)
    return None if whole is None else (100 * value / whole[0], "%")


def _part(drawn: Drawn, part: Part, variant: str) -> tuple[Floats, str] | None:
    return _found(drawn, part, variant) if part.of in FOUND else drawn.values[variant].number(part)


def _found(drawn: Drawn, part: Part, variant: str) -> tuple[Floats, str] | None:
    """What a goal or a commitment took in each draw."""
    rules = [str(name) for name in part.at.get("rule", ())]
    entries = {rule: values for (what, rule), values in drawn.amounts[variant].items() if what == part.of}
    chosen = [rule for rule in entries if not rules or rule in rules]
    if len(chosen) != 1:
        return None
    return entries[chosen[0]], _unit(drawn, part.of, variant)


def _unit(drawn: Drawn, of: str, variant: str) -> str:
    """The unit of what was found, as the answers of the case have it."""
    return FOUND[of][2] or drawn.units.get((of, variant), "")


def _drivers(drawn: Drawn, values: Floats) -> tuple[Driver, ...]:
    """The parameters that a number goes with most, by squared rank correlation; those that chance may explain are left
    out (5%, each by itself)."""
    sound = np.isfinite(values)
    if sound.sum() < 3 or np.ptp(values[sound]) == 0:
        return ()
    ranks = _ranks(values[sound])
    found = []
    for name, given in drawn.parameters.items():
        if given.dtype.kind == "f" and np.isfinite(given).all() and np.ptp(given) > 0:
            r = float(np.corrcoef(ranks, _ranks(given[sound]))[0, 1])
            found.append(Driver(_named(name, drawn.world), r * abs(r)))
    beyond = [one for one in found if abs(one.share) > CHANCE / sound.sum()]
    return tuple(sorted(beyond, key=lambda one: -abs(one.share))[:MOST_DRIVERS])


def _ranks(values: Floats) -> Floats:
    return np.argsort(np.argsort(values)).astype(float)


def _named(parameter: str, world: World) -> str:
    """A parameter in words."""
    kind, _, key = parameter.partition(" ")
    if kind == THETA and key in world.sectors:
        return f"trade elasticity of {world.sector_names[world.sectors.index(key)]}"
    return f"effect of {key} agreements" if kind == "effect" else parameter


def beats_of(drawn: Drawn) -> Iterator[Beats]:
    """Every pair of variants, by the first measure of the scenario that is somebody's real income."""
    measure = next(
        (m for m in measures_of(drawn.task) if _whose(m) and _column(drawn, m, next(iter(drawn.values)))), None
    )
    if measure is None:
        return
    columns = {name: _column(drawn, measure, name) for name in drawn.values}
    names = [name for name, column in columns.items() if column is not None]
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            first, second = columns[one][0], columns[other][0]  # type: ignore[index]
            share, error = beats(first, second)
            claim, file = drawn.task.claim.number, drawn.task.file
            yield Beats(claim, file, measure.key, one, other, share, error, summarise(first - second))
