"""The equilibrium as one joint fixed point, with its exact derivative by the implicit function theorem."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from comity.model import equations as eq
from comity.model.anderson import Fixed, fixed_point
from comity.model.closures import Rules
from comity.model.economy import Economy, Policy
from comity.model.equations import Masks, State, Weights

TOLERANCE = 5e-11
"""On the logs of prices, sales and budgets; half of what the certificate asks of every condition."""
LIMIT = 2000
LINEAR_TOLERANCE = 1e-11
LEAST_SPENDING = 0.2
"""A sweep never cuts final spending below this share of its last value: logs stay defined on the way. Where no positive
spending exists this never settles, and the caller reports the region that cannot pay."""


class Solution(NamedTuple):
    """A state with how it was reached."""

    state: State
    error: Array
    iterations: Array


class Conditions(NamedTuple):
    """Everything the conditions say at a state, in levels (shares of world factor income) or hats.

    ``cost[n, k]`` ln unit cost; ``power[j, i]``; ``denominator[j, m]`` P^-theta; ``price[j, m]`` ln price;
    ``alpha[n, j]``; ``X[j, m]`` spending; ``producer[n, k]`` sales; ``K[n, k]`` cost value; ``tariffs[n]``;
    ``export_taxes[n]``; ``B[n]``; ``G[n]``; ``C[n]`` private spending that the budget allows (may be negative);
    ``factors[n]`` payments to factors.
    """

    cost: Array
    power: Array
    denominator: Array
    price: Array
    alpha: Array
    X: Array
    producer: Array
    K: Array
    tariffs: Array
    export_taxes: Array
    B: Array
    G: Array
    C: Array
    factors: Array


def start(e: Economy) -> State:
    """The baseline as a state."""
    return State(
        w=jnp.zeros_like(e.Y),
        P=jnp.zeros_like(e.alpha),
        K=jnp.log(jnp.where(e.K > 0, e.K, 1.0)),
        C=jnp.log(e.C),
        G=jnp.zeros_like(e.Y),
    )


def levels(e: Economy, q: Policy, weights: Weights, masks: Masks, z: State, rules: Rules) -> Conditions:
    """One pass through the conditions of the model page, in their order."""
    K, C, G = jnp.where(masks.makes, jnp.exp(z.K), 0.0), jnp.exp(z.C), z.G * e.C
    cost = eq.log_cost(e, q, z)
    power = eq.competitiveness(e, q, cost, masks.makes)
    index, price = eq.log_price_index(e, weights, power, masks.buys)
    alpha = eq.final_shares(e, eq.split_uses(e, price).final) if rules.ces else e.alpha
    X = eq.spending(e, q, alpha, K, C, G)
    sold = eq.sales(e, weights, power, index, X, export_taxes=rules.export_taxes)
    K_new = sold.producer / (1 - q.s)
    revenue = sold.tariffs + sold.export_taxes
    B = eq.transfers(e, q, K, C)
    G_new = eq.public_absorption(e, q, revenue)
    budget = eq.income(e, q, jnp.exp(z.w), K_new, revenue, B, G_new)
    demand = eq.factor_demand(e, K_new)
    return Conditions(
        cost,
        power,
        index,
        price,
        alpha,
        X,
        sold.producer,
        K_new,
        sold.tariffs,
        sold.export_taxes,
        B,
        G_new,
        budget,
        demand,
    )


def sweep(e: Economy, q: Policy, weights: Weights, masks: Masks, rules: Rules, z: State) -> State:
    """The map whose fixed point is the equilibrium; factor prices are eased by an estimate of their own effect."""
    now = levels(e, q, weights, masks, z, rules)
    ease_w, ease_K = easing(e)
    K = jnp.where(masks.makes, jnp.log(jnp.where(masks.makes, now.K, 1.0)), z.K)
    w = z.w + ease_w * (jnp.log(now.factors / (e.Y * q.L)) - z.w)
    w = w - jnp.log((jnp.exp(w) * e.Y * q.L).sum() / e.Y.sum())
    C = jnp.log(jnp.maximum(now.C, LEAST_SPENDING * jnp.exp(z.C)))
    P = eq.split_uses(e, now.price).inputs.T
    return State(w, P, z.K + ease_K * (K - z.K), C, now.G / e.C)


def easing(e: Economy) -> tuple[Array, Array]:
    """Step lengths for ``ln w[n]`` and ``ln K[n, k]``: 1 / (1 + elasticity of demand to the price that moves).

    A region's factor demand falls with its own factor price by some theta (1 - own sales share) v; a specific factor's
    price rises with the output of its sector.
    """
    own = jnp.einsum("ujnn->nj", e.pi) / e.pi.shape[0]
    reaction = e.theta * e.v * (1 - own) / (1 - e.scale)
    share = e.v * e.K / e.Y[:, None]
    return 1 / (1 + (share * reaction).sum(1)), 1 / (1 + e.rho * reaction)


def uneased(e: Economy) -> State:
    """What turns a step of `sweep` into a residual of its condition."""
    ease_w, ease_K = easing(e)
    plain = start(e)
    return State(1 / ease_w, jnp.ones_like(plain.P), 1 / ease_K, jnp.ones_like(plain.C), jnp.ones_like(plain.G))


def flatten(z: State) -> Array:
    """A state as one vector."""
    return jnp.concatenate([part.reshape(-1) for part in z])


def unflatten(vector: Array, e: Economy) -> State:
    """The inverse of `flatten`."""
    shapes = State(w=e.Y.shape, P=e.alpha.shape, K=e.K.shape, C=e.C.shape, G=e.Y.shape)
    ends = [sum(map(math.prod, shapes[: k + 1])) for k in range(len(shapes))]
    return State(*(vector[a:b].reshape(shape) for a, b, shape in zip([0, *ends], ends, shapes, strict=False)))


def prepare(e: Economy, q: Policy) -> tuple[Weights, Masks]:
    """What stays the same through a solve."""
    weights = eq.trade_weights(e, q)
    return weights, eq.structural(e, weights)


def step_of(e: Economy, q: Policy, rules: Rules) -> Callable[[Array], Array]:
    """The step that a sweep takes from a state, both as vectors; zero at the equilibrium."""
    weights, masks = prepare(e, q)
    return lambda vector: flatten(sweep(e, q, weights, masks, rules, unflatten(vector, e))) - vector


def equilibrium(
    e: Economy, q: Policy, rules: Rules, begin: State | None = None, tolerance: float = TOLERANCE, limit: int = LIMIT
) -> Solution:
    """The equilibrium of an economy under a policy; differentiable in every array of both, forward and reverse.

    The derivative solves the linearised fixed point by the same acceleration (implicit function theorem), to
    `LINEAR_TOLERANCE`.

    Args:
        e: baseline economy.
        q: policy.
        rules: which equations (static under `jax.jit`).
        begin: where to start; the baseline unless given.
        tolerance: largest residual in logs.
        limit: most sweeps.
    """
    residual, scale = step_of(e, q, rules), flatten(uneased(e))

    def solve(_: object, first: Array) -> tuple[Array, tuple[Array, Array]]:
        found = accelerated(residual, scale, first, tolerance, limit)
        return found.point, (found.error, found.iterations.astype(found.error.dtype))

    first = flatten(start(e) if begin is None else begin)
    point, (error, iterations) = lax.custom_root(residual, first, solve, solve_linear, has_aux=True)
    return Solution(unflatten(point, e), error, iterations)


def accelerated(residual: Callable[[Array], Array], scale: Array, first: Array, tolerance: float, limit: int) -> Fixed:
    """The fixed point of the sweep by Anderson acceleration, from a first state."""
    return fixed_point(lambda z: z + residual(z), first, tolerance, limit, scale=scale, cap=5.0)


def located(
    e: Economy, q: Policy, rules: Rules, begin: State | None = None, tolerance: float = TOLERANCE, limit: int = LIMIT
) -> Solution:
    """`equilibrium` without its derivative, arguments as there: the same numbers by a program that is ready sooner."""
    first = flatten(start(e) if begin is None else begin)
    found = accelerated(step_of(e, q, rules), flatten(uneased(e)), first, tolerance, limit)
    return Solution(unflatten(found.point, e), found.error, found.iterations)


def newton_step(e: Economy, q: Policy, rules: Rules, z: State) -> tuple[State, Array]:
    """How far a state is from the solution: one linear solve with its residual.

    A residual says how well the conditions hold, not how near the solution is; this does.

    Returns:
        The corrected state and the largest component of the correction, in logs.
    """
    residual, push = jax.linearize(step_of(e, q, rules), flatten(z))
    size = jnp.maximum(jnp.abs(residual).max(), 1e-300)
    correction = fixed_point(lambda x: x + push(x) + residual, residual, 1e-3 * size, LIMIT).point
    return unflatten(flatten(z) + correction, e), jnp.abs(correction).max()


def solve_linear(operator: Callable[[Array], Array], right: Array) -> Array:
    """Solve ``operator(x) = right`` where the operator is the linearised residual, -(I - J)."""

    def run(apply: Callable[[Array], Array], b: Array) -> Array:
        size = jnp.maximum(jnp.abs(b).max(), 1e-300)
        return fixed_point(lambda x: x + apply(x) - b, -b, LINEAR_TOLERANCE * size, LIMIT).point

    solution: Array = lax.custom_linear_solve(operator, right, solve=run, transpose_solve=run)
    return solution


solve_equilibrium = jax.jit(located, static_argnames=("rules", "limit"))
"""`located`, compiled once for each set of shapes and rules."""

QUICK_BUILD = {} if os.environ.get("COMITY_BUILD") == "full" else {"xla_backend_optimization_level": 0}
"""For programs that run once or twice a solve: milliseconds slower, and ready in half the time, a second sooner. A
process that answers thousands of questions sets COMITY_BUILD to ``full`` before the first import, and saves them."""

correct = jax.jit(newton_step, static_argnames=("rules",), compiler_options=QUICK_BUILD)
"""`newton_step`, compiled once for each set of shapes and rules."""
