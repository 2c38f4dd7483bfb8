"""The disagreement panel as tables and as one object: each choice by itself, what the spread is made of, and others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from comity.report.table import Cell, Column, Table, number

if TYPE_CHECKING:
    from comity.uncertainty.combinations import Answer
    from comity.uncertainty.panel import Panel, Spread, Step

MEASURES = ("real income", "real GDP", "real wage")
EV = "equivalent variation"
EVERY = "every measure"


def panel_tables(panel: Panel, digits: int = 4) -> list[Table]:
    """Each choice by itself; the shares of the spread; published answers where there are some.

    Args:
        panel: the answers.
        digits: after the decimal point, of per cent and points.
    """
    tables = [steps(panel, digits), ranking(panel, digits), *([others(panel)] if panel.published else [])]
    return [table for table in tables if table.rows]


def steps(panel: Panel, digits: int = 4) -> Table:
    """The scenario's own answer, and each choice changed by itself."""
    marks: dict[str, int] = {}
    rows: list[tuple[Cell, ...]] = [("as the scenario says", "", None, *_numbers(panel.own))]
    breaks = []
    for choice in panel.choices[:-1]:
        mine = [step for step in panel.steps if step.choice == choice.name]
        if mine:
            breaks.append(len(rows))
        for place, step in enumerate(mine):
            level = " ".join([step.level, *(f"[{_mark(marks, note)}]" for note in _notes(step))])
            name = choice.name if not place else ""
            rows.append((name, level, step.effect(panel.measure), *_numbers(step.answer)))
    columns = (
        Column("choice"), Column("changed to"), Column("change", "points", digits),
        *(Column(name, "%", digits) for name in MEASURES), Column("real income", "US$ bn", 2),
    )  # fmt: skip
    title = f"{panel.region[1]}: each choice changed by itself, and the change of {panel.measure}"
    notes = tuple(f"[{place}] {note}." for note, place in marks.items())
    return Table(title, columns, tuple(rows), notes, tuple(breaks))


def _numbers(answer: Answer) -> list[float | None]:
    return [answer.values.get(name) for name in (*MEASURES, EV)]


def _mark(marks: dict[str, int], note: str) -> int:
    return marks.setdefault(note, len(marks) + 1)


def _notes(step: Step) -> Iterable[str]:
    if step.beside:
        beside = ", ".join(f"{choice} {level}" for choice, level in step.beside.items())
        yield f"only exists with {beside}: the change is from the answer with that"
    if step.how:
        yield step.how[0].upper() + step.how[1:]
    if step.answer.problem:
        yield f"No answer: {step.answer.problem}".removesuffix(".")


def ranking(panel: Panel, digits: int = 4) -> Table:
    """Choices by their share of the spread of the measure that is asked for."""
    lead, spreads = panel.spreads[panel.measure], panel.spreads
    names = [one.choice for one in lead.ranked]
    names += [one.choice for one in spreads[EVERY].ranked if one.choice not in names]
    by_name = {one.choice: one for one in (*spreads[EVERY].ranked, *lead.ranked)}
    alone = [c.name for c in panel.choices[:-1] if c.name not in names and any(s.choice == c.name for s in panel.steps)]
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        one = by_name[name]
        moved = (None, None) if name == panel.choices[-1].name else panel.moved(name, panel.measure)
        shares = (_percent(spread.share(name)) for spread in spreads.values())
        rows.append((name, *shares, *moved, one.low, one.lowest, one.high, one.highest))
    bare = (None,) * len(spreads)
    rows += [(name, *bare, *panel.moved(name, panel.measure), None, None, None, None) for name in alone]
    share, itself, means = "share of", "by itself", "mean"
    columns = (
        Column("choice"), *(Column(spread.measure, "%", 1, share) for spread in spreads.values()),
        Column("from", "points", digits, itself), Column("to", "points", digits, itself),
        Column("lowest", "%", digits, means),
        Column("at", "", None, means), Column("highest", "%", digits, means), Column("at", "", None, means),
    )  # fmt: skip
    title = f"{panel.region[1]}: what the spread of {panel.measure} is made of"
    return Table(title, columns, tuple(rows), tuple(_said(panel, lead, digits)), (len(names),) if alone else ())


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _said(panel: Panel, spread: Spread, digits: int) -> Iterable[str]:
    low, high, mean = (number(f(spread.values), digits) for f in (min, max, lambda values: sum(values) / len(values)))
    yield (
        f"{len(panel.answers)} of {len(panel.crossed)} combinations have an answer: {panel.measure} from {low} to "
        f"{high} %, mean {mean} %. Shares of their variance, every combination alike; interactions are divided equally "
        "between the choices, and the shares add up to 100%. By itself: against what the scenario says, which counts "
        "as zero. Mean: over all combinations at that level."
    )
    together = f"Interactions are {100 * spread.together:.1f}% of the variance"
    if spread.pair is not None:
        together += f"; the largest, {100 * spread.pair[2]:.1f}%, is of {spread.pair[0]} and {spread.pair[1]}"
    yield f"{together}."
    for problem, count in panel.refused.items():
        yield f"{count} combinations have no answer: {problem.removesuffix('.')}."


def others(panel: Panel) -> Table:
    """Published answers, and what makes each another question."""
    marks: dict[str, int] = {}
    rows = []
    for one in panel.published:
        source = f"{one.source} ({one.checked})"
        refer = "".join(f"[{_mark(marks, note)}]" for note in (one.differs, source))
        author = f"{one.author}, {one.published}"
        answer = f"{one.value} {one.unit}".strip()
        rows.append((author, one.region, one.shock, one.measure, answer, one.horizon, one.model, refer))
    names = ("author", "of", "shock", "measure", "answer", "when", "model", "notes")
    ours = ", ".join(f"{name} {number(panel.own.values[name], 3)} %" for name in MEASURES)
    low, high = (number(f(panel.spreads[EVERY].values), 3) for f in (min, max))
    notes = (
        f"Ours: {ours}; over all combinations and measures {low} to {high} %. Two equilibria are compared, with full "
        "employment and given capital; no number was chosen with the published ones in view.",
        *(f"[{place}] {note[0].upper()}{note[1:]}." for note, place in marks.items()),
    )
    return Table("What others published", tuple(map(Column, names)), tuple(rows), notes)


def panel_document(panel: Panel) -> dict[str, Any]:
    """The panel as one object, in per cent and US$ bn."""
    return {
        "scenario": panel.question.scenario.to_dict(),
        "hash": panel.question.scenario.hash,
        "region": {"code": panel.region[0], "name": panel.region[1]},
        "variant": panel.question.variant,
        "units": {**dict.fromkeys(MEASURES, "%"), EV: "US$ bn", "effect": "points of the measure", "share": "fraction"},
        "own": _answer(panel.own),
        "steps": [
            {
                "choice": step.choice,
                "level": step.level,
                "beside": dict(step.beside),
                "how": step.how,
                **_answer(step.answer),
                "effect": {name: step.effect(name) for name in (*MEASURES, EV)},
            }
            for step in panel.steps
        ],
        "combinations": [_answer(answer) for answer in panel.crossed],
        "no_answer": dict(panel.refused),
        "spreads": {name: _spread(spread) for name, spread in panel.spreads.items()},
        "published": [vars(one) for one in panel.published],
        "notes": list(panel.notes),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"choices": dict(answer.levels), "values": dict(answer.values) or None, "problem": answer.problem}


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "count": len(spread.values),
        "low": min(spread.values),
        "high": max(spread.values),
        "mean": sum(spread.values) / len(spread.values),
        "ranked": [vars(one) for one in spread.ranked],
        "interactions": spread.together,
        "largest_pair": None if spread.pair is None else {"choices": spread.pair[:2], "share": spread.pair[2]},
    }
