"""Proper scores of probabilities against what happened, and what they are made of.

With p the probability and y = 1 if the event happened, 0 if not (lower is better for both)::

    Brier   (p - y)^2
    log     -ln p if it happened, -ln(1 - p) if not      (nats)

Mean scores of N forecasts with different probabilities p_k, given n_k times and true in a share o_k of them, with o the
share of all, are calibration - resolution + uncertainty::

    Brier   sum n_k (p_k - o_k)^2 / N  -  sum n_k (o_k - o)^2 / N  +  o (1 - o)             Murphy (1973)
    log     sum n_k D(o_k, p_k) / N    -  sum n_k D(o_k, o) / N    +  H(o)                  Weijs et al. (2010)

with D(q, p) = q ln(q/p) + (1-q) ln((1-q)/(1-p)) and H(q) the entropy of q.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import rel_entr, xlogy

from comity.errors import ScenarioError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """What a mean score is made of: ``score = calibration - resolution + uncertainty``.

    Attributes:
        score: the mean score; lower is better.
        calibration: what is lost because probabilities are not the shares that came true; 0 at best.
        resolution: what is gained because claims with different probabilities came out differently; at most
            `uncertainty`.
        uncertainty: the score of somebody who gives every claim the share of all that came true.
    """

    score: float
    calibration: float
    resolution: float
    uncertainty: float

    @property
    def refinement(self) -> float:
        """What is left with perfect calibration: uncertainty less resolution."""
        return self.uncertainty - self.resolution


def brier(p: ArrayLike, y: ArrayLike) -> Floats:
    """Brier score of each forecast ``[claim]``, from 0 to 1.

    >>> brier([0.7, 0.7], [True, False]).round(2)
    array([0.09, 0.49])
    """
    given, happened = _checked(p, y)
    return np.square(given - happened)


def log_score(p: ArrayLike, y: ArrayLike) -> Floats:
    """Log score of each forecast ``[claim]``, in nats, from 0 to infinity (certain and wrong).

    >>> log_score([0.5, 1.0], [True, True]).round(4)
    array([0.6931, 0.    ])
    """
    given, happened = _checked(p, y)
    right = np.where(happened > 0, given, 1 - given)
    with np.errstate(divide="ignore"):
        return np.abs(np.log(right))


def brier_parts(p: ArrayLike, y: ArrayLike) -> Parts:
    """The mean Brier score and its three parts, which add up to it exactly.

    >>> parts = brier_parts([0.8, 0.8, 0.2, 0.2], [1, 1, 0, 1])
    >>> [round(x, 4) for x in (parts.score, parts.calibration, parts.resolution, parts.uncertainty)]
    [0.19, 0.065, 0.0625, 0.1875]
    """
    values, share, weight, base = _groups(p, y)
    return Parts(
        float(brier(p, y).mean()),
        float(weight @ np.square(values - share)),
        float(weight @ np.square(share - base)),
        base * (1 - base),
    )


def log_parts(p: ArrayLike, y: ArrayLike) -> Parts:
    """The mean log score and its three parts, which add up to it exactly where it is finite.

    >>> parts = log_parts([0.8, 0.8, 0.2, 0.2], [1, 1, 0, 1])
    >>> abs(parts.score - (parts.calibration - parts.resolution + parts.uncertainty)) < 1e-12
    True
    """
    values, share, weight, base = _groups(p, y)
    divergence = rel_entr(share, values) + rel_entr(1 - share, 1 - values)
    gain = rel_entr(share, base) + rel_entr(1 - share, 1 - base)
    entropy = -float(xlogy(base, base) + xlogy(1 - base, 1 - base))
    return Parts(float(log_score(p, y).mean()), float(weight @ divergence), float(weight @ gain), entropy)


def _groups(p: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats, Floats, float]:
    """Different probabilities, the share of each that came true and of all claims (``[group]``); the share of all."""
    given, happened = _checked(p, y)
    values, place, count = np.unique(given, return_inverse=True, return_counts=True)
    share = np.bincount(place, weights=happened) / count
    return values, share, count / len(given), float(happened.mean())


def _checked(p: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    given, happened = np.asarray(p, dtype=float), np.asarray(y, dtype=float)
    if given.shape != happened.shape or given.ndim != 1 or not given.size:
        raise ScenarioError(
            f"scores need one outcome for each probability, and one at least: {given.size}, {happened.size}"
        )
    if not ((given >= 0) & (given <= 1)).all():
        raise ScenarioError(f"probabilities between 0 and 1 are scored, not {given[~((given >= 0) & (given <= 1))][0]}")
    if not np.isin(happened, (0, 1)).all():
        raise ScenarioError("an outcome is 1 (it happened) or 0 (it did not)")
    return given, happened
