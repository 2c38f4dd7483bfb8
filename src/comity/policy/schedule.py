"""Amounts that change over time: by years after the change, or by day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from comity.errors import ScenarioError

LAST_YEAR = 10
"""Years after the change that the model knows (see `comity.model.Closures.at_horizon`)."""
_YEAR = re.compile(r"10(?:\.0+)?|[0-9](?:\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOW = "years after the change (0 to 10, as in {1: 10%, 3: 25%}) or days (as in {2025-04-05: 10%})"


@dataclass(frozen=True)
class Schedule:
    """An amount that holds from each of some moments on, until the next.

    Attributes:
        steps: moments in ascending order, each with its amount; all are years after the change, or all days.

    >>> from comity.policy import Tariff
    >>> Tariff(by="USA", on="JPN", add={1: "10%", 3: "25%"}).add.at(2.0)
    0.1
    """

    steps: tuple[tuple[float | date, float], ...]

    @property
    def by_day(self) -> bool:
        """Whether the moments are days."""
        return isinstance(self.steps[0][0], date)

    def at(self, moment: float | date | None) -> float | None:
        """The amount in force at a moment of the kind of its steps; at the end of the schedule if None.

        Returns:
            None before the first step.
        """
        begun = [amount for start, amount in self.steps if moment is None or start <= moment]  # type: ignore[operator]
        return begun[-1] if begun else None

    def __float__(self) -> float:
        """A schedule is no number.

        Raises:
            ScenarioError: always; says what picks one.
        """
        raise ScenarioError("an amount is a schedule over time, and a moment must be chosen first: see `in_force`")


def scheduled(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A check of one amount that also takes a schedule of them."""

    def checked(value: Any) -> Any:
        if isinstance(value, Schedule):
            return schedule(dict(value.steps), check)
        return schedule(value, check) if isinstance(value, Mapping) else check(value)

    return checked


def schedule(steps: Mapping[Any, Any], check: Callable[[Any], float]) -> Schedule:
    """A schedule from a mapping of moments to amounts.

    Args:
        steps: as written, in any order.
        check: of one amount; raises ValueError.

    Raises:
        ValueError: no steps, a moment that is neither a year from 0 to 10 nor a day, both kinds, a moment twice.

    >>> schedule({"3": 0.25, "1": 0.1}, float).steps
    ((1.0, 0.1), (3.0, 0.25))
    """
    if not steps:
        raise ValueError(f"a schedule has no steps: write {_HOW}")
    read = [(_moment(start), check(amount)) for start, amount in steps.items()]
    if len({type(start) for start, _ in read}) > 1:
        raise ValueError(f"a schedule has years and days in one: write {_HOW}, not both")
    moments = [start for start, _ in read]
    if len(set(moments)) < len(moments):
        raise ValueError(f"a schedule has the same moment twice (it has {', '.join(map(str, steps))})")
    return Schedule(tuple(sorted(read, key=lambda step: step[0])))


def _moment(start: Any) -> float | date:
    if isinstance(start, date):
        return start
    text = str(start).strip()
    if _YEAR.fullmatch(text) and not isinstance(start, bool):
        return float(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"a schedule begins a step on {text}, which is no day of the calendar") from None
    raise ValueError(f"{start!r} is no moment of a schedule: write {_HOW}")


def schedule_schema(one: Mapping[str, Any]) -> dict[str, Any]:
    """JSON Schema of an amount that may be a schedule, from that of the amount alone."""
    kinds = [
        {"type": "object", "minProperties": 1, "additionalProperties": False, "patternProperties": {pattern: one}}
        for pattern in (f"^(?:{_YEAR.pattern})$", f"^{_DAY.pattern}$")
    ]
    return {"anyOf": [*one.get("anyOf", [one]), *kinds]}


def schedule_data(value: Schedule, show: Callable[[float], Any]) -> dict[str, Any]:
    """The schedule as a mapping of text, as a file writes it.

    >>> schedule_data(Schedule(((1.0, 0.1), (2.5, 0.2))), str)
    {'1': '0.1', '2.5': '0.2'}
    """
    return {
        start.isoformat() if isinstance(start, date) else f"{start:g}": show(amount) for start, amount in value.steps
    }


def schedules(rule: Any) -> dict[str, Schedule]:
    """The amounts of a rule that are schedules, by field."""
    named = ((part.name, getattr(rule, part.name)) for part in fields(rule))
    return {name: value for name, value in named if isinstance(value, Schedule)}


def in_force(rule: Any, years: float | None, day: date | None) -> Any:
    """The rule with the amounts that are in force.

    Args:
        rule: any rule.
        years: after the change; None is the long run.
        day: of schedules by day; None is their end.

    Returns:
        The rule without schedules, or None if one of its amounts has not begun.

    >>> from comity.policy import Tariff
    >>> tariff = Tariff(by="USA", on="JPN", add={1: "10%", 3: "25%"})
    >>> in_force(tariff, 3, None).add, in_force(tariff, 0.5, None)
    (0.25, None)
    """
    now = {name: value.at(day if value.by_day else years) for name, value in schedules(rule).items()}
    if any(amount is None for amount in now.values()):
        return None
    return replace(rule, **now) if now else rule
