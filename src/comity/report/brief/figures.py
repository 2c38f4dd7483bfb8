"""The charts of a brief: from what is kept of outcomes to a finding, a chart and the table under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from comity.report.brief.content import Figure
from comity.report.brief.sentences import BN, CHANNELS, POINTS, capital, gains_or_loses, largest, listed, size, the
from comity.report.brief.views import View
from comity.report.charts import bars, lines, maps
from comity.report.charts.bars import Bar
from comity.report.rounding import dollars, signed
from comity.report.table import Cell, Column, Table

SHOWN = 10
EACH_SIDE = 6
PERCENT = "real income, % of baseline"
DOLLARS = "real income, US$ bn a year"
Interval = tuple[float, float]
Intervals = Mapping[tuple[str, str], Interval]
"""By variant and code of a region, in US$ bn a year."""


def world_figure(key: str, view: View, where: str) -> Figure:
    """The map of real income."""
    worst, best = (f(view.income, key=view.income.__getitem__) for f in (min, max))
    top = max((worst, best), key=lambda code: abs(view.income[code]))
    other = best if top == worst else worst
    title = f"{capital(the(view.names[top]))} {gains_or_loses(view.income[top])} most, {size(view.income[top], '%')}%"
    if view.income[top] * view.income[other] < 0:
        change = view.income[other]
        title += f"; {the(view.names[other])} {gains_or_loses(change)} most, {size(change, '%')}%"
    rows = tuple((view.names[c], view.income[c], view.worth[c]) for c in _by_worth(view))
    columns = (Column("region"), Column("real income", "%", 4), Column("real income", "US$ bn a year", 3))
    return Figure(
        key=key,
        title=title,
        note=f"Change in real income, % of baseline; {where}.",
        source=maps.CREDIT,
        alt=f"World map of the change in real income, {where}. {title}. {largest(_named(view, view.income), '%')}",
        table=Table(title, columns, rows),
        draw=partial(maps.world_map, view.income, view.members, PERCENT),
    )


def _named(view: View, values: Mapping[str, float]) -> list[tuple[str, float]]:
    return [(view.names[code], value) for code, value in values.items()]


def _across(by: Mapping[str, Mapping[str, float]]) -> list[tuple[str, float]]:
    """Numbers of several columns, each with the name of its row and its column."""
    return [(f"{row} ({column})", value) for column, rows in by.items() for row, value in rows.items()]


def _by_worth(view: View) -> list[str]:
    return sorted(view.worth, key=lambda code: view.worth[code])


def ranking_figure(
    key: str, view: View, where: str, intervals: Intervals | None = None, *, full: bool = True
) -> Figure:
    """Regions by what they lose and gain in US$."""
    order = [code for code in _by_worth(view) if view.worth[code] != 0]
    shown = order if len(order) <= 2 * EACH_SIDE else _ends(view, order)
    if not shown:
        shown = _by_worth(view)[:1]
    found = intervals or {}
    drawn = [_bar(view.names[c], view.worth[c], found.get((view.variant, c))) for c in shown]
    title = f"World: {dollars(view.world_worth)} a year; largest {_largest(view, order)}"
    left = "" if len(shown) == len(order) else f" The {len(shown)} of {len(order)} regions that move most."
    columns = [Column("region"), Column("real income", "US$ bn a year", 3)]
    if found:
        columns += [Column("5%", "US$ bn a year", 3), Column("95%", "US$ bn a year", 3)]
    ends = {c: found.get((view.variant, c), (None, None)) if found else () for c in order}
    rows = tuple((view.names[c], view.worth[c], *ends[c]) for c in order)
    line = " Lines: 90% intervals." if found else ""
    return Figure(
        key=key,
        title=title,
        note=f"Change in real income, US$ bn a year; {where}.{left}{line}",
        alt=f"Bars of the change in real income by region, {where}. {title}. {largest(_named(view, view.worth), BN)}",
        table=Table(title, tuple(columns), rows),
        draw=partial(bars.ranked, drawn, DOLLARS),
        full=full,
    )


def _bar(name: str, value: float, ends: Interval | None) -> Bar:
    return Bar(name, value, *(ends or (None, None)))


def _ends(view: View, order: Sequence[str]) -> list[str]:
    most = sorted(order, key=lambda code: -abs(view.worth[code]))[: 2 * EACH_SIDE]
    return [code for code in order if code in most]


def _largest(view: View, order: Sequence[str]) -> str:
    ends = [order[0], order[-1]] if order else []
    words = [f"{the(view.names[c])} {dollars(view.worth[c])}" for c in dict.fromkeys(ends)]
    return listed(words) or "none"


def variants_figure(
    key: str,
    cells: Mapping[str, Mapping[str, float]],
    where: str,
    intervals: Mapping[tuple[str, str], Interval],
    *,
    full: bool = True,
) -> Figure:
    """Every scenario for some regions on one scale.

    Args:
        key: of the figure.
        cells: by column (a region's name), by variant: US$ bn a year.
        where: what is compared, in words.
        intervals: by variant and column.
        full: drawn for wide screens too.
    """
    first, own = next(iter(cells.items()))
    low, high = min(own, key=own.__getitem__), max(own, key=own.__getitem__)
    least, most = (dollars(own[v], *intervals.get((v, first), (None, None))) for v in (low, high))
    title = f"{capital(first)}: {least} a year"
    if len(own) > 1 and least == most:
        title = f"{capital(first)}: about {least} a year in every scenario"
    elif len(own) > 1:
        title = f"{capital(first)}: from {least} ({low}) to {most} ({high}) a year"
    drawn = {c: [_bar(v, x, intervals.get((v, c))) for v, x in by.items()] for c, by in cells.items()}
    parts = ("real income", "5%", "95%") if intervals else ("real income",)
    columns = (Column("scenario"), *(Column(part, "US$ bn a year", 3, name) for name in cells for part in parts))
    none = (None, None) if intervals else ()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (v, *(cell for name, by in cells.items() for cell in (by[v], *intervals.get((v, name), none)))) for v in own
    )
    line = " Lines: 90% intervals." if intervals else ""
    return Figure(
        key=key,
        title=title,
        note=f"Change in real income, US$ bn a year; {where}.{line}",
        alt=f"Bars of the change in real income by scenario for {listed(list(cells))}. {title}. "
        f"{largest(_across(cells), BN)}",
        table=Table(title, columns, rows),
        draw=partial(bars.side_by_side, drawn, DOLLARS),
        full=full,
    )


def sectors_figure(key: str, views: Sequence[View], where: str, *, full: bool = True) -> Figure:
    """Sectors of the region in focus: from one scenario to the next, or bars where there is one."""
    first = views[0]
    tables = [dict(view.sectors) for view in views]
    names = [name for name in tables[0] if all(name in table for table in tables)]
    size_of = {name: max(abs(table[name]) for table in tables) for name in names}
    chosen = sorted(names, key=lambda name: -size_of[name])[: SHOWN - 2]
    chosen.sort(key=lambda name: -tables[-1][name])
    low = min(chosen, key=lambda name: tables[-1][name])
    high = max(chosen, key=lambda name: tables[-1][name])
    best, worst = (f"{name} {dollars(tables[-1][name])}" for name in (high, low))
    title = f"Inside {the(first.name)}: {best}, {worst} a year"
    several = _across({view.variant: dict(view.sectors) for view in views})
    values = several if len(views) > 1 else list(first.sectors)
    columns = (Column("sector"), *(Column("real value added", "US$ bn a year", 3, view.variant) for view in views))
    rows: tuple[tuple[Cell, ...], ...] = tuple((name, *(table[name] for table in tables)) for name in names)
    axis = "value added, US$ bn a year"
    if len(views) == 1:
        draw = partial(bars.ranked, [Bar(name, tables[0][name]) for name in reversed(chosen)], axis)
    else:
        draw = partial(lines.slopes, {n: [t[n] for t in tables] for n in chosen}, [v.variant for v in views], axis)
    return Figure(
        key=key,
        title=title,
        note=f"Change in real value added of the sectors of {the(first.name)} that move most, US$ bn a year; {where}.",
        alt=f"Change in value added by sector of {the(first.name)}, {where}. {title}. {largest(values, BN)}",
        table=Table(title, columns, rows),
        draw=draw,
        full=full,
    )


def flows_figure(key: str, view: View, where: str, *, full: bool = True) -> Figure:
    """What the region in focus sells to and buys from its partners."""
    sells, buys = dict(view.sells), dict(view.buys)
    chosen = sorted(sells, key=lambda name: -abs(sells[name]) - abs(buys[name]))[: SHOWN - 2]
    top = max(sells, key=lambda name: abs(sells[name]))
    rest = sum(value for name, value in sells.items() if name != top)
    more = "more" if sells[top] > 0 else "less"
    title = (
        f"{capital(the(view.name))} sells {dollars(abs(sells[top]))} {more} to {the(top)}, and "
        f"{dollars(abs(rest))} {'more' if rest > 0 else 'less'} to all others"
    )
    cells = {
        f"{view.name} sells to": [Bar(name, sells[name]) for name in chosen],
        f"{view.name} buys from": [Bar(name, buys[name]) for name in chosen],
    }
    columns = (Column("partner"), Column("sells", "US$ bn a year", 3), Column("buys", "US$ bn a year", 3))
    rows = tuple((name, sells[name], buys[name]) for name in sells)
    axis = "change in trade, US$ bn a year"
    return Figure(
        key=key,
        title=title,
        note=f"Change in trade of {the(view.name)} with its partners at border values, US$ bn a year; {where}.",
        alt=f"Change in the trade of {the(view.name)} by partner, {where}. {title}. "
        f"{largest(_across({'sells to': sells, 'buys from': buys}), BN)}",
        table=Table(title, columns, rows),
        draw=partial(bars.side_by_side, cells, axis),
        full=full,
    )


def path_figure(key: str, along: Sequence[View], times: Sequence[str], where: str) -> Figure:
    """Real income of the regions that move most after each horizon."""
    last = along[-1]
    codes = sorted(last.income, key=lambda c: -max(abs(view.worth[c]) for view in along))[:6]
    focus = last.focus if last.focus in codes else codes[0]
    start, end = along[0].income[focus], last.income[focus]
    begins, ends = (f"{signed(value, unit='%')}%" for value in (start, end))
    title = f"{capital(the(last.names[focus]))}: {begins} after {times[0]}, {ends} after {times[-1]}"
    title = title.replace("after long run", "in the long run")
    columns = (Column("region"), *(Column("real income", "%", 4, time) for time in times))
    rows: tuple[tuple[Cell, ...], ...] = tuple((last.names[c], *(v.income[c] for v in along)) for c in last.income)
    return Figure(
        key=key,
        title=title,
        note=f"Change in real income, % of baseline, each horizon an equilibrium of its own; {where}.",
        alt=f"Lines of the change in real income by horizon, {where}. {title}. At the end: "
        f"{largest(_named(last, last.income), '%')}",
        table=Table(title, columns, rows),
        draw=partial(lines.horizons, {last.names[c]: [v.income[c] for v in along] for c in codes}, times, PERCENT),
    )


def why_figure(key: str, view: View, where: str, *, full: bool = True) -> Figure | None:
    """How the parts of the change add up; None where it was not split."""
    found = view.explanation
    if found is None or not found.channels:
        return None
    parts = [Bar(CHANNELS[part.name].removeprefix("the "), part.points) for part in found.channels]
    top = max(parts, key=lambda part: abs(part.value))
    share, whole = (signed(value, unit=POINTS) for value in (top.value, found.real_income_pct))
    title = f"{capital(top.name)}: {share} of {whole} percentage points"
    rows: tuple[tuple[Cell, ...], ...] = tuple((part.name, part.value) for part in parts)
    total = ("real income", found.real_income_pct)
    return Figure(
        key=key,
        title=title,
        note=f"Real income of {the(view.name)} by channel, percentage points; {where}. The parts add up exactly.",
        alt=f"How the change in real income of {the(view.name)} adds up, {where}. {title}. "
        f"{largest([(part.name, part.value) for part in parts], POINTS)}",
        table=Table(title, (Column("channel"), Column("real income", "percentage points", 5)), (*rows, total)),
        draw=partial(bars.waterfall, parts, "real income", "percentage points"),
        full=full,
    )


def hangs_figure(key: str, view: View, where: str, *, full: bool = True) -> Figure | None:
    """The parameters that the number hangs on; None where there is no gradient."""
    found = view.explanation
    if found is None or not found.sensitivity:
        return None
    rows = [Bar(row.parameter, row.points_per_tenth) for row in found.sensitivity[:6]]
    title = f"It hangs most on the {rows[0].name}: {signed(rows[0].value, unit=POINTS)} points if a tenth larger"
    columns = (Column("parameter"), Column("value", "", 4), Column("if a tenth larger", "percentage points", 5))
    return Figure(
        key=key,
        title=title,
        note=f"Change in real income of {the(view.name)} if a parameter were a tenth larger or smaller, percentage "
        f"points, by derivative; {where}.",
        alt=f"What the real income of {the(view.name)} hangs on, {where}. {title}. "
        f"{largest([(row.name, row.value) for row in rows], POINTS)}",
        table=Table(title, columns, tuple(tuple(row) for row in found.sensitivity)),
        draw=partial(bars.tornado, rows, "percentage points"),
        full=full,
    )
