"""Correlation between uncertain parameters: a matrix that is one, and draws that have it (Gaussian copula).

The correlation is that of normal scores, not of the values: with correlation r of the scores the rank correlation
(Spearman's) of the values is ``6/pi asin(r/2)``, whatever their distributions (Kruskal 1958).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from comity.errors import ScenarioError, UnknownName
from comity.policy.wording import nearest

Floats = NDArray[np.float64]
TOLERANCE = 1e-10
STEPS = 10_000
CLOSE = 1e-12
SHOWN = 6


@dataclass(frozen=True, eq=False)
class Correlation:
    """Correlations of the normal scores of some parameters.

    Attributes:
        names: of the parameters, in the order of the alphabet.
        matrix: ``[parameter, parameter]``: symmetric, ones on its diagonal, no negative eigenvalue.

    Raises:
        ScenarioError: no such matrix; an eigenvalue below zero is named, with the nearest matrix that has none.
    """

    names: tuple[str, ...]
    matrix: Floats

    def __post_init__(self) -> None:
        """Check that it is a correlation matrix."""
        check_correlation(self.names, self.matrix)

    @property
    def root(self) -> Floats:
        """The symmetric square root of the matrix."""
        values, vectors = np.linalg.eigh(self.matrix)
        return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)

    def apply(self, uniforms: ArrayLike) -> Floats:
        """Correlated numbers between 0 and 1 from independent ones ``[draw, parameter]``.

        Each draw depends on its own row alone, to the last bit: sums are taken in a fixed order, not by a product of
        matrices.
        """
        scores = ndtri(np.asarray(uniforms, dtype=float))
        mixed = np.zeros_like(scores)
        for row, weights in zip(scores.T, self.root, strict=True):
            mixed += row[:, None] * weights
        return np.asarray(ndtr(mixed))


def correlation(names: Sequence[str], pairs: Sequence[tuple[str, str, float]]) -> Correlation:
    """Correlations by pairs; those not given are zero.

    Raises:
        UnknownName: a pair of something else. ScenarioError: one pair twice, or no correlation matrix.

    >>> correlation(["theta", "scale"], [("theta", "scale", -0.4)]).matrix.tolist()
    [[1.0, -0.4], [-0.4, 1.0]]
    """
    order = tuple(sorted(names))
    matrix, seen = np.eye(len(order)), set()
    for one, other, value in pairs:
        for name in (one, other):
            if name not in order:
                raise UnknownName(f"a correlation names {name!r}, which is not drawn{nearest(name, order)}")
        pair = frozenset((one, other))
        if len(pair) < 2 or pair in seen:
            raise ScenarioError(f"the correlation of {one!r} and {other!r} is given twice, or is of one with itself")
        seen.add(pair)
        i, j = order.index(one), order.index(other)
        matrix[i, j] = matrix[j, i] = value
    return Correlation(order, matrix)


def equicorrelation(names: Sequence[str], value: float) -> Correlation:
    """The same correlation between any two: as if each had a share of one common cause.

    >>> equicorrelation(["a", "b", "c"], 0.5).matrix[0].tolist()
    [1.0, 0.5, 0.5]
    """
    order = tuple(sorted(names))
    return Correlation(order, np.where(np.eye(len(order), dtype=bool), 1.0, value))


def check_correlation(names: Sequence[str], matrix: Floats) -> None:
    """Refuse what is no correlation matrix.

    Raises:
        ScenarioError: says what is wrong and where; where an eigenvalue is negative, the nearest correlation matrix.
    """
    size = len(names)
    if matrix.shape != (size, size):
        raise ScenarioError(f"a correlation matrix of {size} parameters is {size} x {size}, not {matrix.shape}")
    if len(set(names)) < size:
        raise ScenarioError(f"a correlation matrix names a parameter twice: {', '.join(names)}")
    if not np.isfinite(matrix).all() or (np.abs(matrix) > 1).any():
        i, j = np.argwhere(~(np.isfinite(matrix) & (np.abs(matrix) <= 1)))[0]
        raise ScenarioError(
            f"the correlation of {names[i]!r} and {names[j]!r} is {matrix[i, j]:g}, not between -1 and 1"
        )
    if (np.diag(matrix) != 1).any():
        i = int(np.argmax(np.diag(matrix) != 1))
        raise ScenarioError(f"the correlation of {names[i]!r} with itself is 1, not {matrix[i, i]:g}")
    if (matrix != matrix.T).any():
        i, j = np.argwhere(matrix != matrix.T)[0]
        raise ScenarioError(
            f"the correlation matrix is not symmetric: {matrix[i, j]:g} for {names[i]!r} with {names[j]!r}, "
            f"{matrix[j, i]:g} the other way round"
        )
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least < -TOLERANCE:
        raise ScenarioError(
            f"these correlations cannot all hold: their matrix has the eigenvalue {least:.4g}, below zero; "
            f"the nearest that can: {_moved(names, matrix, nearest_correlation(matrix))}"
        )


def _moved(names: Sequence[str], matrix: Floats, near: Floats) -> str:
    """The correlations that differ most between two matrices."""
    gap = np.triu(np.abs(near - matrix))
    order = np.argsort(-gap, axis=None, kind="stable")[:SHOWN]
    places = [(i, j) for i, j in zip(*np.unravel_index(order, gap.shape), strict=True) if gap[i, j] > CLOSE]
    return ", ".join(f"{names[i]!r} with {names[j]!r} {near[i, j]:.3g} (not {matrix[i, j]:g})" for i, j in places)


def nearest_correlation(matrix: Floats) -> Floats:
    """The correlation matrix nearest to a symmetric one in the sum of squares (Higham 2002, alternating projections).

    >>> nearest_correlation(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])).round(4).tolist()
    [[1.0, 0.7607, 0.1573], [0.7607, 1.0, 0.7607], [0.1573, 0.7607, 1.0]]
    """
    found, correction = np.array(matrix, dtype=float), np.zeros_like(matrix)
    for _ in range(STEPS):
        shifted = found - correction
        values, vectors = np.linalg.eigh(shifted)
        positive = (vectors * np.maximum(values, 0)) @ vectors.T
        correction = positive - shifted
        new = positive.copy()
        np.fill_diagonal(new, 1.0)
        done = np.abs(new - found).max() < CLOSE
        found = new
        if done:
            break
    return found
