"""Lines: sectors from one scenario to the next, and real income after one year, three, in the long run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import altair as alt

from comity.report.charts.look import (
    INK,
    MUTED,
    NARROW,
    RULE,
    SERIES,
    Chart,
    Look,
    amount_axis,
    data,
    rows_of,
    within,
    wrapped,
)
from comity.report.rounding import signed, unit_of

SMALL = replace(NARROW, wrap=24)
APART = 15
"""Pixels between two names at the ends of lines."""


def slopes(lines: Mapping[str, Sequence[float]], steps: Sequence[str], axis: str, look: Look) -> Chart:
    """A line for each name from step to step, the names at its end, far enough from each other to be read.

    Args:
        lines: by name as many numbers as there are steps.
        steps: what is compared, in order.
        axis: what is measured, with its unit.
        look: the size.
    """
    narrow = look is NARROW
    unit = unit_of(axis)
    said = {name: f"{signed(some[-1], unit=unit)} {name}" for name, some in lines.items()}
    said = {name: wrapped(text, SMALL) if narrow else text for name, text in said.items()}
    space = APART * max(text.count("\n") + 1 for text in said.values())
    height = max(230, space * len(lines) + 40)
    values = [value for some in lines.values() for value in some]
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low or 1.0) * 0.05
    domain = (low - room, high + room)
    width = look.width - (205 if narrow else 330)
    heights = apart({name: some[-1] for name, some in lines.items()}, domain, height, space)
    heads = [within(one, width / len(steps) - 4, look.size) for one in steps]
    rows = [
        {"name": name, "step": head, "value": value, "up": some[-1] >= 0}
        for name, some in lines.items()
        for head, value in zip(heads, some, strict=True)
    ]
    ends = [{"name": text, "y": heights[name], "step": heads[-1]} for name, text in said.items()]
    x = alt.X(
        "step:N",
        sort=heads,
        scale=alt.Scale(padding=0.08),
        axis=alt.Axis(
            title=None,
            orient="top",
            labelAngle=0,
            labelExpr="split(datum.label, '\\n')",
            labelLimit=0,
            labelFontSize=look.size,
            labelPadding=6 + (look.size + 2) * max(head.count("\n") for head in heads),  # further lines go down
            grid=True,
        ),
    )
    y = alt.Y("value:Q", axis=amount_axis(axis, look), scale=alt.Scale(domain=list(domain), nice=False))
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    colour = alt.Color("up:N", scale=alt.Scale(domain=[True, False], range=[SERIES[0], SERIES[1]]), legend=None)
    drawn = base.mark_line(strokeWidth=2).encode(detail=alt.Detail("name:N"), color=colour)
    dots = base.mark_circle(size=36, opacity=1).encode(color=colour)
    names = (
        alt.Chart(data(ends))
        .mark_text(align="left", dx=10, color=INK, fontSize=look.size - 1, lineBreak="\n", baseline="middle")
        .encode(x=alt.X("step:N", sort=heads), y=alt.Y("y:Q"), text=alt.Text("name:N"))
    )
    zero = alt.Chart(data([{}])).mark_rule(color=RULE).encode(y=alt.YDatum(0))
    return alt.layer(zero, drawn, dots, names).properties(width=width, height=height)


def apart(ends: Mapping[str, float], domain: tuple[float, float], height: int, space: int) -> dict[str, float]:
    """Where the names at the ends of lines go, in the unit of the axis: beside the end, or moved so far that no two are
    closer than some pixels.

    >>> found = apart({"a": 1.0, "b": 1.01}, (0.0, 2.0), 200, 15)
    >>> round(found["b"] - found["a"], 6)
    0.15
    """
    unit = (domain[1] - domain[0]) / height
    least = space * unit
    order = sorted(ends, key=lambda name: ends[name])
    places: list[float] = []
    for name in order:
        places.append(max(ends[name], places[-1] + least) if places else ends[name])
    over = places[-1] - (domain[1] - least / 2)
    if over > 0:
        places[-1] -= over
        for k in range(len(places) - 2, -1, -1):
            places[k] = min(places[k], places[k + 1] - least)
    return dict(zip(order, places, strict=True))


def horizons(lines: Mapping[str, Sequence[float]], times: Sequence[str], axis: str, look: Look) -> Chart:
    """Real income by region after each horizon, in order; the steps are not to scale.

    Args:
        lines: by region as many numbers as there are horizons.
        times: the horizons in words.
        axis: what is measured, with its unit.
        look: the size.
    """
    return slopes(lines, times, axis, look)


def likelihoods(rows: Sequence[tuple[str, float, float, float]], axis: str, look: Look) -> Chart:
    """What words of likelihood stand for: the middle half of what readers take them to mean, and the median.

    Args:
        rows: name, lower quartile, median and upper quartile, per cent.
        axis: what is measured, with its unit.
        look: the size.
    """
    places = rows_of([wrapped(name, look) for name, *_ in rows], 20)
    cells = [
        {"row": middle, "low": low, "median": median, "high": high, "text": f"{low:.0f} to {high:.0f}%"}
        for middle, (_, low, median, high) in zip(places.middles, rows, strict=True)
    ]
    base = alt.Chart(data(cells)).encode(y=places.axis(look))
    x = alt.X("low:Q", axis=amount_axis(axis, look), scale=alt.Scale(domain=[0, 100], nice=False))
    span = base.mark_bar(size=8, orient="horizontal", color=SERIES[0], cornerRadius=4).encode(x=x, x2=alt.X2("high:Q"))
    line = base.mark_tick(color=INK, orient="vertical", thickness=2, size=14).encode(x=alt.X("median:Q"))
    beside = base.mark_text(align="left", dx=6, color=MUTED, fontSize=look.size - 1)
    text = beside.encode(x=alt.X("high:Q"), text=alt.Text("text:N"))
    return alt.layer(span, line, text).properties(width=look.width - look.labels - 16, height=places.height)
