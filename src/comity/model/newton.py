"""Damped Newton's method for as many conditions as unknowns, some of them complementary, and what to do if it fails.

A condition is a gap to be closed, or complementary to its own unknown: both at least zero and one of them zero, written
as ``min(x, gap) = 0``. Newton's method on that equation (semismooth; Qi and Sun 1993) takes for each complementary row
the piece that holds: the unknown at zero, or the gap closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.world.world import Floats

CLOSED = 1e-9
"""Largest residual that counts as met."""
TIGHT = 1e-11
"""Newton's method goes on until here, or until rounding ends its progress."""
LIMIT = 40
HALVINGS = 12
ROUNDS = 5
POINTS = 25


@dataclass(frozen=True, eq=False)
class Trial:
    """Amounts that were tried.

    Attributes:
        x: unknowns ``[m]``.
        gaps: of the conditions ``[m]``, each divided by its size.
        floor: which conditions are complementary to their unknown ``[m]``.
        seen: whatever the trial brought about.
    """

    x: Floats
    gaps: Floats
    floor: np.ndarray
    seen: Any

    @property
    def residual(self) -> Floats:
        """Zero where a condition holds ``[m]``."""
        return np.where(self.floor, np.minimum(self.x, self.gaps), self.gaps)

    @property
    def size(self) -> float:
        """The largest residual."""
        return float(np.abs(self.residual).max(initial=0.0))


Evaluate = Callable[[Floats], Trial | None]
Slopes = Callable[[Trial], Floats]


def newton(evaluate: Evaluate, slopes: Slopes, begin: Trial, low: Floats, high: Floats) -> Trial:
    """The best point that Newton's method comes to from a trial; whether it is good enough is for the caller to see.

    A step is halved until it lowers the largest residual; points where `evaluate` gives None (no equilibrium, an
    amount without meaning) count as too far.

    Args:
        evaluate: the trial at ``x[m]``.
        slopes: derivative of the gaps at a trial ``[m, m]``.
        begin: where to start.
        low, high: bounds of the unknowns ``[m]``.

    >>> def at(x): return Trial(x, x**2 - 2, np.zeros(1, bool), None)
    >>> found = newton(at, lambda t: 2 * np.diag(t.x), at(np.ones(1)), np.zeros(1), 9 * np.ones(1))
    >>> round(float(found.x[0]), 10)
    1.4142135624
    """
    here = begin
    for _ in range(LIMIT):
        if here.size <= TIGHT:
            break
        step = _step(here, slopes(here))
        better = None if step is None else _shorter(evaluate, here, step, low, high)
        if better is None:
            break
        here = better
    return _settled(evaluate, here)


def _step(here: Trial, matrix: Floats) -> Floats | None:
    at_zero = here.floor & (here.x <= here.gaps)
    matrix = np.where(at_zero[:, None], np.eye(len(here.x)), matrix)
    try:
        step = np.linalg.solve(matrix, -here.residual)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(step) if np.isfinite(step).all() else None


def _shorter(evaluate: Evaluate, here: Trial, step: Floats, low: Floats, high: Floats) -> Trial | None:
    for halving in range(HALVINGS):
        trial = evaluate(np.clip(here.x + step / 2**halving, low, high))
        if trial is not None and trial.size < here.size:
            return trial
    return None


def _settled(evaluate: Evaluate, here: Trial) -> Trial:
    """With unknowns that are zero up to rounding at zero exactly."""
    zero = here.floor & (here.x < here.gaps) & (here.x != 0)
    if here.size > CLOSED or not zero.any():
        return here
    trial = evaluate(np.where(zero, 0.0, here.x))
    return trial if trial is not None and trial.size <= CLOSED else here


def search(evaluate: Evaluate, begin: Trial, points: Floats) -> Trial:
    """For one unknown where Newton's method failed: look at points over the whole range, then closer in.

    Two neighbours with the gap on either side of zero hold a solution between them, which Brent's method finds (the
    pair nearest to where the search began); else the range is narrowed around the smallest gap.

    Args:
        evaluate: the trial at ``x[1]``.
        begin: the best so far.
        points: amounts, in order.

    Returns:
        A solution, or the closest to one.
    """
    best, start = begin, float(begin.x[0])
    for _ in range(ROUNDS):
        trials = [evaluate(np.array([x])) for x in points]
        gaps = np.array([np.nan if t is None else float(t.gaps[0]) for t in trials])
        crossed = [k for k in range(len(points) - 1) if gaps[k] * gaps[k + 1] < 0]
        if crossed:
            k = min(crossed, key=lambda k: abs(points[k] - start) + abs(points[k + 1] - start))
            return _brent(evaluate, float(points[k]), float(points[k + 1]), best)
        best = min([best, *(t for t in trials if t is not None)], key=lambda t: abs(float(t.gaps[0])))
        beside = np.searchsorted(points, best.x[0])
        points = np.linspace(points[max(beside - 1, 0)], points[min(beside + 1, len(points) - 1)], 9)
    return best


def _brent(evaluate: Evaluate, low: float, high: float, best: Trial) -> Trial:
    from scipy.optimize import root_scalar  # what Newton's method solves need not wait for its import

    seen = {}

    def gap(x: float) -> float:
        trial = evaluate(np.array([x]))
        seen[x] = trial
        return np.nan if trial is None else float(trial.gaps[0])

    root_scalar(gap, bracket=(low, high), method="brentq", xtol=1e-15, rtol=1e-14)
    return min([best, *(t for t in seen.values() if t is not None)], key=lambda t: abs(float(t.gaps[0])))


def least(evaluate: Evaluate, slopes: Slopes, begin: Trial, low: Floats, high: Floats) -> Trial:
    """For several unknowns where Newton's method failed: the least sum of squared residuals (trust region, SciPy)."""
    from scipy.optimize import least_squares  # as in `_brent`

    seen = {begin.x.tobytes(): begin}

    def at(x: Floats) -> Trial | None:
        if x.tobytes() not in seen and (trial := evaluate(x)) is not None:
            seen[x.tobytes()] = trial
        return seen.get(x.tobytes())

    def residual(x: Floats) -> Floats:
        trial = at(x)
        return np.full(len(x), np.inf) if trial is None else trial.residual

    def jacobian(x: Floats) -> Floats:
        trial = at(x)
        assert trial is not None, "a derivative is asked for only where the residual was finite"
        at_zero = trial.floor & (trial.x <= trial.gaps)
        return np.where(at_zero[:, None], np.eye(len(x)), slopes(trial))

    inside = np.clip(begin.x, low, high)
    least_squares(residual, inside, jacobian, bounds=(low, high), xtol=1e-12, ftol=1e-12, gtol=1e-12, x_scale="jac",
                  max_nfev=60)  # fmt: skip
    return min(seen.values(), key=lambda t: float((t.residual**2).sum()))


__all__ = ["CLOSED", "POINTS", "Trial", "least", "newton", "search"]
