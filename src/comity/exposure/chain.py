"""The chain of supply as arrays: what producers take from whom, and what final users buy from whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.model.outcome import Outcome
from comity.world.calibration import calibrate
from comity.world.world import Floats, World


@dataclass(frozen=True, eq=False)
class Chain:
    """Sales valued at the cost of the seller: without tariffs and export taxes, and with the subsidies that it has.

    Attributes:
        sourcing: ``[j, n, i]``, output of j that i makes for one unit that producers of n spend on input j.
        final: ``[j, n, i]``, output of j that i makes for the final use of n, US$ million.
        g: ``[n, j, k]``, share of input j in n's cost of producing k.
        v: ``[n, k]``, share of primary factors in cost.
    """

    sourcing: Floats
    final: Floats
    g: Floats
    v: Floats

    @property
    def inputs(self) -> Floats:
        """Global input coefficients ``[(i, j), (n, k)]``: output of j in i for one unit of output of k in n."""
        regions, sectors = self.v.shape
        cells = np.einsum("jni,njk->ijnk", self.sourcing, self.g)
        return np.asarray(cells.reshape(regions * sectors, regions * sectors))


def chain_of_world(world: World) -> Chain:
    """The chain of a world as its table has it: intermediate and final use apart where the table tells them apart.

    Example:
        >>> from comity import load_world
        >>> chain_of_world(load_world("2022", "us-japan")).final.shape
        (34, 24, 24)
    """
    base = calibrate(world, by_use=world.flows.shape[0] == 2)
    charged = (1 + base.t) * (1 + base.x)
    spent = (base.alpha * base.C[:, None]).T[:, :, None]
    return Chain(base.pi[0] / charged, base.pi[-1] * spent / charged, base.g, base.v)


def chain_of(outcome: Outcome) -> Chain:
    """The chain of a counterfactual, sourced as its option `sourcing` says; added public use is final use.

    Output is valued at its cost, so what a subsidy pays is part of the value that a user has from it.
    """
    after, policy = outcome.after, outcome.policy
    share = np.asarray(after.share)
    by_use = outcome.economy.pi.shape[0] == 2
    private = share[1] if by_use else share[0]
    public = share[-1] if policy.sources is not None else private
    paid = (1 + np.asarray(policy.t)) * (1 + np.asarray(policy.x)) * (1 - np.asarray(policy.s).T[:, None, :])
    bought = private * np.asarray(after.final).T[:, :, None] + public * np.asarray(after.public).T[:, :, None]
    return Chain(
        sourcing=share[0] / paid,
        final=bought * outcome.unit / paid,
        g=np.asarray(outcome.economy.g),
        v=np.asarray(outcome.economy.v),
    )
