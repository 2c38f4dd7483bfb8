"""From a world in dollars to the shares that the model reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.errors import ClosureError
from comity.world.world import Floats, World


@dataclass(frozen=True, eq=False)
class Calibration:
    """Baseline shares and levels; at no change the equations of the model hold at these values.

    Attributes:
        pi: ``[u, j, n, i]``, share of n's spending on j (for use u) that goes to i, at buyer's prices.
        g: ``[n, j, k]``, share of input j in n's cost of producing k.
        v: ``[n, k]``, share of primary factors in cost.
        alpha: ``[n, j]``, composition of final spending.
        Y: ``[n]``, factor income, US$ million.
        C: ``[n]``, final spending, US$ million.
        B: ``[n]``, net transfer received, US$ million.
        K: ``[n, k]``, cost value of output, US$ million.
        t: ``[j, n, i]``, tariff; ``x``: export tax.
    """

    pi: Floats
    g: Floats
    v: Floats
    alpha: Floats
    Y: Floats
    C: Floats
    B: Floats
    K: Floats
    t: Floats
    x: Floats


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Quotient with 0 where the denominator is a structural zero.

    >>> ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0])).tolist()
    [0.5, 0.0]
    """
    return np.divide(top, bottom, out=np.zeros(np.broadcast_shapes(top.shape, bottom.shape)), where=bottom != 0)


def calibrate(world: World, *, by_use: bool = False) -> Calibration:
    """Shares and levels of a world.

    Args:
        world: the economy; it need not be a benchmark (see `comity.model.rebasing`).
        by_use: keep the two uses (intermediate, final) apart instead of pooling them.

    Raises:
        ClosureError: `by_use` on a world whose flows are not separated by use.
    """
    if by_use and world.flows.shape[0] == 1:
        raise ClosureError(
            f"sourcing by use needs flows kept apart for intermediate and final use; world {world.name!r} has one "
            "pooled table. Use sourcing 'pooled', or a world built with both."
        )
    flows = world.flows if by_use else world.flows.sum(0, keepdims=True)
    bought = flows * (1 + world.tariff)
    output = world.gross_output
    return Calibration(
        pi=ratio(bought, bought.sum(-1, keepdims=True)),
        g=ratio(world.input_use, output[:, None, :]),
        v=ratio(world.value_added, output),
        alpha=ratio(world.final_use, world.final_spending[:, None]),
        Y=world.factor_income,
        C=world.final_spending,
        B=world.imbalance,
        K=output,
        t=world.tariff,
        x=world.export_tax,
    )
