"""Why answers differ, as a part of a brief: the strip, and the tables behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from comity.report.brief.content import Disagreement, Figure
from comity.report.brief.sentences import largest, the
from comity.report.charts import strip
from comity.report.charts.strip import Mark
from comity.report.panels import panel_tables
from comity.report.rounding import signed
from comity.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from comity.uncertainty.panel import Panel

SAME = ("real income", "real GDP")
"""What published answers are of, near enough to stand on the same axis; which one is in the table."""
DIGITS = 3
"""After the decimal point of per cent and points in the tables: finer is not known."""
CHOICES = {
    "elasticities": "which estimates of the trade elasticity are taken",
    "horizon and mobility": "how many years after the policy, and whether workers and capital have moved between "
    "sectors by then (mobile) or not (specific)",
    "imbalances": "what keeps a region's trade imbalance (a fixed amount, or a share of its output or of its "
    "spending), or whether there is none (balanced)",
    "revenue": "whether tariff revenue goes to households (rebated) or buys public goods",
    "sourcing": "whether firms and households share the sources of a good (pooled) or each has its own (by-use)",
    "demand": "how readily households buy less of one sector's goods for more of another's",
    "competition": "whether a larger sector produces at lower cost (scale) or not (perfect)",
    "data vintage": "the year of the data",
    "aggregation": "how many regions and sectors the data are summed to",
}
"""What is chosen, by the name of the choice."""


def disagreement(part: str, panel: Panel) -> Disagreement:
    """The part of a brief about one question under every choice.

    Args:
        part: anchor of the claim.
        panel: the answers.
    """
    lead = panel.spreads[panel.measure]
    low, high = min(lead.values), max(lead.values)
    top = lead.ranked[0]
    said = (
        f"The answer for {the(panel.region[1])} under “{panel.question.variant}” was asked again under every choice "
        f"that the model has. Its own is {signed(panel.own.values[panel.measure])}%; over {len(lead.values)} "
        f"combinations it goes from {signed(low)} to {signed(high)}%.",
        _explained([step.choice for step in panel.steps]),
        f"{100 * top.share:.0f}% of the spread comes from the choice of {top.choice}: on average the answer is "
        f"{signed(top.low)}% with {top.lowest} and {signed(top.high)}% with {top.highest}.",
    )
    return Disagreement(part, said, _figure(part, panel), tuple(panel_tables(panel, DIGITS)))


def _explained(names: Sequence[str]) -> str:
    """What each choice is, in a sentence."""
    return f"The choices are {'; '.join(f'{name}: {CHOICES[name]}' for name in dict.fromkeys(names))}."


def _figure(part: str, panel: Panel) -> Figure:
    marks = list(_marks(panel))
    own = panel.own.values[panel.measure]
    ours = [mark.low for mark in marks if not mark.published]
    theirs = [end for mark in marks if mark.published for end in (mark.low, mark.high)]
    title = f"One choice at a time moves the answer between {signed(min(ours))} and {signed(max(ours))}%"
    if theirs:
        title += f"; published answers go from {signed(min(theirs))} to {signed(max(theirs))}%"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (m.row, "published" if m.published else "here", m.low, m.high) for m in marks
    )
    columns = (Column("choice or author"), Column("whose"), Column("from", "%", 4), Column("to", "%", 4))
    return Figure(
        key=f"{part}-disagreement",
        title=title,
        note=f"Change in the {panel.measure} of {the(panel.region[1])}, %; published answers are of real GDP or income "
        "and put other questions, which the table says.",
        alt=f"Strip of answers by choice. {title}. {largest([(m.row, m.low) for m in marks if not m.published], '%')}",
        table=Table(title, columns, rows),
        draw=partial(strip.strip, marks, own, f"{panel.measure}, %"),
    )


def _marks(panel: Panel) -> Iterator[Mark]:
    for step in panel.steps:
        if step.answer.values:
            value = step.answer.values[panel.measure]
            yield Mark(step.choice, value, value)
    for one in panel.published:
        if one.low is not None and one.high is not None and one.unit == "%" and one.measure in SAME:
            yield Mark(f"{one.author} {one.published}", min(one.low, one.high), max(one.low, one.high), published=True)
