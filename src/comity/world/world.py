"""The world economy as a value: what was traded, used, earned and taxed in one year."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.world.elasticities import Elasticities

Floats = NDArray[np.float64]
USES = ("intermediate", "final")


@dataclass(frozen=True)
class Step:
    """One thing that was done to the data: what, how often, how much.

    Args:
        action: short name of the step, e.g. ``"negative value added"``.
        detail: one sentence that says what was done and why.
        count: number of cells touched.
        amount: absolute change, US$ million.
    """

    action: str
    detail: str
    count: int = 0
    amount: float = 0.0


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """A world economy in one year. Frozen; every array is read-only float64.

    Axes: ``j`` sector of the good, ``n`` importer or user, ``i`` exporter or producer, ``k`` using sector, ``u`` use.

    Attributes:
        flows: ``[u, j, n, i]``, US$ million at the border: export tax included, tariff not. ``u`` is ``USES``
            (intermediate, final), or one element when the table does not separate uses. Diagonal = domestic sales.
        tariff: ``[j, n, i]``, ad valorem on the border value, a fraction.
        export_tax: ``[j, n, i]``, ad valorem on the producer's price, a fraction.
        input_use: ``[n, j, k]``, US$ million at buyer's prices (tariff included).
        final_use: ``[n, j]``, US$ million at buyer's prices (tariff included).
        value_added: ``[n, k]``, US$ million of factor income.
        elasticities: trade and scale elasticities by sector.
        region_members: for each region the ISO3 codes (or ``"ROW"``) that it sums.
        sector_members: for each sector the source industry codes that it sums.
        tariff_known: ``[j, n, i]``, False where the baseline tariff is an assumption (zero).
        estimated: sentences that say which parts are estimates, shown with every result.
        history: what was done to the data, in order.
    """

    name: str
    year: int
    source: str
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    region_names: tuple[str, ...]
    sector_names: tuple[str, ...]
    flows: Floats
    tariff: Floats
    export_tax: Floats
    input_use: Floats
    final_use: Floats
    value_added: Floats
    elasticities: Elasticities
    region_members: tuple[tuple[str, ...], ...]
    sector_members: tuple[tuple[str, ...], ...]
    tariff_known: NDArray[np.bool_]
    estimated: tuple[str, ...] = ()
    history: tuple[Step, ...] = field(default=())

    @cached_property
    def gross_output(self) -> Floats:
        """Output ``[n, k]`` at producer's cost: inputs at buyer's prices plus value added, US$ million."""
        return self.input_use.sum(1) + self.value_added

    @cached_property
    def factor_income(self) -> Floats:
        """Factor income ``Y[n]``, US$ million."""
        return self.value_added.sum(1)

    @cached_property
    def total_flows(self) -> Floats:
        """Flows summed over uses, ``[j, n, i]``, US$ million at the border."""
        return self.flows.sum(0)

    @cached_property
    def tariff_revenue(self) -> Floats:
        """Tariff revenue ``[n]``, US$ million."""
        return np.einsum("jni,jni->n", self.total_flows, self.tariff)

    @cached_property
    def export_tax_revenue(self) -> Floats:
        """Export-tax revenue ``[i]``, US$ million: border value less the producer's receipts."""
        return np.einsum("jni,jni->i", self.total_flows, self.export_tax / (1 + self.export_tax))

    @cached_property
    def final_spending(self) -> Floats:
        """Final spending ``C[n]`` at buyer's prices, US$ million."""
        return self.final_use.sum(1)

    @cached_property
    def imbalance(self) -> Floats:
        """Net transfer received ``B[n]``: imports less exports at border values, US$ million; sums to zero."""
        trade = self.total_flows.sum(0)
        return trade.sum(1) - trade.sum(0)

    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays that define the economy, by name."""
        return {f.name: value for f in fields(self) if isinstance(value := getattr(self, f.name), np.ndarray)}
