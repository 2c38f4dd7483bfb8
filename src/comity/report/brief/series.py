"""The chart that a claim asks for: a variable along one of its axes in some variants, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from comity.claims.claim import Drawing
from comity.claims.measuring import along_axis
from comity.errors import ComityError, UnknownName
from comity.policy.wording import nearest
from comity.report.brief.content import Figure
from comity.report.brief.sentences import BN, amount, largest, listed, the
from comity.report.charts import bars, lines
from comity.report.charts.bars import Bar
from comity.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from comity.claims.solving import Solved

SHOWN = {"sector": 8}
MOST = 12
"""Names in a chart: lines for sectors, rows for others."""
FROM = {"exporter": "from ", "importer": "to ", "partner": "with "}
Ends = tuple[float, float]
Intervals = Mapping[tuple[str, str], Ends]


@dataclass(frozen=True)
class Series:
    """Numbers by variant and name.

    Attributes:
        asked: what was asked for.
        unit: of the numbers.
        values: by variant, by name.
    """

    asked: Drawing
    unit: str
    values: Mapping[str, Mapping[str, float]]


def series(asked: Drawing, solved: Solved) -> Series:
    """What a claim's chart shows of a solved scenario.

    Raises:
        ComityError: a variant that has no outcome, a variable, axis, region or sector that does not exist.
    """
    found: dict[str, dict[str, float]] = {}
    unit = ""
    for variant in asked.variants:
        if variant in solved.errors:
            raise ComityError(f"chart: variant {variant!r} has no certified outcome")
        if variant not in solved.outcomes:
            raise UnknownName(f"chart: no variant {variant!r}{nearest(variant, list(solved.outcomes))}")
        names, values, unit = along_axis(asked.part, asked.along, solved.outcomes[variant])
        pairs = zip(names, map(float, values), strict=True)
        found[variant] = {name: value for name, value in pairs if value == value}  # no sector without output
    return Series(asked, unit, found)


def series_figure(key: str, found: Series, intervals: Intervals | None = None) -> Figure | None:
    """The chart: lines from variant to variant for sectors, else bars with a column for each variant.

    Args:
        key: of the figure.
        found: the numbers.
        intervals: by variant and name, where they are drawn.

    Returns:
        None where no name has a number in every variant.
    """
    asked, values = found.asked, found.values
    names = [name for name in next(iter(values.values())) if all(name in by for by in values.values())]
    if not names:
        return None
    most = {name: max(abs(by[name]) for by in values.values()) for name in names}
    shown = sorted(names, key=lambda name: -most[name])[: SHOWN.get(asked.along, MOST)]
    shown.sort(key=lambda name: -next(iter(values.values()))[name])
    unit = f"{found.unit} a year" if found.unit == BN else found.unit
    title = f"{asked.label}: {_finding(found, shown, intervals or {})}"
    left = "" if len(shown) == len(names) else f" The {len(shown)} of {len(names)} that move most."
    ends = intervals or {}
    line = " Lines: 90% intervals." if ends and asked.along != "sector" else ""
    columns: list[Column] = [Column(asked.along)]
    for variant in values:
        columns.append(Column(asked.label, unit, 3, variant))
        columns += [Column(end, unit, 3, variant) for end in ("5%", "95%") if ends]
    rows = tuple((name, *(cell for variant in values for cell in _cells(found, ends, variant, name))) for name in names)
    return Figure(
        key=key,
        title=title,
        note=f"{asked.label}, {unit}, by {asked.along} and scenario.{left}{line}",
        alt=f"{'Lines' if asked.along == 'sector' else 'Bars'} by {asked.along} and scenario. {title}. "
        f"{largest([(f'{n} ({v})', by[n]) for v, by in values.items() for n in names], found.unit)}",
        table=Table(title, tuple(columns), rows),
        draw=_drawn(found, shown, ends, f"{asked.label}, {unit}"),
    )


def _cells(found: Series, ends: Intervals, variant: str, name: str) -> tuple[Cell, ...]:
    """The number and the ends of its interval, where any is drawn."""
    value = found.values[variant][name]
    return (value, *ends.get((variant, name), (None, None))) if ends else (value,)


def _drawn(found: Series, shown: list[str], ends: Intervals, axis: str) -> partial:  # type: ignore[type-arg]
    values = found.values
    if found.asked.along == "sector" and len(values) > 1:
        return partial(lines.slopes, {n: [by[n] for by in values.values()] for n in shown}, list(values), axis)
    cells = {
        variant: [Bar(name, by[name], *ends.get((variant, name), (None, None))) for name in shown]
        for variant, by in values.items()
    }
    if len(cells) == 1:
        return partial(bars.ranked, next(iter(cells.values())), axis)
    return partial(bars.side_by_side, cells, axis)


def _finding(found: Series, names: list[str], ends: Intervals) -> str:
    """Among what is shown: sectors that change most from variant to variant; else who moves most in the first.

    That is who goes furthest down and up, or the two who go furthest where all go the same way.
    """
    first, last = next(iter(found.values)), list(found.values)[-1]
    before, after = found.values[first], found.values[last]
    if found.asked.along == "sector" and len(found.values) > 1:
        moved = sorted(names, key=lambda name: -abs(after[name] - before[name]))[:2]
        words = [f"{n} from {_amount(found, ends, first, n)} to {_amount(found, ends, last, n)}" for n in moved]
        return f"{listed(words)} between “{first}” and “{last}”"
    where = FROM.get(found.asked.along, "")
    low, high = min(names, key=before.__getitem__), max(names, key=before.__getitem__)
    both = (low, high) if before[low] * before[high] < 0 else names
    chosen = sorted(dict.fromkeys(both), key=lambda name: -abs(before[name]))[:2]
    words = [f"{where}{the(name)} {_amount(found, ends, first, name)}" for name in chosen]
    return f"{listed(words)} under “{first}”"


def _amount(found: Series, ends: Intervals, variant: str, name: str) -> str:
    """With its unit and its sign, a plus too, rounded by its interval."""
    value = found.values[variant][name]
    text = amount(value, found.unit, *ends.get((variant, name), (None, None)))
    return f"+{text}" if value > 0 else text
