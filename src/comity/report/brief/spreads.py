"""What draws say about the numbers of a case, as a brief writes it."""

from __future__ import annotations

from comity.claims.intervals import INCOME, CaseDraws, Interval
from comity.claims.quoting import Number
from comity.claims.results import Answer, Result, Row
from comity.report.brief.sentences import BN, amount, capital, ready, the
from comity.report.rounding import MINUS, interval, place

Ends = tuple[float, float]
SAME = 1e-9
SHORT = {"USA": "United States", "US": "United States"}
"""Regions that a measure names by their code."""


def of_answer(drawn: CaseDraws | None, result: Result, answer: Answer) -> Interval | None:
    """The interval of a measure in a variant; None where it is not drawn."""
    if drawn is None or answer.world != drawn.world:
        return None
    found = drawn.find(result.claim.number, answer.measure.key, answer.variant)
    return found if found is not None and found.summary.draws else None


def numbered(drawn: CaseDraws | None, result: Result, answer: Answer) -> Number:
    """A measure for a sentence, rounded by its interval where it has one."""
    found, plain = of_answer(drawn, result, answer), ready(answer)
    if found is None or not isinstance(answer.value, float):
        return plain
    exponent = place(answer.value, *found.summary.most, answer.unit)
    return Number(round(answer.value, -exponent), answer.unit, max(0, -exponent))


def said(one: Interval | None, value: float, why_not: str) -> str:
    """The interval of a number in words."""
    if one is None:
        return f"no interval: {why_not}"
    low, high = one.summary.most
    if high - low < SAME * max(abs(low), abs(high), 1.0):
        return f"the same in all {one.summary.draws} draws"
    _, first, last = interval(value, low, high, one.unit)
    if first == last:
        return f"{amount(low, one.unit)} in nine of ten of {one.summary.draws} draws"
    if one.unit == BN:
        first, last = (
            f"{MINUS if end.startswith(MINUS) else ''}US$ {end.removeprefix(MINUS)} bn" for end in (first, last)
        )
        return f"90% interval {first} to {last}, {one.summary.draws} draws"
    percent, unit = ("%", "") if one.unit == "%" else ("", f" {one.unit}")
    return f"90% interval {first}{percent} to {last}{percent}{unit}, {one.summary.draws} draws"


def sure(one: Interval | None) -> str:
    """In how many draws somebody gains or loses, and that in words of a scale; empty where nothing was drawn."""
    if one is None or not one.in_words():
        return ""
    below, draws = round(one.summary.loss * one.summary.draws), one.summary.draws
    loses = one.summary.loss >= 0.5
    word = one.in_words().partition(": ")[2]
    who = capital(the(SHORT.get(one.who, one.who)))
    return f"{who} {'loses' if loses else 'gains'} in {below if loses else draws - below} of {draws} draws: {word}."


def goes_with(one: Interval | None) -> str:
    """The parameter that the spread goes with most; empty without one."""
    if one is None or not one.drivers:
        return ""
    top = one.drivers[0]
    return f"Over the draws its spread goes most with the {top.name} ({100 * abs(top.share):.0f}% of it)."


def of_row(drawn: CaseDraws | None, claim: int, row: Row, column: str) -> Ends | None:
    """The 90% interval of a column's real income in US$ bn a year; None where it is not drawn."""
    if drawn is None or row.world != drawn.world or not row.income.get(column):
        return None
    spent = row.equivalent_variation[column] / row.income[column]
    for one in drawn.of(claim):
        if (one.key, one.label, one.scenario, one.variant) == (INCOME, column, row.scenario, row.variant):
            low, high = one.summary.most
            return (spent * low, spent * high) if one.summary.draws else None
    return None


def of_chart(drawn: CaseDraws | None, claim: int) -> dict[tuple[str, str], Ends]:
    """The 90% intervals of the numbers in the chart of a claim, by variant and name."""
    every = drawn.charted if drawn is not None else ()
    return {(one.variant, one.place): one.summary.most for one in every if one.claim == claim and one.summary.draws}
