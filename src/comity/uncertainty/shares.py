"""How much of a spread each choice accounts for: exact shares of the variance, which add up.

Answers ``y`` come from runs that each take one level of every choice. With all runs alike likely, ``v(S)`` is the
variance of the mean answer given the levels of the choices in S, and the share of choice c is its Shapley value

    share(c) = sum over S without c of |S|! (k - |S| - 1)! / k! * (v(S + c) - v(S)) / Var(y)

The shares are never negative and add up to one: an interaction of two choices is divided equally between them. With
combinations missing, choices are no longer independent of each other, and both still hold (Owen 2014, SIAM/ASA J.
Uncertainty Quantification 2; Song, Nelson and Staum 2016, same journal 4; Owen and Prieur 2017, same journal 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def explained(levels: ArrayLike, values: ArrayLike, chosen: Sequence[int]) -> float:
    """``v(S)``: variance of the mean answer given the levels of the choices in `chosen`.

    Args:
        levels: ``[run, choice]``, number of the level of each choice.
        values: ``[run]``, the answers.
        chosen: positions of the choices in S.

    >>> explained([[0, 0], [0, 1], [1, 0], [1, 1]], [1, 1, 3, 3], [0])
    1.0
    """
    table, y = np.asarray(levels, dtype=np.intp), np.asarray(values, dtype=np.float64)
    key = np.zeros(len(y), dtype=np.intp)
    for column in chosen:
        key = key * (int(table[:, column].max()) + 1) + table[:, column]
    _, group = np.unique(key, return_inverse=True)
    count = np.bincount(group)
    mean = np.bincount(group, y) / count
    return float((count * (mean - y.mean()) ** 2).sum() / len(y))


def shapley(levels: ArrayLike, values: ArrayLike) -> Floats:
    """Shares of the variance ``[choice]``, as fractions; they add up to one, or are all zero where nothing varies.

    >>> shapley([[0, 0], [0, 1], [1, 0], [1, 1]], [1, 2, 5, 6]).round(3).tolist()
    [0.941, 0.059]
    """
    size = np.asarray(levels).shape[1]
    v = {
        subset: explained(levels, values, subset)
        for order in range(size + 1)
        for subset in combinations(range(size), order)
    }
    total = v[tuple(range(size))]
    if total <= 0:
        return np.zeros(size)
    found = np.zeros(size)
    for subset, value in v.items():
        weight = (
            factorial(len(subset)) * factorial(size - len(subset) - 1) / factorial(size) if len(subset) < size else 0
        )
        for choice in set(range(size)) - set(subset):
            found[choice] += weight * (v[tuple(sorted((*subset, choice)))] - value)
    return found / total


def alone(levels: ArrayLike, values: ArrayLike) -> Floats:
    """Shares of the variance ``[choice]`` that each choice explains by itself, the others averaged out."""
    size = np.asarray(levels).shape[1]
    total = explained(levels, values, range(size))
    if total <= 0:
        return np.zeros(size)
    return np.array([explained(levels, values, [choice]) / total for choice in range(size)])


def interactions(levels: ArrayLike, values: ArrayLike) -> dict[tuple[int, int], float]:
    """Share of the variance that each pair of choices explains together beyond what the two explain alone."""
    first, total = alone(levels, values), explained(levels, values, range(np.asarray(levels).shape[1]))
    if total <= 0:
        return {}
    return {
        (a, b): explained(levels, values, [a, b]) / total - float(first[a] + first[b])
        for a, b in combinations(range(len(first)), 2)
    }
