"""What all charts share: sizes, colours, type, and how numbers and names are written in them.

Colours of losses and gains are the orange and the blue of ColorBrewer's scales, which people with the common kinds of
colour blindness tell apart; the sign is also told by the direction of a bar and by the number beside it. Every colour
is a name for a role: a page that shows a chart in the dark replaces each by its counterpart in `DARK`.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import altair as alt

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first is part of the renderer, so that text is measured alike everywhere; the others have the same widths."""
INK, MUTED, RULE, GRID, PAPER = "#1f2328", "#57606a", "#8c959f", "#e1e4e8", "#ffffff"
LOSSES = ("#7f3b08", "#b35806", "#e08214", "#fdb863")
GAINS = ("#a6cee3", "#6baed6", "#3182bd", "#08519c")
NEUTRAL, NOTHING = "#efeeea", "#c9cdd2"
LOSS, GAIN = LOSSES[1], GAINS[2]
SERIES = ("#1b6ca8", "#c2571a", "#4d4d57", "#8a6fb0", "#2f7f6f", "#a0527a", "#7d7420", "#5b6770")
DARK = {
    INK: "#e6e8eb",
    MUTED: "#a3acb6",
    RULE: "#7d8590",
    GRID: "#31363d",
    PAPER: "#14171b",
    LOSSES[0]: "#ffb066",
    LOSSES[1]: "#f0862e",
    LOSSES[2]: "#bf6415",
    LOSSES[3]: "#7a4a1e",
    GAINS[0]: "#27485f",
    GAINS[1]: "#2f6f9f",
    GAINS[2]: "#58a6de",
    GAINS[3]: "#a5d3f7",
    NEUTRAL: "#2b2f35",
    NOTHING: "#474d55",
    SERIES[0]: "#6cb6ef",
    SERIES[1]: "#f09a5f",
    SERIES[2]: "#c3c7cf",
    SERIES[3]: "#bfa5e6",
    SERIES[4]: "#6fc7b3",
    SERIES[5]: "#e08cb8",
    SERIES[6]: "#cfc35a",
    SERIES[7]: "#a9b6c0",
}
"""What stands for each colour on a dark page."""

LINE = 14
"""Height of a line of a name, pixels."""
LETTER = 7
"""Pixels that a digit takes at most."""
AVERAGE = 0.53
"""Of the size of the type: the width of a letter, on average."""

Chart = alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart | alt.ConcatChart


@dataclass(frozen=True)
class Look:
    """A size to draw for.

    Attributes:
        name: of the size.
        width: of the whole, pixels.
        labels: pixels for names at the left.
        wrap: letters of a name in one line.
        size: of the type, pixels.
    """

    name: str
    width: int
    labels: int
    wrap: int
    size: int


WIDE = Look("wide", 720, 236, 38, 13)
NARROW = Look("narrow", 340, 118, 18, 12)
LOOKS = {look.name: look for look in (WIDE, NARROW)}


def themed(chart: Any) -> Any:
    """The chart with the type, colours and axes of this project; nothing that only a browser would need."""
    axis = {
        "labelColor": INK,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "domain": False,
        "ticks": False,
        "gridColor": GRID,
        "labelPadding": 6,
        "titlePadding": 10,
    }
    return chart.configure(
        aria=False,
        font=FONT,
        axis=axis,
        view={"stroke": None},
        legend={"labelColor": INK, "titleColor": MUTED, "titleFontWeight": "normal", "symbolStrokeWidth": 2},
        title={"color": INK, "anchor": "start", "subtitleColor": MUTED},
        header={"labelColor": INK, "titleColor": MUTED},
    )


def wrapped(name: str, look: Look) -> str:
    """A name in lines that fit beside a chart."""
    return "\n".join(textwrap.wrap(name, look.wrap, break_long_words=False, break_on_hyphens=False)) or name


def within(name: str, width: float, points: float) -> str:
    """A name in lines of at most a width, pixels, at the size of its type."""
    return "\n".join(textwrap.wrap(name, max(6, int(width / (points * AVERAGE))), break_long_words=False)) or name


def fitted(names: Sequence[str], look: Look) -> Look:
    """The look with no more room for names, in lines already, than the longest of them takes."""
    longest = max((len(line) for name in names for line in name.split("\n")), default=0)
    return replace(look, labels=min(look.labels, round(longest * look.size * AVERAGE) + 14))


@dataclass(frozen=True)
class Rows:
    """Rows of a chart, each as high as the lines of its own name need.

    Attributes:
        names: in lines already, from the top.
        middles: of the rows, pixels from the top.
        height: of all.
    """

    names: tuple[str, ...]
    middles: tuple[float, ...]
    height: int

    def at(self, name: str) -> float:
        """Where the row of a name is, for the field ``row`` of the data."""
        return self.middles[self.names.index(name)]

    def axis(self, look: Look) -> alt.Y:
        """The axis of the field ``row``: names whole, in lines around the middle of their row, without rules."""
        pairs = zip(self.names, self.middles, strict=True)
        first = [middle - LINE * name.count("\n") / 2 for name, middle in pairs]  # the renderer goes down from there
        return alt.Y(
            "row:Q",
            scale=alt.Scale(domain=[0, self.height], reverse=True, nice=False, zero=False, padding=0),
            axis=alt.Axis(
                title=None,
                values=first,
                labelExpr=f"split({json.dumps(self.names)}[indexof({first}, datum.value)], '\\n')",
                labelLimit=0,
                labelOverlap=False,
                labelFontSize=look.size,
                labelLineHeight=LINE,
                grid=False,
                minExtent=look.labels,
                maxExtent=look.labels,
                domain=False,
                ticks=False,
            ),
        )


def rows_of(names: Sequence[str], least: int) -> Rows:
    """Rows one below the other.

    Args:
        names: in lines already, each once.
        least: height of a row, pixels.

    >>> rows_of(["a", "two\\nlines"], 20)
    Rows(names=('a', 'two\\nlines'), middles=(10.5, 38.5), height=56)
    """
    gap = min(7, least - LINE + 1)
    heights = [max(least, gap + LINE * (name.count("\n") + 1)) for name in names]
    ends = list(accumulate(heights))
    middles = tuple(end - height / 2 for end, height in zip(ends, heights, strict=True))
    return Rows(tuple(names), middles, ends[-1])


def amount_axis(title: str, look: Look, *, ticks: int = 5) -> alt.Axis:
    """An axis of amounts with its unit, few ticks."""
    return alt.Axis(
        title=title,
        tickCount=ticks,
        labelFontSize=look.size - 1,
        titleFontSize=look.size - 1,
        labelOverlap="parity",
        labelSeparation=8,
    )


def data(rows: Any, **more: Any) -> Any:
    """Rows as the data of a chart, inside its specification."""
    return alt.Data(values=rows, **more)  # type: ignore[no-untyped-call]


def zero_rule() -> alt.Chart:
    """A line at zero of an axis of amounts."""
    drawn: alt.Chart = alt.Chart(data([{"zero": 0}])).mark_rule(color=RULE, strokeWidth=1).encode(x=alt.XDatum(0))
    return drawn


def padded(values: Sequence[float], texts: Sequence[str], width: int) -> tuple[float, float]:
    """Ends of an axis with zero inside and room for the numbers beside the bars on each side that has some.

    Args:
        values: where bars and intervals end.
        texts: the numbers beside them.
        width: of the axis, pixels.
    """
    low, high = min(0.0, *values), max(0.0, *values)
    room = min(LETTER * max(map(len, texts), default=0) + 8, int(0.45 * width))
    left, right = (room if low < 0 else 4), (room if high > 0 else 4)
    unit = (high - low or 1.0) / (width - left - right)
    return low - left * unit, high + right * unit
