"""The certificate: every condition of the equilibrium evaluated afresh, in NumPy, from the levels of a solution."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from comity.errors import NoEquilibrium, NotCertified
from comity.model.closures import Rules
from comity.model.economy import Economy, Numbers, Policy
from comity.model.ledger import Ledger

RESIDUAL = 1e-10
ERROR = 1e-9
Place = tuple[str, ...]


class Condition(NamedTuple):
    """One condition: its name, the largest relative residual, where that is, and whether it passes."""

    name: str
    residual: float
    where: Place
    passed: bool


@dataclass(frozen=True)
class Certificate:
    """Proof that an outcome is an equilibrium.

    Attributes:
        conditions: each with its largest relative residual.
        error_estimate: in logs, largest component: the last correction, a Newton step; what is left is smaller.
        iterations: sweeps of the solver.
        tolerance: asked of every residual.
        dropped: the condition that Walras's law makes redundant; it is checked too.
        hashes: of data, scenario and version.
    """

    conditions: tuple[Condition, ...]
    error_estimate: float
    iterations: int
    tolerance: float = RESIDUAL
    dropped: str = ""
    hashes: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every condition holds and the error is small enough."""
        return all(c.passed for c in self.conditions) and self.error_estimate <= ERROR

    @property
    def max_residual(self) -> float:
        """The largest relative residual over all conditions."""
        return max(c.residual for c in self.conditions)

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        rows = [
            {"name": c.name, "residual": c.residual, "where": list(c.where), "passed": c.passed}
            for c in self.conditions
        ]
        return {
            "passed": self.passed,
            "max_residual": self.max_residual,
            "error_estimate": self.error_estimate,
            "iterations": self.iterations,
            "tolerance": self.tolerance,
            "dropped_condition": self.dropped,
            "conditions": rows,
            "hashes": dict(self.hashes),
        }

    def require(self) -> Certificate:
        """Return itself if it passes.

        Raises:
            NoEquilibrium: spending, a price or a wage is not positive.
            NotCertified: any other condition, named with its place and size.
        """
        failed = [c for c in self.conditions if not c.passed]
        if failed:
            worst = max(failed, key=lambda c: (c.name.startswith("positive"), c.residual))
            kind = NoEquilibrium if worst.name.startswith("positive") else NotCertified
            raise kind(
                f"the condition {worst.name!r} fails at {', '.join(worst.where) or 'the world'}: residual "
                f"{worst.residual:.2e}, allowed {self.tolerance:.0e}. Try a smaller change or "
                "balanced trade"
            )
        if self.error_estimate > ERROR:
            raise NotCertified(
                f"the solution may be off by {self.error_estimate:.1e} (allowed {ERROR:.0e}) although its residuals "
                "are small: the equilibrium is nearly undetermined here. Try a smaller change"
            )
        return self


def _relative(left: Numbers, right: Numbers, scale: Numbers) -> np.ndarray:
    scale = np.broadcast_to(np.asarray(scale), left.shape)
    return np.asarray(np.divide(np.abs(left - right), scale, out=np.abs(left - right), where=scale > 0))


def _condition(name: str, residual: np.ndarray, labels: tuple[tuple[str, ...], ...]) -> Condition:
    finite = np.isfinite(residual)
    position = np.unravel_index(int(np.argmax(np.where(finite, residual, np.inf))), residual.shape)
    worst = float(residual[position])
    where = tuple(axis[p] for axis, p in zip(labels, position, strict=True)) if labels else ()
    return Condition(name, worst, where, bool(finite.all() and worst <= RESIDUAL))


def _positive(name: str, values: np.ndarray, alive: np.ndarray, labels: tuple[tuple[str, ...], ...]) -> Condition:
    short = np.where(alive, np.where(values > 0, 0.0, 1.0), 0.0)
    return _condition(f"positive {name}", np.where(np.isfinite(values) | ~alive, short, np.inf), labels)


def conditions(
    e: Economy, q: Policy, a: Ledger, rules: Rules, regions: tuple[str, ...], sectors: tuple[str, ...]
) -> tuple[Condition, ...]:
    """Each condition of the model page at the levels of a solution, without any of the solver's code.

    Args:
        e, q: economy and policy.
        a: accounts of the solution.
        rules: equations in force.
        regions, sectors: names for messages.
    """
    e, q, a = _plain(e), _plain(q), _plain(a)
    pi, spending = _sourcing(e, q), _spending(e, q, a)
    alive, sold = a.K > 0, pi.sum(-1) > 0
    buyer_price = a.p.T[:, None, :] * q.d * (1 + q.t) * (1 + q.x) / ((1 + e.t) * (1 + e.x))
    with np.errstate(divide="ignore"):
        pull = pi * q.a * buyer_price ** -e.theta[:, None, None]
    index = pull.sum(-1)
    price_power = a.price ** -e.theta[:, None]
    share = np.divide(pull, price_power[..., None])
    border = share * spending[..., None] / (1 + q.t)
    producer = (border / (1 + q.x)).sum((0, 2)).T
    tariffs = (q.t * border).sum((0, 1, 3))
    export_taxes = (q.x * border / (1 + q.x)).sum((0, 1, 2))
    revenue = tariffs + export_taxes
    public = q.G + e.public * (revenue - e.R)
    budget = a.Y + revenue + a.B - a.public.sum(1) - (q.s * a.K).sum(1)
    trade = border.sum((0, 1))
    surplus = trade.sum(0) - trade.sum(1)
    factor_bill = (e.v * a.K).sum(1)
    R, S, U = regions, sectors, _uses(e, q)
    private = len(e.pi)
    return (
        _condition("unit cost", np.where(alive, _cost_gap(e, q, a), 0), (R, S)),
        _condition("price index", np.where(index > 0, _relative(index, price_power, price_power), 0), (U, S, R)),
        _condition("shares sum to one", np.where(index > 0, np.abs(share.sum(-1) - 1), 0), (U, S, R)),
        _condition("consumer price", _relative(_consumer_price(e, a, rules), a.P_C, a.P_C), (R,)),
        _condition("sales equal output", _relative(producer, (1 - q.s) * a.K, a.K), (R, S)),
        _condition("every use has a source", np.where((spending != 0) & sold & (index <= 0), 1.0, 0.0), (U, S, R)),
        _condition("factor payments", _relative(factor_bill, a.Y, a.Y), (R,)),
        _condition("factor supply", _relative(*_factor_supply(e, q, a), a.w[:, None]), (R, S)),
        _condition("budgets", _relative(budget, a.C, a.C), (R,)),
        _condition("public absorption", _relative(q.beta * public[:, None], a.public, a.C[:, None]), (R, S)),
        _condition("trade balances", _relative(surplus, -a.B, a.C + trade.sum(1)), (R,)),
        _world("transfers sum to zero", a.B.sum(), 0.0, 1.0),
        _world("numeraire: world factor income", a.Y.sum(), e.Y.sum(), e.Y.sum()),
        _positive("final spending", a.C, np.ones_like(a.C, bool), (R,)),
        _positive("spending", spending[:private], (sold & (index > 0))[:private], (U[:private], S, R)),
        _condition("purchases are not negative", np.where(border.sum(0) < 0, 1.0, 0.0), (S, R, R)),
        _positive("factor price", a.w, np.ones_like(a.w, bool), (R,)),
        _positive("buyer price", a.price, index > 0, (U, S, R)),
    )


def _plain(parts: Any) -> Any:
    """The same named tuple with NumPy arrays."""
    return type(parts)(*(None if part is None else np.asarray(part) for part in parts))


def _world(name: str, left: float, right: float, scale: float) -> Condition:
    gap = abs(float(left) - float(right)) / float(scale)
    return Condition(name, gap, (), bool(np.isfinite(gap) and gap <= RESIDUAL))


def _uses(e: Economy, q: Policy) -> tuple[str, ...]:
    """Names of the use axis."""
    public = () if q.sources is None else ("public",)
    return (*(("all uses",) if len(e.pi) == 1 else ("intermediate", "final")), *public)


def _sourcing(e: Economy, q: Policy) -> np.ndarray:
    """Baseline shares ``pi[u, j, n, i]``; those of added public absorption last, where it has its own."""
    return np.asarray(e.pi if q.sources is None else np.concatenate([e.pi, q.sources[None]]))


def _spending(e: Economy, q: Policy, a: Ledger) -> np.ndarray:
    """Spending ``[u, j, n]`` from inputs, final demand and added public absorption."""
    inputs, final, public = np.einsum("njk,nk->jn", e.g, a.K), a.final.T, a.public.T
    bought = [inputs, final] if len(e.pi) == 2 else [inputs + final]
    if q.sources is None:
        bought[-1] = bought[-1] + public
        return np.stack(bought)
    return np.stack([*bought, public])


def _cost_gap(e: Economy, q: Policy, a: Ledger) -> np.ndarray:
    """Log difference between producer prices and the cost function, with scale economies through output."""
    growth = np.log(np.where(a.Q > 0, a.Q, 1.0))
    bundle = e.v * np.log(a.factor) + np.einsum("njk,jn->nk", e.g, np.log(a.price[0]))
    return np.asarray(np.abs(bundle - np.log(q.A) - e.scale * growth + np.log1p(-q.s) - np.log(a.p)))


def _factor_supply(e: Economy, q: Policy, a: Ledger) -> tuple[np.ndarray, np.ndarray]:
    """Factor price by sector ``[n, k]`` and what supply asks for it: one price if mobile, Roy-Frechet otherwise.

    ``v K' = ell w^kappa Phi^(1-kappa) Y L`` with ell the baseline share, taken to the power rho = 1/kappa.
    """
    alive = (a.K > 0) & (e.K > 0)
    growth = np.where(alive, a.K, 1.0) / np.where(alive, e.K, 1.0) / q.L[:, None]
    return np.where(alive, a.factor, 1.0), np.where(alive, growth**e.rho * a.w[:, None] ** (1 - e.rho), 1.0)


def _consumer_price(e: Economy, a: Ledger, rules: Rules) -> np.ndarray:
    """Exact index of final demand from prices."""
    prices = a.price[len(e.pi) - 1].T
    if not rules.ces:
        return np.asarray(np.prod(prices**e.alpha, axis=1))
    return np.asarray(((e.alpha * prices ** (1 - e.sigma)).sum(1)) ** (1 / (1 - e.sigma)))
