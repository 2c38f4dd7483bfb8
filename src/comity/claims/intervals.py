"""What draws say about the numbers of a case: intervals, chances of a loss, which variant is better, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comity.claims.claim import Claim
from comity.claims.quoting import quotations
from comity.uncertainty import Reading, in_words

if TYPE_CHECKING:  # statistics take a second to import
    from comity.uncertainty.ensemble.summary import Summary

SCALE = "icd-203"
"""On which chances are given in words if no other is named."""
CHART = "chart"
"""The key of what the chart of a claim shows."""
INCOME = "real income"
"""The key of what the table of a case shows: real income of its columns."""


@dataclass(frozen=True)
class Driver:
    """A parameter that a number goes with.

    Attributes:
        name: of the parameter, in words.
        share: squared rank correlation over the draws, with the sign of the correlation.
    """

    name: str
    share: float


@dataclass(frozen=True)
class Interval:
    """One number of a case as a distribution.

    Attributes:
        claim, scenario, variant, world: where.
        key: of the measure, or `INCOME`.
        label: in words.
        unit: of the numbers.
        who: whose real income it is; empty where a number below zero is no loss.
        headline: whether it is the first number of its claim.
        summary: mean, median, central 50% and 90% intervals, share of draws below zero, sampling errors.
        drivers: the parameters that it goes with most beyond chance, of a headline.
        place: of a measure of leaders, which of them; its leaders are those at the central values.
    """

    claim: int
    scenario: str
    variant: str
    world: str
    key: str
    label: str
    unit: str
    who: str
    headline: bool
    summary: Summary
    drivers: tuple[Driver, ...] = ()
    place: str = ""

    @property
    def loss(self) -> tuple[float, float]:
        """The exact 90% interval of the probability that the number is below zero (Clopper and Pearson 1934)."""
        from comity.uncertainty.record import exact_interval

        count = round(self.summary.loss * self.summary.draws)
        return exact_interval(count, self.summary.draws)

    def in_words(self, scale: str = SCALE) -> str:
        """Who gains or loses how surely, in the words of a scale; empty where that has no meaning.

        Raises:
            UnknownName: no such scale.
        """
        if not self.who or not self.summary.draws:
            return ""
        loses, (low, high) = self.summary.loss >= 0.5, self.loss
        likely = (self.summary.loss * self.summary.draws + 1) / (self.summary.draws + 2)  # its mean, after the draws
        if not loses:
            likely, low, high = 1 - likely, 1 - high, 1 - low
        does = "loses" if loses else "gains"
        return f"{self.who} {does}: {worded(in_words(likely, scale))} ({100 * low:.0f} to {100 * high:.0f}%, {scale})"


def worded(reading: Reading) -> str:
    """A reading as a phrase; beyond the last band it says so.

    >>> worded(in_words(0.7, "icd-203")), worded(in_words(1.0, "icd-203"))
    ('likely', "beyond 'almost certain'")
    """
    if not reading.inside and len(reading.words) == 1:
        return f"beyond '{reading.words[0]}'"
    return reading.text


@dataclass(frozen=True)
class Beats:
    """How often one variant is better than another, draw by draw.

    Attributes:
        claim, scenario, key: of what.
        better, worse: variants.
        probability: that the first is larger; `error` its sampling error.
        gap: the first less the second.
    """

    claim: int
    scenario: str
    key: str
    better: str
    worse: str
    probability: float
    error: float
    gap: Summary


@dataclass(frozen=True)
class Count:
    """How the draws of one scenario went.

    Attributes:
        claim, scenario, world: which.
        draws: how many were asked for.
        failed: how many have no answer in some variant.
        certified: how many solves were certified in full.
        reasons: why draws failed, with how many.
        error: why there are no intervals; empty if there are.
    """

    claim: int
    scenario: str
    world: str
    draws: int
    failed: int = 0
    certified: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class CaseDraws:
    """The draws of a case.

    Attributes:
        draws: how many, of each scenario.
        seed: of the Sobol points.
        world: the world on which they are, the first of the case.
        intervals: every number that is drawn.
        beats: every pair of variants, by the first number of each scenario.
        counts: one for each scenario.
        notes: what was drawn, and on what that rests.
        charted: of the numbers in the charts of claims, each with its place.
    """

    draws: int
    seed: int
    world: str
    intervals: tuple[Interval, ...]
    beats: tuple[Beats, ...]
    counts: tuple[Count, ...]
    notes: tuple[str, ...]
    charted: tuple[Interval, ...] = ()

    def of(self, claim: int) -> tuple[Interval, ...]:
        """The intervals of a claim."""
        return tuple(one for one in self.intervals if one.claim == claim)

    def find(self, claim: int, key: str, variant: str, place: str = "") -> Interval | None:
        """The interval of a measure in a variant, of leaders that of one of them; None where it is not drawn."""
        asked = (key, variant, place)
        return next((one for one in self.of(claim) if (one.key, one.variant, one.place) == asked), None)

    def headline(self, claim: Claim) -> Interval | None:
        """The interval of the first number of a claim; None where it is not drawn."""
        return self.find(claim.number, *headline(claim)) or next(
            (one for one in self.of(claim.number) if one.headline), None
        )

    def welfare(self, claim: Claim) -> Interval | None:
        """The first number of a claim that is somebody's real income, in the variant of the headline if it is there."""
        first = self.headline(claim)
        if first is None or first.who:
            return first
        own = [one for one in self.of(claim.number) if one.who and one.key != INCOME]
        return next((one for one in own if one.variant == first.variant), own[0] if own else None)


def headline(claim: Claim) -> tuple[str, str]:
    """Key and variant of the first number of a claim: its first measure, in the variant that the answer quotes first.

    The variant is empty where the answer quotes none.
    """
    key = next((measure.key for measure in claim.measures if not measure.leaders), "")
    named = (pair for quotation in quotations(claim.answer) for pair in quotation.named)
    return key, next((variant for other, variant in named if other == key and variant), "")
