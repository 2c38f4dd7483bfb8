"""The compiled program of an ensemble: a batch of draws solved one after the other, each from the same cold start.

Its batch has a fixed size, and a short one is filled up: there is one program whatever the chunk, the number of workers
or the order, so a draw has the same bits in all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

from comity.model import welfare
from comity.model.closures import Rules
from comity.model.economy import Economy, Policy
from comity.model.equations import State
from comity.model.equilibrium import QUICK_BUILD, TOLERANCE, equilibrium, start
from comity.model.ledger import Ledger, baseline, ledger
from comity.model.path import along
from comity.uncertainty.ensemble.details import Details, Wanted, details

T = TypeVar("T")
BATCH = 16
HATS = {
    "real_income_pct": "real_income",
    "real_wage_pct": "real_wage",
    "real_gdp_pct": "real_gdp",
    "consumer_prices_pct": "consumer_prices",
    "consumer_prices_own_wage_pct": "consumer_prices_in_wages",
    "exports_pct": "exports",
    "imports_pct": "imports",
    "terms_of_trade_pct": "terms_of_trade",
}
"""Measures that are ratios to the baseline, by their names in the output; reported as changes in per cent."""
LEVELS = {
    "equivalent_variation_usd_bn": "equivalent_variation",
    "tariff_revenue_usd_bn": "tariffs",
    "export_tax_revenue_usd_bn": "export_taxes",
    "final_spending_usd_bn": "spending",
    "balance_usd_bn": "balance",
}
"""Measures that are money: shares of baseline world factor income here, US$ billion in the output."""
FROM_LEDGER: dict[str, Callable[[Ledger, Ledger], Array]] = {
    "tariff_revenue_change_usd_bn": lambda a, b: a.tariffs - b.tariffs,
    "balance_change_usd_bn": lambda a, b: welfare.balance(a) - welfare.balance(b),
    "transfer_usd_bn": lambda a, _: a.B,
    "public_absorption_usd_bn": lambda a, _: a.public.sum(1),
    "subsidies_usd_bn": lambda a, _: a.subsidies,
}
"""Money that the accounts give directly."""
MOVED = "workforce_moved_pct"
MEASURES = (*HATS, *LEVELS, *FROM_LEDGER, MOVED)
"""Every regional measure, in the order of the program's output; names as in `comity.model.variables`."""


class Solved(NamedTuple):
    """Draws of one variant: ``values[draw, measure, region]`` (per cent, or shares of world factor income), the
    solver's ``residual[draw]``, and whether all prices, wages and spending are ``sound[draw]``: finite and positive."""

    values: Array
    residual: Array
    sound: Array


InFull = tuple[Solved, Details]
"""The same with what draws say by sector, partner and flow of trade."""


def begin(e: Economy, q: Policy, rules: Rules, steps: int) -> State:
    """Where a solve starts: the baseline, or with scale economies what a walk of the policy in steps leads to."""
    here = start(e)
    if steps == 1:
        return here

    def step(i: Array, state: State) -> State:
        found = equilibrium(e, along(e, q, i / steps), rules, state)
        return State(
            *(jnp.where(found.error <= TOLERANCE, new, old) for new, old in zip(found.state, state, strict=True))
        )

    walked: State = lax.fori_loop(1, steps, step, here)
    return walked


def solve_one(e: Economy, q: Policy, wanted: Wanted, rules: Rules, steps: int) -> InFull:
    """Every measure of one economy under one policy."""
    found = equilibrium(e, q, rules, begin(e, q, rules, steps))
    return measured(e, q, wanted, rules, found.state, found.error)


def measured(e: Economy, q: Policy, wanted: Wanted, rules: Rules, z: State, error: Array) -> InFull:
    """Every measure of a state with its residual."""
    after, before = ledger(e, q, rules, z), baseline(e, q, rules)
    hats = welfare.measures(after, before)
    rows = [100 * (hats[key] - 1) for key in HATS.values()]
    rows += [hats[key] for key in LEVELS.values()]
    rows += [pick(after, before) for pick in FROM_LEDGER.values()]
    values = jnp.stack([*rows, 100 * _leaving(e, q, after, before)])
    least = jnp.minimum(after.C.min(), jnp.minimum(after.w.min(), after.P_C.min()))
    solved = Solved(values, error, jnp.isfinite(values).all() & (least > 0))
    return solved, details(e, q, after, before, wanted)


def _leaving(e: Economy, q: Policy, after: Ledger, before: Ledger) -> Array:
    """Share of a region's factors that leaves its sector ``[n]`` (see `comity.model.places.moved`)."""
    made = before.K > 0
    use = jnp.where(made, after.K / jnp.where(made, before.K, 1.0) / after.factor, 1.0) / q.L[:, None]
    lost: Array = (e.v * before.K / before.Y[:, None] * jnp.where(made, jnp.clip(1 - use, 0, None), 0.0)).sum(1)
    return lost


def moved(q: Policy, slopes: Policy, amounts: Array) -> Policy:
    """A policy away from its reference, by some amounts; `slopes` have a leading axis of them."""
    if not amounts.shape[0]:
        return q
    there: Policy = jax.tree.map(lambda at, by: at + jnp.tensordot(amounts, by, 1), q, slopes)
    return there


measured_alone = jax.jit(measured, static_argnames=("rules",), compiler_options=QUICK_BUILD)
"""`measured` of a state that was found by itself."""


@partial(jax.jit, static_argnames=("rules", "steps"))
def solve_levers(
    e: Economy,
    q: Policy,
    slopes: Policy,
    wanted: Wanted,
    thetas: Array,
    scales: Array,
    amounts: Array,
    rules: Rules,
    steps: int,
) -> InFull:
    """A batch of draws whose policies are affine in the amounts of some rules.

    Args:
        e: baseline economy, common to the draws.
        q: policy where all amounts are zero away from their reference.
        slopes: its derivative by each amount, with a leading axis of amounts.
        wanted: which flows of trade are read, and which sectors are goods.
        thetas, scales: ``[draw, j]``, elasticities.
        amounts: ``[draw, amount]``, differences from the reference.
        rules: equations in force.
        steps: in which the policy is walked towards.
    """

    def one(draw: tuple[Array, Array, Array]) -> InFull:
        theta, scale, amount = draw
        there = moved(q, slopes, amount)
        return solve_one(e._replace(theta=theta, scale=scale), there, wanted, rules, steps)

    return each(one, (thetas, scales, amounts))


@partial(jax.jit, static_argnames=("rules", "steps"))
def solve_policies(
    e: Economy, policies: Policy, wanted: Wanted, thetas: Array, scales: Array, rules: Rules, steps: int
) -> InFull:
    """A batch of draws each of which has a policy of its own: every array of `policies` has a leading axis."""

    def one(draw: tuple[Policy, Array, Array]) -> InFull:
        q, theta, scale = draw
        return solve_one(e._replace(theta=theta, scale=scale), q, wanted, rules, steps)

    return each(one, (policies, thetas, scales))


def each(one: Callable[..., T], draws: tuple[object, ...]) -> T:
    """One after the other on a CPU, where that is the faster; all at once on other devices."""
    found: T = lax.map(one, draws) if jax.default_backend() == "cpu" else jax.vmap(one)(draws)
    return found


def in_batches(count: int, solve: Callable[[NDArray[np.intp]], T]) -> T:
    """What a program of a fixed size says of some draws, the last batch filled up with its last draw.

    Args:
        count: how many draws.
        solve: the program for a full batch, by the places of its draws.
    """
    parts: list[T] = []
    for first in range(0, count, BATCH):
        full: T = jax.device_get(solve(np.minimum(np.arange(first, first + BATCH), count - 1)))
        parts.append(jax.tree.map(lambda part, size=count - first: np.array(part)[:size], full))
    whole: T = jax.tree.map(lambda *pieces: np.concatenate(pieces), *parts)
    return whole
