"""The strip of disagreement: one question under every choice, each changed by itself, beside what others published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    padded,
    rows_of,
    wrapped,
)


@dataclass(frozen=True)
class Mark:
    """One answer.

    Attributes:
        row: the choice that is changed, or who published it.
        low, high: the answer; a range where they differ.
        published: whether others gave it.
    """

    row: str
    low: float
    high: float
    published: bool = False


def strip(marks: Sequence[Mark], own: float, axis: str, look: Look) -> Chart:
    """Answers in rows on one axis, a line through all rows at the scenario's own.

    Args:
        marks: rows in the order of their first mark.
        own: the scenario's own answer.
        axis: what is measured, with its unit.
        look: the size.
    """
    order = list(dict.fromkeys(mark.row for mark in marks))
    places = rows_of([wrapped(row, look) for row in order], 22)
    cells = [
        {
            "row": places.middles[order.index(mark.row)],
            "low": mark.low,
            "high": mark.high,
            "middle": (mark.low + mark.high) / 2,
            "who": "published by others" if mark.published else "this model",
        }
        for mark in marks
    ]
    every = [own, *(mark.low for mark in marks), *(mark.high for mark in marks)]
    width = look.width - look.labels - 16
    domain = padded(every, ["0"], width)
    base = alt.Chart(data(cells)).encode(
        y=places.axis(look),
        color=alt.Color(
            "who:N",
            scale=alt.Scale(domain=["this model", "published by others"], range=[SERIES[0], SERIES[1]]),
            legend=alt.Legend(title=None, orient="top", labelFontSize=look.size - 1, labelLimit=0),
        ),
    )
    x = alt.X(
        "middle:Q",
        axis=amount_axis(axis, look, ticks=4 if look is NARROW else 7),
        scale=alt.Scale(domain=list(domain), nice=False),
    )
    shape = alt.Shape(
        "who:N", scale=alt.Scale(domain=["this model", "published by others"], range=["circle", "diamond"]), legend=None
    )
    dots = base.mark_point(filled=True, size=52, opacity=1).encode(x=x, shape=shape)
    ranges = base.transform_filter("datum.low < datum.high").mark_rule(strokeWidth=3)
    ranges = ranges.encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"))
    here = alt.Chart(data([{"text": "the scenario"}]))
    line = here.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=alt.XDatum(own))
    word = here.mark_text(align="left", baseline="bottom", dx=3, dy=-2, color=MUTED, fontSize=look.size - 2).encode(
        x=alt.XDatum(own), y=alt.value(0), text=alt.Text("text:N")
    )
    zero = here.mark_rule(color=RULE).encode(x=alt.XDatum(0))
    return alt.layer(zero, ranges, dots, line, word).properties(width=width, height=places.height)
