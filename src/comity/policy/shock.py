"""What a scenario does to a world, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.world.world import Floats, World


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
            public_mix=world.final_use / world.final_use.sum(1, keepdims=True),
        )
