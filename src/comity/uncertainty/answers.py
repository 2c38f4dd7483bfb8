"""What a scenario tree comes to: expectations, chances and quantiles over scenarios times parameters.

The outcome of a tree is a mixture: each leaf's draws, weighted with the probability of its path. The value of an answer
takes branches at their mean probabilities. Its range takes every probability, at each fork by itself, anywhere in the
central interval of how it is read, as long as the branches sum to one: the sharp bounds of a tree with imprecise
probabilities (Walley 1991; de Cooman and Hermans 2008), found by backward induction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from comity.errors import ScenarioError, UnknownName
from comity.policy.wording import nearest
from comity.uncertainty.lexicon import DEFAULT_SCALE
from comity.uncertainty.readings import Reading, in_words
from comity.uncertainty.tree import Floats, Fork, Leaf, leaves

WITHIN = 0.9
CLOSE = 1e-12
STILL = 1e-9
"""Of the largest value: a standard deviation below it is what rounding leaves of none."""


@dataclass(frozen=True)
class Answer:
    """One number that a tree comes to.

    Attributes:
        what: in words.
        value: at the mean probabilities.
        low: the least value, probabilities anywhere in their central intervals.
        high: the largest value.
        within: the share of each probability's distribution that its interval holds.
        words: a chance in the words of a scale: the value, or of an amount that of `of_words`.
        of_words: what the chance in words is of, where the value is an amount; empty where it is a chance.
    """

    what: str
    value: float
    low: float
    high: float
    within: float
    words: Reading
    of_words: str = ""

    def __str__(self) -> str:
        """A sentence."""
        if not self.of_words:
            low, high = f"{100 * self.low:.3g}%", f"{100 * self.high:.3g}%"
            return f"{self.what}: {self.words.text}, {100 * self.value:.3g}% [{low} to {high}] ({self.words.scale})"
        return f"{self.what}: {self.value:.4g} [{self.low:.4g} to {self.high:.4g}]; {self.of_words}: {self.words}"


def mixture(tree: Fork | Leaf, outcome: str) -> tuple[Floats, Floats]:
    """All values that an outcome takes ``[value]``, in order, and their probabilities ``[value]``.

    Raises:
        UnknownName: a leaf has no such outcome.
    """
    parts = [(draws(leaf, outcome), weight) for _, weight, leaf in leaves(tree)]
    values = np.concatenate([part for part, _ in parts])
    weights = np.concatenate([np.full(len(part), weight / len(part)) for part, weight in parts])
    order = np.argsort(values, kind="stable")
    return values[order], weights[order]


def draws(leaf: Leaf, outcome: str) -> Floats:
    """The draws of an outcome at a leaf.

    Raises:
        UnknownName: the leaf has no such outcome.
    """
    if outcome not in leaf.outcomes:
        raise UnknownName(f"{leaf.name!r} has no outcome {outcome!r}{nearest(outcome, leaf.outcomes)}")
    return leaf.outcomes[outcome]


def expected(tree: Fork | Leaf, outcome: str, within: float = WITHIN, *, scale: str = DEFAULT_SCALE) -> Answer:
    """The expectation of an outcome, and in words how likely the outcome is below zero.

    Raises:
        UnknownName: no such outcome or scale.

    >>> from comity.uncertainty.tree import scenario_tree
    >>> ends = {"tariff": {"Japan": [-0.4, -0.2]}, "no tariff": {"Japan": 0.0}}
    >>> tree = scenario_tree({"branches": {"tariff": {"probability": [0.5, 0.7]}, "no tariff": {}}}, ends)
    >>> print(expected(tree, "Japan", within=1.0, scale="icd-203"))
    expected Japan: -0.18 [-0.21 to -0.15]; below zero: likely (icd-203)
    """
    found = _bounds(tree, lambda leaf: float(draws(leaf, outcome).mean()), within)
    words = chance(tree, outcome, below=0.0, scale=scale).words
    return Answer(f"expected {outcome}", *found, within, words, "below zero")


def between(tree: Fork | Leaf, outcome: str) -> float:
    """The share of an outcome's variance that is due to which leaf is reached; the rest is within the leaves' draws.

    Nan where nothing varies (law of total variance, at the mean probabilities).

    >>> from comity.uncertainty.tree import scenario_tree
    >>> ends = {"tariff": {"Japan": [-0.4, -0.2]}, "no tariff": {"Japan": 0.0}}
    >>> tree = scenario_tree({"branches": {"tariff": {"probability": "50%"}, "no tariff": {}}}, ends)
    >>> round(between(tree, "Japan"), 3)
    0.818
    """
    parts = [(weight, draws(leaf, outcome)) for _, weight, leaf in leaves(tree)]
    mean = sum(weight * float(found.mean()) for weight, found in parts)
    apart = sum(weight * (float(found.mean()) - mean) ** 2 for weight, found in parts)
    inside = sum(weight * float(found.var()) for weight, found in parts)
    largest = max(float(np.abs(found).max()) for _, found in parts)
    return apart / (apart + inside) if np.sqrt(apart + inside) > STILL * largest else float("nan")


def chance(
    tree: Fork | Leaf,
    outcome: str,
    *,
    below: float | None = None,
    above: float | None = None,
    scale: str = DEFAULT_SCALE,
    within: float = WITHIN,
) -> Answer:
    """The probability that an outcome is below (or above) a value, in numbers and in words.

    Args:
        tree: the scenarios.
        outcome: by name.
        below: strictly; this or `above`.
        above: strictly.
        scale: whose words the answer is given in.
        within: the share of each probability's distribution that the range takes in.

    Raises:
        ScenarioError: not one of `below` and `above`. UnknownName: no such outcome or scale.

    >>> from comity.uncertainty.tree import scenario_tree
    >>> ends = {"tariff": {"Japan": [-0.4, -0.2]}, "no tariff": {"Japan": 0.0}}
    >>> tree = scenario_tree({"branches": {"tariff": {"probability": "likely"}, "no tariff": {}}}, ends)
    >>> print(chance(tree, "Japan", below=-0.1, scale="icd-203"))
    Japan below -0.1: likely, 72.5% [60% to 90%] (icd-203)
    """
    if (below is None) == (above is None):
        raise ScenarioError("a chance is asked of an outcome below one value, or above one")
    if below is not None:
        what, limit, sign = f"{outcome} below {below:g}", below, 1.0
    else:
        what, limit, sign = f"{outcome} above {above:g}", float(above or 0.0), -1.0
    found = _bounds(tree, lambda leaf: float((sign * draws(leaf, outcome) < sign * limit).mean()), within)
    return Answer(what, *found, within, in_words(min(found[0], 1.0), scale))


def quantile(
    tree: Fork | Leaf, outcome: str, q: float, within: float = WITHIN, *, scale: str = DEFAULT_SCALE
) -> Answer:
    """The least value that an outcome does not exceed with probability q, and q in words.

    Raises:
        ScenarioError: q not between 0 and 1. UnknownName: no such outcome or scale.

    >>> from comity.uncertainty.tree import scenario_tree
    >>> ends = {"tariff": {"Japan": [-0.4, -0.2]}, "no tariff": {"Japan": 0.0}}
    >>> tree = scenario_tree({"branches": {"tariff": {"probability": "70%"}, "no tariff": {}}}, ends)
    >>> print(quantile(tree, "Japan", 0.1, scale="icd-203"))
    10% quantile of Japan: -0.4 [-0.4 to -0.4]; no more than that: very unlikely (icd-203)
    """
    if not 0 < q < 1:
        raise ScenarioError(f"a quantile is asked at a level between 0 and 1, not {q}")
    values, weights = mixture(tree, outcome)
    reached = int(np.searchsorted(np.cumsum(weights), q - CLOSE))
    value = float(values[min(reached, len(values) - 1)])
    return Answer(
        f"{100 * q:g}% quantile of {outcome}",
        value,
        _first(tree, outcome, q, within, 1.0),
        _first(tree, outcome, q, within, -1.0),
        within,
        in_words(q, scale),
        "no more than that",
    )


def _first(tree: Fork | Leaf, outcome: str, q: float, within: float, sign: float) -> float:
    """The least value at which the largest (sign 1) or the least (-1) chance of no more than it reaches q."""
    levels = np.unique(mixture(tree, outcome)[0])
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high) // 2
        reached = _up_to(float(levels[middle]), tree, outcome, within, sign) >= q - CLOSE
        low, high = (low, middle) if reached else (middle + 1, high)
    return float(levels[low])


def _up_to(level: float, tree: Fork | Leaf, outcome: str, within: float, sign: float) -> float:
    """The largest (sign 1) or the least (-1) chance that an outcome is no more than a level."""
    return sign * _extreme(tree, lambda leaf: sign * float((draws(leaf, outcome) <= level).mean()), within)


def _bounds(tree: Fork | Leaf, payoff: Callable[[Leaf], float], within: float) -> tuple[float, float, float]:
    """What is to be expected of a payoff at the mean probabilities; the least and the largest that may be."""
    value = sum(weight * payoff(leaf) for _, weight, leaf in leaves(tree))
    high = _extreme(tree, payoff, within)
    low = -_extreme(tree, lambda leaf: -payoff(leaf), within)
    return value, min(low, value), max(high, value)


def _extreme(tree: Fork | Leaf, payoff: Callable[[Leaf], float], within: float) -> float:
    """The largest expectation of what the leaves pay."""
    if isinstance(tree, Leaf):
        return payoff(tree)
    ahead = [_extreme(branch.then, payoff, within) for branch in tree.branches]
    ranges = tree.ranges(within)
    weights = [low for low, _ in ranges]
    left = 1 - sum(weights)
    for i in sorted(range(len(ahead)), key=lambda i: -ahead[i]):
        more = min(ranges[i][1] - ranges[i][0], max(left, 0.0))
        weights[i] += more
        left -= more
    return sum(weight * value for weight, value in zip(weights, ahead, strict=True))
