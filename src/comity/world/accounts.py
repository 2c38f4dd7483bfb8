"""The accounts of a world economy as plain arrays: what was traded, used, earned and taxed.

Everything that checks, closes or sums a world works on `Accounts`; `World` adds names, sources and elasticities.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
USES = ("intermediate", "final")


@dataclass(frozen=True)
class Step:
    """One thing that was done to the data: what, how often, how much.

    Attributes:
        action: short name of the step, e.g. ``"negative value added"``.
        detail: one sentence that says what was done and why.
        count: number of cells touched.
        amount: absolute change, US$ million.
    """

    action: str
    detail: str
    count: int = 0
    amount: float = 0.0

    def __str__(self) -> str:
        """One line."""
        size = f" ({self.count:,} cells, US$ {self.amount:,.6g} million)" if self.count or self.amount else ""
        return f"{self.action}: {self.detail}{size}"


@dataclass(frozen=True, eq=False)
class Accounts:
    """Arrays in US$ million; axes as in `World` (``u`` use, ``j`` good, ``n`` importer, ``i`` exporter, ``k`` user).

    Attributes:
        flows: ``[u, j, n, i]`` at the border: export tax included, tariff not. Two uses, or one when they are pooled.
        tariff, export_tax: ``[j, n, i]``, fractions of the border value and of the producer's price.
        input_use: ``[n, j, k]`` at buyer's prices.
        final_use: ``[n, j]`` at buyer's prices.
        value_added: ``[n, k]``, factor income.
    """

    flows: Floats
    tariff: Floats
    export_tax: Floats
    input_use: Floats
    final_use: Floats
    value_added: Floats

    @property
    def pooled(self) -> bool:
        """True when the flows do not separate intermediate from final use."""
        return len(self.flows) == 1

    @cached_property
    def total_flows(self) -> Floats:
        """Flows summed over uses, ``[j, n, i]``, US$ million at the border."""
        return total(self.flows, 0)

    @cached_property
    def spending(self) -> Floats:
        """Purchases by use at buyer's prices, ``[u, n, j]``, US$ million."""
        return contract("ujni,jni->unj", self.flows, 1 + self.tariff)

    @cached_property
    def sales(self) -> Floats:
        """Receipts of producers ``[i, j]`` at producer's prices, US$ million."""
        return contract("jni->ij", self.total_flows / (1 + self.export_tax))

    @cached_property
    def cost(self) -> Floats:
        """Gross output ``[n, k]`` at cost: inputs at buyer's prices plus value added, US$ million."""
        return total(self.input_use, 1) + self.value_added

    @cached_property
    def factor_income(self) -> Floats:
        """Factor income ``Y[n]``, US$ million."""
        return total(self.value_added, 1)

    @cached_property
    def tariff_revenue(self) -> Floats:
        """Tariff revenue ``[n]``, US$ million."""
        return contract("jni,jni->n", self.total_flows, self.tariff)

    @cached_property
    def export_tax_revenue(self) -> Floats:
        """Export-tax revenue ``[i]``, US$ million: border value less the producer's receipts."""
        return contract("jni,jni->i", self.total_flows, self.export_tax / (1 + self.export_tax))

    @cached_property
    def imbalance(self) -> Floats:
        """Net transfer received ``B[n]``: imports less exports at border values, US$ million; sums to zero."""
        trade = total(self.total_flows, 0)
        return total(trade, 1) - total(trade, 0)

    @cached_property
    def input_tariff(self) -> Floats:
        """Average tariff on intermediate inputs, ``[n, j]``, a fraction: the same for all users of an input."""
        flows = self.flows[0]
        return divide(contract("jni,jni->nj", flows, self.tariff), contract("jni->nj", flows))


def total(array: Floats, axis: int | tuple[int, ...]) -> Floats:
    """Sum over `axis`, in double precision."""
    return np.asarray(array.sum(axis, dtype=np.float64))


def contract(subscripts: str, *arrays: Floats) -> Floats:
    """Einstein summation."""
    return np.asarray(np.einsum(subscripts, *arrays), dtype=np.float64)


def divide(top: Floats, bottom: Floats) -> Floats:
    """``top / bottom``, zero where `bottom` is zero."""
    top, bottom = np.broadcast_arrays(top, bottom)
    return np.divide(top, bottom, out=np.zeros(top.shape), where=bottom != 0)


def recorded(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps that touched something."""
    return tuple(step for step in steps if step.count or step.amount)
