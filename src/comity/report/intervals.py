"""The intervals of a case: as tables, in words of a scale, and as an object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from comity.claims.intervals import INCOME, SCALE, Beats, CaseDraws, Count, Interval
from comity.claims.results import CaseResult, Result
from comity.report.claims import where
from comity.report.document import finite
from comity.report.table import Cell, Column, Table, number

if TYPE_CHECKING:
    from comity.uncertainty.ensemble.summary import Summary

SHOWN = ("scenario", "number", "unit", "median", "mean", "50% interval", "90% interval", "below zero")
ENDS = ("50% from", "50% to", "90% from", "90% to")
NOTE = (
    "Draws on the first world of the case alone, whose single answers are at central values and may lie beside the "
    "median. Central intervals. Below zero: share of draws; of somebody's real income, the probability of a loss."
)
CHANCES = (
    "Chances are over what is drawn, elasticities and the effects of agreements, with the model as it is: they are no "
    "statement of how likely the model is to be right, which `comity case --panel` and `comity disagree` are about."
)
PAIRED = "Both variants under the same draws: what is uncertain about both does not blur their difference."
MOST_PAIRS = 28
"""More pairs of variants than this are no table for a terminal."""


def headlines(found: CaseResult) -> Table:
    """The first number of each claim with its interval."""
    drawn = _drawn(found)
    pairs = [(result, one) for result in found.results if (one := drawn.headline(result.claim)) is not None]
    rows = tuple((str(result.claim.number), *_shown(result, one)) for result, one in pairs)
    title = f"{found.case.content.title}: the first number of each claim under {drawn.draws:,} draws"
    return Table(title, (Column("claim"), *map(Column, SHOWN)), rows, (NOTE,))


def intervals(result: Result, drawn: CaseDraws) -> Table:
    """Every interval of a claim: its measures, then the real income of the case's columns."""
    every = sorted(drawn.of(result.claim.number), key=lambda one: one.key == INCOME)
    title = f"{result.claim.number} {result.claim.title}: intervals, {drawn.draws:,} draws"
    breaks = tuple(k for k, one in enumerate(every) if k and one.key != every[k - 1].key)
    return Table(title, tuple(map(Column, SHOWN)), tuple(_shown(result, one) for one in every), (NOTE,), breaks)


def _shown(result: Result, one: Interval) -> tuple[Cell, ...]:
    """A row for people: an interval in one cell."""
    s, digits = one.summary, _digits(result, one)
    half, most = (f"{number(low, digits)} to {number(high, digits)}" for low, high in (s.half, s.most))
    middle = (number(s.median, digits), number(s.mean, digits))
    return where(result, one.scenario, one.variant), _label(one), one.unit, *middle, half, most, f"{100 * s.loss:.1f}%"


def _label(one: Interval) -> str:
    return f"{INCOME}, {one.label}" if one.key == INCOME else one.label


def every_interval(found: CaseResult) -> Table:
    """Every interval of a case, with the claim's number in front."""
    drawn = _drawn(found)
    rows = tuple(
        (str(result.claim.number), one.key, *_row(result, one))
        for result in found.results
        for one in drawn.of(result.claim.number)
    )
    return Table("Intervals", (Column("claim"), Column("key"), *_columns()), rows)


def pairs(found: CaseResult) -> Table:
    """How often one variant is better than another, draw by draw."""
    rows: list[tuple[Cell, ...]] = []
    for one in _drawn(found).beats:
        result = found.find(one.claim)
        names = (where(result, one.scenario, name) for name in (one.better, one.worse))
        label = next(m.label for m in result.claim.measures if m.key == one.key)
        gap = one.gap
        rows.append((str(one.claim), label, *names, 100 * one.probability, 100 * one.error, gap.mean, *gap.most))
    columns = (
        Column("claim"), Column("number"), Column("variant"), Column("is above"), Column("probability", "%", 1),
        Column("sampling error", "%", 1), Column("mean", "US$ bn", 3, "difference"),
        *(Column(end, "US$ bn", 3, "difference, 90% interval") for end in ("from", "to")),
    )  # fmt: skip
    return Table("Which variant is better", columns, tuple(rows), (PAIRED,))


def best(found: CaseResult) -> list[str]:
    """For each scenario with several variants: the one with the best mean, and the least probability that it is better
    than another."""
    said = []
    for (claim, file), group in _by_scenario(_drawn(found).beats).items():
        result = found.find(claim)
        wins = {name: _wins(group, name) for one in group for name in (one.better, one.worse)}
        top = max(wins, key=lambda name: sum(gap for _, gap in wins[name].values()))
        rival = min(wins[top], key=lambda name: wins[top][name][0])
        label = next(m.label for m in result.claim.measures if m.key == group[0].key)
        said.append(
            f"claim {claim}, {label}: {where(result, file, top)!r} is the best of {len(wins)} variants on average, and "
            f"above {where(result, file, rival)!r}, its nearest rival, in {100 * wins[top][rival][0]:.0f}% of draws"
        )
    return said


def _wins(group: list[Beats], name: str) -> dict[str, tuple[float, float]]:
    """Against each other variant: how often it is better, and by how much on average."""
    ahead = {one.worse: (one.probability, one.gap.mean) for one in group if one.better == name}
    return ahead | {one.better: (1 - one.probability, -one.gap.mean) for one in group if one.worse == name}


def _by_scenario(beats: Iterable[Beats]) -> dict[tuple[int, str], list[Beats]]:
    groups: dict[tuple[int, str], list[Beats]] = {}
    for one in beats:
        groups.setdefault((one.claim, one.scenario), []).append(one)
    return groups


def in_words(found: CaseResult, scale: str = SCALE) -> list[str]:
    """Who gains or loses how surely, by claim, in the words of a scale."""
    drawn, said = _drawn(found), []
    for result in found.results:
        one = drawn.welfare(result.claim)
        if one is not None and (words := one.in_words(scale)):
            low, high = (_number(result, one, end) for end in one.summary.most)
            middle = _number(result, one, one.summary.median)
            said.append(
                f"{result.claim.number} {result.claim.title}, {where(result, one.scenario, one.variant)}: {words}; "
                f"median {middle} {one.unit}, 90% interval {low} to {high}"
            )
    return [*said, CHANCES] if said else []


def drivers(found: CaseResult) -> list[str]:
    """What the spread of each headline goes with."""
    drawn, said = _drawn(found), []
    for result in found.results:
        one = drawn.headline(result.claim)
        if one is not None and one.drivers:
            parts = (f"{d.name} {100 * abs(d.share):.0f}%{' (falls)' if d.share < 0 else ''}" for d in one.drivers)
            said.append(f"claim {result.claim.number}, {one.label}: {', '.join(parts)}")
    if said:
        said.append(
            "Shares are squared rank correlations over the draws: of the spread, what goes with one parameter by "
            "itself. (falls): the number falls as the parameter rises. `comity ensemble FILE --sobol` splits the "
            "variance."
        )
    return said


def checks(found: CaseResult) -> list[str]:
    """How the draws went, and what was drawn."""
    drawn = _drawn(found)
    failed = [c for c in drawn.counts if c.failed]
    said = [
        f"{drawn.draws:,} draws of each of {len(drawn.counts)} scenarios on world {drawn.world}, scrambled Sobol "
        f"points, seed {drawn.seed}; {sum(c.certified for c in drawn.counts):,} solves certified in full",
        "no draw failed" if not failed else "draws without an answer: " + "; ".join(map(_failed, failed)),
    ]
    return said + list(drawn.notes)


def _failed(count: Count) -> str:
    reason = max(count.reasons, key=lambda why: count.reasons[why]) if count.reasons else ""
    return f"{count.failed} of {count.draws} of claim {count.claim}, {count.scenario} ({reason})"


def draws_document(found: CaseResult, scale: str = SCALE) -> dict[str, Any]:
    """The draws of a case as one object."""
    drawn = _drawn(found)
    claims = {result.claim.number: result for result in found.results}
    return {
        "draws": drawn.draws,
        "seed": drawn.seed,
        "world": drawn.world,
        "scale": scale,
        "intervals": [_interval(claims[one.claim], one, scale) for one in drawn.intervals],
        "pairs": [_pair(one) for one in drawn.beats],
        "scenarios": [_count(one) for one in drawn.counts],
        "notes": list(drawn.notes),
    }


def _pair(one: Beats) -> dict[str, Any]:
    return {
        "claim": one.claim,
        "scenario": one.scenario,
        "measure": one.key,
        "variant": one.better,
        "above": one.worse,
        "probability": one.probability,
        "sampling_error": one.error,
        "difference": summary_object(one.gap),
    }


def _count(one: Count) -> dict[str, Any]:
    return {
        "claim": one.claim,
        "scenario": one.scenario,
        "draws": one.draws,
        "failed": one.failed,
        "certified": one.certified,
        "reasons": dict(one.reasons),
        "error": one.error or None,
    }


def _interval(result: Result, one: Interval, scale: str) -> dict[str, Any]:
    return {
        "claim": one.claim,
        "scenario": one.scenario,
        "variant": one.variant,
        "measure": one.key,
        "label": one.label,
        "place": one.place or None,
        "unit": one.unit,
        "headline": one.headline,
        "single_answer": _single(result, one),
        **summary_object(one.summary),
        "loss_interval_90": list(one.loss) if one.who else None,
        "words": one.in_words(scale) or None,
        "goes_with": [{"parameter": d.name, "squared_rank_correlation": d.share} for d in one.drivers],
    }


def summary_object(one: Summary) -> dict[str, Any]:
    """A distribution as an object; what cannot be told is null."""
    return {
        "answers": one.draws,
        "mean": finite(one.mean),
        "median": finite(one.median),
        "interval_50": [finite(end) for end in one.half],
        "interval_90": [finite(end) for end in one.most],
        "below_zero": finite(one.loss),
    }


def _columns() -> tuple[Column, ...]:
    numbers = (Column("single answer", "", 2), Column("mean", "", 2), Column("median", "", 2))
    ends = (Column(name, "", 2) for name in ENDS)
    return Column("scenario"), Column("number"), Column("unit"), *numbers, *ends, Column("below zero, %", "", 1)


def _row(result: Result, one: Interval) -> tuple[Cell, ...]:
    s = one.summary
    return (
        where(result, one.scenario, one.variant), _label(one), one.unit, _single(result, one), s.mean, s.median,
        *s.half, *s.most, 100 * s.loss,
    )  # fmt: skip


def _single(result: Result, one: Interval) -> float | None:
    """The number at the central values, as the case without draws has it."""
    if one.key == INCOME:
        rows = (r for r in result.rows if (r.scenario, r.variant, r.world) == (one.scenario, one.variant, one.world))
        return next((row.income.get(one.label) for row in rows), None)
    for answer in result.answers:
        if (answer.measure.key, answer.scenario, answer.variant, answer.world) == (
            one.key, one.scenario, one.variant, one.world,
        ):  # fmt: skip
            if isinstance(answer.value, tuple):
                return dict(answer.value).get(one.place)
            return answer.value if isinstance(answer.value, float) else None
    return None


def _digits(result: Result, one: Interval) -> int:
    """Decimals: those of the measure, and of real income three."""
    return next((measure.digits for measure in result.claim.measures if measure.key == one.key), 3)


def _number(result: Result, one: Interval, value: float) -> str:
    return number(value, _digits(result, one))


def _drawn(found: CaseResult) -> CaseDraws:
    assert found.drawn is not None, "the case has no draws"
    return found.drawn
