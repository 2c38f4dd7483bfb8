"""Distributions of parameters as values: declared in a few words, checked when made, drawn by their quantiles."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from comity.errors import ScenarioError

Floats = NDArray[np.float64]
LEAST_MASS = 1e-6
"""Probability that a truncation must leave: with less, a draw would come from where no quantile is exact."""


Frozen = Any
"""A distribution of SciPy with its parameters: ``ppf``, ``cdf``, ``mean``, ``expect``."""


@dataclass(frozen=True)
class Distribution:
    """A distribution of one number.

    ================  ==========================================================================================
    kind              parameters
    ================  ==========================================================================================
    ``point``         ``value``
    ``normal``        ``mean, sd``
    ``lognormal``     ``mean, sd`` of the number itself; or ``median, log_sd`` (standard deviation of its logarithm)
    ``uniform``       ``low, high``
    ``triangular``    ``low, mode, high``
    ``beta``          a share between 0 and 1: ``mean, sd``; or ``a, b``
    ================  ==========================================================================================

    Attributes:
        kind: one of the above.
        parameters: names and values.
        above: values are above it; the distribution is cut there.
        below: values are below it.
        source: where the numbers are published; empty if they are an assumption.
        note: what else to say of it.

    Raises:
        ScenarioError: no such kind, wrong parameters, values that make no distribution, or a cut that leaves nothing.

    >>> theta = Distribution.of("normal", mean=5, sd=1.4, above=0)
    >>> theta.ppf([0.1, 0.5, 0.9]).round(3)
    array([3.207, 5.   , 6.794])
    """

    kind: str
    parameters: tuple[tuple[str, float], ...]
    above: float = -math.inf
    below: float = math.inf
    source: str = ""
    note: str = ""

    @classmethod
    def of(
        cls, kind: str, *, above: float = -math.inf, below: float = math.inf, source: str = "", note: str = "",
        **parameters: float,
    ) -> Distribution:  # fmt: skip
        """A distribution from named parameters."""
        return cls(kind, tuple(parameters.items()), above, below, source, note)

    def __post_init__(self) -> None:
        """Check that there is such a distribution."""
        if not all(isinstance(v, int | float) and math.isfinite(v) for _, v in self.parameters):
            raise ScenarioError(f"{self}: its parameters must be finite numbers")
        frozen = self._frozen
        if not self.above < self.below:
            raise ScenarioError(f"{self}: nothing is above {self.above:g} and below {self.below:g}")
        low, high = self._shares(frozen)
        if high - low < LEAST_MASS:
            raise ScenarioError(f"{self}: the cut leaves {high - low:.1e} of its probability, less than {LEAST_MASS:g}")

    def __str__(self) -> str:
        """As it is declared.

        >>> str(Distribution.of("normal", mean=5, sd=1.4, above=0))
        'normal(mean 5, sd 1.4) above 0'
        """
        inside = ", ".join(f"{name} {value:g}" if isinstance(value, int | float) else f"{name} {value!r}"
                           for name, value in self.parameters)  # fmt: skip
        above = f" above {self.above:g}" if self.above > -math.inf else ""
        below = f" below {self.below:g}" if self.below < math.inf else ""
        return f"{self.kind}({inside}){above}{below}"

    @property
    def assumed(self) -> bool:
        """Whether it rests on no source."""
        return not self.source

    @property
    def mean(self) -> float:
        """The expectation, of the cut distribution where it is cut (by quadrature).

        >>> round(Distribution.of("lognormal", mean=5, sd=1.4).mean, 12)
        5.0
        """
        frozen = self._frozen
        if self._shares(frozen) == (0.0, 1.0):  # uncut, or cut where there is nothing
            return float(frozen.mean())
        return float(frozen.expect(lambda x: x, lb=self.above, ub=self.below, conditional=True))

    def ppf(self, uniforms: ArrayLike) -> Floats:
        """The value at each of some numbers between 0 and 1, in their shape."""
        frozen = self._frozen
        low, high = self._shares(frozen)
        inside = low + np.asarray(uniforms, dtype=float) * (high - low)
        return np.clip(np.asarray(frozen.ppf(inside), dtype=np.float64), self.above, self.below)

    def ppf_below(self, uniforms: ArrayLike, most: ArrayLike) -> Floats:
        """The same with the distribution also cut at a value of its own for each number; nan where that leaves nothing.

        >>> Distribution.of("uniform", low=0, high=1).ppf_below([0.5, 0.5], [1.0, 0.4]).tolist()
        [0.5, 0.2]
        """
        frozen = self._frozen
        low, high = self._shares(frozen)
        tops = np.minimum(np.asarray(frozen.cdf(most), dtype=float), high)
        inside = low + np.asarray(uniforms, dtype=float) * (tops - low)
        found = np.clip(np.asarray(frozen.ppf(inside), dtype=np.float64), self.above, np.minimum(most, self.below))
        return np.where(tops - low < LEAST_MASS, np.nan, found)

    def interval(self, share: float = 0.9) -> tuple[float, float]:
        """The central interval that holds a share of the distribution."""
        low, high = self.ppf([(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)

    @cached_property
    def _frozen(self) -> Frozen:
        try:
            makers = KINDS[self.kind]
        except KeyError:
            raise ScenarioError(f"there is no distribution {self.kind!r}: take one of {', '.join(KINDS)}") from None
        given = dict(self.parameters)
        for names, make in makers.items():
            if given.keys() == set(names):
                try:
                    return make(**given)
                except ValueError as error:
                    raise ScenarioError(f"{self}: {error}") from None
        known = ", or ".join(" and ".join(names) for names in makers)
        raise ScenarioError(f"{self.kind} takes {known}; given: {', '.join(given) or 'nothing'}")

    def _shares(self, frozen: Frozen) -> tuple[float, float]:
        """The levels between which the cut distribution lies."""
        low = float(frozen.cdf(self.above)) if self.above > -math.inf else 0.0
        return low, float(frozen.cdf(self.below)) if self.below < math.inf else 1.0


@dataclass(frozen=True)
class _Point:
    """All probability at one value."""

    value: float

    def ppf(self, q: Floats) -> Floats:
        return np.full(np.shape(q), float(self.value))

    def cdf(self, x: ArrayLike) -> Floats:
        return np.asarray(np.asarray(x) >= self.value, dtype=float)

    def mean(self) -> float:
        return float(self.value)


def _normal(mean: float, sd: float) -> Frozen:
    _positive(sd=sd)
    return stats.norm(mean, sd)


def _lognormal(mean: float, sd: float) -> Frozen:
    _positive(mean=mean, sd=sd)
    variance = math.log1p((sd / mean) ** 2)
    return stats.lognorm(math.sqrt(variance), scale=mean * math.exp(-variance / 2))


def _lognormal_median(median: float, log_sd: float) -> Frozen:
    _positive(median=median, log_sd=log_sd)
    return stats.lognorm(log_sd, scale=median)


def _uniform(low: float, high: float) -> Frozen:
    _ordered(low, high)
    return stats.uniform(low, high - low)


def _triangular(low: float, mode: float, high: float) -> Frozen:
    _ordered(low, high)
    if not low <= mode <= high:
        raise ValueError(f"the mode must lie between {low:g} and {high:g}")
    return stats.triang((mode - low) / (high - low), low, high - low)


def _beta(mean: float, sd: float) -> Frozen:
    if not 0 < mean < 1:
        raise ValueError("the mean of a share lies between 0 and 1")
    _positive(sd=sd)
    if (size := mean * (1 - mean) / sd**2 - 1) <= 0:
        raise ValueError(f"a share with that mean has a standard deviation below {math.sqrt(mean * (1 - mean)):.4g}")
    return stats.beta(mean * size, (1 - mean) * size)


def _beta_shapes(a: float, b: float) -> Frozen:
    _positive(a=a, b=b)
    return stats.beta(a, b)


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name} must be above zero")


def _ordered(low: float, high: float) -> None:
    if not low < high:
        raise ValueError("low must be below high")


KINDS: Mapping[str, Mapping[tuple[str, ...], Callable[..., Frozen]]] = {
    "point": {("value",): _Point},
    "normal": {("mean", "sd"): _normal},
    "lognormal": {("mean", "sd"): _lognormal, ("median", "log_sd"): _lognormal_median},
    "uniform": {("low", "high"): _uniform},
    "triangular": {("low", "mode", "high"): _triangular},
    "beta": {("mean", "sd"): _beta, ("a", "b"): _beta_shapes},
}
"""How each kind is made of its parameters."""
