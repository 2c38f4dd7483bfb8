"""Other ways to solve for the equilibrium, each a small function from a problem to where it stopped.

All start at the baseline, as the shipped solver does, and stop at its tolerance. What a way may prepare from the
baseline alone, before a policy is known, is in `Prepared`, and its cost is not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from unittest.mock import patch

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.scipy.sparse.linalg import gmres

from comity.model import anderson
from comity.model import equations as eq
from comity.model.anderson import Fixed, fixed_point
from comity.model.closures import Rules
from comity.model.economy import Economy, Policy, no_change
from comity.model.equations import State
from comity.model.equilibrium import TOLERANCE, easing, flatten, levels, prepare, start, sweep, uneased, unflatten

LIMIT = 1000
CAP = 5.0
Map = Callable[[Array], Array]


class Prepared(NamedTuple):
    """From the baseline alone: inverse of the Jacobian of the residual (small worlds; else empty), and for each region
    the inverse of prices' and of sales' effect on themselves through goods bought at home, ``[n, j, k]``."""

    inverse: Array
    prices: Array
    sales: Array


class Way(NamedTuple):
    """An idea: its name, what runs it, and up to how many unknowns it is tried."""

    name: str
    run: Callable[[Economy, Policy, Prepared, Rules], Fixed]
    most: int = 1_000_000


def sweeps(e: Economy, q: Policy, rules: Rules) -> Map:
    """One sweep as a map of vectors."""
    weights, masks = prepare(e, q)
    return lambda v: flatten(sweep(e, q, weights, masks, rules, unflatten(v, e)))


def cold(e: Economy) -> Array:
    """The baseline as a vector."""
    return flatten(start(e))


def accelerated(e: Economy, q: Policy, _: Prepared, rules: Rules, window: int = 6, begin: Array | None = None) -> Fixed:
    """Anderson acceleration of the eased sweep; with window 6 the shipped solver."""
    with patch.object(anderson, "WINDOW", window):
        first = cold(e) if begin is None else begin
        return fixed_point(sweeps(e, q, rules), first, TOLERANCE, LIMIT, scale=flatten(uneased(e)), cap=CAP)


def damped(e: Economy, q: Policy, _: Prepared, rules: Rules, *, eased: bool, damping: float = 1.0) -> Fixed:
    """No acceleration: a share of each step is taken."""
    step = sweeps(e, q, rules)
    scale = flatten(uneased(e))
    share = damping if eased else damping * scale

    def advance(carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        point, _, count = carry
        change = step(point) - point
        return point + share * change, jnp.abs(scale * change).max(), count + 1

    def unfinished(carry: tuple[Array, Array, Array]) -> Array:
        return ((carry[1] > TOLERANCE) & (carry[2] < LIMIT)) & jnp.isfinite(carry[1]) | (carry[2] == 0)

    return Fixed(*lax.while_loop(unfinished, advance, (cold(e), jnp.asarray(jnp.inf), jnp.asarray(0))))


def without_easing(e: Economy, q: Policy, _: Prepared, rules: Rules) -> Fixed:
    """Anderson acceleration of the sweep with full steps of factor prices."""
    step, scale = sweeps(e, q, rules), flatten(uneased(e))
    return fixed_point(lambda v: v + scale * (step(v) - v), cold(e), TOLERANCE, LIMIT, cap=CAP)


def by_lapack(e: Economy, q: Policy, made: Prepared, rules: Rules) -> Fixed:
    """The normal equations by LAPACK."""

    def solve(gram: Array, right: Array) -> Array:
        ridge = 1e-14 * jnp.trace(gram) + 1e-300
        return jnp.linalg.solve(gram + ridge * jnp.eye(len(gram)), right)

    with patch.object(anderson, "_least_squares", solve):
        return accelerated(e, q, made, rules)


def nested(e: Economy, q: Policy, _: Prepared, rules: Rules) -> Fixed:
    """Wages outside; inside, for given wages, prices and then sales to the end, from where they were (Alvarez and
    Lucas 2007; Caliendo and Parro 2015). All three loops are accelerated; counts steps of wages."""
    weights, masks = prepare(e, q)
    step, first = sweeps(e, q, rules), start(e)
    ease, head = easing(e)[0], first.w.size + first.P.size

    def price(P: Array, z: State) -> Array:
        cost = eq.log_cost(e, q, z._replace(P=P.reshape(z.P.shape)))
        power = eq.competitiveness(e, q, cost, masks.makes)
        return eq.log_price_index(e, weights, power, masks.buys)[1].T.reshape(-1)

    def inner(vector: Array) -> Array:
        z = unflatten(vector, e)
        prices = fixed_point(lambda P: price(P, z), z.P.reshape(-1), TOLERANCE / 10, LIMIT).point
        front = jnp.concatenate([z.w, prices])
        sales = fixed_point(
            lambda tail: step(jnp.concatenate([front, tail]))[head:], vector[head:], TOLERANCE / 10, LIMIT
        )
        z = unflatten(jnp.concatenate([front, sales.point]), e)
        wages = jnp.log(levels(e, q, weights, masks, z, rules).factors / (e.Y * q.L))
        w = z.w + ease * (wages - z.w)
        return flatten(z._replace(w=w - jnp.log((jnp.exp(w) * e.Y * q.L).sum() / e.Y.sum())))

    return fixed_point(inner, flatten(first), TOLERANCE, 200, scale=flatten(uneased(e)), cap=CAP)


def newton(e: Economy, q: Policy, _: Prepared, rules: Rules, *, krylov: bool) -> Fixed:
    """Newton's method, each step solved roughly without a matrix, by GMRES or by Anderson; counts Newton steps."""
    step, scale = sweeps(e, q, rules), flatten(uneased(e))

    def advance(carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        point, _, count = carry
        residual, push = jax.linearize(lambda v: step(v) - v, point)
        size = jnp.abs(residual).max()
        if krylov:
            move = gmres(push, -residual, tol=1e-4, restart=30, maxiter=2, solve_method="incremental")[0]
        else:
            move = fixed_point(lambda x: x + push(x) + residual, residual, 1e-4 * size, LIMIT).point
        move = move * jnp.minimum(1.0, CAP / jnp.maximum(jnp.abs(move).max(), 1e-300))
        return point + move, jnp.abs(scale * residual).max(), count + 1

    def unfinished(carry: tuple[Array, Array, Array]) -> Array:
        return ((carry[1] > TOLERANCE) & (carry[2] < 40)) & jnp.isfinite(carry[1]) | (carry[2] == 0)

    return Fixed(*lax.while_loop(unfinished, advance, (cold(e), jnp.asarray(jnp.inf), jnp.asarray(0))))


def chord(e: Economy, q: Policy, made: Prepared, rules: Rules) -> Fixed:
    """Anderson acceleration of Newton steps with the inverse Jacobian of the baseline, which is given."""
    step = sweeps(e, q, rules)
    scale = flatten(uneased(e))

    def advance(v: Array) -> Array:
        return v - made.inverse @ (step(v) - v)

    found = fixed_point(advance, cold(e), TOLERANCE / 10, LIMIT, cap=CAP)
    return found._replace(error=jnp.abs(scale * (step(found.point) - found.point)).max())


def first_order(e: Economy, q: Policy, made: Prepared, rules: Rules) -> Fixed:
    """The shipped solver from where one linearised step from the baseline leads; the inverse Jacobian is given."""
    begin = cold(e)
    move = made.inverse @ (sweeps(e, q, rules)(begin) - begin)
    return accelerated(e, q, made, rules, begin=begin - move * jnp.minimum(1.0, CAP / jnp.abs(move).max()))


def domestic(e: Economy, q: Policy, made: Prepared, rules: Rules, *, sales: bool) -> Fixed:
    """The linear block eliminated: steps of prices, and of sales, go through each region's own Leontief inverse."""
    step, scale = sweeps(e, q, rules), flatten(uneased(e))
    K = jnp.where(e.K > 0, e.K, 1.0)

    def advance(v: Array) -> Array:
        move = unflatten(step(v) - v, e)
        move = move._replace(P=jnp.einsum("njk,nk->nj", made.prices, move.P))
        if sales:
            move = move._replace(K=jnp.einsum("njk,nk->nj", made.sales, move.K * K) / K)
        return v + flatten(move)

    return fixed_point(advance, cold(e), TOLERANCE, LIMIT, scale=scale, cap=CAP)


def mixed(e: Economy, q: Policy, made: Prepared, rules: Rules) -> Fixed:
    """Sweeps in float32 to 1e-5, then the shipped solver from there; counts both."""
    low_e, low_q = jax.tree.map(lambda x: x.astype(jnp.float32), (e, q))
    low = sweeps(low_e, low_q, rules)
    rough = fixed_point(
        lambda v: low(v.astype(jnp.float32)).astype(jnp.float64),
        cold(e),
        1e-5,
        LIMIT,
        scale=flatten(uneased(e)),
        cap=CAP,
    )
    found = accelerated(e, q, made, rules, begin=rough.point)
    return found._replace(iterations=found.iterations + rough.iterations)


def prepared(e: Economy, rules: Rules, most: int) -> Prepared:
    """What the ideas may know of the baseline; the Jacobian only up to `most` unknowns."""
    own, one = np.einsum("ujnn->nj", e.pi) / len(e.pi), np.eye(e.g.shape[1])
    g = np.asarray(e.g)
    prices = np.linalg.inv(one - own[:, :, None] * np.swapaxes(g, 1, 2))
    sales = np.linalg.inv(one - own[:, :, None] * g)
    inverse, vector = np.zeros((0, 0)), cold(e)
    if vector.size <= most:
        step = sweeps(e, no_change(e), rules)
        jacobian = np.array(jax.jit(jax.jacfwd(lambda v: step(v) - v))(vector))
        dead = np.flatnonzero(~np.abs(jacobian).any(1))  # structural zeros do not move
        jacobian[dead, dead] = -1.0
        inverse = np.linalg.inv(jacobian)
    return Prepared(*(jnp.asarray(part) for part in (inverse, prices, sales)))


JACOBIAN = 2000

WAYS = (
    Way("shipped: eased, Anderson, window 6", accelerated),
    Way("window 3", partial(accelerated, window=3)),
    Way("window 10", partial(accelerated, window=10)),
    Way("window 15", partial(accelerated, window=15)),
    Way("normal equations by LAPACK", by_lapack),
    Way("Anderson without easing", without_easing),
    Way("eased, no acceleration", partial(damped, eased=True)),
    Way("plain, damping 0.3", partial(damped, eased=False, damping=0.3)),
    Way("plain, full steps", partial(damped, eased=False)),
    Way("wages outside, prices and sales inside", nested),
    Way("Newton, steps by GMRES", partial(newton, krylov=True)),
    Way("Newton, steps by Anderson", partial(newton, krylov=False)),
    Way("Newton steps with the baseline's Jacobian", chord, JACOBIAN),
    Way("first-order start, then shipped", first_order, JACOBIAN),
    Way("domestic Leontief inverse in prices", partial(domestic, sales=False)),
    Way("the same in prices and sales", partial(domestic, sales=True)),
    Way("float32 to 1e-5, then float64", mixed),
)
"""Every idea, the shipped solver first."""
