"""The record of a set of forecasts: its scores, their range, and whether what was called likely happened likely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from comity.errors import ScenarioError
from comity.uncertainty.answers import WITHIN
from comity.uncertainty.forecasts import Forecast
from comity.uncertainty.scores import Parts, brier, brier_parts, log_parts, log_score


@dataclass(frozen=True)
class CalibrationRow:
    """The claims that were given one probability.

    Attributes:
        said: in the forecasters' words.
        probability: mean of what was said.
        claims: how many were settled.
        came_true: how many of them came true.
        low: of the share that comes true, lower end of the exact interval (Clopper and Pearson 1934).
        high: its upper end.
    """

    said: tuple[str, ...]
    probability: float
    claims: int
    came_true: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that came true."""
        return self.came_true / self.claims

    @property
    def consistent(self) -> bool:
        """Whether the probability is within the interval."""
        return self.low <= self.probability <= self.high


@dataclass(frozen=True)
class Range:
    """A mean score, and what it would be had every probability been read as well, or as badly, as its word allows."""

    value: float
    best: float
    worst: float


@dataclass(frozen=True)
class Scorecard:
    """Scores of forecasts.

    Attributes:
        settled: the forecasts that were scored.
        pending: those that are not settled; they enter nothing.
        brier: mean score of the mean probabilities, and its range over their central intervals.
        log: the same, in nats.
        brier_parts: calibration, resolution, uncertainty.
        log_parts: the same for the log score.
        brier_if_calibrated: the expected Brier score, were every probability right.
        brier_chance: standard deviation of that score, were every probability right and the claims independent.
        calibration: one row a probability, the largest first.
        within: the share of each distribution that the ranges take in, and the level of the calibration intervals.
    """

    settled: tuple[Forecast, ...]
    pending: tuple[Forecast, ...]
    brier: Range
    log: Range
    brier_parts: Parts
    log_parts: Parts
    brier_if_calibrated: float
    brier_chance: float
    calibration: tuple[CalibrationRow, ...]
    within: float


def scorecard(forecasts: Sequence[Forecast], within: float = WITHIN) -> Scorecard:
    """Score forecasts against how they came out.

    The mean of each probability is scored; the ranges take each within its central interval. The expected score and its
    spread are those of Spiegelhalter (1986).

    Raises:
        ScenarioError: none of them is settled.

    >>> from datetime import date
    >>> from comity.uncertainty.forecasts import Resolution
    >>> from comity.uncertainty.probabilities import probability
    >>> yes = Resolution(True, date(2025, 4, 3), "Proclamation 10908")
    >>> card = scorecard([Forecast("tariffs on cars", probability([0.6, 0.8]), yes)], within=1.0)
    >>> [round(x, 4) for x in (card.brier.value, card.brier.best, card.brier.worst)]
    [0.09, 0.04, 0.16]
    """
    settled = tuple(f for f in forecasts if f.resolution)
    if not settled:
        raise ScenarioError(f"none of {len(forecasts)} forecasts is settled: there is nothing to score")
    y = np.array([float(f.resolution.happened) for f in settled if f.resolution])
    p = np.array([f.probability.mean for f in settled])
    low, high = np.array([f.probability.interval(within) for f in settled]).T
    low, high = np.minimum(low, p), np.maximum(high, p)
    good, bad = np.where(y > 0, high, low), np.where(y > 0, low, high)
    return Scorecard(
        settled=settled,
        pending=tuple(f for f in forecasts if not f.resolution),
        brier=Range(*(float(brier(x, y).mean()) for x in (p, good, bad))),
        log=Range(*(float(log_score(x, y).mean()) for x in (p, good, bad))),
        brier_parts=brier_parts(p, y),
        log_parts=log_parts(p, y),
        brier_if_calibrated=float((p * (1 - p)).mean()),
        brier_chance=float(np.sqrt((np.square(1 - 2 * p) * p * (1 - p)).sum()) / len(p)),
        calibration=_calibration(settled, within),
        within=within,
    )


def _calibration(settled: Sequence[Forecast], level: float) -> tuple[CalibrationRow, ...]:
    rows = []
    for value in sorted({f.probability.mean for f in settled}, reverse=True):
        group = [f for f in settled if f.probability.mean == value]
        true = sum(f.resolution.happened for f in group if f.resolution)
        said = tuple(dict.fromkeys(f.probability.said for f in group))
        rows.append(CalibrationRow(said, value, len(group), true, *exact_interval(true, len(group), level)))
    return tuple(rows)


def exact_interval(count: int, total: int, level: float = WITHIN) -> tuple[float, float]:
    """Interval for the share behind `count` of `total` that covers it at least with the given level.

    Clopper and Pearson (1934), Biometrika 26.

    >>> [round(end, 3) for end in exact_interval(0, 10, 0.95)]
    [0.0, 0.308]
    """
    tail = (1 - level) / 2
    low = float(beta.ppf(tail, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, total - count)) if count < total else 1.0
    return low, high
