"""Trade and scale elasticities by sector, with where they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Elasticities:
    """Trade elasticities ``theta[j]`` (> 0, exponent of relative cost) and scale elasticities ``scale[j]`` (>= 0).

    Attributes:
        name: of the set, e.g. ``"fontagne-guimbard-orefice-2022"``.
        concept: what the source estimates and how it becomes theta, one sentence.
        theta: ``[j]``, > 0.
        theta_se: ``[j]``, standard error of theta; an assumption where `assumed_se` is True.
        scale: ``[j]``, elasticity of unit cost to output, in [0, 1); zero under perfect competition.
        assumed: ``[j]``, True where theta is filled by a rule and not taken from the source.
        assumed_se: ``[j]``, True where the standard error is an assumption.
        notes: how gaps were filled and industries aggregated, one sentence each.
    """

    name: str
    concept: str
    theta: NDArray[np.float64]
    theta_se: NDArray[np.float64]
    scale: NDArray[np.float64]
    assumed: NDArray[np.bool_]
    assumed_se: NDArray[np.bool_]
    notes: tuple[str, ...] = ()
