"""What an ensemble draws: parameters by name, each with its source of uncertainty and its distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import ScenarioError
from comity.uncertainty.declaring import Uncertain
from comity.uncertainty.distributions import Distribution
from comity.uncertainty.elasticity import LOGNORMAL, theta_distributions
from comity.uncertainty.probabilities import Probability
from comity.world.elasticities import Elasticities

Floats = NDArray[np.float64]
THETA, SCALE, AMOUNT, COVERAGE, EFFECT, CHOICE = "theta", "scale", "amount", "coverage", "effect", "choice"
TRADE_ELASTICITIES, SCALE_ELASTICITIES, AGREEMENT_EFFECTS = (
    "trade elasticities",
    "scale elasticities",
    "effects of agreements",
)


@dataclass(frozen=True)
class Parameter:
    """One number or choice that is drawn.

    Attributes:
        kind: ``theta``, ``scale``, ``amount``, ``coverage``, ``effect`` or ``choice``.
        key: sector, name of a rule, depth of agreements, or name of a choice.
        source: of uncertainty: what it is counted under when the variance is split.
        what: its distribution; of an elasticity that of the scenario's own set.
        unit: of its values.
    """

    kind: str
    key: str
    source: str
    what: Uncertain
    unit: str = ""

    @property
    def name(self) -> str:
        """As columns and correlations name it, e.g. ``theta C29``."""
        return f"{self.kind} {self.key}"


@dataclass(frozen=True)
class Spread:
    """How elasticities are spread around those of a set.

    Attributes:
        kind: ``lognormal`` or ``normal``, the latter cut at zero.
        cv: coefficient of variation of every sector, an assumption; None takes the set's standard errors.
        correlation: of the normal scores of any two sectors.
    """

    kind: str = LOGNORMAL
    cv: float | None = None
    correlation: float = 0.0

    def thetas(self, elasticities: Elasticities, sectors: Sequence[str]) -> dict[str, Distribution]:
        """Distributions of trade elasticities by sector.

        Raises:
            ScenarioError: a coefficient of variation that is not above zero.
        """
        found = theta_distributions(self._spread(elasticities), sectors, self.kind)
        if self.cv is None:
            return found
        note = f"{elasticities.name}: a coefficient of variation of {self.cv:g} is assumed"
        return {sector: replace(one, source="", note=note) for sector, one in found.items()}

    def _spread(self, elasticities: Elasticities) -> Elasticities:
        if self.cv is None:
            return elasticities
        if not self.cv > 0:
            raise ScenarioError(f"a coefficient of variation is above zero, not {self.cv:g}")
        return replace(elasticities, theta_se=self.cv * elasticities.theta)

    def scales(self, elasticities: Elasticities, sectors: Sequence[str]) -> dict[str, Distribution]:
        """Distributions of scale elasticities by sector, for those that have one."""
        note = f"{elasticities.name}: a coefficient of variation of {self.cv or 0:g} is assumed"
        return {
            sector: Distribution.of(LOGNORMAL, mean=float(size), sd=float((self.cv or 0) * size), note=note)
            for sector, size in zip(sectors, elasticities.scale, strict=True)
            if size > 0
        }


def quantiles(found: Mapping[str, Distribution], uniforms: Mapping[str, Floats], kind: str) -> dict[str, Floats]:
    """Values of elasticities ``[draw]`` by sector, at the numbers between 0 and 1 of their parameters."""
    return {sector: one.ppf(uniforms[f"{kind} {sector}"]) for sector, one in found.items()}


def describe(parameter: Parameter) -> dict[str, Any]:
    """A parameter as plain data."""
    return {
        "name": parameter.name,
        "source of uncertainty": parameter.source,
        "distribution": str(parameter.what),
        "unit": parameter.unit,
        "assumed": isinstance(parameter.what, Probability) or parameter.what.assumed,
        "source": "" if isinstance(parameter.what, Probability) else parameter.what.source,
        "note": parameter.what.assumed if isinstance(parameter.what, Probability) else parameter.what.note,
    }
