"""The choices that close the model, each by name, and which of them go together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from comity.errors import ClosureError

Imbalances = Literal["fixed", "balanced", "output", "spending"]
Revenue = Literal["rebated", "public"]
Sourcing = Literal["pooled", "by-use"]
Competition = Literal["perfect", "scale"]

SHORT_RUN_RATIO = 0.76 / 2.0
"""Trade elasticity one year after a tariff change over that of the long run (see `Closures.at_horizon`)."""


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

    def __post_init__(self) -> None:
        """Refuse values that have no meaning.

        Raises:
            ClosureError: naming the choice, its value and the valid ones.
        """
        for name, kind in (
            ("imbalances", Imbalances),
            ("revenue", Revenue),
            ("sourcing", Sourcing),
            ("competition", Competition),
        ):
            if getattr(self, name) not in get_args(kind):
                raise ClosureError(
                    f"{name} {getattr(self, name)!r} is unknown; choose from {', '.join(get_args(kind))}"
                )
        if not self.kappa >= 1:
            raise ClosureError(f"factor mobility kappa = {self.kappa} is out of range: 1 (specific) to inf (mobile)")
        if not 0 <= self.demand_elasticity <= 20:
            raise ClosureError(
                f"demand elasticity {self.demand_elasticity} is out of range: 0 to 20, 1 is Cobb-Douglas"
            )
        if self.horizon is not None and not 1 <= self.horizon <= 10:
            raise ClosureError(f"horizon of {self.horizon} years is out of range: 1 (short run) to 10 (long run)")
        if self.horizon is not None and self.kappa != math.inf:
            raise ClosureError(
                f"horizon {self.horizon} sets factor mobility by itself, and mobility kappa = {self.kappa} is given "
                "too: choose one of them"
            )

    def at_horizon(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """Trade elasticities and factor mobility after `horizon` years.

        Boehm, Levchenko and Pandalai-Nayar (2023, AER 113) estimate a trade elasticity of 0.76 one year after a tariff
        change and about 2.0 (1.75 to 2.25) after ten. Comity takes the ratio, SHORT_RUN_RATIO, as the share of the
        long-run elasticity that has come about after a year, and lets its log and 1/kappa move linearly in log years
        (1/kappa from 1, specific, to 0, mobile). The path between the two ends is an assumption, and so is the use of
        the ratio for theta: the estimates are of flows before duty, whose elasticity is theta + 1.

        Args:
            theta: long-run trade elasticities ``[j]``.

        Returns:
            Elasticities ``[j]`` and kappa.

        >>> theta, kappa = Closures(horizon=1).at_horizon(np.array([5.0]))
        >>> theta.round(2).tolist(), kappa
        ([1.9], 1.0)
        """
        if self.horizon is None:
            return theta, self.kappa
        elapsed = math.log(self.horizon) / math.log(10)
        kappa = math.inf if elapsed == 1 else 1 / (1 - elapsed)
        return theta * SHORT_RUN_RATIO ** (1 - elapsed), kappa

    def check(self, theta: NDArray[np.float64], scale: NDArray[np.float64], sectors: tuple[str, ...]) -> None:
        """Refuse a combination that has no unique meaning with these elasticities.

        Scale economies need theta * scale / (1 - scale) < 1 in every sector: otherwise a cost advantage feeds on itself
        and the sector ends in one region, which one is arbitrary (Lashkaripour and Lugovskyy 2023, assumption in s. 2;
        Kucheryavyy, Lyn and Rodriguez-Clare 2023).

        Raises:
            ClosureError: scale economies too strong for the trade elasticities.
        """
        if self.competition != "scale":
            return
        if not (scale > 0).any():
            raise ClosureError(
                "competition 'scale' needs scale elasticities, and the set in use has none: "
                "use elasticities 'lashkaripour-lugovskyy-2023'"
            )
        strength = self.at_horizon(theta)[0] * scale / (1 - scale)
        if strength.max() >= 1:
            raise ClosureError(
                f"scale economies are too strong for the trade elasticity in {sectors[int(strength.argmax())]}: "
                f"theta * scale / (1 - scale) = {strength.max():.3f}, must be below 1; use elasticities "
                "'lashkaripour-lugovskyy-2023', which estimates both together, or perfect competition"
            )


@dataclass(frozen=True)
class Rules:
    """The part of the closures that chooses equations, not numbers: a key under which compiled code is kept."""

    ces: bool = False
    export_taxes: bool = False

    @classmethod
    def of(cls, closures: Closures, *, export_taxes: bool) -> Rules:
        """The rules of a set of closures; without any export tax its revenue is not computed."""
        return cls(closures.demand_elasticity != 1, export_taxes)
