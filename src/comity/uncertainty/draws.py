"""Draws of uncertain parameters: scrambled Sobol points through the parameters' quantiles.

Draw k is the same whatever the batch that it is drawn in, the order in which parameters are declared, and what came
before it: it depends on the seed, the parameters and k alone. Parameters have the columns of the Sobol points in the
order of the alphabet. Points lie on a grid of 2^-30, and half a step is added to each, so that none is 0 or 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from comity.errors import ScenarioError, UnknownName
from comity.policy.wording import nearest
from comity.uncertainty.copula import Correlation
from comity.uncertainty.declaring import Uncertain
from comity.uncertainty.discrete import Discrete

Floats = NDArray[np.float64]
BITS = 30
MOST_DRAWS = 2**BITS
SEED = 20241105
"""Of draws, where none is given."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws of parameters, and how they were made.

    Attributes:
        values: by parameter ``[draw]``: numbers, or options of a choice.
        uniforms: by parameter ``[draw]``: the numbers between 0 and 1 behind them, correlated where they are.
        start: number of the first draw.
        seed: of the scrambling.
        method: in words.
    """

    values: Mapping[str, NDArray[Any]]
    uniforms: Mapping[str, Floats]
    start: int
    seed: int
    method: str

    def __len__(self) -> int:
        """How many draws."""
        return len(next(iter(self.uniforms.values())))


def draw(
    parameters: Mapping[str, Uncertain],
    count: int,
    *,
    seed: int = SEED,
    start: int = 0,
    correlations: Correlation | None = None,
) -> Draws:
    """Draw all parameters jointly.

    Args:
        parameters: by name.
        count: how many draws; powers of two are the best balanced.
        seed: of the scrambling; recorded in the result.
        start: number of the first draw, so that a batch continues another.
        correlations: of some of the parameters; the others are independent.

    Raises:
        ScenarioError: nothing to draw, a bad count or seed, or a correlation with a choice between names.
        UnknownName: a correlation with a parameter that is not drawn.

    >>> from comity.uncertainty.distributions import Distribution
    >>> theta = {"theta": Distribution.of("normal", mean=5, sd=1.4, above=0)}
    >>> all_at_once = draw(theta, 8, seed=1).values["theta"]
    >>> bool((draw(theta, 3, seed=1, start=5).values["theta"] == all_at_once[5:]).all())
    True
    """
    names = tuple(sorted(parameters))
    if not names:
        raise ScenarioError("there is nothing to draw: name a parameter")
    columns = uniforms(len(names), count, seed=seed, start=start)
    places = {name: columns[:, i] for i, name in enumerate(names)}
    if correlations is not None:
        _drawn(correlations, parameters)
        mixed = correlations.apply(np.stack([places[name] for name in correlations.names], axis=1))
        places |= {name: mixed[:, i] for i, name in enumerate(correlations.names)}
    values = {name: parameters[name].ppf(places[name]) for name in names}
    linked = f", Gaussian copula over {', '.join(correlations.names)}" if correlations else ""
    method = f"scrambled Sobol points, seed {seed}, {len(names)} dimensions{linked}"
    return Draws(values, places, start, seed, method)


def uniforms(dimensions: int, count: int, *, seed: int = SEED, start: int = 0) -> Floats:
    """Scrambled Sobol points ``[draw, dimension]``, strictly between 0 and 1 (Owen 1998; SciPy's direction numbers).

    Raises:
        ScenarioError: fewer than one point, more than there are, a negative seed or start, too many dimensions.
    """
    if not 1 <= dimensions <= qmc.Sobol.MAXDIM:
        most = qmc.Sobol.MAXDIM
        raise ScenarioError(
            f"{dimensions} parameters cannot be drawn jointly: Sobol points have 1 to {most} dimensions"
        )
    if not (isinstance(seed, int) and seed >= 0):
        raise ScenarioError(f"a seed is a whole number from 0, not {seed!r}")
    if count < 1 or start < 0 or start + count > MOST_DRAWS:
        raise ScenarioError(f"draws {start} to {start + count - 1} were asked for; there are 0 to {MOST_DRAWS - 1}")
    engine = qmc.Sobol(dimensions, scramble=True, bits=BITS, rng=np.random.default_rng(seed))
    parts = []
    if start:
        engine.fast_forward(start)
    else:
        parts.append(engine.random(1))  # SciPy warns of a first batch that is no power of two
    parts.append(engine.random(count - len(parts)))
    return np.concatenate(parts) + 2.0 ** -(BITS + 1)


def _drawn(correlations: Correlation, parameters: Mapping[str, Uncertain]) -> None:
    for name in correlations.names:
        if name not in parameters:
            raise UnknownName(f"a correlation names {name!r}, which is not drawn{nearest(name, parameters)}")
        found = parameters[name]
        if isinstance(found, Discrete) and any(isinstance(option, str | bool) for option in found.options):
            raise ScenarioError(f"{name!r} is a choice between names, which have no order: it cannot be correlated")
