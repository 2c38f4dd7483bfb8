"""The identities that hold in a benchmark equilibrium, and how far accounts are from each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from comity.world.accounts import Accounts, Floats

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Check:
    """One identity, evaluated.

    Attributes:
        name: of the identity.
        statement: what should equal what.
        largest: the largest violation, relative to the larger side (income: to purchases).
        amount: the same cell's violation, US$ million.
        where: the place, e.g. ``"JPN, C29"``; empty when nothing deviates.
        passed: whether the violation is within `tolerance`.
        tolerance: relative tolerance.
        unit: of `largest`.
    """

    name: str
    statement: str
    largest: float
    amount: float
    where: str
    passed: bool
    tolerance: float = TOLERANCE
    unit: str = "relative"

    def __str__(self) -> str:
        place = f" at {self.where} (US$ {self.amount:,.6g} million)" if self.where else ""
        return f"{'pass' if self.passed else 'FAIL'}  {self.name}: {self.statement}; largest {self.largest:.2e}{place}"


@dataclass(frozen=True, eq=False)
class _Identity:
    """Two sides that should be equal, cell by cell.

    `cells` is how many printed numbers stand behind each; `size` what a violation is relative to where that is not the
    larger side (income is a difference of large sums and may be close to zero).
    """

    name: str
    statement: str
    left: Floats
    right: Floats
    axes: tuple[str, ...]
    cells: int
    size: Floats | None = None


def check_accounts(
    accounts: Accounts,
    regions: Sequence[str],
    sectors: Sequence[str],
    tolerance: float = TOLERANCE,
    rounding: float = 0.0,
) -> tuple[Check, ...]:
    """Evaluate every identity; `rounding` is half of the last printed digit of the source, US$ million."""
    names = {"region": regions, "sector": sectors, "user": sectors}
    checks = [_evaluate(identity, names, tolerance, rounding) for identity in _equalities(accounts)]
    return (*checks, *(_sign(name, array, axes, names) for name, array, axes in _signs(accounts)))


def _equalities(a: Accounts) -> Iterator[_Identity]:
    regions, sectors = a.final_use.shape
    place, row = ("region", "sector"), regions + sectors
    inputs = a.input_use.sum(2)
    if a.pooled:
        text = "purchases by source with tariff = intermediate use + final use"
        yield _Identity("spending", text, a.spending[0], inputs + a.final_use, place, row)
    else:
        text = "intermediate purchases by source with tariff = use by all industries"
        yield _Identity("intermediate use", text, a.spending[0], inputs, place, row)
        text = "final purchases by source with tariff = final use"
        yield _Identity("final use", text, a.spending[1], a.final_use, place, row)
    text = "sales of producers = inputs at buyer's prices + value added"
    yield _Identity("gross output", text, a.sales, a.cost, place, row * (regions if not a.pooled else 1))
    income = a.factor_income + a.tariff_revenue + a.export_tax_revenue + a.imbalance
    text = "final spending = factor income + tariff revenue + export-tax revenue + net transfer"
    bought = a.spending.sum((0, 2))
    yield _Identity("income", text, a.final_use.sum(1), income, ("region",), row * row, bought)
    text = "imbalances sum to zero (imports = exports of the world)"
    world = a.total_flows.sum()
    yield _Identity("imbalances", text, np.array(world + a.imbalance.sum()), np.array(world), (), 1)


def _evaluate(identity: _Identity, names: dict[str, Sequence[str]], tolerance: float, rounding: float) -> Check:
    gap = np.abs(identity.left - identity.right)
    size = np.maximum(np.abs(identity.left), np.abs(identity.right)) if identity.size is None else identity.size
    beyond = np.maximum(gap - rounding * identity.cells, 0.0)
    relative = np.divide(beyond, size, out=np.zeros(gap.shape), where=size > 0)
    relative = np.where(np.isfinite(gap), relative, np.inf)
    at = np.unravel_index(int(relative.argmax()), relative.shape)
    largest = float(relative[at])
    where = ", ".join(names[axis][int(i)] for axis, i in zip(identity.axes, at, strict=True)) if largest else ""
    amount = float((identity.left - identity.right)[at])
    return Check(identity.name, identity.statement, largest, amount, where, largest <= tolerance, tolerance)


def _signs(a: Accounts) -> Iterator[tuple[str, Floats, tuple[str, ...]]]:
    yield "input use", a.input_use, ("region", "sector", "user")
    yield "final use", a.final_use, ("region", "sector")
    yield "value added", a.value_added, ("region", "sector")


def _sign(name: str, array: Floats, axes: tuple[str, ...], names: dict[str, Sequence[str]]) -> Check:
    at = np.unravel_index(int(array.argmin()), array.shape)
    amount = min(float(array[at]), 0.0)
    largest = -amount / float(np.abs(array).sum()) if amount else 0.0
    where = ", ".join(names[axis][int(i)] for axis, i in zip(axes, at, strict=True)) if amount else ""
    text = f"{name} is nowhere negative"
    return Check(f"non-negative {name}", text, largest, amount, where, amount == 0.0, 0.0, "share of the world's total")
