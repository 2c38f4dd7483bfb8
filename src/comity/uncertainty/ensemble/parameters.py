"""What an ensemble draws: parameters by name, each with its source of uncertainty and its distribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import ScenarioError
from comity.policy.sectors import resolve_sectors
from comity.policy.uncertain import FIXED
from comity.uncertainty.declaring import Uncertain
from comity.uncertainty.distributions import Distribution
from comity.uncertainty.elasticity import LOGNORMAL, NORMAL, theta_distributions
from comity.uncertainty.probabilities import Probability
from comity.world import World
from comity.world.elasticities import Elasticities, sets_with_scale_errors

Floats = NDArray[np.float64]
THETA, SCALE, AMOUNT, COVERAGE, EFFECT, CHOICE = "theta", "scale", "amount", "coverage", "effect", "choice"
TRADE_ELASTICITIES, SCALE_ELASTICITIES, AGREEMENT_EFFECTS = (
    "trade elasticities",
    "scale elasticities",
    "effects of agreements",
)

Own = tuple[tuple[str, Distribution], ...]
"""Distributions by the names of sectors as a scenario writes them."""


@dataclass(frozen=True)
class Parameter:
    """One number or choice that is drawn.

    Attributes:
        kind: ``theta``, ``scale``, ``amount``, ``coverage``, ``effect`` or ``choice``.
        key: sector, name of a rule, depth of agreements, name of one, or of a choice.
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
        kind: ``lognormal`` or ``normal``, the latter cut at zero; ``fixed``: only those of `own` are drawn.
        cv: coefficient of variation of every sector, an assumption; None takes the set's standard errors.
        correlation: of the normal scores of any two sectors.
        own: distributions in the place of the set's, by the names of sectors as written.
    """

    kind: str = LOGNORMAL
    cv: float | None = None
    correlation: float = 0.0
    own: Own = ()

    def thetas(self, world: World) -> dict[str, Distribution]:
        """Distributions of trade elasticities by sector.

        Raises:
            ScenarioError: a coefficient of variation that is not above zero.
            UnknownName: a sector that is not there.
        """
        elasticities = world.elasticities
        if self.kind == FIXED:
            return self._own(world)
        if self.cv is None:
            return theta_distributions(elasticities, world.sectors, self.kind) | self._own(world)
        if not self.cv > 0:
            raise ScenarioError(f"a coefficient of variation is above zero, not {self.cv:g}")
        spread = replace(elasticities, theta_se=self.cv * elasticities.theta)
        found = theta_distributions(spread, world.sectors, self.kind)
        note = self._assumed(elasticities)
        return {s: replace(one, source="", note=note) for s, one in found.items()} | self._own(world)

    def scales(self, world: World) -> dict[str, Distribution]:
        """Distributions of scale elasticities by sector, for those that have one.

        Raises:
            ScenarioError: no standard errors, and no coefficient of variation; names the sets that have them.
            UnknownName: a sector that is not there.
        """
        elasticities = world.elasticities
        found = {}
        if self.kind != FIXED and elasticities.scale.any():
            errors = self._scale_errors(elasticities)
            above = 0.0 if self.kind == NORMAL else Distribution.above
            source, note = (elasticities.name, "") if self.cv is None else ("", self._assumed(elasticities))
            found = {
                sector: Distribution(self.kind, (("mean", float(m)), ("sd", float(e))), above, source=source, note=note)
                for sector, m, e in zip(world.sectors, elasticities.scale, errors, strict=True)
                if m > 0
            }
        return found | self._own(world)

    def _scale_errors(self, elasticities: Elasticities) -> Floats:
        if self.cv is not None:
            return self.cv * elasticities.scale
        if elasticities.scale_se is None:
            raise ScenarioError(
                f"no standard errors of scale elasticities are published with {elasticities.name}, only with "
                f"{', '.join(sets_with_scale_errors())}: take that set, or say how uncertain they are with `cv`"
            )
        return elasticities.scale_se

    def _assumed(self, elasticities: Elasticities) -> str:
        return f"{elasticities.name}: a coefficient of variation of {self.cv or 0:g} is assumed"

    def _own(self, world: World) -> dict[str, Distribution]:
        return {sector: what for name, what in self.own for sector in resolve_sectors(name, world)}


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
