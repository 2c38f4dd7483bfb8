"""Outcomes as distributions: mean, quantiles with their sampling error, probabilities; differences draw by draw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.errors import NotConverged

Floats = NDArray[np.float64]
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Ends of the 90% and 50% intervals, and the median."""
MOST_FAILED = 0.01
NOTHING = 1e-8
"""Per cent, or US$ billion: numbers closer to zero are what rounding leaves of it, and not below it."""


@dataclass(frozen=True)
class Summary:
    """What draws say about one number.

    Attributes:
        draws: how many have an answer.
        mean: of the draws; `mean_error` its sampling error.
        quantiles: at `LEVELS`; `quantile_errors` their sampling errors.
        loss: share of draws below zero; `loss_error` its sampling error.

    Sampling errors are one standard error as if draws were independent of each other; scrambled Sobol points are more
    even than that, so the errors are upper bounds in practice.
    """

    draws: int
    mean: float
    mean_error: float
    quantiles: tuple[float, ...]
    quantile_errors: tuple[float, ...]
    loss: float
    loss_error: float

    @property
    def median(self) -> float:
        """The middle of the draws."""
        return self.quantiles[2]

    @property
    def half(self) -> tuple[float, float]:
        """The central 50% interval."""
        return self.quantiles[1], self.quantiles[3]

    @property
    def most(self) -> tuple[float, float]:
        """The central 90% interval."""
        return self.quantiles[0], self.quantiles[4]


def summarise(values: ArrayLike) -> Summary:
    """What draws say about one number; nan where a draw has no answer.

    The error of a quantile is half the distance between the order statistics one binomial standard deviation to each
    side of it, whatever the distribution.

    >>> found = summarise(np.arange(1, 1000) / 10 - 20)
    >>> found.median, found.most, round(found.loss, 3)
    (30.0, (-15.0, 75.0), 0.199)
    """
    given = np.asarray(values, dtype=np.float64)
    found = np.sort(given[np.isfinite(given)])
    n = len(found)
    nothing = (float("nan"),) * len(LEVELS)
    if n == 0:
        return Summary(0, float("nan"), float("nan"), nothing, nothing, float("nan"), float("nan"))
    levels = np.array(LEVELS)
    loss = float((found < -NOTHING).mean())
    spread = np.sqrt(levels * (1 - levels) / n)
    above, below = (np.quantile(found, np.clip(levels + side * spread, 0, 1)) for side in (1, -1))
    return Summary(
        draws=n,
        mean=float(found.mean()),
        mean_error=float(found.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan"),
        quantiles=tuple(map(float, np.quantile(found, levels, method="weibull"))),
        quantile_errors=tuple(map(float, (above - below) / 2)) if n > 1 else nothing,
        loss=loss,
        loss_error=share_error(loss, n),
    )


def share_error(share: float, draws: int) -> float:
    """Sampling error of a share of draws; never zero, as no number of draws shows that something cannot happen.

    The standard deviation of the Beta distribution that the draws leave of a share about which nothing was known.

    >>> round(share_error(0.5, 1000), 4), round(share_error(0.0, 1000), 4)
    (0.0158, 0.001)
    """
    a, b = share * draws + 1, (1 - share) * draws + 1
    return float(np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1))))


def beats(one: ArrayLike, other: ArrayLike) -> tuple[float, float]:
    """The share of draws in which one number is larger than another, draw by draw, and its sampling error.

    >>> beats([1.0, 2.0, 3.0, 4.0], [0.0, 3.0, 2.0, 1.0])[0]
    0.75
    """
    gap = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    gap = gap[np.isfinite(gap)]
    share = float((gap > 0).mean()) if len(gap) else float("nan")
    return share, share_error(share, len(gap))


def kinds_of(reasons: Mapping[str, int]) -> list[tuple[str, int]]:
    """Reasons that differ in their numbers only as one, by how often they are given, each by its commonest wording.

    >>> kinds_of({"JPN owes 81%": 1, "JPN owes 74%": 2, "no answer": 1})
    [('JPN owes 74%', 3), ('no answer', 1)]
    """
    alike: dict[str, list[str]] = {}
    for why in sorted(reasons, key=lambda why: -reasons[why]):
        alike.setdefault(re.sub(r"\d[\d.,]*", "0", why), []).append(why)
    found = [(same[0], sum(reasons[why] for why in same)) for same in alike.values()]
    return sorted(found, key=lambda one: -one[1])


def require_few_failures(failed: int, draws: int, reasons: Mapping[str, int]) -> None:
    """Refuse an ensemble of which more than one in a hundred draws failed.

    Raises:
        NotConverged: with the counts and the commonest reasons.
    """
    if failed > MOST_FAILED * draws:
        shown = "; ".join(f"{count} x {why}" for why, count in kinds_of(reasons)[:3])
        raise NotConverged(
            f"{failed} of {draws} draws have no certified answer, more than {MOST_FAILED:.0%}: what is left would not "
            f"be a fair sample. Narrow the distributions, or make the change smaller. Reasons: {shown}"
        )
