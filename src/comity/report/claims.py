"""A case that was run as tables: every variant on every world, every measure, what is left open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from comity.claims.results import REST, Answer, CaseResult, Result, Row, shown
from comity.report.claims_scores import outcome
from comity.report.table import Cell, Column, Table

NOTE = (
    "Real income: final spending at the prices of the baseline, change in per cent. Each number belongs to an "
    "equilibrium whose certificate passed; NO: there is none, see below."
)


def income_table(found: CaseResult) -> Table:
    """Real income by variant and region, the worlds side by side."""
    names = [*found.case.content.columns, REST]
    columns = [Column("claim"), Column("scenario")]
    for world in found.worlds:
        columns += [Column(name, "%", 3, world) for name in names]
        columns.append(Column("certificate", "", None, world))
    rows: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    for result in found.results:
        breaks.append(len(rows))
        for place, (scenario, variant) in enumerate(_variants(result)):
            cells = [cell for world in found.worlds for cell in _cells(result, scenario, variant, world, names)]
            rows.append((_title(result) if not place else "", where(result, scenario, variant), *cells))
    title = f"{found.case.content.title}: real income, by world"
    return Table(title, tuple(columns), tuple(rows), (NOTE,), tuple(breaks[1:]))


def measure_table(found: CaseResult) -> Table:
    """Every measure that is a number, the worlds side by side."""
    columns = [Column("claim"), Column("measure"), Column("scenario"), Column("unit")]
    columns += [Column("", "", 2, world) for world in found.worlds]
    rows: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    digits: list[int] = []
    for result in found.results:
        breaks.append(len(rows))
        for group in _grouped(result, leaders=False):
            by_world = {answer.world: answer for answer in group}
            values = [by_world[world].value if world in by_world else None for world in found.worlds]
            numbers = [value if isinstance(value, float) else None for value in values]
            unit = next((answer.unit for answer in group if answer.unit), "")
            place = where(result, group[0].scenario, group[0].variant)
            title = _title(result) if breaks[-1] == len(rows) else ""
            rows.append((title, group[0].measure.label, place, unit, *numbers))
            digits.append(group[0].measure.digits)
    marks = tuple(place for place in dict.fromkeys(breaks) if 0 < place < len(rows))
    return Table("What it comes to, by world", tuple(columns), tuple(rows), (), marks, tuple(digits))


def leader_table(found: CaseResult) -> Table:
    """Every measure that names the largest: sectors or partners with their numbers."""
    rows: list[tuple[Cell, ...]] = []
    for result in found.results:
        for group in _grouped(result, leaders=True):
            for answer in group:
                place = where(result, answer.scenario, answer.variant)
                label = f"{answer.measure.label}, {answer.unit}"
                rows.append((str(result.claim.number), label, place, answer.world, shown(answer)))
    columns = ("claim", "measure", "scenario", "world", "largest first")
    return Table("Who is moved most", tuple(map(Column, columns)), tuple(rows))


def measure_tables(found: CaseResult) -> Iterator[Table]:
    """The tables of measures that have rows."""
    yield from (table for table in (measure_table(found), leader_table(found)) if table.rows)


def answers(found: CaseResult) -> list[str]:
    """The answer of each claim in words, where it has one."""
    return [f"{result.claim.number}: {result.answer}" for result in found.results if result.answer]


def worlds_disagree(found: CaseResult) -> list[str]:
    """Numbers of an answer whose sign is another on another world, by claim."""
    said = []
    for result in found.results:
        for group in result.signs_differ:
            first = group[0]
            values = ", ".join(f"{shown(answer)} on world {answer.world}" for answer in group)
            unit = f", {first.unit}" if first.unit else ""
            place = where(result, first.scenario, first.variant)
            said.append(f"claim {result.claim.number}: {first.measure.label}{unit} ({place}): {values}")
    return said


def left_open(found: CaseResult) -> list[str]:
    """What needs a game between governments, by claim."""
    games = ((result.claim.number, result.claim.game) for result in found.results)
    return [f"claim {number}: {game}" for number, game in games if game]


def disputed(found: CaseResult) -> list[str]:
    """Where published answers disagree, and how to see which choice moves this one."""
    return [
        f"claim {result.claim.number}: published answers differ; `comity case {found.case.name} --claim "
        f"{result.claim.number} --panel` asks {result.claim.panel.variant} under every choice that the model has"
        for result in found.results
        if result.claim.panel
    ]


def failures(found: CaseResult) -> list[str]:
    """What failed, by claim."""
    return [f"claim {result.claim.number}: {error}" for result in found.results for error in result.errors]


def in_full(result: Result) -> list[tuple[str, list[str]]]:
    """A claim with everything around its numbers: titles with their sentences."""
    claim = result.claim
    said = [
        claim.words if claim.likelihood is None else f"{claim.words} How likely: {claim.likelihood.sentence}.",
        *([f"Confidence in the evidence: {claim.confidence}."] if claim.confidence else []),
        *([outcome(claim), f"How that was read: {claim.note}"] if claim.resolution else []),
        f"Asked: {claim.asked}",
        *([f"Answer: {result.answer}"] if result.answer else []),
    ]
    return [
        (_title(result), said),
        ("Assumptions", [f"{entry.what} ({entry.basis})" for entry in claim.assumptions]),
        ("What the model cannot say", list(claim.cannot_say)),
        ("Keep in mind", list(result.caveats)),
    ]


def _title(result: Result) -> str:
    return f"{result.claim.number} {result.claim.title}"


def _variants(result: Result) -> list[tuple[str, str]]:
    return list(dict.fromkeys((row.scenario, row.variant) for row in result.rows))


def where(result: Result, scenario: str, variant: str) -> str:
    """The variant, and before it the file where the claim has several; without the number that the file begins with."""
    stem = PurePath(scenario).stem.lstrip("0123456789").lstrip("abcdefghij").lstrip("-") or PurePath(scenario).stem
    return variant or stem if len(result.claim.scenarios) == 1 else f"{stem}: {variant}" if variant else stem


def _cells(result: Result, scenario: str, variant: str, world: str, names: Sequence[str]) -> Iterator[Cell]:
    row = next((r for r in result.rows if (r.scenario, r.variant, r.world) == (scenario, variant, world)), None)
    yield from (None if row is None else row.income.get(name) for name in names)
    yield None if row is None else _certified(row)


def _certified(row: Row) -> bool:
    return row.certificate is not None and row.certificate.passed


def _grouped(result: Result, *, leaders: bool) -> Iterator[list[Answer]]:
    """Answers of one measure and variant, one a world."""
    groups: dict[tuple[str, str, str], list[Answer]] = {}
    for answer in result.answers:
        if bool(answer.measure.leaders) == leaders:
            groups.setdefault((answer.measure.key, answer.scenario, answer.variant), []).append(answer)
    yield from groups.values()
