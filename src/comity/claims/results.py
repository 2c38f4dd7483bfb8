"""What running a case gives: a row for each variant on each world, numbers for each measure, errors in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from comity.claims.case import Case
from comity.claims.claim import Claim, Measure
from comity.claims.intervals import CaseDraws
from comity.claims.quoting import Number, filled, plain, quotations
from comity.errors import UnknownName
from comity.model.certificate import Certificate

REST = "Rest"
"""The column of all regions that have none of their own."""


@dataclass(frozen=True)
class Row:
    """One variant of a scenario on one world.

    Attributes:
        scenario: the file.
        variant: its name; empty where the scenario fails as a whole.
        world: the world.
        income: real income by column, change in per cent of baseline final spending; the rest is `REST`.
        equivalent_variation: the same in US$ bn.
        certificate: of the equilibrium; None where there is none.
        error: why there is none.
    """

    scenario: str
    variant: str
    world: str
    income: Mapping[str, float]
    equivalent_variation: Mapping[str, float]
    certificate: Certificate | None
    error: str = ""


@dataclass(frozen=True)
class Answer:
    """One measure in one variant on one world.

    Attributes:
        measure: what is measured.
        scenario, variant, world: where.
        value: the number, or names with numbers where the measure is of leaders; None where it fails.
        unit: of the numbers.
        error: why there is no value.
    """

    measure: Measure
    scenario: str
    variant: str
    world: str
    value: float | tuple[tuple[str, float], ...] | None
    unit: str = ""
    error: str = ""


Numbered = Callable[[Answer], Number]
"""Makes a value that is there ready for a sentence."""


@dataclass(frozen=True)
class Result:
    """What one claim comes to.

    Attributes:
        claim: the claim.
        rows: its scenarios, variants and worlds, in the order of the file.
        answers: its measures.
        caveats: what to keep in mind, each sentence once.
        undrawn: why there are no intervals where some were asked for.
    """

    claim: Claim
    rows: tuple[Row, ...]
    answers: tuple[Answer, ...]
    caveats: tuple[str, ...]
    undrawn: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """The answer in words with its numbers, those of the first world; empty where there is none or one fails."""
        return self.answered(_number)

    def answered(self, number: Numbered) -> str:
        """The same with its numbers as `number` makes them ready."""
        return _filled(self.claim.answer, _by_place(self.answers), number)

    @property
    def signs_differ(self) -> tuple[tuple[Answer, ...], ...]:
        """Numbers that the answer quotes and whose sign is another on another world, each with its values.

        What rounds to zero has no sign.
        """
        quoted = dict.fromkeys(pair for quotation in quotations(self.claim.answer) for pair in quotation.named)
        found: dict[tuple[str, str, str], list[Answer]] = {}
        for answer in self.answers:
            key = answer.measure.key
            if isinstance(answer.value, float) and ((key, answer.variant) in quoted or (key, "") in quoted):
                found.setdefault((key, answer.scenario, answer.variant), []).append(answer)
        return tuple(tuple(group) for group in found.values() if len({_sign(a) for a in group} - {0}) > 1)

    @property
    def errors(self) -> tuple[str, ...]:
        """What failed, each sentence once."""
        found = [f"{row.scenario} on world {row.world}: {row.error}" for row in self.rows if row.error]
        found += [
            f"measure {answer.measure.key!r}, {answer.scenario} on world {answer.world}: {answer.error}"
            for answer in self.answers
            if answer.error
        ]
        for key, variant in (pair for quotation in quotations(self.claim.answer) for pair in quotation.named):
            if variant and variant not in [answer.variant for answer in self.answers if answer.measure.key == key]:
                found.append(f"the answer quotes {key!r} in variant {variant!r}, which it has not")
        return tuple(dict.fromkeys((*found, *self.undrawn)))


def _sign(answer: Answer) -> int:
    assert isinstance(answer.value, float)
    rounded = round(answer.value, answer.measure.digits)
    return (rounded > 0) - (rounded < 0)


def _by_place(answers: Sequence[Answer], before: str = "") -> dict[tuple[str, str], Answer]:
    """Answers by key and variant, the first world's; without a variant the first of its key."""
    values: dict[tuple[str, str], Answer] = {}
    for answer in reversed(answers):
        key = before + answer.measure.key
        values[key, answer.variant] = values[key, ""] = answer
    return values


def _filled(text: str, values: Mapping[tuple[str, str], Answer], number: Numbered) -> str:
    """A text with the numbers that it quotes; empty where one of them is missing."""
    named = {pair for quotation in quotations(text) for pair in quotation.named}
    if any(pair not in values or values[pair].value is None for pair in named):
        return ""
    return filled(text, lambda key, variant: number(values[key, variant]))


def _number(answer: Answer) -> Number:
    """A value that is there, for a sentence."""
    assert answer.value is not None
    return Number(answer.value, answer.unit, answer.measure.digits, answer.measure.along == "sector")


def shown(answer: Answer) -> str:
    """A value as text, without its unit; leaders by name, each with its number.

    >>> shown(Answer(Measure(key="x", label="x", of="x", digits=1), "", "", "", -1234.56))
    '-1,234.6'
    """
    digits, value = answer.measure.digits, answer.value
    if value is None:
        return "-"
    if isinstance(value, tuple):
        return ", ".join(f"{name} ({number:,.{digits}f})" for name, number in value) or "none"
    return plain(value, digits)


@dataclass(frozen=True)
class CaseResult:
    """All results of a case.

    Attributes:
        case: what was run.
        worlds: names, in the order of the columns.
        results: by claim.
        drawn: intervals of the numbers; None where nobody asked.
    """

    case: Case
    worlds: tuple[str, ...]
    results: tuple[Result, ...]
    drawn: CaseDraws | None = None

    def find(self, number: int) -> Result:
        """What one claim comes to.

        Raises:
            UnknownName: it was not run.
        """
        for result in self.results:
            if result.claim.number == number:
                return result
        raise UnknownName(f"claim {number} was not run")

    def lead(self, number: Numbered | None = None) -> str:
        """The answer to the question of the whole case; empty where there is none, or a number in it failed."""
        if self.case.content.lead is None:
            return ""
        values: dict[tuple[str, str], Answer] = {}
        for result in self.results:
            values |= _by_place(result.answers, f"{result.claim.number}.")
        return _filled(self.case.content.lead.answer, values, number or _number)

    @property
    def failed(self) -> tuple[int, ...]:
        """Numbers of the claims in which something failed."""
        return tuple(result.claim.number for result in self.results if result.errors)
