"""What a scenario does to a world, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from comity.errors import ScenarioError
from comity.world.world import Floats, World

RANGES = {
    "tariff": (-1.0, np.inf, False),
    "export_tax": (-1.0, np.inf, False),
    "iceberg": (0.0, np.inf, False),
    "available": (0.0, 1.0, True),
    "productivity": (0.0, np.inf, False),
    "factors": (0.0, np.inf, False),
    "subsidy": (-np.inf, 1 - 1e-9, True),
    "transfer": (-np.inf, np.inf, True),
    "public": (-np.inf, np.inf, True),
    "public_mix": (0.0, 1.0 + 1e-9, True),
    "public_sources": (0.0, 1.0 + 1e-9, True),
}
"""Lowest and highest value of each array, and whether the lowest is allowed itself."""


@dataclass(frozen=True, eq=False)
class Shock:
    """Counterfactual policy and technology, in levels or ratios; the axes are those of `World`.

    Attributes:
        tariff: ``t'[j, n, i]``, counterfactual rate on the border value, fraction > -1.
        export_tax: ``x'[j, n, i]``, counterfactual rate on the producer's price, fraction > -1.
        iceberg: ``d_hat[j, n, i]``, ratio > 0.
        available: ``a[j, n, i]``, share of the source's varieties that remain, in [0, 1].
        productivity: ``A_hat[n, k]``, ratio > 0.
        factors: ``L_hat[n]``, ratio > 0.
        subsidy: ``s'[n, k]``, production subsidy as a share of cost value, < 1 (zero in the baseline).
        transfer: ``[n]``, US$ million added to the net transfer received; sums to zero.
        public: ``G'[n]``, US$ million of public absorption added to the baseline.
        public_mix: ``beta[n, j]``, its composition; sums to one over j.
        public_sources: ``[j, n, i]``, where it is bought: shares of spending at baseline buyer's prices, which sum to
            one over i where it is added. None: from the sources of final demand, as one use with it.
    """

    tariff: Floats
    export_tax: Floats
    iceberg: Floats
    available: Floats
    productivity: Floats
    factors: Floats
    subsidy: Floats
    transfer: Floats
    public: Floats
    public_mix: Floats
    public_sources: Floats | None = None

    @classmethod
    def none(cls, world: World) -> Shock:
        """The shock that changes nothing."""
        regions, sectors = len(world.regions), len(world.sectors)
        trade, make = (sectors, regions, regions), (regions, sectors)
        return cls(
            tariff=world.tariff,
            export_tax=world.export_tax,
            iceberg=np.ones(trade),
            available=np.ones(trade),
            productivity=np.ones(make),
            factors=np.ones(regions),
            subsidy=np.zeros(make),
            transfer=np.zeros(regions),
            public=np.zeros(regions),
            public_mix=_composition(world.final_use),
        )

    def check(self, world: World) -> Shock:
        """This shock, if it is one for the world.

        Raises:
            ScenarioError: a wrong shape, a value that is not finite or out of range, transfers that do not sum to zero;
                names the array, the size and the place.
        """
        none = Shock.none(world)
        for part in fields(self):
            value, like = getattr(self, part.name), getattr(none, part.name)
            if value is None:
                continue
            like = none.tariff if like is None else like
            if np.shape(value) != like.shape:
                raise ScenarioError(
                    f"shock: {part.name} has the shape {np.shape(value)}, this world needs {like.shape}"
                )
            low, high, closed = RANGES[part.name]
            fine = np.isfinite(value) & (value <= high) & ((value >= low) if closed else (value > low))
            if not fine.all():
                where = tuple(int(i) for i in np.argwhere(~fine)[0])
                raise ScenarioError(
                    f"shock: {part.name}{list(where)} = {value[where]} is out of range: {low} to {high}"
                )
        total, size = float(self.transfer.sum()), float(np.abs(self.transfer).sum())
        if abs(total) > 1e-9 * size:
            raise ScenarioError(
                f"shock: transfers sum to US$ {total:.6g} m, not to zero: what one pays another receives"
            )
        self._check_public(world)
        home = np.arange(len(world.regions))
        for name in ("tariff", "export_tax", "iceberg", "available"):
            if not np.array_equal(getattr(self, name)[:, home, home], getattr(none, name)[:, home, home]):
                raise ScenarioError(f"shock: {name} changes a region's sales at home, which have no border")
        return self

    def _check_public(self, world: World) -> None:
        """Added public absorption has a composition, and each good in it sources that make it."""
        added = self.public != 0
        if added.any() and np.abs(self.public_mix.sum(1) - 1)[added].max() > 1e-9:
            raise ScenarioError("shock: public_mix does not sum to one over sectors where public absorption is added")
        sources = self.public_sources
        if sources is None:
            return
        bought = (self.public_mix * added[:, None]).T > 0
        short = np.argwhere(bought & (np.abs(sources.sum(2) - 1) > 1e-9))
        if len(short):
            j, n = (int(at) for at in short[0])
            raise ScenarioError(
                f"shock: public_sources of {world.sectors[j]} in {world.regions[n]} sum to "
                f"{sources[j, n].sum():.6g} over exporters, not to one"
            )
        idle = np.argwhere(bought[:, :, None] & (sources > 0) & (world.gross_output.T <= 0)[:, None, :])
        if len(idle):
            j, n, i = (int(at) for at in idle[0])
            raise ScenarioError(
                f"shock: {world.regions[n]} would buy {world.sectors[j]} ({world.sector_names[j]}) for public use from "
                f"{world.regions[i]}, which makes none: name another source, or another composition"
            )
        left = world.total_flows * (1 + world.tariff) + (self.public * self.public_mix.T)[:, :, None] * sources
        if left.min() < 0:
            j, n, i = (int(at) for at in np.unravel_index(int(left.argmin()), left.shape))
            raise ScenarioError(
                f"shock: public absorption of {world.regions[n]} is cut by more {world.sectors[j]} "
                f"({world.sector_names[j]}) from {world.regions[i]} than it buys there for all uses together"
            )


def final_sources(world: World) -> Floats:
    """Sources of final use ``[j, n, i]`` at buyer's prices, of all uses where flows are pooled; rows without are 0."""
    bought = world.flows[-1] * (1 + world.tariff)
    total = bought.sum(2, keepdims=True)
    return np.asarray(np.divide(bought, total, out=np.zeros_like(bought), where=total > 0))


def _composition(spending: Floats) -> Floats:
    """Shares over sectors ``[n, j]``; equal ones for a region that buys nothing, where they stand for nothing."""
    total = spending.sum(1, keepdims=True)
    equal = np.full_like(spending, 1 / spending.shape[1])
    return np.asarray(np.divide(spending, total, out=equal, where=total > 0))
