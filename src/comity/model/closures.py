"""The choices that close the model, each by name, and which of them go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Imbalances = Literal["fixed", "balanced", "output", "spending"]
Revenue = Literal["rebated", "public"]
Sourcing = Literal["pooled", "by-use"]
Competition = Literal["perfect", "scale"]


@dataclass(frozen=True)
class Closures:
    """How the model is closed.

    Attributes:
        imbalances: ``fixed`` in the numeraire; ``balanced`` (baseline re-solved at zero, measured from there);
            ``output`` and ``spending``: a constant share of output or spending, the world sum closed by a stated rule.
        revenue: ``rebated`` to households, or the change spent on ``public`` goods.
        sourcing: ``pooled`` over uses, or sources chosen ``by-use`` (intermediate, final).
        competition: ``perfect``, or ``scale`` economies with the elasticity of the set in use.
        kappa: elasticity of factor supply across sectors: inf = mobile, 1 = specific, between = Roy-Frechet.
        demand_elasticity: between sectors in final demand; 1 = Cobb-Douglas.
        horizon: years after the change, 1 to 10; None leaves trade elasticities and mobility as stated (long run).
    """

    imbalances: Imbalances = "fixed"
    revenue: Revenue = "rebated"
    sourcing: Sourcing = "pooled"
    competition: Competition = "perfect"
    kappa: float = float("inf")
    demand_elasticity: float = 1.0
    horizon: float | None = None
