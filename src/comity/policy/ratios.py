"""Ratios to the baseline that rules add up: what is left must be possible."""

from __future__ import annotations

from comity.errors import ScenarioError
from comity.policy.quantities import MAX_RATE
from comity.world.world import Floats


def possible(what: str, ratio: Floats) -> Floats:
    """The ratios, if each lies above zero and at most at `MAX_RATE`.

    Args:
        what: of what they are ratios, in the plural or as a mass noun; for messages.
        ratio: counterfactual over baseline.

    Raises:
        ScenarioError: a fall by 100% or more, or a rise beyond 1,000,000%.
    """
    if ratio.min() <= 0:
        raise ScenarioError(f"{what} would fall by {100 * (1 - ratio.min()):.6g}%: less than 100% is possible")
    if ratio.max() > MAX_RATE:
        raise ScenarioError(f"{what} would rise {ratio.max():,.0f}-fold: beyond {MAX_RATE:,.0f}-fold")
    return ratio
