"""Bring accounts to given sums with the least change: generalised iterative scaling, solved by Newton's method.

Of all accounts that keep the identities and reach the sums, take those closest to a prior in relative entropy,

    minimise   sum_a [ x_a ln(x_a / p_a) - x_a + p_a ]     over cells a: flows, inputs, value added (pooled: final use)
    subject to purchases[n,j]  sum_i f (1+t) = sum_k z[n,j,k]          (pooled flows: + final use)
               output[i,j]     sum_n f / (1+x) = sum_j' z[i,j',j] + v[i,j]
               income[n]       sum_k v[n,k] = Y[n]
               sums[c]         sum of the flows in c = T[c]

Every cell is its prior times one factor for each condition that it is part of, as in RAS: signs stay, and what is
empty stays empty. The logs of the factors are the multipliers of the conditions and minimise a smooth convex function,
whose gradient is the gaps. Newton's method with conjugate gradients finds them; scaling one condition after the other
(RAS, GRAS) goes to nearly the same place: docs/decisions/later-year.md.

A sum with a finite weight w may give way: it counts as w more cells reported as T, and w -> infinity is exact.

Sources: Deming and Stephan (1940); Darroch and Ratcliff (1972), Annals of Mathematical Statistics 43, for generalised
iterative scaling; Junius and Oosterhaven (2003), Economic Systems Research 15, for GRAS, where sums are differences;
Golan, Judge and Robinson (1994), Review of Economics and Statistics 76, for cross-entropy of accounts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from comity.world.accounts import Accounts, Floats, contract, divide, total

if TYPE_CHECKING:
    from scipy.sparse import csr_array

NEWTON_STEPS, CONJUGATE_STEPS = 60, 400
LARGEST_LOG_STEP = 2.0
"""No cell changes by more than this, in logs, in one step."""
LARGEST_HALVINGS = 20
_FLAT = 1e-13  # curvature below this share of the diagonal's: redundant conditions, along which nothing is decided


@dataclass(frozen=True, eq=False)
class Cells:
    """One number for each cell that is scaled; `final` has no elements where flows are kept apart by use.

    Attributes:
        flows: ``[u, j, n, i]``, border values.
        inputs: ``[n, j, k]``, buyer's prices.
        final: ``[n, j]`` with pooled flows, else ``[0, 0]``: it is then what is bought of the final flows.
        value_added: ``[n, k]``.
    """

    flows: Floats
    inputs: Floats
    final: Floats
    value_added: Floats

    def map(self, function: Callable[..., Floats], *others: Cells) -> Cells:
        """`function` of each array and of the same array of `others`."""
        names = ("flows", "inputs", "final", "value_added")
        return Cells(**{n: function(getattr(self, n), *(getattr(o, n) for o in others)) for n in names})

    def sum(self) -> float:
        """Of all cells."""
        return float(self.flows.sum() + self.inputs.sum() + self.final.sum() + self.value_added.sum())


@dataclass(frozen=True, eq=False)
class Scaling:
    """What is scaled, and to what.

    Attributes:
        prior: accounts to stay close to; where they are zero, so is the answer.
        income: ``Y[n]``, factor income to reach, US$ million.
        sums: ``[c, j n i]``, one where a flow is part of sum c.
        wanted: ``T[c]``, US$ million, > 0.
        weight: ``w[c]``, > 0; infinite where the sum is exact.
    """

    prior: Accounts
    income: Floats
    sums: csr_array
    wanted: Floats
    weight: Floats


@dataclass(frozen=True, eq=False)
class Scaled:
    """Accounts at the sums.

    Attributes:
        accounts: the identities hold to `gap`; close them with `comity.world.balance` for the rest.
        gap: largest violation of a condition, relative to the cells in it.
        steps: steps of Newton's method.
        worst: the condition of the gap: its kind (``purchases``, ``output``, ``income``, ``sums``) and index.
    """

    accounts: Accounts
    gap: float
    steps: int
    worst: tuple[str, tuple[int, ...]]


def scale(problem: Scaling, tolerance: float) -> Scaled:
    """The accounts closest to the prior that reach the sums.

    Stops at `tolerance` on the relative gap, or when no step makes progress: the caller compares `Scaled.gap`.
    """
    a = problem.prior
    prior = Cells(a.flows, a.input_use, a.final_use if a.pooled else np.zeros((0, 0)), a.value_added)
    conditions = _Conditions(problem)
    multipliers = np.zeros(conditions.size)
    cells, step = prior, 0
    gap, _ = conditions.largest(cells, multipliers)
    while gap > tolerance and step < NEWTON_STEPS:
        step += 1
        direction = conditions.newton(cells, multipliers, forcing=min(0.01, max(0.1 * gap, 1e-4)))
        moved = conditions.line_search(prior, cells, multipliers, direction)
        if moved is None:
            break
        multipliers, cells = moved
        gap, _ = conditions.largest(cells, multipliers)
    final = cells.final if a.pooled else contract("jni,jni->nj", cells.flows[1], 1 + a.tariff)
    accounts = replace(
        a, flows=cells.flows, input_use=cells.inputs, final_use=final, value_added=cells.value_added
    )  # fmt: skip
    return Scaled(accounts, gap, step, conditions.largest(cells, multipliers)[1])


class _Conditions:
    """The conditions as one vector: purchases ``[n, j]``, output ``[i, j]``, income ``[n]``, sums ``[c]``."""

    def __init__(self, problem: Scaling) -> None:
        a = problem.prior
        self._buyer, self._seller = 1 + a.tariff, 1 / (1 + a.export_tax)
        self._sums, self._transposed = problem.sums, problem.sums.T.tocsr()
        self._wanted, self._weight, self._income = problem.wanted, problem.weight, problem.income
        regions, sectors = a.value_added.shape
        self._shapes = {
            "purchases": (regions, sectors), "output": (regions, sectors), "income": (regions,),
            "sums": (len(problem.wanted),),
        }  # fmt: skip
        ends = np.cumsum([0, *(int(np.prod(shape)) for shape in self._shapes.values())])
        self._places = {name: slice(*ends[k : k + 2]) for k, name in enumerate(self._shapes)}
        self.size = int(ends[-1])

    def _parts(self, vector: Floats) -> list[Floats]:
        return [vector[self._places[name]].reshape(shape) for name, shape in self._shapes.items()]

    def spread(self, vector: Floats, like: Cells) -> Cells:
        """Log factors of cells from multipliers."""
        purchases, output, income, sums = self._parts(vector)
        common = output.T[:, None, :] * self._seller + (self._transposed @ sums).reshape(self._seller.shape)
        flows = np.broadcast_to(common, like.flows.shape).copy()
        flows[0] -= purchases.T[:, :, None] * self._buyer
        return Cells(
            flows=flows,
            inputs=purchases[:, :, None] - output[:, None, :],
            final=purchases if like.final.size else like.final,
            value_added=income[:, None] - output,
        )

    def gather(self, cells: Cells, power: int = 1) -> Floats:
        """Signed sums of cells by condition; with `power` 2, of squared coefficients (the diagonal of the Hessian)."""
        sign = -1 if power == 1 else 1
        traded = total(cells.flows, 0)
        final = cells.final if cells.final.size else 0.0
        bought = contract("jni,jni->nj", cells.flows[0], self._buyer**power)
        purchases = total(cells.inputs, 2) + final + sign * bought
        cost = total(cells.inputs, 1) + cells.value_added
        output = contract("jni,jni->ij", traded, self._seller**power) + sign * cost
        sums = self._sums @ traded.ravel()
        return np.concatenate([purchases.ravel(), output.ravel(), total(cells.value_added, 1), sums])

    def _asked(self, multipliers: Floats) -> Floats:
        """What the conditions should be: zero, income, and the sums with what the weighted ones give way."""
        given = self._wanted * np.exp(-multipliers[self._places["sums"]] / self._weight)
        return np.concatenate([np.zeros(self._places["income"].start), self._income, given])

    def _gaps(self, cells: Cells, multipliers: Floats) -> Floats:
        return self.gather(cells) - self._asked(multipliers)

    def largest(self, cells: Cells, multipliers: Floats) -> tuple[float, tuple[str, tuple[int, ...]]]:
        """The largest relative gap, and of which condition."""
        size = np.maximum(self.gather(cells, 2), self._asked(multipliers))
        relative = np.abs(divide(self._gaps(cells, multipliers), size))
        relative = np.where(np.isfinite(relative), relative, np.inf)
        at = int(relative.argmax())
        name = next(name for name, place in self._places.items() if place.start <= at < place.stop)
        index = np.unravel_index(at - self._places[name].start, self._shapes[name])
        return float(relative[at]), (name, tuple(int(i) for i in index))

    def _objective(self, cells: Cells, multipliers: Floats) -> float:
        """The convex function of the multipliers whose gradient is the gaps."""
        income, sums = multipliers[self._places["income"]], multipliers[self._places["sums"]]
        finite = np.isfinite(self._weight)
        weight = np.where(finite, self._weight, 1.0)
        soft = np.where(
            finite, weight * self._wanted * np.exp(-np.where(finite, sums, 0.0) / weight), -self._wanted * sums
        )
        return cells.sum() - _dot(income, self._income) + float(soft.sum())

    def newton(self, cells: Cells, multipliers: Floats, forcing: float) -> Floats:
        """Newton's direction by conjugate gradients, preconditioned by the diagonal."""
        giving = np.zeros(self.size)
        giving[self._places["sums"]] = self._asked(multipliers)[self._places["sums"]] / self._weight
        diagonal = self.gather(cells, 2) + giving
        inverse = divide(np.ones(self.size), diagonal)

        def hessian(vector: Floats) -> Floats:
            return self.gather(cells.map(np.multiply, self.spread(vector, cells))) + giving * vector

        gaps = self._gaps(cells, multipliers)
        return _conjugate(hessian, -gaps, inverse, forcing)

    def line_search(
        self, prior: Cells, cells: Cells, multipliers: Floats, direction: Floats
    ) -> tuple[Floats, Cells] | None:
        """The first of halved steps that lowers the objective as its slope promises; None when none does."""
        logs = self.spread(direction, cells)
        largest = max(
            float(np.abs(a).max(initial=0.0)) for a in (logs.flows, logs.inputs, logs.final, logs.value_added)
        )
        length = min(1.0, LARGEST_LOG_STEP / largest) if largest else 1.0
        start = self._objective(cells, multipliers)
        slope = _dot(self._gaps(cells, multipliers), direction)
        noise = 1e-14 * cells.sum()
        for _ in range(LARGEST_HALVINGS):
            new = multipliers + length * direction
            candidate = prior.map(lambda p, log: p * np.exp(log), self.spread(new, prior))
            if self._objective(candidate, new) <= start + 1e-4 * length * slope + noise:
                return new, candidate
            length /= 2
        return None


def _dot(left: Floats, right: Floats) -> float:
    """Scalar product as a plain sum: the same bits however many threads a linear-algebra library has."""
    return float((left * right).sum())


def _conjugate(product: Callable[[Floats], Floats], right: Floats, inverse: Floats, tolerance: float) -> Floats:
    """Preconditioned conjugate gradients for ``H d = right``, H positive semi-definite."""
    solution, residual = np.zeros_like(right), right.copy()
    preconditioned = inverse * residual
    direction, size = preconditioned, _dot(residual, preconditioned)
    target = tolerance**2 * size
    for _ in range(CONJUGATE_STEPS):
        if size <= target:
            break
        image = product(direction)
        curvature = _dot(direction, image)
        if curvature <= _FLAT * _dot(direction, divide(direction, inverse)):
            break
        solution += size / curvature * direction
        residual -= size / curvature * image
        preconditioned = inverse * residual
        new = _dot(residual, preconditioned)
        direction, size = preconditioned + new / size * direction, new
    return solution
