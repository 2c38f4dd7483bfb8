"""Choices between options that are no numbers on a line: a closure, a set of elasticities, a vintage of data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.errors import ScenarioError

Option = str | float | bool
SUM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Discrete:
    """One of several options, each with a probability.

    Attributes:
        options: names or numbers, each once.
        weights: their probabilities, which sum to one.
        source: where they are published; empty if they are an assumption.
        note: what else to say of it.

    Raises:
        ScenarioError: no options, one twice, or weights that are no probabilities.

    >>> Discrete(("fixed", "balanced"), (0.75, 0.25)).ppf([0.1, 0.74, 0.9]).tolist()
    ['fixed', 'fixed', 'balanced']
    """

    options: tuple[Option, ...]
    weights: tuple[float, ...]
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Check the probabilities."""
        if not self.options or len(set(map(repr, self.options))) < len(self.options):
            raise ScenarioError(f"a choice needs options, each once, not {list(self.options)}")
        if len(self.weights) != len(self.options) or not all(0 <= w <= 1 for w in self.weights):
            raise ScenarioError(
                f"a choice of {len(self.options)} needs as many probabilities, not {list(self.weights)}"
            )
        if abs(sum(self.weights) - 1) > SUM_TOLERANCE:
            total = sum(self.weights)
            near = ", ".join(f"{o!r} {w:.4g}" for o, w in zip(self.options, _nearest(self.weights), strict=True))
            raise ScenarioError(f"the probabilities of a choice sum to {total:.6g}, not 1; the nearest that do: {near}")

    @classmethod
    def even(cls, options: Sequence[Option]) -> Discrete:
        """Every option as probable as any other."""
        return cls(tuple(options), (1 / len(options),) * len(options) if options else ())

    def __str__(self) -> str:
        """As it is declared."""
        return f"choice({', '.join(f'{o} {w:g}' for o, w in zip(self.options, self.weights, strict=True))})"

    @property
    def assumed(self) -> bool:
        """Whether it rests on no source."""
        return not self.source

    @property
    def mean(self) -> float:
        """The expectation, where all options are numbers.

        Raises:
            ScenarioError: they are not.
        """
        if any(isinstance(option, str | bool) for option in self.options):
            raise ScenarioError(f"{self} has no mean: its options are no numbers")
        return sum(float(o) * w for o, w in zip(self.options, self.weights, strict=True))

    def places(self, uniforms: ArrayLike) -> NDArray[np.intp]:
        """The number of the option at each of some numbers between 0 and 1, in their shape."""
        ends = np.cumsum(self.weights)[:-1]
        return np.searchsorted(ends, np.asarray(uniforms, dtype=float), side="right")

    def ppf(self, uniforms: ArrayLike) -> NDArray[np.object_]:
        """The option at each of some numbers between 0 and 1, in their shape."""
        return np.array(self.options, dtype=object)[self.places(uniforms)]


def _nearest(weights: Sequence[float]) -> list[float]:
    """The probabilities nearest to some numbers between 0 and 1 (projection on the simplex, Held et al. 1974)."""
    order = np.sort(weights)[::-1]
    excess = (np.cumsum(order) - 1) / np.arange(1, len(order) + 1)
    cut = excess[np.flatnonzero(order > excess)[-1]]
    return [max(w - float(cut), 0.0) for w in weights]
