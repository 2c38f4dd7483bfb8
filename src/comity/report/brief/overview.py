"""Charts about all claims of a case at once."""

from __future__ import annotations

from functools import partial

from comity.claims.results import CaseResult, Result, Row
from comity.report.brief.content import Figure
from comity.report.brief.kept import headline_of
from comity.report.brief.sentences import BN, largest
from comity.report.brief.spreads import of_row
from comity.report.charts import bars, lines
from comity.report.charts.bars import Bar
from comity.report.rounding import dollars
from comity.report.table import Cell, Column, Table
from comity.uncertainty import Probability, scale
from comity.uncertainty.lexicon import SURVEY


def worth_figure(found: CaseResult) -> Figure | None:
    """What the headline scenario of each claim is worth to the first column of the case; None with nothing solved."""
    column = next(iter(found.case.content.columns))
    rows: list[tuple[str, str, float, float | None, float | None]] = []
    for result in found.results:
        row = _row(result, found.worlds[0])
        if row is not None:
            ends = of_row(found.drawn, result.claim.number, row, column) or (None, None)
            name = f"{result.claim.number} {result.claim.title}"
            rows.append((name, row.variant, row.equivalent_variation[column], *ends))
    if not rows:
        return None
    rows.sort(key=lambda row: row[2])
    worst, best = rows[0], rows[-1]
    title = f"Of these scenarios {_titled(worst[0])} is the largest for {column}: {dollars(*worst[2:])} a year"
    if best[2] > 0:
        title += f"; {_titled(best[0])} brings {dollars(*best[2:])}"
    unit = "US$ bn a year"
    columns = (Column("claim"), Column("scenario"), *(Column(name, unit, 3) for name in ("real income", "5%", "95%")))
    line = "" if found.drawn is None else f" Lines: 90% intervals, {found.drawn.draws} draws."
    return Figure(
        key="overview",
        title=title,
        note=f"Change in the real income of {column}, US$ bn a year, in the scenario that sums up each claim: a size, "
        f"not a likelihood. Which scenario that is, each claim says.{line}",
        alt=f"Bars of the change in the real income of {column} by claim. {title}. "
        f"{largest([(name, value) for name, _, value, *_ in rows], BN)}",
        table=Table(title, columns, tuple(rows)),
        draw=partial(
            bars.ranked,
            [Bar(name, value, low, high) for name, _, value, low, high in rows],
            "real income, US$ bn a year",
        ),
    )


def _titled(name: str) -> str:
    """A claim's title in a sentence: without its number, its first letter small unless it is a name."""
    title = name.split(" ", 1)[1]
    return f"“{title}”"


def _row(result: Result, world: str) -> Row | None:
    """The headline scenario of a claim on a world; None where it failed."""
    _, file, variant = headline_of(result.claim)
    for row in result.rows:
        if row.world == world and row.scenario == file and not row.error and variant in (None, row.variant):
            return row
    return None


def likelihood_figure(found: CaseResult) -> Figure | None:
    """How likely the claims' own words make them; None where none has a word."""
    rows: list[tuple[str, float, float, float]] = []
    table: list[tuple[Cell, ...]] = []
    for result in found.results:
        claim, said = result.claim, result.claim.likelihood
        if said is not None:
            low, high = (100 * end for end in said.interval())
            rows.append((f"{claim.number} {claim.title}: “{claim.said}”", low, 100 * said.median, high))
            table.append((f"{claim.number} {claim.title}", claim.said, low, 100 * said.median, high))
    if not rows:
        return None
    every = [said for result in found.results if (said := result.claim.likelihood) is not None]
    scales = dict.fromkeys(said.scale for said in every if said.scale)
    read = " or ".join(dict.fromkeys(whose(said) for said in every if said.scale)) or "of a range"
    most = max(row[3] for row in rows)
    title = f"No claim here is said to be more likely than {most:.0f}%"
    if all(said.scale and scale(said.scale).kind == SURVEY for said in every):
        title = f"Read as most people read them, no word here means more than {most:.0f}%"
    columns = (Column("claim"), Column("word"), Column("lower quartile", "%", 0), Column("median", "%", 0),
               Column("upper quartile", "%", 0))  # fmt: skip
    return Figure(
        key="likelihood",
        title=title,
        note=f"Probability that the claim comes true, by its own word: the middle half {read}, and the median "
        f"(line), %. Words are read on the scale {' and '.join(scales) or '(there are none)'}.",
        alt=f"Ranges of probability by claim. {title}. {largest([(name, at) for name, _, at, _ in rows], '%')}",
        table=Table(title, columns, tuple(table)),
        draw=partial(lines.likelihoods, rows, "probability, %"),
    )


def whose(said: Probability) -> str:
    """Of whom or what the middle half of a reading is.

    >>> from comity.uncertainty import probability
    >>> whose(probability("likely")), whose(probability("likely", "uk"))
    ('as readers take it', 'of its band')
    """
    if not said.scale:
        return "of its range"
    return "as readers take it" if scale(said.scale).kind == SURVEY else "of its band"
