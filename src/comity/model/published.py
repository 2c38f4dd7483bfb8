"""The welfare decomposition that papers print: first order at the baseline, with discrete changes put in.

Caliendo and Parro (2015, section 5, their decomposition of welfare into terms and volume of trade):

    dW/W[n] = sum_j sum_i (E[j,n,i] dc[n,j] - M[j,n,i] dc[i,j]) / I[n]           terms of trade
            + sum_j sum_i t[j,n,i] M[j,n,i] (dM[j,n,i] - dc[i,j]) / I[n]         volume of trade

with E exports of n to i and M imports of n from i at border values, I income (final spending), c unit cost, and d the
proportional change. The derivation holds for small changes. Their tables put in ``x_hat - 1`` for changes that are not
small (Mexican imports from the United States more than double), so that the sum is *not* the change in real income:
for Mexico under NAFTA it gives 1.31% where the exact change in the same equilibrium is 0.0073%. Use it to compare with
papers; use the path decomposition (`comity.model.explanation`) for what adds up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FirstOrder:
    """First-order welfare in percent, by sector, region and partner ``[j, n, i]``.

    Attributes:
        terms_of_trade_by: contribution of trade with i in sector j to region n's terms of trade, percent of income.
        volume_by: contribution of n's imports from i in sector j to its volume of trade, percent of income.
    """

    terms_of_trade_by: Floats
    volume_by: Floats

    @property
    def terms_of_trade(self) -> Floats:
        """Terms of trade ``[n]``, percent."""
        return np.asarray(self.terms_of_trade_by.sum((0, 2)))

    @property
    def volume_of_trade(self) -> Floats:
        """Volume of trade ``[n]``, percent."""
        return np.asarray(self.volume_by.sum((0, 2)))

    @property
    def welfare(self) -> Floats:
        """The published "welfare" ``[n]``, percent: terms plus volume of trade. Not the exact change."""
        return self.terms_of_trade + self.volume_of_trade


def first_order_welfare(
    flows: Floats, flows_prime: Floats, tariff: Floats, c_hat: Floats, income: Floats
) -> FirstOrder:
    """Caliendo and Parro's base-weighted first-order welfare, as printed in their tables.

    Args:
        flows: baseline flows at border values ``[j, n, i]``, any currency; domestic sales cancel out.
        flows_prime: counterfactual flows, same units (zero where `flows` is zero).
        tariff: baseline ad valorem tariff ``[j, n, i]``, a fraction.
        c_hat: unit cost of the producer ``[n, j]``, ratio to baseline, > 0.
        income: baseline final spending ``[n]``, same units, > 0.

    Returns:
        Contributions in percent of income; `.terms_of_trade`, `.volume_of_trade` and `.welfare` sum them.

    >>> one = np.ones((1, 2, 2))
    >>> still = first_order_welfare(one, one, 0.1 * one, np.ones((2, 1)), np.ones(2))
    >>> still.welfare.tolist()
    [0.0, 0.0]
    """
    cost_change = c_hat.T - 1
    sold = np.swapaxes(flows, 1, 2) * cost_change[:, :, None]
    bought = flows * cost_change[:, None, :]
    growth = np.divide(flows_prime, flows, out=np.ones_like(flows), where=flows > 0) - 1
    percent = 100 / income[None, :, None]
    return FirstOrder((sold - bought) * percent, tariff * (flows * growth - bought) * percent)
