"""Draws that were solved: their numbers, their residuals, why some have no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import jax
import numpy as np

from comity.errors import NotConverged
from comity.model.outcome import Outcome
from comity.uncertainty.ensemble.goals import Amounts
from comity.uncertainty.ensemble.program import HATS, MEASURES, MOVED
from comity.world.world import Floats

T = TypeVar("T")
AGREE = 1e-7
"""Largest difference of a draw from its certified counterpart: per cent, or US$ billion over those of the world."""
PERCENT = np.array([name in HATS or name == MOVED for name in MEASURES])


@dataclass(frozen=True, eq=False)
class Found:
    """Draws of one variant.

    Attributes:
        values: ``[draw, measure, region]``: per cent and US$ billion, in the order of `MEASURES`; nan where a draw
            failed.
        residual: ``[draw]``, of the solver, in logs.
        certified: ``[draw]``, largest residual of the full certificate; nan where it was not asked for.
        reasons: why a draw failed, by its place.
        details: ``[draw, measure, place]`` by table, at the places that are recorded, in the order of `DETAILS`.
        amounts: ``[draw]``, what goals and purchase commitments took, where the variant has any.
        units: of the amounts.
    """

    values: Floats
    residual: Floats
    certified: Floats
    reasons: Mapping[int, str]
    details: Mapping[str, Floats] = field(default_factory=dict)
    amounts: Amounts = field(default_factory=dict)
    units: Mapping[tuple[str, str], str] = field(default_factory=dict)


def together(parts: Sequence[T]) -> T:
    """Arrays of consecutive draws, in whatever structure, joined."""
    whole: T = jax.tree.map(lambda *pieces: np.concatenate(pieces), *parts)
    return whole


def failing(found: Found) -> Found:
    """The same with nothing left of the draws that failed."""
    for one in (found.values, *found.details.values(), *found.amounts.values()):
        one[list(found.reasons)] = np.nan
    return found


def in_units(raw: Floats, billion: float) -> Floats:
    """Values ``[draw, measure, region]`` in per cent and US$ billion; `billion`: in one unit of the accounts."""
    return np.where(PERCENT[:, None], raw, raw * billion)


SPENDING = ("final_spending_usd_bn", "real_income_pct", "consumer_prices_pct")
"""Measures that tell what was spent before."""


def spending_before(after: Floats, income: Floats, prices: Floats) -> Floats:
    """Final spending in the baseline, from the measures of `SPENDING`: after, over real income and prices.

    >>> float(spending_before(np.array(102.0), np.array(0.0), np.array(2.0)))
    100.0
    """
    return np.asarray(after / (1 + income / 100) / (1 + prices / 100))


def agreeing(alone: Outcome, values: Floats) -> float:
    """The largest residual of the certificate of a draw that was solved by itself.

    Raises:
        NotConverged: another answer than in the ensemble.
    """
    mine = np.array([100 * (alone.values[key] - 1) for key in HATS.values()])
    gap = float(np.abs(mine - values[: len(mine)]).max())
    if not gap <= AGREE:
        raise NotConverged(f"solved by itself the draw differs by {gap:.1e} percentage points")
    return alone.certificate.max_residual
