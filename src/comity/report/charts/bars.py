"""Bars: a ranking with intervals, the same scenarios for several regions, parts of a number, what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import altair as alt

from comity.report.charts.look import (
    GAIN,
    INK,
    LETTER,
    LOSS,
    MUTED,
    NARROW,
    RULE,
    Chart,
    Look,
    amount_axis,
    data,
    fitted,
    padded,
    rows_of,
    within,
    wrapped,
    zero_rule,
)
from comity.report.rounding import signed, unit_of

TIGHT, CLOSE, MANY = 20, 16, 14
"""Pixels of a row; of a row where there are more bars than so many, so that all are on a screen."""
GAP = 12


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        name: beside it.
        value: its length.
        low, high: of the interval; None where there is none.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None


def ranked(bars: Sequence[Bar], axis: str, look: Look) -> Chart:
    """Bars from zero in the order given, the number at the end of each, a line over its interval.

    Args:
        bars: at least one.
        axis: what is measured, with its unit.
        look: the size.
    """
    least = TIGHT if len(bars) <= MANY else CLOSE
    places = rows_of([wrapped(bar.name, look) for bar in bars], least)
    width = look.width - look.labels - 16
    domain = padded(_ends(bars), _texts(bars, axis), width)
    rows = [_row(bar, middle, axis) for bar, middle in zip(bars, places.middles, strict=True)]
    base = alt.Chart().encode(y=places.axis(look))
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    ticks = 4 if look is NARROW else 6
    x = alt.X("value:Q", axis=amount_axis(axis, look, ticks=ticks), scale=scale, stack=False)
    drawn = base.mark_bar(size=least - 6, orient="horizontal").encode(x=x, color=_by_sign())
    layers = [drawn, *_whiskers(base, bars), *_numbers(base, "edge", look)]
    return alt.layer(*layers, zero_rule(), data=data(rows)).properties(width=width, height=places.height)


def _known(bar: Bar) -> list[float]:
    return [value for value in (bar.value, bar.low, bar.high) if value is not None]


def _ends(bars: Sequence[Bar]) -> list[float]:
    return [value for bar in bars for value in _known(bar)]


def _texts(bars: Sequence[Bar], axis: str) -> list[str]:
    return [_text(bar, axis) for bar in bars]


def _text(bar: Bar, axis: str) -> str:
    """The number beside a bar, as its unit allows."""
    return signed(bar.value, bar.low, bar.high, unit_of(axis))


def _row(bar: Bar, row: float, axis: str) -> dict[str, object]:
    """A bar as the renderer reads it; the number stands beyond the bar and its interval."""
    return {
        "row": row,
        "value": bar.value,
        "text": _text(bar, axis),
        "sign": bar.value < 0,
        "low": bar.low,
        "high": bar.high,
        "none": (max if bar.value < 0 else min)(0.0, *_known(bar)),
        "edge": (min if bar.value < 0 else max)(_known(bar)),
    }


def _by_sign() -> alt.Color:
    return alt.Color("sign:N", scale=alt.Scale(domain=[False, True], range=[GAIN, LOSS]), legend=None)


def _across(bars: Sequence[Bar], axis: str, width: int) -> tuple[float, float]:
    """Ends of an axis where the number of a bar stands at the other side of zero and of the interval."""
    low, high = min(0.0, *_ends(bars)), max(0.0, *_ends(bars))
    room = LETTER * max(map(len, _texts(bars, axis))) + 6
    left = room if any(bar.value >= 0 for bar in bars) else 4
    right = room if any(bar.value < 0 for bar in bars) else 4
    first = min((0.0, *(min(_known(bar)) for bar in bars if bar.value >= 0)))
    last = max((0.0, *(max(_known(bar)) for bar in bars if bar.value < 0)))
    spans = (high - low, width), (last - low, width - right), (high - first, width - left)
    unit = max(*(span / pixels for span, pixels in spans), (last - first) / (width - left - right), 1e-12)
    return min(low, first - left * unit), max(high, last + right * unit)


def _numbers(base: alt.Chart, place: str, look: Look, *, across: bool = False) -> list[alt.Chart]:
    """Numbers beside the ends of bars, at the side that the bar points to; or at zero or the end of an interval that
    crosses it, at the other side.
    """
    minus, plus = ("!datum.sign", "datum.sign") if across else ("datum.sign", "!datum.sign")
    left = base.transform_filter(minus).mark_text(align="right", dx=-4, color=INK, fontSize=look.size - 1)
    right = base.transform_filter(plus).mark_text(align="left", dx=4, color=INK, fontSize=look.size - 1)
    return [side.encode(x=alt.X(f"{place}:Q"), text=alt.Text("text:N")) for side in (left, right)]


def side_by_side(cells: Mapping[str, Sequence[Bar]], axis: str, look: Look) -> Chart:
    """The same rows for several columns on one scale: what each scenario does to each region.

    Args:
        cells: by column its bars; all have the same names.
        axis: what is measured, with its unit.
        look: the size; the narrow one sets two columns side by side and the next two below.
    """
    columns, across = list(cells), min(len(cells), 2 if look is NARROW else 4)
    every = [bar for bars in cells.values() for bar in bars]
    order = list(dict.fromkeys(wrapped(bar.name, look) for bar in every))
    look, places = fitted(order, look), rows_of(order, TIGHT)
    width = (look.width - look.labels - GAP * across) // across
    domain = _across(every, axis, width)
    heads = {column: within(column, width, look.size + 1) for column in columns}
    rows = [
        _row(bar, places.at(wrapped(bar.name, look)), axis) | {"column": heads[column], "first": bar is bars[0]}
        for column, bars in cells.items()
        for bar in bars
    ]
    base = alt.Chart().encode(y=places.axis(look))
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=list(domain), nice=False, zero=False), stack=False)
    drawn = base.mark_bar(size=10, orient="horizontal").encode(x=x, color=_by_sign())
    zero = alt.Chart().transform_filter("datum.first").mark_rule(color=RULE).encode(x=alt.XDatum(0))
    layers = [drawn, *_whiskers(base, every), *_numbers(base, "none", look, across=True), zero]
    header = alt.Header(
        title=None,
        labelFontSize=look.size + 1,
        labelFontWeight="normal",
        labelPadding=4,
        labelExpr="split(datum.label, '\\n')",
    )
    return (
        alt.layer(*layers, data=data(rows))
        .properties(width=width, height=places.height)
        .facet(
            facet=alt.Facet("column:N", sort=list(heads.values()), header=header),
            columns=across,
            spacing={"column": GAP, "row": 14},
        )
        .properties(
            title=alt.TitleParams(
                axis, fontSize=look.size - 1, fontWeight="normal", color=MUTED, anchor="start", offset=8
            )
        )
    )


def _whiskers(base: alt.Chart, bars: Sequence[Bar]) -> list[alt.Chart]:
    """Lines over intervals, where some bar has one."""
    if all(bar.low is None for bar in bars):
        return []
    known = base.transform_filter("isValid(datum.low)")
    return [known.mark_rule(color=INK, strokeWidth=1.5).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"))]


def waterfall(parts: Sequence[Bar], total: str, axis: str, look: Look) -> Chart:
    """How parts add up: each begins where the one before ends, the sum last.

    Args:
        parts: in order.
        total: name of the sum.
        axis: what is measured, with its unit.
        look: the size.
    """
    ends = list(accumulate(part.value for part in parts))
    starts = [0.0, *ends[:-1]]
    steps = [(part.name, start, end, part.value) for part, start, end in zip(parts, starts, ends, strict=True)]
    steps.append((total, 0.0, ends[-1], ends[-1]))
    places = rows_of([wrapped(name, look) for name, *_ in steps], TIGHT + 4)
    rows = [
        {
            "row": middle,
            "start": start,
            "end": end,
            "text": _text(Bar(name, value), axis),
            "sign": value < 0,
            "sum": k == len(parts),
        }
        for k, (middle, (name, start, end, value)) in enumerate(zip(places.middles, steps, strict=True))
    ]
    width = look.width - look.labels - 16
    domain = padded(ends, [_text(Bar(name, value), axis) for name, *_, value in steps], width)
    base = alt.Chart().encode(y=places.axis(look))
    x = alt.X("start:Q", axis=amount_axis(axis, look, ticks=4), scale=alt.Scale(domain=list(domain), nice=False))
    colour = alt.condition("datum.sum", alt.value(MUTED), _by_sign(), empty=False)
    drawn = base.mark_bar(size=14, orient="horizontal").encode(x=x, x2=alt.X2("end:Q"), color=colour)
    layers = [drawn, *_numbers(base, "end", look), zero_rule()]
    return alt.layer(*layers, data=data(rows)).properties(width=width, height=places.height)


def tornado(rows: Sequence[Bar], axis: str, look: Look) -> Chart:
    """What a result hangs on: for each parameter the change if it were a tenth larger, and the other way if smaller.

    Args:
        rows: by parameter the change for a larger value, the largest first.
        axis: what is measured, with its unit.
        look: the size.
    """
    places = rows_of([wrapped(row.name, look) for row in rows], TIGHT + 2)
    cells = [
        {
            "row": middle,
            "value": sign * row.value,
            "parameter": word,
            "text": _text(Bar(row.name, sign * row.value), axis),
            "sign": sign * row.value < 0,
        }
        for middle, row in zip(places.middles, rows, strict=True)
        for sign, word in ((1, "a tenth larger"), (-1, "a tenth smaller"))
    ]
    width = look.width - look.labels - 16
    domain = padded([sign * row.value for row in rows for sign in (1, -1)], _texts(rows, axis), width)
    base = alt.Chart().encode(y=places.axis(look))
    colour = alt.Color(
        "parameter:N",
        scale=alt.Scale(domain=["a tenth larger", "a tenth smaller"], range=[INK, RULE]),
        legend=alt.Legend(
            title="if the parameter were",
            orient="top",
            labelFontSize=look.size - 1,
            titleFontSize=look.size - 1,
            direction="horizontal",
            titleOrient="top",
        ),
    )
    x = alt.X(
        "value:Q",
        axis=amount_axis(axis, look, ticks=4),
        scale=alt.Scale(domain=list(domain), nice=False),
        stack=False,
    )
    drawn = base.mark_bar(size=13, orient="horizontal").encode(x=x, color=colour)
    layers = [drawn, *_numbers(base, "value", look), zero_rule()]
    return alt.layer(*layers, data=data(cells)).properties(width=width, height=places.height)
