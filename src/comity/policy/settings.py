"""From a variant to what is solved: one setting for each horizon, with the rules that are in force then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from comity.errors import ScenarioError
from comity.policy.asking import varied
from comity.policy.baseline import require_after_baseline
from comity.policy.instruments import instrument_of
from comity.policy.nesting import Reading, readings
from comity.policy.options import Value, closure_arguments, each_value
from comity.policy.places import Origin, raise_all, within
from comity.policy.schedule import in_force, schedules
from comity.policy.scope import Scope
from comity.policy.setting import Setting
from comity.policy.stack import Placed, shock_of
from comity.world.world import World


@dataclass(frozen=True)
class Asked:
    """A variant on a world.

    Attributes:
        variant: its name.
        label: the name as part of longer ones; empty if there is only one variant.
        world: the baseline.
        rules: as written.
        options: of the scenario, with those of the variant over them.
        day: on which memberships and schedules by day are taken; None is the latest.
        origin: the text of the scenario, for messages.
    """

    variant: str
    label: str
    world: World
    rules: tuple[Placed, ...]
    options: Mapping[str, Value]
    day: date | None
    origin: Origin


def settings_of(asked: Asked) -> Iterator[Setting]:
    """What is solved for a variant, in the order of its horizons; with a `nest` both readings of each.

    Raises:
        ScenarioError: rules that have no meaning in this world, with their places; a schedule that begins before the
            day of the baseline.
    """
    path = isinstance(asked.options.get("horizon"), tuple)
    for options in each_value(asked.options, "horizon"):
        closures = closure_arguments(options)
        years = closures.get("horizon")
        rules, notes = _standing(asked, years, path=path)
        _require_varied(asked, rules, years)
        for reading in _readings(asked, rules):
            shock = shock_of(Scope(reading.world, asked.day), reading.rules, asked.origin)
            line = _joined(asked.label, reading.label)
            yield Setting(
                name=_joined(line, _time(years) if path else "") or asked.variant,
                world=reading.world,
                rules=reading.rules,
                shock=shock,
                closures=closures,
                variant=asked.variant,
                reading=reading.label,
                path=(line or asked.variant) if path else "",
                notes=notes,
                day=asked.day,
                origin=asked.origin,
            )


def _readings(asked: Asked, rules: tuple[Placed, ...]) -> tuple[Reading, ...]:
    try:
        return readings(asked.world, rules, asked.day)
    except ScenarioError as error:
        raise_all([error], asked.origin)
        raise


def paths(settings: Iterable[Setting]) -> dict[str, list[str]]:
    """For each path the names of its settings, in the order of the horizons."""
    found: dict[str, list[str]] = {}
    for setting in settings:
        if setting.path:
            found.setdefault(setting.path, []).append(setting.name)
    return found


def _time(years: float | None) -> str:
    return "long run" if years is None else f"{years:g} year{'' if years == 1 else 's'}"


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _standing(asked: Asked, years: float | None, *, path: bool) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """The rules in force, and what the reader should know about the others."""
    standing, notes, errors = [], [], []
    for placed in asked.rules:
        try:
            _require_dates(asked, placed)
        except ScenarioError as error:
            errors.append(error)
            continue
        rule = in_force(placed.rule, years, asked.day)
        if rule is None:
            notes.append(f"{placed.title} is not in force {_when(placed, years, asked.day)}")
            continue
        standing.append(Placed(rule, placed.place))
        if rule is not placed.rule and not path:
            notes.append(f"{placed.title}: of its schedule the amount {_when(placed, years, asked.day)} is taken")
    raise_all(errors, asked.origin)
    return tuple(standing), tuple(notes)


def _require_varied(asked: Asked, standing: Sequence[Placed], years: float | None) -> None:
    """Refuse a goal whose unknown is the amount of a rule that is not in force."""
    places = {placed.place for placed in standing}
    for goal, target in varied(asked.rules).items():
        rule = asked.rules[target]
        if rule.place not in places:
            error = ScenarioError(
                f"{rule.title}, whose amount the goal is to find, is not in force {_when(rule, years, asked.day)}: "
                "write one amount instead of the schedule, or ask of a time at which it is in force"
            )
            error.place = (*asked.rules[goal].place, "goal", "vary")  # type: ignore[attr-defined]
            raise_all([error], asked.origin)


def _when(placed: Placed, years: float | None, day: date | None) -> str:
    by_day = any(schedule.by_day for schedule in schedules(placed.rule).values())
    if by_day:
        return "at its end (`as of` picks a day)" if day is None else f"on {day}"
    return "of the long run (`horizon` picks a year)" if years is None else f"after {_time(years)}"


def _require_dates(asked: Asked, placed: Placed) -> None:
    key = instrument_of(placed.rule).key
    for field, found in schedules(placed.rule).items():
        if found.by_day:
            with within(*placed.place, key, field):
                require_after_baseline(asked.world, key, found)
