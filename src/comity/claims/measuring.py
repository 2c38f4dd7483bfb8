"""One measure of an outcome: a variable at the places that are meant, summed, averaged, subtracted, divided, ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from comity.claims.claim import Measure, Part
from comity.errors import ScenarioError, UnknownName
from comity.exposure import VALUES as EXPOSED
from comity.exposure import variables as exposed
from comity.model.averages import WEIGHTS, averaged
from comity.model.outcome import Outcome
from comity.model.variables import VALUES as REPORTED
from comity.model.variables import Variable, variables
from comity.policy.regions import find_regions
from comity.policy.sectors import find_sectors
from comity.policy.wording import nearest
from comity.world.world import World

Value = float | tuple[tuple[str, float], ...]
AMOUNT = "US$ billion"
FOUND: Mapping[str, tuple[str, str, str]] = {
    "goal": ("found", "amount", ""),
    "commitment subsidy": ("bought", "subsidy_pct", "%"),
    "commitment outlay": ("bought", "outlay", "US$ bn"),
    "commitment bought": ("bought", "reached", "US$ bn"),
}
"""What is measured of goals and purchase commitments: where an outcome keeps it, which field, its unit."""
VALUES = {**REPORTED, **EXPOSED}
SIGN: Mapping[str, str] = {"percent": "%", AMOUNT: "US$ bn"}


def known_variables() -> dict[str, Variable]:
    """What a measure can be of, by name: all that outcomes report, and who depends on whom.

    >>> {"real_income_pct", "value_added_in_use_usd_bn"} <= set(known_variables())
    True
    """
    return {variable.name: variable for variable in (*variables(), *exposed())}


def measured(measure: Measure, outcome: Outcome, base: Outcome | None = None) -> tuple[Value, str]:
    """The value of a measure and its unit.

    Args:
        measure: what to measure.
        outcome: in which.
        base: the outcome that `less` names, if any.

    Raises:
        UnknownName: no such variable, axis, region or sector.
        ScenarioError: rates of several places without an average, a division by nothing, an axis too many or too few.
    """
    if measure.leaders:
        return _leaders(measure, outcome, base)
    value, unit = _number(measure.part, outcome)
    if base is not None:
        value -= _number(measure.part, base)[0]
    if measure.over is None:
        return value, unit
    return 100 * value / _whole(measure.over, measure.of, unit, outcome if base is None else base), "%"


def _whole(over: Part, of: str, unit: str, outcome: Outcome) -> float:
    """What a measure in some unit is divided by."""
    whole, other = _number(over, outcome)
    if other != unit:
        raise ScenarioError(f"`over`: {over.of} is in {other}, and {of} in {unit}")
    if whole == 0:
        raise ScenarioError(f"`over`: {over.of} is zero here, and nothing can be divided by it")
    return whole


def _number(part: Part, outcome: Outcome) -> tuple[float, str]:
    if part.of in FOUND:
        return _found(part, outcome)
    cells, unit, left = _cells(part, outcome)
    if left:
        raise ScenarioError(f"{part.of} needs a place on the axis {' and '.join(left)}: name it under `at`")
    return float(together(part, cells, unit, outcome.world, tuple(range(cells.ndim)))), unit


def together(part: Part, cells: np.ndarray, unit: str, world: World, axes: tuple[int, ...]) -> np.ndarray:
    """Cells over some of their axes as one: amounts summed, rates averaged (see `comity.model.averages`).

    Args:
        part: the variable and its places.
        cells: its values there, with all axes.
        unit: of the values.
        world: baseline.
        axes: of the cells.

    Raises:
        ScenarioError: rates of several places of which no average is defined.
    """
    if unit == SIGN[AMOUNT] or all(cells.shape[axis] == 1 for axis in axes):
        return np.asarray(cells.sum(axis=axes))
    if part.of not in WEIGHTS:
        raise ScenarioError(f"{part.of} is in {unit}: there is no sum or average of several places, so name one")
    return averaged(cells, weights(part, world), axes)


def weights(part: Part, world: World) -> np.ndarray:
    """What a rate is weighted by at the places that are meant, with all axes."""
    return _at(part, WEIGHTS[part.of][1](world), world)


def _at(part: Part, values: np.ndarray, world: World) -> np.ndarray:
    """Values at the places that are meant, with all axes."""
    for place, axis in enumerate(known_variables()[part.of].dims.split()):
        chosen = places_on(axis, part.at[axis], world) if axis in part.at else slice(None)
        values = values[(slice(None),) * place + (chosen,)]
    return values


def _found(part: Part, outcome: Outcome) -> tuple[float, str]:
    """What a goal or a purchase commitment took; of several, the one whose rule is named under `at`."""
    kind, field, unit = FOUND[part.of]
    entries = list(getattr(outcome, kind))
    if unknown := [axis for axis in part.at if axis != "rule"]:
        raise UnknownName(f"{part.of} has no axis {unknown[0]!r} (axes: rule)")
    names = [str(name) for name in part.at.get("rule", ())]
    for name in names:
        if name not in [entry.rule for entry in entries]:
            known = ", ".join(repr(entry.rule) for entry in entries) or "none"
            raise UnknownName(f"no {part.of} belongs to the rule {name!r} (rules: {known})")
    chosen = [entry for entry in entries if not names or entry.rule in names]
    if len(chosen) != 1:
        raise ScenarioError(f"the variant has {len(chosen)} of {part.of}: name one as `at: {{rule: NAME}}`")
    return float(getattr(chosen[0], field)), unit or SIGN.get(chosen[0].amount_unit, chosen[0].amount_unit)


def along_axis(part: Part, axis: str, outcome: Outcome) -> tuple[tuple[str, ...], np.ndarray, str]:
    """A variable along one of its axes, the places on the others summed or averaged: names, values, unit.

    Args:
        part: the variable and its places.
        axis: one of its axes.
        outcome: in which.

    Raises:
        UnknownName: no such variable, axis, region or sector.
        ScenarioError: rates of several places without an average, an axis without a place.
    """
    cells, unit, left = _cells(part, outcome)
    axes = known_variables()[part.of].dims.split()
    if axis not in axes:
        raise UnknownName(f"{part.of} has no axis {axis!r} (axes: {', '.join(axes)})")
    if missing := [other for other in left if other != axis]:
        raise ScenarioError(f"{part.of} needs a place on the axis {' and '.join(missing)}: name it under `at`")
    at, world = axes.index(axis), outcome.world
    every = world.sector_names if axis == "sector" else world.region_names
    names = [every[place] for place in places_on(axis, part.at[axis], world)] if axis in part.at else every
    others = tuple(place for place in range(cells.ndim) if place != at)
    return tuple(names), together(part, cells, unit, world, others), unit


def _leaders(measure: Measure, outcome: Outcome, base: Outcome | None) -> tuple[Value, str]:
    names, totals, unit = along_axis(measure.part, str(measure.along), outcome)
    if base is not None:
        totals = totals - along_axis(measure.part, str(measure.along), base)[1]
    if measure.over is not None:
        whole = _whole(measure.over, measure.of, unit, outcome if base is None else base)
        totals, unit = 100 * totals / whole, "%"
    sign = np.sign(measure.leaders)
    order = np.argsort(-sign * totals, kind="stable")[: abs(measure.leaders)]
    moved = [place for place in order if round(sign * totals[place], measure.digits) > 0]
    return tuple((names[place], float(totals[place])) for place in moved), unit


def _cells(part: Part, outcome: Outcome) -> tuple[np.ndarray, str, list[str]]:
    """Values at the places that are meant, with all axes; the unit; the axes that nobody placed."""
    known = known_variables()
    if part.of in FOUND:
        raise ScenarioError(f"{part.of} has no places that `leaders` could rank")
    if part.of not in known:
        raise UnknownName(f"outcomes have no variable {part.of!r}{nearest(part.of, [*known, *FOUND])}")
    axes, unit = known[part.of].dims.split(), known[part.of].units
    for axis in part.at:
        if axis not in axes:
            raise UnknownName(f"{part.of} has no axis {axis!r} (axes: {', '.join(axes)})")
    cells = _at(part, np.asarray(VALUES[part.of](outcome)), outcome.world)
    return cells, SIGN.get(unit, unit), [axis for axis in axes if axis not in part.at]


def places_on(axis: str, words: Any, world: World) -> list[int]:
    """Indices of what some names mean on an axis.

    Raises:
        UnknownName: a name that means nothing in the world.
    """
    found = find_sectors(tuple(words), world) if axis == "sector" else find_regions(tuple(words), world, None).index
    return [int(place) for place in found]
