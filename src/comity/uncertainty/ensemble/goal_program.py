"""The compiled program of draws whose amounts are found: an equilibrium and the amounts that meet its goals at once.

Amounts are more unknowns of the fixed point that the equilibrium is: after each sweep an amount moves by its gap over
the derivative that the gap has at the central answer. Where the sweep and the gaps come to rest there is the
equilibrium that meets the goals, whatever that derivative was. A purchase commitment is complementary to its subsidy,
``min(s, ln(M / V)) = 0``: its subsidy moves alike and never falls below zero.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from comity.model import welfare
from comity.model.anderson import fixed_point
from comity.model.closures import Rules
from comity.model.economy import Economy, Policy
from comity.model.equations import Masks, State
from comity.model.equations import Weights as TradeWeights
from comity.model.equilibrium import LIMIT, TOLERANCE, equilibrium, flatten, prepare, sweep, uneased, unflatten
from comity.model.ledger import Ledger, baseline, ledger
from comity.uncertainty.ensemble.details import Details, Wanted
from comity.uncertainty.ensemble.program import Solved, measured, moved

FLOW, OUTPUT, COST = "flow", "Q", "K"
CAP = 5.0

Prepared = tuple[TradeWeights, Masks]
Weights = dict[str, Array]
"""Linear readings of accounts: by what is read, ``[goal, ...]``."""


class Aims(NamedTuple):
    """What amounts have to bring about, one entry a goal (``m`` of them) unless said otherwise.

    ``weights`` of the readings, ``factor`` and ``neutral`` that turn a reading into its number, ``target`` and what a
    gap is divided by, ``size``; ``floor``: complementary to its amount; ``step[m, m]`` from gaps to moves of amounts,
    in units of ``unit``; ``low`` and ``high`` of amounts, ``central`` ones; ``slopes``: derivative of the policy by an
    amount; ``same[m, o]``: which other policy the target comes from, if any; ``cells[c, j, n, i]`` of purchase
    commitments; ``moved``: indices ``[c]`` of the cells ``j, n, i`` whose duties or costs the amounts move, or None
    where they move what is available too.
    """

    weights: Weights
    factor: Array
    neutral: Array
    target: Array
    size: Array
    floor: Array
    step: Array
    unit: Array
    low: Array
    high: Array
    central: Array
    slopes: Policy
    same: Array
    cells: Array
    moved: tuple[Array, Array, Array] | None


class Met(NamedTuple):
    """Draws of a variant: as in `Solved`, with the ``amounts[draw, m]`` found, the largest ``gap[draw]``, and the
    border value of purchases ``bought[draw, c]`` in shares of world factor income."""

    solved: Solved
    amounts: Array
    gap: Array
    bought: Array


def read(weights: Weights, a: Ledger, before: Ledger) -> Array:
    """The readings ``[m]`` of the accounts of a state."""
    direct = {FLOW: a.flow.sum(0), OUTPUT: a.Q, COST: a.K}
    regional = welfare.measures(a, before) if set(weights) - set(direct) else {}
    found = [
        (w * (direct[key] if key in direct else regional[key])).reshape(w.shape[0], -1).sum(1)
        for key, w in weights.items()
    ]
    return jnp.stack(found).sum(0)


@partial(jax.jit, static_argnames=("rules",))
def solve_goals(
    e: Economy,
    q: Policy,
    begin: State,
    aims: Aims,
    others: tuple[Policy, ...],
    wanted: Wanted,
    thetas: Array,
    scales: Array,
    rules: Rules,
) -> tuple[Met, Details]:
    """A batch of draws, each from the central answer.

    Args:
        e: baseline economy, common to the draws.
        q: policy at the central amounts.
        begin: state of the central answer.
        aims: what the amounts have to bring about.
        others: policies under which outcomes are to be the same.
        wanted: which flows of trade are read, and which sectors are goods.
        thetas, scales: ``[draw, j]``, elasticities.
        rules: equations in force.
    """

    def one(draw: tuple[Array, Array]) -> tuple[Met, Details]:
        here = e._replace(theta=draw[0], scale=draw[1])
        return meet_one(here, q, begin, _targeted(here, aims, others, rules), wanted, rules)

    found: tuple[Met, Details] = jax.lax.map(one, (thetas, scales))
    return found


def _targeted(e: Economy, aims: Aims, others: tuple[Policy, ...], rules: Rules) -> Aims:
    """The aims with the outcomes of other policies as targets; nan where such a policy has no equilibrium."""
    target = aims.target
    for place, other in enumerate(others):
        found = equilibrium(e, other, rules)
        raw = read(aims.weights, ledger(e, other, rules, found.state), baseline(e, other, rules))
        value = jnp.where(found.error <= TOLERANCE, aims.factor * (raw - aims.neutral), jnp.nan)
        target = jnp.where(aims.same[:, place], value, target)
    return aims._replace(target=target)


def policy_at(q: Policy, aims: Aims, amounts: Array) -> Policy:
    """The policy at some amounts ``[m]``."""
    return moved(q, aims.slopes, amounts - aims.central)


def prepared_at(e: Economy, q: Policy, aims: Aims, base: Prepared, there: Policy) -> Prepared:
    """What a sweep needs of a policy: that of the central one, `base`, with other weights in the cells that moved."""
    if aims.moved is None:
        return prepare(e, there)
    j, n, i = aims.moved
    shape = (e.theta.shape[0], -1, *q.t.shape[1:])

    def ratio(name: str) -> Array:
        new, old = getattr(there, name)[j, n, i], getattr(q, name)[j, n, i]
        change: Array = new / old if name == "d" else (1 + new) / (1 + old)
        return change

    t, x, d = ratio("t"), ratio("x"), ratio("d")
    buyer = jnp.exp(-e.theta[j] * jnp.log(t * x * d))
    by = {"buyer": buyer, "border": buyer / t, "producer": buyer / (t * x)}
    weights = {
        name: getattr(base[0], name).reshape(shape).at[j, :, n, i].multiply(more[:, None]).reshape(base[0].buyer.shape)
        for name, more in by.items()
    }
    return TradeWeights(**weights), base[1]


def meet_one(e: Economy, q: Policy, begin: State, aims: Aims, wanted: Wanted, rules: Rules) -> tuple[Met, Details]:
    """The equilibrium of one economy and the amounts that meet its goals."""
    count = aims.central.shape[0]
    before, base = baseline(e, q, rules), prepare(e, q)

    def gaps(a: Ledger) -> Array:
        value = aims.factor * (read(aims.weights, a, before) - aims.neutral)
        held = jnp.where(aims.floor, jnp.maximum(value, 1e-300), 1.0)
        logs = jnp.log(held / jnp.where(aims.floor, aims.target, 1.0))
        return jnp.where(aims.floor, logs, (value - aims.target) / aims.size)

    def step(vector: Array) -> Array:
        z, amounts = unflatten(vector[:-count], e), aims.unit * vector[-count:]
        there = policy_at(q, aims, jnp.clip(amounts, aims.low, aims.high))
        prepared = prepared_at(e, q, aims, base, there)
        move = aims.step @ gaps(ledger(e, there, rules, z, prepared))
        wanted = jnp.where(aims.floor, jnp.maximum(amounts - aims.unit * move, 0.0), amounts - aims.unit * move)
        return jnp.concatenate([flatten(sweep(e, there, *prepared, rules, z)), wanted / aims.unit])

    first = jnp.concatenate([flatten(begin), aims.central / aims.unit])
    scale = jnp.concatenate([flatten(uneased(e)), 1 / jnp.abs(aims.step).sum(1)])
    found = fixed_point(step, first, TOLERANCE, LIMIT, scale=scale, cap=CAP)
    z, amounts = unflatten(found.point[:-count], e), aims.unit * found.point[-count:]
    there = policy_at(q, aims, amounts)
    after = ledger(e, there, rules, z)
    gap = gaps(after)
    left = jnp.abs(jnp.where(aims.floor, jnp.minimum(amounts, gap), gap)).max()
    inside = ((amounts >= aims.low) & (amounts <= aims.high)).all()
    bought = (aims.cells * after.flow.sum(0)).sum((1, 2, 3))
    solved, details = measured(e, there, wanted, rules, z, found.error)
    return Met(solved._replace(sound=solved.sound & inside), amounts, left, bought), details
